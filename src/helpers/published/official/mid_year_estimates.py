"""Mid-year population estimates (ONS): persons by single year of age, in the form that each year's file has."""

import re
from pathlib import Path

from helpers.base.errors import InputError, Mistakes
from helpers.published.official import areas as areas_of
from helpers.published.official.areas import Council
from helpers.published.official.layout import Book, Sheet, as_text, plain
from helpers.published.official.population import AGES, ALL, Grid, age_of, check_all_ages, number_at, summed
from helpers.published.workbooks import cell_name

CODE = ("code",)
ALL_AGES = ("all ages", "all")
#: The first year whose estimates start from the census of 2021. Those before were never put right by it here.
CENSUS = 2021


def read(books: dict[str, Path], entry: dict, known: dict[str, Council]) -> list[Grid]:
    """Estimates before and after the census of 2021, two tables, so that no series runs across.

    entry: `years` says the year of a file that does not say its own. Raises InputError with all that it refuses.
    """
    mistakes, found, lower = Mistakes(), {}, areas_of.lower_tier()
    for name, path in books.items():
        with mistakes.noted():
            book = Book(path, [slip for slip in entry.get("slips", []) if slip.get("file") == name])
            for year, sheet, cells, areas in _estimates(book, entry.get("years", {}).get(name)):
                if year in found:
                    raise InputError(
                        f"{sheet.place()} is of mid-{year}, and so is {found[year][0].place()}. Take one of them out "
                        "of the register."
                    )
                found[year] = sheet, cells, summed(areas, known, lower, sheet.place())
    mistakes.refuse()
    tables = []
    for part, title, years in (
        ("before_census_2021", "as first published, from the census of 2011", [y for y in found if y < CENSUS]),
        ("after_census_2021", "as first published, from the census of 2021", [y for y in found if y >= CENSUS]),
    ):
        if years:
            tables.append(_grid(part, title, {year: found[year] for year in sorted(years)}))
    return tables


def _grid(name: str, title: str, found: dict[int, tuple]) -> Grid:
    codes = next(iter(found.values()))[2]
    codes = sorted({code for *_, made in found.values() for code in made} | set(codes))
    rows = {(code, f"mid-{year}"): made[code] for code in codes for year, (*_, made) in found.items() if code in made}
    return Grid(
        name=name,
        title=f"Persons by single year of age at mid-year, {title}: the councils of today and England",
        sheet=", ".join(sheet.name or sheet.file.rpartition("/")[2] for sheet, *_ in found.values()),
        cells=", ".join(cells for _, cells, _ in found.values()),
        keys=["period"],
        columns=[*AGES, ALL],
        rows=rows,
        notes=["Counties, and councils newer than the file, are sums of their districts."],
    )


def _estimates(book: Book, said: int | None) -> list[tuple[int, Sheet, str, dict]]:
    """The years that a file holds: year, sheet, cells, and by code the numbers (ages, then all) with their place."""
    sheet = _persons(book)
    year = said or _year_of(sheet)
    header, (code_at, all_at) = sheet.header([CODE, ALL_AGES])
    columns = {}
    for x in range(len(sheet.rows[header])):
        age = age_of(sheet.text(header, x))
        if age in columns:
            raise InputError(f"{sheet.place(header, x)}: the age {age} stands twice in the header. Remove the column.")
        if age:
            columns[age] = x
    if lacking := [age for age in AGES if age not in columns]:
        raise InputError(
            f"{sheet.place(header)}: the header has no column of age {lacking[0]}, and ages 0 to 90+ are read. Is it "
            "the file by single year of age?"
        )
    found, last, mistakes = {}, header, Mistakes()
    for y in range(header + 1, len(sheet.rows)):
        code = sheet.text(y, code_at)
        if not code.startswith("E") or not areas_of.is_code(code):
            _check_no_code(sheet, y, code_at, code, all_at)
            continue
        with mistakes.noted():
            if code in found:
                raise InputError(
                    f"{sheet.place(y, code_at)}: {code} stands here and in {found[code][1].rpartition(' ')[2]}. Remove "
                    "the row that is wrong."
                )
            numbers = [number_at(sheet, y, columns[age]) for age in AGES]
            total = number_at(sheet, y, all_at)
            check_all_ages(numbers, total, sheet, y, all_at, code)
            found[code] = [*numbers, total], sheet.place(y, code_at)
        last = y
    mistakes.refuse()
    cells = f"{cell_name(header, code_at)}:{cell_name(last, max(columns.values()))}"
    return [(year, sheet, cells, found), *_earlier(book, year, found)]


def _check_no_code(sheet: Sheet, y: int, code_at: int, code: str, all_at: int) -> None:
    """Refuse a row with figures and without a code of an area, which would be left out unseen."""
    if not areas_of.is_code(code) and sheet.text(y, all_at):
        raise InputError(
            f"{sheet.place(y, code_at)}: this row has figures, and {code or 'no code'!r} in place of its area code. "
            "Compare it with the source."
        )


def _persons(book: Book) -> Sheet:
    """The sheet of persons by single year of age. Its name changes with the years; what it says at its top does not."""
    sheets = book.sheets()
    if len(sheets) == 1:
        return sheets[0]
    found = []
    for sheet in sheets:
        top = " ".join(plain(value) for row in sheet.rows[:6] for value in row[:2])
        if "mye2" in top and ("persons by single year" in top or "all persons" in top):
            found.append(sheet)
    if len(found) != 1:
        names = ", ".join(repr(sheet.name) for sheet in sheets)
        raise InputError(
            f"{book.file} has {len(found)} sheets of persons by single year of age (MYE2), and one is read. Its "
            f"sheets: {names}. Is it the right file?"
        )
    return found[0]


def _year_of(sheet: Sheet) -> int:
    """The year that the lines above a header say: mid-2016."""
    lines = [as_text(value) for row in sheet.rows[:8] for value in row[:2]]
    years = {int(year) for line in lines for year in re.findall(r"\bmid-(\d{4})\b", line.lower())}
    if len(years) != 1:
        raise InputError(
            f"{sheet.place()} does not say of which mid-year it is. Say it in the register: `years: "
            f"{{{sheet.file.rpartition('/')[2]}: 2024}}`."
        )
    return years.pop()


def _earlier(book: Book, year: int, found: dict) -> list[tuple[int, Sheet, str, dict]]:
    """An earlier mid-year that the file holds beside its own, in a long form (MYEB1): sex, age, population_2011."""
    sheet = next((one for one in book.sheets() if one.name == "MYEB1"), None)
    if sheet is None:
        return []
    header, (code_at, age_at) = sheet.header([("code",), ("age",)])
    labels = {x: re.fullmatch(r"population_(\d{4})", plain(value)) for x, value in enumerate(sheet.rows[header])}
    columns = {int(match[1]): x for x, match in labels.items() if match}
    sums: dict[tuple[int, str], list] = {}
    places = {}
    for y in range(header + 1, len(sheet.rows)):
        code = sheet.text(y, code_at)
        if not code.startswith("E"):
            continue
        age = AGES.index(age_of(sheet.text(y, age_at)))
        places.setdefault(code, sheet.place(y, code_at))
        for one, x in columns.items():
            numbers = sums.setdefault((one, code), [0] * len(AGES))
            numbers[age] += number_at(sheet, y, x)
    for code, place in places.items():
        if sums[year, code] != found[code][0][:-1]:
            raise InputError(f"{place}: mid-{year} of {code} is not that of the sheet of persons. Download it again.")
    cells = f"{cell_name(header, 0)}:{cell_name(len(sheet.rows) - 1, max(columns.values()))}"
    return [
        (one, sheet, cells, {code: ([*sums[one, code], sum(sums[one, code])], places[code]) for code in places})
        for one in columns
        if one != year
    ]
