"""Backtest (method.md section 10): predict each later published figure from each earlier one, and say how well.

A series comes as points, one row each: series (id), time (decimal year: the middle of a financial year, or the date),
known_from (decimal year from which the figure could be known: the end of its period), value, lower and upper (what
its rounding or its qualifier allows; "around 5k" is 4500 to 5499). A forecast uses what was known at its origin only.
"""

from collections.abc import Callable

import numpy as np
import pandas as pd

from helpers.base.errors import InputError
from helpers.base.wording import ABOUT_THE_SAME_PCT, count, number_of, number_word, percentage, sentence_start
from helpers.projection.scenarios import rate_change, recent_trend

#: In the order in which tables show them.
METHODS = ("persistence", "constant_rates", "recent_trend")
#: As tables call them.
METHODS_SAID = {"persistence": "no change", "constant_rates": "constant rates", "recent_trend": "recent trend"}
#: What names a forecast.
FORECAST_KEY = ["series", "method", "origin_time", "target_time"]
BAND = ["lower90", "upper90"]
#: growth(series, from_time, to_time, known_at): by what the population that draws the support is multiplied between
#: two times, from what was known at known_at; None where no projection was known.
Growth = Callable[[str, float, float, float], float | None]


def pairs(points: pd.DataFrame) -> pd.DataFrame:
    """Every point as an origin, with every point of its series that is later, and was known later, as a target.

    Returns series, origin_time, target_time, horizon_years, origin_known_from, origin_value, published,
    published_lower, published_upper; sorted. A series of one point gives none.
    Raises InputError for two points of a series at one time, and for a point that does not make sense.
    """
    points = _checked(points)
    names = {"value": "published", "lower": "published_lower", "upper": "published_upper"}
    targets = points.rename(columns={**names, "time": "target_time", "known_from": "target_known_from"})
    found = points.drop(columns=["lower", "upper"]).add_prefix("origin_").rename(columns={"origin_series": "series"})
    found = found.merge(targets, on="series")
    found["horizon_years"] = found["target_time"] - found["origin_time"]
    # A day within the origin's year is later than the middle of that year, but was known before the year's figure.
    later = (found["horizon_years"] > 0) & (found["target_known_from"] > found["origin_known_from"])
    columns = ["series", "origin_time", "target_time", "horizon_years", "origin_known_from", "origin_value"]
    columns += ["published", "published_lower", "published_upper"]
    return found.loc[later, columns].sort_values(["series", "origin_time", "target_time"], ignore_index=True)


def _checked(points: pd.DataFrame) -> pd.DataFrame:
    """The points in order, each of them possible."""
    numbers = ["time", "known_from", "value", "lower", "upper"]
    points = points[["series", *numbers]].astype(dict.fromkeys(numbers, float))
    points = points.sort_values(["series", "time"], ignore_index=True)
    value, lower, upper = points["value"], points["lower"], points["upper"]
    for wrong, message in (
        (points["series"].isna(), "it belongs to no series. Name one."),
        (~(points["known_from"] >= points["time"]), "it is known from {known_from:.2f}, before its own time."),
        (points.duplicated(["series", "time"]), "there are two figures for this time. Keep one of them."),
        (~((value > 0) & np.isfinite(value)), "the figure is {value:g}; a backtest needs figures above zero."),
        (~((lower <= value) & (value <= upper)), "the bounds {lower:,g} and {upper:,g} do not hold {value:,g}."),
    ):
        if wrong.any():
            row = points[wrong].iloc[0]
            raise InputError(f"The series {row['series']!r} at {row['time']:.2f}: {message.format(**row)}")
    return points


def predict(points: pd.DataFrame, growth: Growth, minimum_points: int = 5, damping_a_year: float = 0.9) -> pd.DataFrame:
    """Predict the target of every pair: by assuming no change, at constant rates, and with the recent trend.

    growth: as Growth; it is asked with the time from which the origin was known. The recent trend is the slope of the
    log rate over the points known at the origin, damped as in its scenario. Where no projection was known at the
    origin there is no forecast by the last two methods, and with fewer points than the minimum none by the trend.
    Returns the columns of pairs, and method (METHODS), forecast, inside_published (whether the forecast lies within
    what the published figure's rounding or qualifier allows).
    Raises InputError as pairs does, and for a growth of zero or less.
    """
    points, found = _checked(points), pairs(points)
    factors, drifts = np.full(len(found), np.nan), np.full(len(found), np.nan)
    for position, pair in enumerate(found.itertuples()):
        factor = _factor(growth, pair.series, pair.origin_time, pair.target_time, pair.origin_known_from)
        if factor is not None:
            factors[position] = factor
            drifts[position] = _drift(points, growth, pair, minimum_points)
    constant_rates = found["origin_value"] * factors
    forecasts = {
        "persistence": found["origin_value"],
        "constant_rates": constant_rates,
        "recent_trend": constant_rates * np.exp(rate_change(drifts, found["horizon_years"], damping_a_year)),
    }
    made = pd.concat([found.assign(method=method, forecast=forecasts[method]) for method in METHODS])
    made = made.dropna(subset="forecast").sort_index(kind="stable").reset_index(drop=True)
    made["inside_published"] = made["forecast"].between(made["published_lower"], made["published_upper"])
    return made


def _factor(growth: Growth, series: str, from_time: float, to_time: float, known_at: float) -> float | None:
    factor = growth(series, from_time, to_time, known_at)
    if factor is not None and not 0 < factor < np.inf:
        raise InputError(
            f"The growth of {series!r} from {from_time:.2f} to {to_time:.2f} is {factor:g}; it must be above zero."
        )
    return factor


def _drift(points: pd.DataFrame, growth: Growth, origin, minimum_points: int) -> float:
    """Change of the log rate a year over the points known at the origin; nan where it cannot be told."""
    known = points[
        (points["series"] == origin.series)
        & (points["time"] <= origin.origin_time)
        & (points["known_from"] <= origin.origin_known_from)
    ]
    if len(known) < minimum_points:
        return np.nan
    ask = (origin.origin_time, origin.origin_known_from)
    factors = [_factor(growth, origin.series, time, *ask) for time in known["time"]]
    if None in factors:
        return np.nan
    # At constant rates each earlier figure, grown with the population to the origin, is the origin's.
    return recent_trend(known["value"] * factors, known["time"], minimum_points)


def is_covered(predictions: pd.DataFrame) -> pd.Series:
    """Whether the 90% band (lower90 to upper90) of each forecast meets what the published figure allows."""
    return (predictions["lower90"] <= predictions["published_upper"]) & (
        predictions["upper90"] >= predictions["published_lower"]
    )


def score(predictions: pd.DataFrame, bands: pd.DataFrame | None = None) -> pd.DataFrame:
    """How well each method did: one row for each of METHODS, also for one that made no forecast.

    predictions: as from predict; bands: FORECAST_KEY, lower90, upper90, for some or all of them (or the two columns
    stand in predictions). Every forecast counts alike, also several of one figure. Returns:
    method; n (forecasts; that of persistence is the number of all pairs); outcomes (figures that they predict);
    inside_published (forecasts within what the published figure allows); mean_error_pct (bias, of the published
    figure: above 0 is too high); mean_absolute_error (people); mean_absolute_error_pct; no_change_error_pct (the same
    for persistence over this method's pairs); skill (1 - mean absolute error / that of persistence over these pairs:
    1 is perfect, 0 no better than assuming no change; nan where only persistence was perfect); n_with_band;
    coverage_pct (share of those with a band whose outcome is covered).
    Raises InputError for a forecast or a band that stands there twice, for a forecast without a number, and for a band
    that is upside down, or of a forecast that was not made.
    """
    for rows, what in ((predictions, "forecast"), (bands, "band of a forecast")):
        if rows is not None and rows.duplicated(FORECAST_KEY).any():
            raise InputError(f"A {what} stands there twice, and would count twice. Keep one of them.")
    if not np.isfinite(predictions[["forecast", "published"]].to_numpy(float)).all():
        raise InputError("A forecast, or the figure that it is held against, is no number. Leave the pair out.")
    if bands is not None:
        predictions = predictions.drop(columns=BAND, errors="ignore")
        predictions = predictions.merge(bands[[*FORECAST_KEY, *BAND]], on=FORECAST_KEY, how="left", validate="1:1")
        if predictions[BAND].notna().all(axis=1).sum() < len(bands):
            raise InputError("There are bands of forecasts that were not made, or without a bound. Make them anew.")
    elif not set(BAND) <= set(predictions):
        predictions = predictions.assign(lower90=np.nan, upper90=np.nan)
    if (predictions["lower90"] > predictions["upper90"]).any():
        raise InputError("A band of the backtest is upside down: its lower end lies above its upper end.")
    return pd.DataFrame(
        [{"method": method, **_scores_of(predictions[predictions["method"] == method])} for method in METHODS]
    )


def _scores_of(made: pd.DataFrame) -> dict:
    error = made["forecast"] - made["published"]
    no_change = (made["origin_value"] - made["published"]).abs()
    absolute, naive = error.abs().mean(), no_change.mean()
    with_band = made[made[BAND].notna().all(axis=1)]
    return {
        "n": len(made),
        "outcomes": len(made[["series", "target_time"]].drop_duplicates()),
        "inside_published": int(made["inside_published"].sum()),
        "mean_error_pct": 100 * (error / made["published"]).mean(),
        "mean_absolute_error": absolute,
        "mean_absolute_error_pct": 100 * (error.abs() / made["published"]).mean(),
        "no_change_error_pct": 100 * (no_change / made["published"]).mean(),
        "skill": 0.0 if absolute == naive else 1 - absolute / naive if naive else np.nan,
        "n_with_band": len(with_band),
        "coverage_pct": 100 * is_covered(with_band).mean() if len(with_band) else np.nan,
    }


IN_TIME = "Only what was known at the time was used."


def verdict(scores: pd.DataFrame, what: str) -> str:
    """For members, in two or three sentences: how constant rates did beside assuming no change, on the same outcomes.

    scores: as from score. what: whom the series counts, as it stands in a sentence. The two are about as good where
    their errors lie within ABOUT_THE_SAME_PCT percentage points.
    """
    rows = {row.method: row for row in scores.itertuples()}
    model, no_change = rows["constant_rates"], rows["persistence"]
    if not no_change.n:
        return f"For {what}, no later figure is on file to hold a projection against."
    in_time = "be predicted with what was known at the time"
    if not model.n:
        several = f"none of the {number_word(no_change.outcomes)} published outcomes could"
        none = several if no_change.outcomes > 1 else "the one published outcome could not"
        return f"For {what}, {none} {in_time}, so constant rates cannot be compared with assuming no change."
    outcomes = number_of(model.outcomes, "published outcome")
    if model.n == 1:
        over = "on one published outcome"
    elif model.n == model.outcomes:
        over = f"on average over {outcomes}"
    else:
        over = f"on average over {number_of(model.n, 'prediction')} of {outcomes}"
    error, other = model.mean_absolute_error_pct, model.no_change_error_pct
    result = "better than" if error < other else "worse than"
    if abs(error - other) <= ABOUT_THE_SAME_PCT:
        result = "about as well as"
    said = (
        f"For {what}, constant rates missed by {percentage(error)} {over}. Assuming no "
        f"change missed by {percentage(other)}, so here the projection did {result} assuming no change."
    )
    left = no_change.outcomes - model.outcomes
    return (
        f"{said} {sentence_start(number_of(left, 'more outcome'))} could not {in_time}."
        if left
        else f"{said} {IN_TIME}"
    )


def band_said(lower: float, upper: float) -> str:
    """The ends of a band as a table's cell: "1,418 to 1,722"; "none" for a forecast without one."""
    return "none" if np.isnan(lower) else f"{count(lower)} to {count(upper)}"


def skill_said(skill: float) -> str:
    """A skill as a table's cell: "+0.27", "−0.04"; "none" where it was not worked out."""
    return "none" if np.isnan(skill) else f"{skill:+.2f}".replace("-", "−")


def hindsight_said(scores: pd.DataFrame, whom: str) -> str:
    """How the methods do where no population projection was known in time, on one that was made later.

    scores: as from score, of those series alone. whom: whom they count, as it stands in a sentence.
    """
    missed = scores.set_index("method").loc["constant_rates"]
    return (
        f"For {whom}, no population projection from before that count is on file. On the later population projection, "
        f"constant rates miss by {percentage(missed['mean_absolute_error_pct'])} and no change by "
        f"{percentage(missed['no_change_error_pct'])}."
    )
