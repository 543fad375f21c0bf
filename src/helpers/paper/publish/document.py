"""An executed notebook to the document model: one plain, JSON-able dictionary that HTML, PDF and spreadsheet share.

    {"front": {"council", "committee", "date", "author", "contact", "licence"},
     "title": str, "short_title": str, "subtitle": [inline],
     "blocks": [block]}

A block is one of prose.py (a heading has an "id" besides; one of a code cell "is_computed", where it says a name) or
    {"kind": "figure", "number", "id", "title", "alt", "unit", "source", "note", "svg", "newest_at_right",
     "data": [{"label", "x", "y"}]}: what is plotted
    {"kind": "table", "number", "id", "title", "unit", "source", "note", "columns", "rows", "total_row",
     "row_keys", "row_ids", "row_links"}: a key, which a source may name, an id, and an address that its name leads to,
         for each row; "", None and "" for a row without
    {"kind": "annex"}: what follows is the technical annex.
A figure, a table, and a paragraph or list that a code cell says has a "source" (a sentence's may be empty),
    "rests_on": the id of the row or table that its source links to on the page; None where no table lists sources; and
    "numbers_to": the id of the row, of a table of figures, that its numbers link to; None where its source names none.
A stretch of text that is a number whose origin is known has "to", the id of its entry among "numbers" of the document:
    {"id", "text", "what", "rests_on": [{"name", "words"}]}; so has a table's cell, in its "to" by "row,column".
A figure or a table has its "title" and "note" as such stretches too, under "linked".
"""

import datetime
import json
import re
import unicodedata
from collections.abc import Callable

from helpers.base.mime import FIGURE, FRONT, SENTENCE, TABLE
from helpers.paper.publish import abbreviations, prose
from helpers.paper.publish.errors import PublishError

_FRONT_FIELDS = ("council", "committee", "date", "author", "contact", "licence")
_LEFT_OUT = {"working", "parameters", "injected-parameters"}
_SHORT_TITLE = 60


def from_notebook(notebook) -> dict:
    """The document model of an executed notebook (nbformat 4).

    Raises PublishError, naming the cell, for whatever would be missing from the paper or
    has no place in it: no front matter or title, printed text, errors, pictures without
    alternative text, Markdown that is more than prose, a skipped heading level.
    """
    document = {"front": None, "title": None, "blocks": [], "numbers": []}
    for number, cell in enumerate(notebook["cells"], start=1):
        tags = set(cell["metadata"].get("tags", []))
        if tags & _LEFT_OUT:
            continue
        if cell["cell_type"] == "markdown":
            _add_markdown(document, cell, number, "annex" in tags)
        elif cell["cell_type"] == "code":
            _add_outputs(document, cell, number)
    if document["title"] is None:
        raise PublishError(_NO_TITLE.format(where="This notebook"))
    if document["front"] is None:
        raise PublishError(
            "This notebook has no front matter, so the briefing would not say whose it is. "
            "Add the cell that gives authority, committee, date, author, contact and licence."
        )
    _number_and_name(document["blocks"])
    _rest_on_sources(document["blocks"])
    abbreviations.write_out(document["blocks"])
    _link_numbers(document)
    return document


_NO_TITLE = (
    "{where} does not start with a title. The first Markdown cell starts with one line "
    "“# Title”, then a paragraph that says what question it answers, and for whom."
)


def _add_markdown(document: dict, cell: dict, number: int, annex: bool) -> None:
    text = _joined(cell["source"])
    where = f"Markdown cell {number} (“{_excerpt(text)}”)" if text.strip() else f"Markdown cell {number}"
    blocks = prose.blocks(text, where)
    if document["title"] is None:
        blocks = _take_title(document, blocks, where)
    if annex:
        if any(block["kind"] == "annex" for block in document["blocks"]):
            raise PublishError(f"{where}: the annex has begun already. Tag one cell “annex”, where it begins.")
        if not blocks or blocks[0]["kind"] != "heading" or blocks[0]["level"] != 2:
            raise PublishError(f"{where}: the annex begins here, so this cell must start with a “## heading”.")
        document["blocks"].append({"kind": "annex"})
    _add_prose(document, blocks, where)


def _take_title(document: dict, blocks: list[dict], where: str) -> list[dict]:
    first_two = [block["kind"] for block in blocks[:2]]
    if first_two != ["heading", "paragraph"] or blocks[0]["level"] != 1:
        raise PublishError(_NO_TITLE.format(where=where))
    document["title"] = blocks[0]["text"]
    document["short_title"] = _short(blocks[0]["text"])
    document["subtitle"] = blocks[1]["inlines"]
    return blocks[2:]


def _add_prose(document: dict, blocks: list[dict], where: str) -> None:
    last = document["blocks"][-1] if document["blocks"] else {"kind": "none"}
    if blocks and _is_one_list(last, blocks[0]):
        last["items"] += blocks[0]["items"]
        blocks = blocks[1:]
    for block in blocks:
        if block["kind"] == "heading":
            _check_level(document, block, where)
        document["blocks"].append(block)


def _check_level(document: dict, heading: dict, where: str) -> None:
    level, text = heading["level"], heading["text"]
    if level == 1:
        raise PublishError(f"{where}: “{text}” is a second title. Headings after the first start with ##.")
    if level > 3:
        raise PublishError(f"{where}: the heading “{text}” is of level {level}. A briefing has ## and ### only.")
    above = [block["level"] for block in document["blocks"] if block["kind"] == "heading"]
    if level == 3 and not above:
        raise PublishError(
            f"{where}: the heading “{text}” skips a level: it has ### and no ## heading stands above it."
        )


def _add_outputs(document: dict, cell: dict, number: int) -> None:
    where = f"In [{cell['execution_count']}]" if cell.get("execution_count") else f"Code cell {number}"
    for output in cell["outputs"]:
        kind = output["output_type"]
        if kind == "error":
            raise PublishError(f"{where} ended in an error, {output['ename']}: {output['evalue']}")
        if kind == "stream":
            raise _stray(where, "prints text", _joined(output["text"]))
        data = output["data"]
        if FRONT in data:
            if document["front"] is not None:
                raise PublishError(f"{where} gives the front matter a second time. A briefing has one.")
            document["front"] = _front(data[FRONT], where)
        elif FIGURE in data:
            document["blocks"].append(_figure(data, where, document))
        elif TABLE in data:
            document["blocks"].append(_table(data[TABLE], where, document))
        elif "text/markdown" in data:
            _add_said(document, data, where, computed="{" in _joined(cell["source"]))
        elif any(name.startswith("image/") for name in data):
            raise _stray(where, "shows a picture without title, source and alternative text")
        else:
            raise _stray(where, "shows a value", _joined(data.get("text/plain", "")))


def _add_said(document: dict, data: dict, where: str, computed: bool) -> None:
    about, text = data.get(SENTENCE, {}), _joined(data["text/markdown"])
    blocks = prose.blocks(_marked(text, about.get("numbers", []), document), where)
    if about.get("goes_on"):
        _go_on(document, blocks, where)
        blocks = blocks[1:]
    for block in blocks:
        if block["kind"] == "heading":
            block |= {"text": _MARK.sub("", block["text"]), "is_computed": computed}
        elif "numbers" in about:
            block["is_message"] = True
        elif SENTENCE in data:
            block["source"] = prose.quotes(about.get("source", "").strip())
    _add_prose(document, blocks, where)


def _go_on(document: dict, blocks: list[dict], where: str) -> None:
    """Add a message to the paragraph, or the point of a list, that the one before it ended in."""
    last = document["blocks"][-1] if document["blocks"] else {"kind": "none"}
    while last["kind"] == "list":
        last = last["items"][-1][-1]
    if last["kind"] != "paragraph" or not blocks or blocks[0]["kind"] != "paragraph":
        raise PublishError(
            f"{where} begins with two blanks, so that it goes on where the message before it ended; but no paragraph "
            "or list stands before it. Take out the blanks."
        )
    last["inlines"] = prose.merged([*last["inlines"], {"kind": "text", "text": " "}, *blocks[0]["inlines"]])


def _is_one_list(before: dict, after: dict) -> bool:
    """Whether two messages, a cell each, go on as one list."""
    return all(block["kind"] == "list" and not block["ordered"] and "is_message" in block for block in (before, after))


#: What stands about a number in a text until it is linked: characters that no text has, the first saying which it is.
_FIRST, _END = 0xF0000, "\U0010fffd"
_MARK = re.compile(f"[{chr(_FIRST)}-{chr(0xFFFFD)}{_END}]")
_MARKED = re.compile(f"([{chr(_FIRST)}-{chr(0xFFFFD)}])([^{chr(_FIRST)}-{_END}]*){_END}")


def _marked(text: str, numbers: list[dict], document: dict) -> str:
    """A text with marks about its numbers, each of which is kept among the document's."""
    pieces, done = [], 0
    for number in sorted(numbers, key=lambda number: number["at"]):
        start, end = number["at"], number["at"] + len(number["text"])
        pieces += [text[done:start], chr(_FIRST + len(document["numbers"])), text[start:end], _END]
        document["numbers"].append({key: number[key] for key in ("text", "what", "rests_on")})
        done = end
    return "".join([*pieces, text[done:]])


def _stray(where: str, does: str, text: str = "") -> PublishError:
    said = f": “{_excerpt(text)}”" if text.strip() else ""
    return PublishError(
        f"{where} {does} that is not part of a briefing{said}. "
        "Take it out, make it a sentence, figure or table, or tag the cell “working”."
    )


def _front(data: dict, where: str) -> dict:
    front = _texts(data, _FRONT_FIELDS, where, "The front matter")
    try:
        datetime.date.fromisoformat(front["date"])
    except ValueError:
        raise PublishError(
            f"{where}: the front matter's date is “{front['date']}”; write it like 2026-11-19."
        ) from None
    return front


def _figure(data: dict, where: str, document: dict) -> dict:
    about = _with_marks(data[FIGURE], document)
    texts = _texts(about, ("title", "alt", "unit", "source"), where, "A figure")
    svg = _joined(data.get("image/svg+xml", ""))
    if not svg.strip():
        raise PublishError(f"{where}: the figure “{texts['title']}” comes without its drawing (SVG).")
    # Alternative text is spoken, not printed: it stays as it was written.
    texts["alt"] = about["alt"].strip()
    data = about.get("data", [])
    # The values of bars have the label "values"; all else is over time, and its newest part stands at the right.
    newest = bool(data) and all(line["label"] != "values" for line in data)
    note = prose.quotes(about.get("note", ""))
    return {"kind": "figure", **texts, "note": note, "svg": svg, "data": data, "newest_at_right": newest}


def _with_marks(about: dict, document: dict) -> dict:
    """What a figure or a table says of itself, with marks about the numbers of its title and note."""
    numbers = about.get("words", {})
    return about | {part: _marked(about.get(part, ""), numbers.get(part, []), document) for part in ("title", "note")}


def _table(about: dict, where: str, document: dict) -> dict:
    about = _with_marks(about, document)
    texts = _texts(about, ("title", "unit", "source"), where, "A table")
    columns, rows = about.get("columns", []), about.get("rows", [])
    if not columns or not rows:
        raise PublishError(f"{where}: the table “{texts['title']}” is empty.")
    for column in columns:
        if not column["label"].strip():
            raise PublishError(f"{where}: the table “{texts['title']}” has a column without a heading.")
    for row in rows:
        if len(row) != len(columns):
            raise PublishError(
                f"{where}: in the table “{texts['title']}” the row “{row[0] if row else ''}” has "
                f"{len(row)} cells under {len(columns)} column headings."
            )
    keys = about.get("row_keys") or [""] * len(rows)
    if len(keys) != len(rows):
        raise PublishError(
            f"{where}: the table “{texts['title']}” has {len(rows)} rows and {len(keys)} row keys. Give one a row."
        )
    return {
        "kind": "table",
        **texts,
        "note": prose.quotes(about.get("note", "")),
        "columns": [{"label": prose.quotes(c["label"]), "align": c["align"]} for c in columns],
        "rows": [[str(cell) for cell in row] for row in rows],
        "total_row": bool(about.get("total_row", False)),
        "numbers": {place: _number(about, place) for place in about.get("numbers", {})},
        # Printed quotes, as in the sources that name them.
        "row_keys": [prose.quotes(key.strip()) for key in keys],
        "row_links": _row_links(about, where),
    }


def _row_links(table: dict, where: str) -> list[str]:
    """The web address that each row's name leads to; empty for one without."""
    links = table.get("row_links") or [""] * len(table["rows"])
    if len(links) != len(table["rows"]) or not all(re.fullmatch(r"(https://\S+)?", link) for link in links):
        raise PublishError(
            f"{where}: the table “{table['title']}” has a link to no page. A link is https://…, one a row."
        )
    return links


def _number(table: dict, place: str) -> dict:
    """A number of a table at "row,column": its text, what it is, and what it rests on."""
    row, column = map(int, place.split(","))
    entry = table["numbers"][place]
    rests_on = [table["origins"][origin] for origin in entry["rests_on"]]
    return {"text": str(table["rows"][row][column]), "what": entry["what"], "rests_on": rests_on}


def _texts(data: dict, names: tuple[str, ...], where: str, what: str) -> dict:
    missing = [name for name in names if not str(data.get(name) or "").strip()]
    if missing:
        of = f" “{data['title']}”" if "title" in names and data.get("title") else ""
        raise PublishError(f"{where}: {what.lower()}{of} needs its {' and '.join(missing)}.")
    return {name: prose.quotes(str(data[name]).strip()) for name in names}


def _number_and_name(blocks: list[dict]) -> None:
    # Names that the page itself uses are taken.
    taken = {"main", "contents", "annex", "beside", "numbers", "where-numbers-come-from"}
    numbers = {"figure": 0, "table": 0}
    for block in blocks:
        kind = block["kind"]
        if kind in numbers:
            numbers[kind] += 1
            block["number"] = numbers[kind]
            block["id"] = _unique(f"{kind}-{block['number']}", taken)
        if kind == "table":
            block["row_ids"] = [
                _unique(f"{block['id']}-row-{row}", taken) if key else None
                for row, key in enumerate(block["row_keys"], start=1)
            ]
    before = None
    for block in blocks:
        if block["kind"] == "heading":
            block["id"] = "annex" if before == "annex" else _unique(_slug(block["text"]), taken)
        before = block["kind"]


def _rest_on_sources(blocks: list[dict]) -> None:
    keyed = [block for block in blocks if block["kind"] == "table" and any(block["row_keys"])]
    for block in blocks:
        if "source" in block:
            block["rests_on"] = _rests_on(block, keyed)
            # A list of documents is no origin of a number.
            rows = {row_id for table in keyed[:-1] for row_id in table["row_ids"]}
            block["numbers_to"] = block["rests_on"] if block["rests_on"] in rows else None


def _rests_on(block: dict, keyed: list[dict]) -> str | None:
    """The id of the row that the block's source names, else of the list of sources: the last table with row keys.

    A table's numbers never link to the table itself.
    """
    source = block["source"]
    rows = [
        (key, row_id)
        for table in keyed
        if table is not block
        for key, row_id in zip(table["row_keys"], table["row_ids"], strict=True)
        if key
    ]
    named = [row_id for key, row_id in rows if key == source] or [
        # In whole words: a source that names claim-12 does not name claim-1.
        row_id
        for key, row_id in rows
        if re.search(rf"(?<!\w){re.escape(key)}(?!\w)", source)
    ]
    if named:
        return named[0]
    return keyed[-1]["id"] if keyed and keyed[-1] is not block else None


def _link_numbers(document: dict) -> None:
    """Link each number whose origin is known to its entry among the document's numbers; alike ones share one."""
    known, entries = document["numbers"], {}

    def entry_of(number: dict) -> str:
        key = json.dumps(number, sort_keys=True)
        entries.setdefault(key, {"id": f"number-{len(entries) + 1}", **number})
        return entries[key]["id"]

    def pieces_of(text: str) -> list[dict]:
        """A text as stretches, its numbers by themselves and each with its entry."""
        pieces = []
        for at, piece in enumerate(_MARKED.split(text)):
            if at % 3 == 1:
                entry = entry_of(known[ord(piece) - _FIRST])
            elif piece:
                linked = {"to": entry} if at % 3 == 2 else {}
                pieces.append({"kind": "text", "text": _MARK.sub("", piece), **linked})
        return pieces

    for block in document["blocks"]:
        _split(block, pieces_of)
        if block["kind"] in ("figure", "table"):
            block["linked"] = {part: pieces_of(block[part]) for part in ("title", "note")}
            block |= {part: _MARK.sub("", block[part]) for part in ("title", "note")}
        if block["kind"] == "table":
            block["to"] = {place: entry_of(number) for place, number in block.pop("numbers").items()}
    document["numbers"] = list(entries.values())


def _split(block: dict, pieces_of: Callable[[str], list[dict]]) -> None:
    """Cut the texts of a paragraph or list about its numbers. (What is printed as code has no links.)"""
    for part in (part for item in block.get("items", []) for part in item):
        _split(part, pieces_of)
    if "inlines" in block:
        for inline in block["inlines"]:
            _split(inline, pieces_of)
            if inline["kind"] == "code":
                inline["text"] = _MARK.sub("", inline["text"])
        block["inlines"] = [
            piece
            for inline in block["inlines"]
            for piece in (pieces_of(inline["text"]) if inline["kind"] == "text" else [inline])
        ]


def _unique(name: str, taken: set[str]) -> str:
    candidate, count = name, 1
    while candidate in taken:
        count += 1
        candidate = f"{name}-{count}"
    taken.add(candidate)
    return candidate


def _slug(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text.replace("’", "")).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-") or "section"


def _short(title: str) -> str:
    short = title.split(": ")[0]
    if len(short) <= _SHORT_TITLE:
        return short
    return short[:_SHORT_TITLE].rsplit(" ", 1)[0] + "…"


def _excerpt(text: str) -> str:
    line = text.strip().splitlines()[0].lstrip("# ")
    return line if len(line) <= 50 else line[:50].rsplit(" ", 1)[0] + " …"


def _joined(text: str | list[str]) -> str:
    # nbformat writes long text to disk as a list of lines.
    return text if isinstance(text, str) else "".join(text)
