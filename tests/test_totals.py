"""Printed totals beside what their parts come to."""

from helpers.published import sources, tidy
from helpers.published.totals import describe, totals_of

STATEMENT = "leicestershire_market_position_statement_2016"


def totals(source, table, across):
    """The totals of a published table across one dimension, by cell."""
    resources = {resource["name"]: resource for resource in sources.read_descriptor(source)["resources"]}
    rows = tidy.tidy(source)
    total = next(total for total in resources[table]["totals"] if total["across"] == across)
    return totals_of(rows[rows["table"] == table], total).set_index("cell")


def test_a_declared_remainder_is_allowed_for_with_its_reason():
    found = totals(STATEMENT, "long_term_support_18_64", "setting")
    bounds = ["value", "parts_lower", "parts_upper", "allowed_lower", "allowed_upper"]
    assert found.loc["H11", bounds].tolist() == [2661, 2660, 2660, 2661, 2661]
    assert "a setting left out" in found.loc["H11", "reason"] and found.loc["H8", "reason"] == ""
    assert found.loc["H8", bounds].tolist() == [507] * 5


def test_hidden_parts_count_with_their_bounds_and_a_hidden_total_is_none():
    found = totals(STATEMENT, "long_term_support_65_plus", "setting")
    assert found.loc["H5", ["value", "parts_lower", "parts_upper"]].tolist() == [25, 12, 12 + 5 * 4]
    assert "H9" not in found.index and len(found) == 8


def test_parts_within_other_parts_count_once_and_a_tolerance_reaches_both_ways():
    found = totals("ons_2018_based_projections", "population_leicester", "age_band")
    assert found.loc["H2", ["parts_lower", "parts_upper"]].tolist() == [355_218, 355_218]
    assert found.loc["H2", ["allowed_lower", "allowed_upper"]].tolist() == [355_215, 355_221]
    assert len(found) == 13


def test_a_figure_is_described_by_what_sets_it_apart():
    row = tidy.tidy(STATEMENT).set_index(["table", "cell"]).loc[("long_term_support_65_plus", "C11")]
    assert describe(row, ["period", "support_reason", "setting"]) == "period 2015/16, setting residential"
    assert describe(row, ["support_reason"]) == "all"
