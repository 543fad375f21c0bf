"""The published tables and figures: transcribed character for character, and refused where nothing describes them."""

import csv
import re
import shutil
import zipfile
from collections import Counter
from pathlib import Path
from xml.etree import ElementTree

import pytest
import yaml
from conftest import PROJECT, doit, replace
from frictionless import Package

from helpers.base import paths
from helpers.base.cells import HIDDEN
from helpers.base.errors import InputError
from helpers.pipeline import reads
from helpers.published import claims, sources, tidy

SHARED = PROJECT.parent / "shared"
TEXTS = {
    "leicester_foi_2024": "000_cba9b05de2b39db9.txt",
    "leicester_foi_gross_budgets_2012": "001_3b006d49d99782cd.txt",
    "leicestershire_market_position_statement_2016": "002_f8d11808c15c9f9b.txt",
    "leicester_performance_report_2023": "003_be4c17604381657f.txt",
    "leicester_overview_2024": "004_339fae45b32ebc97.txt",
}
STATEMENT, REPORT = "leicestershire_market_position_statement_2016", "leicester_performance_report_2023"
FOI, BUDGETS = "leicester_foi_2024", "leicester_foi_gross_budgets_2012"
OLDER = f"data/raw/{STATEMENT}/long_term_support_65_plus.csv"
POPULATION = f"data/raw/{STATEMENT}/population.csv"
DESCRIPTOR = f"data/raw/{STATEMENT}/datapackage.yaml"
HAS_TEXTS = pytest.mark.skipif(
    not (SHARED / "sources").exists(), reason="the texts of the source documents are not on this machine"
)
HAS_FACTS = pytest.mark.skipif(
    not (SHARED / "facts").exists(), reason="the figures from outside the documents are not on this machine"
)
HAS_OFFICIAL = pytest.mark.skipif(
    not (SHARED / "official").exists(), reason="the official files are not on this machine"
)

TAB, DASH, ALONE = r"\t", r" [-–] ", None
#: Where each table stands in its document: first and last line, what is between its cells (ALONE: each on a line of its
#: own), whether its header is printed there, and which cells of a line are the table's.
PLACES = {
    (FOI, "waiting_list_by_service"): (9, 34, ALONE, True, slice(None)),
    (FOI, "waiting_list_by_support_need"): (39, 61, ALONE, True, slice(None)),
    (FOI, "direct_payments_by_group"): (76, 98, ALONE, True, slice(None)),
    (FOI, "statutory_complaints_by_group"): (123, 139, DASH, False, slice(None)),
    (BUDGETS, "gross_budget_by_service"): (51, 66, TAB, True, slice(None)),
    (STATEMENT, "long_term_support_18_64"): (246, 256, TAB, True, slice(None)),
    (STATEMENT, "long_term_support_65_plus"): (262, 272, TAB, True, slice(None)),
    (STATEMENT, "savings_targets"): (300, 304, TAB, True, slice(None)),
    (STATEMENT, "care_homes_by_locality"): (490, 498, TAB, True, slice(None)),
    (REPORT, "new_contacts"): (505, 508, TAB, False, slice(1, None)),
    (REPORT, "still_at_home_91_days"): (601, 603, TAB, False, slice(None)),
    (REPORT, "assessments_completed"): (610, 619, DASH, False, slice(None)),
    (REPORT, "eligible_needs_people"): (629, 637, DASH, False, slice(None)),
    (REPORT, "eligible_needs_share"): (639, 644, rf"{DASH}| (?=Eligible needs)", False, slice(2)),
    (REPORT, "reviews"): (657, 664, TAB, True, slice(None)),
    (REPORT, "new_admissions_excluding_self_funders"): (767, 768, TAB, True, slice(None)),
    (REPORT, "safeguarding_outcomes"): (803, 809, TAB, True, slice(None)),
    (REPORT, "complaints_and_commendations"): (820, 824, TAB, True, slice(None)),
    (REPORT, "quality_assurance"): (860, 868, TAB, True, slice(None)),
    (REPORT, "sickness_days"): (895, 897, TAB, True, slice(None)),
}
ATTENDEES = (REPORT, "reprovision_progress")
FIGURES_IN_PROSE = (STATEMENT, "population")
#: Where each table of words stands: its figures and dates are transcribed, its words are ours.
WORDS = {
    "day_centre_closure_timetable": (922, 927),
    "moving_plan_steps": (935, 940),
    "issues_for_action": (447, 462),
    "work_programme": (968, 985),
    "forward_plan": (989, 1002),
}


def lines_of(source, first, last):
    """Lines of a document, as its list of tables counts them."""
    # Not splitlines(): the texts hold line separators within lines.
    return (SHARED / "sources" / TEXTS[source]).read_text(encoding="utf-8").split("\n")[first - 1 : last]


def text_of(source):
    """A document as one line, without marks of emphasis and headings."""
    return " ".join(re.sub(r"[*#]", " ", "\n".join(lines_of(source, 1, None))).split())


def stands_in(text, start, figure):
    """Where a figure ends that stands by itself in a text."""
    found = re.compile(rf"(?<![\w.,£]){re.escape(figure)}(?![\w%]|[.,]\d)").search(text, start)
    assert found, f"{figure!r} is not after position {start}"
    return found.end()


def raw(source, table):
    return sources.read_printed(PROJECT / f"data/raw/{source}/{table}.csv")


@HAS_TEXTS
@pytest.mark.parametrize(("source", "table"), PLACES, ids=lambda name: name)
def test_every_cell_agrees_with_the_document(source, table):
    first, last, between, has_header, chosen = PLACES[source, table]
    lines = [line for line in lines_of(source, first, last) if line.strip()]
    if between is ALONE:
        cells = [line.strip() for line in lines]
        lines, between = ["\t".join(pair) for pair in zip(cells[::2], cells[1::2], strict=True)], TAB
    rows = [[cell.strip() for cell in re.split(between, line)][chosen] for line in lines]
    assert raw(source, table)[0 if has_header else 1 :] == rows


@HAS_TEXTS
def test_attendees_are_counted_as_the_document_lists_them():
    listed = [line.split("\t") for line in lines_of(REPORT, 943, 962) if line.strip()]
    steps = Counter((status.removeprefix("Attendee (").rstrip(")"), f"Step {step}") for _, status, step, _ in listed)
    header, *rows = raw(*ATTENDEES)
    counted = {(row[0], step): int(cell) for row in rows for step, cell in zip(header[1:], row[1:], strict=True)}
    assert {place: count for place, count in counted.items() if count} == steps
    assert steps.total() == 19


@HAS_TEXTS
@pytest.mark.parametrize("table", WORDS)
def test_figures_and_dates_of_tables_of_words_stand_in_the_document(table):
    text = "\n".join(lines_of(REPORT, *WORDS[table]))
    descriptor = sources.read_descriptor(REPORT)
    resource = next(resource for resource in descriptor["resources"] if resource["name"] == table)
    meaning = list(resource["reading"]["columns_of_texts"].values())
    checked = 0
    for row in raw(REPORT, resource["path"].removesuffix(".csv"))[1:]:
        for name, cell in zip(meaning, row, strict=True):
            for part in re.split("; | to ", cell) if name != "item" or table == "moving_plan_steps" else []:
                if any(character.isdigit() for character in part):
                    stands_in(text, 0, part)
                    checked += 1
    assert checked >= 1


@HAS_TEXTS
def test_figures_in_prose_that_stand_in_a_table_are_the_documents():
    text = text_of(STATEMENT)
    for band, year, people in raw(*FIGURES_IN_PROSE)[1:]:
        stands_in(text, 0, people)
        for words in {band, year} - {"Total population"}:
            assert words in text


@HAS_TEXTS
@pytest.mark.parametrize("source", TEXTS)
def test_every_claim_stands_in_its_document_under_its_heading_and_in_its_order(source):
    text, reached = text_of(source), {}
    for claim in claims.read_claims(source).itertuples():
        # "over of one in five" is the document's slip.
        figure = claim.as_published.replace("over one", "over of one")
        start = reached[claim.section] if claim.section in reached else text.index(claim.section)
        reached[claim.section] = stands_in(text, start, figure)
    assert reached


@HAS_TEXTS
def test_every_table_with_a_number_in_the_list_of_tables_is_on_file_and_compared():
    listed = re.findall(r"^\| (T\d{3}-\d{2}) \|", (SHARED / "sources/README.md").read_text(encoding="utf-8"), re.M)
    labels = {
        resource["label"]: (source, resource["name"])
        for source in TEXTS
        for resource in sources.read_descriptor(source)["resources"]
    }
    assert sorted(label for label in labels if label.startswith("T0")) == listed and len(listed) == 26
    compared = {*PLACES, ATTENDEES, FIGURES_IN_PROSE, *((REPORT, table) for table in WORDS)}
    assert set(labels.values()) == compared


@pytest.mark.papers
def test_342_cells_with_a_figure_in_21_tables_of_figures_and_277_figures_in_prose():
    """As the list of tables counts: a composite cell once, a hidden one not, and each of 19 attendees' steps."""
    numbered, attendees = [], 0
    for source in TEXTS:
        labels = {resource["name"]: resource["label"] for resource in sources.read_descriptor(source)["resources"]}
        figures = tidy.tidy(source)
        if figures.empty:
            continue
        figures = figures[figures["table"].map(labels).str.startswith("T")]
        counted = figures["table"] == ATTENDEES[1]
        attendees += figures[counted]["value"].sum()
        parts = figures["cell"].str.contains(".", regex=False)
        numbered.append(figures[~counted & ~parts & ~figures["status"].isin(HIDDEN)]["table"])
    assert sum(map(len, numbered)) + attendees == 342
    assert sum(tables.nunique() for tables in numbered) + 1 == 21
    assert sum(len(claims.read_claims(source)) for source in TEXTS) == 277


@HAS_FACTS
@pytest.mark.parametrize(
    ("code", "source", "publication"),
    [
        (code, source, publication)
        for code in ("E06000016", "E10000018")
        for source, publication in (
            ("ons_mid_year_estimates", "ONS mid-year estimates (as first published)"),
            ("ons_2018_based_projections", "ONS 2018-based subnational population projections"),
        )
    ]
    + [
        (
            "E06000016",
            "ons_2022_based_projections",
            "ONS 2022-based subnational population projections (migration category variant)",
        )
    ],
)
def test_every_population_figure_agrees_with_the_publication(code, source, publication):
    header, *rows = sources.read_printed(SHARED / "facts/ons_population.csv")
    wanted = [row[3:] for row in rows if (row[0], row[2]) == (code, publication)]
    area = {"E06000016": "leicester", "E10000018": "leicestershire"}[code]
    assert raw(source, f"population_{area}") == [header[3:], *wanted]
    assert len(wanted) >= 3


FACTS = {
    "leicester-jsna-2016-asc": "leicester_jsna_2016",
    "leicester-jsna-2018-asc": "leicester_jsna_2018",
    "leicester-provider-hub-needs": "leicester_provider_hub_needs",
    "leicestershire-mps-residential-2023": "leicestershire_residential_care_2023",
    "leicestershire-mps-residential-2024": "leicestershire_residential_care_2024",
    "dhsc-ascof-2024-25": "dhsc_ascof_2024_25",
    "cfas-ii-dementia": "cfas_ii_dementia_2013",
    "ons-care-home-residents": "ons_care_home_residents_2021",
}


def leaves(content):
    """The figures of nested groups, as texts."""
    if isinstance(content, dict | list):
        for part in content.values() if isinstance(content, dict) else content:
            yield from leaves(part)
    else:
        yield str(content)


def numbers(texts):
    """How often each number stands in some texts, with its decimals, its separators and its sign."""
    return Counter(re.findall(r"\d[\d.,]*\d%?|\d%?", " ".join(texts)))


@HAS_FACTS
@pytest.mark.parametrize("fact", FACTS)
def test_every_figure_from_outside_the_documents_is_on_file(fact):
    facts = yaml.safe_load((SHARED / "facts/public_facts.yaml").read_text(encoding="utf-8"))
    assert {entry["id"] for entry in facts} == set(FACTS)
    figures = next(entry["figures"] for entry in facts if entry["id"] == fact)
    folder = PROJECT / "data/raw" / FACTS[fact]
    printed = [row for path in folder.glob("*.csv") if path.name != "claims.csv" for row in sources.read_printed(path)]
    on_file = [cell for row in printed for cell in row]
    if (folder / "claims.csv").is_file():
        on_file += claims.read_claims(FACTS[fact])["as_published"].tolist()
    missing = numbers(leaves(figures)) - numbers(on_file)
    assert not missing


BANDS = {
    "0-24": {"0-4": 1, "5-9": 1, "10-14": 1, "15-19": 1, "20-24": 1},
    "18-24": {"15-19": 0.4, "20-24": 1},
    "25-64": {f"{age}-{age + 4}": 1 for age in range(25, 65, 5)},
    "65-74": {"65-69": 1, "70-74": 1},
    "75-84": {"75-79": 1, "80-84": 1},
    "85+": {"85-89": 1, "90+": 1},
    "all_ages": {"All ages": 1},
}


@HAS_OFFICIAL
@pytest.mark.parametrize("area", ["Leicester", "Leicestershire"])
def test_every_projected_band_is_the_sum_of_the_published_ones(area):
    with (SHARED / "official/ons_snpp_2018_based/ons_pop.csv").open(encoding="utf-8", newline="") as file:
        published = {row["AGE GROUP"]: row for row in csv.DictReader(file) if row["AREA"] == area}
    header, *rows = raw("ons_2018_based_projections", f"population_{area.lower()}")
    assert header[1:] == list(BANDS)
    for year, *people in rows:
        for band, printed in zip(header[1:], people, strict=True):
            total = sum(float(published[part][year]) * share for part, share in BANDS[band].items())
            # The band of which two fifths are taken was cut to whole people, the others were rounded.
            assert abs(int(printed) - total) <= (1.5 if band == "18-24" else 0.5) + 1e-6, (year, band)


@pytest.mark.papers
@HAS_OFFICIAL
@pytest.mark.parametrize(("area", "name"), [("leicester", "Leicester"), ("leicestershire", "Leicestershire")])
def test_every_outcome_figure_is_the_official_tables(area, name):
    table = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
    with zipfile.ZipFile(SHARED / "official/dhsc_ascof_2024_25/ascof_2024_25.ods") as file:
        workbook = ElementTree.fromstring(file.read("content.xml"))
    official = {}
    for sheet in workbook.iter(f"{table}table"):
        for row in sheet.iter(f"{table}table-row"):
            cells = ["".join(cell.itertext()) for cell in row.iter(f"{table}table-cell")]
            if cells[1:2] == [name]:
                official[sheet.get(f"{table}name")] = [cell.replace(",", "") for cell in cells[3:6]]
    working, older = official["Table_2e(2a)"], official["Table_2e(2b)"]
    dhsc = "dhsc_ascof_2024_25"
    assert raw(dhsc, f"admissions_{area}")[1:] == [official["Table_2c"]]
    assert raw(dhsc, f"at_home_{area}")[1:] == [["18-64", working[0]], ["65+", older[0]]]
    assert raw(dhsc, f"long_term_support_{area}")[1:] == [["18-64", working[1]], ["65+", older[1]]]
    assert raw(dhsc, f"year_end_{area}")[1:] == [[official["Table_3d(1a)"][1]]]


@HAS_OFFICIAL
def test_the_check_values_of_the_official_files_are_those_on_file():
    readme = (SHARED / "official/README.md").read_text(encoding="utf-8")

    def all_ages(source, area, year):
        people = {row[0]: int(row[-1]) for row in raw(source, f"population_{area}")[1:]}
        return f"{people[year]:,}"

    for area, name in (("leicester", "Leicester"), ("leicestershire", "Leicestershire")):
        first, last = (all_ages("ons_2018_based_projections", area, year) for year in ("2018", "2043"))
        assert f"{name} {first} -> {last}" in readme
        assert f"{name} {all_ages('ons_mid_year_estimates', area, '2020')}" in readme
        admissions, people, rate = raw("dhsc_ascof_2024_25", f"admissions_{area}")[1]
        assert f"{admissions} / {int(people):,} = {rate}" in readme


@pytest.mark.parametrize("source", sources.known_sources())
def test_every_descriptor_is_a_data_package_that_other_tools_read(source):
    folder = PROJECT / "data/raw" / source
    descriptor = yaml.safe_load((folder / "datapackage.yaml").read_text(encoding="utf-8"))
    package = Package.from_descriptor(descriptor, basepath=str(folder))
    for resource in package.resources:
        resource.encoding = resource.encoding or "utf-8"  # the standard's, which this tool would guess instead
        cells = [["" if cell is None else cell for cell in row] for row in resource.read_cells()]
        assert cells == sources.read_printed(folder / resource.path)


def test_line_separators_inside_a_cell_do_not_split_rows(tmp_path):
    path = tmp_path / "table.csv"
    path.write_text('label,value\n"one\u2028two",3\n', encoding="utf-8")
    assert sources.read_printed(path) == [["label", "value"], ["one\u2028two", "3"]]


def test_blank_lines_at_the_end_do_no_harm(project):
    before = raw(STATEMENT, "population")
    with (project / POPULATION).open("a") as file:
        file.write("\n\n")
    assert sources.read_printed(project / POPULATION) == before


def test_provenance_has_a_row_for_every_table_and_one_for_the_figures_in_prose():
    rows = sources.provenance([STATEMENT, "leicester_overview_2024", "ons_mid_year_estimates"])
    assert rows.groupby("source", sort=False).size().tolist() == [6, 1, 2]
    assert all((PROJECT / file).is_file() for file in rows["file"])
    assert (rows["title"] == "Single figures in prose").sum() == 2
    assert sources.citation(STATEMENT) == "Leicestershire County Council, Market Position Statement (2016)"


BAD_FILES = {
    "a column more": (
        lambda path: replace(path, "36,144,15,14,126,32,367", "36,144,15,14,126,32,367,1"),
        ["row 6", "9 cells", "header has 8", "quotation marks"],
    ),
    "a column less": (
        lambda path: replace(path, "36,144,15,14,126,32,367", "36,144,15,14,126,32"),
        ["row 6", "7 cells"],
    ),
    "a thousands separator without quotation marks": (
        lambda path: replace(path, '"1,178"', "1,178"),
        ["row 3", "quotation marks"],
    ),
    "a wrong encoding": (
        lambda path: path.write_bytes(
            path.read_bytes().replace(b"Social Isolation/Other", b"Social Isolation\x96Other")
        ),
        ["not written in utf-8", "line 10", "CSV UTF-8"],
    ),
    "an empty file": (lambda path: path.write_text(""), ["holds no table"]),
    "a header alone": (lambda path: path.write_text("Age band,People\n"), ["holds no table"]),
    "cells between semicolons": (
        lambda path: path.write_text("Age band;Mid-year;People\n0-24;2012;194,800\n"),
        ["semicolons", "commas"],
    ),
}


@pytest.mark.parametrize("mistake", BAD_FILES)
def test_a_file_that_is_no_table_is_named_with_its_row(project, mistake):
    make, expected = BAD_FILES[mistake]
    make(project / OLDER)
    with pytest.raises(InputError) as error:
        sources.read_printed(project / OLDER)
    for words in [OLDER, *expected]:
        assert words in str(error.value), f"{words!r} is not in: {error.value}"


NAMELESS = "name: {}\ntitle: x\npublisher: x\nread: 2026-11-21\nlicence: x\nauthority: E10000018\nresources: {}\n"
#: What is written in a descriptor instead of what, and what the message then says.
BAD_DESCRIPTORS = {
    "no licence": (STATEMENT, "licence: Not stated in the document\n", "", ["lacks 'licence'"]),
    "another name": (STATEMENT, f"name: {STATEMENT}\n", "name: statement\n", ["must be the folder's"]),
    "a code that is none": (STATEMENT, "authority: E10000018", "authority: E1000", ["authority", "ONS area code"]),
    "a table of nobody": (STATEMENT, "authority: E10000018\n", "", ["'long_term_support_18_64' has no authority"]),
    "words of nobody": (
        REPORT,
        "authority: E06000016\n",
        "",
        ["table 'new_contacts' has no authority, and neither has the document"],
    ),
    "a table without a name": (STATEMENT, "  - name: population\n    path", "  - path", ["item 3 lacks 'name'"]),
    "a name twice": (STATEMENT, "  - name: population\n", "  - name: savings_targets\n", ["name 'savings_targets'"]),
    "a file twice": (STATEMENT, "path: population.csv", "path: savings_targets.csv", ["path 'savings_targets.csv'"]),
    "a file that is not there": (STATEMENT, "path: population.csv", "path: people.csv", ["'people.csv'", "not in"]),
    "no unit": (
        STATEMENT,
        "    unit: people\n    measure: at_date\n    rounded",
        "    measure: at_date\n    rounded",
        ["'population' does not say its unit"],
    ),
    "no period": (
        STATEMENT,
        "    period: {label: 1 October 2015}\n",
        "",
        ["'care_homes_by_locality' does not say its period"],
    ),
    "no age band": (
        STATEMENT,
        "    constants: {age_band: 65+}\n",
        "",
        ["'long_term_support_65_plus' does not say its age_band"],
    ),
    "no measure but for one period": (
        REPORT,
        "    unit: per_cent\n    measure: during_year\n    constants: {age_band: all}\n    reading: {rows: period",
        "    unit: per_cent\n    constants: {age_band: all}\n    reading: {rows: period",
        ["'eligible_needs_share' does not say its measure"],
    ),
    "a misspelt key": (
        STATEMENT,
        "    totals:\n      - across: age_band\n",
        "    total:\n      - across: age_band\n",
        ["'population'", "the key 'total' is not known", "Did you mean 'totals'"],
    ),
    "totals that nothing checks": (
        STATEMENT,
        "    totals:\n      - across: age_band\n",
        "",
        ["'population' prints totals across 'age_band' that nothing checks"],
    ),
    "a total across nothing": (
        STATEMENT,
        "      - across: age_band\n",
        "      - across: age_bands\n",
        ["across", "Did you mean 'age_band'"],
    ),
    "a remainder without a bound": (
        STATEMENT,
        "            lower: 6\n",
        "",
        ["'long_term_support_65_plus', totals > item 2 > remainders > item 1 lacks 'lower'"],
    ),
    "a mark upside down": (
        STATEMENT,
        "{lower: 0, upper: 4,",
        "{lower: 4, upper: 0,",
        ["marks, '-'", "lower 4 is above upper 0"],
    ),
    "a label that leads nowhere": (
        STATEMENT,
        "        Nursing: nursing\n",
        "        Nursing: nursin\n",
        ["labels, setting, 'Nursing': 'nursin' is not known", "Did you mean 'nursing'"],
    ),
    "a field that leads nowhere": (
        STATEMENT,
        "{quantity: beds, unit: beds, setting: all}",
        "{quantity: bed, unit: beds, setting: all}",
        ["'Number of beds - Nursing and Residential', quantity: 'bed'", "Did you mean 'beds'"],
    ),
    "an age band that is none": (
        STATEMENT,
        "constants: {age_band: 18-64}",
        "constants: {age_band: 18-46}",
        ["'18-46' is not known", "Did you mean '18-64'"],
    ),
    "a unit that is none": (
        STATEMENT,
        "unit: people\n    measure: at_date",
        "unit: banana\n    measure: at_date",
        ["'population', unit: 'banana' is not known"],
    ),
    "a measure that is none": (
        STATEMENT,
        "measure: at_date\n    rounded_to",
        "measure: at_a_date\n    rounded_to",
        ["'population', measure", "Did you mean 'at_date'"],
    ),
    "an encoding that is none": (
        STATEMENT,
        "encoding: utf-8\n    quantity: population",
        "encoding: utf_8x\n    quantity: population",
        ["encoding", "Did you mean 'utf-8'"],
    ),
    "an axis that is none": (
        STATEMENT,
        "{rows: locality, columns: quantity}",
        "{rows: localities, columns: quantity}",
        ["'care_homes_by_locality', reading: 'localities' is not known", "Did you mean 'locality'"],
    ),
    "an axis without labels": (
        STATEMENT,
        "{rows: locality, columns: quantity}",
        "{rows: locality, columns: group}",
        ["the labels of 'group' are not declared"],
    ),
    "records without a value": (
        STATEMENT,
        "Mid-year: mid_year, People: value",
        "Mid-year: mid_year, People: age_band",
        ["'population', reading: one column of records", "is the value"],
    ),
    "records with two values": (
        STATEMENT,
        "Mid-year: mid_year, People: value",
        "Mid-year: value, People: value",
        ["'population', reading: one column of records", "is the value"],
    ),
    "a part of a composite cell left out": (
        REPORT,
        "      total: {quantity: providers, unit: providers}\n",
        "",
        ["'quality_assurance', composite lacks 'total'"],
    ),
    "words in a file of figures": (
        REPORT,
        "path: text_forward_plan.csv",
        "path: forward_plan.csv",
        ["'forward_plan' holds words: name its file text_forward_plan.csv"],
    ),
    "a day that does not exist": (STATEMENT, 'read: "2026-11-21"', 'read: "2026-02-31"', ["no day of the calendar"]),
    "a month that does not exist": (
        STATEMENT,
        'published: "2016-01"',
        'published: "2016-13"',
        ["published", "no period"],
    ),
    "a name that is a device's": (STATEMENT, "  - name: population\n", "  - name: con\n", ["'con' is not a name"]),
    "a key twice": (
        STATEMENT,
        "  - name: population\n",
        "  - name: a\n    name: population\n",
        ["'name' stands twice"],
    ),
    "a hidden count without bounds": (
        STATEMENT,
        '"-": {lower: 0, upper: 4, meaning:',
        '"-": {lower: 0, meaning:',
        ["marks, '-' lacks 'upper'"],
    ),
    "bounds of what is not available": (
        STATEMENT,
        '"-": {lower: 0, upper: 4, meaning:',
        '"-": {state: not_available, lower: 0, upper: 4, meaning:',
        ["marks, '-': what is not available has no bounds"],
    ),
    "a mark of several meanings": (
        STATEMENT,
        '"-": {lower: 0, upper: 4, meaning:',
        '"..": {lower: 0, upper: 4, meaning:',
        ["marks, '..' can be a figure that is hidden, one that is not available, or one that is not applicable"],
    ),
    "an unknown state": (
        STATEMENT,
        '"-": {lower: 0, upper: 4, meaning:',
        '"-": {state: missing, meaning:',
        ["'missing' is not known", "not_available"],
    ),
    "a kind of period without a label": (
        STATEMENT,
        "    period: {label: 1 October 2015}\n",
        "    period: {kind: date}\n",
        ["'care_homes_by_locality', period lacks 'label'"],
    ),
    "words without an item": (
        REPORT,
        "{columns_of_texts: {Step: item, Meaning: status}}",
        "{columns_of_texts: {Step: date, Meaning: status}}",
        ["'moving_plan_steps', reading: no column holds the item"],
    ),
    "words of another kind": (
        REPORT,
        "{columns_of_texts: {Step: item, Meaning: status}}",
        "{columns_of_texts: {Step: item, Meaning: sense}}",
        ["'moving_plan_steps', reading > columns_of_texts > Meaning: 'sense' is not known"],
    ),
}


@pytest.mark.parametrize("mistake", BAD_DESCRIPTORS)
def test_a_mistake_in_a_descriptor_is_named_with_its_place(project, mistake):
    source, old, new, expected = BAD_DESCRIPTORS[mistake]
    path = project / f"data/raw/{source}/datapackage.yaml"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(InputError) as error:
        sources.read_descriptor(source)
    for words in [f"data/raw/{source}", *expected]:
        assert words in str(error.value), f"{words!r} is not in: {error.value}"


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("title: [\n", "no readable YAML"),
        (NAMELESS.format(STATEMENT, "{a: b}"), "resources must be a list"),
        (NAMELESS.format(STATEMENT, "[population]"), "resources > item 1 must be a group of keys"),
        (NAMELESS.format(STATEMENT, "[{name: a, path: b}]"), "table 'a' has no reading"),
    ],
)
def test_a_descriptor_of_another_shape_is_refused(project, content, words):
    (project / DESCRIPTOR).write_text(content)
    with pytest.raises(InputError) as error:
        sources.read_descriptor(STATEMENT)
    assert DESCRIPTOR in str(error.value) and words in str(error.value)


def test_a_file_that_no_descriptor_names_is_refused(project):
    (project / f"data/raw/{STATEMENT}/extra.csv").write_text("a,b\n1,2\n")
    with pytest.raises(InputError, match=r"extra\.csv, which datapackage\.yaml does not describe"):
        sources.read_descriptor(STATEMENT)


def test_an_unknown_source_lists_the_known_ones():
    with pytest.raises(InputError, match=r"Did you mean 'ons_mid_year_estimates'.*Known: .*dhsc_ascof_2024_25"):
        sources.read_descriptor("ons_mid_year_estimate")


SECRET = "Reason,Secret\nAll,12345\n"


@pytest.mark.parametrize(
    "place",
    [
        "sub/population.csv",
        "../people.csv",
        "../../../people.csv",
        "/{}/people.csv",
        "..\\\\people.csv",
        "C:people.csv",
        ".people.csv",
    ],
)
def test_a_table_outside_its_documents_folder_is_refused_and_never_read(project, place):
    folder = project / f"data/raw/{STATEMENT}"
    for there in (
        folder / "sub/population.csv",
        folder.parent / "people.csv",
        project / "people.csv",
        folder / ".people.csv",
    ):
        there.parent.mkdir(exist_ok=True)
        there.write_text(SECRET)
    replace(project / DESCRIPTOR, "path: population.csv", f'path: "{place.format(project)}"')
    with pytest.raises(InputError, match="must be the name of a file in data/raw/leicestershire") as error:
        tidy.tidy(STATEMENT)
    assert "12345" not in str(error.value) and "Secret" not in str(error.value) and DESCRIPTOR in str(error.value)


@pytest.mark.pipeline
@pytest.mark.parametrize("file", ["population.csv", "claims.csv", "checks.yaml", "extra.xlsx"])
def test_a_link_that_leads_out_of_a_documents_folder_is_refused_and_never_read(project, file):
    (project / "elsewhere").write_text(SECRET)
    link = project / f"data/raw/{STATEMENT}/{file}"
    link.unlink(missing_ok=True)
    link.symlink_to(project / "elsewhere")
    with pytest.raises(InputError, match=rf"{file} is a link that leads out of its folder") as error:
        tidy.tidy(STATEMENT)
    assert "12345" not in str(error.value)
    finished = doit(project, "list")
    assert finished.returncode != 0 and f"{file} is a link" in finished.stderr and "Traceback" not in finished.stderr


def test_a_folder_that_is_a_link_out_of_data_raw_is_refused(project):
    folder = project / f"data/raw/{STATEMENT}"
    folder.rename(project / "elsewhere")
    folder.symlink_to(project / "elsewhere")
    with pytest.raises(InputError, match=rf"data/raw/{STATEMENT} is a link that leads out of data/raw"):
        paths.known_sources()


def test_a_link_within_a_documents_folder_is_its_file(project):
    path = project / POPULATION
    path.rename(path.with_name("first.csv"))
    path.symlink_to("first.csv")
    replace(project / DESCRIPTOR, "path: savings_targets.csv", "path: savings_targets.csv  # and another")
    with pytest.raises(InputError, match=r"holds first\.csv, which"):
        tidy.tidy(STATEMENT)


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("Population.csv", ["'Population.csv', which is not in", "though 'population.csv' is: write it alike"]),
        ("population.CSV", ["though 'population.csv' is"]),
        ("checks.yaml", ["'checks.yaml' is no file of a table", ".csv, .xlsx"]),
        ("claims.csv", ["'claims.csv' is no file of a table"]),
        ("population.txt", ["'population.txt' is no file of a table"]),
        ("population.csv\n    sheet: One", ["'population.csv' has no sheets"]),
    ],
)
def test_a_path_that_names_no_table_is_refused(project, path, words):
    replace(project / DESCRIPTOR, "path: population.csv", f"path: {path}")
    with pytest.raises(InputError) as error:
        sources.read_descriptor(STATEMENT)
    assert all(word in str(error.value) for word in [DESCRIPTOR, "population", *words]), error.value


@pytest.mark.parametrize("name", ["people.xlsx", "people.xls", "people.ods", "PEOPLE.CSV"])
def test_every_file_that_a_table_may_be_is_a_dependency_and_needs_a_descriptor(project, name):
    folder = project / "data/raw/ons_mid_year_estimates"
    shutil.copy(folder / "population_leicester.csv", folder / name)
    (folder / f"~${name}").write_bytes(b"open elsewhere")
    files = [Path(file).name for file in reads.raw_files("ons_mid_year_estimates")]
    assert name in files and f"~${name}" not in files and "datapackage.yaml" in files
    with pytest.raises(InputError, match=rf"holds {name}, which datapackage\.yaml does not describe"):
        sources.read_descriptor("ons_mid_year_estimates")


def test_all_mistakes_of_a_descriptor_are_said_in_one_run(project):
    text = (project / DESCRIPTOR).read_text(encoding="utf-8")
    text = text.replace("        Nursing: nursing\n", "        Nursing: nursin\n").replace(
        "constants: {age_band: 65+}", "constants: {age_band: 56+}"
    )
    (project / DESCRIPTOR).write_text(text.replace("path: population.csv", "path: ../population.csv"), encoding="utf-8")
    with pytest.raises(InputError) as error:
        sources.read_descriptor(STATEMENT)
    said = str(error.value)
    assert said.startswith(f"{len(said.splitlines()) - 1} mistakes:")
    assert all(
        word in said for word in ("'nursin' is not known", "'56+' is not known", "its path is '../population.csv'")
    )


def test_all_rows_of_another_length_are_named(project):
    path = project / POPULATION
    path.write_text('Age band,Mid-year,People\n0-24,2012,194,800\n25-64,2012,"1"\n65-84,2012\n')
    with pytest.raises(InputError) as error:
        sources.read_printed(path)
    assert "2 mistakes:" in str(error.value) and "row 2 ('0-24')" in str(error.value) and "row 4" in str(error.value)


@pytest.mark.parametrize("limit", [131_072, 10**9], ids=["as Python reads CSV", "as some tools set it"])
def test_a_cell_without_an_end_is_named_with_its_file(project, limit):
    (project / POPULATION).write_text('Age band,People\n"0-24,' + "x" * 140_000)
    before = csv.field_size_limit(limit)
    try:
        with pytest.raises(InputError, match=r"population\.csv, (line|row) 2.* quotation mark") as error:
            sources.read_printed(project / POPULATION)
    finally:
        csv.field_size_limit(before)
    assert len(str(error.value)) < 400


CODES = [("E06000017", "leicester_foi_2024"), ("E99999999", STATEMENT), ("K02000001", "ons_mid_year_estimates")]


@pytest.mark.parametrize(("code", "source"), CODES)
def test_a_code_of_no_council_is_refused_with_the_codes_that_are_known(project, code, source):
    path = project / f"data/raw/{source}/datapackage.yaml"
    text = re.sub(r"authority: E\d{8}", f"authority: {code}", path.read_text(encoding="utf-8"), count=1)
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError) as error:
        sources.read_descriptor(source)
    for words in (
        f"data/raw/{source}/datapackage.yaml",
        code,
        "E06000016 (Leicester City Council)",
        "authorities.toml",
    ):
        assert words in str(error.value)


def test_any_council_of_authorities_toml_has_documents_and_an_area_of_its_own(project):
    entry = (
        '\n[bath_and_north_east_somerset]\nname = "Bath and North East Somerset Council"\ncode = "E06000022"\n'
        'briefings = ["money"]\n[bath_and_north_east_somerset.paper]\ncommittee = "One"\nmeeting_date = "2026-11-26"\n'
        'author = "One"\ncontact = "One"\n'
    )
    with (project / "authorities.toml").open("a", encoding="utf-8") as file:
        file.write(entry)
    path = project / "data/raw/leicester_foi_2024/datapackage.yaml"
    replace(path, "authority: E06000016", "authority: E06000022")
    claims_file = path.with_name("claims.csv")
    header, first, *rest = claims_file.read_text(encoding="utf-8").splitlines(keepends=True)
    rows = list(csv.reader([first]))
    rows[0][6] = "Bath and North East Somerset"
    claims_file.write_text(header + ",".join(f'"{cell}"' for cell in rows[0]) + "\n" + "".join(rest), encoding="utf-8")
    figures = tidy.tidy("leicester_foi_2024")
    assert set(figures["area"]) == {"bath_and_north_east_somerset"} and set(figures["area_code"]) == {"E06000022"}
    assert claims.read_claims("leicester_foi_2024")["area"][0] == "bath_and_north_east_somerset"
