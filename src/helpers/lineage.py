"""What rests on what: the helpers behind a piece of code, and the files behind a processed table."""

import ast
from functools import cache
from pathlib import Path

from helpers import notebooks
from helpers.paths import read_text, root

LOCK = "requirements.lock"

#: By file that a notebook of the pipeline makes: the notebook, and the files that its task declares that it reads.
_MADE: dict[str, tuple[str, list[str]]] = {}


def note_made(files: list[str], notebook: str, reads: list[str]) -> None:
    """Keep in mind that a notebook makes these files from those; dodo.py's tasks say so as they are declared."""
    _MADE.update(dict.fromkeys(files, (notebook, reads)))


def rests_on(files: list[str]) -> set[str]:
    """The files that nothing makes, behind these: raw figures and assumptions, notebooks, helpers and the lock file.

    It follows what the tasks of dodo.py declare, and a notebook may read nothing else: so nothing is left out.
    """
    found, seen, waiting = set(), set(), list(files)
    while waiting:
        file = waiting.pop()
        if file in seen:
            continue
        seen.add(file)
        if file in _MADE:
            notebook, reads = _MADE[file]
            found |= {notebook, LOCK, *helper_files(imports_of(code_of(notebook)))}
            waiting += reads
        else:
            found.add(file)
    return found


def code_of(notebook: str) -> str:
    """The code of a notebook's cells."""
    cells = notebooks.read(root() / notebook)["cells"]
    return "\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "code")


@cache
def helper_files(modules: frozenset[str]) -> tuple[str, ...]:
    """The files of these helpers and of all helpers that they import, in turn."""
    found, waiting, base = set(), list(modules), root()
    while waiting:
        stem = Path("src", *waiting.pop().split("."))
        for file in (stem.with_suffix(".py"), stem / "__init__.py"):
            if str(file) not in found and (base / file).is_file():
                found.add(str(file))
                waiting += imports_of(read_text(base / file))
    return tuple(sorted(found))


@cache
def imports_of(code: str) -> frozenset[str]:
    """The helpers' modules that a piece of code imports, wherever in it; all of them where it cannot be read."""
    lines = ["pass" if line.lstrip().startswith(("%", "!")) else line for line in code.splitlines()]
    try:
        tree = ast.parse("\n".join(lines))
    except SyntaxError:
        files = (root() / "src/helpers").rglob("*.py")
        return frozenset(".".join(file.relative_to(root() / "src").with_suffix("").parts) for file in files)
    modules = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            modules |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            modules |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return frozenset(module for module in modules if module.split(".")[0] == "helpers")
