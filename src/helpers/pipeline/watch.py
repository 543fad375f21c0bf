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
from helpers.base.paths import relative, root, write_atomically
from helpers.pipeline.tasks import in_build, reports_of

#: What papers are made from.
WATCHED = ("notebooks", "data/raw", "data/assumptions", "authorities.toml", "src/helpers", "dodo.py")
#: Files beside those, which editors and notebooks leave.
NOT_WATCHED = ("*/.ipynb_checkpoints/*", "*.failed.ipynb", "*.part", "*.pyc", "*/.*", "*~*")
HERE = "127.0.0.1"  # nobody else on the network sees a draft
#: A paper lets no script run in it, so that it stands in a frame of this page, which is loaded again, and the paper
#: with it, where it was left.
FRAME = "watch.html"
_PAGE = """<!DOCTYPE html>
<html lang="en-GB"><head><meta charset="utf-8"><title>Papers under edit</title>
<style>body {{ margin: 0; display: flex; flex-direction: column; height: 100vh; font: 1rem sans-serif }}
nav {{ padding: .5rem }} a {{ margin-right: 1rem }} iframe {{ flex: 1; border: 0 }}</style></head>
<body><nav>{links}</nav><iframe title="Paper"></iframe>
<script>
const paper = document.querySelector("iframe"), kept = sessionStorage;
const show = (page) => {{ paper.src = `${{page}}?${{Date.now()}}`; }};  // what is kept of an earlier one is not shown
show(kept.page ?? "/{first}");
for (const link of document.links) link.onclick = () => {{ show(link.pathname); return false; }};
paper.onload = () => {{
  if (paper.contentWindow.location.pathname === kept.page) paper.contentWindow.scrollTo(0, kept.top);
}};
addEventListener("pagehide", () => {{
  kept.page = paper.contentWindow.location.pathname;
  kept.top = paper.contentWindow.scrollY;
}});
</script></body></html>
"""


def watch(paper: str = "", port: int = 5500, browser: bool = True) -> None:
    """Make papers now and after each change of what they rest on, and show them in a browser, which follows.

    paper: leicester:money; else all those that a changed file is behind. They are made in build/; reports/ is left to
    `make briefings`. A failure is said, and the watch goes on until a person ends it.

    Raises InputError for a paper that is not there, and for a port that is taken.
    """
    from watchfiles import watch as changes_of

    followed = asked(paper)
    serve(port, followed)
    make(followed)
    print(f"See http://{HERE}:{port}/. Ctrl-C ends this.", flush=True)
    if browser:
        webbrowser.open(f"http://{HERE}:{port}/")
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


def serve(port: int, papers: list[tuple[str, str]]) -> None:
    """Show these papers, from build/, on this machine alone; a browser loads one again once it is made again.

    Raises InputError where the port is taken.
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
    pages = {f"{council}: {briefing.replace('_', ' ')}": page_of((council, briefing)) for council, briefing in papers}
    links = "".join(f'<a href="/{page}">{name}</a>' for name, page in pages.items())
    write_atomically(folder / FRAME, _PAGE.format(links=links, first=next(iter(pages.values()))).encode())
    server.watch(str(folder / "*/*.html"))

    def run() -> None:
        asyncio.set_event_loop(asyncio.new_event_loop())
        server.serve(port, host=HERE, root=str(folder), default_filename=FRAME)

    threading.Thread(target=run, daemon=True).start()
