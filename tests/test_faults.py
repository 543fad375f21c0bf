"""What is unreadable, misplaced, endless or hostile is said in one sentence, and nothing hangs or is left behind."""

import ast
import csv
import ctypes
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import briefing_fixture as briefing
import nbformat
import pytest
from conftest import PROJECT, heed_interruptions

from helpers.base import authorities, checked_files, formulas, paths, periods
from helpers.base import cells as published
from helpers.base.errors import InputError
from helpers.council import assumptions
from helpers.paper import editions
from helpers.paper.publish import document as model
from helpers.paper.publish import pdf
from helpers.paper.publish.errors import PublishError
from helpers.paper.publish.spreadsheet import to_spreadsheet
from helpers.pipeline import failures, notebooks
from helpers.published import claims, processed, sources, tidy

FOI, MADE_UP = "leicester_foi_2024", "mercia_support"
SCENARIO = "data/assumptions/scenarios/prevention.yaml"


@pytest.fixture
def small(tmp_path, monkeypatch) -> Path:
    """A project with nothing in it, as the working directory."""
    (tmp_path / "notebooks").mkdir()
    (tmp_path / "authorities.toml").touch()
    (tmp_path / "src").symlink_to(PROJECT / "src")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def small_notebook(project: Path, *sources: str) -> Path:
    notebook = nbformat.v4.new_notebook()
    first = nbformat.v4.new_code_cell("people = 1  # how many", metadata={"tags": ["parameters"]})
    notebook.cells = [
        nbformat.v4.new_markdown_cell("# A trial"), first, *(nbformat.v4.new_code_cell(source) for source in sources)
    ]  # fmt: skip
    path = project / "notebooks/trial.ipynb"
    nbformat.write(notebook, path)
    return path


def without_privileges() -> None:
    """Before a child starts: permissions hold for it even where the tests run as root."""
    if os.geteuid() == 0:
        for capability in (1, 2):  # to override permissions, and to read everything
            ctypes.CDLL(None).prctl(24, capability, 0, 0, 0)


def doit(folder: Path, *arguments: str) -> str:
    finished = subprocess.run(
        [sys.executable, "-m", "doit", *arguments],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(folder / "src")},
        capture_output=True,
        text=True,
        timeout=120,
        preexec_fn=without_privileges,
    )
    assert finished.returncode not in (0, -9)
    return finished.stdout + finished.stderr


linux = pytest.mark.skipif(sys.platform != "linux", reason="permissions and signals as Linux has them")


@pytest.mark.pipeline
@linux
@pytest.mark.parametrize(
    ("file", "arguments"),
    [
        ("authorities.toml", ["list"]),
        ("data/raw", ["list"]),
        (f"data/raw/{MADE_UP}", ["list"]),
        (f"data/raw/{MADE_UP}/datapackage.yaml", ["list"]),
        ("src/helpers/paper/publish/templates", ["list"]),
        ("requirements.lock", [f"tidy:{MADE_UP}"]),
        ("src/helpers/published/totals.py", [f"tidy:{MADE_UP}"]),
        ("notebooks/10_tidy.ipynb", [f"tidy:{MADE_UP}"]),
        (f"data/processed/figures_{MADE_UP}.csv", [f"tidy:{MADE_UP}"]),
    ],
)
def test_what_may_not_be_read_is_named_with_what_to_do(built_copy, file, arguments):
    (built_copy / file).chmod(0)
    try:
        said = doit(built_copy, *arguments)
    finally:
        (built_copy / file).chmod(0o755)
    assert "Traceback" not in said and f"{file} cannot be " in said and "(Permission denied)" in said and "llow" in said


@pytest.mark.pipeline
@linux
@pytest.mark.parametrize(
    ("file", "arguments"),
    [
        ("authorities.toml", ["list"]),
        (f"data/raw/{MADE_UP}/checks.yaml", ["list"]),
        ("requirements.lock", [f"tidy:{MADE_UP}"]),
        ("notebooks/10_tidy.ipynb", [f"tidy:{MADE_UP}"]),
        (f"data/processed/figures_{MADE_UP}.csv", [f"tidy:{MADE_UP}"]),
        (f"build/{MADE_UP}.ipynb", [f"tidy:{MADE_UP}"]),
    ],
)
def test_a_folder_where_a_file_should_be_is_named(built_copy, file, arguments):
    (built_copy / file).unlink(missing_ok=True)
    (built_copy / file).mkdir(parents=True)
    said = doit(built_copy, *arguments)
    assert "Traceback" not in said and f"{file} cannot be read (it is a folder)" in said and "move it away" in said


@pytest.mark.parametrize(("file", "read"), [("claims.csv", claims.read_claims), ("corrections.yaml", tidy.tidy)])
def test_a_folder_is_not_taken_for_a_file_that_is_left_out(project, file, read):
    (project / "data/raw" / FOI / file).unlink(missing_ok=True)
    (project / "data/raw" / FOI / file).mkdir()
    with pytest.raises(InputError, match=rf"{file} cannot be read \(it is a folder\)"):
        read(FOI)


@pytest.mark.pipeline
@pytest.mark.parametrize(
    "read",
    [
        lambda name: paths.read_text(paths.root() / name),
        lambda name: assumptions.scenario_named(name),
        lambda name: notebooks.run(paths.root() / f"notebooks/{name}.ipynb"),
        lambda name: processed.read_processed(name),
        lambda name: paths.write_atomically(paths.root() / "build" / name, b"text"),
        lambda name: sources.read_descriptor(name),
    ],
)
@pytest.mark.parametrize("name", ["x" * 300, "a\0b"], ids=["long", "nul"])
def test_a_name_that_no_file_can_have_is_refused(project, read, name):
    with pytest.raises(InputError):
        read(name)


def test_a_text_that_is_not_utf_8_is_named_with_its_line(project):
    (project / SCENARIO).write_bytes(b"id: prevention\ntitle: caf\xe9\n")
    with pytest.raises(InputError, match=r"prevention\.yaml is not written in UTF-8: line 2"):
        assumptions.scenario_named("prevention")


def test_lines_that_end_otherwise_read_the_same(project):
    before = assumptions.scenario_named("prevention")
    (project / SCENARIO).write_bytes((project / SCENARIO).read_bytes().replace(b"\n", b"\r\n"))
    assert assumptions.scenario_named("prevention") == before


BOMB = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "\n".join(
    f"{b}: &{b} [{', '.join([f'*{a}'] * 9)}]" for a, b in zip("abcdefgh", "bcdefghi", strict=True)
)
MERGED = "a: &a {x: 1}\n" + "\n".join(
    f"{b}: &{b} {{<<: [{', '.join([f'*{a}'] * 9)}]}}" for a, b in zip("abcdefgh", "bcdefghi", strict=True)
)
CHAIN = "a0: &a0 [x]\n" + "\n".join(f"a{n}: &a{n} [*a{n - 1}]" for n in range(1, 5000))


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (BOMB, "line 6 is too much.*100,000 items in 40 levels"),
        (MERGED, "too much.*100,000 items"),
        (CHAIN, "too much.*40 levels"),
        ("a: &a [*a]", "too much.*40 levels"),
        ("a: " + "[" * 60 + "]" * 60, "too much.*40 levels"),
        ("a: " + "[" * 100_000, "deeper than the 40 levels"),
        ("a: " + "{b: " * 20_000, "deeper than the 40 levels"),
        ("a: 1" + "0" * 5_000, "line 1 holds a number of 5,001 characters; the most that is read is 40"),
        ("a: -1" + "0" * 4_400, "holds a number of 4,402 characters"),
        ("a: 1." + "1" * 400, "holds a number of 402 characters"),
        ("a: " + "x" * 1_000_001, "larger than 1,000,000 bytes"),
        ("a: 1.0e+308", r"a is 1e\+308; no number here is larger than 1,000,000,000,000,000"),
        ("a: [[-2000000000000000]]", "no number here is larger"),
    ],
)
def test_a_yaml_file_that_would_never_end_is_refused_at_once(project, content, words):
    (project / SCENARIO).write_text(content, encoding="utf-8")
    started = time.monotonic()
    with pytest.raises(InputError, match=rf"prevention\.yaml.*{words}"):
        checked_files.read_yaml(project / SCENARIO, {})
    assert time.monotonic() - started < 15


def test_aliases_that_repeat_little_are_read(project):
    (project / SCENARIO).write_text("a: &a {x: [1, 2]}\nb: [*a, *a]\nc: {<<: *a, y: 1}\n", encoding="utf-8")
    read = checked_files.read_yaml(project / SCENARIO, {})
    assert read["b"] == [{"x": [1, 2]}] * 2 and read["c"] == {"x": [1, 2], "y": 1}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("9**9**9", "gives no number"),
        ("9**9**9**9", "gives no number"),
        ("2**10000", "gives no number"),
        ("1e308 * 10", "gives no number"),
        ("1e308 * 10 - 1e308 * 10", "gives no number"),
        ("sum(t!A1:ZZZ99999)", "with t!A1:ZZZ99999 it names more than 1,000 cells"),
        ("sum(t!A1:A999999999)", "more than 1,000 cells"),
        (f"sum(t!A1:{'Z' * 1000}2)", "more than 1,000 cells"),
        ("sum(t!A1:A600) + sum(t!B1:B600)", "with t!B1:B600 it names more than 1,000 cells"),
        ("a + " * 25_000 + "a", "has 100,001 characters; a formula has 2,000 at most"),
        ("1" * 5_000, "has 5,000 characters"),
        ("-" * 1_500 + "a", "nests more than 50 levels"),
        ("(" * 900 + "a" + ")" * 900, "brackets and signs|nests more than"),
        ("a ** " * 60 + "a", "nests more than 50 levels"),
    ],
)
def test_a_formula_that_would_never_end_is_refused_at_once(text, words):
    started = time.monotonic()
    with pytest.raises(InputError, match=words):
        formula = formulas.parse(text, "county", ["county"])
        formulas.evaluate(formula, {key: formulas.Input(1.0, 1.0, 1.0) for key in formula.keys})
    assert time.monotonic() - started < 2


def test_a_range_of_as_many_cells_as_a_formula_may_name_is_worked_out():
    formula = formulas.parse("sum(t!A1:A1000)", "county", ["county"])
    inputs = {key: formulas.Input(1.0, 0.5, 1.5) for key in formula.keys}
    assert formulas.evaluate(formula, inputs) == (1000, 500, 1500)


@pytest.mark.parametrize("text", [" " * 100_000, "1" + " " * 100_000 + "2", "1," * 50_000, "9" * 201, "to " * 40_000])
@pytest.mark.parametrize("parse", [published.parse_figure, periods.parse_period])
def test_a_cell_without_end_is_refused_at_once(parse, text):
    started = time.monotonic()
    with pytest.raises(InputError, match=f"has {len(text):,} characters.*at most"):
        parse(text)
    assert time.monotonic() - started < 0.5


@pytest.mark.parametrize("text", ["9" * 16, "1" + "0" * 100, "99999999999 million"])
def test_a_number_larger_than_any_figure_is_refused(text):
    with pytest.raises(InputError, match=r"larger than any figure|more than 15 digits"):
        published.parse_figure(text)


@pytest.fixture
def as_python_reads_csv():
    """The limit of Python's own for a cell, which frictionless raises as it is imported."""
    before = csv.field_size_limit(131_072)
    yield
    csv.field_size_limit(before)


@pytest.mark.parametrize(
    ("cell", "words"),
    [
        (" " * 100_000, r"claims\.csv, row 2, cell 2 of it holds 100,000 characters"),
        ("x" * 200_000, r"claims\.csv, line 2, cannot be read as CSV"),
        ("x" * 5_001, "holds 5,001 characters"),
    ],
)
def test_a_cell_that_is_too_long_is_named(project, as_python_reads_csv, cell, words):
    path = project / "data/raw" / FOI / "claims.csv"
    path.write_text(f"{','.join(claims.HEADER)}\nlong,{cell}{',' * 8}\n", encoding="utf-8")
    with pytest.raises(InputError, match=words):
        claims.read_claims(FOI)


@pytest.mark.parametrize("rounded_to", ["1e308", "1e16", "inf", "9" * 400])
def test_a_rounding_past_all_use_is_named(project, rounded_to):
    path = project / "data/raw" / FOI / "claims.csv"
    row = f"one,A number,12,people,at_date,2023,,,{rounded_to},Answer"
    path.write_text(f"{','.join(claims.HEADER)}\n{row}\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"claims\.csv, cell I2 .*no number above 0 and up to"):
        claims.read_claims(FOI)


@pytest.mark.parametrize(
    "content",
    [
        "[1]",
        '{"cells": 1}',
        '{"cells": [1]}',
        '{"cells": [{"source": "1"}]}',
        "[" * 100_000,
        "1" * 5_000,
        '{"worksheets": []}',
    ],
)
def test_what_is_no_notebook_is_named(small, content):
    (small / "notebooks/trial.ipynb").write_text(content, encoding="utf-8")
    with pytest.raises(InputError, match=r"notebooks/trial\.ipynb is no readable notebook"):
        notebooks.read(small / "notebooks/trial.ipynb")


def test_settings_nested_without_end_are_named(small):
    (small / "authorities.toml").write_text("a = " + "[" * 100_000, encoding="utf-8")
    (small / "data/raw").mkdir(parents=True, exist_ok=True)
    with pytest.raises(InputError, match=r"authorities\.toml cannot be read"):
        authorities.known_authorities()


@pytest.mark.pipeline
@pytest.mark.parametrize(
    "cell",
    ["while True: pass", "while True:\n    try:\n        while True: pass\n    except BaseException: pass"],
    ids=["loop", "deaf"],
)
def test_a_cell_that_takes_too_long_is_ended_and_named(small, monkeypatch, cell):
    monkeypatch.setattr(notebooks, "_cell_seconds", lambda: 1)
    started = time.monotonic()
    path = small_notebook(small, "x = 1", cell)
    words = r"trial\.ipynb, In \[3\], under 'A trial': it took longer than a cell may.*CELL_MINUTES="
    with pytest.raises(notebooks.NotebookFailed, match=words):
        notebooks.run(path, output=small / "build/trial.ipynb")
    assert not (small / "build/trial.ipynb").exists() and time.monotonic() - started < 25


@pytest.mark.pipeline
@pytest.mark.parametrize("minutes", ["0", "-1", "ten", "1.5", "99999", ""])
def test_a_limit_that_is_no_number_of_minutes_is_refused(small, monkeypatch, minutes):
    monkeypatch.setenv("CELL_MINUTES", minutes)
    with pytest.raises(InputError, match=r"CELL_MINUTES is '.*whole minutes"):
        notebooks.run(small_notebook(small, "1"))


def test_a_cell_may_be_given_longer(monkeypatch):
    assert notebooks._cell_seconds() == 600
    monkeypatch.setenv("CELL_MINUTES", "30")
    assert notebooks._cell_seconds() == 1800


@pytest.mark.pipeline
@pytest.mark.parametrize(
    ("cell", "words"),
    [
        ("total = 1\ntotl + 1", ["NameError: name 'totl' is not defined", "mean 'total'?", "in line 2: totl + 1"]),
        ("pint(1)", ["NameError: name 'pint' is not defined", "Did you mean 'print'?"]),
        (
            "import pandas as pd\npd.DataFrame({'people': [1]})['peple']",
            ["KeyError: 'peple'", "Did you mean 'people'?"],
        ),
        ("{}[80]", ["KeyError: 80", "No row, column or key there is called so", "line 1: {}[80]"]),
        ("next(iter([]))", ["StopIteration", "Nothing there is what the line looks for"]),
        ("dict().get('a')['b']", ["'NoneType' object is not subscriptable", "what it looked up is not there"]),
        ("from helpers.paper import tables\ntables.shw(1)", ["has no attribute 'shw'", "Did you mean 'show'?"]),
        ("import seabrn", ["No module named 'seabrn'", "not installed with this project"]),
        ("x = (1", ["SyntaxError", "line 1: x = (1"]),
        ("raise MemoryError", ["MemoryError", "not memory enough"]),
        ("def deep():\n    return 1 / 0\ndeep()", ["ZeroDivisionError: division by zero", "line 2: return 1 / 0"]),
        (
            "from helpers.base.errors import InputError\nraise InputError('Mend the label.')",
            ["'A trial': Mend the label."],
        ),
    ],
)
def test_an_error_of_python_is_said_with_its_line_and_the_nearest_name(small, cell, words):
    with pytest.raises(notebooks.NotebookFailed) as error:
        notebooks.run(small_notebook(small, cell), output=small / "build/trial.ipynb")
    said = str(error.value)
    assert "notebooks/trial.ipynb, In [2], under 'A trial': " in said
    assert all(word in said for word in words), said


def test_a_cut_off_package_is_said_to_be():
    said = failures.said_of(
        {"ename": "EOFError", "evalue": "marshal data too short", "traceback": []}, {"source": "import x"}, "import x"
    )
    assert "EOFError: marshal data too short" in said and "__pycache__" in said


@pytest.mark.pipeline
@pytest.mark.parametrize("folder", ["{x}", "{", "{0!r:>10}", "a%sb", "it's a folder", "a&b;c $HOME", "n" * 120])
def test_a_project_in_a_folder_of_any_name_runs(tmp_path, monkeypatch, folder):
    project = tmp_path / folder
    (project / "notebooks").mkdir(parents=True)
    (project / "authorities.toml").touch()
    monkeypatch.chdir(project)
    output = notebooks.run(small_notebook(project, "people + 1"), {"people": 2}, project / "build/trial.ipynb")
    shown = notebooks.read(output)["cells"][-1]["outputs"][0]["data"]["text/plain"]
    assert "".join(shown) == "3"


@pytest.mark.pipeline
@pytest.mark.parametrize("warm", [True, False])
def test_a_temporary_directory_of_any_length_does(small, monkeypatch, warm):
    temporary = small / ("t" * 100)
    temporary.mkdir()
    monkeypatch.setenv("TMPDIR", str(temporary))
    if not warm:
        monkeypatch.setattr(notebooks.warm_kernels.Zygote, "fork", lambda *_: None)
    notebooks.run(small_notebook(small, "1"), output=small / "build/trial.ipynb")
    assert not list(temporary.iterdir())


def test_where_sockets_are_files_a_long_path_leaves_ports(monkeypatch):
    monkeypatch.setattr(sys, "platform", "darwin")
    assert notebooks._sockets("/short") == {"transport": "ipc"}
    assert notebooks._sockets("/" + "x" * 100) == {}
    monkeypatch.setattr(sys, "platform", "win32")
    assert notebooks._sockets("C:/short") == {}


@pytest.mark.pipeline
def test_notebooks_outside_the_project_are_refused(project, tmp_path_factory):
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    shutil.move(project / "notebooks", elsewhere / "notebooks")
    (project / "notebooks").symlink_to(elsewhere / "notebooks")
    with pytest.raises(InputError, match=r"notebooks/10_tidy\.ipynb is a link to .*outside the project"):
        notebooks.run(project / "notebooks/10_tidy.ipynb")


RUNNER = "import sys, pathlib; from helpers.pipeline import notebooks; notebooks.run(pathlib.Path(sys.argv[1]))"


def run_apart(path: Path, **environment: str) -> subprocess.Popen:
    return subprocess.Popen(
        [sys.executable, "-c", RUNNER, str(path)],
        env={**os.environ, "PYTHONPATH": str(PROJECT / "src"), **environment},
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True, preexec_fn=heed_interruptions,
    )  # fmt: skip


@pytest.mark.pipeline
@linux
@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
def test_a_killed_run_leaves_nothing_outside_the_project_and_the_next_clears_it(small, how):
    temporary = small / "temporary"
    temporary.mkdir()
    path = small_notebook(small, "import pathlib, time; pathlib.Path('begun').touch(); time.sleep(60)")
    killed = run_apart(path, TMPDIR=str(temporary))
    while not (small / "notebooks/begun").exists():
        assert killed.poll() is None, killed.communicate()
        time.sleep(0.05)
    os.killpg(killed.pid, how)
    killed.communicate(timeout=30)
    left = list((small / "build/kernels").iterdir())
    assert not list(temporary.iterdir()) and len(left) == (how != signal.SIGINT)
    notebooks.run(small_notebook(small, "1"))
    assert not list((small / "build/kernels").iterdir())


@pytest.mark.pipeline
def test_a_run_clears_no_folder_of_another_that_lives(small):
    living = small / f"build/kernels/{os.getppid()}-living"
    living.mkdir(parents=True)
    notebooks.run(small_notebook(small, "1"))
    assert list((small / "build/kernels").iterdir()) == [living]


STARTUP = "import decimal; decimal.getcontext().prec = 5; hidden = 1\n"
CONFIGURED = "c.InteractiveShellApp.exec_lines = ['hidden = 1']\n"
LOOK = "import decimal; decimal.getcontext().prec, 'hidden' in globals()"


@pytest.mark.pipeline
@linux
@pytest.mark.parametrize("warm", [True, False])
def test_nothing_of_a_person_s_own_reaches_a_kernel(small, monkeypatch, warm):
    home = small / "home"
    (home / ".ipython/profile_default/startup").mkdir(parents=True)
    (home / ".ipython/profile_default/startup/00.py").write_text(STARTUP)
    (home / ".ipython/profile_default/ipython_config.py").write_text(CONFIGURED)
    (home / ".ipython/profile_default/ipython_kernel_config.py").write_text(CONFIGURED)
    (home / "start.py").write_text(STARTUP)
    own = home / "jupyter/kernels/python3"
    own.mkdir(parents=True)
    argv = ["false", "{connection_file}"]
    (own / "kernel.json").write_text(json.dumps({"argv": argv, "display_name": "mine", "language": "python"}))
    (small / "notebooks/matplotlibrc").write_text("font.size: 33\n")
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("PYTHONSTARTUP", str(home / "start.py"))
    monkeypatch.setenv("JUPYTER_PATH", str(home / "jupyter"))
    notebooks.warm_kernels._zygote_of.cache_clear()
    if not warm:
        monkeypatch.setattr(notebooks.warm_kernels.Zygote, "fork", lambda *_: None)
    drawn = "import matplotlib\nfrom helpers.paper import charts\n"
    drawn += "with charts.style(): print(matplotlib.rcParams['font.size'])"
    path = notebooks.run(small_notebook(small, LOOK, drawn), output=small / "build/trial.ipynb")
    shown = [cell["outputs"] for cell in notebooks.read(path)["cells"][-2:]]
    assert "".join(shown[0][0]["data"]["text/plain"]) == "(28, False)"
    assert "33" not in "".join(shown[1][0]["text"])
    notebooks.warm_kernels._zygote_of.cache_clear()


@pytest.mark.pipeline
@linux
def test_a_home_that_cannot_be_written_leaves_no_folders(small):
    temporary = small / "temporary"
    temporary.mkdir()
    path = small_notebook(small, "import matplotlib.pyplot as plt; plt.plot([1, 2]);")
    ended = run_apart(path, HOME="/proc/none", TMPDIR=str(temporary))
    assert "not a writable" not in ended.communicate(timeout=60)[1].decode() and ended.returncode == 0
    end = time.monotonic() + 10  # the zygote ends a moment after who started it
    while list(temporary.iterdir()) and time.monotonic() < end:
        time.sleep(0.05)
    assert not list(temporary.iterdir())


@pytest.mark.pipeline
@linux
def test_the_machine_s_own_settings_change_no_byte(small):
    path = small_notebook(small, "from helpers.base import wording\nwording.say('“£” – café')")
    made = []
    for variables in ({}, {"LC_ALL": "C", "TZ": "Pacific/Kiritimati", "PYTHONWARNINGS": "ignore"}):
        ended = run_apart(path, **variables)
        assert ended.communicate(timeout=60) and ended.returncode == 0
        made.append(path.read_bytes())
    assert made[0] == made[1] and "café".encode() in made[0]


def test_few_open_files_are_allowed_more_or_said_to_be_too_few(monkeypatch):
    resource = pytest.importorskip("resource")
    set_to = []
    monkeypatch.setattr(resource, "setrlimit", lambda _, limits: set_to.append(limits))
    monkeypatch.setattr(resource, "getrlimit", lambda _: (64, 4096))
    notebooks._allow_open_files()
    monkeypatch.setattr(resource, "getrlimit", lambda _: (256, resource.RLIM_INFINITY))
    notebooks._allow_open_files()
    monkeypatch.setattr(resource, "getrlimit", lambda _: (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    notebooks._allow_open_files()
    assert set_to == [(1024, 4096), (1024, resource.RLIM_INFINITY)]
    monkeypatch.setattr(resource, "getrlimit", lambda _: (64, 64))
    with pytest.raises(InputError, match=r"Only 64 files.*ulimit -n 1024"):
        notebooks._allow_open_files()


def test_a_full_disk_is_called_that(small, monkeypatch):
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(InputError, match=r"build/a\.csv cannot be written \(No space left.*free space"):
        paths.write_atomically(small / "build/a.csv", b"text")


@pytest.mark.pipeline
@pytest.mark.parametrize("kept", [10, 20, 300, -1])
def test_a_compiled_helper_that_is_cut_off_stops_no_run(project, kept):
    environment = {**os.environ, "PYTHONPATH": str(project / "src"), "PYTHONDONTWRITEBYTECODE": ""}
    read = [sys.executable, "-c", "import helpers.base.errors, helpers.base.paths; print('read')"]
    assert subprocess.run(read, env=environment, capture_output=True, text=True).stdout == "read\n"
    compiled = list((project / "src/helpers/base/__pycache__").glob("[ep]*.pyc"))
    assert compiled
    for file in compiled:
        file.write_bytes(file.read_bytes()[:kept])
    assert subprocess.run(read, env=environment, capture_output=True, text=True).stdout == "read\n"


def paper(words: str, cell: str = "Nursing") -> dict:
    table = briefing.table("One", ["Setting", "People"], [[cell, "1"], ["All", "2"]])
    return model.from_notebook(briefing.nb.new_notebook(cells=[
        *briefing.notebook()["cells"], briefing.words(f"## Last\n\n{words}"), briefing.shown(table)
    ]))  # fmt: skip


@pytest.mark.parametrize(
    ("character", "named"),
    [("😀", "U+1F600 GRINNING FACE"), ("ש", "U+05E9 HEBREW LETTER SHIN"), ("\x07", "U+0007 a control"), ("中", "CJK")],
)
def test_a_character_that_the_typeface_lacks_is_named_with_its_place(character, named):
    with pytest.raises(PublishError) as error:
        pdf.to_pdf(paper(f"It is {character}."))
    assert named in str(error.value) and "stands under “Last”" in str(error.value)
    with pytest.raises(PublishError) as error:
        pdf.to_pdf(paper("It is.", f"Nursing {character}"))
    assert named in str(error.value) and f"under “Last”, row {f'Nursing {character}'!r}" in str(error.value)


@pytest.mark.filterwarnings("error::pandas.errors.Pandas4Warning")
def test_a_spreadsheet_is_made_without_a_warning():
    assert to_spreadsheet(paper("It is."))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("kind,headline", "headline,kind"),
        ("kind,", "<<<<<<< HEAD\nkind,"),
        ("demand,", "demand,,"),
        ("10,", "ten,"),
        (",people,", ","),
    ],
)
def test_an_edition_that_was_edited_is_named(project, old, new):
    folder = project / "editions/2020-01/leicester"
    folder.mkdir(parents=True)
    text = "kind,headline,value,lower,upper,unit,futures\ndemand,People,10,none,15,people,none\n"
    (folder / "fingerprints.csv").write_text("cause,file,sha256,kinds\n", encoding="utf-8")
    (folder / "headlines.csv").write_text(text, encoding="utf-8")
    assert editions.edition("leicester", "2020-01")["headlines"][0]["value"] == 10
    (folder / "headlines.csv").write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(InputError, match=r"editions/2020-01/leicester/headlines\.csv does not read as it was made"):
        editions.edition("leicester", "2020-01")


@pytest.mark.parametrize("content", ["", "value\nmany\n", "value,status\nsuppressed,x\n", 'a,b\n"1\n'])
def test_a_damaged_processed_table_is_named(project, content):
    (project / f"data/processed/claims_{FOI}.csv").write_text(content, encoding="utf-8")
    with pytest.raises(InputError, match=rf"claims_{FOI}\.csv does not read as it was made.*run `doit`"):
        processed.read_processed(f"claims_{FOI}")


@pytest.mark.pipeline
def test_a_formula_that_names_no_document_is_refused():
    with pytest.raises(InputError, match=r"names the document 'leicster_foi_2024'.*Did you mean 'leicester_foi_2024'"):
        authorities.documents_named(["leicster_foi_2024/waiting!B2"])


@pytest.mark.papers
def test_no_helper_rests_on_an_assertion_which_python_can_leave_out():
    trees = [ast.parse(file.read_text(encoding="utf-8")) for file in (PROJECT / "src").rglob("*.py")]
    assert not [node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Assert)]
