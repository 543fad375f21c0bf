"""What of a document may be written: its figures, with those kept back from which a hidden count would follow."""

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from helpers.base import checked_files, formulas, schemas
from helpers.base.authorities import documents_beside
from helpers.base.errors import InputError
from helpers.base.paths import document_files, fingerprint_of_text, known_sources, relative
from helpers.base.vocabulary import UNITS, adds
from helpers.published import disclosure, sources
from helpers.published.claims import HEADER, read_claims
from helpers.published.processed import processed_path, read_processed
from helpers.published.relations import CLAIMS, keys_of, relations_of
from helpers.published.sources import is_text, read_descriptor
from helpers.published.tidy import cell_name, tidy
from helpers.published.totals import said_of

_CHECKS = "checks.yaml"
#: What of a figure changes where it is withheld.
_CHANGED = ["value", "lower", "upper", "status", "as_published"]


@dataclass(frozen=True)
class Written:
    """What may be written of one document, and why that is enough.

    figures, prose: as tidy.tidy and claims.read_claims give them, with some withheld. documents: those that were asked
    together, and files: their raw files. in_vain, withheld: for the analyst, as disclosure.in_vain and
    disclosure.account give them. relations: how many of each kind were asked. hidden: how many counts are hidden by
    their publishers in all of these documents. fingerprints: as fingerprints_as_written has them.
    """

    figures: pd.DataFrame
    prose: pd.DataFrame
    documents: list[str]
    files: list[Path]
    in_vain: pd.DataFrame
    withheld: pd.DataFrame
    relations: pd.Series
    hidden: int
    fingerprints: dict[str, str]


def written(source: str) -> Written:
    """What may be written of one document, asked together with all documents on file about the same areas.

    Each of these documents comes to the same answer. Raises InputError for whatever of them cannot be read, and where
    nothing that could be withheld keeps a hidden count hidden.
    """
    asked = _asked(source)
    kept, own = asked.kept, asked.kept[asked.kept["source"] == source]
    documents = sorted({source, *asked.joined})
    hides = own["status"].isin(["suppressed", "withheld"]).any()
    prints: dict[str, str] = {}
    for name in documents:
        rows = kept[kept["source"] == name]
        if not set(rows["area"]) <= set(own["area"]):  # what is withheld of others is not known from here
            other = _asked(name).kept
            rows = other[other["source"] == name]
        prints |= _fingerprints(name, rows[rows["status"] == "withheld"])
    folders = [read_descriptor(name)["folder"] for name in (documents if hides else [source])]
    return Written(
        _as(asked.tables, own[own["table"] != CLAIMS]),
        _as(asked.prose, own[own["table"] == CLAIMS]),
        documents,
        sorted(path for folder in folders for path in document_files(folder)),
        asked.in_vain[asked.in_vain["source"] == source],
        asked.account[asked.account["source"] == source],
        pd.Series(asked.kinds, dtype=str).value_counts(),
        int((kept["source"].isin(documents) & (kept["status"] == "suppressed")).sum()),
        prints,
    )


@dataclass(frozen=True)
class _Asked:
    """What was asked for one document: its rows as read, all rows kept, and what of the others is joined to its own."""

    tables: pd.DataFrame
    prose: pd.DataFrame
    kept: pd.DataFrame
    joined: set[str]
    kinds: list[str]
    in_vain: pd.DataFrame
    account: pd.DataFrame


def _asked(source: str) -> _Asked:
    documents = sorted({source, *documents_beside(source)})
    tables, prose = {source: tidy(source)}, {source: read_claims(source)}
    for name in documents_beside(source):
        try:
            tables[name], prose[name] = tidy(name), read_claims(name)
        except InputError as error:
            said = getattr(error, "mistakes", str(error).splitlines())[0]
            raise InputError(
                f"data/raw/{name} cannot be read, and may tell what data/raw/{source} hides, so that neither is "
                f"written (`doit tidy:{name}` says all that is wrong with it): {said}"
            ) from None
    everything = _together(tables, prose)
    totals, checks = _declared_totals(documents), _checks(documents)
    blocks, joined, kinds = [everything[:0]], set(), []
    in_vain, account = [], []
    for areas in _areas_together(everything, checks):
        block = everything[everything["area"].isin(areas)]
        own = np.flatnonzero(block["source"] == source)
        hides = len(own) and (block["status"] == "suppressed").any()
        if hides and relations_of(block, totals, checks).figures() & set(own):
            block = disclosure.withhold(block, totals, checks)
            relations = relations_of(block, totals, checks).near(own)
            joined |= set(block["source"].iloc[sorted(relations.figures())])
            kinds += [group.kind for group in relations.groups]
            in_vain.append(disclosure.in_vain(relations, block))
            account.append(disclosure.account(relations, block))
        blocks.append(block)
    nothing = (disclosure.in_vain(None, everything[:0]), disclosure.account(None, everything[:0]))
    return _Asked(
        tables[source],
        prose[source],
        pd.concat(blocks).sort_index(),
        joined,
        kinds,
        pd.concat(in_vain) if in_vain else nothing[0],
        pd.concat(account) if account else nothing[1],
    )


def _areas_together(figures: pd.DataFrame, checks: list[tuple]) -> list[set[str]]:
    """The areas whose figures are asked together: each by itself, and with others where a check joins them."""
    area_of_key = dict(zip(keys_of(figures), figures["area"], strict=True))
    found = [{area} for area in figures["area"].unique()]
    for published, formula, _ in checks:
        named = {area_of_key[key] for key in (published, *formula.keys) if key in area_of_key}
        found = [
            *(areas for areas in found if not areas & named),
            *([set().union(*(areas for areas in found if areas & named))] if named else []),
        ]
    return found


def fingerprints_as_written(source: str) -> dict[str, str]:
    """By raw file that holds withheld counts: the fingerprint of what may be known of it, they read as that word.

    The fingerprint of the file itself would give them away: whoever tries the few values that a count can have knows
    by it which is right. As data/processed has the document at present; without entries where nothing is withheld.
    """
    held: list[pd.DataFrame] = []
    for name in (f"figures_{source}", f"claims_{source}"):
        path = processed_path(name)
        if path.is_file() and ",withheld," in path.read_text(encoding="utf-8"):
            rows = read_processed(name)
            rows = rows[rows["status"] == "withheld"]
            held.append(rows.assign(table=CLAIMS, cell=rows["claim"]) if "claim" in rows else rows)
    return _fingerprints(source, pd.concat(held)) if held else {}


def tells(remainder: dict, across: str, table: pd.DataFrame) -> bool:
    """Whether a declared remainder is of a line with a withheld count, which its bounds may tell."""
    asked = {key: value for key, value in remainder["where"].items() if key != across}
    lines = table[table["status"] == "withheld"]
    return any(all(row[key] == value for key, value in asked.items()) for _, row in lines.iterrows())


def declared_remainders(descriptor: dict, figures: pd.DataFrame) -> pd.DataFrame:
    """What a document's totals are declared to hold beside their parts: a row a remainder.

    figures: as from written. Returns table (its title), total (which), least, most (of the printed total less its
    parts; "withheld" where they would tell a count that is withheld), unit and reason.
    """
    rows = []
    for resource in descriptor["resources"]:
        table = figures[figures["table"] == resource["name"]]
        units = table.loc[[adds(*kind) for kind in zip(table["quantity"], table["unit"], strict=True)], "unit"]
        for total in resource.get("totals", []):
            for remainder in total.get("remainders", []):
                told = tells(remainder, total["across"], table)
                rows.append(
                    {
                        "table": resource["title"],
                        "total": said_of(remainder["where"]),
                        "least": "withheld" if told else remainder["lower"],
                        "most": "withheld" if told else remainder["upper"],
                        "unit": ", ".join(UNITS[unit] for unit in units.unique()),
                        "reason": remainder["reason"],
                    }
                )
    return pd.DataFrame(rows, columns=["table", "total", "least", "most", "unit", "reason"])


def said_beside(places: list[tuple[str, str, str]], source: str) -> str:
    """Where the hidden counts stand beside which one is withheld, as (source, table, cell); the own source unsaid."""
    said = (" ".join(place[1:] if place[0] == source else place) for place in places)
    return "; ".join(said) or "in another table"


def _fingerprints(source: str, withheld: pd.DataFrame) -> dict[str, str]:
    """As fingerprints_as_written. withheld: rows of tables, and of claims with their id as cell."""
    if withheld.empty:
        return {}
    descriptor, found = read_descriptor(source), {}
    places = {(row["table"], row["cell"].split(".")[0]) for _, row in withheld.iterrows()}
    for resource in [*descriptor["resources"], {"name": CLAIMS, "path": sources.CLAIMS}]:
        cells = {cell for table, cell in places if table == resource["name"]}
        if cells:
            path = descriptor["folder"] / resource["path"]
            about = [resource.get(key) for key in ("sheet", "dialect")]
            printed = sources.read_printed(path, resource.get("encoding", "utf-8"), *about)
            if resource["name"] == CLAIMS:
                x = HEADER.index("as_published")
                cells = {cell_name(y, x) for y, row in enumerate(printed) if row[0] in cells}
            known = [
                ["withheld" if cell_name(y, x) in cells else text for x, text in enumerate(row)]
                for y, row in enumerate(printed)
            ]
            found[relative(path)] = fingerprint_of_text(json.dumps(known))
    folder = descriptor.pop("folder")
    corrections = folder / sources.CORRECTIONS
    if corrections.is_file():
        slips = checked_files.read_yaml(corrections, schemas.CORRECTIONS)["corrections"]
        known = [slip for slip in slips if (slip["table"], slip["cell"]) not in places]
        if known != slips:
            found[relative(corrections)] = fingerprint_of_text(json.dumps(known))
    told = False
    for resource in descriptor["resources"]:
        for total in resource.get("totals", []):
            for remainder in total.get("remainders", []):
                if tells(remainder, total["across"], withheld[withheld["table"] == resource["name"]]):
                    remainder["lower"], remainder["upper"], told = "withheld", "withheld", True
    if told:
        found[relative(folder / sources.DESCRIPTOR)] = fingerprint_of_text(json.dumps(descriptor))
    return found


def _together(tables: dict[str, pd.DataFrame], prose: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """The figures of tables and those in prose as one frame."""
    said = [frame.assign(quantity="none", table=CLAIMS, cell=frame["claim"]) for frame in prose.values() if len(frame)]
    frames = [frame for frame in tables.values() if len(frame)] + said
    columns = ["source", "table", "cell", "status", "as_published"]
    return pd.concat(frames, ignore_index=True) if frames else pd.DataFrame(columns=columns)


def _as(frame: pd.DataFrame, kept: pd.DataFrame) -> pd.DataFrame:
    """A document's own rows as they are to be written; the same rows where nothing is withheld."""
    if not (kept["status"] == "withheld").any():
        return frame
    return frame.assign(**{name: kept[name].set_axis(frame.index) for name in _CHANGED})


def _declared_totals(documents: list[str]) -> dict[tuple[str, str], list[dict]]:
    return {
        (source, resource["name"]): resource.get("totals", [])
        for source in documents
        for resource in read_descriptor(source)["resources"]
        if not is_text(resource)
    }


def _checks(documents: list[str]) -> list[tuple]:
    """The checks that agree, as relations.relations_of takes them. A bad formula is refused where it is checked."""
    found, known = [], known_sources()
    for source in documents:
        path = read_descriptor(source)["folder"] / _CHECKS
        entries = checked_files.read_yaml(path, schemas.CHECKS).get("checks", []) if path.is_file() else []
        for entry in entries:
            try:
                formula = formulas.parse(entry["formula"], source, known)
            except InputError:
                continue
            name = entry["published"]
            key = name if name.partition("/")[0] in known else f"{source}/{name}"
            if "cause" not in entry:
                found.append((key, formula, entry.get("at_most", False)))
    return found
