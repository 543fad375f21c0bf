"""The briefing on Leicester's performance: its main sentences, and the processed figures that they rest on."""

import re
from itertools import pairwise
from pathlib import Path

import pytest

from helpers.base.mime import FIGURE, TABLE
from helpers.council import checks
from helpers.pipeline import notebooks
from helpers.projection import control_charts, rates
from helpers.published import processed

PAPER = Path(__file__).parent.parent / "notebooks/briefings/performance.ipynb"
DOCUMENT = "leicester_performance_report_2023"


@pytest.fixture(scope="module")
def outputs():
    cells = notebooks.read(PAPER)["cells"]
    return [output.get("data", {}) for cell in cells for output in cell.get("outputs", [])]


@pytest.fixture(scope="module")
def said(outputs):
    return "\n".join("".join(data.get("text/markdown", "")) for data in outputs)


@pytest.fixture(scope="module")
def published():
    return processed.read_processed(f"figures_{DOCUMENT}").set_index(["table", "cell"])["value"]


@pytest.fixture(scope="module")
def claims():
    return processed.read_processed(f"claims_{DOCUMENT}").set_index("claim")["as_published"]


def test_fewer_people_get_a_review(said, published):
    before, after = ((published["reviews", f"C{row}"], published["reviews", f"D{row}"]) for row in (2, 7))
    share = rates.share(*after)
    assert [round(100 * end) for end in share] == [47, 45, 48]
    assert rates.compare(rates.difference_of_shares(*before, *after)) == "lower"
    assert (
        "In 2022/23, 2,403 of 5,144 people eligible for a review had one. That is 47% (range 45% to 48%), clearly "
        "lower than the 80% of 2017/18."
    ) in said


def test_both_wordings_of_the_overdue_reviews_stand(said, claims):
    both = claims[["people_long_without_review", "months_since_last_review", "overdue_months_table_of_issues"]]
    assert list(both) == ["1,348", "24", "12"]
    assert (
        "In June 2023, 1,348 people had gone 24 months or more without a review, the most on record (fewest: 120, in "
        "March 2018). That is 26% of those eligible in the year. Another table calls them more than 12 months overdue. "
        "The two fit, as a review is overdue after 12 months, but the second sounds like half the wait."
    ) in said
    assert round(100 * 1348 / 5144) == 26 and claims["months_until_review_is_overdue"] == "12"
    assert claims["reviews_overdue_share"] == "over 50%"
    assert "The report says that over 50% of all reviews were overdue." in said


def test_fewer_new_people_than_in_an_average_quarter(said, claims):
    for year, quarter in (("new_long_term_support_2022_23", "194"), ("admissions_2022_23", "42")):
        name = f"{year.removesuffix('_2022_23')}_quarter_1"
        assert claims[name] == quarter
        total = float(claims[year].replace(",", ""))
        assert rates.compare(rates.difference_of_rates(total, 4, int(quarter), 1, 1)) == "lower"
    assert "194 new people went straight into long-term support (range 168 to 223)" in said
    assert "Permanent admissions to care homes were 42 (range 30 to 57), against 71.5." in said


def test_a_share_without_its_number_of_people_gets_no_range(said, claims):
    assert claims["safeguarding_outcomes_achieved_quarter_1"] == "51.9%"
    assert "In the quarter it was 51.9%, of a number not printed." in said
    assert (
        "In 2021/22, 88.2% of older people sent home from hospital with support to recover were still at home 91 days "
        "later."
    ) in said
    assert "East Midlands had 82.0% and England 81.8%" in said


def test_the_number_asked_is_worked_out_where_one_whole_number_alone_fits(said, outputs, published):
    rows = next(data[TABLE]["rows"] for data in outputs if TABLE in data and "wishes" in data[TABLE]["title"])
    for row, (year, _, met, asked, its_range) in enumerate(rows, start=2):
        share, count = published["safeguarding_outcomes", f"B{row}"], int(published["safeguarding_outcomes", f"C{row}"])
        fits = [whole for whole in range(count, 10 * count) if abs(100 * count / whole - share) <= 0.05]
        assert (met, asked) == (str(count), {0: "not known", 1: str(sum(fits))}[len(fits)]), year
        lower, upper = rates.share(count, *fits)[1:] if fits else (0, 0)
        assert its_range == (f"{100 * lower:.1f}% to {100 * upper:.1f}%" if fits else "not known")
    assert [row[3] for row in rows] == ["not known", "336", "not known", "273", "289", "263"]
    assert rates.compare(rates.difference_of_shares(162, 289, 137, 263)) == "no clear difference"
    assert (
        "In 2022/23, 52.1% of people in an enquiry had them met (range 46% to 58%), no clear difference from the year "
        "before."
    ) in said


def test_alerts_are_compared_with_the_year_before(said, claims):
    numbers = [
        int(claims[f"alerts_meeting_threshold_{year}"].replace(",", "")) for year in ("2020_21", "2021_22", "2022_23")
    ]
    assert [rates.compare(rates.difference_of_counts(*pair)) for pair in pairwise(numbers)] == ["higher", "lower"]
    assert "but alerts rose, then fell.**" in said
    assert "781 in 2020/21, 1,001 in 2021/22 (clearly higher) and 636 in 2022/23 (clearly lower)" in said


def test_providers_assessed(said, published, claims):
    assessed, all_of_them = (
        sum(published["quality_assurance", f"{c}9.{part}"] for c in "BCDE") for part in ("assessed", "total")
    )
    assert (assessed, all_of_them) == (134, 172)
    assert (
        "but 38 had not been assessed, and up to five were rated inadequate.** By 30 June 2023, 134 of 172 had been. "
        "In supported living, at least 9 of 15 met it; the other six are not known."
    ) in said
    found = [f"inadequate_providers_{when}" for when in ("found", "recently", "remaining")]
    of_concern = ["issues_found_at_providers_of_concern", "providers_of_concern"]
    assert list(claims[found + of_concern]) == ["5", "4", "3", "215", "29"]
    assert "tell of five inadequate providers, then of four and three. They count 215 issues at 29 providers" in said
    assert "Leicester's care home ratings compare poorly" in said


def test_the_quarter_stays_out_of_the_chart_of_years(outputs):
    charts = [data[FIGURE] for data in outputs if FIGURE in data]
    points = {line["label"]: line for line in charts[0]["data"]}["points"]
    assert points["x"] == ["2017/18", "2018/19", "2019/20", "2020/21", "2021/22", "2022/23"]
    assert points["y"] == [79.9, 74.7, 67.0, 66.5, 53.2, 46.7]
    assert control_charts.xmr(points["y"], better="higher", shares=True).kind == "trial_limits"
    assert "88.2% of care homes, but its counts give 89.1% (82 of 92)" in charts[3]["note"]


def test_no_verdict_where_a_series_is_short(outputs):
    """No chart has thirteen points, so none may speak of limits without saying that they are on trial."""
    for chart in (data[FIGURE] for data in outputs if FIGURE in data):
        labels = {line["label"] for line in chart["data"]}
        if "lower limit" in labels:
            assert re.search("[Tt]rial limits", chart["note"] + chart["alt"])


def test_no_question_is_circular_and_each_lost_chart_is_named(said, outputs):
    asked = [line for line in said.splitlines() if "Can officers bring" in line]
    assert len(asked) == 5 and not any("would give a chart" in line for line in asked)
    assert not any(f"would give {word}" in line for line in asked for word in ("how", "whether", "which"))
    assert asked[0].startswith("- Can officers bring these figures for 2024/25 and 2025/26,")
    missing = checks.missing_from("leicester").query("source == @DOCUMENT")
    tables = [data[TABLE] for data in outputs if TABLE in data]
    shown = next(table for table in tables if table["columns"][0]["label"] == "Missing")
    assert [row[0] for row in shown["rows"]] == list(missing["what"])


def test_hatched_bars_say_what_the_hatch_marks(outputs):
    notes = [data[FIGURE]["note"] for data in outputs if FIGURE in data and data[FIGURE]["alt"].startswith("Bar chart")]
    assert len(notes) == 3 and all(note.startswith("Hatched: ") for note in notes)
