"""What long-term care cost a council by official tables, and what moved it: people, how much each has, and price.

All amounts are gross, before income, in pounds of the year that they are of. Only a council whose base has its pattern
of these tables has rows (council.chains); another has tables without rows.
"""

import pandas as pd

from helpers.base.vocabulary import DIRECT_PAYMENT_SETTINGS
from helpers.council.chains import COSTS_OF, COUNTED_THEN, SPENT_ON, WEEKLY, costs, has_costs
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
    columns = ["age_band", "before", "after", "people", "for_each", "from", "to"]
    if not has_costs(council):
        return pd.DataFrame(columns=columns)
    spent = _of(council, [SPENT_BY_AGE], "gbp_thousand").query("care_type == 'long_term'")
    spent = 1000 * spent.pivot(index="age_band", columns="period", values="value")
    counted = _of(council, [COUNTED_BY_YEAR], "people").query("activity == 'long_term_support'")
    counted = counted.pivot(index="age_band", columns="period", values="value")
    if len(spent.columns) < 2:  # a council that began in the last of these years
        return pd.DataFrame(columns=columns)
    first, last = spent.columns[-2:]
    rows = []
    for age in reversed(list(SPENT_ON)):
        then, now = ({"people": counted.loc[age, year], "each": spent.loc[age, year]} for year in (first, last))
        if pd.isna([*then.values(), *now.values()]).any():
            continue
        factors = [{"people": one["people"], "for_each": one["each"] / one["people"]} for one in (then, now)]
        added = decomposition.of_product(*factors)
        rows.append({"age_band": age, "before": then["each"], "after": now["each"], **added, "from": first, "to": last})
    return pd.DataFrame(rows, columns=columns)


def _of(council: Council, tables: list[str], column: str) -> pd.DataFrame:
    """The council's rows of official tables, their value as a number: NaN where the publisher hides or lacks it."""
    rows = pd.concat([costs(table, column) for table in tables])
    rows = rows[rows["area_code"] == council.area_code]
    return rows.assign(value=pd.to_numeric(rows["value"], errors="coerce"))
