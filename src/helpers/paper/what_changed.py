"""What the paper on changes says: how many headlines changed since a kept edition, from what to what, and why."""

from dataclasses import dataclass
from functools import cached_property

import pandas as pd

from helpers.base import authorities, wording
from helpers.base.numbers import Said, Worked, all_of, said
from helpers.base.paths import root
from helpers.base.periods import MONTHS, is_day
from helpers.council.numbers import step
from helpers.paper import editions, headlines
from helpers.published import sources

#: What headlines of a unit are of, as a table names it.
OF = {"people": "People", "gbp": "Money", "beds": "Beds", "checks": "Checks"}


@dataclass(frozen=True)
class Changes:
    """The headlines of a council beside those of a kept edition. last: that edition; None where none is kept."""

    council: dict
    last: dict | None
    now: list[dict]

    @cached_property
    def compared(self) -> list[dict]:
        """Every headline, as from headlines.compared; the files of other councils are no cause. One projection of beds
        is one headline, at the share occupied that the last edition has first.
        """
        then = self.last["headlines"] if self.last else self.now
        beds = next((row["headline"].partition(": ")[2] for row in then if row["unit"] == "beds"), "")
        found = headlines.compared(then, self.now, self.files)
        return [change for change in found if not _is_beds(change) or headlines.named(change).endswith(beds)]

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
        """Those whose figure was another, the one that moved most first; not those that are new or gone, nor those that
        count a day then and a year now.
        """
        return [one for one in self.figures if headlines.moved_pct(one) is not None and headlines.is_like(one)]

    @property
    def causes(self) -> list[dict]:
        """The files that the changed headlines rest on, and that changed."""
        return [file for file in self.files if any(file in change["causes"] for change in self.changed)]

    @property
    def since(self) -> str:
        """When the edition was kept, as a sentence says it: "22 November 2026"; by month where its name has no day."""
        when = editions.when(self.last["name"])
        return wording.date(when) if is_day(when) else f"{MONTHS[int(when[5:]) - 1]} {when[:4]}"

    @property
    def only_in_range(self) -> int:
        """How many headlines moved in their range alone."""
        return len(self.changed) - len(self.figures)

    @property
    def in_both(self) -> list[dict]:
        """The headlines that both editions have."""
        return [change for change in self.compared if change["then"] and change["now"]]

    @property
    def in_one(self) -> list[dict]:
        """The headlines that only one of the two editions has, a kind after the other."""
        found = [change for change in self.compared if change not in self.in_both]
        kinds = list(dict.fromkeys(map(_kind, found)))
        return sorted(found, key=lambda change: (kinds.index(_kind(change)), change["now"] is None))

    def printed(self, change: dict, text: str = "") -> Worked | str:
        """A headline's present figure, or another text of it, which knows the table that it is of."""
        if (row := change["now"]) is None:
            return "gone"
        table = authorities.headline_tables(self.council)[row["kind"]]
        return Worked(text or headlines.said(row), row["headline"], (step(table, row["headline"]),))


def _kind(change: dict) -> tuple[str, str]:
    """What a headline is of: its kind and its unit."""
    row = change["now"] or change["then"]
    return row["kind"], row["unit"]


def _is_beds(change: dict) -> bool:
    return _kind(change)[1] == "beds"


def _of_checks(change: dict) -> bool:
    """Whether a headline counts the checks of figures, which moves no plan: it comes after the others."""
    return _kind(change)[0] == "checks"


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
    if not changes.moved and (money := money_said(changes)):
        return money
    if not changes.moved:
        number = wording.sentence_start(wording.number_of(len(changes.changed), "headline figure"))
        what = "moved in range only" if changes.only_in_range == len(changes.changed) else "came, went or moved"
        return said("{number} {what} since {since}", number=number, what=what, since=changes.since)
    return moved_said(changes, changes.moved[0])


def money_said(changes: Changes) -> Said | None:
    """That the last year's spending is now another measure, and what each edition prints; None where it is not."""
    then, now = (
        [one[when] for one in changes.in_one if one[when] and one[when]["unit"] == "gbp"] for when in ("then", "now")
    )
    if not then or not now:
        return None
    texts = [headlines.said(row) for row in then]
    last = next(one for one in changes.in_one if one["now"] == now[-1])
    return said(
        "{before} then; {what} is {now} now",
        before=f"{then[0]['headline'].partition(': ')[0]} was {wording.listed(texts)}",
        what=changes.printed(last, wording.in_sentence(now[-1]["headline"])), now=changes.printed(last),
    )  # fmt: skip


def questions(changes: Changes) -> list[Said | str | None]:
    """What to ask: of spending that is now another measure first, then of what moved far."""
    money = money_said(changes)
    asked = money and said("{money}. Which plans rest on the earlier figure?", money=money)
    return [asked, *map(headlines.question, changes.moved)]


def kept_because(changes: Changes) -> str:
    """Why the last edition is the one that is held against, where projections started from other counts then."""
    counts = headlines.starts_from(changes.council)
    if changes.last is None or not counts or not _another_start(changes):
        return ""
    return (
        f"The edition of {changes.since} is the last one kept before projections started from the counts of {counts}."
    )


def _another_start(changes: Changes) -> bool:
    return any(file["file"] == authorities.FILE for file in changes.causes)


def moved_said(changes: Changes, change: dict) -> Said:
    """How a headline moved: "The projection of care home beds needed in 2036/37 fell from 8,370 to 8,230"."""
    then, now = change["then"], change["now"]
    return said(
        "The {what} of {headline} {rose} from {then} to {now}",
        what="number" if _of_checks(change) else "projection",
        headline=changes.printed(change, _in_sentence(change)),
        rose=wording.compared("rose", now["value"], then["value"]),
        then=headlines.said(then), now=changes.printed(change),
    )  # fmt: skip


def _in_sentence(change: dict) -> str:
    """A headline as a sentence names it: "care home beds needed in 2036/37 (95% occupied)"."""
    text = wording.in_sentence(headlines.named(change)).replace(", during ", " during ").replace(", at ", " at ")
    name, _, more = text.partition(": ")
    return f"{name} ({more})" if more else name


def how_many(changes: Changes) -> str:
    """How many headlines moved in their range alone, and how many only one edition has, as a sentence goes on."""
    new = sum(change["then"] is None for change in changes.in_one)
    numbers = {"moved in range only": changes.only_in_range, "is new": new, "is gone": len(changes.in_one) - new}
    parts = [
        f"{wording.number_word(number)} {words if number == 1 else words.replace('is ', 'are ')}"
        for words, number in numbers.items()
        if number
    ]
    return f"; {wording.listed(parts)}" if parts else ""


def why(changes: Changes) -> str:
    """The causes of the changes in one sentence, told to members in words."""
    because = headlines.kinds_of_cause(changes.causes)
    if not because:
        return "No file that the changed figures rest on has changed: ask who keeps them."
    several = " all came at once; how far each moved a figure cannot be told apart" if " and " in because else ""
    return f"{wording.sentence_start(because)}{several}."


def table(changes: Changes) -> pd.DataFrame:
    """The headlines of both editions as the papers have them: then, now, the change, and the likely range of now."""
    rows = [
        [
            headlines.with_other_time(change),
            *([] if changes.last is None else [headlines.said(change["then"])]),
            changes.printed(change),
            *([] if changes.last is None else [_change_said(change)]),
            headlines.range_said(change["now"]),
        ]
        for change in changes.in_both
    ]
    then, by = ([], []) if changes.last is None else (["Then"], ["Change"])
    return pd.DataFrame(rows, columns=["Headline figure", *then, "Now", *by, "Range now, four in five"])


def _change_said(change: dict) -> str:
    moved = headlines.moved_pct(change)
    if not headlines.is_like(change):
        return "not alike"
    return "none" if not headlines.figure_changed(change) or moved is None else wording.signed_percentage(moved)


def only_in_one(changes: Changes) -> pd.DataFrame:
    """The headlines that only one of the two editions has, a row a kind: what was printed, what is now, and why."""
    rows = []
    for kind in dict.fromkeys(map(_kind, changes.in_one)):
        both = [[one for one in changes.in_one if _kind(one) == kind and one[when]] for when in ("then", "now")]
        then, now = (
            [f"{headlines.named(one)}: {headlines.said(one['now'] or one['then'])}" for one in of] for of in both
        )
        known = all_of(*(changes.printed(one) for one in both[1])) if now else ()
        rows.append(
            [
                OF[kind[1]],
                "; ".join(then) or "not printed",
                Worked("; ".join(now), OF[kind[1]], known) if now else "not printed",
                _reason(then, now),
            ]
        )
    return pd.DataFrame(rows, columns=["Of", "Printed then", "Printed now", "Why"])


def _reason(then: list[str], now: list[str]) -> str:
    if then and now:
        return "The papers now print another measure"
    return "Followed for the first time" if now else "No paper prints it any more"


def named_for_other_years(changes: Changes) -> str:
    """That some headlines were of another year then, as a note has it; nothing where none was."""
    years = sorted({change["headline"].partition("(then for ")[2].rstrip(")") for change in changes.compared} - {""})
    alike = f"A headline that was of {wording.listed(years)} then is held against the nearest year." if years else ""
    beds = " Beds: if the same share of each age lives in care homes." if any(map(_is_beds, changes.in_both)) else ""
    unlike = any(not headlines.is_like(change) for change in changes.in_both)
    days = " Not alike: people on one day then, and in a whole year now." if unlike else ""
    return f"{alike}{beds}{days}".strip()


def behind(changes: Changes) -> pd.DataFrame:
    """What changed behind the headlines, in words: of each cause, its documents, its assumptions, or the working."""
    found: dict[str, dict[str, None]] = {}
    for file in changes.causes:
        found.setdefault(file["cause"], {})[_in_words(file)] = None
    rows = [
        [wording.sentence_start(headlines.CAUSE_IN_SENTENCE[cause]), "; ".join(names)] for cause, names in found.items()
    ]
    return pd.DataFrame(rows, columns=["Cause", "What changed"])


def _in_words(file: dict) -> str:
    """What a file behind a headline is, for a reader."""
    folder, _, name = file["file"].rpartition("/")
    if folder.startswith("data/raw/"):
        source = folder.rpartition("/")[2]
        on_file = (root() / folder / sources.DESCRIPTOR).is_file()
        return sources.short_citation(source) if on_file else source.replace("_", " ")
    if file["file"] == authorities.FILE:
        return "which counts and which population a projection starts from"
    return "how figures are worked out" if file["cause"] == "code" else name.partition(".")[0].replace("_", " ")
