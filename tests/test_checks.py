"""The checks of both councils' published figures: what they find, all of it and nothing else, by hand arithmetic."""

import csv
import datetime
import re
from functools import cache

import pandas as pd
import pytest
import yaml
from conftest import PROJECT, replace

from helpers.base.authorities import documents_of
from helpers.base.cells import NotGiven
from helpers.base.errors import InputError
from helpers.base.vocabulary import NATIONAL
from helpers.checks.figure_book import Book
from helpers.council import checks, figures

pytestmark = pytest.mark.papers

CODES = {"leicestershire": "E10000018", "leicester": "E06000016"}
RAW = PROJECT / "data/raw"
TEXTS = PROJECT.parent / "shared/sources"
STATEMENT, REPORT = "leicestershire_market_position_statement_2016", "leicester_performance_report_2023"


@cache
def book(council: str) -> Book:
    return checks.figure_book(council)


@cache
def results(council: str) -> pd.DataFrame:
    return checks.checks_of(council, book(council))


POPULATION_2012 = 15_900 + 106_000 + 194_800 + 339_900  # 656,600: Market Position Statement, The Population
OLDER_2012 = 15_900 + 106_000
# Each disagreement, with the least and the most that the other figures give.
DISAGREEMENTS = {
    "leicestershire": {
        # Market Position Statement, Health and Care Needs: printed 15%, 18%, 34% and nearly 50%
        "share_limited_a_lot": (100 * 36_708 / POPULATION_2012,) * 2,
        "share_limited_a_little": (100 * 44_851 / POPULATION_2012,) * 2,
        "share_in_bad_or_very_bad_health_65_plus": (100 * (21_967 + 6_053) / OLDER_2012,) * 2,
        "infographic_share_in_poor_health_over_65": (34, 34),
        # The picture of 36,708 people, labelled as all with a long-term condition or disability
        "infographic_people_limited_a_lot": (36_708 + 44_851,) * 2,
        # "See page" 17, 19, 21 and 23; the contents have 18, 20, 22 and 24
        "page_of_preventing_need": (18, 18),
        "page_of_reducing_need": (20, 20),
        "page_of_delaying_need": (22, 22),
        "page_of_meeting_need": (24, 24),
        # The support tables' label says 2015/16, the closing section 2014/15
        "support_tables_year": (2014, 2014),
        # 43% of staff are called the majority
        "majority_45_64": (43, 43),
        # The two support tables: printed 2,661 (twice), 1,971, 2,119 and 6,913; each hidden count is 0 to 4
        "long_term_support_18_64_H11_across_setting": (21 + 474 + 958 + 394 + 377 + 436,) * 2,
        "long_term_support_18_64_H11_across_support_reason": (345 + 494 + 13 + 15 + 1_225 + 507 + 16 + 44,) * 2,
        "long_term_support_65_plus_C11_across_support_reason": (1_957, 350 + 989 + 144 + 65 + 401 + 8 + 2 * 4),
        "long_term_support_65_plus_F11_across_support_reason": (2_111, 251 + 1_519 + 12 + 126 + 24 + 144 + 35 + 4),
        "long_term_support_65_plus_H11_across_support_reason": (6_892, 1_178 + 4_269 + 25 + 367 + 125 + 862 + 66 + 4),
    },
    "leicester": {
        # Provider hub: 44,300 people of 65 and over to 60,400, printed as 65%
        "population_65_plus_growth_share": (100 * (60_400 / 44_300 - 1),) * 2,
        # Freedom of Information response, 2024: asked for 12 months; answered for September 2023 to September 2024
        "complaints_period_as_asked": (4 + 9, 4 + 9),
        # The report on the improvement journey is dated 6 October 2023, for the meeting of 5 October
        "improvement_report_day": (datetime.date(2023, 10, 5).toordinal(),) * 2,
        # 82 of 92 care homes assessed, printed as 88.2%
        "quality_assurance_coverage_care_homes_may_2023": (100 * 82 / 92,) * 2,
        # Safeguarding: 154 people at 47.6% and 168 at 54.8%; the nearest whole numbers of people are 324 and 307
        "safeguarding_share_2017_18": (100 * 154 / 324,) * 2,
        "safeguarding_share_2019_20": (100 * 168 / 307,) * 2,
        # Minutes of 24 August 2023: down to 4 inadequate providers, and 3 that remain
        "inadequate_providers_remaining_against_recent_number": (4, 4),
        # Day centre: health looks for places for 6 people; on the list of 22 September 2023, 4 and 1 are health's
        "day_centre_people_with_health_against_progress_list": (4 + 1, 4 + 1),
    },
}


def found(council: str, verdict: str) -> pd.DataFrame:
    return results(council)[results(council)["verdict"] == verdict].set_index("check")


def test_at_least_250_checks_of_both_councils():
    every = pd.concat(map(results, CODES))
    assert len(every.drop_duplicates(["source", "check"])) >= 250


@pytest.mark.parametrize("council", CODES)
def test_what_disagrees_is_what_hand_arithmetic_says_and_nothing_else(council):
    disagreeing = found(council, "disagrees")
    assert set(disagreeing.index) == set(DISAGREEMENTS[council])
    for check, (least, most) in DISAGREEMENTS[council].items():
        row = disagreeing.loc[check]
        printed = book(council).frame.loc[f"{row['source']}/{row['published']}"]
        assert row["recomputed"] == pytest.approx((least + most) / 2), check
        assert most < printed["lower"] or least > printed["upper"], check


@pytest.mark.parametrize("council", CODES)
def test_every_disagreement_and_nothing_else_says_its_cause_why_it_matters_and_what_to_ask(council):
    every = results(council)
    disagrees, apart = (every["verdict"] == verdict for verdict in ("disagrees", "not_comparable"))
    assert ((every["cause"] != "none") == (disagrees | apart)).all()
    assert ((every["matters"] != "none") == disagrees).all() and ((every["question"] != "none") == disagrees).all()


@pytest.mark.parametrize(
    ("council", "check", "value"),
    [
        ("leicestershire", "growth_total", 100 * (753_100 / POPULATION_2012 - 1)),
        ("leicestershire", "share_in_very_good_health", 100 * 308_763 / POPULATION_2012),
        ("leicestershire", "learning_disability_share_18_64", 100 * 1_225 / 2_661),
        ("leicestershire", "days_lost_to_sickness", 15_700 * 7),
        ("leicestershire", "positions_vacated_direct_care", 12_000 * 0.387),
        ("leicestershire", "placements_increase", 100 * (1_672 / 1_510 - 1)),
        ("leicestershire", "admission_rate_leicestershire", 100_000 * 829 / 157_349),
        ("leicester", "assessments_average_of_three_years", (2_164 + 1_769 + 2_427) / 3),
        ("leicester", "eligible_share_2022_23_from_numbers", 100 * 1_745 / 3_180),
        ("leicester", "people_long_without_review_share_of_eligible", 100 * 1_348 / 5_144),
        ("leicester", "contacts_rise_2021_22_from_growth", 18_937 / 9),  # a rise of 12.5% is a ninth of what follows
        ("leicester", "safeguarding_share_2020_21", 100 * 170 / 273),
        ("leicester", "complaints_add_to_total", 1 + 9 + 13 + 12 + 14 + 6 + 1 + 2 + 13),
        ("leicester", "admission_rate_leicester", 100_000 * 278 / 46_623),
    ],
)
def test_figures_that_agree_come_to_what_hand_arithmetic_gives(council, check, value):
    assert found(council, "agrees").loc[check, "recomputed"] == pytest.approx(value)


def test_positions_vacated_agree_within_rounding_only():
    # 1,200 managers, to the nearest 100, and 9.2% of them: 105 to 116, printed as 110
    row = found("leicestershire", "agrees_within_rounding").loc["positions_vacated_managers"]
    assert row["recomputed_lower"] == pytest.approx(1_150 * 0.0915)
    assert row["recomputed_upper"] == pytest.approx(1_250 * 0.0925)


def test_what_must_not_be_compared():
    apart = found("leicester", "not_comparable")
    periods = apart[apart.index.str.endswith("_periods")]
    assert set(periods.index) == {"reviews_periods", "eligible_needs_share_periods", "quality_assurance_periods"}
    assert (periods["for_members"] == "yes").all()
    assert periods.loc["reviews_periods", "what"].endswith("years (2017/18 to 2022/23) beside a quarter (Q1 2023/24)")
    assert {"home_care_providers_county_and_city", "complaints_in_two_documents"} <= set(apart.index)
    # 85% of beds are occupied and 12% spare: they do not make up all, and nothing says that they must.
    assert "occupied_and_spare_beds" in found("leicestershire", "not_comparable").index
    # The tables of the Statement: 2,083 of 6,623 people in the community had a direct payment.
    row = found("leicestershire", "not_comparable").loc["direct_payments_against_support_tables"]
    assert row["recomputed"] == pytest.approx(100 * 2_083 / 6_623)


@pytest.mark.parametrize("council", CODES)
def test_no_check_of_one_council_rests_on_a_figure_of_the_other(council):
    other = book(council).frame["area_code"] == next(code for name, code in CODES.items() if name != council)
    every = results(council)
    assert other.any()
    worked_out = every[(every["verdict"] != "not_comparable") | (every["formula"] != "none")]
    both = [check for _, check in worked_out.iterrows() if other.reindex(check["inputs"].split()).any()]
    assert [check["check"] for check in both] == []


#: Columns of labels before the figures, where it is not one.
LABEL_COLUMNS = {
    **dict.fromkeys(("admissions_leicester", "admissions_leicestershire"), 0),
    **dict.fromkeys(("year_end_leicester", "year_end_leicestershire", "new_admissions_excluding_self_funders"), 0),
    **dict.fromkeys(("dementia_prevalence", "population", "care_homes_by_type"), 2),
}


def counted(council: str) -> dict[str, int]:
    """Documents, tables, figures in tables and figures in prose in data/raw, from the files alone."""
    documents, tables, cells, claims = 0, 0, 0, 0
    for folder in sorted(RAW.iterdir()):
        descriptor = yaml.safe_load((folder / "datapackage.yaml").read_text(encoding="utf-8"))
        owner = descriptor.get("authority")
        own = [part for part in descriptor["resources"] if part.get("authority", owner) in (CODES[council], *NATIONAL)]
        documents += bool(own) or owner in (CODES[council], *NATIONAL)
        tables += len(own)
        for name in [part["name"] for part in own if not part["path"].startswith("text_")]:
            with (folder / f"{name}.csv").open(encoding="utf-8", newline="") as file:
                rows = list(csv.reader(file))[
                    2 if name in ("long_term_support_18_64", "long_term_support_65_plus") else 1 :
                ]
            printed = [cell for row in rows for cell in row[LABEL_COLUMNS.get(name, 1) :]]
            cells += len(printed) + 3 * sum("assessed" in cell for cell in printed)
        if (folder / "claims.csv").is_file() and owner in (CODES[council], *NATIONAL):
            claims += len((folder / "claims.csv").read_text(encoding="utf-8").splitlines()) - 1
    return {"documents": documents, "tables": tables, "cells": cells, "claims": claims}


@pytest.mark.parametrize("council", CODES)
def test_every_printed_figure_is_on_file(council):
    counts = checks.counts(council, book(council), results(council))
    assert {name: counts[name] for name in ("documents", "tables", "cells", "claims")} == counted(council)


@pytest.mark.parametrize("council", CODES)
def test_the_counts_of_verdicts_add_to_all_checks(council):
    counts = checks.counts(council, book(council), results(council))
    agree = sum(counts[verdict] for verdict in counts if verdict.startswith("agrees"))
    assert counts["recomputed"] == agree + counts["disagrees"] and counts["disagrees"] == len(DISAGREEMENTS[council])
    assert counts["checks"] == counts["recomputed"] + counts["not_comparable"] + counts["derived_only"]
    documents = checks.documents_table(list(dict.fromkeys(results(council)["source"])), book(council), results(council))
    assert (documents["Checks"].sum(), documents["Disagree"].sum()) == (counts["checks"], counts["disagrees"])


#: The stored texts of documents from which figures are missing.
TEXT_OF = {
    "leicester_foi_2024": "000_cba9b05de2b39db9.txt",
    "leicester_foi_gross_budgets_2012": "001_3b006d49d99782cd.txt",
    STATEMENT: "002_f8d11808c15c9f9b.txt",
    REPORT: "003_be4c17604381657f.txt",
    "leicester_overview_2024": "004_339fae45b32ebc97.txt",
}


@pytest.mark.skipif(not TEXTS.exists(), reason="the texts of the source documents are not on this machine")
def test_what_is_missing_stood_under_a_heading_of_its_document():
    missing = pd.concat(checks.missing_from(council) for council in CODES)
    missing = missing[missing["source"].isin(TEXT_OF)]
    assert set(missing["source"]) == set(TEXT_OF)
    for _, entry in missing.iterrows():
        text = (TEXTS / TEXT_OF[entry["source"]]).read_text(encoding="utf-8")
        for section in re.split("; ", entry["section"].partition(": time series")[0]):
            assert section in text, (entry["id"], section)


def test_each_council_misses_its_own():
    sources = {council: set(checks.missing_from(council)["source"]) for council in CODES}
    assert {source.split("_")[0] for source in sources["leicester"]} == {"leicester"}
    assert {source.split("_")[0] for source in sources["leicestershire"]} == {"leicestershire"}


def test_a_misspelt_figure_in_a_document_is_named_with_its_place(project):
    path = f"data/raw/{STATEMENT}/checks.yaml"
    replace(project / path, "formula: 100 * spend_in_house / spend_total", "formula: 100 * spend_inhouse / spend_total")
    with pytest.raises(InputError, match=f"{path}, spend_in_house_share: .*Did you mean 'spend_in_house'"):
        checks.checks_of("leicestershire", book("leicestershire"))


def test_a_document_on_both_councils_gives_each_its_own_comparisons(project):
    with (project / "data/raw/dhsc_ascof_2024_25/checks.yaml").open("a", encoding="utf-8") as file:
        file.write("not_comparable:\n  - {id: trial, what: Trial, figures: [at_home_leicester!B2], reason: Trial.}\n")
    given = {council: checks.checks_of(council, book(council)) for council in CODES}
    assert {council: (rows["check"] == "trial").sum() for council, rows in given.items()} == {
        "leicestershire": 0,
        "leicester": 1,
    }


def test_a_formula_that_cannot_be_read_is_named_in_a_document_on_both_councils_too(project):
    path = "data/raw/dhsc_ascof_2024_25/checks.yaml"
    replace(project / path, '"100000 * admissions_leicester!A2 /', '"100000 * (admissions_leicester!A2 /')
    with pytest.raises(InputError, match=f"{path}, admission_rate_leicester: .*brackets"):
        checks.checks_of("leicester", book("leicester"))


def test_an_outcome_beyond_a_break_needs_its_bridge(project):
    assert figures.outcome_of("leicestershire")["value"].to_dict() == {"18-64": 3_111, "65+": 7_870}
    text = (project / "authorities.toml").read_text(encoding="utf-8")
    (project / "authorities.toml").write_text(re.sub(r"bridge = .*", "", text), encoding="utf-8")
    with pytest.raises(InputError, match=r"leicestershire: .* registered break, client_level_data \(from 2024-04-01\)"):
        figures.outcome_of("leicestershire")


def test_what_is_not_given_is_no_figure_on_file():
    before = checks.counts("leicester", book("leicester"), results("leicester"))
    frame = book("leicester").frame.copy()
    cell = f"{REPORT}/new_contacts!B2"
    frame.loc[cell, "status"], frame.at[cell, "value"] = "not_applicable", NotGiven("not_applicable")
    after = checks.counts("leicester", Book(CODES["leicester"], frame), results("leicester"))
    assert after == before | {"cells": before["cells"] - 1}
    tables = [
        checks.documents_table([REPORT], one, results("leicester"))
        for one in (book("leicester"), Book(CODES["leicester"], frame))
    ]
    assert tables[0]["Figures"].item() == tables[1]["Figures"].item() + 1


def test_what_a_councils_checks_rest_on_is_there_each_file_once():
    for authority_id in ("leicester", "leicestershire"):
        files = checks.files_read(authority_id)
        assert len(files) == len(set(files)) and all(path.is_file() for path in files)
        assert {path.parent.name for path in files if path.suffix == ".yaml"} == set(documents_of(authority_id))
