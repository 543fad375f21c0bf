"""Find a figure: what it says, where it stands, what was computed from it and where it is printed; and back again."""

import re
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path

import pandas as pd

from helpers.base import checked_files, vocabulary, wording
from helpers.base.authorities import areas, known_authorities
from helpers.base.cells import NOT_GIVEN, Suppressed
from helpers.base.errors import InputError, nearest
from helpers.base.paths import known_sources, relative, root
from helpers.base.printed_numbers import AMOUNT, QUALIFIED, Printed, read_number
from helpers.base.vocabulary import DIMENSIONS
from helpers.council.checks import figure_book
from helpers.paper.findings import SHORT_VERDICTS
from helpers.published.processed import processed_path, read_processed
from helpers.published.sources import CLAIMS, citation, read_descriptor

#: Rows of projections that are listed for one number; it says how many more there are.
MOST_ROWS = 20


def about_figure(name: str) -> str:
    """All that is known of a figure, as lines of text.

    name: "document/table!B3" or "document/claim"; without the document where only one has such a figure; or the id of
    a check; blanks around it do not count. Raises InputError for a name that is not on file, with the nearest, and for
    one of several.
    """
    authorities, name = known_authorities(), name.strip()
    frame = figure_book(next(iter(authorities)), known_sources()).frame
    checks = pd.concat([read_processed(f"checks_{authority_id}") for authority_id in authorities])
    found = [key for key in frame.index if name in (key, key.partition("/")[2])]
    if not found and (asked := checks[checks["check"] == name]).size:
        return "\n".join(_check_lines(row) for _, row in asked.drop_duplicates("check").iterrows())
    if not found:
        short = [key.partition("/")[2] for key in frame.index]
        raise InputError(f"There is no figure {name!r} on file.{nearest(name, short).split(' Known:')[0]}")
    if len(found) > 1:
        raise InputError(f"{name!r} stands in several documents. Choose one: {', '.join(found)}.")
    key = found[0]
    row = frame.loc[key]
    lines = [key, *_figure_lines(row)]
    used = checks[checks["inputs"].str.split().map(lambda keys: key in keys)].drop_duplicates(["source", "check"])
    own = (checks["source"] + "/" + checks["published"] == key) & ~checks["verdict"].isin(["derived_only"])
    if own.any():
        lines += ["Checked by:", *(f"  {_check_lines(check)}" for _, check in checks[own].iterrows())]
    computed = [*(_check_lines(check) for _, check in used.iterrows()), *_made_from(row)]
    if computed:
        lines += ["Computed from it:", *(f"  {line}" for line in computed)]
    printed = [] if row["status"] == "withheld" else places_of(row["as_published"], authorities, about=row["what"])
    lines += (
        ["Printed in:", *(f"  {place}" for place in dict.fromkeys(printed))] if printed else ["Printed in: no briefing"]
    )
    return "\n".join(lines)


def about_number(text: str, briefing: str = "") -> str:
    """Where a number stands in the briefings, and the cells that it comes from, as lines of text.

    text: as printed, such as "6,913", "£150 million" or "15%"; without its commas, as from a spreadsheet, it is the
    same number. briefing: "leicestershire/demand_outlook" for that one only, and what its council's files give. What
    the briefings themselves say of their numbers comes first, with each cell and step behind. Raises InputError for
    what is no number, and for a number that no briefing prints.
    """
    number = read_number(text)
    if number is None or not AMOUNT.fullmatch(QUALIFIED.sub("", text.strip())):
        more = "is no number" if number is None else "is more than a number"
        raise InputError(
            f"{text!r} {more}. Write one as it stands on the page, such as '6,913', '−37.1%' or '£150 million'."
        )
    authorities = known_authorities()
    if briefing:
        council, _, name = briefing.partition("/")
        briefings = [f"{id_}/{each}" for id_, known in authorities.items() for each in known["briefings"]]
        if briefing not in briefings:
            raise InputError(f"There is no briefing {briefing!r}.{nearest(briefing, briefings)}")
        authorities = {council: authorities[council] | {"briefings": [name]}}
    places = places_of(text, authorities)
    if not places:
        where = briefing or "any briefing"
        raise InputError(f"{text!r} is not printed in {where}. Write it as it stands on the page, such as '6,913'.")
    frame = figure_book(next(iter(authorities)), known_sources()).frame
    if briefing:
        frame = frame[frame["area_code"].isin([authorities[council]["code"], *vocabulary.NATIONAL])]
    lines = [f"{text} is printed in:", *(f"  {place}" for place in places)]
    lines += (recorded := _recorded(number, authorities, frame))
    if recorded and briefing:
        return "\n".join(lines)
    printed = frame["as_published"].map(read_number)
    same = frame[printed.map(lambda found: _same(number, found))]
    rounded = frame[[_rounds_to(number, *row) for row in frame[["value", "unit"]].itertuples(index=False)]]
    rounded = rounded.drop(same.index, errors="ignore")
    for heading, rows in (("Published as such in:", same), ("Published more finely, and rounded so, in:", rounded)):
        if len(rows):
            lines += [heading, *(f"  {key}: {row['as_published']}, {row['what']}" for key, row in rows.iterrows())]
    computed = _checks_that_give(number, authorities) + _projections_that_give(number, authorities)
    if computed:
        lines += ["Computed, and printed so, by:", *(f"  {line}" for line in computed)]
    if not len(same) and not len(rounded) and not computed and not recorded:
        lines.append(
            "It cannot be traced: no published figure, check or projection on file prints so. A cell of the briefing's "
            "notebook says it; look there for what it was worked out from."
        )
    return "\n".join(lines)


def _same(asked: Printed, found: Printed | None) -> bool:
    """Whether two printed numbers are one: of one size and unit; the £, and + or −, may be left out where one asks."""
    if found is None or asked.size != found.size or asked.change not in ("", found.change):
        return False
    return asked.unit == found.unit or (asked.unit, found.unit) == ("", "£")


def _rounds_to(number: Printed, value: object, unit: str) -> bool:
    """Whether a figure on file, in its unit, prints as this number once it is rounded."""
    fits = {"£": unit.startswith("gbp"), "%": unit == "per_cent"}.get(number.unit, unit != "per_cent")
    return fits and isinstance(value, int | float) and abs(Decimal(str(value)) - number.value) <= number.error


def _figure_lines(row: pd.Series) -> list[str]:
    descriptor = read_descriptor(row["source"])
    if row["table"] == "claims":
        path, section = CLAIMS, row["section"]
    else:
        resource = next(table for table in descriptor["resources"] if table["name"] == row["table"])
        path, section = resource["path"], resource["section"]
    exact = row["lower"] == row["upper"] or row["status"] in NOT_GIVEN
    bounds = "" if exact else f", between {row['lower']:,.10g} and {row['upper']:,.10g}"
    measure, status = vocabulary.MEASURES[row["measure"]], wording.figure(row["status"])
    published = f"Published as: {row['as_published']} ({vocabulary.UNITS[row['unit']]}; {status}{bounds})"
    if row["status"] == "withheld":
        published = (
            "Kept back here, because a hidden count beside it would follow; printed in "
            f"{relative(descriptor['folder'] / path)}, cell {row['cell']} ({vocabulary.UNITS[row['unit']]}{bounds})"
        )
    return [
        f"Says: {row['what']}",
        published,
        f"Counted: {row['period']}, {measure}; {areas()[row['area']]}",
        f"Document: {citation(row['source'])}, under “{section}”",
        f"Kept in: {relative(descriptor['folder'] / path)}, cell {row['cell']}",
    ]


def _check_lines(check: pd.Series) -> str:
    verdict = SHORT_VERDICTS.get(check["verdict"], wording.column_label(check["verdict"]))
    result = "" if check["recomputed"] == "none" else f" = {wording.recomputed(check)}"
    return f"{check['source']}, {check['check']}: {check['what']}; {check['formula']}{result} ({verdict})"


def _made_from(row: pd.Series) -> list[str]:
    """The processed tables that were made from a figure's tidy table, directly or through others."""
    kind = "claims" if row["table"] == "claims" else "figures"
    made = {f"{kind}_{row['source']}"}
    descriptions = [checked_files.parse_yaml(path) for path in sorted(processed_path("").parent.glob("*.yaml"))]
    for _ in descriptions:
        for description in descriptions:
            if any(Path(part["path"]).stem in made for part in description.get("made_from", [])):
                made.add(description["name"])
    made = {name for name in made if not name.startswith(("figures_", "claims_", "checks_"))}
    return [f"data/processed/{name}.csv" for name in sorted(made)]


def _recorded(number: Printed, authorities: dict, frame: pd.DataFrame) -> list[str]:
    """What the briefings themselves say that a number is and rests on, and what is known of each cell and step.

    Briefings say so of the numbers that know what they rest on (base.numbers); of others there is nothing here.
    """
    found = {
        (entry["text"], entry["what"], *((origin["name"], origin["words"]) for origin in entry["rests_on"])): None
        for _, document in _executed(authorities)
        for entry in document["numbers"]
        if any(_same(number, read_number(match[0])) for match in AMOUNT.finditer(entry["text"]))
    }
    lines, cells, steps = [], [], []
    for text, what, *origins in list(found)[:MOST_ROWS]:
        lines += [f"“{text}” is: {what}. It rests on:", *(f"  {name}: {words}" for name, words in origins)]
        cells += [name for name, _ in origins if name in frame.index]
        steps += [name for name, _ in origins if name.startswith("data/processed/")]
    if (more := len(found) - MOST_ROWS) > 0:
        lines.append(f"and {wording.number_of(more, 'other number')} that prints so: ask with --briefing for one alone")
    for step in dict.fromkeys(steps):
        made = checked_files.parse_yaml((root() / step).with_suffix(".yaml"))
        lines += [f"{step} is made by {made['made_by']} from:", *(f"  {part['path']}" for part in made["made_from"])]
    for cell in dict.fromkeys(cells):
        lines += [cell, *(f"  {line}" for line in _figure_lines(frame.loc[cell]))]
    return lines


def _executed(authorities: dict) -> Iterator[tuple[str, dict]]:
    """The briefings that were built for these councils, each with its name and its document."""
    import nbformat

    from helpers.paper.publish.document import from_notebook

    for name, council in authorities.items():
        for each in council["briefings"]:
            path = root() / "build" / name / f"{each}.ipynb"
            if path.is_file():
                yield f"{name}/{each}", from_notebook(nbformat.read(path, as_version=4))


def places_of(text: str, authorities: dict, about: str = "") -> list[str]:
    """Where a number (or another printed text) stands: briefing, heading, and sentence, table or figure.

    authorities: only in their briefings. about: only in rows of tables that hold this text too.
    """
    number = read_number(text) if AMOUNT.fullmatch(QUALIFIED.sub("", text.strip())) else None

    def stands_in(words: str) -> bool:
        if number is None:
            return text in words
        return any(_same(number, read_number(match[0])) for match in AMOUNT.finditer(words))

    documents = _executed(authorities)
    return [f"{name}, {place}" for name, document in documents for place in _places_in(document, stands_in, about)]


def _places_in(document: dict, stands_in: Callable[[str], bool], about: str) -> list[str]:
    heading, places = document["title"], []
    for block in document["blocks"]:
        kind = block["kind"]
        if kind == "heading":
            heading = block["text"]
        elif kind == "table":
            rows = [row[0] for row in block["rows"] if about in " ".join(row) and any(map(stands_in, row))]
            if rows:
                more = f" and {wording.number_of(len(rows) - 1, 'other row')}" if len(rows) > 1 else ""
                places.append(f"“{heading}”, table {block['number']}, “{rows[0]}”{more}")
        elif kind == "figure" and not about and stands_in(f"{block['title']} {block['alt']}"):
            places.append(f"“{heading}”, figure {block['number']}")
        elif kind in ("paragraph", "list") and not about and stands_in(_plain(block)):
            places.append(f"“{heading}”, in a sentence")
    return places


def _plain(block: dict) -> str:
    from helpers.paper.publish import prose

    if block["kind"] == "list":
        return " ".join(_plain(part) for item in block["items"] for part in item)
    return prose.plain(block["inlines"]) if "inlines" in block else ""


def _checks_that_give(number: Printed, authorities: dict) -> list[str]:
    found = []
    for authority_id in authorities:
        checks = read_processed(f"checks_{authority_id}")
        checks = checks[checks["recomputed"] != "none"]
        given = checks.apply(lambda check: _same(number, read_number(wording.recomputed(check))), axis=1)
        found += [_check_lines(check) for _, check in checks[given].iterrows()]
    return list(dict.fromkeys(found))


def _projections_that_give(number: Printed, authorities: dict) -> list[str]:
    """Rows of projections that print as this number, and the files that they were made from."""
    found, origins = [], set()
    kinds = "|".join(("projection", "five_year_need", "need_drivers"))
    named_so = re.compile(rf"({kinds})_({'|'.join(authorities)})(_\w+)?")
    paths = [path for path in sorted(processed_path("").parent.glob("*.csv")) if named_so.fullmatch(path.stem)]
    for path in paths:
        rows = read_processed(path.stem)
        description = checked_files.parse_yaml(path.with_suffix(".yaml"))
        named = [name for name in ("path", "gradient", "start", "driver", "factor", *DIMENSIONS) if name in rows]
        for column in [name for name in rows if name.startswith("people")]:
            shown = rows[column].map(lambda people: "" if isinstance(people, Suppressed) else wording.people(people))
            for _, row in rows[[_same(number, read_number(text)) for text in shown]].iterrows():
                parts = [str(row[name]) for name in named if row[name] != "all"]
                words = "" if column == "people" else f" ({column})"
                line = f"{relative(path)}: {row.get('period', row.get('year'))}, {', '.join(parts)}{words}"
                found.append((column != "people", line))
                origins |= {part["path"] for part in description["made_from"]}
    lines = [line for _, line in sorted(found, key=lambda entry: entry[0])]
    if more := len(lines) - MOST_ROWS:
        lines[MOST_ROWS:] = [f"and {more} more rows"] if more > 0 else []
    return lines + [f"made from {path}" for path in sorted(origins)]
