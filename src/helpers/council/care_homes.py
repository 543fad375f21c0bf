"""Who lives in a council's care homes, and the beds that they need: by ways of looking ahead that were tried before.

Residents are a number on one date, whoever pays: beds times the share of them that is occupied. They grow as people
aged 65 and over with council support in care homes do, and from their own count on.
"""

from functools import cache

import numpy as np
import pandas as pd

from helpers.base import wording
from helpers.base.authorities import documents_of
from helpers.base.numbers import Number, Origin, Worked
from helpers.base.vocabulary import QUANTILES
from helpers.council import assumptions, figures, series
from helpers.council.numbers import step
from helpers.council.opened import Council
from helpers.projection import demand
from helpers.projection.population import mid_year
from helpers.published.processed import read_processed

#: The documents that the care market is told from, by what each is.
STATEMENT = "leicestershire_market_position_statement_2016"
WEB_2023, WEB_2024 = "leicestershire_residential_care_2023", "leicestershire_residential_care_2024"
CENSUS = "ons_care_home_residents_2021"
#: The scenario in which another share of older people lives in care homes.
OTHER_SHARE = "care_home_decline"
ENDS = tuple(name.replace("people", "value") for name in QUANTILES)


def claim(source: str, name: str) -> pd.Series:
    """A single figure in prose: value, lower, upper, as_published, period, qualifier and so on."""
    return read_processed(f"claims_{source}").set_index("claim").loc[name]


def origin(source: str, name: str) -> Origin:
    """The place of a single figure, as what a number rests on."""
    return Origin(
        f"{source}/{name}", f"{claim(source, name)['what']}, printed as {claim(source, name)['as_published']}"
    )


def shares() -> pd.DataFrame:
    """The share of older people who live in care homes, census by census (claims of CENSUS)."""
    rows = read_processed(f"claims_{CENSUS}")
    return rows[rows["claim"].str.startswith("share_of_population")].sort_values("period_start")


def moving() -> str:
    """How that share moves, as an adjective: "falling"."""
    rows = shares()["value"]
    return wording.compared("growing", rows.iloc[-1], rows.iloc[0])


def residents(beds: str, occupancy: str) -> Number:
    """People in care homes on a date, from two single figures, each a document and a name; within their rounding."""
    (of_beds, of_share) = (claim(*text.split("/")) for text in (beds, occupancy))
    where = tuple(origin(*text.split("/")) for text in (beds, occupancy))
    people = of_beds["value"] * of_share["value"] / 100
    return Number(people, f"People in care homes, {of_beds['period']}", where, when=of_beds["period"])


def first() -> Number:
    """Residents of the Statement: the places of its own date at the share occupied in its survey."""
    return residents(f"{STATEMENT}/places_total", f"{STATEMENT}/occupancy_residential_care")


def came() -> Number:
    """Residents as the web page of 2023 has them, against which ways of looking ahead are tried."""
    return residents(f"{WEB_2023}/beds", f"{WEB_2023}/occupancy")


def tried_by(authority_id: str) -> list[str]:
    """The documents that ways of looking ahead were tried on; none for a council that lacks one of them."""
    needed = [STATEMENT, WEB_2023]
    return needed if set(needed) <= set(documents_of(authority_id)) else []


def tried(council: Council, vintage: str = "") -> pd.DataFrame:
    """What each way of looking ahead from first() gave for came(), the nearest first, by way.

    Ways: other_share (constant rates, and the share in homes moves as between censuses), no_change, constant_rates.
    Returns gives (a Number), missed_pct (beside came; above 0 is too many).
    """
    outcome, then, (since, until) = came(), first(), _times(council)
    homes, past = demand.part_of(council.history.base, "care_home"), council.history
    growth = demand.growth_of(homes, past.population(vintage or None), past.bands["central"], since, until)
    slope = assumptions.scenario_named(OTHER_SHARE)["values"]["annual_log_rate_change_pct"] / 100
    factors = {"other_share": growth * np.exp(slope * (until - since)), "no_change": 1.0, "constant_rates": growth}
    numbers = [
        Number(then.value * factor, f"{then.what}, to {outcome.when}: {way.replace('_', ' ')}", then.rests_on)
        for way, factor in factors.items()
    ]
    rows = pd.DataFrame({"gives": numbers}, index=list(factors))
    rows["missed_pct"] = [wording.change_pct(outcome.value, number.value) for number in numbers]
    return rows.sort_values("missed_pct", key=abs)


def same_share_missed(council: Council) -> Worked | None:
    """How far constant rates missed the people in care homes who were counted later: "31% too many".

    None for a council without the documents of that test.
    """
    if not tried_by(council.id):
        return None
    gave = tried(council).loc["constant_rates", "gives"]
    return gave.worked(wording.too_many_or_few(came().value, gave.value))


def range_of_test(council: Council) -> tuple[float, float]:
    """The ends between which four in five futures of constant rates lay, of the people tried."""
    since, until = _times(council)
    homes = demand.part_of(council.history.base, "care_home")
    band = dict(zip(QUANTILES, council.history.bands_from(homes, since, np.array([until]))[0, 0], strict=True))
    constant = tried(council).loc["constant_rates", "gives"].value
    return constant * band["people_p10"], constant * band["people_p90"]


def _times(council: Council) -> tuple[float, float]:
    """When the people of first() and of came() stand, as decimal years."""
    since = series.figure(council.id, f"{STATEMENT}/places_total", "care_homes.py")["time"]
    return since, mid_year(int(came().when[:4]))


@cache
def _start(council: Council) -> dict[str, pd.Series]:
    """The published figures that the projection of beds starts from: beds, occupancy_pct."""
    return series.figures_of_scenario(council.id, council.consequences["beds"])


def counted_beds(council: Council) -> Number:
    """The beds that were counted last, from which the projection starts."""
    figure = _start(council)["beds"]
    where = (Origin(figure["table"], f"Beds in care homes, {figure['period']}"),)
    return Number(figure["value"], "Beds in care homes", where, published=True, when=figure["period"])


def occupancies(council: Council) -> list[float]:
    """The shares of beds occupied, in per cent: the one stated last, then those assumed beside it."""
    others = council.consequences["beds"]["values"]["other_occupancies_pct"]
    return [_start(council)["occupancy_pct"]["value"], *others]


def beds(council: Council, way: str, year: int, share: float | None = None, vintage: str = "") -> Number:
    """Beds needed in a year by one way of looking ahead, with this share of them occupied (by default the latest).

    way: other_share, no_change, or scenario, the one that the council is opened with. Rounded as people are. No change
    has no range.
    """
    share = occupancies(council)[0] if share is None else share
    table = f"consequences_{council.id}_{vintage or council.central_vintage}_{council.scenario}"
    when, counted = council.period_of(year), counted_beds(council)
    what = f"Beds in care homes, {when}, {share:g}% occupied: {way.replace('_', ' ')}"
    if way == "no_change":
        return Number(counted.value * occupancies(council)[0] / share, what, counted.rests_on, when=when)
    rows = read_processed(table)
    rows = rows[(rows["quantity"] == "beds_needed") & rows["assumption"].str.startswith(f"{share:g}%")]
    row, fewer = rows.set_index("year").loc[year], 1.0
    where = (step(table, f"beds needed, {share:g}% occupied, {when}"), *counted.rests_on)
    if way == "other_share":
        fewer = _in_homes(council, OTHER_SHARE, year) / _in_homes(council, council.scenario, year)
        where += (Origin(f"data/assumptions/scenarios/{OTHER_SHARE}.yaml", "how the share in care homes moves"),)
    ends = tuple(float(row[end]) * fewer for end in ENDS)
    return Number(float(row["value"]) * fewer, what, where, when=when, quantiles=ends)


def _in_homes(council: Council, scenario: str, year: int) -> float:
    """Older people with council support in care homes, on the population that leads."""
    rows = figures.projections_of(council.id, scenario, council.horizon)
    rows = rows[(rows["vintage"] == council.central_vintage) & (rows["year"] == year)]
    rows = rows[(rows["age_band"] == "65+") & (rows["setting"] == "care_home") & (rows["support_reason"] == "all")]
    return float(rows["people"].item())
