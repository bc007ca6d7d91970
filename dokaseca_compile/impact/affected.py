"""The clusters and files that a change affects."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from posixpath import dirname, normpath

from dokaseca_compile.argo.hubs import output_of
from dokaseca_compile.argo.inventory import Inventory
from dokaseca_compile.core.routes import Route
from dokaseca_compile.formats.tree import FileTree
from dokaseca_compile.impact.effects import Impact

CONFIGURATION = "namespaces, quotas, access, policies"
"""What the Application that configures a cluster applies."""


@dataclass(frozen=True, slots=True)
class Affected:
    """The clusters that a change affects, of ``total`` before and after it.

    ``own`` are those of which only their own files change: registration, variables, pages.
    ``files`` are the files of the output that are written or deleted.
    """

    clusters: tuple[str, ...]
    own: tuple[str, ...]
    files: tuple[str, ...]
    total: int


def affected(before: Inventory, after: Inventory, found: Impact) -> Affected:
    """Return the clusters whose Applications, configuration, rollout or own files change."""
    clusters = {
        application.cluster for effect in found.effects for application in effect.applications
    }
    clusters.update(name for _, names in found.configured for name in names)
    rolled = {environment for environment, _, _ in found.rollouts}
    was, will = before.resolved.clusters, after.resolved.clusters
    clusters.update(name for name, each in will.items() if each.cluster.environment in rolled)
    own = _owners(before.tree, after.tree) - clusters
    return Affected(
        tuple(sorted(clusters | own)),
        tuple(sorted(own)),
        changed_files(before.tree, after.tree),
        len(was.keys() | will.keys()),
    )


def changed_files(before: FileTree, after: FileTree) -> tuple[str, ...]:
    """Return the files of the output that a change writes or deletes, by path."""
    return tuple(
        path
        for path in sorted({*before, *after})
        if path not in before or path not in after or before[path].body != after[path].body
    )


def reconfigured(before: Inventory, after: Inventory) -> frozenset[str]:
    """Return the clusters, of those before and after, whose applied configuration changes.

    These are the clusters where Kustomize reads a changed file: in the cluster's folder, or in a
    folder that it refers to. Other files of the clusters repository (registrations, pages) are
    not applied by Kustomize.
    """
    folders = frozenset(map(dirname, changed_files(before.tree, after.tree)))
    sides = [(each.layout, _Kustomizations(each.tree, folders)) for each in (before, after)]
    return frozenset(
        name
        for name in before.resolved.clusters.keys() & after.resolved.clusters.keys()
        if any(read.changes(layout.cluster(name).file) for layout, read in sides)
    )


class _Kustomizations:
    """The folders of a tree as Kustomize reads them, and whether they have changed."""

    def __init__(self, tree: FileTree, changed: frozenset[str]) -> None:
        self._output = output_of(tree)
        self._changed = changed
        self._known: dict[str, bool] = {}

    def changes(self, folder: str) -> bool:
        """Return whether a file in a folder changes, or in a folder that it names."""
        if folder not in self._known:
            self._known[folder] = folder in self._changed or any(
                map(self.changes, self._named(folder))
            )
        return self._known[folder]

    def _named(self, folder: str) -> Iterator[str]:
        path = f"{folder}/kustomization.yaml"
        for document in self._output.documents(path) if path in self._output else ():
            yield from (normpath(f"{folder}/{each}") for each in document.get("resources", ()))


def _owners(before: FileTree, after: FileTree) -> frozenset[str]:
    """Return the clusters whose own files change."""
    found: set[str] = set()
    for path in changed_files(before, after):
        routes = (after.get(path) or before[path]).origin.routes
        clusters = _clusters_of(routes)
        # A file is a cluster's own if its first origin is the cluster, and no other one.
        if len(clusters) == 1 and routes[0][0] == "clusters":
            found |= clusters
    return frozenset(found)


def _clusters_of(routes: Sequence[Route]) -> set[str]:
    """Return the clusters that routes are in."""
    return {str(route[1]) for route in routes if route[0] == "clusters" and len(route) > 1}
