"""The backtest: worked examples, nothing known later is used, and what must always hold (method.md sections 10, 14)."""

import numpy as np
import pandas as pd
import pytest
from conftest import examples
from hypothesis import given
from hypothesis import strategies as st

from helpers.base.errors import InputError
from helpers.projection import backtest

PLACEMENTS = [(2021.12, 1510), (2022.46, 1672), (2023.12, 1611)]


def points(rows, series="placements", known_after=0.0, slack=0.0):
    frame = pd.DataFrame(rows, columns=["time", "value"], dtype=float)
    frame = frame.assign(series=series, known_from=frame["time"] + known_after)
    return frame.assign(lower=frame["value"] - slack, upper=frame["value"] + slack)


def two_per_cent(series, from_time, to_time, known_at):
    return 1.02 ** (to_time - from_time)


def no_projection(series, from_time, to_time, known_at):
    return None


def forecasts(predictions, method):
    return predictions[predictions["method"] == method]["forecast"].to_numpy()


def of_method(scores, method):
    return scores.set_index("method").loc[method]


@pytest.fixture
def placements():
    return backtest.predict(points(PLACEMENTS), two_per_cent)


def test_every_origin_meets_every_later_target_of_its_series():
    both = pd.concat([points(PLACEMENTS), points([(2022, 10), (2020, 20)], series="another")])
    found = backtest.pairs(both)
    assert found[["series", "origin_time", "target_time", "origin_value", "published"]].to_numpy().tolist() == [
        ["another", 2020, 2022, 20, 10],
        ["placements", 2021.12, 2022.46, 1510, 1672],
        ["placements", 2021.12, 2023.12, 1510, 1611],
        ["placements", 2022.46, 2023.12, 1672, 1611],
    ]
    assert found["horizon_years"].to_numpy() == pytest.approx([2, 1.34, 2, 0.66])


def test_a_figure_that_was_known_before_the_origins_is_no_target():
    # 2022/23 stands at 2022.75 and is known at 2023.25; 31 December 2022 stands later and was known before.
    mixed = pd.concat([points([(2022.75, 100)], known_after=0.5), points([(2023.0, 110)])])
    assert backtest.pairs(mixed).empty


@pytest.mark.parametrize("rows", [[], [(2021, 5)]])
def test_fewer_than_two_points_give_no_pairs_and_scores_that_say_so(rows):
    assert backtest.pairs(points(rows)).empty
    predictions = backtest.predict(points(rows), two_per_cent)
    assert predictions.empty
    scores = backtest.score(predictions)
    assert list(scores["method"]) == list(backtest.METHODS) and (scores["n"] == 0).all()
    assert scores[["mean_error_pct", "skill", "coverage_pct"]].isna().all(axis=None)
    assert backtest.verdict(scores, "placements") == (
        "For placements, no later figure is on file to hold a projection against."
    )


def test_placements_by_hand(placements):
    assert forecasts(placements, "persistence").tolist() == [1510, 1510, 1672]
    # 1510 x 1.02^1.34, 1510 x 1.0404, 1672 x 1.02^0.66
    assert forecasts(placements, "constant_rates") == pytest.approx([1550.605, 1571.004, 1693.997], abs=0.002)
    assert not len(forecasts(placements, "recent_trend"))
    scores = backtest.score(placements)
    same, rates = (of_method(scores, method) for method in ("persistence", "constant_rates"))
    assert (same["n"], same["outcomes"], rates["n"], rates["outcomes"]) == (3, 2, 3, 2)
    # Errors -162, -101 and +61 people: of 1672, 1611 and 1611.
    assert same["mean_absolute_error"] == pytest.approx(108)
    assert same["mean_error_pct"] == pytest.approx(-4.0574, abs=1e-4)
    assert same["mean_absolute_error_pct"] == pytest.approx(6.5817, abs=1e-4)
    # Errors -121.395, -39.996 and +82.997.
    assert rates["mean_absolute_error"] == pytest.approx(81.463, abs=0.001)
    assert rates["mean_absolute_error_pct"] == pytest.approx(4.9650, abs=1e-4)
    assert rates["no_change_error_pct"] == same["mean_absolute_error_pct"]
    assert rates["skill"] == pytest.approx(0.24571, abs=1e-5)
    assert backtest.verdict(scores, "people placed") == (
        "For people placed, constant rates missed by 5% on average over three "
        "predictions of two published outcomes. Assuming no change missed by 7%, so here the projection did better "
        "than assuming no change. Only what was known at the time was used."
    )


def test_the_recent_trend_is_that_of_the_rate_and_is_damped():
    # The population grows by 2% a year and the rate by 3%, so that people grow by both.
    rows = [(2015 + year, 1000 * (1.02 * 1.03) ** year) for year in range(7)]
    predictions = backtest.predict(points(rows), two_per_cent, minimum_points=5, damping_a_year=0.9)
    found = predictions[predictions["method"] == "recent_trend"]
    assert found[["origin_time", "target_time"]].to_numpy().tolist() == [[2019, 2020], [2019, 2021], [2020, 2021]]
    # The change of the first year counts whole, that of the second by nine tenths.
    expected = found["origin_value"] * 1.02 ** found["horizon_years"] * 1.03 ** np.array([1, 1.9, 1])
    assert found["forecast"].to_numpy() == pytest.approx(expected.to_numpy())


def test_a_method_without_a_projection_known_at_the_origin_makes_no_forecast():
    def known_from_2019(series, from_time, to_time, known_at):
        return 1.0 if known_at >= 2019 else None

    rows = [(2015 + year, 1000.0 + year) for year in range(6)]
    predictions = backtest.predict(points(rows), known_from_2019, minimum_points=2)
    assert (predictions.query("method != 'persistence'")["origin_time"] == 2019).all()
    assert list(backtest.score(predictions)["n"]) == [15, 1, 1]


def test_there_is_no_trend_where_the_growth_between_earlier_points_is_not_known():
    def growth(series, from_time, to_time, known_at):
        return None if from_time < 2016 else 1.0

    predictions = backtest.predict(points([(2015 + year, 9.0) for year in range(4)]), growth, minimum_points=2)
    assert list(backtest.score(predictions)["n"]) == [6, 3, 0]


def test_growth_is_asked_with_what_was_known_when_the_origin_was():
    asked = set()

    def growth(series, from_time, to_time, known_at):
        asked.add((series, from_time, to_time, known_at))
        return 1.0

    backtest.predict(points([(2015.75, 9), (2016.75, 9), (2017.75, 9)], known_after=0.5), growth, minimum_points=2)
    assert {row for row in asked if row[3] == 2017.25} == {
        ("placements", 2016.75, 2017.75, 2017.25),
        ("placements", 2015.75, 2016.75, 2017.25),
        ("placements", 2016.75, 2016.75, 2017.25),
    }


values = st.lists(st.floats(1, 1e5), min_size=3, max_size=8)
few = examples(30)


@few
@given(values, st.integers(0, 6), st.floats(0.1, 10), st.floats(-0.2, 0.2))
def test_nothing_after_the_origin_changes_a_forecast_from_it(numbers, place, factor, rise):
    place = min(place, len(numbers) - 2)
    origin = 2010 + place

    def growth(then):
        # What was known up to the origin stays; what came to be known later is anything.
        return lambda series, start, end, known_at: (1.02 if known_at <= origin else 1.02 + then) ** (end - start)

    before = backtest.predict(points(list(enumerate(numbers, 2010))), growth(0.0), minimum_points=2)
    changed = [*numbers[: place + 1], *(number * factor for number in numbers[place + 1 :])]
    after = backtest.predict(points(list(enumerate(changed, 2010)), slack=0.5), growth(rise), minimum_points=2)
    made = ["series", "method", "origin_time", "target_time", "forecast"]
    kept = [found[found["origin_time"] <= origin][made] for found in (before, after)]
    pd.testing.assert_frame_equal(*kept, check_exact=True)
    assert set(kept[0]["method"]) >= {"persistence", "constant_rates"}


def test_a_trend_rests_on_the_points_known_at_the_origin_and_not_after_it():
    rows = points([(2015, 400), (2016, 100), (2017, 100), (2017.5, 900), (2019, 100)])
    # The first was known late only; the fourth stands after the origin, though it was known as early.
    rows["known_from"] = [2018.5, 2016, 2018, 2018, 2019]
    found = backtest.predict(rows, lambda *_: 1.0, minimum_points=2)
    trend = found.query("method == 'recent_trend' and origin_time == 2017")
    assert trend[["target_time", "forecast"]].to_numpy().tolist() == [[2019, pytest.approx(100)]]


def test_another_series_changes_nothing():
    one, other = (points(list(enumerate(numbers, 2015)), series=str(numbers)) for numbers in ((9, 8, 6), (1, 4, 9)))
    both = backtest.predict(pd.concat([other, one]), two_per_cent, minimum_points=2)
    alone = backtest.predict(one, two_per_cent, minimum_points=2)
    pd.testing.assert_frame_equal(both[both["series"] == "(9, 8, 6)"].reset_index(drop=True), alone)


@few
@given(values, st.randoms(use_true_random=False))
def test_the_order_of_the_points_changes_nothing(numbers, random):
    rows = pd.concat([points(list(enumerate(numbers, 2010))), points(list(enumerate(numbers[::-1], 2011)), series="b")])
    shuffled = rows.iloc[random.sample(range(len(rows)), len(rows))]
    expected = backtest.predict(rows, two_per_cent, minimum_points=3)
    pd.testing.assert_frame_equal(backtest.predict(shuffled, two_per_cent, minimum_points=3), expected)
    again = backtest.score(expected.sample(frac=1, random_state=1))
    pd.testing.assert_frame_equal(again, backtest.score(expected))


@few
@given(values)
def test_assuming_no_change_has_no_skill_and_doubling_keeps_shares(numbers):
    once, twice = (
        backtest.score(backtest.predict(points([(2010 + i, k * x) for i, x in enumerate(numbers)]), two_per_cent))
        for k in (1, 2)
    )
    assert of_method(once, "persistence")["skill"] == 0
    pd.testing.assert_frame_equal(once.assign(mean_absolute_error=once["mean_absolute_error"] * 2), twice)


def test_growth_that_came_true_has_full_skill():
    came_true = points([(2015 + year, 1000 * 1.02**year) for year in range(4)])
    rates = of_method(backtest.score(backtest.predict(came_true, two_per_cent)), "constant_rates")
    assert rates["skill"] == pytest.approx(1) and rates["mean_error_pct"] == pytest.approx(0)


def test_skill_where_no_change_was_perfect():
    steady = points([(2015, 100), (2016, 100)])
    assert np.isnan(of_method(backtest.score(backtest.predict(steady, two_per_cent)), "constant_rates")["skill"])
    assert of_method(backtest.score(backtest.predict(steady, lambda *_: 1.0)), "constant_rates")["skill"] == 0


def test_skill_is_taken_over_the_pairs_of_the_method():
    def only_from_2016(series, from_time, to_time, known_at):
        return 1.1 if known_at >= 2016 else None

    predictions = backtest.predict(points([(2015, 500), (2016, 100), (2017, 120)]), only_from_2016)
    rates = of_method(backtest.score(predictions), "constant_rates")
    # 110 beside 120, and 100 beside 120: half the error, whatever was missed from 2015.
    assert rates["skill"] == pytest.approx(0.5) and rates["no_change_error_pct"] == pytest.approx(100 / 6)


def test_a_rough_outcome_is_compared_by_its_point_and_the_bounds_are_said():
    stock = points([(2015.25, 5063), (2024.25, 5000)])
    stock.loc[1, ["lower", "upper"]] = 4500, 5499
    predictions = backtest.predict(stock, two_per_cent)
    # 5063 x 1.02^9 = 6050.8
    assert predictions["inside_published"].tolist() == [True, False]
    scores = backtest.score(predictions)
    assert list(scores["inside_published"]) == [1, 0, 0]
    assert of_method(scores, "persistence")["mean_error_pct"] == pytest.approx(1.26)


class TestBands:
    def bands(self, placements, lower, upper):
        rates = placements[placements["method"] == "constant_rates"]
        return rates[backtest.FORECAST_KEY].assign(lower90=lower, upper90=upper)

    def test_coverage_counts_a_band_that_meets_the_published_bounds(self):
        predictions = backtest.predict(points(PLACEMENTS, slack=5), two_per_cent)
        # 1672 and 1611, give or take five: the first ends where it begins, the second ends one too early.
        bands = self.bands(predictions, [1500, 1500, 1616], [1667, 1605, 1700])
        scores = backtest.score(predictions, bands)
        assert list(scores["n_with_band"]) == [0, 3, 0]
        assert of_method(scores, "constant_rates")["coverage_pct"] == pytest.approx(200 / 3)
        assert np.isnan(of_method(scores, "persistence")["coverage_pct"])
        beside = predictions.merge(bands, how="left", on=backtest.FORECAST_KEY)
        pd.testing.assert_frame_equal(backtest.score(beside), scores)

    def test_a_band_covers_some_forecasts_only(self, placements):
        scores = backtest.score(placements, self.bands(placements, 1500.0, 1650.0).iloc[:2])
        rates = of_method(scores, "constant_rates")
        assert (rates["n"], rates["n_with_band"], rates["coverage_pct"]) == (3, 2, 50)

    def test_bands_that_cannot_be_are_refused(self, placements):
        with pytest.raises(InputError, match="upside down"):
            backtest.score(placements, self.bands(placements, 1700.0, 1600.0))
        with pytest.raises(InputError, match="forecasts that were not made"):
            backtest.score(placements, self.bands(placements, 1500.0, 1600.0).assign(series="another"))


def said(rows, growth):
    return backtest.verdict(backtest.score(backtest.predict(points(rows), growth)), "people with support")


def test_a_loss_is_said():
    assert said([(2015, 100), (2016, 90)], lambda *_: 1.1) == (
        "For people with support, constant rates missed by 22% on one published outcome. Assuming no change missed by "
        "11%, so here the projection did worse than assuming no change. Only what was known at the time was used."
    )


def test_a_tie_is_said():
    assert said([(2015, 1000), (2016, 1050)], lambda *_: 1.005).endswith(
        "missed by 4% on one published outcome. Assuming no change missed by 5%, so here the projection did about as "
        "well as assuming no change. Only what was known at the time was used."
    )


def test_outcomes_of_several_series_are_said_as_outcomes():
    rows = pd.concat([points([(2015, 100), (2016, 110)], series=name) for name in "ab"])
    scores = backtest.score(backtest.predict(rows, lambda *_: 1.05))
    assert "missed by 5% on average over two published outcomes. Assuming no change missed by 9%" in (
        backtest.verdict(scores, "people")
    )


def test_what_could_not_be_predicted_is_said():
    assert said(PLACEMENTS, no_projection) == (
        "For people with support, none of the two published outcomes could be predicted with what was known at the "
        "time, so constant rates cannot be compared with assuming no change."
    )
    assert "support, the one published outcome could not be predicted with" in said(PLACEMENTS[:2], no_projection)
    late = said(PLACEMENTS, lambda series, start, end, known_at: 1.0 if known_at > 2022 else None)
    assert late.endswith(" One more outcome could not be predicted with what was known at the time.")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"lower": 1700.0, "upper": 1600.0}, r"'placements' at 2022\.46: the bounds 1,700 and 1,600 do not hold 1,672"),
        ({"upper": 1600.0}, "do not hold 1,672"),
        ({"value": 0.0, "lower": 0.0}, r"at 2022\.46: the figure is 0; a backtest needs figures above zero"),
        ({"value": -3.0}, "the figure is -3"),
        ({"value": np.nan}, "the figure is nan"),
        ({"time": 2021.12}, r"at 2021\.12: there are two figures for this time"),
        ({"known_from": 2022.0}, r"known from 2022\.00, before its own time"),
    ],
)
def test_a_point_that_does_not_make_sense_is_named(change, message):
    rows = points(PLACEMENTS)
    rows.loc[1, list(change)] = list(change.values())
    for function in (backtest.pairs, lambda frame: backtest.predict(frame, two_per_cent)):
        with pytest.raises(InputError, match=message):
            function(rows)


@pytest.mark.parametrize("factor", [0.0, -1.0, np.nan, np.inf])
def test_growth_of_zero_or_less_is_refused(factor):
    with pytest.raises(InputError, match=r"growth of 'placements' from 2021\.12 to 2022\.46 is .*above zero"):
        backtest.predict(points(PLACEMENTS), lambda *_: factor)


def test_bands_and_skills_print_as_a_table_takes_them():
    assert backtest.band_said(1417.9, 1722.2) == "1,418 to 1,722" and backtest.band_said(np.nan, np.nan) == "none"
    said = [backtest.skill_said(skill) for skill in (0.265, -0.0388, 0.0, np.nan)]
    assert said == ["+0.27", "−0.04", "+0.00", "none"]


def test_hindsight_says_that_no_projection_was_known_and_how_far_a_later_one_misses():
    made = backtest.predict(points([(2015.25, 100), (2020.25, 110)]), two_per_cent)
    said = backtest.hindsight_said(backtest.score(made), "placements")
    assert said.startswith("For placements, no population projection from before that count is on file.")
    assert said.endswith("constant rates miss by less than 1% and no change by 9%.")


def test_a_forecast_or_a_band_that_counts_twice_or_is_missing_is_refused():
    given_points = points([(2015, 100), (2016, 110)])
    made = backtest.predict(given_points, no_projection)
    bands = made[backtest.FORECAST_KEY].assign(lower90=1.0, upper90=200.0)
    for scored, message in (
        (lambda: backtest.score(pd.concat([made, made])), "A forecast stands there twice"),
        (lambda: backtest.score(made, pd.concat([bands, bands])), "A band of a forecast stands there twice"),
        (lambda: backtest.score(made.assign(forecast=np.nan)), "is no number"),
        (lambda: backtest.pairs(given_points.assign(series=None)), "belongs to no series"),
    ):
        with pytest.raises(InputError, match=message):
            scored()
