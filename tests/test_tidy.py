"""Printed tables to tidy figures: every layout that the documents use, and what does not fit refused with its cell."""

import copy

import pandas as pd
import pytest
import xlsxwriter
import yaml
from conftest import PROJECT, replace

from helpers.base.cells import NotGiven, Suppressed
from helpers.base.errors import InputError
from helpers.pipeline import notebooks, reads
from helpers.published import sources, tidy
from helpers.published.processed import read_processed

STATEMENT, REPORT = "leicestershire_market_position_statement_2016", "leicester_performance_report_2023"
POPULATION = f"data/raw/{STATEMENT}/population.csv"
CORRECTIONS = f"data/raw/{STATEMENT}/corrections.yaml"


def table_of(source, table):
    """The tidy rows of one table, by cell."""
    rows = tidy.tidy(source)
    return rows[rows["table"] == table].set_index("cell")


def figures(source, table, *columns):
    """Some columns of one table, row by row, with the cell first."""
    return {cell: tuple(row) for cell, row in table_of(source, table)[list(columns)].iterrows()}


@pytest.mark.parametrize(
    ("row", "column", "name"), [(2, 1, "B3"), (0, 0, "A1"), (9, 25, "Z10"), (0, 26, "AA1"), (1, 52, "BA2")]
)
def test_cells_have_the_names_of_a_spreadsheet(row, column, name):
    assert tidy.cell_name(row, column) == name


def test_two_header_rows_are_read_as_one_label():
    rows = table_of(STATEMENT, "long_term_support_18_64")
    assert rows.loc["H7", ["support_reason", "setting", "value"]].tolist() == ["learning_disability", "all", 1225]
    assert rows.loc["H11", ["support_reason", "setting", "value"]].tolist() == ["all", "all", 2661]
    assert rows.loc["D3", "setting"] == "direct_payment_only" and rows.loc["E3", "setting"] == "part_direct_payment"
    assert rows.loc["G5", "value"] == 0 and rows.loc["G5", "status"] == "exact"
    older = table_of(STATEMENT, "long_term_support_65_plus")
    assert older.loc["F4", ["support_reason", "value"]].tolist() == ["physical_personal_care", 1519]
    assert older.loc["C11", ["setting", "value"]].tolist() == ["residential", 1971]
    assert older.loc["B7", "value"] == Suppressed(0, 4) and older.loc["B7", "as_published"] == "-"
    assert set(older["age_band"]) == {"65+"} and set(older["period"]) == {"2015/16"}


@pytest.mark.parametrize("table", ["long_term_support_18_64", "long_term_support_65_plus"])
def test_every_cell_with_a_label_is_a_figure_and_every_mark_is_suppressed(table):
    rows = tidy.tidy(STATEMENT)
    rows = rows[rows["table"] == table]
    printed = [cell for row in sources.read_printed(PROJECT / f"data/raw/{STATEMENT}/{table}.csv")[2:] for cell in row]
    assert len(rows) == 63
    assert (rows["status"] == "suppressed").sum() == printed.count("-")


def test_the_suppressed_never_stand_as_a_number():
    rows = tidy.tidy(STATEMENT)
    hidden = rows[rows["status"] == "suppressed"]
    assert hidden["value"].map(lambda value: isinstance(value, Suppressed)).all()
    with pytest.raises(TypeError):
        rows["value"].sum()


def test_a_composite_cell_gives_a_figure_for_each_part():
    rows = figures(REPORT, "quality_assurance", "quantity", "unit", "period", "value", "as_published")
    assert rows["B9"] == ("providers_compliant_share", "per_cent", "30 June 2023", 100, "100%")
    assert rows["B9.assessed"] == ("providers_assessed", "providers", "30 June 2023", 22, "22")
    assert rows["B9.total"] == ("providers", "providers", "30 June 2023", 33, "33")
    assert rows["B9.coverage"] == ("providers_assessed_share", "per_cent", "30 June 2023", 66.7, "66.7%")
    assert rows["B2"][2:4] == ("2018/19", 72.4) and "B2.total" not in rows
    assert len(rows) == 5 * 4 + 3 * 4 * 4


def test_periods_as_rows_and_a_quarter_among_years():
    rows = figures(REPORT, "reviews", "quantity", "measure", "period_kind", "period", "value")
    assert rows["B2"] == ("reviews_completed", "during_year", "financial_year", "2017/18", 5362)
    assert rows["C8"] == ("people_reviewed", "quarter", "quarter", "Q1 2023/24", 701)
    contacts = figures(REPORT, "new_contacts", "period", "period_start", "value")
    assert contacts["B4"] == ("Q4 2022/23", "2023-01-01", 4525)


def test_periods_as_columns():
    rows = figures(REPORT, "sickness_days", "group", "period", "value", "lower", "upper")
    assert rows["B2"] == ("division_commissioning", "Q1 2020/21", 7.8, 7.75, 7.85)
    assert rows["M3"] == ("division_safeguarding", "Q4 2022/23", 15.1, 15.05, 15.15)
    assert len(rows) == 24
    complaints = figures(REPORT, "complaints_and_commendations", "quantity", "unit", "period", "value")
    assert complaints["F5"] == ("commendations", "commendations", "2022/23", 196)


def test_a_table_without_a_column_of_labels():
    rows = figures(REPORT, "new_admissions_excluding_self_funders", "period", "value")
    assert rows == {"A2": ("2019/20", 272), "B2": ("2020/21", 176), "C2": ("2021/22", 239), "D2": ("2022/23", 244)}


def test_two_columns_of_labels():
    rows = figures("leicestershire_residential_care_2024", "care_homes_by_type", "period", "service", "unit", "value")
    assert rows["C2"] == ("June 2024", "care_homes_older_adults", "care_homes", 101)
    assert rows["D7"] == ("June 2021", "nursing_homes", "beds", 1673)
    assert len(rows) == 12


def test_records_have_one_figure_a_row():
    rows = figures(STATEMENT, "population", "age_band", "period", "value", "lower", "upper", "as_published")
    assert rows["C2"] == ("85+", "mid-2012", 15_900, 15_850, 15_950, "15,900")
    assert [band for band, *_ in rows.values()] == ["0-24", "25-64", "65-84", "85+"] * 2 + ["all"]


def test_a_label_can_say_several_fields():
    rows = figures(STATEMENT, "care_homes_by_locality", "quantity", "unit", "setting", "locality", "value")
    assert rows["B9"] == ("beds", "beds", "all", "all", 4818)
    assert rows["G4"] == ("care_homes", "care_homes", "residential", "harborough", 14)
    admissions = figures("dhsc_ascof_2024_25", "admissions_leicester", "quantity", "measure", "period", "value")
    assert admissions["B2"] == ("population", "at_date", "mid-2024", 46_623)
    assert admissions["C2"] == ("admission_rate_65_plus", "during_year", "2024/25", 596.3)


def test_thousands_of_pounds_are_pounds_and_stay_as_printed():
    rows = figures("leicester_foi_gross_budgets_2012", "gross_budget_by_service", "value", "lower", "as_published")
    assert rows["B2"] == (1_406_100, 1_406_050, "£1,406.1")


def test_areas_beside_the_councils_own():
    rows = figures(REPORT, "still_at_home_91_days", "area", "area_code", "value")
    assert rows["B4"] == ("england", "E06000016", 81.8) and rows["B2"][0] == "leicester"


def test_a_document_without_tables_has_no_figures():
    assert tidy.tidy("leicester_overview_2024").empty and tidy.tidy_texts("leicester_overview_2024").empty


def test_tables_of_words_have_dates_and_say_what_is_not_given():
    rows = tidy.tidy_texts(REPORT).set_index(["table", "cell"])
    meeting = rows.loc[("work_programme", "B8")]
    assert (meeting["date_start"], meeting["date_end"], meeting["status"]) == ("2023-10-05", "2023-10-05", "not given")
    action = rows.loc[("issues_for_action", "A4")]
    assert (action["date_start"], action["date_end"]) == ("2023-10-01", "2024-03-31")
    assert action["figures"] == "3180; 54.9%; 776; 51.9%"
    plan = rows.loc[("forward_plan", "A2")]
    assert plan[["date", "date_start", "status", "figures"]].tolist() == ["not given"] * 4
    assert rows.loc[("day_centre_closure_timetable", "A8"), "status"] == "tbc"
    assert set(rows["area_code"]) == {"E06000016"} and len(rows) == 8 + 6 + 9 + 15 + 14


def test_a_date_in_a_table_of_words_that_is_none_is_refused(project):
    replace(project / f"data/raw/{REPORT}/text_work_programme.csv", "7 March 2024", "37 March 2024")
    where = r"text_work_programme\.csv, table 'work_programme', row 16, cell A16: '37 March 2024'"
    with pytest.raises(InputError, match=where):
        tidy.tidy_texts(REPORT)


def test_rows_in_any_order_give_the_same_figures(project):
    before = tidy.tidy(STATEMENT)
    path = project / POPULATION
    header, *rows = path.read_text().splitlines(keepends=True)
    path.write_text(header + "".join(reversed(rows)))
    after = tidy.tidy(STATEMENT)
    assert before.drop(columns="cell").equals(after.drop(columns="cell"))


#: A table whose total of all support reasons is not printed.
WITHOUT_A_ROW_OF_TOTALS = """\
name: trial
title: Example of a document
publisher: Leicestershire County Council
authority: E10000018
published: "2016-01"
read: "2026-11-21"
licence: Open Government Licence v3.0
resources:
  - name: support_by_setting
    path: support_by_setting.csv
    title: People aged 65 and over by support reason and setting
    label: Table 1
    section: Overview
    quantity: people_with_long_term_support
    unit: people
    measure: during_year
    period: {label: 2015/16}
    constants: {age_band: 65+}
    reading: {rows: support_reason, columns: setting}
    labels:
      support_reason: {Mental Health Support: mental_health}
      setting: {Nursing: nursing, Residential: residential, Total: all}
    marks:
      "-": {lower: 0, upper: 4, meaning: Not explained in the source}
    totals:
      - across: setting
"""


@pytest.mark.pipeline
def test_a_table_without_its_row_of_totals_is_tidied(project):
    folder = project / "data/raw/trial"
    folder.mkdir()
    (folder / "datapackage.yaml").write_text(WITHOUT_A_ROW_OF_TOTALS, encoding="utf-8")
    (folder / "support_by_setting.csv").write_text("Reason,Nursing,Residential,Total\nMental Health Support,-,6,8\n")
    notebooks.run(project / "notebooks/10_tidy.ipynb", {"source": "trial"}, project / "build/trial.ipynb")
    assert len(read_processed("figures_trial")) == 3


@pytest.mark.pipeline
def test_a_document_with_marks_of_three_states_is_tidied_and_none_but_one_is_called_hidden(project):
    folder = project / "data/raw/trial"
    folder.mkdir()
    marks = {mark: {"meaning": "As in official statistics"} for mark in ("[x]", "[z]")}
    marks["[c]"] = {"lower": 1, "upper": 4, "meaning": "Confidential"}
    about = {"name": "trial", "title": "Trial", "publisher": "Council", "authority": "E10000018", "read": "2026-11-21"}
    table = declared(
        marks=marks, labels=PEOPLE["labels"] | {"setting": {"Nursing": "nursing", "Residential": "residential"}}
    )
    table = {key: value for key, value in table.items() if key != "totals"}
    table["labels"]["support_reason"] = {"Physical": "physical", "Sensory": "sensory"}
    (folder / "datapackage.yaml").write_text(yaml.safe_dump(about | {"licence": "None", "resources": [table]}))
    (folder / "people.csv").write_text("Reason,Nursing,Residential\nPhysical,[c],[x]\nSensory,[z],7\n")
    executed = project / "build/trial.ipynb"
    notebooks.run(project / "notebooks/10_tidy.ipynb", {"source": "trial"}, executed)
    rows = read_processed("figures_trial").set_index("cell")
    assert rows["status"].to_dict() == {
        "B2": "suppressed",
        "C2": "not_available",
        "B3": "not_applicable",
        "C3": "exact",
    }
    said = executed.read_text(encoding="utf-8")
    assert "2 figures in 1 table(s), of which 1 are suppressed" in said
    assert "One cell is not available and one cell is not applicable." in said


PEOPLE = {
    "name": "people",
    "path": "people.csv",
    "title": "People",
    "label": "Table 1",
    "section": "Overview",
    "quantity": "people_waiting",
    "unit": "people",
    "measure": "at_date",
    "period": {"label": "1 October 2024"},
    "constants": {"age_band": "all"},
    "reading": {"rows": "support_reason", "columns": "setting"},
    "labels": {
        "support_reason": {"Physical": "physical", "Sensory": "sensory", "All": "all"},
        "setting": {"Nursing": "nursing", "Residential": "residential", "Total": "all"},
    },
    "marks": {"-": {"lower": 0, "upper": 4, "meaning": "Hidden"}},
    "totals": [{"across": "setting"}, {"across": "support_reason"}],
}
#: A council that has no more than every council has.
COUNCILS = """[{id}]
name = "{name}"
code = "{code}"
briefings = ["money"]
paper = {{ committee = "One", meeting_date = "2026-11-26", author = "One", contact = "One" }}
"""
COUNCILS = "".join(
    COUNCILS.format(id=id, name=f"{id.capitalize()} County Council", code=code)
    for id, code in (("leicestershire", "E10000018"), ("leicester", "E06000016"))
)
TABLE = "Reason,Nursing,Residential,Total\nPhysical,10,20,30\nSensory,-,7,9\nAll,12,27,39\n"


@pytest.fixture
def trial(tmp_path, monkeypatch):
    """Write a document of some tables, and tidy it: (declaration, content) each, and corrections."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "authorities.toml").write_text(COUNCILS)
    folder = tmp_path / "data/raw/trial"
    folder.mkdir(parents=True)

    def write(*tables, corrections=()):
        about = {"name": "trial", "title": "Trial", "publisher": "Council", "authority": "E10000018"}
        about |= {"read": "2026-11-21", "licence": "None", "resources": [declared for declared, _ in tables]}
        (folder / "datapackage.yaml").write_text(yaml.safe_dump(about, sort_keys=False))
        for declared, content in tables:
            (folder / declared["path"]).write_text(content, encoding="utf-8")
        if corrections:
            (folder / "corrections.yaml").write_text(yaml.safe_dump({"corrections": list(corrections)}))
        return tidy.tidy("trial").set_index("cell")

    return write


def declared(**changes):
    return copy.deepcopy(PEOPLE) | changes


def correction(cell, printed, meant, table="people"):
    return {"table": table, "cell": cell, "printed": printed, "meant": meant, "reason": "A slip."}


def test_a_table_that_adds_is_tidied_with_the_bounds_of_its_hidden_counts(trial):
    rows = trial((PEOPLE, TABLE))
    assert rows["value"].map(str).loc[["B2", "B3", "D4"]].tolist() == ["10", "suppressed", "39"]
    assert rows.loc["B3", ["lower", "upper"]].tolist() == [0, 4]


STATES = {
    "-": {"lower": 0, "upper": 4, "meaning": "Hidden"},
    "[x]": {"meaning": "Not available"},
    "[z]": {"meaning": "Not applicable"},
}


def test_a_total_is_held_against_what_applies_and_not_where_a_part_is_missing(trial):
    rows = trial((declared(marks=STATES), TABLE.replace("-,7,9", "[z],9,9").replace("12,27,39", "10,29,39")))
    assert rows.loc["B3", ["status", "as_published"]].tolist() == ["not_applicable", "[z]"]
    with pytest.raises(InputError, match=r"cell D3: the total 9 .* come to 7\."):
        trial((declared(marks=STATES), TABLE.replace("-,7,9", "[z],7,9")))
    rows = trial((declared(marks=STATES), TABLE.replace("-,7,9", "[x],7,6").replace("12,27,39", "9,27,36")))
    assert rows.loc["B3", "status"] == "not_available" and pd.isna(rows.loc["B3", "lower"])
    with pytest.raises(InputError, match=r"cell C4: the total 28 .* come to 27"):
        trial((declared(marks=STATES), TABLE.replace("-,7,9", "[x],7,6").replace("12,27,39", "8,28,36")))


def test_a_total_of_which_no_part_applies_is_held_against_nothing(trial):
    rows = trial((declared(marks=STATES), TABLE.replace("-,7,9", "[z],[z],9").replace("12,27,39", "[x],[x],39")))
    assert rows.loc["D3", "value"] == 9


def test_a_cell_that_was_meant_to_be_not_available_is_that(trial):
    rows = trial((declared(marks=STATES), TABLE.replace("-", "–")), corrections=[correction("B3", "–", "[x]")])
    assert rows.loc["B3", ["value", "status", "as_published"]].tolist() == [
        NotGiven("not_available"),
        "not_available",
        "–",
    ]


def test_a_true_total_of_counts_below_five_adds(trial):
    rows = trial((PEOPLE, TABLE.replace("-,7,9", "less than 5,under 5,5").replace("12,27,39", "13,22,35")))
    assert rows.loc[["B3", "C3"], "value"].tolist() == [Suppressed(0, 4)] * 2


ONE_ROW = {"reading": {"rows": "period", "columns": "quantity"}, "totals": [], "period": {}, "marks": {}}


def a_column(quantity, **changes):
    """A table of one quantity by period, without totals."""
    about = declared(**ONE_ROW, labels={"quantity": {"Figure": quantity}}, quantity=quantity, measure="during_year")
    return {key: value for key, value in about.items() if value not in ([], {})} | changes


@pytest.mark.parametrize(
    "texts",
    [("0.4731", "0.4655"), ("0.47", "1.00"), ("0.5", "1"), ("82%", "79", "0.79"), ("-", "0.4655"), ("0", "0.9")],
)
def test_per_cent_that_lost_their_format_are_asked_about(trial, texts):
    about = a_column("share_with_eligible_needs", unit="per_cent", marks=STATES)
    content = "Year,Figure\n" + "".join(f"{2020 + n}/{21 + n},{text}\n" for n, text in enumerate(texts))
    with pytest.raises(InputError) as error:
        trial((about, content))
    small = next(text for text in texts if text.startswith("0."))
    for words in ("trial/people.csv", f"{small!r} can be {small} per cent", "a share of 1", "`multiplier: 100`"):
        assert words in str(error.value)
    if not any("%" in text for text in texts):
        scaled, plain = (trial(({**about, "multiplier": multiplier}, content)).iloc[1] for multiplier in (100, 1))
        assert scaled["value"] == pytest.approx(100 * plain["value"])


@pytest.mark.parametrize("texts", [("0.4%", "0.5%"), ("0.9", "1.2"), ("0", "1"), ("82%", "79"), ("0.9", "12.5")])
def test_small_per_cent_that_say_so_or_stand_beside_larger_ones_are_as_printed(trial, texts):
    content = "Year,Figure\n" + "".join(f"{2020 + n}/{21 + n},{text}\n" for n, text in enumerate(texts))
    rows = trial((a_column("share_with_eligible_needs", unit="per_cent"), content))
    assert rows["value"].tolist() == [float(text.strip("%")) for text in texts]


def test_years_with_a_hyphen_are_financial_years_and_months_where_declared(trial):
    content = "Year,Figure\n2009-10,5\n2010-11,6\n"
    assert trial((a_column("people_waiting"), content))["period"].tolist() == ["2009/10", "2010/11"]
    months = a_column("people_waiting", period={"kind": "month"})
    assert trial((months, content))["period"].tolist() == ["October 2009", "November 2010"]
    beside = "Year,Figure\n2009-10,5\n2009-09,6\n"
    with pytest.raises(InputError, match="'2009-10' can be the financial year 2009/10 or October 2009"):
        trial((a_column("people_waiting"), beside))
    records = {"columns_of_records": {"Figure": "value", "Year": "period"}}
    with pytest.raises(InputError, match=r"people\.csv, .*column 2: '2009-10' can be the financial year"):
        trial((a_column("people_waiting", reading=records, labels={}), "Figure,Year\n5,2009-10\n6,2009-09\n"))
    named = a_column(
        "people_waiting", labels={"quantity": {"Figure": "people_waiting"}, "period": {"2009-10": "2009/10"}}
    )
    assert trial((named, beside))["period"].tolist() == ["September 2009", "2009/10"]


def test_a_variance_in_brackets_is_below_nothing(trial):
    fields = {"quantity": "spending_change", "measure": "change"}
    about = a_column("spending_change", unit="gbp", multiplier=1000, labels={"quantity": {"Variance": fields}})
    rows = trial((about, "Year,Variance\n2022/23,(12)\n2023/24,46\n2024/25,(1)\n"))
    assert rows["value"].tolist() == [-12_000, 46_000, -1_000]
    assert rows["lower"].tolist() == [-12_500, 45_500, -1_500]
    with pytest.raises(InputError, match=r"cell B2: '\(12\)' can be below 0.*declare `measure: change`"):
        trial((a_column("gross_budget", unit="gbp"), "Year,Figure\n2022/23,(12)\n"))


def test_a_multiplier_of_the_cell_beside_its_tables_is_refused_with_its_cell(trial):
    about = a_column("gross_budget", unit="gbp", multiplier=1000)
    with pytest.raises(InputError, match=r"cell B3: '£12m' says 'm' itself"):
        trial((about, "Year,Figure\n2022/23,382\n2023/24,£12m\n"))


def test_a_corrected_figure_counts_as_meant_and_stays_as_printed(trial):
    rows = trial((PEOPLE, TABLE.replace("20", "2O")), corrections=[correction("C2", "2O", "20")])
    assert rows.loc["C2", ["value", "status", "as_published"]].tolist() == [20, "corrected", "2O"]
    assert rows.loc["B2", "status"] == "exact"


def test_a_corrected_label_is_read_as_meant_and_its_figures_are_as_printed(trial):
    rows = trial((PEOPLE, TABLE.replace("Sensory", "Sensery")), corrections=[correction("A3", "Sensery", "Sensory")])
    assert rows.loc["C3", ["support_reason", "value", "status"]].tolist() == ["sensory", 7, "exact"]


def test_the_statements_misprinted_year_is_read_as_meant():
    savings = figures(STATEMENT, "savings_targets", "period", "value", "as_published")
    assert savings["B2"] == ("2016/17", 7_660_000, "7,660")
    assert sources.read_printed(PROJECT / f"data/raw/{STATEMENT}/savings_targets.csv")[1] == ["2016/16", "7,660"]


def test_a_cell_that_was_meant_to_be_hidden_is_suppressed(trial):
    rows = trial((PEOPLE, TABLE.replace("-", "–")), corrections=[correction("B3", "–", "-")])
    assert rows.loc["B3", ["value", "status", "as_published"]].tolist() == [Suppressed(0, 4), "suppressed", "–"]


@pytest.mark.parametrize(
    ("declaration", "message"),
    [
        (
            correction("C2", "21", "20"),
            r"corrections\.yaml: .* people!C2 expects '21', and '20' stands in .*people\.csv",
        ),
        (correction("C9", "21", "20"), r"people!C9 expects '21', and there is no such cell"),
        (correction("C2", "20", "21", "poeple"), r"corrects a table 'poeple'\. Did you mean 'people'"),
        ({"table": "people", "cell": "C2"}, r"corrections\.yaml, corrections > item 1 lacks 'printed'"),
    ],
)
def test_a_correction_that_no_longer_fits_is_refused(trial, declaration, message):
    with pytest.raises(InputError, match=message):
        trial((PEOPLE, TABLE), corrections=[declaration])


def test_a_slip_that_is_mended_at_its_source_stops_the_run(project):
    replace(project / f"data/raw/{STATEMENT}/savings_targets.csv", "2016/16", "2016/17")
    with pytest.raises(InputError, match=r"savings_targets!A2 expects '2016/16'.*If the publisher mended it, remove"):
        tidy.tidy(STATEMENT)


def test_a_slip_that_nobody_declares_stops_the_run(project):
    (project / CORRECTIONS).unlink()
    with pytest.raises(
        InputError, match=r"savings_targets.csv, .*'2016/16' is no period.*declared in corrections\.yaml"
    ):
        tidy.tidy(STATEMENT)


def test_two_tables_may_say_the_same_and_not_different_things(trial):
    second = declared(name="again", path="again.csv", labels=PEOPLE["labels"] | {"setting": {"Total": "all"}})
    second["totals"] = [{"across": "support_reason"}]
    same = "Reason,Total\nPhysical,30\nSensory,9\nAll,39\n"
    assert len(trial((PEOPLE, TABLE), (second, same))) == 12
    with pytest.raises(InputError) as error:
        trial((PEOPLE, TABLE), (second, same.replace("30", "28").replace("39", "37")))
    assert "data/raw/trial: two figures for one thing" in str(error.value)
    assert "table people, cell D2: 30; table again, cell B2: 28" in str(error.value)


def test_two_pairs_of_tables_that_differ_are_refused_as_well(trial):
    plain = {"reading": {"columns": "quantity"}, "labels": {"quantity": {"People": "people_waiting"}}, "totals": []}
    names = ("one", "two", "three", "four")
    tables = [declared(name=name, path=f"{name}.csv", **plain) for name in names]
    tables = [{key: value for key, value in table.items() if key != "totals"} for table in tables]
    with pytest.raises(InputError, match="two figures for one thing"):
        trial(*((table, f"People\n{people}\n") for table, people in zip(tables, (5, 5, 6, 6), strict=True)))


def test_a_remainder_a_tolerance_and_parts_within_parts_are_as_declared(trial):
    content = TABLE.replace("39", "44")
    with pytest.raises(InputError, match=r"cell D4: the total 44 for .* does not add.* come to 39"):
        trial((PEOPLE, content))
    left_out = {"where": {"support_reason": "all"}, "lower": 5, "upper": 5, "reason": "A setting was left out."}
    beside = {"where": {"setting": "all"}, "lower": 4, "upper": 6, "reason": "Reasons were left out."}
    totals = [{"across": "setting", "remainders": [left_out]}, {"across": "support_reason", "remainders": [beside]}]
    assert trial((declared(totals=totals), content)).loc["D4", "value"] == 44
    with pytest.raises(InputError, match="come to 44"):
        trial((declared(totals=totals), TABLE.replace("39", "45")))
    near = [{"across": "setting", "tolerance": 5}, {"across": "support_reason", "tolerance": 5}]
    assert trial((declared(totals=near), content)).loc["D4", "value"] == 44
    within = [{"across": "setting"}, {"across": "support_reason", "within_other_parts": ["sensory"]}]
    with pytest.raises(InputError, match="does not add"):
        trial((declared(totals=within), TABLE))
    content = TABLE.replace("12,27,39", "10,20,30")
    assert trial((declared(totals=within), content)).loc["D4", "value"] == 30


BAD_TABLES = {
    "a cell that is no number": (TABLE.replace("20", "2O"), ["cell C2", "'2O' is no figure", "Compare the cell"]),
    "an unknown mark": (TABLE.replace("-", "*"), ["cell B3", "'*'", "marks declared: '-'"]),
    "a sign against the unit": (TABLE.replace("20", "20%"), ["cell C2", "'20%' is in per cent", "declared as people"]),
    "a row total that does not add": (
        TABLE.replace("30", "31"),
        ["cell D2", "the total 31 for period 1 October 2024, support reason physical", "across setting come to 30"],
    ),
    "a row total beyond its hidden counts": (
        TABLE.replace("7,9", "7,12").replace("39", "42"),
        ["cell D3", "the total 12", "come to between 7 and 11"],
    ),
    "a column total that does not add": (
        TABLE.replace("12,27", "9,30"),
        ["cell B4", "the total 9", "across support reason come to between 10 and 14"],
    ),
    "a label that is not declared": (
        TABLE.replace("Physical", "Physcal"),
        ["column 1", "the label 'Physcal' is not declared", "Did you mean 'Physical'"],
    ),
    "a header that is not declared": (
        TABLE.replace("Nursing", "Nursng"),
        ["header", "the label 'Nursng' is not declared", "Did you mean 'Nursing'"],
    ),
    "a row gone": (
        TABLE.replace("Physical,10,20,30\n", ""),
        ["column 1", "'Physical' is declared and not in the table"],
    ),
    "a column gone": ("Reason,Nursing,Residential\nPhysical,1,2\n", ["header", "'Total' is declared and not in the"]),
    "a row twice": (f"{TABLE}Sensory,-,7,9\n", ["column 1", "a label stands there twice"]),
    "a column more": (TABLE.replace("10,20,30", "10,20,30,1"), ["row 2", "5 cells"]),
}


@pytest.mark.parametrize("mistake", BAD_TABLES)
def test_a_mistake_in_a_table_is_named_with_its_place(trial, mistake):
    content, expected = BAD_TABLES[mistake]
    with pytest.raises(InputError) as error:
        trial((PEOPLE, content))
    for words in ["data/raw/trial/people.csv", *expected]:
        assert words in str(error.value), f"{words!r} is not in: {error.value}"


@pytest.mark.parametrize(
    ("source", "file", "old", "new", "expected"),
    [
        (STATEMENT, "long_term_support_65_plus", "6,913", "6,914", ["cell H11", "6,914", "does not add"]),
        (STATEMENT, "population", "753,100", "763,100", ["cell C10", "763,100", "across age band"]),
        (
            STATEMENT,
            "population",
            "65-84,2012",
            '65-84,2012,"106,000"\n65-84,2012',
            ["two figures", "mid-2012", "106,000"],
        ),
        (
            STATEMENT,
            "population",
            "Total population,2037",
            "Total population,20037",
            ["cell B10", "'20037' is no mid year"],
        ),
        (STATEMENT, "population", "Age band,", "Age,", ["the header reads Age, Mid-year, People", "expects Age band"]),
        (REPORT, "quality_assurance", "(73/92 assessed", "(73 of 92 assessed", ["cell C7", "does not read like"]),
        (REPORT, "sickness_days", "2021/22 Q1", "2021/23 Q1", ["header: '2021/23 Q1' is no period"]),
        (REPORT, "text_forward_plan", "Topic,", "Theme,", ["the header reads Theme"]),
    ],
)
def test_a_mistake_in_a_published_table_is_named_with_its_place(project, source, file, old, new, expected):
    replace(project / f"data/raw/{source}/{file}.csv", old, new)
    with pytest.raises(InputError) as error:
        tidy.tidy_texts(source) if file.startswith("text_") else tidy.tidy(source)
    for words in [f"data/raw/{source}", *expected]:
        assert words in str(error.value), f"{words!r} is not in: {error.value}"


#: Tables of the shapes that councils print: what is declared otherwise than in PEOPLE, the content, and what some
#: cells then say (columns of the tidy table).
BY_YEAR = {
    "period": None,
    "totals": None,
    "marks": None,
    "reading": {"rows": ["support_reason", "setting"], "columns": "period", "merged": ["support_reason"]},
    "labels": {
        "support_reason": {"Physical": "physical", "Sensory": "sensory"},
        "setting": {"Nursing": "nursing", "Residential": "residential"},
    },
}
RATES = {
    "quantity": None,
    "unit": None,
    "reading": {"rows": "support_reason", "columns": "quantity"},
    "labels": {
        "support_reason": {"Physical": "physical", "Sensory": "sensory", "All": "all"},
        "quantity": {
            "Assessments": {"quantity": "assessments_completed", "unit": "assessments"},
            "% eligible": {"quantity": "share_with_eligible_needs", "unit": "per_cent"},
        },
    },
    "totals": [{"across": "support_reason"}],
}
RATES_CSV = "Reason,Assessments,% eligible\nPhysical,600,50%\nSensory,400,40%\nAll,1000,46%\n"
MERGED_CSV = "Reason,Setting,2022/23,2023/24\nPhysical,Nursing,22,31\n,Residential,18,44\nSensory,Nursing,10,13\n"
RECORDS = {
    "totals": None,
    "marks": None,
    "reading": {
        "columns_of_records": {
            **{"DATE": "period", "NAME": "area", "CODE": "area", "REASON": "support_reason"},
            **{"VALUE": "value", "STATUS": "not_read"},
        }
    },
    "labels": {
        "area": {"Leicestershire": "leicestershire", "E10000018": "leicestershire", "England": "not_read"},
        "support_reason": {"Physical": "physical", "Sensory": "sensory"},
    },
}
RECORDS_CSV = "DATE,NAME,CODE,REASON,VALUE,STATUS\n2023,Leicestershire,E10000018,Physical,12,Normal\n"


def of(changes):
    """The declaration of PEOPLE with these changes; what is None is left out."""
    return {key: value for key, value in declared(**changes).items() if value is not None}


@pytest.mark.parametrize(
    "content",
    [
        f"{TABLE},,,\n,,,\n",
        f"{TABLE},,,,,,\n, , ,\n\n",
        f",,,\n\n{TABLE}",
        TABLE.replace("\n", ",,\n"),
        "".join(f",,{line}\n" for line in TABLE.split()),
    ],
    ids=["rows below", "wider rows below", "rows above", "columns to the right", "columns to the left"],
)
def test_blank_rows_and_columns_at_the_edge_do_no_harm(trial, content):
    rows = trial((PEOPLE, content))
    assert rows["value"].map(str).tolist() == trial((PEOPLE, TABLE))["value"].map(str).tolist()


def test_cells_keep_their_names_beside_blank_rows_and_columns(trial):
    rows = trial((PEOPLE, ",,,,\n" + "".join(f",{line}\n" for line in TABLE.split())))
    assert rows.loc["C3", "value"] == 10 and rows.loc["E5", "value"] == 39
    slip = [correction("D3", "2O", "20")]
    content = ",,,,\n" + "".join(f",{line}\n" for line in TABLE.replace("20", "2O").split())
    assert trial((PEOPLE, content), corrections=slip).loc["D3", ["value", "as_published"]].tolist() == [20, "2O"]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (TABLE.replace("Sensory", ",,,\nSensory"), ["cell A3, column 1", "the label is blank", "merged"]),
        (TABLE.replace("10,20", "10,"), ["cell C2: it is blank, which is no figure", "marks"]),
        (TABLE.replace("Nursing", ""), ["cell B1, header", "the label is blank"]),
    ],
)
def test_what_is_blank_within_a_table_is_refused_with_its_cell(trial, content, words):
    with pytest.raises(InputError) as error:
        trial((PEOPLE, content))
    assert all(word in str(error.value) for word in words), error.value


def test_a_title_above_and_notes_below_are_left_out_where_declared(trial):
    content = f"Table 1: People\n\n{TABLE}\nSource: the council\n"
    table = declared(dialect={"headerRows": [3], "commentRows": [8]})
    assert trial((table, content)).loc["B4", "value"] == 10
    with pytest.raises(InputError, match=r"row 8 \('Source: the council'\) has 1 cells and the header has 4"):
        trial((declared(dialect={"headerRows": [3]}), content))
    with pytest.raises(InputError, match="no header in the rows 30, which its dialect declares"):
        trial((declared(dialect={"headerRows": [30]}), content))


def test_three_header_rows_are_read_as_one_label(trial):
    table = of(
        {
            "reading": {"rows": "support_reason", "columns": "setting"},
            "labels": PEOPLE["labels"]
            | {"setting": {"Care: Long: A": "nursing", "Care: Long: B": "residential", "All": "all"}},
            "dialect": {"headerRows": [1, 2, 3]},
        }
    )
    content = "Reason,Care,,All\n,Long,,\n,A,B,\n" + TABLE.split("\n", 1)[1]
    assert trial((table, content)).loc["C4", ["setting", "value"]].tolist() == ["residential", 20]


def test_a_merged_label_counts_for_the_rows_below_it_where_declared(trial):
    rows = trial((of(BY_YEAR), MERGED_CSV))
    assert rows.loc["C3", ["support_reason", "setting", "value"]].tolist() == ["physical", "residential", 18]
    assert rows.loc["D4", ["support_reason", "value"]].tolist() == ["sensory", 13]
    undeclared = {"reading": BY_YEAR["reading"] | {"merged": None}}
    undeclared["reading"].pop("merged")
    with pytest.raises(InputError, match=r"cell A3, column 1: the label is blank.*merged: \[support_reason\]"):
        trial((of(BY_YEAR | undeclared), MERGED_CSV))


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (MERGED_CSV.replace("Physical", ""), "cell A2, column 1: the label is blank"),
        (MERGED_CSV.replace("Sensory,Nursing", "Sensory,"), "cell B4, column 2: the label is blank"),
        (MERGED_CSV.replace("Sensory,Nursing,10,13", ",,,\nSensory,Nursing,10,13"), "cell A4, column 1"),
    ],
    ids=["nothing above", "under another label", "a blank row"],
)
def test_a_blank_label_that_nothing_fills_is_refused(trial, content, words):
    table = of(BY_YEAR | {"reading": BY_YEAR["reading"] | {"merged": ["support_reason", "setting"]}})
    with pytest.raises(InputError) as error:
        trial((table, content))
    assert words in str(error.value)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"reading": BY_YEAR["reading"] | {"merged": ["period"]}}, "merged: 'period' is no column of labels"),
        ({"reading": BY_YEAR["reading"] | {"merged": ["locality"]}}, "merged: 'locality' is no column of labels"),
        (
            {"labels": BY_YEAR["labels"] | {"support_reason": {"Physical": "physical", "": "sensory"}}},
            "a blank label of 'support_reason' is declared, and as merged too",
        ),
    ],
)
def test_what_cannot_be_merged_is_refused(trial, changes, words):
    with pytest.raises(InputError) as error:
        trial((of(BY_YEAR | changes), MERGED_CSV))
    assert words in str(error.value)


def test_columns_and_rows_declared_as_not_read_are_left_out(trial):
    rows = trial((of(RECORDS), f"{RECORDS_CSV}2023,England,E10000018,Physical,99,Normal\n"))
    assert rows["value"].tolist() == [12] and rows.index.tolist() == ["E2"]
    notes = PEOPLE["labels"]["setting"] | {"Notes": "not_read"}
    content = TABLE.replace("Total\n", "Total,Notes\n").replace("30\n", "30,see below\n").replace("9\n", "9,\n")
    assert len(trial((declared(labels=PEOPLE["labels"] | {"setting": notes}), content))) == 9
    code = {"rows": ["not_read", "support_reason"], "columns": "setting"}
    content = "".join(f"x,{line}\n" for line in TABLE.split())
    assert trial((declared(reading=code), content)).loc["C2", "value"] == 10
    row = PEOPLE["labels"]["support_reason"] | {"Of whom new": "not_read"}
    content = TABLE.replace("All", "Of whom new,n/a,n/a,n/a\nAll")
    assert len(trial((declared(labels=PEOPLE["labels"] | {"support_reason": row}), content))) == 9


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        (
            {"reading": {"rows": "support_reason", "columns": "not_read"}},
            "its columns are not_read, so that nothing is",
        ),
        (
            {"labels": PEOPLE["labels"] | {"setting": dict.fromkeys(("Nursing", "Residential", "Total"), "not_read")}},
            "table 'people': no cell of it is read",
        ),
    ],
)
def test_a_table_of_which_nothing_is_read_is_refused(trial, changes, words):
    with pytest.raises(InputError) as error:
        trial((declared(totals=[{"across": "support_reason"}], **changes), TABLE))
    assert words in str(error.value)


def test_labels_that_disagree_about_a_figure_are_refused(trial):
    labels = RECORDS["labels"] | {"area": {"Leicester": "leicester", "E10000018": "leicestershire"}}
    with pytest.raises(InputError, match="row 2: its labels say two things of its area, leicester and leicestershire"):
        trial((of(RECORDS | {"labels": labels}), RECORDS_CSV.replace("Leicestershire", "Leicester")))
    labels = PEOPLE["labels"] | {
        "setting": {"Nursing": {"setting": "nursing", "support_reason": "social"}, "Total": "all"}
    }
    with pytest.raises(
        InputError, match="cell B2: its labels say two things of its support_reason, physical and social"
    ):
        trial(
            (
                declared(labels=labels, totals=[{"across": "setting"}, {"across": "support_reason"}]),
                "R,Nursing,Total\nPhysical,1,1\n",
            )
        )


def test_counts_are_added_and_shares_beside_them_are_not(trial):
    rows = trial((of(RATES), RATES_CSV))
    assert rows.loc[["B4", "C4"], "value"].tolist() == [1000, 46]
    with pytest.raises(InputError, match=r"cell B4: the total 999 .* come to 1,000"):
        trial((of(RATES), RATES_CSV.replace("1000", "999")))


@pytest.mark.parametrize("unit", ["per_cent", "percentage_points", "per_100k", "rank", "times", "years"])
def test_a_table_of_what_does_not_add_needs_no_totals(trial, unit):
    quantity = {"% eligible": {"quantity": "share_with_eligible_needs", "unit": unit}}
    labels = RATES["labels"] | {"quantity": quantity}
    content = "Reason,% eligible\nPhysical,50\nSensory,40\nAll,46\n"
    assert len(trial((of(RATES | {"labels": labels, "totals": None}), content))) == 3
    assert len(trial((of(RATES | {"labels": labels}), content))) == 3


def test_averages_are_not_added(trial):
    labels = {**RATES["labels"], "quantity": {"Days": {"quantity": "sickness_days", "unit": "days"}}}
    content = "Reason,Days\nPhysical,7\nSensory,9\nAll,8\n"
    assert len(trial((of(RATES | {"labels": labels}), content))) == 3


def test_totals_can_be_held_to_some_quantities(trial):
    both = {
        "Assessments": {"quantity": "assessments_completed", "unit": "assessments"},
        "Reviews": {"quantity": "reviews_completed", "unit": "reviews"},
    }
    content = "Reason,Assessments,Reviews\nPhysical,600,5\nSensory,400,5\nAll,1000,7\n"
    table = RATES | {"labels": RATES["labels"] | {"quantity": both}}
    with pytest.raises(InputError, match="cell C4: the total 7"):
        trial((of(table), content))
    held = {"totals": [{"across": "support_reason", "quantities": ["assessments_completed"]}]}
    assert len(trial((of(table | held), content))) == 6
    with pytest.raises(InputError, match="cell B4: the total 1001"):
        trial((of(table | held), content.replace("1000", "1001")))
    for wrong in ("share_with_eligible_needs", "people_reviewed"):
        held = {"totals": [{"across": "support_reason", "quantities": [wrong]}]}
        with pytest.raises(
            InputError, match=rf"totals across support_reason: .*'{wrong}', which does not add, or is not"
        ):
            trial((of(RATES | held), RATES_CSV))


def test_parts_may_hold_more_than_the_total_where_that_is_declared(trial):
    fewer = {"where": {"setting": "all"}, "lower": -2, "upper": -1, "reason": "People with two reasons count in both."}
    totals = [{"across": "setting"}, {"across": "support_reason", "remainders": [fewer]}]
    content = TABLE.replace("All,12,27,39", "All,12,26,38").replace("7,9", "7,9")
    with pytest.raises(InputError, match="cell C4"):
        trial((declared(totals=totals), content))
    everywhere = [
        {"across": "setting"},
        {"across": "support_reason", "remainders": [fewer | {"where": {}, "lower": -3}]},
    ]
    assert trial((declared(totals=everywhere), content)).loc["D4", "value"] == 38


def test_a_remainder_that_no_total_has_is_refused(trial):
    nowhere = {"where": {"support_reason": "social"}, "lower": 1, "upper": 1, "reason": "None."}
    with pytest.raises(InputError, match="remainder is declared for support reason: social, and no such total stands"):
        trial((declared(totals=[{"across": "setting", "remainders": [nowhere]}, {"across": "support_reason"}]), TABLE))


@pytest.mark.pipeline
def test_a_remainder_of_every_total_is_shown_as_that(project):
    folder = project / "data/raw/trial"
    folder.mkdir()
    every = {"where": {}, "lower": 0, "upper": 400, "reason": "Other lines are not copied."}
    table = of(RATES | {"totals": [{"across": "support_reason", "remainders": [every]}]})
    about = {"name": "trial", "title": "Trial", "publisher": "Council", "authority": "E10000018"}
    about |= {"read": "2026-11-21", "licence": "None", "resources": [table]}
    (folder / "datapackage.yaml").write_text(yaml.safe_dump(about, sort_keys=False))
    (folder / "people.csv").write_text(RATES_CSV.replace("400", "300"))
    run = notebooks.run(project / "notebooks/10_tidy.ipynb", {"source": "trial"}, project / "build/trial.ipynb")
    shown = run.read_text(encoding="utf-8")
    assert "every total" in shown and "<td>assessments</td>" in shown


def test_a_label_of_another_unit_takes_neither_multiplier_nor_rounding_of_its_table(trial):
    quantity = {
        "Budget £000": {"quantity": "gross_budget"},
        "% of all": {"quantity": "share_with_eligible_needs", "unit": "per_cent"},
        "Staff": {"quantity": "posts", "unit": "staff", "rounded_to": 10},
    }
    table = RATES | {"unit": "gbp", "multiplier": 1000, "rounded_to": 5000, "totals": None}
    table |= {"labels": {"support_reason": {"Physical": "physical"}, "quantity": quantity}}
    rows = trial((of(table), 'Reason,Budget £000,% of all,Staff\nPhysical,"12,990",12.8%,50\n'))
    assert rows.loc["B2", ["value", "lower", "upper"]].tolist() == [12_990_000, 12_987_500, 12_992_500]
    assert rows.loc["C2", "value"] == 12.8 and rows.loc["C2", "upper"] == pytest.approx(12.85)
    assert rows.loc["D2", ["value", "lower", "upper"]].tolist() == [50, 45, 55]


def test_all_mistakes_of_a_document_are_said_in_one_run(trial):
    again = declared(name="again", path="again.csv", labels=PEOPLE["labels"] | {"setting": {"Total": "all"}})
    again["totals"] = [{"across": "support_reason"}]
    first = TABLE.replace("10,20", "1O,2O").replace("All,12", "All,90")
    second = "Reason,Total\nPhysical,30\nSensroy,9\nAll,39\n"
    with pytest.raises(InputError) as error:
        trial((PEOPLE, first), (again, second))
    said = str(error.value).splitlines()
    assert said[0] == "4 mistakes:" and len(said) == 5
    for words, line in zip(
        [
            "cell B2: '1O'",
            "cell C2: '2O'",
            "cell D4: the total 39",
            "cell A3, column 1: the label 'Sensroy'",
        ],
        said[1:],
        strict=True,
    ):
        assert words in line
    assert "again.csv" in said[4] and "people.csv" in said[1]


def test_more_mistakes_than_a_person_reads_are_counted(trial):
    setting = {f"S{number}": "nursing" for number in range(30)}
    labels = {"support_reason": {"Physical": "physical"}, "setting": setting}
    content = f"Reason,{','.join(setting)}\nPhysical{',x' * 30}\n"
    with pytest.raises(InputError) as error:
        trial((of({"labels": labels, "totals": None}), content))
    said = str(error.value).splitlines()
    assert said[0] == "30 mistakes:" and len(said) == 22 and said[-1] == "and 10 more."


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("10,20", "1-Oct,20", "cell B2: '1-Oct' is a date, which a spreadsheet makes of '10-1'"),
        ("10,20", "#REF!,20", "cell B2: '#REF!' is the error of a spreadsheet's formula"),
        (
            "10,20",
            "1.0E+01,20",
            "cell B2: '1.0E+01' is a number that a spreadsheet cut to a few digits: some number from 9.5",
        ),
        ("10,20", "####,20", "cell B2: '####' is what a spreadsheet shows in too narrow a column"),
        ("Physical", "May-18", "cell A2, column 1: the label 'May-18' is not declared. It is a date"),
    ],
)
def test_what_a_spreadsheet_damaged_is_called_that(trial, old, new, words):
    with pytest.raises(InputError) as error:
        trial((PEOPLE, TABLE.replace(old, new)))
    assert words in str(error.value)


def test_a_spreadsheets_own_file_reads_like_its_csv(trial, tmp_path):
    expected = trial((PEOPLE, TABLE))["value"].map(str).tolist()
    folder = tmp_path / "data/raw/trial"
    (folder / "people.csv").unlink()
    workbook = xlsxwriter.Workbook(folder / "people.xlsx")
    for name in ("Notes", "Table 1"):
        sheet = workbook.add_worksheet(name)
    for y, line in enumerate(["Table 1", *TABLE.split()]):
        for x, cell in enumerate(line.split(",")):
            sheet.write(y, x, int(cell) if cell.isdigit() else cell)
    workbook.close()

    def read(**changes):
        table = declared(path="people.xlsx", dialect={"headerRows": [2]}, **changes)
        about = yaml.safe_load((folder / "datapackage.yaml").read_text())
        (folder / "datapackage.yaml").write_text(yaml.safe_dump(about | {"resources": [table]}, sort_keys=False))
        return tidy.tidy("trial").set_index("cell")

    rows = read(sheet="Table 1")
    assert rows["value"].map(str).tolist() == expected
    assert rows.loc["D5", ["value", "as_published"]].tolist() == [39, "39"]
    with pytest.raises(
        InputError, match=r"data/raw/trial/people\.xlsx has no sheet 'Table 2'\. Did you mean 'Table 1'"
    ):
        read(sheet="Table 2")
    with pytest.raises(InputError, match=r"data/raw/trial/people\.xlsx has 2 sheets: say which"):
        read()


@pytest.mark.pipeline
def test_a_spreadsheets_own_file_is_what_its_figures_are_made_from(project):
    folder = project / "data/raw/trial"
    folder.mkdir()
    workbook = xlsxwriter.Workbook(folder / "people.xlsx")
    sheet, share = workbook.add_worksheet(), workbook.add_format({"num_format": "0.0%"})
    for y, (*words, part) in enumerate([("Reason", "Assessments", "% eligible"), ("Physical", 600, 0.5038)]):
        sheet.write_row(y, 0, words)
        sheet.write(y, 2, part, share)
    workbook.close()
    labels = RATES["labels"] | {"support_reason": {"Physical": "physical"}}
    about = {"name": "trial", "title": "Trial", "publisher": "Council", "authority": "E10000018", "read": "2026-11-21"}
    about |= {"licence": "None", "resources": [of(RATES | {"path": "people.xlsx", "labels": labels, "totals": None})]}
    (folder / "datapackage.yaml").write_text(yaml.safe_dump(about, sort_keys=False))
    declared = ["authorities.toml", *reads.tidy_files("trial")]
    assert "data/raw/trial/people.xlsx" in declared and reads.tidied("trial") == ["figures_trial"]
    notebooks.run(project / "notebooks/10_tidy.ipynb", {"source": "trial"}, project / "build/trial.ipynb", declared)
    assert read_processed("figures_trial")["as_published"].tolist() == ["600", "50.4%"]
    made = yaml.safe_load((project / "data/processed/figures_trial.yaml").read_text())["made_from"]
    assert {"data/raw/trial/people.xlsx", "data/raw/trial/datapackage.yaml"} <= {part["path"] for part in made}


DATES = {
    **dict.fromkeys(("TBC", "Spring 2024", "Autumn", "ongoing", "to be confirmed", "Winter 2023/24", "by March 2024")),
    **dict.fromkeys(("March/April 2024", "early 2024", "31 March 2024 (provisional)", "w/c 4 March 2024", "monthly")),
    "4 March 2024": ("2024-03-04", "2024-03-04"),
    "Q1 2023/24": ("2023-04-01", "2023-06-30"),
}


@pytest.fixture
def agenda(tmp_path, trial):
    """Write a table of words, of these rows, and read it."""

    def write(content, **reading):
        (tmp_path / "data/raw/trial/text_work.csv").unlink(missing_ok=True)
        trial((PEOPLE, TABLE))
        path = tmp_path / "data/raw/trial/datapackage.yaml"
        about = yaml.safe_load(path.read_text())
        columns = {"Item": "item", "Date": "date", "Progress": "status", "Lead": "not_read"}
        words = {"name": "work", "path": "text_work.csv", "title": "Work", "label": "Appendix", "section": "Work"}
        words |= {"reading": {"columns_of_texts": columns, **reading}}
        path.write_text(yaml.safe_dump(about | {"resources": [PEOPLE, words]}, sort_keys=False))
        (path.parent / "text_work.csv").write_text(f"Item,Date,Progress,Lead\n{content}", encoding="utf-8")
        return tidy.tidy_texts("trial").set_index("cell")

    return write


@pytest.mark.parametrize("date", DATES)
def test_a_date_in_words_is_kept_as_printed_without_days(agenda, date):
    row = agenda(f"Charging,{date},Open,Ann\n,,,\n").loc["A2"]
    assert row["date"] == date and (row["date_start"], row["date_end"]) == (DATES[date] or ("not given", "not given"))
    assert "Ann" not in row.tolist()


@pytest.mark.parametrize(
    "date", ["37 March 2024", "30 February 2024", "by 37 March 2024", "Spring 20245", "4 Marhc 2024"]
)
def test_a_date_with_a_number_that_fits_no_date_is_refused(agenda, date):
    with pytest.raises(InputError, match=rf"text_work\.csv, table 'work', row 3, cell B3: '{date}' is no period"):
        agenda(f"Charging,TBC,Open,Ann\nCarers,{date},Open,Ann\n")


def test_mistakes_in_a_table_of_words_are_said_together(agenda):
    with pytest.raises(InputError) as error:
        agenda("=cmd|' /C calc'!A0,TBC,Open,x\n,,,\nCarers,37 March 2024,Open,x\n")
    said = str(error.value).splitlines()
    assert said[0] == "3 mistakes:"
    assert "cell A2" in said[1] and "formula" in said[1] and "row 3 is blank" in said[2] and "cell B4" in said[3]


def test_a_merged_date_in_a_table_of_words_counts_for_the_rows_below(agenda):
    rows = agenda("Charging,4 March 2024,Open,x\nCarers,,Open,x\n", merged=["date"])
    assert rows["date_start"].tolist() == ["2024-03-04"] * 2
    assert agenda("Charging,4 March 2024,Open,x\nCarers,,Open,x\n")["date"].tolist() == ["4 March 2024", "not given"]


#: As published.parse_figure reads signs and brackets.
SIGNS = {
    "a variance in brackets": ("(12)", {}, (-12_000, -12_500, -11_500)),
    "a variance with a sign": ("-12", {}, (-12_000, -12_500, -11_500)),
    "a fall in per cent": ("-4.68%", {"unit": "per_cent", "multiplier": 1}, (-4.68, -4.685, -4.675)),
}


@pytest.mark.parametrize("kind", SIGNS)
def test_a_change_below_nothing_is_read_with_its_bounds(trial, kind):
    text, fields, figure = SIGNS[kind]
    quantity = {"Budget £000": "gross_budget", "Change": {"quantity": "spending_change", "measure": "change", **fields}}
    table = RATES | {"unit": "gbp", "multiplier": 1000, "totals": None}
    table |= {"labels": {"support_reason": {"Physical": "physical", "All": "all"}, "quantity": quantity}}
    table["totals"] = [{"across": "support_reason"}]
    rows = trial((of(table), f"Reason,Budget £000,Change\nPhysical,46,{text}\nAll,46,{text}\n"))
    assert rows.loc["C2", ["value", "lower", "upper"]].tolist() == pytest.approx(list(figure))
    assert rows.loc["B2", "value"] == 46_000
