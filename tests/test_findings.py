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
    found = findings.in_groups(pd.DataFrame(rows))
    return [{name: value for name, value in group.items() if name != "widest"} for group in found]


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
    (found,) = groups(row("a", 61, 60), total("H11", 61, 60))
    assert found["what"] == "Figure a; People in support (2015/16): total in H11"


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
    read = findings.in_groups(pd.DataFrame(rows).astype(str))
    assert [{name: group[name] for name in group if name != "widest"} for group in read] == groups(*rows)


def test_each_group_is_one_question_and_what_is_missing_is_the_last():
    found = groups(row("a", 3, 2, "1"), row("b", 3, 2, "2", question="Why a?"), row("c", 2.1, 2, "3"))
    assert findings.questions(found, MISSING.iloc[:0]) == ["Why a?", "Why c?"]
    *first, last = findings.questions(found, MISSING)
    assert first == ["Why a?", "Why c?"] and last.startswith("Can officers bring") and "missing" in last


def check(name: str, published: str, formula: str, verdict: str = "agrees", inputs: str = "") -> dict:
    return row(name, 3, 3, published=published, formula=formula, verdict=verdict, inputs=inputs or f"trial/{formula}")


def counted(*rows: dict) -> dict[str, int]:
    return findings.figures(pd.DataFrame(rows))["found"].value_counts().to_dict()


def test_one_figure_printed_in_two_places_is_no_check():
    assert counted(check("again", "days_repeated", "days")) == {}
    assert counted(check("again", "days_repeated", "days", "agrees_within_rounding")) == {}


def test_two_figures_that_should_be_one_and_differ_are_a_check():
    assert counted(check("again", "days_repeated", "days", "disagrees")) == {findings.APART: 1}


def test_a_figure_that_is_printed_in_several_places_and_checked_in_each_counts_once():
    rows = [
        check("total", "staff", "carers + managers", inputs="trial/carers trial/managers"),
        check("total_again", "staff_repeated", "carers + managers", inputs="trial/carers trial/managers"),
        check("same", "staff_repeated", "staff"),
    ]
    assert counted(*rows) == {findings.FITS: 1}
    assert counted(*rows[:2]) == {findings.FITS: 2}  # nothing says that the two are one


def test_a_figure_has_its_worst_verdict():
    ways = [("parts", "agrees"), ("hidden", "agrees_within_suppression"), ("whole", "disagrees")]
    rows = [check(name, "staff", f"{name} / jobs", verdict, f"trial/{name} trial/jobs") for name, verdict in ways]
    assert counted(*rows) == {findings.APART: 1}
    assert counted(*rows[:2]) == {findings.FITS_HIDDEN: 1} and counted(*rows[:1]) == {findings.FITS: 1}
    assert list(findings.figures(pd.DataFrame(rows))["check"]) == ["whole"]


def test_a_function_of_one_figure_compares_two_statements():
    assert counted(check("asked", "months_asked", "months(complaints)", inputs="trial/complaints")) == {
        findings.FITS: 1
    }


def test_figures_of_two_documents_are_two_and_one_named_with_its_document_is_the_same():
    elsewhere = check("b", "staff", "sum(a!B2:B3)", inputs="other/a!B2 other/a!B3") | {"source": "other"}
    assert counted(check("a", "staff", "carers + managers", inputs="x y"), elsewhere) == {findings.FITS: 2}
    named = check("c", "other/staff", "carers + managers", inputs="x y")
    assert counted(named, elsewhere) == {findings.FITS: 1}


@pytest.mark.parametrize(("council", "figures"), [("leicester", (53, 45, 0, 8)), ("leicestershire", (91, 57, 19, 15))])
def test_how_many_figures_of_each_council_fit(council, figures):
    checks = processed.read_processed(f"checks_{council}")
    own = checks[checks["source"].str.startswith(f"{council}_")]
    found = findings.figures(own)["found"]
    kinds = (findings.FITS, findings.FITS_HIDDEN, findings.APART)
    assert (len(found), *((found == kind).sum() for kind in kinds)) == figures


@pytest.mark.parametrize(("council", "kinds"), [("leicester", (4, 3, 1)), ("leicestershire", (6, 4, 5))])
def test_what_does_not_fit_is_told_by_how_far_it_lies(council, kinds):
    checks = processed.read_processed(f"checks_{council}")
    own = checks[checks["source"].str.startswith(f"{council}_")]
    found = findings.figures(own)
    assert tuple(findings.kinds(found)[kind] for kind in (findings.FAR, findings.CLOSE, findings.LABEL)) == kinds
    groups = findings.in_groups(own[own["verdict"] == "disagrees"])
    told = "; ".join(findings.groups_table(groups, found)["How many"])
    for kind, number in zip((findings.FAR, findings.CLOSE, findings.LABEL), kinds, strict=True):
        assert sum(int(one.split()[0]) for one in told.split("; ") if one.endswith(kind)) == number


@pytest.mark.parametrize(
    ("printed", "recomputed", "unit", "kind"),
    [
        (105, 100, "beds", findings.FAR),
        (95, 100, "beds", findings.FAR),
        (104, 100, "beds", findings.CLOSE),
        (17, 180, "page", findings.LABEL),
    ],
)
def test_a_gap_is_far_from_its_share_on(printed, recomputed, unit, kind):
    assert findings.kind_of_gap(pd.Series(row("a", printed, recomputed, unit=unit))) == kind


def test_one_and_several_figures_of_a_kind_are_said_so():
    source = "leicester_foi_2024"
    one = [row("a", 3, 2, source=source)]
    two = [*one, row("b", 101, 100, source=source), row("c", 1010, 1000, source=source)]
    where = "Freedom of Information answer, 2024, now six years old."
    for rows, words in (
        (one, f"One lies 5% or more apart. It stands in {where}"),
        (two, f"One lies 5% or more apart; two lie closer. All stand in {where}"),
    ):
        assert str(findings.by_kind(pd.DataFrame(rows).assign(found=findings.APART), "leicester", 2030)) == words
    apart = pd.DataFrame(one).assign(found=findings.APART)
    assert "old" not in str(findings.by_kind(apart, "leicester", 2026))
    assert findings.by_kind(apart.assign(found=findings.FITS), "leicester", 2026) is None


def test_what_was_not_given_is_asked_for_before_what_a_picture_hides():
    missing = pd.DataFrame(
        [
            {"what": f"{kind} {number}", "kind": kind, "needed_for": "plans"}
            for number in range(6)
            for kind in ("chart", "placeholder", "not_given")
        ]
    )
    shown = list(findings.missing_for_members(missing)["Missing"])
    assert shown == [f"not_given {number}" for number in range(6)] + ["chart 0", "chart 1"]
    assert findings.not_seen(missing).startswith(
        "Six charts are pictures alone, so that their numbers are not on file; "
    )


def test_pages_years_and_dates_come_after_what_counts():
    page = row("page", 17, 180, "1") | {"unit": "page"}
    assert [group["keys"] for group in groups(page, row("close", 101, 100, "2"))] == [["trial/close"], ["trial/page"]]


def test_more_than_two_figures_of_a_group_are_named_by_the_first():
    (found,) = groups(row("a", 3, 2), row("b", 3, 2), row("c", 3, 2))
    assert found["what"] == "Figure a; and two more like it"


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


def test_no_figure_is_found_where_nothing_is_checked():
    assert counted(check("a", "b", "c + d", "derived_only")) == {}


def test_questions_leave_room_for_what_is_missing():
    found = groups(*(row(str(number), 3 + number, 2, str(number)) for number in range(9)))
    asked = findings.questions(found, MISSING)
    assert len(asked) == 6 and "missing here" in asked[-1]
    assert len(findings.questions(found, MISSING.iloc[:0])) == 6
