"""The kinds of objects, and the namespaces, of what is applied to clusters: what an AppProject has to permit."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from dokaseca_compile.resolve.resolved import Resolved, ResolvedCluster

GroupKind = tuple[str, str]
"""An API group (empty for core) and a kind of it."""

IDENTITY_NAMESPACE = "kube-public"
"""Where a cluster says who it is: Kubernetes makes this namespace on every cluster."""

_RBAC = "rbac.authorization.k8s.io"


@dataclass(frozen=True, slots=True)
class ConfigKinds:
    """The kinds that the clusters' configuration is made of, sorted."""

    cluster_scoped: tuple[GroupKind, ...]
    namespaced: tuple[GroupKind, ...]


def config_kinds(resolved: Resolved) -> ConfigKinds:
    """Exactly the kinds that some cluster's folder brings; none where no team works on any."""
    if not resolved.has_teams:
        return ConfigKinds((), ())
    tenants = resolved.tenants.values()
    governed = {each.cluster.environment for each in resolved.clusters.values()} & resolved.environments.keys()
    policies = [resolved.policies(each) for each in governed]
    of_teams = [resolved.policies(each.environment) for each in tenants]
    cluster_scoped = {
        ("", "Namespace"): bool(tenants),
        ("kyverno.io", "ClusterPolicy"): any(each.kyverno.policies for each in policies),
    }
    namespaced = {
        ("", "ConfigMap"): True,
        ("", "LimitRange"): any(each.limits.model_dump(exclude_defaults=True) for each in of_teams),
        ("", "ResourceQuota"): any(each.quotas for each in tenants),
        ("", "ServiceAccount"): any(each.accounts for each in tenants),
        ("external-secrets.io", "ExternalSecret"): any(each.secrets for each in tenants),
        ("networking.k8s.io", "NetworkPolicy"): any(each.network == "default-deny" for each in of_teams),
        (_RBAC, "Role"): True,
        (_RBAC, "RoleBinding"): True,
    }
    return ConfigKinds(tuple(_used(cluster_scoped)), tuple(_used(namespaced)))


def config_namespaces(resolved: Resolved, cluster: ResolvedCluster) -> tuple[str, ...]:
    """The namespaces of a cluster that its folder writes to, sorted."""
    return tuple(sorted({IDENTITY_NAMESPACE, *(each.namespace for each in resolved.tenants_on(cluster))}))


def _used(kinds: Mapping[GroupKind, bool]) -> Iterator[GroupKind]:
    return (kind for kind in sorted(kinds) if kinds[kind])
