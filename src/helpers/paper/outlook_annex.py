"""What the annex of the demand outlook shows of a council: how the projection is made, and what it rests on.

Each function takes an opened council with a horizon, as those of outlook do.
"""

import numpy as np
import pandas as pd

from helpers.base import wording
from helpers.base.numbers import Number, Origin, Said, Worked, said
from helpers.base.vocabulary import AGE_BANDS, SETTINGS, SUPPORT_REASONS
from helpers.council import assumptions, figures, series
from helpers.council.numbers import base_rows, step, who
from helpers.council.opened import Council
from helpers.paper import briefings
from helpers.paper.outlook import (
    GRADIENTS,
    LINES,
    METHODS,
    by_reason,
    by_setting,
    counted_later,
    explained,
    layer_share,
    on,
    other_vintage,
    score,
    table,
    table_of,
    years,
)
from helpers.projection import demand, projection_tables, scenarios
from helpers.projection.population import error_pct, financial_year, mid_year
from helpers.published import sources
from helpers.published.suppression import LATENT

OLDER_AGES = ("65-84", "85+")


# How the projection is made


def commoner(council: Council) -> str:
    """Whether support is taken to be more common among the oldest, as a clause."""
    cells, central = demand.part_of(council.base, "65+"), council.bands["central"]
    multiples = [central.of(cell.support_reason, cell.setting) for cell in cells.itertuples()]
    multiple = np.average(multiples, weights=cells["people"])
    if multiple > 1:
        return f"but support is {'far ' if multiple >= 2 else ''}more common among the oldest"
    return "and support is taken to be no more common among the oldest"


def base_note(council: Council) -> str:
    """What is to be known of the base's count, as a sentence; nothing where nothing is."""
    return council.settings["support"].get("note", "")


def what_is_published(council: Council) -> str:
    """Which of support reason and setting the published tables give besides age, in a base without settings."""
    return (
        " and support reason, and not the setting" if by_reason(council) else ", and neither support reason nor setting"
    )


def hidden_said(council: Council) -> Said:
    """How many figures of the base are hidden in print, or kept back here, as sentences; nothing for none."""
    rows = council.support
    marked, kept_back = rows["status"] == "suppressed", (rows["status"] == "withheld").sum()
    if not marked.any():
        return Said("")
    source, tables = rows["source"].iloc[0], rows["table"].nunique()
    rests_on = (step(f"figures_{source}", f"the tables {wording.listed(rows['table'].unique())}"),)

    def worked(text: str, what: str) -> Worked:
        return Worked(text, what, rests_on)

    kept = Said("")
    if kept_back:
        kept = said(
            ", and {more} more {are} kept back here, because a hidden one would follow from {them}",
            more=worked(wording.number_word(kept_back), "Figures of the base that are kept back here"),
            are="is" if kept_back == 1 else "are", them="it" if kept_back == 1 else "them",
        )  # fmt: skip
    return said(
        "Of {all} figures in {the}{tables}, {hidden} {are} hidden in print{kept}. A hidden count enters sums as an "
        "expected value between {lower} and {upper} that fits the printed totals, and it is never printed here.",
        all=worked(wording.count(len(rows)), "Figures in the tables of the base"),
        the="the " if tables > 1 else "", tables=wording.number_of(tables, "table"),
        hidden=worked(wording.count(marked.sum()), "Figures of the base that are hidden in print"),
        are="is" if marked.sum() == 1 else "are", kept=kept,
        lower=worked(str(rows["lower"][marked].min()), "The least that a hidden count can be"),
        upper=worked(str(rows["upper"][marked].max()), "The most that a hidden count can be"),
    )  # fmt: skip


def leaves_people_out(council: Council) -> bool:
    """Whether the printed tables leave out people whom their totals count."""
    shown = (("support_reason", by_reason(council)), ("setting", by_setting(council)))
    return any((council.base[dimension] == LATENT).any() for dimension, there in shown if there)


def how_many_parts(council: Council) -> str:
    """Of how many parts a change is made, in words."""
    return wording.number_word(len(briefings.factors_named(explained(council))))


def explained_to(council: Council) -> int | str:
    """The year to which the change is explained, in words."""
    year = council.explained["year"].iloc[0]
    return council.horizon if year == council.horizon else "the last year that was projected"


def explained_table(council: Council) -> pd.DataFrame:
    """Why numbers change, as it prints: a row an age band, a column a factor, and the whole change."""
    parts, year = explained(council), council.explained["year"].iloc[0]
    factors = briefings.factors_named(parts)
    columns = {**factors, "total": "Change"}
    shown = parts[list(factors)].assign(total=parts[list(factors)].sum(axis=1)).astype(int)

    def number(age: str, factor: str) -> Worked:
        row = f"{wording.in_sentence(who(age))}, {year}, {wording.in_sentence(columns[factor])}"
        rests_on = (step(table_of(council, "_explained"), row),)
        return Worked(wording.signed_count(shown.loc[age, factor]), f"{columns[factor]}: {who(age)}", rests_on)

    rows = {AGE_BANDS[age]: [number(age, factor) for factor in shown] for age in shown.index}
    return table(rows, "Age", list(columns.values()))


def layers_table(council: Council) -> pd.DataFrame:
    """What each layer adds to the uncertainty, by age band."""
    ages, layers = list(council.layers.unstack("age_band")), council.uncertain["layers"]
    rows = {about["title"]: [layer_share(council, name, age) for age in ages] for name, about in layers.items()}
    return table(rows, "Layer", [AGE_BANDS[age] for age in ages])


def held_in_backtest(council: Council) -> Said:
    """How many forecasts of the backtest the bands held, as a sentence."""
    forecasts, share = int(council.held["forecasts"]), council.held["coverage_pct"]
    if not forecasts:
        return Said("No forecast could be held against them.")
    rests_on = (step(f"backtest_held_{council.id}", "forecasts, and the share of them that the bands held"),)
    text = share if isinstance(share, str) else wording.percentage(share)
    return said(
        "In the backtest the bands held {share} of {forecasts}.",
        share=Worked(text, "Forecasts that the bands held", rests_on),
        forecasts=wording.number_of(forecasts, "forecast"),
    )


# Groups, assumptions held otherwise, years


def groups(council: Council, age: str, dimension: str) -> pd.DataFrame:
    """People of an age band by support reason or setting, as they print; small or hidden reasons are one row."""
    by = dimension == "support_reason"
    left_out = briefings.small_or_hidden(council.outlook, age, council.base_year) if by else ()
    shown = years(council)
    texts = briefings.people_table(council.outlook, dimension, age, shown, council.base_period, left_out)
    names = {label: name for name, label in (SUPPORT_REASONS if by else SETTINGS).items()}

    def number(label: str, column: str, text: str) -> Worked:
        if label not in names:
            row = f"{wording.in_sentence(who(age))}, {column}: those groups together, rounded so as to add"
            return Worked(text, f"{who(age)}, {wording.in_sentence(label)}, {column}", (step(table_of(council), row),))
        group = {"support_reason": demand.TOTAL, "setting": demand.TOTAL, dimension: names[label]}
        counts = council.support_cells[base_rows(council, age, **group).index]
        row = step(table_of(council), f"{wording.in_sentence(who(age, **group))}, {column}, rounded so as to add")
        as_published = column == council.base_period and len(counts) == 1
        return Worked(text, f"{who(age, **group)}, {column}", (*counts,) if as_published else (row, *counts))

    rows = {row.iloc[0]: [number(row.iloc[0], *place) for place in row.iloc[1:].items()] for _, row in texts.iterrows()}
    return table(rows, texts.columns[0], list(texts.columns[1:]))


def scenarios_table(council: Council, each: pd.DataFrame) -> pd.DataFrame:
    """Every scenario: older people at the horizon, their range, and what it assumes."""
    rows = {row["title"]: [row["people"], row["people"].range, row["meaning"].strip()] for _, row in each.iterrows()}
    return table(rows, "Scenario", [str(council.horizon), "Four in five", "What it assumes"])


def published_by(council: Council) -> dict[str, str]:
    """What the base is published by besides age, each in words: support reason, setting, both or neither."""
    words = {"support_reason": "primary support reason", "setting": "setting"}
    there = {"support_reason": by_reason(council), "setting": by_setting(council)}
    return {dimension: words[dimension] for dimension in words if there[dimension]}


def assumptions_grid(council: Council) -> pd.DataFrame:
    """Older people on every population, path and set of rates at the oldest ages; alike paths are one row."""
    found: dict[tuple, list[str]] = {}
    for vintage in council.vintages:
        for gradient in GRADIENTS:
            for line in council.populations(vintage):
                numbers = tuple(on(council, vintage, line, gradient, year) for year in years(council)[1:])
                found.setdefault((vintage, gradient, tuple(map(str, numbers))), []).append((line, numbers))
    rows = {}
    for (vintage, gradient, _), alike in found.items():
        every = len(alike) == len(council.populations(vintage))
        path = "any path" if every else wording.listed([LINES[line] for line, _ in alike], "or")
        label = f"{council.vintages[vintage]['short_title']}, {path}: {GRADIENTS[gradient].lower()}"
        rows[label] = [council.counted("65+"), *alike[0][1]]
    columns = [council.base_period, *map(str, years(council)[1:])]
    return table(rows, "Population, path and rates at the oldest ages", columns)


def equal_rates_lie_outside(council: Council) -> bool:
    """Whether equal rates at all older ages give fewer people than the low end on every population and path."""
    pairs = [(vintage, line) for vintage in council.vintages for line in council.populations(vintage)]
    by_gradient = council.by_gradient.xs(council.horizon, level="year")
    return all(by_gradient[(*pair, "flat")] < by_gradient[(*pair, "low")] for pair in pairs)


def year_by_year(council: Council) -> pd.DataFrame:
    """People of each age band in every year to the horizon, with the range of four in five futures."""
    rows = {council.base_period: [cell for age in council.ages for cell in (council.counted(age), "as published")]}
    for year in council.years[1:]:
        numbers = [council.people(age, int(year)) for age in council.ages]
        rows[str(year)] = [cell for number in numbers for cell in (number, number.range)]
    columns = [label for age in council.ages for label in (AGE_BANDS[age], f"Four in five, {AGE_BANDS[age]}")]
    return table(rows, "Year", columns)


def year_of_cells(council: Council) -> int | None:
    """The last year to the horizon with reasons and settings together; None where the base has not both."""
    rows = council.outlook[(council.outlook["age_band"] == "65+") & (council.outlook["support_reason"] != demand.TOTAL)]
    rows = rows[(rows["setting"] != demand.TOTAL) & (rows["year"] <= council.horizon)]
    return int(rows["year"].max()) if len(rows) else None


def reasons_by_setting(council: Council) -> pd.DataFrame:
    """Older people by support reason and setting in the last year for which both are kept; hidden ones say so."""
    year = year_of_cells(council)
    rows = council.outlook[(council.outlook["age_band"] == "65+") & (council.outlook["year"] == year)]
    rows = rows[(rows["support_reason"] != demand.TOTAL) & (rows["setting"] != demand.TOTAL)]
    reasons = [reason for reason in SUPPORT_REASONS if (rows["support_reason"] == reason).any()]
    settings = [setting for setting in SETTINGS if (rows["setting"] == setting).any()]
    shown = {
        SUPPORT_REASONS[reason]: [council.people("65+", year, reason, one) for one in settings] for reason in reasons
    }
    return table(shown, "Support reason", [SETTINGS[setting] for setting in settings])


# Population


def how_populations_start(council: Council) -> str:
    """What the second table on population shows, as the sentence before the first begins."""
    against = other_vintage(council) or council.central_vintage
    estimates = council.settings.get("estimates", {}).get("source")
    if len(council.vintages) > 1 and council.vintages[against]["benchmarks"][0]["source"] != estimates:
        return "One does not start from the official estimates; the second table shows how far it lies from them"
    if len(council.vintages) > 1:
        return "The second table shows how far each lies from the official estimates"
    return "The second table shows how far it lies from the official estimates"


def population_table(council: Council) -> pd.DataFrame:
    """The population at the older ages on each vintage, in the years shown that every vintage covers."""
    populations = {vintage: council.population(vintage) for vintage in council.vintages}
    covered = [year for year in years(council) if all(p.covers(mid_year(year)) for p in populations.values())]

    def number(vintage: str, band: str, year: int) -> Worked:
        row = f"people aged {AGE_BANDS[band]}, mid-{year}"
        text = wording.count(round(float(populations[vintage].people(band, mid_year(year))), -2))
        what = f"Population, {row}, on {council.vintages[vintage]['short_title']}"
        return Worked(text, what, (step(f"population_{council.id}_{vintage}", row),))

    rows = {
        f"{about['short_title']}: {AGE_BANDS[band]}": [number(vintage, band, year) for year in covered]
        for vintage, about in council.vintages.items() for band in OLDER_AGES
    }  # fmt: skip
    return table(rows, "Population and age", [f"mid-{year}" for year in covered])


def held_against_estimates(council: Council) -> str | None:
    """The vintage that is held against the population estimates; None without estimates, or where it ends before."""
    against = other_vintage(council) or council.central_vintage
    estimates = council.estimates
    covers = estimates and council.population(against).covers(mid_year(estimates.last_year))
    return against if covers else None


def against_estimates(council: Council, vintage: str) -> pd.DataFrame:
    """How far a population lies from the estimates in their last year, by age band and path, in per cent."""
    estimates, year = council.estimates, council.estimates.last_year
    bands = [band for band in ("0-24", "25-64", *OLDER_AGES) if estimates.has(band)]
    source = council.settings["estimates"]["source"]

    def number(line: str, band: str) -> Worked:
        given = council.population(vintage, line).people(band, mid_year(year))
        error = error_pct(given, estimates.people(band, mid_year(year)))
        row = f"people aged {AGE_BANDS[band]}, mid-{year}"
        rests_on = (step(f"population_{council.id}_{vintage}", row), step(f"figures_{source}", row))
        return Worked(wording.signed_percentage(error), f"Population, {row}, beside the estimate", rests_on)

    lines = council.populations(vintage)
    rows = {LINES[line].capitalize(): [number(line, band) for band in bands] for line in lines}
    return table(rows, "Path", [AGE_BANDS[band] for band in bands])


def cited_with_estimates(council: Council) -> str:
    """What the table against the estimates rests on."""
    return f"{council.support_source}; {sources.citation(council.settings['estimates']['source'])}"


def link_said(council: Council, vintage: str) -> str:
    """What an error means where a later source takes the level of those before it, as a note; else nothing."""
    linked = council.vintages[vintage]["benchmarks"][-1].get("linked")
    return "Where a later source is linked, this is the difference of level at the link." if linked else ""


def by_date_of_base(council: Council) -> pd.DataFrame:
    """Older people at the horizon with the base taken as standing half a year earlier, as it is, and later."""
    rows = {
        about["short_title"]: [_shifted(council, vintage, shift) for shift in (-0.5, 0, 0.5)]
        for vintage, about in council.vintages.items()
    }
    return table(rows, "Population", ["Half a year earlier", "As taken", "Half a year later"])


def _shifted(council: Council, vintage: str, shift: float) -> Number | str:
    taken, population, central = (
        mid_year(council.base_year) + shift,
        council.population(vintage),
        council.bands["central"],
    )
    if not population.covers(taken):
        return "not on file"
    trend = series.trend_of(council.id, council.rule, council.base, population, central)
    effect = scenarios.effect_of(council.rule, council.base, council.years, trend=trend)
    times = [taken, *mid_year(council.years[1:])]
    cells = demand.project(council.base, population, taken, times, central, working_age_error=0, effect=effect)
    last = cells[(cells["age_band"] == "65+") & (cells["time"] == mid_year(council.horizon))]
    rests_on = (step(f"population_{council.id}_{vintage}", "from which this paper projects anew"),)
    what = f"{who('65+')} in {council.horizon}, the base taken at another date"
    return Number(last["people"].sum(), what, rests_on + council.counted("65+").rests_on)


# Held against what was counted later


def backtest_table(council: Council) -> pd.DataFrame:
    """How projections did before: by series and method, how many forecasts, their bias, and how far they missed."""
    titles = {one["id"]: wording.sentence_start(one["title"]) for one in council.settings["backtest"]}
    rows = {}
    for (name, method), row in council.scores.iterrows():
        errors = row[["mean_error_pct", "mean_absolute_error_pct", "no_change_error_pct"]].astype(float)
        bias, missed, no_change = errors
        texts = [
            str(row["forecasts"]), wording.signed_percentage(bias),
            wording.amount(missed, "per_cent"), wording.amount(no_change, "per_cent"),
        ]  # fmt: skip
        label = f"{titles.get(name, 'All series together')}: {METHODS[method]}"
        rows[label] = [score(council, name, method, text) for text in texts]
    return table(rows, "Series and method", ["Forecasts", "Bias", "Average miss", "No change: average miss"])


def outcome_note(council: Council) -> str:
    """What is to be known of the table on the later count: which scenario and years it takes, and the break between."""
    bridge, tested = council.settings["outcome"].get("bridge"), tested_scenario(council)
    year = projection_tables.said_financial_year(outcome_year(council))
    begins = "" if tested == council.scenario else f" The scenario of this paper begins in {council.rule['from_year']}."
    known = [one["reason"].strip() for one in figures.breaks() if one["id"] == bridge]
    broken = "".join(f" A break in the series: {reason}" for reason in known)
    return f"{assumptions.title_of(tested)}: {year}.{begins}{broken}"


def outcome_year(council: Council) -> int:
    """The first year of the period for which a later count is on file."""
    return int(council.outcome["period_start"].iloc[0][:4])


def outcome_period(council: Council) -> str:
    """The period for which a later count is on file, as a reader says it."""
    return council.outcome["period"].iloc[0]


def tested_scenario(council: Council) -> str:
    """The scenario that is held against the later count: the paper's own once it has begun by then."""
    return assumptions.begun(council.scenario, financial_year(outcome_year(council)))


def outcome_table(council: Council) -> pd.DataFrame:
    """What projections, and no change, give for the later count, beside it, by age band."""
    title, central = assumptions.title_of(tested_scenario(council)), council.central_vintage
    known = next((name for name, about in council.vintages.items() if about["known_at_the_base"]), None)
    how = {central: "known at the time" if central == known else "with later population"}
    if known and known != central:
        how = {known: "known at the time", **how}
    rows = {}
    for age in council.ages:
        counted = counted_later(council, age)
        gives = {
            f"{title}, {council.vintages[vintage]['short_title']}: {words}": _for_outcome(council, vintage, age)
            for vintage, words in how.items()
        }
        for name, number in {**gives, "No change": council.counted(age)}.items():
            error = wording.change_pct(counted.value, number.value)
            printed = number.beside(counted).size.as_text(wording.signed_percentage(error))
            rows[f"{AGE_BANDS[age]}: {name}"] = [number, counted, printed]
    return table(rows, "Age, and how it was worked out", ["Gives", "Counted", "Error"])


def _for_outcome(council: Council, vintage: str, age: str) -> Number:
    """What the projection on a population gives for the financial year of the later count."""
    rows = projection_tables.outlook(council.projections, vintage)
    year = outcome_year(council)
    people = projection_tables.in_financial_year(rows, year, age)["people"]
    row = f"{wording.in_sentence(who(age))}, {projection_tables.said_financial_year(year)}"
    rests_on = (step(table_of(council, vintage=vintage), row), *council.counted(age).rests_on)
    return Number(people, f"{who(age)}, {row}", rests_on)


# Assumptions and sources


def assumptions_made(council: Council, meeting_date: str) -> pd.DataFrame:
    """Every assumption behind the projection, its value and range linked to the file that it stands in."""
    older, central = council.base[council.base["age_band"] == "65+"], council.bands["central"]
    kinds = {central.kind_of(cell.support_reason, cell.setting) for cell in older.itertuples()}
    rows = briefings.assumptions_table(council.rule, council.bands, meeting_date, kinds)
    own = rows["Assumption"] == council.rule["title"]
    files = own.map({True: f"scenarios/{council.rule['id']}.yaml", False: "age_bands.yaml"})
    for column in ("Value", "Range"):
        rows[column] = [
            text if text == "none" else Worked(text, title, (Origin(f"data/assumptions/{file}", title),))
            for text, title, file in zip(rows[column], rows["Assumption"], files, strict=True)
        ]
    return rows


def documents(council: Council) -> tuple[list[str], list[str]]:
    """The documents that the paper rests on, and their tables."""
    settings = council.settings
    parts = [part for vintage in council.vintages.values() for part in vintage["benchmarks"]]
    parts += [settings[key] for key in ("estimates", "outcome") if key in settings]
    points = [text for one in settings.get("backtest", []) for text in one["points"]]
    texts = [*points, *settings.get("latest_count", {}).get("figures", {}).values()]
    empty = pd.DataFrame(columns=["source", "table"])
    used = series.book_of(council.id, texts).frame if texts else empty
    used = used.loc[[name for text in points for name in used.index if name in text]]
    found = dict.fromkeys([settings["support"]["source"], *(part["source"] for part in parts), *used["source"]])
    return list(found), [*settings["support"]["tables"], *(part["table"] for part in parts), *used["table"]]
