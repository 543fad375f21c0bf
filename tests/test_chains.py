"""What people mean for money, beds and posts: each chain from its published figure on, and what is not on file."""

import numpy as np
import pandas as pd
import pytest

from helpers import open_council
from helpers.base.cells import NotGiven
from helpers.base.errors import InputError
from helpers.council import chains
from helpers.projection import consequences, demand
from helpers.projection.consequences import AMOUNTS
from helpers.published.official.tables import read_official
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
    assert money.index[0] == beds.index[0] == 2024 and money.index[-1] == beds.index[-1] == 2036
    assert money.loc[2036, "value"] / money.loc[2024, "value"] == pytest.approx(
        people(county, 2036) / people(county, 2024)
    )
    # Spending of 2014/15 is taken as of mid-2015, the first mid-year on file.
    assert money.loc[2024, "years_on"] == 9.25 and (money["spending"] == 161.7e6).all()
    in_homes = people(county, 2036, "65+", "care_home") / people(county, 2026, "65+", "care_home")
    assert beds.loc[2036, "value"] / beds.loc[2026, "value"] == pytest.approx(in_homes)
    for chain in (money, beds):
        ends = chain[list(AMOUNTS[1:])]
        assert (ends.diff(axis=1).iloc[:, 1:] > 0).all(axis=None)
        assert chain["value"].between(chain["value_p05"], chain["value_p95"]).all()


def test_a_count_from_before_the_base_grows_to_it_at_constant_rates(county):
    grown = chains.growth_from(county, "65+", 2015.75).set_index("year")
    older, central = demand.part_of(county.base, "65+"), county.bands["central"]
    to_base = demand.growth_of(older, county.population(), central, 2015.75, 2024.75)
    assert grown.loc[2024, "value"] == pytest.approx(to_base) and to_base > 1
    assert grown.loc[2024, "value_p10"] < to_base < grown.loc[2024, "value_p90"]


def test_a_count_from_after_the_base_grows_from_then_on(county):
    later = chains.growth_from(county, "65+", 2025.25)
    assert later["year"].tolist() == list(range(2025, 2037)) and later["years_on"].iloc[0] == pytest.approx(0.5)


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
    kept = read_processed("consequences_leicestershire_ons_2022_based_constant_rates").query(
        "quantity == 'savings_target'"
    )
    assert (row["period"], row["year"], row["target_gbp"]) == ("2019/20", 2019, 18_585_000)
    assert row["value"] == pytest.approx(kept["value"].item())
    assert row["target_gbp"] / row["value"] == pytest.approx(161.7e6 / county.history.base["people"].sum())
    growth = demand.growth_of(county.base, county.population(), county.bands["central"], 2015.5, 2019.75)
    assert row["cost_gbp"] == pytest.approx(161.7e6 * growth)


def test_a_chain_is_said_by_its_first_and_last_year_with_the_range_of_the_last():
    amounts = pd.DataFrame(
        [[2020, *[1000.0] * 8], [2037, 2000.0, 1400.0, 1500.0, 1800.0, 2000.0, 2200.0, 2500.0, 2600.0]],
        columns=["year", *AMOUNTS],
    )
    beds = amounts.assign(quantity="beds_needed", assumption="95% occupied", unit="beds")
    hires = beds.assign(quantity="hires", assumption="as people", unit="jobs", value_p10=np.nan)
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
    assert files[0] == "projection_leicestershire_ons_2022_based_constant_rates.csv" and len(files) == len(set(files))
    assert {
        "backtest_held_leicestershire.csv",
        "unit_cost.yaml",
        "prevention.yaml",
        "hourly_cost_of_home_care.csv",
    } <= set(files)


@pytest.mark.parametrize(
    ("authority_id", "spent", "older_homes"), [("leicestershire", 147.824, 47.571), ("leicester", 110.9218, 23.0227)]
)
def test_spending_by_setting_is_that_of_the_official_tables(authority_id, spent, older_homes):
    council = open_council(authority_id, **LAST)
    kinds = chains.spent_by_setting(council).set_index("kind")
    tables = pd.concat(read_official(chains.COSTS, table) for table in chains.SPENT_ON.values())
    totals = tables.query("area_code == @council.area_code and setting == 'all'")["gbp_thousand"].astype(float)
    assert kinds["spent"].sum() == pytest.approx(1e6 * spent) == pytest.approx(1000 * totals.sum())
    assert kinds.loc["aged 65 and over: residential homes", "spent"] == pytest.approx(1e6 * older_homes)
    assert (kinds["spent"] > 0).all()


def test_spending_by_setting_grows_as_counted_and_then_as_projected(county):
    kinds = chains.spent_by_setting(county)
    rows = consequences.follows(kinds, chains.growth_by_setting(county, kinds), 2021)
    homes = rows[rows["kind"] == "aged 65 and over: residential homes"].set_index("year")
    counted = 7870 / 7115  # people aged 65 and over with support during 2024/25 and 2021/22
    assert homes.loc[2024, "value"] == pytest.approx(47.571e6 * counted)
    grown = people(county, 2036, "65+", "residential") / people(county, 2024, "65+", "residential")
    assert homes.loc[2036, "value"] == pytest.approx(47.571e6 * counted * grown)
    assert homes.loc[2036, "value_p10"] < homes.loc[2036, "value"] < homes.loc[2036, "value_p90"]
    parts = rows[rows["kind"] != "all"].groupby("year")["value"].sum()
    assert parts.to_numpy() == pytest.approx(rows[rows["kind"] == "all"].set_index("year")["value"].to_numpy())


def test_a_cost_that_is_not_published_and_people_that_are_hidden_are_left_out_and_said(county, monkeypatch):
    read = chains.with_bounds

    def without(source, table, column):
        rows = read(source, table, column)
        gone = rows["area_code"].eq(county.area_code) & (table == chains.SPENT_ON["65+"])
        rows.loc[gone & (rows["setting"] == "home_care"), "value"] = NotGiven("not_available")
        return rows

    monkeypatch.setattr(chains, "with_bounds", without)
    seen = chains.people_at

    def hidden(*asked, **kept):
        return None if kept["setting"] == "nursing" else seen(*asked, **kept)

    monkeypatch.setattr(chains, "people_at", hidden)
    kinds = chains.spent_by_setting(county)
    rows = consequences.follows(kinds, chains.growth_by_setting(county, kinds), 2021)
    left = kinds.loc[~kinds["kind"].isin(rows["kind"]), "kind"]
    said = "all but aged 18 to 64: nursing homes, aged 65 and over: nursing homes and aged 65 and over: home care"
    assert chains.total_said(left) == f"{said}, not published" and chains.total_said(left[:0]) == "all"


def test_a_council_whose_base_is_its_own_has_no_costs_by_setting(county):
    assert chains.spent_by_setting(county.history).empty and chains.unit_costs(county.history).empty
    assert chains.growth_by_setting(county, chains.spent_by_setting(county.history)).empty


def test_unit_costs_are_those_published(city):
    costs = chains.unit_costs(city).set_index(["assumption", "year"])["value"]
    assert costs["a week in residential homes, aged 65 and over", 2021] == pytest.approx(745.4054)
    assert costs["an hour of home care, bought", 2020] == pytest.approx(16.42)
