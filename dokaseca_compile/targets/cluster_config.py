"""The configuration of each cluster: namespaces with quotas, its environment's bases, its identity.

A cluster's folder is a Kustomize root. The common parts of an environment are bases that all its
clusters use; clusters with the same teams share one body here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from pydantic.alias_generators import to_camel

from dokaseca_compile.core.routes import Route
from dokaseca_compile.formats.body import Shared, Traced, TracedList, YamlBody
from dokaseca_compile.formats.tree import Artifact, Origin
from dokaseca_compile.resolve.cluster_origins import ClusterOrigins
from dokaseca_compile.resolve.contract import Read, name_of, of_cluster
from dokaseca_compile.resolve.layout import Layout, between
from dokaseca_compile.resolve.resolved import Resolved, ResolvedCluster, Tenant
from dokaseca_compile.resolve.setting import Setting, declared
from dokaseca_compile.targets.base import (
    KUSTOMIZATION,
    identity,
    namespace_of,
    quotas_of,
    tenant_labels,
    traced,
)

NAME = "cluster-config"
# Deleting a namespace deletes everything in it, so only a person does it. A namespace that is no
# longer in Git is not a difference, or no later step of a rollout would begin. (Not `confirm`: a
# sync that waits for an answer applies nothing.)
_KEPT = {
    "argocd.argoproj.io/compare-options": "IgnoreExtraneous",
    "argocd.argoproj.io/sync-options": "Delete=false,Prune=false",
}
_IDENTITY_READERS: Mapping[Any, Read] = {0: name_of, 1: of_cluster("region"), 2: of_cluster("type")}
_BASE_READERS: Mapping[Any, Read] = {0: of_cluster("environment")}
_ROOT_READERS: Mapping[Any, Read] = {"resources": of_cluster("teams")}
_SECTIONS = {
    "namespaces.yaml": "podSecurity",
    "resource-quotas.yaml": "quotas",
    "limit-ranges.yaml": "limits",
}
"""The policies of the environment that a file of teams depends on."""
_HARD: Mapping[str, tuple[str, ...]] = {
    "cpu": ("requests.cpu",),
    # Memory cannot be reclaimed, so limits count as well. A limit of cpu only slows Pods down.
    "memory": ("requests.memory", "limits.memory"),
    "pods": ("pods",),
    "storage": ("requests.storage",),
}


def emit(resolved: Resolved, layout: Layout) -> Iterator[Artifact]:
    """Yield the folder of every cluster if any has teams, to clean up after its last team."""
    if not resolved.has_teams:
        return
    files = _SharedFiles(resolved)
    for name, cluster in resolved.clusters.items():
        teams = tuple(("teams", each) for each in sorted(set(cluster.cluster.teams)))
        origin = Origin(NAME, (("clusters", name), *teams))
        of_teams = files.of(cluster)
        kustomization = _kustomization(resolved, layout, cluster, of_teams)
        yield Artifact(
            layout.cluster(name, "kustomization.yaml").file, YamlBody((kustomization,)), origin
        )
        for file, body in of_teams.items():
            routes = (*origin.routes, *_governed(resolved, cluster, file))
            yield Artifact(layout.cluster(name, file).file, body, Origin(NAME, routes))


def _kustomization(
    resolved: Resolved, layout: Layout, cluster: ResolvedCluster, files: Iterable[str]
) -> Mapping[str, Any]:
    """Return the root of a cluster's folder: its resources and its identity."""
    resources = [*_bases(resolved, layout, cluster), *files]
    facts = {
        "cluster": cluster.name,
        "region": cluster.cluster.region,
        "type": cluster.cluster.type,
    }
    literals = TracedList(
        [f"{name}={value}" for name, value in facts.items()],
        ClusterOrigins(resolved, cluster, _IDENTITY_READERS),
    )
    document = {
        **KUSTOMIZATION,
        "resources": TracedList(resources, ClusterOrigins(resolved, cluster, _BASE_READERS)),
        "configMapGenerator": identity(literals),
    }
    return Traced(document, ClusterOrigins(resolved, cluster, _ROOT_READERS))


def _bases(resolved: Resolved, layout: Layout, cluster: ResolvedCluster) -> list[str]:
    """The environment's overlay, and what each team's namespace holds there."""
    environment, here = cluster.cluster.environment, layout.cluster(cluster.name)
    folders = [layout.overlay(environment)]
    folders += [
        layout.tenant(tenant.team, environment)
        for tenant in resolved.tenants_on(cluster)
        if resolved.has_namespace_content(tenant)
    ]
    return [between(here, folder) for folder in folders]


def _governed(resolved: Resolved, cluster: ResolvedCluster, file: str) -> tuple[Route, ...]:
    """Where the environment says what a file is about, if it does."""
    environment = cluster.cluster.environment
    return (
        (("policies", environment, _SECTIONS[file]),)
        if environment in resolved.platform.policies
        else ()
    )


class _SharedFiles:
    """The files of teams: one body for all clusters of an environment with the same teams."""

    def __init__(self, resolved: Resolved) -> None:
        self._resolved = resolved
        self._documents = {
            key: {
                file: Shared(traced(found)) for file, found in _documents(resolved, tenant).items()
            }
            for key, tenant in resolved.tenants.items()
        }
        self._bodies: dict[tuple[str, ...], Mapping[str, YamlBody]] = {}

    def of(self, cluster: ResolvedCluster) -> Mapping[str, YamlBody]:
        environment = cluster.cluster.environment
        teams = tuple(tenant.team for tenant in self._resolved.tenants_on(cluster))
        key = (environment, *teams)
        if key not in self._bodies:
            found: dict[str, list[Shared]] = {}
            for team in teams:
                for file, document in self._documents[environment, team].items():
                    found.setdefault(file, []).append(document)
            self._bodies[key] = {file: YamlBody(tuple(found[file])) for file in sorted(found)}
        return self._bodies[key]


def _documents(resolved: Resolved, tenant: Tenant) -> dict[str, dict[str, Any]]:
    """Return file → the document of one team."""
    documents = {"namespaces.yaml": _namespace(resolved, tenant)}
    metadata = {
        "name": "team",
        "namespace": namespace_of(tenant),
        "labels": tenant_labels(resolved, tenant),
    }
    quotas = quotas_of(resolved, tenant)
    if quotas:
        hard = {name: amount for resource, amount in quotas.items() for name in _HARD[resource]}
        documents["resource-quotas.yaml"] = {
            "apiVersion": "v1",
            "kind": "ResourceQuota",
            "metadata": metadata,
            "spec": {"hard": declared(hard, "policies", tenant.environment, "quotas")},
        }
    limits = resolved.policies(tenant.environment).limits.model_dump(exclude_defaults=True)
    if limits:
        route: Route = ("policies", tenant.environment, "limits")
        bounds = {
            key: Setting(dict(sorted(limits[key].items())), (*route, to_camel(key)))
            for key in sorted(limits)
        }
        item = {"type": "Container", **bounds}
        documents["limit-ranges.yaml"] = {
            "apiVersion": "v1",
            "kind": "LimitRange",
            "metadata": metadata,
            "spec": {"limits": Setting([item], route)},
        }
    return documents


def _namespace(resolved: Resolved, tenant: Tenant) -> dict[str, Any]:
    team = resolved.platform.teams[tenant.team]
    name = tenant.team
    known = {
        "dokaseca.dev/contact-chat": declared(team.contact.chat, "teams", name, "contact", "chat"),
        "dokaseca.dev/contact-email": declared(
            team.contact.email, "teams", name, "contact", "email"
        ),
        "dokaseca.dev/cost-center": declared(team.cost_center, "teams", name, "costCenter"),
    }
    labels = {**tenant_labels(resolved, tenant), **_levels(resolved, tenant.environment)}
    annotations = {key: each for key, each in known.items() if each.value is not None}
    return {
        "apiVersion": "v1",
        "kind": "Namespace",
        "metadata": {
            "name": namespace_of(tenant),
            # A level that is deleted leads to what is left of the policies.
            "labels": declared(labels, "policies", tenant.environment),
            "annotations": declared({**_KEPT, **annotations}, "teams", name),
        },
    }


def _levels(resolved: Resolved, environment: str) -> dict[str, Setting[str]]:
    """Return the labels of Pod Security admission; without versions they follow the cluster's."""
    security = resolved.policies(environment).pod_security
    if security is None:
        return {}
    route: Route = ("policies", environment, "podSecurity")
    enforce: Setting[str] = Setting(security.enforce, (*route, "enforce"))
    levels = {"audit": security.audit, "enforce": security.enforce, "warn": security.warn}
    return {
        f"pod-security.kubernetes.io/{mode}": Setting(str(level), (*route, mode))
        if level
        else enforce
        for mode, level in levels.items()
    }
