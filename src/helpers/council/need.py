"""Need by group: from the latest count on, and as it may grow besides the population of its ages."""

from pathlib import Path

import numpy as np
import pandas as pd

from helpers.base.vocabulary import SUPPORT_REASONS
from helpers.council import assumptions, figures, series
from helpers.council.opened import Council
from helpers.projection import projection_tables
from helpers.published.processed import processed_path

#: The columns of growth_by_year.
GROWTH = ("driver", "age_band", "support_reason", "year", "people_at_start", "growth", "growth_lower", "growth_upper")


def by_group_said(age_band: str, base: pd.DataFrame, later: pd.DataFrame) -> pd.DataFrame:
    """People of one age band by support reason in the base and so many years later, as a table prints them.

    base, later: period, age_band, support_reason, people and projection_tables.BANDS, a row a group. Returns the
    support reason, people in the base and later, named by their periods, and the likely range; all texts.
    """
    of_age = later.loc[later["age_band"] == age_band, "support_reason"]
    reasons = [reason for reason in SUPPORT_REASONS if reason != "all" and reason in set(of_age)] + ["all"]
    shown = pd.DataFrame({"Support reason": [SUPPORT_REASONS[reason] for reason in reasons]}, index=reasons)
    for rows in (base, later):
        of_reasons = rows[rows["age_band"] == age_band].set_index("support_reason").reindex(reasons)
        said = projection_tables.people_said(of_reasons)
        shown[rows["period"].iloc[0]] = said["people"]
    return shown.assign(**{"Likely range, four in five": said["range"]})


def files_behind(council: Council) -> list[Path]:
    """The processed tables that need by group is worked out from."""
    tables = [f"projection_{council.id}_{vintage}_{council.scenario}" for vintage in council.vintages]
    return [processed_path(table) for table in tables] + figures.held_paths(council.id)


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
    """By what each driver multiplies the people of its group, year by year, from the people that it starts from.

    drivers: as from drivers_of. Returns GROWTH. A yearly rate runs from the base to the last year, with its low and
    high end; two published counts run from the first of them to the second at one rate, and no further. Of counts from
    before the base only the growth from the base on is taken; where the first is later than the base, it starts from
    the people projected for then. A group that the base does not have, or that a publisher hides, and a driver that
    ends before the base, are left out.
    """
    frames = [pd.DataFrame(columns=list(GROWTH))]
    of_group = council.projection.query("setting == 'all'").set_index(["age_band", "support_reason"]).index
    for driver in drivers.itertuples():
        if (driver.age_band, driver.support_reason) not in of_group:
            continue
        if driver.kind == "annual":
            grown = _at_rates(driver.growth_pct, council.base_year, last_year)
        else:
            grown = _between_counts(council, driver, last_year)
        if grown.empty:
            continue
        start = council.time_of(grown["year"].iloc[0])
        people = projection_tables.people_at(council.projection, start, driver.age_band, driver.support_reason)
        if people is not None:
            named = {"driver": driver.Index, "age_band": driver.age_band, "support_reason": driver.support_reason}
            frames.append(grown.assign(**named, people_at_start=people)[list(GROWTH)])
    return pd.concat(frames[1:] or frames, ignore_index=True)


def _at_rates(growth_pct: dict[str, float], first: int, last: int) -> pd.DataFrame:
    years = np.arange(first, last + 1)
    names = {"growth": "central", "growth_lower": "low", "growth_upper": "high"}
    return pd.DataFrame(
        {"year": years, **{name: (1 + growth_pct[end] / 100) ** (years - first) for name, end in names.items()}}
    )


def _between_counts(council: Council, driver: tuple, last: int) -> pd.DataFrame:
    texts = {int(year): text for year, text in driver.figures.items()}
    first, end = sorted(texts)
    where = f"data/assumptions/need_drivers.yaml, {driver.Index}"
    before, after = (series.figure(council.id, texts[year], where)["value"] for year in (first, end))
    years = np.arange(max(first, council.base_year), min(end, last) + 1)
    grown = (after / before) ** ((years - years[:1]) / (end - first))
    return pd.DataFrame({"year": years, "growth": grown, "growth_lower": grown, "growth_upper": grown})
