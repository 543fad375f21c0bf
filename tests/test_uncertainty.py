"""The Monte Carlo of a projection: every layer against theory and a slow loop, and what must always hold."""

import itertools
import math
from dataclasses import replace

import numpy as np
import pytest
from conftest import examples
from hypothesis import given
from hypothesis import strategies as st

from helpers.base.errors import InputError
from helpers.projection import uncertainty
from helpers.projection.population import growth_65_plus
from helpers.projection.scenarios import Effect, Move
from helpers.projection.uncertainty import LAYERS, QUANTILES, SEED, Cells, Course, Spread, layer_shares, simulate
from helpers.published.suppression import truncated_poisson_mean

GRADIENTS = {"care_home": (5, 9.1, 15), "community": (1, 2.4, 6), "learning_disability": (0.3, 0.65, 1)}
SPREAD = Spread(3, 4.4, {8: 15, 20: 25}, {"65+": 2.5, "18-64": 1.5}, GRADIENTS)
#: Standard normal at the quantiles, and how far a sample quantile of n draws strays (times s / sqrt(n)).
NORMAL = np.array([-1.6448536, -0.6744898, 0, 0.6744898, 1.6448536])
STRAY = np.sqrt([q * (1 - q) for q in QUANTILES]) / (np.exp(-(NORMAL**2) / 2) / np.sqrt(2 * np.pi))


def make_cells(people, age_band="65+", kind="community", hidden=False, lower=0, upper=np.inf):
    columns = np.broadcast_arrays(np.asarray(people, float), lower, upper, hidden, age_band, kind)
    return Cells(*(np.atleast_1d(column) for column in columns))


def make_course(years=(0, 1, 10, 22), growth=(1.1, 1.4, 1.9), past=0.0):
    """Bands that grow by these factors in 22 years; past: how far past the last estimate the base is."""
    years = np.array(years, float)
    since = np.concatenate([[0], years])
    starts = zip(("18-64", "65-84", "85+"), (390e3, 115e3, 17e3), growth, strict=True)
    return Course(years, {band: start * g ** (since / 22) for band, start, g in starts}, since + past)


COUNTY = Cells(
    np.array([900.0, 700, 400, 1500, 1.8, 950, 2200, 2.3, 6.5]),
    np.array([900.0, 700, 400, 1500, 0, 950, 2200, 1, 0]),
    np.array([900.0, 700, 400, 1500, 4, 950, 2200, 4, np.inf]),
    np.array([False, False, False, False, True, False, False, True, True]),
    np.array(["18-64"] * 3 + ["65+"] * 6),
    np.array(["community", "learning_disability", "care_home"] * 3),
)
COURSE = make_course()
GROUPS = [np.array([cell]) for cell in range(9)] + [np.arange(9), np.arange(3), np.arange(3, 9)]
EVERY = [np.arange(9)]


def drawn(cells, course, spread, layers, time=0, draws=40_000, groups=None):
    """People in every draw: rows x draws."""
    groups = [[cell] for cell in range(len(cells.people))] if groups is None else groups
    return uncertainty._simulation(cells, course, spread, groups, None, draws, SEED, layers, 1)(time)


def point(cells, course):
    """The projection without spread, cells x T."""
    people = course.population
    working = people["18-64"][1:] / people["18-64"][0]
    a, b = people["65-84"], people["85+"]
    return cells.people[:, None] * np.array(
        [
            working if band == "18-64" else growth_65_plus(a[0], b[0], a[1:], b[1:], GRADIENTS[kind][1])
            for band, kind in zip(cells.age_band, cells.gradient_kind, strict=True)
        ]
    )


def test_the_worked_value_of_counts():
    cells, course = make_cells(12, "18-64"), make_course([22], growth=(1.5, 1, 1))
    people = drawn(cells, course, SPREAD, ["counts"], draws=400_000)[0]
    assert people.mean() == pytest.approx(18.75, abs=4 * math.sqrt(46.875 / people.size))
    strays = ((people - people.mean()) ** 2).std() / math.sqrt(people.size)
    assert people.var() == pytest.approx(46.875, abs=4 * strays)


def test_with_every_layer_off_every_quantile_is_the_projection():
    assert (simulate(COUNTY, COURSE, SPREAD, GROUPS[:9], layers=[], draws=3) == point(COUNTY, COURSE)[:, :, None]).all()
    sums = simulate(COUNTY, COURSE, SPREAD, GROUPS, layers=[], draws=3)[9:]
    assert sums[0, :, 0] == pytest.approx(point(COUNTY, COURSE).sum(axis=0))


@pytest.mark.parametrize(
    ("layer", "age_band", "past", "time", "log_sd"),
    [
        ("population", "18-64", 0, 2, 0.044),
        ("population", "18-64", 3, 3, 0.044 * (math.sqrt(2.5) - math.sqrt(0.3))),
        ("drift", "18-64", 0, 2, 0.15),
        ("drift", "65+", 0, 3, 0.55),
        ("between_years", "65+", 0, 1, 0.03),
    ],
)
def test_a_layer_alone_is_lognormal_about_the_projection(layer, age_band, past, time, log_sd):
    cells, course, draws = make_cells(100, age_band), make_course(past=past), 40_000
    found = simulate(cells, course, SPREAD, [[0]], layers=[layer], draws=draws)[0, time]
    expected = np.log(point(cells, course)[0, time]) + log_sd * NORMAL
    assert (abs(np.log(found) - expected) < 4 * log_sd * STRAY / math.sqrt(draws)).all()


def test_the_error_of_a_population_by_years_past_its_estimate():
    at = [SPREAD.population_log_sd("85+", years) for years in (0, 2, 8, 14, 20, 40)]
    assert at == pytest.approx([0, 0.075, 0.15, 0.20, 0.25, 0.25])
    assert [SPREAD.population_log_sd("65-84", h) for h in (0, 2.5, 10)] == pytest.approx([0, 0.022, 0.044])


def test_the_drift_widens_by_its_multiplier():
    once, twice = (
        np.log(drawn(make_cells(100), COURSE, replace(SPREAD, drift_multiplier=m), ["drift"], 2)) for m in (1, 2)
    )
    assert twice.std() == pytest.approx(2 * once.std())


def test_the_gradient_is_uniform_over_its_range():
    cells, draws = make_cells([100, 100], kind=["community", "care_home"]), 40_000
    found = simulate(cells, COURSE, SPREAD, [[0], [1]], layers=["gradient"], draws=draws)[:, 3]
    people = COURSE.population
    ends = [people[band][place] for place in (0, 4) for band in ("65-84", "85+")]
    for row, (low, _, high) in zip(found, (GRADIENTS["community"], GRADIENTS["care_home"]), strict=True):
        for value, quantile in zip(row, QUANTILES, strict=True):
            stray = 4 * math.sqrt(quantile * (1 - quantile) / draws)
            least, most = (growth_65_plus(*ends, low + (high - low) * (quantile + sign * stray)) for sign in (-1, 1))
            assert 100 * least < value < 100 * most


@given(st.integers(0, 5), st.integers(1, 9), st.floats(0.01, 0.99))
@examples(25)
def test_a_hidden_count_is_whole_within_its_bounds_and_its_mean_is_the_point_value(lower, width, share):
    cells = make_cells(lower + share * width, hidden=True, lower=lower, upper=lower + width)
    people = drawn(cells, COURSE, SPREAD, ["suppressed"], draws=4000)[0]
    assert (people == people.round()).all() and people.min() >= lower and people.max() <= lower + width
    assert people.mean() == pytest.approx(cells.people[0], abs=0.01 + 5 * people.std() / math.sqrt(people.size))


def test_a_hidden_count_is_a_truncated_poisson():
    cells = make_cells(truncated_poisson_mean(2, 1, 4), hidden=True, lower=1, upper=4)
    people = drawn(cells, COURSE, SPREAD, ["suppressed"])[0]
    chances = np.array([2**k / math.factorial(k) for k in range(1, 5)])
    chances /= chances.sum()
    found = np.bincount(people.astype(int), minlength=5)[1:] / people.size
    assert (abs(found - chances) < 4 * np.sqrt(chances * (1 - chances) / people.size)).all()


@pytest.mark.parametrize(("people", "lower", "upper"), [(1, 1, 1), (4, 0, 4), (0, 0, 4), (2, 0, np.inf), (2, 0.5, 4.5)])
def test_a_hidden_count_without_room_or_whole_bounds_stays_at_its_point_value(people, lower, upper):
    cells = make_cells(people, hidden=True, lower=lower, upper=upper)
    assert (drawn(cells, COURSE, SPREAD, ["suppressed"], draws=100) == people).all()


def test_all_layers_together_against_a_slow_loop():
    course, draws = make_course(past=2.0), 9
    random = [np.random.default_rng(s) for s in np.random.SeedSequence(SEED).spawn(1)[0].spawn(6)]
    shown, hid = random[0].spawn(2)
    base = np.repeat(COUNTY.people[:, None], draws, axis=1)
    for cell, chance in zip((4, 7, 8), random[1].random((3, draws)), strict=True):
        if cell == 8:  # no upper bound: it keeps its point value
            continue
        low, high = int(COUNTY.lower[cell]), 4
        means = np.arange(0.01, 10, 0.01)
        short = [abs(truncated_poisson_mean(mean, low, high) - COUNTY.people[cell]) for mean in means]
        mean = means[np.argmin(short)]
        weights = [mean**k / math.factorial(k) for k in range(low, high + 1)]
        for draw in range(draws):
            base[cell, draw] = low + sum(
                chance[draw] >= sum(weights[:k]) / sum(weights) for k in range(1, len(weights))
            )
    rate, count = np.empty_like(base), np.empty_like(base)
    for which, generator in ((~COUNTY.hidden, shown), (COUNTY.hidden, hid)):
        rate[which] = generator.standard_gamma(base[which] + 0.5)
        count[which] = generator.poisson(rate[which])
    between, z = random[2].standard_normal((2, draws)), random[3].standard_normal((1, draws))[0]
    drift, uniform = random[4].standard_normal((2, draws)), random[5].random((3, draws))
    found = simulate(COUNTY, course, SPREAD, GROUPS[:9], draws=draws)
    for cell, time in itertools.product(range(9), range(4)):
        years, people = course.years[time], []
        for draw in range(draws):

            def of(band, place, draw=draw):
                h = course.population_years[place]
                s = 0.044 * math.sqrt(h / 10)
                if band == "85+":
                    s = 0.15 * math.sqrt(h / 8) if h < 8 else min(0.25, 0.15 + (h - 8) / 12 * 0.10)
                return course.population[band][place] * math.exp(s * z[draw])

            older = COUNTY.age_band[cell] == "65+"
            if older:
                kind = COUNTY.gradient_kind[cell]
                low, _, high = GRADIENTS[kind]
                rho = low + (high - low) * uniform[sorted(GRADIENTS).index(kind), draw]
                growth = of("65-84", time + 1) + rho * of("85+", time + 1)
                growth /= of("65-84", 0) + rho * of("85+", 0)
            else:
                growth = of("18-64", time + 1) / of("18-64", 0)
            mean = rate[cell, draw] * growth
            noise = (count[cell, draw] - rate[cell, draw]) / math.sqrt(rate[cell, draw]) * math.sqrt(mean)
            factor = math.exp((0.025 if older else 0.015) * drift[int(older), draw] * years)
            factor *= math.exp(0.03 * between[int(older), draw]) if years > 0 else 1
            people.append(max(mean + noise, 0) * factor)
        assert found[cell, time] == pytest.approx(np.quantile(people, QUANTILES))


def test_the_base_has_no_spread_but_that_of_its_counts():
    known = simulate(
        COUNTY, make_course(past=3), SPREAD, GROUPS, layers=["between_years", "population", "drift", "gradient"]
    )
    assert np.ptp(known[:, 0], axis=1) == pytest.approx(0, abs=1e-9)
    assert (np.ptp(known[:, 1], axis=1) > 0).all()


def test_the_same_seed_gives_the_same_bytes_with_any_number_of_threads():
    once, again, other = (simulate(COUNTY, COURSE, SPREAD, GROUPS, draws=4500, threads=n) for n in (1, 1, 2))
    assert once.tobytes() == again.tobytes() == other.tobytes()
    assert once.tobytes() != simulate(COUNTY, COURSE, SPREAD, GROUPS, draws=4500, seed=1).tobytes()


@pytest.mark.parametrize("layer", LAYERS)
def test_a_layer_draws_the_same_whatever_else_is_on(layer):
    seed = np.random.SeedSequence(SEED)
    hidden = [(cell, uncertainty._hidden_values(COUNTY, cell)) for cell in np.flatnonzero(COUNTY.hidden)]
    whole = uncertainty._draw(COUNTY, SPREAD, LAYERS, hidden, 50, np.random.SeedSequence(SEED))
    without = uncertainty._draw(COUNTY, SPREAD, [on for on in LAYERS if on != layer], hidden, 50, seed)
    shown = ~COUNTY.hidden
    changed = {field for field in vars(whole) if (getattr(whole, field) != getattr(without, field)).any()}
    assert changed == ({"expected", "deviation"} if layer in ("counts", "suppressed") else {layer})
    assert layer == "counts" or (whole.expected[shown] == without.expected[shown]).all()


def test_switching_a_layer_on_never_narrows_the_band():
    def width(layers):
        found = simulate(COUNTY, COURSE, SPREAD, EVERY, layers=layers, draws=4000)[0]
        return found[:, -1] - found[:, 0]

    widths = {on: width(on) for n in range(7) for on in itertools.combinations(LAYERS, n)}
    for on, layer in itertools.product(widths, LAYERS):
        if layer not in on:
            wider = widths[tuple(name for name in LAYERS if name in (*on, layer))]
            assert (wider >= 0.97 * widths[on] - 1e-9).all(), (on, layer)


@given(st.lists(st.floats(0, 1e5), min_size=1, max_size=6), st.integers(0, 99), st.sets(st.sampled_from(LAYERS)))
@examples(25)
def test_quantiles_rise_and_nobody_is_negative(people, seed, layers):
    course = make_course(growth=(0.5, 0.8, 1.3))
    cells = make_cells([0, *people], "18-64")
    found = simulate(cells, course, SPREAD, [[0], np.arange(len(people))], None, 300, seed, list(layers))
    assert (np.diff(found, axis=2) >= 0).all() and (found >= 0).all()


known_base = st.sets(st.sampled_from([layer for layer in LAYERS if layer not in ("counts", "suppressed")])).map(sorted)


@given(known_base)
@examples(10)
def test_doubling_the_base_doubles_every_quantile(layers):
    doubled = replace(COUNTY, people=2 * COUNTY.people, upper=2 * COUNTY.upper)
    once, twice = (simulate(cells, COURSE, SPREAD, GROUPS, draws=200, layers=layers) for cells in (COUNTY, doubled))
    assert (twice == 2 * once).all()


@given(st.sets(st.sampled_from(LAYERS)).map(sorted), st.floats(0.1, 10))
@examples(10)
def test_doubling_every_population_changes_nothing(layers, factor):
    other = replace(COURSE, population={band: factor * people for band, people in COURSE.population.items()})
    once, again = (simulate(COUNTY, course, SPREAD, GROUPS, draws=200, layers=layers) for course in (COURSE, other))
    assert again == pytest.approx(once)


@given(known_base, st.permutations(range(9)))
@examples(10)
def test_shuffling_cells_changes_nothing(layers, order):
    shuffled = Cells(*(column[list(order)] for column in vars(COUNTY).values()))
    groups = [np.array([order.index(cell) for cell in group]) for group in GROUPS]
    again = simulate(shuffled, COURSE, SPREAD, groups, draws=200, layers=layers)
    assert again == pytest.approx(simulate(COUNTY, COURSE, SPREAD, GROUPS, draws=200, layers=layers))


def make_effect(course, moves=()):
    log_rate = np.linspace(-0.01, -0.02, 9)[:, None] * course.years
    kept = np.where(np.arange(9)[:, None] < 3, 0.9, 1.0) * np.ones((9, len(course.years)))
    return Effect(log_rate, kept, np.full(9, 2.5), moves)


def test_scenarios_act_on_every_draw_as_on_the_projection():
    course = make_course(range(6))
    share = np.linspace(0, 0.5, 6)
    effect = make_effect(course, (Move(5, np.array([3, 6]), np.array([0.25, 0.75]), share),))
    central = point(COUNTY, course)
    expected = effect.moved(central * effect.factor(central))
    assert simulate(COUNTY, course, SPREAD, GROUPS[:9], effect, 3, layers=[])[:, :, 2] == pytest.approx(expected)
    plain, moved = (simulate(COUNTY, course, SPREAD, EVERY, e, 500) for e in (make_effect(course), effect))
    assert moved == pytest.approx(plain)


def test_the_shares_of_the_layers_add_up_and_drift_dominates_a_long_horizon():
    shares = layer_shares(COUNTY, COURSE, SPREAD, np.arange(9), 3, draws=4000)
    assert sum(shares.values()) == pytest.approx(100) and list(shares) == list(LAYERS)
    assert shares["drift"] > 50 and min(shares.values()) >= 0
    whole, *without = (
        drawn(COUNTY, COURSE, SPREAD, [on for on in LAYERS if on != off], 3, 4000, EVERY).var() for off in ("", *LAYERS)
    )
    drops = np.maximum(whole - np.array(without), 0)
    assert list(shares.values()) == pytest.approx(100 * drops / drops.sum())


def test_where_nothing_varies_no_layer_has_a_share():
    shares = layer_shares(COUNTY, COURSE, SPREAD, np.arange(9), 0, layers=["drift", "population"])
    assert shares == {"drift": 0.0, "population": 0.0}


def without_a_rate():
    effect = Effect.none(9, 4)
    return replace(effect, log_rate=effect.log_rate + np.nan)


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda: make_cells([5, 2], hidden=True, lower=4, upper=[5, 0]), "Cell 1 .* upside down. Give the lower one"),
        (lambda: make_cells(9, hidden=True, upper=4), "Cell 0 .*outside its bounds. Give bounds that hold it"),
        (lambda: make_cells(-1), "does not hold 0 or more people"),
        (lambda: make_cells(1, "64+"), "unknown age band. Known: 18-64, 65+"),
        (lambda: replace(COUNTY, hidden=[True]), "9 people, but not as many of hidden"),
        (lambda: make_course([-1]), "negative. Give times from the base on"),
        (lambda: make_course(past=-1), "past the last estimate are negative"),
        (lambda: make_course(growth=(1, 1, 0)), r"85\+ is zero or less in some year. Give one above zero"),
        (lambda: replace(COURSE, population={}), "18-64 is missing. Give it, of the same vintage"),
        (lambda: replace(COURSE, years=[0, 1]), "18-64 has 5 values. Give 3"),
        (lambda: replace(SPREAD, between_years_pct=-1), "below zero or not a number. Give 0 or more"),
        (lambda: replace(SPREAD, population_85_plus_pct={}), "needs one year past the estimate or more"),
        (lambda: replace(SPREAD, drift_pct_a_year={"65+": 1}), "no entry for 18-64. Give one"),
        (lambda: replace(SPREAD, gradients={"community": (3, 2, 6)}), "Give 0 or more, rising"),
        (lambda: simulate(COUNTY, COURSE, SPREAD, EVERY, layers=["drifts"]), "no layer 'drifts'. Did you mean 'drift'"),
        (lambda: simulate(make_cells(1, kind="comunity"), COURSE, SPREAD, [[0]]), "Did you mean 'community'"),
        (lambda: simulate(COUNTY, COURSE, SPREAD, [[9]]), "Give one or more of 0 to 8"),
        (lambda: simulate(COUNTY, COURSE, SPREAD, [[0, 2, 0]]), "sums one cell twice.*Name each cell once"),
        (lambda: simulate(COUNTY, COURSE, SPREAD, [np.arange(9) > 4]), "by bool. Give positions"),
        (lambda: replace(COUNTY, lower=[np.nan] * 9), "lacks a bound, or has them upside down"),
        (lambda: simulate(COUNTY, COURSE, SPREAD, EVERY, draws=1e4), "draws is 10000.0. Give a whole number"),
        (lambda: simulate(COUNTY, COURSE, SPREAD, EVERY, seed=-1), "seed is -1. Give a whole number, 0 or more"),
        (lambda: simulate(COUNTY, COURSE, SPREAD, EVERY, without_a_rate()), "is no number. Give it"),
        (lambda: simulate(COUNTY, COURSE, SPREAD, EVERY, draws=0), "draws is 0. Give a whole number, 1 or more"),
        (lambda: simulate(COUNTY, COURSE, SPREAD, EVERY, Effect.none(9, 3)), "not as many cells or times"),
        (lambda: simulate(COUNTY, COURSE, SPREAD, EVERY, make_effect(COURSE)), "Project to years that are 1 apart"),
        (lambda: layer_shares(COUNTY, COURSE, SPREAD, EVERY[0], -1), "Give a position from 0 to 3"),
    ],
)  # fmt: skip
def test_a_mistake_is_said_with_what_to_do(make, says):
    with pytest.raises(InputError, match=says):
        make()


@pytest.mark.parametrize("group", [np.arange(9) < 3, np.array([0.0, 1.0]), np.array(["0"])])
def test_a_row_names_its_cells_by_their_positions(group):
    with pytest.raises(InputError, match="Give positions, such as 0 and 2"):
        simulate(COUNTY, COURSE, SPREAD, [group], draws=100)
