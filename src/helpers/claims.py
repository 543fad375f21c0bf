"""Single figures in prose: read from a document's claims.csv, one row a claim."""

import math

import pandas as pd

from helpers import vocabulary
from helpers.authorities import area_of
from helpers.errors import InputError, nearest
from helpers.paths import relative
from helpers.periods import parse_period
from helpers.published import parse_figure
from helpers.sources import CLAIMS, read_descriptor, read_printed
from helpers.tidy import cell_name
from helpers.totals import PERIOD

HEADER = ["id", "what", "as_published", "unit", "measure", "period", "area", "age_band", "rounded_to", "section"]
CLAIM_COLUMNS = [
    *("authority", "claim", "what", "area", "measure", *PERIOD, "age_band"),
    *("value", "lower", "upper", "unit", "status", "qualifier", "as_published", "section", "source", "cell"),
]
_AREAS = {label: name for name, label in vocabulary.AREAS.items()} | {"UK": "uk"}


def read_claims(source: str) -> pd.DataFrame:
    """The claims of one document, tidy; without rows for a document that has no claims.csv.

    Columns: CLAIM_COLUMNS, one row a claim, in the order of the file; cell is where the figure stands in claims.csv.
    Raises InputError with the file and the cell for an id that stands twice, a figure or a period that no rule reads,
    and a unit, measure, area or age band that the vocabulary does not have.
    """
    descriptor = read_descriptor(source)
    path = descriptor["folder"] / CLAIMS
    if not path.is_file():
        return pd.DataFrame(columns=CLAIM_COLUMNS)
    header, *rows = read_printed(path)
    if header != HEADER:
        raise InputError(f"{relative(path)}: the header reads {', '.join(header)}; it must read {', '.join(HEADER)}.")
    if "authority" not in descriptor:
        raise InputError(f"{relative(path)}: the document has no authority, so nobody can say whose claims these are.")
    claims = [
        _claim(dict(zip(HEADER, row, strict=True)), y, descriptor, relative(path)) for y, row in enumerate(rows, 1)
    ]
    frame = pd.DataFrame(claims, columns=CLAIM_COLUMNS).astype({"value": object})
    if (repeated := frame["claim"].duplicated()).any():
        y = int(repeated.to_numpy().argmax())
        raise InputError(
            f"{relative(path)}, cell {cell_name(y + 1, 0)}: the id {frame['claim'][y]!r} stands twice. Rename one."
        )
    return frame


def _claim(row: dict, y: int, descriptor: dict, file: str) -> dict:
    def where(column: str) -> str:
        return f"{file}, cell {cell_name(y, HEADER.index(column))} ({row['id']})"

    known = {"unit": vocabulary.UNITS, "measure": vocabulary.MEASURES, "age_band": vocabulary.AGE_BANDS}
    row["age_band"] = row["age_band"] or "all"
    for column, names in known.items():
        if row[column] not in names:
            raise InputError(f"{where(column)}: {row[column]!r} is not known.{nearest(row[column], list(names))}")
    area = _AREAS.get(row["area"]) if row["area"] else area_of(descriptor["authority"])
    if area is None:
        raise InputError(f"{where('area')}: {row['area']!r} is not known.{nearest(row['area'], list(_AREAS))}")
    for column in ("id", "what", "section"):
        if not row[column].strip():
            raise InputError(f"{where(column)} is empty. Fill it in.")
    try:
        rounded_to = float(row["rounded_to"]) if row["rounded_to"] else None
    except ValueError:
        rounded_to = math.nan
    if rounded_to is not None and not 0 < rounded_to < math.inf:
        raise InputError(f"{where('rounded_to')}: {row['rounded_to']!r} is no number above 0.")
    try:
        figure = parse_figure(row["as_published"], row["unit"], rounded_to=rounded_to)
    except InputError as error:
        raise InputError(f"{where('as_published')}: {error}. Compare it with the source.") from None
    try:
        period = parse_period(row["period"])
    except InputError as error:
        raise InputError(f"{where('period')}: {error}.") from None
    return {
        "authority": descriptor["authority"],
        "claim": row["id"],
        "what": row["what"],
        "area": area,
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
