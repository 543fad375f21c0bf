"""JupyterLab on the project: what a saved notebook leaves in git, trust, nbdime in this clone, the export menu."""

import asyncio
import json
import shutil
import subprocess
import sys
import tomllib
from importlib.resources import files

import nbformat
import pytest
from conftest import PROJECT
from nbconvert.exporters import get_exporter
from nbformat.sign import NotebookNotary

from helpers.pipeline import lab
from helpers.pipeline.canonical import canonical, dumps

NOTEBOOK = "notebooks/briefings/money.ipynb"


def saved_by_lab(project, path: str, change=lambda cells: None) -> bytes:
    """The bytes of a notebook after JupyterLab opened, perhaps changed and saved it."""
    from helpers.pipeline.saving import StoredNotebooks

    async def save() -> None:
        manager = StoredNotebooks(root_dir=str(project))
        model = await manager.get(path)
        content = json.loads(json.dumps(model["content"]))
        content["metadata"]["language_info"] = {"name": "python", "version": "3.11", "file_extension": ".py"}
        change(content["cells"])
        await manager.save({"type": "notebook", "content": content}, path)

    asyncio.run(save())
    return (project / path).read_bytes()


def test_a_notebook_that_is_run_and_saved_is_as_it_was(project):
    path = project / NOTEBOOK
    path.write_bytes(dumps(canonical(nbformat.read(path, as_version=4))))
    before = path.read_bytes()

    def run_again(cells):
        for number, cell in enumerate(cells, 40):
            if cell["cell_type"] == "code":
                cell["execution_count"] = number
                cell["metadata"]["execution"] = {"iopub.status.busy": "2026-11-26T12:00:00"}

    assert saved_by_lab(project, NOTEBOOK, run_again) == before


def test_another_notebook_is_saved_as_jupyterlab_saves_it(project):
    nbformat.write(nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("1")]), project / "own.ipynb")
    assert json.loads(saved_by_lab(project, "own.ipynb"))["metadata"]["language_info"]["version"] == "3.11"


def test_the_project_s_notebooks_are_trusted(project, monkeypatch, tmp_path):
    monkeypatch.setenv("JUPYTER_DATA_DIR", str(tmp_path / "own"))
    notebook = nbformat.read(project / NOTEBOOK, as_version=4)
    assert not NotebookNotary().check_signature(notebook)
    lab.trust_notebooks()
    assert NotebookNotary().check_signature(notebook)


def git(folder, *arguments: str) -> str:
    done = subprocess.run(["git", *arguments], cwd=folder, capture_output=True, text=True, check=True)
    return done.stdout


@pytest.mark.pipeline
@pytest.mark.skipif(not shutil.which("git"), reason="needs git")
def test_a_clone_compares_notebooks_cell_by_cell_until_nbdime_is_disabled(project):
    assert lab.compare_by_nbdime() is False  # no clone, and no failure
    git(project, "init", "-q")
    shutil.copy(PROJECT / ".gitattributes", project)
    git(project, "add", NOTEBOOK, ".gitattributes")
    assert lab.compare_by_nbdime() is True
    path = project / NOTEBOOK
    path.write_text(path.read_text(encoding="utf-8").replace("# Money", "# Funds", 1), encoding="utf-8")
    said = git(project, "diff", "--no-color")
    assert "nbdiff" in said and "/cells/0/source" in said
    disable = [sys.executable, "-m", "nbdime.vcs.git.diffdriver", "config", "--disable"]
    subprocess.run(disable, cwd=project, check=True, capture_output=True)
    assert "nbdiff" not in git(project, "diff", "--no-color") and "# Funds" in git(project, "diff")


def test_without_git_lab_opens_all_the_same(project, monkeypatch):
    monkeypatch.setenv("PATH", "")
    assert lab.compare_by_nbdime() is False


def test_jupyterlab_opens_at_the_project_with_its_settings(project, monkeypatch):
    called = {}
    monkeypatch.setattr(lab.subprocess, "call", lambda command, **how: called.update(how, command=command) or 0)
    for part in ("trust_notebooks", "compare_by_nbdime"):
        monkeypatch.setattr(lab, part, lambda: None)
    assert lab.open_lab(["--no-browser"]) == 0
    assert called["cwd"] == project and called["command"][-1] == "--no-browser"
    assert called["env"]["JUPYTER_CONFIG_PATH"].startswith(str(lab.SETTINGS))


def test_the_export_menu_calls_a_briefing_what_its_exporter_says():
    words = json.loads((files("helpers.pipeline.jupyter.words") / "jupyterlab.json").read_text(encoding="utf-8"))
    # JupyterLab looks a name up by the exporter's id, with its first letter as a capital.
    for name in ("briefing_html", "briefing_pdf"):
        assert words[name.capitalize()] == [get_exporter(name).export_from_notebook]
    settings = json.loads((lab.SETTINGS / "labconfig/default_setting_overrides.json").read_text(encoding="utf-8"))
    locale = settings["@jupyterlab/translation-extension:plugin"]["locale"]
    assert words[""]["language"] == locale.replace("_", "-")
    declared = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["entry-points"]
    assert declared["jupyterlab.languagepack"] == {locale: "helpers.pipeline.jupyter.words"}
