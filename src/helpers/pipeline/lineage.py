"""What rests on what: the helpers behind a piece of code, and the files behind a processed table."""

import ast
import json
from functools import cache
from pathlib import Path

from helpers import OFFERED
from helpers.base.authorities import FILE, NO_FIGURE, authority_named, headline_tables, known_authorities
from helpers.base.paths import fingerprint, fingerprint_of_text, read_text, root, write_together
from helpers.paper.editions import (
    CAUSES,
    FINGERPRINT,
    cause_of,
    csv_of,
    population_files,
    present_file,
    tables_of_others,
)
from helpers.paper.messages import is_message
from helpers.pipeline import notebooks

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


def code_of(file: str) -> str:
    """The code of a notebook's cells, or of a file of Python."""
    if file.endswith(".py"):
        return read_text(root() / file)
    cells = [cell for cell in notebooks.read(root() / file)["cells"] if cell["cell_type"] == "code"]
    sources = ["".join(cell["source"]) for cell in cells]
    return "\n".join(source for source in sources if not is_message(source))


@cache
def helper_files(modules: frozenset[str]) -> tuple[str, ...]:
    """The files of these helpers and of all helpers that they import, in turn."""
    found, waiting, base = set(), list(modules), root()
    while waiting:
        stem = Path("src", *waiting.pop().split("."))
        for file in (stem.with_suffix(".py"), *(folder / "__init__.py" for folder in (stem, *stem.parents[:-2]))):
            if str(file) not in found and (base / file).is_file():
                found.add(str(file))
                waiting += imports_of(read_text(base / file))
    return tuple(sorted(found))


@cache
def imports_of(code: str) -> frozenset[str]:
    """The helpers' modules that a piece of code imports, wherever in it; all of them where it cannot be read."""
    if not (tree := _tree(code)):
        files = (root() / "src/helpers").rglob("*.py")
        return frozenset(".".join(file.relative_to(root() / "src").with_suffix("").parts) for file in files)
    modules = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            modules |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            modules |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
            if node.module == "helpers":
                modules |= {OFFERED[alias.name] for alias in node.names if alias.name in OFFERED}
    return frozenset(module for module in modules if module.split(".")[0] == "helpers")


def _tree(code: str) -> ast.Module | None:
    """A piece of code parsed, lines of magic left out; None where it is no Python."""
    lines = ["pass" if line.lstrip().startswith(("%", "!")) else line for line in code.splitlines()]
    try:
        return ast.parse("\n".join(lines))
    except SyntaxError:
        return None


def traced(authority_id: str) -> list[tuple[str, str, str]]:
    """Each file that a council's headlines rest on, its fingerprint, and the kinds of headline that rest on it.

    It follows the tasks of dodo.py. Of code, the fingerprint is of its lines but imports and words, so that a move
    of files changes nothing; of a notebook, its code; of authorities.toml, what feeds figures in the council's entry;
    that of a raw file with withheld counts does not tell them.
    """
    kinds: dict[str, list[str]] = {}
    for kind, table in headline_tables(authority_named(authority_id)).items():
        for file in {*rests_on([f"data/processed/{table}.csv"]), "src/helpers/paper/headlines.py"}:
            kinds.setdefault(file, []).append(kind)
    from helpers.published.withholding import fingerprints_as_written

    as_written: dict[str, str] = {}
    for source in sorted({file.split("/")[2] for file in kinds if file.startswith("data/raw/")}):
        as_written |= fingerprints_as_written(source)
    kinds = {
        file: of for file, of in kinds.items() if not file.endswith("__init__.py") or without_imports(code_of(file))
    }
    return [
        (file, as_written.get(file) or _fingerprint(file, authority_id), " ".join(kinds[file]))
        for file in sorted(kinds)
    ]


def _fingerprint(file: str, authority_id: str) -> str:
    if file == FILE:
        entries = {key: value for key, value in known_authorities()[authority_id].items() if key not in NO_FIGURE}
        return fingerprint_of_text(json.dumps(entries, sort_keys=True))
    if file.endswith((".ipynb", ".py")):
        return fingerprint_of_text(without_imports(code_of(file)))
    return fingerprint(root() / file) or "none"


def without_imports(code: str) -> str:
    """Lines of code but those that import, describe or comment, and blank ones: what stays when files move."""
    lines = code.splitlines()
    for node in ast.walk(_tree(code) or ast.Module([], [])):
        text = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)
        if text or isinstance(node, ast.Import | ast.ImportFrom):
            lines[node.lineno - 1 : node.end_lineno] = [""] * (node.end_lineno - node.lineno + 1)
    return "\n".join(line for line in lines if line.strip() and not line.lstrip().startswith("#"))


def write_fingerprints(authority_id: str) -> None:
    """Write what a council's headlines rest on at present, by cause; for the pipeline only, as `traced`.

    A document is tidied as a whole, so that all of its files stand here; but not its tables of another council.
    """
    population, others = population_files(), tables_of_others(authority_id)
    rows = [(cause_of(file, population), file, sha256, kinds) for file, sha256, kinds in traced(authority_id)]
    rows = sorted((row for row in rows if row[1] not in others), key=lambda row: (list(CAUSES).index(row[0]), row[1]))
    content = csv_of(FINGERPRINT, [dict(zip(FINGERPRINT, row, strict=True)) for row in rows])
    write_together({present_file(authority_id): content})
