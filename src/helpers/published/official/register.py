"""From official files as downloaded (data/official) to compact tables in data/raw, as the register says."""

import hashlib
from pathlib import Path
from types import ModuleType

import yaml

from helpers.base import checked_files
from helpers.base.errors import InputError, Mistakes, nearest
from helpers.base.paths import TABLES, read_bytes, relative, root, write_together
from helpers.published.official import (
    areas,
    asc_fr,
    ascof,
    deprivation,
    mid_year_estimates,
    population_projections,
    tables,
)
from helpers.published.official.population import Grid

#: Where the register of publications stands, and where their files are put.
REGISTER, DOWNLOADS = "data/official.yaml", "data/official"
READERS: dict[str, ModuleType] = {
    "asc_fr": asc_fr,
    "ascof": ascof,
    "deprivation": deprivation,
    "mid_year_estimates": mid_year_estimates,
    "population_projections": population_projections,
}
_TEXT = {"type": "string", "minLength": 1}
_SLIP = {
    "type": "object",
    "properties": dict.fromkeys(("file", "sheet", "printed", "meant", "reason"), _TEXT)
    | {"cell": {**_TEXT, "pattern": "^[A-Z]{1,3}[1-9][0-9]*$", "description": "a cell's name, such as C152"}},
    "required": ["cell", "printed", "meant", "reason"],
    "additionalProperties": False,
}
SCHEMA = {
    "type": "object",
    "properties": {
        "publications": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {
                    "source": {**_TEXT, "format": "name", "description": "a folder's name"},
                    "reader": {**_TEXT, "enum": list(READERS)},
                    **dict.fromkeys(("title", "publisher", "homepage", "published", "read", "period"), _TEXT),
                    "files": {"type": "array", "items": _TEXT, "minItems": 1},
                    "years": {"type": "object"},
                    "of_england": {"type": "boolean"},
                    "slips": {"type": "array", "items": _SLIP},
                },
                "required": ["source", "reader", "title", "publisher", "read", "files"],
                "additionalProperties": False,
            },
        }
    },
    "required": ["publications"],
    "additionalProperties": False,
}


def publications() -> list[dict]:
    """The publications that the register has. Raises InputError where it does not fit, or has a source twice."""
    entries = checked_files.read_yaml(root() / REGISTER, SCHEMA)["publications"]
    sources = [entry["source"] for entry in entries]
    if twice := next((source for source in sources if sources.count(source) > 1), None):
        raise InputError(f"{REGISTER}: the source {twice!r} stands twice. Give each publication its own.")
    return entries


def read_in(source: str = "") -> list[str]:
    """Read the files of data/official into data/raw: of one publication, or of all whose files are there.

    Returns what was done, in lines. Of a publication with anything amiss nothing is written; those without are.
    Raises InputError with all that was found, for a publication that the register has not, and for its missing files.
    """
    entries = publications()
    known = [entry["source"] for entry in entries]
    if source and source not in known:
        raise InputError(f"{REGISTER} has no publication {source!r}.{nearest(source, known)}")
    lines, mistakes = [], Mistakes()
    for entry in entries:
        if source in ("", entry["source"]):
            with mistakes.noted():
                lines.append(_read_in(entry, asked=bool(source)))
    if mistakes.found:
        print("\n".join(lines))
    mistakes.refuse()
    return [*lines, *_not_registered(entries)]


def _not_registered(entries: list[dict]) -> list[str]:
    """What to say of spreadsheets and CSVs in data/official that no publication of the register names."""
    named = {name for entry in entries for name in entry["files"]}
    files = sorted((root() / DOWNLOADS).rglob("*"))
    others = [file for file in files if file.suffix.lower() in TABLES and file.name not in named]
    return [f"{relative(file)} is not read: no publication in {REGISTER} names it." for file in others]


def _read_in(entry: dict, asked: bool) -> str:
    folder, there = root() / DOWNLOADS, {}
    for file in sorted(folder.rglob("*")) if folder.is_dir() else []:
        if file.name in entry["files"]:
            if file.name in there:
                raise InputError(f"{relative(file)} is there twice, also as {relative(there[file.name])}. Keep one.")
            there[file.name] = file
    lacking = [name for name in entry["files"] if name not in there]
    if len(lacking) == len(entry["files"]) and not asked:
        return f"{entry['source']}: left as it is, for its files are not in {DOWNLOADS}."
    if lacking:
        raise InputError(
            f"{entry['source']}: {DOWNLOADS} lacks {', '.join(map(repr, lacking))}. Download it and put it there under "
            f"this name, or write the name that it has now into {REGISTER}."
        )
    made = read_publication(entry, {name: there[name] for name in entry["files"]})
    write_together(made)
    into = root() / "data/raw" / entry["source"]
    for old in into.glob("*.csv"):
        if old not in made:
            old.unlink()
    size = sum(map(len, made.values()))
    return f"{entry['source']}: {len(made) - 1} tables, {size / 1000:,.0f} kB, in {relative(into)}."


def read_publication(entry: dict, files: dict[str, Path]) -> dict[Path, bytes]:
    """What a publication's files are read into: the tables and their descriptor, by path. Nothing is written.

    Raises InputError with all that is refused, each with file, sheet and cell.
    """
    known = areas.councils()
    found = READERS[entry["reader"]].read(files, entry, known)
    mistakes = Mistakes()
    for table in found:
        if not isinstance(table, Grid):
            with mistakes.noted():
                tables.check(table, known)
    mistakes.refuse()
    folder = root() / "data/raw" / entry["source"]
    made, resources = {}, []
    for table in found:
        text = table.to_csv() if isinstance(table, Grid) else tables.to_csv(table, known)
        made[folder / f"{table.name}.csv"] = text.encode()
        resources.append(table.resource() if isinstance(table, Grid) else tables.resource_of(table))
    descriptor = {
        "kind": "official",
        "name": entry["source"],
        **{key: entry[key] for key in ("title", "publisher", "homepage", "published", "read") if key in entry},
        "licence": "Open Government Licence v3.0",
        "licenses": [{"name": "OGL-UK-3.0", "title": "Open Government Licence v3.0"}],
        "sources": [
            {"title": name, "bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}
            for name, content in ((name, read_bytes(path)) for name, path in files.items())
        ],
        **({"slips": entry["slips"]} if "slips" in entry else {}),
        "resources": resources,
    }
    text = yaml.safe_dump(descriptor, sort_keys=False, allow_unicode=True, width=110)
    return {**made, folder / "datapackage.yaml": text.encode()}
