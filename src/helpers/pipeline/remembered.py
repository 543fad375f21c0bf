"""What was worked out from files and holds as long as they say the same: kept in build/ from one run to the next.

Whether it still holds, only what the files say decides, never when or how they were written. Nothing rests on this
file: without it, all is worked out again.
"""

import atexit
import contextlib
import json
import os
import time
from collections.abc import Callable
from pathlib import Path

from helpers.base.errors import InputError
from helpers.base.paths import fingerprint, fingerprint_of_text, root, write_atomically

KEPT = "build/.remembered.json"
#: How many answers of one kind are kept: those that were asked last.
MOST = 3000
#: A file that was written less than this many nanoseconds ago can be written again without its time telling so.
JUST_WRITTEN = 2_000_000_000

_answers: dict[Path, dict[str, dict[str, object]]] = {}
_with_new: set[Path] = set()
_fingerprints: dict[str, dict] = {}


def remembered(kind: str, content: str, work: Callable[[], object]) -> object:
    """What `work` gives, or gave in an earlier run: something that JSON can hold.

    content: a text (a fingerprint) that is another as soon as anything is that the answer rests on.
    """
    answers = _answers_here().setdefault(kind, {})
    if content not in answers:
        return _noted(answers, content, work())
    answers[content] = answers.pop(content)  # those asked last stand last
    return answers[content]


def known_before(kind: str, content: str) -> object:
    """An answer of this or an earlier run, where it is still kept; else None."""
    return _answers_here().get(kind, {}).get(content)


def while_same(state: str, name: str, work: Callable[[], object]) -> object:
    """As `remembered`, for answers that are all forgotten once the state that they rest on is another."""
    of_states = _answers_here().setdefault("state", {})
    for other in [one for one in of_states if one != state]:
        del of_states[other]
    answers = of_states.setdefault(state, {})
    return answers[name] if name in answers else _noted(answers, name, work())


def _noted(answers: dict, key: str, answer: object) -> object:
    """An answer, noted where JSON gives it back as it is."""
    with contextlib.suppress(TypeError, ValueError):
        if json.loads(json.dumps(answer)) == answer:
            answers[key] = answer
            _with_new.add(root())
    return answer


def _answers_here() -> dict[str, dict]:
    """The answers about this project's folder."""
    base = root()
    if base not in _answers:
        if not _answers:
            atexit.register(_keep)
        _answers[base] = {}
        with contextlib.suppress(OSError, ValueError, RecursionError):
            kept = json.loads((base / KEPT).read_text(encoding="utf-8"))
            if isinstance(kept, dict) and all(isinstance(kind, dict) for kind in kept.values()):
                _answers[base] = kept
    return _answers[base]


def _keep() -> None:
    for base in _with_new:
        if (base / KEPT).parent.is_dir():
            last = {kind: dict(list(answers.items())[-MOST:]) for kind, answers in _answers[base].items()}
            with contextlib.suppress(InputError, OSError):
                write_atomically(base / KEPT, json.dumps(last).encode())


def fingerprint_now(path: str | Path) -> str | None:
    """The fingerprint of a file as it is now; one that was not written since is not read twice, nor in a later run.

    Whether it was written, the time tells that the system keeps of every change, and that nobody can set back. Windows
    keeps none, and there each file is read each time.
    """
    name = str(path)
    try:
        found = os.stat(path)
    except (OSError, ValueError):
        return fingerprint(Path(path))
    state = [found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns]
    known = _known_fingerprints()
    if isinstance(kept := known.get(name), list) and kept[:1] == [state]:
        return kept[-1]
    print_of_it = fingerprint(Path(path))
    if os.name == "posix" and time.time_ns() - found.st_ctime_ns > JUST_WRITTEN:
        known[name] = [state, print_of_it]
        _with_new.add(root())
    return print_of_it


def _known_fingerprints() -> dict[str, list]:
    """Fingerprints by file, each with the state of the file that it is of."""
    working = os.getcwd()
    if working not in _fingerprints:
        _fingerprints[working] = _answers_here().setdefault("fingerprints", {})
    return _fingerprints[working]


def fingerprints_of(files: list[str] | tuple[str, ...]) -> dict[str, str | None]:
    """The fingerprint of each of these files of the project."""
    base = root()
    return {file: fingerprint_now(f"{base}/{file}") for file in files}


def one_text(everything: object) -> str:
    """One short text that changes with anything in this."""
    return fingerprint_of_text(json.dumps(everything, sort_keys=True))


def short(text: str | None) -> str | None:
    """A fingerprint as doit's record keeps it: enough of it to tell one from another."""
    return text and text[:12]
