"""Official tables of all councils, as on file and as read anew from the publishers' files: known figures, pinned."""

from decimal import Decimal
from pathlib import Path

import pandas as pd
import pytest
from conftest import PROJECT
from frictionless import Package

from helpers.base.cells import NotGiven, Suppressed
from helpers.base.errors import InputError
from helpers.base.paths import known_sources
from helpers.published import processed
from helpers.published.official import areas, population, register
from helpers.published.official.tables import read_official, with_bounds

OFFICIAL = PROJECT.parent / "shared/official"
ACTIVITY, OUTCOMES, OLDER_OUTCOMES = "nhs_ascfr_2021_22", "dhsc_ascof_england_2024_25", "nhs_ascof_england_2020_21"
ESTIMATES, PROJECTED = "ons_mid_year_estimates_england", "ons_2018_based_projections_england"
LEICESTER, LEICESTERSHIRE, ENGLAND, HACKNEY = "E06000016", "E10000018", "E92000001", "E09000012"
PUBLICATIONS = {entry["source"]: entry for entry in register.publications()}


def persons(source: str, table: str, area: str, key: str, ages: range | None = None) -> float:
    """Persons of an area in a mid-year, all or from the first of these ages to the last (90: 90 and over)."""
    rows = read_official(source, table).query("area_code == @area and period == @key")
    assert len(rows) == 1
    columns = ["all_ages"] if ages is None else [str(age) if age < 90 else "90+" for age in ages]
    return rows[columns].astype(float).sum(axis=1).iloc[0]


def at(frame: pd.DataFrame, area: str, **keys: str) -> object:
    """The one value of an area and keys."""
    for key, value in {"area_code": area, **keys}.items():
        frame = frame[frame[key] == value]
    assert len(frame) == 1, frame
    return frame["value"].iloc[0]


@pytest.mark.papers
@pytest.mark.parametrize("source", PUBLICATIONS)
def test_the_tables_on_file_are_what_the_publishers_files_are_read_into(source):
    entry = PUBLICATIONS[source]
    there = {file.name: file for file in sorted(OFFICIAL.rglob("*"))}
    if lacking := [name for name in entry["files"] if name not in there]:
        pytest.skip(f"the publisher's file is not here: {OFFICIAL} lacks {lacking[0]}")
    made = register.read_publication(entry, {name: there[name] for name in entry["files"]})
    assert {path.name for path in made} == {path.name for path in (PROJECT / "data/raw" / source).iterdir()}
    for path, content in made.items():
        assert path.read_bytes() == content, path.name


@pytest.mark.parametrize("source", ["england_areas", *PUBLICATIONS])
def test_every_descriptor_is_a_data_package_that_other_tools_read_and_no_document_to_tidy(source):
    package = Package(str(PROJECT / "data/raw" / source / "datapackage.yaml"))
    assert package.licenses[0]["name"] == "OGL-UK-3.0" and source not in known_sources()
    for resource in package.resources:
        with resource:
            assert resource.header.labels == resource.schema.field_names
    folder = PROJECT / "data/raw" / source
    assert {file.name for file in folder.glob("*.csv")} == {resource.path for resource in package.resources}


def test_all_councils_of_today_are_known_and_every_district_lies_in_one():
    today = areas.councils_of_today()
    assert len(today) == 153 and today[LEICESTER].council == "Leicester"
    assert set(areas.lower_tier().values()) == set(today)
    assert {now for one in areas.councils().values() for now in one.now.split()} == set(today)


def test_long_term_support_during_the_years_as_published():
    by_year = with_bounds(ACTIVITY, "activity_by_year", "people").query("activity == 'long_term_support'")
    years = ("2019/20", "2020/21", "2021/22")
    for area, printed in {
        LEICESTERSHIRE: (6440, 7160, 7115),
        LEICESTER: (3725, 3825, 3850),
        ENGLAND: (548450, 551550, 529010),
    }.items():
        assert tuple(at(by_year, area, age_band="65+", period=year) for year in years) == printed
    row = by_year.query("area_code == @LEICESTER and age_band == '65+' and period == '2021/22'").iloc[0]
    assert (row["lower"], row["upper"], row["status"]) == (3848, 3852, "rounded")
    hidden = at(by_year, "E06000053", age_band="18-64", period="2021/22")
    assert hidden == Suppressed(0, 4)
    assert at(by_year, HACKNEY, age_band="65+", period="2021/22") == NotGiven("not_available")


def test_long_term_support_at_the_year_end_and_by_setting_and_reason():
    support = with_bounds(ACTIVITY, "long_term_support", "people")
    of_england = support.query("measure == 'during_year'")
    ages = {"all": 817915, "18-64": 288905, "65+": 529010}
    assert {age: at(of_england, ENGLAND, age_band=age) for age in ages} == ages
    assert at(support, LEICESTERSHIRE, measure="at_date", period="31 March 2022", age_band="65+") == 4250
    assert at(support, LEICESTER, measure="at_date", period="31 March 2022", age_band="65+") == 2840
    by_setting = with_bounds(ACTIVITY, "long_term_support_during_year", "people")
    assert at(by_setting, LEICESTER, age_band="65+", setting="managed_personal_budget") == 1925
    assert at(by_setting, LEICESTER, age_band="65+", setting="commissioned_support_only") == Suppressed(0, 4)
    joint = with_bounds(ACTIVITY, "long_term_support_england", "people")
    keys = {"age_band": "65+", "setting": "residential"}
    assert at(joint, ENGLAND, support_reason="physical_personal_care", **keys) == 68155
    assert at(joint, ENGLAND, support_reason="all", **keys) == 133025


def test_money_and_unit_costs_as_published():
    spent = with_bounds(ACTIVITY, "spending_by_care_type", "gbp_thousand")
    assert at(spent, ENGLAND, care_type="all") == pytest.approx(21958360.129, abs=0.01)
    income = with_bounds(ACTIVITY, "income_by_care_type", "gbp_thousand")
    assert at(income, LEICESTER, finance="client_contributions", care_type="all", age_band="all") == 19144.5
    assert at(income, LEICESTER, finance="all", care_type="all", age_band="all") == 73610.9
    hourly = with_bounds(ACTIVITY, "hourly_cost_of_home_care", "gbp_per_hour")
    assert at(hourly, ENGLAND, period="2021/22", provider="external") == pytest.approx(18.8849)


def test_reviews_of_people_with_support_for_over_a_year():
    reviewed, of = (with_bounds(ACTIVITY, "reviews", column) for column in ("people_reviewed", "people"))
    assert (at(reviewed, ENGLAND), at(of, ENGLAND)) == (253325, 458915)
    assert (at(reviewed, LEICESTER), at(of, LEICESTER)) == (1240, 3775)
    long = with_bounds(ACTIVITY, "long_term_support", "people")
    assert at(of, LEICESTERSHIRE) == at(long, LEICESTERSHIRE, measure="at_date_over_12_months", age_band="all") == 4570


def test_deprivation_scores_are_those_of_2019_and_of_its_councils():
    scores = read_official("mhclg_deprivation_2019", "average_scores").set_index("area_code")["average_score"]
    assert len(scores) == 151 and scores[[LEICESTER, LEICESTERSHIRE]].tolist() == ["30.877", "12.33"]
    now = areas.of_today(scores.reset_index().assign(period="1 April 2019"))["area_code"]
    assert areas.councils_of_today().keys() - set(now) == {"E06000061", "E06000062", "E06000063", "E06000064"}


def test_the_latest_counts_and_admissions():
    below, of = (with_bounds(OUTCOMES, "counts_and_shares", column) for column in ("numerator", "denominator"))
    shares = with_bounds(OUTCOMES, "counts_and_shares", "outcome")
    for area, admitted, older, rate in ((LEICESTER, 278, 46623, 596.3), (LEICESTERSHIRE, 829, 157349, 526.9)):
        assert (at(below, area, measure="2c"), at(of, area, measure="2c")) == (admitted, older)
        assert at(shares, area, measure="2c") == rate == round(100_000 * admitted / older, 1)
    support = {LEICESTER: (855, 2658, 3966), LEICESTERSHIRE: (1437, 3111, 7870)}
    for area, counts in support.items():
        assert tuple(at(of, area, measure=measure) for measure in ("2e(1)", "2e(2a)", "2e(2b)")) == counts
    assert at(of, LEICESTER, measure="3d(1a)") == 4004
    assert at(of, "E08000033", measure="2e(1)").lower == 0


def test_estimates_of_population_agree_with_what_other_publications_count_by():
    assert persons(ESTIMATES, "before_census_2021", LEICESTER, "mid-2020") == 354036
    assert persons(ESTIMATES, "before_census_2021", LEICESTERSHIRE, "mid-2020") == 713085
    assert persons(ESTIMATES, "after_census_2021", LEICESTER, "mid-2022") == 373399
    assert persons(ESTIMATES, "after_census_2021", LEICESTER, "mid-2023") == 379780
    assert persons(ESTIMATES, "after_census_2021", ENGLAND, "mid-2021") == 56536419
    assert persons(ESTIMATES, "before_census_2021", ENGLAND, "mid-2011") == 53107169
    older = range(65, 91)
    estimated = read_official(ESTIMATES, "after_census_2021").query("period == 'mid-2024'").set_index("area_code")
    estimated = estimated[[str(age) for age in range(65, 90)] + ["90+"]].astype(int).sum(axis=1)
    assert (estimated[LEICESTER], estimated[LEICESTERSHIRE]) == (46623, 157349)
    counted = read_official(OUTCOMES, "counts_and_shares").query("measure == '2c' and area_code != @ENGLAND")
    counted = counted.set_index("area_code")["denominator"].drop("E06000053").astype(int)
    assert len(counted) == 152 and (counted == estimated[counted.index]).all()
    before = read_official(OLDER_OUTCOMES, "measures").query("measure == '2A2' and area_code == @LEICESTERSHIRE")
    assert int(before["denominator"].iloc[0]) == persons(
        ESTIMATES, "before_census_2021", LEICESTERSHIRE, "mid-2020", older
    )


def test_no_series_of_estimates_runs_across_the_census():
    before, after = (set(read_official(ESTIMATES, f"{part}_census_2021")["period"]) for part in ("before", "after"))
    assert before == {f"mid-{year}" for year in (2011, *range(2015, 2021))}
    assert after == {f"mid-{year}" for year in range(2021, 2025)}


def test_projections_of_population():
    all_ages = read_official(PROJECTED, "persons").query("age == 'all_ages'").set_index("area_code")
    for area, first, last in ((LEICESTER, 355218, 391618), (LEICESTERSHIRE, 698268, 860618)):
        assert [round(float(all_ages.loc[area, year])) for year in ("2018", "2043")] == [first, last]
    assert [float(all_ages.loc[ENGLAND, year]) for year in ("2018", "2043")] == [55977178, 61744098]
    assert len(all_ages) == 154
    newer = read_official("ons_2022_based_projections_by_age", "persons").query("area_code == @LEICESTERSHIRE")
    newer = newer.set_index("age").drop(columns="area_code").astype(float)
    ages = {"18-64": range(18, 65), "65-84": range(65, 85), "85+": range(85, 91)}
    sums = {
        band: [round(newer.loc[[str(age) if age < 90 else "90+" for age in of], year].sum()) for year in years]
        for years in (("2022", "2024", "2037"),)
        for band, of in ages.items()
    }
    assert sums == {
        "18-64": [428280, 439718, 481315],
        "65-84": [132048, 136729, 165567],
        "85+": [19520, 20403, 33627],
    }


def test_a_council_that_followed_another_has_its_years_and_one_that_was_split_keeps_its_own():
    frame = pd.DataFrame(
        [
            ("E10000002", "2019/20"),
            ("E10000002", "2021/22"),
            ("E06000060", "2019/20"),
            ("E06000060", "31 March 2022"),
            ("E10000021", "2020/21"),
            ("E10000006", "2021/22"),
        ],
        columns=["area_code", "period"],
    )
    kept = areas.of_today(frame)
    assert kept["area_code"].tolist() == ["E06000060", "E06000060", "E10000021", "E10000006"]
    assert kept["council"].tolist() == ["Buckinghamshire", "Buckinghamshire", "Northamptonshire", "Cumbria"]


def test_the_one_table_of_long_term_support_has_every_council_and_keeps_what_is_hidden():
    every = processed.read_processed("england/long_term_support")
    latest = every.query("period == '2024/25' and support_reason == 'all' and council != 'England'")
    assert latest.groupby("age_band")["area_code"].nunique().to_dict() == {"18-64": 153, "65+": 153}
    assert set(latest["area_code"]) == set(areas.councils_of_today())
    older = every.query("period == '2019/20' and age_band == '65+'").set_index("area_code")
    assert older.loc["E06000060", "council"] == "Buckinghamshire" and "E06000061" not in older.index
    scilly = every.query("area_code == 'E06000053' and period == '31 March 2022' and age_band == '18-64'").iloc[0]
    assert scilly["people"] == Suppressed(0, 4) and scilly["status"] == "suppressed"
    assert not every.duplicated(["area_code", "measure", "period", "age_band", "support_reason"]).any()


def test_an_unknown_table_or_column_is_refused_with_the_nearest():
    with pytest.raises(InputError, match=r"no table 'long_term_suport'. Did you mean 'long_term_support'"):
        read_official(ACTIVITY, "long_term_suport")
    with pytest.raises(InputError, match=r"no figures 'numerators'. Did you mean 'numerator'"):
        with_bounds(OUTCOMES, "counts_and_shares", "numerators")


def test_no_publishers_file_is_kept_in_the_project():
    folder = Path(PROJECT / ".gitignore").read_text(encoding="utf-8").splitlines()
    assert f"{register.DOWNLOADS}/" in folder


def test_a_county_without_one_of_its_districts_is_refused():
    lower = areas.lower_tier()
    there = {code: ([Decimal(100)], code) for code, county in lower.items() if county == "E10000018"}
    known = areas.councils()
    assert population.summed(there, known, lower, "The file", whole=False) == {"E10000018": [Decimal(700)]}
    del there["E07000129"]
    with pytest.raises(
        InputError, match=r"The file has no row for Blaby \(E07000129\), and has others of the same council"
    ):
        population.summed(there, known, lower, "The file", whole=False)
