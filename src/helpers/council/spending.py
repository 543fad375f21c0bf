"""What long-term care cost a council by official tables, and what moved it: people, how much each has, and price.

All amounts are gross, before income, in pounds of the year that they are of. Only a council whose base has its pattern
of these tables has rows (council.chains); another has tables without rows.
"""

from functools import lru_cache

import pandas as pd

from helpers.base.vocabulary import DIRECT_PAYMENT_SETTINGS
from helpers.council.chains import COSTS_OF, COUNTED_THEN, SPENT_ON, WEEKLY, as_read, costs, has_costs
from helpers.council.opened import Council
from helpers.projection import decomposition

#: The tables of two years: what was spent, and people with long-term support.
SPENT_BY_AGE, COUNTED_BY_YEAR = "spending_by_care_type_and_age", "activity_by_year"
#: Of fewer people, the publisher's rounding to the nearest five moves what each of them costs by more than a twentieth.
FEW = 50
#: By where support is had: the kinds of spending on it, and the settings of the people who have it.
PLACES = {
    "residential homes": (("residential",), ("residential",)),
    "nursing homes": (("nursing",), ("nursing",)),
    "direct payments": (("direct_payments",), DIRECT_PAYMENT_SETTINGS),
    "other support at home": (
        ("home_care", "supported_living", "supported_accommodation", "other_long_term_care"),
        ("managed_personal_budget", "commissioned_support_only"),
    ),
}


def by_place(council: Council) -> pd.DataFrame:
    """What each part of long-term care is made of, in COSTS_OF: a row an age band and place of PLACES.

    Returns age_band, place, people (during the year), spent; each (spent by people), NaN for fewer than FEW people;
    weekly (the price of a week) and weeks (of each person in the year: each by price) of homes alone, else NaN. People
    whom the publisher hides, fewer than five of a setting, are left out.
    """
    columns = ["age_band", "place", "people", "spent", "each", "weekly", "weeks"]
    if not has_costs(council):
        return pd.DataFrame(columns=columns)
    spent = _of(council, [*SPENT_ON.values()], "gbp_thousand").set_index(["age_band", "setting"])["value"]
    people = _of(council, [COUNTED_THEN], "people").set_index(["age_band", "setting"])["value"]
    week = _of(council, [WEEKLY], "gbp_per_week")
    week = week[week["period"] == COSTS_OF].set_index(["age_band", "setting"])["value"]
    rows = [
        {
            "age_band": age,
            "place": place,
            "people": people[age].reindex(settings).sum(min_count=1),
            "spent": 1000 * spent[age].reindex(kinds).sum(min_count=1),
            "weekly": week.get((age, settings[0]), float("nan")),
        }
        for age in reversed(list(SPENT_ON))
        for place, (kinds, settings) in PLACES.items()
    ]
    table = pd.DataFrame(rows)
    table["each"] = (table["spent"] / table["people"]).where(table["people"] >= FEW)
    return table.assign(weeks=table["each"] / table["weekly"])[columns]


def last_change(council: Council) -> pd.DataFrame:
    """What moved spending on long-term care from the year before COSTS_OF to it: a row an age band.

    Returns age_band; before and after (pounds of each year); people (what more or fewer people added) and for_each
    (what dearer or larger support added), which add to the change (decomposition.of_product); and, as periods, the
    years. An age whose figures the publisher hides or lacks has no row.
    """
    rows = last_changes()
    return rows[(rows["area_code"] == council.area_code) & has_costs(council)].drop(columns="area_code")


def last_changes() -> pd.DataFrame:
    """The same of every council, by area_code; one that began in the last of these years has no row."""
    return _last_changes(as_read(SPENT_BY_AGE, COUNTED_BY_YEAR)).copy()


@lru_cache(maxsize=4)
def _last_changes(state: tuple) -> pd.DataFrame:
    spent, counted = (
        costs(table, column).query(f"{name} == @kind").assign(value=lambda rows: pd.to_numeric(rows["value"], "coerce"))
        for table, column, name, kind in (
            (SPENT_BY_AGE, "gbp_thousand", "care_type", "long_term"),
            (COUNTED_BY_YEAR, "people", "activity", "long_term_support"),
        )
    )
    spent, people = (
        rows.pivot(index=["area_code", "age_band"], columns="period", values="value") for rows in (spent, counted)
    )
    first, last = spent.columns[-2:]
    frame = pd.DataFrame(
        {
            "before": 1000 * spent[first],
            "after": 1000 * spent[last],
            "people_before": people[first],
            "people_after": people[last],
        }
    ).dropna()
    frame = frame[frame.index.isin(list(SPENT_ON), level="age_band")].sort_index(ascending=[True, False])
    factors = [
        {"people": frame[f"people_{when}"], "for_each": frame[when] / frame[f"people_{when}"]}
        for when in ("before", "after")
    ]
    added = decomposition.of_product(*factors)
    return frame[["before", "after"]].assign(**added, **{"from": first, "to": last}).reset_index()


def _of(council: Council, tables: list[str], column: str) -> pd.DataFrame:
    """The council's rows of official tables, their value as a number: NaN where the publisher hides or lacks it."""
    rows = pd.concat([costs(table, column) for table in tables])
    rows = rows[rows["area_code"] == council.area_code]
    return rows.assign(value=pd.to_numeric(rows["value"], errors="coerce"))
