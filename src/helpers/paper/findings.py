"""What the checks of published figures mean for members: each figure once, in places that matter alike, and questions.

Checks are rows of reconciliation.CHECK_COLUMNS, of the council's own documents (checks.own_results).
"""

import re

import pandas as pd

from helpers.base import wording
from helpers.base.cells import HIDDEN
from helpers.base.numbers import Said, Worked, said
from helpers.base.vocabulary import NAMING_UNITS
from helpers.checks.figure_book import Book
from helpers.checks.reconciliation import VERDICTS
from helpers.council.numbers import step
from helpers.paper.enquiries import MOST, OLD_YEARS, disagreement
from helpers.published import sources, tidy

#: Verdicts on a printed figure, the worst first, as a table's cell says them.
SHORT_VERDICTS = {
    "disagrees": "Disagrees",
    "agrees_within_suppression": "Agrees within hidden counts",
    "agrees_within_rounding": "Agrees within rounding",
    "agrees": "Agrees",
}
#: What members are told of a figure: one that agrees within rounding fits as well as one that agrees outright.
FITS, FITS_HIDDEN, APART = "Fit", "Fit, as far as hidden counts show", "Do not fit"
FOR_MEMBERS = {
    "agrees": FITS,
    "agrees_within_rounding": FITS,
    "agrees_within_suppression": FITS_HIDDEN,
    "disagrees": APART,
}
#: How many comparisons that would mislead, and missing figures, stand on the members' pages.
SHOWN, MISSING_SHOWN = 4, 8
#: How many figures of a group are named each.
MOST_NAMED = 2
#: From this share on, in per cent of what other figures give, a figure lies far from them.
FAR_PCT = 5
#: What kinds of gap there are, the widest first; a label (a page, a date, a year) counts nothing.
FAR, CLOSE, LABEL = "wide", "close", "in a label"


def keys(checks: pd.DataFrame) -> list[str]:
    """A name for each check: its document and its id."""
    return [f"{source}/{check}" for source, check in zip(checks["source"], checks["check"], strict=True)]


def of_printed(checks: pd.DataFrame) -> pd.DataFrame:
    """The checks with a verdict on a printed figure."""
    return checks[checks["verdict"].isin(SHORT_VERDICTS)]


def printed_twice(checks: pd.DataFrame) -> pd.Series:
    """Which checks find nothing but one figure printed alike in two places: a figure is no check of itself."""
    alone = checks["inputs"].str.fullmatch(r"\S+") & checks["formula"].str.fullmatch(r"[\w/!.]+")
    return alone & (checks["verdict"] != "disagrees")


def figures(checks: pd.DataFrame) -> pd.DataFrame:
    """The printed figures that other statements check, each once with its worst verdict.

    A figure that is printed in several places is one figure, and what finds no more than that is left out. Returns one
    row a figure: the check with the worst verdict, with the column `found`, of FOR_MEMBERS.
    """
    rows = of_printed(checks)
    names = (rows["source"] + "/" + rows["published"]).where(~rows["published"].str.contains("/"), rows["published"])
    twice = printed_twice(rows)
    same = dict(zip(names[twice], rows.loc[twice, "inputs"], strict=True))

    def first(name: str) -> str:
        seen = {name}
        while name in same and same[name] not in seen:
            name = same[name]
            seen.add(name)
        return name

    rows = rows[~twice].assign(figure=names[~twice].map(first))
    worst = rows["verdict"].map(list(SHORT_VERDICTS).index)
    rows = rows.iloc[worst.argsort(kind="stable")].drop_duplicates("figure").sort_index()
    return rows.drop(columns="figure").assign(found=rows["verdict"].map(FOR_MEMBERS))


def in_groups(disagreeing: pd.DataFrame) -> list[dict]:
    """Disagreements as members read them: those that matter in the same way as one, the widest first.

    Returns for each group source, what, printed, comes_to, matters, question (texts), keys (of its checks) and widest
    (the row of the check with the widest gap). A figure that disagrees in two ways can stand in a group twice.
    """
    groups: dict[tuple, list] = {}
    for _, row in disagreeing.iterrows():
        groups.setdefault((row["source"], row["matters"]), []).append(row)
    found = []
    for rows in sorted(groups.values(), key=lambda rows: -max(map(_gap, rows))):
        first = rows[0]
        found.append(
            {
                "source": first["source"],
                "what": _together(rows),
                "printed": _in_turn([wording.as_printed(row["as_published"], row["unit"]) for row in rows]),
                "comes_to": _in_turn([wording.recomputed(row) for row in rows]),
                "matters": first["matters"],
                "question": first["question"],
                "keys": keys(pd.DataFrame(rows)),
                "widest": max(rows, key=_gap),
            }
        )
    return found


def _gap(row: pd.Series) -> float:
    """How far a printed figure lies from what it comes to, as a share of that; 0 for what names and does not count."""
    if row["unit"] in NAMING_UNITS:
        return 0.0
    return abs(float(row["printed"]) / float(row["recomputed"]) - 1) if float(row["recomputed"]) else float("inf")


def kind_of_gap(row: pd.Series) -> str:
    """How a figure differs from what others give: FAR, CLOSE, or LABEL for a page, a date or a year."""
    if row["unit"] in NAMING_UNITS:
        return LABEL
    return FAR if 100 * _gap(row) >= FAR_PCT else CLOSE


def kinds(found: pd.DataFrame) -> dict[str, int]:
    """How many of the figures (as from figures) that do not fit are of each kind of gap, those that there are."""
    named = [kind_of_gap(row) for _, row in found[found["found"] == APART].iterrows()]
    return {kind: named.count(kind) for kind in (FAR, CLOSE, LABEL) if kind in named}


def _together(rows: list[pd.Series]) -> str:
    """What the figures of a group are called: of totals, the tables that they stand in; else each figure."""
    if all(row["check"].partition("_across_")[1] for row in rows):
        tables = dict.fromkeys(row["what"].split(" (")[0] for row in rows)
        return f"{wording.sentence_start(wording.number_of(len(rows), 'check'))} of totals in: {'; '.join(tables)}"
    names = list(dict.fromkeys(row["what"] for row in rows))
    if len(names) > MOST_NAMED:
        return f"{names[0]}; and {wording.number_word(len(names) - 1)} more like it"
    return "; ".join(names)


def _in_turn(texts: list[str]) -> str:
    """Texts of a group's figures, in the order of the figures; one where all are alike."""
    return texts[0] if len(set(texts)) == 1 else "; ".join(texts)


# What page one says


def counted(found: pd.DataFrame, council_id: str, *kinds: str) -> Worked:
    """How many of the figures are of these kinds (of FOR_MEMBERS), of all kinds where none is named."""
    rows = found[found["found"].isin(kinds or FOR_MEMBERS.values())]
    what = " or ".join(wording.in_sentence(kind) for kind in kinds) or "were checked against others"
    origin = step(f"checks_{council_id}", f"the printed figures that {what}, each counted once")
    return Worked(wording.count(len(rows)), f"Figures that {what}", (origin,))


def finding(found: pd.DataFrame, council_id: str) -> Said:
    """What the checks find, as the paper's heading."""
    apart = (found["found"] == APART).sum()
    if found.empty:
        return said("No published figure can be checked against others")
    if not apart:
        return said("No published figure that can be checked is at odds with the others")
    if apart == len(found):
        return said("No published figure that can be checked fits the others")
    fit = int((found["found"] == FITS).sum())
    some = wording.sentence_start(wording.how_many_of(fit, len(found)))
    documents = list(dict.fromkeys(found.loc[found["found"] == APART, "source"]))
    where = f", all in {sources.short_citation(documents[0])}" if apart > 1 and len(documents) == 1 else ""
    text = f"{{some}} of the figures that can be checked fit; {{n}} {'does' if apart == 1 else 'do'} not{{where}}"
    return said(text, some=some, n=counted(found, council_id, APART), where=where)


def by_kind(found: pd.DataFrame, council_id: str, year: int) -> Said | None:
    """What kinds of gap the figures that do not fit have, and where they stand, as sentences; None where all fit.

    year: of the meeting, which says how old a document is from enquiries.OLD_YEARS on.
    """
    numbers, rows = kinds(found), found[found["found"] == APART]
    if not numbers:
        return None
    words = {
        FAR: "lie {pct} or more apart",
        CLOSE: "lie closer",
        LABEL: "name only another page, date or year",
    }
    one = {"lie": "lies", "name": "names"}
    parts = []
    for kind, number in numbers.items():
        verb, _, rest = words[kind].partition(" ")
        parts.append(f"{wording.number_word(number)} {one[verb] if number == 1 else verb} {rest}")
    documents = [sources.short_citation(source) for source in dict.fromkeys(rows["source"])]
    where = documents[0] if len(documents) == 1 else wording.number_of(len(documents), "document")
    old = re.search(r"(?:19|20)\d\d$", where)
    age = year - int(old[0]) if old else 0
    since = f", now {wording.number_word(age)} years old" if age >= OLD_YEARS else ""
    stand = f" {'It stands' if len(rows) == 1 else 'All stand'} in {{where}}{since}."
    origin = (step(f"checks_{council_id}", "the figures that do not fit, by how far"),)
    pct = Worked(f"{FAR_PCT}%", "From where on a figure lies far from others", origin)
    return said(wording.sentence_start("; ".join(parts)) + "." + stand, pct=pct, where=where)


def widest(groups: list[dict], council_id: str) -> dict | None:
    """The disagreement with the widest gap: what, printed, comes_to (which know where they stand), matters; or None."""
    if not groups:
        return None
    row, group = groups[0]["widest"], groups[0]
    origin = (step(f"checks_{council_id}", f"check {row['check']} of {sources.short_citation(row['source'])}"),)
    return {
        "what": row["what"],
        "printed": Worked(wording.as_printed(row["as_published"], row["unit"]), row["what"], origin),
        "comes_to": Worked(wording.recomputed(row), f"{row['what']}, by other figures", origin),
        "matters": group["matters"].partition(". ")[0].rstrip(".") + ".",
    }


def not_seen(missing: pd.DataFrame) -> str:
    """What of the documents could not be seen, as a sentence; nothing where all could."""
    charts_lost = int((missing["kind"] == "chart").sum())
    others = len(missing) - charts_lost
    parts = []
    if charts_lost:
        are, numbers = ("is", "its numbers are") if charts_lost == 1 else ("are", "their numbers are")
        parts.append(f"{wording.number_of(charts_lost, 'chart')} {are} pictures alone, so that {numbers} not on file")
    if others:
        named = wording.number_of(others, "other figure" if charts_lost else "figure")
        parts.append(f"{named} {'was' if others == 1 else 'were'} not given or cut off")
    return wording.sentence_start(f"{'; '.join(parts)}.") if parts else ""


def questions(groups: list[dict], missing: pd.DataFrame, most: int = MOST) -> list[str]:
    """Questions for officers, at most so many: one a group of disagreements, and one on what is missing."""
    asked = list(dict.fromkeys(filter(None, (disagreement(group["question"]) for group in groups))))
    asked = asked[: most - bool(len(missing))]
    if len(missing):
        asked.append("Can officers bring the numbers behind the charts and figures that are missing here?")
    return asked


# Tables


def groups_table(groups: list[dict], found: pd.DataFrame) -> pd.DataFrame:
    """The groups as members see them, widest first: each with how many figures it is of, counted once, by kind.

    A document is named where there are several.
    """
    several = len({group["source"] for group in groups}) > 1
    names, rows = pd.Series(keys(found), found.index, dtype=object), []
    for group in groups:
        of = kinds(found[names.isin(group["keys"])])
        rows.append(
            [
                group["what"] + (f" ({sources.short_citation(group['source'])})" if several else ""),
                group["printed"],
                group["comes_to"],
                "; ".join(f"{number} {kind}" for kind, number in of.items()) or "counted above",
                group["matters"],
            ]
        )
    return pd.DataFrame(
        rows, columns=["Figure, and where it stands", "Printed", "Others give", "How many", "Why it matters"]
    )


def for_members(apart: pd.DataFrame) -> pd.DataFrame:
    """The comparisons that members may meet, at most SHOWN reasons: what a person declared before a table's periods."""
    rows = apart[apart["for_members"] == "yes"]
    return misleading(rows.sort_values("check", key=lambda checks: checks.str.endswith("_periods"), kind="stable"))[
        :SHOWN
    ]


def misleading(apart: pd.DataFrame) -> pd.DataFrame:
    """Comparisons that would mislead: what is compared, and why it should not be; those with one reason in one row."""
    rows = apart.groupby("cause", sort=False)["what"].agg("; ".join).reset_index()
    return rows[["what", "cause"]].set_axis(["Figures", "Why not"], axis=1)


def worked_out(checks: pd.DataFrame, *more: str) -> pd.DataFrame:
    """Checks with their working: figure, what is printed (where something is), working, result.

    more: what else a row says: "verdict", "cause".
    """
    columns = {"Figure": checks["what"]}
    if (checks["verdict"] != "derived_only").all():
        printed = zip(checks["as_published"], checks["unit"], strict=True)
        columns["Printed"] = [wording.as_printed(text, unit) for text, unit in printed]
    columns |= {"Working": checks["working"], "Gives": [wording.recomputed(row) for _, row in checks.iterrows()]}
    told = {"verdict": ("Verdict", checks["verdict"].map(SHORT_VERDICTS)), "cause": ("Likely cause", checks["cause"])}
    return pd.DataFrame(columns | dict(told[name] for name in more))


def by_verdict(checks: pd.DataFrame) -> pd.DataFrame:
    """How many checks there are of each verdict, with its meaning, and of all."""
    rows = [
        [short, wording.sentence_start(VERDICTS[name]), number]
        for name, short in SHORT_VERDICTS.items()
        if (number := int((checks["verdict"] == name).sum()))
    ]
    rows.append(["All", "Every check of a printed figure", len(of_printed(checks))])
    return pd.DataFrame(rows, columns=["Verdict", "Meaning", "Checks"])


def slips(documents: list[str]) -> pd.DataFrame:
    """What publishers misprinted and how it was read: document, printed, meant, reason."""
    found = [
        [sources.short_citation(source), *(slip[key] for key in ("printed", "meant", "reason"))]
        for source in documents
        for slip in tidy.read_corrections(sources.read_descriptor(source))
    ]
    return pd.DataFrame(found, columns=["Document", "Printed", "Meant", "Reason"])


def on_file(book: Book, counts: dict[str, int]) -> str:
    """How much is on file for the checks, and what of it is hidden or not given, as sentences."""
    own = book.frame["status"][book.frame["area_code"] == book.area_code]
    hidden = int(own.isin(HIDDEN).sum())
    numbers = [wording.count(counts[name]) for name in ("tables", "cells", "claims", "documents")]
    told = (
        "On file: {} tables with {} figures, and {} single figures in prose, from {} documents, national ones included."
    ).format(*numbers)
    if hidden:
        told += (
            f" {wording.sentence_start(wording.number_of(hidden, 'count'))} {'is' if hidden == 1 else 'are'} hidden, "
            "so that a small number of people cannot be worked out; a sum over them is given as a range."
        )
    return told + wording.not_given(own)


def printed_twice_said(checks: pd.DataFrame) -> str:
    """How many checks set a figure beside the same figure elsewhere, as a note."""
    twice = int(printed_twice(of_printed(checks)).sum())
    if not twice:
        return ""
    return f"{wording.sentence_start(wording.number_of(twice, 'check'))} only found a figure printed alike elsewhere."


def of_national(national: pd.DataFrame) -> str:
    """What the checks of national publications found, as a sentence. national: those checks."""
    checked, wrong = len(of_printed(national)), int((national["verdict"] == "disagrees").sum())
    if not checked:
        return "No check of national publications is on file."
    return (
        f"National publications were checked as well: of {wording.number_of(checked, 'check')} of them, "
        f"{wording.count(wrong) if wrong else 'none'} {'disagree' if wrong > 1 else 'disagrees'}."
    )


def missing_for_members(missing: pd.DataFrame) -> pd.DataFrame:
    """The missing figures that members may ask for, at most MISSING_SHOWN: those not given before lost charts."""
    rows = missing[missing["kind"] != "placeholder"]
    rows = rows.sort_values("kind", key=lambda kinds: kinds == "chart", kind="stable")[:MISSING_SHOWN]
    return rows[["what", "needed_for"]].set_axis(["Missing", "Needed for"], axis=1)


def missing_table(missing: pd.DataFrame) -> pd.DataFrame:
    """What is missing from the documents: what, the heading that it stood under, what it is needed for."""
    return missing[["what", "section", "needed_for"]].set_axis(["Missing", "Stood under", "Needed for"], axis=1)


def cited(documents: list[str]) -> str:
    """What the paper's tables rest on."""
    return f"{wording.count(len(documents))} documents, listed at the end"
