"""What the annex of the demand outlook shows of a council: how the projection is made, and what it rests on.

Each function takes an opened council with a horizon, as those of outlook do.
"""

import pandas as pd

from helpers.base import wording
from helpers.base.errors import InputError
from helpers.base.numbers import Number, Origin, Range, Said, Worked, all_of, said
from helpers.base.vocabulary import AGE_BANDS, CARE_HOME_SETTINGS, SETTING_GROUPS, SETTINGS
from helpers.council import figures, latest, series
from helpers.council.numbers import step, who
from helpers.council.opened import Council
from helpers.paper import briefings
from helpers.paper.outlook import aged, first_year, of_every_council, table_of
from helpers.projection import demand
from helpers.projection.population import error_pct, mid_year
from helpers.published.official.tables import with_bounds
from helpers.published.processed import read_processed
from helpers.published.suppression import LATENT

OLDER_AGES = ("65-84", "85+")
GRADIENTS = {"low": "lower multiples", "central": "central", "high": "higher multiples"}
#: The measure of people at home, by age band: its code among the official measures.
AT_HOME = {"65+": "2e(2b)", "18-64": "2e(2a)"}
MEASURES = "counts_and_shares"
#: For how many years on the spread of rates is told.
YEARS_OF_SPREAD = (1, 5, 10)
#: From so many points between shares at home on, officers are asked.
FAR_APART_POINTS = 10
#: What a table says of what is not there.
NOT_ON_FILE = "not on file"


def table(rows: dict[str, list], name: str, columns: list[str]) -> pd.DataFrame:
    """A table as it prints: the labels of its rows in the first column."""
    return pd.DataFrame([[label, *values] for label, values in rows.items()], columns=[name, *columns])


# The base


def base_note(council: Council) -> str:
    """What is to be known of the base's count, as a sentence; nothing where nothing is."""
    return council.settings["support"].get("note", "")


def settings_note(council: Council, settings: pd.DataFrame) -> str:
    """What "hidden" means in a table of settings, as a sentence; nothing where no cell of it is hidden."""
    if not (settings.map(str) == "hidden").any(axis=None):
        return ""
    counted = f" (fewer than five people in {latest.PERIOD})" if of_every_council(council) else ""
    return f"Hidden: a small count that its publisher does not print{counted}."


def settings_of(council: Council) -> list[str]:
    """The settings that the base has, in the order of the vocabulary; or none."""
    there = set(council.projection["setting"]) - {demand.TOTAL, LATENT, demand.NOT_STATED, *SETTING_GROUPS}
    return [name for name in SETTINGS if name in there]


def by_setting(council: Council) -> pd.DataFrame:
    """People of each setting in the base and five years on with the likely range, by age; a hidden one prints so."""
    first = first_year(council)
    rows = {SETTINGS[name]: name for name in settings_of(council)} | {"All": demand.TOTAL}
    cells = {label: [] for label in rows}
    for age in reversed(council.ages):
        for label, name in rows.items():
            before, after = (_people_in(council, age, year, name) for year in (council.base_year, first))
            is_number = isinstance(after, Number) and not after.is_hidden
            cells[label] += [before, after, after.range if is_number else after]
    parts = (council.base_period, council.period_of(first), "likely range")
    return table(cells, "Setting", [f"{AGE_BANDS[age]}, {part}" for age in reversed(council.ages) for part in parts])


def _people_in(council: Council, age: str, year: int, setting: str) -> Number | str:
    if setting == demand.TOTAL and year == council.base_year:
        return council.counted(age)
    try:
        return council.people(age, year, setting=setting)
    except InputError:
        return NOT_ON_FILE


def at_home(council: Council) -> pd.DataFrame | None:
    """The share of people at home or with family as published, beside the community of the base; else None.

    The published share is of other rules than the base's settings, and the base is not fitted to it.
    """
    if not of_every_council(council):
        return None
    rows = with_bounds(latest.COUNTED, MEASURES, "numerator")
    rows = rows[(rows["area_code"] == council.area_code) & (rows["part"] == "all")]
    rows = rows[rows["period"] == council.base_period].set_index("measure")
    found = {}
    for age, measure in AT_HOME.items():
        if measure not in rows.index or age not in council.ages:
            continue
        at_home, everyone = float(rows.loc[measure, "value"]), council.counted(age)
        where = (Origin(f"{latest.COUNTED}/{MEASURES}", f"measure {measure}, {council.name}, {council.base_period}"),)
        in_base = _in_community(council, age)
        share = 100 * at_home / everyone.value
        found[AGE_BANDS[age]] = [
            Worked(wording.count(at_home), f"People {aged(age)} at home or with family", where),
            Worked(wording.percentage(share), f"Share of people {aged(age)} at home or with family", where),
            in_base,
            "hidden" if in_base.is_hidden else Worked(
                wording.percentage(100 * in_base.value / everyone.value),
                f"Share of people {aged(age)} in the community, in the base", in_base.rests_on,
            ),
        ]  # fmt: skip
    columns = ["At home, as published", "Share", "In the community, in the base", "Share in the base"]
    return table(found, "Age", columns) if found else None


def at_home_note(council: Council) -> str:
    """What that table holds against each other, and at which ages the base falls short of what is published."""
    shares = at_home(council)[["Age", "Share", "Share in the base"]].itertuples(index=False)
    fewer = [age for age, share, base in shares if base != "hidden" and _per_cent(base) < _per_cent(share)]
    too_many = f" Aged {wording.listed(fewer)}, the base has fewer: it may put too many in care homes." if fewer else ""
    return (
        "A check, to which the base is not fitted. As published: people who live in their own home or with family. In "
        f"the base: people who are not in care homes.{too_many}"
    )


def question_of_homes(council: Council) -> Said | None:
    """What to ask where the base holds far more, or fewer, older people at home than were published; else None."""
    rows = at_home(council)
    if rows is None or AGE_BANDS["65+"] not in set(rows["Age"]):
        return None
    published, in_base = rows.set_index("Age").loc[AGE_BANDS["65+"], ["Share", "Share in the base"]]
    if in_base == "hidden" or abs(_per_cent(published) - _per_cent(in_base)) < FAR_APART_POINTS:
        return None
    return said(
        "As published, {published} {aged} live at home or with family; by the estimate used here, {in_base}. How many "
        "are in care homes?",
        published=published.as_text(f"{published} of people with support"), aged=aged("65+"), in_base=in_base,
    )  # fmt: skip


def _per_cent(share: Worked) -> float:
    return float(str(share).rstrip("%"))


def _in_community(council: Council, age: str) -> Number:
    """People in the community in the base: where a part of them is hidden, all who are not in care homes."""
    settings = ("community", *CARE_HOME_SETTINGS)
    community, *homes = (council.people(age, council.base_year, setting=name) for name in settings)
    if not community.is_hidden or any(home.is_hidden for home in homes):
        return community
    everyone = council.counted(age)
    what = f"{everyone.what}, not in care homes"
    return Number(everyone.value - sum(home.value for home in homes), what, all_of(everyone, *homes))


# Years, and the parts of the band


def year_by_year(council: Council, age: str) -> pd.DataFrame:
    """People of an age band in every year to the horizon, with the bands of half, four in five and nine in ten."""
    counted = council.counted(age)
    rows = {council.base_period: [counted, *["as published"] * 3]}
    for year in council.years[1:]:
        people = council.people(age, int(year))
        rows[council.period_of(int(year))] = [people, people.half_range, people.range, people.wide_range]
    return table(rows, "Year", ["People", "Half", "Four in five", "Nine in ten"])


def layer_titles(council: Council) -> dict[str, str]:
    """What each part of the band is called, the widest for older people first, and all together last."""
    titles = {name: layer["title"] for name, layer in council.uncertain["layers"].items()}
    titles |= {name: f"{titles[name]} (rates)" for name in ("national", "local")}
    shares = council.layers.xs("65+", level="age_band").astype(float)
    widest = sorted((name for name in titles if shares.get(name, 0) > 0), key=lambda name: -shares[name])
    return {name: titles[name] for name in widest} | {"all": "All together"}


def layers_table(council: Council) -> pd.DataFrame:
    """What each part of the band would give alone, four in five, and its share, by age."""
    kept = read_processed(table_of(council, "_layers")).set_index(["layer", "age_band"])
    year, ages = council.period_of(int(kept["year"].iloc[0])), list(reversed(council.ages))

    def cells_of(layer: str, title: str, age: str) -> list:
        row = kept.loc[(layer, age)]
        words = f"{title}, {wording.in_sentence(who(age))}, {year}"
        where, ends = (step(table_of(council, "_layers"), words),), (float(row["people_p10"]), float(row["people_p90"]))
        share = Worked(wording.percentage(float(row["share_pct"])), f"Share of the spread: {words}", where)
        return [Range(sum(ends) / 2, words, where, ends=ends), share]

    rows = {
        title: [cell for age in ages for cell in cells_of(layer, title, age)]
        for layer, title in layer_titles(council).items()
    }
    return table(rows, f"Part, {year}", [f"{AGE_BANDS[age]}{which}" for age in ages for which in (" alone", ", share")])


def explained(council: Council) -> pd.DataFrame:
    """Why numbers change, as it prints: a row an age band, a column a factor, and the whole change."""
    rows = council.explained[council.explained["support_reason"] == demand.TOTAL]
    parts = rows.pivot(index="age_band", columns="factor", values="people_printed")
    factors, year = briefings.factors_named(parts), council.period_of(int(rows["year"].iloc[0]))
    shown = parts[list(factors)].assign(total=parts[list(factors)].sum(axis=1)).astype(int)
    columns = {**factors, "total": "Change"}

    def number(age: str, factor: str) -> Worked:
        row = f"{wording.in_sentence(who(age))}, {year}, {wording.in_sentence(columns[factor])}"
        rests_on = (step(table_of(council, "_explained"), row),)
        return Worked(wording.signed_count(shown.loc[age, factor]), f"{columns[factor]}: {who(age)}", rests_on)

    return table(
        {AGE_BANDS[age]: [number(age, factor) for factor in shown] for age in shown.index}, "Age", [*columns.values()]
    )


# Scenarios, and populations


def years_said(council: Council) -> list[str]:
    """The two years that tables of what may be otherwise show: five years on, and the horizon."""
    return [council.period_of(year) for year in dict.fromkeys([first_year(council), council.horizon])]


def scenarios_table(council: Council, each: pd.DataFrame) -> pd.DataFrame:
    """Every scenario: older people five years on and at the horizon with their likely range, and what it assumes."""
    first, last = years_said(council)[0], years_said(council)[-1]
    rows = {row["title"]: [row["first"], row["last"], row["last"].range, row["meaning"]] for _, row in each.iterrows()}
    return table(rows, "Scenario", [first, f"{last} (illustration)", "Four in five", "What it assumes"])


def by_population(council: Council) -> pd.DataFrame:
    """Older people on every population on file, and with more or less support among the oldest."""
    found, shown = {}, list(dict.fromkeys([first_year(council), council.horizon]))
    for vintage, about in council.vintages.items():
        path = council.population(vintage).path
        for gradient, words in GRADIENTS.items():
            found[f"{about['short_title']}, {words}"] = [
                _on(council, vintage, path, gradient, year) for year in shown
            ]  # fmt: skip
    return table(found, "Population, and rates at the oldest ages", years_said(council))


def _on(council: Council, vintage: str, path: str, gradient: str, year: int) -> Number:
    row = f"aged 65 and over, {council.period_of(year)}, {path} path, {GRADIENTS[gradient]}"
    rests_on = (step(table_of(council, "_by_gradient", vintage), row), *council.counted("65+").rests_on)
    what = f"{who('65+')} on {council.vintages[vintage]['short_title']}: {row}"
    return Number(council.by_gradient[(vintage, path, gradient, year)], what, rests_on, when=str(year))


def population_table(council: Council) -> pd.DataFrame:
    """The population at the older ages on each vintage, in the years shown that every vintage covers."""
    populations = {vintage: council.population(vintage) for vintage in council.vintages}
    shown = dict.fromkeys([council.base_year, first_year(council), council.horizon])
    covered = [year for year in shown if all(p.covers(mid_year(year)) for p in populations.values())]

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


def against_estimates(council: Council) -> pd.DataFrame | None:
    """How far projections of the population lie from later estimates, in per cent; None where there is none to hold."""
    if not council.estimates:
        return None
    estimates, year, source = council.estimates, council.estimates.last_year, council.settings["estimates"]["source"]
    bands = [band for band in ("0-24", "25-64", *OLDER_AGES) if estimates.has(band)]

    def number(vintage: str, band: str) -> Worked:
        given, counted = (
            council.population(vintage).people(band, mid_year(year)),
            estimates.people(band, mid_year(year)),
        )
        row = f"people aged {AGE_BANDS[band]}, mid-{year}"
        rests_on = (step(f"population_{council.id}_{vintage}", row), step(f"figures_{source}", row))
        return Worked(
            wording.signed_percentage(round(error_pct(given, counted), 1) + 0.0), f"Population, {row}", rests_on
        )

    # One that starts from later estimates would be held against itself.
    covered = [
        name
        for name, vintage in council.vintages.items()
        if vintage["estimates_to"] < year and council.population(name).covers(mid_year(year))
    ]
    rows = {council.vintages[vintage]["short_title"]: [number(vintage, band) for band in bands] for vintage in covered}
    return table(rows, "Population", [AGE_BANDS[band] for band in bands]) if rows else None


# What the method said before


def tried_before(council: Council) -> pd.DataFrame | None:
    """What constant rates, and no change, gave from earlier counts for later ones; None for a council without such."""
    if not council.has("backtest"):
        return None
    points, rows = council.points, read_processed(f"backtest_{council.id}")
    rows = rows[rows["method"].isin(["constant_rates", "persistence"])]
    # Of a series that was forecast, no row of what could not be.
    methods = rows.groupby(["series", "origin_time", "target_time"])["method"].transform("nunique")
    rows = rows[methods.groupby(rows["series"]).transform("max") == methods]
    titles = {name: wording.sentence_start(about["title"]) for name, about in council.backtest.items()}
    found = {}
    for key, each in rows.groupby(["series", "origin_time", "target_time"], sort=False):
        name, (start, end) = key[0], (_when(points, key[0], float(time)) for time in key[1:])
        by_method = each.set_index("method")
        counted = by_method.iloc[0]
        row = f"{titles[name]}, {start} to {end}"
        where = (step(f"backtest_{council.id}", row),)
        found[row] = [
            *(_gave(by_method, method, row, where) for method in ("constant_rates", "persistence")),
            Worked(_counted(counted), f"Counted: {row}", where),
            _missed(by_method, row, where),
        ]  # fmt: skip
    return table(found, "Counts, from and for", ["Constant rates gave", "No change gave", "Counted", "Error"])


def tried_note(council: Council, tried: pd.DataFrame) -> str:
    """What is to be known of the table of what the method gave before: what it lacks, and the break that it crosses."""
    bridges = {one["bridge"] for one in council.settings.get("backtest", []) if "bridge" in one}
    lacks = (
        "Not on file: a population projection from before that count."
        if tried.isin([NOT_ON_FILE]).any(axis=None)
        else ""
    )
    return " ".join([lacks, *(one["reason"].strip() for one in figures.breaks() if one["id"] in bridges)]).strip()


def _when(points: pd.DataFrame, name: str, time: float) -> str:
    """The period of a point of a series, as a reader says it."""
    own = points[points["series"] == name]
    return own.loc[(own["time"] - time).abs().idxmin(), "period"]


def _counted(row: pd.Series) -> str:
    """A count as it prints; "about" before one that was printed roundly."""
    text = wording.count(float(row["published_people"]))
    return text if float(row["published_lower"]) == float(row["published_upper"]) else f"about {text}"


def _gave(by_method: pd.DataFrame, method: str, row: str, where: tuple[Origin, ...]) -> Worked | str:
    if method not in by_method.index:
        return NOT_ON_FILE
    people = float(by_method.loc[method, "forecast_people"])
    text = wording.count(people) if method == "persistence" else wording.people(people)
    return Worked(text, f"Given for {row}", where)


def _missed(by_method: pd.DataFrame, row: str, where: tuple[Origin, ...]) -> Worked | str:
    if "constant_rates" not in by_method.index:
        return NOT_ON_FILE
    error = float(by_method.loc["constant_rates", "error_pct"])
    return Worked(wording.signed_percentage(error), f"Error of constant rates: {row}", where)


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


def spread_table(council: Council) -> pd.DataFrame:
    """How far rates may go, as it is assumed: how wide each part is some years on, and its evidence."""
    spread, widths = council.uncertain["layers"], council.widths
    parts = {spread["local"]["title"]: (widths.local, spread["local"]["evidence"].strip())}
    evidence = spread["national"]["evidence"].strip()
    for age in reversed(council.ages):
        title = f"{spread['national']['title']}, {AGE_BANDS[age]}"
        parts[title], evidence = (widths.national[age], evidence), "The same."
    rows = {
        title: [*(_width(float(term.sd(years)), title, years) for years in YEARS_OF_SPREAD), evidence]
        for title, (term, evidence) in parts.items()
    }
    columns = [wording.sentence_start(wording.number_of(years, "year")) for years in YEARS_OF_SPREAD]
    return table(rows, "Rates of support", [*columns, "Evidence"])


def spread_note(council: Council) -> Said:
    """What else is assumed of how rates go, as sentences."""
    spread = council.uncertain | council.uncertain["layers"]

    def assumed(value: str, name: str) -> Worked:
        return Worked(value, spread[name]["title"], (Origin("data/assumptions/spread.yaml", spread[name]["title"]),))

    return said(
        "Both ages move together, with a correlation of {ages}; bands of the population, of {bands}. A figure that "
        "crosses the break between collections has {at_break} more.",
        ages=assumed(f"{spread['between_ages']['correlation']:g}", "between_ages"),
        bands=assumed(f"{spread['between_population_bands']['correlation']:g}", "between_population_bands"),
        at_break=assumed(wording.percentage(100 * spread["break"]["sd"]), "break"),
    )  # fmt: skip


def _width(sd: float, title: str, years: int) -> Worked:
    where = (Origin("data/assumptions/spread.yaml", title),)
    return Worked(wording.amount(100 * sd, "per_cent"), f"Spread of rates: {title}, {years} years on", where)


def documents(council: Council) -> tuple[list[str], list[str]]:
    """The documents that the paper rests on, and their tables."""
    settings, history = council.settings, council.history.settings["support"]
    parts = [part for vintage in council.vintages.values() for part in vintage["benchmarks"]]
    parts += [settings["estimates"]] if "estimates" in settings else []
    texts = [text for one in settings.get("backtest", []) for text in one["points"]]
    used = series.book_of(council.id, texts).frame if texts else pd.DataFrame(columns=["source", "table"])
    used = used.loc[[name for text in texts for name in used.index if name in text]]
    found = [settings["support"]["source"], history["source"], *(part["source"] for part in parts), *used["source"]]
    tables = [*settings["support"]["tables"], *history["tables"], *(part["table"] for part in parts), *used["table"]]
    if of_every_council(council):
        found += [latest.ACTIVITY, latest.COUNTED]
        tables += [latest.BY_REASON, latest.BY_SETTING, latest.OF_ENGLAND, MEASURES]
    return list(dict.fromkeys(found)), list(dict.fromkeys(tables))
