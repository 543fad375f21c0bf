"""Control charts of a performance series (XmR): limits, signals and what may be said of them (method.md section 11).

The rule set "making-data-count", version 2023, is that of NHS England's Making Data Count as NHS-R's NHSRplotthedots
carries it out: moving ranges are screened once (Nelson 1982), a point carries the first rule that it meets, and, as
changed in November 2023, a point beyond a limit also counts as beyond the near limit. "unscreened" is the same without
the screening, as the Making Data Count spreadsheets have it.
"""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from numbers import Real

import numpy as np
import pandas as pd

from helpers.base.errors import InputError, nearest
from helpers.base.periods import parse_period
from helpers.base.wording import number_of, number_word, sentence_start

#: From the mean to a limit, in mean moving ranges; and the moving range that is screened out, in the same.
LIMIT, SCREEN = 2.66, 3.267
#: How far along the way from the mean to a limit its near limit stands.
NEAR = 2 / 3
#: The least number of points for trial limits, and for limits.
TRIAL_FROM, LIMITS_FROM = 6, 13
#: How many points in a row make a trend, and a run on one side of the mean.
IN_A_ROW = 7

#: Kinds of periods that end where the next one begins.
_WITHOUT_GAP = ("financial_year", "calendar_year", "quarter", "month")

KINDS = {"run_chart": "too few points", "trial_limits": "trial limits", "limits": "limits"}
#: The rules in order of priority: a point carries the first one that it meets.
RULES = {
    "beyond_limit": "beyond a limit",
    "trend": f"{IN_A_ROW} in a row that rise or fall",
    "two_of_three": "two of three beyond a near limit",
    "one_side": f"{IN_A_ROW} in a row on one side of the mean",
}
DIRECTIONS = ("higher", "lower", "neither")
VARIATIONS = {
    "improvement": "special cause: improvement",
    "concern": "special cause: concern",
    "neither": "special cause: neither better nor worse",
    "common_cause": "common cause",
}
ASSURANCES = {"pass": "met by the process", "fail": "not met by the process", "hit_and_miss": "hit and miss"}

_LATEST = {
    ("beyond_limit", "above"): "the latest point lies above the upper limit",
    ("beyond_limit", "below"): "the latest point lies below the lower limit",
    ("trend", "rising"): f"the latest {number_word(IN_A_ROW)} points or more rise at every step",
    ("trend", "falling"): f"the latest {number_word(IN_A_ROW)} points or more fall at every step",
    ("two_of_three", "above"): "at least two of the latest three points lie near the upper limit or beyond it",
    ("two_of_three", "below"): "at least two of the latest three points lie near the lower limit or beyond it",
    ("one_side", "above"): f"the latest {number_word(IN_A_ROW)} points or more all lie above the mean",
    ("one_side", "below"): f"the latest {number_word(IN_A_ROW)} points or more all lie below the mean",
}
_MEANINGS = {"improvement": "a change for the better", "concern": "a change for the worse", "neither": "a change"}
_TARGETS = {
    "pass": "the target will be met every time",
    "fail": "the target will be missed every time",
    "hit_and_miss": "the target will be met at some times and missed at others, by chance",
}


@dataclass(frozen=True)
class RuleSet:
    """A named and versioned way to draw limits. screened: whether unusually large moving ranges are left out."""

    name: str
    version: str
    screened: bool


RULE_SETS = {
    "making-data-count": RuleSet("making-data-count", "2023", screened=True),
    "unscreened": RuleSet("unscreened", "2023", screened=False),
}


@dataclass(frozen=True)
class Rebase:
    """New limits from a point on: at is the label of the first point that they are of, reason what changed then."""

    at: object
    reason: str = ""


@dataclass(frozen=True)
class ControlChart:
    """A series with its limits and signals. Where it was re-based, kind and all that follows speak of the last part.

    points: the values, index their labels (periods). kind: an id of KINDS. lines: index as points, columns part (1, or
    2 and more after a re-basing), centre (the mean; the median on a run chart), lower, upper, near_lower and
    near_upper (NaN on a run chart). signals: a row each point that meets a rule, columns position (0 is the first
    point), rule (an id of RULES), side (above, below, rising or falling) and variation. variation: of the latest point,
    an id of VARIATIONS. assurance: an id of ASSURANCES. Both are None below 13 points, assurance without a target too.
    """

    points: pd.Series
    kind: str
    lines: pd.DataFrame
    signals: pd.DataFrame
    variation: str | None
    assurance: str | None
    better: str
    target: float | None
    shares: bool
    rule_set: RuleSet
    rebases: tuple[Rebase, ...]

    @property
    def centre(self) -> float:
        """The mean; on a run chart the median."""
        return float(self.lines["centre"].iloc[-1])

    @property
    def lower(self) -> float:
        """The lower limit, NaN on a run chart."""
        return float(self.lines["lower"].iloc[-1])

    @property
    def upper(self) -> float:
        """The upper limit, NaN on a run chart."""
        return float(self.lines["upper"].iloc[-1])

    @property
    def near_lower(self) -> float:
        """The lower near limit, NaN on a run chart."""
        return float(self.lines["near_lower"].iloc[-1])

    @property
    def near_upper(self) -> float:
        """The upper near limit, NaN on a run chart."""
        return float(self.lines["near_upper"].iloc[-1])

    @property
    def named(self) -> pd.DataFrame:
        """The signals that may be named: none of a series that is too short for more than limits on trial."""
        return self.signals if self.kind == "limits" else self.signals.iloc[:0]

    @property
    def _start(self) -> int:
        """The position of the first point that the present limits are of."""
        return int((self.lines["part"] < self.lines["part"].iloc[-1]).sum())

    @property
    def suggested_rebase(self) -> object | None:
        """Where the analyst may consider to re-base: the label where the run on one side that still lasts began.

        Only a run of seven or more that reaches the latest of 13 or more points. None where there is no such run, and
        where it began with the limits themselves. Nothing is re-based by itself: that needs a reason.
        """
        values, start = self.points.to_numpy()[self._start :], self._start
        sides = _sides(values, self.centre, self.centre, _tolerance(values))
        began = len(sides) - int((sides[::-1] == sides[-1]).cumprod().sum())
        if self.kind != "limits" or not sides[-1] or began == 0 or len(sides) - began < IN_A_ROW:
            return None
        return self.points.index[start + began]

    def words(self) -> str:
        """What the chart says, in one sentence for members, and no more than the points carry."""
        if not self.rebases:
            return sentence_start(self._said())
        last = self.rebases[-1]
        return f"Since the limits were set anew at {last.at} ({last.reason}): {self._said()}"

    def _said(self) -> str:
        number = len(self.points) - self._start
        points = number_of(number, "point")
        if self.kind == "run_chart":
            return f"{points} {'is' if number == 1 else 'are'} too few for limits; no signal can be told from chance."
        signals = self.signals[self.signals["position"] >= self._start]
        earlier = f"{number_of(len(signals), 'earlier point')} stand{'s' if len(signals) == 1 else ''} out"
        last = signals.iloc[-1] if len(signals) else None
        latest = _LATEST[last["rule"], last["side"]] if self._latest_stands_out else ""
        if self.kind == "trial_limits":
            return f"{points} give limits on trial only; on so few no signal is named."
        if latest:
            found = f"{latest}, {_MEANINGS[self.variation]} that chance alone would rarely bring"
        elif len(signals):
            found = f"{earlier} from chance, and the latest of {points} does not"
        else:
            found = f"none of {points} stands out from chance"
        if self.assurance is None:
            return f"{found}."
        condition = "unless the process changes" if signals.empty else "if the figure keeps within these limits"
        return f"{found}; {condition}, {_TARGETS[self.assurance]}."

    @property
    def _latest_stands_out(self) -> bool:
        return bool((self.signals["position"] == len(self.points) - 1).any())


def xmr(
    values: pd.Series | Sequence[float],
    better: str = "neither",
    target: float | None = None,
    shares: bool = False,
    rule_set: str = "making-data-count",
    rebases: Sequence[Rebase] = (),
    counts: bool = False,
) -> ControlChart:
    """The control chart of a series, by its moving ranges.

    values: numbers in the order of time, one a period; the index of a Series labels them, and a list's are numbered
    from 0. better: "higher", "lower" or "neither". target: judged by the limits, and needs a better direction; a value
    at the target meets it. shares: values in per cent, whose limits stay within 0 and 100; counts: whose limits stop
    at 0. rule_set: a name in RULE_SETS. rebases: where limits start anew, in the order of time; no rule runs across.
    Where no value is below 0, a limit is, and the target is met or missed by that alone, nothing is said about it.

    A trend is seven points in a row that rise (or fall) at each of the six steps between them; two equal points end
    it, and a point where two trends meet belongs to the later one. Two of three: three points in a row on one side of
    the mean, of which two or three lie beyond its near limit; those two or three are marked. A point on the mean ends
    a run on one side. A point on a limit is not beyond it.
    Raises InputError for no points, a value that is no number, labels that repeat or are missing, periods that do not
    follow each other without a gap, shares outside 0 to 100, counts below 0, an unknown direction or rule set, a target
    without a direction, and a re-basing without a reason or out of place.
    """
    if rule_set not in RULE_SETS:
        raise InputError(f"There is no rule set {rule_set!r}.{nearest(rule_set, list(RULE_SETS))}")
    if better not in DIRECTIONS:
        raise InputError(f"Better cannot be {better!r}.{nearest(better, list(DIRECTIONS))}")
    limits = (0, 100) if shares else (0, np.inf) if counts else (-np.inf, np.inf)
    points = _points(values, limits)
    if target is not None:
        _check_target(target, better, shares)
    starts = [0, *_positions(rebases, points.index), len(points)]
    lines, signals = [], []
    for number, (start, end) in enumerate(pairwise(starts), start=1):
        values = points.to_numpy()[start:end]
        part = _lines(values, RULE_SETS[rule_set], limits)
        lines += [{"part": number, **part}] * len(values)
        signals += [
            {"position": start + position, "rule": rule, "side": side, "variation": _variation(side, better)}
            for position, rule, side in _signals(values, part)
        ]
    kind = "run_chart" if len(values) < TRIAL_FROM else "trial_limits" if len(values) < LIMITS_FROM else "limits"
    variation = assurance = None
    if kind == "limits":
        at_the_end = signals and signals[-1]["position"] == len(points) - 1
        variation = signals[-1]["variation"] if at_the_end else "common_cause"
        assurance = (
            None if target is None else _assurance(part, target, better, at_least_zero=min(*values, target) >= 0)
        )
    return ControlChart(
        points,
        kind,
        pd.DataFrame(lines, index=points.index),
        pd.DataFrame(signals, columns=["position", "rule", "side", "variation"]),
        variation,
        assurance,
        better,
        target,
        shares,
        RULE_SETS[rule_set],
        tuple(rebases),
    )


def _points(values: pd.Series | Sequence[float], limits: tuple[float, float]) -> pd.Series:
    """The values as numbers, with their labels."""
    given = pd.Series(values, dtype=object)
    if given.empty:
        raise InputError("There are no points. A chart needs one or more.")
    if given.index.hasnans:
        raise InputError("A point has no period. Give each point its own, so that their order can be seen.")
    if not given.index.is_unique:
        raise InputError(
            f"The period {given.index[given.index.duplicated()][0]!r} stands twice. Give each point its own."
        )
    points = pd.to_numeric(given, errors="coerce").astype(float)
    for label, number in points.items():
        if not np.isfinite(number):
            raise InputError(
                f"The point at {label!r} is {given[label]!r}, no number. Correct it, or leave the point out."
            )
        if not limits[0] <= number <= limits[1]:
            what, outside = ("share", "outside 0 to 100 per cent") if limits[1] == 100 else ("count", "below 0")
            raise InputError(f"The {what} at {label!r} is {number:g}, {outside}. Correct it.")
    _check_order(list(points.index))
    return points


def _check_order(labels: list) -> None:
    """Refuse periods that do not follow each other: a chart read backwards, or past a gap, tells another story."""
    try:
        periods = [parse_period(label) for label in labels if isinstance(label, str)]
    except InputError:
        return
    if len(periods) < len(labels):
        return
    for before, after in pairwise(periods):
        if after.start <= before.start:
            raise InputError(f"{after.label} follows {before.label} in the series. Put the points in order of time.")
        if before.kind != after.kind:
            raise InputError(
                f"{after.label} follows {before.label}, a {after.kind.replace('_', ' ')} among those of another kind. "
                "Give points of one kind."
            )
        first_day = datetime.date.fromisoformat(before.end) + datetime.timedelta(days=1)
        if before.kind in _WITHOUT_GAP and after.start != first_day.isoformat():
            raise InputError(
                f"Between {before.label} and {after.label} a point is missing. Add it, or begin the series after it."
            )


def _check_target(target: float, better: str, shares: bool) -> None:
    if better == "neither":
        raise InputError(f"A target of {target} needs a direction. Say whether higher or lower is better.")
    if not isinstance(target, Real) or not np.isfinite(target) or (shares and not 0 <= target <= 100):
        raise InputError(f"The target {target} is no {'share from 0 to 100 per cent' if shares else 'number'}.")


def _positions(rebases: Sequence[Rebase], labels: pd.Index) -> list[int]:
    """The positions at which limits start anew."""
    positions = []
    for rebase in rebases:
        if pd.isna(rebase.reason) or not str(rebase.reason).strip():
            raise InputError(
                f"The re-basing at {rebase.at!r} has no reason. Say what changed: limits do not move without."
            )
        if rebase.at not in labels:
            raise InputError(
                f"There is no point at {rebase.at!r} to re-base from.{nearest(rebase.at, [*map(str, labels)])}"
            )
        positions.append(labels.get_loc(rebase.at))
    if positions != sorted({0, *positions})[1:]:
        raise InputError("Re-basings must follow each other in time, each at its own point after the first one.")
    return positions


def _tolerance(values: np.ndarray) -> float:
    """What two numbers may differ by and still be the same: the rounding of a mean makes no signal."""
    return 1e-9 * float(np.abs(values).max())


def _sides(values: np.ndarray, lower: float, upper: float, tolerance: float) -> np.ndarray:
    """1 for values above upper, -1 for values below lower, 0 for others."""
    return (values > upper + tolerance).astype(int) - (values < lower - tolerance)


def _lines(values: np.ndarray, rules: RuleSet, limits: tuple[float, float]) -> dict[str, float]:
    """The centre, the limits and the near limits of points that share them."""
    if len(values) < TRIAL_FROM:
        centre, reach = np.median(values), np.nan
    else:
        ranges = np.abs(np.diff(values))
        usual = ranges[ranges <= SCREEN * ranges.mean()]
        # Screened ranges that are all 0 would leave no width, and every point beyond a limit.
        centre, reach = values.mean(), LIMIT * (usual if rules.screened and usual.any() else ranges).mean()
    ends = {"lower": -reach, "upper": reach, "near_lower": -NEAR * reach, "near_upper": NEAR * reach}
    lines = {"centre": float(centre)} | {name: float(centre + end) for name, end in ends.items()}
    return {name: float(np.clip(line, *limits)) for name, line in lines.items()}


def _signals(values: np.ndarray, lines: dict[str, float]) -> list[tuple[int, str, str]]:
    """Every point that meets a rule: its position, the first rule that it meets, and the side."""
    if np.isnan(lines["lower"]):
        return []
    by_rule = _sides_by_rule(values, **lines)
    found = []
    for position in range(len(values)):
        for rule in RULES:
            if side := by_rule[rule][position]:
                up, down = ("rising", "falling") if rule == "trend" else ("above", "below")
                found.append((position, rule, up if side > 0 else down))
                break
    return found


def _sides_by_rule(
    values: np.ndarray, centre: float, lower: float, upper: float, near_lower: float, near_upper: float
) -> dict[str, np.ndarray]:
    """Of every rule, which points meet it: 1 above or rising, -1 below or falling, 0 where they do not."""
    tolerance = _tolerance(values)
    side = _sides(values, centre, centre, tolerance)
    near = _sides(values, near_lower, near_upper, tolerance)
    steps = _runs(_sides(np.diff(values), 0, 0, tolerance), IN_A_ROW - 1)
    to_next, from_last = np.append(steps, 0), np.insert(steps, 0, 0)
    two_of_three = np.zeros_like(side)
    for start in range(len(values) - 2):
        three = slice(start, start + 3)
        if abs(side[three].sum()) == 3 and abs(near[three].sum()) >= 2:
            two_of_three[three] |= near[three]
    return {
        "beyond_limit": _sides(values, lower, upper, tolerance),
        "trend": np.where(to_next, to_next, from_last),
        "two_of_three": two_of_three,
        "one_side": _runs(side, IN_A_ROW),
    }


def _runs(sides: np.ndarray, length: int) -> np.ndarray:
    """The same sides, 0 where fewer than this many in a row are alike."""
    kept = np.zeros_like(sides)
    for start in range(len(sides) - length + 1):
        run = slice(start, start + length)
        if abs(sides[run].sum()) == length:
            kept[run] = sides[run]
    return kept


def _variation(side: str, better: str) -> str:
    if better == "neither":
        return "neither"
    return "improvement" if (side in ("above", "rising")) == (better == "higher") else "concern"


def _assurance(lines: dict[str, float], target: float, better: str, at_least_zero: bool) -> str | None:
    """Whether every value within the limits meets the target, none does, or some do.

    at_least_zero: neither a value nor the target is below 0, so perhaps nothing can be; None where the answer hangs on
    that.
    """
    if at_least_zero and lines["lower"] < 0:
        stopped = lines | {"lower": 0.0, "upper": max(lines["upper"], 0.0)}
        answers = {_assurance(ends, target, better, at_least_zero=False) for ends in (lines, stopped)}
        return answers.pop() if len(answers) == 1 else None
    worst, best, goal = (lines["lower"], lines["upper"], target)
    if better == "lower":
        worst, best, goal = -lines["upper"], -lines["lower"], -target
    goal -= 1e-9 * abs(goal)
    return "pass" if worst >= goal else "fail" if best < goal else "hit_and_miss"
