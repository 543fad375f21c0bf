"""What the annex of the paper on performance shows of a report: its series with limits, and all that it prints."""

import pandas as pd

from helpers.base import authorities, wording
from helpers.base.vocabulary import DIMENSIONS, QUANTITIES
from helpers.paper.performance import Report
from helpers.paper.performance_shown import in_words
from helpers.projection import control_charts
from helpers.published import sources

#: Columns of a table of the annex at most; what has more is laid out downwards.
MOST_COLUMNS = 6


def control_series(report: Report) -> dict[str, control_charts.ControlChart]:
    """Averages and shares with enough points for limits on trial, by what each is of, as charts of the annex.

    Counts are left out: those of contacts, alerts and complaints cluster. A series that goes one way at every step, or
    at all but one, has no usual range.
    """
    found = {}
    for (quantity, kind, group), rows in report.own.groupby(["quantity", "period_kind", "group"], sort=False):
        points = pd.Series(rows["value"].astype(float).to_numpy(), rows["period"])
        steps = points.diff().dropna()
        one_way = len(steps) and max((steps > 0).sum(), (steps < 0).sum()) >= len(steps) - 1
        if (rows["unit"].iloc[0] not in ("days", "per_cent") or kind not in ("quarter", "financial_year")
                or points.index.has_duplicates or len(points) < control_charts.TRIAL_FROM or one_way):  # fmt: skip
            continue
        name = wording.sentence_start(QUANTITIES[quantity])
        label = "" if group == "all" else f", {DIMENSIONS['group'][group]}"
        found[f"{name}{label}"] = control_charts.xmr(points, shares=rows["unit"].iloc[0] == "per_cent")
    return found


def limits_said(result: control_charts.ControlChart) -> str:
    """A control chart in words and figures, for alternative text."""
    return (
        f"{in_words(result.points, '{:,.1f}')} Mean {result.centre:,.1f}, limits {result.lower:,.1f} to "
        f"{result.upper:,.1f}. {result.words()}"
    )


def limits_title(name: str, result: control_charts.ControlChart) -> str:
    """What a control chart is of, and whether a signal may be named."""
    if result.kind != "limits":
        return f"{name}: too few points for a signal"
    return f"{name}: {'a signal' if len(result.named) else 'no signal'}"


def rules_said() -> str:
    """How limits are drawn, and from how many points on a signal is named."""
    rules = control_charts.RULE_SETS["making-data-count"]
    return (
        f"Limits are drawn from {wording.number_word(control_charts.TRIAL_FROM)} points on, as limits on trial, and a "
        f"signal is named from {control_charts.LIMITS_FROM} points on (rule set {rules.name}, version "
        f"{rules.version}). A series that goes one way nearly all the time has no usual range, so it gets none."
    )


def tables_of(report: Report) -> list[tuple[str, pd.DataFrame, str]]:
    """Every table of figures of the report as it is printed: title, frame, unit."""
    found = []
    for resource in sources.read_descriptor(report.source)["resources"]:
        rows = report.figures[report.figures["table"] == resource["name"]]
        if len(rows):
            units = dict.fromkeys(wording.figure(unit) for unit in rows["unit"])
            found.append((resource["title"], _as_printed(rows), ", ".join(units)))
    return found


def _as_printed(rows: pd.DataFrame) -> pd.DataFrame:
    """A table's cells as printed, periods downwards; what it has of several kinds stands in its columns, if few."""
    varying = [name for name in ("area", "service", "group", "quantity") if rows[name].nunique() > 1]
    labels = pd.DataFrame({name: rows[name].map(lambda value, of=name: _label(of, value)) for name in varying})
    across = varying
    if rows["period"].nunique() == 1 and len(varying) > 1:
        across = varying[1:]
    elif rows.groupby(varying).ngroups > MOST_COLUMNS if varying else False:
        across = varying[-1:]
    down = [name for name in varying if name not in across]
    first = rows["period"].str.cat([labels[name] for name in down], sep=", ")
    only = wording.sentence_start(_label("quantity", rows["quantity"].iloc[0]))
    heads = labels[across].agg(", ".join, axis=1) if across else pd.Series(only, rows.index)
    cells = rows.assign(first=first, head=heads.map(wording.sentence_start))
    table = cells.pivot(index="first", columns="head", values="as_published")
    table = table.loc[first.unique(), cells["head"].unique()].fillna("not printed")
    return table.rename_axis(columns=None).rename_axis("Period").reset_index()


def _label(dimension: str, value: str) -> str:
    return authorities.areas()[value] if dimension == "area" else DIMENSIONS[dimension].get(value, value)


def claims_table(report: Report) -> pd.DataFrame:
    """The report's single figures in prose, as printed; without rules, as after how many months a review is due."""
    rows = report.claims[report.claims["measure"] != "rule"]
    texts = [wording.as_printed(text, unit) for text, unit in zip(rows["as_published"], rows["unit"], strict=True)]
    return pd.DataFrame({"Figure": rows["what"], "As printed": texts, "Period": rows["period"]})
