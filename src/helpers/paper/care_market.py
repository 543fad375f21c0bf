"""What the paper on the care market says to members: beds, which way of looking ahead came nearest, who pays, staff.

Each function takes an opened council with a horizon (council.care_homes). What the annex shows is in care_market_annex.
"""

from dataclasses import dataclass

import pandas as pd

from helpers.base import wording
from helpers.base.errors import InputError
from helpers.base.numbers import Number, Origin, Said, Worked, joined, listed, said
from helpers.base.vocabulary import SERVICES
from helpers.council import care_homes
from helpers.council.beside import Beside
from helpers.council.care_homes import CENSUS, STATEMENT, WEB_2023, WEB_2024, claim, origin
from helpers.council.numbers import step
from helpers.council.opened import Council
from helpers.paper import beside_paper, briefings, charts, enquiries
from helpers.paper.outlook import by_when, first_year
from helpers.projection import consequences
from helpers.projection.population import mid_year
from helpers.published.processed import read_processed
from helpers.published.sources import citation

DOCUMENTS = {STATEMENT: "a statement of its care market", WEB_2023: "web pages on care homes"}
DOCUMENTS |= {WEB_2024: DOCUMENTS[WEB_2023]}
#: What is set beside similar councils, by the measures' ids: those of page one first.
BESIDE = ("turnover", "rated_good", "admissions_65_plus", "admissions_18_64", "at_home_65_plus")
BESIDE += ("residential_65_plus", "nursing_65_plus", "home_care_hour")
#: What is said of a measure on which the council does not differ.
WITHOUT = ("within the limits", "not compared")
#: What is missing of the beds by type.
TOTAL = "beds_total"
#: Of what no later figure than the Statement's is on file, by the names of its figures.
OLD = {"Posts in care that were vacant": "vacancy_rate", "Managers who left in a year": "turnover_managers"}


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
    """A way of looking ahead, as a sentence or a chart has it: "a falling share"."""
    names = {"other_share": f"a {care_homes.moving()} share", "no_change": "the same number"}
    names |= dict.fromkeys(("constant_rates", "scenario"), "the same share")
    if way == "scenario" and not council.holds_rates:
        return f"“{council.scenario_title}”"
    return names[way]


def _if(council: Council, way: str) -> str:
    """A way of looking ahead as a condition that begins a sentence."""
    if way == "scenario" and not council.holds_rates:
        return f"With “{council.scenario_title}”"
    if way == "other_share":
        return f"If the share of older people who live in care homes goes on {care_homes.moving()}"
    whole = way == "no_change"
    return "If as many people live in care homes as now" if whole else "If the same share of older people live there"


def ahead(council: Council) -> list[str]:
    """The ways of looking ahead, the nearest before first; in place of constant rates the scenario that is chosen."""
    return [{"constant_rates": "scenario"}.get(way, way) for way in care_homes.tried(council).index]


@dataclass(frozen=True)
class Way:
    """Beds five years after the base by one way of looking ahead, as a sentence has them."""

    lead: str
    named: str
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
    return [Way(_if(council, way), named(council, way), ways[way]) for way in (first, other)]


def quoted(name: str) -> Worked:
    """A single figure of the web page of 2023 in quotes, as printed: "“about 85%”"."""
    return printed(name, WEB_2023).as_text(f"“{claim(WEB_2023, name)['as_published']}”")


def finding(council: Council) -> Said:
    """What page one finds, as its heading: the ranges of two ways, the nearest before first, and what was counted."""
    now, each, before = care_homes.counted_beds(council), [], ""
    for way in two_ways(council):
        how_many, kind = (way.beds.range, "likely ") if way.beds.quantiles else (way.beds, "about ")
        kind, before = "" if kind == before else kind, kind  # said once of both, where both are ranges
        each.append(said("{kind}{how_many} with {way}", kind=kind, how_many=how_many, way=way.named))
    return said(
        "Care home beds needed by {by}: {each} in homes; {now} in {when}",
        by=by_when(council, first_year(council)), each=joined(each, ", "), now=now, when=now.when,
    )  # fmt: skip


def occupied(council: Council) -> Worked:
    """The share of beds occupied that beds are worked out with: "85%"."""
    return care_homes.counted_beds(council).worked(wording.percentage(care_homes.occupancies(council)[0]))


def oldest_more(council: Council) -> Said | None:
    """How many more people are aged 85 and over five years after the base, where beds rise though the share falls."""
    years, vintage = (council.base_year, first_year(council)), council.central_vintage
    before, after = (float(council.population(vintage).people("85+", mid_year(year))) for year in years)
    rise = two_ways(council)[0].beds.value - care_homes.counted_beds(council).value
    if ahead(council)[0] != "other_share" or care_homes.moving() != "falling" or min(rise, after - before) <= 0:
        return None
    where = step(f"population_{council.id}_{vintage}", "aged 85 and over, {} and {}".format(*years))
    text = wording.percentage(wording.change_pct(before, after))
    rise = Worked(text, "Rise in the number of people aged 85 and over", (where,))
    return said(
        "{rise} more people aged 85 and over in {last} than in {first}", rise=rise, last=years[1], first=years[0]
    )


def of_type(service: str) -> tuple[Worked, Worked]:
    """Beds of one type when they were last counted, and how they changed since: "1,421", "fell by 15.1%"."""
    before, after = types().loc[service, "beds"]
    name, where = f"{SERVICES[service]}: beds", Origin(f"{WEB_2024}/care_homes_by_type", SERVICES[service])
    pct = wording.change_pct(before, after)
    change = f"{wording.compared('rose', after, before)} by {abs(pct):.1f}%"
    return Worked(wording.count(after), name, (where,)), Worked(change, f"{name}, change", (where,))


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


def missed_by_latest(council: Council) -> Said:
    """How far the nearest way and the worst would have missed, had the trial's beds been those counted last."""
    beds, stated = care_homes.counted_beds(council), claim(WEB_2023, "beds")["value"]
    counted = care_homes.came().value * beds.value / stated
    gave = care_homes.tried(council)["gives"].iloc[[0, -1]]
    return listed([number.worked(_signed(wording.change_pct(counted, number.value))) for number in gave])


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
    """The chart of beds, counted and by each way; what is projected is hatched, with its range."""
    bars = by_way(council)
    values = pd.Series({name: float(number.as_printed) for name, number in bars.items()})
    labels = pd.Series({name: str(_label(number)) for name, number in bars.items()})
    ends = {name: number.range.ends for name, number in bars.items() if number.quantiles}
    ranges = pd.DataFrame.from_dict(ends, orient="index", columns=["lower", "upper"])
    return charts.bar_chart(values, labels, tuple(values.index[1:]), ranges)


def drawn_in_words(council: Council) -> Said:
    """The chart in words and figures, for who cannot see it."""
    each = [joined([name, _label(number)], ": ") for name, number in by_way(council).items()]
    return said("Bar chart of beds in care homes. {each}.", each=joined(each, "; "))


def drawn_note(council: Council) -> str:
    """What the chart's reader must know of its bars."""
    still = wording.sentence_start(named(council, "no_change"))
    return (
        f"Hatched: projected, with {occupied(council)} of beds occupied. Line, and brackets: the likely range, four in "
        f"five futures. {still} is the count itself, so it has no range."
    )


def test_table(council: Council) -> pd.DataFrame:
    """What was counted, and how each way did when it was tried: what it gave, and by how much it missed."""
    came = care_homes.came()
    rows = [[f"Counted, from {quoted('beds')} beds, {quoted('occupancy')} of them full", came, "none"]]
    rows += [
        [wording.sentence_start(named(council, way)), row["gives"], row["gives"].worked(_signed(row["missed_pct"]))]
        for way, row in care_homes.tried(council).iterrows()
    ]
    return pd.DataFrame(rows, columns=["Way of looking ahead", "People", "Error"])


def test_note(council: Council) -> str:
    """How rough that trial is, and which way it favours."""
    helped = f"{named(council, 'other_share')} was measured partly in the years of the trial, which helps it"
    rough = "The count rests on rounded words, so each error is rough."
    return f"{rough} {wording.sentence_start(helped)}." if easier(council) else rough


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


def types_note(council: Council) -> str:
    """Why the total of these is a sum, where its printed one is lost."""
    lost = council.missing.set_index("id")["what"]
    return f"Together: worked out. Not on file: {wording.in_sentence(lost[TOTAL])}." if TOTAL in lost else ""


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


@dataclass(frozen=True)
class Standing:
    """How a council stands on a measure of BESIDE: its figure, for when, and how that lies to similar councils."""

    own: Worked
    when: str
    difference: str


def standing(council: Council, name: str) -> Standing:
    """One measure of official tables beside similar councils; difference: "higher" beyond the limits, else WITHOUT."""
    other = Beside(council.area_code)
    told, verdict = beside_paper.tell(other, name), other.standing.loc[name, "verdict"]
    words = {"above": "higher", "below": "lower", "none": WITHOUT[1]}
    return Standing(told.own, told.when, words.get(verdict, WITHOUT[0]))


def staff_and_homes(council: Council) -> Said:
    """How many care staff left, how homes were rated, and whether that differs from similar councils."""
    staff, homes = (standing(council, name) for name in BESIDE[:2])
    found = {"the share of staff who left": staff.difference, "the share of homes so rated": homes.difference}
    apart = [f"{what} is {word}" for what, word in found.items() if word not in WITHOUT]
    return said(
        "In {when}, {staff} of care staff left and {homes} of homes{then} were rated good or outstanding: {beside}",
        when=staff.when, staff=staff.own, homes=homes.own, then="" if homes.when == staff.when else f" in {homes.when}",
        beside=f"{wording.listed(apart)} than is usual in similar councils" if apart
        else "neither is unusual beside similar councils",
    )  # fmt: skip


def beside_table(council: Council) -> pd.DataFrame:
    """Care homes, staff and prices of official tables, beside similar councils and England."""
    other, rows = Beside(council.area_code), []
    for name in [name for name in BESIDE if name in other.standing.index]:
        measure, found = other.content["measures"][name], standing(council, name)
        numbers = [beside_paper.number(other, name, which) for which in ("own", "middle", "england")]
        label = f"{measure['name']} ({beside_paper.unit_beside(measure)})"
        rows.append([label, *numbers, found.difference, found.when])
    return pd.DataFrame(rows, columns=["Measure", other.name, "Similar", "England", "Difference", "For"])


def beside_cited(council: Council) -> str:
    """The publications that these are of."""
    return beside_paper.cited(Beside(council.area_code), list(BESIDE))


def old_table() -> pd.DataFrame:
    """Of what no later figure is on file, each with its date."""
    rows = [["Places that the council funded, of all places", funded_share(), when("places_funded")]]
    rows += [[what, printed(name), when(name)] for what, name in OLD.items()]
    return pd.DataFrame(rows, columns=["What", "Figure", "For"])


def questions(council: Council, paper_year: int) -> list[str | Said | None]:
    """Questions to officers that follow from what the paper found; the most useful first."""
    wide, by_type = two_ways(council)[0].beds, types()["beds"].sum()
    stated = claim(WEB_2023, "beds")
    old = {"vacancies": when("vacancy_rate"), "counts of who pays for care home places": when("places_funded")}
    old = {what: period for what, period in old.items() if enquiries.old_figure(what, period, paper_year)}
    those = f"those for {wording.listed(dict.fromkeys(old.values()))}" if old else ""
    differ = not by_type.min() <= stated["value"] <= by_type.max()
    return [
        tried_said(council),
        enquiries.wide_range(f"beds needed in {wide.when}", wide.value, *wide.range.ends, wide.range)
        if wide.quantiles
        else None,
        f"The council's web pages give {stated['as_published']} beds for {stated['period']}, but "
        f"{wording.listed(f'{wording.count(number)} for {date}' for date, number in by_type.items())}. Did beds close "
        "and open, or do the figures cover different homes?"
        if differ
        else None,
        enquiries.missing(f"the latest {wording.listed(old)}", f"figures in place of {those}") if old else None,
    ]


def tried_said(council: Council) -> Said:
    """What the trial found, as a question: how far the way that leads missed, and the one that did worst."""
    first, *_, worst = missed(council)
    return said(
        "Tried from {then} to {came}, {first} gave {first_by} people in care homes, and {worst} {worst_by}. How do "
        "officers look ahead, and by how much have they missed?",
        then=care_homes.first().when, came=care_homes.came().when, first=first.way, first_by=first.by, worst=worst.way,
        worst_by=worst.by,
    )  # fmt: skip


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
