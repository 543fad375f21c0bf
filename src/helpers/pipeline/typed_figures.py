"""Figures typed into a notebook's words: a digit, or a number word that stands for a figure, that nothing computed.

Such a figure would publish, and stay when the figures change. So no notebook runs with one; every number on a page
comes from a cell. Looked at are Markdown, messages (%%say), and in code every text that reads as prose. Free are ids
("65+"), what a text is compared with or looked up by, docstrings, and the cell of parameters.
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from helpers.base.code import parsed
from helpers.base.errors import InputError, under
from helpers.base.paths import relative

_UP_TO_TWELVE = "two|three|four|five|six|seven|eight|nine|ten|eleven|twelve"
_NUMBERS = (
    rf"(?:{_UP_TO_TWELVE}|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen|nineteen|twenty|thirty|forty|fifty"
)
_NUMBERS += "|sixty|seventy|eighty|ninety)"
_PARTS = "(?:third|fifth|sixth|seventh|eighth|ninth|tenth|twelfth|twentieth|hundredth)s?"
#: A number of things named beside it ("the two", "its three types") is part of their name.
_NAMED_BESIDE = "".join(
    rf"(?<!\b{word} )" for word in ("the", "these", "those", "its", "their", "other", "all", "first")
)
#: Words that stand for a figure. "One", "both", "first" and "quarter" (of a year) do not; "a quarter of" does.
_WORDS = re.compile(
    rf"{_NAMED_BESIDE}\b{_NUMBERS}\b"
    r"|\b(?:an?|one|several|some|few) (?:hundred|thousand|million|billion|dozen)\b"
    r"|\b(?:hundred|thousand|million|dozen)s of\b"
    rf"|\b(?:an?|one|{_NUMBERS})[ -]{_PARTS}\b|\bthree[ -]quarters\b|\b(?:a|one) quarter of\b|\bless a quarter\b"
    r"|\b(?:twice|thrice|doubled?|doubles|trebled?|trebles|tripled?|triples|halves|halved|half)\b",
    re.IGNORECASE,
)
#: What these words may stand in: names of measures and ways of working, which are no figures of a council.
_NAMES = re.compile(
    r"half,? (?:and )?nine in ten|nine in ten|(?:three|four) in five|two futures in three|half of the (?:futures|draws)"
    r"|half lie|half(?=, …)|half a year|half way|half the wait|(?:less|more) than half|\bin a hundred|five years"
    r"|three years or more|aged over sixty"
    r"|published for two years|less a quarter|count over four|other three quarters|two thirds of the way|between two"
    r"|two (?:figures|editions|places|rows)",
    re.IGNORECASE,
)
#: A text that is a figure by itself; an id such as "65+" or "18-64" is none.
_FIGURE = r"[£+−-]?\d{1,3}(,\d{3})+.*|[£+−-]?\d[\d.]*\s*%?"
#: Calls whose texts are patterns or conditions, and are not said.
_NOT_SAID = ("query", "eval", "contains", "match", "fullmatch", "findall", "search", "extract", "strftime")
#: Calls whose first text is looked for, and not said.
_LOOKS_FOR = ("replace", "removesuffix", "removeprefix", "strip", "split", "startswith", "endswith")
#: Calls of `wording` that say the number that they are given.
_SAYS_A_NUMBER = (
    "people",
    "count",
    "amount",
    "percentage",
    "signed_percentage",
    "signed_count",
    "growth",
    "number_word",
)


def refuse(path: Path, cells: list[dict]) -> None:
    """Refuse a notebook's cells where a figure is typed: notebook, cell, figure and remedy, all of them at once."""
    found = [f"{relative(path)}, cell {number}{under(heading)}: {what}" for number, heading, what in typed(cells)]
    if found:
        raise InputError(
            "\n".join(found) + "\nA figure on a page comes from a cell: read it from a table and say it with `wording` "
            "(count, people, percentage; number_word for a number of things); or say it without a number."
        )


def typed(cells: list[dict]) -> Iterator[tuple[int, str, str]]:
    """Each typed figure: the cell's number, the heading that it stands under, and the figure with its words."""
    heading, parameters, numbers = "", False, {}
    for number, cell in enumerate(cells, 1):
        source, texts = "".join(cell["source"]), []
        if cell["cell_type"] == "markdown":
            heading = next((line.lstrip("# ") for line in source.splitlines() if line.startswith("#")), heading)
            texts = [re.sub(r"`[^`]*`|\]\([^)]*\)", "", source)]
        elif cell["cell_type"] == "code" and is_message(source):
            texts = [re.sub(r"^%%.*|\{[^{}]*\}", "", source.lstrip())]
        elif cell["cell_type"] == "code" and "parameters" in cell["metadata"].get("tags", []) and not parameters:
            parameters = True
        elif cell["cell_type"] == "code" and (tree := _tree(source)):
            texts = _Said(tree).texts
            numbers |= _bare_numbers(tree)
            texts += [f"{name} = {numbers[name]}" for name in _names_said(tree) if name in numbers]
        for figure in filter(None, map(figure_in, texts)):
            yield number, heading, figure


def is_message(source: str) -> bool:
    """Whether a cell holds a message: Markdown under %%say or %%say_if."""
    return source.lstrip().startswith("%%say")


def figure_in(text: str) -> str | None:
    """The typed figures in a text with the words around the first, or None."""
    names = [name.span() for name in _NAMES.finditer(text)]
    words = [match for match in _WORDS.finditer(text) if not any(a <= match.start() < b for a, b in names)]
    places = sorted([*re.finditer(r"[^\W\d_]*\d[\d,.]*", text), *words], key=lambda match: match.start())
    if not places:
        return next((f"{sign!r} is typed" for sign in text if sign.isnumeric()), None)
    figures = list(dict.fromkeys(repr(match[0].rstrip(".,")) for match in places))
    start, end = places[0].span()
    before, after = text[:start].split(" ")[-5:], text[end:].split(" ")[:5]
    around = " ".join(f"{' '.join(before)}{places[0][0]}{' '.join(after)}".split())
    return f"{' and '.join(figures)} {'is' if len(figures) == 1 else 'are'} typed in “{around}”"


def _tree(code: str) -> ast.Module | None:
    lines = ["pass" if line.lstrip().startswith(("%", "!")) else line for line in code.splitlines()]
    try:
        return parsed("\n".join(lines))
    except SyntaxError:
        return None  # it does not run either, and says where


class _Said(ast.NodeVisitor):
    """The texts in a cell's code that a page may show, and the numbers that are said as they stand in the code."""

    def __init__(self, tree: ast.Module) -> None:
        self.texts: list[str] = []
        self.visit(tree)

    def visit_Constant(self, node: ast.Constant) -> None:
        if isinstance(node.value, str) and _is_prose(node.value):
            self.texts.append(node.value)

    def visit_JoinedStr(self, node: ast.JoinedStr) -> None:
        words = "…".join(part.value if isinstance(part, ast.Constant) else "" for part in node.values)
        if _is_prose(words):
            self.texts.append(words)
        for part in node.values:
            if isinstance(part, ast.FormattedValue):  # its format is none of its words
                self.texts += _numbers_alone([part.value])
                self.visit(part.value)

    def visit_Call(self, node: ast.Call) -> None:
        name = ast.unparse(node.func)
        if name.removeprefix("wording.") in _SAYS_A_NUMBER and name.startswith("wording."):
            self.texts += _numbers_alone(node.args)
        if name.rpartition(".")[2] in _LOOKS_FOR:
            node.args = node.args[1:]
        if name.rpartition(".")[2] not in _NOT_SAID:
            self.generic_visit(node)

    def visit_Subscript(self, node: ast.Subscript) -> None:
        self.visit(node.value)  # what is looked up is not said

    def visit_Expr(self, node: ast.Expr) -> None:
        if not isinstance(node.value, ast.Constant):  # a docstring
            self.generic_visit(node)

    def visit_Compare(self, node: ast.Compare) -> None:
        """What a value is held against is not said."""

    visit_Raise = visit_Assert = visit_Compare


def _numbers_alone(nodes: list[ast.expr]) -> list[str]:
    """Numbers as they stand in the code, where all of these are such."""
    alone = nodes and all(isinstance(node, ast.Constant) and type(node.value) in (int, float) for node in nodes)
    return [ast.unparse(node) for node in nodes] if alone else []


def _bare_numbers(tree: ast.Module) -> dict[str, str]:
    """Names that are set to a number as it stands in the code."""
    found = {}
    for node in ast.walk(tree):
        for target in node.targets if isinstance(node, ast.Assign) else []:
            several = isinstance(target, ast.Tuple) and isinstance(node.value, ast.Tuple)
            pairs = zip(target.elts, node.value.elts, strict=False) if several else [(target, node.value)]
            found |= {
                name.id: number
                for name, value in pairs
                if isinstance(name, ast.Name)
                for number in _numbers_alone([value])
            }
    return found


def _names_said(tree: ast.Module) -> list[str]:
    """Names that stand in a text by themselves, or as what a function that stands there is given."""
    values = [node.value for node in ast.walk(tree) if isinstance(node, ast.FormattedValue)]
    values += [argument for value in values if isinstance(value, ast.Call) for argument in value.args]
    return list(dict.fromkeys(value.id for value in values if isinstance(value, ast.Name)))


def _is_prose(text: str) -> bool:
    """Whether a text reads as words or as a figure, and not as an id or a condition."""
    if "==" in text:
        return False
    return bool(
        re.search(r"\s", text.strip()) or re.search(r"[^\s…]\s|\s[^\s…]", text) or re.fullmatch(_FIGURE, text.strip())
    )
