"""A run of doit: one at a time in a folder, on record as it goes, and whatever stops it leaves nothing in the way.

doit keeps what it made in a file, `.doit.db`. A file that is damaged is set aside; what a task finished stands there as
soon as it has; and files that no task makes are named, so that none stays unseen.
"""

import atexit
import contextlib
import itertools
import json
import os
import signal
import sqlite3
import sys
from pathlib import Path

from doit.cmd_base import DodoTaskLoader
from doit.exceptions import BaseFail, InvalidDodoFile, UnmetDependency
from doit.globals import Globals
from doit.reporter import ConsoleReporter

RECORD = ".doit.db"
#: What sqlite keeps beside a file.
BESIDE = ("", "-journal", "-wal", "-shm")
#: Where files are written through a part that takes their place at the end.
WRITTEN = ("data/processed", "reports", "build", "notebooks", "editions", "docs")
#: How many files a message names.
NAMED = 4


def record() -> str:
    """The file that keeps what was made. One that is damaged is set aside, so that everything is made again.

    Raises InvalidDodoFile, for doit to say, where it cannot be read and written, or is held by another program.
    """
    path = Path(RECORD)
    for link in (RECORD, f"{RECORD}.lock"):
        if os.path.islink(link) and not os.path.exists(link):
            raise InvalidDodoFile(
                f"{link} is a link to {os.readlink(link)}, which is not there. Put that back, or remove the link (all "
                "is made again then); and run this again."
            )
    writable = os.access(path if path.exists() else path.parent, os.R_OK | os.W_OK)
    if not writable:
        raise InvalidDodoFile(f"{RECORD} cannot be read and written. Allow both in this folder, and run this again.")
    if path.exists() and (damage := _damage(path)):
        aside = next(name for number in itertools.count(1) if not os.path.lexists(name := f"{RECORD}.damaged-{number}"))
        for suffix in BESIDE:
            with contextlib.suppress(FileNotFoundError):
                os.rename(f"{RECORD}{suffix}", f"{aside}{suffix}")
        print(f"{RECORD} is damaged ({damage}): it is set aside as {aside}, and all is made again.", file=sys.stderr)
    return RECORD


def _damage(path: Path) -> str | None:
    """What is wrong with a file of records; None where nothing is."""
    if not path.is_file():
        return "it is no file"
    if not path.stat().st_size:
        return None
    try:
        with contextlib.closing(sqlite3.connect(path, timeout=1)) as database:
            columns = [(name, key) for _, name, *_, key in database.execute("pragma table_info(doit)")]
            if columns != [("task_id", 1), ("task_data", 0)]:
                return "it holds something else"
            if (found := database.execute("pragma integrity_check").fetchone()[0]) != "ok":
                return found.splitlines()[0]
            entries = [json.loads(data) for (data,) in database.execute("select task_data from doit")]
            return None if all(isinstance(entry, dict) for entry in entries) else "an entry cannot be read"
    except sqlite3.OperationalError as error:
        if "locked" in str(error):
            raise _held() from None
        return str(error)
    except (sqlite3.DatabaseError, ValueError, TypeError) as error:
        return str(error)


def _held() -> InvalidDodoFile:
    return InvalidDodoFile(
        "Another build runs in this folder. Wait until it has ended, or stop it; then run this again."
    )


class Build(ConsoleReporter):
    """Says what doit does, and keeps a run apart from others in the same folder and from what may stop it."""

    def __init__(self, outstream: object, options: dict) -> None:
        super().__init__(outstream, options)
        self.made: set[Path] = set()
        self.unmade: list[str] = []

    def initialize(self, tasks: dict, selected_tasks: list[str]) -> None:
        """Before the first task: be the only build here, heed signals, clear what a killed one was writing."""
        # The lock is an open transaction: it ends with this process, however that ends.
        try:
            self.lock = sqlite3.connect(f"{RECORD}.lock", timeout=0, isolation_level=None)
            self.lock.execute("begin exclusive")
        except sqlite3.OperationalError as error:
            if "locked" in str(error):
                raise _held() from None
            raise InvalidDodoFile(
                f"{RECORD}.lock cannot be opened ({error}). Remove it, or allow writing in this folder; run this again."
            ) from None
        for name in ("SIGTERM", "SIGHUP"):
            if (number := getattr(signal, name, None)) and signal.getsignal(number) is not signal.SIG_IGN:
                signal.signal(number, _interrupt)
        for part in _parts():
            part.unlink(missing_ok=True)
        self.made = {Path(target) for task in tasks.values() for target in task.targets}

    def add_success(self, task: object) -> None:
        self._keep()

    def add_failure(self, task: object, fail: BaseFail) -> None:
        """Say a failure; a task that only rests on one that failed is named at the end."""
        if isinstance(fail, UnmetDependency):
            # It did not run, so that what it made before holds as ever, though doit has struck it off.
            Globals.dep_manager.backend._conn.rollback()
            self.unmade.append(task.name)
        else:
            self._keep()
            super().add_failure(task, fail)

    def _keep(self) -> None:
        """Put on record what is done so far; doit does so at the end of a run only."""
        manager = Globals.dep_manager
        try:
            manager.backend.dump()
            manager.backend._conn = manager.backend._sqlite3(manager.backend.name)
        except sqlite3.Error as error:
            manager._closed = True  # nothing more can be kept, and doit would try again
            raise InvalidDodoFile(
                f"{RECORD} cannot be written ({error}): what is done so far is on record. Mend that; run this again."
            ) from None

    def complete_run(self) -> None:
        """Say at the end what failed, what was not made for it, and what nothing makes any more."""
        super().complete_run()
        if self.failures:
            failed = [result["task"].name for result in self.failures]
            self.write(f"Failed: {', '.join(failed)}.\n")
        if unmade := [name for name in self.unmade if ":" in name]:
            self.write(f"Not made, as they rest on what failed, and left as they were: {_named(unmade)}.\n")
        if left := [str(file) for file in _kept_files() if file not in self.made] if self.made else []:
            lines = "\n".join(left)
            self.write(f"Nothing makes these any more; remove them if you are done with them:\n{lines}\n")


def _named(names: list[str]) -> str:
    """The first of these names, and how many more there are."""
    more = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
    return f"{', '.join(names[:NAMED])}{more}"


def _parts() -> list[Path]:
    """What a build that was killed was writing."""
    return [*Path().glob(".*.part"), *(part for folder in WRITTEN for part in Path(folder).rglob(".*.part"))]


def _kept_files() -> list[Path]:
    """The files that tasks make, or once made, where people and other tasks find them."""
    found = [*Path("data/processed").glob("*"), *Path("reports").rglob("*"), *Path("build").glob("*/*.ipynb")]
    return sorted(file for file in found if file.is_file() and ".failed" not in file.name and file.name[0] != ".")


def _interrupt(number: int, frame: object) -> None:
    """Stop as Ctrl-C does, once."""
    signal.signal(number, signal.SIG_IGN)
    raise KeyboardInterrupt(number)


def _say_interrupted(kind: type[BaseException], error: BaseException, trace: object) -> None:
    if issubclass(kind, KeyboardInterrupt):
        with contextlib.suppress(OSError):  # its terminal may be gone
            print(
                "\nInterrupted; nothing is half written, and what was finished is on record. "
                "The same command again finishes the rest.",
                file=sys.stderr,
                flush=True,
            )
        atexit._run_exitfuncs()  # kernels end, and temporary folders go
        os._exit(128 + (error.args[0] if error.args else signal.SIGINT))  # threads still running would trace their end
    else:
        sys.__excepthook__(kind, error, trace)


class Loader(DodoTaskLoader):
    """What doit asks for its tasks (pyproject.toml), before it looks at the first letter of each of its arguments."""

    def __init__(self) -> None:
        super().__init__()
        if "" in (arguments := sys.argv[1:]):
            before = arguments[: arguments.index("")]
            after = f" after {before[-1]}" if before else ""
            print(f"ERROR: doit was given an empty text{after}. Say what is meant, or leave it out.", file=sys.stderr)
            sys.exit(3)


sys.excepthook = _say_interrupted  # Ctrl-C is no fault to trace
