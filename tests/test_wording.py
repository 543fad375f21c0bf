import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers import wording


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
    ("projected", "size", "course"),
    [
        (8350, "6% higher than", "6% too many"),
        (6913, "12% lower than", "12% too few"),
        (7870, "about the same as", "about as many"),
    ],
)
def test_a_projection_beside_what_was_published(projected, size, course):
    assert wording.higher_or_lower(7870, projected) == size
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
