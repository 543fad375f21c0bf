"""The pages for people: their examples do what they say, their commands are there, and what is generated is current."""

import csv
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import PROJECT, doit, replace

from helpers.base.authorities import authority_named, known_authorities
from helpers.base.errors import InputError
from helpers.council import assumptions
from helpers.pipeline import any_council, documentation, new_briefings
from helpers.published import tidy
from helpers.published.processed import read_processed

DOCS = PROJECT / "docs"
PAGES = [*sorted(DOCS.rglob("*.md")), PROJECT / "README.md", PROJECT / "CONTRIBUTING.md"]
HOME_CARE = "leicestershire_home_care_example"
TIDY = f"from helpers.published import tidy; tidy.tidy({HOME_CARE!r})"
VERDICTS = f"""
from helpers.council import checks
found = checks.checks_of("leicestershire", checks.figure_book("leicestershire"))
print(found[found["source"] == {HOME_CARE!r}].set_index("check")["verdict"].to_json())
"""


def run(project: Path, code: str) -> subprocess.CompletedProcess:
    """What some Python says in a copy of the project, by the helpers of that copy."""
    environment = {**os.environ, "PYTHONPATH": str(project / "src")}
    command = [sys.executable, "-c", code]
    return subprocess.run(command, cwd=project, env=environment, capture_output=True, text=True, timeout=120)


def blocks(page: str, language: str) -> list[str]:
    """The blocks of a page in this language."""
    text = (DOCS / page).read_text(encoding="utf-8")
    return re.findall(rf"^```{language}\n(.*?)^```$", text, flags=re.MULTILINE | re.DOTALL)


@pytest.fixture
def home_care(project) -> Path:
    """The folder of the worked example of a table, in a project that does not know its quantities yet."""
    folder = project / "data/raw" / HOME_CARE
    folder.mkdir()
    (folder / "home_care_by_district.csv").write_text(blocks("how-to/table.md", "csv")[0], encoding="utf-8")
    (folder / "datapackage.yaml").write_text(blocks("how-to/table.md", "yaml")[0], encoding="utf-8")
    return folder


@pytest.mark.pipeline
def test_the_worked_example_gives_the_messages_and_verdicts_of_the_guide(home_care, project):
    unknown, wrong_total = (message.strip() for message in blocks("how-to/table.md", "text"))
    table, vocabulary = home_care / "home_care_by_district.csv", project / "src/helpers/base/vocabulary.py"
    assert unknown in run(project, TIDY).stderr

    first = '    "spending_change": "change of spending",\n'
    new = "".join(f"    {line}\n" for line in blocks("how-to/table.md", "python")[0].splitlines())
    replace(vocabulary, first, new + first)
    replace(table, "Total,850", "Total,860")
    assert wrong_total in run(project, TIDY).stderr

    replace(table, "Total,860", "Total,850")
    (home_care / "claims.csv").write_text(blocks("how-to/figure.md", "csv")[0], encoding="utf-8")
    (home_care / "checks.yaml").write_text(blocks("how-to/figure.md", "yaml")[0], encoding="utf-8")
    made = doit(project, f"tidy:{HOME_CARE}")
    assert made.returncode == 0, made.stdout
    rows = read_processed(f"figures_{HOME_CARE}").set_index("cell")
    assert len(rows) == 6 and rows["quantity"].nunique() == 2
    assert (rows["lower"]["C2"], rows["upper"]["C2"], rows["unit"]["C2"]) == (27.5, 28.5, "per_cent")
    over = read_processed(f"claims_{HOME_CARE}").set_index("claim").loc["people_with_home_care"]
    assert (over["lower"], over["upper"]) == (800, 900)
    verdicts = json.loads(run(project, VERDICTS).stdout)
    assert {"districts_give_the_share", "people_in_prose", "share_in_prose"} <= verdicts.keys()
    assert set(verdicts.values()) == {"agrees"}


def test_the_scenario_of_the_guide_is_one_and_its_messages_are_those_that_it_gives(project):
    file = project / "data/assumptions/scenarios/stronger_prevention.yaml"
    text = blocks("how-to/scenario.md", "yaml")[0]
    file.write_text(text, encoding="utf-8")
    assert "stronger_prevention" in assumptions.scenarios_for("leicestershire")
    assert "part" not in assumptions.scenario_named("stronger_prevention")["meaning"]
    without_id, typed = blocks("how-to/scenario.md", "text")[0].strip().splitlines()
    for changed, said in ((text.partition("\n")[2], without_id), (text.replace("a larger cut than", "twice"), typed)):
        file.write_text(changed, encoding="utf-8")
        with pytest.raises(InputError, match=re.escape(said)):
            assumptions.scenario_named("stronger_prevention")


@pytest.mark.pipeline
def test_the_council_of_the_guide_is_one_with_its_two_tables(project):
    entry = blocks("how-to/council.md", "toml")[0]
    folder = project / "data/raw/rutland_support_example"
    folder.mkdir()
    for name, text in zip(("support", "population"), blocks("how-to/council.md", "csv"), strict=True):
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    (folder / "datapackage.yaml").write_text(blocks("how-to/council.md", "yaml")[0], encoding="utf-8")
    settings = project / "authorities.toml"
    settings.write_text(f"{settings.read_text(encoding='utf-8')}\n{entry}", encoding="utf-8")
    assert authority_named("rutland")["name"] == "Rutland County Council"
    assert tidy.tidy("rutland_support_example")["quantity"].nunique() == 2
    made = doit(project, "list", "--all", "project", "publish").stdout
    assert "project:population_rutland_county_2022_based" in made and "publish:rutland:demand_outlook" in made


def test_a_new_paper_says_what_the_guide_says(project):
    assert new_briefings.start("home_care", "leicestershire") == blocks("how-to/paper.md", "text")[0].strip()


# Commands


@pytest.mark.pipeline
def test_every_command_of_the_pages_is_there_with_its_options():
    tasks = {line.split()[0] for line in doit(PROJECT, "list").stdout.splitlines()}
    targets = set(re.findall(r"^([a-z-]+):", (PROJECT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    papers = {paper for council in known_authorities().values() for paper in council["briefings"]}
    short = {*known_authorities(), *any_council.names(), *papers, "why", "help"}
    tasks, targets = tasks | short, targets | short
    asked: dict[str, set[str]] = {}
    for page in PAGES:
        text = page.read_text(encoding="utf-8")
        for target in re.findall(r"`make ([a-z-]+)", text):
            assert target in targets, f"{page.name}: make {target}"
        for task, rest in re.findall(r"doit ([a-z][a-z-]*)(?::\S+)?((?: [^`\n]+)?)", text):
            asked.setdefault(task, set()).update(re.findall(r"--[a-z-]+", rest))
    assert asked.keys() - tasks <= {"list", "info", "clean"}, f"no such task: {asked.keys() - tasks}"
    for task in asked.keys() & tasks:
        if asked[task]:
            known = doit(PROJECT, "help", task).stdout
            assert all(option in known for option in asked[task]), f"doit {task}: {asked[task]}"
    assert asked["new-briefing"] >= {"--name", "--authority"}


# A figure from cell to sentence


def stops() -> list[tuple[str, Path, str, str]]:
    """The stops of the walk: what it is, its file, where in it, and what stands there."""
    page = (DOCS / "figure-walk.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (\d+\..*?) \| \[.*?\]\((.*?)\) \| (.*?) \| `(.*?)` \|$", page, flags=re.MULTILINE)
    return [(what, (DOCS / path).resolve(), where, there) for what, path, where, there in rows]


def text_at(path: Path, where: str) -> str:
    """What stands at a place of a file: a cell of a table, what is under a heading, a function, or anywhere."""
    if match := re.fullmatch(r"cell ([A-Z])(\d+)", where):
        with path.open(encoding="utf-8", newline="") as file:
            return list(csv.reader(file))[int(match[2]) - 1]["ABCDEFGHIJ".index(match[1])]
    if match := re.fullmatch(r"under “(.*)”", where):
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        headings = [number for number, cell in enumerate(cells) if cell["cell_type"] == "markdown"]
        first = next(number for number in headings if f"## {match[1]}" in "".join(cells[number]["source"]))
        ends = [n for n in headings if n > first and "".join(cells[n]["source"]).startswith("#")]
        return json.dumps(cells[first : ends[0]], ensure_ascii=False)
    text = path.read_text(encoding="utf-8")
    if match := re.fullmatch(r"`(\w+)`", where):
        return re.search(rf"^def {match[1]}\(.*?(?=^(?:def|class|@|#)|\Z)", text, flags=re.MULTILINE | re.DOTALL)[0]
    assert where == "a line", where
    return text


@pytest.mark.parametrize(("what", "path", "where", "there"), stops(), ids=lambda value: str(value)[:24])
def test_a_stop_of_the_walk_is_where_the_page_says(what, path, where, there):
    assert there in text_at(path, where), f"docs/figure-walk.md, {what}: {there} is not there."


def test_the_walk_has_ten_stops_at_most():
    assert 5 < len(stops()) <= 10


# What is generated


@pytest.mark.papers
def test_the_dictionary_of_columns_is_current():
    page = (PROJECT / documentation.COLUMNS_PAGE).read_text(encoding="utf-8")
    assert page == documentation.columns_page(), "Run `doit docs`, and commit docs/columns.md."


def build(folder: Path, site: Path) -> subprocess.CompletedProcess:
    """The website of the pages in a folder's docs/."""
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "-f", str(folder / "mkdocs.yml"), "-d", site]
    return subprocess.run(list(map(str, command)), capture_output=True, text=True, timeout=120)


@pytest.mark.papers
def test_the_website_is_made_and_fetches_nothing(tmp_path):
    made = build(PROJECT, tmp_path / "site")
    assert made.returncode == 0, made.stderr
    for page in (tmp_path / "site").rglob("*.html"):
        assert not re.findall(r"<(?:script|link|img)[^>]+(?:src|href)=[\"']?(?:https?:)?//", page.read_text()), (
            page.name
        )


@pytest.mark.papers
@pytest.mark.parametrize("link", ["nowhere.md", "method.md#15-nothing", "../src/helpers/nothing.py"])
def test_a_link_that_leads_nowhere_stops_the_website(tmp_path, link):
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs/method.md").write_text("# The method\n")
    (tmp_path / "docs/index.md").write_text(f"# Page\n\n[`there`]({link}), and `[code](nowhere.md)`\n")
    settings = re.sub(r"^nav:.*", "", (PROJECT / "mkdocs.yml").read_text(), flags=re.MULTILINE | re.DOTALL)
    hook = PROJECT / "src/helpers/pipeline/documentation.py"
    (tmp_path / "mkdocs.yml").write_text(settings.replace("src/helpers/pipeline/documentation.py", str(hook)))
    made = build(tmp_path, tmp_path / "site")
    assert made.returncode and link.partition("#")[0] in made.stderr, made.stderr
    (tmp_path / "docs/index.md").write_text("# Page\n\n[there](method.md), and `[code](nowhere.md)`\n")
    assert build(tmp_path, tmp_path / "site").returncode == 0
