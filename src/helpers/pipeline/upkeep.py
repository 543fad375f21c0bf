"""What is done now and then: look at the web pages in a browser, and resolve the locks anew."""

import contextlib
import os
import subprocess
import sys

from helpers.base.authorities import authority_named
from helpers.base.errors import InputError
from helpers.base.paths import root
from helpers.base.without_entry import id_of

#: Wheels with the hashes of the lock, and nothing else.
INSTALL = "pip install -qq --disable-pip-version-check --only-binary :all: --require-hashes"
RESOLVE = (
    "uv pip compile -q --universal --python-version 3.11 --fork-strategy fewest --generate-hashes "
    "--no-emit-index-url --no-emit-find-links --no-annotate --no-header --upgrade"
)
#: What drives the browser is kept apart from the environment.
BROWSER, BROWSER_LOCK = "build/web", "tests/web/requirements.lock"


def run(module_and_arguments: str, **environment: str) -> int:
    """Run a module, or a script, with this Python at the project's folder; returns its exit code."""
    module = [] if module_and_arguments.partition(" ")[0].endswith(".py") else ["-m"]
    command = [sys.executable, *module, *module_and_arguments.split()]
    return subprocess.call(command, cwd=root(), env=os.environ | environment)


def england(councils: list[str], scheduler: str, workers: int) -> int:
    """Make the papers of every council in England, or of those that are named, on a cluster; then England's page.

    Raises InputError for a council that there is not, for no worker, where no scheduler answers, and where another
    build is at work in this folder.
    """
    from doit.exceptions import InvalidDodoFile

    from helpers.pipeline import any_council, cluster
    from helpers.pipeline.builds import only_build

    if workers < 1:
        raise InputError(f"--workers is {workers}: at least one process has to work.")
    councils = [id_of(name) for name in councils]
    for unknown in [name for name in councils if name not in any_council.names()]:
        authority_named(unknown)
        raise InputError(f"{unknown} has an entry in authorities.toml, and is made by `doit {unknown}`.")
    if scheduler:
        cluster.see_that_it_answers(scheduler)
    if failed := run("doit -n 2"):
        return failed
    try:
        lock = only_build()
    except InvalidDodoFile as error:
        raise InputError(str(error)) from None
    with contextlib.closing(lock):
        done = cluster.run(
            councils or list(any_council.names()), any_council.papers_of, any_council.state, scheduler, workers
        )
    for council, why in done.failed.items():
        print(f"{council}: {why}")
    said = [f"{cluster.counted(len(done.made))} made, {len(done.failed)} failed, {len(done.left)} left."]
    said += ["What failed is made by the same command once it is mended."] if done.failed else []
    said += ["The same command makes the rest."] if done.left else []
    print(*filter(None, [done.stopped, *said]))
    if done.stopped:  # who stopped the run does not want the page either
        return 1
    return run("doit -n 2 england") or int(bool(done.failed))


def check_web() -> int:
    """Look at every page of reports/ in a browser (Chromium, of the machine's own)."""
    lock, installed = root() / BROWSER_LOCK, root() / BROWSER / ".installed"
    if not installed.exists() or installed.stat().st_mtime < lock.stat().st_mtime:
        print(f"Installing what drives the browser into {BROWSER} (once)", flush=True)
        if failed := run(f"{INSTALL} --upgrade --target {BROWSER} -r {BROWSER_LOCK}"):
            return failed
        installed.touch()
    paths = os.pathsep.join(filter(None, [str(root() / BROWSER), os.environ.get("PYTHONPATH")]))
    return run("tests/web/check_web.py reports", PYTHONPATH=paths)


def limits() -> int:
    """Print how each paper that was made last keeps to its limits: a line a paper."""
    import nbformat

    from helpers.paper.publish import limits
    from helpers.paper.publish.document import from_notebook

    lines = []
    for executed in sorted((root() / "build").glob("*/*.ipynb")):
        council, paper = executed.parent.name, executed.stem
        made = root() / "build/reports" / council / f"{paper.replace('_', '-')}.pdf"
        if made.is_file():
            document = from_notebook(nbformat.read(executed, as_version=4))
            lines.append(limits.in_a_row(f"{council}:{paper}", limits.measured(document, made.read_bytes())))
    if not lines:
        raise InputError("No paper is made yet: run `doit`.")
    print(limits.HEAD, *lines, sep="\n")
    return 0


def lock() -> int:
    """Resolve the three locks anew for Linux, macOS and Windows."""
    return (
        run(f"{RESOLVE} --extra dev pyproject.toml -o requirements-dev.lock")
        or run(f"{RESOLVE} -c requirements-dev.lock pyproject.toml -o requirements.lock")
        or run(f"{RESOLVE} -c requirements-dev.lock --group web -o {BROWSER_LOCK}")
    )
