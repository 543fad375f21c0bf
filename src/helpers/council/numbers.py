"""A council's figures as numbers that know themselves: each with the published cell, or the step, that it rests on."""

from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from helpers.base import checked_files, wording
from helpers.base.cells import HIDDEN
from helpers.base.errors import InputError
from helpers.base.numbers import Number, Origin
from helpers.base.paths import known_sources, relative
from helpers.base.vocabulary import AGE_BANDS, SETTING_GROUPS, SETTINGS, SUPPORT_REASONS
from helpers.checks.figure_book import words_for
from helpers.checks.reconciliation import figure_of
from helpers.council import series
from helpers.projection import projection_tables
from helpers.projection.demand import ADULTS, TOTAL
from helpers.published import sources
from helpers.published.processed import processed_path

if TYPE_CHECKING:
    from helpers.council.opened import Council


def step(table: str, row: str) -> Origin:
    """A row of a processed table, in words, as what a number rests on; it names the notebook behind it."""
    path = processed_path(table)
    made_by = _made_by(path.with_suffix(".yaml"))
    return Origin(relative(path), f"{row}{made_by and f'; made by {made_by}'}")


@cache
def _made_by(description: Path) -> str:
    return checked_files.parse_yaml(description)["made_by"] if description.is_file() else ""


def cells(rows: pd.DataFrame) -> pd.Series:
    """The cells that rows of a tidy table are of, as what numbers rest on (Origin)."""
    tables = {source: sources.about(source)["resources"] for source in rows["source"].unique()}
    titles = {(source, table["name"]): table["title"] for source, each in tables.items() for table in each}
    found = [
        Origin(
            f"{row['source']}/{row['table']}!{row['cell']}",
            f"{words_for(row, titles[row['source'], row['table']])}, printed as {row['as_published']}",
        )
        for _, row in rows.iterrows()
    ]
    return pd.Series(found, rows.index, dtype=object)


def published(row: pd.Series, cell: Origin) -> Number:
    """A figure as it was published, from a row of a tidy table and its cell; a hidden one prints as hidden."""
    what = cell.words.rpartition(", printed as ")[0]
    return Number(row["value"], what, (cell,), row["unit"], published=True, when=row["period"])


def who(age: str, support_reason: str = TOTAL, setting: str = TOTAL) -> str:
    """A group of people with long-term support, in words."""
    ages = f" aged {AGE_BANDS.get(age, age)}"
    kinds = [(support_reason, SUPPORT_REASONS), (setting, SETTINGS)]
    parts = [f", {wording.in_sentence(words.get(name, name))}" for name, words in kinds if name != TOTAL]
    return f"People{ages} with long-term support{''.join(parts)}"


@lru_cache(maxsize=512)
def base_rows(council: "Council", age: str, support_reason: str, setting: str) -> pd.DataFrame:
    """The published rows that the base of a group is made of: one, or those of its ages, settings; to be left as is."""
    rows, settings = council.support, SETTING_GROUPS.get(setting, (setting,))
    ages = rows["age_band"].unique() if age == ADULTS else [age]
    of_group = rows["age_band"].isin(ages) & rows["setting"].isin(settings)
    return rows[of_group & (rows["support_reason"] == support_reason)]


def counted(council: "Council", age: str, support_reason: str, setting: str) -> Number:
    """People of a group in the base, as published. Raises InputError for one that is not, with what there is."""
    rows = base_rows(council, age, support_reason, setting)
    if len(rows) == 1:
        return published(rows.iloc[0], council.support_cells[rows.index[0]])
    asked = {"age_band": age, "support_reason": support_reason, "setting": setting}
    for column, value in asked.items():
        if value not in (known := list(council.support[column].unique())):
            raise InputError(
                f"The base of {council.name} has no {wording.column_label(column).lower()} {value!r}: its tables give "
                f"{', '.join(known)}."
            )
    raise InputError(f"{who(age, support_reason, setting)}: not published by itself for {council.name}.")


def people(council: "Council", age: str, year: int, support_reason: str, setting: str) -> Number:
    """People of a group in a year: as published in the base year, else as projected (Council.people)."""
    if year == council.base_year:
        counts = base_rows(council, age, support_reason, setting)
        if len(counts) == 1:
            return counted(council, age, support_reason, setting)
        if len(counts) and not counts["status"].isin(HIDDEN).any():
            origins, what = tuple(council.support_cells[counts.index]), who(age, support_reason, setting)
            return Number(counts["value"].sum(), what, origins, published=True, when=council.base_period)
    rows, kept = council.projection, council.detailed_years
    if TOTAL not in (support_reason, setting) and len(kept) and year in set(rows["year"]) - set(kept):
        raise InputError(
            f"{who(age, support_reason, setting)}: a projection of both together is kept for "
            f"{wording.listed(map(str, sorted(kept)))}, and not for {year}. Ask for one of these years."
        )
    row = projection_tables.row_of(rows, year, age, support_reason, setting)
    period = council.period_of(year)
    what = f"{who(age, support_reason, setting)}, {period}, {council.under}"
    return Number(
        row["people"],
        what,
        _grown(council, age, period, support_reason, setting),
        when=period,
        quantiles=tuple(row[list(projection_tables.BANDS)]),
    )


def _grown(
    council: "Council", age: str, when: str, support_reason: str = TOTAL, setting: str = TOTAL, vintage: str = ""
) -> tuple[Origin, ...]:
    """What a projected number rests on: its row of the projection, and the published counts that it grew from."""
    table = f"projection_{council.id}_{vintage or council.vintage}_{council.scenario}"
    counts = base_rows(council, age, support_reason, setting)
    row = step(table, f"{wording.in_sentence(who(age, support_reason, setting))}, {when}")
    return (row, *council.support_cells[counts.index])


def people_at(council: "Council", age: str, time: float, when: str) -> Number:
    """People of an age band at a time between the years of the projection, along a line. when: that time in words."""
    projected = projection_tables.people_at(council.outlook, time, age)
    rests_on = _grown(council, age, f"along a line between years, to {when}", vintage=council.central_vintage)
    return Number(projected, f"{who(age)}, {when}, {council.under}", rests_on, when=when)


def latest(council: "Council", age: str) -> Number:
    """The latest published count of an age band of those whom the base counts (Council.latest)."""
    formulas = council.settings.get("latest_count", {}).get("figures", {})
    if age not in formulas:
        known = f"; there is one of people aged {wording.listed(map(AGE_BANDS.get, formulas))}" if formulas else ""
        asked = AGE_BANDS.get(age, age)
        raise InputError(f"Not on file for {council.name}: a latest count of people aged {asked}{known}.")
    text, row = formulas[age], council.latest_count.loc[age]
    where = f"authorities.toml, {council.id}, latest_count"
    _, used = figure_of(text, where, series.book_of(council.id, [text]), known_sources())
    origins = tuple(Origin(key, f"{one['what']}, printed as {one['as_published']}") for key, one in used.iterrows())
    what = f"{who(age)}, {row['period']}, as counted"
    return Number(row["value"], what, origins, row["unit"], published=True, when=row["period"])
