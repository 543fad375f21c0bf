"""Read a YAML file, check what it says against a schema, and say in plain words where it does not fit."""

import copy
import functools
import json
import math
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import ClassVar

import yaml

from helpers.base.errors import InputError, nearest
from helpers.base.paths import NAME_DESCRIBED, check_declared, is_name, read_bytes, read_text, relative
from helpers.base.periods import is_day

#: What a YAML file may hold at most: far more than any here does, and little enough to be read at once.
MOST_CHARACTERS, MOST_CHARACTERS_OF_A_NUMBER, MOST_ITEMS, MOST_LEVELS = 1_000_000, 40, 100_000, 40
#: No number here is larger, either way.
LARGEST_NUMBER = 1e15


class _StandsTwice(Exception):
    """A key that stands twice in one group of keys, and the lines that it stands in."""


#: Written in C where there is one, which is ten times as fast.
_SafeLoader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _PlainLoader(_SafeLoader):
    """Reads as a number what everybody reads as that number, true and false as such, and all else as text.

    In older YAML 010 is 8, 1:00 is 60, 1_000 is 1000, and yes, no, on and off are true or false. Keys are texts, and a
    key that stands twice is refused.
    """

    yaml_implicit_resolvers: ClassVar[dict] = {}

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict:
        lines: dict[str, int] = {}
        for key, _ in node.value:
            line = key.start_mark.line + 1
            if key.tag == "tag:yaml.org,2002:merge" or not isinstance(key, yaml.ScalarNode):
                continue
            if key.value in lines:
                raise _StandsTwice(key.value, lines[key.value], line)
            lines[key.value] = line
        self.flatten_mapping(node)
        for key, _ in node.value:
            if isinstance(key, yaml.ScalarNode):
                key.tag = "tag:yaml.org,2002:str"
        return super().construct_mapping(node, deep)

    def get_single_node(self) -> yaml.Node | None:
        """The file's tree, once it is known to be no larger than it may be, also where aliases (*name) repeat it."""
        tree = super().get_single_node()
        _measure(tree, {})
        return tree


_WHOLE = r"[-+]?(?:0|[1-9][0-9]*)"
for _tag, _pattern, _first in (
    ("bool", r"true|True|TRUE|false|False|FALSE", "tTfF"),
    ("int", _WHOLE, "-+0123456789"),
    ("float", rf"{_WHOLE}\.[0-9]+(?:[eE][-+]?[0-9]+)?|[-+]?\.[0-9]+|[-+]?\.inf|\.nan", "-+.0123456789"),
    ("null", r"~|null|Null|NULL|", ["~", "n", "N", ""]),
    ("merge", r"<<", "<"),
):
    _PlainLoader.add_implicit_resolver(f"tag:yaml.org,2002:{_tag}", re.compile(rf"^(?:{_pattern})$"), list(_first))


def _measure(node: yaml.Node | None, known: dict[int, tuple[int, int]], level: int = 1) -> tuple[int, int]:
    """How many items and levels a tree holds, an alias counted as often as it stands. known: of nodes measured before.

    Raises InputError where that is more than is read, with the line.
    """
    if not isinstance(node, yaml.CollectionNode):
        if node and node.tag.endswith((":int", ":float")) and len(node.value) > MOST_CHARACTERS_OF_A_NUMBER:
            raise InputError(
                f"line {node.start_mark.line + 1} holds a number of {len(node.value):,} characters; the most that is "
                f"read is {MOST_CHARACTERS_OF_A_NUMBER}. Mend it."
            )
        return 1, 0
    if id(node) not in known and level <= MOST_LEVELS:
        parts = [part for pair in node.value for part in (pair if isinstance(pair, tuple) else (pair,))]
        measured = [(1, 0), *(_measure(part, known, level + 1) for part in parts)]
        known[id(node)] = sum(items for items, _ in measured), 1 + max(levels for _, levels in measured)
    items, levels = known.get(id(node), (0, MOST_LEVELS + 1))  # an alias within what it repeats never ends
    if items > MOST_ITEMS or levels > MOST_LEVELS:
        raise InputError(
            f"what begins in line {node.start_mark.line + 1} is too much, aliases (*name) counted as often as they "
            f"stand: at most {MOST_ITEMS:,} items in {MOST_LEVELS} levels are read. Make it smaller, or several files."
        )
    return items, levels


def parse_yaml(path: Path) -> object:
    """What a YAML file holds. Raises InputError, with the file and what to do, for what is none, or is too large."""
    if len(read_bytes(path)) > MOST_CHARACTERS:
        raise InputError(
            f"{relative(path)} is larger than {MOST_CHARACTERS:,} bytes, the most that is read of a YAML file."
        )
    try:
        return copy.deepcopy(_loaded(read_text(path)))
    except InputError as error:
        raise InputError(f"{relative(path)}: {error}") from None
    except _StandsTwice as error:
        key, first, second = error.args
        raise InputError(
            f"{relative(path)}, line {second}: the key {key!r} stands twice, also in line {first}. Remove one."
        ) from None
    except (yaml.YAMLError, ValueError) as error:
        raise InputError(f"{relative(path)} is no readable YAML: {error}") from error


@functools.lru_cache
def _loaded(text: str) -> object:
    """What a YAML text says; each is read once, which takes most of the time of reading a document."""
    level = 0
    for event in yaml.parse(text, _PlainLoader):  # before the tree is made, which thousands of levels would crash
        level += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if level > 10 * MOST_LEVELS:
            raise InputError(f"it nests deeper than the {MOST_LEVELS} levels that are read. Make it flatter.")
    return yaml.load(text, _PlainLoader)


def read_yaml(path: Path, schema: dict) -> dict:
    """A YAML file that fits its schema.

    Raises InputError, with the file and the place in it, for what is no YAML or does not fit, and within a task for a
    file that the task does not declare.
    """
    check_declared(path)
    content = parse_yaml(path)
    if unfilled := list(_unfilled(content)):
        raise InputError("\n- ".join([f"{relative(path)} is not filled in yet:", *unfilled]))
    check(content, schema, relative(path))
    return content


#: How a value or a key begins that a scaffold (`doit new-source`) leaves to a person.
TO_FILL_IN = "FILL IN"


def _unfilled(content: object, path: tuple = (), whole: object = None) -> Iterator[str]:
    """The places that still read TO_FILL_IN, each with what is to stand there."""
    whole = content if whole is None else whole
    items = content.items() if isinstance(content, dict) else enumerate(content) if isinstance(content, list) else ()
    for key, part in items:
        for text in (key, part):
            if isinstance(text, str) and text.startswith(TO_FILL_IN):
                yield f"{_place(whole, [*path, key])}: {text.removeprefix(TO_FILL_IN).lstrip(': ') or 'a value'}"
        yield from _unfilled(part, (*path, key), whole)


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
    """Refuse numbers that are none, have no end or are past all use, which pass every limit of a schema."""
    if isinstance(content, float) and not math.isfinite(content):
        raise InputError(f"{file}: {key} is {content}, which is no number to work with. Give one.")
    if isinstance(content, int | float) and abs(content) > LARGEST_NUMBER:
        raise InputError(f"{file}: {key} is {content}; no number here is larger than {LARGEST_NUMBER:,.0f}. Mend it.")
    if isinstance(content, dict | list):
        items = content.items() if isinstance(content, dict) else ((key, one) for one in content)
        for name, one in items:
            _refuse_endless(one, file, str(name))


@functools.cache
def _validator(schema: str) -> Callable:
    """What checks content against a schema, given as JSON; made once for each, which takes most of the time."""
    import fastjsonschema

    return fastjsonschema.compile(json.loads(schema), formats={"day": is_day, "name": is_name})


def check_name(name: str, where: str) -> None:
    """Refuse what cannot name a file or a folder everywhere, or a table's name in a formula."""
    if not is_name(name):
        raise InputError(f"{where}: {name!r} is not {NAME_DESCRIBED}. Rename it.")


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
    if rule == "format" and wanted == "day":
        return f"{where}: {value!r} is no day of the calendar. Mend it."
    if rule in ("pattern", "format"):
        return f"{where}: {value!r} is not {error.definition['description']}. Mend it."
    if rule in _LIMITS:
        return f"{where} must be {_LIMITS[rule]} {wanted}; it is {value!r}."
    return f"{where}: {value!r} does not fit: {rule} {wanted}. Mend it."


_LIMITS = {
    "minimum": "at least",
    "maximum": "at most",
    "exclusiveMinimum": "more than",
    "exclusiveMaximum": "less than",
    "multipleOf": "a multiple of",
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
