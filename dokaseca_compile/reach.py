"""Which clusters a change of the source reaches, and what it does there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from posixpath import dirname, normpath

from dokaseca_compile.agreement import output_of
from dokaseca_compile.compiler import Compilation
from dokaseca_compile.layout import Layout
from dokaseca_compile.resolve.merge_values import merge_values
from dokaseca_compile.resolve.resolved import (
    Install,
    PartInstall,
    Placement,
    Profile,
    Resolved,
    ResolvedAddon,
    ResolvedCluster,
    ResolvedWorkload,
)
from dokaseca_compile.tree import FileTree
from dokaseca_compile.versions import parse_version

CONFIGURATION = "namespaces, quotas, access, policies"
"""What is applied to a cluster, in words."""


@dataclass(frozen=True, slots=True)
class Reach:
    """One effect, in words (``kyverno 3.8.2 → 3.8.3``), and the clusters that have it, sorted."""

    effect: str
    clusters: tuple[str, ...]


def changed_files(before: FileTree, after: FileTree) -> tuple[str, ...]:
    """The files of the output that a change writes, rewrites or deletes, by path."""
    return tuple(
        path
        for path in sorted({*before, *after})
        if path not in before or path not in after or before[path].body != after[path].body
    )


def reach(before: Compilation, after: Compilation) -> tuple[Reach, ...]:
    """Every effect of the change from one platform to another, in the order of clusters and addons.

    A cluster of which what is applied to it or only its own files change, by whatever was edited, is told as well.
    """
    old, new = before.resolved, after.resolved
    if old is None or new is None:
        return ()
    found: dict[str, list[str]] = {}
    comparison, touched = _Comparison(old, new), _touched(before.tree, after.tree)
    configured = reconfigured(before, after)
    for name in sorted({*old.clusters, *new.clusters}):
        effects = list(comparison.effects(name))
        if name in configured:
            effects.append(f"its configuration changes ({CONFIGURATION})")
        if not effects and name in touched:
            effects = ["its own files change"]
        for effect in effects:
            found.setdefault(effect, []).append(name)
    return tuple(Reach(effect, tuple(names)) for effect, names in found.items())


def reconfigured(before: Compilation, after: Compilation) -> frozenset[str]:
    """The clusters that stay and to which something else is applied: what their folders bring changes, wherever it is.

    Files of the clusters repository that Kustomize does not read from there (registrations, pages) do not count.
    """
    old, new = before.resolved, after.resolved
    if old is None or new is None:
        return frozenset()
    folders = frozenset(map(dirname, changed_files(before.tree, after.tree)))
    sides = [(Layout(each), _Kustomizations(tree, folders)) for each, tree in ((old, before.tree), (new, after.tree))]
    return frozenset(
        name
        for name in old.clusters.keys() & new.clusters.keys()
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
            self._known[folder] = folder in self._changed or any(map(self.changes, self._named(folder)))
        return self._known[folder]

    def _named(self, folder: str) -> Iterator[str]:
        path = f"{folder}/kustomization.yaml"
        for document in self._output.documents(path) if path in self._output else ():
            yield from (normpath(f"{folder}/{each}") for each in document.get("resources", ()))


def _touched(before: FileTree, after: FileTree) -> frozenset[str]:
    """The clusters whose own files change: those that are for one cluster before all."""
    artifacts = [after.get(path) or before[path] for path in changed_files(before, after)]
    found = set()
    for routes in (each.origin.routes for each in artifacts):
        clusters = {str(route[1]) for route in routes if route[0] == "clusters" and len(route) > 1}
        if len(clusters) == 1 and routes[0][0] == "clusters":
            found |= clusters
    return frozenset(found)


class _Comparison:
    """What changes on each cluster. Clusters share profiles: what changes from one to another is found once."""

    def __init__(self, before: Resolved, after: Resolved) -> None:
        self._before, self._after = before, after
        self._known: dict[tuple[int, int], tuple[str, ...]] = {}
        self._ways = _changed_ways(before, after)
        self._workloads = _placed(before), _placed(after)

    def effects(self, name: str) -> Iterator[str]:
        """Yield every effect on a cluster."""
        old, new = self._before.clusters.get(name), self._after.clusters.get(name)
        if old is None or new is None:
            yield "the cluster is added" if old is None else "the cluster is removed"
            return
        key = (id(old.profile), id(new.profile))
        if key not in self._known:
            self._known[key] = tuple(_profile_effects(old.profile, new.profile))
        yield from self._known[key]
        yield from self._other_ways(old, new)
        yield from _workload_effects(*(each.get(name, {}) for each in self._workloads))

    def _other_ways(self, old: ResolvedCluster, new: ResolvedCluster) -> Iterator[str]:
        """What changes in how Applications are deployed, whatever their version."""
        both = ((self._before, old), (self._after, new))
        one, other = (each.environments.get(cluster.cluster.environment) for each, cluster in both)
        if one is not None and other is not None:
            if one.environment.sync != other.environment.sync:
                yield "its Applications sync in another way"
            if one.environment.deletion != other.environment.deletion:
                yield f"resources of Applications that go: {one.environment.deletion} → {other.environment.deletion}"
        for install in new.profile.enabled():
            if install.addon in self._ways:
                yield f"{install.addon} is deployed in another way"


_Placed = Mapping[str, tuple[ResolvedWorkload, Placement]]
"""Workload → what runs on a cluster."""


def _placed(resolved: Resolved) -> Mapping[str, _Placed]:
    found: dict[str, dict[str, tuple[ResolvedWorkload, Placement]]] = {}
    for (team, name), workload in resolved.workloads.items():
        for place in workload.places.values():
            for cluster in place.clusters:
                found.setdefault(cluster, {})[f"{team}/{name}"] = (workload, place)
    return found


def _workload_effects(before: _Placed, after: _Placed) -> Iterator[str]:
    for name in sorted({*before, *after}):
        if name not in before or name not in after:
            place = (after.get(name) or before[name])[1]
            version = f" {place.version.value}" if place.version is not None else ""
            yield f"{name}{version} is {'installed' if name in after else 'removed'}"
            continue
        (old, was), (new, will) = before[name], after[name]
        if _version(was) != _version(will):
            yield f"{name} {_version(was)} → {_version(will)}{_major(_version(was), _version(will))}"
        elif _values(was) != _values(will):
            yield f"{name} has other values"
        if _source(old) != _source(new):
            yield f"{name} is deployed in another way"


def _source(workload: ResolvedWorkload) -> object:
    return workload.namespace, workload.workload.model_dump(
        exclude={"version", "values", "description", "environments"}
    )


def _changed_ways(before: Resolved, after: Resolved) -> frozenset[str]:
    """The addons of which something else than version, values and namespace has changed."""
    return frozenset(
        name
        for name in before.addons.keys() & after.addons.keys()
        if _way(before.addons[name]) != _way(after.addons[name])
    )


def _way(addon: ResolvedAddon) -> dict[str, object]:
    settings = {"enabled", "version", "namespace", "values", "description", "components"}
    parts = [(each.name, each.kind, each.release, each.chart, each.repository, each.path) for each in addon.parts]
    return {**addon.addon.model_dump(exclude=settings), "parts": parts, "wave": addon.wave}


def _profile_effects(old: Profile, new: Profile) -> Iterator[str]:
    for name in sorted({*old.installs, *new.installs}):
        one, other = old.installs.get(name), new.installs.get(name)
        if one is not other:
            yield from _install_effects(name, _parts(one), _parts(other), one, other)


def _install_effects(
    name: str,
    before: Mapping[str, PartInstall],
    after: Mapping[str, PartInstall],
    old: Install | None,
    new: Install | None,
) -> Iterator[str]:
    for part in sorted({*before, *after}):
        one, other = before.get(part), after.get(part)
        if one is None or other is None:
            there = other or one
            version = f" {there.version.value}" if there is not None and there.version is not None else ""
            yield f"{part}{version} is {'installed' if one is None else 'removed'}"
            continue
        if _version(one) != _version(other):
            yield f"{part} {_version(one)} → {_version(other)}{_major(_version(one), _version(other))}"
        if _values(one) != _values(other):
            yield f"{part} has other values"
    if before and after and old is not None and new is not None and old.namespace.value != new.namespace.value:
        yield f"{name} moves from namespace {old.namespace.value} to {new.namespace.value}"


def _parts(install: Install | None) -> dict[str, PartInstall]:
    if install is None or not install.enabled.value:
        return {}
    return {each.part.name: each for each in install.parts}


def _version(install: PartInstall | Placement) -> str:
    return install.version.value if install.version is not None else "without a version"


def _major(old: str, new: str) -> str:
    one, other = parse_version(old), parse_version(new)
    return " (major)" if one is not None and other is not None and one.major != other.major else ""


def _values(install: PartInstall | Placement) -> object:
    merged: dict[str, object] = {}
    for said in install.values:
        merged = merge_values(merged, said.value)
    return merged
