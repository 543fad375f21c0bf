"""The briefing on need in five years: what it says of each council, held against the tables and the demand outlook."""

import itertools
import re

import numpy as np
import pypdfium2
import pytest
from altered_papers import Papers
from conftest import PROJECT, sentences
from scipy import sparse

from helpers import open_council
from helpers.base import wording
from helpers.base.cells import Suppressed
from helpers.base.mime import FIGURE, TABLE
from helpers.base.vocabulary import AGE_BANDS
from helpers.paper import need_paper, reasons
from helpers.pipeline import notebooks, tasks
from helpers.published.processed import read_processed
from helpers.published.systems import System

BRIEFINGS = PROJECT / "notebooks/briefings"
BRIEFING = BRIEFINGS / "five_year_need.ipynb"
pytestmark = pytest.mark.papers
COUNCILS = ("leicester", "leicestershire")
AGES = ("65+", "18-64")
BY_REASON = "People aged {} who may have long-term support, by reason"
DRIVERS = "People with long-term support, if need grew as other estimates say"


class Paper:
    """One council's executed briefing: its sentences, charts and tables, and its PDF."""

    def __init__(self, briefing, council, folder):
        self.executed = notebooks.run(briefing, {"authority_id": council}, folder / f"{briefing.stem}_{council}.ipynb")
        cells = notebooks.read(self.executed)["cells"]
        shown = [output["data"] for cell in cells for output in cell.get("outputs", [])]
        self.said = [text_of(data["text/markdown"]) for data in shown if "text/markdown" in data]
        self.charts = [data[FIGURE] for data in shown if FIGURE in data]
        self.tables = {data[TABLE]["title"]: data[TABLE] for data in shown if TABLE in data}

    @property
    def messages(self):
        return [text for text in self.said if re.match(r"- \*\*", text)]

    def by_reason(self, age):
        return {row[0]: row[1:] for row in self.tables[BY_REASON.format(AGE_BANDS[age])]["rows"]}

    def pdf(self):
        files = [str(self.executed.with_suffix(kind)) for kind in (".html", ".pdf")]
        assert tasks.publish(str(self.executed), *files) is None
        return pypdfium2.PdfDocument(files[1])


def text_of(text):
    return text if isinstance(text, str) else "".join(text)


@pytest.fixture(scope="module")
def papers(tmp_path_factory):
    folder = tmp_path_factory.mktemp("need")
    return {council: Paper(BRIEFING, council, folder) for council in COUNCILS}


@pytest.fixture(scope="module")
def outlooks(tmp_path_factory):
    folder = tmp_path_factory.mktemp("outlook")
    return {council: Paper(BRIEFINGS / "demand_outlook.ipynb", council, folder) for council in COUNCILS}


@pytest.mark.snapshots
@pytest.mark.parametrize("council", COUNCILS)
def test_the_heading_and_the_key_messages(papers, council, snapshot):
    heading = next(text for text in papers[council].said if text.startswith("## "))
    assert [heading, *sentences("\n".join(papers[council].messages))] == snapshot


@pytest.mark.parametrize("council", COUNCILS)
@pytest.mark.parametrize("age", AGES)
def test_a_number_is_that_of_the_projection_and_of_the_processed_table(papers, council, age):
    opened = open_council(council, horizon=2036)
    number, total = opened.people(age, 2029), papers[council].by_reason(age)["All support reasons"]
    assert total == [str(opened.counted(age)), str(number), str(number.range)]
    kept = read_processed(f"five_year_need_{council}_constant_rates").query("age_band == @age")
    kept = kept.set_index("support_reason")
    assert set(kept["period"]) == {"2029/30"} and "start" not in kept
    assert wording.people(kept["people"]["all"]) == total[1]
    assert wording.likely_range(*kept.loc["all", ["people_p10", "people_p90"]]) == total[2]
    lead, said = f"Aged {AGE_BANDS[age]}.** {opened.counted(age)} people", " ".join(papers[council].messages)
    message = " ".join(said[said.index(lead) :].split("- **")[0].split())
    assert total[2] in message.replace(" and ", " to ")


@pytest.mark.parametrize("council", COUNCILS)
def test_the_demand_outlook_prints_the_same_number_for_the_same_group_and_year(papers, outlooks, council):
    outlook = outlooks[council]
    text = " ".join([*outlook.said, str(outlook.tables), str(outlook.charts)])
    for age in AGES:
        _, later, span = papers[council].by_reason(age)["All support reasons"]
        assert re.search(rf"(?<![\d,]){later}(?![\d,])", text) and span in text
        printed = outlook.tables[f"People aged {AGE_BANDS[age]} with long-term support, by reason: estimates"]["rows"]
        assert {row[0]: row[1:] for row in printed} == papers[council].by_reason(age)


def could_be(every, rows):
    """Between which numbers each reason lies, by rows as they print: the reasons in a row, and its number."""
    factors = sparse.csr_array([[float(reason in row) for reason in every] for row, _ in rows])
    numbers = np.array([number for _, number in rows], dtype=float)
    units = np.array([wording.rounding_unit(number) / 2 * (set(row) != set(every)) for row, number in rows])
    lower, upper = np.zeros(len(every)), np.full(len(every), numbers.max())
    system = System(factors, numbers - units, numbers + units, lower, upper, np.zeros(len(every), dtype=bool))
    return dict(zip(every, system.ends(list(range(len(every)))).values(), strict=True))


@pytest.mark.parametrize("council", COUNCILS)
@pytest.mark.parametrize("age", AGES)
def test_no_two_papers_narrow_a_hidden_reason(papers, outlooks, council, age):
    base = open_council(council, horizon=2029).outlook.query("age_band == @age and setting == 'all' and year == 2024")
    of_reason = base[base["support_reason"] != "all"].set_index("support_reason")["people"]
    hidden = [reason for reason in of_reason.index if isinstance(of_reason[reason], Suppressed)]
    names = {wording.sentence_start(reasons.named(reason)): {reason} for reason in of_reason.index}
    title = f"People aged {AGE_BANDS[age]} with long-term support, by reason: estimates"
    printed = [
        *papers[council].by_reason(age).items(),
        *((row[0], row[1:]) for row in outlooks[council].tables[title]["rows"]),
    ]
    single = {reason for name, _ in printed for reason in names.get(name, ())}
    names |= {reasons.OTHERS: set(of_reason.index) - single, reasons.ALL: set(of_reason.index)}
    rows = [(names[name], int(row[0].replace(",", ""))) for name, row in printed]
    others = next(number for row, number in rows if row == names[reasons.OTHERS])
    found = could_be(list(of_reason.index), rows)
    assert hidden and all(found[reason][0] == 0 and found[reason][1] >= others for reason in hidden)
    # Had one of the papers the small reasons each by itself, the hidden ones would be narrowed.
    small = {reason: wording.rounded(of_reason[reason]) for reason in names[reasons.OTHERS] - set(hidden)}
    narrowed = could_be(list(of_reason.index), [*rows, *(({reason}, number) for reason, number in small.items())])
    assert all(narrowed[reason][1] < others / 2 for reason in hidden)


@pytest.mark.parametrize("council", COUNCILS)
@pytest.mark.parametrize("age", AGES)
def test_a_reason_prints_as_it_does_in_the_demand_outlook(papers, council, age):
    opened, rows = open_council(council, horizon=2036), papers[council].by_reason(age)
    left_out = reasons.small_or_hidden(opened.outlook, age, 2024)
    printed = set(opened.outlook.query("age_band == @age")["support_reason"]) - {"all", *left_out}
    assert len(rows) == len(printed) + 1 + bool(left_out)
    for reason in printed:
        before, after = (opened.people(age, year, reason) for year in (2024, 2029))
        assert rows[wording.sentence_start(reasons.named(reason))] == [str(before), str(after), str(after.range)]
    others = sum(float(opened.people(age, 2029, reason).value) for reason in printed)
    if left_out:
        rest = wording.people(float(opened.people(age, 2029).value) - others)
        assert rows[reasons.OTHERS][1:] == [rest, "no range"]


@pytest.mark.parametrize("council", COUNCILS)
def test_a_hidden_group_stays_hidden(papers, council):
    rows = open_council(council, horizon=2029).outlook.query("setting == 'all' and year == 2029")
    for age in AGES:
        of_age = rows[rows["age_band"] == age]
        hidden = of_age.loc[of_age["people"].map(lambda people: isinstance(people, Suppressed)), "support_reason"]
        printed = {name.lower() for name in papers[council].by_reason(age)}
        assert not printed & {reasons.named(reason).lower() for reason in hidden}
        assert len(hidden) != 1 or reasons.OTHERS.lower() in printed


def main_groups(paper, age):
    """Groups of two hundred people or more, as printed: name, before, after and the likely range."""
    rows = [(name, *row) for name, row in paper.by_reason(age).items() if name not in (reasons.ALL, reasons.OTHERS)]
    groups = [
        (name, *(int(part.replace(",", "")) for part in (*row, *span.split(" to ")))) for name, *row, span in rows
    ]
    return [group for group in groups if group[1] >= 200]


@pytest.mark.parametrize(("council", "size"), [("leicester", "8% to 10%"), ("leicestershire", "11% to 14%")])
def test_the_heading_is_how_much_the_main_groups_grow_and_that_each_could_shrink(papers, council, size):
    groups = main_groups(papers[council], "65+")
    growths = [100 * after / before - 100 for _, before, after, _, _ in groups]
    low, high = (int(part) for part in re.findall(r"\d+", size))
    assert all(low - 1.5 < growth < high + 1.5 for growth in growths) and all(
        low < before for _, before, _, low, _ in groups
    )
    assert (
        f"## Main groups aged 65 and over may grow alike, by {size} by 2029/30; each could also shrink"
        in papers[council].said
    )


@pytest.mark.parametrize("council", COUNCILS)
def test_the_chart_has_the_change_of_every_main_group_with_its_range(papers, council):
    (chart,) = papers[council].charts
    opened = open_council(council, horizon=2029)
    printed = {f"{AGE_BANDS[age]}: {group[0].lower()}" for age in AGES for group in main_groups(papers[council], age)}
    expected = {}
    for age, reason in itertools.product(AGES, opened.projection["support_reason"].unique()):
        if (name := f"{AGE_BANDS[age]}: {reasons.named(reason).lower()}") in printed and reason != "all":
            before, after = (opened.people(age, year, reason) for year in (2024, 2029))
            people = (*after.range.ends, after.value)
            expected[name] = [100 * number / before.value - 100 for number in people]
    lines = chart["data"]
    assert [line["label"] for line in lines] == ["lower", "upper", "change"]
    assert set(lines[0]["names"]) == set(expected) == printed and chart["title"].startswith("Each of the")
    for place, name in enumerate(lines[0]["names"]):
        assert [line["y"][place] for line in lines] == pytest.approx(expected[name], abs=0.06)


@pytest.mark.parametrize("council", COUNCILS)
def test_no_group_is_said_to_grow_most(papers, council):
    text = " ".join(papers[council].said)
    assert (
        "most:" not in text
        and "would grow most" not in text
        and "**Which will grow most?** These numbers cannot" in text
    )


@pytest.mark.parametrize("council", COUNCILS)
def test_how_far_such_projections_missed_is_what_the_backtest_of_all_councils_found(papers, council):
    rows = read_processed("england/backtest_by_years").query("years_apart == '5' and forecast_by == 'constant_rates'")
    missed = rows.set_index("age_band")["mean_absolute_log_error"].map(
        lambda log: f"{100 * (2.718281828**log - 1):.0f}%"
    )
    said = next(text for text in papers[council].said if "totals after five years were out by" in text)
    assert f"out by {missed['65+']} on average for people aged 65 and over, and by {missed['18-64']} for" in said
    assert f"Tried on {rows['forecasts'].iloc[0]} councils" in said


@pytest.mark.parametrize(("council", "lines"), [("leicester", 9), ("leicestershire", 2)])
def test_other_drivers_stand_beside_the_projection_of_their_group(papers, council, lines):
    rows = papers[council].tables[DRIVERS]["rows"]
    groups = [row[0].split(":")[0] for row in rows]
    assert len(rows) == lines and groups == sorted(groups, key=groups.index)
    for group in set(groups):
        of_group = [row for row in rows if row[0].startswith(f"{group}:")]
        assert of_group[0][0] == f"{group}: this projection" and len({row[1] for row in of_group}) == 1
    assert any(row[3] == "17% (6% to 28%)" for row in rows)
    assert "2020" not in str(papers[council].tables[DRIVERS]["columns"])


def test_the_request_and_what_waits_beside_are_leicesters_alone(papers):
    city, county = (papers[council] for council in COUNCILS)
    assert any("under the Freedom of Information Act" in text and "gave no numbers" in text for text in city.said)
    assert any(text.startswith("Not on file for Leicestershire County Council: a request") for text in county.said)
    context = [table for table in city.tables.values() if "Context only" in table["note"]]
    assert [table["rows"][-1][1] for table in context] == ["329", "1,719"]
    assert not any("Context only" in table["note"] for table in county.tables.values())


def test_the_two_councils_never_meet(papers):
    city, county = (" ".join([*paper.said, str(paper.charts), str(paper.tables)]) for paper in papers.values())
    # The document that has both names them in its title.
    assert not re.search(r"Leicestershire(?! City)|E10000018", city.replace("Leicester and Leicestershire", ""))
    assert not re.search(r"\bLeicester\b|E06000016", county.replace("Leicester and Leicestershire", ""))


@pytest.mark.parametrize("council", COUNCILS)
def test_lines_of_enquiry_follow_from_what_was_found(papers, council):
    (questions,) = (text for text in papers[council].said if text.startswith("- ") and text.count("?") >= 2)
    _, _, span = papers[council].by_reason("65+")["All support reasons"]
    assert f"In four in five futures, between {span.replace(' to ', ' and ')} people aged 65" in questions
    assert "long-term support in 2024/25 for each reason?" in questions
    asked = "under the Freedom of Information Act, for the projected need for care over the next five years"
    assert (asked in questions) == (council == "leicester")


@pytest.mark.parametrize("council", COUNCILS)
def test_members_have_two_pages(papers, council):
    pages = [page.get_textpage().get_text_bounded() for page in papers[council].pdf()]
    assert "not forecasts" in pages[0] and "How good is this?" in pages[0]
    assert "What is asked" in pages[1]
    assert pages[2].lstrip().startswith("Technical annex")


def test_another_scenario_than_the_one_worked_out_is_refused(tmp_path):
    with pytest.raises(notebooks.NotebookFailed, match=r"nonesuch"):
        notebooks.run(BRIEFING, {"scenario": "nonesuch"}, tmp_path / "need.ipynb")


@pytest.mark.parametrize("council", COUNCILS)
def test_where_every_group_falls_no_word_says_that_it_grows(council, tmp_path, monkeypatch):
    monkeypatch.chdir(PROJECT)
    papers = Papers(tmp_path, monkeypatch)
    columns = [
        "people",
        "people_lower",
        "people_upper",
        *(f"people_p{place}" for place in ("05", 10, 25, 50, 75, 90, 95)),
    ]

    def falls(frame):
        later = (frame["year"] != "2024") & (frame["people"] != "suppressed")
        frame.loc[later, columns] = (frame.loc[later, columns].astype(float) * 0.5).round(1).astype(str)

    papers.alter(f"projection_{council}_ons_2022_based_constant_rates", falls)
    text = papers.read("five_year_need", authority_id=council)
    assert "Main groups aged 65 and over may shrink alike, by" in text and "a fall is very likely" in text
    assert "may grow" not in text and "could shrink" not in text and "a rise is" not in text


def test_one_main_group_is_not_said_to_change_like_others(monkeypatch):
    council = open_council("leicester", horizon=2029)
    group = need_paper.groups(council, 200, "65+")[0]
    monkeypatch.setattr(need_paper, "groups", lambda council, least, *ages: [group])
    assert str(need_paper.finding(council, 200)) == (
        "Personal care, the one main group aged 65 and over, may grow by 9% by 2029/30; it could also shrink"
    )
