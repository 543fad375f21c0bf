"""The core projection (method.md sections 5 and 6): people with support, at constant rates, summed upward."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from helpers.errors import InputError
from helpers.population import Population, growth_65_plus
from helpers.suppression import SupportTable, explain, point_estimates
from helpers.vocabulary import CARE_HOME_SETTINGS

#: The growth of people aged 18-64 is known to this much where only the growth of 25-64 is (a share of the base).
ERROR_WITHOUT_18_24 = 0.03
TOTAL = "all"


@dataclass(frozen=True)
class Gradients:
    """How much higher the rate of support is at 85+ than at 65-84: one number a kind of support.

    learning_disability None: people with a learning disability follow their setting.
    """

    care_home: float
    community: float
    learning_disability: float | None = None

    def of(self, support_reason: str, setting: str) -> float:
        """The gradient of one cell."""
        if support_reason == "learning_disability" and self.learning_disability is not None:
            return self.learning_disability
        return self.care_home if setting in CARE_HOME_SETTINGS else self.community


FLAT = Gradients(1, 1)


def base_cells(tidy: pd.DataFrame) -> pd.DataFrame:
    """The base of a projection: people by age band, support reason and setting, adding to the printed totals.

    tidy: the tidy rows of the support tables, one table an age band. Returns age_band, support_reason, setting,
    people (a hidden count as its expectation), lower, upper (0 to 4 where hidden), hidden (whether the source
    hides the count or leaves its line out). People of hidden cells are for sums only, never for print.
    Raises InputError where measures or authorities are mixed, or a table cannot be added up.
    """
    for column in ("measure", "authority", "period"):
        if tidy[column].nunique() != 1:
            found = ", ".join(sorted(tidy[column].unique()))
            raise InputError(f"A base needs one {column}; these tables have {found}. Take one of them.")
    frames = []
    for age_band, rows in tidy.groupby("age_band", sort=False):
        table = explain(SupportTable.from_tidy(rows))
        people = point_estimates(table)
        cells = people.stack().rename("people").reset_index()
        # The marker's own bounds, not those that the margins close in on: these would give a hidden count away.
        for name, frame in (("lower", table.lower), ("upper", table.upper), ("hidden", table.hidden)):
            cells[name] = frame.iloc[:-1, :-1].stack().to_numpy()
        cells["hidden"] |= np.isinf(cells["upper"])
        frames.append(cells.assign(age_band=age_band))
    columns = ["age_band", "support_reason", "setting", "people", "lower", "upper", "hidden"]
    return pd.concat(frames, ignore_index=True)[columns]


def growth(
    population: Population, age_band: str, gradient: float, base_time: float, times: np.ndarray
) -> tuple[np.ndarray, float]:
    """How many times as many people of an age band as in the base, and the error of that (a share of the base).

    age_band: "18-64" (the gradient is not used) or "65+". Everything is taken from one population vintage.
    """
    if age_band == "18-64":
        band = "18-64" if population.has("18-64") else "25-64"
        error = 0.0 if band == "18-64" else ERROR_WITHOUT_18_24
        return population.people(band, times) / population.people(band, base_time), error
    if age_band != "65+":
        raise InputError(f"There is no growth for the age band {age_band!r}. Known: 18-64, 65+.")
    base = [population.people(band, base_time) for band in ("65-84", "85+")]
    later = [population.people(band, times) for band in ("65-84", "85+")]
    return growth_65_plus(*base, *later, gradient), 0.0


def project(
    base: pd.DataFrame,
    population: Population,
    base_time: float,
    times: np.ndarray,
    central: Gradients,
    low: Gradients | None = None,
    high: Gradients | None = None,
    annual_log_rate_change: float = 0.0,
) -> pd.DataFrame:
    """Project every cell of the base, and its bounds over the range of gradients.

    N(t) = N x G(t) x exp(d (t - t0)), with G the growth of the population that draws the support and d the change
    of the log rate a year (0 under constant rates). base: as from base_cells. times: decimal years.
    Returns age_band, support_reason, setting, hidden, time, people, lower, upper: lower and upper hold the
    gradient's range and, for a hidden count, its bounds. Sums are made with total_up.
    """
    times = np.atleast_1d(np.asarray(times, dtype=float))
    drift = np.exp(annual_log_rate_change * (times - base_time))
    frames = []
    for cell in base.itertuples():
        growths = []
        for gradients in (central, low or central, high or central):
            gradient = gradients.of(cell.support_reason, cell.setting)
            factor, error = growth(population, cell.age_band, gradient, base_time, times)
            # At the base nothing has grown, so nothing is uncertain about it.
            error = np.where(times == base_time, 0.0, error)
            growths += [factor * drift, (factor - error) * drift, (factor + error) * drift]
        frames.append(
            pd.DataFrame(
                {
                    "age_band": cell.age_band,
                    "support_reason": cell.support_reason,
                    "setting": cell.setting,
                    "hidden": cell.hidden,
                    "time": times,
                    "people": cell.people * growths[0],
                    "lower": cell.people * np.min(growths, axis=0),
                    "upper": cell.people * np.max(growths, axis=0),
                    "hidden_lower": cell.lower * np.min(growths, axis=0),
                    "hidden_upper": cell.upper * np.max(growths, axis=0),
                }
            )
        )
    return pd.concat(frames, ignore_index=True)


def total_up(projection: pd.DataFrame, by: list[str]) -> pd.DataFrame:
    """Sums of a projection's cells: people, lower, upper by these columns, "all" in every other dimension.

    Sums of printed totals hold no hidden count's own bounds: the totals that they add to are printed.
    """
    sums = projection.groupby([*by, "time"], sort=False, as_index=False)[["people", "lower", "upper"]].sum()
    for dimension in ("age_band", "support_reason", "setting"):
        if dimension not in by:
            sums[dimension] = TOTAL
    return sums


def round_to_total(parts: pd.Series, unit: int, total: int) -> pd.Series:
    """Parts rounded to a unit so that they add to a printed total, by largest remainder.

    parts: people, 0 or more. total: a multiple of the unit. Each part moves by less than one unit from its
    value where the total is the sum of the parts, rounded.
    """
    if total % unit:
        raise InputError(f"The total {total} is no multiple of {unit}.")
    scaled = parts / unit
    floors = np.floor(scaled + 1e-9).astype(int)
    missing = total // unit - int(floors.sum())
    order = (scaled - floors).sort_values(ascending=missing < 0, kind="stable").index
    for step in range(abs(missing)):
        floors[order[step % len(order)]] += 1 if missing > 0 else -1
    return floors * unit
