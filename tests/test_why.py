"""`doit why`: what changed since a task last ran, by name; it changes nothing, and needs no run."""

import os

import pytest
from conftest import PROJECT, doit, edit_cells, replace

pytestmark = pytest.mark.pipeline
SOURCE = "mercia_support_later"
TASK = f"tidy:{SOURCE}"
RAW = f"data/raw/{SOURCE}/support.csv"


@pytest.fixture
def tidied(built_copy):
    return built_copy


def why(folder, *names):
    finished = doit(folder, "why", *(names or (TASK,)))
    assert finished.returncode == 0 and finished.stderr == ""
    return finished.stdout


def written(folder):
    """When each file was written, but for those that only spare time."""
    files = [file for file in folder.rglob("*") if file.is_file() and "__pycache__" not in file.parts]
    return {file: file.stat().st_mtime_ns for file in files if file.name != ".remembered.json"}


def edit_third_cell(cells):
    cells[2]["source"] = [*cells[2]["source"], "\n# more"]


def take_out_third_cell(cells):
    del cells[2]


def test_what_is_up_to_date_or_has_not_run_is_said_and_nothing_changes(tidied):
    before = written(tidied)
    assert why(tidied) == f"{TASK}: up to date.\n"
    assert written(tidied) == before
    doit(tidied, "forget", "recompute:checks_mercia")
    before = written(tidied)
    said = why(tidied, "recompute")
    assert "recompute:checks_mercia" in said and "it has not run here yet, or its last run did not succeed" in said
    assert "Up to date: " in said
    assert written(tidied) == before


def test_each_thing_that_changed_is_named_and_put_back_is_none(tidied):
    helper = tidied / "src/helpers/published/tidy.py"
    changes = {
        RAW: (lambda: replace(tidied / RAW, "2000", "2010"), f"  {RAW} was edited\n"),
        "notebooks/10_tidy.ipynb": (
            lambda: edit_cells(tidied / "notebooks/10_tidy.ipynb", edit_third_cell),
            "  notebooks/10_tidy.ipynb, cell 3, under",
        ),
        "src/helpers/published/tidy.py": (
            lambda: helper.write_text(helper.read_text().replace("def tidy(", "def tidy(  # more\n", 1) + "\nx = 1\n"),
            "  src/helpers/published/tidy.py was edited: x\n",
        ),
        "requirements.lock": (
            lambda: (tidied / "requirements.lock").write_text("none\n"),
            "  requirements.lock locks other packages\n",
        ),
        "authorities.toml": (
            lambda: replace(tidied / "authorities.toml", '"E10000098"', '"E10000097"'),
            "  authorities.toml: wessex, code was edited\n",
        ),
        f"build/{SOURCE}.ipynb": (
            lambda: (tidied / f"build/{SOURCE}.ipynb").unlink(),
            f"  build/{SOURCE}.ipynb, which it makes, is missing\n",
        ),
        f"data/processed/figures_{SOURCE}.csv": (
            lambda: (tidied / f"data/processed/figures_{SOURCE}.csv").write_text("edited"),
            f"  data/processed/figures_{SOURCE}.csv, which it made, is no longer as it made it\n",
        ),
    }
    for file, (change, said) in changes.items():
        kept = (tidied / file).read_bytes()
        change()
        answer = why(tidied)
        assert answer.startswith(f"{TASK} would run because\n") and said in answer, answer
        assert answer.count("\n") == 2, answer  # that, and nothing else
        (tidied / file).write_bytes(kept)
    assert why(tidied) == f"{TASK}: up to date.\n"


def test_a_cell_that_is_taken_out_or_added_is_said_with_its_place(tidied):
    notebook = tidied / "notebooks/10_tidy.ipynb"
    edit_cells(notebook, take_out_third_cell)
    assert "notebooks/10_tidy.ipynb: a cell was taken out after cell 2\n" in why(tidied)
    edit_cells(notebook, lambda cells: cells.append({**cells[-1], "id": "more", "source": "pass"}))
    assert ", is new\n" in why(tidied)


def test_an_edit_that_keeps_size_and_time_is_seen(tidied):
    kept = (tidied / RAW).stat()
    replace(tidied / RAW, "2000", "2001")
    os.utime(tidied / RAW, ns=(kept.st_atime_ns, kept.st_mtime_ns))
    assert why(tidied) != f"{TASK}: up to date.\n"


def test_what_rests_on_it_follows_and_a_group_is_up_to_date_where_its_parts_are(tidied):
    def status():
        said = doit(tidied, "list", "--status").stdout
        return next(line[0] for line in said.splitlines() if line[2:].startswith("tidy "))

    assert status() == "U" and why(tidied, "tidy").startswith("tidy: up to date (")
    replace(tidied / RAW, "2000", "2010")
    assert status() == "R"
    assert why(tidied, "tidy").startswith("tidy:")


def test_an_assumption_and_a_parameter_are_named(tidied):
    from doit.task import Task

    from helpers.pipeline import why as module

    before = {"parameters": {"horizon": 2037, "scenario": "a"}}
    now = {"parameters": {"horizon": 2040, "years": [5]}}
    assert list(module._of_parts(Task("x", None), before, now)) == [
        "the parameter horizon is 2040, and was 2037",
        "the parameter scenario is no longer set",
        "the parameter years is now set to [5]",
    ]
    files = {"changed_file_dep": ["data/assumptions/age_bands.yaml", "data/processed/x.csv"]}
    assert list(module._of_files(files)) == [
        "the assumption data/assumptions/age_bands.yaml was edited",
        "data/processed/x.csv was made anew",
    ]


def test_a_wrong_name_is_refused():
    finished = doit(PROJECT, "why", "mony")
    assert finished.returncode == 3 and "Did you mean 'money'?" in finished.stderr
