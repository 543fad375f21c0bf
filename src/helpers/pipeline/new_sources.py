"""Start a document in data/raw: its tables as they are, and a descriptor guessed from them, to be filled in."""

import datetime
import difflib
import os
import re
from collections.abc import Iterable
from pathlib import Path

import yaml

from helpers.base import vocabulary
from helpers.base.authorities import authority_named
from helpers.base.cells import STANDARD_MARKS, parse_figure
from helpers.base.checked_files import TO_FILL_IN
from helpers.base.errors import InputError
from helpers.base.paths import NAME_DESCRIBED, SPREADSHEETS, TABLES, is_name, read_bytes, relative, root, write_together
from helpers.base.periods import parse_period
from helpers.published.printed_tables import joined_header
from helpers.published.sources import DESCRIPTOR
from helpers.published.workbooks import read_workbook, sheets_of

#: What a table's rows and columns may stand for, where their labels are words.
_DIMENSIONS = ("age_band", "support_reason", "setting", "service", "locality", "group", "quantity")
_TOTAL = ("", "all", "total", "totals", "grand total", "overall", "all ages", "all people")
#: Units that the words of a title or heading speak of; of others, their own name.
_UNITS = {name: rf"\b{words}\b" for name, words in vocabulary.UNITS.items()} | {
    "per_cent": r"%|per cent|percentage",
    "gbp": r"£|pounds",
    "people": r"\b(people|persons|clients|adults|individuals|service users|population|residents)\b",
}
#: Words that many quantities share.
_COMMON = {"people", "support", "number", "total", "their"}
_PERIODS = (
    r"\b\d{4}[/–-]\d{2}(?:\d{2})?\b|\bmid-\d{4}\b|\b(?:\d{1,2} )?"
    r"(?:January|February|March|April|May|June|July|August|September|October|November|December) \d{4}\b|\b20\d\d\b"
)
_ABOUT_FILE = """\
# A beginning, guessed from the table: compare every line with the source. What reads "{fill}" only a person can say,
# and nothing is tidied before it is. docs/how-to/table.md says what each key means.
"""


def start(name: str, files: list[str], authority_id: str = "") -> str:
    """Make data/raw/<name>/ with these files and a descriptor of their tables; returns what to do next.

    files: CSV, or a spreadsheet's own file, of which every sheet with a table is described. authority_id: whose
    figures they are; else that is to be filled in. Raises InputError, and writes nothing, for a name that is none or
    is taken, a file that is none, and one without a table.
    """
    if not name or not files:
        raise InputError("Say which: `doit new-source --name mercia_support_2024 --file table.csv --authority mercia`.")
    if not is_name(name):
        raise InputError(f"A document cannot be called {name!r}: it needs {NAME_DESCRIBED}.")
    folder = root() / "data/raw" / name
    if os.path.lexists(folder):
        raise InputError(
            f"{relative(folder)} is there already. Choose another name; or put the table there and describe it in "
            f"its {DESCRIPTOR}."
        )
    publisher = authority_named(authority_id) if authority_id else {}
    contents, tables = {}, []
    for file in map(Path, files):
        if file.suffix.lower() not in TABLES:
            raise InputError(f"{file} is no table that is read here: its name must end in {', '.join(TABLES)}.")
        kept = f"{_named(file.stem)}{file.suffix.lower()}"
        if folder / kept in contents:
            raise InputError(f"Two files would be called {kept} in {relative(folder)}. Rename one of them.")
        contents[folder / kept] = read_bytes(file)
        tables += _tables_of(file, kept)
    document = {
        "name": name,
        "title": _fill("the document's title"),
        "publisher": publisher.get("name", _fill("who published it")),
        "authority": publisher.get("code", _fill("whose figures they are, the ONS code, as E10000018")),
        "published": _fill("when, as 2016-01 (take the line out where the document does not say)"),
        "read": datetime.date.today().isoformat(),
        "licence": _fill("as the document states it, or: Not stated in the document"),
        "resources": tables,
    }
    text = _ABOUT_FILE.format(fill=TO_FILL_IN) + _as_yaml(document)
    write_together(contents | {folder / DESCRIPTOR: text.encode()})
    return (
        f"Made {relative(folder)} with {_count(len(tables), 'table')}.\n"
        f"{_count(text.count(TO_FILL_IN) - 1, 'place')} of its {DESCRIPTOR} read {TO_FILL_IN!r}: only a person can "
        f"say what stands there.\nCompare the rest with the source. Then: `doit tidy:{name}`."
    )


def _count(number: int, thing: str) -> str:
    return f"{number} {thing}{'' if number == 1 else 's'}"


def _fill(what: str) -> str:
    return f"{TO_FILL_IN}: {what}"


def _as_yaml(document: dict) -> str:
    return yaml.safe_dump(document, sort_keys=False, allow_unicode=True, width=120)


def _named(text: str) -> str:
    """A name for a table, made from words."""
    name = re.sub(r"[^a-z0-9]+", "_", text.lower()).strip("_")
    return name if is_name(name) else f"table_{name}".strip("_")


def _tables_of(file: Path, kept: str) -> list[dict]:
    """What is guessed of each table of a file, which is to be called `kept`."""
    spreadsheet = file.suffix.lower() in SPREADSHEETS
    sheets = sheets_of(file) if spreadsheet else [None]
    found = []
    for sheet in sheets:
        rows, encoding = (read_workbook(file, sheet), None) if spreadsheet else _csv_rows(file)
        described = {"name": _named(sheet if len(sheets) > 1 else Path(kept).stem), "path": kept}
        described |= {"sheet": sheet} if len(sheets) > 1 else {}
        described |= {"encoding": encoding} if encoding else {}
        if table := _table(rows):
            found.append(described | table)
    if not found:
        raise InputError(f"{file} holds no table: a header of two cells or more, with rows of figures below it.")
    if left := [sheet for sheet in sheets if sheet and sheet not in [table.get("sheet", sheet) for table in found]]:
        print(f"Without a table, and left out: {', '.join(left)}.")
    return found


def _csv_rows(file: Path) -> tuple[list[list[str]], str]:
    import csv
    import io

    content = read_bytes(file)
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            rows = list(csv.reader(io.StringIO(content.decode(encoding), newline="")))
        except (UnicodeDecodeError, csv.Error):
            continue
        width = max(map(len, rows), default=0)
        if width == 1 and any(row[0].count(";") for row in rows if row):
            raise InputError(f"{file} separates its cells by semicolons. Save it as CSV with commas.")
        return [row + [""] * (width - len(row)) for row in rows], "utf-8" if encoding == "utf-8-sig" else encoding
    raise InputError(f"{file} cannot be read as CSV. Save it again as CSV UTF-8.")


def _table(rows: list[list[str]]) -> dict | None:
    """What is guessed of one table, in the order of a descriptor; None where these rows hold none."""
    header, body, titles, notes = _layout(rows)
    if not header:
        return None
    columns = [x for x in range(len(rows[0])) if any(rows[y][x].strip() for y in (*header, *body))]
    heads = dict(zip(columns, joined_header([[rows[y][x] for x in columns] for y in header]), strict=True))
    cells = {x: [rows[y][x].strip() for y in body] for x in columns}
    labels = [x for x in columns if not _has_figures(heads[x], cells[x])]
    values = [x for x in columns if x not in labels]
    if not values:
        return None
    title = " ".join(titles)
    said = " ".join([title, *heads.values()])
    numbered = re.match(r"(Table [\w.]+)\s*[:.–-]\s*(.+)", title)
    about = {
        "title": numbered[2] if numbered else title or _fill("what the table shows"),
        "label": numbered[1] if numbered else _fill("as the document numbers it, as Table 1"),
        "section": _fill("the heading that it stands under"),
    }
    if header != [next(y for y, row in enumerate(rows) if any(row))] or notes:
        about["dialect"] = {"headerRows": [y + 1 for y in header]} | (
            {"commentRows": [y + 1 for y in notes]} if notes else {}
        )
    axes = {x: _axis([cells[x]], heads[x]) for x in labels}
    across = "value" if len(values) == 1 else _axis([[heads[x] for x in values]], "")
    declared = {axes[x][0]: axes[x][1] for x in labels if axes[x][1]}
    if across != "value":
        across, meant = across
        declared |= {across: declared.get(across, {}) | meant} if meant else {}
    unit = _unit(said, [text for x in values for text in cells[x]])
    known = set(declared) | {axis for axis, _ in axes.values()} | {across}
    if "quantity" not in known:
        about["quantity"] = _fill(f"what is counted, of vocabulary.QUANTITIES{_perhaps_quantity(said)}")
    about["unit"] = unit or _fill("what it is counted in, of vocabulary.UNITS")
    if unit == "gbp" and re.search(r"£000|£k\b|thousand", said, re.IGNORECASE):
        about["multiplier"] = 1000
    about["measure"] = _fill(f"one of {', '.join(vocabulary.MEASURES)}")
    if not known & {"period", "mid_year"}:
        period = re.search(_PERIODS, said)
        about["period"] = {"label": period[0] if period else _fill("of when the figures are, as 2023/24")}
    if "age_band" not in known:
        about["constants"] = {"age_band": _age_in(said) or _fill("of what age people are, as 65+; or all")}
    if across == "value":
        about["reading"] = {"columns_of_records": {heads[x]: axes[x][0] if x in axes else "value" for x in columns}}
    else:
        rows_are = [axes[x][0] for x in labels]
        about["reading"] = {"rows": rows_are[0] if len(rows_are) == 1 else rows_are, "columns": across}
    about["labels"] = declared
    if marks := _marks([text for x in values for text in cells[x]], unit or "people"):
        about["marks"] = marks
    totals = [
        axis for axis, meant in declared.items() if axis in _DIMENSIONS and "all" in meant.values() and len(meant) > 1
    ]
    if totals and unit != "per_cent":
        about["totals"] = [{"across": axis} for axis in totals]
    return about


def _layout(rows: list[list[str]]) -> tuple[list[int], list[int], list[str], list[int]]:
    """Which rows are header and body, what stands above them, and which rows below are notes."""
    filled = [[x for x, text in enumerate(row) if text.strip()] for row in rows]
    alone = [cells == [0] or not cells for cells in filled]
    first = next((y for y, cells in enumerate(filled) if cells and not alone[y]), None)
    if first is None:
        return [], [], [], []
    last = max(y for y in range(len(rows)) if filled[y] and not alone[y])
    body = range(first + 1, last + 1)
    header = [first]
    following = rows[first + 1] if body else []
    spans = len(filled[first]) < max(map(len, filled))
    if spans and len(body) > 1 and not any(_is_figure(text) for text in following[1:] if text.strip()):
        header.append(first + 1)
    titles = [rows[y][0].strip() for y in range(first) if filled[y]]
    notes = [y for y in range(last + 1, len(rows)) if filled[y]]
    return (header, [y for y in body if y not in header], titles, notes) if len(body) else ([], [], [], [])


def _has_figures(head: str, texts: list[str]) -> bool:
    """Whether a column holds figures, and not labels: periods and ages look like figures, too."""
    given = [text for text in texts if text]
    if re.search(r"\b(year|period|date|quarter|month|mid-year|age)\b", head, re.IGNORECASE):
        return False
    if all(map(_as_period, given)) or _axis([given], head)[0] in _DIMENSIONS:
        return False
    return sum(map(_is_figure, given)) * 2 >= len(given) > 0


def _is_figure(text: str) -> bool:
    return any(_reads(text.strip(), unit) for unit in ("people", "rank", "per_cent", "gbp"))


def _reads(text: str, unit: str) -> bool:
    try:
        parse_figure(text, unit, change=text.startswith(("-", "(", "−")) and len(text) > 1)
    except InputError:
        return False
    return True


def _as_period(text: str) -> bool:
    """Whether a text is a period, and no plain number that is too large or too small for a year."""
    try:
        return bool(re.fullmatch(r"(19|20)\d\d", text)) or (not text.isdecimal() and bool(parse_period(text)))
    except InputError:
        return False


def _axis(lines: list[list[str]], head: str) -> tuple[str, dict[str, str]]:
    """What labels are of, and what each means: by the vocabulary, or to be filled in. Periods need no meaning."""
    labels = list(dict.fromkeys(text for line in lines for text in line))
    given = [text for text in labels if text.strip()]
    if given and all(map(_as_period, given)):
        years = all(re.fullmatch(r"\d{4}", text) for text in given)
        return ("mid_year" if years and re.search("mid", head, re.IGNORECASE) else "period"), {}
    within = {text: re.search(_PERIODS, text) for text in given}
    if given and all(within.values()):
        return "period", {text: period[0] for text, period in within.items()}
    meant = {name: {label: _meaning(label, name) for label in labels} for name in _DIMENSIONS}
    telling = {name: sum(id not in ("all", None) for id in ids.values()) for name, ids in meant.items()}
    best = max(telling, key=telling.get)
    needed = sum(_plain(text) not in _TOTAL for text in labels) / 2
    if not telling[best] or telling[best] < needed:
        name = _fill(f"{', '.join(_DIMENSIONS)}, period or not_read")
        return name, {label: "all" if _plain(label) in _TOTAL else _fill("an id of it") for label in labels}
    return best, {label: id or _to_choose(label, best) for label, id in meant[best].items()}


def _to_choose(label: str, dimension: str) -> str:
    ids = vocabulary.DIMENSIONS[dimension]
    near = difflib.get_close_matches(_plain(label).replace(" ", "_"), ids, n=3, cutoff=0.3) or list(ids)[:3]
    return _fill(f"an id of {dimension} in vocabulary.py, as {', '.join(near)}; or not_read")


def _plain(label: str) -> str:
    return re.sub(r"[^a-z0-9+]+", " ", label.lower().replace("–", "-")).strip()


def _meaning(label: str, dimension: str) -> str | None:
    """The id that a label stands for in a dimension of the vocabulary, or None."""
    if _plain(label) in _TOTAL and dimension != "quantity":
        return "all"
    if dimension == "age_band":
        return _age_in(label)
    ids = vocabulary.DIMENSIONS[dimension]
    by_words = {_plain(text): id for id, text in ids.items()} | {id.replace("_", " "): id for id in ids}
    parts = label.split(": ")  # under a label that spans columns
    for words in (_plain(label), *map(_plain, reversed(parts[1:])), _plain(parts[0])):
        for said in (re.sub(r" (support|homes?)$", "", words), words):
            if near := difflib.get_close_matches(said, by_words, n=1, cutoff=0.8):
                return by_words[near[0]]
    return None


def _age_in(text: str) -> str | None:
    """The age band that a text speaks of, where it is one of the vocabulary."""
    text = text.lower()
    if match := re.search(r"\b(\d{1,2})\s*(?:to|-|–)\s*(\d{1,2})\b", text):
        band = f"{match[1]}-{match[2]}"
    elif match := re.search(r"\b(\d{2})\s*(?:\+|(?:years )?(?:and|or) (?:over|above|older))", text):
        band = f"{match[1]}+"
    else:
        return None
    return band if band in vocabulary.AGE_BANDS else None


def _unit(said: str, figures: Iterable[str]) -> str | None:
    """The unit that the figures print, or else that the words above them speak of."""
    given = [text for text in figures if text]
    for unit, sign in (("per_cent", "%"), ("gbp", "£")):
        if printed := sum(sign in text for text in given):
            return unit if printed == len(given) else None
    found = [unit for unit, words in _UNITS.items() if re.search(words, said, re.IGNORECASE)]
    return next((unit for unit in ("per_cent", "gbp") if unit in found), found[0] if len(found) == 1 else None)


def _perhaps_quantity(said: str) -> str:
    """The quantities nearest to the words of a title, to choose from."""
    words = set(re.findall(r"[a-z]{4,}", said.lower())) - _COMMON
    shared = {id: len(words & set(re.findall(r"[a-z]{4,}", text))) for id, text in vocabulary.QUANTITIES.items()}
    best = [id for id in sorted(shared, key=shared.get, reverse=True)[:3] if shared[id]]
    return f"; perhaps {' or '.join(best)}" if best else ""


def _marks(texts: list[str], unit: str) -> dict[str, dict]:
    """What stands where figures should, with what has to be said of each mark."""
    marks = dict.fromkeys(text for text in texts if not _reads(text, unit) and not _is_figure(text))
    return {mark: _about_mark(STANDARD_MARKS.get(mark.lower())) for mark in marks}


def _about_mark(state: str | None) -> dict[str, str]:
    meaning = {"meaning": _fill("as the notes of the document say")}
    if state in (None, "hidden"):
        bounds = {"lower": _fill("the least that it can be"), "upper": _fill("the most")}
        if state == "hidden":
            return bounds | meaning
        return {"state": _fill("hidden (with lower and upper), not_available or not_applicable (without)")} | (
            bounds | meaning
        )
    return {"state": state} | meaning
