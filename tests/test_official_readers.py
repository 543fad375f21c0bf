"""Official files as downloaded, made up and broken: what is read of them, what is refused in the analyst's words."""

import csv
import io

import pytest
import xlsxwriter
import yaml
from conftest import PROJECT

from helpers.base.errors import InputError
from helpers.published.official import asc_fr, register
from helpers.published.official.layout import as_text, bare_title

COUNCILS = """area_code,council,cassr_code,region_code,began,ended,now
E06000016,Leicester,509,E12000004,none,none,E06000016
E06000017,Rutland,510,E12000004,none,none,E06000017
E10000018,Leicestershire,508,E12000004,none,none,E10000018
"""
LOWER_TIER = """lower_tier_code,lower_tier,area_code,ended
E06000016,Leicester,E06000016,none
E06000017,Rutland,E06000017,none
E07000129,Blaby,E10000018,none
E07000130,Charnwood,E10000018,none
"""


@pytest.fixture
def project(tmp_path, monkeypatch):
    """A project's folder with three councils and no publications, as the working directory."""
    (tmp_path / "authorities.toml").touch()
    folder = tmp_path / "data/raw/england_areas"
    folder.mkdir(parents=True)
    (folder / "councils.csv").write_text(COUNCILS, encoding="utf-8")
    (folder / "lower_tier.csv").write_text(LOWER_TIER, encoding="utf-8")
    (tmp_path / "data/official").mkdir()
    monkeypatch.chdir(tmp_path)
    return tmp_path


def registered(project, reader: str, *files: str, **more: object) -> None:
    entry = {"source": "example", "reader": reader, "title": "An example", "publisher": "A publisher"}
    entry |= {"read": "2026-11-26", "files": list(files), **more}
    (project / "data/official.yaml").write_text(yaml.safe_dump({"publications": [entry]}), encoding="utf-8")


def rows_of(project, table: str) -> list[list[str]]:
    text = (project / f"data/raw/example/{table}.csv").read_text(encoding="utf-8")
    return list(csv.reader(io.StringIO(text)))


def refused(project, *words: str) -> None:
    """Reading is refused in these words, and nothing is written."""
    with pytest.raises(InputError) as error:
        register.read_in()
    for word in words:
        assert word in str(error.value)
    assert not (project / "data/raw/example").exists()


# Activity and finance: a workbook with a title, headings in two merged rows, England, a region, councils, notes.

TITLE = (
    "Table 33: Number of clients accessing long term support during the year, at the end of the year (31 March) and "
    "for more than 12 months at the end of the year (31 March), by age band, 2021-22"
)
GROUPS = ("In Year", "Year End", "Over 12 Months (at Year End)")
AGES = ("18 to 64", "65 and over", "Total")
AREAS = {
    "E92000001": ("", "", "", "E92000001", "England"),
    "E12000004": ("", "", "", "E12000004", "East Midlands"),
    "E06000016": ("E06000016", "509", "Leicester", "E12000004", "East Midlands"),
    "E06000017": ("E06000017", "510", "Rutland", "E12000004", "East Midlands"),
    "E10000018": ("E10000018", "508", "Leicestershire", "E12000004", "East Midlands"),
}
COUNTS = {
    "E92000001": (5615, 10970, 16585) + (4880, 7090, 11970) + (4000, 5000, 9000),
    "E12000004": (5615, 10970, 16585) + (4880, 7090, 11970) + (4000, 5000, 9000),
    "E06000016": (2545, 3850, 6390) + (2235, 2840, 5075) + (1830, 1945, 3775),
    "E06000017": ("[c]", 5, 10) + ("[c]", "[c]", 5) + ("[x]", "[x]", "[x]"),
    "E10000018": (3070, 7115, 10185) + (2645, 4250, 6895) + (2170, 3055, 5225),
}
HEADER = 6


def workbook(
    project,
    *,
    title=TITLE,
    sheet="T33",
    above=0,
    merged=True,
    header=("Geography code", "LA code", "LA name", "Region code ", "Region name"),
    ages=AGES,
    counts=None,
    areas=None,
    notes=("[x] indicates data not submitted.", "[c] indicates data less than 5."),
):
    """The workbook, as downloaded, with what a case changes."""
    book = xlsxwriter.Workbook(project / "data/official/activity.xlsx")
    book.add_worksheet("Title").write("A3", "Adult Social Care Activity and Finance: England 2021-22")
    page = book.add_worksheet(sheet)
    page.write(3, 0, title)
    first = HEADER + above
    for x, label in enumerate(header):
        page.write(first, x, label)
    for n, group in enumerate(GROUPS):
        start = 5 + 3 * n
        if merged:
            page.merge_range(first, start, first, start + 2, group)
        else:
            page.write(first, start, group)
        for k, age in enumerate(ages):
            page.write(first + 1, start + k, age)
    page.write(first + 2, 0, " ")
    y = first + 3
    for code, labels in areas or list(AREAS.items()):
        for x, text in enumerate((*labels, *(counts or COUNTS)[code])):
            page.write(y, x, text)
        y += 1
    for n, note in enumerate(("Source: SALT Collection", "", "Notes:", *notes)):
        page.write(y + 1 + n, 0, note)
    book.close()


@pytest.fixture
def activity(project, monkeypatch):
    """A project whose one publication is a workbook with the one table."""
    wanted = [layout for layout in asc_fr.TABLES if layout.name == "long_term_support"]
    monkeypatch.setattr(asc_fr, "TABLES", wanted)
    registered(project, "asc_fr", "activity.xlsx", published="2022-10-20")
    return project


def test_a_workbook_is_read_for_england_and_every_council_with_marks_as_printed(activity):
    workbook(activity)
    assert register.read_in() == ["example: 1 tables, 3 kB, in data/raw/example."]
    header, *rows = rows_of(activity, "long_term_support")
    assert header == ["area_code", "measure", "age_band", "period", "people"]
    assert [row[0] for row in rows[::9]] == ["E92000001", "E06000016", "E06000017", "E10000018"]
    assert ["E06000016", "during_year", "all", "2021/22", "6390"] in rows
    assert ["E06000017", "at_date", "65+", "31 March 2022", "[c]"] in rows
    assert ["E06000017", "at_date_over_12_months", "all", "31 March 2022", "[x]"] in rows
    described = yaml.safe_load((activity / "data/raw/example/datapackage.yaml").read_text(encoding="utf-8"))
    assert (described["kind"], described["published"]) == ("official", "2022-10-20")
    assert len(described["sources"][0]["sha256"]) == 64
    table = described["resources"][0]
    assert (table["sheet"], table["cells"], table["title"]) == ("T33", "A7:N14", TITLE)
    assert table["marks"]["[c]"]["upper"] == 4 and table["figures"]["people"]["rounded_to"] == 5


@pytest.mark.parametrize(
    "moved",
    [{"sheet": "T41"}, {"above": 4}, {"title": TITLE.replace("Table 33", "Table 35").replace("client", "client")}],
    ids=["another sheet", "rows above", "another number"],
)
def test_where_a_table_stands_does_not_matter(activity, moved):
    workbook(activity)
    register.read_in()
    before = rows_of(activity, "long_term_support")
    workbook(activity, **moved)
    register.read_in()
    assert rows_of(activity, "long_term_support") == before


def test_next_years_edition_is_read_without_a_change_of_code(activity):
    workbook(activity, title=TITLE.replace("2021-22", "2022-23"))
    register.read_in()
    assert {row[3] for row in rows_of(activity, "long_term_support")[1:]} == {"2022/23", "31 March 2023"}


def with_count(area: str, column: int, value: object) -> dict:
    counts = {code: list(row) for code, row in COUNTS.items()}
    counts[area][column] = value
    return {"counts": counts}


FAULTS = {
    "another title": (
        {"title": TITLE.replace("accessing", "with")},
        ["activity.xlsx has no sheet with the title", "The nearest is", "sheet 'T33'"],
    ),
    "no year": ({"title": TITLE.replace(", 2021-22", "")}, ["sheet 'T33'", "names no year"]),
    "a heading renamed": (
        {"header": ("Geography code", "LA code", "Council", "Region code", "Region name")},
        ["sheet 'T33': no row has the headings", "row 7, which lacks 'la name'"],
    ),
    "a heading twice": (
        {"header": ("Geography code", "LA name", "LA name", "Region code", "Region name")},
        ["sheet 'T33', cell C7", "'la name' stands twice"],
    ),
    "an age renamed": (
        {"ages": ("18 to 64", "65 plus", "Total")},
        ["sheet 'T33', cell G8: the label '65 plus' is not known here"],
    ),
    "a merged heading split": ({"merged": False}, ["sheet 'T33', cell J8", "say the same as those of column G"]),
    "a council twice": (
        {"areas": [*AREAS.items(), ("E06000016", AREAS["E06000016"])]},
        ["sheet 'T33', cell F15: Leicester, during_year, 18-64, 2021/22, people stands here and in F12"],
    ),
    "an unknown code": (
        {"areas": [(code, ("E06000999", *row[1:]) if code == "E06000017" else row) for code, row in AREAS.items()]},
        ["sheet 'T33', cell A13: the code 'E06000999' is no council", "england_areas/councils.csv"],
    ),
    "a lost code": (
        {"areas": [(code, ("", *row[1:]) if code == "E06000017" else row) for code, row in AREAS.items()]},
        ["sheet 'T33', cell A13: Rutland has the code ''"],
    ),
    "a council missing": (
        {"areas": [(code, row) for code, row in AREAS.items() if code != "E06000017"]},
        ["sheet 'T33' has no row for Rutland (E06000017), in 2021/22"],
    ),
    "a count that is not rounded": (with_count("E06000016", 0, 2547), ["cell F12 holds 2547", "rounded to 5"]),
    "an unknown mark": (with_count("E06000016", 0, "*"), ["sheet 'T33', cell F12: '*' is no figure"]),
    "a spreadsheet's date": (with_count("E06000016", 0, "12-Jan"), ["sheet 'T33', cell F12"]),
    "a total of ages": (
        with_count("E06000016", 2, 6410),
        ["cell H12: Leicester, during_year, 2021/22, people is 6410", "age band (F12 to G12) come to 6,391 to 6,399"],
    ),
    "a total of a region": (
        {"counts": COUNTS | {"E12000004": (5645, 10970, 16615, *COUNTS["E12000004"][3:])}},
        ["cell F11: E12000004, during_year, 18-64, 2021/22, people is 5645", "by council (F12 to F14)"],
    ),
    "a mark that no note explains": ({"notes": ()}, ["cell F13 holds [c]", "no note of the sheet says"]),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_workbook_that_differs_is_refused_with_its_cell_and_nothing_is_written(activity, fault):
    change, words = FAULTS[fault]
    workbook(activity, **change)
    refused(activity, "data/official/activity.xlsx", *words)


def test_a_fault_leaves_the_tables_of_before(activity):
    workbook(activity)
    register.read_in()
    before = rows_of(activity, "long_term_support")
    workbook(activity, **with_count("E06000016", 0, 2547))
    with pytest.raises(InputError, match="rounded to 5"):
        register.read_in()
    assert rows_of(activity, "long_term_support") == before


def test_what_was_not_submitted_leaves_a_total_open_above_and_not_below(activity):
    workbook(activity, **with_count("E06000017", 6, 5))
    register.read_in()
    workbook(activity, counts=COUNTS | {"E92000001": (*COUNTS["E92000001"][:6], 3900, 5000, 8900)})
    with pytest.raises(InputError, match="is 3900"):
        register.read_in()


def test_a_slip_of_the_publisher_is_declared_and_holds_only_while_it_stands(activity):
    wrong = [(code, ("E07000999", *row[1:]) if code == "E06000017" else row) for code, row in AREAS.items()]
    slip = {"sheet": "T33", "cell": "A13", "printed": "E07000999", "meant": "E06000017", "reason": "A slip."}
    registered(activity, "asc_fr", "activity.xlsx", slips=[slip])
    workbook(activity, areas=wrong)
    register.read_in()
    assert any(row[0] == "E06000017" for row in rows_of(activity, "long_term_support"))
    workbook(activity)
    with pytest.raises(InputError, match=r"cell A13 does not read 'E07000999'"):
        register.read_in()


# The outcomes framework: lines above the header, kinds of councils, "2024 to 2025 - numerator".

LINES = (
    "Table 2c: the number of adults admitted, per 100,000 population [note 9]",
    "This worksheet contains one table.",
)
OUTCOMES = [
    ("England", "England", "E92000001", 1110, 204000, 544.1),
    ("S", "Shire Counties", "[z]", 830, 157350, 527.5),
    ("EM", "East Midlands", "E12000004", 1110, 204000, 544.1),
    (508, "Leicestershire", "E10000018", 829, 157349, 526.9),
    (509, "Leicester", "E06000016", 278, 46623, 596.3),
    (510, "Rutland", "E06000017", "[c]", "[c]", "[c]"),
]


def outcomes(project, rows=OUTCOMES, last="outcome", lines=LINES, first=("numerator", "denominator")):
    registered(project, "ascof", "outcomes.xlsx")
    book = xlsxwriter.Workbook(project / "data/official/outcomes.xlsx")
    book.add_worksheet("Cover").write("A1", "Measures")
    page = book.add_worksheet("Table_2c")
    for y, line in enumerate(lines):
        page.write(y, 0, line)
    header = ["Local authority code", "Local authority", "ONS area code"]
    header += [f"2024 to 2025 - {figure}" for figure in (*first, last)]
    for y, row in enumerate([header, *rows], len(lines)):
        for x, value in enumerate(row):
            page.write(y, x, value)
    book.close()


def test_outcomes_are_read_for_councils_and_england_alone(project):
    outcomes(project)
    register.read_in()
    header, *rows = rows_of(project, "counts_and_shares")
    assert header == ["area_code", "measure", "part", "period", "numerator", "denominator", "outcome"]
    assert rows[0] == ["E92000001", "2c", "all", "2024/25", "1110", "204000", "544.1"]
    assert [row[0] for row in rows[1:]] == ["E10000018", "E06000016", "E06000017"]
    assert rows[3][4:] == ["[c]", "[c]", "[c]"]


def test_two_figures_in_a_cell_are_kept_apart(project):
    of_england = ("England", "England", "E92000001", "0 (0.5)", "51,230 (35,415)", "7.7 (7.6)")
    outcomes(project, [of_england, *OUTCOMES[1:]], first=("margin of error", "number of respondents"))
    register.read_in()
    header, england, *_ = rows_of(project, "survey_scores")
    read = dict(zip(header, england, strict=True))
    assert (read["number_of_respondents"], read["number_of_respondents_in_brackets"]) == ("51230", "35415")
    assert (read["outcome"], read["outcome_in_brackets"]) == ("7.7", "7.6")


def changed(row: int, column: int, value: object) -> list[tuple]:
    rows = [list(one) for one in OUTCOMES]
    rows[row][column] = value
    return rows


OUTCOME_FAULTS = {
    "a rate that is not its counts'": (
        {"rows": changed(4, 5, 595.3)},
        ["sheet 'Table_2c', cell F8 holds 595.3", "278 of 46623", "come to 596.3"],
    ),
    "a council without a code": ({"rows": changed(4, 2, "[z]")}, ["cell C8: Leicester has the code '[z]'"]),
    "an unknown code": ({"rows": changed(4, 2, "E06000999")}, ["cell C8: the code 'E06000999' is no council"]),
    "a council twice": ({"rows": [*OUTCOMES, OUTCOMES[4]]}, ["cell D10: Leicester, 2c, 2024/25, numerator", "D8"]),
    "a council missing": ({"rows": OUTCOMES[:-1]}, ["sheet 'Table_2c' has no row for Rutland (E06000017)"]),
    "another heading": ({"last": "result"}, ["cell F3: the heading '2024 to 2025 - result'", "Known: numerator"]),
    "an unknown mark": ({"rows": changed(5, 3, "..")}, ["cell D9: '..' is no figure"]),
    "no table": ({"lines": ("Admissions", "One table")}, ["has no sheet whose first line begins with 'Table 1a:'"]),
}


@pytest.mark.parametrize("fault", OUTCOME_FAULTS)
def test_outcomes_that_differ_are_refused_with_their_cell(project, fault):
    change, words = OUTCOME_FAULTS[fault]
    outcomes(project, **change)
    refused(project, "data/official/outcomes.xlsx", *words)


# Persons by age: CSVs with and without a mark of UTF-8, in cp1252, padded; the oldest age as 90 or 90+.

AGED = [*range(90), "90+"]


def estimates(project, rows=None, header=None, encoding="utf-8", years=None, name="people.csv"):
    registered(project, "mid_year_estimates", name, **({"years": {name: 2024}} if years is None else years))
    areas = rows or [
        ("E92000001", "ENGLAND", [40] * 91),
        ("W06000015", "Cardiff – Caerdydd", [7] * 91),
        ("E06000016", "Leicester", [10] * 91),
        ("E06000017", "Rutland", [10] * 91),
        ("E10000018", "Leicestershire", [20] * 91),
        ("E07000129", "Blaby", [8] * 91),
        ("E07000130", "Charnwood", [12] * 91),
    ]
    lines = [header or ["Code", "Name", "All ages", *AGED]]
    for code, label, numbers in areas:
        lines.append([code, label, f" {sum(numbers):,}.0", *(f"  {number}.0" for number in numbers)])
    made = io.StringIO()
    csv.writer(made, lineterminator="\r\n").writerows(lines)
    (project / "data/official" / name).write_bytes(made.getvalue().encode(encoding))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
@pytest.mark.parametrize("oldest", [90, "90+", "90 and over"])
def test_estimates_are_read_however_they_are_written(project, encoding, oldest):
    estimates(project, encoding=encoding, header=["Code", "Name", "All ages", *range(90), oldest])
    register.read_in()
    header, *rows, england = rows_of(project, "after_census_2021")
    assert header == ["area_code", "period", *map(str, range(90)), "90+", "all_ages"]
    assert england[:3] == ["E92000001", "mid-2024", "40"] and england[-1] == "3640"
    assert [row[0] for row in rows] == ["E06000016", "E06000017", "E10000018"] and rows[2][-1] == "1820"


def test_a_county_that_the_file_does_not_print_is_the_sum_of_its_districts(project):
    estimates(
        project,
        rows=[
            *(("E06000016", "Leicester", [10] * 91), ("E06000017", "Rutland", [10] * 91)),
            *(("E07000129", "Blaby", [8] * 91), ("E07000130", "Charnwood", [12] * 91)),
        ],
    )
    register.read_in()
    assert rows_of(project, "after_census_2021")[-1][:3] == ["E10000018", "mid-2024", "20"]


COMPLETE = [
    ("E06000016", "Leicester", [10] * 91),
    ("E06000017", "Rutland", [10] * 91),
    ("E07000129", "Blaby", [8] * 91),
    ("E07000130", "Charnwood", [12] * 91),
]
ESTIMATE_FAULTS = {
    "no year": ({"years": {}}, ["people.csv does not say of which mid-year it is", "Say it in the register"]),
    "an area twice": ({"rows": [*COMPLETE, COMPLETE[2]]}, ["cell A6: E07000129 stands here and in A4"]),
    "a district missing": ({"rows": COMPLETE[:2]}, ["has no row for Leicestershire (E10000018)"]),
    "an unknown district": (
        {"rows": [*COMPLETE, ("E07000999", "Nowhere", [1] * 91)]},
        ["cell A6: the code 'E07000999' is no district", "lower_tier.csv"],
    ),
    "a lost code": ({"rows": [*COMPLETE, ("", "Oadby", [1] * 91)]}, ["cell A6: this row has figures"]),
    "a county that is not its districts": (
        {"rows": [*COMPLETE, ("E10000018", "Leicestershire", [21] * 91)]},
        ["cell A6: 21 stands for Leicestershire, and its districts come to 20"],
    ),
    "England that is not its districts": (
        {"rows": [*COMPLETE, ("E92000001", "England", [41] * 91)]},
        ["cell A6: 41 stands for England, and its districts come to 40"],
    ),
    "an age missing": (
        {"header": ["Code", "Name", "All ages", *range(89), "eighty-nine", "90+"]},
        ["has no column of age 89"],
    ),
    "an age twice": ({"header": ["Code", "Name", "All ages", *range(89), 88, "90+"]}, ["the age 88 stands twice"]),
}


@pytest.mark.parametrize("fault", ESTIMATE_FAULTS)
def test_estimates_that_differ_are_refused_with_their_cell(project, fault):
    change, words = ESTIMATE_FAULTS[fault]
    estimates(project, **change)
    refused(project, "data/official/people.csv", *words)


def test_ages_that_do_not_make_their_total_are_refused(project):
    estimates(project)
    path = project / "data/official/people.csv"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("E06000016,Leicester, 910.0,", "E06000016,Leicester, 911.0,"), encoding="utf-8")
    refused(project, "people.csv, cell C4: all ages of E06000016 are 911, and the ages beside it come to 910")


def test_a_row_with_a_cell_too_many_is_refused(project):
    estimates(project)
    path = project / "data/official/people.csv"
    path.write_text(path.read_text(encoding="utf-8").replace("Rutland,", "Rutland,East,"), encoding="utf-8")
    refused(project, "people.csv, row 5 has 95 cells, and its first row 94")


PROJECTION = """"","CODE","AREA","AGE GROUP","2018","2019"
"1","E06000016","Leicester   ","0-4"," 100"," 110.5"
"2","E06000016","Leicester   ","90+","  20","  21.5"
"3","E06000016","Leicester   ","All ages"," 120"," 132.0"
"4","E06000017","Rutland","0-4"," 10"," 11.0"
"5","E06000017","Rutland","90+","  2","  2.5"
"6","E06000017","Rutland","All ages"," 12"," 13.5"
"7","E07000129","Blaby","0-4"," 10"," 11.0"
"8","E07000129","Blaby","90+","  2","  2.5"
"9","E07000129","Blaby","All ages"," 12"," 13.5"
"""


def projection(project, text: str = PROJECTION) -> None:
    registered(project, "population_projections", "projected.csv")
    (project / "data/official/projected.csv").write_text(text, encoding="utf-8")


def test_a_projection_with_row_numbers_and_padded_figures(project):
    projection(project)
    register.read_in()
    rows = rows_of(project, "persons")
    assert rows[0] == ["area_code", "age", "2018", "2019"]
    assert ["E10000018", "90+", "2", "2.5"] in rows and ["E06000016", "all_ages", "120", "132"] in rows


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('" 132.0"', '" 135.0"', ["cell F4: all ages of E06000016 are 135", "come to 132.0"]),
        ('"90+","  2","  2.5"', '"85+","  2","  2.5"', ["cell D6: '85+' is no age"]),
        ('" 110.5"', '" n/a"', ["cell F2 holds 'n/a', and a number of persons"]),
        ('"2018","2019"', '"2018","2020"', ["years of the header are not one after the other"]),
        ('"2","E06000016","Leicester   ","90+"', '"2","E06000016","Leicester","0-4"', ["at age 0-4 stands here and"]),
        ("E06000017", "E06000999", ["the code 'E06000999' is no district"]),
    ],
)
def test_a_projection_that_differs_is_refused_with_its_cell(project, old, new, words):
    projection(project, PROJECTION.replace(old, new))
    refused(project, "projected.csv", *words)


# The register.


# Deprivation: a sheet an index, a row an authority of the year that the headings name.


def deprivation_of(project, year=2019, score="IMD - Average score ", **of):
    folder, heading = project / "data/official", f"Upper Tier Local Authority District code ({year})"
    rows = [[of.get("heading", heading), "Name", "IMD - Average rank ", score], ["E06000016", "Leicester", 1, 30.877]]
    rows += [[of.get("code", "E10000018"), "Leicestershire", 2, of.get("value", 12.33)]]
    with xlsxwriter.Workbook(folder / "file_11.xlsx") as workbook:
        workbook.add_worksheet("Notes")
        sheet = workbook.add_worksheet(of.get("sheet", "IMD"))
        for y, row in enumerate(rows):
            sheet.write_row(y, 0, row)
    registered(project, "deprivation", "file_11.xlsx")


def test_the_average_score_of_each_council_is_read_with_the_day_of_its_boundaries(project):
    deprivation_of(project, year=2025)
    register.read_in()
    assert rows_of(project, "average_scores")[1:] == [["E06000016", "30.877"], ["E10000018", "12.33"]]
    described = yaml.safe_load((project / "data/raw/example/datapackage.yaml").read_text(encoding="utf-8"))
    assert described["resources"][0]["constants"] == {"period": "1 April 2025"}


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        ({"sheet": "Income"}, ["has no sheet 'IMD'", "File 11"]),
        ({"score": "IMD - Mean score"}, ["no row has the headings", "'imd - average score'"]),
        ({"heading": "District"}, ["upper tier local authority district code"]),
        ({"code": "E06000999"}, ["sheet 'IMD', cell A3: the code 'E06000999' is no council"]),
        ({"code": "E06000016"}, ["cell D3", "stands here and in D2"]),
        ({"value": "n/a"}, ["cell D3"]),
    ],
)
def test_deprivation_that_differs_is_refused_with_its_cell(project, fault, words):
    deprivation_of(project, **fault)
    refused(project, *words)


def test_files_that_are_not_there_leave_a_publication_as_it_is_unless_it_is_asked_for(project):
    registered(project, "ascof", "outcomes.xlsx")
    (project / "data/official/other.csv").touch()
    assert register.read_in() == [
        "example: left as it is, for its files are not in data/official.",
        "data/official/other.csv is not read: no publication in data/official.yaml names it.",
    ]
    with pytest.raises(InputError, match=r"data/official lacks 'outcomes.xlsx'. Download it"):
        register.read_in("example")
    with pytest.raises(InputError, match=r"has no publication 'exampel'. Did you mean 'example'"):
        register.read_in("exampel")


def test_a_file_that_is_no_spreadsheet_is_said(project):
    registered(project, "ascof", "outcomes.xlsx")
    (project / "data/official/outcomes.xlsx").write_text("<html>not found</html>", encoding="utf-8")
    refused(project, "data/official/outcomes.xlsx is no spreadsheet that can be read")


@pytest.mark.parametrize(
    ("key", "value", "words"),
    [
        ("reader", "ascoff", "'ascoff' is not known. Did you mean 'ascof'"),
        ("source", "Example 1", "is not a folder's name"),
        ("slips", [{"cell": "12C", "printed": "a", "meant": "b", "reason": "c"}], "is not a cell's name"),
        ("file", "a.xlsx", "the key 'file' is not known. Did you mean 'files'"),
    ],
)
def test_a_register_that_does_not_fit_is_refused(project, key, value, words):
    registered(project, "ascof", "outcomes.xlsx", **{key: value} if key not in ("reader", "source") else {})
    path = project / "data/official.yaml"
    if key in ("reader", "source"):
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
        content["publications"][0][key] = value
        path.write_text(yaml.safe_dump(content), encoding="utf-8")
    with pytest.raises(InputError) as error:
        register.read_in()
    assert words in str(error.value)


def test_titles_are_compared_without_their_number_and_years():
    assert bare_title("Table 5: Expenditure, by type, year on year comparison, 2020-21 and 2021-22") == (
        "expenditure, by type, year on year comparison"
    )
    assert bare_title("Table 2e(2a): the proportion of people [note 9]") == "the proportion of people"


@pytest.mark.parametrize(
    ("value", "text"),
    [(3850.0, "3850"), (0.1 + 0.2, "0.3"), ("  12 \n", "12"), ("1,250.0", "1,250"), (18.88491250, "18.8849")],
)
def test_a_cell_is_kept_with_its_digits(value, text):
    assert as_text(value) == text


def test_the_projects_register_fits_and_names_folders_that_are_there():
    for entry in yaml.safe_load((PROJECT / register.REGISTER).read_text(encoding="utf-8"))["publications"]:
        assert (PROJECT / "data/raw" / entry["source"] / "datapackage.yaml").is_file()
