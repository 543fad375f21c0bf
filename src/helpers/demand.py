"""The core projection (method.md sections 5 and 6): people with support, at constant rates, summed upward."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from helpers.errors import InputError
from helpers.population import Population, growth_65_plus
from helpers.published import Suppressed
from helpers.suppression import LATENT, TOTAL, SupportTable, explain, point_estimates
from helpers.vocabulary import CARE_HOME_SETTINGS
from helpers.wording import rounding_unit

#: The growth of people aged 18-64 is known to this much where only the growth of 25-64 is (a share of the base).
ERROR_WITHOUT_18_24 = 0.03
#: Single cells are kept to the nearest 5, so that no hidden one follows from its row by subtraction.
CELL_UNIT = 5
DIMENSIONS = ("age_band", "support_reason", "setting")


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


def years_shown(base_year: int, horizon: int) -> np.ndarray:
    """The years that a briefing shows: the base, 5, 10 and 20 years on, and the horizon."""
    return np.unique(
        [year for year in (base_year, base_year + 5, base_year + 10, base_year + 20, horizon) if year <= horizon]
    )


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
    Returns age_band, support_reason, setting, hidden, time, people; lower, upper (over the range of gradients);
    hidden_lower, hidden_upper (over that range and the bounds of a hidden count). Summed by total_up.
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


def total_up(cells: pd.DataFrame, by: list[str]) -> pd.DataFrame:
    """Sums of a projection's cells by these columns and time; "all" in every other dimension.

    Sums hold people, lower and upper; hidden is true where every cell of the sum is hidden.
    """
    sums = cells.groupby([*by, "time"], sort=False, as_index=False).agg(
        {
            "people": "sum",
            "lower": "sum",
            "upper": "sum",
            "hidden": "all",
            "hidden_lower": "sum",
            "hidden_upper": "sum",
        }
    )
    return sums.assign(**{name: TOTAL for name in DIMENSIONS if name not in by})


def levels(cells: pd.DataFrame, detailed_times: np.ndarray) -> pd.DataFrame:
    """A projection as it is kept: by age; by age and reason or setting; and cell by cell at the detailed times.

    cells: as from project. Returns time, age_band, support_reason, setting, people, people_lower, people_upper,
    marker. marker "sum": a sum of cells. "rounded": a cell, it and its bounds to CELL_UNIT. "suppressed": hidden by
    its publisher; people is Suppressed, with the bounds of its mark, grown. A line that the published table leaves
    out is in the totals only.
    """
    sums = [total_up(cells, ["age_band", *by]) for by in ([], ["support_reason"], ["setting"])]
    detail = cells[cells["time"].isin(detailed_times)].assign(is_cell=True)
    kept = pd.concat([*sums, detail], ignore_index=True)
    kept = kept[(kept["support_reason"] != LATENT) & (kept["setting"] != LATENT)]
    hidden, is_cell = kept["hidden"].astype(bool), kept["is_cell"].eq(True)
    lower, upper = (kept[bound].mask(hidden, kept[f"hidden_{bound}"]) for bound in ("lower", "upper"))
    cells_lower, cells_upper = np.floor(lower / CELL_UNIT) * CELL_UNIT, np.ceil(upper / CELL_UNIT) * CELL_UNIT
    lower, upper = lower.mask(is_cell & ~hidden, cells_lower), upper.mask(is_cell & ~hidden, cells_upper)
    people = kept["people"].mask(is_cell, (kept["people"] / CELL_UNIT).round() * CELL_UNIT).astype(object)
    people[hidden] = [Suppressed(*bounds) for bounds in zip(lower[hidden], upper[hidden], strict=True)]
    return pd.DataFrame(
        {
            "time": kept["time"],
            **{name: kept[name] for name in DIMENSIONS},
            "people": people,
            "people_lower": lower,
            "people_upper": upper,
            "marker": np.select([hidden, is_cell], ["suppressed", "rounded"], "sum"),
        }
    )


def outlook(projections: pd.DataFrame, vintage: str, path: str) -> pd.DataFrame:
    """The central projection with the range over every vintage and path on file.

    projections: rows of data/processed projections of one authority and scenario. Returns the rows of the central
    vintage and path, with people_lower and people_upper the least and the most of all of them.
    """
    keys = ["age_band", "support_reason", "setting", "year"]
    span = projections.groupby(keys).agg({"people_lower": "min", "people_upper": "max"})
    central = projections[(projections["vintage"] == vintage) & (projections["path"] == path)]
    return central.drop(columns=["people_lower", "people_upper"]).join(span, on=keys).reset_index(drop=True)


def row_of(
    outlook: pd.DataFrame, year: int, age_band: str, support_reason: str = TOTAL, setting: str = TOTAL
) -> pd.Series:
    """The one row of an outlook for a year, age band, support reason and setting. Raises InputError for none."""
    found = outlook[
        (outlook["year"] == year)
        & (outlook["age_band"] == age_band)
        & (outlook["support_reason"] == support_reason)
        & (outlook["setting"] == setting)
    ]
    if len(found) != 1:
        raise InputError(f"The projection has no one row for {year}, {age_band}, {support_reason}, {setting}.")
    return found.iloc[0]


def in_financial_year(outlook: pd.DataFrame, first_year: int, age_band: str) -> pd.Series:
    """An age band projected for a financial year: 0.75 x the first mid-year + 0.25 x the second.

    Returns people, people_lower, people_upper.
    """
    columns = ["people", "people_lower", "people_upper"]
    first, second = (row_of(outlook, year, age_band)[columns].astype(float) for year in (first_year, first_year + 1))
    return 0.75 * first + 0.25 * second


def round_to_total(parts: pd.Series, total: int) -> pd.Series:
    """Parts as they print, such that they add to their printed total: by largest remainder.

    parts: people, 0 or more; one below 1,000 moves in steps of 5, one above in steps of 10. total: a multiple of 5.
    Raises InputError for a total that steps of 5 cannot make.
    """
    if total % 5:
        raise InputError(f"The total {total} is no multiple of 5, as printed parts are.")
    units = parts.map(rounding_unit)
    floors = np.floor(parts / units + 1e-9).astype(int) * units
    while missing := total - int(floors.sum()):
        step = units if missing > 0 else -units
        # The part that is furthest behind its value (or ahead of it) takes a step, if the step is not too long.
        behind = ((parts - floors) / step).where(units <= abs(missing))
        if behind.isna().all():
            units = units.clip(upper=abs(missing))
            continue
        chosen = behind.idxmax()
        floors[chosen] += step[chosen]
    return floors
