"""Population between the years on file: method.md sections 4 and 5."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers import figures
from helpers.errors import InputError
from helpers.population import (
    PATHS,
    Population,
    at_31_march,
    error_pct,
    financial_year,
    growth_65_plus,
    mid_year,
)

people = st.floats(1, 1e6)
gradients = st.floats(0, 50)


def two_years(first=100.0, last=200.0, path="geometric"):
    return Population("x", "v", pd.DataFrame({"85+": [first, last]}, index=[2012, 2037]), path)


def test_times_of_the_year():
    assert mid_year(2015) == 2015.5
    assert at_31_march(2015) == 2015.25
    assert financial_year(2024) == 2024.75


def test_a_financial_year_weighs_its_mid_years_three_to_one():
    straight = two_years(path="linear")
    weighed = 0.75 * straight.people("85+", mid_year(2020)) + 0.25 * straight.people("85+", mid_year(2021))
    assert straight.people("85+", financial_year(2020)) == pytest.approx(weighed)


@pytest.mark.parametrize(
    ("band", "path", "error"),
    [("85+", "linear", 34.9), ("85+", "geometric", 18.3), ("25-64", "geometric", -6.8), ("25-64", "linear", -6.8)],
)
def test_the_statements_path_against_the_estimates_for_2020(band, path, error):
    statement = figures.population_of("leicestershire", "statement_2012_based", path)
    later = figures.population_of("leicestershire", "ons_2018_based")
    found = error_pct(statement.people(band, mid_year(2020)), later.people(band, mid_year(2020)))
    assert round(float(found), 1) == error


@pytest.mark.parametrize(
    ("rho", "expected"), [(0, 1.3000), (1, 1.3333), (2.4, 1.3649), (4, 1.3889), (9.2, 1.4296), (np.inf, 1.5)]
)
def test_worked_values_of_the_growth_at_65_and_over(rho, expected):
    assert growth_65_plus(10_000, 2_000, 13_000, 3_000, rho) == pytest.approx(expected, abs=5e-5)


@given(people, people, people, people, gradients, gradients)
def test_growth_is_monotone_in_the_gradient_and_between_the_bands(a0, b0, a1, b1, low, high):
    ends = sorted([a1 / a0, b1 / b0])
    found = [growth_65_plus(a0, b0, a1, b1, rho) for rho in sorted([low, high])]
    assert all(ends[0] * (1 - 1e-9) <= growth <= ends[1] * (1 + 1e-9) for growth in found)
    rises = b1 / b0 >= a1 / a0
    assert (found[1] - found[0]) * (1 if rises else -1) >= -1e-9 * found[0]


@given(people, people, st.floats(2012.5, 2037.5), st.sampled_from(PATHS))
def test_a_path_meets_what_is_on_file_and_stays_between(first, last, time, path):
    population = two_years(first, last, path)
    assert population.people("85+", [2012.5, 2037.5]) == pytest.approx([first, last])
    assert min(first, last) * (1 - 1e-9) <= population.people("85+", time) <= max(first, last) * (1 + 1e-9)


@given(people, people, st.floats(2012.5, 2037.5))
def test_the_geometric_path_never_lies_above_the_straight_line(first, last, time):
    geometric, linear = (two_years(first, last, path).people("85+", time) for path in ("geometric", "linear"))
    assert geometric <= linear * (1 + 1e-9)


def test_bands_that_are_printed_in_parts_are_added():
    later = figures.population_of("leicestershire", "ons_2018_based")
    assert later.people("65-84", mid_year(2020)) == pytest.approx(79187 + 48656)
    assert later.people("18-64", mid_year(2015)) == pytest.approx(62747 + 343436)


def test_estimates_end_where_the_projection_starts():
    later = figures.population_of("leicestershire", "ons_2018_based")
    assert later.people("85+", mid_year(2020)) == pytest.approx(18832)
    assert later.people("85+", mid_year(2021)) == pytest.approx(19383)
    assert later.benchmarks.index.tolist()[:4] == [2015, 2018, 2020, 2021]


@pytest.mark.parametrize("year", [2011, 2038])
def test_a_year_outside_the_population_on_file_is_refused(year):
    with pytest.raises(InputError, match=rf"year {year} lies outside .*mid-2012 to mid-2037"):
        two_years().people("85+", mid_year(year))


def test_what_cannot_be_a_population_is_refused():
    with pytest.raises(InputError, match="zero or less"):
        two_years(first=0)
    with pytest.raises(InputError, match="Did you mean 'linear'"):
        two_years(path="liner")
    with pytest.raises(InputError, match="no age band '65-84'"):
        two_years().people("65-84", mid_year(2015))
    with pytest.raises(InputError, match="two years on file"):
        Population("x", "v", pd.DataFrame({"85+": [1.0]}, index=[2012]))
    with pytest.raises(InputError, match="must rise"):
        Population("x", "v", pd.DataFrame({"85+": [1.0, 2.0]}, index=[2037, 2012]))
    with pytest.raises(InputError, match="0 or more"):
        growth_65_plus(1, 1, 1, 1, -1)
