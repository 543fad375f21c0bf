"""Disagreements as members read them: in groups, the widest first, and as questions for officers."""

import pandas as pd

from helpers import findings

MISSING = pd.DataFrame([{"what": "A chart"}])


def row(check: str, printed: float, recomputed: float, matters: str = "It matters.", **more) -> dict:
    said = {
        "source": "trial",
        "what": f"Figure {check}",
        "published": check,
        "as_published": str(printed),
        "unit": "beds",
    }
    bounds = {"recomputed": recomputed, "recomputed_lower": recomputed, "recomputed_upper": recomputed, "hidden": "no"}
    return said | bounds | {"check": check, "printed": printed, "matters": matters} | more


def total(cell: str, printed: float, recomputed: float, matters: str = "It matters.", table: str = "support") -> dict:
    what = f"People with support (2015/16): total in {cell}"
    return row(f"{table}_{cell}", printed, recomputed, matters, published=f"{table}!{cell}", what=what)


def groups(*rows: dict) -> list[dict]:
    return findings.in_groups(pd.DataFrame(rows))


def test_totals_of_one_table_that_matter_alike_are_one_group():
    assert groups(total("H11", 61, 60), total("B11", 61, 59)) == [
        {
            "what": "People with support: two totals",
            "printed": "61 beds",
            "comes_to": "60 beds and 59 beds",
            "matters": "It matters.",
            "keys": ["trial/support_H11", "trial/support_B11"],
        }
    ]


def test_other_figures_stand_alone():
    apart = [total("H11", 61, 60), total("H11", 61, 60, "Otherwise."), total("H11", 61, 60, table="other")]
    apart += [row("a", 61, 60), row("b", 61, 60)]
    found = groups(*apart)
    assert [group["keys"] for group in found] == [[f"trial/{each['check']}"] for each in apart]
    assert found[-1]["what"] == "Figure b" and found[-1]["matters"] == "It matters."


def test_the_widest_gap_stands_first_whichever_way_and_however_large_the_figures():
    rows = [row("close", 10_100, 10_000), row("far", 3, 2), row("below", 40, 100), row("from_none", 1, 0)]
    assert [group["keys"] for group in groups(*rows)] == [
        *(["trial/from_none"], ["trial/below"], ["trial/far"], ["trial/close"])
    ]


def test_a_group_stands_where_its_widest_gap_does():
    rows = [row("between", 130, 100), total("H11", 101, 100), total("B11", 200, 100)]
    assert [group["what"] for group in groups(*rows)] == ["People with support: two totals", "Figure between"]


def test_figures_as_read_from_a_file_are_grouped_alike():
    rows = [row("far", 3, 2), total("H11", 61, 60), total("B11", 61, 59)]
    texts = pd.DataFrame(rows).astype(str)
    assert findings.in_groups(texts) == groups(*rows)


def test_each_of_the_first_disagreements_is_a_question_and_what_is_missing_is_one():
    found = groups(*(row(f"f{number}", 100 + number, 100) for number in range(1, findings.SHOWN + 3)))
    asked = findings.questions(found, MISSING)
    assert len(asked) == findings.SHOWN + 1
    assert asked[0] == "Figure f7: which is right, 107 beds, as printed, or 100 beds, as the other figures give?"
    assert "missing" in asked[-1]


def test_no_question_without_a_reason():
    assert findings.questions([], MISSING.iloc[:0]) == []
    assert len(findings.questions(groups(row("a", 3, 2)), MISSING.iloc[:0])) == 1
