"""From a printed figure to a value with bounds, keeping what was printed."""

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import NoReturn

from helpers.errors import InputError

#: The statuses, and words, of a count that is not shown: hidden by its publisher, or kept back here.
HIDDEN = ("suppressed", "withheld")


@dataclass(frozen=True)
class Suppressed:
    """A count that its publisher hid: known only to lie within bounds (people, both ends included).

    It takes no part in arithmetic: adding it, or comparing it with a number, raises TypeError, so that it
    never passes for 0. word is how it stands in files: "suppressed", or "withheld" where not the publisher but
    this project keeps a printed count back, because a hidden one would follow from it.
    """

    lower: int
    upper: int
    word: str = "suppressed"

    def __str__(self) -> str:
        return self.word

    def _refuse(self, *_: object) -> NoReturn:
        raise TypeError("A suppressed count cannot be calculated with. Use its lower and upper bounds.")

    __add__ = __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = __truediv__ = __rtruediv__ = _refuse
    __lt__ = __le__ = __gt__ = __ge__ = __float__ = __int__ = __bool__ = __round__ = __neg__ = _refuse


@dataclass(frozen=True)
class PublishedFigure:
    """One printed figure: its value (a number or Suppressed), bounds, text as printed, status and qualifier.

    status is "exact", "rounded", "suppressed", or "qualified" (with a word such as "over" in qualifier).
    """

    value: int | float | Suppressed
    lower: int | float
    upper: int | float
    as_published: str
    status: str
    qualifier: str = ""


#: What a qualifier does to the bounds: where the figure may lie beside the number printed, in steps of the number's
#: last significant digit. "over 500" lies in 500 to 600, "nearly 190%" in 180 to 190, "around 5k" in 4.5k to 5.5k.
QUALIFIERS = {
    **dict.fromkeys(("over", "over of", "more than", "at least", "a little over", "just over", "+"), (0.0, 1.0)),
    **dict.fromkeys(("nearly", "almost", "just under", "under", "up to", "less than"), (-1.0, 0.0)),
    **dict.fromkeys(("around", "about", "approximately", "circa", "c.", "some", "an estimated"), (-0.5, 0.5)),
}
_MULTIPLIERS = {"k": 1_000, "thousand": 1_000, "m": 1_000_000, "million": 1_000_000}
_ONE_TO_TWENTY = (
    *("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "thirteen"),
    *("fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen", "twenty"),
)
_WORDS = {
    **{"no one": 0, "none": 0, "no": 0, "once": 1, "twice": 2, "a decade": 10},
    **{word: number for number, word in enumerate(_ONE_TO_TWENTY, 1)},
    **{word: 10 * tens for tens, word in enumerate(("thirty", "forty", "fifty", "sixty", "seventy"), 3)},
    **{"eighty": 80, "ninety": 90},
}
#: Shares in words, in per cent, and how far either way they are taken to reach.
_SHARES = {"half": 50, "a half": 50, "a third": 100 / 3, "two thirds": 200 / 3, "a quarter": 25, "three quarters": 75}
_SHARE_ERROR, _SHARE_STEP = 5.0, 10.0

#: The longest text that is read as a figure, and the largest number, either way.
LONGEST_FIGURE, LARGEST_FIGURE = 200, 10**15
_LONGEST_FIRST = sorted((re.escape(word) for word in QUALIFIERS if word != "+"), key=len, reverse=True)
_QUALIFIER = re.compile(rf"({'|'.join(_LONGEST_FIRST)})\s*", re.IGNORECASE)
_NUMBER = re.compile(
    r"(?P<pound>£)?(?P<digits>(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?)\s?(?P<multiplier>k|m|thousand|million)?"
    r"(?P<percent>%)?",
    re.IGNORECASE,
)
_OF = re.compile(r"(\w+) (?:in|out of) (\w+)", re.IGNORECASE)
_RANK = re.compile(r"(\d+)/(\d+)")
_IN_BOTH = re.compile(r"(\d+) \((\w+)\)")
_COMPOSITE = re.compile(r"(?P<value>[\d.]+%) \((?P<assessed>\d+)/(?P<total>\d+) assessed [-–] (?P<coverage>[\d.]+%)\)")


def parse_figure(
    text: str, unit: str = "people", marks: dict | None = None, rounded_to: float | None = None, multiplier: int = 1
) -> PublishedFigure:
    """Read one printed figure, with the qualifier before it.

    text: as printed: "1,225", "88.2%", "£1,406.1", "£161.7 million", "5k", "nine out of ten", "nearly 190%",
    "25-30". unit: what the figure is in, for signs that must fit (% and £). marks: what the source's marks mean, for
    example {"-": {"lower": 0, "upper": 4}}. rounded_to: the publisher's rounding in units, where the text does not
    show it. multiplier: what one printed unit stands for, as 1,000 in a table of £000.
    Bounds: a whole number is exact, or within half of rounded_to (n rounded to 5: n-2 to n+2); decimals, per cent,
    thousands and millions lie within half of the last printed digit; a qualifier widens the side that it speaks of
    by one step of the last significant digit (QUALIFIERS). Never below 0.
    Raises InputError for a text that no rule fits, or whose sign does not fit the unit.
    """
    if len(text) > LONGEST_FIGURE:
        raise InputError(
            f"{text.strip()[:20]!r} ... has {len(text):,} characters with blanks; a figure has {LONGEST_FIGURE} at most"
        )
    text = text.strip()
    if marks and text in marks:
        lower, upper = marks[text]["lower"], marks[text]["upper"]
        return PublishedFigure(Suppressed(lower, upper), lower, upper, text, "suppressed")
    # "30+" is "at least 30".
    word, rest = ("+", text[:-1]) if re.fullmatch(r"\d+\+", text) else ("", text)
    if match := _QUALIFIER.match(text):
        word, rest = match[1], text[match.end() :]
    read, spread = _in_digits(rest, rounded_to, multiplier) or _in_words(rest, multiplier), Decimal(0)
    if read is None and (read := _between(rest, multiplier)):
        spread = read[1]
    if read is None:
        declared = ", ".join(repr(mark) for mark in marks or {}) or "none"
        raise InputError(f"{text!r} is no figure that a rule reads, and no declared mark (marks declared: {declared})")
    value, error, step, sign = read
    if value > LARGEST_FIGURE:
        raise InputError(f"{text!r} is larger than any figure that is read ({LARGEST_FIGURE:,})")
    if sign not in ("", unit) and not (unit.startswith("gbp") and sign == "gbp"):
        raise InputError(f"{text!r} is in {_SIGNS[sign]}, and its unit is declared as {unit}")
    lower, upper, status = value - error, value + error, "rounded" if error else "exact"
    if word:
        below, above = map(Decimal, QUALIFIERS[word.lower()])
        lower = value + (min(below * step, -error) if below < 0 else -spread)
        upper = value + (max(above * step, error) if above > 0 else spread)
        status = "qualified"
    return PublishedFigure(_plain(value), _plain(max(lower, 0)), _plain(upper), text, status, word)


_SIGNS = {"per_cent": "per cent", "gbp": "pounds"}


def parts_of_composite(text: str) -> dict[str, str]:
    """The printed parts of a cell like "100% (22/33 assessed – 66.7%)": value, assessed, total, coverage.

    A cell without brackets has a value only. Raises InputError for brackets that read otherwise.
    """
    if match := _COMPOSITE.fullmatch(text.strip()):
        return match.groupdict()
    if "(" in text:
        raise InputError(f"{text!r} does not read like '100% (22/33 assessed – 66.7%)'")
    return {"value": text}


def _in_digits(text: str, rounded_to: float | None, multiplier: int) -> tuple | None:
    """Value, error either way, step of the last significant digit, and the sign that stands with it."""
    if match := _RANK.fullmatch(text):
        return Decimal(match[1]), Decimal(0), Decimal(1), ""
    if match := _IN_BOTH.fullmatch(text):
        if _WORDS.get(match[2].lower()) != int(match[1]):
            return None
        text = match[1]
    match = _NUMBER.fullmatch(text)
    if not match or (match["pound"] and match["percent"]):
        return None
    digits = match["digits"].replace(",", "")
    decimals = len(digits.partition(".")[2])
    scale = Decimal(multiplier * _MULTIPLIERS.get((match["multiplier"] or "").lower(), 1))
    last_printed = scale / 10**decimals
    plain_whole = not decimals and scale == 1 and not match["percent"]
    if rounded_to is not None:
        # Of whole units, those that round to it: a multiple of 5 stands for two more and two less.
        error = Decimal(str(rounded_to)) // 2 if plain_whole else Decimal(str(rounded_to)) / 2
    else:
        error = Decimal(0) if plain_whole else last_printed / 2
    zeros = len(digits) - len(digits.rstrip("0")) if not decimals and digits.strip("0") else 0
    sign = "per_cent" if match["percent"] else "gbp" if match["pound"] else ""
    return Decimal(digits) * scale, error, last_printed * 10**zeros, sign


def _in_words(text: str, multiplier: int) -> tuple | None:
    lowered = text.lower()
    if lowered in _WORDS:
        return _in_digits(str(_WORDS[lowered]), None, multiplier)
    share = _SHARES.get(lowered)
    if match := _OF.fullmatch(lowered):
        numbers = [_WORDS.get(word, int(word) if word.isdecimal() else None) for word in match.groups()]
        if None not in numbers and 0 <= numbers[0] <= numbers[1] != 0:
            share = 100 * numbers[0] / numbers[1]
    if share is None:
        return None
    return Decimal(str(share)), Decimal(str(_SHARE_ERROR)), Decimal(str(_SHARE_STEP)), "per_cent"


def _between(text: str, multiplier: int) -> tuple | None:
    """A range, such as "25-30" or "£5-10 million": its middle, with half its length either way."""
    parts = re.split(r"\s*(?:-|–|\bto\b)\s*", text)
    # The word or letter after the second number, or its sign, counts for both.
    if shared := re.search(r"\d(\s?(?:k|m|thousand|million)%?)$", parts[-1], re.IGNORECASE):
        parts = [f"{part}{shared[1]}" if part[-1:].isdigit() else part for part in parts]
    ends = [_in_digits(part, None, multiplier) or _in_words(part, multiplier) for part in parts]
    if len(ends) != 2 or None in ends or ends[0][0] >= ends[1][0]:
        return None
    (low, _, _, first), (high, _, step, last) = ends
    if first and last and first != last:
        return None
    return (low + high) / 2, (high - low) / 2, step, first or last


def _plain(number: Decimal) -> int | float:
    number = Decimal(number)
    return int(number) if number == number.to_integral_value() else float(number)
