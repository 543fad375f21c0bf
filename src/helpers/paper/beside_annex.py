"""What the annex of the paper that sets a council beside others shows: tables, by area code."""

import pandas as pd

from helpers.base import wording
from helpers.base.numbers import Worked
from helpers.council.beside import Beside, tables_of
from helpers.paper.beside_paper import APART, DIFFERS, leading, number, period, printed, under_each_rule
from helpers.projection.chance_limits import WITH_CHANCE
from helpers.published.sources import citation

#: How many measures stand side by side in a table of the neighbours' figures.
SIDE_BY_SIDE = 4


def verdict(council: Beside, name: str) -> str:
    """What the limits say of a measure, in words."""
    row = council.standing.loc[name]
    higher = wording.compared("higher", row["own"], row["middle"])
    if row["verdict"] in APART:
        return f"stands apart, {higher}"
    if row["verdict"] == "differs":
        return f"{higher}, more than chance"
    if row["verdict"] == "none":
        return "too few neighbours"
    known = council.content["measures"][name]["kind"] in WITH_CHANCE
    return "no clear difference" if known else "within the limits"


def groups(council: Beside) -> dict[str, list[str]]:
    """The measures of which the council has a figure, by the title of their group."""
    measures, titles = council.content["measures"], council.content["groups"]
    found: dict[str, list[str]] = {}
    for name in council.standing.index:
        found.setdefault(titles[measures[name]["group"]]["title"], []).append(name)
    return found


def by_subject(council: Beside) -> pd.DataFrame:
    """How many measures of each subject lie higher, lower, or without a clear difference."""
    rows = []
    for title, names in groups(council).items():
        found = council.standing.loc[names]
        differs = found["verdict"].isin(DIFFERS)
        rows.append(
            {
                "Subject": title,
                "Measures": len(found),
                "Higher": int((differs & (found["own"] > found["middle"])).sum()),
                "Lower": int((differs & (found["own"] < found["middle"])).sum()),
                "No clear difference": int((~differs).sum()),
            }
        )
    return pd.DataFrame(rows)


def group_table(council: Beside, names: list[str]) -> pd.DataFrame:
    """The measures of one group: the council, its neighbours, its region, England, the limits, and what they say."""
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
                "What that says": verdict(council, name),
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


def counts(council: Beside) -> pd.DataFrame:
    """What each measure is worked out from: count, of how many, limits of chance, neighbours with a figure."""
    measures, rows = council.content["measures"], []
    for name, row in council.standing.iterrows():
        figures = council.every.loc[(name, council.area_code)]
        rows.append(
            {
                "Measure": f"{measures[name]['short']}, {period(measures[name])}",
                "Counted": _said(figures["numerator"]),
                "Of, or for": _said(figures["denominator"]),
                council.name: _bare(council, name),
                "Limits of chance": _range(council, name, "lower_own", "upper_own"),
                "Neighbours with a figure": int(row["councils"]),
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
    measures, near = council.content["measures"], council.neighbours()
    codes, names, shown = [council.area_code, *near.index], [council.name, *near["council"]], leading(council)
    tables = []
    for start in range(0, len(shown), SIDE_BY_SIDE):
        columns = {"Council": names}
        for name in shown[start : start + SIDE_BY_SIDE]:
            values = council.every.loc[name]["value"].reindex(codes)
            columns[f"{measures[name]['short']}, {period(measures[name])}"] = [
                printed(measures[name], v) for v in values
            ]
        tables.append(pd.DataFrame(columns))
    return tables


def other_rules(council: Beside) -> pd.DataFrame:
    """How many measures would differ, and stand apart, with other numbers of neighbours."""
    rows = []
    for count, verdicts in under_each_rule(council).items():
        rows.append(
            {
                "Neighbours": str(count),
                "Measures that differ": int(verdicts.isin(DIFFERS).sum()),
                "Of these, the council stands apart": int(verdicts.isin(APART).sum()),
            }
        )
    return pd.DataFrame(rows)


def not_compared(council: Beside) -> str:
    """The measures of which the council has no figure on file, as a sentence; empty where it has all."""
    measures = council.content["measures"]
    lacking = [
        wording.in_sentence(one["short"]) for name, one in measures.items() if name not in council.standing.index
    ]
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
