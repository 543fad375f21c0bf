"""Tables as open data: CSV and Parquet, with the Data Package that describes them (datapackage.json)."""

import io
import json

import pandas as pd

from helpers.base.errors import InputError
from helpers.published.processed import COLUMNS

LICENCE = {
    "name": "OGL-UK-3.0",
    "path": "https://www.nationalarchives.gov.uk/doc/open-government-licence/version/3/",
    "title": "Open Government Licence v3.0",
}
_TYPES = {"i": "integer", "f": "number", "O": "string", "U": "string", "b": "boolean"}


def package(
    name: str, title: str, version: str, tables: dict[str, tuple[str, pd.DataFrame]], sources: list[str]
) -> dict:
    """The files of a Data Package, by name: each table as CSV and as Parquet, and datapackage.json.

    tables: by name, a title and the rows; a column means what processed.COLUMNS says. version: the day. sources: what
    it rests on, as cited. What is missing is an empty cell. Raises InputError for a column without a meaning.
    """
    files, resources = {}, []
    for table, (about, frame) in tables.items():
        fields = [_field(table, column, frame[column]) for column in frame]
        schema = {"fields": fields, "missingValues": [""]}
        files[f"{table}.csv"] = frame.to_csv(index=False, lineterminator="\n").encode()
        files[f"{table}.parquet"] = _parquet(frame)
        told = {"name": table, "path": f"{table}.csv", "title": about, "format": "csv", "encoding": "utf-8"}
        resources.append({**told, "schema": schema})
        again = {"name": f"{table}-parquet", "path": f"{table}.parquet", "title": f"The same: {about}"}
        resources.append({**again, "type": "file", "format": "parquet", "mediatype": "application/vnd.apache.parquet"})
    described = {
        "profile": "data-package",
        "name": name,
        "title": title,
        "version": version,
        "licenses": [LICENCE],
        "sources": [{"title": source} for source in sources],
        "resources": resources,
    }
    text = json.dumps(described, indent=2, ensure_ascii=False)
    return {**files, "datapackage.json": f"{text}\n".encode()}


def _field(table: str, column: str, values: pd.Series) -> dict:
    if column not in COLUMNS:
        raise InputError(f"The table {table!r} has a column {column!r} without a meaning. Add it to processed.COLUMNS.")
    kind = "integer" if str(values.dtype) == "Int64" else _TYPES.get(values.dtype.kind, "string")
    return {"name": column, "type": kind, "description": COLUMNS[column]}


def _parquet(frame: pd.DataFrame) -> bytes:
    import fastparquet

    written = io.BytesIO()
    written.close = lambda: None  # the writer closes what it is given, and then it could not be read
    fastparquet.write("table.parquet", frame, write_index=False, open_with=lambda *_: written)
    return written.getvalue()
