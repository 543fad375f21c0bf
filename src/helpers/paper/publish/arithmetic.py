"""What a paper says of its own numbers, worked out again from the numbers beside it.

A share of two numbers, a difference, a rise, a sum, a range, a table's total: each is looked at where a sentence or a
table prints all that it follows from, within the rounding of each number.
"""

import itertools
import re
from collections.abc import Iterator
from decimal import Decimal

from helpers.base.printed_numbers import Printed, figures_in, read_number
from helpers.base.wording import ABOUT_THE_SAME_PCT
from helpers.paper.publish import prose
from helpers.paper.publish.errors import PublishError

_N = r"⟦(\d+)⟧"
_ABOUT = r"(?:about |some |nearly |only |the |all |around |circa )*"
_WORDS = r"[^.;:⟦⟧]*?"
_BRACKET = r"(?: \([^()]*\))?"
#: A number after which the sentence, or its part, ends: it is of what was said before.
_ENDS = r"(?=[).,;:]| \(|$)"
_MORE, _LESS = "more|higher|dearer|longer|greater", "fewer|less|lower|cheaper|shorter"
_UP, _DOWN = r"r[io]se[sn]?|gr[eo]ws?|grown|up|increased?s?", r"f[ae]lls?|fallen|shr[aiu]nks?|down|decreased?s?"
_SAME = r"stays?|stayed|about the same"
#: "2,403 of 5,144 people had one. That is 47%"; "2,403 of 5,144 people (47%)".
_SHARE = re.compile(
    rf"{_N} of {_ABOUT}{_N}{_WORDS}(?: \(|, or |, | or |[.:;,] (?:[Tt]hat|[Tt]his|which) is ){_ABOUT}{_N}{_ENDS}"
)
#: "46% of places, 2,205 of 4,818"; "47% (2,403 of 5,144)".
_SHARE_BEFORE = re.compile(rf"{_N}(?: of{_WORDS},)? \(?{_ABOUT}{_N} of {_ABOUT}{_N}")
#: "£65 million (30%)", of a larger amount that stands beside it.
_OF_ANOTHER = re.compile(rf"(?<!to ){_N} \({_N}\)")
#: "9% more than the 3,966", "6.4 percentage points above 81.8%".
_THAN = re.compile(
    rf"{_N}(?: (?:percentage )?points?)? (?:({_MORE}|{_LESS})(?: people| beds)? than|(above|below))"
    rf" {_ABOUT}{_N}(?! (?:year|month|week|day)s?\b)"
)
#: How a change goes on with its size: ", or 66% more".
_SIZE = rf"{_WORDS}(?:, | \(|, or |: ){_ABOUT}{_N} ({_MORE}|{_LESS})(?! than)"
_GOES = re.compile(
    rf"\b(?:({_UP}|{_DOWN}) (?:by {_ABOUT}{_N}(?: people)?,? )?from|({_SAME}),) {_ABOUT}{_N}"
    rf"{_BRACKET}{_WORDS}{_BRACKET} (?:to|and) {_ABOUT}{_N}(?:{_SIZE})?"
)
_WENT = re.compile(rf"from {_ABOUT}{_N}{_BRACKET}{_WORDS} to {_ABOUT}{_N}{_SIZE}")
_RANGE = re.compile(rf"(from |by |went )?(between )?{_N} (to|and) {_N}")
#: "4,320 (likely range, four in five: 3,500 to 5,400)", "about 5,010 people (3,500 to 7,200)".
_WITHIN = re.compile(
    rf"{_N}(?: people| beds| places)?"
    rf" \((?:(?:likely )?range(?:, four in five)?:? |four in five futures: )?{_N} to {_N}\)"
)
#: "5,840 people: 5,610 for those who leave and 235 for growth"; "Of £325 million, £276 million from this and ...".
_PARTS = re.compile(
    rf"{_N}{_WORDS}[:,] {_ABOUT}{_N} {_WORDS}\b(for|from|with) {_WORDS}{_BRACKET},? and {_ABOUT}{_N} {_WORDS}\b\3 "
)
_TOGETHER = re.compile(
    rf"{_N}{_WORDS} and {_ABOUT}{_N}{_WORDS},? (?:together|in all|makes?|adds? (?:up )?to),? {_ABOUT}{_N}"
)
_OF_ALL = re.compile(rf"\bOf {_ABOUT}{_N}{_WORDS}, {_ABOUT}{_N}{_WORDS}(?:,|;| and) {_ABOUT}{_N}")
_HAS_SIGN = re.compile(rf"{_N}(?: (?:percentage )?points?)? ({_MORE}|{_LESS}|above|below|too many|too few)\b")
#: How people are rounded: these numbers are of no one.
_ROUNDING = re.compile(r"\bto the nearest [\d,]+(?:, or [\d,]+ above [\d,]+)?")
_NEED_NOT_ADD = re.compile(r"\b(?:not add|columns need not)\b")
#: How a column is headed that does not add up: "Beds a home", "Mean stay".
_OF_EACH = re.compile(r"\b(?:an?|per|each|mean|average|median|rates?|prices?|unit)\b", re.IGNORECASE)
_PLAIN = re.compile(r"[+−-]?£?[\d,]+(?:\.\d+)?%?")


def check(document: dict) -> None:
    """Raise PublishError with every number of a document that does not follow from the numbers beside it."""
    if found := list(faults(document)):
        raise PublishError(
            "These do not follow from the numbers beside them. Work each out from the numbers as they print, as "
            "`later.beside(earlier)` does; under a table of rounded parts, the note says that they need not add.\n"
            + "\n".join(f"- {fault}" for fault in found)
        )


def faults(document: dict) -> Iterator[str]:
    """Each number that does not follow, with the heading, or the table, and the sentence that it stands in."""
    heading = document["title"]
    for block in document["blocks"]:
        heading = block["text"] if block["kind"] == "heading" else heading
        for text in _texts(block):
            yield from (f"under “{heading}”: {fault}" for fault in in_text(text))
        if block["kind"] == "table" and block["total_row"]:
            yield from (f"table {block['number']}, “{block['title']}”: {fault}" for fault in in_total(block))


def _texts(block: dict) -> Iterator[str]:
    for item in block.get("items", []):
        for part in item:
            yield from _texts(part)
    if "inlines" in block:
        yield prose.plain(block["inlines"])
    yield from (block[part] for part in ("text", "title", "note", "alt") if block.get(part))


def in_text(text: str) -> Iterator[str]:
    """Each number or word of a paragraph that does not follow from the numbers in it."""
    text = _ROUNDING.sub(lambda match: " " * len(match[0]), text)
    figures = figures_in(text)
    ends = [0, *itertools.chain(*(figure.place for figure in figures)), len(text)]
    pieces = [text[start:end] for start, end in itertools.pairwise(ends)]
    marked = "".join(f"⟦{place // 2}⟧" if place % 2 else piece for place, piece in enumerate(pieces))

    def found(pattern: re.Pattern) -> Iterator[tuple[str, list]]:
        """What a pattern finds: its words as printed, and its groups, numbers as such."""
        for match in pattern.finditer(marked):
            words = re.sub(_N, lambda number: figures[int(number[1])].text, match[0])
            yield words, [figures[int(g)] if g and g.isdigit() else g for g in match.groups()]

    for words, (part, whole, share) in [
        *found(_SHARE),
        *((words, (part, whole, share)) for words, (share, part, whole) in found(_SHARE_BEFORE)),
    ]:
        if share.unit == "%" and part.unit == whole.unit != "%" and not _is_share(part, whole, share):
            comes_to = f"{100 * part.value / whole.value:.1f}%" if whole.value else "no share"
            yield f"“{words}”: {part.text} of {whole.text} is {comes_to}, not {share.text}."
    of_another = [(words, part, share) for words, (part, share) in found(_OF_ANOTHER) if share.unit == "%"]
    parts = [part for _, part, _ in of_another]
    for words, part, share in of_another:
        wholes = [one for one in figures if one.unit == part.unit == "£" and one.value > part.value]
        wholes = [one for one in wholes if one not in parts]
        if wholes and not any(_is_share(part, whole, share) for whole in wholes):
            yield f"“{words}”: {part.text} is {share.text} of no number beside it."
    in_ranges = [one for _, (*_, low, _, high) in found(_RANGE) for one in (low, high)]
    for words, (size, than, beside, before) in found(_THAN):
        word = than or beside
        others = [one for one in figures if one not in (size, before, *in_ranges) and one.unit == before.unit]
        if others and not any(_lies_apart(before, one, size, word) for one in others):
            yield f"“{words}”: no number beside it lies {size.text} {word} than {before.text}."
    for words, (verb, by, same, before, after, size, word) in found(_GOES):
        if before.unit == after.unit:
            yield from (f"“{words}”: {fault}" for fault in _goes_wrong(verb or same, by or size, before, after, word))
    for words, (before, after, size, word) in found(_WENT):
        if before.unit == after.unit and not _lies_apart(before, after, size, word):
            yield f"“{words}”: from {before.text} to {after.text} is not {size.text} {word}."
    for words, (moves, between, low, joins, high) in found(_RANGE):
        if (between if joins == "and" else not moves) and low.unit in ("", high.unit) and low.value > high.value:
            yield f"“{words}”: the range is upside down."
    for words, (number, low, high) in found(_WITHIN):
        if number.unit == low.unit and not low.value - low.slack <= number.value <= high.value + high.slack:
            yield f"“{words}”: {number.text} lies outside its range."
    for words, (whole, first, _, last) in found(_PARTS):
        if whole.unit == first.unit == last.unit != "%" and not _adds([first, last], whole):
            yield f"“{words}”: {first.text} and {last.text} do not add to {whole.text}."
    for words, (first, last, whole) in found(_TOGETHER):
        if whole.unit == first.unit == last.unit and not _adds([first, last], whole):
            yield f"“{words}”: {first.text} and {last.text} do not add to {whole.text}."
    for words, (whole, *parts) in found(_OF_ALL):
        for part in parts:
            if part.unit == whole.unit != "%" and part.value - part.slack > whole.value + whole.slack:
                yield f"“{words}”: {part.text} is more than the {whole.text} that it is of."
    for words, (size, _) in found(_HAS_SIGN):
        if size.change == "-":
            yield f"“{words}”: the word says which way, so {size.text} has no sign."


def in_total(table: dict) -> Iterator[str]:
    """Each column of a table whose last row is not the sum of those above; hidden ones can only leave it larger.

    Where there are rows for parts of the total, it is half of the sum. Parts that need not add may miss by twice their
    rounding. Of per cents, those of 100% are looked at, also as shares of the column before; of what is told for each,
    nothing is.
    """
    *rows, total = table["rows"]
    labels = [column["label"] for column in table["columns"]]
    for place, label in enumerate(labels[1:], 1):
        shown = [_plain(row[place]) for row in rows]
        numbers, whole = [number for number in shown if number], _plain(total[place])
        if whole is None or len(numbers) < 2 or _OF_EACH.search(label) or (whole.unit == "%" and whole.size != 100):
            continue
        added, slack = _sum_of(numbers)
        need_not = bool(_NEED_NOT_ADD.search(table["note"]))
        slack = (slack + whole.slack) * (1 + need_not) if need_not or whole.error else Decimal(0)
        is_more, is_less = added - slack > whole.value, len(numbers) == len(rows) and added + slack < whole.value
        has_subtotals = len(numbers) > 3 and abs(added - 2 * whole.value) <= slack + whole.slack
        if (is_more or is_less) and not has_subtotals:
            yield f"the column “{label}” adds to {added:,f}, and “{total[0]}” is {whole.text}."
        of = _plain(total[place - 1]) if whole.unit == "%" else None
        for row, share in zip(rows, shown, strict=True) if of and of.unit != "%" else ():
            part = _plain(row[place - 1])
            if part and share and not _is_share(part, of, share):
                yield f"“{row[0]}”, “{label}”: {part.text} of {of.text} is not {share.text}."


def _plain(cell: str) -> Printed | None:
    """The number of a cell that is one number and no more."""
    return read_number(cell) if _PLAIN.fullmatch(cell) else None


def _sum_of(numbers: list[Printed]) -> tuple[Decimal, Decimal]:
    return sum(number.value for number in numbers), sum(number.slack for number in numbers)


def _adds(parts: list[Printed], whole: Printed) -> bool:
    added, slack = _sum_of(parts)
    return abs(added - whole.value) <= slack + whole.slack


def _ends(number: Printed) -> tuple[Decimal, Decimal]:
    return number.value - number.slack, number.value + number.slack


def _is_share(part: Printed, whole: Printed, share: Printed) -> bool:
    (least, most), (low, high) = _ends(part), _ends(whole)
    return low > 0 and 100 * least / high - share.error <= share.value <= 100 * most / low + share.error


def _lies_apart(before: Printed, after: Printed, size: Printed, word: str) -> bool:
    """Whether a number lies so much more (or fewer) than another, in its own unit or in per cent of that."""
    sign = 1 if re.fullmatch(f"{_MORE}|above", word) else -1
    (low, high), (least, most) = _ends(before), _ends(after)
    if size.unit != before.unit and size.unit == "%":
        if low <= 0:
            return True
        ways = sorted((100 * sign * (least / high - 1), 100 * sign * (most / low - 1)))
    else:
        ways = sorted((sign * (least - high), sign * (most - low)))
    return ways[0] - size.slack <= size.value <= ways[1] + size.slack


def _goes_wrong(verb: str, by: Printed | None, before: Printed, after: Printed, word: str | None) -> Iterator[str]:
    """What is wrong with a verb between two numbers, and with the size of the change beside it."""
    higher = after.value > before.value
    if re.fullmatch(_SAME, verb):
        change = abs(after.value - before.value)
        if before.value and 100 * (change - before.slack - after.slack) > Decimal(ABOUT_THE_SAME_PCT) * before.value:
            yield f"{before.text} and {after.text} are not about the same."
        return
    if after.value == before.value or higher is not bool(re.fullmatch(_UP, verb)):
        yield f"{before.text} to {after.text} is no {'rise' if re.fullmatch(_UP, verb) else 'fall'}."
    elif by and not _lies_apart(before, after, by, word or ("more" if higher else "less")):
        yield f"from {before.text} to {after.text} is not {by.text}{f' {word}' if word else ''}."
