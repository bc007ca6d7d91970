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
from contextlib import suppress
from dataclasses import dataclass, field

from dokaseca_compile.core.diagnostics import Diagnostic, Label, error
from dokaseca_compile.core.semver import Range, parse_version
from dokaseca_compile.resolve.resolved import Profile
from dokaseca_compile.resolve.setting import Setting
from dokaseca_compile.rules.shared.base import Context, some
from dokaseca_compile.rules.shared.profiles import blamed, complete_profiles, placements

SLUG = "kubernetes-out-of-range"
WEB_SERVICE_NEEDS = (1, 29, 0)
"""The chart's own ``kubeVersion``."""
_MATCH_CONDITIONS = (1, 28, 0)
"""Match conditions of webhooks are on by default since Kubernetes 1.28.

Without them, an enforced Kyverno policy refuses objects in every namespace when Kyverno is down.
"""


def check(context: Context) -> Iterator[Diagnostic]:
    """Yield a fault for each addon that is enabled on clusters that it does not support."""
    for name, each in _outside(context).items():
        if each.clusters:
            yield _fault(name, each)
    yield from _too_old(context)


def _outside(context: Context) -> dict[str, _Outside]:
    """Return the clusters outside its range for each addon with a range."""
    outside = {name: _Outside(supported) for name, supported in _ranges(context).items()}
    if not outside:
        return outside
    for profile in complete_profiles(context):
        versions = _versions(profile, context)
        for name, each in outside.items():
            enabled = profile.installs[name].enabled
            if enabled.value:
                each.add(versions, enabled)
    return outside


@dataclass(slots=True)
class _Outside:
    """The clusters with an addon whose version of Kubernetes is outside its range."""

    supported: Range
    clusters: dict[str, str] = field(default_factory=dict)
    """Cluster → its version of Kubernetes."""
    switches: list[Setting[bool]] = field(default_factory=list)
    _fits: dict[str, bool] = field(default_factory=dict)

    def add(self, versions: Mapping[str, Sequence[str]], enabled: Setting[bool]) -> None:
        """Add the clusters of unsupported versions; ``enabled`` is the setting that installs it."""
        for version, clusters in versions.items():
            if version not in self._fits:
                self._fits[version] = _fits(self.supported, version)
            if not self._fits[version]:
                self.clusters.update(dict.fromkeys(clusters, version))
                self.switches.append(enabled)


def _too_old(context: Context) -> Iterator[Diagnostic]:
    """Yield one fault for each cluster that is too old for the objects compiled for it."""
    for (name, what), least in _needs(context).items():
        version = context.platform.clusters[name].kubernetes_version
        found = parse_version(version) if version is not None else None
        if found is not None and found.core < least:
            wanted = f"1.{least[1]}"
            yield error(
                SLUG,
                f"{what} need Kubernetes {wanted} or newer, but `{name}` runs `{version}`",
                Label(("clusters", name, "kubernetesVersion")),
                help=f"upgrade the cluster to {wanted} or newer",
            )


def _needs(context: Context) -> dict[tuple[str, str], tuple[int, int, int]]:
    """Return the oldest Kubernetes that a cluster may run, by cluster and what needs it."""
    needs: dict[tuple[str, str], tuple[int, int, int]] = {}
    for workload, placement in placements(context.resolved):
        if workload.workload.image is None:
            continue
        for name in placement.clusters:
            needs[name, "workloads of the web-service chart"] = WEB_SERVICE_NEEDS
    for tenant in context.resolved.tenants.values():
        kyverno = context.resolved.policies(tenant.environment).kyverno
        if kyverno.action != "enforce" or not kyverno.policies:
            continue
        for name in tenant.clusters:
            needs[name, "enforced Kyverno policies"] = _MATCH_CONDITIONS
    return needs


def _ranges(context: Context) -> dict[str, Range]:
    """Return the ranges by addon; ``invalid-kubernetes-range`` reports invalid ones."""
    ranges: dict[str, Range] = {}
    for name, resolved in context.resolved.addons.items():
        text = resolved.addon.kubernetes
        if text is not None:
            with suppress(ValueError):
                ranges[name] = Range.parse(text)
    return ranges


def _versions(profile: Profile, context: Context) -> Mapping[str, Sequence[str]]:
    """Return the Kubernetes versions of a profile's clusters, with the clusters that run them."""
    versions: dict[str, list[str]] = {}
    for name in profile.clusters:
        version = context.platform.clusters[name].kubernetes_version
        if version is not None:
            versions.setdefault(version, []).append(name)
    return versions


def _fits(supported: Range, text: str) -> bool:
    version = parse_version(text)
    return version is None or supported.contains(version)


def _fault(name: str, outside: _Outside) -> Diagnostic:
    clusters, supported = outside.clusters, Label(("addons", name, "kubernetes"))
    first = min(clusters)
    verb = "runs" if len(clusters) == 1 else "run"
    versions = some(set(clusters.values()))
    return error(
        SLUG,
        f"addon `{name}` supports Kubernetes `{outside.supported.text}`, "
        f"but {some(clusters)} {verb} {versions}",
        *blamed(outside.switches, supported, "the supported range"),
        Label(("clusters", first, "kubernetesVersion"), text=f"runs {clusters[first]}"),
        help=f"disable `{name}` there, upgrade the cluster, or correct the range",
    )
