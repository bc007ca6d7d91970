"""Two clusters have the same API server.

## Problem

`clusters.<name>.server` of two clusters is the same address. Case, a trailing slash and the
default port 443 are ignored.

## Why

Argo CD identifies a cluster by its server. With two Secrets for one server it uses the
credentials of either, an ApplicationSet that merges by server fails completely, and the addons of
both clusters would be installed on one cluster.

## Fix

Give each cluster its own server, or remove the duplicate.

## Example

```yaml
clusters:
  edge-1: {server: "https://edge.acme.example:6443"}
  edge-2: {server: "https://edge.acme.example:6443"}   # duplicate-server
```
"""

from __future__ import annotations

from collections.abc import Iterator

from dokaseca_compile.core.diagnostics import Diagnostic, Label, error
from dokaseca_compile.core.urls import server_key
from dokaseca_compile.model.clusters import IN_CLUSTER_SERVER
from dokaseca_compile.rules.shared.base import Context, some

SLUG = "duplicate-server"
_MOST_PLACES = 3


def check(context: Context) -> Iterator[Diagnostic]:
    """Yield a fault for each server that several clusters have."""
    by_server: dict[str, list[str]] = {}
    for name, cluster in context.platform.clusters.items():
        # The in-cluster address is another cluster for every Argo CD; `misplaced-in-cluster`
        # reports it elsewhere.
        if cluster.auth.in_cluster is not None or cluster.server in {None, IN_CLUSTER_SERVER}:
            continue
        by_server.setdefault(server_key(str(cluster.server)), []).append(name)
    for names in by_server.values():
        if len(names) > 1:
            server = context.platform.clusters[names[0]].server
            yield _fault(names, str(server))


def _fault(names: list[str], server: str) -> Diagnostic:
    first, second, *more = names
    others = [first, *more[: _MOST_PLACES - 1]]
    return error(
        SLUG,
        f"clusters {some(names)} have the same API server, `{server}`",
        Label(("clusters", second, "server")),
        *(Label(("clusters", name, "server"), text="the same server") for name in others),
        help="give each cluster its own server, or delete the duplicate",
    )
