"""Verdicts on published figures, from formulas that are data; and every formula that must not stand."""

import pandas as pd
import pytest

from helpers.base.cells import NotGiven, Suppressed
from helpers.base.errors import InputError
from helpers.checks.figure_book import Book
from helpers.checks.reconciliation import inputs_of, reconcile, verdict_on
from helpers.published.totals import DIMENSIONS

COUNTY, CITY, ENGLAND = "E10000018", "E06000016", "E92000001"
SOURCES = ["trial", "city", "national"]
BREAKS = [{"id": "new_rules", "from": "2024-04-01", "quantities": ["people_with_long_term_support"], "reason": "x"}]


def figure(value, unit="people", measure="during_year", year=2015, area_code=COUNTY, **more) -> dict:
    label = f"{year}/{(year + 1) % 100:02d}"
    period = {"period_start": f"{year}-04-01", "period_end": f"{year + 1}-03-31", "period": label}
    said = {"as_published": f"{value:,}", "status": "exact", "quantity": "none", "what": "A figure", "cell": "C2"}
    bounds = {"value": value, "lower": value, "upper": value}
    about = {"area_code": area_code, "unit": unit, "measure": measure, "period_kind": "financial_year"}
    return said | bounds | about | period | more


HIDDEN = {"value": Suppressed(0, 4), "as_published": "-", "status": "suppressed"}
SUPPORT = {"quantity": "people_with_long_term_support"}
FIGURES = {
    "trial/people": figure(60),
    "trial/women": figure(36),
    "trial/men": figure(24),
    "trial/others": figure(0, lower=0, upper=4) | HIDDEN,
    "trial/people_and_others": figure(62),
    "trial/share_of_women": figure(60, "per_cent", lower=59.5, upper=60.5),
    "trial/share_of_men": figure(35, "per_cent", lower=34.5, upper=35.5),
    "trial/share_at_most": figure(34.5, "per_cent"),
    "trial/share_below": figure(34.4, "per_cent"),
    "trial/people_at_year_end": figure(50, measure="at_date"),
    "trial/people_at_year_start": figure(50, measure="at_date", year=2014),
    "trial/people_a_year": figure(600),
    "trial/people_before": figure(100, year=2023, **SUPPORT),
    "trial/people_after": figure(110, year=2024, **SUPPORT),
    "trial/growth": figure(10, "per_cent", "change"),
    "city/people": figure(80, area_code=CITY),
    "national/people": figure(120, area_code=ENGLAND),
}
FIGURES["trial/not_given"] = figure(0) | {"value": NotGiven("not_available"), "status": "not_available"}
CHECK = {"id": "women", "published": "share_of_women", "formula": "100 * women / people"}
WRONG = {"id": "men", "published": "share_of_men", "formula": "100 * men / people"}
REASONS = {"cause": "The likely cause.", "matters": "Why it matters.", "question": "What to ask?"}
APART = {"id": "apart", "what": "Two councils", "figures": ["people", "city/people"], "reason": "Two councils."}


def run(**declared: list) -> pd.DataFrame:
    """What is found in a document that declares these checks."""
    book = Book(COUNTY, pd.DataFrame.from_dict(FIGURES, orient="index"))
    return reconcile(book, {"trial": declared}, {}, BREAKS, SOURCES).set_index("check")


@pytest.mark.parametrize(
    ("recomputed", "hidden", "verdict"),
    [
        ((15, 15, 15), False, "agrees"),
        ((14.5, 14, 15), False, "agrees"),
        ((15.5, 15, 16), False, "agrees"),
        ((15.5 + 1e-12, 15.5 + 1e-12, 15.5 + 1e-12), False, "agrees"),
        ((15.51, 15, 16), False, "agrees_within_rounding"),
        ((16, 15.5, 17), False, "agrees_within_rounding"),
        ((14, 13, 14.5), False, "agrees_within_rounding"),
        ((15.51, 15.51, 15.51), False, "disagrees"),
        ((14, 13, 14.49), False, "disagrees"),
        ((15, 14.9, 15.1), True, "agrees_within_suppression"),
        ((16, 15.5, 17), True, "agrees_within_suppression"),
        ((15, 15, 15), True, "agrees"),
        ((16, 15.51, 17), True, "disagrees"),
    ],
)
def test_the_verdict_on_a_figure_printed_as_15_per_cent(recomputed, hidden, verdict):
    assert verdict_on((14.5, 15.5), recomputed, hidden) == verdict


def test_a_check_says_what_was_printed_and_what_it_comes_to():
    found = run(checks=[CHECK]).loc["women"]
    said = ["agrees", "60", "per_cent", 60, "none"]
    assert found[["verdict", "as_published", "unit", "recomputed", "cause"]].tolist() == said
    assert set(inputs_of(found)) == {"trial/women", "trial/people"} and found["working"] == "100 × 36 ÷ 60"


def test_a_disagreement_stands_first_with_its_cause_and_why_it_matters():
    derived = {"id": "all", "what": "All", "unit": "people", "formula": "men + women"}
    found = run(checks=[CHECK, WRONG | REASONS], derived=[derived])
    assert list(found["verdict"].items()) == [("men", "disagrees"), ("women", "agrees"), ("all", "derived_only")]
    assert found.loc["men", ["recomputed", *REASONS]].tolist() == [40, *REASONS.values()]
    assert found.loc["women", [*REASONS]].tolist() == ["none"] * 3


@pytest.mark.parametrize(
    ("most", "verdict", "reasons"),
    [("100 * men / people", "agrees", {}), ("share_at_most", "agrees", {}), ("share_below", "disagrees", REASONS)],
)
def test_a_figure_may_be_anything_up_to_the_most_that_a_formula_gives(most, verdict, reasons):
    check = {"id": "x", "published": "share_of_men", "formula": most, "at_most": True} | reasons
    found = run(checks=[check]).loc["x"]
    assert found["verdict"] == verdict and (found["at_most"], found["recomputed_lower"]) == ("yes", 0)


def test_hidden_counts_are_taken_within_their_bounds():
    check = {"id": "all", "published": "people_and_others", "formula": "men + women + others"}
    found = run(checks=[check]).loc["all"]
    assert found["verdict"] == "agrees_within_suppression" and found["hidden"] == "yes"
    assert found[["recomputed_lower", "recomputed_upper"]].tolist() == [60, 64]


def test_figures_of_two_councils_are_listed_beside_each_other_without_a_formula():
    found = run(not_comparable=[APART]).loc["apart"]
    said = ["not_comparable", "60; 80", "none", "Two councils."]
    assert found[["verdict", "as_published", "recomputed", "cause"]].tolist() == said


def test_a_formula_within_a_comparison_has_its_own_unit():
    entry = APART | {"figures": ["people", "women"], "formula": "100 * women / people", "unit": "per_cent"}
    assert run(not_comparable=[entry]).loc["apart", ["recomputed", "unit"]].tolist() == [60, "per_cent"]


ALLOWED = {
    "a national figure": {"id": "x", "published": "people", "formula": "national/people - women - men"},
    "a stock beside a flow, with the reason": {
        **{"id": "x", "published": "people_at_year_end", "formula": "people_a_year / 12"},
        "joins": "They may meet.",
    },
    "a series across a break, with its bridge": {
        **{"id": "x", "published": "growth", "formula": "100 * (people_after / people_before - 1)"},
        "bridge": "new_rules",
    },
    "the months of a flow beside a stock": {
        **{"id": "x", "published": "people_at_year_end", "formula": "people_at_year_start * 12 / months(people)"},
    },
    "the largest of a list that it stands in": {"id": "x", "published": "people", "formula": "maximum(people, women)"},
}


@pytest.mark.parametrize("case", ALLOWED)
def test_what_may_stand(case):
    assert run(checks=[ALLOWED[case]]).loc["x", "verdict"] == "agrees"


CIRCLE = [
    {"id": "one", "published": "women", "formula": "share_of_women * people / 100"},
    {"id": "two", "published": "people", "formula": "100 * women / share_of_women"},
]
STOCK = {"id": "x", "published": "people_at_year_end", "formula": "people_a_year / 12"}
MISTAKES = {
    "a claim that is not there": (
        {"checks": [CHECK | {"formula": "100 * woman / people"}]},
        ["trial/checks.yaml, women", "no figure 'woman'", "Did you mean 'women'", "Mend the name"],
    ),
    "a cell that is not there": (
        {"checks": [CHECK | {"formula": "100 * table!B2 / people"}]},
        ["trial/checks.yaml, women", "no figure 'table!B2' in 'trial'"],
    ),
    "a published figure that is not there": (
        {"checks": [CHECK | {"published": "share_of_woman"}]},
        ["trial/checks.yaml, women", "'share_of_woman'", "Did you mean 'share_of_women'"],
    ),
    "no figure at all": (
        {"checks": [CHECK | {"formula": "60"}]},
        ["trial/checks.yaml, women", "'60' names no figure", "Name the figures"],
    ),
    "what is no formula": (
        {"checks": [CHECK | {"formula": "100 * women /"}]},
        ["trial/checks.yaml, women", "brackets and signs", "Mend the formula"],
    ),
    "a division by zero": (
        {"checks": [CHECK | {"formula": "women / (people - women - men)"}]},
        ["trial/checks.yaml, women", "divides by zero", "Mend the formula"],
    ),
    "another council's figure": (
        {"checks": [CHECK | {"formula": "100 * women / city/people"}]},
        ["trial/checks.yaml, women", "city/people", "another council (E06000016)", "not_comparable"],
    ),
    "another council's published figure": (
        {"checks": [CHECK | {"published": "city/people"}]},
        ["trial/checks.yaml, women", "another council"],
    ),
    "another council's figure in a figure worked out": (
        {"derived": [{"id": "x", "what": "x", "unit": "people", "formula": "people + city/people"}]},
        ["trial/checks.yaml, x", "another council"],
    ),
    "another council's figure in a comparison's formula": (
        {"not_comparable": [APART | {"formula": "people / city/people"}]},
        ["trial/checks.yaml, apart", "another council"],
    ),
    "a comparison of a figure that is not there": (
        {"not_comparable": [APART | {"figures": ["people", "city/peple"]}]},
        ["trial/checks.yaml, apart", "'peple' in 'city'", "Did you mean 'people'"],
    ),
    "a circle": ({"checks": CIRCLE}, ["trial/checks.yaml", "circle", "trial/women from trial/people", "Remove one"]),
    "a figure against itself": (
        {"checks": [CHECK | {"formula": "share_of_women"}]},
        ["trial/checks.yaml, women", "against itself"],
    ),
    "a published figure that is not available": (
        {"checks": [CHECK | {"published": "not_given"}]},
        ["trial/checks.yaml, women", "trial/not_given is not available", "Remove the check"],
    ),
    "a formula with what is not available": (
        {"checks": [CHECK | {"formula": "100 * women / not_given"}]},
        ["trial/checks.yaml, women", "trial/not_given is not available", "Take it out of the formula"],
    ),
    "a hidden published figure": (
        {"checks": [CHECK | {"published": "others"}]},
        ["trial/checks.yaml, women", "trial/others is hidden", "Remove the check"],
    ),
    "a stock checked against a flow": (
        {"checks": [STOCK]},
        [
            "trial/checks.yaml, x",
            "a stock (trial/people_at_year_end",
            "a flow (trial/people_a_year, during 2015/16)",
            "`joins`",
        ],
    ),
    "a stock joined with a flow": (
        {"derived": [{"id": "x", "what": "x", "unit": "people", "formula": "people + people_at_year_end"}]},
        ["trial/checks.yaml, x", "joins a stock", "both in people"],
    ),
    "a flow of which the months are asked for too": (
        {"checks": [STOCK | {"formula": "people_at_year_start * 12 / months(people) + people - people"}]},
        ["trial/checks.yaml, x", "joins a stock"],
    ),
    "a series across a break": (
        {"checks": [ALLOWED["a series across a break, with its bridge"] | {"bridge": "other_rules"}]},
        ["trial/checks.yaml, x", "registered break, new_rules", "trial/people_before before", "`bridge`"],
    ),
    "a cause where figures agree": (
        {"checks": [CHECK | REASONS]},
        ["trial/checks.yaml, women", "gives 'cause'", "figures agree"],
    ),
    "a disagreement without a cause": (
        {"checks": [WRONG | {"matters": "x", "question": "x"}]},
        ["trial/checks.yaml, men", "lacks 'cause'", "35 is printed, and it comes to 40"],
    ),
    "a disagreement that does not say why it matters": (
        {"checks": [WRONG | {"cause": "x", "question": "x"}]},
        ["trial/checks.yaml, men", "lacks 'matters'"],
    ),
    "a disagreement without a question": (
        {"checks": [WRONG | {"cause": "x", "matters": "x"}]},
        ["trial/checks.yaml, men", "lacks 'question'"],
    ),
    "an id twice": ({"checks": [CHECK, CHECK]}, ["trial/checks.yaml", "'women' stands twice", "Rename one"]),
    "an id twice, in two lists": (
        {"checks": [CHECK], "not_comparable": [APART | {"id": "women"}]},
        ["trial/checks.yaml", "'women' stands twice"],
    ),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_is_named_with_its_check_and_what_to_do(mistake):
    content, expected = MISTAKES[mistake]
    with pytest.raises(InputError) as error:
        run(**content)
    for words in expected:
        assert words in str(error.value), f"{words!r} is not in: {error.value}"


SETTINGS = [{"across": "setting"}]


def a_table(*rows: dict) -> pd.DataFrame:
    same = dict.fromkeys(DIMENSIONS, "all") | {"area": "leicestershire", "table": "support"}
    return pd.DataFrame([same | row for row in rows])


def run_table(table: pd.DataFrame, **declared) -> pd.DataFrame:
    resource = {"name": "support", "title": "People with support", **declared}
    frame = table.assign(key="trial/support!" + table["cell"], source="trial").set_index("key")
    return reconcile(Book(COUNTY, frame), {}, {"trial": [(resource, table)]}, [], SOURCES).set_index("check")


@pytest.mark.parametrize(
    ("printed", "tolerance", "verdict"),
    [(60, 0, "agrees"), (61, 1, "agrees_within_rounding"), (58, 2, "agrees_within_rounding"), (61, 0, "disagrees")],
)
def test_a_total_beside_its_parts(printed, tolerance, verdict):
    parts = [figure(36, setting="nursing", cell="B2"), figure(24, setting="residential", cell="C2")]
    another_year = figure(99, setting="nursing", cell="B3", year=2016)
    table = a_table(*parts, figure(printed, cell="D2"), another_year)
    bounds = {"where": {"setting": "all"}, "lower": 1, "upper": 1}
    remainders = [bounds | {"reason": "The cause.", "matters": "It matters.", "question": "Who?"}]
    found = run_table(table, totals=[{"across": "setting", "tolerance": tolerance, "remainders": remainders}])
    assert found["verdict"].to_dict() == {"support_D2_across_setting": verdict}
    row = found.iloc[0]
    assert row["what"] == "People with support (2015/16): total over all settings" and row["recomputed"] == 60
    assert row["inputs"] == "trial/support!B2 trial/support!C2"
    cause = f"The rows add to 60 and the printed total is {printed}. The cause."
    said = [cause, "It matters.", "Who?"] if verdict == "disagrees" else ["none"] * 3
    assert row[["cause", "matters", "question"]].tolist() == said and row["working"] == "sum of 2 figures"


def test_a_total_over_hidden_parts():
    parts = [figure(36, setting="nursing", cell="B2"), figure(0, setting="residential", cell="C2", upper=4) | HIDDEN]
    found = run_table(a_table(*parts, figure(39, cell="D2")), totals=[{"across": "setting"}]).iloc[0]
    assert found["verdict"] == "agrees_within_suppression"
    assert found[["recomputed_lower", "recomputed_upper"]].tolist() == [36, 40]


NOT_AVAILABLE = {"value": NotGiven("not_available"), "as_published": "[x]", "status": "not_available"}
NOT_APPLICABLE = {"value": NotGiven("not_applicable"), "as_published": "[z]", "status": "not_applicable"}
NO_BOUNDS = {"lower": float("nan"), "upper": float("nan")}


def test_a_total_over_a_part_that_is_not_available_is_not_comparable():
    part = figure(0, setting="residential", cell="C2") | NOT_AVAILABLE | NO_BOUNDS
    found = run_table(a_table(figure(36, setting="nursing", cell="B2"), part, figure(39, cell="D2")), totals=SETTINGS)
    assert found["verdict"].to_dict() == {"support_D2_across_setting": "not_comparable"}
    assert "not available" in found.iloc[0]["cause"] and found.iloc[0]["recomputed"] == "none"


def test_what_is_not_applicable_is_no_part_of_a_total():
    part = figure(0, setting="residential", cell="C2") | NOT_APPLICABLE | NO_BOUNDS
    for printed, verdict in ((36, "agrees"), (39, "disagrees")):
        table = a_table(figure(36, setting="nursing", cell="B2"), part, figure(printed, cell="D2"))
        found = run_table(table, totals=SETTINGS).iloc[0]
        assert (found["verdict"], found["inputs"]) == (verdict, "trial/support!B2")
    total = figure(0, cell="D2") | NOT_APPLICABLE | NO_BOUNDS
    assert run_table(a_table(figure(36, setting="nursing", cell="B2"), total), totals=SETTINGS).empty


def test_periods_of_two_lengths_in_one_series_are_not_comparable():
    quarter = {
        "period_start": "2017-04-01",
        "period_end": "2017-06-30",
        "period_kind": "quarter",
        "period": "Q1 2017/18",
    }
    rows = [figure(60, cell="B2"), figure(61, year=2016, cell="B3"), figure(15, cell="B4") | quarter]
    found = run_table(a_table(*rows)).loc["support_periods"]
    assert found["verdict"] == "not_comparable" and found["for_members"] == "yes"
    assert found["what"] == "People with support: years (2015/16 to 2016/17) beside a quarter (Q1 2017/18)"
    assert run_table(a_table(*rows[:2])).empty
