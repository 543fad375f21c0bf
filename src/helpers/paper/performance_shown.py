"""The charts and the table of the members' pages of the paper on performance, of one report."""

import pandas as pd

from helpers.base import wording
from helpers.base.numbers import Said, said
from helpers.base.vocabulary import SERVICES
from helpers.paper import charts
from helpers.paper.performance import Report, share_of_reviews
from helpers.projection import control_charts


def reviews_drawn(report: Report) -> charts.Figure:
    """The chart of page one: the share of people due a review who had one, by year. Refuses a single year."""
    return charts.line_chart(report.reviewed.to_frame("Had a review"), "{x:.0f}%", values="{:.0f}%")


def reviews_title(report: Report) -> Said:
    """Which way the share went, as the chart's title."""
    last, first = report.years[-1], report.years[0]
    went = wording.compared("went", report.reviewed[last], report.reviewed[first], wording.percentage)
    return said(
        "The share of people due a review who had one {went} from {before} in {first} to {now} in {last}",
        went=went, before=share_of_reviews(report, first), first=first, now=share_of_reviews(report, last), last=last,
    )  # fmt: skip


def in_words(points: pd.Series, form: str = "{:,.0f}") -> str:
    """A series in words and figures, for alternative text: "2017/18: 80; 2018/19: 75."."""
    return "; ".join(f"{period}: {form.format(value)}" for period, value in points.items()) + "."


def no_limits_said(points: pd.Series) -> str:
    """That a series is too short for limits, as a note; nothing where it is long enough."""
    if len(points) >= control_charts.LIMITS_FROM:
        return ""
    few = wording.number_of(len(points), "year")
    return f"No limits of chance are drawn here: {few} give none, or only limits on trial."


def flows_table(report: Report) -> pd.DataFrame:
    """Every flow of the quarter beside an average quarter of the year before it, and what chance alone would do."""
    rows = [
        [
            flow.name,
            flow.average,
            flow.count,
            flow.in_words,
            wording.count_range(*flow.by_chance) if flow.by_chance else "no range",
        ]
        for flow in report.flows.values()
    ]
    before = next(iter(report.flows.values())).year.when
    columns = ["What", f"Average quarter of {before}", report.quarter, "The quarter has", "By chance alone"]
    return pd.DataFrame(rows, columns=columns)


def reviews_note(report: Report) -> Said | str:
    """Why reviews completed are not the people who had a review, as a sentence; nothing where one is not on file."""
    year, flow = report.years[-1], report.flows.get("reviews")
    if not flow or flow.year.when != year:
        return ""
    return said(
        "Reviews completed count reviews, {reviews} in {year}; the share on page one counts people, {people} with one.",
        reviews=flow.year.as_text(wording.count(flow.year.value)), year=year,
        people=report.series("people_reviewed")[year],
    )  # fmt: skip


def assured_drawn(report: Report) -> charts.Figure:
    """The share of providers that were assessed, by service, as bars with their counts."""
    shares, labels = assured_shares(report)
    return charts.bar_chart(shares, labels, (shares.idxmin(),) if shares.nunique() > 1 else ())


def assured_note(report: Report) -> str:
    """What the hatch of the bars marks, and what is not known of providers, where either is so."""
    shares, _ = assured_shares(report)
    hatched = "Hatched: the lowest share. " if shares.nunique() > 1 else ""
    return hatched + ("Of those not assessed nothing is known." if shares.min() < 100 else "")


def assured_shares(report: Report) -> tuple[pd.Series, pd.Series]:
    """The share of providers of each service that were assessed, in per cent, and each in words: "22 of 33: 67%"."""
    shares, labels = {}, {}
    for service, each in report.assured.items():
        part, whole = each["providers_assessed"].value, each["providers"].value
        shares[SERVICES[service]] = 100 * part / whole
        counts = f"{wording.count(part)} of {wording.count(whole)}"
        labels[SERVICES[service]] = f"{counts}: {wording.percentage(100 * part / whole)}"
    return pd.Series(shares, dtype=float), pd.Series(labels, dtype=object)
