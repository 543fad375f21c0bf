"""Start a briefing: a notebook that builds as it stands, and its name in the council's briefings."""

import os
import re
import tomllib
from pathlib import Path

from helpers.base.authorities import FILE, authority_named
from helpers.base.errors import InputError
from helpers.base.paths import is_name, read_text, relative, root, write_together
from helpers.pipeline import notebooks
from helpers.pipeline.canonical import canonical, dumps

TEMPLATE = Path(__file__).parent / "templates/briefing.ipynb"
NAME = r"[a-z]+(_[a-z]+)*"  # no digit: its words begin the title, where none is typed

_COMMENT = r"\s*#[^\n]*"
_ITEM = rf'\s*"[^"\n]*"\s*,?(?:{_COMMENT})*'


def start(name: str, authority_id: str) -> str:
    """Make notebooks/briefings/<name>.ipynb and add the name to the council's briefings; returns what to do next.

    Raises InputError, and writes nothing, for a name that is none or is taken, for an unknown council, and where
    authorities.toml cannot be edited without changing anything else.
    """
    if not name or not authority_id:
        raise InputError("Say which: `doit new-briefing --name care_costs --authority leicester`.")
    if not re.fullmatch(NAME, name) or not is_name(name):
        raise InputError(
            f"A briefing cannot be called {name!r}: small letters and _, as in care_costs "
            "(and no name that Windows keeps for a device, such as con)."
        )
    authority_named(authority_id)
    path = root() / "notebooks/briefings" / f"{name}.ipynb"
    if os.path.lexists(path):
        raise InputError(
            f"{relative(path)} is there already. Choose another name; or, to make that briefing for {authority_id} "
            f"too, add {name!r} to its briefings in {FILE}."
        )
    settings = root() / FILE
    edited = with_briefing(read_text(settings), authority_id, name)
    write_together({path: _notebook(name, authority_id), settings: edited.encode()})
    pdf = f"reports/{authority_id}/{name.replace('_', '-')}.pdf"
    return (
        f"Made {relative(path)}, and added it to {authority_id}'s briefings in {FILE}.\n"
        f"`doit` makes {pdf} and the web page and spreadsheet beside it. Then change the notebook: `make lab`.\n"
        "When it says what it should: `make refresh`, which stores its outputs, and commit."
    )


def _notebook(name: str, authority_id: str) -> bytes:
    """The template under a title made from the name, with the council as its default."""
    words = name.replace("_", " ")
    replaced = {
        "# A new briefing": f"# {words.capitalize()}",
        "on this subject?": f"on {words}?",
        'authority_id = "leicestershire"': f'authority_id = "{authority_id}"',
    }
    notebook = notebooks.read(TEMPLATE)
    for cell in notebook["cells"]:
        source = "".join(cell["source"])
        for old, new in replaced.items():
            source = source.replace(old, new)
        cell["source"] = source.splitlines(keepends=True)
    return dumps(canonical(notebook))


def with_briefing(text: str, authority_id: str, name: str) -> str:
    """The text of authorities.toml with a briefing more for a council, and nothing else changed.

    Raises InputError where the council's list cannot be found, or the text would then say anything else.
    """
    entry = re.search(rf"(?ms)^\[{re.escape(authority_id)}\].*?(?=^\[|\Z)", text)
    listed = entry and re.search(rf"^briefings\s*=\s*\[(?:{_COMMENT})*(?:{_ITEM})+\s*\]", entry[0], re.MULTILINE)
    by_hand = InputError(f"{FILE} cannot be edited safely: add {name!r} to the briefings of {authority_id} yourself.")
    if not listed:
        raise by_hand
    last = [match for match in re.finditer(r'"[^"\n]*"|#[^\n]*', listed[0]) if match[0].startswith('"')][-1]
    place = entry.start() + listed.start() + last.end()
    edited = f'{text[:place]}, "{name}"{text[place:]}'
    wanted, found = tomllib.loads(text), tomllib.loads(edited)
    wanted[authority_id]["briefings"].append(name)
    if wanted != found:
        raise by_hand
    return edited
