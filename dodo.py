"""From published figures to briefings: `doit list` shows the tasks, `doit` makes what is out of date."""

from pathlib import Path

from helpers.pipeline import england_tasks, tasks

DOIT_CONFIG = {
    "default_tasks": ["project", "publish"],
    "backend": "sqlite3",
    "dep_file": tasks.record(),
    "reporter": tasks.Build,
    "continue": True,  # what one council lacks does not stop the other
    "par_type": "thread",
    "verbosity": 2,
}
AUTHORITIES = tasks.councils()
PROJECTED = tasks.projected(AUTHORITIES)
ENGLAND_DAY = "2026-11-26"  # which England's page and its open data bear
SCENARIO = "constant_rates"  # which all papers are under
SCENARIOS = tasks.scenarios_of_papers(SCENARIO, PROJECTED)


def task_tidy():
    """Read and check the published tables in data/raw; tidy them into data/processed"""
    for source in tasks.sources():
        yield tasks.tidy_task(source)


def task_england():
    """Gather, check and project official figures of every council in England; make its page, paper and open data"""
    if tasks.has_england():
        yield from england_tasks.england_tasks(ENGLAND_DAY)


def task_recompute():
    """Recompute every published figure that can be, for each council"""
    for name in AUTHORITIES:
        yield tasks.checks_task(name)


def task_backtest():
    """Hold projections made earlier against what was counted later"""
    for name, council in tasks.backtested(AUTHORITIES).items():
        yield tasks.backtest_task(name, council)


def task_project():
    """Project who may need support: population vintages, scenarios, what they mean, need by group"""
    for name, council in PROJECTED.items():
        for vintage in council["vintages"]:
            yield tasks.population_task(name, council, vintage)
            for scenario in tasks.scenarios(name):
                yield tasks.projection_task(name, council, vintage, scenario)
            if "consequences" in council:
                for scenario in SCENARIOS:
                    yield tasks.consequences_task(name, council, vintage, scenario)
        for scenario in SCENARIOS:
            yield tasks.need_task(name, council, scenario)


def task_brief():
    """Work out each authority's briefings from what was projected"""
    for name, council in AUTHORITIES.items():
        yield tasks.fingerprints_task(name, council)
        for briefing in council["briefings"]:
            yield tasks.briefing_task(name, council, briefing, SCENARIO)


def task_publish():
    """Publish the briefings in reports/ as HTML, PDF, spreadsheet; list them (plain `doit`: `project`, then this)"""
    for name, council in AUTHORITIES.items():
        for briefing in council["briefings"]:
            yield tasks.publish_task(name, council, briefing)
        yield tasks.release_task(name, council)
    yield tasks.index_task(AUTHORITIES)


def task_council():
    """Make the papers of any other council in England by its name, from tables of all councils: doit derby"""
    for name in tasks.other_councils():
        yield tasks.council_task(name)


def task_councils():
    """List every council in England: what is on file for each, and what is missing"""
    return {"actions": [tasks.list_councils], "uptodate": [False]}


def task_figure():
    """Find a figure by --id, or by --number as it stands in a briefing: its cell, and what comes of it"""
    return {"actions": [tasks.find_figure], "params": tasks.FIGURE_PARAMETERS, "uptodate": [False]}


def task_official():
    """Read official files as downloaded, in data/official, into tables of all councils; --source NAME: one of them"""
    return {"actions": [tasks.read_official], "params": tasks.OFFICIAL_PARAMETERS, "uptodate": [False]}


def task_edition():
    """Say which headline figures changed since the last edition, and why; --keep NAME keeps the present one"""
    return tasks.keeping_task(AUTHORITIES)


def task_new():
    """Start a document, a council, a scenario or a briefing"""
    yield from tasks.scaffold_tasks()


def task_refresh():
    """Run every notebook with its default parameters and store its outputs (and the README's picture)"""
    for notebook in tasks.stored_notebooks():
        run, needs = (tasks.run_notebook, [notebook, {}]), ["project", "recompute", "brief:*:fingerprints"]
        yield {"name": Path(notebook).stem, "actions": [run], "task_dep": needs}
    pdf, png = "reports/leicestershire/demand-outlook.pdf", "docs/demand-outlook.png"
    yield {"name": "picture", "actions": [(tasks.picture, [pdf, png])], "file_dep": [pdf], "targets": [png]}


def task_docs():
    """Make docs/columns.md, and of all pages in docs/ a website in build/docs; a broken link or anchor stops it"""
    yield from tasks.docs_tasks()


def task_check():
    """Check style, import directions, tests, notebooks; --quick: in a minute; --renew: renew what tests expect"""
    return tasks.check_task()
