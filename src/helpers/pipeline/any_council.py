"""The papers of any council in England by its name, from the tables of all councils: nothing is edited for it.

A council with an entry of its own in authorities.toml is made by the tasks of dodo.py, as ever.
"""

from concurrent.futures import Future, ThreadPoolExecutor
from functools import cache
from pathlib import Path

from doit.exceptions import TaskFailed

from helpers.base import without_entry
from helpers.base.authorities import BASE_SCENARIO, authority_named, known_authorities
from helpers.base.errors import InputError
from helpers.base.paths import (
    BESIDE_OTHERS,
    SHARED_ASSUMPTIONS,
    assumption_files,
    official_sources,
    relative,
    root,
    write_together,
)
from helpers.pipeline import notebooks, reads
from helpers.pipeline.commands import said
from helpers.pipeline.freshness import Unchanged, notebook_parts, publish_parts, targets_as_made
from helpers.pipeline.publishing import document_in, pages_beside, published, reports_of
from helpers.pipeline.remembered import fingerprints_of, one_text

#: The steps before its papers, in their order: the population, the projection, what follows for money, need by group.
POPULATION, PROJECT, CONSEQUENCES, NEED = "30_population", "40_project", "45_consequences", "60_five_year_need"
#: Which step a paper waits for, beside the projection.
WAITS_FOR = {"five_year_need": NEED, "money": CONSEQUENCES}
NEEDS_NO_PROJECTION = ("beside_others",)


def make_council(council_id: str, at_once: int = 2) -> list[str]:
    """Make the papers of a council that has no entry in authorities.toml, and put all of them in its folder together.

    As papers_of; returns the files that were made. Where anything fails, all of them are as they were.
    """
    contents = papers_of(council_id, at_once)
    write_together({root() / report: content for report, content in contents.items()})
    return sorted(contents)


def papers_of(council_id: str, at_once: int = 1) -> dict[str, bytes]:
    """The papers of a council that has no entry in authorities.toml: what each file of reports/ is to hold.

    council_id: as `doit councils` lists it, such as derby. at_once: how many notebooks run at a time. What of the
    council is not on file leaves out what rests on it, and the paper says so. The files are named by their path from
    the project's folder, and none is written.
    Raises InputError for an unknown council, with the nearest; for one with an entry; and as notebooks.run does.
    """
    council = authority_named(council_id)
    if council_id in known_authorities():
        raise InputError(f"{council_id} has an entry in authorities.toml, and tasks of its own: `doit {council_id}`.")
    projected = {"support", "vintages"} <= {*council}
    with ThreadPoolExecutor(at_once) as pool:
        made: dict[str, Future] = {
            paper: pool.submit(_paper, council, paper) for paper in council["briefings"] if paper in NEEDS_NO_PROJECTION
        }
        before = pool.submit(_project, council) if projected else None
        if before:
            before.result()
        # The quickest of them comes last, or the longest would run alone at the end.
        for paper in sorted(council["briefings"], key=lambda paper: WAITS_FOR.get(paper) == NEED):
            if paper not in made:
                made[paper] = pool.submit(_after_step, council, paper, projected)
        return {report: content for one in made.values() for report, content in one.result().items()}


def _project(council: dict) -> None:
    for vintage in council["vintages"]:
        _run(council, POPULATION, f"{POPULATION}_{vintage}", vintage=vintage)
        _run(council, PROJECT, f"{PROJECT}_{vintage}", vintage=vintage)


def _after_step(council: dict, paper: str, projected: bool) -> dict[str, bytes]:
    """The step that a paper waits for, and the paper."""
    step = WAITS_FOR.get(paper)
    if projected and step == CONSEQUENCES and "consequences" in council:
        for vintage in council["vintages"]:
            _run(council, step, f"{step}_{vintage}", vintage=vintage)
    elif projected and step == NEED:
        _run(council, step, step)
    return _paper(council, paper)


def _paper(council: dict, paper: str) -> dict[str, bytes]:
    executed = _run(council, f"briefings/{paper}", paper)
    reports, beside = reports_of(council["id"], paper), pages_beside(council["id"], council, paper)
    try:
        return published(document_in(executed), reports, beside)
    except InputError as error:
        raise InputError(f"{relative(executed)}: {error}") from None


def _run(council: dict, notebook: str, name: str, **asked: str) -> Path:
    """Run one notebook for the council, with the parameters that it has, and keep it beside the council's tables."""
    asked = {"authority_id": council["id"], "scenario": BASE_SCENARIO, **asked}
    known = reads.parameters_of(notebook)
    parameters = {key: value for key, value in asked.items() if key in known}
    folder = root() / without_entry.TABLES / council["id"]
    return notebooks.run(root() / f"notebooks/{notebook}.ipynb", parameters, folder / f"{name}.ipynb")


def state() -> str:
    """A text that changes with anything that these papers rest on: data, assumptions, notebooks, code, versions."""
    return one_text([fingerprints_of(files_read()), parts()])


# For doit


@reads.for_dodo
def names() -> tuple[str, ...]:
    """The councils that are made so, by their names here; none where authorities.toml has no rule for them."""
    return tuple(without_entry.without_entry()) if reads.any_council() else ()


@reads.for_dodo
def papers() -> tuple[str, ...]:
    """The papers that each of these councils has."""
    return tuple(reads.any_council()["briefings"])


def populations() -> list[str]:
    """The folders of data/raw with the populations of these councils."""
    vintages = reads.any_council().get("vintages", {}).values()
    return sorted({part["source"] for about in vintages for part in about["benchmarks"]})


def council_task(name: str) -> dict:
    """The task that makes the papers of one of these councils."""

    def make() -> TaskFailed | None:
        return said(lambda: make_council(name))

    return {
        "name": name,
        "actions": [make],
        "file_dep": files_read(),
        "targets": [report for paper in papers() for report in reports_of(name, paper)],
        "uptodate": [Unchanged(parts), targets_as_made],
    }


@cache
def files_read() -> list[str]:
    """What the papers of such a council are made from: tables of all councils, national documents, assumptions."""
    official = [file for source in official_sources() for file in reads.raw_files(source)]
    england = reads.processed(*(f"england/{path.stem}" for path in (root() / "data/processed/england").glob("*.csv")))
    national = reads.figures_of(reads.documents_about(names()[0]))
    # Which scenarios are for every council is said in the files; of the others nothing else is read.
    scenarios = [relative(assumption_files(name)[-1]) for name in reads.known_scenarios()]
    followed = reads.scenario_files(BASE_SCENARIO, *reads.any_council().get("consequences", []))
    assumed = [*reads.assumed(*SHARED_ASSUMPTIONS.values()), *scenarios, *followed]
    own = [reads.AUTHORITIES, reads.BREAKS, BESIDE_OTHERS]
    return sorted({*official, *england, *national, *assumed, *own})


@cache
def parts() -> dict[str, object]:
    """All that their papers depend on but files of data: the notebooks' code and prose, helpers, the lock."""
    notebooks = (POPULATION, PROJECT, CONSEQUENCES, NEED, *(f"briefings/{paper}" for paper in papers()))
    each = {notebook: notebook_parts(Path("notebooks") / f"{notebook}.ipynb", {}) for notebook in notebooks}
    return {**each, "published by": publish_parts()}
