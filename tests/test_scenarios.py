"""What scenarios do to people: worked values of method.md section 7, and what must always hold (section 14)."""

from itertools import permutations

import numpy as np
import pandas as pd
import pytest
from conftest import examples
from hypothesis import given
from hypothesis import strategies as st

from helpers.base.errors import InputError
from helpers.base.vocabulary import CARE_HOME_SETTINGS, SETTING_GROUPS
from helpers.council import assumptions, figures
from helpers.projection import demand, scenarios
from helpers.projection.demand import Gradients
from helpers.projection.population import Population
from helpers.projection.scenarios import Effect, Move

YEARS = np.arange(2015, 2038)
START = 2015.5
CENTRAL, LOW, HIGH = Gradients(9.1, 2.4, 0.65), Gradients(5, 1, 0.3), Gradients(15, 6, 1)
SETTINGS = ("nursing", "residential", "direct_payment_only", "managed_personal_budget")
#: Ages, reasons and settings of a small base; its people are drawn.
CELLS = [
    (age, reason, setting) for age in ("18-64", "65+") for reason in ("physical", "sensory") for setting in SETTINGS
]
few = examples(40)


def base_of(people, slack=0.0):
    """A base with these people in its cells, each between bounds this far below and above it."""
    frame = pd.DataFrame(CELLS, columns=["age_band", "support_reason", "setting"])
    people = np.asarray(people, dtype=float)
    frame = frame.assign(people=people, lower=np.maximum(people - slack, 0), upper=people + slack)
    return frame.assign(hidden=False, reason_hidden=False, setting_hidden=False)


def population_of(*factors):
    """A population whose bands 18-24, 25-64, 65-84 and 85+ grow by these factors in 22 years."""
    bands = zip(("18-24", "25-64", "65-84", "85+"), factors, strict=True)
    return Population("x", "v", pd.DataFrame({b: [1000.0, 1000.0 * f] for b, f in bands}, index=[2015, 2037]))


FLAT = population_of(1, 1, 1, 1)


def project(base, population=FLAT, effect=None, low=None, high=None):
    times = START + np.arange(len(YEARS))
    return demand.project(base, population, START, times, CENTRAL, low, high, working_age_error=0, effect=effect)


def by_cell(projected, column="people"):
    """Cells x years of a projection."""
    return projected[column].to_numpy().reshape(-1, len(YEARS))


def rule_of(kind, values, from_year=2015, **applies_to):
    return {"id": f"a_{kind}", "kind": kind, "values": values, "from_year": from_year, "applies_to": applies_to}


def rate_change(pct, damping=1.0, **more):
    return rule_of("rate_change", {"annual_log_rate_change_pct": pct, "damping_a_year": damping}, **more)


def entrants_cut(pct, months=28, **more):
    return rule_of("entrants", {"cut_pct": pct, "length_of_stay_months": {"central": months}}, **more)


def move(source, to, pct, phase_in=0, **more):
    return rule_of("move", {"from": source, "to": list(to), "share_pct": pct, "phase_in_years": phase_in}, **more)


counts = st.lists(st.floats(1e-3, 1e4), min_size=len(CELLS), max_size=len(CELLS))
counts_or_none = st.lists(st.one_of(st.just(0.0), st.floats(1e-3, 1e4)), min_size=len(CELLS), max_size=len(CELLS))
growths = st.tuples(*[st.floats(0.3, 4)] * 4)


@st.composite
def rules(draw, largest_move_pct=25):
    """A rule of any kind, about all people or some."""
    about = {"from_year": draw(st.integers(2015, 2030))}
    if draw(st.booleans()):
        about["age_band"] = [draw(st.sampled_from(["18-64", "65+"]))]
    if draw(st.booleans()):
        about["support_reason"] = [draw(st.sampled_from(["physical", "sensory"]))]
    kind = draw(st.sampled_from(["rate_change", "entrants", "move"]))
    if kind == "rate_change":
        return rate_change(draw(st.floats(-20, 20)), draw(st.floats(0.1, 1)), **about)
    if kind == "entrants":
        return entrants_cut(draw(st.floats(0, 100)), **about)
    source, *others = draw(st.permutations(SETTINGS))
    to = others[: draw(st.integers(1, 3))]
    return move(source, to, draw(st.floats(0, largest_move_pct)), draw(st.integers(0, 10)), **about)


def effects_of(drawn, base):
    return [scenarios.effect_of(rule, base, YEARS) for rule in drawn]


# The stock and those who come into it


def test_950_residents_who_stay_28_months_take_407_admissions_a_year():
    assert scenarios.entrants(950, 28 / 12) == pytest.approx(407.1, abs=0.05)


@pytest.mark.parametrize(("cut", "months"), [(0.1, 28), (0.1, 12), (0.25, 48), (1.0, 28)])
def test_a_cut_reaches_a_steady_stock_step_by_step(cut, months):
    stay, years = months / 12, np.arange(12)
    stock = scenarios.stock_after_cut(np.full((1, 12), 950.0), np.full((1, 12), 1 - cut), np.array([stay]))[0]
    reached = cut * (1 - (1 - 1 / stay) ** years)
    assert stock == pytest.approx(950 * (1 - reached))
    assert [cut * scenarios.share_of_stock_reached(year, stay) for year in years] == pytest.approx(reached)


def test_a_cut_simulated_with_entrants_and_leavers():
    stay, kept = 28 / 12, 0.9
    entrants = scenarios.entrants(950, stay)
    people, expected = 950.0, []
    for _ in range(8):
        expected.append(people)
        people = people - people / stay + entrants * kept
    found = scenarios.stock_after_cut(np.full((1, 8), 950.0), np.full((1, 8), kept), np.array([stay]))[0]
    assert found == pytest.approx(expected)
    assert expected[1] == pytest.approx(950 - 40.714286)  # a tenth of the admissions of the first year


def test_a_cut_of_a_stock_that_grows():
    stay, years = 2.5, 6
    stock = 1000 * 1.03 ** np.arange(years)
    entrants = stock[1:] - stock[:-1] * (1 - 1 / stay)
    people, expected = 1000.0, [1000.0]
    for new in entrants:
        people = people * (1 - 1 / stay) + 0.8 * new
        expected.append(people)
    found = scenarios.stock_after_cut(stock[None], np.full((1, years), 0.8), np.array([stay]))[0]
    assert found == pytest.approx(expected)


def test_of_a_stock_that_falls_faster_than_people_leave_nobody_new_is_cut():
    stock = np.array([[1000.0, 500.0, 200.0]])
    assert scenarios.stock_after_cut(stock, np.full((1, 3), 0.5), np.array([4.0])).tolist() == stock.tolist()


stocks = st.lists(st.floats(0, 1e5), min_size=2, max_size=25)


@few
@given(stocks, st.floats(0, 1), st.floats(0, 1), st.floats(1, 10))
def test_prevention_never_raises_people_and_a_deeper_cut_leaves_no_more_of_them(stock, kept, share, stay):
    stock = np.array([stock])
    after = scenarios.stock_after_cut(stock, np.full(stock.shape, kept), np.array([stay]))
    deeper = scenarios.stock_after_cut(stock, np.full(stock.shape, kept * share), np.array([stay]))
    slack = 1e-9 * (1 + stock.max())
    assert (after <= stock + slack).all() and (deeper <= after + slack).all() and (deeper >= 0).all()
    same = scenarios.stock_after_cut(stock, np.ones(stock.shape), np.array([stay]))
    assert same == pytest.approx(stock, abs=slack)


@few
@given(st.floats(0, 40), st.floats(0, 40), st.floats(1, 10))
def test_more_of_a_cut_is_reached_as_years_go_by_and_never_more_than_all(one, other, stay):
    earlier, later = sorted([one, other])
    before, after = (scenarios.share_of_stock_reached(years, stay) for years in (earlier, later))
    assert 0 <= before <= after <= 1


@pytest.mark.parametrize("stay", [0.5, 0, -1, float("nan")])
def test_a_stay_of_less_than_a_year_is_refused(stay):
    for work_out in (
        lambda: scenarios.entrants(950, stay),
        lambda: scenarios.share_of_stock_reached(1, stay),
        lambda: scenarios.stock_after_cut(np.ones((1, 3)), np.ones((1, 3)), np.array([stay])),
    ):
        with pytest.raises(InputError, match=r"too short for steps of a year: give 1 or more"):
            work_out()


# Rates


def test_each_year_of_a_damped_change_is_nine_tenths_of_the_last():
    found = scenarios.rate_change(-0.02, np.arange(-2, 6), 0.9)
    sums = [sum(-0.02 * 0.9**year for year in range(years)) for years in range(6)]
    assert found == pytest.approx([0, 0, *sums])
    assert scenarios.rate_change(-0.02, np.array([500.0]), 0.9)[0] == pytest.approx(-0.2)


@few
@given(st.floats(-0.1, 0.1), st.integers(1, 22), st.sampled_from(CELLS))
def test_an_annual_change_compounds_from_its_first_year(change, years, cell):
    rule = rate_change(100 * float(np.log1p(change)), from_year=2015)
    base = base_of([100] * len(CELLS))
    people = by_cell(project(base, effect=scenarios.effect_of(rule, base, YEARS)))
    assert people[CELLS.index(cell), years] == pytest.approx(100 * (1 + change) ** years)


def test_a_change_that_starts_later_leaves_the_years_before_it():
    base = base_of([100] * len(CELLS))
    people = by_cell(project(base, effect=scenarios.effect_of(rate_change(-5, from_year=2026), base, YEARS)))[0]
    assert people[:12].tolist() == [100] * 12
    assert people[-1] == pytest.approx(100 * np.exp(-0.05 * 11))


def test_the_slope_of_a_series_is_that_of_its_log():
    times = np.array([2018, 2019, 2020.5, 2021, 2023])
    assert scenarios.recent_trend(300 * 1.02**times, times) == pytest.approx(np.log(1.02))
    assert scenarios.recent_trend(np.full(5, 7.0), times) == pytest.approx(0, abs=1e-12)
    # Of 1, e, e: the middle point does not move a slope over equal steps.
    assert scenarios.recent_trend(np.exp([0, 1, 1]), np.arange(3), minimum_points=3) == pytest.approx(0.5)


def test_a_trend_of_too_few_points_or_of_nobody_is_refused():
    with pytest.raises(InputError, match=r"A trend needs 5 points or more; this series has 4\."):
        scenarios.recent_trend(np.arange(1, 5), np.arange(4))
    with pytest.raises(InputError, match=r"values above zero; this series has one of zero or less"):
        scenarios.recent_trend(np.arange(5), np.arange(5))


def test_a_trend_is_followed_at_the_slope_that_is_given():
    rule = rule_of("trend", {"series": "s", "damping_a_year": 0.9, "minimum_points": 5})
    base = base_of([100] * len(CELLS))
    people = by_cell(project(base, effect=scenarios.effect_of(rule, base, YEARS, trend=0.02)))
    assert people[:, 2] == pytest.approx(np.full(len(CELLS), 100 * np.exp(0.02 * 1.9)))


# The scenarios on file, on the councils' own bases


@pytest.fixture(scope="module")
def county():
    return demand.base_cells(figures.first_support_of("leicestershire"))


@pytest.fixture(scope="module")
def city():
    return demand.base_cells(figures.first_support_of("leicester"))


#: Years since the latest count, from which these scenarios hold.
SINCE_THE_BASE = np.maximum(YEARS - 2024, 0)


def on_file(scenario, base, **options):
    return scenarios.effect_of(assumptions.scenario_named(scenario), base, YEARS, **options)


def test_healthier_ageing_is_about_memory_and_cognition_at_65_and_over(city):
    about = (city["age_band"] == "65+") & (city["support_reason"] == "memory_and_cognition")
    change = on_file("healthier_ageing", city).log_rate
    assert about.sum() == 1 and change[about][0] == pytest.approx(-0.0122 * SINCE_THE_BASE)
    assert not change[~about].any()


def test_the_decline_of_care_homes_is_about_homes_at_65_and_over(county):
    about = (county["age_band"] == "65+") & county["setting"].isin(CARE_HOME_SETTINGS)
    change = on_file("care_home_decline", county).log_rate
    assert change[about] == pytest.approx(np.tile(-0.0247 * SINCE_THE_BASE, (about.sum(), 1)))
    assert not change[~about].any()


def test_prevention_reaches_a_steady_stock_from_2027_on(county):
    people = county["people"].to_numpy()
    steady = np.repeat(people[:, None], len(YEARS), axis=1)
    factor = on_file("prevention", county).factor(steady)[people > 0]
    since = np.maximum(YEARS - 2026, 0)
    assert factor == pytest.approx(np.tile(1 - 0.1 * (1 - (1 - 12 / 28) ** since), (len(factor), 1)))


def test_where_people_stay_longer_a_cut_takes_longer(city):
    people = city["people"].to_numpy()
    steady = np.repeat(people[:, None], len(YEARS), axis=1)
    by_stay = [on_file("prevention", city, stay=stay).factor(steady)[0] for stay in ("low", "central", "high")]
    assert (np.diff(by_stay, axis=0)[:, 12:] > 0).all()
    assert by_stay[0][12] == pytest.approx(1 - 0.1 * 12 / 18) and by_stay[2][12] == pytest.approx(1 - 0.1 * 12 / 48)


def test_a_tenth_of_residential_homes_moves_to_the_community_over_five_years(county):
    people = county["people"].to_numpy()
    steady = np.repeat(people[:, None], len(YEARS), axis=1)
    moved = on_file("setting_shift", county).moved(steady)
    older, community = county["age_band"] == "65+", county["setting"].isin(SETTING_GROUPS["community"])
    homes = older & (county["setting"] == "residential")
    left = {2026: 1, 2027: 0.98, 2030: 0.92, 2031: 0.9, 2037: 0.9}
    for year, share in left.items():
        assert moved[homes, year - 2015] == pytest.approx(people[homes] * share)
        came = people[homes].sum() * (1 - share)
        assert moved[older & community, year - 2015].sum() == pytest.approx(people[older & community].sum() + came)
    rest = ~(homes | (older & community))
    assert (moved[rest] == steady[rest]).all()


def test_those_who_move_go_where_people_of_their_age_and_reason_are(county):
    """Of the four community counts of one reason, all printed, each gains in proportion to itself."""
    cells = (county["age_band"] == "65+") & (county["support_reason"] == "physical_personal_care")
    homes, community = (
        cells & county["setting"].isin(names) for names in (["residential"], SETTING_GROUPS["community"])
    )
    people = county["people"].to_numpy()
    last = on_file("setting_shift", county).moved(np.repeat(people[:, None], len(YEARS), axis=1))[:, -1]
    gained = 1 + 0.1 * people[homes].sum() / people[community].sum()
    assert community.sum() == 4 and last[community] == pytest.approx(gained * people[community])
    assert last[cells].sum() == pytest.approx(people[cells].sum())


def test_a_tenth_of_managed_budgets_becomes_direct_payments_at_every_age(county):
    people = county["people"].to_numpy()
    last = on_file("direct_payment_uptake", county).moved(np.repeat(people[:, None], len(YEARS), axis=1))[:, -1]
    for age in ("18-64", "65+"):
        managed, direct = (
            (county["age_band"] == age) & (county["setting"] == setting)
            for setting in ("managed_personal_budget", "direct_payment_only")
        )
        assert last[managed].sum() == pytest.approx(0.9 * people[managed].sum())
        assert last[direct].sum() == pytest.approx(people[direct].sum() + 0.1 * people[managed].sum())


@pytest.mark.parametrize("scenario", assumptions.scenarios_for("leicestershire"))
def test_no_bound_of_a_projection_is_lost_and_the_point_stays_within(county, scenario):
    """Also of lines that the published table leaves out: what they hold has no upper bound."""
    population = figures.population_of("leicestershire", "ons_2018_based")
    rows = project(county, population, on_file(scenario, county), LOW, HIGH)
    assert not rows[["people", "lower", "upper", "hidden_lower", "hidden_upper"]].isna().any(axis=None)
    assert (rows[["people", "lower", "hidden_lower"]] >= 0).all(axis=None)
    for low, high in (("lower", "people"), ("people", "upper"), ("hidden_lower", "hidden_upper")):
        assert (rows[low] <= rows[high] * (1 + 1e-12)).all()


@pytest.mark.parametrize("scenario", ["care_home_decline", "setting_shift", "direct_payment_uptake"])
def test_a_scenario_about_a_setting_is_refused_where_no_setting_is_published(city, scenario):
    with pytest.raises(InputError, match=f"'{scenario}' is about people whom this base does not have .* applies_to"):
        on_file(scenario, city)


@pytest.mark.parametrize("scenario", ["unit_cost", "bed_pressure", "workforce"])
def test_what_says_what_people_mean_is_no_projection(county, scenario):
    with pytest.raises(InputError, match=f"'{scenario}' says what people mean .*; it changes nobody. Choose one that"):
        on_file(scenario, county)


def test_a_cut_over_years_that_are_not_one_apart_is_refused(city):
    rule = assumptions.scenario_named("prevention")
    with pytest.raises(
        InputError, match=r"'prevention' cuts new entrants year by year\. Project to years that are 1 ap"
    ):
        scenarios.effect_of(rule, city, np.array([2015, 2037]))


def test_people_need_somewhere_to_move_to():
    base = base_of([1] * len(CELLS))
    with pytest.raises(InputError, match="none of the settings part_direct_payment for people to move to"):
        scenarios.effect_of(move("nursing", ["part_direct_payment"], 10), base, YEARS)


# What must always hold


@few
@given(counts_or_none, growths, st.integers(2015, 2030), st.sampled_from(SETTINGS[1:]))
def test_neutral_parameters_change_nothing(people, growth, from_year, to):
    base, population = base_of(people), population_of(*growth)
    neutral = [
        rate_change(0, 0.9, from_year=from_year),
        rule_of("trend", {"damping_a_year": 0.9}, from_year=from_year),
        entrants_cut(0, from_year=from_year),
        move("nursing", [to], 0, 5, from_year=from_year),
    ]
    plain = project(base, population)
    together = scenarios.together(effects_of(neutral, base))
    pd.testing.assert_frame_equal(project(base, population, together), plain, check_exact=True)
    assert by_cell(project(base, FLAT, together))[:, -1] == pytest.approx(people)


@few
@given(counts_or_none, growths, st.lists(rules(), min_size=2, max_size=4), st.randoms(use_true_random=False))
def test_scenarios_compose_in_any_order_to_the_last_bit(people, growth, drawn, random):
    base, population = base_of(people, slack=3), population_of(*growth)
    effects = effects_of(drawn, base)
    shuffled = random.sample(effects, len(effects))
    one, other = (project(base, population, scenarios.together(order), LOW, HIGH) for order in (effects, shuffled))
    pd.testing.assert_frame_equal(one, other, check_exact=True)


AWKWARD = {
    "two moves out of one setting": [
        move("residential", ["direct_payment_only", "managed_personal_budget"], 10.1, 5),
        move("residential", ["nursing"], 20.3),
        move("nursing", ["direct_payment_only"], 33.3, 3),
    ],
    "the same move by two shares": [move("residential", ["nursing"], 10.1), move("residential", ["nursing"], 20.3)],
    "cuts": [entrants_cut(10.1), entrants_cut(33.3, from_year=2020), entrants_cut(7.7, age_band=["65+"])],
    "rates": [rate_change(-1.22), rate_change(3.3, 0.9), rate_change(-2.47, age_band=["65+"])],
    "one of each": [rate_change(-1.22), entrants_cut(10), move("residential", ["nursing"], 10.1, 5)],
}


@pytest.mark.parametrize("drawn", AWKWARD.values(), ids=AWKWARD.keys())
def test_every_order_gives_the_same_bits(drawn):
    base = base_of(np.random.default_rng(1).uniform(1, 1000, len(CELLS)))
    population = population_of(1.1, 0.9, 1.7, 2.3)
    orders = [
        by_cell(project(base, population, scenarios.together(order))).tobytes()
        for order in permutations(effects_of(drawn, base))
    ]
    assert len(orders) > 1 and len(set(orders)) == 1


def test_scenarios_that_are_joined_do_what_each_of_them_does():
    base = base_of([100] * len(CELLS))
    drawn = [rate_change(-2), entrants_cut(10, months=24), move("residential", ["nursing"], 20), rate_change(1)]
    people = by_cell(project(base, effect=scenarios.together(effects_of(drawn, base))))
    # After a year: the rate falls by 1% on the log; of what then is there and new, a tenth does not come.
    stock = 100 * np.exp(-0.01)
    stock -= 0.1 * (stock - 100 / 2)
    of_setting = dict(zip(SETTINGS, (1.2, 0.8, 1, 1), strict=True))
    assert people[:, 1] == pytest.approx([stock * of_setting[setting] for _, _, setting in CELLS])


@few
@given(counts_or_none, st.lists(rules(), min_size=1, max_size=4), st.integers(0, len(YEARS) - 1))
def test_moves_lose_nobody_and_leave_nobody_below_zero(people, drawn, time):
    base = base_of(people)
    effect = scenarios.together(effects_of(drawn, base))
    steady = np.repeat(base["people"].to_numpy()[:, None], len(YEARS), axis=1)
    moved = effect.moved(steady)
    assert moved.sum(axis=0) == pytest.approx(steady.sum(axis=0)) and (moved >= 0).all()
    # Of each age and reason too, and for any number of columns at one time.
    keys = [base["age_band"], base["support_reason"]]
    assert pd.DataFrame(moved).groupby(keys).sum().to_numpy() == pytest.approx(
        pd.DataFrame(steady).groupby(keys).sum().to_numpy()
    )
    draws = np.column_stack([steady[:, 0], 2 * steady[:, 0], np.ones(len(base))])
    at_once = effect.moved(draws, time)
    assert (at_once[:, 0] == moved[:, time]).all()
    assert at_once.sum(axis=0) == pytest.approx(draws.sum(axis=0))


@pytest.mark.parametrize("shares", [(100,), (50, 50), (10, 20, 70), (1, 6, 93), (1, 31, 68)])
def test_all_people_of_a_setting_can_move_and_nobody_is_left(shares):
    """Shares that make all, which a computer takes for a hair more or less."""
    base = base_of(np.random.default_rng(2).uniform(1, 1000, len(CELLS)))
    drawn = [move("residential", [to], pct) for to, pct in zip(("nursing", *SETTINGS[2:]), shares, strict=False)]
    moved = scenarios.together(effects_of(drawn, base)).moved(base[["people"]].to_numpy().repeat(len(YEARS), axis=1))
    homes = (base["setting"] == "residential").to_numpy()
    assert (moved[homes] >= 0).all() and moved[homes] == pytest.approx(0, abs=1e-9)
    assert moved.sum(axis=0) == pytest.approx(np.full(len(YEARS), base["people"].sum()))


def test_no_share_of_a_bound_without_an_end_is_nobody():
    share = np.array([0.0, 0.5])
    effect = Effect(np.zeros((3, 2)), np.ones((3, 2)), np.full(3, np.inf), (Move(0, np.array([1]), np.ones(1), share),))
    upper = np.array([[np.inf, np.inf], [4.0, 4.0], [5.0, 5.0]])
    assert effect.moved(upper).tolist() == [[np.inf, np.inf], [4, np.inf], [5, 5]]


@few
@given(counts, growths, st.lists(rules(), min_size=1, max_size=3), st.floats(0, 1e3))
def test_the_point_stays_within_its_bounds(people, growth, drawn, slack):
    base = base_of(people, slack)
    effect = scenarios.together(effects_of(drawn, base))
    rows = project(base, population_of(*growth), effect, LOW, HIGH)
    for low, high in (("lower", "people"), ("people", "upper"), ("hidden_lower", "lower"), ("upper", "hidden_upper")):
        assert (rows[low] <= rows[high] * (1 + 1e-9) + 1e-9).all()


@few
@given(counts, growths, st.lists(rules(), min_size=1, max_size=3))
def test_twice_the_people_are_twice_the_people_under_any_scenario(people, growth, drawn):
    once, twice = (base_of(factor * np.array(people)) for factor in (1, 2))
    found = [
        by_cell(project(base, population_of(*growth), scenarios.together(effects_of(drawn, base))))
        for base in (once, twice)
    ]
    assert (found[1] == 2 * found[0]).all()


@few
@given(counts, growths, st.floats(0, 100), st.floats(12, 60), st.integers(2015, 2036))
def test_a_cut_in_entrants_never_adds_people_and_leaves_the_years_before_it(people, growth, cut, months, from_year):
    base, population = base_of(people), population_of(*growth)
    effect = scenarios.effect_of(entrants_cut(cut, months, from_year=from_year), base, YEARS)
    plain, after = (by_cell(project(base, population, chosen)) for chosen in (None, effect))
    assert (after <= plain * (1 + 1e-9)).all() and (after >= 0).all()
    until = from_year - 2015 + 1
    assert after[:, :until] == pytest.approx(plain[:, :until])


@few
@given(counts, growths, st.lists(rules(), min_size=1, max_size=3))
def test_the_order_of_cells_changes_nothing(people, growth, drawn):
    base, population = base_of(people), population_of(*growth)
    backward = base.iloc[::-1].reset_index(drop=True)
    found = [
        by_cell(project(cells, population, scenarios.together(effects_of(drawn, cells)))) for cells in (base, backward)
    ]
    assert found[1][::-1] == pytest.approx(found[0])


# What cannot be joined


def test_more_than_all_people_cannot_move():
    base = base_of([1] * len(CELLS))
    drawn = [move("residential", ["nursing"], 60, 5), move("residential", ["direct_payment_only"], 50)]
    with pytest.raises(InputError, match=r"more people out of a setting than it has\. Lower a share"):
        scenarios.together(effects_of(drawn, base))
    one_age_each = [move("residential", ["nursing"], 60, age_band=[age]) for age in ("18-64", "65+")]
    assert len(scenarios.together(effects_of(one_age_each, base)).moves) == 4


def test_two_lengths_of_stay_for_the_same_people_are_refused():
    base = base_of([1] * len(CELLS))
    with pytest.raises(InputError, match=r"different lengths of stay for the same people\. Give them the same one"):
        scenarios.together(effects_of([entrants_cut(10, 28), entrants_cut(10, 18)], base))
    apart = [entrants_cut(10, 28, age_band=["18-64"]), entrants_cut(10, 18, age_band=["65+"]), rate_change(-1)]
    stays = scenarios.together(effects_of(apart, base)).length_of_stay_years
    assert stays == pytest.approx([28 / 12] * 8 + [18 / 12] * 8)


# Goal-seek


@few
@given(st.floats(-100, 100), st.floats(0, 100), st.floats(0, 1), st.floats(0.1, 10), st.booleans())
def test_a_goal_within_the_range_is_found(lowest, width, place, slope, falls):
    def outcome(value):
        return (slope * value + value**3) * (-1 if falls else 1)

    wanted = lowest + place * width
    found = scenarios.goal_seek(outcome, outcome(wanted), lowest, lowest + width)
    assert found == pytest.approx(wanted, abs=1e-5)


@few
@given(st.floats(-100, 100), st.floats(0, 100), st.floats(1e-3, 100), st.booleans())
def test_a_goal_outside_the_range_is_not_achievable(lowest, width, beyond, above):
    highest = lowest + width
    goal = highest + beyond if above else lowest - beyond
    assert scenarios.goal_seek(lambda value: value, goal, lowest, highest) is None
    assert scenarios.goal_seek(lambda value: -value, -goal, lowest, highest) is None


def test_the_cut_that_holds_a_growing_stock_at_its_level():
    ahead = 1000 * 1.01 ** np.arange(12)

    def last(cut, stay):
        return scenarios.stock_after_cut(ahead[None], np.full((1, 12), 1 - cut), np.array([stay]))[0, -1]

    cut = scenarios.goal_seek(lambda share: last(share, 28 / 12), 1000, 0, 1)
    assert last(cut, 28 / 12) == pytest.approx(1000, abs=0.01) and 0 < cut < 1
    # Prices that double on top cannot be held by half the people or fewer, where these stay for fifty years.
    assert scenarios.goal_seek(lambda share: 2 * last(share, 50), 1000, 0, 1) is None


def test_entrants_of_a_stock_are_those_who_left_and_what_it_grows_by():
    steady, growing = np.full(5, 950.0), 950 + 10.0 * np.arange(5)
    assert scenarios.entrants_a_year(steady, 28) == pytest.approx(scenarios.entrants(950, 28 / 12))
    assert scenarios.entrants_a_year(growing, 12) == pytest.approx(growing[1:].mean())


@given(st.floats(1.001, 1.05), st.integers(12, 60))
def test_a_cut_that_holds_ends_at_the_first_level(growth, months):
    stock = 1000 * growth ** np.arange(12)
    cut = scenarios.cut_that_holds(stock, months)
    nobody_comes = scenarios.stock_after_cut(stock[None], np.zeros((1, 12)), np.array([months / 12]))[0, -1]
    if nobody_comes > 1000:
        assert np.isnan(cut)
        return
    after = scenarios.stock_after_cut(stock[None], np.full((1, 12), 1 - cut), np.array([months / 12]))[0, -1]
    assert after == pytest.approx(1000, rel=1e-3) and 0 <= cut <= 1


def test_a_level_that_falls_by_itself_needs_no_cut():
    assert np.isnan(scenarios.cut_that_holds(1000 * 0.98 ** np.arange(12), 28))


def test_a_goal_at_an_end_of_the_range_is_that_end():
    assert scenarios.goal_seek(lambda value: 3 * value, 0, 0, 1) == 0
    assert scenarios.goal_seek(lambda value: 3 * value, 3, 0, 1) == 1
    assert scenarios.goal_seek(lambda value: 7.0, 7, 2, 5) == 2


def test_bounds_upside_down_are_refused():
    with pytest.raises(InputError, match="The bounds 1 and 0 are upside down"):
        scenarios.goal_seek(lambda value: value, 0.5, 1, 0)


def test_a_goal_in_pounds_is_found_where_no_number_is_as_fine_as_the_tolerance():
    calls = []

    def outcome(value):
        calls.append(value)
        assert len(calls) < 200, "bisection goes on for ever"
        return value

    assert scenarios.goal_seek(outcome, 1.23e12 + 0.37, 0, 1e13) == pytest.approx(1.23e12 + 0.37, abs=0.01)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: scenarios.goal_seek(lambda value: np.nan, 5, 0, 1), "With 0 there is no outcome"),
        (lambda: scenarios.goal_seek(lambda value: value, np.nan, 0, 1), "to hold against the goal of nan"),
        (lambda: scenarios.goal_seek(lambda value: value if value in (0, 1) else np.nan, 0.5, 0, 1), "With 0.5 there"),
        (lambda: scenarios.goal_seek(lambda value: value, 0.5, np.nan, 1), "upside down, or one is missing"),
        (lambda: scenarios.recent_trend([1, 2, np.nan, 4, 5], np.arange(5)), "a number and a time for every point"),
        (lambda: scenarios.recent_trend([1, 2, 3, 4, 5], [1, 2, np.nan, 4, 5]), "a number and a time for every point"),
        (lambda: scenarios.recent_trend([1, 2, 3, 4, 5], [2015.5] * 5), "stand at one"),
        (lambda: scenarios.goal_seek(lambda value: value, 0.5, -np.inf, 1), "upside down, or one is missing"),
        (lambda: scenarios.goal_seek(lambda value: value, 0.5, 0, 1, np.nan), "The tolerance nan is not above 0"),
        (lambda: scenarios.recent_trend([1, 2, 3, 4, 5], np.arange(4)), "5 points and 4 times"),
        (lambda: scenarios.recent_trend([], [], 0), "0 points and 0 times"),
        (lambda: scenarios.entrants_a_year(np.array([950.0]), 28), "two years or more"),
        (lambda: scenarios.entrants_a_year(np.array([950, np.nan]), 28), "each with a number"),
        (lambda: scenarios.cut_that_holds(np.array([]), 28), "no stock to hold"),
        (lambda: scenarios.cut_that_holds(np.array([950, np.nan, 960]), 28), "missing in some year"),
    ],
)
def test_missing_numbers_are_refused(call, message):
    with pytest.raises(InputError, match=message):
        call()
