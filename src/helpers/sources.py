"""Read and check data/raw: one folder a published document, a descriptor and one CSV a printed table."""

import csv
import io
from pathlib import Path

import pandas as pd

from helpers import checked_files, schemas
from helpers.errors import InputError, nearest
from helpers.paths import known_sources, relative, root
from helpers.typed_numbers import refuse_typed_in

DESCRIPTOR, CLAIMS, CORRECTIONS = "datapackage.yaml", "claims.csv", "corrections.yaml"
#: How the files of tables of words begin.
TEXTS = "text_"


def read_descriptor(source: str) -> dict:
    """The descriptor of one document, with the folder added under "folder".

    Raises InputError for an unknown source, a descriptor that does not fit (schemas.DESCRIPTOR), a file that is not
    there, or a CSV in the folder that the descriptor does not name.
    """
    if source not in known_sources():
        raise InputError(f"There is no source {source!r} in data/raw.{nearest(source, known_sources())}")
    folder = root() / "data/raw" / source
    path = folder / DESCRIPTOR
    descriptor = checked_files.read_yaml(path, schemas.DESCRIPTOR)
    if descriptor["name"] != source:
        raise InputError(
            f"{relative(path)}: the name reads {descriptor['name']!r}; it must be the folder's, {source!r}."
        )
    for resource in descriptor["resources"]:
        _check_resource(resource, descriptor, f"{relative(path)}, table {resource['name']!r}")
        if not (folder / resource["path"]).is_file():
            raise InputError(
                f"{relative(path)} names the file {resource['path']!r}, which is not in {relative(folder)}. "
                f"Put it there, or mend the path of table {resource['name']!r}."
            )
    for key in ("name", "path"):
        values = [resource[key] for resource in descriptor["resources"]]
        if repeated := [value for value in values if values.count(value) > 1]:
            raise InputError(f"{relative(path)}: the {key} {repeated[0]!r} stands twice. Give each table its own.")
    declared = {CLAIMS, *(resource["path"] for resource in descriptor["resources"])}
    if undeclared := sorted({file.name for file in folder.glob("*.csv")} - declared):
        raise InputError(f"{relative(folder)} holds {', '.join(undeclared)}, which {DESCRIPTOR} does not describe.")
    return {**descriptor, "folder": folder}


def is_text(resource: dict) -> bool:
    """Whether a table holds words (agenda items, dates, statuses) and no figures."""
    return "columns_of_texts" in resource["reading"]


def _check_resource(resource: dict, descriptor: dict, where: str) -> None:
    """What of a table's declaration a schema cannot say."""
    reading = resource.get("reading")
    if not isinstance(reading, dict):
        raise InputError(f"{where} has no reading: say what its rows and columns are.")
    if "authority" not in resource and "authority" not in descriptor:
        raise InputError(
            f"{where} has no authority, and neither has the document. Declare it, or all in one never mix."
        )
    if is_text(resource):
        checked_files.check(resource, schemas.TEXT_TABLE, where)
        if "item" not in resource["reading"]["columns_of_texts"].values():
            raise InputError(f"{where}, reading: no column holds the item. Say which one does.")
        if not resource["path"].startswith(TEXTS):
            raise InputError(
                f"{where} holds words: name its file {TEXTS}{resource['path']}, so that the pipeline knows."
            )
        return
    checked_files.check(resource, schemas.TABLE, where)
    checked_files.check(
        reading, schemas.RECORDS if "columns_of_records" in reading else schemas.MATRIX, f"{where}, reading"
    )
    axes = axes_of(resource)
    for axis in axes:
        checked_files.check(axis, schemas.AXIS, f"{where}, reading")
    for axis, labels in resource["labels"].items():
        for label, meaning in labels.items():
            schema = schemas.FIELDS if isinstance(meaning, dict) else schemas.ID_OF[axis]
            checked_files.check(meaning, schema, f"{where}, labels, {axis}, {label!r}")
    if axes.count("value") != ("columns_of_records" in reading):
        raise InputError(f"{where}, reading: one column of records, and none of another table, is the value.")
    said = fields_said(resource)
    for field, words in _NEEDED.items():
        if not said & words:
            raise InputError(f"{where} does not say its {field}. Declare it for the table, or for each row or column.")
    for axis in axes:
        if axis not in (*PERIODS, "value") and axis not in resource["labels"]:
            raise InputError(f"{where}: the labels of {axis!r} are not declared. Add them under labels.")
    for name, mark in resource.get("marks", {}).items():
        _check_bounds(mark, f"{where}, marks, {name!r}")
    checked = {total["across"] for total in resource.get("totals", [])}
    for total in resource.get("totals", []):
        for remainder in total.get("remainders", []):
            place = f"{where}, totals across {total['across']}, remainders"
            _check_bounds(remainder, place)
            refuse_typed_in(remainder, ("matters", "question"), place)
            refuse_typed_in(remainder, ("reason",), place, fills=False)
    for axis, labels in resource["labels"].items():
        totals = [label for label, meaning in labels.items() if "all" in (meaning, _field(meaning, axis))]
        if totals and len(labels) > 1 and axis not in checked and axis != "quantity":
            raise InputError(f"{where} prints totals across {axis!r} that nothing checks. Declare them under totals.")


#: Axes whose labels are periods, read by rule.
PERIODS = ("period", "mid_year")
_NEEDED = {
    "quantity": {"quantity"},
    "unit": {"unit"},
    "measure": {"measure"},
    "period": {"period", "mid_year"},
    "age_band": {"age_band"},
}


def axes_of(resource: dict) -> list[str]:
    """What the rows and columns of a table stand for; of records, what each column does."""
    reading = resource["reading"]
    if "columns_of_records" in reading:
        return list(reading["columns_of_records"].values())
    rows = reading.get("rows", [])
    return [*([rows] if isinstance(rows, str) else rows), reading["columns"]]


def fields_said(resource: dict) -> set[str]:
    """The fields that a table's declaration gives a value, for all its figures or by row or column."""
    said = {*axes_of(resource), *resource, *resource.get("constants", {})}
    for axis, labels in resource["labels"].items():
        if axis == "period":  # only those that the rule does not read: the others say nothing
            continue
        by_label = [set(meaning) if isinstance(meaning, dict) else set() for meaning in labels.values()]
        said |= set.intersection(*by_label)
    return said


def _field(meaning: str | dict, axis: str) -> str | None:
    return meaning.get(axis) if isinstance(meaning, dict) else meaning


def _check_bounds(bounds: dict, where: str) -> None:
    if bounds["lower"] > bounds["upper"]:
        raise InputError(f"{where}: lower {bounds['lower']} is above upper {bounds['upper']}. Swap them.")


def read_printed(path: Path, encoding: str = "utf-8") -> list[list[str]]:
    """A raw table as printed: rows of texts, all of the same length.

    Raises InputError for a wrong encoding, an empty file, or a row with a cell more or less than the header.
    """
    content = path.read_bytes()
    try:
        text = content.decode("utf-8-sig" if encoding == "utf-8" else encoding)
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise InputError(
            f"{relative(path)} is not written in {encoding}: line {line} holds a byte that does not fit. "
            f"Save it again as CSV UTF-8."
        ) from error
    rows = list(csv.reader(io.StringIO(text, newline="")))
    while rows and not rows[-1]:
        rows.pop()
    if len(rows) < 2:
        raise InputError(f"{relative(path)} holds no table: a header and at least one row are needed.")
    if len(rows[0]) == 1 and ";" in rows[0][0]:
        raise InputError(f"{relative(path)} separates its cells by semicolons. Save it as CSV with commas.")
    for number, row in enumerate(rows, 1):
        if len(row) != len(rows[0]):
            raise InputError(
                f"{relative(path)}, row {number} ({row[0] if row else 'empty'!r}) has {len(row)} cells and the "
                f"header has {len(rows[0])}. Compare it with the source; a thousands separator needs quotation marks."
            )
    return rows


def provenance(sources: list[str], authority: str | None = None) -> pd.DataFrame:
    """One row a raw table of these sources, and one for each document's figures in prose.

    authority: ONS area code; of documents on several councils, this one's tables only. Columns: source, table (for
    prose, claims), publisher, document, section, title, file, licence, read (the date).
    """
    rows = []
    for source in sources:
        descriptor = read_descriptor(source)
        parts = [
            (resource["name"], resource["section"], resource["title"], resource["path"])
            for resource in descriptor["resources"]
            if authority is None or resource.get("authority", authority) == authority
        ]
        if (descriptor["folder"] / CLAIMS).is_file():
            parts.append(("claims", "as said for each", "Single figures in prose", CLAIMS))
        rows += [
            {
                "source": source,
                "table": table,
                "publisher": descriptor["publisher"],
                "document": descriptor["title"],
                "section": section,
                "title": title,
                "file": relative(descriptor["folder"] / path),
                "licence": descriptor["licence"],
                "read": descriptor["read"],
            }
            for table, section, title, path in parts
        ]
    return pd.DataFrame(rows)


def citation(source: str) -> str:
    """A document as a source line names it: publisher, title, when published."""
    descriptor = read_descriptor(source)
    published = f" ({descriptor['published'][:4]})" if descriptor.get("published") else ""
    return f"{descriptor['publisher']}, {descriptor['title']}{published}"


def short_citation(source: str) -> str:
    """A document as a table's cell names it: "Market Position Statement, 2016"."""
    descriptor = read_descriptor(source)
    return descriptor.get("short_title", descriptor["title"])
