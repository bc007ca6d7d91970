"""Iterations over declarations that lie in several sections or levels of a platform."""

from __future__ import annotations

from collections.abc import Iterator

from dokaseca_compile.core.routes import Route
from dokaseca_compile.model.clusters import Cluster
from dokaseca_compile.model.common import Values
from dokaseca_compile.model.environments import Environment
from dokaseca_compile.model.platform import Platform
from dokaseca_compile.model.repositories import RepositoryKey
from dokaseca_compile.model.workloads import Workload
from dokaseca_compile.resolve.resolved import ResolvedCluster, Tenant


def declared_revisions(platform: Platform) -> Iterator[tuple[Route, RepositoryKey, str]]:
    """Yield every revision that an environment or a cluster sets for a repository."""
    for route, unit in environments_and_clusters(platform):
        for key, revision in unit.revisions.items():
            yield (*route, "revisions", key), key, revision


def values_of(team: str, name: str, workload: Workload) -> Iterator[tuple[Route, Values]]:
    """Yield the values of a workload and those of each of its environments, with their routes."""
    route: Route = ("workloads", team, name)
    yield (*route, "values"), workload.values
    for environment, settings in workload.environments.items():
        yield (*route, "environments", environment, "values"), settings.values


def environments_and_clusters(platform: Platform) -> Iterator[tuple[Route, Environment | Cluster]]:
    """Yield each environment and each cluster: both have labels, annotations and revisions."""
    for name, environment in platform.environments.items():
        yield ("environments", name), environment
    for name, cluster in platform.clusters.items():
        yield ("clusters", name), cluster


def by_external_secret(cluster: ResolvedCluster) -> bool:
    """Return whether an ExternalSecret on its hub registers a cluster."""
    return cluster.cluster.auth.external is not None and cluster.registration == "gitops"


def quota_route(platform: Platform, tenant: Tenant, resource: str) -> Route:
    """Return where a quota of a team is set: at the team, else by its environment."""
    if resource in platform.teams[tenant.team].quotas:
        return ("teams", tenant.team, "quotas", resource)
    return ("policies", tenant.environment, "quotas", resource)


def every_workload(platform: Platform) -> Iterator[tuple[str, str, Workload]]:
    """Yield every workload, with its team and its name."""
    for team, workloads in platform.workloads.items():
        for name, workload in workloads.items():
            yield team, name, workload
