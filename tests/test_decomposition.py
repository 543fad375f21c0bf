"""Why a number changed: the worked values of method.md section 9, and what must always hold (section 14)."""

import itertools
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.base.cells import Suppressed
from helpers.base.errors import InputError
from helpers.projection.decomposition import contributions, of_cells, of_people, of_product, printed

NAMES = ("people", "package size", "unit cost", "inflation")
POPULATION = ([10_000, 2_000], [13_000, 3_000])
RATES = ([0.01, 0.05], [0.009, 0.05])


def test_a_product_of_two():
    found = of_product({"first": 0.6, "second": 0.5}, {"first": 0.3, "second": 0.45})
    assert found == pytest.approx({"first": -0.1425, "second": -0.0225}, abs=1e-12)


def test_money_is_people_by_package_size_by_unit_cost():
    before = {"people": 1_000, "package size": 10, "unit cost": 20}
    after = {"unit cost": 21.6, "package size": 10.5, "people": 1_100}
    found = of_product(before, after)
    assert list(found) == list(before)
    assert list(found.values()) == pytest.approx([21_326.667, 10_926.667, 17_226.667], abs=5e-4)


def test_people_are_size_by_structure_by_rate():
    found = of_people(*POPULATION, *RATES)
    assert list(found) == ["size", "structure", "rate"]
    assert list(found.values()) == pytest.approx([66.694444, 11.819444, -11.513889], abs=5e-7)
    assert sum(found.values()) == pytest.approx(67)
    assert all(isinstance(people, float) for people in found.values())


def test_any_outcome_is_explained_by_the_mean_over_all_orders():
    before, after = {"a": 2.0, "b": 3.0, "c": 5.0}, {"a": 1.0, "b": 7.0, "c": 4.0}

    def outcome(factors):
        return factors["a"] ** 2 + factors["b"] / (1 + factors["c"]) + factors["a"] * factors["c"]

    by_order = {name: [] for name in before}
    for order in itertools.permutations(before):
        state = dict(before)
        for name in order:
            start = outcome(state)
            state[name] = after[name]
            by_order[name].append(outcome(state) - start)
    expected = {name: np.mean(steps) for name, steps in by_order.items()}
    assert contributions(before, after, outcome) == pytest.approx(expected)


def test_a_sum_is_explained_by_its_terms():
    found = contributions({"a": 1, "b": 2}, {"a": 5, "b": 1}, lambda factors: factors["a"] + factors["b"])
    assert found == {"a": 4, "b": -1}


def test_arrays_are_explained_element_by_element():
    found = of_product({"people": np.array([100, 200]), "cost": 3.0}, {"people": np.array([110, 200]), "cost": 4.0})
    assert found["people"].tolist() == [35, 0] and found["cost"].tolist() == [105, 200]


def test_whole_numbers_do_not_overflow():
    before, after = ({"people": np.array([people], np.uint8), "cost": 250} for people in (250, 10))
    assert of_product(before, after)["people"].tolist() == [-60_000]


def test_cells_are_explained_as_one_by_one_on_a_shared_population():
    rates, later = [[0.01, 0.05], [0, 0.2]], [[0.009, 0.05], [0.001, 0.1]]
    cells = of_cells(*POPULATION, rates, later)
    for number in range(2):
        alone = of_people(*POPULATION, rates[number], later[number])
        assert {factor: people[number] for factor, people in cells.items()} == pytest.approx(alone)
    together = of_people(*POPULATION, np.sum(rates, axis=0), np.sum(later, axis=0))
    assert {factor: people.sum() for factor, people in cells.items()} == pytest.approx(together)


def test_cells_may_draw_on_populations_and_classes_of_their_own():
    # 18 to 64 in the first class only, 65 and over in the other two.
    population, later = [[400_000, 0, 0], [0, 10_000, 2_000]], [[420_000, 0, 0], [0, 13_000, 3_000]]
    rates, later_rates = [[0.005, 0, 0], [0, *RATES[0]]], [[0.005, 0, 0], [0, *RATES[1]]]
    cells = of_cells(population, later, rates, later_rates)
    assert {factor: people[0] for factor, people in cells.items()} == pytest.approx(
        {"size": 100, "structure": 0, "rate": 0}
    )
    assert {factor: people[1] for factor, people in cells.items()} == pytest.approx(of_people(*POPULATION, *RATES))


def test_contributions_print_to_the_nearest_five_and_add_up():
    exact = of_people(*POPULATION, *RATES)
    assert printed(exact, sum(exact.values())) == {"size": 65, "structure": 10, "rate": -10}


def test_the_factor_furthest_behind_takes_the_step():
    assert printed({"a": 12.4, "b": -8.1, "c": 3.2}, 7.5) == {"a": 15, "b": -10, "c": 5}
    assert printed({"a": -2.6, "b": -2.6}, -5.2) == {"a": 0, "b": -5}
    assert printed({"a": 0.1 + 0.2, "b": 0.3, "c": 4.4}, 5.0) == {"a": 0, "b": 0, "c": 5}
    assert printed({"a": 24.0, "b": -7.0}, 17.0, unit=10) == {"a": 30, "b": -10}


def test_a_change_of_half_a_unit_prints_halves_up():
    assert printed({"a": 2.5}, 2.5) == {"a": 5}
    assert printed({"a": -2.5}, -2.5) == {"a": 0}


def test_a_factor_that_added_nothing_prints_as_nothing():
    assert printed({"size": 10.0, "rate": 0.0}, 13.0) == {"size": 15, "rate": 0}
    assert printed({"size": 10.0, "rate": 0.0}, 0.0) == {"size": 0, "rate": 0}
    assert printed({"size": 14.0, "structure": -1e-13, "rate": 1e-13}, 14.0) == {"size": 15, "structure": 0, "rate": 0}
    assert printed({"size": 0.0, "rate": 0.0}, 5.0) == {"size": 5, "rate": 0}


def test_noise_of_floating_point_decides_nothing():
    assert printed({"a": 15 - 1e-12, "b": -5 + 1e-12}, 10.0) == {"a": 15, "b": -5}
    assert printed({"a": 7.5, "b": 7.5 + 1e-12}, 15.0) == {"a": 10, "b": 5}


@pytest.mark.parametrize("explain", [of_product, lambda before, after: contributions(before, after, len)])
def test_factors_that_do_not_match_are_refused(explain):
    with pytest.raises(InputError, match="at least one factor"):
        explain({}, {})
    with pytest.raises(InputError, match="Only one of before and after holds cost and hours: name the same"):
        explain({"people": 1, "cost": 2}, {"people": 1, "hours": 2})
    with pytest.raises(InputError, match="9 factors are too many"):
        explain(dict.fromkeys("abcdefghi", 1), dict.fromkeys("abcdefghi", 2))
    with pytest.raises(InputError, match=r"'people' is of shape \(2,\) before the change and \(3,\) after"):
        explain({"people": np.ones(2)}, {"people": np.ones(3)})


def test_factors_of_different_shapes_are_refused_in_a_product():
    both = {"people": np.ones(2), "cost": np.ones(1)}
    with pytest.raises(InputError, match="people and cost have different shapes"):
        of_product(both, both)


def test_an_outcome_that_is_no_number_is_refused():
    with pytest.raises(InputError, match="no finite number once these factors have changed: none"):
        of_product({"people": math.nan, "cost": 1.0}, {"people": 1.0, "cost": 1.0})
    with pytest.raises(InputError, match="no finite number once these factors have changed: cost"):
        of_product({"people": 1.0, "cost": 1.0}, {"people": 1.0, "cost": math.inf})
    with pytest.raises(InputError, match="missing value"):
        of_cells(*POPULATION, [RATES[0], [0.01, math.nan]], [RATES[1]] * 2)


def test_a_suppressed_count_is_never_calculated_with():
    with pytest.raises(TypeError, match="suppressed count"):
        of_product({"people": Suppressed(1, 4), "cost": 1.0}, {"people": 3.0, "cost": 1.0})
    with pytest.raises(TypeError):
        of_people([Suppressed(1, 4), 5], [3, 5], *RATES)


@pytest.mark.parametrize("people", [[0, 0], [-1, 5], [-1, -5], [math.nan, 5]])
def test_a_population_of_zero_or_less_is_refused(people):
    with pytest.raises(InputError, match="population before the change must be above zero"):
        of_people(people, [1, 1], *RATES)
    with pytest.raises(InputError, match="population after the change must be above zero"):
        of_cells([[1, 1], [1, 1]], [[1, 1], people], [RATES[0]] * 2, [RATES[1]] * 2)


@pytest.mark.parametrize(
    "arrays",
    [
        ([1, 2], [1, 2, 3], [[0.1, 0.2]], [[0.1, 0.2]]),
        ([1, 2], [1, 2], [[0.1, 0.2]], [[0.1, 0.2], [0.1, 0.2]]),
        ([1, 2, 3], [1, 2, 3], [[0.1, 0.2]], [[0.1, 0.2]]),
        ([1], [1], [[0.1, 0.2]], [[0.1, 0.2]]),
        ([[1, 2], [1, 2]], [[1, 2], [1, 2]], [[0.1, 0.2]] * 3, [[0.1, 0.2]] * 3),
        ([1, 2], [1, 2], [0.1, 0.2], [0.1, 0.2]),
        (1, 1, 0.1, 0.1),
    ],
)
def test_cells_and_classes_that_do_not_match_are_refused(arrays):
    with pytest.raises(InputError, match="same age classes and cells before and after"):
        of_cells(*arrays)


def test_one_number_of_people_has_one_rate_an_age_class():
    with pytest.raises(InputError, match="use of_cells"):
        of_people(*POPULATION, [RATES[0]] * 2, [RATES[1]] * 2)
    with pytest.raises(InputError, match="same age classes"):
        of_people([1, 2], [1, 2], [0.1, 0.2], [0.1, 0.2, 0.3])
    with pytest.raises(InputError, match="same age classes"):
        of_people(1, 1, 0.1, 0.1)


def test_nothing_to_explain_is_refused():
    for empty in ([], [[]], np.empty((0, 2))):
        with pytest.raises(InputError, match="at least one cell and one age class"):
            of_cells([], [], empty, empty)
    with pytest.raises(InputError, match="at least one cell and one age class"):
        of_people([], [], [], [])
    with pytest.raises(InputError, match="at least one factor"):
        printed({}, 0)


@pytest.mark.parametrize("change", [40.0, -40.0, math.nan])
def test_a_change_that_its_contributions_do_not_add_to_is_refused(change):
    with pytest.raises(InputError, match=r"size and rate add to 12\.0, not to the change of"):
        printed({"size": 10.0, "rate": 2.0}, change)


factor = st.floats(1e-3, 1e6)
factors = st.lists(st.tuples(factor, factor), min_size=1, max_size=4)


def ends(pairs):
    return tuple({name: pair[end] for name, pair in zip(NAMES, pairs, strict=False)} for end in (0, 1))


def curved(values):
    """An outcome that is no product."""
    return math.prod(values.values()) + max(values.values()) ** 2 / (1 + sum(values.values()))


def largest_mixture(before, after, outcome):
    """About the largest outcome of a mixture: contributions that cancel can be far larger than the change."""
    return outcome({name: max(before[name], after[name]) for name in before})


outcomes = st.sampled_from([lambda values: math.prod(values.values()), curved])


@given(factors, outcomes)
def test_contributions_sum_to_the_change(pairs, outcome):
    before, after = ends(pairs)
    found = sum(contributions(before, after, outcome).values())
    assert abs(found - (outcome(after) - outcome(before))) <= 1e-9 * largest_mixture(before, after, outcome)


@given(factors, factor, outcomes)
def test_a_factor_that_did_not_change_contributes_nothing(pairs, same, outcome):
    before, after = ends(pairs)
    assert contributions({**before, "same": same}, {**after, "same": same}, outcome)["same"] == 0
    assert set(contributions(before, before, outcome).values()) == {0}


@given(factors, outcomes)
def test_swapping_the_ends_flips_the_signs(pairs, outcome):
    before, after = ends(pairs)
    there, back = contributions(before, after, outcome), contributions(after, before, outcome)
    size = largest_mixture(before, after, outcome)
    assert there == pytest.approx({name: -value for name, value in back.items()}, rel=1e-9, abs=1e-9 * size)


@given(factors, st.randoms())
def test_the_order_in_which_factors_are_named_changes_nothing(pairs, random):
    before, after = ends(pairs)
    names = random.sample(list(before), len(before))
    shuffled = of_product({name: before[name] for name in names}, after)
    size = largest_mixture(before, after, lambda values: math.prod(values.values()))
    assert shuffled == pytest.approx(of_product(before, after), rel=1e-9, abs=1e-9 * size)


@given(factors)
def test_doubling_people_doubles_every_contribution(pairs):
    before, after = ends(pairs)
    doubled = [{**end, "people": 2 * end["people"]} for end in (before, after)]
    assert of_product(*doubled) == pytest.approx({name: 2 * value for name, value in of_product(before, after).items()})


@st.composite
def groups(draw):
    """Populations and rates before and after, of cells by age classes; the populations shared or the cells' own."""
    cells, classes = draw(st.integers(1, 4)), draw(st.integers(1, 4))
    of_population = draw(st.sampled_from([(classes,), (cells, classes)]))

    def array(values, shape):
        size = math.prod(shape)
        return np.reshape(draw(st.lists(values, min_size=size, max_size=size)), shape)

    people, rate = st.floats(1, 1e6), st.floats(0, 1)
    return [array(people, of_population) for _ in range(2)] + [array(rate, (cells, classes)) for _ in range(2)]


@given(groups())
def test_size_structure_and_rate_sum_to_the_change_of_every_cell(arrays):
    population, later_population, rates, later_rates = arrays
    before, after = (population * rates).sum(axis=1), (later_population * later_rates).sum(axis=1)
    found = of_cells(*arrays)
    assert all(people.shape == before.shape for people in found.values())
    largest = max(population.sum(), later_population.sum())
    assert sum(found.values()) == pytest.approx(after - before, rel=1e-9, abs=1e-9 * largest)


@given(groups())
def test_what_did_not_change_adds_nothing_to_any_cell(arrays):
    population, later_population, rates, later_rates = arrays
    assert not of_cells(population, later_population, rates, rates)["rate"].any()
    same_people = of_cells(population, population, rates, later_rates)
    assert not same_people["size"].any() and not same_people["structure"].any()
    grown = of_cells(population, 1.1 * population, rates, later_rates)
    assert grown["structure"] == pytest.approx(0, abs=1e-9 * population.sum())


@given(groups())
def test_swapping_the_ends_flips_the_signs_of_every_cell(arrays):
    population, later_population, rates, later_rates = arrays
    there, back = of_cells(*arrays), of_cells(later_population, population, later_rates, rates)
    largest = max(population.sum(), later_population.sum())
    for name in there:
        assert there[name] == pytest.approx(-back[name], rel=1e-9, abs=1e-9 * largest)


amounts = st.lists(st.one_of(st.just(0.0), st.floats(-1e5, 1e5), st.integers(-40, 40).map(float)), min_size=1)


@given(amounts, st.sampled_from([5, 10, 1]))
def test_printed_contributions_add_to_the_printed_change(values, unit):
    exact = {str(number): value for number, value in enumerate(values)}
    change = math.fsum(values)
    parts = printed(exact, change, unit)
    assert sum(parts.values()) == math.floor(change / unit + 0.5) * unit
    for name, value in exact.items():
        assert isinstance(parts[name], int) and parts[name] % unit == 0
        assert abs(parts[name] - value) < unit * (1 + 1e-6)
        assert value or parts[name] == 0


@given(amounts, st.floats(-2, 2))
def test_printed_contributions_add_to_the_difference_of_two_printed_ends(values, away):
    change = math.fsum(values) + away * 4.99
    parts = printed({str(number): value for number, value in enumerate(values)}, change)
    assert sum(parts.values()) == math.floor(change / 5 + 0.5) * 5


def test_steps_of_any_size_end():
    parts = {"size": 1.13, "structure": 2.29, "rate": -0.31}
    assert printed(parts, 3.11, unit=0.05) == {"size": 1.1, "structure": 2.3, "rate": -0.3}


@given(
    st.lists(st.floats(-1e4, 1e4), min_size=1, max_size=6),
    st.one_of(st.floats(0.001, 1000), st.sampled_from([0.05, 0.1, 1 / 3, 5, 10])),
)
def test_printed_parts_add_to_the_printed_change_in_steps_of_any_size(values, unit):
    parts = {f"factor {place}": value for place, value in enumerate(values)}
    change = sum(values)
    found = printed(parts, change, unit)
    assert sum(found.values()) == pytest.approx(math.floor(change / unit + 0.5) * unit, abs=1e-6 * max(1, unit))
    assert all(abs(found[name] - value) < unit * (1 + 1e-6) + 1e-6 for name, value in parts.items() if value)


@pytest.mark.parametrize("unit", [0, -5, math.nan, math.inf])
def test_steps_of_no_size_are_refused(unit):
    with pytest.raises(InputError, match="Nothing prints in steps of"):
        printed({"a": 1.0}, 1.0, unit)
