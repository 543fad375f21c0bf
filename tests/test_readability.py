"""Members' pages are in plain English: a stated grade, no endless stretch, abbreviations written out."""

import re

import briefing_fixture as briefing
import nbformat
import pytest
import readability
from conftest import PROJECT

from helpers.base.mime import FRONT
from helpers.paper.publish import prose
from helpers.paper.publish.document import from_notebook

BRIEFINGS = sorted((PROJECT / "notebooks/briefings").glob("[!.]*.ipynb"))
BRIEFINGS = [path for path in BRIEFINGS if ".failed" not in path.name]


@pytest.mark.parametrize("path", BRIEFINGS, ids=lambda path: path.stem)
def test_members_pages_are_in_plain_english(path):
    readability.check(from_notebook(nbformat.read(path, as_version=4)))


def test_the_target_is_the_one_that_analysts_are_told():
    told = " ".join((PROJECT / "docs/how-to/paper.md").read_text(encoding="utf-8").split())
    assert f"grade of at most {readability.HARDEST_GRADE:g}" in told
    assert f"reading age of {readability.HARDEST_GRADE + 5:g}" in told
    assert f"{readability.LONGEST_STRETCH} words" in told


@pytest.mark.parametrize(
    ("word", "count"),
    [
        *(("care", 1), ("people", 2), ("council", 2), ("council’s", 2), ("committee", 3), ("reprovision", 4)),
        *(("Blaby", 2), ("quarter", 2), ("asked", 1), ("counted", 2), ("homes", 1), ("nurses", 2), ("table", 2)),
        *(("million", 2), ("social", 2), ("criticism", 4), ("continuous", 4), ("agree", 2)),
    ],
)
def test_syllables_are_counted_from_the_letters_as_they_are_spoken(word, count):
    assert readability.syllables(word) == count


def test_the_grade_is_that_of_flesch_and_kincaid():
    # Nine words of eleven syllables in two sentences; a number is a word more, without syllables.
    words, syllables, sentences = 9, 11, 2
    by_hand = 0.39 * (words + 1) / sentences + 11.8 * syllables / words - 15.59
    assert readability.grade(["The council met in May. It heard of 1,205 people."]) == pytest.approx(by_hand)


def document_with(*cells):
    start = [briefing.words("# A title\n\nWhat is asked?"), briefing.shown({FRONT: briefing.FRONT})]
    return from_notebook(nbformat.v4.new_notebook(cells=[*start, *cells]))


def text_of(block):
    return prose.plain(block["inlines"])


class TestAbbreviations:
    def test_prose_has_the_words_before_the_first_one_only(self):
        blocks = document_with(briefing.words("The *ONS* says so.\n\nThe ONS said so."))["blocks"]
        assert text_of(blocks[0]) == "The Office for National Statistics (ONS) says so."
        assert text_of(blocks[1]) == "The ONS said so."

    def test_words_that_are_there_already_stay_alone(self):
        blocks = document_with(briefing.words("The Office for National Statistics (ONS) says so."))["blocks"]
        assert text_of(blocks[0]).count("Office") == 1

    def test_a_table_has_them_in_its_note(self):
        bundle = briefing.table("Title", ["From", "People"], [["POPPI", "5"]], source="ONS")
        block = document_with(briefing.shown(bundle))["blocks"][0]
        assert block["source"] == "ONS" and block["rows"] == [["POPPI", "5"]]
        for words in ("ONS: Office for National Statistics.", "POPPI: Projecting Older People Population Information."):
            assert words in block["note"]

    def test_a_heading_leaves_them_to_what_follows(self):
        blocks = document_with(briefing.words("## The FOI answer\n\nThe FOI answer says so."))["blocks"]
        assert blocks[0]["text"] == "The FOI answer"
        assert text_of(blocks[1]) == "The Freedom of Information (FOI) answer says so."

    def test_one_that_is_not_on_the_list_is_named(self):
        with pytest.raises(AssertionError, match="XYZ"):
            readability.check(document_with(briefing.words("The XYZ says so.")))

    def test_codes_and_parts_of_words_are_none(self):
        assert re.findall("ONS", text_of(document_with(briefing.words("E10000018 and ONS-like."))["blocks"][0])) == [
            "ONS"
        ]


def test_hard_pages_are_told():
    long = "Notwithstanding considerable organisational uncertainty, commissioners' responsibilities necessitate"
    with pytest.raises(AssertionError, match="grade"):
        readability.check(document_with(briefing.words(f"{long} prioritisation.")))
    with pytest.raises(AssertionError, match="words without"):
        readability.check(document_with(briefing.words("We go on and " * 12 + "on.")))
