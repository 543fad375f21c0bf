"""%%say: a message of a paper as Markdown in a cell of its own, with named numbers in braces.

    %%say
    - **Older people.** The number would {older.goes} by {horizon}.

A name in braces is one of the notebook's, with dots and brackets as in Python; what it holds prints itself. A number
that knows itself (helpers.base.numbers) prints in the house style, and the web page links it to what it rests on.
`%%say_if premise` shows its message only where the premise holds: a name, or `not` and a name. A message that begins
with two blanks goes on in the paragraph, or the point of a list, that the message before it ended in.
"""

import inspect
import re
import sys
from numbers import Integral

from helpers.base.errors import InputError, nearest
from helpers.base.mime import SENTENCE
from helpers.base.numbers import Said, Traced, fill, recorded

_NAME = re.compile(r"[^\W\d]\w*(\.[^\W\d]\w*|\[[^\[\]]+\])*")
_PART = re.compile(r"\.?([^\W\d]\w*)|\[([^\[\]]+)\]")
#: What begins a line of its own: a point of a list, or a heading.
_BEGINS = re.compile(r"\s*([-*+]|\d+[.)]|#+)\s")
#: How a message begins that goes on where the one before it ended.
GOES_ON = "  "
#: How many names an error lists.
MOST_NAMES = 12


def register() -> None:
    """Make %%say and %%say_if known to the notebook that runs; nothing outside one."""
    shell = sys.modules["IPython"].get_ipython() if "IPython" in sys.modules else None
    if shell is not None:
        for name in ("say", "say_if"):
            shell.register_magic_function(
                lambda line, cell, name=name: run(f"%%{name} {line}\n{cell}", shell.user_ns), "cell", name
            )


def run(source: str, names: dict) -> None:
    """Show the message of a cell, where its premise holds. names: the notebook's."""
    first, _, text = source.lstrip().partition("\n")
    magic, premise = first.split()[0], first.partition(" ")[2].strip()
    if not text.strip():
        raise InputError(f"{magic}: there is no message below the line. Write one, or take the cell out.")
    if magic == "%%say_if":
        negated, name = premise.split(" ")[0] == "not", premise.removeprefix("not").strip()
        name = name if negated else premise
        if not name:
            raise InputError("%%say_if needs a premise: the name of what must hold, as in %%say_if older.is_rise.")
        if bool(value_of(name, names)) is negated:
            return
    elif premise:
        raise InputError(f"%%say {premise}: the message stands below the line. A premise is for %%say_if.")
    show(filled(unwrapped(text), names))


def unwrapped(text: str) -> str:
    """A message with each paragraph, and each point of a list, on one line: where its lines break means nothing."""
    lines: list[str] = []
    for line in text.splitlines():
        if line.strip() and lines and lines[-1].strip() and not _BEGINS.match(line):
            lines[-1] = f"{lines[-1].rstrip()} {line.strip()}"
        else:
            lines.append(line)
    return "\n".join(lines)


def show(message: Said) -> None:
    """Show a message, in the notebook and in the paper, with what each of its numbers rests on."""
    from IPython.display import display

    text = message.stripped()
    about = {"source": "", "goes_on": message.words.startswith(GOES_ON), "numbers": recorded(text)}
    display({"text/plain": "Sentence", "text/markdown": text.words, SENTENCE: about}, raw=True)


def filled(text: str, names: dict) -> Said:
    """A message with its names filled in, and its numbers with their places.

    Raises InputError for a name that is not there, with the nearest; and for braces that do not match.
    """

    def said(name: str) -> object:
        if (value := value_of(name, names)) is None:
            raise InputError(f"{{{name}}} holds nothing. Say the message under %%say_if, with what it needs.")
        if isinstance(value, float) or not isinstance(value, (Traced, Said, str, Integral)):
            held = repr(value) if isinstance(value, float) else f"a {type(value).__name__}"
            raise InputError(
                f"{{{name}}} holds {held}, which would print as it stands in memory. Say it with `council.people`, or "
                "with `wording` (count, people, percentage, pounds, listed), in a cell above."
            )
        return value

    return fill(text, said)


def words(text: str) -> Said:
    """A title or a note with names in braces, which are those of the cell or function that asks, as in a message."""
    asking = inspect.currentframe().f_back
    return filled(text, {**asking.f_globals, **asking.f_locals})


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
                f"{{{name}}}: {so_far} has no {part or str(_key(entry))!r}.{_nearest(part or str(_key(entry)), known)}"
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
