"""The AppProjects of the teams: one for each environment, with its sources, destinations and roles.

A team's role is another one in each environment, and what it runs in dev must not reach production:
one AppProject for all of them could say neither. They stand in the addons repository, where no team
can widen its own.

A team has them as soon as it works on a cluster. Hubs read the repositories one by one, in any order:
an ApplicationSet whose project is missing is tried again after three minutes only (argo-cd
``ReconcileRequeueOnValidationError``), and of an Application whose project no longer permits a
destination Argo CD deletes nothing there (``getPermittedAppLiveObjects``). So neither the first
workload of a team nor the last one changes which projects there are, or where they permit.
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
# What governs a team is not the team's to bring: its quota and limits, and exceptions from Kyverno's policies; and from
# the secret store it gets what the platform says, not whatever an ExternalSecret of its own would name. Argo CD may do
# anything on a cluster, so a RoleBinding that it applies could give a Pod of the team the rights to do all of this.
_REFUSED = (
    ("", "LimitRange"),
    ("", "ResourceQuota"),
    ("external-secrets.io", "*"),
    ("generators.external-secrets.io", "*"),
    ("kyverno.io", "PolicyException"),
    ("policies.kyverno.io", "PolicyException"),
)
_ACCESS = ((RBAC, "Role"), (RBAC, "RoleBinding"))
# Argo CD's RBAC: resource, action (argo-cd `rbac.md`). `*` is every action on Applications, `delete` among them.
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
    """Yield a file for each team that works on a cluster, an AppProject for each environment in it."""
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
    """Return the URLs that a team may deploy from: the platform's own always, most workloads read no other."""
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
    """The team's role in the environment, for its groups of the identity provider."""
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
    """A group as a line of policies takes it: one with a comma is quoted (argo-cd ``validateGroupName``)."""
    return f'"{name}"' if "," in name else name
