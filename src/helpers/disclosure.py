"""Keep hidden counts hidden: what follows from a table by subtraction, and what must be kept back so that it does not.

method.md section 3. A count that its publisher hid can follow from the totals beside it. Where it does, a second count
of its row or column is withheld from everything that this project writes; what a publisher prints stays in data/raw,
as printed.
"""

import numpy as np
import pandas as pd

from helpers.errors import InputError
from helpers.published import HIDDEN, NOT_GIVEN, Suppressed
from helpers.suppression import TOTAL, SupportTable, closed_cells, explain, has_both_totals

AXES = ("support_reason", "setting")


def lone_cells(rows: pd.DataFrame) -> list[tuple[str, str]]:
    """The hidden cells (support reason, setting) that the rest of their row or column gives away.

    rows: tidy rows of one table with both totals. Such a cell is the only hidden one of its line, the line's total is
    printed, and what is left of the total lies within the cell's bounds. (Where it does not, people were left out of
    print as well, and nothing is given away.)
    """
    rows = rows[rows["status"] != "not_applicable"]
    hidden = rows["status"].isin(HIDDEN)
    found = []
    for axis, other in (AXES, AXES[::-1]):
        for _, line in rows[rows[axis] != TOTAL].groupby(axis, sort=False):
            secret = line[hidden[line.index]]
            total = line[(line[other] == TOTAL) & ~hidden[line.index]]
            unknown = (line["status"] == "not_available").any()
            if unknown or len(secret) != 1 or total.empty or (secret[other] == TOTAL).any():
                continue
            cell = secret.iloc[0]
            left = total["value"].iloc[0] - line.loc[(line[other] != TOTAL) & ~hidden[line.index], "value"].sum()
            if cell["lower"] <= left <= cell["upper"]:
                found.append(tuple(cell[list(AXES)]))
    return sorted(set(found))


def recoverable(rows: pd.DataFrame) -> list[tuple[str, str]]:
    """The cells that its publisher hid, or that are withheld, and that follow from what a table shows: by subtraction
    from one row or column, or from all totals at once."""
    return sorted({*lone_cells(rows), *closed_cells(explain(SupportTable.from_tidy(rows)))})


def withhold(figures: pd.DataFrame) -> pd.DataFrame:
    """The figures as they may be written: enough counts withheld that no hidden one follows.

    figures: tidy rows. In each table with totals of rows and columns, while a hidden count follows, the smallest count
    beside it in its row is withheld: its value, bounds and text as published. Its bounds then are what the rest of the
    table allows. Raises InputError where nothing is left to withhold.
    """
    tables = [
        _withheld(rows, name) if has_both_totals(rows) else rows for name, rows in figures.groupby("table", sort=False)
    ]
    return pd.concat(tables).sort_index() if tables else figures


def _withheld(rows: pd.DataFrame, table: str) -> pd.DataFrame:
    kept_back: list[int] = []
    while found := recoverable(rows):
        reason, setting = found[0]
        inner = (rows["support_reason"] != TOTAL) & (rows["setting"] != TOTAL)
        inner &= ~rows["status"].isin([*HIDDEN, *NOT_GIVEN])
        beside = rows[inner & (rows["support_reason"] == reason)]
        if beside.empty:
            beside = rows[inner & (rows["setting"] == setting)]
        if beside.empty:
            raise InputError(
                f"Table {table!r}: a hidden count ({reason}, {setting}) follows from the totals, and no count is left "
                "to withhold beside it. Leave the table's totals out of its CSV."
            )
        chosen = beside["value"].astype(float).idxmin()
        kept_back.append(chosen)
        # Open until the rest of the table bounds it.
        rows = _keep_back(rows, chosen, 0, float(rows["upper"].max()))
    for index in kept_back:
        square = explain(SupportTable.from_tidy(rows))
        lower, upper = square.bounds_of(*rows.loc[index, list(AXES)])
        rows = _keep_back(rows, index, int(lower), int(upper))
    return rows


def _keep_back(rows: pd.DataFrame, index: int, lower: float, upper: float) -> pd.DataFrame:
    rows = rows.copy()
    rows.loc[index, ["status", "as_published"]] = "withheld"
    rows.loc[index, ["lower", "upper"]] = lower, upper
    values = rows["value"].to_numpy(dtype=object, copy=True)
    values[np.flatnonzero(rows.index == index)[0]] = Suppressed(lower, upper, "withheld")
    return rows.assign(value=pd.Series(values, rows.index))
