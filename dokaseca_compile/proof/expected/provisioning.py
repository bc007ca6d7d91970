"""What Terraform and Kind are meant to make, worked out from the model alone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from dokaseca_compile.resolve import argocd
from dokaseca_compile.resolve.layout import Layout
from dokaseca_compile.resolve.merge_values import merge_values
from dokaseca_compile.resolve.resolved import PartInstall, Profile, Resolved, ResolvedCluster

_NAMES = ("argocd_chart_repository", "argocd_chart_version", "argocd_release_name")
_NO_CHART: Mapping[str, str] = dict.fromkeys(_NAMES, "")


def argocd_chart(cluster: ResolvedCluster) -> Mapping[str, str]:
    """What Terraform is told of the Argo CD on a cluster: the chart of its addon, which is to take it over."""
    if cluster.hub != cluster.name:
        return _NO_CHART
    addon = _addon(cluster.profile)
    if addon is None:
        chart = (argocd.REPOSITORY, argocd.VERSION, argocd.RELEASE)
    else:
        scheme = "" if addon.part.kind == "http-chart" else "oci://"
        version = addon.version.value if addon.version is not None else argocd.VERSION
        chart = (f"{scheme}{addon.part.repository}", version, addon.part.release)
    return dict(zip(_NAMES, chart, strict=True))


def argocd_values(resolved: Resolved, layout: Layout) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield the path of each file of Argo CD's values, and what stands there: what its addon will have."""
    rollouts = any(each.rollout for each in resolved.platform.environments.values())
    without = (
        {"configs": {"params": {"applicationsetcontroller.enable.progressive.syncs": True}}}
        if rollouts
        else {}
    )
    known: dict[int, Mapping[str, Any]] = {}
    for name, cluster in resolved.clusters.items():
        if cluster.hub == name:
            key = id(cluster.profile)
            if key not in known:
                addon = _addon(cluster.profile)
                known[key] = without if addon is None else _merged(addon)
            if known[key]:
                yield layout.argocd_values(cluster.cluster.environment, name).file, known[key]


def kind_clusters(resolved: Resolved, layout: Layout) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield the path of each file for Kind, and what stands there."""
    for name, cluster in resolved.clusters.items():
        if (cluster.cluster.cloud, cluster.cluster.distribution) == ("local", "kind"):
            version = cluster.cluster.kubernetes_version
            image = {"image": f"kindest/node:v{version}"} if version else {}
            head = {"apiVersion": "kind.x-k8s.io/v1alpha4", "kind": "Cluster", "name": name}
            yield layout.kind(name).file, head | {"nodes": [{"role": "control-plane", **image}]}


def _addon(profile: Profile) -> PartInstall | None:
    parts = (part for install in profile.enabled() for part in install.parts)
    return next((part for part in parts if part.part.chart == argocd.CHART), None)


def _merged(addon: PartInstall) -> Mapping[str, Any]:
    values: dict[str, Any] = {}
    for said in addon.values:
        values = merge_values(values, said.value)
    return values
