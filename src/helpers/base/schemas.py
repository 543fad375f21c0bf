"""What each YAML or TOML file of this project must look like, as JSON Schemas."""

from collections.abc import Iterable

from helpers.base import periods, vocabulary
from helpers.base.cells import STATES
from helpers.base.paths import NAME_DESCRIBED

TEXT = {"type": "string", "minLength": 1}
COUNT = {"type": "integer", "minimum": 0}
WHOLE = {"type": "integer"}
NUMBER = {"type": "number"}
NAME = {"type": "string", "format": "name", "description": NAME_DESCRIBED}
YEAR = {"type": "integer", "minimum": periods.FIRST_YEAR, "maximum": periods.LAST_YEAR}
DATE = {
    "type": "string",
    "pattern": r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$",
    "format": "day",
    "description": "a date, as in '2026-11-30'",
}
CODE = {"type": "string", "pattern": r"^[EK][0-9]{8}$", "description": "an ONS area code, as in 'E10000018'"}


def _object(required: dict, optional: dict | None = None) -> dict:
    """An object with these keys and no others."""
    return {
        "type": "object",
        "properties": {**required, **(optional or {})},
        "required": list(required),
        "additionalProperties": False,
    }


def _list(item: dict) -> dict:
    return {"type": "array", "items": item, "minItems": 1}


def _map(value: dict) -> dict:
    return {"type": "object", "additionalProperties": value, "minProperties": 1}


_DIMENSIONS = [name for name in vocabulary.DIMENSIONS if name not in ("measure", "quantity")]
_IDS = {name: {"enum": list(vocabulary.DIMENSIONS[name])} for name in _DIMENSIONS}
_IDS["area"] = {"$ref": "#/definitions/area"}


def with_areas(schema: dict, areas: Iterable[str]) -> dict:
    """A schema of figures that are of areas: of these, which the councils of authorities.toml are among."""
    return {**schema, "definitions": {"area": {"enum": list(areas)}}}


_ABOUT = {
    "quantity": {"enum": list(vocabulary.QUANTITIES)},
    "unit": {"enum": list(vocabulary.UNITS)},
    "measure": {"enum": list(vocabulary.MEASURES)},
    "rounded_to": {"type": "number", "exclusiveMinimum": 0},
    "multiplier": {"type": "integer", "minimum": 1},
}
FIELDS = _object({}, {**_IDS, **_ABOUT, "period": TEXT})
#: What a label of each axis may stand for, where it does not stand for several fields.
ID_OF = {**_IDS, "quantity": _ABOUT["quantity"], "period": TEXT}
#: What a label, or a column of labels or words, may be declared as: it says nothing that is needed.
NOT_READ = "not_read"
AXIS = {"enum": [*_DIMENSIONS, "quantity", "period", "mid_year", "value", NOT_READ]}
_REMAINDER = _object(
    {"where": _object({}, {**_IDS, "quantity": _ABOUT["quantity"]}), "lower": WHOLE, "upper": WHOLE, "reason": TEXT},
    {"matters": TEXT, "question": TEXT},
)

_DESCRIBED = {"name": NAME, "path": TEXT, "title": TEXT, "label": TEXT, "section": TEXT}
_ROWS = _list({"type": "integer", "minimum": 1})
_WRITTEN = {
    "authority": CODE,
    "encoding": {"enum": ["utf-8", "cp1252"]},
    "footnotes": _list(TEXT),
    "sheet": TEXT,
    "dialect": _object({}, {"headerRows": _ROWS, "commentRows": _ROWS}),
}
TABLE = _object(
    {
        **_DESCRIBED,
        "reading": {"type": "object"},
        "labels": _object({}, {name: _map({}) for name in (*_DIMENSIONS, "quantity", "period")}),
    },
    {
        **_WRITTEN,
        **_ABOUT,
        "period": _object({}, {"label": TEXT, "kind": {"enum": list(periods.KINDS)}}),
        "constants": _object({}, _IDS),
        "composite": _object({"assessed": FIELDS, "total": FIELDS, "coverage": FIELDS}),
        "marks": _map(_object({"meaning": TEXT}, {"state": {"enum": list(STATES)}, "lower": COUNT, "upper": COUNT})),
        "totals": _list(
            _object(
                {"across": {"enum": _DIMENSIONS}},
                {
                    "within_other_parts": _list(TEXT),
                    "tolerance": COUNT,
                    "remainders": _list(_REMAINDER),
                    "quantities": _list(_ABOUT["quantity"]),
                },
            )
        ),
    },
)
MATRIX = _object({"columns": TEXT}, {"rows": {"type": ["string", "array"]}, "merged": _list(AXIS)})
RECORDS = _object({"columns_of_records": _map(TEXT)}, {"merged": _list(AXIS)})
_WORDS = {"enum": ["item", "figures", "date", "status", NOT_READ]}
TEXT_TABLE = _object(
    {**_DESCRIBED, "reading": _object({"columns_of_texts": _map(_WORDS)}, {"merged": _list(_WORDS)})},
    _WRITTEN,
)
#: What a message needs to name a table; the rest of it is checked by what kind of table it is.
_RESOURCES = {"type": "array", "items": {"type": "object", "required": ["name", "path"]}}
DESCRIPTOR = _object(
    {"name": NAME, "title": TEXT, "publisher": TEXT, "read": DATE, "licence": TEXT, "resources": _RESOURCES},
    {
        "authority": CODE,
        "short_title": TEXT,
        "published": TEXT,
        "licenses": _list({"type": "object"}),
        "homepage": {"type": "string", "pattern": "^https://[^ ]+$"},
    },
)
CORRECTIONS = _object(
    {"corrections": _list(_object({"table": TEXT, "cell": TEXT, "printed": TEXT, "meant": TEXT, "reason": TEXT}))}
)
MISSING = _object(
    {
        "missing": _list(
            _object(
                {
                    "id": TEXT,
                    "what": TEXT,
                    "section": TEXT,
                    "kind": {"enum": ["chart", "placeholder", "not_held", "not_given", "document"]},
                    "needed_for": TEXT,
                }
            )
        )
    }
)
BREAKS = _object(
    {
        "breaks": _list(
            _object(
                {"id": TEXT, "from": DATE, "quantities": _list({"enum": list(vocabulary.QUANTITIES)}), "reason": TEXT}
            )
        )
    }
)
#: Conditions that must be true for an entry's words to be, as in "people_at_home < people" (filled_texts.RELATIONS).
HOLDS = _list(TEXT)
CHECKS = _object(
    {},
    {
        "checks": _list(
            _object(
                {"id": TEXT, "published": TEXT, "formula": TEXT},
                {
                    **dict.fromkeys(("cause", "matters", "question", "joins", "bridge"), TEXT),
                    "holds": HOLDS,
                    "at_most": {"type": "boolean"},
                },
            )
        ),
        "derived": _list(
            _object(
                {"id": TEXT, "what": TEXT, "unit": _ABOUT["unit"], "formula": TEXT},
                {"joins": TEXT, "bridge": TEXT, "holds": HOLDS},
            )
        ),
        "not_comparable": _list(
            _object(
                {"id": TEXT, "what": TEXT, "figures": _list(TEXT), "reason": TEXT},
                {"formula": TEXT, "unit": _ABOUT["unit"], "for_members": {"type": "boolean"}, "holds": HOLDS},
            )
        ),
    },
)

_PART = _object({"source": TEXT, "table": TEXT}, {"from": YEAR, "linked": {"type": "boolean"}})
_VINTAGE = _object(
    {
        "title": TEXT,
        "short_title": TEXT,
        "estimates_to": YEAR,
        "known_at_the_base": {"type": "boolean"},
        "benchmarks": _list(_PART),
    }
)
#: What of the base a series of the backtest grows as.
GROWS_AS = ("18-64", "65+", "18+", "care_home")
_SERIES = _object(
    {"id": TEXT, "title": TEXT, "grows_as": {"enum": list(GROWS_AS)}, "points": _list(TEXT)}, {"bridge": TEXT}
)
_SUPPORT = {"source": TEXT, "tables": _list(TEXT), "base_year": YEAR}
#: What an authority needs for its demand to be projected, and what there may be besides: papers leave out what is not.
PROJECTION = {
    "support": _object(_SUPPORT, {"note": TEXT, "pattern": TEXT}),
    "vintages": _map(_VINTAGE),
}
BESIDES = {
    "central_vintage": TEXT,
    "history": _object(_SUPPORT, {"note": TEXT}),
    "estimates": _PART,
    "outcome": _object({"source": TEXT, "table": TEXT}, {"bridge": TEXT}),
    "backtest": _list(_SERIES),
    "latest_count": _object({"figures": _map(TEXT)}, {"bridge": TEXT}),
    "consequences": _list(TEXT),
    "context": _list(_object({"source": TEXT, "table": TEXT})),
}
#: What a paper bears: whose committee it is for, when it meets, who answers for it, and where to ask.
PAPER = {"committee": TEXT, "meeting_date": DATE, "author": TEXT, "contact": TEXT}
AUTHORITIES = _map(
    _object(
        {"name": TEXT, "code": CODE},
        # parameters: of the council's notebooks, by their own names; a group of them is of one briefing
        {"briefings": _list(NAME), "paper": _object(PAPER), "parameters": {"type": "object"}, **PROJECTION, **BESIDES},
    )
)

SHARE_PCT = {"type": "number", "minimum": 0, "maximum": 100}
AT_LEAST_ZERO = {"type": "number", "minimum": 0}
_ABOUT_ASSUMPTION = {"title": TEXT, "owner": TEXT, "review_date": DATE}


def _range(value: dict) -> dict:
    return _object(dict.fromkeys(("low", "central", "high"), value))


#: What a scenario does: one of these. The first four change people; the others say what people mean.
PEOPLE_SCENARIOS = {
    "rate_change": _object(
        {"annual_log_rate_change_pct": {"type": "number", "minimum": -20, "maximum": 20}},
        {"damping_a_year": {"type": "number", "exclusiveMinimum": 0, "maximum": 1}},
    ),
    "trend": _object(
        {
            "series": TEXT,
            "damping_a_year": {"type": "number", "exclusiveMinimum": 0, "maximum": 1},
            "minimum_points": {"type": "integer", "minimum": 3},
        }
    ),
    "entrants": _object(
        {"cut_pct": SHARE_PCT, "length_of_stay_months": _range({"type": "number", "minimum": 12})},
    ),
    "move": _object(
        {"from": _IDS["setting"], "to": _list(_IDS["setting"]), "share_pct": SHARE_PCT, "phase_in_years": COUNT}
    ),
}
CONSEQUENCES = {
    "unit_cost": _object({}),
    "beds": _object({"other_occupancies_pct": _list({"type": "number", "exclusiveMinimum": 0, "maximum": 100})}),
    "workforce": _object({}),
}
#: A number that is worked out from figures, in the place of one that is typed.
WORKED_OUT = _object({"formula": TEXT, "rounded_to": {"type": "number", "exclusiveMinimum": 0}})


def with_formulas(schema: dict, content: object) -> dict:
    """A schema with WORKED_OUT for every number that this content gives by a formula."""
    if isinstance(content, dict) and "formula" in content and schema.get("type") in ("number", "integer"):
        return WORKED_OUT
    if isinstance(content, dict) and "properties" in schema:
        named = {key: with_formulas(part, content.get(key)) for key, part in schema["properties"].items()}
        return schema | {"properties": named}
    if isinstance(content, list) and "items" in schema:
        return schema | {"items": [with_formulas(schema["items"], one) for one in content]}
    return schema


SCENARIO = _object(
    {
        "id": NAME,
        "title": TEXT,
        "meaning": TEXT,
        "owner": TEXT,
        "evidence": TEXT,
        "citation": TEXT,
        "parameters": _object({}, {**PEOPLE_SCENARIOS, **CONSEQUENCES}),
        "to_year": YEAR,
        "review_date": DATE,
    },
    {
        "authorities": _list(TEXT),  # without: every council
        "from_year": YEAR,  # without: the base's
        "applies_to": _object({}, {name: _list(_IDS[name]) for name in ("age_band", "support_reason", "setting")}),
        "figures": _map(_map(TEXT)),
        "stated": _map(NUMBER),
        "holds": HOLDS,
    },
)
_MIXTURE = _object(
    {
        **dict.fromkeys(("people", "people_at_home", "population_65_84", "population_85_plus"), TEXT),
        "rounded_to": WORKED_OUT["properties"]["rounded_to"],
    }
)
AGE_BANDS = _object(
    {
        **_ABOUT_ASSUMPTION,
        "gradients": _object(
            {
                kind: _object(
                    {"title": TEXT, **dict.fromkeys(("low", "central", "high"), AT_LEAST_ZERO), "evidence": TEXT},
                    {"holds": HOLDS},
                )
                for kind in ("care_home", "community", "learning_disability")
            }
            | {"not_stated": _object({"title": TEXT, "mixture": _MIXTURE, "evidence": TEXT}, {"holds": HOLDS})}
        ),
        "working_age": _object(
            {
                "title": TEXT,
                "error_pct": SHARE_PCT,
                "share_18_24_pct": _object({"low": SHARE_PCT, "high": SHARE_PCT}),
                "evidence": TEXT,
            }
        ),
    }
)
_LAYER = {"title": TEXT, "evidence": TEXT}
_UNIT_SHARE = {"type": "number", "minimum": 0, "maximum": 1}
_LOCAL = _object({"noise": AT_LEAST_ZERO, "apart": AT_LEAST_ZERO, "kept": _UNIT_SHARE})
_NATIONAL = _object({"yearly": AT_LEAST_ZERO, "path": AT_LEAST_ZERO})
SPREAD = _object(
    {
        **_ABOUT_ASSUMPTION,
        "draws": {"type": "integer", "minimum": 100, "multipleOf": 2},
        "seed": COUNT,
        "layers": _object(
            {
                "national": _object({**_LAYER, "65+": _NATIONAL, "18-64": _NATIONAL}),
                "local": _object({**_LAYER, "every": _LOCAL, "large": _LOCAL, "large_from_people_65_plus": COUNT}),
                "break": _object({**_LAYER, "sd": AT_LEAST_ZERO}),
                "population": _object(
                    {**_LAYER, "sd_10_years_pct": _map(AT_LEAST_ZERO), "sd_85_plus_pct": {"type": "object"}}
                ),
                "gradient": _object(_LAYER),
                "chance": _object(_LAYER),
            }
        ),
        "between_ages": _object({**_LAYER, "correlation": _UNIT_SHARE}),
        "between_population_bands": _object({**_LAYER, "correlation": _UNIT_SHARE}),
        "damped_trend": _object({**_LAYER, "kept": _UNIT_SHARE}),
        "rule_before": _object(
            {
                **_LAYER,
                "sd_pct": AT_LEAST_ZERO,
                "sd_a_year_pct": _object({"18-64": AT_LEAST_ZERO, "65+": AT_LEAST_ZERO}),
            }
        ),
    }
)
_DRIVER = {
    "id": TEXT,
    "title": TEXT,
    "age_band": _IDS["age_band"],
    "support_reason": _IDS["support_reason"],
    "evidence": TEXT,
}
NEED_DRIVERS = _object(
    {
        **_ABOUT_ASSUMPTION,
        "annual": _list(_object({**_DRIVER, "whom": TEXT, "authorities": _list(TEXT), "growth_pct": _range(NUMBER)})),
        "published": _list(_object({**_DRIVER, "authority_id": TEXT, "figures": {"type": "object"}})),
    }
)
_ROWS = {"type": "object", "additionalProperties": TEXT}
BESIDE_OTHERS = _object(
    {
        **_ABOUT_ASSUMPTION,
        "neighbours": _object(
            {
                "weights": _map({"type": "number", "exclusiveMinimum": 0}),
                "count": {"type": "integer", "minimum": 3},
                "least": {"type": "integer", "minimum": 3},
                "others_tried": _list({"type": "integer", "minimum": 3}),
                "evidence": TEXT,
            }
        ),
        "limits": _object({"level_pct": {"type": "number", "minimum": 50, "maximum": 99.9}, "evidence": TEXT}),
        "groups": _map(_object({"title": TEXT, "beside": _list(TEXT)})),
        "measures": _list(
            _object(
                {
                    **dict.fromkeys(("id", "group", "period", "name", "short", "unit", "table"), TEXT),
                    "kind": {"enum": ["share", "rate", "survey", "spending", "price", "figure"]},
                    "of": _ROWS,
                },
                {
                    "per": {"type": "integer", "minimum": 1},
                    "leading": {"type": "boolean"},
                    "when": TEXT,
                    "in_sentence": TEXT,
                    "among": _ROWS,
                },
            )
        ),
    }
)
ENGLAND_CHECKS = _object(
    {
        **_ABOUT_ASSUMPTION,
        "jumps": _object({"limit": {"type": "number", "exclusiveMinimum": 3}, "evidence": TEXT}),
        "expected_pct": {"type": "number", "minimum": 50, "maximum": 100},
        "tables": _list(
            _object(
                {"table": TEXT},
                {
                    "name": TEXT,
                    "totals": _list(TEXT),
                    "beside": _list(TEXT),
                    "england": {"type": "boolean"},
                    "jumps": _list(TEXT),
                    "rates": _list(
                        _object(
                            {
                                **dict.fromkeys(("part", "whole", "rate"), TEXT),
                                "per": WHOLE,
                                "rounded_to": {"type": "number"},
                            },
                            {"measure": _list(TEXT)},
                        )
                    ),
                },
            )
        ),
        "same": _list(_object({"figure": _ROWS, "other": _ROWS})),
    }
)
