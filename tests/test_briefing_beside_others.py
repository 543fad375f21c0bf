"""The paper that sets a council beside others: what it says of each council, and of figures turned round."""

import re

import pandas as pd
import pypdfium2
import pytest
import readability
from altered_papers import Papers
from conftest import PROJECT, sentences

from helpers.base.errors import InputError, NotOnFile
from helpers.base.mime import FIGURE, SENTENCE, TABLE
from helpers.council import beside
from helpers.council.beside import Beside
from helpers.paper import dot_plot
from helpers.paper.publish.document import from_notebook
from helpers.pipeline import notebooks, tasks

pytestmark = pytest.mark.papers
BRIEFING = PROJECT / "notebooks/briefings/beside_others.ipynb"
CODES = {"leicester": "E06000016", "leicestershire": "E10000018"}


@pytest.fixture(scope="module")
def executed(tmp_path_factory):
    folder = tmp_path_factory.mktemp("beside")
    return {
        council: notebooks.run(BRIEFING, {"authority_id": council}, folder / f"{council}.ipynb") for council in CODES
    }


def shown(executed, council):
    cells = notebooks.read(executed[council])["cells"]
    return [output["data"] for cell in cells for output in cell.get("outputs", [])]


def messages(executed, council):
    said = ["".join(data["text/markdown"]) for data in shown(executed, council) if SENTENCE in data]
    return [text for text in said if text.startswith("- **")]


@pytest.mark.snapshots
@pytest.mark.parametrize("council", CODES)
def test_the_heading_and_the_key_messages(executed, council, snapshot):
    said = ["".join(data["text/markdown"]) for data in shown(executed, council) if SENTENCE in data]
    assert [said[0], *sentences("\n".join(messages(executed, council)))] == snapshot


@pytest.mark.parametrize("council", CODES)
def test_messages_are_few_and_short(executed, council):
    found = messages(executed, council)
    assert 3 <= len(found) <= 5
    for text in found:
        plain = text.replace("**", "").removeprefix("- ")
        assert len(plain.split()) <= 35, plain
        assert len(re.findall(r"[.?!](?= [A-Z]|$)", plain)) <= 2, plain
        assert len(re.findall(r"£?\d[\d,.]*%?", re.sub(r"\([^)]*\)", "", plain))) <= 3, plain


@pytest.mark.parametrize("council", CODES)
def test_members_have_two_pages_in_plain_words_and_a_chart_with_its_values(executed, council, tmp_path):
    files = [str(tmp_path / f"paper{kind}") for kind in (".html", ".pdf")]
    assert tasks.publish(str(executed[council]), *files) is None
    pages = [page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(files[1])]
    assert pages[2].startswith("Technical annex") and "Questions to officers" in pages[1]
    assert len(pages[0][: pages[0].index("Figure 1")].split()) <= 220
    readability.check(from_notebook(notebooks.read(executed[council])))
    chart = next(data[FIGURE] for data in shown(executed, council) if FIGURE in data)
    standing = Beside(CODES[council]).standing
    assert f"{standing.loc['direct_payments', 'own']:.1f}%; similar councils" in chart["alt"]
    assert len(chart["data"]) > 18 and "lie within the limits" in chart["title"]


@pytest.mark.parametrize("council", CODES)
def test_every_measure_stands_in_the_annex_with_its_year_and_what_else_could_explain_it(executed, council):
    tables = [data[TABLE] for data in shown(executed, council) if TABLE in data]
    measured = [table for table in tables if table["columns"][-1]["label"] == "What that says"]
    rows = [row for table in measured for row in table["rows"]]
    assert len(rows) == len(Beside(CODES[council]).standing) == 41
    assert all(re.search(r"(20\d\d/\d\d|March 2025)$", row[0]) for row in rows)
    assert all("What else could explain a difference: " in table["note"] for table in measured)
    verdicts = {"no clear difference", "within the limits", "higher, more than chance", "lower, more than chance"}
    assert {row[-1] for row in rows} <= verdicts | {"stands apart, higher", "stands apart, lower"}
    assert "£" not in str(measured[0]["rows"])


# Altered figures


@pytest.fixture
def papers(tmp_path, monkeypatch):
    monkeypatch.chdir(PROJECT)
    (tmp_path / "england").mkdir()
    return Papers(tmp_path, monkeypatch)


def turned(measure: str, code: str):
    """An edit: a council's figure as many times below the middle of its neighbours as it lay above it, or above."""
    standing, columns = Beside(code).standing.loc[measure], ["numerator", "value", "limit_lower", "limit_upper"]

    def edit(frame: pd.DataFrame) -> None:
        row = frame.index[(frame["indicator"] == measure) & (frame["area_code"] == code)].item()
        for column in columns:
            if frame.at[row, column] != "none":
                frame.at[row, column] = str(float(frame.at[row, column]) * (standing["middle"] / standing["own"]) ** 2)

    return edit


@pytest.mark.parametrize(
    ("council", "measure", "before", "after"),
    [
        ("leicester", "satisfied", "satisfied with support: 71.7%, higher", "satisfied with support: 56.9%, lower"),
        ("leicester", "support_65_plus", "8,507 in every hundred thousand, higher", "thousand, lower"),
        ("leicestershire", "long_term_spending_65_plus", "£499 for each person of that age, lower", "that age, higher"),
    ],
)
def test_words_turn_with_the_sign_of_their_figure(papers, council, measure, before, after):
    assert before in papers.read("beside_others", authority_id=council)
    papers.alter(beside.COMPARED, turned(measure, CODES[council]))
    text = papers.read("beside_others", authority_id=council)
    assert after in text and before not in text
    word = "and none of them is " + ("lower" if after.endswith("higher") else "higher")
    message = next(line for line in text.splitlines() if after in line)
    assert word not in message


def test_a_council_without_neighbours_ends_its_paper_and_says_so(papers):
    def gone(frame):
        return frame[frame["area_code"] != CODES["leicester"]]

    papers.alter(beside.NEAREST, gone)
    with pytest.raises(NotOnFile, match="Not on file for Leicester City Council: what its nearest neighbours"):
        papers.read("beside_others")


def test_a_chart_of_one_measure_is_refused():
    with pytest.raises(InputError, match="A chart of 1 measures compares nothing"):
        dot_plot.draw(pd.DataFrame({"own": [0.0]}, index=["One"]), {}, "Leicester", "East Midlands")
