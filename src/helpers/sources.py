"""Read and check data/raw: one folder a published document, a descriptor and one CSV a printed table."""

import csv
import io
from pathlib import Path

import pandas as pd

from helpers import schemas, vocabulary
from helpers.errors import InputError, nearest
from helpers.paths import check_declared, known_sources, relative, root
from helpers.published import parse_count, parse_period

DESCRIPTOR = "datapackage.yaml"
DIMENSIONS = ["age_band", "support_reason", "setting"]
#: The columns of a tidy table: what is counted, for whom and when; then the figure; then where it was printed.
KEYS = ["authority", "quantity", "measure", "period_start", "period_end", "period", *DIMENSIONS]
FIGURE = ["value", "lower", "upper", "unit", "marker", "as_published"]
ORIGIN = ["source", "table", "cell"]
TIDY_COLUMNS = [*KEYS, *FIGURE, *ORIGIN]


def read_descriptor(source: str) -> dict:
    """The descriptor of one document, with the folder added under "folder".

    Raises InputError for an unknown source, a descriptor that does not fit (schemas.DESCRIPTOR), a file that is not
    there, or a CSV in the folder that the descriptor does not name.
    """
    if source not in known_sources():
        raise InputError(f"There is no source {source!r} in data/raw.{nearest(source, known_sources())}")
    folder = root() / "data/raw" / source
    path = folder / DESCRIPTOR
    check_declared(path)
    descriptor = schemas.read_yaml(path, schemas.DESCRIPTOR)
    if descriptor["name"] != source:
        raise InputError(
            f"{relative(path)}: the name reads {descriptor['name']!r}; it must be the folder's, {source!r}."
        )
    for resource in descriptor["resources"]:
        _check_resource(resource, descriptor, f"{relative(path)}, table {resource['name']!r}")
        if not (folder / resource["path"]).is_file():
            raise InputError(
                f"{relative(path)} names the file {resource['path']!r}, which is not in {relative(folder)}. "
                f"Put it there, or mend the path of table {resource['name']!r}."
            )
    declared = {resource["path"] for resource in descriptor["resources"]}
    if undeclared := sorted({file.name for file in folder.glob("*.csv")} - declared):
        raise InputError(f"{relative(folder)} holds {', '.join(undeclared)}, which {DESCRIPTOR} does not describe.")
    return {**descriptor, "folder": folder}


def _check_resource(resource: dict, descriptor: dict, where: str) -> None:
    """What of a table's declaration a schema cannot say."""
    records = "columns_of_records" in resource["reading"]
    schemas.check(resource["reading"], schemas.RECORDS if records else schemas.MATRIX, f"{where}, reading")
    columns = list(resource["reading"]["columns_of_records"].values() if records else resource["reading"].values())
    if "period" not in resource and "mid_year" not in columns:
        raise InputError(f"{where} has no period, and no column of years. Declare one of them.")
    if "authority" not in resource and "authority" not in descriptor:
        raise InputError(
            f"{where} has no authority, and neither has the document. Declare it, or all in one never mix."
        )
    if "age_band" not in columns and "age_band" not in resource.get("constants", {}):
        raise InputError(f"{where} does not say which age band it is of. Declare it under constants (it may be all).")
    for dimension in columns:
        if dimension in DIMENSIONS and dimension not in resource["labels"]:
            raise InputError(f"{where}: the labels of {dimension!r} are not declared. Add them under labels.")
    for name, mark in resource.get("marks", {}).items():
        _check_bounds(mark, f"{where}, marks, {name!r}")
    checked = {total["across"] for total in resource.get("totals", [])}
    for total in resource.get("totals", []):
        for remainder in total.get("remainders", []):
            _check_bounds(remainder, f"{where}, totals across {total['across']}, remainders")
    for dimension, labels in resource["labels"].items():
        if "all" in labels.values() and len(labels) > 1 and dimension not in checked:
            raise InputError(
                f"{where} prints totals across {dimension!r} that nothing checks. Declare them under totals."
            )


def _check_bounds(bounds: dict, where: str) -> None:
    if bounds["lower"] > bounds["upper"]:
        raise InputError(f"{where}: lower {bounds['lower']} is above upper {bounds['upper']}. Swap them.")


def read_printed(path: Path, encoding: str = "utf-8") -> list[list[str]]:
    """A raw table as printed: rows of texts, all of the same length.

    Raises InputError for a wrong encoding, an empty file, or a row with a cell more or less than the header.
    """
    content = path.read_bytes()
    try:
        text = content.decode("utf-8-sig" if encoding == "utf-8" else encoding)
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise InputError(
            f"{relative(path)} is not written in {encoding}: line {line} holds a byte that does not fit. "
            f"Save it again as CSV UTF-8."
        ) from error
    rows = list(csv.reader(io.StringIO(text, newline="")))
    while rows and not rows[-1]:
        rows.pop()
    if len(rows) < 2:
        raise InputError(f"{relative(path)} holds no table: a header and at least one row are needed.")
    if len(rows[0]) == 1 and ";" in rows[0][0]:
        raise InputError(f"{relative(path)} separates its cells by semicolons. Save it as CSV with commas.")
    for number, row in enumerate(rows, 1):
        if len(row) != len(rows[0]):
            raise InputError(
                f"{relative(path)}, row {number} ({row[0] if row else 'empty'!r}) has {len(row)} cells and the "
                f"header has {len(rows[0])}. Compare it with the source; a thousands separator needs quotation marks."
            )
    return rows


def cell_name(row: int, column: int) -> str:
    """The spreadsheet's name of a cell, from row and column counted from 0: (2, 1) is B3."""
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return f"{letters}{row + 1}"


def tidy(source: str) -> pd.DataFrame:
    """All tables of one document as one tidy table.

    Columns: TIDY_COLUMNS; one row a printed figure. value is a whole number or Suppressed; lower and upper are
    its bounds. cell is the spreadsheet name of the cell in the raw file.
    Raises InputError with the file, the table and the cell for whatever does not fit its descriptor, and for
    totals that do not add.
    """
    descriptor = read_descriptor(source)
    tables = [_tidy_table(descriptor, resource) for resource in descriptor["resources"]]
    tidied = pd.concat(tables, ignore_index=True)
    keys = [*KEYS, "table"]
    if (repeated := tidied.duplicated(keys)).any():
        row = tidied[repeated].iloc[0]
        raise InputError(
            f"data/raw/{source}, table {row['table']}, cell {row['cell']}: a second figure for "
            f"{_describe(row, ['period', 'age_band', 'support_reason', 'setting'])}. Remove one."
        )
    for column in ["setting", "support_reason", "age_band", "measure"]:
        tidied = tidied.sort_values(column, key=vocabulary.order(column), kind="stable")
    return tidied.sort_values(["quantity", "period_end", "table"], kind="stable", ignore_index=True)


def _tidy_table(descriptor: dict, resource: dict) -> pd.DataFrame:
    path = descriptor["folder"] / resource["path"]
    where = f"{relative(path)}, table {resource['name']!r}"
    printed = read_printed(path, resource.get("encoding", "utf-8"))
    records = (_records_of_columns if "columns_of_records" in resource["reading"] else _records_of_matrix)(
        printed, resource, where
    )
    rows = []
    for record in records:
        place = f"{where}, cell {record['cell']}"
        try:
            count = parse_count(record.pop("text"), resource.get("marks"), resource.get("rounded_to", 1))
            kind, label = "mid_year", record.pop("mid_year", None)
            if label is None:
                kind, label = resource["period"]["kind"], resource["period"]["label"]
            start, end, period = parse_period(kind, label)
        except InputError as error:
            raise InputError(f"{place}: {error}. Compare the cell with the source.") from None
        rows.append(
            {
                "authority": resource.get("authority", descriptor.get("authority")),
                "quantity": resource["quantity"],
                "measure": resource["measure"],
                "period_start": start,
                "period_end": end,
                "period": period,
                **dict.fromkeys(DIMENSIONS, "all"),
                **resource.get("constants", {}),
                **record,
                "value": count.value,
                "lower": count.lower,
                "upper": count.upper,
                "unit": resource["unit"],
                "marker": count.marker,
                "as_published": count.as_published,
                "source": descriptor["name"],
                "table": resource["name"],
            }
        )
    table = pd.DataFrame(rows)[TIDY_COLUMNS].astype({"value": object})
    for total in resource.get("totals", []):
        _check_totals(table, total, where)
    return table


def _records_of_matrix(printed: list[list[str]], resource: dict, where: str) -> list[dict]:
    """The cells of a table with a label for every row and every column."""
    header_rows = len(resource.get("dialect", {}).get("headerRows", [1]))
    header = _joined_header(printed[:header_rows])
    row_dimension, column_dimension = resource["reading"]["rows"], resource["reading"]["columns"]
    columns = _ids(header[1:], column_dimension, resource, f"{where}, header")
    rows = _ids([row[0] for row in printed[header_rows:]], row_dimension, resource, f"{where}, first column")
    return [
        {row_dimension: row_id, column_dimension: column_id, "text": text, "cell": cell_name(y, x)}
        for y, (row_id, row) in enumerate(zip(rows, printed[header_rows:], strict=True), header_rows)
        for x, (column_id, text) in enumerate(zip(columns, row[1:], strict=True), 1)
    ]


def _records_of_columns(printed: list[list[str]], resource: dict, where: str) -> list[dict]:
    """The rows of a table with one figure a row."""
    meaning = resource["reading"]["columns_of_records"]
    if printed[0] != list(meaning):
        raise InputError(
            f"{where}: the header reads {', '.join(printed[0])}; the descriptor expects {', '.join(meaning)}."
        )
    dimensions = {x: name for x, name in enumerate(meaning.values()) if name != "value"}
    value_column = list(meaning.values()).index("value")
    records = []
    for y, row in enumerate(printed[1:], 1):
        record = {"text": row[value_column], "cell": cell_name(y, value_column)}
        for x, name in dimensions.items():
            record[name] = _ids([row[x]], name, resource, f"{where}, cell {cell_name(y, x)}", complete=False)[0]
        records.append(record)
    return records


def _joined_header(rows: list[list[str]]) -> list[str]:
    """One label a column: a label that spans columns stands before the labels below it ("Community: ...")."""
    header, spanning = [], ""
    for upper, *below in zip(*rows, strict=True):
        spanning = upper or spanning
        lower = below[0] if below else ""
        header.append(f"{spanning}: {lower}" if lower else upper)
    return header


def _ids(printed: list[str], dimension: str, resource: dict, where: str, complete: bool = True) -> list[str]:
    """The vocabulary's ids of printed labels; years stand for themselves. Refuses what is not declared."""
    if dimension == "mid_year":
        return printed
    labels = resource["labels"].get(dimension, {})
    for label in printed:
        if label not in labels:
            raise InputError(f"{where}: the label {label!r} is not declared.{nearest(label, list(labels))}")
    if complete and (missing := [label for label in labels if label not in printed]):
        raise InputError(f"{where}: {', '.join(map(repr, missing))} is declared and not in the table.")
    if complete and len(set(printed)) != len(printed):
        raise InputError(f"{where}: a label stands there twice.")
    return [labels[label] for label in printed]


def _check_totals(table: pd.DataFrame, total: dict, where: str) -> None:
    """Refuse a total outside what its parts, with their bounds and a declared remainder, can add to."""
    across = total["across"]
    others = [key for key in KEYS if key != across]
    parts = table[~table[across].isin(["all", *total.get("within_other_parts", [])])]
    sums = parts.groupby(others, sort=False)[["lower", "upper"]].sum()
    for _, row in table[(table[across] == "all") & (table["marker"] != "suppressed")].iterrows():
        tolerance = total.get("tolerance", 0)
        lower, upper = sums.loc[tuple(row[others])] + [-tolerance, tolerance]
        for remainder in total.get("remainders", []):
            if all(row[key] == value for key, value in remainder["where"].items()):
                lower, upper = lower + remainder["lower"], upper + remainder["upper"]
        if row["upper"] < lower or row["lower"] > upper:
            adds = f"{lower:,}" if lower == upper else f"between {lower:,} and {upper:,}"
            raise InputError(
                f"{where}, cell {row['cell']}: the total {row['as_published']} for "
                f"{_describe(row, [key for key in others if key in vocabulary.DIMENSIONS or key == 'period'])} "
                f"does not add: its parts across {across.replace('_', ' ')} come to {adds}. "
                "Compare the cells with the source; a publisher's own slip is declared under totals, remainders."
            )


def _describe(row: pd.Series, columns: list[str]) -> str:
    return ", ".join(f"{column.replace('_', ' ')} {row[column]}" for column in columns if column != "measure")


def provenance(sources: list[str]) -> pd.DataFrame:
    """One row a raw table of these sources: publisher, document, section, title, file, licence, date read."""
    rows = []
    for source in sources:
        descriptor = read_descriptor(source)
        for resource in descriptor["resources"]:
            rows.append(
                {
                    "publisher": descriptor["publisher"],
                    "document": descriptor["title"],
                    "section": resource["section"],
                    "title": resource["title"],
                    "file": relative(descriptor["folder"] / resource["path"]),
                    "licence": descriptor["licence"],
                    "read": descriptor["read"],
                }
            )
    return pd.DataFrame(rows)


def citation(source: str) -> str:
    """A document as a source line names it: publisher, title, when published."""
    descriptor = read_descriptor(source)
    published = f" ({descriptor['published'][:4]})" if descriptor.get("published") else ""
    return f"{descriptor['publisher']}, {descriptor['title']}{published}"
