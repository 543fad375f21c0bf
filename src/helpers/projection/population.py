"""Population between and up to the years that are on file (method.md section 4).

Times are decimal years, and a mid-year population stands at Y + 0.5. A Population is one vintage of one
area_code; two vintages never meet in one ratio, because every ratio is taken within one Population.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
from scipy.interpolate import PchipInterpolator

from helpers.base.errors import InputError, nearest

PATHS = ("geometric", "linear", "pchip")
#: The least number of benchmark years that the path "pchip" bends through.
PCHIP_YEARS = 3
#: How far before the first mid-year on file a time may lie, in years; a stock at 31 March of that year needs 0.25.
CARRIED_BACK_YEARS = 0.5
#: Bands that a source may print in parts.
SUMS = {"65-84": ("65-74", "75-84"), "18-64": ("18-24", "25-64")}


def mid_year(year: int) -> float:
    """The time of the mid-year population of a year."""
    return year + 0.5


def at_31_march(year: int) -> float:
    """The time of a stock at 31 March of a year."""
    return year + 0.25


def financial_year(first_year: int) -> float:
    """The middle of the financial year that starts in April of this year.

    On a straight line this weighs the mid-year populations of the two years 0.75 and 0.25.
    """
    return 0.75 * mid_year(first_year) + 0.25 * mid_year(first_year + 1)


def paths_of(benchmarks: pd.DataFrame) -> tuple[str, ...]:
    """The paths that this many benchmark years allow: "pchip" from three years on.

    benchmarks: people on file, index the year, columns age bands.
    """
    return tuple(path for path in PATHS if path != "pchip" or len(benchmarks) >= PCHIP_YEARS)


def default_path(benchmarks: pd.DataFrame) -> str:
    """The path to take where nobody chose one.

    "linear" where most years are on file, else "pchip" from three benchmark years on, else "geometric".
    """
    if len(benchmarks) >= PCHIP_YEARS and np.median(np.diff(benchmarks.index)) == 1:
        return "linear"
    return "pchip" if "pchip" in paths_of(benchmarks) else "geometric"


def share_within(ages: pd.Series, band: str) -> pd.Series:
    """Which part of the people of each of these ages ("4", "15-19", "90+") is in a band, as if evenly spread in it.

    Of a band 15-19, two fifths are 18 or 19. An age without an end is in a band that has none.
    """
    first, end = _ages_of(band)
    parts = ages.str.extract(r"(?P<first>\d+)(?:-(?P<last>\d+))?").astype(float)
    ends = parts["last"].fillna(parts["first"]).where(~ages.str.endswith("+"), np.inf) + 1
    if np.isinf(end):
        return (parts["first"] >= first).astype(float)
    within = ends.clip(upper=end) - parts["first"].clip(lower=first)
    return (within / (ends - parts["first"])).clip(0, 1)


def _ages_of(band: str) -> tuple[float, float]:
    """The age that a band begins at and the age that ends it: (18, 25) for "18-24", (85, infinity) for "85+"."""
    found = re.fullmatch(r"(\d+)(?:\+|-(\d+))", band)
    first, end = (int(found[1]), int(found[2]) + 1 if found[2] else np.inf) if found else (0, 0)
    if first >= end:
        raise InputError(f"{band!r} is not an age band. Write it like 18-24 or 85+.")
    return first, end


def _parts_of(benchmarks: pd.DataFrame) -> tuple[np.ndarray, pd.DataFrame]:
    """The finest age bands that do not overlap, from the youngest: 0-17, 18-24, ... where 0-24 and 18-24 are on file.

    Returns their people (a row each benchmark year, a column each part), and which parts every band on file holds
    (index the bands). Raises InputError where the bands on file do not say how many people each part holds, or
    contradict each other by more than their rounding.
    """
    bands = np.array([_ages_of(band) for band in benchmarks])
    ages = np.unique(bands)
    holds = (bands[:, :1] <= ages[:-1]) & (ages[1:] <= bands[:, 1:])
    holds = holds[:, holds.any(axis=0)].astype(float)
    names = ", ".join(benchmarks)
    if np.linalg.matrix_rank(holds) < holds.shape[1]:
        raise InputError(
            f"The age bands on file ({names}) overlap, and do not say how many people live in each part. Leave one out "
            "that overlaps, or choose the path 'geometric'."
        )
    printed = benchmarks.to_numpy(dtype=float).T
    parts = np.maximum(np.linalg.lstsq(holds, printed)[0], 0)
    misfit = np.linalg.norm(holds @ parts - printed, axis=0)
    # Bands that are each half a person off by rounding lie no further than this from some that fit.
    if misfit.max() > 0.5 * np.sqrt(len(bands)):
        raise InputError(
            f"The age bands on file ({names}) contradict each other in {benchmarks.index[misfit.argmax()]}: a band and "
            "those inside it do not add up. Mend the figures, or choose the path 'geometric'."
        )
    return parts.T, pd.DataFrame(holds, index=benchmarks.columns)


@dataclass(frozen=True)
class Population:
    """One vintage of one authority's population.

    benchmarks: people on file, index the year (each at its mid-year), columns age bands. path: how the years between
    run: "geometric" (every band by the same factor each year), "linear" (by the same number of people each year) or
    "pchip" (from three years on file: a smooth monotone curve through the number of people up to every age, and a
    band is the difference of two; where two would cross, a curve of its own, scaled; the bands add to the curve
    through their total).
    """

    area_code: str
    vintage: str
    benchmarks: pd.DataFrame
    path: str = "geometric"

    def __post_init__(self) -> None:
        if self.path not in PATHS:
            raise InputError(f"There is no path {self.path!r}.{nearest(self.path, list(PATHS))}")
        if len(self.benchmarks) < 2:
            raise InputError(f"The vintage {self.vintage!r} needs two years on file or more.")
        if not ((self.benchmarks > 0) & (self.benchmarks < np.inf)).all(axis=None):
            raise InputError(f"The vintage {self.vintage!r} holds a population of zero or less, or none. Mend it.")
        if not self.benchmarks.columns.is_unique:
            raise InputError(f"The vintage {self.vintage!r} holds an age band twice. Leave one out.")
        if not self.benchmarks.index.is_monotonic_increasing or not self.benchmarks.index.is_unique:
            raise InputError(f"The years of the vintage {self.vintage!r} must rise, each once.")
        if self.path not in paths_of(self.benchmarks):
            raise InputError(
                f"The path {self.path!r} needs {PCHIP_YEARS} years on file or more; the vintage {self.vintage!r} has "
                f"{len(self.benchmarks)}. Choose the path 'geometric'."
            )
        if self.path == "pchip":
            _ = self._curves  # bands that cannot be cumulated are refused at once

    @property
    def first_year(self) -> int:
        """The first year on file."""
        return int(self.benchmarks.index[0])

    @property
    def last_year(self) -> int:
        """The last year on file, beyond which nothing is projected."""
        return int(self.benchmarks.index[-1])

    def covers(self, *times: float) -> bool:
        """Whether people can be said for all these times (decimal years)."""
        first, last = mid_year(self.first_year) - CARRIED_BACK_YEARS, mid_year(self.last_year)
        return all(first <= time <= last for time in times)

    def has(self, band: str) -> bool:
        """Whether a band is on file, itself or in parts."""
        return band in self.benchmarks or all(part in self.benchmarks for part in SUMS.get(band, ["-"]))

    def people(self, band: str, time: float | np.ndarray) -> np.ndarray:
        """People of one age band at these times (decimal years).

        Up to half a year before the first year on file the band is carried back, on every path, by the constant yearly
        factor of its first interval. Raises InputError for a band that is not on file, for a time before that and for
        one after the last year on file.
        """
        times = np.asarray(time, dtype=float)
        key = band, times.shape, times.tobytes()
        if key not in self._asked:  # a projection asks for the same times cell by cell
            self._asked[key] = self._people(band, times)
        return self._asked[key].copy()

    @cached_property
    def _asked(self) -> dict[tuple, np.ndarray]:
        return {}

    def _people(self, band: str, times: np.ndarray) -> np.ndarray:
        if band in self.benchmarks:
            if not times.size or not np.isfinite(times).all():
                raise InputError(f"A time for the population of {self.area_code} is missing. Give a year.")
            known = self._known_times
            if times.min() < known[0] - CARRIED_BACK_YEARS or times.max() > known[-1]:
                asked = int(times.max() if times.max() > known[-1] else times.min())
                raise InputError(
                    f"The year {asked} lies outside the population on file for {self.area_code}, vintage "
                    f"{self.vintage!r}: mid-{self.first_year} to mid-{self.last_year}. Choose a year within it."
                )
            first, second = self.benchmarks[band].iloc[:2]
            intervals_before = np.minimum(times - known[0], 0) / (known[1] - known[0])
            return self._on_path(band, np.maximum(times, known[0])) * (second / first) ** intervals_before
        if not self.has(band):
            raise InputError(
                f"The vintage {self.vintage!r} has no age band {band!r}."
                f"{nearest(band, [*self.benchmarks.columns, *(name for name in SUMS if self.has(name))])}"
            )
        return sum(self.people(part, times) for part in SUMS[band])

    @property
    def _known_times(self) -> np.ndarray:
        return mid_year(self.benchmarks.index.to_numpy(dtype=float))

    @cached_property
    def _curves(self) -> tuple[PchipInterpolator, PchipInterpolator, np.ndarray, pd.DataFrame]:
        """The curves of people up to the end of every part of the ages, and of each part by itself; in which intervals
        between years on file two of the first cross; and which parts each band holds."""
        parts, holds = _parts_of(self.benchmarks)
        known = self._known_times
        up_to_age, alone = PchipInterpolator(known, parts.cumsum(axis=1)), PchipInterpolator(known, parts)
        months = np.linspace(known[:-1], known[1:], 25)[1:-1]
        crossing = (np.diff(up_to_age(months), prepend=0) <= 0).any(axis=(0, 2))
        return up_to_age, alone, crossing, holds

    def _on_path(self, band: str, times: np.ndarray) -> np.ndarray:
        """People of a band on file at times within the years on file."""
        values = self.benchmarks[band].to_numpy(dtype=float)
        if self.path == "linear":
            return np.interp(times, self._known_times, values)
        if self.path == "geometric":
            return np.exp(np.interp(times, self._known_times, np.log(values)))
        curves, alone, crossing, holds = self._curves
        up_to_age = curves(times)
        parts = np.diff(up_to_age, prepend=0)
        # Where two curves cross, nobody would be left between them: there every part has a curve of its own, and all
        # are scaled to the total.
        by_themselves = alone(times)
        by_themselves *= up_to_age[..., -1:] / by_themselves.sum(axis=-1, keepdims=True)
        interval = np.clip(np.searchsorted(self._known_times, times, side="right") - 1, 0, len(crossing) - 1)
        crossed = (crossing[interval] | (parts <= 0).any(axis=-1))[..., None]
        return np.where(crossed, by_themselves, parts) @ holds.loc[band].to_numpy()


def linked(earlier: pd.DataFrame, later: pd.DataFrame) -> pd.DataFrame:
    """Two sets of benchmarks as one vintage: only growth is taken from the earlier one, and the later one's level.

    Every band of the earlier set is multiplied by one number, so that at the later set's first year it meets the later
    one; between its own years it runs geometrically for that. No growth ratio then divides one vintage by another.
    earlier, later: people at mid-year, index the year, columns age bands; earlier as a whole, with a year at or after
    the later set's first. Returns the scaled rows of earlier before that year, and the rows of later.
    Raises InputError where the bands differ, or earlier does not begin before the later set's first year and reach it.
    """
    if differing := sorted(set(earlier.columns) ^ set(later.columns)):
        raise InputError(
            f"Two vintages with different age bands cannot be linked: {', '.join(differing)} stands in one only. Keep "
            "the bands that both have."
        )
    if later.empty:
        raise InputError("The later vintage has no years to be linked. Begin it at a year that it has on file.")
    start = later.index[0]
    if not earlier.index[0] < start <= earlier.index[-1]:
        raise InputError(
            f"The earlier vintage runs from {earlier.index[0]} to {earlier.index[-1]}, and the later one starts in "
            f"{start}: they cannot be linked. Choose an earlier vintage that begins before {start} and reaches it."
        )
    before = Population("", "earlier", earlier)
    factors = pd.Series({band: later[band].iloc[0] / before.people(band, mid_year(start)) for band in later})
    return pd.concat([earlier.loc[earlier.index < start, later.columns] * factors, later])


def error_pct(projected: pd.Series | np.ndarray, estimated: pd.Series | np.ndarray):
    """How far a projected population lies from a later estimate, in per cent of the estimate: 18.3 is too high."""
    return 100 * (projected / estimated - 1)


def year_by_year(populations: Mapping[str, Population]) -> pd.DataFrame:
    """People at every mid-year from the first on file to the last: index the year, columns (path, age_band).

    populations: one vintage by path.
    """
    one = next(iter(populations.values()))
    years = pd.Index(range(one.first_year, one.last_year + 1), name="year")
    times = mid_year(years.to_numpy())
    people = {(path, band): on.people(band, times) for path, on in populations.items() for band in one.benchmarks}
    return pd.DataFrame(people, index=years).rename_axis(columns=["path", "age_band"])


def errors_against(estimates: Population, populations: Mapping[str, Population], bands: list[str]) -> pd.DataFrame:
    """How far each path lies from the estimates in their last year, in per cent: a row a path, a column an age band."""
    time = mid_year(estimates.last_year)
    errors = {
        band: {path: error_pct(on.people(band, time), estimates.people(band, time)) for path, on in populations.items()}
        for band in bands
    }
    return pd.DataFrame(errors).rename_axis(index="path", columns="age_band")


def growth_65_plus(
    base_65_84: float,
    base_85_plus: float,
    later_65_84: np.ndarray,
    later_85_plus: np.ndarray,
    gradient: float,
) -> np.ndarray:
    """How many times as many people aged 65+ have support later, at constant rates in both age bands.

    gradient: the rate at 85+ as a multiple of the rate at 65-84 (0 or more, or infinite). The result is monotone
    in it, so that its extremes over a range lie at the range's ends (method.md section 5).
    """
    if not gradient >= 0:
        raise InputError(f"A gradient of {gradient} makes no sense: it must be 0 or more.")
    if np.isinf(gradient):
        return later_85_plus / base_85_plus
    return (later_65_84 + gradient * later_85_plus) / (base_65_84 + gradient * base_85_plus)


def share_18_24_of_0_24(benchmarks: pd.DataFrame) -> pd.Series:
    """The people aged 18-24 in per cent of those aged 0-24, by year, in the years that have both on file.

    benchmarks: people on file, index the year, columns age bands. Raises InputError where either band is not on file.
    """
    if missing := [band for band in ("0-24", "18-24") if band not in benchmarks]:
        raise InputError(f"The share of 0-24 that is 18-24 needs both on file, and {missing[0]} is not.")
    return (100 * benchmarks["18-24"] / benchmarks["0-24"]).dropna().rename("share_pct")


def growth_18_64_bounds(
    under_25_base: float,
    working_base: float,
    under_25_later: np.ndarray,
    working_later: np.ndarray,
    share_low: float,
    share_high: float,
) -> tuple[np.ndarray, np.ndarray]:
    """The least and the most times as many people aged 18-64 later, where only 0-24 and 25-64 are on file.

    People aged 18-64 are s x (0-24) + (25-64), where the share s may be anything from share_low to share_high at the
    base and, independently, later. The growth rises with the later share and falls with the base's, so that its bounds
    lie at the ends. under_25: people aged 0-24; working: people aged 25-64; shares: between 0 and 1. Returns the two.
    Raises InputError for shares outside 0 and 1, or where share_low is above share_high.
    """
    if not 0 <= share_low <= share_high <= 1:
        raise InputError(
            f"The shares of 0-24 that are 18-24, {share_low} to {share_high}, must rise and lie between 0 and 1. Write "
            "36% as 0.36."
        )
    lower = (share_low * under_25_later + working_later) / (share_high * under_25_base + working_base)
    upper = (share_high * under_25_later + working_later) / (share_low * under_25_base + working_base)
    return lower, upper
