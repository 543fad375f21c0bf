"""The paper on performance: what it says of the report on file, what it refuses, and what the next report makes."""

import json
import re
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
import small_project
import yaml
from altered_papers import Papers, words_of
from conftest import PROJECT, doit

from helpers.base import authorities
from helpers.base.errors import InputError
from helpers.base.mime import FIGURE
from helpers.council import checks
from helpers.paper import performance, performance_annex
from helpers.pipeline import notebooks
from helpers.projection import rates

pytestmark = pytest.mark.papers

PAPER = PROJECT / "notebooks/briefings/performance.ipynb"
DOCUMENT = "leicester_performance_report_2023"


@pytest.fixture(scope="module")
def outputs():
    cells = notebooks.read(PAPER)["cells"]
    return [output.get("data", {}) for cell in cells for output in cell.get("outputs", [])]


@pytest.fixture(scope="module")
def said(outputs):
    return in_words(outputs)


def in_words(outputs):
    """What outputs say, as a notebook keeps them: a text may be a list of its lines."""
    joined = [
        {name: "".join(part) if name.startswith("text/") else part for name, part in data.items()} for data in outputs
    ]
    return "\n".join(line for data in joined for line in words_of(data))


@pytest.fixture
def papers(tmp_path, monkeypatch):
    """The project's papers, to be read on altered tables."""
    monkeypatch.chdir(PROJECT)
    return Papers(tmp_path, monkeypatch)


@pytest.fixture
def council(monkeypatch):
    monkeypatch.chdir(PROJECT)
    return authorities.authority_named("leicester")


@pytest.fixture
def report(council):
    return performance.open_report(council, DOCUMENT)


@pytest.mark.parametrize(
    "words",
    [
        "Less than half of people due a review in 2022/23 had one: 47%, after 80% in 2017/18",
        "In June 2023, 1,348 people had gone 24 months or more without a review.",
        "The fewest on record were 120, in March 2018.",
        "194 people went straight into long-term support in April to June 2023; an average quarter of 2022/23 had 258. "
        "Too few for chance alone; season or late entries may explain it.",
        "42 people moved into one to stay in April to June 2023; an average quarter of 2022/23 had 71.5. Too few for "
        "chance alone; season or late entries may explain it.",
        "By 30 June 2023 the council had checked 134 of 172 care providers; all of those checked met its standard.",
        "On 24 August 2023, 3 were still rated inadequate.",
        "Reviews completed count reviews, 2,858 in 2022/23; the share on page one counts people, 2,403 with one.",
        "For how many people at the Hastings Road Day Centre, which was to close,",
        "The share is of the 5,144 people due a review, not of all supported for over a year (the national share); "
        "chance alone would move it by 1.4 points, less than it has moved since 2017/18. One quarter is no trend.",
        "The report is of the first quarter of 2023/24, three years before this meeting.",
        "No limits of chance are drawn here: six years give none, or only limits on trial.",
        "Permanent moves into care homes | 71.5 | 42 | 41% fewer | 56 to 91",
        "New contacts | 4,484 | 4,822 | 8% more | no range",
        "Can officers bring these figures for 2024/25 and 2025/26,",
    ],
)
def test_it_says_what_the_report_prints(said, words):
    assert words in said


def test_the_chart_of_page_one_is_of_years_alone_with_its_values_and_no_limits(outputs):
    first = next(data[FIGURE] for data in outputs if FIGURE in data)
    assert first["data"] == [
        {
            "label": "Had a review",
            "names": ["2017/18", "2018/19", "2019/20", "2020/21", "2021/22", "2022/23"],
            "x": [0, 1, 2, 3, 4, 5],
            "y": [79.9, 74.7, 67.0, 66.5, 53.2, 46.7],
        }
    ]
    assert "2017/18: 80; 2018/19: 75; 2019/20: 67; 2020/21: 67; 2021/22: 53; 2022/23: 47." in first["alt"]


def test_no_signal_is_named_on_few_points_and_limits_are_printed(outputs):
    limited = [data[FIGURE] for data in outputs if FIGURE in data and "Control chart" in data[FIGURE]["alt"]]
    assert len(limited) == 3
    for chart in limited:
        assert "on so few no signal is named" in chart["note"] and "too few points for a signal" in chart["title"]
        assert re.search(r"Mean [\d.]+, limits [\d.]+ to [\d.]+", chart["alt"])
        assert not {"concern", "improvement", "neither"} & {line["label"] for line in chart["data"]}


def test_a_series_that_goes_one_way_and_counts_that_cluster_get_no_limits(report):
    names = " ".join(performance_annex.control_series(report))
    assert "reviewed" not in names and "contacts" not in names and "sickness" in names
    assert [flow.name for flow in report.flows.values() if flow.by_chance] == [
        "New people straight into long-term support",
        "Permanent moves into care homes",
    ]


def test_what_chance_would_do_is_the_range_of_an_average_quarter(report):
    support = report.flows["support"]
    assert (support.year.value, support.now.value) == (1032, 194)
    assert support.by_chance == rates.poisson_interval(258) and support.is_beyond_chance
    assert replace(support, now=replace(support.now, value=292)).verdict.startswith("Too many for chance alone;")
    assert replace(support, now=replace(support.now, value=260)).verdict == "Chance alone could make that difference."


def test_every_table_of_the_report_is_in_the_annex_as_printed(report):
    cells = [cell for _, frame, _ in performance_annex.tables_of(report) for cell in frame.to_numpy().ravel()]
    printed = list(report.figures["as_published"])
    assert all(cells.count(text) >= printed.count(text) for text in set(printed))


@pytest.mark.parametrize(
    ("meeting", "quarter", "later"),
    [
        ("2026-11-26", "Q1 2023/24", ["2024/25", "2025/26"]),
        ("2023-10-05", "Q1 2023/24", []),
        ("2025-04-01", "Q1 2023/24", ["2024/25"]),
        ("2026-03-31", "Q4 2023/24", ["2024/25"]),
    ],
)
def test_what_is_asked_for_is_of_full_years_since_the_quarter(meeting, quarter, later):
    assert performance.later_years(meeting, quarter) == later


@pytest.mark.parametrize("quantity", performance.NEEDED)
def test_a_report_that_lacks_the_table_it_leads_with_is_refused(papers, quantity):
    papers.alter(f"figures_{DOCUMENT}", lambda frame: frame[frame["quantity"] != quantity])
    with pytest.raises(InputError, match=rf"^data/raw/{DOCUMENT}: no table has people .*\({quantity}\).*Add the table"):
        papers.read("performance", authority_id="leicester")


def test_a_report_without_a_quarter_is_refused(papers):
    for table in (f"figures_{DOCUMENT}", f"claims_{DOCUMENT}"):
        papers.alter(table, lambda frame: frame[frame["period_kind"] != "quarter"])
    with pytest.raises(InputError, match="no figure is of a quarter"):
        papers.read("performance", authority_id="leicester")


def test_a_report_with_one_year_of_reviews_says_so_and_draws_no_chart_of_them(papers):
    years = [f"{year}/{year % 100 + 1:02}" for year in range(2017, 2022)]
    papers.alter(
        f"figures_{DOCUMENT}",
        lambda frame: frame[~(frame["quantity"].isin(performance.NEEDED) & frame["period"].isin(years))],
    )
    text = papers.read("performance", authority_id="leicester")
    assert "Less than half of people due a review in 2022/23 had one: 47%\n" in text
    assert "The report has one year of reviews, so that no chart of them is drawn." in text


def test_a_report_that_lacks_other_tables_says_what_it_lacks(papers, monkeypatch):
    lacking = ("quality_assurance", "sickness_days", "safeguarding_outcomes")
    papers.alter(f"figures_{DOCUMENT}", lambda frame: frame[~frame["table"].isin(lacking)])
    begins = "new_long_term_support|admissions|people_long"
    papers.alter(f"claims_{DOCUMENT}", lambda frame: frame[~frame["claim"].str.match(begins)])
    nothing = checks.missing_from("leicester").iloc[:0]
    monkeypatch.setattr(checks, "missing_from", lambda authority_id: nothing)
    text = papers.read("performance", authority_id="leicester")
    assert "The report does not say how many providers were assessed." in text
    assert "No series of the report is long enough for limits" in text
    for name in ("Providers", "Long waits", "New support", "Care homes"):
        assert f"- **{name}.** Not in the report" in text


def test_a_report_without_figures_in_prose_says_so_and_leaves_out_a_year_that_lacks_one_count(papers, monkeypatch):
    nothing = checks.missing_from("leicester").iloc[:0]
    monkeypatch.setattr(checks, "missing_from", lambda authority_id: nothing)
    monkeypatch.setattr(checks, "has_claims", lambda descriptor: False)
    lacking = [("people_reviewed", "2017/18"), ("people_eligible_for_review", "2018/19")]
    papers.alter(
        f"figures_{DOCUMENT}",
        lambda frame: frame[[pair not in lacking for pair in zip(frame["quantity"], frame["period"], strict=True)]],
    )
    text = papers.read("performance", authority_id="leicester")
    assert "Less than half of people due a review in 2022/23 had one: 47%, after 67% in 2019/20" in text
    assert "No single figure in the report's text is on file." in text and "**Long waits.** Not in the report" in text
    assert "Reviews completed | 714.5 | 729 | 2% more | no range" in text


def test_a_report_that_authorities_toml_names_and_nobody_has_is_refused(papers, monkeypatch):
    known = authorities._on_file()
    named = known["leicester"] | {"parameters": {"performance": {"report": "leicester_performance_report_2032"}}}
    monkeypatch.setattr(authorities, "_on_file", lambda: known | {"leicester": named})
    with pytest.raises(InputError, match=rf"has no folder in data/raw\. Did you mean '{DOCUMENT}'"):
        papers.read("performance", authority_id="leicester", report="leicester_performance_report_2032")


def next_report(folder: Path) -> str:
    """A made-up report of a later quarter, of three of the tables, in the project in this folder. Returns its name."""
    source, name = folder / "data/raw" / DOCUMENT, "leicester_performance_report_2024"
    target = source.with_name(name)
    target.mkdir()
    descriptor = yaml.safe_load((source / "datapackage.yaml").read_text(encoding="utf-8"))
    tables = ("reviews", "new_contacts", "quality_assurance")
    descriptor |= {"name": name, "title": "Papers of October 2024", "short_title": "2024", "published": "2024-10"}
    descriptor["resources"] = [one for one in descriptor["resources"] if one["name"] in tables]
    (target / "datapackage.yaml").write_text(later(yaml.safe_dump(descriptor, allow_unicode=True)), encoding="utf-8")
    for table in tables:
        text = later((source / f"{table}.csv").read_text(encoding="utf-8"))
        (target / f"{table}.csv").write_text(text, encoding="utf-8")
    header = (source / "claims.csv").read_text(encoding="utf-8").splitlines()[0]
    claims = [
        "new_long_term_support_2023_24,People who went into support,800,people,during_year,2023/24,,,,Trends",
        "new_long_term_support_quarter_2,People who went into support,310,people,quarter,2024/25 Q2,,,,Trends",
        "people_long_without_review,People long without a review,90,people,at_date,2024-09,,,,Trends",
        "months_since_last_review,Months,24,months,rule,2024-10-05,,,,Trends",
    ]
    (target / "claims.csv").write_text("\n".join([header, *claims, ""]), encoding="utf-8")
    return name


def later(text: str) -> str:
    """A text with its years one later, and its last quarter the second one of the next year."""
    text = re.sub(r"2023/24 Q1|Q1 2023/24", "Q2 in 2024", text).replace("/2023,", "/2024,")
    text = re.sub(r"(20\d\d)/(\d\d)\b(?!/)", lambda match: f"{int(match[1]) + 1}/{int(match[2]) + 1:02}", text)
    return text.replace("Q2 in 2024", "Q2 2024/25")


@pytest.mark.pipeline
def test_a_second_report_makes_the_next_paper_with_no_change_of_code(tmp_path):
    folder = small_project.make(tmp_path / "project")
    shutil.copytree(PROJECT / "data/raw" / DOCUMENT, folder / "data/raw" / DOCUMENT)
    name = next_report(folder)
    with (folder / "authorities.toml").open("a", encoding="utf-8") as file:
        file.write('\n[leicester]\nname = "Leicester City Council"\ncode = "E06000016"\nbriefings = ["performance"]\n')
        file.write('[leicester.paper]\ncommittee = "Commission"\nmeeting_date = "2024-11-26"\n')
        file.write('author = "Analysis"\ncontact = "Ask"\n')
        file.write(f'[leicester.parameters.performance]\nreport = "{name}"\n')
    finished = doit(folder, "brief:leicester:performance")
    assert finished.returncode == 0, finished.stdout + finished.stderr
    cells = json.loads((folder / "build/leicester/performance.ipynb").read_text(encoding="utf-8"))["cells"]
    said = in_words([output["data"] for cell in cells for output in cell.get("outputs", [])])
    for words in (
        "Less than half of people due a review in 2023/24 had one: 47%, after 80% in 2018/19",
        "In September 2024, 90 people had gone 24 months or more without a review.",
        "310 people went straight into long-term support in July to September 2024; an average quarter of 2023/24 had "
        "200. Too many for chance alone; the season may explain it.",
        "The report is of the second quarter of 2024/25,",
        "By 30 June 2024 the council had checked 134 of 172 care providers;",
        "Q2 2024/25 beside an average quarter",
    ):
        assert words in said, words
    assert "2022/23, 80%" not in said and "1,348" not in said and "**Care homes.** Not in the report" in said
