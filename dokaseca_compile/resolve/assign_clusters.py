"""Pass: give every cluster its profile, hub, server and repositories."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from dokaseca_compile.model.clusters import IN_CLUSTER_SERVER, Cluster, Registration
from dokaseca_compile.resolve.bind_repositories import Repositories, with_revisions
from dokaseca_compile.resolve.cluster_config import cluster_config
from dokaseca_compile.resolve.resolved import Profile, Resolved, ResolvedCluster
from dokaseca_compile.resolve.setting import Layer


def assign_clusters(resolved: Resolved) -> Resolved:
    """Fill in ``clusters``, sorted by name."""
    declared = resolved.platform.clusters
    profiles = {name: profile for profile in resolved.profiles for name in profile.clusters}
    hubs = [name for name, cluster in declared.items() if cluster.type == "hub"]
    only_hub = hubs[0] if len(hubs) == 1 else None
    clusters = {
        name: _resolved(resolved, name, declared[name], profiles[name], only_hub)
        for name in sorted(declared)
    }
    return replace(resolved, clusters=clusters, served=_served(resolved, clusters))


def _served(
    resolved: Resolved, clusters: Mapping[str, ResolvedCluster]
) -> Mapping[str, tuple[str, ...]]:
    """Return the environments whose files each hub reads.

    By default those of its clusters: a hub for production must not take what is merged for dev. The
    only hub of a platform reads every environment, so that nothing stays on it when an environment
    loses its last cluster.
    """
    used: dict[str, set[str]] = {name: set() for name, each in clusters.items() if each.hub == name}
    for cluster in clusters.values():
        if cluster.hub in used:
            used[cluster.hub].add(cluster.cluster.environment)
    if len(used) == 1:
        used = {hub: set(resolved.environments) for hub in used}
    return {hub: _in_order(resolved, clusters[hub], own) for hub, own in used.items()}


def _in_order(resolved: Resolved, hub: ResolvedCluster, used: set[str]) -> tuple[str, ...]:
    """Return the environments that a hub names, or else those in use, in the order of promotion."""
    served = hub.cluster.serves or used
    return tuple(name for name in resolved.environments if name in served)


def _resolved(
    resolved: Resolved, name: str, cluster: Cluster, profile: Profile, only_hub: str | None
) -> ResolvedCluster:
    environment = resolved.environments.get(cluster.environment)
    repositories: Repositories = {}
    labels: Mapping[str, str] = {}
    annotations: Mapping[str, str] = {}
    if environment is not None:
        repositories = environment.repositories
        labels = environment.environment.labels
        annotations = environment.environment.annotations
    return ResolvedCluster(
        name,
        cluster,
        profile,
        _hub(name, cluster, only_hub),
        cluster.server or _server(name, cluster),
        _registration(cluster),
        with_revisions(repositories, cluster.revisions, Layer("cluster", name), ("clusters", name)),
        _merged(labels, cluster.labels),
        _merged(annotations, cluster.annotations),
        cluster_config(cluster),
    )


def _registration(cluster: Cluster) -> Registration:
    """Return how a cluster is registered.

    A hub is registered by Terraform: if Git did it, its Argo CD would need its own registration to
    read that registration.
    """
    if cluster.registration:
        return cluster.registration
    if cluster.type == "spoke" and not cluster.auth.kind:
        return "gitops"
    return "terraform"


def _server(name: str, cluster: Cluster) -> str:
    """Return the API server of a cluster whose ``server`` is not set.

    It is the cluster of Argo CD itself, or a Kind cluster on the same container network: Kind names
    the container of the API server ``<cluster>-control-plane``, which is in kubeadm's certificate.
    """
    if cluster.auth.kind is not None:
        return f"https://{name}-control-plane:6443"
    return IN_CLUSTER_SERVER if cluster.auth.in_cluster is not None else ""


def _merged(environment: Mapping[str, str], own: Mapping[str, str]) -> Mapping[str, str]:
    merged = {**environment, **own}
    return {key: merged[key] for key in sorted(merged)}


def _hub(name: str, cluster: Cluster, only_hub: str | None) -> str | None:
    """Return the hub of a cluster: a hub and a standalone cluster are their own hub."""
    if cluster.type != "spoke":
        return name
    return cluster.hub or only_hub
