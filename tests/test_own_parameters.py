"""Parameters of a council's own, and of one paper's, in authorities.toml."""

import pytest
from conftest import doit, tasks_run

from helpers.pipeline import own_parameters, tasks

COUNCIL = {"briefings": ["demand_outlook", "money"], "vintages": {}}


def put(folder, text):
    file = folder / "authorities.toml"
    file.write_text(file.read_text(encoding="utf-8") + "\n" + text, encoding="utf-8")


@pytest.mark.pipeline
@pytest.mark.parametrize(
    ("written", "said"),
    [
        (
            "[leicester.parameters]\nhorizn = 2040",
            "no notebook of the council has a parameter 'horizn'. Did you mean 'horizon'?",
        ),
        (
            "[leicester.parameters]\nhorizon = '2040'",
            "the parameter horizon must be a whole number, as in horizon = 2036; '2040' is a text",
        ),
        ("[leicester.parameters.mony]\nrise_pct = 2.0", "leicester has no paper 'mony'. Did you mean 'money'?"),
        ("[leicester.parameters.money]\nyears_on = 5", "money: this paper has no parameter 'years_on'. Known: "),
        (
            "[leicester.parameters.money]\nrise_pct = '5'",
            "money (notebooks/briefings/money.ipynb): the parameter rise_pct must be a number",
        ),
        (
            "[leicester.parameters]\nscenario = 'prevention'",
            "scenario is not set here; all papers of a run are under one: SCENARIO in dodo.py",
        ),
        (
            "[leicester.parameters.demand_outlook]\nhorizon = 2041",
            "horizon is 2041, and the council's projections end in 2036",
        ),
    ],
)
def test_what_does_not_fit_is_refused_at_once(project, written, said):
    put(project, written)
    finished = doit(project, "list")
    assert finished.returncode == 3 and finished.stderr.startswith("ERROR: authorities.toml, leicester, parameters")
    assert said in finished.stderr and finished.stderr.count("\n") == 1


def test_a_paper_s_own_comes_before_its_council_s_and_others_keep_theirs(monkeypatch):
    own = {"horizon": 2036, "money": {"rise_pct": 3.0}, "demand_outlook": {"horizon": 2035}}
    councils = {"leicester": {**COUNCIL, "parameters": own}, "leicestershire": COUNCIL}
    monkeypatch.setattr(own_parameters, "authorities", lambda: councils)

    def of(notebook, council="leicester"):
        return own_parameters.with_own(notebook, {"authority_id": council})

    assert of("40_project") == {"horizon": 2036, "authority_id": "leicester"}
    assert of("briefings/demand_outlook") == {"horizon": 2035, "authority_id": "leicester"}
    assert of("briefings/money") == {"horizon": 2036, "rise_pct": 3.0, "authority_id": "leicester"}
    assert of("40_project", "leicestershire") == {"authority_id": "leicestershire"}
    assert own_parameters.with_own("10_tidy", {"source": "x"}) == {"source": "x"}


@pytest.mark.pipeline
def test_a_horizon_of_its_own_reaches_the_projection_and_runs_nothing_else_again(built_copy):
    population = "project:population_mercia_only"
    projection = "project:projection_mercia_only_constant_rates"
    put(built_copy, "[mercia.parameters]\nhorizon = 2033")
    assert tasks_run(doit(built_copy, population)) == set()
    assert projection in tasks_run(doit(built_copy, projection))
    years = (built_copy / "data/processed/projection_mercia_only_constant_rates.csv").read_text("utf-8")
    assert ",2033," in years and ",2034," not in years
    assert "up to date" in doit(built_copy, "why", projection).stdout


def test_without_any_the_parameters_are_the_pipeline_s():
    assert own_parameters.with_own("40_project", {"authority_id": "leicester"}) == {"authority_id": "leicester"}
    assert tasks.councils() == tasks.authorities()
