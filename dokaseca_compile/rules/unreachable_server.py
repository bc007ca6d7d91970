"""The server of a cluster is a loopback address.

## Problem

The host of `clusters.<name>.server` is `localhost`, `0.0.0.0` or an address `127.x.x.x`.

## Why

Argo CD connects from a Pod, where this address is the Pod itself. `kubectl` uses such an address
for a Kind cluster on the same machine, so it is easily copied from a kubeconfig.

## Fix

Set the address at which Pods of the hub can reach the cluster. Between Kind clusters on one
machine it is `https://<cluster>-control-plane:6443`, which is the default with `auth: kind`.

## Example

```yaml
clusters:
  lab: {hub: hub-eu, server: "https://127.0.0.1:41235"}   # unreachable-server
```
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from dokaseca_compile.core.diagnostics import Diagnostic, Label, error
from dokaseca_compile.core.urls import host_of
from dokaseca_compile.rules.shared.base import Context

SLUG = "unreachable-server"
_LOOPBACK = re.compile(r"(.+\.)?localhost|0\.0\.0\.0|127(\.[0-9]{1,3}){3}")


def check(context: Context) -> Iterator[Diagnostic]:
    """Yield a fault for each server at a loopback address."""
    for name, cluster in context.platform.clusters.items():
        if cluster.server is None or not _is_loopback(host_of(cluster.server)):
            continue
        host = host_of(cluster.server)
        message = f"Argo CD cannot reach this server: in its pod, `{host}` is the pod itself"
        advice = "use the address by which pods of its hub reach the cluster"
        if cluster.made_by_terraform:
            advice += f": `https://{name}-control-plane:6443` on the same machine"
        yield error(SLUG, message, Label(("clusters", name, "server")), help=advice)


def _is_loopback(name: str) -> bool:
    if not name.startswith("["):
        return _LOOPBACK.fullmatch(name) is not None
    from ipaddress import IPv6Address  # noqa: PLC0415 - seldom needed

    address = IPv6Address(name[1:-1])
    inner = address.ipv4_mapped or address
    return inner.is_loopback or inner.is_unspecified
