"""Disagreements as members read them: in groups, the widest first, and as questions for officers."""

import pandas as pd
import pytest

from helpers.paper import findings
from helpers.published import processed

MISSING = pd.DataFrame([{"what": "A chart"}])


def row(check: str, printed: float, recomputed: float, matters: str = "It matters.", **more) -> dict:
    said = {
        "source": "trial",
        "what": f"Figure {check}",
        "published": check,
        "as_published": str(printed),
        "unit": "beds",
    }
    bounds = {"recomputed": recomputed, "recomputed_lower": recomputed, "recomputed_upper": recomputed}
    flags = {"hidden": "no", "at_most": "no", "question": f"Why {check}?"}
    return said | bounds | flags | {"check": check, "printed": printed, "matters": matters} | more


def total(cell: str, printed: float, recomputed: float, table: str = "support", **more) -> dict:
    what = f"People in {table} (2015/16): total in {cell}"
    return row(f"{table}_{cell}_across_setting", printed, recomputed, what=what, question="Who is missing?", **more)


def groups(*rows: dict) -> list[dict]:
    return findings.in_groups(pd.DataFrame(rows))


def test_totals_that_matter_alike_are_one_group_under_the_names_of_their_tables():
    found = groups(total("H11", 61, 60), total("B11", 61, 59), total("H11", 31, 30, "other"))
    assert found == [
        {
            "source": "trial",
            "what": "Three checks of totals in: People in support; People in other",
            "printed": "61 beds; 61 beds; 31 beds",
            "comes_to": "60 beds; 59 beds; 30 beds",
            "matters": "It matters.",
            "question": "Who is missing?",
            "keys": [f"trial/{table}_across_setting" for table in ("support_H11", "support_B11", "other_H11")],
        }
    ]


def test_other_figures_that_matter_alike_are_named_each():
    (found,) = groups(row("a", 61, 60), row("b", 61, 60), total("H11", 61, 60))
    assert found["what"] == "Figure a; Figure b; People in support (2015/16): total in H11"


def test_what_matters_otherwise_or_stands_in_another_document_is_apart():
    rows = [row("a", 61, 60), row("b", 61, 60, "Otherwise."), row("c", 61, 60, source="elsewhere")]
    assert [group["keys"] for group in groups(*rows)] == [["trial/a"], ["trial/b"], ["elsewhere/c"]]


def test_the_widest_gap_stands_first_whichever_way_and_however_large_the_figures():
    rows = [
        row("close", 10_100, 10_000, "1"),
        row("far", 3, 2, "2"),
        row("below", 39, 100, "3"),
        row("none", 1, 0, "4"),
    ]
    order = ["trial/none", "trial/below", "trial/far", "trial/close"]
    assert [group["keys"] for group in groups(*rows)] == [[key] for key in order]


def test_a_group_stands_where_its_widest_gap_does():
    rows = [row("between", 130, 100, "Otherwise."), row("a", 101, 100), row("b", 200, 100)]
    assert [group["what"] for group in groups(*rows)] == ["Figure a; Figure b", "Figure between"]


def test_figures_as_read_from_a_file_are_grouped_alike():
    rows = [row("far", 3, 2, "Otherwise."), total("H11", 61, 60), total("B11", 61, 59)]
    assert findings.in_groups(pd.DataFrame(rows).astype(str)) == groups(*rows)


def test_each_group_is_one_question_and_what_is_missing_is_the_last():
    found = groups(row("a", 3, 2, "1"), row("b", 3, 2, "2", question="Why a?"), row("c", 2.1, 2, "3"))
    assert findings.questions(found, MISSING.iloc[:0]) == ["Why a?", "Why c?"]
    *first, last = findings.questions(found, MISSING)
    assert first == ["Why a?", "Why c?"] and last.startswith("Can officers bring") and "missing" in last


@pytest.mark.parametrize(
    ("formula", "same"),
    [
        ("months_since_last_review", True),
        ("quality_assurance!B7.coverage", True),
        ("leicester_overview_2024/people!C3", True),
        ("months(complaints)", False),
        ("100 - share", False),
        ("sum(population!C2:C4)", False),
        ("sum of the parts across setting", False),
    ],
)
def test_a_figure_beside_itself_in_another_place_is_a_formula_of_one_figure(formula, same):
    assert findings.in_two_places(pd.DataFrame([{"formula": formula}])) == same


def test_the_turnover_that_the_county_s_other_jobs_would_need_is_the_one_worked_out():
    found = processed.read_processed("checks_leicestershire").set_index("check")
    said, worked = found.loc["turnover_of_groups_against_all_staff", "cause"], found.loc["turnover_other_jobs_implied"]
    value, most = (f"{float(worked[column]):.1f}%" for column in ("recomputed", "recomputed_upper"))
    assert f"about {value} a year, and at most {most} with rounding" in said
    apart = found[found["verdict"] == "not_comparable"]
    assert apart.index[0] == "turnover_of_groups_against_all_staff"


def test_no_question_without_a_reason():
    assert findings.questions([], MISSING.iloc[:0]) == []


def test_keys_name_the_document_and_the_check():
    assert findings.keys(pd.DataFrame([row("a", 3, 2)])) == ["trial/a"]


def test_one_check_of_totals_and_a_disagreement_without_a_question():
    (found,) = groups(total("H11", 61, 60) | {"question": "none"})
    assert found["what"] == "One check of totals in: People in support"
    assert findings.questions([found], pd.DataFrame()) == []


def test_no_check_stands_in_two_places_where_there_is_none():
    assert findings.in_two_places(pd.DataFrame(columns=["formula"], dtype=str)) == 0
