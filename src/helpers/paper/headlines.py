"""The headline figures of a council's papers: which they are, how they print, and how two editions of them compare."""

import re

import pandas as pd

from helpers.base import wording
from helpers.base.authorities import authority_named, headline_tables
from helpers.base.errors import InputError
from helpers.base.periods import financial_year_said
from helpers.base.vocabulary import AGE_BANDS
from helpers.council.assumptions import holds_rates, under
from helpers.council.checks import own_results
from helpers.paper import editions, findings
from helpers.paper.editions import CAUSES
from helpers.paper.need_paper import YEARS_AHEAD
from helpers.published.processed import read_processed

#: What the papers say by money and by beds: the quantity, in words, its unit.
QUANTITIES = {
    "spending_by_setting": ("Spending on long-term care before income", "gbp"),
    "beds_needed": ("Care home beds needed", "beds"),
}
#: A cause within a sentence.
CAUSE_IN_SENTENCE = {
    "figure": "new counts or other published figures",
    "vintage": "new population figures",
    "assumption": "another assumption or starting point",
    "code": "a new method",
}
#: Which share of the simulated futures a headline's range holds.
FUTURES = "four in five"
#: A headline that moved by at least this, in per cent of what it was, is worth a question.
MOVED_PCT = 5.0


def headlines(authority_id: str) -> list[dict]:
    """A council's headline figures as they stand: kind, headline (in words), value, lower, upper, unit, futures.

    value, lower and upper are whole numbers, as they print; lower and upper bound four in five draws, as futures says,
    and all three are None where there is no such range.
    """
    rows_of = {"demand": _demand, "need": _need, "money_and_beds": _money_and_beds, "checks": _checks}
    found, council = [], authority_named(authority_id)
    tables = {kind: (name, read_processed(name)) for kind, name in headline_tables(council).items()}
    of_scenario = _scenario_of(dict(tables.values()))
    for kind, (_, rows) in tables.items():
        rows = own_results(authority_id, rows) if kind == "checks" else rows
        found += [
            {
                "kind": kind,
                "headline": words + ("" if kind == "checks" else of_scenario),
                **_printed(figures, unit),
                "unit": unit,
            }
            for words, figures, unit in rows_of[kind](rows, council)
        ]
    return found


def _scenario_of(tables: dict[str, pd.DataFrame]) -> str:
    """The scenario of all headlines as they say it: nothing where rates are held. Refuses tables of several."""
    scenarios = {name: rows["scenario"].iloc[0] for name, rows in tables.items() if "scenario" in rows}
    if len(set(scenarios.values())) > 1:
        told = "; ".join(f"{name}.csv under {scenario!r}" for name, scenario in scenarios.items())
        raise InputError(
            f"The headline figures are of one scenario, and data/processed/ has {told}. Build all of them under one: "
            "SCENARIO in dodo.py."
        )
    return "".join(f", {under(one)}" for one in set(scenarios.values()) if not holds_rates(one))


def _when(council: dict, rows: pd.DataFrame) -> str:
    """The last year of some rows as a headline has it: a financial year where the base is a count of one."""
    return _year_said(council, rows["year"].astype(int).max())


def _year_said(council: dict, year: int) -> str:
    return financial_year_said(year) if "pattern" in council["support"] else str(year)


def starts_from(council: dict) -> str:
    """Which counts a council's projections start from, as a period; nothing where none is made."""
    return _year_said(council, council["support"]["base_year"]) if "vintages" in council else ""


def _demand(rows: pd.DataFrame, council: dict) -> list[tuple]:
    rows = rows[(rows["year"] == rows["year"].max()) & (rows["setting"] == "all")]
    when = {"during_year": "during {}", "at_date": "at the end of March {}"}
    return [
        (f"{_people(row)}, {when[row['measure']].format(_when(council, rows))}", _range(row, "people"), "people")
        for row in _totals(rows)
    ]


def _need(rows: pd.DataFrame, council: dict) -> list[tuple]:
    return [
        (f"{_people(row)} five years after the latest count: {row['period']}", _range(row, "people"), "people")
        for row in _totals(rows)
    ]


def _money_and_beds(rows: pd.DataFrame, council: dict) -> list[tuple]:
    rows = rows[rows["quantity"].isin(list(QUANTITIES)) & ~rows["assumption"].str.startswith("aged ")]
    years = rows["year"].astype(int)
    rows = rows[years.isin([council["support"]["base_year"] + YEARS_AHEAD, years.max()])]
    return [
        (f"{words} in {_year_said(council, int(row['year']))}{_assumed(row)}", _range(row, "value"), unit)
        for row in rows.to_dict("records")
        for words, unit in [QUANTITIES[row["quantity"]]]
    ]


def _assumed(row: dict) -> str:
    return "" if row["assumption"] == "all" else f": {row['assumption']}"


def _checks(rows: pd.DataFrame, council: dict) -> list[tuple]:
    found = findings.figures(rows)["found"]
    return [
        ("Published figures checked against others", [len(found)], "checks"),
        ("Published figures that do not fit others", [(found == findings.APART).sum()], "checks"),
    ]


def _totals(rows: pd.DataFrame) -> list[dict]:
    """The rows over all support reasons, an age each; all ages together only where they are not given by age."""
    rows = rows[rows["support_reason"] == "all"].to_dict("records")
    return [row for row in rows if row["age_band"] != "18+"] or rows


def _people(row: dict) -> str:
    return f"People aged {AGE_BANDS[row['age_band']]} with long-term support"


def _range(row: dict, column: str) -> list:
    return [row[column], row[f"{column}_p10"], row[f"{column}_p90"]]


def _printed(figures: list, unit: str) -> dict:
    """Figures as the whole numbers that a page prints; None for what is not a number."""
    rounded = {"gbp": lambda pounds: round(pounds, -6), "checks": lambda count: count}.get(unit, wording.rounded)
    numbers = [int(rounded(float(figure))) if str(figure)[:1].isdigit() else None for figure in figures]
    printed = dict(zip(("value", "lower", "upper"), [*numbers, None, None], strict=False))
    return printed | {"futures": None if printed["lower"] is None else FUTURES}


def said(row: dict | None) -> str:
    """A headline's figure, as a page says it: "11,490"; pounds in whole millions, "none" without a figure."""
    if row is None or row["value"] is None:
        return "none"
    return f"£{wording.count(row['value'] / 1e6)} million" if row["unit"] == "gbp" else wording.count(row["value"])


def range_said(row: dict | None) -> str:
    """A headline's likely range, four in five, as a page says it; "no range" where it has none, or another."""
    if row is None or row["futures"] != FUTURES:
        return "no range"
    if row["unit"] == "gbp":
        lower, upper = (wording.count(row[end] / 1e6) for end in ("lower", "upper"))
        return f"£{lower} million to £{upper} million"
    return wording.likely_range(row["lower"], row["upper"])


def compared(then: list[dict], now: list[dict], files: list[dict]) -> list[dict]:
    """Every headline of either edition: headline, then and now (as from headlines, or None), changed, and its causes.

    A headline of the year before or after, or of another way of naming a year, is the same one, and says so. files: as
    from editions.changed_files. causes: those among them that the headline rests on, where it changed; a headline
    changed where its figure or its range prints otherwise.
    """
    before, after = ({row["headline"]: row for row in rows} for rows in (then, now))
    for new in [headline for headline in after if headline not in before]:
        for old in [headline for headline in before if headline not in after and _same_but_year(headline, new)]:
            both = f"{new} (then for {_YEAR.search(old)[0]})"
            before[both], after[both] = before.pop(old), after[new]
            after = {both if headline == new else headline: row for headline, row in after.items()}
            break
    result = []
    for headline in dict.fromkeys([*after, *before]):
        old, new = before.get(headline), after.get(headline)
        changed = said(old) != said(new) or _range_changed(old, new)
        causes = [file for file in files if changed and (new or old)["kind"] in file["kinds"]]
        result.append({"headline": headline, "then": old, "now": new, "changed": changed, "causes": causes})
    return result


def _range_changed(old: dict | None, new: dict | None) -> bool:
    """Whether a headline's range prints otherwise; ranges of other shares of the futures are not held together."""
    alike = old and new and old["futures"] == new["futures"] == FUTURES
    return bool(alike) and range_said(old) != range_said(new)


_YEAR = re.compile(r"\d{4}(/\d{2})?")
_WHEN = re.compile(r"(during|in|at the end of March) \d{4}(/\d{2})?")


def _same_but_year(old: str, new: str) -> bool:
    """Whether two headlines are of the same thing, in years that are at most one apart."""
    years = [int(found[0][:4]) for found in map(_YEAR.search, (old, new)) if found]
    alike = _WHEN.sub("", old) == _WHEN.sub("", new)
    return alike and len(years) == 2 and abs(years[0] - years[1]) <= 1


def moved_pct(change: dict) -> float | None:
    """By how much a headline's figure moved, in per cent of what it was; None where there is nothing to compare."""
    then, now = change["then"], change["now"]
    return wording.change_pct(then["value"], now["value"]) if then and now and then["value"] else None


def figure_changed(change: dict) -> bool:
    """Whether a headline's figure changed, and not only its range."""
    then, now = change["then"], change["now"]
    return then is None or now is None or then["value"] != now["value"]


def kinds_of_cause(causes: list[dict]) -> str:
    """Of what kinds these causes are, in words: "new population figures and a new method"; nothing without one."""
    kinds = {file["cause"] for file in causes}
    return wording.listed(words for cause, words in CAUSE_IN_SENTENCE.items() if cause in kinds) if kinds else ""


def changes_in_lines(present: dict[str, list[dict]]) -> list[str]:
    """What changed since the last edition that is kept, of each council, as lines of text.

    present: the headlines of each council. Of a council without an edition, it says so.
    """
    lines = []
    for authority_id, rows in present.items():
        last = editions.edition(authority_id)
        if last is None:
            lines.append(f"{authority_id}: no edition is kept. `doit edition --keep 2026-11-26` keeps the present one.")
            continue
        files = editions.changed_files(last["fingerprints"], editions.fingerprints(authority_id))
        files = editions.of_no_other(authority_id, files)
        changed = [change for change in compared(last["headlines"], rows, files) if change["changed"]]
        lines.append(f"{authority_id}: {len(changed)} of {len(rows)} headline figures changed since {last['name']}.")
        for change in changed:
            lines.append(f"  {change['headline']}: {said(change['then'])} then, {said(change['now'])} now")
            lines += [f"    {CAUSES[file['cause']].lower()}: {file['file']}" for file in change["causes"]]
    return lines


def question(change: dict) -> str | None:
    """What to ask about a headline that plans may rest on, and that moved far; None about others."""
    moved = moved_pct(change)
    if change["now"]["kind"] == "checks" or moved is None or abs(moved) < MOVED_PCT:
        return None
    then, now = said(change["then"]), said(change["now"])
    return f"{named(change)}: {then} in the last edition, {now} now. Which plans rest on the earlier figure?"


def _time(row: dict) -> str:
    found = _WHEN.search(row["headline"])
    return found[0] if found else ""


def is_like(change: dict) -> bool:
    """Whether both editions count alike: not people of a day in one, and of a whole year in the other."""
    if not (change["then"] and change["now"]):
        return False
    ends = [_time(change[when]).rpartition(" ")[0] for when in ("then", "now")]
    return ends[0] == ends[1]


def with_other_time(change: dict) -> str:
    """A headline, with the time that it was of in the last edition where that was another."""
    before = _time(change["then"])
    return named(change) if before == _time(change["now"]) else f"{named(change)} (then: {before})"


def named(change: dict) -> str:
    """A headline without the year that it had in the last edition."""
    return change["headline"].partition(" (then for ")[0]
