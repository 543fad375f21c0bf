"""The checks of one council's published figures: what the documents declare, gathered and worked out."""

import os
from pathlib import Path

import pandas as pd

from helpers.base import checked_files, formulas, schemas
from helpers.base.authorities import authority_named, documents_behind_checks, documents_named, documents_of
from helpers.base.cells import NOT_GIVEN
from helpers.base.errors import InputError
from helpers.base.paths import known_sources, root
from helpers.base.typed_numbers import named_in, refuse_typed_in
from helpers.base.vocabulary import NATIONAL
from helpers.checks.figure_book import Book, book
from helpers.checks.filled_texts import Words
from helpers.checks.reconciliation import VERDICTS, reconcile
from helpers.council.figures import breaks
from helpers.published.processed import processed_path, read_processed
from helpers.published.sources import CLAIMS, DESCRIPTOR, citation, is_text, read_descriptor

CHECKS, MISSING = "checks.yaml", "missing.yaml"
#: The texts of these files in which no number is typed.
TEXTS = ("what", "cause", "matters", "question", "joins", "reason", "needed_for")


def figure_book(authority_id: str, sources: list[str] | None = None) -> Book:
    """The figures and claims on file, by key, for one council's checks.

    sources: of these documents; by default of the council's, and of those that its checks name.
    """
    sources = sources or documents_behind_checks(authority_id)
    descriptors = {source: read_descriptor(source) for source in sources}
    titles = {
        (source, table["name"]): table["title"] for source in sources for table in descriptors[source]["resources"]
    }
    figures = {source: read_processed(f"figures_{source}") for source in sources if has_figures(descriptors[source])}
    claims = {source: read_processed(f"claims_{source}") for source in sources if has_claims(descriptors[source])}
    return book(authority_named(authority_id)["code"], figures, claims, titles)


def has_figures(descriptor: dict) -> bool:
    """Whether a document has tables of figures."""
    return any(not is_text(resource) for resource in descriptor["resources"])


def has_claims(descriptor: dict) -> bool:
    """Whether a document has single figures in prose on file."""
    return os.path.lexists(descriptor["folder"] / CLAIMS)


def checks_of(authority_id: str, figures: Book) -> pd.DataFrame:
    """All checks of a council's figures, worked out (reconciliation.CHECK_COLUMNS).

    Raises InputError as reconciliation.reconcile does.
    """
    own = documents_of(authority_id)
    tables = {source: [] for source in own}
    for source in own:
        rows = figures.frame[figures.frame["source"] == source]
        for resource in read_descriptor(source)["resources"]:
            table = rows[(rows["table"] == resource["name"]) & rows["area_code"].isin([figures.area_code, *NATIONAL])]
            if len(table):
                tables[source].append((resource, table))
    declared = {source: _declared(source, figures) for source in own}
    return reconcile(figures, declared, tables, breaks(), known_sources())


def _declared(source: str, figures: Book) -> dict:
    """What a document's checks.yaml declares; of a document on several councils, what is not wholly another's."""
    content = _optional(source, CHECKS, schemas.CHECKS)
    if "authority" in read_descriptor(source):
        return content

    def is_anothers(entry: dict) -> bool:
        texts = [entry["formula"]] if "formula" in entry else entry["figures"]
        try:
            keys = [key for text in texts for key in formulas.parse(text, source, known_sources()).keys]
        except InputError:
            return False  # refused when it is worked out, with its place
        owners = set(figures.frame["area_code"].reindex(keys).dropna())
        return bool(owners) and not owners & {figures.area_code, *NATIONAL}

    return {kind: [entry for entry in entries if not is_anothers(entry)] for kind, entries in content.items()}


def missing_from(authority_id: str) -> pd.DataFrame:
    """What a council's documents show or promise and their texts do not hold.

    Columns: source, id, what, section, kind, needed_for.
    """
    entries = []
    for source in documents_of(authority_id):
        listed = _optional(source, MISSING, schemas.MISSING).get("missing", [])
        named = named_in([entry[key] for entry in listed for key in ("what", "needed_for")])
        figures = figure_book(authority_id, sorted({source, *documents_named(named)})) if named else None
        for entry in listed:
            if figures is not None:
                words = Words(figures, source, known_sources(), f"data/raw/{source}/{MISSING}, {entry['id']}")
                entry = entry | {key: words.fill(entry[key]) for key in ("what", "needed_for")}
            entries.append({"source": source, **entry})
    return pd.DataFrame(entries, columns=["source", "id", "what", "section", "kind", "needed_for"])


def _optional(source: str, name: str, schema: dict) -> dict:
    """A file of a document that may have it. Refuses a number that is typed in one of its texts."""
    path = root() / "data/raw" / source / name
    if not os.path.lexists(path):
        return {}
    content = checked_files.read_yaml(path, schema)
    for entries in content.values():
        for entry in entries:
            refuse_typed_in(entry, TEXTS, f"data/raw/{source}/{name}, {entry['id']}")
    return content


def processed_paths(authority_id: str) -> list[Path]:
    """The processed tables that a council's checks rest on."""
    names = []
    for source in documents_of(authority_id):
        descriptor = read_descriptor(source)
        names += [f"figures_{source}"] * has_figures(descriptor) + [f"claims_{source}"] * has_claims(descriptor)
    return [processed_path(name) for name in names]


def files_read(authority_id: str) -> list[Path]:
    """What a council's checks rest on: its documents' descriptors, their checks and their processed tables."""
    folders = [read_descriptor(source)["folder"] for source in documents_of(authority_id)]
    declared = [folder / name for folder in folders for name in (DESCRIPTOR, CHECKS)]
    return [path for path in declared if path.is_file()] + processed_paths(authority_id)


def counts(authority_id: str, figures: Book, results: pd.DataFrame) -> dict[str, int]:
    """How much of a council's published figures is on file, and what the checks found.

    documents, tables, cells (figures in tables), claims (single figures in prose), checks, recomputed (with a verdict
    on a printed figure), and each verdict by its name. Counts for one council's own figures: `results` of its own
    documents, from own_results.
    """
    own = documents_of(authority_id)
    rows = figures.frame[
        figures.frame["source"].isin(own) & figures.frame["area_code"].isin([figures.area_code, *NATIONAL])
    ]
    rows = rows[~rows["status"].isin(NOT_GIVEN)]
    printed = rows[rows["table"] != "claims"]
    words = sum(is_text(resource) for source in own for resource in read_descriptor(source)["resources"])
    found = {verdict: int((results["verdict"] == verdict).sum()) for verdict in VERDICTS}
    return {
        "documents": len(own),
        "tables": printed.groupby(["source", "table"]).ngroups + words,
        "cells": len(printed),
        "claims": len(rows) - len(printed),
        "checks": len(results),
        "recomputed": len(results) - found["not_comparable"] - found["derived_only"],
        **found,
    }


def own_results(authority_id: str, results: pd.DataFrame) -> pd.DataFrame:
    """The checks of documents that the council published itself; the others are of national publications."""
    code = authority_named(authority_id)["code"]
    own = [source for source in documents_of(authority_id) if read_descriptor(source).get("authority") == code]
    return results[results["source"].isin(own)]


def documents_table(documents: list[str], figures: Book, results: pd.DataFrame) -> pd.DataFrame:
    """Each document with its figures, checks and disagreements, and its licence."""
    rows = []
    for source in documents:
        descriptor = read_descriptor(source)
        own = figures.frame[
            (figures.frame["source"] == source) & figures.frame["area_code"].isin([figures.area_code, *NATIONAL])
        ]
        own = own[~own["status"].isin(NOT_GIVEN)]
        checked = results[results["source"] == source]
        rows.append(
            {
                "Document": citation(source),
                "Figures": len(own),
                "Checks": len(checked),
                "Disagree": int((checked["verdict"] == "disagrees").sum()),
                "Licence": descriptor["licence"],
            }
        )
    return pd.DataFrame(rows)
