"""Two charts are installed as the same Helm release.

## Problem

Two enabled charts have the same `releaseName` in the same namespace of a cluster.

## Why

Charts name their objects after the release. With the same name, two charts write the same
Deployments, Services and Secrets, and their Applications overwrite each other at every sync.

## Fix

Give one of the charts another `releaseName` or another namespace, or disable one.

## Example

```yaml
addons:
  redis: {namespace: cache}
  valkey: {namespace: cache, releaseName: redis}    # duplicate-release
```
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from dokaseca_compile.core.diagnostics import At, Diagnostic, Label, error
from dokaseca_compile.core.routes import Route
from dokaseca_compile.resolve.resolved import Part, Profile, ResolvedWorkload
from dokaseca_compile.rules.shared.base import Context, clusters_of, some
from dokaseca_compile.rules.shared.profiles import addon_parts, complete_profiles, placements

SLUG = "duplicate-release"

Pair = tuple[Part, Part, str]
"""Two parts, and the namespace that they share."""


def check(context: Context) -> Iterator[Diagnostic]:
    """Yield a fault for each pair of charts with one release in one namespace of a cluster."""
    yield from _addons(context)
    yield from _workloads(context)


def _addons(context: Context) -> Iterator[Diagnostic]:
    shared = _shared_releases(context)
    if not shared:
        return
    found: dict[Pair, list[Profile]] = {}
    for profile in complete_profiles(context):
        for parts in shared:
            for pair in _pairs(parts, profile):
                found.setdefault(pair, []).append(profile)
    for pair, profiles in found.items():
        yield _fault(*pair, clusters_of(profiles), context)


def _workloads(context: Context) -> Iterator[Diagnostic]:
    """Check the workloads of a namespace, which several teams may share."""
    first: dict[tuple[str, str, str], ResolvedWorkload] = {}
    reported: set[tuple[str, str]] = set()
    for each, placement in placements(context.resolved):
        if not each.takes_values:
            continue
        for cluster in placement.clusters:
            other = first.setdefault((cluster, each.namespace, each.release), each)
            if other is not each and (other.part, each.part) not in reported:
                reported.add((other.part, each.part))
                yield _same_workload_release(other, each, cluster)


def _same_workload_release(
    one: ResolvedWorkload, other: ResolvedWorkload, cluster: str
) -> Diagnostic:
    return error(
        SLUG,
        f"`{one.team}/{one.name}` and `{other.team}/{other.name}` are both installed as the "
        f"Helm release `{other.release}` in namespace `{other.namespace}` on `{cluster}`",
        Label(("workloads", other.team, other.name), At.KEY),
        Label(("workloads", one.team, one.name), At.KEY, "the other one"),
        help="give one of them another `releaseName`",
    )


def _shared_releases(context: Context) -> list[list[Part]]:
    """Return the charts that share their release with another one, in any namespace."""
    by_release: dict[str, dict[str, Part]] = {}
    for part in addon_parts(context.resolved):
        if part.kind != "kustomize":
            # `duplicate-application` reports parts of the same name.
            by_release.setdefault(part.release, {}).setdefault(part.name, part)
    return [list(parts.values()) for parts in by_release.values() if len(parts) > 1]


def _pairs(parts: Sequence[Part], profile: Profile) -> Iterator[Pair]:
    first: dict[str, Part] = {}
    for part in parts:
        install = profile.installs[part.addon]
        if not install.enabled.value:
            continue
        namespace = install.namespace.value
        other = first.setdefault(namespace, part)
        if other is not part:
            yield other, part, namespace


def _fault(
    one: Part, other: Part, namespace: str, clusters: Sequence[str], context: Context
) -> Diagnostic:
    labels = [_label(other, context), _label(one, context)]
    # Of two parts with different names, at least one sets its release name.
    labels.sort(key=lambda label: label.at is At.KEY)
    return error(
        SLUG,
        f"`{one.name}` and `{other.name}` are both installed as the Helm release `{other.release}` "
        f"in namespace `{namespace}` on {some(clusters)}",
        *labels,
        help="give one of them another `releaseName` or namespace",
    )


def _label(part: Part, context: Context) -> Label:
    addon = context.platform.addons[part.addon]
    route: Route = ("addons", part.addon)
    given = addon.release_name
    if part.component is not None:
        route = (*route, "components", part.component)
        given = addon.components[part.component].release_name
    if given is not None:
        return Label((*route, "releaseName"))
    return Label(route, At.KEY, f"release `{part.release}` by default")
