"""Made-up councils with little on file, for a copy of the project: a name, a code, one base table, one population.

Everything else that the two real councils have is missing, or stands in OPTIONAL and can be given piece by piece.
"""

from pathlib import Path

import yaml

CODE, NAME = "E10000099", "Mercia County Council"
PAPER = {
    "committee": "Adult Care Committee",
    "meeting_date": "2026-11-26",
    "author": "Adult social care analysis",
    "contact": "Ask the committee's officer",
}
_RECORDS = {"columns_of_records": {"Age band": "age_band", "People": "value"}}
#: Base tables of people with long-term support, each with its reading and the cell of all people aged 65 and over.
BASES = {
    "by_age": ("Age band,People\n18-64,900\n65+,2100\n", _RECORDS, "B3"),
    "by_reason": (
        "Reason,18-64,65+\nPhysical,300,1500\nLearning disability,450,100\nMemory,150,500\nTotal,900,2100\n",
        {"rows": "support_reason", "columns": "age_band"},
        "C5",
    ),
}
_REASONS = {
    "Physical": "physical",
    "Learning disability": "learning_disability",
    "Memory": "memory_and_cognition",
    "Total": "all",
}
_AGES = {"18-64": "18-64", "65+": "65+"}
_POPULATION = """mid_year,0-24,18-24,25-64,65-74,75-84,85+
2020,60000,15000,100000,22000,14000,5000
2025,60500,15200,101000,23000,16000,5600
2030,60800,15600,101500,24500,18000,6600
2040,61000,16000,102000,26000,20000,9000
"""
_VINTAGE = {
    "title": "the county's 2022-based projection",
    "short_title": "County, 2022-based",
    "estimates_to": 2022,
    "known_at_the_base": True,
}
#: What a council may have besides, as it stands in its entry of authorities.toml.
OPTIONAL = {
    "estimates": {"source": "{name}_estimates", "table": "population"},
    "latest_count": {"figures": {"18-64": "{name}_support_later/support!B2", "65+": "{name}_support_later/support!B3"}},
    "outcome": {"source": "{name}_support_later", "table": "support"},
    "backtest": [
        {
            "id": "support_65_plus",
            "title": "people aged 65 and over with long-term support during the year",
            "grows_as": "65+",
            "points": ["{name}_support/support!{older}", "{name}_support_later/support!B3"],
        }
    ],
}


def add(folder: Path, name: str = "mercia", code: str = CODE, base: str = "by_age", **entry: object) -> None:
    """Add a made-up council to the project in this folder.

    base: of BASES. entry: more keys of its entry in authorities.toml, or None for one that is to be left out (support,
    vintages, briefings, paper).
    """
    printed, reading, older = BASES[base]
    _document(folder, f"{name}_support", code, _support("support", "2021/22", reading), printed)
    later = "Age band,People\n18-64,950\n65+,2000\n"
    _document(folder, f"{name}_support_later", code, _support("support", "2023/24", _RECORDS), later)
    for kind in ("population", "estimates"):
        _document(folder, f"{name}_{kind}", code, _people(), _POPULATION)
    council = {
        "name": NAME if name == "mercia" else f"{name.capitalize()} County Council",
        "code": code,
        "support": {"source": f"{name}_support", "tables": ["support"], "base_year": 2021},
        "vintages": {"only": {**_VINTAGE, "benchmarks": [{"source": f"{name}_population", "table": "population"}]}},
        "briefings": ["demand_outlook", "five_year_need", "figures_checked", "what_changed"],
        "paper": PAPER,
        **entry,
    }
    settings = folder / "authorities.toml"
    kept = {key: value for key, value in council.items() if value is not None}
    lines = "".join(f"{key} = {_toml(value)}\n" for key, value in kept.items())
    section = f"\n[{name}]\n{lines}".replace("{name}", name).replace("{older}", older)
    settings.write_text(settings.read_text(encoding="utf-8") + section, encoding="utf-8")


def with_optional(*pieces: str) -> dict:
    """Entries of OPTIONAL, to give to `add`."""
    return {piece: OPTIONAL[piece] for piece in pieces}


def _document(folder: Path, source: str, code: str, table: dict, printed: str) -> None:
    place = folder / "data/raw" / source
    place.mkdir()
    (place / f"{table['name']}.csv").write_text(printed, encoding="utf-8")
    about = {
        "name": source,
        "title": f"Figures of {source.replace('_', ' ')}",
        "publisher": "The council",
        "authority": code,
        "published": "2021-06-15",
        "read": "2026-11-21",
        "licence": "Open Government Licence v3.0",
        "resources": [table],
    }
    (place / "datapackage.yaml").write_text(yaml.safe_dump(about, sort_keys=False), encoding="utf-8")


def _support(name: str, period: str, reading: dict) -> dict:
    of_reasons = "rows" in reading
    return {
        "name": name,
        "path": f"{name}.csv",
        "title": f"People with long-term support during {period}",
        "label": "Table 1",
        "section": "Support",
        "quantity": "people_with_long_term_support",
        "unit": "people",
        "measure": "during_year",
        "period": {"label": period},
        "reading": reading,
        "labels": {"age_band": _AGES, **({"support_reason": _REASONS} if of_reasons else {})},
        **({"totals": [{"across": "support_reason"}]} if of_reasons else {}),
    }


def _people() -> dict:
    return {
        "name": "population",
        "path": "population.csv",
        "title": "Population",
        "label": "Table 1",
        "section": "Population",
        "quantity": "population",
        "unit": "people",
        "measure": "at_date",
        "reading": {"rows": "mid_year", "columns": "age_band"},
        "labels": {"age_band": {band: band for band in ("0-24", "18-24", "25-64", "65-74", "75-84", "85+")}},
    }


def _toml(value: object) -> str:
    """A value on one line of a TOML file."""
    if isinstance(value, dict):
        return "{" + ", ".join(f'"{key}" = {_toml(one)}' for key, one in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_toml, value)) + "]"
    return str(value).lower() if isinstance(value, bool) else str(value) if isinstance(value, int) else f'"{value}"'
