"""What is projected for every council in England by one rule, and whose counts moved further than that rule allows."""

from functools import cache
from itertools import pairwise

import numpy as np
import pandas as pd
from scipy import stats

from helpers.base.authorities import known_authorities
from helpers.council import assumptions, england, latest
from helpers.projection import latest_base
from helpers.projection.demand import course_of
from helpers.projection.latest_base import AGES, time_of
from helpers.projection.spread import QUANTILES, Futures, Widths, quantiles
from helpers.published.official.areas import councils_of_today

#: The tables of data/processed that notebooks/57_all_councils makes.
GROWTH, LEFT_OUT, MOVED = "england/growth", "england/without_growth", "england/counts_moved"
#: The last year that is estimated, and not projected, in each projection of all councils.
ESTIMATES_TO = {"ons_2022_based": 2022, "ons_2018_based": 2018}


def growth(years: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """People with long-term support so many years after the latest count, in every council, at constant rates.

    Returns a row a council and age band: area_code, council, region_code, vintage, age_band, period (of the count),
    origin_people (the count), year (in which the last period begins), people, QUANTILES, and rise_pct (the share of the
    draws that end above the count); and the councils that are left out: area_code, council and why. A council's draws
    are those of its own papers: same cells, widths and seed.
    """
    panel, populations = latest.panel(), latest.populations()
    central, drawn = assumptions.age_bands()["central"], assumptions.uncertainty()
    bases, left_out = latest_base.bases(panel, populations, central)
    kinds = [central.kind_of(*of) for of in zip(bases["support_reason"], bases["setting"], strict=True)]
    keys = bases["age_band"] + ", " + bases["support_reason"] + ", " + bases["setting"]
    start, councils, rows = time_of(panel.latest), councils_of_today(), []
    widths = _widths()
    for area_code, base in bases.assign(cell=keys, gradient_kind=kinds).groupby("area_code", sort=True):
        population, council = populations[area_code], councils[area_code]
        older = sum(float(population.people(band, start)) for band in ("65-84", "85+"))
        course = course_of(population, start, np.array([start + years]), ESTIMATES_TO[population.vintage])
        futures = Futures(base, course, widths(area_code, older), area_code, draws=drawn["draws"], seed=drawn["seed"])
        groups = {age: list(base.loc[base["age_band"] == age, "cell"]) for age in AGES}
        people = futures.people(groups, 0)
        later = latest_base.grown(base, population, central, start, start + years).groupby("age_band")["people"].sum()
        counted = base.groupby("age_band")["people"].sum()
        about = {"area_code": area_code, "council": council.council, "region_code": council.region_code}
        about |= {"vintage": population.vintage, "period": panel.latest, "year": int(panel.latest[:4]) + years}
        for age, draws, ends in zip(AGES, people, quantiles(people), strict=True):
            rises = 100 * float((draws > counted[age]).mean())
            said = {"age_band": age, "origin_people": round(counted[age]), "people": later[age], "rise_pct": rises}
            rows.append(about | said | dict(zip(QUANTILES, ends, strict=True)))
    return pd.DataFrame(rows), left_out


def _widths():
    """How wide each layer is for a council: by its area code and its people aged 65 and over; read once a size."""
    ids = {council["code"]: name for name, council in known_authorities().items()}
    large_from = assumptions.uncertainty()["layers"]["local"]["large_from_people_65_plus"]

    @cache
    def of_size(authority_id: str, large: bool) -> Widths:
        return assumptions.widths(authority_id, np.inf if large else 0)

    return lambda area_code, older: of_size(ids.get(area_code, ""), older > large_from)


def moved(level_pct: float) -> pd.DataFrame:
    """Each council's change from one count to the next, and whether it lies outside what chance and the spread allow.

    What would follow from a count is that many people at constant rates; the interval around it holds a further
    council's count with `level_pct` of the chance, by the spread of rates between councils and over the years, the
    break between collections where one is crossed, and the chance of both counts (england.forecasts). Returns
    area_code, council, age_band, from_period, period, origin_people, people (counted), lower, upper and outside ("no",
    "above", "below"): a row a council, age band and count.
    """
    names, made = councils_of_today(), []
    for age in AGES:
        told = england.forecasts(age)
        counts = sorted({*told["origin"], *told["target"]})
        follows = dict(pairwise(counts))
        told = told[(told["method"] == "constant_rates") & (told["target"] == told["origin"].map(follows))]
        made.append(told.assign(age_band=age))
    every = pd.concat(made, ignore_index=True)
    reach = stats.norm.ppf(0.5 + level_pct / 200) * every["width"]
    every = every.assign(lower=every["forecast"] * np.exp(-reach), upper=every["forecast"] * np.exp(reach))
    beyond = np.select([every["counted"] > every["upper"], every["counted"] < every["lower"]], ["above", "below"], "no")
    periods = {year: f"{year}/{(year + 1) % 100:02d}" for year in {*every["origin"], *every["target"]}}
    return pd.DataFrame(
        {
            "area_code": every["area_code"],
            "council": every["area_code"].map(lambda code: names[code].council),
            "age_band": every["age_band"],
            "from_period": every["origin"].map(periods),
            "period": every["target"].map(periods),
            "origin_people": every["origin_people"],
            "people": every["counted"],
            "lower": every["lower"].round(),
            "upper": every["upper"].round(),
            "outside": beyond,
        }
    )
