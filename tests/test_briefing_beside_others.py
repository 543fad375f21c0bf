"""The paper that sets a council beside others: what it says of each council, and of figures turned round."""

import re

import pandas as pd
import pypdfium2
import pytest
import readability
from altered_papers import Papers
from conftest import PROJECT, sentences

from helpers.base import wording
from helpers.base.authorities import authority_named
from helpers.base.errors import InputError, NotOnFile
from helpers.base.mime import FIGURE, SENTENCE, TABLE
from helpers.council import beside
from helpers.council.beside import Beside
from helpers.paper import beside_paper, dot_plot
from helpers.paper.messages import filled, unwrapped
from helpers.paper.publish import limits
from helpers.paper.publish.document import from_notebook
from helpers.pipeline import any_council, notebooks, tasks, typed_figures

pytestmark = pytest.mark.papers
BRIEFING = PROJECT / "notebooks/briefings/beside_others.ipynb"
CODES = {"leicester": "E06000016", "leicestershire": "E10000018"}
WITHOUT_NEIGHBOURS = {"north_northamptonshire", "west_northamptonshire", "cumberland", "westmorland_and_furness"}
#: All councils take half a minute: in parts, which run beside each other.
PARTS = 4


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
    assert "What is asked" in pages[0]
    readability.check(from_notebook(notebooks.read(executed[council])))
    chart = next(data[FIGURE] for data in shown(executed, council) if FIGURE in data)
    standing = Beside(CODES[council]).standing
    assert f"{standing.loc['direct_payments', 'own']:.1f}%; similar councils" in chart["alt"]
    assert len(chart["data"]) > 18 and "measures drawn here lie within the limits" in chart["title"]


@pytest.mark.parametrize("council", CODES)
def test_one_test_counts_in_the_heading_the_messages_the_titles_and_the_tables(executed, council):
    verdicts = Beside(CODES[council]).standing["verdict"]
    outside, luck = int(verdicts.isin(beside_paper.OUTSIDE).sum()), round(0.05 * len(verdicts))
    assert (
        outside
        and f"{wording.number_word(outside)} of {len(verdicts)} measures" in messages(executed, council)[0].lower()
    )
    assert f"luck alone would put about {wording.number_word(luck)} there" in messages(executed, council)[0]
    titles = [data[kind]["title"] for data in shown(executed, council) for kind in (FIGURE, TABLE) if kind in data]
    of = [re.match(r"(?:All|(\d+) of the) (\d+) .* lie within the limits", title) for title in titles]
    assert sum(int(one[1] or one[2]) for one in of if one) == len(verdicts) - outside
    assert sum(int(one[2]) for one in of if one) == len(verdicts)
    tables = [data[TABLE] for data in shown(executed, council) if TABLE in data]
    judged = next(
        table for table in tables if table["columns"][-1]["label"] == "Within the limits?" and len(table["rows"]) == 41
    )
    assert sum(row[-1].startswith("outside, ") for row in judged["rows"]) == outside
    own_rule = next(table for table in tables if table["columns"][0]["label"] == "Neighbours")["rows"][1]
    assert own_rule[:2] == ["15", str(outside)] and own_rule[2].count("; ") == outside - 1


@pytest.mark.parametrize("council", CODES)
def test_money_is_not_said_to_be_tested_for_chance(executed, council):
    tables = [data[TABLE] for data in shown(executed, council) if TABLE in data]
    rows = [row for table in tables if table["columns"][1]["label"] == "Counted" for row in table["rows"]]
    money = [row for row in rows if row[0].startswith("Cost of") or "pending" in row[0]]
    assert len(money) == 9 and {row[5] for row in money} == {"not tested for chance"}
    assert {row[5] for row in rows} == {
        *("not tested for chance", "may be chance", "higher, more than chance", "lower, more than chance")
    }


def page_one(authority_id: str) -> tuple[list[str], dict]:
    """What page one says of a council, as the cells before its chart say it, and what these have worked out."""
    said, names = [], {}
    for cell in notebooks.read(BRIEFING)["cells"][1:]:
        source = "".join(cell["source"])
        if cell["cell_type"] == "markdown":
            said += [unwrapped(part) for part in source.split("\n\n")]
        elif typed_figures.is_message(source):
            first, _, text = source.partition("\n")
            premise = first.removeprefix("%%say").removeprefix("_if").strip()
            said += [str(filled(unwrapped(text), names))] if not premise or names[premise] else []
        elif "others.stretched" in source:
            return said, names
        else:
            exec(source, names)
        if "parameters" in cell["metadata"].get("tags", []):
            names["authority_id"] = authority_id
    raise AssertionError("The paper has no chart.")


@pytest.mark.parametrize("part", range(PARTS))
def test_every_council_in_england_keeps_the_limits_of_page_one(part, monkeypatch):
    one, left_out = Beside(CODES["leicester"]), set()
    monkeypatch.setattr(Beside, "_rows_of", one._rows_of)  # of all councils: worked out once
    for council_id in [*any_council.names(), *CODES][part::PARTS]:
        if not Beside(authority_named(council_id)["code"]).can_compare:
            left_out.add(council_id)
            continue
        said, names = page_one(council_id)
        council, found = names["council"], [text for text in said if text.startswith("- **")]
        assert said[0].startswith(f"## {council.name} lies ") and 3 <= len(found) <= 5, council_id
        assert sum(map(limits.words_in, said)) <= limits.WORDS_ON_PAGE_ONE, (council_id, said)
        for text in found:
            assert limits.words_in(text) <= limits.WORDS_OF_A_MESSAGE, (council_id, text)
            assert len(limits.numbers_in(text)) <= limits.NUMBERS_OF_A_MESSAGE, (council_id, text)
        drawn, outside = beside_paper.leading(council), beside_paper.furthest_out(council)
        assert 2 <= len(drawn) <= beside_paper.MOST_DRAWN and {*outside} <= {*drawn}, council_id
        assert not any(beside_paper.drawn_at(council, name).isna().any() for name in drawn), council_id
        told = {told.lead for told in names["told"] if told}
        assert told <= {council.content["measures"][name]["short"] for name in drawn}, council_id
        assert 1 <= len(beside_paper.questions(council)) <= limits.QUESTIONS, council_id
    assert left_out == set([*any_council.names(), *CODES][part::PARTS]) & WITHOUT_NEIGHBOURS


@pytest.mark.parametrize("council", CODES)
def test_every_measure_stands_in_the_annex_with_its_year_and_what_else_could_explain_it(executed, council):
    tables = [data[TABLE] for data in shown(executed, council) if TABLE in data]
    measured = [table for table in tables if table["columns"][-1]["label"] == "Limits"]
    rows = [row for table in measured for row in table["rows"]]
    assert len(rows) == len(Beside(CODES[council]).standing) == 41
    assert all(re.search(r"(20\d\d/\d\d|March 2025)$", row[0]) for row in rows)
    assert all("What else could explain a difference: " in table["note"] for table in measured)
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
        (
            "leicestershire",
            "long_term_spending_65_plus",
            "£499 for each resident of that age, lower",
            "that age, higher",
        ),
        (
            "leicestershire",
            "long_term_spending_65_plus",
            "lies below the limits of similar",
            "lies above the limits of similar",
        ),
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


# With E06000015, where the middle of similar councils is 100%, and so is the limit above it.
@pytest.mark.parametrize("area_code", [*CODES.values(), "E06000058", "E06000015"])
def test_no_mark_of_the_chart_lies_on_the_wrong_side_of_the_middle_that_is_printed(area_code):
    council = Beside(area_code)
    axes, standing, measures = beside_paper.drawn(council).axes[0], council.standing, council.content["measures"]
    assert set(beside_paper.furthest_out(council)) <= set(beside_paper.leading(council))
    at = {line.get_label(): dict(zip(line.get_ydata(), line.get_xdata(), strict=True)) for line in axes.get_lines()}
    own = {y: x for label, places in at.items() if label.startswith(f"{council.name}, ") for y, x in places.items()}
    assert set(at["middle"].values()) == {0}
    for place, name in zip(range(len(own), 0, -1), beside_paper.leading(council), strict=True):
        row, near = standing.loc[name], council.every.loc[name, "value"].dropna()
        for x, value in ((own[place], row["own"]), (at["England"][place], row["england"])):
            assert (x > 0) == (value > row["middle"]) and (x < 0) == (value < row["middle"]), name
            if abs(x) < dot_plot.FURTHEST:
                assert (x > 1) == (value > row["upper"]) and (x < -1) == (value < row["lower"]), name
        label = f"Similar councils: {measures[name]['short']} ({beside_paper.unit_beside(measures[name])})"
        dots = next(line.get_xdata() for line in axes.get_lines() if line.get_label() == label)
        near = near[near.index.isin(council.neighbours().index)]
        assert (dots < 0).sum() == (near < row["middle"]).sum() and (dots > 0).sum() == (near > row["middle"]).sum()


@pytest.mark.parametrize("area_code", ["E06000014", "E06000053", CODES["leicester"]])  # a long region, few measures
def test_what_the_marks_mean_stands_whole_below_the_chart(area_code):
    figure = beside_paper.drawn(Beside(area_code))
    figure.draw_without_rendering()
    explained = figure.axes[0].get_legend().get_window_extent()
    assert figure.bbox.x0 <= explained.x0 and explained.x1 <= figure.bbox.x1 and figure.bbox.y0 <= explained.y0
    assert all(label.get_window_extent().y0 >= explained.y1 for label in figure.axes[0].get_xticklabels())


def test_a_chart_of_one_measure_is_refused():
    with pytest.raises(InputError, match="A chart of 1 measures compares nothing"):
        dot_plot.draw(pd.DataFrame({"own": [0.0]}, index=["One"]), {}, "Leicester", "East Midlands")
