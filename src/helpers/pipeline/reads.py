"""What each task of the pipeline reads and makes: the files, named from the project's folder."""

import importlib
import json
import os
import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path

from doit.exceptions import InvalidDodoFile

from helpers.base.authorities import FILE, headline_tables
from helpers.base.errors import InputError
from helpers.base.paths import (
    BESIDE_OTHERS,
    LATEST_BASE,
    SHARED_ASSUMPTIONS,
    TABLES,
    assumption_files,
    document_files,
    is_official,
    official_sources,
    relative,
    root,
)
from helpers.pipeline import notebooks
from helpers.pipeline.remembered import fingerprints_of, one_text, while_same

RAW, PROCESSED, BUILD = Path("data/raw"), Path("data/processed"), Path("build")
AUTHORITIES, BREAKS = FILE, "data/assumptions/breaks.yaml"
#: The tables that set all councils beside each other.
TABLES_BESIDE = [f"england/{table}" for table in ("compared_measures", "likeness", "limits_held", "nearest_neighbours")]


def for_dodo(function: Callable) -> Callable:
    """A function that dodo.py calls while it is read, each answer worked out once a folder that doit runs in.

    A mistake in an input file becomes one line, not a traceback.
    """
    in_folder = cache(lambda folder, *arguments: function(*arguments))

    def called(*arguments: object) -> object:
        try:
            return in_folder(os.getcwd(), *arguments)
        except InputError as error:
            raise InvalidDodoFile(str(error)) from None

    return called


def of_inputs(module: str, name: str) -> Callable:
    """A helper's function as `for_dodo` has it, which asks only files that people write (`inputs`).

    What it gave is remembered while these are as they were; the helper is imported where it has to be asked.
    """

    def asked(*arguments: str) -> object:
        def work() -> object:
            return getattr(importlib.import_module(f"helpers.{module}"), name)(*arguments)

        state = inputs()
        return while_same(state, json.dumps([module, name, arguments]), work) if state else work()

    return for_dodo(asked)


def inputs() -> str | None:
    """One text for all that people write and dodo.py is read from; None where a part cannot be read, as is said later.

    Councils, documents without their tables, assumptions, notebooks and helpers; of tables their names.
    """
    return _inputs_in(root())


@cache
def _inputs_in(base: Path) -> str | None:
    found = []
    try:
        for folder in ("data/raw", "data/assumptions", "notebooks", "src/helpers"):
            for path, folders, names in os.walk(base / folder, onerror=_raise):
                folders[:] = [each for each in folders if each not in ("__pycache__", ".ipynb_checkpoints")]
                if any(os.path.islink(os.path.join(path, each)) for each in folders):
                    return None
                found += [f"{os.path.relpath(path, base)}/{each}" for each in (*(f"{one}/" for one in folders), *names)]
        said = (".yaml", ".py", ".ipynb", "/claims.csv")
        files = [file for file in found if file.endswith(said) and (base / file).is_file()]
        return one_text([sys.version, sorted(found), fingerprints_of([FILE, *sorted(files)])])
    except (InputError, OSError, ValueError):
        return None


def _raise(error: OSError) -> None:
    raise error


authorities = of_inputs("base.authorities", "known_authorities")
any_council = of_inputs("base.authorities", "any_council")
sources = of_inputs("base.paths", "known_sources")
known_scenarios = of_inputs("council.assumptions", "known_scenarios")
scenarios = of_inputs("council.assumptions", "scenarios_for")
rule_named = of_inputs("council.assumptions", "scenario_declared")
drivers = of_inputs("council.assumptions", "drivers_declared")
documents_checked = of_inputs("base.authorities", "documents_behind_checks")
documents_about = of_inputs("base.authorities", "documents_of")
care_homes_tried_by = of_inputs("council.care_homes", "tried_by")
areas_in = of_inputs("pipeline.reads", "_areas_in")
parameters_of = of_inputs("pipeline.reads", "_parameters_of")
documents_in = of_inputs("pipeline.reads", "_documents_in")
documents_behind = of_inputs("pipeline.reads", "_documents_behind")


def _areas_in() -> dict[str, list[str]]:
    from helpers.base.authorities import areas_by_document

    return {source: sorted(areas) for source, areas in areas_by_document().items()}


def _parameters_of(notebook: str) -> dict[str, object]:
    return notebooks.declared_parameters(root() / "notebooks" / f"{notebook}.ipynb")


def _documents_in(*texts: str) -> list[str]:
    from helpers.base.authorities import documents_named

    return documents_named(list(texts))


def _documents_behind(file: str) -> list[str]:
    from helpers.council import assumptions

    return assumptions.documents_behind(root() / file)


def projected(authorities: dict) -> dict[str, dict]:
    """The authorities whose demand is projected."""
    return {name: council for name, council in authorities.items() if "vintages" in council}


def backtested(authorities: dict) -> dict[str, dict]:
    """The projected authorities with series of counts to hold projections against."""
    return {name: council for name, council in projected(authorities).items() if "backtest" in council}


def has_drivers(name: str) -> bool:
    """Whether an authority has other drivers of need on file than its population."""
    of_many = any(name in driver["authorities"] for driver in drivers()["annual"])
    return of_many or any(driver["authority_id"] == name for driver in drivers()["published"])


@for_dodo
def raw_files(source: str) -> list[str]:
    """The descriptor and the tables of one document."""
    return sorted(str(RAW / source / path.name) for path in document_files(Path.cwd() / RAW / source))


def tidy_files(source: str) -> list[str]:
    """What tidying a document reads: itself, and the documents that may tell what it hides, or hide what it tells."""
    areas = areas_in()
    together = {source, *(name for name in areas if {*areas[name]} & {*areas.get(source, [])})}
    return sorted(file for each in together for file in raw_files(each))


def processed(*names: str) -> list[str]:
    """The files of processed tables: the CSV and its description."""
    folder = os.path.join(PROCESSED, "")
    return [f"{folder}{name}{suffix}" for name in names for suffix in (".csv", ".yaml")]


@for_dodo
def tidied(source: str) -> list[str]:
    """The processed tables that a document is tidied into: of figures, of claims in prose, of words.

    None of official tables, which are tidy as they are.
    """
    if is_official(source):
        return []
    files = [os.path.basename(file) for file in raw_files(source) if file.lower().endswith(TABLES)]
    has = {
        "figures": any(name != "claims.csv" and not name.startswith("text_") for name in files),
        "claims": "claims.csv" in files,
        "texts": any(name.startswith("text_") for name in files),
    }
    return [f"{kind}_{source}" for kind, there in has.items() if there]


def checked_files(authority_id: str) -> list[str]:
    """What the recomputation of a council's figures reads: its documents' figures and declarations, and the breaks."""
    read = documents_checked(authority_id)
    tables = [table for source in read for table in tidied(source) if not table.startswith("texts")]
    declared = [str(path) for source in read for path in sorted((RAW / source).glob("*.yaml"))]
    return [AUTHORITIES, BREAKS, *declared, *processed(*tables)]


def documents(*sources: str) -> list[str]:
    """What a notebook reads of these documents: their tidy figures, and their descriptors for what they are called."""
    official = [source for source in sources if is_official(source)]
    tidy = [source for source in sources if source not in official]
    return [
        *processed(*(f"figures_{source}" for source in tidy)),
        *(str(RAW / s / "datapackage.yaml") for s in tidy),
        *(file for source in official for file in raw_files(source)),
    ]


def population_sources(council: dict, *vintages: str) -> list[str]:
    """The documents behind these population vintages of an authority, and the estimates they are held against."""
    parts = [part for vintage in vintages for part in council["vintages"][vintage]["benchmarks"]]
    estimates = [council["estimates"]] if "estimates" in council else []
    return sorted({part["source"] for part in [*parts, *estimates]})


def named(texts: list[str]) -> list[str]:
    """What a notebook reads of the documents whose figures these formulas name: all their figures, and descriptors."""
    return figures_of(documents_in(*texts))


@for_dodo
def assumed(*files: str) -> list[str]:
    """These files of assumptions, and what is read of the documents whose figures they name."""
    found = {source for file in files for source in documents_behind(file)}
    return [*files, *figures_of(sorted(found))]


def figures_of(found: list[str]) -> list[str]:
    """What a notebook reads of these documents: all their figures, in tables and in prose, and descriptors."""
    tables = [table for source in found for table in tidied(source) if not table.startswith("texts")]
    return [*(str(RAW / source / "datapackage.yaml") for source in found), *processed(*tables)]


def base_of_every_council() -> list[str]:
    """What the bases of the latest count are read from: official tables, and the counts of every council."""
    return [*documents("england_areas", *LATEST_BASE), *processed("england/long_term_support")]


def base_files(council: dict) -> list[str]:
    """What every projection of an authority reads: who it is, its base, and the shared assumptions."""
    support = council["support"]
    pattern = base_of_every_council() if "pattern" in support else []
    history = documents(council["history"]["source"]) if "history" in council else []
    shared = assumed(*SHARED_ASSUMPTIONS.values())
    return [AUTHORITIES, *shared, BREAKS, *documents(support["source"]), *pattern, *history]


def official_files(notebook: str) -> list[str]:
    """The tables of the official publications that a notebook's parameters name, and the councils' codes and names."""
    names = ["england_areas", *(name for name in parameters_of(notebook).values() if isinstance(name, str))]
    if lacking := [name for name in names if not (RAW / name).is_dir()]:
        raise InvalidDodoFile(
            f"notebooks/{notebook}.ipynb names the official tables {lacking[0]!r}, and {RAW.as_posix()} has none: read "
            "them with `doit official`, or mend the notebook's parameters."
        )
    return [file for name in names for file in raw_files(name)]


def has_england() -> bool:
    """Whether tables of all councils in England are on file: a project for one council may be without."""
    return (root() / RAW / "england_areas").is_dir()


def points(council: dict) -> list[str]:
    """The formulas of all points of an authority's backtest."""
    return [text for series in council.get("backtest", []) for text in series["points"]]


def counts(council: dict) -> list[str]:
    """The formulas of an authority's latest count."""
    return list(council.get("latest_count", {}).get("figures", {}).values())


def scenario_files(*scenarios: str) -> list[str]:
    """The files of these scenarios, and what is read of the documents whose figures they name."""
    return assumed(*(relative(assumption_files(scenario)[-1]) for scenario in scenarios))


def backtest_files(name: str, council: dict) -> list[str]:
    """What the backtest of an authority reads: the counts, and the populations that were known."""
    population = processed(f"population_{name}_{council['central_vintage']}")
    populations = documents(*population_sources(council, *council["vintages"]))
    return sorted({*base_files(council), *populations, *named(points(council)), *population})


def projection_input_files(name: str, council: dict, vintage: str, scenario: str) -> list[str]:
    """What one projection reads: its base, its population, how wide its bands must be, and its scenario."""
    tables = processed(f"population_{name}_{vintage}", *held(name, council))
    reads = {*base_files(council), *tables, *scenario_files(scenario)}
    if trend := rule_named(scenario)["parameters"].get("trend"):
        followed = [series for series in council.get("backtest", []) if series["id"] == trend["series"]]
        reads |= set(named([text for series in followed for text in series["points"]]))
    return sorted(reads)


def projection_tables(table: str) -> list[str]:
    """The tables that one projection is kept in."""
    return [table, f"{table}_by_gradient", f"{table}_explained", f"{table}_layers"]


def consequences_files(name: str, council: dict, vintage: str, scenario: str) -> list[str]:
    """What is read to say what the people of one projection mean for money, beds and posts."""
    tables = [f"projection_{name}_{vintage}_{scenario}", f"population_{name}_{vintage}"]
    tables += held(name, council)
    rules = map(rule_named, council["consequences"])
    texts = [text for rule in rules for text in rule.get("figures", {}).get(name, {}).values()]
    rules = scenario_files(*known_scenarios())  # which of them are a council's own is said in the files
    return sorted({*base_files(council), *processed(*tables), *rules, *named(texts)})


def need_files(name: str, council: dict, scenario: str) -> list[str]:
    """What is read to say how many people of each group may need support five years on."""
    tables = [f"population_{name}_{vintage}" for vintage in council["vintages"]]
    tables += [f"projection_{name}_{vintage}_{scenario}" for vintage in council["vintages"]]
    texts = [
        text
        for driver in drivers()["published"]
        if driver["authority_id"] == name
        for text in driver["figures"].values()
    ]
    texts += counts(council)
    sources = {part["source"] for vintage in council["vintages"].values() for part in vintage["benchmarks"]}
    sources |= {part["source"] for part in council.get("context", [])}
    tables += held(name, council)
    rules = scenario_files(*scenario.split("+"))
    return sorted({*base_files(council), *rules, *processed(*tables), *named(texts), *documents(*sources)})


def backtest_tables(name: str, council: dict) -> list[str]:
    """The tables of an authority's backtest, where it has series for one."""
    kinds = ("backtest", "backtest_scores", "backtest_held") if "backtest" in council else ()
    return [f"{kind}_{name}" for kind in kinds]


def held(name: str, council: dict) -> list[str]:
    """The table that says how many outcomes the bands of an authority held, where it has a backtest."""
    return backtest_tables(name, council)[2:]


def outlook_files(name: str, council: dict, scenario: str) -> list[str]:
    """Everything that the briefing on demand reads: figures, populations, projections, assumptions."""
    if "vintages" not in council:
        return [AUTHORITIES]
    vintages = list(council["vintages"])
    read = {*population_sources(council, *vintages)}
    tables = backtest_tables(name, council)
    tables += ["england/backtest_by_years"] if "pattern" in council["support"] else []
    tables += [f"population_{name}_{vintage}" for vintage in vintages]
    for vintage in vintages:
        tables += projection_tables(f"projection_{name}_{vintage}_{scenario}")
    tables += [f"projection_{name}_{council['central_vintage']}_{each}" for each in scenarios(name)]
    counted = [*named([*counts(council), *points(council)]), *figures_of(care_homes_tried_by(name))]
    # Which scenarios are a council's own is said in the files, so that all of them are read.
    reads = {
        *base_files(council),
        *documents(*sorted(read)),
        *processed(*tables),
        *counted,
        *scenario_files(*known_scenarios()),
    }
    return sorted(reads)


def council_files(name: str, council: dict, scenario: str | None) -> list[str]:
    """Everything on file about one council, which a briefing without a list of its own may read.

    Its documents and the national ones, raw and tidy; its checks; the assumptions; and where its demand is projected,
    its populations and backtest. What rests on a scenario only a briefing may read that gets one (None: it does not):
    projections under every scenario, and under this one what they mean and need five years on, and the base.
    """
    vintages = council.get("vintages", {})
    read = {*documents_checked(name), *(population_sources(council, *vintages) if vintages else [])}
    tables = [f"checks_{name}", *(table for source in read for table in tidied(source))]
    for vintage in vintages:
        tables.append(f"population_{name}_{vintage}")
        if scenario:
            tables += [f"consequences_{name}_{vintage}_{scenario}"] if "consequences" in council else []
            for each in scenarios(name):
                tables += projection_tables(f"projection_{name}_{vintage}_{each}")
    if vintages:
        tables += backtest_tables(name, council)
        tables += ["england/backtest_by_years"] if has_england() else []
        if scenario:
            tables += [f"five_year_need_{name}_{scenario}"]
            tables += [f"need_drivers_{name}_{scenario}"] if has_drivers(name) else []
    assumptions = [BREAKS, *assumed(*SHARED_ASSUMPTIONS.values()), *scenario_files(*known_scenarios())]
    raw = [file for source in read for file in raw_files(source)]
    raw += base_files(council) if vintages else []
    return sorted({AUTHORITIES, *assumptions, *raw, *processed(*tables)})


def beside_files() -> list[str]:
    """What the briefing that sets a council beside others reads: all councils' tables, and what they are called."""
    described = [str(RAW / source / "datapackage.yaml") for source in official_sources()]
    people = str(RAW / "nhs_ascfr_2021_22/long_term_support_during_year.csv")
    return [AUTHORITIES, BESIDE_OTHERS, *processed(*TABLES_BESIDE), *raw_files("england_areas"), people, *described]


def edition_files(name: str, council: dict) -> list[str]:
    """What the briefing on changes reads: the headlines, the documents' names, and the editions that are kept.

    What the headlines rest on is read only where there is an edition to hold it against.
    """
    tables = headline_tables({**council, "id": name}).values()
    # Any document can be a cause.
    described = [str(RAW / source / "datapackage.yaml") for source in [*sources(), *official_sources()]]
    kept = sorted(str(file) for file in Path("editions").glob(f"*/{name}/*.csv"))
    present = [str(BUILD / name / "fingerprints.csv")] if kept else []
    rules = scenario_files(*known_scenarios())  # which of them the headlines are of is said in the tables
    return [AUTHORITIES, *described, *rules, *processed(*tables), *present, *kept]
