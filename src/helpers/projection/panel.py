"""What England's councils did: how far their rates spread, and how projections missed (method.md section 10).

A panel is a table of one figure, a row a council and a column a year (that in which a financial year begins).
"""

import math
from collections.abc import Callable, Iterable, Mapping

import numpy as np
import pandas as pd
from scipy import optimize

from helpers.base.errors import InputError
from helpers.projection.spread import LocalTerm

#: How far the ends of a 90% band, and of one of 80%, lie from its middle, in standard deviations.
NINE_IN_TEN = 1.6448536269514722
FOUR_IN_FIVE = 1.2815515655446004
METHODS = ("constant_rates", "no_change", "damped_trend")
#: A change of the log in one year that is no change of care, but of what is recorded.
JUMP = 0.5


def wide(frame: pd.DataFrame, value: str, what: str) -> pd.DataFrame:
    """A panel from a table with a row a council and year: area_code, year and the figure, all above 0.

    frame: may have `vintage`, where its figures are of a population; it must be one. what: the table, for messages.
    Raises InputError for a council twice in a year, a figure that is missing or not above 0, and for two vintages.
    """
    for column in ("area_code", "year", value):
        if column not in frame:
            raise InputError(f"{what} has no column {column!r}. Give area_code, year and {value}.")
    if (twice := frame.duplicated(["area_code", "year"])).any():
        row = frame[twice].iloc[0]
        raise InputError(
            f"{what}: {row['area_code']} stands twice in {row['year']}. Leave one, or its change would count double."
        )
    numbers = pd.to_numeric(frame[value], errors="coerce")
    for row in frame[~((numbers > 0) & (numbers < math.inf))].itertuples():
        raise InputError(
            f"{what}: {row.area_code} has {getattr(row, value)} {value} in {row.year}, which is no number above 0. "
            "Leave that row out, or mend it in its source."
        )
    if "vintage" in frame and frame["vintage"].nunique() > 1:
        raise InputError(
            f"{what} is of several vintages of population ({', '.join(sorted(frame['vintage'].unique()))}): what "
            "changes between them is how people were counted. Take one, or bring them to one level (panel.at_level_of)."
        )
    return frame.assign(**{value: numbers}).pivot(index="area_code", columns="year", values=value)


def at_level_of(later: pd.DataFrame, earlier: pd.DataFrame) -> pd.DataFrame:
    """Two panels of population as one, at the level of the later vintage.

    The earlier one, which ends the year before, goes on to the later one's first year as it did in its last. Raises
    InputError where they do not follow one another, or not for the same councils.
    """
    if earlier.columns[-1] + 1 != later.columns[0] or earlier.shape[1] < 2:
        raise InputError(
            f"The earlier estimates end in {earlier.columns[-1]}, and the later ones begin in {later.columns[0]}. Give "
            "ones that follow one another by a year."
        )
    if lacking := sorted(set(later.index) ^ set(earlier.index)):
        raise InputError(f"{lacking[0]} has a population in only one of two vintages. Leave it out, or add the other.")
    last, before = earlier[earlier.columns[-1]], earlier[earlier.columns[-2]]
    level = later[later.columns[0]] / (last * last / before)
    return pd.concat([earlier.mul(level, axis=0), later], axis=1)


def rates(counts: pd.DataFrame, population: pd.DataFrame) -> pd.DataFrame:
    """Counts for each person: a panel of the same councils and years.

    Between years on file the population runs at a steady rate; before the first and after the last it stays as it is.
    Raises InputError for a council without a population.
    """
    if lacking := sorted(set(counts.index) - set(population.index)):
        raise InputError(f"{lacking[0]} has counts and no population. Add it, or leave the council out.")
    logs = np.log(population.loc[counts.index])
    known = logs.columns.to_numpy(float)
    people = [np.exp(np.interp(counts.columns.to_numpy(float), known, row)) for row in logs.to_numpy()]
    return counts / np.array(people)


def steady(panel: pd.DataFrame) -> pd.DataFrame:
    """The councils without a year in which the figure jumps by more than JUMP: what is recorded changed there."""
    yearly = np.log(panel).diff(axis=1).abs()
    return panel[~(yearly > JUMP).any(axis=1)]


def spread_by_years(panel: pd.DataFrame, years: Iterable[int]) -> pd.DataFrame:
    """How councils' log changes spread, by years apart, over all pairs of years with so many between them.

    Columns: years; starts (pairs of years); changes (of councils); spread, the standard deviation between councils of
    the change of the log; median, the change of the middle council. Raises InputError for years that no pair has.
    """
    logs, found = np.log(panel), []
    for apart in years:
        ends = [(year, year + apart) for year in logs.columns if year + apart in logs.columns]
        changes = [(logs[end] - logs[start]).dropna() for start, end in ends]
        changes = [change for change in changes if len(change) > 1]
        if not changes:
            raise InputError(
                f"The panel has no years {apart} apart. It runs from {panel.columns[0]} to {panel.columns[-1]}."
            )
        found.append(
            {
                "years": apart,
                "starts": len(changes),
                "changes": sum(map(len, changes)),
                "spread": math.sqrt(np.mean([change.var() for change in changes])),
                "median": float(np.mean([change.median() for change in changes])),
            }
        )
    return pd.DataFrame(found)


def fitted(spreads: pd.DataFrame) -> LocalTerm:
    """The local term that fits a table of spread_by_years best: each spread counts alike, by its log."""
    years, spread = spreads["years"].to_numpy(float), spreads["spread"].to_numpy()

    def misses(terms: np.ndarray) -> np.ndarray:
        return np.log(LocalTerm(*terms).sd(years) / spread)

    # A noise of exactly 0 would leave its width without a slope to follow.
    limits = ([1e-4, 1e-3, 0.0], [1.0, 2.0, 0.999])
    return LocalTerm(*map(float, optimize.least_squares(misses, [0.02, 0.15, 0.9], bounds=limits).x))


def beside_terms(spreads: Mapping[str, pd.DataFrame], assumed: Mapping[str, LocalTerm]) -> pd.DataFrame:
    """Tables of spread_by_years, by which councils they are of, as one, beside the term fitted and the one assumed.

    Adds councils, spread_fitted and spread_assumed.
    """
    terms = {name: (fitted(spread), assumed[name]) for name, spread in spreads.items()}
    return pd.concat(
        [
            spread.assign(
                councils=name,
                spread_fitted=terms[name][0].sd(spread["years"]),
                spread_assumed=terms[name][1].sd(spread["years"]),
            )
            for name, spread in spreads.items()
        ],
        ignore_index=True,
    )


def misfits(spreads: pd.DataFrame) -> pd.DataFrame:
    """How far three forms of the spread miss it, a row a form: misfit_pct, the typical miss of a width, in per cent.

    The forms: random_slope (each council keeps a slope of its own), random_walk, and saturating (the local term).
    """
    years, spread = spreads["years"].to_numpy(float), spreads["spread"].to_numpy()
    shapes = {"random_slope": years, "random_walk": np.sqrt(years), "saturating": fitted(spreads).sd(years)}
    found = {}
    for form, shape in shapes.items():
        log = np.log(shape / spread)
        found[form] = 100 * math.expm1(math.sqrt(np.mean((log - log.mean()) ** 2)))
    return pd.DataFrame({"form": list(found), "misfit_pct": list(found.values())})


def held(panel: pd.DataFrame, last_seen: int, width: Callable[[str, int], float]) -> pd.DataFrame:
    """How often a 90% band of councils around England held what came after the last year that it was learned from.

    width: the standard deviation of the log change, for a council and years ahead. Columns: years (ahead); changes;
    held_pct.
    """
    logs, found = np.log(panel), []
    later = [year for year in logs.columns if year > last_seen]
    for year in later:
        change = (logs[year] - logs[last_seen]).dropna()
        apart = (change - change.median()).abs()
        ends = np.array([NINE_IN_TEN * width(code, year - last_seen) for code in change.index])
        found.append({"years": year - last_seen, "changes": len(change), "held_pct": 100 * (apart <= ends).mean()})
    if not later:
        raise InputError(f"The panel ends in {panel.columns[-1]}, and nothing in it is later than {last_seen}.")
    return pd.DataFrame(found)


def forecasts(counts: pd.DataFrame, population: pd.DataFrame, kept: float, break_year: int) -> pd.DataFrame:
    """What each method would have said of each later count of each council, a row a forecast, from each earlier count.

    kept: the share of its yearly change that the damped trend keeps from year to year; it needs an earlier count and is
    left out where there is none. break_year: the first year of another collection.
    Columns: area_code, origin, target, years (ahead), crosses_break, method, counted, origin_people, forecast,
    log_error (above 0: too high).
    """
    people = population.loc[counts.index, counts.columns]
    rate = np.log(counts / people)
    steps = list(counts.columns)
    made = []
    for place, origin in enumerate(steps):
        for target in steps[place + 1 :]:
            ahead = target - origin
            logs = {"constant_rates": rate[origin], "no_change": rate[origin] + np.log(people[origin] / people[target])}
            if place:
                yearly = (rate[origin] - rate[steps[place - 1]]) / (origin - steps[place - 1])
                logs["damped_trend"] = rate[origin] + yearly * sum(kept**year for year in range(1, ahead + 1))
            for method, log in logs.items():
                row = {"origin": origin, "target": target, "years": ahead, "method": method}
                row["crosses_break"] = origin < break_year <= target
                row |= {"counted": counts[target], "origin_people": counts[origin]}
                made.append(pd.DataFrame(row | {"forecast": np.exp(log) * people[target]}))
    found = pd.concat(made).rename_axis("area_code").reset_index().dropna(subset=["forecast", "counted"])
    return found.assign(log_error=np.log(found["forecast"] / found["counted"])).reset_index(drop=True)


def scores(made: pd.DataFrame, widths: Mapping[str, pd.Series]) -> pd.DataFrame:
    """How each method did, by years ahead: a row for each of both.

    made: as from forecasts. widths: by name of a rule, the standard deviation of the log of each forecast.
    Columns: years, method, forecasts, mean_absolute_log_error, mean_log_error (bias: above 0 is too high), and for each
    rule `<name>_coverage_pct`, the share of outcomes that its 90% band held.
    """
    for name, width in widths.items():
        if len(width) != len(made) or not (width >= 0).all():
            raise InputError(f"The rule {name!r} has not one width of 0 or more for every forecast.")
    held_by = {
        f"{name}_coverage_pct": 100 * (made["log_error"].abs() <= NINE_IN_TEN * width) for name, width in widths.items()
    }
    table = made.assign(absolute=made["log_error"].abs(), **held_by).groupby(["years", "method"])
    found = table.agg(
        forecasts=("log_error", "size"),
        mean_absolute_log_error=("absolute", "mean"),
        mean_log_error=("log_error", "mean"),
        **{name: (name, "mean") for name in held_by},
    ).reset_index()
    order = found["method"].map(METHODS.index)
    return found.assign(order=order).sort_values(["years", "order"], ignore_index=True).drop(columns="order")


def correlation_between_ages(made: Mapping[str, pd.DataFrame]) -> float:
    """How the errors of constant rates at one age go with those at the other, over councils and years (-1 to 1)."""
    keys = ["area_code", "origin", "target"]
    first, second = (one[one["method"] == "constant_rates"].set_index(keys)["log_error"] for one in made.values())
    # About each pair of years' own mean: what England did is not what councils share by being alike.
    joined = pd.concat([first, second], axis=1, keys=["first", "second"]).dropna()
    apart = joined - joined.groupby(["origin", "target"]).transform("mean")
    return float(apart["first"].corr(apart["second"]))
