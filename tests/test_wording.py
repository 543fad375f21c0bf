import math

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.base import wording
from helpers.base.cells import NotGiven, Suppressed
from helpers.base.errors import InputError


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


@pytest.mark.parametrize("number", [math.nan, math.inf])
@pytest.mark.parametrize(
    "say",
    [
        wording.people,
        wording.count,
        wording.percentage,
        wording.growth,
        wording.signed_percentage,
        wording.signed_count,
        lambda number: wording.amount(number, "per_cent"),
        lambda number: wording.amount(number, "gbp"),
        lambda number: wording.change(5, number),
        lambda number: wording.rise_or_fall(5, number),
        lambda number: wording.too_many_or_few(5, number),
        lambda number: wording.inside_or_outside(number, 3, 7),
        lambda number: wording.times_as(number, 5, "often"),
    ],
)
def test_what_is_no_number_is_never_said(say, number):
    with pytest.raises(InputError, match="missing or without end"):
        say(number)


def test_an_end_of_a_range_may_be_open_and_not_missing():
    assert wording.inside_or_outside(5, -math.inf, 7) == "inside"
    for say in (
        lambda: wording.inside_or_outside(5, math.nan, 7),
        lambda: wording.change_words(5, 6, (math.nan, 8)),
    ):
        with pytest.raises(InputError, match="missing or without end"):
            say()


def test_nothing_is_listed_and_nothing_is_so_many_times_none():
    with pytest.raises(InputError, match="needs a word or more"):
        wording.listed([])
    with pytest.raises(InputError, match="so many times as often as 0"):
        wording.times_as(5, 0, "often")


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


@pytest.mark.parametrize("word", wording.COMPARED)
@pytest.mark.parametrize(("first", "second", "place"), [(89, 80, 0), (80, 89, 1), (0, -3.6, 0), (80, 80, 2)])
def test_a_word_that_compares_follows_from_the_two_figures(word, first, second, place):
    assert wording.compared(word, first, second) == wording.COMPARED[word][place]
    assert len(set(wording.COMPARED[word])) == 3


@given(st.sampled_from(list(wording.COMPARED)), st.floats(-1e6, 1e6), st.floats(-1e6, 1e6))
def test_the_other_way_round_a_comparison_turns(word, first, second):
    more, less, alike = wording.COMPARED[word]
    turned = {more: less, less: more, alike: alike}
    assert wording.compared(word, second, first) == turned[wording.compared(word, first, second)]


def test_figures_that_print_alike_are_alike():
    assert wording.compared("higher", 80.2, 79.8, wording.percentage) == "as high"
    assert wording.compared("higher", 80.6, 79.8, wording.percentage) == "higher"
    assert wording.compared("more", 11512, 11508, wording.people) == "as many"


@pytest.mark.parametrize(
    ("word", "figures", "message"),
    [
        ("highest", (1, 2), "no comparison by 'highest'. Did you mean 'higher'"),
        ("more", (float("nan"), 2), "nan and 2 cannot be compared by 'more'"),
    ],
)
def test_a_comparison_that_is_none_is_refused(word, figures, message):
    with pytest.raises(InputError, match=message):
        wording.compared(word, *figures)


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
    assert wording.listed(["a"]) == "a"
    assert wording.listed(["a", "b", "c"]) == "a, b and c"
    assert wording.in_sentence("Constant rates") == "constant rates"
    assert wording.in_sentence("ONS estimates") == "ONS estimates"
    assert wording.column_label("as_published") == "As published"
    assert wording.date("2026-11-06") == "6 November 2026"


@pytest.mark.parametrize(("number", "place"), [(9, "below"), (10, "inside"), (20, "inside"), (21, "above")])
def test_a_number_beside_a_range(number, place):
    assert wording.inside_or_outside(number, 10, 20) == place


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (5.59, "per_cent", "5.6%"),
        (-4.19, "per_cent", "−4.2%"),
        (1_406_100, "gbp", "£1,406,100"),
        (9_999_999, "gbp", "£9,999,999"),
        (89_556_400, "gbp", "£89.6 million"),
        (-5_000, "gbp", "−£5,000"),
        (185_714.3, "gbp_a_year", "£185,714 a year"),
        (2_120, "assessments", "2,120 assessments"),
        (2_895.5, "requests", "2,896 requests"),
        (402.744, "people", "402.7 people"),
        (1.24, "days", "1.2 days"),
        (24.96, "months", "25 months"),
        (-0.2, "percentage_points", "−0.2 percentage points"),
        (526.85, "per_100k", "526.9 for every 100,000 people"),
        (1, "care_homes", "1 care home"),
        (1, "people", "1 person"),
        (1, "enquiries", "1 enquiry"),
        (0, "people", "0 people"),
    ],
)
def test_amounts_with_their_unit(value, unit, text):
    assert wording.amount(value, unit) == text


@pytest.mark.parametrize(
    ("printed", "unit", "text"),
    [
        ("15%", "per_cent", "15%"),
        ("NEARLY 50%", "per_cent", "nearly 50%"),
        ("£161.7 million", "gbp", "£161.7 million"),
        ("12", "months", "12 months"),
        ("over 96,000", "people", "over 96,000 people"),
        ("three", "years", "three years"),
        ("1", "days", "1 day"),
        ("over a decade", "years", "over a decade"),
        ("nine out of ten", "per_cent", "nine out of ten"),
        ("none", "inspections", "none"),
        ("No one", "people", "No one"),
    ],
)
def test_published_figures_with_the_unit_that_they_do_not_print(printed, unit, text):
    assert wording.as_printed(printed, unit) == text


@pytest.mark.parametrize(("mark", "words"), [("[c]", "hidden"), ("[x]", "not available"), ("[z]", "not applicable")])
def test_standard_marks_read_as_different_words(mark, words):
    assert wording.as_printed(mark, "people") == words


def test_values_without_a_number_read_as_words():
    values = [1406100, 0.5, Suppressed(0, 4), NotGiven("not_available"), NotGiven("not_applicable"), float("nan")]
    words = ["1,406,100", "0.5", "suppressed", "not available", "not applicable", "none"]
    assert [wording.figure(value) for value in values] == words
    statuses = pd.Series(["exact", "not_available", "not_available", "not_applicable", "suppressed"])
    assert wording.not_given(statuses) == " Two cells are not available and one cell is not applicable."
    assert wording.not_given(statuses[:1]) == ""


@pytest.mark.parametrize(
    ("bounds", "hidden", "unit", "text"),
    [
        ((5.59, 5.5, 5.7), "no", "per_cent", "5.6%"),
        ((1961, 1957, 1965), "yes", "people", "1,957 to 1,965 people"),
        ((45, 40, 50), "yes", "per_cent", "40.0% to 50.0%"),
        ((2660, 2660, 2660), "yes", "people", "2,660 people"),
        ((5.6, 5.59, 5.61), "yes", "per_cent", "5.6%"),
        (("1961", "1957", "1965"), "yes", "people", "1,957 to 1,965 people"),
    ],
)
def test_what_a_check_comes_to(bounds, hidden, unit, text):
    names = ("recomputed", "recomputed_lower", "recomputed_upper")
    check = pd.Series({**dict(zip(names, bounds, strict=True)), "hidden": hidden, "at_most": "no", "unit": unit})
    assert wording.recomputed(check) == text


def test_the_most_that_a_check_comes_to():
    check = {"recomputed": 22.9, "recomputed_lower": 0, "recomputed_upper": 23.04, "hidden": "no", "unit": "per_cent"}
    assert wording.recomputed(pd.Series({**check, "at_most": "yes"})) == "at most 23.0%"


def test_numbers_of_things_in_words():
    numbers = [wording.number_of(number, "figure") for number in (0, 1, 3, 9, 10, 1200)]
    assert numbers == ["no figures", "one figure", "three figures", "nine figures", "10 figures", "1,200 figures"]


def test_the_start_of_a_sentence():
    texts = ["three figures", "ONS estimates", "12 figures", ""]
    assert [wording.sentence_start(text) for text in texts] == ["Three figures", "ONS estimates", "12 figures", ""]


@pytest.mark.parametrize(
    ("after", "words"),
    [
        (100.0, "about the same"), (100.9, "about the same"), (99.1, "about the same"),
        (101.0, "slightly more"), (104.9, "slightly more"), (99.0, "slightly fewer"), (95.1, "slightly fewer"),
        (105.0, "more"), (119.9, "more"), (95.0, "fewer"), (80.1, "fewer"),
        (120.0, "many more"), (149.9, "many more"), (80.0, "far fewer"), (50.1, "far fewer"),
        (150.0, "more than half as many again"), (199.9, "more than half as many again"),
        (50.0, "less than half as many"), (0.1, "less than half as many"),
        (200.0, "more than twice as many"), (1000.0, "more than twice as many"), (0.0, "none"),
    ],
)  # fmt: skip
def test_every_band_of_the_phrase_table_has_its_words_at_both_ends(after, words):
    assert wording.change_words(100.0, after) == words


def test_an_interval_that_holds_what_was_before_says_no_clear_difference():
    assert wording.change_words(100, 160, (90, 300)) == "no clear difference"
    assert wording.change_words(100, 160, (100, 300)) == "no clear difference"
    assert wording.change_words(100, 160, (101, 300)) == "more than half as many again"
    with pytest.raises(InputError, match="upside down"):
        wording.change_words(100, 160, (300, 90))
    with pytest.raises(InputError, match="has no size"):
        wording.change_words(0, 160)


def test_a_signed_count():
    assert [wording.signed_count(n) for n in (3905, -20.2, 0.4, -0.4)] == ["+3,905", "−20", "0", "0"]


@pytest.mark.parametrize(
    ("share", "said"),
    [
        (1, "a rise is very likely"),
        (0.9, "a rise is very likely"),
        (0.89, "a rise is likely, about nine in ten"),
        (0.69, "a rise is likely, about seven in ten"),
        (0.65, "a rise is likely, about seven in ten"),
        (0.64, "the number could rise or fall; a rise is likelier, about six in ten"),
        (0.54, "the number could rise or fall"),
        (0.46, "the number could rise or fall"),
        (0.37, "the number could rise or fall; a fall is likelier, about six in ten"),
        (0.3, "a fall is likely, about seven in ten"),
        (0, "a fall is very likely"),
    ],
)
def test_which_way_simulated_futures_go(share, said):
    assert wording.likely(share) == said


@pytest.mark.parametrize("share", [-0.1, 1.1, 80, float("nan")])
def test_a_share_of_futures_that_cannot_be_is_refused(share):
    with pytest.raises(InputError, match=r"of the futures cannot be\. Give one from 0 to 1"):
        wording.likely(share)


def test_ranges_of_counts():
    assert [wording.count_range(*bounds) for bounds in ((10, 21), (2, 2), (0, 0))] == ["10 to 21", "2", "none"]


@pytest.mark.parametrize(
    "call",
    [wording.change_pct, wording.change, wording.change_words, wording.rise_or_fall, wording.too_many_or_few],
)
@pytest.mark.parametrize("before", [0, -3, float("nan")])
def test_a_change_from_nothing_has_no_size(call, before):
    with pytest.raises(InputError, match=r"has no size in per cent\. Say both numbers instead"):
        call(before, 5)


@given(st.integers(0, 60), st.integers(1, 60))
def test_how_many_of_a_whole(part, whole):
    if part > whole:
        with pytest.raises(InputError, match="makes no sense"):
            wording.how_many_of(part, whole)
        return
    said = wording.how_many_of(part, whole)
    assert (said == "all") == (part == whole) and (said == "none") == (part == 0)
    if said not in ("all", "none"):
        assert said == ("most" if part > whole - part else "half" if part == whole - part else "less than half")


def test_how_many_of_nothing():
    assert wording.how_many_of(0, 0) == "none"


@pytest.mark.parametrize(
    ("number", "said"),
    [
        (38.7, "about four times as often as"),
        (24.0, "about three times as often as"),
        (18.6, "about twice as often as"),
        (9.2, "about as often as"),
        (13.0, "about as often as"),
        (4.0, "less often than"),
        (0.0, "less often than"),
        (120.0, "about 13 times as often as"),
    ],
)
def test_how_many_times_as_often(number, said):
    assert wording.times_as(number, 9.2, "often") == said


def test_a_likely_range_has_two_figures():
    assert wording.likely_range(7_564.2, 14_900.4) == "7,600 to 15,000"
    assert wording.likely_range(995, 9_949) == "1,000 to 9,900"
    assert wording.likely_range(0, 7.5) == "0 to 8"
    assert wording.likely_range(1_010, 1_020) == "1,000"


@given(st.floats(0, 1e6), st.floats(0, 1e6))
def test_a_likely_range_is_within_a_twentieth_of_its_ends(lower, upper):
    ends = sorted([lower, upper])
    said = [float(end.replace(",", "")) for end in wording.likely_range(*ends).split(" to ")]
    assert all(
        abs(end - is_said) <= max(0.5, 0.05 * end) for end, is_said in zip(ends, [said[0], said[-1]], strict=True)
    )


@pytest.mark.parametrize("ends", [(2, 1), (-1, 1), (float("nan"), 1), (1, float("inf"))])
def test_a_likely_range_that_cannot_be_is_refused(ends):
    with pytest.raises(InputError, match=r"likely range from .* cannot be"):
        wording.likely_range(*ends)
