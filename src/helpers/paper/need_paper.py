"""What the paper on need by group shows: its numbers by support reason, its tables, its chart and its questions."""

import math
from dataclasses import dataclass

import pandas as pd

from helpers.base import authorities, wording
from helpers.base.errors import InputError
from helpers.base.numbers import Change, Number, Said, Worked, said
from helpers.base.vocabulary import AGE_BANDS, GROUPS, SUPPORT_REASONS
from helpers.council import assumptions, figures, latest, need
from helpers.council.numbers import step, who
from helpers.council.opened import Council
from helpers.paper import briefings, enquiries
from helpers.projection.projection_tables import people_at, row_of
from helpers.published import processed, sources

#: How many years after the base the paper looks.
YEARS_AHEAD = 5
#: How the later counts of all councils were held against projections.
BACKTEST = "england/backtest_by_years"
OTHERS = "Other reasons, together"
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


def by_reason(council: Council, age: str) -> dict[str, Change]:
    """How each support reason of an age band goes from the base to the year of the paper; without reasons, none.

    Every number is rounded by itself, as in the demand outlook. Reasons of few people are one, "others", where their
    publisher hides counts; it has no range.
    """
    rows, years = council.outlook, [council.base_year, year_of(council)]
    of_age = rows.loc[rows["age_band"] == age, "support_reason"].unique()
    left_out = briefings.small_or_hidden(rows, age, council.base_year)
    reasons = [reason for reason in SUPPORT_REASONS if reason in of_age and reason not in ("all", *left_out)]
    found = {}
    for reason in [*reasons, *(["others"] if left_out else [])]:
        left = left_out if reason == "others" else ()
        before, after = (_people(council, age, year, reason, left) for year in years)
        found[reason] = after.beside(before)
    return found


def _people(council: Council, age: str, year: int, reason: str, left_out: tuple[str, ...]) -> Number:
    """People of one reason in a year, or of those left out together: what the total leaves beside the others."""
    if not left_out:
        return council.people(age, year, reason)
    rows = council.outlook.query("age_band == @age and setting == 'all' and year == @year")
    people = rows.set_index("support_reason")["people"]
    value = float(people["all"] - people.drop(["all", *left_out]).astype(float).sum())
    what = f"{who(age)}, other reasons together, in {council.period_of(year)}"
    table = f"projection_{council.id}_{council.central_vintage}_{council.scenario}"
    return Number(value, what, (step(table, wording.in_sentence(what)),), when=council.period_of(year))


def named(reason: str) -> str:
    """A support reason within a sentence: "personal care"."""
    return OTHERS.lower() if reason == "others" else wording.in_sentence(SUPPORT_REASONS[reason].split(": ")[-1])


@dataclass(frozen=True)
class Mover:
    """The support reason whose number changes most."""

    name: str
    age: str
    change: Change

    @property
    def at(self) -> str:
        """Its age, as a heading has it."""
        return AT.get(self.age, f"aged {AGE_BANDS[self.age]}")

    @property
    def verb(self) -> str:
        """Which way it goes, as it prints."""
        return "shrink" if self.change.is_fall else "grow"


def moves_most(council: Council, *ages: str) -> Mover | None:
    """Of these ages, the reason with the largest change by which people print; None without reasons or a change."""
    movers = [
        Mover(named(reason), age, one)
        for age in ages
        for reason, one in by_reason(council, age).items()
        if reason != "others" and one.more.value
    ]
    return max(movers, key=lambda mover: mover.change.more.value, default=None)


def finding(council: Council) -> Said:
    """What the paper found, as its heading says it."""
    top, period = moves_most(council, *council.ages), council.period_of(year_of(council))
    if top is None:
        return said("No support reason shows a change by {period}", period=period)
    return said(
        "{name} {at} would {verb} most: about {more} {word} people by {period}",
        name=wording.sentence_start(top.name), at=top.at, verb=top.verb,
        more=top.change.more, word=top.change.more_or_fewer, period=period,
    )  # fmt: skip


def table(council: Council, age: str) -> pd.DataFrame:
    """People of an age band by support reason: the base, the year of the paper, and its likely range."""
    each = {named(reason): one for reason, one in by_reason(council, age).items()}
    each["all support reasons"] = change(council, age)
    columns = ["Support reason", council.base_period, council.period_of(year_of(council)), "Likely range, four in five"]
    rows = [
        [wording.sentence_start(name), one.before, one.after, _range(one.after)]
        for name, one in sorted(each.items(), key=lambda item: _place(item[0], item[1]))
    ]
    return pd.DataFrame(rows, columns=columns)


def _place(name: str, one: Change) -> tuple[int, float]:
    last = [OTHERS.lower(), "all support reasons"]
    return (last.index(name) + 1 if name in last else 0, -one.after.value)


def _range(number: Number) -> Number | str:
    return number.range if number.quantiles is not None else "no range"


def drawn(council: Council, sizeable: int) -> tuple[pd.Series, pd.Series]:
    """The bars of the chart and their labels: reasons of so many people or more, the most people first."""
    bars = {
        f"{AGE_BANDS[age]}: {named(reason)}": one
        for age in council.ages
        for reason, one in by_reason(council, age).items()
        if reason != "others" and one.after.as_printed >= sizeable
    }
    order = sorted(bars, key=lambda name: -bars[name].after.as_printed)
    labels = [f"{one.after} ({one.after.range}); {one.before} before" for one in map(bars.get, order)]
    return pd.Series([bars[name].after.as_printed for name in order], order), pd.Series(labels, order)


def drawn_in_words(council: Council, labels: pd.Series) -> str:
    """The chart in words and figures, for who cannot see it."""
    each = "; ".join(f"{name}: about {label}" for name, label in labels.items())
    return f"Bar chart of people who may have long-term support in {council.period_of(year_of(council))}: {each}."


def source(council: Council) -> str:
    """What the numbers rest on: the counts, the pattern of reasons where they have none, and the population."""
    counts = [council.support_source, *([sources.citation(latest.ACTIVITY)] if pattern(council) else [])]
    return f"{'; '.join(counts)}; population: {council.chosen['title']}"


# How good it is


def missed(age: str, method: str = "constant_rates") -> Worked:
    """By how much projections of all councils missed so many years ahead, on average: "11%"."""
    row = _held(age, method)
    text = wording.percentage(100 * math.expm1(float(row["mean_absolute_log_error"])))
    return Worked(text, f"How far {method.replace('_', ' ')} missed, aged {AGE_BANDS[age]}", (_backtest(age),))


def band_held(age: str) -> Worked:
    """How many of the later counts of all councils the band of nine in ten held: "93%"."""
    text = wording.percentage(float(_held(age, "constant_rates")["coverage_pct"]))
    return Worked(text, f"Counts that the band of nine in ten held, aged {AGE_BANDS[age]}", (_backtest(age),))


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


def pattern(council: Council) -> str:
    """When the pattern was counted by which the base divides among reasons; nothing where its reasons are counted."""
    return latest.PERIOD if "pattern" in council.settings["support"] else ""


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
        if one := by_reason(council, age).get(reason):
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


def questions(council: Council, meeting_date: str) -> list[Said | str | None]:
    """Questions to officers that follow from what the paper found."""
    top, year = moves_most(council, *council.ages), council.period_of(year_of(council))
    older = change(council, council.ages[-1])
    plans = top and said(
        "What do plans hold for about {more} {word} people aged {age} with support for {name} by {year}?",
        more=top.change.more, word=top.change.more_or_fewer, age=AGE_BANDS[top.age], name=top.name, year=year,
    )  # fmt: skip
    by_group = enquiries.missing(
        f"the number of people with long-term support in {council.base_period} by support reason",
        "how near the estimates by reason come",
    )
    driven = assumptions.need_drivers()["published"]
    texts = [text for one in driven if one["authority_id"] == council.id for text in one["figures"].values()]
    disagree = council.checks[council.checks["verdict"] == "disagrees"]
    disagree = disagree[disagree["source"].isin(authorities.documents_named(texts))]
    return [
        plans,
        by_group if pattern(council) else None,
        *(enquiries.missing(row.what, row.needed_for) for row in unanswered(council).itertuples()),
        enquiries.wide_range(
            f"people aged {AGE_BANDS[council.ages[-1]]} with support in {year}", older.after.value,
            *older.after.range.ends,
        ),
        *(enquiries.disagreement(row.question) for row in disagree.drop_duplicates("question").itertuples()),
    ]  # fmt: skip


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
