"""Adult Social Care Activity and Finance Report (NHS Digital): the tables of ASC-FR and SALT in one workbook.

A table is found by its title, whatever its sheet is called. Its headings stand in up to three rows, merged over the
columns that they are of; a row of England, of each region and of each council follows, or, for England alone, a row an
age band and reason. What a heading means stands in asc_fr_tables, by its words.
"""

import re
from pathlib import Path

from helpers.base.errors import InputError, Mistakes
from helpers.published.official.areas import ENGLAND, Council, is_code, kind_of
from helpers.published.official.asc_fr_tables import AGES, AREA, FIGURES, MARKS, NOT_READ, ROWS, TABLES, TOTAL, Layout
from helpers.published.official.layout import Book, Sheet, plain, read_label, years_in
from helpers.published.official.tables import Record, Table
from helpers.published.workbooks import cell_name


def read(books: dict[str, Path], entry: dict, known: dict[str, Council]) -> list[Table]:
    """The tables of a workbook. Raises InputError with all that it refuses."""
    book, mistakes, tables = Book(next(iter(books.values())), entry.get("slips")), Mistakes(), []
    for layout in TABLES:
        with mistakes.noted():
            tables.append(_table(book, layout, known))
    mistakes.refuse()
    return tables


def _table(book: Book, layout: Layout, known: dict[str, Council]) -> Table:
    sheet = book.titled(layout.title)
    title = next(line for line in sheet.lines() if plain(line).startswith("table"))
    if not (years := years_in(title)):
        raise InputError(f"{sheet.place()}: its title {title!r} names no year, such as 2021-22. Compare the source.")
    of_england = layout.name.endswith("_england")
    first = sheet.header([("age band",), ROWS[layout.keys[1]]] if of_england else AREA)
    last = first[0]
    while last + 1 < len(sheet.rows) and any(sheet.text(last + 1, x) for x in range(len(sheet.rows[last + 1]))):
        last += 1
    columns = _columns(sheet, layout, first[0], last, max(first[1]) + 1, of_england)
    rows = _rows_of_england(sheet, layout, last, *first[1]) if of_england else _rows(sheet, last, first[1], known)
    keys, constants = list(layout.keys), dict(layout.constants)
    day = f"31 March {int(max(years)[:4]) + 1}"
    for said, _ in columns.values():
        if "measure" in said:
            said["period"] = max(years) if said["measure"] == "during_year" else day
    if "measure" in keys:
        keys.append("period")
    elif "period" not in keys:
        constants["period"] = day if constants.get("measure") == "at_date" else max(years)
    records = [
        Record(code, tuple({**said, **own}.get(key, "all") for key in keys), name, text, sheet.place(y, x))
        for y, code, own in rows
        for x, (said, name) in columns.items()
        if (text := sheet.text(y, x))
    ]
    _check_marks(sheet, records)
    end = max(y for y, *_ in rows), max(columns)
    return Table(
        name=layout.name,
        title=title,
        sheet=sheet.name,
        cells=f"{cell_name(first[0], 0)}:{cell_name(*end)}",
        keys=keys,
        columns=layout.columns,
        records=records,
        constants=constants,
        marks={mark: MARKS[mark] for mark in MARKS if any(record.text == mark for record in records)},
        totals=tuple(key for key in keys if key not in ("period", *layout.not_totals)),
        beside=layout.beside,
        notes=_notes(sheet),
    )


def _columns(
    sheet: Sheet, layout: Layout, first: int, last: int, start: int, of_england: bool
) -> dict[int, tuple[dict[str, str], str]]:
    """The columns of figures: the keys that the headings above each say, and in which column of ours it stands."""
    found: dict[int, tuple[dict[str, str], str]] = {}
    only = next(iter(layout.columns)) if len(layout.columns) == 1 else None
    for x in range(start, len(sheet.rows[first])):
        above = sheet.headings(first, last, x)
        if not above or (of_england and not sheet.text(first, x)):
            continue  # a column of shares beside that of figures, or none
        said, name = {}, only
        for text, y in above:
            label = plain(text)
            if any(re.fullmatch(pattern, label) for pattern in NOT_READ):
                break
            if re.fullmatch(r"\d{4}-\d\d", label):
                said["period"] = years_in(label)[0]
            elif only is None and label in FIGURES and FIGURES[label] in layout.columns:
                name = FIGURES[label]
            else:
                where = sheet.merged.get((y, x), (y, x))
                said |= read_label(sheet, *where, layout.labels)
        else:
            if name is None:
                raise InputError(f"{sheet.place(last, x)}: no heading above says what is counted here.")
            if (said, name) in found.values():
                other = next(column for column, one in found.items() if one == (said, name))
                raise InputError(
                    f"{sheet.place(last, x)}: the headings above say the same as those of column "
                    f"{cell_name(0, other)[:-1]}. A merged heading may have been split: compare it with the source."
                )
            found[x] = said, name
    if not found:
        raise InputError(f"{sheet.place(first, start)}: no column of figures is read here. Is it the right file?")
    return found


def _rows(sheet: Sheet, last: int, at: list[int], known: dict[str, Council]) -> list[tuple[int, str, dict[str, str]]]:
    """The rows of England, of regions and of councils: row, code, no keys. Rows of kinds of councils are left out."""
    found, code_at, name_at, region_at, region_name_at = [], *at
    for y in range(last + 1, len(sheet.rows)):
        code, name, above = sheet.text(y, code_at), sheet.text(y, name_at), sheet.text(y, region_at)
        if not any(sheet.text(y, x) for x in range(code_at + 1, len(sheet.rows[y]))):
            if code:
                break  # notes
            continue
        if not is_code(code) and (code or name):
            raise InputError(
                f"{sheet.place(y, code_at)}: {name or 'this row'} has the code {code!r}, which is no ONS area code. "
                "Compare it with the source."
            )
        code = code or above
        if not is_code(code):
            if not sheet.text(y, region_name_at):
                raise InputError(f"{sheet.place(y, region_at)}: this row has no code. Compare it with the source.")
            continue
        kind_of(code, known, sheet.place(y, code_at))
        found.append((y, code, {}))
    if not found:
        raise InputError(
            f"{sheet.place(last + 1)}: no row of an area follows the headings. Compare it with the source."
        )
    return found


def _rows_of_england(
    sheet: Sheet, layout: Layout, last: int, age_at: int, label_at: int
) -> list[tuple[int, str, dict[str, str]]]:
    """The rows of a table of England alone: an age band, which holds for the rows below it, and a label."""
    found, age = [], {}
    for y in range(last + 1, len(sheet.rows)):
        label = sheet.text(y, label_at)
        if sheet.text(y, age_at) and not label:
            break  # notes
        if not label:
            continue
        if sheet.text(y, age_at):
            age = read_label(sheet, y, age_at, AGES | TOTAL)
        found.append((y, ENGLAND, {**age, **read_label(sheet, y, label_at, layout.labels)}))
    return found


def _check_marks(sheet: Sheet, records: list[Record]) -> None:
    """Refuse a table with [c] whose notes do not say that it stands for fewer than 5."""
    hidden = next((record for record in records if record.text == "[c]"), None)
    if hidden and not any(re.search(r"\[c\].*less than 5", line) for line in sheet.lines()):
        raise InputError(
            f"{hidden.place} holds [c], and no note of the sheet says '[c] indicates data less than 5'. Read what it "
            "stands for now, and change MARKS of the reader."
        )


def _notes(sheet: Sheet) -> list[str]:
    """The notes below a table that are no rule of marks."""
    lines = list(sheet.lines())
    begin = next((n for n, line in enumerate(lines) if line == "Notes:"), len(lines))
    return [line for line in lines[begin + 1 :] if not re.match(r"\[|Copyright|Some data may not", line)]
