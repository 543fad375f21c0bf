import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers import wording
from helpers.errors import InputError


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (0, "0"),
        (2.4, "0"),
        (2.5, "5"),
        (997.4, "995"),
        (998, "1,000"),
        (1000, "1,000"),
        (1004.9, "1,000"),
        (1005, "1,010"),
        (11511.3, "11,510"),
    ],
)
def test_people_print_to_the_nearest_5_and_10_above_1000(number, text):
    assert wording.people(number) == text


@given(st.floats(0, 1e6))
def test_printed_people_lie_close_to_their_value(number):
    assert abs(wording.rounded(number) - number) <= wording.rounding_unit(number) / 2 + 1e-9


@pytest.mark.parametrize(
    ("before", "after", "change", "verb"),
    [(100, 166, "66% more", "rise"), (100, 98, "2% fewer", "fall"), (100, 100, "about the same", "stay about the same")]
    + [(1000, 1009.9, "about the same", "stay about the same"), (1000, 1010, "1% more", "rise")]
    + [(1000, 990.1, "about the same", "stay about the same"), (1000, 990, "1% fewer", "fall")],
)
def test_changes_in_words(before, after, change, verb):
    assert wording.change(before, after) == change
    assert wording.rise_or_fall(before, after) == verb


@pytest.mark.parametrize(
    ("projected", "course"),
    [
        (8350, "6% too many"),
        (6913, "12% too few"),
        (7870, "about as many"),
    ],
)
def test_a_projection_beside_what_was_published(projected, course):
    assert wording.too_many_or_few(7870, projected) == course


def test_shares_and_signed_shares():
    assert [wording.percentage(value) for value in (0, 0.4, 0.5, -6.8, 34.9)] == [
        "0%",
        "less than 1%",
        "1%",
        "7%",
        "35%",
    ]
    assert [wording.signed_percentage(value) for value in (18.34, -6.82)] == ["+18.3%", "−6.8%"]


def test_ranges_lists_labels_and_dates():
    assert wording.people_range(11018.5, 14272.9) == "11,020 to 14,270"
    assert wording.people_range(6913, 6911) == "6,910"
    assert wording.listed(["a"]) == "a"
    assert wording.listed(["a", "b", "c"]) == "a, b and c"
    assert wording.in_sentence("Constant rates") == "constant rates"
    assert wording.in_sentence("ONS estimates") == "ONS estimates"
    assert wording.column_label("as_published") == "As published"
    assert wording.date("2026-11-06") == "6 November 2026"


@pytest.mark.parametrize(("number", "place"), [(9, "below"), (10, "inside"), (20, "inside"), (21, "above")])
def test_a_number_beside_a_range(number, place):
    assert wording.inside_or_outside(number, 10, 20) == place


@given(st.lists(st.floats(0, 5000), min_size=1, max_size=9))
@settings(max_examples=300)
def test_rounded_parts_add_to_the_printed_total(parts):
    parts = pd.Series(parts)
    total = wording.rounded(parts.sum())
    printed = wording.round_to_total(parts, total)
    assert printed.sum() == total
    assert (printed % 5 == 0).all() and (printed >= 0).all()
    assert ((printed - parts).abs() <= 10 + 5 * (len(parts) > 1)).all()


def test_a_total_that_parts_cannot_make_is_refused():
    with pytest.raises(InputError, match="multiple of 5"):
        wording.round_to_total(pd.Series([1.0, 2.0]), 3)


def test_errors_and_counts_beside_each_other():
    assert wording.better_or_worse(-5, 6) == "came closer than"
    assert wording.better_or_worse(6, -6) == "came no closer than"
    assert [wording.count_range(*bounds) for bounds in ((10, 21), (2, 2), (0, 0))] == ["10 to 21", "2", "none"]
