"""Measures from the Adult Social Care Outcomes Framework: the time series (a sheet a measure), and the older long form.

The time series has lines above its header, a row of England, of kinds of councils, of regions and of councils, and
columns such as "2024 to 2025 - numerator". The long form of 2020-21 has a row a figure.
"""

import re
from dataclasses import replace
from pathlib import Path

from helpers.base.errors import InputError, Mistakes, nearest
from helpers.published.official.areas import ENGLAND, Council, is_code, kind_of
from helpers.published.official.layout import Book, Sheet, as_text, plain
from helpers.published.official.tables import Column, Record, Table
from helpers.published.workbooks import cell_name

#: The codes of kinds of councils, which have no ONS area code.
KINDS_OF_COUNCILS = ("S", "U", "M", "I", "O", "D")
#: [c] hides a figure for its own smallness or for that of its pair, so that it has no upper bound.
MARKS = {
    "[c]": {"state": "hidden", "lower": 0, "meaning": "Suppressed: this figure, or one that would tell it, is under 5"},
    "[x]": {"state": "not_available", "meaning": "No data available"},
    "[z]": {"state": "not_applicable", "meaning": "Not applicable"},
    ":": {"state": "not_available", "meaning": "Not available, in editions before these marks"},
}
#: What the end of a heading says of its column.
FIGURES = {
    "numerator": Column("people", "Numerator"),
    "denominator": Column("people", "Denominator"),
    "outcome": Column("rate", "Outcome: the share in per cent, the rate or the score"),
    "margin of error": Column("rate", "Margin of error of the outcome"),
    "number of respondents": Column("people", "Number of people who answered"),
    "base": Column("people", "Number of people who answered"),
}
#: Sheets of measures go into a table by what they print.
TABLES = {
    ("denominator", "numerator", "outcome"): ("counts_and_shares", "Measures with their numerators and denominators"),
    ("margin of error", "number of respondents", "outcome"): ("survey_scores", "Measures from surveys"),
    ("outcome",): ("outcomes", "Measures without numerators and denominators"),
}
#: Measures that have a table of their own: name, title, how councils' and England's counts are rounded.
OWN_TABLES = {
    "4b": ("safeguarding", "Safeguarding enquiries in which a risk was reduced or removed", 5, 5),
    "6b": ("ratings_of_providers", "Residential providers by the rating of the Care Quality Commission", None, None),
}
AREA = [("local authority code",), ("local authority",), ("ons area code",)]
#: Measures whose source does not map to the councils of today, or has some of them within others.
NOT_BY_COUNCIL = ("6a", "6b")


def read(books: dict[str, Path], entry: dict, known: dict[str, Council]) -> list[Table]:
    """The tables of an edition, in either form. Raises InputError with all that it refuses."""
    book = Book(next(iter(books.values())), entry.get("slips"))
    first = book.sheets()[0]
    if any(plain(value) == "ascof measure code" for row in first.rows[:10] for value in row):
        return [_long_form(first, entry, known)]
    return _time_series(book, known)


def _time_series(book: Book, known: dict[str, Council]) -> list[Table]:
    mistakes, found = Mistakes(), {}
    sheets = [sheet for sheet in book.sheets() if re.match(r"table\s+\S+:", plain_title(sheet))]
    if not sheets:
        raise InputError(f"{book.file} has no sheet whose first line begins with 'Table 1a:'. Is it the right file?")
    for sheet in sheets:
        with mistakes.noted():
            figures, records, cells = _measure(sheet, known)
            if figures not in TABLES:
                raise InputError(
                    f"{sheet.place()} has columns of {', '.join(figures)}, and no table here is made of these. Compare "
                    "its header with the last edition."
                )
            table = OWN_TABLES.get(records[0].keys[0], (*TABLES[figures], None, 5))
            found.setdefault((table, figures), []).append((sheet, records, cells))
    mistakes.refuse()
    return [_gathered(*table, figures, parts) for (table, figures), parts in found.items()]


def plain_title(sheet: Sheet) -> str:
    """The first line of a sheet, without notes."""
    text = as_text(sheet.rows[0][0]) if sheet.rows and sheet.rows[0] else ""
    return re.sub(r"\s*\[note\s*\d+\]", "", text, flags=re.IGNORECASE).strip().lower()


def _gathered(
    name: str,
    title: str,
    rounded_to: int | None,
    rounded_in_england: int | None,
    figures: tuple[str, ...],
    parts: list[tuple[Sheet, list[Record], str]],
) -> Table:
    """One table of several sheets that print the same figures of their measures."""
    records = [record for _, records, _ in parts for record in records]
    columns = {figure.replace(" ", "_"): FIGURES[figure] for figure in FIGURES if figure in figures}
    for figure in {"numerator", "denominator"} & set(columns):
        column = columns[figure]
        columns[figure] = replace(column, rounded_to=rounded_to, rounded_in_england=rounded_in_england)
    notes = []
    for sheet, *_ in parts:
        said = plain_title(sheet).removeprefix("table ")
        notes.append(said[0].upper() + said[1:])
    if two := next((record for record in records if record.column.endswith("_in_brackets")), None):
        bracketed = {record.column for record in records if record.column.endswith("_in_brackets")}
        columns |= {
            column: Column(
                columns[column.removesuffix("_in_brackets")].unit,
                "The second figure of a cell with two, as 7.7 (7.6): the one in brackets",
            )
            for column in sorted(bracketed)
        }
        notes.append(f"Some cells hold two figures, as {two.place.rpartition(', ')[2]}.")
    return Table(
        name=name,
        title=f"{title}, England",
        sheet=", ".join(sheet.name for sheet, *_ in parts),
        cells=", ".join(cells for *_, cells in parts),
        keys=["measure", "part", "period"],
        columns=columns,
        records=records,
        marks={mark: MARKS[mark] for mark in MARKS if any(record.text == mark for record in records)},
        notes=notes,
        adds_to_england=False,
    )


def _measure(sheet: Sheet, known: dict[str, Council]) -> tuple[tuple[str, ...], list[Record], str]:
    """What a sheet prints of its measure: which figures, the records, and the cells that they are from."""
    measure = re.match(r"table\s+(\S+):", plain_title(sheet))[1]
    header, at = sheet.header(AREA)
    columns = {}
    for x in range(max(at) + 1, len(sheet.rows[header])):
        if label := plain(sheet.text(header, x)):
            columns[x] = _heading(sheet, header, x, label, measure)
    if repeated := [x for x in columns if list(columns.values()).index(columns[x]) < list(columns).index(x)]:
        raise InputError(f"{sheet.place(header, repeated[0])}: this heading stands twice. Remove the column.")
    records, last = [], header
    for y in range(header + 1, len(sheet.rows)):
        code = _code(sheet, y, *at, measure in NOT_BY_COUNCIL)
        if not code:
            continue
        kind = kind_of(code, known, sheet.place(y, at[2]))
        last = y
        if kind == "region":
            continue
        for x, (part, period, figure) in columns.items():
            for suffix, text in _parts_of_cell(sheet.text(y, x)):
                column = figure.replace(" ", "_") + suffix
                records.append(Record(code, (measure, part, period), column, text, sheet.place(y, x)))
    asked = {record.keys for record in records if record.text != "[z]"}
    records = [record for record in records if record.keys in asked]  # years in which nobody was asked
    _check_england(sheet, measure, records, known)
    return (
        tuple(sorted({figure for *_, figure in columns.values()})),
        records,
        f"{cell_name(header, 0)}:{cell_name(last, max(columns))}",
    )


def _heading(sheet: Sheet, row: int, column: int, label: str, measure: str) -> tuple[str, str, str]:
    """What a heading such as "2024 to 2025 - numerator" says: part of the measure, financial year, figure."""
    match = re.fullmatch(r"(\d{4}) to (\d{4}) - (.*?)(" + "|".join(FIGURES) + ")", label)
    if not match:
        raise InputError(
            f"{sheet.place(row, column)}: the heading {sheet.text(row, column)!r} does not read like '2024 to 2025 - "
            f"numerator'.{nearest(label.rpartition(' - ')[2], list(FIGURES))}"
        )
    part = match[3].strip().replace(" ", "_")
    return ("all" if part in ("", measure) else part), f"{match[1]}/{match[2][2:]}", match[4]


def _code(sheet: Sheet, y: int, own_at: int, name_at: int, code_at: int, lumped: bool) -> str:
    """The area code of a row; empty for a blank row, one of a kind of councils and (lumped) of two councils together.

    Raises InputError for a row of an area that has no code.
    """
    own, name, code = (sheet.text(y, x) for x in (own_at, name_at, code_at))
    if is_code(code):
        return code
    if not (own or name or code) or own in KINDS_OF_COUNCILS or (own and not (name or code)):
        return ""
    if lumped and code == "[z]":
        return ""
    raise InputError(
        f"{sheet.place(y, code_at)}: {name or own} has the code {code!r}, which is no ONS area code. Compare it with "
        "the source."
    )


def _parts_of_cell(text: str) -> list[tuple[str, str]]:
    """The figures of a cell: one, or of "51,230 (35,415)" both, the second for a column of its own."""
    if match := re.fullmatch(r"(\S+) \((\S+)\)", text):
        return [("", match[1].replace(",", "")), ("_in_brackets", match[2].replace(",", ""))]
    return [("", text.replace(",", ""))] if text else []


def _check_england(sheet: Sheet, measure: str, records: list[Record], known: dict[str, Council]) -> None:
    """Refuse a measure that lacks councils, or whose share or rate is not that of its numerator and denominator."""
    if measure not in NOT_BY_COUNCIL:
        latest = max(record.keys[-1] for record in records)
        codes = {record.area_code for record in records if record.keys[-1] == latest}
        absent = [one for one in known.values() if one.ended == "none" and one.area_code not in codes]
        if absent:
            said = ", ".join(f"{one.council} ({one.area_code})" for one in absent[:5])
            raise InputError(f"{sheet.place()} has no row for {said}. Compare it with the source.")
    mistakes, rows = Mistakes(), {}
    for record in records:
        rows.setdefault((record.area_code, record.keys), {})[record.column] = record
    per = 100_000 if "100,000" in plain_title(sheet) else 100
    for (code, _), row in rows.items():
        with mistakes.noted():
            if {"numerator", "denominator", "outcome"} <= set(row):
                _check_share(row, per, near=2.5 if code == ENGLAND or measure == "4b" else 0)
    mistakes.refuse()


def _check_share(row: dict[str, Record], per: int, near: float) -> None:
    """Refuse an outcome that is not its numerator's share. near: how far each of the two is rounded."""
    try:
        part, whole, printed = (float(row[name].text) for name in ("numerator", "denominator", "outcome"))
    except ValueError:
        return  # a mark, or what reading refuses with its cell
    lower, upper = (part - near) / max(whole + near, 1) * per, (part + near) / max(whole - near, 1) * per
    if not lower - 0.0501 <= printed <= upper + 0.0501:
        raise InputError(
            f"{row['outcome'].place} holds {row['outcome'].text}, and {row['numerator'].text} of "
            f"{row['denominator'].text} beside it come to {part / whole * per:.1f}. Compare it with the source."
        )


#: The columns of the long form, by the words of their headings.
LONG_FORM = [
    *(("ons code",), ("geographical description",), ("geographical level",)),
    *(("disaggregation level",), ("measure type",), ("measure value",), ("measure group",)),
]


def _long_form(sheet: Sheet, entry: dict, known: dict[str, Council]) -> Table:
    """The older form: a row a figure. The year is the publication's, which the register says."""
    if "period" not in entry:
        raise InputError(f"{sheet.place()} does not say its year: give {entry['source']!r} a `period` in the register.")
    header, at = sheet.header(LONG_FORM)
    code_at, name_at, level_at, part_at, type_at, value_at, group_at = at
    records, seen = [], False
    mistakes = Mistakes()
    for y in range(header + 1, len(sheet.rows)):
        if sheet.text(y, level_at) not in ("Council", "England"):
            continue
        with mistakes.noted():
            code, figure = sheet.text(y, code_at), sheet.text(y, type_at)
            if not is_code(code):
                raise InputError(
                    f"{sheet.place(y, code_at)}: {sheet.text(y, name_at)} has the code {code!r}, which is no ONS area "
                    "code. Compare it with the source."
                )
            kind_of(code, known, sheet.place(y, code_at))
            if figure.lower() not in FIGURES:
                raise InputError(
                    f"{sheet.place(y, type_at)}: the kind of figure {figure!r} is not known here."
                    f"{nearest(figure.lower(), list(FIGURES))}"
                )
            seen = True
            keys = (sheet.text(y, group_at), _age_or_group(sheet.text(y, part_at)))
            column = figure.lower().replace(" ", "_")
            records.append(Record(code, keys, column, sheet.text(y, value_at), sheet.place(y, value_at)))
    mistakes.refuse()
    if not seen:
        raise InputError(f"{sheet.place()} has no row of a council. Is it the right file?")
    asked = {record.keys for record in records if record.text != "[x]" and record.area_code == ENGLAND}
    left_out = sorted({record.keys[0] for record in records if record.keys not in asked})
    records = [record for record in records if record.keys in asked]
    columns = {name: FIGURES[name.replace("_", " ")] for name in dict.fromkeys(record.column for record in records)}
    return Table(
        name="measures",
        title=f"Measures from the Adult Social Care Outcomes Framework, {entry['period']}",
        sheet=sheet.name,
        cells=f"{cell_name(header, 0)}:{cell_name(len(sheet.rows) - 1, max(at))}",
        keys=["measure", "part"],
        columns=columns,
        records=records,
        constants={"period": entry["period"]},
        marks={mark: MARKS[mark] for mark in MARKS if any(record.text == mark for record in records)},
        notes=[f"Left out, as no figure of England was given: {', '.join(left_out)}."] if left_out else [],
        adds_to_england=False,
    )


def _age_or_group(text: str) -> str:
    """The part of a measure's people: an age band as the project writes it, or in words."""
    return {"Total": "all", "65 and over": "65+", "85 and over": "85+"}.get(text, text.replace(" ", "_").lower())
