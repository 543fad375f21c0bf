"""What a paper may ask of a member who has three minutes: every paper keeps to it, and one that does not is refused."""

import re

import briefing_fixture as briefing
import nbformat
import pytest
from conftest import PROJECT

from helpers.base.mime import FRONT
from helpers.paper.publish import limits
from helpers.paper.publish.document import from_notebook
from helpers.paper.publish.errors import PublishError
from helpers.paper.publish.pdf import to_pdf

BRIEFINGS = sorted(path for path in (PROJECT / "notebooks/briefings").glob("[!.]*.ipynb") if ".failed" not in path.name)


@pytest.mark.papers
@pytest.mark.parametrize("path", BRIEFINGS, ids=lambda path: path.stem)
def test_every_paper_keeps_to_its_limits(path):
    document = from_notebook(nbformat.read(path, as_version=4))
    over = limits.over(limits.measured(document, to_pdf(document)))
    assert not over, "\n".join(over)


MESSAGES = ("- **Now.** In 2024/25 there were 3,966.", "- It may rise.", "- The range is 3,500 to 5,400.")
HOW_GOOD = "### How good is this?\n\nIt was tried. It is no forecast."


def said(text, source="%%say\n{finding}"):
    """A cell that says a text."""
    cell = briefing.shown(briefing.said(text))
    cell["source"] = source
    return cell


def over(*cells, heading="## More people by 2030"):
    """What is over the limits in a paper of these cells, below a finding that is computed."""
    document = paper(*cells, heading=heading)
    return limits.over(limits.measured(document, to_pdf(document)))


def paper(*cells, heading="## More people by 2030"):
    """The document model of a paper of these cells, below a finding that is computed."""
    start = [briefing.words("# A title\n\nWhat is asked?"), briefing.shown({FRONT: briefing.FRONT})]
    finding = [said(heading)] if heading else []
    return from_notebook(nbformat.v4.new_notebook(cells=[*start, *finding, *cells]))


def test_a_short_paper_is_within_them():
    assert over(said("\n".join(MESSAGES)), briefing.words(HOW_GOOD)) == []


LONG = "word " * 36
FAULTS = {
    "words": (
        [f"{MESSAGES[0]} {LONG}", *MESSAGES[1:]],
        "",
        r"1 \(“Now. In 2024/25 there were .*”\) has 42 words",
    ),
    "numbers": (["- 1,200 to 1,300 (1,100 to 1,500).", *MESSAGES[1:]], "", "Message 1 .* has 4 numbers.* at most 3"),
    "sentences": (["- **Now.** One is. So is this. And this.", *MESSAGES[1:]], "", "Message 1 .* has 3 sentences"),
    "few": (MESSAGES[:2], "", "has 2 key messages below its heading, and 3 to 5 are read. Say what else"),
    "many": (MESSAGES * 2, "", "has 6 key messages.* Leave out or join"),
    "how good": (MESSAGES, f"{HOW_GOOD} And more.", "has 3 sentences under “How good is this\\?”, and at most 2"),
    "page one": (MESSAGES, f"### More\n\n{LONG * 6}", r"has 2\d\d words on page one beside its chart, and at most 220"),
    "questions": (MESSAGES, "### More\n\n" + "- Why?\n" * 7, "has 7 questions, and at most 6 are read"),
    "pages": (MESSAGES, "### More\n\n" + f"{LONG * 3}\n\n" * 30, "has 4 pages before its annex, and at most 2"),
    "builders": (MESSAGES, "### More\n\nThe notebooks say so.", "Members' pages say “notebook”.* Say it in the annex"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_each_fault_is_said_with_what_to_do(fault):
    messages, more, expected = FAULTS[fault]
    found = over(said("\n".join(messages)), *([briefing.words(more)] if more else []))
    assert any(re.search(expected, line) for line in found), found
    # What else may come with a long text is its length: each fault is found by itself.
    assert len(found) == 1 or fault == "pages"


@pytest.mark.parametrize(
    ("heading", "expected"),
    [
        (None, "Its finding is missing: no heading stands above the messages. Say what was found in a cell of its own"),
        ("## How many people?", "Its heading “How many people?” is a question"),
    ],
)
def test_a_paper_without_a_finding_is_refused(heading, expected):
    (first, *_) = over(said("\n".join(MESSAGES)), heading=heading)
    assert expected in first


def test_a_heading_that_is_typed_is_no_finding():
    typed = over(briefing.words("## Key messages"), said("\n".join(MESSAGES)), heading=None)
    assert len(typed) == 1 and "Its finding is missing: “Key messages” is typed" in typed[0]
    named_nothing = over(said("## Key messages", "%%say\n## Key messages"), said("\n".join(MESSAGES)), heading=None)
    assert named_nothing == typed


def test_the_build_refuses_it():
    document = from_notebook(briefing.notebook())
    pdf = to_pdf(document)
    with pytest.raises(PublishError, match="more than a member reads in three minutes:\n- Its finding is missing"):
        limits.check(document, pdf)


def test_a_paper_that_is_left_out_has_nothing_to_measure():
    assert over(said("**Not on file for Mercia: a count.** It is left out."), heading=None) == []


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("In 2029/30, of those aged 65 and over or 18 to 64, on 31 March 2029", []),
        ("About 4,320 (likely range, four in five: 3,500 to 5,400)", ["4,320", "3,500", "5,400"]),
        ("£1.9 million, 12% of it, by 2030", ["£1.9", "12"]),
        ("level 2, and 2,024 people", ["2,024"]),
    ],
)
def test_what_counts_as_a_number(text, numbers):
    assert limits.numbers_in(text) == numbers


def test_the_limits_are_those_that_analysts_are_told():
    told = (PROJECT / "docs/how-to/paper.md").read_text(encoding="utf-8")
    for limit in (limits.WORDS_OF_A_MESSAGE, limits.WORDS_ON_PAGE_ONE):
        assert f" {limit} words" in told


def test_what_is_counted_on_page_one_is_what_begins_on_it():
    found = over(said("\n".join(MESSAGES)), briefing.words("### More\n\n" + f"{'word ' * 40}\n\n" * 25))
    (line,) = [line for line in found if "on page one" in line]
    assert 300 < int(line.split()[3]) < 900  # of a thousand


def test_what_stands_last_on_a_full_page_one_moves_to_the_next():
    chart = briefing.shown(briefing.figure("A finding", "A line rises."))
    questions = briefing.words("### What is asked\n\nTo note.\n\n### Questions\n\n" + f"- {'word ' * 200}\n")
    document = paper(said("\n".join(MESSAGES)), briefing.words(HOW_GOOD), chart, questions)
    pdf = to_pdf(document)
    assert limits.measured(document, pdf)["page_one"] > limits.WORDS_ON_PAGE_ONE
    moved = limits.on_two_pages(document, pdf)
    assert [block["text"] for block in moved["blocks"] if block.get("new_page")] == ["Questions"]
    found = limits.measured(moved, to_pdf(moved))
    assert found["page_one"] <= limits.WORDS_ON_PAGE_ONE and found["pages"] == 2
    assert limits.on_two_pages(moved, to_pdf(moved)) is moved
