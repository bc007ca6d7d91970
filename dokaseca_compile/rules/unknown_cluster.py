"""A workload refers to a cluster that is not declared.

## Problem

`workloads.<team>.<workload>.environments.<environment>.clusters` lists a name that is not an
entry of `clusters`.

## Why

The workload would be silently missing on the intended cluster.

## Fix

Use the name of a declared cluster, or leave out `clusters`: the workload then runs on every
cluster of the environment that its team works on.

## Example

```yaml
workloads:
  payments:
    api: {environments: {dev: {clusters: [dev-payment-eu]}}}    # unknown-cluster
```
"""

from __future__ import annotations

from collections.abc import Iterator

from dokaseca_compile.core.diagnostics import Diagnostic, Label, error
from dokaseca_compile.core.routes import Route
from dokaseca_compile.rules.shared.base import Context
from dokaseca_compile.rules.shared.profiles import Hints, every_workload

SLUG = "unknown-cluster"


def check(context: Context) -> Iterator[Diagnostic]:
    """Yield a fault for each mention of an undeclared cluster."""
    known = frozenset(context.names("clusters"))
    hints = Hints(context.names("clusters"))
    for workload, cluster, route in _mentions(context):
        if cluster not in known:
            yield error(
                SLUG,
                f"workload `{workload}` names the unknown cluster `{cluster}`",
                Label(route),
                help=hints.of(cluster),
                cause=("clusters", cluster),
            )


def _mentions(context: Context) -> Iterator[tuple[str, str, Route]]:
    """Yield every mention of a cluster: the workload, the name, and the place."""
    for team, name, workload in every_workload(context.platform):
        environments: Route = ("workloads", team, name, "environments")
        for environment, settings in workload.environments.items():
            for index, cluster in enumerate(settings.clusters):
                yield f"{team}/{name}", cluster, (*environments, environment, "clusters", index)
