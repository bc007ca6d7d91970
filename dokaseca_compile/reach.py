"""Which clusters a change of the source reaches, and what it does there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from dokaseca_compile.resolve.merge_values import merge_values
from dokaseca_compile.resolve.resolved import Install, PartInstall, Profile, Resolved, ResolvedAddon, ResolvedCluster


@dataclass(frozen=True, slots=True)
class Reach:
    """One effect, in words (``kyverno 3.8.2 → 3.8.3``), and the clusters that have it, sorted."""

    effect: str
    clusters: tuple[str, ...]


def reach(before: Resolved, after: Resolved) -> tuple[Reach, ...]:
    """Every effect of the change from one platform to another, in the order of addons."""
    found: dict[str, list[str]] = {}
    known: dict[tuple[int, int], tuple[str, ...]] = {}
    ways = _changed_ways(before, after)
    for name in sorted({*before.clusters, *after.clusters}):
        old, new = before.clusters.get(name), after.clusters.get(name)
        for effect in _effects(old, new, known):
            found.setdefault(effect, []).append(name)
        if old is not None and new is not None:
            for effect in _ways(old, new, before, after, ways):
                found.setdefault(effect, []).append(name)
    return tuple(Reach(effect, tuple(names)) for effect, names in found.items())


def _effects(
    old: ResolvedCluster | None, new: ResolvedCluster | None, known: dict[tuple[int, int], tuple[str, ...]]
) -> Iterator[str]:
    if old is None or new is None:
        yield "the cluster is added" if old is None else "the cluster is removed"
        return
    # Clusters share profiles: what changes from one to another is found once.
    key = (id(old.profile), id(new.profile))
    if key not in known:
        known[key] = tuple(_profile_effects(old.profile, new.profile))
    yield from known[key]
    if _facts(old) != _facts(new):
        yield "what is known of the cluster changes: its registration, labels or revisions"


def _ways(
    old: ResolvedCluster, new: ResolvedCluster, before: Resolved, after: Resolved, ways: frozenset[str]
) -> Iterator[str]:
    """What changes in how Applications are deployed, whatever their version."""
    one, other = (each.environments.get(cluster.cluster.environment) for each, cluster in ((before, old), (after, new)))
    if one is not None and other is not None:
        if one.environment.sync != other.environment.sync:
            yield "its Applications sync in another way"
        if one.environment.deletion != other.environment.deletion:
            yield f"resources of Applications that go: {one.environment.deletion} → {other.environment.deletion}"
    for install in new.profile.enabled():
        if install.addon in ways:
            yield f"{install.addon} is deployed in another way"


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


def _facts(cluster: ResolvedCluster) -> tuple[object, ...]:
    revisions = {key: (each.url, each.path, each.revision.value) for key, each in cluster.repositories.items()}
    return (
        cluster.cluster.model_dump(exclude={"addons", "description"}), cluster.hub, cluster.server,
        cluster.registration, cluster.config, cluster.labels, cluster.annotations, revisions,
    )  # fmt: skip


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
            yield f"{part} {_version(one)} → {_version(other)}"
        if _values(one) != _values(other):
            yield f"{part} has other values"
    if before and after and old is not None and new is not None and old.namespace.value != new.namespace.value:
        yield f"{name} moves from namespace {old.namespace.value} to {new.namespace.value}"


def _parts(install: Install | None) -> dict[str, PartInstall]:
    if install is None or not install.enabled.value:
        return {}
    return {each.part.name: each for each in install.parts}


def _version(install: PartInstall) -> str:
    return install.version.value if install.version is not None else "without a version"


def _values(install: PartInstall) -> object:
    merged: dict[str, object] = {}
    for said in install.values:
        merged = merge_values(merged, said.value)
    return merged
