"""What a process imports and reads once, before it is forked into the kernels of many notebooks."""

import importlib
import pkgutil
from collections.abc import Callable, Iterator
from functools import partial
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from helpers.council.opened import Council

#: The packages whose modules notebooks use.
PACKAGES = ("base", "published", "projection", "checks", "council", "paper")


def preload() -> Iterator[None]:
    """Import the helpers, then read what the papers of every council rest on: a little at each step."""
    for package in PACKAGES:
        folder = importlib.import_module(f"helpers.{package}").__path__
        for module in pkgutil.walk_packages(folder, f"helpers.{package}."):
            if not module.name.startswith("helpers.paper.publish"):
                importlib.import_module(module.name)
                yield
    for read in _readings():
        read()
        yield


def _readings() -> Iterator[Callable[[], object]]:
    """What reads the tables of all councils, and does once what takes time the first time."""
    from helpers.base.authorities import any_council
    from helpers.base.paths import official_sources
    from helpers.base.without_entry import without_entry
    from helpers.council import assumptions, chains, latest, spending
    from helpers.council.beside import Beside
    from helpers.council.opened import open_council
    from helpers.paper.outlook_annex import MEASURES
    from helpers.published.official.tables import with_bounds
    from helpers.published.sources import citation

    yield from (assumptions.uncertainty, assumptions.need_drivers, latest.panel, latest.populations)
    yield partial(with_bounds, latest.COUNTED, MEASURES, "numerator")
    yield from (partial(citation, source) for source in official_sources())
    yield from (
        partial(chains.costs, table, unit)
        for unit, tables in {
            "gbp_thousand": (*chains.SPENT_ON.values(), spending.SPENT_BY_AGE),
            "people": (chains.COUNTED_THEN, spending.COUNTED_BY_YEAR),
            "gbp_per_week": [chains.WEEKLY],
            "gbp_per_hour": [chains.HOURLY],
        }.items()
        for table in tables
    )
    yield spending.last_changes
    followed = any_council().get("consequences", [])
    for scenario in (*assumptions.scenarios_for(next(iter(without_entry()))), *followed):
        yield partial(assumptions.scenario_named, scenario)
    for name in without_entry():
        council = open_council(name)
        if council.has("support", "vintages", "consequences") and Beside(council.area_code).can_compare:
            yield from _rehearsal(council)
            return


def _rehearsal(council: "Council") -> Iterator[Callable[[], object]]:
    """What most of the papers of one council ask, so that what it loads is there for all."""
    from helpers.council.beside import Beside
    from helpers.paper import charts

    yield from (partial(getattr, council, asked) for asked in ("base", "book", "missing", "estimates"))
    yield from (council.printed_population, Beside(council.area_code).stands)
    people = council.base.groupby("age_band")["people"].sum()
    yield lambda: charts.as_svg(charts.bar_chart(people, people.round().astype(str)))
