"""People as beds, posts and money: the worked values of method.md section 7, and what must always hold."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.base.errors import InputError
from helpers.council import assumptions, series
from helpers.projection.consequences import (
    AMOUNTS,
    beds_needed,
    follows,
    hires,
    leavers,
    multiplied,
    posts,
    unit_cost,
)

people = st.one_of(st.just(0.0), st.floats(1e-3, 1e6))
share = st.floats(1, 100)


def test_a_thousand_filled_posts():
    assert posts(1000, 4.1) == pytest.approx(1042.8, abs=0.05)
    assert leavers(1000, 38.7) == pytest.approx(387)
    assert hires(1000, 38.7, 1000 * 0.02) == pytest.approx(407)


@pytest.mark.parametrize(("occupancy", "beds"), [(95, 1000), (90, 1055.6), (85, 1117.6), (100, 950)])
def test_beds_for_950_residents(occupancy, beds):
    assert beds_needed(950, occupancy) == pytest.approx(beds, abs=0.05)


def test_a_package_that_grows_by_8_per_cent_a_year_beside_prices_held_still():
    assert unit_cost(20, 8, np.arange(4)) == pytest.approx([20, 21.6, 23.328, 25.19424])
    assert unit_cost(20, 0, np.arange(4)).tolist() == [20] * 4


def test_the_published_figures_of_each_chain_are_those_of_the_method():
    def named(authority_id, scenario):
        found = series.figures_of_scenario(authority_id, assumptions.scenario_named(scenario))
        return {name: figure["value"] for name, figure in found.items()}

    assert named("leicester", "unit_cost") == {"spending": 215e6, "nominal_growth_pct": 8}
    assert named("leicestershire", "unit_cost")["spending"] == 161.7e6
    assert named("leicestershire", "bed_pressure") == {"beds": 5148, "occupancy_pct": 85}
    workforce = named("leicestershire", "workforce")
    assert (workforce["vacancy_pct"], workforce["turnover_pct"]) == (4.1, 38.7)


@given(st.floats(0, 1e6), st.floats(-20, 20), st.integers(0, 30))
def test_an_annual_growth_compounds(cost, growth, years):
    assert unit_cost(cost, growth, years) == pytest.approx(cost * (1 + growth / 100) ** years)
    assert unit_cost(cost, growth, years + 1) == pytest.approx(unit_cost(cost, growth, years) * (1 + growth / 100))


@given(people, share, st.floats(0, 99), st.integers(0, 200), st.floats(-20, 20))
def test_twice_the_people_take_twice_of_everything(count, occupancy, vacancy, turnover, growth):
    assert beds_needed(2 * count, occupancy) == 2 * beds_needed(count, occupancy)
    assert posts(2 * count, vacancy) == 2 * posts(count, vacancy)
    assert leavers(2 * count, turnover) == 2 * leavers(count, turnover)
    assert hires(2 * count, turnover, 2 * count) == 2 * hires(count, turnover, count)
    assert unit_cost(2 * count, growth, 7) == 2 * unit_cost(count, growth, 7)


@given(people, share, share)
def test_fewer_occupied_take_more_beds_and_never_fewer_than_residents(residents, one, other):
    lower, higher = sorted([one, other])
    assert beds_needed(residents, lower) >= beds_needed(residents, higher) >= residents


@given(people, st.floats(0, 99))
def test_filled_and_vacant_posts_are_all_posts(filled, vacancy):
    every = posts(filled, vacancy)
    assert every * (1 - vacancy / 100) == pytest.approx(filled) and every >= filled


def test_years_of_people_give_years_of_each():
    residents = np.array([950.0, 1900.0])
    assert beds_needed(residents, 95) == pytest.approx([1000, 2000])
    assert posts(residents, 5) == pytest.approx([1000, 2000])
    assert hires(np.array([1000.0, 1020.0]), 38.7, np.array([20.0, 0.0])) == pytest.approx([407, 394.74])


def test_columns_are_worked_out_row_by_row_and_no_rows_stay_none():
    shares = pd.Series([95.0, 90.0])
    assert beds_needed(pd.Series([950.0, 950.0]), shares).tolist() == pytest.approx([1000, 1055.6], abs=0.05)
    assert posts(1, pd.Series([], dtype=float)).empty
    with pytest.raises(InputError, match="An occupancy of 101% makes no sense"):
        beds_needed(950, pd.Series([95.0, 101.0]))


def test_amounts_are_multiplied_with_the_ends_of_their_bands():
    rows = pd.DataFrame([[2020, *[2.0] * 8], [2021, *[3.0] * 8]], columns=["year", *AMOUNTS])
    assert multiplied(rows, 10)["value_p95"].tolist() == [20, 30]
    by_row = multiplied(rows, pd.Series([1, 10]))
    assert by_row[list(AMOUNTS)].to_numpy().tolist() == [[2.0] * 8, [30.0] * 8] and by_row["year"].tolist() == [
        2020,
        2021,
    ]


def test_spending_follows_the_people_of_each_kind():
    kinds = pd.DataFrame(
        {"kind": ["homes", "home care", "hidden"], "spent": [100.0, 50.0, np.nan], "counted_change": [1.1, 1.0, 1.0]}
    )
    growth = pd.DataFrame(
        [[kind, year, *[size] * 8] for kind in kinds["kind"] for year, size in ((2024, 1.0), (2025, 2.0))],
        columns=["kind", "year", *AMOUNTS],
    )
    rows = follows(kinds, growth, 2021).pivot(index="kind", columns="year", values="value")
    assert rows.loc["homes"].tolist() == pytest.approx([100, 110, 220])
    assert rows.loc["home care"].tolist() == pytest.approx([50, 50, 100])
    assert len(rows) == 2
    bands = follows(kinds, growth, 2021).set_index("kind")["value_p90"]
    assert bands["homes"].tolist()[1:] == pytest.approx([110, 220])
    assert follows(kinds, growth[growth["kind"] == "homes"], 2021)["kind"].unique().tolist() == ["homes"]


@pytest.mark.parametrize(
    ("work_out", "message"),
    [
        (lambda: beds_needed(950, 0), "An occupancy of 0% makes no sense: it lies above 0 and up to 100"),
        (lambda: beds_needed(950, -95), "An occupancy of -95% makes no sense"),
        (lambda: beds_needed(950, 101), "An occupancy of 101% makes no sense"),
        (lambda: beds_needed(950, float("nan")), "An occupancy of nan% makes no sense"),
        (lambda: posts(1000, 100), "A vacancy rate of 100% makes no sense: it lies from 0 to below 100"),
        (lambda: posts(1000, -0.1), "A vacancy rate of -0.1% makes no sense"),
        (lambda: leavers(1000, -1), "A turnover of -1% makes no sense: it is 0 or more"),
        (lambda: hires(1000, -1, 20), "A turnover of -1% makes no sense"),
        (lambda: unit_cost(20, -100, 1), "A growth of -100% a year makes no sense: it lies above -100"),
        (lambda: unit_cost(20, float("nan"), 1), "A growth of nan% a year makes no sense"),
    ],
)
def test_a_share_that_makes_no_sense_is_refused(work_out, message):
    with pytest.raises(InputError, match=message):
        work_out()


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: beds_needed(np.nan, 90), "nan residents"),
        (lambda: beds_needed(pd.Series([950.0, -1]), 90), "-1 residents"),
        (lambda: posts(np.nan, 4), "nan filled posts"),
        (lambda: hires(np.nan, 4, 20), "nan filled posts"),
        (lambda: unit_cost(np.nan, 1, 1), "A cost of £nan"),
        (lambda: unit_cost(1, 1, np.array([1, np.nan])), "for nan years"),
    ],
)
def test_missing_people_and_costs_lead_to_nothing(call, message):
    with pytest.raises(InputError, match=message):
        call()
