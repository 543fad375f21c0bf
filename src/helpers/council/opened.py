"""One council opened: what is on file about it, read where it is first asked for."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import cache, cached_property, partial
from pathlib import Path

import numpy as np
import pandas as pd

from helpers.base.authorities import authority_named, documents_of, not_on_file, vintage_named
from helpers.base.errors import InputError
from helpers.base.numbers import Change, Number
from helpers.base.periods import financial_year_said
from helpers.base.vocabulary import DAY_OF_COUNT, PEOPLE_COUNTED
from helpers.base.wording import listed
from helpers.checks.figure_book import Book
from helpers.council import assumptions, checks, figures, latest, numbers, series
from helpers.projection import demand, projection_tables
from helpers.projection.population import Population, default_path, paths_of
from helpers.projection.scenarios import Effect, effect_of, together
from helpers.projection.spread import Futures, Widths
from helpers.published import processed, sources


def open_council(
    authority_id: str,
    scenario: str = "constant_rates",
    vintage: str | None = None,
    horizon: int | None = None,
    as_of: str | None = None,
) -> "Council":
    """Open a council: `council = open_council("leicester")`, then `council.base`, `council.population()` and so on.

    scenario: a file in data/assumptions/scenarios, or several joined by "+". vintage: one of the council's population
    vintages; by default its central one. horizon: the last year that is spoken of. as_of: the day on which the
    scenario must hold, as in "2026-11-26"; by default that of the council's next meeting.
    Raises InputError for an unknown council or vintage, with the known ones. All else is read where it is asked for,
    and what is not on file is said then.
    """
    settings = authority_named(authority_id)
    if vintage is not None:
        vintage_named(authority_id, vintage)
    return Council(settings, scenario, vintage or settings.get("central_vintage"), horizon, as_of)


@dataclass(frozen=True, eq=False, repr=False)
class Council:
    """A council as open_council opens it. Every figure is read once, where it is first asked for."""

    settings: dict  # its entry in authorities.toml, with its id
    scenario: str
    vintage: str | None
    horizon: int | None
    as_of: str | None

    def __repr__(self) -> str:
        return f"{self.name} ({self.id}), {self.scenario}, {self.vintage}"

    @property
    def id(self) -> str:
        """What it is called in authorities.toml and in the names of files: "leicester"."""
        return self.settings["id"]

    @property
    def name(self) -> str:
        """Its full name: "Leicester City Council"."""
        return self.settings["name"]

    @property
    def area_code(self) -> str:
        """Its ONS code: "E06000016"."""
        return self.settings["code"]

    def has(self, *keys: str) -> bool:
        """Whether all of these are on file for it (authorities.ON_FILE: support, vintages, estimates, backtest ...)."""
        return not self.lacks(*keys)

    def lacks(self, *keys: str) -> str:
        """What of these is not on file for it, as a sentence; nothing where it has them all."""
        return not_on_file(self.settings, *keys)

    def need(self, *keys: str) -> None:
        """Raise InputError, with that sentence, where one of these is not on file for it."""
        if said := self.lacks(*keys):
            raise InputError(f"{said} Add it to authorities.toml, or leave out what rests on it.")

    # The base: people with long-term support, as they were counted.

    @cached_property
    def support(self) -> pd.DataFrame:
        """The published rows of people with long-term support in the base year (figures.support_of)."""
        self.need("support")
        support = self.settings["support"]
        return figures.support_of(self.id, "history" if support == self.settings.get("history") else "support")

    @cached_property
    def base(self) -> pd.DataFrame:
        """The base by age, support reason and setting: a row a cell, with people and bounds (demand.base_cells).

        Where authorities.toml names a `pattern` of reasons and settings, the cells are estimates: England's pattern,
        fitted to the council's and grown to its latest count (projection.latest_base).
        """
        if "pattern" not in self.settings["support"]:
            return demand.base_cells(self.support)
        if self.base_period != (counted := latest.panel().latest):
            raise InputError(
                f"authorities.toml, {self.id}: its support is of {self.base_period}, and every council's latest "
                f"count is of {counted}. Name the count of {counted} as its support, or leave the pattern out."
            )
        return latest.base_of(self.settings, self.bands["central"])

    @cached_property
    def base_files(self) -> list[Path]:
        """The files that the base is worked out from."""
        support = self.settings["support"]
        of_pattern = latest.files_behind(latest.population_of(self.settings).vintage) if "pattern" in support else []
        return [processed.processed_path(f"figures_{support['source']}"), *of_pattern]

    @property
    def base_year(self) -> int:
        """The year of the base."""
        self.need("support")
        return self.settings["support"]["base_year"]

    @cached_property
    def base_period(self) -> str:
        """The period of the base as a reader says it: "2015/16"."""
        return self.support["period"].iloc[0]

    @cached_property
    def start(self) -> float:
        """When the base stands, as a decimal year."""
        return figures.base_time(self.support, exactly="pattern" in self.settings["support"])

    @cached_property
    def history(self) -> "Council":
        """The same council with the base that it published first (`history` in authorities.toml); itself where none."""
        if "history" not in self.settings:
            return self
        return replace(self, settings={**self.settings, "support": self.settings["history"]})

    def period_of(self, year: int) -> str:
        """A year of the projection as a reader says it: "2029/30", "31 March 2030", or "mid-2030"."""
        if self.measure == "at_date":
            return f"{DAY_OF_COUNT} {year}"
        return financial_year_said(year) if "pattern" in self.settings["support"] else f"mid-{year}"

    def year_of(self, time: float | np.ndarray | pd.Series) -> int | np.ndarray | pd.Series:
        """Which year of the projection stands at a time: the other way round than time_of."""
        return np.round(time - self.start).astype(int) + self.base_year

    def time_of(self, year: int | np.ndarray | pd.Series) -> float | np.ndarray | pd.Series:
        """When a year of the projection stands, as a decimal year: as many years after the start as after the base."""
        return self.start + (year - self.base_year)

    @cached_property
    def measure(self) -> str:
        """How the base is counted: during_year or at_date."""
        return self.support["measure"].iloc[0]

    @property
    def unit(self) -> str:
        """What the base counts, as a table or chart says it: "people with support during the year"."""
        return PEOPLE_COUNTED[self.measure]

    @property
    def years(self) -> np.ndarray:
        """Every year from the base to the horizon."""
        self._need_horizon()
        return np.arange(self.base_year, self.horizon + 1)

    # The population

    @property
    def vintages(self) -> dict[str, dict]:
        """Its population vintages by id: title, short_title, estimates_to, benchmarks."""
        self.need("vintages")
        return self.settings["vintages"]

    @property
    def central_vintage(self) -> str:
        """The vintage that leads in its papers."""
        self.need("vintages")
        return self.settings["central_vintage"]

    @property
    def chosen(self) -> dict:
        """The vintage that the council is opened with: title, short_title, estimates_to, benchmarks."""
        return self.vintages[self.vintage]

    def population(self, vintage: str | None = None, path: str | None = None) -> Population:
        """The population of a vintage, by default the one opened with, on a path between years (its default one)."""
        self.need("vintages")
        return self._population_of(vintage or self.vintage, path)

    @cached_property
    def _population_of(self) -> Callable[[str, str | None], Population]:
        return cache(partial(figures.population_of, self.id))

    def populations(self, vintage: str | None = None) -> dict[str, Population]:
        """The population of a vintage on every path between the years on file, by path."""
        return {path: self.population(vintage, path) for path in paths_of(self.population(vintage).benchmarks)}

    def benchmarks(self, vintage: str | None = None) -> pd.DataFrame:
        """The population that the documents of a vintage print: a row a mid-year, a column an age band."""
        self.need("vintages")
        return self._benchmarks_of(vintage or self.vintage).copy()

    @cached_property
    def _benchmarks_of(self) -> Callable[[str], pd.DataFrame]:
        return cache(partial(figures.benchmarks_of, self.id))

    def printed_population(self, vintage: str | None = None, path: str | None = None) -> Population:
        """The population of a vintage straight from its documents, as 30_population takes it, which keeps the other."""
        benchmarks = self.benchmarks(vintage)
        return Population(self.id, vintage or self.vintage, benchmarks, path or default_path(benchmarks))

    @property
    def path(self) -> str:
        """The path between the years on file that a projection takes on this vintage."""
        return default_path(self.population().benchmarks)

    @cached_property
    def estimates(self) -> Population | None:
        """The population estimates on file; None where there are none."""
        return figures.estimates_of(self.id)

    # What is assumed

    @cached_property
    def bands(self) -> dict:
        """What is assumed about age bands; the gradients under "central", "low" and "high" (assumptions.age_bands)."""
        return assumptions.age_bands()

    @cached_property
    def uncertain(self) -> dict:
        """How wide each layer of the uncertainty is, how many draws, and their seed (assumptions.uncertainty)."""
        return assumptions.uncertainty()

    @cached_property
    def rules(self) -> list[dict]:
        """The scenario's parts, one or several, each checked for this council, these years and this day."""
        return [self.rule_of(scenario) for scenario in self.scenario.split("+")]

    @property
    def rule(self) -> dict:
        """The scenario. Raises InputError for several joined by "+", which are `rules`."""
        if len(self.rules) > 1:
            raise InputError(f"{self.scenario!r} joins several scenarios, and one is needed here. Choose one.")
        return self.rules[0]

    def rule_of(self, scenario: str) -> dict:
        """Any scenario, checked for this council from its base to its horizon (assumptions.scenario_for)."""
        self._need_horizon()
        meeting = self.settings.get("paper", {}).get("meeting_date")
        return assumptions.scenario_for(scenario, self.id, self.base_year, self.horizon, self.as_of or meeting)

    @cached_property
    def consequences(self) -> dict[str, dict]:
        """What people mean for money, beds and posts: the rule of each by its kind, checked as a scenario is."""
        self.need("consequences")
        return {rule["kind"]: rule for rule in map(self.rule_of, self.settings["consequences"])}

    @cached_property
    def trends(self) -> dict[str, float]:
        """The slope of the log rate a year that each part of the scenario follows, by id; 0 where it follows none."""
        central, population = self.bands["central"], self.population()
        return {rule["id"]: series.trend_of(self.id, rule, self.base, population, central) for rule in self.rules}

    @cached_property
    def effect(self) -> Effect:
        """What the scenario does to each cell of the base in every year, its parts together."""
        return together(effect_of(rule, self.base, self.years, trend=self.trends[rule["id"]]) for rule in self.rules)

    @cached_property
    def working_age(self) -> dict[str, float | tuple[float, float]]:
        """What demand.project needs to know of a population without ages 18 to 24: an error, and a share of 0 to 24."""
        assumed = self.bands["working_age"]
        shares = assumed["share_18_24_pct"]
        return {
            "working_age_error": assumed["error_pct"] / 100,
            "share_18_24": (shares["low"] / 100, shares["high"] / 100),
        }

    @cached_property
    def holds_rates(self) -> bool:
        """Whether the scenario leaves the share of people with support as it is."""
        return assumptions.holds_rates(self.scenario)

    @cached_property
    def under(self) -> str:
        """The scenario as a sentence takes it: "at constant rates", or "under the scenario “Fewer new entrants”"."""
        return assumptions.under(self.scenario)

    @cached_property
    def scenario_title(self) -> str:
        """The scenario's title; the titles of several, listed."""
        return assumptions.title_of(self.scenario)

    # What was projected, and how sure it is

    @cached_property
    def projection(self) -> pd.DataFrame:
        """The projection on the vintage opened with; time: when each row stands. Refused where it ends too early."""
        self.need("vintages")
        return self._timed(figures.projection_of(self.id, self.vintage, self.scenario, self.horizon))

    @cached_property
    def detailed_years(self) -> np.ndarray:
        """The years for which the projection is kept cell by cell: by support reason and setting together."""
        rows = self.projection
        return rows.loc[(rows["support_reason"] != demand.TOTAL) & (rows["setting"] != demand.TOTAL), "year"].unique()

    @cached_property
    def projections(self) -> pd.DataFrame:
        """The projections on every vintage; time: when each row stands. Refused where one ends before the horizon."""
        self.need("vintages")
        return self._timed(figures.projections_of(self.id, self.scenario, self.horizon))

    @cached_property
    def outlook(self) -> pd.DataFrame:
        """The central projection with the range over every vintage (projection_tables.outlook); time as above."""
        return projection_tables.outlook(self.projections, self.central_vintage)

    @cached_property
    def by_gradient(self) -> pd.Series:
        """People aged 65 and over with support, by vintage, path, set of gradients and year."""
        self.need("vintages")
        return figures.by_gradient_of(self.id, self.scenario)

    @cached_property
    def explained(self) -> pd.DataFrame:
        """Why the number changes, on the vintage opened with: people by age band, support reason and factor."""
        return self._read(f"projection_{self.id}_{self.vintage}_{self.scenario}_explained")

    @cached_property
    def layers(self) -> pd.Series:
        """What each layer adds to the uncertainty, in per cent of the variance, by layer and age band."""
        rows = self._read(f"projection_{self.id}_{self.vintage}_{self.scenario}_layers")
        return rows.set_index(["layer", "age_band"])["share_pct"]

    @cached_property
    def held(self) -> pd.Series:
        """How its backtest came out: forecasts, coverage_pct, verdict_sentence."""
        return figures.held_of(self.id)

    @cached_property
    def widths(self) -> Widths:
        """How wide each layer of the uncertainty is for a council of its size (assumptions.widths)."""
        people = self.population()
        older = sum(float(people.people(band, self.start)) for band in ("65-84", "85+"))
        return assumptions.widths(self.id, older)

    def futures(
        self,
        population: Population,
        times: np.ndarray,
        effect: Effect | None = None,
        base: pd.DataFrame | None = None,
    ) -> Futures:
        """The draws of its projection on this population, at these times (decimal years); base: some of its cells."""
        course = demand.course_of(population, self.start, times, self.chosen["estimates_to"])
        cells, drawn = demand.cells_of(self.base if base is None else base, self.bands["central"]), self.uncertain
        return Futures(
            cells, course, self.widths, self.area_code, effect=effect, draws=drawn["draws"], seed=drawn["seed"]
        )

    def bands_from(
        self, cells: pd.DataFrame, since: float, times: np.ndarray, groups: list[np.ndarray] | None = None
    ) -> np.ndarray:
        """How wide a projection of these cells of the base is that starts from a count of another time.

        since, times: decimal years. groups: positions of the cells of each row; by default one row of all of them.
        Returns multiples of the projection itself, rows x times x spread.QUANTILES (demand.bands_from).
        """
        return demand.bands_from(
            cells,
            [np.arange(len(cells))] if groups is None else groups,
            self.population(),
            self.bands["central"],
            since,
            np.asarray(times),
            self.chosen["estimates_to"],
            self.widths,
            draws=self.uncertain["draws"],
            seed=self.uncertain["seed"],
        )

    def _need_horizon(self) -> None:
        if self.horizon is None:
            raise InputError("The last year is not said: open the council with one, as in horizon=2037.")

    def _timed(self, rows: pd.DataFrame) -> pd.DataFrame:
        return rows.assign(time=self.start + rows["year"] - self.base_year)

    def _read(self, table: str) -> pd.DataFrame:
        self.need("vintages")
        return processed.read_processed(table)

    # Its numbers, each with the published cell or the step that it rests on (council.numbers)

    @cached_property
    def ages(self) -> list[str]:
        """The age bands whose people the base counts as a whole: ["18-64", "65+"]."""
        rows = self.support
        return list(rows.loc[(rows["support_reason"] == "all") & (rows["setting"] == "all"), "age_band"])

    @cached_property
    def support_cells(self) -> pd.Series:
        """The cell of each row of `support`, as what a number rests on (base.numbers.Origin)."""
        return numbers.cells(self.support)

    def counted(self, age: str = "65+", support_reason: str = "all", setting: str = "all") -> Number:
        """People of a group in the base, as published. Raises InputError for one that is not, with what there is."""
        return numbers.counted(self, age, support_reason, setting)

    def people(
        self, age: str = "65+", year: int | None = None, support_reason: str = "all", setting: str = "all"
    ) -> Number:
        """People of a group in a year (by default the horizon): `council.people(setting="nursing", year=2030)`.

        age, support_reason, setting: ids of the vocabulary; "care_home" and "community" are groups of settings. In the
        base year as published, later as projected on the vintage opened with, with `range` and `half_range`; a group
        that its publisher hides prints as "hidden". Raises InputError for what is not on file, with what there is.
        """
        if year is None:
            self._need_horizon()
        return self._people_of(age, self.horizon if year is None else year, support_reason, setting)

    @cached_property
    def _people_of(self) -> Callable[[str, int, str, str], Number]:
        return cache(partial(numbers.people, self))

    def change(self, age: str = "65+") -> Change:
        """How an age band goes from the base, as published, to the horizon: `{older.size}`, `{older.goes}`."""
        return self.people(age).beside(self.counted(age))

    def latest(self, age: str = "65+") -> Number:
        """The latest published count of people of an age band, as the base counts them. Raises InputError for none."""
        return numbers.latest(self, age)

    # What was counted later

    @cached_property
    def latest_count(self) -> pd.DataFrame:
        """The latest published count of the people whom the base counts, a row an age band; none: without rows."""
        return series.latest_count(self.id)

    @cached_property
    def outcome(self) -> pd.DataFrame:
        """What was published later for the same count as the base, a row an age band (figures.outcome_of)."""
        self.need("outcome")
        return figures.outcome_of(self.id)

    @property
    def backtest(self) -> dict[str, dict]:
        """The series of counts that projections are held against, by id: title, points, grows_as."""
        self.need("backtest")
        return {one["id"]: one for one in self.settings["backtest"]}

    @cached_property
    def points(self) -> pd.DataFrame:
        """Every count of these series, in the order of time within each (series.points_of)."""
        book = series.book_of(self.id, [text for one in self.backtest.values() for text in one["points"]])
        return pd.concat([series.points_of(self.id, name, book) for name in self.backtest], ignore_index=True)

    @cached_property
    def scores(self) -> pd.DataFrame:
        """How far each method missed in the backtest, by series and method."""
        self.need("backtest")
        return processed.read_processed(f"backtest_scores_{self.id}").set_index(["series", "method"])

    # Its documents, and the checks of their figures

    @cached_property
    def documents(self) -> list[str]:
        """The documents in data/raw with its figures, and the national ones, by folder."""
        return documents_of(self.id)

    @cached_property
    def book(self) -> Book:
        """The published figures of its documents, by key (checks.figure_book)."""
        return checks.figure_book(self.id)

    @cached_property
    def checks(self) -> pd.DataFrame:
        """All checks of its figures, worked out (checks.checks_of)."""
        return checks.checks_of(self.id, self.book)

    @cached_property
    def missing(self) -> pd.DataFrame:
        """What its documents show or promise and do not hold (checks.missing_from)."""
        return checks.missing_from(self.id)

    # What its tables and charts rest on, as they cite it

    @cached_property
    def support_source(self) -> str:
        """The document that the base is taken from."""
        self.need("support")
        return sources.citation(self.settings["support"]["source"])

    @cached_property
    def citation(self) -> str:
        """The document that the base is taken from, and the population of the vintage opened with."""
        return f"{self.support_source}; population: {self.chosen['title']}"

    def population_sources(self, vintages: Iterable[str] | None = None) -> str:
        """The documents that these vintages are taken from; by default the one opened with."""
        parts = [part for vintage in vintages or [self.vintage] for part in self.vintages[vintage]["benchmarks"]]
        return "; ".join(dict.fromkeys(sources.citation(part["source"]) for part in parts))

    @cached_property
    def short_citation(self) -> str:
        """The document that the base is taken from, and every population vintage by its short title."""
        return f"{self.support_source}; population: {listed(about['short_title'] for about in self.vintages.values())}"
