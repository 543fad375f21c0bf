"""Numbers in words: how a page says people, shares, changes, ranges and dates. No digit is typed in prose."""

import datetime
import math
import re
from collections.abc import Callable, Iterable
from numbers import Real
from typing import TYPE_CHECKING

from helpers.base.cells import MARK_WORDS, NOT_GIVEN
from helpers.base.errors import InputError, nearest
from helpers.base.mime import SENTENCE
from helpers.base.periods import MONTHS
from helpers.base.vocabulary import NAMING_UNITS, UNITS

if TYPE_CHECKING:  # doit asks for words too, and would start with pandas
    import pandas as pd

#: Words for a change by its size, in per cent of what was before: from this size on, for more and for fewer.
CHANGE_WORDS = (
    (0.0, "about the same", "about the same"),
    (1.0, "slightly more", "slightly fewer"),
    (5.0, "more", "fewer"),
    (20.0, "many more", "far fewer"),
    (50.0, "more than half as many again", "less than half as many"),
    (100.0, "more than twice as many", "none"),
)
#: Words that hold one figure against another: where it is more, where it is less, where both print alike.
COMPARED = {
    "more": ("more", "fewer", "as many"),
    "higher": ("higher", "lower", "as high"),
    "above": ("above", "below", "level with"),
    "rise": ("rise", "fall", "stay as they are"),
    "rises": ("rises", "falls", "stays as it is"),
    "rose": ("rose", "fell", "stayed"),
    "grows": ("grows", "shrinks", "stays as it is"),
    "less": ("more", "less", "as much"),
    "went": ("rose", "fell", "went"),
    "growing": ("growing", "falling", "staying as it is"),
    "dearer": ("dearer", "cheaper", "equally dear"),
    "up": ("up", "down", "level"),
    "rising": ("rising", "falling", "staying as it is"),
}
#: Said instead where an interval holds both what was before and what is after.
NO_CLEAR_DIFFERENCE = "no clear difference"
#: Share of change below which two figures are called about the same, in per cent.
ABOUT_THE_SAME_PCT = CHANGE_WORDS[1][0]


def _need(*numbers: float, ends: Iterable[float] = ()) -> None:
    """Refuse to say what is no number: a missing figure would print as one, or as a word that compares.

    ends: of a range, which may be open.
    """
    if not all(map(math.isfinite, numbers)) or any(map(math.isnan, ends)):
        raise InputError("A number that is to be said is missing or without end. Look for a missing figure in it.")


def rounding_unit(people: float) -> int:
    """People print to the nearest 5, and to the nearest 10 above 1,000."""
    return 10 if people > 1000 else 5


def rounding_said() -> str:
    """How people are rounded, in words: "to the nearest 5, or 10 above 1,000"."""
    return f"to the nearest {rounding_unit(0)}, or {rounding_unit(9999)} above {count(1000)}"


def rounded(people: float) -> int:
    """People as they print: to the nearest 5, or 10 above 1,000, halves up."""
    _need(people)
    unit = rounding_unit(people)
    return math.floor(people / unit + 0.5) * unit


def people(number: float) -> str:
    """A projected number of people: 11511.3 is "11,510"."""
    return f"{rounded(number):,}"


def count(number: float) -> str:
    """A published count, as it was counted: 6913 is "6,913"."""
    _need(number)
    return f"{round(number):,}"


def amount(value: float, unit: str) -> str:
    """A figure with its unit: "5.6%", "£89.6 million", "£1,406,100", "2,120 assessments", "1.2 days", "1 person"."""
    _need(value)
    if unit in NAMING_UNITS:
        return _name(round(value), unit)
    sign, value = "−" if value < 0 else "", abs(value)
    if unit == "per_cent":
        return f"{sign}{value:.1f}%"
    if unit.startswith("gbp"):
        text = f"{sign}£{value / 1e6:,.1f} million" if value >= 1e7 else f"{sign}£{value:,.0f}"
        return text + (" a year" if unit == "gbp_a_year" else "")
    near_whole = abs(value - round(value)) < 0.05 or value >= 1000
    number = f"{value:,.0f}" if near_whole else f"{value:,.1f}"
    return f"{sign}{number} {_unit_after(number, unit)}"


def _name(number: int, unit: str) -> str:
    """What a figure names: "page 18", "2015/16", "6 October 2023"."""
    if unit == "date":
        return date(datetime.date.fromordinal(number).isoformat())
    return f"page {number}" if unit == "page" else f"{number}/{(number + 1) % 100:02}"


def as_printed(text: str, unit: str) -> str:
    """A published figure, as printed, with the unit that it does not print itself: "12 months", "15%", "none".

    A standard mark reads as its word: "[x]" is "not available".
    What is printed in capitals throughout reads as other text does.
    """
    if text in MARK_WORDS:
        return MARK_WORDS[text]
    if unit in NAMING_UNITS:
        return f"page {text}" if unit == "page" else text.title() if text.isupper() else text
    text = text.lower() if text.isupper() else text
    signs = ("%", "£", "out of", "third", "half", "quarter", " in ", "decade")
    whole = unit in ("per_cent", "gbp") or text.lower() in ("none", "no one") or any(sign in text for sign in signs)
    return text if whole else f"{text} {_unit_after(text, unit)}"


def figure(value: object) -> str:
    """A value of a tidy table: 1406100 is "1,406,100"; what is no number is its word, and what has no bound "none"."""
    if isinstance(value, Real):
        return "none" if math.isnan(value) else f"{value:,.10g}"
    return str(value).replace("_", " ")


def not_given(statuses: "pd.Series") -> str:
    """The cells that hold no figure and hide none, as a sentence with a blank before it; empty where there are none."""
    counted = {figure(word): int((statuses == word).sum()) for word in NOT_GIVEN}
    said = [f"{number_of(n, 'cell')} {'is' if n == 1 else 'are'} {word}" for word, n in counted.items() if n]
    return f" {sentence_start(' and '.join(said))}." if said else ""


def _unit_after(number: str, unit: str) -> str:
    """A unit as it stands after a number: "care homes", but "care home" after 1."""
    if number not in ("1", "one"):
        return UNITS[unit]
    return {"people": "person", "enquiries": "enquiry"}.get(unit) or re.sub(r"s\b", "", UNITS[unit], count=1)


def recomputed(check: "pd.Series") -> str:
    """What a check comes to, with its unit: "5.6%"; within hidden counts, "1,957 to 1,965 people"; "at most 23.0%"."""
    unit, lower, upper = check["unit"], float(check["recomputed_lower"]), float(check["recomputed_upper"])
    if check["at_most"] == "yes":
        return f"at most {amount(upper, unit)}"
    if check["hidden"] == "yes" and lower < upper:
        least, most = amount(lower, unit), amount(upper, unit)
        return most if least == most else f"{least.removesuffix(' ' + UNITS[unit])} to {most}"
    return amount(float(check["recomputed"]), unit)


def likely_range(lower: float, upper: float) -> str:
    """The ends of a likely range (four in five) as members read them, in two figures each: "7,600 to 15,000".

    One number where both print alike. Raises InputError for ends that are upside down, below 0 or no numbers.
    """
    if not 0 <= lower <= upper < math.inf:
        raise InputError(f"A likely range from {lower} to {upper} cannot be. Give 0 or more, the lower end first.")
    ends = [f"{_in_two_figures(end):,}" for end in (lower, upper)]
    return " to ".join(dict.fromkeys(ends))


def _in_two_figures(number: float) -> int:
    """A number to its two leading figures, halves up; below 100 to the nearest whole one."""
    step = 10 ** max(len(str(int(number))) - 2, 0)
    return math.floor(number / step + 0.5) * step


def count_range(lower: float, upper: float) -> str:
    """Two counts: "10 to 21"; one where both are the same; "none" for none at all."""
    if lower == upper:
        return count(lower) if lower else "none"
    return f"{count(lower)} to {count(upper)}"


def change_pct(before: float, after: float) -> float:
    """The change from before to after, in per cent of before.

    Raises InputError for a number before that is not above zero, and for one after that is missing.
    """
    for number in [number for number in (before if isinstance(before, Iterable) else [before]) if not number > 0][:1]:
        raise InputError(f"A change from {number:g} has no size in per cent. Say both numbers instead.")
    if not isinstance(after, Iterable):
        _need(after)
    return 100 * (after - before) / before


def percentage(value: float) -> str:
    """A share or a change in whole per cent, without its sign: -6.8 is "7%"; below one, "less than 1%"."""
    _need(value)
    size = abs(value)
    return "less than 1%" if 0 < size < 0.5 else f"{math.floor(size + 0.5)}%"


def growth(value: float) -> str:
    """A growth in whole per cent, with a minus where it falls: "7%", "−7%", "less than 1%", "less than 1% fewer"."""
    text = percentage(value)
    return text if value >= 0 else f"{text} fewer" if text.startswith("less") else f"−{text}"


#: A share that has a word of its own after "the lowest" or "a".
FRACTIONS = {0.5: "half", 0.25: "quarter", 0.1: "tenth", 0.05: "twentieth"}


def fraction(share: float) -> str:
    """A share in a word, as it stands after "a": 0.05 is "twentieth"; another in per cent, "3%"."""
    return FRACTIONS.get(share, percentage(100 * share))


def signed_percentage(value: float) -> str:
    """A difference in per cent, with its sign and one decimal: "+18.3%", "−6.8%"."""
    _need(value)
    return f"{value:+.1f}%".replace("-", "−")


def signed_count(number: float) -> str:
    """A number of people with its sign: "+3,905", "−20"; nothing is "0"."""
    _need(number)
    return f"{round(number):+,}".replace("-", "−") if round(number) else "0"


def change(before: float, after: float) -> str:
    """A change in words, with its size: "66% more", "2% fewer", "about the same"."""
    size = change_pct(before, after)
    if abs(size) < ABOUT_THE_SAME_PCT:
        return "about the same"
    return f"{percentage(size)} {'more' if size > 0 else 'fewer'}"


def change_words(before: float, after: float, interval: tuple[float, float] | None = None) -> str:
    """A change in words alone, by CHANGE_WORDS: "slightly more", "far fewer", "more than twice as many".

    interval: of what is after, where it has one; "no clear difference" where that holds what was before.
    Raises InputError as change_pct does, and for an interval that is upside down.
    """
    size = change_pct(before, after)
    if interval is not None:
        _need(ends=interval)
        if interval[0] > interval[1]:
            raise InputError(f"The interval {interval[0]:g} to {interval[1]:g} is upside down.")
        if interval[0] <= before <= interval[1]:
            return NO_CLEAR_DIFFERENCE
    reached = [words for words in CHANGE_WORDS if abs(size) >= words[0] - 1e-9][-1]
    return reached[1 if size > 0 else 2]


def compared(word: str, first: float, second: float, prints: Callable[[float], object] = float) -> str:
    """The word of COMPARED that is true of a first figure beside a second: "higher", "lower" or "as high".

    prints: how a page says the two; where it says them alike, so does the word. Raises InputError for another word,
    and for what is no number.
    """
    if word not in COMPARED:
        raise InputError(f"There is no comparison by {word!r}.{nearest(word, list(COMPARED))}")
    if math.isnan(first) or math.isnan(second):
        raise InputError(f"{first:g} and {second:g} cannot be compared by {word!r}: one is no number. Leave it out.")
    more, less, alike = COMPARED[word]
    return alike if prints(first) == prints(second) else more if first > second else less


def rise_or_fall(before: float, after: float) -> str:
    """The verb of a change: "rise", "fall" or "stay about the same"."""
    size = change_pct(before, after)
    if abs(size) < ABOUT_THE_SAME_PCT:
        return "stay about the same"
    return "rise" if size > 0 else "fall"


def than_or_as(change: str) -> str:
    """A change in words with the word that follows: "66% more than", "about the same as"."""
    return f"{change} {'as' if change.startswith('about') else 'than'}"


def too_many_or_few(published: float, projected: float) -> str:
    """What a projection gave beside what was published: "6% too many", "8% too few", "about as many"."""
    size = change_pct(published, projected)
    if abs(size) < ABOUT_THE_SAME_PCT:
        return "about as many"
    return f"{percentage(size)} too {'many' if size > 0 else 'few'}"


#: The share of futures, from which on the way that most of them go is likely, and very likely.
LIKELY, VERY_LIKELY = 0.65, 0.9


def likely(share: float) -> str:
    """Which way simulated futures go. share: of them that lie above what was published, from 0 to 1."""
    if not 0 <= share <= 1:
        raise InputError(f"A share of {share} of the futures cannot be. Give one from 0 to 1.")
    way, most = ("rise", share) if share >= 0.5 else ("fall", 1 - share)
    if most >= VERY_LIKELY:
        return f"a {way} is very likely"
    tenths = math.floor(10 * most + 0.5)
    odds = f"about {number_word(tenths)} in ten"
    if most >= LIKELY:
        return f"a {way} is likely, {odds}"
    return "the number could rise or fall" + (f"; a {way} is likelier, {odds}" if tenths > 5 else "")


def inside_or_outside(number: float, lower: float, upper: float) -> str:
    """Where a number lies beside a range: "below", "inside" or "above"."""
    _need(number, ends=(lower, upper))
    return "below" if number < lower else "above" if number > upper else "inside"


_NUMBER_WORDS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")


def number_word(number: int) -> str:
    """A number within a sentence, in words below ten: "no", "three", "12"."""
    return _NUMBER_WORDS[number] if 0 <= number < len(_NUMBER_WORDS) else count(number)


def number_of(number: int, noun: str) -> str:
    """A number of things: "no figures", "one figure", "three figures", "12 figures"."""
    return f"{number_word(number)} {noun}" if number == 1 else f"{number_word(number)} {noun}s"


def sentence_start(text: str) -> str:
    """A text with its first letter large."""
    return text[:1].upper() + text[1:]


def listed(words: Iterable[str], joined: str = "and") -> str:
    """Words as a list in a sentence: "nursing, residential and community".

    Raises InputError for none: say then that there are none.
    """
    words = list(words)
    if not words:
        raise InputError("A list in a sentence needs a word or more. Say it without the list where there are none.")
    *first, last = words
    return f"{', '.join(first)} {joined} {last}" if first else last


def in_sentence(label: str) -> str:
    """A label within a sentence: its first letter small, unless it is an abbreviation."""
    return label if label[:2].isupper() and label[1:2] != " " else label[:1].lower() + label[1:]


def column_label(name: str) -> str:
    """A column's name as a table's head says it: "as_published" is "As published"."""
    return name.replace("_", " ").capitalize()


def date(iso_date: str) -> str:
    """An ISO date as it prints: "21 November 2026"."""
    day = datetime.date.fromisoformat(iso_date)
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def say(text: str, source: str = "") -> None:
    """Show a sentence made of words and computed numbers, in the notebook and in the briefing.

    source: what its numbers rest on: citations of documents, or the key of a row of a table that says more. On the
    briefing's web page every number links there; without one, to the list of sources.
    """
    from IPython.display import display

    display({"text/plain": "Sentence", "text/markdown": text, SENTENCE: {"source": source}}, raw=True)


def how_many_of(part: float, whole: float) -> str:
    """How much of a whole its part is, in words: "none", "less than half", "half", "most" or "all".

    Raises InputError for a part that is not of the whole.
    """
    if not 0 <= part <= whole:
        raise InputError(f"A part of {part:g} of {whole:g} makes no sense: it lies from none to all.")
    if part in (0, whole):
        return "all" if part else "none"
    return "most" if 2 * part > whole else "half" if 2 * part == whole else "less than half"


def times_as(number: float, other: float, often: str) -> str:
    """How many times another number a number is, both above 0: "about four times as often as", "about as often as".

    often: what is told of both. Of a number that is less than half of the other: "less often than".
    Raises InputError for another number of 0 or less, and for a missing one.
    """
    _need(number, other)
    if not other > 0:
        raise InputError(f"Nothing is so many times as often as {other:g}. Say both numbers instead.")
    times = math.floor(number / other + 0.5)
    if times < 1:
        return f"less {often} than"
    words = {1: "about as", 2: "about twice as"}.get(times, f"about {number_word(times)} times as")
    return f"{words} {often} as"
