"""Councils in England without an entry in authorities.toml: each gets one by rule, from the tables of all councils.

Their tables are kept in build/, so that the project's own hold what people have looked at, and nothing else.
"""

import csv
import io
import os
import re
import tomllib
from copy import deepcopy
from functools import lru_cache
from pathlib import Path

from helpers.base.paths import read_text, root

ENTRIES = "authorities.toml"
#: The table of authorities.toml that says what holds for every council without one of its own.
ANY = "any_council"
COUNCILS, REGIONS = "data/raw/england_areas/councils.csv", "data/raw/england_areas/regions.csv"
#: What of each council is not on file (notebooks/16_on_file).
ON_FILE = "data/processed/england/on_file.csv"
#: Where the tables of such a council are, a folder a council.
TABLES = "build/councils"
#: The kinds of tables of data/processed that are of one council, whose id stands behind.
KINDS = r"population|projection|consequences|five_year_need|need_drivers|backtest(?:_scores|_held)?|checks"
_ORDER = re.compile(r"(.+), ((?:City|County) of)")
#: How the full name of a council ends, behind that of its area.
_COUNCIL = re.compile(r"(?i)([ _](city|county|borough))*[ _]council$")


def id_of(council: str) -> str:
    """What a council is called in names of files and on the command line: "Bristol, City of" is bristol."""
    own = _COUNCIL.sub("", _ORDER.sub(r"\1", council)).lower().replace("'", "")
    return re.sub(r"[^a-z0-9]+", "_", own).strip("_")


def name_of(council: str) -> str:
    """A council's name as a sentence has it: "Bristol, City of" is City of Bristol."""
    return _ORDER.sub(r"\2 \1", council)


def councils() -> dict[str, dict[str, str]]:
    """The councils in England of today by id: area_code, council (as the tables name it), region_code.

    Without any where the project has no tables of all councils. Raises InputError for a table that cannot be read.
    """
    return _councils_in(read_text(root() / COUNCILS)) if os.path.lexists(root() / COUNCILS) else {}


@lru_cache
def _councils_in(text: str) -> dict[str, dict[str, str]]:
    rows = [row for row in csv.DictReader(io.StringIO(text)) if row["ended"] == "none"]
    return {id_of(row["council"]): row for row in rows}


def missing() -> dict[str, dict[str, str]]:
    """What of each council is not on file: by area code and item, why; what is on file is not there."""
    return _missing_in(read_text(root() / ON_FILE)) if os.path.lexists(root() / ON_FILE) else {}


@lru_cache
def _missing_in(text: str) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    for row in csv.DictReader(io.StringIO(text)):
        if row["missing"] != "nothing":
            found.setdefault(row["area_code"], {})[row["item"]] = row["missing"]
    return found


def entry_of(council: dict[str, str], rule: dict) -> dict:
    """The entry of a council that has none: its name and code, and what the rule says of every council.

    council: as from councils. rule: any_council of authorities.toml. What is not on file of it is left out, and
    "missing" says why.
    """
    lacking = missing().get(council["area_code"], {})
    entry = {"name": name_of(council["council"]), "code": council["area_code"], **deepcopy(rule), "missing": lacking}
    entry["vintages"] = {name: about for name, about in entry.get("vintages", {}).items() if name not in lacking}
    if entry.get("central_vintage") not in entry["vintages"]:
        entry["central_vintage"] = next(iter(entry["vintages"]), None)
    # Without a base nothing is projected, and nothing follows from it.
    gone = {"support", "consequences"} if "support" in lacking else {"consequences"} & {*lacking}
    return {key: value for key, value in entry.items() if key not in gone and value not in (None, {}, [])}


def folder_of(table: str) -> Path:
    """Where a table of data/processed is kept: there, and in build/councils where it is of a council without entry."""
    found = _names_in(tuple(without_entry())).fullmatch(table) if re.match(KINDS, table) else None
    return root() / TABLES / found[1] if found else root() / "data/processed"


@lru_cache
def _names_in(ids: tuple[str, ...]) -> re.Pattern:
    return re.compile(f"(?:{KINDS})_({'|'.join(sorted(ids, key=len, reverse=True)) or '(?!)'})(?:_.*)?")


def without_entry() -> dict[str, dict[str, str]]:
    """The councils of today that authorities.toml has no entry of, by id."""
    return _others(tuple(councils()), read_text(root() / ENTRIES))


@lru_cache
def _others(ids: tuple[str, ...], entries: str) -> dict[str, dict[str, str]]:
    try:
        own = {name: one.get("code") for name, one in tomllib.loads(entries).items() if isinstance(one, dict)}
    except tomllib.TOMLDecodeError:  # said where the entries are read
        own = {}
    known = councils()
    return {name: known[name] for name in ids if name not in own and known[name]["area_code"] not in own.values()}
