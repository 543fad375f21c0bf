"""Rates and shares with their intervals, and whether one differs from another (method.md section 12).

Intervals say how far chance alone could move a count of independent events. They do not hold doubt about the
population, about who was counted, or about events that come together.
"""

import math
from numbers import Real
from typing import NamedTuple

from scipy import special

from helpers.base.errors import InputError

#: Below this number of events an interval is exact; from it on it is Byar's.
BYAR_FROM = 10


class Estimate(NamedTuple):
    """A value with the bounds of its interval."""

    value: float
    lower: float
    upper: float


def _tail(level: float) -> float:
    """The chance beyond each end of an interval of this level (per cent)."""
    if not (isinstance(level, Real) and 0 < level < 100):
        raise InputError(f"A level of {level} makes no sense: it must lie between 0 and 100. Write 95% as 95.")
    return (100 - level) / 200


def _counted(number: float, what: str) -> float:
    """A number that was counted: whole, and 0 or more."""
    if not (isinstance(number, Real) and number >= 0 and number % 1 == 0):
        raise InputError(
            f"The {what}, {number}, must be a whole number, 0 or more. Use the count, not a rate or a share."
        )
    return float(number)


def _above_zero(number: float, what: str) -> float:
    if not (isinstance(number, Real) and 0 < number < math.inf):
        raise InputError(f"The {what}, {number}, must be a number above 0.")
    return float(number)


def poisson_interval(events: int, level: float = 95) -> tuple[float, float]:
    """The lower and upper bound of a count: exact (Garwood 1936) below 10 events, Byar's method from 10 on.

    As OHID's public health statistics have it (Breslow and Day 1987). level: in per cent.
    Raises InputError for events below 0 or not whole, and for a level outside 0 and 100.
    """
    events, tail = _counted(events, "number of events"), _tail(level)
    if events < BYAR_FROM:
        lower = special.gammaincinv(events, tail) if events else 0.0
        return float(lower), float(special.gammainccinv(events + 1, tail))
    z, more = -special.ndtri(tail), events + 1
    lower = events * (1 - 1 / (9 * events) - z / (3 * math.sqrt(events))) ** 3
    return float(lower), float(more * (1 - 1 / (9 * more) + z / (3 * math.sqrt(more))) ** 3)


def rate(events: int, population: float, per: float, level: float = 95) -> Estimate:
    """Events per so many people (per: 100 or 100,000, say), with the interval of its count.

    Raises InputError for a population or per of 0 or less, and as poisson_interval does.
    """
    factor = _above_zero(per, "number that a rate is given per") / _above_zero(population, "population")
    return Estimate(*(factor * number for number in (events, *poisson_interval(events, level))))


def share(part: int, whole: int, level: float = 95) -> Estimate:
    """A share (0 to 1) with its interval by Wilson's score method (Wilson 1927), without a correction.

    Raises InputError for a part above its whole, counts that are not whole or below 0, a whole of 0, and a level
    outside 0 and 100.
    """
    part, whole = _counted(part, "part"), _above_zero(_counted(whole, "whole"), "whole")
    if part > whole:
        raise InputError(f"The part, {part:,.0f}, is more than its whole, {whole:,.0f}. Are they the wrong way round?")
    value, z = part / whole, -special.ndtri(_tail(level))
    middle, reach = part + z**2 / 2, z * math.sqrt(part * (1 - value) + z**2 / 4)
    lower, upper = ((middle + end) / (whole + z**2) for end in (-reach, reach))
    return Estimate(value, float(min(max(lower, 0), value)), float(max(min(upper, 1), value)))


def share_interval(part: int, whole: int, level: float = 95) -> tuple[float, float]:
    """The lower and upper bound of a share, as share gives them."""
    return share(part, whole, level)[1:]


def _difference(before: Estimate, after: Estimate) -> Estimate:
    """The difference of two independent estimates, from their own intervals (MOVER).

    Two intervals that do not meet always give a clear difference; two that meet a little may.
    """
    value = after.value - before.value
    down = math.hypot(after.value - after.lower, before.upper - before.value)
    up = math.hypot(after.upper - after.value, before.value - before.lower)
    return Estimate(value, value - down, value + up)


def difference_of_shares(
    part_before: int, whole_before: int, part_after: int, whole_after: int, level: float = 95
) -> Estimate:
    """How much larger a share (0 to 1) is after than before: Newcombe's interval from the two Wilson intervals.

    Newcombe 1998 (Statistics in Medicine 17:873), method 10. For two separate groups of people; where the same people
    stand in both, it is mostly too wide. Raises InputError as share does.
    """
    return _difference(share(part_before, whole_before, level), share(part_after, whole_after, level))


def difference_of_rates(
    events_before: int,
    population_before: float,
    events_after: int,
    population_after: float,
    per: float,
    level: float = 95,
) -> Estimate:
    """How much higher a rate is after than before, from the intervals of both counts.

    By the method of variance estimates recovery (MOVER): Zou and Donner 2008 (Statistics in Medicine 27:1693); for
    Poisson rates Li, Tang, Poon and Tang 2011 (Communications in Statistics 40:1478). Raises InputError as rate does.
    """
    before, after = (events_before, population_before), (events_after, population_after)
    return _difference(rate(*before, per, level), rate(*after, per, level))


def difference_of_counts(events_before: int, events_after: int, level: float = 95) -> Estimate:
    """How many more events there were after than before, in two periods of one length and about one population.

    The method is that of difference_of_rates. Raises InputError as poisson_interval does.
    """
    return difference_of_rates(events_before, 1, events_after, 1, 1, level)


def compare(difference: Estimate) -> str:
    """What a difference may be called: "higher", "lower" or "no clear difference".

    difference: what one of the functions difference_of_... gives. It is called a change only where its interval
    leaves out 0. Raises InputError for a difference without a number, and for an interval that is upside down.
    """
    if any(map(math.isnan, difference)):
        raise InputError("A difference without a number cannot be called anything. Look for a missing figure in it.")
    if difference.lower > difference.upper:
        raise InputError(f"The interval {difference.lower:g} to {difference.upper:g} is upside down.")
    if difference.lower > 0:
        return "higher"
    return "lower" if difference.upper < 0 else "no clear difference"
