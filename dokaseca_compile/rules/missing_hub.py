"""A spoke does not name the hub that deploys to it.

## Problem

A cluster of type `spoke` (the default) has no `hub`, and the platform does not have exactly one
hub to use as the default.

## Why

The hub's Argo CD stores the cluster Secret and runs the cluster's Applications. Without a hub,
the cluster is not registered and gets no addons. With several hubs, a default would be a guess
that could move a cluster when a hub is added.

## Fix

Add `hub: <name>`. A cluster that runs its own Argo CD is `type: hub` or `type: standalone`.

## Example

```yaml
clusters:
  hub-eu: {type: hub}
  hub-us: {type: hub}
  edge: {environment: dev}      # missing-hub: `hub-eu` or `hub-us`?
```
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from dokaseca_compile.core.diagnostics import At, Diagnostic, Label, error
from dokaseca_compile.rules.shared.base import Context, some

SLUG = "missing-hub"


def check(context: Context) -> Iterator[Diagnostic]:
    """Yield a fault for each spoke without a hub; a single one when there is no hub at all."""
    clusters = context.platform.clusters
    lost = [name for name in clusters if context.resolved.clusters[name].hub is None]
    hubs = [name for name, cluster in clusters.items() if cluster.type == "hub"]
    if not lost or _hidden_hub(context):
        return
    if not hubs:
        noun = "spoke" if len(lost) == 1 else "spokes"
        yield error(
            SLUG,
            f"no cluster is a hub for the {noun} {some(lost)}",
            Label(("clusters", lost[0]), At.KEY),
            help="declare a cluster of `type: hub`, or make them `type: standalone`",
        )
        return
    for name in lost:
        yield error(
            SLUG,
            f"spoke `{name}` does not say which of {len(hubs)} hubs it belongs to",
            Label(("clusters", name), At.KEY),
            help=f"add `hub: …`; the hubs are {some(hubs)}",
        )


def _hidden_hub(context: Context) -> bool:
    """Return whether a cluster with a schema fault may be the hub: then its own fault is the cause.

    One that names a hub is none; one without a type may have it under a misspelt key.
    """
    sound = context.platform.clusters
    units = context.data.get("clusters") or {}
    broken = [unit for name, unit in units.items() if name not in sound]
    return any(not isinstance(unit, Mapping) or _may_be_hub(unit) for unit in broken)


def _may_be_hub(unit: Mapping[str, object]) -> bool:
    return unit.get("type", "spoke" if "hub" in unit else "") != "spoke"
