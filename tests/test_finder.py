"""From a figure to what came of it. (The way back, from a number on a page, needs built briefings: test_pipeline.)"""

import pytest

from helpers import finder
from helpers.errors import InputError

STATEMENT = "leicestershire_market_position_statement_2016"


def test_a_cell_says_where_it_stands_and_what_was_computed_from_it():
    said = finder.about_figure("population!C3")
    for words in (
        f"{STATEMENT}/population!C3",
        "45,600 (people; rounded, between 45,550 and 45,650)",
        "under “The Population of Leicestershire”",
        f"data/raw/{STATEMENT}/population.csv, cell C3",
        "growth_85_plus",
        "data/processed/population_leicestershire_statement_2012_based.csv",
    ):
        assert words in said


def test_a_claim_says_its_verdict():
    said = finder.about_figure("leicester_provider_hub_needs/population_65_plus_growth_share")
    assert "Published as: 65%" in said and "= 36.3% (Disagrees)" in said


def test_a_withheld_count_stays_withheld_and_is_not_said_to_be_published_so():
    said = finder.about_figure("long_term_support_65_plus!D7")
    assert "Published as" not in said and ": 7" not in said
    printed = f"printed in data/raw/{STATEMENT}/long_term_support_65_plus.csv, cell D7"
    assert f"Kept back here, because a hidden count beside it would follow; {printed}" in said
    assert "Published as: - (people; suppressed" in finder.about_figure("long_term_support_65_plus!B7")


def test_an_unknown_figure_is_named():
    with pytest.raises(InputError, match=r"no figure 'populaton!C3' on file. Did you mean 'population!C3'"):
        finder.about_figure("populaton!C3")
    with pytest.raises(InputError, match=r"stands in several documents. Choose one: .*leicester_overview_2024"):
        finder.about_figure("people_with_long_term_support")
