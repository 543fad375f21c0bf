"""What a number of people means for beds, posts and money (method.md section 7): always within one authority.

Every number may be one, or a column of a table with a row a year.
"""

from collections.abc import Callable

import numpy as np
import pandas as pd

from helpers.base.errors import InputError
from helpers.base.vocabulary import QUANTILES

#: The columns of an amount: what is worked out, then the median and the ends of the 50%, the 80% and the 90% band.
AMOUNTS = ("value", *(name.replace("people", "value") for name in QUANTILES))

FILLED = "There cannot be {:g} filled posts. Give 0 or more."

Number = float | np.ndarray | pd.Series


def multiplied(rows: pd.DataFrame, by: Number) -> pd.DataFrame:
    """The rows with their amounts, the ends of the bands too, multiplied by one number or by one a row."""
    return rows.assign(**{name: rows[name] * by for name in AMOUNTS})


def beds_needed(residents: Number, occupancy_pct: Number) -> Number:
    """Beds for these residents where this share of beds is occupied."""
    _check(residents, lambda people: people >= 0, "There cannot be {:g} residents. Give 0 or more.")
    said = "An occupancy of {:g}% makes no sense: it lies above 0 and up to 100."
    _check(occupancy_pct, lambda share: (share > 0) & (share <= 100), said)
    return residents / (occupancy_pct / 100)


def posts(filled: Number, vacancy_pct: Number) -> Number:
    """Posts, filled or vacant: 1,000 filled and 4.1% vacant give 1,042.8."""
    _check(filled, lambda people: people >= 0, FILLED)
    said = "A vacancy rate of {:g}% makes no sense: it lies from 0 to below 100."
    _check(vacancy_pct, lambda share: (share >= 0) & (share < 100), said)
    return filled / (1 - vacancy_pct / 100)


def leavers(filled: Number, turnover_pct: Number) -> Number:
    """People who leave their post in a year: 1,000 filled and 38.7% turnover give 387."""
    _check(filled, lambda people: people >= 0, FILLED)
    _check(turnover_pct, lambda share: share >= 0, "A turnover of {:g}% makes no sense: it is 0 or more.")
    return filled * turnover_pct / 100


def hires(filled: Number, turnover_pct: Number, growth: Number) -> Number:
    """People to hire in a year: those who leave, and the growth of filled posts. 1,000 at 38.7% and 20: 407."""
    return leavers(filled, turnover_pct) + growth


def unit_cost(cost_gbp: Number, annual_growth_pct: Number, years: Number) -> Number:
    """A cost after these years of growth: c0 (1 + g)^(t - t0)."""
    _check(cost_gbp, lambda pounds: pounds >= 0, "A cost of £{:g} makes no sense. Give 0 or more.")
    _check(years, np.isfinite, "A cost cannot grow for {:g} years. Give a number of years.")
    _check(annual_growth_pct, lambda rate: rate > -100, "A growth of {:g}% a year makes no sense: it lies above -100.")
    return cost_gbp * (1 + annual_growth_pct / 100) ** np.asarray(years, dtype=float)


def follows(kinds: pd.DataFrame, growth: pd.DataFrame, year: int) -> pd.DataFrame:
    """Spending if it follows people, each with the same support at the same cost.

    kinds: kind of spending, spent (pounds, of that year) and counted_change, by what the people were multiplied from
    then to the base. growth: kind, year and AMOUNTS, by what the people of the kind are multiplied from the base on.
    Returns kind, year and AMOUNTS in pounds, first as spent in that year. A kind without an amount or without growth
    is left out.
    """
    kinds = kinds[kinds["kind"].isin(growth["kind"])].dropna(subset="spent")
    rows = growth.merge(kinds, on="kind")
    rows = multiplied(rows, rows["spent"] * rows["counted_change"])[["kind", "year", *AMOUNTS]]
    return pd.concat([kinds[["kind"]].assign(year=year, value=kinds["spent"]), rows], ignore_index=True)


def _check(number: Number, fits: Callable[[np.ndarray], np.ndarray], said: str) -> None:
    """Raise InputError, naming the first, where one of these numbers does not fit."""
    numbers = np.atleast_1d(np.asarray(number, dtype=float))
    if len(wrong := numbers[~fits(numbers)]):
        raise InputError(said.format(wrong[0]))
