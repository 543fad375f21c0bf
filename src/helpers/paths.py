"""Where things are: every path is relative to the project's folder, found from the working directory."""

import contextlib
import hashlib
import os
import re
from pathlib import Path

from helpers.errors import InputError

#: What names of files and folders are made of here, in the words of messages.
NAME_DESCRIBED = (
    "a name of small letters, digits and _ that begins with a letter (and none that Windows keeps for a device, as con)"
)
_DEVICES = re.compile(r"con|prn|aux|nul|(com|lpt)[0-9]")


def is_name(text: str) -> bool:
    """Whether a council, a document, a table, a scenario or a briefing can be called so."""
    return bool(re.fullmatch(r"[a-z][a-z0-9_]*", text)) and len(text) <= 100 and not _DEVICES.fullmatch(text)


def root() -> Path:
    """The project's folder: the nearest one upward from the working directory that holds authorities.toml.

    Raises InputError outside a project.
    """
    here = Path.cwd()
    for folder in (here, *here.parents):
        if (folder / "authorities.toml").is_file():
            return folder
    raise InputError(f"{here} is not inside the project: no authorities.toml here or above. Change into it first.")


#: Names, within a task of the pipeline, the variable that lists the files which the task declares that it reads.
DECLARED = "HELPERS_DECLARED_READS"


def check_declared(path: Path) -> None:
    """Refuse, within a task of the pipeline, a data file that the task does not declare.

    Without this a notebook could run before the file is made, or not run again once it has changed. Outside the
    pipeline, as in JupyterLab, every file may be read. Raises InputError with the file and what to do.
    """
    declared = os.environ.get(DECLARED)
    if declared is not None and relative(path) not in declared.splitlines():
        raise InputError(
            f"{relative(path)} is read here, and this notebook's task does not declare it. Add it to the task's "
            "`reads` in dodo.py; without, the task would not wait for it, nor run again when it changes."
        )


def relative(path: Path) -> str:
    """The path as it is written in messages and files: from the project's folder, with forward slashes."""
    return Path(os.path.relpath(path, root())).as_posix()


def write_together(contents: dict[Path, bytes]) -> None:
    """Write all of these files or none; one that already holds its bytes is left alone.

    Raises InputError where a folder or a file cannot be written.
    """
    changed = {path: content for path, content in contents.items() if fingerprint(path) != _sha256(content)}
    parts = {path: path.with_name(f".{path.name}.{os.getpid()}.part") for path in changed}
    try:
        for path, content in changed.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            parts[path].write_bytes(content)
        for path in filter(Path.exists, changed):
            path.open("r+b").close()  # one that is open elsewhere may be locked: then none is replaced
        for path, part in parts.items():
            os.replace(part, path)
    except OSError as error:
        names = ", ".join(relative(path) for path in changed)
        raise InputError(
            f"{names} cannot be written ({error.strerror}). Close it elsewhere, or allow writing."
        ) from error
    finally:
        for part in parts.values():
            with contextlib.suppress(OSError):
                part.unlink(missing_ok=True)


def write_atomically(path: Path, content: bytes) -> None:
    """Write all of a file or nothing of it."""
    write_together({path: content})


def fingerprint(path: Path) -> str | None:
    """The SHA-256 of a file's bytes, or None where there is no file."""
    return _sha256(path.read_bytes()) if path.is_file() else None


def fingerprint_of_text(text: str) -> str:
    """The SHA-256 of a text, as UTF-8."""
    return _sha256(text.encode())


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def known_sources() -> list[str]:
    """The documents in data/raw, by folder. Refuses a folder without a descriptor, which nothing would read."""
    folders = sorted(
        path for path in (root() / "data/raw").iterdir() if path.is_dir() and not path.name.startswith(".")
    )
    for folder in folders:
        if not (folder / "datapackage.yaml").is_file():
            raise InputError(
                f"{relative(folder)} has no datapackage.yaml: describe its tables in one, or remove the folder."
            )
        if folder.is_symlink() and folder.resolve().parent != folder.parent.resolve():
            raise InputError(f"{relative(folder)} is a link that leads out of data/raw. Put the folder itself there.")
    return [folder.name for folder in folders]


#: What a spreadsheet's own file is called, and what a published table may be kept as.
SPREADSHEETS = (".xlsx", ".xls", ".ods")
TABLES = (".csv", *SPREADSHEETS)


def document_files(folder: Path) -> list[Path]:
    """The files of one document in data/raw that are read: its tables, and what is declared beside them.

    Raises InputError for a link that leads out of the folder: its file could change, and nothing would run again.
    """
    files = [path for path in sorted(folder.iterdir()) if path.suffix.lower() in (".yaml", *TABLES) and path.is_file()]
    # A spreadsheet program that is open leaves "~$table.xlsx" beside its file.
    files = [path for path in files if not path.name.startswith((".", "~$"))]
    for path in files:
        if path.is_symlink() and path.resolve().parent != folder.resolve():
            raise InputError(f"{relative(path)} is a link that leads out of its folder. Put the file itself there.")
    return files


#: The assumptions that are not a scenario's own.
SHARED_ASSUMPTIONS = {name: f"data/assumptions/{name}.yaml" for name in ("age_bands", "uncertainty", "need_drivers")}


def assumption_files(scenario: str) -> list[Path]:
    """The files that a projection rests on: age bands, uncertainty, and those of its scenarios (joined by "+")."""
    shared = [SHARED_ASSUMPTIONS[name] for name in ("age_bands", "uncertainty")]
    own = [f"data/assumptions/scenarios/{name}.yaml" for name in scenario.split("+")]
    return [root() / path for path in (*shared, *own)]
