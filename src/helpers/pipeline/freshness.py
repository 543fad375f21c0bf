"""For doit: whether what a task made is still what it would make. Files that it reads, doit looks at itself."""

import tomllib
from collections.abc import Callable
from pathlib import Path

from doit.exceptions import InvalidDodoFile

from helpers.base.authorities import FILE, NO_FIGURE
from helpers.base.errors import InputError
from helpers.base.paths import entries, read_text, relative, root
from helpers.base.without_entry import ANY
from helpers.pipeline.lineage import LOCK, about, helper_files, imports_of
from helpers.pipeline.reads import for_dodo
from helpers.pipeline.remembered import fingerprint_now, fingerprints_of, one_text, short


class Unchanged:
    """For doit's `uptodate`: whether all that a task rests on is as before its last run, each file that it reads too.

    It is looked at before a task runs and kept once it has: a file edited meanwhile leaves it out of date. Content
    alone counts, and not when or how a file was written. What is kept says part by part what a task rested on, so
    that `doit why` can name what changed.
    """

    def __init__(self, parts: Callable[[], dict]) -> None:
        self.parts = parts

    def __repr__(self) -> str:
        return "files read, code, prose, helpers, lock file and parameters are as they were"

    def __call__(self, task, values: dict) -> bool:
        try:
            current = {"parts": self.parts(), "files": one_text(fingerprints_of(sorted(task.file_dep)))}
        except InputError as error:
            raise InvalidDodoFile(str(error)) from None
        task.value_savers.append(lambda: current)
        return all(values.get(key) == now for key, now in current.items())


def targets_as_made(task, values: dict) -> bool:
    """For doit's `uptodate`: whether every file that the task made still holds the bytes that it made."""
    task.value_savers.append(lambda: {"targets": fingerprints_of(task.targets)})
    try:
        return values.get("targets") == fingerprints_of(task.targets)
    except InputError as error:
        raise InvalidDodoFile(str(error)) from None


def notebook_parts(path: Path, parameters: dict, settings: dict | None = None) -> dict[str, object]:
    """All that a notebook's run depends on but its data: code and prose by cell, helpers, lock, parameters.

    settings: what of authorities.toml it depends on, where it does not depend on the file as a whole.
    """
    helpers = fingerprints_of(helper_files(imports_of(path.as_posix())))
    return {
        "cells": about(path.as_posix())["cells"],
        "helpers": {file: short(found) for file, found in helpers.items()},
        "lock": short(fingerprint_now(root() / LOCK)),
        "parameters": parameters,
        "settings": settings or {},
    }


@for_dodo
def settings_of_figures() -> dict[str, str]:
    """What authorities.toml says of each council, by council and key, but for what changes no figure (NO_FIGURE).

    Parameters are those of the tasks that get them.
    """
    entries = tomllib.loads(read_text(root() / FILE))
    return {
        f"{name}, {key}": short(one_text(value))
        for name, entry in entries.items()
        if name != ANY
        for key, value in entry.items()
        if key not in (*NO_FIGURE, "parameters")
    }


@for_dodo
def publish_parts(*more: str) -> dict[str, object]:
    """All that publishing depends on but the executed notebook. more: modules of what is published by itself.

    It is taken once, before this process imports that code: an edit of it meanwhile is for the next run.
    """
    parts = ("arithmetic", "document", "html", "index", "limits", "pdf", "printed", "spreadsheet")
    modules = {f"helpers.paper.publish.{name}" for name in parts} | set(more)
    templates = [relative(path) for path in entries(root() / "src/helpers/paper/publish/templates")]
    files = fingerprints_of([*helper_files(frozenset(modules)), *templates])
    return {
        "helpers": {file: short(found) for file, found in files.items()},
        "lock": short(fingerprint_now(root() / LOCK)),
    }
