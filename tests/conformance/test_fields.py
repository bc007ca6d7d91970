"""Argo CD's own schema of an Application: what we read is in it, and what is in it is carried or refused."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

import pytest
from oracle import crds, documents
from test_application import DOCUMENT, VALUES, accepted, read, with_field

from dokaseca_compile.argo import UnsupportedError
from dokaseca_compile.argo.spec import SPEC, TEXTS

ANY = "any"
"""The shape of a field that may hold anything."""
_TYPES: Mapping[Any, Any] = {"string": str, "boolean": bool, "integer": int}


@cache
def schema() -> dict[str, Any]:
    """The ``spec`` of the CRD of Applications as a shape of ``argo.spec``."""
    (crd,) = documents(crds() / "application-crd.yaml")
    (version,) = crd["spec"]["versions"]
    found = shape(version["schema"]["openAPIV3Schema"]["properties"]["spec"])
    assert isinstance(found, dict)
    return found


def shape(node: Mapping[str, Any]) -> Any:
    if "properties" in node:
        return {key: shape(each) for key, each in node["properties"].items()}
    if node.get("type") == "array":
        return (shape(node["items"]),)
    if node.get("type") == "object" and node.get("additionalProperties") == {"type": "string"}:
        return TEXTS
    return _TYPES.get(node.get("type"), ANY)


def names(found: Any) -> dict[str, Any]:
    """Every field with its type, below ``spec``."""
    values = {**VALUES, ANY: ({}, {"a": 1})}
    return {name: kind for name, kind, _, _ in walk(found, values)}


def walk(found: Any, values: Mapping[Any, Any]) -> list[tuple[str, Any, Any, Any]]:
    return [(name, kind, path, pair) for name, path, pair, kind in accepted(found, values=values)]


def test_what_is_read_is_argo_cds() -> None:
    """The API server would drop a field that it does not know, and refuse one of another type."""
    theirs = names(schema())
    assert len(theirs) > 150
    assert {name: kind for name, kind in names(SPEC).items() if theirs.get(name) != kind} == {}


def test_what_argo_cd_knows_is_carried_or_refused() -> None:
    """A field that Argo CD reads and we would not see is the one that changes unnoticed."""
    carried, refused = set(), set()
    for name, _, path, values in walk(schema(), {**VALUES, ANY: ({}, {"a": 1})}):
        if path[0] == "sources":
            continue  # as `source`, one by one
        try:
            one, other = (read(with_field(path, value)) for value in values)
        except UnsupportedError:
            refused.add(name)
            continue
        assert one != other, name
        assert one != read(DOCUMENT), name
        carried.add(name)
    assert {"source.helm.valuesObject", "source.helm.ignoreMissingValueFiles", "destination.server"} <= refused
    assert {"ignoreDifferences[].jsonPointers", "info[].value", "source.kustomize.images"} <= carried


@pytest.mark.parametrize("name", ["sourceHydrator", "source.plugin"])
def test_the_schema_is_walked_to_its_leaves(name: str) -> None:
    """The comparison above is no empty one."""
    assert any(each.startswith(f"{name}.") for each in names(schema()))
