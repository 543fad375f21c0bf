"""Warm kernels give what ordinary ones give, keep nothing from one run to the next, and leave no process behind."""

import os
import re
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import nbformat
import pytest
from conftest import PROJECT, heed_interruptions

from helpers.pipeline import notebooks, warm_kernels


def can_start_warm() -> bool:
    """Whether this is Linux, and lets one process hold another by a descriptor."""
    try:
        os.close(os.pidfd_open(os.getpid()))
    except (AttributeError, OSError):
        return False
    return sys.platform == "linux"


pytestmark = [
    pytest.mark.pipeline,
    pytest.mark.skipif(not can_start_warm(), reason="kernels start warm on Linux only, and with pidfd"),
]
RUNNER = "import sys, pathlib; from helpers.pipeline import notebooks; notebooks.run(pathlib.Path(sys.argv[1]))"
PIDS = "import os, pathlib\npathlib.Path('pids.part').write_text(f'{os.getpid()} {os.getppid()}')\n"
PIDS += "os.rename('pids.part', 'pids')"


@pytest.fixture
def zygote(monkeypatch):
    """A way to a zygote that is started now, with what the test has changed; it ends with the test."""
    started = []

    def start() -> warm_kernels.Zygote | None:
        warm_kernels._zygote_of.cache_clear()
        started.append(warm_kernels.prepare())
        return started[-1]

    yield start
    warm_kernels._zygote_of.cache_clear()
    for one in filter(None, started):
        one.end()


def small_notebook(project: Path, *sources: str) -> Path:
    notebook = nbformat.v4.new_notebook()
    first = nbformat.v4.new_code_cell("people = 1  # how many", metadata={"tags": ["parameters"]}, id="parameters")
    cells = [nbformat.v4.new_code_cell(source, id=f"cell-{number}") for number, source in enumerate(sources)]
    notebook.cells = [first, *cells]
    path = project / "notebooks/trial.ipynb"
    nbformat.write(notebook, path)
    return path


def shown(executed: Path) -> list[str]:
    """What each cell's last line shows."""
    cells = [cell for cell in notebooks.read(executed)["cells"] if cell["cell_type"] == "code"]
    return ["".join(output["data"]["text/plain"]) for cell in cells for output in cell["outputs"]]


def is_gone(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except (FileNotFoundError, ProcessLookupError):
        return True


def wait_until(condition) -> bool:
    end = time.monotonic() + 30
    while not condition() and time.monotonic() < end:
        time.sleep(0.02)
    return condition()


SHOWING_ALL = (
    "import os, sys\nimport pandas as pd\nimport matplotlib\nimport matplotlib.pyplot as plt\nfrom scipy import stats",
    "print('said'); print('warned', file=sys.stderr)",
    "pd.DataFrame({'people': [people, 2]})",
    "pd.DataFrame({f'a column with a long name {number}': [number] for number in range(25)})",
    "pd.options.display.max_columns, pd.options.display.width",
    "sys.path, os.getcwd(), os.read(0, 1), os.getsid(0) == os.getpid(), sys.argv[1:2] + sys.argv[3:]",
    "{name: os.environ[name] for name in sorted(os.environ) if name not in ('JPY_PARENT_PID', 'IPYTHONDIR', 'TMPDIR')}",
    "dict(matplotlib.rcParams)",
    "plt.plot([1, people, 3]); plt.title('$x^2$');",
    "plt.rcParams['svg.hashsalt'] = 'salt'\nfigure = plt.figure(); figure.add_subplot().bar(['é', 'b'], [1, 2])\n"
    "plt.close()\nimport io; drawn = io.StringIO(); figure.savefig(drawn, format='svg', metadata={'Date': None})\n"
    "drawn.getvalue()",
    "stats.poisson.pmf([1, 2], 1.5).tolist()",
)


def test_a_run_gives_the_bytes_of_an_ordinary_kernel(project, zygote, monkeypatch):
    path = small_notebook(project, *SHOWING_ALL)
    started, output = zygote(), project / "build/out.ipynb"
    warm = notebooks.run(path, {"people": 7}, output).read_bytes()
    assert started.answers and b"image/png" in warm and b"<svg" in warm
    monkeypatch.setattr(warm_kernels.Zygote, "fork", lambda *_: None)
    assert notebooks.run(path, {"people": 7}, output).read_bytes() == warm


def test_kernels_are_forked_from_a_process_without_threads_that_knows_no_helper(project, zygote):
    path = small_notebook(
        project, "import os, sys", "os.getppid()", "'pandas' in sys.modules, 'helpers' in sys.modules"
    )
    started = zygote()
    assert shown(notebooks.run(path)) == [str(started.process.pid), "(True, False)"]
    assert len(os.listdir(f"/proc/{started.process.pid}/task")) == 1


def test_an_edited_helper_is_seen_by_the_next_run(project, zygote, monkeypatch):
    monkeypatch.setenv("PYTHONPATH", str(project / "src"))
    path = small_notebook(project, "from helpers.base import mime", "mime.EDITED")
    started = zygote()
    for value in (1, 2):
        with (project / "src/helpers/base/mime.py").open("a") as file:
            file.write(f"\nEDITED = {value}\n")
        assert shown(notebooks.run(path)) == [str(value)]
    assert started.answers


def test_nothing_is_kept_from_one_run_to_the_next(project, zygote):
    look = (
        "matplotlib.rcParams['font.size'], hasattr(builtins, 'left'), os.environ.get('LEFT'), pd.options.display.width"
    )
    change = (
        "matplotlib.rcParams['font.size'] = 3; builtins.left = 1; os.environ['LEFT'] = ''; pd.options.display.width = 1"
    )
    imports = "import builtins, os, random, matplotlib, numpy as np, pandas as pd"
    path = small_notebook(project, imports, look, "random.random(), np.random.random()", change)
    started = zygote()
    first, second = (shown(notebooks.run(path)) for _ in range(2))
    assert started.answers and first[0] == second[0] == "(10.0, False, None, 80)"
    assert not set(re.findall(r"0\.\d+", first[1])) & set(re.findall(r"0\.\d+", second[1]))


def test_runs_in_parallel_threads_do_not_mix(project, zygote):
    look = "import os; people, os.environ.get('HELPERS_DECLARED_READS')"
    path = small_notebook(project, *[look] * 5)
    started = zygote()

    def run(people: int) -> list[str]:
        reads = [f"data/{people}.csv"] if people % 2 else None
        return shown(notebooks.run(path, {"people": people}, project / f"build/{people}.ipynb", reads))

    with ThreadPoolExecutor(4) as threads:
        for people, said in enumerate(threads.map(run, range(12))):
            assert said == [f"({people}, 'data/{people}.csv')" if people % 2 else f"({people}, None)"] * 5
    assert started.answers


WRONG = (
    "import socket; asked = socket.socket(fileno=0); _, files, *_ = socket.recv_fds(asked, 9, 3)\n"
    "socket.socket(fileno=files[0]).send(b'what?')\n"
)


@pytest.mark.parametrize(
    "command",
    [["/no/such/program"], ["false"], ["sleep", "60"], [sys.executable, "-c", WRONG]],
    ids=["missing", "failing", "silent", "wrong"],
)
def test_where_the_zygote_does_not_answer_a_kernel_starts_as_it_always_did(
    project, zygote, monkeypatch, command, capfd
):
    monkeypatch.setattr(warm_kernels, "COMMAND", command)
    monkeypatch.setattr(warm_kernels, "PATIENCE_SECONDS", 2)
    path = small_notebook(project, "import os", "os.getppid()")
    zygote()
    assert shown(notebooks.run(path)) == [str(os.getpid())]
    assert capfd.readouterr() == ("", "")


def test_a_kernel_that_dies_in_a_cell_is_named(project, zygote):
    path = small_notebook(project, "import os; os._exit(3)")
    started = zygote()
    with pytest.raises(
        notebooks.NotebookFailed, match=r"trial.ipynb.*memory was full .*ended Python itself \(os._exit"
    ):
        notebooks.run(path)
    assert started.answers and shown(notebooks.run(small_notebook(project, "'well'"))) == ["'well'"]


@pytest.mark.parametrize(
    ("cell", "how"),
    [
        ("'well'", None),
        ("1 / 0", None),
        ("import time; time.sleep(60)", signal.SIGINT),
        ("import time; time.sleep(60)", signal.SIGTERM),
        ("import time; time.sleep(60)", signal.SIGKILL),
    ],
)
def test_no_process_is_left(project, cell, how):
    path = small_notebook(project, PIDS, cell)
    environment = {**os.environ, "PYTHONPATH": str(PROJECT / "src")}
    runner = subprocess.Popen(
        [sys.executable, "-c", RUNNER, str(path)], env=environment, start_new_session=True,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, preexec_fn=heed_interruptions,
    )  # fmt: skip
    written = path.with_name("pids")
    assert wait_until(written.is_file)
    kernel, its_parent = map(int, written.read_text().split())
    assert its_parent != runner.pid
    if how:
        os.killpg(runner.pid, how)
    assert (runner.wait(60) == 0) == (cell == "'well'")
    assert wait_until(lambda: is_gone(kernel) and is_gone(its_parent))


def test_the_zygote_ends_where_its_runner_was_killed_before_it_was_ready(project):
    children = "pathlib.Path('/proc/self/task', str(os.getpid()), 'children')"
    start = "import os, pathlib; from helpers.pipeline import warm_kernels; warm_kernels.prepare(); "
    start += f"print({children}.read_text())"
    killed = subprocess.run(
        [sys.executable, "-c", f"{start}; import sys; sys.stdout.flush(); os.kill(os.getpid(), 9)"],
        env={**os.environ, "PYTHONPATH": str(PROJECT / "src")}, capture_output=True, text=True,
    )  # fmt: skip
    (pid,) = map(int, killed.stdout.split())
    assert killed.returncode == -signal.SIGKILL and wait_until(lambda: is_gone(pid))


def test_a_helper_edited_once_it_was_imported_is_seen_too(project, zygote, monkeypatch):
    monkeypatch.setenv("PYTHONPATH", str(project / "src"))
    path = small_notebook(project, "from helpers.base import mime", "getattr(mime, 'EDITED', 'as it was')")
    started = zygote()
    assert shown(notebooks.run(path)) == ["'as it was'"]
    time.sleep(3)  # in which it imports the helpers
    with (project / "src/helpers/base/mime.py").open("a") as file:
        file.write("\nEDITED = 'anew'\n")
    assert shown(notebooks.run(path)) == ["'anew'"] and started.answers
