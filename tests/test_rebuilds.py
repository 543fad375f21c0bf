"""What a change rebuilds, and what it leaves alone: on the small project of two made-up councils, built once."""

import pytest
from bs4 import BeautifulSoup
from conftest import bytes_of, doit, edit_cells, replace, status_of, tasks_run

from helpers.paper.publish.pdf import annex_page

pytestmark = pytest.mark.pipeline
SUPPORT, POPULATION = (f"data/raw/wessex_{name}.csv" for name in ("support/support", "population/population"))
REPORT = "reports/wessex/demand-outlook"
BRIEF, PUBLISH, RELEASE = "brief:wessex:demand_outlook", "publish:wessex:demand_outlook", "publish:wessex"


@pytest.fixture
def project(built_copy):
    return built_copy


def test_a_changed_cell_runs_what_depends_on_it_and_an_edition_says_so_and_nothing_of_another_council(project):
    assert "no edition is kept" in doit(project, "edition").stdout
    assert "editions/2026-10/wessex/headlines.csv" in doit(project, "edition", "--keep", "2026-10").stdout
    settings = project / "authorities.toml"
    text = settings.read_text(encoding="utf-8").replace('"demand_outlook"', '"demand_outlook", "what_changed"')
    settings.write_text(text, encoding="utf-8")
    replace(project / POPULATION, "2040,61000,16000,102000,26000", "2040,61000,16000,102000,29000")
    finished = doit(project, "-n", "2", "recompute", "project", "backtest", "edition", "publish")
    assert finished.returncode == 0, finished.stdout
    ran = tasks_run(finished)
    assert ran >= {
        "tidy:wessex_population",
        "project:population_wessex_only",
        "backtest:backtest_wessex",
        "project:projection_wessex_only_constant_rates",
        "project:projection_wessex_only_prevention",
        "project:need_wessex_constant_rates",
        "recompute:checks_wessex",
        "brief:wessex:figures_checked",
        BRIEF,
        PUBLISH,
        RELEASE,
    }
    assert "publish:wessex:figures_checked" in ran  # its page links to the paper that came
    assert {task.split(":")[0] for task in ran if "mercia" in task} == {"brief", "publish"}  # as it has one paper more
    assert "mercia: 0 of" in finished.stdout and f"    new population figures: {POPULATION}" in finished.stdout
    page = BeautifulSoup((project / "reports/wessex/what-changed.html").read_text(encoding="utf-8"), "lxml")
    assert "Since October 2026" in page.main.text
    assert "New population figures" in page.main.text and "wessex_population" in page.main.text
    other = (project / "reports/mercia/what-changed.html").read_text(encoding="utf-8")
    assert "No headline figure has changed" in other


def test_a_scenario_s_file_moves_only_what_rests_on_it(project):
    replace(project / "data/assumptions/scenarios/prevention.yaml", "cut_pct: 10", "cut_pct: 20")
    assert tasks_run(doit(project, "project")) == {"project:projection_wessex_only_prevention"}


def test_when_a_committee_meets_moves_no_figure(project):
    text = (project / "authorities.toml").read_text(encoding="utf-8").replace("2026-11-26", "2027-01-14")
    (project / "authorities.toml").write_text(text, encoding="utf-8")
    would = status_of(project, "tidy", "recompute", "backtest", "project", "brief")
    assert would[BRIEF] == "R" and {task.split(":")[0] for task, letter in would.items() if letter == "R"} == {"brief"}
    assert doit(project, "publish:mercia", "publish:mercia:demand_outlook").returncode == 0
    assert "14 January 2027" in (project / "reports/mercia/demand-outlook.html").read_text(encoding="utf-8")


def test_a_new_briefing_builds_at_once(project):
    assert doit(project, "new-briefing", "--name", "care_costs", "--authority", "mercia").returncode == 0
    finished = doit(project, "-n", "2")
    assert finished.returncode == 0, finished.stdout
    assert {task.split(":")[0] for task in tasks_run(finished)} == {"brief", "publish"}
    assert annex_page((project / "reports/mercia/care-costs.pdf").read_bytes()) in (2, 3)
    assert "mercia/care-costs.html" in (project / "reports/index.html").read_text(encoding="utf-8")


def test_what_was_made_and_then_edited_or_removed_comes_back_and_nothing_else_runs(project):
    table, page, paper = "data/processed/figures_wessex_estimates.csv", f"{REPORT}.html", f"{REPORT}.pdf"
    before = bytes_of(project, table, page, paper)
    replace(project / table, "18000,18000,18000", "18001,18000,18000")
    (project / page).write_bytes(before[page] + b" ")
    (project / paper).unlink()
    assert tasks_run(doit(project)) == {"tidy:wessex_estimates", RELEASE}
    assert bytes_of(project, table, page, paper) == before


def test_saving_outputs_runs_nothing_and_changing_code_does(project):
    path = project / "notebooks/10_tidy.ipynb"

    def without_outputs(cells):
        for cell in cells:
            if cell["cell_type"] == "code":
                cell.update(outputs=[], execution_count=None)

    edit_cells(path, without_outputs)
    assert tasks_run(doit(project)) == set()
    edit_cells(path, lambda cells: cells[2].update(source=["".join(cells[2]["source"]), "\nextra = 1"]))
    ran = tasks_run(doit(project, "-n", "2", "tidy", "project", "publish"))
    assert ran == {f"tidy:{source.name}" for source in (project / "data/raw").iterdir()}


def test_a_changed_helper_runs_the_notebooks_that_use_it(project):
    path = project / "src/helpers/council/assumptions.py"
    path.write_text(path.read_text(encoding="utf-8") + "\n# a change\n", encoding="utf-8")
    would = status_of(project, "tidy", "project", "brief")
    assert {letter for task, letter in would.items() if task.startswith("tidy:")} == {"U"}
    assert would["project:projection_wessex_only_constant_rates"] == would[BRIEF] == "R"


def test_a_scenario_that_changes_rates_changes_every_table_alike(project):
    scenario = project / "data/assumptions/scenarios/constant_rates.yaml"
    replace(scenario, "annual_log_rate_change_pct: 0", "annual_log_rate_change_pct: -1.2")
    finished = doit(project, "-n", "2", "publish:mercia:demand_outlook", "publish:mercia")
    assert finished.returncode == 0, finished.stdout
    page = BeautifulSoup((project / "reports/mercia/demand-outlook.html").read_text(encoding="utf-8"), "lxml")
    by_population = next(table for table in page.find_all("table") if "on each population" in table.caption.text)
    central = next(row for row in by_population.tbody.find_all("tr") if "central" in row.text)
    first, last = (cell.text for cell in central.find_all("td"))
    assert f"would be about {first}" in page.main.text
    assert f"Mid-2036, as an illustration. About {last} people" in page.main.text


def test_a_line_of_magic_hides_no_helper_from_the_pipeline(project):
    path = project / "notebooks/30_population.ipynb"
    edit_cells(path, lambda cells: cells[2].update(source=["%precision 4\n", "".join(cells[2]["source"])]))
    task = "project:population_mercia_only"
    assert tasks_run(doit(project, task)) == {task}
    helper = project / "src/helpers/projection/population.py"
    helper.write_text(helper.read_text(encoding="utf-8") + "\n# a change\n", encoding="utf-8")
    assert status_of(project, "project")[task] == "R"
