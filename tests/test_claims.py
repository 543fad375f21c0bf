"""Single figures in prose, and the mistakes that claims.csv can hold."""

import shutil

import pytest
from conftest import replace

from helpers.base.cells import Suppressed
from helpers.base.errors import InputError
from helpers.published import claims, sources

STATEMENT = "leicestershire_market_position_statement_2016"
FILE = f"data/raw/{STATEMENT}/claims.csv"
FIRST = (
    "tiers_of_model,Tiers of the council's model of help,four,tiers,rule,2016-01,,,,Leicestershire's Strategic Approach"
)


def test_a_claim_keeps_its_words_its_bounds_and_its_place():
    read = claims.read_claims(STATEMENT).set_index("claim")
    assert list(read.columns) == [column for column in claims.CLAIM_COLUMNS if column != "claim"]
    growth = read.loc["growth_85_plus"]
    assert (growth["value"], growth["lower"], growth["upper"], growth["unit"]) == (190, 180, 190, "per_cent")
    assert (growth["as_published"], growth["qualifier"], growth["status"]) == ("nearly 190%", "nearly", "qualified")
    assert (growth["period_start"], growth["period_end"], growth["age_band"]) == ("2012-06-30", "2037-06-30", "85+")
    assert (growth["area_code"], growth["area"]) == ("E10000018", "leicestershire")
    assert sources.read_printed(sources.read_descriptor(STATEMENT)["folder"] / "claims.csv")[7][2] == "nearly 190%"
    assert growth["cell"] == "C8"
    workforce = read.loc["workforce"]
    assert (workforce["lower"], workforce["upper"], workforce["age_band"]) == (15_650, 15_750, "all")
    assert workforce["qualifier"] == "none"


def test_a_claim_of_another_area_says_so():
    areas = claims.read_claims(STATEMENT).set_index("claim")["area"]
    assert areas["turnover_all_staff_east_midlands"] == "east_midlands"
    assert areas["share_good_or_outstanding_national"] == "england"
    assert claims.read_claims("ons_care_home_residents_2021")["area"].unique().tolist() == ["england_and_wales"]


def test_a_document_without_claims_has_none():
    read = claims.read_claims("ons_mid_year_estimates")
    assert read.empty and list(read.columns) == claims.CLAIM_COLUMNS


MISTAKES = {
    "a unit": ("four,tiers", "four,teirs", ["cell D2 (tiers_of_model)", "'teirs'", "Did you mean 'tiers'"]),
    "a measure": (",rule,", ",ruel,", ["cell E2 (tiers_of_model)", "'ruel'", "Did you mean 'rule'"]),
    "a period": ("2016-01", "2016-13", ["cell F2 (tiers_of_model)", "'2016-13' is no period"]),
    "no period": ("2016-01", "", ["cell F2 (tiers_of_model)", "'' is no period"]),
    "an area": ("2016-01,", "2016-01,Leicestershir", ["cell G2 (tiers_of_model)", "Did you mean 'Leicestershire'"]),
    "an age band": ("2016-01,,", "2016-01,,18-46", ["cell H2 (tiers_of_model)", "Did you mean '18-64'"]),
    "a rounding": ("2016-01,,,", "2016-01,,,ten", ["cell I2 (tiers_of_model)", "'ten' is no number above 0"]),
    "a rounding below 0": ("2016-01,,,", "2016-01,,,-5", ["cell I2 (tiers_of_model)", "'-5' is no number above 0"]),
    "a rounding without end": ("2016-01,,,", "2016-01,,,inf", ["cell I2 (tiers_of_model)", "'inf'"]),
    "a figure": (",four,", ",foru,", ["cell C2 (tiers_of_model)", "'foru' is no figure", "Compare it with the source"]),
    "a sign": (",four,", ",4%,", ["cell C2 (tiers_of_model)", "'4%' is in per cent", "declared as tiers"]),
    "a figure that a spreadsheet damaged": (
        ",four,",
        ",4-Jan,",
        ["cell C2 (tiers_of_model)", "'4-Jan' is a date, which a spreadsheet makes of '1-4'"],
    ),
    "a formula in the words": (
        "Tiers of the council's model of help",
        "=cmd|' /C calc'!A0",
        ["cell B2 (tiers_of_model)", "would run as a formula in a spreadsheet"],
    ),
    "a formula in the id": ("tiers_of_model,", "@SUM(1),", ["cell A2 (@SUM(1))", "would run as a formula"]),
    "a formula in the section": (
        "Leicestershire's Strategic Approach",
        "+HYPERLINK(1)",
        ["cell J2 (tiers_of_model)", "would run as a formula"],
    ),
    "no id": ("tiers_of_model,", ",", ["cell A2 ()", "is empty"]),
    "no words": ("Tiers of the council's model of help", "", ["cell B2 (tiers_of_model)", "is empty"]),
    "no section": ("Leicestershire's Strategic Approach", " ", ["cell J2 (tiers_of_model)", "is empty"]),
    "a repeated id": ("tiers_of_model,", "workforce,", ["the id 'workforce' stands twice", "Rename one"]),
    "a cell more": (FIRST, f"{FIRST},x", ["row 2 ('tiers_of_model')", "11 cells", "header has 10"]),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_is_named_with_its_file_its_cell_and_its_id(project, mistake):
    old, new, expected = MISTAKES[mistake]
    replace(project / FILE, FIRST, FIRST.replace(old, new, 1))
    with pytest.raises(InputError) as error:
        claims.read_claims(STATEMENT)
    for words in [FILE, *expected]:
        assert words in str(error.value), f"{words!r} is not in: {error.value}"


def test_a_repeated_id_is_named_with_the_cell_where_it_stands_again(project):
    replace(project / FILE, "\ninfographic_growth_total,", "\ntiers_of_model,")
    with pytest.raises(InputError, match=rf"{FILE}, cell A3: the id 'tiers_of_model' stands twice"):
        claims.read_claims(STATEMENT)


def test_a_wrong_header_is_refused_with_the_right_one(project):
    replace(project / FILE, "id,what,as_published,unit", "id,what,printed,unit")
    with pytest.raises(
        InputError, match=rf"{FILE}: the header reads id, what, printed, .*; it must read id, what, as_"
    ):
        claims.read_claims(STATEMENT)


def test_claims_of_nobody_are_refused(project):
    shutil.copy(project / FILE, project / "data/raw/dhsc_ascof_2024_25/claims.csv")
    with pytest.raises(InputError, match=r"dhsc_ascof_2024_25/claims\.csv: the document has no authority"):
        claims.read_claims("dhsc_ascof_2024_25")


def test_all_mistakes_of_a_file_are_said_in_one_run(project):
    replace(project / FILE, FIRST, FIRST.replace("four,tiers", "foru,teirs"))
    replace(project / FILE, "\ninfographic_growth_total,", "\nworkforce,")
    with pytest.raises(InputError) as error:
        claims.read_claims(STATEMENT)
    said = str(error.value).splitlines()
    assert said[0] == "3 mistakes:"
    assert "cell D2" in said[1] and "'foru'" in said[2] and "the id 'workforce' stands twice" in said[3]


def test_a_change_in_prose_may_be_a_fall_and_a_count_may_be_hidden(project):
    change = FIRST.replace(",four,tiers,rule,", ",-4.7%,per_cent,change,")
    replace(project / FILE, FIRST, change)
    row = claims.read_claims(STATEMENT).iloc[0]
    assert (row["value"], row["lower"], row["upper"]) == (-4.7, -4.75, -4.65)
    replace(project / FILE, change, FIRST.replace(",four,tiers,", ",fewer than five,people,"))
    row = claims.read_claims(STATEMENT).iloc[0]
    assert (row["value"], row["status"]) == (Suppressed(0, 4), "suppressed")
