"""The document model's tables and charts as a spreadsheet that a screen reader can read, to compute with."""

import copy
import datetime
import functools
import io
import re
import warnings
import zipfile
from decimal import Decimal

from helpers.base import wording
from helpers.paper.publish import abbreviations, prose, sheets
from helpers.paper.publish.errors import PublishError

_NUMBER = re.compile(r"([+−-]?)((?:0|[1-9][0-9]*|[1-9][0-9]{0,2}(?:,[0-9]{3})+)(?:\.[0-9]+)?)(%?)")
_DIGITS = 15  # a spreadsheet keeps no more of a number
_LONGEST = 32_767  # characters of a cell; a spreadsheet cuts what is longer
_ABOUT = (
    "Each table, and what each chart shows, has a sheet of its own, under the number that it has in the paper. Numbers "
    "are numbers, and look as they do there; a range is two columns, and the unit stands in the heading. Everything "
    "else, such as the word for a missing figure, is text."
)
_INSTRUCTIONS = "This sheet has one table."
_OPTIONS = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
_WIDE, _NARROW, _FIRST = 60, 12, 45  # widths of columns, in characters


def to_spreadsheet(document: dict) -> bytes:
    """The tables and charts of the briefing as .xlsx; the same document gives the same bytes.

    After a cover and a list that links to them, each has a sheet, as sheets.py has it; a paper without any has the
    cover alone.
    Raises PublishError for a table that a spreadsheet cannot hold as it is printed.
    """
    import gptables

    packed = io.BytesIO()
    workbook = gptables.GPWorkbook(packed, _OPTIONS)
    workbook.set_theme(_theme())
    workbook.set_properties(_properties(document))
    tables = {_named(block): block for block in _held(document["blocks"])}
    workbook.add_worksheet("Cover").write_cover(_cover(document, bool(tables)))
    each = {name: _sheet(table) for name, table in tables.items()}
    if each:
        contents = workbook.make_table_of_contents(
            each,
            additional_elements=["subtitles"],
            column_names=["Sheet", "Table and unit"],
            title="Contents",
            instructions=_INSTRUCTIONS,
        )
        _write(workbook, "Contents", contents, [_NARROW, 1.5 * _WIDE])
    for name, sheet in each.items():
        _write(workbook, name, sheet, _widths(tables[name]))
    workbook.close()
    return _uncompressed(packed)


def _held(blocks: list[dict]) -> list[dict]:
    """The tables of a paper, and then its charts, as sheets hold them."""
    found = [sheets.of_table(block) for block in blocks if block["kind"] == "table"]
    charts = [sheets.of_chart(block) for block in blocks if block["kind"] == "figure"]
    return found + [chart for chart in charts if chart]


def _named(table: dict) -> str:
    return f"{table['kind'].capitalize()} {table['number']}"


def number(text: str) -> tuple[int | float, str] | None:
    """A number as it is printed, as its value and the number format that prints it so: "12.5%" is 0.125 and "0.0%".

    None for any other text, and for a number that would not come back as it is printed ("007", "−0").
    """
    match = _NUMBER.fullmatch(text)
    if match is None:
        return None
    sign, printed, percent = match.groups()
    value = Decimal(printed.replace(",", "")).scaleb(-2 if percent else 0)
    if len(re.findall(r"\d", printed)) > _DIGITS or (sign in ("−", "-") and not value):
        return None
    whole, _, decimals = printed.partition(".")
    shape = ("#,##0" if "," in whole else "0") + "." * bool(decimals) + "0" * len(decimals) + percent
    # A spreadsheet's own minus is a hyphen.
    shape = {"+": f'+{shape};"−"{shape}', "−": f'{shape};"−"{shape}'}.get(sign, shape)
    value = -value if sign in ("−", "-") else value
    return (float(value) if decimals or percent else int(value)), shape


@functools.cache
def _theme():
    """That of gptables, in which a long source or note goes over several lines."""
    import gptables

    theme = copy.deepcopy(gptables.gptheme)
    for update in (theme.update_source_format, theme.update_legend_format):
        update({"text_wrap": True, "valign": "top"})
    theme.update_description_order(["instructions", "source", "legend", "scope"])
    return theme


def _properties(document: dict) -> dict:
    front = document["front"]
    day = datetime.date.fromisoformat(front["date"])
    return {
        "title": document["title"],
        "author": front["author"],
        "company": front["council"],
        "subject": front["committee"],
        # Said to have been made, and changed last, on the paper's day.
        "created": datetime.datetime(day.year, day.month, day.day),
    }


def _cover(document: dict, has_tables: bool):
    import gptables

    front = document["front"]
    intro = [
        prose.plain(document["subtitle"]),
        f"{front['council']}: {front['committee']}",
        f"For the meeting on {wording.date(front['date'])}",
        *_caveats(document),
    ]
    about = [_ABOUT if has_tables else "This paper has no tables.", front["licence"]]
    contact = [front["author"], front["contact"]]
    _check_texts("The front matter", [document["title"], *intro, *about, *contact])
    return gptables.Cover(document["title"], intro=intro, about=about, contact=contact)


def _caveats(document: dict) -> list[str]:
    """The sentences in which the paper says that a projection is not a forecast, each once."""
    prose_blocks = [block for block in document["blocks"] if block["kind"] in ("paragraph", "list")]
    texts = [" ".join(abbreviations.printed(block).split()) for block in prose_blocks]
    sentences = [sentence for text in texts for sentence in re.split(r"(?<=[.?!])\s", text)]
    return list(dict.fromkeys(said for said in sentences if re.search(r"not (a forecast|forecasts)\b", said)))


def _sheet(table: dict):
    import gptables
    import pandas as pd

    _check(table)
    parsed = [[number(cell) for cell in row] for row in table["rows"]]
    values = [
        [found[0] if found else cell for cell, found in zip(row, numbers, strict=True)]
        for row, numbers in zip(table["rows"], parsed, strict=True)
    ]
    return gptables.GPTable(
        pd.DataFrame(values, columns=[column["label"] for column in table["columns"]], dtype=object),
        table_name=f"{table['kind']}_{table['number']}",
        title=f"{_named(table)}. {table['title']}",
        subtitles=[table["unit"]],
        instructions=_INSTRUCTIONS,
        source=f"Source: {table['source']}",
        legend=[f"Note: {table['note']}"] if table["note"] else [],
        scope="[Back to the contents](internal:Contents!A1)",
        index_columns={2: 0},
        additional_formatting=_formats(table, parsed),
    )


def _formats(table: dict, parsed: list[list]) -> list[dict]:
    """How numbers print, where columns stand, and the total's line; gptables counts the column headings as row 0."""
    places: dict[str, list[int]] = {}
    for place, column in enumerate(table["columns"]):
        places.setdefault(column["align"], []).append(place)
    # Columns together: gptables takes longer over each by itself.
    aligned = [
        {"column": {"format": {"align": align}, "columns": columns, "include_names": True}}
        for align, columns in places.items()
    ]
    numbers = [
        {"cell": {"format": {"num_format": found[1]}, "cells": (row, column)}}
        for row, cells in enumerate(parsed, start=1)
        for column, found in enumerate(cells)
        if found
    ]
    total = {"row": {"format": {"bold": True, "top": 1}, "rows": [len(parsed)], "include_names": True}}
    return [*aligned, *numbers, *([total] if table["total_row"] else [])]


def _check(table: dict) -> None:
    """Refuse what gptables or a spreadsheet would refuse or read otherwise."""
    where = f"The table “{table['title']}”"
    labels = [column["label"] for column in table["columns"]]
    seen = [label.casefold() for label in labels]
    for label in labels:
        if seen.count(label.casefold()) > 1:
            raise PublishError(f"{where} has two columns with the heading “{label}”. Give each a heading of its own.")
    cells = [cell for row in table["rows"] for cell in row]
    for cell in cells:
        if not re.search("[a-zA-Z0-9]", cell):
            raise PublishError(
                f"{where} has a cell with only “{cell}”, which is not read out. Write a word, such as none."
            )
    _check_texts(where, [table["title"], table["unit"], table["source"], table["note"], *labels, *cells])


def _check_texts(where: str, texts: list[str]) -> None:
    """Refuse a text that a spreadsheet would cut, or that gptables would turn into a link."""
    for text in texts:
        if len(text) > _LONGEST:
            raise PublishError(
                f"{where} has a text of {len(text):,} characters (“{text[:40]}…”); a spreadsheet cuts it after "
                f"{_LONGEST:,}. Write less."
            )
        if re.search(r"\[.+\]\(.+\)|\$\$", text, re.DOTALL):
            raise PublishError(f"{where} says “{text}”, which a spreadsheet would take for a link. Write it otherwise.")


def _widths(table: dict) -> list[float]:
    """A column is as wide as its longest cell, or the longest word of its heading, within bounds: text then wraps."""
    columns = zip(*table["rows"], strict=True)
    longest = [
        max(map(len, (*cells, *column["label"].split())))
        for column, cells in zip(table["columns"], columns, strict=True)
    ]
    # The first column also holds what stands above the table.
    least = [_FIRST] + [_NARROW] * (len(longest) - 1)
    return [min(max(1.2 * length + 2, low), _WIDE) for length, low in zip(longest, least, strict=True)]


def _write(workbook, name: str, sheet, widths: list[float]) -> None:
    written = workbook.add_worksheet(name)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of what gptables calls and pandas will drop one day
        written.write_gptable(sheet, auto_width=False)
    for column, width in enumerate(widths):
        written.set_column(column, column, width)
    # On paper: A4, across, as many pages long as it needs.
    written.set_paper(9)
    written.set_landscape()
    written.fit_to_pages(1, 0)


def _uncompressed(packed: io.BytesIO) -> bytes:
    # Compressed bytes, and a part's attributes, differ from machine to machine.
    result = io.BytesIO()
    with zipfile.ZipFile(packed) as compressed, zipfile.ZipFile(result, "w") as whole:
        for name in compressed.namelist():
            part = zipfile.ZipInfo(name)
            part.create_system = 3
            whole.writestr(part, compressed.read(name))
    return result.getvalue()
