"""What any number of tables say of one another: numbers within bounds, and sums of them within limits.

method.md section 3. Bounds are narrowed sum by sum first; what only several sums together say, integer programmes do.
"""

from dataclasses import dataclass, replace

import numpy as np
from scipy import optimize, sparse
from scipy.sparse import csgraph

from helpers.base.errors import InputError

#: How near to a whole number a bound counts as one, and how often bounds are narrowed before the programme takes over.
_NEARLY, _ROUNDS = 1e-6, 40
#: How often several numbers are moved at once, before each is moved by itself.
_LOOKS = 4


@dataclass(frozen=True)
class System:
    """Numbers within bounds, and sums of them within limits: what any number of tables say of one another.

    factors: one row a sum, one column a number. least, most: the limits of each sum. lower, upper: the bounds of each
    number, all finite. whole: which numbers are whole ones.
    """

    factors: sparse.csr_array
    least: np.ndarray
    most: np.ndarray
    lower: np.ndarray
    upper: np.ndarray
    whole: np.ndarray

    def narrowed(self) -> "System | None":
        """The same with bounds as narrow as each sum, taken by itself, makes them; None where that leaves no value.

        What only several sums together say is left to the integer programme.
        """
        entries = self.factors.tocoo()
        entries.eliminate_zeros()
        row, column, factor = entries.row, entries.col, entries.data
        lower, upper = self.lower.astype(float), self.upper.astype(float)
        for _ in range(_ROUNDS):
            low, high = factor * lower[column], factor * upper[column]
            low, high = np.minimum(low, high), np.maximum(low, high)
            others_low = np.bincount(row, low, len(self.least))[row] - low
            others_high = np.bincount(row, high, len(self.least))[row] - high
            ends = np.array([self.least[row] - others_high, self.most[row] - others_low]) / factor
            ends = np.where(factor > 0, ends, ends[::-1])
            least, most = lower.copy(), upper.copy()
            np.maximum.at(least, column, ends[0])
            np.minimum.at(most, column, ends[1])
            least = np.where(self.whole, np.ceil(least - _NEARLY), least)
            most = np.where(self.whole, np.floor(most + _NEARLY), most)
            if (least > most + _NEARLY).any():
                return None
            least = np.minimum(least, most)
            settled = (abs(least - lower) < _NEARLY).all() and (abs(most - upper) < _NEARLY).all()
            lower, upper = least, most
            if settled:
                break
        return replace(self, lower=lower, upper=upper)

    def parts(self, asked: "list[int] | np.ndarray | None" = None) -> "list[tuple[np.ndarray, System]]":
        """The parts that say nothing of one another, each with the places of its numbers; only those of numbers asked.

        Fixed numbers are left out, and free ones of which no sum speaks.
        """
        places = np.flatnonzero(self.lower < self.upper)
        factors = self.factors[:, places]
        sums = np.flatnonzero(np.diff(factors.indptr))
        if not len(sums):
            return []
        rest = self.factors @ np.where(self.lower < self.upper, 0.0, self.lower)
        factors = factors[sums]
        graph = sparse.block_array([[None, factors], [factors.T, None]])
        groups = csgraph.connected_components(graph, directed=False)[1]
        of_sums, of_numbers = groups[: len(sums)], groups[len(sums) :]
        wanted = of_sums if asked is None else of_numbers[np.isin(places, asked)]
        found = []
        for group in np.intersect1d(of_sums, wanted):
            own, rows = np.flatnonzero(of_numbers == group), np.flatnonzero(of_sums == group)
            here, limits = places[own], (self.least[sums[rows]], self.most[sums[rows]])
            shifted = (limit - rest[sums[rows]] for limit in limits)
            part = System(factors[rows][:, own], *shifted, self.lower[here], self.upper[here], self.whole[here])
            found.append((here, part))
        return found

    def solved(self, weights: np.ndarray) -> np.ndarray | None:
        """The numbers that fit with the least weighted sum, or None where none fit."""
        if not len(self.least):
            return np.where(weights >= 0, self.lower, self.upper)
        solution = optimize.milp(
            weights,
            integrality=self.whole.astype(int),
            bounds=optimize.Bounds(self.lower, self.upper),
            constraints=optimize.LinearConstraint(self.factors, self.least, self.most),
            options={"mip_rel_gap": 0},
        )
        if solution.status not in (0, 2):
            raise InputError(f"What the tables allow cannot be worked out ({solution.message}).")
        return None if solution.status == 2 else np.where(self.whole, np.round(solution.x), solution.x)

    def is_feasible(self) -> bool:
        """Whether numbers exist that fit."""
        narrow = self.narrowed()
        return narrow is not None and all(part.solved(part.lower * 0) is not None for _, part in narrow.parts())

    def ends(self, places: list[int]) -> dict[int, tuple[float, float]]:
        """The least and the most that each of these numbers can be. The system must be feasible."""
        narrow = self.narrowed()
        found = {place: (narrow.lower[place], narrow.upper[place]) for place in places}
        for here, part in narrow.parts(places):
            for own in np.flatnonzero(np.isin(here, places)):
                weights = np.zeros(len(here))
                weights[own] = 1
                found[int(here[own])] = (part.solved(weights)[own], part.solved(-weights)[own])
        return found

    def closed(self, places: list[int], every: bool = True) -> dict[int, float]:
        """Those of these numbers that can be one value only, with it; or only some, where some are found soon.

        The system must be feasible. Two solutions that differ in a number show that it is open, so that few numbers
        need a programme of their own.
        """
        narrow = self.narrowed()
        found = {place: narrow.lower[place] for place in places if narrow.upper[place] - narrow.lower[place] < _NEARLY}
        if found and not every:
            return found
        directions = np.random.default_rng(0)
        for here, part in narrow.parts(places):
            asked = np.flatnonzero(np.isin(here, places))
            low, high = np.full(len(here), np.inf), np.full(len(here), -np.inf)

            def unsettled(low: np.ndarray = low, high: np.ndarray = high, asked: np.ndarray = asked) -> np.ndarray:
                return asked[~(high[asked] - low[asked] >= _NEARLY)]

            def look(weights: np.ndarray, part: System = part, low: np.ndarray = low, high: np.ndarray = high) -> None:
                solution = part.solved(weights)
                np.minimum(low, solution, out=low)
                np.maximum(high, solution, out=high)

            for _ in range(_LOOKS):
                if len(left := unsettled()):
                    weights = np.zeros(len(here))
                    weights[left] = directions.choice([-1.0, 1.0], len(left))
                    look(weights)
                    look(-weights)
            for own in unsettled():
                weights = (np.arange(len(here)) == own).astype(float)
                look(weights)
                look(-weights)
                if high[own] - low[own] < _NEARLY:
                    found[int(here[own])] = low[own]
        return found

    def opening(self, place: int, value: float, costs: dict[int, float], reach: float) -> set[int] | None:
        """The cheapest of the fixed numbers that have to be free for this one to be another than `value`.

        costs: by place, of the numbers that may be freed; each then moves by `reach` at most, either way. None where
        freeing all of them does not help.
        """
        lower, upper = self.lower.copy(), self.upper.copy()
        movable = np.array(sorted(costs), int)
        lower[movable], upper[movable] = np.maximum(lower[movable] - reach, 0), upper[movable] + reach
        best = None
        for side in (-1, 1):
            limits = (lower.copy(), upper.copy())
            limits[0 if side > 0 else 1][place] = value + side
            wide = replace(self, lower=limits[0], upper=limits[1]).narrowed()
            if wide is None:
                continue
            found = self._freed(wide, movable, costs, reach)
            if found and (best is None or found[0] < best[0] - _NEARLY):
                best = found
        return best and best[1]

    def _freed(self, wide: "System", movable: np.ndarray, costs: dict, reach: float) -> tuple[float, set[int]] | None:
        cost, freed = 0.0, set()
        for here, part in wide.parts(movable):
            own = np.flatnonzero(np.isin(here, movable))
            paid = sparse.csr_array((np.ones(len(own)), (np.arange(len(own)), own)), (len(own), len(here)))
            steps = sparse.eye_array(len(own)) * reach
            rows = sparse.block_array([[part.factors, None], [paid, -steps], [paid, steps]], format="csr")
            ends = np.full(len(own), np.inf)
            solution = System(
                rows,
                np.concatenate([part.least, -ends, self.lower[here[own]]]),
                np.concatenate([part.most, self.upper[here[own]], ends]),
                np.concatenate([part.lower, np.zeros(len(own))]),
                np.concatenate([part.upper, np.ones(len(own))]),
                np.concatenate([part.whole, np.full(len(own), True)]),
            ).solved(np.concatenate([np.zeros(len(here)), [costs[int(number)] for number in here[own]]]))
            if solution is None:
                return None
            taken = here[own][solution[len(here) :] > 0.5]
            cost, freed = cost + sum(costs[int(number)] for number in taken), freed | {int(number) for number in taken}
        # A number that the sums move by themselves is fixed in the widened system, at another value than before.
        moved = [int(number) for number in movable if wide.lower[number] == wide.upper[number]]
        moved = [number for number in moved if not self.lower[number] <= wide.lower[number] <= self.upper[number]]
        return cost + sum(costs[number] for number in moved), freed | set(moved)
