"""The base of a projection from the latest count, for any council in England: arithmetic alone.

No council prints how its people are spread over support reasons and settings at once. England's table is fitted to
what the council prints of each, grown to the time of the latest count, and scaled to what was counted then.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, cached_property

import numpy as np
import pandas as pd

from helpers.base.errors import InputError
from helpers.base.vocabulary import SETTING_GROUPS
from helpers.base.wording import listed
from helpers.projection.demand import Gradients, growth
from helpers.projection.population import Population, financial_year, mid_year

AGES = ("18-64", "65+")
#: The settings that people are spread over. Prisons are left out: a council has a handful of people there, or none.
SETTINGS = tuple(setting for group in SETTING_GROUPS.values() for setting in group)
#: A hidden count of a council is taken for an equal share of what its table leaves, and that is between these.
LEAST_HIDDEN, MOST_HIDDEN = 0.5, 4.0
#: A hidden count of England's table.
HIDDEN_IN_ENGLAND = 2.0
#: When a fit is near enough, as a share of all people, and after how many rounds it is given up.
NEAR, ROUNDS = 1e-9, 10_000
NOT_SUBMITTED = "not_available"


@dataclass(frozen=True)
class Panel:
    """What is published of every council, and of England. Raises InputError for a council that a table has twice.

    england: age_band, support_reason, setting. by_reason: area_code, age_band, support_reason. by_setting: area_code,
    age_band, setting. counted: area_code, period, age_band, support_reason, with the period of the tables before and
    with the latest one. Each has people (NaN where there is no number) and status besides. of: the period of the first
    three, as in "2021/22". names: councils by area code, for messages.
    """

    england: pd.DataFrame
    by_reason: pd.DataFrame
    by_setting: pd.DataFrame
    counted: pd.DataFrame
    of: str
    names: Mapping[str, str]

    def __post_init__(self) -> None:
        for table in ("england", "by_reason", "by_setting", "counted"):
            frame = getattr(self, table)
            keys = [name for name in frame if name not in ("people", "status")]
            if (twice := frame.duplicated(keys)).any():
                row = ", ".join(f"{value}" for value in frame.loc[twice, keys].iloc[0])
                raise InputError(f"The table {table!r} of the panel has two rows for {row}. Keep one.")

    @cached_property
    def latest(self) -> str:
        """The period of the latest count, as in "2024/25"."""
        return max(self.counted["period"])

    @cached_property
    def _groups(self) -> dict[tuple, dict[tuple, pd.DataFrame]]:
        """The rows of tables by area and keys, as they were asked for: all councils' bases ask again and again."""
        return {}

    def rows_of(self, table: str, **keys: str) -> pd.DataFrame:
        """The rows of a table with these keys, such as area_code: none where it has none."""
        rows, by = getattr(self, table), tuple(keys)
        if (table, by) not in self._groups:
            self._groups[table, by] = dict(iter(rows.groupby(list(by), sort=False)))
        return self._groups[table, by].get(tuple(keys.values()), rows[:0])

    def called(self, area_code: str) -> str:
        """A council's name and code."""
        return f"{self.names.get(area_code, 'a council without a name')} ({area_code})"


def time_of(period: str) -> float:
    """When a count during a financial year stands: in its middle. 2024/25 is 2024.75."""
    return financial_year(int(period[:4]))


def _rows(panel: Panel, table: str, area_code: str, what: str, **keys: str) -> pd.DataFrame:
    """A council's rows of a table. Raises InputError where it has none, or did not submit one of them."""
    rows = panel.rows_of(table, area_code=area_code, **keys)
    if rows.empty:
        raise InputError(f"{panel.called(area_code)}: {what} is not on file.")
    if (rows["status"] == NOT_SUBMITTED).any():
        raise InputError(f"{panel.called(area_code)}: {what} was not submitted ([x]).")
    return rows


def _count(panel: Panel, area_code: str, period: str, age_band: str, support_reason: str = "all") -> float:
    """A council's count of an age band during a period. Raises InputError where there is none, or it is hidden."""
    of = "" if support_reason == "all" else f", {support_reason.replace('_', ' ')}"
    what = f"the count of {period} (aged {age_band}{of})"
    keys = {"period": period, "age_band": age_band, "support_reason": support_reason}
    count = _rows(panel, "counted", area_code, what, **keys)["people"].item()
    if not count > 0:
        raise InputError(f"{panel.called(area_code)}: {what} is hidden or 0.")
    return count


def margin(counts: pd.Series, total: float) -> pd.Series:
    """A council's counts by one kind, hidden ones (NaN) filled by what the others leave, scaled to a total.

    A hidden count is an equal share of what is left, between LEAST_HIDDEN and MOST_HIDDEN. Raises InputError for a
    count or a total below 0, and where nothing is printed.
    """
    if not total > 0 or (counts < 0).any() or not counts.sum() > 0:
        raise InputError(f"Nothing can be fitted to {total:g} people by {counts.to_dict()}. Look at the table.")
    if (hidden := counts.isna()).any():
        left = (total - counts.sum()) / hidden.sum()
        counts = counts.fillna(float(np.clip(left, LEAST_HIDDEN, MOST_HIDDEN)))
    return counts * total / counts.sum()


def fitted(seed: pd.DataFrame, rows: pd.Series, columns: pd.Series) -> pd.DataFrame:
    """A table fitted to sums of its rows and of its columns (iterative proportional fitting).

    seed: people, above 0. rows, columns: people, of one total, as from `margin`. Raises InputError where their kinds
    are not the seed's, or their totals differ.
    """
    for name, sums, kinds in (("rows", rows, seed.index), ("columns", columns, seed.columns)):
        if differ := set(sums.index) ^ set(kinds):
            raise InputError(f"England and the council do not print the same {name}: {listed(sorted(differ))}.")
    if abs(rows.sum() - columns.sum()) > 1e-6 * rows.sum():
        raise InputError(f"By rows there are {rows.sum():g} people, by columns {columns.sum():g}. Take one total.")
    people = seed.to_numpy(float, copy=True)
    down, across = rows.reindex(seed.index).to_numpy(float), columns.reindex(seed.columns).to_numpy(float)
    for _ in range(ROUNDS):
        people *= _ratio(down, people.sum(axis=1))[:, None]
        people *= _ratio(across, people.sum(axis=0))
        if np.abs(people.sum(axis=1) - down).max() <= NEAR * down.sum():
            return pd.DataFrame(people, seed.index, seed.columns)
    raise InputError("England's table cannot be fitted to this council's. Look at its counts of 0.")


def _ratio(wanted: np.ndarray, sums: np.ndarray) -> np.ndarray:
    return np.divide(wanted, sums, out=np.zeros_like(wanted), where=sums > 0)


def joint(panel: Panel, area_code: str) -> pd.DataFrame:
    """A council's people during the period of the tables, over all support reasons and settings at once: an estimate.

    Returns age_band, support_reason, setting, people. Cells are never printed: what is shown is by reason or by
    setting, to the nearest 5. Raises InputError where the council is not in a table, or did not submit it.
    """
    parts = []
    for age in AGES:
        people = fitted(*_margins(panel, area_code, age))
        parts.append(people.stack().rename("people").reset_index().assign(age_band=age))
    return pd.concat(parts, ignore_index=True)[["age_band", "support_reason", "setting", "people"]]


def _margins(panel: Panel, area_code: str, age: str) -> tuple[pd.DataFrame, pd.Series, pd.Series]:
    """England's table of an age band, and the council's counts by support reason and by setting, as fitted takes it."""
    total = _count(panel, area_code, panel.of, age)
    reasons = _rows(panel, "by_reason", area_code, "its table by support reason", age_band=age)
    settings = _rows(panel, "by_setting", area_code, "its table by setting", age_band=age)
    of_england = panel.england[panel.england["age_band"] == age]
    if len(of_england) != len(reasons) * len(settings):
        raise InputError(
            f"England's table has {len(of_england)} cells aged {age}, and {len(reasons)} support reasons times "
            f"{len(settings)} settings are fitted. Read it again with `doit official`."
        )
    seed = of_england.pivot(index="support_reason", columns="setting", values="people").fillna(HIDDEN_IN_ENGLAND)
    rows, columns = reasons.set_index("support_reason")["people"], settings.set_index("setting")["people"]
    return seed, margin(rows, total), margin(columns, total)


def check_counts(panel: Panel, area_code: str) -> None:
    """Raise InputError, as base_of does, where a count that a council's base is made from is not there."""
    for age in AGES:
        _margins(panel, area_code, age)
        _count(panel, area_code, panel.latest, age)
    _count(panel, area_code, panel.latest, "18-64", "learning_disability")


def grown(cells: pd.DataFrame, population: Population, gradients: Gradients, start: float, end: float) -> pd.DataFrame:
    """Cells at a later time, each by the population that draws on it. Times are decimal years.

    Raises InputError where the population does not reach the later time, or begins after the earlier one.
    """
    if not population.covers(start, end):
        raise InputError(
            f"The population {population.vintage!r} of {population.area_code} is of mid-{population.first_year} to "
            f"mid-{population.last_year}, and {start:g} to {end:g} is asked for. Choose a horizon within it."
        )

    @cache
    def factor(age_band: str, gradient: float) -> float:
        return float(growth(population, age_band, gradient, start, np.array([end]))[0][0])

    keys = zip(cells["age_band"], cells["support_reason"], cells["setting"], strict=True)
    factors = [factor(age, 1 if age == "18-64" else gradients.of(reason, setting)) for age, reason, setting in keys]
    return cells.assign(people=cells["people"] * factors)


def scaled(cells: pd.DataFrame, total: float, known: Mapping[str, float]) -> pd.DataFrame:
    """Cells of one age band at its count, and those of a support reason at theirs where that is known.

    Raises InputError where more people are known by reason than there are.
    """
    left = total - sum(known.values())
    if left < 0:
        raise InputError(f"{sum(known.values()):g} people are counted by reason, and {total:g} in all. Look at both.")
    reason = cells["support_reason"].where(cells["support_reason"].isin(list(known)), "the rest")
    wanted, before = reason.map({**known, "the rest": left}), cells["people"].groupby(reason).transform("sum")
    if (nobody := (wanted > 0) & (before == 0)).any():
        raise InputError(
            f"{wanted[nobody].iloc[0]:g} people are counted with support for {reason[nobody].iloc[0]}, and the tables "
            "before had nobody to scale up. Look at both."
        )
    return cells.assign(people=cells["people"] * (wanted / before.where(before > 0, 1.0)))


def base_of(panel: Panel, area_code: str, population: Population, gradients: Gradients) -> pd.DataFrame:
    """A council's people during the latest period, by age band, support reason and setting.

    Returns area_code, vintage, period, age_band, support_reason, setting, people. Age bands add to what was counted,
    and people aged 18 to 64 with a learning disability too. A population that begins after the tables' period grows
    from its first mid-year on. Raises InputError where the council is not in a table, did not submit it or has a count
    hidden, and for another council's population.
    """
    if population.area_code != area_code:
        raise InputError(f"The population is of {population.area_code}, and the count of {panel.called(area_code)}.")
    start = max(time_of(panel.of), mid_year(population.first_year))
    now = grown(joint(panel, area_code), population, gradients, start, time_of(panel.latest))
    disabled = _count(panel, area_code, panel.latest, "18-64", "learning_disability")
    known = {"18-64": {"learning_disability": disabled}, "65+": {}}
    parts = [
        scaled(now[now["age_band"] == age], _count(panel, area_code, panel.latest, age), known[age]) for age in AGES
    ]
    about = {"area_code": area_code, "vintage": population.vintage, "period": panel.latest}
    return pd.concat([pd.DataFrame(about, index=now.index), pd.concat(parts)], axis=1)


def projected(base: pd.DataFrame, population: Population, gradients: Gradients, times: list[float]) -> pd.DataFrame:
    """A base (base_of) at later times (decimal years), at constant rates: its rows once for each time, and `time`.

    Raises InputError for a population of another council or another vintage than the base was grown on, and for a
    time after its last mid-year.
    """
    for name, own in (("area_code", population.area_code), ("vintage", population.vintage)):
        if other := set(base[name]) - {own}:
            raise InputError(f"The base has the {name} {listed(sorted(other))}, and the population {own}. Take one.")
    start = time_of(base["period"].iloc[0])
    return pd.concat(
        [grown(base, population, gradients, start, time).assign(time=time) for time in times], ignore_index=True
    )


def bases(
    panel: Panel, populations: Mapping[str, Population], gradients: Gradients
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The bases of all these councils, one below the other; and which are left out: area_code, council and why.

    populations: by area code. Raises InputError for a fault that is not one council's.
    """
    made, left_out = [], []
    for area_code, population in populations.items():
        try:
            made.append(base_of(panel, area_code, population, gradients))
        except InputError as error:
            left_out.append((area_code, panel.names.get(area_code, area_code), f"{error} It is left out."))
    if not made:
        raise InputError("None of the councils has a base: " + " ".join(why for *_, why in left_out[:3]))
    return pd.concat(made, ignore_index=True), pd.DataFrame(left_out, columns=["area_code", "council", "why"])
