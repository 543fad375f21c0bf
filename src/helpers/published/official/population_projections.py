"""Subnational population projections (ONS): persons by age and year, whole files or those of some areas.

A row is an area and an age (a single year, or a band); a column is a mid-year.
"""

import re
from pathlib import Path

from helpers.base.errors import InputError, Mistakes
from helpers.published.official import areas as areas_of
from helpers.published.official.areas import Council
from helpers.published.official.layout import Book, Sheet, plain
from helpers.published.official.population import ALL, Grid, age_of, check_all_ages, number_at, summed
from helpers.published.workbooks import cell_name

CODE = ("code", "area_code")
AGE = ("age group", "age_group", "age")


def read(books: dict[str, Path], entry: dict, known: dict[str, Council]) -> list[Grid]:
    """One table of all files of a projection. Raises InputError with all that it refuses."""
    mistakes, parts, lower = Mistakes(), [], areas_of.lower_tier()
    for name, path in books.items():
        with mistakes.noted():
            slips = [slip for slip in entry.get("slips", []) if slip.get("file") == name]
            parts.append(_projection(Book(path, slips), known, lower, entry.get("of_england", True)))
    mistakes.refuse()
    (years, ages), rows = parts[0][:2], {}
    for one in parts:
        if one[:2] != (years, ages):
            raise InputError(f"{one[2].place()} has other years or ages than {parts[0][2].place()}. Register it apart.")
        if twice := next((key for key in one[4] if key in rows), None):
            raise InputError(f"{one[2].place()} has {twice[0]}, as another file has. Take one of them out.")
        rows |= one[4]
    return [
        Grid(
            name="persons",
            title=f"Persons by age at mid-year, {years[0]} to {years[-1]}: {entry['title']}",
            sheet=", ".join(part[2].file.rpartition("/")[2] for part in parts),
            cells=", ".join(part[3] for part in parts),
            keys=["age"],
            columns=[str(year) for year in years],
            rows=rows,
            notes=["Counties, and councils newer than the file, are sums of their districts."],
            unit="people, projected",
        )
    ]


def _band(label: str) -> str | None:
    """An age or a band of ages as a key: "5-9", "90+", a single year, "all_ages"."""
    label = plain(label)
    return label if re.fullmatch(r"\d{1,2}-\d{1,2}", label) else age_of(label)


def _projection(book: Book, known: dict[str, Council], lower: dict[str, str], whole: bool) -> tuple:
    """Years, ages, sheet, cells, and rows by council and age."""
    sheet = book.sheets()[0]
    header, (code_at, age_at) = sheet.header([CODE, AGE])
    headings = {x: sheet.text(header, x) for x in range(len(sheet.rows[header]))}
    years = {int(text): x for x, text in headings.items() if re.fullmatch(r"20\d\d", text)}
    if not years or list(years) != list(range(min(years), max(years) + 1)):
        raise InputError(
            f"{sheet.place(header)}: the years of the header are not one after the other. Is it the right file?"
        )
    found = _rows(sheet, header, code_at, age_at, list(years.values()))
    ages = list(next(iter(found.values())))
    flat = {}
    for code, by_age in found.items():
        if list(by_age) != ages:
            row = next(iter(by_age.values()))[1]
            raise InputError(
                f"{sheet.place(row, age_at)}: {code} has other ages than the areas before it. Compare it with the "
                "source."
            )
        numbers = [by_age[age][0] for age in ages]
        if ALL in ages:
            at = ages.index(ALL)
            for n, x in enumerate(years.values()):
                parts = [one[n] for age, one in zip(ages, numbers, strict=True) if age != ALL]
                check_all_ages(parts, numbers[at][n], sheet, by_age[ALL][1], x, code)
        flat[code] = [n for row in numbers for n in row], sheet.place(next(iter(by_age.values()))[1], code_at)
    made, width = summed(flat, known, lower, sheet.place(), whole=whole), len(years)
    rows = {
        (code, age): numbers[n * width : (n + 1) * width]
        for code, numbers in made.items()
        for n, age in enumerate(ages)
    }
    end = cell_name(len(sheet.rows) - 1, max(years.values()))
    return list(years), ages, sheet, f"{cell_name(header, code_at)}:{end}", rows


def _rows(sheet: Sheet, header: int, code_at: int, age_at: int, columns: list[int]) -> dict[str, dict[str, tuple]]:
    """By area and age, the numbers of each year and their row."""
    found: dict[str, dict[str, tuple]] = {}
    mistakes = Mistakes()
    for y in range(header + 1, len(sheet.rows)):
        if not any(sheet.rows[y]):
            continue
        with mistakes.noted():
            code, age = sheet.text(y, code_at), _band(sheet.text(y, age_at))
            if not areas_of.is_code(code):
                raise InputError(
                    f"{sheet.place(y, code_at)}: {code!r} is no ONS area code. Compare it with the source."
                )
            if age is None:
                raise InputError(
                    f"{sheet.place(y, age_at)}: {sheet.text(y, age_at)!r} is no age. Compare it with the source."
                )
            if age in found.setdefault(code, {}):
                raise InputError(
                    f"{sheet.place(y, age_at)}: {code} at age {age} stands here and in row {found[code][age][1] + 1}. "
                    "Remove the row that is wrong."
                )
            found[code][age] = [number_at(sheet, y, x) for x in columns], y
    mistakes.refuse()
    if not found:
        raise InputError(f"{sheet.place()} has no rows below its header. Download it again.")
    return found
