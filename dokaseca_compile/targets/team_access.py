"""RoleBindings of a team's groups and service accounts to the default roles of Kubernetes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from dokaseca_compile.core.routes import Route
from dokaseca_compile.formats.body import YamlBody
from dokaseca_compile.formats.tree import Artifact, Origin
from dokaseca_compile.model.teams import Role
from dokaseca_compile.resolve.config_kinds import RBAC
from dokaseca_compile.resolve.layout import Layout
from dokaseca_compile.resolve.resolved import Resolved, Tenant
from dokaseca_compile.resolve.setting import Setting, declared
from dokaseca_compile.targets.base import KUSTOMIZATION, namespace_of, traced

NAME = "team-access"
_CLUSTER_ROLES: dict[Role, str] = {"admin": "admin", "editor": "edit", "viewer": "view"}
"""Kubernetes' user-facing roles (kubernetes.io/docs/reference/access-authn-authz/rbac)."""


def emit(resolved: Resolved, layout: Layout) -> Iterator[Artifact]:
    """Yield a folder for the groups and one for the service accounts of each tenant."""
    for tenant in resolved.tenants.values():
        team, environment = tenant.team, tenant.environment
        if tenant.role is not None and resolved.has_access(tenant):
            origin = Origin(NAME, (("teams", team, "roles", environment), ("teams", team)))
            role = declared(tenant.role, "teams", team, "roles", environment)
            binding = _binding(role.derive(f"team-{tenant.role}"), role, _groups(resolved, team))
            place = layout.team_access(team, environment, "role-binding.yaml")
            yield Artifact(place.file, YamlBody((traced(binding),)), origin)
            place = layout.team_access(team, environment, "kustomization.yaml")
            yield Artifact(place.file, _kustomization(tenant, "role-binding.yaml"), origin)
        if tenant.accounts:
            origin = Origin(NAME, (("teams", team, "serviceAccounts"), ("teams", team)))
            documents = tuple(
                traced(each)
                for name in tenant.accounts
                for each in _account(resolved, tenant, name)
            )
            place = layout.service_accounts(team, environment, "service-accounts.yaml")
            yield Artifact(place.file, YamlBody(documents), origin)
            place = layout.service_accounts(team, environment, "kustomization.yaml")
            yield Artifact(place.file, _kustomization(tenant, "service-accounts.yaml"), origin)


def _groups(resolved: Resolved, team: str) -> Setting[list[dict[str, Any]]]:
    """Return the groups of a team as subjects of a binding."""
    groups = resolved.platform.teams[team].groups
    subjects = [
        {
            "apiGroup": RBAC,
            "kind": "Group",
            "name": declared(each, "teams", team, "groups", groups.index(each)),
        }
        for each in sorted(set(groups))
    ]
    return declared(subjects, "teams", team, "groups")


def _kustomization(tenant: Tenant, file: str) -> YamlBody:
    document = {**KUSTOMIZATION, "namespace": namespace_of(tenant), "resources": [file]}
    return YamlBody((traced(document),))


def _binding(
    name: Setting[str], role: Setting[Role], subjects: Setting[list[dict[str, Any]]]
) -> dict[str, Any]:
    """Return a binding. Its name includes the role, since the role of a binding is immutable."""
    return {
        "apiVersion": f"{RBAC}/v1",
        "kind": "RoleBinding",
        "metadata": {"name": name},
        "roleRef": {
            "apiGroup": RBAC,
            "kind": "ClusterRole",
            "name": role.derive(_CLUSTER_ROLES[role.value]),
        },
        "subjects": subjects,
    }


def _account(
    resolved: Resolved, tenant: Tenant, name: str
) -> tuple[dict[str, Any], dict[str, Any]]:
    route: Route = ("teams", tenant.team, "serviceAccounts", name)
    annotations = resolved.platform.teams[tenant.team].service_accounts[name].annotations
    known: dict[str, Any] = {}
    if annotations:
        ordered = {key: annotations[key] for key in sorted(annotations)}
        known["annotations"] = Setting(ordered, (*route, "annotations"))
    named = Setting(name, route)
    account = {
        "apiVersion": "v1",
        "kind": "ServiceAccount",
        "metadata": {"name": named, **known},
        # A Pod that needs the token sets this itself, or uses a token that expires.
        "automountServiceAccountToken": False,
    }
    role = Setting(tenant.accounts[name], (*route, "roles", tenant.environment))
    subject = {"kind": "ServiceAccount", "name": named, "namespace": namespace_of(tenant)}
    binding = role.derive(f"service-account-{name}-{role.value}")
    return account, _binding(binding, role, named.derive([subject]))
