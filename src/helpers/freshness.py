"""For doit: whether what a task made is still what it would make. Files that it reads, doit looks at itself."""

import hashlib
import json
import tomllib
from collections.abc import Callable
from functools import cache
from pathlib import Path

from doit.exceptions import InvalidDodoFile

from helpers import notebooks
from helpers.authorities import FILE, NO_FIGURE
from helpers.errors import InputError
from helpers.lineage import LOCK, code_of, helper_files, imports_of
from helpers.paths import fingerprint, root


class Unchanged:
    """For doit's `uptodate`: whether a fingerprint, and each file that the task reads, is as before its last run.

    They are taken before a task runs and kept once it has: a file edited meanwhile leaves it out of date. Content
    alone counts, and not when or how a file was written.
    """

    def __init__(self, fingerprint: Callable[[], str]) -> None:
        self.fingerprint = fingerprint

    def __repr__(self) -> str:
        return "files read, code, prose, helpers, lock file and parameters are as they were"

    def __call__(self, task, values: dict) -> bool:
        try:
            current = one_text([self.fingerprint(), fingerprints_of(sorted(task.file_dep))])
        except InputError as error:
            raise InvalidDodoFile(str(error)) from None
        task.value_savers.append(lambda: {"fingerprint": current})
        return values.get("fingerprint") == current


def targets_as_made(task, values: dict) -> bool:
    """For doit's `uptodate`: whether every file that the task made still holds the bytes that it made."""
    task.value_savers.append(lambda: {"targets": {target: fingerprint(Path(target)) for target in task.targets}})
    return values.get("targets") == {target: fingerprint(Path(target)) for target in task.targets}


def notebook_fingerprint(path: Path, parameters: dict, settings: object = None) -> str:
    """One text for all that a notebook's run depends on but its data: code and prose, helpers, lock, parameters.

    settings: what of authorities.toml it depends on, where it does not depend on the file as a whole.
    """
    cells = [
        ("".join(cell["source"]), cell["cell_type"], cell["metadata"].get("tags", []))
        for cell in notebooks.read(root() / path)["cells"]
    ]
    used = fingerprints_of(helper_files(imports_of(code_of(str(path)))))
    return one_text([cells, used, fingerprint(root() / LOCK), parameters, settings])


@cache
def settings_of_figures() -> dict:
    """The councils' entries in authorities.toml without those that change no figure (authorities.NO_FIGURE)."""
    entries = tomllib.loads((root() / FILE).read_text(encoding="utf-8"))
    return {
        name: {key: value for key, value in entry.items() if key not in NO_FIGURE} for name, entry in entries.items()
    }


@cache
def publish_fingerprint() -> str:
    """One text for all that publishing depends on but the executed notebook.

    It is taken once, before this process imports that code: an edit of it meanwhile is for the next run.
    """
    modules = {f"helpers.publish.{name}" for name in ("document", "html", "index", "pdf", "spreadsheet")}
    templates = sorted(str(path) for path in Path("src/helpers/publish/templates").iterdir())
    return one_text(fingerprints_of([*helper_files(frozenset(modules)), *templates, LOCK]))


def fingerprints_of(files: list[str] | tuple[str, ...]) -> dict[str, str | None]:
    """The fingerprint of each of these files of the project."""
    base = root()
    return {file: fingerprint(base / file) for file in files}


def one_text(everything: object) -> str:
    """One short text that changes with anything in this."""
    return hashlib.sha256(json.dumps(everything, sort_keys=True).encode()).hexdigest()
