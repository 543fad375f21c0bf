"""Official tables of all councils held against themselves and each other: what does not follow, and how much was tried.

Each check takes figures with the columns of FIGURE and keys of its own (age_band, period ...), and gives `tried`, how
many it could check, and `found`, rows of FOUND. A hidden count stands in every sum with the bounds of its mark and with
nothing else, so that no finding says more of it than its publisher does; what was not given takes part in none.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from helpers.base.cells import HIDDEN, NOT_GIVEN
from helpers.base.errors import InputError

#: What every figure has besides its keys. value: NaN where there is no number. unit: of a column of official tables.
FIGURE = ("area_code", "column", "unit", "as_published", "value", "lower", "upper", "status")
#: What is said of a figure that does not follow. before: of a change, the figure of the period before. least, most:
#: what it would be. gap: how far it lies from that at least; for a change how many robust standard deviations. hidden:
#: "yes" where hidden counts are in what would follow.
FOUND = ("area_code", "keys", "column", "as_published", "before", "least", "most", "gap", "hidden")
UNREADABLE = "unreadable"
#: A robust standard deviation is so many times the median distance from the median, as for a normal distribution.
OF_NORMAL = 1.4826


@dataclass(frozen=True)
class Checked:
    """How many figures a check could hold against others, and those that do not follow (rows of FOUND)."""

    tried: int
    found: pd.DataFrame


def keys_of(figures: pd.DataFrame) -> list[str]:
    """The keys that these figures have besides FIGURE. Raises InputError where a column of FIGURE is missing."""
    if lacking := [name for name in FIGURE if name not in figures]:
        raise InputError(f"The figures have no column {lacking[0]!r}. Give {', '.join(FIGURE)}, and their keys.")
    return [name for name in figures if name not in FIGURE]


def totals(figures: pd.DataFrame, over: str, beside: Iterable[str] = (), slack: float = 0.0) -> Checked:
    """Each total ("all" of a key) against the sum of its parts. over: the key. beside: of its values, no parts."""
    others = ["area_code", "column", *(key for key in keys_of(figures) if key != over)]
    figures = figures[~figures[over].isin(list(beside))]
    whole = figures[figures[over] == "all"].set_index(others)
    return _against(whole, _sums(figures[figures[over] != "all"], others), slack, {over: "all"})


def of_england(figures: pd.DataFrame, england: str, slack: float = 0.0) -> Checked:
    """England's figures against the sums of its councils'. england: its code.

    Where a council did not submit, England's figure holds an estimate of it: it can then only be too small.
    """
    others = ["column", *keys_of(figures)]
    whole = figures[figures["area_code"] == england].set_index(others)
    sums = _sums(figures[figures["area_code"] != england], others, estimated=True)
    return _against(whole, sums, slack, {"area_code": england})


def _sums(parts: pd.DataFrame, by: list[str], estimated: bool = False) -> pd.DataFrame:
    """Bounds of sums of two parts or more. estimated: parts that were not given make the upper bound endless."""
    hidden, without = parts["status"].isin(HIDDEN), parts["status"].isin([*NOT_GIVEN, UNREADABLE])
    groups = parts.assign(hides=hidden, without=without).groupby(by, sort=False)
    sums = groups[["lower", "upper"]].sum().astype(float).assign(parts=groups.size(), hidden=groups["hides"].any())
    sums["without"] = groups["without"].any()
    sums.loc[sums["without"], "upper"] = np.inf
    return sums[(sums["parts"] > 1) & (estimated | ~sums["without"])]


def _against(whole: pd.DataFrame, sums: pd.DataFrame, slack: float, told: Mapping[str, str]) -> Checked:
    """Totals against bounds of what they come to, by their common index. told: keys that the index has not."""
    whole = whole[~whole["status"].isin([*NOT_GIVEN, UNREADABLE])]
    both = whole.join(sums.rename(columns={"lower": "lower_sum", "upper": "upper_sum"}), how="inner")
    hidden = both["hidden"] | both["status"].isin(HIDDEN)
    return _apart(both.reset_index().assign(hidden=hidden.to_numpy(), **told), "lower_sum", "upper_sum", slack)


def _apart(rows: pd.DataFrame, least: str, most: str, slack: float | pd.Series = 0.0) -> Checked:
    """Rows whose bounds do not meet those that they would have."""
    near = slack + 1e-9 * rows["upper"].abs().clip(lower=1)
    gap = np.maximum(rows["lower"] - rows[most], rows[least] - rows["upper"])
    far = rows[gap > near].assign(gap=gap[gap > near])
    own = (*FIGURE, *FOUND, least, most, "lower_sum", "upper_sum", "parts", "without")
    keys = [name for name in far if name not in own and not name.endswith(("_part", "_whole", "_other"))]
    said = far[keys].agg(lambda row: ", ".join(str(each) for each in row if each != "all"), axis=1) if keys else ""
    far = far.assign(
        keys=said, before=np.nan, least=far[least], most=far[most], hidden=np.where(far["hidden"], "yes", "no")
    )
    return Checked(len(rows), far[list(FOUND)].reset_index(drop=True))


def same(figures: pd.DataFrame, other: pd.DataFrame, slack: float = 0.0) -> Checked:
    """Figures against the same ones in another table, by area and the keys that both have."""
    by = ["area_code", *(key for key in keys_of(figures) if key in keys_of(other))]
    both = _given(figures).merge(_given(other), on=by, suffixes=("", "_other"))
    hidden = both["status"].isin(HIDDEN) | both["status_other"].isin(HIDDEN)
    return _apart(both.assign(hidden=hidden), "lower_other", "upper_other", slack)


def rates(figures: pd.DataFrame, part: str, whole: str, rate: str, per: float, rounded_to: float) -> Checked:
    """Each printed rate against its numerator over its denominator, times `per`, within the rounding of all three.

    part, whole, rate: names of columns. rounded_to: what the printed rate is rounded to, as 0.1. A rate of hidden
    counts lies anywhere between their bounds.
    """
    by = ["area_code", *keys_of(figures)]
    named = {name: _given(figures[figures["column"] == of]) for name, of in {"part": part, "whole": whole}.items()}
    both = _given(figures[figures["column"] == rate])
    for name, rows in named.items():
        both = both.merge(rows.add_suffix(f"_{name}").rename(columns={f"{key}_{name}": key for key in by}), on=by)
    both = both[both["upper_whole"] > 0]
    both = both.assign(lower=both["value"] - rounded_to / 2, upper=both["value"] + rounded_to / 2)
    lowest = both["lower_whole"].where(both["lower_whole"] > 0, np.nan)
    both["least_part"] = per * both["lower_part"] / both["upper_whole"]
    both["most_part"] = (per * both["upper_part"] / lowest).fillna(np.inf)
    hidden = both[["status", "status_part", "status_whole"]].isin(HIDDEN).any(axis=1)
    both = both[~both["status"].isin(HIDDEN)]
    return _apart(both.assign(hidden=hidden), "least_part", "most_part")


def _given(figures: pd.DataFrame) -> pd.DataFrame:
    return figures[~figures["status"].isin([*NOT_GIVEN, UNREADABLE])]


def jumps(figures: pd.DataFrame, limit: float, counted: bool, england: str) -> Checked:
    """Changes from one period to the next that lie further from the other councils' than any would.

    How far is in robust standard deviations of the log of the change over all councils; where people or events are
    `counted`, the chance of both counts is added to each council's. What would follow is the earlier figure, changed as
    the middle council's, within `limit` of these. Hidden figures and zeros have no change, and are left out. figures:
    of councils, with a key `period`, whose periods follow each other in the order of the alphabet.
    """
    by = ["column", *(key for key in keys_of(figures) if key != "period")]
    rows = figures[(figures["value"] > 0) & (figures["area_code"] != england)].sort_values("period", kind="stable")
    periods = sorted(figures["period"].unique())
    rows = rows.assign(at=rows["period"].map(periods.index))
    before = rows.groupby(["area_code", *by], sort=False)[["value", "at"]].shift()
    rows = rows.assign(before=before["value"])[before["at"] == rows["at"] - 1]
    rows["change"] = np.log(rows["value"] / rows["before"])
    groups = rows.groupby([*by, "period"], sort=False)["change"]
    middle = groups.transform("median")
    apart = (rows["change"] - middle).abs().groupby([rows[name] for name in [*by, "period"]], sort=False)
    chance = 1 / rows["value"] + 1 / rows["before"] if counted else 0.0
    width = np.sqrt((OF_NORMAL * apart.transform("median")) ** 2 + chance)
    rows["gap"] = (rows["change"] - middle).abs() / width.where(width > 0, np.inf)
    for name, sign in (("least", -1), ("most", 1)):
        rows[name] = rows["before"] * np.exp(middle + sign * limit * width)
    far = rows[rows["gap"] > limit]
    said = far[[*by[1:], "period"]].agg(lambda row: ", ".join(each for each in row if each != "all"), axis=1)
    far = far.assign(keys=said if len(far) else "", hidden="no")
    return Checked(len(rows), far[list(FOUND)].reset_index(drop=True))


def twice(figures: pd.DataFrame) -> Checked:
    """Figures that are given in more than one row of an area and its keys."""
    figures = _given(figures)
    by = ["area_code", "column", *keys_of(figures)]
    again = figures[figures.duplicated(by)]
    return Checked(len(figures) - len(again), _told(again))


def codes(figures: pd.DataFrame, known: pd.Series) -> Checked:
    """Figures under a code that is no area's in their period, the first of each. known: whether it is, of each row."""
    figures = _given(figures)
    first = figures[~figures.duplicated(["area_code", "period"])]
    return Checked(len(first), _told(first[~known[first.index]], ["period"]))


def below_zero(figures: pd.DataFrame) -> Checked:
    """Figures that are less than nothing, which counts, spending and prices only are by a correction or a slip."""
    given = figures[figures["value"].notna()]
    return Checked(len(given), _told(given[given["value"] < 0]))


def without_number(figures: pd.DataFrame, expected_pct: float, england: str) -> Checked:
    """Marks, and texts that are neither a number nor a mark, where a number is expected: one row a council and column.

    One is expected where at least `expected_pct` of the councils print a number under the same keys. `gap` is how many
    figures of that column the council has without one; as_published is the first of them.
    """
    by = ["column", *keys_of(figures)]
    rows = figures[figures["area_code"] != england]
    number = rows["value"].notna()
    share = 100 * number.groupby([rows[name] for name in by], sort=False).transform("mean")
    expected = rows[share >= expected_pct]
    lacking = expected[expected["value"].isna()]
    first = lacking.drop_duplicates(["area_code", "column"])
    many = lacking.groupby(["area_code", "column"]).size()
    found = _told(first, [])
    found["gap"] = [float(many[area, column]) for area, column in zip(found["area_code"], found["column"], strict=True)]
    return Checked(len(expected), found)


def _told(rows: pd.DataFrame, keys: list[str] | None = None) -> pd.DataFrame:
    """Rows that a number cannot follow for, as rows of FOUND. keys: those that are said, by default all."""
    names = keys_of(rows) if keys is None else keys
    said = rows[names].agg(lambda row: ", ".join(each for each in row if each != "all"), axis=1) if names else ""
    found = rows.assign(
        keys=said if len(rows) else "", before=np.nan, least=np.nan, most=np.nan, gap=np.nan, hidden="no"
    )
    return found[list(FOUND)].reset_index(drop=True)
