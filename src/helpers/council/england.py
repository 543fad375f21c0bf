"""The panels of all of England's councils, from official tables: what the spread is learned from."""

import pandas as pd

from helpers.council import assumptions
from helpers.projection import panel
from helpers.projection.spread import rate_sd
from helpers.published import processed
from helpers.published.official.areas import councils_of_today
from helpers.published.official.tables import read_official

#: The official tables that are read here, by folder of data/raw.
SUPPORT = "england/long_term_support"
ESTIMATES, BEFORE_CENSUS, AFTER_CENSUS = "ons_mid_year_estimates_england", "before_census_2021", "after_census_2021"
WEEKS = "nhs_care_home_weeks_england"
#: The first year of Client Level Data, as data/assumptions/breaks.yaml has it.
BREAK_YEAR = 2024
#: The first year of care-home weeks in which councils had taken over those with preserved rights.
FIRST_YEAR_OF_WEEKS = 2002
_AGES = {"18-64": range(18, 65), "65+": range(65, 91)}


def support(age_band: str) -> pd.DataFrame:
    """People with long-term support during each year, of every council that has a count in all of them: a panel."""
    table = processed.read_processed(SUPPORT)
    of_band = (table["age_band"] == age_band) & (table["support_reason"] == "all")
    given = (table["measure"] == "during_year") & table["status"].isin(["exact", "rounded"])
    counted = table[of_band & given & table["area_code"].isin(list(councils_of_today()))]
    counted = counted.assign(year=counted["period"].str[:4].astype(int))
    return panel.wide(counted, "people", f"data/processed/{SUPPORT}.csv").dropna()


def population(age_band: str) -> pd.DataFrame:
    """People of an age band at mid-year in every council of today, all at the level of the latest estimates: a panel.

    A count during a year goes with the population of the mid-year in which it begins.
    """
    before, after = (_estimates(table, age_band) for table in (BEFORE_CENSUS, AFTER_CENSUS))
    before, after = (panel.wide(one, "people", f"data/raw/{ESTIMATES}") for one in (before, after))
    both = before.index.intersection(after.dropna().index)
    return panel.at_level_of(after.loc[both], before.loc[both])


def _estimates(table: str, age_band: str) -> pd.DataFrame:
    frame = read_official(ESTIMATES, table)
    ages = ["90+" if age == 90 else str(age) for age in _AGES[age_band]]
    found = frame[["area_code"]].assign(
        year=frame["period"].str[-4:].astype(int), people=frame[ages].astype(float).sum(axis=1), vintage=table
    )
    return found[found["area_code"].isin(list(councils_of_today()))]


def weeks_per_person() -> pd.DataFrame:
    """Weeks in care homes for each person aged 65 and over, of every area of unchanged boundary: a panel.

    An area's weeks are those of all its councils, and missing where one of these has none. No population before
    mid-2011 is on file, and that of mid-2011 stands for it: how councils differ hardly moves by that, though England's
    level does.
    """
    table = read_official(WEEKS, "weeks")
    table = table.assign(
        year=table["period"].str[:4].astype(int), weeks=pd.to_numeric(table["weeks"].mask(table["weeks"] == ".."))
    )
    by_unit = table.groupby(["unit", "year"])["weeks"].agg(lambda weeks: weeks.sum(skipna=False)).reset_index()
    kept = by_unit[(by_unit["weeks"] > 0) & (by_unit["year"] >= FIRST_YEAR_OF_WEEKS)]
    kept = kept.rename(columns={"unit": "area_code"})
    return panel.rates(panel.wide(kept, "weeks", f"data/raw/{WEEKS}/weeks.csv"), population_of_units())


def population_of_units() -> pd.DataFrame:
    """People aged 65 and over in every area of unchanged boundary, from mid-2011: a panel."""
    people = _estimates(BEFORE_CENSUS, "65+").merge(read_official(WEEKS, "units"), on="area_code")
    people = people.groupby(["unit", "year"])["people"].sum().reset_index().rename(columns={"unit": "area_code"})
    return panel.wide(people, "people", f"data/raw/{ESTIMATES}")


def forecasts(age_band: str) -> pd.DataFrame:
    """What each method would have said of the later counts of every council (panel.forecasts), with its widths.

    Adds width_before, by the rule before this one (good and bad years, and a drift), and width, that of the spread with
    the chance of a year: standard deviations of the log.
    """
    spread, layers = assumptions.rates_spread(), assumptions.uncertainty()["layers"]
    counts, people = support(age_band), population(age_band)
    made = panel.forecasts(counts, people.loc[counts.index], spread["damped_trend"]["kept"], BREAK_YEAR)
    older, national = population("65+")[counts.columns[-1]], assumptions.national_terms()[age_band]
    local = {code: assumptions.local_term(older[code]) for code in counts.index}
    rate = pd.Series(
        [
            rate_sd(local[row.area_code], national, spread["at_break"]["sd"] * row.crosses_break, row.years)
            for row in made.itertuples()
        ]
    )
    chance = 1 / made["origin_people"] + 1 / made["forecast"]
    drift = layers["drift"]["sd_a_year_pct"][age_band] / 100 * made["years"]
    before = (layers["between_years"]["sd_pct"] / 100) ** 2 + drift**2
    return made.assign(width_before=before**0.5, width=(rate**2 + chance) ** 0.5)
