"""What `make` does, without make: `python -m helpers lab`, `watch` and the like (Windows, conda)."""

import argparse
import importlib.util
import sys

from helpers.base.errors import InputError

#: The packages of requirements-dev.lock that a command needs.
NEEDS = {
    "england": ("distributed", "bokeh"),
    "lab": ("jupyterlab", "nbdime"),
    "watch": ("watchfiles", "livereload"),
    "lock": ("uv",),
    "docs": ("mkdocs",),
}
NEEDS |= dict.fromkeys(("test", "test-quick", "test-builds", "test-all", "snapshots"), ("pytest", "syrupy"))


def main() -> int:
    """Do what is asked; a mistake that a person can mend is one sentence."""
    arguments, more = _asked()
    try:
        if missing := [name for name in NEEDS.get(arguments.command, ()) if not importlib.util.find_spec(name)]:
            raise InputError(f"{missing[0]} is not installed. Run: python -m pip install -r requirements-dev.lock")
        from helpers.pipeline import lab, upkeep, watch

        return {
            "briefings": lambda: upkeep.run(f"doit -n 2 {arguments.council.replace(' ', '_')}"),
            "test": lambda: upkeep.run("doit check"),
            "test-quick": lambda: upkeep.run("doit check --quick"),
            "test-builds": lambda: upkeep.run("doit check --builds"),
            "test-all": lambda: upkeep.run("doit check --everything"),
            "snapshots": lambda: upkeep.run("doit check --renew"),
            "docs": lambda: upkeep.run("doit docs"),
            "refresh": lambda: upkeep.run("doit -n 2 refresh"),
            "lab": lambda: lab.open_lab(more),
            "watch": lambda: watch.watch(arguments.paper, arguments.port, arguments.browser),
            "check-web": upkeep.check_web,
            "england": lambda: upkeep.england(arguments.councils, arguments.scheduler, arguments.workers),
            "limits": upkeep.limits,
            "lock": upkeep.lock,
        }[arguments.command]()
    except InputError as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


def _asked() -> tuple[argparse.Namespace, list[str]]:
    """The command and its arguments; what is left over goes to JupyterLab, and is refused elsewhere."""
    parser = argparse.ArgumentParser(prog="python -m helpers", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True, metavar="command")
    for name, does in {
        "test": "check style, import directions, figures, papers, notebooks against their stored outputs",
        "test-quick": "check what takes a moment, and one paper the whole way",
        "test-builds": "check what builds small projects again and again, which takes minutes",
        "test-all": "check both in one run, which is quicker than one after the other",
        "snapshots": "write the values that tests expect anew; then read the diff",
        "docs": "make a website of the pages in docs/, in build/docs",
        "refresh": "run the notebooks with their default parameters and store their outputs",
        "lab": "open the notebooks in JupyterLab (further arguments are JupyterLab's)",
        "check-web": "look at every page of reports/ in a browser; needs Chromium on the machine",
        "limits": "show how the papers made last keep to their limits: words, numbers, messages, questions, pages",
        "lock": "resolve the three locks anew for Linux, macOS and Windows, Python 3.11 and later",
    }.items():
        commands.add_parser(name, help=does, description=does)
    does = "make every briefing, HTML, PDF and spreadsheet, in reports/"
    briefings = commands.add_parser("briefings", help=does, description=does)
    briefings.add_argument(
        "council", nargs="?", default="", help="any council in England, such as derby (without: all)"
    )
    does = "make the papers of every council in England, on a Dask cluster"
    england = commands.add_parser("england", help=does, description=does)
    england.add_argument("councils", nargs="*", default=[], help="some councils, such as derby camden (without: all)")
    england.add_argument(
        "--scheduler", default="", help="a cluster's address, as tcp://10.0.0.1:8786 (without: one here)"
    )
    england.add_argument("--workers", type=int, default=2, help="how many processes work, on a cluster started here")
    does = "make papers again whenever what they rest on changes, and show them in a browser"
    watch = commands.add_parser("watch", help=does, description=does)
    watch.add_argument("paper", nargs="?", default="", help="one paper, such as leicester:money (without: all)")
    watch.add_argument("--port", type=int, default=5500, help="where the browser finds the pages (5500)")
    watch.add_argument("--no-browser", dest="browser", action="store_false", help="open no browser")
    arguments, more = parser.parse_known_args()
    if more and arguments.command != "lab":
        parser.error(f"{arguments.command} takes no {' '.join(more)}")
    return arguments, more


if __name__ == "__main__":
    sys.exit(main())
