"""Iterations over declarations that lie in several sections or levels of a platform."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from dokaseca_compile.core.routes import Route
from dokaseca_compile.model.common import Values
from dokaseca_compile.model.platform import Platform
from dokaseca_compile.model.repositories import RepositoryKey
from dokaseca_compile.model.workloads import Workload
from dokaseca_compile.resolve.resolved import Tenant


def declared_revisions(platform: Platform) -> Iterator[tuple[Route, RepositoryKey, str]]:
    """Yield every revision that an environment or a cluster sets for a repository."""
    for name, environment in platform.environments.items():
        for key, revision in environment.revisions.items():
            yield ("environments", name, "revisions", key), key, revision
    for name, cluster in platform.clusters.items():
        for key, revision in cluster.revisions.items():
            yield ("clusters", name, "revisions", key), key, revision


def values_of(team: str, name: str, workload: Workload) -> Iterator[tuple[Route, Values]]:
    """Yield the values of a workload and those of each of its environments, with their routes."""
    route: Route = ("workloads", team, name)
    yield (*route, "values"), workload.values
    for environment, settings in workload.environments.items():
        yield (*route, "environments", environment, "values"), settings.values


def annotations_of(platform: Platform) -> Iterator[tuple[Route, Mapping[str, str]]]:
    """Yield the annotations of each environment and each cluster, with their route."""
    for name, environment in platform.environments.items():
        yield ("environments", name, "annotations"), environment.annotations
    for name, cluster in platform.clusters.items():
        yield ("clusters", name, "annotations"), cluster.annotations


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
