"""What the figures on file say of one another: every sum that joins counts of the same people.

A total and its parts in one table, or in several; age bands that make up a wider one; quarters of a year; one figure
printed twice; a share beside its base; a figure of which a check says how it follows from others; a figure in prose
that may be such a total. Here is what holds where all is as it reads; `disclosure` asks what follows from it.
"""

import math
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache, partial
from itertools import combinations, pairwise

import numpy as np
import pandas as pd
from scipy import sparse

from helpers.base.cells import HIDDEN, NOT_GIVEN
from helpers.base.formulas import Formula, in_parts
from helpers.base.vocabulary import PARTS_OF, SHARES
from helpers.published.suppression import LATENT, TOTAL
from helpers.published.systems import System
from helpers.published.totals import DIMENSIONS

#: Dimensions whose parts add to "all". (Ages have their own rule: bands that meet.)
ADDED = [dimension for dimension in DIMENSIONS if dimension != "age_band"]
#: What a figure is of, wherever it is printed; flows of any length are one kind.
ABOUT = ["area", "quantity", "unit", "measure", "period_start", "period_end", "age_band", *ADDED]
FLOW = {"during_year", "quarter", "year_to_date", "during_period"}
#: How much a count is more, or less, than an earlier one: it may be less than nothing.
CHANGE = "change"
#: More people than any figure here counts: the upper bound of what nothing bounds.
OPEN = 100_000_000
#: The table of a document's figures in prose.
CLAIMS = "claims"
#: Ages that "all" may begin at: services for adults count nobody younger.
_ADULT = 18
#: Days that an estimate of the population may lie before what is held against it, or after.
_YEAR = 366


@dataclass
class Group:
    """Sums that hold together or not at all: kind and words for the analyst, each sum as {number: factor}, limits.

    table: the table whose lines they are, with the dimension across which they add (or None).
    """

    kind: str
    sums: list[tuple[dict[int, float], float, float]]
    table: tuple | None = None
    across: str | None = None


@dataclass
class Share:
    """A printed share: number `figure` in `scale` (100, or 100,000), of `base`, counts `part`; both weighted sums."""

    figure: int
    part: dict[int, float]
    base: dict[int, float]
    scale: float


@dataclass
class Relations:
    """All numbers that the figures speak of, printed ones first (in the order of the figures), and how they add.

    about: what each is of. table: the table that it belongs to. left_out: by number, the dimensions in which it stands
    for what a table leaves out of print.
    """

    about: list[dict]
    table: list[tuple]
    printed: int
    groups: list[Group] = field(default_factory=list)
    shares: list[Share] = field(default_factory=list)
    left_out: dict[int, frozenset] = field(default_factory=dict)

    def add(self, about: dict, table: tuple) -> int:
        self.about.append(about)
        self.table.append(table)
        return len(self.about) - 1

    def near(self, numbers: Iterable[int]) -> "Relations":
        """The same with the groups and shares only that are joined to these numbers, directly or through others."""
        sums = [terms for group in self.groups for terms, _, _ in group.sums]
        ends = [0, *np.cumsum([len(group.sums) for group in self.groups])]
        joined = [set().union(*sums[start:end]) for start, end in pairwise(ends)]
        joined += [{share.figure, *share.part, *share.base} for share in self.shares]
        reached, waiting = set(numbers), list(joined)
        while True:
            apart = [one for one in waiting if not one & reached]
            if len(apart) == len(waiting):
                break
            reached |= set().union(*(one for one in waiting if one & reached))
            waiting = apart
        keep = [bool(one & reached) for one in joined]
        groups = [group for group, kept in zip(self.groups, keep, strict=False) if kept]
        shares = [share for share, kept in zip(self.shares, keep[len(self.groups) :], strict=True) if kept]
        return Relations(self.about, self.table, self.printed, groups, shares, self.left_out)

    def figures(self) -> set[int]:
        """The printed figures that a relation speaks of."""
        named = {number for group in self.groups for terms, _, _ in group.sums for number in terms}
        named |= {number for share in self.shares for number in (share.figure, *share.part, *share.base)}
        return {number for number in named if number < self.printed}

    def system(self, groups: list[Group], lower: np.ndarray, upper: np.ndarray, whole: np.ndarray) -> System:
        """These groups as one system over all numbers."""
        sums = [each for group in groups for each in group.sums]
        rows = [y for y, (terms, _, _) in enumerate(sums) for _ in terms]
        columns = [number for terms, _, _ in sums for number in terms]
        factors = [factor for terms, _, _ in sums for factor in terms.values()]
        matrix = sparse.csr_array((np.array(factors, float), (rows, columns)), (len(sums), len(self.about)))
        limits = (np.array([limit[end] for limit in sums], float) for end in (1, 2))
        return System(matrix, *limits, lower, upper, whole)


def relations_of(figures: pd.DataFrame, totals: Mapping[tuple, list], checks: list[tuple]) -> Relations:
    """Every relation among these figures.

    figures: tidy rows of tables, and of claims in prose (quantity "none", table "claims"), in any order. totals: by
    (source, table), what its descriptor declares under totals. checks: (published, formula, at_most) of checks that
    agree: the key of a figure, a Formula over keys ("source/table!B3", "source/claim").
    """
    about = figures.reindex(columns=ABOUT).fillna(TOTAL)
    about["measure"] = about["measure"].where(~about["measure"].isin(FLOW), "flow")
    about["quantity"] = about["quantity"].where(about["quantity"] != "none", "claim " + figures["cell"])
    tables = zip(figures["source"], figures["table"], about["quantity"], about["unit"], strict=True)
    found = Relations(about.to_dict("records"), list(tables), len(figures))
    hidden = {number for number, status in enumerate(figures["status"]) if status == "suppressed"}
    for table in dict.fromkeys(found.table):
        if table[1] != CLAIMS:
            _add_lines(found, table, totals.get(table[:2], []))
    _add_prose(found, hidden)
    _add_printed_twice(found)
    _add_parts_in_several_tables(found)
    _add_chains(found, "age bands that make up a wider one", ["age_band"], _ages)
    _add_chains(found, "periods that make up a longer one", ["period_start", "period_end"], _days)
    _add_checks(found, figures, checks)
    _add_shares(found, figures)
    _add_changes(found, figures)
    return found.near(hidden)


def _apart(about: dict, *without: str) -> tuple:
    return tuple(about[name] for name in ABOUT if name not in without)


def _add_lines(found: Relations, table: tuple, totals: list[dict]) -> None:
    """The totals of one table across each dimension, printed or not, with what may be left out of print."""
    own = [number for number in range(found.printed) if found.table[number] == table]
    dimensions = [name for name in ADDED if len({found.about[number][name] for number in own}) > 1]
    known = {_apart(found.about[number]): number for number in own}
    within = {total["across"]: set(total.get("within_other_parts", [])) for total in totals}
    for name in dimensions:
        for number in list(known.values()):
            for value in (TOTAL, LATENT):
                about = {**found.about[number], name: value}
                if _apart(about) not in known:
                    known[_apart(about)] = new = found.add(about, table)
                    found.left_out[new] = frozenset(one for one in dimensions if about[one] == LATENT)
    for name in dimensions:
        lines = defaultdict(dict)
        for number in known.values():
            lines[_apart(found.about[number], name)][found.about[number][name]] = number
        for line in lines.values():
            inside = within.get(name, set()) | {
                part for whole, parts in PARTS_OF.get(name, {}).items() if whole in line for part in parts
            }
            parts = {line[value]: 1.0 for value in line if value != TOTAL and value not in inside}
            if any(number < found.printed or found.about[number][name] != LATENT for number in parts):
                kind = f"totals across {name.replace('_', ' ')}"
                found.groups.append(Group(kind, [({**parts, line[TOTAL]: -1.0}, 0, 0)], table, name))


def _add_prose(found: Relations, hidden: set[int]) -> None:
    """A figure in prose that counts the same kind of people at the same time may be a total of a table that hides."""
    kinds = {}
    for number in sorted(hidden):
        about = found.about[number]
        kinds[_apart(about, "age_band", *ADDED)] = about
    for number in range(found.printed):
        said = found.about[number]
        if found.table[number][1] != CLAIMS:
            continue
        for about in kinds.values():
            if all(said[name] == about[name] for name in ABOUT[:1] + ABOUT[2:6]):
                whole = {**said, "quantity": about["quantity"]}
                new = found.add(whole, ("prose", *found.table[number][:2], about["quantity"]))
                found.groups.append(
                    Group("figures in prose that may be such totals", [({number: 1.0, new: -1.0}, 0, 0)])
                )


def _by_about(found: Relations, *without: str) -> dict[tuple, list[int]]:
    numbers = defaultdict(list)
    for number, about in enumerate(found.about):
        if not found.left_out.get(number) and about["age_band"] != "none":
            numbers[_apart(about, *without)].append(number)
    return numbers


def _add_printed_twice(found: Relations) -> None:
    for numbers in _by_about(found).values():
        for number in numbers[1:]:
            found.groups.append(Group("figures printed twice", [({numbers[0]: 1.0, number: -1.0}, 0, 0)]))


def _add_parts_in_several_tables(found: Relations) -> None:
    for name in ADDED:
        for numbers in _by_about(found, name).values():
            first = {}
            for number in numbers:
                first.setdefault(found.about[number][name], number)
            tables = {found.table[number] for number in first.values()}
            whole = first.pop(TOTAL, None)
            for parent, parts in PARTS_OF.get(name, {}).items():
                inside = [first[part] for part in parts if part in first]
                if parent in first and inside:
                    most = 0 if len(inside) == len(parts) else OPEN
                    terms = {**dict.fromkeys(inside, -1.0), first[parent]: 1.0}
                    found.groups.append(Group("parts that make up a wider kind", [(terms, 0, most)]))
                    first = {value: number for value, number in first.items() if value not in parts}
            if whole is None or len(tables) < 2 or len(first) < 2:
                continue
            terms = {**dict.fromkeys(first.values(), -1.0), whole: 1.0}
            found.groups.append(Group("parts in several tables", [(terms, 0, 0)]))


def _ages(about: dict, starts: set[float]) -> tuple[float, float]:
    band = about["age_band"]
    if band == TOTAL:
        return (min(starts) if starts and min(starts) <= _ADULT else 0, math.inf)
    first, last = re.fullmatch(r"(\d+)(?:-(\d+)|\+)", band).groups()
    return int(first), int(last) + 1 if last else math.inf


def _days(about: dict, _: set[float]) -> tuple[float, float]:
    start, end = (date.fromisoformat(about[name]).toordinal() for name in ("period_start", "period_end"))
    return start, end + 1


def _add_chains(found: Relations, kind: str, without: list[str], ends_of) -> None:
    """Bands, or periods, as stretches of one line: each count is what is counted from its first end to its last.

    So every way in which some make up others is said at once. Of one document by itself, and of all together.
    """
    for numbers in _by_about(found, *without).values():
        measure = found.about[numbers[0]]["measure"]
        if measure == CHANGE or ("period_start" in without and measure != "flow"):
            continue
        documents = defaultdict(list)
        for number in numbers:
            documents[found.table[number][0]].append(number)
        once = {}
        for number in numbers:
            once.setdefault(tuple(found.about[number][name] for name in without), number)
        for chain in [*documents.values(), list(once.values())] if len(documents) > 1 else documents.values():
            stretches = {number: found.about[number] for number in chain}
            if len({tuple(about[name] for name in without) for about in stretches.values()}) < 2:
                continue
            starts = {ends_of(about, set())[0] for about in stretches.values() if about["age_band"] != TOTAL}
            ends = {number: ends_of(about, starts) for number, about in stretches.items()}
            for run in _runs(ends):
                found.groups.append(Group(kind, _chain(found, run, kind)))


def _runs(ends: dict[int, tuple]) -> list[dict[int, tuple]]:
    """Stretches that meet or overlap, directly or through others: more than one each. Others say nothing together."""
    runs: list[dict[int, tuple]] = []
    reached = -math.inf
    for number, (start, end) in sorted(ends.items(), key=lambda item: item[1]):
        if start > reached:
            runs.append({})
        runs[-1][number] = (start, end)
        reached = max(reached, end)
    return [run for run in runs if len(run) > 1]


def _chain(found: Relations, ends: dict[int, tuple], kind: str) -> list[tuple]:
    """Each count as what is counted from its first end to its last. ends: of each number."""
    places = sorted({end for both in ends.values() for end in both})
    about = {**found.about[next(iter(ends))], "age_band": "none"}
    counted = {place: found.add(about, ("counted up to", kind)) for place in places[1:]}
    sums = []
    for number, (start, end) in ends.items():
        terms = {number: -1.0, counted[end]: 1.0}
        sums.append((terms | ({counted[start]: -1.0} if start in counted else {}), 0, 0))
    steps = list(counted.values())
    return sums + [({later: 1.0, earlier: -1.0}, 0, OPEN) for earlier, later in pairwise(steps)]


def _add_checks(found: Relations, figures: pd.DataFrame, checks: list[tuple]) -> None:
    numbers = {key: number for number, key in enumerate(keys_of(figures))}
    for published, formula, at_most in checks:
        said = _weighed(formula, numbers)
        if published not in numbers or said is None:
            continue
        (part, base), number = said, numbers[published]
        if set(base) == {None}:
            terms = {key: factor / base[None] for key, factor in part.items()}
            constant = terms.pop(None, 0.0)
            terms[number] = terms.get(number, 0.0) - 1.0
            found.groups.append(Group("checks", [(terms, -constant, OPEN if at_most else -constant)]))
        elif not at_most and None not in part and None not in base:
            found.shares.append(Share(number, part, base, 1.0))


def keys_of(figures: pd.DataFrame) -> list[str]:
    """The key of each figure, as formulas name it."""
    return [
        f"{source}/{cell}" if table == CLAIMS else f"{source}/{table}!{cell}"
        for source, table, cell in zip(figures["source"], figures["table"], figures["cell"], strict=True)
    ]


def _weighed(formula: Formula, numbers: Mapping[str, int]) -> tuple[dict, dict] | None:
    """A formula as one weighted sum over another, by number (None: a constant); None where it is no such thing."""
    parts = in_parts(formula)
    if parts is None or any(key not in numbers for sums in parts for key in sums if key is not None):
        return None
    return tuple({key if key is None else numbers[key]: factor for key, factor in sums.items()} for sums in parts)


def _add_shares(found: Relations, figures: pd.DataFrame) -> None:
    """Printed shares beside a count and a base of which they can be the share."""
    lower, upper = (figures[end].astype(float).to_numpy() for end in ("lower", "upper"))
    here = _by_about(found, "quantity", "unit", "measure")
    bases_of = cache(partial(_bases, found))
    for number in range(found.printed):
        share = found.about[number]
        if (
            share["unit"] not in SHARES
            or share["measure"] == CHANGE
            or figures["status"].iloc[number] in (*HIDDEN, *NOT_GIVEN)
        ):
            continue
        scale = SHARES[share["unit"]]
        least, most = lower[number] / scale, upper[number] / scale
        for part in here[_apart(share, "quantity", "unit", "measure")]:
            if part >= found.printed or found.about[part]["unit"] in SHARES:
                continue
            for base in bases_of(part):
                fewest, highest = max(lower[part], least * lower[base]), min(upper[part], most * upper[base])
                if part != base and upper[base] > 0 and math.ceil(fewest - 1e-9) <= highest + 1e-9:
                    found.shares.append(Share(number, {part: 1.0}, {base: 1.0}, scale))


def _bases(found: Relations, part: int) -> list[int]:
    """Printed counts that a share may be taken of: wider ones of the same kind, and others of the same people."""
    about, bases = found.about[part], []
    for base in range(found.printed):
        other = found.about[base]
        if other["unit"] in SHARES or CHANGE in (other["measure"], about["measure"]) or other["area"] != about["area"]:
            continue
        same = [other[name] == about[name] for name in (*ADDED, "age_band")]
        other_people = other["quantity"] != about["quantity"]
        same_time = all(other[name] == about[name] for name in ("period_start", "period_end"))
        if not same_time and not (other_people and all(same) and _is_day_near(other, about)):
            continue
        (first, last), (start, end) = (_ages(each, set()) for each in (about, other))
        wider = [start <= first and last <= end, *(other[name] in (about[name], TOTAL) for name in ADDED)]
        if other_people:
            bases += [base] if all(same) and found.table[base][1] != CLAIMS else []
        elif all(wider) and not all(same):
            bases.append(base)
    return bases


def _is_day_near(base: dict, part: dict) -> bool:
    """Whether a base is counted on one day that its part's period holds, or that is at most a year from it.

    So are rates of a financial year: on the estimate for the middle of it, or on the latest that there was.
    """
    if base["period_start"] != base["period_end"] or TOTAL in (base["period_start"], part["period_start"]):
        return False
    first, last = _days(part, set())
    return first - _YEAR <= _days(base, set())[0] < last + _YEAR


def _add_changes(found: Relations, figures: pd.DataFrame) -> None:
    """Printed changes beside the two counts that they can be between, as a count and as a percentage of the first."""
    lower, upper = (figures[end].astype(float).to_numpy() for end in ("lower", "upper"))
    here = _by_about(found, "quantity", "unit", "measure", "period_start", "period_end")
    for number in range(found.printed):
        change = found.about[number]
        if change["measure"] != CHANGE or figures["status"].iloc[number] in NOT_GIVEN:
            continue
        counts = [
            one
            for one in here[_apart(change, "quantity", "unit", "measure", "period_start", "period_end")]
            if one < found.printed and found.about[one]["measure"] != CHANGE and found.about[one]["unit"] not in SHARES
        ]
        in_prose, share = found.table[number][1] == CLAIMS, change["unit"] in SHARES
        for first, last in _between(found, number, counts):
            count = found.about[last]
            if share:
                if figures["status"].iloc[number] not in HIDDEN:
                    found.shares.append(Share(number, {last: 1.0, first: -1.0}, {first: 1.0}, SHARES[change["unit"]]))
            elif (count["unit"] == change["unit"] and (in_prose or count["quantity"] == change["quantity"])) and (
                lower[last] - upper[first] <= upper[number] and lower[number] <= upper[last] - lower[first]
            ):
                kind = "changes in prose that may be between such counts" if in_prose else "changes"
                found.groups.append(Group(kind, [({last: 1.0, first: -1.0, number: -1.0}, 0, 0)]))


def _between(found: Relations, change: int, counts: list[int]) -> list[tuple[int, int]]:
    """The first and the last count that a change can be between.

    Those that its own period begins and ends with; where it names the last one only, that and the one before; and the
    only two beside it in its table.
    """
    kind = ("quantity", "unit", "measure")
    pairs = [
        (first, last)
        for first in counts
        for last in counts
        if found.about[first]["period_end"] < found.about[last]["period_start"]
        and all(found.about[first][name] == found.about[last][name] for name in kind)
    ]
    start, end = (found.about[change][name] for name in ("period_start", "period_end"))
    beside = [pair for pair in pairs if {found.table[one][:2] for one in pair} == {found.table[change][:2]}]
    some = []
    for first, last in pairs:
        begins, ends = found.about[first], found.about[last]
        before = max(found.about[one]["period_end"] for one, other in pairs if other == last)
        if (
            ((begins["period_start"], ends["period_end"]) == (start, end))
            or ((ends["period_start"], ends["period_end"], begins["period_end"]) == (start, end, before))
            or beside == [(first, last)]
        ):
            some.append((first, last))
    return some


def subsets(names: list[str]) -> list[frozenset]:
    """All choices of some of these names, the fewest first."""
    return [frozenset(few) for count in range(len(names) + 1) for few in combinations(names, count)]
