"""Printed tables to tidy figures: one row a figure, with what it counts, its bounds, and the cell it stands in."""

import pandas as pd

from helpers import checked_files, schemas, vocabulary
from helpers.errors import InputError, nearest
from helpers.paths import relative
from helpers.periods import parse_period, parse_periods
from helpers.published import HIDDEN, NOT_GIVEN, parse_figure, parts_of_composite, refuse_lost_per_cent
from helpers.sources import CORRECTIONS, PERIODS, axes_of, is_text, read_descriptor, read_printed
from helpers.totals import DIMENSIONS, KEYS, PERIOD, describe, totals_of

#: The columns of a tidy table: what is counted, for whom and when; then the figure; then where it was printed.
FIGURE = ["value", "lower", "upper", "unit", "status", "qualifier", "as_published"]
ORIGIN = ["source", "table", "cell"]
TIDY_COLUMNS = [*KEYS, *FIGURE, *ORIGIN]


def cell_name(row: int, column: int) -> str:
    """The spreadsheet's name of a cell, from row and column counted from 0: (2, 1) is B3."""
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return f"{letters}{row + 1}"


def read_corrections(descriptor: dict) -> list[dict]:
    """The publisher's slips that are declared for a document: table, cell, printed, meant, reason.

    Raises InputError for a file that does not fit, or a table that the document does not have.
    """
    path = descriptor["folder"] / CORRECTIONS
    if not path.is_file():
        return []
    corrections = checked_files.read_yaml(path, schemas.CORRECTIONS)["corrections"]
    known = [resource["name"] for resource in descriptor["resources"]]
    for correction in corrections:
        if correction["table"] not in known:
            raise InputError(
                f"{relative(path)} corrects a table {correction['table']!r}.{nearest(correction['table'], known)}"
            )
    return corrections


def tidy(source: str) -> pd.DataFrame:
    """All tables of figures of one document as one tidy table.

    Columns: TIDY_COLUMNS; one row a printed figure. value is a number, Suppressed or NotGiven; lower and upper are its
    bounds (NaN of what is not given).
    cell is the spreadsheet name of the cell in the raw file; a part of a composite cell has its name after a dot
    ("B7.assessed"). Without rows for a document that has no table of figures.
    Raises InputError with the file, the table and the cell for whatever does not fit its descriptor, for a
    correction whose expectation no longer holds, and for totals that do not add.
    """
    descriptor = read_descriptor(source)
    corrections = read_corrections(descriptor)
    tables = [
        _tidy_table(descriptor, resource, corrections) for resource in descriptor["resources"] if not is_text(resource)
    ]
    if not tables:
        return pd.DataFrame(columns=TIDY_COLUMNS)
    tidied = pd.concat(tables, ignore_index=True)
    _refuse_two_values(tidied, source)
    for column in reversed(["measure", *DIMENSIONS]):
        tidied = tidied.sort_values(column, key=vocabulary.order(column), kind="stable")
    return tidied.sort_values(["quantity", "period_end", "table"], kind="stable", ignore_index=True)


def tidy_texts(source: str) -> pd.DataFrame:
    """The tables of words of one document: agenda items and the like, with date and status.

    Columns: authority, table, item, figures, date_start, date_end, date, status, source, cell (of the item). What is
    not printed reads "not given". Raises InputError for a date that does not parse.
    """
    descriptor = read_descriptor(source)
    corrections = read_corrections(descriptor)
    rows = []
    for resource in filter(is_text, descriptor["resources"]):
        where, _, printed = _printed(descriptor, resource, corrections)
        meaning = resource["reading"]["columns_of_texts"]
        _check_header(printed, meaning, where)
        for y, row in enumerate(printed[1:], 1):
            record = dict(zip(meaning.values(), row, strict=True))
            record = {name: record.get(name) or "not given" for name in ("item", "figures", "date", "status")}
            start = end = "not given"
            if record["date"] != "not given":
                try:
                    period = parse_period(record["date"])
                except InputError as error:
                    raise InputError(f"{where}, row {y + 1}: {error}.") from None
                start, end = period.start, period.end
            cell = cell_name(y, list(meaning.values()).index("item"))
            rows.append(
                {
                    "authority": resource.get("authority", descriptor.get("authority")),
                    "table": resource["name"],
                    **record,
                    "date_start": start,
                    "date_end": end,
                    "source": source,
                    "cell": cell,
                }
            )
    columns = [
        *("authority", "table", "item", "figures"),
        *("date_start", "date_end", "date", "status", "source", "cell"),
    ]
    return pd.DataFrame(rows, columns=columns)


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
                f"({describe(row, ['quantity', 'period', *DIMENSIONS])}): {places}. Remove one, or declare what "
                "sets them apart."
            )


def _printed(descriptor: dict, resource: dict, corrections: list[dict]) -> tuple:
    """A raw table: its name in messages, its cells as printed, and its cells as meant."""
    path = descriptor["folder"] / resource["path"]
    where = f"{relative(path)}, table {resource['name']!r}"
    printed = read_printed(path, resource.get("encoding", "utf-8"))
    meant = [list(row) for row in printed]
    places = {cell_name(y, x): (y, x) for y, row in enumerate(printed) for x in range(len(row))}
    for correction in corrections:
        if correction["table"] != resource["name"]:
            continue
        y, x = places.get(correction["cell"], (None, None))
        found = None if y is None else printed[y][x]
        if found != correction["printed"]:
            raise InputError(
                f"{relative(path.with_name(CORRECTIONS))}: the correction of {resource['name']}!{correction['cell']} "
                f"expects {correction['printed']!r}, and {'there is no such cell' if found is None else repr(found)} "
                f"stands in {relative(path)}. If the publisher mended it, remove the correction; else mend the cell."
            )
        meant[y][x] = correction["meant"]
    return where, printed, meant


def _tidy_table(descriptor: dict, resource: dict, corrections: list[dict]) -> pd.DataFrame:
    where, printed, meant = _printed(descriptor, resource, corrections)
    read = _records_of_columns if "columns_of_records" in resource["reading"] else _records_of_matrix
    rows, shares = [], []
    for fields, (y, x) in read(meant, resource, where):
        try:
            found = _figures_of(fields, printed[y][x], meant[y][x], cell_name(y, x), descriptor, resource)
        except InputError as error:
            raise InputError(f"{where}, cell {cell_name(y, x)}: {error}. Compare the cell with the source.") from None
        rows += found
        if found[0]["unit"] == "per_cent" and "multiplier" not in {**resource, **fields}:
            shares.append({"cell": found[0]["cell"], "column": x, "text": meant[y][x], **found[0]})
    _refuse_lost_per_cent(pd.DataFrame(shares), where)
    table = pd.DataFrame(rows)[TIDY_COLUMNS].astype({"value": object})
    for total in resource.get("totals", []):
        _check_totals(table, total, where)
    return table


def _refuse_lost_per_cent(shares: pd.DataFrame, where: str) -> None:
    """Refuse per cent that read as shares of 1 throughout a quantity, or throughout a column of more than one."""
    if shares.empty:
        return
    shares = shares[~shares["status"].isin([*HIDDEN, *NOT_GIVEN])]
    for keys, least in ((["quantity", "measure"], 1), (["quantity", "measure", "column"], 2)):
        for _, rows in shares.groupby(keys, sort=False):
            if len(rows) >= least:
                refuse_lost_per_cent(rows["text"].to_list(), f"{where}, cell {rows['cell'].iloc[0]}")


def _figures_of(fields: dict, printed: str, meant: str, cell: str, descriptor: dict, resource: dict) -> list[dict]:
    """The tidy row of one cell; of a composite cell, one a part."""
    authority = resource.get("authority", descriptor.get("authority"))
    about = {
        "authority": authority,
        "area": vocabulary.AREA_OF[authority],
        **dict.fromkeys(DIMENSIONS, "all"),
        **{
            name: resource[name]
            for name in ("quantity", "unit", "measure", "rounded_to", "multiplier")
            if name in resource
        },
        **resource.get("constants", {}),
        **fields,
    }
    period = about.pop("period", None) or parse_period(resource["period"]["label"], resource["period"].get("kind"))
    composite = resource.get("composite", {})
    parts = parts_of_composite(meant) if composite else {"value": meant}
    rows = []
    for name, text in parts.items():
        said = about | (composite[name] if name != "value" else {})
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
                **dict(zip(PERIOD, (period.start, period.end, period.kind, period.label), strict=True)),
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


def _records_of_matrix(meant: list[list[str]], resource: dict, where: str) -> list[tuple]:
    """The cells of a table with a label for every row (in one or more columns, or none) and every column."""
    header_rows = len(resource.get("dialect", {}).get("headerRows", [1]))
    *row_axes, column_axis = axes_of(resource)
    labels = len(row_axes)
    header = _joined_header(meant[:header_rows])
    columns = _fields(header[labels:], column_axis, resource, f"{where}, header", complete=True)
    body = meant[header_rows:]
    rows = [{} for _ in body]
    for x, axis in enumerate(row_axes):
        printed = [row[x] for row in body]
        fields = _fields(printed, axis, resource, f"{where}, column {x + 1}", complete=labels == 1)
        rows = [known | said for known, said in zip(rows, fields, strict=True)]
    return [
        (row | column, (y, x)) for y, row in enumerate(rows, header_rows) for x, column in enumerate(columns, labels)
    ]


def _records_of_columns(meant: list[list[str]], resource: dict, where: str) -> list[tuple]:
    """The rows of a table with one figure a row."""
    meaning = resource["reading"]["columns_of_records"]
    _check_header(meant, meaning, where)
    axes = list(meaning.values())
    records = []
    for y, row in enumerate(meant[1:], 1):
        fields = {}
        for x, axis in enumerate(axes):
            if axis != "value":
                fields |= _fields([row[x]], axis, resource, f"{where}, cell {cell_name(y, x)}")[0]
        records.append((fields, (y, axes.index("value"))))
    for x, axis in enumerate(axes):
        if axis in PERIODS:  # also as one column: what each may be depends on what stands beside it
            _fields([row[x] for row in meant[1:]], axis, resource, f"{where}, column {x + 1}")
    return records


def _check_header(printed: list[list[str]], meaning: dict, where: str) -> None:
    if printed[0] != list(meaning):
        raise InputError(
            f"{where}: the header reads {', '.join(printed[0])}; the descriptor expects {', '.join(meaning)}."
        )


def _joined_header(rows: list[list[str]]) -> list[str]:
    """One label a column: a label that spans columns stands before the labels below it ("Community: ...")."""
    header, spanning = [], ""
    for upper, *below in zip(*rows, strict=True):
        spanning = upper or spanning
        lower = below[0] if below else ""
        header.append(f"{spanning}: {lower}" if lower else upper)
    return header


def _fields(printed: list[str], axis: str, resource: dict, where: str, complete: bool = False) -> list[dict]:
    """What printed labels of one axis say: their ids, and whatever else their declaration adds.

    Periods are read by rule, unless the label is declared. Refuses what is not declared, and in a complete list what
    is declared and not there, or there twice.
    """
    labels = resource["labels"].get("period" if axis in PERIODS else axis, {})
    by_rule = [label for label in printed if axis in PERIODS and label not in labels]
    kind = "mid_year" if axis == "mid_year" else resource.get("period", {}).get("kind")
    try:
        periods = dict(zip(by_rule, parse_periods(by_rule, kind), strict=True))
    except InputError as error:
        raise InputError(f"{where}: {error}.") from None
    found = []
    for label in printed:
        meaning = labels.get(label, {"period": periods[label]} if label in periods else {})
        if axis not in PERIODS and label not in labels:
            raise InputError(f"{where}: the label {label!r} is not declared.{nearest(label, list(labels))}")
        meaning = dict(meaning) if isinstance(meaning, dict) else {("period" if axis in PERIODS else axis): meaning}
        if isinstance(meaning.get("period"), str):
            try:
                meaning["period"] = parse_period(meaning["period"], "mid_year" if axis == "mid_year" else None)
            except InputError as error:
                raise InputError(f"{where}: {error}.") from None
        found.append(meaning)
    if complete and (missing := [label for label in labels if label not in printed]):
        raise InputError(f"{where}: {', '.join(map(repr, missing))} is declared and not in the table.")
    if complete and len(set(printed)) != len(printed):
        raise InputError(f"{where}: a label stands there twice.")
    return found


def _check_totals(table: pd.DataFrame, total: dict, where: str) -> None:
    """Refuse a total outside what its parts, with their bounds and a declared remainder, can add to."""
    across = total["across"]
    for _, row in totals_of(table, total).iterrows():
        lower, upper = row["allowed_lower"], row["allowed_upper"]
        if row["upper"] < lower or row["lower"] > upper:
            adds = f"{lower:,.10g}" if lower == upper else f"between {lower:,.10g} and {upper:,.10g}"
            raise InputError(
                f"{where}, cell {row['cell']}: the total {row['as_published']} for "
                f"{describe(row, [key for key in ('period', *DIMENSIONS) if key != across])} "
                f"does not add: its parts across {across.replace('_', ' ')} come to {adds}. "
                "Compare the cells with the source; a publisher's own slip is declared under totals, remainders."
            )
