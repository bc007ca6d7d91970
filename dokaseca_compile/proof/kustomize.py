"""What Kustomize builds of a folder, as far as the clusters repository needs it: an error for anything else.

A folder that many others name is built once, and so is what clusters with the same folders and files have in common.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from dokaseca_compile.argo import UnsupportedError
from dokaseca_compile.argo.hubs import Output
from dokaseca_compile.argo.reader import items, mapping, text
from dokaseca_compile.proof.difference import DisagreementError
from dokaseca_compile.proof.transformers import Key, Objects, key_of, labelled, moved, patched

FILE = "kustomization.yaml"
_HEAD = {"apiVersion": "kustomize.config.k8s.io/v1beta1", "kind": "Kustomization"}
_KNOWN = (*_HEAD, "namespace", "labels", "resources", "patches", "configMapGenerator")
_GENERATOR = ("name", "namespace", "behavior", "literals", "options")


class Kustomize:
    """Builds folders of some output, and remembers every file that it read."""

    def __init__(self, output: Output) -> None:
        self._output = output
        self._folders: dict[str, Objects] = {}
        self._together: dict[tuple[int, ...], tuple[list[Any], Objects]] = {}
        """By the ``id`` of each part, with the parts, which have to live as long."""
        self._open: set[str] = set()
        self.files: set[str] = set()

    def build(self, folder: str) -> Objects:
        """Every object of a folder by its key. Raises ``DisagreementError`` or ``EvaluationError``."""
        if folder not in self._folders:
            if folder in self._open:
                message = f"{folder} names itself"
                raise DisagreementError(message)
            self._open.add(folder)
            brought, made = self.parts(folder)
            self._folders[folder] = {**brought, **made}
        return self._folders[folder]

    def parts(self, folder: str) -> tuple[Objects, Objects]:
        """What a folder brings as it is, one mapping for all with the same resources; and what it makes or changes."""
        kustomization = self._kustomization(folder)
        brought = self._resources(folder, items(kustomization.get("resources", ()), folder))
        made = dict(_generated(folder, brought, kustomization.get("configMapGenerator", ())))
        changes = list(self._changes(folder, kustomization))
        if not changes:
            return brought, made
        objects: Objects = {**brought, **made}
        for change in changes:
            objects = change(objects)
        return {}, objects

    def _kustomization(self, folder: str) -> Mapping[str, Any]:
        path = f"{folder}/{FILE}"
        (found,) = self._read(path)
        kustomization = mapping(found, path, _KNOWN)
        if any(kustomization.get(key) != value for key, value in _HEAD.items()):
            message = f"{path} is no Kustomization"
            raise UnsupportedError(message)
        return kustomization

    def _read(self, path: str) -> Sequence[Any]:
        if path not in self._output:
            message = f"there is no {path}"
            raise DisagreementError(message)
        self.files.add(path)
        return self._output.documents(path)

    def _resources(self, folder: str, resources: Sequence[Any]) -> Objects:
        places = [_place(folder, text(each, folder)) for each in resources]
        _check_distinct(folder, places)
        parts = [self._read(each) if each in self._output else self.build(each) for each in places]
        key = tuple(map(id, parts))
        if key not in self._together:
            self._together[key] = (parts, _together(folder, parts))
        return self._together[key][1]

    def _changes(
        self, folder: str, kustomization: Mapping[str, Any]
    ) -> Iterator[Callable[[Objects], Objects]]:
        """What changes the objects, in the order of Kustomize (``configureBuiltinTransformers``)."""
        for each in items(kustomization.get("patches", ()), folder):
            patch = mapping(each, folder, ("path", "target"))
            (operations,) = self._read(_place(folder, text(patch["path"], folder)))
            yield patched(folder, mapping(patch["target"], folder), items(operations, folder))
        if "namespace" in kustomization:
            yield moved(folder, text(kustomization["namespace"], folder))
        for each in items(kustomization.get("labels", ()), folder):
            yield labelled(folder, mapping(each, folder, ("pairs",))["pairs"])


def _place(folder: str, path: str) -> str:
    """Where a path leads from a folder, in the only form that is written."""
    while path.startswith("../"):
        folder, path = folder.rpartition("/")[0], path[3:]
    return f"{folder}/{path}"


def _together(folder: str, parts: Iterable[Any]) -> Objects:
    """All objects of built folders and of files. Kustomize refuses two of one name."""
    found: dict[Key, Mapping[str, Any]] = {}
    for part in parts:
        for each in part.values() if isinstance(part, Mapping) else part:
            if found.setdefault(key_of(each), each) is not each:
                message = f"{folder} has {' '.join(key_of(each))} twice"
                raise DisagreementError(message)
    return found


def _generated(
    folder: str, brought: Objects, generators: Any
) -> Iterator[tuple[Key, Mapping[str, Any]]]:
    """The ConfigMaps of the generators, under the name that is written: nothing is added to it."""
    read = [mapping(each, folder, _GENERATOR) for each in items(generators, folder)]
    _check_distinct(folder, [f"{each['namespace']}/{each['name']}" for each in read])
    for generator in read:
        if generator["options"] != {"disableNameSuffixHash": True}:
            message = f"{folder} makes a ConfigMap with {generator['options']}"
            raise UnsupportedError(message)
        name, namespace, behavior = (
            text(generator[part], folder) for part in ("name", "namespace", "behavior")
        )
        key = ("ConfigMap", namespace, name)
        if behavior != ("merge" if key in brought else "create"):
            message = f"{folder} cannot {behavior} the ConfigMap {namespace}/{name}"
            raise DisagreementError(message)
        literals = [_literal(folder, literal) for literal in generator["literals"]]
        _check_distinct(f"{folder}: {name}", [key for key, _ in literals])
        data = dict(literals)
        blank = {
            "apiVersion": "v1",
            "kind": "ConfigMap",
            "metadata": {"name": name, "namespace": namespace},
        }
        below = brought.get(key, blank)
        yield key, {**below, "data": {**below.get("data", {}), **data}}


def _check_distinct(where: str, names: Sequence[str]) -> None:
    """Raises ``DisagreementError`` for what Kustomize refuses: a resource, ConfigMap or key that is named twice."""
    if len(set(names)) < len(names):
        twice = next(each for index, each in enumerate(names) if each in names[:index])
        message = f"{where} names {twice} twice"
        raise DisagreementError(message)


def _literal(folder: str, literal: Any) -> tuple[str, str]:
    key, sign, value = text(literal, folder).partition("=")
    if not sign or value[:1] in {"'", '"'}:  # Kustomize takes quotes off
        message = f"{folder} has the literal {literal}"
        raise UnsupportedError(message)
    return key, value
