"""What the paper on performance says of one report: a document with the council's own tables, by quarter and year.

The next quarter's report is another document of the same tables in data/raw, and is named in authorities.toml:
[leicester.parameters.performance] report = "..."; no word of the paper is of one report. A series is of its periods in
the order of time; numbers know the cell, or the single figure in prose, that they rest on.
"""

from dataclasses import dataclass, replace
from functools import cached_property

import pandas as pd

from helpers.base import authorities, wording
from helpers.base.errors import InputError, nearest
from helpers.base.numbers import Number, Origin, Said, Worked, all_of, said
from helpers.base.paths import known_sources
from helpers.base.vocabulary import QUANTITIES
from helpers.council import checks
from helpers.council.numbers import cells, published
from helpers.paper import enquiries, findings
from helpers.projection import rates
from helpers.published import sources
from helpers.published.claims import CLAIM_COLUMNS
from helpers.published.processed import read_processed

#: What is counted in a quarter: how a table's row says it, its quantity in tables, how ids of it in prose begin.
FLOWS = {
    "support": ("New people straight into long-term support", "new_long_term_support", "new_long_term_support"),
    "care_homes": ("Permanent moves into care homes", "admissions", "admissions"),
    "contacts": ("New contacts", "new_contacts", "contacts"),
    "assessments": ("Assessments completed", "assessments_completed", "assessments"),
    "reviews": ("Reviews completed", "reviews_completed", "reviews_completed"),
    "complaints": ("Complaints", "complaints", "complaints"),
    "commendations": ("Commendations", "commendations", "commendations"),
}
#: Flows of single people, of whom each comes by himself. Contacts, alerts and complaints cluster: their counts vary far
#: more than chance by itself would make them.
OF_PEOPLE = ("support", "care_homes")
#: What the paper cannot do without.
NEEDED = ("people_reviewed", "people_eligible_for_review")
QUARTERS = {"Q1": ("first", "April to June"), "Q2": ("second", "July to September")}
QUARTERS |= {"Q3": ("third", "October to December"), "Q4": ("fourth", "January to March")}


def refuse_unknown(council: dict, report: str) -> None:
    """Refuse a report that authorities.toml names and that is no document of the council."""
    named = council.get("parameters", {}).get("performance", {}).get("report")
    own = authorities.documents_of(council["id"])
    if named == report and report not in own:
        there = "is of another council" if report in known_sources() else "has no folder in data/raw"
        raise InputError(
            f"{authorities.FILE}, {council['id']}, parameters, performance: report = {report!r} {there}."
            f"{nearest(report, own)} Name a report of the council, or take the line out."
        )


@dataclass(frozen=True)
class Flow:
    """What was counted in the quarter (now) and in the year before it (year), and as what a row names it."""

    name: str
    year: Number
    now: Number
    of_people: bool

    @property
    def average(self) -> Worked:
        """A quarter of the year's count."""
        what = f"{self.year.what}: an average quarter of {self.year.when}"
        each = self.year.value / 4
        return Worked(wording.count(each) if each >= 1000 else f"{each:,.10g}", what, self.year.rests_on)

    @property
    def count(self) -> Worked:
        """The count of the quarter."""
        return self.now.as_text(wording.count(self.now.value))

    @property
    def in_words(self) -> Worked:
        """How the quarter compares with the average one: "25% fewer"."""
        text = wording.change(self.year.value / 4, self.now.value)
        return Worked(text, f"{self.now.what}, beside an average quarter", all_of(self.year, self.now))

    @property
    def by_chance(self) -> tuple[float, float] | None:
        """Between which counts a quarter would lie by chance alone, were it as the year was; None for what clusters."""
        return rates.poisson_interval(round(self.year.value / 4)) if self.of_people else None

    @property
    def is_beyond_chance(self) -> bool:
        """Whether the quarter lies outside of that."""
        return bool(self.by_chance) and not self.by_chance[0] <= self.now.value <= self.by_chance[1]

    @property
    def verdict(self) -> str:
        """Whether chance alone would make the quarter differ so from the average one, as a sentence."""
        if not self.is_beyond_chance:
            return "Chance alone could make that difference."
        if self.now.value < self.by_chance[0]:
            return "Too few for chance alone; season or late entries may explain it."
        return "Too many for chance alone; the season may explain it."


@dataclass(frozen=True)
class Report:
    """One report of a council: figures (tidy rows of its tables), claims (its single figures in prose)."""

    council: dict
    source: str
    figures: pd.DataFrame
    claims: pd.DataFrame

    @cached_property
    def citation(self) -> str:
        """The report as a source line names it."""
        return sources.citation(self.source)

    @cached_property
    def own(self) -> pd.DataFrame:
        """The rows of the council's own area, in the order of time."""
        return self.figures[self.figures["area_code"] == self.council["code"]]

    def series(self, quantity: str, kind: str = "financial_year", **where: str) -> dict[str, Number]:
        """Published figures by period, or none. kind: of the periods. where: as in service="home_care"."""
        rows = self.own[(self.own["quantity"] == quantity) & (self.own["period_kind"] == kind)]
        for dimension, name in where.items():
            rows = rows[rows[dimension] == name]
        found = cells(rows) if len(rows) else []
        return {row["period"]: published(row, cell) for (_, row), cell in zip(rows.iterrows(), found, strict=True)}

    def claim(self, stem: str, period: str = "") -> Number | None:
        """A single figure in prose: of this id; with a period, of an id that begins so and is of that period."""
        names = self.claims["claim"]
        rows = self.claims[(names == stem) | (period != "") & names.str.startswith(f"{stem}_")]
        rows = rows[(rows["period"] == period) & (rows["unit"] != "per_cent")] if period else rows
        if rows.empty:
            return None
        row = rows.loc[rows["claim"].str.len().idxmin()]
        origin = Origin(f"{self.source}/{row['claim']}", f"{row['what']}, printed as {row['as_published']}")
        return published(row, origin)

    @cached_property
    def years(self) -> list[str]:
        """The years of which both the people reviewed and those due a review are printed, in the order of time."""
        part, whole = (self.series(quantity) for quantity in NEEDED)
        return [year for year in part if year in whole and not part[year].is_hidden and not whole[year].is_hidden]

    @cached_property
    def quarter(self) -> str:
        """The latest quarter of its tables and of what it says of flows."""
        both = pd.concat([self.own, self.claims])
        rows = both[both["period_kind"] == "quarter"]
        return rows.loc[rows["period_end"].idxmax(), "period"]

    @cached_property
    def quarter_said(self) -> str:
        """The quarter in words: "the first quarter of 2023/24"."""
        number, year = self.quarter.split()
        return f"the {QUARTERS[number][0]} quarter of {year}"

    @cached_property
    def months(self) -> str:
        """The months of the quarter: "April to June"."""
        return QUARTERS[self.quarter.split()[0]][1]

    @cached_property
    def quarter_months(self) -> str:
        """The quarter by its months and calendar year: "April to June 2023"."""
        number, year = self.quarter.split()
        return f"{self.months} {int(year[:4]) + (number == 'Q4')}"

    @cached_property
    def flows(self) -> dict[str, Flow]:
        """What has both a count of the quarter and one of the last full year before it, as FLOWS has them."""
        before = [year for year in self.years if year < self.quarter.split()[1]][-1:]
        found = {}
        for name, (label, quantity, stem) in FLOWS.items():
            year = [self.series(quantity).get(each) or self.claim(stem, each) for each in before]
            now = self.series(quantity, "quarter").get(self.quarter) or self.claim(stem, self.quarter)
            if now and any(year) and not now.is_hidden and not year[0].is_hidden:
                found[name] = Flow(label, year[0], now, name in OF_PEOPLE)
        return found

    @cached_property
    def reviewed(self) -> pd.Series:
        """The share of people due a review who had one, by year, in per cent."""
        part, whole = (self.series(quantity) for quantity in NEEDED)
        return pd.Series({year: 100 * part[year].value / whole[year].value for year in self.years})

    @cached_property
    def assured(self) -> dict[str, dict[str, Number]]:
        """Providers, those assessed, and the share of these that met the standard, by service, at the latest date."""
        quantities = ("providers", "providers_assessed", "providers_compliant_share")
        every = {s: [self.series(q, "date", service=s) for q in quantities] for s in self.own["service"].unique()}
        latest = {s: found for s, found in every.items() if all(found)}
        return {
            s: {q: list(one.values())[-1] for q, one in zip(quantities, found, strict=True)}
            for s, found in latest.items()
        }

    @cached_property
    def results(self) -> pd.DataFrame:
        """The checks of its figures (reconciliation.CHECK_COLUMNS)."""
        every = read_processed(f"checks_{self.council['id']}")
        return every[every["source"] == self.source]

    @cached_property
    def missing(self) -> pd.DataFrame:
        """What it shows or promises and its text does not hold (checks.missing_from)."""
        every = checks.missing_from(self.council["id"])
        return every[every["source"] == self.source]


def open_report(council: dict, source: str) -> Report:
    """A report of a council. council: as from authorities.authority_named.

    Raises InputError where its tables lack what the paper rests on: the people reviewed of those due, by year, and a
    quarter.
    """
    refuse_unknown(council, source)
    figures = read_processed(f"figures_{source}").sort_values("period_start", kind="stable")
    has_claims = checks.has_claims(sources.read_descriptor(source))
    claims = read_processed(f"claims_{source}") if has_claims else pd.DataFrame(columns=CLAIM_COLUMNS)
    report = Report(council, source, figures, claims)
    for quantity in NEEDED:
        if not report.series(quantity):
            raise InputError(
                f"data/raw/{source}: no table has {QUANTITIES[quantity]} by year ({quantity}), and the paper on "
                "performance rests on them. Add the table of reviews, or name another report in authorities.toml."
            )
    if not report.years:
        raise InputError(f"data/raw/{source}: no year has both the people reviewed and those due. Complete the table.")
    if not ((report.own["period_kind"] == "quarter").any() or (report.claims["period_kind"] == "quarter").any()):
        raise InputError(
            f"data/raw/{source}: no figure is of a quarter. Add the tables of the quarter that it reports."
        )
    return report


# What page one says


def finding(report: Report) -> Said:
    """What the report tells first, as the paper's heading: how many of the people due a review had one."""
    last, first = report.years[-1], report.years[0]
    part, whole = (report.series(quantity) for quantity in NEEDED)
    some = wording.sentence_start(wording.how_many_of(part[last].value, whole[last].value))
    some += " of" if some.lower().endswith("half") else " of the"  # "half of people", but "most of the people"
    texts = {year: share_of_reviews(report, year) for year in (first, last)}
    if first == last:
        return said("{some} people due a review in {year} had one: {n}", some=some, n=texts[last], year=last)
    return said(
        "{some} people due a review in {last} had one: {now}, after {before} in {first}",
        some=some, now=texts[last], last=last, before=texts[first], first=first,
    )  # fmt: skip


def share_of_reviews(report: Report, year: str) -> Worked:
    """The share of people due a review who had one in a year."""
    numbers = [report.series(quantity)[year] for quantity in NEEDED]
    text = wording.percentage(report.reviewed[year])
    return Worked(text, f"Share of people due a review who had one, {year}", all_of(*numbers))


def share_said(report: Report) -> Said:
    """How good the share of reviews is, as a sentence: what it is of, and how far chance would move it."""
    last, first = report.years[-1], report.years[0]
    part, whole = (report.series(quantity)[last] for quantity in NEEDED)
    low, high = (100 * end for end in rates.share_interval(part.value, whole.value))
    moved, half = abs(report.reviewed[last] - report.reviewed[first]), (high - low) / 2
    since = f", {wording.compared('less', half, moved)} than it has moved since {first}" if moved else ""
    return said(
        "The share is of the {whole} people due a review, not of all supported for over a year (the national share); "
        "chance alone would move it by {points} points{since}.",
        whole=whole, since=since,
        points=Worked(f"{half:.1f}", f"Chance in the share of reviews, {last}", all_of(part, whole)),
    )  # fmt: skip


def assured_in_all(report: Report) -> dict[str, Number | str] | None:
    """Providers, assessed and met of all services at the latest date, as numbers, and that date; None without them."""
    if not report.assured:
        return None
    by = report.assured.values()
    met = [round(each["providers_assessed"].value * each["providers_compliant_share"].value / 100) for each in by]
    assessed, providers = (
        replace(
            next(iter(by))[quantity],
            value=sum(each[quantity].value for each in by),
            what=wording.sentence_start(f"{QUANTITIES[quantity]}, all services"),
            rests_on=all_of(*(each[quantity] for each in by)),
        )
        for quantity in ("providers_assessed", "providers")
    )
    met = replace(assessed, value=sum(met), what="Assessed providers that met the standard, all services")
    numbers = {"assessed": assessed, "providers": providers, "met": met}
    texts = {name: number.as_text(wording.count(number.value)) for name, number in numbers.items()}
    return texts | {"when": assessed.when, "all_met": assessed.value == met.value, "any_met": met.value > 0}


def met_said(assured: dict) -> str:
    """Of the providers assessed, how many met the council's standard, as the end of a sentence."""
    some = "all" if assured["all_met"] else str(assured["met"] if assured["any_met"] else "none")
    return f"{some} of those checked met its standard"


def inadequate(report: Report) -> Said | None:
    """How many providers were still rated inadequate, as a sentence; None where the report does not say."""
    number = report.claim("inadequate_providers_remaining")
    if number is None or number.is_hidden:
        return None
    those = number.as_text(wording.count(number.value))
    were = "was" if number.value == 1 else "were"
    return said("On {when}, {those} {were} still rated inadequate.", when=number.when, those=those, were=were)


def later_years(meeting_date: str, quarter: str) -> list[str]:
    """The full years since the quarter's that ended before the meeting, at most the last two."""
    over = pd.Period(meeting_date, "Y-MAR").year - 1  # the year in which the last full one ended
    since = int(quarter.split()[1][:4])
    return [f"{year}/{(year + 1) % 100:02}" for year in range(max(since + 1, over - 2), over)]


def age(meeting_date: str, quarter: str) -> str:
    """How old the quarter is at the meeting, in whole calendar years: "three years"."""
    return wording.number_of(int(meeting_date[:4]) - int(quarter.split()[1][:4]), "year")


def questions(report: Report, later: list[str], waiting: dict | None) -> list[str | Said | None]:
    """Questions for officers that follow from the report. later: years since. waiting: as from long_waits."""
    asked: list[str | Said | None] = []
    if later:
        what = f"these figures for {wording.listed(later)}, with the number of people behind every share"
        asked.append(enquiries.missing(what, "how things stand now"))
    if waiting:
        text = (
            "In {when} {people} people had gone {months} months or more without a review. How many have now, and when "
        )
        asked.append(said(text + "will they have one?", **waiting))
    for name in OF_PEOPLE:
        if name in report.flows and report.flows[name].is_beyond_chance:
            flow = report.flows[name]
            text = "{name} were {n} in {months}, and {average} in an average quarter. Is it need, season or practice?"
            asked.append(said(text, name=flow.name, n=flow.count, months=report.quarter_months, average=flow.average))
    groups = findings.in_groups(report.results[report.results["verdict"] == "disagrees"])
    asked += [enquiries.disagreement(group["question"]) for group in groups]
    return asked


def long_waits(report: Report) -> dict[str, object] | None:
    """People long without a review: people, months, when; fewest and fewest_when, if on record. None without them."""
    people, months = report.claim("people_long_without_review"), report.claim("months_since_last_review")
    if not people or not months:
        return None
    fewest = report.claim("people_long_without_review_lowest")
    texts = {"people": people.as_text(wording.count(people.value)), "when": people.when}
    texts |= {"months": months.as_text(wording.count(months.value))}
    is_more = bool(fewest) and fewest.value < people.value
    return texts | {"fewest": fewest.as_text(wording.count(fewest.value)) if is_more else None,
                    "fewest_when": fewest.when if is_more else None}  # fmt: skip
