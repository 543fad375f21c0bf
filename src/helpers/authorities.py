"""The councils in authorities.toml, each with the figures that feed its own briefings."""

import csv
import os
import re
import tomllib

from helpers import checked_files, schemas
from helpers.errors import InputError, nearest
from helpers.paths import SPREADSHEETS, document_files, known_sources, read_text, root
from helpers.periods import parse_period
from helpers.schemas import PAPER
from helpers.typed_numbers import refuse_typed_in
from helpers.vocabulary import AREA_OF, AREAS, NATIONAL, QUANTITIES, SHARES

FILE = "authorities.toml"
#: What of a council's entry changes no figure: which briefings are made, and what they bear.
NO_FIGURE = ("briefings", "paper")


def known_authorities() -> dict[str, dict]:
    """All authorities by id, as they stand in authorities.toml; what is empty there is not there.

    One without `briefings` has none; one without `central_vintage` leads with its first. Raises InputError where the
    file cannot be read or does not fit, names a source that is not in data/raw, leads with a vintage that it does not
    have, or has briefings and says nothing of what a paper bears.
    """
    try:
        content = tomllib.loads(read_text(root() / FILE))
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise InputError(f"{FILE} cannot be read: {error}. Mend that line.") from error
    content = {
        name: {key: value for key, value in entry.items() if value not in ([], {})}
        if isinstance(entry, dict)
        else entry
        for name, entry in content.items()
    }
    checked_files.check(content, schemas.AUTHORITIES, FILE)
    for name, authority in content.items():
        for title in [*authority.get("vintages", {}).values(), *authority.get("backtest", [])]:
            refuse_typed_in(title, ("title", "short_title"), f"{FILE}, {name}", fills=False)
        for one in (name, *authority.get("vintages", {})):
            checked_files.check_name(one, f"{FILE}, {name}")
        if "paper" not in authority and authority.setdefault("briefings", []):
            raise InputError(
                f"{FILE}, {name} has briefings and lacks 'paper': what every one of them bears ({', '.join(PAPER)}). "
                f"Add [{name}.paper]."
            )
        if "vintages" in authority and "support" not in authority:
            raise InputError(f"{FILE}, {name} has 'vintages' and lacks 'support': a projection needs both. Add it.")
        if vintages := list(authority.get("vintages", [])):
            central = authority.setdefault("central_vintage", vintages[0])
            if central not in vintages:
                raise InputError(f"{FILE}, {name}: central_vintage is {central!r}.{nearest(central, vintages)}")
        for series in authority.get("backtest", []):
            if len(series["points"]) == 1:
                raise InputError(
                    f"{FILE}, {name}: the backtest series {series['id']!r} has one point. It needs an earlier count "
                    "and a later one that the earlier is to predict: add one, or leave the series out."
                )
        parts = [part for vintage in authority.get("vintages", {}).values() for part in vintage["benchmarks"]]
        others = [authority[key] for key in ("support", "outcome", "estimates") if key in authority]
        for part in [*others, *authority.get("context", []), *parts]:
            if part["source"] not in known_sources():
                known = nearest(part["source"], known_sources())
                raise InputError(f"{FILE}, {name}: there is no source {part['source']!r} in data/raw.{known}")
    return content


def authority_named(authority: str) -> dict:
    """One authority: name, code, committee, contact, briefings, what its demand is projected from (where it is), and
    its id under "id".

    Raises InputError for an unknown id, with the known ones.
    """
    known = known_authorities()
    if authority not in known:
        raise InputError(f"There is no authority {authority!r} in {FILE}.{nearest(authority, list(known))}")
    return {**known[authority], "id": authority}


#: Words within an area's name that are written small.
_SMALL = ("and", "in", "le", "of", "on", "the", "upon", "with")


def areas() -> dict[str, str]:
    """The areas that a figure can be of, by id, and how a reader says them: the councils' own, and regions and nations.

    A council's area has the council's id: "bath_and_north_east_somerset" is Bath and North East Somerset.
    """
    own = {
        council: " ".join(word if word in _SMALL else word.capitalize() for word in council.split("_"))
        for council in known_authorities()
    }
    return own | AREAS


def area_of(code: str) -> str:
    """The area of an authority's figures where they say nothing else. code: ONS area code, of a council or a nation.

    Raises InputError for a code of neither, with the known ones.
    """
    councils = known_authorities()
    known = {council["code"]: name for name, council in councils.items()} | AREA_OF
    if code not in known:
        said = {council["code"]: council["name"] for council in councils.values()}
        said |= {national: AREAS[area] for national, area in AREA_OF.items()}
        listed = ", ".join(f"{one} ({name})" for one, name in said.items())
        raise InputError(
            f"the authority {code!r} is none of {FILE} and no nation. Mend the code, or give the council an entry "
            f"there. Known: {listed}."
        )
    return known[code]


def documents_of(authority: str) -> list[str]:
    """The documents in data/raw with figures of a council, and the national ones."""
    codes = {authority_named(authority)["code"], *NATIONAL}
    return [source for source in known_sources() if codes & set(_CODE.findall(_text(source, "datapackage.yaml")))]


def documents_behind_checks(authority: str) -> list[str]:
    """The documents of a council, and those that their checks name besides (for what must not be compared)."""
    own = documents_of(authority)
    named = " ".join(_text(source, "checks.yaml") for source in own)
    return [source for source in known_sources() if source in own or f"{source}/" in named]


def documents_beside(source: str) -> list[str]:
    """The other documents that may tell what this one hides, or hide what it tells, directly or through others."""
    return next(([name for name in family if name != source] for family in families() if source in family), [])


def families() -> list[list[str]]:
    """The documents that are tidied with one another in view, by folder: more than one each.

    One may tell what another hides: it is of the same council and counts the same of the same year, prints a figure in
    prose of the same days, or stands with it in one check.
    """
    known = known_sources()
    hiding = {name: hidden for name in known if (hidden := _hidden_in(name))}
    found: list[set[str]] = []
    for hidden, tables in hiding.items():
        near = {hidden, *(name for name in known if _tells(name, hidden, tables))}
        apart = [family for family in found if not family & near]
        found = [*apart, near.union(*(family for family in found if family & near))]
    return [sorted(family) for family in found if len(family) > 1]


#: A cell that may stand for a hidden count, whatever its document declares (not in a first column: labels stand there).
_HIDDEN = re.compile(
    r",\"?\s*(?:\[\w\]|[*#]|[<≤]\s*\d+|(?:less|fewer|no more) than [\w ]+|(?:under|up to) \w+|[0-4] ?(?:to|[-–]) ?\d)"
    r"\s*\"?(?:,|$)",
    re.IGNORECASE | re.MULTILINE,
)


def _hidden_in(source: str) -> list[dict]:
    """The tables of a document that may hide counts, each as declared."""
    declared = _text(source, "datapackage.yaml")
    # What a spreadsheet's own file hides is not seen from here, so that each may hide some.
    names = {
        name for name in _tables(source) if name.lower().endswith(SPREADSHEETS) or _HIDDEN.search(_text(source, name))
    }
    if not names and "marks:" not in declared:
        return []
    try:
        tables = checked_files.plain_yaml(declared)["resources"]
        return [table for table in tables if "marks" in table or table["path"] in names]
    except (checked_files.YAMLError, TypeError, KeyError):
        return []  # refused when it is tidied, with its place


def _tables(source: str) -> list[str]:
    names = (path.name for path in document_files(root() / "data/raw" / source) if path.suffix != ".yaml")
    return sorted(name for name in names if name != "claims.csv" and not name.startswith("text_"))


def _tells(source: str, hiding: str, tables: list[dict]) -> bool:
    """Whether a document may tell what these tables of another hide."""
    if source == hiding:
        return False
    own, others = (set(_CODE.findall(_text(name, "datapackage.yaml"))) for name in (source, hiding))
    if not own & others:
        return False
    declared = _text(source, "datapackage.yaml")
    told = _years(" ".join([*_PERIOD.findall(declared), *(_text(source, name) for name in _tables(source))]))
    claims = list(csv.DictReader(_text(source, "claims.csv").splitlines()))
    for table in tables:
        if _named_in(source, f"{hiding}/{table['name']}!") or _named_in(hiding, f"{source}/", f"{table['name']}!"):
            return True
        counted = set(QUANTITIES) & set(re.findall(r"\w+", str(table)))
        label = str(table["period"].get("label")) if isinstance(table.get("period"), dict) else None
        if counted & set(re.findall(r"\w+", declared)) and (label is None or _years(label) & told):
            return True
        for claim in claims:
            counts = claim.get("unit") == table.get("unit", claim.get("unit")) or claim.get("unit") in SHARES
            if counts and (label is None or _same_days(label, claim.get("period") or "")):
                return True
    return False


def _same_days(one: str, other: str) -> bool:
    """Whether two periods begin and end on the same days; what is no period is refused elsewhere, with its place."""
    try:
        first, second = parse_period(one), parse_period(other)
    except InputError:
        return False
    return (first.start, first.end) == (second.start, second.end)


def _named_in(source: str, *names: str) -> bool:
    """Whether one check of a document names all of these."""
    text = _text(source, "checks.yaml")
    if not all(name in text for name in names):
        return False
    try:
        checks = checked_files.plain_yaml(text).get("checks", [])
        return any(all(name in f"{one['published']} {one['formula']}" for name in names) for one in checks)
    except (checked_files.YAMLError, AttributeError, TypeError, KeyError):
        return False  # refused where it is checked, with its place


def _years(text: str) -> set[int]:
    """The years that periods speak of: of 2015/16 both."""
    years = {int(year) for year in re.findall(r"(?<!\d)(?:19|20|21)\d\d(?!\d)", text)}
    return years | {int(year) + 1 for year in re.findall(r"(?<!\d)((?:19|20|21)\d\d)[/-]\d{1,2}(?!\d)", text)}


def series_named(authority: str, series: str) -> dict:
    """One series of an authority's backtest: id, title, points, what it grows as.

    Raises InputError for an unknown series, with the known ones.
    """
    known = {one["id"]: one for one in authority_named(authority).get("backtest", [])}
    if series not in known:
        raise InputError(f"{FILE}, {authority}: there is no backtest series {series!r}.{nearest(series, list(known))}")
    return known[series]


def documents_named(texts: list[str]) -> list[str]:
    """The documents whose figures these formulas name, by folder: each as "source/table!B3" or "source/claim"."""
    found = sorted({source for text in texts for source in re.findall(r"\b([a-z]\w*)/[a-z]", text)})
    for source in found:
        if source not in known_sources():
            raise InputError(
                f"A formula names the document {source!r}, and data/raw has none.{nearest(source, known_sources())}"
            )
    return found


#: The scenario that headline figures and editions are at, whichever the papers are under.
BASE_SCENARIO = "constant_rates"
#: The processed tables that hold a council's headline figures, by kind; helpers.headlines says which rows they are.
HEADLINE_TABLES = {
    "demand": f"projection_{{authority}}_{{vintage}}_{BASE_SCENARIO}",
    "need": f"five_year_need_{{authority}}_{BASE_SCENARIO}",
    "money_and_beds": f"consequences_{{authority}}_{{vintage}}_{BASE_SCENARIO}",
    "checks": "checks_{authority}",
}


def headline_tables(council: dict) -> dict[str, str]:
    """The processed table of each kind of headline that a council has. council: as from authority_named."""
    rests_on = {"demand": "vintages", "need": "vintages", "money_and_beds": "consequences"}
    kinds = [kind for kind in HEADLINE_TABLES if rests_on.get(kind, "name") in council]
    vintage = council.get("central_vintage")
    return {kind: HEADLINE_TABLES[kind].format(authority=council["id"], vintage=vintage) for kind in kinds}


_CODE = re.compile(r"^\s*authority: (\w+)", re.MULTILINE)
_PERIOD = re.compile(r"period:\s*\{?\s*label:([^}\n]+)")


def _text(source: str, name: str) -> str:
    path = root() / "data/raw" / source / name
    return read_text(path) if os.path.lexists(path) and path.suffix.lower() not in SPREADSHEETS else ""


def vintage_named(authority: str, vintage: str) -> dict:
    """One population vintage of an authority: title and benchmarks.

    Raises InputError for an unknown vintage, with the known ones.
    """
    vintages = authority_named(authority).get("vintages", {})
    if vintage not in vintages:
        raise InputError(f"{authority} has no population vintage {vintage!r}.{nearest(vintage, list(vintages))}")
    return vintages[vintage]
