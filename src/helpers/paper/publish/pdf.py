"""The document model to a PDF that a screen reader can read (PDF/UA-1) and an archive can keep (PDF/A-2a)."""

import datetime
import functools
import importlib.resources
import io
import itertools
import json
import os
import re
import subprocess
import sys
import unicodedata

from helpers.paper.publish import prose
from helpers.paper.publish.errors import PublishError
from helpers.paper.publish.gate import cells, check, elements

__all__ = ["annex_page", "check", "to_pdf"]

_STANDARDS = ["ua-1", "a-2a"]
#: How many papers a process sets itself. Typst keeps all that it ever set, 60 MB of a long one, until its process ends
#: (github.com/messense/typst-py, issue 104), so that each one after these is set in a process of its own.
_SET_HERE = 8
_set = itertools.count(1)
#: What the program says where Typst refuses a paper.
_REFUSED = 3


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
    date = datetime.date.fromisoformat(document["front"]["date"])
    midnight = datetime.datetime(date.year, date.month, date.day, tzinfo=datetime.UTC)
    asked = json.dumps(_joined(document), ensure_ascii=False), int(midnight.timestamp())
    try:
        return _compiled(*asked) if next(_set) <= _SET_HERE else _compiled_elsewhere(*asked)
    except _Refused as error:
        if missing := re.search(r'the text `"(.+?)"` could not be displayed', error.message):
            raise _without_form(missing[1], document) from error
        hints = "".join(f" ({hint})" for hint in error.hints)
        raise PublishError(f"The paper cannot be set: {error.message}{hints}") from error


class _Refused(Exception):
    """Typst does not set a paper. message, hints: its words."""

    def __init__(self, message: str, hints: list[str]) -> None:
        super().__init__(message)
        self.message, self.hints = message, hints


def _compiled(document: str, timestamp: int) -> bytes:
    import typst

    try:
        return typst.compile(
            _template(),
            font_paths=_fonts(),
            ignore_system_fonts=True,
            sys_inputs={"document": document},
            pdf_standards=_STANDARDS,
            timestamp=timestamp,
        )
    except typst.TypstError as error:
        raise _Refused(error.message, error.hints) from error


def _compiled_elsewhere(document: str, timestamp: int) -> bytes:
    """The same, by this module run as a program: what Typst keeps goes with its process."""
    found = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    command, asked = [sys.executable, "-m", __name__], json.dumps([document, timestamp]).encode()
    done = subprocess.run(command, input=asked, capture_output=True, env=found, check=False)
    if done.returncode == _REFUSED:
        raise _Refused(*json.loads(done.stderr))
    if done.returncode:
        said = done.stderr.decode(errors="replace").strip().splitlines()[-1:] or [f"code {done.returncode}"]
        raise PublishError(f"The paper cannot be set: the process that sets it ended ({said[0]}). Run the same again.")
    return done.stdout


def _compile_what_is_asked() -> int:
    """Set the paper that stands in the standard input, and write the PDF, or Typst's words, and say which."""
    try:
        sys.stdout.buffer.write(_compiled(*json.load(sys.stdin)))
    except _Refused as error:
        json.dump([error.message, error.hints], sys.stderr)
        return _REFUSED
    return 0


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


if __name__ == "__main__":
    sys.exit(_compile_what_is_asked())
