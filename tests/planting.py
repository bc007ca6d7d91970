"""Every text of ``platform.yaml``, found in its JSON Schema, and platforms that have a given text there."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import fast_yaml

from dokaseca_compile.model.schema import platform_schema

Field = tuple[str, ...]
"""Keys from the root: ``*`` is any key of a mapping, ``#`` any item of a list; ``<key>``, at the end, a key itself."""
KEY, ANY, ITEM = "<key>", "*", "#"
ABSENT: Mapping[Field, str] = {("repositories", "charts", "basepath"): "e"}
"""What the base must not have: with it, the charts repository has no workflow."""
BASE: dict[str, Any] = fast_yaml.load((Path(__file__).parent / "injection.yaml").read_text())


def fields() -> list[Field]:
    """Every field that takes a text, every mapping with names of its own, every value that may be anything."""
    return list(dict.fromkeys(_fields(platform_schema(), ())))


def _fields(node: Mapping[str, Any], route: Field) -> Iterator[Field]:
    for each in _alternatives(node):
        if each.get("type") == "string" and not {"enum", "const"} & each.keys():
            yield route
        for key, inner in each.get("properties", {}).items():
            yield from _fields(inner, (*route, key))
        more = each.get("additionalProperties")
        if more is True:
            yield (*route, ANY)
        if more:
            yield (*route, KEY)
        if isinstance(more, dict):
            yield from _fields(more, (*route, ANY))
        if isinstance(each.get("items"), dict):
            yield from _fields(each["items"], (*route, ITEM))


def _alternatives(node: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """A node and all that it may be."""
    if "$ref" in node:
        node = platform_schema()["definitions"][node["$ref"].rsplit("/", 1)[1]]
    yield node
    for key in ("anyOf", "allOf"):
        for each in node.get(key, ()):
            yield from _alternatives(each)


def places(field: Field, node: Any = BASE) -> Iterator[tuple[str | int, ...]]:
    """Where the base platform has a field; a key by its name."""
    part, rest = field[0], field[1:]
    inner: list[tuple[str | int, Any]] = []
    if part in {ANY, KEY} and isinstance(node, Mapping):
        inner = list(node.items())
    elif part == ITEM and isinstance(node, list):
        inner = list(enumerate(node))
    elif isinstance(node, Mapping) and part in node:
        inner = [(part, node[part])]
    for key, value in inner:
        if rest:
            yield from ((key, *more) for more in places(rest, value))
        elif part == KEY or isinstance(value, str):
            yield (key,)


def example(field: Field) -> str:
    """The text that the base platform has in a field."""
    if field in ABSENT:
        return ABSENT[field]
    node: Any = BASE
    route = next(places(field))
    for part in route[:-1] if field[-1] == KEY else route:
        node = node[part]
    return str(route[-1]) if field[-1] == KEY else node


def planted(field: Field, text: str, base: Mapping[str, Any] = BASE) -> dict[str, Any]:
    """The platform with another text in a field, where it has it first; a key keeps its place and its value."""
    platform: dict[str, Any] = copy.deepcopy(dict(base))
    node: Any = platform
    route = field if field in ABSENT else next(places(field))
    for part in route[:-1]:
        node = node[part]
    if field[-1] != KEY:
        node[route[-1]] = text
        return platform
    renamed = {(text if key == route[-1] else key): value for key, value in node.items()}
    node.clear()
    node.update(renamed)
    return platform
