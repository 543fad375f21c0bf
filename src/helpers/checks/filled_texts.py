"""Sentences of YAML files whose numbers come from figures, filled by name.

A text names a figure in braces, `{spend_total}`, and prints it as it is published; a formula says behind `as` how it
prints: `{100 * women / people as per_cent}`. STYLES says what may stand there, besides every unit of the vocabulary.
"""

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import pandas as pd

from helpers.base import vocabulary, wording
from helpers.base.cells import HIDDEN
from helpers.base.errors import InputError, nearest
from helpers.base.typed_numbers import BRACES, ORDINALS, UP_TO_TWENTY, refuse_typed
from helpers.checks.figure_book import Book, read_formula, work_out


def _whole(value: float) -> int:
    if abs(value - round(value)) > 1e-6 or not 0 <= value < len(UP_TO_TWENTY) + 1e-6:
        raise InputError(f"{value:,.6g} has no such word; whole numbers up to twenty have")
    return round(value)


def _word(value: float) -> str:
    return UP_TO_TWENTY[_whole(value)]


def _words(value: float, noun: str) -> str:
    return f"{_word(value)} {noun}" if round(value) == 1 else f"{_word(value)} {noun}s"


def _ordinal(value: float) -> str:
    if not (whole := _whole(value)):
        raise InputError("0 has no such word; whole numbers from one to twenty have")
    return ORDINALS[whole - 1]


#: Multiples and parts in words. One that lies closer than EXACTLY (as a share of it) is the word alone; one within
#: NEARLY is said to be nearly so much, or more than that; any other is said in digits.
TIMES = {2: "twice", 3: "three times", 4: "four times", 5: "five times", 10: "ten times"}
PARTS = {
    **{1 / 12: "a twelfth", 1 / 10: "a tenth", 1 / 6: "a sixth", 1 / 5: "a fifth", 1 / 4: "a quarter"},
    **{1 / 3: "a third", 1 / 2: "half", 2 / 3: "two thirds", 3 / 4: "three quarters"},
}
EXACTLY, NEARLY = 0.005, 0.12


def _beside(value: float, words: Mapping[float, str], otherwise: str) -> str:
    closest = min(words, key=lambda known: abs(value / known - 1))
    off = value / closest - 1
    if abs(off) <= EXACTLY:
        return words[closest]
    return f"{'nearly' if off < 0 else 'more than'} {words[closest]}" if abs(off) <= NEARLY else otherwise


def _part(value: float) -> str:
    return _beside(value, PARTS, wording.percentage(100 * value))


def _times(value: float) -> str:
    return _beside(value, TIMES, f"{value:.1f} times")


def _one_in(value: float) -> str:
    if value <= 0 or abs(1 / value - round(1 / value)) > 0.02 * (1 / value):
        raise InputError(f"{value:,.6g} is not one in a whole number")
    return f"one in {_word(round(1 / value))}"


_ROUND = {1000: "a thousand", 100: "a hundred", 50: "fifty", 20: "twenty", 10: "ten", 5: "five", 2: "two"}


def _one_in_at_most(value: float, noun: str) -> str:
    for of, words in _ROUND.items():
        if 0 <= value <= 1 / of:
            return f"one {noun} in {words}"
    raise InputError(f"{value:,.6g} is more than one in two")


#: How a number can print, by the word behind `as`; those of STYLES_OF take a noun behind it ("words year").
STYLES: dict[str, Callable[[float], str]] = {
    "number": lambda value: f"{value:,.10g}".replace("-", "−"),
    "count": wording.count,
    "year": lambda value: f"{value:.0f}",
    "thousands": lambda value: wording.count(1000 * math.floor(value / 1000 + 0.5)),
    "whole_per_cent": wording.percentage,
    "word": _word,
    "ordinal": _ordinal,
    "part": _part,
    "times": _times,
    "one_in": _one_in,
}
STYLES_OF: dict[str, Callable[[float, str], str]] = {"words": _words, "one_in_at_most": _one_in_at_most}
_BY_UNIT = {unit: unit for unit in vocabulary.UNITS if unit != "times"}


@dataclass(frozen=True)
class Words:
    """What the texts of one entry are filled from.

    book: all figures on file. source: the document whose figures need no folder before them, or "". sources: all
    documents. where: the file and the entry. own: by name, what the entry says itself: a formula, or a number.
    """

    book: Book
    source: str
    sources: list[str]
    where: str
    own: Mapping[str, str | float] = field(default_factory=dict)

    def fill(self, text: str) -> str:
        """A text with its figures in the place of their names.

        Raises InputError, with where it stands, for a name that is on no file, a number that is typed, a formula that
        does not say how it prints, one with figures of two councils, and a hidden count but for its bounds.
        """
        refuse_typed(text, self.where)
        filled, last = "", 0
        for match in BRACES.finditer(text):
            filled += text[last : match.start()]
            said = self._said(match[1].strip())
            filled += wording.sentence_start(said) if re.search(r"(^|[.?!]\s+)$", filled) else said
            last = match.end()
        return (filled + text[last:]).strip()

    def value(self, text: str) -> tuple[tuple[float, float, float], pd.DataFrame]:
        """A formula's value with its least and most, and the figures in it."""
        formula, used, inputs = read_formula(text, self.source, self.where, self.book.any_row, self.sources, self.own)
        owners = set(used["area_code"]) - set(vocabulary.NATIONAL) if len(used) else set()
        if len(owners) > 1:
            raise InputError(
                f"{self.where}: {text!r} has figures of two councils ({', '.join(sorted(owners))}), which never meet "
                "in a formula. Name each by itself."
            )
        return work_out(formula, inputs, self.where), used

    def check_holds(self, conditions: list[str]) -> None:
        """Refuse to go on where a condition that an entry's words rest on is not, or no longer, true."""
        for condition in conditions:
            found = _RELATION.search(condition)
            if not found:
                raise InputError(f"{self.where}, holds: {condition!r} has none of {', '.join(RELATIONS)}. Add it.")
            sides = [self._side(condition[: found.start()]), self._side(condition[found.end() :])]
            if not RELATIONS[found[0].strip()](*sides):
                left, right = (f"{value:,.6g}" for value, _, _ in sides)
                raise InputError(
                    f"{self.where}: its words rest on `{condition}`, which does not hold: the one is {left}, the other "
                    f"{right}. Look at the figures, and write the entry anew."
                )

    def _side(self, text: str) -> tuple[float, float, float]:
        try:
            return (float(text),) * 3
        except ValueError:
            return self.value(text.strip())[0]

    def _said(self, inside: str) -> str:
        text, _, style = inside.rpartition(" as ") if " as " in inside else (inside, "", "")
        if not text.strip():
            raise InputError(f"{self.where}: the braces hold no figure. Name one, or take them away.")
        (value, least, most), used = self.value(text)
        first, _, noun = style.strip().partition(" ")
        hidden = len(used) and used["status"].isin(HIDDEN).any()
        if first == "range":
            return wording.count_range(least, most)
        if first in ("least", "most"):
            value = least if first == "least" else most
            first, _, noun = noun.partition(" ")
        elif hidden:
            raise InputError(
                f"{self.where}: {text!r} rests on a hidden count. Words may say its bounds alone: {{... as range}}."
            )
        if not first:
            return self._printed(text, used)
        try:
            if first in STYLES and not noun:
                return STYLES[first](value)
            if first in STYLES_OF and noun:
                return STYLES_OF[first](value, noun)
        except InputError as error:
            raise InputError(f"{self.where}: {{{inside}}}: {error}. Choose how it prints.") from None
        if first in _BY_UNIT and not noun:
            return wording.amount(value, first)
        known = [*STYLES, *(f"{name} ..." for name in STYLES_OF), "range", *_BY_UNIT]
        raise InputError(f"{self.where}: nothing prints as {style!r}.{nearest(style, known)}")

    def _printed(self, text: str, used: pd.DataFrame) -> str:
        """One figure as it is published, within a sentence."""
        if len(used) != 1 or not re.fullmatch(r"[\w/!.]+", text.strip()):
            raise InputError(
                f"{self.where}: {{{text}}} does not say how it prints. Add it, as in {{{text} as per_cent}} or "
                f"{{{text} as count}}."
            )
        printed = str(used["as_published"].iloc[0])
        if re.fullmatch(r"\d{4,}", printed):
            return wording.count(int(printed))
        return printed.lower() if printed.isupper() else wording.in_sentence(printed)


def _fit(one: tuple[float, float, float], other: tuple[float, float, float]) -> bool:
    return one[1] <= other[2] + 1e-9 and other[1] <= one[2] + 1e-9


def _same(one: tuple[float, float, float], other: tuple[float, float, float]) -> bool:
    return math.isclose(one[0], other[0], rel_tol=1e-9, abs_tol=1e-9)


#: What a condition can say of two formulas: of their values as printed, or (fits, misses) of what they can be within
#: the rounding of their figures.
RELATIONS: dict[str, Callable[[tuple, tuple], bool]] = {
    "==": _same,
    "!=": lambda one, other: not _same(one, other),
    "<=": lambda one, other: one[0] < other[0] or _same(one, other),
    ">=": lambda one, other: one[0] > other[0] or _same(one, other),
    "<": lambda one, other: one[0] < other[0] and not _same(one, other),
    ">": lambda one, other: one[0] > other[0] and not _same(one, other),
    "fits": _fit,
    "misses": lambda one, other: not _fit(one, other),
}
_RELATION = re.compile(r"\s(?:==|!=|<=|>=|<|>|fits|misses)\s")
