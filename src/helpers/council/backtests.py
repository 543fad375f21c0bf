"""The backtest of one council: the population that was known at the time, and the bands around its forecasts."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd

from helpers.base.authorities import documents_named
from helpers.base.periods import decimal_year
from helpers.council import figures
from helpers.council.opened import Council
from helpers.projection import backtest, demand
from helpers.projection.population import Population
from helpers.published.processed import NO_NUMBER, processed_path


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


def with_bands(council: Council, forecasts: pd.DataFrame) -> pd.DataFrame:
    """Forecasts at constant rates with the ends of their 90% band: lower90 and upper90 beside the columns given.

    forecasts: as from backtest.predict with growth_known.
    """
    known = figures.populations_known(council.id)
    changed = [decimal_year(one["from"]) for one in figures.breaks()]
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
            council.widths,
            [any(row.origin_time < at <= row.target_time for at in changed)],
            council.uncertain["draws"],
            council.uncertain["seed"],
        )
        ends[position] = row.forecast * bands[0, 0, [0, -1]]
    return forecasts.assign(**dict(zip(backtest.BAND, ends.T, strict=True)))


#: What a table of data/processed calls the columns of forecasts and of scores.
_KEPT = {
    "origin_value": "origin_people",
    "forecast": "forecast_people",
    "published": "published_people",
    "lower90": "people_p05",
    "upper90": "people_p95",
    "n": "forecasts",
    "mean_absolute_error": "mean_absolute_error_people",
}
_FORECASTS = ("area_code", "series", "method", "origin_time", "target_time", "horizon_years", "origin_people")
_FORECASTS += ("forecast_people", "published_people", "published_lower", "published_upper", "error_pct")
_FORECASTS += ("people_p05", "people_p95")
_SCORES = ("area_code", "series", "method", "forecasts", "outcomes", "mean_error_pct", "mean_absolute_error_people")
_SCORES += ("mean_absolute_error_pct", "no_change_error_pct", "skill")


def forecasts_kept(council: Council, forecasts: pd.DataFrame) -> pd.DataFrame:
    """Forecasts as the processed table keeps them. forecasts: of every method, with error_pct, lower90 and upper90."""
    return _kept(council, forecasts, _FORECASTS)


def scores_kept(council: Council, scores: pd.DataFrame) -> pd.DataFrame:
    """Scores as the processed table keeps them. scores: as from backtest.score, by series."""
    return _kept(council, scores, _SCORES)


def held_kept(council: Council, coverage: pd.Series, verdict: str) -> pd.DataFrame:
    """How many outcomes the bands held, as the processed table keeps it: one row.

    coverage: of constant rates, a row of backtest.score. verdict: how they did, in words.
    """
    row = {
        "area_code": council.area_code,
        "forecasts": int(coverage["n_with_band"]),
        "coverage_pct": coverage["coverage_pct"] if coverage["n_with_band"] else NO_NUMBER,
        "verdict_sentence": verdict,
    }
    return pd.DataFrame([row])


def _kept(council: Council, rows: pd.DataFrame, columns: tuple[str, ...]) -> pd.DataFrame:
    rows = rows.rename(columns=_KEPT).assign(area_code=council.area_code)[list(columns)]
    return rows.astype(object).where(rows.notna(), NO_NUMBER)


def files_behind(council: Council) -> list[Path]:
    """The processed tables that the counts of the council's series stand in."""
    texts = [text for series in council.backtest.values() for text in series["points"]]
    named = [processed_path(f"{kind}_{source}") for source in documents_named(texts) for kind in ("figures", "claims")]
    return sorted(path for path in named if path.is_file())
