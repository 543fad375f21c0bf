"""Reproducible scrutiny briefings on adult social care: the library behind the notebooks."""

import contextlib
import importlib
import marshal
from pathlib import Path

#: What a notebook takes from here by name, and the module that it stands in: read where it is first asked for, so that
#: dodo.py, which needs none of it, need not wait.
OFFERED = {"open_council": "helpers.council.opened"}


def __getattr__(name: str) -> object:
    if name not in OFFERED:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(OFFERED[name]), name)


def _remove_cut_off() -> None:
    """Remove compiled files of this package that are cut off, as a full disk leaves them: each stops every run."""
    for file in Path(__file__).parent.rglob("__pycache__/*.pyc"):
        with contextlib.suppress(OSError):
            try:
                marshal.loads(file.read_bytes()[16:])  # what is before it says of which source it is
            except (EOFError, ValueError, TypeError):
                file.unlink()


_remove_cut_off()
