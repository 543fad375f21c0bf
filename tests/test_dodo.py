"""What doit refuses as it reads dodo.py: a scenario, a briefing or a name that would stop it later, or half way."""

import ast
import re
from pathlib import Path

import pytest
from conftest import PROJECT, doit, edit_cells, replace

from helpers.base import without_entry
from helpers.pipeline import notebooks, tasks

COUNCILS = ("leicester", "leicestershire")


def refused(folder):
    finished = doit(folder, "list")
    assert finished.returncode == 3 and finished.stdout == "" and finished.stderr.count("\n") == 1
    return finished.stderr


def set_scenario(folder, scenario):
    replace(folder / "dodo.py", 'SCENARIO = "constant_rates"', f'SCENARIO = "{scenario}"')


def set_in_notebook(folder, notebook, scenario):
    def change(cells):
        parameters = next(cell for cell in cells if "parameters" in cell["metadata"].get("tags", []))
        text = "".join(parameters["source"])
        parameters["source"] = re.sub('scenario = "constant_rates"', f'scenario = "{scenario}"', text)
        assert parameters["source"] != text

    edit_cells(folder / f"notebooks/{notebook}.ipynb", change)


@pytest.mark.pipeline
@pytest.mark.parametrize(
    ("scenario", "said"),
    [
        ("prevenion", "no such scenario for leicestershire, leicester. "),
        ("prevenion", "Did you mean 'prevention'? Known: "),
        ("setting_shift", "no such scenario for leicester. "),  # the County's alone
        ("recent_trend", "no such scenario for leicestershire. "),  # the City's alone
        ("unit_cost", "Known: "),  # what people mean for money, and no projection of them
        ("prevention+healthier_ageing", "Known: "),  # papers have one
        ("", "Known: "),
    ],
)
def test_a_scenario_that_not_all_papers_can_be_under_is_refused(project, scenario, said):
    set_scenario(project, scenario)
    message = refused(project)
    assert f"SCENARIO in dodo.py is '{scenario}'" in message and said in message


@pytest.mark.pipeline
def test_headlines_stay_at_the_usual_scenario_and_papers_rest_on_the_one_that_is_asked(project):
    set_scenario(project, "prevention")
    tasks = doit(project, "list", "--all").stdout
    for council in COUNCILS:
        for scenario in ("constant_rates", "prevention"):
            assert f"project:need_{council}_{scenario}" in tasks
            assert f"project:consequences_{council}_ons_2018_based_{scenario}" in tasks
    assert "healthier_ageing" not in "".join(line for line in tasks.splitlines() if "consequences" in line)


@pytest.mark.parametrize("council", COUNCILS)
def test_a_paper_rests_on_tables_of_its_own_scenario_or_gets_none(council):
    authority_id = tasks.authorities()[council]
    on_scenario = re.compile(r"(consequences|five_year_need|need_drivers)_")
    for briefing in authority_id["briefings"]:
        task = tasks.briefing_task(council, authority_id, briefing, "prevention")
        under = [Path(file).stem for file in task["file_dep"] if on_scenario.match(Path(file).name)]
        if briefing == "what_changed":
            assert under and all(name.endswith("_constant_rates") for name in under)
        else:
            assert all(name.endswith("_prevention") for name in under), briefing
        if "scenario" not in tasks.parameters_of(f"briefings/{briefing}") and briefing != "what_changed":
            assert not any("/projection_" in file for file in [*task["file_dep"], *under]), briefing


@pytest.mark.pipeline
@pytest.mark.parametrize(
    "notebook", ["briefings/money", "briefings/demand_outlook", "45_consequences", "60_five_year_need"]
)
def test_a_notebook_s_own_scenario_is_not_passed_over_in_silence(project, notebook):
    set_in_notebook(project, notebook, "prevention")
    said = refused(project)
    assert f"notebooks/{notebook}.ipynb sets scenario = 'prevention'" in said and "SCENARIO in dodo.py" in said
    set_scenario(project, "prevention")  # the remedy; the others stay as they are
    assert doit(project, "list").returncode == 0
    replace(project / "dodo.py", 'SCENARIO = "prevention"', 'SCENARIO = "healthier_ageing"')
    assert f"notebooks/{notebook}.ipynb sets scenario = 'prevention'" in refused(project)


@pytest.mark.pipeline
@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("mony", "leicestershire: there is no briefing 'mony' in notebooks/briefings. Did you mean 'money'?"),
        ("care_maket", "there is no briefing 'care_maket' in notebooks/briefings. Did you mean 'care_market'?"),
        ("nothing_like_it", "there is no briefing 'nothing_like_it' in notebooks/briefings. Known: beside_others, "),
        ("Money", "leicestershire > briefings > item 4: 'Money' is not a name of small letters"),
    ],
)
def test_a_briefing_that_is_not_there_is_refused_at_once(project, written, said):
    text = (project / "authorities.toml").read_text(encoding="utf-8")
    (project / "authorities.toml").write_text(text.replace('"money"', f'"{written}"', 1), encoding="utf-8")
    assert said in refused(project)


def texts():
    """The words that the project's code and pages say, with where."""
    for path in [*(PROJECT / "src").rglob("*.py"), PROJECT / "dodo.py"]:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.JoinedStr):
                yield (
                    path.name,
                    "".join(str(part.value) if isinstance(part, ast.Constant) else "{}" for part in node.values),
                )
            elif isinstance(node, ast.Constant) and isinstance(node.value, str):
                yield path.name, node.value
    for page in (PROJECT / "README.md", PROJECT / "CONTRIBUTING.md", *(PROJECT / "docs").rglob("*.md")):
        yield page.name, page.read_text(encoding="utf-8")


@pytest.mark.pipeline
def test_every_command_and_file_that_a_message_names_is_there():
    known = {line.split()[0] for line in doit(PROJECT, "list").stdout.splitlines()} | {"clean", "info", "list", "why"}
    known |= {"help"}
    papers = set(COUNCILS) | {paper for name in COUNCILS for paper in tasks.authorities()[name]["briefings"]}
    known |= {*papers, *without_entry.without_entry()}
    makefile = (PROJECT / "Makefile").read_text(encoding="utf-8")
    targets = papers | set(re.findall(r"^([a-z-]+):", makefile, re.MULTILINE))
    named = {"doit": set(), "make": set(), "file": set()}
    for where, text in texts():
        for command, what in re.findall(r"`(?:\.venv/bin/)?(doit|make) ([a-z][a-z-]*)", text):
            assert what in (known if command == "doit" else targets), f"{where}: {command} {what}"
            named[command].add(what)
        for file in re.findall(r"\b((?:data|notebooks|src|tests|benchmarks)/[\w/]+\.(?:py|yaml|ipynb))\b", text):
            if not re.search(r"care_costs|home_care|stronger_prevention|_example/|\{", file):
                assert (PROJECT / file).is_file(), f"{where}: {file}"
                named["file"].add(file)
    assert named["doit"] >= {"figure", "tidy", "edition"} and "refresh" in named["make"]
    assert "src/helpers/pipeline/reads.py" in named["file"]


@pytest.mark.pipeline
@pytest.mark.parametrize(("scenario", "says"), [("constant_rates", False), ("prevention", True)])
def test_what_changed_says_when_the_papers_beside_it_are_under_another_scenario(tmp_path, scenario, says):
    run = notebooks.run(
        PROJECT / "notebooks/briefings/what_changed.ipynb", {"scenario": scenario}, tmp_path / "x.ipynb"
    )
    sentence = "made with this one are under “fewer new entrants through prevention”"
    assert (sentence in run.read_text(encoding="utf-8")) is says


@pytest.mark.pipeline
@pytest.mark.parametrize(
    ("arguments", "after"),
    [(("figure", "--number", ""), " after --number"), (("",), ""), (("list", ""), " after list")],
)
def test_an_empty_text_is_refused_without_a_traceback(arguments, after):
    finished = doit(PROJECT, *arguments)
    assert (finished.returncode, finished.stdout) == (3, "")
    assert finished.stderr == f"ERROR: doit was given an empty text{after}. Say what is meant, or leave it out.\n"
