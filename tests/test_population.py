"""Population between the years on file: method.md sections 4 and 5."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.interpolate import PchipInterpolator

from helpers.base.errors import InputError
from helpers.council import figures
from helpers.projection import population
from helpers.projection.population import (
    PATHS,
    Population,
    at_31_march,
    default_path,
    error_pct,
    financial_year,
    growth_18_64_bounds,
    growth_65_plus,
    linked,
    mid_year,
    paths_of,
    share_18_24_of_0_24,
)

RAW = Path(__file__).parent.parent / "data/raw"
OF_TWO_YEARS = ("geometric", "linear")
#: As on file, 18-24 within 0-24; not in the order of their ages.
BANDS = ["85+", "18-24", "0-24", "25-64", "75-84", "65-74"]
APART = [band for band in BANDS if band != "18-24"]

people = st.floats(1, 1e6)
gradients = st.floats(0, 50)
shares = st.floats(0, 1)


def two_years(first=100.0, last=200.0, path="geometric"):
    return Population("x", "v", pd.DataFrame({"85+": [first, last]}, index=[2012, 2037]), path)


def by_year(counts, years=(2012, 2015, 2020)):
    return pd.DataFrame(counts, index=pd.Index(years, name="year"), dtype=float)


def on_file(source, council):
    table = pd.read_csv(RAW / source / f"population_{council}.csv", index_col="mid_year")
    return table.drop(columns="all_ages").rename_axis("year").astype(float)


@st.composite
def benchmarks(draw, least=3):
    """Up to six years on file in a row of any gaps, with 18-24 within 0-24."""
    gaps = draw(st.lists(st.integers(1, 12), min_size=least, max_size=6))
    years = 2010 + np.cumsum(gaps)
    counts = st.lists(people, min_size=len(years), max_size=len(years))
    rows = by_year({band: draw(counts) for band in BANDS}, years)
    return rows.assign(**{"0-24": rows["0-24"] + rows["18-24"]})


def times_within(rows):
    return np.linspace(mid_year(rows.index[0]), mid_year(rows.index[-1]), 61)


def test_times_of_the_year():
    assert mid_year(2015) == 2015.5
    assert at_31_march(2015) == 2015.25
    assert financial_year(2024) == 2024.75


def test_a_financial_year_weighs_its_mid_years_three_to_one():
    straight = two_years(path="linear")
    weighed = 0.75 * straight.people("85+", mid_year(2020)) + 0.25 * straight.people("85+", mid_year(2021))
    assert straight.people("85+", financial_year(2020)) == pytest.approx(weighed)


@pytest.mark.parametrize(
    ("band", "path", "error"),
    [("85+", "linear", 34.9), ("85+", "geometric", 18.3), ("25-64", "geometric", -6.8), ("25-64", "linear", -6.8)],
)
def test_the_statements_path_against_the_estimates_for_2020(band, path, error):
    statement = figures.population_of("leicestershire", "statement_2012_based", path)
    later = figures.population_of("leicestershire", "ons_2018_based")
    found = error_pct(statement.people(band, mid_year(2020)), later.people(band, mid_year(2020)))
    assert round(float(found), 1) == error


@pytest.mark.parametrize(
    ("rho", "expected"), [(0, 1.3000), (1, 1.3333), (2.4, 1.3649), (4, 1.3889), (9.2, 1.4296), (np.inf, 1.5)]
)
def test_worked_values_of_the_growth_at_65_and_over(rho, expected):
    assert growth_65_plus(10_000, 2_000, 13_000, 3_000, rho) == pytest.approx(expected, abs=5e-5)


@given(people, people, people, people, gradients, gradients)
def test_growth_is_monotone_in_the_gradient_and_between_the_bands(a0, b0, a1, b1, low, high):
    ends = sorted([a1 / a0, b1 / b0])
    found = [growth_65_plus(a0, b0, a1, b1, rho) for rho in sorted([low, high])]
    assert all(ends[0] * (1 - 1e-9) <= growth <= ends[1] * (1 + 1e-9) for growth in found)
    rises = b1 / b0 >= a1 / a0
    assert (found[1] - found[0]) * (1 if rises else -1) >= -1e-9 * found[0]


@given(people, people, st.floats(2012.5, 2037.5), st.sampled_from(OF_TWO_YEARS))
def test_a_path_meets_what_is_on_file_and_stays_between(first, last, time, path):
    population = two_years(first, last, path)
    assert population.people("85+", [2012.5, 2037.5]) == pytest.approx([first, last])
    assert min(first, last) * (1 - 1e-9) <= population.people("85+", time) <= max(first, last) * (1 + 1e-9)


@given(people, people, st.floats(2012.5, 2037.5))
def test_the_geometric_path_never_lies_above_the_straight_line(first, last, time):
    geometric, linear = (two_years(first, last, path).people("85+", time) for path in OF_TWO_YEARS)
    assert geometric <= linear * (1 + 1e-9)


def test_bands_that_are_printed_in_parts_are_added():
    later = figures.population_of("leicestershire", "ons_2018_based")
    assert later.people("65-84", mid_year(2020)) == pytest.approx(79187 + 48656)
    assert later.people("18-64", mid_year(2015)) == pytest.approx(62747 + 343436)


def test_estimates_end_where_the_projection_starts():
    later = figures.population_of("leicestershire", "ons_2018_based")
    assert later.people("85+", mid_year(2020)) == pytest.approx(18832)
    assert later.people("85+", mid_year(2021)) == pytest.approx(19383)
    assert later.benchmarks.index.tolist()[:4] == [2015, 2018, 2020, 2021]


@pytest.mark.parametrize("year", [2011, 2038])
def test_a_year_outside_the_population_on_file_is_refused(year):
    with pytest.raises(InputError, match=rf"year {year} lies outside .*mid-2012 to mid-2037"):
        two_years().people("85+", mid_year(year))


def test_what_cannot_be_a_population_is_refused():
    with pytest.raises(InputError, match="zero or less"):
        two_years(first=0)
    with pytest.raises(InputError, match="Did you mean 'linear'"):
        two_years(path="liner")
    with pytest.raises(InputError, match="no age band '65-84'"):
        two_years().people("65-84", mid_year(2015))
    with pytest.raises(InputError, match="two years on file"):
        Population("x", "v", pd.DataFrame({"85+": [1.0]}, index=[2012]))
    with pytest.raises(InputError, match="must rise"):
        Population("x", "v", pd.DataFrame({"85+": [1.0, 2.0]}, index=[2037, 2012]))
    with pytest.raises(InputError, match="0 or more"):
        growth_65_plus(1, 1, 1, 1, -1)


def test_which_paths_the_years_on_file_allow():
    two, three = by_year({"85+": [1, 2]}, (2012, 2037)), by_year({"85+": [1, 2, 3]})
    assert (paths_of(two), default_path(two)) == (("geometric", "linear"), "geometric")
    assert (paths_of(three), default_path(three)) == (PATHS, "pchip")
    every_year = by_year({"85+": [1, 2, 3, 4]}, (2022, 2023, 2024, 2047))
    assert default_path(every_year) == "linear"  # most years are on file, so that no curve is needed
    with pytest.raises(InputError, match=r"'pchip' needs 3 years on file or more; the vintage 'v' has 2.*'geometric'"):
        two_years(path="pchip")


def test_pchip_worked_by_hand():
    # Up to 64: slopes 50 and 100 a year, so 25 at the start and 66.667 at the middle year. Up to any age: slopes 75
    # and 100, so 62.5 and 85.714. Half way, each is the mean of its ends and a quarter of the fall in slope.
    rows = by_year({"65+": [50, 100, 100], "0-64": [100, 200, 400]}, (2010, 2012, 2014))
    population = Population("x", "v", rows, "pchip")
    up_to_64, up_to_any = 150 + (25 - 200 / 3) / 4, 225 + (62.5 - 600 / 7) / 4
    assert population.people("0-64", mid_year(2011)) == pytest.approx(up_to_64)
    assert population.people("65+", mid_year(2011)) == pytest.approx(up_to_any - up_to_64)


def test_a_band_within_another_runs_from_its_first_age_to_its_last():
    rows = by_year({"25-64": [30, 50, 40], "0-24": [20, 22, 30], "18-24": [8, 5, 12]})
    population = Population("x", "v", rows, "pchip")
    up_to_17, up_to_24 = (
        PchipInterpolator(mid_year(rows.index), counts)(2014) for counts in (rows["0-24"] - rows["18-24"], rows["0-24"])
    )
    assert population.people("18-24", 2014) == pytest.approx(up_to_24 - up_to_17)
    assert population.people("0-24", 2014) == pytest.approx(up_to_24)
    assert population.people("18-64", 2014) == pytest.approx(population.people("25-64", 2014) + up_to_24 - up_to_17)


def test_age_bands_are_ordered_by_number_not_by_text():
    by_text = by_year({"0-4": [30, 90, 31], "10-14": [5, 80, 50], "5-9": [60, 20, 90], "100+": [1, 1, 9]})
    population = Population("x", "v", by_text, "pchip")
    known, time = mid_year(by_text.index), 2017.0
    up_to_age = [
        PchipInterpolator(known, by_text[list(bands)].sum(axis=1))(time)
        for bands in (["0-4"], ["0-4", "5-9"], ["0-4", "5-9", "10-14"], ["0-4", "5-9", "10-14", "100+"])
    ]
    found = [population.people(band, time) for band in ("0-4", "5-9", "10-14", "100+")]
    assert found == pytest.approx(np.diff(up_to_age, prepend=0))


def test_where_two_curves_cross_nobody_vanishes_and_the_total_holds():
    rows = by_year({"0-64": [25, 260, 251], "65+": [2, 8, 31]}, (2007, 2016, 2017))
    population = Population("x", "v", rows, "pchip")
    up_to_64, total = (
        PchipInterpolator(mid_year(rows.index), curve)(2011.5) for curve in (rows["0-64"], rows.sum(axis=1))
    )
    assert up_to_64 > total
    alone = [PchipInterpolator(mid_year(rows.index), rows[band])(2011.5) for band in ("0-64", "65+")]
    found = [population.people(band, 2011.5) for band in ("0-64", "65+")]
    assert found == pytest.approx(np.array(alone) * total / sum(alone)) and min(found) > 2
    times = np.linspace(2007.5, 2017.5, 201)
    assert np.abs(np.diff(population.people("65+", times))).max() < 4  # no jump where the curves begin to cross


@given(st.data())
def test_a_band_with_people_in_every_year_on_file_has_some_between_them(data):
    people, years = st.integers(1, 10**6), (2011, 2013, 2021, 2024)
    rows = by_year({band: [data.draw(people) for _ in years] for band in ("0-64", "65-84", "85+")}, years)
    population, times = Population("x", "v", rows, "pchip"), np.linspace(2011.5, 2024.5, 60)
    assert all((population.people(band, times) > 0).all() for band in rows)


def test_a_band_that_is_printed_beside_its_parts_is_their_sum():
    rows = by_year({"65-84": [31, 40, 52], "75-84": [10, 12, 14], "65-74": [20, 28, 38], "85+": [4, 5, 6]})
    population = Population("x", "v", rows, "pchip")
    assert population.people("65-84", [2013, 2018]) == pytest.approx(
        population.people("65-74", [2013, 2018]) + population.people("75-84", [2013, 2018])
    )
    # 20 + 10 is printed as 31, by rounding: nothing moves by more than half a person.
    assert population.people("65-84", 2012.5) == pytest.approx(31, abs=0.5)


@pytest.mark.parametrize(
    ("counts", "message"),
    [
        ({"0-24": [9, 9, 9], "18-64": [20, 20, 20]}, "0-24, 18-64.* overlap.*Leave one out"),
        ({"0-24": [9, 9, 9], "5-9": [2, 2, 2]}, "0-24, 5-9.* overlap"),
        ({"0-24": [9, 9, 9], "18-24": [5, 11, 5]}, "contradict each other in 2015"),
        ({"65-84": [9, 9, 9], "65-74": [5, 5, 5], "75-84": [4, 4, 8]}, "contradict each other in 2020"),
        ({"all": [9, 9, 9]}, "'all' is not an age band. Write it like 18-24 or 85"),
        ({"24-18": [9, 9, 9]}, "'24-18' is not an age band"),
    ],
)
def test_bands_that_cannot_be_cumulated_are_refused_on_this_path_only(counts, message):
    with pytest.raises(InputError, match=message):
        Population("x", "v", by_year(counts), "pchip")
    assert Population("x", "v", by_year(counts)).people(next(iter(counts)), 2012.5) == pytest.approx(9)


@given(benchmarks())
def test_pchip_bands_are_never_empty_and_add_to_the_total(rows):
    population, times = Population("x", "v", rows, "pchip"), times_within(rows)
    found = {band: population.people(band, times) for band in BANDS}
    total = PchipInterpolator(mid_year(rows.index), rows[APART].sum(axis=1))(times)
    assert all((counts > 0).all() for counts in found.values())
    assert sum(found[band] for band in APART) == pytest.approx(total)
    assert (found["18-24"] <= found["0-24"] * (1 + 1e-9)).all()


@given(benchmarks(least=2), st.data())
def test_every_path_gives_the_benchmarks_in_their_years(rows, data):
    population = Population("x", "v", rows, data.draw(st.sampled_from(paths_of(rows))))
    for band in BANDS:
        assert population.people(band, mid_year(rows.index)) == pytest.approx(rows[band].to_numpy(), abs=1e-6)


@given(benchmarks(), st.sampled_from(PATHS), st.data())
def test_between_two_equal_benchmarks_nothing_moves(rows, path, data):
    year = data.draw(st.integers(0, len(rows) - 2))
    rows.iloc[year + 1] = rows.iloc[year]
    times = np.linspace(*mid_year(rows.index[[year, year + 1]]), 9)
    population = Population("x", "v", rows, path)
    for band in BANDS:
        found = population.people(band, times)
        assert found == pytest.approx(np.full(9, rows[band].iloc[year]), abs=1e-6)


@given(benchmarks(), st.sampled_from(["linear", "pchip"]))
def test_what_lies_on_a_line_stays_on_it(rows, path):
    first, last = rows.iloc[0], rows.iloc[-1]
    gone = pd.Series((rows.index - rows.index[0]) / (rows.index[-1] - rows.index[0]), rows.index)
    straight = pd.DataFrame({band: first[band] + gone * (last[band] - first[band]) for band in rows})
    times = times_within(rows)
    population = Population("x", "v", straight, path)
    for band in BANDS:
        line = np.linspace(first[band], last[band], len(times))
        assert population.people(band, times) == pytest.approx(line, abs=1e-5)


@given(benchmarks(), st.permutations(BANDS), st.sampled_from(PATHS))
def test_the_order_of_the_columns_changes_nothing(rows, order, path):
    times = times_within(rows)
    in_order, shuffled = (Population("x", "v", columns, path) for columns in (rows, rows[order]))
    for band in BANDS:
        assert shuffled.people(band, times) == pytest.approx(in_order.people(band, times), abs=1e-6)


@given(benchmarks(), st.sampled_from(PATHS))
def test_twice_the_people_on_file_are_twice_the_people_between(rows, path):
    times = times_within(rows)
    once, twice = (Population("x", "v", scale * rows, path) for scale in (1, 2))
    for band in BANDS:
        assert twice.people(band, times) == pytest.approx(2 * once.people(band, times), abs=1e-5)


def test_a_time_and_an_array_of_times_give_the_same():
    rows = by_year({"65-84": [9, 7, 8], "85+": [2, 3, 5]})
    for path in PATHS:
        population = Population("x", "v", rows, path)
        found = [population.people("85+", time) for time in (2012.0, 2013.0, 2020.5)]
        assert all(np.ndim(value) == 0 for value in found)
        assert found == pytest.approx(population.people("85+", [2012.0, 2013.0, 2020.5]))


@pytest.mark.parametrize("path", PATHS)
def test_a_stock_before_the_first_mid_year_is_carried_back_by_the_first_intervals_factor(path):
    # 100 to 144 in two years is 1.2 a year, whatever follows and on whatever path.
    population = Population("x", "v", by_year({"85+": [100, 144, 400]}, (2015, 2017, 2018)), path)
    assert population.people("85+", at_31_march(2015)) == pytest.approx(100 * 1.2**-0.25)
    assert population.people("85+", [2015.0, 2015.5]) == pytest.approx([100 * 1.2**-0.5, 100])
    with pytest.raises(InputError, match=r"year 2014 lies outside .*mid-2015 to mid-2018"):
        population.people("85+", 2014.99)
    with pytest.raises(InputError, match="year 2018 lies outside"):
        population.people("85+", 2018.51)


@given(benchmarks(), st.sampled_from(PATHS), st.floats(0, 0.5))
def test_what_is_carried_back_joins_what_is_on_file_and_grows_by_one_factor(rows, path, back):
    population, start = Population("x", "v", rows, path), mid_year(rows.index[0])
    for band in BANDS:
        first, second = rows[band].iloc[:2]
        a_year = (second / first) ** (1 / (rows.index[1] - rows.index[0]))
        assert population.people(band, start - back) * a_year**back == pytest.approx(first)
        assert population.people(band, start - 1e-9) == pytest.approx(first, rel=1e-6)


def test_a_stock_of_31_march_2015_before_the_first_estimate():
    estimates = Population("E10000018", "estimates", on_file("ons_mid_year_estimates", "leicestershire"), "pchip")
    assert estimates.people("85+", at_31_march(2015)) == pytest.approx(17093 * (17093 / 18195) ** (0.25 / 3))


def test_two_vintages_are_linked_where_the_later_one_starts():
    # In 2016, between 100 and 400, the earlier vintage stands at 200; the later one finds 300 there.
    earlier = by_year({"85+": [100, 400], "65-84": [70, 70]}, (2014, 2018))
    later = by_year({"65-84": [35, 40], "85+": [300, 330]}, (2016, 2026))
    joined = linked(earlier, later)
    assert joined.index.tolist() == [2014, 2016, 2026]
    assert joined["85+"].to_numpy() == pytest.approx([150, 300, 330])
    assert joined["65-84"].to_numpy() == pytest.approx([35, 35, 40])
    assert joined.index.name == "year"


@given(benchmarks(least=2), benchmarks(least=2), st.floats(0.1, 10), st.data())
def test_linked_growth_is_each_vintages_own_growth_multiplied(earlier, later, scale, data):
    start = data.draw(st.integers(int(earlier.index[0]) + 1, int(earlier.index[-1])))
    later.index += start - later.index[0]
    joined = linked(earlier, later)
    before, after, both = (Population("x", "v", rows) for rows in (earlier, later, joined))
    origin, meeting, end = (mid_year(year) for year in (earlier.index[0], start, later.index[-1]))
    for band in BANDS:
        own = before.people(band, meeting) / before.people(band, origin)
        own *= after.people(band, end) / after.people(band, meeting)
        assert both.people(band, end) / both.people(band, origin) == pytest.approx(own)
        assert linked(scale * earlier, later)[band].to_numpy() == pytest.approx(joined[band].to_numpy())
    pd.testing.assert_frame_equal(joined.loc[start:], later)


@pytest.mark.parametrize(
    ("years", "bands", "message"),
    [
        ((2021, 2030), ("65-84", "85+"), "from 2014 to 2018, and the later one starts in 2021"),
        ((2014, 2030), ("65-84", "85+"), "begins before 2014"),
        ((2016, 2030), ("65-74", "85+"), "different age bands.*: 65-74, 65-84 stands in one only"),
    ],
)
def test_vintages_that_do_not_meet_are_not_linked(years, bands, message):
    earlier = by_year({"65-84": [70, 70], "85+": [100, 400]}, (2014, 2018))
    with pytest.raises(InputError, match=message):
        linked(earlier, by_year({band: [1, 2] for band in bands}, years))


def test_the_citys_estimates_linked_to_its_newest_projection():
    estimates, projection = (
        on_file(f"ons_{name}", "leicester") for name in ("mid_year_estimates", "2018_based_projections")
    )
    newest = on_file("ons_2022_based_projections", "leicester")
    earlier = pd.concat([estimates, projection.loc[2021:]])
    joined = linked(earlier, newest)
    assert joined.index.tolist() == [2015, 2018, 2020, 2021, *newest.index]
    # Grown from 2015 to 2022 as before the census, and held at the level found since.
    assert joined["85+"].loc[2015] == pytest.approx(5773 * 5574 / np.sqrt(6052 * 6244))


def test_the_share_of_0_24_that_is_18_24_moves_over_time():
    found = {
        (council, source): share_18_24_of_0_24(on_file(f"ons_{source}", council)).agg(["min", "max"]).round(2).tolist()
        for council, source in [
            ("leicester", "mid_year_estimates"),
            ("leicester", "2018_based_projections"),
            ("leicester", "2022_based_projections"),
            ("leicestershire", "mid_year_estimates"),
            ("leicestershire", "2018_based_projections"),
        ]
    }
    assert found == {
        ("leicester", "mid_year_estimates"): [37.38, 38.56],
        ("leicester", "2018_based_projections"): [36.53, 41.97],
        ("leicester", "2022_based_projections"): [35.79, 43.04],
        ("leicestershire", "mid_year_estimates"): [29.61, 31.62],
        ("leicestershire", "2018_based_projections"): [28.08, 30.36],
    }


def test_a_year_without_one_of_the_two_bands_has_no_share():
    assert share_18_24_of_0_24(by_year({"0-24": [50, 40, 40], "18-24": [20, np.nan, 10]})).to_dict() == {
        2012: 40,
        2020: 25,
    }
    with pytest.raises(InputError, match="needs both on file, and 18-24 is not"):
        share_18_24_of_0_24(by_year({"0-24": [1, 2, 3]}))


def test_worked_bounds_of_the_growth_at_18_to_64():
    # 100 and 200 people at the base, 120 and 210 later: (36 + 210) / (40 + 200) and (48 + 210) / (30 + 200).
    assert growth_18_64_bounds(100, 200, 120, 210, 0.3, 0.4) == pytest.approx((246 / 240, 258 / 230))


@pytest.mark.parametrize("source", ["ons_mid_year_estimates", "ons_2018_based_projections"])
def test_the_citys_own_growth_at_18_to_64_lies_within_the_bounds_of_its_shares(source):
    rows = on_file(source, "leicester")
    base, later = rows.iloc[0], rows.iloc[1:]
    lower, upper = growth_18_64_bounds(base["0-24"], base["25-64"], later["0-24"], later["25-64"], 0.36, 0.43)
    own = (later["18-24"] + later["25-64"]) / (base["18-24"] + base["25-64"])
    assert ((lower < own) & (own < upper)).all()


@given(people, people, people, people, shares, shares, shares, shares)
def test_any_two_shares_of_the_range_give_a_growth_within_the_bounds(y0, w0, y1, w1, low, high, at_base, later):
    low, high = sorted([low, high])
    at_base, later = np.clip([at_base, later], low, high)
    lower, upper = growth_18_64_bounds(y0, w0, y1, w1, low, high)
    growth = (later * y1 + w1) / (at_base * y0 + w0)
    assert lower * (1 - 1e-9) <= growth <= upper * (1 + 1e-9)
    wider = growth_18_64_bounds(y0, w0, y1, w1, low / 2, (1 + high) / 2)
    assert wider[0] <= lower * (1 + 1e-9) and upper <= wider[1] * (1 + 1e-9)


@pytest.mark.parametrize("ends", [(36, 43), (0.43, 0.36), (-0.1, 0.4), (np.nan, 0.4)])
def test_shares_that_cannot_be_are_refused(ends):
    with pytest.raises(InputError, match="must rise and lie between 0 and 1"):
        growth_18_64_bounds(1, 1, 1, 1, *ends)


def test_year_by_year_holds_every_mid_year_on_every_path():
    rows = pd.DataFrame({"65-84": [100.0, 400.0], "85+": [10.0, 20.0]}, index=[2020, 2022])
    found = population.year_by_year({path: Population("x", "v", rows, path) for path in ("geometric", "linear")})
    assert list(found.index) == [2020, 2021, 2022]
    assert found["geometric", "65-84"].tolist() == pytest.approx([100, 200, 400])
    assert found["linear", "85+"].tolist() == pytest.approx([10, 15, 20])


def test_errors_against_estimates_are_of_their_last_year_and_above_zero_where_too_high():
    estimates = Population("x", "estimates", pd.DataFrame({"85+": [10.0, 20.0]}, index=[2020, 2021]))
    on = Population("x", "v", pd.DataFrame({"85+": [10.0, 50.0]}, index=[2020, 2022]), "linear")
    assert population.errors_against(estimates, {"linear": on}, ["85+"]).loc["linear", "85+"] == pytest.approx(50)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: two_years(last=np.inf), "zero or less, or none"),
        (lambda: two_years(last=np.nan), "zero or less, or none"),
        (lambda: Population("x", "v", by_year({"85+": [1, 2, 3]})[["85+", "85+"]]), "an age band twice"),
        (lambda: two_years().people("85+", []), "A time for the population of x is missing"),
        (lambda: growth_65_plus(1.0, 1.0, 2.0, 2.0, np.nan), "A gradient of nan"),
        (lambda: linked(by_year({"85+": [1, 2, 3]}), by_year({"85+": [1, 2, 3]}).iloc[:0]), "has no years"),
    ],
)
def test_a_population_that_is_missing_is_no_number(call, message):
    with pytest.raises(InputError, match=message):
        call()
