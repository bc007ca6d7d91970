"""What a Kustomization does to the objects that it brings: patches, a namespace, labels."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from dokaseca_compile.argo import UnsupportedError
from dokaseca_compile.argo.reader import mapping, texts
from dokaseca_compile.proof.difference import DisagreementError

Key = tuple[str, str, str]
"""Kind, namespace (empty for none) and name of an object."""
Objects = Mapping[Key, Mapping[str, Any]]

_CLUSTER_SCOPED = frozenset({"ClusterPolicy", "Namespace"})


def key_of(document: Mapping[str, Any]) -> Key:
    """How a cluster tells objects apart."""
    metadata = document["metadata"]
    return document["kind"], metadata.get("namespace", ""), metadata["name"]


def patched(
    folder: str, target: Mapping[str, Any], operations: Sequence[Any]
) -> Callable[[Objects], Objects]:
    """Replace parts of the objects that a patch is for (RFC 6902): there has to be one, and the parts have to be."""

    def change(objects: Objects) -> Objects:
        chosen = [
            key
            for key, each in objects.items()
            if _is_target(each, mapping(target, folder, _TARGET))
        ]
        if not chosen:
            message = f"{folder} has a patch for nothing: {dict(target)}"
            raise DisagreementError(message)
        found = dict(objects)
        for key in chosen:
            for each in operations:
                operation = mapping(each, folder, ("op", "path", "value"))
                if operation["op"] != "replace":
                    message = f"{folder} has a patch with {operation['op']}"
                    raise UnsupportedError(message)
                _, *route = operation["path"].split("/")
                found[key] = _replaced(found[key], route, operation["value"])
        return found

    return change


_TARGET = ("group", "kind", "name")


def _is_target(document: Mapping[str, Any], target: Mapping[str, Any]) -> bool:
    found = {
        "group": document["apiVersion"].rpartition("/")[0],
        "kind": document["kind"],
        "name": document["metadata"]["name"],
    }
    return all(found[key] == value for key, value in target.items())


def _replaced(node: Any, route: Sequence[str], value: Any) -> Any:
    """The same data with another value at the end of a route. Raises ``LookupError`` where it leads nowhere."""
    if not route:
        return value
    first, *rest = route
    if isinstance(node, Mapping):
        return {**node, first: _replaced(node[first], rest, value)}
    at = int(first)
    return [*node[:at], _replaced(node[at], rest, value), *node[at + 1 :]]


def moved(folder: str, namespace: str) -> Callable[[Objects], Objects]:
    """Put objects without a namespace into one. One that has another is none of ours."""

    def change(objects: Objects) -> Objects:
        found = {}
        for (kind, old, name), each in objects.items():
            if kind in _CLUSTER_SCOPED or old not in {"", namespace}:
                message = f"{folder} moves the {kind} {name} to the namespace {namespace}"
                raise UnsupportedError(message)
            found[kind, namespace, name] = _told(each, {"namespace": namespace})
        return found

    return change


def labelled(folder: str, pairs: Any) -> Callable[[Objects], Objects]:
    """Add labels. One that is there and says something else is none of ours."""
    added = texts(pairs, folder)

    def change(objects: Objects) -> Objects:
        found = {}
        for key, each in objects.items():
            labels = each["metadata"].get("labels", {})
            if any(labels.get(label, value) != value for label, value in added.items()):
                message = f"{folder} gives {' '.join(key)} other labels"
                raise UnsupportedError(message)
            found[key] = _told(each, {"labels": {**labels, **added}})
        return found

    return change


def _told(document: Mapping[str, Any], more: Mapping[str, Any]) -> Mapping[str, Any]:
    return {**document, "metadata": {**document["metadata"], **more}}
