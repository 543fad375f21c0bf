"""How far a projection may be out, as England's councils were (method.md section 8): shared draws, and their bands.

The log of a rate of support is that of the latest count, plus a term that all of England shares, plus one of the
council's own that saturates (councils that stand high or low come back), plus one where a break between collections is
crossed. Error of the population, the rate at the oldest ages and the chance of a year come on top.
"""

import functools
import hashlib
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import special
from scipy.stats import qmc

from helpers.base.errors import InputError, nearest
from helpers.base.vocabulary import QUANTILES
from helpers.projection.scenarios import Effect

LAYERS = ("national", "local", "break", "population", "gradient", "chance")
#: The bands, each with the share of the draws that lies between its ends.
BANDS_PCT = (50, 80, 90)
AGE_BANDS = ("18-64", "65+")
POPULATION_BANDS = ("18-64", "65-84", "85+")
CELL_COLUMNS = ("cell", "people", "age_band", "gradient_kind")
SEED = 2024
#: Draws that are worked out at a time; any number gives the same.
BLOCK = 1000


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
class LocalTerm:
    """How councils spread around England, as standard deviations of the log: sd^2 = 2 noise^2 + 2 apart^2 (1 - kept^h).

    noise: of one year's count. apart: of councils that stand high or low. kept: the share of that which is left after
    a year (0 to 1; the less is kept, the sooner the spread is as wide as it gets).
    Raises InputError for widths below zero and a share outside 0 to 1.
    """

    noise: float
    apart: float
    kept: float

    def __post_init__(self) -> None:
        _check_widths("local", self.noise, self.apart)
        if not 0 <= self.kept <= 1:
            raise InputError(f"The local term keeps a share of {self.kept:g} a year. Give one from 0 to 1.")

    def sd(self, years: np.ndarray | float) -> np.ndarray:
        """Standard deviation of the log change after so many years ahead; none after none."""
        years = np.asarray(years, dtype=float)
        variance = 2 * self.noise**2 + 2 * self.apart**2 * (1 - self.kept**years)
        return np.where(years > 0, np.sqrt(variance), 0.0)


@dataclass(frozen=True)
class NationalTerm:
    """How far England as a whole may leave its path: sd^2 = yearly^2 h + (path h)^2.

    yearly: of one year's change. path: of the yearly change that goes on. Both are standard deviations of the log.
    Raises InputError for widths below zero.
    """

    yearly: float
    path: float

    def __post_init__(self) -> None:
        _check_widths("national", self.yearly, self.path)

    def sd(self, years: np.ndarray | float) -> np.ndarray:
        """Standard deviation of the log change after so many years ahead."""
        years = np.asarray(years, dtype=float)
        return np.sqrt(self.yearly**2 * years + (self.path * years) ** 2)


@dataclass(frozen=True)
class Widths:
    """How wide each layer is for one council; made by assumptions.widths.

    local: of a council of its size. national: by age band. at_break: standard deviation of the log where a figure
    crosses a break between collections. between_ages: correlation of 18-64 with 65+ in these three.
    population_10_years_pct: error of a population 10 years past its last estimate, below age 85.
    population_85_plus_pct: at 85+, by years past it. between_population_bands: correlation of these errors.
    gradients: low, central and high by kind. Raises InputError for what cannot be.
    """

    local: LocalTerm
    national: dict[str, NationalTerm]
    at_break: float
    between_ages: float
    population_10_years_pct: float
    population_85_plus_pct: dict[int, float]
    between_population_bands: float
    gradients: dict[str, tuple[float, float, float]]

    def __post_init__(self) -> None:
        _check_widths("break", self.at_break)
        _check_widths("population", self.population_10_years_pct, *self.population_85_plus_pct.values())
        if not self.population_85_plus_pct or min(self.population_85_plus_pct) <= 0:
            raise InputError("population_85_plus_pct needs one year past the estimate or more, each above 0.")
        for band in AGE_BANDS:
            if band not in self.national:
                raise InputError(f"The national term has no entry for {band}. Give one (zeros for none).")
        for name in ("between_ages", "between_population_bands"):
            if not 0 <= getattr(self, name) <= 1:
                raise InputError(f"The correlation {name} is {getattr(self, name):g}. Give one from 0 to 1.")
        for kind, (low, central, high) in self.gradients.items():
            if not 0 <= low <= central <= high < math.inf:
                raise InputError(f"The gradient {kind} has {low:g}, {central:g}, {high:g}. Give 0 or more, rising.")


def rate_sd(local: LocalTerm, national: NationalTerm, at_break: float, years: float) -> float:
    """Standard deviation of the log rate of support, years ahead. at_break: 0 where no break is crossed."""
    return math.sqrt(national.sd(years) ** 2 + local.sd(years) ** 2 + at_break**2)


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


def exp(log_factor: np.ndarray) -> np.ndarray:
    """e to this power. NumPy's own differs in the last bit from processor to processor."""
    return special.exp2(log_factor / math.log(2))


def _check_widths(layer: str, *widths: float) -> None:
    for width in widths:
        if not 0 <= width < math.inf:
            raise InputError(f"The layer {layer} has a width of {width:g}. Give 0 or more.")


@dataclass(frozen=True)
class Futures:
    """The draws of one council's projection: every draw is one way in which it could go.

    cells: one row a cell: cell (its key), people in the base, age_band, gradient_kind (a name of widths.gradients; not
    used at 18-64). course: times and population. widths: as from assumptions.widths. council: its area code, from which
    its own draws follow; the national ones are the same for every council. crosses_break: for each time, whether a
    break between collections lies between the base and it (default: never). effect: of scenarios. draws: an even
    number. seed: names the draws.
    The order of the cells changes nothing. Raises InputError, in words, for what cannot be.
    """

    cells: pd.DataFrame
    course: Course
    widths: Widths
    council: str
    crosses_break: Sequence[bool] = ()
    effect: Effect | None = None
    draws: int = 10_000
    seed: int = SEED

    def __post_init__(self) -> None:
        check_cells(self.cells)
        if self.draws < 2 or self.draws % 2:
            raise InputError(f"There are {self.draws} draws. Give an even number: each has its mirror image.")
        if not isinstance(self.seed, int) or self.seed < 0:
            raise InputError(f"The seed is {self.seed}. Give a whole number, 0 or more.")
        if len(self.crosses_break) not in (0, times := len(self.course.years)):
            raise InputError(f"crosses_break has {len(self.crosses_break)} entries. Give one a time, {times}.")
        for kind in sorted(set(self._kinds) - set(self.widths.gradients)):
            raise InputError(f"There is no gradient {kind!r}.{nearest(kind, sorted(self.widths.gradients))}")

    def bands(self, groups: Mapping[str, Sequence[str]], layers: Sequence[str] = LAYERS) -> pd.DataFrame:
        """The median and the ends of the bands of sums of cells, a row a group and time.

        groups: by name, the keys of the cells that it sums. layers: those that are switched on; the others stay at
        their central value. Columns: group, years (since the base) and QUANTILES. A quantile of a sum is that of the
        sum in every draw. Raises InputError for an unknown layer or cell.
        """
        times = range(len(self.course.years))
        ends = np.stack([quantiles(self.people(groups, time, layers)) for time in times], axis=1)
        rows = pd.MultiIndex.from_product([groups, times], names=["group", "years"])
        made = pd.DataFrame(ends.reshape(len(rows), -1), index=rows, columns=list(QUANTILES)).reset_index()
        return made.assign(years=np.asarray(self.course.years)[made["years"]])

    def people(self, groups: Mapping[str, Sequence[str]], time: int, layers: Sequence[str] = LAYERS) -> np.ndarray:
        """People in each group in every draw, at one time (its position in the course): groups x draws."""
        for layer in layers:
            if layer not in LAYERS:
                raise InputError(f"There is no layer {layer!r}.{nearest(layer, list(LAYERS))}")
        time = range(len(self.course.years))[time]
        sums = [self._positions(name, keys) for name, keys in groups.items()]
        moves = self.effect is not None and len(self.effect.moves) > 0
        used = np.array(sorted({cell for cells in sums for cell in cells}), dtype=int)
        if moves:  # then people of any cell may come to one that is summed
            used = np.arange(len(self.cells))
        sums = [np.searchsorted(used, cells) for cells in sums]
        growth = self._growth(time, layers)
        growth *= self._rate(time, layers)[[0] + [1] * len(self._kinds)]
        growth_of, base, chances = self._growth_of[used], self._base[used], self._chances[used]
        level, slope = (of_cells[used] for of_cells in self._chance(time, layers))
        if self.effect is not None:
            base = base * self._factor[used][:, [time]]
        made = np.empty((len(sums), self.draws))
        for start in range(0, self.draws, BLOCK):  # so few at a time that they stay near the processor
            block = slice(start, start + BLOCK)
            people = slope * chances[:, block]
            people += level
            np.maximum(people, 0.0, out=people)
            people *= people * people
            people *= growth[growth_of, block]
            people *= base
            if moves:
                people = self.effect.moved(people, time)
            for row, cells in zip(made, sums, strict=True):
                np.add.reduce(people[cells], axis=0, out=row[block])
        return made

    @functools.cached_property
    def _base(self) -> np.ndarray:
        return self.cells["people"].to_numpy(float)[:, None]

    @functools.cached_property
    def _kinds(self) -> list[str]:
        return sorted(set(self.cells.loc[self.cells["age_band"] == "65+", "gradient_kind"]))

    @functools.cached_property
    def _growth_of(self) -> np.ndarray:
        """Which growth each cell has: the first is that of 18-64, then come those of 65+ by kind of gradient."""
        of_kind = 1 + np.searchsorted(self._kinds, self.cells["gradient_kind"])
        return np.where(self.cells["age_band"] == "18-64", 0, of_kind)

    @functools.cached_property
    def _central(self) -> np.ndarray:
        """How many times as many people each cell has, without any draw: cells x times."""
        growth = [self._growth(time, ())[:, [0]] for time in range(len(self.course.years))]
        return np.hstack(growth)[self._growth_of]

    @functools.cached_property
    def _factor(self) -> np.ndarray:
        """By what scenarios multiply each cell's people at each time, on the central path: cells x times."""
        if self.effect.log_rate.shape != self._central.shape:
            raise InputError("The scenario has not as many cells or times as the projection. Make it for the same.")
        if not (np.isfinite(self.effect.log_rate).all() and np.isfinite(self.effect.kept_entrants).all()):
            raise InputError("The scenario has a change of rate, or a share of entrants, that is no number. Give it.")
        if (self.effect.kept_entrants < 1).any() and not np.allclose(np.diff(self.course.years), 1):
            raise InputError("A cut in new entrants is worked out year by year. Project to years that are 1 apart.")
        return self.effect.factor(self._central)

    def _positions(self, name: str, keys: Sequence[str]) -> np.ndarray:
        """The positions of a group's cells, by their key, so that a sum adds up in one order."""
        place = self._place
        for key in keys:
            if key not in place:
                raise InputError(f"The group {name!r} sums the cell {key!r}, and there is none.")
        if not len(keys) or len(set(keys)) < len(keys):
            raise InputError(f"The group {name!r} has no cell, or one twice. Give each cell that it sums once.")
        return np.array([place[key] for key in sorted(keys)])

    @functools.cached_property
    def _place(self) -> dict[str, int]:
        return {cell: position for position, cell in enumerate(self.cells["cell"])}

    @functools.cached_property
    def _drawn(self) -> dict[str, np.ndarray]:
        """Standard normal draws by layer, the same at all times: age bands, or bands of the population, x draws.

        Sobol points, each with its mirror image. What is the council's own comes in an order of its own, so that
        councils share the national draws and nothing else.
        """
        half = self.draws // 2
        points = _points(self.seed, half).copy()
        points[:, 2:] = points[self._order("council"), 2:]
        normal = _mirrored(special.ndtri(points.T))
        ages, bands = self.widths.between_ages, self.widths.between_population_bands
        names, ends = ("national", "local", "break", "population"), ((0, 2), (2, 4), (4, 6), (6, 9))
        together = dict(zip(names, (ages, ages, ages, bands), strict=True))
        # From the last to the first: what is drawn for 65+, or for 85+, does not change with a correlation.
        return {
            name: _together(normal[slice(*at)][::-1], together[name])[::-1]
            for name, at in zip(names, ends, strict=True)
        }

    def _order(self, key: str) -> np.ndarray:
        """The order of half the draws for whatever has this key, whatever else there is."""
        name = f"{self.seed}/{self.council}/{key}"
        number = int.from_bytes(hashlib.sha256(name.encode()).digest()[:16], "big")
        return np.random.default_rng(number).permutation(self.draws // 2)

    @functools.cached_property
    def _chances(self) -> np.ndarray:
        """Standard normal draws, evenly spread, in an order that follows from each cell's key: cells x draws."""
        half = self._even[: self.draws // 2]
        return _mirrored(np.stack([half[self._order(f"cell {cell}")] for cell in self.cells["cell"]]))

    @functools.cached_property
    def _even(self) -> np.ndarray:
        half = self.draws // 2
        return _mirrored(special.ndtri((np.arange(half) + 0.5) / half))

    def _rate(self, time: int, layers: Sequence[str]) -> np.ndarray:
        """By what the rates of support are multiplied at one time: age bands x draws."""
        years, widths, drawn = self.course.years[time], self.widths, self._drawn
        log = np.zeros((len(AGE_BANDS), self.draws))
        if "national" in layers:
            log += np.array([widths.national[band].sd(years) for band in AGE_BANDS])[:, None] * drawn["national"]
        if "local" in layers:
            log += widths.local.sd(years) * drawn["local"]
        if "break" in layers and any(self.crosses_break[time : time + 1]):
            log += widths.at_break * drawn["break"]
        return exp(log)

    def _growth(self, time: int, layers: Sequence[str]) -> np.ndarray:
        """How many times as many people as in the base: of 18-64, then of 65+ by kind of gradient; x draws."""
        widths, course = self.widths, self.course
        errors = (widths.population_10_years_pct, widths.population_85_plus_pct)
        drawn = self._drawn["population"] * ("population" in layers)

        def people(place: int) -> list[np.ndarray]:
            sds = [population_log_sd(*errors, band, course.population_years[place]) for band in POPULATION_BANDS]
            factors = exp(np.array(sds)[:, None] * drawn)
            return [course.population[band][place] * of for band, of in zip(POPULATION_BANDS, factors, strict=True)]

        (working, older, oldest), (base_working, base_older, base_oldest) = people(time + 1), people(0)
        rows = [working / base_working]
        for kind in self._kinds:
            rho = self._gradient(kind) if "gradient" in layers else widths.gradients[kind][1]
            rows.append((older + rho * oldest) / (base_older + rho * base_oldest))
        return np.stack(rows)

    def _gradient(self, kind: str) -> np.ndarray:
        """A gradient in every draw, half of them on each side of the central one."""
        place = (self._order(f"gradient {kind}") + 0.5) / (self.draws // 2)
        return np.interp(np.concatenate([place, 1 - place]), [0.0, 0.5, 1.0], self.widths.gradients[kind])

    def _chance(self, time: int, layers: Sequence[str]) -> tuple[np.ndarray, np.ndarray]:
        """Level and slope of what a year's chance multiplies each cell by: (level + slope x normal)^3, its mean 1.

        A count of n people stands for a rate known to 1 / sqrt(n), and the count to come varies by as much again. The
        cube of a normal number is near the gamma distribution of that width (Wilson and Hilferty), and never below 0.
        """
        if "chance" not in layers or self.course.years[time] == 0:
            return np.ones_like(self._base), np.zeros_like(self._base)
        expected = np.maximum(self._base * np.hstack([np.ones_like(self._base), self._central[:, [time]]]), 1e-9)
        width = np.minimum((1 / expected).sum(axis=1, keepdims=True) / 9, 1.0)
        level, slope = 1 - width, np.sqrt(width)
        # Every cell has the same numbers in an order of its own, and so the mean that these have.
        mean = level**3 + 3 * level * slope**2 * (self._even**2).mean()
        for cell in np.flatnonzero(level < slope * self._even.max()):
            drawn = np.maximum(level[cell] + slope[cell] * self._even, 0.0)
            mean[cell] = (drawn * drawn * drawn).mean()
        return level / np.cbrt(mean), slope / np.cbrt(mean)


@functools.lru_cache(maxsize=4)
def _points(seed: int, half: int) -> np.ndarray:
    """Half the Sobol points, which every council with this seed shares."""
    points = qmc.Sobol(9, seed=seed).random_base2(math.ceil(math.log2(half)))[:half]
    return np.clip(points, 0.5 / half, 1 - 0.5 / half)


def _mirrored(normal: np.ndarray) -> np.ndarray:
    """Draws, each with its mirror image."""
    return np.concatenate([normal, -normal], axis=-1)


def _together(normal: np.ndarray, correlation: float) -> np.ndarray:
    """Rows of independent draws, so mixed that any two of them have this correlation."""
    mixed, wanted = np.empty_like(normal), np.full((len(normal), len(normal)), correlation)
    np.fill_diagonal(wanted, 1.0)
    for row, of in enumerate(_roots(wanted)):
        mixed[row] = sum(share * draws for share, draws in zip(of, normal, strict=True))
    return mixed


def _roots(wanted: np.ndarray) -> np.ndarray:
    """The lower triangle whose product with itself is this matrix, also where correlations are 1."""
    root = np.zeros_like(wanted)
    for row in range(len(wanted)):
        for column in range(row + 1):
            left = wanted[row, column] - (root[row, :column] * root[column, :column]).sum()
            of = root[column, column]
            root[row, column] = math.sqrt(max(left, 0.0)) if row == column else left / of if of else 0.0
    return root


def check_cells(cells: pd.DataFrame) -> None:
    """Refuse cells from which nothing can be projected. Raises InputError, with the cell."""
    for column in CELL_COLUMNS:
        if column not in cells:
            raise InputError(f"The cells have no column {column!r}. Give {', '.join(CELL_COLUMNS)}.")
    if len(cells) == 0:
        raise InputError("There are no cells to project. Look at the base.")
    if (twice := cells["cell"].duplicated()).any():
        raise InputError(f"The cell {cells.loc[twice, 'cell'].iloc[0]!r} stands twice: its people would count double.")
    people = pd.to_numeric(cells["people"], errors="coerce")
    for wrong, says in (
        (~((people >= 0) & (people < math.inf)), "does not hold 0 or more people. Look at its source."),
        (~cells["age_band"].isin(AGE_BANDS), f"has an age band that is none of {', '.join(AGE_BANDS)}."),
    ):
        for cell in cells.loc[wrong, "cell"]:
            raise InputError(f"The cell {cell!r} {says}")


def quantiles(people: np.ndarray) -> np.ndarray:
    """QUANTILES of each row, on straight lines between its sorted values; rows x QUANTILES."""
    place = np.array(list(QUANTILES.values())) * (people.shape[1] - 1)
    below = np.floor(place).astype(int)
    above = np.minimum(below + 1, people.shape[1] - 1)
    in_order = np.sort(people, axis=1)
    return in_order[:, below] + (in_order[:, above] - in_order[:, below]) * (place - below)


def parts_of_band(futures: Futures, group: Sequence[str], time: int = -1) -> pd.DataFrame:
    """What the band of a sum of cells at one time is made of: a row a layer, and one for all of them together.

    Columns: layer; people_p05, people_p10, people_p90, people_p95 with that layer alone; share_pct, by how much the
    variance drops without it, as a share of all those drops (they add to 100, or are 0 where nothing varies).
    """
    at = range(len(futures.course.years))[time]

    def drawn(layers: Sequence[str]) -> np.ndarray:
        return futures.people({"all": group}, at, layers)

    rows = {layer: quantiles(drawn([layer]))[0] for layer in LAYERS} | {"all": quantiles(complete := drawn(LAYERS))[0]}
    drops = {layer: complete.var() - drawn([other for other in LAYERS if other != layer]).var() for layer in LAYERS}
    drops = {layer: max(drop, 0.0) for layer, drop in drops.items()}
    shares = {layer: 100 * drop / (sum(drops.values()) or 1.0) for layer, drop in drops.items()}
    made = pd.DataFrame.from_dict(rows, orient="index", columns=list(QUANTILES)).rename_axis("layer").reset_index()
    made["share_pct"] = made["layer"].map(shares | {"all": sum(shares.values())})
    return made[["layer", "people_p05", "people_p10", "people_p90", "people_p95", "share_pct"]]
