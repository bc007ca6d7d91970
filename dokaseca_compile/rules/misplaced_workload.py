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
    """Yield a fault for each cluster that a workload names in vain."""
    for team, workloads in context.platform.workloads.items():
        if team not in context.platform.teams:
            continue  # another rule's: the right team may work there
        for name, workload in workloads.items():
            for environment, settings in workload.environments.items():
                route: Route = ("workloads", team, name, "environments", environment, "clusters")
                if environment in context.names("environments"):
                    for index, cluster in enumerate(settings.clusters):
                        yield from _fault(context, (*route, index), f"{team}/{name}", cluster)


def _is_unsure(context: Context, cluster: Cluster) -> bool:
    """Return whether the cluster names an unknown environment or team, which may be the right one."""
    if cluster.environment not in context.names("environments"):
        return True
    return not set(cluster.teams) <= set(context.names("teams"))


def _fault(context: Context, route: Route, workload: str, name: str) -> Iterator[Diagnostic]:
    cluster, environment, team = context.platform.clusters.get(name), str(route[4]), str(route[1])
    if cluster is None or _is_unsure(context, cluster):
        return
    if cluster.environment != environment:
        yield error(
            SLUG,
            f"workload `{workload}` names `{name}` under `{environment}`, and it is in `{cluster.environment}`",
            Label(route),
            Label(("clusters", name, "environment"), text="its environment"),
            help=f"name it under `environments.{cluster.environment}`",
        )
    elif team not in cluster.teams:
        yield error(
            SLUG,
            f"workload `{workload}` names `{name}`, where `{team}` does not work",
            Label(route),
            help=f"add `{team}` to `clusters.{name}.teams`",
        )
