"""An authority's own figures: which tidy rows feed its population, its base and its comparisons."""

import pandas as pd

from helpers import schemas
from helpers.authorities import authority_named, vintage_named
from helpers.errors import InputError, nearest
from helpers.paths import relative, root
from helpers.population import Population
from helpers.processed import processed_path, read_processed

BREAKS = "data/assumptions/breaks.yaml"


def figures_of(authority: str, part: dict) -> pd.DataFrame:
    """The tidy rows of the tables that one entry of authorities.toml names.

    part: an entry with source and either table or tables. Raises InputError where a table has no rows or belongs
    to another authority.
    """
    code = authority_named(authority)["code"]
    rows = read_processed(f"figures_{part['source']}")
    tables = part.get("tables") or [part["table"]]
    chosen = rows[rows["table"].isin(tables)]
    if missing := sorted(set(tables) - set(chosen["table"])):
        raise InputError(
            f"authorities.toml, {authority}: the source {part['source']!r} has no table {missing[0]!r}."
            f"{nearest(missing[0], sorted(rows['table'].unique()))}"
        )
    if not (chosen["authority"] == code).all():
        raise InputError(
            f"authorities.toml, {authority}: a table of {part['source']!r} belongs to another authority "
            f"({', '.join(sorted(set(chosen['authority']) - {code}))}). One authority's figures never feed another's."
        )
    return chosen.reset_index(drop=True)


def support_of(authority: str) -> pd.DataFrame:
    """The tidy rows of people with long-term support in the base year.

    Raises InputError where the base year of authorities.toml is not that of the tables.
    """
    part = authority_named(authority)["support"]
    rows = figures_of(authority, part)
    starts = set(rows["period_start"].str[:4])
    if starts != {str(part["base_mid_year"])}:
        raise InputError(
            f"authorities.toml, {authority}: base_mid_year is {part['base_mid_year']} and the support tables are of "
            f"{', '.join(sorted(rows['period'].unique()))}. Mend one of them."
        )
    return rows


def outcome_of(authority: str) -> pd.DataFrame:
    """The tidy rows of what was published later for the same count as the base, an age band each.

    Raises InputError where it is not the same quantity, counted in the same way in time, in the same unit; or lies
    beyond a registered break that authorities.toml does not name as its bridge.
    """
    part = authority_named(authority)["outcome"]
    base, rows = support_of(authority), figures_of(authority, part)
    for column in ("quantity", "measure", "unit"):
        ours, theirs = base[column].unique(), rows[column].unique()
        if list(ours) != list(theirs):
            raise InputError(
                f"authorities.toml, {authority}: the outcome's {column} is {', '.join(theirs)} and the base's is "
                f"{', '.join(ours)}. The two cannot be compared."
            )
    for known in breaks():
        crossed = base["period_end"].min() < known["from"] <= rows["period_start"].max()
        if crossed and base["quantity"].iloc[0] in known["quantities"] and part.get("bridge") != known["id"]:
            raise InputError(
                f"authorities.toml, {authority}: the outcome lies beyond a registered break, {known['id']} (from "
                f"{known['from']}). Name it as the outcome's bridge, or compare with an earlier figure."
            )
    return rows.set_index("age_band")


def breaks() -> list[dict]:
    """The registered breaks in series: id, from (the first day after it), quantities, reason."""
    return schemas.read_yaml(root() / BREAKS, schemas.BREAKS)["breaks"]


def _by_year(rows: pd.DataFrame) -> pd.DataFrame:
    rows = rows[(rows["quantity"] == "population") & (rows["age_band"] != "all")]
    years = rows["period_end"].str[:4].astype(int)
    return rows.assign(year=years).pivot(index="year", columns="age_band", values="value").astype(float)


def benchmarks_of(authority: str, vintage: str) -> pd.DataFrame:
    """The population on file for one vintage: index year, columns age bands, people at mid-year.

    A later source of the vintage starts at its "from" year, where the earlier ones end.
    """
    sources = vintage_named(authority, vintage)["benchmarks"]
    starts = [part.get("from", 0) for part in sources]
    frames = []
    for part, start, end in zip(sources, starts, [*starts[1:], 9999], strict=True):
        rows = _by_year(figures_of(authority, part))
        frames.append(rows[(rows.index >= start) & (rows.index < end)])
    return pd.concat(frames).sort_index()


def estimates_of(authority: str) -> Population:
    """The population estimates on file, to hold projections against."""
    part = authority_named(authority)["estimates"]
    return Population(authority, "estimates", _by_year(figures_of(authority, part)))


def population_of(authority: str, vintage: str, path: str = "geometric") -> Population:
    """One vintage of an authority's population, from data/processed."""
    rows = read_processed(f"population_{authority}_{vintage}")
    rows = rows[rows["origin"] == "on_file"]
    benchmarks = rows.pivot(index="year", columns="age_band", values="people").astype(float)
    return Population(authority, vintage, benchmarks, path)


def projections_of(authority: str, scenario: str, horizon: int) -> pd.DataFrame:
    """The projections of one authority and scenario on every population vintage.

    Raises InputError where a projection has not been made, or ends before the horizon.
    """
    frames = []
    for vintage in authority_named(authority)["vintages"]:
        name = f"projection_{authority}_{vintage}_{scenario}"
        rows = read_processed(name)
        if horizon > (last := rows["year"].max()):
            raise InputError(
                f"The horizon {horizon} lies past the projection on file, {relative(processed_path(name))}, which ends "
                f"in {last}. Choose {last} or earlier, or run `doit project` if it was made for another horizon."
            )
        frames.append(rows)
    return pd.concat(frames, ignore_index=True)


def by_gradient_of(authority: str, scenario: str) -> pd.Series:
    """People with support on every vintage, path and set of age gradients, by these and the year."""
    vintages = authority_named(authority)["vintages"]
    names = [f"projection_{authority}_{vintage}_{scenario}_by_gradient" for vintage in vintages]
    rows = pd.concat([read_processed(name) for name in names])
    return rows.set_index(["vintage", "path", "gradient", "year"])["people"].sort_index()
