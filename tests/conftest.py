"""A copy of the project to break, and a way to run its pipeline."""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

PROJECT = Path(__file__).parent.parent
PARTS = ("authorities.toml", "dodo.py", "pyproject.toml", "requirements.lock", "data")
PARTS += ("notebooks", "src")

#: The line of a task that a run carried out: its name, and whether it failed.
DONE = r"^\[ *\d+/\d+\] (\S+)  \d+\.\d s(  failed)?$"


def copy_project(folder: Path) -> Path:
    """The project without its reports, in a folder of its own."""
    for part in PARTS:
        source, target = PROJECT / part, folder / part
        if source.is_dir():
            shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__", "*.failed.ipynb"))
        else:
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(source, target)
    return folder


def doit(folder: Path, *arguments: str) -> subprocess.CompletedProcess:
    """What `doit` says in that folder, with the folder's own helpers."""
    environment = {**os.environ, "PYTHONPATH": str(folder / "src")}
    return subprocess.run(
        [sys.executable, "-m", "doit", *arguments],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        timeout=240,
    )


def heed_interruptions() -> None:
    """Before a child starts: what ends it reaches it also where the tests run in the background, which ignores it."""
    for name in ("SIGINT", "SIGQUIT", "SIGHUP"):
        signal.signal(getattr(signal, name), signal.SIG_DFL)


def tasks_run(finished: subprocess.CompletedProcess) -> set[str]:
    """The tasks that a run of doit carried out."""
    return {task for task, _ in re.findall(DONE, finished.stdout, re.MULTILINE)}


def replace(file: Path, old: str, new: str) -> None:
    """Change the one place of a file that reads like this."""
    text = file.read_text(encoding="utf-8")
    assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {file.name}"
    file.write_text(text.replace(old, new), encoding="utf-8")


def edit_cells(path: Path, change: Callable[[list[dict]], None]) -> None:
    """Change the cells of a notebook in its file."""
    notebook = json.loads(path.read_text(encoding="utf-8"))
    change(notebook["cells"])
    path.write_text(json.dumps(notebook), encoding="utf-8")


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the project, as the working directory."""
    copy_project(tmp_path)
    monkeypatch.chdir(tmp_path)
    return tmp_path
