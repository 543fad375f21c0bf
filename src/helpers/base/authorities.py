"""The councils in authorities.toml, each with the figures that feed its own briefings."""

import csv
import os
import re
import tomllib
from collections.abc import Iterator
from copy import deepcopy
from functools import lru_cache

from helpers.base import without_entry
from helpers.base.errors import InputError, nearest
from helpers.base.paths import known_sources, official_sources, read_text, root
from helpers.base.vocabulary import AREA_OF, AREAS, NATIONAL

FILE = without_entry.ENTRIES
#: What of a council's entry changes no figure: which briefings are made, and what they bear.
NO_FIGURE = ("briefings", "paper")
#: The code of England, which stands where the rule for every council has none of its own.
ENGLAND = "E92000001"


def known_authorities() -> dict[str, dict]:
    """All authorities by id, as they stand in authorities.toml; what is empty there is not there.

    One without `briefings` has none; one without `central_vintage` leads with its first. Raises InputError where the
    file cannot be read or does not fit, names a source that is not in data/raw, leads with a vintage that it does not
    have, or has briefings and says nothing of what a paper bears.
    """
    return deepcopy({name: entry for name, entry in _on_file().items() if name != without_entry.ANY})


def _on_file() -> dict[str, dict]:
    """All that is said there, for this module alone: who changed it would change it for all."""
    return _authorities_in(read_text(root() / FILE), tuple(known_sources()), tuple(official_sources()))


def any_council() -> dict:
    """What authorities.toml says of every council in England without an entry of its own; empty where it does not."""
    return _rule_in(_on_file())


def _rule_in(entries: dict[str, dict]) -> dict:
    entry = entries.get(without_entry.ANY, {})
    return deepcopy({key: value for key, value in entry.items() if key not in ("name", "code")})


def refuse_unfit(text: str) -> None:
    """Raises InputError, as known_authorities does, where authorities.toml could not say this."""
    _authorities_in(text, tuple(known_sources()), tuple(official_sources()))


@lru_cache
def _authorities_in(text: str, sources: tuple[str, ...], official: tuple[str, ...]) -> dict[str, dict]:
    from helpers.base import checked_files, schemas  # where they are needed: `doit` with nothing to do reads no YAML
    from helpers.base.typed_numbers import refuse_typed_in

    try:
        content = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise InputError(f"{FILE} cannot be read: {error}. Mend that line.") from error
    content = {
        name: {key: value for key, value in entry.items() if value not in ([], {})}
        if isinstance(entry, dict)
        else entry
        for name, entry in content.items()
    }
    if any_council := content.get(without_entry.ANY):
        content[without_entry.ANY] = {"name": "any council", "code": ENGLAND, **any_council}
    checked_files.check(content, schemas.AUTHORITIES, FILE)
    for name, council in content.items():
        for title in [*council.get("vintages", {}).values(), *council.get("backtest", [])]:
            refuse_typed_in(title, ("title", "short_title"), f"{FILE}, {name}", fills=False)
        for one in (name, *council.get("vintages", {})):
            checked_files.check_name(one, f"{FILE}, {name}")
        if "paper" not in council and council.setdefault("briefings", []):
            raise InputError(
                f"{FILE}, {name} has briefings and lacks 'paper': what every one of them bears "
                f"({', '.join(schemas.PAPER)}). Add [{name}.paper]."
            )
        if "vintages" in council and "support" not in council:
            raise InputError(f"{FILE}, {name} has 'vintages' and lacks 'support': a projection needs both. Add it.")
        if vintages := list(council.get("vintages", [])):
            central = council.setdefault("central_vintage", vintages[0])
            if central not in vintages:
                raise InputError(f"{FILE}, {name}: central_vintage is {central!r}.{nearest(central, vintages)}")
        for series in council.get("backtest", []):
            if len(series["points"]) == 1:
                raise InputError(
                    f"{FILE}, {name}: the backtest series {series['id']!r} has one point. It needs an earlier count "
                    "and a later one that the earlier is to predict: add one, or leave the series out."
                )
        parts = [part for vintage in council.get("vintages", {}).values() for part in vintage["benchmarks"]]
        others = [council[key] for key in ("support", "history", "outcome", "estimates") if key in council]
        if (pattern := council.get("support", {}).get("pattern")) and pattern not in official:
            known = nearest(pattern, list(official))
            raise InputError(f"{FILE}, {name}: there are no official tables {pattern!r} in data/raw.{known}")
        for part in [*others, *council.get("context", []), *parts]:
            if part["source"] not in (*sources, *official):
                known = nearest(part["source"], list(sources))
                raise InputError(f"{FILE}, {name}: there is no source {part['source']!r} in data/raw.{known}")
    return content


def authority_named(authority_id: str) -> dict:
    """One authority: name, code, committee, contact, briefings, what its demand is projected from (where it is), and
    its id under "id".

    A council in England without an entry gets one by rule. Raises InputError for an unknown id, with the known ones.
    """
    entries = _on_file()
    known = [name for name in entries if name != without_entry.ANY]
    if authority_id in known:
        return {**deepcopy(entries[authority_id]), "id": authority_id}
    if (rule := _rule_in(entries)) and authority_id in (others := without_entry.without_entry()):
        return {**without_entry.entry_of(others[authority_id], rule), "id": authority_id}
    near = nearest(authority_id, [*known, *others] if rule else known).partition(" Known:")[0]
    more = " `doit councils` lists every council in England." if rule else ""
    raise InputError(f"There is no authority {authority_id!r} in {FILE}.{near} Known: {', '.join(known)}.{more}")


#: What of a council's entry in authorities.toml a paper, or a section of one, may rest on, as a page says it.
ON_FILE = {
    "support": "people with long-term support, by age",
    "vintages": "a projection of the population",
    "estimates": "estimates of the population",
    "history": "an earlier count of these people by support reason",
    "outcome": "a later count that is made as the base was",
    "backtest": "counts of several years made like the base, to hold such projections against",
    "latest_count": "a later count of people with long-term support",
    "consequences": "figures on what support costs, on beds or on posts",
}


def not_on_file(council: dict, *keys: str) -> str:
    """What a council has not on file of these keys of ON_FILE, as a sentence; nothing where it has them all.

    council: as from authority_named.
    """
    from helpers.base.wording import listed  # here, so that the pipeline need not wait for pandas

    if not (lacking := [key for key in keys if key not in council]):
        return ""
    why = dict.fromkeys(council["missing"][key] for key in lacking if key in council.get("missing", {}))
    said = f"Not on file for {council['name']}: {listed(ON_FILE[key] for key in lacking)}."
    return " ".join([said, *why])


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


def documents_of(authority_id: str) -> list[str]:
    """The documents in data/raw with figures of a council, and the national ones."""
    codes = {authority_named(authority_id)["code"], *NATIONAL}
    return [source for source in known_sources() if codes & _declared(source, "authority")]


def documents_behind_checks(authority_id: str) -> list[str]:
    """The documents of a council, and those that their checks name besides (for what must not be compared)."""
    own = documents_of(authority_id)
    named = " ".join(_text(source, "checks.yaml") for source in own)
    return [source for source in known_sources() if source in own or f"{source}/" in named]


def documents_beside(source: str) -> list[str]:
    """The other documents that may tell what this one hides, or hide what it tells: all with figures of its areas.

    Raises InputError, with the file, for a descriptor that is no YAML.
    """
    found = areas_by_document()
    return [name for name in found if name != source and found[source] & found[name]]


def areas_by_document() -> dict[str, set[str]]:
    """The areas that each document has figures of, by its descriptor and by its figures in prose."""
    own = {council["code"]: name for name, council in known_authorities().items()} | AREA_OF
    said = {label: name for name, label in areas().items()} | {"UK": "uk"}
    found = {}
    for source in known_sources():
        codes = [own.get(code, code) for code in _declared(source, "authority")]
        prose = [said.get(area, area) for area in _areas_in_prose(_text(source, "claims.csv"))]
        found[source] = {*codes, *_declared(source, "area"), *prose}
    return found


def _areas_in_prose(text: str) -> set[str]:
    try:
        return {row["area"] for row in csv.DictReader(text.splitlines()) if row.get("area")}
    except csv.Error:
        return set()  # refused where the figures are read, with its place


def _declared(source: str, key: str) -> set[str]:
    """Every text that a descriptor has under this key, or under a key of the group there."""
    from helpers.base import checked_files

    path = root() / "data/raw" / source / "datapackage.yaml"
    return set(_texts_under(checked_files.parse_yaml(path), key)) if os.path.lexists(path) else set()


def _texts_under(content: object, key: str, inside: bool = False) -> Iterator[str]:
    if isinstance(content, str) and inside:
        yield content
    for name, part in content.items() if isinstance(content, dict) else ():
        yield from _texts_under(part, key, inside or name == key)
    for part in content if isinstance(content, list) else ():
        yield from _texts_under(part, key, inside)


def series_named(authority_id: str, series: str) -> dict:
    """One series of an authority's backtest: id, title, points, what it grows as.

    Raises InputError for an unknown series, with the known ones.
    """
    known = {one["id"]: one for one in authority_named(authority_id).get("backtest", [])}
    if series not in known:
        raise InputError(
            f"{FILE}, {authority_id}: there is no backtest series {series!r}.{nearest(series, list(known))}"
        )
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
#: The processed tables that hold a council's headline figures, by kind; paper.headlines says which rows they are.
HEADLINE_TABLES = {
    "demand": f"projection_{{authority_id}}_{{vintage}}_{BASE_SCENARIO}",
    "need": f"five_year_need_{{authority_id}}_{BASE_SCENARIO}",
    "money_and_beds": f"consequences_{{authority_id}}_{{vintage}}_{BASE_SCENARIO}",
    "checks": "checks_{authority_id}",
}


def headline_tables(council: dict) -> dict[str, str]:
    """The processed table of each kind of headline that a council has. council: as from authority_named."""
    rests_on = {"demand": "vintages", "need": "vintages", "money_and_beds": "consequences"}
    kinds = [kind for kind in HEADLINE_TABLES if rests_on.get(kind, "name") in council]
    vintage = council.get("central_vintage")
    return {kind: HEADLINE_TABLES[kind].format(authority_id=council["id"], vintage=vintage) for kind in kinds}


def _text(source: str, name: str) -> str:
    path = root() / "data/raw" / source / name
    return read_text(path) if os.path.lexists(path) else ""


def vintage_named(authority_id: str, vintage: str) -> dict:
    """One population vintage of an authority: title and benchmarks.

    Raises InputError for an unknown vintage, with the known ones.
    """
    vintages = authority_named(authority_id).get("vintages", {})
    if vintage not in vintages:
        raise InputError(f"{authority_id} has no population vintage {vintage!r}.{nearest(vintage, list(vintages))}")
    return vintages[vintage]
