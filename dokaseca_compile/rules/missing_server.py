"""A spoke has no API server address.

## Problem

A cluster that its hub connects to over the network has no `server`.

## Why

The cluster Secret needs the address. Without it, Argo CD cannot connect to the cluster, and all
of its Applications fail.

## Fix

Add `server: https://…`, the address at which the hub can connect to the cluster. Only clusters
with `auth: in-cluster` or `auth: kind` need no `server`.

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
    """Yield a fault for each spoke without a server."""
    for name, cluster in context.platform.clusters.items():
        if cluster.type != "spoke" or cluster.server is not None:
            continue
        is_derived = cluster.auth.in_cluster is not None or cluster.auth.kind is not None
        if not is_derived:
            yield error(
                SLUG,
                f"spoke `{name}` has no `server`",
                Label(("clusters", name), At.KEY),
                help="add `server: https://…`, the address at which its hub reaches it",
            )
