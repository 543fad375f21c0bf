"""What the paper on money says to members of a council: its heading, sentences, chart, tables and questions.

Each function takes an opened council with a horizon. All that is projected is long-term care before income, at the
prices and packages of chains.COSTS_OF, by what 45_consequences kept. The council's own figures and the questions are in
money_own, and what the annex shows in money_annex.
"""

from dataclasses import dataclass

import pandas as pd

from helpers.base import wording
from helpers.base.errors import InputError
from helpers.base.numbers import Number, Origin, Said, Worked, all_of, joined, said
from helpers.base.vocabulary import AGE_BANDS
from helpers.council import series, spending
from helpers.council.chains import COSTS, COSTS_OF, COUNTED_THEN, SPENT_ON, WEEKLY
from helpers.council.numbers import step
from helpers.council.opened import Council
from helpers.paper import briefings, charts
from helpers.paper.outlook import by_when, first_year
from helpers.projection import decomposition
from helpers.published.processed import read_processed
from helpers.published.sources import citation


def in_millions(pounds: float) -> str:
    """An amount in two figures, without its sign: "£0.6 million", "£5.1 million", "£14 million"."""
    size = round(abs(pounds) / 1e6, 1)
    return f"£{size if size < 10 else round(size):,g} million"


def _published(pounds: float) -> str:
    return f"£{pounds / 1e6:,.1f} million"


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


def as_published(number: Number) -> Worked:
    """An amount in millions, to one decimal: "£110.9 million"."""
    return number.as_text(_published(number.value))


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
    def range(self) -> Worked:
        """The ends between which four in five futures lie: "£12 million less to £27 million more"."""
        each = [f"{in_millions(end)} {wording.compared('less', end, 0)}" for end in self.ends or ()]
        return Worked(" to ".join(each), f"{self.what}, range of four in five draws", self.rests_on)

    @property
    def label(self) -> str:
        """What stands beside its bar: the amount, with its range where it has one: "£4.4 million (−6.8 to +18)"."""
        own = in_millions(self.pounds) + (" less" if self.pounds < 0 else "")
        ends = [("−" if end < 0 else "+") + in_millions(end)[1:].removesuffix(" million") for end in self.ends or ()]
        return f"{own} ({' to '.join(ends)})" if ends else own


def more_or_fewer(pounds: float) -> str:
    """The word for people who add so much: "more", "fewer"; "as many" for none."""
    return wording.compared("more", pounds, 0)


def by_people(council: Council, age: str = "") -> Added:
    """What more or fewer people would add a year by five years after the base, each at the same cost."""
    base, later = (spent(council, year, age) for year in (council.base_year, first_year(council)))
    ends = tuple(later.quantiles[place] - base.value for place in (1, -2))
    pounds = later.value - base.value
    whose = f" aged {AGE_BANDS[age]}" if age else ""
    name = f"{wording.sentence_start(more_or_fewer(pounds))} people{whose}"
    return Added(name, pounds, f"{later.what}, less that of {base.when}", all_of(base, later), ends)


def as_much_in_price(council: Council) -> Worked:
    """The rise of prices a year that would move spending as far as people do: "0.9%"; without its sign."""
    base, later = (spent(council, year) for year in (council.base_year, first_year(council)))
    rate = 100 * ((later.value / base.value) ** (1 / (first_year(council) - council.base_year)) - 1)
    return Worked(f"{abs(rate):.1f}%", "Change of prices a year that moves spending as people do", all_of(base, later))


def by_price(council: Council, rise_pct: float) -> Added:
    """What prices, or packages, that rise so much a year would add by five years after the base, for its people."""
    base, years = spent(council, council.base_year), first_year(council) - council.base_year
    pounds = base.value * ((1 + rise_pct / 100) ** years - 1)
    name = f"Prices or packages {wording.compared('up', rise_pct, 0)} {abs(rise_pct):g}% a year"
    return Added(name, pounds, f"{name}, to {council.period_of(first_year(council))}", base.rests_on)


@dataclass(frozen=True)
class LocalRate:
    """How fast packages rise a year, as the council reported it, and what one such year adds."""

    rate: Worked
    when: str
    one_year: Added


def local_rate(council: Council) -> LocalRate | None:
    """The rate that the council reported; None where none is on file. It is put on one year alone."""
    rule = council.consequences["unit_cost"]
    key = rule["figures"].get(council.id, {}).get("nominal_growth_pct")
    if key is None:
        return None
    figure, base = series.figures_of_scenario(council.id, rule)["nominal_growth_pct"], spent(council, council.base_year)
    where = Origin(key, f"{figure['what']}, {figure['period']}")
    name = f"One year of packages {wording.compared('up', figure['value'], 0)} {abs(figure['value']):g}%"
    one = Added(name, base.value * figure["value"] / 100, name, (*base.rests_on, where))
    return LocalRate(Worked(f"{figure['value']:g}%", figure["what"], (where,)), figure["period"], one)


def beside(one: Added, other: Added) -> str:
    """How what one adds compares with what another does: "more than", "less than" or "as much as"."""
    word = wording.compared("less", one.pounds, other.pounds, in_millions)
    return f"{word} {'as' if word == 'as much' else 'than'}"


def by_week(council: Council) -> Added | None:
    """What one more week in a care home for each person there would add, at the prices of COSTS_OF."""
    rows = spending.by_place(council).dropna(subset="weekly")
    if rows.empty or rows["people"].isna().any():
        return None
    where = tuple(Origin(f"{COSTS}/{table}", f"care homes, {council.name}") for table in (COUNTED_THEN, WEEKLY))
    name = "One more week for each person in a care home"
    return Added(name, float((rows["people"] * rows["weekly"]).sum()), name, where)


def finding(council: Council) -> Said:
    """What page one finds, as its heading."""
    people, when = by_people(council), by_when(council, first_year(council))
    if in_millions(people.pounds) == in_millions(0):
        return said("The number of people would hardly move the cost of long-term care by {when}", when=when)
    return said(
        "By {when} {more} people would {adds} about {about} a year {to} long-term care; prices {rising} {rate} a year "
        "would {adds} as much",
        when=when, more=more_or_fewer(people.pounds), adds=people.adds, about=people.about,
        to="to" if people.pounds > 0 else "from", rising=wording.compared("rising", people.pounds, 0),
        rate=as_much_in_price(council),
    )  # fmt: skip


# What moved it last


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
    def verb(self) -> str:
        """ "rose" or "fell"."""
        return wording.compared("rose", self.change.pounds, 0)

    @property
    def support(self) -> str:
        """ "dearer or larger support", or "cheaper or smaller support"."""
        return "dearer or larger support" if self.for_each.pounds >= 0 else "cheaper or smaller support"

    @property
    def more(self) -> str:
        """ "more" or "fewer", of people."""
        return more_or_fewer(self.people.pounds)


def last_change(council: Council, age: str = "") -> LastChange | None:
    """The change from the year before COSTS_OF, of an age band or of all, in parts that print as they add; or None."""
    rows = spending.last_change(council)
    rows = rows[rows["age_band"] == age] if age else rows
    if rows.empty or (not age and len(rows) < len(SPENT_ON)):
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
    """What moved spending in that year, an age band a row, and both: a table as it prints."""
    each = {f"Aged {AGE_BANDS[age]}": last_change(council, age) for age in reversed(list(SPENT_ON))}
    each = {name: one for name, one in {**each, "All": last_change(council)}.items() if one}
    rows = [
        [name, one.before, one.after, *(_signed(part) for part in (one.people, one.for_each, one.change))]
        for name, one in each.items()
    ]
    periods = [one.first, one.last] if (one := next(iter(each.values()), None)) else []
    return pd.DataFrame(rows, columns=["Long-term care", *periods, "From people", "From each one's support", "Change"])


def _signed(part: Added) -> Worked:
    return part.about.as_text(f"{part.pounds / 1e6:+,.1f}".replace("-", "−"))


# The chart and the table of what the cost is made of


def moves(council: Council, rise_pct: float) -> list[Added]:
    """What each change by itself would add a year by five years after the base."""
    local, week = local_rate(council), by_week(council)
    ages = [age for age in reversed(list(SPENT_ON)) if age in council.ages]
    changes = [*(by_people(council, age) for age in ages), by_price(council, rise_pct), local and local.one_year, week]
    return [change for change in changes if change]


def drawn(council: Council, rise_pct: float) -> charts.Figure:
    """The chart of these: a bar each; one that takes away is hatched."""
    bars = {one.name: one for one in moves(council, rise_pct)}
    values = pd.Series({name: abs(one.pounds) / 1e6 for name, one in bars.items()})
    less = tuple(name for name, one in bars.items() if one.pounds < 0)
    return charts.bar_chart(values, pd.Series({name: one.label for name, one in bars.items()}), less)


def drawn_title(council: Council, rise_pct: float) -> Said:
    """The title of the chart: which of these would add most."""
    most = max(moves(council, rise_pct), key=lambda one: one.pounds)
    return said("{most} would add most: {about}", most=most.name, about=most.about)


def drawn_note(council: Council, rise_pct: float) -> str:
    """What the chart's reader must know of its bars."""
    hatched = "Hatched: takes away. " if any(one.pounds < 0 for one in moves(council, rise_pct)) else ""
    once = " The council's own rate is put on one year alone: how long it lasts is not on file."
    return f"{hatched}In brackets: four in five futures of the number of people.{once if local_rate(council) else ''}"


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
        cells = [(row.people, "{:,.0f}"), (row.spent / 1e6, "{:,.1f}"), (round(row.spent / row.people, -2), "{:,.0f}")]
        cells += [(row.weeks, "{:,.0f}"), (row.weekly, "{:,.0f}")]
        rows.append(
            [name, *("not available" if pd.isna(n) else Worked(form.format(n), name, where) for n, form in cells)]
        )
    columns = ["Age, and where", "People", "£ million", "£ for each", "Weeks each", "£ a week"]
    return pd.DataFrame(rows, columns=columns)


def cited(council: Council) -> str:
    """What the amounts rest on: the official tables, the count and the population of the projection."""
    population = council.vintages[council.central_vintage]["title"]
    return f"{citation(COSTS)}; {council.support_source}; population: {population}"
