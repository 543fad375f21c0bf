"""Figures typed into a notebook's words: a digit, or a number word that stands for a figure, that nothing computed.

Such a figure would publish, and stay when the figures change. So no notebook runs with one; every number on a page comes
from a cell, through `wording`. Looked at are Markdown, and in code every text that reads as prose. Free are ids
("65+"), what a text is compared with or looked up by, docstrings, and the cell of parameters.
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from helpers.errors import InputError
from helpers.paths import relative

_UP_TO_TWELVE = "two|three|four|five|six|seven|eight|nine|ten|eleven|twelve"
_NUMBERS = rf"(?:{_UP_TO_TWELVE}|thir?teen|fourteen|fifteen|sixteen|seventeen|eighteen|nineteen|twenty|thirty|forty|fifty"
_NUMBERS += "|sixty|seventy|eighty|ninety)"
_PARTS = "(?:third|fifth|sixth|seventh|eighth|ninth|tenth|twelfth|twentieth|hundredth)s?"
#: A number of things named beside it ("the two", "its three types") is part of their name.
_NAMED_BESIDE = "".join(rf"(?<!\b{word} )" for word in ("the", "these", "those", "its", "their", "other", "all", "first"))
#: Words that stand for a figure. "One", "both", "first" and "quarter" (of a year) do not; "a quarter of" does.
_WORDS = re.compile(
    rf"{_NAMED_BESIDE}\b{_NUMBERS}\b"
    rf"|\b(?:an?|one|several|some|few) (?:hundred|thousand|million|billion|dozen)\b|\b(?:hundred|thousand|million|dozen)s of\b"
    rf"|\b(?:an?|one|{_NUMBERS})[ -]{_PARTS}\b|\bthree[ -]quarters\b|\b(?:a|one) quarter of\b|\bless a quarter\b"
    r"|\b(?:twice|thrice|doubled?|doubles|trebled?|trebles|tripled?|triples|halves|halved|half)\b",
    re.IGNORECASE,
)
#: What these words may stand in: names of measures and ways of working, which are no figures of a council.
_NAMES = re.compile(
    r"nine in ten|two futures in three|half of the (?:futures|draws)|half lie|half a year|half way|(?:less|more) than half"
    r"|five years|three years or more|published for two years|two thirds of the way|between two|two (?:figures|editions|places)",
    re.IGNORECASE,
)
#: Calls whose texts are patterns or conditions, and are not said.
_NOT_SAID = ("query", "eval", "contains", "match", "fullmatch", "findall", "search", "extract", "strftime")
#: Calls of `wording` that say the number that they are given.
_SAYS_A_NUMBER = ("people", "count", "amount", "percentage", "signed_percentage", "signed_count", "growth", "number_word")


def refuse(path: Path, cells: list[dict]) -> None:
    """Refuse a notebook's cells where a figure is typed: its notebook, cell, figure and remedy, all of them in one go."""
    found = [f"{relative(path)}, cell {number} (under {heading!r}): {what}" for number, heading, what in typed(cells)]
    if found:
        raise InputError(
            "\n".join(found) + "\nA figure on a page comes from a cell: read it from a table and say it with `wording` "
            "(count, people, percentage; number_word for a number of things); or say it without a number."
        )


def typed(cells: list[dict]) -> Iterator[tuple[int, str, str]]:
    """Each typed figure: the cell's number, the heading that it stands under, and the figure with its words."""
    heading, parameters = "", False
    for number, cell in enumerate(cells, 1):
        source = "".join(cell["source"])
        if cell["cell_type"] == "markdown":
            heading = next((line.lstrip("# ") for line in source.splitlines() if line.startswith("#")), heading)
            texts = [re.sub(r"`[^`]*`|\]\([^)]*\)", "", source)]
        elif cell["cell_type"] == "code" and ("parameters" not in cell["metadata"].get("tags", []) or parameters):
            texts = _texts_of(source)
        else:
            parameters = parameters or cell["cell_type"] == "code"
            continue
        for text in texts:
            if figure := figure_in(text):
                yield number, heading, figure


def figure_in(text: str) -> str | None:
    """The first typed figure in a text with the words around it, or None."""
    digits = re.compile(r"[^\W\d_]*\d[\d,.]*")
    places = [match for match in digits.finditer(text)] or [
        match
        for match in _WORDS.finditer(text)
        if not any(name.start() <= match.start() < name.end() for name in _NAMES.finditer(text))
    ]
    if not places:
        return next((f"{sign!r} is typed" for sign in text if sign.isnumeric()), None)
    start, end = places[0].span()
    around = " ".join(text[max(0, start - 30) : end + 30].split())
    return f"{places[0][0].rstrip('.,')!r} is typed in “{around}”"


def _texts_of(code: str) -> list[str]:
    """The texts in a cell's code that a page may show, and the numbers that are said as they stand in the code."""
    lines = ["pass" if line.lstrip().startswith(("%", "!")) else line for line in code.splitlines()]
    try:
        tree = ast.parse("\n".join(lines))
    except SyntaxError:
        return []  # it does not run either, and says where
    texts: list[str] = []
    _gather(tree, texts)
    return texts


def _gather(node: ast.AST, texts: list[str]) -> None:
    if isinstance(node, ast.Constant):
        if isinstance(node.value, str) and _is_prose(node.value):
            texts.append(node.value)
        return
    if isinstance(node, ast.JoinedStr):
        words = "\0".join(part.value if isinstance(part, ast.Constant) else "" for part in node.values)
        if _is_prose(words.replace("\0", "")) or re.search(r"\s", words):
            texts.append(words.replace("\0", "…"))
        for part in node.values:
            if isinstance(part, ast.FormattedValue):
                if isinstance(part.value, ast.Constant) and isinstance(part.value.value, int | float):
                    texts.append(f"{part.value.value}")
                _gather(part.value, texts)
        return
    if isinstance(node, ast.Call):
        name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        numbers = [part.value for part in node.args if isinstance(part, ast.Constant) and type(part.value) in (int, float)]
        if name in _SAYS_A_NUMBER and len(numbers) == len(node.args) > 0 and ast.unparse(node.func).startswith("wording."):
            texts.append(f"{ast.unparse(node)}")
        if name in _NOT_SAID:
            return
    if isinstance(node, ast.Compare | ast.Raise | ast.Assert):
        return
    for field, child in ast.iter_fields(node):
        for one in child if isinstance(child, list) else [child]:
            looked_up = isinstance(node, ast.Subscript) and field == "slice"
            documented = field == "body" and isinstance(one, ast.Expr) and isinstance(one.value, ast.Constant)
            if isinstance(one, ast.AST) and not looked_up and not documented:
                _gather(one, texts)


def _is_prose(text: str) -> bool:
    """Whether a text reads as words or as a figure, and not as an id or a condition."""
    if "==" in text:
        return False
    return bool(re.search(r"\w\s+\S|\S\s+\w", text) or re.fullmatch(r"\s*[£+−-]?\d+(,\d{3})+.*|\s*£?\d[\d.]*\s*%?\s*", text))
