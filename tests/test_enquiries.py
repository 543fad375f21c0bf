"""Questions for officers: each rule asks at its boundary, stays silent beyond it, and says what members need."""

import pytest

from helpers.base.errors import InputError
from helpers.paper import enquiries


def test_a_range_is_asked_about_from_a_quarter_of_its_figure_on():
    assert enquiries.wide_range("people", 1000, 900, 1149) is None
    asked = enquiries.wide_range("people aged 65 and over", 1000, 900, 1150)
    assert str(asked).startswith("The range for people aged 65 and over is wide, 900 to 1,200.")


def test_a_range_of_money_is_said_in_its_own_words():
    asked = enquiries.wide_range("spending", 100.0, 50.0, 200.0, "£50 million to £200 million")
    assert "is wide, £50 million to £200 million." in str(asked)


def test_a_range_that_does_not_hold_its_figure_is_refused():
    with pytest.raises(InputError, match=r"The range 2 to 3 does not hold 1\."):
        enquiries.wide_range("people", 1, 2, 3)


def test_a_figure_of_nobody_has_no_range_to_ask_about():
    assert enquiries.wide_range("people", 0, 0, 10) is None


@pytest.mark.parametrize(
    ("period", "asked"),
    [("2020/21", None), ("2018/19", "2018/19"), ("31 March 2015", "31 March 2015"), ("2014", "2014")],
)
def test_a_figure_is_old_after_five_years_and_its_period_is_said_as_printed(period, asked):
    said = enquiries.old_figure("spending", period, 2024 if asked is None else 2023)
    assert said == (asked and f"The latest figure that this paper has on spending is for {asked}. What is it now?")


def test_a_period_without_a_year_is_refused():
    with pytest.raises(InputError, match="The period 'Q1' of spending names no year"):
        enquiries.old_figure("spending", "Q1", 2024)


def test_a_missing_figure_is_asked_for_with_what_members_need_it_for():
    said = enquiries.missing("The savings made each year.", "A view of what is left to save.")
    assert said == ("Can officers bring the savings made each year? That would give a view of what is left to save.")
    assert enquiries.missing("a count", "Whether it grew").endswith("That would tell whether it grew.")


def test_a_disagreement_is_asked_about_where_a_question_was_kept():
    assert enquiries.disagreement("none") is None
    assert enquiries.disagreement("Which is right?") == "Which is right?"


def test_questions_are_shown_once_in_order_and_at_most_as_many_as_asked(monkeypatch):
    shown = []
    monkeypatch.setattr(enquiries.wording, "say", shown.append)
    enquiries.show(["One?", None, "Two?", "One?", "Three?"], most=2)
    enquiries.show([None])
    assert shown == ["- One?\n- Two?", enquiries.NONE]
