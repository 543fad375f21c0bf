"""The panel of notebooks/70_what_if: levers to turn, and what follows from them at once."""

from functools import cache
from html import escape

import pandas as pd

from helpers.base import wording
from helpers.base.authorities import known_authorities
from helpers.base.errors import InputError
from helpers.base.vocabulary import AGE_BANDS
from helpers.council import what_if
from helpers.council.opened import Council, open_council
from helpers.council.what_if import LIMITS, Levers
from helpers.paper import charts

#: What each lever is called beside its slider.
LEVERS = {
    "rate_pct_a_year": "Rate of support, % a year",
    "fewer_entrants_pct": "Fewer new entrants, %",
    "to_community_pct": "Residential homes to community, %",
    "cost_pct_a_year": "Cost of one person, % a year",
}


def table(council: Council, with_levers: pd.DataFrame, constant: pd.DataFrame) -> pd.DataFrame:
    """What follows, as it prints: a row a figure; the base, then five years on and the horizon with the levers, and
    the horizon at constant rates. with_levers, constant: as from what_if.projected."""
    years = list(dict.fromkeys([council.base_year, min(council.base_year + 5, council.horizon), council.horizon]))
    ends = {council.period_of(year): with_levers.loc[year] for year in years}
    ends[f"{council.period_of(council.horizon)}, as they are"] = constant.loc[council.horizon]

    def said(row: pd.Series) -> dict[str, str]:
        return {
            f"People aged {AGE_BANDS[what_if.AGE]}": wording.people(row["people"]),
            "Likely range, four in five": "as counted"
            if row["people_p10"] == row["people_p90"]
            else wording.likely_range(row["people_p10"], row["people_p90"]),
            "of them in care homes": wording.people(row["care_home"]),
            "of them in the community": wording.people(row["community"]),
            f"Spending at one cost for each person, {council.base_period} = 100": f"{row['spending_index']:.0f}",
        }

    return pd.DataFrame({period: said(row) for period, row in ends.items()})


def reasons_table(council: Council, levers: Levers) -> pd.DataFrame:
    """Why the number changes from the base to the horizon, as it prints: people by cause, and the whole change."""
    found = what_if.reasons(council, levers)
    rows = pd.concat([found, pd.Series({"the whole change": found.sum()})])
    signed = [wording.signed_count(wording.rounded(abs(people)) * (1 if people > 0 else -1)) for people in rows]
    return pd.DataFrame({"People": signed}, index=rows.index.map(wording.sentence_start).rename("Why"))


def chart(council: Council, with_levers: pd.DataFrame):
    """People aged 65 and over with the levers, in their bands, beside no change."""
    drawn = with_levers.assign(people_lower=with_levers["people"], people_upper=with_levers["people"])
    return charts.fan_chart(drawn, with_levers["people"].iloc[0], "With the levers")


def panel(authority_id: str, horizon: int) -> object:
    """The levers of one council with their chart and tables, an ipywidgets box; these follow when a lever is turned.

    A mistake (a horizon past the population) is said in the place of the chart.
    """
    import ipywidgets as widgets

    opened = cache(lambda name, year: open_council(name, horizon=year))
    constant = cache(lambda name, year: what_if.projected(opened(name, year)))
    names = {council["name"]: name for name, council in known_authorities().items() if "vintages" in council}
    wide = {"style": {"description_width": "16em"}, "layout": widgets.Layout(width="36em")}
    which = widgets.Dropdown(options=names, value=authority_id, description="Council", **wide)
    until = widgets.BoundedIntText(horizon, min=2026, max=2046, description="Year that the last one begins in", **wide)
    sliders = {
        name: widgets.FloatSlider(
            0, min=LIMITS[name][0], max=LIMITS[name][1], step=0.1, description=said, continuous_update=False, **wide
        )
        for name, said in LEVERS.items()
    }
    follows = widgets.HTML()

    def work_out(_: object = None) -> None:
        try:
            council = opened(which.value, until.value)
            levers = Levers(**{name: slider.value for name, slider in sliders.items()})
            with_levers = what_if.projected(council, levers)
            tables = table(council, with_levers, constant(which.value, until.value)), reasons_table(council, levers)
            parts = [charts.as_svg(chart(council, with_levers)), *(made.to_html() for made in tables)]
            follows.value = "".join(parts)
        except InputError as error:
            follows.value = f"<p>{escape(str(error))}</p>"

    turned = [which, until, *sliders.values()]
    for widget in turned:
        widget.observe(work_out, names="value")
    work_out()
    return widgets.VBox([*turned, follows])
