"""The JSON Schema of ``platform.yaml``, generated from the model for editors (draft-07)."""

from __future__ import annotations

from functools import cache
from typing import Any

from pydantic.json_schema import GenerateJsonSchema

from dokaseca_compile.core.routes import Route
from dokaseca_compile.model.platform import Platform

_DRAFT = "http://json-schema.org/draft-07/schema#"


@cache
def platform_schema() -> dict[str, Any]:
    """Build the schema.

    Draft-07 because editors' YAML servers support no later one: pydantic speaks 2020-12, whose
    ``$defs`` is ``definitions`` there, and where keywords beside ``$ref`` are ignored (so the
    reference is wrapped in ``allOf``). Titles are dropped: they repeat the keys.
    """
    generated = Platform.model_json_schema(schema_generator=GenerateJsonSchema)
    body: dict[str, Any] = _draft07(generated)
    return {"$schema": _DRAFT, "$id": "https://dokaseca.dev/schemas/platform.schema.json", **body}


def keys_at(route: Route) -> tuple[str, ...]:
    """The keys that a mapping at ``route`` may have, in the order of the schema; empty if any may stand there."""
    return tuple(
        dict.fromkeys(key for node in nodes_at(route) for key in node.get("properties", {}))
    )


def nodes_at(route: Route) -> list[dict[str, Any]]:
    """What the schema says of the value at ``route``, every alternative; empty if it says nothing."""
    nodes = _flatten(platform_schema())
    for part in route:
        nodes = [flat for inner in _children(nodes, part) for flat in _flatten(inner)]
    return nodes


def _children(nodes: list[dict[str, Any]], part: str | int) -> list[dict[str, Any]]:
    found = []
    for node in nodes:
        if isinstance(part, int):
            found.append(node.get("items"))
        else:
            found.append(node.get("properties", {}).get(part) or node.get("additionalProperties"))
    return [each for each in found if isinstance(each, dict)]


def _flatten(node: dict[str, Any]) -> list[dict[str, Any]]:
    """A node and every alternative behind its references, ``anyOf`` and ``allOf``."""
    if "$ref" in node:
        node = platform_schema()["definitions"][node["$ref"].rsplit("/", 1)[1]]
    inner = [each for key in ("anyOf", "allOf") for each in node.get(key, [])]
    return [node, *(flat for each in inner for flat in _flatten(each))]


def _draft07(node: Any, *, names: bool = False) -> Any:
    """Rewrite one node; ``names`` is set inside mappings whose keys are names and not keywords."""
    if isinstance(node, list):
        return [_draft07(each) for each in node]
    if not isinstance(node, dict):
        return node
    if names:
        return {key: _draft07(value) for key, value in node.items()}
    renamed = {
        "definitions" if key == "$defs" else key: value
        for key, value in node.items()
        if key != "title"
        and (key, value) != ("default", None)  # left out is not the same as written as null
    }
    body = {
        key: value if key in {"examples", "default", "enum", "const"} else
        _draft07(value, names=key in {"properties", "definitions", "patternProperties"})
        for key, value in renamed.items()
    }  # fmt: skip
    if "patternProperties" in body:
        # pydantic lets keys that break the pattern pass; a name that is no name must not.
        ((pattern, value),) = body.pop("patternProperties").items()
        body |= {"additionalProperties": value, "propertyNames": {"pattern": pattern}}
    if "anyOf" in body and "examples" in body:
        # A key's own examples stand for those of its grammar, which may not fit its meaning.
        body["anyOf"] = [
            {key: value for key, value in each.items() if key != "examples"}
            for each in body["anyOf"]
        ]
    if "$ref" in body and isinstance(body["$ref"], str):
        body["$ref"] = body["$ref"].replace("#/$defs/", "#/definitions/")
        if len(body) > 1:
            body = {"allOf": [{"$ref": body.pop("$ref")}], **body}
    return body
