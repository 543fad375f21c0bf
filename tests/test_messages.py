"""Messages as Markdown: names in braces, premises, and that each number on the page links to what it rests on."""

import re

import briefing_fixture as briefing
import IPython.display
import nbformat
import numpy as np
import pandas as pd
import pytest
from bs4 import BeautifulSoup
from hypothesis import given
from hypothesis import strategies as st

from helpers.base.cells import Suppressed
from helpers.base.errors import InputError
from helpers.base.mime import FIGURE, FRONT, SENTENCE, TABLE
from helpers.base.numbers import Number, Origin, Worked, recorded, said
from helpers.paper import messages, tables
from helpers.paper.publish import pdf, prose
from helpers.paper.publish.document import from_notebook
from helpers.paper.publish.errors import PublishError
from helpers.paper.publish.html import to_html
from helpers.pipeline import notebooks

NOW = Number(6913, "People now", (Origin("doc/table!B3", "printed as 6,913"),), published=True)
DRAWN = (4670, 5640, 8050, 11_400, 17_060, 24_960, 30_030)
LATER = Number(11493.2, "People later", (Origin("data/processed/p.csv", "2037"),), quantiles=DRAWN)
NAMES = {
    "older": LATER.beside(NOW), "counts": {"65+": NOW, 2037: LATER}, "horizon": 2037, "frame": pd.Series({"a": NOW}),
    "hidden": Number(Suppressed(1, 4), "A group", (Origin("doc/table!B4", "hidden"),)), "nothing": None, "said": print,
}  # fmt: skip


@pytest.fixture
def shown(monkeypatch):
    """What is shown, in order."""
    outputs = []
    monkeypatch.setattr(IPython.display, "display", lambda data, raw: outputs.append(data))
    return outputs


def page_of(outputs):
    """The web page and the document of a short briefing that shows these outputs."""
    start = [briefing.words("# T\n\nWhat?"), briefing.shown({FRONT: briefing.FRONT})]
    document = from_notebook(nbformat.v4.new_notebook(cells=[*start, briefing.shown(*outputs)]))
    return BeautifulSoup(to_html(document), "lxml"), document


def links(soup):
    return [
        (link.get_text(), soup.find(id=link["href"][1:]).find_all("td")[0].get_text())
        for link in soup.main(class_="number-link")
    ]


def said_by(shown, *cells, names=NAMES):
    """The text of each message that these cells show."""
    for cell in cells:
        messages.run(cell, names)
    return [data["text/markdown"] for data in shown]


def test_a_message_says_what_its_names_hold(shown):
    text = "%%say\n- **Older: {older.size}.** From {counts[65+]} to {counts[2037]} by {horizon}, {older.after.range}.\n"
    assert said_by(shown, text) == ["- **Older: 66% more.** From 6,913 to 11,490 by 2037, 5,600 to 25,000."]
    assert [entry["text"] for entry in shown[0][SENTENCE]["numbers"]] == [
        "66% more",
        "6,913",
        "11,490",
        "5,600 to 25,000",
    ]


@pytest.mark.parametrize(
    ("name", "error"),
    [
        ("oldr", r"\{oldr\}: there is no 'oldr' in this notebook\. Did you mean 'older'"),
        ("older.aftr", r"\{older.aftr\}: older has no 'aftr'\. Did you mean 'after'"),
        ("older.after.rnge", r"older\.after has no 'rnge'\. Did you mean 'range'"),
        ("counts[65]", r"counts has no '65'"),
        ("counts[2036]", r"counts has no '2036'\. Did you mean '2037'"),
        ("frame[b]", r"frame has no 'b'\. Known: a"),
        ("horizon[0]", r"horizon has no '0'"),
        ("older.beside", r"older has no 'beside'"),
        ("older.after.beside", r"\{older.after.beside\} is a function"),
        ("said", r"\{said\} is a function"),
        ("nothing", r"\{nothing\} holds nothing\. Say the message under %%say_if"),
        ("1 + 1", r"\{1 \+ 1\} is no name"),
        ("older.before.range", "People now: no range of four in five draws is on file"),
    ],
)
def test_a_name_that_says_nothing_is_refused_with_the_nearest(shown, name, error):
    with pytest.raises(InputError, match=error):
        said_by(shown, f"%%say\nAbout {{{name}}} people.")
    assert shown == []


@pytest.mark.parametrize(
    ("premise", "says"),
    [
        ("older.is_rise", True),
        ("not older.is_rise", False),
        ("older.is_fall", False),
        ("not older.is_fall", True),
        ("nothing", False),
        ("not nothing", True),
    ],
)
def test_a_message_is_said_only_where_its_premise_holds(shown, premise, says):
    assert said_by(shown, f"%%say_if {premise}\nSaid.") == ["Said."] * says


def test_a_message_that_is_not_said_asks_for_no_name(shown):
    assert said_by(shown, "%%say_if older.is_fall\n{not_there}") == []


@pytest.mark.parametrize(
    ("cell", "error"),
    [
        ("%%say_if \nSaid.", "needs a premise"),
        ("%%say_if not \nSaid.", "needs a premise"),
        ("%%say_if oldr\nSaid.", "there is no 'oldr'"),
        ("%%say older.is_rise\nSaid.", "A premise is for %%say_if"),
        ("%%say\nAbout {older.size", "do not match: “{older.size” opens one that is not closed"),
        ("%%say\nAbout older.size} now", "do not match: “About older.size}” closes one that was not opened"),
        ("%%say\nAbout {older.size {horizon}", "do not match: “{older.size {horizon}” opens one that is not closed"),
        ("%%say\nAbout {}", "{} names nothing"),
        ("%%say\n  \n", "%%say: there is no message below the line"),
        ("%%say_if older.is_rise\n", "%%say_if: there is no message below the line"),
    ],
)
def test_a_cell_that_is_no_message_is_refused(shown, cell, error):
    with pytest.raises(InputError, match=re.escape(error)):
        said_by(shown, cell)


@pytest.mark.parametrize(
    ("value", "held"),
    [
        (float("nan"), "nan"),
        (695.2345, "695.2345"),
        (np.float64(3.5), "3.5"),
        ([1, 2], "a list"),
        (pd.Series([1]), "a Series"),
    ],
)
def test_what_would_print_as_it_stands_in_memory_is_refused(shown, value, held):
    with pytest.raises(InputError, match=rf"\{{n\}} holds .*{held}.*, which would print as it stands in memory"):
        said_by(shown, "%%say\nAbout {n} people.", names=NAMES | {"n": value})
    assert shown == []


def test_lines_of_a_paragraph_are_one_and_points_of_a_list_are_not(shown):
    text = "%%say\nOne\n  two.\n\n- three\n  four\n- five\n\n## Six\nseven"
    assert said_by(shown, text) == [
        "One two.\n\n- three four\n- five\n\n## Six\nseven".replace("## Six\nseven", "## Six seven")
    ]


def test_each_number_links_to_its_entry_and_alike_ones_to_one(shown):
    said_by(shown, "%%say\n**{older.after}** of *{older.before}*, `{older.before}`, and {older.after} again: {hidden}.")
    soup, document = page_of(shown)
    assert links(soup) == [
        ("11,490", "People later"), ("6,913", "People now"), ("11,490", "People later"), ("hidden", "A group"),
    ]  # fmt: skip
    assert soup.main.strong.a and soup.main.em.a and soup.main.code.get_text() == "6,913"
    assert len(document["numbers"]) == 3 and "doc/table!B3" in soup.find(id="numbers").get_text()


def test_a_year_in_a_message_is_no_number_and_the_next_one_that_reads_so_is(shown):
    said_by(
        shown,
        "%%say\nIn {horizon}, {n} people.",
        names={"horizon": 2037, "n": Worked("2037", "People", (Origin("a/b!C1", ""),))},
    )
    soup, _ = page_of(shown)
    assert links(soup) == [("2037", "People")] and "In 2037, " in soup.main.p.get_text()
    assert soup.main.p.a.previous_sibling == "In 2037, "


def test_messages_of_several_cells_are_one_list_and_go_on_where_the_last_ended(shown):
    said_by(
        shown,
        "%%say\n- First: {older.before}.",
        "%%say_if older.is_rise\n  It rises to {older.after}.",
        "%%say\n- Second.",
        "%%say\nA paragraph.",
        "%%say\n  It goes on.",
        "%%say\n- Another list.",
    )
    soup, document = page_of(shown)
    assert [item.get_text() for item in soup.main("li")] == [
        "First: 6,913. It rises to 11,490.", "Second.", "Another list.",
    ]  # fmt: skip
    assert [block["kind"] for block in document["blocks"]] == ["list", "paragraph", "list"]
    assert soup.main.p.get_text() == "A paragraph. It goes on." and len(links(soup)) == 2


@pytest.mark.parametrize("before", [[], ["%%say\n## A heading"]])
def test_a_message_cannot_go_on_where_nothing_ended(shown, before):
    said_by(shown, *before, "%%say\n  It goes on.")
    with pytest.raises(PublishError, match=r"begins with two blanks.*Take out the blanks"):
        page_of(shown)


def test_paper_has_the_words_whole(shown):
    said_by(shown, "%%say\nFrom {older.before} to {older.after}.")
    _, document = page_of(shown)
    assert len(document["blocks"][0]["inlines"]) == 5
    (whole,) = pdf._joined(document)["blocks"][0]["inlines"]
    assert whole == {"kind": "text", "text": "From 6,913 to 11,490."}


@given(
    st.lists(
        st.sampled_from(["{a}", "{b}", "**{a}**", "*{b}*", " 6,913 ", "11,490", "“{a}”", "({b})", "– ", "x"]),
        min_size=1,
    )
)
def test_what_prints_is_what_links(parts):
    names = {"a": NOW, "b": LATER}
    message = messages.filled("T " + " ".join(parts), names)
    output = {
        "text/plain": "Sentence",
        "text/markdown": message.words,
        SENTENCE: {"source": "", "numbers": recorded(message)},
    }
    soup, document = page_of([output])
    wanted = [str(names[name]) for name in re.findall(r"\{(\w)\}", "".join(parts))]
    assert [text for text, _ in links(soup)] == wanted
    assert prose.plain(document["blocks"][0]["inlines"]) == soup.main.p.get_text()
    assert not re.search("[\U000f0000-\U0010ffff]", str(soup))


def test_cells_of_a_table_its_title_and_its_note_link_as_a_message_does(shown):
    frame = pd.DataFrame({"Age": ["65+", "85+"], "Now": [NOW, NAMES["hidden"]], "Later": [LATER.range, "not on file"]})
    tables.show(frame, said("From {a}", a=NOW), "people", "S", said("To {b}, as {year}.", b=LATER, year=2037))
    assert shown[0][TABLE]["rows"] == [["65+", "6,913", "5,600 to 25,000"], ["85+", "hidden", "not on file"]]
    assert [column["align"] for column in shown[0][TABLE]["columns"]] == ["left", "right", "right"]
    soup, document = page_of([*shown, briefing.SOURCES])
    own = [text for text, what in links(soup) if what]
    assert own[:5] == ["6,913", "6,913", "5,600 to 25,000", "hidden", "11,490"]
    table = document["blocks"][0]
    assert (table["title"], table["note"]) == ("From 6,913", "To 11,490, as 2037.")


def test_a_chart_s_title_links_its_numbers_and_prints_them_plain(shown):
    about = briefing.figure("Older people: 66% more", "Words")
    about[FIGURE]["words"] = {"title": recorded(said("Older people: {size}", size=NAMES["older"].size))}
    soup, document = page_of([about])
    assert links(soup)[0][0] == "66% more" and soup.figcaption.a["href"] == "#number-1"
    assert document["blocks"][0]["title"] == "Older people: 66% more" and len(document["numbers"]) == 1


def test_words_in_a_cell_take_the_names_of_the_cell_and_of_the_function_that_asks():
    names = {"words": messages.words, "n": NOW}
    exec("title = words('Now {n}')\ndef f(n):\n    return words('{n} and {words_said}')\nwords_said = 1", names)
    assert str(names["title"]) == "Now 6,913" and str(names["f"](LATER)) == "11,490 and 1"
    with pytest.raises(InputError, match="there is no 'm'"):
        exec("words('{m}')", names)


def trial(project, *sources):
    notebook = nbformat.v4.new_notebook()
    cells = ["from helpers.base.numbers import Number, Origin\nfrom helpers.paper import tables", *sources]
    notebook.cells = [
        nbformat.v4.new_markdown_cell("# A trial"),
        nbformat.v4.new_code_cell("people = 5000  # how many", metadata={"tags": ["parameters"]}),
        *(nbformat.v4.new_code_cell(source) for source in cells),
    ]
    path = project / "notebooks/trial.ipynb"
    nbformat.write(notebook, path)
    return path


NUMBER = 'n = Number(people, "People", (Origin("a/b!C1", "there"),), published=True)'


def test_a_notebook_says_its_messages_under_its_parameters(project):
    path = trial(project, NUMBER, "%%say\nAbout {n}.", "%%say_if n.is_hidden\nHidden.")
    ran = notebooks.read(notebooks.run(path, {"people": 7000}, project / "build/trial.ipynb"))
    outputs = [output["data"] for cell in ran["cells"] for output in cell.get("outputs", [])]
    assert ["".join(output["text/markdown"]) for output in outputs] == ["About 7,000."]
    assert outputs[0][SENTENCE]["numbers"][0]["rests_on"] == [{"name": "a/b!C1", "words": "there"}]


@pytest.mark.parametrize(
    ("cell", "error"),
    [
        ("%%say\nAbout 15 {n}.", r"'15' is typed in “About 15"),
        ("%%say\nTwice as many as {n}.", "'Twice' is typed"),
        ("%%say\nAbout {m}.", r"In \[4\], under 'A trial'.*there is no 'm' in this notebook"),
    ],
)
def test_a_typed_figure_or_a_bad_name_stops_the_notebook_at_its_cell(project, cell, error):
    with pytest.raises(InputError, match=error):
        notebooks.run(trial(project, NUMBER, cell), {}, project / "build/trial.ipynb")
