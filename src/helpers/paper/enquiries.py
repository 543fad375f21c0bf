"""Lines of enquiry: questions for officers that follow from what a paper found, by fixed rules.

Each rule looks at one finding and gives a question, or None where there is nothing to ask. Members get the questions,
the most telling first; the rules are the same for every paper.
"""

import re
from collections.abc import Iterable

from helpers.base import wording
from helpers.base.errors import InputError
from helpers.base.numbers import Said, joined, said
from helpers.paper import messages

#: A range is worth a question from this width on, in per cent of the figure.
WIDE_RANGE_PCT = 25.0
#: A figure is old from this many years before the paper on.
OLD_YEARS = 5
MOST = 6
NONE = "No questions this time."
#: What a missing figure would tell, rather than give.
TELLING = ("whether", "how", "which", "what", "why")


def wide_range(what: str, point: float, lower: float, upper: float, printed: object = None) -> Said | None:
    """A range so wide that plans could differ by it.

    what: as it stands in a sentence ("people aged 65 and over"). printed: the range as it prints, where it is not of
    people.
    """
    if not lower <= point <= upper:
        raise InputError(f"The range {lower:g} to {upper:g} does not hold {point:g}. Look at where they come from.")
    if point <= 0 or 100 * (upper - lower) / point < WIDE_RANGE_PCT:
        return None
    return said(
        "The range for {what} is wide, {range}. What number do the council's plans assume, and on what grounds?",
        what=what, range=printed or wording.likely_range(lower, upper),
    )  # fmt: skip


def disagreement(question: str) -> str | None:
    """A figure that others contradict: the question that its check holds, or None."""
    return None if question in ("", "none") else question


def missing(what: str, needed_for: str) -> str:
    """A figure that this paper lacks. what: the figure; needed_for: what it would give, or tell ("whether ...")."""
    asked, purpose = (wording.in_sentence(text.rstrip(".")) for text in (what, needed_for))
    gives = "tell" if purpose.split()[0] in TELLING else "give"
    return f"Can officers bring {asked}? That would {gives} {purpose}."


def old_figure(what: str, period: str, paper_year: int) -> str | None:
    """A figure that is the latest on file, and old. period: as it prints, with its first year ("2012/13")."""
    year = re.search(r"\d{4}", period)
    if year is None:
        raise InputError(f"The period {period!r} of {what} names no year. Look at the table that it is from.")
    if paper_year - int(year[0]) < OLD_YEARS:
        return None
    return f"The latest figure that this paper has on {what} is for {period}. What is it now?"


def show(questions: Iterable[str | Said | None], most: int = MOST) -> None:
    """Show the questions as a list, in the order given, each once; says so where there are none."""
    asked = list({str(question): question for question in questions if question}.values())[:most]
    if any(isinstance(question, Said) for question in asked):
        messages.show(joined([joined(["- ", question], "") for question in asked], "\n"))
    else:
        wording.say("\n".join(f"- {question}" for question in asked) or NONE)
