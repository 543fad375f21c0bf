"""The whole way in a folder of its own: what is rebuilt and what is not, and that nothing is lost.

On the small project of two made-up councils, built once. That the real papers are made anew, and byte for byte as
they are committed, is the first thing that .ci/run looks at.
"""

import os
import re
import shutil
import signal
import subprocess
import sys
import time

import nbformat
import openpyxl
import pypdfium2
import pytest
import readability
import small_project
from altered_papers import Papers
from bs4 import BeautifulSoup
from conftest import PROJECT, bytes_of, copy_project, doit, edit_cells, heed_interruptions, replace, tasks_run
from spreadsheets import table_of

from helpers.base.authorities import known_authorities
from helpers.base.errors import InputError
from helpers.paper.publish import sheets
from helpers.paper.publish.document import from_notebook
from helpers.paper.publish.pdf import annex_page
from helpers.pipeline import tasks

pytestmark = pytest.mark.pipeline
STATEMENT = "leicestershire_market_position_statement_2016"
OLDER = f"data/raw/{STATEMENT}/long_term_support_65_plus.csv"
SUPPORT, POPULATION = (f"data/raw/wessex_{name}.csv" for name in ("support/support", "population/population"))
REPORT = "reports/wessex/demand-outlook"
BRIEF, PUBLISH, RELEASE = "brief:wessex:demand_outlook", "publish:wessex:demand_outlook", "publish:wessex"
PAPERS_MADE = [
    f"{name}/{paper.replace('_', '-')}"
    for name, council in known_authorities().items()
    for paper in council["briefings"]
]
CHECKED = [f"{name}/figures-checked" for name in ("leicester", "leicestershire")]


@pytest.fixture
def project(built_copy):
    return built_copy


@pytest.fixture
def papers(tmp_path, monkeypatch):
    """The real briefings, to be read without building them."""
    monkeypatch.chdir(PROJECT)
    return Papers(tmp_path, monkeypatch)


@pytest.mark.whole_way
def test_a_paper_is_made_from_printed_figures(one_paper):
    page = BeautifulSoup((one_paper / "build/reports/mercia/demand-outlook.html").read_text(encoding="utf-8"), "lxml")
    assert "2,100" in page.main.text and "Not on file for Mercia" in page.main.text
    assert annex_page((one_paper / "build/reports/mercia/demand-outlook.pdf").read_bytes()) in (2, 3)
    assert openpyxl.load_workbook(one_paper / "build/reports/mercia/demand-outlook.xlsx").sheetnames[2:]


def pages_of(report):
    """The text of each page, on one line."""
    return [
        " ".join(page.get_textpage().get_text_bounded().split()) for page in pypdfium2.PdfDocument(PROJECT / report)
    ]


def test_the_demand_outlook_says_on_one_page_what_members_need():
    pages = pages_of("reports/leicestershire/demand-outlook.pdf")
    for words in ("Projections are not forecasts", "7,870", "How good is this?"):
        assert words in pages[0]
    assert "Technical annex" in pages[1] and "Open Government Licence v3.0" in pages[-1]


@pytest.mark.parametrize("report", [f"reports/{name}.pdf" for name in PAPERS_MADE])
def test_members_have_at_most_two_pages_of_every_paper_and_then_the_annex(report):
    first = annex_page((PROJECT / report).read_bytes())
    assert first in (2, 3) and "Technical annex" not in "".join(pages_of(report)[: first - 1])


@pytest.mark.parametrize("name", CHECKED)
def test_figures_checked_leads_with_what_does_not_fit(name):
    pages = pages_of(f"reports/{name}.pdf")
    found = {"leicester": ("8 do not", "65%", "36.3%"), "leicestershire": ("15 do not", "15%", "5.6%")}
    for words in (*found[name.split("/")[0]], "How good is this?", "What is asked"):
        assert words in pages[0]
    for words in ("What does not fit, and why it matters", "Questions to officers", "What should not be compared"):
        assert words in pages[0] + pages[1]


@pytest.mark.parametrize("report", small_project.PUBLISHED)
def test_the_page_is_whole_by_itself(built, report):
    page = (built / f"{report}.html").read_text(encoding="utf-8")
    assert re.findall(r"""src\s*=\s*["'](?!#)[^"']*""", page) == []
    # It leads to what stands beside it, and to nothing else.
    led_to = {link for link in re.findall(r"""href\s*=\s*["']([^"'#]+)""", page) if not link.startswith("https://")}
    folder, _, name = report.rpartition("/")
    others = {f"{one.rpartition('/')[2]}.html" for one in small_project.PUBLISHED if one.startswith(f"{folder}/")}
    assert led_to == {f"{name}.pdf", f"{name}.xlsx", "../index.html", *others - {f"{name}.html"}}
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
        printed = [sheets.of_table(table)["rows"] for table in blocks if table["kind"] == "table"]
        report = built / "reports" / path.parent.name / f"{path.stem.replace('_', '-')}.xlsx"
        held = openpyxl.load_workbook(report).worksheets[2 : 2 + len(printed)]
        assert printed and [table_of(sheet)[1] for sheet in held] == printed


def test_nothing_that_is_made_says_in_which_folder(built):
    made = bytes_of(built, "data/processed/*", "reports/**/*", "build/**/*.ipynb", "build/**/*.csv")
    assert made and not [name for name, content in made.items() if str(built.parent).encode() in content]


def test_dodo_is_short_and_imports_the_pipeline_only():
    text = (PROJECT / "dodo.py").read_text(encoding="utf-8")
    assert len(text.splitlines()) < 130
    assert re.findall(r"^(?:from|import) .*", text, re.MULTILINE) == [
        "from pathlib import Path",
        "from helpers.pipeline import england_tasks, tasks",
    ]


def test_a_mistake_stops_the_run_in_plain_words_and_the_last_report_stays(project):
    before = bytes_of(project, "reports/**/*", "data/processed/*")
    replace(project / SUPPORT, "Physical,300", "Physical,3O0")
    finished = doit(project, "-n", "2")
    said = finished.stdout + finished.stderr
    assert finished.returncode != 0 and "Traceback" not in said
    assert f"{SUPPORT}, table 'support', cell B2: '3O0' is no figure that a rule reads" in said
    assert "In [" in said and "under 'Tidy one published document'" in said
    assert "build/wessex_support.failed.ipynb" in said and (project / "build/wessex_support.failed.ipynb").is_file()
    assert bytes_of(project, "reports/**/*", "data/processed/*") == before
    replace(project / SUPPORT, "Physical,3O0", "Physical,300")
    assert doit(project).returncode == 0
    assert bytes_of(project, "reports/**/*", "data/processed/*") == before


FAILS_FOR_WESSEX = """
if authority_id == "wessex":
    raise ValueError("one paper fails")
"""


def test_papers_of_a_council_are_published_together_and_another_council_s_all_the_same(project):
    before = bytes_of(project, "reports/wessex/*")
    replace(project / "notebooks/briefings/demand_outlook.ipynb", "horizon = 2036", "horizon = 2035")
    failing, other = project / "notebooks/briefings/figures_checked.ipynb", "reports/mercia/demand-outlook.pdf"
    edit_cells(failing, lambda cells: cells[-1].update(source=[*cells[-1]["source"], FAILS_FOR_WESSEX]))
    (project / other).unlink()
    finished = doit(project, "-n", "2")
    assert finished.returncode != 0 and "one paper fails" in finished.stdout
    assert {BRIEF, PUBLISH} <= tasks_run(finished)  # one that is made does not go out alone
    assert bytes_of(project, "reports/wessex/*") == before and (project / other).is_file()
    assert "Not made, as they rest on what failed" in finished.stdout and RELEASE not in tasks_run(finished)
    edit_cells(failing, lambda cells: cells[-1].update(source=cells[-1]["source"][:-1]))
    assert doit(project, "-n", "2").returncode == 0
    assert "Mid-2035, as an illustration" in (project / f"{REPORT}.html").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [  # as settings are read; as tasks are made; as a notebook begins; in a cell
        ("authorities.toml", "[wessex]", "[wessex", "authorities.toml cannot be read"),
        ("authorities.toml", '"source" = "wessex_estimates"', '"source" = "wesex_estimates"', "there is no source"),
        ("src/helpers/pipeline/tasks.py", '"10_tidy", {"source"', '"10_tidy", {"sorce"', "Did you mean 'source'"),
        ("notebooks/briefings/demand_outlook.ipynb", "horizon = 2036", "horizon = 2050", "The horizon 2050 lies past"),
    ],
)
def test_a_mistake_in_the_set_up_is_said_in_one_line(project, file, old, new, said):
    replace(project / file, old, new)
    finished = doit(project, "-n", "2")
    assert finished.returncode != 0
    assert said in finished.stdout + finished.stderr
    assert "Traceback" not in finished.stdout + finished.stderr


@pytest.mark.parametrize("horizon", [2030, 2036, 2026])
def test_another_horizon_makes_a_briefing(papers, horizon):
    text = papers.read("demand_outlook", horizon=horizon)
    assert f"long-term support by {min(horizon, 2029) + 1}, perhaps" in text
    assert (f"**{horizon}/{horizon % 100 + 1}, as an illustration.**" in text) is (horizon > 2029)


@pytest.mark.parametrize(("horizon", "said"), [(2040, "Choose 2036 or earlier"), (2050, "The horizon 2050 lies past")])
def test_a_horizon_past_what_is_on_file_is_refused(papers, horizon, said):
    with pytest.raises(InputError, match=said):
        papers.read("demand_outlook", horizon=horizon)


def test_a_report_that_cannot_be_written_is_named_and_the_others_stay(project):
    others = [f"{REPORT}{other}" for other in (".html", ".xlsx")]
    (project / f"{REPORT}.pdf").unlink()
    (project / f"{REPORT}.pdf").mkdir()
    for other in others:
        (project / other).write_text("old")
    finished = doit(project)
    said = finished.stdout + finished.stderr
    assert f"{REPORT}.pdf" in said and "it is a folder" in said and "Traceback" not in said
    assert all((project / other).read_text() == "old" for other in others)
    assert not list((project / "reports").rglob("*.part"))


def test_a_source_without_a_descriptor_is_named(project):
    (project / "data/raw/new_source").mkdir()
    finished = doit(project, "list")
    assert "data/raw/new_source has no datapackage.yaml" in finished.stderr and finished.returncode != 0


@pytest.mark.skipif(sys.platform == "win32", reason="Ctrl-C cannot be sent to a process there")
def test_a_build_that_is_interrupted_and_then_killed_is_finished_by_the_next(built, tmp_path):
    folder = small_project.make(tmp_path)
    environment = {**os.environ, "PYTHONPATH": str(folder / "src")}
    for how in (signal.SIGINT, signal.SIGKILL):
        running = subprocess.Popen(
            [sys.executable, "-u", "-m", "doit", "-n", "2", "publish:mercia"], cwd=folder, env=environment,
            start_new_session=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
            preexec_fn=heed_interruptions,
        )  # fmt: skip
        first = running.stdout.readline()  # from here on it works
        time.sleep(1)
        os.killpg(running.pid, how)
        assert "Traceback" not in first + running.communicate(timeout=60)[0]
    assert doit(folder, "-n", "2", "publish:mercia").returncode == 0
    made, whole = (bytes_of(where, "data/processed/*", "reports/**/*") for where in (folder, built))
    assert made == {name: whole[name] for name in made} and "reports/mercia/demand-outlook.pdf" in made


def test_what_is_hidden_cannot_be_told_from_anything_that_is_written(tmp_path):
    # Other truths behind the same totals: one person moves between a hidden cell and the one withheld beside it.
    folder = copy_project(tmp_path)
    shutil.copytree(PROJECT / "build", folder / "build", dirs_exist_ok=True)
    shutil.copy(PROJECT / ".doit.db", folder)  # so that nothing is built that is built already
    built = ("-n", "2", "project", "recompute", "brief:leicestershire:fingerprints")
    patterns = ("data/processed/*", "build/*.ipynb", "build/*/fingerprints.csv")
    assert doit(folder, *built).returncode == 0
    before = bytes_of(folder, *patterns)
    replace(folder / OLDER, "-,65,7,8,24,21,125", "-,65,6,8,24,21,125")
    replace(folder / OLDER.replace("65_plus", "18_64"), "-,334,277,232,181,198", "-,334,277,232,182,198")
    finished = doit(folder, *built)
    assert finished.returncode == 0 and f"tidy:{STATEMENT}" in tasks_run(finished), finished.stdout
    assert bytes_of(folder, *patterns) == before


def test_the_papers_that_print_the_statement_read_none_of_its_tables():
    council = tasks.authorities()["leicestershire"]
    for paper in ("demand_outlook", "figures_checked"):
        read = tasks.briefing_task("leicestershire", council, paper, "constant_rates")["file_dep"]
        assert any(file.startswith("data/processed/") for file in read)
        assert not [file for file in read if file.startswith(f"data/raw/{STATEMENT}/") and file.endswith(".csv")]


def test_a_number_on_a_page_is_found_with_its_cell(built):
    said = doit(built, "figure", "--number", "2,100", "--briefing", "wessex/demand_outlook").stdout
    for words in ("wessex_support/support!C5", "demand_outlook, “More older people are likely"):
        assert words in said, said


def test_a_check_is_found_with_its_verdict(built):
    said = doit(built, "figure", "--id", "stayed").stdout
    assert all(words in said for words in ("mercia_support_later/support!B3", "(Disagrees)")), said


def test_a_figure_that_is_not_there_is_said_in_plain_words(built):
    finished = doit(built, "figure", "--number", "98,765")
    assert finished.returncode != 0 and "98,765" in finished.stdout + finished.stderr
    assert "Traceback" not in finished.stdout + finished.stderr


def test_the_tasks_read_as_help():
    said = doit(PROJECT, "list").stdout
    for task in (
        *("tidy", "recompute", "backtest", "project", "brief", "publish", "figure", "edition", "new-briefing"),
        *("official", "england", "refresh", "check"),
    ):
        assert any(line.startswith(task) and len(line.split(maxsplit=1)[1]) > 20 for line in said.splitlines()), task
