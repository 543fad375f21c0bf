"""A new briefing: a notebook and a name in authorities.toml, and nothing else. (That it builds: test_pipeline.)"""

import tomllib

import pytest
from conftest import PROJECT

from helpers.base.errors import InputError
from helpers.pipeline import new_briefings, notebooks

SETTINGS = """# The councils.

[north]
name = "North"
briefings = ["outlook"]  # which are made
[north.paper]
committee = "A"

[south]
briefings = [
    "outlook", # the first
    "money",
    # "old" is made no more
]
name = "South"
"""


def test_a_briefing_is_started(project):
    said = new_briefings.start("care_costs", "leicester")
    path = project / "notebooks/briefings/care_costs.ipynb"
    assert notebooks.declared_parameters(path) == {"authority_id": "leicester", "paper": {}}
    cells = ["".join(cell["source"]) for cell in notebooks.read(path)["cells"]]
    assert cells[0].startswith("# Care costs\n\nWhat do the published figures say on care costs? For members")
    headings = [line for cell in cells for line in cell.splitlines() if line.startswith("## ")]
    finding = "{agreeing} of {found[recomputed]} checks of figures agree"
    for heading in (finding, "What is asked of members", "Lines of enquiry", "Technical annex"):
        assert f"## {heading}" in headings
    assert "reports/leicester/care-costs.pdf" in said
    before = tomllib.loads((PROJECT / "authorities.toml").read_text(encoding="utf-8"))
    before["leicester"]["briefings"].append("care_costs")
    assert tomllib.loads((project / "authorities.toml").read_text(encoding="utf-8")) == before


def test_one_place_of_the_settings_changes(project):
    before = (project / "authorities.toml").read_text(encoding="utf-8")
    after = new_briefings.with_briefing(before, "leicestershire", "care_costs")
    assert after.replace(', "care_costs"', "", 1) == before and after.count("care_costs") == 1


@pytest.mark.parametrize(
    ("council", "line"),
    [("north", 'briefings = ["outlook", "care"]  # which are made'), ("south", '    "money", "care",')],
)
def test_comments_and_lines_stay_as_they_are(council, line):
    after = new_briefings.with_briefing(SETTINGS, council, "care")
    assert line in after.splitlines() and after.replace(', "care"', "") == SETTINGS


@pytest.mark.parametrize("settings", ["", "[north]\nbriefings = ['a']\n", "[north]\nbriefings = []\n"])
def test_what_cannot_be_edited_safely_is_left_to_a_person(settings):
    with pytest.raises(InputError, match="cannot be edited safely: add 'care' to the briefings of north yourself"):
        new_briefings.with_briefing(settings, "north", "care")


@pytest.mark.parametrize(
    ("name", "authority_id", "message"),
    [
        ("", "leicester", "Say which: `doit new-briefing --name care_costs"),
        ("care_costs", "", "Say which"),
        ("Care costs", "leicester", "cannot be called 'Care costs': small letters and _"),
        ("care_2030", "leicester", "cannot be called 'care_2030'"),
        ("../care", "leicester", "cannot be called"),
        ("con", "leicester", "cannot be called 'con'.*Windows"),
        ("nul", "leicester", "cannot be called"),
        ("care", "leicestr", "no authority 'leicestr'.* Did you mean 'leicester'"),
        ("figures_checked", "leicester", "is there already. Choose another name; or, to make that briefing"),
    ],
)
def test_a_mistake_is_named_and_nothing_is_written(project, name, authority_id, message):
    before = (project / "authorities.toml").read_bytes(), sorted((project / "notebooks").rglob("*"))
    with pytest.raises(InputError, match=message):
        new_briefings.start(name, authority_id)
    assert ((project / "authorities.toml").read_bytes(), sorted((project / "notebooks").rglob("*"))) == before
