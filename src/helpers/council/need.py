"""Need by group: from the latest count on, and as it may grow besides the population of its ages."""

import numpy as np
import pandas as pd

from helpers.council import assumptions, series
from helpers.council.opened import Council
from helpers.projection import projection_tables

#: The columns of growth_by_year.
GROWTH = ("driver", "age_band", "support_reason", "first_year", "year", "growth", "growth_lower", "growth_upper")


def groups_counted(council: Council, years_ahead: int) -> pd.DataFrame:
    """The groups of each age band of the latest count: a row a group, the whole age band ("all") one of them.

    Returns age_band, support_reason, cells (positions in the base), what the count of the age band says (value, lower,
    upper, time and so on), and later: so many years after it, a decimal year. Without a latest count, no rows.
    """
    groups = projection_tables.levels(council.base).query("setting == 'all'")
    groups = groups.drop(columns=["setting", "is_cell", "hidden"])
    groups = groups.merge(council.latest_count, left_on="age_band", right_index=True)
    return groups.assign(later=groups["time"] + years_ahead).reset_index(drop=True)


def later_for_each_counted(groups: pd.DataFrame, projection: pd.DataFrame) -> list[float]:
    """Of each group its people later, for each person that the projection gives in its age band at the count's time.

    groups: as from groups_counted. projection: of one vintage. nan where a publisher hides the group.
    """
    at, found = projection_tables.people_at, []
    for group in groups.itertuples():
        people = at(projection, group.later, group.age_band, group.support_reason)
        found.append(np.nan if people is None else people / at(projection, group.time, group.age_band))
    return found


def bands_of(council: Council, groups: pd.DataFrame) -> pd.DataFrame:
    """The ends of the bands of each group later, drawn from its count on: multiples of its people, a column each.

    groups: as from groups_counted. Returns projection_tables.BANDS, a row a group.
    """
    found = pd.DataFrame(np.nan, index=groups.index, columns=list(projection_tables.BANDS))
    for (since, later), rows in groups.groupby(["time", "later"]):
        found.loc[rows.index] = council.bands_from(council.base, since, [later], list(rows["cells"]))[:, 0]
    return found


def drivers_of(council: Council) -> pd.DataFrame:
    """The drivers of need that are on file for a council: a row each, by id; kind (annual, published), title, age_band,
    support_reason, evidence, and growth_pct or figures. Without rows where there are none.
    """
    on_file = assumptions.need_drivers()
    rows = [dict(driver, kind="annual") for driver in on_file["annual"] if council.id in driver["authorities"]]
    rows += [dict(driver, kind="published") for driver in on_file["published"] if driver["authority_id"] == council.id]
    columns = ["id", "kind", "title", "age_band", "support_reason", "growth_pct", "figures", "evidence"]
    return pd.DataFrame(rows, columns=columns).set_index("id")


def growth_by_year(council: Council, drivers: pd.DataFrame, last_year: int) -> pd.DataFrame:
    """By what each driver multiplies the people of its group, year by year.

    drivers: as from drivers_of. Returns GROWTH. A yearly rate runs from the base to the last year, with its low and
    high end; two published counts run from the first of them to the second at one rate, and no further.
    """
    frames = []
    for driver in drivers.itertuples():
        if driver.kind == "annual":
            found = _at_rates(driver.growth_pct, council.base_year, last_year)
        else:
            found = _between_counts(council, driver, last_year)
        frames.append(found.assign(driver=driver.Index, age_band=driver.age_band, support_reason=driver.support_reason))
    return pd.concat(frames)[list(GROWTH)].reset_index(drop=True) if frames else pd.DataFrame(columns=list(GROWTH))


def _at_rates(growth_pct: dict[str, float], first: int, last: int) -> pd.DataFrame:
    years = np.arange(first, last + 1)
    names = {"growth": "central", "growth_lower": "low", "growth_upper": "high"}
    grown = {name: (1 + growth_pct[end] / 100) ** (years - first) for name, end in names.items()}
    return pd.DataFrame({"first_year": first, "year": years, **grown})


def _between_counts(council: Council, driver: tuple, last: int) -> pd.DataFrame:
    texts = {int(year): text for year, text in driver.figures.items()}
    first, end = sorted(texts)
    where = f"data/assumptions/need_drivers.yaml, {driver.Index}"
    before, after = (series.figure(council.id, texts[year], where)["value"] for year in (first, end))
    years = np.arange(first, min(end, last) + 1)
    grown = (after / before) ** ((years - first) / (end - first))
    names = ("growth", "growth_lower", "growth_upper")
    return pd.DataFrame({"first_year": first, "year": years, **dict.fromkeys(names, grown)})
