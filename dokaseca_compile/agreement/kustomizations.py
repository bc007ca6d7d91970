"""The clusters repository as Kustomize reads it: whatever is named is there, and whatever is there is named.

What a cluster's folder brings must be of the kinds that the AppProject of these Applications allows.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from dokaseca_compile.agreement.difference import DisagreementError, same
from dokaseca_compile.argo import UnsupportedError
from dokaseca_compile.hubs import Output
from dokaseca_compile.intent import Intent
from dokaseca_compile.layout import Layout

_FILE = "kustomization.yaml"
_KNOWN = {"apiVersion", "kind", "namespace", "labels", "resources", "patches", "configMapGenerator"}


def check_kustomizations(intent: Intent, layout: Layout, output: Output) -> None:
    """Raises ``DisagreementError`` for a path that leads nowhere, for a file that no hub and no cluster reads, and for
    kinds that the AppProject does not allow, or allows in vain.
    """
    hubs = [posixpath.dirname(layout.hub(each).file) for each in intent.clusters]
    registered = _Reading(output, [each for each in hubs if f"{each}/{_FILE}" in output])
    clusters = [layout.cluster(each.name).file for members in intent.clusters.values() for each in members]
    configured = _Reading(output, clusters if intent.teams_work else ())
    for path in output.below(layout.clusters_root(), (".yaml", ".json")):
        if path not in registered.files and path not in configured.files:
            message = f"nothing reads {path}"
            raise DisagreementError(message)
    if intent.teams_work:
        project = intent.projects["cluster-config"]
        meant = [*(project.cluster_kinds or ()), *(project.namespace_kinds or ())]
        same("the kinds that no cluster may be configured with", sorted(configured.kinds - {*meant}), [])


class _Reading:
    """What Kustomize reads of some folders: every file, and every kind (API group, kind) of object in them."""

    def __init__(self, output: Output, folders: Iterable[str]) -> None:
        self._output = output
        self.files: set[str] = set()
        self.kinds: set[tuple[str, str]] = set()
        waiting = list(folders)
        while waiting:
            waiting += self._folders(waiting.pop())

    def _folders(self, folder: str) -> Iterator[str]:
        """Read a folder, and yield those that it names."""
        path = f"{folder}/{_FILE}"
        if path in self.files:
            return
        if path not in self._output:
            message = f"there is no {path}"
            raise DisagreementError(message)
        self.files.add(path)
        (kustomization,) = self._output.documents(path)
        if unknown := sorted(kustomization.keys() - _KNOWN):
            message = f"{path} has {', '.join(unknown)}"
            raise UnsupportedError(message)
        if "configMapGenerator" in kustomization:
            self.kinds.add(("", "ConfigMap"))
        for resource in kustomization.get("resources", ()):
            place = posixpath.normpath(f"{folder}/{resource}")
            if place in self._output:
                self._objects(place)
            else:
                yield place
        for patch in kustomization.get("patches", ()):
            self._patch(folder, patch)

    def _objects(self, path: str) -> None:
        if path not in self.files:
            self.files.add(path)
            for each in self._output.documents(path):
                self.kinds.add((each["apiVersion"].rpartition("/")[0], each["kind"]))

    def _patch(self, folder: str, patch: Mapping[str, Any]) -> None:
        path = posixpath.normpath(f"{folder}/{patch['path']}")
        if path not in self._output:
            message = f"there is no {path}"
            raise DisagreementError(message)
        self.files.add(path)
