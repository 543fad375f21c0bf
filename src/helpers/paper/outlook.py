"""What the demand outlook shows members of a council: charts, tables, and what its sentences take from them.

Each function takes an opened council with a horizon; its numbers know what they rest on (helpers.base.numbers). What
the paper's annex shows is in outlook_annex.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from helpers.base import wording
from helpers.base.numbers import Change, Number, Range, Said, Worked, all_of, found_in, joined, listed, said
from helpers.base.numbers import percentages_in as linked_percentages
from helpers.base.vocabulary import AGE_BANDS
from helpers.council import assumptions
from helpers.council.numbers import assumed_range, cells, people_at, published, step, who
from helpers.council.opened import Council, open_council
from helpers.paper import briefings, enquiries
from helpers.projection import demand, projection_tables
from helpers.published import sources

#: What moves the answer, as the chart of choices names it.
ALL, WHICH = "All that may change, four in five futures", "Which population projection is used"
OLDEST = "How much more support the oldest people have"
LINES = {"geometric": "geometric", "linear": "linear", "pchip": "smooth curve"}
GRADIENTS = {
    "flat": "Equal rates",
    "by_setting": "By setting",
    "central": "Central",
    "low": "Low end",
    "high": "High end",
}
METHODS = {"persistence": "no change", "constant_rates": "constant rates", "recent_trend": "recent trend"}
OLDER_AGES = ("65-84", "85+")


# The council in words


def aged(age: str) -> str:
    """An age band as a sentence has it: "aged 65 and over"."""
    return f"aged {AGE_BANDS[age]}"


def is_stock(council: Council) -> bool:
    """Whether the base is counted on one date, and not during a year."""
    return council.measure == "at_date"


def during(council: Council) -> str:
    """When the base was counted, within a sentence: "during 2015/16", or "on 31 March 2015"."""
    return f"{'on' if is_stock(council) else 'during'} {council.base_period}"


def years(council: Council) -> list[int]:
    """The years that the paper shows: the base, some between, and the horizon."""
    return projection_tables.years_shown(council.base_year, council.horizon).tolist()


def years_on(council: Council) -> str:
    """How many years after the base those between are: "5, 10 and 20"."""
    return wording.listed(str(year - council.base_year) for year in years(council)[1:-1])


def other_vintage(council: Council) -> str | None:
    """The population on file beside the central one; None where there is none."""
    return next((vintage for vintage in council.vintages if vintage != council.central_vintage), None)


def by_reason(council: Council) -> bool:
    """Whether the base is published by support reason."""
    return bool((council.outlook["support_reason"] != demand.TOTAL).any())


def by_setting(council: Council) -> bool:
    """Whether the base is published by setting."""
    return bool((council.outlook["setting"] != demand.TOTAL).any())


def assumed(council: Council) -> str:
    """What the number at the horizon assumes, as its sentence begins."""
    if not council.holds_rates:
        return wording.sentence_start(council.under)
    title = wording.in_sentence(council.rule["title"])
    return f"If the same share of each age group goes on having support (“{title}”)"


def table_of(council: Council, kind: str = "", vintage: str = "") -> str:
    """The name of a table of the projection in data/processed."""
    return f"projection_{council.id}_{vintage or council.central_vintage}_{council.scenario}{kind}"


# Key messages


def explained(council: Council) -> pd.DataFrame:
    """Why numbers change: people as they print, by age band (rows) and factor (columns)."""
    rows = council.explained[council.explained["support_reason"] == demand.TOTAL]
    return rows.pivot(index="age_band", columns="factor", values="people_printed")


def why(council: Council) -> Said:
    """What makes the number of older people change, as a sentence; nothing where that is not of the horizon."""
    if council.explained["year"].iloc[0] != council.horizon:
        return Said("")
    parts, rows = explained(council).loc["65+"], f"people aged 65 and over, {council.horizon}"
    rests_on = (step(table_of(council, "_explained"), f"{rows}, people as they print"),)
    numbers = [Number(parts.sum(), f"The whole change: {who('65+')}", rests_on, published=True)]
    numbers += [
        Number(parts[factor], f"{words}: {who('65+')}", rests_on, published=True)
        for factor, words in briefings.factors_named(parts.to_frame().T).items()
    ]
    if parts.sum() > 0 and (parts >= 0).all():
        printed = [number.as_text(str(number) if number.value else "none") for number in numbers]
    else:
        printed = [number.signed for number in numbers]
    return found_in(briefings.why_it_changes(parts, "older people"), *printed)


def in_places(council: Council) -> Said:
    """Where older people with support would live at the horizon, as a sentence; nothing without settings."""
    parts = []
    for setting, words in {"care_home": "in care homes", "community": "in the community"}.items():
        rows = council.outlook[council.outlook["setting"] == setting]
        rows = rows[(rows["support_reason"] == demand.TOTAL) & (rows["age_band"] == "65+")]
        if (rows["status"] != "suppressed").any():
            change = council.people("65+", setting=setting).beside(
                council.people("65+", council.base_year, "all", setting)
            )
            lead = words if parts else f"{wording.sentence_start(words)} it would be"
            parts.append(said("{lead} about {after} ({size})", lead=lead, after=change.after, size=change.size))
    return joined([joined(parts, ", "), "."], "") if parts else Said("")


@dataclass(frozen=True)
class HowNear:
    """How near the projection came to the latest counts, in the words of its sentences; not known without such counts.

    misses: "8% too few aged 18 to 64 and ...". when: the counts' period. counts: themselves. broken, begins: what is to
    be known of them, as clauses. population: which one that is on. need_starts_there: whether the council has a paper
    on support by group, which starts from them; differ: whether its numbers are others, as a clause.
    """

    is_known: bool
    need_starts_there: bool = False
    misses: Said | None = None
    when: str = ""
    counts: Said | None = None
    broken: str = ""
    population: str = ""
    begins: str = ""
    those_counts: str = ""
    differ: str = ""


def how_near(council: Council) -> HowNear:
    """How near the projection came to the latest counts on file."""
    rows, settings = council.latest_count, council.settings
    if rows.empty:
        return HowNear(is_known=False)
    counts = latest_counts(council)
    gave = {age: people_at(council, age, row["time"], row["period"]) for age, row in rows.iterrows()}
    misses = [said("{miss} {aged}", miss=miss(gave[age], one), aged=aged(age)) for age, one in counts.items()]
    tested = assumptions.begun(council.scenario, rows["time"].max())
    known = settings["vintages"][council.central_vintage]["known_at_the_base"]
    differ = any(wording.people(one.value) != str(gave[age]) for age, one in counts.items())
    later = f", {assumptions.under(tested)}: the scenario begins in {council.rule['from_year']}"
    return HowNear(
        is_known=True,
        need_starts_there="five_year_need" in settings["briefings"],
        misses=listed(misses),
        when=rows["period"].iloc[0],
        counts=joined(["" if (rows["lower"] == rows["upper"]).all() else "about ", listed(counts.values())], ""),
        broken=", in another way than before" if "bridge" in settings["latest_count"] else "",
        population="population projection known at the base" if known else "later population projection",
        begins="" if tested == council.scenario else later,
        those_counts="that count" if len(rows) == 1 else "those counts",
        differ=", so its numbers differ" if differ else "",
    )


def latest_counts(council: Council) -> dict[str, Number]:
    """The latest published counts by age band; none where none is on file."""
    return {age: council.latest(age) for age in council.latest_count.index}


def miss(projected: Number, counted: Number) -> Worked:
    """How far a projected number lies from what was counted: "6% too many", "8% too few", "about as many"."""
    text = wording.too_many_or_few(counted.value, projected.value)
    return projected.beside(counted).size.as_text(text)


def verdict(council: Council) -> Said:
    """What the backtest found, as the notebook 50_backtest says it."""
    rests_on = step(f"backtest_held_{council.id}", "the verdict of the backtest")
    return linked_percentages(council.held["verdict_sentence"], "How far projections missed", rests_on)


def score(council: Council, series_id: str, method: str, text: str) -> Worked:
    """A score of the backtest, as it prints."""
    titles = {one["id"]: one["title"] for one in council.settings.get("backtest", [])}
    row = f"{titles.get(series_id, 'all series together')}, {METHODS[method]}"
    return Worked(text, f"Backtest: {row}", (step(f"backtest_scores_{council.id}", row),))


def misses_by_age(council: Council) -> Said:
    """How far constant rates, and no change, missed in the backtest for each age band of the base; or nothing."""
    if not council.has("backtest"):
        return Said("")
    scores, found = council.scores, []
    for one in council.settings["backtest"]:
        age, tested = one["grows_as"], [(one["id"], method) for method in ("constant_rates", "persistence")]
        if age in council.ages and tested[0] in scores.index:
            errors = [1 + float(scores.loc[key, "mean_error_pct"]) / 100 for key in tested]
            rates, none = (
                score(council, *key, wording.too_many_or_few(1, e)) for key, e in zip(tested, errors, strict=True)
            )
            found.append(said("{rates} {aged} (no change: {none})", rates=rates, aged=aged(age), none=none))
    return listed(found) if found else Said("")


def range_alone(council: Council) -> Range:
    """Older people at the horizon, from the least to the most over populations, paths and rates of the oldest."""
    return assumed_range(council, "65+", council.horizon)


# The chart of the projection


def is_wide(council: Council) -> bool:
    """Whether the range of older people at the horizon is wide enough to be called so (enquiries.WIDE_RANGE_PCT)."""
    low, high = council.people("65+").range.ends
    return 100 * (high - low) / council.people("65+").value >= enquiries.WIDE_RANGE_PCT


def fan(council: Council) -> pd.DataFrame:
    """Older people by year to the horizon: people, people_lower, people_upper and the bands (charts.fan_chart)."""
    rows = council.outlook[(council.outlook["year"] <= council.horizon) & (council.outlook["age_band"] == "65+")]
    rows = rows[(rows["support_reason"] == demand.TOTAL) & (rows["setting"] == demand.TOTAL)].set_index("year")
    return rows[["people", "people_lower", "people_upper", *projection_tables.BANDS]].astype(float)


def counted_later(council: Council, age: str) -> Number | None:
    """What was published later for the base's count of an age band; None where nothing is on file."""
    if not council.has("outcome"):
        return None
    rows = council.outcome.reset_index()
    rows = rows[rows["age_band"] == age]
    return published(rows.iloc[0], cells(rows).iloc[0])


def point_counted(council: Council) -> tuple[float, float, str] | None:
    """The later count of older people as the chart marks it: time, people, label."""
    if (later := counted_later(council, "65+")) is None:
        return None
    return int(council.outcome["period_start"].iloc[0][:4]) + 0.25, float(later.value), f"Counted {later.when}"


def fan_in_words(council: Council) -> Said:
    """The chart of older people in words and figures, for who cannot see it."""
    each = [
        said(
            "{year}: about {people}, half of the futures {half}, four in five {range}",
            year=year, people=(people := council.people("65+", year)), half=people.half_range, range=people.range,
        )
        for year in years(council)[1:]
    ]  # fmt: skip
    later = counted_later(council, "65+")
    return said(
        "Fan chart from {first} to {last} of people {aged} with long-term support {how}. {under}: {each}. "
        "No change: {base} in every year.{later}",
        first=council.base_year, last=council.horizon, aged=aged("65+"), how=counted_how(council),
        under=wording.sentence_start(council.under), each=joined(each, "; "), base=council.counted("65+"),
        later="" if later is None else said(" Counted {when}: {later}.", when=later.when, later=later),
    )  # fmt: skip


def counted_how(council: Council) -> str:
    """How people are counted in time, within a sentence: "during a year", "at 31 March"."""
    return council.unit.removeprefix("people ")


def cited_with_outcome(council: Council) -> str:
    """What the chart rests on: the base, the populations, and what was counted later."""
    later = f"; {sources.citation(council.settings['outcome']['source'])}" if council.has("outcome") else ""
    return council.short_citation + later


def by_age(council: Council) -> pd.DataFrame:
    """People with support by age band: the base, the years that the paper shows, and the range at the horizon."""
    rows = {
        AGE_BANDS[age]: [council.counted(age), *(council.people(age, year) for year in years(council)[1:]),
                         council.people(age).range]
        for age in council.ages
    }  # fmt: skip
    columns = [council.base_period, *map(str, years(council)[1:]), f"Four in five, {council.horizon}"]
    return table(rows, "Age", columns)


def table(rows: dict[str, list], name: str, columns: list[str]) -> pd.DataFrame:
    """A table as it prints: the labels of its rows in the first column."""
    return pd.DataFrame([[label, *values] for label, values in rows.items()], columns=[name, *columns])


# What the answer rests on


def on(council: Council, vintage: str, line: str, gradient: str, year: int) -> Number:
    """Older people in a year on one population, path and set of rates at the oldest ages."""
    short = council.vintages[vintage]["short_title"]
    row = f"aged 65 and over, {year}, {LINES[line]} path, {wording.in_sentence(GRADIENTS[gradient])}"
    rests_on = (step(table_of(council, "_by_gradient", vintage), row), *council.counted("65+").rests_on)
    return Number(
        council.by_gradient[(vintage, line, gradient, year)],
        f"{who('65+')} on {short}: {row}",
        rests_on,
        when=str(year),
    )


def _spanned(what: str, numbers: list[Number]) -> Range:
    """The range from the least to the most of some numbers."""
    ends = min(number.value for number in numbers), max(number.value for number in numbers)
    return Range(ends[0], what, all_of(*numbers), ends=ends)


def paths_are_of(council: Council) -> str:
    """Which population `by_path` is of, as its sentence ends; and what is not on file beside the only one."""
    if other := other_vintage(council):
        return f"the other projection ({council.vintages[other]['short_title']})."
    short = council.vintages[council.central_vintage]["short_title"]
    return f"this projection ({short}). Not on file for {council.name}: another population projection."


def choices(council: Council) -> dict[str, Range]:
    """What each choice makes of older people at the horizon: all that may change, then by how far it moves them."""
    central, horizon = council.central_vintage, council.horizon
    paths = {vintage: council.population(vintage).path for vintage in council.vintages}
    found = {
        WHICH: [on(council, vintage, path, "central", horizon) for vintage, path in paths.items()],
        OLDEST: [on(council, central, paths[central], limit, horizon) for limit in ("low", "high")],
    }
    ranges = {name: _spanned(name, numbers) for name, numbers in found.items() if name != WHICH or len(paths) > 1}
    by_size = sorted(ranges.items(), key=lambda choice: -choice[1].size.value)
    return {ALL: council.people("65+").range, **dict(by_size)}


def choices_drawn(choices: dict[str, Range]) -> pd.DataFrame:
    """Choices as charts.span_chart draws them: low and high, and how each prints."""
    ends = pd.DataFrame({name: span.ends for name, span in choices.items()}, index=["low", "high"]).T
    return ends.assign(low_label=ends["low"].map(wording.people), high_label=ends["high"].map(wording.people))


def choices_in_words(council: Council, choices: dict[str, Range]) -> Said:
    """The chart of choices in words and figures."""
    each = [said("{name}: {ends}", name=name, ends=span.joined("to")) for name, span in choices.items()]
    return said(
        "Range chart of people {aged} with long-term support in {horizon}, one choice changed at a time. {each}.",
        aged=aged("65+"), horizon=council.horizon, each=joined(each, "; "),
    )  # fmt: skip


def matters_most(council: Council) -> str:
    """What adds most to the uncertainty, as the title of the chart of choices begins."""
    most = council.layers.xs("65+", level="age_band").idxmax()
    if most != "drift":
        return f"{council.uncertain['layers'][most]['title']} matters most; beside it, "
    if council.holds_rates:
        return "Rates matter most; if they hold, "
    return "How rates may change besides matters most; if they go as in the scenario, "


def by_path(council: Council) -> Range:
    """Older people at the horizon on every path between the years on file, of the other population or the only one."""
    vintage = other_vintage(council) or council.central_vintage
    numbers = [on(council, vintage, line, "central", council.horizon) for line in council.populations(vintage)]
    return _spanned(f"{who('65+')} in {council.horizon}, on every path between years", numbers)


# Scenarios


def under_each(council: Council) -> pd.DataFrame:
    """Older people at the horizon under every scenario, the paper's own first.

    Columns: title, meaning, kind, people (a Number), holds_rates.
    """
    others = [name for name in assumptions.scenarios_for(council.id) if name != council.scenario]
    rows = {}
    for name in [council.scenario, *others]:
        about = assumptions.scenario_named(name)
        people = open_council(council.id, name, horizon=council.horizon).people("65+")
        holds = assumptions.holds_rates(name)
        rows[name] = {
            **{key: about[key] for key in ("title", "meaning", "kind")},
            "people": people,
            "holds_rates": holds,
        }
    return pd.DataFrame(rows.values(), index=list(rows))


def base_case(each: pd.DataFrame) -> pd.Series:
    """The scenario that the others are held against: constant rates, or else the paper's own."""
    return each[each["holds_rates"]].iloc[0] if each["holds_rates"].any() else each.iloc[0]


def drawn(each: pd.DataFrame) -> pd.DataFrame:
    """The scenarios that the chart draws, most people first: the paper's own, the base case, and those that differ."""
    alike = each["people"].map(str) == str(base_case(each)["people"])
    kept = each[~alike | (each.index == each.index[0]) | (each["title"] == base_case(each)["title"])]
    return kept.iloc[np.argsort(-kept["people"].map(lambda number: number.value).astype(float), kind="stable")]


def not_drawn(each: pd.DataFrame) -> str:
    """The scenarios that the chart leaves out, and why, as sentences with a blank before each; or nothing."""
    left_out, said_so = each[~each.index.isin(drawn(each).index)], ""
    for moves, why_not in (
        (True, "as they change where or how people have support and not how many"),
        (False, "as they leave this number as it is"),
    ):
        titles = left_out.loc[(left_out["kind"] == "move") == moves, "title"]
        if len(titles):
            said_so += f" Not drawn, {why_not}: {wording.listed(f'“{wording.in_sentence(name)}”' for name in titles)}."
    return said_so


def leads(council: Council, each: pd.DataFrame) -> Change | None:
    """The scenario that the chart's title names, beside the base case: the paper's own, or that which changes most.

    None where no scenario that is drawn differs.
    """
    shown, base = drawn(each), base_case(each)["people"]
    if not council.holds_rates:
        return each["people"].iloc[0].beside(base)
    others = shown[shown.index != each.index[0]]
    if others.empty:
        return None
    furthest = others["people"].map(lambda number: abs(number.value - base.value)).astype(float).idxmax()
    return others.loc[furthest, "people"].beside(base)


def title_of(each: pd.DataFrame, number: Number) -> str:
    """The title of the scenario that a number is projected under, within a sentence."""
    return wording.in_sentence(each["title"][[one is number for one in each["people"]]].iloc[0])


def ranges_overlap(each: pd.DataFrame) -> bool:
    """Whether the ranges of all scenarios have a part in common."""
    ends = [number.range.ends for number in each["people"]]
    return len(ends) > 1 and max(low for low, _ in ends) < min(high for _, high in ends)


def scenarios_drawn(each: pd.DataFrame) -> tuple[pd.Series, pd.Series]:
    """The scenarios as charts.bar_chart draws them: values by title, and how each prints."""
    shown = drawn(each).set_index("title")["people"]
    return shown.map(lambda number: number.value).astype(float), shown.map(lambda number: f"about {number}")


def scenarios_in_words(council: Council, each: pd.DataFrame) -> Said:
    """The chart of scenarios in words and figures."""
    bars = [said("{title}: about {people}", **row) for row in drawn(each)[["title", "people"]].to_dict("records")]
    return said(
        "Bar chart of people {aged} with long-term support in {horizon} by scenario. {bars}.",
        aged=aged("65+"), horizon=council.horizon, bars=joined(bars, "; "),
    )  # fmt: skip


# Lines of enquiry


def questions(council: Council, meeting_date: str) -> list[Said | str | None]:
    """The questions for officers that follow from the paper, by the rules of `enquiries`; None for no question."""
    older, spans, horizon = council.people("65+"), choices(council), council.horizon
    return [
        _of_the_range(council, older),
        _of_rates(council),
        _of_working_age(council),
        _of_the_backtest(council),
        enquiries.sensitive(
            said(
                "How many of the people {aged} who have support are {oldest}? The published tables do not say, and it "
                "moves the answer for {horizon} by about {size} people.",
                aged=aged("65+"), oldest=AGE_BANDS["85+"], horizon=horizon, size=spans[OLDEST].size,
            ),
            spans[OLDEST].size.value, older.value,
        ),
        WHICH in spans and enquiries.sensitive(
            said(
                "Which population projection do the council's budget and plans rest on? The {how_many} on file differ "
                "by about {size} people in {horizon}.",
                how_many=wording.number_word(len(council.vintages)), size=spans[WHICH].size, horizon=horizon,
            ),
            spans[WHICH].size.value, older.value,
        ),
        enquiries.old_figure(
            f"people with long-term support{' by support reason' if by_reason(council) else ''}",
            council.base_period, int(meeting_date[:4]),
        ),
        None if council.has("latest_count")
        else enquiries.missing(briefings.ON_FILE["latest_count"], "how near this projection came"),
    ]  # fmt: skip


def layer_share(council: Council, layer: str, age: str) -> Worked:
    """What a layer adds to the uncertainty of an age band, in per cent of the variance."""
    row = f"{council.uncertain['layers'][layer]['title']}, {AGE_BANDS[age]}"
    rests_on = (step(table_of(council, "_layers"), wording.in_sentence(row)),)
    return Worked(wording.percentage(council.layers[layer, age]), f"Share of the spread: {row}", rests_on)


def _of_the_range(council: Council, older: Number) -> Said | None:
    as_here, span = (
        "if rates hold" if council.holds_rates else council.under,
        assumed_range(council, "65+", council.horizon),
    )
    asked = enquiries.wide_range(f"people {aged('65+')} in {council.horizon}, {as_here},", older.value, *span.ends)
    return asked and found_in(asked, span)


def _of_rates(council: Council) -> Said | None:
    share = council.layers["drift", "65+"]
    if share <= 50:
        return None
    return said(
        "What share of people {aged} has had support in each year since {base_year}? How that share may change makes "
        "most of the uncertainty ({share} of it, on this paper's own assumption).",
        aged=aged("65+"), base_year=council.base_year, share=layer_share(council, "drift", "65+"),
    )  # fmt: skip


def _of_working_age(council: Council) -> Said | None:
    if not exceeds(council, "18-64"):
        return None
    return said(
        "The number {aged} counted in {when} is already above the {people} that {gives} for {horizon}. What lies "
        "behind that, and what do officers expect?",
        aged=aged("18-64"), when=council.latest("18-64").when, people=council.people("18-64"),
        gives="constant rates give" if council.holds_rates else "this scenario gives", horizon=council.horizon,
    )  # fmt: skip


def exceeds(council: Council, age: str) -> bool:
    """Whether the latest count of an age band is above what is projected for the horizon, as both print."""
    both = age in council.latest_count.index and age in council.ages
    return both and council.latest(age).value > council.people(age).as_printed


def is_there_already(council: Council, age: str) -> bool:
    """Whether the latest count has come up to what is projected for the horizon, from below."""
    if age not in council.latest_count.index or age not in council.ages:
        return False
    return council.latest(age).value >= council.people(age).as_printed > council.counted(age).value


def _of_the_backtest(council: Council) -> Said | None:
    key = ("all", "constant_rates")
    if not council.has("backtest") or key not in council.scores.index:
        return None
    row = council.scores.loc[key]
    missed, no_change = row["mean_absolute_error_pct"], row["no_change_error_pct"]
    asked = enquiries.unlike_backtest("people with long-term support", missed, no_change)
    return asked and found_in(asked, *(score(council, *key, wording.percentage(one)) for one in (missed, no_change)))
