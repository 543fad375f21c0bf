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


def test_the_groups_of_a_count_stand_so_many_years_after_it(city, county):
    of_city, of_county = need.groups_counted(city, 5), need.groups_counted(county, 3)
    assert set(of_city["age_band"]) == {"18+"} and set(of_county["age_band"]) == {"18-64", "65+"}
    assert (of_city["counted"].iloc[0], of_city["period"].iloc[0]) == ("31 March 2024", "31 March 2029")
    assert (of_county["counted"].iloc[0], of_county["period"].iloc[0]) == ("2024/25", "2027/28")
    assert (of_county["later"] == 2027.75).all()


def test_a_group_has_its_share_of_the_count_and_grows_as_in_the_projection(city):
    groups = need.groups_counted(city, 5).assign(found=lambda rows: need.later_for_each_counted(rows, city.projection))
    found = groups.set_index("support_reason")["found"]
    total, then = (people_at(city.projection, time, "18+") for time in (2024.25, 2029.25))
    assert found["all"] == pytest.approx(then / total)
    assert found.drop("all").sum() == pytest.approx(found["all"], rel=1e-3)
    kept = read_processed("five_year_need_leicester_constant_rates").query("start == 'latest_count'")
    kept = kept.set_index("support_reason")["people"].astype(float)
    assert (5000 * found).round(1).to_dict() == pytest.approx(kept.to_dict(), abs=0.051)


def test_a_group_that_is_hidden_has_no_number(county):
    groups = need.groups_counted(county, 5)
    found = pd.Series(need.later_for_each_counted(groups, county.projection))
    hidden = county.projection.query("status == 'suppressed' and setting == 'all'")
    assert len(hidden)
    keys = set(zip(hidden["age_band"], hidden["support_reason"], strict=True))
    for missing, group in zip(found.isna(), groups.itertuples(), strict=True):
        assert missing == ((group.age_band, group.support_reason) in keys)


def test_the_bands_of_groups_are_those_of_the_processed_table(county):
    groups = need.groups_counted(county, 5).query("support_reason == 'all'")
    bands = need.bands_of(county, groups)
    kept = read_processed("five_year_need_leicestershire_constant_rates")
    kept = kept.query("start == 'latest_count' and support_reason == 'all'").set_index("age_band")
    for (_, band), age in zip(bands.iterrows(), groups["age_band"], strict=True):
        row = kept.loc[age]
        assert (band * row["people"]).tolist() == pytest.approx([row[name] for name in BANDS], abs=0.1)


def test_without_a_latest_count_there_are_no_groups(monkeypatch):
    council = open_council("leicester")
    monkeypatch.delitem(council.settings, "latest_count")
    monkeypatch.setattr(need.series, "authority_named", lambda authority_id: council.settings)
    groups = need.groups_counted(council, 5)
    assert groups.empty and need.bands_of(council, groups).empty
    assert need.later_for_each_counted(groups, council.projection) == []


def rows(people, reasons):
    frame = pd.DataFrame({"support_reason": reasons, "people": people, "age_band": "65+", "period": "mid-2030"})
    return frame.assign(**dict(zip(BANDS, (10.0, 50.0, 100.0, 150.0, 200.0), strict=True)))


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


def test_a_table_has_both_starts_and_says_which_is_not_on_file():
    base = rows([60.0, 40.0, 100.0], ["social", "physical", "all"])
    shown = need.by_group_said("65+", base, base.iloc[:0])
    assert len(shown) == 3 and shown.index[-1] == "all"
    assert list(shown)[1:] == ["mid-2030", "Nine in ten draws", "From a later count", "Nine in ten draws "]
    assert shown["mid-2030"].tolist() == ["40", "60", "100"]
    assert set(shown["From a later count"]) == {"not on file"} == set(shown["Nine in ten draws "])


def test_the_drivers_of_need_are_those_of_the_council(city, county):
    of_city, of_county = need.drivers_of(city), need.drivers_of(county)
    assert of_county.index.tolist() == ["emerson_hatton"] and len(of_city) == 5
    assert set(of_city["kind"]) == {"annual", "published"} and of_city["evidence"].nunique() == 3


def test_a_yearly_rate_compounds_from_the_base_and_two_counts_end_with_the_second(city):
    growth = need.growth_by_year(city, need.drivers_of(city), 2037).set_index(["driver", "year"])
    rate = growth.loc["emerson_hatton"]
    assert rate.index[0] == 2015 and rate["growth"].iloc[0] == 1
    assert rate.loc[2025, ["growth_lower", "growth", "growth_upper"]].tolist() == pytest.approx(
        [1.012**10, 1.032**10, 1.051**10]
    )
    assert rate["people_at_start"].iloc[0] == pytest.approx(
        people_at(city.projection, 2015.25, "18-64", "learning_disability")
    )
    dementia = growth.loc["dementia_65_plus"]
    assert (dementia.index[0], dementia.index[-1]) == (2020, 2035)
    assert dementia["growth"].iloc[15] == pytest.approx(dementia["growth"].iloc[5] ** 3)
    kept = read_processed("need_drivers_leicester_constant_rates").query("driver == 'dementia_65_plus'")
    people = dementia["people_at_start"] * dementia["growth"]
    assert people.tolist() == pytest.approx(kept["people"].astype(float).tolist(), abs=0.051)


def test_a_driver_of_a_group_that_the_base_has_not_is_left_out(city):
    drivers = need.drivers_of(city).assign(support_reason="physical_personal_care")
    growth = need.growth_by_year(city, drivers, 2037)
    assert growth.empty and list(growth) == list(need.GROWTH)
