"""What is applied to each cluster: its namespaces with their quotas, what its environment brings, who it is.

A cluster's folder is a Kustomize root. What clusters of an environment have in common lies in bases
that all of them name; and what two clusters with the same teams would write alike is one object here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from dokaseca_compile.core.routes import Route
from dokaseca_compile.formats.body import Shared, YamlBody
from dokaseca_compile.formats.tree import Artifact, Origin
from dokaseca_compile.model.policies import PodSecurity
from dokaseca_compile.resolve.layout import Layout, between
from dokaseca_compile.resolve.resolved import Resolved, ResolvedCluster, Tenant
from dokaseca_compile.targets.base import KUSTOMIZATION, identity, tenant_labels

NAME = "cluster-config"
# A namespace takes with it all that is inside: only a person deletes one. One that Git no longer has is no difference
# either, or no later step of a rollout would begin. (Not `confirm`: a sync that waits for an answer applies nothing.)
_KEPT = {
    "argocd.argoproj.io/compare-options": "IgnoreExtraneous",
    "argocd.argoproj.io/sync-options": "Delete=false,Prune=false",
}
_SECTIONS = {
    "namespaces.yaml": "podSecurity",
    "resource-quotas.yaml": "quotas",
    "limit-ranges.yaml": "limits",
}
"""What of its environment's policies a file on teams is about."""
_HARD: Mapping[str, tuple[str, ...]] = {
    "cpu": ("requests.cpu",),
    # Memory cannot be taken back, so what Pods may grow to counts as well. A limit of cpu only slows them down.
    "memory": ("requests.memory", "limits.memory"),
    "pods": ("pods",),
    "storage": ("requests.storage",),
}


def emit(resolved: Resolved, layout: Layout) -> Iterator[Artifact]:
    """Yield the folder of every cluster, where teams work on any: one that its last team leaves is tidied up."""
    if not resolved.has_teams:
        return
    files = _SharedFiles(resolved)
    for name, cluster in resolved.clusters.items():
        teams = tuple(("teams", each) for each in sorted(set(cluster.cluster.teams)))
        origin = Origin(NAME, (("clusters", name), *teams))
        of_teams = files.of(cluster)
        resources = [*_bases(resolved, layout, cluster), *of_teams]
        known = identity(cluster=name, region=cluster.cluster.region, type=cluster.cluster.type)
        kustomization = {**KUSTOMIZATION, "resources": resources, "configMapGenerator": known}
        yield Artifact(
            layout.cluster(name, "kustomization.yaml").file, YamlBody((kustomization,)), origin
        )
        for file, body in of_teams.items():
            routes = (*origin.routes, *_governed(resolved, cluster, file))
            yield Artifact(layout.cluster(name, file).file, body, Origin(NAME, routes))


def _bases(resolved: Resolved, layout: Layout, cluster: ResolvedCluster) -> list[str]:
    """The environment's overlay, and what each team's namespace holds there."""
    environment, here = cluster.cluster.environment, layout.cluster(cluster.name)
    folders = [layout.overlay(environment)]
    folders += [
        layout.tenant(tenant.team, environment)
        for tenant in resolved.tenants_on(cluster)
        if resolved.furnished(tenant)
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
    """The files on a cluster's teams: one body for all clusters of an environment with the same teams."""

    def __init__(self, resolved: Resolved) -> None:
        self._resolved = resolved
        self._documents = {
            key: {file: Shared(found) for file, found in _documents(resolved, tenant).items()}
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
    """File → what it says of one team."""
    documents = {"namespaces.yaml": _namespace(resolved, tenant)}
    metadata = {
        "name": "team",
        "namespace": tenant.namespace,
        "labels": tenant_labels(resolved, tenant),
    }
    if tenant.quotas:
        hard = {
            name: amount for resource, amount in tenant.quotas.items() for name in _HARD[resource]
        }
        documents["resource-quotas.yaml"] = {
            "apiVersion": "v1",
            "kind": "ResourceQuota",
            "metadata": metadata,
            "spec": {"hard": hard},
        }
    limits = resolved.policies(tenant.environment).limits.model_dump(exclude_defaults=True)
    if limits:
        item = {
            "type": "Container",
            **{key: dict(sorted(limits[key].items())) for key in sorted(limits)},
        }
        documents["limit-ranges.yaml"] = {
            "apiVersion": "v1",
            "kind": "LimitRange",
            "metadata": metadata,
            "spec": {"limits": [item]},
        }
    return documents


def _namespace(resolved: Resolved, tenant: Tenant) -> dict[str, Any]:
    team = resolved.platform.teams[tenant.team]
    told = {
        "dokaseca.dev/contact-chat": team.contact.chat,
        "dokaseca.dev/contact-email": team.contact.email,
        "dokaseca.dev/cost-center": team.cost_center,
    }
    security = resolved.policies(tenant.environment).pod_security
    return {
        "apiVersion": "v1",
        "kind": "Namespace",
        "metadata": {
            "name": tenant.namespace,
            "labels": {
                **tenant_labels(resolved, tenant),
                **(_levels(security) if security else {}),
            },
            "annotations": {
                **_KEPT,
                **{key: text for key, text in told.items() if text is not None},
            },
        },
    }


def _levels(security: PodSecurity) -> dict[str, str]:
    """The labels of Pod Security admission. Without a version they mean the cluster's own."""
    levels = {"audit": security.audit, "enforce": security.enforce, "warn": security.warn}
    return {
        f"pod-security.kubernetes.io/{mode}": level or security.enforce
        for mode, level in levels.items()
    }
