"""What stopped a notebook, in the words of who wrote it."""

import builtins
import difflib
import re

from helpers.base.paths import read_text, root

#: What an error of Python means to who wrote the line, beside Python's own words.
_MEANS = {
    "NameError": "Nothing above gives that name.",
    "KeyError": "No row, column or key there is called so.",
    "IndexError": "There are fewer of them than the line asks for.",
    "StopIteration": "Nothing there is what the line looks for.",
    "ModuleNotFoundError": "That package is not installed with this project.",
    "MemoryError": "The machine has not memory enough for it.",
    "ZeroDivisionError": "What it divides by is 0.",
    "CalledProcessError": "The command failed. Write `|| true` behind one that may.",
    "EOFError": "A compiled file (.pyc) is cut off, as by a full disk: delete the folders called __pycache__.",
}


def said_of(error: dict, cell: dict, code: str) -> str:
    """What to say of an error that a cell ended in: one in an analyst's words as it is; Python's with meaning and line.

    error: the cell's output. code: of all cells, where a misspelt name may stand as it should be.
    """
    kind, message = error["ename"], error["evalue"]
    if kind in ("InputError", "PublishError"):
        return message
    means = _MEANS.get(kind, "")
    if "'NoneType'" in message:
        means = "None stands where the line needs something: what it looked up is not there."
    elif kind == "ModuleNotFoundError" and "'helpers." in message:
        means = "There is no such file in src/helpers."
    message = re.sub(r" \(\d+\.py, line \d+\)", "", message)  # a number that Jupyter gives the cell
    said = [f"{kind}: {message}".rstrip(": ") + ".", means, _near(message, kind, code)]
    lines = "".join(cell["source"]).splitlines()
    places = re.findall(r"Cell In\[\d+\], line (\d+)", re.sub(r"\x1b\[[\d;]*m", "", "\n".join(error["traceback"])))
    if places and int(places[-1]) <= len(lines) and not lines[0].startswith("%%"):
        said.append(f"It stands in line {places[-1]}: {lines[int(places[-1]) - 1].strip()[:100]}")
    return " ".join(filter(None, said))


def _near(message: str, kind: str, code: str) -> str:
    """The name nearest to one that is not there: of the notebook's words, its tables' columns, or a helper's own."""
    wrong = re.search(r"'(\w+)'", message if kind in ("NameError", "KeyError") else message.partition(" attribute ")[2])
    if not wrong or kind not in ("NameError", "KeyError", "AttributeError"):
        return ""
    from helpers.published.processed import COLUMNS

    if helper := re.search(r"'helpers\.([\w.]+)'", message):
        text = read_text(root() / f"src/helpers/{helper[1].replace('.', '/')}.py")
        code = " ".join(re.findall(r"^(?:def |class )?(\w+)(?= =|\()", text, re.MULTILINE))
    known = {*re.findall(r"[^\W\d]\w*", code), *(COLUMNS if kind == "KeyError" else dir(builtins))} - {wrong[1]}
    near = difflib.get_close_matches(wrong[1], sorted(known), n=1, cutoff=0.7)
    return f"Did you mean {near[0]!r}?" if near else ""


def why_stopped(error: Exception, seconds: int) -> str:
    """Why a run ended without its cell's saying so: it took longer than these seconds, or its kernel is no more."""
    if isinstance(error, TimeoutError):
        minutes = seconds // 60
        return (
            f"it took longer than a cell may, {minutes} minutes. Make it quicker; or where it must take so long, give "
            f"it more: `make briefings CELL_MINUTES={3 * minutes}`."
        )
    if "Kernel died" in str(error):
        return (
            "its kernel died, most often because the machine's memory was full (Kernel died), or the cell ended Python "
            "itself (os._exit, os.abort). Close other programs, or run one notebook at a time (`doit -n 1`), "
            "and run it again; take out a line that ends Python."
        )
    return f"its kernel stopped ({error}). Run it again."
