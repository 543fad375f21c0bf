"""Published figures that authorities and assumptions name, and series of them (method.md sections 2, 7 and 10)."""

import re

import numpy as np
import pytest
from conftest import replace
from scipy.interpolate import PchipInterpolator

from helpers.base import authorities
from helpers.base.errors import InputError
from helpers.council import assumptions, figures, series
from helpers.projection import demand
from helpers.published.processed import read_processed

AUTHORITIES, BREAKS = "authorities.toml", "data/assumptions/breaks.yaml"
REVIEWS = "leicester_performance_report_2023/reviews"
OUTCOME = "dhsc_ascof_2024_25/long_term_support_leicester"
STOCK = "leicester_jsna_2016/people_with_long_term_support_at_year_end"
FLOW = "leicester_jsna_2016/people_with_long_term_support_during_the_year"
LATEST_STOCK = "leicester_overview_2024/people_with_long_term_support"


def test_a_figure_in_a_table():
    found = series.figure("leicester", f"{REVIEWS}!D2", "here")
    assert (found["value"], found["lower"], found["upper"]) == (4776, 4776, 4776)
    assert (found["unit"], found["measure"], found["period"]) == ("people", "during_year", "2017/18")
    assert (found["time"], found["known_from"]) == (2017.75, 2018.25)  # the middle of the year, and its end
    assert found["citation"].startswith("Leicester City Council, ")


def test_a_figure_in_prose_keeps_its_bounds():
    found = series.figure("leicester", LATEST_STOCK, "here")
    assert (found["value"], found["lower"], found["upper"]) == (5000, 4500, 5500)  # "around 5k"
    assert (found["measure"], found["time"], found["known_from"]) == ("at_date", 2024.25, 2024.25)


def test_a_sum_of_figures():
    found = series.figure("leicester", f"{OUTCOME}!B2 + {OUTCOME}!B3", "here")
    assert (found["value"], found["lower"], found["upper"]) == (2658 + 3966,) * 3
    assert (found["period"], found["time"], found["known_from"]) == ("2024/25", 2024.75, 2025.25)
    assert found["citation"].count("Department of Health") == 1


def test_the_bounds_of_a_sum_are_those_of_its_parts():
    budget, income = (f"leicester_overview_2024/{name}" for name in ("gross_budget", "income_in_gross_budget"))
    found = series.figure("leicester", f"{budget} - {income}", "here")
    assert (found["value"], found["lower"], found["upper"]) == (150e6, 149e6, 151e6)


def test_a_figure_of_a_month_stands_in_its_middle():
    found = series.figure("leicestershire", "leicestershire_residential_care_2023/placements_february_2021", "here")
    assert found["value"] == 1510 and found["time"] == pytest.approx(2021 + 1.5 / 12, abs=0.002)
    assert found["known_from"] == pytest.approx(2021 + 2 / 12)


def test_a_national_figure_may_be_named_by_either_council():
    text = "ons_care_home_residents_2021/share_of_population_2021"
    assert [series.figure(council, text, "here")["value"] for council in ("leicester", "leicestershire")] == [2.5, 2.5]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (f"{STOCK} + {FLOW}", "joins figures of more than one measure (at_date, during_year). Take one of them"),
        (f"{REVIEWS}!D2 + {REVIEWS}!D8", "joins figures of more than one measure (during_year, quarter)"),
        (f"{REVIEWS}!D2 + {REVIEWS}!D3", "joins figures of more than one period (2017/18, 2018/19)"),
        (f"{REVIEWS}!D2 + {REVIEWS}!B2", "joins figures of more than one unit (people, reviews)"),
        (f"{REVIEWS}!Z2", "there is no figure 'reviews!Z2' in 'leicester_performance_report_2023'. Did you mean"),
        ("leicestershire_market_position_statement_2016/spend_total", "is a figure of another council (E10000018)"),
        (f"{STOCK} + leicestershire_market_position_statement_2016/spend_total", "is a figure of another council"),
        ("5063", "'5063' names no figure. Name the figures"),
        (f"{STOCK} +", "Mend the formula"),
    ],
)
def test_what_is_no_one_figure_of_this_council_is_refused_with_its_place(text, message):
    with pytest.raises(InputError) as error:
        series.figure("leicester", text, "authorities.toml, leicester, latest_count")
    assert message in str(error.value) and str(error.value).startswith("authorities.toml, leicester, latest_count: ")


def test_a_figure_of_a_document_that_is_not_on_file_is_refused():
    with pytest.raises(InputError, match="names the document 'leicester_jsna_2017', and data/raw has none"):
        series.figure("leicester", "leicester_jsna_2017/people", "here")


def test_the_documents_that_formulas_name():
    assert authorities.documents_named([f"{OUTCOME}!B2 + {OUTCOME}!B3", STOCK, f"{FLOW} / {LATEST_STOCK}"]) == [
        *("dhsc_ascof_2024_25", "leicester_jsna_2016", "leicester_overview_2024"),
    ]
    assert authorities.documents_named([]) == authorities.documents_named(["2 * 3"]) == []


POINTS = {
    ("leicester", "long_term_support_at_31_march"): ([2015.25, 2024.25], [5063, 5000]),
    ("leicester", "long_term_support_during_the_year"): ([2014.75, 2024.75], [6300, 6624]),
    ("leicester", "people_eligible_for_review"): (
        [2017.75, 2018.75, 2019.75, 2020.75, 2021.75, 2022.75],
        [4776, 4874, 4907, 4835, 5069, 5144],
    ),
    # The first of these is the base, which stands at mid-2015.
    ("leicestershire", "long_term_support_18_64"): ([2015.5, 2024.75], [2661, 3111]),
    ("leicestershire", "long_term_support_65_plus"): ([2015.5, 2024.75], [6913, 7870]),
    ("leicestershire", "permanent_placements"): ([2021.12, 2022.46, 2023.12], [1510, 1672, 1611]),
}


def test_the_published_outcomes_of_the_method_are_the_points_of_its_series():
    named = {(name, one["id"]) for name in authorities.known_authorities() for one in backtest_of(name)}
    assert named == set(POINTS)
    for (council, name), (times, values) in POINTS.items():
        points = series.points_of(council, name)
        assert points["time"].to_numpy() == pytest.approx(times, abs=0.01)
        assert points["value"].tolist() == values and set(points["series"]) == {name}
        assert (points["known_from"] >= points["time"]).all()


def backtest_of(council):
    return authorities.authority_named(council)["backtest"]


def test_points_come_in_the_order_of_time(project):
    text = (project / AUTHORITIES).read_text(encoding="utf-8")
    first, second = (f'    "{name}",\n' for name in (STOCK, LATEST_STOCK))
    assert first + second in text
    (project / AUTHORITIES).write_text(text.replace(first + second, second + first), encoding="utf-8")
    assert series.points_of("leicester", "long_term_support_at_31_march")["value"].tolist() == [5063, 5000]


@pytest.mark.parametrize(
    ("point", "message"),
    [
        (f"{OUTCOME}!B2", "its points are of more than one measure (at_date, during_year): a count during a year"),
        ("leicester_overview_2024/gross_budget", "its points are of more than one unit (gbp, people)"),
        ("dhsc_ascof_2024_25/year_end_leicester!A2", "runs across a registered break, client_level_data. Name it"),
        ("leicestershire_residential_care_2023/beds", "is a figure of another council (E10000018)"),
    ],
)
def test_points_that_are_no_series_are_refused_with_their_place(project, point, message):
    replace(project / AUTHORITIES, f'    "{LATEST_STOCK}",\n', f'    "{point}",\n')
    with pytest.raises(InputError) as error:
        series.points_of("leicester", "long_term_support_at_31_march")
    assert "authorities.toml, leicester, backtest 'long_term_support_at_31_march'" in str(error.value)
    assert message in str(error.value)


def test_a_series_crosses_a_break_that_it_names_and_no_other(project):
    text = (project / AUTHORITIES).read_text(encoding="utf-8")
    bridged = re.search(r'id = "long_term_support_65_plus".*?(bridge = "client_level_data"\n)', text, re.DOTALL)
    start, end = bridged.span(1)
    (project / AUTHORITIES).write_text(text[:start] + text[end:], encoding="utf-8")
    with pytest.raises(InputError, match=r"'long_term_support_65_plus': it runs across .* client_level_data\. Name it"):
        series.points_of("leicestershire", "long_term_support_65_plus")
    (project / AUTHORITIES).write_text(text, encoding="utf-8")
    assert len(series.points_of("leicestershire", "long_term_support_65_plus")) == 2
    another = '  - {id: another, from: "2020-04-01", quantities: [people_with_long_term_support], reason: x}\n'
    replace(project / BREAKS, "breaks:\n", f"breaks:\n{another}")
    with pytest.raises(InputError, match="it runs across a registered break, another"):
        series.points_of("leicestershire", "long_term_support_65_plus")


@pytest.mark.parametrize("day", ["2015-04-01", "2025-04-01"])
def test_a_break_before_the_first_point_or_after_the_last_is_not_crossed(project, day):
    replace(project / BREAKS, 'from: "2024-04-01"', f'from: "{day}"')
    text = (project / AUTHORITIES).read_text(encoding="utf-8")
    (project / AUTHORITIES).write_text(text.replace('bridge = "client_level_data"\n', ""), encoding="utf-8")
    assert len(series.points_of("leicestershire", "long_term_support_65_plus")) == 2


def test_an_unknown_series_lists_the_known_ones():
    with pytest.raises(
        InputError, match=r"authorities\.toml, leicester: there is no backtest series 'reviews'.* Known:"
    ):
        series.points_of("leicester", "reviews")


def test_the_figures_of_a_scenario_are_the_councils_own():
    rule = assumptions.scenario_named("unit_cost")
    city, county = (series.figures_of_scenario(name, rule) for name in ("leicester", "leicestershire"))
    assert set(city) == {"spending", "nominal_growth_pct"} and set(county) == {"spending", "savings_target"}
    assert (city["spending"]["value"], city["nominal_growth_pct"]["value"]) == (215e6, 8)
    assert county["spending"]["value"] == 161.7e6
    assert {figure["unit"] for figure in (city["spending"], *county.values())} == {"gbp"}


def test_a_scenario_without_figures_for_a_council_is_refused_with_its_file():
    for scenario in ("workforce", "prevention"):
        rule = assumptions.scenario_named(scenario)
        with pytest.raises(InputError) as error:
            series.figures_of_scenario("leicester", rule)
        assert f"data/assumptions/scenarios/{scenario}.yaml names no figures for 'leicester'. Add them" in str(
            error.value
        )


def test_a_scenario_that_names_the_other_councils_figures_is_refused_with_its_file(project):
    file = "data/assumptions/scenarios/unit_cost.yaml"
    other = "leicestershire_market_position_statement_2016/spend_in_house"
    replace(project / file, "leicester_overview_2024/gross_budget", other)
    with pytest.raises(InputError) as error:
        series.figures_of_scenario("leicester", assumptions.scenario_named("unit_cost"))
    assert str(error.value).startswith(f"{file}: {other} is a figure of another council (E10000018)")


@pytest.fixture(scope="module")
def city():
    """Leicester's base, a vintage of its population, and the gradients."""
    base = demand.base_cells(figures.first_support_of("leicester"))
    return base, figures.population_of("leicester", "ons_2018_based"), assumptions.age_bands()["central"]


def test_the_recent_trend_is_the_slope_of_people_eligible_for_a_review_against_the_population(city):
    found = series.trend_of("leicester", assumptions.scenario_named("recent_trend"), *city)
    # Again, from the rows on file: people of each age on smooth curves, and what the base's mix draws of them.
    reviews = read_processed("figures_leicester_performance_report_2023").set_index("cell")
    reviews = reviews[(reviews["table"] == "reviews") & (reviews["measure"] == "during_year")]
    counted = np.array([reviews.loc[f"D{row}", "value"] for row in range(2, 8)], dtype=float)
    times = 2017.75 + np.arange(6)
    rows = read_processed("population_leicester_ons_2018_based")
    rows = rows[rows["origin"] == "on_file"].pivot(index="year", columns="age_band", values="people").astype(float)
    ages = [rows["0-24"] - rows["18-24"], rows["18-24"], *(rows[age] for age in ("25-64", "65-74", "75-84", "85+"))]
    up_to = PchipInterpolator(rows.index + 0.5, np.cumsum(ages, axis=0).T)(times)
    _, of_18, of_25, of_65, of_75, of_85 = np.diff(up_to, prepend=0).T
    support = read_processed("figures_leicester_jsna_2016")
    support = support[(support["table"] == "long_term_support_by_reason") & (support["support_reason"] != "all")]
    grown = np.zeros(6)
    for row in support.itertuples():
        rho = city[2].learning_disability if row.support_reason == "learning_disability" else city[2].not_stated
        drawing = of_18 + of_25 if row.age_band == "18-64" else of_65 + of_75 + rho * of_85
        grown += row.value * drawing / drawing[0]
    rate = np.log(counted / grown)
    years = times - times.mean()
    assert support["value"].sum() == 5063
    assert found == pytest.approx((years * rate).sum() / (years**2).sum())


@pytest.mark.parametrize("scenario", ["constant_rates", "healthier_ageing", "prevention"])
def test_a_scenario_that_follows_no_series_has_no_trend(city, scenario):
    assert series.trend_of("leicester", assumptions.scenario_named(scenario), *city) == 0


def test_a_trend_of_too_few_points_is_refused(city):
    rule = assumptions.scenario_named("recent_trend")
    for name, points in (("long_term_support_at_31_march", 2), ("people_eligible_for_review", 6)):
        asked = {**rule, "values": {**rule["values"], "series": name, "minimum_points": points + 1}}
        with pytest.raises(InputError, match=f"A trend needs {points + 1} points or more; this series has {points}"):
            series.trend_of("leicester", asked, *city)


def test_the_series_of_a_trend_in_words():
    said = series.series_said("leicester", assumptions.scenario_named("recent_trend"))
    assert said == "six counts of people eligible for a review, 2017/18 to 2022/23"
