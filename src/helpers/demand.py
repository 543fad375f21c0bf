"""The core projection (method.md sections 5 and 6): people with support, at constant rates, summed upward."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from helpers.errors import InputError
from helpers.population import Population, financial_year, growth_65_plus, mid_year
from helpers.published import Suppressed
from helpers.suppression import LATENT, TOTAL, SupportTable, explain, point_estimates
from helpers.vocabulary import CARE_HOME_SETTINGS
from helpers.wording import rounding_unit

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
    """The years that a briefing shows: the base, 5, 10 and 20 years on, and the horizon.

    Raises InputError for a horizon of five years or less.
    """
    if horizon <= base_year + 5:
        raise InputError(f"A briefing looks more than five years ahead: choose a horizon of {base_year + 6} or later.")
    return np.unique(
        [year for year in (base_year, base_year + 5, base_year + 10, base_year + 20, horizon) if year <= horizon]
    )


def base_cells(tidy: pd.DataFrame) -> pd.DataFrame:
    """The base of a projection: people by age band, support reason and setting, adding to the printed totals.

    tidy: the tidy rows of the support tables, one table an age band. Returns age_band, support_reason, setting,
    people (a hidden count as its expectation), lower, upper (the bounds of its mark where hidden), hidden (whether
    the source hides the count or leaves its line out), reason_hidden and setting_hidden (whether it hides the total
    that the cell belongs to). People of hidden cells are for sums only, never for print.
    Raises InputError where measures or authorities are mixed, or a table cannot be added up.
    """
    for column in ("measure", "authority", "period"):
        if tidy[column].nunique() != 1:
            found = ", ".join(sorted(tidy[column].unique()))
            raise InputError(f"A base needs one {column}; these tables have {found}. Take one of them.")
    frames = []
    for age_band, rows in tidy.groupby("age_band", sort=False):
        table = explain(SupportTable.from_tidy(rows))
        cells = point_estimates(table).stack().rename("people").reset_index()
        # The mark's own bounds, not those that the margins close in on: these would give a hidden count away.
        for name, frame in (("lower", table.lower), ("upper", table.upper), ("hidden", table.value.isna())):
            cells[name] = frame.iloc[:-1, :-1].stack().to_numpy()
        cells["reason_hidden"] = cells["support_reason"].map(table.hidden[TOTAL])
        cells["setting_hidden"] = cells["setting"].map(table.hidden.loc[TOTAL])
        frames.append(cells.assign(age_band=age_band))
    return pd.concat(frames, ignore_index=True)


def growth(
    population: Population, age_band: str, gradient: float, base_time: float, times: np.ndarray
) -> tuple[np.ndarray, bool]:
    """How many times as many people of an age band as in the base, and whether that is for the band itself.

    age_band: "65+", or "18-64" (the gradient is not used; without 18-24 on file it is the growth of 25-64, and not
    for the band itself). Everything is taken from one population vintage.
    """
    if age_band == "18-64":
        band = "18-64" if population.has("18-64") else "25-64"
        return population.people(band, times) / population.people(band, base_time), band == "18-64"
    if age_band != "65+":
        raise InputError(f"There is no growth for the age band {age_band!r}. Known: 18-64, 65+.")
    base = [population.people(band, base_time) for band in ("65-84", "85+")]
    later = [population.people(band, times) for band in ("65-84", "85+")]
    return growth_65_plus(*base, *later, gradient), True


def project(
    base: pd.DataFrame,
    population: Population,
    base_time: float,
    times: np.ndarray,
    central: Gradients,
    low: Gradients | None = None,
    high: Gradients | None = None,
    *,
    working_age_error: float,
    annual_log_rate_change: float = 0.0,
) -> pd.DataFrame:
    """Project every cell of the base, and its bounds over the range of gradients.

    N(t) = N x G(t) x exp(d (t - t0)), with G the growth of the population that draws the support and d the change
    of the log rate a year (0 under constant rates). base: as from base_cells. times: decimal years.
    working_age_error: of the growth of 18-64 where only that of 25-64 is on file, as a share of the base.
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
            factor, of_the_band = growth(population, cell.age_band, gradient, base_time, times)
            # At the base nothing has grown, so nothing is uncertain about it.
            error = np.where(of_the_band | (times == base_time), 0.0, working_age_error)
            growths += [factor * drift, (factor - error) * drift, (factor + error) * drift]
        frames.append(
            pd.DataFrame(
                {
                    "age_band": cell.age_band,
                    "support_reason": cell.support_reason,
                    "setting": cell.setting,
                    "hidden": cell.hidden,
                    "reason_hidden": cell.reason_hidden,
                    "setting_hidden": cell.setting_hidden,
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

    Sums hold people, lower and upper; hidden is true where every cell of the sum is hidden, or its total is.
    """
    sums = cells.groupby([*by, "time"], sort=False, as_index=False).agg(
        people=("people", "sum"),
        lower=("lower", "sum"),
        upper=("upper", "sum"),
        hidden_lower=("hidden_lower", "sum"),
        hidden_upper=("hidden_upper", "sum"),
        hidden=("hidden", "all"),
        reason_hidden=("reason_hidden", "any"),
        setting_hidden=("setting_hidden", "any"),
    )
    sums["hidden"] |= (sums["reason_hidden"] & ("support_reason" in by)) | (sums["setting_hidden"] & ("setting" in by))
    return sums.assign(**{name: TOTAL for name in DIMENSIONS if name not in by})


def levels(cells: pd.DataFrame, detailed_times: np.ndarray) -> pd.DataFrame:
    """A projection as it is kept: by age; by age and reason or setting; and cell by cell at the detailed times.

    cells: as from project. Returns time, age_band, support_reason, setting, people, people_lower, people_upper,
    status. status "sum": a sum of cells. "rounded": a cell and its bounds, rounded once and as they print, so that no
    hidden one follows from its row by subtraction. "suppressed": hidden by its publisher; people is Suppressed, with
    the bounds of its mark, grown. A line that the published table leaves out is in the totals only.
    """
    sums = [total_up(cells, ["age_band", *by]) for by in ([], ["support_reason"], ["setting"])]
    detail = cells[cells["time"].isin(detailed_times)].assign(is_cell=True)
    kept = pd.concat([*sums, detail], ignore_index=True)
    kept = kept[(kept["support_reason"] != LATENT) & (kept["setting"] != LATENT)]
    hidden, is_cell = kept["hidden"].astype(bool), kept["is_cell"].eq(True)
    lower, upper = (kept[bound].mask(hidden, kept[f"hidden_{bound}"]) for bound in ("lower", "upper"))
    unit = kept["people"].map(rounding_unit)
    lower = lower.mask(is_cell & ~hidden, np.floor(lower / unit) * unit)
    upper = upper.mask(is_cell & ~hidden, np.ceil(upper / unit) * unit)
    people = kept["people"].mask(is_cell, np.floor(kept["people"] / unit + 0.5) * unit).astype(object)
    people[hidden] = [Suppressed(*bounds) for bounds in zip(lower[hidden], upper[hidden], strict=True)]
    return pd.DataFrame(
        {
            "time": kept["time"],
            **{name: kept[name] for name in DIMENSIONS},
            "people": people,
            "people_lower": lower,
            "people_upper": upper,
            "status": np.select([hidden, is_cell], ["suppressed", "rounded"], "sum"),
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
        raise InputError(
            f"The projection has no one row for {year}, {age_band}, {support_reason}, {setting}. "
            "Run `doit project`, and see that authorities.toml leads with a vintage and path that it holds."
        )
    return found.iloc[0]


def in_financial_year(outlook: pd.DataFrame, first_year: int, age_band: str) -> pd.Series:
    """An age band projected for a financial year: 0.75 x the first mid-year + 0.25 x the second.

    Returns people, people_lower, people_upper.
    """
    rows = outlook[(outlook["age_band"] == age_band) & (outlook["support_reason"] == TOTAL)]
    rows = rows[rows["setting"] == TOTAL].sort_values("year")
    if not rows["year"].isin([first_year, first_year + 1]).sum() == 2:
        raise InputError(f"The projection does not hold mid-{first_year} and mid-{first_year + 1} for {age_band}.")
    times = mid_year(rows["year"].to_numpy())
    columns = ["people", "people_lower", "people_upper"]
    return pd.Series({c: np.interp(financial_year(first_year), times, rows[c].astype(float)) for c in columns})
