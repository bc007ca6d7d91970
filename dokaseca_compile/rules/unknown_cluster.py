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
from dokaseca_compile.rules.shared.base import Context
from dokaseca_compile.rules.shared.profiles import Hints

SLUG = "unknown-cluster"


def check(context: Context) -> Iterator[Diagnostic]:
    """Yield a fault for each mention of an undeclared cluster."""
    known = frozenset(context.names("clusters"))
    hints = Hints(context.names("clusters"))
    for team, workloads in context.platform.workloads.items():
        for name, workload in workloads.items():
            for environment, settings in workload.environments.items():
                for index, cluster in enumerate(settings.clusters):
                    if cluster not in known:
                        route = (
                            "workloads",
                            team,
                            name,
                            "environments",
                            environment,
                            "clusters",
                            index,
                        )
                        message = f"workload `{team}/{name}` names the unknown cluster `{cluster}`"
                        yield error(
                            SLUG,
                            message,
                            Label(route),
                            help=hints.of(cluster),
                            cause=("clusters", cluster),
                        )
