"""No comparison word outlives its figure: each word that compares is tried on a figure that is more, fewer and alike.

First word by word, of all that a message may name; then in the messages themselves, where such a word may not be typed;
then in whole papers, whose projections are turned round and held still.
"""

import inspect
import json
import re

import pytest
from altered_papers import BRIEFINGS, Papers
from conftest import PROJECT
from test_words_of_projections import CITY, COUNTY, STILL, TURNED, of_projections

from helpers.base import wording
from helpers.base.numbers import Change, Number
from helpers.base.printed_numbers import figures_in
from helpers.paper.publish import arithmetic
from helpers.pipeline.typed_figures import is_message

#: At 5, 10, 25, 50, 75, 90 and 95 per cent of the draws, as shares of the number itself.
DRAWS = (0.9, 0.95, 0.97, 1.0, 1.03, 1.05, 1.1)
BEFORE = 1000
#: What a change says where the later number is 1,660, 340 and 1,000: of each word that a message may name.
CHANGES = {
    "size": ("66% more", "66% fewer", "about the same"),
    "than": ("than", "than", "as"),
    "more": ("660", "660", "0"),
    "more_or_fewer": ("more", "fewer", "no more"),
    "goes": (
        "rise from 1,000 to about 1,660",
        "fall from 1,000 to about 340",
        "stay about the same, 1,000 and about 1,000",
    ),
    "goes_from": ("rise from", "fall from", "stay about the same,"),
    "to": ("to", "to", "and"),
    "in_words": ("more than half as many again", "less than half as many", "no clear difference"),
    "which_way": ("a rise is very likely", "a fall is very likely", "the number could rise or fall"),
    "is_rise": (True, False, False),
    "is_fall": (False, True, False),
}
#: What functions of wording say of one number, and then another: where it is more, fewer, alike.
FUNCTIONS = {
    "change": ("66% more", "66% fewer", "about the same"),
    "change_words": ("more than half as many again", "less than half as many", "about the same"),
    "rise_or_fall": ("rise", "fall", "stay about the same"),
    "too_many_or_few": ("66% too many", "66% too few", "about as many"),
}
#: What they say of one size: of 66, −66 and 0 per cent.
SIZES = {
    "growth": ("66%", "−66%", "0%"),
    "signed_percentage": ("+66.0%", "−66.0%", "+0.0%"),
    "signed_count": ("+66", "−66", "0"),
}
VALUES = (1660, 340, 1000)
#: Words of two numbers that say which is more.
UP = {up for up, _, _ in wording.COMPARED.values()} | {"rising", "risen", "grew", "grow", "most"}
DOWN = {down for _, down, _ in wording.COMPARED.values()} | {"falling", "fallen", "shrank", "shrink", "fewest"}
DIRECTION = re.compile(rf"\b(?:{'|'.join(sorted({*UP, *DOWN} - {'went'}))})\b", re.IGNORECASE)
#: What says no direction: both ways at once, an end that is open, a part, a setting, more of the same.
NEUTRAL = re.compile(
    r"\b(?:rise or fall|up or down|more or (?:less|fewer)|fewer or more|or (?:more|fewer|less|above|below|up|down)"
    r"|(?:higher|lower|more|fewer) is (?:not |no )?(?:better|worse)|up to|add up"
    r"|(?:no|not|any|one|once|much) (?:more|less|fewer)|(?:more|less|fewer|most) (?:about|of)"
    r"|(?:stands?|standing|named|shown|told|said|row|figures?|numbers?|table|chart|tables) (?:above|below))\b",
    re.IGNORECASE,
)


OF_A_CHANGE = [name for name, _ in inspect.getmembers(Change, lambda one: isinstance(one, property)) if name[0] != "_"]
OF_TWO = [
    name
    for name, function in inspect.getmembers(wording, inspect.isfunction)
    if list(inspect.signature(function).parameters)[:2] in (["before", "after"], ["published", "projected"])
    and name != "change_pct"  # whose sign is that of the change
]


@pytest.mark.parametrize("word", OF_A_CHANGE)
def test_each_word_of_a_change_follows_its_sign(word):
    assert word in CHANGES, f"{word}: say in CHANGES what it says where a number is more, fewer and alike"
    before = Number(BEFORE, "A", (), published=True)
    later = [Number(value, "B", (), quantiles=tuple(share * value for share in DRAWS)) for value in VALUES]
    said = [getattr(number.beside(before), word) for number in later]
    assert tuple(one if isinstance(one, bool) else str(one) for one in said) == CHANGES[word]


@pytest.mark.parametrize("name", OF_TWO)
def test_each_function_that_compares_two_numbers_follows_their_order(name):
    assert name in FUNCTIONS, f"{name}: say in FUNCTIONS what it says where a number is more, fewer and alike"
    assert tuple(getattr(wording, name)(BEFORE, value) for value in VALUES) == FUNCTIONS[name]


@pytest.mark.parametrize("name", SIZES)
def test_a_size_has_its_sign(name):
    assert tuple(getattr(wording, name)(value) for value in (66, -66, 0)) == SIZES[name]


@pytest.mark.parametrize("word", wording.COMPARED)
def test_each_word_that_compares_has_one_for_more_one_for_less_and_one_for_alike(word):
    more, less, alike = wording.COMPARED[word]
    assert tuple(wording.compared(word, value, BEFORE) for value in VALUES) == (more, less, alike)
    assert len({more, less, alike}) == 3
    assert wording.compared(word, 1004, 1001, wording.people) == alike  # as both print


def compared_words():
    """The words that notebooks and helpers compare by, each with its place."""
    for path in [*sorted(BRIEFINGS.glob("*.ipynb")), *sorted((PROJECT / "src/helpers").rglob("*.py"))]:
        text = path.read_text(encoding="utf-8")
        for word in re.findall(r"\b(?:compared|called)\(\s*\\?[\"'](\w+)\\?[\"']", text):
            yield f"{path.name}: {word}", word


def test_every_word_that_is_compared_by_is_known():
    found = dict(compared_words())
    assert found and set(found.values()) <= set(wording.COMPARED)


def messages():
    """Each message of each paper: its place, its premise and its words."""
    for path in sorted(BRIEFINGS.glob("*.ipynb")):
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        for number, cell in enumerate(cells, 1):
            if cell["cell_type"] == "code" and is_message("".join(cell["source"])):
                first, _, text = "".join(cell["source"]).lstrip().partition("\n")
                yield f"{path.name}, cell {number}", first.removeprefix("%%say_if").strip(), text


def typed_comparisons(text):
    """The sentences of a message that name a figure, and type a word that compares."""
    for sentence in re.split(r"(?<=[.?!])[\s*]+", " ".join(text.split())):
        words = re.sub(r"\{[^{}]*\}", "{}", sentence)
        if "{}" in words and (found := DIRECTION.search(NEUTRAL.sub("", words))):
            yield f"“{sentence}” types {found[0]!r}"


def test_a_message_types_no_word_that_compares_without_a_premise():
    found = [
        f"{place}: {fault}"
        for place, premise, text in messages()
        if premise.startswith("%%say")
        for fault in typed_comparisons(text)
    ]
    assert not found, "\n".join(found) + "\nName it (later.beside(earlier), wording.compared), or say it by %%say_if."


@pytest.mark.parametrize(
    ("text", "is_found"),
    [
        ("- **More people.** It would rise to {n} people.", True),
        ("It {goes} by {year}.", False),
        ("The number of {n} could rise or fall, or be {m} or more.", False),
        ("More is known now. The number is {n}.", False),
        ("{n} lie above {m}.", True),
    ],
)
def test_a_typed_word_that_compares_is_found_where_a_figure_stands(text, is_found):
    assert bool(list(typed_comparisons(text))) is is_found


@pytest.fixture
def papers(tmp_path, monkeypatch):
    monkeypatch.chdir(PROJECT)
    return Papers(tmp_path, monkeypatch)


def sentences(text):
    """The sentences of a paper's text; a row of a table is none."""
    lines = [line for line in text.splitlines() if " | " not in line]
    return [sentence for line in lines for sentence in re.split(r"(?<=[.?!;])[\s*]+", line)]


def unmoved(text, turned):
    """Sentences that compare in the same words as before, although their figures are others."""

    def by_words(sentence):
        places = [0, *(end for figure in figures_in(sentence) for end in figure.place), len(sentence)]
        return "…".join(sentence[start:end] for start, end in zip(places[::2], places[1::2], strict=True))

    before = {by_words(sentence): sentence for sentence in sentences(text)}
    for sentence in sentences(turned):
        words = by_words(sentence)
        if words in before and before[words] != sentence and DIRECTION.search(NEUTRAL.sub("", words)):
            yield f"“{before[words]}” and “{sentence}”"


@pytest.mark.papers
@pytest.mark.parametrize("council", [COUNTY, CITY])
@pytest.mark.parametrize("paper", ["demand_outlook", "five_year_need"])
def test_a_paper_whose_projections_are_turned_round_says_nothing_false(papers, paper, council):
    as_is = papers.read(paper, authority_id=council)
    for edit in (TURNED, STILL):
        of_projections(papers, council, edit)
        turned = papers.read(paper, authority_id=council)
        papers.altered.clear()
        assert turned != as_is and not list(unmoved(as_is, turned))
        assert not [fault for line in turned.splitlines() for fault in arithmetic.in_text(line)]


def test_a_sentence_that_stays_while_its_figures_turn_is_found():
    assert not list(unmoved("It would rise from 10 to 20.", "It would fall from 20 to 10."))
    assert list(unmoved("It would rise to 20 in 2030.", "It would rise to 5 in 2030."))
    assert not list(unmoved("From 2021/22 it rose from 3,850 to 3,966.", "From 2021/22 it rose from 3,850 to 3,966."))
