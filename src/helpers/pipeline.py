"""The few pieces that dodo.py is made of. Nothing heavy is imported before a task runs."""

import ast
import atexit
import hashlib
import json
import os
import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path

from doit.exceptions import InvalidDodoFile, TaskFailed

from helpers import notebooks
from helpers.assumptions import scenario_named, scenarios_for
from helpers.authorities import documents_behind_checks, documents_named, known_authorities
from helpers.errors import InputError
from helpers.paths import (
    SHARED_ASSUMPTIONS,
    assumption_files,
    fingerprint,
    known_sources,
    relative,
    root,
    write_atomically,
    write_together,
)
from helpers.schemas import NEED_DRIVERS, read_yaml

RAW, PROCESSED, BUILD = Path("data/raw"), Path("data/processed"), Path("build")


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


def for_dodo(function: Callable) -> Callable:
    """A function that dodo.py calls while it is read: a mistake in an input file becomes one line, not a traceback."""

    def called(*arguments: object) -> object:
        try:
            return function(*arguments)
        except InputError as error:
            raise InvalidDodoFile(str(error)) from None

    return called


authorities = for_dodo(known_authorities)
sources = for_dodo(known_sources)
scenarios = for_dodo(scenarios_for)


def raw_files(source: str) -> list[str]:
    """The descriptor and the tables of one document."""
    return sorted(str(path) for path in (RAW / source).iterdir() if path.suffix in (".yaml", ".csv"))


def processed(*names: str) -> list[str]:
    """The files of processed tables: the CSV and its description."""
    return [str(PROCESSED / f"{name}{suffix}") for name in names for suffix in (".csv", ".yaml")]


def tidied(source: str) -> list[str]:
    """The processed tables that a document is tidied into: of figures, of claims in prose, of words."""
    files = [path.name for path in (RAW / source).glob("*.csv")]
    has = {
        "figures": any(name != "claims.csv" and not name.startswith("text_") for name in files),
        "claims": "claims.csv" in files,
        "texts": any(name.startswith("text_") for name in files),
    }
    return [f"{kind}_{source}" for kind, there in has.items() if there]


def checked_files(authority: str) -> list[str]:
    """What the recomputation of a council's figures reads: its documents' figures and declarations, and the breaks."""
    read = for_dodo(documents_behind_checks)(authority)
    tables = [table for source in read for table in tidied(source) if not table.startswith("texts")]
    declared = [str(path) for source in read for path in sorted((RAW / source).glob("*.yaml"))]
    return ["authorities.toml", "data/assumptions/breaks.yaml", *declared, *processed(*tables)]


def documents(*sources: str) -> list[str]:
    """What a notebook reads of these documents: their tidy figures, and their descriptors for what they are called."""
    return [
        *processed(*(f"figures_{source}" for source in sources)),
        *(str(RAW / s / "datapackage.yaml") for s in sources),
    ]


def population_sources(authority: dict, *vintages: str) -> list[str]:
    """The documents behind these population vintages of an authority, and the estimates they are held against."""
    parts = [part for vintage in vintages for part in authority["vintages"][vintage]["benchmarks"]]
    return sorted({part["source"] for part in [*parts, authority["estimates"]]})


def named(texts: list[str]) -> list[str]:
    """What a notebook reads of the documents whose figures these formulas name: all their figures, and descriptors."""
    found = documents_named(texts)
    tables = [table for source in found for table in tidied(source) if not table.startswith("texts")]
    return [*(str(RAW / source / "datapackage.yaml") for source in found), *processed(*tables)]


def base_files(authority: dict) -> list[str]:
    """What every projection of an authority reads: who it is, its base, and the shared assumptions."""
    shared = ["authorities.toml", *SHARED_ASSUMPTIONS.values(), "data/assumptions/breaks.yaml"]
    return [*shared, *documents(authority["support"]["source"])]


def points(authority: dict) -> list[str]:
    """The formulas of all points of an authority's backtest."""
    return [text for series in authority["backtest"] for text in series["points"]]


def scenario_files(*scenarios: str) -> list[str]:
    """The files of these scenarios."""
    return [relative(assumption_files(scenario)[-1]) for scenario in scenarios]


def projected(authorities: dict) -> dict[str, dict]:
    """The authorities whose demand is projected."""
    return {name: authority for name, authority in authorities.items() if "vintages" in authority}


def population_task(name: str, authority: dict, vintage: str) -> dict:
    """The task that runs a population vintage from year to year, beside the authority's others."""
    table = f"population_{name}_{vintage}"
    reads = ["authorities.toml", *documents(*population_sources(authority, *authority["vintages"]))]
    return notebook_task(table, "30_population", {"authority": name, "vintage": vintage}, reads, processed(table))


def backtest_task(name: str, authority: dict) -> dict:
    """The task that holds projections made earlier against what was counted later."""
    population = processed(f"population_{name}_{authority['central_vintage']}")
    reads = [*base_files(authority), *documents(*population_sources(authority, *authority["vintages"]))]
    makes = processed(f"backtest_{name}", f"backtest_scores_{name}", f"calibration_{name}")
    reads = sorted({*reads, *named(points(authority)), *population})
    return notebook_task(f"backtest_{name}", "50_backtest", {"authority": name}, reads, makes)


def projection_task(name: str, authority: dict, vintage: str, scenario: str) -> dict:
    """The task that projects who may need support, on one vintage and under one scenario."""
    table = f"projection_{name}_{vintage}_{scenario}"
    tables = processed(f"population_{name}_{vintage}", f"calibration_{name}")
    reads = {*base_files(authority), *tables, *scenario_files(scenario)}
    if trend := for_dodo(scenario_named)(scenario)["parameters"].get("trend"):
        followed = [series for series in authority["backtest"] if series["id"] == trend["series"]]
        reads |= set(named([text for series in followed for text in series["points"]]))
    parameters = {"authority": name, "vintage": vintage, "scenario": scenario}
    return notebook_task(table, "40_project", parameters, sorted(reads), processed(*made_by_projection(table)))


def made_by_projection(table: str) -> list[str]:
    """The tables that one projection is kept in."""
    return [table, f"{table}_by_gradient", f"{table}_explained", f"{table}_layers"]


def consequences_task(name: str, authority: dict, vintage: str, scenario: str) -> dict:
    """The task that works out what the people of one projection mean for money, beds and posts."""
    table = f"consequences_{name}_{vintage}_{scenario}"
    tables = [f"projection_{name}_{vintage}_{scenario}", f"population_{name}_{vintage}", f"calibration_{name}"]
    texts = [
        text
        for rule in map(for_dodo(scenario_named), authority["consequences"])
        for text in rule.get("figures", {}).get(name, {}).values()
    ]
    rules = scenario_files(*authority["consequences"], "prevention")
    reads = sorted({*base_files(authority), *processed(*tables), *rules, *named(texts)})
    parameters = {"authority": name, "vintage": vintage, "scenario": scenario}
    return notebook_task(table, "45_consequences", parameters, reads, processed(table))


def need_task(name: str, authority: dict, scenario: str) -> dict:
    """The task that says how many people of each group may need support five years on."""
    tables = [f"{kind}_{name}_{vintage}" for vintage in authority["vintages"] for kind in ("population",)]
    tables += [f"projection_{name}_{vintage}_{scenario}" for vintage in authority["vintages"]]
    drivers = read_yaml(root() / SHARED_ASSUMPTIONS["need_drivers"], NEED_DRIVERS)["published"]
    texts = [text for driver in drivers if driver["authority"] == name for text in driver["figures"].values()]
    texts += authority["latest_count"]["figures"].values()
    sources = {part["source"] for vintage in authority["vintages"].values() for part in vintage["benchmarks"]}
    sources |= {part["source"] for part in authority.get("context", [])}
    reads = {*base_files(authority), *processed(*tables, f"calibration_{name}"), *named(texts), *documents(*sources)}
    makes = processed(f"five_year_need_{name}", f"need_drivers_{name}")
    return notebook_task(
        f"need_{name}", "60_five_year_need", {"authority": name, "scenario": scenario}, sorted(reads), makes
    )


def briefing_task(name: str, authority: dict, briefing: str, scenario: str) -> dict:
    """The task that works out one briefing of an authority."""
    parameters = {"authority": name}
    if briefing == "figures_checked":
        reads = [*checked_files(name), *processed(f"checks_{name}")]
    else:
        parameters["scenario"] = scenario
        reads = projection_files(name, authority, scenario)
    return notebook_task(f"{name}:{briefing}", f"briefings/{briefing}", parameters, reads, makes=[])


def projection_files(name: str, authority: dict, scenario: str) -> list[str]:
    """Everything that a briefing on demand reads: figures, populations, projections, assumptions."""
    vintages = list(authority["vintages"])
    read = set(population_sources(authority, *vintages))
    if "outcome" in authority:
        read.add(authority["outcome"]["source"])
    tables = [f"{kind}_{name}" for kind in ("backtest", "backtest_scores", "calibration")]
    tables += [f"population_{name}_{vintage}" for vintage in vintages]
    for vintage in vintages:
        tables += made_by_projection(f"projection_{name}_{vintage}_{scenario}")
    every = scenarios(name)
    tables += [f"projection_{name}_{authority['central_vintage']}_{one}" for one in every]
    rules = [
        relative(path) for path in (root() / "data/assumptions/scenarios").glob("*.yaml")
    ]  # it lists those there are
    reads = {*base_files(authority), *documents(*sorted(read)), *processed(*tables), *rules}
    return sorted(reads)


def executed_notebook(name: str) -> str:
    """Where the executed notebook of a task is kept until it is published."""
    return str(BUILD / f"{name.replace(':', '/')}.ipynb")


def notebook_task(name: str, notebook: str, parameters: dict, reads: list[str], makes: list[str]) -> dict:
    """A doit task that runs a notebook with parameters: it reads data files and makes others.

    It may read no other data. It runs again where a file that it reads has changed, the notebook's code or prose, a
    helper that the notebook uses, the lock file or a parameter; and where a file that it made is no longer as it was
    made. Saving the notebook's outputs alone runs nothing.
    """
    path = Path("notebooks") / f"{notebook}.ipynb"
    executed = executed_notebook(name)
    return {
        "name": name,
        "actions": [(run_notebook, [str(path), parameters, executed, reads])],
        "file_dep": reads,
        "targets": [*makes, executed],
        "uptodate": [Unchanged(lambda: notebook_fingerprint(path, parameters)), targets_as_made],
        "clean": True,
    }


def run_notebook(
    path: str, parameters: dict, executed: str | None = None, reads: list[str] | None = None
) -> TaskFailed | None:
    """Run a notebook; a failure comes back as the lines that a person reads."""
    try:
        notebooks.run(root() / path, parameters, root() / executed if executed else None, reads)
    except InputError as error:
        return TaskFailed(str(error))
    return None


def publish(executed: str, html: str, pdf: str) -> TaskFailed | None:
    """Make a briefing's HTML and PDF from its executed notebook; both or neither are replaced."""
    from helpers.publish.document import from_notebook
    from helpers.publish.html import to_html
    from helpers.publish.pdf import to_pdf

    try:
        import nbformat

        document = from_notebook(nbformat.read(executed, as_version=4))
        # The PDF first: it is the one that may be open in a reader, which on some systems locks it.
        write_together({root() / pdf: to_pdf(document), root() / html: to_html(document).encode()})
    except InputError as error:
        return TaskFailed(f"{executed}: {error}")
    return None


def picture(pdf: str, png: str) -> None:
    """Make the README's picture: the first page of a briefing."""
    import io

    import pypdfium2

    drawn = io.BytesIO()
    pypdfium2.PdfDocument(root() / pdf)[0].render(scale=1.5).to_pil().save(drawn, format="PNG", optimize=True)
    write_atomically(root() / png, drawn.getvalue())


def publish_task(name: str, briefing: str) -> dict:
    """The task that makes one briefing's HTML and PDF in reports/."""
    executed = executed_notebook(f"{name}:{briefing}")
    reports = [f"reports/{name}/{briefing.replace('_', '-')}{kind}" for kind in (".html", ".pdf")]
    return {
        "name": f"{name}:{briefing}",
        "actions": [(publish, [executed, *reports])],
        "file_dep": [executed],
        "targets": reports,
        "uptodate": [Unchanged(publish_fingerprint), targets_as_made],
        "clean": True,
    }


#: What `doit figure` asks: a figure's name, or a number as it stands on a page (and in which briefing).
FIGURE_PARAMETERS = [
    {"name": "figure", "long": "id", "default": "", "help": "a figure: document/table!B3, document/claim, or a check"},
    {"name": "number", "long": "number", "default": "", "help": "a number as it stands on a page, such as 6,913"},
    {"name": "briefing", "long": "briefing", "default": "", "help": "only in this one: leicestershire/demand_outlook"},
]


def find_figure(figure: str, number: str, briefing: str) -> TaskFailed | None:
    """Print what is known of a figure, or where a number of a briefing comes from."""
    from helpers import finder

    try:
        if bool(figure) == bool(number):
            raise InputError("Say which figure: `doit figure --id population!C3`, or `doit figure --number 6,913`.")
        print(finder.about_figure(figure) if figure else finder.about_number(number, briefing))
    except InputError as error:
        return TaskFailed(str(error))
    return None


class Unchanged:
    """For doit's `uptodate`: whether a fingerprint is what it was when the task last ran."""

    def __init__(self, fingerprint: Callable[[], str]) -> None:
        self.fingerprint = fingerprint

    def __repr__(self) -> str:
        return "code, prose, helpers, lock file and parameters are as they were"

    def __call__(self, task, values: dict) -> bool:
        try:
            current = self.fingerprint()
        except InputError as error:
            raise InvalidDodoFile(str(error)) from None
        task.value_savers.append(lambda: {"fingerprint": current})
        return values.get("fingerprint") == current


def targets_as_made(task, values: dict) -> bool:
    """For doit's `uptodate`: whether every file that the task made still holds the bytes that it made."""
    task.value_savers.append(lambda: {"targets": {target: fingerprint(Path(target)) for target in task.targets}})
    return values.get("targets") == {target: fingerprint(Path(target)) for target in task.targets}


def notebook_fingerprint(path: Path, parameters: dict) -> str:
    """One text for all that a notebook's run depends on but its data: code and prose, helpers, lock, parameters."""
    cells = [
        ("".join(cell["source"]), cell["cell_type"], cell["metadata"].get("tags", []))
        for cell in notebooks.read(root() / path)["cells"]
    ]
    code = "\n".join(source for source, kind, _ in cells if kind == "code")
    used = {file: fingerprint(Path(file)) for file in helper_files(_imports(code))}
    everything = [cells, used, fingerprint(Path("requirements.lock")), parameters]
    return hashlib.sha256(json.dumps(everything, sort_keys=True).encode()).hexdigest()


@cache
def helper_files(modules: frozenset[str]) -> tuple[str, ...]:
    """The files of these helpers and of all helpers that they import, in turn."""
    found, waiting = set(), list(modules)
    while waiting:
        stem = Path("src", *waiting.pop().split("."))
        for file in (stem.with_suffix(".py"), stem / "__init__.py"):
            if file.is_file() and str(file) not in found:
                found.add(str(file))
                waiting += _imports(file.read_text(encoding="utf-8"))
    return tuple(sorted(found))


@cache
def _imports(code: str) -> frozenset[str]:
    """The helpers' modules that a piece of code imports, wherever in it; all of them where it cannot be read."""
    lines = ["pass" if line.lstrip().startswith(("%", "!")) else line for line in code.splitlines()]
    try:
        tree = ast.parse("\n".join(lines))
    except SyntaxError:
        files = Path("src/helpers").rglob("*.py")
        return frozenset(".".join(file.relative_to("src").with_suffix("").parts) for file in files)
    modules = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            modules |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            modules |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return frozenset(module for module in modules if module.split(".")[0] == "helpers")


def publish_fingerprint() -> str:
    """One text for all that publishing depends on but the executed notebook."""
    files = [*helper_files(frozenset({"helpers.publish.html", "helpers.publish.pdf", "helpers.publish.document"}))]
    files += sorted(str(path) for path in Path("src/helpers/publish/templates").iterdir())
    return hashlib.sha256(
        json.dumps([fingerprint(Path(file)) for file in [*files, "requirements.lock"]]).encode()
    ).hexdigest()


def stored_notebooks() -> list[str]:
    """The notebooks that are kept with their outputs."""
    files = (root() / "notebooks").glob("**/*.ipynb")
    return sorted(
        relative(file) for file in files if not {".ipynb_checkpoints"} & set(file.parts) and ".failed" not in file.name
    )


def checks() -> list[list[str]]:
    """The commands of all checks: style, import directions, tests, notebooks against their stored outputs."""
    tools = Path(sys.executable).parent
    return [
        [str(tools / "ruff"), "check", "--quiet"],
        [str(tools / "ruff"), "format", "--check", "--quiet"],
        [str(tools / "lint-imports"), "--no-logo"],
        [
            sys.executable,
            "-m",
            "pytest",
            "-q",
            "-n",
            "2",
            "--dist",
            "loadfile",
            "--nbval",
            "--nbval-current-env",
            "tests",
            "notebooks",
        ],
    ]
