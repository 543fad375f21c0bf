"""The files in data/assumptions: what they hold, where it comes from, and every mistake named (method.md section 7)."""

import re
from dataclasses import asdict

import numpy as np
import pytest
from conftest import replace

from helpers.base import authorities, schemas
from helpers.base.errors import InputError
from helpers.council import assumptions
from helpers.paper import briefings
from helpers.published.processed import read_processed

FOLDER = "data/assumptions/scenarios"
AGE_BANDS, SPREAD, DRIVERS = (f"data/assumptions/{name}.yaml" for name in ("age_bands", "spread", "need_drivers"))


def what_it_holds(scenario):
    """What of a scenario's file moves figures."""
    rule = assumptions.scenario_named(scenario)
    return {key: rule[key] for key in ("kind", "values", "applies_to", "authorities", "from_year") if key in rule}


@pytest.mark.snapshots
def test_the_scenarios_on_file(snapshot):
    assert {name: what_it_holds(name) for name in assumptions.known_scenarios()} == snapshot


@pytest.mark.snapshots
@pytest.mark.parametrize("authority_id", ["leicester", "leicestershire"])
def test_how_wide_a_council_s_projection_is(authority_id, snapshot):
    assert asdict(assumptions.widths(authority_id, 157_000)) == snapshot


@pytest.mark.snapshots
def test_other_drivers_of_need(snapshot):
    drivers = assumptions.need_drivers()["annual"]
    assert {one["id"]: [one["growth_pct"], one["age_band"], one["support_reason"]] for one in drivers} == snapshot


def test_a_scenario_is_called_as_its_file_and_no_council_has_another_s():
    for name in assumptions.known_scenarios():
        assert assumptions.scenario_named(name)["id"] == name
    for authority_id in ("leicester", "leicestershire"):
        for name in assumptions.scenarios_for(authority_id):
            assert authority_id in what_it_holds(name).get("authorities", [authority_id])
    assert assumptions.scenarios_for("rutland") == ["constant_rates"]  # which holds for every council


@pytest.mark.parametrize("authority_id", ["leicester", "leicestershire"])
def test_an_authority_works_out_the_consequences_that_it_has_figures_for(authority_id):
    held = assumptions.scenarios_for(authority_id, schemas.CONSEQUENCES)
    assert sorted(authorities.authority_named(authority_id)["consequences"]) == held
    assert (
        held == {"leicester": ["unit_cost"], "leicestershire": ["bed_pressure", "unit_cost", "workforce"]}[authority_id]
    )
    assert all(authority_id in assumptions.scenario_named(name)["figures"] for name in held)


def test_the_decline_of_care_homes_is_that_between_the_censuses_on_file():
    claims = read_processed("claims_ons_care_home_residents_2021").set_index("claim")["value"]
    then, now = (claims[f"share_of_population_{year}"] for year in (2011, 2021))
    evidence = assumptions.scenario_named("care_home_decline")["evidence"]
    assert f"{then}% lived in a care home in 2011 and {now}% in 2021" in evidence
    change = round(100 * np.log(now / then) / 10, 2)
    assert assumptions.scenario_named("care_home_decline")["values"] == {"annual_log_rate_change_pct": change}


def test_healthier_ageing_is_the_change_that_its_evidence_quotes():
    evidence = assumptions.scenario_named("healthier_ageing")["evidence"]
    expected, observed = map(float, re.search(r"([\d.]+)% of people .*?; ([\d.]+)% had\.", evidence).groups())
    assert (expected, observed) == (8.3, 6.5) and "twenty years apart" in evidence
    change = round(100 * np.log(observed / expected) / 20, 2)
    assert assumptions.scenario_named("healthier_ageing")["values"] == {"annual_log_rate_change_pct": change}


@pytest.mark.parametrize("end", ["low", "central", "high"])
def test_the_gradients_of_an_end_are_those_of_its_entries(end):
    bands = assumptions.age_bands()
    assert asdict(bands[end]) == {kind: entry[end] for kind, entry in bands["gradients"].items()}


@pytest.mark.parametrize("end", ["low", "central", "high"])
def test_the_gradient_without_settings_is_the_mix_of_the_two_that_its_evidence_quotes(end):
    ascof = read_processed("figures_dhsc_ascof_2024_25").set_index(["table", "cell"])["value"]
    older, at_home = (ascof[f"{table}_leicester", "B3"] for table in ("long_term_support", "at_home"))
    estimates = read_processed("figures_ons_mid_year_estimates")
    people = estimates.query("area == 'leicester' and period == 'mid-2015'").set_index("age_band")["value"]
    younger, oldest = people["65-74"] + people["75-84"], people["85+"]
    gradients = assumptions.age_bands()["gradients"]
    assert f"{at_home:,.0f} of {older:,.0f} lived at" in gradients["not_stated"]["evidence"]
    # Of each setting: its people at 65-84 and at 85+, where the rate at 85+ is that multiple of the rate at 65-84.
    parts = [(older - at_home, gradients["care_home"][end]), (at_home, gradients["community"][end])]
    at_85 = sum(count * rho * oldest / (younger + rho * oldest) for count, rho in parts)
    together = (at_85 / oldest) / ((older - at_85) / younger)
    assert gradients["not_stated"][end] == pytest.approx(together, abs=0.05)


RATE = "parameters:\n  rate_change:\n    annual_log_rate_change_pct: 0"
EVIDENCE = (
    "evidence: The base case, against which every other scenario is compared. It is an assumption, not a finding."
)
OF_2015 = "{formula: leicestershire_market_position_statement_2016/occupancy_residential_care, rounded_to: 1}"
OWNER = "owner: The analyst who makes the briefing\n"


@pytest.mark.parametrize(
    ("scenario", "old", "new", "message"),
    [
        ("constant_rates", "owner:", "ownr:", "the key 'ownr' is not known. Did you mean 'owner'"),
        ("constant_rates", OWNER, "", "lacks 'owner'. Add it"),
        ("constant_rates", EVIDENCE, "evidence:", "evidence is empty. Fill it in"),
        ("constant_rates", EVIDENCE + "\n", "", "lacks 'evidence'. Add it"),
        ("constant_rates", "citation: None needed\n", "", "lacks 'citation'. Add it"),
        ("constant_rates", "citation: None needed", 'citation: ""', "citation is empty. Fill it in"),
        ("constant_rates", 'review_date: "2027-11-30"', "", "lacks 'review_date'. Add it"),
        ("constant_rates", '"2027-11-30"', "November 2027", "'November 2027' is not a date"),
        ("constant_rates", '"2027-11-30"', '"2027-11-31"', "review_date: '2027-11-31' is no day of the calendar"),
        ("healthier_ageing", "[leicester, leicestershire]", "[]", "authorities is empty. Fill it in"),
        ("constant_rates", "id: constant_rates", "id: constant", "must be the file's name, 'constant_rates'"),
        ("constant_rates", "id: constant_rates", "id: [constant_rates", "is no readable YAML"),
        ("constant_rates", "annual_log_rate_change_pct", "annual_rate_change_pct", "'annual_rate_change_pct' is not k"),
        ("constant_rates", "_pct: 0", "_pct: none", "annual_log_rate_change_pct must be a number; it is 'none'"),
        ("constant_rates", "_pct: 0", "_pct: -21", "annual_log_rate_change_pct must be at least -20; it is -21"),
        ("constant_rates", "_pct: 0", "_pct: 21", "annual_log_rate_change_pct must be at most 20; it is 21"),
        ("constant_rates", RATE, "parameters: {}", "parameters must hold one of rate_change, trend, entrants"),
        ("constant_rates", RATE, RATE + "\n  workforce: {}", "it holds rate_change, workforce. Make one file of each"),
        ("healthier_ageing", "from_year: 2024", "from_year: soon", "from_year must be a whole number; it is 'soon'"),
        ("prevention", "to_year: 2047", "to_year: 2025", "it ends in 2025, before it starts in 2026. Mend one"),
        ("prevention", "cut_pct: 10", "cut_pct: 130", "entrants > cut_pct must be at most 100; it is 130"),
        ("prevention", "cut_pct: 10", "cut_pct: -1", "entrants > cut_pct must be at least 0; it is -1"),
        ("prevention", "low: 18", "low: 6", "length_of_stay_months > low must be at least 12; it is 6"),
        (
            "prevention",
            "low: 18",
            "low: 30",
            "length_of_stay_months must rise from low to central to high; it gives 30",
        ),
        ("prevention", "high: 48", "high: 20", "length_of_stay_months must rise from low to central to high"),
        ("prevention", "high: 48", "most: 48", "length_of_stay_months: the key 'most' is not known"),
        ("recent_trend", "damping_a_year: 0.9", "damping_a_year: 0", "damping_a_year must be more than 0; it is 0"),
        ("recent_trend", "damping_a_year: 0.9", "damping_a_year: 1.1", "damping_a_year must be at most 1; it is 1.1"),
        ("recent_trend", "minimum_points: 5", "minimum_points: 2", "minimum_points must be at least 3; it is 2"),
        ("setting_shift", "share_pct: 10", "share_pct: 101", "move > share_pct must be at most 100; it is 101"),
        ("setting_shift", "phase_in_years: 5", "phase_in_years: -1", "phase_in_years must be at least 0; it is -1"),
        ("setting_shift", "from: residential", "from: homes", "move > from: 'homes' is not known"),
        ("setting_shift", "age_band: [65+]", "age_band: [66+]", "'66+' is not known. Did you mean '65+'"),
        ("bed_pressure", OF_2015, "0", "other_occupancies_pct > item 2 must be more than 0; it is 0"),
        ("bed_pressure", OF_2015, "120", "other_occupancies_pct > item 2 must be at most 100; it is 120"),
        ("bed_pressure", OF_2015, "{formula: 90}", "other_occupancies_pct > item 2 lacks 'rounded_to'. Add it"),
        ("bed_pressure", ", rounded_to: 1}", ", rounded_to: 0}", "rounded_to must be more than 0; it is 0"),
        ("bed_pressure", OF_2015, OF_2015.replace("_care,", "_cares,"), "no figure 'occupancy_residential_cares'"),
        ("bed_pressure", OF_2015, OF_2015.replace("_care,", "_care + 15,"), "the number 15 is typed"),
        (
            "bed_pressure",
            OF_2015,
            OF_2015.replace("formula: ", "formula: 100 * "),
            "must be at most 100; it is 9500",
        ),
        (
            "healthier_ageing",
            "observed_pct: 6.5",
            "observed_pct: 9",
            "rest on `observed_pct < expected_pct`",
        ),
        ("healthier_ageing", ", rounded_to: 0.01}", "}", "annual_log_rate_change_pct lacks 'rounded_to'"),
        ("healthier_ageing", "Two studies {years as words year}", "Two studies twenty years", "'twenty' is typed"),
        ("prevention", "{cut_pct / 100 as part} fewer", "a tenth fewer", "'tenth' is typed"),
        ("care_home_decline", "  ln({", "  by 2.5 ln({", "evidence: '2.5' is typed, and stands for a figure"),
        ("unit_cost", "{leicester_performance_report_2023/package_cost_rise_a_year}", "8%", "evidence: '8%' is typed"),
        ("unit_cost", "unit_cost: {}", "unit_cost: {growth_pct: 8}", "growth_pct"),
    ],
)
def test_a_mistake_in_a_scenario_is_named_with_its_file(project, scenario, old, new, message):
    replace(project / FOLDER / f"{scenario}.yaml", old, new)
    with pytest.raises(InputError) as error:
        assumptions.scenario_named(scenario)
    assert f"{FOLDER}/{scenario}.yaml" in str(error.value) and message in str(error.value)


@pytest.mark.parametrize(
    ("file", "old", "new", "message"),
    [
        (AGE_BANDS, "central: 9.1", "central: 19.1", "'care_home' must rise from low to central to high"),
        (AGE_BANDS, "  community:", "  comunity:", "the key 'comunity' is not known. Did you mean 'community'"),
        (AGE_BANDS, "central: 2.4", "central: two", "community > central must be a number; it is 'two'"),
        (AGE_BANDS, "low: 0.3\n", "low: -0.3\n", "learning_disability > low must be at least 0; it is -0.3"),
        (AGE_BANDS, 'review_date: "2027-11-30"', "review_date: November 2027", "is not a date"),
        (AGE_BANDS, "error_pct: 3", "error_pct: -3", "error_pct must be at least 0; it is -3"),
        (AGE_BANDS, "{low: 28, high: 44}", "{low: 44, high: 28}", "share_18_24_pct is upside down; it gives 44 and 28"),
        (AGE_BANDS, "{low: 28, high: 44}", "{low: 28, high: 144}", "high must be at most 100; it is 144"),
        (SPREAD, "noise: 0.022", "noise: -1", "local > every > noise must be at least 0; it is -1"),
        (SPREAD, "kept: 0.915", "kept: 91.5", "local > every > kept must be at most 1; it is 91.5"),
        (SPREAD, "    sd: 0.07\n", "", "layers > break lacks 'sd'. Add it"),
        (SPREAD, "draws: 10000", "draws: 10001", "draws must be a multiple of 2; it is 10001"),
        (SPREAD, "{8: 15, 20: 25}", "{}", "Give whole years past the estimate"),
        (SPREAD, "{8: 15, 20: 25}", "{eight: 15, 20: 25}", "sd_85_plus_pct gives eight: 15"),
        (SPREAD, "{8: 15, 20: 25}", "{0: 15, 20: 25}", "sd_85_plus_pct gives 0: 15"),
        (SPREAD, "{8: 15, 20: 25}", "{8: fifteen, 20: 25}", "sd_85_plus_pct gives 8: 'fifteen'"),
        (SPREAD, "{8: 15, 20: 25}", "{8: 15, 20: -25}", "sd_85_plus_pct gives 20: -25"),
        (SPREAD, "18-64: 1.5", "18-64: -1.5", "sd_a_year_pct > 18-64 must be at least 0; it is -1.5"),
        (SPREAD, "draws: 10000", "draws: 10", "draws must be at least 100; it is 10"),
        (DRIVERS, "low: 1.2", "low: 4.2", "'emerson_hatton' must rise from low to central to high; it gives 4.2, 3.2"),
        (DRIVERS, "evidence: Emerson", "evidnce: Emerson", "the key 'evidnce' is not known. Did you mean 'evidence'"),
    ],
)
def test_a_mistake_in_another_assumption_is_named_with_its_file(project, file, old, new, message):
    replace(project / file, old, new)
    read = {AGE_BANDS: assumptions.age_bands, DRIVERS: assumptions.need_drivers}
    with pytest.raises(InputError) as error:
        read.get(file, lambda: assumptions.widths("leicester", 45_000))()
    assert file in str(error.value) and message in str(error.value)


def test_what_one_authority_lacks_does_not_stop_the_other(project):
    replace(project / SPREAD, "leicester: 6, ", "")
    assert assumptions.widths("leicestershire", 157_000).population_10_years_pct == 4.4
    assert assumptions.widths("leicester", 45_000).population_10_years_pct == 4.4  # the widest that is on file


def test_a_scenario_without_a_first_year_starts_at_the_base_whenever_that_is():
    for base_year in (2015, 2024):
        rule = assumptions.scenario_for("constant_rates", "leicester", base_year, 2037, "2026-11-26")
        assert rule["from_year"] == base_year


@pytest.mark.parametrize(
    ("scenario", "held", "said"),
    [
        ("constant_rates", True, "at constant rates"),
        ("prevention", False, "under the scenario “Fewer new entrants through prevention”"),
        ("healthier_ageing", False, "under the scenario “Healthier ageing (less dementia)”"),
        (
            "prevention+constant_rates",
            False,
            "under the scenario “Fewer new entrants through prevention and Constant rates”",
        ),
    ],
)
def test_a_scenario_as_a_sentence_takes_it(scenario, held, said):
    assert assumptions.holds_rates(scenario) is held and assumptions.under(scenario) == said


def test_a_date_needs_no_quotation_marks(project):
    replace(project / AGE_BANDS, 'review_date: "2027-11-30"', "review_date: 2027-11-30")
    assert assumptions.age_bands()["review_date"] == "2027-11-30"


def test_a_passed_review_date_is_reported():
    rows = briefings.assumptions_table(
        assumptions.scenario_named("constant_rates"), assumptions.age_bands(), "2028-01-01"
    )
    assert set(rows["Review by"]) == {"overdue since 30 November 2027"}


@pytest.mark.parametrize("name", ["..", "%s", "con", "a+b", "Prevention", ".draft"])
def test_a_scenario_file_that_nothing_could_name_is_refused(project, name):
    (project / FOLDER / "prevention.yaml").rename(project / FOLDER / f"{name}.yaml")
    with pytest.raises(InputError) as error:
        assumptions.known_scenarios()
    assert f"{FOLDER}/{name}.yaml: {name!r} is not a name of small letters" in str(error.value)


def test_an_unknown_scenario_lists_the_known_ones():
    with pytest.raises(InputError, match=r"Did you mean 'constant_rates'\? Known: bed_pressure, .*, workforce\."):
        assumptions.scenario_named("constant_rate")


@pytest.mark.parametrize(
    ("scenario", "authority_id", "base", "horizon", "as_of", "message"),
    [
        ("constant_rates", "leicester", 2015, 2037, "2027-12-01", "2027-11-30, has passed on 2027-12-01. Review its"),
        ("healthier_ageing", "leicester", 2025, 2037, "2026-11-26", "starts in 2024, before the base, 2025. Start it"),
        ("constant_rates", "leicester", 2015, 2048, "2026-11-26", "holds to 2047, and the horizon is 2048. Choose an"),
        ("bed_pressure", "leicester", 2015, 2037, "2026-11-26", "is for leicestershire, not for 'leicester'. Take"),
        ("setting_shift", "leicester", 2015, 2037, "2026-11-26", "is for leicestershire, not for 'leicester'. Take"),
        (
            "recent_trend",
            "leicestershire",
            2015,
            2037,
            "2026-11-26",
            "is for leicester, not for 'leicestershire'. Take",
        ),
    ],
)
def test_a_scenario_that_does_not_hold_is_refused_with_its_file(scenario, authority_id, base, horizon, as_of, message):
    with pytest.raises(InputError) as error:
        assumptions.scenario_for(scenario, authority_id, base, horizon, as_of)
    assert f"{FOLDER}/{scenario}.yaml" in str(error.value) and message in str(error.value)


@pytest.mark.parametrize(
    ("horizon", "as_of", "message"),
    [
        (2015, "2026-11-26", "The horizon 2015 is not after the base, 2015. Choose a later year"),
        (2014, "2026-11-26", "The horizon 2014 is not after the base, 2015. Choose a later year"),
        ("2037", "2026-11-26", "The horizon must be a year, as in 2037; it is '2037'"),
        (2037.5, "2026-11-26", "The horizon must be a year, as in 2037; it is 2037.5"),
        (2037, "26/11/2026", "The day of the projection is '26/11/2026'; a date reads like '2026-11-26'"),
        (2037, "2026-02-30", "The day of the projection is '2026-02-30'; a date reads like"),
        (2037, "1 January 2030", "The day of the projection is '1 January 2030'; a date reads like"),
    ],
)
def test_a_horizon_or_a_day_that_makes_no_sense_is_refused(horizon, as_of, message):
    with pytest.raises(InputError, match=re.escape(message)):
        assumptions.scenario_for("constant_rates", "leicester", 2015, horizon, as_of)


def test_a_scenario_holds_up_to_its_last_year_and_on_its_review_date():
    rule = assumptions.scenario_for("constant_rates", "leicester", 2015, 2047, "2027-11-30")
    assert rule["values"] == {"annual_log_rate_change_pct": 0}
    assert assumptions.scenario_for("prevention", "leicester", 2015, 2016, "2026-11-26")["from_year"] == 2026


@pytest.mark.parametrize(
    ("scenario", "time", "begun"),
    [
        ("prevention", 2025.9, "constant_rates"),
        ("prevention", 2026, "prevention"),
        ("healthier_ageing", 2024, "healthier_ageing"),
        ("constant_rates", 1990, "constant_rates"),
        ("prevention+healthier_ageing", 2024.75, "healthier_ageing"),
        ("prevention+setting_shift", 2024.75, "constant_rates"),
    ],
)
def test_a_count_tests_what_of_a_scenario_has_begun(scenario, time, begun):
    assert assumptions.begun(scenario, time) == begun


@pytest.mark.parametrize(("value", "step"), [(5, 0), (5, -1), (5, np.nan), (np.nan, 1)])
def test_nothing_is_rounded_to_a_step_of_nothing(value, step):
    with pytest.raises(InputError, match="cannot be rounded to"):
        assumptions.rounded_to(value, step)
