"""What the annex of the paper that sets a council beside others shows: tables, by area code."""

import pandas as pd

from helpers.base import wording
from helpers.base.numbers import Worked
from helpers.council.beside import Beside, tables_of
from helpers.paper.beside_paper import (
    OUTSIDE,
    beside_limits,
    leading,
    number,
    others,
    period,
    printed,
    short,
    unit_beside,
)
from helpers.projection.chance_limits import WITH_CHANCE
from helpers.published.sources import citation

#: How many measures stand side by side in a table of the neighbours' figures.
SIDE_BY_SIDE = 4


def chance(council: Beside, name: str) -> str:
    """What chance says of a measure, in words: a question that is not asked of money, nor where no count is printed."""
    row = council.standing.loc[name]
    if council.content["measures"][name]["kind"] not in WITH_CHANCE:
        return "not tested for chance"
    if row["lower_own"] <= row["middle"] <= row["upper_own"]:
        return "may be chance"
    return f"{wording.compared('higher', row['own'], row['middle'])}, more than chance"


def groups(council: Beside) -> dict[str, list[str]]:
    """The measures of which the council has a figure, by the title of their group."""
    measures, titles = council.content["measures"], council.content["groups"]
    found: dict[str, list[str]] = {}
    for name in council.standing.index:
        found.setdefault(titles[measures[name]["group"]]["title"], []).append(name)
    return found


def others_table(council: Beside) -> pd.DataFrame:
    """The measures that the chart does not show, with their middle, England, and where they lie to the limits."""
    return pd.DataFrame(
        [
            {
                "Measure": _labelled(council, name),
                council.name: _bare(council, name),
                "Similar, middle": _bare(council, name, "middle"),
                "England": _bare(council, name, "england"),
                "Within the limits?": beside_limits(council, name),
            }
            for name in others(council)
        ]
    )


def _labelled(council: Beside, name: str) -> str:
    """A measure as the chart names it, with its unit and year."""
    measure = council.content["measures"][name]
    return f"{measure['short']} ({unit_beside(measure)}), {period(measure)}"


def group_table(council: Beside, names: list[str]) -> pd.DataFrame:
    """The measures of one group: the council, its neighbours, its region, England, and the limits."""
    measures = council.content["measures"]
    return pd.DataFrame(
        [
            {
                "Measure": f"{measures[name]['name']}, {measures[name]['unit']}, {period(measures[name])}",
                council.name: _bare(council, name),
                "Neighbours’ middle": _bare(council, name, "middle"),
                "Their range": _range(council, name, "least", "most"),
                council.region: _bare(council, name, "region"),
                "England": _bare(council, name, "england"),
                "Limits": _range(council, name, "lower", "upper"),
            }
            for name in names
        ]
    )


def _bare(council: Beside, name: str, which: str = "own") -> Worked:
    """A figure as a table has it, whose row or column says that it is of pounds."""
    found = number(council, name, which)
    return found.as_text(without_pounds(str(found)))


def without_pounds(text: str) -> str:
    return text.replace("£", "")


def _range(council: Beside, name: str, lower: str, upper: str) -> str:
    row, measure = council.standing.loc[name], council.content["measures"][name]
    if row[[lower, upper]].isna().any():
        return "not available"
    return without_pounds(f"{printed(measure, max(row[lower], 0))} to {printed(measure, row[upper])}")


def confounders(council: Beside, title: str) -> str:
    """What could explain a group's differences besides what councils do, as a note."""
    group = next(one for one in council.content["groups"].values() if one["title"] == title)
    return f"What else could explain a difference: {wording.listed(group['beside'], 'or')}."


def judged(council: Beside) -> pd.DataFrame:
    """What each measure is worked out from, and what is said of it: counts, limits of chance, neighbours."""
    measures, rows = council.content["measures"], []
    for name, row in council.standing.iterrows():
        figures = council.every.loc[(name, council.area_code)]
        rows.append(
            {
                "Measure": f"{measures[name]['short']}, {period(measures[name])}",
                "Counted": _said(figures["numerator"]),
                "Of, or for": _said(figures["denominator"]),
                "Limits of chance": _range(council, name, "lower_own", "upper_own"),
                "Neighbours": int(row["councils"]),
                "Beside their middle": chance(council, name),
                "Within the limits?": beside_limits(council, name),
            }
        )
    return pd.DataFrame(rows)


def _said(value: float) -> str:
    return "not printed" if pd.isna(value) else f"{value:,.0f}"


def neighbours_table(council: Beside) -> pd.DataFrame:
    """The council and its nearest neighbours, with what they are alike in and how far apart they are."""
    near = council.neighbours()
    alike = council.alike.loc[[council.area_code, *near.index]]
    far = ["none", *(f"{one:.2f}" for one in near["distance"])]
    return pd.DataFrame(
        {
            "Council": alike["council"],
            "Distance": far,
            "Aged 65 and over": [f"{one:.1f}%" for one in alike["share_65_plus_pct"]],
            "Aged 85 and over": [f"{one:.1f}%" for one in alike["share_85_plus_pct"]],
            "Deprivation score": [f"{one:.1f}" for one in alike["deprivation_score"]],
            "Population": [f"{one:,.0f}" for one in alike["population"]],
        }
    ).reset_index(drop=True)


def figures_tables(council: Beside) -> list[pd.DataFrame]:
    """The leading measures of the council and each neighbour, a few to a table."""
    near = council.neighbours()
    codes, names, shown = [council.area_code, *near.index], [council.name, *near["council"]], leading(council)
    tables = []
    for start in range(0, len(shown), SIDE_BY_SIDE):
        columns = {"Council": names}
        for name in shown[start : start + SIDE_BY_SIDE]:
            measure, values = council.content["measures"][name], council.every.loc[name]["value"].reindex(codes)
            columns[_labelled(council, name)] = [without_pounds(printed(measure, value)) for value in values]
        tables.append(pd.DataFrame(columns))
    return tables


def other_rules(council: Beside) -> pd.DataFrame:
    """How many measures would lie outside the limits with other numbers of neighbours, and which."""
    rows = []
    for count, verdicts in council.under_each_rule.items():
        found = list(verdicts.index[verdicts.isin(OUTSIDE)])
        which = "; ".join(council.content["measures"][name]["short"] for name in found)
        rows.append({"Neighbours": str(count), "Outside the limits": len(found), "Which": which or "none"})
    return pd.DataFrame(rows)


def not_compared(council: Beside) -> str:
    """The measures of which the council has no figure on file, as a sentence; empty where it has all."""
    lacking = [short(council, name) for name in council.content["measures"] if name not in council.standing.index]
    return f"Not published for {council.name}, or hidden: {wording.listed(lacking)}." if lacking else ""


def assumptions(council: Beside) -> pd.DataFrame:
    """What is assumed, and what it rests on."""
    rule, limits = council.content["neighbours"], council.content["limits"]
    weights = {"share_65_plus_pct": "share aged 65 and over", "share_85_plus_pct": "share aged 85 and over"}
    weights |= {"deprivation_score": "deprivation", "log_population": "size (the logarithm of population)"}
    said = wording.listed(f"{weights.get(name, name)} {weight:g}" for name, weight in rule["weights"].items())
    return pd.DataFrame(
        [
            {
                "Assumption": "Nearest neighbours",
                "Value": f"{rule['count']} councils; weights: {said}",
                "Evidence": rule["evidence"].strip(),
            },
            {"Assumption": "Limits", "Value": f"{limits['level_pct']:g}%", "Evidence": limits["evidence"].strip()},
        ]
    )


def tables_used(council: Beside) -> tuple[list[str], list[str]]:
    """The documents behind the paper, by folder, and the names of their tables that it rests on."""
    like = ["ons_mid_year_estimates_england/after_census_2021", "mhclg_deprivation_2019/average_scores"]
    pairs = [table.split("/") for table in [*tables_of(council.content["measures"].values()), *like]]
    return list(dict.fromkeys(source for source, _ in pairs)), [table for _, table in pairs]


def likeness_cited() -> str:
    """The publications that councils are alike by."""
    return "; ".join(citation(source) for source in ("ons_mid_year_estimates_england", "mhclg_deprivation_2019"))


def reviewed(council: Beside) -> str:
    """Who answers for the assumptions, and when they are looked at again, as a note."""
    content = council.content
    return f"Owner: {wording.in_sentence(content['owner'])}. Review by: {wording.date(content['review_date'])}."
