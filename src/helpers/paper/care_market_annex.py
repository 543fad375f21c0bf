"""What the annex of the paper on the care market shows, and what it rests on (helpers.paper.care_market)."""

import pandas as pd

from helpers.base import wording
from helpers.base.numbers import Said, Worked, said
from helpers.base.vocabulary import LOCALITIES
from helpers.council import beside, care_homes
from helpers.council.beside import Beside
from helpers.council.care_homes import CENSUS, STATEMENT, WEB_2023, WEB_2024, claim
from helpers.council.opened import Council
from helpers.paper import briefings, outlook_annex
from helpers.paper.care_market import (
    BESIDE,
    DOCUMENTS,
    chain,
    counted,
    leavers_range,
    named,
    printed,
    standing,
    types,
    when,
)  # fmt: skip
from helpers.paper.outlook import first_year
from helpers.published import sources
from helpers.published.processed import read_processed

#: The staff of the Statement, by what each figure is called.
STAFF = {
    "Estimated workforce, all employers": "workforce",
    "Direct care workers": "direct_care_workers",
    "Managers and supervisors": "managers_and_supervisors",
    "Regulated professionals": "professionals",
    "Jobs in other roles": "other_jobs",
    "Staff about whom information is held": "staff_with_information_held",
    "Turnover, all staff": "turnover_all_staff",
    "Turnover, direct care staff": "turnover_direct_care_staff",
    "Turnover, regulated professionals": "turnover_professionals",
    "Turnover, managers": "turnover_managers",
    "Posts vacant": "vacancy_rate",
    "Jobs expected to be lost to retirement in five years": "jobs_lost_to_retirement",
}
#: What is worked out of posts, by what it is called.
POSTS = {"Filled posts": "filled_posts", "Posts, filled or vacant": "posts", "Leavers": "leavers", "To hire": "hires"}
LOST = ("care_quality_ratings", "independent_sector_spending_by_provision", "blank_placeholders", "beds_total")


def homes_as_published() -> pd.DataFrame:
    """Beds and homes in every document, with its date: a row a count."""
    totals = types().sum()
    (before, after), districts = types()["beds"].columns, _districts()
    whole = districts.loc["all"]
    homes_2023, homes_2024 = (
        printed_alone(*one) for one in (("care_homes_registered", WEB_2023), ("care_homes", WEB_2024))
    )
    rows = [
        [districts.attrs["period"], _count(whole["beds", "all"]), _count(whole["care_homes", "all"]), STATEMENT],
        [before, _summed(totals["beds", before]), _summed(totals["care_homes", before]), WEB_2024],
        [when("care_homes_registered", WEB_2023), "not printed", homes_2023, WEB_2023],
        [when("beds", WEB_2023), printed_alone("beds", WEB_2023), "not printed", WEB_2023],
        [after, _summed(totals["beds", after]), homes_2024, WEB_2024],
    ]
    for row in rows:
        row[-1] = sources.short_citation(row[-1])
    return pd.DataFrame(rows, columns=["Date", "Beds", "Care homes", "Document"])


def printed_alone(name: str, source: str) -> Worked:
    """A single figure as printed, without its unit: "circa 4,800"."""
    return printed(name, source).as_text(claim(source, name)["as_published"])


def _count(number: float) -> str:
    return wording.count(number)


def _summed(number: float) -> str:
    return f"{wording.count(number)} (sum of types)"


def _districts() -> pd.DataFrame:
    rows = read_processed(f"figures_{STATEMENT}").query("table == 'care_homes_by_locality'")
    table = rows.pivot(index="locality", columns=["quantity", "setting"], values="value").astype(int)
    table.attrs["period"] = rows["period"].iloc[0]
    return table


def by_district() -> tuple[pd.DataFrame, str]:
    """Beds and homes by district, and the date that they are of."""
    table = _districts()
    columns = [(what, setting) for setting in ("nursing", "residential", "all") for what in ("beds", "care_homes")]
    rows = [[LOCALITIES[place], *map(_count, table.loc[place, columns])] for place in LOCALITIES]
    heads = [f"{head}: {what}" for head in ("Nursing", "Residential", "All") for what in ("beds", "homes")]
    return pd.DataFrame(rows, columns=["District", *heads]), table.attrs["period"]


def beds_needed(council: Council) -> pd.DataFrame:
    """Beds by way, or population, and by the share occupied: five years on and in the last year, with the range."""
    years = list(dict.fromkeys([first_year(council), council.horizon]))
    ways = {wording.sentence_start(named(council, way)): (way, "") for way in ("other_share", "no_change")}
    ways |= {about["short_title"]: ("scenario", vintage) for vintage, about in council.vintages.items()}
    rows = []
    for name, (way, vintage) in ways.items():
        for share in care_homes.occupancies(council):
            each = [care_homes.beds(council, way, year, share, vintage) for year in years]
            span = each[-1].range if each[-1].quantiles else "no range"
            rows.append([f"{name}: {share:g}% occupied", *each, span])
    columns = ["Way or population, and share occupied", *map(council.period_of, years)]
    return pd.DataFrame(rows, columns=[*columns, f"Four in five, {council.period_of(years[-1])}"])


def tried_on_each(council: Council) -> pd.DataFrame:
    """What constant rates gave for the residents that were counted later, on each population."""
    rows = []
    for vintage, about in council.vintages.items():
        row = care_homes.tried(council, vintage).loc["constant_rates"]
        rows.append(
            [about["short_title"], row["gives"], row["gives"].worked(wording.signed_percentage(row["missed_pct"]))]
        )
    return pd.DataFrame(rows, columns=["Population", "People", "Error"])


def test_note(council: Council) -> str:
    """Where the counted residents lie beside the range of that test."""
    low, high = care_homes.range_of_test(council)
    side = wording.inside_or_outside(care_homes.came().value, low, high)
    return f"What was counted lies {side} the range of four in five futures, {wording.likely_range(low, high)}."


def payers() -> pd.DataFrame:
    """Who paid for places, as printed and as it follows."""
    funded, places = (claim(STATEMENT, name)["value"] for name in ("places_funded", "places_total"))
    occupied = claim(STATEMENT, "occupancy_residential_care")["value"]
    rows = [
        ["Places available", counted("places_total"), "as printed"],
        ["Funded by the council", counted("places_funded"), "as printed"],
        ["Not funded by the council, or empty", _of_places(_count(places - funded)), "the difference"],
        ["Of these empty, at the share of residential care", _of_places(_empty(places, occupied)), "worked out"],
    ]
    return pd.DataFrame(rows, columns=["What", "Places", "How we know"])


def _empty(places: float, occupied: float) -> str:
    return wording.people(places * (1 - occupied / 100))


def _of_places(text: str) -> Worked:
    return counted("places_total").as_text(text)


def placements() -> pd.DataFrame:
    """Permanent placements by the council, by date."""
    names = ("placements_february_2021", "placements_june_2022", "placements_february_2023")
    rows = [[when(name, WEB_2023), counted(name, WEB_2023)] for name in names]
    return pd.DataFrame(rows, columns=["Date", "Placements"])


def staff() -> pd.DataFrame:
    """The workforce as published, beside the East Midlands."""
    there = read_processed(f"claims_{STATEMENT}").set_index("claim").index
    regional = {name: f"{name}_east_midlands" for name in STAFF.values()}
    beside = {name: printed(other) if other in there else "not printed" for name, other in regional.items()}
    rows = [[what, printed(name), beside[name], when(name)] for what, name in STAFF.items()]
    return pd.DataFrame(rows, columns=["What", "County", "East Midlands", "Period"])


def posts(council: Council, paper_year: int) -> pd.DataFrame:
    """Posts in direct care, leavers and hires on the population that leads: this year, five years on and the last."""
    years = list(dict.fromkeys([paper_year, first_year(council), council.horizon]))
    rows = []
    for name, quantity in POSTS.items():
        numbers = [wording.people(chain(council, quantity, year)["value"]) for year in years]
        rows.append([name, *numbers, _range_of(council, quantity, years[0])])
    return pd.DataFrame(
        rows, columns=["What", *map(council.period_of, years), f"Four in five, {council.period_of(years[0])}"]
    )


def posts_note(council: Council) -> Said:
    """What the turnover behind the posts is of, beside the latest on file."""
    latest = standing(council, "turnover")
    return said(
        "Turnover, {turnover}, is of direct care staff in the year to {until}; of all care staff {latest} left in "
        "{when}.",
        turnover=printed("turnover_direct_care_staff"), until=when("turnover_direct_care_staff").rpartition(" to ")[2],
        latest=latest.own, when=latest.when,
    )  # fmt: skip


def _range_of(council: Council, quantity: str, year: int) -> str:
    if quantity == "hires":
        return "no range"
    if quantity == "leavers":
        return leavers_range(council, year)
    row = chain(council, quantity, year)
    return wording.likely_range(float(row["value_p10"]), float(row["value_p90"]))


def assumptions_made(council: Council, meeting_date: str) -> pd.DataFrame:
    """Every assumption behind the numbers: of beds, of staff, of the share in homes, and of the number of people."""
    shares = wording.listed(f"{share:g}%" for share in care_homes.occupancies(council))
    own = [
        [rule["title"], value, "none", rule["evidence"].strip(), wording.date(rule["review_date"])]
        for rule, value in (
            (council.consequences["beds"], f"{shares} of beds occupied"),
            (
                council.consequences["workforce"],
                f"{printed('turnover_direct_care_staff')} leave in a year, {printed('vacancy_rate')} of posts vacant",
            ),
        )
    ]
    other = briefings.assumptions_table(council.rule_of(care_homes.OTHER_SHARE), council.bands, meeting_date).head(1)
    return pd.concat(
        [pd.DataFrame(own, columns=other.columns), other, outlook_annex.assumptions_made(council, meeting_date)]
    )


def apart(council: Council) -> pd.DataFrame:
    """Comparisons of these figures that would mislead, and why; without rows where none is known."""
    rows = read_processed(f"checks_{council.id}")
    rows = rows[(rows["verdict"] == "not_comparable") & rows["source"].isin(DOCUMENTS)]
    rows = rows[~rows["check"].str.endswith("against_support_tables")]
    return pd.DataFrame({"Figures": rows["what"], "Why not": rows["cause"]})


def not_on_file(council: Council) -> pd.DataFrame:
    """Charts and figures of these documents that are lost; without rows where none is known."""
    lost = council.missing.set_index("id")
    lost = lost.loc[[name for name in LOST if name in lost.index]]
    cited = lost["source"].map(sources.short_citation)
    return pd.DataFrame({"Missing": lost["what"], "Needed for": lost["needed_for"], "Document": cited}).reset_index(
        drop=True
    )


def documents(council: Council) -> tuple[list[str], list[str]]:
    """The documents that the paper rests on, and their tables."""
    parts = [part for about in council.vintages.values() for part in about["benchmarks"]]
    names = [*DOCUMENTS, CENSUS, council.settings["support"]["source"], *(part["source"] for part in parts)]
    tables = ["care_homes_by_locality", "care_homes_by_type", "claims", *council.settings["support"]["tables"]]
    tables += [*council.history.settings["support"]["tables"], *(part["table"] for part in parts)]
    measures = [Beside(council.area_code).content["measures"][name] for name in BESIDE]
    official = [table.partition("/")[::2] for table in beside.tables_of(measures)]
    return list(dict.fromkeys([*names, *(name for name, _ in official)])), [*tables, *(table for _, table in official)]
