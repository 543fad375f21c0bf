"""What is on file of every council in England, and what is not: by council and table, in a sentence each."""

from collections.abc import Callable
from pathlib import Path

import pandas as pd

from helpers.base import wording
from helpers.base.authorities import any_council
from helpers.base.errors import InputError
from helpers.base.paths import root
from helpers.council import latest
from helpers.council.beside import LIKENESS
from helpers.council.chains import COSTS, KINDS, SPENT_ON, costs
from helpers.projection.latest_base import check_counts
from helpers.published.official.areas import Council, councils_of_today
from helpers.published.official.tables import read_official
from helpers.published.processed import processed_path, read_processed
from helpers.published.sources import citation

#: What is asked of each council, as a list of it says.
ITEMS = {
    "support": "people with long-term support",
    "consequences": "spending by setting",
    "neighbours": "councils like it",
}
NOTHING = "nothing"


def of_every_council() -> pd.DataFrame:
    """A row a council of today and item: area_code, council, item, and missing, why it is not there (else nothing).

    Items are those of ITEMS, and every vintage of the population that any_council of authorities.toml names.
    """
    asked = {"support": _support(), "consequences": _spending(), "neighbours": _neighbours()}
    asked |= {name: _vintage(about) for name, about in any_council().get("vintages", {}).items()}
    rows = [
        {"area_code": code, "council": council.council, "item": item, "missing": why(council) or NOTHING}
        for code, council in sorted(councils_of_today().items())
        for item, why in asked.items()
    ]
    return pd.DataFrame(rows)


def _support() -> Callable[[Council], str]:
    panel = latest.panel()
    first_day = f"{panel.of[:4]}-04-01"

    def why(council: Council) -> str:
        try:
            check_counts(panel, council.area_code)
        except InputError as error:
            said = str(error).removeprefix(f"{panel.called(council.area_code)}: ").replace(" ([x])", "")
            source = latest.COUNTED if panel.latest in said else latest.ACTIVITY
            if council.began != "none" and council.began > first_day:
                said = f"the council began on {wording.date(council.began)}, after the tables of {panel.of}."
            return f"{wording.sentence_start(said)} See {citation(source)}."
        return ""

    return why


def _spending() -> Callable[[Council], str]:
    rows = pd.concat(costs(table, "gbp_thousand") for table in SPENT_ON.values())
    spent = pd.to_numeric(rows["value"], errors="coerce")
    given = set(rows.loc[rows["setting"].isin(list(KINDS)) & (spent > 0), "area_code"])
    return lambda council: "" if council.area_code in given else f"No spending of it is printed. See {citation(COSTS)}."


def _neighbours() -> Callable[[Council], str]:
    lacks = "It has no deprivation score of its own, by which councils like it are found"
    source = citation("mhclg_deprivation_2019")
    alike = set(read_processed(LIKENESS)["area_code"])
    return lambda council: "" if council.area_code in alike else f"{lacks}. See {source}."


def _vintage(about: dict) -> Callable[[Council], str]:
    parts = [part["source"] for part in about["benchmarks"]]
    codes = [set(read_official(part["source"], part["table"])["area_code"]) for part in about["benchmarks"]]
    there = set.intersection(*codes)
    lacks = f"It is not in the tables on file. See {citation(parts[-1])}."
    return lambda council: "" if council.area_code in there else lacks


def files_behind() -> list[Path]:
    """The files that this is worked out from."""
    parts = [part for about in any_council().get("vintages", {}).values() for part in about["benchmarks"]]
    tables = [(latest.ACTIVITY, name) for name in (latest.BY_REASON, latest.BY_SETTING, latest.OF_ENGLAND)]
    tables += [(COSTS, name) for name in SPENT_ON.values()]
    tables += [(part["source"], part["table"]) for part in parts]
    raw = [root() / "data/raw" / source / f"{table}.csv" for source, table in [("england_areas", "councils"), *tables]]
    return [processed_path("england/long_term_support"), processed_path(LIKENESS), *raw]
