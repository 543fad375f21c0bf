"""Every published claim that can be recomputed, recomputed: verdicts on figures, from formulas that are data.

method.md section 13. A disagreement never changes a figure: both stay on file as published, with the likely cause.
"""

from collections.abc import Mapping

import pandas as pd

from helpers.base import formulas, wording
from helpers.base.cells import HIDDEN, NOT_GIVEN
from helpers.base.errors import InputError
from helpers.checks.figure_book import Book, read_formula, words_for, work_out
from helpers.checks.filled_texts import Words
from helpers.published.totals import DIMENSIONS, incomplete_totals, parts_of, totals_of

#: What a recomputation can find, in the order in which a reader wants them.
VERDICTS = {
    "disagrees": "no values that round to the other figures give this figure",
    "not_comparable": "it looks comparable with another figure and is not",
    "agrees_within_suppression": "counts that are hidden stand among the other figures, and some of their possible "
    "values give this figure",
    "agrees_within_rounding": "it comes out otherwise, but the other figures are rounded too, and their unrounded "
    "values can give this figure",
    "agrees": "worked out from the other figures as they print, and rounded as this figure is, it comes out the same",
    "derived_only": "nothing published says it; worked out from published figures",
}
CHECK_COLUMNS = [
    *("area_code", "source", "check", "what", "published", "as_published", "printed", "unit", "formula", "inputs"),
    *("recomputed", "recomputed_lower", "recomputed_upper", "hidden", "at_most", "working", "verdict", "cause"),
    *("matters", "question", "for_members"),
]
_FLOWS = {"during_year", "quarter", "year_to_date", "during_period"}
_NONE = "none"
_PLURALS = {
    "age_band": "ages",
    "support_reason": "support reasons",
    "setting": "settings",
    "service": "services",
    "locality": "districts",
    "area": "areas",
    "group": "groups",
}


def reconcile(
    figure_book: Book, declared: Mapping[str, dict], tables: Mapping[str, list], breaks: list[dict], sources: list[str]
) -> pd.DataFrame:
    """All checks of one council's figures.

    declared: each source's checks.yaml. tables: each source's tables, as (declaration, tidy rows). breaks: the
    registered breaks of series (id, quantities, from). sources: all documents, by folder. Returns CHECK_COLUMNS, one
    row a check.
    Raises InputError, with the file and the check, for a formula that names a figure which is not there or belongs to
    another council, a cycle of formulas, a stock joined with a flow, a series run across a registered break, a cause
    given for figures that agree, and a condition (`holds`) that an entry's words rest on and that is not true.
    """
    rows = []
    for source, resources in tables.items():
        for resource, table in resources:
            rows += _table_checks(source, resource, table, figure_book, sources)
    graph: dict[str, list[str]] = {}
    for source, content in declared.items():
        where = f"data/raw/{source}/checks.yaml"
        _refuse_repeated(content, where)
        derived = {
            entry["id"]: entry["formula"]
            for entry in content.get("derived", [])
            if f"{source}/{entry['id']}" not in figure_book.frame.index
        }
        for entry in content.get("checks", []):
            rows.append(_check(entry, source, f"{where}, {entry['id']}", figure_book, sources, breaks, graph, derived))
        for entry in content.get("derived", []):
            rows.append(_derived(entry, source, f"{where}, {entry['id']}", figure_book, sources, breaks, derived))
        for entry in content.get("not_comparable", []):
            rows.append(_not_comparable(entry, source, f"{where}, {entry['id']}", figure_book, sources, derived))
    _refuse_cycles(graph)
    frame = pd.DataFrame(rows, columns=CHECK_COLUMNS)
    order = {verdict: rank for rank, verdict in enumerate(VERDICTS)}
    return frame.sort_values("verdict", key=lambda column: column.map(order), kind="stable", ignore_index=True)


def _row(area_code: str, source: str, **fields: object) -> dict:
    blank = dict.fromkeys(CHECK_COLUMNS, _NONE) | dict.fromkeys(("hidden", "at_most", "for_members"), "no")
    return blank | {"area_code": area_code, "source": source} | fields


def inputs_of(check: pd.Series) -> list[str]:
    """The keys of the figures in a check's formula."""
    return check["inputs"].split()


def verdict_on(published: tuple[float, float], recomputed: tuple[float, float, float], hidden: bool) -> str:
    """The verdict on a figure that is printed within bounds, given its recomputation (value, least, most).

    hidden: whether suppressed counts are among the figures of the recomputation.
    """
    (least, most), (value, lower, upper) = published, recomputed
    slack = 1e-9 * max(1.0, abs(value))
    if upper < least - slack or lower > most + slack:
        return "disagrees"
    if hidden and lower < upper:
        return "agrees_within_suppression"
    return "agrees" if least - slack <= value <= most + slack else "agrees_within_rounding"


def _words(entry: dict, source: str, where: str, figure_book: Book, sources: list[str], derived: dict) -> Words:
    """What an entry's texts are filled from: the figures, what the document's `derived` gives, and its own two numbers.

    printed is the published figure that it checks, comes_to what its formula gives.
    """
    own = {name: entry[key] for name, key in (("comes_to", "formula"), ("printed", "published")) if key in entry}
    words = Words(figure_book, source, sources, where, {**own, **derived})
    words.check_holds(entry.get("holds", []))
    return words


def _sum_said(resource: dict, row: pd.Series, across: str) -> str:
    """What the parts of a printed total add to, where none of them is hidden: "The rows add to 2,659 and ..."."""
    lines = "columns" if resource.get("reading", {}).get("columns") == across else "rows"
    return f"The {lines} add to {wording.count(row['parts_lower'])} and the printed total is {row['as_published']}. "


def _table_checks(
    source: str, resource: dict, table: pd.DataFrame, figure_book: Book, sources: list[str]
) -> list[dict]:
    """The checks that a table carries in its declaration: its totals, and periods of one kind."""
    rows = []
    for total in resource.get("totals", []):
        across = total["across"]
        added = parts_of(table, total)
        for _, row in incomplete_totals(table, total).iterrows():
            rows.append(
                _row(
                    row["area_code"],
                    source,
                    check=f"{resource['name']}_{row['cell']}_across_{across}",
                    what=f"{words_for(row, resource['title'])}: total over all {_PLURALS[across]}",
                    published=f"{resource['name']}!{row['cell']}",
                    as_published=row["as_published"],
                    unit=row["unit"],
                    verdict="not_comparable",
                    cause="One of its parts is not available, so that nothing can be held against it.",
                )
            )
        for _, row in totals_of(table, total).iterrows():
            parts = added[added["status"] != "not_applicable"]
            same = [key for key in ("quantity", "period_start", "period_end", *DIMENSIONS) if key != across]
            parts = parts[(parts[same] == row[same]).all(axis=1)]
            tolerance = total.get("tolerance", 0)
            lower, upper = row["parts_lower"], row["parts_upper"]
            value = (lower + upper) / 2
            hidden = parts["status"].isin(HIDDEN).any()
            verdict = verdict_on(
                (row["lower"] - tolerance, row["upper"] + tolerance),
                (value, lower, upper),
                hidden,
            )
            if verdict == "agrees" and not row["lower"] <= value <= row["upper"]:
                verdict = "agrees_within_rounding"
            said = dict.fromkeys(("reason", "question", "matters"), "")
            if verdict == "disagrees":
                where = f"data/raw/{source}/datapackage.yaml, {resource['name']}, totals across {across}"
                words = Words(figure_book, source, sources, where)
                said = {name: words.fill(row[name]) for name in said}
                if said["reason"] and not hidden:
                    said["reason"] = _sum_said(resource, row, across) + said["reason"]
            rows.append(
                _row(
                    row["area_code"],
                    source,
                    check=f"{resource['name']}_{row['cell']}_across_{across}",
                    what=f"{words_for(row, resource['title'])}: total over all {_PLURALS[across]}",
                    published=f"{resource['name']}!{row['cell']}",
                    as_published=row["as_published"],
                    printed=row["value"],
                    unit=row["unit"],
                    formula=f"sum of the parts across {across.replace('_', ' ')}",
                    inputs=" ".join(f"{source}/{resource['name']}!{cell}" for cell in parts["cell"]),
                    recomputed=value,
                    recomputed_lower=lower,
                    recomputed_upper=upper,
                    hidden="yes" if hidden else "no",
                    verdict=verdict,
                    cause=said["reason"] or _NONE,
                    working=f"sum of {len(parts)} figures",
                    question=said["question"] or _NONE,
                    matters=said["matters"] or _NONE,
                )
            )
    mixed = [rows for _, rows in table.groupby("quantity", sort=False) if rows["period_kind"].nunique() > 1]
    if mixed:
        series = pd.concat(mixed)
        rows.append(
            _row(
                series["area_code"].iloc[0],
                source,
                check=f"{resource['name']}_periods",
                what=f"{resource['title']}: {_kinds_said(series)}",
                published=f"{resource['name']}!{series['cell'].iloc[-1]}",
                unit=series["unit"].iloc[0],
                formula="one kind of period in a series",
                inputs=" ".join(f"{source}/{resource['name']}!{cell}" for cell in series["cell"]),
                verdict="not_comparable",
                cause="Periods of different kinds stand in one table. A count of the one is not to be set against a "
                "count of the other.",
                for_members="yes",
            )
        )
    return rows


def _kinds_said(series: pd.DataFrame) -> str:
    """The periods of a series by kind: "years (2017/18 to 2022/23) beside a quarter (Q1 2023/24)"."""
    words = {"financial_year": "year", "calendar_year": "year", "mid_year": "date"}
    said = []
    for kind, rows in series.sort_values("period_start").groupby("period_kind", sort=False):
        labels = list(dict.fromkeys(rows["period"]))
        word = words.get(kind, kind)
        said.append(f"a {word} ({labels[0]})" if len(labels) == 1 else f"{word}s ({labels[0]} to {labels[-1]})")
    return " beside ".join(said)


def _refuse_repeated(content: dict, where: str) -> None:
    ids = [entry["id"] for entries in content.values() for entry in entries]
    if repeated := next((name for name in ids if ids.count(name) > 1), None):
        raise InputError(f"{where}: the id {repeated!r} stands twice. Rename one.")


def figure_of(
    text: str, where: str, figure_book: Book, sources: list[str]
) -> tuple[tuple[float, float, float], pd.DataFrame]:
    """A published figure, or a formula over several, for use outside the checks: value, least and most; its figures.

    text: with the document before every name, "source/table!B3". Raises InputError, with where it stands, for a name
    that is on no file or is another council's, and for what is no formula.
    """
    formula, used, inputs = read_formula(text, "", where, figure_book.row, sources)
    return work_out(formula, inputs, where), used


def _worked(formula: formulas.Formula, used: pd.DataFrame, found: tuple[float, float, float]) -> dict:
    """What a row says of a formula: itself, its figures, its working, and what it gives (value, least, most)."""
    return {
        "formula": formula.text,
        "inputs": " ".join(formula.keys),
        "working": formulas.in_numbers(formula, used["as_published"]),
        "hidden": "yes" if used["status"].isin(HIDDEN).any() else "no",
        **dict(zip(("recomputed", "recomputed_lower", "recomputed_upper"), found, strict=True)),
    }


def _check(
    entry: dict,
    source: str,
    where: str,
    figure_book: Book,
    sources: list[str],
    breaks: list,
    graph: dict,
    derived: dict,
) -> dict:
    key = _key(entry["published"], source, sources)
    printed = figure_book.row(key, where)
    if printed["status"] in (*HIDDEN, *NOT_GIVEN):
        word = "hidden" if printed["status"] in HIDDEN else printed["status"].replace("_", " ")
        raise InputError(f"{where}: {key} is {word}, so there is nothing to check. Remove the check.")
    formula, used, inputs = read_formula(entry["formula"], source, where, figure_book.row, sources)
    if formula.keys == [key]:
        raise InputError(f"{where}: checks {entry['published']!r} against itself. Name the figures that give it.")
    # The largest of a row, say, is checked against the row that it stands in: that is no circle of formulas.
    graph.setdefault(key, []).extend(name for name in formula.keys if name != key)
    _guard(entry, pd.concat([used, printed.to_frame().T]), formula, where, breaks)
    value, lower, upper = work_out(formula, inputs, where)
    hidden = used["status"].isin(HIDDEN).any()
    least, most = float(printed["lower"]), float(printed["upper"])
    reached = value
    if entry.get("at_most"):  # the figure may be anything from none up to what the formula gives
        lower, reached = 0.0, min(value, most)
    verdict = verdict_on((least, most), (reached, lower, upper), hidden)
    for word in ("cause", "matters", "question"):
        if (word in entry) != (verdict == "disagrees"):
            found = (
                "the figures agree"
                if word in entry
                else f"{printed['as_published']} is printed, and it comes to {value:,.6g}"
            )
            raise InputError(
                f"{where}: {'gives' if word in entry else 'lacks'} {word!r}, and {found}. A disagreement says its "
                "likely cause, why it matters to a member and what to ask; an agreement does not."
            )
    words = _words(entry, source, where, figure_book, sources, derived)
    said = {word: words.fill(entry[word]) if word in entry else _NONE for word in ("cause", "matters", "question")}
    return _row(
        figure_book.area_code,
        source,
        check=entry["id"],
        what=printed["what"],
        published=entry["published"],
        as_published=printed["as_published"],
        printed=printed["value"],
        unit=printed["unit"],
        **_worked(formula, used, (value, lower, upper)),
        verdict=verdict,
        **said,
        at_most="yes" if entry.get("at_most") else "no",
    )


def _derived(
    entry: dict, source: str, where: str, figure_book: Book, sources: list[str], breaks: list, derived: dict
) -> dict:
    formula, used, inputs = read_formula(entry["formula"], source, where, figure_book.row, sources)
    _guard(entry, used, formula, where, breaks)
    return _row(
        figure_book.area_code,
        source,
        check=entry["id"],
        what=_words(entry, source, where, figure_book, sources, derived).fill(entry["what"]),
        unit=entry["unit"],
        **_worked(formula, used, work_out(formula, inputs, where)),
        verdict="derived_only",
    )


def _not_comparable(entry: dict, source: str, where: str, figure_book: Book, sources: list[str], derived: dict) -> dict:
    keys = [_key(name, source, sources) for name in entry["figures"]]
    listed = [figure_book.any_row(key, where) for key in keys]
    fields = {"recomputed": _NONE, "recomputed_lower": _NONE, "recomputed_upper": _NONE}
    if "formula" in entry:
        formula, _, inputs = read_formula(entry["formula"], source, where, figure_book.row, sources)
        fields = dict(zip(fields, work_out(formula, inputs, where), strict=True))
    words = _words(entry, source, where, figure_book, sources, derived)
    return _row(
        figure_book.area_code,
        source,
        check=entry["id"],
        what=words.fill(entry["what"]),
        for_members="yes" if entry.get("for_members") else "no",
        published=entry["figures"][0],
        as_published="; ".join(row["as_published"] for row in listed),
        unit=entry.get("unit", listed[0]["unit"]),
        formula=entry.get("formula", _NONE),
        inputs=" ".join(keys),
        verdict="not_comparable",
        cause=words.fill(entry["reason"]),
        **fields,
    )


def _key(name: str, source: str, sources: list[str]) -> str:
    return name if name.split("/")[0] in sources and "/" in name else f"{source}/{name}"


def _guard(entry: dict, used: pd.DataFrame, formula: formulas.Formula, where: str, breaks: list[dict]) -> None:
    """Refuse a stock joined with a flow, and a series run across a registered break, unless the entry says why."""
    counted = {key for name, keys in formula.figures.items() if name not in formula.months for key in keys}
    only_months = set(formula.keys) - counted
    counts = used[~used.index.isin(only_months) & (used["unit"] != "per_cent") & (used["quantity"] != "population")]
    for unit, rows in counts.groupby("unit"):
        stocks, flows = rows[rows["measure"] == "at_date"], rows[rows["measure"].isin(_FLOWS)]
        if len(stocks) and len(flows) and "joins" not in entry:
            raise InputError(
                f"{where}: joins a stock ({stocks.index[0]}, at {stocks['period'].iloc[0]}) with a flow "
                f"({flows.index[0]}, during {flows['period'].iloc[0]}), both in {unit}. Take figures counted alike, "
                "move the entry to not_comparable, or say in `joins` why the two may meet."
            )
    for known in breaks:
        rows = used[used["quantity"].isin(known["quantities"])]
        before, after = rows[rows["period_end"] < known["from"]], rows[rows["period_start"] >= known["from"]]
        if len(before) and len(after) and entry.get("bridge") != known["id"]:
            raise InputError(
                f"{where}: runs a series across a registered break, {known['id']} ({before.index[0]} before, "
                f"{after.index[0]} after {known['from']}). Stop the series there, or name the break in `bridge`."
            )


def _refuse_cycles(graph: dict[str, list[str]]) -> None:
    done: set[str] = set()

    def visit(key: str, path: list[str]) -> None:
        if key in path:
            loop = [*path[path.index(key) :], key]
            raise InputError(
                f"data/raw/{key.split('/')[0]}/checks.yaml: the formulas go round in a circle: {' from '.join(loop)}. "
                "Remove one of these checks: it says again what the others say."
            )
        if key in done:
            return
        for other in graph.get(key, []):
            visit(other, [*path, key])
        done.add(key)

    for key in graph:
        visit(key, [])
