"""Numbers that know themselves: how they print, what follows from them, and that no word outlives its figure."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.base.cells import NotGiven, Suppressed
from helpers.base.errors import InputError
from helpers.base.numbers import (
    Number,
    Origin,
    Range,
    Said,
    as_recorded,
    fill,
    joined,
    listed,
    recorded,
    said,
)

CELL, STEP = Origin("doc/table!B3", "Older people, printed as 6,913"), Origin("data/processed/p.csv", "2037, 65+")
NOW = Number(6913, "People now", (CELL,), published=True, when="2015/16")
#: At 5, 10, 25, 50, 75, 90 and 95 per cent of the draws.
DRAWN = (4670, 5640, 8050, 11_400, 17_060, 24_960, 30_030)
LATER = Number(11493.2, "People later", (STEP,), when="2037", quantiles=DRAWN)
PEOPLE = st.floats(1, 200_000)


def test_a_published_number_prints_as_counted_and_a_projected_one_as_the_house_rounds():
    assert (str(NOW), str(LATER)) == ("6,913", "11,490")
    assert str(Number(5.64, "A share", (), "per_cent")) == "5.6%"
    assert str(Number(89_600_000, "Spending", (), "gbp")) == "£89.6 million"


def test_a_range_prints_both_ends_and_one_number_where_they_print_alike():
    assert (str(LATER.range), str(LATER.half_between)) == ("5,600 to 25,000", "8,100 and 17,000")
    narrow = Number(101, "A", (STEP,), quantiles=(99, 100, 100.5, 101, 101.5, 102, 103))
    assert (str(narrow.range), str(narrow.between)) == ("100", "100 and 100")
    assert str(Range(5.0, "A", (), "per_cent", ends=(4.0, 6.5))) == "4.0% to 6.5%"
    assert str(LATER.range.size) == "19,320" and LATER.range.size.rests_on == (STEP,)


def test_a_number_without_draws_has_no_range():
    with pytest.raises(InputError, match="People now: no range of four in five draws is on file"):
        _ = NOW.range


@pytest.mark.parametrize(
    ("value", "prints"), [(Suppressed(1, 4), "hidden"), (NotGiven("not_available"), "not available")]
)
def test_what_its_publisher_hides_prints_as_a_word_and_takes_part_in_nothing(value, prints):
    hidden = Number(value, "People by group", (CELL,), published=True)
    assert str(hidden) == prints and as_recorded(hidden)["text"] == prints
    for asked in (
        lambda: LATER.beside(hidden).size,
        lambda: LATER - hidden,
        lambda: hidden.signed,
        lambda: hidden.beside(NOW).is_rise,
    ):
        with pytest.raises(InputError, match=f"People by group: this is {prints}, so that nothing follows from it"):
            asked()


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (LATER, "11,490"),
        (LATER, "about 11,000"),
        (LATER - NOW, "+4,577"),
        (NOW - LATER, "−4,577"),
        (NOW, "many, at 65+"),
    ]
    + [(Number(5.64, "A share", (), "per_cent"), "5.6%"), (Number(89_600_000, "Spending", (), "gbp"), "£90 million")],
)
def test_a_number_in_a_text_of_its_own_is_that_number(number, text):
    assert str(number.as_text(text)) == text


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (LATER, "11,480"),
        (LATER, "11,600"),
        (LATER, "£11,490"),
        (LATER - NOW, "−4,577"),
        (LATER.range, "5,600 to 26,000"),
    ]
    + [(Number(5.64, "A share", (), "per_cent"), text) for text in ("5.7%", "£5.6")]
    + [(Number(89_600_000, "Spending", (), "gbp"), text) for text in ("£89.6 billion", "89.6%")]
    + [(Number(Suppressed(1, 4), "People by group", (CELL,)), "3")],
)
def test_a_text_with_another_number_another_rounding_or_another_unit_is_refused(number, text):
    with pytest.raises(InputError, match=r"says .*\. Say the number itself"):
        number.as_text(text)


def test_a_change_knows_both_its_ends():
    change = LATER.beside(NOW)
    assert (str(change), change.than, change.in_words) == ("66% more", "than", "no clear difference")
    assert set(change.size.rests_on) == {CELL, STEP} and "11,490 and 6,913" in change.size.what
    assert str(change.goes) == "rise from 6,913 to about 11,490"
    assert [(place, str(number)) for place, number in change.goes.numbers] == [(10, "6,913"), (25, "11,490")]
    assert (str(change.more), change.more.value, change.more_or_fewer) == ("4,580", 4577, "more")
    assert change.which_way == "a rise is likely, about eight in ten"


def test_two_units_are_never_taken_from_one_another():
    with pytest.raises(InputError, match=r"Spending is in gbp, and People now in people: take one unit"):
        _ = Number(5, "Spending", (), "gbp") - NOW


@given(PEOPLE, PEOPLE)
def test_the_words_of_a_change_hold_for_the_two_numbers_as_they_print(before, after):
    first, then = Number(before, "A", (CELL,)), Number(after, "B", (STEP,))
    if not first.as_printed:
        return
    change, ratio = then.beside(first), then.as_printed / first.as_printed
    size = str(change.size)
    assert ("more" in size) == (ratio >= 1.01) and ("fewer" in size) == (ratio <= 0.99)
    assert change.goes_from == {"more": "rise from", "fewe": "fall from"}.get(
        size[-5:].strip()[:4], "stay about the same,"
    )
    assert (change.to, change.than) == (("and", "as") if "same" in size else ("to", "than"))
    assert change.is_rise == (then.as_printed > first.as_printed) and change.is_fall == (ratio < 1)


@given(PEOPLE, PEOPLE)
def test_turning_a_change_turns_its_words(before, after):
    first, then = Number(before, "A", (CELL,)), Number(after, "B", (STEP,))
    if not first.as_printed or not then.as_printed:
        return
    ahead, back = then.beside(first), first.beside(then)
    turned = {"more": "fewer", "fewer": "more", "no more": "no more"}
    assert back.more_or_fewer == turned[ahead.more_or_fewer]
    assert (ahead.is_rise, ahead.is_fall) == (back.is_fall, back.is_rise) and str(ahead.more) == str(back.more)


@given(PEOPLE, st.lists(PEOPLE, min_size=7, max_size=7, unique=True).map(sorted))
def test_a_rise_or_a_fall_is_very_likely_only_where_most_draws_go_that_way(before, ends):
    later = Number(ends[3], "B", (STEP,), quantiles=tuple(ends))
    change = later.beside(Number(before, "A", (CELL,), published=True))
    if "very likely" in change.which_way:
        assert ends[2] >= before if "rise" in change.which_way else before >= ends[-3]


@given(st.lists(st.one_of(st.text("ab 1,{}", max_size=4), st.sampled_from([NOW, LATER, LATER.range, Said("x")]))))
def test_each_number_of_joined_words_stands_where_it_says(parts):
    words = joined(parts, " ")
    for place, number in words.numbers:
        assert words.words[place : place + len(str(number))] == str(number)
    assert len(words.numbers) == sum(isinstance(part, Number) for part in parts)
    stripped = words.stripped()
    assert all(stripped.words[place:].startswith(str(number)) for place, number in stripped.numbers)


def test_words_within_words_keep_their_numbers():
    inner = said("{a} and {b}", a=NOW, b=LATER)
    outer = said("Then {inner}: {size}.", inner=inner, size=LATER.beside(NOW).size)
    assert str(outer) == "Then 6,913 and 11,490: 66% more."
    assert [str(number) for _, number in outer.numbers] == ["6,913", "11,490", "66% more"]
    assert [entry["at"] for entry in recorded(outer)] == [5, 15, 23]
    assert str(listed([NOW, "few", LATER])) == "6,913, few and 11,490" and str(listed([NOW])) == "6,913"


@pytest.mark.parametrize("text", ["{a", "a}", "{}", "{a:,}", "{a!r}"])
def test_braces_that_do_not_match_or_hold_more_than_a_name_are_refused(text):
    with pytest.raises(InputError, match=r"braces of this message do not match|holds more than a name|names nothing"):
        fill(text, {"a": NOW}.get)


def test_doubled_braces_are_braces():
    assert str(fill("{{{a}}}", {"a": NOW}.get)) == "{6,913}"
