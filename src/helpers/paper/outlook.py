"""What page one of the demand outlook says to members of a council: its heading, sentences, chart and questions.

Each function takes an opened council with a horizon; its numbers know what they rest on (helpers.base.numbers). What
the paper's annex shows is in outlook_annex.
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import pandas as pd

from helpers.base import wording
from helpers.base.numbers import Number, Said, Worked, joined, said
from helpers.base.vocabulary import AGE_BANDS, QUANTILES
from helpers.council import assumptions, care_homes, figures
from helpers.council.numbers import step, who
from helpers.council.opened import Council, open_council
from helpers.paper import charts, enquiries
from helpers.projection import demand, projection_tables
from helpers.published.processed import read_processed
from helpers.published.sources import citation

#: How many years after the base the heading and the likely range speak of, where the horizon is later.
YEARS_ON = 5
#: The share of futures that a likely range is to hold, in per cent: four in five.
LIKELY_RANGE_PCT = 80
#: The tables of every council that page one rests on, where the base does.
OF_ENGLAND, TRIED = "england/long_term_support", "england/backtest_by_years"


def aged(age: str) -> str:
    """An age band as a sentence has it: "aged 65 and over"."""
    return f"aged {AGE_BANDS[age]}"


def of_every_council(council: Council) -> bool:
    """Whether its base is that of every council: the latest count, in a pattern that was published for all."""
    return "pattern" in council.settings["support"]


def first_year(council: Council) -> int:
    """The year that page one speaks of first: five years after the base, or the horizon where that is earlier."""
    return min(council.base_year + YEARS_ON, council.horizon)


def by_when(council: Council, year: int) -> int:
    """The calendar year by which a year of the projection is over: "by 2030" of 2029/30."""
    return year + 1 if of_every_council(council) else year


def table_of(council: Council, kind: str = "", vintage: str = "") -> str:
    """The name of a table of the projection in data/processed."""
    return f"projection_{council.id}_{vintage or council.central_vintage}_{council.scenario}{kind}"


def finding(council: Council, age: str = "65+") -> Said:
    """What page one finds, as its heading: "More older people are likely to have long-term support by 2030"."""
    change = council.people(age, first_year(council)).beside(council.counted(age))
    when = by_when(council, first_year(council))
    if not (change.is_rise or change.is_fall) or str(change.size) == "about the same":
        return said("About as many older people may have long-term support by {when} as now", when=when)
    more = change.more_or_fewer
    how_many = change.more.as_text(wording.likely_range(change.more.value, change.more.value))
    return said(
        "{more} older people {verb} have long-term support by {when}, perhaps {how_many} {more_or_fewer}",
        more=wording.sentence_start(more), verb="are likely to" if is_likely(council, age) else "may", when=when,
        how_many=how_many, more_or_fewer=more,
    )  # fmt: skip


def is_likely(council: Council, age: str) -> bool:
    """Whether most futures of the first year that page one speaks of go the way that the projection goes."""
    after, before = council.people(age, first_year(council)), council.counted(age)
    below = float(np.interp(before.as_printed, after.quantiles, list(QUANTILES.values())))
    return (1 - below if after.as_printed > before.as_printed else below) >= wording.LIKELY


def assumed(council: Council) -> str:
    """What a number to come assumes, as its sentence begins."""
    if not council.holds_rates:
        return wording.sentence_start(council.under)
    return "If the same share of each age group has support"


@dataclass(frozen=True)
class Tried:
    """How constant rates did when they were tried on the latest counts of England's councils.

    missed: on average, five years ahead. held: the share of counts that the likely range held, which should be four
    in five; fitted: what follows of its width, in words.
    councils: how many. years: how many years ahead, in words.
    """

    missed: Worked
    held: Worked
    fitted: str
    councils: Worked
    years: str


def tried(council: Council, age: str = "65+") -> Tried | None:
    """How constant rates did over England's councils; None for a base that is not of every council."""
    if not of_every_council(council):
        return None
    rows = read_processed(TRIED)
    rows = rows[(rows["age_band"] == age) & (rows["forecast_by"] == "constant_rates")]
    row = rows.loc[rows["years_apart"].astype(int).idxmax()]
    where = (step(TRIED, f"people {aged(age)}, constant rates, {row['years_apart']} years ahead"),)
    error = 100 * float(np.expm1(float(row["mean_absolute_log_error"])))
    held = float(row["coverage_likely_pct"])
    held_more = wording.compared("less", held, LIKELY_RANGE_PCT, wording.percentage)
    return Tried(
        Worked(wording.percentage(error), "Average size of the miss", where),
        Worked(wording.percentage(held), "Counts that the likely range held", where),
        {"more": "so it was too wide", "less": "so it was too narrow"}.get(held_more, "as it should"),
        Worked(wording.count(int(row["forecasts"])), "Councils on which constant rates were tried", where),
        wording.number_of(int(row["years_apart"]), "year"),
    )


def homes_tried(council: Council) -> Said | None:
    """How constant rates did on people in care homes, and how the table of settings is to be read, as sentences.

    None for a council without such a trial.
    """
    if not care_homes.tried_by(council.id):
        return None
    gave, then, came = care_homes.tried(council).loc["constant_rates", "gives"], care_homes.first(), care_homes.came()
    later = council.people("65+", first_year(council), setting="care_home")
    missed = wording.change_pct(came.value, gave.value)
    verdict = f"may be too {'high' if missed > 0 else 'low'}" if abs(missed) >= wording.ABOUT_THE_SAME_PCT else "held"
    return said(
        "The {later} older people in care homes in {when} {verdict}: tried from {then} to {now}, on all residents and "
        "not only those with support, constant rates gave {size}.",
        later=later, when=later.when, verdict=verdict, then=then.when, now=came.when,
        size=gave.worked(wording.too_many_or_few(came.value, gave.value)),
    )  # fmt: skip


# The chart


@lru_cache(maxsize=64)
def counted_before(council: Council, age: str = "65+") -> tuple[Number, ...]:
    """What was counted in the years before the base, and in the same way during a year; in the order of time."""
    found, history = {}, council.history
    if history.base_year != council.base_year and history.measure == council.measure and age in history.ages:
        found[history.base_period] = history.counted(age)
    if of_every_council(council):
        rows = read_processed(OF_ENGLAND)
        rows = rows[(rows["area_code"] == council.area_code) & (rows["age_band"] == age)]
        rows = rows[(rows["support_reason"] == "all") & (rows["measure"] == council.measure)]
        for row in rows[rows["period"] < council.base_period].to_dict("records"):
            if not isinstance(row["people"], int | float) and not str(row["people"]).isdigit():
                continue  # hidden, or not submitted
            what = f"{who(age)}, {row['period']}, as counted"
            where = step(OF_ENGLAND, f"{row['council']}, {wording.in_sentence(who(age))}, {row['period']}")
            found[row["period"]] = Number(
                float(row["people"]), what, (where,), published=True, when=row["period"]
            )  # fmt: skip
    return tuple(found[period] for period in sorted(found))


def broken_in(council: Council) -> int | None:
    """The first year of the new collection, where one lies between the counts before the base and the base."""
    before = counted_before(council)
    quantity = council.support["quantity"].iloc[0]
    starts = [int(one["from"][:4]) for one in figures.breaks() if quantity in one["quantities"]]
    crossed = [year for year in starts if before and int(before[-1].when[:4]) < year <= council.base_year]
    return crossed[-1] if crossed else None


def fan(council: Council, age: str = "65+") -> pd.DataFrame:
    """An age band by year to the horizon: people and the bands (charts.outlook_chart)."""
    rows = council.projection[(council.projection["year"] <= council.horizon) & (council.projection["age_band"] == age)]
    rows = rows[(rows["support_reason"] == demand.TOTAL) & (rows["setting"] == demand.TOTAL)].set_index("year")
    return rows[["people", *projection_tables.BANDS]].astype(float)


def drawn(council: Council) -> charts.Figure:
    """The chart of older people: counts, a gap where the collection changed, and the fan."""
    before = pd.Series({int(one.when[:4]): float(one.value) for one in counted_before(council)}, dtype=float)
    base, later = council.counted("65+"), council.people("65+", first_year(council))
    labels = {
        council.base_year: f"{base.when}: {base}",
        first_year(council): f"{later.when}: about {later}",
    }
    shown = sorted({*before.index[:1], council.base_year, first_year(council), council.horizon})
    names = {year: period_said(council, year) for year in shown}
    return charts.outlook_chart(fan(council), before, first_year(council), labels, names, broken_in(council))


def drawn_note(council: Council) -> str:
    """What is to be known of the chart, as sentences: what the shades are, and why the line of counts is broken."""
    notes = ["Darker: half of the futures; lighter: four in five; dashed: an illustration."]
    before, own = counted_before(council), council.history
    if broken_in(council):
        notes.append("The rules of counting changed at the dotted line, so the counts on either side do not compare.")
    if before and own.base_period == before[0].when and "note" in own.settings["support"]:
        notes.append(f"{own.base_period}: {wording.in_sentence(own.settings['support']['note'])}")
    if pd.Series([int(one.when[:4]) for one in before]).diff().max() > 1:
        notes.append("Where no line joins dots, the years between are not on file.")
    return " ".join(notes)


def period_said(council: Council, year: int) -> str:
    """A year, before or after the base, as the chart's axis says it."""
    return council.base_period if year == council.base_year else council.period_of(year)


def drawn_in_words(council: Council) -> Said:
    """The chart of older people in words and figures, for who cannot see it."""
    before = [said("{when}: {n}", when=one.when, n=one) for one in counted_before(council)]
    each = [
        said("{when}: about {n}, half of the futures {half}, four in five {four}",
             when=n.when, n=n, half=n.half_range, four=n.range)
        for n in (council.people("65+", year) for year in dict.fromkeys([first_year(council), council.horizon]))
    ]  # fmt: skip
    return said(
        "Fan chart of people {aged} with long-term support. Counted {before}{when}: {base}. {under}, {each}.",
        aged=aged("65+"), before=joined([*before, ""], "; "), when=council.base_period, base=council.counted("65+"),
        under=wording.sentence_start(council.under), each=joined(each, "; "),
    )  # fmt: skip


def cited(council: Council) -> str:
    """What page one rests on: the base, the counts before it, and the population of the projection."""
    counts = [council.support_source]
    if before := counted_before(council):
        counts += [council.history.support_source] if before[0].when == council.history.base_period else []
        counts += [citation(council.settings["support"]["pattern"])] if of_every_council(council) else []
    return f"{'; '.join(dict.fromkeys(counts))}; population: {council.vintages[council.central_vintage]['title']}"


# Questions


def questions(council: Council) -> list[Said | None]:
    """Two questions to officers: what plans assume beside the range, and what lies behind the latest change."""
    later, before = council.people("65+", first_year(council)), counted_before(council)
    low, high = later.range.ends
    plans = said(
        "The likely range for {when} is wide, {range}. Which number do the council's plans assume, and why?",
        when=later.when, range=later.range,
    )  # fmt: skip
    is_wide = 100 * (high - low) / later.value >= enquiries.WIDE_RANGE_PCT
    return [
        plans if is_wide else None,
        _of_the_break(council, before[-1]) if broken_in(council) else _of_rates(council),
    ]


def _of_the_break(council: Council, last: Number) -> Said:
    change = council.counted("65+").beside(last)
    verb = wording.compared("went", change.after.as_printed, change.before.as_printed)
    return said(
        "From {then} to {now} the number {aged} {verb} from {before} to {after}, while the collection changed. How "
        "much is a change in who is counted?",
        then=last.when, now=council.base_period, aged=aged("65+"), verb=verb, before=last, after=change.after,
    )  # fmt: skip


def _of_rates(council: Council) -> Said:
    return said(
        "What share of people {aged} has had support in each year since {when}?",
        aged=aged("65+"), when=council.base_period,
    )  # fmt: skip


# Scenarios


def under_each(council: Council) -> pd.DataFrame:
    """Older people under every scenario, the paper's own first: title, meaning, and a Number for both years shown."""
    others = [name for name in assumptions.scenarios_for(council.id) if name != council.scenario]
    rows = {}
    for name in [council.scenario, *others]:
        about, under = assumptions.scenario_named(name), open_council(council.id, name, horizon=council.horizon)
        rows[name] = {
            "title": about["title"],
            "meaning": about["meaning"].strip(),
            "first": under.people("65+", first_year(council)),
            "last": under.people("65+"),
        }
    return pd.DataFrame(rows.values(), index=list(rows))
