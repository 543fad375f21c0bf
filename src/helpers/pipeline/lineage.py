"""What rests on what: the helpers behind a piece of code, and the files behind a processed table."""

import ast
import json
import os
from functools import cache
from pathlib import Path

from helpers import OFFERED
from helpers.base.authorities import FILE, NO_FIGURE, headline_tables
from helpers.base.code import parsed
from helpers.base.paths import fingerprint_of_text, read_text, root, write_together
from helpers.pipeline import notebooks
from helpers.pipeline.reads import authorities, inputs, processed, raw_files
from helpers.pipeline.remembered import fingerprint_now, fingerprints_of, one_text, remembered, short
from helpers.pipeline.typed_figures import is_message

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
            found |= {notebook, LOCK, *helper_files(imports_of(notebook))}
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


def about(file: str) -> dict:
    """What is to know of a notebook or a file of Python at present, each content of it read once:

    imports: the helpers' modules that it imports, None where that cannot be read; lines: the fingerprint of its code
    without imports, words and comments; parts: the fingerprint of each function, class and name at its top, by name;
    cells: the short fingerprint of each of a notebook's cells.
    """
    return remembered("about", about_key(fingerprint_now(root() / file)), lambda: _read_about(file))


def about_key(fingerprint_of_file: str | None) -> str:
    """What `about` is remembered by; another once this module is, as what it would say may be."""
    return f"{short(fingerprint_now(Path(__file__)))} {short(fingerprint_of_file)}"


def _read_about(file: str) -> dict:
    code = code_of(file)
    tree, cells = _tree(code), []
    if file.endswith(".ipynb"):
        cells = [
            ["".join(cell["source"]), cell["cell_type"], cell["metadata"].get("tags", [])]
            for cell in notebooks.read(root() / file)["cells"]
        ]
    return {
        "imports": sorted(_imports(tree)) if tree else None,
        "lines": fingerprint_of_text(without_imports(code)),
        "parts": _parts(tree) if tree and not cells else {},
        "cells": [short(one_text(cell)) for cell in cells],
    }


def _parts(tree: ast.Module) -> dict[str, str | None]:
    """What stands at the top of a module, by name, its fingerprint; without a name, lines that set none."""
    found: dict[str, str] = {}
    for node in tree.body:
        if isinstance(node, ast.Import | ast.ImportFrom):
            continue
        targets = getattr(node, "targets", [getattr(node, "target", None)])
        name = getattr(node, "name", None) or next((one.id for one in targets if isinstance(one, ast.Name)), "")
        found[name] = found.get(name, "") + ast.dump(node)
    return {name: short(fingerprint_of_text(said)) for name, said in found.items()}


@cache
def helper_files(modules: frozenset[str]) -> tuple[str, ...]:
    """The files of these helpers and of all helpers that they import, in turn."""
    found, waiting, seen = set(), list(modules), set()
    while waiting:
        if (module := waiting.pop()) not in seen:
            seen.add(module)
            for file in _files_of(module):
                if file not in found:
                    found.add(file)
                    waiting += imports_of(file)
    return tuple(sorted(found))


@cache
def _files_of(module: str) -> list[str]:
    """The file of a module, and those of the packages that it stands in, where they are there."""
    parts, base = module.split("."), root()
    packages = [f"src/{'/'.join(parts[:depth])}/__init__.py" for depth in range(1, len(parts) + 1)]
    return [file for file in (f"src/{'/'.join(parts)}.py", *packages) if os.path.isfile(f"{base}/{file}")]


@cache
def imports_of(file: str) -> frozenset[str]:
    """The helpers' modules that a notebook or a file of Python imports, wherever in it; all where it cannot be read."""
    imports = about(file)["imports"]
    if imports is None:
        files = (root() / "src/helpers").rglob("*.py")
        return frozenset(".".join(file.relative_to(root() / "src").with_suffix("").parts) for file in files)
    return frozenset(imports)


def _imports(tree: ast.Module) -> set[str]:
    modules = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            modules |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            modules |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
            if node.module == "helpers":
                modules |= {OFFERED[alias.name] for alias in node.names if alias.name in OFFERED}
    return {module for module in modules if module.split(".")[0] == "helpers"}


def _tree(code: str) -> ast.Module | None:
    """A piece of code parsed, lines of magic left out; None where it is no Python."""
    lines = ["pass" if line.lstrip().startswith(("%", "!")) else line for line in code.splitlines()]
    try:
        return parsed("\n".join(lines))
    except (SyntaxError, ValueError, RecursionError):
        return None


def traced(authority_id: str) -> list[tuple[str, str, str]]:
    """Each file that a council's headlines rest on, its fingerprint, and the kinds of headline that rest on it.

    It follows the tasks of dodo.py. Of code, the fingerprint is of its lines but imports and words, so that a move
    of files changes nothing; of a notebook, its code; of authorities.toml, what feeds figures in the council's entry;
    that of a raw file with withheld counts does not tell them.
    """
    kinds: dict[str, list[str]] = {}
    council = authorities()[authority_id]
    for kind, table in headline_tables({**council, "id": authority_id}).items():
        for file in {*rests_on([f"data/processed/{table}.csv"]), "src/helpers/paper/headlines.py"}:
            kinds.setdefault(file, []).append(kind)
    as_written: dict[str, str] = {}
    for source in sorted({file.split("/")[2] for file in kinds if file.startswith("data/raw/")}):
        as_written |= _as_written(source)
    nothing = fingerprint_of_text("")
    kinds = {
        file: of for file, of in kinds.items() if not file.endswith("__init__.py") or about(file)["lines"] != nothing
    }
    return [
        (file, as_written.get(file) or fingerprint_in_edition(file, council), " ".join(kinds[file]))
        for file in sorted(kinds)
    ]


def _as_written(source: str) -> dict[str, str]:
    """withholding.fingerprints_as_written, asked again where a file is another that it reads."""

    def work() -> dict[str, str]:
        from helpers.published.withholding import fingerprints_as_written

        return fingerprints_as_written(source)

    read = [*raw_files(source), *processed(f"figures_{source}", f"claims_{source}")]
    state = inputs()
    return remembered("as_written", one_text([state, fingerprints_of(read)]), work) if state else work()


def fingerprint_in_edition(file: str, council: dict) -> str:
    """The fingerprint of a file as an edition keeps it. council: the entry of authorities.toml."""
    if file == FILE:
        entries = {key: value for key, value in council.items() if key not in NO_FIGURE}
        return fingerprint_of_text(json.dumps(entries, sort_keys=True))
    if file.endswith((".ipynb", ".py")):
        return about(file)["lines"]
    return fingerprint_now(root() / file) or "none"


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
    from helpers.paper.editions import (
        CAUSES,
        FINGERPRINT,
        cause_of,
        csv_of,
        population_files,
        present_file,
        tables_of_others,
    )

    population, others = population_files(), tables_of_others(authority_id)
    rows = [(cause_of(file, population), file, sha256, kinds) for file, sha256, kinds in traced(authority_id)]
    rows = sorted((row for row in rows if row[1] not in others), key=lambda row: (list(CAUSES).index(row[0]), row[1]))
    content = csv_of(FINGERPRINT, [dict(zip(FINGERPRINT, row, strict=True)) for row in rows])
    write_together({present_file(authority_id): content})
