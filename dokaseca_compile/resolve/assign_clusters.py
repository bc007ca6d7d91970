"""Pass: give every cluster its profile, hub, server and repositories."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from dokaseca_compile.model.clusters import IN_CLUSTER_SERVER, Cluster
from dokaseca_compile.resolve.bind_repositories import with_revisions
from dokaseca_compile.resolve.cluster_config import cluster_config
from dokaseca_compile.resolve.resolved import Layer, Resolved, ResolvedCluster


def assign_clusters(resolved: Resolved) -> Resolved:
    """Fill in ``clusters``, sorted by name. A cluster of an unknown environment has no repositories."""
    platform = resolved.platform
    profiles = {name: profile for profile in resolved.profiles for name in profile.clusters}
    hubs = [name for name, cluster in platform.clusters.items() if cluster.type == "hub"]
    only_hub = hubs[0] if len(hubs) == 1 else None
    clusters = {}
    for name in sorted(platform.clusters):
        cluster = platform.clusters[name]
        environment = resolved.environments.get(cluster.environment)
        repositories = environment.repositories if environment is not None else {}
        shared = environment.environment if environment is not None else None
        clusters[name] = ResolvedCluster(
            name,
            cluster,
            profiles[name],
            _hub(name, cluster, only_hub),
            cluster.server or _server(name, cluster),
            # An Argo CD that Git registers would have to know itself before it can read that registration.
            cluster.registration
            or ("gitops" if cluster.type == "spoke" and not cluster.auth.kind else "terraform"),
            with_revisions(
                repositories, cluster.revisions, Layer("cluster", name), ("clusters", name)
            ),
            _merged(shared.labels if shared else {}, cluster.labels),
            _merged(shared.annotations if shared else {}, cluster.annotations),
            cluster_config(cluster),
        )
    return replace(resolved, clusters=clusters)


def _server(name: str, cluster: Cluster) -> str:
    """Where Argo CD reaches a cluster that names no server: itself, or a Kind cluster on the same container network.

    Kind calls the container of the API server ``<cluster>-control-plane``, and kubeadm signs for that name.
    """
    if cluster.auth.kind is not None:
        return f"https://{name}-control-plane:6443"
    return IN_CLUSTER_SERVER if cluster.auth.in_cluster is not None else ""


def _merged(environment: Mapping[str, str], own: Mapping[str, str]) -> Mapping[str, str]:
    merged = {**environment, **own} if environment else own
    return {key: merged[key] for key in sorted(merged)} if len(merged) > 1 else merged


def _hub(name: str, cluster: Cluster, only_hub: str | None) -> str | None:
    """A hub and a standalone cluster are their own; a spoke names its hub unless there is just one."""
    return name if cluster.type != "spoke" else cluster.hub or only_hub
