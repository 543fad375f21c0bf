"""Rates and shares with their intervals: method.md section 12."""

import math

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy import stats

from helpers.base.errors import InputError
from helpers.projection.rates import (
    BYAR_FROM,
    Estimate,
    compare,
    difference_of_counts,
    difference_of_rates,
    difference_of_shares,
    poisson_interval,
    rate,
    share,
    share_interval,
)

events = st.integers(0, 5000)
levels = st.sampled_from([50, 80, 90, 95, 99, 99.8])


@st.composite
def parts_of_wholes(draw):
    whole = draw(st.integers(1, 5000))
    return draw(st.integers(0, whole)), whole


def test_worked_values():
    assert poisson_interval(65) == pytest.approx((50.1631877, 82.8491385), abs=5e-8)
    assert rate(5, 100, 100) == pytest.approx((5, 1.6234864, 11.6683321), abs=5e-8)
    assert share_interval(65, 100) == pytest.approx((0.5525444, 0.7363575), abs=5e-8)


def test_intervals_below_ten_events_are_exact_and_from_ten_on_byar_s():
    for number in range(1, BYAR_FROM):
        lower, upper = poisson_interval(number)
        assert stats.poisson.sf(number - 1, lower) == pytest.approx(0.025)
        assert stats.poisson.cdf(number, upper) == pytest.approx(0.025)
    assert poisson_interval(0) == pytest.approx((0, -math.log(0.025)))
    exact = stats.chi2.ppf(0.025, 20) / 2, stats.chi2.ppf(0.975, 22) / 2
    assert poisson_interval(10) == pytest.approx(exact, rel=0.002)
    assert poisson_interval(10) != pytest.approx(exact, rel=0.00001)


def test_a_rate_per_100000():
    assert rate(65, 200_000, 100_000) == pytest.approx((32.5, 50.1631877 / 2, 82.8491385 / 2))


@given(events, levels)
def test_the_interval_of_a_count_holds_it_and_narrows_with_more_events(number, level):
    lower, upper = poisson_interval(number, level)
    more_lower, more_upper = poisson_interval(number + 1, level)
    assert 0 <= lower <= number < upper
    assert lower < more_lower and upper < more_upper
    if number:
        assert (more_upper - more_lower) / (number + 1) < (upper - lower) / number


@given(events, st.integers(1, 10**6), st.sampled_from([100, 100_000]), st.integers(2, 50))
def test_a_rate_scales_with_what_it_is_per_and_falls_with_the_population(number, population, per, times):
    found = rate(number, population, per)
    assert np.multiply(found, times) == pytest.approx(rate(number, population, per * times))
    assert np.divide(found, times) == pytest.approx(rate(number, population * times, per))


@given(parts_of_wholes(), levels)
def test_the_interval_of_a_share_holds_it_and_mirrors_that_of_the_rest(counts, level):
    part, whole = counts
    value, lower, upper = share(part, whole, level)
    assert 0 <= lower <= value <= upper <= 1
    assert (1 - upper, 1 - lower) == pytest.approx(share_interval(whole - part, whole, level), abs=1e-12)
    assert lower == pytest.approx(0, abs=1e-15) if part == 0 else lower > 0


@given(parts_of_wholes(), st.integers(2, 20))
def test_the_interval_of_a_share_narrows_with_more_people(counts, times):
    part, whole = counts
    few, many = share_interval(part, whole), share_interval(part * times, whole * times)
    assert many[1] - many[0] < few[1] - few[0]


@given(events, parts_of_wholes())
def test_a_higher_level_gives_a_wider_interval(number, counts):
    for interval, arguments in ((poisson_interval, (number,)), (share_interval, counts)):
        (low, high), (lower, higher) = interval(*arguments, 90), interval(*arguments, 99)
        assert lower <= low <= high <= higher


@pytest.mark.parametrize(
    ("after", "before", "lower", "upper"),
    [
        ((56, 70), (48, 80), 0.0524, 0.3339),
        ((9, 10), (3, 10), 0.1705, 0.8090),
        ((6, 7), (2, 7), 0.0582, 0.8062),
        ((5, 56), (0, 29), -0.0381, 0.1926),
        ((0, 10), (0, 20), -0.1611, 0.2775),
        ((0, 10), (0, 10), -0.2775, 0.2775),
        ((10, 10), (0, 20), 0.6791, 1.0),
        ((10, 10), (0, 10), 0.6075, 1.0),
    ],
)
def test_newcombe_s_examples_of_two_shares(after, before, lower, upper):
    # Newcombe 1998, table II, method 10.
    found = difference_of_shares(*before, *after)
    assert found.value == pytest.approx(after[0] / after[1] - before[0] / before[1])
    assert (found.lower, found.upper) == pytest.approx((lower, upper), abs=5e-5)


@given(parts_of_wholes(), parts_of_wholes(), levels)
def test_two_shares_the_other_way_round_differ_by_the_opposite(first, second, level):
    found, mirrored = difference_of_shares(*first, *second, level), difference_of_shares(*second, *first, level)
    assert found == pytest.approx((-mirrored.value, -mirrored.upper, -mirrored.lower))
    assert -1 - 1e-12 <= found.lower <= found.value <= found.upper <= 1 + 1e-12


@given(events, events, levels)
def test_two_counts_the_other_way_round_differ_by_the_opposite(first, second, level):
    found, mirrored = difference_of_counts(first, second, level), difference_of_counts(second, first, level)
    assert found == pytest.approx((-mirrored.value, -mirrored.upper, -mirrored.lower))
    assert found.lower < found.value < found.upper


@given(events, events)
def test_counts_whose_intervals_do_not_meet_differ_clearly(first, second):
    assume(first < second)
    difference = compare(difference_of_counts(first, second))
    assert difference in ("higher", "no clear difference")
    if poisson_interval(first)[1] < poisson_interval(second)[0]:
        assert difference == "higher"
    assert compare(difference_of_counts(first, first)) == "no clear difference"


def test_intervals_that_meet_a_little_may_still_differ_clearly():
    assert poisson_interval(100)[1] > poisson_interval(135)[0]
    assert compare(difference_of_counts(100, 135)) == "higher"


@pytest.mark.parametrize("mean", [0.5, 2, 5, 9, 10, 12, 20, 50])
@pytest.mark.parametrize("times", [0.3, 1, 2])
def test_equal_rates_are_called_different_in_one_of_twenty_at_most(mean, times):
    """By every pair of counts that can happen, with the chance of each; the second population is times as large."""
    most = int(mean * max(times, 1) + 8 * math.sqrt(mean * max(times, 1)) + 10)
    counts = np.arange(most)
    lower, upper = np.array([poisson_interval(number) for number in counts]).T
    difference = counts[None, :] / times - counts[:, None]
    down = np.hypot((counts - lower)[None, :] / times, (upper - counts)[:, None])
    up = np.hypot((upper - counts)[None, :] / times, (counts - lower)[:, None])
    called = (difference - down > 0) | (difference + up < 0)
    for first, second in ((3, 12), (9, 2), (most - 1, 0), (7, 7)):
        found = compare(difference_of_rates(first, 1000, second, 1000 * times, 1))
        assert (found != "no clear difference") == called[first, second]
    chances = stats.poisson.pmf(counts, mean)[:, None] * stats.poisson.pmf(counts, mean * times)[None, :]
    assert chances.sum() == pytest.approx(1, abs=1e-6)
    assert (chances * called).sum() <= 0.05


def test_two_counts_are_judged_nearly_as_the_conditional_exact_test_judges_them():
    # Przyborowski and Wilenski 1940: given their sum, one of two equal counts is binomial.
    for first in range(60):
        for second in range(first + 1, 60):
            called = compare(difference_of_counts(first, second)) == "higher"
            chance = stats.binomtest(first, first + second).pvalue
            assert called if chance < 0.05 else (not called or chance < 0.06)


def test_what_a_difference_may_be_called():
    estimates = [(3, 1, 5), (-3, -5, -1), (3, -1, 7), (1, 0, 2), (-1, -2, 0)]
    words = ["higher", "lower", "no clear difference", "no clear difference", "no clear difference"]
    assert [compare(Estimate(*estimate)) for estimate in estimates] == words


def test_a_rate_may_fall_while_the_count_rises():
    assert compare(difference_of_counts(1000, 1200)) == "higher"
    assert compare(difference_of_rates(1000, 100_000, 1200, 150_000, 100_000)) == "lower"


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: rate(5, 0, 100), "population, 0, must be a number above 0"),
        (lambda: rate(5, -10, 100), "population, -10, must be a number above 0"),
        (lambda: rate(5, math.nan, 100), "population, nan"),
        (lambda: rate(5, math.inf, 100), "population, inf"),
        (lambda: rate(5, 100, 0), "per, 0, must be a number above 0"),
        (lambda: share(7, 6), "The part, 7, is more than its whole, 6"),
        (lambda: share(-1, 6), "The part, -1, must be a whole number"),
        (lambda: share(0, 0), "whole, 0.* above 0"),
        (lambda: difference_of_shares(1, 0, 1, 2), "whole, 0.* above 0"),
        (lambda: poisson_interval(-1), "number of events, -1, must be a whole number, 0 or more"),
        (lambda: poisson_interval(2.5), "number of events, 2.5, must be a whole number"),
        (lambda: poisson_interval(math.nan), "number of events, nan"),
        (lambda: poisson_interval(math.inf), "number of events, inf"),
        (lambda: poisson_interval("5"), "number of events, 5, must be a whole number"),
        (lambda: poisson_interval(5, 0), "level of 0 makes no sense"),
        (lambda: poisson_interval(5, 100), "level of 100 makes no sense"),
        (lambda: share_interval(5, 10, -5), "level of -5 makes no sense"),
        (lambda: difference_of_counts(5, 6, 101), "between 0 and 100. Write 95% as 95"),
    ],
)
def test_what_makes_no_sense_is_refused(call, message):
    with pytest.raises(InputError, match=message):
        call()


def test_counts_of_numpy_are_counts():
    assert rate(np.int64(5), np.float64(100), 100) == rate(5, 100, 100)
    assert share(np.int64(65), np.int64(100)) == share(65, 100)


@pytest.mark.parametrize("numbers", [(math.nan,) * 3, (1.0, math.nan, 2.0), (1.0, 0.5, math.nan)])
def test_a_difference_without_a_number_is_called_nothing(numbers):
    with pytest.raises(InputError, match="difference without a number"):
        compare(Estimate(*numbers))


def test_an_interval_upside_down_compares_nothing():
    with pytest.raises(InputError, match="The interval 3 to -1 is upside down"):
        compare(Estimate(1, 3, -1))
