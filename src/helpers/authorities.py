"""The councils in authorities.toml, each with the figures that feed its own briefings."""

import re
import tomllib

from helpers import checked_files, schemas
from helpers.errors import InputError, nearest
from helpers.paths import known_sources, root
from helpers.typed_numbers import refuse_typed_in
from helpers.vocabulary import NATIONAL

FILE = "authorities.toml"
#: What of a council's entry changes no figure: which briefings are made, and what they bear.
NO_FIGURE = ("briefings", "paper")


def known_authorities() -> dict[str, dict]:
    """All authorities by id, as they stand in authorities.toml.

    Raises InputError where the file cannot be read or does not fit, names a source that is not in data/raw, or
    leads with a vintage that it does not have.
    """
    try:
        content = tomllib.loads((root() / FILE).read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InputError(f"{FILE} cannot be read: {error}. Mend that line.") from error
    checked_files.check(content, schemas.AUTHORITIES, FILE)
    for name, authority in content.items():
        for title in [*authority.get("vintages", {}).values(), *authority.get("backtest", [])]:
            refuse_typed_in(title, ("title", "short_title"), f"{FILE}, {name}", fills=False)
        given = [key for key in schemas.PROJECTION if key in authority]
        if not given:
            continue
        if lacking := [key for key in schemas.PROJECTION if key not in authority]:
            raise InputError(
                f"{FILE}, {name} has {given[0]!r} and lacks {lacking[0]!r}: a projection needs both. Add it."
            )
        vintages = list(authority["vintages"])
        if (central := authority["central_vintage"]) not in vintages:
            raise InputError(f"{FILE}, {name}: central_vintage is {central!r}.{nearest(central, vintages)}")
        parts = [part for vintage in authority["vintages"].values() for part in vintage["benchmarks"]]
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


def documents_of(authority: str) -> list[str]:
    """The documents in data/raw with figures of a council, and the national ones."""
    codes = {authority_named(authority)["code"], *NATIONAL}
    return [source for source in known_sources() if codes & set(_CODE.findall(_text(source, "datapackage.yaml")))]


def documents_behind_checks(authority: str) -> list[str]:
    """The documents of a council, and those that their checks name besides (for what must not be compared)."""
    own = documents_of(authority)
    named = " ".join(_text(source, "checks.yaml") for source in own)
    return [source for source in known_sources() if source in own or f"{source}/" in named]


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
    return sorted({source for text in texts for source in re.findall(r"\b([a-z]\w*)/[a-z]", text)})


#: The processed tables that hold a council's headline figures, by kind; helpers.headlines says which rows they are.
HEADLINE_TABLES = {
    "demand": "projection_{authority}_{vintage}_constant_rates",
    "need": "five_year_need_{authority}",
    "money_and_beds": "consequences_{authority}_{vintage}_constant_rates",
    "checks": "checks_{authority}",
}


def headline_tables(council: dict) -> dict[str, str]:
    """The processed table of each kind of headline that a council has. council: as from authority_named."""
    kinds = HEADLINE_TABLES if "vintages" in council else ("checks",)
    vintage = council.get("central_vintage")
    return {kind: HEADLINE_TABLES[kind].format(authority=council["id"], vintage=vintage) for kind in kinds}


_CODE = re.compile(r"^\s*authority: (\w+)", re.MULTILINE)


def _text(source: str, name: str) -> str:
    path = root() / "data/raw" / source / name
    return path.read_text(encoding="utf-8") if path.is_file() else ""


def vintage_named(authority: str, vintage: str) -> dict:
    """One population vintage of an authority: title and benchmarks.

    Raises InputError for an unknown vintage, with the known ones.
    """
    vintages = authority_named(authority).get("vintages", {})
    if vintage not in vintages:
        raise InputError(f"{authority} has no population vintage {vintage!r}.{nearest(vintage, list(vintages))}")
    return vintages[vintage]
