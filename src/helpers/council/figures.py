"""An authority's own figures: which tidy rows feed its population, its base and its comparisons."""

from pathlib import Path

import pandas as pd

from helpers.base import checked_files, schemas
from helpers.base.authorities import authority_named, not_on_file, vintage_named
from helpers.base.errors import InputError, nearest
from helpers.base.paths import is_official, relative, root
from helpers.base.periods import decimal_year, parse_period, published_on
from helpers.base.typed_numbers import refuse_typed_in
from helpers.projection.demand import TIME_OF
from helpers.projection.population import (
    Population,
    default_path,
    error_pct,
    financial_year,
    linked,
    mid_year,
    share_within,
)
from helpers.published import sources
from helpers.published.official import tables
from helpers.published.processed import processed_path, read_processed

BREAKS = "data/assumptions/breaks.yaml"


def figures_of(authority_id: str, part: dict) -> pd.DataFrame:
    """The tidy rows of the tables that one entry of authorities.toml names.

    part: an entry with source and either table or tables. Raises InputError where a table has no rows or belongs
    to another authority.
    """
    council = authority_named(authority_id)
    code = council["code"]
    if is_official(part["source"]):
        return _official_rows(council, part)
    rows = read_processed(f"figures_{part['source']}")
    tables = part.get("tables") or [part["table"]]
    chosen = rows[rows["table"].isin(tables)]
    if missing := sorted(set(tables) - set(chosen["table"])):
        raise InputError(
            f"authorities.toml, {authority_id}: the source {part['source']!r} has no table {missing[0]!r}."
            f"{nearest(missing[0], sorted(rows['table'].unique()))}"
        )
    if not (chosen["area_code"] == code).all():
        raise InputError(
            f"authorities.toml, {authority_id}: a table of {part['source']!r} belongs to another authority "
            f"({', '.join(sorted(set(chosen['area_code']) - {code}))}). One authority's figures never feed another's."
        )
    if len(missing := chosen[chosen["status"] == "not_available"]):
        cell = missing.iloc[0]
        raise InputError(
            f"authorities.toml, {authority_id}: {part['source']}, table {cell['table']!r}, cell {cell['cell']} is not "
            "available, and what rests on the table needs every figure. Name another table."
        )
    return chosen.reset_index(drop=True)


def support_of(authority_id: str, key: str = "support") -> pd.DataFrame:
    """The tidy rows of people with long-term support in the base year, or of the `history` before it.

    Raises InputError where the tables count anything else, or in another way than during a year or at 31 March; or
    where the base year of authorities.toml is not theirs.
    """
    part = authority_named(authority_id)[key]
    rows = figures_of(authority_id, part)
    if set(rows["quantity"]) != {"people_with_long_term_support"} or set(rows["unit"]) != {"people"}:
        raise InputError(
            f"authorities.toml, {authority_id}: a base is people with long-term support; these tables hold "
            f"{', '.join(sorted(rows['quantity'].unique()))}. Name other tables."
        )
    if (measures := set(rows["measure"])) not in ({"during_year"}, {"at_date"}):
        raise InputError(
            f"authorities.toml, {authority_id}: a base is counted during one year or on one date; these tables are of "
            f"{', '.join(sorted(measures))}. Name tables of one measure."
        )
    years = set((rows["period_start"] if measures == {"during_year"} else rows["period_end"]).str[:4])
    at_31_march = measures == {"during_year"} or set(rows["period_end"].str[5:]) == {"03-31"}
    if years != {str(part["base_year"])} or not at_31_march:
        raise InputError(
            f"authorities.toml, {authority_id}: base_year is {part['base_year']} and the support tables are of "
            f"{', '.join(sorted(rows['period'].unique()))}. Mend one of them."
        )
    return rows


def first_support_of(authority_id: str) -> pd.DataFrame:
    """The earliest base on file: that of the `history` where there is one, else the base itself (support_of)."""
    return support_of(authority_id, "history" if "history" in authority_named(authority_id) else "support")


def base_time(support: pd.DataFrame, exactly: bool = False) -> float:
    """When the base stands: a count during a year at mid-year, one at 31 March on that day (decimal year).

    The label of the year alone says nothing finer; method.md section 6 shows half a year either way as sensitivity.
    exactly: the year is known to be a financial one, and the count stands in its middle.
    """
    if exactly:
        return financial_year(int(support["period_start"].iloc[0][:4]))
    measure = support["measure"].iloc[0]
    start = support["period_start" if measure == "during_year" else "period_end"].iloc[0]
    return TIME_OF[measure](int(start[:4]))


def outcome_of(authority_id: str) -> pd.DataFrame:
    """The tidy rows of what was published later for the same count as the base, an age band each.

    Raises InputError where it is not the same quantity, counted in the same way in time, in the same unit; or lies
    beyond a registered break that authorities.toml does not name as its bridge.
    """
    part = authority_named(authority_id)["outcome"]
    base, rows = first_support_of(authority_id), figures_of(authority_id, part)
    for column in ("quantity", "measure", "unit"):
        ours, theirs = base[column].unique(), rows[column].unique()
        if list(ours) != list(theirs):
            raise InputError(
                f"authorities.toml, {authority_id}: the outcome's {column} is {', '.join(theirs)} and the base's is "
                f"{', '.join(ours)}. The two cannot be compared."
            )
    for known in breaks():
        crossed = base["period_end"].min() < known["from"] <= rows["period_start"].max()
        if crossed and base["quantity"].iloc[0] in known["quantities"] and part.get("bridge") != known["id"]:
            raise InputError(
                f"authorities.toml, {authority_id}: the outcome lies beyond a registered break, {known['id']} (from "
                f"{known['from']}). Name it as the outcome's bridge, or compare with an earlier figure."
            )
    return rows.set_index("age_band")


def breaks() -> list[dict]:
    """The registered breaks in series: id, from (the first day after it), quantities, reason."""
    registered = checked_files.read_yaml(root() / BREAKS, schemas.BREAKS)["breaks"]
    for one in registered:
        refuse_typed_in(one, ("reason",), f"{BREAKS}, {one['id']}", fills=False)
    return registered


#: The age bands that the persons of official tables are summed to.
_BANDS = ("0-24", "18-24", "25-64", "65-74", "75-84", "85+")
#: The measures of the outcomes framework whose denominators are people with long-term support, by age band.
MEASURES = {"18-64": "2e(2a)", "65+": "2e(2b)"}


def _official_rows(council: dict, part: dict) -> pd.DataFrame:
    """People with long-term support in the latest year from official tables, as tidy rows; what is hidden too.

    Raises InputError where a table is not of them, or has no row of the council.
    """
    source, (table, *_) = part["source"], part.get("tables") or [part["table"]]
    where = f"authorities.toml, {council['id']}: data/raw/{source}, table {table!r},"
    printed = tables.read_official(source, table)
    if not {"measure", "denominator"} <= {*printed}:
        raise InputError(f"{where} is no table of people with long-term support. Name another.")
    of_council = (printed["area_code"] == council["code"]) & printed["measure"].isin(MEASURES.values())
    rows = tables.with_bounds(source, table, "denominator")
    rows = rows[(rows["area_code"] == council["code"]) & rows["measure"].isin(MEASURES.values())]
    if rows.empty:
        raise InputError(f"{where} has no row for {council['name']} ({council['code']}). Name another table.")
    column = chr(ord("A") + list(printed).index("denominator"))
    periods = [parse_period(period) for period in rows["period"]]
    about = dict.fromkeys(("support_reason", "setting", "service", "locality", "group"), "all")
    about |= {"area": council["id"], "quantity": "people_with_long_term_support", "unit": "people"}
    about |= {"measure": "during_year", "period_kind": "financial_year", "qualifier": "none"}
    return rows.assign(
        **about,
        age_band=rows["measure"].map({measure: age for age, measure in MEASURES.items()}),
        period_start=[period.start for period in periods],
        period_end=[period.end for period in periods],
        as_published=list(printed.loc[of_council, "denominator"]),
        source=source,
        table=table,
        cell=[f"{column}{row + 2}" for row in printed.index[of_council]],
    ).reset_index(drop=True)


def _persons(council: dict, part: dict) -> pd.DataFrame:
    """Persons of an authority from official tables by age, in years or in bands: index the mid-year, columns _BANDS.

    Raises InputError where the table has no row for the authority.
    """
    rows = tables.read_official(part["source"], part["table"]).query("area_code == @council['code']")
    if rows.empty:
        raise InputError(
            f"authorities.toml, {council['id']}: data/raw/{part['source']}, table {part['table']!r}, has no row for "
            f"{council['name']} ({council['code']}). Name another table, or leave this population out."
        )
    if "period" in rows:  # a row a year, a column an age
        rows = rows.assign(year=rows["period"].str[-4:]).set_index("year").drop(columns="period")
        rows = rows.drop(columns="area_code").T.rename_axis("age").reset_index()
    rows = rows[rows["age"] != "all_ages"]
    by_age = rows[[column for column in rows if column.isdigit()]].astype(float)
    shares = {band: share_within(rows["age"], band) for band in _BANDS}
    bands = {band: by_age[share > 0].mul(share[share > 0], axis=0).sum() for band, share in shares.items()}
    found = pd.DataFrame(bands).rename_axis(columns="age_band")
    return found.set_axis(found.index.astype(int).rename("year"))


def _population_in(authority_id: str, part: dict) -> pd.DataFrame:
    """The population that an entry names, from official tables or a document's own: index year, columns age bands."""
    if is_official(part["source"]):
        return _persons(authority_named(authority_id), part)
    return _by_year(figures_of(authority_id, part))


def _by_year(rows: pd.DataFrame) -> pd.DataFrame:
    rows = rows[(rows["quantity"] == "population") & (rows["age_band"] != "all")]
    rows = rows.assign(year=rows["period_end"].str[:4].astype(int))
    if (twice := rows.duplicated(["year", "age_band"])).any():
        row = rows[twice].iloc[0]
        raise InputError(
            f"{row['source']}, table {row['table']!r}, cell {row['cell']}: a population aged {row['age_band']} in "
            f"{row['year']} stands there twice. Name tables that give it once."
        )
    return rows.pivot(index="year", columns="age_band", values="value").astype(float)


def benchmarks_of(authority_id: str, vintage: str) -> pd.DataFrame:
    """The population on file for one vintage: index year, columns age bands, people at mid-year.

    A later source of the vintage starts at its "from" year, where the earlier ones end; one that is linked gives the
    earlier ones its own level, so that only their growth counts.
    """
    return _joined(authority_id, vintage_named(authority_id, vintage)["benchmarks"])


def benchmark_files(authority_id: str, vintage: str) -> list[Path]:
    """The files that the population of one vintage is taken from."""
    parts = vintage_named(authority_id, vintage)["benchmarks"]
    files = [
        root() / "data/raw" / part["source"] / f"{part['table']}.csv"
        if is_official(part["source"])
        else processed_path(f"figures_{part['source']}")
        for part in parts
    ]
    return list(dict.fromkeys(files))


def _joined(authority_id: str, parts: list[dict]) -> pd.DataFrame:
    result = None
    for part in parts:
        rows = _population_in(authority_id, part)
        start = part.get("from", 0)
        later = rows[rows.index >= start]
        if result is None:
            result = later
        else:
            result = linked(result, later) if part.get("linked") else pd.concat([result[result.index < start], later])
    return result.sort_index()


def step_at_link(authority_id: str, vintage: str) -> pd.Series | None:
    """How far a linked source lies from those before it where it starts, in per cent by age band; None without one."""
    *before, last = vintage_named(authority_id, vintage)["benchmarks"]
    if not last.get("linked"):
        return None
    earlier, later = Population(authority_id, vintage, _joined(authority_id, before)), _joined(authority_id, [last])
    year = later.index[0]
    return pd.Series({band: error_pct(later.loc[year, band], earlier.people(band, mid_year(year))) for band in later})


def estimates_of(authority_id: str) -> Population | None:
    """The population estimates on file, to hold projections against; None where there are none."""
    part = authority_named(authority_id).get("estimates")
    return part and Population(authority_id, "estimates", _population_in(authority_id, part))


def population_of(authority_id: str, vintage: str, path: str | None = None) -> Population:
    """One vintage of an authority's population, from data/processed, on this path or on its default one."""
    rows = read_processed(f"population_{authority_id}_{vintage}")
    rows = rows[rows["origin"].isin(["on_file", "linked"])]
    benchmarks = rows.pivot(index="year", columns="age_band", values="people").astype(float)
    return Population(authority_id, vintage, benchmarks, path or default_path(benchmarks))


def populations_known(authority_id: str) -> list[tuple[float, int, Population]]:
    """The population projections of an authority by when they were published, each by itself.

    Returns the time of publication, the last year that is estimated and the population: a projection starts from an
    estimate, so that estimates up to its first year were known with it. A projection without a date of publication in
    its descriptor is none that anybody is taken to have known.
    """
    council = authority_named(authority_id)
    known = council.get("estimates", {})
    estimates = _population_in(authority_id, known) if known else pd.DataFrame()
    parts = [part for about in council["vintages"].values() for part in about["benchmarks"]]
    found = []
    for source, table in dict.fromkeys((part["source"], part["table"]) for part in parts):
        published = sources.about(source).get("published")
        if source == known.get("source") or published is None or is_official(source):
            continue
        rows = _by_year(figures_of(authority_id, {"source": source, "table": table}))
        first = int(rows.index[0])
        if set(rows) == set(estimates):
            rows = pd.concat([estimates[estimates.index < first], rows])
        known_from = decimal_year(published_on(published).end)
        found.append((known_from, first, Population(authority_id, source, rows, default_path(rows))))
    return sorted(found, key=lambda known: known[0])


def population_known(
    known: list[tuple[float, int, Population]], known_at: float, *times: float
) -> tuple[int, Population] | None:
    """The latest population projection that had been published by a time and covers others (all decimal years).

    known: as from populations_known. Returns its last estimated year and the population; None where there was none.
    """
    fitting = [found for published, *found in known if published <= known_at and found[1].covers(*times)]
    return tuple(fitting[-1]) if fitting else None


def held_of(authority_id: str) -> pd.Series:
    """How the backtest of an authority came out: forecasts, coverage_pct, verdict_sentence.

    Without a backtest the verdict says so.
    """
    council = authority_named(authority_id)
    if "backtest" in council:
        return read_processed(f"backtest_held_{authority_id}").iloc[0]
    verdict = not_on_file(council, "backtest")
    return pd.Series({"forecasts": 0, "coverage_pct": "none", "verdict_sentence": verdict}, dtype=object)


def held_paths(authority_id: str) -> list[Path]:
    """The processed table that this stands in, where an authority has one."""
    return [processed_path(f"backtest_held_{authority_id}")] if "backtest" in authority_named(authority_id) else []


def projections_of(authority_id: str, scenario: str, horizon: int | None = None) -> pd.DataFrame:
    """The projections of one authority and scenario on every population vintage.

    Raises InputError where a projection has not been made, or ends before the horizon, where one is given.
    """
    vintages = authority_named(authority_id)["vintages"]
    frames = [projection_of(authority_id, vintage, scenario, horizon) for vintage in vintages]
    return pd.concat(frames, ignore_index=True)


def projection_of(authority_id: str, vintage: str, scenario: str, horizon: int | None = None) -> pd.DataFrame:
    """The projection on one population vintage. Raises InputError as projections_of does."""
    name = f"projection_{authority_id}_{vintage}_{scenario}"
    rows = read_processed(name)
    if horizon is not None and horizon > (last := rows["year"].max()):
        raise InputError(
            f"The horizon {horizon} lies past the projection on file, {relative(processed_path(name))}, which ends "
            f"in {last}. Choose {last} or earlier, or a later horizon in notebooks/40_project.ipynb too."
        )
    return rows


def by_gradient_of(authority_id: str, scenario: str) -> pd.Series:
    """People aged 65 and over with support on every vintage, path and set of age gradients, by these and the year."""
    vintages = authority_named(authority_id)["vintages"]
    names = [f"projection_{authority_id}_{vintage}_{scenario}_by_gradient" for vintage in vintages]
    rows = pd.concat([read_processed(name) for name in names])
    return rows.set_index(["vintage", "path", "gradient", "year"])["people"].sort_index()
