"""The page that lists all briefings. (That the pipeline makes it is in test_pipeline.)"""

import briefing_fixture as briefing
import nbformat
import pytest
from bs4 import BeautifulSoup

from helpers.base.errors import InputError
from helpers.paper.publish import index

KINDS = ("html", "pdf", "xlsx")
TITLE = "Adult social care in Leicestershire: demand to 2035"


@pytest.fixture
def files(project):
    """One briefing of each council: its executed notebook, and reports of some size."""
    listed = []
    for council, name in (("leicestershire", "Leicestershire County Council"), ("leicester", "Leicester City Council")):
        notebook = briefing.notebook()
        for cell in notebook["cells"]:
            for output in cell.get("outputs", []):
                if "front" in str(list(output.get("data", {}))):
                    next(value for key, value in output["data"].items() if "front" in key)["council"] = name
        paths = [f"build/{council}/x.ipynb", *(f"reports/{council}/x.{kind}" for kind in KINDS)]
        for path, size in zip(paths, (0, 240_196, 1_250_000, 81_200), strict=True):
            (project / path).parent.mkdir(parents=True, exist_ok=True)
            (project / path).write_bytes(b" " * size)
        if council == "leicester":
            finding = briefing.shown(briefing.said("## More people by 2035"))
            finding["source"] = "%%say\n## {finding}"
            notebook["cells"].insert(3, finding)
        nbformat.write(notebook, project / paths[0])
        listed.append(tuple(paths))
    return listed


@pytest.fixture
def page(files):
    return index.to_html(index.entries(files))


def test_every_briefing_is_listed_under_its_council(page):
    soup = BeautifulSoup(page, "lxml")
    assert [h2.text for h2 in soup("h2")] == ["Leicestershire County Council", "Leicester City Council"]
    for section, council in zip(soup("section"), ("leicestershire", "leicester"), strict=True):
        assert [link["href"] for link in section("a")] == [f"{council}/x.{kind}" for kind in KINDS]
        assert section.a.text == TITLE
        assert [link["aria-label"] for link in section("a")[1:]] == [
            f"PDF, 1.2 MB: {TITLE}",
            f"Spreadsheet, 81 kB: {TITLE}",
        ]
        assert section.find(class_="question").text == "How many people will need long-term support?"
        assert section.time["datetime"] == briefing.FRONT["date"] and section.time.text == "19 November 2026"
        assert "Web page, 240 kB; PDF, 1.2 MB; Spreadsheet, 81 kB" in " ".join(section.text.split())


def test_the_finding_of_a_paper_stands_below_its_title(page):
    first, second = BeautifulSoup(page, "lxml")("section")
    assert first.find(class_="finding") is None and second.find(class_="finding").text == "More people by 2035"


def test_it_is_dressed_as_the_briefings_and_whole_by_itself(page):
    soup = BeautifulSoup(page, "lxml")
    assert soup.html["lang"] == "en-GB" and len(soup("h1")) == len(soup("main")) == 1
    skip = soup.body.find("a")
    assert soup.find(id=skip["href"].removeprefix("#")).name == "main"
    assert not soup(["script", "link", "img", "iframe"]) and "url(" not in page
    assert all(not link["href"].startswith(("/", "http", "..")) for link in soup("a"))
    assert soup.footer.p.text == briefing.FRONT["licence"]


def test_the_same_briefings_give_the_same_page(files, page):
    assert index.to_html(index.entries(files)) == page


@pytest.mark.parametrize("kind", KINDS)
def test_a_report_that_is_not_there_is_named(project, files, kind):
    (project / files[0][1 + KINDS.index(kind)]).unlink()
    with pytest.raises(InputError, match=rf"reports/leicestershire/x\.{kind} is not there: run `doit publish`"):
        index.entries(files)


@pytest.mark.parametrize(
    ("text", "question"),
    [
        ("How many? For members of the committee.", "How many?"),
        ("One sentence only", "One sentence only"),
    ],
)
def test_the_question_is_the_first_sentence(text, question):
    assert index.first_sentence(text) == question


def test_the_page_of_all_councils_is_linked_where_it_is_made(files, page):
    linked = index.to_html(index.entries(files), "england/index.html")
    assert BeautifulSoup(linked, "lxml").find("a", href="england/index.html")
    assert "england/" not in page
