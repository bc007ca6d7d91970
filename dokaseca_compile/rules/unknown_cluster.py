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
from functools import partial

from dokaseca_compile.core.diagnostics import Diagnostic, Label, error
from dokaseca_compile.core.routes import Route
from dokaseca_compile.rules.shared.base import Context
from dokaseca_compile.rules.shared.declarations import every_workload
from dokaseca_compile.rules.shared.unknown_names import Mention, unknown_names

SLUG = "unknown-cluster"


def check(context: Context) -> Iterator[Diagnostic]:
    """Yield a fault for each mention of an undeclared cluster."""
    report = partial(error, SLUG)
    return unknown_names(context, report, "clusters", "cluster", _mentions(context))


def _mentions(context: Context) -> Iterator[Mention]:
    """Yield every mention of a cluster."""
    for team, name, workload in every_workload(context.platform):
        environments: Route = ("workloads", team, name, "environments")
        for environment, settings in workload.environments.items():
            for index, cluster in enumerate(settings.clusters):
                label = Label((*environments, environment, "clusters", index))
                yield f"workload `{team}/{name}` names", cluster, label
