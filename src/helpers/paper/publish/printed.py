"""The claim check: each made report says what its notebook says, number for number, and nothing that it does not.

Looked at is the text as a reader gets it: of the web page's elements, of the PDF's pages, of the spreadsheet's cells.
"""

import importlib.util
import io
import itertools
import re
import threading
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from html.parser import HTMLParser

from helpers.base import wording
from helpers.base.printed_numbers import AMOUNT, figures_in, read_number
from helpers.paper.publish import prose
from helpers.paper.publish.errors import PublishError

#: Parts of a page that lead elsewhere, or are drawn.
_NOT_READ = {"head", "nav", "footer", "svg", "script", "style"}
#: Elements that stand within a line.
_WITHIN = {"a", "span", "strong", "em", "code", "wbr", "abbr", "time"}
_PAGE_NUMBER = re.compile(r"Page \d+ of \d+\s*$")
#: What readers of text put in, and paper breaks lines at.
_NOT_SAID = re.compile(r"[\s\u200b\u00ad]")
_LONGEST = 160

#: PDFium may be in one thread at a time: in two, it ends the process without a word.
PDFIUM = threading.Lock()


def check(document: dict, reports: dict[str, bytes]) -> None:
    """Raise PublishError with every place where a report does not say what the notebook says.

    reports: by ".html", ".pdf" and ".xlsx", as made. A PDF is read where pypdfium2 is: with what tests need.
    """
    readers = {".html": in_page, ".pdf": in_paper, ".xlsx": in_spreadsheet}
    if not importlib.util.find_spec("pypdfium2"):
        del readers[".pdf"]
    found = [fault for kind in readers if kind in reports for fault in readers[kind](document, reports[kind])]
    if found:
        raise PublishError("What was made does not say what the notebook says:\n" + "\n".join(f"- {f}" for f in found))


def in_page(document: dict, page: bytes) -> list[str]:
    """Where the web page differs from the document."""
    numbers = [
        ("Where the numbers come from", piece)
        for entry in document["numbers"]
        for piece in (entry["text"], entry["what"], *(f"{o['name']}: {o['words']}" for o in entry["rests_on"]))
    ]
    text = _Text()
    text.feed(page.decode())
    unsaid = [
        f"web page, figure {block['number']}: it does not tell who cannot see it “{_cut(block['alt'])}”."
        for block in document["blocks"]
        if block["kind"] == "figure" and block["alt"] not in text.told
    ]
    return unsaid + list(_differ("web page", document, [*_pieces(document), *numbers], "".join(text.found)))


def in_paper(document: dict, paper: bytes) -> list[str]:
    """Where the PDF differs from the document. Needs pypdfium2."""
    import pypdfium2

    heads = [_row([column["label"] for column in block["columns"]]) for block in _tables(document)]
    with PDFIUM:
        pages = [page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(io.BytesIO(paper))]
    # A line that ends in a hyphen comes with a character of its own.
    lines = [page.replace("\ufffe", "-").splitlines() for page in pages]
    text = "\n".join(_without_head("\n".join(_without_foot(page)), heads) for page in lines)
    return list(_differ("PDF", document, _pieces(document), text))


def in_spreadsheet(document: dict, workbook: bytes) -> list[str]:
    """Where the numbers of the spreadsheet's tables, or their units, differ from those of the document."""
    import python_calamine

    book = python_calamine.load_workbook(io.BytesIO(workbook))
    found = []
    for table in _tables(document):
        name = f"Table {table['number']}"
        sheet = book.get_sheet_by_name(name).to_python() if name in book.sheet_names else []
        found += [f"spreadsheet, sheet “{name}”: {fault}" for fault in _differ_in_cells(table, sheet)]
    return found


def _differ_in_cells(table: dict, sheet: list[list]) -> Iterator[str]:
    heads = [place for place, row in enumerate(sheet) if row[0] == table["columns"][0]["label"]]
    if not heads:
        yield f"the table “{table['title']}” is not there."
        return
    if not any(table["unit"] in str(cell) for row in sheet for cell in row):
        yield f"its unit, “{table['unit']}”, is not there."
    labels = [column["label"] for column in table["columns"]]
    in_millions = [head not in labels and str(head).endswith(" million)") for head in sheet[heads[0]]]
    for row, given in itertools.zip_longest(table["rows"], sheet[heads[0] + 1 :], fillvalue=[]):
        scaled = [*in_millions, *(False for _ in given)]
        cells = [
            cell * 1e6 if each and isinstance(cell, int | float) else cell
            for cell, each in zip(given, scaled, strict=False)
        ]
        year = str(cells[0])[:4] if cells else ""
        if len(cells) > len(row) > 0 and year.isdigit() and str(cells[1])[:4] == year:
            del cells[1]  # the row's year, as a number
        ours, theirs = _values(row), _values(cells)
        if len(cells) > len(row):  # a range has two cells, also where both its ends print as one number
            ours, theirs = ([one for one, _ in itertools.groupby(values)] for values in (ours, theirs))
        texts = [cell for cell in cells if isinstance(cell, str) and _values([cell])]
        if ours != theirs or not all(any(text in cell for cell in row) for text in texts):
            yield f"the notebook has “{' | '.join(row)}”, it has “{' | '.join(map(str, given))}”."


def _values(cells: list) -> list[float]:
    """The numbers of cells as a spreadsheet keeps them: a per cent as its share."""
    numbers = [[cell] if isinstance(cell, int | float) else map(_value, AMOUNT.finditer(cell)) for cell in cells]
    return [round(float(number), 9) for found in numbers for number in found]


def _value(match: re.Match) -> Decimal:
    number = read_number(match[0])
    return number.value / (100 if number.unit == "%" else 1)


def _tables(document: dict) -> list[dict]:
    return [block for block in document["blocks"] if block["kind"] == "table"]


def _row(cells: list[str]) -> str:
    return " ".join(cells)


class _Text(HTMLParser):
    """The text of a page, with a blank where an element stands by itself; and what it tells of its drawings."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.told: list[str | None] = []
        self.hidden = 0

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.told += [value for name, value in attributes if name in ("aria-label", "alt")]
        self.hidden += tag in _NOT_READ
        self.found += [] if tag in _WITHIN else [" "]

    def handle_endtag(self, tag: str) -> None:
        self.hidden -= tag in _NOT_READ
        self.found += [] if tag in _WITHIN else [" "]

    def handle_data(self, data: str) -> None:
        self.found += [] if self.hidden else [data]


def _pieces(document: dict) -> Iterator[tuple[str, str]]:
    """What a report says, piece by piece in order, each with the heading that it stands under."""
    heading = document["title"]
    yield from ((heading, document["title"]), (heading, prose.plain(document["subtitle"])))
    for block in document["blocks"]:
        heading = block["text"] if block["kind"] == "heading" else heading
        yield from ((heading, piece) for piece in _pieces_of(block))


def _pieces_of(block: dict) -> Iterator[str]:
    if block["kind"] == "heading":
        yield block["text"]
    elif block["kind"] == "paragraph":
        yield prose.plain(block["inlines"])
    elif block["kind"] == "list":
        yield from (piece for item in block["items"] for part in item for piece in _pieces_of(part))
    elif block["kind"] in ("figure", "table"):
        yield f"{block['kind'].capitalize()} {block['number']}. {block['title']} {block['unit']}"
        if block["kind"] == "table":
            yield _row([column["label"] for column in block["columns"]])
            yield from map(_row, block["rows"])
        yield f"Source: {block['source']}" + (f" Note: {block['note']}" if block["note"] else "")


def _without_foot(lines: list[str]) -> list[str]:
    return lines[:-1] if lines and _PAGE_NUMBER.search(lines[-1]) else lines


def _without_head(page: str, heads: list[str]) -> str:
    """A page without the head of a table that goes on from the page before."""
    said = "".join(page.split())
    for head in (_NOT_SAID.sub("", head) for head in sorted(heads, key=len, reverse=True)):
        if said.startswith(head):
            return page.lstrip()[re.match(r"\s*".join(map(re.escape, head)), page.lstrip()).end() :]
    return page


def _differ(kind: str, document: dict, pieces: list[tuple[str, str]], text: str) -> Iterator[str]:
    """Each piece that a text has not, beside what it has in its place; and each number that stands between pieces."""
    front = document["front"]
    for own in ("council", "committee", "author", "contact", "licence"):
        text = text.replace(front[own], " ", 1)
    text = text.replace(wording.date(front["date"]), " ", 1)
    not_said = set(_NOT_SAID.findall(text))
    at = [place for place, character in enumerate(text) if character not in not_said]
    said, done, missing = "".join(text[place] for place in at), 0, []
    for heading, piece in [*pieces, ("", "")]:
        wanted = _NOT_SAID.sub("", piece)
        start = said.find(wanted, done) if piece else len(said)
        if start < 0:
            missing.append((heading, piece))
            continue
        between = " ".join(text[at[done] : at[start - 1] + 1].split()) if start > done else ""
        if missing:
            yield f"{kind}, under “{missing[0][0]}”: {_beside(' '.join(piece for _, piece in missing), between)}"
        elif figures_in(between):
            yield f"{kind}, before “{_cut(piece)}”: “{_cut(between)}” stands there, and the notebook does not say it."
        done, missing = start + len(wanted), []


def _beside(said: str, shown: str) -> str:
    """What the notebook says beside what is shown, and the numbers in which they differ."""
    ours, theirs = (Counter(match[0].strip(" ,") for match in AMOUNT.finditer(text)) for text in (said, shown))
    numbers = [
        ", ".join((one - other).elements()) or "no such number" for one, other in ((ours, theirs), (theirs, ours))
    ]
    which = f" ({numbers[0]}, shown as {numbers[1]})" if ours != theirs else ""
    return f"the notebook says “{_cut(said)}”, it says “{_cut(shown)}”{which}."


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST].rsplit(' ', 1)[0]} …"
