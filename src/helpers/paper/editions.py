"""Editions: what the headline figures were, and the fingerprint of every file that they rested on.

A kept edition is a folder of editions/, with two small files for each council:
    headlines.csv      kind, headline, value, lower, upper, unit, futures: as helpers.paper.headlines has them
    fingerprints.csv   cause, file, sha256, kinds: each file, and the kinds of headline that rest on it
"""

import csv
import io
import os
import re
from pathlib import Path

from helpers.base.authorities import FILE, authority_named, documents_of, known_authorities
from helpers.base.errors import InputError, nearest
from helpers.base.paths import (
    check_declared,
    entries,
    known_sources,
    read_bytes,
    read_text,
    relative,
    root,
    write_together,
)
from helpers.base.periods import is_day

#: Why a headline can change: what a file of each cause is.
CAUSES = {
    "figure": "New figure",
    "vintage": "New population figures",
    "assumption": "New assumption",
    "code": "New code",
}
HEADLINE = ("kind", "headline", "value", "lower", "upper", "unit", "futures")
FINGERPRINT = ("cause", "file", "sha256", "kinds")
#: An edition's name begins with its month, so that editions sort by when they were kept.
NAME = r"(19|20|21)[0-9]{2}-(0[1-9]|1[0-2])(-[a-z0-9]+)*"


def cause_of(file: str, population_files: set[str]) -> str:
    """The cause, one of CAUSES, that a change of this file is."""
    if file.startswith("data/raw/"):
        return "vintage" if file in population_files else "figure"
    return "assumption" if file.startswith("data/assumptions/") or file == FILE else "code"


def population_files() -> set[str]:
    """The raw tables that vintages and estimates name, and every file of a document that holds nothing else."""
    parts = []
    for council in known_authorities().values():
        parts += [part for vintage in council.get("vintages", {}).values() for part in vintage["benchmarks"]]
        parts += [council["estimates"]] if "estimates" in council else []
    found = {f"data/raw/{part['source']}/{part['table']}.csv" for part in parts}
    for source in {part["source"] for part in parts}:
        files = {relative(file) for file in entries(root() / "data/raw" / source)}
        if {file for file in files if file.endswith(".csv")} <= found:
            found |= files
    return found


def present_file(authority_id: str) -> Path:
    """Where the pipeline puts the fingerprints of what the present headlines rest on."""
    return root() / "build" / authority_id / "fingerprints.csv"


def tables_of_others(authority_id: str) -> set[str]:
    """The raw tables of other councils, in documents on several."""
    from helpers.published.sources import read_descriptor

    own = authority_named(authority_id)["code"]
    codes = {council["code"] for council in known_authorities().values()} - {own}
    return {
        f"data/raw/{source}/{resource['path']}"
        for source in known_sources()
        for resource in read_descriptor(source)["resources"]
        if resource.get("authority") in codes
    }


def keep(name: str, headlines: dict[str, list[dict]]) -> list[str]:
    """Keep the present edition under this name; returns its files.

    headlines: of each council, as from headlines.headlines. Raises InputError for a name that does not begin with a
    year and a month, and for one that is taken.
    """
    if not re.fullmatch(NAME, name):
        raise InputError(
            f"An edition cannot be called {name!r}: its name begins with a year and a month, as in 2026-11 or "
            "2026-11-22, so that editions sort by when they were kept."
        )
    folder = root() / "editions" / name
    if os.path.lexists(folder):
        raise InputError(f"editions/{name} is kept already. Choose another name, or remove its folder first.")
    files = {}
    for authority_id, rows in headlines.items():
        files[folder / authority_id / "headlines.csv"] = csv_of(HEADLINE, rows)
        files[folder / authority_id / "fingerprints.csv"] = read_bytes(present_file(authority_id))
    write_together(files)
    return [relative(file) for file in files]


def kept(authority_id: str) -> list[str]:
    """The names of the editions that are kept of a council, the earliest first."""
    return sorted(file.parent.parent.name for file in (root() / "editions").glob(f"*/{authority_id}/headlines.csv"))


def when(name: str) -> str:
    """When an edition was kept, by its name: its day, "2026-11-22", or its month, "2026-11"."""
    return name[:10] if is_day(name[:10]) else name[:7]


def edition(authority_id: str, since: str = "", before: str = "") -> dict | None:
    """A kept edition: name, headlines, fingerprints; the latest where `since` is empty, None where none is kept.

    before: an ISO date; the latest is then the latest of an earlier day, or month where its name has no day, so that a
    paper is never held against its own edition. Raises InputError for a name under which none is kept, with the known
    ones.
    """
    names = kept(authority_id)
    if since and since not in names:
        known = nearest(since, names) if names else " None is kept yet: `doit edition --keep 2026-11-26` keeps one."
        raise InputError(f"There is no edition {since!r} of {authority_id} in editions/.{known}")
    names = [since] if since else [name for name in names if not before or when(name) < before[: len(when(name))]]
    if not names:
        return None
    folder = root() / "editions" / names[-1] / authority_id
    rows = _read(folder / "headlines.csv")
    for row in rows:
        row |= {key: None if row[key] == "none" else int(row[key]) for key in ("value", "lower", "upper")}
        row["futures"] = None if row["futures"] == "none" else row["futures"]
    return {"name": folder.parent.name, "headlines": rows, "fingerprints": _read(folder / "fingerprints.csv")}


def fingerprints(authority_id: str) -> list[dict]:
    """What the present headlines rest on, as the pipeline last found it. Raises InputError where it never ran."""
    return _read(present_file(authority_id))


def of_no_other(authority_id: str, files: list[dict]) -> list[dict]:
    """Files, as from changed_files, but for documents that only other councils have: they are no cause here."""
    others = [documents_of(name) for name in known_authorities() if name != authority_id]
    folders = {f"data/raw/{source}" for each in others for source in each}
    folders -= {f"data/raw/{source}" for source in documents_of(authority_id)}
    return [file for file in files if file["file"].rpartition("/")[0] not in folders]


def changed_files(then: list[dict], now: list[dict]) -> list[dict]:
    """The files that are not the same in two editions: cause, file, then, now (fingerprints, or "none"), kinds (a set).

    then, now: the fingerprints of an edition. kinds: of the headlines that rest on it, in either. A file that is gone
    is the one that came with the same content, or code of the same name elsewhere: a move by itself changes nothing.
    """
    before, after = ({row["file"]: row for row in rows} for rows in (then, now))
    gone, new = before.keys() - after.keys(), after.keys() - before.keys()
    for to in sorted(new):
        same = [file for file in gone if before[file]["sha256"] == after[to]["sha256"]]
        named = [file for file in gone if Path(file).name == Path(to).name and before[file]["cause"] == "code"]
        if moved := sorted(same) or sorted(named):
            before[to] = before.pop(moved[0])
            gone -= {moved[0]}
    changed = []
    for file, row in {**before, **after}.items():
        prints = {
            name: rows[file]["sha256"] if file in rows else "none" for name, rows in (("then", before), ("now", after))
        }
        if prints["then"] != prints["now"]:
            kinds = {kind for rows in (before, after) if file in rows for kind in rows[file]["kinds"].split()}
            changed.append({"cause": row["cause"], "file": file, **prints, "kinds": kinds})
    return sorted(changed, key=lambda row: (list(CAUSES).index(row["cause"]), row["file"]))


def csv_of(columns: tuple[str, ...], rows: list[dict]) -> bytes:
    text = io.StringIO()
    writer = csv.DictWriter(text, columns, lineterminator="\n")
    writer.writeheader()
    writer.writerows({key: "none" if row[key] is None else row[key] for key in columns} for row in rows)
    return text.getvalue().encode()


def _read(file: Path) -> list[dict]:
    check_declared(file)
    if not os.path.lexists(file):
        made, kept = "run `doit edition`, which makes it", "put it back as it was committed, or remove its edition"
        raise InputError(f"{relative(file)} is not there: {made if file == present_file(file.parent.name) else kept}.")
    reader = csv.DictReader(io.StringIO(read_text(file)))
    rows, columns = list(reader), HEADLINE if file.stem == "headlines" else FINGERPRINT
    numbers = [row.get(key) or "" for row in rows for key in ("value", "lower", "upper") if key in columns]
    whole = all(tuple(row) == columns and None not in row.values() for row in rows)
    if tuple(reader.fieldnames or ()) != columns or not whole or not all(map(_NUMBER.fullmatch, numbers)):
        raise InputError(f"{relative(file)} does not read as it was made. Put it back as it was committed.")
    return rows


_NUMBER = re.compile(r"-?\d{1,15}|none")
