"""What each task of the pipeline reads and makes: the files, named from the project's folder."""

from collections.abc import Callable
from functools import cache
from pathlib import Path

from doit.exceptions import InvalidDodoFile

from helpers.assumptions import known_scenarios, need_drivers, scenario_named, scenarios_for
from helpers.authorities import (
    documents_behind_checks,
    documents_named,
    documents_of,
    families,
    headline_tables,
    known_authorities,
)
from helpers.errors import InputError
from helpers.paths import SHARED_ASSUMPTIONS, assumption_files, known_sources, relative

RAW, PROCESSED, BUILD = Path("data/raw"), Path("data/processed"), Path("build")
AUTHORITIES, BREAKS = "authorities.toml", "data/assumptions/breaks.yaml"


def for_dodo(function: Callable) -> Callable:
    """A function that dodo.py calls while it is read, each answer worked out once.

    A mistake in an input file becomes one line, not a traceback.
    """
    function = cache(function)

    def called(*arguments: object) -> object:
        try:
            return function(*arguments)
        except InputError as error:
            raise InvalidDodoFile(str(error)) from None

    return called


authorities = for_dodo(known_authorities)
sources = for_dodo(known_sources)
scenarios = for_dodo(scenarios_for)
rule_named = for_dodo(scenario_named)
documents_checked = for_dodo(documents_behind_checks)
documents_about = for_dodo(documents_of)
documents_in_view = for_dodo(families)
published_drivers = for_dodo(lambda: need_drivers()["published"])


def projected(authorities: dict) -> dict[str, dict]:
    """The authorities whose demand is projected."""
    return {name: authority for name, authority in authorities.items() if "vintages" in authority}


def raw_files(source: str) -> list[str]:
    """The descriptor and the tables of one document."""
    return sorted(str(path) for path in (RAW / source).iterdir() if path.suffix in (".yaml", ".csv"))


def tidy_files(source: str) -> list[str]:
    """What tidying a document reads: itself, and the documents that may tell what it hides, or hide what it tells."""
    family = next((family for family in documents_in_view() if source in family), [source])
    return sorted(file for each in family for file in raw_files(each))


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
    read = documents_checked(authority)
    tables = [table for source in read for table in tidied(source) if not table.startswith("texts")]
    declared = [str(path) for source in read for path in sorted((RAW / source).glob("*.yaml"))]
    return [AUTHORITIES, BREAKS, *declared, *processed(*tables)]


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
    return [AUTHORITIES, *SHARED_ASSUMPTIONS.values(), BREAKS, *documents(authority["support"]["source"])]


def points(authority: dict) -> list[str]:
    """The formulas of all points of an authority's backtest."""
    return [text for series in authority["backtest"] for text in series["points"]]


def scenario_files(*scenarios: str) -> list[str]:
    """The files of these scenarios."""
    return [relative(assumption_files(scenario)[-1]) for scenario in scenarios]


def backtest_files(name: str, authority: dict) -> list[str]:
    """What the backtest of an authority reads: the counts, and the populations that were known."""
    population = processed(f"population_{name}_{authority['central_vintage']}")
    populations = documents(*population_sources(authority, *authority["vintages"]))
    return sorted({*base_files(authority), *populations, *named(points(authority)), *population})


def projection_input_files(name: str, authority: dict, vintage: str, scenario: str) -> list[str]:
    """What one projection reads: its base, its population, how wide its bands must be, and its scenario."""
    tables = processed(f"population_{name}_{vintage}", f"calibration_{name}")
    reads = {*base_files(authority), *tables, *scenario_files(scenario)}
    if trend := rule_named(scenario)["parameters"].get("trend"):
        followed = [series for series in authority["backtest"] if series["id"] == trend["series"]]
        reads |= set(named([text for series in followed for text in series["points"]]))
    return sorted(reads)


def projection_tables(table: str) -> list[str]:
    """The tables that one projection is kept in."""
    return [table, f"{table}_by_gradient", f"{table}_explained", f"{table}_layers"]


def consequences_files(name: str, authority: dict, vintage: str, scenario: str) -> list[str]:
    """What is read to say what the people of one projection mean for money, beds and posts."""
    tables = [f"projection_{name}_{vintage}_{scenario}", f"population_{name}_{vintage}", f"calibration_{name}"]
    rules = map(rule_named, authority["consequences"])
    texts = [text for rule in rules for text in rule.get("figures", {}).get(name, {}).values()]
    rules = scenario_files(*authority["consequences"], "prevention")
    return sorted({*base_files(authority), *processed(*tables), *rules, *named(texts)})


def need_files(name: str, authority: dict, scenario: str) -> list[str]:
    """What is read to say how many people of each group may need support five years on."""
    tables = [f"population_{name}_{vintage}" for vintage in authority["vintages"]]
    tables += [f"projection_{name}_{vintage}_{scenario}" for vintage in authority["vintages"]]
    texts = [
        text for driver in published_drivers() if driver["authority"] == name for text in driver["figures"].values()
    ]
    texts += authority["latest_count"]["figures"].values()
    sources = {part["source"] for vintage in authority["vintages"].values() for part in vintage["benchmarks"]}
    sources |= {part["source"] for part in authority.get("context", [])}
    reads = {*base_files(authority), *processed(*tables, f"calibration_{name}"), *named(texts), *documents(*sources)}
    return sorted(reads)


def outlook_files(name: str, authority: dict, scenario: str) -> list[str]:
    """Everything that the briefing on demand reads: figures, populations, projections, assumptions."""
    vintages = list(authority["vintages"])
    read = {*population_sources(authority, *vintages)}
    if "outcome" in authority:
        read.add(authority["outcome"]["source"])
    tables = [f"{kind}_{name}" for kind in ("backtest", "backtest_scores", "calibration")]
    tables += [f"population_{name}_{vintage}" for vintage in vintages]
    for vintage in vintages:
        tables += projection_tables(f"projection_{name}_{vintage}_{scenario}")
    tables += [f"projection_{name}_{authority['central_vintage']}_{each}" for each in scenarios(name)]
    counts = named([*authority["latest_count"]["figures"].values(), *points(authority)])
    # Which scenarios are a council's own is said in the files, so that all of them are read.
    reads = {
        *base_files(authority),
        *documents(*sorted(read)),
        *processed(*tables),
        *counts,
        *scenario_files(*known_scenarios()),
    }
    return sorted(reads)


def council_files(name: str, authority: dict, scenario: str) -> list[str]:
    """Everything on file about one council, which a briefing without a list of its own may read.

    Its documents and the national ones, raw and tidy; its checks; the assumptions; and where its demand is projected,
    its populations, backtest, projections under every scenario, what they mean, and need five years on.
    """
    vintages = authority.get("vintages", {})
    read = {*documents_checked(name), *(population_sources(authority, *vintages) if vintages else [])}
    tables = [f"checks_{name}", *(table for source in read for table in tidied(source))]
    for vintage in vintages:
        tables += [f"population_{name}_{vintage}", f"consequences_{name}_{vintage}_{scenario}"]
        for each in scenarios(name):
            tables += projection_tables(f"projection_{name}_{vintage}_{each}")
    if vintages:
        kinds = ("backtest", "backtest_scores", "calibration", "five_year_need", "need_drivers")
        tables += [f"{kind}_{name}" for kind in kinds]
    assumed = [BREAKS, *SHARED_ASSUMPTIONS.values(), *scenario_files(*known_scenarios())]
    raw = [file for source in read for file in raw_files(source)]
    return sorted({AUTHORITIES, *assumed, *raw, *processed(*tables)})


def edition_files(name: str, authority: dict) -> list[str]:
    """What the briefing on changes reads: the headlines, the documents' names, and the editions that are kept.

    What the headlines rest on is read only where there is an edition to hold it against.
    """
    tables = headline_tables({**authority, "id": name}).values()
    described = [str(RAW / source / "datapackage.yaml") for source in documents_about(name)]
    kept = sorted(str(file) for file in Path("editions").glob(f"*/{name}/*.csv"))
    present = [str(BUILD / name / "fingerprints.csv")] if kept else []
    return [AUTHORITIES, *described, *processed(*tables), *present, *kept]
