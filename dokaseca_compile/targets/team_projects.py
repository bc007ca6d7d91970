"""The AppProjects of the teams: one for each environment, with its sources, destinations and roles.

A team's role differs by environment, and its Applications in dev must not be able to deploy to
production: one AppProject for all environments could not express either. They are in the addons
repository, where no team can extend its own.

A team has them as soon as it works on a cluster. Hubs read the repositories separately, in any
order: an ApplicationSet whose project is missing is retried only after three minutes (argo-cd
``ReconcileRequeueOnValidationError``), and if a project no longer permits the destination of an
Application, Argo CD deletes nothing there (``getPermittedAppLiveObjects``). So neither the first
workload of a team nor the last one changes the projects or their destinations.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from dokaseca_compile.core.routes import Route
from dokaseca_compile.formats.body import Origins, Rows, YamlBody
from dokaseca_compile.formats.tree import Artifact, Origin
from dokaseca_compile.model.teams import Role
from dokaseca_compile.resolve.config_kinds import RBAC
from dokaseca_compile.resolve.layout import Layout
from dokaseca_compile.resolve.resolved import (
    Resolved,
    ResolvedWorkload,
    Setting,
    Tenant,
    declared,
)
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
    """Yield a file for each team on a cluster, with an AppProject for each environment."""
    running: dict[tuple[str, str], list[ResolvedWorkload]] = {}
    for workload in resolved.workloads.values():
        for place in workload.places.values():
            if place.clusters:
                running.setdefault((place.environment, workload.team), []).append(workload)
    teams: dict[str, list[Tenant]] = {}
    for tenant in resolved.tenants.values():
        teams.setdefault(tenant.team, []).append(tenant)
    order = list(resolved.environments)
    for team, tenants in teams.items():
        documents = tuple(
            _project(resolved, tenant, running.get((tenant.environment, team), ()))
            for tenant in sorted(tenants, key=lambda each: order.index(each.environment))
        )
        yield Artifact(
            layout.team_project(team).file, YamlBody(documents), Origin(NAME, (("teams", team),))
        )


def _project(
    resolved: Resolved, tenant: Tenant, workloads: Sequence[ResolvedWorkload]
) -> dict[str, Any]:
    team, environment = tenant.team, tenant.environment
    name = team_project(team, environment)
    clusters = sorted(tenant.clusters)

    def origins(row: Mapping[str, str]) -> Origins:
        return {"name": named("clusters", row["name"]), "namespace": namespace_of(tenant)}

    refused = _REFUSED if resolved.platform.teams[team].own_rbac else (*_REFUSED, *_ACCESS)
    spec: dict[str, Any] = {
        "description": f"Applications of the team {team} in the environment {environment}.",
        "sourceRepos": _source_repositories(resolved, workloads, environment),
        "destinations": Rows(origins, name=clusters, namespace=[tenant.namespace] * len(clusters)),
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
