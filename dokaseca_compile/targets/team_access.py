"""What the groups and the service accounts of a team may do in its namespace: bindings to Kubernetes' own roles."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from dokaseca_compile.formats.body import YamlBody
from dokaseca_compile.formats.tree import Artifact, Origin
from dokaseca_compile.model.teams import Role
from dokaseca_compile.resolve.config_kinds import RBAC
from dokaseca_compile.resolve.layout import Layout
from dokaseca_compile.resolve.resolved import Resolved, Tenant
from dokaseca_compile.targets.base import KUSTOMIZATION

NAME = "team-access"
_CLUSTER_ROLES: dict[Role, str] = {"admin": "admin", "editor": "edit", "viewer": "view"}
"""What every Kubernetes has (kubernetes.io/docs/reference/access-authn-authz/rbac, user-facing roles)."""


def emit(resolved: Resolved, layout: Layout) -> Iterator[Artifact]:
    """Yield a folder for the people and one for the machines of each team in each environment where it works."""
    for tenant in resolved.tenants.values():
        team, environment = tenant.team, tenant.environment
        if tenant.role is not None and resolved.has_access(tenant):
            origin = Origin(NAME, (("teams", team, "roles", environment), ("teams", team)))
            groups = [
                {"apiGroup": RBAC, "kind": "Group", "name": each}
                for each in _groups(resolved, team)
            ]
            binding = _binding(f"team-{tenant.role}", tenant.role, groups)
            place = layout.team_access(team, environment, "role-binding.yaml")
            yield Artifact(place.file, YamlBody((binding,)), origin)
            place = layout.team_access(team, environment, "kustomization.yaml")
            yield Artifact(place.file, _kustomization(tenant, "role-binding.yaml"), origin)
        if tenant.accounts:
            origin = Origin(NAME, (("teams", team, "serviceAccounts"), ("teams", team)))
            documents = tuple(
                each for name in tenant.accounts for each in _account(resolved, tenant, name)
            )
            place = layout.service_accounts(team, environment, "service-accounts.yaml")
            yield Artifact(place.file, YamlBody(documents), origin)
            place = layout.service_accounts(team, environment, "kustomization.yaml")
            yield Artifact(place.file, _kustomization(tenant, "service-accounts.yaml"), origin)


def _groups(resolved: Resolved, team: str) -> list[str]:
    return sorted(set(resolved.platform.teams[team].groups))


def _kustomization(tenant: Tenant, file: str) -> YamlBody:
    return YamlBody(({**KUSTOMIZATION, "namespace": tenant.namespace, "resources": [file]},))


def _binding(name: str, role: Role, subjects: list[dict[str, str]]) -> dict[str, Any]:
    """A binding is named after its role: Kubernetes lets nobody change the role of one."""
    return {
        "apiVersion": f"{RBAC}/v1",
        "kind": "RoleBinding",
        "metadata": {"name": name},
        "roleRef": {"apiGroup": RBAC, "kind": "ClusterRole", "name": _CLUSTER_ROLES[role]},
        "subjects": subjects,
    }


def _account(
    resolved: Resolved, tenant: Tenant, name: str
) -> tuple[dict[str, Any], dict[str, Any]]:
    annotations = resolved.platform.teams[tenant.team].service_accounts[name].annotations
    told = (
        {"annotations": {key: annotations[key] for key in sorted(annotations)}}
        if annotations
        else {}
    )
    account = {
        "apiVersion": "v1",
        "kind": "ServiceAccount",
        "metadata": {"name": name, **told},
        # Who runs as it says that it wants the token: in its Pod, or as one that ends.
        "automountServiceAccountToken": False,
    }
    role = tenant.accounts[name]
    subject = {"kind": "ServiceAccount", "name": name, "namespace": tenant.namespace}
    return account, _binding(f"service-account-{name}-{role}", role, [subject])
