"""A run of doit: one at a time in a folder, on record as it goes, and whatever stops it leaves nothing in the way.

doit keeps what it made in a file, `.doit.db`. A file that is damaged is set aside; what a task finished stands there as
soon as it has; and files that no task makes are named, so that none stays unseen.
"""

import atexit
import contextlib
import itertools
import json
import os
import re
import signal
import sqlite3
import sys
import time
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from doit import cmd_list as list_
from doit import cmd_run as run
from doit import plugin
from doit.cmd_base import DodoTaskLoader
from doit.cmdparse import CmdParseError
from doit.exceptions import BaseFail, InvalidCommand, InvalidDodoFile, UnmetDependency
from doit.globals import Globals
from doit.reporter import ConsoleReporter
from doit.task import Task

from helpers.base.errors import nearest
from helpers.pipeline import changes
from helpers.pipeline.short_names import COUNCIL, papers, resolve

RECORD = ".doit.db"
#: What sqlite keeps beside a file.
BESIDE = ("", "-journal", "-wal", "-shm")
#: Where files are written through a part that takes their place at the end.
WRITTEN = ("data/processed", "reports", "build", "notebooks", "editions", "docs")
#: How many files a message names.
NAMED = 4
#: What a command ends with, of which who reads it had enough: as a shell has it.
ENOUGH = 141


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


def only_build() -> sqlite3.Connection:
    """What keeps other builds out of this folder as long as it is open; it ends with this process, however that ends.

    Raises InvalidDodoFile where another build is at work here.
    """
    try:
        lock = sqlite3.connect(f"{RECORD}.lock", timeout=0, isolation_level=None)
        lock.execute("begin exclusive")
    except sqlite3.OperationalError as error:
        if "locked" in str(error):
            raise _held() from None
        raise InvalidDodoFile(
            f"{RECORD}.lock cannot be opened ({error}). Remove it, or allow writing in this folder; run this again."
        ) from None
    return lock


class Build(ConsoleReporter):
    """Says what doit does, and keeps a run apart from others in the same folder and from what may stop it.

    Of each task that was carried out there is one line, once it has ended: how many of all tasks are seen to, its name
    and the seconds that it took. Those that were up to date are counted.
    """

    #: Whether to say at the end what changed in the papers (`doit --what`).
    what = False

    def __init__(self, outstream: object, options: dict) -> None:
        super().__init__(outstream, options)
        self.made: set[Path] = set()
        self.unmade: list[str] = []
        self.every: list[Task] = []
        self.started: dict[str, float] = {}
        self.done: list[str] = []
        self.seen = self.up_to_date = 0
        self.began = time.monotonic()

    def initialize(self, tasks: dict, selected_tasks: list[str]) -> None:
        """Before the first task: be the only build here, heed signals, clear what a killed one was writing."""
        self.lock = only_build()
        for name in ("SIGTERM", "SIGHUP"):
            if (number := getattr(signal, name, None)) and signal.getsignal(number) is not signal.SIG_IGN:
                signal.signal(number, _interrupt)
        for part in _parts():
            part.unlink(missing_ok=True)
        self.made = {Path(target) for task in tasks.values() for target in task.targets}
        self.every = [task for task in rests_on(tasks, selected_tasks) if task.actions]
        changes.forget()

    def execute_task(self, task: Task) -> None:
        self.started[task.name] = time.monotonic()

    def skip_uptodate(self, task: Task) -> None:
        if task.actions:
            self.seen += 1
            self.up_to_date += 1

    def add_success(self, task: Task) -> None:
        """Put a task on record, and say that it is done; one that is asked something says its answer alone."""
        self._keep()
        if task.actions:
            self.done.append(task.name)
            self._say_seen(task, "" if not task.params else None)

    def add_failure(self, task: Task, fail: BaseFail) -> None:
        """Say a failure; a task that only rests on one that failed is named at the end."""
        if isinstance(fail, UnmetDependency):
            # It did not run, so that what it made before holds as ever, though doit has struck it off.
            Globals.dep_manager.backend._conn.rollback()
            self.unmade.append(task.name)
            self.seen += bool(task.actions)
        else:
            self._keep()
            self._say_seen(task, "  failed")
            super().add_failure(task, fail)

    def _say_seen(self, task: Task, how: str | None) -> None:
        self.seen += 1
        if how is not None:
            total, seconds = str(len(self.every)), time.monotonic() - self.started.get(task.name, time.monotonic())
            self.write(f"[{self.seen:>{len(total)}}/{total}] {task.name}  {seconds:.1f} s{how}\n")
            self.outstream.flush()

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
        """Say at the end what was made, what failed, what was not made for it, and what nothing makes any more."""
        super().complete_run()
        if self.made and self.every and not any(task.params for task in self.every):
            for line in self._made_in_all():
                self.write(f"{line}\n")
        if self.failures:
            failed = [result["task"].name for result in self.failures]
            self.write(f"Failed: {', '.join(failed)}.\n")
        if unmade := [name for name in self.unmade if ":" in name]:
            self.write(f"Not made, as they rest on what failed, and left as they were: {named(unmade)}.\n")
        if left := [str(file) for file in _kept_files() if file not in self.made] if self.made else []:
            lines = "\n".join(left)
            self.write(f"Nothing makes these any more; remove them if you are done with them:\n{lines}\n")

    def _made_in_all(self) -> Iterator[str]:
        """The last lines: how much was done, which papers were made, which page to open, what changed in them."""
        if self.done:
            minutes, seconds = divmod(round(time.monotonic() - self.began), 60)
            took = f"{minutes} min {seconds} s" if minutes else f"{seconds} s"
            ran = "1 task ran" if len(self.done) == 1 else f"{len(self.done)} tasks ran"
            yield f"{ran} in {took}; {self.up_to_date} of {len(self.every)} were up to date."
        elif self.up_to_date == len(self.every):
            yield f"Nothing to do: {self.up_to_date} of {len(self.every)} tasks are up to date."
        of_council: dict[str, list[str]] = {}
        for council, paper in papers(self.done):
            of_council.setdefault(council, []).append(paper)
        if of_council:
            made = "; ".join(f"{council} {', '.join(names)}" for council, names in of_council.items())
            yield f"Papers made: {made}."
            yield from changes.write()
        if councils := [name.partition(":")[2] for name in self.done if name.startswith(f"{COUNCIL}:")]:
            yield f"Councils made, all their papers: {named(councils)}."
        if self.what:
            if self.failures and not of_council:
                yield "No paper was made in this run. When one last was:"
            yield from changes.last()
        stopped = {*self.unmade, *(result["task"].name for result in self.failures)}
        shown = [task for task in self.every if task.name not in stopped]
        pages = _pages(papers(task.name for task in shown))
        pages += [task.targets[0] for task in shown if task.name.startswith(f"{COUNCIL}:")]
        if pages:
            yield f"Open {named(pages)}."


def _pages(shown: list[tuple[str, str]]) -> list[str]:
    """The pages of these papers: where all of several are in reports/, the page that lists them."""
    pages = []
    for council, paper in shown:
        page = f"reports/{council}/{paper.replace('_', '-')}.html"
        made = Path("build", page)
        with contextlib.suppress(OSError):
            pages.append(page if Path(page).read_bytes() == made.read_bytes() else made.as_posix())
            continue
        pages += [made.as_posix()] if made.is_file() else []
    listed = "reports/index.html"
    return (
        [listed] if len(pages) > 1 and os.path.isfile(listed) and not any("build/" in page for page in pages) else pages
    )


def rests_on(tasks: dict[str, Task], names: list[str]) -> list[Task]:
    """These tasks and all that they rest on, each after those that it rests on."""
    found: dict[str, Task] = {}
    waiting = [(name, False) for name in reversed(names)]
    while waiting:
        name, ready = waiting.pop()
        if name in found or name not in tasks:
            continue
        if ready:
            found[name] = tasks[name]
        else:
            waiting.append((name, True))
            waiting += [(before, False) for before in reversed(tasks[name].task_dep) if before not in found]
    return list(found.values())


def named(names: list[str]) -> str:
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

    def load_tasks(self, cmd: object, pos_args: list[str]) -> list[Task]:
        """The tasks of dodo.py; names on the command line become those of the tasks that they mean."""
        tasks = super().load_tasks(cmd, pos_args)
        pos_args[:] = resolve(pos_args, {task.name: task for task in tasks}, self.cmd_names)
        return tasks


class Run(run.Run):
    """doit's own command, which says besides, where it is asked to, what changed in the papers."""

    name = "run"
    cmd_options = (
        *run.Run.cmd_options,
        {"name": "what", "long": "what", "type": bool, "default": False,
         "help": "say which printed numbers changed when papers were last made"},
    )  # fmt: skip

    def parse_execute(self, in_args: list[str]) -> int:
        """Raises InvalidDodoFile, for doit to say, for an option that there is not, or a word that is none."""
        try:
            return super().parse_execute(in_args)
        except CmdParseError as error:
            raise InvalidDodoFile(_said_of_option(str(error))) from None
        except InvalidCommand as error:
            task = next((word for word in in_args if not word.startswith("-")), "")
            if error.not_found == task:
                raise
            raise InvalidDodoFile(
                f"{error.not_found!r} stands behind {task!r} without its option: see `doit help {task}`."
            ) from None

    def execute(self, params: dict, args: list[str]) -> int:
        Build.what = params["what"]
        try:
            return super().execute(params, args)
        except BrokenPipeError:  # who read what is said has enough of it, as `head` has
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            return ENOUGH


def _said_of_option(error: str) -> str:
    """What doit says of an option, without its list of how options are kept, and with the nearest that there is."""
    said, _, kept = error.partition(" (parsing options: ")
    said = said.split(": ", 1)[-1]
    options = [f"--{name}" for name in re.findall(r"'long':'([^']+)'", kept)]
    if (wrong := re.fullmatch(r"option (--\S+) not recognized", said)) and options:
        return f"There is no option {wrong[1]!r}.{nearest(wrong[1], options).partition(' Known: --db-file')[0]}"
    if lacking := re.fullmatch(r"option (--\S+) requires argument", said):
        return f"Nothing stands behind {lacking[1]!r}. Say what is meant."
    return f"{said[:1].upper()}{said[1:]}."


class ListTasks(list_.List):
    """doit's own command, which says of a group that it is up to date where all of its parts are."""

    name = "list"

    def _print_task(self, template: str, task: Task, status: bool, list_deps: bool, tasks: dict[str, Task]) -> None:
        if not status or not task.has_subtask:
            return super()._print_task(template, task, status, list_deps, tasks)
        parts = list(list_.subtasks_iter(tasks, task))
        found = {self.dep_manager.get_status(one, tasks).status for one in parts}
        worst = next(one for one in ("error", "run", "up-to-date") if one in found or one == "up-to-date")
        self.outstream.write(template.format(name=task.name, doc=task.doc, status=self.STATUS_MAP[worst]))
        return None


#: doit asks four times in a run which plugins are installed, which takes longer than to look at all files.
plugin.entry_points_impl = cache(lambda: cache(plugin.entry_points))

sys.excepthook = _say_interrupted  # Ctrl-C is no fault to trace
