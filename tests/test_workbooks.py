"""Spreadsheets' own files as texts, what spreadsheet programs do to a cell, and what they would carry out."""

import datetime
import zipfile

import pytest
import xlsxwriter
from conftest import examples
from hypothesis import given
from hypothesis import strategies as st

from helpers.base.errors import InputError
from helpers.published import workbooks


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A project's folder with nothing in it, as the working directory."""
    (tmp_path / "authorities.toml").touch()
    monkeypatch.chdir(tmp_path)
    return tmp_path


def xlsx(path, cells, sheets=("Table 1",)):
    """An .xlsx with these cells on its first sheet: (cell, value, number format or None)."""
    workbook = xlsxwriter.Workbook(path)
    first, *_ = [workbook.add_worksheet(sheet) for sheet in sheets]
    for cell, value, code in cells:
        style = workbook.add_format({"num_format": code}) if code else None
        if isinstance(value, tuple):
            first.write_formula(cell, value[0], style, value[1])
        else:
            first.write(cell, value, style)
    workbook.close()
    return path


SEEN = {
    "a text as it is": ("Nursing \n(all)", None, "Nursing \n(all)"),
    "a number without noise": (0.1 + 0.2, None, "0.3"),
    "a whole number without decimals": (46623.0, None, "46623"),
    "a large number without a power of ten": (123456789012345, None, "123456789012345"),
    "a share as per cent": (0.4731, "0.0%", "47.3%"),
    "a share as whole per cent, rounded as Excel does": (0.465, "0%", "47%"),
    "a fall in per cent": (-0.0468, "0.00%", "-4.68%"),
    "thousands and decimals": (12988.456, "#,##0.0", "12,988.5"),
    "pounds": (18927542, '"£"#,##0', "£18,927,542"),
    "pounds of Britain, with a fall in red": (-12, "[$£-809]#,##0;[Red]-[$£-809]#,##0", "-£12"),
    "a variance in brackets": (-12, "#,##0;(#,##0)", "(12)"),
    "a rise beside it": (46, "#,##0;(#,##0)", "46"),
    "a small fall that rounds to nothing": (-0.0001, "0.0", "0.0"),
    "a mark for a small number": (3, '[<5]"*";#,##0', "*"),
    "a large number beside it": (1234, '[<5]"*";#,##0', "1,234"),
    "a mark that says what it hides": (3, '[<5]"<5";General', "<5"),
    "a mark for every number": (3, '"c"', "c"),
    "a mark escaped, for falls": (-3, "0;\\c", "c"),
    "a mark behind a number": (3, '0" [p]"', "3 [p]"),
    "a sign of per cent that multiplies nothing": (47, '0"%"', "47%"),
    "thousands": (1234, "#,##0,", "1"),
    "millions of pounds, with a letter": (18927542, '"£"0.0,,\\m', "£18.9m"),
    "no number, as accounts print it": (0, '_-* #,##0_-;-* #,##0_-;_-* "-"??_-;_-@_-', "-"),
    "a fall, as accounts print it": (-1234, '_-* #,##0_-;-* #,##0_-;_-* "-"??_-;_-@_-', "-1,234"),
    "a fall that its colour says": (-12, "0;[Red]0", "-12"),
    "decimals where there are some": (3.25, "0.0##", "3.25"),
    "a code with its noughts": (7, "000", "007"),
    "a rise with its sign": (12, "+0;-0;0", "+12"),
    "a number as text": (12, "@", "12"),
    "a date": (datetime.date(2024, 3, 31), "dd/mm/yyyy", "2024-03-31"),
    "a month": (datetime.date(2024, 3, 1), "mmm-yy", "March 2024"),
    "a day that stood for a number": (datetime.date(2024, 1, 12), "d-mmm", "12-Jan"),
    "a truth": (True, None, "TRUE"),
    "a formula's result": (("=1+1", 2), None, "2"),
    "a formula's error": (("=1/0", "#DIV/0!"), None, "#DIV/0!"),
}


@pytest.mark.parametrize("kind", SEEN)
def test_a_cell_reads_as_a_reader_sees_it(folder, kind):
    value, code, seen = SEEN[kind]
    assert workbooks.read_workbook(xlsx(folder / "a.xlsx", [("B2", value, code)])) == [["", ""], ["", seen]]


@pytest.mark.parametrize(
    ("value", "code"),
    [
        *((3, code) for code in (";;;", "[>5]0", '[<3]0;[>9]"x"', "# ?/?", "0.0E+00", "000-0000", '" "')),
        *((0, code) for code in ("0;-0;;@", "#,###", "#")),
        *((-3, code) for code in ("0;", "0;0", "0;;;@", '[<5]"*";0')),
    ],
)
def test_a_number_that_its_format_hides_is_refused_with_its_cell(folder, value, code):
    with pytest.raises(
        InputError, match=r"a\.xlsx, sheet 'Table 1', cell AB2 holds .* Give the cell the format Number"
    ):
        workbooks.read_workbook(xlsx(folder / "a.xlsx", [("AB2", value, code)]))


@examples(25)
@given(st.integers(0, 10**6), st.sampled_from(["*", "c", "[c]", "<5", "x"]), st.integers(1, 100))
def test_a_number_below_the_limit_of_a_mark_is_never_read(tmp_path_factory, number, mark, limit):
    path = tmp_path_factory.mktemp("marks") / "a.xlsx"
    read = workbooks.read_workbook(xlsx(path, [("A1", number, f'[<{limit}]"{mark}";#,##0')]))
    assert read == [[mark if number < limit else f"{number:,}"]]


@examples(25)
@given(st.lists(st.decimals(-(10**9), 10**9, places=3), min_size=1, max_size=20))
def test_every_number_of_a_file_is_read_with_all_its_digits(tmp_path_factory, numbers):
    cells = [(f"A{row}", float(number), None) for row, number in enumerate(numbers, 1)]
    read = workbooks.read_workbook(xlsx(tmp_path_factory.mktemp("numbers") / "a.xlsx", cells))
    assert [float(cell) for [cell] in read] == [float(number) for number in numbers]


def test_an_error_beyond_the_last_figure_is_not_lost(folder):
    read = workbooks.read_workbook(xlsx(folder / "a.xlsx", [("A1", "x", None), ("C3", ("=B9", "#REF!"), None)]))
    assert read == [["x", "", ""], ["", "", ""], ["", "", "#REF!"]]


def test_a_sheet_is_named_where_there_are_several(folder):
    path = xlsx(folder / "a.xlsx", [("A1", "x", None)], sheets=("Notes", "Table 2"))
    assert workbooks.read_workbook(path, "Notes") == [["x"]]
    with pytest.raises(InputError, match=r"a\.xlsx has 2 sheets: say which under `sheet`\. Known: Notes, Table 2"):
        workbooks.read_workbook(path)
    with pytest.raises(InputError, match=r"a\.xlsx has no sheet 'Table 3'\. Did you mean 'Table 2'"):
        workbooks.read_workbook(path, "Table 3")


@pytest.mark.parametrize("name", ["a.xlsx", "a.xls", "a.ods"])
@pytest.mark.parametrize("content", [b"", b"Reason,People\nAll,3\n", b"PK\x03\x04" + bytes(40)])
def test_a_file_that_is_no_spreadsheet_is_named(folder, name, content):
    (folder / name).write_bytes(content)
    with pytest.raises(InputError, match=rf"{name} is no spreadsheet that can be read .* or as CSV UTF-8"):
        workbooks.read_workbook(folder / name)


def test_a_sheet_cut_off_or_without_its_parts_is_named(folder):
    whole = xlsx(folder / "a.xlsx", [("A1", "x", None)])
    for left_out in ("xl/workbook.xml", "xl/worksheets/sheet1.xml", "xl/_rels/workbook.xml.rels"):
        with zipfile.ZipFile(whole) as old, zipfile.ZipFile(folder / "b.xlsx", "w") as new:
            for part in old.namelist():
                new.writestr(part, b"<a" if part == left_out else old.read(part))
        with pytest.raises(InputError, match=r"b\.xlsx is no spreadsheet that can be read"):
            workbooks.read_workbook(folder / "b.xlsx")


def test_a_cell_far_away_is_refused_before_it_takes_the_memory(folder):
    path = xlsx(folder / "a.xlsx", [("A1", "x", None), ("XFD1048576", "y", None)])
    with pytest.raises(InputError, match=r"a\.xlsx, sheet 'Table 1' reaches over 1,048,576 rows and 16,384 columns"):
        workbooks.read_workbook(path)


ODS = """<?xml version="1.0"?><office:document-content
 xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"
 xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"
 xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:body><office:spreadsheet>
<table:table table:name="One">
<table:table-row><table:table-cell office:value-type="string"><text:p>People</text:p></table:table-cell>
</table:table-row><table:table-row>
<table:table-cell office:value-type="float" office:value="46623"><text:p>46,623</text:p></table:table-cell>
</table:table-row></table:table>
</office:spreadsheet></office:body></office:document-content>"""


def test_an_open_document_is_read_too(folder):
    with zipfile.ZipFile(folder / "a.ods", "w") as file:
        file.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        file.writestr("META-INF/manifest.xml", "<manifest/>")
        file.writestr("content.xml", ODS.replace(">\n<", "><"))
    assert workbooks.read_workbook(folder / "a.ods") == [["People"], ["46623"]]


DAMAGE = {
    "12-Jan": ["is a date", "'1-12'", "'12-1'", "'1/12'"],
    "Jan-12": ["is a date", "'1-12'"],
    "May-18": ["is a date", "'5-18'"],
    "18-may": ["is a date", "'5-18'", "'18-5'"],
    "1-Sept-24": ["is a date", "'9-1'"],
    "2024-01-12 00:00:00": ["is a date", "'1-12'"],
    "05/18/2024": ["is a date", "'18-5'"],
    "1.2E+05": ["cut to a few digits", "from 115,000 to 125,000"],
    "3e6": ["cut to a few digits", "from 2,500,000 to 3,500,000"],
    "9E99": ["cut to a few digits. Take"],
    "#REF!": ["error of a spreadsheet's formula"],
    "#N/A": ["error of a spreadsheet's formula"],
    "Err:502": ["error of a spreadsheet's formula"],
    "#####": ["too narrow a column"],
    "01:12:00": ["is a time"],
    "Â£12": ["another encoding", "'£12'"],
}


@pytest.mark.parametrize("text", DAMAGE)
def test_damage_is_called_that_with_what_it_may_have_been(text):
    for words in DAMAGE[text]:
        assert words in workbooks.damage(text)


@pytest.mark.parametrize("text", ["", "12", "-", "(12)", "1 to 4", "5-18", "£5.5m", "Nursing", "12.81%", "E10", "Café"])
def test_what_no_spreadsheet_made_is_no_damage(text):
    assert workbooks.damage(text) == ""


@pytest.mark.parametrize(
    "text",
    [
        "=cmd|' /C calc'!A0",
        "=1+1",
        " =HYPERLINK(1)",
        "\t=1",
        "@SUM(A1)",
        "+cmd|x",
        "-2+3+cmd|' /C calc'!A0",
        "-WEBSERVICE(A1)",
        "+Sheet1!A1",
        "＝1+1",
    ],
)
def test_what_a_spreadsheet_would_carry_out_is_a_formula(text):
    assert workbooks.is_formula(text)


@pytest.mark.parametrize(
    "text", ["-", "-4.68%", "+3", "-£5m", "(12)", "- 30 June 2023", "- Item (new)", "a=b", "over 5", "5-18", ""]
)
def test_figures_and_words_are_no_formula(text):
    assert not workbooks.is_formula(text)
