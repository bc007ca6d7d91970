"""The AppProjects that a platform should have: each allows exactly what its Applications use."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from dokaseca_compile.argo.applications import Application
from dokaseca_compile.model.addons import KUBERNETES_KINDS
from dokaseca_compile.proof.expected import Expected
from dokaseca_compile.resolve.layout import Layout
from dokaseca_compile.resolve.resolved import Resolved

Document = Mapping[str, Any]
Kinds = tuple[tuple[str, str], ...]

RBAC = "rbac.authorization.k8s.io"
BOOTSTRAP_KINDS: Mapping[str, Kinds] = {
    "addons": (("argoproj.io", "AppProject"), ("argoproj.io", "ApplicationSet")),
    "clusters": (("", "Secret"), ("external-secrets.io", "ExternalSecret")),
    "workloads": (("argoproj.io", "Application"), ("argoproj.io", "ApplicationSet")),
}
"""The kinds that a hub takes from a repository. Whoever writes workloads must not register clusters."""
CONFIGURATION_KINDS: Mapping[str, Kinds] = {
    "clusterResourceWhitelist": (("", "Namespace"), ("kyverno.io", "ClusterPolicy")),
    "namespaceResourceWhitelist": (
        ("", "ConfigMap"),
        ("", "LimitRange"),
        ("", "ResourceQuota"),
        ("", "ServiceAccount"),
        ("external-secrets.io", "ExternalSecret"),
        ("networking.k8s.io", "NetworkPolicy"),
        (RBAC, "Role"),
        (RBAC, "RoleBinding"),
    ),
}
"""What clusters are configured with."""
REFUSED_KINDS: Kinds = (
    ("", "LimitRange"),
    ("", "ResourceQuota"),
    ("external-secrets.io", "*"),
    ("generators.external-secrets.io", "*"),
    ("kyverno.io", "PolicyException"),
    ("policies.kyverno.io", "PolicyException"),
)
"""What a team may not bring: what governs it, and the way to the secret store."""
ACCESS_KINDS: Kinds = ((RBAC, "Role"), (RBAC, "RoleBinding"))
"""Refused as well, unless the team may bring its own (``ownRbac``)."""
ACTIONS: Mapping[str, tuple[str, ...]] = {
    "viewer": ("applications, get", "logs, get"),
    "editor": ("applications, get", "applications, sync", "applications, action/*", "logs, get"),
    "admin": ("applications, *", "exec, create", "logs, get"),
}


class _Used:
    """The sources and destinations that the Applications of each AppProject use."""

    def __init__(self, resolved: Resolved, layout: Layout) -> None:
        self._resolved = resolved
        self.sources: dict[str, set[str]] = {}
        self.destinations: dict[str, set[tuple[str, str]]] = {}
        expected = Expected(resolved, layout)
        for cluster in resolved.clusters.values():
            for each in expected.applications(cluster, cluster.name).values():
                self._add(each)

    def _add(self, application: Application) -> None:
        sources = self.sources.setdefault(application.project, set())
        sources.add(application.repository)
        if application.value_files:
            sources.add(application.values_repository)
        namespaces = {application.namespace}
        if application.addon:
            namespaces.update(self._resolved.addons[application.addon].addon.namespaces)
        found = self.destinations.setdefault(application.project, set())
        found.update((application.cluster, namespace) for namespace in namespaces)

    def spec(self, project: str) -> dict[str, Any]:
        """Return what an AppProject allows."""
        return _allowed(self.sources[project], self.destinations[project])


def projects(resolved: Resolved, layout: Layout) -> dict[str, Document]:
    """Return every AppProject by name, without its description."""
    used = _Used(resolved, layout)
    documents = [*_of_addons(resolved, used), *_of_teams(resolved, used), *_of_hubs(resolved, used)]
    if resolved.has_teams:
        documents.append(_of_configuration(resolved))
    return {each["metadata"]["name"]: each for each in documents}


def _of_addons(resolved: Resolved, used: _Used) -> Iterator[Document]:
    categories: dict[str, set[tuple[str, str]]] = {}
    for each in resolved.addons.values():
        name = f"addons-{each.addon.category.replace('/', '.')}"
        own = {(kind.group, kind.kind) for kind in each.addon.cluster_resources}
        categories.setdefault(name, {*KUBERNETES_KINDS}).update(own)
    for name, kinds in categories.items():
        if name in used.sources:
            yield _project(resolved, name, {**used.spec(name), "clusterResourceWhitelist": _kinds(sorted(kinds))})


def _of_teams(resolved: Resolved, used: _Used) -> Iterator[Document]:
    """Yield one for each team and environment: it reads the platform's own repositories in any case."""
    own = {resolved.repositories["charts"].url, resolved.repositories["workloads"].url}
    clusters: dict[tuple[str, str], set[str]] = {}
    for cluster in resolved.clusters.values():
        for team in cluster.cluster.teams:
            clusters.setdefault((team, cluster.cluster.environment), set()).add(cluster.name)
    for (team, environment), names in clusters.items():
        declared, name = resolved.platform.teams[team], f"team-{team}.{environment}"
        spec = _allowed(own | used.sources.get(name, set()), {(each, declared.namespace or team) for each in names})
        refused = REFUSED_KINDS if declared.own_rbac else (*REFUSED_KINDS, *ACCESS_KINDS)
        spec["namespaceResourceBlacklist"] = _kinds(refused)
        role = declared.roles.get(environment)
        if role and declared.groups:
            policies = [f"p, proj:{name}:{role}, {each}, {name}/*, allow" for each in ACTIONS[role]]
            groups = [f'"{each}"' if "," in each else each for each in declared.groups]
            spec["roles"] = [{"name": role, "policies": policies, "groups": groups}]
        yield _project(resolved, name, spec, {"team": team, "environment": environment})


def _of_hubs(resolved: Resolved, used: _Used) -> Iterator[Document]:
    for key, kinds in BOOTSTRAP_KINDS.items():
        name = f"bootstrap-{key}"
        if name in used.sources:
            yield _project(resolved, name, {**used.spec(name), "namespaceResourceWhitelist": _kinds(kinds)})


def _of_configuration(resolved: Resolved) -> Document:
    sources = {resolved.repositories["clusters"].url}
    spec = _allowed(sources, {(name, "*") for name in resolved.clusters})
    spec |= {key: _kinds(kinds) for key, kinds in CONFIGURATION_KINDS.items()}
    return _project(resolved, "cluster-config", spec)


def _allowed(sources: set[str], destinations: set[tuple[str, str]]) -> dict[str, Any]:
    listed = [{"name": name, "namespace": namespace} for name, namespace in sorted(destinations)]
    return {"sourceRepos": sorted(sources), "destinations": listed}


def _kinds(kinds: Any) -> list[dict[str, str]]:
    return [{"group": group, "kind": kind} for group, kind in kinds]


def _project(resolved: Resolved, name: str, spec: Document, labels: Document | None = None) -> Document:
    ownership = {
        "app.kubernetes.io/managed-by": "dokaseca",
        "app.kubernetes.io/part-of": resolved.platform.metadata.name,
    }
    metadata = {
        "name": name,
        "namespace": "argocd",
        "labels": {**(labels or {}), **ownership},
        "finalizers": ["resources-finalizer.argocd.argoproj.io"],
    }
    return {"apiVersion": "argoproj.io/v1alpha1", "kind": "AppProject", "metadata": metadata, "spec": spec}
