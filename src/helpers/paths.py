"""Where things are: every path is relative to the project's folder, found from the working directory."""

import os
from pathlib import Path

from helpers.errors import InputError


def root() -> Path:
    """The project's folder: the nearest one upward from the working directory that holds authorities.toml.

    Raises InputError outside a project.
    """
    here = Path.cwd()
    for folder in (here, *here.parents):
        if (folder / "authorities.toml").is_file():
            return folder
    raise InputError(f"{here} is not inside the project: no authorities.toml here or above. Change into it first.")


def relative(path: Path) -> str:
    """The path as it is written in messages and files: from the project's folder, with forward slashes."""
    return Path(os.path.relpath(path, root())).as_posix()


def write_atomically(path: Path, content: bytes) -> None:
    """Write all of a file or nothing of it; a file that already holds these bytes is left alone."""
    if path.is_file() and path.read_bytes() == content:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        temporary.write_bytes(content)
        os.replace(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)
