"""The document model to one self-contained page: no script, no font and no picture is fetched."""

import functools
import re

from helpers import wording
from helpers.publish import prose
from helpers.publish.drawing import inline


def to_html(document: dict) -> str:
    """The briefing as an HTML page; the same document gives the same text.

    Raises PublishError when a figure's drawing would load or run something from elsewhere.
    """
    contents = [block for block in document["blocks"] if block["kind"] == "heading" and block["level"] == 2]
    return _template().render(document, contents=contents)


@functools.cache
def _template():
    import jinja2
    from markupsafe import Markup

    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("helpers.publish", "templates"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        keep_trailing_newline=True,
    )
    environment.filters |= {
        "drawing": lambda figure: Markup(inline(figure)),
        "in_words": wording.date,
        "plain": prose.plain,
        "whole": _whole,
    }
    return environment.get_template("briefing.html.j2")


def _whole(text: str):
    # Browsers break a line within 2024-25, which is one word, and never within an address or a file's name.
    from markupsafe import Markup, escape

    def marked(match: re.Match) -> str:
        if match[0].startswith("http") or "_" in match[0]:
            return re.sub(r"(?<=[/?=_])(?=\w)", "<wbr>", match[0])
        return f'<span class="whole">{match[0]}</span>'

    return Markup(re.sub(r"https?://\S+|[\w./]+_[\w./]+|\b\d{4}[-–/]\d{2,4}\b", marked, str(escape(text))))
