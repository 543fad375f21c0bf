"""A projection as it is kept and read: what is hidden stays hidden, sums add, and rows are found by name."""

import math

import numpy as np
import pandas as pd
import pytest
from conftest import examples
from hypothesis import given
from hypothesis import strategies as st
from test_demand import BY_SETTING, growing, one_cell

from helpers.base import wording
from helpers.base.cells import Suppressed
from helpers.base.errors import InputError
from helpers.base.vocabulary import SETTING_GROUPS
from helpers.council import figures
from helpers.projection import demand, projection_tables
from helpers.published.processed import read_processed


@pytest.mark.parametrize("vintage", ["statement_2012_based", "ons_2018_based"])
class TestWhatIsKept:
    def rows(self, vintage):
        return read_processed(f"projection_leicestershire_{vintage}_constant_rates")

    def test_the_point_lies_within_its_bounds(self, vintage):
        rows = self.rows(vintage)
        plain = rows[rows["status"] != "suppressed"].astype({"people": float})
        assert ((plain["people_lower"] <= plain["people"]) & (plain["people"] <= plain["people_upper"])).all()

    def test_a_suppressed_count_stays_suppressed(self, vintage):
        rows = self.rows(vintage)
        hidden = rows[rows["status"] == "suppressed"]
        assert hidden["people"].map(lambda value: isinstance(value, Suppressed)).all()
        no_total = rows.query("age_band != '18-64' and support_reason == 'social_substance_misuse'")
        assert (no_total["status"] == "suppressed").all()
        assert set(no_total["setting"]) == {"all", *set(rows["setting"]) - set(SETTING_GROUPS)}

    def test_no_hidden_count_follows_from_its_row_by_subtraction(self, vintage):
        rows = self.rows(vintage)
        base = rows[(rows["year"] == 2024) & (rows["age_band"] == "65+")]
        for _, cells in base[base["setting"] != "all"].groupby("support_reason"):
            shown = cells[cells["status"] == "rounded"]
            assert (shown["people"].astype(float) % 5 == 0).all()
            for column in ("people_lower", "people_upper", *projection_tables.BANDS):
                assert (shown[column].astype(float) % 5 == 0).all()

    def test_settings_add_to_their_age_band(self, vintage):
        rows = self.rows(vintage)
        sums = rows[(rows["status"] == "sum") & (rows["age_band"] == "65+") & (rows["support_reason"] == "all")]
        wide = sums.astype({"people": float}).pivot(index="year", columns="setting", values="people")
        groups = wide[list(SETTING_GROUPS)].sum(axis=1)
        assert np.allclose(wide.drop(columns=["all", *SETTING_GROUPS]).sum(axis=1), wide["all"], atol=0.5)
        assert np.allclose(groups, wide["all"], atol=0.5)

    def test_bands_are_in_order_and_hold_the_median(self, vintage):
        rows = self.rows(vintage)
        bands = rows[rows["status"] != "suppressed"][list(projection_tables.BANDS)].astype(float)
        assert (bands.diff(axis=1).iloc[:, 1:] >= 0).all(axis=None)

    def test_ages_add_to_all_adults(self, vintage):
        rows = self.rows(vintage)
        sums = rows[(rows["status"] == "sum") & (rows["support_reason"] == "all") & (rows["setting"] == "all")]
        wide = sums.astype({"people": float}).pivot(index="year", columns="age_band", values="people")
        assert np.allclose(wide["18-64"] + wide["65+"], wide["18+"], atol=0.2)


def kept(cells, population, times=(2035.5,), detailed=(2035.5,)):
    projected = demand.project(cells, population, 2015.5, np.array(times), BY_SETTING, working_age_error=0)
    levels = projection_tables.levels(cells)
    bands = np.full((len(levels), len(times), len(projection_tables.BANDS)), 7.0)
    return projection_tables.kept(projected, levels, bands, np.array(detailed))


def test_a_hidden_total_hides_its_sum():
    cells = pd.concat([one_cell(), one_cell(setting="residential")], ignore_index=True).assign(reason_hidden=True)
    rows = kept(cells, growing((1, 1, 1)), detailed=())
    by_reason = rows[rows["support_reason"] != "all"]
    assert (by_reason["status"] == "suppressed").all() and set(by_reason["age_band"]) == {"65+", "18+"}
    assert (rows[rows["support_reason"] == "all"]["status"] == "sum").all()
    assert (
        by_reason[["people", *projection_tables.BANDS]].map(lambda value: isinstance(value, Suppressed)).all(axis=None)
    )


def test_a_cell_is_rounded_once_and_as_it_prints():
    for people, printed in ((1744.0, 1740), (1746.1, 1750), (998.0, 1000), (36.0, 35), (37.5, 40)):
        rows = kept(one_cell(people), growing((1, 1, 1)))
        cell = rows[rows["status"] == "rounded"].iloc[0]
        assert cell["people"] == printed and wording.people(cell["people"]) == wording.people(people)
        assert cell["people_lower"] <= people <= cell["people_upper"]


def test_an_outlook_spans_every_vintage_and_path():
    projections = figures.projections_of("leicestershire", "constant_rates", 2036)
    outlook = projection_tables.outlook(projections, "ons_2018_based")
    row = projection_tables.row_of(outlook, 2036, "65+")
    every = projections.query("year == 2036 and age_band == '65+' and support_reason == 'all' and setting == 'all'")
    assert (row["people_lower"], row["people_upper"]) == (every["people_lower"].min(), every["people_upper"].max())
    assert row["people"] == pytest.approx(10670.1, abs=0.05)


def test_a_horizon_past_the_projection_on_file_is_refused():
    with pytest.raises(InputError, match=r"horizon 2040 lies past .* ends in 2036"):
        figures.projections_of("leicestershire", "constant_rates", 2040)


def test_why_it_changes_adds_to_the_change_of_every_total_and_names_the_rate_as_a_scenario_moves_it():
    base = pd.concat([one_cell(100.0), one_cell(60.0, setting="residential")], ignore_index=True)
    levels, population = projection_tables.levels(base), growing([1.0, 1.5, 2.0])
    ends = {
        name: demand.project(base, population, 2015.5, np.array([2035.5]), BY_SETTING, working_age_error=0)["people"]
        for name in ("constant", "scenario")
    }
    ends["scenario"] = 0.9 * ends["constant"]
    at = (2015.5, 2035.5)
    held = projection_tables.why_it_changes(base, levels, population, BY_SETTING, at, *[ends["constant"]] * 2)
    moved = projection_tables.why_it_changes(base, levels, population, BY_SETTING, at, *ends.values())
    for rows, after in ((held, ends["constant"]), (moved, ends["scenario"])):
        all_of_them = rows[(rows["age_band"] == "65+") & (rows["support_reason"] == "all")].set_index("factor")
        assert all_of_them["people"].sum() == pytest.approx(after.sum() - 160)
        assert all_of_them["people_printed"].sum() == wording.rounded(after.sum()) - 160
    rates = [rows.loc[rows["factor"] == "rate", "people"] for rows in (held, moved)]
    assert (rates[0].abs() < 1e-9).all() and (rates[1] < -1).all()


@pytest.mark.parametrize(
    ("rows", "time", "message"),
    [
        ([0, 1], np.nan, "people are asked for at nan"),
        ([0, 1], np.array([2020.6, np.nan]), "people are asked for at nan"),
        ([0, 1, 1], 2021.0, "has a year twice"),
        ([0, 2], 2021.0, "one without a number under people"),
    ],
)
def test_people_at_a_time_need_each_year_once_with_a_number(rows, time, message):
    group = {"age_band": "65+", "support_reason": "all", "setting": "all", "status": "sum"}
    projection = pd.DataFrame(
        {"year": [2020, 2021, 2021], "time": [2020.5, 2021.5, 2021.5], "people": [10, 12, np.nan], **group}
    )
    with pytest.raises(InputError, match=message):
        projection_tables.people_at(projection.iloc[rows], time, "65+")


@given(st.lists(st.floats(0, 5000), min_size=1, max_size=6), st.integers(-2, 2), st.booleans())
def test_any_parts_print_as_many_as_their_total_and_never_less_than_nobody(parts, off, alike):
    total = max(wording.rounded(sum(parts)) + 5 * off, 0)
    if abs(sum(parts) - total) > 10:
        total = wording.rounded(sum(parts))
    printed = projection_tables.round_to_total(pd.Series(parts, index=["alike"] * len(parts) if alike else None), total)
    assert printed.sum() == total and (printed >= 0).all()


@pytest.mark.parametrize(("parts", "total"), [([], 5), ([5, math.nan], 5), ([-5, 10], 5), ([0], -5)])
def test_parts_that_are_none_or_less_than_nobody_are_refused(parts, total):
    with pytest.raises(InputError, match="name one or more, each a number of 0 or more"):
        projection_tables.round_to_total(pd.Series(parts, dtype=float), total)


@given(st.lists(st.floats(0, 5000), min_size=1, max_size=9))
@examples(300)
def test_rounded_parts_add_to_the_printed_total(parts):
    parts = pd.Series(parts)
    total = wording.rounded(parts.sum())
    printed = projection_tables.round_to_total(parts, total)
    assert printed.sum() == total
    assert (printed % 5 == 0).all() and (printed >= 0).all()
    assert ((printed - parts).abs() <= 10 + 5 * (len(parts) > 1)).all()


def test_a_total_that_parts_cannot_make_is_refused():
    with pytest.raises(InputError, match="multiple of 5"):
        projection_tables.round_to_total(pd.Series([1.0, 2.0]), 3)


def test_parts_that_do_not_add_to_their_total_are_refused():
    with pytest.raises(InputError, match="The parts add to 300, not to the total of 200"):
        projection_tables.round_to_total(pd.Series({"a": 100.0, "b": 200.0}), 200)
