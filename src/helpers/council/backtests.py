"""The backtest of one council: the population that was known at the time, and the bands around its forecasts."""

from collections.abc import Callable

import numpy as np
import pandas as pd

from helpers.council import assumptions, figures
from helpers.council.opened import Council
from helpers.projection import backtest, demand
from helpers.projection.population import Population


def growth_known(council: Council) -> backtest.Growth:
    """The growth of the part of the base that a series grows as, on the population projection known at the time."""
    known = figures.populations_known(council.id)

    def population(from_time: float, to_time: float, known_at: float) -> Population | None:
        found = figures.population_known(known, known_at, from_time, to_time)
        return found and found[1]

    return _growth_on(council, population)


def growth_now(council: Council) -> backtest.Growth:
    """The same on the population that leads in the council's papers now: nobody could have forecast with it."""
    later = council.population(council.central_vintage)

    def population(from_time: float, to_time: float, known_at: float) -> Population | None:
        return later if later.covers(from_time, to_time) else None

    return _growth_on(council, population)


def _growth_on(council: Council, population: Callable[[float, float, float], Population | None]) -> backtest.Growth:
    def growth(series: str, from_time: float, to_time: float, known_at: float) -> float | None:
        chosen = population(from_time, to_time, known_at)
        part = demand.part_of(council.base, council.backtest[series]["grows_as"])
        return chosen and demand.growth_of(part, chosen, council.bands["central"], from_time, to_time)

    return growth


def with_bands(council: Council, forecasts: pd.DataFrame, drift_multiplier: float) -> pd.DataFrame:
    """Forecasts at constant rates with the ends of their 90% band: lower90 and upper90 beside the columns given.

    forecasts: as from backtest.predict with growth_known. drift_multiplier: how many times as wide as assumed the
    drift of the rates is.
    """
    known = figures.populations_known(council.id)
    spread = assumptions.spread(council.id, drift_multiplier)
    ends = np.empty((len(forecasts), 2))
    for position, row in enumerate(forecasts.itertuples()):
        estimated, population = figures.population_known(known, row.origin_known_from, row.origin_time, row.target_time)
        part = demand.part_of(council.base, council.backtest[row.series]["grows_as"])
        bands = demand.bands_from(
            demand.counted_as(part, row.origin_value),
            [np.arange(len(part))],
            population,
            council.bands["central"],
            row.origin_time,
            np.array([row.target_time]),
            estimated,
            spread,
            council.uncertain["draws"],
            council.uncertain["seed"],
        )
        ends[position] = row.forecast * bands[0, 0, [0, -1]]
    return forecasts.assign(**dict(zip(backtest.BAND, ends.T, strict=True)))
