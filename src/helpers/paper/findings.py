"""What the checks of published figures mean for members: grouped, ordered, and turned into questions for officers."""

import re

import pandas as pd

from helpers.base import wording
from helpers.paper.enquiries import disagreement

#: Verdicts on a printed figure, as a table's cell or a chart's row says them.
SHORT_VERDICTS = {
    "agrees": "Agrees",
    "agrees_within_rounding": "Agrees within rounding",
    "agrees_within_suppression": "Agrees within hidden counts",
    "disagrees": "Disagrees",
}
_ONE_FIGURE = re.compile(r"[\w/!.]+")
#: How many missing figures stand on the members' pages; the annex has all.
SHOWN = 5


def keys(checks: pd.DataFrame) -> list[str]:
    """A name for each check: its document and its id."""
    return [f"{source}/{check}" for source, check in zip(checks["source"], checks["check"], strict=True)]


def in_two_places(checks: pd.DataFrame) -> int:
    """How many checks set a figure beside the same figure in another place: their formula is that figure alone."""
    return sum(bool(_ONE_FIGURE.fullmatch(formula)) for formula in checks["formula"])


def in_groups(disagreeing: pd.DataFrame) -> list[dict]:
    """Disagreements as members read them: those that matter in the same way as one, the widest first.

    disagreeing: rows of reconciliation.CHECK_COLUMNS. Returns for each group source, what, printed, comes_to, matters,
    question (texts) and keys (of its checks).
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
            }
        )
    return found


def _gap(row: pd.Series) -> float:
    """How far a printed figure lies from what it comes to, as a share of that."""
    return abs(float(row["printed"]) / float(row["recomputed"]) - 1) if float(row["recomputed"]) else float("inf")


def _together(rows: list[pd.Series]) -> str:
    """What the figures of a group are called: of totals, the tables that they stand in; else each figure."""
    if all(row["check"].partition("_across_")[1] for row in rows):
        tables = dict.fromkeys(row["what"].split(" (")[0] for row in rows)
        return f"{wording.sentence_start(wording.number_of(len(rows), 'check'))} of totals in: {'; '.join(tables)}"
    return "; ".join(dict.fromkeys(row["what"] for row in rows))


def _in_turn(texts: list[str]) -> str:
    """Texts of a group's figures, in the order of the figures; one where all are alike."""
    return texts[0] if len(set(texts)) == 1 else "; ".join(texts)


def questions(groups: list[dict], missing: pd.DataFrame) -> list[str]:
    """Questions for officers: one a group of disagreements, and one on what is missing."""
    asked = list(dict.fromkeys(filter(None, (disagreement(group["question"]) for group in groups))))
    if len(missing):
        asked.append("Can officers bring the numbers behind the charts and figures that are missing here?")
    return asked
