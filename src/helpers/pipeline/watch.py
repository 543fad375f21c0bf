"""Make papers again while their notebook is edited: `make watch`, or `python -m helpers watch`."""

import fnmatch
import logging
import socket
import subprocess
import sys
import threading
import webbrowser
from pathlib import Path

from helpers.base.authorities import known_authorities
from helpers.base.errors import InputError, nearest
from helpers.base.paths import relative, root
from helpers.pipeline.tasks import in_build, reports_of

#: What papers are made from.
WATCHED = ("notebooks", "data/raw", "data/assumptions", "authorities.toml", "src/helpers", "dodo.py")
#: Files beside those, which editors and notebooks leave.
NOT_WATCHED = ("*/.ipynb_checkpoints/*", "*.failed.ipynb", "*.part", "*.pyc", "*/.*", "*~*")
HERE = "127.0.0.1"  # nobody else on the network sees a draft


def watch(paper: str = "", port: int = 5500, browser: bool = True) -> None:
    """Make papers now and after each change of what they rest on, and show them in a browser, which follows.

    paper: leicester:money; else all those that a changed file is behind. They are made in build/; reports/ is left to
    `make briefings`. A failure is said, and the watch goes on until a person ends it.

    Raises InputError for a paper that is not there, and for a port that is taken.
    """
    from watchfiles import watch as changes_of

    followed = asked(paper)
    serve(port)
    make(followed)
    page = f"http://{HERE}:{port}/{page_of(followed[0])}"
    print(f"See {page} (others: /<council>/<briefing>.html). Ctrl-C ends this.", flush=True)
    if browser:
        webbrowser.open(page)
    files = [root() / path for path in WATCHED]
    for changes in changes_of(*files, watch_filter=lambda change, path: is_watched(path), raise_interrupt=False):
        changed = sorted({relative(Path(path)) for _, path in changes})
        print(f"Changed: {', '.join(changed)}", flush=True)
        make(papers_behind(changed, followed))


def asked(paper: str) -> list[tuple[str, str]]:
    """The papers that are asked for, as council and briefing: one, or all."""
    papers = [(name, one) for name, council in known_authorities().items() for one in council["briefings"]]
    if not paper:
        return papers
    if (named := tuple(paper.split(":"))) not in papers:
        raise InputError(f"There is no paper {paper!r}.{nearest(paper, [':'.join(one) for one in papers])}")
    return [named]


def is_watched(path: str) -> bool:
    """Whether a change of this file can change a paper."""
    path = f"/{relative(Path(path))}"
    return not any(fnmatch.fnmatch(path, pattern) for pattern in NOT_WATCHED)


def papers_behind(changed: list[str], followed: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Those of the papers that these files may be behind: a briefing's notebook is behind its own alone."""
    folder = "notebooks/briefings/"
    if all(file.startswith(folder) for file in changed):
        return [paper for paper in followed if f"{folder}{paper[1]}.ipynb" in changed]
    return followed


def page_of(paper: tuple[str, str]) -> str:
    """A paper's web page, as the server names it."""
    return reports_of(*paper)[0].removeprefix("reports/")


def make(papers: list[tuple[str, str]]) -> None:
    """Make those of these papers that are out of date; doit says what fails."""
    if papers:
        tasks = [f"publish:{council}:{briefing}" for council, briefing in papers]
        done = subprocess.call([sys.executable, "-m", "doit", "-n", "2", *tasks], cwd=root())
        print("That failed: mend it, and save again." if done else "Made.", flush=True)


def serve(port: int) -> None:
    """Show the papers in build/ on this machine alone; a browser loads a page again once it is made again.

    The script that does so is added to what is sent, and stands in no file. Raises InputError where the port is taken.
    """
    import asyncio

    from livereload import Server
    from livereload.handlers import LiveReloadHandler

    with socket.socket() as trial:
        if trial.connect_ex((HERE, port)) == 0:
            raise InputError(f"Another program listens at {HERE}:{port}. End it, or choose another: --port {port + 1}.")
    logging.disable(logging.WARNING)  # else each page and picture that is loaded would be said
    LiveReloadHandler.DEFAULT_RELOAD_TIME = 0  # else a page that is made soon after another is not loaded
    folder, server = root() / in_build("reports"), Server()
    folder.mkdir(parents=True, exist_ok=True)
    server.watch(str(folder / "*/*.html"))

    def run() -> None:
        asyncio.set_event_loop(asyncio.new_event_loop())
        server.serve(port, host=HERE, root=str(folder))

    threading.Thread(target=run, daemon=True).start()
