"""From a figure to what came of it. (The way back, from a number on a page, needs built briefings: test_pipeline.)"""

import pytest

from helpers.base.errors import InputError
from helpers.base.printed_numbers import read_number
from helpers.pipeline import finder

pytestmark = pytest.mark.papers

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


TABLE = {
    "kind": "table",
    "number": 1,
    "rows": [["Total", "11,490", "£150.0 million", "41%", "11,4905", "−37.1%", "+3,905", "10-15", "(−£2 million)"]],
}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        *((text, True) for text in ("11,490", "11490", "£150 million", "£150m", "150000000", "£150.0 million", "41%")),
        *(
            (text, True)
            for text in ("−37.1%", "-37.1%", "–37.1%", "37.1%", "+3,905", "3905", "15", "−£2m", "£2 million")
        ),
        *((text, True) for text in ("circa 11,490", "Over 11,490", "around £150m", "about −37.1%")),
        *((text, False) for text in ("+37.1%", "-3,905", "-15", "+11,490", "−£150m", "1e1", "1 in 41", "4 1%", "+£2m")),
        *((text, False) for text in ("1,490", "114", "41", "£41", "150%", "150", "4", "11,490%", "114905.1")),
    ],
)
def test_a_number_is_found_however_it_is_written(monkeypatch, tmp_path, text, found):
    (tmp_path / "authorities.toml").touch()
    (tmp_path / "build/here").mkdir(parents=True)
    (tmp_path / "build/here/paper.ipynb").write_text(
        '{"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": []}'
    )
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("helpers.paper.publish.document.from_notebook", lambda _: {"title": "T", "blocks": [TABLE]})
    assert bool(finder.places_of(text, {"here": {"briefings": ["paper"]}})) is found


@pytest.mark.parametrize("text", ["", "many", "%", "£", "Q1"])
def test_what_is_no_number_is_refused(text):
    with pytest.raises(InputError, match="is no number"):
        finder.about_number(text)


@pytest.mark.parametrize(
    "text", ["1e3", "1 in 3", "1 to 4", "6,913 people", "137/149", "£5 million a year", "+-5", "over 5 of"]
)
def test_what_is_more_than_a_number_is_refused(text):
    with pytest.raises(InputError, match=r"is (more than a|no) number\. Write one as it stands on the page"):
        finder.about_number(text)


def test_a_change_on_file_is_found_by_its_sign():
    fall = read_number("−37.1%")
    assert finder._rounds_to(fall, -37.13, "per_cent") and not finder._rounds_to(fall, 37.13, "per_cent")
    assert finder._rounds_to(read_number("+37.1%"), 37.13, "per_cent")


def test_blanks_around_a_name_do_not_count():
    assert finder.about_figure(" population!C3 ") == finder.about_figure("population!C3")


def test_a_briefing_that_is_not_there_is_named():
    with pytest.raises(InputError, match=r"no briefing 'leicester/mony'. Did you mean 'leicester/money'"):
        finder.about_number("41%", "leicester/mony")


def test_what_is_not_available_has_no_bounds(monkeypatch):
    book = finder.figure_book("leicestershire", finder.known_sources())
    cell = f"{STATEMENT}/population!C3"
    book.frame.loc[cell, ["status", "as_published", "lower", "upper"]] = [
        "not_available",
        "[x]",
        float("nan"),
        float("nan"),
    ]
    monkeypatch.setattr(finder, "figure_book", lambda *_: book)
    assert "Published as: [x] (people; not available)" in finder.about_figure("population!C3")


def test_a_number_that_cannot_be_traced_is_not_vouched_for(monkeypatch):
    monkeypatch.setattr(finder, "places_of", lambda text, briefing: ["leicester/money, “Key messages”, in a sentence"])
    said = finder.about_number("98,765")
    assert "98,765 is printed in:" in said and "It cannot be traced: no published figure, check or projection" in said
    assert "worked out" not in said.split("It cannot be traced")[0]
    assert "cannot be traced" not in finder.about_number("6,913")
