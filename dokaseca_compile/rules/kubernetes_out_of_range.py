"""An addon is installed on a cluster with a Kubernetes version that it does not support.

## Problem

An addon is enabled on a cluster, and the cluster's `kubernetesVersion` is outside the range in
`addons.<name>.kubernetes`. Clusters without `kubernetesVersion` are not checked.

## Why

A chart with a `kubeVersion` refuses to render, so the Application never syncs. A chart without
one can use APIs that the cluster does not have.

## Fix

Upgrade the cluster, disable the addon there, or correct the range if this version of the addon
supports more.

## Accept

If the addon was tested on this version of Kubernetes, and its maintainers publish a narrower
range.

## Example

```yaml
addons:
  kyverno: {kubernetes: ">=1.28 <1.33"}
clusters:
  edge: {kubernetesVersion: "1.33.1"}     # kubernetes-out-of-range
```
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from dokaseca_compile.core.diagnostics import Diagnostic, Label, error
from dokaseca_compile.core.semver import Range, parse_version
from dokaseca_compile.resolve.resolved import Profile, Said
from dokaseca_compile.rules.shared.base import Context, some
from dokaseca_compile.rules.shared.profiles import complete_profiles, strongest

SLUG = "kubernetes-out-of-range"
WEB_SERVICE_NEEDS = (1, 29, 0)
"""The chart's own ``kubeVersion``."""
_MATCH_CONDITIONS = (1, 28, 0)
"""Kubernetes has match conditions of webhooks by default since 1.28; without them a policy fails closed everywhere."""


def check(context: Context) -> Iterator[Diagnostic]:
    """Yield a fault for each addon that is enabled where it cannot run."""
    ranges = _ranges(context)
    fits: dict[tuple[str, str], bool] = {}
    clusters: dict[str, dict[str, str]] = {name: {} for name in ranges}
    switches: dict[str, list[Said[bool]]] = {name: [] for name in ranges}
    for profile in complete_profiles(context) if ranges else ():
        versions = _versions(profile, context)
        for name, supported in ranges.items():
            enabled = profile.installs[name].enabled
            for version, runs in versions.items() if enabled.value else ():
                if (name, version) not in fits:
                    fits[name, version] = _fits(supported, version)
                if not fits[name, version]:
                    clusters[name].update(dict.fromkeys(runs, version))
                    switches[name].append(enabled)
    for name, outside in clusters.items():
        if outside:
            yield _fault(name, ranges[name].text, outside, strongest(*switches[name]))
    yield from _too_old(context)


def _too_old(context: Context) -> Iterator[Diagnostic]:
    """Yield one fault for each cluster that is older than what is compiled for it needs."""
    for (name, what), least in _needs(context).items():
        version = context.platform.clusters[name].kubernetes_version
        found = parse_version(version) if version is not None else None
        if found is not None and found.core < least:
            wanted = f"1.{least[1]}"
            yield error(
                SLUG,
                f"{what} need Kubernetes {wanted}, and `{name}` runs {version}",
                Label(("clusters", name, "kubernetesVersion")),
                help=f"upgrade the cluster to {wanted} or newer",
            )


def _needs(context: Context) -> dict[tuple[str, str], tuple[int, int, int]]:
    """Return the oldest Kubernetes that each cluster may run, by cluster and what needs it."""
    needs: dict[tuple[str, str], tuple[int, int, int]] = {}
    for workload in context.resolved.workloads.values():
        for place in workload.places.values() if workload.workload.image is not None else ():
            for name in place.clusters:
                needs[name, "the workloads of the web-service chart"] = WEB_SERVICE_NEEDS
    for tenant in context.resolved.tenants.values():
        kyverno = context.resolved.policies(tenant.environment).kyverno
        if kyverno.action == "enforce" and kyverno.policies:
            for name in tenant.clusters:
                needs[name, "Kyverno's policies that are enforced"] = _MATCH_CONDITIONS
    return needs


def _ranges(context: Context) -> dict[str, Range]:
    """The ranges by addon; one that cannot be read is another rule's."""
    ranges = {}
    for name, resolved in context.resolved.addons.items():
        if resolved.addon.kubernetes is not None:
            try:
                ranges[name] = Range.parse(resolved.addon.kubernetes)
            except ValueError:
                continue
    return ranges


def _versions(profile: Profile, context: Context) -> Mapping[str, Sequence[str]]:
    """The Kubernetes versions of a profile's clusters, each with the clusters that run it."""
    versions: dict[str, list[str]] = {}
    for name in profile.clusters:
        version = context.platform.clusters[name].kubernetes_version
        if version is not None:
            versions.setdefault(version, []).append(name)
    return versions


def _fits(supported: Range, text: str) -> bool:
    version = parse_version(text)
    return version is None or supported.contains(version)


def _fault(
    name: str, text: str, clusters: Mapping[str, str], switched: Said[bool] | None
) -> Diagnostic:
    declared = ("addons", name, "kubernetes")
    first = min(clusters)
    versions = sorted(set(clusters.values()))
    noun = "version" if len(versions) == 1 else "versions"
    return error(
        SLUG,
        f"addon `{name}` supports Kubernetes `{text}`, not {noun} {some(versions)} of {some(clusters)}",
        Label(declared if switched is None else switched.route),
        *([] if switched is None else [Label(declared, text="its range")]),
        Label(("clusters", first, "kubernetesVersion"), text=f"runs {clusters[first]}"),
        help=f"disable `{name}` there, upgrade the cluster, or correct the range",
    )
