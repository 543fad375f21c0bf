import pandas as pd
import pytest
from conftest import PROJECT, replace

from helpers.base import authorities, paths
from helpers.base.cells import NotGiven, Suppressed
from helpers.base.errors import InputError
from helpers.council import figures
from helpers.published import processed, tidy


def frame(**columns):
    return pd.DataFrame({"area_code": ["E10000018", "E10000018"], "year": [2015, 2016]} | columns)


def write(table, name="trial"):
    return processed.write_processed(table, name, "A trial", "notebooks/none.ipynb", [])


def test_numbers_and_the_suppressed_come_back_as_they_went(project):
    table = frame(people=[12.34, Suppressed(0, 4)], people_lower=[12, 0], people_upper=[13, 4])
    assert write(table) == "data/processed/trial.csv"
    written = (project / "data/processed/trial.csv").read_text(encoding="utf-8").split("\n")
    assert written == [
        "area_code,year,people,people_lower,people_upper",
        "E10000018,2015,12.3,12,13",
        "E10000018,2016,suppressed,0,4",
        "",
    ]
    back = processed.read_processed("trial")
    assert back["people"].tolist() == [12.3, Suppressed(0, 4)]


def test_figures_come_back_with_their_decimals_and_bounds(project):
    values, lower, upper = [88.2, 1406100, 100 / 3], [88.15, 1406050, 85 / 3], [88.25, 1406150, 115 / 3]
    write(pd.DataFrame({"value": values, "lower": lower, "upper": upper, "unit": "per_cent"}))
    back = processed.read_processed("trial")
    for column, wanted in (("value", values), ("lower", lower), ("upper", upper)):
        assert back[column].tolist() == pytest.approx(wanted, rel=1e-11)
    assert "1406100,1406050,1406150" in (project / "data/processed/trial.csv").read_text(encoding="utf-8")


def test_a_withheld_count_is_no_number_and_says_who_keeps_it_back(project):
    values = pd.Series([Suppressed(22, 27, "withheld"), Suppressed(0, 4), 12.5], dtype=object)
    status = ["withheld", "suppressed", "rounded"]
    write(pd.DataFrame({"value": values, "lower": [22, 0, 12], "upper": [27, 4, 13], "status": status}))
    back = processed.read_processed("trial")
    assert back["value"].tolist() == values.tolist()
    assert [str(value) for value in back["value"]] == ["withheld", "suppressed", "12.5"]
    with pytest.raises(TypeError, match="suppressed count"):
        back["value"].sum()


def test_what_is_not_given_has_no_bounds_and_says_which_it_is(project):
    values = pd.Series([NotGiven("not_available"), Suppressed(0, 4), NotGiven("not_applicable"), 12], dtype=object)
    status = ["not_available", "suppressed", "not_applicable", "exact"]
    nan = float("nan")
    written = pd.DataFrame({"value": values, "lower": [nan, 0, nan, 12], "upper": [nan, 4, nan, 12], "status": status})
    write(written)
    lines = (project / "data/processed/trial.csv").read_text(encoding="utf-8").splitlines()[1:]
    assert lines == [
        "not_available,none,none,not_available",
        "suppressed,0,4,suppressed",
        "not_applicable,none,none,not_applicable",
        "12,12,12,exact",
    ]
    back = processed.read_processed("trial")
    assert back["value"].tolist() == values.tolist() and back["lower"].isna().tolist() == [True, False, True, False]
    pd.testing.assert_frame_equal(back, written, check_dtype=False)
    with pytest.raises(TypeError, match="cannot be calculated with"):
        back["value"].sum()


@pytest.mark.parametrize("source", ["leicestershire_market_position_statement_2016", "cfas_ii_dementia_2013"])
def test_tidy_figures_come_back_as_they_were_written(project, source):
    tidied = tidy.tidy(source)
    write(tidied)
    pd.testing.assert_frame_equal(processed.read_processed("trial"), tidied, check_dtype=False)


@pytest.mark.parametrize(
    ("table", "message"),
    [
        (frame(persons=[1, 2]), "'persons' without a meaning"),
        (frame(people=[1, None]), "blank cell in the column 'people'"),
        (frame(people=[1.0, float("nan")]), "blank cell"),
        (frame()[:0], "no rows"),
    ],
)
def test_a_table_that_is_not_whole_is_not_written(project, table, message):
    with pytest.raises(InputError, match=message):
        write(table)
    assert not list((project / "data/processed").glob("trial*"))


@pytest.mark.parametrize(
    "text", ["=cmd|' /C calc'!A0", "@SUM(A1)", "+cmd|x", "-2+3+cmd|' /C calc'!A0", "\t=1", '=HYPERLINK("file://x")']
)
@pytest.mark.parametrize("column", ["what", "as_published", "cause", "item"])
def test_a_text_that_a_spreadsheet_would_carry_out_is_not_written(project, column, text):
    with pytest.raises(InputError, match=rf"'trial' has in the column '{column}' a text that a spreadsheet would"):
        write(pd.DataFrame({column: ["words", text]}))
    assert not list((project / "data/processed").glob("trial*"))


@pytest.mark.parametrize("text", ["-", "-4.68%", "(12)", "- Item (new)", "a = b", "+3"])
def test_figures_below_nothing_and_marks_are_written_as_they_are(project, text):
    write(pd.DataFrame({"as_published": [text]}))
    assert processed.read_processed("trial")["as_published"].tolist() == [text]


def test_the_same_bytes_are_not_written_again(project):
    write(frame())
    path = project / "data/processed/trial.csv"
    before = path.stat().st_mtime_ns
    write(frame())
    assert path.stat().st_mtime_ns == before


def test_a_table_that_was_not_made_is_named(project):
    with pytest.raises(InputError, match=r"data/processed/figures_ons_2018.csv has not been made yet: run `doit`"):
        processed.read_processed("figures_ons_2018")


@pytest.mark.papers
@pytest.mark.parametrize("path", sorted((PROJECT / "data/processed").rglob("*.csv")), ids=lambda path: path.stem)
def test_every_processed_table_says_what_made_it(path):
    import yaml

    about = yaml.safe_load(path.with_suffix(".yaml").read_text(encoding="utf-8"))
    table = processed.read_processed(path.relative_to(PROJECT / "data/processed").with_suffix("").as_posix())
    assert about["rows"] == len(table) and list(about["columns"]) == list(table.columns)
    assert (PROJECT / about["made_by"]).is_file()
    for made_from in about["made_from"]:
        raw = paths.fingerprint(PROJECT / made_from["path"])
        assert made_from.get("sha256", raw) == raw and made_from.get("sha256_as_written") != raw
    content = path.read_bytes()
    assert b"\r" not in content and content.endswith(b"\n") and b",," not in content


def test_one_authority_never_reads_the_others_figures(project):
    path = project / "data/raw/leicestershire_market_position_statement_2016/datapackage.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("E10000018", "E06000016"), encoding="utf-8")
    tidied = tidy.tidy("leicestershire_market_position_statement_2016")
    processed.write_processed(tidied, "figures_leicestershire_market_position_statement_2016", "t", "n", [])
    support = authorities.authority_named("leicestershire")["history"]
    with pytest.raises(InputError, match="belongs to another authority"):
        figures.figures_of("leicestershire", support)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (",during_year,", ",at_date,", "outcome's measure is at_date and the base's is during_year"),
        (",people,exact", ",thousands,exact", "outcome's unit is thousands"),
    ],
)
def test_what_is_counted_otherwise_is_not_compared(project, old, new, message):
    path = project / "data/processed/figures_dhsc_ascof_2024_25.csv"
    path.write_text(path.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
    with pytest.raises(InputError, match=message):
        figures.outcome_of("leicestershire")


def test_a_base_year_that_is_not_the_tables_is_refused(project):
    tables = 'tables = ["long_term_support_18_64", "long_term_support_65_plus"]\n'
    replace(project / "authorities.toml", f"{tables}base_year = 2015", f"{tables}base_year = 2017")
    with pytest.raises(InputError, match="base_year is 2017 and the support tables are of 2015/16"):
        figures.first_support_of("leicestershire")


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('committee = "Adults', 'comittee = "Adults', "'comittee' is not known. Did you mean 'committee'"),
        ('code = "E10000018"\n', "", "leicestershire lacks 'code'"),
        ('code = "E10000018"\nbriefings = [', 'code = "E10000018"\nbriefings = 1 #', "briefings must be a list"),
        ("estimates_to = 2012", 'estimates_to = "2012"', "must be a whole number; it is '2012'"),
        ('grows_as = "65+"', 'grows_as = "66+"', "'66+' is not known. Did you mean '65+'"),
        ("estimates_to = 2012", "estimate_to = 2012", "'estimate_to' is not known. Did you mean 'estimates_to'"),
        (
            'consequences = ["unit_cost", "bed',
            'context = ["unit_cost", "bed',
            "context > item 1 must be a group of keys",
        ),
        ("[leicestershire]\n", "x = 1\n[leicestershire]\n", "x must be a group of keys"),
    ],
)
def test_a_mistake_in_authorities_is_named(project, old, new, message):
    replace(project / "authorities.toml", old, new)
    with pytest.raises(InputError) as error:
        authorities.known_authorities()
    assert message in str(error.value) and "authorities.toml" in str(error.value)


def test_unknown_authorities_vintages_and_tables_list_the_known_ones():
    with pytest.raises(InputError, match=r"Did you mean 'leicestershire'\? Known: leicestershire, leicester\."):
        authorities.authority_named("leicestershir")
    with pytest.raises(InputError, match=r"Known: statement_2012_based, ons_2018_based, ons_2022_based\."):
        authorities.vintage_named("leicestershire", "ons_2014_based")
    with pytest.raises(InputError, match="no table 'long_term_support_66_plus'"):
        figures.figures_of(
            "leicestershire",
            {"source": "leicestershire_market_position_statement_2016", "table": "long_term_support_66_plus"},
        )
