"""The AppProjects that a platform should have.

Those of teams and of what starts a hub allow exactly what their Applications use. Those of addons allow the namespaces
of all addons of a category, so that they do not lose one when an addon is switched off.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial
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
        self.destinations.setdefault(application.project, set()).add((application.cluster, application.namespace))

    def spec(self, project: str) -> dict[str, Any]:
        """Return what an AppProject allows."""
        return _allowed(self.sources[project], self.destinations[project])


def projects(resolved: Resolved, layout: Layout) -> dict[str, Document]:
    """Return every AppProject by name, without its description."""
    used = _Used(resolved, layout)
    documents = [*_of_addons(resolved, used), *_of_teams(resolved, used), *_of_hubs(resolved, used)]
    if resolved.has_teams:
        used_in = {each.cluster.environment for each in resolved.clusters.values()}
        documents += [_of_configuration(resolved, environment) for environment in sorted(used_in)]
    return {each["metadata"]["name"]: each for each in documents}


def _of_addons(resolved: Resolved, used: _Used) -> Iterator[Document]:
    categories: dict[str, set[str]] = {}
    for name, each in resolved.addons.items():
        categories.setdefault(each.addon.category, set()).add(name)
    for category, addons in categories.items():
        kinds = {*KUBERNETES_KINDS}
        for addon in addons:
            kinds.update((kind.group, kind.kind) for kind in resolved.addons[addon].addon.cluster_resources)
        for environment in resolved.environments:
            name = f"addons-{category.replace('/', '.')}.{environment}"
            if name not in used.sources:
                continue
            left = _namespaces_left(resolved, environment, lambda each: each.addon is not None)
            namespaces = _namespaces_of(resolved, addons, environment) | left
            spec = _allowed(used.sources[name], {("*", namespace) for namespace in namespaces})
            spec["clusterResourceWhitelist"] = _kinds(sorted(kinds))
            yield _project(resolved, name, spec, {"environment": environment})


def _namespaces_of(resolved: Resolved, addons: set[str], environment: str) -> set[str]:
    """Return the namespaces that addons have or would have on the clusters of an environment."""
    found = {namespace for addon in addons for namespace in resolved.addons[addon].addon.namespaces}
    for cluster in resolved.clusters.values():
        if cluster.cluster.environment == environment:
            found |= {cluster.profile.installs[addon].namespace.value for addon in addons}
    return found


def _namespaces_left(resolved: Resolved, environment: str, about: Callable[[Any], bool]) -> set[str]:
    """Return the namespaces that intended deletions and moves name."""
    platform = resolved.platform
    found = {namespace for each in platform.moved.values() if about(each) for namespace in each.namespaces}
    clusters = {name for name, each in resolved.clusters.items() if each.cluster.environment == environment}
    for removal in filter(about, platform.removed.values()):
        everywhere = not (removal.environments or removal.clusters)
        if everywhere or environment in removal.environments or clusters & {*removal.clusters}:
            found |= {*removal.namespaces}
    return found


def _is_of_team(team: str, entry: Any) -> bool:
    return bool(entry.workload) and entry.workload.split("/")[0] == team


def _of_teams(resolved: Resolved, used: _Used) -> Iterator[Document]:
    """Yield one for each team and environment: it reads the platform's own repositories in any case."""
    own = {resolved.repositories["charts"].url, resolved.repositories["workloads"].url}
    clusters: dict[tuple[str, str], set[str]] = {}
    for cluster in resolved.clusters.values():
        for team in cluster.cluster.teams:
            clusters.setdefault((team, cluster.cluster.environment), set()).add(cluster.name)
    for removal in resolved.platform.removed.values():
        for each in removal.clusters if removal.workload else ():
            team, environment = removal.workload.split("/")[0], resolved.clusters[each].cluster.environment
            if (team, environment) in clusters:
                clusters[team, environment].add(each)
    for (team, environment), names in clusters.items():
        declared, name = resolved.platform.teams[team], f"team-{team}.{environment}"
        of_team = partial(_is_of_team, team)
        left = _namespaces_left(resolved, environment, of_team)
        places = {(each, namespace) for each in names for namespace in {declared.namespace or team, *left}}
        spec = _allowed(own | used.sources.get(name, set()), places)
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


def _of_configuration(resolved: Resolved, environment: str) -> Document:
    spec = _allowed({resolved.repositories["clusters"].url}, {("*", "*")})
    spec |= {key: _kinds(kinds) for key, kinds in CONFIGURATION_KINDS.items()}
    return _project(resolved, f"cluster-conf.{environment}", spec, {"environment": environment})


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
