"""Limits of chance beside published examples, and how often the limits around like councils hold one more of them."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from helpers.base.errors import InputError
from helpers.projection import chance_limits as limits


@pytest.mark.parametrize(
    ("count", "among", "lower", "upper"),
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_limits_of_a_share_are_those_that_newcombe_published(count, among, lower, upper):
    # Newcombe (1998), Two-sided confidence intervals for the single proportion, table I, method 3 (Wilson's).
    row = pd.Series({"numerator": count, "denominator": among})
    assert limits.of_chance("share", row, 100) == pytest.approx((100 * lower, 100 * upper), abs=5e-3)


def test_limits_of_a_rate_are_byars_as_the_method_has_them():
    row = pd.Series({"numerator": 65, "denominator": 100_000})
    assert limits.of_chance("rate", row, 100_000) == pytest.approx((50.1631877, 82.8491385))


def test_limits_are_in_the_unit_of_the_figure_and_there_are_none_where_chance_is_unknown():
    row = pd.Series({"numerator": 278, "denominator": 46_623, "value": 596.3, "margin": np.nan})
    lower, upper = limits.of_chance("rate", row, 100_000)
    assert (lower, upper) == pytest.approx([528.2, 670.7], abs=0.1)
    assert lower < 596.3 < upper
    survey = pd.Series({"value": 71.7, "margin": 5.4})
    assert limits.of_chance("survey", survey, 1) == pytest.approx((66.3, 77.1))
    assert limits.of_chance("survey", survey, 1, level=99.8)[0] == pytest.approx(71.7 - 5.4 * 3.0902 / 1.96, abs=1e-3)
    assert np.isnan(limits.of_chance("price", survey, 1)).all()


def test_no_share_is_refused():
    with pytest.raises(InputError, match="more than its whole"):
        limits.of_chance("share", pd.Series({"numerator": 5, "denominator": 4}), 100)


def shares(counts, among=1000.0):
    frame = pd.DataFrame({"numerator": np.asarray(counts, float), "denominator": among, "margin": np.nan})
    return frame.assign(value=100 * frame["numerator"] / among)


def priced(values):
    return pd.DataFrame({"value": values, "numerator": np.nan, "denominator": np.nan, "margin": np.nan})


def test_without_chance_the_limits_are_those_of_one_more_value_like_the_others():
    found = limits.of_others("figure", priced([20.0]), priced([18.0, 20, 22, 24]))
    # The textbook's prediction interval: mean 21, standard deviation 2.582, t of 3 degrees of freedom 3.182.
    half = 3.1824 * 2.5820 * (1 + 1 / 4) ** 0.5
    assert (found.lower, found.upper) == pytest.approx((21 - half, 21 + half), abs=1e-3)
    assert found.places(priced([21.0, 21 + half])).tolist() == pytest.approx([0, 1], abs=1e-3)


def test_councils_alike_but_for_chance_have_the_limits_of_chance_and_those_further_apart_wider_ones():
    own, of_chance = shares([300]), limits.of_others("share", shares([300]), shares([300] * 15), 100)
    apart = limits.of_others("share", own, shares([200, 400, 250, 350, 300] * 3), 100)
    assert apart.lower < of_chance.lower < 30 < of_chance.upper < apart.upper
    assert of_chance.upper - of_chance.lower == pytest.approx(2 * 2.145 * 1.449 * (16 / 15) ** 0.5, rel=0.02)


def test_the_limits_hold_as_many_as_they_say():
    random = np.random.default_rng(7)
    rates = 1 / (1 + np.exp(-stats.norm.rvs(-1, 0.3, size=3200, random_state=random)))
    rows = shares(random.binomial(600, rates), 600.0)
    near = {first: list(range(first + 1, first + 16)) for first in range(0, 3200, 16)}
    assert np.mean(limits.held("share", rows, near)) == pytest.approx(0.95, abs=0.03)
    narrow = limits.held("share", rows, near, level=50)
    assert len(narrow) == 200 and np.mean(narrow) == pytest.approx(0.5, abs=0.1)


def test_fewer_than_three_are_not_compared_nor_are_figures_that_are_all_alike():
    assert limits.of_others("share", shares([30]), shares([30, 40])) is None
    assert limits.of_others("share", shares([30]), shares([30, 40, 50])).councils == 3
    assert limits.of_others("figure", priced([20.0]), priced([20.0] * 15)) is None
    assert limits.of_others("price", priced([np.nan]), priced([20.0, 21, 22])) is None


def test_held_is_what_of_others_says_council_by_council():
    rows = shares([300, 310, 290, 305, 600]).set_axis(list("abcde"))
    near = {code: [other for other in "abcd" if other != code] for code in "abcde"}
    one_by_one = [
        abs(limits.of_others("share", rows.loc[[code]], rows.loc[near[code]]).places(rows.loc[[code]]).iloc[0]) <= 1
        for code in "abcde"
    ]
    assert limits.held("share", rows, near) == one_by_one == [True] * 4 + [False]
