"""What the paper that sets a council beside others says to members: heading, messages, chart and questions.

Each function takes a council beside others (council.beside.Beside), by area code, so for any council in England; its
numbers know the row of all councils' table that they rest on. What the paper's annex shows is in beside_annex.
"""

import re
from dataclasses import dataclass
from functools import cache

import numpy as np
import pandas as pd

from helpers.base import wording
from helpers.base.numbers import Origin, Said, Worked, joined, listed, said
from helpers.base.paths import BESIDE_OTHERS
from helpers.council import beside
from helpers.council.beside import Beside
from helpers.council.numbers import step
from helpers.paper import dot_plot
from helpers.published.official.areas import ENGLAND
from helpers.published.processed import read_processed
from helpers.published.sources import citation

#: Verdicts (Beside.stands) of a council that stands apart, and of one that differs by more than chance.
APART = ("above", "below")
DIFFERS = (*APART, "differs")
#: Financial years of the pandemic.
PANDEMIC = ("2019/20", "2020/21", "2021/22")
#: How many neighbours a sentence gives as examples.
EXAMPLES = 3


def printed(measure: dict, value: float) -> str:
    """A figure of a measure as it prints: "40.8%", "£16.82", "£1,413", "596", "27.9"; a word where there is none."""
    if np.isnan(value):
        return "not available"
    if measure["unit"].startswith("%"):
        return f"{value:.1f}%"
    if measure["unit"].startswith("£"):
        return f"£{value:,.2f}" if value < 100 else f"£{value:,.0f}"
    return f"{value:,.0f}" if value >= 100 else f"{value:.1f}"


def period(measure: dict) -> str:
    return measure.get("when", measure["period"])


@cache
def _origin(words: str) -> Origin:
    return step(beside.COMPARED, words)


def number(council: Beside, name: str, which: str = "own") -> Worked:
    """A figure of a measure, from a column of council.standing: own, middle, region, england, lower, ..."""
    measure, value = council.content["measures"][name], council.standing.loc[name, which]
    whose = {"own": council.name, "region": council.region, "england": "England"}.get(which, "the nearest neighbours")
    what = f"{measure['name']}, {period(measure)}, {whose}, {measure['unit']}"
    return Worked(printed(measure, value), what, (_origin(f"{measure['short']}, {whose}; of {measure['table']}"),))


def counted(council: Beside, verdicts: tuple[str, ...], what: str) -> Worked:
    """How many measures have one of these verdicts."""
    found = int(council.standing["verdict"].isin(verdicts).sum())
    where = (_origin(f"all measures of {council.name} beside those of its nearest neighbours"),)
    return Worked(wording.number_word(found) if 0 < found < 10 else str(found) if found else "none", what, where)


def compared(council: Beside) -> Worked:
    return counted(council, (*DIFFERS, "alike"), "Measures on which the council is compared")


def differing(council: Beside) -> Worked:
    return counted(council, DIFFERS, "Measures on which the council differs by more than chance")


def apart(council: Beside) -> Worked:
    return counted(council, APART, "Measures on which the council stands apart")


def alike(council: Beside) -> Worked:
    return counted(council, ("alike",), "Measures without a clear difference")


def finding(council: Beside) -> Said:
    """What page one finds, as its heading."""
    verdicts, names = council.standing["verdict"], {"name": council.name, "all": compared(council)}
    if not verdicts.isin(DIFFERS).any():
        return said("{name} is much like similar councils on all {all} measures", **names)
    start = "{name} differs from similar councils on {n} of {all} measures, "
    end = "and stands apart on {apart}" if verdicts.isin(APART).any() else "but stands apart on none"
    return said(start + end, n=differing(council), apart=apart(council), **names)


@dataclass(frozen=True)
class Told:
    """A measure on which the council differs, as a sentence tells it.

    lead: its name. own, middle: the council's figure and the neighbours' middle. unit: what follows own, where the
    figure does not say it. higher: how own lies to the middle. rank: what follows, where the council
    lies beyond all of them by more than chance.
    """

    lead: str
    own: Worked
    unit: str
    higher: str
    middle: Worked
    when: str
    rank: str
    beside: str


def tell(council: Beside, name: str) -> Told:
    measure, row = council.content["measures"][name], council.standing.loc[name]
    # What is said of an end must be more than chance too.
    lower, upper = (row[end] if not np.isnan(row[end]) else row["own"] for end in ("lower_own", "upper_own"))
    ends = [word for word, beyond in (("higher", lower > row["most"]), ("lower", upper < row["least"])) if beyond]
    rank = f", and none of them is {ends[0]}" if ends else ""
    return Told(
        measure["short"], number(council, name), _unit_after(measure),
        wording.compared("higher", row["own"], row["middle"]), number(council, name, "middle"), period(measure), rank,
        wording.listed(council.content["groups"][measure["group"]]["beside"], "or"),
    )  # fmt: skip


def _unit_after(measure: dict) -> str:
    """What follows a figure in a sentence, where neither it nor the measure's name says it."""
    if measure["kind"] == "spending":
        return re.sub(r" aged .*", " of that age", measure["unit"].removeprefix("£"))
    return " in every hundred thousand" if measure.get("per") == 100_000 else ""


def telling(council: Beside, most: int, leading: bool = False) -> list[Told]:
    """The measures that differ furthest within their limits, at most one a group. leading: of those that lead alone."""
    rows, measures = council.standing, council.content["measures"]
    far = rows.loc[rows["verdict"].isin(DIFFERS), "place"].abs().sort_values(ascending=False, kind="stable")
    order = [name for name in far.index if measures[name].get("leading", False) or not leading]
    first: dict[str, str] = {}
    for name in order:
        first.setdefault(measures[name]["group"], name)
    return [tell(council, name) for name in list(first.values())[:most]]


def names_of(council: Beside, verdicts: tuple[str, ...]) -> Said:
    """The measures of these verdicts and how the council lies to its neighbours, as a list in a sentence."""
    rows, measures = council.standing, council.content["measures"]
    found = [name for name in rows.index if rows.loc[name, "verdict"] in verdicts]
    parts = [f"{wording.in_sentence(measures[name]['short'])} ({tell(council, name).higher})" for name in found]
    return listed(parts) if parts else Said("")


def under_each_rule(council: Beside) -> dict[int, pd.Series]:
    """The verdicts with each number of neighbours that is tried, the rule's own among them."""
    rule = council.content["neighbours"]
    return {count: council.stands(count)["verdict"] for count in sorted({rule["count"], *rule["others_tried"]})}


def holds(council: Beside) -> str:
    """On how much of what it stands apart on the council does so with every number of neighbours that is tried."""
    own = council.standing.index[council.standing["verdict"].isin(APART)]
    apart_too = [verdicts.reindex(own).isin(APART) for verdicts in under_each_rule(council).values()]
    robust = int(pd.concat(apart_too, axis=1).all(axis=1).sum())
    if robust == len(own):
        return "this holds"
    return f"{wording.number_word(robust)} of them holds" if robust else "this does not hold"


def similar(council: Beside, most: int | None = None) -> str:
    """The nearest neighbours by name, the nearest first."""
    return wording.listed(list(council.neighbours()["council"])[:most])


def by_luck(council: Beside) -> Worked:
    """How many measures would differ by chance alone, as the limits are drawn."""
    share = 1 - council.content["limits"]["level_pct"] / 100
    expected = round(share * int((council.standing["verdict"] != "none").sum()))
    return compared(council).as_text(wording.number_of(expected, "measure"), "Measures that differ by chance alone")


def held(council: Beside) -> Worked:
    """The share of councils that the limits hold."""
    level = council.content["limits"]["level_pct"]
    where = (Origin(BESIDE_OTHERS, "limits, level_pct"),)
    return Worked(wording.percentage(level), "Share of further councils that the limits hold", where)


def in_pandemic(council: Beside) -> Worked:
    """How many measures are of a year of the pandemic."""
    measures = council.content["measures"]
    found = [name for name in council.standing.index if measures[name]["period"] in PANDEMIC]
    return Worked(str(len(found)), "Measures of years of the pandemic", (_origin("periods of the measures"),))


def tried(council: Beside) -> tuple[Worked, Worked]:
    """How many councils the limits were tried on, at most, and the share of all their figures that they held."""
    rows = read_processed(beside.HELD)
    councils, held = rows["councils_tried"].astype(int), rows["limits_held_pct"].astype(float)
    where = (step(beside.HELD, "all measures"),)
    share = wording.percentage(float((held * councils).sum() / councils.sum()))
    return (
        Worked(wording.count(councils.max()), "Councils on which the limits were tried", where),
        Worked(share, "Figures that the limits held", where),
    )


def cited(council: Beside, names: list[str] | None = None) -> str:
    """The publications that these measures are of; by default all."""
    measures = council.content["measures"]
    tables = beside.tables_of(measures[name] for name in (measures if names is None else names))
    return "; ".join(dict.fromkeys(citation(table.partition("/")[0]) for table in tables))


# The chart


def leading(council: Beside) -> list[str]:
    """The measures that the chart shows: those that lead, of which the council has a figure that is compared."""
    rows, measures = council.standing, council.content["measures"]
    return [name for name in rows.index if measures[name].get("leading") and rows.loc[name, "verdict"] != "none"]


def drawn(council: Beside) -> dot_plot.Figure:
    """The chart: a row a measure, the council and its neighbours within the limits that are drawn alike for all."""
    measures, rows, shown = council.content["measures"], [], {}
    for name in leading(council):
        places, measure = council.places(name), measures[name]
        label = f"{measure['short']} ({unit_beside(measure)})"
        near = [code for code in council.neighbours().index if code in places.index]
        shown[label] = places[near]
        rows.append(
            {
                "label": label,
                "when": period(measure),
                "own": places[council.area_code],
                "region": places.get(council.region_code, np.nan),
                "england": places.get(ENGLAND, np.nan),
                "differs": council.standing.loc[name, "verdict"] in DIFFERS,
                **{f"{which}_said": str(number(council, name, which)) for which in ("own", "middle", "england")},
            }
        )
    return dot_plot.draw(pd.DataFrame(rows).set_index("label"), shown, council.name, council.region)


def unit_beside(measure: dict) -> str:
    """A measure's unit beside its name: "%", "£ a week", "per 100,000", "score"."""
    unit = measure["unit"]
    if unit.startswith("£"):
        return unit.partition(" aged")[0]
    return "per 100,000" if "100,000" in unit else unit.partition(" ")[0]


def drawn_in_words(council: Beside) -> Said:
    """The chart in words and figures, for who cannot see it."""
    rows, measures = council.standing, council.content["measures"]
    verdict = {"above": "stands apart, higher", "below": "stands apart, lower", "alike": "no clear difference"}
    each = [
        said(
            "{short}, {when}: {own}; similar councils {middle}; England {england}; {verdict}",
            short=measures[name]["short"], when=period(measures[name]), own=number(council, name),
            middle=number(council, name, "middle"), england=number(council, name, "england"),
            verdict=verdict.get(rows.loc[name, "verdict"], "differs by more than chance"),
        )
        for name in leading(council)
    ]  # fmt: skip
    return said(
        "Dot plot of {name} among its nearest neighbours, a row a measure. {each}.",
        name=council.name, each=joined(each, ". "),
    )  # fmt: skip


def inside(council: Beside) -> Said:
    """What the chart finds: how many of its measures lie within the limits."""
    names = leading(council)
    within = [name for name in names if council.standing.loc[name, "verdict"] not in APART]
    where = (_origin(f"leading measures of {council.name}"),)
    n, of = (Worked(str(len(found)), "Measures of the chart", where) for found in (within, names))
    whole = "All {of}" if len(within) == len(names) else "{n} of {of}"
    return said(whole + " figures lie within the limits of similar councils", n=n, of=of)


# Questions


def questions(council: Beside, most: int = 6) -> list[Said]:
    """What to ask of the measures that differ furthest, one a subject."""
    return [
        said(
            "{lead}: {own} here, {middle} in the middle of similar councils ({when}). Why? Could it be {beside}?",
            **{name: getattr(one, name) for name in ("lead", "when", "own", "middle", "beside")},
        )
        for one in telling(council, most)
    ]  # fmt: skip
