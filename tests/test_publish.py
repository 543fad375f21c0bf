"""A briefing that a screen reader can read, or a sentence that says why there is none."""

import io
import json
import re
import subprocess
import sys
from importlib.metadata import entry_points

import briefing_fixture as briefing
import nbformat
import pikepdf
import pypdfium2
import pytest
from bs4 import BeautifulSoup

from helpers.paper.publish import pdf
from helpers.paper.publish.document import FIGURE, FRONT, TABLE, from_notebook
from helpers.paper.publish.errors import PublishError
from helpers.paper.publish.gate import elements
from helpers.paper.publish.html import to_html
from helpers.pipeline.publishing import pages_beside


@pytest.fixture(scope="module")
def document():
    return from_notebook(briefing.notebook())


@pytest.fixture(scope="module")
def page(document):
    return to_html(document)


@pytest.fixture(scope="module")
def soup(page):
    return BeautifulSoup(page, "lxml")


@pytest.fixture(scope="module")
def paper(document):
    return pdf.to_pdf(document)


def model_with(*cells, instead_of=()):
    """The document of a short briefing with these cells added (and some of its own left out)."""
    start = {
        "title": briefing.words("# A title\n\nWhat is asked, and for whom."),
        "front": briefing.shown({FRONT: briefing.FRONT}, number=1),
    }
    kept = [cell for name, cell in start.items() if name not in instead_of]
    return from_notebook(nbformat.v4.new_notebook(cells=[*kept, *cells]))


class TestDocument:
    def test_is_plain_data(self, document):
        assert json.loads(json.dumps(document)) == document

    def test_title_question_and_front_matter(self, document):
        assert document["title"] == "Adult social care in Leicestershire: demand to 2035"
        assert document["short_title"] == "Adult social care in Leicestershire"
        assert document["subtitle"] == [{"kind": "text", "text": "How many people will need long-term support?"}]
        assert document["front"] == briefing.FRONT

    def test_numbers_figures_and_tables_from_one(self, document):
        for kind, count in (("figure", 2), ("table", 4)):
            numbers = [block["number"] for block in document["blocks"] if block["kind"] == kind]
            assert numbers == list(range(1, count + 1))

    def test_same_headings_have_different_names(self):
        blocks = model_with(briefing.words("## Demand\n\n### Demand\n\n## Figure 1"))["blocks"]
        assert [block["id"] for block in blocks] == ["demand", "demand-2", "figure-1"]

    def test_a_heading_cannot_take_the_name_of_a_figure(self):
        blocks = model_with(briefing.words("## Figure 1"), briefing.shown(briefing.figure("Title", "Words")))["blocks"]
        assert [block["id"] for block in blocks] == ["figure-1-2", "figure-1"]

    def test_working_and_parameters_are_left_out(self):
        parameters = briefing.printed("x", tags=("parameters",))
        working = briefing.words("> kept out", "working")
        assert model_with(parameters, working, briefing.printed("x", tags=("working",)))["blocks"] == []

    def test_quotes_and_apostrophes_are_the_printed_ones(self):
        cell = briefing.words("The council's *\"plan\"* and 'nothing' else; `it's`.")
        inlines = model_with(cell)["blocks"][0]["inlines"]
        assert inlines[0]["text"] == "The council’s "
        assert inlines[1]["inlines"][0]["text"] == "“plan”"
        assert inlines[2]["text"] == " and ‘nothing’ else; "
        assert inlines[3] == {"kind": "code", "text": "it's"}

    def test_table_cells_stay_as_published(self):
        bundle = briefing.table("Title", ["Council's", "People"], [["Council's", "[c]"]])
        assert model_with(briefing.shown(bundle))["blocks"][0]["rows"] == [["Council's", "[c]"]]


def without(bundle, mime, field):
    return {**bundle, mime: {name: value for name, value in bundle[mime].items() if name != field}}


FIGURE_BUNDLE = {FIGURE: {"title": "T", "alt": "A", "unit": "U", "source": "S", "note": ""}}
TABLE_BUNDLE = briefing.table("Title", ["Setting", "People"], [["Nursing", "5"]])
PICTURE = {"image/png": "iVBOR", "text/plain": "<Figure>"}
ERROR_CELL = nbformat.v4.new_code_cell(
    "1/0",
    execution_count=5,
    outputs=[nbformat.v4.new_output("error", ename="ZeroDivisionError", evalue="division by zero")],
)


@pytest.mark.parametrize(
    ("cells", "message"),
    [
        ([briefing.printed("1 row\n")], r"In \[7\] prints text that is not part of a briefing: “1 row”"),
        ([briefing.shown({"text/plain": "42"}, number=3)], r"In \[3\] shows a value .*: “42”"),
        ([briefing.shown(PICTURE, number=3)], r"In \[3\] shows a picture without title"),
        ([ERROR_CELL], r"In \[5\] ended in an error, ZeroDivisionError: division by zero"),
        ([briefing.shown({FRONT: briefing.FRONT}, number=9)], r"In \[9\] gives the front matter a second"),
        ([briefing.words("Some <b>bold</b>")], r"cell 3 \(“Some <b>bold</b>”\): .* raw HTML \(“<b>”\)"),
        ([briefing.words("![alt](x.png)")], "no place for a picture; charts come from a cell"),
        ([briefing.words("```\ncode\n```")], "no place for a block of code"),
        ([briefing.words("|a|b|\n|-|-|\n|1|2|")], "no place for a Markdown table"),
        ([briefing.words("[working](../10_tidy.ipynb)")], "the link to “../10_tidy.ipynb” leads nowhere"),
        ([briefing.words("### Method")], "the heading “Method” skips a level"),
        ([briefing.words("## A\n\n#### B")], "the heading “B” is of level 4"),
        ([briefing.words("# Again")], "“Again” is a second title"),
        ([briefing.words("## The **bold** one")], "the heading “The bold one” carries more than text"),
        ([briefing.words("- ## In a list")], "“In a list” stands inside a list"),
        ([briefing.words("Text", "annex")], "this cell must start with a “## heading”"),
        ([briefing.words("## A", "annex"), briefing.words("## B", "annex")], "annex has begun already"),
        ([briefing.shown(FIGURE_BUNDLE)], "the figure “T” comes without its drawing"),
        ([briefing.shown(without(FIGURE_BUNDLE, FIGURE, "alt"))], "a figure “T” needs its alt"),
        ([briefing.shown(without(TABLE_BUNDLE, TABLE, "source"))], "a table “Title” needs its source"),
        ([briefing.shown(briefing.table("T", ["A", "B"], [["x"]]))], "row “x” has 1 cells under 2 column"),
        ([briefing.shown(briefing.table("T", ["A"], []))], "the table “T” is empty"),
        (
            [briefing.shown(briefing.table("T", ["A"], [["x"], ["y"]], row_keys=("x",)))],
            "the table “T” has 2 rows and 1 row keys",
        ),
    ],
)
def test_refuses_what_has_no_place_in_a_briefing(cells, message):
    with pytest.raises(PublishError, match=message):
        model_with(*cells)


def test_refuses_a_briefing_without_front_matter():
    with pytest.raises(PublishError, match="no front matter, so the briefing would not say whose it is"):
        model_with(instead_of=["front"])


@pytest.mark.parametrize("first", ["## Key messages", "No title", "# A title and nothing else"])
def test_refuses_a_briefing_without_title_and_question(first):
    with pytest.raises(PublishError, match=r"cell 1 \(.*\) does not start with a title"):
        from_notebook(nbformat.v4.new_notebook(cells=[briefing.words(first)]))


def test_refuses_a_date_that_is_none():
    front = briefing.FRONT | {"date": "19 November"}
    with pytest.raises(PublishError, match="date is “19 November”; write it like 2026-11-19"):
        model_with(briefing.shown({FRONT: front}), instead_of=["front"])


class TestPage:
    def test_landmarks_and_one_title(self, soup, document):
        assert soup.html["lang"] == "en-GB"
        assert [h1.get_text() for h1 in soup("h1")] == [document["title"]]
        assert all(len(soup(name)) == 1 for name in ("header", "main", "footer", "nav"))
        skip = soup.body.find("a")
        assert soup.find(id=skip["href"].removeprefix("#")).name == "main"

    def test_contents_lead_to_the_headings(self, soup):
        targets = [soup.find(id=link["href"].removeprefix("#")) for link in soup.nav("a")]
        assert targets == soup.main("h2")

    def test_nothing_is_fetched_or_run(self, soup, page):
        assert not soup(["script", "link", "img", "iframe", "object", "base"])
        assert not re.search(r"@import|url\((?!#)", page)
        outside_links = [tag for tag in soup(href=True) if tag.name != "a" and tag["href"][0] != "#"]
        assert outside_links == [] and soup(src=True) == []

    def test_every_name_is_used_once_and_every_reference_is_kept(self, soup, page):
        names = [tag["id"] for tag in soup(id=True)]
        assert len(names) == len(set(names))
        references = {tag["href"] for tag in soup(href=True) if tag["href"].startswith("#")}
        references |= {"#" + tag["aria-labelledby"] for tag in soup(attrs={"aria-labelledby": True})}
        references |= set(re.findall(r"url\((#[^)]*)\)", page))
        assert {reference.removeprefix("#") for reference in references} <= set(names)

    def test_drawings_speak_their_alternative_text(self, soup, document):
        alts = [block["alt"] for block in document["blocks"] if block["kind"] == "figure"]
        assert [svg["aria-label"] for svg in soup("svg")] == alts
        assert all(svg["role"] == "img" and svg.find_parent("figure", role="group") for svg in soup("svg"))

    def test_tables_have_captions_and_headers(self, soup, document):
        tables = [block for block in document["blocks"] if block["kind"] == "table"]
        for table, block in zip(soup("table"), tables, strict=True):
            assert table.caption.get_text().startswith(f"Table {block['number']}. {block['title']}")
            columns = [th.get_text() for th in table("th", scope="col")]
            assert columns == [column["label"] for column in block["columns"]]
            assert [th.get_text() for th in table("th", scope="row")] == [row[0] for row in block["rows"]]
            cells = [[cell.get_text() for cell in row(["th", "td"])] for row in table.tbody("tr")]
            assert cells == block["rows"]
            assert table.find_parent(role="region", tabindex="0")

    def test_text_is_escaped(self):
        front = briefing.FRONT | {"author": "A & <B>"}
        model = model_with(briefing.shown({FRONT: front}), instead_of=["front"])
        assert "A &amp; &lt;B&gt;" in to_html(model)

    def test_same_page_twice(self, document, page):
        assert to_html(document) == page

    @pytest.mark.parametrize(
        ("inside", "message"),
        [
            ("<script>alert(1)</script>", "holds <script>"),
            ("<SCRIPT>alert(1)</SCRIPT>", "holds <SCRIPT>"),
            ('<rect onclick="x()"/>', 'holds onclick="x\\(\\)" in <rect>'),
            ('<g ONLOAD="x()"/>', "holds ONLOAD="),
            ('<g OnMouseOver="x()"/>', "holds OnMouseOver="),
            ('<a href="javascript:x()"><path d="M0 0"/></a>', "holds <a>"),
            ('<use HREF="javascript:x()"/>', "holds HREF="),
            ('<use xmlns:xlink="http://www.w3.org/1999/xlink" xlink:href="JavaScript:x()"/>', "holds href="),
            ('<use href="#a" href2="x"/>', "holds href2="),
            ('<image href="https://example.org/a.png"/>', "holds href="),
            ('<image href="data:text/html,x"/>', "holds href="),
            ('<image href="data:image/svg+xml;base64,AA"/>', "holds href="),
            ('<style>@import "https://example.org/a.css"</style>', "holds <style>"),
            ("<style>*{stroke-linejoin: round; stroke-linecap: butt} p {display: none}</style>", "holds <style>"),
            ('<rect style="fill: URL(https://example.org/a)"/>', "holds style="),
            ('<rect style="fill: url(//example.org/a)"/>', "holds style="),
            ('<rect style="fill: u\\72l(//example.org/a)"/>', "holds style="),
            ('<rect style="background: image-set(&quot;a.png&quot; 1x)"/>', "holds style="),
            ('<rect fill="url(a.svg#b)"/>', "holds fill="),
            ("<foreignObject><p>x</p></foreignObject>", "holds <foreignObject>"),
            ("<foreignobject><p>x</p></foreignobject>", "holds <foreignobject>"),
            ('<img src="x" onerror="y()"/>', "holds <img>"),
            ('<set attributeName="href" to="javascript:x()"/>', "holds <set>"),
            ('<animate attributeName="href"/>', "holds <animate>"),
            ('<iframe src="x"/>', "holds <iframe>"),
            ('<svg xmlns="http://www.w3.org/2000/svg"><SCRIPT>x</SCRIPT></svg>', "holds <SCRIPT>"),
            ('<h:script xmlns:h="http://www.w3.org/1999/xhtml">x()</h:script>', "holds <script>"),
            ("<path>&lt;script&gt;x()&lt;/script&gt;</path>", None),
            ("<g>", "is not well-formed"),
        ],
    )
    def test_refuses_drawings_that_load_or_run_something(self, inside, message):
        svg = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1">{inside}</svg>'
        model = model_with(briefing.shown({**FIGURE_BUNDLE, "image/svg+xml": svg}))
        if message is None:
            assert "script" not in [tag.name for tag in BeautifulSoup(to_html(model), "html.parser").find_all()]
            return
        with pytest.raises(PublishError, match=f"The drawing of the figure “T” {message}"):
            to_html(model)

    def test_a_browser_is_told_to_run_and_fetch_nothing(self, page):
        policy = BeautifulSoup(page, "lxml").find("meta", attrs={"http-equiv": "Content-Security-Policy"})["content"]
        assert policy.split("; ")[0] == "default-src 'none'" and "script" not in policy and "http" not in policy


def page_with(*bundles):
    return BeautifulSoup(to_html(model_with(briefing.shown(*bundles))), "lxml")


def number_links(soup):
    return [(link.get_text(), link["href"]) for link in soup(class_="number-link")]


def claims(*keys):
    return briefing.table(
        "Claims", ["Claim", "Says"], [[key, "12%"] for key in keys], source=briefing.STATEMENT, row_keys=keys
    )


class TestNumberLinks:
    def test_a_sentence_links_to_the_row_that_its_source_is(self):
        soup = page_with(
            briefing.said("About 11,490 people.", "claim-12"), claims("claim-1", "claim-12"), briefing.SOURCES
        )
        assert number_links(soup)[0] == ("11,490", "#table-1-row-2")
        assert soup.find(id="table-1-row-2").th.get_text() == "claim-12"

    def test_else_to_the_first_row_that_its_source_names(self):
        soup = page_with(briefing.said("66%", "claim-12; claim-3"), claims("claim-1", "claim-12"), briefing.SOURCES)
        assert number_links(soup)[0] == ("66%", "#table-1-row-2")

    @pytest.mark.parametrize("source", [f"{briefing.STATEMENT} (2016)", "An unlisted document", ""])
    def test_a_list_of_documents_is_no_origin_of_a_number(self, source):
        assert number_links(page_with(briefing.said("66% more.", source), briefing.SOURCES)) == []

    def test_a_source_is_found_whatever_its_apostrophe(self):
        soup = page_with(briefing.said("66%", "Council's plan"), claims("Council's plan"), briefing.SOURCES)
        assert number_links(soup)[0] == ("66%", "#table-1-row-1")

    def test_numbers_in_bold_and_in_lists(self):
        text = "From **6,913** and *5*:\n\n- about **£161.7 million**\n  1. then 7\n\n- or\n\n  8"
        soup = page_with(briefing.said(text, "claim-1"), claims("claim-1"), briefing.SOURCES)
        found = [text for text, link in number_links(soup) if link == "#table-1-row-1"]
        assert found == ["6,913", "5", "£161.7 million", "7", "8"]
        assert soup.main.strong.a and soup.main.em.a and len(soup.main.ul("a")) == 3

    @pytest.mark.parametrize(
        ("text", "numbers"),
        [
            ("from 1,203, or 5.6%, to £1.2m (12–14).", ["1,203", "5.6%", "£1.2m", "12–14"]),
            ("on 1 October 2015, in 2015/16, 2024-25 and 2037", []),
            ("a change of −6.8%, +18.3% and -7", ["−6.8%", "+18.3%", "-7"]),
            ("Q1, E10000018, mid-2037, 2018-based, 21st, v3.0, 1.5x", []),
            ("`2016`, data/raw_2016/a.csv, https://example.org/2016/7 and [in 2016](https://example.org)", []),
        ],
    )
    def test_what_is_a_number_of_the_papers_own(self, text, numbers):
        soup = page_with(briefing.said(text, "claim-1"), claims("claim-1"), briefing.SOURCES)
        assert [text for text, link in number_links(soup) if link == "#table-1-row-1"] == numbers
        assert not soup.select("a a")

    def test_cells_link_without_a_tab_stop_and_the_source_line_with_one(self):
        columns, row = ["Council's year", "Low", "Range", "Why"], ["2016", "+105", "5 to 7", "the council's 3%"]
        cells = briefing.table("T", columns, [row], source="claim-1")
        soup = page_with(cells, claims("claim-1"), briefing.figure("Figure", "Words"), briefing.SOURCES)
        links = soup.find(id="table-1")("a")
        assert [link.get_text() for link in links] == ["+105", "5", "7", "3%"]
        assert all(link["href"] == "#table-2-row-1" and link["tabindex"] == "-1" for link in links)
        assert [cell.get_text() for cell in soup.find(id="table-1").tbody(["th", "td"])] == row
        source = soup.figure.find(class_="source").a
        assert (source.get_text(), source["href"]) == ("NHS England, ASC-FR 2024-25", "#table-3-row-2")
        assert not source.get("tabindex")

    def test_a_table_does_not_link_to_itself(self):
        own = briefing.table("T", ["A", "B"], [["a", "1"], ["b", "2"]], source="a", row_keys=("a", ""))
        soup = page_with(own)
        assert soup.main("a") == []
        assert [row.get("id") for row in soup.tbody("tr")] == ["table-1-row-1", None]
        assert number_links(page_with(own, briefing.SOURCES)) == []

    def test_no_link_without_a_list_of_sources_and_none_in_prose(self):
        assert page_with(briefing.said("66%"), briefing.SMALL, briefing.figure("T", "A")).main("a") == []
        prose = model_with(briefing.words("In 2016."), briefing.shown(briefing.SOURCES))
        assert number_links(BeautifulSoup(to_html(prose), "lxml")) == []

    def test_a_heading_cannot_take_the_name_of_a_row(self):
        model = model_with(briefing.words("## Table 1 row 1"), briefing.shown(briefing.SOURCES))
        assert [model["blocks"][0]["id"], model["blocks"][1]["row_ids"][0]] == ["table-1-row-1-2", "table-1-row-1"]

    def test_the_paper_is_the_same_without_them(self, document, paper):
        plain = json.loads(json.dumps(document))
        for block in plain["blocks"]:
            said = {"source"} if block["kind"] in ("paragraph", "list") else set()
            for name in {"rests_on", "numbers_to", "row_keys", "row_ids", "row_links", "data"} | said:
                block.pop(name, None)
        assert pdf.to_pdf(plain) == paper


#: What stands beside a page that leads to it.
BESIDE = {
    "pdf": "demand.pdf", "xlsx": "demand.xlsx", "index": "../index.html",
    "papers": [{"title": "Money & prices", "link": "money.html"}],
}  # fmt: skip


class TestBeside:
    def test_a_page_leads_to_its_files_the_list_and_the_other_papers(self, document):
        soup = BeautifulSoup(to_html(document, BESIDE), "lxml")
        assert [link["href"] for link in soup.header.find(class_="files")("a")] == [
            "demand.pdf", "demand.xlsx", "../index.html",
        ]  # fmt: skip
        nav = soup.footer.nav
        assert (nav.h2.text, nav.a["href"], nav.a.text) == (
            f"Other papers of {briefing.FRONT['council']}", "money.html", "Money & prices",
        )  # fmt: skip

    def test_only_councils_on_the_list_of_all_papers_lead_to_it(self, document):
        asked = {"council": {"briefings": ["money"]}, "briefing": "money"}
        assert pages_beside("leicester", **asked)["index"] == "../index.html"
        beside = pages_beside("derby", **asked)
        files = BeautifulSoup(to_html(document, beside), "lxml").header.find(class_="files")
        assert [link["href"] for link in files("a")] == ["money.pdf", "money.xlsx"]

    def test_a_page_by_itself_leads_nowhere_else(self, page):
        soup = BeautifulSoup(page, "lxml")
        assert not soup.find(class_="files") and not soup.footer.nav

    def test_a_document_leads_to_its_publishers_page(self):
        table = briefing.table("S", ["Document", "Tables"], [["One", "2"], ["Other", "1"]], row_keys=("One", "Other"))
        table[TABLE]["row_links"] = ["https://example.org/one", ""]
        rows = page_with(table).tbody("tr")
        assert rows[0].th.a["href"] == "https://example.org/one" and rows[0].th.text == "One" and not rows[1].th.a
        for wrong in (["javascript:x()", ""], ["https://example.org/one"]):
            table[TABLE]["row_links"] = wrong
            with pytest.raises(PublishError, match="has a link to no page"):
                page_with(table)

    def test_colours_of_charts_are_named_so_that_the_dark_has_its_own(self, page):
        drawing = str(BeautifulSoup(page, "lxml").find(id="figure-1-drawing"))
        assert "var(--chart-blue, #12436d)" in drawing and not re.search(r"(?<!, )#12436d", drawing)
        css = BeautifulSoup(page, "lxml").style.text
        assert set(re.findall(r"var\((--chart-\w+)", drawing)) <= set(re.findall(r"(--chart-\w+):", css))


def tampered(paper, change):
    with pikepdf.open(io.BytesIO(paper)) as opened:
        change(opened)
        result = io.BytesIO()
        opened.save(result)
    return result.getvalue()


def remove_alternative_text(opened):
    del elements(opened, "/Figure")[0]["/Alt"]


def change_alternative_text(opened):
    elements(opened, "/Figure")[0].Alt = pikepdf.String("A chart")


def make_header_a_data_cell(opened):
    elements(opened, "/TH")[0].S = pikepdf.Name.TD


def remove_title(opened):
    del opened.docinfo["/Title"]
    with opened.open_metadata(set_pikepdf_as_editor=False) as metadata:
        del metadata["dc:title"]


def raise_a_heading(opened):
    elements(opened, "/H3")[0].S = pikepdf.Name.H2


class TestPaper:
    def test_where_packed_objects_would_end_in_a_return_they_are_not_packed(self, document, monkeypatch):
        packed, saved = pikepdf.ObjectStreamMode.generate, pikepdf.Pdf.save

        def save(self, file, **how):
            saved(self, file, **how)
            file.write(b"\r\nendstream" if how["object_stream_mode"] == packed else b"")

        monkeypatch.setattr(pikepdf.Pdf, "save", save)
        assert b"\r\nendstream" not in pdf.to_pdf(document)

    def test_same_bytes_twice(self, document, paper):
        assert pdf.to_pdf(document) == paper

    def test_passes_the_gate(self, document, paper):
        pdf.check(paper, document)

    @pytest.mark.parametrize(
        ("change", "message"),
        [
            (
                remove_alternative_text,
                "PDF/UA-1, rule .*texts of figures are not .*missing: “Line",
            ),
            (change_alternative_text, "not in the document: “A chart”"),
            (make_header_a_data_cell, "The document has 90 header cells, the PDF has 89"),
            (remove_title, "The PDF's title is not the document's: missing: “Adult"),
            (
                raise_a_heading,
                "headings are not .*missing: H3 “What the council’s",
            ),
        ],
    )
    def test_the_gate_stops_a_tampered_paper(self, document, paper, change, message):
        with pytest.raises(PublishError, match=f"(?s)not fit to publish:.*{message}"):
            pdf.check(tampered(paper, change), document)

    def test_the_gate_stops_a_file_that_is_no_pdf(self, document):
        with pytest.raises(PublishError, match="cannot be read"):
            pdf.check(b"nothing", document)

    def test_first_cell_of_each_row_is_its_header(self, document, paper):
        rows = [row for block in document["blocks"] if block["kind"] == "table" for row in block["rows"]]
        with pikepdf.open(io.BytesIO(paper)) as opened:
            scopes = [
                attribute["/Scope"] for cell in elements(opened, "/TH") for attribute in cell.A if "/Scope" in attribute
            ]
        assert scopes.count("/Row") == len(rows)

    def test_says_who_when_and_in_which_language(self, document, paper):
        with pikepdf.open(io.BytesIO(paper)) as opened:
            assert opened.Root.Lang == "en-GB"
            assert opened.docinfo.Title == document["title"]
            assert opened.docinfo.Author == briefing.FRONT["author"]
            assert str(opened.docinfo.CreationDate).startswith("D:20261119000000")

    def test_the_annex_begins_after_two_pages(self, paper):
        assert pdf.annex_page(paper) == 3

    def test_a_paper_without_annex_and_figures(self):
        assert pdf.annex_page(pdf.to_pdf(model_with(briefing.words("## One\n\nText.")))) is None

    def test_a_character_without_a_letter_form_is_refused(self):
        with pytest.raises(PublishError, match=r"no form for '漢' \(U\+6F22 .*stands in the title|stands under"):
            pdf.to_pdf(model_with(briefing.words("漢")))

    def test_a_table_too_wide_for_a_page_is_refused(self):
        wide = briefing.table("Wide", [f"Year {n}" for n in range(40)], [["1,000"] * 40])
        with pytest.raises(PublishError, match="Table 1 has more columns than a page has room for"):
            pdf.to_pdf(model_with(briefing.shown(wide)))

    def test_a_paper_set_in_a_process_of_its_own_has_the_same_bytes(self, document, paper, monkeypatch):
        monkeypatch.setattr(pdf, "_SET_HERE", 0)
        monkeypatch.setattr(pdf, "_compiled", None)
        assert pdf.to_pdf(document) == paper
        with pytest.raises(PublishError, match=r"no form for '漢' \(U\+6F22 .*stands in the title|stands under"):
            pdf.to_pdf(model_with(briefing.words("漢")))

    def test_a_process_that_ends_while_it_sets_a_paper_is_said(self, document, monkeypatch):
        monkeypatch.setattr(pdf, "_SET_HERE", 0)
        monkeypatch.setattr(pdf.sys, "executable", "/bin/false")
        with pytest.raises(PublishError, match=r"the process that sets it ended \(code 1\)\. Run the same again"):
            pdf.to_pdf(document)

    def test_every_page_says_its_number(self, paper):
        pages = pypdfium2.PdfDocument(paper)
        for number, sheet in enumerate(pages, start=1):
            assert f"Page {number} of {len(pages)}" in sheet.get_textpage().get_text_range()


class TestExporters:
    @pytest.mark.parametrize("name", ["briefing_html", "briefing_pdf"])
    def test_same_as_from_python(self, name, page, paper):
        from nbconvert.exporters import get_exporter

        expected = {"briefing_html": page, "briefing_pdf": paper}[name]
        assert get_exporter(name)().from_notebook_node(briefing.notebook())[0] == expected

    @pytest.mark.parametrize(
        ("name", "mimetype", "extension"),
        [("briefing_html", "text/html", ".html"), ("briefing_pdf", "application/pdf", ".pdf")],
    )
    def test_jupyterlab_offers_both(self, name, mimetype, extension):
        from nbconvert.exporters import get_exporter

        exporter = get_exporter(name)
        assert exporter.export_from_notebook
        assert exporter.output_mimetype == mimetype
        assert exporter().file_extension == extension

    def test_a_refusal_within_jupyterlab_is_an_error_to_show(self):
        from nbconvert.exporters import get_exporter

        notebook = nbformat.v4.new_notebook(cells=[briefing.words("No title")])
        with pytest.raises(PublishError, match="does not start with a title"):
            get_exporter("briefing_pdf")().from_notebook_node(notebook)

    @pytest.mark.pipeline
    def test_a_refusal_on_the_command_line_is_a_sentence(self, tmp_path):
        source = tmp_path / "paper.ipynb"
        nbformat.write(nbformat.v4.new_notebook(cells=[briefing.words("No title")]), source)
        command = [sys.executable, "-m", "nbconvert", "--to", "briefing_pdf", str(source)]
        done = subprocess.run(command, capture_output=True, encoding="utf-8")
        assert done.returncode == 1
        assert "paper: Markdown cell 1 (“No title”) does not start with a title." in done.stderr
        assert "Traceback" not in done.stderr


def test_jupyterlab_can_reach_the_exporters():
    ours = [e.name for e in entry_points(group="nbconvert.exporters") if e.value.startswith("helpers.")]
    assert sorted(ours) == ["briefing_html", "briefing_pdf"]
    # Its export menu asks for them under an address that takes no hyphen.
    assert all(re.fullmatch(r"\w+", name) for name in ours)
