"""What the paper on money says to members of a council: its heading, sentences, chart, tables and questions.

Each function takes an opened council with a horizon. All that is projected is long-term care before income, at the
prices and packages of chains.COSTS_OF, by what 45_consequences kept. The council's own figures and the questions are in
money_own, and what the annex shows in money_annex.
"""

from dataclasses import dataclass, replace
from functools import lru_cache

import pandas as pd

from helpers.base import wording
from helpers.base.errors import InputError
from helpers.base.numbers import Number, Origin, Said, Worked, all_of, joined, listed, said
from helpers.base.vocabulary import AGE_BANDS
from helpers.council import chains, series, spending
from helpers.council.chains import COSTS, COSTS_OF, COUNTED_THEN, SPENT_ON, WEEKLY
from helpers.council.numbers import step
from helpers.council.opened import Council
from helpers.paper import briefings, charts, outlook
from helpers.paper.outlook import first_year
from helpers.projection import decomposition
from helpers.published.processed import read_processed
from helpers.published.sources import citation

#: From so much more or fewer people on, in per cent, the paper says that counting changed.
RECOUNTED_PCT = 10
#: The most weeks that a person can have support in a year.
WEEKS_OF_A_YEAR = 53


def in_millions(pounds: float) -> str:
    """An amount to one decimal, without its sign: "£0.6 million", "£14.3 million"."""
    return f"£{abs(pounds) / 1e6:,.1f} million"


def table_of(council: Council, vintage: str = "") -> str:
    """The name of the table of data/processed with what the people of a projection mean for money."""
    return f"consequences_{council.id}_{vintage or council.central_vintage}_{council.scenario}"


def kept(council: Council, quantity: str = "spending_by_setting", vintage: str = "") -> pd.DataFrame:
    """The rows of that table of one quantity; without rows where none is on file."""
    rows = read_processed(table_of(council, vintage))
    return rows[rows["quantity"] == quantity].reset_index(drop=True)


def require(council: Council, borne: dict) -> None:
    """End a paper whose council has not on file what it rests on (briefings.require)."""
    briefings.require(council.settings, borne, "support", "vintages", "consequences")
    if council.horizon <= council.base_year:
        raise InputError(
            f"horizon is {council.horizon}: give a year after {council.base_year}, that of the latest count."
        )
    if council.projection.empty or kept(council).empty:
        briefings.leave_out(council.settings, borne, f"Not on file for {council.name}: what long-term care costs.")


@lru_cache(maxsize=512)
def spent(council: Council, year: int, age: str = "", vintage: str = "") -> Number:
    """Spending on long-term care in a year, of an age band or of all: as published in COSTS_OF, then as projected."""
    whose = f"aged {AGE_BANDS[age]}: all" if age else "all"
    rows = kept(council, vintage=vintage)
    row = rows[rows["assumption"].str.startswith(whose) & (rows["year"] == year)].iloc[0]
    period, published = council.period_of(year), year == int(COSTS_OF[:4])
    what = f"Long-term care before income, {whose}, {period}"
    where = step(table_of(council, vintage), f"spending by setting, {row['assumption']}, {year}")
    ends = None if published else tuple(float(row[f"value_p{end:02}"]) for end in (5, 10, 25, 50, 75, 90, 95))
    return Number(float(row["value"]), what, (where,), "gbp", published, period, ends)


def cost_then(council: Council) -> Worked:
    """What all long-term care cost in COSTS_OF, as published, whatever of it can be projected: "£110.9 million"."""
    pounds = chains.spent_by_setting(council)["spent"].sum()
    where = tuple(Origin(f"{COSTS}/{table}", f"all settings, {council.name}") for table in SPENT_ON.values())
    return Worked(in_millions(pounds), f"Long-term care before income, {COSTS_OF}", where)


def without(council: Council) -> str:
    """What no projection of the cost holds, as words behind "the cost": " without direct payments"; of more than one
    kind " of a part"; nothing where all is projected.
    """
    left_out = chains.left_out(chains.spent_by_setting(council), kept(council)["assumption"])
    return f" without {left_out[0]}" if len(left_out) == 1 else " of a part" if left_out else ""


def projected_then(council: Council) -> Worked:
    """How much of that is projected: "£58.5 million"."""
    number = spent(council, int(COSTS_OF[:4]))
    return number.as_text(in_millions(number.value))


def recounted(council: Council) -> Said | str:
    """That the count of an age band leapt as counting changed after COSTS_OF, and the cost with it; else nothing."""
    leaps = []
    for age in reversed(council.ages):
        before = [one for one in outlook.counted_before(council, age) if one.when == COSTS_OF]
        now = council.counted(age)
        if before and abs(wording.change_pct(before[0].value, now.value)) >= RECOUNTED_PCT:
            whose = "older people" if age == "65+" else "those of working age"
            leaps.append(said("{whose}, {now} after {before} in {then}", whose=whose, now=now, before=before[0],
                              then=COSTS_OF))  # fmt: skip
    if not leaps:
        return ""
    return said(", and its start rests on counting that changed: of {leaps}", leaps=listed(leaps))


def doubted(council: Council) -> str:
    """What of the published costs cannot be, so that nothing is told of what moved them; nothing where all can."""
    places, kinds = spending.by_place(council), chains.spent_by_setting(council)
    below = dict.fromkeys(kind.partition(": ")[2] for kind in kinds.loc[kinds["spent"] < 0, "kind"])
    too_long = (places["weeks"].round() > WEEKS_OF_A_YEAR).any()
    found = ["more weeks in a home than a year has"] * bool(too_long)
    found += [f"less than nothing for {wording.listed(below)}"] if below else []
    return wording.listed(found) if found else ""


def likely_range(number: Number) -> Worked:
    """The ends between which four in five futures of the number of people lie, as tables have them, in whole millions:
    "£103 to 142 million"."""
    ends = [f"{end / 1e6:,.0f}" for end in number.range.ends]
    return number.range.worked(f"£{' to '.join(dict.fromkeys(ends))} million")


@dataclass(frozen=True)
class Added:
    """What a change adds to spending in a year, in pounds; below 0 where it takes away."""

    name: str
    pounds: float
    what: str
    rests_on: tuple[Origin, ...]
    ends: tuple[float, float] | None = None

    @property
    def called(self) -> Worked:
        """What the change is: "Prices or packages up 1% a year"."""
        return Worked(self.name, self.what, self.rests_on)

    @property
    def about(self) -> Worked:
        """How much, without its sign: "£5.1 million"."""
        return Worked(in_millions(self.pounds), self.what, self.rests_on)

    @property
    def adds(self) -> str:
        """ "add" or "take away"."""
        return "add" if self.pounds >= 0 else "take away"

    @property
    def added(self) -> str:
        """ "added" or "took away"."""
        return "added" if self.pounds >= 0 else "took away"

    @property
    def label(self) -> str:
        """What stands beside its bar: the amount, with its range where it has one: "£4.4 million (−6.8 to +18)"."""
        own = in_millions(self.pounds) + (" less" if self.pounds < 0 else "")
        ends = [f"{float(f'{end / 1e6:.2g}'):+g}".replace("-", "−") for end in self.ends or ()]
        return f"{own} ({' to '.join(ends)})" if ends else own


def more_or_fewer(pounds: float) -> str:
    """The word for people who add so much: "more", "fewer"; "as many" for none."""
    return wording.compared("more", pounds, 0)


def by_people(council: Council, age: str = "") -> Added:
    """What more or fewer people would add a year by five years after the base, each at the same cost, as it prints."""
    base, later = (spent(council, year, age) for year in (council.base_year, first_year(council)))
    ends = tuple(later.quantiles[place] - base.value for place in (1, -2))
    pounds = 1e5 * (round(later.value / 1e5) - round(base.value / 1e5))
    return Added(_of_people(pounds, age), pounds, f"{later.what}, less that of {base.when}", all_of(base, later), ends)


def by_age(council: Council) -> list[Added]:
    """The same of each age band, the older first, in parts that print as they add."""
    ages = [age for age in reversed(list(SPENT_ON)) if age in council.ages]
    years = (council.base_year, first_year(council))
    ends = {age: [spent(council, year, age).value / 1e6 for year in years] for age in ages}
    changes = {age: later - base for age, (base, later) in ends.items()}
    parts = decomposition.printed(changes, by_people(council).pounds / 1e6, unit=0.1)
    return [
        replace(by_people(council, age), name=_of_people(part, age), pounds=1e6 * part) for age, part in parts.items()
    ]


def _of_people(pounds: float, age: str) -> str:
    """What more or fewer people are called: "More people aged 65 and over"."""
    whose = f" aged {AGE_BANDS[age]}" if age else ""
    return f"{wording.sentence_start(more_or_fewer(pounds))} people{whose}"


def by_rise(council: Council, what: str, rise_pct: float) -> Added:
    """What a rise of this much a year would add by five years after the base, for the people of the base."""
    base, years = spent(council, council.base_year), first_year(council) - council.base_year
    pounds = base.value * ((1 + rise_pct / 100) ** years - 1)
    name = f"{what} {wording.compared('up', rise_pct, 0)} {abs(rise_pct):g}% a year"
    return Added(name, pounds, f"{name}, {wording.number_of(years, 'year')}", base.rests_on)


@dataclass(frozen=True)
class LocalRate:
    """How fast packages rise a year, as the council reported it."""

    rate: Worked
    when: str
    way: str


def local_rate(council: Council) -> LocalRate | None:
    """The rate that the council reported; None where none is on file. It is of one year, and is not drawn forward."""
    rule = council.consequences["unit_cost"]
    key = rule["figures"].get(council.id, {}).get("nominal_growth_pct")
    if key is None:
        return None
    figure = series.figures_of_scenario(council.id, rule)["nominal_growth_pct"]
    where = Origin(key, f"{figure['what']}, {figure['period']}")
    rate = Worked(f"{abs(figure['value']):g}%", figure["what"], (where,))
    return LocalRate(rate, figure["period"], wording.compared("up", figure["value"], 0))


def by_week(council: Council) -> Added | None:
    """What one more week in a care home for each person there would add, at the prices of COSTS_OF."""
    rows = spending.by_place(council).dropna(subset="weekly")
    if rows.empty or rows["people"].isna().any():
        return None
    where = tuple(Origin(f"{COSTS}/{table}", f"care homes, {council.name}") for table in (COUNTED_THEN, WEEKLY))
    name = "One more week for each person in a care home"
    return Added(name, float((rows["people"] * rows["weekly"]).sum()), name, where)


def finding(council: Council, rise_pct: float) -> Said:
    """What page one finds, as its heading: what more or fewer people would add, beside what dearer or larger support
    added in the last year on file; without one, or where it added nothing, what the rise that is an example would add.
    """
    last, people = last_change(council), by_people(council)
    if last and last.for_each.pounds:
        beside = said(
            "in {year} alone, {support} {added} {about}",
            year=last.last, support=last.support, added=last.for_each.added, about=last.for_each.about,
        )  # fmt: skip
    else:
        rise = by_rise(council, "prices or packages", rise_pct)
        beside = said("{what} would {adds} {about}", what=rise.called, adds=rise.adds, about=rise.about)
    by = council.period_of(first_year(council))
    if not people.pounds:
        return said("{people} would cost as much in {by}; {beside}", people=people.name, by=by, beside=beside)
    return said(
        "{people} would {adds} {about} a year by {by}; {beside}",
        people=people.name, adds=people.adds, about=people.about, by=by, beside=beside,
    )  # fmt: skip


def missed(council: Council) -> Said:
    """How far off the number of people was, tried on all councils, an age band after the other."""
    each = {age: outlook.tried(council, age) for age in reversed(list(SPENT_ON))}
    return listed(
        [said("{missed} {aged}", missed=one.missed, aged=outlook.aged(age)) for age, one in each.items() if one]
    )


# What moved it last

LAST_CHANGE = ["Long-term care", "From people", "From each one’s support", "Change"]


@dataclass(frozen=True)
class LastChange:
    """What moved spending in the last year of the official tables: change, and what came of people and of each."""

    first: str
    last: str
    before: Worked
    after: Worked
    change: Added
    people: Added
    for_each: Added

    @property
    def spent(self) -> Worked:
        """What was spent in the last year: "£147.8 million"."""
        return self.after.as_text(f"£{self.after} million")

    @property
    def people_pct(self) -> Worked:
        """What people added or took away, of what was spent before: "2.8%"; without its sign."""
        return self._pct(self.people)

    @property
    def for_each_pct(self) -> Worked:
        """What each one's support added or took away, of what was spent before; without its sign."""
        return self._pct(self.for_each)

    def _pct(self, part: Added) -> Worked:
        share = 100 * abs(part.pounds) / (1e6 * float(str(self.before).replace(",", "")))
        return part.about.as_text(f"{share:.1f}%", f"{part.what}, of what was spent in {self.first}")

    @property
    def support(self) -> str:
        """ "dearer or larger support", or "cheaper or smaller support"."""
        return "dearer or larger support" if self.for_each.pounds >= 0 else "cheaper or smaller support"

    @property
    def more(self) -> str:
        """ "more" or "fewer", of people."""
        return more_or_fewer(self.people.pounds)


def last_change(council: Council, age: str = "") -> LastChange | None:
    """The change from the year before COSTS_OF, of an age band or of all, in parts that print as they add.

    None where a year is not on file, or the published costs are doubted.
    """
    rows = spending.last_change(council)
    rows = rows[rows["age_band"] == age] if age else rows
    if doubted(council) or rows.empty or (not age and len(rows) < len(SPENT_ON)):
        return None
    sums = rows[["before", "after", "people", "for_each"]].sum()
    change = 0.1 * (round(sums["after"] / 1e5) - round(sums["before"] / 1e5))
    parts = decomposition.printed({name: sums[name] / 1e6 for name in ("people", "for_each")}, change, unit=0.1)
    tables = (spending.SPENT_BY_AGE, spending.COUNTED_BY_YEAR)
    where = tuple(Origin(f"{COSTS}/{table}", f"long-term support, {council.name}") for table in tables)
    first, last = rows[["from", "to"]].iloc[0]
    amounts = {"change": change, **parts}
    added = {name: Added(name, 1e6 * value, f"{name}, {first} to {last}", where) for name, value in amounts.items()}
    ends = [Worked(f"{sums[end] / 1e6:,.1f}", "Spent on long-term care", where) for end in ("before", "after")]
    return LastChange(first, last, *ends, **added)


def last_change_table(council: Council) -> pd.DataFrame:
    """What moved spending in that year, an age band a row, and both, as it prints: rows and columns add."""
    both, ages = last_change(council), {age: last_change(council, age) for age in reversed(list(SPENT_ON))}
    if both is None:
        return pd.DataFrame(columns=LAST_CHANGE)
    changes = {age: one.change.pounds / 1e6 for age, one in ages.items()}
    changes = decomposition.printed(changes, both.change.pounds / 1e6, unit=0.1)
    people = {age: one.people.pounds / 1e6 for age, one in ages.items()}
    people = decomposition.printed(people, both.people.pounds / 1e6, unit=0.1)
    rows = []
    for age, one in ages.items():
        parts = {"people": people[age], "for_each": changes[age] - people[age], "change": changes[age]}
        cells = [_signed(replace(getattr(one, name), pounds=1e6 * part)) for name, part in parts.items()]
        rows.append([f"Aged {AGE_BANDS[age]}", *cells])
    rows.append(["All", *map(_signed, (both.people, both.for_each, both.change))])
    return pd.DataFrame(rows, columns=LAST_CHANGE)


def _signed(part: Added) -> Worked:
    return part.about.as_text(f"{part.pounds / 1e6:+,.1f}".replace("-", "−"))


# The chart and the table of what the cost is made of


def moves(council: Council, rise_pct: float) -> list[Added]:
    """What people, and price or package, would each add by itself over the same years, to five years after the base."""
    return [*by_age(council), by_rise(council, "Prices or packages", rise_pct)]


def drawn(council: Council, rise_pct: float) -> charts.Figure:
    """The chart of these: a bar each, to the left where it takes away, with its range."""
    bars = {one.name: one for one in moves(council, rise_pct)}
    values = pd.Series({name: one.pounds / 1e6 for name, one in bars.items()})
    ranges = {name: [end / 1e6 for end in one.ends] for name, one in bars.items() if one.ends}
    ranges = pd.DataFrame.from_dict(ranges, orient="index", columns=["lower", "upper"])
    figure = charts.bar_chart(values, pd.Series({name: one.label for name, one in bars.items()}), ranges=ranges)
    with charts.style():
        figure.axes[0].set_xlabel("million pounds a year", fontsize=9, labelpad=0)
    return figure


def drawn_title(council: Council, rise_pct: float) -> Said:
    """The title of the chart: what people add, and what the example does."""
    people, rise = by_people(council), by_rise(council, "prices or packages", rise_pct)
    adds = said("{adds} {about}", adds=people.adds, about=people.about) if people.pounds else "cost as much"
    return said(
        "{people} would {adds}; as an example, {what} would {rise_adds} {rise_about}",
        people=people.name, adds=adds, what=rise.called, rise_adds=rise.adds, rise_about=rise.about,
    )  # fmt: skip


def drawn_note(council: Council, rise_pct: float) -> Said:
    """What the chart's reader must know of its bars."""
    years, part = wording.number_of(first_year(council) - council.base_year, "year"), without(council)
    note = Said(
        f"Each by itself, over the {years} from {council.base_period}. Line, and brackets: four in five futures of the "
        f"number of people. {abs(rise_pct):g}% is an example, and has no range."
    )
    if not part:
        return note
    return said(
        "{note} The cost is{part}: {projected} of {whole} in {then}.",
        note=note, part=part, projected=projected_then(council), whole=cost_then(council), then=COSTS_OF,
    )  # fmt: skip


def drawn_in_words(council: Council, rise_pct: float) -> Said:
    """The chart in words and figures, for who cannot see it."""
    each = [
        said("{name}: {label}", name=one.name, label=one.about.as_text(one.label)) for one in moves(council, rise_pct)
    ]
    return said(
        "Bar chart of what each change would add a year by {when}. {each}.",
        when=council.period_of(first_year(council)), each=joined(each, "; "),
    )  # fmt: skip


def by_place_table(council: Council) -> pd.DataFrame:
    """What long-term care is made of, by age and place: people, times weeks and price; as it prints."""
    rows = []
    for row in spending.by_place(council).itertuples():
        where = tuple(
            Origin(f"{COSTS}/{table}", f"{row.place}, aged {AGE_BANDS[row.age_band]}, {council.name}")
            for table in (SPENT_ON[row.age_band], COUNTED_THEN, WEEKLY)
        )
        name = f"{AGE_BANDS[row.age_band]}: {row.place}"
        cells = [(row.people, "{:,.0f}"), (row.spent / 1e6, "{:,.1f}"), (round(row.each, -2), "{:,.0f}")]
        cells += [(row.weeks, "{:,.0f}"), (row.weekly, "{:,.0f}")]
        texts = ["" if pd.isna(n) else form.format(n).replace("-", "−") for n, form in cells]
        rows.append([name, *(Worked(text, name, where) if text else "not available" for text in texts)])
    columns = ["Age, and where", "People", "£ million", "£ for each", "Weeks each", "£ a week"]
    return pd.DataFrame(rows, columns=columns)


def by_place_note(council: Council) -> str:
    """What the reader of that table must know, and where its figures cannot fit each other."""
    few = f"£ for each: left out for fewer than {spending.FEW} people."
    note = f"Weeks: spending divided by people and by the price of a week. {few}"
    too_many = (spending.by_place(council)["weeks"].round() > WEEKS_OF_A_YEAR).any()
    cannot = " More weeks than a year has cannot be: there spending, people and price, as published, do not fit."
    return note + (cannot if too_many else "")


def cited(council: Council) -> str:
    """What the amounts rest on: the official tables, the count and the population of the projection."""
    population = council.vintages[council.central_vintage]["title"]
    return f"{citation(COSTS)}; {council.support_source}; population: {population}"
