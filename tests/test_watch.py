"""The watch over papers under edit: what it makes again, what it shows, and what it says."""

import subprocess
import sys
import threading
import urllib.request
from pathlib import Path

import pytest
from conftest import PROJECT

from helpers import __main__ as commands
from helpers.base.errors import InputError
from helpers.pipeline import watch

MONEY = ("leicester", "money")


@pytest.mark.parametrize(
    ("changed", "papers"),
    [
        (["notebooks/briefings/money.ipynb"], [("leicester", "money"), ("leicestershire", "money")]),
        (["notebooks/briefings/money.ipynb", "notebooks/briefings/performance.ipynb"], None),
        (["data/raw/leicester_foi_2024/claims.csv"], "all"),
        (["notebooks/briefings/money.ipynb", "authorities.toml"], "all"),
        (["notebooks/40_project.ipynb"], "all"),
        (["notebooks/briefings/nobody_s.ipynb"], []),
    ],
)
def test_a_briefing_s_notebook_is_behind_its_own_papers_and_all_else_behind_all(changed, papers):
    followed = watch.asked("")
    found = watch.papers_behind(changed, followed)
    if papers is None:
        papers = [*((name, "money") for name in ("leicester", "leicestershire")), ("leicester", "performance")]
    assert sorted(found) == sorted(followed if papers == "all" else papers)


def test_one_paper_is_asked_for_or_all_and_another_is_refused():
    assert watch.asked("leicester:money") == [MONEY] and len(watch.asked("")) > 10
    with pytest.raises(InputError, match=r"There is no paper 'leicester:mony'\. Did you mean 'leicester:money'"):
        watch.asked("leicester:mony")


@pytest.mark.parametrize(
    ("path", "watched"),
    [
        ("notebooks/briefings/money.ipynb", True),
        ("data/raw/leicester_foi_2024/claims.csv", True),
        ("src/helpers/base/wording.py", True),
        ("notebooks/briefings/.ipynb_checkpoints/money-checkpoint.ipynb", False),
        ("notebooks/briefings/.~money.ipynb", False),
        ("notebooks/.money.ipynb.12.part", False),
        ("data/raw/leicester_foi_2024/~$claims.xlsx", False),
        ("src/helpers/base/__pycache__/wording.cpython-311.pyc", False),
    ],
)
def test_what_editors_leave_is_not_watched(path, watched):
    assert watch.is_watched(str(PROJECT / path)) is watched


def test_papers_are_made_by_doit_and_a_failure_is_said_and_no_end(monkeypatch, capsys):
    asked, codes = [], [0, 1]
    monkeypatch.setattr(watch.subprocess, "call", lambda command, cwd: asked.append(command) or codes.pop(0))
    watch.make([MONEY])
    watch.make([MONEY])
    watch.make([])
    assert [command[-1] for command in asked] == ["publish:leicester:money"] * 2
    assert capsys.readouterr().out == "Made.\nThat failed: mend it, and save again.\n"


@pytest.mark.pipeline
def test_a_page_is_shown_as_it_will_be_published_and_only_here(project, monkeypatch):
    import socket

    page = project / "build/reports/leicester/money.html"
    page.parent.mkdir(parents=True)
    page.write_text("<html><head></head><body>A paper</body></html>", encoding="utf-8")
    with socket.socket() as free:
        free.bind((watch.HERE, 0))
        port = free.getsockname()[1]
    watch.serve(port, [MONEY])
    threading.Event().wait(2)

    def got(path: str) -> str:
        return urllib.request.urlopen(f"http://127.0.0.1:{port}/{path}", timeout=20).read().decode()

    assert '<a href="/leicester/money.html">leicester: money</a>' in got("") and "livereload.js" in got("")
    assert "A paper" in got("leicester/money.html") and "livereload" not in page.read_text(encoding="utf-8")
    assert watch.HERE == "127.0.0.1"
    with pytest.raises(InputError, match=rf"Another program listens at 127.0.0.1:{port}. End it, or choose another"):
        watch.serve(port, [MONEY])


@pytest.mark.parametrize("command", ["briefings", "test", "lab", "watch", "refresh", "check-web", "lock"])
def test_what_make_does_can_be_done_without_make(command):
    makefile = (PROJECT / "Makefile").read_text(encoding="utf-8")
    assert f"\n{command}: " in makefile
    said = subprocess.run([sys.executable, "-m", "helpers", command, "--help"], capture_output=True, text=True)
    assert said.returncode == 0 and f"python -m helpers {command}" in said.stdout


def test_every_target_of_make_has_such_a_form():
    targets = {line.split(":")[0] for line in (PROJECT / "Makefile").read_text(encoding="utf-8").splitlines()}
    targets = {target for target in targets if target.replace("-", "").isalpha() and target.islower()}
    asked = commands.__doc__ + Path(commands.__file__).read_text(encoding="utf-8")
    assert {target for target in targets if f'"{target}"' not in asked} - {"endif", "else"} == {
        "help",
        "clean-environment",
    }


def test_a_package_that_is_missing_and_a_wrong_argument_are_one_sentence(monkeypatch, capsys):
    monkeypatch.setattr(commands.importlib.util, "find_spec", lambda name: None)
    monkeypatch.setattr(sys, "argv", ["helpers", "watch"])
    assert commands.main() == 1
    assert capsys.readouterr().err == (
        "watchfiles is not installed. Run: python -m pip install -r requirements-dev.lock\n"
    )
    monkeypatch.setattr(sys, "argv", ["helpers", "refresh", "more"])
    with pytest.raises(SystemExit):
        commands.main()
    assert "refresh takes no more" in capsys.readouterr().err
