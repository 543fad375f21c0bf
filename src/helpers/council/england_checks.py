"""Official tables of all councils, as their checks take them, and every check that is declared, made."""

import functools
import re
from collections.abc import Iterator

import numpy as np
import pandas as pd

from helpers.base import checked_files, schemas
from helpers.base.errors import InputError, nearest
from helpers.base.paths import ENGLAND_CHECKS, root
from helpers.checks import across_councils as across
from helpers.checks.across_councils import Checked
from helpers.published.official import areas
from helpers.published.official.areas import ENGLAND
from helpers.published.official.tables import (
    ADDING,
    COUNTED,
    SLACK_OF_MONEY,
    descriptor_of,
    hashable,
    read_figure,
    read_official,
)

#: The tables of data/processed that notebooks/18_check_england makes.
FOUND, TRIED = "england/figures_checked", "england/figures_tried"
TRIED_COLUMNS = ["rule", "source", "table", "tried", "found"]
#: What each check holds against what, as a table says it.
RULES = {
    "totals": "Totals against the sums of their parts",
    "of_england": "England's figures against the sums of its councils",
    "rates": "Rates against their numerators and denominators",
    "same": "The same figure in two tables",
    "jumps": "Changes from one year to the next, against other councils'",
    "twice": "Councils that stand in a table twice",
    "codes": "Codes that stand for no council of that year",
    "below_zero": "Figures that are less than nothing",
    "without_number": "Marks where most councils print a number",
}
_NUMBER = r"-?\d+(\.\d+)?"
#: Ages that a table of single years of age is read in.
BANDS = {"0-17": (0, 17), "18-64": (18, 64), "65+": (65, 200)}


@functools.cache
def _councils() -> dict:
    return areas.councils()


def declared() -> dict:
    """What data/assumptions says of the checks: limits, tables, pairs. Refuses a file that does not fit."""
    return checked_files.read_yaml(root() / ENGLAND_CHECKS, schemas.ENGLAND_CHECKS)


def sources(content: dict) -> list[str]:
    """The publications that are checked, by folder."""
    return list(dict.fromkeys(one["table"].partition("/")[0] for one in content["tables"]))


def figures(table: str) -> pd.DataFrame:
    """All figures of an official table ("source/table"), a row a figure: across.FIGURE and the table's keys.

    A table of single years of age comes in BANDS and "all"; one with a column a year has these as its periods. A text
    that is no figure and no mark of the table has the status "unreadable".
    """
    source, _, name = table.partition("/")
    resources = {one["name"]: one for one in descriptor_of(source)["resources"]}
    if name not in resources:
        raise InputError(f"{ENGLAND_CHECKS} names the table {table!r}.{nearest(name, list(resources))}")
    columns, frame = resources[name]["figures"], read_official(source, name)
    if "all_ages" in frame:
        frame, columns = _in_bands(frame), {"persons": {"unit": "people"}}
    elif not set(columns) & set(frame):
        years = [column for column in frame if re.fullmatch(r"\d{4}", column)]
        frame = frame.melt([key for key in frame if key not in years], years, "period", next(iter(columns)))
    keys = [key for key in frame if key not in columns]
    long = frame.melt(keys, [column for column in columns if column in frame], "column", "as_published")
    long = long[long["as_published"] != ""].reset_index(drop=True)
    return _read(long, columns, resources[name].get("marks", {}))


def _in_bands(frame: pd.DataFrame) -> pd.DataFrame:
    """People by BANDS and all ages together, from a table with a column a year of age."""
    ages = {column: int(column.removesuffix("+")) for column in frame if re.fullmatch(r"\d+\+?", column)}
    numbers = frame[list(ages)].apply(pd.to_numeric, errors="coerce")
    parts = {
        band: numbers[[age for age, number in ages.items() if first <= number <= last]].sum(axis=1, skipna=False)
        for band, (first, last) in BANDS.items()
    }
    wide = frame[["area_code", "period"]].assign(
        **{band: people.map("{:.0f}".format) for band, people in parts.items()}
    )
    return wide.assign(all=frame["all_ages"]).melt(["area_code", "period"], [*BANDS, "all"], "age_band", "persons")


def _read(long: pd.DataFrame, columns: dict, marks: dict) -> pd.DataFrame:
    """Figures with value, bounds and status: plain numbers that are not rounded at once, each other text once."""
    whole, texts = long["area_code"] == ENGLAND, long["as_published"]
    rounded = long["column"].map({name: one.get("rounded_to") for name, one in columns.items()}).astype(float)
    of_england = (
        long["column"].map({name: one.get("rounded_in_england") for name, one in columns.items()}).astype(float)
    )
    rounded = rounded.mask(whole & of_england.notna(), of_england)
    plain = texts.str.fullmatch(_NUMBER) & rounded.isna()
    value = pd.to_numeric(texts.where(plain), errors="coerce").astype(float)
    told = pd.DataFrame({"value": value, "lower": value, "upper": value, "status": "exact"})
    others = pd.DataFrame({"column": long["column"], "text": texts, "rounded": rounded})[~plain]
    each = others.drop_duplicates()
    read = [_figure(row.text, columns[row.column]["unit"], row.rounded, marks) for row in each.itertuples()]
    read = each.assign(**dict(zip(told, zip(*read, strict=True), strict=True))) if read else each.assign(**told[:0])
    others = others.merge(read, on=list(others), how="left").set_index(others.index)
    told.loc[others.index] = others[list(told)]
    return long.assign(unit=long["column"].map({name: one["unit"] for name, one in columns.items()})).join(told)


def _figure(text: str, unit: str, rounded_to: float, marks: dict) -> tuple[float, float, float, str]:
    try:
        figure = read_figure(text, unit, None if np.isnan(rounded_to) else int(rounded_to), hashable(marks))
    except InputError:
        return np.nan, np.nan, np.nan, across.UNREADABLE
    value = float(figure.value) if isinstance(figure.value, (int, float)) else np.nan
    return value, float(figure.lower), float(figure.upper), figure.status


def checks(content: dict) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Every declared check, made. Returns what was found, and how much was tried.

    The first has rule, source, table, area_code, council, what and the columns of across.FOUND; the second rule,
    source, table, tried and found, a row a check.
    """
    made, known = [], {one["table"]: figures(one["table"]) for one in content["tables"]}
    for one in content["tables"]:
        made += [(rule, one["table"], checked) for rule, checked in _of_table(one, known[one["table"]], content)]
    for one in content["same"]:
        of, other = (_where(known, one[side]) for side in ("figure", "other"))
        made.append(("same", one["figure"]["table"], across.same(of, other, _slack(of))))
    tried = pd.DataFrame(
        [(rule, *table.split("/"), of.tried, len(of.found)) for rule, table, of in made], columns=TRIED_COLUMNS
    )
    found = [_said(rule, table, of.found) for rule, table, of in made if len(of.found)]
    return pd.concat(found, ignore_index=True), tried.groupby(
        ["rule", "source", "table"], sort=False, as_index=False
    ).sum()


def _said(rule: str, table: str, found: pd.DataFrame) -> pd.DataFrame:
    """Findings with the table that they are of, whose figures they are, and what is counted, in words."""
    names = {code: one.council for code, one in _councils().items()} | {ENGLAND: "England"}
    source, name = table.split("/")
    what = (found["keys"] + ", ").where(found["keys"] != "", "") + found["column"]
    return pd.DataFrame(
        {"rule": rule, "source": source, "table": name, "area_code": found["area_code"]}
        | {"council": found["area_code"].map(names).fillna("no council"), "what": what.str.replace("_", " ")}
        | {name: found[name] for name in ("as_published", "before", "least", "most", "gap", "hidden")}
    )


def _of_table(declared_for: dict, rows: pd.DataFrame, content: dict) -> Iterator[tuple[str, Checked]]:
    """The checks of one table, each with its rule."""
    yield "twice", across.twice(rows)
    told = _serving(rows)
    yield "codes", across.codes(rows, told["known"])
    yield "without_number", across.without_number(rows[told["serves"]], content["expected_pct"], ENGLAND)
    yield "below_zero", across.below_zero(rows)
    once = rows.drop_duplicates(["area_code", "column", *across.keys_of(rows)])
    adding = once[once["unit"].isin(ADDING)]
    for key in declared_for.get("totals", []):
        yield "totals", across.totals(adding, key, declared_for.get("beside", []), _slack(adding))
    if declared_for.get("england"):
        yield "of_england", across.of_england(adding, ENGLAND, _slack(adding))
    for rate in declared_for.get("rates", []):
        of = once if "measure" not in rate else once[once["measure"].isin(rate["measure"])]
        yield "rates", across.rates(of, rate["part"], rate["whole"], rate["rate"], rate["per"], rate["rounded_to"])
    for column in declared_for.get("jumps", []):
        of = once[once["column"] == column]
        yield "jumps", across.jumps(of, content["jumps"]["limit"], of["unit"].isin(COUNTED).all(), ENGLAND)


def _slack(rows: pd.DataFrame) -> float:
    return 0.0 if rows["unit"].isin(COUNTED).all() else SLACK_OF_MONEY


def _where(known: dict[str, pd.DataFrame], rows: dict) -> pd.DataFrame:
    """The figures of one side of a pair: of a table, where its keys are as said; without these keys."""
    if rows["table"] not in known:
        raise InputError(f"{ENGLAND_CHECKS} pairs the table {rows['table']!r}.{nearest(rows['table'], list(known))}")
    found, keys = known[rows["table"]], {key: value for key, value in rows.items() if key != "table"}
    for key, value in keys.items():
        found = found[found[key] == value] if key in found else found[:0]
        if found.empty:
            raise InputError(f"{ENGLAND_CHECKS}: {rows['table']} has no row where {key} is {value!r}.")
    return found.drop(columns=[key for key in keys if key != "column"])


def _serving(rows: pd.DataFrame) -> pd.DataFrame:
    """For each code and period: whether it is England's or a council's, and not of one that had ended by then (known);
    and whether that council served then (serves). A council of today may stand for those before it."""
    councils, found = _councils(), {}
    for code, period in rows[["area_code", "period"]].drop_duplicates().itertuples(index=False):
        council = councils.get(code)
        days = areas.days_of(period) if "/" in period else None
        if re.fullmatch(r"\d{1,2} \w+ \d{4}", period):
            days = 2 * (pd.Timestamp(period).date().isoformat(),)
        serves = code == ENGLAND or (council is not None and (days is None or council.serves(*days)))
        ended = council is not None and days is not None and council.ended <= days[0]
        found[code, period] = (serves or (council is not None and not ended), serves)
    told = pd.DataFrame(found.values(), pd.MultiIndex.from_tuples(found), columns=["known", "serves"])
    return told.loc[pd.MultiIndex.from_frame(rows[["area_code", "period"]])].set_index(rows.index)
