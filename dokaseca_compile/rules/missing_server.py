"""A spoke has no API server.

## Problem

A cluster that its hub reaches over the network has no `server`.

## Why

The cluster Secret needs the address: without it Argo CD has a cluster that it cannot reach,
and every Application on it fails.

## Fix

Add `server: https://…`, the address by which the hub reaches the cluster. Only clusters with
`auth: in-cluster` or `auth: kind` need none.

## Example

```yaml
clusters:
  edge: {hub: hub-eu, auth: {awsIam: {clusterName: edge}}}   # missing-server
```
"""

from __future__ import annotations

from collections.abc import Iterator

from dokaseca_compile.core.diagnostics import At, Diagnostic, Label, error
from dokaseca_compile.rules.shared.base import Context

SLUG = "missing-server"


def check(context: Context) -> Iterator[Diagnostic]:
    """Yield a fault for each spoke without a server; a hub that is not in-cluster is another rule's."""
    for name, cluster in context.platform.clusters.items():
        told = cluster.auth.in_cluster is not None or cluster.auth.kind is not None
        if cluster.type == "spoke" and not told and cluster.server is None:
            yield error(
                SLUG,
                f"spoke `{name}` has no API server",
                Label(("clusters", name), At.KEY),
                help="add `server: https://…`, the address by which its hub reaches it",
            )
