"""The panels of all of England's councils, from official tables: what the spread is learned from."""

from pathlib import Path

import pandas as pd

from helpers.base.paths import SHARED_ASSUMPTIONS, root
from helpers.council import assumptions, figures
from helpers.projection import panel
from helpers.projection.spread import rate_sd
from helpers.published import processed
from helpers.published.official.areas import councils_of_today
from helpers.published.official.tables import read_official
from helpers.published.sources import citation

SUPPORT = "england/long_term_support"
#: The folders of data/raw with estimates of the population, and with weeks in care homes.
ESTIMATES, WEEKS = "ons_mid_year_estimates_england", "nhs_care_home_weeks_england"
BEFORE_CENSUS, AFTER_CENSUS = "before_census_2021", "after_census_2021"
#: The break between collections that counts of the last year cross, in data/assumptions/breaks.yaml.
BREAK = "client_level_data"
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


def publications() -> str:
    """What the counts of long-term support were published in, as a source line names it."""
    return "; ".join(map(citation, sorted(processed.read_processed(SUPPORT)["source"].unique())))


def population(age_band: str, estimates: str = ESTIMATES) -> pd.DataFrame:
    """People of an age band at mid-year in every council of today, all at the level of the latest estimates: a panel.

    A count during a year goes with the population of the mid-year in which it begins.
    """
    before, after = (_estimates(estimates, table, age_band) for table in (BEFORE_CENSUS, AFTER_CENSUS))
    before, after = (panel.wide(one, "people", f"data/raw/{estimates}") for one in (before, after))
    both = before.index.intersection(after.dropna().index)
    return panel.at_level_of(after.loc[both], before.loc[both])


def _estimates(estimates: str, table: str, age_band: str) -> pd.DataFrame:
    frame = read_official(estimates, table)
    ages = ["90+" if age == 90 else str(age) for age in _AGES[age_band]]
    found = frame[["area_code"]].assign(
        year=frame["period"].str[-4:].astype(int), people=frame[ages].astype(float).sum(axis=1), vintage=table
    )
    return found[found["area_code"].isin(list(councils_of_today()))]


def weeks_per_person(estimates: str = ESTIMATES, weeks: str = WEEKS) -> pd.DataFrame:
    """Weeks in care homes for each person aged 65 and over, of every area of unchanged boundary: a panel.

    An area's weeks are those of all its councils, and missing where one of these has none. No population before
    mid-2011 is on file, and that of mid-2011 stands for it: how councils differ hardly moves by that, though England's
    level does.
    """
    table = read_official(weeks, "weeks")
    table = table.assign(
        year=table["period"].str[:4].astype(int), weeks=pd.to_numeric(table["weeks"].mask(table["weeks"] == ".."))
    )
    by_unit = table.groupby(["unit", "year"])["weeks"].agg(lambda of: of.sum(skipna=False)).reset_index()
    kept = by_unit[(by_unit["weeks"] > 0) & (by_unit["year"] >= FIRST_YEAR_OF_WEEKS)]
    kept = kept.rename(columns={"unit": "area_code"})
    return panel.rates(panel.wide(kept, "weeks", f"data/raw/{weeks}/weeks.csv"), population_of_units(estimates, weeks))


def population_of_units(estimates: str = ESTIMATES, weeks: str = WEEKS) -> pd.DataFrame:
    """People aged 65 and over in every area of unchanged boundary, from mid-2011: a panel."""
    people = _estimates(estimates, BEFORE_CENSUS, "65+").merge(read_official(weeks, "units"), on="area_code")
    people = people.groupby(["unit", "year"])["people"].sum().reset_index().rename(columns={"unit": "area_code"})
    return panel.wide(people, "people", f"data/raw/{estimates}")


def forecasts(age_band: str, estimates: str = ESTIMATES) -> pd.DataFrame:
    """What each method would have said of the later counts of every council (panel.forecasts), with its widths.

    Adds width_before, by the rule before this one (good and bad years, and a drift), and width, that of the spread with
    the chance of a year: standard deviations of the log.
    """
    assumed = assumptions.uncertainty()
    rule_before, at_break = assumed["rule_before"], assumed["layers"]["break"]["sd"]
    counts, people = support(age_band), population(age_band, estimates)
    break_year = next(int(one["from"][:4]) for one in figures.breaks() if one["id"] == BREAK)
    made = panel.forecasts(counts, people.loc[counts.index], assumed["damped_trend"]["kept"], break_year)
    older, national = population("65+", estimates)[counts.columns[-1]], assumptions.national_terms()[age_band]
    local = {code: assumptions.local_term(older[code]) for code in counts.index}
    rate = pd.Series(
        [rate_sd(local[row.area_code], national, at_break * row.crosses_break, row.years) for row in made.itertuples()]
    )
    chance = 1 / made["origin_people"] + 1 / made["forecast"]
    drift = rule_before["sd_a_year_pct"][age_band] / 100 * made["years"]
    before = (rule_before["sd_pct"] / 100) ** 2 + drift**2
    return made.assign(width_before=before**0.5, width=(rate**2 + chance) ** 0.5)


def scores(forecasts_made: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """How each method did, by age band and years ahead (panel.scores). forecasts_made: as from forecasts, by age band.

    spread_coverage_pct is that of the band of the spread, likely_coverage_pct that of its likely range (four in five),
    before_coverage_pct that of the rule before it.
    """
    found = []
    for age, made in forecasts_made.items():
        likely = made["width"] * panel.FOUR_IN_FIVE / panel.NINE_IN_TEN  # as wide as scores makes nine in ten of
        widths = {"spread": made["width"], "likely": likely, "before": made["width_before"]}
        found.append(panel.scores(made, widths).assign(age_band=age))
    return pd.concat(found, ignore_index=True)


def files_behind(estimates: str = ESTIMATES, weeks: str = WEEKS) -> list[Path]:
    """The files that the spread is learned from."""
    tables = [(estimates, BEFORE_CENSUS), (estimates, AFTER_CENSUS), (weeks, "weeks"), (weeks, "units")]
    raw = [root() / "data/raw" / source / f"{table}.csv" for source, table in [*tables, ("england_areas", "councils")]]
    return [processed.processed_path(SUPPORT), *raw, root() / SHARED_ASSUMPTIONS["spread"]]
