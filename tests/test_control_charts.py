"""Control charts of a performance series: method.md section 11."""

import json

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.base.errors import InputError
from helpers.paper import charts
from helpers.projection.control_charts import ASSURANCES, KINDS, RULE_SETS, RULES, VARIATIONS, Rebase, xmr

OUTLIER = [1, 2, 1, 2, 10, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1]
NORMAL = [
    *(-0.56047565, -0.23017749, 1.55870831, 0.07050839, 0.12928774, 1.71506499, 0.46091621, -1.26506123),
    *(-0.68685285, -0.44566197, 1.22408180, 0.35981383, 0.40077145, 0.11068272, -0.55584113, 1.78691314),
    *(0.49785048, -1.96661716, 0.70135590, -0.47279141),
]
#: Twenty points that signal nothing, 0 and 2 in turn: mean 1, moving range 2, limits -4.32 and 6.32.
STEADY = [0, 2] * 10

whole_numbers = st.lists(st.integers(-50, 50), min_size=1, max_size=40)
enough = st.lists(st.integers(-50, 50), min_size=13, max_size=40)
directions = st.sampled_from(["higher", "lower", "neither"])
rule_sets = st.sampled_from(list(RULE_SETS))


def quarters(number):
    return [f"{2018 + i // 4}/{19 + i // 4} Q{i % 4 + 1}" for i in range(number)]


def series(values):
    return pd.Series(values, quarters(len(values)), dtype=float)


def signals(result):
    return list(result.signals[["position", "rule", "side"]].itertuples(index=False, name=None))


def positions(result, rule):
    return [position for position, found, _ in signals(result) if found == rule]


def bounds(result):
    return (result.lower, result.near_lower, result.centre, result.near_upper, result.upper)


def test_worked_values_with_an_outlier():
    screened, unscreened = xmr(OUTLIER), xmr(OUTLIER, rule_set="unscreened")
    assert (screened.centre, screened.lower, screened.upper) == pytest.approx((1.944444, -0.715556, 4.604444), abs=5e-7)
    assert (unscreened.lower, unscreened.upper) == pytest.approx((-3.062614, 6.951503), abs=5e-7)
    assert signals(screened) == signals(unscreened) == [(4, "beyond_limit", "above")]
    assert (screened.rule_set.name, screened.rule_set.version) == ("making-data-count", "2023")
    assert (unscreened.rule_set.name, unscreened.rule_set.version) == ("unscreened", "2023")


@pytest.mark.parametrize("rule_set", RULE_SETS)
def test_worked_values_of_chance_alone(rule_set):
    result = xmr(NORMAL, rule_set=rule_set)
    assert result.centre == pytest.approx(0.1416238, abs=5e-8)
    assert (result.lower, result.upper) == pytest.approx((-3.01138, 3.294627), abs=5e-6)
    assert signals(result) == [] and result.variation == "common_cause"


def test_near_limits_stand_two_thirds_of_the_way_to_the_limits():
    assert bounds(xmr(STEADY)) == pytest.approx((-4.32, 1 - 5.32 * 2 / 3, 1, 1 + 5.32 * 2 / 3, 6.32))


def test_ranges_are_screened_once_only():
    # Ranges 1 (15 times), 5, 5 and 40: of a mean of 3.61 the 40 is left out, and of the next mean the fives stay in.
    values = np.cumsum([0] + [1, -1] * 7 + [1, 5, -5, 40])
    assert xmr(values).upper - xmr(values).centre == pytest.approx(2.66 * 25 / 17)


def test_screening_that_would_leave_no_width_is_not_done():
    result = xmr([0] * 12 + [10] + [0] * 3)
    assert (result.lower, result.upper) == pytest.approx((0.625 - 2.66 * 20 / 15, 0.625 + 2.66 * 20 / 15))
    assert positions(result, "beyond_limit") == [12]


@pytest.mark.parametrize(
    ("number", "kind"),
    [(1, "run_chart"), (5, "run_chart"), (6, "trial_limits"), (12, "trial_limits"), (13, "limits"), (30, "limits")],
)
def test_what_a_number_of_points_allows(number, kind):
    result = xmr(([3, 5, 4, 8] * 8)[:number], better="higher", target=4)
    assert result.kind == kind and kind in KINDS
    assert (result.variation is None) == (result.assurance is None) == (kind != "limits")
    assert np.isnan(bounds(result)).sum() == (4 if kind == "run_chart" else 0)


def test_a_run_chart_has_a_median_and_no_signals():
    result = xmr([1, 2, 3, 4, 100])
    assert result.centre == 3 and signals(result) == []
    assert result.words() == "Five points are too few for limits; no signal can be told from chance."


SWING = [0, 20] * 3


@pytest.mark.parametrize(
    ("slope", "sides"),
    [
        ([4, 6, 8, 10, 12, 14, 16], ["rising"] * 7),
        ([4, 6, 8, 10, 12, 14], []),
        ([4, 6, 8, 10, 10, 12, 14, 16], []),
        ([3, 4, 6, 8, 10, 12, 14, 16], ["rising"] * 8),
        ([4, 6, 8, 10, 12, 14, 16, 14, 12, 10, 8, 6, 4, 20], ["rising"] * 6 + ["falling"] * 7),
    ],
)
def test_a_trend_is_seven_points_that_rise_or_fall_at_each_of_six_steps(slope, sides):
    # The point at which two trends meet belongs to the later one; two equal points end a trend.
    expected = [(6 + number, "trend", side) for number, side in enumerate(sides)]
    assert signals(xmr(SWING + slope + SWING)) == expected
    mirrored = {"rising": "falling", "falling": "rising"}
    turned = [20 - value for value in SWING + slope + SWING]
    assert signals(xmr(turned)) == [(position, rule, mirrored[side]) for position, rule, side in expected]


@pytest.mark.parametrize(
    ("inserted", "expected"),
    [
        ([6, 1.5, 6], [(10, "two_of_three", "above"), (12, "two_of_three", "above")]),
        ([6, 0, 6], []),
        ([6, -4, 6], []),
        ([6, 1.5, 1.5, 6], []),
        ([6, 9, 1.5], [(10, "two_of_three", "above"), (11, "beyond_limit", "above")]),
        ([-4, -4], [(10, "two_of_three", "below"), (11, "two_of_three", "below")]),
    ],
)
def test_two_of_three_on_one_side_of_the_mean_beyond_its_near_limit(inserted, expected):
    # As changed in November 2023: a point beyond the limit counts too, and the third is on the same side of the mean.
    assert signals(xmr(STEADY[:10] + inserted + STEADY[10:])) == expected


def test_two_points_beyond_a_near_limit_need_a_third_on_their_side():
    assert signals(xmr([2, 0] * 5 + [6, 6] + [0, 2] * 5)) == []


@pytest.mark.parametrize(
    ("run", "marked"), [([3] * 5, 0), ([3] * 6, 7), ([3] * 7, 8), ([3, 3, 3, 1, 3, 3, 3, 3], 0), ([-1] * 7, 7)]
)
def test_seven_on_one_side_of_the_mean(run, marked):
    # The point before the run, 2, lies above the mean too.
    result = xmr(STEADY + run)
    side = "above" if run[0] == 3 else "below"
    first = len(STEADY) - (marked > 0 and side == "above")
    assert signals(result) == [(first + number, "one_side", side) for number in range(marked)]


def test_a_point_on_the_mean_ends_a_run():
    values = [0, 0, 0, 2, 0, 0, 0] + [-1, 1] * 7
    result = xmr([*values, -2])
    assert result.centre == 0 and signals(result) == []


def test_a_point_carries_the_first_rule_that_it_meets():
    result = xmr(list(range(20)))
    assert signals(result) == [
        (position, "trend" if 7 <= position <= 12 else "beyond_limit", side)
        for position, side in enumerate(["below"] * 7 + ["rising"] * 6 + ["above"] * 7)
    ]


def first_rules(values, result):
    """The signals of whole numbers, found again point by point from the rules' own words."""
    mean = sum(values) / len(values)
    found = []
    for i in range(len(values)):
        met = {}
        for side, sign in (("above", 1), ("below", -1)):
            limit, near = (result.upper, result.near_upper) if sign > 0 else (result.lower, result.near_lower)

            def beyond(j, line, sign=sign):
                return sign * (values[j] - line) > 1e-7

            if beyond(i, limit):
                met["beyond_limit"] = side
            for start in range(max(i - 2, 0), min(i, len(values) - 3) + 1):
                three = range(start, start + 3)
                if all(beyond(j, mean) for j in three) and sum(beyond(j, near) for j in three) >= 2 and beyond(i, near):
                    met["two_of_three"] = side
            for start in range(max(i - 6, 0), min(i, len(values) - 7) + 1):
                if all(beyond(j, mean) for j in range(start, start + 7)):
                    met["one_side"] = side
        for start in range(max(i - 6, 0), min(i, len(values) - 7) + 1):
            steps = np.diff(values[start : start + 7])
            if (steps > 0).all() or (steps < 0).all():
                met["trend"] = "rising" if steps[0] > 0 else "falling"
        if met:
            rule = min(met, key=list(RULES).index)
            found.append((i, rule, met[rule]))
    return found


@given(st.one_of(enough, st.lists(st.integers(0, 3), min_size=13, max_size=40)))
def test_signals_are_those_that_the_rules_say_in_their_order(values):
    result = xmr(values)
    assert signals(result) == first_rules(values, result)


@given(st.lists(st.integers(0, 12), min_size=13, max_size=25, unique=False).map(np.cumsum), st.integers(-20, 20))
def test_slopes_signal_as_the_rules_say(values, step):
    values = [int(value) + step * i for i, value in enumerate(values)]
    result = xmr(values)
    assert signals(result) == first_rules(values, result)


@given(whole_numbers, st.integers(-1000, 1000), st.integers(1, 20), rule_sets)
def test_limits_and_signals_move_with_the_values(values, shift, scale, rule_set):
    result = xmr(values, rule_set=rule_set)
    moved = xmr([shift + scale * value for value in values], rule_set=rule_set)
    assert bounds(moved) == pytest.approx([shift + scale * bound for bound in bounds(result)], nan_ok=True, abs=1e-6)
    assert signals(moved) == signals(result)


@given(whole_numbers)
def test_a_series_upside_down_signals_on_the_other_side(values):
    result, turned = xmr(values, better="higher"), xmr([-value for value in values], better="lower")
    assert bounds(turned) == pytest.approx([-bound for bound in bounds(result)[::-1]], nan_ok=True, abs=1e-9)
    columns = ["position", "rule", "variation"]
    pd.testing.assert_frame_equal(turned.signals[columns], result.signals[columns])
    assert turned.variation == result.variation


@given(whole_numbers)
def test_limits_stand_in_order_and_screening_never_widens_them(values):
    result, unscreened = xmr(values), xmr(values, rule_set="unscreened")
    if result.kind != "run_chart":
        assert list(bounds(result)) == sorted(bounds(result))
        assert result.upper - result.lower <= unscreened.upper - unscreened.lower + 1e-9


@given(st.lists(st.floats(0, 100), min_size=6, max_size=40))
def test_limits_of_shares_stay_within_0_and_100(values):
    result, free = xmr(values, shares=True), xmr(values)
    assert bounds(result) == pytest.approx(np.clip(bounds(free), 0, 100))
    assert signals(result) == signals(free)


@pytest.mark.parametrize("value", [0.1, 1 / 3, 1e-9, 1e12, 0.0])
def test_a_series_that_does_not_move_signals_nothing(value):
    result = xmr([value] * 23, better="higher", target=value)
    assert signals(result) == [] and result.variation == "common_cause" and result.assurance == "pass"


UP, DOWN = STEADY + [9], STEADY + [-7]


@pytest.mark.parametrize(
    ("values", "better", "variation"),
    [
        (STEADY, "higher", "common_cause"),
        (UP, "higher", "improvement"),
        (UP, "lower", "concern"),
        (UP, "neither", "neither"),
        (DOWN, "higher", "concern"),
        (DOWN, "lower", "improvement"),
        (UP[::-1], "higher", "common_cause"),
        (SWING + list(range(4, 18, 2)), "higher", "improvement"),
        (SWING + list(range(4, 18, 2)), "lower", "concern"),
    ],
)
def test_variation_is_that_of_the_latest_point(values, better, variation):
    assert xmr(values, better).variation == variation and variation in VARIATIONS


@pytest.mark.parametrize(
    ("better", "target", "assurance"),
    [
        ("higher", -5, "pass"),
        ("higher", 1, "hit_and_miss"),
        ("higher", 7, "fail"),
        ("lower", -5, "fail"),
        ("lower", 1, "hit_and_miss"),
        ("lower", 7, "pass"),
        ("higher", 6.3, "hit_and_miss"),
        ("lower", -4.3, "hit_and_miss"),
        ("higher", -4.32, "pass"),
        ("lower", 6.32, "pass"),
        ("higher", 6.32, "hit_and_miss"),
        ("lower", -4.32, "hit_and_miss"),
    ],
)
def test_a_target_is_judged_against_the_limits(better, target, assurance):
    # Limits -4.32 and 6.32; a value at the target meets it.
    assert xmr(STEADY, better, target).assurance == assurance and assurance in ASSURANCES


NOTHING = "None of 20 points stands out from chance"
ABOVE = "The latest point lies above the upper limit"
FEW = "Seven points give limits on trial only; on so few no signal is named."


@pytest.mark.parametrize(
    ("values", "better", "target", "words"),
    [
        ([4], "neither", None, "One point is too few for limits; no signal can be told from chance."),
        ([4] * 5, "higher", 3, "Five points are too few for limits; no signal can be told from chance."),
        ([4, 5, 4, 5, 4, 5, 4], "higher", 3, FEW),
        (
            [0] * 6 + [10],
            "higher",
            3,
            FEW,
        ),
        (
            [10] + [0] * 6,
            "higher",
            3,
            FEW,
        ),
        (STEADY, "neither", None, NOTHING + "."),
        (STEADY, "higher", -5, NOTHING + "; unless the process changes, the target will be met every time."),
        (STEADY, "higher", 7, NOTHING + "; unless the process changes, the target will be missed every time."),
        (
            STEADY,
            "higher",
            1,
            NOTHING
            + "; unless the process changes, the target will be met at some times and missed at others, by chance.",
        ),
        (UP, "neither", None, ABOVE + ", a change that chance alone would rarely bring."),
        (UP, "higher", None, ABOVE + ", a change for the better that chance alone would rarely bring."),
        (
            UP,
            "lower",
            20,
            ABOVE + ", a change for the worse that chance alone would rarely bring; if the figure keeps within these "
            "limits, the target will be met every time.",
        ),
        (UP[::-1], "higher", None, "One earlier point stands out from chance, and the latest of 21 points does not."),
        (
            [-4, -4] + STEADY,
            "higher",
            None,
            "Two earlier points stand out from chance, and the latest of 22 points does not.",
        ),
        (
            SWING + list(range(4, 18, 2)),
            "neither",
            None,
            "The latest seven points or more rise at every step, a change that chance alone would rarely bring.",
        ),
        (
            [*STEADY, 1.5, 6, 6],
            "neither",
            None,
            "At least two of the latest three points lie near the upper limit or beyond it, a change that chance alone "
            "would rarely bring.",
        ),
        (
            STEADY + [3] * 7,
            "lower",
            None,
            "The latest seven points or more all lie above the mean, a change for the worse that chance alone would "
            "rarely bring.",
        ),
    ],
)
def test_what_members_read(values, better, target, words):
    assert xmr(values, better, target).words() == words


@given(whole_numbers, directions, rule_sets, st.booleans())
def test_there_is_always_one_sentence(values, better, rule_set, judged):
    target = 0 if judged and better != "neither" else None
    words = xmr(values, better, target, rule_set=rule_set).words()
    assert words[0] == words[0].upper() and words.endswith(".") and words.count(".") == 1
    assert ("target" in words) == (target is not None and len(values) >= 13)


def test_limits_start_anew_where_the_analyst_says_and_why():
    values = STEADY + [20, 22] * 7
    rebase = Rebase(quarters(34)[20], "a new system")
    before, result = xmr(series(values), "higher"), xmr(series(values), "higher", 15, rebases=[rebase])
    assert positions(before, "beyond_limit") and before.suggested_rebase == rebase.at
    assert bounds(result) == pytest.approx([20 + bound for bound in bounds(xmr([0, 2] * 7))])
    assert result.lines["centre"].tolist() == pytest.approx([1] * 20 + [21] * 14)
    assert result.lines["part"].tolist() == [1] * 20 + [2] * 14
    assert signals(result) == [] and result.assurance == "pass" and result.suggested_rebase is None
    assert result.rebases == (rebase,)
    assert result.words() == (
        "Since the limits were set anew at 2023/24 Q1 (a new system): none of 14 points stands out from chance; unless "
        "the process changes, the target will be met every time."
    )


def test_few_points_since_a_re_basing_are_too_few():
    result = xmr(STEADY + [20, 22, 20], rebases=[Rebase(20, "a new system")])
    assert result.kind == "run_chart" and result.centre == 20 and result.variation is None
    assert result.lines["lower"].isna().sum() == 3
    assert result.words() == (
        "Since the limits were set anew at 20 (a new system): three points are too few for limits; no signal can be "
        "told from chance."
    )


def test_no_rule_runs_across_a_re_basing():
    rising = [4, 6, 8, 10, 12, 14, 16]
    whole = xmr(SWING + SWING + rising + SWING)
    parts = xmr(SWING + SWING + rising + SWING, rebases=[Rebase(15, "a new system")])
    assert len(positions(whole, "trend")) == 7 and positions(parts, "trend") == []


def test_signals_before_a_re_basing_keep_their_position():
    values = [9, *STEADY] + [20, 22] * 3 + [80]
    result = xmr(values, rule_set="unscreened", rebases=[Rebase(21, "a new system")])
    assert [signal[0] for signal in signals(result)] == [0, 27]
    assert result.named.empty and "on so few no signal is named" in result.words()


@pytest.mark.parametrize(
    "values",
    [STEADY, STEADY + [3] * 5, STEADY + [3] * 7 + [0], [4, 4, 4, 4, 4] + [3] * 7, [3] * 14],
)
def test_no_re_basing_is_suggested_without_a_run_that_lasts(values):
    assert xmr(values).suggested_rebase is None


def test_a_re_basing_is_suggested_and_never_done_by_itself():
    result = xmr(series(STEADY + [3] * 8))
    assert result.suggested_rebase == quarters(20)[19]
    assert set(result.lines["part"]) == {1} and result.rebases == ()


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: xmr([]), "There are no points"),
        (lambda: xmr([1, None]), "point at 1 is None, no number"),
        (lambda: xmr(series([1, np.nan])), "point at '2018/19 Q2' is nan, no number"),
        (lambda: xmr([1, "over 500"]), "is 'over 500', no number"),
        (lambda: xmr([1, np.inf]), "is inf, no number"),
        (lambda: xmr(pd.Series([1, 2], ["2018", "2018"])), "'2018' stands twice"),
        (lambda: xmr([50, 101], shares=True), "share at 1 is 101, outside 0 to 100"),
        (lambda: xmr([50, -1], shares=True), "share at 1 is -1, outside 0 to 100"),
        (lambda: xmr([1], better="high"), "Better cannot be 'high'.*Did you mean 'higher'"),
        (lambda: xmr([1], rule_set="making_data_count"), "no rule set .*Did you mean 'making-data-count'"),
        (lambda: xmr([1], target=5), "target of 5 needs a direction"),
        (lambda: xmr([1], "higher", "5"), "target 5 is no number"),
        (lambda: xmr([1], "higher", 105, shares=True), "target 105 is no share from 0 to 100"),
        (lambda: xmr([1, 2], rebases=[Rebase(1, " ")]), "re-basing at 1 has no reason"),
        (lambda: xmr([1, 2], rebases=[Rebase(2, "x")]), "no point at 2 to re-base from"),
        (lambda: xmr([1, 2], rebases=[Rebase(0, "x")]), "after the first one"),
        (lambda: xmr([1, 2, 3], rebases=[Rebase(2, "x"), Rebase(1, "y")]), "follow each other in time"),
        (lambda: xmr([1, 2, 3], rebases=[Rebase(2, "x"), Rebase(2, "y")]), "follow each other in time"),
        (lambda: xmr([1, 2], rebases=[Rebase(1)]), "re-basing at 1 has no reason"),
        (lambda: xmr([1, 2], rebases=[Rebase(1, None)]), "re-basing at 1 has no reason"),
        (lambda: xmr([1, 2], rebases=[Rebase(1, np.nan)]), "re-basing at 1 has no reason"),
        (lambda: xmr(pd.Series([1, 2], index=["2015/16", None])), "A point has no period"),
        (lambda: xmr([1, -2], counts=True), "count at 1 is -2, below 0"),
    ],
)
def test_mistakes_are_named(call, message):
    with pytest.raises(InputError, match=message):
        call()


def drawn(figure):
    return [line["label"] for line in charts.plotted(figure)]


def labels(figure):
    return {text.get_text() for text in figure.axes[0].texts}


def test_the_chart_draws_and_labels_what_the_result_holds():
    points = series(OUTLIER)
    figure = charts.control_chart(points, xmr(points, "lower", 8))
    lines = {line["label"]: line for line in charts.plotted(figure)}
    assert list(lines) == ["points", "centre", "lower limit", "upper limit", "target", "concern"]
    assert lines["points"]["x"] == list(points.index) and lines["points"]["y"] == list(points)
    assert lines["upper limit"]["y"] == [4.6] * 18 and lines["target"]["y"] == [8.0] * 18
    assert lines["concern"] == {"label": "concern", "x": [points.index[4]], "y": [10.0]}
    assert labels(figure) == {"Upper limit: 4.6", "Mean: 1.9", "Lower limit: -0.7", "Target: 8", "concern"}
    assert figure.axes[0].get_xlabel() == "Rules: making-data-count, version 2023"
    json.dumps(charts.plotted(figure))


def test_signals_differ_in_shape_and_colour():
    shapes = {}
    for better, label in (("higher", "improvement"), ("lower", "concern"), ("neither", "neither")):
        figure = charts.control_chart(series(UP), xmr(series(UP), better))
        (line,) = [line for line in figure.axes[0].get_lines() if line.get_label() == label]
        shapes[label] = line.get_marker(), line.get_color()
        assert (label if label != "neither" else "signal") in labels(figure)
    markers, colours = zip(*shapes.values(), strict=True)
    assert len(set(markers)) == len(set(colours)) == 3 and "o" not in markers


def test_the_chart_says_how_far_its_limits_go():
    few, trial = (charts.control_chart(series(STEADY[:number]), xmr(series(STEADY[:number]))) for number in (5, 8))
    assert drawn(few) == ["points", "centre"] and labels(few) == {"Median: 0.0", "0", "2"}
    assert few.axes[0].get_xlabel().startswith("Too few points for limits. Rules: making-data-count")
    assert labels(trial) == {"Upper limit, on trial: 6.3", "Mean: 1.0", "Lower limit, on trial: -4.3", "0", "2"}


def test_a_re_basing_breaks_the_lines():
    points = series(STEADY + [20, 22] * 7)
    figure = charts.control_chart(points, xmr(points, rebases=[Rebase(points.index[20], "a new system")]))
    centres = [line for line in charts.plotted(figure) if line["label"] == "centre"]
    assert [(set(line["y"]), len(line["x"])) for line in centres] == [({1.0}, 20), ({21.0}, 14)]
    assert "new limits" in labels(figure)


@pytest.mark.parametrize(
    ("values", "shares", "bottom", "top"),
    [
        ([2, 40, 3, 30, 5], False, 0, None),
        ([88, 90, 89, 91, 90], True, 87.7, None),
        ([97, 99, 98, 100, 96], True, 95.6, 100),
    ],
)
def test_the_axis_starts_where_the_values_do(values, shares, bottom, top):
    axes = charts.control_chart(series(values), xmr(series(values), shares=shares)).axes[0]
    assert axes.get_ylim()[0] == pytest.approx(bottom)
    assert axes.get_ylim()[1] == pytest.approx(top) if top else axes.get_ylim()[1] > max(values)


@pytest.mark.parametrize("values", [[4], [0, 0], [0] * 14, [5] * 14, [-3, -2, -4] * 5, [100.0] * 13])
def test_a_chart_of_few_or_equal_values_can_be_drawn(values):
    figure = charts.control_chart(series(values), xmr(series(values), shares=min(values) >= 0))
    with charts.style():
        figure.canvas.draw()


def test_a_target_may_be_drawn_without_being_judged():
    figure = charts.control_chart(series(STEADY), xmr(series(STEADY)), target=3)
    assert "target" in drawn(figure) and "Target: 3" in labels(figure)


def test_a_chart_of_other_points_or_another_target_is_refused():
    result = xmr(series(STEADY), "higher", 5)
    for points in (series(STEADY[:-1]), series([*STEADY[:-1], 3]), pd.Series(STEADY, dtype=float)):
        with pytest.raises(InputError, match="not those that the limits were made of"):
            charts.control_chart(points, result)
    with pytest.raises(InputError, match="target 6 is not the one that the limits were held against, 5"):
        charts.control_chart(series(STEADY), result, target=6)


@pytest.mark.parametrize(
    ("labels", "message"),
    [
        (["Q2 2022/23", "Q1 2022/23"], "Q1 2022/23 follows Q2 2022/23"),
        (["Q1 2019/20", "Q2 2019/20", "Q1 2020/21"], "Between Q2 2019/20 and Q1 2020/21 a point is missing"),
        (["2019/20", "2021/22"], "Between 2019/20 and 2021/22 a point is missing"),
        (["2021", "2022", "2024"], "Between 2022 and 2024 a point is missing"),
        (["June 2023", "August 2023"], "Between June 2023 and August 2023 a point is missing"),
        (["31 March 2024", "31 March 2023"], "31 March 2023 follows 31 March 2024"),
        (["2021/22", "2022/23", "Q1 2023/24"], "Q1 2023/24 follows 2022/23, a quarter among those of another kind"),
    ],
)
def test_periods_that_do_not_follow_each_other_are_named(labels, message):
    with pytest.raises(InputError, match=message):
        xmr(pd.Series(range(len(labels)), labels))


@pytest.mark.parametrize(
    "labels",
    [
        [*quarters(5)],
        ["Q3 2022/23", "Q4 2022/23", "Q1 2023/24"],
        ["December 2023", "January 2024", "February 2024"],
        ["31 March 2022", "31 March 2024"],  # of dates, no rule says which is the next
        ["first", "Q1 2023/24"],  # not all are periods
        [2020, 2018],
    ],
)
def test_periods_in_order_and_other_labels_are_taken(labels):
    assert len(xmr(pd.Series(range(len(labels)), labels)).points) == len(labels)


CLUSTERED = [3, 0, 12, 1, 0, 9, 2, 0, 14, 1, 0, 3, 8, 0, 1]


@pytest.mark.parametrize(
    ("values", "better", "target", "counts", "assurance"),
    [
        (CLUSTERED, "higher", 0, False, None),  # whether a value can be below 0 is not said, and decides
        (CLUSTERED, "higher", 0, True, "pass"),
        (CLUSTERED, "higher", 5, False, "hit_and_miss"),
        (CLUSTERED, "lower", 30, False, "pass"),
        (CLUSTERED, "lower", 0, True, "hit_and_miss"),
        ([number - 5 for number in CLUSTERED], "higher", 0, False, "hit_and_miss"),  # values below 0 there are
    ],
)
def test_a_target_is_not_missed_by_counts_below_zero(values, better, target, counts, assurance):
    chart = xmr(values, better, target, counts=counts)
    assert chart.assurance == assurance and (chart.lower == 0) is counts
    assert ("the target" in chart.words()) is (assurance is not None)
