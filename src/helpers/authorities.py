"""The councils in authorities.toml, each with the figures that feed its own briefings."""

import tomllib

import pandas as pd

from helpers.errors import InputError, nearest
from helpers.paths import root
from helpers.population import Population
from helpers.processed import read_processed


def known_authorities() -> dict[str, dict]:
    """All authorities by id, as they stand in authorities.toml.

    Raises InputError where the file cannot be read.
    """
    path = root() / "authorities.toml"
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InputError(f"authorities.toml cannot be read: {error}. Mend that line.") from error


def authority_named(authority: str) -> dict:
    """One authority: name, code, committee, support, vintages, briefings, and its id under "id".

    Raises InputError for an unknown id, with the known ones.
    """
    known = known_authorities()
    if authority not in known:
        raise InputError(
            f"There is no authority {authority!r} in authorities.toml.{nearest(authority, list(known))}"
        )
    return {**known[authority], "id": authority}


def vintage_named(authority: str, vintage: str) -> dict:
    """One population vintage of an authority: title and benchmarks.

    Raises InputError for an unknown vintage, with the known ones.
    """
    vintages = authority_named(authority)["vintages"]
    if vintage not in vintages:
        raise InputError(
            f"{authority} has no population vintage {vintage!r}.{nearest(vintage, list(vintages))}"
        )
    return vintages[vintage]


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


def benchmarks_of(authority: str, vintage: str) -> pd.DataFrame:
    """The population on file for one vintage: index year, columns age bands, people at mid-year.

    A later source of the vintage starts at its "from" year, where the earlier ones end.
    """
    sources = vintage_named(authority, vintage)["benchmarks"]
    starts = [part.get("from", 0) for part in sources]
    frames = []
    for part, start, end in zip(sources, starts, [*starts[1:], 9999], strict=True):
        rows = figures_of(authority, part)
        rows = rows[(rows["quantity"] == "population") & (rows["age_band"] != "all")]
        years = rows["period_end"].str[:4].astype(int)
        rows = rows.assign(year=years)[(years >= start) & (years < end)]
        frames.append(rows.pivot(index="year", columns="age_band", values="value").astype(float))
    return pd.concat(frames).sort_index()


def population_of(authority: str, vintage: str, path: str = "geometric") -> Population:
    """One vintage of an authority's population, from data/processed."""
    rows = read_processed(f"population_{authority}_{vintage}")
    rows = rows[rows["origin"] == "on_file"]
    benchmarks = rows.pivot(index="year", columns="age_band", values="people").astype(float)
    return Population(authority, vintage, benchmarks, path)
