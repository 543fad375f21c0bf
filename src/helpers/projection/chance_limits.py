"""Limits: how far a council's figure may lie from those of others without meaning anything (method.md section 15)."""

from dataclasses import dataclass, replace
from statistics import NormalDist

import numpy as np
import pandas as pd
from scipy import stats

from helpers.projection import rates

#: The kinds of figures that are compared. share: people among people; rate: events for so many people; survey: with the
#: margin of error of its publisher; and those published without what chance could be worked out from: spending for each
#: adult, price, figure (a share of which only the result is printed).
KINDS = ("share", "rate", "survey", "spending", "price", "figure")
#: Kinds of which chance can be worked out.
WITH_CHANCE = ("share", "rate", "survey")
#: Publishers print the margin of error of a survey at 95%.
Z_PUBLISHED = NormalDist().inv_cdf(0.975)


def of_chance(kind: str, row: pd.Series, per: float, level: float = 95) -> tuple[float, float]:
    """The limits of chance of one figure (rates), in its own unit; NaN where nothing says how large chance is.

    row: numerator and denominator; of a survey value and margin (which its publisher gives at 95%).
    """
    if kind == "share":
        return tuple(per * end for end in rates.share_interval(row["numerator"], row["denominator"], level))
    if kind == "rate":
        return rates.rate(row["numerator"], row["denominator"], per, level)[1:]
    if kind == "survey":
        margin = row["margin"] * NormalDist().inv_cdf((100 + level) / 200) / Z_PUBLISHED
        return row["value"] - margin, row["value"] + margin
    return np.nan, np.nan


@dataclass(frozen=True)
class Limits:
    """Where a further council like these would lie: ends in the figure's own unit, and how many were looked at.

    middle, width: the centre and half the width on the scale on which such councils spread evenly. among: of how many
    the own figure is, so that it lies within the ends as printed where it lies within them on that scale.
    """

    kind: str
    per: float
    middle: float
    width: float
    councils: int
    among: float = np.inf

    @property
    def lower(self) -> float:
        return _unscaled(self.kind, self.middle - self.width, self.per, self.among)

    @property
    def upper(self) -> float:
        return _unscaled(self.kind, self.middle + self.width, self.per, self.among)

    def places(self, rows: pd.DataFrame) -> pd.Series:
        """Where figures lie within the limits: 0 at the centre, -1 and 1 at the ends, NaN without a figure."""
        return pd.Series((_scaled(self.kind, rows)[0] - self.middle) / self.width, rows.index)


def of_others(
    kind: str, own: pd.DataFrame, others: pd.DataFrame, per: float = 1, level: float = 95, least: int = 3
) -> Limits | None:
    """Where a council would lie if it were one more of these others; None where fewer than `least` have a figure.

    own: one row; own, others: value, numerator, denominator, margin (of_chance). The funnel's limits are widened by how
    far the others lie apart beyond their own chance (Spiegelhalter 2005): the mean of the others, plus and minus t
    times the root of (chance of the own figure + spread beyond chance + the error of the mean).
    """
    others = others[others["value"].notna()]
    if own["value"].isna().all():
        return None
    own_chance = float(_scaled(kind, own)[1][0])
    limits = _around(kind, per, *_scaled(kind, others), own_chance, level, least)
    return limits and replace(limits, among=float(own["denominator"].iloc[0]))


def held(kind: str, rows: pd.DataFrame, near: dict[str, list[str]], level: float = 95, least: int = 3) -> list[bool]:
    """Whether each council lies within the limits around its neighbours, of those whose limits can be worked out.

    rows: figures of all councils, by area code, as in of_others. near: the neighbours of each council.
    """
    rows = rows[rows["value"].notna()]
    figures, chance = (pd.Series(each, rows.index) for each in _scaled(kind, rows))
    found = []
    for code in figures.index.intersection(list(near)):
        others = figures.index.intersection(near[code])
        limits = _around(kind, 1, figures[others].to_numpy(), chance[others].to_numpy(), chance[code], level, least)
        if limits:
            found.append(bool(abs(figures[code] - limits.middle) <= limits.width))
    return found


def _around(
    kind: str, per: float, figures: np.ndarray, chance: np.ndarray, own_chance: float, level: float, least: int
) -> Limits | None:
    if len(figures) < least:
        return None
    beyond = max(float(figures.var(ddof=1) - chance.mean()), 0.0)
    spread = own_chance + beyond + (beyond + float(chance.mean())) / len(figures)
    width = float(stats.t.isf((100 - level) / 200, len(figures) - 1)) * spread**0.5
    if not width > 0:
        return None  # all alike, and without chance: nothing says how far such councils lie apart
    return Limits(kind, per, float(figures.mean()), width, len(figures))


def _scaled(kind: str, rows: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """Figures on the scale on which they spread evenly, and the variance of chance in each (0 where unknown)."""
    value, count, among = (rows[name].to_numpy(float) for name in ("value", "numerator", "denominator"))
    if kind == "share":
        yes, no = count + 0.5, among - count + 0.5
        return np.log(yes / no), 1 / yes + 1 / no
    if kind == "rate":
        return np.log((count + 0.5) / among), 1 / (count + 0.5)
    if kind == "survey":
        return value, (rows["margin"].to_numpy(float) / Z_PUBLISHED) ** 2
    return (np.log(value) if kind in ("spending", "price") else value), 0 * value


def _unscaled(kind: str, scaled: float, per: float, among: float) -> float:
    """The other way round: the figure that lies there, of so many people (its half a count more taken off again)."""
    if kind == "share":
        return float(per * np.clip((1 + 1 / among) / (1 + np.exp(-scaled)) - 0.5 / among, 0, 1))
    if kind == "rate":
        return float(per * max(np.exp(scaled) - 0.5 / among, 0))
    return float(np.exp(scaled)) if kind in ("spending", "price") else scaled
