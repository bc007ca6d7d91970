"""A cluster, addon, secret template or workload refers to a team that is not declared.

## Problem

One of these is not an entry of `teams`: an entry of `clusters.<name>.teams` or of
`environments.<name>.secrets.<secret>.teams`, `addons.<name>.owner`, or a key of `workloads`.

## Why

A team gets a namespace, quotas, roles and secrets on its clusters, and the portal shows it as an
owner. For a misspelt team none of these is created, and the intended team has no access.

## Fix

Use the name of a declared team, or declare it: `teams: {<name>: {groups: [<group>]}}`.

## Example

```yaml
teams: {payments: {groups: [payments-devs]}}
clusters:
  edge: {teams: [payment]}      # unknown-team, did you mean `payments`?
```
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from dokaseca_compile.core.diagnostics import At, Diagnostic, Label, error
from dokaseca_compile.core.routes import Route
from dokaseca_compile.rules.shared.base import Context
from dokaseca_compile.rules.shared.unknown_names import Mention, unknown_names

SLUG = "unknown-team"


def check(context: Context) -> Iterator[Diagnostic]:
    """Yield a fault for each mention of an undeclared team."""
    report = partial(error, SLUG)
    return unknown_names(context, report, "teams", "team", _mentions(context))


def _mentions(context: Context) -> Iterator[Mention]:
    """Yield every mention of a team."""
    platform = context.platform
    for name, cluster in platform.clusters.items():
        for index, team in enumerate(cluster.teams):
            yield f"cluster `{name}` lists", team, Label(("clusters", name, "teams", index))
    for name, addon in platform.addons.items():
        if addon.owner is not None:
            yield f"addon `{name}` is owned by", addon.owner, Label(("addons", name, "owner"))
    for environment, each in platform.environments.items():
        for secret, template in each.secrets.items():
            for index, team in enumerate(template.teams):
                route: Route = ("environments", environment, "secrets", secret, "teams", index)
                yield f"secret `{secret}` of environment `{environment}` is for", team, Label(route)
    for name in platform.workloads:
        yield "workloads are declared for", name, Label(("workloads", name), At.KEY)
