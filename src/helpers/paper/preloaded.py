"""What a process imports and reads once, before it is forked into the kernels of many councils' notebooks."""

import contextlib
import importlib
import pkgutil
from typing import TYPE_CHECKING

from helpers.base.errors import InputError

if TYPE_CHECKING:
    from helpers.council.opened import Council

#: The packages whose modules notebooks use.
PACKAGES = ("base", "published", "projection", "checks", "council", "paper")


def _import_all() -> None:
    for package in PACKAGES:
        folder = importlib.import_module(f"helpers.{package}").__path__
        for module in pkgutil.walk_packages(folder, f"helpers.{package}."):
            if not module.name.startswith("helpers.paper.publish"):
                importlib.import_module(module.name)


def _read_all() -> None:
    """Read what the papers of every such council rest on, and do once what takes time the first time."""
    from helpers.base.authorities import any_council
    from helpers.base.paths import official_sources
    from helpers.base.without_entry import without_entry
    from helpers.council import assumptions, chains, latest, spending
    from helpers.council.beside import Beside
    from helpers.council.opened import open_council
    from helpers.paper.outlook_annex import MEASURES
    from helpers.published.official.tables import with_bounds
    from helpers.published.sources import citation

    latest.panel()
    with_bounds(latest.COUNTED, MEASURES, "numerator")
    latest.populations()
    for source in official_sources():
        citation(source)
    for table in (*chains.SPENT_ON.values(), spending.SPENT_BY_AGE):
        chains.costs(table, "gbp_thousand")
    for table in (chains.COUNTED_THEN, spending.COUNTED_BY_YEAR):
        chains.costs(table, "people")
    spending.last_changes()
    chains.costs(chains.WEEKLY, "gbp_per_week")
    chains.costs(chains.HOURLY, "gbp_per_hour")
    followed = any_council().get("consequences", [])
    for scenario in (*assumptions.scenarios_for(next(iter(without_entry()))), *followed):
        assumptions.scenario_named(scenario)
    assumptions.need_drivers()
    assumptions.uncertainty()
    for name in without_entry():
        council = open_council(name)
        if council.has("support", "vintages", "consequences") and Beside(council.area_code).can_compare:
            _rehearse(council)
            return


def _rehearse(council: "Council") -> None:
    """What most of the papers of one council ask, so that what it loads is there for all."""
    from helpers.council.beside import Beside
    from helpers.paper import charts

    for asked in ("base", "book", "missing", "estimates"):
        getattr(council, asked)
    council.printed_population()
    Beside(council.area_code).stands()
    people = council.base.groupby("age_band")["people"].sum()
    charts.as_svg(charts.bar_chart(people, people.round().astype(str)))


_import_all()
with contextlib.suppress(InputError, OSError):
    _read_all()
