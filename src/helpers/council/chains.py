"""What a council's people mean for money, beds and posts: published figures, each grown from year to year.

A chain that a council has not on file is a table without rows, and so is whatever is worked out from it.
"""

from functools import lru_cache
from pathlib import Path

import numpy as np
import pandas as pd

from helpers.base import paths, wording
from helpers.base.errors import InputError
from helpers.base.vocabulary import AGE_BANDS, DIRECT_PAYMENT_SETTINGS, UNITS
from helpers.council import assumptions, figures, series
from helpers.council.opened import Council
from helpers.projection import demand
from helpers.projection.consequences import AMOUNTS
from helpers.projection.population import mid_year
from helpers.projection.projection_tables import people_at
from helpers.published.official.areas import of_today
from helpers.published.official.tables import with_bounds
from helpers.published.processed import processed_path

#: By the kind of rule: the part of the base that a chain grows as, and its published figures, first the one that grows.
CHAINS = {
    "beds": ("care_home", ("beds", "occupancy_pct")),
    "workforce": ("18+", ("filled", "vacancy_pct", "turnover_pct")),
}
#: The official tables of what long-term care costs, the year that they are of, and people counted in the same year.
COSTS, COSTS_OF, COUNTED_THEN = "nhs_ascfr_2021_22", "2021/22", "long_term_support_during_year"
SPENT_ON = {
    age: f"spending_on_long_term_care_by_setting_{name}" for age, name in (("18-64", "18_64"), ("65+", "65_plus"))
}
WEEKLY, HOURLY = "weekly_cost_of_care_homes", "hourly_cost_of_home_care"
#: By kind of spending: what it is called, and the settings of the people whom it follows.
KINDS = {
    "nursing": ("nursing homes", ("nursing",)),
    "residential": ("residential homes", ("residential",)),
    "direct_payments": ("direct payments", DIRECT_PAYMENT_SETTINGS),
    "home_care": ("home care", ("managed_personal_budget",)),
    "supported_living": ("supported living", ("managed_personal_budget",)),
    "supported_accommodation": ("supported accommodation", ("managed_personal_budget",)),
    "other_long_term_care": ("other long-term care", ("managed_personal_budget",)),
}
PROVIDERS = {"in_house": "the council's own", "external": "bought"}


def costs(table: str, column: str) -> pd.DataFrame:
    """An official table of costs by the councils of today, one of its columns read (official.tables.with_bounds)."""
    return _costs(as_read(table), table, column).copy()


def as_read(*tables: str) -> tuple:
    """What the files of these official tables of costs say now, so that what was worked out of them may be kept."""
    folder = paths.root() / "data/raw"
    of_costs = [folder / COSTS / name for name in ("datapackage.yaml", *(f"{table}.csv" for table in tables))]
    return paths.as_read([*of_costs, folder / "england_areas/councils.csv"])


@lru_cache(maxsize=16)
def _costs(state: tuple, table: str, column: str) -> pd.DataFrame:
    return of_today(with_bounds(COSTS, table, column))


def published(council: Council) -> pd.DataFrame:
    """The published figures that the chains rest on: a row a figure, by its name; chain, and what series.figure says.

    Without rows where no rule names figures of the council. Raises InputError where no chain is on file for it.
    """
    rows = [
        figure.rename(name).to_frame().T.assign(chain=chain)
        for chain, rule in council.consequences.items()
        if council.id in rule.get("figures", {})
        for name, figure in series.figures_of_scenario(council.id, rule).items()
    ]
    rows = rows or [pd.DataFrame(columns=[*series.FIGURE, "chain"])]
    return pd.concat(rows).infer_objects().rename_axis("figure")


def by_year(council: Council, on_file: pd.DataFrame, chain: str) -> pd.DataFrame:
    """One chain from its published figure to the horizon, a row a year; without rows where it is not on file.

    on_file: as from published. Returns year; years_on (since the figure, or the base where that is later); each
    published figure of the chain by its name (nan where there is none); and AMOUNTS: by what the first of them is
    multiplied, as the people grow who draw on it.
    """
    part, names = CHAINS[chain]
    own = on_file[on_file["chain"] == chain]
    if names[0] not in own.index:
        columns = ["year", "years_on", *names, *AMOUNTS]
        return pd.DataFrame(columns=columns, dtype=float).astype({"year": int})
    grown = growth_from(council, part, own.loc[names[0], "time"])
    return grown.assign(**{name: own["value"].get(name, np.nan) for name in names})


def growth_from(council: Council, part: str, since: float) -> pd.DataFrame:
    """By what a count of a part of the base is multiplied in every later year, with the ends of the bands.

    part: as demand.part_of takes it: 18-64, 65+, 18+ (all) or care_home. since: when it was counted, a decimal year;
    from then to the base it grows at constant rates; before the first mid-year on file it does not grow. Returns year,
    years_on (since then) and AMOUNTS, all multiples. Raises InputError where a publisher hides the part.
    """
    population = council.population()
    since = max(since, mid_year(population.first_year))
    cells, start = demand.part_of(council.base, part), max(since, council.start)
    times = council.time_of(council.years)
    times = times[times >= start]
    years = council.year_of(times)
    group = ("65+", "all", "care_home") if part == "care_home" else (part,)
    people = people_at(council.projection, times, *group)
    if people is None:
        raise InputError(f"The base of {council.name} is hidden for {part}: nothing can be said to grow as it does.")
    central = council.bands["central"]
    until_then = demand.growth_of(cells, population, central, since, start) if since < start else 1.0
    growth = until_then * people / people_at(council.projection, start, *group)
    bands = growth[:, None] * council.bands_from(cells, since, times)[0]
    amounts = dict(zip(AMOUNTS, np.column_stack([growth, bands]).T, strict=True))
    return pd.DataFrame({"year": years, "years_on": times - since, **amounts})


def occupancies(council: Council, on_file: pd.DataFrame) -> pd.DataFrame:
    """The shares of beds that may be occupied: share_pct, as it was counted, then as assumed. Without beds, no rows."""
    if "occupancy_pct" not in on_file.index:
        return pd.DataFrame({"share_pct": np.array([], dtype=float)})
    others = council.consequences["beds"]["values"]["other_occupancies_pct"]
    return pd.DataFrame({"share_pct": [on_file.loc["occupancy_pct", "value"], *others]})


def first_and_last_said(rows: pd.DataFrame) -> pd.DataFrame:
    """What the chains give, as a table prints it: a row a quantity and assumption, its first and its last year.

    rows: quantity, assumption, year, unit and AMOUNTS, by year. Returns four columns of texts; the third is named by
    the last year. Without rows, an empty table.
    """
    columns = ["What, and on what assumption", "First year", str(rows["year"].max()), "Four in five draws"]
    said = []
    for (quantity, assumption), chain in rows.groupby(["quantity", "assumption"], sort=False):
        first, last, unit = chain.iloc[0], chain.iloc[-1], chain["unit"].iloc[0]
        said.append(
            [
                f"{wording.sentence_start(quantity.replace('_', ' '))}: {assumption}",
                f"{first['year']}: {wording.amount(first['value'], unit)}",
                wording.amount(last["value"], unit),
                _range_said(last),
            ]
        )
    return pd.DataFrame(said, columns=columns)


def _range_said(row: pd.Series) -> str:
    """The ends of the 90% band as a table's cell; the unit stands beside, in the cell of the value."""
    if pd.isna(row["value_p10"]):
        return "none"
    ends = (wording.amount(row[end], row["unit"]) for end in ("value_p10", "value_p90"))
    return " to ".join(end.removesuffix(f" {UNITS[row['unit']]}") for end in ends)


def spent_by_setting(council: Council) -> pd.DataFrame:
    """What long-term care cost the council before income, from official tables: a row an age band and kind.

    Returns age_band, setting (of KINDS), kind (in words), spent (pounds of COSTS_OF; NaN where the publisher has or
    shows none) and counted_change: by what people of the age band were multiplied from then to the base, as counted.
    Kinds on which nothing was spent have no row; nor has a council whose base does not rest on these tables.
    """
    columns = ["age_band", "setting", "kind", "spent", "counted_change"]
    if not has_costs(council):
        return pd.DataFrame(columns=columns)
    tables = [costs(table, "gbp_thousand") for table in SPENT_ON.values()]
    rows = pd.concat(tables).query("area_code == @council.area_code and setting in @KINDS")
    people = costs(COUNTED_THEN, "people").query("area_code == @council.area_code and setting == 'all'")
    then = pd.to_numeric(people.set_index("age_band")["value"], errors="coerce")
    now = council.base.groupby("age_band")["people"].sum()
    rows = rows.assign(
        kind="aged " + rows["age_band"].map(AGE_BANDS) + ": " + rows["setting"].map(lambda name: KINDS[name][0]),
        spent=1000 * pd.to_numeric(rows["value"], errors="coerce"),
        counted_change=rows["age_band"].map(now / then),
    )
    return rows.loc[rows["spent"] != 0, columns].reset_index(drop=True)


def has_costs(council: Council) -> bool:
    """Whether the official tables that costs stand in are on file, as they are where a base has its pattern of them."""
    return council.settings["support"].get("pattern") == COSTS


def growth_by_setting(council: Council, kinds: pd.DataFrame) -> pd.DataFrame:
    """By what the people of each kind of spending are multiplied from the base on, as projected: kind, year, AMOUNTS.

    kinds: as from spent_by_setting. A kind whose people a publisher hides has no rows.
    """
    base, times = council.base.reset_index(drop=True), council.time_of(council.years)
    found, groups = [], []
    for row in kinds.itertuples():
        settings = KINDS[row.setting][1]
        people = [people_at(council.projection, times, row.age_band, setting=setting) for setting in settings]
        if all(part is not None for part in people):
            found.append((row.kind, sum(people)))
            groups.append(np.flatnonzero((base["age_band"] == row.age_band) & base["setting"].isin(settings)))
    if not found:
        return pd.DataFrame(columns=["kind", "year", *AMOUNTS])
    bands = council.bands_from(base, council.start, times, groups)
    growth = [
        pd.DataFrame(np.column_stack([people / people[0], (people / people[0])[:, None] * band]), columns=AMOUNTS)
        for (_, people), band in zip(found, bands, strict=True)
    ]
    rows = pd.concat(
        [part.assign(kind=kind, year=council.years) for (kind, _), part in zip(found, growth, strict=True)]
    )
    return rows.reset_index(drop=True)


def sums_by_setting(council: Council, kinds: pd.DataFrame, rows: pd.DataFrame) -> pd.DataFrame:
    """The sums of spending by setting, of each age band and of all, with their bands: kind, year and AMOUNTS.

    kinds: as from spent_by_setting. rows: of their kinds (consequences.follows). The bands are of the people behind a
    sum, each counted as heavily as is spent on them. A kind that is not in rows is in no sum, and the sum's name says
    so.
    """
    if rows.empty:
        return rows[["kind", "year", *AMOUNTS]]
    base, times = council.base.reset_index(drop=True), council.time_of(council.years)
    there = kinds["kind"].isin(rows["kind"])
    weights = pd.Series(0.0, base.index)
    for row in kinds[there].itertuples():
        cells = (base["age_band"] == row.age_band) & base["setting"].isin(KINDS[row.setting][1])
        weights[cells] += row.spent * row.counted_change / base.loc[cells, "people"].sum()
    # A publisher's correction can leave less than nothing spent on a setting; no people stand behind that.
    spent = base["people"] * weights.clip(lower=0)
    cells = base.assign(people=spent * base["people"].sum() / spent.sum())
    sums = {f"aged {AGE_BANDS[age]}: ": (kinds["age_band"] == age, base["age_band"] == age) for age in SPENT_ON}
    sums[""] = (kinds["kind"].notna(), base["age_band"].notna())
    bands = council.bands_from(cells, council.start, times, [np.flatnonzero(part) for _, part in sums.values()])
    found = []
    for (whose, (own, _)), band in zip(sums.items(), bands, strict=True):
        together = rows[rows["kind"].isin(kinds.loc[own, "kind"])].groupby("year")["value"].sum()
        ends = pd.DataFrame(band * together[council.years].to_numpy()[:, None], council.years, list(AMOUNTS[1:]))
        amounts = together.to_frame("value").join(ends)
        name = whose + total_said(left_out(kinds[own], rows["kind"]))
        found.append(amounts.reset_index().assign(kind=name))
    return pd.concat(found, ignore_index=True)[["kind", "year", *AMOUNTS]]


def left_out(kinds: pd.DataFrame, there: pd.Series) -> list[str]:
    """The kinds of spending, without their age, that are not among those projected (there), each once."""
    missing = kinds.loc[~kinds["kind"].isin(there), "kind"]
    return list(dict.fromkeys(kind.partition(": ")[2] for kind in missing))


def total_said(missing: list[str]) -> str:
    """What the total of spending by setting is of. missing: the kinds that are not in it (left_out)."""
    return f"all but {wording.listed(missing)}, whose people or cost are not all published" if missing else "all"


def spending_said(council: Council, rows: pd.DataFrame, years: list[int]) -> pd.DataFrame:
    """Spending by setting as a table prints it, in million pounds: a row a kind, a column a year, and the last's range.

    rows: assumption (the kind in words), year and AMOUNTS; the total comes last. years: of those in rows.
    """
    last, found = years[-1], []
    for kind, of_kind in rows.groupby("assumption", sort=False):
        of_kind = of_kind.set_index("year").astype({"value": float})
        amounts = [_in_millions(of_kind.loc[year, "value"]) for year in years]
        # Of less than nothing, a correction, what most people would bring is the lower end.
        ends = pd.to_numeric(of_kind.loc[last, ["value_p10", "value_p90"]], errors="coerce").sort_values()
        said = "none" if ends.isna().any() else " to ".join(dict.fromkeys(map(_in_millions, ends)))
        found.append([wording.sentence_start(kind), *amounts, said])
    heads = ["Long-term care", *map(council.period_of, years), f"Likely range, {council.period_of(last)}"]
    return pd.DataFrame(found, columns=heads)


def _in_millions(pounds: float) -> str:
    return f"{pounds / 1e6:,.1f}".replace("-", "−")


def unit_costs(council: Council) -> pd.DataFrame:
    """What a week in a care home and an hour of home care cost the council: assumption (in words), year, value, unit.

    From official tables, in pounds of each year. A cost that the publisher has or shows not, or of zero, has no row.
    """
    if not has_costs(council):
        return pd.DataFrame(columns=["assumption", "year", "value", "unit"])
    week = costs(WEEKLY, "gbp_per_week").query("setting in @KINDS and age_band in @SPENT_ON")
    hour = costs(HOURLY, "gbp_per_hour")
    homes = week["setting"].map(lambda name: KINDS[name][0])
    week = week.assign(assumption="a week in " + homes + ", aged " + week["age_band"].map(AGE_BANDS))
    hour = hour.assign(assumption="an hour of home care, " + hour["provider"].map(PROVIDERS))
    rows = pd.concat([week, hour]).query("area_code == @council.area_code")
    rows = rows.assign(value=pd.to_numeric(rows["value"], errors="coerce"), year=rows["period"].str[:4].astype(int))
    return rows.loc[rows["value"] > 0, ["assumption", "year", "value"]].assign(unit="gbp").reset_index(drop=True)


def lengths_of_stay(council: Council) -> pd.DataFrame:
    """For how many months people have support on average: stay_months, central, low and high of each scenario.

    Of the scenarios in which fewer people come into support; without rows where the council has none.
    """
    stays = [council.rule_of(name)["values"]["length_of_stay_months"] for name in _fewer_come(council)]
    months = dict.fromkeys(stay[end] for stay in stays for end in ("central", "low", "high"))
    return pd.DataFrame({"stay_months": list(months)})


def _fewer_come(council: Council) -> list[str]:
    """The council's scenarios in which fewer people come into support."""
    known = assumptions.scenarios_for(council.id)
    return [name for name in known if assumptions.scenario_declared(name)["kind"] == "entrants"]


def files_behind(council: Council) -> list[Path]:
    """The files that the chains of one projection are worked out from, each once."""
    projection = f"projection_{council.id}_{council.vintage}_{council.scenario}"
    tables = [processed_path(name) for name in (projection, f"population_{council.id}_{council.vintage}")]
    rules = [*council.settings["consequences"], *_fewer_come(council)]
    assumed = [file for rule in rules for file in paths.assumption_files(rule)]
    names = [*SPENT_ON.values(), COUNTED_THEN, WEEKLY, HOURLY] if has_costs(council) else []
    costs = [paths.root() / "data/raw" / COSTS / f"{name}.csv" for name in names]
    return list(dict.fromkeys([*tables, *figures.held_paths(council.id), *assumed, *costs]))
