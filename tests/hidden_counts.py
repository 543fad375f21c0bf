"""Small tables with hidden counts, and every way to fill them: for tests of what follows from what is written."""

from itertools import product

import pandas as pd

from helpers.base.cells import Suppressed
from helpers.published.totals import DIMENSIONS

ABOUT = {
    "authority": "E06000016",
    "area": "leicester",
    "quantity": "people_with_long_term_support",
    "measure": "during_year",
    "period_start": "2023-04-01",
    "period_end": "2024-03-31",
    "period_kind": "financial_year",
    "period": "2023/24",
    **dict.fromkeys(DIMENSIONS, "all"),
    "unit": "people",
    "qualifier": "none",
    "source": "a",
    "table": "t",
}


def figure(value, **about):
    """A tidy row: a number as printed, bounds such as (1, 4) for a hidden count, or (value, lower, upper)."""
    if isinstance(value, tuple) and len(value) == 2:
        said = {"value": Suppressed(*value), "lower": value[0], "upper": value[1], "status": "suppressed"}
    else:
        number, lower, upper = value if isinstance(value, tuple) else (value, value, value)
        said = {"value": number, "lower": lower, "upper": upper, "status": "exact"}
    return {**ABOUT, "as_published": "-" if said["status"] == "suppressed" else str(value), **said, **about}


def frame(*rows):
    """Tidy rows as one frame, each with a cell of its own where it names none."""
    rows = [{"cell": f"B{number}", **row} for number, row in enumerate(rows, 2)]
    return pd.DataFrame(rows).astype({"value": object})


def square(counts, hidden, mark=(0, 4), left_out=0, **about):
    """A table by support reason and setting with totals; hidden: the places hidden; left_out: people in no row."""
    rows = []
    for y, line in enumerate(counts):
        for x, count in enumerate(line):
            rows.append(figure(mark if (y, x) in hidden else count, support_reason=f"r{y}", setting=f"s{x}", **about))
        rows.append(figure(sum(line), support_reason=f"r{y}", **about))
    columns = [sum(column) for column in zip(*counts, strict=True)]
    columns[0] += left_out
    rows += [figure(total, setting=f"s{x}", **about) for x, total in enumerate(columns)]
    return frame(*rows, figure(sum(columns), **about))


def possible(rows):
    """Every way to fill the unknown counts of a square within its written bounds so that all totals add."""
    grid = rows.set_index(["support_reason", "setting"])
    reasons, settings = ([name for name in grid.index.unique(level) if name != "all"] for level in grid.index.names)
    bounds = {cell: (int(grid.loc[cell, "lower"]), int(grid.loc[cell, "upper"])) for cell in grid.index}

    def fits(cell, number):
        return bounds[cell][0] <= number <= bounds[cell][1]

    def fills(reason):
        ranges = [range(bounds[reason, setting][0], bounds[reason, setting][1] + 1) for setting in settings]
        return [line for line in product(*ranges) if fits((reason, "all"), sum(line))]

    return [
        table
        for table in product(*(fills(reason) for reason in reasons))
        if all(
            fits(("all", name), sum(column)) for name, column in zip(settings, zip(*table, strict=True), strict=True)
        )
        and fits(("all", "all"), sum(map(sum, table)))
    ]
