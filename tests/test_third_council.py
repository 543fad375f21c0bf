"""A council with little on file: its papers are made, and each says what it leaves out."""

import ast
import re
import shutil

import nbformat
import pytest
import third_council
from conftest import PROJECT, doit

from helpers.base import authorities, vocabulary
from helpers.base.errors import InputError
from helpers.paper.publish import prose
from helpers.paper.publish.document import from_notebook
from helpers.pipeline import notebooks
from helpers.pipeline.typed_figures import is_message

pytestmark = pytest.mark.pipeline
PAPERS = ("demand_outlook", "five_year_need", "what_changed")
#: Councils by what they have: nothing but the least; everything that can be given; no population; no base.
COUNCILS = {
    "mercia": ("E10000099", "by_age", {}),
    "wessex": ("E10000098", "by_reason", third_council.with_optional(*third_council.OPTIONAL)),
    "kent": ("E10000097", "by_reason", {"vintages": None}),
    "deira": ("E10000096", "by_age", {"vintages": None, "support": None, "briefings": ["demand_outlook"]}),
    "lindsey": ("E10000095", "by_age", {"vintages": None, "support": None, "briefings": [], "paper": None}),
}


@pytest.fixture(scope="module")
def built(built, tmp_path_factory):
    """The small project, which has the first two, with the others beside them and more papers of all."""
    folder = tmp_path_factory.mktemp("third") / "project"
    shutil.copytree(built, folder)
    settings = folder / "authorities.toml"
    papers = '"figures_checked", "demand_outlook", "five_year_need", "what_changed"'
    text = re.sub(r"(?m)^briefings = .*$", f"briefings = [{papers}]", settings.read_text(encoding="utf-8"))
    settings.write_text(text, encoding="utf-8")
    for name in ("kent", "deira", "lindsey"):
        code, base, entry = COUNCILS[name]
        third_council.add(folder, name, code, base, **entry)
    tasks = [f"publish:{name}:{paper}" for name in ("mercia", "wessex", "kent") for paper in PAPERS]
    finished = doit(folder, "-n", "2", *tasks, "publish:deira:demand_outlook")
    assert finished.returncode == 0, finished.stdout + finished.stderr
    return folder


def said(folder, council, paper):
    """All that a paper says, one text a block."""
    document = from_notebook(nbformat.read(folder / f"build/{council}/{paper}.ipynb", as_version=4))
    return "\n".join(_texts(block) for block in document["blocks"])


def _texts(block):
    if block["kind"] == "list":
        return "\n".join(_texts(part) for item in block["items"] for part in item)
    if "inlines" in block:
        return prose.plain(block["inlines"])
    return "\n".join(str(block.get(key, "")) for key in ("text", "title", "alt", "note", "rows"))


@pytest.mark.parametrize(
    ("council", "paper", "words"),
    [
        ("kent", "demand_outlook", "Not on file for Kent County Council: a projection of the population."),
        ("deira", "demand_outlook", "people with long-term support, by age and a projection of the population."),
        ("kent", "five_year_need", "Not on file for Kent County Council: a projection of the population."),
    ],
)
def test_a_paper_that_its_council_has_nothing_for_says_what_is_not_on_file(built, council, paper, words):
    text = said(built, council, paper)
    assert (
        words in text
        and "so nothing more is said." in text
        and "Key messages" not in text
        and "How good is this?" not in text
    )
    assert not (built / f"build/{council}/{paper}.failed.ipynb").exists()


def test_a_council_with_the_least_has_a_demand_outlook_that_says_what_it_leaves_out(built):
    text = said(built, "mercia", "demand_outlook")
    for lacking in (
        "scenarios beside “constant rates”",
        "people with long-term support by support reason or setting",
        "estimates of the population",
        "counts of several years made like the base, to hold such projections against",
        "It has not been tried on this count.",
    ):
        assert lacking in text, lacking
    assert "During 2021/22, 2,100 people aged 65 and over" in text and "collection changed" not in text


def test_what_a_council_gives_besides_is_used(built):
    outlook, need = (said(built, "wessex", paper) for paper in ("demand_outlook", "five_year_need"))
    assert "2021/22 to 2023/24" in outlook and "estimates for mid-2040" in outlook and "Physical support" in outlook
    assert "Physical support" in need and "How good is this?" in need
    assert "Not on file for Wessex County Council: another estimate of how need grows." in need
    assert "Not on file for Wessex County Council: people who wait, or who have a direct payment, by group." in need


def test_headlines_are_those_that_there_are(built):
    mercia, kent = (said(built, council, "what_changed") for council in ("mercia", "kent"))
    assert "People aged 65 and over with long-term support, during 2036" in mercia and "Spending" not in mercia
    assert (
        "The first edition: two headline figures to start from" in kent
        and "Published figures that do not fit others" in kent
    )


@pytest.mark.parametrize("council", COUNCILS)
def test_no_other_councils_figures_are_near(built, council):
    for paper in PAPERS:
        if (built / f"build/{council}/{paper}.ipynb").is_file():
            text = said(built, council, paper)
            assert "E06000016" not in text and "E10000018" not in text
            assert not {name.capitalize() for name in COUNCILS if name != council} & set(text.split())


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        ({"paper": None}, r"mercia has briefings and lacks 'paper'.*committee.*Add \[mercia.paper\]"),
        ({"support": None}, "mercia has 'vintages' and lacks 'support'"),
        ({"central_vintage": "onyl"}, "central_vintage is 'onyl'. Did you mean 'only'"),
        (
            {"backtest": [{**third_council.OPTIONAL["backtest"][0], "points": ["a/b!C1"]}]},
            "the backtest series 'support_65_plus' has one point",
        ),
    ],
)
def test_what_does_not_fit_together_is_said_in_the_analysts_words(project, entry, message):
    third_council.add(project, **entry)
    with pytest.raises(InputError, match=message):
        authorities.known_authorities()


@pytest.mark.parametrize("entry", [{"backtest": []}, {"consequences": []}, {"latest_count": {}}, {"briefings": []}])
def test_what_is_empty_is_as_what_is_not_there(project, entry):
    third_council.add(project, **entry)
    key = next(iter(entry))
    assert authorities.authority_named("mercia").get(key, []) == []


def test_a_council_needs_a_name_and_a_code_and_leads_with_its_first_population(project):
    third_council.add(project)
    assert authorities.authority_named("mercia")["central_vintage"] == "only"
    assert authorities.area_of(third_council.CODE) == "mercia" and authorities.area_of("E92000001") == "england"
    with pytest.raises(InputError, match="'E10000001' is none of authorities"):
        authorities.area_of("E10000001")
    third_council.add(project, "kent", None)
    with pytest.raises(InputError, match=r"kent lacks 'code'\. Add it"):
        authorities.known_authorities()


def test_no_council_is_a_special_case_of_the_code():
    """Neither a helper nor a notebook holds a council's id or code; a default parameter may name one, and AREAS all."""
    named = {word for name, council in authorities.known_authorities().items() for word in (name, council["code"])}
    codes = {path.name: path.read_text(encoding="utf-8") for path in (PROJECT / "src/helpers").rglob("*.py")}
    for path in (PROJECT / "notebooks").glob("**/[!.]*.ipynb"):
        cells = [cell for cell in notebooks.read(path)["cells"] if cell["cell_type"] == "code"]
        codes[path.name] = "\n".join(
            "".join(cell["source"])
            for cell in cells
            if "parameters" not in cell["metadata"].get("tags", []) and not is_message("".join(cell["source"]))
        )
    for name, code in codes.items():
        constants = {node.value for node in ast.walk(ast.parse(code)) if isinstance(node, ast.Constant)}
        assert not named & constants or name == "vocabulary.py", (name, named & constants)
    assert set(vocabulary.AREA_OF) == set(vocabulary.NATIONAL) and not named & set(vocabulary.AREA_OF)
