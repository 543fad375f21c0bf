"""Read and check data/raw: one folder a published document, a descriptor and a file for its printed tables."""

import csv
import io
import os
import re
from copy import deepcopy
from functools import lru_cache
from pathlib import Path

import pandas as pd

from helpers.base import checked_files, schemas, vocabulary
from helpers.base.authorities import area_of, areas
from helpers.base.cells import UNSETTLED_MARKS, state_of
from helpers.base.errors import InputError, Mistakes, nearest
from helpers.base.paths import (
    SPREADSHEETS,
    TABLES,
    check_declared,
    document_files,
    is_official,
    known_sources,
    read_bytes,
    read_text,
    relative,
    root,
)
from helpers.base.periods import published_on
from helpers.base.typed_numbers import refuse_typed_in
from helpers.published.official import tables
from helpers.published.workbooks import read_workbook

DESCRIPTOR, CLAIMS, CORRECTIONS = "datapackage.yaml", "claims.csv", "corrections.yaml"
#: The longest text in a cell that is read.
LONGEST_CELL = 5_000
#: How the files of tables of words begin.
TEXTS = "text_"


def read_descriptor(source: str) -> dict:
    """The descriptor of one document, with the folder added under "folder".

    Raises InputError for an unknown source, a descriptor that does not fit (schemas.DESCRIPTOR), a file that is not
    there or not of the folder, or a table in the folder that the descriptor does not name.
    """
    if source not in known_sources():
        raise InputError(f"There is no source {source!r} in data/raw.{nearest(source, known_sources())}")
    folder = root() / "data/raw" / source
    there = tuple(file.name for file in document_files(folder))
    texts = (read_text(folder / DESCRIPTOR), read_text(root() / "authorities.toml"))
    return deepcopy(_checked(source, folder, there, texts))


@lru_cache(maxsize=256)
def _checked(source: str, folder: Path, there: tuple[str, ...], texts: tuple[str, str]) -> dict:
    """A descriptor as read_descriptor gives it, worked out again where a text that it rests on is another."""
    path = folder / DESCRIPTOR
    descriptor = checked_files.read_yaml(path, schemas.DESCRIPTOR)
    if descriptor["name"] != source:
        raise InputError(
            f"{relative(path)}: the name reads {descriptor['name']!r}; it must be the folder's, {source!r}."
        )
    mistakes, known_areas = Mistakes(), list(areas())
    with mistakes.noted():
        if re.fullmatch(r"[\d/-]+", published := descriptor.get("published", "")):
            try:
                published_on(published)
            except InputError as error:
                raise InputError(f"{relative(path)}, published: {error}.") from None
    if "authority" in descriptor:
        with mistakes.noted():
            _check_authority(descriptor["authority"], relative(path))
    for resource in descriptor["resources"]:
        where = f"{relative(path)}, table {resource['name']!r}"
        with mistakes.noted():
            _check_resource(resource, descriptor, where, known_areas)
            _check_path(resource, there, folder, where)
    mistakes.refuse()
    for key in ("name", "path"):
        values = [
            (resource[key], resource.get("sheet") if key == "path" else None) for resource in descriptor["resources"]
        ]
        if repeated := [value for value in values if values.count(value) > 1]:
            said = repr(repeated[0][0]) + (f", sheet {repeated[0][1]!r}" if repeated[0][1] else "")
            raise InputError(f"{relative(path)}: the {key} {said} stands twice. Give each table its own.")
    declared = {CLAIMS, *(resource["path"] for resource in descriptor["resources"])}
    if undeclared := sorted({name for name in there if Path(name).suffix.lower() in TABLES} - declared):
        raise InputError(f"{relative(folder)} holds {', '.join(undeclared)}, which {DESCRIPTOR} does not describe.")
    return {**descriptor, "folder": folder}


def _check_authority(code: str, where: str) -> None:
    try:
        area_of(code)
    except InputError as error:
        raise InputError(f"{where}: {error}") from None


def _check_path(resource: dict, there: tuple[str, ...], folder: Path, where: str) -> None:
    """Refuse a file that is none of the document's: its rows would be read, and a change of them go unnoticed.

    there: the names of the folder's files. What such a file holds is not read, and stands in no message.
    """
    name = resource["path"]
    if re.search(r"[\\/:]", name) or name.startswith("."):
        raise InputError(
            f"{where}: its path is {name!r}, and must be the name of a file in {relative(folder)}. Put the file there, "
            "and write its name alone."
        )
    kind = Path(name).suffix.lower()
    if kind not in TABLES or name.lower() == CLAIMS:
        raise InputError(f"{where}: {name!r} is no file of a table. Its name ends in {', '.join(TABLES)}.")
    if "sheet" in resource and kind not in SPREADSHEETS:
        raise InputError(f"{where}: {name!r} has no sheets, and `sheet` names one. Remove it.")
    if name not in there:
        alike = [other for other in there if other.lower() == name.lower()]
        said = f", though {alike[0]!r} is: write it alike, for other machines tell them apart" if alike else ""
        raise InputError(
            f"{relative(folder / DESCRIPTOR)} names the file {name!r}, which is not in {relative(folder)}{said}. "
            f"Put it there, or mend the path of table {resource['name']!r}."
        )


def is_text(resource: dict) -> bool:
    """Whether a table holds words (agenda items, dates, statuses) and no figures."""
    return "columns_of_texts" in resource["reading"]


def _check_resource(resource: dict, descriptor: dict, where: str, known_areas: list[str]) -> None:
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
        if "authority" in resource:
            _check_authority(resource["authority"], where)
        if "item" not in resource["reading"]["columns_of_texts"].values():
            raise InputError(f"{where}, reading: no column holds the item. Say which one does.")
        if not resource["path"].startswith(TEXTS):
            raise InputError(
                f"{where} holds words: name its file {TEXTS}{resource['path']}, so that the pipeline knows."
            )
        return
    checked_files.check(resource, schemas.with_areas(schemas.TABLE, known_areas), where)
    if "authority" in resource:
        _check_authority(resource["authority"], where)
    checked_files.check(
        reading, schemas.RECORDS if "columns_of_records" in reading else schemas.MATRIX, f"{where}, reading"
    )
    axes = axes_of(resource)
    for axis in axes:
        checked_files.check(axis, schemas.AXIS, f"{where}, reading")
    mistakes = Mistakes()
    for axis, labels in resource["labels"].items():
        for label, meaning in labels.items():
            schema = schemas.FIELDS if isinstance(meaning, dict) else schemas.ID_OF[axis]
            with mistakes.noted():
                if meaning != schemas.NOT_READ:
                    said = f"{where}, labels, {axis}, {label!r}"
                    checked_files.check(meaning, schemas.with_areas(schema, known_areas), said)
    mistakes.refuse()
    if axes.count("value") != ("columns_of_records" in reading):
        raise InputError(f"{where}, reading: one column of records, and none of another table, is the value.")
    said = fields_said(resource)
    for field, words in _NEEDED.items():
        if not said & words:
            raise InputError(f"{where} does not say its {field}. Declare it for the table, or for each row or column.")
    for axis in axes:
        if axis not in (*PERIODS, "value", schemas.NOT_READ) and axis not in resource["labels"]:
            raise InputError(f"{where}: the labels of {axis!r} are not declared. Add them under labels.")
    if reading.get("columns") == schemas.NOT_READ:
        raise InputError(f"{where}, reading: its columns are not_read, so that nothing is. Say what they stand for.")
    for axis in reading.get("merged", []):
        if axis not in axes or axis == "value" or axis == reading.get("columns"):
            raise InputError(
                f"{where}, reading, merged: {axis!r} is no column of labels. Name those with blank labels."
            )
        if "" in resource["labels"].get(axis, {}):
            raise InputError(f"{where}: a blank label of {axis!r} is declared, and as merged too. Keep one of them.")
    for name, mark in resource.get("marks", {}).items():
        _check_mark(name, mark, f"{where}, marks, {name!r}")
    if "label" not in resource.get("period", {"label": ""}) and not set(axes) & set(PERIODS):
        raise InputError(f"{where}, period lacks 'label'. Add it: no row or column says its period.")
    checked = {total["across"] for total in resource.get("totals", [])}
    for total in resource.get("totals", []):
        for remainder in total.get("remainders", []):
            place = f"{where}, totals across {total['across']}, remainders"
            _check_bounds(remainder, place)
            refuse_typed_in(remainder, ("matters", "question"), place)
            refuse_typed_in(remainder, ("reason",), place, fills=False)
    for axis, labels in resource["labels"].items() if _adds(resource) else ():
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


def _adds(resource: dict) -> bool:
    """Whether a table can have figures that add: counts or money, and not shares alone."""
    declared = [meaning for labels in resource["labels"].values() for meaning in labels.values()]
    fields = [resource, *(meaning for meaning in declared if isinstance(meaning, dict))]
    units = {one["unit"] for one in fields if "unit" in one}
    quantities = {one["quantity"] for one in fields if "quantity" in one}
    quantities |= {one for one in resource["labels"].get("quantity", {}).values() if isinstance(one, str)}
    quantities -= {schemas.NOT_READ}
    return any(vocabulary.adds(quantity, unit) for quantity in quantities for unit in units)


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
        read = [meaning for meaning in labels.values() if meaning != schemas.NOT_READ]
        by_label = [set(meaning) if isinstance(meaning, dict) else set() for meaning in read]
        said |= set.intersection(*by_label) if by_label else set()
    return said


def _field(meaning: str | dict, axis: str) -> str | None:
    return meaning.get(axis) if isinstance(meaning, dict) else meaning


def _check_mark(name: str, mark: dict, where: str) -> None:
    """Refuse a mark that may stand for several things and does not say for which, or whose bounds do not fit that."""
    if name.lower() in UNSETTLED_MARKS and "state" not in mark:
        raise InputError(
            f"{where} can be a figure that is hidden, one that is not available, or one that is not applicable. Say "
            "which: `state: hidden` with lower and upper, `state: not_available` or `state: not_applicable`."
        )
    bounds = {"lower", "upper"} & set(mark)
    if state_of(name, mark) != "hidden":
        if bounds and "state" in mark:
            raise InputError(f"{where}: what is {mark['state'].replace('_', ' ')} has no bounds. Remove them.")
        return
    if lacking := {"lower", "upper"} - bounds:
        raise InputError(f"{where} lacks {min(lacking)!r}: a hidden count has bounds. Add it, or say its state.")
    _check_bounds(mark, where)


def _check_bounds(bounds: dict, where: str) -> None:
    if bounds["lower"] > bounds["upper"]:
        raise InputError(f"{where}: lower {bounds['lower']} is above upper {bounds['upper']}. Swap them.")


def read_printed(
    path: Path, encoding: str = "utf-8", sheet: str | None = None, dialect: dict | None = None
) -> list[list[str]]:
    """A raw table as printed: rows of texts from its first cell, all of the same length.

    sheet: of a spreadsheet's own file. dialect: in which rows its header and its notes stand (rows_of). Rows and
    columns without any text at the end are left out.
    Raises InputError for a wrong encoding, a file without a table, rows with a cell more or less than the header, and
    a cell that is longer than any.
    """
    rows = read_workbook(path, sheet) if path.suffix.lower() in SPREADSHEETS else _read_csv(path, encoding)
    while rows and not any(map(str.strip, rows[-1])):
        rows.pop()
    header, body = rows_of(rows, dialect, relative(path))
    if not header or not body:
        raise InputError(f"{relative(path)} holds no table: a header and at least one row are needed.")
    width = len(rows[header[0]])
    if width == 1 and ";" in rows[header[0]][0]:
        raise InputError(f"{relative(path)} separates its cells by semicolons. Save it as CSV with commas.")
    mistakes = Mistakes()
    for y in (*header, *body):
        with mistakes.noted():
            if long := [column for column, cell in enumerate(rows[y]) if len(cell) > LONGEST_CELL]:
                raise InputError(
                    f"{relative(path)}, row {y + 1}, cell {long[0] + 1} of it holds "
                    f"{len(rows[y][long[0]]):,} characters; "
                    f"the most that is read of a cell is {LONGEST_CELL:,}. A quotation mark before it may never end; "
                    "blanks at its end can go."
                )
            if len(rows[y]) != width:
                raise InputError(
                    f"{relative(path)}, row {y + 1} ({rows[y][0] if rows[y] else 'empty'!r}) has {len(rows[y])} cells "
                    f"and the header has {width}. Compare it with the source; a thousands separator needs quotation "
                    "marks."
                )
    mistakes.refuse()
    while width and not any(rows[y][width - 1].strip() for y in (*header, *body)):
        width -= 1
    return [row[:width] + [""] * (width - len(row)) for row in rows]


def rows_of(rows: list[list[str]], dialect: dict | None, file: str) -> tuple[list[int], list[int]]:
    """Which rows of a raw table are its header, and which its body, counted from 0.

    The header is the first row with a text, or the declared headerRows; what stands above, and the commentRows, is not
    read. Raises InputError for header rows that are not in order, or beyond the table.
    """
    declared = [number - 1 for number in (dialect or {}).get("headerRows", [])]
    notes = {number - 1 for number in (dialect or {}).get("commentRows", [])}
    if not declared:
        with_text = (y for y, row in enumerate(rows) if y not in notes and any(map(str.strip, row)))
        declared = [next(with_text, 0)] if rows else []
    if declared != sorted(set(declared)) or (rows and declared[-1] >= len(rows)) or notes & set(declared):
        said = ", ".join(str(y + 1) for y in declared)
        raise InputError(f"{file} has no header in the rows {said}, which its dialect declares. Mend headerRows.")
    body = [y for y in range(declared[-1] + 1, len(rows)) if y not in notes] if declared else []
    while body and not any(map(str.strip, rows[body[-1]])):
        body.pop()
    return declared, body


def _read_csv(path: Path, encoding: str) -> list[list[str]]:
    check_declared(path)
    content = read_bytes(path)
    try:
        text = content.decode("utf-8-sig" if encoding == "utf-8" else encoding)
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise InputError(
            f"{relative(path)} is not written in {encoding}: line {line} holds a byte that does not fit. "
            f"Save it again as CSV UTF-8."
        ) from error
    reader = csv.reader(io.StringIO(text.replace("\r\n", "\n"), newline=""))
    try:
        return list(reader)
    except csv.Error as error:
        raise InputError(
            f"{relative(path)}, line {reader.line_num}, cannot be read as CSV ({error}). A cell that was opened by a "
            "quotation mark may never end. Compare it with the source."
        ) from error


def provenance(sources: list[str], area_code: str | None = None) -> pd.DataFrame:
    """One row a raw table of these sources, and one for each document's figures in prose.

    area_code: ONS area code; of documents on several councils, this one's tables only. Columns: source, table (for
    prose, claims), publisher, document, section, title, file, licence, read (the date), homepage (the publisher's page,
    an address; empty where none is on file).
    """
    rows = []
    for source in sources:
        descriptor, folder = about(source), root() / "data/raw" / source
        parts = [
            (resource["name"], resource.get("section") or resource["sheet"], resource["title"], resource["path"])
            for resource in descriptor["resources"]
            if area_code is None or resource.get("authority", area_code) == area_code
        ]
        if os.path.lexists(folder / CLAIMS):
            parts.append(("claims", "as said for each", "Single figures in prose", CLAIMS))
        rows += [
            {
                "source": source,
                "table": table,
                "publisher": descriptor["publisher"],
                "document": descriptor["title"],
                "section": section,
                "title": title,
                "file": relative(folder / path),
                "licence": descriptor["licence"],
                "read": descriptor["read"],
                "homepage": descriptor.get("homepage", ""),
            }
            for table, section, title, path in parts
        ]
    return pd.DataFrame(rows)


def about(source: str) -> dict:
    """What a document, or a publication of official tables, says of itself: publisher, title, licence and so on."""
    return tables.descriptor_of(source) if is_official(source) else read_descriptor(source)


def citation(source: str) -> str:
    """A document as a source line names it: publisher, title, when published ("no date" where it prints none)."""
    descriptor = about(source)
    year = re.match(r"[0-9]{4}", descriptor.get("published", ""))
    published = f" ({year[0] if year else 'no date'})" if "published" in descriptor else ""
    return f"{descriptor['publisher']}, {descriptor['title']}{published}"


def short_citation(source: str) -> str:
    """A document as a table's cell names it: "Market Position Statement, 2016"."""
    descriptor = about(source)
    return descriptor.get("short_title", descriptor["title"])
