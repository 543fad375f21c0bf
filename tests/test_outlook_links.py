"""Figures of the demand outlook: they link to their cell or step, and `doit figure --number` finds them."""

import random
import re

import pytest
from altered_papers import Papers
from bs4 import BeautifulSoup
from conftest import PROJECT

from helpers.base.vocabulary import AGE_BANDS
from helpers.paper.publish import html
from helpers.paper.publish.document import from_notebook
from helpers.pipeline import finder

SAMPLE, AT_LEAST = 25, 24
#: What reads as a number and is no figure: ages, years, periods, dates, names of populations, what numbers a caption.
NAMES = "|".join(
    [
        *sorted(map(re.escape, AGE_BANDS.values()), key=len, reverse=True),
        r"\d{1,2} March \d{4}|31 March|\d{4}/\d\d|\d{4}-based|mid-\d{4}|(?:Table|Figure) \d+\.|\b(?:19|20)\d\d\b",
        r"\d+, \d+ and \d+ years after|nearest 5, or 10 above 1,000",
    ]
)
FIGURE = re.compile(r"[+−]?£?\d[\d,]*(?:\.\d+)?%?")


@pytest.fixture(scope="module", params=["leicester", "leicestershire"])
def paper(request, tmp_path_factory):
    """A council's demand outlook: its name, its document and its web page."""
    with pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.chdir(PROJECT)
        papers = Papers(tmp_path_factory.mktemp("papers"), monkeypatch)
        document = from_notebook(papers.run("demand_outlook", authority_id=request.param))
        monkeypatch.setitem(html.environment().filters, "drawing", lambda figure: "")
        return request.param, document, BeautifulSoup(html.to_html(document), "lxml")


def figures_of(page):
    """Each figure that the page prints in a sentence, a caption or a table's cell, with what it links to."""
    for table in (page.find(id="numbers"), page.find_all("table")[-2]):  # origins, and sources
        table.decompose()
    found = []
    for place in page.main.select("p:not(.source), li, .name, td"):
        links = [link.get("href") for piece in place.strings for link in [piece.find_parent("a") or {}] for _ in piece]
        text = place.get_text()
        named = [range(*name.span()) for name in re.finditer(NAMES, text)]
        for figure in FIGURE.finditer(text):
            if not any(figure.start() in name for name in named) and "Evidence" not in heads_of(place):
                found.append((figure[0].rstrip(","), links[figure.start()], text))
    return found


def heads_of(place):
    """The head of the column that a cell stands in: figures that evidence quotes are other documents'."""
    if place.name != "td":
        return ""
    heads = place.find_parent("table").thead.find_all("th")
    return heads[len(place.find_previous_siblings(["td", "th"]))].get_text()


@pytest.mark.papers
def test_links_of_figures_reach_a_cell_or_a_step(paper):
    _, document, page = paper
    origins = {entry["id"]: [origin["name"] for origin in entry["rests_on"]] for entry in document["numbers"]}
    figures = figures_of(BeautifulSoup(str(page), "lxml"))
    assert len(figures) > 300
    unlinked = [figure for figure in figures if figure[1] is None]
    assert len(unlinked) <= len(figures) / SAMPLE, unlinked
    for _, link, text in figures:
        if link is not None:
            names = origins[link.removeprefix("#")]
            assert names and all(
                re.fullmatch(r"data/(processed|assumptions)/\S+|\w+/\w+(!\w+)?", one) for one in names
            ), text


@pytest.mark.papers
def test_a_figure_is_found_with_its_cell_or_step(paper, monkeypatch):
    name, document, page = paper
    figures = figures_of(BeautifulSoup(str(page), "lxml"))
    sample = random.Random(f"{name} demand outlook").sample(figures, SAMPLE)
    monkeypatch.chdir(PROJECT)
    monkeypatch.setattr(finder, "_executed", lambda authorities: [(f"{name}/demand_outlook", document)])
    book = finder.figure_book(name, finder.known_sources())
    monkeypatch.setattr(finder, "figure_book", lambda *asked: book)
    found = []
    for text, _, _ in sample:
        said = finder.about_number(text, f"{name}/demand_outlook")
        found.append(
            "It rests on:" in said and re.search(r"Kept in: data/raw/|is made by notebooks/|data/assumptions/", said)
        )
    assert sum(map(bool, found)) >= AT_LEAST, [one for one, was in zip(sample, found, strict=True) if not was]
