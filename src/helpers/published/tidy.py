"""Printed tables to tidy figures: one row a figure, with what it counts, its bounds, and the cell it stands in."""

import math
import os
import re

import pandas as pd

from helpers.base import checked_files, schemas, vocabulary
from helpers.base.authorities import area_of
from helpers.base.cells import HIDDEN, NOT_GIVEN, parse_figure, parts_of_composite, refuse_lost_per_cent
from helpers.base.errors import InputError, Mistakes, nearest
from helpers.base.paths import relative
from helpers.base.periods import MONTHS, Period, parse_period
from helpers.base.typed_numbers import refuse_typed_in
from helpers.published.printed_tables import (
    check_header,
    is_period,
    printed_table,
    records_of_columns,
    records_of_matrix,
)
from helpers.published.sources import CORRECTIONS, is_text, read_descriptor
from helpers.published.totals import DIMENSIONS, KEYS, PERIOD, describe, totals_of
from helpers.published.workbooks import cell_name, damage, is_formula

#: The columns of a tidy table: what is counted, for whom and when; then the figure; then where it was printed.
FIGURE = ["value", "lower", "upper", "unit", "status", "qualifier", "as_published"]
ORIGIN = ["source", "table", "cell"]
TIDY_COLUMNS = [*KEYS, *FIGURE, *ORIGIN]


def read_corrections(descriptor: dict) -> list[dict]:
    """The publisher's slips that are declared for a document: table, cell, printed, meant, reason.

    Raises InputError for a file that does not fit, or a table that the document does not have.
    """
    path = descriptor["folder"] / CORRECTIONS
    if not os.path.lexists(path):
        return []
    corrections = checked_files.read_yaml(path, schemas.CORRECTIONS)["corrections"]
    known = [resource["name"] for resource in descriptor["resources"]]
    for correction in corrections:
        if correction["table"] not in known:
            raise InputError(
                f"{relative(path)} corrects a table {correction['table']!r}.{nearest(correction['table'], known)}"
            )
        refuse_typed_in(correction, ("reason",), f"{relative(path)}, {correction['cell']}", fills=False)
    return corrections


def tidy(source: str) -> pd.DataFrame:
    """All tables of figures of one document as one tidy table.

    Columns: TIDY_COLUMNS; one row a printed figure. value is a number, Suppressed or NotGiven; lower and upper are its
    bounds (NaN of what is not given).
    cell is the spreadsheet name of the cell in the raw file; a part of a composite cell has its name after a dot
    ("B7.assessed"). Without rows for a document that has no table of figures.
    Raises InputError with the file, the table and the cell for whatever does not fit its descriptor, for a
    correction whose expectation no longer holds, and for totals that do not add: all that is found, in one run.
    """
    descriptor = read_descriptor(source)
    corrections = read_corrections(descriptor)
    tables, mistakes = [], Mistakes()
    for resource in descriptor["resources"]:
        if not is_text(resource):
            with mistakes.noted():
                tables.append(_tidy_table(descriptor, resource, corrections, mistakes))
    mistakes.refuse()
    if not tables:
        return pd.DataFrame(columns=TIDY_COLUMNS)
    tidied = pd.concat(tables, ignore_index=True)
    _refuse_two_values(tidied, source)
    for column in reversed(["measure", *DIMENSIONS]):
        tidied = tidied.sort_values(column, key=vocabulary.order(column), kind="stable")
    return tidied.sort_values(["quantity", "period_end", "table"], kind="stable", ignore_index=True)


def tidy_texts(source: str) -> pd.DataFrame:
    """The tables of words of one document: agenda items and the like, with date and status.

    Columns: authority_id, table, item, figures, date_start, date_end, date, status, source, cell (of the item). What is
    not printed reads "not given", and so do the days of a date in words (TBC, Spring 2024). Raises InputError for a
    date that does not parse, a row without any word, and a text that a spreadsheet would take for a formula.
    """
    descriptor = read_descriptor(source)
    corrections = read_corrections(descriptor)
    rows, mistakes = [], Mistakes()
    for resource in filter(is_text, descriptor["resources"]):
        with mistakes.noted():
            rows += _rows_of_words(descriptor, resource, corrections, mistakes)
    mistakes.refuse()
    columns = [
        *("area_code", "table", "item", "figures"),
        *("date_start", "date_end", "date", "status", "source", "cell"),
    ]
    return pd.DataFrame(rows, columns=columns)


def _rows_of_words(descriptor: dict, resource: dict, corrections: list[dict], mistakes: Mistakes) -> list[dict]:
    table = printed_table(descriptor, resource, corrections)
    meaning = resource["reading"]["columns_of_texts"]
    check_header(table, meaning)
    names = list(meaning.values())
    rows = []
    for y, row in zip(table.body, table.filled(resource, names), strict=True):
        record = dict.fromkeys(("item", "figures", "date", "status"), "not given")
        with mistakes.noted():
            if not any(map(str.strip, row)):
                raise InputError(f"{table.where}, row {y + 1} is blank. Remove it, or compare it with the source.")
            for x, name, text in zip(table.columns, names, row, strict=True):
                where = f"{table.where}, row {y + 1}, cell {cell_name(y, x)}"
                if is_formula(text) and name != schemas.NOT_READ:
                    raise InputError(f"{where}: {text!r} would run as a formula in a spreadsheet. Say it in words.")
                record[name] = text or "not given"
                if name == "date":
                    record["date_start"], record["date_end"] = _days_of(record["date"], where)
            record.pop(schemas.NOT_READ, None)
            rows.append(
                {
                    "date_start": "not given",
                    "date_end": "not given",
                    "area_code": resource.get("authority", descriptor.get("authority")),
                    "table": resource["name"],
                    **record,
                    "source": descriptor["name"],
                    "cell": cell_name(y, table.columns[names.index("item")]),
                }
            )
    return rows


#: What a date in words may hold beside a period: then it names no days.
_VAGUE = (
    r"tbc|tba|tbd|to be confirmed|provisional(?:ly)?|ongoing|expected|planned|proposed|week commencing|w/c|"
    r"spring|summer|autumn|winter|early|mid|late|end|beginning|start|by|before|after|from|until|since|to|of|on|in|"
    r"around|circa|about|approx|approximately|and|or|the"
)
_DATE_WORDS = [
    re.compile(rf"\b({words})\b|[(),;]", re.IGNORECASE) for words in (_VAGUE, f"{_VAGUE}|{'|'.join(MONTHS)}")
]


def _days_of(date: str, where: str) -> tuple[str, str]:
    """First and last day of a date as printed; "not given" where it is in words: TBC, Autumn, by 31 March 2024."""
    not_given = ("not given", "not given")
    if not re.search(r"\d", date):
        return not_given
    try:
        period = parse_period(date)
    except InputError as error:
        for words in _DATE_WORDS:
            left = words.sub(" ", date).strip(" /-–")
            if left != date.strip() and is_period(left):
                return not_given
        raise InputError(f"{where}: {error}.") from None
    return period.start, period.end


def _refuse_two_values(tidied: pd.DataFrame, source: str) -> None:
    """Refuse two figures of a document that are of the same thing and say different things; or twice in a table."""
    texts = tidied.assign(value=tidied["value"].map(str))
    differing = texts.groupby(KEYS)["value"].transform("nunique") > 1
    for keys, wrong in (([*KEYS, "table"], texts.duplicated([*KEYS, "table"])), (KEYS, differing)):
        if wrong.any():
            row = tidied[wrong].iloc[0]
            same = tidied[(tidied[keys] == row[keys]).all(axis=1)]
            places = "; ".join(f"table {r['table']}, cell {r['cell']}: {r['as_published']}" for _, r in same.iterrows())
            raise InputError(
                f"data/raw/{source}: two figures for one thing "
                f"({describe(row, ['quantity', 'period', *DIMENSIONS])}): {places}. Remove one; or give "
                "its label a `quantity` of its own (a new id: a line in src/helpers/base/vocabulary.py), or `not_read`."
            )


def _tidy_table(descriptor: dict, resource: dict, corrections: list[dict], mistakes: Mistakes) -> pd.DataFrame:
    """The tidy rows of one table. Mistakes of its cells and totals are noted; raises what keeps it from being read."""
    table = printed_table(descriptor, resource, corrections)
    read = records_of_columns if "columns_of_records" in resource["reading"] else records_of_matrix
    labels = Mistakes()
    records = read(table, resource, labels)
    if not records and not labels.found:
        raise InputError(f"{table.where}: no cell of it is read. Declare a label as more than not_read, or remove it.")
    area = area_of(resource.get("authority", descriptor.get("authority")))
    rows, shares = [], []
    for fields, (y, x) in records:
        printed, meant, cell = table.printed[y][x], table.meant[y][x], cell_name(y, x)
        about = _about(fields, descriptor, resource, area)
        try:
            found = _figures_of(about, printed, meant, cell, descriptor, resource)
        except InputError as error:
            mistakes.found.append(f"{table.where}, cell {cell}: {_told(meant, error)}")
            found = [_unread(about, cell)]
        else:
            if found[0]["unit"] == "per_cent" and "multiplier" not in about:
                shares.append({"column": x, "text": meant, **found[0]})
        rows += found
    with mistakes.noted():
        _refuse_lost_per_cent(pd.DataFrame(shares), table.where)
    frame = pd.DataFrame(rows, columns=TIDY_COLUMNS).astype({"value": object})
    if not labels.found:  # else a total could lack a part
        for total in resource.get("totals", []):
            _check_totals(frame, total, table.where, mistakes)
    mistakes.found += labels.found
    return frame


def _refuse_lost_per_cent(shares: pd.DataFrame, where: str) -> None:
    """Refuse per cent that read as shares of 1 throughout a quantity, or throughout a column of more than one."""
    if shares.empty:
        return
    shares = shares[~shares["status"].isin([*HIDDEN, *NOT_GIVEN])]
    for keys, least in ((["quantity", "measure"], 1), (["quantity", "measure", "column"], 2)):
        for _, rows in shares.groupby(keys, sort=False):
            if len(rows) >= least:
                refuse_lost_per_cent(rows["text"].to_list(), f"{where}, cell {rows['cell'].iloc[0]}")


def _told(meant: str, error: InputError) -> str:
    """Why a cell is no figure: it is blank, or a spreadsheet damaged it, or what the rules of figures say."""
    if not meant.strip():
        said = 'it is blank, which is no figure. Say under marks what a blank means ("": ...), or compare it with '
        return f"{said}the source."
    if damaged := damage(meant):
        return f"{meant!r} {damaged}."
    return f"{error}. Compare the cell with the source."


#: What of a table's declaration goes with its unit: a label that names another unit takes none of it.
_OF_THE_UNIT = ("rounded_to", "multiplier")


def _about(fields: dict, descriptor: dict, resource: dict, area: str) -> dict:
    """What a cell's figure is of: what is said for the table, and over it what its labels say."""
    about = {
        "area_code": resource.get("authority", descriptor.get("authority")),
        "area": area,
        **dict.fromkeys(DIMENSIONS, "all"),
        **{name: resource[name] for name in ("quantity", "unit", "measure", *_OF_THE_UNIT) if name in resource},
        **resource.get("constants", {}),
    }
    about = _said_over(about, fields)
    if "period" not in about:
        about["period"] = parse_period(resource["period"]["label"], resource["period"].get("kind"))
    return about


def _said_over(about: dict, fields: dict) -> dict:
    """What is said for a table or a cell, and over it what a label or a part says."""
    if fields.get("unit", about.get("unit")) != about.get("unit", fields.get("unit")):
        about = {name: value for name, value in about.items() if name not in _OF_THE_UNIT}
    return about | fields


def _unread(about: dict, cell: str) -> dict:
    """A row in place of a cell that is no figure, so that the other totals of its table can be checked."""
    dates = _dates_of(about["period"])
    bounds = {"value": math.nan, "lower": -math.inf, "upper": math.inf}
    return about | dates | bounds | {"status": "unread", "cell": cell}


def _dates_of(period: Period) -> dict:
    return dict(zip(PERIOD, (period.start, period.end, period.kind, period.label), strict=True))


def _figures_of(about: dict, printed: str, meant: str, cell: str, descriptor: dict, resource: dict) -> list[dict]:
    """The tidy row of one cell; of a composite cell, one a part. about: what its figure is of."""
    dates = _dates_of(about["period"])
    about = {name: value for name, value in about.items() if name != "period"}
    composite = resource.get("composite", {})
    parts = parts_of_composite(meant) if composite else {"value": meant}
    rows = []
    for name, text in parts.items():
        said = _said_over(about, composite[name] if name != "value" else {})
        figure = parse_figure(
            text,
            said["unit"],
            resource.get("marks"),
            said.pop("rounded_to", None),
            said.pop("multiplier", 1),
            change=said["measure"] == "change",
        )
        rows.append(
            {
                **said,
                **dates,
                "value": figure.value,
                "lower": figure.lower,
                "upper": figure.upper,
                "status": figure.status if printed == meant or figure.status in (*HIDDEN, *NOT_GIVEN) else "corrected",
                "qualifier": figure.qualifier or "none",
                "as_published": printed.strip() if name == "value" and len(parts) == 1 else text,
                "source": descriptor["name"],
                "table": resource["name"],
                "cell": cell if name == "value" else f"{cell}.{name}",
            }
        )
    return rows


def _check_totals(table: pd.DataFrame, total: dict, where: str, mistakes: Mistakes) -> None:
    """Note a total outside what its parts, with their bounds and a declared remainder, can add to."""
    across = total["across"]
    with mistakes.noted():
        try:
            found = totals_of(table, total)
        except InputError as error:
            raise InputError(f"{where}, totals across {across}: {error}") from None
        for _, row in found.iterrows():
            lower, upper = row["allowed_lower"], row["allowed_upper"]
            if row["upper"] < lower or row["lower"] > upper:
                adds = f"{lower:,.10g}" if lower == upper else f"between {lower:,.10g} and {upper:,.10g}"
                mistakes.found.append(
                    f"{where}, cell {row['cell']}: the total {row['as_published']} for "
                    f"{describe(row, [key for key in ('period', *DIMENSIONS) if key != across])} "
                    f"does not add: its parts across {across.replace('_', ' ')} come to {adds}. "
                    "Compare the cells with the source; a publisher's own slip is declared under totals, remainders."
                )
