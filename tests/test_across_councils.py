"""Official tables of all councils held against themselves: every planted fault is found, and nothing hidden is told."""

import numpy as np
import pandas as pd
import pytest

from helpers.base.errors import InputError
from helpers.checks import across_councils as across
from helpers.council import england_checks

ENGLAND = "E92000001"


def figures(rows: list[tuple], keys: list[str], column: str = "people") -> pd.DataFrame:
    """Figures from rows of area, keys and text: "[c]" is hidden (0 to 4), "[x]" not given, all else exact."""
    made = pd.DataFrame(rows, columns=["area_code", *keys, "as_published"])
    value = pd.to_numeric(made["as_published"], errors="coerce")
    marks = {"[c]": ("suppressed", 0, 4), "[x]": ("not_available", np.nan, np.nan)}
    told = [
        marks.get(text, ("exact", number, number)) for text, number in zip(made["as_published"], value, strict=True)
    ]
    bounds = pd.DataFrame(told, columns=["status", "lower", "upper"])
    return made.assign(column=column, unit="people", value=value).join(bounds)


def test_a_total_that_its_parts_do_not_make_is_found():
    rows = [("A", "young", "10"), ("A", "old", "20"), ("A", "all", "30")]
    rows += [("B", "young", "10"), ("B", "old", "20"), ("B", "all", "33")]
    checked = across.totals(figures(rows, ["age"]), "age")
    found = checked.found.iloc[0]
    assert (checked.tried, len(checked.found)) == (2, 1)
    assert (found["area_code"], found["as_published"], found["least"], found["most"], found["gap"]) == (
        "B",
        "33",
        30,
        30,
        3,
    )
    assert across.totals(figures([*rows, ("B", "of which", "3")], ["age"]), "age", ["of which"]).found.equals(
        checked.found
    )


@pytest.mark.parametrize(("total", "finds"), [("32", False), ("34", False), ("29", True), ("40", True)])
def test_a_hidden_part_has_the_bounds_of_its_mark_and_no_more(total: str, finds: bool):
    rows = [("A", "young", "10"), ("A", "middle", "20"), ("A", "old", "[c]"), ("A", "all", total)]
    found = across.totals(figures(rows, ["age"]), "age").found
    assert len(found) == finds
    if finds:  # what is said is the same whatever is hidden: the bounds of the printed parts and of the mark
        assert list(found.iloc[0][["least", "most", "hidden"]]) == [30, 34, "yes"]


def test_what_was_not_given_is_in_no_sum():
    rows = [("A", "young", "10"), ("A", "middle", "5"), ("A", "old", "[x]"), ("A", "all", "99")]
    assert across.totals(figures(rows, ["age"]), "age").tried == 0


def test_england_is_held_against_its_councils_and_may_hold_an_estimate():
    rows = [("A", "2020", "10"), ("B", "2020", "20"), (ENGLAND, "2020", "31")]
    assert list(across.of_england(figures(rows, ["period"]), ENGLAND).found["gap"]) == [1]
    rows += [("C", "2020", "[x]")]
    assert across.of_england(figures(rows, ["period"]), ENGLAND).found.empty
    rows[2] = (ENGLAND, "2020", "25")
    assert list(across.of_england(figures(rows, ["period"]), ENGLAND).found["gap"]) == [5]


def test_a_rate_is_held_against_its_numerator_and_denominator():
    parts = [figures([("A", text), ("B", text)], [], name) for name, text in (("of", "1"), ("among", "3"))]
    rates = figures([("A", "33.3"), ("B", "35.3")], [], "rate").assign(unit="rate")
    checked = across.rates(pd.concat([*parts, rates]), "of", "among", "rate", 100, 0.1)
    assert checked.tried == 2 and list(checked.found["area_code"]) == ["B"]
    hidden = figures([("A", "[c]"), ("B", "[c]")], [], "of")
    checked = across.rates(pd.concat([hidden, parts[1], rates]), "of", "among", "rate", 100, 0.1)
    assert checked.found.empty  # 0 to 4 of 3: nothing is said


def test_the_same_figure_in_two_tables_must_agree():
    one, other = (figures([("A", "all", "10"), ("B", "all", text)], ["age"]) for text in ("20", "25"))
    found = across.same(one, other).found
    assert list(found["area_code"]) == ["B"] and found["least"].item() == 25


def test_a_jump_that_no_other_council_makes_is_found():
    rng = np.random.default_rng(1)
    rows = []
    for council in range(60):
        before = 1000 + 10 * council
        after = before * np.exp(rng.normal(0.02, 0.03))
        rows += [(f"C{council}", "2020", f"{before}"), (f"C{council}", "2021", f"{after:.0f}")]
    assert across.jumps(figures(rows, ["period"]), 6, True, ENGLAND).found.empty
    rows[-1] = ("C59", "2021", "800")
    rows += [("C60", "2020", "[c]"), ("C60", "2021", "5000")]  # no change follows from a hidden count
    checked = across.jumps(figures(rows, ["period"]), 6, True, ENGLAND)
    assert list(checked.found["area_code"]) == ["C59"] and checked.tried == 60
    found = checked.found.iloc[0]
    assert found["least"] > 800 and found["least"] < 1590 * np.exp(0.02) < found["most"]


def test_small_counts_may_move_far_by_chance():
    rows = [
        row
        for council in range(30)
        for row in ((f"C{council}", "1", "1000"), (f"C{council}", "2", f"{1000 + council}"))
    ]
    rows += [("S", "1", "12"), ("S", "2", "20")]
    assert across.jumps(figures(rows, ["period"]), 6, True, ENGLAND).found.empty
    assert list(across.jumps(figures(rows, ["period"]), 6, False, ENGLAND).found["area_code"]) == ["S"]


def test_a_row_twice_an_unknown_code_and_a_mark_are_found():
    rows = [(f"C{council}", "2020", "10") for council in range(20)]
    twice = figures([*rows, ("C3", "2020", "11")], ["period"])
    assert list(across.twice(twice).found["as_published"]) == ["11"]
    frame = figures(rows, ["period"])
    assert list(across.codes(frame, frame["area_code"] != "C7").found["area_code"]) == ["C7"]
    rows[4] = ("C4", "2020", "[x]")
    checked = across.without_number(figures(rows, ["period"]), 90, ENGLAND)
    assert list(checked.found["area_code"]) == ["C4"] and checked.found["gap"].item() == 1
    rows[5:9] = [(f"C{council}", "2020", "[c]") for council in range(5, 9)]
    assert across.without_number(figures(rows, ["period"]), 90, ENGLAND).found.empty  # many councils print none


def test_less_than_nothing_is_found_and_marks_are_none():
    rows = [("A", "2020", "-3"), ("B", "2020", "0"), ("C", "2020", "[c]"), ("D", "2020", "4")]
    checked = across.below_zero(figures(rows, ["period"]))
    assert checked.tried == 3 and list(checked.found["as_published"]) == ["-3"]


def test_figures_need_their_columns():
    with pytest.raises(InputError, match="no column 'upper'"):
        across.twice(figures([("A", "1")], []).drop(columns="upper"))


def test_figures_are_read_with_the_bounds_of_their_table():
    rows = england_checks.figures("nhs_ascfr_2021_22/long_term_support_during_year").set_index("status")
    assert (rows.loc["suppressed", ["lower", "upper"]] == [0, 4]).all(axis=None)
    assert (rows.loc["rounded", "upper"] - rows.loc["rounded", "lower"] == 4).all()
    ages = england_checks.figures("ons_mid_year_estimates_england/after_census_2021")
    leicester = ages[(ages["area_code"] == "E06000016") & (ages["period"] == "mid-2024")].set_index("age_band")["value"]
    assert leicester["all"] == leicester[list(england_checks.BANDS)].sum()


def test_a_text_that_is_no_figure_is_found(monkeypatch):
    read = england_checks.read_official

    def spoilt(source: str, table: str) -> pd.DataFrame:
        frame = read(source, table)
        frame.loc[frame["area_code"] == "E06000016", "people"] = "n/a"
        return frame

    monkeypatch.setattr(england_checks, "read_official", spoilt)
    rows = england_checks.figures("nhs_ascfr_2021_22/long_term_support")
    found = across.without_number(rows, 90, ENGLAND).found
    assert "n/a" in found.set_index("area_code").loc["E06000016", "as_published"]


def test_every_planted_fault_of_a_table_on_file_is_found(monkeypatch):
    """A total, England, a second row, an ended code and a jump, each planted in what is read."""
    content = england_checks.declared()
    table = "ons_mid_year_estimates_england/after_census_2021"
    content = content | {"tables": [one for one in content["tables"] if one["table"] == table], "same": []}
    read = england_checks.read_official

    def spoilt(source: str, name: str) -> pd.DataFrame:
        frame = read(source, name)
        last = (frame["period"] == "mid-2024") & (frame["area_code"] == "E06000016")
        frame.loc[last, "all_ages"] = "999999"
        return pd.concat([frame, frame[last]], ignore_index=True)

    before, _ = england_checks.checks(content)
    monkeypatch.setattr(england_checks, "read_official", spoilt)
    after, _ = england_checks.checks(content)
    new = after[
        ~after.set_index(["rule", "area_code", "what"]).index.isin(
            before.set_index(["rule", "area_code", "what"]).index
        )
    ]
    assert set(new["rule"]) == {"totals", "of_england", "jumps", "twice"}
    assert set(new["council"]) == {"Leicester", "England"}


def test_a_council_under_an_ended_code_is_found():
    rows = figures(
        [("E10000009", "2018/19", "1"), ("E10000009", "2024/25", "1"), ("E99999999", "2024/25", "1")], ["period"]
    )
    told = england_checks._serving(rows)
    assert list(told["known"]) == [True, False, False]
    assert len(across.codes(rows, told["known"]).found) == 2


def test_a_pair_names_a_table_that_is_checked():
    content = england_checks.declared()
    tables = [{"table": "nhs_ascfr_2021_22/reviews"}]
    pairs = [{"figure": {"table": "nhs_ascfr_2021_22/review"}, "other": {"table": "nhs_ascfr_2021_22/reviews"}}]
    with pytest.raises(InputError, match=r"pairs the table 'nhs_ascfr_2021_22/review'\. Did you mean"):
        england_checks.checks(content | {"tables": tables, "same": pairs})
