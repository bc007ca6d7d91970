"""Generate the Kubernetes types in the ``values.schema.json`` of the web-service chart.

Definitions whose names begin with an upper-case letter are generated from
``scripts/kubernetes_types.yaml`` and the OpenAPI document in the package ``kubernetes-validate``.
All others are written by hand and kept.

Usage::

    python scripts/chart_schema.py --write   # update the file
    python scripts/chart_schema.py --check   # exit 1 if it is out of date
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping
from importlib import resources
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parent.parent
RULES = ROOT / "scripts" / "kubernetes_types.yaml"
CHART = ROOT / "dokaseca_compile" / "assets" / "charts" / "web-service" / "values.schema.json"
INT32 = {"minimum": -(2**31), "maximum": 2**31 - 1}
Json = dict[str, Any]


def schema(current: Mapping[str, Any]) -> Json:
    """Return the chart's schema with newly generated Kubernetes types."""
    kept = {name: each for name, each in current["definitions"].items() if not name[0].isupper()}
    made = definitions(yaml.safe_load(RULES.read_text(encoding="utf-8")))
    for name in {short(each) for each in item_references([current["properties"], made])}:
        if name in made:
            made[name]["type"] = "object"
    return {**current, "definitions": {**kept, **dict(sorted(made.items()))}}


def definitions(rules: Mapping[str, Any]) -> Json:
    """Return the roots and all types that they refer to, by short name."""
    types = openapi(rules["version"])
    made: Json = {}
    waiting = list(rules["roots"])
    while waiting:
        full = waiting.pop()
        name = short(full)
        if name in made:
            continue
        made[name] = rules["definitions"].get(name) or of_type(name, types[full], rules)
        waiting += references(types[full], rules, name)
    for name, each in rules["definitions"].items():
        made.setdefault(name, each)
    return made


def openapi(version: str) -> Json:
    """Return the types of a Kubernetes version, by full name."""
    package = resources.files("kubernetes_validate") / "kubernetes-json-schema"
    path = package / f"v{version}.0-local-strict" / "_definitions.json"
    document = json.loads(path.read_text(encoding="utf-8"))
    found: Json = document.get("$defs") or document.get("definitions") or document
    return found


def short(full: str) -> str:
    """Return the last part of a name or a reference: ``…core.v1.Volume`` → ``Volume``."""
    return full.rpartition("/")[2].rpartition(".")[2]


def kept_fields(name: str, properties: Mapping[str, Any], rules: Mapping[str, Any]) -> Json:
    """Return the fields of a type that are allowed in values."""
    only = rules["only"].get(name, properties)
    omitted = rules["omit"].get(name, ())
    kept = sorted((properties.keys() & set(only)) - set(omitted))
    return {key: properties[key] for key in kept}


def references(node: Mapping[str, Any], rules: Mapping[str, Any], name: str) -> Iterator[str]:
    """Yield the full names of the types that the kept fields of a type refer to."""
    for field in kept_fields(name, node.get("properties", {}), rules).values():
        for part in (field, field.get("items", {}), field.get("additionalProperties") or {}):
            target = part.get("$ref", "") if isinstance(part, dict) else ""
            if target and not target.endswith("IntOrString"):
                yield target.rpartition("/")[2]


def item_references(node: Any) -> Iterator[str]:
    """Yield the types of list items. Such an item must not be null.

    Kubernetes would read it as an empty object.
    """
    if isinstance(node, list):
        children = node
    elif isinstance(node, dict):
        children = list(node.values())
        items = node.get("items")
        if isinstance(items, dict) and "$ref" in items:
            yield items["$ref"]
    else:
        return
    for each in children:
        yield from item_references(each)


def of_type(name: str, node: Mapping[str, Any], rules: Mapping[str, Any]) -> Json:
    """Return the definition of an object type: no other keys, and the checks of the API server."""
    more = rules["fields"].get(name, {})
    kept = kept_fields(name, node["properties"], rules)
    required = sorted({*node.get("required", ()), *rules["required"].get(name, ())})
    unknown = (more.keys() - kept.keys()) | (set(required) - kept.keys())
    if unknown:
        message = f"{name} has no fields {sorted(unknown)}"
        raise SystemExit(message)
    made: Json = {"type": ["object", "null"], "additionalProperties": False}
    if required:
        made["required"] = required
    fields = made["properties"] = {}
    for key, field in kept.items():
        fields[key] = of_field(field, more.get(key, {}), required=key in required)
    return made


def of_field(field: Mapping[str, Any], more: Mapping[str, Any], *, required: bool) -> Json:
    """Return the schema of a field; ``more`` adds to it.

    If ``more`` has a type or a reference of its own, it replaces the schema.
    """
    if "$ref" in more or "type" in more:
        return dict(more)
    if "$ref" in field and more:
        # Only IntOrString has both. It is resolved here: keys beside a reference are ignored.
        return {"type": ["integer", "string", "null"], **more}
    if "$ref" in field:
        return {"$ref": f"#/definitions/{short(field['$ref'])}"}
    made = {**of_plain_field(field, required=required), **more}
    if "enum" in made and isinstance(made["type"], list):
        made["enum"] = [*made["enum"], None]
    if "pattern" in made or "enum" in made:
        made.pop("minLength", None)
    return made


def of_plain_field(field: Mapping[str, Any], *, required: bool) -> Json:
    """Return the schema of a field with a type of its own."""
    made: Json = {"type": one_type(field["type"], required=required)}
    if field.get("format") == "int32":
        made |= INT32
    if made["type"] == "string":
        made["minLength"] = 1
    for key in ("items", "additionalProperties"):
        if isinstance(field.get(key), dict):
            made[key] = of_element(field[key])
    return made


def one_type(types: str | list[str], *, required: bool) -> str | list[str]:
    """Return the type of a field: a required field cannot be null."""
    if isinstance(types, str):
        return types
    return next(each for each in types if each != "null") if required else types


def of_element(node: Mapping[str, Any]) -> Json:
    """Return the schema of a list item or a map value, which cannot be null."""
    if "$ref" in node:
        return {"$ref": f"#/definitions/{short(node['$ref'])}"}
    return {"type": one_type(node["type"], required=True)}


def text(current: str) -> str:
    """Return the expected text of the file."""
    return json.dumps(schema(json.loads(current)), indent=2, ensure_ascii=False) + "\n"


def main(arguments: list[str]) -> int:
    """Write or check the file; return the exit code."""
    if arguments not in (["--write"], ["--check"]):
        print(__doc__, file=sys.stderr)
        return 2
    current = CHART.read_text(encoding="utf-8")
    wanted = text(current)
    if current == wanted:
        return 0
    if arguments == ["--check"]:
        print(f"{CHART.relative_to(ROOT)} is out of date: run `scripts/chart_schema.py --write`")
        return 1
    CHART.write_text(wanted, encoding="utf-8")
    print(f"wrote {CHART.relative_to(ROOT)}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
