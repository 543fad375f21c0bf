"""What makes two figures figures of one thing, and the totals of a table beside the sums of their parts."""

import pandas as pd

from helpers.base import vocabulary, wording
from helpers.base.cells import HIDDEN, NOT_GIVEN
from helpers.base.errors import InputError

DIMENSIONS = ["age_band", "support_reason", "setting", "service", "locality", "group"]
PERIOD = ["period_start", "period_end", "period_kind", "period"]
#: The columns that say what a tidy figure is of: two figures of one table that are alike in all are one figure.
KEYS = ["area_code", "area", "quantity", "measure", *PERIOD, *DIMENSIONS]


def totals_of(table: pd.DataFrame, total: dict) -> pd.DataFrame:
    """The totals of a table across one dimension beside what their parts come to.

    table: tidy rows of one table. total: its declaration. Only what adds is summed (vocabulary.adds), or of that the
    quantities that it declares. Columns of table, and parts_lower, parts_upper (sums of the parts' bounds),
    allowed_lower, allowed_upper (with the tolerance and the declared remainder) and reason (of the remainder, or
    empty). What is not applicable is no part; a total with a part that is not available is left out.
    Raises InputError for a declared quantity or remainder that no total of the table has.
    """
    across = total["across"]
    table = _adding(table, total.get("quantities"))
    others = [key for key in KEYS if key != across]
    parts = parts_of(table, total)
    sums = parts[parts["status"] != "not_applicable"].groupby(others, sort=False)[["lower", "upper"]].sum()
    found = _printed_totals(table, across)
    found = found[~_with_a_part_not_available(found, parts, others)].copy()
    keyed = [tuple(row) for row in found[others].to_numpy()]
    found = found[[key in sums.index for key in keyed]]
    lower, upper = (sums.loc[[key for key in keyed if key in sums.index], end].to_numpy() for end in ("lower", "upper"))
    tolerance = total.get("tolerance", 0)
    found = found.assign(
        parts_lower=lower, parts_upper=upper, allowed_lower=lower - tolerance, allowed_upper=upper + tolerance
    )
    found = found.assign(reason="", matters="", question="", across=across)
    for remainder in total.get("remainders", []):
        here = pd.Series(True, found.index)
        for key, value in remainder["where"].items():
            here &= found[key] == value
        if not here.any():
            raise InputError(
                f"a remainder is declared for {said_of(remainder['where'])}, and no such total stands there. Remove "
                "it, or mend where it holds."
            )
        found.loc[here, "allowed_lower"] += remainder["lower"]
        found.loc[here, "allowed_upper"] += remainder["upper"]
        found.loc[here, "reason"] = remainder["reason"]
        found.loc[here, "matters"] = remainder.get("matters", "")
        found.loc[here, "question"] = remainder.get("question", "")
    return found


def _adding(table: pd.DataFrame, quantities: list[str] | None) -> pd.DataFrame:
    """The rows of figures that add; of these quantities only, where some are named."""
    kinds = table[["quantity", "unit"]].drop_duplicates()
    adding = [kind for kind in kinds.itertuples(index=False) if vocabulary.adds(*kind)]
    for quantity in quantities or []:
        if quantity not in [kind.quantity for kind in adding]:
            known = ", ".join(kind.quantity for kind in adding) or "none"
            raise InputError(
                f"totals are held to {quantity!r}, which does not add, or is not in the table. Those that add: {known}."
            )
    held = [tuple(kind) for kind in adding if not quantities or kind.quantity in quantities]
    keyed = list(zip(table["quantity"], table["unit"], strict=True))
    return table[[key in held for key in keyed]]


def said_of(where: dict) -> str:
    """Which totals a declared remainder is of, in words: "setting: residential", or every one."""
    return (
        wording.listed(f"{key.replace('_', ' ')}: {value}" for key, value in where.items()) if where else "every total"
    )


def parts_of(table: pd.DataFrame, total: dict) -> pd.DataFrame:
    """The parts of a table that add to its totals across one dimension."""
    return table[~table[total["across"]].isin(["all", *total.get("within_other_parts", [])])]


def incomplete_totals(table: pd.DataFrame, total: dict) -> pd.DataFrame:
    """The printed totals that nothing can be held against, since a part of theirs is not available."""
    others = [key for key in KEYS if key != total["across"]]
    found = _printed_totals(table, total["across"])
    return found[_with_a_part_not_available(found, parts_of(table, total), others)]


def _printed_totals(table: pd.DataFrame, across: str) -> pd.DataFrame:
    return table[(table[across] == "all") & ~table["status"].isin([*HIDDEN, *NOT_GIVEN])]


def _with_a_part_not_available(totals: pd.DataFrame, parts: pd.DataFrame, others: list[str]) -> pd.Series:
    missing = {tuple(row) for row in parts.loc[parts["status"] == "not_available", others].to_numpy()}
    return pd.Series([tuple(row) in missing for row in totals[others].to_numpy()], totals.index, dtype=bool)


def describe(row: pd.Series, columns: list[str]) -> str:
    """What a figure is of, for messages: its dimensions and their values."""
    return ", ".join(f"{column.replace('_', ' ')} {row[column]}" for column in columns if row[column] != "all") or "all"
