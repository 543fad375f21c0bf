"""A copy of the project to break, and a way to run its pipeline."""

import json
import os
import re
import shutil
import signal
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import hypothesis
import pytest
from filelock import FileLock

PROJECT = Path(__file__).parent.parent
for profile, examples in (("quick", 5), ("default", 20), ("ci", 50)):
    hypothesis.settings.register_profile(profile, max_examples=examples, deadline=None)
hypothesis.settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "default"))

PARTS = ("authorities.toml", "dodo.py", "pyproject.toml", "requirements.lock", "data", "notebooks", "src")
#: What was worked out of these files, and holds for a copy of them: a run of doit there need not do it again.
REMEMBERED = "build/.remembered.json"
#: The line of a task that a run carried out: its name, and whether it failed.
DONE = r"^\[ *\d+/\d+\] (\S+)  \d+\.\d s(  failed)?$"


def examples(most: int) -> hypothesis.settings:
    """Settings for a slow property: at most so many examples, or as few as the profile in use asks for."""
    return hypothesis.settings(max_examples=min(most, hypothesis.settings().max_examples))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What takes longest goes first, or one process would end with it while the other has nothing left."""

    def place(item: pytest.Item) -> int:
        if item.get_closest_marker("pipeline"):
            return 0
        return 1 if item.get_closest_marker("papers") or item.path.suffix == ".ipynb" else 2

    items.sort(key=place)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say what to do where outputs or values that are kept are not those of today."""
    failed = terminalreporter.getreports("failed")
    outputs = {report.nodeid.split("::")[0] for report in failed if ".ipynb" in report.nodeid}
    values = {report.nodeid.split("::")[0] for report in failed if "snapshots" in report.keywords}
    for kept, command in (
        (outputs, "`make refresh` (or `doit refresh`)"),
        (values, "`make snapshots` (or `doit check --renew`)"),
    ):
        if kept:
            terminalreporter.write_line(
                f"{', '.join(sorted(kept))}: what is kept there is not what comes of it today. If that is "
                f"as it should be, {command} keeps it anew; then read the diff."
            )


@pytest.fixture
def papers_made() -> None:
    """Leaves out a test of the papers where none was made yet, as in a fresh clone."""
    if not any((PROJECT / "build/reports").glob("*/*.pdf")):
        pytest.skip("no paper was made here yet: `make briefings`")


def copy_project(folder: Path) -> Path:
    """The project without its reports, in a folder of its own."""
    for part in (*PARTS, *([REMEMBERED] if (PROJECT / REMEMBERED).is_file() else [])):
        source, target = PROJECT / part, folder / part
        if source.is_dir():
            shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__", "*.failed.ipynb"))
        else:
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(source, target)
    return folder


def doit(folder: Path, *arguments: str) -> subprocess.CompletedProcess:
    """What `doit` says in that folder, with the folder's own helpers."""
    # Compiled helpers are kept, and copied with the folder: most runs compile none.
    environment = {**os.environ, "PYTHONPATH": str(folder / "src"), "PYTHONDONTWRITEBYTECODE": ""}
    return subprocess.run(
        [sys.executable, "-m", "doit", *arguments],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        timeout=600,
    )


def heed_interruptions() -> None:
    """Before a child starts: what ends it reaches it also where the tests run in the background, which ignores it."""
    for name in ("SIGINT", "SIGQUIT", "SIGHUP"):
        signal.signal(getattr(signal, name), signal.SIG_DFL)


def tasks_run(finished: subprocess.CompletedProcess) -> set[str]:
    """The tasks that a run of doit carried out."""
    return {task for task, _ in re.findall(DONE, finished.stdout, re.MULTILINE)}


def status_of(folder: Path, *tasks: str) -> dict[str, str]:
    """What would run of these groups of tasks: the letter of each task, R (will run) or U (up to date)."""
    lines = doit(folder, "list", "--status", "--all", *tasks).stdout.splitlines()
    return {line.split()[1]: line[0] for line in lines if ":" in line.split()[1]}


def bytes_of(folder: Path, *patterns: str) -> dict[str, bytes]:
    """The files of a folder that fit these patterns, each with what it holds."""
    files = [file for pattern in patterns for file in folder.glob(pattern) if file.is_file()]
    return {file.relative_to(folder).as_posix(): file.read_bytes() for file in files}


def replace(file: Path, old: str, new: str) -> None:
    """Change the one place of a file that reads like this."""
    text = file.read_text(encoding="utf-8")
    assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {file.name}"
    file.write_text(text.replace(old, new), encoding="utf-8")


def sentences(text: str) -> list[str]:
    """A text sentence by sentence, so that a snapshot of it changes in a line or two."""
    return [part for line in text.splitlines() for part in re.split(r"(?<=[.:;?])\s+(?=[A-Z“*£\d])", line) if part]


def edit_cells(path: Path, change: Callable[[list[dict]], None]) -> None:
    """Change the cells of a notebook in its file."""
    notebook = json.loads(path.read_text(encoding="utf-8"))
    change(notebook["cells"])
    path.write_text(json.dumps(notebook), encoding="utf-8")


def state(path: str | Path) -> tuple:
    """What changes where a file is written; of a folder, that it is one."""
    about = os.lstat(path)
    is_folder = stat.S_ISDIR(about.st_mode)
    return (about.st_mode,) if is_folder else (about.st_mode, about.st_size, about.st_mtime_ns, about.st_ino)


def states(folder: Path) -> dict[str, tuple]:
    """What stands in a folder, each folder before what it holds, with its state."""
    found = [os.path.join(beside, name) for beside, folders, files in os.walk(folder) for name in [*folders, *files]]
    return {os.path.relpath(path, folder): state(path) for path in found}


def put_right(folder: Path, right: dict[str, tuple]) -> None:
    """Make a copy of the project what it was when these were its states, which are brought up to date."""
    for name, now in states(folder).items():
        if right.get(name) != now and len(now) == 1:
            shutil.rmtree(folder / name, ignore_errors=True)  # gone, maybe, with its folder
        elif right.get(name) != now:
            (folder / name).unlink(missing_ok=True)
    for name in [name for name in right if not os.path.lexists(folder / name)]:
        if len(right[name]) == 1:
            (folder / name).mkdir()
        else:
            shutil.copy2(PROJECT / name, folder / name)
            right[name] = state(folder / name)


@pytest.fixture(scope="session")
def lent(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, tuple]]:
    """A copy of the project that the tests of a process have in turn, and its states."""
    folder = copy_project(tmp_path_factory.mktemp("lent") / "project")
    return folder, states(folder)


@pytest.fixture
def project(lent: tuple, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A copy of the project to change, as the working directory.

    It has another place for each test, as what was read is known by its folder. What a test changed is put right after
    it: a copy for each test took most of a run's time.
    """
    folder, right = lent
    tmp_path.rmdir()
    folder.rename(tmp_path)
    monkeypatch.chdir(tmp_path)
    yield tmp_path
    monkeypatch.chdir(PROJECT)
    put_right(tmp_path, right)
    tmp_path.rename(folder)
    tmp_path.mkdir()


def made_once(factory: pytest.TempPathFactory, name: str, make: Callable[[Path], Path], *tasks: str) -> Path:
    """A folder that is made and built once for all processes of a run; the first that needs it makes it."""
    shared = factory.getbasetemp()
    shared = shared.parent if "PYTEST_XDIST_WORKER" in os.environ else shared
    with FileLock(shared / f"{name}.lock"):
        if not (shared / name).exists():
            making = make(shared / f"making_{name}")
            finished = doit(making, "-n", "2", *tasks)
            assert finished.returncode == 0, finished.stdout + finished.stderr
            making.rename(shared / name)
    return shared / name


@pytest.fixture(scope="session")
def one_paper(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small project with the one paper of mercia, built from printed figures alone. To be read only."""
    import small_project

    return made_once(tmp_path_factory, "one_paper", small_project.make, "publish:mercia:demand_outlook")


@pytest.fixture(scope="session")
def built(one_paper: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small project with all its papers. To be read only; a test that changes something takes a copy."""
    tasks = ("tidy", "recompute", "backtest", "project", "publish")
    return made_once(tmp_path_factory, "built", lambda folder: Path(shutil.copytree(one_paper, folder)), *tasks)


@pytest.fixture
def built_copy(built: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the small project as it was built, to change, as the working directory."""
    folder = tmp_path / "copy"
    shutil.copytree(built, folder)
    monkeypatch.chdir(folder)
    return folder
