"""What the platform means as Applications, worked out from the model alone: the other side of the proof.

Nothing here looks at a target or at what it wrote. ``agreement`` holds the two against each other.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from itertools import chain
from typing import Any

from dokaseca_compile.argo.applications import Application
from dokaseca_compile.model.clusters import BearerToken
from dokaseca_compile.proof.expected.addons import AddonApplications
from dokaseca_compile.proof.expected.bootstrap import markers, started, starting
from dokaseca_compile.proof.expected.projects import MeantProject, projects
from dokaseca_compile.proof.expected.provisioning import argocd_chart
from dokaseca_compile.proof.expected.workloads import WorkloadApplications, configured
from dokaseca_compile.resolve.contract import (
    CLUSTER_FACTS,
    addon_switches,
    label_key,
    own_annotations,
    own_labels,
    repository_annotations,
    repository_variables,
)
from dokaseca_compile.resolve.layout import Layout
from dokaseca_compile.resolve.resolved import Resolved, ResolvedCluster

Parts = tuple[Mapping[str, Any], ...]
"""One mapping in parts with different keys, of which clusters share the later ones."""


def whole(parts: Parts) -> dict[str, Any]:
    """The parts as one mapping."""
    return {key: value for part in parts for key, value in part.items()}


class Intent:
    """The Applications, labels and AppProjects that a platform means."""

    def __init__(self, resolved: Resolved, layout: Layout) -> None:
        self._resolved, self._layout = resolved, layout
        self._addons, self._workloads = (
            AddonApplications(resolved, layout),
            WorkloadApplications(resolved, layout),
        )
        self._switches: dict[int, Mapping[str, bool]] = {}
        self._switch_labels: dict[int, Mapping[str, str]] = {}
        self._repositories: dict[int, Mapping[str, str]] = {}
        self._repository_variables: dict[int, Mapping[str, str]] = {}
        self._known_teams: dict[tuple[str, str], Mapping[str, Any]] = {}

        self.clusters: dict[str, list[ResolvedCluster]] = {}
        """Hub → its clusters, itself among them, by name."""
        for cluster in resolved.clusters.values():
            self.clusters.setdefault(cluster.hub or cluster.name, []).append(cluster)
        self.teams_work = any(each.cluster.teams for each in resolved.clusters.values())
        """Whether teams work on any cluster: then every cluster is configured."""
        self.selected: dict[str, Mapping[str, frozenset[str]]] = {**self._workloads.sets}
        """ApplicationSet → the labels of the clusters that it is for, with their values."""
        for name, (switch, environment) in self._addons.switches.items():
            self.selected[name] = {
                switch: frozenset(("true",)),
                label_key("environment"): frozenset((environment,)),
            }
        for environment in resolved.environments:
            self.selected[f"cluster-config-{environment}"] = {
                label_key("environment"): frozenset((environment,))
            }

    def applications(self, cluster: ResolvedCluster, name: str) -> dict[str, Application]:
        """Name → Application of a cluster, as if it was called ``name``: clusters that are alike share them.

        ``value_files`` are those of the layers that have values; a layer without has none.
        """
        of_a_hub = started(self.clusters[cluster.name]) if cluster.name in self.clusters else ()
        found = chain(
            self._addons.on(cluster, name),
            self._workloads.on(cluster, name),
            [configured(self._resolved, self._layout, cluster, name)] if self.teams_work else (),
            (starting(self._resolved, key, cluster, name) for key in of_a_hub),
        )
        return {each.name: each for each in found}

    def steps(self, application_set: str) -> list[tuple[str, frozenset[str], int | str | None]]:
        """The steps of an ApplicationSet's rollout: label, its values, and how many Applications at once."""
        (environment,) = self.selected[application_set][label_key("environment")]
        return [
            (
                "region" if each.regions else "cluster",
                frozenset(each.regions or each.clusters),
                each.at_once,
            )
            for each in self._resolved.environments[environment].environment.rollout
        ]

    def wide(self, application_set: str) -> dict[str, str]:
        """What an ApplicationSet's base says of a cluster that no region, type or cluster speaks of."""
        return self._addons.wide(application_set)

    @cached_property
    def projects(self) -> dict[str, MeantProject]:
        """Every AppProject by name."""
        return projects(self._resolved, self.clusters, self._addons, self._workloads)

    def markers(self) -> Iterator[tuple[str, Mapping[str, Any]]]:
        """Yield the path and the content of every object that keeps what a hub reads from becoming empty."""
        return markers(self._resolved, self._layout, self.clusters)

    def labels(self, cluster: ResolvedCluster) -> Parts:
        """Every label of a cluster's Secret: its own, and the switches of its addons."""
        key = id(cluster.profile)
        if key not in self._switch_labels:
            self._switch_labels[key] = {
                name: "true" if on else "false" for name, on in self._on(cluster).items()
            }
        return own_labels(self._resolved, cluster), self._switch_labels[key]

    def annotations(self, cluster: ResolvedCluster) -> Parts:
        """Every annotation of a cluster's Secret: its own, and those of its repositories."""
        key = id(cluster.repositories)
        if key not in self._repositories:
            self._repositories[key] = repository_annotations(cluster.repositories)
        return own_annotations(self._resolved, cluster), self._repositories[key]

    @property
    def settled(self) -> frozenset[str]:
        """The keys of labels and annotations that are the same for clusters of one profile and its repositories."""
        labels = {label_key(each) for each in ("environment", "region", "cluster_type")}
        switches = {each.key for each in self._resolved.addons.values()}
        return frozenset({*labels, *switches, *repository_annotations(self._resolved.repositories)})

    def config(self, cluster: ResolvedCluster) -> str:
        """How Argo CD connects (JSON); Terraform's variables have no credential, and so nothing where one is needed."""
        auth = cluster.cluster.auth
        return (
            ""
            if cluster.registration == "terraform" and (auth.external or auth.kind)
            else cluster.config
        )

    def credentials(self) -> Iterator[tuple[str, dict[str, Any]]]:
        """Yield the path of every ExternalSecret, with the store and the entries that it reads."""
        store = self._resolved.platform.integrations.secret_store
        for name, cluster in self._resolved.clusters.items():
            credential = cluster.cluster.auth.external
            if credential is None or store is None or cluster.registration != "gitops":
                continue
            if isinstance(credential, BearerToken):
                properties = {"token": credential.property}
            else:
                properties = {
                    "certificate": credential.certificate_property,
                    "key": credential.key_property,
                }
            stored = {
                "conversionStrategy": "Default",
                "decodingStrategy": "None",
                "metadataPolicy": "None",
            }
            data = [
                {"secretKey": key, "remoteRef": {"key": credential.key, "property": each, **stored}}
                for key, each in properties.items()
            ]
            path = self._layout.registration(name, "external-secret").file
            yield path, {"store": {"name": store.name, "kind": store.kind}, "data": data}

    def variables(self) -> Iterator[tuple[str, ResolvedCluster, Parts]]:
        """Yield the path of every cluster's Terraform variables, the cluster, and what they say."""
        for name, cluster in self._resolved.clusters.items():
            key = id(cluster.repositories)
            if key not in self._repository_variables:
                self._repository_variables[key] = repository_variables(cluster.repositories)
            rest = {
                "addons": self._on(cluster),
                "cluster_labels": cluster.labels,
                "cluster_annotations": cluster.annotations,
                "teams": self._teams(cluster),
            }
            own = {fact.variable: fact.read(self._resolved, cluster) for fact in CLUSTER_FACTS}
            variables = (own, argocd_chart(cluster), self._repository_variables[key], rest)
            yield self._layout.tfvars(cluster.cluster.environment, name).file, cluster, variables

    def _teams(self, cluster: ResolvedCluster) -> Mapping[str, Any]:
        """What each team of a cluster is to it; clusters of an environment share that."""
        found = {}
        for name in cluster.cluster.teams:
            key = (name, cluster.cluster.environment)
            if key not in self._known_teams:
                team = self._resolved.platform.teams[name]
                self._known_teams[key] = {
                    "groups": list(team.groups),
                    "role": team.roles.get(cluster.cluster.environment, ""),
                    "quotas": {
                        **self._resolved.policies(cluster.cluster.environment).quotas,
                        **team.quotas,
                    },
                    "cost_center": team.cost_center or "",
                }
            found[name] = self._known_teams[key]
        return found

    def _on(self, cluster: ResolvedCluster) -> Mapping[str, bool]:
        key = id(cluster.profile)
        if key not in self._switches:
            self._switches[key] = addon_switches(self._resolved, cluster.profile)
        return self._switches[key]
