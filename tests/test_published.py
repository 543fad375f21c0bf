import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.errors import InputError
from helpers.published import Suppressed, parse_count, parse_period

HIDDEN = {"-": {"lower": 0, "upper": 4}}


@pytest.mark.parametrize(
    ("text", "rounded_to", "bounds"),
    [("0", 1, (0, 0)), ("1,225", 1, (1225, 1225)), ("1719", 1, (1719, 1719)), ("25", 5, (23, 27))]
    + [("15,900", 100, (15850, 15950)), ("0", 5, (0, 2))],
)
def test_a_count_keeps_its_bounds_and_its_text(text, rounded_to, bounds):
    count = parse_count(text, HIDDEN, rounded_to)
    assert (count.lower, count.upper) == bounds
    assert count.as_published == text
    assert count.lower <= count.value <= count.upper


def test_a_mark_is_a_suppressed_count():
    count = parse_count("-", HIDDEN)
    assert count.value == Suppressed(0, 4)
    assert (count.lower, count.upper, count.status) == (0, 4, "suppressed")
    assert str(count.value) == "suppressed"


@pytest.mark.parametrize("text", ["3O", "", "1,2", "12,34", "-5", "1.5", "n/a", "1 225", "99x"])
def test_what_is_no_count_and_no_mark_is_refused(text):
    with pytest.raises(InputError, match="no whole number and no declared mark"):
        parse_count(text, HIDDEN)


def test_a_suppressed_count_takes_no_part_in_arithmetic():
    hidden = Suppressed(0, 4)
    for attempt in (
        lambda: hidden + 1,
        lambda: 1 + hidden,
        lambda: sum([1, hidden]),
        lambda: hidden * 2,
        lambda: hidden < 3,
        lambda: float(hidden),
        lambda: int(hidden),
        lambda: bool(hidden),
    ):
        with pytest.raises(TypeError, match="suppressed count"):
            attempt()


@given(st.integers(0, 10**7))
def test_a_printed_number_reads_back_with_and_without_separators(number):
    assert parse_count(f"{number:,}").value == parse_count(str(number)).value == number


def test_periods():
    assert parse_period("mid_year", "2015") == ("2015-06-30", "2015-06-30", "mid-2015")
    assert parse_period("financial_year", "2015/16") == ("2015-04-01", "2016-03-31", "2015/16")
    assert parse_period("financial_year", "1999/00")[1] == "2000-03-31"


@pytest.mark.parametrize(("kind", "text"), [("financial_year", "2016/16"), ("mid_year", "2015/16"), ("month", "May")])
def test_a_period_that_does_not_exist_is_refused(kind, text):
    with pytest.raises(InputError):
        parse_period(kind, text)
