"""%%say: a message of a paper as Markdown in a cell of its own, with named numbers in braces.

    %%say
    - **Older people.** The number would {older.goes} by {horizon}.

A name in braces is one of the notebook's, with dots and brackets as in Python; what it holds prints itself. A
`numbers.Number` prints in the house style, and the web page links it to what it rests on. `%%say_if premise` shows its
message only where the premise holds: a name, or `not` and a name.
"""

import re
import string
import sys

from helpers.base.errors import InputError, nearest
from helpers.base.mime import SENTENCE
from helpers.base.numbers import Number, Said, as_recorded

_FORMATTER = string.Formatter()
_NAME = re.compile(r"[^\W\d]\w*(\.[^\W\d]\w*|\[[^\[\]]+\])*")
_PART = re.compile(r"\.?([^\W\d]\w*)|\[([^\[\]]+)\]")
#: How many names an error lists.
MOST_NAMES = 12


def register() -> None:
    """Make %%say and %%say_if known to the notebook that runs; nothing outside one."""
    shell = sys.modules["IPython"].get_ipython() if "IPython" in sys.modules else None
    if shell is not None:
        shell.register_magic_function(lambda line, cell: _say(line, cell, shell.user_ns), "cell", "say")
        shell.register_magic_function(lambda line, cell: _say_if(line, cell, shell.user_ns), "cell", "say_if")


def _say(line: str, cell: str, names: dict) -> None:
    if line.strip():
        raise InputError(f"%%say {line.strip()}: the message stands below the line. A premise is for %%say_if.")
    text, numbers = filled(cell, names)
    show(text, numbers)


def _say_if(line: str, cell: str, names: dict) -> None:
    negated, premise = line.strip().startswith("not "), line.strip().removeprefix("not ").strip()
    if not premise:
        raise InputError("%%say_if needs a premise: the name of what must hold, as in %%say_if older.is_rise.")
    if bool(value_of(premise, names)) is not negated:
        _say("", cell, names)


def show(text: str, numbers: list[Number]) -> None:
    """Show a message, in the notebook and in the paper, with what each of its numbers rests on."""
    from IPython.display import display

    about = {"source": "", "numbers": [as_recorded(number) for number in numbers]}
    display({"text/plain": "Sentence", "text/markdown": text.strip(), SENTENCE: about}, raw=True)


def filled(text: str, names: dict) -> tuple[str, list[Number]]:
    """A message with its names filled in, and its numbers in the order in which they stand.

    Raises InputError for a name that is not there, with the nearest; and for braces that do not match.
    """
    parts, numbers = [], []
    try:
        pieces = list(_FORMATTER.parse(text))
    except ValueError as error:
        raise InputError(f"The braces of this message do not match ({error}). Write {{{{ for a brace itself.") from None
    for literal, name, style, conversion in pieces:
        parts.append(literal)
        if name is not None:
            if style or conversion or not name:
                raise InputError(f"{{{name}}} holds more than a name: say it with a name that prints as you want it.")
            value = value_of(name, names)
            parts.append(str(value))
            numbers += _numbers_of(value)
    return "".join(parts), numbers


def _numbers_of(value: object) -> list[Number]:
    if isinstance(value, Number):
        return [value]
    return list(value.numbers) if isinstance(value, Said) else []


def value_of(name: str, names: dict) -> object:
    """What a name of a message holds: the notebook's name, its parts after dots, its entries in brackets."""
    if not _NAME.fullmatch(name.strip()):
        raise InputError(f"{{{name}}} is no name. Set one to it in a cell above, and say that.")
    first, *rest = _PART.findall(name.strip())
    if first[0] not in names:
        raise InputError(f"{{{name}}}: there is no {first[0]!r} in this notebook.{_nearest(first[0], names)}")
    value, so_far = names[first[0]], first[0]
    for part, entry in rest:
        try:
            value = getattr(value, part) if part else value[_key(entry)]
        except (AttributeError, KeyError, IndexError, TypeError):
            known = value if isinstance(value, dict) else dir(value) if part else getattr(value, "index", ())
            raise InputError(
                f"{{{name}}}: {so_far} has no {part or entry!r}.{_nearest(part or entry, known)}"
            ) from None
        so_far += f".{part}" if part else f"[{entry}]"
    if callable(value):
        raise InputError(f"{{{name}}} is a function. Set a name to what it gives, in the cell above, and say that.")
    return value


def _key(entry: str) -> object:
    """A key in brackets: a whole number as one, else a text, with or without its quotes."""
    return int(entry) if entry.isdecimal() else entry.strip("'\"")


def _nearest(name: str, known: object) -> str:
    """The nearest of these names, where one is near."""
    own = sorted(key for key in map(str, known) if not key.startswith("_"))
    return nearest(name, own).partition(" Known:")[0] if len(own) > MOST_NAMES else nearest(name, own)


def is_message(source: str) -> bool:
    """Whether a cell holds a message: Markdown under %%say or %%say_if."""
    return source.lstrip().startswith("%%say")
