"""Numbers that know how they print and what they rest on, for the messages and tables of papers."""

from dataclasses import dataclass, field, replace

from helpers.base import wording
from helpers.base.errors import InputError


@dataclass(frozen=True)
class Origin:
    """What a number rests on: a published cell, or a step of the working.

    name: "document/table!B3", or a file of data/processed. words: what stands there, for a reader.
    """

    name: str
    words: str


@dataclass(frozen=True)
class Number:
    """A number of a paper: prints itself in the house style, and knows its range and what it rests on.

    value: in its unit, an id of vocabulary.UNITS. what: what it counts, in words. published: prints to the last digit,
    as a source has it; else people are rounded as the house does. half, nine_in_ten: the ends between which half, and
    nine in ten, of many draws lie; None where there are none.
    """

    value: float
    what: str
    rests_on: tuple[Origin, ...]
    unit: str = "people"
    published: bool = False
    half: tuple[float, float] | None = field(default=None, compare=False)
    nine_in_ten: tuple[float, float] | None = field(default=None, compare=False)

    def __str__(self) -> str:
        if self.unit == "people":
            return wording.count(self.value) if self.published else wording.people(self.value)
        return wording.amount(self.value, self.unit)

    @property
    def as_printed(self) -> float:
        """The value as a page has it: what differences and comparisons are worked out from."""
        return wording.rounded(self.value) if self.unit == "people" and not self.published else self.value

    @property
    def range(self) -> "Number":
        """The ends between which nine in ten draws lie, as they print: "4,670 to 30,030"."""
        return self._ends(self.nine_in_ten, "nine in ten")

    @property
    def half_range(self) -> "Number":
        """The ends between which half of the draws lie, as they print."""
        return self._ends(self.half, "half")

    def _ends(self, ends: tuple[float, float] | None, which: str) -> "Number":
        if ends is None:
            raise InputError(f"{self.what}: no range of {which} draws is on file. Say the number without it.")
        return Range(self.value, f"{self.what}, {which} draws", self.rests_on, self.unit, self.published, ends=ends)

    def __sub__(self, other: "Number") -> "Number":
        """How many more this is than the other, of both as they print."""
        if self.unit != other.unit:
            raise InputError(f"{self.what} is in {self.unit}, and {other.what} in {other.unit}: take one unit.")
        what, rests_on = f"{self.what}, less {other.what}", tuple(dict.fromkeys(self.rests_on + other.rests_on))
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
            return (wording.count_range if self.published else wording.people_range)(*self.ends)
        return " to ".join(str(replace(Number(end, self.what, self.rests_on, self.unit))) for end in self.ends)


@dataclass(frozen=True)
class Said:
    """Words worked out from numbers, which go on knowing them."""

    words: str
    numbers: tuple[Number, ...] = ()

    def __str__(self) -> str:
        return self.words

    def __bool__(self) -> bool:
        return bool(self.words)


@dataclass(frozen=True)
class Change:
    """How a number compares with an earlier one, in words that are worked out from both as they print."""

    before: Number
    after: Number

    def __str__(self) -> str:
        return self.size

    @property
    def _ends(self) -> tuple[float, float]:
        return self.before.as_printed, self.after.as_printed

    @property
    def size(self) -> str:
        """ "66% more", "5% fewer", "about the same"."""
        return wording.change(*self._ends)

    @property
    def more(self) -> Number:
        """By how many, without its sign; say it beside `more_or_fewer`."""
        difference = self.after - self.before
        return replace(difference, value=abs(difference.value))

    @property
    def more_or_fewer(self) -> str:
        """ "more", "fewer", or "no more" where both print alike."""
        return wording.compared("more", *reversed(self._ends)) if self._ends[0] != self._ends[1] else "no more"

    @property
    def goes(self) -> Said:
        """ "rise from 6,913 to about 11,490", as a sentence goes on."""
        return self.goes_to(f"about {self.after}")

    def goes_to(self, after: str) -> Said:
        """As `goes`, with the later number in words of one's own."""
        return Said(wording.rise_from(*self._ends, str(self.before), after), (self.before, self.after))

    @property
    def is_rise(self) -> bool:
        """Whether the later number prints as more: a premise for %%say_if."""
        return self._ends[1] > self._ends[0]

    @property
    def is_fall(self) -> bool:
        """Whether the later number prints as fewer."""
        return self._ends[1] < self._ends[0]


def as_recorded(number: Number) -> dict:
    """A number as a page's output keeps it: text, what, and what it rests on (name and words)."""
    rests_on = [{"name": origin.name, "words": origin.words} for origin in number.rests_on]
    return {"text": str(number), "what": number.what, "rests_on": rests_on}
