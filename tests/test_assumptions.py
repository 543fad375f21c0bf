import pytest
from conftest import replace

from helpers import assumptions, briefings
from helpers.demand import Gradients
from helpers.errors import InputError

SCENARIO = "data/assumptions/scenarios/constant_rates.yaml"
EVIDENCE = (
    "evidence: The base case, against which every other scenario is compared. It is an assumption, not a finding."
)
GRADIENTS = "data/assumptions/age_bands.yaml"


def test_the_gradients_of_the_method():
    found = assumptions.age_bands()
    assert found["central"] == Gradients(9.1, 2.4, 0.65)
    assert found["low"] == Gradients(5, 1, 0.3)
    assert found["high"] == Gradients(15, 6, 1)


def test_constant_rates_do_not_drift():
    assert assumptions.scenario_for("constant_rates", 2015, 2037)["parameters"]["annual_log_rate_change"] == 0


@pytest.mark.parametrize(
    ("file", "old", "new", "message"),
    [
        (SCENARIO, "owner:", "ownr:", "'ownr' is not known. Did you mean 'owner'"),
        (SCENARIO, "owner: The analyst who makes the briefing\n", "", "lacks 'owner'"),
        (
            SCENARIO,
            EVIDENCE,
            "evidence:",
            "evidence is empty",
        ),
        (SCENARIO, "annual_rate_change_pct: 0", "annual_rate_chang_pct: 0", "Did you mean 'annual_rate_change_pct'"),
        (SCENARIO, "annual_rate_change_pct: 0", "annual_rate_change_pct: none", "must be a number; it is 'none'"),
        (SCENARIO, "annual_rate_change_pct: 0", "annual_rate_change_pct: -100", "exclusiveMinimum -100"),
        (SCENARIO, "id: constant_rates", "id: constant", "must be the file's name"),
        (SCENARIO, "id: constant_rates", "id: [constant_rates", "no readable YAML"),
        (GRADIENTS, "central: 9.1", "central: 19.1", "'care_home' must rise from low to central to high"),
        (
            GRADIENTS,
            "  community:",
            "  comunity:",
            "gradients: the key 'comunity' is not known. Did you mean 'community'",
        ),
        (GRADIENTS, "central: 2.4", "central: two", "community > central must be a number; it is 'two'"),
        (GRADIENTS, 'review_date: "2027-11-30"', "review_date: November 2027", "is not a date"),
        (GRADIENTS, "error_pct: 3", "error_pct: -3", "error_pct"),
    ],
)
def test_a_mistake_in_an_assumption_is_named(project, file, old, new, message):
    replace(project / file, old, new)
    with pytest.raises(InputError) as error:
        assumptions.scenario_named("constant_rates")
        assumptions.age_bands()
    assert message in str(error.value) and file in str(error.value)


def test_a_date_needs_no_quotation_marks(project):
    replace(project / GRADIENTS, 'review_date: "2027-11-30"', "review_date: 2027-11-30")
    assert assumptions.age_bands()["review_date"] == "2027-11-30"


def test_a_passed_review_date_is_reported():
    rows = briefings.assumptions_table(
        assumptions.scenario_named("constant_rates"), assumptions.age_bands(), "2028-01-01"
    )
    assert set(rows["Review by"]) == {"overdue since 30 November 2027"}


def test_an_unknown_scenario_lists_the_known_ones():
    with pytest.raises(InputError, match=r"Did you mean 'constant_rates'\? Known: constant_rates\."):
        assumptions.scenario_named("constant_rate")


@pytest.mark.parametrize(
    ("horizon", "message"),
    [(2015, "not after the base"), (2044, "holds from 2015 to 2043"), ("2037", "must be a year")],
)
def test_a_horizon_that_the_scenario_does_not_hold_for_is_refused(horizon, message):
    with pytest.raises(InputError, match=message):
        assumptions.scenario_for("constant_rates", 2015, horizon)
