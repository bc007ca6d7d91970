"""The form of a ``values.schema.json``: its size and depth, patterns that Helm reads, references that lead to schemas.

Nothing in here calls itself: a schema of strangers may be nested as deeply as JSON can be.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from urllib.parse import unquote

from dokaseca_compile.charts.bounded import REFERENCES
from dokaseca_compile.charts.patterns import PatternError, compiled
from dokaseca_compile.core.text import printable

Pointer = tuple[str | int, ...]

_DEEPEST = 100  # levels; those of real charts have 40
_MOST_PARTS = 200_000
_LONGEST = 120  # characters of a place
# Their keys are names, and no words of a schema.
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
_DATA = frozenset({"enum", "const", "default", "examples"})  # what stands there is no schema


class UnusableSchemaError(ValueError):
    """Why a schema cannot be used, as the end of a sentence: ``has a values.schema.json that …``."""

    def __init__(self, reason: str, pointer: str = "") -> None:
        at = f", at `{pointer[:_LONGEST]}`" if pointer else ""
        super().__init__(f"has a values.schema.json {printable(reason + at)}")


def check_form(schema: Any) -> None:
    """Check what has to be right before anything reads a schema. Raises ``UnusableSchemaError``."""
    if not isinstance(schema, Mapping | bool):
        raise UnusableSchemaError("that is no schema")
    for number, (route, _) in enumerate(parts(schema)):
        if number >= _MOST_PARTS:
            message = f"with more than {_MOST_PARTS:,} parts"
            raise UnusableSchemaError(message)
        if len(route) > _DEEPEST:
            message = f"that is nested deeper than {_DEEPEST} levels"
            raise UnusableSchemaError(message, pointer_of(route))
    if isinstance(schema, Mapping) and not isinstance(schema.get("$schema", ""), str):
        raise UnusableSchemaError("that is no schema", "/$schema")
    for route, node in schemas(schema):
        _check_patterns(route, node)


def _check_patterns(route: Pointer, node: Mapping[str, Any]) -> None:
    named = node.get("patternProperties")
    places = (
        [((*route, "patternProperties", key), key) for key in named]
        if isinstance(named, Mapping)
        else []
    )
    if isinstance(node.get("pattern"), str):
        places.append(((*route, "pattern"), node["pattern"]))
    for place, pattern in places:
        try:
            compiled(pattern)
        except PatternError as wrong:
            reason = f"with a pattern that {wrong}"
            raise UnusableSchemaError(reason, pointer_of(place)) from wrong


def check_references(schema: Any) -> None:
    """Check that each reference within a schema leads to a schema. Raises ``UnusableSchemaError``.

    Names of anchors are not looked for: evaluating finds them.
    """
    for route, node in schemas(schema):
        for word in REFERENCES & node.keys():
            reference = node[word]
            if (
                isinstance(reference, str)
                and reference.startswith("#/")
                and not _leads_to_a_schema(schema, reference)
            ):
                raise UnusableSchemaError(
                    "with references that lead nowhere", pointer_of((*route, word))
                )


def _leads_to_a_schema(schema: Any, reference: str) -> bool:
    node = schema
    for part in unquote(reference[2:]).split("/"):
        key = part.replace("~1", "/").replace("~0", "~")
        if isinstance(node, list) and key.isdecimal() and len(key) < 8 and int(key) < len(node):
            node = node[int(key)]
        elif isinstance(node, dict) and key in node:
            node = node[key]
        else:
            return False
    return isinstance(node, dict | bool)


def references(node: Any) -> Iterator[str]:
    """Yield what the references in a schema name."""
    for _, part in parts(node):
        if isinstance(part, dict):
            yield from (
                part[word] for word in REFERENCES & part.keys() if isinstance(part[word], str)
            )


def parts(node: Any) -> Iterator[tuple[Pointer, Any]]:
    """Yield every part of data with the way to it, the data itself first."""
    waiting: list[tuple[Pointer, Any]] = [((), node)]
    while waiting:
        route, each = waiting.pop()
        yield route, each
        if isinstance(each, dict):
            waiting.extend(((*route, key), value) for key, value in each.items())
        elif isinstance(each, list):
            waiting.extend(((*route, index), value) for index, value in enumerate(each))


def schemas(schema: Any) -> Iterator[tuple[Pointer, Mapping[str, Any]]]:
    """Yield every mapping that is a schema, or may be one, with the way to it; not lists of names, and no data."""
    waiting: list[tuple[Pointer, Any, bool]] = [((), schema, False)]
    while waiting:
        route, each, names = waiting.pop()
        if isinstance(each, list):
            waiting.extend(((*route, index), value, False) for index, value in enumerate(each))
        elif isinstance(each, dict):
            if not names:
                yield route, each
            waiting.extend(
                ((*route, key), value, not names and key in OF_NAMES)
                for key, value in each.items()
                if names or key not in _DATA
            )


def route_to(schema: Any, part: Any) -> Pointer | None:
    """Return the way to a part of a schema, which is found by being the same object."""
    return next((route for route, node in parts(schema) if node is part), None)


def pointer_of(route: Iterable[str | int]) -> str:
    """Return a way as a JSON pointer."""
    return "".join(f"/{str(each).replace('~', '~0').replace('/', '~1')}" for each in route) or "/"
