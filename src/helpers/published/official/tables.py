"""Tables of an official publication: figures as printed with their cells, checked, written compactly, read again."""

import csv
import functools
import io
import math
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from helpers.base import checked_files
from helpers.base.cells import NOT_GIVEN, PublishedFigure, parse_figure
from helpers.base.errors import InputError, Mistakes, nearest
from helpers.base.paths import as_read, check_declared, read_text, root
from helpers.published.official.areas import ENGLAND, Council, days_of

#: Units whose figures add, over areas and over parts.
ADDING = ("people", "requests", "gbp_thousand")
#: Units in which people are counted one by one.
COUNTED = ("people", "requests")
#: How far sums of £ thousand may lie apart: some councils submit whole thousands.
SLACK_OF_MONEY = 1


@dataclass(frozen=True)
class Column:
    """A column of figures: its unit, what it is in words, and how its publisher rounds it (England's may differ)."""

    unit: str
    title: str
    rounded_to: int | None = None
    rounded_in_england: int | None = None

    def rounding(self, area_code: str) -> int | None:
        return self.rounded_in_england or self.rounded_to if area_code == ENGLAND else self.rounded_to


@dataclass(frozen=True)
class Record:
    """One printed figure: whose, of what (by key), in which column, as printed, and where (file, sheet and cell)."""

    area_code: str
    keys: tuple[str, ...]
    column: str
    text: str
    place: str


@dataclass
class Table:
    """One table for all councils, as read from its sheet.

    keys: the names of the keys of its records. columns: of figures, by name. constants: what holds for all rows.
    marks: what its marks mean, as in a descriptor. totals: keys of which "all" is the sum of the others but those in
    beside. regions: the regions' figures, and England's, are there to check the councils' by.
    """

    name: str
    title: str
    sheet: str
    cells: str
    keys: list[str]
    columns: dict[str, Column]
    records: list[Record] = field(repr=False)
    constants: dict[str, str] = field(default_factory=dict)
    marks: dict[str, dict] = field(default_factory=dict)
    totals: tuple[str, ...] = ()
    beside: tuple[str, ...] = ()
    notes: list[str] = field(default_factory=list)
    adds_to_england: bool = True

    def figure(self, record: Record) -> PublishedFigure:
        """A record's value and bounds. Raises InputError, with its place, for a text that is no figure and no mark."""
        column = self.columns[record.column]
        rounding = column.rounding(record.area_code)
        try:
            figure = read_figure(record.text, column.unit, rounding, hashable(self.marks))
        except InputError as error:
            raise InputError(f"{record.place}: {error}.") from None
        if rounding and figure.status == "rounded" and figure.value % rounding:
            raise InputError(
                f"{record.place} holds {record.text}, and this table's counts are rounded to {rounding}. "
                "Compare it with the source."
            )
        return figure


def hashable(marks: dict[str, dict]) -> tuple:
    return tuple((mark, tuple(sorted(meaning.items()))) for mark, meaning in marks.items())


@functools.lru_cache(maxsize=200_000)
def read_figure(text: str, unit: str, rounded_to: int | None, marks: tuple) -> PublishedFigure:
    """A printed figure with its bounds. marks: as pairs of a mark and of what it means.

    A mark that hides without an upper bound (its publisher hides it for another figure's sake) has none: infinity.
    """
    meanings = {mark: dict(meaning) for mark, meaning in marks}
    for meaning in meanings.values():
        if meaning["state"] == "hidden":
            meaning.setdefault("upper", math.inf)
    counted = unit in COUNTED
    change = unit in ("gbp_thousand", "gbp") and text.startswith("-")
    rounding = None if text == "0" else rounded_to
    return parse_figure(text, "people" if counted else "gbp", meanings, rounding, change=change)


def check(table: Table, known: dict[str, Council]) -> None:
    """Refuse a table with a figure twice, an unreadable one, a council missing, or totals that their parts do not make.

    Raises InputError with all that was found, each with file, sheet and cell.
    """
    mistakes, seen = Mistakes(), {}
    for record in table.records:
        with mistakes.noted():
            key = (record.area_code, record.keys, record.column)
            if key in seen:
                raise InputError(
                    f"{record.place}: {_said(table, record, known)} stands here and in {_cell(seen[key].place)}. "
                    "Remove the row or column that is wrong."
                )
            seen[key] = record
            table.figure(record)
    mistakes.refuse()
    _check_councils(table, known)
    figures = {key: table.figure(record) for key, record in seen.items()}
    for of in (_parts, _areas):
        for total, parts, what in of(table, seen, known):
            with mistakes.noted():
                _check_sum(table, total, parts, what, figures, seen, known)
    mistakes.refuse()


def _check_councils(table: Table, known: dict[str, Council]) -> None:
    """Refuse a table that lacks a council which served all through its latest year."""
    if "period" not in [*table.keys, *table.constants] or not table.records[0].area_code:
        return
    at = table.keys.index("period") if "period" in table.keys else None
    years = [record.keys[at] if at is not None else table.constants["period"] for record in table.records]
    years = [year for year in years if "/" in year]
    codes = {record.area_code for record in table.records}
    if not years or codes == {ENGLAND}:
        return
    days = days_of(max(years))
    absent = [code for code, council in known.items() if council.serves(*days) and code not in codes]
    if absent and not table.adds_to_england:
        absent = absent if len(absent) > 10 else []
    if absent:
        raise InputError(
            f"{table.records[0].place.rpartition(', cell')[0]} has no row for "
            + ", ".join(f"{known[code].council} ({code})" for code in absent[:5])
            + (f" and {len(absent) - 5} more" if len(absent) > 5 else "")
            + f", in {max(years)}. Compare it with the source."
        )


def _parts(table: Table, seen: dict, known: dict) -> list:
    """The totals over a key that the table prints, each with its parts."""
    found = []
    for name in table.totals:
        at, groups = table.keys.index(name), {}
        for key in seen:
            area, keys, column = key
            if table.columns[column].unit in ADDING and keys[at] not in table.beside:
                groups.setdefault((area, keys[:at], keys[at + 1 :], column), {})[keys[at]] = key
        for group in groups.values():
            if "all" in group and len(group) > 2:
                found.append((group["all"], [key for one, key in group.items() if one != "all"], name))
    return found


def _areas(table: Table, seen: dict, known: dict) -> list:
    """England's and the regions' figures, each with those of their councils."""
    if not table.adds_to_england:
        return []
    groups: dict = {}
    for key in seen:
        area, keys, column = key
        if table.columns[column].unit in ADDING and area in known:
            for above in (ENGLAND, known[area].region_code):
                groups.setdefault((above, keys, column), []).append(key)
    return [(total, parts, "council") for total, parts in groups.items() if total in seen]


def _check_sum(
    table: Table, total: tuple, parts: list, what: str, figures: dict, seen: dict, known: dict[str, Council]
) -> None:
    """Refuse a total that cannot be the sum of its parts within the rounding and the marks of all of them."""
    whole = figures[total]
    given = [figures[part] for part in parts if figures[part].status not in NOT_GIVEN]
    if whole.status in NOT_GIVEN or not given:
        return
    lower, upper = sum(part.lower for part in given), sum(part.upper for part in given)
    counted = table.columns[total[2]].unit in COUNTED
    if len(given) < len(parts):  # what was not submitted is estimated in its publisher's totals
        lower, upper = lower if counted else -math.inf, math.inf
    slack = 0 if counted else SLACK_OF_MONEY
    if lower - slack > whole.upper or upper + slack < whole.lower:
        record, printed = seen[total], f"{lower:,.10g}" if lower == upper else f"{lower:,.10g} to {upper:,.10g}"
        raise InputError(
            f"{record.place}: {_said(table, record, known)} is {record.text}, and its parts by "
            f"{what.replace('_', ' ')} ({_cell(seen[parts[0]].place)} to {_cell(seen[parts[-1]].place)}) come to "
            f"{printed}. Compare both with the source; a slip of the publisher is declared under `slips`."
        )


def _cell(place: str) -> str:
    return place.rpartition("cell ")[2]


def _said(table: Table, record: Record, known: dict[str, Council]) -> str:
    council = known.get(record.area_code)
    area = "England" if record.area_code == ENGLAND else council.council if council else record.area_code
    return ", ".join([area, *(key for key in record.keys if key != "all"), record.column.replace("_", " ")])


def to_csv(table: Table, known: dict[str, Council]) -> str:
    """The table for England and the councils: a row an area and key, a column of figures each as printed."""
    columns, rows = list(table.columns), {}
    for record in table.records:
        if record.area_code == ENGLAND or record.area_code in known:
            rows.setdefault((record.area_code, *record.keys), {})[record.column] = record.text
    made = io.StringIO()
    writer = csv.writer(made, lineterminator="\n")
    writer.writerow(["area_code", *table.keys, *columns])
    for key, figures in rows.items():
        writer.writerow([*key, *(figures.get(column, "") for column in columns)])
    return made.getvalue()


def resource_of(table: Table) -> dict:
    """What the descriptor says of a table."""
    figures = {
        name: {"unit": column.unit}
        | ({"rounded_to": column.rounded_to} if column.rounded_to else {})
        | ({"rounded_in_england": column.rounded_in_england} if column.rounded_in_england else {})
        for name, column in table.columns.items()
    }
    fields = [{"name": "area_code", "type": "string", "title": "ONS area code of the council, or of England"}]
    fields += [{"name": key, "type": "string"} for key in table.keys]
    fields += [{"name": name, "type": "any", "title": column.title} for name, column in table.columns.items()]
    return {
        "name": table.name,
        "path": f"{table.name}.csv",
        "title": table.title,
        **({"sheet": table.sheet} if table.sheet else {}),
        "cells": table.cells,
        **({"constants": table.constants} if table.constants else {}),
        **({"marks": table.marks} if table.marks else {}),
        "figures": figures,
        **({"notes": table.notes} if table.notes else {}),
        "schema": {"fields": fields},
    }


def read_official(source: str, table: str) -> pd.DataFrame:
    """A table of an official publication as it is on file: its keys, what holds for all rows, figures as printed.

    Raises InputError for a publication or a table that is not on file, with the known ones.
    """
    resource = _resource(source, table)
    path = root() / "data/raw" / source / resource["path"]
    check_declared(path)
    return _table_in(read_text(path)).assign(**resource.get("constants", {}))


@functools.lru_cache(maxsize=64)
def _table_in(text: str) -> pd.DataFrame:
    """The table in the text of its file, all as text; whoever changes it takes a copy."""
    return pd.read_csv(io.StringIO(text), dtype=str, keep_default_na=False)


def with_bounds(source: str, table: str, column: str) -> pd.DataFrame:
    """The same with one of its columns read: value, lower, upper and status beside the keys, in rows that have it.

    value is a number, Suppressed or NotGiven. Raises InputError as read_official does, and for an unknown column.
    """
    resource = _resource(source, table)
    if column not in resource["figures"]:
        raise InputError(
            f"data/raw/{source}, table {table!r} has no figures {column!r}.{nearest(column, list(resource['figures']))}"
        )
    folder = root() / "data/raw" / source
    return _read_with_bounds(
        as_read([folder / "datapackage.yaml", folder / resource["path"]]), source, table, column
    ).copy()


@functools.lru_cache(maxsize=64)
def _read_with_bounds(state: tuple, source: str, table: str, column: str) -> pd.DataFrame:
    """The same, once for each state of its files."""
    resource, frame = _resource(source, table), read_official(source, table)
    meaning, marks = resource["figures"][column], hashable(resource.get("marks", {}))
    unit, *rounded = (meaning.get(name) for name in ("unit", "rounded_to", "rounded_in_england"))
    rounding = Column(unit, column, *rounded).rounding
    frame = frame[frame[column] != ""].reset_index(drop=True)
    read = [
        read_figure(text, unit, rounding(code), marks)
        for code, text in zip(frame["area_code"], frame[column], strict=True)
    ]
    others = [name for name in frame if name not in resource["figures"]]
    values = {name: [getattr(figure, name) for figure in read] for name in ("value", "lower", "upper", "status")}
    values["value"] = pd.Series(values["value"], dtype=object)
    return frame[others].assign(**values)


def descriptor_of(source: str) -> dict:
    """What a publication says of itself and of its tables; read once for all who ask, and not to be changed."""
    return _descriptor(as_read([_descriptor_file(source)]), source)


def _descriptor_file(source: str) -> Path:
    return root() / "data/raw" / source / "datapackage.yaml"


@functools.lru_cache(maxsize=64)
def _descriptor(state: tuple, source: str) -> dict:
    return checked_files.parse_yaml(_descriptor_file(source))


def _resource(source: str, table: str) -> dict:
    described = _descriptor(as_read([_descriptor_file(source)]), source)
    resources = {one["name"]: one for one in described["resources"]}
    if table not in resources:
        raise InputError(f"data/raw/{source}/datapackage.yaml has no table {table!r}.{nearest(table, list(resources))}")
    return resources[table]
