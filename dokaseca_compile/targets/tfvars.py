"""The Terraform variables of each cluster: exactly those that ``terraform_root`` declares."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, cast

from dokaseca_compile.core.routes import Route
from dokaseca_compile.formats.body import Joined, Shared, TfvarsBody, Traced
from dokaseca_compile.formats.tree import Artifact, Origin
from dokaseca_compile.resolve.cluster_origins import (
    ClusterOrigins,
    annotation_origins,
    label_origins,
    variable_origins,
)
from dokaseca_compile.resolve.contract import (
    argocd_variables,
    cluster_variables,
    repository_variable_settings,
    switch_settings,
)
from dokaseca_compile.resolve.layout import Layout
from dokaseca_compile.resolve.resolved import Resolved, ResolvedCluster, Tenant
from dokaseca_compile.resolve.setting import declared
from dokaseca_compile.targets.base import quotas_of, traced

NAME = "tfvars"


def emit(resolved: Resolved, layout: Layout) -> Iterator[Artifact]:
    """Yield ``<environment>/<cluster>.tfvars`` for every cluster."""
    switches = {
        id(each): Shared(traced(switch_settings(resolved, each))) for each in resolved.profiles
    }
    repositories: dict[int, Shared] = {}
    teams: dict[tuple[str, str], Shared] = {}
    for name, cluster in resolved.clusters.items():
        key = id(cluster.repositories)
        if key not in repositories:
            repositories[key] = Shared(traced(repository_variable_settings(cluster.repositories)))
        origins = variable_origins(resolved, cluster)
        own = Traced(cluster_variables(resolved, cluster), origins)
        argocd = Traced(argocd_variables(resolved, cluster), origins)
        rest: dict[str, Any] = {
            "addons": switches[id(cluster.profile)],
            "cluster_labels": _added(cluster.labels, label_origins(resolved, cluster)),
            "cluster_annotations": _added(
                cluster.annotations, annotation_origins(resolved, cluster)
            ),
            "teams": _teams(resolved, cluster, teams),
        }
        body = TfvarsBody(Joined(own, argocd, repositories[key], Traced(rest, origins)))
        path = layout.tfvars(cluster.cluster.environment, name).file
        yield Artifact(path, body, Origin(NAME, (("clusters", name), *_routes(resolved, cluster))))


def _added(entries: Mapping[str, str], origins: ClusterOrigins) -> Mapping[str, str]:
    """Return the labels or annotations that the platform adds; most clusters have none."""
    return cast("Mapping[str, str]", Traced(entries, origins)) if entries else entries


def _routes(resolved: Resolved, cluster: ResolvedCluster) -> Iterator[Route]:
    """Yield the routes of the teams of a cluster: their roles, settings and quotas."""
    environment = cluster.cluster.environment
    for tenant in resolved.tenants_on(cluster):
        if tenant.role is not None:
            yield ("teams", tenant.team, "roles", environment)
        yield ("teams", tenant.team)
    if environment in resolved.platform.policies:
        yield ("policies", environment, "quotas")


def _teams(
    resolved: Resolved, cluster: ResolvedCluster, known: dict[tuple[str, str], Shared]
) -> dict[str, Any]:
    """Return the teams of a cluster; ``known`` caches the data of a team in an environment."""
    found = {}
    for tenant in resolved.tenants_on(cluster):
        key = (tenant.environment, tenant.team)
        if key not in known:
            known[key] = _team(resolved, tenant)
        found[tenant.team] = known[key]
    return found


def _team(resolved: Resolved, tenant: Tenant) -> Shared:
    """Return the data of a team in an environment; the role is empty if it has none."""
    name, team = tenant.team, resolved.platform.teams[tenant.team]
    return Shared(
        traced(
            {
                "groups": declared(list(team.groups), "teams", name, "groups"),
                "role": declared(tenant.role or "", "teams", name, "roles", tenant.environment),
                "quotas": quotas_of(resolved, tenant),
                "cost_center": declared(team.cost_center or "", "teams", name, "costCenter"),
            }
        )
    )
