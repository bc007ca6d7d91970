"""Which clusters a change affects beside their Applications: what is applied to them, and their own files."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from posixpath import dirname, normpath

from dokaseca_compile.argo.hubs import output_of
from dokaseca_compile.argo.inventory import Inventory
from dokaseca_compile.formats.tree import FileTree
from dokaseca_compile.impact.effects import Impact

CONFIGURATION = "namespaces, quotas, access, policies"
"""What is applied to a cluster, in words."""


@dataclass(frozen=True, slots=True)
class Affected:
    """The clusters that a change affects, of ``total`` that there were or will be.

    ``own`` are those of which nothing but their own files changes: registration, variables, pages. ``files`` are the
    files of the output that are written, rewritten or deleted.
    """

    clusters: tuple[str, ...]
    own: tuple[str, ...]
    files: tuple[str, ...]
    total: int


def affected(before: Inventory, after: Inventory, found: Impact) -> Affected:
    """Return the clusters of a change's effects, and those whose configuration, rollout or own files change."""
    clusters = {
        application.cluster
        for effect in found.effects
        for _, application in filter(None, (effect.before, effect.after))
    }
    clusters.update(name for _, names in found.configured for name in names)
    rolled = {environment for environment, _, _ in found.rollouts}
    declared = [each.resolved.clusters for each in (before, after)]
    clusters.update(
        name for name, each in declared[1].items() if each.cluster.environment in rolled
    )
    trees = before.tree, after.tree
    own = _owners(*trees) - clusters
    return Affected(
        tuple(sorted(clusters | own)),
        tuple(sorted(own)),
        changed_files(*trees),
        len({*declared[0], *declared[1]}),
    )


def changed_files(before: FileTree, after: FileTree) -> tuple[str, ...]:
    """The files of the output that a change writes, rewrites or deletes, by path."""
    return tuple(
        path
        for path in sorted({*before, *after})
        if path not in before or path not in after or before[path].body != after[path].body
    )


def reconfigured(before: Inventory, after: Inventory) -> frozenset[str]:
    """The clusters that stay and to which something else is applied: what their folders bring changes, wherever it is.

    Files of the clusters repository that Kustomize does not read from there (registrations, pages) do not count.
    """
    folders = frozenset(map(dirname, changed_files(before.tree, after.tree)))
    sides = [(each.layout, _Kustomizations(each.tree, folders)) for each in (before, after)]
    return frozenset(
        name
        for name in before.resolved.clusters.keys() & after.resolved.clusters.keys()
        if any(read.changes(layout.cluster(name).file) for layout, read in sides)
    )


class _Kustomizations:
    """The folders of a tree as Kustomize reads them, and whether what they bring changes."""

    def __init__(self, tree: FileTree, changed: frozenset[str]) -> None:
        self._output = output_of(tree)
        self._changed = changed
        self._known: dict[str, bool] = {}

    def changes(self, folder: str) -> bool:
        """Whether a file of a folder changes, or one of a folder that it names."""
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
    """The clusters whose own files change: those that are for one cluster before all."""
    artifacts = [after.get(path) or before[path] for path in changed_files(before, after)]
    found = set()
    for routes in (each.origin.routes for each in artifacts):
        clusters = {str(route[1]) for route in routes if route[0] == "clusters" and len(route) > 1}
        if len(clusters) == 1 and routes[0][0] == "clusters":
            found |= clusters
    return frozenset(found)
