"""Numbers that know how they print and what they rest on, for the messages, tables and charts of papers."""

import string
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace

import numpy as np

from helpers.base import wording
from helpers.base.cells import NotGiven, Suppressed
from helpers.base.errors import InputError
from helpers.base.printed_numbers import figures_in
from helpers.base.vocabulary import QUANTILES

#: How much of a message an error shows at a brace.
MOST_AT_BRACE = 40


@dataclass(frozen=True)
class Origin:
    """What a number rests on: a published cell, or a step of the working.

    name: "document/table!B3", or a file of data/processed or data/assumptions. words: what stands there, for a reader.
    """

    name: str
    words: str


class Traced:
    """A number, or words with one in them, that knows what it is (`what`) and what it rests on (`rests_on`)."""

    what: str
    rests_on: tuple[Origin, ...]

    def as_text(self, text: str, what: str = "") -> "Worked":
        """The same in a text of one's own, as a table's cell needs it: "+3,905", "hidden"."""
        return Worked(text, what or self.what, self.rests_on)


@dataclass(frozen=True)
class Worked(Traced):
    """Words, most with a number in them, that were worked out from numbers: "66% more", "about the same", "18.3%"."""

    text: str
    what: str
    rests_on: tuple[Origin, ...]

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True)
class Number(Traced):
    """A number of a paper: prints itself in the house style, and knows its range and what it rests on.

    value: in its unit, an id of vocabulary.UNITS; or Suppressed, which prints as "hidden" and takes part in nothing.
    what: what it counts, in words. published: prints to the last digit, as a source has it; else people are rounded as
    the house does. when: its period as a reader says it. quantiles: of many draws, at QUANTILES; None
    where there are none.
    """

    value: float | Suppressed | NotGiven
    what: str
    rests_on: tuple[Origin, ...]
    unit: str = "people"
    published: bool = False
    when: str = ""
    quantiles: tuple[float, ...] | None = field(default=None, compare=False)

    def __str__(self) -> str:
        if self.is_hidden:
            return "hidden" if isinstance(self.value, Suppressed) else wording.figure(self.value.word)
        if self.unit == "people":
            return wording.count(self.value) if self.published else wording.people(self.value)
        if self.unit == "gbp" and not self.published and abs(self.value) >= 1e5:  # worked out: not to the pound
            return f"{'−' if self.value < 0 else ''}£{abs(self.value) / 1e6:,.1f} million"
        return wording.amount(self.value, self.unit)

    @property
    def is_hidden(self) -> bool:
        """Whether its publisher hides it, or has none."""
        return isinstance(self.value, Suppressed | NotGiven)

    @property
    def as_printed(self) -> float:
        """The value as a page has it: what differences and comparisons are worked out from."""
        if self.is_hidden:
            raise InputError(f"{self.what}: this is {self}, so that nothing follows from it. Leave out what needs it.")
        return wording.rounded(self.value) if self.unit == "people" and not self.published else self.value

    def as_text(self, text: str, what: str = "") -> Worked:
        """The same in a text of one's own. Raises InputError for a text with another number, or in another unit."""
        ends = self.ends if isinstance(self, Range) else ()
        values = [] if self.is_hidden else [self.value, self.as_printed, *ends]
        for figure in figures_in(text):
            if not any(figure.is_of(value, self.unit) for value in values):
                raise InputError(
                    f"{self.what}: this is {self}, and {text!r} says {figure.text}. Say the number itself."
                )
        return self.worked(text, what)

    def worked(self, text: str, what: str = "") -> Worked:
        """Words that were worked out from it, most with another number in them: "9% too many"."""
        return super().as_text(text, what)

    @property
    def signed(self) -> Worked:
        """As a change prints, with its sign: "+3,905", "−20"."""
        return self.as_text(wording.signed_count(self.as_printed))

    @property
    def range(self) -> "Range":
        """The ends between which four in five draws lie: "4,670 to 30,030"; one number where both print alike."""
        return self._ends(1, "four in five")

    @property
    def half_range(self) -> "Range":
        """The ends between which half of the draws lie."""
        return self._ends(2, "half")

    @property
    def wide_range(self) -> "Range":
        """The ends between which nine in ten draws lie."""
        return self._ends(0, "nine in ten")

    @property
    def between(self) -> Worked:
        """The ends between which four in five draws lie, after "between": "4,670 and 30,030"."""
        return self.range.joined("and")

    @property
    def half_between(self) -> Worked:
        """The ends between which half of the draws lie, after "between"."""
        return self.half_range.joined("and")

    def _ends(self, place: int, which: str) -> "Range":
        if self.quantiles is None:
            raise InputError(f"{self.what}: no range of {which} draws is on file. Say the number without it.")
        ends = self.quantiles[place], self.quantiles[-1 - place]
        what = f"{self.what}, range of {which} draws"
        return Range(self.value, what, self.rests_on, self.unit, self.published, self.when, ends=ends)

    def __sub__(self, other: "Number") -> "Number":
        """How many more this is than the other, of both as they print."""
        if self.unit != other.unit:
            raise InputError(f"{self.what} is in {self.unit}, and {other.what} in {other.unit}: take one unit.")
        what, rests_on = f"{self.what}, less {wording.in_sentence(other.what)}", all_of(self, other)
        return Number(self.as_printed - other.as_printed, what, rests_on, self.unit, self.published and other.published)

    def beside(self, before: "Number") -> "Change":
        """How this compares with an earlier number."""
        return Change(before, self)


@dataclass(frozen=True)
class Range(Number):
    """The two ends of a number's range."""

    ends: tuple[float, float] = (0.0, 0.0)

    def __str__(self) -> str:
        if self.unit == "people":
            return (wording.count_range if self.published else wording.likely_range)(*self.ends)
        return " to ".join(map(str, self._both))

    @property
    def _both(self) -> tuple[Number, Number]:
        low, high = (Number(end, self.what, self.rests_on, self.unit, self.published) for end in self.ends)
        return low, high

    def joined(self, word: str) -> Worked:
        """Both ends with a word between them, also where they print alike: "4,670 and 30,030"."""
        first, _, last = str(self).partition(" to ")
        return self.as_text(f"{first} {word} {last or first}")

    @property
    def size(self) -> Number:
        """How far its ends lie apart, as they print."""
        low, high = self._both
        return replace(high - low, what=f"How far the ends lie apart: {wording.in_sentence(self.what)}")


@dataclass(frozen=True)
class Said:
    """Words with numbers in them, which go on knowing them. numbers: each with the place at which its text begins."""

    words: str
    numbers: tuple[tuple[int, Traced], ...] = ()

    def __str__(self) -> str:
        return self.words

    def __bool__(self) -> bool:
        return bool(self.words)

    def __add__(self, other: object) -> "Said":
        return joined([self, other], "")

    def stripped(self) -> "Said":
        """Without the blanks at both ends."""
        before = len(self.words) - len(self.words.lstrip())
        return Said(self.words.strip(), tuple((place - before, number) for place, number in self.numbers))


@dataclass(frozen=True)
class Change:
    """How a number compares with an earlier one, in words that are worked out from both as they print."""

    before: Number
    after: Number

    def __str__(self) -> str:
        return str(self.size)

    @property
    def _ends(self) -> tuple[float, float]:
        return self.before.as_printed, self.after.as_printed

    def _worked(self, text: str) -> Worked:
        what = f"{self.after.what}, beside {wording.in_sentence(self.before.what)}: {self.after} and {self.before}"
        return Worked(text, what, all_of(self.before, self.after))

    @property
    def size(self) -> Worked:
        """ "66% more", "5% fewer", "about the same"."""
        return self._worked(wording.change(*self._ends))

    @property
    def than(self) -> str:
        """The word that follows `size` before what it is held against: "than", or "as" after "about the same"."""
        return wording.than_or_as(wording.change(*self._ends)).rpartition(" ")[2]

    @property
    def more(self) -> Number:
        """By how many, without its sign; say it beside `more_or_fewer`."""
        difference = self.after - self.before
        return replace(
            difference, value=abs(difference.value), what=f"How far apart: {wording.in_sentence(difference.what)}"
        )

    @property
    def more_or_fewer(self) -> str:
        """ "more", "fewer", or "no more" where both print alike."""
        return wording.compared("more", *reversed(self._ends)) if self._ends[0] != self._ends[1] else "no more"

    @property
    def goes(self) -> Said:
        """ "rise from 6,913 to about 11,490", as a sentence goes on."""
        return said("{goes} {before} {to} about {after}", **vars(self), goes=self.goes_from, to=self.to)

    @property
    def goes_from(self) -> str:
        """What stands before the earlier number: "rise from", "fall from" or "stay about the same,"."""
        verb = wording.rise_or_fall(*self._ends)
        return f"{verb} from" if verb in ("rise", "fall") else f"{verb},"

    @property
    def to(self) -> str:
        """What stands before the later number: "to", or "and" where both are about the same."""
        return "and" if self.goes_from.endswith(",") else "to"

    @property
    def in_words(self) -> str:
        """The change in words alone: "slightly more", "far fewer"; "no clear difference" where the range holds both."""
        return wording.change_words(self.before.as_printed, self.after.value, self.after.range.ends)

    @property
    def which_way(self) -> str:
        """Which way the draws go: "a rise is likely, about four in five"."""
        share_below = float(np.interp(self.before.as_printed, self.after.quantiles, list(QUANTILES.values())))
        return wording.likely(1 - share_below)

    @property
    def is_rise(self) -> bool:
        """Whether the later number prints as more: a premise for %%say_if."""
        return self._ends[1] > self._ends[0]

    @property
    def is_fall(self) -> bool:
        """Whether the later number prints as fewer."""
        return self._ends[1] < self._ends[0]


def all_of(*numbers: Traced) -> tuple[Origin, ...]:
    """All that these numbers rest on, each once."""
    return tuple(dict.fromkeys(origin for number in numbers for origin in number.rests_on))


def fill(text: str, value_of: Callable[[str], object]) -> Said:
    """A text with the names in its braces filled in; a number among them keeps its place.

    Raises InputError for braces that do not match, and for more than a name in them.
    """
    try:
        pieces = list(string.Formatter().parse(text))
    except ValueError:
        raise InputError(
            f"The braces of this message do not match: {_unmatched(text)}. Write {{{{ or }}}} for a brace itself."
        ) from None
    parts = []
    for literal, name, style, conversion in pieces:
        parts.append(literal)
        if name is not None:
            if not name:
                raise InputError("{} names nothing: write the name of a number between the braces.")
            if style or conversion:
                raise InputError(f"{{{name}}} holds more than a name: say it with a name that prints as you want it.")
            parts.append(value_of(name))
    return joined(parts, "")


def _unmatched(text: str) -> str:
    """The first brace that has no other, with the words at it."""
    text = text.replace("{{", "  ").replace("}}", "  ")
    opened = None
    for place, character in enumerate(text):
        if character == "{":
            if opened is not None:
                break
            opened = place
        elif character == "}":
            if opened is None:
                return f"“{text[:place].split(chr(10))[-1].strip()[-MOST_AT_BRACE:]}}}” closes one that was not opened"
            opened = None
    begun = text[opened:].split(chr(10))[0][:MOST_AT_BRACE].strip() if opened is not None else "{"
    return f"“{begun}” opens one that is not closed"


def said(text: str, /, **names: object) -> Said:
    """A text with these names filled in, as a message has them: said("{n} by {year}", n=older.size, year=2037)."""
    return fill(text, names.__getitem__)


def joined(parts: Iterable[object], between: str) -> Said:
    """Numbers, words and texts one after another."""
    words, numbers = "", []
    for place, part in enumerate(parts):
        words += between if place else ""
        if isinstance(part, Traced):
            numbers.append((len(words), part))
        elif isinstance(part, Said):
            numbers += [(len(words) + start, number) for start, number in part.numbers]
        words += str(part)
    return Said(words, tuple(numbers))


def listed(parts: Iterable[object], last: str = "and") -> Said:
    """Numbers and words as a list in a sentence: "3,111 and 7,870"."""
    *first, final = list(parts)
    return joined([joined(first, ", "), final], f" {last} ") if first else joined([final], "")


def as_recorded(number: Traced) -> dict:
    """A number as a page's output keeps it: text, what, and what it rests on (name and words)."""
    rests_on = [{"name": origin.name, "words": origin.words} for origin in number.rests_on]
    return {"text": str(number), "what": number.what, "rests_on": rests_on}


def recorded(words: object) -> list[dict]:
    """The numbers of a text as a page's output keeps them, each with the place ("at") at which it begins."""
    numbers = words.numbers if isinstance(words, Said) else [(0, words)] if isinstance(words, Traced) else []
    return [{**as_recorded(number), "at": place} for place, number in numbers if str(number)]
