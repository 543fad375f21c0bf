"""Numbers as a page prints them: what they come to, how exactly, in which unit; and which are no figures at all."""

import itertools
import re
from dataclasses import dataclass, replace
from decimal import Decimal

from helpers.base.cells import QUALIFIERS
from helpers.base.typed_numbers import without_labels
from helpers.base.wording import rounding_unit

AMOUNT = re.compile(
    r"(?:(?<![\w.,)%])([+−–-]))?(?<![\d.,])(£?)(\d(?:,?\d)*(?:\.\d+)?)(%|\s?(?:million|billion|thousand|m|bn|k)\b)?"
)
#: A qualifier before a number, as in "circa 4,800".
QUALIFIED = re.compile(rf"^(?:{'|'.join(sorted(map(re.escape, QUALIFIERS), key=len, reverse=True))})(?<!\+)\s*", re.I)
_TIMES = {"thousand": 3, "k": 3, "million": 6, "m": 6, "billion": 9, "bn": 9}


@dataclass(frozen=True)
class Printed:
    """A number in a text.

    size: without its sign. error: half a unit of its last printed digit, 0 for a whole number alone. unit: "£", "%" or
    none. change: "+", "-" or none. place: from where to where it stands. times: the power of ten of the word behind it.
    """

    text: str
    size: Decimal
    error: Decimal
    unit: str
    change: str
    place: tuple[int, int]
    times: int

    @property
    def value(self) -> Decimal:
        """The size with its sign."""
        return -self.size if self.change == "-" else self.size

    @property
    def slack(self) -> Decimal:
        """How far what it was rounded from may lie; a multiple of 5, or of 10 above 1,000, may be rounded as people."""
        house = rounding_unit(self.size)
        return self.error or (Decimal(house) / 2 if self.size % house == 0 else Decimal(0))

    def is_of(self, value: float, unit: str) -> bool:
        """Whether a value in its unit (an id of vocabulary.UNITS) prints as this number, as far as its digits go."""
        fits = {"£": unit.startswith("gbp"), "%": unit == "per_cent"}.get(self.unit, not unit.startswith("gbp"))
        value = Decimal(str(value))
        value = value if self.change else abs(value)
        last_digit = Decimal(5).scaleb(self.size.normalize().as_tuple().exponent - 1)
        return fits and abs(value - self.value) <= max(self.error, last_digit)


def read_number(text: str) -> Printed | None:
    """The number that a text begins with, without the qualifier that may stand before it; None where it has none."""
    match = AMOUNT.match(QUALIFIED.sub("", text.strip()))
    return _printed(match) if match else None


def figures_in(text: str) -> list[Printed]:
    """The numbers in a text that stand for figures: no ages, dates, years, or what names a thing."""
    found = [_printed(match) for match in AMOUNT.finditer(without_labels(text))]
    for place, (number, after) in enumerate(itertools.pairwise(found)):
        # "£430 to 700 million": the word behind the last is of both.
        if after.times and not number.times and text[number.place[1] : after.place[0]] in (" to ", " and "):
            size, error = number.size.scaleb(after.times), max(number.error, Decimal("0.5")).scaleb(after.times)
            found[place] = replace(number, size=size, error=error, times=after.times)
            found[place + 1] = replace(after, unit=after.unit or number.unit)
    return found


def _printed(match: re.Match) -> Printed:
    change, pound, digits, after = match[1] or "", match[2], match[3], (match[4] or "").strip()
    times = _TIMES.get(after, 0)
    last_digit = times - len(digits.partition(".")[2])
    error = Decimal(5).scaleb(last_digit - 1) if last_digit or after == "%" else Decimal(0)
    change = "-" if change and change != "+" else change
    size = Decimal(digits.replace(",", "")).scaleb(times)
    return Printed(match[0], size, error, pound or after * (after == "%"), change, match.span(), times)
