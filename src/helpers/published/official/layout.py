"""What a publication's file looks like from inside: sheets, cells by name, headings found by their words."""

import codecs
import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from helpers.base.errors import InputError, nearest
from helpers.base.paths import SPREADSHEETS, read_bytes, relative
from helpers.published.workbooks import cell_name, column_of, opened

#: Figures are kept to this many decimals: of £ thousand that is a tenth of a pound.
DECIMALS = 4


def plain(text: object) -> str:
    """A label as it is compared: small letters, without notes, colons and line breaks."""
    text = re.sub(r"\[note\s*\d+\]", " ", str(text), flags=re.IGNORECASE)
    return re.sub(r"[\s:]+", " ", text).strip().lower()


def as_text(value: object) -> str:
    """A cell as a text: a number with all its digits up to DECIMALS, a text without blanks at its ends."""
    if isinstance(value, float):
        value = round(value, DECIMALS)
        return str(int(value)) if value == int(value) else f"{value:.{DECIMALS}f}".rstrip("0")
    text = re.sub(r"\s+", " ", str(value)).strip()
    if re.fullmatch(r"-?(\d+|\d{1,3}(,\d{3})+)\.0+", text):
        text = text.partition(".")[0]
    return text


@dataclass(frozen=True)
class Sheet:
    """One sheet: its rows, and of each cell within a merged one (row and column from 0) the one that holds its text."""

    file: str
    name: str
    rows: list[list[object]] = field(repr=False)
    merged: dict[tuple[int, int], tuple[int, int]] = field(repr=False, default_factory=dict)

    def text(self, row: int, column: int) -> str:
        return as_text(self.rows[row][column]) if column < len(self.rows[row]) else ""

    def place(self, row: int | None = None, column: int = 0) -> str:
        """How a message names the sheet, or a cell of it."""
        sheet = f"{self.file}, sheet {self.name!r}" if self.name else self.file
        return sheet if row is None else f"{sheet}, cell {cell_name(row, column)}"

    def lines(self) -> Iterator[str]:
        """The texts that stand alone in their row: titles and notes."""
        for row in self.rows:
            texts = [text for value in row if (text := as_text(value))]
            if len(texts) == 1:
                yield texts[0]

    def header(self, wanted: list[tuple[str, ...]]) -> tuple[int, list[int]]:
        """The row that has all these headings, each in one of its wordings, and the column of each.

        Raises InputError where no row has them all, with the row that has most, or one of them stands twice in it.
        """
        best, best_row = [], 0
        for y, row in enumerate(self.rows):
            labels = [plain(value) for value in row]
            found = [[x for x, label in enumerate(labels) if label in words] for words in wanted]
            if all(found):
                for words, columns in zip(wanted, found, strict=True):
                    if len(columns) > 1:
                        raise InputError(
                            f"{self.place(y, columns[1])}: the heading {words[0]!r} stands twice in this row. Keep the "
                            "column that is meant."
                        )
                return y, [columns[0] for columns in found]
            if sum(map(bool, found)) > sum(map(bool, best)):
                best, best_row = found, y
        said = " and ".join(repr(words[0]) for words in wanted)
        if any(best):
            lacking = next(words[0] for words, columns in zip(wanted, best, strict=True) if not columns)
            said_of = f" The nearest is row {best_row + 1}, which lacks {lacking!r}."
        else:
            said_of = ""
        raise InputError(
            f"{self.place()}: no row has the headings {said}.{said_of} Compare the file with the last edition; if the "
            "publisher renamed the heading, add its new words where the reader has the old ones."
        )

    def headings(self, first: int, last: int, column: int) -> list[tuple[str, int]]:
        """The headings above a column, from the outermost inwards, with their rows; blank ones left out.

        A heading that is merged over several columns stands above each of them.
        """
        found = []
        for y in range(first, last + 1):
            at = self.merged.get((y, column), (y, column))
            if at[0] == y and (text := self.text(*at)):
                found.append((text, y))
        return found


class Book:
    """A file of a publication: a spreadsheet, or a CSV in UTF-8 (with or without its mark) or cp1252.

    slips: cells in which the publisher printed something else than was meant, as the register declares them: sheet,
    cell, printed, meant. Raises InputError, when the file is read, for one that no longer reads so.
    """

    def __init__(self, path: Path, slips: list[dict] | None = None) -> None:
        self.path, self.file, self.slips = path, relative(path), slips or []

    @cached_property
    def _sheets(self) -> dict[str, Sheet]:
        found = {}
        if self.path.suffix.lower() not in SPREADSHEETS:
            found[""] = Sheet(self.file, "", _rows_of_csv(self.path))
            return self._mended(found)
        with opened(self.path) as workbook:
            for name in workbook.sheet_names:
                sheet = workbook.get_sheet_by_name(name)
                spans = getattr(sheet, "merged_cell_ranges", None) or []
                merged = {
                    (y, x): start
                    for start, end in spans
                    for y in range(start[0], end[0] + 1)
                    for x in range(start[1], end[1] + 1)
                }
                found[name] = Sheet(self.file, name, sheet.to_python(skip_empty_area=False), merged)
        return self._mended(found)

    def _mended(self, sheets: dict[str, Sheet]) -> dict[str, Sheet]:
        for slip in self.slips:
            self._mend(sheets, slip)
        return sheets

    def _mend(self, sheets: dict[str, Sheet], slip: dict) -> None:
        sheet = sheets.get(slip.get("sheet", ""))
        letters, digits = re.fullmatch(r"([A-Z]+)(\d+)", slip["cell"]).groups()
        row, column = int(digits) - 1, column_of(letters)
        if sheet is None or row >= len(sheet.rows) or sheet.text(row, column) != slip["printed"]:
            raise InputError(
                f"{self.file}, sheet {slip.get('sheet', '')!r}, cell {slip['cell']} does not read {slip['printed']!r}, "
                "as the register's slips say. Look at the file: where the publisher mended it, remove the slip."
            )
        sheet.rows[row][column] = slip["meant"]

    def sheets(self) -> list[Sheet]:
        return list(self._sheets.values())

    def titled(self, title: str, *, lines: int = 8) -> Sheet:
        """The sheet with this title in one of its first lines, its number and years left out, wherever it stands.

        Raises InputError where none has it, with the nearest, or two have.
        """
        titles = {}
        for sheet in self.sheets():
            for row in sheet.rows[:lines]:
                for text in {bare_title(value) for value in row[:1]}:
                    titles.setdefault(text, []).append(sheet)
        found = titles.get(title, [])
        if len(found) > 1:
            names = " and ".join(repr(sheet.name) for sheet in found)
            raise InputError(f"{self.file}: the sheets {names} have the same title, {title!r}. Remove the wrong one.")
        if not found:
            import difflib

            near = difflib.get_close_matches(title, [text for text in titles if text], n=1)
            hint = f" The nearest is {near[0]!r}, on sheet {titles[near[0]][0].name!r}." if near else ""
            raise InputError(
                f"{self.file} has no sheet with the title {title!r}.{hint} Is it the right file? If the publisher "
                "changed the title, change it where the reader names its tables."
            )
        return found[0]


def bare_title(value: object) -> str:
    """A table's title without its number and the years at its end."""
    text = re.sub(r"^table\s+[\w().]+\s*", "", plain(value))
    return re.sub(r"[,\s]+(\d{4}-\d\d(,| and| to)?\s*)+$", "", text).strip()


def years_in(title: str) -> list[str]:
    """The financial years that a title names: "2021-22" as 2021/22."""
    return [f"{first}/{last}" for first, last in re.findall(r"\b(\d{4})-(\d\d)\b", title)]


def _rows_of_csv(path: Path) -> list[list[str]]:
    content = read_bytes(path).removeprefix(codecs.BOM_UTF8)
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        text = content.decode("cp1252", errors="replace")
    rows = list(csv.reader(text.splitlines()))
    width = len(rows[0]) if rows else 0
    for y, row in enumerate(rows):
        if row and len(row) != width:
            raise InputError(
                f"{relative(path)}, row {y + 1} has {len(row)} cells, and its first row {width}. Download it again."
            )
    return rows


def read_label(sheet: Sheet, row: int, column: int, known: dict[str, object]) -> object:
    """What a heading or a row's label means. Raises InputError, with the cell and the nearest, for an unknown one."""
    label = plain(sheet.text(row, column))
    if label not in known:
        raise InputError(
            f"{sheet.place(row, column)}: the label {sheet.text(row, column)!r} is not known here."
            f"{nearest(label, list(known))} If the publisher renamed it, add its words where the reader has the others."
        )
    return known[label]
