"""A spreadsheet that holds what the paper prints, cell for cell, and can be computed with."""

import io
import re
import zipfile
from decimal import Decimal

import briefing_fixture as briefing
import nbformat
import openpyxl
import pandas as pd
import pytest
from conftest import examples
from hypothesis import example, given
from hypothesis import strategies as st
from spreadsheets import as_printed, table_of

from helpers.base.mime import FIGURE, TABLE
from helpers.paper import charts, tables
from helpers.paper.publish import sheets
from helpers.paper.publish.document import FRONT, from_notebook
from helpers.paper.publish.errors import PublishError
from helpers.paper.publish.spreadsheet import number, to_spreadsheet

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning:gptables")

CELLS = [
    ["Nursing", "1,205", "12.5%", "−6.8%", "+105", "1,230 to 1,450"],
    ["Residential", "hidden", "none", "0%", "−10", "=1+1"],
    ["2037", "007", "-7", "−0.0%", "@SUM(A1)", "{=A1}"],
    ["+A1", "£161.7 million", "2015/16", "1.10", "-A1", "https://example.org"],
    ["Total", "14,700", "100%", "0.65", "+0", "mailto:a@example.org"],
]
LABELS = ["Setting", "2024", "Share", "Change in per cent", "=Change", "Range"]


def of_tables(*bundles):
    """The document of a paper with these tables."""
    title = briefing.words(
        "# A title\n\nWhat is asked?\n\nText. This is a projection, not a forecast. More.\n\n- They are not forecasts."
    )
    front = briefing.shown({FRONT: briefing.FRONT})
    return from_notebook(nbformat.v4.new_notebook(cells=[title, front, briefing.shown(*bundles)]))


def opened(document):
    return openpyxl.load_workbook(io.BytesIO(to_spreadsheet(document)))


@pytest.fixture(scope="module")
def document():
    odd = "A title of a table: with [marks] / \\ * ? 'and' more words than a sheet's name can hold"
    tables = [briefing.table(odd, LABELS, CELLS, total_row=True, note="A note.") for _ in range(2)]
    return of_tables(*tables, briefing.SMALL, briefing.LONG, briefing.WIDE, briefing.SOURCES)


@pytest.fixture(scope="module")
def workbook(document):
    return opened(document)


def test_the_three_states_of_a_mark_print_as_three_words(monkeypatch):
    shown = []
    monkeypatch.setattr("IPython.display.display", lambda data, raw: shown.append(data))
    rows = pd.DataFrame(
        {"Year": ["2021/22", "2022/23", "2023/24", "2024/25"], "Admissions": ["[c]", "[x]", "[z]", "21"]}
    )
    tables.show(rows, "Admissions", "people", "A source")
    document = of_tables(*shown)
    (table,) = (block for block in document["blocks"] if block["kind"] == "table")
    assert [row[1] for row in table["rows"]] == ["hidden", "not available", "not applicable", "21"]
    assert table["columns"][1]["align"] == "right"
    _, printed, cells = table_of(opened(document)["Table 1"])
    assert [row[2] for row in printed] == ["hidden", "not available", "not applicable", "21"] and cells[-1].value == 21


def tables_in(document):
    """The tables as a spreadsheet holds them."""
    return [sheets.of_table(block) for block in document["blocks"] if block["kind"] == "table"]


def test_every_table_holds_what_the_paper_prints(document, workbook):
    for sheet, table in zip(workbook.worksheets[2:], tables_in(document), strict=True):
        labels, rows, _ = table_of(sheet)
        assert labels == [column["label"] for column in table["columns"]]
        assert rows == table["rows"]


def test_each_sheet_says_title_unit_source_and_note_above_its_table(document, workbook):
    for sheet, table in zip(workbook.worksheets[2:], tables_in(document), strict=True):
        first = int(re.search(r"\d+", next(iter(sheet.tables.values())).ref)[0])
        above = [sheet.cell(row, 1).value for row in range(1, first)]
        assert above[:2] == [f"Table {table['number']}. {table['title']}", table["unit"]]
        assert f"Source: {table['source']}" in above and None not in above
        assert (f"Note: {table['note']}" in above) == bool(table["note"])


def test_plain_numbers_are_numbers_and_all_else_is_text_and_nothing_a_formula(workbook):
    _, rows, cells = table_of(workbook["Table 1"])
    printed = [text for row in rows for text in row]
    values = {text: cell.value for text, cell in zip(printed, cells, strict=True)}
    numbers = {
        "1,205": 1205, "12.5%": 0.125, "−6.8%": -0.068, "+105": 105, "0%": 0, "−10": -10, "2037": 2037, "-7": -7,
        "1.10": 1.1, "14,700": 14700, "100%": 1, "0.65": 0.65, "+0": 0,
    }  # fmt: skip
    assert {text: value for text, value in values.items() if not isinstance(value, str)} == numbers
    every = [cell for sheet in workbook for row in sheet.iter_rows() for cell in row]
    assert {cell.data_type for cell in every if cell.value is not None} == {"n", "s"}


def test_no_cell_of_a_table_is_blank_or_merged(workbook):
    for sheet in workbook.worksheets[1:]:
        assert all(cell.value not in (None, "") for row in sheet[next(iter(sheet.tables.values())).ref] for cell in row)
        assert not sheet.merged_cells.ranges


def test_sheets_are_named_as_the_paper_numbers_its_tables(workbook):
    names = workbook.sheetnames
    assert names == ["Cover", "Contents", *(f"Table {number}" for number in range(1, 7))]
    assert all(len(name) <= 31 and not re.search(r"[\[\]:*?/\\]", name) for name in names)
    tables = [name.lower() for sheet in workbook for name in sheet.tables]
    assert len(tables) == len(set(tables)) == len(names) - 1


def test_the_contents_link_to_every_table_and_back(document, workbook):
    _, rows, cells = table_of(workbook["Contents"])
    assert [row[1] for row in rows] == [
        f"Table {table['number']}. {table['title']}\n{table['unit']}" for table in tables_in(document)
    ]
    links = [cell.hyperlink.location for cell in cells if cell.hyperlink]
    assert links == [f"'{name}'!A1" for name in workbook.sheetnames[2:]]
    for sheet in workbook.worksheets[2:]:
        links = [cell.hyperlink.location for row in sheet.iter_rows() for cell in row if cell.hyperlink]
        assert links == ["Contents!A1"]


def test_the_cover_says_whose_it_is_and_that_a_projection_is_not_a_forecast(document, workbook):
    said = [cell.value for cell in workbook["Cover"]["A"]]
    front = briefing.FRONT
    for words in (
        document["title"],
        "What is asked?",
        f"{front['council']}: {front['committee']}",
        "For the meeting on 19 November 2026",
        "This is a projection, not a forecast.",
        "They are not forecasts.",
        front["licence"],
        front["author"],
        front["contact"],
    ):
        assert words in said
    assert workbook.active.title == "Cover"


def test_a_paper_without_tables_has_a_cover_that_says_so():
    workbook = opened(of_tables())
    assert workbook.sheetnames == ["Cover"]
    assert "This paper has no tables." in [cell.value for cell in workbook["Cover"]["A"]]


def test_the_same_document_gives_the_same_bytes_of_the_paper_s_day(document, workbook):
    made = to_spreadsheet(document)
    assert to_spreadsheet(document) == made
    properties = workbook.properties
    assert str(properties.created) == str(properties.modified) == "2026-11-19 00:00:00"
    assert properties.title == document["title"] and properties.creator == briefing.FRONT["author"]
    with zipfile.ZipFile(io.BytesIO(made)) as parts:
        assert {(part.date_time, part.create_system, part.compress_type) for part in parts.infolist()} == {
            ((1980, 1, 1, 0, 0, 0), 3, zipfile.ZIP_STORED)
        }


def test_long_text_wraps_in_columns_that_fit_a_screen():
    words = "A long sentence about what was assumed, and why. " * 6
    sheet = opened(of_tables(briefing.table("T", ["Setting", "Why"], [["Nursing", words.strip()]], note=words)))[
        "Table 1"
    ]
    widths = {letter: column.width for letter, column in sheet.column_dimensions.items()}
    assert all(10 < width < 62 for width in widths.values())
    wrapped = [cell.value for row in sheet.iter_rows() for cell in row if cell.value and cell.alignment.wrap_text]
    assert {words.strip(), f"Note: {words.strip()}"} <= {text.strip() for text in wrapped}


def test_the_total_is_in_bold(workbook):
    *_, before, total = workbook["Table 1"].iter_rows()
    assert all(cell.font.bold for cell in total) and not any(cell.font.bold for cell in before)


@pytest.mark.parametrize(
    ("columns", "rows", "message"),
    [
        (["A", "B", "b"], [["x", "1", "2"]], "“T” has two columns with the heading “B"),
        (["A", "B"], [["x", "–"]], "“T” has a cell with only “–”.* Write a word"),
        (["A", "B"], [["x", "see [1](2)"]], "“T” says “see \\[1\\]\\(2\\)”, which a spreadsheet would take for a link"),
        (["A", "B"], [["x", "US$$1"]], "“T” says “US\\$\\$1”"),
        (["A", "B"], [["x", "[over\ntwo lines](file:///etc)"]], "which a spreadsheet would take for a link"),
        (
            ["A", "B"],
            [["x", "y" * 32_768]],
            "“T” has a text of 32,768 characters .* cuts it after 32,767",
        ),
    ],
)
def test_refuses_what_a_spreadsheet_cannot_hold_as_printed(columns, rows, message):
    with pytest.raises(PublishError, match=message):
        to_spreadsheet(of_tables(briefing.table("T", columns, rows)))


def test_the_longest_text_that_a_cell_holds_is_not_cut():
    sheet = opened(of_tables(briefing.table("T", ["A", "B"], [["x", "y" * 32_767]])))["Table 1"]
    assert max(len(str(cell.value)) for row in sheet.iter_rows() for cell in row) == 32_767


@pytest.mark.parametrize("field", ["council", "committee", "author", "contact", "licence"])
@pytest.mark.parametrize("text", ["[x](file:///etc/passwd)", "ask [us](https://example.org)", "US$$1$$", "y" * 32_768])
def test_a_cover_has_no_link_and_no_cut_text(document, field, text):
    with pytest.raises(PublishError, match="The front matter"):
        to_spreadsheet(document | {"front": document["front"] | {field: text}})


PRINTED = st.from_regex(r"[+−-]?[0-9]{1,9}(,[0-9]{3}){0,3}(\.[0-9]{1,8})?%?", fullmatch=True)


@given(st.one_of(PRINTED, st.text()))
@example("999999999999999")
@example("0.00000000000001%")
@example("−0.0%")
@example("1,2345")
@example("١٢٣")
def test_a_number_comes_back_as_it_was_printed(text):
    found = number(text)
    if found is not None:
        assert as_printed(*found) == text


@given(st.integers(-(10**12), 10**12), st.integers(0, 3), st.sampled_from(["", "+"]), st.sampled_from(["", "%"]))
def test_every_number_as_the_papers_print_it_is_one(digits, decimals, plus, percent):
    amount = Decimal(digits).scaleb(-decimals)
    text = f"{amount:{plus},.{decimals}f}{percent}".replace("-", "−")
    value, _ = number(text)
    assert Decimal(repr(value)) == (amount.scaleb(-2) if percent else amount)


SAFE = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Cn", "Co"), exclude_characters="[]$"))


@examples(40)
@given(st.lists(st.one_of(PRINTED, SAFE.map(lambda text: f"{text}a"), SAFE.map(lambda text: f"={text}1")), min_size=1))
def test_whatever_the_cells_say_they_are_printed_again(cells):
    table = briefing.table("T", ["A", "B"], [[f"row {place}", cell] for place, cell in enumerate(cells)])
    document = of_tables(table)
    _, rows, found = table_of(opened(document)["Table 1"])
    assert rows == tables_in(document)[0]["rows"]
    assert "f" not in {cell.data_type for cell in found}


def as_held(label, unit, *cells):
    """A column of these cells, as a spreadsheet holds it: headings, and rows."""
    table = briefing.table("T", ["Name", label], [[f"row {place}", cell] for place, cell in enumerate(cells)])
    table[TABLE]["unit"] = unit
    (held,) = tables_in(of_tables(table))
    return [column["label"] for column in held["columns"]][1:], [row[1:] for row in held["rows"]]


@pytest.mark.parametrize(
    ("label", "unit", "cells", "headings", "rows"),
    [
        ("Likely", "people", ["1,200 to 1,400", "900", "no range"], ["Likely: from (people)", "Likely: to (people)"],
         [["1,200", "1,400"], ["900", "900"], ["no range", "no range"]]),
        ("Growth", "people", ["17% (6% to 28%)", "1%"],
         ["Growth (per cent)", "Growth: from (per cent)", "Growth: to (per cent)"],
         [["17%", "6%", "28%"], ["1%", "no range", "no range"]]),
        ("Now", "units as in each row", ["£646 million", "£1 million"], ["Now (£ million)"], [["646"], ["1"]]),
        ("Now", "units as in each row", ["£646 million", "2,720"], ["Now"], [["£646 million"], ["2,720"]]),
        ("Cost", "pounds a week", ["£817.44", "none"], ["Cost (£)"], [["817.44"], ["none"]]),
        ("From", "people", ["2024", "2029"], ["From"], [["2024"], ["2029"]]),
        ("What", "people", ["5 to 7 in words", "3"], ["What (people)"], [["5 to 7 in words"], ["3"]]),
    ],
)  # fmt: skip
def test_ranges_stand_apart_and_units_in_headings(label, unit, cells, headings, rows):
    assert as_held(label, unit, *cells) == (headings, rows)


def test_a_financial_year_has_the_year_that_it_begins_in_beside_it():
    document = of_tables(briefing.table("T", ["Year", "People"], [["2024/25", "5"], ["2029/30", "7"]]))
    labels, rows, cells = table_of(opened(document)["Table 1"])
    assert labels[:2] == ["Year", "Year begins"] and [row[1] for row in rows] == ["2024", "2029"]
    assert [cell.value for cell in cells if isinstance(cell.value, int)] == [2024, 5, 2029, 7]


def of_chart(figure, unit):
    bundle = briefing.figure("A chart", "Words")
    bundle[FIGURE] |= {"data": charts.plotted(figure), "unit": unit}
    labels, rows, _ = table_of(opened(of_tables(bundle))["Figure 1"])
    return labels, rows


def test_every_chart_has_its_data():
    people = pd.Series({"Nursing": 1205, "Residential": 3400})
    bars = charts.bar_chart(people, people.map(str))
    assert of_chart(bars, "people") == (["Bar", "Value (people)"], [["Nursing", "1,205"], ["Residential", "3,400"]])
    ranges = pd.DataFrame({"lower": [-310.0], "upper": [4100.0]}, index=["Residential"])
    assert of_chart(charts.bar_chart(people, people.map(str), ranges=ranges), "people") == (
        ["Bar", "Value (people)", "Range, lower end (people)", "Range, upper end (people)"],
        [["Nursing", "1,205", "no range", "no range"], ["Residential", "3,400", "−310", "4,100"]],
    )
    years = charts.line_chart(pd.DataFrame({"ONS": [100.0, 4321.4]}, index=[2024, 2029]))
    assert of_chart(years, "people") == (
        ["Line", "Year or period", "Value (people)"], [["ONS", "2024", "100"], ["ONS", "2029", "4,320"]],
    )  # fmt: skip
    periods = charts.line_chart(pd.DataFrame({"Share": [12.5, None, 13.0]}, index=["Q1", "Q2", "Q3"]))
    assert of_chart(periods, "per cent")[1] == [["Share", "Q1", "12.5"], ["Share", "Q3", "13"]]
