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

from collections.abc import Iterator

from dokaseca_compile.core.data import mapping
from dokaseca_compile.core.diagnostics import At, Diagnostic, Label, error
from dokaseca_compile.rules.shared.base import Context, some

SLUG = "missing-hub"


def check(context: Context) -> Iterator[Diagnostic]:
    """Yield a fault for each spoke without a hub; only one if there is no hub at all."""
    clusters = context.resolved.clusters
    without_hub = [name for name in context.platform.clusters if clusters[name].hub is None]
    if not without_hub or _hides_hub(context):
        return
    hubs = [name for name, each in context.platform.clusters.items() if each.type == "hub"]
    if not hubs:
        yield _no_hub(without_hub)
        return
    for name in without_hub:
        yield error(
            SLUG,
            f"spoke `{name}` has no `hub`, and the platform has {len(hubs)} hubs",
            Label(("clusters", name), At.KEY),
            help=f"add `hub: …`, one of {some(hubs)}",
        )


def _no_hub(spokes: list[str]) -> Diagnostic:
    noun = "spoke" if len(spokes) == 1 else "spokes"
    return error(
        SLUG,
        f"there is no hub for the {noun} {some(spokes)}",
        Label(("clusters", spokes[0]), At.KEY),
        help="add a cluster with `type: hub`, or make each spoke `type: standalone`",
    )


def _hides_hub(context: Context) -> bool:
    """Return whether a cluster with a schema fault may be the hub: that fault is then the cause.

    A cluster that names a hub is a spoke; the key `type` of another one may be misspelt.
    """
    units = mapping(context.data, "clusters")
    faulty = units.keys() - context.platform.clusters.keys()
    return any(_may_be_hub(units[name]) for name in faulty)


def _may_be_hub(unit: object) -> bool:
    keys = mapping(unit)
    kind: object = keys.get("type", "spoke" if "hub" in keys else "")
    return kind != "spoke"
