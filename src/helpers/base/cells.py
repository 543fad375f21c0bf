"""From a printed figure to a value with bounds, keeping what was printed."""

import datetime
import math
import re
from dataclasses import dataclass
from decimal import Decimal
from typing import NoReturn

from helpers.base.errors import InputError, refuse_other_digits
from helpers.base.periods import parse_period
from helpers.base.vocabulary import FRACTIONAL_UNITS

#: The statuses, and words, of a count that is not shown: hidden by its publisher, or kept back here.
HIDDEN = ("suppressed", "withheld")
#: The statuses, and words, of what a publisher prints a mark for that stands for no figure: nothing was collected, or
#: the question does not arise. Neither has bounds; neither is in a sum.
NOT_GIVEN = ("not_available", "not_applicable")


class _NoNumber:
    """What stands in place of a number, and takes no part in arithmetic: adding or comparing it raises TypeError."""

    word: str
    _called: str

    def __str__(self) -> str:
        return self.word

    def _refuse(self, *_: object) -> NoReturn:
        raise TypeError(f"{self._called} cannot be calculated with. {self._instead}")

    __add__ = __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = __truediv__ = __rtruediv__ = _refuse
    __lt__ = __le__ = __gt__ = __ge__ = __float__ = __int__ = __bool__ = __round__ = __neg__ = _refuse


@dataclass(frozen=True)
class Suppressed(_NoNumber):
    """A count that its publisher hid: known only to lie within bounds (people, both ends included).

    It takes no part in arithmetic, so that it never passes for 0. word is how it stands in files: "suppressed", or
    "withheld" where not the publisher but this project keeps a printed count back, because a hidden one would follow
    from it.
    """

    lower: int
    upper: int
    word: str = "suppressed"
    _called = "A suppressed count"
    _instead = "Use its lower and upper bounds."


@dataclass(frozen=True)
class NotGiven(_NoNumber):
    """What a publisher has no figure for: word is "not_available" or "not_applicable" (NOT_GIVEN). It has no bounds."""

    word: str
    _called = "What is not available, or not applicable,"
    _instead = "Leave it out."


def no_number(word: str, lower: int | float, upper: int | float) -> Suppressed | NotGiven:
    """What stands for a figure of this status, which is of HIDDEN or NOT_GIVEN."""
    return NotGiven(word) if word in NOT_GIVEN else Suppressed(lower, upper, word)


@dataclass(frozen=True)
class PublishedFigure:
    """One printed figure: its value (a number, Suppressed or NotGiven), bounds, text as printed, status and qualifier.

    status is "exact", "rounded", "suppressed", "not_available", "not_applicable", or "qualified" (with a word such as
    "over" in qualifier). Bounds of what is not given are NaN.
    """

    value: int | float | Suppressed | NotGiven
    lower: int | float
    upper: int | float
    as_published: str
    status: str
    qualifier: str = ""


#: What a mark of a table can say (`state` of its declaration), and the status that its cells then have.
STATES = {"hidden": "suppressed", "not_available": "not_available", "not_applicable": "not_applicable"}
#: Marks that say the same wherever official statistics print them, and how a page says them.
STANDARD_MARKS = {"[c]": "hidden", "[x]": "not_available", "[z]": "not_applicable"}
MARK_WORDS = {mark: state.replace("_", " ") for mark, state in STANDARD_MARKS.items()}
#: Marks that publishers use for several things.
UNSETTLED_MARKS = (".", "..", ":", "n/a", "na")


def state_of(mark: str, declared: dict) -> str:
    """What a declared mark says: its `state`; where none is declared, a standard mark's own; else that it hides."""
    return declared.get("state") or STANDARD_MARKS.get(mark.lower(), "hidden")


#: What a qualifier does to the bounds: where the figure may lie beside the number printed, in steps of the number's
#: last significant digit. "over 500" lies in 500 to 600, "nearly 190%" in 180 to 190, "around 5k" in 4.5k to 5.5k.
QUALIFIERS = {
    **dict.fromkeys(("over", "over of", "more than", "above", "a little over", "just over"), (0.0, 1.0)),
    **dict.fromkeys(("at least", "no fewer than", "no less than", "+"), (0.0, 1.0)),
    **dict.fromkeys(("nearly", "almost", "just under", "under", "below", "less than", "fewer than"), (-1.0, 0.0)),
    **dict.fromkeys(("up to", "at most", "no more than"), (-1.0, 0.0)),
    **dict.fromkeys(("around", "about", "approximately", "circa", "c.", "some", "an estimated"), (-0.5, 0.5)),
}
#: Those that leave open the number itself: "at least 5" may be 5, and "over 5" may not.
_INCLUSIVE = ("at least", "no fewer than", "no less than", "+", "up to", "at most", "no more than")
#: In prose, up to here "less than" a number, or a range, is a count that is hidden; above it is a rough number.
LARGEST_HIDDEN_IN_PROSE = 20
_MULTIPLIERS = {"k": 10**3, "thousand": 10**3, "m": 10**6, "million": 10**6, "bn": 10**9, "billion": 10**9}
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
#: Units that name a time: "05 October 2023" begins with a 0 and is no damaged number.
_IN_TIME = ("financial_year", "date")
#: A share called so lies between the half and the whole.
_MAJORITY = re.compile(r"(?:the |a )?(?:large |vast )?majority")

#: The longest text that is read as a figure, and the largest number, either way.
LONGEST_FIGURE, LARGEST_FIGURE = 200, 10**15
_LONGEST_FIRST = sorted((re.escape(word) for word in QUALIFIERS if word != "+"), key=len, reverse=True)
_QUALIFIER = re.compile(rf"({'|'.join(_LONGEST_FIRST)})\s*", re.IGNORECASE)
_NUMBER = re.compile(
    r"(?P<pound>£)?(?P<digits>(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?)"
    r"\s?(?P<multiplier>k|thousand|m|million|bn|billion)?(?P<percent>%)?",
    re.IGNORECASE,
)
_LONGEST_NUMBER = 15  # digits
_OF = re.compile(r"(\w+) (?:in|out of) (\w+)", re.IGNORECASE)
_PART = re.compile(r"(\d+)/(\d+)")
_IN_BOTH = re.compile(r"(\d+) \((\w+)\)")
_COMPOSITE = re.compile(r"(?P<value>[\d.]+%) \((?P<assessed>\d+)/(?P<total>\d+) assessed [-–] (?P<coverage>[\d.]+%)\)")
_MINUS = "-\N{MINUS SIGN}\N{EN DASH}\N{HYPHEN}\N{NON-BREAKING HYPHEN}\N{FIGURE DASH}"
_SIGNED = re.compile(
    rf"(?P<pound>£?)(?P<open>\(?)(?P<before>[{_MINUS}+]?)\s?(?P<pound_inside>£?)"
    rf"(?P<number>\d[^()]*?)(?P<after>[{_MINUS}]?)(?P<close>\)?)(?P<percent>%?)"
)
_ARROWS = re.compile("[▲▼△▽↑↓⬆⬇]")
#: How a count is said to lie below or above a number; after it, "5 or fewer", "5 or more", "5+".
_BOUNDS = {
    **dict.fromkeys(("<", "less than", "fewer than", "under", "below"), "below"),
    **dict.fromkeys(("<=", "≤", "at most", "up to", "no more than", "not more than"), "at_most"),
    **dict.fromkeys((">", "more than", "over", "above", "greater than"), "above"),
    **dict.fromkeys((">=", "≥", "at least", "no fewer than", "no less than"), "at_least"),
}
_BOUND = re.compile(rf"({'|'.join(sorted(map(re.escape, _BOUNDS), key=len, reverse=True))})\s*(.+)")
_BOUND_AFTER = re.compile(r"(.+?)(?:\s*\+| (?:or|and) (?:more|over|above|(fewer|less|under|below)))")


def parse_figure(
    text: str,
    unit: str = "people",
    marks: dict | None = None,
    rounded_to: float | None = None,
    multiplier: int = 1,
    *,
    change: bool = False,
    prose: bool = False,
) -> PublishedFigure:
    """Read one printed figure, with the qualifier before it.

    text: as printed: "1,225", "88.2%", "£1,406.1", "£161.7 million", "5k", "nine out of ten", "nearly 190%",
    "25-30". unit: what the figure is in, for signs that must fit (% and £). marks: what the source's marks mean, for
    example {"-": {"lower": 0, "upper": 4}, "[x]": {"state": "not_available"}}. rounded_to: the publisher's rounding in
    units, where the text does not show it. multiplier: what one printed unit stands for, as 1,000 in a table of £000.
    change: whether it is a change, which alone may be below 0: "-12", "12-", "(£12k)", "+3%". prose: whether a sentence
    says it, and not a table's cell.
    Bounds: a whole number is exact, or within half of rounded_to (n rounded to 5: n-2 to n+2); decimals, per cent,
    thousands and millions lie within half of the last printed digit; a qualifier widens the side that it speaks of
    by one step of the last significant digit (QUALIFIERS). Of what is counted one by one (units that are not of
    vocabulary.FRACTIONAL_UNITS) bounds are whole numbers, and "less than 5", "1 to 4" or "10-15" is a hidden count.
    Raises InputError for a text that no rule fits, that has two readings ("9/11", "£12m" in a table of thousands, 5.5
    people, "more than 5" in a table), or whose sign does not fit the unit.
    """
    if len(text) > LONGEST_FIGURE:
        raise InputError(
            f"{text.strip()[:20]!r} ... has {len(text):,} characters with blanks; a figure has {LONGEST_FIGURE} at most"
        )
    text = text.strip()
    if marks and text in marks:
        return _marked(text, marks[text])
    if rounded_to is not None and not 0 < rounded_to <= 10**9:
        raise InputError(f"{text!r} is said to be rounded to {rounded_to}: give a number above 0, as 5")
    if unit not in _IN_TIME:
        _refuse_odd_digits(text)
    counted = unit not in FRACTIONAL_UNITS and not change
    ends = None if change else _bounds_in_words(text, unit, multiplier)
    if ends and (hidden := _hidden(text, ends, unit, prose)):
        return hidden
    # "30+" is "at least 30".
    word, rest = ("+", text[:-1]) if re.fullmatch(r"\d+\+", text) else ("", text)
    if match := _QUALIFIER.match(text):
        word, rest = match[1], text[match.end() :]
    sign, rest = _signed(rest)
    read, spread = _in_digits(rest, unit, rounded_to, multiplier), Decimal(0)
    if read is None and not sign:
        read = _in_words(rest, unit, multiplier)
        if read is None and (read := _between(rest, unit, multiplier)):
            spread = read[1]
    if read is None:
        declared = ", ".join(repr(mark) for mark in marks or {}) or "none"
        raise InputError(
            f"{text!r} is no figure that a rule reads, and no declared mark (marks declared: {declared}){_hint(text)}"
        )
    value, error, step, printed_in = read
    if value > LARGEST_FIGURE:
        raise InputError(f"{text!r} is larger than any figure that is read ({LARGEST_FIGURE:,})")
    if printed_in not in ("", unit) and not (unit.startswith("gbp") and printed_in == "gbp"):
        raise InputError(f"{text!r} is in {_SIGNS[printed_in]}, and its unit is declared as {unit}")
    if sign:
        _check_sign(text, sign, word, change)
        value = -value if sign == "-" else value
    lower, upper, status = value - error, value + error, "rounded" if error else "exact"
    if counted and spread and not prose:
        raise InputError(f"{text!r} is a range with a word before it. Declare it under marks, with its lower and upper")
    if counted and not spread:
        if value != value.to_integral_value():
            raise InputError(
                f"{text!r} is no whole number, and {unit.replace('_', ' ')} are counted one by one: it can be an "
                "average, or print thousands. Declare the unit that it is in, or the multiplier of its table"
            )
        lower, upper = Decimal(math.ceil(lower)), Decimal(math.floor(upper))
    if word:
        below, above = map(Decimal, QUALIFIERS[word.lower()])
        lower = value + (min(below * step, -error) if below < 0 else -spread)
        upper = value + (max(above * step, error) if above > 0 else spread)
        status = "qualified"
        if counted and step == 1 and not error:
            value, lower, upper = _beside(value, word.lower(), below, above)
        elif counted:
            lower, upper = Decimal(math.floor(lower)), Decimal(math.ceil(upper))
    return PublishedFigure(_plain(value), _plain(lower if change else max(lower, 0)), _plain(upper), text, status, word)


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


def refuse_lost_per_cent(texts: list[str], where: str) -> None:
    """Refuse a column of per cent whose texts read as shares of 1: 0.4731 is 47.31% where a format was lost.

    texts: the column's figures as printed, of those that declare no multiplier. A column is asked about where all of
    it lies within 1 and some of it has decimals; a figure, where others of the column print their % and it does not.
    """
    signed = [text for text in texts if text.rstrip(")").endswith("%")]
    plain = [text.strip() for text in texts if text not in signed]
    numbers = {text: abs(float(text.strip("()+-−"))) for text in plain if re.fullmatch(r"[(+−-]?\d*\.?\d+\)?", text)}
    small = [text for text, number in numbers.items() if "." in text and number <= 1]
    if small and (signed or (len(numbers) == len(set(plain)) and max(numbers.values()) <= 1)):
        share = f"{100 * numbers[small[0]]:.10g}"
        raise InputError(
            f"{where}: {small[0]!r} can be {small[0]} per cent, or a share of 1, which is {share} per cent, as a "
            "spreadsheet writes it when its format is lost. Declare `multiplier: 1` if it is per cent as it stands, "
            "`multiplier: 100` if it is a share of 1 (for the table, or for the label)."
        )


def _marked(text: str, declared: dict) -> PublishedFigure:
    status = STATES[state_of(text, declared)]
    lower, upper = (math.nan, math.nan) if status in NOT_GIVEN else (declared["lower"], declared["upper"])
    return PublishedFigure(no_number(status, lower, upper), lower, upper, text, status)


def _hint(text: str) -> str:
    """What a mark that is not declared may be, for the message that refuses it."""
    if text.lower() in MARK_WORDS:
        return f". Official statistics print it for {MARK_WORDS[text.lower()]!r}: declare it under marks"
    if text.lower() in UNSETTLED_MARKS:
        return ". Publishers print it for 'not available' and for 'not applicable': declare its state under marks"
    return ""


def _refuse_odd_digits(text: str) -> None:
    refuse_other_digits(text)
    if _ARROWS.search(text):
        raise InputError(
            f"{text!r} has an arrow, which can say more or fewer, or better or worse. Say in corrections.yaml what is "
            "meant, as '+3%' or '-3%'"
        )
    if re.match(r"\W*\d{1,3}(?:\s\d{3})+(?!\d)", text):
        raise InputError(
            f"{text!r} has a blank within a number, or is two. Say in corrections.yaml what is meant, without the blank"
        )
    if re.search(r"(?<![\d.,])0[\d,]", text):
        raise InputError(f"{text!r} begins with a 0, as a code does, or a number that lost its point")
    if re.search(rf"\d{{{_LONGEST_NUMBER + 1},}}", text.replace(",", "")):
        raise InputError(f"{text[:20]!r}... has more than {_LONGEST_NUMBER} digits, which no published figure has")


def _bounds_in_words(text: str, unit: str, multiplier: int) -> tuple[Decimal | None, Decimal | None] | None:
    """The least and the most (None: not said) of a figure that is given by its bounds: "less than 5", "5 or more", and
    of what is counted one by one "1 to 4"."""
    lowered, counted = text.lower(), unit not in FRACTIONAL_UNITS
    if match := _BOUND.fullmatch(lowered):
        kind, rest = _BOUNDS[match[1]], match[2]
    elif match := _BOUND_AFTER.fullmatch(lowered):
        kind, rest = "at_most" if match[2] else "at_least", match[1]
    else:
        ends = _ends(text, unit, multiplier) if counted else None
        return ends[:2] if ends and not ends[3] else None
    read = _in_digits(rest, unit, None, multiplier) or _in_words(rest, unit, multiplier)
    if read is None or (counted and read[3]):
        return None
    number, step = read[0], int(counted)
    least = {"above": number + step, "at_least": number}.get(kind, Decimal(0) if counted else None)
    return least, {"below": number - step, "at_most": number}.get(kind)


def _hidden(text: str, ends: tuple, unit: str, prose: bool) -> PublishedFigure | None:
    """A count given by its bounds, as one that is hidden; None where prose gives a rough number in such words."""
    least, most = ends
    counted = unit not in FRACTIONAL_UNITS
    if prose and (not counted or most is None or most > LARGEST_HIDDEN_IN_PROSE):
        return None
    if least is None or most is None:
        match = _BOUND.fullmatch(text.lower())
        strict = not counted and match and {"below": "less than", "above": "more than"}.get(_BOUNDS[match[1]])
        says = f"{most:f} or less" if least is None else f"{least:f} or more"
        says = f"{strict} {least if most is None else most:f}" if strict else says
        raise InputError(
            f"{text!r} says {says}, and not how far from it. Declare it under marks: state hidden, with a lower and an "
            "upper that cannot be passed"
        )
    if least > most:
        raise InputError(f"{text!r} says that a count is below 0, which none is")
    if least == most:
        return PublishedFigure(_plain(most), _plain(most), _plain(most), text, "exact")
    return _marked(text, {"lower": int(least), "upper": int(most)})


def _signed(text: str) -> tuple[str, str]:
    """The sign of a figure, "-", "+" or none, and the figure without: of "(£12k)" and "£12k-" these are "-", "£12k"."""
    match = _SIGNED.fullmatch(text)
    if not match or bool(match["open"]) != bool(match["close"]):
        return "", text
    signs = [part for part in (match["open"], match["before"], match["after"]) if part]
    if len(signs) > 1:
        raise InputError(f"{text!r} has two signs, which can say less or more. Say in corrections.yaml what is meant")
    if not signs:
        return "", text
    pound = match["pound"] or match["pound_inside"]
    return "+" if signs == ["+"] else "-", f"{pound}{match['number']}{match['percent']}"


def _check_sign(text: str, sign: str, word: str, change: bool) -> None:
    """Refuse a sign on what is no change, and "over -5", which can lie on either side."""
    if not change:
        other = ", or the number of a note" if text.startswith("(") else ""
        says = f"can be below 0, as accounts print it{other}" if sign == "-" else "has a sign, as a change has"
        raise InputError(f"{text!r} {says}. Only a change can have a sign: declare `measure: change` if it is one")
    if sign == "-" and word and 0.0 in QUALIFIERS[word.lower()]:
        raise InputError(f"{text!r} can be a larger fall or a smaller one. Say in corrections.yaml what is meant")


def _beside(value: Decimal, word: str, below: Decimal, above: Decimal) -> tuple[Decimal, Decimal, Decimal]:
    """A count said beside a number that is not round: the count nearest to it, and its bounds, to the next ten."""
    step = Decimal(word not in _INCLUSIVE)
    if not below:
        return value + step, value + step, (value // 10 + 1) * 10
    if not above:
        most = max(value - step, Decimal(0))
        return most, max(value - 1, Decimal(0)) // 10 * 10, most
    return value, value - 1, value + 1


def _in_digits(text: str, unit: str, rounded_to: float | None, multiplier: int) -> tuple | None:
    """Value, error either way, step of the last significant digit, and the sign that stands with it."""
    if unit in _IN_TIME:
        return _named_in_time(text, unit)
    if match := _PART.fullmatch(text):
        return _rank(text, *map(int, match.groups()), unit)
    if match := _IN_BOTH.fullmatch(text):
        if _WORDS.get(match[2].lower()) != int(match[1]):
            return None
        text = match[1]
    match = _NUMBER.fullmatch(text)
    if not match or (match["pound"] and match["percent"]):
        return None
    if multiplier != 1 and (own := match["multiplier"] or match["percent"]):
        raise InputError(
            f"{text!r} says {own!r} itself, and its table that what it prints is to be multiplied by {multiplier:,}: "
            f"it can be {text} as it stands, or {multiplier:,} times as much. Declare a multiplier of 1 for its label, "
            "or say in corrections.yaml what is meant"
        )
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


def _named_in_time(text: str, unit: str) -> tuple | None:
    """A financial year, "2015/16", by the year that it begins in; a date, "6th October 2023", by its ordinal day."""
    try:
        start = parse_period(re.sub(r"(?<=\d)(st|nd|rd|th)\b", "", text), unit).start
    except InputError:
        return None
    day = datetime.date.fromisoformat(start)
    return Decimal(day.year if unit == "financial_year" else day.toordinal()), Decimal(0), Decimal(1), ""


def _rank(text: str, first: int, second: int, unit: str) -> tuple:
    """The place of a rank, "137/149". Refuses a part of a whole, and what is neither."""
    if unit == "rank" and 1 <= first <= second:
        return Decimal(first), Decimal(0), Decimal(1), ""
    part = f"{first} out of {second}"
    if 0 <= first <= second != 0:
        part += f", which is {100 * first / second:.1f} per cent"
    raise InputError(
        f"{text!r} can be a part of a whole ({part}), or the rank {first} among {second}, which only the unit rank "
        f"has; its unit is declared as {unit}. Say in corrections.yaml what is meant"
    )


def _in_words(text: str, unit: str, multiplier: int) -> tuple | None:
    lowered = text.lower()
    if _MAJORITY.fullmatch(lowered):
        return Decimal(75), Decimal(25), Decimal(1), "per_cent"
    if lowered in _WORDS:
        return _in_digits(str(_WORDS[lowered]), unit, None, multiplier)
    share = _SHARES.get(lowered)
    if match := _OF.fullmatch(lowered):
        numbers = [_WORDS.get(word, int(word) if word.isdecimal() else None) for word in match.groups()]
        if None not in numbers and 0 <= numbers[0] <= numbers[1] != 0:
            share = 100 * numbers[0] / numbers[1]
    if share is None:
        return None
    return Decimal(str(share)), Decimal(str(_SHARE_ERROR)), Decimal(str(_SHARE_STEP)), "per_cent"


def _between(text: str, unit: str, multiplier: int) -> tuple | None:
    """A range, such as "25-30" or "£5-10 million": its middle, with half its length either way."""
    if (ends := _ends(text, unit, multiplier)) is None:
        return None
    low, high, step, sign = ends
    return (low + high) / 2, (high - low) / 2, step, sign


def _ends(text: str, unit: str, multiplier: int) -> tuple | None:
    """The ends of a range, the step of the last significant digit, and the sign that stands with it."""
    if match := re.fullmatch(r"between (.+) and (.+)", text, re.IGNORECASE):
        parts = list(match.groups())
    else:
        parts = re.split(r"\s*(?:-|–|\bto\b)\s*", text)
    # The word or letter after the second number, or its sign, counts for both.
    if shared := re.search(rf"\d(\s?(?:{'|'.join(_MULTIPLIERS)})%?)$", parts[-1], re.IGNORECASE):
        parts = [f"{part}{shared[1]}" if part[-1:].isdigit() else part for part in parts]
    if len(parts) != 2:
        return None
    ends = [_in_digits(part, unit, None, multiplier) or _in_words(part, unit, multiplier) for part in parts]
    if None in ends or ends[0][0] >= ends[1][0]:
        return None
    (low, _, _, first), (high, _, step, last) = ends
    if first and last and first != last:
        return None
    return low, high, step, first or last


def _plain(number: Decimal) -> int | float:
    number = Decimal(number)
    return int(number) if number == number.to_integral_value() else float(number)
