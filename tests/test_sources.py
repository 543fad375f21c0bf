"""The published tables: transcribed character for character, and refused where they do not fit."""

from pathlib import Path

import pytest
import yaml
from conftest import PROJECT, replace
from frictionless import Package

from helpers import notebooks, sources
from helpers.errors import InputError
from helpers.processed import read_processed
from helpers.published import Suppressed

STATEMENT = "leicestershire_market_position_statement_2016"
OLDER = f"data/raw/{STATEMENT}/long_term_support_65_plus.csv"
POPULATION = f"data/raw/{STATEMENT}/population.csv"
DESCRIPTOR = f"data/raw/{STATEMENT}/datapackage.yaml"
DOCUMENT = PROJECT.parent / "shared/sources/002_f8d11808c15c9f9b.txt"
FACTS = PROJECT.parent / "shared/facts/ons_population.csv"


@pytest.mark.skipif(not DOCUMENT.exists(), reason="the text of the source document is not on this machine")
@pytest.mark.parametrize(
    ("table", "first_line"), [("long_term_support_18_64", 246), ("long_term_support_65_plus", 262)]
)
def test_every_cell_agrees_with_the_document(table, first_line):
    lines = DOCUMENT.read_text(encoding="utf-8").split("\n")[first_line - 1 : first_line + 10]
    printed = sources.read_printed(PROJECT / f"data/raw/{STATEMENT}/{table}.csv")
    assert printed == [line.split("\t") for line in lines]
    assert len(printed) == 11 and {len(row) for row in printed} == {8}


@pytest.mark.skipif(not FACTS.exists(), reason="the published population figures are not on this machine")
@pytest.mark.parametrize(
    ("source", "publication"),
    [
        ("ons_mid_year_estimates", "ONS mid-year estimates (as first published)"),
        ("ons_2018_based_projections", "ONS 2018-based subnational population projections"),
    ],
)
def test_every_population_figure_agrees_with_the_publication(source, publication):
    rows = sources.read_printed(FACTS)
    wanted = [row[3:] for row in rows if row[0] == "E10000018" and row[2] == publication]
    assert sources.read_printed(PROJECT / f"data/raw/{source}/population_leicestershire.csv")[1:] == wanted
    assert len(wanted) >= 3


def figure(tidy, table, support_reason, setting):
    rows = tidy[(tidy["table"] == table) & (tidy["support_reason"] == support_reason) & (tidy["setting"] == setting)]
    assert len(rows) == 1
    return rows.iloc[0]


def test_published_figures_of_the_support_tables():
    tidy = tidy.tidy(STATEMENT)
    assert figure(tidy, "long_term_support_18_64", "learning_disability", "all")["value"] == 1225
    assert figure(tidy, "long_term_support_18_64", "all", "all")["value"] == 2661
    assert figure(tidy, "long_term_support_18_64", "sensory_visual", "commissioned_support_only")["value"] == 0
    assert (
        figure(tidy, "long_term_support_65_plus", "physical_personal_care", "managed_personal_budget")["value"] == 1519
    )
    assert figure(tidy, "long_term_support_65_plus", "all", "residential")["value"] == 1971
    hidden = figure(tidy, "long_term_support_65_plus", "learning_disability", "nursing")
    assert hidden["value"] == Suppressed(0, 4) and hidden["as_published"] == "-" and hidden["cell"] == "B7"


def test_counts_of_cells_and_of_suppressed_cells():
    tidy = tidy.tidy(STATEMENT)
    support = tidy[tidy["quantity"] == "people_with_long_term_support"]
    assert support.groupby("table").size().to_dict() == {"long_term_support_18_64": 63, "long_term_support_65_plus": 63}
    for table in ("long_term_support_18_64", "long_term_support_65_plus"):
        printed = [
            cell for row in sources.read_printed(PROJECT / f"data/raw/{STATEMENT}/{table}.csv")[2:] for cell in row
        ]
        assert (support[support["table"] == table]["status"] == "suppressed").sum() == printed.count("-")


def test_the_suppressed_never_stand_as_a_number():
    tidy = tidy.tidy(STATEMENT)
    hidden = tidy[tidy["status"] == "suppressed"]
    assert hidden["value"].map(lambda value: isinstance(value, Suppressed)).all()
    with pytest.raises(TypeError):
        tidy["value"].sum()


@pytest.mark.parametrize("source", sources.known_sources())
def test_every_descriptor_is_a_data_package_that_other_tools_read(source):
    folder = PROJECT / "data/raw" / source
    descriptor = yaml.safe_load((folder / "datapackage.yaml").read_text(encoding="utf-8"))
    package = Package.from_descriptor(descriptor, basepath=str(folder))
    for resource in package.resources:
        cells = [["" if cell is None else cell for cell in row] for row in resource.read_cells()]
        assert cells == sources.read_printed(folder / resource.path)


def test_rows_in_any_order_give_the_same_figures(project):
    before = tidy.tidy(STATEMENT)
    path = project / POPULATION
    header, *rows = path.read_text().splitlines(keepends=True)
    path.write_text(header + "".join(reversed(rows)))
    after = tidy.tidy(STATEMENT)
    assert before.drop(columns="cell").equals(after.drop(columns="cell"))


def test_line_separators_inside_a_cell_do_not_split_rows(tmp_path):
    path = tmp_path / "table.csv"
    path.write_text('label,value\n"one\u2028two",3\n', encoding="utf-8")
    assert sources.read_printed(path) == [["label", "value"], ["one\u2028two", "3"]]


def test_blank_lines_at_the_end_do_no_harm(project):
    before = tidy.tidy(STATEMENT)
    with (project / POPULATION).open("a") as file:
        file.write("\n\n")
    assert tidy.tidy(STATEMENT).equals(before)


def test_a_table_without_a_row_of_totals_is_tidied(project):
    folder = project / "data/raw/trial"
    folder.mkdir()
    example = (project / "CONTRIBUTING.md").read_text(encoding="utf-8").split("```yaml\n")[1].split("```")[0]
    example = example.replace("name: leicestershire_example_2016", "name: trial").replace(', "": all', "")
    (folder / "datapackage.yaml").write_text(example.replace("      - across: support_reason\n", ""), encoding="utf-8")
    (folder / "support_by_setting.csv").write_text("Reason,Nursing,Residential,Total\nMental Health Support,-,6,8\n")
    notebooks.run(project / "notebooks/10_tidy.ipynb", {"source": "trial"}, project / "build/trial.ipynb")
    assert len(read_processed("figures_trial")) == 3


def wrong_encoding(path: Path) -> None:
    path.write_bytes(path.read_bytes().replace(b"Social Isolation/Other", b"Social Isolation\x96Other"))


BAD_INPUT = {
    "a cell that is no number": (
        lambda project: replace(project / OLDER, "94,350,127", "94,35O,127"),
        [OLDER, "long_term_support_65_plus", "cell C3", "'35O'", "no whole number"],
    ),
    "an unknown mark": (
        lambda project: replace(project / OLDER, ",65,7,8,24", ",65,7,8,*"),
        [OLDER, "cell F7", "'*'", "'-'"],
    ),
    "a column more": (
        lambda project: replace(project / OLDER, "36,144,15,14,126,32,367", "36,144,15,14,126,32,367,1"),
        [OLDER, "row 6", "9 cells", "header has 8", "quotation marks"],
    ),
    "a column less": (
        lambda project: replace(project / OLDER, "36,144,15,14,126,32,367", "36,144,15,14,126,32"),
        [OLDER, "row 6", "7 cells"],
    ),
    "a column gone everywhere": (
        lambda project: (project / OLDER).write_text(
            "\n".join(",".join(["x", *"123456"]) for _ in range(11)), encoding="utf-8"
        ),
        [OLDER, "header", "not declared"],
    ),
    "a thousands separator without quotation marks": (
        lambda project: replace(project / OLDER, '"1,178"', "1,178"),
        [OLDER, "row 3", "quotation marks"],
    ),
    "a row total that does not add": (
        lambda project: replace(project / OLDER, "32,367", "32,376"),
        [OLDER, "cell H6", "376", "support reason memory_and_cognition", "come to 367"],
    ),
    "a grand total outside its declared remainder": (
        lambda project: replace(project / OLDER, "6,913", "6,914"),
        [OLDER, "cell H11", "6,914"],
    ),
    "a population total that does not add": (
        lambda project: replace(project / POPULATION, "753,100", "763,100"),
        [POPULATION, "763,100", "across age band"],
    ),
    "a label that is not declared": (
        lambda project: replace(project / OLDER, "Mental Health Support,", "Mental Helth Support,"),
        [OLDER, "'Mental Helth Support'", "Did you mean 'Mental Health Support'"],
    ),
    "a row gone": (
        lambda project: replace(project / OLDER, "Mental Health Support,115,401,57,37,144,108,862\n", ""),
        [OLDER, "'Mental Health Support'", "not in the table"],
    ),
    "a figure printed twice": (
        lambda project: replace(project / POPULATION, "65-84,2012", '65-84,2012,"106,000"\n65-84,2012'),
        [STATEMENT, "second figure", "mid-2012"],
    ),
    "a year that is none": (
        lambda project: replace(project / POPULATION, "Total population,2037", "Total population,20037"),
        [POPULATION, "'20037'", "mid year"],
    ),
    "a wrong encoding": (
        lambda project: wrong_encoding(project / OLDER),
        [OLDER, "not written in utf-8", "line 10", "CSV UTF-8"],
    ),
    "an empty file": (lambda project: (project / OLDER).write_text(""), [OLDER, "holds no table"]),
    "a file that is not there": (
        lambda project: (project / OLDER).unlink(),
        [DESCRIPTOR, "'long_term_support_65_plus.csv'", "not in"],
    ),
    "a file that no descriptor names": (
        lambda project: (project / f"data/raw/{STATEMENT}/extra.csv").write_text("a,b\n1,2\n"),
        ["extra.csv", "does not describe"],
    ),
    "a descriptor that is no YAML": (
        lambda project: (project / DESCRIPTOR).write_text("title: [\n"),
        [DESCRIPTOR, "no readable YAML"],
    ),
    "a descriptor without a licence": (
        lambda project: replace(project / DESCRIPTOR, "licence: Not stated in the document\n", ""),
        [DESCRIPTOR, "'licence'"],
    ),
    "a table without a unit": (
        lambda project: replace(
            project / DESCRIPTOR, "    unit: people\n    measure: at_date\n", "    measure: at_date\n"
        ),
        [DESCRIPTOR, "population", "'unit'"],
    ),
    "a misspelt key": (
        lambda project: replace(
            project / DESCRIPTOR, "    totals:\n      - across: age_band\n", "    total:\n      - across: age_band\n"
        ),
        [DESCRIPTOR, "'population'", "the key 'total' is not known", "Did you mean 'totals'"],
    ),
    "totals that nothing checks": (
        lambda project: replace(project / DESCRIPTOR, "    totals:\n      - across: age_band\n", ""),
        [DESCRIPTOR, "'population'", "totals across 'age_band' that nothing checks"],
    ),
    "a total across nothing": (
        lambda project: replace(project / DESCRIPTOR, "      - across: age_band\n", "      - across: age_bands\n"),
        [DESCRIPTOR, "across", "Did you mean 'age_band'"],
    ),
    "a remainder without a bound": (
        lambda project: replace(project / DESCRIPTOR, "            lower: 17\n", ""),
        [DESCRIPTOR, "'long_term_support_65_plus' > totals", "lacks 'lower'"],
    ),
    "a mark upside down": (
        lambda project: replace(project / DESCRIPTOR, "{lower: 0, upper: 4,", "{lower: 4, upper: 0,"),
        [DESCRIPTOR, "marks, '-'", "lower 4 is above upper 0"],
    ),
    "a label that leads nowhere": (
        lambda project: replace(project / DESCRIPTOR, "        Nursing: nursing\n", "        Nursing: nursin\n"),
        [DESCRIPTOR, "labels > setting > Nursing", "Did you mean 'nursing'"],
    ),
    "an age band that is none": (
        lambda project: replace(project / DESCRIPTOR, "constants: {age_band: 18-64}", "constants: {age_band: 18-46}"),
        [DESCRIPTOR, "'18-46' is not known", "Did you mean '18-64'"],
    ),
    "a table without a period": (
        lambda project: replace(
            project / DESCRIPTOR,
            '    period: {kind: financial_year, label: 2015/16}\n    footnotes:\n      - "Source',
            '    footnotes:\n      - "Source',
        ),
        [DESCRIPTOR, "'long_term_support_18_64' has no period"],
    ),
    "a code that is none": (
        lambda project: replace(project / DESCRIPTOR, "authority: E10000018", "authority: E1000"),
        [DESCRIPTOR, "authority", "ONS area code"],
    ),
    "a unit that is none": (
        lambda project: replace(
            project / DESCRIPTOR, "unit: people\n    measure: at_date", "unit: banana\n    measure: at_date"
        ),
        [DESCRIPTOR, "'population' > unit", "'banana' is not known"],
    ),
    "no age band": (
        lambda project: replace(project / DESCRIPTOR, "    constants: {age_band: 65+}\n", ""),
        [DESCRIPTOR, "'long_term_support_65_plus'", "which age band"],
    ),
    "cells between semicolons": (
        lambda project: (project / POPULATION).write_text("Age band;Mid-year;People\n0-24;2012;194,800\n"),
        [POPULATION, "semicolons", "commas"],
    ),
    "a name that is not the folder's": (
        lambda project: replace(project / DESCRIPTOR, f"name: {STATEMENT}\n", "name: statement\n"),
        [DESCRIPTOR, "must be the folder's"],
    ),
    "an encoding that is none": (
        lambda project: replace(
            project / DESCRIPTOR,
            "encoding: utf-8\n    quantity: population",
            "encoding: utf_8x\n    quantity: population",
        ),
        [DESCRIPTOR, "encoding", "Did you mean 'utf-8'"],
    ),
    "tables that are no list": (
        lambda project: (project / DESCRIPTOR).write_text(
            "name: x\ntitle: x\npublisher: x\nread: 2026-11-21\nlicence: x\nresources: {a: b}\n"
        ),
        [DESCRIPTOR, "resources must be a list"],
    ),
    "an unknown measure": (
        lambda project: replace(project / DESCRIPTOR, "measure: at_date", "measure: at_a_date"),
        [DESCRIPTOR, "'population' > measure", "Did you mean 'at_date'"],
    ),
}


@pytest.mark.parametrize("mistake", BAD_INPUT)
def test_a_mistake_is_named_with_its_place(project, mistake):
    make, expected = BAD_INPUT[mistake]
    make(project)
    with pytest.raises(InputError) as error:
        tidy.tidy(STATEMENT)
    for words in expected:
        assert words in str(error.value), f"{words!r} is not in: {error.value}"


def test_an_unknown_source_lists_the_known_ones():
    with pytest.raises(InputError, match=r"Did you mean 'ons_mid_year_estimates'.*Known: .*dhsc_ascof_2024_25"):
        sources.read_descriptor("ons_mid_year_estimate")
