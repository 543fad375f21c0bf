"""How hard a briefing's members' pages are to read: their prose, its grade, its longest stretch without a pause."""

import re

from helpers.paper.publish import prose
from helpers.paper.publish.abbreviations import ABBREVIATIONS, KNOWN, in_text, printed

#: The hardest that members' pages may be: a Flesch-Kincaid grade. A reading age is five years more.
HARDEST_GRADE = 8.0
#: The most words between two marks that let a reader pause: a full stop, a colon, a semicolon.
LONGEST_STRETCH = 45
#: A number as it is read: one word, of no syllables of its own.
_NUMBER = r"£?\d[\d.,/–-]*(?:%|\b)"
_WORD = r"[^\W\d_]+(?:’[^\W\d_]+)?"


def members_prose(document: dict) -> list[str]:
    """The paragraphs and list items before the annex, the question under the title first; no headings, no tables."""
    return [prose.plain(document["subtitle"]), *(text for block in members_blocks(document) for text in _texts(block))]


def members_blocks(document: dict) -> list[dict]:
    """The blocks before the annex."""
    kinds = [block["kind"] for block in document["blocks"]]
    return document["blocks"][: kinds.index("annex")] if "annex" in kinds else document["blocks"]


def _texts(block: dict) -> list[str]:
    if block["kind"] == "list":
        return [text for item in block["items"] for part in item for text in _texts(part)]
    return [prose.plain(block["inlines"])] if "inlines" in block else []


def sentences(texts: list[str]) -> list[str]:
    """The sentences of these texts."""
    found = [sentence for text in texts for sentence in re.split(r"(?<=[.?!])[”’)]*\s+", text)]
    return [sentence for sentence in found if re.search(_WORD, sentence)]


def grade(texts: list[str]) -> float:
    """The Flesch-Kincaid grade of these texts. A number makes a sentence longer, and is no long word."""
    found = sentences(texts)
    words = [word for sentence in found for word in re.findall(_WORD, sentence)]
    numbers = sum(len(re.findall(_NUMBER, sentence)) for sentence in found)
    return 0.39 * (len(words) + numbers) / len(found) + 11.8 * sum(map(syllables, words)) / len(words) - 15.59


#: Letters at a word's end that are written and not spoken: tale, asked, homes; but agree, table, wanted, nurses.
_SILENT = re.compile(r"(?<![^aeiouy]l)(?<!e)e$|[^tdu]ed$|[^aeioucgsxlh]es$")
#: Vowels side by side that are spoken apart (in social and million they are not), and -ism, which has no vowel for one.
_APART = re.compile(r"i[ao]|ua[^r]|uou|ying|sm$")
_TOGETHER = re.compile(r"[tcs]i[oa]|lion|qua[^r]")


def syllables(word: str) -> int:
    """How many syllables a word has, from its letters: for most words as many as are spoken, and rarely too few."""
    letters = re.sub(r"[^a-z]", "", word.lower().removesuffix("’s"))
    vowels = len(re.findall(r"[aeiouy]+", letters))
    apart = len(_APART.findall(letters)) - len(_TOGETHER.findall(letters))
    return max(1, vowels + apart - bool(_SILENT.search(letters)))


def longest_stretch(texts: list[str]) -> str:
    """The stretch with the most words, between full stops, colons and semicolons."""
    stretches = [stretch for sentence in sentences(texts) for stretch in re.split(r"[:;]\s+", sentence)]
    return max(stretches, key=lambda stretch: len(stretch.split()))


def check(document: dict) -> None:
    """Assert that a briefing's members' pages are within the limits, with what to do where they are not."""
    texts = members_prose(document)
    measured = grade(texts)
    assert measured <= HARDEST_GRADE, f"{document['title']}: grade {measured:.1f}. Use shorter words and sentences."
    stretch = longest_stretch(texts)
    count = len(stretch.split())
    assert count <= LONGEST_STRETCH, f"{document['title']}: {count} words without a pause. Split it: “{stretch}”"
    unknown = {name for block in members_blocks(document) for name in in_text(printed(block))} - {
        *ABBREVIATIONS,
        *KNOWN,
    }
    assert not unknown, f"{document['title']}: add {unknown} to helpers/publish/abbreviations.py, with its words."
