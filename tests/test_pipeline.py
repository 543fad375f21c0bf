"""The whole way in a folder of its own: what is rebuilt and what is not, and that nothing is lost."""

import os
import re
import shutil
import signal
import subprocess
import sys
import time

import nbformat
import openpyxl
import pandas as pd
import pypdfium2
import pytest
import readability
from bs4 import BeautifulSoup
from conftest import PROJECT, copy_project, doit, edit_cells, heed_interruptions, replace, tasks_run
from spreadsheets import table_of

from helpers.base.cells import HIDDEN
from helpers.base.vocabulary import SETTINGS, SUPPORT_REASONS
from helpers.paper.publish.document import from_notebook
from helpers.paper.publish.pdf import annex_page
from helpers.pipeline.new_briefings import with_briefing

STATEMENT = "leicestershire_market_position_statement_2016"
OLDER = f"data/raw/{STATEMENT}/long_term_support_65_plus.csv"
ESTIMATES = "data/raw/ons_mid_year_estimates/population_leicestershire.csv"
PROCESSED_ESTIMATES = "data/processed/figures_ons_mid_year_estimates.csv"
REPORT = "reports/leicestershire/demand-outlook"
TASKS = "src/helpers/pipeline/tasks.py"
BRIEF, PUBLISH = "brief:leicestershire:demand_outlook", "publish:leicestershire:demand_outlook"
RELEASE = "publish:leicestershire"
CHECKED = [f"{name}/figures-checked" for name in ("leicester", "leicestershire")]
CHECKS = {
    RELEASE,
    "recompute:checks_leicestershire",
    "brief:leicestershire:figures_checked",
    "publish:leicestershire:figures_checked",
}


#: What the project here is without, to be built quickly: .ci/run builds all of it and compares every byte.
LEFT_OUT = ("healthier_ageing", "care_home_decline", "setting_shift", "direct_payment_uptake", "recent_trend")


def small_project(folder):
    """The project from raw figures alone, with fewer scenarios and briefings."""
    copy_project(folder)
    shutil.rmtree(folder / "data/processed")
    for scenario in LEFT_OUT:
        (folder / f"data/assumptions/scenarios/{scenario}.yaml").unlink()
    councils = folder / "authorities.toml"
    text = re.sub(
        r"^briefings = .*$", 'briefings = ["figures_checked"]', councils.read_text(encoding="utf-8"), flags=re.M
    )
    outlook = 'briefings = ["demand_outlook", "figures_checked"]'
    councils.write_text(text.replace('briefings = ["figures_checked"]', outlook, 1), encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """A small project whose briefings were built from raw figures alone."""
    folder = small_project(tmp_path_factory.mktemp("built"))
    finished = doit(folder, "-n", "2")
    assert finished.returncode == 0, finished.stdout + finished.stderr
    return folder


@pytest.fixture
def project(built, tmp_path, monkeypatch):
    """A copy of the built project, to change."""
    folder = tmp_path / "copy"
    shutil.copytree(built, folder)
    monkeypatch.chdir(folder)
    return folder


def bytes_of(folder, *patterns):
    return {
        str(f.relative_to(folder)): f.read_bytes() for pattern in patterns for f in folder.glob(pattern) if f.is_file()
    }


def test_the_demand_outlook_says_on_two_pages_what_members_need():
    pages = pages_of(f"{REPORT}.pdf")
    for words in ("not a forecast", "11,490", "6,913", "66% more by 2037", "did about as well as assuming no change"):
        assert words in pages[0]
    assert "What is asked of members" in pages[1]
    assert "13,050" in "".join(pages[2:]) and "Open Government Licence v3.0" in pages[-1]


def pages_of(report):
    """The text of each page, on one line."""
    return [
        " ".join(page.get_textpage().get_text_bounded().split()) for page in pypdfium2.PdfDocument(PROJECT / report)
    ]


@pytest.mark.parametrize("report", sorted(str(f.relative_to(PROJECT)) for f in PROJECT.glob("reports/*/*.pdf")))
def test_members_have_at_most_two_pages_of_every_paper_and_then_the_annex(report):
    first = annex_page((PROJECT / report).read_bytes())
    assert first in (2, 3) and "Technical annex" not in "".join(pages_of(report)[: first - 1])


@pytest.mark.parametrize("name", CHECKED)
def test_figures_checked_leads_with_what_disagrees(name):
    pages = pages_of(f"reports/{name}.pdf")
    found = {"leicester": ("65%", "36.3%", "88.2%", "89.1%", "13 months"), "leicestershire": ("15%", "5.6%", "6,913")}
    for words in (*found[name.split("/")[0]], "What disagrees, and why it matters"):
        assert words in pages[0]
    for words in ("Lines of enquiry", "What should not be compared", "What is missing"):
        assert words in pages[0] + pages[1]


@pytest.mark.parametrize("report", [REPORT, *(f"reports/{name}" for name in CHECKED)])
def test_the_page_is_whole_by_itself(built, report):
    page = (built / f"{report}.html").read_text(encoding="utf-8")
    assert re.findall(r"""(?:src|href)\s*=\s*["'](?!#)[^"']*""", page) == []
    assert re.findall(r"url\((?!['\"]?#)|@import|<script|<link", page) == []
    assert page.count("<h1") == 1 and 'lang="en-GB"' in page


def test_every_briefing_is_listed_and_is_in_plain_english(built):
    listed = (built / "reports/index.html").read_text(encoding="utf-8")
    executed = sorted((built / "build").glob("*/*.ipynb"))
    for kind in (".pdf", ".xlsx"):
        assert len(executed) == len(list((built / "reports").glob(f"*/*{kind}"))) == listed.count(kind)
    for path in executed:
        readability.check(from_notebook(nbformat.read(path, as_version=4)))
        assert f"{path.parent.name}/{path.stem.replace('_', '-')}.html" in listed


def test_every_paper_s_spreadsheet_says_what_its_tables_say(built):
    for path in (built / "build").glob("*/*.ipynb"):
        blocks = from_notebook(nbformat.read(path, as_version=4))["blocks"]
        printed = [table["rows"] for table in blocks if table["kind"] == "table"]
        report = built / "reports" / path.parent.name / f"{path.stem.replace('_', '-')}.xlsx"
        sheets = openpyxl.load_workbook(report).worksheets[2:]
        assert printed and [table_of(sheet)[1] for sheet in sheets] == printed


def test_dodo_is_short_and_imports_the_pipeline_only():
    text = (PROJECT / "dodo.py").read_text(encoding="utf-8")
    assert len(text.splitlines()) < 100
    assert re.findall(r"^(?:from|import) .*", text, re.MULTILINE) == [
        "from pathlib import Path",
        "from helpers.pipeline import tasks",
    ]


def test_another_folder_gives_the_same_bytes(built, tmp_path):
    folder = small_project(tmp_path / "quite another/folder")
    assert doit(folder).returncode == 0
    patterns = ("data/processed/*", "reports/**/*", "build/**/*.ipynb")
    assert bytes_of(folder, *patterns) == bytes_of(built, *patterns)


def test_nothing_changed_runs_nothing(project):
    assert tasks_run(doit(project)) == set()


def test_a_changed_cell_runs_what_depends_on_it(project):
    replace(project / ESTIMATES, "48656,18832,713085", "48655,18833,713085")
    ran = tasks_run(doit(project, "-n", "2"))
    assert "tidy:ons_mid_year_estimates" in ran and "tidy:cfas_ii_dementia_2013" not in ran  # of England
    assert ran >= {
        "project:population_leicestershire_ons_2018_based",
        "project:population_leicestershire_statement_2012_based",  # is held against the estimates
        "backtest:backtest_leicestershire",
        "project:projection_leicestershire_ons_2018_based_constant_rates",
        "project:need_leicestershire_constant_rates",
        "recompute:checks_leicester",  # the estimates hold the City's table as well
        "recompute:checks_leicestershire",
        "brief:leicestershire:figures_checked",
        BRIEF,
        PUBLISH,
    }
    assert not any(task.startswith("publish") and "figures_checked" in task for task in ran)  # come out as they were


def test_a_figure_of_one_council_moves_nothing_of_the_other(project):
    base = project / "data/raw/leicester_jsna_2016/long_term_support_by_reason.csv"
    replace(base, "Sensory,42,62", "Sensory,43,62")
    replace(base, "Social,117,154", "Social,116,154")
    ran = tasks_run(doit(project, "-n", "2", "project", "backtest"))
    assert "project:need_leicester_constant_rates" in ran and not any("leicestershire" in task for task in ran)


def test_a_scenario_s_file_moves_only_what_rests_on_it(project):
    scenario = project / "data/assumptions/scenarios/prevention.yaml"
    replace(scenario, "cut_pct: 10", "cut_pct: 20")
    ran = tasks_run(doit(project, "-n", "2", "project"))
    assert len(ran) == 8 and all("prevention" in task or "consequences" in task for task in ran)


def test_scenarios_joined_by_a_plus_make_one_projection(project):
    from helpers.pipeline import notebooks
    from helpers.published.processed import read_processed

    shutil.copy(PROJECT / "data/assumptions/scenarios/setting_shift.yaml", project / "data/assumptions/scenarios")
    joined = [
        notebooks.run(project / "notebooks/40_project.ipynb", {"scenario": both}, project / "build/joined.ipynb")
        and read_processed(f"projection_leicestershire_ons_2018_based_{both}").drop(columns="scenario")
        for both in ("prevention+setting_shift", "setting_shift+prevention")
    ]
    pd.testing.assert_frame_equal(*joined)


def test_a_council_s_document_leaves_the_other_council_s_papers_alone(project):
    path = project / "data/raw/leicestershire_residential_care_2024/care_homes_by_type.csv"
    replace(path, "June 2021,Nursing homes,31", "June 2021,Nursing homes,32")
    ran = tasks_run(doit(project, "-n", "2"))
    assert ran >= {"tidy:leicestershire_residential_care_2024", *CHECKS}
    assert not any("leicester:" in task or task.endswith("_leicester") for task in ran)


def test_when_a_committee_meets_moves_no_figure(project):
    text = (project / "authorities.toml").read_text(encoding="utf-8").replace("2026-11-26", "2027-01-14")
    (project / "authorities.toml").write_text(text, encoding="utf-8")
    ran = tasks_run(doit(project, "-n", "2"))
    assert BRIEF in ran and {task.split(":")[0] for task in ran} == {"brief", "publish"}
    assert "14 January 2027" in (project / f"{REPORT}.html").read_text(encoding="utf-8")


def test_an_edition_is_kept_and_what_changed_since_is_said_with_its_cause(project):
    assert "no edition is kept" in doit(project, "edition").stdout
    said = doit(project, "edition", "--keep", "2026-10").stdout
    assert "editions/2026-10/leicester/headlines.csv" in said
    assert "leicester: 0 of" in doit(project, "edition").stdout
    declared = "data/raw/leicestershire_residential_care_2024/checks.yaml"
    check = '  - {id: homes_add_to_total, published: care_homes, formula: "sum(care_homes_by_type!C2:C4)"}\n'
    replace(project / declared, check, "")
    said = doit(project, "edition").stdout
    assert f"    new figure: {declared}" in said and "against others: 119 then, 118 now" in said
    for council in ("leicester", "leicestershire"):
        text = (project / "authorities.toml").read_text(encoding="utf-8")
        text = with_briefing(text, council, "what_changed")
        (project / "authorities.toml").write_text(text, encoding="utf-8")
    assert doit(project, "-n", "2").returncode == 0
    page = BeautifulSoup((project / "reports/leicestershire/what-changed.html").read_text(encoding="utf-8"), "lxml")
    first = page.main.table
    assert "since the edition 2026-10" in first.caption.text and len(first.tbody("tr")) == 1
    assert "New figure: leicestershire_residential_care_2024/checks.yaml" in first.text
    other = (project / "reports/leicester/what-changed.html").read_text(encoding="utf-8")
    assert "No headline figure has changed" in other


def test_a_new_briefing_builds_at_once(project):
    assert doit(project, "new-briefing", "--name", "care_costs", "--authority", "leicester").returncode == 0
    finished = doit(project, "-n", "2")
    assert finished.returncode == 0, finished.stdout
    assert {task.split(":")[0] for task in tasks_run(finished)} == {"brief", "publish"}
    assert annex_page((project / "reports/leicester/care-costs.pdf").read_bytes()) in (2, 3)
    assert "leicester/care-costs.html" in (project / "reports/index.html").read_text(encoding="utf-8")
    finished = doit(project, "new-briefing", "--name", "care_costs", "--authority", "leicester")
    assert finished.returncode != 0 and "is there already" in finished.stdout + finished.stderr


def test_a_hand_edited_processed_file_is_noticed_and_rebuilt(project):
    made = (project / PROCESSED_ESTIMATES).read_bytes()
    replace(project / PROCESSED_ESTIMATES, "18832,18832,18832", "18833,18832,18832")
    assert "tidy:ons_mid_year_estimates" in tasks_run(doit(project))
    assert (project / PROCESSED_ESTIMATES).read_bytes() == made


def test_a_report_that_was_removed_or_edited_comes_back(project):
    made = (project / f"{REPORT}.html").read_bytes()
    (project / f"{REPORT}.html").write_bytes(made + b" ")
    assert tasks_run(doit(project)) == {RELEASE}
    assert (project / f"{REPORT}.html").read_bytes() == made
    for kind in (".pdf", ".xlsx"):
        (project / f"{REPORT}{kind}").unlink()
        assert tasks_run(doit(project)) == {RELEASE}


def test_saving_outputs_runs_nothing_and_changing_code_does(project):
    path = project / "notebooks/10_tidy.ipynb"

    def without_outputs(cells):
        for cell in cells:
            if cell["cell_type"] == "code":
                cell.update(outputs=[], execution_count=None)

    edit_cells(path, without_outputs)
    assert tasks_run(doit(project)) == set()
    edit_cells(path, lambda cells: cells[2].update(source=["".join(cells[2]["source"]), "\nextra = 1"]))
    ran = tasks_run(doit(project, "-n", "2"))
    assert ran == {f"tidy:{source.name}" for source in (project / "data/raw").iterdir()}


def test_a_changed_helper_runs_the_notebooks_that_use_it(project):
    path = project / "src/helpers/council/assumptions.py"
    path.write_text(path.read_text(encoding="utf-8") + "\n# a change\n", encoding="utf-8")
    ran = tasks_run(doit(project, "-n", "2"))
    assert not any(task.startswith("tidy:") for task in ran)
    assert "project:projection_leicestershire_ons_2018_based_constant_rates" in ran and BRIEF in ran


def test_a_mistake_stops_the_run_in_plain_words_and_the_last_report_stays(project):
    before = bytes_of(project, "reports/**/*", "data/processed/*")
    replace(project / OLDER, "94,350,127", "94,35O,127")
    finished = doit(project, "-n", "2")
    said = finished.stdout + finished.stderr
    assert finished.returncode != 0 and "Traceback" not in said
    assert f"{OLDER}, table 'long_term_support_65_plus', cell C3: '35O' is no figure that a rule reads" in said
    assert "In [" in said and "under 'Tidy one published document'" in said
    assert f"build/{STATEMENT}.failed.ipynb" in said and (project / f"build/{STATEMENT}.failed.ipynb").is_file()
    assert bytes_of(project, "reports/**/*", "data/processed/*") == before
    replace(project / OLDER, "94,35O,127", "94,350,127")
    assert doit(project).returncode == 0
    assert bytes_of(project, "reports/**/*", "data/processed/*") == before


FAILS_FOR_THE_COUNTY = """
if authority_id == "leicestershire":
    raise ValueError("one paper fails")
"""


def test_papers_of_a_council_are_published_together_and_another_council_s_all_the_same(project):
    before = bytes_of(project, "reports/leicestershire/*")
    replace(project / "notebooks/briefings/demand_outlook.ipynb", "horizon = 2037", "horizon = 2036")
    failing, other = project / "notebooks/briefings/figures_checked.ipynb", "reports/leicester/figures-checked.pdf"
    edit_cells(failing, lambda cells: cells[-1].update(source=[*cells[-1]["source"], FAILS_FOR_THE_COUNTY]))
    (project / other).unlink()
    finished = doit(project, "-n", "2")
    assert finished.returncode != 0 and "one paper fails" in finished.stdout
    assert {BRIEF, PUBLISH} <= tasks_run(finished)  # one that is made does not go out alone
    assert bytes_of(project, "reports/leicestershire/*") == before and (project / other).is_file()
    assert "Not made, as they rest on what failed" in finished.stdout and RELEASE not in tasks_run(finished)
    edit_cells(failing, lambda cells: cells[-1].update(source=cells[-1]["source"][:-1]))
    assert doit(project, "-n", "2").returncode == 0
    assert "by 2036 at constant rates" in (project / f"{REPORT}.html").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [
        ("authorities.toml", "[leicestershire.support]", "[leicestershire.support", "authorities.toml cannot be read"),
        ("authorities.toml", "[leicestershire.outcome]", "[leicestershire.outcom]", "Did you mean 'outcome'"),
        (
            "authorities.toml",
            '= "ons_2018_based"\nconsequences',
            '= "on_2018_based"\nconsequences',
            "Did you mean 'ons_2018_based'",
        ),
        ("authorities.toml", 'source = "dhsc', 'source = "dhs', "there is no source 'dhs_ascof_2024_25'"),
        (TASKS, '"10_tidy", {"source"', '"10_tidy", {"sorce"', "no parameter 'sorce'. Did you mean 'source'"),
        (
            TASKS,
            '"50_backtest", {"authority_id": name}',
            '"50_backtest", {"authority_id": "rutland"}',
            "no authority 'rutland'",
        ),
        ("notebooks/briefings/demand_outlook.ipynb", "horizon = 2037", "horizon = 2040", "Choose 2037 or earlier"),
        (
            "notebooks/briefings/demand_outlook.ipynb",
            "horizon = 2037",
            "horizon = 2050",
            "holds to 2047, and the horizon is 2050",
        ),
        ("notebooks/40_project.ipynb", "horizon = 2037", "horizon = 2040", "outside the population on file"),
        (
            "authorities.toml",
            'meeting_date = "2026-11-26"\nauthor = "Adult social care analysis"\ncontact = "Ask the committee',
            'meeting_date = "26/11/2026"\nauthor = "Adult social care analysis"\ncontact = "Ask the committee',
            "is not a date, as in",
        ),
    ],
)
def test_a_mistake_in_the_set_up_is_said_in_one_line(project, file, old, new, said):
    replace(project / file, old, new)
    finished = doit(project, "-n", "2")
    assert finished.returncode != 0
    assert said in finished.stdout + finished.stderr
    assert "Traceback" not in finished.stdout + finished.stderr


@pytest.mark.parametrize("horizon", [2030, 2036, 2026])
def test_another_horizon_makes_a_briefing(project, horizon):
    replace(project / "notebooks/briefings/demand_outlook.ipynb", "horizon = 2037", f"horizon = {horizon}")
    finished = doit(project)
    assert finished.returncode == 0, finished.stdout
    assert f"by {horizon} at constant rates" in (project / f"{REPORT}.html").read_text(encoding="utf-8")


def test_a_scenario_that_changes_rates_is_walked_by_hand_too(project):
    scenario = project / "data/assumptions/scenarios/constant_rates.yaml"
    replace(scenario, "annual_log_rate_change_pct: 0", "annual_log_rate_change_pct: -1.2")
    finished = doit(project, "-n", "2")
    assert finished.returncode == 0, finished.stdout
    page = BeautifulSoup((project / f"{REPORT}.html").read_text(encoding="utf-8"), "lxml")
    by_date = next(table for table in page.find_all("table") if "by the date of the base" in table.caption.text)
    as_taken = by_date.find_all("tr")[2].find_all("td")[1].text
    assert f"to about {as_taken} in 2037" in page.main.text


@pytest.mark.parametrize("kind", [".pdf", ".xlsx"])
def test_a_report_that_cannot_be_written_is_named_and_the_others_stay(project, kind):
    others = [f"{REPORT}{other}" for other in (".html", ".pdf", ".xlsx") if other != kind]
    (project / f"{REPORT}{kind}").unlink()
    (project / f"{REPORT}{kind}").mkdir()
    for other in others:
        (project / other).write_text("old")
    finished = doit(project)
    said = finished.stdout + finished.stderr
    assert f"{REPORT}{kind}" in said and "it is a folder" in said and "Traceback" not in said
    assert all((project / other).read_text() == "old" for other in others)
    assert not list((project / "reports").rglob("*.part"))


def test_a_line_of_magic_hides_no_helper_from_the_pipeline(project):
    path = project / "notebooks/30_population.ipynb"
    edit_cells(path, lambda cells: cells[2].update(source=["%precision 4\n", "".join(cells[2]["source"])]))
    assert doit(project, "project").returncode == 0
    helper = project / "src/helpers/projection/population.py"
    helper.write_text(helper.read_text(encoding="utf-8") + "\n# a change\n", encoding="utf-8")
    assert "project:population_leicestershire_ons_2018_based" in tasks_run(doit(project, "project"))


def test_a_source_without_a_descriptor_is_named(project):
    (project / "data/raw/new_source").mkdir()
    finished = doit(project)
    assert "data/raw/new_source has no datapackage.yaml" in finished.stderr and finished.returncode != 0


@pytest.mark.skipif(sys.platform == "win32", reason="Ctrl-C cannot be sent to a process there")
@pytest.mark.parametrize(("seconds", "how"), [(2.0, signal.SIGINT), (2.0, signal.SIGKILL)])
def test_an_interrupted_build_is_finished_by_the_next(built, tmp_path, seconds, how):
    folder = small_project(tmp_path)
    environment = {**os.environ, "PYTHONPATH": str(folder / "src")}
    running = subprocess.Popen(
        [sys.executable, "-u", "-m", "doit", "-n", "2", "publish"], cwd=folder, env=environment, start_new_session=True,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, preexec_fn=heed_interruptions,
    )  # fmt: skip
    first = running.stdout.readline()  # from here on it works
    time.sleep(seconds)
    os.killpg(running.pid, how)
    said = first + running.communicate(timeout=60)[0]
    assert "Traceback" not in said
    assert doit(folder, "-n", "2", "publish").returncode == 0
    made, whole = (bytes_of(where, "data/processed/*", "reports/**/*") for where in (folder, built))
    assert made == {name: whole[name] for name in made} and f"{REPORT}.pdf" in made


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        (OLDER, "-,65,7,8,24,21,125", "-,65,6,8,24,21,125"),
        (OLDER.replace("65_plus", "18_64"), "-,334,277,232,181,198", "-,334,277,232,182,198"),
    ],
)
def test_what_is_hidden_cannot_be_told_from_anything_that_is_written(project, file, old, new):
    # Another truth behind the same totals: one person moves between the hidden cell and the one withheld beside it.
    patterns = ("data/processed/*", "reports/**/*", "build/**/*.ipynb", "build/**/*.csv")
    before = bytes_of(project, *patterns)
    replace(project / file, old, new)
    assert f"tidy:{STATEMENT}" in tasks_run(doit(project, "-n", "2"))
    assert bytes_of(project, *patterns) == before


def test_no_rendered_table_shows_a_hidden_count(built):
    figures = pd.read_csv(built / f"data/processed/figures_{STATEMENT}.csv", dtype=str)
    hidden = figures[figures["status"].isin(HIDDEN)]
    assert hidden["value"].isin(HIDDEN).all() and not hidden["as_published"].str.contains(r"\d").any()
    # The one table by support reason and setting is of people aged 65 and over.
    older = hidden[hidden["age_band"] == "65+"]
    pairs = {(SUPPORT_REASONS[row.support_reason], SETTINGS[row.setting]) for row in older.itertuples()}
    seen = 0
    for page in (built / "reports").rglob("*.html"):
        for table in BeautifulSoup(page.read_text(encoding="utf-8"), "lxml").find_all("table"):
            heads = [head.text for head in table.thead.find_all("th")]
            for row in table.tbody.find_all("tr"):
                label, *cells = [cell.text for cell in row.find_all(["th", "td"])]
                shown = {(label, head): cell for head, cell in zip(heads[1:], cells, strict=True)}
                for pair in pairs & set(shown):
                    seen += 1
                    assert shown[pair] == "hidden"
    assert seen == sum(setting != SETTINGS["all"] for _, setting in pairs)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--number", "6,913"], [f"{STATEMENT}/long_term_support_65_plus!H11", "demand_outlook, “Key messages”"]),
        (["--number", "5.6%"], ["share_limited_a_lot", "people_limited_a_lot / sum(population!C2", "figures_checked"]),
        (
            ["--number", "11,490", "--briefing", "leicestershire/demand_outlook"],
            [
                "constant_rates.csv: people aged 65 and over with long-term support, 2037; made by notebooks/",
                f"data/processed/figures_{STATEMENT}.csv",
                f"{STATEMENT}/long_term_support_65_plus!H11: People aged 65 and over accessing long-term support",
                f"Kept in: {OLDER}, cell H11",
            ],
        ),
        (["--id", "share_limited_a_lot"], ["cell C", "= 5.6% (Disagrees)", "figures_checked, “What disagrees"]),
    ],
)
def test_a_figure_and_a_number_on_a_page_are_found(built, arguments, words):
    said = doit(built, "figure", *arguments).stdout
    assert all(word in said for word in words), said


@pytest.mark.parametrize("arguments", [[], ["--number", "98,765"], ["--id", "populaton!C3"]])
def test_a_figure_that_is_not_there_is_said_in_plain_words(built, arguments):
    finished = doit(built, "figure", *arguments)
    assert finished.returncode != 0 and "Traceback" not in finished.stdout + finished.stderr


def test_the_tasks_read_as_help():
    said = doit(PROJECT, "list").stdout
    for task in (
        "tidy",
        "recompute",
        "backtest",
        "project",
        "brief",
        "publish",
        "figure",
        "edition",
        "new-briefing",
        "refresh",
        "check",
    ):
        assert any(line.startswith(task) and len(line.split(maxsplit=1)[1]) > 20 for line in said.splitlines())
