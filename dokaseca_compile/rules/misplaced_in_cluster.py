"""`auth: in-cluster` or its address is used for the wrong cluster.

## Problem

One of these is the case:

- `auth: in-cluster` is set on a spoke, or is missing on a hub or standalone cluster.
- The `server` of a hub or standalone cluster is not the in-cluster address,
  `https://kubernetes.default.svc`.
- The `server` of a spoke is the in-cluster address.

## Why

In-cluster always means the cluster that Argo CD runs in. The addons of a spoke with `auth:
in-cluster` would be installed on its hub. A hub with an external address would be a second
cluster for its own Argo CD, which recognises its own cluster only by
`https://kubernetes.default.svc`.

## Fix

On hubs and standalone clusters, set `auth: in-cluster` and no `server`. On spokes, set the
external address and another authentication method.

## Example

```yaml
clusters:
  hub-eu: {type: hub, auth: in-cluster}                 # valid
  edge: {hub: hub-eu, auth: in-cluster}                 # misplaced-in-cluster
  lab: {type: standalone, auth: {awsIam: {clusterName: lab}}}  # misplaced-in-cluster
```
"""

from __future__ import annotations

from collections.abc import Iterator

from dokaseca_compile.core.diagnostics import Diagnostic, Label, error
from dokaseca_compile.core.urls import host_of
from dokaseca_compile.model.clusters import IN_CLUSTER_SERVER, Cluster
from dokaseca_compile.rules.shared.base import Context

SLUG = "misplaced-in-cluster"
_OWN_HOSTS = {
    "kubernetes",
    "kubernetes.default",
    "kubernetes.default.svc",
    "kubernetes.default.svc.cluster.local",
}


def check(context: Context) -> Iterator[Diagnostic]:
    """Yield one fault for each cluster whose type, authentication and server contradict."""
    for name, cluster in context.platform.clusters.items():
        in_cluster = cluster.auth.in_cluster is not None
        if in_cluster != (cluster.type != "spoke"):
            yield _wrong_auth(name, cluster)
        elif in_cluster and cluster.server not in {None, IN_CLUSTER_SERVER}:
            message = (
                f"`{name}` has `auth: in-cluster`, but its server is not `{IN_CLUSTER_SERVER}`"
            )
            yield error(SLUG, message, Label(("clusters", name, "server")), help="delete `server`")
        elif not in_cluster and _is_own_address(cluster.server):
            message = f"the server of spoke `{name}` is the address of its hub's own cluster"
            advice = "set `server` to the address at which the hub reaches the spoke"
            yield error(SLUG, message, Label(("clusters", name, "server")), help=advice)


def _is_own_address(server: str | None) -> bool:
    return server is not None and host_of(server) in _OWN_HOSTS


def _wrong_auth(name: str, cluster: Cluster) -> Diagnostic:
    label = Label(("clusters", name, "auth"))
    if cluster.type == "spoke":
        message = f"spoke `{name}` has `auth: in-cluster`: its addons would be installed on its hub"
        advice = "set how the hub authenticates, or make it `type: hub` or `type: standalone`"
        return error(SLUG, message, label, help=advice)
    message = f"{cluster.type} cluster `{name}` runs its own Argo CD, but is not `auth: in-cluster`"
    return error(SLUG, message, label, help="set `auth: in-cluster`, or make it `type: spoke`")
