"""Markdown to the plain blocks of a briefing: headings, paragraphs, lists.

A block is a dictionary with a "kind":
    {"kind": "heading", "level": 2, "text": str}
    {"kind": "paragraph", "inlines": [inline]}
    {"kind": "list", "ordered": bool, "start": int, "tight": bool, "items": [[block]]}
and so is an inline, a stretch of text within a paragraph:
    {"kind": "text" | "code", "text": str}
    {"kind": "strong" | "emphasis", "inlines": [inline]}
    {"kind": "link", "url": str, "inlines": [inline]}
    {"kind": "break"}
Whatever else Markdown can say is refused, since neither page nor paper would show it as it was meant.
"""

import functools
import html
import re

from helpers.paper.publish.errors import PublishError

# Plugins are on so that what they stand for is recognised and refused, not printed with its marks.
_PLUGINS = ["url", "table", "strikethrough", "footnotes", "task_lists"]

_REFUSED = {
    "block_html": "raw HTML",
    "inline_html": "raw HTML",
    "block_code": "a block of code (four spaces before a line make one too)",
    "block_quote": "a quotation block",
    "thematic_break": "a rule (---)",
    "image": "a picture; charts come from a cell that gives their title and alternative text",
    "table": "a Markdown table; tables come from a cell that gives their title, unit and source",
    "footnote_ref": "a footnote",
    "strikethrough": "struck-out text",
    "task_list_item": "a tick box",
}


@functools.cache
def _parser():
    import mistune

    return mistune.create_markdown(renderer=None, plugins=_PLUGINS)


def blocks(markdown: str, where: str) -> list[dict]:
    """The blocks of a piece of Markdown; `where` names its cell in errors.

    Raises PublishError for anything that a briefing has no place for, and for a heading
    that carries more than text.
    """
    return [_block(node, where) for node in _parser()(markdown) if node["type"] != "blank_line"]


def plain(inlines: list[dict]) -> str:
    """The text of some inlines without their marks."""
    return "".join(
        " " if inline["kind"] == "break" else inline["text"] if "text" in inline else plain(inline["inlines"])
        for inline in inlines
    )


def merged(inlines: list[dict]) -> list[dict]:
    """Some inlines with stretches of plain text that stand side by side as one."""
    found = []
    for inline in inlines:
        if found and inline["kind"] == found[-1]["kind"] == "text":
            found[-1] = {"kind": "text", "text": found[-1]["text"] + inline["text"]}
        else:
            found.append(inline)
    return found


def texts(inlines: list[dict]) -> list[dict]:
    """The stretches of plain text among some inlines, in order."""
    found = [[inline] if inline["kind"] == "text" else texts(inline.get("inlines", [])) for inline in inlines]
    return [text for stretch in found for text in stretch]


def quotes(text: str, before: str = "") -> str:
    """Text with typewriter quotes and apostrophes turned into the printed ones.

    `before` is the character that stands in front of the text in its paragraph.
    """

    def printed(match: re.Match) -> str:
        previous = text[match.start() - 1] if match.start() else before
        opens = not previous or previous.isspace() or previous in "([{–—‘“/"
        return ("“" if opens else "”") if match[0] == '"' else ("‘" if opens else "’")

    # From left to right: an opening quote after another one looks at the printed one.
    for mark in re.finditer("[\"']", text):
        text = text[: mark.start()] + printed(mark) + text[mark.end() :]
    return text


def _block(node: dict, where: str) -> dict:
    kind = node["type"]
    if kind in ("paragraph", "block_text"):
        return {"kind": "paragraph", "inlines": _paragraph(node["children"], where)}
    if kind == "heading":
        return _heading(node, where)
    if kind == "list":
        attributes = node["attrs"]
        return {
            "kind": "list",
            "ordered": attributes["ordered"],
            "start": attributes.get("start", 1),
            "tight": node["tight"],
            "items": [_item(item, where) for item in node["children"]],
        }
    raise _refusal(node, where)


def _item(node: dict, where: str) -> list[dict]:
    if node["type"] != "list_item":
        raise _refusal(node, where)
    content = [_block(child, where) for child in node["children"] if child["type"] != "blank_line"]
    for block in content:
        if block["kind"] == "heading":
            raise PublishError(
                f"{where}: the heading “{block['text']}” stands inside a list. Headings stand on their own."
            )
    return content


def _heading(node: dict, where: str) -> dict:
    inlines = _paragraph(node["children"], where)
    text = plain(inlines).strip()
    if any(inline["kind"] != "text" for inline in inlines):
        raise PublishError(
            f"{where}: the heading “{text}” carries more than text. "
            "Take out its bold, italics, links and code: a heading is plain text."
        )
    if not text:
        raise PublishError(f"{where}: a heading is empty. Give it words or take it out.")
    return {"kind": "heading", "level": node["attrs"]["level"], "text": text}


def _paragraph(nodes: list[dict], where: str) -> list[dict]:
    stretches = merged([_inline(node, where) for node in nodes])
    _print_quotes(stretches, "")
    return stretches


def _inline(node: dict, where: str) -> dict:
    kind = node["type"]
    if kind == "text":
        return {"kind": "text", "text": html.unescape(node["raw"])}
    if kind == "softbreak":
        return {"kind": "text", "text": " "}
    if kind == "linebreak":
        return {"kind": "break"}
    if kind == "codespan":
        return {"kind": "code", "text": node["raw"]}
    if kind in ("strong", "emphasis"):
        return {"kind": kind, "inlines": merged([_inline(child, where) for child in node["children"]])}
    if kind == "link":
        url = node["attrs"]["url"]
        if not re.match(r"https?://|mailto:", url):
            raise PublishError(
                f"{where}: the link to “{url}” leads nowhere once the briefing is a paper. "
                "Links start with https:// or mailto:."
            )
        inlines = merged([_inline(child, where) for child in node["children"]])
        return {"kind": "link", "url": url, "inlines": inlines}
    raise _refusal(node, where)


def _print_quotes(inlines: list[dict], before: str) -> str:
    for inline in inlines:
        if inline["kind"] == "text":
            inline["text"] = quotes(inline["text"], before)
        elif "inlines" in inline:
            before = _print_quotes(inline["inlines"], before)
            continue
        before = inline.get("text", " ")[-1:] or before
    return before


def _refusal(node: dict, where: str) -> PublishError:
    what = _REFUSED.get(node["type"], f"Markdown of the kind “{node['type']}”")
    excerpt = " ".join(node.get("raw", "").split())[:40]
    said = f" (“{excerpt}”)" if excerpt else ""
    return PublishError(
        f"{where}: a briefing has no place for {what}{said}. "
        "It takes headings, paragraphs, lists, bold, italics, links and inline code."
    )
