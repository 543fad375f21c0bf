"""Why a number changed: what each factor adds to a change, without a residual (method.md section 9).

Factors change one after another, and what a factor adds depends on which changed before it. Its contribution is its
average over all orders (Das Gupta 1993, Standardization and Decomposition of Rates; the same as a Shapley value).
"""

import itertools
import math
from collections.abc import Callable, Mapping

import numpy as np

from helpers.base.errors import InputError
from helpers.base.wording import listed

Value = float | np.ndarray
#: Every combination of factors is evaluated: 256 of them for eight.
MOST_FACTORS = 8


def contributions(
    before: Mapping[str, Value], after: Mapping[str, Value], outcome: Callable[[dict[str, Value]], Value]
) -> dict[str, Value]:
    """What each factor adds to outcome(after) - outcome(before), in the unit and shape of the outcome.

    before, after: the same factors by name, at most eight, each a number or an array of one shape. outcome: a pure
    function of such a mapping; it is asked for every mixture of factors before and after. The contributions add to
    the change, to 1e-9 of the largest outcome of a mixture; a factor that did not change adds exactly 0; swapping
    before and after flips every sign.
    Raises InputError for no factors or too many, for factors that differ in name or shape before and after, and for
    an outcome that is no finite number.
    """
    _require_the_same_factors(before, after)
    names = list(before)
    outcomes = {}
    for changed in itertools.product((False, True), repeat=len(names)):
        ends = (after if late else before for late in changed)
        mixture = {name: end[name] for name, end in zip(names, ends, strict=True)}
        outcomes[changed] = outcome(mixture)
        if not np.all(np.isfinite(outcomes[changed])):
            names_changed = listed(itertools.compress(names, changed)) if any(changed) else "none"
            raise InputError(
                f"The outcome is no finite number once these factors have changed: {names_changed}. "
                "Look for a missing value or a division by zero."
            )
    added = {}
    for position, name in enumerate(names):
        added[name] = 0.0
        for others in itertools.product((False, True), repeat=len(names) - 1):
            without, with_it = ((*others[:position], late, *others[position:]) for late in (False, True))
            # The share of all orders in which exactly these others change before this factor.
            share = 1 / (len(names) * math.comb(len(others), sum(others)))
            added[name] = added[name] + share * (outcomes[with_it] - outcomes[without])
    return added


def of_product(before: Mapping[str, Value], after: Mapping[str, Value]) -> dict[str, Value]:
    """What each factor adds to the change of their product: money = people x package size x unit cost.

    before, after: the same factors by name, each a number or an array; all arrays have one shape. Returns
    contributions in the unit of the product. Raises InputError as contributions does, and for arrays of different
    shapes.
    """
    shapes = {np.shape(value) for value in before.values()} - {()}
    if len(shapes) > 1:
        raise InputError(f"The factors {listed(before)} have different shapes: give all of them for the same cells.")
    return contributions(before, after, lambda factors: math.prod(factors.values(), start=1.0))


def of_people(
    population_before: np.ndarray, population_after: np.ndarray, rate_before: np.ndarray, rate_after: np.ndarray
) -> dict[str, float]:
    """What size, structure and rate add to a change in people with support.

    population, rate: one number an age class, in the same order: people, and people with support for each of them.
    People with support = size of the population x sum of (share of the class x rate). Returns people, by "size" (of
    the whole population), "structure" (the shares of its age classes) and "rate". Raises InputError as of_cells does.
    """
    cells = of_cells(population_before, population_after, np.atleast_2d(rate_before), np.atleast_2d(rate_after))
    if len(cells["rate"]) > 1:
        raise InputError("One number of people changes by one rate an age class; for many cells use of_cells.")
    return {factor: float(people[0]) for factor, people in cells.items()}


def of_cells(
    population_before: np.ndarray, population_after: np.ndarray, rates_before: np.ndarray, rates_after: np.ndarray
) -> dict[str, np.ndarray]:
    """What size, structure and rate add to the change of every cell, as of_people says it for one.

    rates: cells x age classes. population: age classes where all cells draw on the same people, or cells x age
    classes; 0 in a class that a cell does not draw on. Returns people, one number a cell, so that any sum of cells
    has the sum of their contributions. Where cells draw on populations of their own, a move between these is in
    their sizes, not in the structure.
    Raises InputError for arrays whose shapes do not fit, for nothing at all, for a class below zero, and for a
    population of zero.
    """
    arrays = [np.asarray(a, dtype=float) for a in (population_before, population_after, rates_before, rates_after)]
    population, later_population, rates, later_rates = arrays
    if not rates.size:
        raise InputError("There is nothing to explain: give at least one cell and one age class.")
    if (
        rates.ndim != 2
        or rates.shape != later_rates.shape
        or population.shape != later_population.shape
        or population.shape not in (rates.shape, rates.shape[1:])
    ):
        shapes = listed(" x ".join(map(str, array.shape)) or "a single number" for array in arrays)
        raise InputError(
            "Populations and rates must be for the same age classes and cells before and after. "
            f"Population before and after, rates before and after are {shapes}."
        )
    factors = []
    for moment, people, rate in (("before", population, rates), ("after", later_population, later_rates)):
        size = people.sum(axis=-1, keepdims=True)
        if (people < 0).any() or not (size > 0).all():
            raise InputError(
                f"The population {moment} the change must be above zero, and no age class below it. "
                "Without people there is no age structure."
            )
        factors.append({"size": size, "structure": people / size, "rate": rate})
    return contributions(*factors, lambda cell: (cell["size"] * cell["structure"] * cell["rate"]).sum(axis=-1))


def printed(contributions: Mapping[str, float], change: float, unit: float = 5) -> dict[str, float]:
    """Contributions as they print: whole multiples of the unit that add to the change as it prints.

    contributions: of either sign. change: what they add to, or the difference of its two ends as printed (up to two
    units away); it prints to the nearest unit, halves up, as wording.rounded does. Each prints by largest remainder,
    less than one unit from its value where change is their sum. One of 0 prints 0, unless all are 0.
    Raises InputError for no contributions, a unit that is not above 0, and a change that they do not add to.
    """
    if not contributions:
        raise InputError("There is nothing to print: name at least one factor.")
    if not 0 < unit < math.inf:
        raise InputError(f"Nothing prints in steps of {unit}. Give a number above 0.")
    total = sum(contributions.values())
    if not abs(total - change) <= 2 * unit:
        raise InputError(
            f"The contributions of {listed(contributions)} add to {total:,.1f}, not to the change of {change:,.1f}. "
            "Take both from the same decomposition."
        )
    # Counted in units, which are whole numbers, so that the loop ends whatever the unit.
    parts = {name: math.floor(value / unit + 1e-9) for name, value in contributions.items()}
    movable = [name for name, value in contributions.items() if abs(value) > 1e-9 * unit] or list(contributions)
    while missing := math.floor(change / unit + 0.5) - sum(parts.values()):
        step = 1 if missing > 0 else -1
        # Rounded, so that the noise of floating point decides no tie: the first named takes the step.
        behind = {name: round((contributions[name] / unit - parts[name]) * step, 6) for name in movable}
        parts[max(behind, key=behind.get)] += step
    return {name: number * unit if isinstance(unit, int) else round(number * unit, 9) for name, number in parts.items()}


def _require_the_same_factors(before: Mapping[str, Value], after: Mapping[str, Value]) -> None:
    """Raises InputError unless both name the same factors, one to eight, each of one shape."""
    if not before and not after:
        raise InputError("There is nothing to explain: name at least one factor.")
    if odd := sorted(set(before) ^ set(after)):
        raise InputError(f"Only one of before and after holds {listed(odd)}: name the same factors in both.")
    if len(before) > MOST_FACTORS:
        raise InputError(f"{len(before)} factors are too many to explain a change by. Join some: {MOST_FACTORS} do.")
    for name in before:
        if np.shape(before[name]) != np.shape(after[name]):
            raise InputError(
                f"{name!r} is of shape {np.shape(before[name])} before the change and {np.shape(after[name])} after "
                "it: give both for the same cells."
            )
