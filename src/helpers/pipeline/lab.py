"""JupyterLab on the project: `make lab`, or `python -m helpers lab`."""

import contextlib
import os
import subprocess
import sys
from pathlib import Path

from helpers.base.paths import root
from helpers.pipeline import tasks

#: Where the settings of JupyterLab are that the project brings.
SETTINGS = Path(__file__).parent / "jupyter"


def open_lab(arguments: list[str]) -> int:
    """Open JupyterLab at the project's folder, with charts in sight, until a person ends it; returns its exit code.

    arguments: more of JupyterLab's own. Notebooks are trusted, saved as `doit refresh` stores them, and compared by
    nbdime in this clone.
    """
    trust_notebooks()
    compare_by_nbdime()
    settings = os.pathsep.join(filter(None, [str(SETTINGS), os.environ.get("JUPYTER_CONFIG_PATH")]))
    command = [
        *(sys.executable, "-m", "jupyterlab", "--ServerApp.root_dir=.", "--LabApp.default_url=/lab/tree/notebooks"),
        "--ServerApp.contents_manager_class=helpers.pipeline.saving.StoredNotebooks",
        *arguments,
    ]
    return subprocess.call(command, cwd=root(), env=os.environ | {"JUPYTER_CONFIG_PATH": settings})


def trust_notebooks() -> None:
    """Trust the project's notebooks as they are, for this person: JupyterLab shows no drawing of another."""
    import nbformat
    from nbformat.sign import NotebookNotary

    notary = NotebookNotary()
    for notebook in tasks.stored_notebooks():
        notary.sign(nbformat.read(root() / notebook, as_version=4))


def compare_by_nbdime() -> bool:
    """Let git in this clone compare and merge notebooks cell by cell (.gitattributes), and whether it is in a clone.

    `nbdime config-git --disable` undoes it. The commands hold the whole path of this Python, since git may be asked
    where the environment is not active.
    """
    python = Path(sys.executable).as_posix()
    settings = {
        "diff.jupyternotebook.command": f'"{python}" -m nbdime.vcs.git.diffdriver diff',
        "merge.jupyternotebook.driver": f'"{python}" -m nbdime.vcs.git.mergedriver merge %O %A %B %L %P',
        "merge.jupyternotebook.name": "notebooks, cell by cell",
    }
    with contextlib.suppress(OSError):  # no git
        return all(
            subprocess.run(["git", "config", "--local", *setting], cwd=root(), capture_output=True).returncode == 0
            for setting in settings.items()
        )
    return False
