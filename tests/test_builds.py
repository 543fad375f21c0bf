"""A run of doit in a small folder of its own: on record as it goes, one at a time, and clean after what stopped it."""

import os
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest
from conftest import DONE, PROJECT, heed_interruptions
from doit.exceptions import InvalidDodoFile

from helpers.pipeline import builds

pytestmark = pytest.mark.pipeline
DODO = """
import time
from pathlib import Path
from doit.tools import run_once
from helpers.pipeline.builds import Build, record

DOIT_CONFIG = {
    "backend": "sqlite3", "dep_file": record(), "reporter": Build, "continue": True, "par_type": "thread"
}

def make(target, seconds=0):
    time.sleep(seconds)
    Path(target).parent.mkdir(parents=True, exist_ok=True)
    Path(target).write_text("made")

def task_a():
    made = "data/processed/a.csv"
    return {"actions": [(make, [made])], "targets": [made], "uptodate": [run_once]}

def task_b():
    made, seconds = "reports/b.pdf", 30 if Path("slow").exists() else 0
    return {"actions": [(make, [made, seconds])], "targets": [made], "uptodate": [run_once], "task_dep": ["a"]}
"""


UP_TO_DATE = "Nothing to do: 2 of 2 tasks are up to date.\n"


@pytest.fixture
def folder(tmp_path, monkeypatch):
    (tmp_path / "dodo.py").write_text(DODO)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def started(*arguments, before=heed_interruptions):
    return subprocess.Popen(
        [sys.executable, "-u", "-m", "doit", *arguments],
        env={**os.environ, "PYTHONPATH": str(PROJECT / "src")}, start_new_session=True, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, preexec_fn=before,
    )  # fmt: skip


def run(*arguments):
    running = started(*arguments)
    out, err = running.communicate(timeout=60)
    assert "Traceback" not in out + err
    return running.returncode, re.sub(DONE, r"\1\2", out, flags=re.MULTILINE), err


def lines_of(running, wanted):
    """What a run says up to a line that it is to say."""
    said = [running.stdout.readline()]
    while wanted not in said[-1]:
        said.append(running.stdout.readline())
        assert said[-1], said
    return said


def test_what_was_finished_is_on_record_when_doit_ends(folder):
    assert run() == (0, "a\nb\n2 tasks ran in 0 s; 0 of 2 were up to date.\n", "")
    assert run() == (0, UP_TO_DATE, "")


@pytest.mark.skipif(sys.platform == "win32", reason="there are no such signals")
@pytest.mark.parametrize(
    ("how", "code", "threads"),
    [("SIGINT", 130, []), ("SIGTERM", 143, []), ("SIGTERM", 143, ["-n", "2"]), ("SIGHUP", 129, ["-n", "2"]),
     ("SIGKILL", -9, []), ("SIGKILL", -9, ["-n", "2"]), ("SIGQUIT", -3, [])],
)  # fmt: skip
def test_what_was_finished_is_on_record_however_doit_is_stopped(folder, how, code, threads):
    (folder / "slow").touch()
    running = started(*threads)
    lines_of(running, " a  ")
    time.sleep(0.3)  # one that comes just as doit begins to wait is heard when a task ends
    os.kill(running.pid, getattr(signal, how))
    err = running.communicate(timeout=20)[1]
    assert running.returncode == code and "Traceback" not in err
    assert ("on record" in err) is (code > 0)
    (folder / "slow").unlink()
    assert run()[1] == "b\n1 task ran in 0 s; 1 of 2 were up to date.\n"


def test_a_hangup_that_is_ignored_stops_nothing(folder):
    (folder / "dodo.py").write_text(DODO.replace("30", "1"))
    (folder / "slow").touch()
    running = started(before=lambda: signal.signal(signal.SIGHUP, signal.SIG_IGN))
    lines_of(running, " a  ")
    running.send_signal(signal.SIGHUP)
    running.communicate(timeout=20)
    assert running.returncode == 0


def test_a_second_build_in_the_same_folder_says_so_and_does_nothing(folder):
    (folder / "slow").touch()
    running = started()
    lines_of(running, " a  ")
    for arguments in ((), ("a",), ("-n", "2")):
        code, out, err = run(*arguments)
        assert code == 3 and out == "" and err.startswith("ERROR: Another build runs in this folder.")
    assert run("list")[0] == 0  # only looks
    running.kill()
    running.communicate()
    (folder / "slow").unlink()
    assert run()[0] == 0


def overwrite(content):
    return lambda path: path.write_bytes(content)


def change(sql):
    def changed(path):
        with closing(sqlite3.connect(path)) as database:
            database.executescript(sql)

    return changed


def cut(share):
    def changed(path):
        content = path.read_bytes()
        path.write_bytes(content[: int(len(content) * share)])

    return changed


def zeroed(path):
    content = bytearray(path.read_bytes())
    content[len(content) // 2 :] = bytes(len(content) - len(content) // 2)
    path.write_bytes(content)


def folder_instead(path):
    path.unlink()
    path.mkdir()
    (path / "something").touch()


def dangling(path):
    path.unlink()
    path.mkdir()


def with_journal(path):
    path.write_bytes(b"no database at all")
    Path(f"{path}-journal").write_bytes(b"\xd9\xd5\x05\xf9\x20\xa1\x63\xd7" + bytes(600))


DAMAGE = {
    "words": overwrite(b"not a database, but words that go on for longer than its first page says " * 20),
    "one byte": overwrite(b"\0"),
    "head only": overwrite(b"SQLite format 3\0"),
    "half": cut(0.5),
    "nearly all": cut(0.95),
    "zeroed": zeroed,
    "a folder": folder_instead,
    "an empty folder": dangling,
    "a journal of something else": with_journal,
    "no table": change("drop table doit"),
    "other columns": change("drop table doit; create table doit (name text, value text)"),
    "one column more": change("alter table doit add column extra text"),
    "no key": change("create table d as select * from doit; drop table doit; alter table d rename to doit"),
    "no JSON": change("update doit set task_data = '{\"deps:\": '"),
    "a number": change("update doit set task_data = '3'"),
    "a list": change("update doit set task_data = '[]'"),
    "nothing": change("update doit set task_data = null"),
    "bytes": change("update doit set task_data = x'ff00'"),
}


@pytest.mark.parametrize("damage", DAMAGE.values(), ids=DAMAGE)
def test_a_damaged_record_is_set_aside_and_made_again(folder, damage):
    run()
    damage(folder / ".doit.db")
    code, out, err = run()
    assert (code, out.splitlines()[:2]) == (0, ["a", "b"])
    assert re.fullmatch(r"\.doit\.db is damaged \(.+\): it is set aside as \.doit\.db\.damaged-1, and all is .*\n", err)
    assert os.path.lexists(folder / ".doit.db.damaged-1")
    assert run() == (0, UP_TO_DATE, "")
    damage(folder / ".doit.db")
    assert "damaged-2" in run()[2]


def test_an_empty_record_is_a_new_one(folder):
    (folder / ".doit.db").touch()
    assert run()[::2] == (0, "") and (folder / "reports/b.pdf").exists()


def test_a_record_that_another_program_holds_is_said_in_one_sentence(folder):
    run()
    with closing(sqlite3.connect(".doit.db", isolation_level=None)) as held:
        held.execute("begin exclusive")
        code, out, err = run()
    assert code == 3 and out == "" and err.count("\n") == 1 and "Another build" in err
    assert run()[0] == 0


def test_a_record_that_cannot_be_written_while_it_runs_is_said_in_one_sentence(folder):
    run()
    shutil.rmtree("reports")
    with closing(sqlite3.connect(".doit.db", isolation_level=None)) as held:
        held.execute("begin immediate")  # others may read
        code, _, err = run()
    assert code == 3 and err.count("\n") == 1 and "cannot be written (database is locked)" in err
    assert run()[0] == 0


@pytest.mark.parametrize("there", [True, False])
def test_a_record_or_folder_that_may_not_be_written_is_said(folder, monkeypatch, there):
    if there:
        (folder / ".doit.db").touch()
    allowed = {Path("."): there, Path(".doit.db"): False}
    monkeypatch.setattr(builds.os, "access", lambda path, how: allowed[Path(path)])
    with pytest.raises(InvalidDodoFile, match=r"\.doit\.db cannot be read and written"):
        builds.record()


def test_what_a_killed_build_was_writing_is_cleared(folder):
    for name in (
        ".a.toml.1.part",
        "data/processed/.a.csv.77.part",
        "reports/x/.b.pdf.1.part",
        "notebooks/.c.ipynb.9.part",
    ):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).touch()
    (folder / "reports/kept.part").touch()
    run()
    assert [path.name for path in folder.rglob("*.part")] == ["kept.part"]


def test_files_that_nothing_makes_any_more_are_named(folder):
    run()
    assert "Nothing makes" not in run()[1]
    text = (folder / "dodo.py").read_text().replace('reports/b.pdf"', 'reports/later.pdf"')
    (folder / "dodo.py").write_text(text)
    out = run()[1]
    assert out.endswith("Nothing makes these any more; remove them if you are done with them:\nreports/b.pdf\n")
    (folder / "build/council").mkdir(parents=True)
    for name in (
        "data/processed/old.csv",
        "reports/rutland/x.pdf",
        "build/council/y.ipynb",
        "build/council/y.failed.ipynb",
    ):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).touch()
    for number in range(12):
        (folder / f"reports/rutland/{number}.pdf").touch()
    last = run()[1].partition("Nothing makes these")[2].splitlines()[1:]
    assert {"data/processed/old.csv", "reports/rutland/x.pdf", "build/council/y.ipynb", "reports/b.pdf"} <= {*last}
    assert len(last) == 16 and "failed" not in str(last)


@pytest.mark.parametrize("name", [".doit.db", ".doit.db.lock"])
@pytest.mark.parametrize("leads_to", ["nowhere/.doit.db", "nowhere", "{name}"])
def test_a_record_that_is_a_link_to_nothing_is_named(folder, name, leads_to):
    (folder / name).symlink_to(leads_to.format(name=name))
    code, out, err = run()
    assert code == 3 and out == "" and f"{name} is a link to " in err and "which is not there" in err
    (folder / name).unlink()
    assert run()[0] == 0


def test_a_lock_that_cannot_be_opened_is_no_other_build(folder):
    (folder / ".doit.db.lock").mkdir()
    _, out, err = run()
    assert ".doit.db.lock cannot be opened" in out + err and "Another build" not in out + err


TWO_COUNCILS = """
from doit.exceptions import TaskFailed

def fails():
    return TaskFailed("no such council")

def task_of():
    for name in ("rutland", "leicester"):
        fail = name == "rutland" and not Path("mended").exists()
        made, paper = f"build/{name}.csv", f"reports/{name}.pdf"
        yield {"name": name, "actions": [fails if fail else (make, [made])], "targets": [made], "uptodate": [run_once]}
        yield {"name": f"{name}:paper", "actions": [(make, [paper])], "targets": [paper], "file_dep": [made]}
"""


def test_one_failure_stops_what_rests_on_it_and_nothing_else(folder):
    (folder / "dodo.py").write_text(DODO + TWO_COUNCILS)
    for arguments in ((), ("-n", "2")):
        code, out, _ = run(*arguments)
        assert code != 0 and "no such council" in out and "UnmetDependency" not in out
        assert out.splitlines()[-2:] == [
            "Failed: of:rutland.",
            "Not made, as they rest on what failed, and left as they were: of:rutland:paper.",
        ]
        assert (folder / "reports/leicester.pdf").exists() and not (folder / "reports/rutland.pdf").exists()
    (folder / "mended").touch()
    assert run()[0] == 0 and (folder / "reports/rutland.pdf").exists()


def test_what_rests_on_a_failure_is_not_made_again_where_the_failure_came_to_nothing(folder):
    (folder / "mended").touch()
    (folder / "dodo.py").write_text(DODO + TWO_COUNCILS)
    assert run()[0] == 0
    (folder / "mended").unlink()
    (folder / "build/rutland.csv").unlink()
    for _ in range(2):
        code, out, _ = run()
        assert code != 0 and "Not made" in out and "of:rutland:paper" in out
    (folder / "mended").touch()
    out = run()[1]
    assert "of:rutland\n" in out and "of:rutland:paper" not in out


ASKS = """
def asks(number):
    print("line\\n" * 100_000)

def task_asks():
    number = {"name": "number", "long": "number", "default": ""}
    return {"actions": [asks], "params": [number], "uptodate": [False], "verbosity": 2}
"""


def test_who_reads_the_first_line_alone_is_no_fault(folder):
    (folder / "dodo.py").write_text(DODO + ASKS)
    (folder / "pyproject.toml").write_text('[tool.doit.plugins.command]\nrun = "helpers.pipeline.builds:Run"\n')
    running = started("asks", "--number", "1")
    assert running.stdout.readline() == "line\n"
    running.stdout.close()
    assert running.wait(timeout=60) == 141 and running.stderr.read() == ""


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("asks", "--nmber", "1"), "There is no option '--nmber'. Did you mean '--number'? Known: --number."),
        (("asks", "--number"), "Nothing stands behind '--number'. Say what is meant."),
        (("asks", "4670"), "'4670' stands behind 'asks' without its option: see `doit help asks`."),
        (("--waht",), "There is no option '--waht'. Did you mean '--what'?"),
    ],
)
def test_a_wrong_option_is_said_in_one_sentence(folder, arguments, said):
    (folder / "dodo.py").write_text(DODO + ASKS)
    (folder / "pyproject.toml").write_text('[tool.doit.plugins.command]\nrun = "helpers.pipeline.builds:Run"\n')
    code, out, err = run(*arguments)
    assert (code, out, err) == (3, "", f"ERROR: {said}\n")


PAPER = """
def task_publish():
    made, page = "build/reports/leicester/money.html", "reports/leicester/money.html"
    for path in (made, page):
        make(path)
    yield {"name": "leicester:money", "actions": [fails], "targets": [made]}
"""


def test_no_page_is_to_be_opened_of_a_paper_that_was_not_made(folder):
    (folder / "dodo.py").write_text(DODO + TWO_COUNCILS + PAPER)
    (folder / "pyproject.toml").write_text('[tool.doit.plugins.command]\nrun = "helpers.pipeline.builds:Run"\n')
    code, out, _ = run("--what", "publish:leicester:money")
    assert code != 0 and "Open" not in out
    assert "No paper was made in this run. When one last was:\n" in out
