"""What makes a task out of date: what its files say before it runs, and never how or when they were written."""

import os

import pytest
from conftest import doit, edit_cells, replace, tasks_run

from helpers.base.paths import fingerprint

pytestmark = pytest.mark.pipeline
SOURCE = "mercia_support_later"
TASK = f"tidy:{SOURCE}"
RAW = f"data/raw/{SOURCE}/support.csv"
TIDY = f"data/processed/figures_{SOURCE}"


@pytest.fixture
def project(built_copy):
    return built_copy


def status(folder):
    said = doit(folder, "list", "--status", "--all").stdout
    return next(line[0] for line in said.splitlines() if TASK in line)


def add_cell(folder, source, before_last=False):
    """Add a cell of code to 10_tidy: at the end, or before it keeps anything."""

    def change(cells):
        cell = {"cell_type": "code", "id": "added", "metadata": {}, "execution_count": None, "outputs": []}
        cells.insert(-1 if before_last else len(cells), cell | {"source": source})

    edit_cells(folder / "notebooks/10_tidy.ipynb", change)


EDIT = """
from helpers.base.paths import root

edit = root() / "edit"
if edit.exists():
    (descriptor["folder"] / "support.csv").write_text(edit.read_text())
""".strip()


@pytest.mark.parametrize(
    ("before_last", "said"),
    [(False, f"{RAW}: edited while notebooks/10_tidy.ipynb ran on it"), (True, f"{RAW} was edited after it was read")],
)
def test_a_file_that_is_edited_while_its_task_runs_is_read_again(project, before_last, said):
    add_cell(project, EDIT, before_last)
    edited = (project / RAW).read_text(encoding="utf-8").replace("2000", "2010")
    (project / "edit").write_text(edited, encoding="utf-8")
    before = (project / f"{TIDY}.csv").read_bytes()
    finished = doit(project, TASK)
    assert finished.returncode != 0 and said in finished.stdout and "Traceback" not in finished.stdout
    described = (project / f"{TIDY}.yaml").read_text(encoding="utf-8")
    assert (project / f"{TIDY}.csv").read_bytes() == before and fingerprint(project / RAW) not in described
    assert status(project) == "R"
    (project / "edit").unlink()
    assert doit(project, TASK).returncode == 0 and status(project) == "U"
    assert "2010" in (project / f"{TIDY}.csv").read_text(encoding="utf-8")
    assert fingerprint(project / RAW) in (project / f"{TIDY}.yaml").read_text(encoding="utf-8")


@pytest.mark.parametrize("edited", ["src/helpers/published/tidy.py", "notebooks/10_tidy.ipynb"])
def test_code_that_is_edited_while_its_task_runs_runs_again(project, edited):
    change = {
        "src/helpers/published/tidy.py": 'edited.write_text(edited.read_text() + "# more\\n")',
        "notebooks/10_tidy.ipynb": 'edited.write_text(edited.read_text().replace("does it add up", "does all add up"))',
    }
    add_cell(project, f'from helpers.base.paths import root\nedited = root() / "{edited}"\n{change[edited]}')
    assert doit(project, TASK).returncode == 0
    assert status(project) == "R"


def test_an_edit_that_keeps_the_time_of_a_file_is_noticed(project):
    kept = (project / RAW).stat()
    for old, new in (("2000", "12010"), ("12010", "2010")):  # of another size, and of its own
        replace(project / RAW, old, new)
        os.utime(project / RAW, ns=(kept.st_atime_ns, kept.st_mtime_ns))
        assert status(project) == "R"
    doit(project, TASK)
    assert "2010" in (project / f"{TIDY}.csv").read_text(encoding="utf-8")


def test_a_file_that_is_written_again_as_it_was_runs_nothing(project):
    os.utime(project / RAW, (1, 1))
    assert status(project) == "U"


def with_crlf(folder):
    """The project as a checkout that ends its lines with CRLF has it."""
    for pattern in ("data/**/*.csv", "data/**/*.yaml", "notebooks/**/*.ipynb", "src/**/*.py", "*.toml", "*.lock"):
        for file in folder.glob(pattern):
            file.write_bytes(file.read_bytes().replace(b"\r\n", b"\n").replace(b"\n", b"\r\n"))


def test_a_checkout_with_crlf_gives_the_same_bytes_and_fingerprints(project):
    made = {file: file.read_bytes() for file in (project / "data/processed").glob(f"*_{SOURCE}.*")}
    with_crlf(project)
    assert tasks_run(doit(project, TASK)) <= {TASK}
    (project / ".doit.db").unlink()
    assert tasks_run(doit(project, TASK)) == {TASK}
    assert made and {file: file.read_bytes() for file in made} == made


def test_a_cell_over_two_lines_reads_alike_with_crlf(tmp_path, project):
    from helpers.published.sources import read_printed

    read = []
    for end in ("\n", "\r\n"):
        path = project / f"data/raw/{SOURCE}/lines.csv"
        path.write_bytes(f'a,b{end}"one{end}two",3{end}'.encode())
        read.append(read_printed(path))
    assert read[0] == read[1] == [["a", "b"], ["one\ntwo", "3"]]


def test_binary_files_are_taken_byte_by_byte(project):
    path = project / "x.pdf"
    prints = []
    for content in (b"\0\r\n", b"\0\n", b"\r\n", b"\n"):
        path.write_bytes(content)
        prints.append(fingerprint(path))
    assert prints[0] != prints[1] and prints[2] == prints[3]


def test_clean_removes_what_is_not_committed_and_nothing_else(project):
    before = {file for file in project.rglob("*") if file.is_file()}
    assert f"would remove build/{SOURCE}.ipynb" in doit(project, "clean", "-n", TASK).stdout
    assert f"removed build/{SOURCE}.ipynb" in doit(project, "clean", TASK).stdout
    gone = before - {file for file in project.rglob("*") if file.is_file()}
    assert {str(file.relative_to(project)) for file in gone} == {f"build/{SOURCE}.ipynb"}
    assert doit(project, "clean").returncode == 0
    assert (project / f"{TIDY}.csv").is_file()


def test_an_edition_takes_crlf_for_no_change(project):
    from helpers.pipeline.lineage import fingerprint_in_edition

    file = project / RAW
    before = fingerprint_in_edition(RAW, {})
    file.write_bytes(file.read_bytes().replace(b"\n", b"\r\n"))
    assert fingerprint_in_edition(RAW, {}) == before
    replace(file, "2000", "2010")
    assert fingerprint_in_edition(RAW, {}) != before
