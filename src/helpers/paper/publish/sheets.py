"""Tables and charts of a paper as a spreadsheet holds them: a number a cell, its unit in the heading, ranges apart.

A table here is the document model's, its columns and rows such as one computes with; a chart becomes a table of what is
plotted, a row a point.
"""

import re

from helpers.base import wording

_VALUE = r"[+−-]?£?\d[\d,]*(?:\.\d+)?(?:%| million)?"
_RANGE = re.compile(rf"({_VALUE})(?: to ({_VALUE}))?")
_WITH_RANGE = re.compile(rf"({_VALUE})(?: \(({_VALUE}) to ({_VALUE})\))?")
_MONEY = re.compile(r"([+−-]?)£(\d[\d,]*(?:\.\d+)?)( million)?")
_FINANCIAL_YEAR = re.compile(r"(\d{4})/\d{2}")
#: What stands for the unit of a table whose columns have several.
_SEVERAL = re.compile(r";|\bin each row\b|\bone row\b|\band\b|,")
#: Units of numbers that the papers round as they round people.
_ROUNDED = re.compile(r"\b(people|beds|places|posts)\b")
#: What is plotted of bars: their values, and the ends of their ranges.
_OF_BARS = ("values", "lower", "upper")
#: What is plotted, by the label that charts give it.
_PLOTTED = {
    "people_p10": "four in five futures, lower end",
    "people_p90": "four in five futures, upper end",
    "people_p25": "half of the futures, lower end",
    "people_p75": "half of the futures, upper end",
    "people_lower": "assumptions alone, lower end",
    "people_upper": "assumptions alone, upper end",
    "lower": "range, lower end",
    "upper": "range, upper end",
}


def of_table(table: dict) -> dict:
    """A table with each range as two columns, a column for the year that a financial year begins in, and its units."""
    columns, cells = [], []
    for place, column in enumerate(table["columns"]):
        for label, align, texts in _apart(column, [row[place] for row in table["rows"]], is_first=not place):
            label, texts = _with_unit(label, texts, "" if not columns else table["unit"])
            columns.append({"label": label, "align": align})
            cells.append(texts)
    return table | {"columns": columns, "rows": [list(row) for row in zip(*cells, strict=True)]}


def of_chart(figure: dict) -> dict | None:
    """What a chart plots, as a table: the line or bar, the year or period, and the value; None where nothing is.

    Of bars with ranges, the ends stand beside the value.
    """
    unit, bars = figure["unit"], {line["label"]: line for line in figure["data"] if line["label"] in _OF_BARS}
    heads, rows = _of_bars(bars, unit) if "values" in bars else _of_lines(figure["data"], unit)
    if not rows:
        return None
    names, values = heads
    columns = [{"label": head, "align": "left"} for head in names]
    columns += [{"label": f"{head} ({unit})", "align": "right"} for head in values]
    kept = {key: figure[key] for key in ("kind", "number", "title", "unit", "source", "note")}
    return kept | {"columns": columns, "rows": rows, "total_row": False}


def _of_bars(bars: dict[str, dict], unit: str) -> tuple[tuple[list[str], list[str]], list[list[str]]]:
    """The headings of names and of values, and a row a bar. bars: values, and perhaps lower and upper, each named."""
    found = [dict(zip(line["names"], line["x"], strict=True)) for line in bars.values()]
    rows = [
        [name, *(_plain(each[name], unit) if name in each else "no range" for each in found)]
        for name in bars["values"]["names"]
    ]
    return (["Bar"], ["Value", *(_said(end) for end in bars if end != "values")]), rows


def _of_lines(lines: list[dict], unit: str) -> tuple[tuple[list[str], list[str]], list[list[str]]]:
    """The headings of names and of values, and a row a point."""
    points = [
        (line["label"], at, value)
        for line in lines
        for at, value in zip(line.get("names", line["x"]), line["y"], strict=True)
    ]
    rows = [[_said(label), str(at), _plain(value, unit)] for label, at, value in points if value == value]
    return (["Line", "Year or period"], ["Value"]), rows


def _apart(column: dict, texts: list[str], is_first: bool) -> list[tuple[str, str, list[str]]]:
    """A column as the columns that it is taken apart into: label, alignment and cells of each."""
    label, align = column["label"], column["align"]
    if is_first:
        years = [_FINANCIAL_YEAR.fullmatch(text) for text in texts]
        begins = [("Year begins", "right", [year[1] for year in years])] if all(years) else []
        return [(label, align, texts), *begins]
    if any(" to " in text for text in texts):
        for pattern, ends in ((_RANGE, ("from", "to")), (_WITH_RANGE, ("", "from", "to"))):
            found = [pattern.fullmatch(text) for text in texts]
            if all(match or not re.search(r"\d", text) for match, text in zip(found, texts, strict=True)):
                pairs = list(zip(found, texts, strict=True))
                return [
                    (f"{label}: {end}" if end else label, "right", [_end(match, text, part) for match, text in pairs])
                    for part, end in enumerate(ends, start=1)
                ]
    return [(label, align, texts)]


def _end(match: re.Match | None, text: str, part: int) -> str:
    """One part of a range; a word, which has none, stands in each, and so does a number whose ends print alike."""
    if match is None:
        return text
    return match[part] or (match[1] if match.re is _RANGE else "no range")


def _with_unit(label: str, texts: list[str], unit: str) -> tuple[str, list[str]]:
    """A column's heading with the unit of its numbers, and its cells without a unit that a number cannot hold."""
    numbers = [text for text in texts if re.fullmatch(_VALUE, text)]
    if not numbers or not unit:
        return label, texts
    if all(text.endswith("%") for text in numbers):
        return (label if "per cent" in label else f"{label} (per cent)"), texts
    money = [_MONEY.fullmatch(text) for text in numbers]
    if all(money) and len({match[3] for match in money}) == 1:
        plain = [_MONEY.sub(r"\1\2", text) if text in numbers else text for text in texts]
        return f"{label} (£{money[0][3] or ''})", plain
    years = all(re.fullmatch(r"(19|20)\d\d", text) for text in numbers)
    if any(money) or years or _SEVERAL.search(unit) or unit.lower() == label.lower():
        return label, texts
    return f"{label} ({unit})", texts


def _said(label: str) -> str:
    return wording.sentence_start(_PLOTTED.get(label, label))


def _plain(value: float, unit: str) -> str:
    """A plotted value as a number prints: as it was published, or rounded as the papers round."""
    if isinstance(value, float) and not value.is_integer() and _ROUNDED.search(unit):
        value = wording.rounded(abs(value)) * (1 if value > 0 else -1)
    text = f"{abs(value):,.1f}" if isinstance(value, float) and not value.is_integer() else f"{int(abs(value)):,}"
    return f"−{text}" if value < 0 else text
