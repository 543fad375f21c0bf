"""The council's own figures on money, as it published them, and the questions to officers that follow."""

import pandas as pd

from helpers.base import wording
from helpers.base.numbers import Origin, Said, Worked, said
from helpers.checks.reconciliation import CHECK_COLUMNS
from helpers.council import checks
from helpers.council.chains import COSTS_OF
from helpers.council.opened import Council
from helpers.paper import enquiries
from helpers.paper.money import doubted, likely_range, local_rate, spent
from helpers.paper.outlook import first_year
from helpers.published.processed import read_processed
from helpers.published.sources import citation

#: What of the council's own figures on money members are shown, by the ends of their names.
OWN = ("spend_total", "spend_in_house", "spend_independent_sector", "gross_budget", "income_in_gross_budget")
OWN += ("preventative_share_of_budget",)


def own_figures(council: Council) -> pd.DataFrame:
    """The council's own published figures on money: rows of its book, those that unit_cost names among them."""
    rows = council.book.frame
    rows = rows[rows["area_code"] == council.area_code]
    if rows.empty:
        return rows
    named = [*council.consequences["unit_cost"]["figures"].get(council.id, {}).values()]
    keys = dict.fromkeys([*rows.index[rows.index.str.rpartition("/").get_level_values(2).isin(OWN)], *named])
    return rows.loc[[key for key in keys if key in rows.index]]


def own_table(council: Council) -> pd.DataFrame:
    """These as a table prints them: what, as published, for when."""
    rows = own_figures(council)
    cells = [
        [row["what"], Worked(_as_printed(row), row["what"], (Origin(key, row["what"]),)), row["period"]]
        for key, row in rows.iterrows()
    ]
    return pd.DataFrame(cells, columns=["Figure", "As published", "For"])


def _as_printed(row: pd.Series) -> str:
    thousands = row["unit"].startswith("gbp") and not row["as_published"].startswith("£")
    return wording.amount(row["value"], "gbp") if thousands else wording.as_printed(row["as_published"], row["unit"])


def own_cited(council: Council) -> str:
    """The documents that these are from."""
    return "; ".join(citation(source) for source in dict.fromkeys(own_figures(council)["source"]))


# Questions


def checked(council: Council) -> pd.DataFrame:
    """The checks of the council's own figures, as they were worked out; without rows where it has none on file."""
    if own_figures(council).empty:
        return pd.DataFrame(columns=CHECK_COLUMNS, dtype=str)
    return checks.own_results(council.id, read_processed(f"checks_{council.id}"))


def questions(council: Council) -> list[str | Said | None]:
    """Questions to officers that follow from what the paper found; the most useful first."""
    later, missing = spent(council, first_year(council)), council.missing.set_index("id")
    low, high = later.range.ends
    local = local_rate(council)
    prices = (
        said(
            "How much of the {rate} a year on packages is price, and how much their size? What is it now?",
            rate=local.rate,
        )
        if local
        else f"How far have prices, and the size of packages, moved in each year since {COSTS_OF}?"
    )
    plans = said(
        "The likely range for {when} is wide, {range}. Which number do the council's plans assume, and why?",
        when=later.when, range=likely_range(later),
    )  # fmt: skip
    rows = checked(council)
    disagree = rows[(rows["verdict"] == "disagrees") & rows["unit"].str.startswith("gbp")]
    own = own_figures(council)
    target = own[own["quantity"] == "cumulative_savings_target"]
    which = f"Which of the costs published for {COSTS_OF} are wrong, and what are the right ones?"
    return [
        which if doubted(council) else None,
        f"What was spent on long-term care in {council.base_period}, by setting, for how many weeks and hours, and at "
        "what prices?",
        prices,
        plans if 100 * (high - low) / later.value >= enquiries.WIDE_RANGE_PCT else None,
        *disagree["question"].map(enquiries.disagreement),
        *(
            said(
                "Was the {amount} of savings planned by {when} made, and how much is the budget of this year to save?",
                amount=Worked(wording.amount(row["value"], "gbp"), row["what"], (Origin(key, row["what"]),)),
                when=row["period"],
            )
            for key, row in target.iterrows()
        ),
        *(
            enquiries.missing(what, missing.loc[name, "needed_for"])
            for name, what in (
                ("supporting_documents", "the presentation behind the overview of the budget"),
                ("spending_by_group", "the split of spending by group and by type of care"),
            )
            if name in missing.index
        ),
    ]
