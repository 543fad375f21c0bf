"""Periods as publications write them: years, quarters, months, days and spans, with start, end and kind."""

import calendar
import datetime
import re
from dataclasses import dataclass

from helpers.errors import InputError

#: What kinds of periods there are, and how one of each reads.
KINDS = {
    "financial_year": "2015/16",
    "quarter": "Q1 2023/24",
    "mid_year": "mid-2015",
    "calendar_year": "2015",
    "month": "July 2015",
    "date": "30 June 2023",
    "span": "2012 to 2037",
}
#: The longest text that is read as a period.
LONGEST = 200
#: In English whatever the machine's language, so not taken from the calendar module.
MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
_MONTH = {name[:3].lower(): number for number, name in enumerate(MONTHS, 1)}
_QUARTER_STARTS = {1: 4, 2: 7, 3: 10, 4: 1}


@dataclass(frozen=True, order=True)
class Period:
    """A stretch of time: first and last day (ISO dates, the same for a single day), kind (KINDS), and label."""

    start: str
    end: str
    kind: str
    label: str

    @property
    def months(self) -> int:
        """Its length in months, to the nearest."""
        first, last = map(datetime.date.fromisoformat, (self.start, self.end))
        return round(((last - first).days + 1) / (365.25 / 12))


def decimal_year(day: str) -> float:
    """The end of a day (ISO date) as a decimal year, by months of equal length: "2015-03-31" is 2015.25."""
    date = datetime.date.fromisoformat(day)
    days = calendar.monthrange(date.year, date.month)[1]
    return date.year + (date.month - 1 + date.day / days) / 12


def parse_period(text: str, kind: str | None = None) -> Period:
    """Read a period as a publication prints it.

    text: for example "2015/16", "2023/4", "Q2 (2022/23)", "2023/24 Q1", "Q1 of 2023/24", "mid-2015", "2015",
    "July 2015", "2015-07", "30/06/2023", "1 October 2024", "2023-06-30", "2012 to 2037", "2016/17 - 2019/20".
    kind: what a text that could be several things is, such as mid_year for "2015".
    Raises InputError for a text that is no period, or none of that kind.
    """
    if len(text) > LONGEST:
        raise InputError(
            f"{text.strip()[:20]!r} ... has {len(text):,} characters with its blanks; a period has {LONGEST} at most"
        )
    written = re.sub(r"\s+", " ", text).strip().removeprefix("- ").strip()
    if kind == "mid_year" and re.fullmatch(r"\d{4}", written):
        written = f"mid-{written}"
    try:
        found = _span(written) or _single(written)
    except ValueError:
        found = None
    if found is None or kind not in (None, found.kind):
        like = f"; a {kind.replace('_', ' ')} reads like {KINDS[kind]!r}" if kind in KINDS else ""
        raise InputError(
            f"{text!r} is no {kind.replace('_', ' ') if kind else 'period'}{like or _EXAMPLES}. "
            "A publisher's slip is declared in corrections.yaml"
        )
    return found


_EXAMPLES = f"; periods read like {', '.join(map(repr, KINDS.values()))}"


def _span(text: str) -> Period | None:
    """Two periods of one kind with "to" (or a dash between blanks) between them."""
    parts = re.split(r" to | [-–] |(?<=\d{4})[-–](?=\d{4}$)", text)
    if len(parts) != 2:
        return None
    first, last = (_single(part) for part in parts)
    if not first or not last or first.start > last.end:
        return None
    return Period(first.start, last.end, "span", f"{first.label} to {last.label}")


def _single(text: str) -> Period | None:
    for pattern, read in _FORMS:
        if match := re.fullmatch(pattern, text, re.IGNORECASE):
            return read(*match.groups())
    return None


def _financial_year(first: str, second: str) -> Period | None:
    year = int(first)
    if int(second) != (year + 1) % 10 ** len(second):
        return None
    return Period(f"{year}-04-01", f"{year + 1}-03-31", "financial_year", f"{year}/{(year + 1) % 100:02d}")


def _quarter(number: str, first: str, second: str) -> Period | None:
    year = _financial_year(first, second)
    if year is None:
        return None
    month = _QUARTER_STARTS[int(number)]
    start = datetime.date(int(first) + (month == 1), month, 1)
    end = datetime.date(start.year, month + 2, calendar.monthrange(start.year, month + 2)[1])
    return Period(start.isoformat(), end.isoformat(), "quarter", f"Q{number} {year.label}")


def _day(year: int, month: int, day: int) -> Period:
    date = datetime.date(year, month, day)
    return Period(date.isoformat(), date.isoformat(), "date", f"{date.day} {MONTHS[date.month - 1]} {date.year}")


def _month(year: int, month: int) -> Period:
    last = calendar.monthrange(year, month)[1]
    return Period(f"{year}-{month:02d}-01", f"{year}-{month:02d}-{last}", "month", f"{MONTHS[month - 1]} {year}")


_YEAR = r"(\d{4})/(\d{1,2}|\d{4})"
_NAME = rf"({'|'.join(MONTHS)}|{'|'.join(name[:3] for name in MONTHS)})"
_FORMS = [
    (_YEAR, _financial_year),
    (rf"Q([1-4])(?: of)? \(?{_YEAR}\)?", _quarter),
    (rf"{_YEAR} Q([1-4])", lambda first, second, number: _quarter(number, first, second)),
    (r"mid-(\d{4})", lambda year: Period(f"{year}-06-30", f"{year}-06-30", "mid_year", f"mid-{year}")),
    (r"(\d{4})", lambda year: Period(f"{year}-01-01", f"{year}-12-31", "calendar_year", year)),
    (r"(\d{4})-(\d{2})", lambda year, month: _month(int(year), int(month))),
    (rf"{_NAME} (\d{{4}})", lambda name, year: _month(int(year), _MONTH[name[:3].lower()])),
    (r"(\d{4})-(\d{2})-(\d{2})", lambda year, month, day: _day(int(year), int(month), int(day))),
    (r"(\d{1,2})/(\d{1,2})/(\d{4})", lambda day, month, year: _day(int(year), int(month), int(day))),
    (
        rf"(\d{{1,2}})(?:st|nd|rd|th)? {_NAME} (\d{{4}})",
        lambda day, name, year: _day(int(year), _MONTH[name[:3].lower()], int(day)),
    ),
]
