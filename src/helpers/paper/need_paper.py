"""What the paper on need by group shows: its numbers by support reason, its tables, its chart and its questions."""

import math
from dataclasses import dataclass

import pandas as pd

from helpers.base import authorities, wording
from helpers.base.errors import InputError
from helpers.base.numbers import Change, Said, Worked, all_of, said
from helpers.base.vocabulary import AGE_BANDS, GROUPS, SUPPORT_REASONS
from helpers.council import assumptions, figures, latest, need
from helpers.council.numbers import step
from helpers.council.opened import Council
from helpers.paper import charts, dot_plot, enquiries, reasons
from helpers.paper.reasons import by_reason, named, pattern
from helpers.projection.projection_tables import people_at, row_of
from helpers.published import processed, sources

#: How many years after the base the paper looks.
YEARS_AHEAD = 5
#: How the later counts of all councils were held against projections.
BACKTEST = "england/backtest_by_years"
#: Ages as a heading says them.
AT = {"65+": "for older people", "18-64": "at working age"}


def year_of(council: Council) -> int:
    """The year that the paper is on."""
    return council.base_year + YEARS_AHEAD


def change(council: Council, age: str) -> Change | None:
    """How an age band goes from its count to the year of the paper; None where the council has no such count."""
    if age not in council.ages:
        return None
    return council.people(age, year_of(council)).beside(council.counted(age))


@dataclass(frozen=True)
class Group:
    """A support reason of an age band: how it goes from the base to the year of the paper, in people and per cent."""

    reason: str
    age: str
    change: Change

    @property
    def name(self) -> str:
        """What it is called in a sentence: "personal care for older people"."""
        return f"{named(self.reason)} {AT.get(self.age, f'aged {AGE_BANDS[self.age]}')}"

    @property
    def growth_pct(self) -> float:
        """By how much it grows, in per cent of the base."""
        return wording.change_pct(self.change.before.value, self.change.after.value)

    @property
    def ends_pct(self) -> tuple[float, float]:
        """The ends of its likely range (four in five), in per cent of the base."""
        low, high = self.change.after.range.ends
        return tuple(wording.change_pct(self.change.before.value, end) for end in (low, high))

    @property
    def could_go_either_way(self) -> bool:
        """Whether its likely range holds both a fall and a rise."""
        return self.ends_pct[0] < 0 < self.ends_pct[1]

    @property
    def in_words(self) -> str:
        """Its growth with the likely range: "9% (−13% to 36%)"."""
        low, high = map(wording.growth, self.ends_pct)
        return f"{wording.growth(self.growth_pct)} ({low} to {high})"


def groups(council: Council, least: int, *ages: str) -> list[Group]:
    """The support reasons of these ages with so many people or more in the base, the oldest and the largest first."""
    found = [
        Group(reason, age, one)
        for age in ages
        for reason, one in by_reason(council, age, year_of(council)).items()
        if reason != "others" and one.before.as_printed >= least
    ]
    return sorted(found, key=lambda group: (-council.ages.index(group.age), -group.change.before.value))


def finding(council: Council, least: int) -> Said:
    """What the paper found, as its heading says it: how the main groups of the older age may change.

    Where the likely range of each holds the growth of every other, they are said to change alike.
    least: people in the base from which on a group is a main one. Without such groups, what is found of all together.
    """
    age, period = council.ages[-1], council.period_of(year_of(council))
    main, older = groups(council, least, age), change(council, age)
    if not main:
        return said(
            "About {after} people aged {age} may have support in {period}, {before} now",
            after=older.after, age=AGE_BANDS[age], period=period, before=older.before,
        )  # fmt: skip
    sizes = sorted(group.growth_pct for group in main)
    is_rise, is_fall = sizes[0] > 0, sizes[-1] < 0
    ends = sorted((sizes[0], sizes[-1]), key=abs) if is_rise or is_fall else (sizes[0], sizes[-1])
    texts = map(wording.percentage if is_rise or is_fall else wording.growth, ends)
    size = Worked(
        " to ".join(dict.fromkeys(texts)), f"Growth of each main group aged {AGE_BANDS[age]}",
        all_of(*(number for group in main for number in (group.change.before, group.change.after))),
    )  # fmt: skip
    alone = f"{wording.sentence_start(named(main[0].reason))}, the one main group aged {AGE_BANDS[age]},"
    aged = alone if len(main) == 1 else f"Main groups aged {AGE_BANDS[age]}"
    if not (is_rise or is_fall):
        return said("{aged} may change by {size} by {period}", aged=aged, size=size, period=period)
    either = sum(group.could_go_either_way for group in main)
    some = "it" if len(main) == 1 else "each" if either == len(main) else "some"
    verb, other = ("grow", "shrink") if is_rise else ("shrink", "grow")
    held = [group.ends_pct[0] <= size <= group.ends_pct[1] for group in main for size in sizes]
    return said(
        "{aged} may {verb} {alike} {size} by {period}{but}",
        aged=aged, verb=verb, size=size, period=period, alike="alike, by" if all(held) and len(main) > 1 else "by",
        but=f"; {some} could also {other}" if either else "",
    )  # fmt: skip


def largest(council: Council, least: int) -> Group | None:
    """The group of the most people in the year of the paper; None where its likely range meets another's."""
    every = sorted(groups(council, least, *council.ages), key=lambda group: -group.change.after.value)
    if len(every) < 2 or every[0].change.after.range.ends[0] <= every[1].change.after.range.ends[1]:
        return None
    return every[0]


def table(council: Council, age: str) -> pd.DataFrame:
    """People of an age band by support reason, in the base and in the year of the paper (reasons.table)."""
    return reasons.table(council, age, year_of(council))


def drawn(shown: list[Group]) -> charts.Figure:
    """The chart of groups: by how much each may change, with its likely range, in per cent."""
    rows = pd.DataFrame(
        [[group.growth_pct, *group.ends_pct, group.in_words] for group in shown],
        index=[f"{AGE_BANDS[group.age]}: {named(group.reason)}" for group in shown],
        columns=["change", "lower", "upper", "said"],
    )
    return dot_plot.changes(rows)


def drawn_title(council: Council, shown: list[Group]) -> str:
    """What the chart of groups shows, as its title: how many of them could go either way."""
    either, every = sum(group.could_go_either_way for group in shown), wording.number_of(len(shown), "main group")
    some = "Each" if either == len(shown) else wording.sentence_start(wording.number_word(either)) if either else "None"
    return f"{some} of the {every} could rise or fall by {council.period_of(year_of(council))}"


def drawn_in_words(council: Council, shown: list[Group]) -> str:
    """The chart in words and figures, for who cannot see it."""
    each = "; ".join(f"{AGE_BANDS[group.age]}, {named(group.reason)}: {group.in_words}" for group in shown)
    return (
        f"Dot plot of how groups may change by {council.period_of(year_of(council))}, in per cent of "
        f"{council.base_period}, with the likely range: {each}."
    )


# How good it is


def missed(age: str, method: str = "constant_rates") -> Worked:
    """By how much projections of all councils missed so many years ahead, on average: "11%"."""
    row = _held(age, method)
    text = wording.percentage(100 * math.expm1(float(row["mean_absolute_log_error"])))
    return Worked(text, f"How far {method.replace('_', ' ')} missed, aged {AGE_BANDS[age]}", (_backtest(age),))


def councils_held() -> Worked:
    """How many councils the projections were held against."""
    count = wording.count(int(_held("65+", "constant_rates")["forecasts"]))
    return Worked(count, "Councils on which projections were tried", (_backtest("65+"),))


def has_backtest() -> bool:
    """Whether projections of all councils were held against later counts."""
    return processed.processed_path(BACKTEST).is_file()


def _held(age: str, method: str) -> pd.Series:
    rows = processed.read_processed(BACKTEST)
    rows = rows[
        (rows["age_band"] == age) & (rows["years_apart"].astype(int) == YEARS_AHEAD) & (rows["forecast_by"] == method)
    ]
    if len(rows) != 1:
        raise InputError(f"data/processed/{BACKTEST}.csv has no row of {age}, {YEARS_AHEAD} years and {method}.")
    return rows.iloc[0]


def _backtest(age: str) -> object:
    return step(BACKTEST, f"aged {AGE_BANDS[age]}, {YEARS_AHEAD} years ahead")


# Other drivers of need, and what stands beside


def other_drivers(council: Council) -> pd.DataFrame:
    """What each other driver makes of its group: the base, the year of the paper and its growth; and the projection."""
    drivers = need.drivers_of(council)
    growth = need.growth_by_year(council, drivers, year_of(council)).query("year == @year_of(@council)")
    rows = []
    for (age, reason), group in growth.groupby(["age_band", "support_reason"]):
        by_population = people_at(council.projection, council.time_of(year_of(council)), age, reason)
        first = float(row_of(council.projection, council.base_year, age, reason)["people"])
        label = f"{wording.sentence_start(named(reason))}, {AGE_BANDS[age]}"
        own = _grown(first, by_population)
        if one := by_reason(council, age, year_of(council)).get(reason):
            own = [one.before, one.after, own[-1]]
        rows.append([f"{label}: this projection", *own])
        for one in group.itertuples():
            title = wording.in_sentence(drivers["title"][one.driver])
            rows.append([f"{label}: {title}", *_grown(one.people_at_start, one.people_at_start * one.growth)])
            if one.growth_lower < one.growth_upper:
                ends = [wording.growth(100 * (end - 1)) for end in (one.growth_lower, one.growth_upper)]
                rows[-1][-1] += f" ({ends[0]} to {ends[1]})"
    columns = ["Group, and what it grows with", council.base_period, council.period_of(year_of(council)), "Growth"]
    return pd.DataFrame(rows, columns=columns)


def _grown(before: float, after: float) -> list[str]:
    return [wording.people(before), wording.people(after), wording.growth(wording.change_pct(before, after))]


@dataclass(frozen=True)
class Otherwise:
    """The estimate of growth that lies furthest from the projection of its group: both in per cent, as they print."""

    name: str
    other: Worked
    own: Worked


def furthest(council: Council) -> Otherwise | None:
    """What another estimate makes of a group, where it differs most from the projection; None without one."""
    drivers = need.drivers_of(council)
    growth = need.growth_by_year(council, drivers, year_of(council)).query("year == @year_of(@council)")
    found = []
    for one in growth.itertuples():
        after = people_at(council.projection, council.time_of(year_of(council)), one.age_band, one.support_reason)
        before = float(row_of(council.projection, council.base_year, one.age_band, one.support_reason)["people"])
        found.append((100 * (one.growth - 1), wording.change_pct(before, after), one))
    if not found:
        return None
    other, own, one = max(found, key=lambda each: abs(each[0] - each[1]))
    name = f"{named(one.support_reason)} {AT.get(one.age_band, f'aged {AGE_BANDS[one.age_band]}')}"
    where = tuple(all_of(council.people(one.age_band, year_of(council), one.support_reason)))
    return Otherwise(
        name,
        Worked(wording.growth(other), f"Growth of {name}, by {drivers['title'][one.driver]}", where),
        Worked(wording.growth(own), f"Growth of {name}, as projected", where),
    )


def evidence(council: Council) -> str:
    """What the other drivers rest on."""
    return "; ".join(dict.fromkeys(need.drivers_of(council)["evidence"].str.strip().str.rstrip(".")))


def beside(council: Council) -> dict[str, tuple[pd.DataFrame, str, str]]:
    """What else is published by group, by title: the table, when it was counted, and its source."""
    found = {}
    for part in council.settings.get("context", []):
        rows = figures.figures_of(council.id, part)
        labels = rows["group"].map(GROUPS).where(rows["group"] != "all", rows["support_reason"])
        shown = pd.DataFrame({"Group": labels.replace(SUPPORT_REASONS), "People": rows["value"].map(wording.count)})
        about = sources.provenance([part["source"]]).set_index("table")
        found[about.loc[part["table"], "title"]] = (shown, rows["period"].iloc[0], sources.citation(part["source"]))
    return found


def unanswered(council: Council) -> pd.DataFrame:
    """What a request under the Freedom of Information Act asked and got no figures for."""
    documents = [part["source"] for part in council.settings.get("context", [])]
    rows = council.missing
    return rows[rows["source"].isin(documents) & (rows["kind"] == "not_given")].sort_values("id")


def asked(council: Council) -> Said | str:
    """What was asked, and when; or that no such request is on file."""
    rows = unanswered(council).query("id == 'five_year_projections'")
    if rows.empty:
        return f"Not on file for {council.name}: a request for need by group in the years to come."
    when = sources.read_descriptor(rows["source"].iloc[0])["published"][:4]
    return (
        f"A request under the Freedom of Information Act asked for {wording.in_sentence(rows['what'].iloc[0])}. The "
        f"answer of {when} said where the council looks for projections, and gave no numbers."
    )


def questions(council: Council) -> list[Said | str | None]:
    """Questions to officers that follow from what the paper found."""
    age, period = council.ages[-1], council.period_of(year_of(council))
    span = change(council, age).after.range
    low, high = span.ends
    plans = said(
        "In four in five futures, between {span} people aged {age} have support in {period}. Which number do the "
        "council's plans rest on, and what would they do at either end?",
        period=period, span=span.joined("and"), age=AGE_BANDS[age],
    )  # fmt: skip
    by_group = (
        f"How many people had long-term support in {council.base_period} for each reason? The split here is an "
        "estimate, and the council's own count would put it right."
    )
    driven = assumptions.need_drivers()["published"]
    texts = [text for one in driven if one["authority_id"] == council.id for text in one["figures"].values()]
    disagree = []
    if named := authorities.documents_named(texts):
        found = council.checks[(council.checks["verdict"] == "disagrees") & council.checks["source"].isin(named)]
        disagree = list(found.drop_duplicates("question")["question"])
    return [
        plans if 100 * (high - low) / change(council, age).after.value >= enquiries.WIDE_RANGE_PCT else None,
        by_group if pattern(council) else None,
        *map(_not_given, unanswered(council).itertuples()),
        *map(enquiries.disagreement, disagree),
    ]


def _not_given(row: tuple) -> str:
    asked = sources.read_descriptor(row.source)["published"][:4]
    what = wording.in_sentence(row.what)
    request = f"In {asked} the council was asked, under the Freedom of Information Act, for {what}."
    return f"{request} It gave no figure. What is it?"


def documents(council: Council) -> tuple[list[str], list[str]]:
    """The documents that the paper rests on, and their tables."""
    settings, texts = council.settings, []
    for one in assumptions.need_drivers()["published"]:
        texts += one["figures"].values() if one["authority_id"] == council.id else ()
    parts = [*council.chosen["benchmarks"], *settings.get("context", [])]
    names = dict.fromkeys([settings["support"]["source"], *(part["source"] for part in parts)])
    names |= dict.fromkeys(authorities.documents_named(texts))
    names |= {latest.ACTIVITY: None} if pattern(council) else {}
    tables = [latest.BY_REASON, latest.BY_SETTING, latest.OF_ENGLAND] if pattern(council) else []
    return list(names), [*settings["support"]["tables"], *(part["table"] for part in parts), *tables, "claims"]
