"""Read a YAML file, check what it says against a schema, and say in plain words where it does not fit."""

import functools
import json
import math
from collections.abc import Callable
from pathlib import Path

import yaml

from helpers.errors import InputError, nearest
from helpers.paths import check_declared, relative


class _PlainLoader(yaml.SafeLoader):
    """Reads dates as the texts that they are."""


_PlainLoader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:timestamp"]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


YAMLError = yaml.YAMLError


def plain_yaml(text: str) -> object:
    """What a YAML text says, unchecked, with dates as the texts that they are. Raises YAMLError for what is none."""
    return yaml.load(text, _PlainLoader)


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

    _refuse_endless(content, file)
    try:
        _validator(json.dumps(schema))(content)
    except fastjsonschema.JsonSchemaValueException as error:
        place = _place(content, error.path[1:])
        raise InputError(_message(f"{file}, {place}" if place else file, error)) from None


def _refuse_endless(content: object, file: str, key: str = "") -> None:
    """Refuse numbers that are none or have no end, which pass every limit of a schema."""
    if isinstance(content, float) and not math.isfinite(content):
        raise InputError(f"{file}: {key} is {content}, which is no number to work with. Give one.")
    if isinstance(content, dict | list):
        items = content.items() if isinstance(content, dict) else ((key, one) for one in content)
        for name, one in items:
            _refuse_endless(one, file, str(name))


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
    if rule in _LIMITS:
        return f"{where} must be {_LIMITS[rule]} {wanted}; it is {value!r}."
    return f"{where}: {value!r} does not fit: {rule} {wanted}. Mend it."


_LIMITS = {
    "minimum": "at least",
    "maximum": "at most",
    "exclusiveMinimum": "more than",
    "exclusiveMaximum": "less than",
}


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
