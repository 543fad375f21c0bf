"""The paper on official tables of all councils: its words follow its findings, and stay plain."""

import nbformat
import pandas as pd
import pytest
import readability

from helpers.base.paths import root
from helpers.paper.england_checked import SUMS, Checked
from helpers.paper.publish.document import from_notebook

NOTEBOOK = "notebooks/england/england_figures_checked.ipynb"


@pytest.fixture
def checked() -> Checked:
    return Checked()


def with_rows(checked: Checked, rows: pd.DataFrame) -> Checked:
    """The same, had these findings been made."""
    changed = Checked()
    changed.__dict__ |= {"found": rows, "tried": checked.tried, "content": checked.content}
    return changed


def test_the_finding_counts_what_was_found(checked):
    jumps = checked.of("jumps")
    assert str(checked.finding) == (
        f"Official totals and rates add up, but {len(jumps)} sudden changes in {jumps['council'].nunique()} councils "
        "need a reason"
    )
    assert len(jumps) > 100 and checked.times_tried(*SUMS).text == "24,600"


def test_the_words_turn_with_the_findings(checked):
    wrong = checked.jumps[:1].assign(rule="totals", least=10.0, most=12.0, gap=3.0, before=float("nan"))
    changed = with_rows(checked, wrong)
    assert str(changed.finding) == "1 official figure cannot be right"
    assert str(changed.sums_said).startswith("1 of 24,600")
    assert list(changed.sums_table()["Would follow"].map(str)) == ["10 to 12"]
    none = with_rows(checked, checked.found[:0])
    assert str(none.finding) == "Official totals and rates add up" and none.questions() == []


def test_known_slips_are_among_what_is_found(checked):
    """Each worked by hand from the published workbooks."""
    jumps = checked.jumps.set_index(["council", "what"])
    sheffield = jumps.loc[("Sheffield", "long term support, 18-64, 2021/22, people")]
    assert (sheffield["as_published"], sheffield["before"]) == ("3330", 5685) and sheffield["least"] > 3330
    durham = jumps.loc[("Durham", "in house, 2021/22, gbp per week")]
    assert durham["as_published"] == "12841.2698" and durham["most"] < 12841
    assert set(checked.of("codes")["council"]) == {"Dorset County"}
    below = checked.below_zero_table().set_index(["Council", "Of"])["Printed"].map(str)
    assert below[("Reading", "home care, aged 65 and over, 2021/22")] == "−930"
    assert "−93.75" in set(below["Tower Hamlets"])


def test_a_figure_prints_plain_in_a_table_and_with_its_unit_in_a_sentence(checked):
    first = checked.leading[checked.leading["council"] == "Tower Hamlets"].iloc[0]
    assert (str(checked.printed(first)), str(checked.printed(first, with_unit=True))) == ("828", "£828,000")
    assert str(checked.questions()[0]).startswith("Tower Hamlets: income, client contributions, 2021/22, went from £")


def test_a_hidden_figure_is_counted_and_nothing_of_it_is_said(checked):
    """Of a mark nothing but its own text is kept, and no finding rests on one hidden count that would follow."""
    marks = checked.of("without_number")
    assert set(marks["as_published"]) <= {"[c]", "[x]", "[z]", ":"}
    assert marks[["before", "least", "most"]].isna().all(axis=None)
    assert not checked.jumps["as_published"].str.contains(r"\[", regex=True).any()
    assert checked.jumps["before"].gt(0).all() and (checked.of(*SUMS)["hidden"] == "no").all()


def test_the_stored_paper_keeps_to_plain_words():
    document = from_notebook(nbformat.read(root() / NOTEBOOK, as_version=4))
    readability.check(document)
    assert readability.grade(readability.members_prose(document)) <= 8
