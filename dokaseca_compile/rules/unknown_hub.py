"""The `hub` of a cluster does not name a hub.

## Problem

`clusters.<name>.hub` is not a declared cluster, or is a cluster of another type than `hub`; or a
hub or standalone cluster names another cluster as its hub.

## Why

Only the Argo CD of a hub deploys to other clusters. A spoke of any other cluster would not be
registered and would get no Applications. Hubs and standalone clusters run their own Argo CD, so a
second hub would deploy everything twice.

## Fix

Name a cluster with `type: hub`. On a hub or standalone cluster, remove `hub`.

## Example

```yaml
clusters:
  hub-eu: {type: hub}
  edge: {hub: edge-hub}           # unknown-hub: not declared
  shop: {hub: edge}               # unknown-hub: `edge` is a spoke
  lab: {type: standalone, hub: hub-eu}  # unknown-hub: runs its own Argo CD
```
"""

from __future__ import annotations

from collections.abc import Iterator

from dokaseca_compile.core.diagnostics import At, Diagnostic, Label, error
from dokaseca_compile.model.clusters import Cluster
from dokaseca_compile.rules.shared.base import Context
from dokaseca_compile.rules.shared.profiles import Hints

SLUG = "unknown-hub"


def check(context: Context) -> Iterator[Diagnostic]:
    """Yield a fault for each cluster whose ``hub`` does not name a hub."""
    clusters = context.platform.clusters
    known = frozenset(context.names("clusters"))
    hints = Hints([name for name, cluster in clusters.items() if cluster.type == "hub"])
    for name, cluster in clusters.items():
        label = Label(("clusters", name, "hub"))
        if cluster.hub is None:
            continue
        if cluster.type != "spoke":
            if cluster.hub != name:
                yield _has_its_own(name, cluster, label)
        elif cluster.hub not in known:
            message = f"cluster `{name}` belongs to the unknown hub `{cluster.hub}`"
            cause = ("clusters", cluster.hub)
            yield error(SLUG, message, label, help=hints.of(cluster.hub), cause=cause)
        # A hub with a schema fault is known, but its type is not.
        elif cluster.hub in clusters and clusters[cluster.hub].type != "hub":
            yield _not_a_hub(name, cluster.hub, clusters[cluster.hub], label)


def _has_its_own(name: str, cluster: Cluster, label: Label) -> Diagnostic:
    message = (
        f"{cluster.type} cluster `{name}` runs its own Argo CD and cannot belong to hub"
        f" `{cluster.hub}`"
    )
    return error(SLUG, message, label, help="delete `hub`, or set `type: spoke`")


def _not_a_hub(name: str, hub: str, target: Cluster, label: Label) -> Diagnostic:
    if hub == name:
        return error(
            SLUG,
            f"spoke `{name}` names itself as its hub",
            label,
            help="set `hub` to a cluster of `type: hub`",
        )
    return error(
        SLUG,
        f"the hub of cluster `{name}` is `{hub}`, which has `type: {target.type}`",
        label,
        Label(("clusters", hub), At.KEY, f"a {target.type} cluster"),
        help=f"name a cluster of `type: hub`, or set `type: hub` for `{hub}`",
    )
