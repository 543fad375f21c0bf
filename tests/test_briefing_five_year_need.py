"""The briefing on need in five years: what it says of each council, held against the processed tables."""

import re

import pypdfium2
import pytest
from conftest import PROJECT, sentences

from helpers.base import authorities, wording
from helpers.base.cells import Suppressed
from helpers.base.mime import FIGURE, TABLE
from helpers.base.vocabulary import AGE_BANDS, SUPPORT_REASONS
from helpers.pipeline import notebooks, tasks
from helpers.published.processed import read_processed

BRIEFING = PROJECT / "notebooks/briefings/five_year_need.ipynb"
pytestmark = pytest.mark.papers
COUNCILS = ("leicester", "leicestershire")
SOURCES = "Published figures behind this paper"


class Paper:
    """One council's executed briefing: its sentences, charts and tables, and its PDF."""

    def __init__(self, council, folder):
        self.council = council
        self.executed = notebooks.run(BRIEFING, {"authority_id": council}, folder / f"{council}.ipynb")
        cells = notebooks.read(self.executed)["cells"]
        shown = [output["data"] for cell in cells for output in cell.get("outputs", [])]
        self.said = [text_of(data["text/markdown"]) for data in shown if "text/markdown" in data]
        self.charts = [data[FIGURE] for data in shown if FIGURE in data]
        self.tables = {data[TABLE]["title"]: data[TABLE] for data in shown if TABLE in data}
        self.key_messages = self.said[1]

    def pdf(self):
        files = [str(self.executed.with_suffix(kind)) for kind in (".html", ".pdf")]
        assert tasks.publish(str(self.executed), *files) is None
        return pypdfium2.PdfDocument(files[1])


def text_of(text):
    return text if isinstance(text, str) else "".join(text)


@pytest.fixture(scope="module")
def papers(tmp_path_factory):
    folder = tmp_path_factory.mktemp("need")
    return {council: Paper(council, folder) for council in COUNCILS}


def need_of(council, start, age, reason="all"):
    rows = read_processed(f"five_year_need_{council}_constant_rates")
    return rows.query("start == @start and age_band == @age and support_reason == @reason").iloc[0]


def said_of(row):
    return f"about {wording.people(row['people'])} ({wording.people_range(row['people_p05'], row['people_p95'])})"


@pytest.mark.snapshots
@pytest.mark.parametrize("council", COUNCILS)
def test_the_key_messages(papers, council, snapshot):
    assert sentences(papers[council].key_messages) == snapshot


@pytest.mark.parametrize("council", COUNCILS)
def test_what_a_series_missed_by_is_said_of_that_series(papers, council):
    scores = read_processed(f"backtest_scores_{council}").query("method == 'constant_rates' and series != 'all'")
    titles = {one["id"]: one["title"] for one in authorities.authority_named(council)["backtest"]}
    for row in scores.itertuples():
        missed, no_change = (
            wording.percentage(float(pct)) for pct in (row.mean_absolute_error_pct, row.no_change_error_pct)
        )
        words = f"by {missed} for {titles[row.series]} (assuming no change: {no_change})"
        assert words in papers[council].key_messages


def test_later_counts_of_another_kind_are_named_and_not_used(papers):
    rows = read_processed("figures_dhsc_ascof_2024_25").set_index(["table", "cell"])["value"]
    stock = wording.count(rows["year_end_leicester", "A2"])
    young, old = (wording.count(rows["long_term_support_leicester", cell]) for cell in ("B2", "B3"))
    words = (
        "Two later national counts are made in another way. They are not used here. One is of people counted in the "
        f"measure of self-directed support: {stock} on 31 March 2025. One is of people with support at any time in "
        f"2024/25: {young} aged 18 to 64 and {old} aged 65 and over."
    )
    assert words in papers["leicester"].said
    assert any("share with self-directed support" in str(row) for row in papers["leicester"].tables[SOURCES]["rows"])
    assert not any("later national counts" in text for text in papers["leicestershire"].said)


@pytest.mark.parametrize(("council", "ages"), [("leicester", ["18+"]), ("leicestershire", ["18-64", "65+"])])
def test_the_demand_outlook_is_told_for_the_same_time(papers, council, ages):
    """For a count on a date that is a year of the projection; for one in a financial year, between two of them."""
    rows = read_processed(f"projection_{council}_ons_2018_based_constant_rates")
    rows = rows.query("setting == 'all' and support_reason == 'all'").set_index(["age_band", "year"])["people"]
    part = {"leicester": 0.0, "leicestershire": 0.25}[council]
    for age in ages:
        at_first, at_next = (float(rows[age, year]) for year in (2029, 2030))
        there = wording.people(at_first + part * (at_next - at_first))
        assert there in re.search(r"the demand outlook gives (.+), as it starts", papers[council].key_messages)[1]


@pytest.mark.parametrize(
    ("council", "age", "count", "period"),
    [
        ("leicester", "18+", (4500, 5500), "31 March 2029"),
        ("leicestershire", "18-64", (3111, 3111), "2029/30"),
        ("leicestershire", "65+", (7870, 7870), "2029/30"),
    ],
)
def test_totals_are_those_of_the_processed_table_and_no_difference_is_clear(papers, council, age, count, period):
    row = need_of(council, "latest_count", age)
    assert row["period"] == period and row["people_p05"] <= count[1] and row["people_p95"] >= count[0]
    assert wording.people_range(row["people_p05"], row["people_p95"]) in papers[council].key_messages
    assert said_of(row) in papers[council].charts[0]["alt"]
    title = papers[council].charts[0]["title"]
    assert title.startswith(f"People with long-term support: {period} may be no different from ")
    base, table = need_of(council, "base", age), f"People aged {AGE_BANDS[age]} with long-term support, by group"
    printed = [wording.people(base["people"]), wording.people_range(base["people_p05"], base["people_p95"])]
    assert papers[council].tables[table]["rows"][-1][-2:] == printed


@pytest.mark.parametrize(("council", "groups"), [("leicester", 5), ("leicestershire", 8)])
def test_the_chart_by_group_has_every_group_of_two_hundred_people_from_the_latest_count(papers, council, groups):
    rows = read_processed(f"five_year_need_{council}_constant_rates")
    rows = rows[(rows["start"] == "latest_count") & (rows["support_reason"] != "all")]
    rows = rows[rows["people"].astype(float) >= 200].sort_values("people", ascending=False)
    chart = papers[council].charts[1]
    (line,) = chart["data"]
    assert len(rows) == groups and line["x"] == pytest.approx(rows["people"].astype(float).round(1).tolist())
    assert all(said_of(row) in chart["alt"] for _, row in rows.iterrows())
    assert "would be the largest group" in chart["title"] and wording.people(rows["people"].iloc[0]) in chart["title"]


@pytest.mark.parametrize(("council", "bars", "lines"), [("leicester", 3, 9), ("leicestershire", 2, 2)])
def test_other_drivers_grow_as_their_table_says(papers, council, bars, lines):
    rows = read_processed(f"need_drivers_{council}_constant_rates").set_index(
        ["age_band", "support_reason", "driver", "year"]
    )
    grown = {key: 100 * (rows["people"][(*key, 2029)] / rows["people"][(*key, 2024)] - 1) for key in keys_of(rows)}
    chart = papers[council].charts[2]
    (line,) = chart["data"]
    drawn = [pct for key, pct in grown.items() if key[:2] == ("18-64", "learning_disability")]
    assert len(line["x"]) == bars and sorted(line["x"]) == pytest.approx(sorted(drawn), abs=0.051)
    assert "17% (6% to 28%)" in chart["alt"] and "Learning disability, 18 to 64: population: " in chart["alt"]
    (table,) = (table for title, table in papers[council].tables.items() if "grown as each estimate says" in title)
    printed = sorted(row[-1].split(" ")[0] for row in table["rows"])
    assert len(printed) == lines and printed == sorted(wording.percentage(pct) for pct in grown.values())
    # The lines of one group stand together, the population's first.
    groups = [re.match(r"(.+, \d.*?): (population|national estimate|provider hub)", row[0]) for row in table["rows"]]
    starts = [place for place, found in enumerate(groups) if found[2] == "population"]
    assert starts[0] == 0 and len(starts) == len({found[1] for found in groups})
    assert all(groups[place][1] == groups[place - 1][1] for place in range(1, lines) if place not in starts)


def test_what_the_provider_hub_says_of_other_groups_stands_beside_the_population(papers):
    words = (
        "gives, from 2024 to 2029, 12% more people who cannot manage a self-care activity (population 9%) and 13% more "
        "people with dementia (population 9%)"
    )
    assert any(words in text for text in papers["leicester"].said)
    assert not any("provider hub" in text for text in papers["leicestershire"].said)


def keys_of(rows):
    return dict.fromkeys(key[:3] for key in rows.index)


def test_the_request_and_what_waits_beside_are_leicesters_alone(papers):
    city, county = (papers[council] for council in COUNCILS)
    assert "Asked in 2024 under the Freedom of Information Act" in city.said[0]
    assert "gave no numbers" in city.said[0] and "papers on file give no numbers" in county.said[0]
    context = city.tables["People waiting, and people with direct payments or personal budgets, by group"]
    assert context["rows"][-1] == ["Total", "329", "1,719"] and "never added" in context["note"]
    for column in (1, 2):
        parts = [int(row[column].replace(",", "")) for row in context["rows"][:-1] if row[column] != "not on file"]
        assert sum(parts) == int(context["rows"][-1][column].replace(",", ""))
    assert any("1 October 2024: 329; the largest groups are mental health (114)" in text for text in city.said)
    assert any("and for no year a waiting list by group" in text for text in county.said)
    assert not any("waiting" in title for title in county.tables)


def test_the_county_has_the_direct_payments_of_its_base_year(papers):
    """Of those who have one for all or part of their support; what the publisher hides stays hidden."""
    county = papers["leicestershire"]
    assert any("with direct payments, 2015/16: 1,352; the largest groups are learning disability (509)" in text
               for text in county.said)  # fmt: skip
    table = county.tables["People with direct payments, by group"]
    rows = {row[0]: row[1:] for row in table["rows"]}
    assert rows["Total"] == ["1,352", "731"] and rows["Mental health"] == ["360", "94"]
    assert rows["Learning disability"] == ["509", "hidden"]
    assert rows["Sensory support: visual impairment"] == ["hidden", "hidden"]
    for column in (0, 1):
        assert sum(row[column] == "hidden" for row in rows.values()) >= 2


def test_the_two_councils_never_meet(papers):
    city, county = (" ".join([*paper.said, str(paper.charts), str(paper.tables)]) for paper in papers.values())
    assert not re.search(r"Leicestershire(?! City)|E10000018", city)
    assert not re.search(r"\bLeicester\b|E06000016", county)


@pytest.mark.parametrize("council", COUNCILS)
def test_printed_groups_add_to_the_printed_total_but_where_one_is_hidden(papers, council):
    tables = [table for title, table in papers[council].tables.items() if re.match("People aged .*by group", title)]
    assert len(tables) == 3
    for table in tables:
        columns = [name["label"] for name in table["columns"]]
        for place in (place for place, name in enumerate(columns) if place and not name.startswith("Nine in ten")):
            *parts, total = (row[place] for row in table["rows"])
            if "hidden" in parts:
                assert "do not add to the total" in table["note"]
            elif columns[place] not in ("2015/16", "31 March 2015"):  # as published, where some left out a few people
                assert sum(int(part.replace(",", "")) for part in parts) == int(total.replace(",", ""))


def test_a_hidden_group_stays_hidden(papers):
    rows = read_processed("five_year_need_leicestershire_constant_rates")
    hidden = rows[rows["people"].map(lambda people: isinstance(people, Suppressed))]
    assert set(hidden["support_reason"]) == {"social_substance_misuse"} and set(hidden["age_band"]) == {"18+", "65+"}
    for age in ("18 and over", "65 and over"):
        table = papers["leicestershire"].tables[f"People aged {age} with long-term support, by group"]
        row = next(row for row in table["rows"] if row[0] == SUPPORT_REASONS["social_substance_misuse"])
        assert set(row[1:]) == {"hidden"} and "the publisher hides the count" in table["note"]
    assert "substance misuse" not in str(papers["leicestershire"].charts)


@pytest.mark.parametrize("council", COUNCILS)
def test_the_whole_verdict_of_the_backtest_stands_in_the_annex(papers, council):
    assert read_processed(f"calibration_{council}")["verdict_sentence"].item() in papers[council].said


@pytest.mark.parametrize(
    ("council", "words"),
    [
        (
            "leicester",
            (
                "Can officers bring the projected need for care over the next five years, by service user group?",
                "on people with long-term support by group is for 31 March 2015.",
                "people aged 18 and over with support on 31 March 2029 is wide, 4,600 to 6,200.",
                "projecting people aged 18 and over with long-term support on 31 March 2024 missed by 13%, and "
                "assuming no change by 1%",
                "page prints 65% for growth of the population aged 65 and over by 2035, where its other figures",
                "from 2020 to 2035 about 36%",
            ),
        ),
        (
            "leicestershire",
            (
                "on people with long-term support by group is for 2015/16.",
                "people aged 65 and over with support during 2029/30 is wide, 7,220 to 11,190.",
                "aged 18 to 64 with long-term support during 2024/25 missed by 15%, and assuming no change by 14%",
                "aged 65 and over with long-term support during 2024/25 missed by 14%, and assuming no change by 12%",
                "counts, by group, of people who wait and of people with direct payments now?",
            ),
        ),
    ],
)
def test_lines_of_enquiry_follow_from_what_was_found(papers, council, words):
    (questions,) = (text for text in papers[council].said if text.startswith("- ") and text.count("?") >= 4)
    assert all(one in questions for one in words) and questions.count("\n") < 6
    assert "totals of the support tables" not in questions


@pytest.mark.parametrize("council", COUNCILS)
def test_members_have_two_pages(papers, council):
    pages = [page.get_textpage().get_text_bounded() for page in papers[council].pdf()]
    assert "not a forecast" in pages[0] and "Held against what came" in pages[0]
    assert "What is asked of members" in pages[1] and "Lines of enquiry" in pages[1]
    assert pages[2].lstrip().startswith("Technical annex")


def test_another_scenario_than_the_one_worked_out_is_refused(tmp_path):
    with pytest.raises(
        notebooks.NotebookFailed, match=r"five_year_need_leicester_prevention\.csv has not been made yet"
    ):
        notebooks.run(BRIEFING, {"scenario": "prevention"}, tmp_path / "need.ipynb")
