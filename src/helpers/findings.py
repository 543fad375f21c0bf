"""What the checks of published figures mean for members: grouped, ordered, and turned into questions for officers."""

import pandas as pd

from helpers import wording

#: Verdicts on a printed figure, as a table's cell or a chart's row says them.
SHORT_VERDICTS = {
    "agrees": "Agrees",
    "agrees_within_rounding": "Agrees within rounding",
    "agrees_within_suppression": "Agrees within hidden counts",
    "disagrees": "Disagrees",
}
#: How many questions and missing figures stand on the members' pages; the annex has all.
SHOWN = 5


def keys(checks: pd.DataFrame) -> list[str]:
    """A name for each check: its document and its id."""
    return [f"{source}/{check}" for source, check in zip(checks["source"], checks["check"], strict=True)]


def in_groups(disagreeing: pd.DataFrame) -> list[dict]:
    """Disagreements as members read them: the totals of a table that matter in the same way as one; the widest first.

    disagreeing: rows of reconciliation.CHECK_COLUMNS. Returns for each group what, printed, comes_to, matters (texts)
    and keys (of its checks).
    """
    groups: dict[tuple, list] = {}
    for _, row in disagreeing.iterrows():
        table = row["published"].partition("!")[0] if "!" in row["published"] else row["check"]
        groups.setdefault((row["source"], table, row["matters"]), []).append(row)
    found = []
    for rows in sorted(groups.values(), key=lambda rows: -max(map(_gap, rows))):
        frame = pd.DataFrame(rows)
        first = frame.iloc[0]
        found.append(
            {
                "what": first["what"] if len(rows) == 1 else _title(rows),
                "printed": wording.listed(dict.fromkeys(_printed(row) for row in rows)),
                "comes_to": wording.listed(dict.fromkeys(wording.recomputed(row) for row in rows)),
                "matters": first["matters"],
                "keys": keys(frame),
            }
        )
    return found


def _gap(row: pd.Series) -> float:
    """How far a printed figure lies from what it comes to, as a share of that."""
    return abs(float(row["printed"]) / float(row["recomputed"]) - 1) if float(row["recomputed"]) else float("inf")


def _title(rows: list[pd.Series]) -> str:
    """What several totals of one table are called together."""
    return f"{rows[0]['what'].split(' (')[0]}: {wording.number_of(len(rows), 'total')}"


def _printed(row: pd.Series) -> str:
    return wording.as_printed(row["as_published"], row["unit"])


def questions(groups: list[dict], missing: pd.DataFrame) -> list[str]:
    """Questions for officers, one a disagreement (the first few), and one on what is missing."""
    asked = [
        f"{group['what']}: which is right, {group['printed']}, as printed, or {group['comes_to']}, as the other "
        "figures give?"
        for group in groups[:SHOWN]
    ]
    if len(missing):
        asked.append(
            "Can the numbers behind the charts and figures that are missing be published with the next report?"
        )
    return asked
