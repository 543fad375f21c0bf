"""Where things are: every path is relative to the project's folder, found from the working directory."""

import contextlib
import errno
import hashlib
import os
import re
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

from helpers.base.errors import InputError

#: What names of files and folders are made of here, in the words of messages.
NAME_DESCRIBED = (
    "a name of small letters, digits and _ that begins with a letter (and none that Windows keeps for a device, as con)"
)
_DEVICES = re.compile(r"con|prn|aux|nul|(com|lpt)[0-9]")


def is_name(text: str) -> bool:
    """Whether a council, a document, a table, a scenario or a briefing can be called so."""
    return bool(re.fullmatch(r"[a-z][a-z0-9_]*", text)) and len(text) <= 100 and not _DEVICES.fullmatch(text)


#: By working directory, the project's folder that was found above it.
_ROOTS: dict[str, Path] = {}


def root() -> Path:
    """The project's folder: the nearest one upward from the working directory that holds authorities.toml.

    Raises InputError outside a project.
    """
    working = os.getcwd()
    if (known := _ROOTS.get(working)) and os.path.lexists(f"{known}/authorities.toml"):
        return known
    here = Path(working)
    for folder in (here, *here.parents):
        if os.path.lexists(folder / "authorities.toml"):
            _ROOTS[working] = folder
            return folder
    raise InputError(f"{here} is not inside the project: no authorities.toml here or above. Change into it first.")


#: Names, within a task of the pipeline, the variable that lists the files which the task declares that it reads.
DECLARED = "HELPERS_DECLARED_READS"
#: The fingerprint of every file that was read here, as it was then.
_AS_READ: dict[str, str | None] = {}


def check_declared(path: Path) -> None:
    """Refuse, within a task of the pipeline, a data file that the task does not declare; to be called before reading.

    Without this a notebook could run before the file is made, or not run again once it has changed. Outside the
    pipeline, as in JupyterLab, every file may be read, and again once it was edited. Raises InputError with the file
    and what to do, and within a task for a file that was edited after the task first read it.
    """
    name, declared = relative(path), os.environ.get(DECLARED)
    if declared is not None:
        if name not in declared.splitlines():
            raise InputError(
                f"{name} is read here, and this notebook's task does not declare it. Add it to what the task reads, a "
                "function in src/helpers/pipeline/reads.py; without, the task would not wait for it, nor run again "
                "when it changes. A briefing may read what rests on a scenario where it has a parameter `scenario`."
            )
        if name in _AS_READ:
            refuse_edited([path])
    _AS_READ[name] = fingerprint(path)


def as_read(paths: Iterable[Path]) -> tuple[str | None, ...]:
    """The fingerprints of files that are about to be read: what comes of them holds while these are the same.

    Raises InputError as check_declared does.
    """
    paths = list(paths)
    for path in paths:
        check_declared(path)
    return tuple(_AS_READ[relative(path)] for path in paths)


def forget_what_was_read() -> None:
    """Begin anew, as in a process that has read nothing: a file that was edited since is read as it is now."""
    _AS_READ.clear()


def refuse_edited(paths: list[Path]) -> None:
    """Refuse to go on where a file was edited after it was read here. Raises InputError with the file."""
    for path in paths:
        name = relative(path)
        if _AS_READ.get(name, present := fingerprint(path)) != present:
            raise InputError(f"{name} was edited after it was read here. Run this again from the start.")


def relative(path: Path) -> str:
    """The path as it is written in messages and files: from the project's folder, with forward slashes."""
    return Path(os.path.relpath(path, root())).as_posix()


#: What to do where the system refuses a file, by its reason; else leave for it has to be given.
_REMEDIES = {
    **dict.fromkeys((errno.ENOSPC, errno.EDQUOT), "The disk is full: free space, and run the same again."),
    **dict.fromkeys((errno.EMFILE, errno.ENFILE), "Allow more open files (`ulimit -n 1024`), and run the same again."),
    errno.ENAMETOOLONG: "Give it a shorter name.",
    errno.EISDIR: "A folder stands where a file should be: move it away.",
    **dict.fromkeys((errno.ENOTDIR, errno.EEXIST), "A file stands where a folder should be: move it away."),
    errno.ELOOP: "Its link leads nowhere: put the file itself there.",
}


def refused(names: str, error: Exception, doing: str, allow: str) -> InputError:
    """What to say where the system lets nobody read (or write) a file: the file, why, and what to do.

    allow: what to do where the reason is none of those that are known, as for a missing permission.
    """
    remedy = _REMEDIES.get(getattr(error, "errno", None), allow)
    return InputError(f"{names} cannot be {doing} ({getattr(error, 'strerror', None) or error}). {remedy}")


def read_bytes(path: Path) -> bytes:
    """All of a file. Raises InputError where there is none, or it cannot be read, with what to do."""
    try:
        return Path(path).read_bytes()
    except FileNotFoundError:
        raise InputError(f"There is no {relative(path)}.") from None
    except (OSError, ValueError) as error:  # the second for a name that holds a NUL
        error = IsADirectoryError(errno.EISDIR, "it is a folder") if os.path.isdir(path) else error
        raise refused(relative(path), error, "read", "Allow reading it.") from error


def read_text(path: Path) -> str:
    """All of a file in UTF-8. Raises InputError as read_bytes does, and for a byte that does not fit."""
    content = read_bytes(path)
    try:
        return content.decode("utf-8").replace("\r\n", "\n").replace("\r", "\n")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise InputError(
            f"{relative(path)} is not written in UTF-8: line {line} holds a byte that does not fit. Save it in UTF-8."
        ) from error


def entries(folder: Path) -> list[Path]:
    """What stands in a folder, sorted. Raises InputError where there is none, or it cannot be looked into."""
    try:
        return [folder / name for name in sorted(os.listdir(folder))]
    except OSError as error:
        raise refused(relative(folder), error, "looked into", "Make the folder, or allow reading it.") from error


def write_together(contents: dict[Path, bytes]) -> None:
    """Write all of these files or none; one that already holds its bytes is left alone.

    Raises InputError where a folder or a file cannot be written.
    """
    changed = {path: content for path, content in contents.items() if not _holds(path, content)}
    parts = {path: path.with_name(f".{path.name}.{os.getpid()}.part") for path in changed}
    path = None
    try:
        for path, content in changed.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            parts[path].write_bytes(content)
        for path in filter(Path.exists, changed):
            path.open("r+b").close()  # one that is open elsewhere may be locked: then none is replaced
        for path, part in parts.items():
            os.replace(part, path)
    except (OSError, ValueError) as error:
        raise refused(relative(path), error, "written", "Close it elsewhere, or allow writing.") from error
    finally:
        for part in parts.values():
            with contextlib.suppress(OSError, ValueError):
                part.unlink(missing_ok=True)


def _holds(path: Path, content: bytes) -> bool:
    with contextlib.suppress(OSError, ValueError):
        return path.read_bytes() == content
    return False


def write_atomically(path: Path, content: bytes) -> None:
    """Write all of a file or nothing of it."""
    write_together({path: content})


def fingerprint(path: Path) -> str | None:
    """The SHA-256 of a file, or None where there is none.

    Lines of a text end as git keeps them (LF), so that a checkout with CRLF is the same file. Raises InputError where
    something is there that cannot be read.
    """
    if not os.path.lexists(path):
        return None
    content = read_bytes(path)
    is_text = b"\0" not in content
    return _sha256(content.replace(b"\r\n", b"\n") if is_text else content)


def fingerprint_of_text(text: str) -> str:
    """The SHA-256 of a text, as UTF-8."""
    return _sha256(text.encode())


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def is_official(source: str) -> bool:
    """Whether a folder in data/raw holds tables of all councils, read from official files: tidy as they are."""
    path = f"{root()}/data/raw/{source}/datapackage.yaml"
    with contextlib.suppress(OSError):
        found = os.stat(path)
        return _says_official(path, found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns)
    return False


@lru_cache(maxsize=1000)
def _says_official(path: str, *state: int) -> bool:
    with open(path, "rb") as file:
        return file.readline().strip() == b"kind: official"


def _raw_folders() -> list[Path]:
    return [path for path in entries(root() / "data/raw") if path.is_dir() and not path.name.startswith(".")]


def official_sources() -> list[str]:
    """The publications in data/raw with official tables of all councils, by folder."""
    return [folder.name for folder in _raw_folders() if is_official(folder.name)]


def known_sources() -> list[str]:
    """The documents in data/raw, by folder, but for those of official tables of all councils.

    Refuses a folder without a descriptor, which nothing would read.
    """
    folders = [folder for folder in _raw_folders() if not is_official(folder.name)]
    for folder in folders:
        if not any(file.name == "datapackage.yaml" for file in entries(folder)):
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
SHARED_ASSUMPTIONS = {name: f"data/assumptions/{name}.yaml" for name in ("age_bands", "spread", "need_drivers")}
#: The official tables that the latest base is read from: a folder of data/raw each. Of projections the newest is first.
ACTIVITY, PERIOD, COUNTED = "nhs_ascfr_2021_22", "2021/22", "dhsc_ascof_england_2024_25"
PROJECTIONS = {
    "ons_2022_based": "ons_2022_based_projections_by_age",
    "ons_2018_based": "ons_2018_based_projections_england",
}
LATEST_BASE = (ACTIVITY, COUNTED, *PROJECTIONS.values())
#: Which councils are alike, and what is compared: no projection rests on it.
BESIDE_OTHERS = "data/assumptions/beside_others.yaml"
#: How official tables of all councils are checked: no projection rests on it either.
ENGLAND_CHECKS = "data/assumptions/england_checks.yaml"
#: Where each council's tile lies on England's page: a drawing of the project's own.
TILE_MAP = "data/assumptions/tile_map.csv"


def assumption_files(scenario: str) -> list[Path]:
    """The files that a projection rests on: the shared assumptions, and those of its scenarios (joined by "+")."""
    shared = [SHARED_ASSUMPTIONS[name] for name in ("age_bands", "spread")]
    own = [f"data/assumptions/scenarios/{name}.yaml" for name in scenario.split("+")]
    return [root() / path for path in (*shared, *own)]
