"""A workload is configured for an environment in which it runs on no cluster.

## Problem

`workloads.<team>.<workload>.environments` lists an environment, and the team works on no cluster
of that environment.

## Why

No ApplicationSet is generated for the workload in this environment. Its version is pinned and
promoted, but nothing runs.

## Fix

Add the team to a cluster of the environment (`clusters.<name>.teams`), or remove the environment
from the workload.

## Example

```yaml
clusters: {shop: {environment: production, teams: [payments]}}
workloads:
  payments:
    api: {environments: {staging: {version: 1.0.0}}}    # idle-workload
```
"""

from __future__ import annotations

from collections.abc import Iterator

from dokaseca_compile.core.diagnostics import At, Diagnostic, Label, warning
from dokaseca_compile.rules.shared.base import Context
from dokaseca_compile.rules.shared.profiles import placements

SLUG = "idle-workload"
UNSURE_WITHOUT = frozenset({"clusters", "environments", "teams"})


def check(context: Context) -> Iterator[Diagnostic]:
    """Yield a warning for each environment of a workload in which it has no cluster."""
    if len(context.names("clusters")) > len(context.platform.clusters):
        return  # a cluster with a schema fault may be the team's
    for workload, placement in placements(context.resolved):
        environment = placement.environment
        # `misplaced-workload` and `unknown-cluster` report clusters that the workload lists.
        listed = workload.workload.environments[environment].clusters
        if not placement.clusters and not listed:
            yield _fault(workload.team, workload.name, environment)


def _fault(team: str, name: str, environment: str) -> Diagnostic:
    return warning(
        SLUG,
        f"workload `{team}/{name}` runs on no cluster in `{environment}`: "
        f"no cluster there lists the team `{team}`",
        Label(("workloads", team, name, "environments", environment), At.KEY),
        help=f"add `{team}` to the `teams` of a cluster there, "
        f"or remove `{environment}` from the workload",
    )
