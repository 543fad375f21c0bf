"""What the paper on changes says: how many headlines changed since a kept edition, from what to what, and why."""

from dataclasses import dataclass
from functools import cached_property

import pandas as pd

from helpers.base import authorities, wording
from helpers.base.numbers import Said, Worked, said
from helpers.base.periods import MONTHS
from helpers.council.numbers import step
from helpers.paper import editions, headlines


@dataclass(frozen=True)
class Changes:
    """The headlines of a council beside those of a kept edition. last: that edition; None where none is kept."""

    council: dict
    last: dict | None
    now: list[dict]

    @cached_property
    def compared(self) -> list[dict]:
        """Every headline, as from headlines.compared; the files of other councils are no cause."""
        then = self.last["headlines"] if self.last else self.now
        return headlines.compared(then, self.now, self.files)

    @cached_property
    def files(self) -> list[dict]:
        """The files behind the headlines that changed since the edition."""
        if self.last is None:
            return []
        files = editions.changed_files(self.last["fingerprints"], editions.fingerprints(self.council["id"]))
        return editions.of_no_other(self.council["id"], files)

    @property
    def changed(self) -> list[dict]:
        """The headlines that print otherwise, in figure or range."""
        return [change for change in self.compared if change["changed"]]

    @property
    def figures(self) -> list[dict]:
        """Those whose figure changed, the one that moved most first."""
        found = [change for change in self.changed if headlines.figure_changed(change)]
        return sorted(found, key=lambda change: (_of_checks(change), -abs(headlines.moved_pct(change) or 0)))

    @property
    def moved(self) -> list[dict]:
        """Those whose figure was another, the one that moved most first; not those that are new or gone."""
        return [change for change in self.figures if headlines.moved_pct(change) is not None]

    @property
    def causes(self) -> list[dict]:
        """The files that the changed headlines rest on, and that changed."""
        return [file for file in self.files if any(file in change["causes"] for change in self.changed)]

    @property
    def since(self) -> str:
        """When the edition was kept, as a sentence says it: "November 2026"."""
        year, month = self.last["name"][:7].split("-")
        return f"{MONTHS[int(month) - 1]} {year}"

    @property
    def only_in_range(self) -> int:
        """How many headlines moved in their range alone."""
        return len(self.changed) - len(self.figures)

    @property
    def new_or_gone(self) -> int:
        """How many headlines only one of the two editions has."""
        return len(self.figures) - len(self.moved)

    def printed(self, change: dict, text: str = "") -> Worked | str:
        """A headline's present figure, or another text of it, which knows the table that it is of."""
        if (row := change["now"]) is None:
            return "gone"
        table = authorities.headline_tables(self.council)[row["kind"]]
        return Worked(text or headlines.said(row), row["headline"], (step(table, row["headline"]),))


def _of_checks(change: dict) -> bool:
    """Whether a headline counts the checks of figures, which moves no plan: it comes after the others."""
    return (change["now"] or change["then"])["kind"] == "checks"


def opened(council: dict, since: str, meeting_date: str) -> Changes:
    """The present headlines beside the edition `since`, or the latest from before the month of the meeting."""
    last = editions.edition(council["id"], since, meeting_date)
    return Changes(council, last, headlines.headlines(council["id"]))


def finding(changes: Changes) -> Said | str:
    """What changed most, as the heading says it."""
    if changes.last is None:
        number = wording.number_of(len(changes.now), "headline figure")
        return said("The first edition: {number} to start from", number=number)
    if not changes.changed:
        return said("No headline figure has changed since {since}", since=changes.since)
    if not changes.moved:
        number = wording.sentence_start(wording.number_of(len(changes.changed), "headline figure"))
        what = "moved in range only" if changes.only_in_range == len(changes.changed) else "came, went or moved"
        return said("{number} {what} since {since}", number=number, what=what, since=changes.since)
    return moved_said(changes, changes.moved[0])


def moved_said(changes: Changes, change: dict) -> Said:
    """A headline from what to what: "Care home beds needed in 2036/37: 8,370 then, 8,230 now"."""
    return said(
        "{headline}: {then} then, {now} now",
        headline=changes.printed(change, headlines.named(change)),
        then=headlines.said(change["then"]), now=changes.printed(change),
    )  # fmt: skip


def how_many(changes: Changes) -> str:
    """How many headlines changed, were new or gone, and moved in their range alone."""
    of_those = {
        "is new or gone": changes.new_or_gone,
        "moved in range only": changes.only_in_range,
    }
    parts = [
        f"{wording.number_word(number)} {words if number == 1 else words.replace('is ', 'are ')}"
        for words, number in of_those.items()
        if number
    ]
    return f"; of these, {wording.listed(parts)}" if parts else ""


def why(changes: Changes) -> str:
    """The causes of the changes in one sentence, told to members in words."""
    because = headlines.kinds_of_cause(changes.causes)
    if not because:
        return "No file that the changed figures rest on has changed: ask who keeps them."
    counts = headlines.starts_from(changes.council)
    another = any(file["file"] == authorities.FILE for file in changes.causes) and counts
    starts = f" Projections now start from the counts of {counts}." if another else ""
    return f"{wording.sentence_start(because)}.{starts}"


def table(changes: Changes) -> pd.DataFrame:
    """Every headline, those that moved most first: then, now, and the likely range of now."""
    order = [*changes.figures, *(change for change in changes.compared if change not in changes.figures)]
    rows = [
        [
            headlines.named(change),
            *([] if changes.last is None else ["new" if change["then"] is None else headlines.said(change["then"])]),
            changes.printed(change),
            headlines.range_said(change["now"]),
        ]
        for change in order
    ]
    then = [] if changes.last is None else ["Then"]
    return pd.DataFrame(rows, columns=["Headline figure", *then, "Now", "Range now, four in five"])


def named_for_other_years(changes: Changes) -> str:
    """That some headlines were of another year then, as a note has it; nothing where none was."""
    years = sorted({change["headline"].partition("(then for ")[2].rstrip(")") for change in changes.compared} - {""})
    return f" A headline that was of {wording.listed(years)} then is held against the nearest year." if years else ""


def behind(changes: Changes) -> pd.DataFrame:
    """What changed behind the headlines: of each cause, the documents or files by name; of code, how many files."""
    found: dict[str, dict[str, None]] = {}
    for file in changes.causes:
        place, _, name = file["file"].rpartition("/")
        found.setdefault(file["cause"], {})[place.rpartition("/")[2] if place.startswith("data/raw/") else name] = None
    rows = [
        [
            wording.sentence_start(headlines.CAUSE_IN_SENTENCE[cause]),
            f"{wording.number_of(len(names), 'file')} of code" if cause == "code" else wording.listed(names),
        ]
        for cause, names in found.items()
    ]
    return pd.DataFrame(rows, columns=["Cause", "Documents and files that changed"])
