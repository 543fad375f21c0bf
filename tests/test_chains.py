"""What people mean for money, beds and posts: each chain from its published figure on, and what is not on file."""

import numpy as np
import pandas as pd
import pytest

from helpers import open_council
from helpers.base.cells import NotGiven
from helpers.base.errors import InputError
from helpers.council import chains, spending
from helpers.projection import consequences, demand
from helpers.projection.consequences import AMOUNTS
from helpers.published.official.tables import read_official

pytestmark = pytest.mark.papers

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
    assert set(on_file["chain"]) == {"unit_cost", *chains.CHAINS} and on_file.loc["beds", "value"] == 5148
    staff, beds = (chains.by_year(county, on_file, chain).set_index("year") for chain in ("workforce", "beds"))
    assert staff.index[0] == beds.index[0] == 2024 and staff.index[-1] == beds.index[-1] == 2036
    assert staff.loc[2036, "value"] / staff.loc[2024, "value"] == pytest.approx(
        people(county, 2036) / people(county, 2024)
    )
    # Staff of July 2015 are from after mid-2015, the first mid-year on file.
    assert staff.loc[2024, "years_on"] == pytest.approx(9.21, abs=0.01) and (staff["filled"] == 12000).all()
    in_homes = people(county, 2036, "65+", "care_home") / people(county, 2026, "65+", "care_home")
    assert beds.loc[2036, "value"] / beds.loc[2026, "value"] == pytest.approx(in_homes)
    for chain in (staff, beds):
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
    assert chains.first_and_last_said(beds.assign(quantity="beds_needed", assumption="", unit="beds")).empty


def test_the_occupancy_that_was_stated_last_comes_before_those_assumed(county):
    assert chains.occupancies(county, chains.published(county))["share_pct"].tolist() == [85, 90, 95]


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
    sums = chains.sums_by_setting(county, kinds, rows).set_index("kind")
    together = rows.groupby("year")["value"].sum()
    assert sums.loc["all"].set_index("year")["value"].to_dict() == pytest.approx(together.to_dict())
    by_age = sum(sums.loc[f"aged {age}: all"].set_index("year")["value"] for age in ("18 to 64", "65 and over"))
    assert by_age.to_dict() == pytest.approx(together.to_dict())
    last = sums.loc["all"].set_index("year").loc[2036]
    # Ages do not all fall short at once: the sum is less unsure than its parts together.
    of_kinds = rows[rows["year"] == 2036]
    assert of_kinds["value_p10"].sum() < last["value_p10"] < last["value"] < last["value_p90"]
    assert last["value_p90"] < of_kinds["value_p90"].sum()


def test_a_cost_that_is_not_published_and_people_that_are_hidden_are_left_out_and_said(county, monkeypatch):
    read = chains.costs

    def without(table, column):
        rows = read(table, column)
        gone = rows["area_code"].eq(county.area_code) & (table == chains.SPENT_ON["65+"])
        rows.loc[gone & (rows["setting"] == "home_care"), "value"] = NotGiven("not_available")
        return rows

    monkeypatch.setattr(chains, "costs", without)
    seen = chains.people_at

    def hidden(*asked, **kept):
        return None if kept["setting"] == "nursing" else seen(*asked, **kept)

    monkeypatch.setattr(chains, "people_at", hidden)
    kinds = chains.spent_by_setting(county)
    rows = consequences.follows(kinds, chains.growth_by_setting(county, kinds), 2021)
    assert chains.left_out(kinds, rows["kind"]) == ["nursing homes", "home care"]
    assert chains.total_said([]) == "all"
    assert chains.sums_by_setting(county, kinds, rows)["kind"].unique().tolist() == [
        "aged 18 to 64: all but nursing homes, whose people or cost are not all published",
        "aged 65 and over: all but nursing homes and home care, whose people or cost are not all published",
        "all but nursing homes and home care, whose people or cost are not all published",
    ]


def test_a_council_whose_base_is_its_own_has_no_costs_by_setting(county):
    assert chains.spent_by_setting(county.history).empty and chains.unit_costs(county.history).empty
    assert chains.growth_by_setting(county, chains.spent_by_setting(county.history)).empty


def test_unit_costs_are_those_published(city):
    costs = chains.unit_costs(city).set_index(["assumption", "year"])["value"]
    assert costs["a week in residential homes, aged 65 and over", 2021] == pytest.approx(745.4054)
    assert costs["an hour of home care, bought", 2020] == pytest.approx(16.42)


def test_a_place_is_people_times_weeks_times_price(county):
    rows = spending.by_place(county).set_index(["age_band", "place"])
    homes = rows.loc["65+", "residential homes"]
    # Tables 34, 44 and 52 of 2021/22: 2,280 people, £47,571,000, £712.25 a week.
    assert (homes["people"], homes["spent"], homes["weekly"]) == (2280, 47_571_000, 712.2506)
    assert homes["people"] * homes["weeks"] * homes["weekly"] == pytest.approx(homes["spent"])
    assert rows["spent"].sum() == pytest.approx(147_824_000) and rows.loc["18-64"]["weeks"].isna().sum() == 3


def test_what_a_few_people_cost_each_is_not_worked_out(county):
    few = spending.by_place(county).set_index(["age_band", "place"]).loc["18-64", "nursing homes"]
    assert (few["people"], few["spent"], few["weekly"]) == (5, 344_000, 1048.8506)  # 5 is of three to seven people
    assert few[["each", "weeks"]].isna().all()


def test_what_moved_spending_last_adds_to_its_change(city):
    rows = spending.last_change(city).set_index("age_band")
    assert rows[["before", "after"]].loc["65+"].tolist() == pytest.approx([47_728_890, 50_603_300])
    assert (rows["people"] + rows["for_each"]).tolist() == pytest.approx((rows["after"] - rows["before"]).tolist())
    # 3,825 and then 3,850 people, at the average of what each cost in the two years.
    each = (47_728_890 / 3825 + 50_603_300 / 3850) / 2
    assert rows.loc["65+", "people"] == pytest.approx(25 * each)
    assert set(rows["from"] + rows["to"]) == {"2020/212021/22"}


def test_a_council_whose_base_is_its_own_has_no_official_spending(county):
    assert spending.by_place(county.history).empty and spending.last_change(county.history).empty
    assert chains.sums_by_setting(
        county.history, pd.DataFrame(), pd.DataFrame(columns=["kind", "year", *AMOUNTS])
    ).empty


def test_less_than_nothing_spent_is_a_correction_and_stops_nothing(county):
    # Reading published -£930,000 for home care, as a correction: no people stand behind it.
    published = chains.spent_by_setting(open_council("reading", horizon=2036)).set_index("kind")["spent"]
    assert published["aged 65 and over: home care"] == -930_000
    kinds = chains.spent_by_setting(county).assign(
        spent=lambda rows: rows["spent"].where(rows["kind"] != "aged 65 and over: home care", -30e6)
    )
    rows = consequences.follows(kinds, chains.growth_by_setting(county, kinds), 2021)
    sums = chains.sums_by_setting(county, kinds, rows)
    last = sums[sums["kind"] == "all"].set_index("year").loc[2036]
    assert last["value"] == pytest.approx(rows.loc[rows["year"] == 2036, "value"].sum())
    assert last["value_p10"] < last["value"] < last["value_p90"]
    said = chains.spending_said(county, rows.assign(assumption=rows["kind"]), [2024, 2036])
    low, high = said.set_index("Long-term care").loc["Aged 65 and over: home care"].iloc[-1].split(" to ")
    assert float(low.replace("−", "-")) < float(high.replace("−", "-")) < 0
