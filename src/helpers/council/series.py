"""Single published figures that authorities.toml and assumption files name, and series of them for the backtest."""

import numpy as np
import pandas as pd

from helpers.base.authorities import authority_named, documents_named, series_named
from helpers.base.errors import InputError
from helpers.base.paths import known_sources
from helpers.base.periods import decimal_year
from helpers.base.wording import number_word
from helpers.checks.figure_book import Book
from helpers.checks.reconciliation import figure_of
from helpers.council.checks import figure_book
from helpers.council.figures import base_time, breaks, first_support_of
from helpers.projection.demand import Gradients, growth_of, part_of
from helpers.projection.population import Population, financial_year
from helpers.projection.scenarios import recent_trend
from helpers.published.sources import citation

#: What figure() says of a published figure.
FIGURE = ("value", "lower", "upper", "unit", "measure", "period", "period_start", "period_end", "quantity", "what")
FIGURE += ("time", "known_from", "table", "citation")


def book_of(authority_id: str, texts: list[str]) -> Book:
    """The figures of the documents that these formulas name, for one council."""
    return figure_book(authority_id, documents_named(texts))


def figure(authority_id: str, text: str, where: str, book: Book | None = None) -> pd.Series:
    """One published figure, or a sum of some: value, lower, upper, unit, measure, period, time, known_from, citation.

    time: the decimal year that it stands for; known_from: that at which its period had ended. where: what names it.
    Raises InputError for a figure that is on no file, another council's, or a formula over several periods or measures.
    """
    (value, lower, upper), used = figure_of(text, where, book or book_of(authority_id, [text]), known_sources())
    for column in ("measure", "period", "unit"):
        if used[column].nunique() > 1:
            found = ", ".join(sorted(used[column].unique()))
            raise InputError(f"{where}: {text!r} joins figures of more than one {column} ({found}). Take one of them.")
    first = used.iloc[0]
    year = int(first["period_start"][:4])
    middle = (decimal_year(first["period_start"]) + decimal_year(first["period_end"])) / 2
    return pd.Series(
        {
            "value": value,
            "lower": lower,
            "upper": upper,
            **first[["unit", "measure", "period", "period_start", "period_end", "quantity", "what"]],
            "time": financial_year(year) if first["period_kind"] == "financial_year" else middle,
            "known_from": decimal_year(first["period_end"]),
            "table": f"{first['source']}/{first['table']}",
            "citation": "; ".join(dict.fromkeys(citation(source) for source in used["source"])),
        }
    )


def latest_count(authority_id: str) -> pd.DataFrame:
    """The latest published count of the people whom the base counts: a row an age band, columns as from figure.

    Without rows where authorities.toml names none.
    """
    texts = authority_named(authority_id).get("latest_count", {}).get("figures", {})
    if not texts:
        return pd.DataFrame(columns=FIGURE)
    book, where = book_of(authority_id, list(texts.values())), f"authorities.toml, {authority_id}, latest_count"
    return pd.DataFrame({age: figure(authority_id, text, where, book) for age, text in texts.items()}).T.infer_objects()


def points_of(authority_id: str, series: str, book: Book | None = None) -> pd.DataFrame:
    """The points of one backtest series: series, and of each what figure() says, in the order of time.

    A point of the base's own tables stands where the base does. Raises InputError for points of two measures or units,
    and for a series that crosses a registered break without naming it as its bridge.
    """
    about = series_named(authority_id, series)
    where = f"authorities.toml, {authority_id}, backtest {series!r}"
    rows = pd.DataFrame([figure(authority_id, text, where, book) for text in about["points"]])
    for column in ("measure", "unit"):
        if rows[column].nunique() > 1:
            raise InputError(
                f"{where}: its points are of more than one {column} ({', '.join(sorted(rows[column].unique()))}): a "
                "count during a year is no count on a date. Make a series of each."
            )
    crossed = [
        known["id"] for known in breaks() for quantity in rows.loc[rows["period_start"] >= known["from"], "quantity"]
        if quantity in known["quantities"] and rows["period_start"].min() < known["from"]
    ]  # fmt: skip
    if unnamed := [name for name in crossed if name != about.get("bridge")]:
        raise InputError(
            f"{where}: it runs across a registered break, {unnamed[0]}. Name it as the series' bridge, or stop the "
            "series there."
        )
    support = first_support_of(authority_id)
    own = (support["source"] + "/" + support["table"]).unique()
    rows.loc[rows["table"].isin(own), "time"] = base_time(support)
    return rows.assign(series=series).sort_values("time").reset_index(drop=True)


def figures_of_scenario(authority_id: str, rule: dict) -> dict[str, pd.Series]:
    """The published figures that a scenario names for an authority, by what it calls them.

    Raises InputError where it names none for this authority_id.
    """
    named = rule.get("figures", {}).get(authority_id)
    where = f"data/assumptions/scenarios/{rule['id']}.yaml"
    if not named:
        raise InputError(
            f"{where} names no figures for {authority_id!r}. Add them under figures, or choose another scenario."
        )
    book = book_of(authority_id, list(named.values()))
    return {name: figure(authority_id, text, where, book) for name, text in named.items()}


def trend_of(authority_id: str, rule: dict, base: pd.DataFrame, population: Population, central: Gradients) -> float:
    """The slope of the log rate a year that a scenario follows: of its series, held against constant rates.

    0 for a scenario that follows no trend. Raises InputError for a series with fewer points than the scenario asks for.
    """
    if rule["kind"] != "trend":
        return 0.0
    name = rule["values"]["series"]
    points = points_of(authority_id, name)
    part = part_of(base, series_named(authority_id, name)["grows_as"])
    first = points["time"].iloc[0]
    grown = [growth_of(part, population, central, first, time) for time in points["time"]]
    return recent_trend(points["value"].to_numpy() / np.array(grown), points["time"], rule["values"]["minimum_points"])


def rules_said(authority_id: str, rules: list[dict], trends: dict[str, float]) -> pd.DataFrame:
    """What each part of a scenario assumes: title, kind, meaning, trend_pct_a_year (of the log rate), follows (whom).

    rules: as from assumptions.scenario_for. trends: as from trend_of, by id.
    """
    rows = [
        {
            "title": rule["title"],
            "kind": rule["kind"],
            "meaning": rule["meaning"].strip(),
            "trend_pct_a_year": 100 * trends[rule["id"]],
            "follows": series_said(authority_id, rule) if rule["kind"] == "trend" else "no series",
        }
        for rule in rules
    ]
    return pd.DataFrame(rows)


def series_said(authority_id: str, rule: dict) -> str:
    """The series that a scenario follows, in words: "six counts of people eligible for a review, 2017/18 to ..."."""
    points = points_of(authority_id, rule["values"]["series"])
    title = series_named(authority_id, rule["values"]["series"])["title"]
    return f"{number_word(len(points))} counts of {title}, {points['period'].iloc[0]} to {points['period'].iloc[-1]}"
