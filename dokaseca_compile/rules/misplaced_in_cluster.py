"""A cluster and the Argo CD that deploys to it are mixed up.

## Problem

`auth: in-cluster` stands on a spoke, or is missing on a hub or standalone cluster; or the
address of "this cluster", `https://kubernetes.default.svc`, stands where it does not belong.

## Why

In-cluster means the cluster that Argo CD itself runs in, whatever the name beside it. A spoke
that is in-cluster has its addons installed on its hub. A hub that is reached from outside is a
second cluster to its own Argo CD. Argo CD recognises its own cluster by exactly
`https://kubernetes.default.svc`.

## Fix

Hubs and standalone clusters: `auth: in-cluster` and no `server`. Spokes: their outside
address and a way to authenticate.

## Example

```yaml
clusters:
  hub-eu: {type: hub, auth: in-cluster}                 # fine
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
    """Yield one fault for each cluster whose type, authentication and server do not fit together."""
    for name, cluster in context.platform.clusters.items():
        in_cluster = cluster.auth.in_cluster is not None
        if in_cluster != (cluster.type != "spoke"):
            yield _wrong_auth(name, cluster)
        elif in_cluster and cluster.server not in {None, IN_CLUSTER_SERVER}:
            message = f"`{name}` is in-cluster, but its server is not {IN_CLUSTER_SERVER}"
            yield error(SLUG, message, Label(("clusters", name, "server")), help="remove `server`")
        elif (
            not in_cluster and cluster.server is not None and host_of(cluster.server) in _OWN_HOSTS
        ):
            message = f"the server of spoke `{name}` is the address of its hub's own cluster"
            hint = "give the address by which the hub reaches the spoke"
            yield error(SLUG, message, Label(("clusters", name, "server")), help=hint)


def _wrong_auth(name: str, cluster: Cluster) -> Diagnostic:
    label = Label(("clusters", name, "auth"))
    if cluster.type == "spoke":
        message = f"spoke `{name}` is in-cluster: its addons would be installed on its hub"
        hint = "say how the hub authenticates, or make it `type: hub` or `type: standalone`"
        return error(SLUG, message, label, help=hint)
    message = f"{cluster.type} cluster `{name}` runs its own Argo CD, which reaches it from inside"
    return error(SLUG, message, label, help="write `auth: in-cluster`, or make it `type: spoke`")
