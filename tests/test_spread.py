"""Futures as England's councils spread: against theory, and what must always hold."""

import math
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from conftest import examples
from hypothesis import given
from hypothesis import strategies as st

from helpers.base.errors import InputError
from helpers.council import assumptions
from helpers.projection.scenarios import Effect
from helpers.projection.spread import (
    LAYERS,
    QUANTILES,
    Course,
    Futures,
    LocalTerm,
    NationalTerm,
    Widths,
    parts_of_band,
    population_log_sd,
    rate_sd,
)

CELLS = pd.DataFrame(
    [
        ("memory, care home", 1300.0, "65+", "care_home"),
        ("personal care, care home", 1330.0, "65+", "care_home"),
        ("personal care, at home", 5240.0, "65+", "community"),
        ("access, at home", 2.0, "65+", "community"),
        ("learning disability", 3111.0, "18-64", "community"),
    ],
    columns=["cell", "people", "age_band", "gradient_kind"],
)
OLDER = list(CELLS["cell"][:4])
WIDTHS = Widths(
    LocalTerm(0.02, 0.124, 0.858),
    {"65+": NationalTerm(0.02, 0.015), "18-64": NationalTerm(0.01, 0.006)},
    at_break=0.07,
    between_ages=0.2,
    population_10_years_pct=4.4,
    population_85_plus_pct={8: 15, 20: 25},
    between_population_bands=0.5,
    gradients={"care_home": (5, 9.1, 15), "community": (1, 2.4, 6)},
)
#: The county's 2022-based projection: mid-2024, mid-2024 again, mid-2030 and mid-2037.
POPULATION = {"18-64": [439_718, 439_718, 460_000, 481_315], "65-84": [136_729, 136_729, 151_000, 165_567]}
POPULATION |= {"85+": [20_403, 20_403, 25_000, 33_627]}
COURSE = Course(
    np.array([0.0, 5.75, 12.75]), {band: np.array(of) for band, of in POPULATION.items()}, np.array([2, 2, 8, 15])
)
FUTURES = Futures(CELLS, COURSE, WIDTHS, "E10000018", draws=4000)
#: By how much the end of a band may move by chance alone, as a share of its width.
OF_THE_DRAWS = 0.03


def last(futures: Futures, layers=LAYERS, cells=OLDER) -> pd.Series:
    return futures.bands({"all": cells}, layers).iloc[-1]


def test_terms_are_those_of_the_method():
    local = LocalTerm(0.022, 0.165, 0.915).sd([0, 1, 3, 5, 10, 15, 20])
    assert local.tolist() == pytest.approx([0, 0.0743, 0.1170, 0.1429, 0.1818, 0.2027, 0.2149], abs=7e-4)
    assert NationalTerm(0.02, 0.015).sd(9) == pytest.approx(math.sqrt(0.02**2 * 9 + 0.135**2))
    local, national = WIDTHS.local, WIDTHS.national["65+"]
    without = rate_sd(local, national, 0, 3)
    assert without == pytest.approx(math.hypot(local.sd(3), national.sd(3)))
    assert rate_sd(local, national, 0.07, 3) == pytest.approx(math.hypot(without, 0.07))


def test_the_error_of_a_population_by_years_past_its_estimate():
    ages = {"85+": (0, 2, 8, 14, 20, 40), "65-84": (0, 2.5, 10)}
    at = {band: [population_log_sd(4.4, {8: 15, 20: 25}, band, h) for h in years] for band, years in ages.items()}
    assert at["85+"] == pytest.approx([0, 0.075, 0.15, 0.20, 0.25, 0.25])
    assert at["65-84"] == pytest.approx([0, 0.022, 0.044])


def test_the_county_in_2037():
    # A rate at 85 and over so many times as high that the published count grows to the published projection.
    rho = (136_729 * 10_715 / 7_870 - 165_567) / (33_627 - 20_403 * 10_715 / 7_870)
    county = replace(assumptions.widths("leicestershire", 157_000), gradients={"care_home": (rho - 2, rho, rho + 4)})
    population = {band: np.array(of)[[0, 3]] for band, of in POPULATION.items()}
    course = Course(np.array([12.75]), population, np.array([2.0, 15.0]))
    cells = pd.DataFrame({"cell": ["65+"], "people": [7870.0], "age_band": ["65+"], "gradient_kind": ["care_home"]})
    futures = Futures(cells, course, county, "E10000018")
    assert futures.people({"all": ["65+"]}, 0, [])[0, 0] == pytest.approx(10_715)
    every = last(futures, cells=["65+"])
    assert (every["people_p05"], every["people_p95"]) == (pytest.approx(7_000, abs=250), pytest.approx(17_000, abs=500))
    on_path = last(futures, [layer for layer in LAYERS if layer != "national"], ["65+"])
    assert on_path["people_p05"] == pytest.approx(8_200, abs=300)
    assert on_path["people_p95"] == pytest.approx(14_500, abs=300)
    assert 6_500 < every["people_p05"] < every["people_p95"] < 18_000


def test_widths_on_file_are_taken_by_the_size_of_the_council():
    assert assumptions.widths("leicestershire", 157_000).local == LocalTerm(0.02, 0.124, 0.858)
    assert assumptions.widths("leicester", 45_000).local == LocalTerm(0.022, 0.165, 0.915)


def test_the_base_year_is_exactly_what_was_published():
    groups = {"older": OLDER, "working": ["learning disability"], "one": ["access, at home"]}
    base = FUTURES.bands(groups).query("years == 0")[list(QUANTILES)]
    assert (base.to_numpy() == np.array([[7872.0], [3111.0], [2.0]])).all()


@given(people=st.lists(st.one_of(st.just(0.0), st.floats(0.01, 3e4)), min_size=1, max_size=40))
@examples(25)
def test_the_chance_of_a_year_keeps_the_mean_of_every_sum(people):
    keys = [f"cell {number}" for number in range(len(people))]
    cells = pd.DataFrame({"cell": keys, "people": people, "age_band": "18-64", "gradient_kind": "community"})
    flat = {band: np.array([100.0, 120.0]) for band in POPULATION}
    futures = Futures(cells, Course(np.array([1.0]), flat, np.array([0, 1])), WIDTHS, "E1", draws=1000)
    drawn = futures.people({"all": keys, "one": keys[:1]}, 0, ["chance"])
    assert drawn.mean(axis=1) == pytest.approx([1.2 * sum(people), 1.2 * people[0]], rel=1e-9)
    assert (drawn >= 0).all()


def test_the_chance_of_a_year_is_that_of_two_counts():
    drawn = FUTURES.people({"one": ["personal care, at home"]}, 1, ["chance"])[0]
    expected = drawn.mean()
    assert drawn.std() == pytest.approx(expected * math.sqrt(1 / 5240 + 1 / expected), rel=0.01)


@given(order=st.permutations(range(len(CELLS))))
@examples(15)
def test_shuffled_rows_give_the_same_bytes(order):
    groups = {"older": OLDER, "all": list(CELLS["cell"])}
    shuffled = replace(FUTURES, cells=CELLS.iloc[list(order)])
    again = shuffled.bands({name: keys[::-1] for name, keys in groups.items()})
    assert again.to_csv() == FUTURES.bands(groups).to_csv()
    assert (
        again.to_numpy()[:, 1:].astype(float).tobytes()
        == FUTURES.bands(groups).to_numpy()[:, 1:].astype(float).tobytes()
    )


def test_a_cell_draws_the_same_whatever_else_there_is():
    alone = replace(FUTURES, cells=CELLS.iloc[[2]])
    keys = {"one": ["personal care, at home"]}
    assert (alone.people(keys, 2) == FUTURES.people(keys, 2)).all()


_SHARE = st.floats(0, 1)
_WIDTHS = st.builds(
    Widths,
    st.builds(LocalTerm, st.floats(0, 0.05), st.floats(0, 0.3), st.floats(0.3, 1)),
    st.fixed_dictionaries(
        {band: st.builds(NationalTerm, st.floats(0, 0.03), st.floats(0, 0.03)) for band in ("18-64", "65+")}
    ),
    st.floats(0, 0.15),
    _SHARE,
    st.floats(0, 8),
    st.fixed_dictionaries({8: st.floats(0, 20), 20: st.floats(0, 30)}),
    _SHARE,
    st.just(WIDTHS.gradients),
)


def wider(widths: Widths, what: str, by: float) -> Widths:
    """Widths with one input wider by this factor (1 or more)."""
    local, national = widths.local, widths.national
    if what in ("noise", "apart"):
        return replace(widths, local=replace(local, **{what: getattr(local, what) * by}))
    if what == "kept":
        return replace(widths, local=replace(local, kept=local.kept / by))
    if what in ("yearly", "path"):
        return replace(
            widths, national={k: replace(of, **{what: getattr(of, what) * by}) for k, of in national.items()}
        )
    if what == "population_85_plus_pct":
        return replace(widths, population_85_plus_pct={k: of * by for k, of in widths.population_85_plus_pct.items()})
    if what.startswith("between"):
        return replace(widths, **{what: min(1.0, getattr(widths, what) * by)})
    if what == "gradients":
        ends = {k: (low / by, central, high * by) for k, (low, central, high) in widths.gradients.items()}
        return replace(widths, gradients=ends)
    return replace(widths, **{what: getattr(widths, what) * by})


INPUTS = ("noise", "apart", "kept", "yearly", "path", "at_break", "population_10_years_pct", "population_85_plus_pct")
INPUTS += ("between_ages", "between_population_bands", "gradients")


@given(widths=_WIDTHS, what=st.sampled_from(INPUTS), by=st.floats(1, 3))
@examples(30)
def test_a_wider_input_never_narrows_a_band(widths, what, by):
    futures = replace(FUTURES, widths=widths, crosses_break=[False, True, True], draws=10_000)
    groups = {"older": OLDER, "all": list(CELLS["cell"])}
    before, after = futures.bands(groups), replace(futures, widths=wider(widths, what, by)).bands(groups)
    for lower, upper in (("people_p25", "people_p75"), ("people_p10", "people_p90"), ("people_p05", "people_p95")):
        narrow, wide = before[upper] - before[lower], after[upper] - after[lower]
        assert (wide >= narrow * (1 - OF_THE_DRAWS)).all(), (what, by)


@given(by=st.floats(1, 3), what=st.sampled_from(["noise", "apart", "kept", "yearly", "path"]))
@examples(25)
def test_a_wider_rate_widens_the_band_of_the_rate_to_the_last_digit(by, what):
    layer = ["local"] if what in ("noise", "apart", "kept") else ["national"]
    before, after = (last(replace(FUTURES, widths=one), layer) for one in (WIDTHS, wider(WIDTHS, what, by)))
    assert after["people_p05"] <= before["people_p05"] and after["people_p95"] >= before["people_p95"]


def test_half_of_the_mass_of_a_gradient_is_on_each_side():
    drawn = FUTURES.people({"one": ["personal care, at home"]}, 2, ["gradient"])[0]
    central = FUTURES.people({"one": ["personal care, at home"]}, 2, [])[0, 0]
    assert (drawn < central).mean() == (drawn > central).mean() == 0.5


def test_ages_and_bands_of_the_population_move_together_as_declared():
    drawn = Futures(CELLS, COURSE, WIDTHS, "E10000018")._drawn
    for layer, wanted in (("national", 0.2), ("local", 0.2), ("break", 0.2), ("population", 0.5)):
        found = np.corrcoef(drawn[layer])
        assert found[np.triu_indices(len(found), 1)] == pytest.approx(wanted, abs=0.02)
        assert drawn[layer].std(axis=1) == pytest.approx(1, abs=0.01)
    apart = np.corrcoef(np.vstack([drawn["national"], drawn["local"], drawn["break"], drawn["population"]]))
    assert np.abs(apart[:2, 2:]).max() < 0.05


def test_councils_share_the_national_draws_and_no_others():
    one, other = FUTURES._drawn, replace(FUTURES, council="E06000016")._drawn
    assert (one["national"] == other["national"]).all()
    for layer in ("local", "break", "population"):
        assert abs(np.corrcoef(one[layer][0], other[layer][0])[0, 1]) < 0.06


def test_fully_together_is_one_draw():
    drawn = replace(FUTURES, widths=replace(WIDTHS, between_population_bands=1.0))._drawn["population"]
    assert (drawn[0] == drawn[1]).all() and (drawn[1] == drawn[2]).all()


def test_the_parts_of_a_band_are_itemised():
    parts = parts_of_band(replace(FUTURES, crosses_break=[False, True, True]), OLDER).set_index("layer")
    assert list(parts.index) == [*LAYERS, "all"]
    assert parts["share_pct"].drop("all").sum() == pytest.approx(100)
    width = parts["people_p95"] - parts["people_p05"]
    assert (width.drop("all") > 0).all() and (width.drop("all") < width["all"]).all()
    assert width["national"] > width["local"] > width["population"] > width["chance"]
    assert (
        width["break"]
        > 0
        == np.ptp(parts_of_band(FUTURES, OLDER).set_index("layer").loc["break"][["people_p05", "people_p95"]])
    )


def test_a_scenario_moves_every_draw():
    logs = np.repeat([[0.0, -0.1, -0.2]], len(CELLS), axis=0)
    effect = Effect(logs, np.ones((len(CELLS), 3)), np.full(len(CELLS), np.inf))
    plain, moved = (
        one.people({"all": OLDER}, 2, ["national", "local"]) for one in (FUTURES, replace(FUTURES, effect=effect))
    )
    assert moved == pytest.approx(plain * math.exp(-0.2))


def test_a_scenario_that_does_not_fit_the_projection_is_refused():
    fits = (np.zeros((len(CELLS), 3)), np.ones((len(CELLS), 3)), np.full(len(CELLS), np.inf))
    for effect, says in (
        (Effect.none(len(CELLS), 2), "has not as many cells or times"),
        (Effect(fits[0] * np.nan, *fits[1:]), "that is no number"),
        (Effect(fits[0], fits[1] * 0.9, np.full(len(CELLS), 2.0)), "Project to years that are 1 apart"),
    ):
        with pytest.raises(InputError, match=says):
            replace(FUTURES, effect=effect).people({"all": OLDER}, 1)


def changed(column: str, value: object) -> pd.DataFrame:
    cells = CELLS.astype(object)
    cells.loc[1, column] = value
    return cells


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"cells": changed("cell", "memory, care home")}, "'memory, care home' stands twice"),
        ({"cells": changed("people", np.nan)}, "'personal care, care home' does not hold 0 or more people"),
        ({"cells": changed("people", -1)}, "'personal care, care home' does not hold 0 or more people"),
        ({"cells": changed("age_band", "85+")}, "'personal care, care home' has an age band"),
        ({"cells": changed("gradient_kind", "care_hom")}, "no gradient 'care_hom'. Did you mean 'care_home'"),
        ({"cells": CELLS.drop(columns="people")}, "no column 'people'"),
        ({"cells": CELLS[:0]}, "no cells to project"),
        ({"draws": 4001}, "4001 draws. Give an even number"),
        ({"seed": 0.5}, "The seed is 0.5. Give a whole number"),
        ({"crosses_break": [True]}, "crosses_break has 1 entries. Give one a time, 3"),
    ],
)
def test_what_cannot_be_drawn_is_refused(change, says):
    with pytest.raises(InputError, match=says):
        replace(FUTURES, **change)


def test_unknown_layers_and_groups_are_refused():
    for groups, layers, says in (
        ({"all": OLDER}, ["locl"], "no layer 'locl'. Did you mean 'local'"),
        ({"all": ["nobody"]}, LAYERS, "The group 'all' sums the cell 'nobody'"),
        ({"all": []}, LAYERS, "The group 'all' has no cell"),
        ({"all": OLDER[:1] * 2}, LAYERS, "or one twice"),
    ):
        with pytest.raises(InputError, match=says):
            FUTURES.bands(groups, layers)


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda: LocalTerm(-0.1, 0.1, 0.9), "local has a width of -0.1"),
        (lambda: LocalTerm(0.1, math.nan, 0.9), "local has a width of nan"),
        (lambda: LocalTerm(0.1, 0.1, 1.1), "keeps a share of 1.1"),
        (lambda: NationalTerm(0.1, -1), "national has a width of -1"),
        (lambda: replace(COURSE, years=[-1, 0, 1]), "negative. Give times from the base on"),
        (lambda: replace(COURSE, population_years=[-1, 0, 1, 2]), "past the last estimate are negative"),
        (
            lambda: replace(COURSE, population=COURSE.population | {"85+": [20_403, 0, 1, 1]}),
            r"85\+ is zero or less in some year. Give one above zero",
        ),
        (lambda: replace(COURSE, population={}), "18-64 is missing. Give it, of the same vintage"),
        (lambda: replace(COURSE, years=[0, 1]), "18-64 has 4 values. Give 3"),
        (lambda: replace(WIDTHS, at_break=-0.07), "break has a width"),
        (lambda: replace(WIDTHS, between_ages=2), "between_ages is 2. Give one from 0 to 1"),
        (lambda: replace(WIDTHS, national={"65+": NationalTerm(0, 0)}), "no entry for 18-64"),
        (lambda: replace(WIDTHS, population_85_plus_pct={}), "needs one year"),
        (lambda: replace(WIDTHS, gradients={"community": (3, 2, 4)}), "has 3, 2, 4"),
    ],
)
def test_widths_that_cannot_be_are_refused(make, says):
    with pytest.raises(InputError, match=says):
        make()
