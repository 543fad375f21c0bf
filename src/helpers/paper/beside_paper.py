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
from helpers.base.numbers import Origin, Said, Worked, joined, said
from helpers.base.paths import BESIDE_OTHERS
from helpers.council import beside
from helpers.council.beside import Beside
from helpers.council.numbers import step
from helpers.paper import dot_plot
from helpers.published.official.areas import ENGLAND
from helpers.published.official.tables import with_bounds
from helpers.published.processed import read_processed
from helpers.published.sources import citation

#: Verdicts (Beside.stands) of a council outside the limits, and of one that differs by more than chance, or is outside.
OUTSIDE = ("above", "below")
DIFFERS = (*OUTSIDE, "differs")
#: Financial years of the pandemic.
PANDEMIC = ("2019/20", "2020/21", "2021/22")
#: How many neighbours a sentence gives as examples.
EXAMPLES = 3
#: A count below this moves much from year to year, so that it is said with its rate.
SMALL_COUNT = 100
#: Why the share at home is another than the one that a paper on demand starts from.
AT_HOME = (
    "At home: in one's own home or with family. The demand outlook starts from who is not in a care home, estimated by "
    "England's pattern, so its share differs."
)
#: How many measures the messages tell, and how many rows the chart has room for beside them.
MOST_TOLD, MOST_DRAWN = 3, 19
#: A neighbour without which a measure's limits would be at most this part as wide lies far from all others.
FAR_APART = 0.6


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


def within(council: Beside) -> Worked:
    return counted(council, ("differs", "alike"), "Measures within the limits")


def outside(council: Beside) -> Worked:
    return counted(council, OUTSIDE, "Measures outside the limits")


def furthest_out(council: Beside) -> list[str]:
    """The measures outside the limits: first those that lead, each furthest first."""
    rows, measures = council.standing, council.content["measures"]
    found = rows.loc[rows["verdict"].isin(OUTSIDE), "place"].abs().sort_values(ascending=False, kind="stable").index
    return sorted(found, key=lambda name: not measures[name].get("leading", False))


def finding(council: Beside) -> Said:
    """What page one finds, as its heading: what lies outside the limits however many neighbours there are, or how many
    measures lie within them.
    """
    firm = [name for name in furthest_out(council) if not lies_within_with(council, name)]
    if firm:
        return said(
            "{name} lies {where} the limits of similar councils on {short}: {own} against {middle}",
            name=council.name,
            where=council.standing.loc[firm[0], "verdict"],
            short=short(council, firm[0]),
            own=number(council, firm[0]),
            middle=number(council, firm[0], "middle"),
        )
    inside, every = within(council), compared(council)
    n = "all" if str(inside) == str(every) else joined([inside, " of"], "")
    return said("{name} lies within the limits of similar councils on {n} {all} measures", name=council.name, n=n,
                all=every)  # fmt: skip


@dataclass(frozen=True)
class Told:
    """A measure as a sentence tells it.

    lead: its name. own, middle: the council's figure and the neighbours' middle. unit: what follows own in a message,
    of_what: in a question. where: how own lies to the middle and to the limits; lies: to these alone. rank: what
    follows, where the council lies beyond all of them by more than chance. beside: what else could explain it.
    """

    lead: str
    own: Worked
    unit: str
    of_what: Said
    where: str
    lies: str
    middle: Worked
    when: str
    rank: str
    beside: str


def tell(council: Beside, name: str) -> Told:
    measure, row = council.content["measures"][name], council.standing.loc[name]
    small = _small_count(council, name)
    # What is said of an end must be more than chance too; a count says instead that it is of few.
    lower, upper = (row[end] if not np.isnan(row[end]) else row["own"] for end in ("lower_own", "upper_own"))
    ends = [word for word, beyond in (("higher", lower > row["most"]), ("lower", upper < row["least"])) if beyond]
    higher = wording.compared("higher", row["own"], row["middle"])
    return Told(
        measure["short"],
        number(council, name),
        joined([_unit_after(measure), small], ""),
        joined([" ", _in_words(re.sub("^(%|£|score) ?", "", measure["unit"])), small], ""),
        f"{higher}, and outside the limits" if row["verdict"] in OUTSIDE else f"{higher}, but within the limits",
        "outside the limits" if row["verdict"] in OUTSIDE else "within the limits",
        number(council, name, "middle"),
        period(measure),
        f", and none of them is {ends[0]}" if ends and "count" not in str(small) else "",
        wording.listed(council.content["groups"][measure["group"]]["beside"], "or"),
    )


def _in_words(unit: str) -> str:
    return re.sub("(every )?100,000", "every hundred thousand", unit)


def _unit_after(measure: dict) -> str:
    """What follows a figure in a sentence, where neither it nor the measure's name says it."""
    if measure["kind"] == "spending":
        return re.sub(r" aged .*", " of that age", measure["unit"].removeprefix("£"))
    if measure["kind"] == "share" and measure["unit"].startswith("%"):
        of_whom, lead = measure["unit"].removeprefix("% of "), wording.in_sentence(measure["short"])
        return "" if lead.startswith("of ") or lead.startswith(of_whom) else f" of {of_whom}"
    if measure["unit"].startswith("score"):
        return measure["unit"].removeprefix("score")
    return " in every hundred thousand" if measure.get("per") == 100_000 else ""


def _small_count(council: Beside, name: str) -> Said:
    """That a share, a rate or the cost of a place is of few: " (a count of 50)", " (for 30 people)"; else nothing."""
    measure, counted = council.content["measures"][name], council.every.loc[(name, council.area_code), "numerator"]
    words = " (a count of {n})"
    if measure["table"].endswith("/weekly_cost_of_care_homes"):
        words, counted = " (for about {n} people)", _people_there(council.area_code, measure)
    elif measure["kind"] not in ("share", "rate"):
        return Said("")
    if not counted < SMALL_COUNT:
        return Said("")
    if counted == 0:
        return Said(" (none)")
    return said(words, n=number(council, name).as_text(f"{counted:,.0f}", f"{measure['name']}, count"))


def _people_there(area_code: str, measure: dict) -> float:
    """How many people the council supported in that kind of care home in the year, to the nearest 5; NaN: not given."""
    rows = with_bounds(measure["table"].partition("/")[0], "long_term_support_during_year", "people")
    rows = rows[(rows["area_code"] == area_code) & rows["status"].isin(beside.GIVEN)]
    found = rows[(rows["setting"] == measure["of"]["setting"]) & (rows["age_band"] == measure["of"]["age_band"])]
    return float(found["value"].astype(float).sum()) if len(found) else np.nan


def telling(council: Beside, most: int = MOST_TOLD, leading: bool = False) -> list[Told]:
    """First the measures outside the limits, then those furthest from the middle by more than chance, which are at most
    one a group. leading: of the latter those that lead alone.
    """
    rows, measures, out = council.standing, council.content["measures"], furthest_out(council)
    far = rows.loc[rows["verdict"] == "differs", "place"].abs().sort_values(ascending=False, kind="stable")
    first = {measures[name]["group"]: None for name in out}
    for name in far.index:
        if measures[name].get("leading", False) or not leading:
            first.setdefault(measures[name]["group"], name)
    return [tell(council, name) for name in [*out, *filter(None, first.values())][:most]]


def lies_within_with(council: Beside, name: str) -> list[str]:
    """With which other numbers of neighbours a measure is not outside the limits: "fewer", "more"."""
    rule = council.content["neighbours"]
    tried = [count for count in sorted(rule["others_tried"]) if count != rule["count"]]
    found = [count for count in tried if council.stands(count, [name])["verdict"].get(name) not in OUTSIDE]
    return list(dict.fromkeys("fewer" if count < rule["count"] else "more" for count in found))


def which_outside(council: Beside) -> Said | str:
    """What lies outside the limits, in the order of the messages; of one, whether it does beside more or fewer."""
    names = furthest_out(council)
    if not names:
        return "So it differs no more than such councils usually do."
    if len(names) >= MOST_TOLD:
        some = f"{wording.number_word(MOST_TOLD).capitalize()} of them follow; the chart marks all."
        return "They follow." if len(names) == MOST_TOLD else some
    names_of = [f"“{council.content['measures'][name]['short']}”" for name in names]
    if len(names) > 1:
        return f"They are {wording.listed(names_of)}."
    if inside := lies_within_with(council, names[0]):
        return f"It is {names_of[0]}; beside {wording.listed(inside, 'or')} councils it is within them."
    return f"It is {names_of[0]}, with fewer or more councils too."


def short(council: Beside, name: str) -> str:
    """A measure as a sentence names it."""
    measure = council.content["measures"][name]
    return measure.get("in_sentence", wording.in_sentence(measure["short"]))


def similar(council: Beside, most: int | None = None) -> str:
    """The nearest neighbours by name, the nearest first."""
    return wording.listed(list(council.neighbours()["council"])[:most])


def by_luck(council: Beside) -> Worked:
    """How many measures luck alone would put outside the limits, as they are drawn."""
    share = 1 - council.content["limits"]["level_pct"] / 100
    expected = round(share * int((council.standing["verdict"] != "none").sum()))
    return compared(council).as_text(wording.number_word(expected), "Measures that luck alone would put outside")


def held(council: Beside) -> Worked:
    """The share of councils that the limits hold."""
    level = council.content["limits"]["level_pct"]
    where = (Origin(BESIDE_OTHERS, "limits, level_pct"),)
    return Worked(wording.percentage(level), "Share of further councils that the limits hold", where)


def in_pandemic(council: Beside) -> str:
    """That the figures of some years are of the pandemic, as a sentence goes on; nothing where none is."""
    years = {council.content["measures"][name]["period"] for name in council.standing.index}.intersection(PANDEMIC)
    return f", and figures of {wording.listed(sorted(years))} are of the pandemic" if years else ""


def as_held() -> Worked:
    """The share of all councils' figures that the limits held."""
    rows = read_processed(beside.HELD)
    councils, held = rows["councils_tried"].astype(int), rows["limits_held_pct"].astype(float)
    share = wording.percentage(float((held * councils).sum() / councils.sum()))
    return Worked(share, "Figures that the limits held", (step(beside.HELD, "all measures"),))


def cited(council: Beside, names: list[str] | None = None) -> str:
    """The publications that these measures are of; by default all."""
    measures = council.content["measures"]
    tables = beside.tables_of(measures[name] for name in (measures if names is None else names))
    return "; ".join(dict.fromkeys(citation(table.partition("/")[0]) for table in tables))


# The chart


def leading(council: Beside) -> list[str]:
    """The measures that the chart shows: all outside the limits, then those that lead, the furthest from the middle."""
    rows, measures = council.standing.dropna(subset="place"), council.content["measures"]
    may = [name for name, row in rows["verdict"].items() if row in OUTSIDE or measures[name].get("leading")]
    kept = rows.loc[may, "place"].abs().nlargest(max(MOST_DRAWN, len(furthest_out(council)))).index
    return [name for name in may if name in kept]


def drawn(council: Beside) -> dot_plot.Figure:
    """The chart: a row a measure, the council and its neighbours beside their middle, between the limits of the row."""
    measures, rows, shown = council.content["measures"], [], {}
    for name in leading(council):
        places, measure = drawn_at(council, name), measures[name]
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
                "outside": council.standing.loc[name, "verdict"] in OUTSIDE,
                **{f"{which}_said": str(number(council, name, which)) for which in ("own", "middle", "england")},
            }
        )
    return dot_plot.draw(pd.DataFrame(rows).set_index("label"), shown, council.name, council.region)


def drawn_at(council: Beside, name: str) -> pd.Series:
    """Where the chart draws every area on a measure: 0 at the neighbours' middle as printed, -1 and 1 at the limits.

    Each side of the middle has a scale of its own, as limits seldom lie alike far from it.
    """
    row = council.standing.loc[name]
    beyond = council.every.loc[name, "value"].dropna() - row["middle"]
    limit = np.where(beyond < 0, row["middle"] - row["lower"], row["upper"] - row["middle"])
    return (beyond / limit).where(beyond != 0, 0.0)  # a middle of 100% is its own limit


def stretched(council: Beside) -> str:
    """That one council lies so far from the others that limits are wide, and of which measures drawn, as a note."""
    found = [council.content["measures"][name]["short"] for name in leading(council) if _without_one(council, name)]
    if not found:
        return ""
    rows = "this row" if len(found) == 1 else "these rows"
    return f"One council far from the rest makes the limits of {rows} too wide to tell much: {'; '.join(found)}."


def _without_one(council: Beside, name: str) -> bool:
    """Whether the spread of the neighbours would be at most FAR_APART as wide without the one that lies furthest."""
    places = council.places(name)
    places = places[places.index.isin(council.neighbours().index)].dropna()
    rest = places.drop((places - places.median()).abs().idxmax())
    return bool(rest.std() <= FAR_APART * places.std())


def unit_beside(measure: dict) -> str:
    """A measure's unit beside its name: "%", "£ a week", "per 100,000", "score"."""
    unit = measure["unit"]
    if unit.startswith("£"):
        return unit.partition(" aged")[0]
    return "per 100,000" if "100,000" in unit else unit.partition(" ")[0]


def drawn_in_words(council: Beside) -> Said:
    """The chart in words and figures, for who cannot see it."""
    measures = council.content["measures"]
    each = [
        said(
            "{short}, {when}: {own}; similar councils {middle}; England {england}; {verdict}",
            short=measures[name]["short"], when=period(measures[name]), own=number(council, name),
            middle=number(council, name, "middle"), england=number(council, name, "england"),
            verdict=beside_limits(council, name),
        )
        for name in leading(council)
    ]  # fmt: skip
    return said(
        "Dot plot of {name} among its nearest neighbours, a row a measure. {each}.",
        name=council.name, each=joined(each, ". "),
    )  # fmt: skip


def beside_limits(council: Beside, name: str) -> str:
    """Where a measure lies to the limits, in words."""
    row = council.standing.loc[name]
    if row["verdict"] == "none":
        return "too few neighbours"
    return f"outside, {'higher' if row['verdict'] == 'above' else 'lower'}" if row["verdict"] in OUTSIDE else "within"


def others(council: Beside) -> list[str]:
    """The measures that the chart does not show."""
    shown = leading(council)
    return [name for name in council.standing.index if name not in shown]


def inside(council: Beside, names: list[str], start: str) -> Said:
    """How many of some measures lie within the limits, as a title; start: which they are, as in "measures drawn"."""
    found = [name for name in names if council.standing.loc[name, "verdict"] not in OUTSIDE]
    where = (_origin(f"{start}, of {council.name}"),)
    n, of = (Worked(str(len(some)), start.capitalize(), where) for some in (found, names))
    whole = "All {of}" if len(found) == len(names) else "{n} of the {of}"
    return said(whole + " " + start + " lie within the limits of similar councils", n=n, of=of)


# Questions


def questions(council: Beside, most: int = 4) -> list[Said]:
    """What to ask: of the measures outside the limits first, then of those that differ furthest, one a subject."""
    return [
        said(
            "{lead} ({lies}): {own}{of_what} here, {middle} in the middle of similar councils ({when}). "
            + ("Is the figure right? Could it be {beside}?" if one.rank else "Why? Could it be {beside}?"),
            **{name: getattr(one, name) for name in ("lead", "lies", "when", "own", "of_what", "middle", "beside")},
        )
        for one in telling(council, most)
    ]
