"""Hidden counts and tables that do not add: method.md section 3."""

from itertools import product

import numpy as np
import pandas as pd
import pytest
from conftest import examples
from hypothesis import given
from hypothesis import strategies as st
from scipy import sparse

from helpers.base.errors import InputError
from helpers.published import tidy
from helpers.published.suppression import (
    SupportTable,
    explain,
    has_both_totals,
    left_out_of_print,
    point_estimates,
    truncated_poisson_mean,
)
from helpers.published.systems import System

STATEMENT = tidy.tidy("leicestershire_market_position_statement_2016")
TABLES = {
    age: SupportTable.from_tidy(STATEMENT[STATEMENT["table"] == table])
    for age, table in (("18-64", "long_term_support_18_64"), ("65+", "long_term_support_65_plus"))
}


@pytest.mark.parametrize(
    ("mean", "lower", "expected"),
    [(1, 1, 1.5610), (2, 1, 2.1111), (3, 1, 2.5366), (5, 1, 3.0550)]
    + [(1, 0, 0.9846), (2, 0, 1.8095), (3, 0, 2.3817), (5, 0, 3.0083)],
)
def test_worked_values_of_the_truncated_poisson(mean, lower, expected):
    assert truncated_poisson_mean(mean, lower, 4) == pytest.approx(expected, abs=5e-5)


@given(st.floats(0, 50), st.integers(0, 10), st.integers(0, 10))
def test_a_truncated_mean_lies_within_its_bounds(mean, lower, width):
    assert lower <= truncated_poisson_mean(mean, lower, lower + width) <= lower + width


def test_bounds_upside_down_are_refused():
    with pytest.raises(InputError, match="upside down"):
        truncated_poisson_mean(1, 4, 0)


def test_rows_columns_and_total_of_working_age_differ_as_printed():
    lower = TABLES["18-64"].lower
    assert lower["all"].iloc[:-1].sum() == 2659
    assert lower.loc["all"].iloc[:-1].sum() == 2660
    assert lower.loc["all", "all"] == 2661


@pytest.mark.parametrize("age", TABLES)
def test_both_tables_are_infeasible_as_printed(age):
    assert not TABLES[age].is_feasible()


def test_the_smallest_explanation_of_working_age():
    table = TABLES["18-64"]
    assert not table.with_latent(reasons=True, settings=False).is_feasible()
    assert not table.with_latent(reasons=False, settings=True).is_feasible()
    explained = explain(table)
    assert explained.bounds_of("not_printed", "all") == (2, 2)
    assert explained.bounds_of("all", "not_printed") == (1, 1)


def test_the_smallest_explanation_of_older_people():
    explained = explain(TABLES["65+"])
    assert "not_printed" not in explained.lower.columns
    assert explained.bounds_of("not_printed", "all") == (10, 21)


@pytest.mark.parametrize("age", TABLES)
def test_with_both_latent_lines_feasible_but_not_with_every_hidden_count_one_or_more(age):
    both = TABLES[age].with_latent(reasons=True, settings=True)
    assert both.is_feasible()
    assert not both.held_to(1, 4).is_feasible()


@pytest.mark.parametrize(("age", "total"), [("18-64", 2661), ("65+", 6913)])
def test_estimates_add_to_every_printed_total_and_stay_within_bounds(age, total):
    table = explain(TABLES[age])
    estimates = point_estimates(table)
    lower, upper = table.lower.iloc[:-1, :-1], table.upper.iloc[:-1, :-1]
    assert ((estimates >= lower - 1e-9) & (estimates <= upper + 1e-9)).all(axis=None)
    assert estimates.to_numpy().sum() == pytest.approx(total, abs=1e-6)
    printed = table.lower.loc["all"].iloc[:-1].drop("not_printed", errors="ignore")
    assert np.allclose(estimates.sum()[printed.index], printed, atol=1e-6)
    rows = table.lower["all"].iloc[:-1]
    rows = rows[np.isfinite(table.upper["all"].iloc[:-1])]
    assert np.allclose(estimates.sum(axis=1)[rows.index], rows, atol=1e-6)


def test_printed_counts_are_never_changed():
    table = explain(TABLES["65+"])
    estimates = point_estimates(table)
    printed = (table.lower == table.upper).iloc[:-1, :-1]
    assert (estimates[printed] == table.lower.iloc[:-1, :-1][printed]).stack().sum() == printed.to_numpy().sum()


def small_table(cells, row_totals, column_totals, total):
    rows = [
        {
            "support_reason": reason,
            "setting": setting,
            "value": low if low == high else None,
            "lower": low,
            "upper": high,
            "status": "exact" if low == high else "suppressed",
        }
        for reason, line in zip("ab", cells, strict=True)
        for setting, (low, high) in zip("xy", line, strict=True)
    ]
    margins = [("a", "all", row_totals[0]), ("b", "all", row_totals[1]), ("all", "x", column_totals[0])]
    margins += [("all", "y", column_totals[1]), ("all", "all", total)]
    rows += [
        {"support_reason": reason, "setting": setting, "value": n, "lower": n, "upper": n, "status": "exact"}
        for reason, setting, n in margins
    ]
    return SupportTable.from_tidy(pd.DataFrame(rows))


def test_bounds_close_where_margins_leave_one_value():
    table = small_table([[(0, 4), (5, 5)], [(7, 7), (0, 4)]], (8, 9), (10, 7), 17)
    assert table.bounds_of("a", "x") == (3, 3)
    assert table.bounds_of("b", "y") == (2, 2)


def test_a_table_that_nothing_explains_is_refused():
    with pytest.raises(InputError, match="cannot be added up"):
        explain(small_table([[(5, 5), (5, 5)], [(5, 5), (5, 5)]], (10, 10), (10, 10), 3))


def test_a_hidden_margin_is_open_and_not_nothing():
    table = explain(TABLES["65+"])
    assert np.isnan(table.value.loc["social_substance_misuse", "all"])
    assert table.bounds_of("social_substance_misuse", "all") == (0, 11)
    assert 1 < point_estimates(table).loc["social_substance_misuse"].sum() < 11


def test_printed_counts_that_are_rounded_stay_as_printed():
    rows = STATEMENT[STATEMENT["table"] == "long_term_support_65_plus"].copy()
    printed = rows["status"] != "suppressed"
    values = [5 * round(value / 5) for value in rows.loc[printed, "value"]]
    rows.loc[printed, "value"] = values
    rows.loc[printed, "lower"] = [max(0, value - 2) for value in values]
    rows.loc[printed, "upper"] = [value + 2 for value in values]
    table = explain(SupportTable.from_tidy(rows))
    shown = table.value.iloc[:-1, :-1]
    assert point_estimates(table).where(shown.notna()).equals(shown)


def test_a_table_has_both_totals_or_not():
    rows = STATEMENT[STATEMENT["table"] == "long_term_support_65_plus"]
    assert has_both_totals(rows)
    assert not has_both_totals(rows[rows["setting"] != "all"])
    assert not has_both_totals(rows[rows["support_reason"] != "all"])
    assert not has_both_totals(STATEMENT[STATEMENT["table"] == "population"])


def test_bounds_narrow_line_by_line():
    narrow = small_table([[(0, 4), (5, 5)], [(7, 7), (0, 4)]], (8, 9), (10, 7), 17).propagated()
    assert (narrow.lower.loc["a", "x"], narrow.upper.loc["a", "x"]) == (3, 3)
    assert small_table([[(0, 4), (5, 5)], [(7, 7), (0, 4)]], (12, 9), (10, 7), 17).propagated() is None


@given(
    hidden=st.lists(st.booleans(), min_size=4, max_size=4),
    counts=st.lists(st.integers(0, 6), min_size=4, max_size=4),
    wrong=st.integers(-6, 6),
)
@examples(60)
def test_narrowing_by_lines_loses_no_table_and_finds_none_where_there_is_none(hidden, counts, wrong):
    cells = [(0, 6) if hide else (count, count) for hide, count in zip(hidden, counts, strict=True)]
    (a, b, c, d), total = counts, sum(counts)
    table = small_table([cells[:2], cells[2:]], (a + b + wrong, c + d), (a + c, b + d), total)
    narrow = table.propagated()
    feasible = table.extreme(table.lower * 0) is not None
    assert table.is_feasible() == feasible and (narrow is not None or not feasible)
    if feasible:
        for reason, setting in (("a", "x"), ("b", "y")):
            least, most = table.bounds_of(reason, setting)
            assert narrow.lower.loc[reason, setting] <= least <= most <= narrow.upper.loc[reason, setting]


def test_a_table_with_two_rows_for_one_cell_is_refused():
    rows = pd.DataFrame(
        [("physical", "nursing", 5.0), ("physical", "all", 5.0), ("physical", "nursing", 5.0), ("all", "all", 5.0)],
        columns=["support_reason", "setting", "value"],
    )
    rows = rows.assign(lower=rows["value"], upper=rows["value"], status="exact")
    with pytest.raises(InputError, match=r"Two rows are for physical, nursing\."):
        SupportTable.from_tidy(rows)


def system(sums, bounds):
    """Whole numbers within bounds, and sums as (factors, least, most)."""
    factors, least, most = zip(*sums, strict=True)
    lower, upper = np.array(bounds, float).T
    limits = (np.array(ends, float) for ends in (least, most))
    return System(sparse.csr_array(np.array(factors, float)), *limits, lower, upper, np.full(len(lower), True))


def by_trying(sums, bounds):
    """All whole numbers that fit."""
    ways = product(*(range(low, high + 1) for low, high in bounds))
    return [
        way
        for way in ways
        if all(
            least <= sum(factor * number for factor, number in zip(factors, way, strict=True)) <= most
            for factors, least, most in sums
        )
    ]


BOUNDS = st.tuples(st.integers(0, 4), st.integers(0, 4)).map(lambda ends: tuple(sorted(ends)))


@given(
    st.lists(BOUNDS, min_size=4, max_size=4),
    st.lists(
        st.tuples(
            st.lists(st.integers(-1, 1), min_size=4, max_size=4).filter(any), st.integers(-2, 8), st.integers(0, 3)
        ),
        min_size=1,
        max_size=3,
    ),
)
@examples(100)
def test_a_system_allows_what_trying_all_numbers_finds(bounds, drawn):
    sums = [(factors, least, least + width) for factors, least, width in drawn]
    ways, asked = by_trying(sums, bounds), system(sums, bounds)
    assert asked.is_feasible() == bool(ways)
    if ways:
        seen = [sorted({way[place] for way in ways}) for place in range(4)]
        assert asked.closed([0, 1, 2, 3]) == {place: seen[place][0] for place in range(4) if len(seen[place]) == 1}
        assert asked.ends([0, 1, 2, 3]) == {place: (seen[place][0], seen[place][-1]) for place in range(4)}


def test_what_only_several_sums_together_close():
    # Two numbers that add to four, of which neither is the larger; each sum alone leaves all of 0 to 4.
    asked = system([([1, 1, 0], 4, 4), ([1, -1, 0], 0, 0), ([0, 0, 1], 0, 4)], [(0, 4)] * 3)
    assert asked.closed([0, 1, 2]) == {0: 2, 1: 2} and asked.ends([0, 2]) == {0: (2, 2), 2: (0, 4)}


def test_the_cheapest_numbers_that_open_another():
    # 3 is hidden beside 20, 5 and their total 28; 5 stands in a second sum with 7 and 12.
    total = [([1, 1, 1, -1, 0, 0], 0, 0), ([0, 0, 1, 0, 1, -1], 0, 0)]
    asked = system(total, [(0, 4), (20, 20), (5, 5), (28, 28), (7, 7), (12, 12)])
    assert asked.opening(0, 3, {1: 20, 2: 5, 4: 7}, 1) == {2, 4}
    assert asked.opening(0, 3, {1: 20, 2: 5}, 1) == {1}
    assert asked.opening(0, 3, {4: 7}, 1) is None


def test_what_was_left_out_of_print_is_said_of_every_table_with_both_totals():
    figures = tidy.tidy("leicestershire_market_position_statement_2016")
    found = left_out_of_print(figures).set_index("table")
    assert found["adds_up_as_printed"].tolist() == [False, False]
    assert found.loc["long_term_support_18_64", ["in_reasons", "in_settings"]].tolist() == [(2, 2), (1, 1)]
    assert found.loc["long_term_support_65_plus", ["in_reasons", "in_settings"]].tolist() == [(10, 21), (0, 0)]
    assert left_out_of_print(figures[figures["table"] == "population"]).empty


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda rows: rows.iloc[1:], "lacks a setting that others have"),
        (lambda rows: rows.assign(setting=rows["setting"].mask(rows.index == rows.index[3])), "Row 4 of the table"),
        (lambda rows: rows.assign(upper=rows["upper"].mask(rows.index == rows.index[3])), "has no number, or bounds"),
        (lambda rows: rows.assign(value=rows["value"].mask(rows["status"] == "exact")), "has no number, or bounds"),
    ],
)
def test_a_table_with_a_hole_is_refused_and_never_narrowed_for_ever(change, message):
    rows = STATEMENT[STATEMENT["table"] == "long_term_support_18_64"]
    with pytest.raises(InputError, match=message):
        explain(SupportTable.from_tidy(change(rows)))
