"""The Argo CD that Terraform installs on a cluster: that of the platform's addon, if it has one.

Terraform starts it and the addon takes it over. That works when both install the same release of
the same chart in the same namespace; with different values, each would undo changes of the other.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from dokaseca_compile.core.routes import Route, at
from dokaseca_compile.model.common import Values
from dokaseca_compile.resolve.merge_values import merge_values
from dokaseca_compile.resolve.resolved import Install, PartInstall, Resolved, ResolvedCluster
from dokaseca_compile.resolve.setting import Setting

CHART = "argo-cd"
ARGOCD_NAMESPACE = "argocd"
RELEASE = "argo-cd"
REPOSITORY = "https://argoproj.github.io/argo-helm"
VERSION = "10.2.2"  # of Argo CD 3, unless an addon sets another
PROGRESSIVE_SYNCS = "applicationsetcontroller.enable.progressive.syncs"
"""The parameter without which the ApplicationSet controller ignores every rollout."""
_ROLLOUTS: Values = {"configs": {"params": {PROGRESSIVE_SYNCS: True}}}


@dataclass(frozen=True, slots=True)
class ArgoCd:
    """Repository, version and release of the chart that Terraform installs, and its value layers.

    Layers are in order of precedence, weak to strong. All fields are empty on a spoke.
    """

    repository: Setting[str]
    version: Setting[str]
    release: Setting[str]
    values: tuple[Setting[Values], ...] = ()


def argocd_of(resolved: Resolved, cluster: ResolvedCluster) -> ArgoCd:
    """Return the Argo CD of a cluster; of several addons that install it, the first."""
    route: Route = ("clusters", cluster.name, "type")
    if cluster.cluster.type == "spoke":
        none = Setting("", route)
        return ArgoCd(none, none, none)
    for _, install in argocd_installs(cluster):
        part = install.part
        # Helm needs the scheme that Argo CD leaves out.
        scheme = "oci://" if part.kind == "oci-chart" else ""
        return ArgoCd(
            Setting(f"{scheme}{part.repository or ''}", part.repository_route),
            install.version if install.version is not None else Setting(VERSION, part.route),
            Setting(part.release, part.release_route),
            install.values,
        )
    # The platform has no such addon: it decides only which clusters run an Argo CD.
    repository, version, release = (Setting(each, route) for each in (REPOSITORY, VERSION, RELEASE))
    return ArgoCd(repository, version, release, tuple(_rollouts(resolved)))


def _rollouts(resolved: Resolved) -> Iterator[Setting[Values]]:
    """Yield the values that the first rollout needs, if there is one."""
    for name, each in resolved.environments.items():
        if each.environment.rollout:
            yield Setting(_ROLLOUTS, ("environments", name, "rollout"))
            return


def argocd_installs(cluster: ResolvedCluster) -> Iterator[tuple[Install, PartInstall]]:
    """Yield the addons and parts that install the chart ``argo-cd`` on a cluster."""
    for install, part in cluster.profile.enabled_parts():
        if part.part.chart == CHART:
            yield install, part


def ignores_rollouts(hub: ResolvedCluster) -> bool:
    """Return whether a hub installs Argo CD by an addon that does not enable progressive syncs.

    Without such an addon, Terraform installs an Argo CD that has them, or its values are unknown.
    """
    parts = [part for _, part in argocd_installs(hub)]
    return bool(parts) and not any(map(_switches_on, parts))


def _switches_on(part: PartInstall) -> bool:
    value = at(_values(part), ("configs", "params", PROGRESSIVE_SYNCS))
    return str(value).lower() == "true"


def _values(part: PartInstall) -> Mapping[str, Any]:
    merged: dict[str, Any] = {}
    for layer in part.values:
        merged = merge_values(merged, layer.value)
    return merged
