"""The projection: the acceptance table to the person, and what must always hold (method.md sections 5, 6, 14)."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers import open_council
from helpers.base.errors import InputError
from helpers.council import figures
from helpers.projection import demand
from helpers.projection.demand import FLAT, Gradients
from helpers.projection.population import Population, mid_year
from helpers.projection.scenarios import Effect
from helpers.published.processed import read_processed

BY_SETTING = Gradients(9.1, 2.4)
#: method.md section 6: vintage, path, gradients, then people aged 65+ in these years.
YEARS = (2020, 2023, 2028, 2037)
ACCEPTANCE = [
    ("statement_2012_based", "linear", "flat", (7837, 8392, 9316, 10980)),
    ("statement_2012_based", "geometric", "by_setting", (7936, 8637, 9974, 13045)),
    ("ons_2018_based", "geometric", "flat", (7599, 8094, 9020, 10671)),
    ("ons_2018_based", "geometric", "by_setting", (7604, 8139, 9110, 11511)),
]


@pytest.fixture(scope="module")
def base():
    return demand.base_cells(figures.figures_of("leicestershire", {
        "source": "leicestershire_market_position_statement_2016",
        "tables": ["long_term_support_18_64", "long_term_support_65_plus"],
    }))  # fmt: skip


def older(cells):
    return demand.total_up(cells, ["age_band"]).query("age_band == '65+'")["people"].to_numpy()


@pytest.mark.parametrize(("vintage", "path", "gradients", "expected"), ACCEPTANCE)
def test_the_acceptance_table_is_reproduced_to_the_person(base, vintage, path, gradients, expected):
    population = figures.population_of("leicestershire", vintage, path)
    used = {"flat": FLAT, "by_setting": BY_SETTING}[gradients]
    cells = demand.project(base, population, mid_year(2015), mid_year(np.array(YEARS)), used, working_age_error=0)
    assert tuple(older(cells).round().astype(int)) == expected


@pytest.mark.parametrize("gradients", ["flat", "by_setting"])
@pytest.mark.parametrize(
    ("authority_id", "vintage"), [("leicestershire", "ons_2018_based"), ("leicester", "ons_2022_based")]
)
def test_the_processed_data_hold_what_so_follows_from_the_gradients_on_file(authority_id, vintage, gradients):
    council = open_council(authority_id, vintage=vintage, horizon=2036)
    rows = read_processed(f"projection_{authority_id}_{vintage}_constant_rates_by_gradient")
    central = council.bands["central"]
    used = {"flat": FLAT, "by_setting": Gradients(central.care_home, central.community)}[gradients]
    for path, population in council.populations().items():
        people = rows[(rows["path"] == path) & (rows["gradient"] == gradients)].set_index("year")["people"]
        cells = demand.project(
            council.base, population, council.start, council.time_of(council.years), used, working_age_error=0
        )
        assert people[list(council.years)].to_numpy() == pytest.approx(older(cells), abs=0.51)


def test_the_base_adds_to_the_published_totals(base):
    sums = base.groupby(["age_band"])["people"].sum()
    assert sums["65+"] == pytest.approx(6913, abs=1e-6) and sums["18-64"] == pytest.approx(2661, abs=1e-6)
    homes = base[(base["age_band"] == "65+") & base["setting"].isin(["nursing", "residential"])]["people"].sum()
    assert homes == pytest.approx(2455, abs=1e-6)
    assert sums["65+"] - homes == pytest.approx(4458, abs=1e-6)


def test_a_base_of_two_measures_or_two_authorities_is_refused():
    rows = figures.figures_of("leicestershire", {
        "source": "leicestershire_market_position_statement_2016", "tables": ["long_term_support_65_plus"],
    })  # fmt: skip
    for column, value in (("measure", "at_date"), ("area_code", "E06000016"), ("period", "2014/15")):
        mixed = rows.copy()
        mixed.loc[mixed.index[0], column] = value
        with pytest.raises(InputError, match=f"one {column}"):
            demand.base_cells(mixed)


def one_cell(people=100.0, age_band="65+", support_reason="mental_health", setting="nursing"):
    return pd.DataFrame(
        [[age_band, support_reason, setting, people, people, people, False, False, False]],
        columns=["age_band", "support_reason", "setting", "people", "lower", "upper", "hidden"]
        + ["reason_hidden", "setting_hidden"],
    )


def growing(factors, bands=("25-64", "65-84", "85+")):
    frame = pd.DataFrame(
        {band: [1000.0, 1000.0 * f] for band, f in zip(bands, factors, strict=True)}, index=[2015, 2035]
    )
    return Population("x", "v", frame)


def project(cells, population, time=2035.5, **options):
    return demand.project(
        cells,
        population,
        2015.5,
        np.array([time]),
        options.pop("central", BY_SETTING),
        working_age_error=0.03,
        **options,
    ).iloc[0]


factor = st.floats(0.2, 5)


@given(st.floats(0, 1e5), st.sampled_from([("65+", "nursing"), ("18-64", "direct_payment_only")]))
def test_without_growth_and_drift_the_base_comes_back(people, kind):
    age_band, setting = kind
    assert project(one_cell(people, age_band, setting=setting), growing((1, 1, 1)))["people"] == pytest.approx(people)


@given(factor, factor, factor)
def test_doubling_the_base_doubles_people(a, b, c):
    once, twice = (project(one_cell(people), growing((a, b, c)))["people"] for people in (50.0, 100.0))
    assert twice == pytest.approx(2 * once)


@given(factor, factor, factor)
def test_doubling_every_population_changes_nothing(a, b, c):
    population = growing((a, b, c))
    doubled = Population("x", "v", population.benchmarks * 2)
    assert project(one_cell(), doubled)["people"] == pytest.approx(project(one_cell(), population)["people"])


@given(st.floats(-0.1, 0.1), st.integers(1, 20))
def test_an_annual_change_compounds(change, years):
    times = 2015.5 + np.arange(years + 1)
    effect = replace(Effect.none(1, years + 1), log_rate=np.log1p(change) * np.arange(years + 1.0)[None])
    cells = demand.project(one_cell(), growing((1, 1, 1)), 2015.5, times, FLAT, working_age_error=0, effect=effect)
    row = cells.iloc[-1]
    assert row["people"] == pytest.approx(100 * (1 + change) ** years)


@given(factor, factor, st.floats(0, 5), st.floats(0, 5), st.floats(0, 5))
def test_bounds_hold_the_point_and_never_narrow_as_the_range_widens(a, b, below, above, wider):
    central = Gradients(6, 6)
    narrow = project(
        one_cell(), growing((1, a, b)), central=central, low=Gradients(6 - below, 6), high=Gradients(6 + above, 6)
    )
    wide = project(
        one_cell(),
        growing((1, a, b)),
        central=central,
        low=Gradients(max(0, 6 - below - wider), 6),
        high=Gradients(6 + above + wider, 6),
    )
    assert narrow["lower"] <= narrow["people"] * (1 + 1e-12) and narrow["people"] <= narrow["upper"] * (1 + 1e-12)
    assert wide["lower"] <= narrow["lower"] * (1 + 1e-12) and wide["upper"] >= narrow["upper"] * (1 - 1e-12)


def test_working_age_without_18_to_24_carries_its_error():
    row = project(one_cell(age_band="18-64"), growing((1.1, 1, 1)))
    assert (row["lower"], row["people"], row["upper"]) == pytest.approx((107, 110, 113))
    both = growing((1.1, 1, 1, 1.3), bands=("25-64", "65-84", "85+", "18-24"))
    row = project(one_cell(age_band="18-64"), both)
    assert (row["lower"], row["people"], row["upper"]) == pytest.approx((120, 120, 120))


def test_people_with_a_learning_disability_have_a_gradient_of_their_own():
    central = Gradients(9.1, 2.4, 0.65)
    assert central.of("learning_disability", "nursing") == 0.65
    assert central.of("mental_health", "nursing") == 9.1
    assert BY_SETTING.of("learning_disability", "direct_payment_only") == 2.4


def test_a_growth_ratio_is_taken_within_one_vintage():
    statement = figures.population_of("leicestershire", "statement_2012_based")
    later = figures.population_of("leicestershire", "ons_2018_based")
    with pytest.raises(InputError, match=r"2010 lies outside .* 'ons_2018_based'"):
        demand.growth(later, "65+", 1, mid_year(2010), mid_year(2020))
    assert demand.growth(statement, "65+", 1, mid_year(2012), mid_year(2037))[0] == pytest.approx(210500 / 121900)


def test_rows_in_any_order_give_the_same_sums(base):
    population = figures.population_of("leicestershire", "ons_2018_based")
    shuffled = base.sample(frac=1, random_state=1)
    assert older(
        demand.project(shuffled, population, 2015.5, [2037.5], BY_SETTING, working_age_error=0)
    ) == pytest.approx(older(demand.project(base, population, 2015.5, [2037.5], BY_SETTING, working_age_error=0)))


def call_project(base, people=None, **changed):
    population = figures.population_of("leicestershire", "ons_2018_based")
    base = base if people is None else base.assign(people=people)
    arguments = {"base_time": mid_year(2015), "times": mid_year(np.array(YEARS)), "working_age_error": 0} | changed
    return demand.project(base, population, central=BY_SETTING, **arguments)


def grown(base):
    population = figures.population_of("leicestershire", "ons_2018_based")
    return demand.growth_of(base, population, BY_SETTING, 2016.0, 2020.0)


def drawn_from(base):
    return demand.cells_of(base, BY_SETTING)


def summed(base, **changed):
    return demand.total_up(call_project(base).assign(**changed), ["age_band"])


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda base: call_project(pd.concat([base, base.iloc[[3]]])), "stands there twice, so that its people"),
        (lambda base: call_project(base, base["people"].where(base.index != 3)), "has no number of people"),
        (lambda base: call_project(base, -1.0), "has no number of people"),
        (
            lambda base: call_project(base, times=[2020.5, np.nan]),
            "A time for the population of leicestershire is miss",
        ),
        (lambda base: call_project(base, base_time=np.nan), "A time for the population of leicestershire is missing"),
        (lambda base: call_project(base, working_age_error=-0.03), "growth at 18-64 is -0.03"),
        (lambda base: call_project(base, working_age_error=np.nan), "growth at 18-64 is nan"),
        (lambda base: call_project(base, working_age_error=3), "growth at 18-64 is 3. Give a share: 3% is 0.03"),
        (lambda base: call_project(base, times=[]), "A time for the population of leicestershire is missing"),
        (lambda base: call_project(base.iloc[:0]), "it has no cells"),
        (lambda base: call_project(base.assign(lower=np.nan)), "lacks a bound, or has them upside down"),
        (lambda base: call_project(base.assign(upper=base["lower"] - 1)), "lacks a bound, or has them upside down"),
        *(
            (lambda base, name=name, use=use: use(base.assign(**{name: base[name].where(base.index != 3)})), message)
            for name, message in [(name, "does not say whom it counts") for name in demand.DIMENSIONS]
            + [("people", "has no number of people")]
            for use in (call_project, grown, drawn_from, lambda base: demand.counted_as(base, 5))
        ),
        *(
            (lambda base, use=use: use(pd.concat([base, base.iloc[[3]]])), "stands there twice")
            for use in (grown, drawn_from, lambda base: demand.counted_as(base, 5))
        ),
        (lambda base: demand.counted_as(base, np.nan), "nan people cannot have the mix"),
        (lambda base: demand.counted_as(base, -5), "-5 people cannot have the mix"),
        (lambda base: demand.counted_as(base.assign(people=0.0, lower=0.0), 5), "cannot have the mix of 0"),
        (lambda base: summed(base, people=np.nan), "no number under people: its people would be lost"),
        (lambda base: summed(base, upper=np.nan), "no number under upper"),
        (lambda base: demand.total_up(pd.concat([call_project(base)] * 2), ["age_band"]), "would count twice"),
        (
            lambda base: demand.total_up(
                call_project(base).assign(support_reason=lambda rows: rows["support_reason"].where(rows.index != 7)),
                ["age_band", "support_reason"],
            ),
            "has no support reason: its people would be lost",
        ),
        (
            lambda base: demand.growth_of(
                base.iloc[:0], figures.population_of("leicestershire", "ons_2018_based"), BY_SETTING, 2016.0, 2020.0
            ),
            "this part of the base has no people",
        ),
    ],
)
def test_people_never_vanish_or_double_in_silence(base, call, message):
    with pytest.raises(InputError, match=message):
        call(base)


def test_a_part_counted_anew_keeps_its_mix_and_hides_nothing(base):
    part = demand.part_of(base, "65+")
    anew = demand.counted_as(part, 2 * part["people"].sum())
    assert anew["people"].to_numpy() == pytest.approx(2 * part["people"].to_numpy())
    assert (
        not anew["hidden"].any() and (anew["lower"] == anew["people"]).all() and (anew["upper"] == anew["people"]).all()
    )


@pytest.mark.parametrize(
    ("parts", "population"),
    [([], (10, 5)), ([(0, 2)], (10, 5)), ([(np.nan, 2)], (10, 5)), ([(1, np.inf)], (10, 5)), ([(1, 2)], (10, 0))],
)
def test_a_gradient_of_nobody_is_refused(parts, population):
    with pytest.raises(InputError, match="A gradient of several needs people"):
        demand.mixed_gradient(parts, *population)
