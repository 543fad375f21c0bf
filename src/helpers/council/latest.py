"""What the base of the latest count is made from, for every council in England: official tables on file."""

from functools import lru_cache
from pathlib import Path

import pandas as pd

from helpers.base.errors import InputError
from helpers.base.paths import ACTIVITY, COUNTED, PERIOD, PROJECTIONS, SHARED_ASSUMPTIONS, as_read, root
from helpers.projection import latest_base
from helpers.projection.demand import Gradients
from helpers.projection.latest_base import MOST_HIDDEN, SETTINGS, Panel
from helpers.projection.population import Population, share_within
from helpers.published.official.areas import ENGLAND, councils_of_today, of_today
from helpers.published.official.tables import read_official, with_bounds
from helpers.published.processed import processed_path, read_processed
from helpers.published.sources import citation

BY_REASON, BY_SETTING = "long_term_support_at_year_end_by_reason", "long_term_support_during_year"
OF_ENGLAND = "long_term_support_england"


def panel() -> Panel:
    """What is published of the people with long-term support of every council, by the councils of today.

    It is put together once for each state of these tables. Raises InputError where a table is not on file, or has a
    council twice.
    """
    return _panel(as_read([*_tables_of_activity(), processed_path("england/long_term_support")]))


@lru_cache(maxsize=1)
def _panel(state: tuple) -> Panel:
    by_reason = _official(BY_REASON, "support_reason")
    by_setting = _official(BY_SETTING, "setting")
    england = _official(OF_ENGLAND, "support_reason", "setting")
    counted = read_processed("england/long_term_support").query("measure == 'during_year'")
    counted = counted.assign(people=pd.to_numeric(counted["people"], errors="coerce"))
    keys = ["area_code", "period", "age_band", "support_reason", "people", "status"]
    names = {code: council.council for code, council in councils_of_today().items()}
    names |= dict(zip(counted["area_code"], counted["council"], strict=True))
    of_england = england[england["area_code"] == ENGLAND].drop(columns="area_code")
    return Panel(of_england, by_reason, by_setting, counted[keys], PERIOD, names)


def _tables_of_activity() -> list[Path]:
    folder = root() / "data/raw"
    files = ["datapackage.yaml", *(f"{table}.csv" for table in (BY_REASON, BY_SETTING, OF_ENGLAND))]
    return [*(folder / ACTIVITY / file for file in files), folder / "england_areas/councils.csv"]


def _official(table: str, *kinds: str) -> pd.DataFrame:
    """A table of long-term support without its totals and prisons: people, NaN where there is no number, and status."""
    return _official_in(as_read(_tables_of_activity()), table, *kinds)


@lru_cache(maxsize=8)
def _official_in(state: tuple, table: str, *kinds: str) -> pd.DataFrame:
    frame = of_today(with_bounds(ACTIVITY, table, "people"))
    frame = frame.assign(people=pd.to_numeric(frame["value"], errors="coerce"))
    for kind in kinds:
        frame = frame[frame[kind] != "all"]
    if "setting" in kinds:
        frame = frame[frame["setting"].isin(SETTINGS)]
    return frame[["area_code", "age_band", *kinds, "people", "status"]]


def populations(vintage: str = "") -> dict[str, Population]:
    """Each council's projection of its population that is newest on file, or that of one vintage, by area code.

    Bands 18-64, 65-84 and 85+, on straight lines from mid-year to mid-year. Raises InputError for an unknown vintage.
    """
    if vintage and vintage not in PROJECTIONS:
        raise InputError(f"There is no projection {vintage!r} of all councils. Known: {', '.join(PROJECTIONS)}.")
    names = [vintage] if vintage else PROJECTIONS
    files = [root() / "data/raw" / PROJECTIONS[name] / "persons.csv" for name in names]
    return dict(_populations(as_read(files), *names))


@lru_cache(maxsize=4)
def _populations(state: tuple, *names: str) -> dict[str, Population]:
    found: dict[str, Population] = {}
    for name in names:
        for area_code, bands in _bands(PROJECTIONS[name]).items():
            if area_code != ENGLAND:
                found.setdefault(area_code, Population(area_code, name, bands, "linear"))
    return found


def population_of(council: dict) -> Population:
    """The newest projection on file of a council's population, from which its base is grown.

    council: its entry in authorities.toml, whose base has a pattern. Raises InputError for a pattern without these
    tables, and for a council that no projection on file has.
    """
    where, pattern = f"authorities.toml, {council['id']}", council["support"]["pattern"]
    if pattern != ACTIVITY:
        raise InputError(
            f"{where}: the official tables {pattern!r} do not print people with long-term support by reason and "
            f"setting for every council. Write {ACTIVITY!r} as the pattern, or leave it out."
        )
    found = populations()
    if council["code"] not in found:
        raise InputError(
            f"{where}: the official tables have no council {council['code']} ({council['name']}), so that its base "
            "cannot follow a pattern. Mend its code, or leave the pattern out: the base is then what its own tables "
            "print."
        )
    return found[council["code"]]


def base_of(council: dict, gradients: Gradients) -> pd.DataFrame:
    """A council's base in the pattern of the official tables, as a projection takes it (as_cells).

    council: its entry in authorities.toml. Raises InputError where the official tables lack it, or hide a count of it.
    """
    population = population_of(council)
    try:
        return as_cells(latest_base.base_of(panel(), council["code"], population, gradients))
    except InputError as error:
        raise InputError(
            f"authorities.toml, {council['id']}: its base cannot follow the pattern. {error} Leave the pattern out: "
            "the base is then what the council's own tables print."
        ) from None


def _bands(source: str) -> dict[str, pd.DataFrame]:
    """Persons in the age bands of support by area code: index the year. Of a band 15-19, two fifths are 18 or 19."""
    persons = read_official(source, "persons")
    persons = persons[persons["age"].str.match(r"\d")]
    years = [column for column in persons if column.isdigit()]
    numbers = persons[years].astype(float).set_axis([int(year) for year in years], axis=1)
    shares = {band: share_within(persons["age"], band) for band in ("18-64", "65-84", "85+")}
    bands = {band: numbers.mul(share, axis=0).groupby(persons["area_code"]).sum() for band, share in shares.items()}
    return {code: pd.DataFrame({band: rows.loc[code] for band, rows in bands.items()}) for code in bands["85+"].index}


def citations(vintage: str) -> str:
    """The publications that a base on this vintage rests on, as a source line names them."""
    return "; ".join(citation(source) for source in (ACTIVITY, COUNTED, PROJECTIONS[vintage]))


def files_behind(vintage: str) -> list[Path]:
    """The files that a base on this vintage is worked out from."""
    tables = [f"{ACTIVITY}/{table}.csv" for table in (BY_REASON, BY_SETTING, OF_ENGLAND)]
    raw = [root() / "data/raw" / table for table in (*tables, f"{PROJECTIONS[vintage]}/persons.csv")]
    return [processed_path("england/long_term_support"), *raw, root() / SHARED_ASSUMPTIONS["age_bands"]]


def as_cells(base: pd.DataFrame) -> pd.DataFrame:
    """A base as a projection takes it (demand.base_cells). base: as from latest_base.base_of.

    A support reason or a setting of which the publisher hides the people is hidden as a whole.
    """
    hides, own = {}, base["area_code"].iloc[0]
    for kind, table in (("support_reason", BY_REASON), ("setting", BY_SETTING)):
        rows = _official(table, kind)
        rows = rows[(rows["area_code"] == own) & rows["people"].isna()]
        hides[kind] = set(zip(rows["age_band"], rows[kind], strict=True))
    kept = base[["age_band", "support_reason", "setting", "people"]].copy()
    for kind, column in (("support_reason", "reason_hidden"), ("setting", "setting_hidden")):
        kept[column] = [pair in hides[kind] for pair in zip(kept["age_band"], kept[kind], strict=True)]
    kept["hidden"] = kept["reason_hidden"] | kept["setting_hidden"]
    bounds = {"lower": 0.0, "upper": kept["people"].clip(lower=MOST_HIDDEN)}
    kept = kept.assign(**{end: kept["people"].where(~kept["hidden"], bound) for end, bound in bounds.items()})
    return kept.reset_index(drop=True)
