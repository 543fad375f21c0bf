"""Find a figure: what it says, where it stands, what was computed from it and where it is printed; and back again."""

import re
from pathlib import Path

import pandas as pd
import yaml

from helpers import vocabulary, wording
from helpers.authorities import known_authorities
from helpers.checks import figure_book
from helpers.errors import InputError, nearest
from helpers.findings import SHORT_VERDICTS
from helpers.paths import known_sources, relative, root
from helpers.processed import processed_path, read_processed
from helpers.published import Suppressed
from helpers.sources import CLAIMS, citation, read_descriptor
from helpers.vocabulary import DIMENSIONS

#: Rows of projections that are listed for one number; it says how many more there are.
MOST_ROWS = 20


def about_figure(name: str) -> str:
    """All that is known of a figure, as lines of text.

    name: "document/table!B3" or "document/claim"; without the document where only one has such a figure; or the id of
    a check. Raises InputError for a name that is not on file, with the nearest, and for one of several.
    """
    authorities = known_authorities()
    frame = figure_book(next(iter(authorities)), known_sources()).frame
    checks = pd.concat([read_processed(f"checks_{authority}") for authority in authorities])
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
    as_printed = wording.as_printed(row["as_published"], row["unit"])
    printed = [] if row["status"] == "withheld" else places_of(as_printed, about=row["what"])
    lines += (
        ["Printed in:", *(f"  {place}" for place in dict.fromkeys(printed))] if printed else ["Printed in: no briefing"]
    )
    return "\n".join(lines)


def about_number(text: str, briefing: str = "") -> str:
    """Where a number stands in the briefings, and the cells that it comes from, as lines of text.

    text: as printed, such as "6,913" or "15%". briefing: "leicestershire/demand_outlook" for that one only. Raises
    InputError for a number that no briefing prints.
    """
    places = places_of(text, briefing)
    if not places:
        where = briefing or "any briefing"
        raise InputError(f"{text!r} is not printed in {where}. Write it as it stands on the page, such as '6,913'.")
    authorities = known_authorities()
    frame = figure_book(next(iter(authorities)), known_sources()).frame
    if briefing:
        codes = [authorities[briefing.split("/")[0]]["code"], *vocabulary.NATIONAL]
        frame = frame[frame["authority"].isin(codes)]
    lines = [f"{text} is printed in:", *(f"  {place}" for place in places)]
    same = frame[frame["as_published"].str.replace(",", "") == text.replace(",", "")]
    if len(same):
        lines += ["Published as such in:", *(f"  {key}: {row['what']}" for key, row in same.iterrows())]
    computed = _checks_that_give(text, authorities) + _projections_that_give(text, authorities)
    if computed:
        lines += ["Computed, and printed so, by:", *(f"  {line}" for line in computed)]
    if not len(same) and not computed:
        lines.append("It is counted or worked out in the briefing's notebook, from the documents named beside it.")
    return "\n".join(lines)


def _figure_lines(row: pd.Series) -> list[str]:
    descriptor = read_descriptor(row["source"])
    if row["table"] == "claims":
        path, section = CLAIMS, row["section"]
    else:
        resource = next(table for table in descriptor["resources"] if table["name"] == row["table"])
        path, section = resource["path"], resource["section"]
    bounds = "" if row["lower"] == row["upper"] else f", between {row['lower']:,.10g} and {row['upper']:,.10g}"
    measure = vocabulary.MEASURES[row["measure"]]
    published = f"Published as: {row['as_published']} ({vocabulary.UNITS[row['unit']]}; {row['status']}{bounds})"
    if row["status"] == "withheld":
        published = (
            "Kept back here, because a hidden count beside it would follow; printed in "
            f"{relative(descriptor['folder'] / path)}, cell {row['cell']} ({vocabulary.UNITS[row['unit']]}{bounds})"
        )
    return [
        f"Says: {row['what']}",
        published,
        f"Counted: {row['period']}, {measure}; {vocabulary.AREAS[row['area']]}",
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
    descriptions = [
        yaml.safe_load(path.read_text(encoding="utf-8")) for path in sorted(processed_path("").parent.glob("*.yaml"))
    ]
    for _ in descriptions:
        for description in descriptions:
            if any(Path(part["path"]).stem in made for part in description["made_from"]):
                made.add(description["name"])
    made = {name for name in made if not name.startswith(("figures_", "claims_", "checks_"))}
    return [f"data/processed/{name}.csv" for name in sorted(made)]


def places_of(text: str, briefing: str = "", about: str = "") -> list[str]:
    """Where a number is printed: briefing, heading, and sentence, table or figure.

    briefing: only there. about: only in rows of tables that hold this text too.
    """
    import nbformat

    from helpers.publish.document import from_notebook

    number = re.compile(rf"(?<![\d.,]){re.escape(text)}(?![\d%])(?!,\d)(?!\.\d)")
    places = []
    for name, authority in known_authorities().items():
        for each in authority["briefings"]:
            path = root() / "build" / name / f"{each}.ipynb"
            if briefing not in ("", f"{name}/{each}") or not path.is_file():
                continue
            document = from_notebook(nbformat.read(path, as_version=4))
            places += [f"{name}/{each}, {place}" for place in _places_in(document, number, about)]
    return places


def _places_in(document: dict, number: re.Pattern, about: str) -> list[str]:
    heading, places = document["title"], []
    for block in document["blocks"]:
        kind = block["kind"]
        if kind == "heading":
            heading = block["text"]
        elif kind == "table":
            rows = [row[0] for row in block["rows"] if about in " ".join(row) and any(map(number.search, row))]
            if rows:
                more = f" and {wording.number_of(len(rows) - 1, 'other row')}" if len(rows) > 1 else ""
                places.append(f"“{heading}”, table {block['number']}, “{rows[0]}”{more}")
        elif kind == "figure" and not about and number.search(f"{block['title']} {block['alt']}"):
            places.append(f"“{heading}”, figure {block['number']}")
        elif kind in ("paragraph", "list") and not about and number.search(_plain(block)):
            places.append(f"“{heading}”, in a sentence")
    return places


def _plain(block: dict) -> str:
    from helpers.publish import prose

    if block["kind"] == "list":
        return " ".join(_plain(part) for item in block["items"] for part in item)
    return prose.plain(block["inlines"]) if "inlines" in block else ""


def _checks_that_give(text: str, authorities: dict) -> list[str]:
    found = []
    for authority in authorities:
        checks = read_processed(f"checks_{authority}")
        checks = checks[checks["recomputed"] != "none"]
        given = checks.apply(lambda check: wording.recomputed(check).split(" ")[0] == text, axis=1)
        found += [_check_lines(check) for _, check in checks[given].iterrows()]
    return list(dict.fromkeys(found))


def _projections_that_give(text: str, authorities: dict) -> list[str]:
    """Rows of projections that print as this number, and the files that they were made from."""
    found, origins = [], set()
    kinds = "|".join(("projection", "five_year_need", "need_drivers"))
    named_so = re.compile(rf"({kinds})_({'|'.join(authorities)})(_\w+)?")
    paths = [path for path in sorted(processed_path("").parent.glob("*.csv")) if named_so.fullmatch(path.stem)]
    for path in paths:
        rows = read_processed(path.stem)
        description = yaml.safe_load(path.with_suffix(".yaml").read_text(encoding="utf-8"))
        named = [name for name in ("path", "gradient", "start", "driver", "factor", *DIMENSIONS) if name in rows]
        for column in [name for name in rows if name.startswith("people")]:
            shown = rows[column].map(lambda people: "" if isinstance(people, Suppressed) else wording.people(people))
            for _, row in rows[shown == text].iterrows():
                parts = [str(row[name]) for name in named if row[name] != "all"]
                words = "" if column == "people" else f" ({column})"
                line = f"{relative(path)}: {row.get('period', row.get('year'))}, {', '.join(parts)}{words}"
                found.append((column != "people", line))
                origins |= {part["path"] for part in description["made_from"]}
    lines = [line for _, line in sorted(found, key=lambda entry: entry[0])]
    if more := len(lines) - MOST_ROWS:
        lines[MOST_ROWS:] = [f"and {more} more rows"] if more > 0 else []
    return lines + [f"made from {path}" for path in sorted(origins)]
