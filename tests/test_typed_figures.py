"""A figure that nobody computed is refused before a notebook runs, wherever in its words it is typed."""

from pathlib import Path

import nbformat
import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.base.errors import InputError
from helpers.pipeline import notebooks, typed_figures


def cells(*sources, kind="code"):
    made = {"code": nbformat.v4.new_code_cell, "markdown": nbformat.v4.new_markdown_cell}
    return [nbformat.v4.new_markdown_cell("# A paper"), *(made[kind](source) for source in sources)]


def found(*sources, kind="code"):
    return [what for _, _, what in typed_figures.typed(cells(*sources, kind=kind))]


@pytest.mark.parametrize(
    "text",
    [
        "By then 11,490 people have support.",
        "About 34% were reviewed.",
        "Three homes closed.",
        "It is twice as likely.",
        "A third of providers met the standard.",
        "About a twelfth of the budget is spent on it.",
        "Half the people were reviewed.",
        "Two misses cancel.",
        "A quarter of them waited.",
        "About a hundred people wait.",
        "It costs two million pounds.",
        "Numbers doubled.",
        "There are ½ as many.",
        "There are １２ of them.",
        "In q4 it fell.",
    ],
)
@pytest.mark.parametrize("kind", ["markdown", "said", "computed with", "held in a name", "in a table"])
def test_a_typed_figure_is_found_wherever_it_is_said(text, kind):
    if kind == "markdown":
        assert len(found(text, kind="markdown")) == 1
    else:
        source = {
            "said": f"wording.say({text!r})",
            "computed with": f"wording.say(f'{{x}} {text}')",
            "held in a name": f"words = {text!r}\nwording.say(words)",
            "in a table": f"tables.show(pd.DataFrame([[{text!r}]]))",
        }[kind]
        assert len(found(source)) == 1


@pytest.mark.parametrize(
    "source",
    [
        "wording.say(f'{11490} people')",
        "wording.say(f'{wording.count(11490)} people')",
        "tables.show(wording.people(11490))",
        "people = 11490\nwording.say(f'{people:,} have support')",
        "people, homes = 11490, 3\nwording.say(f'{wording.count(people)} have support')",
        "wording.say('there are ' + '11,490')",
        "label = '£1,200'",
        "columns = {'share': '34%'}",
        "wording.say(f'{x}5 people')",
        "text.replace('a few', 'just 12 people')",
    ],
)
def test_a_number_that_code_only_repeats_is_found(source):
    assert found(source)


def test_a_name_is_found_in_a_later_cell():
    assert found("people = 11490", "wording.say(f'{people} people')") == ["'11490' is typed in “people = 11490”"]


@pytest.mark.parametrize(
    "text",
    [
        "One person can be in both tables; the first is left out.",
        "Nine in ten futures lie between them, and half of the futures here.",
        "The two differ, and its three types are listed.",
        "In the latest quarter; one quarter is no trend.",
        "See `10_tidy` and [the page](https://example.org/2024).",
        "Thousand pounds, in millions.",
    ],
)
def test_words_that_are_no_figure_are_left_alone(text):
    assert found(text, kind="markdown") == []
    assert found(f"wording.say({text!r})".replace("`10_tidy` and [the page](https://example.org/2024)", "it")) == []


@pytest.mark.parametrize(
    "source",
    [
        "rows = frame[frame['age_band'] == '65+']",
        "rows = frame.query(\"age_band == '65+' and year > 2030\")",
        "ends = row[['people_p05', 'people_p95']]",
        "def f():\n    '''About 11,490: an example.'''",
        "found = re.findall(r'\\b \\d{4}\\b', text)",
        "wording.say(f'{people:,.1f} people')",
        "raise InputError('Give 5 of them.')",
        "share = 100 * part / whole",
        "wording.say(f'{wording.percentage(100 * part / whole)} of people')",
        "later = start + 5\nwording.say(f'in {later}')",
        "%matplotlib inline 5",
    ],
)
def test_ids_conditions_and_arithmetic_are_left_alone(source):
    assert found(source) == []


@given(st.integers(10, 10**9), st.sampled_from(["{:d}", "{:,d}", "£{:,d}", "{:d}%", "{:d}.5"]))
def test_any_number_is_found_in_any_dress(number, dress):
    figure = dress.format(number)
    assert found(f"There are {figure} of them.", kind="markdown")
    assert found(f"wording.say('There are {figure} of them.')")


def test_the_cell_of_parameters_may_hold_numbers_and_no_second_one():
    notebook = cells("horizon = 2037  # until when", "wording.say(f'by {horizon}')", "text = 'about 5 people'")
    for place in (1, 3):
        notebook[place]["metadata"]["tags"] = ["parameters"]
    assert [number for number, _, _ in typed_figures.typed(notebook)] == [4]


def trial(project: Path, *sources: str) -> Path:
    notebook = nbformat.v4.new_notebook(cells=cells("people = 1  # how many", *sources))
    notebook.cells[0].source, notebook.cells[1].metadata = "# A trial", {"tags": ["parameters"]}
    path = project / "notebooks/trial.ipynb"
    nbformat.write(notebook, path)
    return path


@pytest.mark.pipeline
def test_a_notebook_with_typed_figures_does_not_run_and_all_of_them_are_named(project):
    path = trial(project, "x = 'about 11,490 people'", "open('ran.txt', 'w')", "y = 'a third of them'")
    with pytest.raises(InputError) as error:
        notebooks.run(path, {}, project / "build/trial.ipynb")
    for words in (
        "notebooks/trial.ipynb, cell 3, under 'A trial': '11,490' is typed in “about 11,490 people”",
        "notebooks/trial.ipynb, cell 5, under 'A trial': 'a third' is typed in “a third of them”",
        "say it with `wording`",
    ):
        assert words in str(error.value)
    assert not (project / "build/trial.ipynb").exists() and not (project / "notebooks/ran.txt").exists()
