"""From published figures to briefings: `doit list` shows the tasks, `doit` makes what is out of date."""

from pathlib import Path

from helpers import pipeline

DOIT_CONFIG = {
    "default_tasks": ["project", "publish"],
    "backend": "sqlite3",
    "dep_file": ".doit.db",
    "par_type": "thread",
    "verbosity": 2,
}
AUTHORITIES = pipeline.authorities()
PROJECTED = pipeline.projected(AUTHORITIES)
SCENARIO = "constant_rates"


def task_tidy():
    """Read and check the published tables in data/raw; tidy them into data/processed"""
    for source in pipeline.sources():
        yield pipeline.notebook_task(
            source,
            "10_tidy",
            parameters={"source": source},
            reads=pipeline.raw_files(source),
            makes=pipeline.processed(*pipeline.tidied(source)),
        )


def task_recompute():
    """Recompute every published figure that can be, for each council"""
    for name in AUTHORITIES:
        yield pipeline.notebook_task(
            f"checks_{name}",
            "20_check_published_claims",
            parameters={"authority": name},
            reads=pipeline.checked_files(name),
            makes=pipeline.processed(f"checks_{name}"),
        )


def task_backtest():
    """Hold projections made earlier against what was counted later; calibrate the bands"""
    for name, authority in PROJECTED.items():
        yield pipeline.backtest_task(name, authority)


def task_project():
    """Project who may need support: population vintages, scenarios, what they mean, need by group"""
    for name, authority in PROJECTED.items():
        for vintage in authority["vintages"]:
            yield pipeline.population_task(name, authority, vintage)
            for scenario in pipeline.scenarios(name):
                yield pipeline.projection_task(name, authority, vintage, scenario)
            yield pipeline.consequences_task(name, authority, vintage, SCENARIO)
        yield pipeline.need_task(name, authority, SCENARIO)


def task_brief():
    """Work out each authority's briefings from what was projected"""
    for name, authority in AUTHORITIES.items():
        for briefing in authority["briefings"]:
            yield pipeline.briefing_task(name, authority, briefing, SCENARIO)


def task_publish():
    """Publish the briefings as HTML and PDF in reports/ (plain `doit`: `project`, then this)"""
    for name, authority in AUTHORITIES.items():
        for briefing in authority["briefings"]:
            yield pipeline.publish_task(name, briefing)


def task_figure():
    """Find a figure by --id, or by --number as it stands in a briefing: its cell, and what comes of it"""
    return {"actions": [pipeline.find_figure], "params": pipeline.FIGURE_PARAMETERS, "uptodate": [False]}


def task_refresh():
    """Run every notebook with its default parameters and store its outputs (and the README's picture)"""
    for notebook in pipeline.stored_notebooks():
        yield {
            "name": Path(notebook).stem,
            "actions": [(pipeline.run_notebook, [notebook, {}])],
            "task_dep": ["project", "recompute"],
        }
    pdf, png = "reports/leicestershire/demand-outlook.pdf", "docs/demand-outlook.png"
    yield {"name": "picture", "actions": [(pipeline.picture, [pdf, png])], "file_dep": [pdf], "targets": [png]}


def task_check():
    """Check style, import directions, the tests, and the notebooks against their stored outputs"""
    return {"actions": pipeline.checks(), "task_dep": ["project", "recompute"], "verbosity": 2}
