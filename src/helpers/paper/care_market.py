"""What the paper on the care market says to members: which way came nearest before, beds, who pays, staff, quality.

Each function takes an opened council with a horizon (council.care_homes). What the annex shows is in care_market_annex.
"""

from dataclasses import dataclass

import pandas as pd

from helpers.base import wording
from helpers.base.errors import InputError
from helpers.base.numbers import Number, Said, Worked, joined, said
from helpers.base.vocabulary import SERVICES
from helpers.council import care_homes
from helpers.council.care_homes import CENSUS, STATEMENT, WEB_2023, WEB_2024, claim, origin
from helpers.council.opened import Council
from helpers.paper import briefings, charts, enquiries
from helpers.paper.outlook import by_when, first_year
from helpers.projection import consequences, rates
from helpers.published.processed import read_processed
from helpers.published.sources import citation

DOCUMENTS = {STATEMENT: "a statement of its care market", WEB_2023: "web pages on care homes"}
DOCUMENTS |= {WEB_2024: DOCUMENTS[WEB_2023]}
#: From so many inspections on, chance moves a share little.
MANY = 100
#: The level of a range by chance alone, in per cent.
LEVEL = 95


def require(council: Council, borne: dict) -> None:
    """End a paper whose council has none of these documents, and refuse a scenario that it sets beside another."""
    briefings.require_documents(council.settings, borne, DOCUMENTS)
    other = council.rule_of(care_homes.OTHER_SHARE)
    if council.scenario == other["id"]:
        raise InputError(
            f"This paper sets “{other['title']}” beside another scenario. Choose another for the parameter scenario, "
            "or for SCENARIO in dodo.py."
        )
    if council.horizon <= council.base_year:
        raise InputError(f"horizon is {council.horizon}: give a year after the latest count, of {council.base_year}.")


def printed(name: str, source: str = STATEMENT) -> Worked:
    """A single figure as it was printed, with its unit: "38.7%", "circa 4,800"."""
    row = claim(source, name)
    return Worked(wording.as_printed(row["as_published"], row["unit"]), row["what"], (origin(source, name),))


def counted(name: str, source: str = STATEMENT) -> Worked:
    """A single figure as a count: "4,818"."""
    return printed(name, source).as_text(wording.count(claim(source, name)["value"]))


def when(name: str, source: str = STATEMENT) -> str:
    """The period of a single figure."""
    return claim(source, name)["period"]


# Beds


def named(council: Council, way: str) -> str:
    """A way of looking ahead, as a sentence has it."""
    names = {"other_share": f"a {care_homes.moving()} share in care homes", "no_change": "the same number"}
    names |= dict.fromkeys(("constant_rates", "scenario"), "the same share")
    if way == "scenario" and not council.holds_rates:
        return f"“{council.scenario_title}”"
    return names[way]


def ahead(council: Council) -> list[str]:
    """The ways of looking ahead, the nearest before first; in place of constant rates the scenario that is chosen."""
    return [{"constant_rates": "scenario"}.get(way, way) for way in care_homes.tried(council).index]


@dataclass(frozen=True)
class Way:
    """Beds five years after the base by one way of looking ahead, as a sentence has them."""

    lead: str
    beds: Number

    @property
    def range(self) -> Said:
        """The likely range in brackets; nothing where there is none."""
        return said(" (likely range: {range})", range=self.beds.range) if self.beds.quantiles else said("")


def two_ways(council: Council) -> list[Way]:
    """The way that came nearest before, and the one that is furthest from it in beds."""
    ways = {way: care_homes.beds(council, way, first_year(council)) for way in ahead(council)}
    first, *others = ways
    other = max(others, key=lambda way: abs(ways[way].value - ways[first].value))
    return [Way(f"With {named(council, way)}", ways[way]) for way in (first, other)]


def quoted(name: str) -> Worked:
    """A single figure of the web page of 2023 in quotes, as printed: "“about 85%”"."""
    return printed(name, WEB_2023).as_text(f"“{claim(WEB_2023, name)['as_published']}”")


def finding(council: Council) -> Said:
    """What page one finds, as its heading."""
    change = two_ways(council)[0].beds.beside(care_homes.counted_beds(council))
    how_many = "as many" if str(change.size) == "about the same" else change.size
    return said(
        "About {how_many} care home beds would be needed by {by} {than} in {now}, by the way of looking ahead that "
        "came nearest before",
        how_many=how_many, by=by_when(council, first_year(council)), than=change.than, now=change.before.when,
    )  # fmt: skip


@dataclass(frozen=True)
class Missed:
    """A way of looking ahead that was tried, in words, and by how much it missed: "no change", "12% too many"."""

    way: str
    by: Worked


def missed(council: Council) -> list[Missed]:
    """How far each way missed when it was tried, the nearest first."""
    rows, counted = care_homes.tried(council), care_homes.came().value
    texts = [number.worked(wording.too_many_or_few(counted, number.value)) for number in rows["gives"]]
    return [Missed(named(council, way), text) for way, text in zip(rows.index, texts, strict=True)]


def easier(council: Council) -> bool:
    """Whether the way that came nearest rests on what was counted, in part, when it was tried."""
    census = care_homes.shares()["period_end"].iloc[-1][:4]
    return care_homes.tried(council).index[0] == "other_share" and census < care_homes.came().when[:4]


def by_way(council: Council) -> dict[str, Number]:
    """Beds that were counted last, and beds five years on by each way, by name, the nearest before first."""
    counted = care_homes.counted_beds(council)
    found = {f"Counted, {counted.when}": counted}
    for way in ahead(council):
        number = care_homes.beds(council, way, first_year(council))
        found[f"{number.when}: {named(council, way)}"] = number
    return found


def _label(number: Number) -> Said:
    return said("{n} ({range})", n=number, range=number.range) if number.quantiles else joined([number], "")


def drawn(council: Council) -> charts.Figure:
    """The chart of beds, counted and by each way; what is projected is hatched."""
    bars = by_way(council)
    values = pd.Series({name: float(number.as_printed) for name, number in bars.items()})
    labels = pd.Series({name: str(_label(number)) for name, number in bars.items()})
    return charts.bar_chart(values, labels, tuple(values.index[1:]))


def drawn_in_words(council: Council) -> Said:
    """The chart in words and figures, for who cannot see it."""
    each = [joined([name, _label(number)], ": ") for name, number in by_way(council).items()]
    return said("Bar chart of beds in care homes. {each}.", each=joined(each, "; "))


def test_table(council: Council) -> pd.DataFrame:
    """How each way did when it was tried: what it gave, and by how much it missed."""
    rows = [
        [wording.sentence_start(named(council, way)), row["gives"], row["gives"].worked(_signed(row["missed_pct"]))]
        for way, row in care_homes.tried(council).iterrows()
    ]
    return pd.DataFrame(rows, columns=["Way of looking ahead", "People", "Error"])


def _signed(pct: float) -> str:
    return wording.signed_percentage(pct)


def types() -> pd.DataFrame:
    """Beds and homes by type, as published: index service, columns (quantity, period), the earlier period first."""
    rows = read_processed(f"figures_{WEB_2024}").query("table == 'care_homes_by_type'").sort_values("period_start")
    table = rows.pivot(index="service", columns=["quantity", "period"], values="value").astype(int)
    return table.reindex(columns=list(rows["period"].unique()), level=1)


def types_table() -> pd.DataFrame:
    """These as a table: beds and homes at both dates, the change in beds, and all together."""
    table = types()
    table.loc["all"] = table.sum()
    before, after = table["beds"].columns
    rows = [
        [
            "Together" if service == "all" else SERVICES[service],
            *(wording.count(row[what, date]) for what in ("beds", "care_homes") for date in (before, after)),
            _signed(wording.change_pct(row["beds", before], row["beds", after])),
        ]
        for service, row in table.iterrows()
    ]
    heads = [f"{what}, {date.replace(' ', chr(160))}" for what in ("Beds", "Homes") for date in (before, after)]
    return pd.DataFrame(rows, columns=["Type", *heads, "Change in beds"])


# Who pays, staff and quality


def funded_share() -> Worked:
    """The share of places that the council funded: "46%"."""
    share = 100 * claim(STATEMENT, "places_funded")["value"] / claim(STATEMENT, "places_total")["value"]
    return counted("places_funded").as_text(wording.percentage(share))


def chain(council: Council, quantity: str, year: int, vintage: str = "") -> pd.Series:
    """A row of what 45_consequences kept of posts: value and the ends of its bands."""
    table = f"consequences_{council.id}_{vintage or council.central_vintage}_{council.scenario}"
    rows = read_processed(table).query("quantity == @quantity and year == @year")
    return rows.iloc[0]


def staff_said(council: Council, year: int) -> str:
    """How many of the staff to hire in a year would replace others, as a sentence."""
    hired, left = (chain(council, quantity, year)["value"] for quantity in ("hires", "leavers"))
    if hired < left:
        return "Fewer would be hired than leave, as posts follow the number of people down"
    return f"{wording.sentence_start(wording.how_many_of(left, hired))} new staff would replace people who leave"


def good_share() -> rates.Estimate:
    """The share of inspections that found Good care, with what chance alone could give, in per cent."""
    inspected = int(claim(STATEMENT, "inspections")["value"])
    good = round(inspected * claim(STATEMENT, "share_good")["value"] / 100)
    return rates.Estimate(*(100 * end for end in rates.share(good, inspected, LEVEL)))


def quality_said() -> str:
    """How that share compares with the country's: "no clear difference", or "higher"."""
    national = claim(STATEMENT, "share_good_or_outstanding_national")["value"]
    return rates.compare(rates.Estimate(*(end - national for end in good_share())))


def latest_table() -> pd.DataFrame:
    """Who pays, staff and quality: the latest figures on file, each with its date."""
    share = good_share()
    chance = printed("share_good").as_text(f"{wording.percentage(share.lower)} to {wording.percentage(share.upper)}")
    figures = {
        "Direct care staff who left in a year": "turnover_direct_care_staff",
        "Managers who left in a year": "turnover_managers",
        "Posts that were vacant": "vacancy_rate",
        "Inspections that found Good care": "share_good",
    }
    rows = [["Places that the council funded, of all places", funded_share(), when("places_funded")]]
    rows += [[what, printed(name), when(name)] for what, name in figures.items()]
    national = printed("share_good_or_outstanding_national")
    rows += [
        ["What chance alone could give of these", chance, when("share_good")],
        ["Nationally: Good or Outstanding", national, when("share_good")],
    ]
    return pd.DataFrame(rows, columns=["What", "Figure", "For"])


def quality_note() -> str:
    """What follows from the inspections, as a note."""
    inspected = claim(STATEMENT, "inspections")["value"]
    few = "With so few" if inspected < MANY else "Of"
    found = quality_said()
    difference = "there is no clear difference" if found == "no clear difference" else f"the county's share is {found}"
    return f"{few} inspections ({wording.count(inspected)}), {difference} between the county and the country."


def questions(council: Council, paper_year: int) -> list[str | Said | None]:
    """Questions to officers that follow from what the paper found; the most useful first."""
    missed = care_homes.tried(council)["missed_pct"].abs()
    wide, by_type = two_ways(council)[0].beds, types()["beds"].sum()
    stated = claim(WEB_2023, "beds")
    held = 100 * claim(STATEMENT, "staff_with_information_held")["value"] / claim(STATEMENT, "workforce")["value"]
    old = {
        "staff turnover and vacancies": when("vacancy_rate"),
        "counts of who pays for care home places": when("places_funded"),
        "inspections of all services": when("share_good"),
    }
    old = {what: period for what, period in old.items() if enquiries.old_figure(what, period, paper_year)}
    those = f"those for {wording.listed(dict.fromkeys(old.values()))}" if old else ""
    differ = not by_type.min() <= stated["value"] <= by_type.max()
    return [
        enquiries.unlike_backtest("care home residents", missed["constant_rates"], missed["no_change"]),
        enquiries.wide_range(f"beds needed in {wide.when}", wide.value, *wide.range.ends) if wide.quantiles else None,
        enquiries.missing(f"the latest {wording.listed(old)}", f"figures in place of {those}") if old else None,
        f"The council's web pages give {stated['as_published']} beds for {stated['period']}, but "
        f"{wording.listed(f'{wording.count(number)} for {date}' for date, number in by_type.items())}. Did beds close "
        "and open, or do the figures cover different homes?"
        if differ
        else None,
        enquiries.low_response(
            f"the {counted('workforce')} care staff that the county was thought to have in {when('workforce')} were "
            "covered by the information held",
            held,
        ),
    ]


def leavers_range(council: Council, year: int, vintage: str = "") -> str:
    """The likely range of people who leave a post in a year, four in five."""
    turnover = claim(STATEMENT, "turnover_direct_care_staff")["value"]
    filled = chain(council, "filled_posts", year, vintage)
    return wording.likely_range(
        *(consequences.leavers(float(filled[end]), turnover) for end in ("value_p10", "value_p90"))
    )


def documents_cited(*documents: str) -> str:
    """Documents as a table cites them."""
    return "; ".join(map(citation, documents))


def cited(council: Council) -> str:
    """What the beds rest on: the documents, the census and the population of the projection."""
    population = council.vintages[council.central_vintage]["title"]
    return f"{documents_cited(*DOCUMENTS, CENSUS)}; population: {population}"
