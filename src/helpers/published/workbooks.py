"""What spreadsheet programs keep, and what they do to it: their own files as texts, the damage they leave, formulas."""

import datetime
import operator
import re
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from xml.etree import ElementTree

from helpers.base.errors import InputError, nearest
from helpers.base.paths import relative
from helpers.base.periods import MONTHS

#: How many cells a sheet may reach over, and what a file may unpack to; beyond, reading it takes the memory.
LARGEST_SHEET_CELLS, LARGEST_FILE_BYTES = 2_000_000, 500_000_000


def read_workbook(path: Path, sheet: str | None = None) -> list[list[str]]:
    """One sheet of a spreadsheet's own file (.xlsx, .xls, .ods): rows of texts from cell A1, all of the same length.

    sheet: its name; may be left out where there is one alone. A cell reads as a reader sees it, as far as the file
    says: of an .xlsx as its number format shows it, with decimals, signs and marks, and its formula's error; of the
    others a number with all its digits, and a date as 2024-03-31.
    Raises InputError for a file that is none, a sheet that is not there or not said, one that reaches too far, and a
    number whose format hides it or shows it in a form that is not read here.
    """
    with opened(path) as workbook:
        name = _sheet_named(workbook, sheet, relative(path))
        printed = _look_at_xlsx(path, name) if path.suffix.lower() == ".xlsx" else {}
        read = workbook.get_sheet_by_name(name).to_python(skip_empty_area=False)
    rows = []
    for y, row in enumerate(read):
        rows.append([])
        for x, value in enumerate(row):
            try:
                rows[-1].append(_as_seen(value, *printed.get((y, x), ("", ""))))
            except InputError as error:
                raise InputError(f"{relative(path)}, sheet {name!r}, cell {cell_name(y, x)} {error}.") from None
    for (y, x), (_, error) in printed.items():
        if error:
            rows += [[] for _ in range(y + 1 - len(rows))]
            rows[y] += [""] * (x + 1 - len(rows[y]))
            rows[y][x] = error
    width = max(map(len, rows), default=0)
    return [row + [""] * (width - len(row)) for row in rows]


def sheets_of(path: Path) -> list[str]:
    """The names of a spreadsheet's sheets. Raises InputError for a file that is none."""
    with opened(path) as workbook:
        return workbook.sheet_names


@contextmanager
def opened(path: Path) -> "Iterator[python_calamine.CalamineWorkbook]":  # noqa: F821
    """A spreadsheet's own file, open. Raises InputError for a file that is none, also where its sheets are read."""
    import python_calamine

    try:
        with python_calamine.CalamineWorkbook.from_path(path) as workbook:
            yield workbook
    except (python_calamine.CalamineError, zipfile.BadZipFile, ElementTree.ParseError, KeyError, OSError) as error:
        raise InputError(
            f"{relative(path)} is no spreadsheet that can be read ({str(error).strip() or type(error).__name__}). "
            "Save it again from a spreadsheet program, without a password, or as CSV UTF-8."
        ) from error


def _sheet_named(workbook: "python_calamine.CalamineWorkbook", sheet: str | None, file: str) -> str:  # noqa: F821
    names = workbook.sheet_names
    if sheet is None:
        if len(names) != 1:
            raise InputError(f"{file} has {len(names)} sheets: say which under `sheet`. Known: {', '.join(names)}.")
        return names[0]
    if sheet not in names:
        raise InputError(f"{file} has no sheet {sheet!r}.{nearest(sheet, names)}")
    return sheet


def _look_at_xlsx(path: Path, sheet: str) -> dict[tuple[int, int], tuple[str, str]]:
    """What python-calamine does not say of a sheet's cells, by row and column from 0: number format, and error.

    Refuses a sheet that reaches too far before it is read, which would end the process.
    """
    found, reaches = {}, [0, 0]
    with zipfile.ZipFile(path) as file:
        if sum(part.file_size for part in file.infolist()) > LARGEST_FILE_BYTES:
            raise InputError(
                f"{relative(path)} unpacks to more than {LARGEST_FILE_BYTES:,} bytes. Save a smaller part."
            )
        formats = _number_formats(file)
        for y, x, cell in _cells_of(file, sheet):
            held = {_local(part.tag): part.text or "" for part in cell}
            if not held.keys() & {"v", "is"}:
                continue
            reaches = [max(reaches[0], y + 1), max(reaches[1], x + 1)]
            code, style = "", int(cell.get("s", 0))
            if cell.get("t", "n") == "n" and style < len(formats):
                code = formats[style]
            error = held.get("v", "") if cell.get("t") == "e" else ""
            if code or error:
                found[y, x] = code, error
    if reaches[0] * reaches[1] > LARGEST_SHEET_CELLS:
        raise InputError(
            f"{relative(path)}, sheet {sheet!r} reaches over {reaches[0]:,} rows and {reaches[1]:,} columns, more than "
            f"{LARGEST_SHEET_CELLS:,} cells. Delete what stands far from the table, or save the table alone."
        )
    return found


def _local(tag: str) -> str:
    return tag.rsplit("}", 1)[-1]


def _cells_of(file: zipfile.ZipFile, sheet: str) -> Iterator[tuple[int, int, ElementTree.Element]]:
    """The cells of a sheet with their row and column from 0."""
    relations = ElementTree.fromstring(file.read("xl/_rels/workbook.xml.rels"))
    targets = {one.get("Id"): one.get("Target", "") for one in relations}
    for one in ElementTree.fromstring(file.read("xl/workbook.xml")).iter():
        if _local(one.tag) == "sheet" and one.get("name") == sheet:
            target = targets[next(value for key, value in one.attrib.items() if _local(key) == "id")]
            part = target.removeprefix("/") if target.startswith("/") else f"xl/{target}"
    y = x = -1
    for event, element in ElementTree.iterparse(file.open(part), ("start", "end")):
        kind, place = _local(element.tag), element.get("r")
        if event == "start" and kind == "row":
            y, x = (int(place) - 1 if place else y + 1), -1
        elif event == "end" and kind == "c":
            letters = re.match("[A-Z]+", place)[0] if place else ""
            x = column_of(letters) if letters else x + 1
            yield y, x, element
        if event == "end" and kind in ("c", "row"):
            element.clear()


def column_of(letters: str) -> int:
    """The number of a column from 0: C is 2."""
    column = 0
    for letter in letters:
        column = 26 * column + ord(letter) - 64
    return column - 1


def cell_name(row: int, column: int) -> str:
    """The spreadsheet's name of a cell, from row and column counted from 0: (2, 1) is B3."""
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return f"{letters}{row + 1}"


#: The number formats that a file names by number alone.
_BUILT_IN = {
    **{1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00", 9: "0%", 10: "0.00%", 14: "d/m/yyyy", 15: "d-mmm-yy"},
    **{16: "d-mmm", 17: "mmm-yy", 22: "d/m/yyyy h:mm", 37: "#,##0;(#,##0)", 38: "#,##0;(#,##0)"},
    **{39: "#,##0.00;(#,##0.00)", 40: "#,##0.00;(#,##0.00)"},
    # Those of money take their sign from the machine that shows them, so that it is left out.
    **{5: "#,##0;-#,##0", 6: "#,##0;-#,##0", 7: "#,##0.00;-#,##0.00", 8: "#,##0.00;-#,##0.00"},
    **{41: '#,##0;-#,##0;"-"', 42: '#,##0;-#,##0;"-"', 43: '#,##0.00;-#,##0.00;"-"', 44: '#,##0.00;-#,##0.00;"-"'},
    **{11: "0.00E+00", 12: "# ?/?", 13: "# ??/??", 48: "##0.0E+0"},
}


def _number_formats(file: zipfile.ZipFile) -> list[str]:
    """The number format of each style of a file; empty where it is the general one, or not known here."""
    if "xl/styles.xml" not in file.namelist():
        return []
    styles, codes, used = ElementTree.fromstring(file.read("xl/styles.xml")), dict(_BUILT_IN), []
    for part in styles:
        if _local(part.tag) == "numFmts":
            codes |= {int(one.get("numFmtId")): one.get("formatCode", "") for one in part}
        elif _local(part.tag) == "cellXfs":
            used = [int(one.get("numFmtId", 0)) for one in part]
    return [codes.get(one, "") for one in used]


def _as_seen(value: object, code: str, error: str) -> str:
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, int | float):
        return _number(Decimal(f"{value:.15g}"), code)
    if isinstance(value, datetime.datetime) and value.time() == datetime.time():
        value = value.date()
    if isinstance(value, datetime.date) and code:
        shown = {letter for letter in "dmy" if letter in re.sub(r'\[[^]]*\]|"[^"]*"|\\.', "", code.lower())}
        if shown == {"m", "y"}:
            return f"{MONTHS[value.month - 1]} {value.year}"
        if shown == {"d", "m"}:
            return f"{value.day}-{MONTHS[value.month - 1][:3]}"
    if isinstance(value, datetime.date | datetime.time):
        return value.isoformat(*(" ",) * isinstance(value, datetime.datetime))
    return str(value)


#: The parts of a number format, in the order that they are looked for in.
_PARTS = re.compile(
    r"""(?P<quoted>"[^"]*"|\\.)|(?P<space>_.|\*.)|\[\$(?P<currency>[^]-]*)[^]]*\]
    |\[(?P<colour>black|blue|cyan|green|magenta|red|white|yellow|colou?r\s?\d+)\]
    |\[(?P<sign><=|>=|<>|<|>|=)(?P<limit>-?\d+(?:\.\d+)?)\]
    |(?P<general>general|@)|(?P<digits>[#0?][#0?,]*(?:\.[#0?]*)?,*|\.[#0?]+,*)|(?P<percent>%)
    |(?P<plain>[-−+()$£€<>=:!&'~{} \xa0])""",
    re.IGNORECASE | re.VERBOSE,
)
_HOLDS = {"<": operator.lt, ">": operator.gt, "<=": operator.le, ">=": operator.ge, "=": operator.eq, "<>": operator.ne}
_INSTEAD = "Give the cell the format Number with the decimals that are meant, or write what it shows into it as text"


def _number(value: Decimal, code: str) -> str:
    """A number as its format shows it: with its digits, or the mark that stands for it there.

    Raises InputError for a format that shows nothing of it, or what is not read here, so that a number that is hidden
    is never taken for one that is shown.
    """
    parts, signed = _part_for(value, code)
    digits = [text for kind, text in parts if kind == "digits"]
    scale = 2 * sum(kind == "percent" for kind, _ in parts) - 3 * sum(
        len(text) - len(text.rstrip(",")) for text in digits
    )
    size = abs(value).scaleb(scale)
    if digits:
        size = size.quantize(Decimal(1).scaleb(-len(digits[0].rstrip(",").partition(".")[2])), ROUND_HALF_UP)
    if value < 0 and not size:
        return _number(Decimal(0), code)
    shown = {"digits": lambda text: _in_digits(size, text), "general": lambda _: f"{size:f}", "percent": lambda _: "%"}
    text = "".join(shown.get(kind, lambda text: text)(text) for kind, text in parts).strip()
    if not text:
        raise InputError(f"holds a number and shows nothing of it, by its format {code!r}. {_INSTEAD}")
    return text if value >= 0 or signed else f"-{text}"


def _part_for(value: Decimal, code: str) -> tuple[list[tuple[str, str]], bool]:
    """The part of a format that a number is shown by, as kinds and texts, and whether it shows a fall as such."""
    sections, kept = [[]], code.strip() or "General"
    while kept:
        if kept[0] == ";":
            sections.append([])
            kept = kept[1:]
            continue
        match = _PARTS.match(kept)
        if not match:
            raise InputError(f"holds a number in the format {code!r}, which is not read here. {_INSTEAD}")
        sections[-1].append((match.lastgroup, match))
        kept = kept[match.end() :]
    if len(sections) == 4 or (len(sections) > 1 and any(match[0] == "@" for _, match in sections[-1])):
        sections.pop()  # that of texts
    asked = [next((match for kind, match in section if kind == "limit"), None) for section in sections]
    if any(asked):
        held = (
            n for n, match in enumerate(asked) if not match or _HOLDS[match["sign"]](value, Decimal(match["limit"]))
        )
        chosen = next(held, None)
        # What a spreadsheet shows of a fall there, or where a condition is left out before the last part, differs.
        if chosen is None or value < 0 or not all(asked[:-1]):
            raise InputError(
                f"holds a number in the format {code!r}, of which it is not sure what it shows. {_INSTEAD}"
            )
    else:
        chosen = {-1: 1, 0: 2}.get((value > 0) - (value < 0), 0) if len(sections) > 1 else 0
        chosen = 0 if chosen >= len(sections) else chosen
    section = sections[chosen]
    if sum(kind in ("digits", "general") for kind, _ in section) > 1:
        raise InputError(f"holds a number in the format {code!r}, which shows it in several parts. {_INSTEAD}")
    kinds = {"quoted": lambda match: match[0][1:].removesuffix('"') if match[0][0] == '"' else match[0][1]}
    kinds |= {
        "currency": lambda match: match["currency"],
        "space": lambda _: "",
        "colour": lambda _: "",
        "limit": lambda _: "",
    }
    parts = [(kind, kinds.get(kind, lambda match: match[0])(match)) for kind, match in section]
    words = "".join(text for kind, text in parts if kind not in ("digits", "general"))
    falls, coloured = chosen == 1 and not any(asked), any(kind == "colour" for kind, _ in section)
    number_shown = any(kind in ("digits", "general") for kind, _ in parts)
    if falls and value < 0 and number_shown and not re.search("[-−(]", words) and not coloured:
        raise InputError(f"holds a number below 0, and its format {code!r} shows no sign. {_INSTEAD}")
    return parts, not number_shown or (falls and bool(re.search("[-−(]", words)))


def _in_digits(size: Decimal, shape: str) -> str:
    """A number of 0 or more, rounded already, in the digits that a format asks for: "#,##0.0#"."""
    whole, _, decimals = shape.rstrip(",").partition(".")
    before, _, after = f"{size:,f}".partition(".") if "," in whole else f"{size:f}".partition(".")
    before = ("" if before == "0" else before).rjust(whole.count("0"), "0")
    least = decimals.rfind("0") + 1
    while len(after) > least and after.endswith("0"):
        after = after[:-1]
    return f"{before}.{after}" if after else before


_MONTH = {name[:length].lower(): number for number, name in enumerate(MONTHS, 1) for length in (3, 4, len(name))}
_NAMES = "|".join(sorted(_MONTH, key=len, reverse=True))
_DATES = [
    (re.compile(rf"(?P<one>\d{{1,2}})-(?P<month>{_NAMES})(-\d{{2}}|-\d{{4}})?", re.IGNORECASE)),
    (re.compile(rf"(?P<month>{_NAMES})-(?P<one>\d{{1,2}})", re.IGNORECASE)),
    (re.compile(r"\d{4}-(?P<month>\d\d)-(?P<one>\d\d)([T ]\d\d:\d\d(:\d\d)?)?")),
    (re.compile(r"(?P<one>\d{1,2})/(?P<month>\d{1,2})/(\d{4}|\d\d)")),
]
_SCIENTIFIC = re.compile(r"[+-]?(\d(?:\.\d*)?)[eE]\+?(\d{1,2})")


def damage(text: str) -> str:
    """What a spreadsheet has made of a cell, and what it may have been; empty where it looks like no such thing.

    For a text that does not read as what its place asks for: 12-Jan where a number stood (1-12), 1.2E+05, #REF!, ####.
    """
    text = text.strip()
    if re.fullmatch(r"#(REF|DIV/0|N/A|VALUE|NAME|NUM|NULL|SPILL|CALC|FIELD|GETTING_DATA)[!?]?|Err:\d+", text):
        return "is the error of a spreadsheet's formula; what it should show is lost. Take the cell from the source"
    if re.fullmatch(r"#{2,}", text):
        return "is what a spreadsheet shows in too narrow a column. Widen it, and save the table again"
    if match := _SCIENTIFIC.fullmatch(text):
        size, step = Decimal(match[1]) * 10 ** int(match[2]), Decimal(10) ** int(match[2])
        half = step / 10 ** len(match[1].partition(".")[2]) / 2
        ends = (f"{float(end):,.15g}" for end in (size - half, size + half))
        between = "" if int(match[2]) > 15 else f": some number from {' to '.join(ends)}"
        return f"is a number that a spreadsheet cut to a few digits{between}. Take the cell from the source"
    for date in _DATES:
        if match := date.fullmatch(text):
            month, other = match["month"].lower(), int(match["one"])
            month = _MONTH.get(month) or int(month)
            pairs = dict.fromkeys(((month, other), (other, month)))
            was = [f"'{first}{between}{second}'" for between in "-/" for first, second in pairs]
            return f"is a date, which a spreadsheet makes of {' or '.join(was)}. Take the cell from the source"
    if re.fullmatch(r"\d{1,2}:\d\d(:\d\d)?", text):
        return "is a time, which a spreadsheet makes of a ratio. Take the cell from the source"
    try:
        meant = text.encode("cp1252").decode("utf-8")
    except UnicodeError:
        return ""
    return "" if meant == text else f"was read in another encoding than it was written in: it says {meant!r}"


#: What a spreadsheet program works out when it opens a CSV: after a sign only where something is called or fetched.
_FORMULA = re.compile(r"\s*(?:[=@＝＠]|[-+＋－].*(?:\||\b[A-Za-z][\w.]*\(|![$A-Za-z]))", re.DOTALL)


def is_formula(text: str) -> bool:
    """Whether a spreadsheet program that opens this text in a CSV would take it for a formula, and carry it out."""
    return bool(_FORMULA.match(text))
