"""The councils in authorities.toml, each with the figures that feed its own briefings."""

import re
import tomllib
from functools import cache

from helpers import checked_files, schemas
from helpers.errors import InputError, nearest
from helpers.paths import known_sources, root
from helpers.schemas import PAPER
from helpers.vocabulary import AREA_OF, NATIONAL

FILE = "authorities.toml"
#: What of a council's entry changes no figure: which briefings are made, and what they bear.
NO_FIGURE = ("briefings", "paper")


def known_authorities() -> dict[str, dict]:
    """All authorities by id, as they stand in authorities.toml; what is empty there is not there.

    One without `briefings` has none; one without `central_vintage` leads with its first. Raises InputError where the
    file cannot be read or does not fit, names a source that is not in data/raw, leads with a vintage that it does not
    have, or has briefings and says nothing of what a paper bears.
    """
    content = _entries((root() / FILE).read_bytes())
    content = {
        name: {key: value for key, value in entry.items() if value not in ([], {})}
        if isinstance(entry, dict)
        else entry
        for name, entry in content.items()
    }
    checked_files.check(content, schemas.AUTHORITIES, FILE)
    for name, authority in content.items():
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


def area_of(code: str) -> str:
    """The area that a publisher's figures are of where they say nothing else: the council's id, or a nation's.

    A code of nobody in authorities.toml stands for itself.
    """
    return AREA_OF.get(code) or _ids_by_code((root() / FILE).read_bytes()).get(code, code)


@cache
def _ids_by_code(settings: bytes) -> dict[str, str]:
    """The councils' ids by code; settings: the content of authorities.toml."""
    return {entry["code"]: name for name, entry in _entries(settings).items() if "code" in entry}


def _entries(settings: bytes) -> dict[str, dict]:
    """The entries of authorities.toml as they stand there, unchecked."""
    try:
        return tomllib.loads(settings.decode("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InputError(f"{FILE} cannot be read: {error}. Mend that line.") from error


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
    rests_on = {"demand": "vintages", "need": "vintages", "money_and_beds": "consequences"}
    kinds = [kind for kind in HEADLINE_TABLES if rests_on.get(kind, "name") in council]
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
