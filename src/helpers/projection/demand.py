"""The core projection (method.md sections 5 and 6): people with support, at constant rates, summed upward."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from helpers.base.errors import InputError
from helpers.base.vocabulary import CARE_HOME_SETTINGS, QUANTILES
from helpers.projection.population import Population, at_31_march, growth_18_64_bounds, growth_65_plus, mid_year
from helpers.projection.scenarios import Effect
from helpers.projection.spread import SEED, Course, Futures, Widths
from helpers.published.suppression import LATENT, TOTAL, SupportTable, explain, point_estimates

DIMENSIONS = ("age_band", "support_reason", "setting")
ADULTS, NOT_STATED = "18+", "not_stated"
#: When a count of a year stands: one taken during a year at its middle, one taken on 31 March then.
TIME_OF = {"during_year": mid_year, "at_date": at_31_march}


@dataclass(frozen=True)
class Gradients:
    """How much higher the rate of support is at 85+ than at 65-84: one number a kind of support.

    not_stated: of people whose setting is not published (None: as in the community). learning_disability None: people
    with a learning disability follow their setting.
    """

    care_home: float
    community: float
    learning_disability: float | None = None
    not_stated: float | None = None

    def kind_of(self, support_reason: str, setting: str) -> str:
        """Which of these gradients one cell has."""
        if support_reason == "learning_disability" and self.learning_disability is not None:
            return "learning_disability"
        if setting == NOT_STATED and self.not_stated is not None:
            return "not_stated"
        return "care_home" if setting in CARE_HOME_SETTINGS else "community"

    def of(self, support_reason: str, setting: str) -> float:
        """The gradient of one cell."""
        return getattr(self, self.kind_of(support_reason, setting))


FLAT = Gradients(1, 1)


def base_cells(tidy: pd.DataFrame) -> pd.DataFrame:
    """The base of a projection: people by age band, support reason and setting, adding to the printed totals.

    tidy: the tidy rows of the support tables, one table an age band. Returns age_band, support_reason, setting,
    people (a hidden count as its expectation), lower, upper (the bounds of its mark where hidden), hidden (whether
    the source hides the count or leaves its line out), reason_hidden and setting_hidden (whether it hides the total
    that the cell belongs to). People of hidden cells are for sums only, never for print.
    Raises InputError where measures or authorities are mixed, or a table cannot be added up.
    """
    for column in ("measure", "area_code", "period"):
        if tidy[column].nunique() != 1:
            found = ", ".join(sorted(tidy[column].unique()))
            raise InputError(f"A base needs one {column}; these tables have {found}. Take one of them.")
    if (tidy["age_band"] == TOTAL).all():
        raise InputError(
            f"The table {tidy['table'].iloc[0]!r} has no age bands. A base needs people by age and reason."
        )
    if (tidy["setting"] == TOTAL).all():
        return _without_settings(tidy)
    frames = []
    for age_band, rows in tidy.groupby("age_band", sort=False):
        try:
            table = explain(SupportTable.from_tidy(rows))
        except InputError as error:
            raise InputError(f"{rows['source'].iloc[0]}, table {rows['table'].iloc[0]!r}: {error}") from None
        cells = point_estimates(table).stack().rename("people").reset_index()
        # The mark's own bounds, not those that the margins close in on: these would give a hidden count away.
        for name, frame in (("lower", table.lower), ("upper", table.upper), ("hidden", table.value.isna())):
            cells[name] = frame.iloc[:-1, :-1].stack().to_numpy()
        cells["reason_hidden"] = cells["support_reason"].map(table.hidden[TOTAL])
        cells["setting_hidden"] = cells["setting"].map(table.hidden.loc[TOTAL])
        frames.append(cells.assign(age_band=age_band))
    return pd.concat(frames, ignore_index=True)


def _without_settings(tidy: pd.DataFrame) -> pd.DataFrame:
    """The base of a table without settings, every count printed and adding to its age band's total.

    Where it has no support reasons either, all people of an age band are one cell, whose reason is not printed.
    """
    if (tidy["support_reason"] == TOTAL).all():
        unprinted = tidy.assign(support_reason=LATENT)
        tidy = pd.concat([unprinted, tidy], ignore_index=True)
    rows = tidy[(tidy["support_reason"] != TOTAL) & (tidy["age_band"] != TOTAL)]
    totals = tidy[(tidy["support_reason"] == TOTAL) & (tidy["age_band"] != TOTAL)].set_index("age_band")["value"]
    for age_band, total in totals.items():
        if (found := rows.loc[rows["age_band"] == age_band, "value"].sum()) != total:
            raise InputError(
                f"The base table cannot be added up: aged {age_band}, {found:g} people and a total of {total:g}."
            )
    flags = dict.fromkeys(("hidden", "reason_hidden", "setting_hidden"), False)
    kept = rows[["age_band", "support_reason", "lower", "upper"]].assign(people=rows["value"].astype(float))
    return kept.assign(setting=NOT_STATED, **flags).reset_index(drop=True)


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


def part_of(base: pd.DataFrame, part: str) -> pd.DataFrame:
    """The cells of a base that a series grows as: "18-64", "65+", "18+" (all), or "care_home" (65+, in care homes)."""
    if part == ADULTS:
        return base
    if part == "care_home":
        return base[(base["age_band"] == "65+") & base["setting"].isin(CARE_HOME_SETTINGS)]
    return base[base["age_band"] == part]


def growth_of(base: pd.DataFrame, population: Population, central: Gradients, start: float, end: float) -> float:
    """How many times as many people a part of the base is at one time as at another, at constant rates.

    Its mix of reasons and settings is that of the base. Raises InputError for times that the population does not cover,
    and for a part without people.
    """
    if not base["people"].sum() > 0:
        raise InputError("Nobody grows: this part of the base has no people. Name another part.")
    _check_base(base)
    factors = [
        growth(population, cell.age_band, central.of(cell.support_reason, cell.setting), start, np.array([end]))[0][0]
        for cell in base.itertuples()
    ]
    return float(np.average(factors, weights=base["people"]))


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
    share_18_24: tuple[float, float] | None = None,
    effect: Effect | None = None,
) -> pd.DataFrame:
    """Project every cell of the base, and its bounds over the range of gradients.

    N(t) = N x G(t), with G the growth of the population that draws the support, and what scenarios do to it. base: as
    from base_cells. times: decimal years (with an effect, those that it was made for). working_age_error, share_18_24:
    where only 25-64 is on file, the error of its growth as a share of the base, and the least and the most that 18-24
    are of 0-24. Returns age_band, support_reason, setting, hidden, time, people; lower, upper (over the range of
    gradients); hidden_lower, hidden_upper (over that range and the bounds of a hidden count). Summed by total_up.
    Raises InputError for a cell of the base that stands there twice, has no name, number of people or bounds, for a
    working_age_error that is no share, and for times that the population does not cover.
    """
    _check_base(base)
    if not 0 <= working_age_error < 1:
        raise InputError(f"The error of the growth at 18-64 is {working_age_error}. Give a share: 3% is 0.03.")
    times = np.atleast_1d(np.asarray(times, dtype=float))
    ends: dict[tuple[str, float, float, float], np.ndarray] = {}
    growths = []
    for cell in base.itertuples():
        gradients = tuple(
            used.of(cell.support_reason, cell.setting) for used in (central, low or central, high or central)
        )
        key = (cell.age_band, *(gradients if cell.age_band == "65+" else (0.0, 0.0, 0.0)))
        if key not in ends:
            found = [growth(population, cell.age_band, gradient, base_time, times) for gradient in gradients]
            factors = np.array([factor for factor, _ in found])
            least, most = factors.min(axis=0), factors.max(axis=0)
            if not found[0][1]:
                least, most = _working_age_bounds(population, base_time, times, least, working_age_error, share_18_24)
            # At the base nothing has grown, so nothing is uncertain about it.
            at_base = times == base_time
            ends[key] = np.array(
                [factors[0], np.where(at_base, factors[0], least), np.where(at_base, factors[0], most)]
            )
        growths.append(ends[key])
    point, least, most = np.moveaxis(np.array(growths), 1, 0)
    people, lowest, highest = (base[name].to_numpy(float)[:, None] for name in ("people", "lower", "upper"))
    columns = {
        "people": people * point,
        "lower": people * least,
        "upper": people * most,
        "hidden_lower": lowest * least,
        "hidden_upper": highest * most,
    }
    if effect is not None:
        factor = effect.factor(point)
        columns = {name: effect.moved(values * factor) for name, values in columns.items()}
    kept = ["age_band", "support_reason", "setting", "hidden", "reason_hidden", "setting_hidden"]
    rows = base[kept].iloc[np.repeat(np.arange(len(base)), len(times))].reset_index(drop=True)
    return rows.assign(time=np.tile(times, len(base)), **{name: values.ravel() for name, values in columns.items()})


def _check_base(base: pd.DataFrame) -> None:
    """Refuse a base that would count people twice, or none where there are some."""
    if base.empty:
        raise InputError("The base is wrong: it has no cells. Name tables of people with support.")
    for wrong, what in (
        (base[list(DIMENSIONS)].isna().any(axis=1), "does not say whom it counts. Give age, reason and setting."),
        (base.duplicated(list(DIMENSIONS)), "stands there twice, so that its people would count twice. Remove one."),
        (~base["people"].between(0, np.inf, inclusive="left"), "has no number of people. Give 0 or more."),
        (~(base["lower"] <= base["upper"]), "lacks a bound, or has them upside down. Give the lower one first."),
    ):
        if wrong.any():
            cell = ", ".join(base.loc[wrong, list(DIMENSIONS)].iloc[0].map(str))
            raise InputError(f"The base is wrong: the cell {cell} {what}")


def _working_age_bounds(
    population: Population,
    base_time: float,
    times: np.ndarray,
    growth_25_64: np.ndarray,
    error: float,
    share_18_24: tuple[float, float] | None,
) -> tuple[np.ndarray, np.ndarray]:
    """The least and the most that 18-64 can have grown where 25-64 and 0-24 are on file, and not 18-24."""
    least, most = growth_25_64 - error, growth_25_64 + error
    if share_18_24 and population.has("0-24"):
        at = [population.people(band, time) for time in (base_time, times) for band in ("0-24", "25-64")]
        by_share = growth_18_64_bounds(*at, *share_18_24)
        least, most = np.minimum(least, by_share[0]), np.maximum(most, by_share[1])
    return least, most


def over_paths(projected: dict[str, pd.DataFrame], central: str) -> pd.DataFrame:
    """The projection on one path of the population, its bounds over all paths.

    projected: as from project, by path.
    """
    result = projected[central].copy()
    for name, extreme in (("lower", np.min), ("upper", np.max), ("hidden_lower", np.min), ("hidden_upper", np.max)):
        result[name] = extreme([frame[name] for frame in projected.values()], axis=0)
    return result


def total_up(cells: pd.DataFrame, by: list[str]) -> pd.DataFrame:
    """Sums of a projection's cells by these columns and time; "all" in every other dimension.

    Raises InputError for a cell that does not say to which sum it belongs, or has no number: its people would go
    missing; and for a cell that stands there twice.
    """
    if (twice := cells.duplicated([*DIMENSIONS, "time"])).any():
        cell = ", ".join(cells.loc[twice, list(DIMENSIONS)].iloc[0].map(str))
        raise InputError(f"The cell {cell} of the projection stands there twice: its people would count twice.")
    for column in ("people", "lower", "upper"):
        if cells[column].isna().any():
            raise InputError(f"A cell of the projection has no number under {column}: its people would be lost.")
    for column in (*by, "time"):
        if cells[column].isna().any():
            raise InputError(f"A cell of the projection has no {column.replace('_', ' ')}: its people would be lost.")
    sums = cells.groupby([*by, "time"], sort=False, as_index=False)[["people", "lower", "upper"]].sum()
    return sums.assign(**{name: TOTAL for name in DIMENSIONS if name not in by})


def cells_of(base: pd.DataFrame, gradients: Gradients) -> pd.DataFrame:
    """The base as the spread takes it (spread.Futures): cell (its key), people, age_band, gradient_kind."""
    _check_base(base)
    kinds = [gradients.kind_of(cell.support_reason, cell.setting) for cell in base.itertuples()]
    return base[["people", "age_band"]].assign(cell=keys_of(base), gradient_kind=kinds)


def keys_of(base: pd.DataFrame) -> pd.Series:
    """What each cell of a base is called: "65+, physical_personal_care, nursing"."""
    return base[list(DIMENSIONS)].agg(", ".join, axis=1)


def course_of(population: Population, base_time: float, times: np.ndarray, estimates_to: int) -> Course:
    """The population around the base as the uncertainty takes it. estimates_to: the last year that is estimated."""
    both = np.concatenate([[base_time], times])
    working = "18-64" if population.has("18-64") else "25-64"
    people = {
        name: population.people(band, both) for name, band in (("18-64", working), ("65-84", "65-84"), ("85+", "85+"))
    }
    return Course(np.asarray(times) - base_time, people, np.maximum(both - mid_year(estimates_to), 0.0))


def counted_as(base: pd.DataFrame, people: float) -> pd.DataFrame:
    """A part of a base as if so many people had been counted in it: its own mix, with no count hidden.

    Raises InputError for a base as project does, for one without people, and for people that are no number.
    """
    _check_base(base)
    if not base["people"].sum() > 0 or not 0 <= people < np.inf:
        raise InputError(f"{people:g} people cannot have the mix of {base['people'].sum():g}. Give a count of each.")
    cells = base["people"] * people / base["people"].sum()
    return base.assign(hidden=False, people=cells, lower=cells, upper=cells)


def bands_from(
    base: pd.DataFrame,
    groups: list[np.ndarray],
    population: Population,
    central: Gradients,
    since: float,
    times: np.ndarray,
    estimates_to: int,
    widths: Widths,
    crosses_break: Sequence[bool] = (),
    draws: int = 10_000,
    seed: int = SEED,
) -> np.ndarray:
    """How wide a projection at constant rates is that starts from a count of another time than the base.

    base: its mix is taken for that of the count. groups: positions of the cells of each row. since, times: decimal
    years. crosses_break, draws, seed: as of spread.Futures. Returns the quantiles (spread.QUANTILES) as multiples of
    the projection itself, rows x times x quantiles.
    """
    course, keys = course_of(population, since, times, estimates_to), keys_of(base).to_numpy()
    futures = Futures(cells_of(base, central), course, widths, population.area_code, crosses_break, None, draws, seed)
    named = {str(row): list(keys[group]) for row, group in enumerate(groups)}
    drawn = futures.bands(named)[list(QUANTILES)].to_numpy().reshape(len(groups), len(times), -1)
    point = project(base, population, since, times, central, working_age_error=0)["people"]
    point = point.to_numpy().reshape(len(base), -1)
    return drawn / np.array([point[group].sum(axis=0) for group in groups])[:, :, None]


def mixed_gradient(parts: list[tuple[float, float]], people_65_84: float, people_85_plus: float) -> float:
    """The gradient of all who have support, of whom some have one gradient and some another.

    parts: people aged 65 and over with support, and their gradient. people_65_84, people_85_plus: the population.
    Raises InputError where nobody has support, where nobody of one age is left to compare, and for a missing number.
    """
    numbers = [people_65_84, people_85_plus, *(number for part in parts for number in part)]
    if not all(0 <= number < np.inf for number in numbers) or not min(people_65_84, people_85_plus) > 0:
        raise InputError("A gradient of several needs people and gradients of 0 or more, and a population above 0.")
    if not sum(count for count, _ in parts) > 0:
        raise InputError("A gradient of several needs people with support, and there are none. Name their counts.")
    at_85 = sum(count * rho * people_85_plus / (people_65_84 + rho * people_85_plus) for count, rho in parts)
    younger = sum(count for count, _ in parts) - at_85
    return (at_85 / people_85_plus) / (younger / people_65_84)
