"""The document model to one self-contained page: no script, no font and no picture is fetched."""

import functools
import re

from helpers.base import wording
from helpers.base.periods import MONTHS
from helpers.base.typed_numbers import without_labels
from helpers.paper.publish import prose
from helpers.paper.publish.drawing import inline

_ADDRESS = r"https?://\S+|[\w./]+_[\w./]+"
_AMOUNT = r"£?\d+(?:[.,]\d+)*(?:%|\s(?:million|billion)\b|(?:m|bn)\b)?"
_DATE = rf"\d{{1,2}}\s(?:{'|'.join(MONTHS)})(?:\s\d{{4}})?"
# A number starts with a digit or £, behind a sign or not: 11,490, −5.6%, £161.7 million, 2015/16, 1 October 2015.
# What is part of a word is none: Q1, E10000018, mid-2037, 2018-based.
_NUMBER = rf"(?<![\w.,/£+−-])[+−-]?(?:{_DATE}|{_AMOUNT}(?:[-–/]{_AMOUNT})*)(?!\w|[.,/–-]\w)"
_ADDRESS_OR_NUMBER = re.compile(f"({_ADDRESS}|{_NUMBER})")
#: Browsers break a line within 2024-25, which is one word, and never within an address or a file's name.
_LONG = re.compile(rf"{_ADDRESS}|\b\d{{4}}[-–/]\d{{2,4}}\b")


def to_html(document: dict, beside: dict | None = None) -> str:
    """The briefing as an HTML page; the same document gives the same text.

    beside: links to its pdf, xlsx and index, and its council's other papers, each with title and link; a page that
    stands by itself has none. Raises PublishError when a figure's drawing would load or run something from elsewhere.
    """
    contents = [block for block in document["blocks"] if block["kind"] == "heading" and block["level"] == 2]
    return environment().get_template("briefing.html.j2").render(document, contents=contents, beside=beside)


@functools.cache
def environment():
    """What templates are made with: text is escaped, and a name that is not given is refused."""
    import jinja2
    from markupsafe import Markup

    found = jinja2.Environment(
        loader=jinja2.PackageLoader("helpers.paper.publish", "templates"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        keep_trailing_newline=True,
    )
    found.filters |= {
        "drawing": lambda figure: Markup(inline(figure)),
        "in_words": wording.date,
        "linked": _linked,
        "plain": prose.plain,
        "whole": _whole,
    }
    return found


def _linked(text: str, target: str | None, tab_stop: bool = True):
    """Text in which each figure links to the target, where there is one; labels such as years and ages do not."""
    from markupsafe import Markup

    if target is None:
        return _whole(text)
    link = Markup('<a class="number-link" href="#{}"{}>{}</a>')
    attributes = Markup("" if tab_stop else ' tabindex="-1"')
    pieces = _ADDRESS_OR_NUMBER.split(text)
    return Markup("").join(
        link.format(target, attributes, _whole(piece))
        if index % 2 and not re.fullmatch(_ADDRESS, piece) and without_labels(piece).strip()
        else _whole(piece)
        for index, piece in enumerate(pieces)
    )


def _whole(text: str):
    from markupsafe import Markup, escape

    def marked(match: re.Match) -> str:
        if match[0].startswith("http") or "_" in match[0]:
            return re.sub(r"(?<=[/?=_])(?=\w)", "<wbr>", match[0])
        return f'<span class="whole">{match[0]}</span>'

    return Markup(_LONG.sub(marked, str(escape(text))))
