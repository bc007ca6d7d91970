"""The addon for Argo CD would not manage the installation that Terraform created.

## Problem

On a hub or standalone cluster, an addon with the chart `argo-cd` has a namespace other than
`argocd`, or two addons have that chart.

## Why

Terraform installs Argo CD into the namespace `argocd`, with the release name of the addon.
Cluster Secrets, AppProjects and ApplicationSets are created there. An addon in another namespace
would be a second Argo CD without clusters, and both would overwrite each other's cluster roles
and CRDs.

## Fix

Set `namespace: argocd` for the addon, and keep only one addon with that chart.

## Example

```yaml
addons:
  argo-cd:
    chart: {name: argo-cd, repository: https://argoproj.github.io/argo-helm}
    namespace: gitops                                     # misplaced-argo-cd
```
"""

from __future__ import annotations

from collections.abc import Iterator

from dokaseca_compile.core.diagnostics import Diagnostic, Label, error
from dokaseca_compile.core.routes import Route
from dokaseca_compile.resolve.argocd import ARGOCD_NAMESPACE, argocd_installs
from dokaseca_compile.resolve.resolved import ResolvedCluster
from dokaseca_compile.rules.shared.base import Context, some
from dokaseca_compile.rules.shared.profiles import complete_profiles

SLUG = "misplaced-argo-cd"


def check(context: Context) -> Iterator[Diagnostic]:
    """Yield a fault for each wrong namespace, and one for the clusters with several such addons."""
    elsewhere: dict[Route, tuple[str, list[str]]] = {}
    several: dict[tuple[str, ...], list[str]] = {}
    for cluster in _clusters(context):
        installs = list(argocd_installs(cluster))
        for install, _ in installs:
            namespace = install.namespace
            if namespace.value != ARGOCD_NAMESPACE:
                _, names = elsewhere.setdefault(namespace.route, (install.addon, []))
                names.append(cluster.name)
        if len(installs) > 1:
            parts = tuple(part.part.name for _, part in installs)
            several.setdefault(parts, []).append(cluster.name)
    for route, (addon, names) in elsewhere.items():
        yield _second(addon, names, route)
    for parts, names in several.items():
        yield _several(parts, names)


def _clusters(context: Context) -> Iterator[ResolvedCluster]:
    """Yield the clusters that run Argo CD and whose layers are all declared."""
    complete = {id(profile) for profile in complete_profiles(context)}
    for cluster in context.resolved.clusters.values():
        if cluster.cluster.type != "spoke" and id(cluster.profile) in complete:
            yield cluster


def _second(addon: str, clusters: list[str], namespace: Route) -> Diagnostic:
    message = (
        f"addon `{addon}` would install a second Argo CD on {some(clusters)}: "
        f"Terraform installs Argo CD into `{ARGOCD_NAMESPACE}`"
    )
    return error(SLUG, message, Label(namespace), help=f"set `namespace: {ARGOCD_NAMESPACE}`")


def _several(parts: tuple[str, ...], clusters: list[str]) -> Diagnostic:
    message = f"{some(parts)} each install Argo CD on {some(clusters)}"
    advice = "keep only one of them there"
    return error(SLUG, message, Label(("clusters", clusters[0])), help=advice)
