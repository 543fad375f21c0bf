"""How far a projection may be out: a Monte Carlo of six layers, each with a switch (method.md section 8).

Every draw is one way in which it could go: counts, population, rates and gradients are drawn, and all cells are
projected with them. Quantiles of a sum are those of the sum in every draw, never sums of the quantiles of its parts.
"""

import math
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from scipy import optimize, special

from helpers.base.errors import InputError, nearest
from helpers.projection.scenarios import Effect

LAYERS = ("counts", "suppressed", "between_years", "population", "drift", "gradient")
#: The ends of the 90% band and of the 50% band, with the median between.
QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)
AGE_BANDS = ("18-64", "65+")
POPULATION_BANDS = ("18-64", "65-84", "85+")
SEED = 2016
#: Draws that share a seed. It is part of what a seed means: another number gives other draws.
BLOCK = 2000


@dataclass(frozen=True)
class Cells:
    """The base of a projection, one entry a cell.

    people: the point value (of a hidden count its expectation). lower, upper: bounds of a hidden count, both
    included. hidden: whether the count is hidden. age_band: "18-64" or "65+". gradient_kind: whose gradient the cell
    has, a name in Spread.gradients (not used at 18-64).
    Raises InputError for bounds that are upside down or do not hold the point value.
    """

    people: np.ndarray
    lower: np.ndarray
    upper: np.ndarray
    hidden: np.ndarray
    age_band: np.ndarray
    gradient_kind: np.ndarray

    def __post_init__(self) -> None:
        kinds = {"people": float, "lower": float, "upper": float, "hidden": bool, "age_band": str, "gradient_kind": str}
        for name, kind in kinds.items():
            object.__setattr__(self, name, np.asarray(getattr(self, name), dtype=kind))
            if len(getattr(self, name)) != len(self.people):
                raise InputError(f"The cells have {len(self.people)} people, but not as many of {name}.")
        # Point values are adjusted by least squares, and may miss a bound by a rounding error.
        outside = self.hidden & ~((self.lower - 1e-6 <= self.people) & (self.people <= self.upper + 1e-6))
        for wrong, mistake in (
            (~(self.lower <= self.upper), "lacks a bound, or has them upside down. Give the lower one first."),
            (outside, "has a point value outside its bounds. Give bounds that hold it."),
            (~((self.people >= -1e-6) & (self.people < np.inf)), "does not hold 0 or more people. Look at its source."),
            (~np.isin(self.age_band, AGE_BANDS), f"has an unknown age band. Known: {', '.join(AGE_BANDS)}."),
        ):
            for cell in np.flatnonzero(wrong):
                entries = ", ".join(f"{name} {getattr(self, name)[cell]}" for name in kinds)
                raise InputError(f"Cell {cell} ({entries}) {mistake}")


@dataclass(frozen=True)
class Course:
    """What the cells go through: T times, and the population at the base and at each of them.

    years: since the base, 0 or more, T of them. population: for each of the bands 18-64, 65-84 and 85+ people at the
    base, then at each time, 1 + T of them, all of one vintage. population_years: years past that vintage's last
    estimate, 1 + T of them (0 where the population is estimated).
    Raises InputError for negative years, a population of zero, and lengths that do not fit.
    """

    years: np.ndarray
    population: dict[str, np.ndarray]
    population_years: np.ndarray

    def __post_init__(self) -> None:
        for band in POPULATION_BANDS:
            if band not in self.population:
                raise InputError(f"The population of {band} is missing. Give it, of the same vintage as the others.")
            if not (np.asarray(self.population[band]) > 0).all():
                raise InputError(f"The population of {band} is zero or less in some year. Give one above zero.")
        for name, years in (("since the base", self.years), ("past the last estimate", self.population_years)):
            if not (np.asarray(years) >= 0).all():
                raise InputError(f"Years {name} are negative. Give times from the base on, and 0 for an estimate.")
        for name, values in {**self.population, "population_years": self.population_years}.items():
            if len(values) != len(self.years) + 1:
                raise InputError(
                    f"{name} has {len(values)} values. Give {len(self.years) + 1}: for the base, then for each time."
                )


@dataclass(frozen=True)
class Spread:
    """How wide each layer is; per cent are standard deviations of the log.

    between_years_pct: over-dispersion between years. population_10_years_pct: error of a population 10 years past its
    last estimate, below age 85. population_85_plus_pct: that of 85+, by years past the estimate. drift_pct_a_year: of
    the rate of support, by age band. gradients: low, central and high by kind. drift_multiplier: by how much the
    backtest widens the drift.
    Raises InputError for a width below zero and for gradients out of order.
    """

    between_years_pct: float
    population_10_years_pct: float
    population_85_plus_pct: dict[int, float]
    drift_pct_a_year: dict[str, float]
    gradients: dict[str, tuple[float, float, float]]
    drift_multiplier: float = 1.0

    def __post_init__(self) -> None:
        widths = [self.between_years_pct, self.population_10_years_pct, self.drift_multiplier]
        widths += [*self.population_85_plus_pct.values(), *self.drift_pct_a_year.values()]
        if not all(0 <= width < np.inf for width in widths):
            raise InputError("The width of a layer is below zero or not a number. Give 0 or more.")
        if not self.population_85_plus_pct or min(self.population_85_plus_pct) <= 0:
            raise InputError("population_85_plus_pct needs one year past the estimate or more, each above 0.")
        for band in AGE_BANDS:
            if band not in self.drift_pct_a_year:
                raise InputError(f"drift_pct_a_year has no entry for {band}. Give one (0 for no drift).")
        for kind, (low, central, high) in self.gradients.items():
            if not 0 <= low <= central <= high < np.inf:
                raise InputError(f"The gradient {kind} has {low:g}, {central:g}, {high:g}. Give 0 or more, rising.")

    def population_log_sd(self, band: str, years: float) -> float:
        """Standard deviation of the log of a band's population, this many years past its last estimate."""
        return population_log_sd(self.population_10_years_pct, self.population_85_plus_pct, band, years)


def population_log_sd(ten_years_pct: float, oldest_pct: dict[int, float], band: str, years: float) -> float:
    """Standard deviation of the log of a band's population, this many years past its last estimate.

    ten_years_pct: error after 10 years, below age 85. oldest_pct: error at 85+, by years past the estimate.
    It rises with the square root of the years; at 85+ only to the first year given, from there straight to the
    next ones, and not beyond the last (15% at 8 years, 25% from 20 on).
    """
    if band != "85+":
        return ten_years_pct / 100 * np.sqrt(years / 10)
    known = sorted(oldest_pct)
    shares = [oldest_pct[year] / 100 for year in known]
    return float(np.interp(years, known, shares) * np.sqrt(min(years / known[0], 1)))


def simulate(
    cells: Cells,
    course: Course,
    spread: Spread,
    groups: Sequence[np.ndarray],
    effect: Effect | None = None,
    draws: int = 10_000,
    seed: int = SEED,
    layers: Sequence[str] = LAYERS,
    threads: int = 1,
) -> np.ndarray:
    """Quantiles of people with support, rows x T x QUANTILES.

    groups: for each row the positions of the cells that it sums. effect: of scenarios, at the times of the course.
    layers: those that are switched on; the others stay at their central value, and what is drawn for those that are
    on does not change. The same seed gives the same result, with any number of threads.
    Raises InputError for an unknown layer, gradient or cell, and for times that the effect does not fit.
    """
    people = _simulation(cells, course, spread, groups, effect, draws, seed, layers, threads)
    return np.stack(_each(lambda time: _quantiles(people(time)), range(len(course.years)), threads), axis=1)


def layer_shares(
    cells: Cells,
    course: Course,
    spread: Spread,
    group: np.ndarray,
    time: int,
    effect: Effect | None = None,
    draws: int = 10_000,
    seed: int = SEED,
    layers: Sequence[str] = LAYERS,
    threads: int = 1,
) -> dict[str, float]:
    """How much each layer adds to the variance of a sum of cells at one time (its position), in per cent.

    By how much the variance drops where the layer is switched off and the others draw the same numbers, as a share of
    all those drops; they add to 100, or are all 0 where nothing varies.
    Raises InputError as simulate does, and for a time that the course does not have.
    """
    if not 0 <= time < len(course.years):
        raise InputError(f"There is no time {time}. Give a position from 0 to {len(course.years) - 1}.")

    def variance(on: Sequence[str]) -> float:
        return float(_simulation(cells, course, spread, [group], effect, draws, seed, on, threads)(time).var())

    complete = variance(layers)
    drops = {layer: max(complete - variance([on for on in layers if on != layer]), 0.0) for layer in layers}
    return {layer: 100 * drop / (sum(drops.values()) or 1.0) for layer, drop in drops.items()}


def _simulation(cells, course, spread, groups, effect, draws, seed, layers, threads) -> Callable[[int], np.ndarray]:
    """Make the draws; returns what gives people at a time (its position), rows x draws. Arguments as of simulate."""
    _check(cells, spread, groups, draws, seed, layers, threads)
    # Which growth a cell has: the first is that of 18-64, then come those of 65+ by kind of gradient.
    kinds = np.array(sorted(spread.gradients), dtype=str)
    growth_of = np.where(cells.age_band == "18-64", 0, 1 + np.searchsorted(kinds, cells.gradient_kind))
    factor = None if effect is None else _scenario_factor(course, spread, effect, growth_of)
    hidden = [(cell, _hidden_values(cells, cell)) for cell in np.flatnonzero(cells.hidden)]
    starts = range(0, draws, BLOCK)
    seeds = np.random.SeedSequence(seed).spawn(len(starts))
    sizes = [min(BLOCK, draws - start) for start in starts]
    blocks = _each(lambda args: _draw(cells, spread, layers, hidden, *args), zip(sizes, seeds, strict=True), threads)
    groups = [np.sort(group) for group in groups]

    def people(time: int) -> np.ndarray:
        rows = np.empty((len(groups), draws))
        for start, block in zip(starts, blocks, strict=True):
            in_cells = _people(block, course, spread, growth_of, time)
            if effect is not None:
                in_cells = effect.moved(in_cells * factor[:, [time]], time)
            for row, group in zip(rows, groups, strict=True):
                np.add.reduce(in_cells[group], axis=0, out=row[start : start + BLOCK])
        return rows

    return people


def _check(
    cells: Cells, spread: Spread, groups: Sequence, draws: int, seed: int, layers: Sequence[str], threads: int
) -> None:
    for layer in layers:
        if layer not in LAYERS:
            raise InputError(f"There is no layer {layer!r}.{nearest(layer, list(LAYERS))}")
    for kind in np.unique(cells.gradient_kind[cells.age_band == "65+"]):
        if kind not in spread.gradients:
            raise InputError(f"There is no gradient {str(kind)!r}.{nearest(kind, sorted(spread.gradients))}")
    for group in groups:
        if np.asarray(group).dtype.kind not in "iu":
            raise InputError(f"A row names its cells by {np.asarray(group).dtype}. Give positions, such as 0 and 2.")
        if len(group) == 0 or np.min(group) < 0 or np.max(group) >= len(cells.people):
            raise InputError(f"A row sums the cells {list(group)}. Give one or more of 0 to {len(cells.people) - 1}.")
        if len(set(map(int, group))) < len(group):
            raise InputError(f"A row sums one cell twice: {list(group)}. Name each cell once.")
    for name, number, least in (("draws", draws, 1), ("threads", threads, 1), ("seed", seed, 0)):
        if not isinstance(number, int | np.integer) or number < least:
            raise InputError(f"{name} is {number}. Give a whole number, {least} or more.")


def _scenario_factor(course: Course, spread: Spread, effect: Effect, growth_of: np.ndarray) -> np.ndarray:
    """By what scenarios multiply each cell's people at each time, on the central path: cells x T."""
    if effect.log_rate.shape != (len(growth_of), len(course.years)):
        raise InputError("The scenario has not as many cells or times as the projection. Make it for the same ones.")
    if not (np.isfinite(effect.log_rate).all() and np.isfinite(effect.kept_entrants).all()):
        raise InputError("The scenario has a change of the rate, or a share of entrants, that is no number. Give it.")
    if (effect.kept_entrants < 1).any() and not np.allclose(np.diff(course.years), 1):
        raise InputError("A cut in new entrants is worked out year by year. Project to years that are 1 apart.")
    central = np.zeros(1), _gradients(spread, 1)
    growth = [_growth(course, spread, time, *central)[growth_of, 0] for time in range(len(course.years))]
    # Of growth alone: the factor does not depend on how many people a cell has, and an empty cell has one too.
    return effect.factor(np.stack(growth, axis=1))


def _hidden_values(cells: Cells, cell: int) -> tuple[np.ndarray, np.ndarray] | None:
    """What a hidden cell can hold, with the chance of each value or less; None where it stays at its point value.

    The Poisson truncated to the cell's bounds, its mean such that the truncated mean is the point value.
    """
    lower, point, upper = (float(values[cell]) for values in (cells.lower, cells.people, cells.upper))
    if not (lower.is_integer() and upper.is_integer() and lower + 1e-9 < point < upper - 1e-9):
        return None
    values = np.arange(lower, upper + 1)

    def chances(log_mean: float) -> np.ndarray:
        weights = values * log_mean - special.gammaln(values + 1)
        weights = np.exp(weights - weights.max())
        return weights / weights.sum()

    log_mean = optimize.brentq(lambda log_mean: (chances(log_mean) * values).sum() - point, -700, 700)
    return values, chances(log_mean).cumsum()


@dataclass(frozen=True)
class _Draws:
    """One block of draws, the same at every time; a layer that is off has its central value in all of them.

    expected: people, cells x draws. deviation: of the count from it. between_years, drift: log factor, and log factor
    a year, age bands x draws. population: standard normal. gradient: kinds x draws.
    """

    expected: np.ndarray
    deviation: np.ndarray
    between_years: np.ndarray
    population: np.ndarray
    drift: np.ndarray
    gradient: np.ndarray


def _draw(cells: Cells, spread: Spread, layers: Sequence[str], hidden: list, draws: int, seed) -> _Draws:
    """One block of draws. Each layer has a generator of its own, so that it draws the same whatever else is on."""
    random = dict(zip(LAYERS, map(np.random.default_rng, seed.spawn(len(LAYERS))), strict=True))
    expected = np.repeat(np.maximum(cells.people, 0.0)[:, None], draws, axis=1)
    deviation = np.zeros_like(expected)
    if "suppressed" in layers:
        for (cell, known), uniform in zip(hidden, random["suppressed"].random((len(hidden), draws)), strict=True):
            if known is not None:
                values, chance_up_to = known
                expected[cell] = values[np.searchsorted(chance_up_to[:-1], uniform, side="right")]
    if "counts" in layers:
        # How many random numbers a count takes depends on it: hidden ones, which may be drawn, have their own.
        for which, generator in zip((~cells.hidden, cells.hidden), random["counts"].spawn(2), strict=True):
            expected[which] = generator.standard_gamma(expected[which] + 0.5)
            deviation[which] = generator.poisson(expected[which]) - expected[which]

    def log_factors(layer: str, log_sds: list[float]) -> np.ndarray:
        return random[layer].standard_normal((len(log_sds), draws)) * np.array(log_sds)[:, None] * (layer in layers)

    low, central, high = (_gradients(spread, end) for end in range(3))
    uniform = random["gradient"].random((len(low), draws))
    return _Draws(
        expected,
        deviation,
        log_factors("between_years", [spread.between_years_pct / 100] * len(AGE_BANDS)),
        log_factors("population", [1.0])[0],
        log_factors("drift", [spread.drift_multiplier * spread.drift_pct_a_year[band] / 100 for band in AGE_BANDS]),
        low + (high - low) * uniform if "gradient" in layers else central + 0 * uniform,
    )


def _gradients(spread: Spread, end: int) -> np.ndarray:
    """The low (0), central (1) or high (2) gradients in the order of their kinds, as a column."""
    return np.array([spread.gradients[kind][end] for kind in sorted(spread.gradients)])[:, None]


def _growth(course: Course, spread: Spread, time: int, population: np.ndarray, gradient: np.ndarray) -> np.ndarray:
    """How many times as many people as in the base: of 18-64, then of 65+ by kind of gradient; 1 + kinds x draws."""

    def people(place: int) -> list[np.ndarray]:
        log_sds = [spread.population_log_sd(band, course.population_years[place]) for band in POPULATION_BANDS]
        factors = exp(np.array(log_sds)[:, None] * population)
        return [course.population[band][place] * of for band, of in zip(POPULATION_BANDS, factors, strict=True)]

    (working, older, oldest), (base_working, base_older, base_oldest) = people(time + 1), people(0)
    return np.vstack([working / base_working, (older + gradient * oldest) / (base_older + gradient * base_oldest)])


def _people(block: _Draws, course: Course, spread: Spread, growth_of: np.ndarray, time: int) -> np.ndarray:
    """People in every cell at one time before scenarios, cells x draws.

    Expected people m and growth G make m G + e sqrt(m G), with e the deviation of the count in its standard
    deviations: at every time the mean and the variance of a count.
    """
    growth = _growth(course, spread, time, block.population, block.gradient)
    years = course.years[time]
    # The base is known: rates have not drifted yet, and it does not differ from itself.
    rate = exp(block.drift * years + block.between_years * (years > 0))
    rate = rate[[0] + [1] * (len(growth) - 1)]
    people = block.expected * (growth * rate)[growth_of] + block.deviation * (np.sqrt(growth) * rate)[growth_of]
    # Where the population shrinks, the deviation of a small cell could leave less than nobody.
    return np.maximum(people, 0.0, out=people)


def exp(log_factor: np.ndarray) -> np.ndarray:
    """e to this power. NumPy's own differs in the last bit from processor to processor."""
    return special.exp2(log_factor / math.log(2))


def _quantiles(rows: np.ndarray) -> np.ndarray:
    """QUANTILES of each row, on straight lines between its sorted values; rows x QUANTILES. The rows are sorted."""
    rows.sort(axis=1)
    place = np.array(QUANTILES) * (rows.shape[1] - 1)
    below = np.floor(place).astype(int)
    above = np.minimum(below + 1, rows.shape[1] - 1)
    return rows[:, below] + (rows[:, above] - rows[:, below]) * (place - below)


def _each(function: Callable, items: Iterable, threads: int) -> list:
    """The function of every item, in their order."""
    if threads == 1:
        return [function(item) for item in items]
    with ThreadPoolExecutor(threads) as pool:
        return list(pool.map(function, items))
