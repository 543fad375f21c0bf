"""A report that does not say what its notebook says is not published: each kind of fault, in each kind of report."""

import copy
import functools
import json

import briefing_fixture as briefing
import nbformat
import pytest
from conftest import PROJECT

from helpers.base.authorities import known_authorities
from helpers.base.numbers import Number, Origin, Worked, recorded, said
from helpers.base.printed_numbers import figures_in
from helpers.paper.publish import arithmetic, pdf, printed, prose
from helpers.paper.publish.document import FRONT, SENTENCE, from_notebook
from helpers.paper.publish.errors import PublishError
from helpers.paper.publish.html import to_html
from helpers.paper.publish.spreadsheet import to_spreadsheet

CELL = (Origin("doc/table!B3", "Older people, printed as 6,913"),)
NOW, LATER = Number(6913, "People now", CELL, published=True), Number(11493.2, "People in 2037", CELL)
SPENT = Number(89_600_000, "Spending", CELL, "gbp")
MAKERS = {".html": lambda document: to_html(document).encode(), ".pdf": pdf.to_pdf, ".xlsx": to_spreadsheet}
TABLE = briefing.table(
    "People by setting, and what they cost",
    ["Setting", "People", "Share", "Likely range", "Cost"],
    [
        ["Nursing home", "1,310", "28%", "1,200 to 1,400", "£14.2 million"],
        ["Residential home", "3,390", "72%", "3,100 to 3,700", "£30.9 million"],
        ["All", "4,700", "100%", "4,300 to 5,100", "£45.1 million"],
    ],
    total_row=True,
)


def message(text, **names):
    """A message of %%say, as an executed cell shows it."""
    filled = said(text, **names)
    about = {"source": "", "goes_on": False, "numbers": recorded(filled)}
    return briefing.shown({"text/markdown": filled.words, SENTENCE: about, "text/plain": "Sentence"})


def document_of(*cells):
    start = [
        briefing.words("# A title\n\nWhat is asked, and for whom."),
        briefing.shown({FRONT: briefing.FRONT}, number=1),
        briefing.words("## Key messages"),
    ]
    return from_notebook(nbformat.v4.new_notebook(cells=[*start, *cells]))


@pytest.fixture(scope="module")
def document():
    rise = LATER.beside(NOW)
    long = briefing.table("Year by year", ["Year", "People"], [[str(1960 + n), f"{5000 + 7 * n:,}"] for n in range(90)])
    return document_of(
        message("- **Older people.** The number would {goes}, or {size}, by 2037.", goes=rise.goes, size=rise.size),
        message("- Support for the short-term costs {spent} a year.", spent=SPENT),
        briefing.shown(
            briefing.figure("A rise to 11,490", "From 6,913 to 11,490.", note="Likely range: 4 to 5 in 10.")
        ),
        briefing.shown(TABLE),
        briefing.shown(long),  # which goes on over a page of the PDF
    )


@functools.cache
def made(text, kind):
    """A report of a document; of one document each, once."""
    return MAKERS[kind](json.loads(text))


def with_fault(document, kind, old, new):
    """A report in which a text is another, as a fault of its making would have it."""
    text = json.dumps(document, ensure_ascii=False)
    assert old in text
    return made(text.replace(old, new), kind)


@pytest.mark.parametrize("kind", MAKERS)
def test_a_report_that_says_what_the_notebook_says_is_passed(document, kind):
    printed.check(document, {kind: made(json.dumps(document, ensure_ascii=False), kind)})
    arithmetic.check(document)
    assert not list(unknown(document))


FAULTS = {
    "a changed digit": ("11,490", "11,940"),
    "a wrong unit in a sentence": ("£89.6 million", "£89.6 billion"),
    "a unit that is gone": ("66% more", "66 more"),
    "a wrong rounding": ("£89.6 million", "£90 million"),
    "a sign that is turned": ("66% more", "−66% more"),
    "a number too many": ("costs ", "for 12 months costs "),
    "a digit in a table": ("3,390", "3,930"),
    "a rounding in a table": ("£14.2 million", "£14 million"),
    "a unit in a table": ("72%", "72"),
    "an end of a range": ("3,100 to 3,700", "3,100 to 3,800"),
    "a digit in a row on a later page": ('["2049", "5,623"]', '["2049", "5,263"]'),
    "the unit of a table": ("receiving long-term support at the year's end", "receiving support at the year's end"),
}
IN_SENTENCES = ("a wrong unit in", "a unit that", "a wrong rounding", "a sign", "a number too", "a changed digit")


@pytest.mark.parametrize("kind", MAKERS)
@pytest.mark.parametrize("fault", FAULTS)
def test_a_planted_fault_is_found(document, kind, fault):
    old, new = (text.replace("year's", "year’s") for text in FAULTS[fault])
    if kind == ".xlsx" and fault.startswith(IN_SENTENCES):
        return  # a spreadsheet has no sentences
    with pytest.raises(PublishError, match="does not say what the notebook says") as told:
        printed.check(document, {kind: with_fault(document, kind, old, new)})
    where = {".html": "web page, ", ".pdf": "PDF, ", ".xlsx": "spreadsheet, sheet “Table"}[kind]
    assert f"- {where}" in str(told.value)


def test_the_sentence_the_number_and_what_is_shown_are_named(document):
    fault = printed.in_page(document, with_fault(document, ".html", "11,490", "11,940"))[1]
    assert fault.startswith("web page, under “Key messages”: the notebook says “Older people. The number would rise")
    assert fault.endswith("by 2037.” (11,490, shown as 11,940).")
    (fault,) = printed.in_spreadsheet(document, with_fault(document, ".xlsx", "3,390", "3,930"))
    assert fault.startswith("spreadsheet, sheet “Table 1”: the notebook has “Residential home | 3,390 | 72%")


def test_a_drawing_that_tells_another_number_is_found(document):
    (fault,) = printed.in_page(
        document, with_fault(document, ".html", "From 6,913 to 11,490.", "From 6,913 to 11,940.")
    )
    assert fault == "web page, figure 1: it does not tell who cannot see it “From 6,913 to 11,490.”."


def test_a_row_that_is_gone_is_found(document):
    without = copy.deepcopy(document)
    next(block for block in without["blocks"] if block["kind"] == "table")["rows"].pop(1)
    for kind, reader in ((".html", printed.in_page), (".pdf", printed.in_paper), (".xlsx", printed.in_spreadsheet)):
        assert any("Residential home" in fault for fault in reader(document, made(json.dumps(without), kind)))


def test_a_range_may_be_two_cells_and_a_year_a_number_beside_its_row():
    rows = {"columns": [{"label": "Year"}], "unit": "people", "title": "A", "rows": [["2024/25", "220", "210 to 230"]]}
    for cells, faults in (
        (["2024/25", 220.0, "210 to 230"], 0),
        (["2024/25", 2024.0, 220.0, 210.0, 230.0], 0),
        (["2024/25", 2024.0, 220.0, 220.0, 210.0, 230.0], 0),
        (["2024/25", 2024.0, 220.0, 210.0, 203.0], 1),
        (["2024/25", 2042.0, 220.0, 210.0, 230.0], 1),
        (["2024/25", 220.0, "210 to £230"], 1),
    ):
        assert len(list(printed._differ_in_cells(rows, [["people"], ["Year", "People"], cells]))) == faults


def test_a_table_without_its_sheet_is_found(document):
    without = copy.deepcopy(document)
    without["blocks"] = [block for block in without["blocks"] if block["kind"] != "table"]
    assert printed.in_spreadsheet(document, to_spreadsheet(without)) == [
        "spreadsheet, sheet “Table 1”: the table “People by setting, and what they cost” is not there.",
        "spreadsheet, sheet “Table 2”: the table “Year by year” is not there.",
    ]


def unknown(document):
    """Figures of messages (%%say) that are no number with an origin, nor printed as one elsewhere in the paper.

    Looked at are amounts, shares, decimals, and whole numbers from 1,000 on; others may count what the paper shows.
    """
    tables = [block for block in document["blocks"] if block["kind"] == "table"]
    cells = [cell for table in tables for row in table["rows"] for cell in row[1:]]
    texts = [*cells, *(number["text"] for number in document["numbers"])]
    known = {(figure.value, figure.unit) for text in texts for figure in figures_in(text)}
    for block in document["blocks"]:
        for inlines in inlines_of(block) if block.get("is_message") else ():
            # What has an origin is hidden behind a sign, so that the words about it stay as they are.
            stretches = ["#" * len(one["text"]) if "to" in one else one["text"] for one in prose.texts(inlines)]
            for figure in figures_in("".join(stretches)):
                is_count = not figure.unit and figure.size < 1000 and figure.size % 1 == 0
                if not is_count and (figure.value, figure.unit) not in known:
                    yield f"“{prose.plain(inlines)}”: {figure.text} is a text; name a Number or a Worked in its braces"


def inlines_of(block):
    for item in block.get("items", []):
        for part in item:
            yield from inlines_of(part)
    if "inlines" in block:
        yield block["inlines"]


def test_a_figure_of_a_message_that_nothing_is_known_of_is_found():
    share = Worked("47%", "Share of people", CELL)
    assert not list(
        unknown(document_of(message("In 2022/23 {share} of those aged 65 and over, or {n}.", share=share, n=NOW)))
    )
    (fault,) = unknown(document_of(message("Then {share} of {n} had one.", share="47%", n=NOW)))
    assert fault.startswith("“Then 47% of 6,913 had one.”: 47% is a text")
    # The same number elsewhere in the paper, as such, is one that the paper knows; and 31 may count what it shows.
    shown = document_of(message("So {n}, in {charts} charts.", n="1,310", charts=31), briefing.shown(TABLE))
    assert not list(unknown(shown))


PAPERS = [(name, paper) for name, council in known_authorities().items() for paper in council["briefings"]]


@pytest.mark.papers
@pytest.mark.usefixtures("papers_made")
@pytest.mark.parametrize(("name", "paper"), PAPERS)
def test_each_paper_s_numbers_are_its_notebook_s_and_follow_from_one_another(name, paper):
    executed = PROJECT / "build" / name / f"{paper}.ipynb"
    reports = {kind: PROJECT / "build/reports" / name / f"{paper.replace('_', '-')}{kind}" for kind in MAKERS}
    for file in (executed, *reports.values()):
        assert file.is_file(), f"{file.relative_to(PROJECT)} is not there. Make the papers first: `make briefings`."
    document = from_notebook(nbformat.read(executed, as_version=4))
    printed.check(document, {kind: report.read_bytes() for kind, report in reports.items()})
    arithmetic.check(document)
    assert not list(unknown(document))
