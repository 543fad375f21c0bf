"""What people mean for money, beds and posts: each chain from its published figure on, and what is not on file."""

import numpy as np
import pandas as pd
import pytest

from helpers import open_council
from helpers.base.errors import InputError
from helpers.council import chains
from helpers.projection.consequences import AMOUNTS
from helpers.published.processed import read_processed

LAST = {"horizon": 2036, "as_of": "2026-11-26"}


@pytest.fixture(scope="module")
def county():
    return open_council("leicestershire", **LAST)


@pytest.fixture(scope="module")
def city():
    return open_council("leicester", **LAST)


def people(council, year, age="18+", setting="all"):
    rows = council.projection.query("age_band == @age and support_reason == 'all' and setting == @setting")
    return rows.set_index("year").loc[year, "people"]


@pytest.mark.papers
def test_a_chain_grows_as_the_part_of_the_base_that_it_is_of(county):
    on_file = chains.published(county)
    assert set(on_file["chain"]) == set(chains.CHAINS) and on_file.loc["spending", "value"] == 161.7e6
    money, beds = (chains.by_year(county, on_file, chain).set_index("year") for chain in ("unit_cost", "beds"))
    # Spending of 2014/15 is taken as of the base, which is mid-2015; beds were counted half-way to 2016.
    assert money.index[0] == 2016 and money.index[-1] == beds.index[-1] == 2037
    assert money.loc[2037, "value"] == pytest.approx(people(county, 2037) / people(county, 2015))
    assert money.loc[2016, "years_on"] == 1 and (money["spending"] == 161.7e6).all()
    in_homes = people(county, 2037, "65+", "care_home") / people(county, 2020, "65+", "care_home")
    assert beds.loc[2037, "value"] / beds.loc[2020, "value"] == pytest.approx(in_homes)
    for chain in (money, beds):
        ends = chain[list(AMOUNTS[1:])]
        assert (ends.diff(axis=1).iloc[:, 1:] > 0).all(axis=None)
        assert chain["value"].between(chain["value_p05"], chain["value_p95"]).all()


def test_a_count_from_before_the_base_is_taken_as_of_the_base(county):
    before, at_base = (chains.growth_from(county, "65+", time) for time in (2012.0, county.start))
    pd.testing.assert_frame_equal(before, at_base)
    later = chains.growth_from(county, "65+", 2024.75)
    assert later["year"].tolist() == list(range(2025, 2038)) and later["years_on"].iloc[0] == pytest.approx(0.75)


def test_what_is_not_on_file_is_a_table_without_rows_and_so_is_what_comes_of_it(city):
    on_file = chains.published(city)
    assert set(on_file["chain"]) == {"unit_cost"}
    beds = chains.by_year(city, on_file, "beds")
    assert beds.empty and {"year", "beds", "occupancy_pct", *AMOUNTS} <= set(beds)
    assert chains.occupancies(city, on_file).merge(beds, how="cross").empty
    assert chains.savings(city, on_file).empty
    assert chains.prices(city, on_file.drop(index=on_file.index)).empty
    assert chains.first_and_last_said(beds.assign(quantity="beds_needed", assumption="", unit="beds")).empty


def test_prices_held_still_stand_beside_those_that_a_published_figure_says_rise(county, city):
    still, rise = chains.prices(city, chains.published(city)).itertuples(index=False)
    assert still == ("with prices held still (0% a year)", 0) and rise == ("with prices that rise by 8% a year", 8)
    of_county = chains.prices(county, chains.published(county))
    assert of_county["assumption"].tolist() == ["with prices held still (0% a year)"]


def test_prices_that_move_against_others_say_which_way(city, monkeypatch):
    rule = {"values": {"real_growth_pct": -1.5}}
    monkeypatch.setitem(city.consequences, "unit_cost", rule)
    said = chains.prices(city, pd.DataFrame({"value": [1.0]}, index=["spending"]))
    assert said["assumption"].tolist() == ["with prices that fall by 1.5% a year beside others"]


def test_the_occupancy_that_was_counted_comes_before_those_assumed(county):
    assert chains.occupancies(county, chains.published(county))["share_pct"].tolist() == [95, 90, 85]


def test_savings_are_held_against_what_support_costs_for_the_people_of_then(county):
    row = chains.savings(county, chains.published(county)).iloc[0]
    kept = read_processed("consequences_leicestershire_ons_2018_based_constant_rates").query(
        "quantity == 'savings_target'"
    )
    assert (row["period"], row["year"], row["target_gbp"]) == ("2019/20", 2019, 18_585_000)
    assert row["value"] == pytest.approx(kept["value"].item())
    assert row["target_gbp"] / row["value"] == pytest.approx(161.7e6 / county.base["people"].sum())
    between = np.interp(2019.75, [2019.5, 2020.5], [people(county, 2019), people(county, 2020)])
    assert row["cost_gbp"] == pytest.approx(161.7e6 * between / county.base["people"].sum())


def test_a_chain_is_said_by_its_first_and_last_year_with_the_range_of_the_last():
    amounts = pd.DataFrame(
        [[2020, *[1000.0] * 6], [2037, 2000.0, 1500.0, 1800.0, 2000.0, 2200.0, 2500.0]], columns=["year", *AMOUNTS]
    )
    beds = amounts.assign(quantity="beds_needed", assumption="95% occupied", unit="beds")
    hires = beds.assign(quantity="hires", assumption="as people", unit="jobs", value_p05=np.nan)
    said = chains.first_and_last_said(pd.concat([beds, hires])).to_numpy().tolist()
    assert said == [
        ["Beds needed: 95% occupied", "2020: 1,000 beds", "2,000 beds", "1,500 to 2,500"],
        ["Hires: as people", "2020: 1,000 jobs", "2,000 jobs", "none"],
    ]


def test_a_chain_of_a_hidden_part_of_the_base_is_refused(county, monkeypatch):
    monkeypatch.setattr(chains, "people_at", lambda *arguments: None)
    with pytest.raises(InputError, match="base of Leicestershire County Council is hidden for care_home"):
        chains.growth_from(county, "care_home", 2016.0)


def test_the_lengths_of_stay_are_those_of_the_scenarios_in_which_fewer_come(county):
    assert chains.lengths_of_stay(county)["stay_months"].tolist() == [28, 18, 48]


def test_the_files_behind_the_chains_are_those_that_the_table_names(county):
    files = [path.name for path in chains.files_behind(county)]
    assert files[0] == "projection_leicestershire_ons_2018_based_constant_rates.csv" and len(files) == len(set(files))
    assert {"unit_cost.yaml", "prevention.yaml", "spread.yaml"} <= set(files)
