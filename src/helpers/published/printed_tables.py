"""A printed table: its cells as printed and as meant, and what its labels say of each of them."""

from dataclasses import dataclass

from helpers.base import schemas
from helpers.base.errors import InputError, Mistakes, nearest
from helpers.base.paths import relative
from helpers.base.periods import parse_period, parse_periods
from helpers.published.sources import CORRECTIONS, PERIODS, axes_of, read_printed, rows_of
from helpers.published.workbooks import cell_name, damage


@dataclass(frozen=True)
class Table:
    """A raw table: its name in messages, its cells as printed and as meant, and where in it the table stands.

    header, body, columns: the rows and columns that are read, counted from 0 as in the file; blank ones at the edge
    are left out.
    """

    where: str
    printed: list[list[str]]
    meant: list[list[str]]
    header: list[int]
    body: list[int]
    columns: list[int]

    def line(self, y: int) -> list[str]:
        """The cells of a row as meant."""
        return [self.meant[y][x] for x in self.columns]

    def filled(self, resource: dict, axes: list[str]) -> list[list[str]]:
        """The rows of the body as meant; a blank label of a column that is declared as merged is the one above it.

        axes: what each column stands for. A label further left in merged columns that begins anew ends those right
        of it.
        """
        merged = [x for x, axis in enumerate(axes) if axis in resource["reading"].get("merged", [])]
        above: dict[int, str] = {}
        rows = []
        for y in self.body:
            row = self.line(y)
            if any(map(str.strip, row)):  # a blank row within a table is none to fill
                for rank, x in enumerate(merged):
                    if row[x].strip():
                        above = {left: above[left] for left in merged[:rank] if left in above} | {x: row[x]}
                    else:
                        row[x] = above.get(x, row[x])
            rows.append(row)
        return rows


def printed_table(descriptor: dict, resource: dict, corrections: list[dict]) -> Table:
    """A raw table, with the publisher's declared slips mended in what is meant."""
    path = descriptor["folder"] / resource["path"]
    sheet, dialect = resource.get("sheet"), resource.get("dialect")
    where = f"{relative(path)}, table {resource['name']!r}"
    printed = read_printed(path, resource.get("encoding", "utf-8"), sheet, dialect)
    meant = [list(row) for row in printed]
    places = {cell_name(y, x): (y, x) for y, row in enumerate(printed) for x in range(len(row))}
    mistakes = Mistakes()
    for correction in corrections:
        if correction["table"] != resource["name"]:
            continue
        y, x = places.get(correction["cell"], (None, None))
        found = None if y is None else printed[y][x]
        if found == correction["printed"]:
            meant[y][x] = correction["meant"]
            continue
        with mistakes.noted():
            raise InputError(
                f"{relative(path.with_name(CORRECTIONS))}: the correction of {resource['name']}!{correction['cell']} "
                f"expects {correction['printed']!r}, and {'there is no such cell' if found is None else repr(found)} "
                f"stands in {relative(path)}. If the publisher mended it, remove the correction; else mend the cell."
            )
    mistakes.refuse()
    header, body = rows_of(printed, dialect, relative(path))
    columns = list(range(len(printed[0])))
    while columns and not any(printed[y][columns[0]].strip() for y in (*header, *body)):
        columns.pop(0)
    return Table(where, printed, meant, header, body, columns)


def records_of_matrix(table: Table, resource: dict, mistakes: Mistakes) -> list[tuple]:
    """The cells of a table with a label for every row (in one or more columns, or none) and every column."""
    *row_axes, column_axis = axes_of(resource)
    width = len(row_axes)
    if len(table.columns) <= width:
        raise InputError(f"{table.where} has {len(table.columns)} columns, and {width} of them are declared as labels.")
    header = joined_header([table.line(y) for y in table.header])[width:]
    heads = [(table.header[-1], x) for x in table.columns[width:]]
    columns = _fields(header, heads, column_axis, resource, table.where, "header", mistakes, once=True)
    lines = table.filled(resource, row_axes)
    rows: list[dict | None] = [{} for _ in table.body]
    for x, axis in enumerate(row_axes):
        if axis == schemas.NOT_READ:
            continue
        places = [(y, table.columns[x]) for y in table.body]
        printed = [line[x] for line in lines]
        where = f"column {table.columns[x] + 1}"
        fields = _fields(printed, places, axis, resource, table.where, where, mistakes, once=width == 1)
        for y, said in enumerate(fields):
            with mistakes.noted():
                rows[y] = _joined(rows[y], said, f"{table.where}, row {table.body[y] + 1}")
    records = []
    for y, row in zip(table.body, rows, strict=True):
        for (_, x), column in zip(heads, columns, strict=True):
            with mistakes.noted():
                fields = _joined(row, column, f"{table.where}, cell {cell_name(y, x)}")
                if fields is not None:
                    records.append((fields, (y, x)))
    return records


def records_of_columns(table: Table, resource: dict, mistakes: Mistakes) -> list[tuple]:
    """The rows of a table with one figure a row."""
    meaning = resource["reading"]["columns_of_records"]
    check_header(table, meaning)
    axes = list(meaning.values())
    records = []
    for y, row in zip(table.body, table.filled(resource, axes), strict=True):
        fields: dict | None = {}
        for x, axis, label in zip(table.columns, axes, row, strict=True):
            if axis not in ("value", schemas.NOT_READ):
                [said] = _fields([label], [(y, x)], axis, resource, table.where, "", mistakes)
                with mistakes.noted():
                    fields = _joined(fields, said, f"{table.where}, row {y + 1}")
        if fields is not None:
            records.append((fields, (y, table.columns[axes.index("value")])))
    for x, axis in enumerate(axes):
        if axis in PERIODS:
            with mistakes.noted():
                _check_periods([table.line(y)[x] for y in table.body], axis, resource, f"{table.where}, column {x + 1}")
    return records


def _joined(known: dict | None, said: dict | None, where: str) -> dict | None:
    """What two labels of a cell say together; None where either is not read, and refused where they disagree."""
    if known is None or said is None:
        return None
    if differing := [name for name in known if name in said and known[name] != said[name]]:
        name = differing[0]
        one, other = (getattr(value, "label", value) for value in (known[name], said[name]))
        raise InputError(
            f"{where}: its labels say two things of its {name}, {one} and {other}. Let one of them say it."
        )
    return known | said


def check_header(table: Table, meaning: dict) -> None:
    """Refuse a table of records whose header is not the one that its descriptor declares."""
    printed = joined_header([table.line(y) for y in table.header])
    if printed != list(meaning):
        raise InputError(
            f"{table.where}: the header reads {', '.join(printed)}; the descriptor expects {', '.join(meaning)}."
        )


def joined_header(rows: list[list[str]]) -> list[str]:
    """One label a column: a label that spans columns stands before the labels below it ("Community: ...")."""
    header, spanning = [], [""] * len(rows)
    for labels in zip(*rows, strict=True):
        lowest = max((level for level, label in enumerate(labels) if label), default=0)
        for level, label in enumerate(labels[:-1]):
            if label:  # a new label begins anew also what spans below it
                spanning[level:] = [label, *[""] * (len(rows) - level - 1)]
        header.append(": ".join([*filter(None, spanning[:lowest]), labels[lowest]]))
    return header


def _fields(
    printed: list[str],
    places: list[tuple[int, int]],
    axis: str,
    resource: dict,
    where: str,
    line: str,
    mistakes: Mistakes,
    once: bool = False,
) -> list[dict | None]:
    """What printed labels of one axis say: their ids, and whatever else their declaration adds; None where not read.

    places: where each stands (row, column). line: what all of them are, for messages (header, column 1); empty for
    single labels. once: each stands there once. Periods are read by rule, unless the label is declared. Notes what is
    not declared, and in a line what is declared and not there, or there twice.
    """
    labels = resource["labels"].get("period" if axis in PERIODS else axis, {})
    found = []
    for label, place in zip(printed, places, strict=True):
        meaning = None
        with mistakes.noted():
            cell = f"{where}, cell {cell_name(*place)}{f', {line}' if line else ''}"
            meaning = _meaning(label, labels, axis, cell, _kind(axis, resource))
        found.append(meaning)
    if not line:
        return found
    with mistakes.noted():
        _check_periods(printed, axis, resource, f"{where}, {line}")
    unknown = [label for label in printed if label not in labels and axis not in PERIODS]
    if not unknown and (missing := [label for label in labels if label not in printed]):
        mistakes.found.append(f"{where}, {line}: {', '.join(map(repr, missing))} is declared and not in the table.")
    if once and (repeated := [y for y, label in enumerate(printed) if label in printed[:y]]):
        cells = ", ".join(f"{cell_name(*places[y])} ({printed[y]!r})" for y in repeated)
        mistakes.found.append(f"{where}, {line}: a label stands there twice, again in {cells}.")
    return found


def _kind(axis: str, resource: dict) -> str | None:
    """What kind of period the labels of an axis are, where it is declared."""
    return "mid_year" if axis == "mid_year" else resource.get("period", {}).get("kind")


def _check_periods(printed: list[str], axis: str, resource: dict, where: str) -> None:
    """Refuse periods of two readings beside one another along a line; a label that is none is said by itself."""
    by_rule = [label for label in printed if label not in resource["labels"].get("period", {})]
    if axis in PERIODS and all(is_period(label, _kind(axis, resource)) for label in by_rule):
        try:
            parse_periods(by_rule, _kind(axis, resource))
        except InputError as error:
            raise InputError(f"{where}: {error}.") from None


def _meaning(label: str, labels: dict, axis: str, cell: str, kind: str | None) -> dict | None:
    """What one printed label of an axis says; None where it is declared as not read. kind: of a period, by rule."""
    periodic = axis in PERIODS
    if label not in labels and not periodic:
        if not label.strip():
            raise InputError(
                f"{cell}: the label is blank, and a blank is not declared. A label that is merged over several rows "
                f"is read where reading says merged: [{axis}]; else compare the cell with the source."
            )
        damaged = f" It {damage(label)}." if damage(label) else ""
        raise InputError(f"{cell}: the label {label!r} is not declared.{damaged}{nearest(label, list(labels))}")
    meaning = labels.get(label, label)
    if meaning == schemas.NOT_READ:
        return None
    meaning = dict(meaning) if isinstance(meaning, dict) else {"period" if periodic else axis: meaning}
    if isinstance(meaning.get("period"), str):
        try:
            by_rule = kind if label not in labels or axis == "mid_year" else None
            meaning["period"] = parse_period(meaning["period"], by_rule)
        except InputError as error:
            damaged = f" It {damage(label)}." if damage(label) else ""
            raise InputError(f"{cell}: {error}.{damaged}") from None
    return meaning


def is_period(text: str, kind: str | None = None) -> bool:
    """Whether a text reads as a period, of this kind where one is given."""
    try:
        parse_period(text, kind)
    except InputError:
        return False
    return True
