"""Keep hidden counts hidden: what follows from all that is on file together, and what is kept back so that it does not.

method.md section 3. A count that its publisher hid can follow from the figures beside it, in its own table or in
another. Where it does, as few and as small printed counts as it takes are withheld from everything that this project
writes; what a publisher prints stays in data/raw, as printed.
"""

from collections.abc import Iterable, Mapping
from functools import cached_property
from types import MappingProxyType

import numpy as np
import pandas as pd

from helpers.base.cells import HIDDEN, NOT_GIVEN, Suppressed
from helpers.base.errors import InputError
from helpers.base.vocabulary import SHARES
from helpers.published.relations import CHANGE, CLAIMS, OPEN, Group, Relations, relations_of, subsets
from helpers.published.suppression import TOTAL
from helpers.published.systems import System
from helpers.published.totals import DIMENSIONS, describe

#: No totals declared.
NONE: Mapping = MappingProxyType({})


class Reading:
    """What can be worked out from the figures while some are kept back.

    relations, figures: of the same figures. kept_back: the places of the figures that are withheld.
    Every relation is taken to hold as it reads. Where a table then cannot be added up, the fewest lines are taken to
    be left out of print, and of relations between tables those that do not fit are set aside; each of these is asked
    by itself as well.
    """

    def __init__(self, relations: Relations, figures: pd.DataFrame, kept_back: frozenset[int]) -> None:
        self.relations, self.kept_back = relations, kept_back
        status = figures["status"].to_numpy()
        self.hidden = [int(number) for number in np.flatnonzero(status == "suppressed")]
        count, printed = len(relations.about), len(figures)
        self.lower, self.upper = np.zeros(count), np.full(count, float(OPEN))
        least = np.array([-OPEN if about["measure"] == CHANGE else 0.0 for about in relations.about])
        self.lower[:] = least
        self.lower[:printed], self.upper[:printed] = figures["lower"].astype(float), figures["upper"].astype(float)
        # What is not available can be anything, and what is not applicable is nobody.
        absent = np.flatnonzero(status == "not_applicable")
        self.lower[absent], self.upper[absent] = 0, 0
        open_ = [*kept_back, *np.flatnonzero(np.isin(status, ("withheld", "not_available")))]
        self.lower[open_], self.upper[open_] = least[open_], OPEN
        self.least = least
        self.reached = {number for group in relations.groups for terms, _, _ in group.sums for number in terms}
        self.reached |= {one for share in relations.shares for one in (share.figure, *share.part, *share.base)}
        apart = [number for number in range(count) if number not in self.reached]
        self.upper[apart] = self.lower[apart]
        fractions = [self.lower[number] % 1 or self.upper[number] % 1 for number in range(count)]
        counted = [about["unit"] not in SHARES for about in relations.about]
        both = zip(relations.about, fractions, counted, strict=True)
        in_parts = {about["quantity"] for about, part, count in both if part and count}
        self.whole = np.array(
            [count and a["quantity"] not in in_parts for a, count in zip(relations.about, counted, strict=True)]
        )
        self.asked = [number for number in self.hidden if self.lower[number] < self.upper[number]]
        self.together, self.alone = self._fitted()

    def _limits(self, freed: Mapping[tuple, frozenset], opened: set) -> tuple[np.ndarray, np.ndarray]:
        """The bounds of all numbers, with what may be left out of print in these tables, and hidden totals open."""
        lower, upper = self.lower.copy(), self.upper.copy()
        for number, dimensions in self.relations.left_out.items():
            if dimensions and not dimensions <= freed.get(self.relations.table[number], frozenset()):
                lower[number], upper[number] = 0, 0
        for number in self.hidden:
            if self.relations.table[number] in opened and self._is_total(number):
                lower[number], upper[number] = self.least[number], OPEN
        return lower, upper

    def _is_total(self, number: int) -> bool:
        """Whether a figure is a total of its own table."""
        return any(
            group.table == self.relations.table[number] and group.sums[0][0].get(number) == -1.0
            for group in self.relations.groups
        )

    def _system(self, groups: list[Group], limits: tuple[np.ndarray, np.ndarray]) -> System:
        return self.relations.system(groups, *limits, self.whole)

    def _fitted(self) -> tuple[list[Group], list[Group]]:
        """The relations that hold together, and those that are to be asked each by itself."""
        groups, freed, opened, out = self.relations.groups, {}, set(), []
        tables = dict.fromkeys(group.table for group in groups if group.table)
        for table in tables:
            own = [group for group in groups if group.table == table]
            across = list(dict.fromkeys(group.across for group in own))
            margins = [
                number for number in self.hidden if self.relations.table[number] == table and self._is_total(number)
            ]
            for few in subsets(across):
                for open_ in (set(), {table}) if margins else (set(),):
                    if self._system(own, self._limits({table: few}, open_)).is_feasible():
                        break
                else:
                    continue
                freed[table], opened = few, opened | open_
                out += [group for group in own if group.across in few]
                break
            else:  # parts that come to more than their total, such as shares of different bases
                out += own
        self.freed, self.opened, self.limits = freed, opened, self._limits(freed, opened)
        between = sorted((group for group in groups if not group.table), key=lambda group: group.kind in _SUPPOSED)
        lines = [group for group in groups if group.table in freed]
        if self._system([*lines, *between], self.limits).is_feasible():
            return [*lines, *between], out
        fit = lines
        for kind in dict.fromkeys(group.kind for group in between):
            same = [group for group in between if group.kind == kind]
            for some in [same] if self._system([*fit, *same], self.limits).is_feasible() else ([one] for one in same):
                if self._system([*fit, *some], self.limits).is_feasible():
                    fit = [*fit, *some]
                else:
                    out += some
        return fit, out

    @cached_property
    def system(self) -> System:
        """The relations that hold together."""
        return self._system(self.together, self.limits)

    @cached_property
    def bounds(self) -> dict[int, tuple[float, float]]:
        """What each withheld count can be, by all relations that hold together."""
        return self.system.ends(sorted(self.kept_back))

    def bounds_beside(self, printed: "Reading") -> dict[int, tuple[float, float]]:
        """As bounds, and what each can be as the figures read with nothing withheld.

        What is withheld can let a table add up that does not; its counts are where the table as printed has them.
        """
        system = self._system(printed.together, self._limits(printed.freed, printed.opened))
        as_printed = system.ends(sorted(self.kept_back))
        return {
            number: (min(least, as_printed[number][0]), max(most, as_printed[number][1]))
            for number, (least, most) in self.bounds.items()
        }

    def by_itself(self, group: Group) -> System | None:
        """One relation exactly as it reads, with what is known of the withheld counts; None where it does not hold."""
        lower, upper = self._limits({}, set())
        for number, (least, most) in self.bounds.items():
            lower[number], upper[number] = least, most
        system = self._system([group], (lower, upper))
        return system if system.is_feasible() else None

    def found(self) -> tuple[dict[int, float], list[Group]]:
        """Hidden counts that follow, with what they are; and the relation that gives them away by itself, or none."""
        if closed := self.system.closed(self.asked, every=False):
            return closed, []
        for group in self.alone:
            asked = [number for number in self.asked if any(number in terms for terms, _, _ in group.sums)]
            system = self.by_itself(group) if asked else None
            if system is not None and (closed := system.closed(asked, every=False)):
                return closed, [group]
        return {}, []

    def telling_share(self) -> int | None:
        """A printed share from which, with all others, a hidden count follows; None where none does."""
        fit = self.together
        for share in self.relations.shares:
            if share.figure in self.kept_back or share.figure in self.hidden:
                continue
            group = self._of_share(share)
            system = self._system([*fit, group], self.limits)
            if not system.is_feasible():
                system = self._system([*self.together, group], self.limits)
                if not system.is_feasible():
                    continue
            else:
                fit = [*fit, group]
            if system.closed(self.asked, every=False):
                return share.figure
        return None

    def _of_share(self, share) -> Group:
        """A share's count and base within what its rounding allows."""
        sums = []
        for end, limits in ((self.lower[share.figure], (0, OPEN * 1e6)), (self.upper[share.figure], (-OPEN * 1e6, 0))):
            terms = {number: share.scale * factor for number, factor in share.part.items()}
            for number, factor in share.base.items():
                terms[number] = terms.get(number, 0.0) - end * factor
            sums.append((terms, *limits))
        return Group("shares beside their base", sums)


_SUPPOSED = ("figures in prose that may be such totals", "changes in prose that may be between such counts")


def recoverable(figures: pd.DataFrame, totals: Mapping = NONE, checks: Iterable = ()) -> list[tuple[str, str, str]]:
    """The counts that their publisher hid and that follow from what these figures show: source, table, cell."""
    if not (figures["status"] == "suppressed").any():
        return []
    relations = relations_of(figures, totals, checks)
    return [tuple(figures.iloc[number][["source", "table", "cell"]]) for number in follows(relations, figures)]


def follows(relations: Relations, figures: pd.DataFrame) -> list[int]:
    """The places of the hidden counts that follow from what these figures show."""
    reading = Reading(relations, figures, frozenset(np.flatnonzero(figures["status"] == "withheld")))
    closed = dict(reading.system.closed(reading.asked))
    for group in reading.alone:
        system = reading.by_itself(group)
        asked = [number for number in reading.asked if any(number in terms for terms, _, _ in group.sums)]
        closed |= system.closed(asked) if system is not None else {}
    return sorted(closed)


def withhold(figures: pd.DataFrame, totals: Mapping = NONE, checks: Iterable = ()) -> pd.DataFrame:
    """The figures as they may be written: enough withheld, anywhere, that no hidden count follows.

    figures: tidy rows of all documents that tell on one another, those of claims with table "claims" and quantity
    "none". totals, checks: as for relations.relations_of. A withheld figure loses its value, its bounds and its text as
    published; its bounds then are what all others allow. Parts are withheld before totals, few before many, small
    before large. Raises InputError where a hidden count follows from the marks of hidden ones alone.
    """
    if not (figures["status"] == "suppressed").any():
        return figures
    relations = relations_of(figures, totals, checks)
    kept_back = chosen(relations, figures)
    if not kept_back:
        return figures
    printed = Reading(relations, figures, frozenset())
    return _kept_back(figures, Reading(relations, figures, kept_back).bounds_beside(printed))


def chosen(relations: Relations, figures: pd.DataFrame) -> frozenset[int]:
    """The places of the figures to withhold."""
    kept_back: frozenset[int] = frozenset()
    while more := _more(Reading(relations, figures, kept_back), figures):
        kept_back |= more
    costs = _costs(relations, figures, kept_back)
    for number in sorted(kept_back, key=lambda number: (-costs[number], number)):
        if _is_enough(relations, figures, kept_back - {number}):
            kept_back -= {number}
    return kept_back


def _is_enough(relations: Relations, figures: pd.DataFrame, kept_back: frozenset[int]) -> bool:
    reading = Reading(relations, figures, kept_back)
    return not reading.found()[0] and reading.telling_share() is None


def _more(reading: Reading, figures: pd.DataFrame) -> set[int]:
    """What to withhold next, so that one hidden count that follows is open; nothing where none follows."""
    closed, by_itself = reading.found()
    if not closed:
        share = reading.telling_share()
        return set() if share is None else {share}
    number, value = min(closed.items())
    shown = [
        one
        for one in sorted(reading.reached)
        if one < len(figures)
        and figures["status"].iloc[one] not in (*HIDDEN, *NOT_GIVEN)
        and one not in reading.kept_back
    ]
    parts = [one for one in shown if not _wholes(reading.relations, one)]
    widest = max(2.0 * reading.upper[shown].max(initial=0), 1.0)
    systems = []
    for group in by_itself:
        lower, upper = (ends.copy() for ends in reading.limits)
        for one in [one for terms, _, _ in group.sums for one in terms if reading.relations.left_out.get(one)]:
            lower[one], upper[one] = 0, 0
        both = reading._system([*reading.together, group], (lower, upper))
        systems = [both] if both.is_feasible() else []
        systems.append(reading.by_itself(group))
    asked = [(system, number, value) for system in systems or [reading.system]]
    # What is withheld of a relation that others contradict opens nothing where those tell what it is.
    members = {one for group in by_itself for terms, _, _ in group.sums for one in terms}
    pinned = {one: ends[0] for one, ends in reading.bounds.items() if one in members and ends[0] == ends[1]}
    asked += [(reading.system, one, pinned[one]) for one in sorted(pinned)]
    for system, place, told in asked:
        for may in (parts, shown):
            costs = _costs(reading.relations, figures, may)
            for reach in (1.0, float(min(reading.upper[number] - reading.lower[number], widest)), widest):
                found = system.opening(place, told, costs, reach)
                if found:
                    return found
    row = figures.iloc[number]
    raise InputError(
        f"data/raw/{row['source']}, table {row['table']}, cell {row['cell']}: this hidden count "
        f"({describe(row, DIMENSIONS)}) follows from what the marks of hidden counts stand for, whatever else is "
        "withheld. Compare the marks with the source, or leave the totals out of its CSV."
    )


def _wholes(relations: Relations, number: int) -> int:
    """Across how many dimensions a figure is a total (a figure in prose counts as one)."""
    about, table = relations.about[number], relations.table[number]
    across = {group.across for group in relations.groups if group.table == table}
    return sum(about[name] == TOTAL for name in across) + (table[1] == CLAIMS)


def _costs(relations: Relations, figures: pd.DataFrame, numbers: Iterable[int]) -> dict[int, float]:
    """What it costs to withhold each of these figures: few cost less than many, then small less than large.

    A total costs as much as ten parts for each dimension that it adds across.
    """
    sizes = {number: abs(float(figures["upper"].iloc[number])) for number in numbers}
    one = max([*sizes.values(), 1.0])
    return {number: one * (1 + 10 * _wholes(relations, number)) + size for number, size in sizes.items()}


def in_vain(relations: Relations | None, kept: pd.DataFrame) -> pd.DataFrame:
    """The counts that their publisher hid and that would follow by one sum, were nothing withheld: rows of kept.

    kept: the figures as they are written. It tells nothing, being said of which counts are hidden and withheld, and not
    of what they are: a count is in vain that is the only hidden one of a sum of which another is withheld.
    """
    status = kept["status"].to_numpy()
    found = set()
    for terms in _printed_sums(relations, kept):
        alone = [number for number in terms if status[number] == "suppressed"]
        if len(alone) == 1 and any(status[number] == "withheld" for number in terms):
            found |= set(alone)
    return kept.iloc[sorted(found)]


def account(relations: Relations | None, kept: pd.DataFrame) -> pd.DataFrame:
    """The withheld figures: columns of kept, and beside: the hidden counts in its sums, as (source, table, cell)."""
    status = kept["status"].to_numpy()
    beside = {number: set() for number in np.flatnonzero(status == "withheld")}
    for terms in _printed_sums(relations, kept):
        for number in beside.keys() & terms:
            beside[number] |= {one for one in terms if status[one] == "suppressed"}
    places = [
        [tuple(kept.iloc[one][["source", "table", "cell"]]) for one in sorted(beside[number])] for number in beside
    ]
    return kept.iloc[list(beside)].assign(beside=pd.Series(places, kept.index[list(beside)], dtype=object))


def _printed_sums(relations: Relations | None, kept: pd.DataFrame) -> list[set[int]]:
    """The printed figures of each relation; of a share, with its count and base."""
    if relations is None:
        return []
    sums = [{number for terms, _, _ in group.sums for number in terms} for group in relations.groups]
    sums += [{share.figure, *share.part, *share.base} for share in relations.shares]
    return [{number for number in terms if number < len(kept)} for terms in sums]


def _kept_back(figures: pd.DataFrame, bounds: dict[int, tuple[float, float]]) -> pd.DataFrame:
    figures = figures.copy()
    values = figures["value"].to_numpy(dtype=object, copy=True)
    for number, (least, most) in bounds.items():
        least, most = (int(end) if end == int(end) else float(end) for end in (least, most))
        index = figures.index[number]
        figures.loc[index, ["status", "as_published"]] = "withheld"
        figures.loc[index, ["lower", "upper"]] = least, most
        values[number] = Suppressed(least, most, "withheld")
    return figures.assign(value=pd.Series(values, figures.index))
