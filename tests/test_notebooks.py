"""What nbval does not see: outputs that are there, counts in order, plotted data, alternative text, no typed digit."""

import ast
import json
import re
import statistics
from pathlib import Path

import nbformat
import pandas as pd
import pytest
from conftest import PROJECT, sentences
from matplotlib import font_manager

from helpers.base import wording
from helpers.base.errors import InputError
from helpers.base.mime import FIGURE, TABLE
from helpers.paper import charts
from helpers.pipeline import notebooks, typed_figures
from helpers.pipeline.canonical import canonical, dumps
from helpers.projection.projection_tables import BANDS
from helpers.published.processed import read_processed

STORED = sorted((PROJECT / "notebooks").glob("**/[!.]*.ipynb"))
STORED = [path for path in STORED if ".failed" not in path.name and ".ipynb_checkpoints" not in path.parts]
SHOWING = ("wording.say(", "tables.show(", "charts.show(", "briefings.show_front(")


def code_cells(path: Path) -> list[dict]:
    return [cell for cell in notebooks.read(path)["cells"] if cell["cell_type"] == "code"]


def bundles(path: Path, mime: str) -> list[dict]:
    outputs = [output for cell in code_cells(path) for output in cell["outputs"]]
    return [output["data"] for output in outputs if mime in output.get("data", {})]


def test_the_notebooks_of_the_design_are_there():
    names = {str(path.relative_to(PROJECT / "notebooks")) for path in STORED}
    assert names >= {"10_tidy.ipynb", "30_population.ipynb", "40_project.ipynb", "briefings/demand_outlook.ipynb"}


@pytest.mark.parametrize("path", STORED, ids=lambda path: path.stem)
class TestStored:
    def test_it_is_valid_and_canonical(self, path):
        notebook = nbformat.read(path, as_version=4)
        nbformat.validate(notebook)
        assert path.read_bytes() == dumps(canonical(notebook))

    def test_every_cell_was_run_in_order(self, path):
        assert [cell["execution_count"] for cell in code_cells(path)] == list(range(1, len(code_cells(path)) + 1))

    def test_every_cell_that_shows_something_has_its_output(self, path):
        showing = list(SHOWING)
        for cell in code_cells(path):
            if (source := "".join(cell["source"])).startswith("%%say"):
                assert cell["outputs"] or source.startswith("%%say_if"), source
                continue
            tree = ast.parse(source)
            # What a function of the notebook's own shows stands under the cells that call it.
            own = [node for node in tree.body if isinstance(node, ast.FunctionDef)]
            showing += [f"{node.name}(" for node in own if any(call in ast.unparse(node) for call in showing)]
            source = "\n".join(ast.unparse(node) for node in tree.body if node not in own)
            if any(call in source for call in showing):
                assert cell["outputs"], source

    def test_outputs_are_meant_for_a_reader(self, path):
        for cell in code_cells(path):
            for output in cell["outputs"]:
                # A working cell ends in the table that it made; a paper shows what it means to.
                table = output["output_type"] == "execute_result" and "text/html" in output["data"]
                working = path.parent.name == "notebooks" and table
                assert working or output["output_type"] == "display_data", "a bare value, a print or an error"
                shown = json.dumps(output.get("data"))
                assert not re.search(r"(?<![\w:/.<])/[A-Za-z][\w.-]*/|0x[0-9a-f]{6}", shown), "a path of one machine"

    def test_every_table_has_title_unit_and_source(self, path):
        for bundle in bundles(path, TABLE):
            table = bundle[TABLE]
            assert table["title"] and table["unit"] and table["source"]
            assert all(len(row) == len(table["columns"]) and all(row) for row in table["rows"])
            assert 'scope="col"' in "".join(bundle["text/html"]) and 'scope="row"' in "".join(bundle["text/html"])

    def test_parameters_are_plain_and_commented(self, path):
        cell = next(cell for cell in code_cells(path) if "parameters" in cell["metadata"].get("tags", []))
        lines = "".join(cell["source"]).splitlines()
        assert 1 <= len(lines) <= 5 and all(re.fullmatch(r"\w+ = .+  # .+", line) for line in lines)
        assert len(notebooks.declared_parameters(path)) == len(lines)

    def test_no_figure_is_typed_in_its_words(self, path):
        assert list(typed_figures.typed(notebooks.read(path)["cells"])) == []


BRIEFING = PROJECT / "notebooks/briefings/demand_outlook.ipynb"
#: Those whose cells are short, so that an analyst sees one idea at a time.
SHORT = [
    path for path in STORED if path.parent.name == "notebooks" or path.stem in ("demand_outlook", "five_year_need")
]


@pytest.mark.parametrize("path", SHORT, ids=lambda path: path.stem)
def test_its_cells_are_short_and_its_lines_fit_the_page(path):
    cells = ["".join(cell["source"]).splitlines() for cell in code_cells(path)]
    assert [line for lines in cells for line in lines if len(line) > 100] == []
    assert [lines[0] for lines in cells if len(lines) > 15] == []
    assert statistics.median(map(len, cells)) <= 5


@pytest.mark.snapshots
def test_charts_carry_their_data_and_alternative_text(snapshot):
    (figure,) = [bundle[FIGURE] for bundle in bundles(BRIEFING, FIGURE)]
    older = read_processed("projection_leicestershire_ons_2022_based_constant_rates")
    older = older.query("age_band == '65+' and support_reason == 'all' and setting == 'all' and year <= 2036")
    lines = {line["label"]: line for line in figure["data"]}
    near, far = lines["people"], lines["people, an illustration"]
    assert near["x"] + far["x"][1:] == older["year"].tolist()
    assert near["y"] + far["y"][1:] == pytest.approx(older["people"].astype(float).tolist())
    for column in ("people_p10", "people_p25", "people_p75", "people_p90"):
        assert lines[column]["y"] == pytest.approx(older[column].astype(float).tolist())
    assert lines["counted"]["y"] == [7870] and "2024/25: 7,870" in figure["alt"]
    assert sentences(figure["alt"]) == snapshot


def test_the_chart_is_drawn_in_the_projects_own_font():
    svg = "".join(bundles(BRIEFING, "image/svg+xml")[0]["image/svg+xml"])
    assert "SourceSansPro" in svg and "DejaVu" not in svg and "<text" not in svg


@pytest.mark.snapshots
def test_key_messages_follow_from_the_processed_tables(snapshot):
    said = "\n".join("".join(bundle["text/markdown"]) for bundle in bundles(BRIEFING, "text/markdown"))
    assert sentences(said) == snapshot
    rows = read_processed("projection_leicestershire_ons_2022_based_constant_rates")
    rows = rows.query("age_band == '65+' and support_reason == 'all' and setting == 'all'").set_index("year")
    for year in (2029, 2036):
        row = rows.loc[year].drop(["age_band", "support_reason", "setting", "status"])
        assert wording.people(float(row["people"])) in said
        assert wording.likely_range(float(row["people_p10"]), float(row["people_p90"])) in said


@pytest.mark.pipeline
@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({"horizn": 2030}, r"demand_outlook.ipynb has no parameter 'horizn'. Did you mean 'horizon'"),
        ({"horizon": "2030"}, r"horizon must be a whole number, as in horizon = 2036; '2030' is a text"),
        ({"horizon": 2030.5}, "must be a whole number"),
        ({"horizon": True}, "is True or False"),
        ({"authority_id": ["leicestershire"]}, "authority_id must be a text.*is a list"),
    ],
)
def test_a_wrong_parameter_is_refused_before_anything_runs(parameters, message):
    with pytest.raises(InputError, match=message):
        notebooks.run(BRIEFING, parameters)


def small_notebook(project: Path, *sources: str, parameters: str = "people = 1  # how many") -> Path:
    notebook = nbformat.v4.new_notebook()
    notebook.cells = [
        nbformat.v4.new_markdown_cell("# A trial"),
        nbformat.v4.new_code_cell(parameters, metadata={"tags": ["parameters"]}),
        *(nbformat.v4.new_code_cell(source) for source in sources),
    ]
    path = project / "notebooks/trial.ipynb"
    nbformat.write(notebook, path)
    return path


@pytest.mark.pipeline
def test_a_run_gives_the_same_bytes_twice(project):
    path = small_notebook(project, "from helpers.base import wording\nwording.say(f'{people} people.')")
    runs = [notebooks.run(path, {"people": 7}, project / f"build/{name}.ipynb").read_bytes() for name in "ab"]
    assert runs[0] == runs[1] and b"7 people." in runs[0] and b"papermill" not in runs[0]
    assert path.read_bytes().count(b"7 people.") == 0


def test_a_drawing_a_row_and_a_list_of_data_are_a_line_each_and_read_as_they_were():
    frame = pd.DataFrame({"people": [1, 2]}, index=["a", "b"])
    about = {"rows": [["a", "1"], ["b", "2"]], "title": "one-line-0", "x": [1.5, 2], "none": [], "deep": [{"y": [3]}]}
    svg = '<svg>\n <path d="M 0 0 \nL 1 1"/>\n</svg>\n'
    data = {"image/svg+xml": svg, "text/html": frame._repr_html_(), TABLE: about, "text/plain": "a\nb"}
    cell = nbformat.v4.new_code_cell("1", outputs=[nbformat.v4.new_output("display_data", data)])
    notebook = nbformat.v4.new_notebook(cells=[cell])
    stored = dumps(notebook)
    assert nbformat.reads(stored.decode(), 4).cells[0].outputs[0]["data"] == data
    lines = [line.strip() for line in stored.decode().splitlines()]
    assert sum("<path" in line and "</svg>" in line for line in lines) == 1
    assert [line for line in lines if "<td>" in line] == [line for line in lines if "</tr>" in line][1:]
    assert {'["a", "1"],', '"x": [1.5, 2]'} <= set(lines) and '"a\\n",' in lines
    assert dumps(nbformat.reads(stored.decode(), 4)) == stored


def test_cells_are_counted_in_order_however_often_they_were_run():
    shown = nbformat.v4.new_output("execute_result", {"text/plain": "1"}, execution_count=57)
    cells = [
        nbformat.v4.new_code_cell("1", execution_count=57, outputs=[shown]),
        nbformat.v4.new_code_cell("not run"),
        nbformat.v4.new_code_cell("2", execution_count=3),
    ]
    cells = canonical(nbformat.v4.new_notebook(cells=cells))["cells"]
    assert [cell["execution_count"] for cell in cells] == [1, None, 2]
    assert cells[0]["outputs"][0]["execution_count"] == 1


@pytest.mark.pipeline
def test_a_failure_keeps_the_last_good_run_and_names_the_cell(project):
    path = small_notebook(project, "x = 1", "{1: 'one'}[people]")
    output = project / "build/trial.ipynb"
    good = notebooks.run(path, {}, output).read_bytes()
    with pytest.raises(notebooks.NotebookFailed) as error:
        notebooks.run(path, {"people": 2}, output)
    assert "notebooks/trial.ipynb, In [4], under 'A trial': KeyError: 2" in str(error.value)
    assert "build/trial.failed.ipynb" in str(error.value)
    assert output.read_bytes() == good
    assert (project / "build/trial.failed.ipynb").is_file()
    notebooks.run(path, {}, output)
    assert not (project / "build/trial.failed.ipynb").exists()


@pytest.mark.pipeline
@pytest.mark.parametrize(
    ("cell", "message"),
    [
        ("%%tim\npeople = 99", "UsageError: Cell magic `%%tim` not found."),  # the case of the issue
        ("%env A B=", "UsageError: refusing to set env var with whitespace"),
        ("%nosuch", "UsageError: Line magic function `%nosuch` not found."),
        ("import sys; sys.exit()", "SystemExit"),
        ("raise SystemExit(0)", "SystemExit: 0"),
        ("raise KeyboardInterrupt", "KeyboardInterrupt"),
        ("import os; os._exit(0)", "its kernel died"),
        ("exit()", "SystemExit: exit() ends Python itself"),
        ("if True:\n    quit()", "SystemExit: exit() ends Python itself"),
        ("!false", "CalledProcessError: Command 'false' returned non-zero exit status 1."),
        ("lines = !ls nowhere", "CalledProcessError: Command 'ls nowhere' returned non-zero exit status 2."),
        ("!!exit 3", "CalledProcessError: Command 'exit 3' returned non-zero exit status 3."),
        ("%cp nowhere there", "CalledProcessError: Command 'cp nowhere there' returned non-zero"),
        ("%%time\nx = 1\n!kill -9 $$", "CalledProcessError: Command 'kill -9 $$' died with <Signals.SIGKILL: 9>."),
        ("%%bash\nexit 3", "CalledProcessError"),
        ("get_ipython().run_cell('int(None)')", "TypeError: int() argument must be a string"),
        ("x = = 1", "SyntaxError"),
    ],
)
def test_whatever_stops_a_notebook_is_a_failure_at_its_cell(project, cell, message):
    path, output = small_notebook(project, cell, "after = 1"), project / "build/trial.ipynb"
    with pytest.raises(notebooks.NotebookFailed) as error:
        notebooks.run(path, {}, output)
    assert str(error.value).startswith(f"notebooks/trial.ipynb, In [2], under 'A trial': {message}")
    assert not output.exists() and (project / "build/trial.failed.ipynb").is_file()


@pytest.mark.pipeline
def test_commands_that_succeed_go_on_with_what_they_say(project):
    cells = (
        "def said(word):\n    lines = !echo one {word}; echo two\n    return lines",
        "said('more') == ['one more', 'two'] or 1 / 0",
        "!echo out loud; { false || true; }",
        "%sx printf $people",
    )
    ran = notebooks.run(small_notebook(project, *cells), {}, project / "build/trial.ipynb")
    outputs = [cell.get("outputs") for cell in notebooks.read(ran)["cells"] if cell["cell_type"] == "code"]
    said = json.dumps(outputs)
    assert "out loud" in said and "['1']" in said


@pytest.mark.pipeline
@pytest.mark.parametrize(("tag", "message"), [("skip-execution", "it was not run"), ("raises-exception", "ZeroDiv")])
def test_a_tag_lets_no_cell_be_passed_over(project, tag, message):
    path = small_notebook(project, "1 / 0", "after = 1")
    notebook = nbformat.read(path, as_version=4)
    notebook.cells[2].metadata = {"tags": [tag]}
    nbformat.write(notebook, path)
    with pytest.raises(notebooks.NotebookFailed, match=rf"In \[2\].*{message}"):
        notebooks.run(path, {}, project / "build/trial.ipynb")


@pytest.mark.pipeline
@pytest.mark.parametrize(
    "cell",
    [
        "people = 2",
        "x = 1\nif x:\n    people = 2",
        "for people in [2]:\n    pass",
        "people += 1",
        "(people := 2)",
        "[people := one for one in [2]]",
        "a, (people, *b) = 1, (2, 3)",
        "with open('x') as people:\n    pass",
        "import os as people",
        "def people():\n    pass",
        "class people:\n    pass",
        "del people",
        "def change():\n    global people\n    people = 2",
        "try:\n    pass\nexcept ValueError as people:\n    pass",
        "match 2:\n    case people:\n        pass",
        "%matplotlib inline\npeople = 2",
        "people = %env HOME",
        "people = !ls",
    ],
)
def test_a_cell_that_sets_a_parameter_again_is_refused_with_its_place(project, cell):
    with pytest.raises(InputError, match=r"trial\.ipynb, cell 3, under 'A trial' sets 'people' again.*another name"):
        notebooks.run(small_notebook(project, cell))


@pytest.mark.pipeline
@pytest.mark.parametrize("cell", ["from math import *", "%run other.py", "%store -r", "x = 1\n%load other.py"])
def test_a_cell_that_may_set_anything_is_refused_with_its_place(project, cell):
    with pytest.raises(InputError, match=r"trial\.ipynb, cell 3, under 'A trial' can set any name"):
        notebooks.run(small_notebook(project, cell))


@pytest.mark.pipeline
@pytest.mark.parametrize(
    ("tag", "message"), [("parameters", "is a second one"), ("injected-parameters", "earlier run")]
)
def test_a_second_cell_of_parameters_is_refused_with_its_place(project, tag, message):
    path = small_notebook(project, "people = 1\nmore = 2")
    notebook = nbformat.read(path, as_version=4)
    notebook.cells[2].metadata = {"tags": [tag]}
    nbformat.write(notebook, path)
    with pytest.raises(InputError, match=rf"trial\.ipynb, cell 3, under 'A trial'.*{message}"):
        notebooks.run(path, {"people": 7})


@pytest.mark.pipeline
@pytest.mark.parametrize(
    "cell",
    [
        "globals()['people'] = 2",
        "one = 1; exec('people = one')",
        "%time people = 2",
        "%%time\npeople = 2",
        "del globals()['people']",
    ],
)
def test_a_parameter_that_did_not_hold_to_the_end_is_a_failure(project, cell):
    with pytest.raises(notebooks.NotebookFailed, match="the parameter 'people' was set to something else"):
        notebooks.run(small_notebook(project, cell), {"people": 7}, project / "build/trial.ipynb")


@pytest.mark.pipeline
def test_a_list_that_a_cell_adds_to_did_not_hold(project):
    path = small_notebook(project, "bands.append('85+')", parameters="bands = ['65-84']  # ages")
    with pytest.raises(notebooks.NotebookFailed, match="the parameter 'bands' was set to something else"):
        notebooks.run(path, {}, project / "build/trial.ipynb")


@pytest.mark.pipeline
def test_names_that_only_look_like_a_parameter_are_not_refused(project):
    cell = """
def of(people, authority_id=1):
    people = people + authority_id
    return [people for people in range(people)]
class Table:
    people = 2
of(people=3), lambda people: people, {people: people for people in [1]}
text = "people = more"  # people = 2
Table.people = people
""".strip()
    output = notebooks.run(small_notebook(project, cell), {"people": 7}, project / "build/trial.ipynb")
    assert b"people = 7" in output.read_bytes() and b"parameters-held" not in output.read_bytes()


@pytest.mark.pipeline
@pytest.mark.parametrize("path", STORED, ids=lambda path: path.stem)
def test_no_notebook_of_the_project_is_refused(path):
    notebooks.check_parameters(path, {})


@pytest.mark.pipeline
@pytest.mark.parametrize(
    ("parameters", "message"), [("people = 1 + one", "plain assignments"), ("people =", "plain assignments")]
)
def test_a_parameters_cell_that_computes_is_refused(project, parameters, message):
    with pytest.raises(InputError, match=message):
        notebooks.run(small_notebook(project, parameters=parameters), {"people": 2})


@pytest.mark.pipeline
def test_a_notebook_without_parameters_or_damaged_is_named(project):
    path = small_notebook(project)
    notebook = nbformat.read(path, as_version=4)
    notebook.cells[1].metadata = {}
    nbformat.write(notebook, path)
    with pytest.raises(InputError, match=r"trial.ipynb has no cell tagged 'parameters'"):
        notebooks.run(path)
    path.write_text("{", encoding="utf-8")
    with pytest.raises(InputError, match=r"trial.ipynb is no readable notebook"):
        notebooks.run(path)
    with pytest.raises(InputError, match=r"There is no notebooks/none.ipynb"):
        notebooks.run(project / "notebooks/none.ipynb")


def test_a_font_of_the_same_name_on_the_machine_is_not_used():
    manager = font_manager.fontManager
    stranger = font_manager.FontEntry(fname="/somewhere/SourceSansPro-Regular.ttf", name=charts.FONT)
    manager.ttflist.append(stranger)
    charts._register_font.cache_clear()
    with charts.style():
        found = font_manager.findfont(charts.FONT)
    assert stranger not in manager.ttflist and "font_source_sans_pro" in found


@pytest.mark.pipeline
def test_a_task_reads_nothing_that_it_does_not_declare(project):
    notebook, output = project / "notebooks/30_population.ipynb", project / "build/out.ipynb"
    statement = "leicestershire_market_position_statement_2016"
    reads = [f"data/processed/figures_{statement}.csv", f"data/raw/{statement}/datapackage.yaml"]
    remedy = r"figures_ons_mid_year_estimates\.csv is read here.*a function in src/helpers/pipeline/reads\.py"
    with pytest.raises(notebooks.NotebookFailed, match=remedy):
        notebooks.run(notebook, output=output, reads=reads)
    assert not output.exists()


def test_a_fan_chart_is_said_year_by_year_for_who_cannot_see_it():
    row = [7604.2, 7500, 7900, 6500, 6900, 7300, 7600, 7950, 8400, 8900]
    path = pd.DataFrame([row, row], [2015, 2020], ["people", "people_lower", "people_upper", *BANDS])
    said = "2020: about 7,600, half of the futures 7,300 to 8,000, four in five 6,900 to 8,400"
    assert charts.fan_said(path, [2020]) == said
    assert charts.fan_said(path, [2015, 2020]).count("; ") == 1
