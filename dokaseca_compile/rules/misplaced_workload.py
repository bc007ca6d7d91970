"""A workload selects a cluster that it cannot run on.

## Problem

`workloads.<team>.<workload>.environments.<environment>.clusters` lists a cluster of another
environment, or a cluster that the team does not work on.

## Why

A workload runs with the version and values of its environment, in the namespace of its team. A
cluster of another environment has neither that version nor those values, and a cluster without
the team has no such namespace. The cluster would be silently skipped.

## Fix

List the cluster under its own environment, or add the team to it: `clusters.<name>.teams`.

## Example

```yaml
clusters: {shop: {environment: production, teams: [payments]}}
workloads:
  payments:
    api: {environments: {dev: {clusters: [shop]}}}    # misplaced-workload: shop is in production
```
"""

from __future__ import annotations

from collections.abc import Iterator

from dokaseca_compile.core.diagnostics import Diagnostic, Label, error
from dokaseca_compile.core.routes import Route
from dokaseca_compile.model.clusters import Cluster
from dokaseca_compile.rules.shared.base import Context

SLUG = "misplaced-workload"


def check(context: Context) -> Iterator[Diagnostic]:
    """Yield a fault for each cluster that a workload lists and cannot run on."""
    environments = frozenset(context.names("environments"))
    # `unknown-team` reports the workloads of an unknown team: the correct one may have access.
    for (team, name), each in context.resolved.workloads.items():
        for environment, settings in each.workload.environments.items():
            if environment not in environments:
                continue
            route: Route = ("workloads", team, name, "environments", environment)
            for index, cluster in enumerate(settings.clusters):
                yield from _fault(context, (*route, "clusters", index), cluster)


def _is_uncertain(context: Context, cluster: Cluster) -> bool:
    """Return whether the cluster names an unknown environment or team, perhaps a misspelling."""
    if cluster.environment not in context.names("environments"):
        return True
    return not set(cluster.teams) <= set(context.names("teams"))


def _fault(context: Context, route: Route, name: str) -> Iterator[Diagnostic]:
    cluster = context.platform.clusters.get(name)
    if cluster is None or _is_uncertain(context, cluster):
        return
    team, workload, environment = str(route[1]), str(route[2]), str(route[4])
    lists = f"workload `{team}/{workload}` lists cluster `{name}`"
    if cluster.environment != environment:
        yield error(
            SLUG,
            f"{lists} under `{environment}`, but the cluster is in `{cluster.environment}`",
            Label(route),
            Label(("clusters", name, "environment"), text="its environment"),
            help=f"list it under `environments.{cluster.environment}`",
        )
    elif team not in cluster.teams:
        yield error(
            SLUG,
            f"{lists}, which does not list the team `{team}`",
            Label(route),
            help=f"add `{team}` to `clusters.{name}.teams`",
        )
