"""The Applications, cluster labels and annotations that a platform declares.

They are derived from the resolved platform, and from nothing that a target wrote.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import chain

from dokaseca_compile.argo.applications import Application
from dokaseca_compile.proof.expected.addons import AddonApplications
from dokaseca_compile.proof.expected.bootstrap import bootstrap_applications
from dokaseca_compile.proof.expected.workloads import (
    WorkloadApplications,
    configuration_application,
)
from dokaseca_compile.proof.mismatch import Parts
from dokaseca_compile.resolve.contract import (
    addon_switches,
    label_key,
    own_annotations,
    own_labels,
    repository_annotations,
)
from dokaseca_compile.resolve.layout import Layout
from dokaseca_compile.resolve.resolved import Resolved, ResolvedCluster


class Expected:
    """What Argo CD should make of a platform."""

    def __init__(self, resolved: Resolved, layout: Layout) -> None:
        self._resolved, self._layout = resolved, layout
        self._addons = AddonApplications(resolved, layout)
        self._workloads = WorkloadApplications(resolved, layout)
        self._has_teams = resolved.has_teams
        self._registering = frozenset(resolved.registering_hubs())
        self._switches: dict[int, Mapping[str, str]] = {}
        self._repositories: dict[int, Mapping[str, str]] = {}
        self.clusters: dict[str, list[ResolvedCluster]] = {}
        """Hub → its clusters by name, the hub included."""
        for cluster in resolved.clusters.values():
            self.clusters.setdefault(cluster.hub or cluster.name, []).append(cluster)
        labels = {label_key(each) for each in ("environment", "region", "cluster_type")}
        switches = {each.key for each in resolved.addons.values()}
        annotations = repository_annotations(resolved.repositories)
        self.known_keys = frozenset({*labels, *switches, *annotations})
        """Labels and annotations that follow from a cluster's profile and its repositories."""

    def applications(self, cluster: ResolvedCluster, name: str) -> dict[str, Application]:
        """Return the Applications of a cluster by name, as if the cluster had this ``name``.

        Clusters that are alike share them. ``value_files`` has the layers with values only.
        """
        registers = cluster.name in self._registering
        found = chain(
            self._addons.of(cluster, name),
            self._workloads.of(cluster, name),
            bootstrap_applications(self._resolved, cluster, name, registers=registers),
        )
        applications = {each.name: each for each in found}
        if self._has_teams:
            configuration = configuration_application(self._resolved, self._layout, cluster, name)
            applications[configuration.name] = configuration
        return applications

    def labels(self, cluster: ResolvedCluster) -> Parts:
        """Return the labels of a cluster Secret: its own, and the switches of its addons."""
        key = id(cluster.profile)
        if key not in self._switches:
            switches = addon_switches(self._resolved, cluster.profile)
            self._switches[key] = {name: str(on).lower() for name, on in switches.items()}
        return own_labels(self._resolved, cluster), self._switches[key]

    def annotations(self, cluster: ResolvedCluster) -> Parts:
        """Return the annotations of a cluster Secret: its own, and those of its repositories."""
        key = id(cluster.repositories)
        if key not in self._repositories:
            self._repositories[key] = repository_annotations(cluster.repositories)
        return own_annotations(self._resolved, cluster), self._repositories[key]

    def config(self, cluster: ResolvedCluster) -> str:
        """Return how Argo CD connects (JSON); empty where Terraform lacks the credential."""
        auth = cluster.cluster.auth
        if cluster.registration == "terraform" and (auth.external or auth.kind):
            return ""
        return cluster.config
