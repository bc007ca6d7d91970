"""The JSON Schema of ``platform.yaml``, generated from the model for editors (draft-07)."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

from pydantic.json_schema import GenerateJsonSchema

from dokaseca_compile.core.routes import Route
from dokaseca_compile.model.platform import Platform

_DRAFT = "http://json-schema.org/draft-07/schema#"
_NULL_DEFAULT = ("default", None)  # a key that is left out is not the same as a key that is null
_NAMED_NODES = frozenset(("properties", "$defs", "patternProperties"))
_PLAIN_DATA = frozenset(("examples", "default", "enum", "const"))


@cache
def platform_schema() -> dict[str, Any]:
    """Build the schema.

    Editors' YAML servers support draft-07 at most, and pydantic writes 2020-12. In draft-07,
    ``$defs`` is ``definitions``, and keywords beside ``$ref`` are ignored, so the reference is
    wrapped in ``allOf``. Titles are dropped: they repeat the keys.
    """
    generated = Platform.model_json_schema(schema_generator=GenerateJsonSchema)
    body: dict[str, Any] = _draft07(generated)
    return {"$schema": _DRAFT, "$id": "https://dokaseca.dev/schemas/platform.schema.json", **body}


def keys_at(route: Route) -> tuple[str, ...]:
    """Return the keys that the mapping at ``route`` may have; empty if every key is allowed."""
    keys = (key for node in nodes_at(route) for key in node.get("properties", {}))
    return tuple(dict.fromkeys(keys))


def nodes_at(route: Route) -> list[dict[str, Any]]:
    """Return every alternative of the schema for the value at ``route``; empty if it has none."""
    nodes = _flatten(platform_schema())
    for part in route:
        nodes = [flat for inner in _children(nodes, part) for flat in _flatten(inner)]
    return nodes


def _children(nodes: list[dict[str, Any]], part: str | int) -> Iterator[dict[str, Any]]:
    for node in nodes:
        if isinstance(part, int):
            child = node.get("items")
        else:
            child = node.get("properties", {}).get(part) or node.get("additionalProperties")
        if isinstance(child, dict):
            yield child


def _flatten(node: dict[str, Any]) -> list[dict[str, Any]]:
    """Return a node and every alternative behind its references, ``anyOf`` and ``allOf``."""
    if "$ref" in node:
        node = platform_schema()["definitions"][node["$ref"].rsplit("/", 1)[1]]
    nodes = [node]
    for alternative in (*node.get("anyOf", ()), *node.get("allOf", ())):
        nodes += _flatten(alternative)
    return nodes


def _draft07(node: Any) -> Any:
    """Convert one node and everything below it."""
    if isinstance(node, list):
        return [_draft07(each) for each in node]
    if not isinstance(node, dict):
        return node
    body: dict[str, Any] = {}
    for keyword, value in node.items():
        if keyword != "title" and (keyword, value) != _NULL_DEFAULT:
            name = "definitions" if keyword == "$defs" else keyword
            body[name] = _converted(keyword, value)
    _restrict_names(body)
    _prefer_own_examples(body)
    return _with_wrapped_reference(body)


def _converted(keyword: str, value: Any) -> Any:
    if keyword in _PLAIN_DATA:
        return value
    if keyword in _NAMED_NODES:
        return {name: _draft07(each) for name, each in value.items()}
    return _draft07(value)


def _restrict_names(body: dict[str, Any]) -> None:
    """Refuse names that do not match the pattern; ``patternProperties`` alone lets them pass."""
    if "patternProperties" in body:
        ((pattern, value),) = body.pop("patternProperties").items()
        body |= {"additionalProperties": value, "propertyNames": {"pattern": pattern}}


def _prefer_own_examples(body: dict[str, Any]) -> None:
    """Drop the examples of the alternatives' grammars, which may not fit the meaning of the key."""
    if "anyOf" in body and "examples" in body:
        for each in body["anyOf"]:
            each.pop("examples", None)


def _with_wrapped_reference(body: dict[str, Any]) -> dict[str, Any]:
    if not isinstance(body.get("$ref"), str):
        return body
    reference = body.pop("$ref").replace("#/$defs/", "#/definitions/")
    return {"allOf": [{"$ref": reference}], **body} if body else {"$ref": reference}
