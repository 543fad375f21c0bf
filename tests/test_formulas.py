"""Formulas over published figures: what they may hold, and bounds that no values within the figures' bounds leave."""

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.base.errors import InputError
from helpers.base.formulas import Input, evaluate, in_numbers, in_parts, nearest_share, parse

FIGURES = {
    "county/a": 6,
    "county/b": 4,
    **{"county/t!B2": 1, "county/t!C2": 2, "county/t!B3": 3, "county/t!C3": 4},
    **{"county/t!B7.assessed": 22, "county/t!B7.total": 33},
    "city/a": 50,
    "city/t!B2": 100,
}


def work_out(text: str, figures: dict) -> tuple[float, float, float]:
    """A formula's value and bounds; a figure is a number, or its value, bounds and months."""
    formula = parse(text, "county", ["county", "city"])
    figures = {key: figures[key] if isinstance(figures[key], tuple) else (figures[key],) * 3 for key in formula.keys}
    return evaluate(formula, {key: Input(*figure) for key, figure in figures.items()})


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("a + b", 10),
        ("a - b * 2", -2),
        ("(a - b) * 2", 4),
        ("-a / +b", -1.5),
        ("a ** 2", 36),
        ("t!B3 - t!B2", 2),
        ("sum(t!B2:C3)", 10),
        ("sum(t!B2:C2, t!B3, a, 10)", 22),
        ("mean(t!B2:C3)", 2.5),
        ("minimum(t!B2:C3, a)", 1),
        ("maximum(t!B2:C3, a)", 6),
        ("100 * t!B7.assessed / t!B7.total", 200 / 3),
        ("city/t!B2 - t!B2", 99),
        ("city/a / a", 50 / 6),
    ],
)
def test_formulas_as_worked_out_by_hand(text, value):
    assert work_out(text, FIGURES) == pytest.approx((value, value, value))


def test_a_range_runs_row_by_row_past_the_column_z():
    cells = ["Z2", "AA2", "AB2", "Z3", "AA3", "AB3"]
    assert parse("sum(t!Z2:AB3)", "county", ["county"]).keys == [f"county/t!{cell}" for cell in cells]


def test_the_months_of_a_figure_are_those_of_its_period():
    assert work_out("12 * a / months(a)", {"county/a": (71, 71, 71, 13)})[0] == pytest.approx(12 * 71 / 13)


@pytest.mark.parametrize(
    ("count", "printed", "nearest"),
    [(170, 62.3, 170 / 273), (154, 47.6, 154 / 324), (168, 54.8, 168 / 307)]
    + [(5, 100, 1), (5, 120, 1), (5, 0, 0), (0, 40, 0)],
)
def test_the_share_that_a_whole_number_of_people_gives(count, printed, nearest):
    assert nearest_share(count, printed) == pytest.approx(100 * nearest)


def test_shares_that_no_whole_number_of_people_gives():
    possible = [round(nearest_share(*figures), 1) == figures[1] for figures in ((170, 62.3), (154, 47.6), (168, 54.8))]
    assert possible == [True, False, False]


@given(st.integers(1, 400), st.integers(10, 1000))
def test_no_whole_number_of_people_comes_nearer(count, share):
    share = share / 10
    shares = [100 * count / people for people in range(count, int(100 * count / share) + 3)]
    assert abs(nearest_share(count, share) - share) == pytest.approx(min(abs(each - share) for each in shares))


def test_a_share_is_held_as_printed_where_its_nearest_is_asked_for():
    figures = {"county/a": 154, "county/b": (47.6, 47.55, 47.65)}
    assert work_out("nearest_share(a, b)", figures) == pytest.approx((100 * 154 / 324,) * 3)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("t!B2:C3 + 1", "range outside a function"),
        ("sum(t!C3:B2)", "t!C3:B2 is no range"),
        ("total(a)", "'total', which is no function"),
        ("summ(a)", "Did you mean 'sum'"),
        ("a.b(2)", "no function"),
        ("sum()", r"sum\(\) takes figures"),
        ("nearest_share(a)", "takes a count and a share"),
        ("months(a, b)", "takes one figure"),
        ("months(12)", "takes one figure"),
        ("months(t!B2:C3)", "takes one figure"),
        ("a.real", "may: Attribute"),
        ("a < b", "may: Compare"),
        ("lambda: a", "may: Lambda"),
        ("sum(*t!B2:C3)", "may: Starred"),
        ("[a]", "may: List"),
        ("a % b", "may: Mod"),
        ("'a'", "'a', which is no number"),
        ("a + True", "True, which is no number"),
        ("a +", "brackets and signs"),
        ("(a", "brackets and signs"),
        ("a / (a - 6)", "divides by zero"),
        ("(b - a) ** 0.5", "gives no number"),
        ("10.0 ** b ** 10", "gives no number"),
    ],
)
def test_what_no_formula_may_hold_is_refused_with_the_formula(text, words):
    with pytest.raises(InputError, match=words) as error:
        work_out(text, FIGURES)
    assert repr(text) in str(error.value)


@pytest.mark.parametrize(
    ("text", "working"),
    [
        ("100 * a / city/a", "100 × 1,348 ÷ 50"),
        ("a - b ** 2", "1,348 − over 4 to the power of 2"),
        ("100 - share", "100 − 15.5"),
        ("sum(t!B2:C3)", "sum(1; 2; 3; 4)"),
        ("mean(t!B2:C4) / a", "mean of 6 figures ÷ 1,348"),
        ("12 * a / months(a)", "12 × 1,348 ÷ months in the period"),
        ("nearest_share(a, share)", "1,348 as the share nearest to 15.5%"),
        ("t!B7.assessed / t!B7.total", "22 ÷ 33"),
        ("year / a", "2014/15 ÷ 1,348"),
    ],
)
def test_a_formula_in_the_numbers_of_its_figures(text, working):
    printed = {"county/a": "1,348", "county/b": "over 4", "county/share": "15.5%", "city/a": "50"}
    printed |= {"county/year": "2014/15", "county/t!B4": "5", "county/t!C4": "6"} | {
        key: str(FIGURES[key]) for key in FIGURES if "!" in key
    }
    assert in_numbers(parse(text, "county", ["county", "city"]), printed) == working


#: Sums, differences, products and ratios of positive figures, as the checks on file use them.
MONOTONE = [
    *("a + b + c", "a - b - c", "a * b * c", "a / b", "a * b / c", "a / (b + c)", "100 * a / (a + b)"),
    *("100 * (a / b - 1)", "100 * (1 - a / b)", "100 / (a / b + 1)", "mean(a, b, c)", "sum(a, b) / sum(a, b, c)"),
    *("c - maximum(a, b)", "minimum(maximum(a, b), c)"),
]
POSITIVE = st.tuples(*[st.floats(0.01, 1e6)] * 3).map(sorted)
SHARE = st.floats(0, 1)


def bounded(text: str, figures: list) -> tuple[float, float, float]:
    named = zip("abc", figures, strict=True)
    return work_out(text, {f"county/{name}": (value, lower, upper) for name, (lower, value, upper) in named})


def slack(*numbers: float) -> float:
    return 1e-9 * max(1.0, *map(abs, numbers))


@given(st.sampled_from(MONOTONE), st.tuples(*[POSITIVE] * 3), st.tuples(*[SHARE] * 3))
def test_no_values_within_the_figures_bounds_leave_the_result_s_bounds(text, figures, shares):
    _, least, most = bounded(text, figures)
    chosen = [lower + share * (upper - lower) for (lower, _, upper), share in zip(figures, shares, strict=True)]
    value, *_ = bounded(text, [(number,) * 3 for number in chosen])
    assert least - slack(least, most) <= value <= most + slack(least, most)


@given(st.sampled_from(MONOTONE), st.tuples(*[POSITIVE] * 3))
def test_the_bounds_are_reached_by_ends_of_the_figures_bounds(text, figures):
    _, least, most = bounded(text, figures)
    corners = product(*((lower, upper) for lower, _, upper in figures))
    values = [bounded(text, [(number,) * 3 for number in corner])[0] for corner in corners]
    assert (least, most) == pytest.approx((min(values), max(values)))


@given(st.sampled_from(MONOTONE), st.tuples(*[POSITIVE] * 3), st.tuples(*[st.tuples(SHARE, st.floats(1, 9))] * 3))
def test_widening_a_figure_never_narrows_the_result(text, figures, factors):
    wider = [
        (max(lower * down, 0.001), value, upper * up)
        for (lower, value, upper), (down, up) in zip(figures, factors, strict=True)
    ]
    _, least, most = bounded(text, figures)
    _, wide_least, wide_most = bounded(text, wider)
    assert wide_least <= least + slack(least, most) and wide_most >= most - slack(least, most)


@pytest.mark.parametrize(
    ("text", "part", "base"),
    [
        ("t!B2 + 2 * t!B3 - 5", {"a/t!B2": 1, "a/t!B3": 2, None: -5}, {None: 1}),
        ("sum(t!B2:B4)", {"a/t!B2": 1, "a/t!B3": 1, "a/t!B4": 1}, {None: 1}),
        ("mean(t!B2, t!B3)", {"a/t!B2": 1, "a/t!B3": 1}, {None: 2}),
        ("100 * t!B2 / (t!B3 + t!B4)", {"a/t!B2": 100}, {"a/t!B3": 1, "a/t!B4": 1}),
        ("100 * (t!B2 / t!B3 - 1)", {"a/t!B2": 100, "a/t!B3": -100}, {"a/t!B3": 1}),
        ("-t!B2 / 4", {"a/t!B2": -1}, {None: 4}),
    ],
)
def test_a_formula_as_one_sum_over_another(text, part, base):
    assert in_parts(parse(text, "a", ["a"])) == (part, base)


@pytest.mark.parametrize("text", ["t!B2 * t!B3", "t!B2 ** 2", "maximum(t!B2, t!B3)", "t!B2 / t!B3 + t!B4 / t!B5"])
def test_a_formula_that_is_no_such_sum(text):
    assert in_parts(parse(text, "a", ["a"])) is None
