"""Start a council in authorities.toml, or a scenario in data/assumptions/scenarios; a person fills in the rest."""

import os
import re

import yaml

from helpers.base import schemas
from helpers.base.authorities import FILE, authority_named, known_authorities, refuse_unfit
from helpers.base.checked_files import TO_FILL_IN
from helpers.base.errors import InputError, nearest
from helpers.base.paths import NAME_DESCRIBED, is_name, read_text, relative, root, write_atomically

_COUNCIL = """
[{id}]
name = {name}
code = "{code}"
# What follows is left out until its documents are in data/raw; take the # away, and what is not on file out.
# briefings = ["demand_outlook", "five_year_need", "money", "figures_checked", "what_changed"]

# [{id}.paper] # what every paper bears
# committee = "Adult Social Care Scrutiny Commission"
# meeting_date = "2026-11-26"
# author = "Adult social care analysis"
# contact = "Ask the committee's officer"

# [{id}.support] # people with long-term support in the base year: the document, and one table an age band
# source = "{id}_support_2024"
# tables = ["support"]
# base_year = 2023

# [{id}.vintages.ons_2022_based] # a population, from one document or several
# title = "the ONS 2022-based projection"
# short_title = "ONS, 2022-based"
# estimates_to = 2022 # the last year that is estimated, not projected
# known_at_the_base = true # whether it was published before the base figures were
# benchmarks = [{{ source = "{id}_population", table = "population" }}]
"""
#: How scenarios are told in words, in the order of their file.
_WORDS = {
    "title": "what it is called, in plain words",
    "meaning": "what it does, in a sentence or two",
    "owner": "who answers for it",
    "evidence": "what it rests on, and how far that bears it",
    "citation": "where that is published",
}
_KINDS = {**schemas.PEOPLE_SCENARIOS, **schemas.CONSEQUENCES}


def start_council(authority_id: str, name: str, code: str) -> str:
    """Add a council to authorities.toml, with all else that it may have as comments; returns what to do next.

    Raises InputError, and writes nothing, for an id or a code that is none, and for one that is taken.
    """
    if not (authority_id and name and code):
        raise InputError(
            'Say which: `doit new-council --authority mercia --name "Mercia County Council" --code E10000099`.'
        )
    if not is_name(authority_id):
        raise InputError(f"A council's id cannot be {authority_id!r}: it needs {NAME_DESCRIBED}.")
    if not re.fullmatch(schemas.CODE["pattern"], code):
        raise InputError(f"{code!r} is not {schemas.CODE['description']}.")
    for known, council in known_authorities().items():
        if known == authority_id or council["code"] == code:
            raise InputError(f"{FILE} has {council['name']} already ({known}, {council['code']}).")
    text = read_text(root() / FILE).rstrip("\n") + "\n"
    quoted = yaml.safe_dump(name, default_style='"', allow_unicode=True, width=len(name) + 9).strip()
    text += _COUNCIL.format(id=authority_id, name=quoted, code=code)
    refuse_unfit(text)
    write_atomically(root() / FILE, text.encode())
    return (
        f"Added {name} at the end of {FILE}: what it may have besides stands there as comments.\n"
        f"Then its documents: `doit new-source --name {authority_id}_support_2024 --file table.csv "
        f"--authority {authority_id}`."
    )


def start_scenario(name: str, kind: str, authority_id: str = "") -> str:
    """Make data/assumptions/scenarios/<name>.yaml, to be filled in; returns what to do next.

    kind: what it does, of schemas.PEOPLE_SCENARIOS or CONSEQUENCES. authority_id: whose it is; else every council's.
    Raises InputError, and writes nothing, for a name that is none or is taken, and an unknown kind or council.
    """
    if not name:
        raise InputError("Say which: `doit new-scenario --name later_admission --kind entrants --authority leicester`.")
    if not is_name(name):
        raise InputError(f"A scenario cannot be called {name!r}: it needs {NAME_DESCRIBED}.")
    if kind not in _KINDS:
        raise InputError(f"A scenario cannot be of the kind {kind!r}.{nearest(kind, list(_KINDS))}")
    if authority_id:
        authority_named(authority_id)
    path = root() / "data/assumptions/scenarios" / f"{name}.yaml"
    if os.path.lexists(path):
        raise InputError(f"{relative(path)} is there already. Choose another name.")
    content = {
        "id": name,
        **{key: f"{TO_FILL_IN}: {what}" for key, what in _WORDS.items()},
        **({"authorities": [authority_id]} if authority_id else {}),
        "parameters": {kind: _to_fill_in(_KINDS[kind], kind)},
        "to_year": f"{TO_FILL_IN}: the last year that it is meant for, as 2047",
        "review_date": f"{TO_FILL_IN}: by when to look at it again, as '2027-11-30'",
    }
    write_atomically(path, yaml.safe_dump(content, sort_keys=False, allow_unicode=True, width=120).encode())
    return (
        f"Made {relative(path)}. Fill in what reads {TO_FILL_IN!r}: nothing is projected before it is.\n"
        "docs/how-to/scenario.md says what each key means. Then: `doit project`."
    )


def _to_fill_in(schema: dict, key: str) -> object:
    """What a schema requires, with what may stand there."""
    if schema.get("type") == "object":
        return {name: _to_fill_in(schema["properties"][name], name) for name in schema.get("required", [])}
    if schema.get("type") == "array":
        return [_to_fill_in(schema["items"], key)]
    limits = {"minimum": "at least", "maximum": "at most"}
    said = [f"{word} {schema[limit]}" for limit, word in limits.items() if limit in schema]
    said += [f"one of {', '.join(schema['enum'])}"] if "enum" in schema else []
    return f"{TO_FILL_IN}: {', '.join([key.replace('_', ' '), *said])}"
