"""What Terraform and Kind should read: variables of clusters, values of Argo CD, Kind's files."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from dokaseca_compile.argo.hubs import Output
from dokaseca_compile.proof.expected import Expected
from dokaseca_compile.proof.mismatch import check_data, check_equal, check_mapping, joined
from dokaseca_compile.resolve import argocd
from dokaseca_compile.resolve.contract import (
    addon_switches,
    bridge_metadata,
    cluster_variables,
    repository_variables,
)
from dokaseca_compile.resolve.layout import Layout
from dokaseca_compile.resolve.merge_values import merge_values
from dokaseca_compile.resolve.resolved import PartInstall, Profile, Resolved, ResolvedCluster
from governance.files import only_document

Document = Mapping[str, Any]
_CHART = ("argocd_chart_repository", "argocd_chart_version", "argocd_release_name")


class Provisioning:
    """The files of the control plane that name clusters."""

    def __init__(self, resolved: Resolved, layout: Layout) -> None:
        self._resolved, self._layout = resolved, layout
        self._variables = {
            layout.tfvars(each.cluster.environment, name).file: (each, _variables(resolved, each))
            for name, each in resolved.clusters.items()
        }
        self._files = {**dict(_argocd_values(resolved, layout)), **dict(_kind_clusters(resolved, layout))}
        expected = Expected(resolved, layout)
        self._metadata = {
            name: (joined(expected.labels(each)), joined(expected.annotations(each)))
            for name, each in resolved.clusters.items()
        }

    def check(self, output: Output) -> None:
        """Check that every file is there, that there is no other, and the content of each."""
        folder = self._layout.tfvars_folder().file
        check_equal("the variables", output.below(folder, ".tfvars"), sorted(self._variables))
        for path, (cluster, expected) in self._variables.items():
            variables = only_document(output, path)
            check_data(path, variables, expected)
            labels, annotations = bridge_metadata(variables)
            check_mapping(f"{path}: label", labels, self._metadata[cluster.name][0])
            check_mapping(f"{path}: annotation", annotations, self._metadata[cluster.name][1])
        kind = output.below(self._layout.kind_folder().file, ".yaml")
        actual = [*output.below(folder, ".argo-cd.yaml"), *kind]
        check_equal("the files for Terraform", sorted(actual), sorted(self._files))
        for path, expected in self._files.items():
            check_data(path, only_document(output, path), expected)


def _variables(resolved: Resolved, cluster: ResolvedCluster) -> Document:
    return {
        **cluster_variables(resolved, cluster),
        **dict(zip(_CHART, _argocd_chart(cluster), strict=True)),
        **repository_variables(cluster.repositories),
        "addons": addon_switches(resolved, cluster.profile),
        "cluster_labels": cluster.labels,
        "cluster_annotations": cluster.annotations,
        "teams": {name: _team(resolved, name, cluster.cluster.environment) for name in cluster.cluster.teams},
    }


def _team(resolved: Resolved, name: str, environment: str) -> Document:
    team = resolved.platform.teams[name]
    return {
        "groups": list(team.groups),
        "role": team.roles.get(environment, ""),
        "quotas": {**resolved.policies(environment).quotas, **team.quotas},
        "cost_center": team.cost_center or "",
    }


def _argocd_chart(cluster: ResolvedCluster) -> tuple[str, str, str]:
    """Return repository, version and release of the chart: those of the addon that takes Argo CD over."""
    if cluster.hub != cluster.name:
        return "", "", ""
    addon = _addon(cluster.profile)
    if addon is None:
        return argocd.REPOSITORY, argocd.VERSION, argocd.RELEASE
    scheme = "" if addon.part.kind == "http-chart" else "oci://"
    version = addon.version.value if addon.version is not None else argocd.VERSION
    return f"{scheme}{addon.part.repository}", version, addon.part.release


def _argocd_values(resolved: Resolved, layout: Layout) -> Iterator[tuple[str, Document]]:
    rollouts = any(each.rollout for each in resolved.platform.environments.values())
    parameters = {"applicationsetcontroller.enable.progressive.syncs": True}
    without = {"configs": {"params": parameters}} if rollouts else {}
    for name, cluster in resolved.clusters.items():
        if cluster.hub == name:
            addon = _addon(cluster.profile)
            values = without if addon is None else _merged(addon)
            if values:
                yield layout.argocd_values(cluster.cluster.environment, name).file, values


def _kind_clusters(resolved: Resolved, layout: Layout) -> Iterator[tuple[str, Document]]:
    for name, cluster in resolved.clusters.items():
        if (cluster.cluster.cloud, cluster.cluster.distribution) == ("local", "kind"):
            version = cluster.cluster.kubernetes_version
            image = {"image": f"kindest/node:v{version}"} if version else {}
            head = {"apiVersion": "kind.x-k8s.io/v1alpha4", "kind": "Cluster", "name": name}
            yield layout.kind(name).file, head | {"nodes": [{"role": "control-plane", **image}]}


def _addon(profile: Profile) -> PartInstall | None:
    parts = (part for install in profile.enabled() for part in install.parts)
    return next((part for part in parts if part.part.chart == argocd.CHART), None)


def _merged(addon: PartInstall) -> Document:
    values: dict[str, Any] = {}
    for said in addon.values:
        values = merge_values(values, said.value)
    return values
