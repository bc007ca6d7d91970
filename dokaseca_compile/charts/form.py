"""Check the form of a ``values.schema.json``: size, depth, patterns and references.

No function here is recursive: an untrusted schema may be nested as deeply as JSON allows.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from urllib.parse import unquote

from dokaseca_compile.charts.bounded import REFERENCES
from dokaseca_compile.charts.patterns import PatternError, compiled
from dokaseca_compile.core.data import entries, mapping
from dokaseca_compile.core.text import printable

Pointer = tuple[str | int, ...]

NOT_A_SCHEMA = "that is not a valid JSON Schema"
_DEEPEST = 100  # levels; those of real charts have 40
_MOST_PARTS = 200_000
_LONGEST = 120  # characters of a pointer in a message
# The keys below these keywords are names, not keywords.
OF_NAMES = frozenset(
    {
        "properties",
        "patternProperties",
        "definitions",
        "$defs",
        "dependencies",
        "dependentSchemas",
        "dependentRequired",
    }
)
_DATA = frozenset({"enum", "const", "default", "examples"})  # they contain data, not schemas


class UnusableSchemaError(ValueError):
    """A schema that cannot be used. The message ends a sentence: ``has a values.schema.json …``."""

    def __init__(self, reason: str, pointer: str = "") -> None:
        at = f", at `{pointer[:_LONGEST]}`" if pointer else ""
        super().__init__(f"has a values.schema.json {printable(reason + at)}")


def check_form(schema: Any) -> None:
    """Check size, depth and patterns, first of all. Raises ``UnusableSchemaError``."""
    if not isinstance(schema, Mapping | bool):
        raise UnusableSchemaError(NOT_A_SCHEMA)
    _check_size(schema)
    if isinstance(schema, Mapping) and not isinstance(schema.get("$schema", ""), str):
        raise UnusableSchemaError(NOT_A_SCHEMA, "/$schema")
    for route, node in schemas(schema):
        _check_patterns(route, node)


def _check_size(schema: Any) -> None:
    for number, (route, _) in enumerate(parts(schema)):
        if number >= _MOST_PARTS:
            message = f"with more than {_MOST_PARTS:,} parts"
            raise UnusableSchemaError(message)
        if len(route) > _DEEPEST:
            message = f"that is nested deeper than {_DEEPEST} levels"
            raise UnusableSchemaError(message, pointer_of(route))


def _check_patterns(route: Pointer, node: Mapping[str, Any]) -> None:
    for key in mapping(node, "patternProperties"):
        _check_pattern(key, (*route, "patternProperties", key))
    if isinstance(node.get("pattern"), str):
        _check_pattern(node["pattern"], (*route, "pattern"))


def _check_pattern(pattern: str, route: Pointer) -> None:
    try:
        compiled(pattern)
    except PatternError as wrong:
        reason = f"with a pattern that {wrong}"
        raise UnusableSchemaError(reason, pointer_of(route)) from wrong


def check_references(schema: Any) -> None:
    """Check that each reference within a schema points to a schema. Raises ``UnusableSchemaError``.

    Anchors are left to the evaluation.
    """
    for route, node in schemas(schema):
        for keyword in REFERENCES & node.keys():
            if not _resolves(schema, node[keyword]):
                reason = "with a reference that does not point to a schema"
                raise UnusableSchemaError(reason, pointer_of((*route, keyword)))


def _resolves(schema: Any, reference: Any) -> bool:
    """Return whether a reference points to a schema, as far as it is a path in this document."""
    if not isinstance(reference, str) or not reference.startswith("#/"):
        return True
    node = schema
    try:
        for part in unquote(reference[2:]).split("/"):
            node = _child(node, part.replace("~1", "/").replace("~0", "~"))
    except LookupError:
        return False
    return isinstance(node, dict | bool)


def _child(node: Any, key: str) -> Any:
    """Return an entry of a mapping or a list. Raises ``LookupError`` if there is none."""
    if isinstance(node, dict):
        return node[key]
    if isinstance(node, list) and key.isdecimal() and len(key) < 8:
        return node[int(key)]
    raise LookupError(key)


def references(node: Any) -> Iterator[str]:
    """Yield the targets of all references in a schema."""
    for part in mappings(node):
        for keyword in REFERENCES & part.keys():
            if isinstance(part[keyword], str):
                yield part[keyword]


def mappings(node: Any) -> Iterator[dict[str, Any]]:
    """Yield every mapping in data, without its route: half the time of ``parts``."""
    waiting = [node]
    while waiting:
        each = waiting.pop()
        if isinstance(each, dict):
            yield each
            waiting.extend(each.values())
        elif isinstance(each, list):
            waiting.extend(each)


def parts(node: Any) -> Iterator[tuple[Pointer, Any]]:
    """Yield every part of data with its route, the data itself first."""
    waiting: list[tuple[Pointer, Any]] = [((), node)]
    while waiting:
        route, each = waiting.pop()
        yield route, each
        waiting.extend(((*route, key), value) for key, value in entries(each))


def schemas(schema: Any) -> Iterator[tuple[Pointer, Mapping[str, Any]]]:
    """Yield every mapping that may be a schema, with its route. Data and names are left out."""
    waiting: list[tuple[Pointer, Any, bool]] = [((), schema, False)]
    while waiting:
        route, each, names = waiting.pop()
        is_schema = isinstance(each, dict) and not names
        if is_schema:
            yield route, each
        for key, value in entries(each):
            if not is_schema:
                waiting.append(((*route, key), value, False))
            elif key not in _DATA:
                waiting.append(((*route, key), value, key in OF_NAMES))


def route_to(schema: Any, part: Any) -> Pointer | None:
    """Return the route to a part of a schema, found by identity."""
    return next((route for route, node in parts(schema) if node is part), None)


def pointer_of(route: Iterable[str | int]) -> str:
    """Return a route as a JSON pointer."""
    return "".join(f"/{str(each).replace('~', '~0').replace('/', '~1')}" for each in route) or "/"
