"""All figures on file as one book, each under a name that a formula can use, with what it says in words."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import pandas as pd

from helpers.base import formulas, vocabulary, wording
from helpers.base.cells import HIDDEN, NOT_GIVEN
from helpers.base.errors import InputError, nearest
from helpers.base.periods import Period, decimal_year
from helpers.published.totals import DIMENSIONS


@dataclass(frozen=True)
class Book:
    """All figures on file, by key: "source/table!B3" or "source/claim"; and whose checks they are for.

    area_code: ONS area code of the council. frame: index key; columns of tidy figures and claims, and what (in words).
    """

    area_code: str
    frame: pd.DataFrame

    def any_row(self, key: str, where: str) -> pd.Series:
        """One figure, whosever it is. Raises InputError, with where it is asked for, if there is none."""
        if key not in self.frame.index:
            source, _, name = key.partition("/")
            known = [known.partition("/")[2] for known in self.frame.index if known.startswith(f"{source}/")]
            hint = nearest(name, known).split(" Known:")[0] if known else ""
            raise InputError(f"{where}: there is no figure {name!r} in {source!r}.{hint} Mend the name.")
        return self.frame.loc[key]

    def row(self, key: str, where: str) -> pd.Series:
        """One figure of this council, or a national one. Raises InputError if there is none, or it is another's."""
        row = self.any_row(key, where)
        if row["area_code"] not in (self.area_code, *vocabulary.NATIONAL):
            raise InputError(
                f"{where}: {key} is a figure of another council ({row['area_code']}). One council's figures never meet "
                "another's in a formula; list the two under not_comparable without one."
            )
        return row


def book(area_code: str, figures: Mapping[str, pd.DataFrame], claims: Mapping[str, pd.DataFrame], titles: dict) -> Book:
    """The figures on file as one book, for one council's checks.

    area_code: ONS area code. figures, claims: tidy rows by source. titles: a table's title by (source, table).
    """
    rows = []
    for source, table in figures.items():
        keys = f"{source}/" + table["table"] + "!" + table["cell"]
        what = [words_for(row, titles[source, row["table"]]) for _, row in table.iterrows()]
        rows.append(table.assign(key=keys, what=what))
    for source, table in claims.items():
        rows.append(table.assign(key=f"{source}/" + table["claim"], quantity="none", table="claims"))
    frame = pd.concat(rows, ignore_index=True) if rows else pd.DataFrame(columns=["key", "area_code"])
    return Book(area_code, frame.set_index("key"))


def words_for(row: pd.Series, title: str) -> str:
    """A table's cell in words: its table (of a part of a cell, its own quantity), and what sets it apart there."""
    parts = []
    for dimension in DIMENSIONS:
        label = vocabulary.DIMENSIONS[dimension].get(row[dimension], row[dimension])
        if row[dimension] != "all":
            parts.append(label if dimension != "age_band" else f"ages {label}")
    name = wording.sentence_start(vocabulary.QUANTITIES[row["quantity"]]) if "." in row["cell"] else title
    return f"{name} ({', '.join([*parts, row['period']])})"


def named(rows: pd.DataFrame, titles: Mapping[str, str]) -> pd.DataFrame:
    """Rows of a document with what each is in words, as the column `count`.

    rows: as withholding.written has those withheld. titles: of the document's tables, by name; a row of another is of
    a single figure in prose.
    """
    words = [words_for(row, titles.get(row["table"], "Single figures in prose")) for _, row in rows.iterrows()]
    return rows.assign(count=pd.Series(words, rows.index, dtype=object))


def read_formula(
    text: str,
    source: str,
    where: str,
    row_named: Callable[[str, str], pd.Series],
    sources: list[str],
    own: Mapping[str, str | float] = formulas.NO_NAMES,
) -> tuple[formulas.Formula, pd.DataFrame, dict[str, formulas.Input]]:
    """A formula, its figures (a frame in the order of its keys), and its inputs by key.

    row_named: gives a figure by its key (Book.row or Book.any_row). own: what an entry says itself, by name: another
    formula, or a number. Raises InputError, with where it stands, for what is no formula, names no figure, or has a
    number typed that is one.
    """
    try:
        formula = formulas.parse(text, source, sources)
        typed = formulas.typed_number(formula)
        named = formula.keys
        formula = formulas.parse(formulas.with_own(text, own), source, sources) if own else formula
    except InputError as error:
        raise InputError(f"{where}: {error}. Mend the formula.") from None
    if not named:
        raise InputError(f"{where}: {text!r} names no figure. Name the figures that it is worked out from.")
    if typed is not None:
        raise InputError(
            f"{where}: the number {typed:g} is typed in {text!r}. Name the figure that it is (a claim, a cell), or "
            "work it out from figures; only what converts units is typed, such as 12 months or 100 per cent."
        )
    used = pd.DataFrame([row_named(key, where) for key in formula.keys])
    for key, row in used.iterrows():
        if row["status"] in NOT_GIVEN:
            raise InputError(
                f"{where}: {key} is {row['status'].replace('_', ' ')}, so that nothing follows from it. Take it out of "
                "the formula."
            )
    inputs = {}
    for key, row in used.iterrows():
        hidden = row["status"] in HIDDEN
        value = (row["lower"] + row["upper"]) / 2 if hidden else float(row["value"])
        period = Period(row["period_start"], row["period_end"], row["period_kind"], row["period"])
        inputs[key] = formulas.Input(
            value, float(row["lower"]), float(row["upper"]), period.months, 12 * decimal_year(period.end)
        )
    return formula, used, inputs


def work_out(formula: formulas.Formula, inputs: dict[str, formulas.Input], where: str) -> tuple[float, float, float]:
    """What a formula gives, and the least and the most. Raises InputError, with where it stands, for no number."""
    try:
        return formulas.evaluate(formula, inputs)
    except InputError as error:
        raise InputError(f"{where}: {error}. Mend the formula.") from None
