"""What the annex of the paper on money shows of a council, and what it rests on (helpers.paper.money)."""

import pandas as pd

from helpers.base import wording
from helpers.base.numbers import Origin, Worked
from helpers.base.vocabulary import AGE_BANDS, SERVICES
from helpers.council import spending
from helpers.council.chains import COSTS, COSTS_OF, COUNTED_THEN, HOURLY, SPENT_ON, WEEKLY, spending_said
from helpers.council.numbers import step
from helpers.council.opened import Council
from helpers.paper import outlook_annex
from helpers.paper.money import first_year, kept, spent, table_of
from helpers.paper.money_own import checked, own_figures
from helpers.published.sources import citation

PRICES_HELD = "An assumption, so that amounts can be compared over the years."
ANOTHER_COUNCIL = "What this council published itself, and what another did: scope, prices and years differ."
BESIDE = "Official figures, which are counted alike, are set beside each other in the paper “Beside other councils”."
ONE_FOR_ONE = "An assumption: much of a budget does not."


def by_setting(council: Council, last: int) -> pd.DataFrame:
    """Long-term care by age and setting, the older first: as spent, in the base, and in a last year with its range."""
    rows = kept(council)
    older_first = {f"aged {AGE_BANDS[age]}": place for place, age in enumerate(reversed(list(SPENT_ON)))}
    place = rows["assumption"].str.partition(":")[0].map(older_first).fillna(len(older_first))
    rows = rows.loc[place.sort_values(kind="stable").index]
    return spending_said(council, rows, [int(COSTS_OF[:4]), council.base_year, last])


def prices(council: Council) -> pd.DataFrame:
    """What a week and an hour cost the council, in whole pounds from 100 on, a column a year; or without rows."""
    costs = kept(council, "unit_cost")
    by_year = costs.pivot(index="assumption", columns="year", values="value").astype(float)
    periods = {year: council.period_of(int(year)) for year in by_year}
    where = step(table_of(council), "unit costs")
    cells = [
        [wording.sentence_start(what), *(_price(cost, f"{what}, {periods[year]}", where) for year, cost in row.items())]
        for what, row in by_year.iterrows()
    ]
    return pd.DataFrame(cells, columns=["What", *periods.values()])


def _price(cost: float, what: str, where: Origin) -> Worked | str:
    return "not published" if pd.isna(cost) else Worked(f"{cost:,.{0 if cost >= 100 else 2}f}", what, (where,))


def by_population(council: Council) -> pd.DataFrame:
    """All long-term care on each population projection, five years on and in the last year."""
    years = list(dict.fromkeys([first_year(council), council.horizon]))
    rows = [
        [about["short_title"], *(_in_millions(spent(council, year, vintage=name)) for year in years)]
        for name, about in council.vintages.items()
    ]
    return pd.DataFrame(rows, columns=["Population projection", *map(council.period_of, years)])


def _in_millions(number) -> Worked:
    return Worked(f"{number.value / 1e6:,.1f}", number.what, number.rests_on)


def holding(council: Council) -> pd.DataFrame:
    """How many fewer would have to come into support to hold the number of people, by how long they stay."""
    rows, where = kept(council, "fewer_entrants"), step(table_of(council), "fewer entrants")
    cells = [
        [
            f"{row.assumption.partition('mean stay of ')[2]} on average",
            Worked(wording.percentage(float(row.value)), row.assumption, (where,)),
        ]
        for row in rows.itertuples()
    ]
    return pd.DataFrame(cells, columns=["How long people have support", "Fewer who start"])


def _own(council: Council, quantity: str) -> pd.DataFrame:
    rows = council.book.frame
    return rows[(rows["area_code"] == council.area_code) & (rows["quantity"] == quantity)]


def listed_budgets(council: Council) -> pd.DataFrame:
    """The council's latest list of gross budgets by type of service, largest first; without rows where it has none."""
    rows = _own(council, "gross_budget").query("service != 'all'").sort_values("value", ascending=False)
    rows = rows[rows["period_end"] == rows["period_end"].max()]
    total = rows["value"].sum()
    cells = [
        [SERVICES[row["service"]], *_budget(row["value"], total, (Origin(key, row["what"]),))]
        for key, row in rows.iterrows()
    ]
    if cells:
        cells.append(["All that are listed", *_budget(total, total, ())])
    return pd.DataFrame(cells, columns=["Type of service", rows["period"].max() if len(rows) else "", "Share"])


def _budget(value: float, total: float, where: tuple) -> list[Worked]:
    return [Worked(f"{value / 1e6:,.1f}", "Gross budget", where), Worked(f"{100 * value / total:.1f}%", "Share", where)]


def savings(council: Council) -> pd.DataFrame:
    """Savings that were planned, each year holding those before; without rows where none are on file."""
    rows = _own(council, "cumulative_savings_target").sort_values("period_start")
    cells = [
        [row["period"], Worked(f"{row['value'] / 1e6:,.1f}", row["what"], (Origin(key, row["what"]),))]
        for key, row in rows.iterrows()
    ]
    return pd.DataFrame(cells, columns=["Year", "Added up"])


def lists(council: Council) -> list[dict]:
    """The council's own lists, each as tables.show takes it: budgets by type of service, and planned savings."""
    found = [
        {
            "frame": listed_budgets(council),
            "title": "Gross budgets by type of service",
            "unit": "million pounds before income, and per cent",
            "source": _cited(council, "gross_budget"),
            "note": "The types that were listed in an answer, which may not be all. The total is worked out.",
            "total_row": True,
        },
        {
            "frame": savings(council),
            "title": "Savings that were planned",
            "unit": "million pounds, each year with those before it",
            "source": _cited(council, "cumulative_savings_target"),
            "note": "Whether they were made is not on file.",
        },
    ]
    return [one for one in found if len(one["frame"])]


def _cited(council: Council, quantity: str) -> str:
    return "; ".join(citation(source) for source in dict.fromkeys(_own(council, quantity)["source"]))


def apart(council: Council) -> str:
    """Figures on money that must not be set side by side, each with why, as a list."""
    rows = checked(council)
    rows = rows[(rows["verdict"] == "not_comparable") & rows["unit"].isin(["times", "gbp"])]
    rows = rows[rows["check"].str.contains("budget|spend")]
    own = [f"{row['what']}: {wording.in_sentence(row['cause'])}" for _, row in rows.iterrows()]
    beside = f" {BESIDE}" if "beside_others" in council.settings["briefings"] else ""
    return "\n".join(f"- {text}" for text in (*own, ANOTHER_COUNCIL + beside))


def assumptions_made(council: Council, meeting_date: str) -> pd.DataFrame:
    """Every assumption behind the amounts: those of money first, then those of the number of people."""
    review = wording.date(council.consequences["unit_cost"]["review_date"])
    own = [
        ["Prices and packages", f"as in {COSTS_OF}", "none", PRICES_HELD, review],
        ["Spending follows the number of people", "one for one", "none", ONE_FOR_ONE, review],
    ]
    others = outlook_annex.assumptions_made(council, meeting_date)
    return pd.concat([pd.DataFrame(own, columns=others.columns), others])


def documents(council: Council) -> tuple[list[str], list[str]]:
    """The documents that the paper rests on, and their tables."""
    parts = [part for about in council.vintages.values() for part in about["benchmarks"]]
    own = pd.concat(
        [own_figures(council), *(_own(council, name) for name in ("gross_budget", "cumulative_savings_target"))]
    )
    names = [COSTS, council.settings["support"]["source"], *own["source"], *(part["source"] for part in parts)]
    tables = [*SPENT_ON.values(), COUNTED_THEN, WEEKLY, HOURLY, spending.SPENT_BY_AGE, spending.COUNTED_BY_YEAR]
    tables += [*council.settings["support"]["tables"], *own["table"], *(part["table"] for part in parts)]
    return list(dict.fromkeys(names)), list(dict.fromkeys(tables))
