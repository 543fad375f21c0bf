"""Printed figures, read with their bounds: method.md section 3, and the number formats of the source documents."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.base import vocabulary, wording
from helpers.base.cells import QUALIFIERS, NotGiven, Suppressed, parse_figure, parts_of_composite
from helpers.base.errors import InputError
from helpers.base.vocabulary import FRACTIONAL_UNITS, UNITS

HIDDEN = {"-": {"lower": 0, "upper": 4}}


@pytest.mark.parametrize(
    ("text", "rounded_to", "bounds"),
    [("0", None, (0, 0)), ("1,225", None, (1225, 1225)), ("1719", None, (1719, 1719)), ("1,225", 1, (1225, 1225))]
    + [("25", 5, (23, 27)), ("0", 5, (0, 2)), ("15,900", 100, (15850, 15950)), ("50", 100, (0, 100))],
)
def test_a_count_keeps_its_bounds_and_its_text(text, rounded_to, bounds):
    count = parse_figure(text, marks=HIDDEN, rounded_to=rounded_to)
    assert (count.lower, count.upper) == bounds
    assert count.as_published == text and count.qualifier == ""
    assert count.status == ("exact" if bounds[0] == bounds[1] else "rounded")


@pytest.mark.parametrize(
    ("text", "unit", "multiplier", "value", "lower", "upper"),
    [
        ("£1,406.1", "gbp", 1000, 1_406_100, 1_406_050, 1_406_150),
        ("7,660", "gbp", 1000, 7_660_000, 7_659_500, 7_660_500),
        ("£161.7 million", "gbp", 1, 161_700_000, 161_650_000, 161_750_000),
        ("£144 million", "gbp_a_year", 1, 144_000_000, 143_500_000, 144_500_000),
        ("1.3 million", "gbp", 1, 1_300_000, 1_250_000, 1_350_000),
        ("£157k", "gbp", 1, 157_000, 156_500, 157_500),
        ("£65m", "gbp", 1, 65_000_000, 64_500_000, 65_500_000),
        ("£2.3m", "gbp", 1, 2_300_000, 2_250_000, 2_350_000),
        ("5k", "people", 1, 5000, 4500, 5500),
        ("2.2k", "people", 1, 2200, 2150, 2250),
        ("19.5k", "contacts", 1, 19_500, 19_450, 19_550),
        ("12%", "per_cent", 1, 12, 11.5, 12.5),
        ("31.0%", "per_cent", 1, 31, 30.95, 31.05),
        ("1.2", "per_cent", 1, 1.2, 1.15, 1.25),
        ("7.8", "days", 1, 7.8, 7.75, 7.85),
        ("25-30", "indicators", 1, 27.5, 25, 30),
        ("6-9", "months", 1, 7.5, 6, 9),
        ("five to ten", "years", 1, 7.5, 5, 10),
        ("5-10%", "per_cent", 1, 7.5, 5, 10),
        ("£5-10 million", "gbp", 1, 7_500_000, 5_000_000, 10_000_000),
        ("25-30", "gbp", 1000, 27_500, 25_000, 30_000),
    ],
)
def test_what_is_printed_short_lies_within_half_of_its_last_digit_or_its_range(
    text, unit, multiplier, value, lower, upper
):
    figure = parse_figure(text, unit, multiplier=multiplier, prose=True)
    assert (figure.value, figure.lower, figure.upper) == (value, lower, upper)
    assert figure.status == "rounded"


@pytest.mark.parametrize(
    ("text", "value"),
    [("No one", 0), ("none", 0), ("once", 1), ("two", 2), ("eighteen", 18), ("a decade", 10), ("40 (forty)", 40)]
    + [("137/149", 137), ("1/149", 1), ("twenty", 20)],
)
def test_whole_numbers_in_words_and_ranks_are_exact(text, value):
    figure = parse_figure(text, "rank")
    assert (figure.value, figure.lower, figure.upper, figure.status) == (value, value, value, "exact")


@pytest.mark.parametrize(
    ("text", "unit", "value", "printed", "said"),
    [
        ("17", "page", 17, "page 17", "page 17"),
        ("2015/16", "financial_year", 2015, "2015/16", "2015/16"),
        ("1999/00", "financial_year", 1999, "1999/00", "1999/00"),
        ("6th October 2023", "date", 738_799, "6th October 2023", "6 October 2023"),
        ("5 OCTOBER 2023", "date", 738_798, "5 October 2023", "5 October 2023"),
        ("05 October 2023", "date", 738_798, "05 October 2023", "5 October 2023"),
    ],
)
def test_what_names_and_does_not_count_is_exact_and_is_said_as_a_name(text, unit, value, printed, said):
    figure = parse_figure(text, unit, prose=True)
    assert (figure.value, figure.lower, figure.upper, figure.status) == (value, value, value, "exact")
    assert wording.as_printed(text, unit) == printed and wording.amount(value, unit) == said
    assert not vocabulary.adds("none", unit)


@pytest.mark.parametrize(
    ("text", "unit"),
    [("October", "date"), ("31 June 2023", "date"), ("2016/16", "financial_year"), ("137/149", "financial_year")],
)
def test_what_is_no_year_or_date_is_refused(text, unit):
    with pytest.raises(InputError):
        parse_figure(text, unit, prose=True)


@pytest.mark.parametrize("text", ["the majority", "The majority", "a majority", "The large majority", "vast majority"])
def test_a_majority_lies_between_the_half_and_the_whole(text):
    figure = parse_figure(text, "per_cent", prose=True)
    assert (figure.lower, figure.upper) == (50, 100)
    with pytest.raises(InputError):
        parse_figure(text, "people", prose=True)


@pytest.mark.parametrize(
    ("text", "value"),
    [("nine out of ten", 90), ("1 in 5", 20), ("one in five", 20), ("half", 50), ("a quarter", 25)]
    + [("three quarters", 75), ("a third", 100 / 3), ("two thirds", 200 / 3)],
)
def test_shares_in_words_are_per_cent_with_room_on_both_sides(text, value):
    figure = parse_figure(text, "per_cent")
    assert figure.value == pytest.approx(value)
    assert figure.lower == pytest.approx(value - 5) and figure.upper == pytest.approx(value + 5)


@pytest.mark.parametrize(
    ("text", "unit", "lower", "upper", "qualifier"),
    [
        ("over 96,000", "people", 96_000, 97_000, "over"),
        ("Over 500", "contracts", 500, 600, "Over"),
        ("over 2.2k", "people", 2200, 2300, "over"),
        ("over 50%", "per_cent", 50, 60, "over"),
        ("over ten", "years", 10, 20, "over"),
        ("over a decade", "years", 10, 20, "over"),
        ("over a third", "per_cent", 100 / 3, 130 / 3, "over"),
        ("over of one in five", "per_cent", 20, 30, "over of"),
        ("a little over 1,000", "contacts", 1000, 2000, "a little over"),
        ("just over 16,000", "people", 16_000, 17_000, "just over"),
        ("at least once", "visits", 1, 10, "at least"),
        ("over 1,225", "people", 1226, 1230, "over"),
        ("nearly 1,226", "people", 1220, 1225, "nearly"),
        ("more than 5", "people", 6, 10, "more than"),
        ("around 2.222k", "people", 2221, 2223, "around"),
        ("fewer than 130", "people", 120, 130, "fewer than"),
        ("at least 5 to 10", "years", 5, 17.5, "at least"),
        ("30+", "days", 30, 40, "+"),
        ("nearly 190%", "per_cent", 180, 190, "nearly"),
        ("NEARLY 50%", "per_cent", 40, 50, "NEARLY"),
        ("Nearly half", "per_cent", 40, 50, "Nearly"),
        ("almost half", "per_cent", 40, 50, "almost"),
        ("almost 19.5k", "contacts", 19_400, 19_500, "almost"),
        ("almost 110,000", "days", 100_000, 110_000, "almost"),
        ("just under 13,000", "requests", 12_000, 13_000, "just under"),
        ("up to 9", "months", 8, 9, "up to"),
        ("up to 25-30", "months", 17.5, 30, "up to"),
        ("around 5k", "people", 4500, 5500, "around"),
        ("around 4,644", "jobs", 4643, 4645, "around"),
        ("approximately 1.3 million", "gbp", 1_250_000, 1_350_000, "approximately"),
        ("about 550 to 600", "beds", 525, 625, "about"),
        ("circa 4,800", "beds", 4750, 4850, "circa"),
        ("some 12%", "per_cent", 11.5, 12.5, "some"),
        ("c.9.6%", "per_cent", 9.55, 9.65, "c."),
    ],
)
def test_a_qualifier_stays_and_widens_the_side_that_it_speaks_of(text, unit, lower, upper, qualifier):
    figure = parse_figure(text, unit, prose=True)
    assert (figure.lower, figure.upper) == (pytest.approx(lower), pytest.approx(upper))
    assert (figure.status, figure.qualifier, figure.as_published) == ("qualified", qualifier, text)


def test_a_mark_is_a_suppressed_count():
    count = parse_figure("-", marks=HIDDEN)
    assert count.value == Suppressed(0, 4)
    assert (count.lower, count.upper, count.status) == (0, 4, "suppressed")
    assert str(count.value) == "suppressed"


@pytest.mark.parametrize(
    "text",
    ["3O", "", "1,2", "12,34", "5-10-", "99x", "n/a", "over", "1.2.3", "1e5", "£", "£5%", "10 to 5", "5 in 1"]
    + ["1 in 0", "1 in 5²", "40 (fifty)", "12 (provisional)", "£5-10%", "5-10-15", "overall 5", "well over 5", "*"],
)
def test_what_no_rule_reads_and_no_mark_says_is_refused_with_its_text(text):
    with pytest.raises(InputError) as error:
        parse_figure(text, "per_cent", HIDDEN)
    assert f"{text!r} is no figure that a rule reads, and no declared mark (marks declared: '-')" in str(error.value)


@pytest.mark.parametrize(
    ("text", "unit", "message"),
    [
        ("12%", "people", "'12%' is in per cent, and its unit is declared as people"),
        ("nine out of ten", "people", "'nine out of ten' is in per cent"),
        ("5%-10", "people", "'5%-10' is in per cent"),
        ("12%", "gbp", "'12%' is in per cent, and its unit is declared as gbp"),
        ("£157k", "people", "'£157k' is in pounds, and its unit is declared as people"),
        ("£5-10", "per_cent", "'£5-10' is in pounds, and its unit is declared as per_cent"),
    ],
)
def test_a_sign_against_the_unit_is_refused(text, unit, message):
    with pytest.raises(InputError, match=message):
        parse_figure(text, unit)


HIDDEN_COUNTS = {
    "less than 5": (0, 4),
    "Under 5": (0, 4),
    "fewer than five": (0, 4),
    "below 6": (0, 5),
    "<5": (0, 4),
    "< 10": (0, 9),
    "≤4": (0, 4),
    "no more than four": (0, 4),
    "4 or fewer": (0, 4),
    "up to 5": (0, 5),
    "1 to 4": (1, 4),
    "1-4": (1, 4),
    "1–4": (1, 4),
    "one to four": (1, 4),
    "between 1 and 4": (1, 4),
    "10-15": (10, 15),
}


@pytest.mark.parametrize("unit", ["people", "complaints", "beds"])
@pytest.mark.parametrize("text", HIDDEN_COUNTS)
def test_a_count_given_by_its_bounds_is_hidden(text, unit):
    for prose in (False, True):
        figure = parse_figure(text, unit, prose=prose)
        assert figure.value == Suppressed(*HIDDEN_COUNTS[text])
        assert (figure.lower, figure.upper, figure.status) == (*HIDDEN_COUNTS[text], "suppressed")


def test_in_a_table_bounds_hide_a_count_of_any_size_and_in_prose_a_small_one():
    assert parse_figure("2-3k", "people").value == Suppressed(2000, 3000)
    assert parse_figure("under 130", "people").value == Suppressed(0, 129)
    assert parse_figure("2-3k", "people", prose=True).value == 2500
    assert parse_figure("<1", "people").value == 0


@pytest.mark.parametrize(
    ("text", "unit", "words"),
    [("more than 5", "people", "6 or more"), (">5", "visits", "6 or more"), ("5 or more", "people", "5 or more")]
    + [("30+", "people", "30 or more"), ("at least 5", "beds", "5 or more"), ("over 96,000", "people", "96001 or more")]
    + [
        ("less than 5%", "per_cent", "less than 5"),
        ("<1%", "per_cent", "less than 1"),
        ("over £5", "gbp", "more than 5"),
    ]
    + [
        ("up to 5%", "per_cent", "5 or less"),
        ("at least £5", "gbp", "5 or more"),
        (">2.5%", "per_cent", "more than 2.5"),
    ],
)
def test_a_cell_that_is_bounded_on_one_side_asks_for_the_other(text, unit, words):
    with pytest.raises(InputError) as error:
        parse_figure(text, unit)
    assert f"{text!r} says {words}" in str(error.value) and "Declare it under marks" in str(error.value)


@pytest.mark.parametrize(
    ("text", "unit", "value", "error"),
    [("-12", "gbp", -12, 0), ("−12", "gbp", -12, 0), ("–12", "gbp", -12, 0), ("(12)", "gbp", -12, 0)]
    + [("12-", "gbp", -12, 0), ("£-12", "gbp", -12, 0), ("£(12)", "gbp", -12, 0), ("(£12k)", "gbp", -12_000, 500)]
    + [("-£1.5m", "gbp", -1_500_000, 50_000), ("-4.68%", "per_cent", -4.68, 0.005), ("+3%", "per_cent", 3, 0.5)]
    + [("(4.68)%", "per_cent", -4.68, 0.005), ("(1,234)", "people", -1234, 0), ("around -5%", "per_cent", -5, 0.5)],
)
def test_a_change_has_a_sign(text, unit, value, error):
    figure = parse_figure(text, unit, change=True)
    assert (figure.value, figure.lower, figure.upper) == pytest.approx((value, value - error, value + error))
    with pytest.raises(InputError, match="declare `measure: change` if it is one"):
        parse_figure(text, unit)


def test_a_change_in_thousands_is_rounded_as_its_table_is():
    figure = parse_figure("(12)", "gbp", multiplier=1000, change=True)
    assert (figure.value, figure.lower, figure.upper) == (-12_000, -12_500, -11_500)
    figure = parse_figure("0.0%", "per_cent", change=True)
    assert (figure.value, figure.lower, figure.upper) == (0, -0.05, 0.05)


@pytest.mark.parametrize(
    ("text", "unit", "more", "readings"),
    [
        ("9/11", "per_cent", {}, ["9 out of 11", "81.8 per cent", "the rank 9 among 11"]),
        ("22/33", "people", {}, ["22 out of 33", "the rank 22 among 33"]),
        ("0/0", "people", {}, ["0 out of 0", "rank"]),
        ("150/149", "rank", {}, ["150 out of 149", "rank"]),
        ("5.5", "people", {}, ["an average", "thousands"]),
        ("£12m", "gbp", {"multiplier": 1000}, ["£12m as it stands", "1,000 times as much"]),
        ("5k", "people", {"multiplier": 1000}, ["5k as it stands", "1,000 times as much"]),
        ("2 million", "gbp", {"multiplier": 10**6}, ["2 million as it stands", "1,000,000 times as much"]),
        ("47%", "per_cent", {"multiplier": 100}, ["47% as it stands", "100 times as much"]),
        ("£5-10m", "gbp", {"multiplier": 1000}, ["as it stands", "1,000 times as much"]),
        ("▲3%", "per_cent", {"change": True}, ["more or fewer", "better or worse"]),
        ("(-12)", "gbp", {"change": True}, ["less or more"]),
        ("over -5%", "per_cent", {"change": True}, ["a larger fall or a smaller one"]),
        ("(12)", "people", {}, ["below 0", "the number of a note"]),
        ("007", "people", {}, ["a code", "lost its point"]),
        ("0000", "people", {}, ["a code"]),
        ("12.5", "beds", {}, ["an average"]),
    ],
)
def test_a_text_with_two_readings_is_refused_with_both(text, unit, more, readings):
    with pytest.raises(InputError) as error:
        parse_figure(text, unit, **more)
    assert all(reading in str(error.value) for reading in readings)


@pytest.mark.parametrize(
    ("text", "message"), [("１２", "ordinary 0 to 9"), ("١٢", "ordinary 0 to 9"), ("9" * 20, "more than 15 digits")]
)
def test_digits_that_no_figure_has_are_refused(text, message):
    with pytest.raises(InputError, match=message):
        parse_figure(text)


@pytest.mark.parametrize("rounded_to", [0, -5, float("nan"), float("inf"), 1e308])
def test_a_rounding_that_is_none_is_refused(rounded_to):
    with pytest.raises(InputError, match="give a number above 0"):
        parse_figure("5", rounded_to=rounded_to)


STATES = {
    "[c]": {"lower": 1, "upper": 4},
    "[x]": {"lower": 0, "upper": 5000},
    "[z]": {},
    "..": {"state": "not_available"},
    "*": {"lower": 0, "upper": 4},
    "[C]": {"state": "not_applicable"},
}


def test_marks_say_hidden_not_available_or_not_applicable():
    found = {text: parse_figure(text, marks=STATES) for text in STATES}
    assert {text: figure.status for text, figure in found.items()} == {
        "[c]": "suppressed",
        "[x]": "not_available",
        "[z]": "not_applicable",
        "..": "not_available",
        "*": "suppressed",
        "[C]": "not_applicable",
    }
    assert found["[c]"].value == Suppressed(1, 4) and found["[x]"].value == NotGiven("not_available")
    assert math.isnan(found["[z]"].lower) and math.isnan(found["[x]"].upper)


@pytest.mark.parametrize(("text", "words"), [("[x]", "'not available'"), ("[c]", "'hidden'"), ("n/a", "its state")])
def test_an_undeclared_mark_is_refused_with_what_it_may_be(text, words):
    with pytest.raises(InputError) as error:
        parse_figure(text)
    assert words in str(error.value)


def test_a_composite_cell_falls_into_its_parts():
    assert parts_of_composite("100% (22/33 assessed – 66.7%)") == {
        "value": "100%",
        "assessed": "22",
        "total": "33",
        "coverage": "66.7%",
    }
    assert parts_of_composite("95.8%") == {"value": "95.8%"}
    with pytest.raises(InputError, match=r"'100% \(22 of 33\)' does not read like"):
        parts_of_composite("100% (22 of 33)")


@pytest.mark.parametrize(
    ("hidden", "message"), [(Suppressed(0, 4), "suppressed count"), (NotGiven("not_available"), "is not available")]
)
def test_what_is_no_number_takes_no_part_in_arithmetic(hidden, message):
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
        with pytest.raises(TypeError, match=message):
            attempt()


NUMBERS = st.one_of(
    st.integers(0, 10**7).map(str),
    st.integers(0, 10**7).map("{:,}".format),
    st.decimals(0, 10**4, places=1).map(str),
    st.integers(0, 999).map("{}k".format),
    st.sampled_from(["half", "a third", "seven", "none", "1 in 5", "25-30", "five to ten"]),
)
ROUNDINGS = st.sampled_from([None, 1, 5, 10, 100, 1000])


@given(NUMBERS, st.sampled_from(["", *QUALIFIERS]), ROUNDINGS, st.sampled_from([1, 1000]))
def test_a_value_lies_within_its_bounds_and_bounds_are_not_negative(number, qualifier, rounded_to, multiplier):
    text = f"{number}+" if qualifier == "+" and number.isdigit() else f"{qualifier.rstrip('+')} {number}"
    if multiplier != 1 and number.endswith("k"):
        multiplier = 1  # refused: two readings
    figure = parse_figure(text, "per_cent", rounded_to=rounded_to, multiplier=multiplier, prose=True)
    assert 0 <= figure.lower <= figure.value <= figure.upper


@given(NUMBERS, st.sampled_from([word for word in QUALIFIERS if word != "+"]), ROUNDINGS)
def test_a_qualifier_never_narrows_the_side_that_it_speaks_of(number, qualifier, rounded_to):
    plain = parse_figure(number, "per_cent", rounded_to=rounded_to)
    said = parse_figure(f"{qualifier} {number}", "per_cent", rounded_to=rounded_to, prose=True)
    below, above = QUALIFIERS[qualifier]
    assert below == 0 or said.lower <= plain.lower
    assert above == 0 or said.upper >= plain.upper
    assert said.value == plain.value


@given(st.integers(0, 10**9), ROUNDINGS)
def test_thousands_separators_do_not_matter(number, rounded_to):
    with_them, without = (parse_figure(text, rounded_to=rounded_to) for text in (f"{number:,}", str(number)))
    assert (with_them.value, with_them.lower, with_them.upper) == (number, without.lower, without.upper)


PIECES = [
    "1",
    "25",
    "0",
    "00",
    ",",
    ".",
    "£",
    "%",
    "k",
    " million",
    " to ",
    "-",
    " in ",
    " out of ",
    "over ",
    "c.",
    "up to ",
]
PIECES += ["nearly ", "about ", "ten", "half", "/", "(", ")", " ", "+", "²", "\n"]


@given(st.lists(st.sampled_from(PIECES), max_size=7).map("".join), st.sampled_from(["people", "per_cent", "gbp"]))
def test_any_text_is_a_figure_within_its_bounds_or_is_refused_by_name(text, unit):
    try:
        figure = parse_figure(text, unit)
    except InputError as error:
        assert repr(text.strip()) in str(error)
    else:
        assert 0 <= figure.lower <= figure.upper
        assert figure.status == "suppressed" or figure.lower <= figure.value <= figure.upper


COUNTED = sorted(set(UNITS) - set(FRACTIONAL_UNITS))


@given(st.lists(st.sampled_from([*PIECES, "<", "-", "less than ", " or more"]), max_size=5).map("".join), st.booleans())
def test_bounds_of_what_is_counted_one_by_one_are_whole_numbers(text, prose):
    for unit in COUNTED[:3]:
        try:
            figure = parse_figure(text, unit, prose=prose)
        except InputError:
            continue
        assert figure.lower == int(figure.lower) and figure.upper == int(figure.upper)


@given(st.integers(1, 10**6), st.sampled_from(["-{}", "({})", "{}-", "−{}"]), st.sampled_from([1, 1000]))
def test_a_fall_is_as_large_as_the_rise_of_the_same_number(number, form, multiplier):
    rise = parse_figure(str(number), "gbp", multiplier=multiplier, change=True)
    fall = parse_figure(form.format(number), "gbp", multiplier=multiplier, change=True)
    assert (fall.value, fall.lower, fall.upper) == (-rise.value, -rise.upper, -rise.lower)


@pytest.mark.parametrize(
    "text", ["1 000", "1 225", "1\xa0000", "1\u202f234", "12 345 678", "£1 000", "-1 000", "(1 000)", "1 000%"]
)
def test_a_blank_within_a_number_is_said_to_be_that(text):
    with pytest.raises(InputError, match="has a blank within a number, or is two"):
        parse_figure(text, "people")
