"""The workloads of a team together exceed its quota.

## Problem

On one cluster, the Pods of a team's workloads need more than the quota of their namespace allows,
although each workload alone fits. The check covers two situations: all Pods run, or a new version
of one workload starts its first Pod beside the old ones. Workloads from their own charts and from
Git folders are not counted.

## Why

The Deployments are applied without an error, but Pods beyond the quota are rejected one by one,
so it depends on the order which workload lacks Pods. Without room for one more Pod, a new version
never starts (kubernetes#89209).

## Fix

Raise the quota, run fewer Pods, or reduce their requests. A workload with
`strategy.rollingUpdate.maxUnavailable: 1` or `strategy.type: Recreate` needs no additional room
for updates.

## Example

```yaml
policies: {dev: {quotas: {pods: "3"}}}                                    # exceeded-quota
workloads:
  payments:
    api: {image: ghcr.io/acme/api, version: 1.0.0, values: {replicas: 2}, environments: {dev: {}}}
    web: {image: ghcr.io/acme/web, version: 1.0.0, values: {replicas: 2}, environments: {dev: {}}}
```
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal

from dokaseca_compile.core.diagnostics import At, Diagnostic, Label, error
from dokaseca_compile.model.policies import amount
from dokaseca_compile.resolve.resolved import Tenant
from dokaseca_compile.rules.shared.base import Context, some
from dokaseca_compile.rules.shared.declarations import quota_route
from dokaseca_compile.rules.shared.resource_requests import Demand, demand
from dokaseca_compile.rules.shared.value_layers import running_services

SLUG = "exceeded-quota"
_RESOURCES = ("pods", "cpu", "memory")

Demands = dict[str, Demand]
"""Workload → what its Pods use, for one team on one cluster."""


@dataclass(frozen=True, slots=True)
class _Shortage:
    """A quota that is too small: the resource, what is needed, and whether only for an update."""

    resource: str
    needed: Decimal
    updating: bool


def check(context: Context) -> Iterator[Diagnostic]:
    """Yield one fault for each team, environment and resource, once for all clusters."""
    for tenant, by_cluster in _demands(context):
        found: dict[str, tuple[_Shortage, Demands, list[str]]] = {}
        for demands, clusters in _alike(by_cluster):
            for shortage in _shortages(tenant, demands):
                known = found.setdefault(shortage.resource, (shortage, demands, []))
                known[2].extend(clusters)
        for shortage, demands, clusters in found.values():
            yield _fault(context, tenant, shortage, demands, clusters)


def _demands(context: Context) -> Iterator[tuple[Tenant, dict[str, dict[str, Demand]]]]:
    """Yield every team with a quota in an environment: cluster → workload → its demand."""
    found: dict[tuple[str, str], dict[str, dict[str, Demand]]] = {}
    for tenant, workload, placement, layers in running_services(context):
        if not tenant.quotas:
            continue
        policies = context.resolved.policies(placement.environment)
        wanted = demand(layers.effective, policies)
        if wanted is None:
            continue
        by_cluster = found.setdefault((tenant.environment, tenant.team), {})
        for cluster in placement.clusters:
            by_cluster.setdefault(cluster, {})[workload.name] = wanted
    for key, by_cluster in found.items():
        yield context.resolved.tenants[key], by_cluster


def _alike(by_cluster: dict[str, Demands]) -> Iterable[tuple[Demands, list[str]]]:
    """Group the clusters that have the same workloads with the same demands."""
    groups: dict[tuple[tuple[str, int], ...], tuple[Demands, list[str]]] = {}
    for cluster, demands in sorted(by_cluster.items()):
        key = tuple((name, id(each)) for name, each in demands.items())
        groups.setdefault(key, (demands, []))[1].append(cluster)
    return groups.values()


def _shortages(tenant: Tenant, demands: Demands) -> Iterator[_Shortage]:
    """Yield the resources that all workloads together exceed, and none alone does."""
    if len(demands) < 2:
        return
    for resource in _RESOURCES:
        if resource not in tenant.quotas:
            continue
        quota, each_of = amount(tenant.quotas[resource]), demands.values()
        running = sum((each.of(resource, each.replicas) for each in each_of), Decimal(0))
        # One update at a time has to fit; other updates wait for it.
        needed = running + max(each.of(resource, each.surge) for each in each_of)
        alone = max(each.of(resource, each.peak) for each in each_of)
        # `refused-workload` reports a workload that is too large alone.
        if alone <= quota < needed:
            yield _Shortage(resource, needed, updating=running <= quota)


def _fault(
    context: Context, tenant: Tenant, shortage: _Shortage, demands: Demands, clusters: list[str]
) -> Diagnostic:
    resource, team = shortage.resource, tenant.team
    needed = _written(resource, shortage.needed)
    unit = "Pods" if resource == "pods" else f"of {resource}"
    when = " while a new version of one starts" if shortage.updating else ""
    return error(
        SLUG,
        f"workloads {some(demands)} of team `{team}` together need {needed} {unit} on "
        f"{some(clusters)}{when}, more than the quota of {tenant.quotas[resource]}",
        Label(quota_route(context.platform, tenant, resource)),
        *(
            Label(("workloads", team, name), At.KEY, text=_share(resource, demands[name]))
            for name in demands
        ),
        help="raise the quota, run fewer Pods, or request less",
    )


def _share(resource: str, each: Demand) -> str:
    return f"uses {_written(resource, each.of(resource, each.replicas))}"


def _written(resource: str, quantity: Decimal) -> str:
    """Write an amount as Kubernetes does: memory in Mi, cpu in cores or thousandths."""
    if resource == "memory":
        return f"{float(quantity / 1024**2):g}Mi"
    whole = quantity == quantity.to_integral_value()
    return f"{int(quantity)}" if whole else f"{float(quantity * 1000):g}m"
