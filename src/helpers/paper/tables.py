"""Tables that a page shows: none without a title, a unit and a source."""

import html
import re

import pandas as pd

from helpers.base.cells import MARK_WORDS
from helpers.base.errors import InputError
from helpers.base.mime import TABLE
from helpers.base.numbers import Said, Traced, as_recorded, recorded

#: The words that stand where a column of figures has none.
MISSING = ("hidden", "suppressed", "none", "not printed", "no range", "not on file", "as published")
MISSING += ("not available", "not applicable")
_FIGURE = re.compile(r"(less than )?[+−-]?[\d.,]+%?( (to|and) [\d.,]+%?)?")


def show(
    frame: pd.DataFrame,
    title: str | Said,
    unit: str,
    source: str,
    note: str | Said = "",
    total_row: bool = False,
    row_keys: list[str] | None = None,
    row_links: list[str] | None = None,
) -> None:
    """Show a table in the notebook and in the briefing.

    frame: texts as they are to print (a standard mark, such as [x], prints as its word), whole numbers, or numbers that
    know themselves (base.numbers), which the page links to what they rest on; the first column names the rows.
    title: what it shows; it and the note may have numbers in them (messages.words). unit, source: as under a published
    table. note: may be empty. total_row: the last row is a total. row_keys: a name for each row; a sentence or table
    whose source names it has its numbers linked to the row. row_links: a web address for each row, which its name leads
    to on the page; empty for a row without.
    Raises InputError for a table without title, unit or source, without rows, or with a blank cell.
    """
    from IPython.display import display

    told = {part: found for part, text in (("title", title), ("note", note)) if (found := recorded(text))}
    title, note = str(title), str(note)
    for name, text in (("title", title), ("unit", unit), ("source", source)):
        if not text.strip():
            raise InputError(f"The table {title!r} has no {name}. Give it one: a table is not shown without.")
    if row_keys is not None and len(row_keys) != len(frame):
        raise InputError(f"The table {title!r} has {len(frame)} rows and {len(row_keys)} row keys. Give one a row.")
    texts = frame.map(lambda value: f"{value:,}" if isinstance(value, int) else MARK_WORDS.get(str(value), str(value)))
    if frame.empty or frame.isna().any(axis=None) or (texts == "").any(axis=None):
        raise InputError(f"The table {title!r} has no rows or a blank cell. A missing value needs a word.")
    aligned = ["left"] + ["right" if _numeric(texts[column]) else "left" for column in texts.columns[1:]]
    table = {
        "title": title,
        "unit": unit,
        "source": source,
        "note": note,
        "columns": [{"label": str(label), "align": align} for label, align in zip(texts.columns, aligned, strict=True)],
        "rows": texts.to_numpy().tolist(),
        "total_row": total_row,
        "row_keys": row_keys or [],
    }
    table |= {"row_links": row_links} if row_links else {}
    table |= _numbers(frame) | ({"words": told} if told else {})
    display({"text/plain": f"Table: {title}", "text/html": _html(table), TABLE: table}, raw=True)


def _numbers(frame: pd.DataFrame) -> dict:
    """The numbers of a table that know themselves: what each is, by "row,column" from 0, and every origin once."""
    cells = enumerate(frame.itertuples(index=False, name=None))
    found = {
        f"{row},{column}": as_recorded(value)
        for row, values in cells
        for column, value in enumerate(values)
        if column and isinstance(value, Traced)
    }
    origins: list[dict] = []
    for entry in found.values():
        del entry["text"]  # that is in its row
        origins += [origin for origin in entry["rests_on"] if origin not in origins]
        entry["rests_on"] = [origins.index(origin) for origin in entry["rests_on"]]
    return {"numbers": found, "origins": origins} if found else {}


def _numeric(column: pd.Series) -> bool:
    """Whether a column is set to the right: it holds figures, and otherwise only the words for a missing one."""
    figures = column.map(lambda text: bool(_FIGURE.fullmatch(text)))
    return figures.any() and column[~figures].isin(MISSING).all()


def _html(table: dict) -> str:
    """The table for the notebook's own page, with caption and scopes."""

    def cell(tag: str, text: str, align: str, scope: str = "") -> str:
        return f'<{tag}{scope} style="text-align: {align}">{html.escape(text)}</{tag}>'

    aligned = [column["align"] for column in table["columns"]]
    head = "".join(cell("th", column["label"], column["align"], ' scope="col"') for column in table["columns"])
    body = "\n".join(
        "<tr>"
        + cell("th", row[0], "left", ' scope="row"')
        + "".join(cell("td", text, align) for text, align in zip(row[1:], aligned[1:], strict=True))
        + "</tr>"
        for row in table["rows"]
    )
    below = " ".join(text for text in (f"Source: {table['source']}.", table["note"]) if text)
    return (
        f"<table>\n<caption>{html.escape(table['title'])} ({html.escape(table['unit'])})</caption>\n"
        f"<thead><tr>{head}</tr></thead>\n<tbody>\n{body}\n</tbody>\n</table>\n<p>{html.escape(below)}</p>"
    )
