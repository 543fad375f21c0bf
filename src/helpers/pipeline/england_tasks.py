"""The tasks of all councils in England: their checks and projections, the paper, the page with its open data."""

from collections.abc import Iterator
from pathlib import Path

from doit.exceptions import TaskFailed

from helpers.base.paths import (
    ENGLAND_CHECKS,
    SHARED_ASSUMPTIONS,
    TILE_MAP,
    official_sources,
    relative,
    root,
    write_together,
)
from helpers.pipeline import reads
from helpers.pipeline.commands import said
from helpers.pipeline.freshness import Unchanged, publish_parts, targets_as_made
from helpers.pipeline.reads import parameters_of, processed
from helpers.pipeline.tasks import (
    beside_task,
    england_task,
    executed_notebook,
    notebook_task,
    on_file_task,
    publish,
    remove_from_build,
    reports_of,
    spread_task,
)

#: The tables that say what of official tables does not follow, and how much was tried.
TABLES_CHECKED = ["england/figures_checked", "england/figures_tried"]

#: The tables of what is projected for every council, and of whose counts moved far.
TABLES_ALL = [f"england/{table}" for table in ("growth", "without_growth", "counts_moved")]


def england_tasks(version: str) -> Iterator[dict]:
    """All of them, those that every council's papers rest on first. version: the day that page and data bear."""
    yield from (
        england_task(),
        on_file_task(),
        spread_task(),
        beside_task(),
        england_checks_task(),
        all_councils_task(),
    )
    yield from england_paper_tasks()
    yield england_page_task(version)


def all_councils_files() -> list[str]:
    """What is read to project every council: bases, populations, estimates, and how far rates spread."""
    shared = reads.assumed(*(SHARED_ASSUMPTIONS[name] for name in ("age_bands", "spread")))
    return [
        reads.AUTHORITIES,
        reads.BREAKS,
        *reads.base_of_every_council(),
        *shared,
        *reads.official_files("57_all_councils"),
    ]


def england_checks_task() -> dict:
    """The task that holds the official tables of all councils against themselves and each other."""
    read = [*reads.official_files("18_check_england"), ENGLAND_CHECKS]
    makes = processed(*TABLES_CHECKED)
    return notebook_task("checks", "18_check_england", parameters_of("18_check_england"), read, makes)


def all_councils_task() -> dict:
    """The task that projects every council, and says whose counts moved further than the spread allows."""
    made = processed(*TABLES_ALL)
    parameters = parameters_of("57_all_councils")
    return notebook_task("all_councils", "57_all_councils", parameters, all_councils_files(), made)


def england_paper_tasks() -> list[dict]:
    """The tasks that work out, and publish, the paper on the official tables of all councils."""
    name, briefing = "england_figures_checked", "england/england_figures_checked"
    described = [str(reads.RAW / source / "datapackage.yaml") for source in official_sources()]
    read = [ENGLAND_CHECKS, *processed(*TABLES_CHECKED), *described]
    executed, made = executed_notebook(name), reports_of("england", "figures_checked")
    beside = {"pdf": Path(made[1]).name, "xlsx": Path(made[2]).name, "index": "index.html", "papers": []}
    published_by = publish_parts() | {"beside": beside}
    paper = {
        "name": "paper",
        "actions": [(publish, [executed, *made], {"beside": beside})],
        "file_dep": [executed],
        "targets": made,
        "uptodate": [Unchanged(lambda: published_by), targets_as_made],
        "clean": [remove_from_build],
    }
    return [notebook_task(name, briefing, parameters_of(briefing), read, makes=[]), paper]


def england_page_task(version: str) -> dict:
    """The task that makes England's page, and the table of all results as open data. version: the day of both."""
    names = ("index.html", "councils.csv", "councils.parquet", "counts-moved.csv", "counts-moved.parquet")
    made, page_by = (
        [f"reports/england/{name}" for name in (*names, "datapackage.json")],
        publish_parts("helpers.paper.england_page"),
    )

    def papers() -> list[str]:
        return sorted(relative(path) for path in (root() / "reports").glob("*/*.html") if path.parent.name != "england")

    def make() -> TaskFailed | None:
        return said(lambda: _make_england_page(version))

    return {
        "name": "page",
        "actions": [make],
        "file_dep": [*processed(*TABLES_ALL, *TABLES_CHECKED), TILE_MAP, *reads.raw_files("england_areas")],
        "targets": made,
        "uptodate": [Unchanged(lambda: {"by": page_by, "version": version, "papers": papers()}), targets_as_made],
        "clean": [remove_from_build],
    }


def _make_england_page(version: str) -> None:
    from helpers.paper import england_page

    england = england_page.England(england_page.papers_made())
    files = {"index.html": england_page.to_html(england.content()).encode(), **england.data(version)}
    write_together({root() / "reports/england" / name: content for name, content in files.items()})
