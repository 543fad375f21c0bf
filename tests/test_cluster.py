"""Councils made on a cluster of two workers: each whole or not at all, and none twice."""

import os
import signal
import sys
from pathlib import Path

import cloudpickle
import dask
import pytest
from distributed import LocalCluster

from helpers.base.errors import InputError
from helpers.pipeline import cluster

pytestmark = pytest.mark.papers

cloudpickle.register_pickle_by_value(sys.modules[__name__])  # workers cannot import tests


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    """A project of one file, for workers to work in."""
    made = tmp_path_factory.mktemp("project")
    (made / "authorities.toml").write_text("")
    return made


@pytest.fixture(scope="module")
def address(folder):
    """Where a cluster of two workers answers that work in the folder."""
    here = Path.cwd()
    os.chdir(folder)
    dask.config.set(cluster.SETTINGS)
    with LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=":0") as own:
        os.chdir(here)
        yield own.scheduler_address


@pytest.fixture(autouse=True)
def in_folder(folder, monkeypatch):
    monkeypatch.chdir(folder)


def files_of(council: str) -> dict[str, bytes]:
    return {f"reports/{council}/{kind}": f"{kind} of {council}".encode() for kind in ("page.html", "paper.pdf")}


def maker(**refused: str):
    """A maker of two files a council, which refuses some councils, each with why."""

    def make(council: str) -> dict[str, bytes]:
        if council in refused:
            raise ValueError() if refused[council] == "fault" else InputError(refused[council])
        return {f"reports/{council}/{kind}": f"{kind} of {council}".encode() for kind in ("page.html", "paper.pdf")}

    return make


def state() -> str:
    """What the files rest on: one file."""
    return Path("authorities.toml").read_text()


def on_file(folder: Path, council: str) -> dict[str, bytes]:
    """What the report folder of a council holds."""
    found = sorted((folder / "reports" / council).rglob("*"))
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in found}


def test_one_council_that_cannot_be_made_is_named_and_stops_no_other(folder, address):
    run = cluster.run(
        ["alpha", "beta", "gamma", "delta"], maker(beta="No count of beta.", delta="fault"), state, address, say=list
    )
    assert (set(run.made), run.left) == ({"alpha", "gamma"}, [])
    assert run.failed == {"beta": "No count of beta.", "delta": "ValueError: "}
    assert on_file(folder, "alpha") == files_of("alpha") and not (folder / "reports/beta").exists()
    assert run.moved == sum(len(content) for council in ("alpha", "gamma") for content in files_of(council).values())


def test_the_same_command_makes_what_is_left_and_nothing_twice(folder, address):
    cluster.run(["one", "two"], maker(two="Not yet."), state, address, say=list)
    again = cluster.run(["one", "two"], maker(), state, address, say=list)
    assert list(again.made) == ["two"]
    (folder / "reports/one/paper.pdf").write_text("edited")
    assert list(cluster.run(["one", "two"], maker(), state, address, say=list).made) == ["one"]
    assert on_file(folder, "one") == files_of("one")


def test_an_edit_of_what_papers_rest_on_makes_all_again(folder, address):
    cluster.run(["delta"], maker(), state, address, say=list)
    (folder / "authorities.toml").write_text("# another\n")
    assert list(cluster.run(["delta"], maker(), state, address, say=list).made) == ["delta"]


def test_with_all_on_file_no_cluster_is_asked_for(address):
    cluster.run(["epsilon"], maker(), state, address, say=list)
    said = []
    assert cluster.run(["epsilon"], maker(), state, "tcp://127.0.0.1:9", say=said.append) == cluster.Run()
    assert said == ["1 of 1 councils are up to date."]


def test_an_address_where_nothing_answers_is_said(monkeypatch):
    monkeypatch.setattr(cluster, "PATIENCE", "1s")
    with pytest.raises(InputError, match=r"No Dask scheduler answers at tcp://127\.0\.0\.1:9 "):
        cluster.run(["zeta"], maker(), state, "tcp://127.0.0.1:9")
    with pytest.raises(InputError, match="No Dask scheduler answers at somewhere"):
        cluster.run(["zeta"], maker(), state, "somewhere")


def test_a_worker_that_is_killed_is_replaced_and_one_council_that_ends_workers_is_named(address):
    def deadly(council: str) -> dict[str, bytes]:
        if council == "deadly":
            os.kill(os.getpid(), signal.SIGKILL)
        return {f"reports/{council}/page.html": b"whole"}

    run = cluster.run(["deadly", "eta", "theta"], deadly, state, address, say=list)
    assert set(run.made) == {"eta", "theta"}
    assert run.failed == {"deadly": "Workers end over it, again and again: killed, or out of memory."}


def test_without_workers_a_run_ends(folder, monkeypatch):
    monkeypatch.setattr(cluster, "WORKERS_LOOKED_AFTER", "1s")
    with LocalCluster(n_workers=0, dashboard_address=":0") as own:
        run = cluster.run(["none"], maker(), state, own.scheduler_address, say=list)
    assert (run.left, run.stopped) == (["none"], "No worker is left.")


def test_an_interrupted_run_keeps_what_was_finished_and_says_what_is_left(folder, address):
    def interrupt(line: str) -> None:
        if line.startswith("[1/"):
            raise KeyboardInterrupt

    run = cluster.run(["iota", "kappa", "lambda"], maker(), state, address, say=interrupt)
    assert (len(run.made), len(run.left), run.stopped) == (1, 2, "Interrupted.")
    assert on_file(folder, next(iter(run.made))) == files_of(next(iter(run.made)))
    assert set(cluster.run(["iota", "kappa", "lambda"], maker(), state, address, say=list).made) == set(run.left)


def test_without_its_scheduler_a_run_says_what_is_left(folder):
    with LocalCluster(n_workers=1, threads_per_worker=1, dashboard_address=":0") as own:

        def gone(line: str) -> None:
            if line.startswith("[1/"):
                own.close()

        def slow(council: str) -> dict[str, bytes]:
            import time

            time.sleep(1 if council == "nu" else 0)
            return {f"reports/{council}/page.html": b"whole"}

        run = cluster.run(["mu", "nu"], slow, state, own.scheduler_address, say=gone)
    assert (list(run.made), run.left, run.stopped) == (["mu"], ["nu"], "The scheduler is gone.")


def test_a_worker_with_other_files_is_refused(folder, address, tmp_path, monkeypatch):
    (tmp_path / "authorities.toml").write_text("other")
    monkeypatch.chdir(tmp_path)
    run = cluster.run(["xi"], maker(), state, address, say=list)
    assert "has other files than the folder where the run was started" in run.failed["xi"]


def test_a_folder_that_cannot_be_written_is_named(folder, address):
    (folder / "reports").mkdir(exist_ok=True)
    (folder / "reports/omicron").write_text("a file where the council's folder should be")
    run = cluster.run(["omicron"], maker(), state, address, say=list)
    assert "reports/omicron" in run.failed["omicron"]
