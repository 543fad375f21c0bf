"""What a YAML or TOML file of this project must look like, and the message where it does not."""

import functools
import json
from collections.abc import Callable
from pathlib import Path

import yaml

from helpers import periods, vocabulary
from helpers.errors import InputError, nearest
from helpers.paths import check_declared, relative

TEXT = {"type": "string", "minLength": 1}
COUNT = {"type": "integer", "minimum": 0}
NUMBER = {"type": "number"}
YEAR = {"type": "integer", "minimum": 1900, "maximum": 2200}
DATE = {"type": "string", "pattern": r"^\d{4}-\d{2}-\d{2}$", "description": "a date, as in '2026-11-30'"}
CODE = {"type": "string", "pattern": r"^[EK]\d{8}$", "description": "an ONS area code, as in 'E10000018'"}


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
AXIS = {"enum": [*_DIMENSIONS, "quantity", "period", "mid_year", "value"]}
_REMAINDER = _object(
    {"where": _object({}, {**_IDS, "quantity": _ABOUT["quantity"]}), "lower": COUNT, "upper": COUNT, "reason": TEXT},
    {"matters": TEXT, "question": TEXT},
)

_DESCRIBED = {"name": TEXT, "path": TEXT, "title": TEXT, "label": TEXT, "section": TEXT}
_WRITTEN = {"authority": CODE, "encoding": {"enum": ["utf-8", "cp1252"]}, "footnotes": _list(TEXT)}
TABLE = _object(
    {
        **_DESCRIBED,
        "reading": {"type": "object"},
        "labels": _object({}, {name: _map({}) for name in (*_DIMENSIONS, "quantity", "period")}),
    },
    {
        **_WRITTEN,
        **_ABOUT,
        "dialect": _object({"headerRows": _list(COUNT)}),
        "period": _object({"label": TEXT}, {"kind": {"enum": list(periods.KINDS)}}),
        "constants": _object({}, _IDS),
        "composite": _object({"assessed": FIELDS, "total": FIELDS, "coverage": FIELDS}),
        "marks": _map(_object({"lower": COUNT, "upper": COUNT, "meaning": TEXT})),
        "totals": _list(
            _object(
                {"across": {"enum": _DIMENSIONS}},
                {"within_other_parts": _list(TEXT), "tolerance": COUNT, "remainders": _list(_REMAINDER)},
            )
        ),
    },
)
MATRIX = _object({"columns": TEXT}, {"rows": {"type": ["string", "array"]}})
RECORDS = _object({"columns_of_records": _map(TEXT)})
TEXT_TABLE = _object(
    {**_DESCRIBED, "reading": _object({"columns_of_texts": _map({"enum": ["item", "figures", "date", "status"]})})},
    _WRITTEN,
)
#: What a message needs to name a table; the rest of it is checked by what kind of table it is.
_RESOURCES = {"type": "array", "items": {"type": "object", "required": ["name", "path"]}}
DESCRIPTOR = _object(
    {"name": TEXT, "title": TEXT, "publisher": TEXT, "read": DATE, "licence": TEXT, "resources": _RESOURCES},
    {"authority": CODE, "short_title": TEXT, "published": TEXT, "licenses": _list({"type": "object"})},
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
CHECKS = _object(
    {},
    {
        "checks": _list(
            _object(
                {"id": TEXT, "published": TEXT, "formula": TEXT},
                {
                    **dict.fromkeys(("cause", "matters", "question", "joins", "bridge"), TEXT),
                    "at_most": {"type": "boolean"},
                },
            )
        ),
        "derived": _list(
            _object(
                {"id": TEXT, "what": TEXT, "unit": _ABOUT["unit"], "formula": TEXT}, {"joins": TEXT, "bridge": TEXT}
            )
        ),
        "not_comparable": _list(
            _object(
                {"id": TEXT, "what": TEXT, "figures": _list(TEXT), "reason": TEXT},
                {"formula": TEXT, "unit": _ABOUT["unit"], "for_members": {"type": "boolean"}},
            )
        ),
    },
)

_PART = _object({"source": TEXT, "table": TEXT}, {"from": YEAR})
_VINTAGE = _object(
    {"title": TEXT, "short_title": TEXT, "known_at_the_base": {"type": "boolean"}, "benchmarks": _list(_PART)}
)
#: What an authority needs for its demand to be projected; without any of it, it has none.
PROJECTION = {
    "central_vintage": TEXT,
    "central_path": {"enum": ["geometric", "linear"]},
    "support": _object({"source": TEXT, "tables": _list(TEXT), "base_mid_year": YEAR}),
    "outcome": _object({"source": TEXT, "table": TEXT}, {"bridge": TEXT}),
    "estimates": _PART,
    "vintages": _map(_VINTAGE),
}
AUTHORITIES = _map(
    _object({"name": TEXT, "code": CODE, "committee": TEXT, "contact": TEXT, "briefings": _list(TEXT)}, PROJECTION)
)

SCENARIO = _object(
    {
        "id": TEXT,
        "title": TEXT,
        "meaning": TEXT,
        "owner": TEXT,
        "evidence": TEXT,
        "parameters": _object({"annual_rate_change_pct": {"type": "number", "exclusiveMinimum": -100}}),
        "from_year": YEAR,
        "to_year": YEAR,
        "review_date": DATE,
    }
)
_GRADIENT = {name: {"type": "number", "minimum": 0} for name in ("low", "central", "high")}
AGE_BANDS = _object(
    {
        "title": TEXT,
        "owner": TEXT,
        "review_date": DATE,
        "gradients": _object(
            {
                kind: _object({"title": TEXT, **_GRADIENT, "evidence": TEXT})
                for kind in ("care_home", "community", "learning_disability")
            }
        ),
        "working_age": _object(
            {"title": TEXT, "error_pct": {"type": "number", "minimum": 0, "maximum": 100}, "evidence": TEXT}
        ),
    }
)


class _PlainLoader(yaml.SafeLoader):
    """Reads dates as the texts that they are."""


_PlainLoader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:timestamp"]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def read_yaml(path: Path, schema: dict) -> dict:
    """A YAML file that fits its schema.

    Raises InputError, with the file and the place in it, for what is no YAML or does not fit, and within a task for a
    file that the task does not declare.
    """
    check_declared(path)
    try:
        content = yaml.load(path.read_text(encoding="utf-8"), _PlainLoader)
    except FileNotFoundError:
        raise InputError(f"There is no {relative(path)}.") from None
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise InputError(f"{relative(path)} is no readable YAML: {error}") from error
    check(content, schema, relative(path))
    return content


def check(content: object, schema: dict, file: str) -> None:
    """Refuse content that does not fit a JSON Schema: the file, the place in it, what is wrong, what is known."""
    import fastjsonschema  # not jsonschema: its import takes a second

    try:
        _validator(json.dumps(schema))(content)
    except fastjsonschema.JsonSchemaValueException as error:
        place = _place(content, error.path[1:])
        raise InputError(_message(f"{file}, {place}" if place else file, error)) from None


@functools.cache
def _validator(schema: str) -> Callable:
    """What checks content against a schema, given as JSON; made once for each, which takes most of the time."""
    import fastjsonschema

    return fastjsonschema.compile(json.loads(schema), use_formats=False)


def _message(where: str, error: "fastjsonschema.JsonSchemaValueException") -> str:  # noqa: F821 (imported late)
    value, rule, wanted = error.value, error.rule, error.rule_definition
    known = list(error.definition.get("properties", {}))
    unknown = [key for key in value if key not in known] if isinstance(value, dict) and known else []
    # A misspelt key is unknown and leaves another one missing: the first says more.
    if rule in ("additionalProperties", "required") and unknown:
        return f"{where}: the key {unknown[0]!r} is not known.{nearest(unknown[0], known)}"
    if rule == "required":
        return f"{where} lacks {next(key for key in wanted if key not in value)!r}. Add it."
    if value in (None, "", [], {}):
        return f"{where} is empty. Fill it in."
    if rule == "enum":
        return f"{where}: {value!r} is not known.{nearest(value, [str(name) for name in wanted])}"
    if rule == "type":
        return f"{where} must be {_KINDS[wanted]}; it is {value!r}."
    if rule == "pattern":
        return f"{where}: {value!r} is not {error.definition['description']}. Mend it."
    return f"{where}: {value!r} does not fit: {rule} {wanted}. Mend it."


_KINDS = {
    "object": "a group of keys",
    "array": "a list",
    "string": "a text (in quotation marks)",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
}


def _place(content: object, path: list) -> str:
    """The place in words: the keys on the way, and items of a list by their name where they have one."""
    words = []
    for key in path:
        key = int(key) if isinstance(content, list) else key
        content = content[key]
        if isinstance(key, int):
            name = content.get("name") if isinstance(content, dict) else None
            words.append(repr(name) if name else f"item {key + 1}")
        else:
            words.append(str(key))
    return " > ".join(words)
