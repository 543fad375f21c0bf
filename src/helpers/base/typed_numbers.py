"""Numbers that stand for figures and are typed in the texts of YAML and TOML files, in digits or in words."""

import re
from collections.abc import Mapping

from helpers.base import vocabulary
from helpers.base.cells import QUALIFIERS
from helpers.base.errors import InputError
from helpers.base.periods import MONTHS

#: What a text names in braces.
BRACES = re.compile(r"\{([^{}]*)\}")
_UNITS = sorted({word for unit in vocabulary.UNITS.values() for word in (unit, re.sub(r"s\b", "", unit, count=1))})
_UNITS = [unit for unit in _UNITS if not unit.startswith("time")]
_UNIT = rf"(?:person|enquiry|{'|'.join(map(re.escape, _UNITS))})\b"
_MONTH = rf"(?:{'|'.join(MONTHS)})\b"
_NO_YEAR = rf"(?![\w%,.]*\d)(?!%)(?! {_UNIT}| of (?:them|these|those)\b)"
_AGES = sorted({*vocabulary.AGE_BANDS, *vocabulary.AGE_BANDS.values()} - {"all", "All ages"}, key=len, reverse=True)
#: Numbers that are no figures: ages, days and years, what lies ahead, what a rate is given per, and names.
_NO_FIGURES = re.compile(
    "|".join(
        (
            rf"(?<![\w.,])(?:{'|'.join(map(re.escape, _AGES))})(?![\w%])(?! {_UNIT})",
            r"\bage[ds]? \d+(?:(?: to |-)\d+| and over| and under)?\b",
            rf"\b\d{{1,2}}(?:st|nd|rd|th)? {_MONTH}(?: \d{{4}}\b)?",
            r"\bQ[1-4]\b",
            rf"(?<!\w)(?:mid-)?(?:19|20)\d\d(?:[/-]\d\d(?:\d\d)?)?{_NO_YEAR}",
            r"\b(?:per|every) (?:100|1,000|10,000|100,000)(?![\w,.]*\d)",
            r"\b(?:level|[Tt]able|[Qq]uestion|[Ss]ection|[Pp]age|[Aa]nnex) \d+(?:\.\d+)*[a-z]?\b",
            r"\b52 weeks\b",
            r"\bthe next (?:\w+|\d+) (?:years|months)\b",
            r"\brounded to (?:tens|hundreds|thousands|millions)\b",
            r"\badds? (?:up )?to 100\b(?![.,]?\d|%)",
            r"\bfour times (?:it|(?:a|the|one) quarter)\b",
        )
    )
)
UP_TO_TWENTY = (
    *("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"),
    *("thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen", "twenty"),
)
_TENS = ("thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
ORDINALS = (
    *("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth", "eleventh"),
    *("twelfth", "thirteenth", "fourteenth", "fifteenth", "sixteenth", "seventeenth", "eighteenth", "nineteenth"),
    "twentieth",
)
_LARGE = ("hundred", "thousand", "million", "billion", "dozen", "hundredth", "thousandth", "decade")
_MULTIPLES = ("twice", "thrice", "double", "doubled", "doubling", "treble", "trebled", "triple", "tripled", "half")
#: "one" and "two" count what stands in the sentence itself, as in "one counts people, the other homes", unless a length
#: of time or (for "two") a unit follows; "first" and "second" do, and a quarter is mostly a part of the year.
_FIGURE = re.compile(
    r"[£$€]?\d[\d.,/:]*(?:[%km]\b|%)?"
    rf"|\b(?:{'|'.join([*UP_TO_TWENTY[3:], 'zero', *_TENS])})\b"
    rf"|\b(?:{'|'.join(ORDINALS[2:])})s?\b|\b(?:{'|'.join(_LARGE)})s?\b|\b(?:{'|'.join(_MULTIPLES)}|halves)\b|\b\w+fold\b"
    rf"|\bone (?:day|week|month|year)\b|(?<!these )\btwo (?:or (?:more|fewer)\b|{_UNIT})"
    r"|\bquarters of\b",
    re.IGNORECASE,
)
_YEAR = re.compile(r"(?:mid-)?\d{4}.*")


def typed_number(text: str) -> str | None:
    """The first number, in digits or in words, that a text has typed and that stands for a figure; None without one.

    Ages, dates, years, what a rate is given per, and numbers that are names ("level 2") stand for none.
    """
    found = _FIGURE.search(without_labels(BRACES.sub(" ", text)))
    return found[0].strip().rstrip(".,:/") if found else None


def without_labels(text: str) -> str:
    """A text without its ages, dates, years and other numbers that are names: what numbers are left are figures."""

    def kept(match: re.Match) -> str:
        before = text[: match.start()].rstrip().rpartition(" ")[2].lower()
        return match[0] if _YEAR.fullmatch(match[0]) and before in QUALIFIERS else " "

    return _NO_FIGURES.sub(kept, text)


def refuse_typed(text: str, where: str, fills: bool = True) -> None:
    """Refuse a text with a number that is typed, or braces that do not close. where: the file, the entry, its key.

    fills: whether figures may be named in it; where they may not, braces are refused too.
    """
    if not fills and ((word := typed_number(text)) is not None or "{" in text):
        raise InputError(
            f"{where}: {word or '{'!r} stands for a figure, and none can be named here. Say it without a number."
        )
    if (word := typed_number(text)) is not None:
        raise InputError(
            f"{where}: {word!r} is typed, and stands for a figure. Name the figure in braces, as in {{spend_total}} or "
            "{100 * women / people as per_cent}, so that the words follow it; or say it without a number."
        )
    if "{" in (rest := BRACES.sub("", text)) or "}" in rest:
        raise InputError(f"{where}: a brace opens or closes nothing. Figures stand as {{table!B3}}; mend it.")


def refuse_typed_in(entry: Mapping, keys: tuple[str, ...], where: str, fills: bool = True) -> None:
    """Refuse a number that is typed in the texts that an entry of a file has under these keys."""
    for key in keys:
        if isinstance(entry.get(key), str):
            refuse_typed(entry[key], f"{where}, {key}", fills)


def named_in(texts: list[str]) -> list[str]:
    """What the braces of these texts hold: formulas, each with how it prints."""
    return [inside for text in texts for inside in BRACES.findall(text)]
