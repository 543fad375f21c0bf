"""What scenarios do to a projection (method.md section 7): change rates, cut entrants, move people between settings.

Scenarios compose: what several do is gathered first and then applied, so that their order cannot matter.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd

from helpers.base.errors import InputError


@dataclass(frozen=True)
class Move:
    """Of the people of one cell a share goes to other cells, by weight; nobody is lost.

    source: position of the cell. targets: positions of the others, with weights that add to 1. share: of the source,
    at each time, between 0 and 1.
    """

    source: int
    targets: np.ndarray
    weights: np.ndarray
    share: np.ndarray


@dataclass(frozen=True)
class Effect:
    """What scenarios together do to the cells of a projection.

    log_rate: change of the log rate since the base, cells x times. cuts: shares of new entrants who are kept, each
    cells x times (1 where nothing is cut), and years: mean length of stay of each cell's people. moves: between cells.
    """

    log_rate: np.ndarray
    kept_entrants: np.ndarray
    length_of_stay_years: np.ndarray
    moves: tuple[Move, ...] = field(default=())

    @classmethod
    def none(cls, cells: int, times: int) -> "Effect":
        """Nothing changes."""
        return cls(np.zeros((cells, times)), np.ones((cells, times)), np.full(cells, np.inf))

    def factor(self, people: np.ndarray) -> np.ndarray:
        """By what the people of each cell are multiplied at each time, before moves.

        people: under constant rates, cells x times, a year apart (for how the stock renews itself).
        """
        changed = people * np.exp(self.log_rate)
        after = changed.copy()
        cut = (self.kept_entrants < 1).any(axis=1)
        if cut.any():
            after[cut] = stock_after_cut(changed[cut], self.kept_entrants[cut], self.length_of_stay_years[cut])
        return np.divide(after, people, out=np.ones_like(people), where=people > 0)

    def moved(self, people: np.ndarray, time: int | None = None) -> np.ndarray:
        """People after the moves: cells x times, or at one time (its position) cells x anything.

        people may be bounds without an end: a share of infinity moves, and no share of it is nobody.
        """
        if not self.moves:
            return people
        result = people.copy()
        staying: dict[int, np.ndarray] = {}
        for move in self.moves:
            share = move.share if time is None else move.share[time]
            staying[move.source] = staying.get(move.source, 1.0) - share
        for source, share in staying.items():
            result[source] = _share_of(people[source], share)
        for move in self.moves:
            going = _share_of(people[move.source], move.share if time is None else move.share[time])
            result[move.targets] += _share_of(going[None, :], move.weights[:, None])
        return result


def effect_of(
    rule: dict, base: pd.DataFrame, years: np.ndarray, *, trend: float = 0.0, stay: str = "central"
) -> Effect:
    """What one scenario does to the cells of a base.

    rule: as from assumptions.scenario_named. base: as from demand.base_cells. years: the first of them the base's, one
    after the other. trend: for a scenario that follows one, its slope (recent_trend). stay: low, central or high.
    Raises InputError where the base has no cell that the scenario is about, for a scenario that changes nobody (what
    people mean for money, beds or posts), and for a cut in new entrants over years that are not 1 apart.
    """
    effect, values = Effect.none(len(base), len(years)), rule["values"]
    if rule["kind"] not in ("rate_change", "trend", "entrants", "move"):
        raise InputError(
            f"The scenario {rule['id']!r} says what people mean for money, beds or posts; it changes nobody. Choose "
            "one that changes people, or see notebooks/45_consequences."
        )
    if rule["kind"] == "entrants" and not (np.diff(years) == 1).all():
        raise InputError(
            f"The scenario {rule['id']!r} cuts new entrants year by year. Project to years that are 1 apart."
        )
    chosen = np.full(len(base), True)
    for column, names in rule.get("applies_to", {}).items():
        chosen &= base[column].isin(names).to_numpy()
    since = np.asarray(years, dtype=float) - rule.get("from_year", years[0])
    if rule["kind"] == "move":
        chosen &= (base["setting"] == values["from"]).to_numpy()
    if not chosen.any():
        raise InputError(
            f"The scenario {rule['id']!r} is about people whom this base does not have (by age, support reason or "
            "setting). See its applies_to and parameters."
        )
    if rule["kind"] in ("rate_change", "trend"):
        slope = trend if rule["kind"] == "trend" else values["annual_log_rate_change_pct"] / 100
        log_rate = np.where(chosen[:, None], rate_change(slope, since, values.get("damping_a_year", 1.0)), 0.0)
        return replace(effect, log_rate=log_rate)
    if rule["kind"] == "entrants":
        kept = np.where(chosen[:, None] & (since >= 0), 1 - values["cut_pct"] / 100, 1.0)
        length = np.where(chosen, values["length_of_stay_months"][stay] / 12, np.inf)
        return replace(effect, kept_entrants=kept, length_of_stay_years=length)
    reached = (
        np.clip(since / values["phase_in_years"], 0, 1) if values["phase_in_years"] else (since >= 0).astype(float)
    )
    share = values["share_pct"] / 100 * reached
    return replace(effect, moves=tuple(_move(base, place, values["to"], share) for place in np.flatnonzero(chosen)))


def _share_of(people: np.ndarray, share: np.ndarray) -> np.ndarray:
    """A share of people: none for a share of 0 (or a hair below), also of a bound without an end."""
    shape = np.broadcast_shapes(np.shape(people), np.shape(share))
    return np.multiply(people, share, out=np.zeros(shape), where=np.greater(share, 0))


def _move(base: pd.DataFrame, source: int, settings: list[str], share: np.ndarray) -> Move:
    """Where the people of one cell go: to these settings of their own age band and support reason, as they are now."""
    same = (base[["age_band", "support_reason"]] == base.iloc[source][["age_band", "support_reason"]]).all(axis=1)
    targets = np.flatnonzero(same & base["setting"].isin(settings))
    people = base["people"].to_numpy(float)[targets]
    weights = people / people.sum() if people.sum() > 0 else np.full(len(targets), 1 / max(len(targets), 1))
    if not len(targets):
        raise InputError(f"The base has none of the settings {', '.join(settings)} for people to move to.")
    return Move(int(source), targets, weights, share)


def together(effects: Iterable[Effect]) -> Effect:
    """What several scenarios do at once, whatever their order.

    Raises InputError where more than all people of a cell would move out of it, or where two scenarios give different
    lengths of stay for the same people.
    """
    effects = list(effects)
    stays = np.array([effect.length_of_stay_years for effect in effects])
    shortest = stays.min(axis=0)
    if (np.isfinite(stays) & (stays != shortest)).any():
        raise InputError("Two scenarios give different lengths of stay for the same people. Give them the same one.")
    moves = sorted(
        (move for effect in effects for move in effect.moves),
        key=lambda move: (move.source, move.targets.tolist(), move.share.tolist()),
    )
    leaving: dict[int, np.ndarray] = {}
    for move in moves:
        leaving[move.source] = leaving.get(move.source, 0) + move.share
        if (leaving[move.source] > 1 + 1e-12).any():
            raise InputError("These scenarios together move more people out of a setting than it has. Lower a share.")
    return Effect(
        _in_any_order([effect.log_rate for effect in effects], np.add),
        _in_any_order([effect.kept_entrants for effect in effects], np.multiply),
        shortest,
        tuple(moves),
    )


def _in_any_order(arrays: list[np.ndarray], operation: np.ufunc) -> np.ndarray:
    """A sum or a product to the last bit the same in any order: from the smallest number to the largest."""
    return operation.reduce(np.sort(np.array(arrays), axis=0), axis=0)


def rate_change(annual_log_change: float, years: np.ndarray, damping_a_year: float = 1.0) -> np.ndarray:
    """Change of the log rate after these years (0 before the start), each year's change the damped one of the last.

    annual_log_change: as a share, -0.0122 for -1.22% a year. damping_a_year: 1 for none, above 0.
    """
    years = np.maximum(years, 0.0)
    if damping_a_year == 1:
        return annual_log_change * years
    return annual_log_change * (1 - damping_a_year**years) / (1 - damping_a_year)


def recent_trend(values: np.ndarray, times: np.ndarray, minimum_points: int = 5) -> float:
    """Slope of the log of a series a year, by least squares.

    Raises InputError for fewer points than the minimum, a value of zero or less or none at all, and times that are
    missing or all the same.
    """
    values, times = np.asarray(values, dtype=float), np.asarray(times, dtype=float)
    if not (np.isfinite(values).all() and np.isfinite(times).all()):
        raise InputError("A trend needs a number and a time for every point; one of this series is missing.")
    if len(values) != len(times) or not len(values):
        raise InputError(f"A trend has {len(values)} points and {len(times)} times. Give one time for every point.")
    if len(values) < minimum_points:
        raise InputError(f"A trend needs {minimum_points} points or more; this series has {len(values)}.")
    if (values <= 0).any():
        raise InputError("A trend of rates needs values above zero; this series has one of zero or less.")
    if np.ptp(times) == 0:
        raise InputError("A trend needs points at different times; those of this series stand at one.")
    return float(np.polyfit(times - times.mean(), np.log(values), 1)[0])


def entrants(stock: float, length_of_stay_years: float) -> float:
    """New entrants a year who keep a stock as it is: S / L. 950 residents and 28 months: 407.1."""
    _check_stay(length_of_stay_years)
    return stock / length_of_stay_years


def share_of_stock_reached(years: float, length_of_stay_years: float) -> float:
    """The share of a cut in new entrants that has reached a steady stock after k years: 1 - (1 - 1/L)^k."""
    _check_stay(length_of_stay_years)
    return 1 - (1 - 1 / length_of_stay_years) ** years


def stock_after_cut(stock: np.ndarray, kept_entrants: np.ndarray, length_of_stay_years: np.ndarray) -> np.ndarray:
    """A stock year by year where only a share of new entrants comes: S[t+1] = S[t] (1 - 1/L) + I[t] x kept[t].

    stock: without the cut, cells x years; its entrants I follow from it. A stock that falls faster than people leave
    has no entrants to cut. Returns cells x years.
    """
    _check_stay(np.min(length_of_stay_years))
    if not (np.isfinite(stock).all() and np.isfinite(kept_entrants).all()):
        raise InputError("A stock, or the share of its entrants who come, is missing in some year. Give every year.")
    stays = 1 - 1 / np.asarray(length_of_stay_years, dtype=float)
    after = np.array(stock, dtype=float)
    for year in range(1, stock.shape[1]):
        new = np.maximum(stock[:, year] - stock[:, year - 1] * stays, 0.0)
        other = stock[:, year] - new  # those who stayed, without the cut
        ratio = np.divide(after[:, year - 1], stock[:, year - 1], out=np.ones(len(after)), where=stock[:, year - 1] > 0)
        after[:, year] = other * ratio + new * kept_entrants[:, year - 1]
    return after


def entrants_a_year(stock: np.ndarray, length_of_stay_months: float) -> float:
    """New entrants a year, on average, behind a stock that runs like this: what it grows by, and those who left.

    stock: year by year, with the year that it starts from. Raises InputError for fewer than two years, and for a year
    without a number.
    """
    _check_stay(length_of_stay_months / 12)
    if len(stock) < 2 or not np.isfinite(stock).all():
        raise InputError("New entrants follow from a stock of two years or more, each with a number. Give them.")
    return float((stock[1:] - stock[:-1] * (1 - 12 / length_of_stay_months)).mean())


def cut_that_holds(stock: np.ndarray, length_of_stay_months: float) -> float:
    """The share of new entrants fewer, from the first year on, with which the stock ends at its first year's level.

    stock: without the cut, year by year. nan where no share does it, not even if nobody came.
    Raises InputError for a stock without years, and for a missing number.
    """
    if not len(stock):
        raise InputError("There is no stock to hold. Give it year by year.")

    def stock_at_the_end(share: float) -> float:
        kept, stay = np.full((1, len(stock)), 1 - share), np.array([length_of_stay_months / 12])
        return stock_after_cut(stock[None], kept, stay)[0, -1]

    found = goal_seek(stock_at_the_end, stock[0], 0.0, 1.0)
    return np.nan if found is None else found


def _check_stay(length_of_stay_years: float) -> None:
    if not length_of_stay_years >= 1:
        raise InputError(
            f"A mean length of stay of {length_of_stay_years:g} years is too short for steps of a year: give 1 or more."
        )


def goal_seek(
    outcome: Callable[[float], float], goal: float, lowest: float, highest: float, tolerance: float = 1e-6
) -> float | None:
    """The input between lowest and highest whose outcome is the goal, by bisection; None where none of them is.

    outcome: rises or falls throughout. tolerance: of the input.
    Raises InputError where the bounds are upside down, missing or without an end, for a tolerance that is not above 0,
    and where the goal or an outcome is no number.
    """
    if not -np.inf < lowest <= highest < np.inf:
        raise InputError(f"The bounds {lowest:g} and {highest:g} are upside down, or one is missing.")
    if not tolerance > 0:
        raise InputError(f"The tolerance {tolerance:g} is not above 0. Give how near the input must come.")

    def beyond_goal(number: float) -> float:
        beyond = outcome(number) - goal
        if np.isnan(beyond):
            raise InputError(f"With {number:g} there is no outcome to hold against the goal of {goal:g}. Give both.")
        return beyond

    ends = beyond_goal(lowest), beyond_goal(highest)
    if 0 in ends:
        return float((lowest, highest)[ends.index(0)])
    if np.sign(ends[0]) == np.sign(ends[1]):
        return None
    while highest - lowest > tolerance:
        middle = (lowest + highest) / 2
        if not lowest < middle < highest:  # no number lies between the two
            break
        if np.sign(beyond_goal(middle)) == np.sign(ends[0]):
            lowest = middle
        else:
            highest = middle
    return float((lowest + highest) / 2)
