"""Single figures in prose: read from a document's claims.csv, one row a claim."""

import math
import os

import pandas as pd

from helpers.base import vocabulary
from helpers.base.authorities import area_of, areas
from helpers.base.cells import parse_figure
from helpers.base.checked_files import LARGEST_NUMBER
from helpers.base.errors import InputError, Mistakes, nearest
from helpers.base.paths import relative
from helpers.base.periods import parse_period
from helpers.published.sources import CLAIMS, read_descriptor, read_printed
from helpers.published.tidy import cell_name
from helpers.published.totals import PERIOD
from helpers.published.workbooks import damage, is_formula

HEADER = ["id", "what", "as_published", "unit", "measure", "period", "area", "age_band", "rounded_to", "section"]
CLAIM_COLUMNS = [
    *("area_code", "claim", "what", "area", "measure", *PERIOD, "age_band"),
    *("value", "lower", "upper", "unit", "status", "qualifier", "as_published", "section", "source", "cell"),
]


def read_claims(source: str) -> pd.DataFrame:
    """The claims of one document, tidy; without rows for a document that has no claims.csv.

    Columns: CLAIM_COLUMNS, one row a claim, in the order of the file; cell is where the figure stands in claims.csv.
    Raises InputError with the file and the cell for an id that stands twice, a figure or a period that no rule reads,
    a unit, measure, area or age band that the vocabulary does not have, and a text that a spreadsheet would take for
    a formula: all that is found, in one run.
    """
    descriptor = read_descriptor(source)
    path = descriptor["folder"] / CLAIMS
    if not os.path.lexists(path):
        return pd.DataFrame(columns=CLAIM_COLUMNS)
    header, *rows = read_printed(path)
    if header != HEADER:
        raise InputError(f"{relative(path)}: the header reads {', '.join(header)}; it must read {', '.join(HEADER)}.")
    if "authority" not in descriptor:
        raise InputError(f"{relative(path)}: the document has no authority, so nobody can say whose claims these are.")
    mistakes = Mistakes()
    known_areas = {label: name for name, label in areas().items()} | {"UK": "uk", "": area_of(descriptor["authority"])}
    claims, ids = [], []
    for y, row in enumerate(rows, 1):
        with mistakes.noted():
            if row[0] in ids:
                raise InputError(
                    f"{relative(path)}, cell {cell_name(y, 0)}: the id {row[0]!r} stands twice. Rename one."
                )
            ids.append(row[0])
            claims.append(_claim(dict(zip(HEADER, row, strict=True)), y, descriptor, relative(path), known_areas))
    mistakes.refuse()
    return pd.DataFrame(claims, columns=CLAIM_COLUMNS).astype({"value": object})


def _claim(row: dict, y: int, descriptor: dict, file: str, known_areas: dict[str, str]) -> dict:
    """The tidy row of one claim. Raises InputError for all of its mistakes together."""
    mistakes = Mistakes()

    def where(column: str) -> str:
        return f"{file}, cell {cell_name(y, HEADER.index(column))} ({row['id']})"

    row["age_band"] = row["age_band"] or "all"
    known = {
        "unit": vocabulary.UNITS,
        "measure": vocabulary.MEASURES,
        "area": known_areas,
        "age_band": vocabulary.AGE_BANDS,
    }
    for column, names in known.items():
        with mistakes.noted():
            if row[column] not in names:
                raise InputError(
                    f"{where(column)}: {row[column]!r} is not known.{nearest(row[column], list(filter(None, names)))}"
                )
    for column in HEADER:
        with mistakes.noted():
            if column in ("id", "what", "section") and not row[column].strip():
                raise InputError(f"{where(column)} is empty. Fill it in.")
            if is_formula(row[column]):
                raise InputError(
                    f"{where(column)}: {row[column]!r} would run as a formula in a spreadsheet. Say it in words."
                )
    try:
        rounded_to = float(row["rounded_to"]) if row["rounded_to"] else None
    except ValueError:
        rounded_to = math.nan
    with mistakes.noted():
        if rounded_to is not None and not 0 < rounded_to <= LARGEST_NUMBER:
            rounded, rounded_to = row["rounded_to"], None
            raise InputError(
                f"{where('rounded_to')}: {rounded!r} is no number above 0 and up to {LARGEST_NUMBER:,.0f}."
            )
    with mistakes.noted():
        try:
            change = row["measure"] == "change"
            figure = parse_figure(row["as_published"], row["unit"], rounded_to=rounded_to, change=change, prose=True)
        except InputError as error:
            damaged = damage(row["as_published"])
            said = f"{row['as_published']!r} {damaged}." if damaged else f"{error}. Compare it with the source."
            raise InputError(f"{where('as_published')}: {said}") from None
    with mistakes.noted():
        try:
            period = parse_period(row["period"])
        except InputError as error:
            raise InputError(f"{where('period')}: {error}.") from None
    mistakes.refuse()
    return {
        "area_code": descriptor["authority"],
        "claim": row["id"],
        "what": row["what"],
        "area": known_areas[row["area"]],
        "measure": row["measure"],
        **dict(zip(PERIOD, (period.start, period.end, period.kind, period.label), strict=True)),
        "age_band": row["age_band"],
        "value": figure.value,
        "lower": figure.lower,
        "upper": figure.upper,
        "unit": row["unit"],
        "status": figure.status,
        "qualifier": figure.qualifier or "none",
        "as_published": row["as_published"],
        "section": row["section"],
        "source": descriptor["name"],
        "cell": cell_name(y, HEADER.index("as_published")),
    }
