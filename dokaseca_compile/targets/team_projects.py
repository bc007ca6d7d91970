"""The AppProjects of the teams: one for each environment, with its sources, destinations and roles.

A team's role differs by environment, and its Applications in dev must not be able to deploy to
production: one AppProject for all environments could not express either. They are in the addons
repository, where no team can extend its own.

A team has them as soon as it works on a cluster. Hubs read the repositories separately, in any
order: an ApplicationSet whose project is missing is retried only after three minutes (argo-cd
``ReconcileRequeueOnValidationError``), and if a project no longer permits the destination of an
Application, Argo CD deletes nothing there (``getPermittedAppLiveObjects``). So neither the first
workload of a team nor the last one changes the projects or their destinations, and a cluster that
an entry of ``removed`` names stays a destination until the entry is deleted.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from dokaseca_compile.core.routes import Route
from dokaseca_compile.formats.body import Origins, Rows, YamlBody
from dokaseca_compile.formats.tree import Artifact, Origin
from dokaseca_compile.model.history import Removal
from dokaseca_compile.model.teams import Role
from dokaseca_compile.resolve.config_kinds import RBAC
from dokaseca_compile.resolve.intended_changes import entries_about, kept_namespaces
from dokaseca_compile.resolve.layout import Layout
from dokaseca_compile.resolve.resolved import Resolved, ResolvedWorkload, Tenant
from dokaseca_compile.resolve.setting import Setting, declared
from dokaseca_compile.targets.base import (
    Labels,
    app_project,
    named,
    namespace_of,
    ownership_labels,
    repository_url,
    team_project,
)

NAME = "team-projects"
# Kinds that a team must not deploy: its quota and limits, exceptions from Kyverno's policies, and
# ExternalSecrets, which could read any entry of the secret store. Argo CD may do anything on a
# cluster, so a RoleBinding that it applies could give a Pod of the team the rights to do the same.
_REFUSED = (
    ("", "LimitRange"),
    ("", "ResourceQuota"),
    ("external-secrets.io", "*"),
    ("generators.external-secrets.io", "*"),
    ("kyverno.io", "PolicyException"),
    ("policies.kyverno.io", "PolicyException"),
)
_ACCESS = ((RBAC, "Role"), (RBAC, "RoleBinding"))
# Argo CD's RBAC: resource, action (argo-cd `rbac.md`). `*` is every action, including `delete`.
_MAY: Mapping[Role, Sequence[tuple[str, str]]] = {
    "viewer": (("applications", "get"), ("logs", "get")),
    "editor": (
        ("applications", "get"),
        ("applications", "sync"),
        ("applications", "action/*"),
        ("logs", "get"),
    ),
    "admin": (("applications", "*"), ("exec", "create"), ("logs", "get")),
}


def emit(resolved: Resolved, layout: Layout) -> Iterator[Artifact]:
    """Yield an AppProject for each team on a cluster, in each environment."""
    running: dict[tuple[str, str], list[ResolvedWorkload]] = {}
    for workload in resolved.workloads.values():
        for place in workload.places.values():
            if place.clusters:
                running.setdefault((place.environment, workload.team), []).append(workload)
    for tenant in resolved.tenants.values():
        team, environment = tenant.team, tenant.environment
        project = _project(resolved, tenant, running.get((environment, team), ()))
        path = layout.team_project(team, environment).file
        yield Artifact(path, YamlBody((project,)), Origin(NAME, (("teams", team),)))


def _project(
    resolved: Resolved, tenant: Tenant, workloads: Sequence[ResolvedWorkload]
) -> dict[str, Any]:
    team, environment = tenant.team, tenant.environment
    name = team_project(team, environment)
    clusters = sorted({*tenant.clusters, *_left_clusters(resolved, tenant)})
    namespaces = {
        **dict(kept_namespaces(resolved, "workload", environment, team)),
        tenant.namespace: namespace_of(tenant),
    }
    places = [(cluster, namespace) for cluster in clusters for namespace in sorted(namespaces)]

    def origins(row: Mapping[str, str]) -> Origins:
        return {"name": named("clusters", row["name"]), "namespace": namespaces[row["namespace"]]}

    refused = _REFUSED if resolved.platform.teams[team].own_rbac else (*_REFUSED, *_ACCESS)
    spec: dict[str, Any] = {
        "description": f"Applications of the team {team} in the environment {environment}.",
        "sourceRepos": _source_repositories(resolved, workloads, environment),
        "destinations": Rows(
            origins,
            name=[cluster for cluster, _ in places],
            namespace=[namespace for _, namespace in places],
        ),
        "namespaceResourceBlacklist": declared(
            [{"group": group, "kind": kind} for group, kind in refused], "teams", team, "ownRbac"
        ),
    }
    roles = _roles(resolved, team, environment)
    if roles:
        spec["roles"] = declared(roles, "teams", team, "roles")
    labels: Labels = {
        "team": named("teams", team),
        "environment": named("environments", environment),
        **ownership_labels(resolved),
    }
    return app_project(named("teams", team).derive(name), labels, spec)


def _left_clusters(resolved: Resolved, tenant: Tenant) -> Iterator[str]:
    """Yield the clusters of the environment that workloads of the team are removed from."""
    for _, _, entry in entries_about(resolved, "workload", tenant.team):
        for name in entry.clusters if isinstance(entry, Removal) else ():
            cluster = resolved.clusters.get(name)
            if cluster is not None and cluster.cluster.environment == tenant.environment:
                yield name


def _source_repositories(
    resolved: Resolved, workloads: Sequence[ResolvedWorkload], environment: str
) -> list[Setting[str]]:
    """Return the URLs that a team may deploy from, always including the platform's own."""
    sources = [repository_url(resolved, "charts"), repository_url(resolved, "workloads")]
    sources += [url for each in workloads for url in _sources(resolved, each, environment)]
    found: dict[str, Setting[str]] = {}
    for source in sources:
        found.setdefault(source.value, source)
    return [found[url] for url in sorted(found)]


def _sources(
    resolved: Resolved, workload: ResolvedWorkload, environment: str
) -> Iterator[Setting[str]]:
    """Yield every URL that a workload reads."""
    git, chart = workload.workload.git, workload.chart
    route: Route = ("workloads", workload.team, workload.name)
    if git is not None:
        yield Setting(git.repository, (*route, "git", "repository"))
    elif chart is None or chart.path is not None:
        yield repository_url(resolved, "charts")
    else:
        yield Setting(workload.chart_repository, (*route, "chart", "repository"))
    if workload.places[environment].values:
        yield repository_url(resolved, "workloads")


def _roles(resolved: Resolved, team: str, environment: str) -> list[dict[str, Any]]:
    """Return the role of the team's groups in the environment."""
    unit = resolved.platform.teams[team]
    role = unit.roles.get(environment)
    if role is None or not unit.groups:
        return []
    project = team_project(team, environment)
    policies = [
        f"p, proj:{project}:{role}, {what}, {action}, {project}/*, allow"
        for what, action in _MAY[role]
    ]
    setting = declared(role, "teams", team, "roles", environment)
    groups = [
        declared(_group(each), "teams", team, "groups", at) for at, each in enumerate(unit.groups)
    ]
    return [
        {
            "name": setting,
            "policies": setting.derive(policies),
            "groups": declared(groups, "teams", team, "groups"),
        }
    ]


def _group(name: str) -> str:
    """Quote a group for a line of policies if it has a comma (argo-cd ``validateGroupName``)."""
    return f'"{name}"' if "," in name else name
