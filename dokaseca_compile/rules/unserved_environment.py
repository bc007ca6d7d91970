"""A hub does not read the files of an environment that one of its clusters is in.

## Problem

One of these is the case:

- `serves` of a hub leaves out the environment of one of its clusters.
- `serves` is set on a spoke, which runs no Argo CD.

## Why

A hub reads the ApplicationSets, AppProjects and registrations of an environment only if it serves
it. A cluster in another environment would never be registered, and nothing would be deployed to
it.

## Fix

Add the environment to `serves`, or delete `serves`: the default is the environments of all
clusters of the hub. To keep a hub for production apart, give the cluster another hub.

## Example

```yaml
clusters:
  hub-eu: {type: hub, environment: production, serves: [production]}   # unserved-environment
  lab: {environment: dev, hub: hub-eu}
```
"""

from __future__ import annotations

from collections.abc import Iterator

from dokaseca_compile.core.diagnostics import At, Diagnostic, Label, error
from dokaseca_compile.core.routes import Route
from dokaseca_compile.rules.shared.base import Context, some

SLUG = "unserved-environment"


def check(context: Context) -> Iterator[Diagnostic]:
    """Yield a fault for each environment that a hub leaves out, and for `serves` on a spoke."""
    for name, cluster in context.platform.clusters.items():
        if not cluster.serves:
            continue
        route: Route = ("clusters", name, "serves")
        if cluster.type == "spoke":
            message = f"spoke `{name}` has `serves`, but runs no Argo CD"
            yield error(SLUG, message, Label(route, At.KEY), help="set it on its hub, or delete it")
        else:
            yield from _left_out(context, name, Label(route))


def _left_out(context: Context, hub: str, label: Label) -> Iterator[Diagnostic]:
    """Yield a fault for each environment of a hub's clusters that it does not serve."""
    resolved = context.resolved
    members: dict[str, list[str]] = {}
    for name, cluster in resolved.clusters.items():
        if cluster.hub == hub and cluster.cluster.environment in resolved.environments:
            members.setdefault(cluster.cluster.environment, []).append(name)
    for environment in resolved.environments:
        if environment in members and environment not in resolved.served[hub]:
            clusters = some(members[environment])
            message = f"hub `{hub}` does not serve `{environment}`, the environment of {clusters}"
            yield error(SLUG, message, label, help=f"add `{environment}`, or delete `serves`")
