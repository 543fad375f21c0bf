"""What changed in a paper since it was last made: each printed number from what to what, by its sentence or its cell.

Beside an executed briefing stands what the paper said when it was made; the next making is held against that.
"""

import json
import re
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from helpers.base.errors import InputError
from helpers.base.paths import read_text, root, write_atomically

REPORT = "build/changes.md"
#: Lines of one paper that `doit --what` prints; the report has all.
MOST_LINES = 30
#: Two sentences that are alike to this share are one that was changed.
ALIKE = 0.6

_NUMBER = re.compile(
    r"(?:[+−-](?=£?\d))?£?\d+(?:,\d{3})*(?:\.\d+)?(?:%|\s(?:million|billion|thousand)\b)?"
    r"|\b(?:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)\b",
    re.IGNORECASE,
)
_END_OF_SENTENCE = re.compile(r"(?<=[.?!”])\s+(?=[A-Z£“\d])")

#: By council and paper that was made in this run: its lines, and how many numbers changed; None where it is the first.
_found: dict[tuple[str, str], tuple[list[str], int] | None] = {}


def forget() -> None:
    """Begin a run: nothing was made in it yet."""
    _found.clear()


def note(document: dict, executed: str) -> None:
    """Hold a paper that was made against how it was when it was made before, and keep how it is now.

    document: its document model. executed: its executed notebook, build/<council>/<paper>.ipynb.
    """
    path = Path(executed)
    kept = root() / path.with_suffix(".said.json")
    now = said(document)
    try:
        before = json.loads(read_text(kept))
        _found[path.parent.name, path.stem] = compared(before, now)
    except (InputError, ValueError, TypeError, KeyError, AttributeError):  # not there, or not of today's form
        _found[path.parent.name, path.stem] = None
    write_atomically(kept, json.dumps(now, ensure_ascii=False).encode())


def said(document: dict) -> dict[str, list]:
    """All words of a document model, each sentence under its heading, and its tables: title, columns, rows."""
    from helpers.paper.publish import prose

    def plain(block: dict) -> str:
        if block["kind"] == "list":
            return " ".join(plain(part) for item in block["items"] for part in item)
        return prose.plain(block["inlines"]) if "inlines" in block else ""

    heading, words, tables = "Title", [], []

    def add(place: str, *texts: str) -> None:
        words.extend([place, one] for text in texts for one in _END_OF_SENTENCE.split(text.strip()) if one)

    add(heading, document["title"], prose.plain(document["subtitle"]))
    for block in document["blocks"]:
        if block["kind"] == "heading":
            heading = block["text"]
            add(heading, heading)
        elif block["kind"] == "figure":
            add(f"{heading}, figure {block['number']}", block["title"], block["alt"], block["note"] or "")
        elif block["kind"] == "table":
            tables.append([block["title"], [column["label"] for column in block["columns"]], block["rows"]])
            add(f"{heading}, table {block['number']}", block["title"], block["note"] or "")
        elif block["kind"] == "list":
            for item in block["items"]:
                add(heading, *map(plain, item))
        else:
            add(heading, plain(block))
    return {"words": words, "tables": tables}


def compared(before: dict[str, list], now: dict[str, list]) -> tuple[list[str], int]:
    """What changed from one state of a paper's words and tables (`said`) to another: lines, and how many numbers."""
    lines = [*_of_words(before["words"], now["words"]), *_of_tables(before["tables"], now["tables"])]
    return [line for line, _ in lines], sum(count for _, count in lines)


def _masked(text: str) -> str:
    return _NUMBER.sub("#", text)


def _of_words(before: list, now: list) -> Iterator[tuple[str, int]]:
    from difflib import SequenceMatcher

    old, new = ([_masked(text) for _, text in words] for words in (before, now))
    for how, a, a_end, b, b_end in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        gone, come = before[a:a_end], now[b:b_end]
        if how == "equal":
            yield from (
                _numbers(place, was, text) for (_, was), (place, text) in zip(gone, come, strict=True) if was != text
            )
            continue
        for place, text in come:
            alike = [one for one in gone if SequenceMatcher(None, one[1], text, autojunk=False).ratio() >= ALIKE]
            if alike:
                gone.remove(alike[0])
                if _numbers_in(alike[0][1]) != _numbers_in(text):
                    yield f"{place}: “{alike[0][1]}” → “{text}”", 1
            elif _numbers_in(text):
                yield f"{place}, new: “{text}”", 1
        yield from ((f"{place}, gone: “{text}”", 1) for place, text in gone if _numbers_in(text))


def _numbers_in(text: str) -> list[str]:
    return [match[0].strip() for match in _NUMBER.finditer(text)]


def _numbers(place: str, was: str, now: str) -> tuple[str, int]:
    pairs = [pair for pair in zip(_numbers_in(was), _numbers_in(now), strict=True) if pair[0] != pair[1]]
    return f"{place}: “{now}”: {', '.join(f'{old} → {new}' for old, new in pairs)}", len(pairs)


def _by_name(names: list[str]) -> list[tuple[str, int]]:
    """Each name with how many of it stood before, so that none stands twice."""
    seen: Counter = Counter()
    return [(name, seen.update([name]) or seen[name]) for name in names]


def _of_tables(before: list, now: list) -> Iterator[tuple[str, int]]:
    old = dict(zip(_by_name([_masked(title) for title, *_ in before]), before, strict=True))
    new = dict(zip(_by_name([_masked(title) for title, *_ in now]), now, strict=True))
    for name, (title, columns, rows) in new.items():
        if name not in old:
            yield f"Table “{title}” is new", len(rows)
            continue
        cells, were = _cells(columns, rows), _cells(*old[name][1:])
        rows_now, rows_before = ({row: None for row, _ in found} for found in (cells, were))
        for (row, column), text in cells.items():
            was = were.get((row, column))
            if was is not None and was != text and (_numbers_in(was) or _numbers_in(text)):
                yield f"Table “{title}”, {row[0]}, {column[0]}: {was or 'nothing'} → {text or 'nothing'}", 1
        for how, rows_of, others, found in (
            ("new", rows_now, rows_before, cells), ("gone", rows_before, rows_now, were),
        ):  # fmt: skip
            for row in [row for row in rows_of if row not in others]:
                texts = [text for (of_row, _), text in found.items() if of_row == row]
                yield f"Table “{title}”, row {how}: {'; '.join([row[0], *texts])}", 1
        columns_before = {column for _, column in were}
        for column in dict.fromkeys(column for _, column in cells if column not in columns_before):
            yield f"Table “{title}”, column new: {column[0]}", 1
        for column in dict.fromkeys(column for _, column in were if column not in {one for _, one in cells}):
            yield f"Table “{title}”, column gone: {column[0]}", 1
    yield from ((f"Table “{title}” is gone", len(rows)) for name, (title, _, rows) in old.items() if name not in new)


def _cells(columns: list[str], rows: list[list[str]]) -> dict[tuple, str]:
    """The texts of a table by row and column, but for the first column, which names the rows."""
    named = zip(_by_name([row[0] for row in rows]), rows, strict=True)
    heads = _by_name(columns)[1:]
    return {(name, head): text for name, row in named for head, text in zip(heads, row[1:], strict=True)}


def write() -> Iterator[str]:
    """Write the report on the papers that this run made; and what to say of it."""
    if not _found:
        return
    known = {f"{council}:{paper}": of for (council, paper), of in sorted(_found.items()) if of is not None}
    first = [f"{council}:{paper}" for (council, paper), of in sorted(_found.items()) if of is None]
    now = datetime.now()
    made = f"{now.day} {now:%B %Y, %H:%M}"
    lines = [
        "# What changed in the papers",
        "",
        f"Made on {made}, and held against how each was when it was made before.",
    ]
    for name, (found, _) in known.items():
        lines += ["", f"## {name}", "", *(f"- {line}" for line in found or ["No printed number changed."])]
    if first:
        lines += ["", "## Made here for the first time, with nothing to compare", "", *(f"- {name}" for name in first)]
    write_atomically(root() / REPORT, ("\n".join(lines) + "\n").encode())
    changed = [f"{count} in {name}" for name, (_, count) in known.items() if count]
    if changed:
        yield f"Printed numbers that changed: {', '.join(changed)}. From what to what: {REPORT}, or `doit --what`."
    elif known:
        yield "No printed number changed."


def last() -> Iterator[str]:
    """What `doit --what` prints: the report of the last run that made papers, long lists cut."""
    try:
        text = read_text(root() / REPORT)
    except InputError:
        yield "No paper was made here yet, so that there is nothing to compare."
        return
    of_paper = 0
    for line in [*text.splitlines(), ""]:
        of_paper = of_paper + 1 if line.startswith("- ") else 0
        if of_paper <= MOST_LINES:
            yield line
        elif of_paper == MOST_LINES + 1:
            yield f"- and more: {REPORT}"
