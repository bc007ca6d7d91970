"""The Terraform variables of each cluster: every variable that ``terraform_root`` declares, and no other."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from dokaseca_compile.core.routes import Route
from dokaseca_compile.formats.body import Joined, Shared, TfvarsBody
from dokaseca_compile.formats.tree import Artifact, Origin
from dokaseca_compile.model.teams import Team
from dokaseca_compile.resolve.contract import (
    addon_switches,
    argocd_variables,
    cluster_variables,
    repository_variables,
)
from dokaseca_compile.resolve.layout import Layout
from dokaseca_compile.resolve.resolved import Resolved, ResolvedCluster, Tenant

NAME = "tfvars"


def emit(resolved: Resolved, layout: Layout) -> Iterator[Artifact]:
    """Yield ``<environment>/<cluster>.tfvars`` for every cluster."""
    switches = {id(each): Shared(addon_switches(resolved, each)) for each in resolved.profiles}
    repositories: dict[int, Shared] = {}
    teams: dict[tuple[str, str], Shared] = {}
    for name, cluster in resolved.clusters.items():
        key = id(cluster.repositories)
        if key not in repositories:
            repositories[key] = Shared(repository_variables(cluster.repositories))
        own = cluster_variables(resolved, cluster)
        rest: dict[str, Any] = {
            "addons": switches[id(cluster.profile)],
            "cluster_labels": cluster.labels,
            "cluster_annotations": cluster.annotations,
            "teams": _teams(resolved, cluster, teams),
        }
        body = TfvarsBody(Joined(own, argocd_variables(resolved, cluster), repositories[key], rest))
        path = layout.tfvars(cluster.cluster.environment, name).file
        yield Artifact(path, body, Origin(NAME, (("clusters", name), *_routes(resolved, cluster))))


def _routes(resolved: Resolved, cluster: ResolvedCluster) -> Iterator[Route]:
    """Where it is said what teams are there: their roles, what they are, and the quotas of those with none."""
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
    """The teams of a cluster; ``known`` keeps what a team is in an environment, as many clusters share it."""
    found = {}
    for tenant in resolved.tenants_on(cluster):
        key = (tenant.environment, tenant.team)
        if key not in known:
            known[key] = _team(resolved.platform.teams[tenant.team], tenant)
        found[tenant.team] = known[key]
    return found


def _team(team: Team, tenant: Tenant) -> Shared:
    """What a team is to a cluster of an environment; no role there is an empty string."""
    return Shared(
        {
            "groups": list(team.groups),
            "role": tenant.role or "",
            "quotas": dict(tenant.quotas),
            "cost_center": team.cost_center or "",
        }
    )
