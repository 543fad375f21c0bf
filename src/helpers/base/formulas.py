"""Formulas over published figures, as they stand in checks.yaml: read them, and work them out with bounds.

A figure is named as in a spreadsheet: `table!B3` (a cell), `table!B3:G3` (a range), or by the id of a claim; in another
document with that document's folder before it, `source/table!B3`. + - * / ** and brackets are as usual, and the
functions are those of FUNCTIONS, with months(a), the length of a figure's period, and months_apart(a, b), the time from
the end of one figure's period to that of another. A number is typed only to convert units (UNIT_CONVERSIONS).
"""

import ast
import itertools
import math
import operator
import re
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from helpers.base.code import parsed
from helpers.base.errors import InputError, nearest


def nearest_share(count: float, share_pct: float) -> float:
    """The share, in per cent, nearest to share_pct that a count can be of a whole number of people.

    Tests whether a printed percentage can belong to a printed count: 170 people can be 62.3% (of 273); no whole number
    makes 154 people 47.6%.
    """
    if share_pct <= 0:
        return 0.0
    base = count / (share_pct / 100)
    wholes = [whole for whole in (int(np.floor(base)), int(np.ceil(base))) if whole >= max(count, 1)]
    shares = [100 * count / whole for whole in wholes or [max(count, 1)]]
    return min(shares, key=lambda share: abs(share - share_pct))


#: What a formula may hold at most: characters, cells in all its ranges, and levels of brackets and signs.
MOST_CHARACTERS, MOST_CELLS, MOST_LEVELS = 2_000, 1_000, 50
FUNCTIONS = {
    "count": lambda *numbers: float(len(numbers)),
    "round": lambda number: math.floor(number + 0.5),
    "floor": math.floor,
    "ceiling": math.ceil,
    "log": math.log,
    "sum": lambda *numbers: float(sum(numbers)),
    "mean": lambda *numbers: float(np.mean(numbers)),
    "minimum": lambda *numbers: float(min(numbers)),
    "maximum": lambda *numbers: float(max(numbers)),
    "nearest_share": nearest_share,
}
#: How many arguments a function takes, and what they are called; the others take any number of figures.
_TAKES = {
    "months": (1, "one figure"),
    "months_apart": (2, "two figures"),
    "nearest_share": (2, "a count and a share"),
    **dict.fromkeys(("round", "floor", "ceiling", "log"), (1, "one number")),
}
#: The functions that ask for the periods of figures and not for their values.
_OF_PERIODS = ("months", "months_apart")
#: What may be typed in a formula, to multiply or divide by: every other number is a figure, and has a name.
UNIT_CONVERSIONS = {
    **{1: "the whole", 3: "months in a quarter", 4: "quarters in a year", 7: "days in a week", 12: "months in a year"},
    **{52: "weeks in a year", 100: "per cent", 1000: "thousands", 100_000: "a rate for every 100,000 people"},
    1_000_000: "millions",
}
#: What may be typed to add to or to take from: a whole, as in `after / before - 1` and `100 - share`.
WHOLES = (1, 100)
NO_NAMES: Mapping[str, str | float] = {}
_OPERATORS = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.Pow: operator.pow,
}
_SIGNS = {ast.USub: operator.neg, ast.UAdd: operator.pos}
_CELL = re.compile(
    r"(?:(?P<source>[a-z]\w*)/)?(?P<table>[a-z]\w*)!(?P<cell>[A-Z]+\d+(?:\.[a-z]+)?)(?::(?P<end>[A-Z]+\d+))?"
)
_PLACE = re.compile(r"([A-Z]+)(\d+)")


@dataclass(frozen=True)
class Formula:
    """A formula that was read: its text, the same with a name for every figure or range, its tree, and its figures.

    figures: name in the tree to keys of figures, "source/table!B3" or "source/claim". held: names whose value is taken
    as printed, without its bounds. months: names of which nothing but their period's length is asked for.
    """

    text: str
    written: str
    tree: ast.expr
    figures: dict[str, list[str]]
    held: frozenset[str]
    months: frozenset[str]

    @property
    def keys(self) -> list[str]:
        """The keys of all figures in the formula, each once."""
        return list(dict.fromkeys(key for keys in self.figures.values() for key in keys))


def parse(text: str, source: str, sources: list[str]) -> Formula:
    """Read a formula. source: the document that it stands in. sources: all documents, by folder.

    Raises InputError for what is no formula, with the part of it that is not.
    """
    if len(text) > MOST_CHARACTERS:
        raise InputError(
            f"{text[:40]!r} ... has {len(text):,} characters; a formula has {MOST_CHARACTERS:,} at most. Split it"
        )
    figures: dict[str, list[str]] = {}

    def name_for(keys: list[str]) -> str:
        name = f"figure_{len(figures)}"
        figures[name] = keys
        return name

    def cell(match: re.Match) -> str:
        table = f"{match['source'] or source}/{match['table']}"
        cells = _range(match["cell"], match["end"]) if match["end"] else [match["cell"]]
        if not cells:
            raise InputError(f"{text!r}: {match[0]} is no range; it runs from a first cell, right and down, to a last")
        if len(cells) + sum(map(len, figures.values())) > MOST_CELLS:
            raise InputError(f"{text!r}: with {match[0]} it names more than {MOST_CELLS:,} cells, the most that it may")
        return name_for([f"{table}!{place}" for place in cells])

    def claim(match: re.Match) -> str:
        return name_for([f"{match[1]}/{match[2]}"])

    written = _CELL.sub(cell, text)
    written = re.sub(rf"\b({'|'.join(map(re.escape, sources))})/([a-z]\w*)", claim, written)
    try:
        tree = parsed(written, mode="eval").body
        levels = _levels(tree)
    except SyntaxError:
        raise InputError(f"{text!r} is no formula: brackets and signs do not fit") from None
    except (RecursionError, MemoryError):
        levels = MOST_LEVELS + 1
    if levels > MOST_LEVELS:
        raise InputError(
            f"{text[:40]!r} ... nests more than {MOST_LEVELS} levels of signs and brackets. Make it simpler"
        )
    held: set[str] = set()
    in_months: Counter[str] = Counter()
    called = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            called |= _check_call(node, text)
            rest = node.args[1:] if node.func.id == "nearest_share" else node.args
            names = [name.id for argument in rest for name in ast.walk(argument) if isinstance(name, ast.Name)]
            held |= set(names) if node.func.id == "nearest_share" else set()
            in_months.update(names if node.func.id in _OF_PERIODS else [])
        elif not isinstance(node, _ALLOWED):
            raise InputError(f"{text!r} holds something that no formula may: {type(node).__name__}")
        elif isinstance(node, ast.Constant) and type(node.value) not in (int, float):
            raise InputError(f"{text!r} holds {node.value!r}, which is no number")
    names = Counter(node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and node not in called)
    figures |= {name: [f"{source}/{name}"] for name in names if name not in figures}
    if any(len(figures[name]) > 1 for name in in_months):
        raise InputError(f"{text!r}: months() takes one figure, and months_apart() two; a range is more")
    months = {name for name in in_months if in_months[name] == names[name]}
    return Formula(text, written, tree, figures, frozenset(held), frozenset(months))


_ALLOWED = (
    *(ast.BinOp, ast.UnaryOp, ast.Name, ast.Load),
    *(*_OPERATORS, *_SIGNS),
    ast.Constant,
)


def _levels(node: ast.AST) -> int:
    return 1 + max(map(_levels, ast.iter_child_nodes(node)), default=0)


def _check_call(node: ast.Call, text: str) -> set[ast.AST]:
    known = [*FUNCTIONS, *_OF_PERIODS]
    if not isinstance(node.func, ast.Name) or node.func.id not in known or node.keywords:
        name = getattr(node.func, "id", "?")
        raise InputError(f"{text!r} calls {name!r}, which is no function of formulas.{nearest(name, known)}")
    numbers, wanted = _TAKES.get(node.func.id, (max(len(node.args), 1), "figures"))
    of_periods = node.func.id in _OF_PERIODS
    if len(node.args) != numbers or (of_periods and not all(isinstance(one, ast.Name) for one in node.args)):
        raise InputError(f"{text!r}: {node.func.id}() takes {wanted}")
    return {node.func}


def typed_number(formula: Formula) -> float | None:
    """The first number that a formula has typed and that converts no unit (UNIT_CONVERSIONS, WHOLES); None without."""

    def typed(node: ast.AST, allowed: tuple) -> float | None:
        if isinstance(node, ast.Constant):
            return None if node.value in allowed else node.value
        within = allowed if isinstance(node, ast.UnaryOp) else ()
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mult | ast.Div):
            within = tuple(UNIT_CONVERSIONS)
        elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add | ast.Sub):
            within = WHOLES
        found = (typed(child, within) for child in ast.iter_child_nodes(node))
        return next((number for number in found if number is not None), None)

    return typed(formula.tree, ())


def with_own(text: str, own: Mapping[str, str | float]) -> str:
    """A formula with what an entry says itself in the place of its names: other formulas, in brackets, or numbers."""
    for name, meaning in own.items():
        text = re.sub(rf"(?<![\w/!.]){re.escape(name)}(?![\w/!.(])", lambda _, meaning=meaning: f"({meaning})", text)
    return text


def _range(first: str, last: str) -> list[str]:
    """The cells of a range, row by row; none where the two places span no range."""
    places = [_PLACE.fullmatch(place) for place in (first, last)]
    if not all(places):
        return []
    (left, top), (right, bottom) = (place.groups() for place in places)
    columns = range(_number(left), _number(right) + 1)
    cells = (f"{_letters(x)}{y}" for y in range(int(top), int(bottom) + 1) for x in columns)
    return list(itertools.islice(cells, MOST_CELLS + 1))


def _number(letters: str) -> int:
    number = 0
    for letter in letters:
        number = 26 * number + ord(letter) - 64
    return number


def _letters(number: int) -> str:
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def in_numbers(formula: Formula, texts: Mapping[str, str]) -> str:
    """A formula as a reader can follow it: the figures' own numbers in the place of their names.

    texts: by key, each figure as published. A range of more than four is "sum of 6 figures".
    """

    def numbers(match: re.Match) -> str:
        keys = formula.figures.get(match[0])
        if keys is None:
            return match[0]
        return ", ".join(texts[key].removesuffix("%") for key in keys) if len(keys) <= 4 else f"{len(keys)} figures"

    said = formula.written
    for sign, printed in ((" ** ", " to the power of "), ("*", "×"), ("/", "÷"), (" - ", " − ")):
        said = said.replace(sign, printed)  # before the figures' own texts, such as 2014/15
    said = re.sub(r"\b[a-z_]\w*\b(?!\()", numbers, said)
    said = re.sub(r"nearest_share\((.+?), (.+?)\)", r"\1 as the share nearest to \2%", said)
    said = re.sub(r"months_apart\(.+?\)", "months between the two", said)
    said = re.sub(r"months\(.+?\)", "months in the period", said)
    said = re.sub(r"(sum|mean|minimum|maximum)\((\d+ figures)\)", r"\1 of \2", said)
    return said.replace(", ", "; ")  # a comma stands within numbers


def in_parts(formula: Formula) -> tuple[dict, dict] | None:
    """A formula as one weighted sum over another: each a factor by key of a figure (by None: a constant).

    None where it is anything else, such as a product of two figures.
    """
    try:
        return _in_parts(formula.tree, formula)
    except _NoSum:
        return None


class _NoSum(Exception):
    """A part of a formula that is no weighted sum over another."""


def _in_parts(node: ast.expr, formula: Formula) -> tuple[dict, dict]:
    if isinstance(node, ast.Constant):
        return {None: float(node.value)}, {None: 1.0}
    if isinstance(node, ast.UnaryOp):
        part, base = _in_parts(node.operand, formula)
        return _times(part, {None: float(_SIGNS[type(node.op)](1))}), base
    if isinstance(node, ast.Name):
        return dict.fromkeys(formula.figures[node.id], 1.0), {None: 1.0}
    if isinstance(node, ast.Call) and node.func.id in ("sum", "mean"):
        terms = [_in_parts(argument, formula) for argument in node.args]
        total = terms[0]
        for term in terms[1:]:
            total = _plus(total, term)
        count = sum(len(formula.figures.get(getattr(each, "id", ""), [None])) for each in node.args)
        return total if node.func.id == "sum" else (total[0], _times(total[1], {None: float(count)}))
    if isinstance(node, ast.BinOp) and type(node.op) in (ast.Add, ast.Sub, ast.Mult, ast.Div):
        left, right = _in_parts(node.left, formula), _in_parts(node.right, formula)
        if isinstance(node.op, ast.Mult):
            return _times(left[0], right[0]), _times(left[1], right[1])
        if isinstance(node.op, ast.Div):
            return _times(left[0], right[1]), _times(left[1], right[0])
        sign = 1.0 if isinstance(node.op, ast.Add) else -1.0
        return _plus(left, (_times(right[0], {None: sign}), right[1]))
    raise _NoSum


def _times(one: dict, other: dict) -> dict:
    """The product of two weighted sums, of which one is a constant."""
    if set(one) != {None}:
        one, other = other, one
    if set(one) != {None}:
        raise _NoSum
    return {key: factor * one[None] for key, factor in other.items()}


def _plus(one: tuple[dict, dict], other: tuple[dict, dict]) -> tuple[dict, dict]:
    """The sum of two sums over a base."""
    if one[1] != other[1]:
        one, other = (
            (_times(one[0], other[1]), _times(one[1], other[1])),
            (
                _times(other[0], one[1]),
                _times(other[1], one[1]),
            ),
        )
    return {key: one[0].get(key, 0.0) + other[0].get(key, 0.0) for key in {**one[0], **other[0]}}, one[1]


@dataclass(frozen=True)
class Input:
    """One figure as a formula takes it: value as printed (of a hidden one the middle of its bounds), and bounds.

    months: how long its period is. end: when that ends, in months since the year 0.
    """

    value: float
    lower: float
    upper: float
    months: int = 0
    end: float = 0.0


def evaluate(formula: Formula, inputs: Mapping[str, Input]) -> tuple[float, float, float]:
    """A formula's value, and the least and the most that it can be within the bounds of its figures.

    inputs: by key, one for each of formula.keys. Each figure is moved to the end of its bounds that lowers, or raises,
    the result; this is exact where the result rises or falls with each figure throughout, as sums, differences,
    products and ratios of positive figures do.
    Raises InputError for a division by zero, and for what gives no number.
    """
    calculate = _compiled(formula, inputs)
    held = {key for name in formula.held for key in formula.figures[name]}
    point = {key: inputs[key].value for key in formula.keys}
    free = [key for key in formula.keys if key not in held and inputs[key].lower < inputs[key].upper]
    lowest, highest = dict(point), dict(point)
    # Beside the others as printed; where it makes no difference there (the smaller of two), beside their ends.
    settings = [point, *(point | {key: getattr(inputs[key], end) for key in free} for end in ("lower", "upper"))]
    for key in free:
        ends = (inputs[key].lower, inputs[key].upper)
        changes = (calculate(others | {key: ends[1]}) - calculate(others | {key: ends[0]}) for others in settings)
        rises = next((change > 0 for change in changes if change), True)
        lowest[key], highest[key] = ends if rises else ends[::-1]
    value = calculate(point)
    return value, min(value, calculate(lowest)), max(value, calculate(highest))


def _compiled(formula: Formula, inputs: Mapping[str, Input]) -> Callable[[dict[str, float]], float]:
    def numbers(node: ast.expr, values: dict[str, float]) -> list[float]:
        """What an argument of a function stands for: of a range, all its figures."""
        if isinstance(node, ast.Name) and node.id in formula.figures:
            return [values[key] for key in formula.figures[node.id]]
        return [number(node, values)]

    def number(node: ast.expr, values: dict[str, float]) -> float:
        if isinstance(node, ast.Constant):
            return float(node.value)  # a power of whole numbers could have digits without end
        if isinstance(node, ast.BinOp):
            return _OPERATORS[type(node.op)](number(node.left, values), number(node.right, values))
        if isinstance(node, ast.UnaryOp):
            return _SIGNS[type(node.op)](number(node.operand, values))
        if isinstance(node, ast.Call) and node.func.id == "months":
            return inputs[formula.figures[node.args[0].id][0]].months
        if isinstance(node, ast.Call) and node.func.id == "months_apart":
            first, second = (inputs[formula.figures[argument.id][0]] for argument in node.args)
            return abs(second.end - first.end)
        if isinstance(node, ast.Call):
            arguments = [value for argument in node.args for value in numbers(argument, values)]
            return FUNCTIONS[node.func.id](*arguments)
        found = numbers(node, values)
        if len(found) != 1:
            raise InputError(f"{formula.text!r} uses a range outside a function such as sum()")
        return found[0]

    def calculate(values: dict[str, float]) -> float:
        try:
            result = float(number(formula.tree, values))
        except ZeroDivisionError:
            raise InputError(f"{formula.text!r} divides by zero") from None
        except InputError:
            raise
        except (TypeError, ValueError, OverflowError):
            result = math.nan
        if not math.isfinite(result):
            raise InputError(f"{formula.text!r} gives no number")
        return result

    return calculate
