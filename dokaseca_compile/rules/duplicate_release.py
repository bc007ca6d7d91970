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
from dokaseca_compile.rules.shared.profiles import complete_profiles

SLUG = "duplicate-release"

Pair = tuple[Part, Part, str]
"""Two parts, and the namespace they meet in."""


def check(context: Context) -> Iterator[Diagnostic]:
    """Yield a fault for each pair of charts that share release and namespace somewhere."""
    shared = _shared_releases(context)
    meetings: dict[Pair, list[Profile]] = {}
    for profile in complete_profiles(context) if shared else ():
        for parts in shared:
            for pair in _pairs(parts, profile):
                meetings.setdefault(pair, []).append(profile)
    for pair, profiles in meetings.items():
        yield _fault(*pair, clusters_of(profiles), context)
    yield from _workloads(context)


def _workloads(context: Context) -> Iterator[Diagnostic]:
    """Workloads of one namespace: a team's own, or those of teams that share one."""
    first: dict[tuple[str, str, str], ResolvedWorkload] = {}
    told: set[tuple[str, str]] = set()
    for each in context.resolved.workloads.values():
        clusters = [name for place in each.places.values() for name in place.clusters]
        for cluster in clusters if each.takes_values else ():
            other = first.setdefault((cluster, each.namespace, each.release), each)
            if other is not each and (other.part, each.part) not in told:
                told.add((other.part, each.part))
                one, two = f"{other.team}/{other.name}", f"{each.team}/{each.name}"
                yield error(
                    SLUG,
                    f"`{one}` and `{two}` are both the release `{each.release}` in namespace `{each.namespace}` "
                    f"on `{cluster}`",
                    Label(("workloads", each.team, each.name), At.KEY),
                    Label(("workloads", other.team, other.name), At.KEY, "the other one"),
                    help="give one of them another `releaseName`",
                )


def _shared_releases(context: Context) -> list[list[Part]]:
    """The charts that share their release with another one, whatever the namespace."""
    by_release: dict[str, dict[str, Part]] = {}
    for resolved in context.resolved.addons.values():
        for part in resolved.parts:
            if part.kind != "kustomize":
                # Parts of one name are one Application: another rule's.
                by_release.setdefault(part.release, {}).setdefault(part.name, part)
    return [list(parts.values()) for parts in by_release.values() if len(parts) > 1]


def _pairs(parts: Sequence[Part], profile: Profile) -> Iterator[Pair]:
    first: dict[str, Part] = {}
    for part in parts:
        install = profile.installs[part.addon]
        if install.enabled.value:
            namespace = install.namespace.value
            if first.setdefault(namespace, part) is not part:
                yield first[namespace], part, namespace


def _fault(
    one: Part, other: Part, namespace: str, clusters: Sequence[str], context: Context
) -> Diagnostic:
    # Of two parts with different names at least one names its release itself.
    labels = sorted(
        (_label(part, context) for part in (other, one)), key=lambda label: label.at is At.KEY
    )
    return error(
        SLUG,
        f"`{one.name}` and `{other.name}` are both the release `{other.release}` in namespace `{namespace}` "
        f"on {some(clusters)}",
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
    return Label(route, At.KEY, f"release `{part.release}` by its name")
