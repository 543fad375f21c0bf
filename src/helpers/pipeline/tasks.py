"""The few pieces that dodo.py is made of. Nothing heavy is imported before a task runs."""

import os
import subprocess
import sys
from pathlib import Path

from doit.exceptions import InvalidDodoFile, TaskFailed

from helpers.base.authorities import BASE_SCENARIO, headline_tables
from helpers.base.errors import InputError, nearest
from helpers.base.paths import (
    BESIDE_OTHERS,
    SHARED_ASSUMPTIONS,
    official_sources,
    relative,
    root,
    write_atomically,
    write_together,
)
from helpers.pipeline import any_council, changes, lineage, notebooks, own_parameters, reads, stored_outputs
from helpers.pipeline.any_council import council_task
from helpers.pipeline.any_council import names as other_councils
from helpers.pipeline.builds import Build, record
from helpers.pipeline.commands import (
    FIGURE_PARAMETERS,
    OFFICIAL_PARAMETERS,
    find_figure,
    keeping_task,
    list_councils,
    read_official,
    said,
    scaffold_tasks,
)
from helpers.pipeline.documentation import docs_tasks
from helpers.pipeline.freshness import (
    Unchanged,
    notebook_parts,
    publish_parts,
    settings_of_figures,
    targets_as_made,
)
from helpers.pipeline.lineage import note_made
from helpers.pipeline.publishing import document_in, pages_beside, published, reports_of
from helpers.pipeline.reads import (
    authorities,
    backtested,
    has_england,
    parameters_of,
    processed,
    projected,
    scenarios,
    sources,
)
from helpers.pipeline.remembered import fingerprints_of, one_text, short

__all__ = [  # what dodo.py uses, and is written elsewhere
    "FIGURE_PARAMETERS",
    "OFFICIAL_PARAMETERS",
    "Build",
    "authorities",
    "backtested",
    "council_task",
    "docs_tasks",
    "find_figure",
    "has_england",
    "keeping_task",
    "list_councils",
    "other_councils",
    "projected",
    "read_official",
    "record",
    "scaffold_tasks",
    "scenarios",
    "sources",
]


def councils() -> dict[str, dict]:
    """The councils in authorities.toml, once their own parameters are seen to be some that their notebooks have."""
    own_parameters.check()
    return authorities()


def scenarios_of_papers(scenario: str, councils: dict[str, dict]) -> list[str]:
    """What is worked out for papers under a scenario: that one, and the one that headlines and editions are at.

    councils: those that are projected. Raises InvalidDodoFile for a scenario that is not for every one of them, and for
    a notebook whose own cell asks for another: then some papers would be under it, and others not.
    """
    common = [
        one
        for one in sorted({s for name in councils for s in scenarios(name)})
        if all(one in scenarios(name) for name in councils)
    ]
    if councils and scenario not in common:
        without = [name for name in councils if scenario not in scenarios(name)]
        raise InvalidDodoFile(
            f"SCENARIO in dodo.py is {scenario!r}, and data/assumptions/scenarios has no such scenario for "
            f"{', '.join(without)}. The papers of a run are all under one.{nearest(scenario, common)}"
        )
    briefings = {f"briefings/{briefing}" for council in councils.values() for briefing in council["briefings"]}
    for notebook in sorted({"45_consequences", "60_five_year_need", *briefings}):
        there = (root() / f"notebooks/{notebook}.ipynb").is_file()  # one that is not is said elsewhere
        own = parameters_of(notebook).get("scenario", scenario) if there else scenario
        if own not in (BASE_SCENARIO, scenario):
            raise InvalidDodoFile(
                f"notebooks/{notebook}.ipynb sets scenario = {own!r}, and all papers of a run are under one: SCENARIO "
                f"in dodo.py, which is {scenario!r}. Set {own!r} there, and {BASE_SCENARIO!r} in the notebook again."
            )
    return list(dict.fromkeys([BASE_SCENARIO, scenario]))


def tidy_task(source: str) -> dict:
    """The task that reads and checks one published document, and tidies it."""
    read = [reads.AUTHORITIES, *reads.tidy_files(source)]  # the councils' codes and names
    return notebook_task(source, "10_tidy", {"source": source}, read, processed(*reads.tidied(source)))


def england_task() -> dict:
    """The task that gathers the counts of every council from official publications."""
    read, table = reads.official_files("15_england"), "england/long_term_support"
    return notebook_task("long_term_support", "15_england", parameters_of("15_england"), read, processed(table))


def on_file_task() -> dict:
    """The task that says what of every council is on file for papers from the tables of all councils."""
    read = [
        *reads.base_of_every_council(),
        *processed("england/likeness"),
        *(str(reads.RAW / source / "datapackage.yaml") for source in official_sources()),
        reads.AUTHORITIES,
        *(file for source in any_council.populations() for file in reads.raw_files(source)),
    ]
    parameters = parameters_of("16_on_file")
    return notebook_task("on_file", "16_on_file", parameters, sorted({*read}), processed("england/on_file"))


def spread_task() -> dict:
    """The task that learns from all councils how far rates spread, and tries projections on their later counts."""
    read = [
        *processed("england/long_term_support"),
        *reads.official_files("55_spread"),
        reads.AUTHORITIES,
        reads.BREAKS,
    ]
    read += reads.assumed(SHARED_ASSUMPTIONS["spread"])
    read += [str(reads.RAW / source / "datapackage.yaml") for source in parameters_of("15_england").values()]
    made = processed(*(f"england/{table}" for table in ("spread_by_years", "spread_held", "backtest_by_years")))
    return notebook_task("spread", "55_spread", parameters_of("55_spread"), read, made)


def beside_task() -> dict:
    """The task that sets every council beside those that are alike, on published measures."""
    read = [*reads.official_files("17_beside_others"), BESIDE_OTHERS]
    makes = processed(*reads.TABLES_BESIDE)
    return notebook_task("beside_others", "17_beside_others", parameters_of("17_beside_others"), read, makes)


def checks_task(name: str) -> dict:
    """The task that recomputes a council's published figures."""
    table = f"checks_{name}"
    return notebook_task(
        table, "20_check_published_claims", {"authority_id": name}, reads.checked_files(name), processed(table)
    )


def population_task(name: str, council: dict, vintage: str) -> dict:
    """The task that runs a population vintage from year to year, beside the authority's others."""
    table = f"population_{name}_{vintage}"
    read = [reads.AUTHORITIES, *reads.documents(*reads.population_sources(council, *council["vintages"]))]
    return notebook_task(table, "30_population", {"authority_id": name, "vintage": vintage}, read, processed(table))


def backtest_task(name: str, council: dict) -> dict:
    """The task that holds projections made earlier against what was counted later."""
    makes = processed(*reads.backtest_tables(name, council))
    read = reads.backtest_files(name, council)
    return notebook_task(f"backtest_{name}", "50_backtest", {"authority_id": name}, read, makes)


def projection_task(name: str, council: dict, vintage: str, scenario: str) -> dict:
    """The task that projects who may need support, on one vintage and under one scenario."""
    table = f"projection_{name}_{vintage}_{scenario}"
    parameters = {"authority_id": name, "vintage": vintage, "scenario": scenario}
    read = reads.projection_input_files(name, council, vintage, scenario)
    return notebook_task(table, "40_project", parameters, read, processed(*reads.projection_tables(table)))


def consequences_task(name: str, council: dict, vintage: str, scenario: str) -> dict:
    """The task that works out what the people of one projection mean for money, beds and posts."""
    table = f"consequences_{name}_{vintage}_{scenario}"
    parameters = {"authority_id": name, "vintage": vintage, "scenario": scenario}
    read = reads.consequences_files(name, council, vintage, scenario)
    return notebook_task(table, "45_consequences", parameters, read, processed(table))


def need_task(name: str, council: dict, scenario: str) -> dict:
    """The task that says how many people of each group may need support five years on."""
    parameters = {"authority_id": name, "scenario": scenario}
    driven = (f"need_drivers_{name}_{scenario}",) if reads.has_drivers(name) else ()
    makes = processed(f"five_year_need_{name}_{scenario}", *driven)
    read = reads.need_files(name, council, scenario)
    return notebook_task(f"need_{name}_{scenario}", "60_five_year_need", parameters, read, makes)


def briefing_task(name: str, council: dict, briefing: str, scenario: str) -> dict:
    """The task that works out one briefing of an authority.

    A briefing may read everything on file about its council; some name what they read, so as to run more seldom.
    One that has a parameter `scenario` gets it, and may then read what rests on a projection.
    """
    known = sorted(path.stem for path in (root() / "notebooks/briefings").glob("*.ipynb"))
    if briefing not in known:
        raise InvalidDodoFile(
            f"{reads.AUTHORITIES}, {name}: there is no briefing {briefing!r} in notebooks/briefings."
            + nearest(briefing, known)
        )
    parameters = {"authority_id": name}
    if "scenario" in parameters_of(f"briefings/{briefing}"):
        parameters["scenario"] = scenario
    if briefing == "figures_checked":
        read = [*reads.checked_files(name), *processed(f"checks_{name}")]
    elif briefing == "demand_outlook":
        read = reads.outlook_files(name, council, scenario)
    elif briefing == "what_changed":
        read = reads.edition_files(name, council)
    elif briefing == "beside_others":
        read = reads.beside_files()
    else:
        read = reads.council_files(name, council, parameters.get("scenario"))
        if briefing == "care_market" and has_england():
            read = sorted({*read, *reads.beside_files()})
    return notebook_task(f"{name}:{briefing}", f"briefings/{briefing}", parameters, read, makes=[])


def fingerprints_task(name: str, council: dict) -> dict:
    """The task that writes down every file that a council's headline figures rest on, with its fingerprint."""

    def write() -> TaskFailed | None:
        return said(lambda: lineage.write_fingerprints(name))

    def current() -> dict:
        return {"rests on": {file: short(one_text([found, kinds])) for file, found, kinds in lineage.traced(name)}}

    tables = headline_tables({**council, "id": name}).values()
    return {
        "name": f"{name}:fingerprints",
        "actions": [write],
        "file_dep": [file for file in processed(*tables) if file.endswith(".csv")],
        "targets": [str(reads.BUILD / name / "fingerprints.csv")],
        "uptodate": [Unchanged(current), targets_as_made],
        "clean": [remove_from_build],
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
    path, parameters = Path("notebooks") / f"{notebook}.ipynb", own_parameters.with_own(notebook, parameters)
    executed = executed_notebook(name)
    note_made(makes, path.as_posix(), read)
    # A table depends on what authorities.toml says of figures, and not on when a committee meets.
    in_part = bool(makes) and reads.AUTHORITIES in read
    settings = settings_of_figures() if in_part else None
    watched = [file for file in read if not (in_part and file == reads.AUTHORITIES)]

    def run() -> TaskFailed | None:
        before = fingerprints_of(watched)
        failed = run_notebook(str(path), parameters, executed, read)
        edited = [file for file, was in before.items() if fingerprints_of([file])[file] != was]
        if edited and not failed:
            return TaskFailed(f"{', '.join(edited)}: edited while {path.as_posix()} ran on it. Run `doit` again.")
        return failed

    return {
        "name": name,
        "actions": [run],
        "file_dep": watched,
        "targets": [*makes, executed],
        "uptodate": [Unchanged(lambda: notebook_parts(path, parameters, settings)), targets_as_made],
        "clean": [remove_from_build],
        "meta": {"notebook": path.as_posix()},
    }


def run_notebook(
    path: str, parameters: dict, executed: str | None = None, read: list[str] | None = None
) -> TaskFailed | None:
    """Run a notebook; a failure comes back as the lines that a person reads."""
    return said(lambda: notebooks.run(root() / path, parameters, root() / executed if executed else None, read))


def remove_from_build(targets: list[str], dryrun: bool) -> None:
    """For `doit clean`: remove what a task made in build/. What it made elsewhere is committed, and stays."""
    for target in targets:
        if Path(target).parts[0] == reads.BUILD.name and (root() / target).is_file():
            print(f"{'would remove' if dryrun else 'removed'} {target}")
            if not dryrun:
                (root() / target).unlink()


def publish(executed: str, *reports: str, beside: dict | None = None) -> TaskFailed | None:
    """Make a briefing's reports from its executed notebook, each of the kind that it is named; all or none change.

    beside: what its web page links to, as from pages_beside. What does not hold of it fails (publishing.published).
    """
    try:
        document = document_in(root() / executed)
        made = published(document, list(reports), beside)
        write_together({root() / report: content for report, content in made.items()})
        changes.note(document, executed)
    except InputError as error:
        return TaskFailed(f"{executed}: {error}")
    return None


def publish_task(name: str, council: dict, briefing: str) -> dict:
    """The task that makes one briefing's HTML, PDF and spreadsheet, in build/ until all of its council are made."""
    executed, made = executed_notebook(f"{name}:{briefing}"), [in_build(file) for file in reports_of(name, briefing)]
    beside = pages_beside(name, council, briefing)
    published_by = publish_parts() | {"beside": beside}
    return {
        "name": f"{name}:{briefing}",
        "actions": [(publish, [executed, *made], {"beside": beside})],
        "file_dep": [executed],
        "targets": made,
        "uptodate": [Unchanged(lambda: published_by), targets_as_made],
        "clean": [remove_from_build],
    }


def in_build(report: str) -> str:
    """Where a report waits for the others of its council."""
    return str(reads.BUILD / report)


def release_task(name: str, council: dict) -> dict:
    """The task that puts all papers of a council in reports/ together, so that they are always of one run."""
    reports = [report for briefing in council["briefings"] for report in reports_of(name, briefing)]

    def release() -> TaskFailed | None:
        return said(lambda: write_together({root() / to: (root() / in_build(to)).read_bytes() for to in reports}))

    return {
        "name": name,
        "actions": [release],
        "file_dep": [in_build(report) for report in reports],
        "targets": reports,
        "uptodate": [Unchanged(dict), targets_as_made],
        "clean": [remove_from_build],
    }


def index_task(authorities: dict) -> dict:
    """The task that lists all briefings, by council, in reports/index.html."""
    listed = [
        (executed_notebook(f"{name}:{briefing}"), *reports_of(name, briefing))
        for name, council in authorities.items()
        for briefing in council["briefings"]
    ]
    page, published_by = "reports/index.html", publish_parts()

    def make_index() -> TaskFailed | None:
        from helpers.paper.publish import index

        return said(lambda: write_atomically(root() / page, index.to_html(index.entries(listed), england()).encode()))

    def england() -> str:
        """England's page, where `doit england` made it."""
        return "england/index.html" if (root() / "reports/england/index.html").is_file() else ""

    return {
        "name": "index",
        "actions": [make_index],
        "file_dep": [file for files in listed for file in files],
        "targets": [page],
        "uptodate": [Unchanged(lambda: published_by | {"england": england()}), targets_as_made],
        "clean": [remove_from_build],
    }


def picture(pdf: str, png: str) -> None:
    """Make the README's picture: the first page of a briefing."""
    import io

    import pypdfium2

    from helpers.paper.publish.printed import PDFIUM

    drawn = io.BytesIO()
    with PDFIUM:
        pypdfium2.PdfDocument(root() / pdf)[0].render(scale=1.5).to_pil().save(drawn, format="PNG", optimize=True)
    write_atomically(root() / png, drawn.getvalue())


def stored_notebooks() -> list[str]:
    """The notebooks that are kept with their outputs."""
    files = (root() / "notebooks").glob("**/*.ipynb")
    return sorted(
        relative(file) for file in files if not {".ipynb_checkpoints"} & set(file.parts) and ".failed" not in file.name
    )


def check_task() -> dict:
    """The task behind `doit check`: what it checks, and the values that tests expect written anew."""
    told = {
        "quick": "only what takes a moment, and one paper the whole way: while one works",
        "builds": "only what builds small projects again and again, breaks them and takes minutes",
        "everything": "all of it in one run, as in .ci/run",
        "renew": "write the values that tests expect anew, as after a changed assumption; then read the diff",
    }
    return {
        "actions": [check],
        "params": [{"name": name, "long": name, "type": bool, "default": False, "help": told[name]} for name in told],
        "task_dep": ["england", "project", "recompute", "backtest", "brief:*:fingerprints"],
        "verbosity": 2,
    }


def check(quick: bool, builds: bool, everything: bool, renew: bool) -> TaskFailed | None:
    """Run the checks one after another, to the first that fails."""
    environment = {**os.environ, **({"HYPOTHESIS_PROFILE": "quick"} if quick else {})}
    for command in [renewal()] if renew else checks(quick, builds, everything):
        if subprocess.run(command, env=environment).returncode:
            return TaskFailed(f"{Path(command[0]).name} {' '.join(command[1:])}: see above.")
    return None


#: Which tests each check asks for: all but those that build again and again, these, and what takes a moment.
TESTS, BUILDS, QUICK = (
    "whole_way or not pipeline",
    "pipeline and not whole_way",
    "whole_way or not (pipeline or papers)",
)


def checks(quick: bool = False, builds: bool = False, everything: bool = False) -> list[list[str]]:
    """The commands of a check: style, import directions, tests, notebooks against their stored outputs."""
    tools = Path(sys.executable).parent
    pytest = [sys.executable, "-m", "pytest", "-q", "-n", "2", "--dist", "loadfile", "--no-loadscope-reorder"]
    if builds:
        return [[*pytest, "-m", BUILDS, "tests"]]
    marked = [] if everything else ["-m", QUICK if quick else TESTS]
    stored = ["-p", "no:nbval"] if quick else ["--nbval", "--nbval-current-env", *by_nbval(everything)]
    return [
        [str(tools / "ruff"), "check", "--quiet"],
        [str(tools / "ruff"), "format", "--check", "--quiet"],
        [str(tools / "lint-imports"), "--no-logo"],
        [*pytest, *marked, "tests", *stored],
    ]


def by_nbval(everything: bool = False) -> list[str]:
    """The notebooks that run again to be held against their stored outputs: those that the build has no such run of.

    everything: papers too were built before.
    """
    papers = "notebooks/briefings/"
    stored = stored_notebooks()
    return [
        path for path in stored if (path.startswith(papers) and not everything) or not stored_outputs.as_built(path)
    ]


def renewal() -> list[str]:
    """The command that writes the values that tests expect anew, as the project now works them out."""
    return [sys.executable, "-m", "pytest", "-q", "-m", "snapshots", "--snapshot-update", "tests"]
