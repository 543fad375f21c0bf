"""The few pieces that dodo.py is made of. Nothing heavy is imported before a task runs."""

import atexit
import os
import sys
from pathlib import Path

from doit.exceptions import TaskFailed

from helpers import notebooks, reads
from helpers.authorities import headline_tables
from helpers.commands import FIGURE_PARAMETERS, NEW_BRIEFING_PARAMETERS, find_figure, keeping_task, new_briefing, said
from helpers.errors import InputError
from helpers.freshness import (
    Unchanged,
    notebook_fingerprint,
    one_text,
    publish_fingerprint,
    settings_of_figures,
    targets_as_made,
)
from helpers.lineage import note_made
from helpers.paths import relative, root, write_atomically, write_together
from helpers.reads import authorities, processed, projected, scenarios, sources

__all__ = [  # what dodo.py uses, and is written elsewhere
    "FIGURE_PARAMETERS",
    "NEW_BRIEFING_PARAMETERS",
    "authorities",
    "find_figure",
    "keeping_task",
    "new_briefing",
    "projected",
    "scenarios",
    "sources",
]


def _say_interrupted(kind: type[BaseException], error: BaseException, trace: object) -> None:
    if issubclass(kind, KeyboardInterrupt):
        print(
            "\nInterrupted; nothing is half written. The same command again finishes it.", file=sys.stderr, flush=True
        )
        atexit._run_exitfuncs()  # kernels end, and temporary folders go
        os._exit(130)  # threads that still run would trace their own end
    else:
        sys.__excepthook__(kind, error, trace)


sys.excepthook = _say_interrupted  # Ctrl-C is no fault to trace


def tidy_task(source: str) -> dict:
    """The task that reads and checks one published document, and tidies it."""
    return notebook_task(
        source, "10_tidy", {"source": source}, reads.tidy_files(source), processed(*reads.tidied(source))
    )


def checks_task(name: str) -> dict:
    """The task that recomputes a council's published figures."""
    table = f"checks_{name}"
    return notebook_task(
        table, "20_check_published_claims", {"authority": name}, reads.checked_files(name), processed(table)
    )


def population_task(name: str, authority: dict, vintage: str) -> dict:
    """The task that runs a population vintage from year to year, beside the authority's others."""
    table = f"population_{name}_{vintage}"
    read = [reads.AUTHORITIES, *reads.documents(*reads.population_sources(authority, *authority["vintages"]))]
    return notebook_task(table, "30_population", {"authority": name, "vintage": vintage}, read, processed(table))


def backtest_task(name: str, authority: dict) -> dict:
    """The task that holds projections made earlier against what was counted later."""
    makes = processed(f"backtest_{name}", f"backtest_scores_{name}", f"calibration_{name}")
    read = reads.backtest_files(name, authority)
    return notebook_task(f"backtest_{name}", "50_backtest", {"authority": name}, read, makes)


def projection_task(name: str, authority: dict, vintage: str, scenario: str) -> dict:
    """The task that projects who may need support, on one vintage and under one scenario."""
    table = f"projection_{name}_{vintage}_{scenario}"
    parameters = {"authority": name, "vintage": vintage, "scenario": scenario}
    read = reads.projection_input_files(name, authority, vintage, scenario)
    return notebook_task(table, "40_project", parameters, read, processed(*reads.projection_tables(table)))


def consequences_task(name: str, authority: dict, vintage: str, scenario: str) -> dict:
    """The task that works out what the people of one projection mean for money, beds and posts."""
    table = f"consequences_{name}_{vintage}_{scenario}"
    parameters = {"authority": name, "vintage": vintage, "scenario": scenario}
    read = reads.consequences_files(name, authority, vintage, scenario)
    return notebook_task(table, "45_consequences", parameters, read, processed(table))


def need_task(name: str, authority: dict, scenario: str) -> dict:
    """The task that says how many people of each group may need support five years on."""
    parameters = {"authority": name, "scenario": scenario}
    makes = processed(f"five_year_need_{name}", f"need_drivers_{name}")
    read = reads.need_files(name, authority, scenario)
    return notebook_task(f"need_{name}", "60_five_year_need", parameters, read, makes)


def briefing_task(name: str, authority: dict, briefing: str, scenario: str) -> dict:
    """The task that works out one briefing of an authority.

    A briefing may read everything on file about its council; some name what they read, so as to run more seldom.
    """
    parameters = {"authority": name}
    if briefing == "figures_checked":
        read = [*reads.checked_files(name), *processed(f"checks_{name}")]
    elif briefing == "demand_outlook":
        parameters["scenario"] = scenario
        read = reads.outlook_files(name, authority, scenario)
    elif briefing == "what_changed":
        read = reads.edition_files(name, authority)
    else:
        read = reads.council_files(name, authority, scenario)
    return notebook_task(f"{name}:{briefing}", f"briefings/{briefing}", parameters, read, makes=[])


def fingerprints_task(name: str, authority: dict) -> dict:
    """The task that writes down every file that a council's headline figures rest on, with its fingerprint."""

    def write() -> TaskFailed | None:
        from helpers import editions

        return said(lambda: editions.write_fingerprints(name))

    def current() -> str:
        from helpers import editions

        return one_text(editions.traced(name))

    tables = headline_tables({**authority, "id": name}).values()
    return {
        "name": f"{name}:fingerprints",
        "actions": [write],
        "file_dep": [file for file in processed(*tables) if file.endswith(".csv")],
        "targets": [str(reads.BUILD / name / "fingerprints.csv")],
        "uptodate": [Unchanged(current), targets_as_made],
        "clean": True,
    }


def executed_notebook(name: str) -> str:
    """Where the executed notebook of a task is kept until it is published."""
    return str(reads.BUILD / f"{name.replace(':', '/')}.ipynb")


def notebook_task(name: str, notebook: str, parameters: dict, read: list[str], makes: list[str]) -> dict:
    """A doit task that runs a notebook with parameters: it reads data files and makes others.

    It may read no other data. It runs again where a file that it reads has changed, the notebook's code or prose, a
    helper that the notebook uses, the lock file or a parameter; and where a file that it made is no longer as it was
    made. Saving the notebook's outputs alone runs nothing.
    """
    path = Path("notebooks") / f"{notebook}.ipynb"
    executed = executed_notebook(name)
    note_made(makes, path.as_posix(), read)
    # A table depends on what authorities.toml says of figures, and not on when a committee meets.
    in_part = bool(makes) and reads.AUTHORITIES in read
    settings = settings_of_figures() if in_part else None
    return {
        "name": name,
        "actions": [(run_notebook, [str(path), parameters, executed, read])],
        "file_dep": [file for file in read if not (in_part and file == reads.AUTHORITIES)],
        "targets": [*makes, executed],
        "uptodate": [Unchanged(lambda: notebook_fingerprint(path, parameters, settings)), targets_as_made],
        "clean": True,
    }


def run_notebook(
    path: str, parameters: dict, executed: str | None = None, read: list[str] | None = None
) -> TaskFailed | None:
    """Run a notebook; a failure comes back as the lines that a person reads."""
    return said(lambda: notebooks.run(root() / path, parameters, root() / executed if executed else None, read))


def publish(executed: str, *reports: str) -> TaskFailed | None:
    """Make a briefing's reports from its executed notebook, each of the kind that it is named; all or none change."""
    from helpers.publish.document import from_notebook
    from helpers.publish.html import to_html
    from helpers.publish.pdf import to_pdf
    from helpers.publish.spreadsheet import to_spreadsheet

    makers = {".html": lambda document: to_html(document).encode(), ".pdf": to_pdf, ".xlsx": to_spreadsheet}
    try:
        import nbformat

        document = from_notebook(nbformat.read(executed, as_version=4))
        write_together({root() / report: makers[Path(report).suffix](document) for report in reports})
    except InputError as error:
        return TaskFailed(f"{executed}: {error}")
    return None


def reports_of(name: str, briefing: str) -> list[str]:
    """The HTML, the PDF and the spreadsheet of one briefing."""
    return [f"reports/{name}/{briefing.replace('_', '-')}{kind}" for kind in (".html", ".pdf", ".xlsx")]


def publish_task(name: str, briefing: str) -> dict:
    """The task that makes one briefing's HTML, PDF and spreadsheet in reports/."""
    executed, reports = executed_notebook(f"{name}:{briefing}"), reports_of(name, briefing)
    return {
        "name": f"{name}:{briefing}",
        "actions": [(publish, [executed, *reports])],
        "file_dep": [executed],
        "targets": reports,
        "uptodate": [Unchanged(publish_fingerprint), targets_as_made],
        "clean": True,
    }


def index_task(authorities: dict) -> dict:
    """The task that lists all briefings, by authority, in reports/index.html."""
    listed = [
        (executed_notebook(f"{name}:{briefing}"), *reports_of(name, briefing))
        for name, authority in authorities.items()
        for briefing in authority["briefings"]
    ]
    page = "reports/index.html"

    def make_index() -> TaskFailed | None:
        from helpers.publish import index

        return said(lambda: write_atomically(root() / page, index.to_html(index.entries(listed)).encode()))

    return {
        "name": "index",
        "actions": [make_index],
        "file_dep": [file for files in listed for file in files],
        "targets": [page],
        "uptodate": [Unchanged(publish_fingerprint), targets_as_made],
        "clean": True,
    }


def picture(pdf: str, png: str) -> None:
    """Make the README's picture: the first page of a briefing."""
    import io

    import pypdfium2

    drawn = io.BytesIO()
    pypdfium2.PdfDocument(root() / pdf)[0].render(scale=1.5).to_pil().save(drawn, format="PNG", optimize=True)
    write_atomically(root() / png, drawn.getvalue())


def stored_notebooks() -> list[str]:
    """The notebooks that are kept with their outputs."""
    files = (root() / "notebooks").glob("**/*.ipynb")
    return sorted(
        relative(file) for file in files if not {".ipynb_checkpoints"} & set(file.parts) and ".failed" not in file.name
    )


def checks() -> list[list[str]]:
    """The commands of all checks: style, import directions, tests, notebooks against their stored outputs."""
    tools = Path(sys.executable).parent
    pytest = "-m pytest -q -n 2 --dist loadfile --nbval --nbval-current-env tests notebooks"
    return [
        [str(tools / "ruff"), "check", "--quiet"],
        [str(tools / "ruff"), "format", "--check", "--quiet"],
        [str(tools / "lint-imports"), "--no-logo"],
        [sys.executable, *pytest.split()],
    ]
