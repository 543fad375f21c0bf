"""Population between and up to the years that are on file (method.md section 4).

Times are decimal years, and a mid-year population stands at Y + 0.5. A Population is one vintage of one
authority; two vintages never meet in one ratio, because every ratio is taken within one Population.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from helpers.errors import InputError, nearest

PATHS = ("geometric", "linear")
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


@dataclass(frozen=True)
class Population:
    """One vintage of one authority's population.

    benchmarks: people on file, index the year (each at its mid-year), columns age bands. path: "geometric" or
    "linear", how the years between run in every band.
    """

    authority: str
    vintage: str
    benchmarks: pd.DataFrame
    path: str = "geometric"

    def __post_init__(self) -> None:
        if self.path not in PATHS:
            raise InputError(f"There is no path {self.path!r}.{nearest(self.path, list(PATHS))}")
        if len(self.benchmarks) < 2:
            raise InputError(f"The vintage {self.vintage!r} needs two years on file or more.")
        if not (self.benchmarks > 0).all(axis=None):
            raise InputError(f"The vintage {self.vintage!r} holds a population of zero or less.")
        if not self.benchmarks.index.is_monotonic_increasing or not self.benchmarks.index.is_unique:
            raise InputError(f"The years of the vintage {self.vintage!r} must rise, each once.")

    @property
    def first_year(self) -> int:
        """The first year on file."""
        return int(self.benchmarks.index[0])

    @property
    def last_year(self) -> int:
        """The last year on file, beyond which nothing is projected."""
        return int(self.benchmarks.index[-1])

    def has(self, band: str) -> bool:
        """Whether a band is on file, itself or in parts."""
        return band in self.benchmarks or all(part in self.benchmarks for part in SUMS.get(band, ["-"]))

    def people(self, band: str, time: float | np.ndarray) -> np.ndarray:
        """People of one age band at these times (decimal years).

        Raises InputError for a band that is not on file and for a time before or after the years on file.
        """
        if band in self.benchmarks:
            times = np.asarray(time, dtype=float)
            known = self.benchmarks.index.to_numpy(dtype=float) + 0.5
            if times.min() < known[0] or times.max() > known[-1]:
                asked = int(times.max() if times.max() > known[-1] else times.min())
                raise InputError(
                    f"The year {asked} lies outside the population on file for {self.authority}, vintage "
                    f"{self.vintage!r}: mid-{self.first_year} to mid-{self.last_year}. Choose a year within it."
                )
            values = self.benchmarks[band].to_numpy(dtype=float)
            if self.path == "linear":
                return np.interp(times, known, values)
            return np.exp(np.interp(times, known, np.log(values)))
        if not self.has(band):
            raise InputError(
                f"The vintage {self.vintage!r} has no age band {band!r}."
                f"{nearest(band, [*self.benchmarks.columns, *(name for name in SUMS if self.has(name))])}"
            )
        return sum(self.people(part, time) for part in SUMS[band])


def error_pct(projected: pd.Series | np.ndarray, estimated: pd.Series | np.ndarray):
    """How far a projected population lies from a later estimate, in per cent of the estimate: 18.3 is too high."""
    return 100 * (projected / estimated - 1)


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
    if gradient < 0:
        raise InputError(f"A gradient of {gradient} makes no sense: it must be 0 or more.")
    if np.isinf(gradient):
        return later_85_plus / base_85_plus
    return (later_65_84 + gradient * later_85_plus) / (base_65_84 + gradient * base_85_plus)
