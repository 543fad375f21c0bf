"""Reproducible scrutiny briefings on adult social care: the library behind the notebooks."""

import contextlib
import marshal
from pathlib import Path


def _remove_cut_off() -> None:
    """Remove compiled files of this package that are cut off, as a full disk leaves them: each stops every run."""
    for file in Path(__file__).parent.rglob("__pycache__/*.pyc"):
        with contextlib.suppress(OSError):
            try:
                marshal.loads(file.read_bytes()[16:])  # what is before it says of which source it is
            except (EOFError, ValueError, TypeError):
                file.unlink()


_remove_cut_off()
