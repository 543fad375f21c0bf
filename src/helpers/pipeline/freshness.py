"""For doit: whether what a task made is still what it would make. Files that it reads, doit looks at itself."""

import hashlib
import json
import tomllib
from collections.abc import Callable
from pathlib import Path

from doit.exceptions import InvalidDodoFile

from helpers.base.authorities import FILE, NO_FIGURE
from helpers.base.errors import InputError
from helpers.base.paths import entries, fingerprint, read_text, relative, root
from helpers.pipeline import notebooks
from helpers.pipeline.lineage import LOCK, code_of, helper_files, imports_of
from helpers.pipeline.reads import for_dodo


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
    task.value_savers.append(lambda: {"targets": fingerprints_of(task.targets)})
    try:
        return values.get("targets") == fingerprints_of(task.targets)
    except InputError as error:
        raise InvalidDodoFile(str(error)) from None


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


@for_dodo
def settings_of_figures() -> dict:
    """The councils' entries in authorities.toml without those that change no figure (authorities.NO_FIGURE)."""
    entries = tomllib.loads(read_text(root() / FILE))
    return {
        name: {key: value for key, value in entry.items() if key not in NO_FIGURE} for name, entry in entries.items()
    }


@for_dodo
def publish_fingerprint() -> str:
    """One text for all that publishing depends on but the executed notebook.

    It is taken once, before this process imports that code: an edit of it meanwhile is for the next run.
    """
    modules = {f"helpers.paper.publish.{name}" for name in ("document", "html", "index", "pdf", "spreadsheet")}
    templates = [relative(path) for path in entries(root() / "src/helpers/paper/publish/templates")]
    return one_text(fingerprints_of([*helper_files(frozenset(modules)), *templates, LOCK]))


def fingerprints_of(files: list[str] | tuple[str, ...]) -> dict[str, str | None]:
    """The fingerprint of each of these files of the project."""
    base = root()
    return {file: fingerprint(base / file) for file in files}


def one_text(everything: object) -> str:
    """One short text that changes with anything in this."""
    return hashlib.sha256(json.dumps(everything, sort_keys=True).encode()).hexdigest()
