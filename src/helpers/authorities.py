"""The councils in authorities.toml, each with the figures that feed its own briefings."""

import tomllib

from helpers.errors import InputError, nearest
from helpers.paths import root


def known_authorities() -> dict[str, dict]:
    """All authorities by id, as they stand in authorities.toml.

    Raises InputError where the file cannot be read.
    """
    path = root() / "authorities.toml"
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InputError(f"authorities.toml cannot be read: {error}. Mend that line.") from error


def authority_named(authority: str) -> dict:
    """One authority: name, code, committee, support, vintages, briefings, and its id under "id".

    Raises InputError for an unknown id, with the known ones.
    """
    known = known_authorities()
    if authority not in known:
        raise InputError(f"There is no authority {authority!r} in authorities.toml.{nearest(authority, list(known))}")
    return {**known[authority], "id": authority}


def vintage_named(authority: str, vintage: str) -> dict:
    """One population vintage of an authority: title and benchmarks.

    Raises InputError for an unknown vintage, with the known ones.
    """
    vintages = authority_named(authority)["vintages"]
    if vintage not in vintages:
        raise InputError(f"{authority} has no population vintage {vintage!r}.{nearest(vintage, list(vintages))}")
    return vintages[vintage]
