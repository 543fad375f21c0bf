"""People by support reason as every paper prints them: the same rows, so that no hidden count follows from two papers.

Reasons that a publisher hides, and small ones beside them, are one row, "others", in each paper.
"""

from functools import lru_cache

import pandas as pd

from helpers.base import wording
from helpers.base.numbers import Change, Number
from helpers.base.vocabulary import SUPPORT_REASONS
from helpers.council import latest
from helpers.council.numbers import step, who
from helpers.council.opened import Council
from helpers.projection import demand
from helpers.published.sources import citation

#: Reasons of fewer people than this print as one row where their publisher hides counts.
SMALL_GROUP = 100
OTHERS = "Other reasons, together"
ALL = "All support reasons"


def pattern(council: Council) -> str:
    """When the pattern was counted by which the base divides among reasons; nothing where its reasons are counted."""
    return latest.PERIOD if "pattern" in council.settings["support"] else ""


def source(council: Council) -> str:
    """What the numbers rest on: the counts, the pattern of reasons where they have none, and the population."""
    counts = [council.support_source, *([citation(latest.ACTIVITY)] if pattern(council) else [])]
    return f"{'; '.join(counts)}; population: {council.chosen['title']}"


def small_or_hidden(outlook: pd.DataFrame, age_band: str, base_year: int) -> tuple[str, ...]:
    """Support reasons of an age band that a table prints as one row: none where no count of theirs is hidden.

    Else those that are hidden and those of fewer than SMALL_GROUP people in the base, at least two, so that none shows.
    """
    rows = outlook[(outlook["age_band"] == age_band) & (outlook["year"] == base_year)]
    if not (rows["status"] == "suppressed").any():
        return ()
    rows = rows[(rows["setting"] == demand.TOTAL) & (rows["support_reason"] != demand.TOTAL)].set_index(
        "support_reason"
    )
    hidden = rows["status"] == "suppressed"
    sizes = rows["people"].where(~hidden, 0).astype(float).sort_values()
    return tuple(sizes.index[: max((sizes < SMALL_GROUP).sum(), 2)])


@lru_cache(maxsize=64)
def by_reason(council: Council, age: str, year: int) -> dict[str, Change]:
    """How each support reason of an age band goes from the base to a year; without reasons, none.

    Every number is rounded by itself. Reasons of few people are one, "others", where their publisher hides counts; it
    has no range.
    """
    rows, years = council.outlook, [council.base_year, year]
    of_age = rows.loc[rows["age_band"] == age, "support_reason"].unique()
    left_out = small_or_hidden(rows, age, council.base_year)
    reasons = [reason for reason in SUPPORT_REASONS if reason in of_age and reason not in ("all", *left_out)]
    found = {}
    for reason in [*reasons, *(["others"] if left_out else [])]:
        left = left_out if reason == "others" else ()
        before, after = (_people(council, age, each, reason, left) for each in years)
        found[reason] = after.beside(before)
    return found


def _people(council: Council, age: str, year: int, reason: str, left_out: tuple[str, ...]) -> Number:
    """People of one reason in a year, or of those left out together: what the total leaves beside the others."""
    if not left_out:
        return council.people(age, year, reason)
    rows = council.outlook.query("age_band == @age and setting == 'all' and year == @year")
    people = rows.set_index("support_reason")["people"]
    value = float(people["all"] - people.drop(["all", *left_out]).astype(float).sum())
    what = f"{who(age)}, other reasons together, in {council.period_of(year)}"
    table = f"projection_{council.id}_{council.central_vintage}_{council.scenario}"
    return Number(value, what, (step(table, wording.in_sentence(what)),), when=council.period_of(year))


def named(reason: str) -> str:
    """A support reason within a sentence: "personal care"."""
    return OTHERS.lower() if reason == "others" else wording.in_sentence(SUPPORT_REASONS[reason].split(": ")[-1])


def table(council: Council, age: str, year: int) -> pd.DataFrame:
    """People of an age band by support reason: the base, a year, and its likely range; the most first, the sum last."""
    each = {named(reason): one for reason, one in by_reason(council, age, year).items()}
    each[ALL.lower()] = council.people(age, year).beside(council.counted(age))
    last = [OTHERS.lower(), ALL.lower()]
    order = sorted(each, key=lambda name: (last.index(name) + 1 if name in last else 0, -each[name].after.value))
    rows = [[wording.sentence_start(name), each[name].before, each[name].after, _range(each[name])] for name in order]
    columns = ["Support reason", council.base_period, council.period_of(year), "Likely range, four in five"]
    return pd.DataFrame(rows, columns=columns)


def _range(change: Change) -> Number | str:
    return change.after.range if change.after.quantiles is not None else "no range"


def noted(council: Council, age: str, year: int, note: object) -> str:
    """The note of that table, and why a row of it has no range, where one has none."""
    if "others" not in by_reason(council, age, year):
        return str(note)
    return f"{note} The others were not simulated by themselves, so they have no range."
