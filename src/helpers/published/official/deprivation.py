"""English Indices of Deprivation (MHCLG), summaries of upper-tier authorities: the average score of each council.

A sheet an index, a row an authority as it was in the year that the headings name.
"""

import re
from pathlib import Path

from helpers.base.errors import InputError, Mistakes
from helpers.published.official.areas import Council, kind_of
from helpers.published.official.layout import Book, plain
from helpers.published.official.tables import Column, Record, Table
from helpers.published.workbooks import cell_name

#: The sheet of the index that sums up the others, and the heading of its average score.
SHEET, SCORE = "IMD", "imd - average score"


def read(books: dict[str, Path], entry: dict, known: dict[str, Council]) -> list[Table]:
    """The average score of each council, on the boundaries of its year. Raises InputError with all that it refuses."""
    book = Book(next(iter(books.values())), entry.get("slips"))
    sheet = next((one for one in book.sheets() if one.name == SHEET), None)
    if sheet is None:
        raise InputError(f"{book.file} has no sheet {SHEET!r}. Is it the file of upper-tier summaries (File 11)?")
    headings = {plain(value) for row in sheet.rows[:5] for value in row}
    codes = [label for label in headings if re.fullmatch(r"upper tier local authority district code \(\d{4}\)", label)]
    header, (code_at, score_at) = sheet.header(
        [tuple(codes) or ("upper tier local authority district code",), (SCORE,)]
    )
    records, mistakes, last = [], Mistakes(), header
    for y in range(header + 1, len(sheet.rows)):
        if not (code := sheet.text(y, code_at)):
            continue
        with mistakes.noted():
            kind_of(code, known, sheet.place(y, code_at))
            records.append(Record(code, (), "average_score", sheet.text(y, score_at), sheet.place(y, score_at)))
        last = y
    mistakes.refuse()
    if not records:
        raise InputError(f"{sheet.place(header)}: no row of a council follows the headings. Is it the right file?")
    year = codes[0][-5:-1]
    return [
        Table(
            name="average_scores",
            title=f"Index of Multiple Deprivation {year}: average score of each upper-tier authority",
            sheet=sheet.name,
            cells=f"{cell_name(header, code_at)}:{cell_name(last, score_at)}",
            keys=[],
            columns={"average_score": Column("rate", "Average score: higher is more deprived")},
            records=records,
            constants={"period": f"1 April {year}"},
            notes=["Councils are those of that day: the parts of one that was split since have no score of their own."],
            adds_to_england=False,
        )
    ]
