"""The objects that Kustomize builds from a folder of some output, for the forms that the compiler writes.

It makes thousands of mutations affordable. Real Kustomize checks it in ``tests/judges/test_clusters.py``: both have to
build the same from every folder. Any other form is an error.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from dokaseca_compile.argo import UnsupportedError
from dokaseca_compile.argo.hubs import Output
from dokaseca_compile.argo.reader import items, mapping, text, texts
from dokaseca_compile.proof.mismatch import MismatchError
from governance.files import only_document

FILE = "kustomization.yaml"
Document = Mapping[str, Any]
Key = tuple[str, str, str]
"""Kind, namespace (empty for none) and name of an object."""
Objects = dict[Key, Document]

_HEAD = {"apiVersion": "kustomize.config.k8s.io/v1beta1", "kind": "Kustomization"}
_KNOWN = (*_HEAD, "namespace", "labels", "resources", "patches", "configMapGenerator")
_GENERATOR = ("name", "namespace", "behavior", "literals", "options")
_CLUSTER_SCOPED = frozenset({"ClusterPolicy", "Namespace"})


def key_of(document: Document) -> Key:
    """Return the key by which a cluster tells objects apart."""
    metadata = document["metadata"]
    return document["kind"], metadata.get("namespace", ""), metadata["name"]


class Kustomize:
    """Builds folders of some output, each once."""

    def __init__(self, output: Output) -> None:
        self._output = output
        self._folders: dict[str, Objects] = {}
        self._open: set[str] = set()

    def build(self, folder: str) -> Objects:
        """Return every object of a folder by its key. Raises ``MismatchError`` or ``EvaluationError``."""
        if folder not in self._folders:
            if folder in self._open:
                message = f"{folder} names itself"
                raise MismatchError(message)
            self._open.add(folder)
            self._folders[folder] = self._built(folder)
        return self._folders[folder]

    def _built(self, folder: str) -> Objects:
        """Generate and transform in the order of Kustomize (``configureBuiltinTransformers``)."""
        kustomization = self._kustomization(folder)
        objects = self._resources(folder, items(kustomization.get("resources", ()), folder))
        objects |= _generated(folder, objects, kustomization.get("configMapGenerator", ()))
        for each in items(kustomization.get("patches", ()), folder):
            patch = mapping(each, folder, ("path", "target"))
            operations = only_document(self._output, _place(folder, text(patch["path"], folder)))
            objects = _patched(folder, objects, mapping(patch["target"], folder, _TARGET), items(operations, folder))
        if "namespace" in kustomization:
            objects = _moved(folder, objects, text(kustomization["namespace"], folder))
        for each in items(kustomization.get("labels", ()), folder):
            objects = _labelled(folder, objects, texts(mapping(each, folder, ("pairs",))["pairs"], folder))
        return objects

    def _kustomization(self, folder: str) -> Mapping[str, Any]:
        path = f"{folder}/{FILE}"
        kustomization = mapping(only_document(self._output, path), path, _KNOWN)
        if any(kustomization.get(key) != value for key, value in _HEAD.items()):
            message = f"{path} is not a Kustomization"
            raise UnsupportedError(message)
        return kustomization

    def _resources(self, folder: str, resources: Sequence[Any]) -> Objects:
        places = [_place(folder, text(each, folder)) for each in resources]
        _check_distinct(folder, places)
        found: Objects = {}
        for place in places:
            part = self._output.documents(place) if place in self._output else self.build(place).values()
            for each in part:
                if found.setdefault(key_of(each), each) is not each:
                    message = f"{folder} has {' '.join(key_of(each))} twice"
                    raise MismatchError(message)
        return found


def _place(folder: str, path: str) -> str:
    return posixpath.normpath(f"{folder}/{path}")


def _check_distinct(where: str, names: Sequence[str]) -> None:
    """Raise for what Kustomize refuses: a resource, ConfigMap or key that is named twice."""
    if len(set(names)) < len(names):
        message = f"{where} names one thing twice: {sorted(names)}"
        raise MismatchError(message)


def _generated(folder: str, objects: Objects, generators: Any) -> Objects:
    """Return the generated ConfigMaps, whose names get no suffix."""
    read = [mapping(each, folder, _GENERATOR) for each in items(generators, folder)]
    _check_distinct(folder, [f"{each['namespace']}/{each['name']}" for each in read])
    found: Objects = {}
    for generator in read:
        if generator["options"] != {"disableNameSuffixHash": True}:
            message = f"{folder} makes a ConfigMap with {generator['options']}"
            raise UnsupportedError(message)
        name, namespace, behavior = (text(generator[part], folder) for part in ("name", "namespace", "behavior"))
        key = ("ConfigMap", namespace, name)
        if behavior != ("merge" if key in objects else "create"):
            message = f"{folder} cannot {behavior} the ConfigMap {namespace}/{name}"
            raise MismatchError(message)
        literals = [_literal(folder, literal) for literal in generator["literals"]]
        _check_distinct(f"{folder}: {name}", [entry for entry, _ in literals])
        empty = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name, "namespace": namespace}}
        below = objects.get(key, empty)
        found[key] = {**below, "data": {**below.get("data", {}), **dict(literals)}}
    return found


def _literal(folder: str, literal: Any) -> tuple[str, str]:
    key, sign, value = text(literal, folder).partition("=")
    if not sign or value[:1] in {"'", '"'}:  # Kustomize removes quotes
        message = f"{folder} has the literal {literal}"
        raise UnsupportedError(message)
    return key, value


_TARGET = ("group", "kind", "name")


def _patched(folder: str, objects: Objects, target: Mapping[str, Any], operations: Sequence[Any]) -> Objects:
    """Replace parts of the selected objects (RFC 6902). Kustomize refuses a patch that selects nothing."""
    selected = [key for key, each in objects.items() if target.items() <= _attributes(each).items()]
    if not selected:
        message = f"{folder} has a patch for nothing: {dict(target)}"
        raise MismatchError(message)
    found = dict(objects)
    for key in selected:
        for each in operations:
            operation = mapping(each, folder, ("op", "path", "value"))
            if operation["op"] != "replace":
                message = f"{folder} has a patch with {operation['op']}"
                raise UnsupportedError(message)
            _, *route = operation["path"].split("/")
            found[key] = _replaced(found[key], route, operation["value"])
    return found


def _attributes(document: Document) -> dict[str, str]:
    group = document["apiVersion"].rpartition("/")[0]
    return {"group": group, "kind": document["kind"], "name": document["metadata"]["name"]}


def _replaced(node: Any, route: Sequence[str], value: Any) -> Any:
    """Return the data with another value at the end of a route. Raises ``LookupError`` where there is none."""
    if not route:
        return value
    first, *rest = route
    if isinstance(node, Mapping):
        return {**node, first: _replaced(node[first], rest, value)}
    at = int(first)
    return [*node[:at], _replaced(node[at], rest, value), *node[at + 1 :]]


def _moved(folder: str, objects: Objects, namespace: str) -> Objects:
    """Set the namespace of objects without one."""
    found: Objects = {}
    for (kind, old, name), each in objects.items():
        if kind in _CLUSTER_SCOPED or old not in {"", namespace}:
            message = f"{folder} moves the {kind} {name} to the namespace {namespace}"
            raise UnsupportedError(message)
        found[kind, namespace, name] = _with(each, {"namespace": namespace})
    return found


def _labelled(folder: str, objects: Objects, pairs: Mapping[str, str]) -> Objects:
    """Add labels, none of which may have another value already."""
    return {key: _with(each, {"labels": dict(_labels(folder, each, pairs))}) for key, each in objects.items()}


def _labels(folder: str, document: Document, pairs: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    labels = document["metadata"].get("labels", {})
    for label, value in pairs.items():
        if labels.get(label, value) != value:
            message = f"{folder} changes the label {label} of {' '.join(key_of(document))}"
            raise UnsupportedError(message)
    yield from {**labels, **pairs}.items()


def _with(document: Document, more: Mapping[str, Any]) -> Document:
    return {**document, "metadata": {**document["metadata"], **more}}
