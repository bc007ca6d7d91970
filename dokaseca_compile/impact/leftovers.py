"""Pods that keep running in a team's namespace that loses its limits, access and policies.

The Application that configures a cluster prunes what its folder no longer contains, whatever the
environment's ``deletion`` is. The workloads of an environment with ``deletion: preserve`` stay.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from dokaseca_compile.argo.applications import Application
from dokaseca_compile.argo.inventory import Inventory
from dokaseca_compile.impact.effects import DELETIONS, Effect, Fate, Leftover
from dokaseca_compile.resolve.resolved import Resolved, ResolvedCluster, Tenant


def leftovers(effects: Iterable[Effect], before: Inventory, after: Inventory) -> Iterator[Leftover]:
    """Yield the namespaces that lose something, once for all clusters where they lose the same."""
    staying = _staying(effects)
    if not staying:
        return
    found: dict[tuple[str, str, str, tuple[str, ...]], list[Application]] = {}
    for name, cluster in before.resolved.clusters.items():
        now = after.resolved.clusters.get(name)
        if now is None or not _prunes(after.resolved, cluster, now):
            continue
        for tenant in before.resolved.tenants_on(cluster):
            applications = staying.get((name, tenant.namespace))
            kinds = _lost(tenant, before.resolved, now, after.resolved)
            if applications and kinds:
                key = (tenant.environment, tenant.team, tenant.namespace, kinds)
                found.setdefault(key, []).extend(applications)
    for (environment, team, namespace, kinds), applications in found.items():
        clusters = sorted({each.cluster for each in applications})
        names = sorted(each.name for each in applications)
        yield Leftover(environment, team, namespace, kinds, tuple(clusters), tuple(names))


def _staying(effects: Iterable[Effect]) -> dict[tuple[str, str], list[Application]]:
    """Return the deleted Applications of workloads whose resources stay, by cluster and namespace.

    An Application that is created again under the same name keeps its Pods, too.
    """
    found: dict[tuple[str, str], list[Application]] = {}
    for each in effects:
        if each.action not in DELETIONS or each.before is None or each.fate is Fate.DELETED:
            continue
        _, application = each.before
        if application.workload:
            key = (application.cluster, application.namespace)
            found.setdefault(key, []).append(application)
    return found


def _prunes(resolved: Resolved, before: ResolvedCluster, now: ResolvedCluster) -> bool:
    """Return whether Argo CD will prune what a cluster was configured with.

    Without any team no cluster is configured any more, and what the clusters have stays. The same
    holds for an API server that the cluster no longer uses.
    """
    environment = resolved.environments[now.cluster.environment].environment
    return resolved.has_teams and environment.sync.automated and before.server == now.server


def _lost(
    tenant: Tenant, before: Resolved, cluster: ResolvedCluster, after: Resolved
) -> tuple[str, ...]:
    """Return the kinds of objects that a namespace has before a change and not after it."""
    kept: set[str] = set()
    for each in after.tenants_on(cluster):
        if each.namespace == tenant.namespace:
            kept.update(_kinds(after, each))
    return tuple(sorted(_kinds(before, tenant) - kept))


def _kinds(resolved: Resolved, tenant: Tenant) -> set[str]:
    """Return the kinds of objects that a team's namespace is configured with."""
    policies = resolved.policies(tenant.environment)
    has = {
        "ExternalSecret": bool(tenant.secrets),
        "LimitRange": bool(policies.limits.model_dump(exclude_defaults=True)),
        "NetworkPolicy": policies.network == "default-deny",
        "ResourceQuota": bool(tenant.quotas),
        "RoleBinding": bool(tenant.accounts) or resolved.has_access(tenant),
        "ServiceAccount": bool(tenant.accounts),
    }
    return {kind for kind, exists in has.items() if exists}
