"""Need by group: from the latest count on, and as other drivers have it; what prints of a hidden group."""

import numpy as np
import pandas as pd
import pytest

from helpers import open_council
from helpers.base.cells import Suppressed
from helpers.council import need
from helpers.projection.projection_tables import BANDS, people_at, people_said
from helpers.published.processed import read_processed


@pytest.fixture(scope="module")
def city():
    return open_council("leicester")


@pytest.fixture(scope="module")
def county():
    return open_council("leicestershire")


@pytest.mark.parametrize("authority_id", ["leicester", "leicestershire"])
def test_need_by_group_is_the_projection_of_five_years_after_the_latest_count(authority_id):
    kept = read_processed(f"five_year_need_{authority_id}_constant_rates")
    outlook = open_council(authority_id).outlook.query("setting == 'all' and year == 2029")
    keys = ["age_band", "support_reason"]
    both = kept.set_index(keys)["people"].to_frame("kept").join(outlook.set_index(keys)["people"])
    assert len(both) == len(kept) == len(outlook) and set(kept["period"]) == {"2029/30"}
    assert both["kept"].map(str).tolist() == both["people"].map(str).tolist()


def rows(people, reasons):
    frame = pd.DataFrame({"support_reason": reasons, "people": people, "age_band": "65+", "period": "mid-2030"})
    return frame.assign(**dict(zip(BANDS, (5.0, 10.0, 50.0, 100.0, 150.0, 200.0, 250.0), strict=True)))


def test_groups_print_so_that_they_add_to_the_printed_total():
    said = people_said(rows([33.0, 33.0, 34.0, 100.0], ["physical", "sensory", "social", "all"]))
    numbers = [int(text) for text in said["people"]]
    assert numbers[-1] == 100 == sum(numbers[:-1]) and set(said["range"]) == {"10 to 200"}


def test_a_hidden_group_prints_as_hidden_and_the_others_each_by_itself():
    hidden = rows([33.0, Suppressed(1, 4), np.nan, 100.0], ["physical", "sensory", "social", "all"])
    assert people_said(hidden).to_numpy().tolist() == [
        ["35", "10 to 200"],
        ["hidden", "hidden"],
        ["hidden", "hidden"],
        ["100", "10 to 200"],
    ]


def test_a_table_has_the_base_the_later_year_and_its_likely_range():
    base = rows([60.0, 40.0, 100.0], ["social_isolation_other", "mental_health", "all"])
    later = base.assign(people=[66.0, 44.0, 110.0], period="mid-2035")
    shown = need.by_group_said("65+", base, later)
    assert list(shown)[1:] == ["mid-2030", "mid-2035", "Likely range, four in five"]
    assert shown.index.tolist() == ["mental_health", "social_isolation_other", "all"]
    assert shown["mid-2030"].tolist() == ["40", "60", "100"] and shown["mid-2035"].tolist() == ["45", "65", "110"]
    assert set(shown["Likely range, four in five"]) == {"10 to 200"}


def test_the_drivers_of_need_are_those_of_the_council(city, county):
    of_city, of_county = need.drivers_of(city), need.drivers_of(county)
    assert of_county.index.tolist() == ["emerson_hatton"] and len(of_city) == 5
    assert set(of_city["kind"]) == {"annual", "published"} and of_city["evidence"].nunique() == 3


def test_a_yearly_rate_compounds_from_the_base_and_two_counts_end_with_the_second(city):
    growth = need.growth_by_year(city, need.drivers_of(city), 2036).set_index(["driver", "year"])
    rate = growth.loc["emerson_hatton"]
    assert rate.index[0] == 2024 and rate["growth"].iloc[0] == 1
    assert rate.loc[2034, ["growth_lower", "growth", "growth_upper"]].tolist() == pytest.approx(
        [1.012**10, 1.032**10, 1.051**10]
    )
    assert rate["people_at_start"].iloc[0] == pytest.approx(
        people_at(city.projection, 2024.75, "18-64", "learning_disability")
    )


def test_of_counts_from_before_the_base_only_the_growth_from_the_base_on_is_taken(city):
    growth = need.growth_by_year(city, need.drivers_of(city), 2036).set_index(["driver", "year"])
    dementia = growth.loc["dementia_65_plus"]
    assert (dementia.index[0], dementia.index[-1]) == (2024, 2035) and dementia["growth"].iloc[0] == 1
    driven = need.drivers_of(city).loc["dementia_65_plus"]["figures"].values()
    before, after = (need.series.figure("leicester", text, "a test")["value"] for text in driven)
    assert dementia["growth"].iloc[-1] == pytest.approx((after / before) ** (11 / 15))
    kept = read_processed("need_drivers_leicester_constant_rates").query("driver == 'dementia_65_plus'")
    people = dementia["people_at_start"] * dementia["growth"]
    assert people.tolist() == pytest.approx(kept["people"].astype(float).tolist(), abs=0.051)


def test_counts_that_end_before_the_base_are_left_out(city):
    drivers = need.drivers_of(city).loc[["dementia_65_plus"]]
    figures = dict(zip(("2010", "2020"), drivers["figures"].iloc[0].values(), strict=True))
    growth = need.growth_by_year(city, drivers.assign(figures=[figures]), 2036)
    assert growth.empty and list(growth) == list(need.GROWTH)


def test_a_driver_of_a_group_that_the_base_has_not_is_left_out(city):
    drivers = need.drivers_of(city).assign(support_reason="physical")
    growth = need.growth_by_year(city, drivers, 2037)
    assert growth.empty and list(growth) == list(need.GROWTH)
