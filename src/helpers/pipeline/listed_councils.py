"""Every council in England as `doit councils` lists it: its name here, what is on file, and what is missing."""

from helpers.base import without_entry
from helpers.base.authorities import any_council, documents_of, known_authorities

#: What rests on an item that is missing (notebooks/16_on_file), as the list says it.
LACKING = {
    "support": "no projection",
    "consequences": "no money",
    "neighbours": "no similar councils",
}


def lines() -> list[str]:
    """A line a council, those with entries of their own first, and under each why something of it is missing."""
    own, rule, missing = known_authorities(), any_council(), without_entry.missing()
    said = ["Councils with an entry in authorities.toml, and documents of their own:"]
    said += [f"  {name}: {len(documents_of(name))} documents; {_papers(one)}" for name, one in own.items()]
    if not (others := without_entry.without_entry() if rule else {}):
        return said
    said += ["", f"Every other council, from tables of all councils ({_papers(rule)}):"]
    lacking = {name: missing.get(one["area_code"], {}) for name, one in others.items()}
    for name, one in sorted(others.items()):
        without = [words for item, words in LACKING.items() if item in lacking[name]]
        vintages = [about["short_title"] for key, about in rule["vintages"].items() if key not in lacking[name]]
        parts = [without_entry.name_of(one["council"]), one["area_code"], *vintages, *without]
        said.append(f"  {name}: {'; '.join(parts)}")
        said += [f"      {why}" for item, why in lacking[name].items() if item in LACKING]
    whole = sum(not {*LACKING} & {*one} for one in lacking.values())
    said += ["", f"{whole} of these {len(others)} have all that their papers rest on. `doit derby` makes those of one."]
    return said


def _papers(council: dict) -> str:
    return ", ".join(council["briefings"])
