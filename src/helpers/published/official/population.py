"""What ONS's estimates and projections share: persons by age, lower-tier areas summed to the councils of today."""

import csv
import io
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation

from helpers.base.errors import InputError
from helpers.published.official.areas import ENGLAND, Council, districts_of_today
from helpers.published.official.layout import Sheet

ALL = "all_ages"


@dataclass
class Grid:
    """A table of persons: a row an area and key, a column an age or a year, in rows by area and key."""

    name: str
    title: str
    sheet: str
    cells: str
    keys: list[str]
    columns: list[str]
    rows: dict[tuple[str, ...], list[Decimal]] = field(repr=False)
    notes: list[str] = field(default_factory=list)
    unit: str = "people"

    def to_csv(self) -> str:
        made = io.StringIO()
        writer = csv.writer(made, lineterminator="\n")
        writer.writerow(["area_code", *self.keys, *self.columns])
        for key, numbers in self.rows.items():
            writer.writerow([*key, *map(_shown, numbers)])
        return made.getvalue()

    def resource(self) -> dict:
        """What the descriptor says of the table."""
        fields = [{"name": "area_code", "type": "string", "title": "ONS area code of the council, or of England"}]
        fields += [{"name": key, "type": "string"} for key in self.keys]
        fields += [{"name": name, "type": "number"} for name in self.columns]
        return {
            "name": self.name,
            "path": f"{self.name}.csv",
            "title": self.title,
            **({"sheet": self.sheet} if self.sheet else {}),
            "cells": self.cells,
            "figures": {"persons": {"unit": self.unit}},
            **({"notes": self.notes} if self.notes else {}),
            "schema": {"fields": fields},
        }


def _shown(number: Decimal) -> str:
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def age_of(label: str) -> str | None:
    """An age as a column's name: "0" to "89", "90+", "all_ages"; None for what is no age."""
    label = label.lower().strip()
    if label in ("all ages", "all"):
        return ALL
    if label in ("90", "90+", "90 and over"):
        return "90+"
    return label if re.fullmatch(r"[1-8]?\d", label) else None


AGES = [*map(str, range(90)), "90+"]


def number_at(sheet: Sheet, row: int, column: int) -> Decimal:
    """A number of persons, also where it is padded with blanks. Raises InputError, with the cell, for another text."""
    text = sheet.text(row, column).replace(",", "")
    try:
        number = Decimal(text)
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite() or number < 0:
        raise InputError(
            f"{sheet.place(row, column)} holds {sheet.text(row, column)!r}, and a number of persons stands in its "
            "place. Compare it with the source."
        )
    return number


def check_all_ages(numbers: list[Decimal], total: Decimal, sheet: Sheet, row: int, column: int, name: str) -> None:
    """Refuse a row whose ages do not make its total, within the rounding of what is printed with decimals."""
    if abs(sum(numbers) - total) > (len(numbers) + 1) * _half_a_step([*numbers, total]):
        raise InputError(
            f"{sheet.place(row, column)}: all ages of {name} are {total:,}, and the ages beside it come to "
            f"{sum(numbers):,}. Compare it with the source."
        )


def _half_a_step(numbers: list[Decimal]) -> Decimal:
    """How far numbers may lie from what they were before they were rounded to their decimals; 0 for whole ones."""
    decimals = max(max(0, -number.as_tuple().exponent) for number in numbers)
    return Decimal(5).scaleb(-decimals - 1) if decimals else Decimal(0)


def summed(
    areas: dict[str, tuple[list[Decimal], str]],
    known: dict[str, Council],
    lower: dict[str, str],
    where: str,
    *,
    whole: bool = True,
) -> dict[str, list[Decimal]]:
    """Persons of each council of today: its districts and unitary areas summed, and held against what is printed.

    areas: by code, the numbers and their place. lower: the council of each district. where: for messages. whole: all
    of England is there; else councils of which no district is there are left out.
    Raises InputError for a code that is neither known nor above the districts, a district twice over, a council
    without its districts, a printed county or England that is not their sum.
    """
    parts: dict[str, list[str]] = {}
    for code in areas:
        if code in lower:
            parts.setdefault(lower[code], []).append(code)
        elif code != ENGLAND and code not in known and not code.startswith(("E11", "E12", "E13")):
            raise InputError(
                f"{areas[code][1]}: the code {code!r} is no district and no council that is known. Compare it with the "
                "source; a new one is a new line in data/raw/england_areas/lower_tier.csv."
            )
    today = {code: one for code, one in known.items() if one.ended == "none"}
    if whole and (absent := [f"{one.council} ({code})" for code, one in today.items() if code not in parts]):
        raise InputError(f"{where} has no row for {', '.join(absent[:5])}. Compare it with the source.")
    if not whole:  # no sum of England would tell that a district is missing
        names = districts_of_today()
        lacking = [name for code, name in names.items() if lower[code] in parts and code not in areas]
        if lacking:
            raise InputError(
                f"{where} has no row for {', '.join(lacking[:5])}, and has others of the same council. A council "
                "without a district would be counted short: compare it with the source."
            )
    made = {code: _total(areas[part][0] for part in parts[code]) for code in today if code in parts}
    for code in today:
        if code in areas and code in made:
            _check_printed(areas[code], made[code], len(parts[code]), f"{today[code].council}, and its districts")
    if ENGLAND in areas and whole:
        districts = sum(map(len, parts.values()))
        _check_printed(areas[ENGLAND], _total(made.values()), districts, "England, and its districts")
        made = {ENGLAND: areas[ENGLAND][0]} | made
    return made


def _total(numbers: Iterable[list[Decimal]]) -> list[Decimal]:
    return [sum(column) for column in zip(*numbers, strict=True)]


def _check_printed(printed: tuple[list[Decimal], str], total: list[Decimal], parts: int, what: str) -> None:
    """Refuse a printed row that is not the sum of this many parts, within their rounding."""
    numbers, place = printed
    near = (parts + 1) * _half_a_step([*numbers, *total])
    for number, sum_of_parts in zip(numbers, total, strict=True):
        if abs(number - sum_of_parts) > near:
            raise InputError(
                f"{place}: {number:,} stands for {what} come to {sum_of_parts:,}. Compare both with the source."
            )
