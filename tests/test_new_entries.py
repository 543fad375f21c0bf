"""A council and a scenario that are started: what stands there, and what is refused."""

import tomllib

import pytest
import yaml
from conftest import PROJECT, doit

from helpers.base import authorities, schemas
from helpers.base.errors import InputError
from helpers.council import assumptions
from helpers.pipeline import new_entries

MERCIA = ("mercia", "Mercia County Council", "E10000099")


def test_a_council_is_added_and_all_others_stay(project):
    said = new_entries.start_council(*MERCIA)
    text = (project / "authorities.toml").read_text(encoding="utf-8")
    before = tomllib.loads((PROJECT / "authorities.toml").read_text(encoding="utf-8"))
    assert tomllib.loads(text) == before | {"mercia": {"name": MERCIA[1], "code": MERCIA[2]}}
    assert authorities.known_authorities()["mercia"]["briefings"] == []
    assert "doit new-source --name mercia_support_2024" in said


def test_what_the_comments_say_fits_once_their_marks_are_taken_away(project):
    new_entries.start_council("mercia", 'The "Mercia" Council', MERCIA[2])
    text = (project / "authorities.toml").read_text(encoding="utf-8")
    own = text[text.index("[mercia]") :].replace("\n# What", "\n## What").replace("\n# ", "\n")
    entry = tomllib.loads(own)["mercia"]
    assert entry["name"] == 'The "Mercia" Council' and set(entry["paper"]) == set(schemas.PAPER)
    assert {"support", "vintages", "briefings"} <= set(entry)
    schemas_of = schemas.AUTHORITIES["additionalProperties"]["properties"]
    assert set(entry) <= set(schemas_of)


@pytest.mark.parametrize(
    ("council", "message"),
    [
        (("", "Mercia", "E10000099"), "Say which: `doit new-council"),
        (("mercia", "", "E10000099"), "Say which"),
        (("Mercia", "Mercia", "E10000099"), "A council's id cannot be 'Mercia'"),
        (("mercia", "Mercia", "10000099"), "'10000099' is not an ONS area code"),
        (("mercia", "Mercia", "E10000018"), "has Leicestershire County Council already"),
        (("leicester", "Mercia", "E10000099"), "has Leicester City Council already"),
    ],
)
def test_a_mistake_in_a_council_is_named_and_nothing_is_written(project, council, message):
    before = (project / "authorities.toml").read_bytes()
    with pytest.raises(InputError, match=message):
        new_entries.start_council(*council)
    assert (project / "authorities.toml").read_bytes() == before


@pytest.mark.parametrize("kind", [*schemas.PEOPLE_SCENARIOS, *schemas.CONSEQUENCES])
def test_a_scenario_of_each_kind_is_refused_until_it_is_filled_in(project, kind):
    new_entries.start_scenario("later_admission", kind, "leicester")
    with pytest.raises(InputError, match=r"scenarios/later_admission\.yaml is not filled in yet:\n- title: what"):
        assumptions.scenario_declared("later_admission")
    path = project / "data/assumptions/scenarios/later_admission.yaml"
    content = yaml.safe_load(path.read_text(encoding="utf-8"))
    assert content["authorities"] == ["leicester"]
    required = {**schemas.PEOPLE_SCENARIOS, **schemas.CONSEQUENCES}[kind]["required"]
    assert list(content["parameters"][kind]) == list(required)


def test_a_scenario_that_is_filled_in_is_known(project):
    new_entries.start_scenario("later_admission", "entrants")
    path = project / "data/assumptions/scenarios/later_admission.yaml"
    content = yaml.safe_load(path.read_text(encoding="utf-8"))
    assert content["parameters"]["entrants"]["cut_pct"] == "FILL IN: cut pct, at least 0, at most 100"
    months = {"low": 18, "central": 28, "high": 48}
    content["parameters"]["entrants"] = {"cut_pct": 10, "length_of_stay_months": months}
    words = dict.fromkeys(("title", "meaning", "owner", "evidence", "citation"), "Fewer new people")
    content |= {**words, "to_year": 2047, "review_date": "2027-11-30"}
    path.write_text(yaml.safe_dump(content), encoding="utf-8")
    assert assumptions.scenario_declared("later_admission")["kind"] == "entrants"
    assert "later_admission" in assumptions.scenarios_for("leicester")


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        (("", "entrants"), "Say which: `doit new-scenario"),
        (("Later", "entrants"), "A scenario cannot be called 'Later'"),
        (("later", "entrant"), "cannot be of the kind 'entrant'. Did you mean 'entrants'"),
        (("prevention", "entrants"), r"prevention\.yaml is there already"),
        (("later", "entrants", "leicestr"), "Did you mean 'leicester'"),
    ],
)
def test_a_mistake_in_a_scenario_is_named_and_nothing_is_written(project, asked, message):
    before = sorted((project / "data").rglob("*"))
    with pytest.raises(InputError, match=message):
        new_entries.start_scenario(*asked)
    assert sorted((project / "data").rglob("*")) == before


@pytest.mark.pipeline
def test_doit_starts_each_and_says_a_mistake_in_one_sentence(project):
    (project / "beds.csv").write_text("Locality,Beds\nBlaby,41\nMelton,7\n", encoding="utf-8")
    council = doit(project, "new-council", "--authority", "mercia", "--name", "Mercia", "--code", "E10000099")
    assert council.returncode == 0, council.stdout
    source = doit(project, "new-source", "--name", "mercia_beds", "--file", "beds.csv", "--authority", "mercia")
    assert "Made data/raw/mercia_beds with 1 table." in source.stdout
    briefing = doit(project, "new-briefing", "--name", "care_costs", "--authority", "leicester")
    assert "Made notebooks/briefings/care_costs.ipynb" in briefing.stdout
    scenario = doit(project, "new-scenario", "--name", "later", "--kind", "entrant", "--authority", "mercia")
    assert scenario.returncode and "cannot be of the kind 'entrant'" in scenario.stdout + scenario.stderr
    assert "Traceback" not in scenario.stdout + scenario.stderr
