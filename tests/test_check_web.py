"""What `make check-web` says of charts and PDFs. (It plants faults in pages itself, in the browser that it needs.)"""

import importlib.util

import briefing_fixture as briefing
import pytest
from conftest import PROJECT

from helpers.paper.publish.document import from_notebook
from helpers.paper.publish.pdf import to_pdf

SPEC = importlib.util.spec_from_file_location("check_web", PROJECT / "tests/web/check_web.py")
check_web = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(check_web)
ALT = "Line chart of people with support: 100 in 2018, 136 in 2030."


@pytest.fixture(scope="module")
def paper():
    return to_pdf(from_notebook(briefing.notebook()))


@pytest.mark.parametrize(
    ("name", "text", "problem"),
    [
        ("Figure 1. Demand rises each year", ALT, None),
        ("Figure 1. Demand rises each year", "A chart of demand over years", "says no figures"),
        ("Figure 1. Demand rises each year", "", "says no figures"),
        ("Figure 1. Demand", ALT, "its title says no finding"),
    ],
)
def test_a_chart_says_its_finding_and_its_figures(name, text, problem):
    found = check_web.unsaid([[name, text]])
    assert found == [] if problem is None else len(found) == 1 and problem in found[0]


def test_the_gate_finds_a_paper_without_a_language(paper):
    assert check_web.wrong_with_pdf(paper) == []
    found = check_web.wrong_with_pdf(check_web.without_language(paper))
    assert any("PDF/UA-1, rule" in problem for problem in found)


@pytest.mark.parametrize(("says", "problems"), [("echo PASS $5", 0), ("echo FAIL $5; exit 1", 2), ("echo FAIL $5", 2)])
def test_verapdf_is_heard_where_the_machine_has_it(paper, tmp_path, says, problems):
    verapdf = tmp_path / "verapdf"
    verapdf.write_text(f"#!/bin/sh\n{says}\n")
    verapdf.chmod(0o755)
    found = check_web.wrong_with_pdf(paper, str(verapdf))
    assert [problem.split(", veraPDF: FAIL")[0] for problem in found] == ["PDF/UA-1", "PDF/A-2a"][:problems]


def test_every_way_that_a_page_is_shown_has_a_planted_fault():
    assert {way for shown, _ in check_web.PLANTED.values() for way in shown} == set(check_web.SHOWN)
