"""The document model to a PDF that a screen reader can read (PDF/UA-1) and an archive can keep (PDF/A-2a)."""

import datetime
import functools
import importlib.resources
import io
import json
import re
import unicodedata

from helpers.paper.publish import prose
from helpers.paper.publish.errors import PublishError
from helpers.paper.publish.gate import cells, check, elements

__all__ = ["annex_page", "check", "to_pdf"]

_STANDARDS = ["ua-1", "a-2a"]


def to_pdf(document: dict) -> bytes:
    """The briefing as PDF; the same document gives the same bytes.

    Raises PublishError with Typst's words when the paper cannot be set (a character that the
    typeface lacks, a missing alternative text), and with every problem the gate finds.
    """
    pdf = _with_row_headers(_typeset(document))
    check(pdf, document)
    return pdf


def annex_page(pdf: bytes) -> int | None:
    """The number of the page on which the annex begins, or None for a paper without one."""
    import pikepdf

    with pikepdf.open(io.BytesIO(pdf)) as paper:
        target = _named_destination(paper, "annex")
        if target is None:
            return None
        return next(n for n, page in enumerate(paper.pages, start=1) if page.obj == target[0])


def _named_destination(paper, name: str):
    import pikepdf

    names = paper.Root.get("/Names", {}).get("/Dests")
    if names is None:
        return None
    return pikepdf.NameTree(names).get(name)


@functools.cache
def _fonts():
    import typst

    folder = importlib.resources.files("font_source_sans_pro") / "files"
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(folder)])


@functools.cache
def _template() -> bytes:
    return (importlib.resources.files("helpers.paper.publish") / "templates" / "briefing.typ").read_bytes()


def _typeset(document: dict) -> bytes:
    import typst

    date = datetime.date.fromisoformat(document["front"]["date"])
    midnight = datetime.datetime(date.year, date.month, date.day, tzinfo=datetime.UTC)
    try:
        return typst.compile(
            _template(),
            font_paths=_fonts(),
            ignore_system_fonts=True,
            sys_inputs={"document": json.dumps(_joined(document), ensure_ascii=False)},
            pdf_standards=_STANDARDS,
            timestamp=int(midnight.timestamp()),
        )
    except typst.TypstError as error:
        if missing := re.search(r'the text `"(.+?)"` could not be displayed', error.message):
            raise _without_form(missing[1], document) from error
        hints = "".join(f" ({hint})" for hint in error.hints)
        raise PublishError(f"The paper cannot be set: {error.message}{hints}") from error


def _joined(content: object) -> object:
    """The document with texts whole that were cut about their numbers: paper has no such links."""
    if isinstance(content, dict):
        return {
            key: prose.merged([_joined(inline) for inline in value]) if key == "inlines" else _joined(value)
            for key, value in content.items()
            if key not in ("linked", "numbers", "to")
        }
    return [_joined(part) for part in content] if isinstance(content, list) else content


def _without_form(shown: str, document: dict) -> PublishError:
    """What to say of a character that the typeface lacks: which, and where it stands first. shown: as Typst has it."""
    character = re.sub(r"\\u\{(\w+)\}", lambda match: chr(int(match[1], 16)), shown)
    place, heading = "in the title or the front matter", document["title"]
    for block in document["blocks"]:
        heading = block["text"] if block["kind"] == "heading" else heading
        if character in _all_text({**block, "svg": ""}):
            rows = [f", row {row[0]!r}" for row in block.get("rows", []) if character in "".join(row)]
            number = f"in {block['kind']} {block['number']}, " if "number" in block else ""
            place = f"{number}under “{heading}”{''.join(rows[:1])}"
            break
    names = ", ".join(f"U+{ord(one):04X} {unicodedata.name(one, 'a control character')}" for one in character)
    return PublishError(
        f"The papers' typeface has no form for {character!r} ({names}), which stands {place}. Write it in words there, "
        "or take it out."
    )


def _all_text(content: object) -> str:
    if isinstance(content, dict | list):
        return "".join(map(_all_text, content.values() if isinstance(content, dict) else content))
    return content if isinstance(content, str) else ""


def _with_row_headers(pdf: bytes) -> bytes:
    # Typst knows header rows; that the first cell of a row is its header has to be told.
    import pikepdf

    with pikepdf.open(io.BytesIO(pdf)) as paper:
        for body in elements(paper, "/TBody"):
            for row in cells(body):
                inside = cells(row)
                for cell in inside:
                    _drop_headers(cell)
                _make_row_header(inside[0])
        _end_no_stream_in_a_return(paper)
        # Many small objects, such as those of the tags, are packed together: half the size. (Where such a package would
        # end in a return, as no stream may, they are left as they are.)
        for packing in (pikepdf.ObjectStreamMode.generate, pikepdf.ObjectStreamMode.disable):
            result = io.BytesIO()
            paper.save(result, deterministic_id=True, object_stream_mode=packing)
            if b"\r\nendstream" not in result.getvalue():
                break
        return result.getvalue()


def _end_no_stream_in_a_return(paper) -> None:
    # A carriage return at the end of a stream, before the line end that follows it, reads as part of that line end:
    # validators then count the stream one byte short. A blank more, and the compressed bytes end otherwise.
    import pikepdf

    for thing in paper.objects:
        if isinstance(thing, pikepdf.Stream) and thing.read_raw_bytes().endswith(b"\r") and "/Length1" not in thing:
            thing.write(thing.read_bytes() + b"\n")


def _attributes(cell):
    import pikepdf

    attributes = cell.get("/A", pikepdf.Array([]))
    return list(attributes) if isinstance(attributes, pikepdf.Array) else [attributes]


def _drop_headers(cell) -> None:
    # A list of headers would name the column's only, and keep the row's from being read.
    for attribute in _attributes(cell):
        if "/Headers" in attribute:
            del attribute["/Headers"]


def _make_row_header(cell) -> None:
    import pikepdf

    cell.S = pikepdf.Name.TH
    kept = [attribute for attribute in _attributes(cell) if attribute.get("/O") != "/Table"]
    scope = pikepdf.Dictionary(O=pikepdf.Name.Table, Scope=pikepdf.Name.Row)
    cell.A = pikepdf.Array([*kept, scope])
