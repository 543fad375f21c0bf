"""What a number of people means for beds, posts and money (method.md section 7): always within one authority."""

import numpy as np

from helpers.base.errors import InputError


def beds_needed(residents: float | np.ndarray, occupancy_pct: float) -> float | np.ndarray:
    """Beds for these residents where this share of beds is occupied."""
    if not 0 < occupancy_pct <= 100:
        raise InputError(f"An occupancy of {occupancy_pct:g}% makes no sense: it lies above 0 and up to 100.")
    return residents / (occupancy_pct / 100)


def posts(filled: float | np.ndarray, vacancy_pct: float) -> float | np.ndarray:
    """Posts, filled or vacant: 1,000 filled and 4.1% vacant give 1,042.8."""
    if not 0 <= vacancy_pct < 100:
        raise InputError(f"A vacancy rate of {vacancy_pct:g}% makes no sense: it lies from 0 to below 100.")
    return filled / (1 - vacancy_pct / 100)


def leavers(filled: float | np.ndarray, turnover_pct: float) -> float | np.ndarray:
    """People who leave their post in a year: 1,000 filled and 38.7% turnover give 387."""
    if not turnover_pct >= 0:
        raise InputError(f"A turnover of {turnover_pct:g}% makes no sense: it is 0 or more.")
    return filled * turnover_pct / 100


def hires(filled: float | np.ndarray, turnover_pct: float, growth: float | np.ndarray) -> float | np.ndarray:
    """People to hire in a year: those who leave, and the growth of filled posts. 1,000 at 38.7% and 20: 407."""
    return leavers(filled, turnover_pct) + growth


def unit_cost(cost_gbp: float, annual_growth_pct: float, years: float | np.ndarray) -> float | np.ndarray:
    """A cost after these years of growth: c0 (1 + g)^(t - t0)."""
    if not annual_growth_pct > -100:
        raise InputError(f"A growth of {annual_growth_pct:g}% a year makes no sense: it lies above -100.")
    return cost_gbp * (1 + annual_growth_pct / 100) ** np.asarray(years, dtype=float)
