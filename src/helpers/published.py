"""From a printed cell to a value with bounds, keeping what was printed."""

import re
from dataclasses import dataclass
from typing import NoReturn

from helpers.errors import InputError

_COUNT = re.compile(r"\d{1,3}(,\d{3})+|\d+")


@dataclass(frozen=True)
class Suppressed:
    """A count that its publisher hid: known only to lie within bounds (people, both ends included).

    It takes no part in arithmetic: adding it, or comparing it with a number, raises TypeError, so that it
    never passes for 0.
    """

    lower: int
    upper: int

    def __str__(self) -> str:
        return "suppressed"

    def _refuse(self, *_: object) -> NoReturn:
        raise TypeError("A suppressed count cannot be calculated with. Use its lower and upper bounds.")

    __add__ = __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = __truediv__ = __rtruediv__ = _refuse
    __lt__ = __le__ = __gt__ = __ge__ = __float__ = __int__ = __bool__ = __round__ = __neg__ = _refuse


@dataclass(frozen=True)
class PublishedCount:
    """One printed count: its value (a whole number or Suppressed), bounds, text as printed and marker.

    marker is "exact", "rounded" or "suppressed".
    """

    value: int | Suppressed
    lower: int
    upper: int
    as_published: str
    marker: str


def parse_count(text: str, marks: dict | None = None, rounded_to: int = 1) -> PublishedCount:
    """Read one printed count.

    text: as printed, with or without thousands separators. marks: what the source's marks mean, for example
    {"-": {"lower": 0, "upper": 4}}. rounded_to: 1 (exact), 5 or 100, the publisher's rounding in units.
    Bounds: n rounded to 5 lies in [n-2, n+2], rounded to 100 in [n-50, n+50]; never below 0.
    Raises InputError for text that is neither a number nor a declared mark.
    """
    text = text.strip()
    if marks and text in marks:
        lower, upper = marks[text]["lower"], marks[text]["upper"]
        return PublishedCount(Suppressed(lower, upper), lower, upper, text, "suppressed")
    if not _COUNT.fullmatch(text):
        declared = ", ".join(repr(mark) for mark in marks or {}) or "none"
        raise InputError(f"{text!r} is no whole number and no declared mark (marks declared: {declared})")
    value = int(text.replace(",", ""))
    error = rounded_to // 2
    marker = "exact" if rounded_to == 1 else "rounded"
    return PublishedCount(value, max(0, value - error), value + error, text, marker)


def parse_period(kind: str, text: str) -> tuple[str, str, str]:
    """Start, end (ISO dates) and label of a period.

    kind: "mid_year" (text "2015": 30 June 2015) or "financial_year" (text "2015/16": April to March).
    Raises InputError for a text that is no such period.
    """
    if kind == "mid_year" and re.fullmatch(r"\d{4}", text):
        return f"{text}-06-30", f"{text}-06-30", f"mid-{text}"
    if kind == "financial_year" and (match := re.fullmatch(r"(\d{4})/(\d{2})", text)):
        first = int(match[1])
        if (first + 1) % 100 == int(match[2]):
            return f"{first}-04-01", f"{first + 1}-03-31", text
    example = {"mid_year": "2015", "financial_year": "2015/16"}.get(kind)
    if example is None:
        raise InputError(f"period kind {kind!r} is not known (known: mid_year, financial_year)")
    raise InputError(f"{text!r} is no {kind.replace('_', ' ')}; one reads like {example!r}")
