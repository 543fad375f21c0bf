"""Periods as publications write them: years, quarters, months, days and spans, with start, end and kind."""

import calendar
import datetime
import re
from dataclasses import dataclass

from helpers.base.errors import InputError, refuse_other_digits

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
#: The years that figures here can be of.
FIRST_YEAR, LAST_YEAR = 1900, 2200
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


def is_day(text: object) -> bool:
    """Whether a text is a day of the calendar, as in "2026-11-30"."""
    try:
        return bool(re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text)) and bool(_day(*map(int, text.split("-"))))
    except (TypeError, ValueError):
        return False


def parse_period(text: str, kind: str | None = None) -> Period:
    """Read a period as a publication prints it.

    text: for example "2015/16", "2015-16", "2023/4", "Q2 (2022/23)", "2023/24 Q1", "Q1 of 2023/24", "mid-2015", "2015",
    "July 2015", "2015-07", "30/06/2023" (the day first), "1 October 2024", "2023-06-30", "2012 to 2037",
    "2016/17 - 2019/20". kind: what a text that could be several things is, such as mid_year for "2015". Without it
    "2009-10" and "2015-2016" are financial years, as publications of health and care write them. "2009-11",
    which can be a month or three years pooled, must be declared; with the kind span it is 2009 to 2011.
    Raises InputError for a text that is no period, or none of that kind, or several without one that is usual.
    """
    if len(text) > LONGEST:
        raise InputError(
            f"{text.strip()[:20]!r} ... has {len(text):,} characters with its blanks; a period has {LONGEST} at most"
        )
    refuse_other_digits(text)
    written = re.sub(r"\s+", " ", text).strip().removeprefix("- ").strip()
    if kind == "mid_year" and re.fullmatch(r"\d{4}", written):
        written = f"mid-{written}"
    if kind == "span" and (years := _years_pooled(written)):
        written = " to ".join(years)
    if kind in (None, "span"):
        _refuse_month_or_years(text, written)
    found = next((period for period in _readings(written) if kind in (None, period.kind)), None)
    if found is None:
        if said := _several(written):
            raise InputError(
                f"{text!r} can be {said}. Say which under labels, period, in a form that only that has, such as "
                "'Q1 2023/24', '2003/04' or 'March 2024'"
            )
        formed = not _readings(written) and any(re.fullmatch(form, written, re.IGNORECASE) for form, _ in _FORMS)
        none = ": there is no such day, month or year" if formed else ""
        like = f"; a {kind.replace('_', ' ')} reads like {KINDS[kind]!r}" if kind in KINDS else ""
        raise InputError(
            f"{text!r} is no {kind.replace('_', ' ') if kind else 'period'}{none}{like or _EXAMPLES}. "
            "A publisher's slip is declared in corrections.yaml"
        )
    return found


def published_on(text: str) -> Period:
    """When a document was published: a day, a month ("2009-10" is October 2009) or a year."""
    return parse_period(text, "month" if _DASHED.fullmatch(text) else None)


def parse_periods(texts: list[str], kind: str | None = None) -> list[Period]:
    """Read the periods along one row or column of a table, each as parse_period does.

    Raises InputError also where "2009-10", a financial year by itself, stands beside "2009-09", which is a month.
    """
    periods = [parse_period(text, kind) for text in texts]
    dashed = [text for text, one in zip(texts, periods, strict=True) if one.kind == "month" and _DASHED.fullmatch(text)]
    for text, period in zip(texts, periods, strict=True):
        if kind is None and dashed and period.kind == "financial_year" and _DASHED.fullmatch(text):
            month = parse_period(text, "month").label
            raise InputError(
                f"{text!r} can be the financial year {period.label} or {month}, and {dashed[0]!r} beside it is a "
                "month. Say which: `period: {kind: month}` for the table, or under labels, period"
            )
    return periods


#: What can be a month, and a financial year where the second number is the next year's.
_DASHED = re.compile(r"\s*\d{4}[–-](0[1-9]|1[0-2])\s*")
_EXAMPLES = f"; periods read like {', '.join(map(repr, KINDS.values()))}"


#: How many years after the first the last of several can be: "1999-01" is 1999 to 2001, "2015-07" is a month alone.
POOLED_YEARS = range(2, 51)


def _years_pooled(text: str) -> tuple[str, str] | None:
    """The first and the last year of "2009-11", where it can be several years."""
    match = re.fullmatch(r"(\d{4}) ?[–-] ?(\d{2})", text)
    years = match and (int(match[2]) - int(match[1])) % 100
    if not match or years not in POOLED_YEARS or int(match[1]) + years > LAST_YEAR:
        return None
    return match[1], str(int(match[1]) + years)


def _refuse_month_or_years(text: str, written: str) -> None:
    """Refuse a period of which a part, as "2009-11", can be a month, or the first and the last of several years."""
    for part in _ends(written):
        if _DASHED.fullmatch(part) and (years := _years_pooled(part)):
            month = f"{MONTHS[int(part[-2:]) - 1]} {years[0]}"
            whole = "`period: {kind: month}` or `{kind: span}` for the table, or " if part == written else ""
            raise InputError(
                f"{text!r} can be {month}, or the years {years[0]} to {years[1]}, as rates of several years are "
                f"printed{'' if part == written else f' ({part!r})'}. Say which: {whole}under labels, period, "
                f"{month!r} or '{years[0]} to {years[1]}'"
            )


def _readings(text: str) -> list[Period]:
    """What a text can be, the usual first."""
    return [period for period in (*_singles(text), _span(text)) if period]


def _several(text: str) -> str:
    """The readings, in words, of a text that no rule decides between; empty for one that has none."""
    if match := re.fullmatch(r"Q([1-4])[ -]?(\d{4})|(\d{4})[ -]?Q([1-4])", text, re.IGNORECASE):
        number, year = int(match[1] or match[4]), int(match[2] or match[3])
        if FIRST_YEAR < year < LAST_YEAR:
            months = f"{MONTHS[3 * number - 3]} to {MONTHS[3 * number - 1]} {year}"
            return f"{months}, Q{number} {year - 1}/{year % 100:02d} or Q{number} {year}/{(year + 1) % 100:02d}"
    if match := re.fullmatch(r"(\d{1,2})[/-](\d{2})", text):
        first, second = map(int, match.groups())
        readings = [f"the financial year 20{first:02d}/{second:02d}"] if second == (first + 1) % 100 else []
        if 1 <= second <= 12:
            readings += [f"{first} {MONTHS[second - 1]}"] if 1 <= first <= 31 else []
        if 1 <= first <= 12:
            readings += [f"{MONTHS[first - 1]} 20{second:02d}"]
        return " or ".join(readings)
    if match := re.fullmatch(rf"{_NAME}[ -](\d{{2}})", text, re.IGNORECASE):
        name = MONTHS[_MONTH[match[1][:3].lower()] - 1]
        return f"{name} 20{match[2]} or {int(match[2])} {name}"
    if match := re.fullmatch(r"FY ?(?:20)?(\d{2})", text, re.IGNORECASE):
        year = int(match[1])
        return f"the financial year 20{year - 1:02d}/{year:02d} or 20{year:02d}/{year + 1:02d}"
    return ""


def _ends(text: str) -> list[str]:
    return re.split(r" to | [-–] |(?<=\d{4})[-–](?=\d{4}$)", text)


def _span(text: str) -> Period | None:
    """Two periods of one kind with "to" (or a dash between blanks) between them."""
    parts = _ends(text)
    if len(parts) != 2:
        return None
    first, last = (next(iter(_singles(part)), None) for part in parts)
    if not first or not last or first.start > last.end:
        return None
    return Period(first.start, last.end, "span", f"{first.label} to {last.label}")


def _singles(text: str) -> list[Period]:
    found = []
    for pattern, read in _FORMS:
        if match := re.fullmatch(pattern, text, re.IGNORECASE):
            try:
                found.append(read(*match.groups()))
            except ValueError:  # there is no such day, month or year
                continue
    return [period for period in found if period]


def financial_year_said(first_year: int) -> str:
    """A financial year by the year that it begins in, as a reader says it: 2029 is "2029/30"."""
    return f"{first_year}/{(first_year + 1) % 100:02d}"


def _financial_year(first: str, second: str) -> Period | None:
    year = _year(first)
    if int(second) != (year + 1) % 10 ** len(second):
        return None
    return Period(f"{year}-04-01", f"{year + 1}-03-31", "financial_year", financial_year_said(year))


def _year(text: str | int) -> int:
    if not FIRST_YEAR <= (year := int(text)) <= LAST_YEAR:
        raise ValueError(f"{year} is no year of these figures")
    return year


def _quarter(number: str, first: str, second: str) -> Period | None:
    year = _financial_year(first, second)
    if year is None:
        return None
    month = _QUARTER_STARTS[int(number)]
    start = datetime.date(int(first) + (month == 1), month, 1)
    end = datetime.date(start.year, month + 2, calendar.monthrange(start.year, month + 2)[1])
    return Period(start.isoformat(), end.isoformat(), "quarter", f"Q{number} {year.label}")


def _day(year: int, month: int, day: int) -> Period:
    date = datetime.date(_year(year), month, day)
    return Period(date.isoformat(), date.isoformat(), "date", f"{date.day} {MONTHS[date.month - 1]} {date.year}")


def _month(year: int, month: int) -> Period:
    last = calendar.monthrange(year, month)[1]
    return Period(f"{year}-{month:02d}-01", f"{year}-{month:02d}-{last}", "month", f"{MONTHS[month - 1]} {year}")


_YEAR = r"(\d{4})(?:/| ?[–-] ?(?=\d\d))(\d{1,2}|\d{4})"
_NAME = rf"({'|'.join(MONTHS)}|{'|'.join(name[:3] for name in MONTHS)})"
_FORMS = [
    (_YEAR, _financial_year),
    (rf"Q([1-4])(?: of)? \(?{_YEAR}\)?", _quarter),
    (rf"{_YEAR} Q([1-4])", lambda first, second, number: _quarter(number, first, second)),
    (r"mid-(\d{4})", lambda year: Period(f"{_year(year)}-06-30", f"{year}-06-30", "mid_year", f"mid-{year}")),
    (r"(\d{4})", lambda year: Period(f"{_year(year)}-01-01", f"{year}-12-31", "calendar_year", year)),
    (r"(\d{4})[–-](\d{2})", lambda year, month: _month(_year(year), int(month))),
    (rf"{_NAME} (\d{{4}})", lambda name, year: _month(_year(year), _MONTH[name[:3].lower()])),
    (r"(\d{4})-(\d{2})-(\d{2})", lambda year, month, day: _day(int(year), int(month), int(day))),
    (r"(\d{1,2})/(\d{1,2})/(\d{4})", lambda day, month, year: _day(int(year), int(month), int(day))),
    (
        rf"(\d{{1,2}})(?:st|nd|rd|th)? {_NAME} (\d{{4}})",
        lambda day, name, year: _day(int(year), _MONTH[name[:3].lower()], int(day)),
    ),
]
