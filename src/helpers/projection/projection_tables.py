"""A projection as it is kept and read: a row for each total, group and cell, with its bounds and bands."""

import numpy as np
import pandas as pd

from helpers.base.cells import Suppressed
from helpers.base.errors import InputError
from helpers.base.vocabulary import QUANTILES, SETTING_GROUPS
from helpers.base.wording import count, likely_range, rounded, rounding_unit
from helpers.projection import decomposition
from helpers.projection.demand import ADULTS, DIMENSIONS, NOT_STATED, Gradients
from helpers.projection.population import Population
from helpers.published.suppression import LATENT, TOTAL

#: Columns of the median and of the ends of the 50%, the 80% and the 90% band.
BANDS = tuple(QUANTILES)


def levels(base: pd.DataFrame) -> pd.DataFrame:
    """What a projection is summed to: each age band and all adults; of each, reasons, settings; and cell by cell.

    Returns age_band, support_reason, setting, cells (positions in the base), is_cell, and hidden: whether a publisher
    hides the total or, where it prints none, every cell. A line that the published table leaves out, and a setting that
    is not published, have no level of their own.
    """
    place = base.reset_index(drop=True)
    ages = {age: [age] for age in place["age_band"].unique()} | {ADULTS: list(place["age_band"].unique())}
    named = place[(place["support_reason"] != LATENT) & (place["setting"] != LATENT)]
    reasons = place.loc[place["support_reason"] != LATENT, "support_reason"].unique()
    settings = {name: [name] for name in place["setting"].unique() if name not in (LATENT, NOT_STATED)}
    if settings:
        settings |= {name: list(parts) for name, parts in SETTING_GROUPS.items()}
    rows = []

    def add(age: str, reason: str, setting: str, cells: pd.DataFrame, marks: str | None) -> None:
        if len(cells):
            hidden = cells["hidden"].all() or (marks is not None and cells[marks].any())
            rows.append((age, reason, setting, cells.index.to_numpy(), False, bool(hidden)))

    for age, bands in ages.items():
        of_age = place[place["age_band"].isin(bands)]
        add(age, TOTAL, TOTAL, of_age, None)
        for reason in reasons:
            add(age, reason, TOTAL, of_age[of_age["support_reason"] == reason], "reason_hidden")
        for setting, parts in settings.items():
            add(age, TOTAL, setting, of_age[of_age["setting"].isin(parts)], "setting_hidden")
    if settings:
        rows += [
            (cell.age_band, cell.support_reason, cell.setting, np.array([cell.Index]), True, bool(cell.hidden))
            for cell in named.itertuples()
        ]
    return pd.DataFrame(rows, columns=[*DIMENSIONS, "cells", "is_cell", "hidden"])


def kept(projected: pd.DataFrame, levels: pd.DataFrame, bands: np.ndarray, detailed_times: np.ndarray) -> pd.DataFrame:
    """A projection as it is kept: its levels at every time, its cells at the detailed times.

    projected: as from project. bands: levels x times x quantiles (spread.Futures.bands). Returns time, age_band,
    support_reason, setting, people, people_lower, people_upper, one column a quantile (BANDS), status.
    status "sum": a sum of cells. "rounded": a cell, its bounds and bands, rounded once and as they print, so that no
    hidden one follows from its row by subtraction. "suppressed": hidden by its publisher; every number is Suppressed,
    with the bounds of its mark, grown.
    """
    times = projected["time"].unique()
    arrays = {
        name: projected[name].to_numpy().reshape(-1, len(times))
        for name in ("people", "lower", "upper", "hidden_lower", "hidden_upper")
    }
    # A line that is left out of print has no bounds of its own; what is taken for it stands in for them.
    endless = np.isinf(arrays["hidden_upper"])
    arrays["hidden_upper"] = np.where(endless, arrays["upper"], arrays["hidden_upper"])
    parts, numbers_of = [], ("people", *BANDS)
    detailed = np.isin(times, detailed_times)
    for level, quantiles in zip(levels.itertuples(), bands, strict=True):
        sums = {name: values[level.cells].sum(axis=0) for name, values in arrays.items()}
        people, lower, upper = sums["people"], sums["lower"], sums["upper"]
        status = "suppressed" if level.hidden else "rounded" if level.is_cell else "sum"
        if level.hidden:
            lower, upper = sums["hidden_lower"], sums["hidden_upper"]
            numbers = [[Suppressed(*ends) for ends in zip(lower, upper, strict=True)]] * (1 + len(BANDS))
        elif level.is_cell:
            unit = np.vectorize(rounding_unit)(people)
            lower, upper = np.floor(lower / unit) * unit, np.ceil(upper / unit) * unit
            numbers = [np.floor(values / unit + 0.5) * unit for values in (people, *quantiles.T)]
        else:
            numbers = [people, *quantiles.T]
        shown = detailed if level.is_cell else np.full(len(times), True)
        part = {name: np.full(shown.sum(), getattr(level, name), dtype=object) for name in DIMENSIONS}
        part |= {"time": times[shown], "people_lower": lower[shown], "people_upper": upper[shown]}
        part |= {name: np.array(each, dtype=object)[shown] for name, each in zip(numbers_of, numbers, strict=True)}
        parts.append({**part, "status": np.full(shown.sum(), status, dtype=object)})
    columns = ["time", *DIMENSIONS, "people", "people_lower", "people_upper", *BANDS, "status"]
    return pd.DataFrame({name: np.concatenate([part[name] for part in parts]) for name in columns})


def why_it_changes(
    base: pd.DataFrame,
    levels: pd.DataFrame,
    population: Population,
    central: Gradients,
    times: tuple[float, float],
    constant: pd.Series,
    scenario: pd.Series,
) -> pd.DataFrame:
    """What the size of the population, its ages and the rate of support add to the change of each total and reason.

    levels: as from levels. times: the first and the last. constant, scenario: people in each cell of the base at the
    last, at constant rates and under the scenario. Returns age_band, support_reason, factor (size, structure, rate),
    people, and people_printed, which add to the change as it prints (decomposition.printed).
    """
    classes = ("18-64" if population.has("18-64") else "25-64", "65-84", "85+")
    draws_on = np.array([[age == "18-64", age == "65+", age == "65+"] for age in base["age_band"]], dtype=float)
    before, after = (draws_on * np.array([float(population.people(band, time)) for band in classes]) for time in times)
    multiples = np.array([[1, 1, central.of(cell.support_reason, cell.setting)] for cell in base.itertuples()])
    now, constant, scenario = (people.to_numpy() for people in (base["people"], constant, scenario))
    rates = multiples * (now / (before * multiples).sum(axis=1))[:, None]
    changed = np.divide(scenario, constant, out=np.ones(len(base)), where=constant > 0)
    added = decomposition.of_cells(before, after, rates, rates * changed[:, None])
    rows = []
    for level in levels[~levels["is_cell"] & ~levels["hidden"] & (levels["setting"] == TOTAL)].itertuples():
        people = {factor: float(of_cells[level.cells].sum()) for factor, of_cells in added.items()}
        first, last = (rounded(ends[level.cells].sum()) for ends in (now, scenario))
        printed = decomposition.printed(people, float(last - first))
        rows += [(level.age_band, level.support_reason, name, people[name], printed[name]) for name in added]
    return pd.DataFrame(rows, columns=["age_band", "support_reason", "factor", "people", "people_printed"])


def outlook(projections: pd.DataFrame, vintage: str) -> pd.DataFrame:
    """The central projection with the range over every vintage on file.

    projections: rows of data/processed projections of one authority and scenario. Returns the rows of the central
    vintage, with people_lower and people_upper the least and the most of all vintages.
    """
    keys = [*DIMENSIONS, "year"]
    span = projections.groupby(keys).agg({"people_lower": "min", "people_upper": "max"})
    central = projections[projections["vintage"] == vintage]
    return central.drop(columns=["people_lower", "people_upper"]).join(span, on=keys).reset_index(drop=True)


def row_of(
    outlook: pd.DataFrame, year: int, age_band: str, support_reason: str = TOTAL, setting: str = TOTAL
) -> pd.Series:
    """The one row of an outlook for a year, age band, support reason and setting. Raises InputError for none."""
    asked = {"year": year, "age_band": age_band, "support_reason": support_reason, "setting": setting}
    found = outlook[np.logical_and.reduce([outlook[column].to_numpy() == value for column, value in asked.items()])]
    if len(found) != 1:
        for column, value in asked.items():
            if value not in (known := list(dict.fromkeys(outlook[column]))):
                raise InputError(
                    f"The projection has no {column.replace('_', ' ')} {value!r}: the figures that it rests on give "
                    f"{', '.join(map(str, known))}. Leave this out, or ask for one of these."
                )
        raise InputError(
            f"The projection has {len(found)} rows for {year}, {age_band}, {support_reason}, {setting}, and not one. "
            "Take one vintage, scenario and path of it."
        )
    return found.iloc[0]


def people_at(
    projection: pd.DataFrame,
    time: float | np.ndarray,
    age_band: str,
    support_reason: str = TOTAL,
    setting: str = TOTAL,
    column: str = "people",
) -> float | np.ndarray | None:
    """People of one group at a time, or at several, along a line between the years of a projection.

    projection: rows of one vintage with their `time`, as a council's projection or outlook. time: decimal years.
    column: people, or the name of a bound or band. None where a publisher hides the group.
    Raises InputError for a group that the projection does not have, and for a time outside its years.
    """
    year = projection["year"].iloc[0]
    row_of(projection, year, age_band, support_reason, setting)
    rows = projection[
        (projection["age_band"] == age_band)
        & (projection["support_reason"] == support_reason)
        & (projection["setting"] == setting)
    ].sort_values("time")
    if (rows["status"] == "suppressed").any():
        return None
    first, last = rows["time"].iloc[[0, -1]]
    if rows["time"].duplicated().any() or rows[column].isna().any():
        raise InputError(
            f"The projection of {age_band}, {support_reason}, {setting} has a year twice, or one without a number "
            f"under {column}. Take one vintage, scenario and path of it, with every year."
        )
    if not (first <= np.min(time) and np.max(time) <= last):
        raise InputError(
            f"The projection runs from {first:.2f} to {last:.2f}, and people are asked for at "
            f"{np.min(time):.2f} to {np.max(time):.2f}. Ask for a time between, or project further in 40_project."
        )
    found = np.interp(time, rows["time"], rows[column].astype(float))
    return float(found) if np.ndim(time) == 0 else found


def people_said(rows: pd.DataFrame) -> pd.DataFrame:
    """People of the groups of one age band, and the ends of their 80% band, as they print: people, range (texts).

    rows: a row a group, the last one their total; people hidden, or nan where a row was left out, print as "hidden".
    Where none is hidden, the groups print so that they add to the printed total.
    """
    hidden = rows["people"].map(lambda people: isinstance(people, Suppressed) or pd.isna(people))
    exact = rows["people"].where(~hidden, 0).astype(float)
    people = exact.map(rounded)
    if len(rows) > 1 and not hidden.any():
        people.iloc[:-1] = round_to_total(exact.iloc[:-1], people.iloc[-1])
    ranges = [
        "hidden" if unknown else likely_range(*ends)
        for unknown, *ends in zip(hidden, rows["people_p10"], rows["people_p90"], strict=True)
    ]
    return pd.DataFrame({"people": people.map(count).where(~hidden, "hidden"), "range": ranges}, index=rows.index)


def round_to_total(parts: pd.Series, total: int) -> pd.Series:
    """Parts as they print, such that they add to their printed total: by largest remainder.

    parts: people, 0 or more; one below 1,000 moves in steps of 5, one above in steps of 10. total: a multiple of 5.
    Raises InputError for no parts, a part below 0 or without a number, a total that steps of 5 cannot make, and one
    that the parts do not add to.
    """
    if parts.empty or not parts.between(0, np.inf, inclusive="left").all() or total < 0:
        raise InputError("A total prints with its parts: name one or more, each a number of 0 or more.")
    if abs(parts.sum() - total) > 10:
        raise InputError(
            f"The parts add to {parts.sum():,.0f}, not to the total of {total:,}. Leave out sums of parts."
        )
    if total % 5:
        raise InputError(f"The total {total} is no multiple of 5, as printed parts are.")
    # By place: where two parts have one name, no step would move one of them alone.
    names, parts = parts.index, parts.reset_index(drop=True)
    units = parts.map(rounding_unit)
    floors = np.floor(parts / units + 1e-9).astype(int) * units
    while missing := total - int(floors.sum()):
        step = units if missing > 0 else -units
        # The part that is furthest behind its value (or ahead of it) takes a step, if the step is not too long, and
        # leaves nobody below 0.
        behind = ((parts - floors) / step).where((units <= abs(missing)) & (floors + step >= 0))
        if behind.isna().all():
            units = units.clip(upper=abs(missing))
            continue
        chosen = behind.idxmax()
        floors[chosen] += step[chosen]
    return floors.set_axis(names)
