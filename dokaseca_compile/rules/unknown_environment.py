"""A cluster, role, policy set or branching rule refers to an undeclared environment.

## Problem

One of these names an environment that is not an entry of `environments`:
`clusters.<name>.environment`, an entry of `serves` of a hub, or a key of `teams.<name>.roles`, of
the `roles` of a service account, of `policies` or of `repositories.branching.require`.

## Why

The environment is a label of the cluster Secret, a layer of versions and values, and the scope of
roles and policies. A misspelt environment silently selects nothing: no addon is installed, no
role is granted, no policy applies and no tag is required.

## Fix

Use the name of a declared environment, or declare it: `environments: {<name>: {}}`.

## Example

```yaml
environments: {dev: {}, production: {}}
clusters:
  edge: {environment: prod}        # unknown-environment
teams:
  payments: {roles: {develop: admin}}  # unknown-environment, did you mean `dev`?
```
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from dokaseca_compile.core.diagnostics import At, Diagnostic, Label, error
from dokaseca_compile.core.routes import Route
from dokaseca_compile.rules.shared.base import Context
from dokaseca_compile.rules.shared.declarations import every_workload
from dokaseca_compile.rules.shared.unknown_names import Mention, unknown_names

SLUG = "unknown-environment"


def check(context: Context) -> Iterator[Diagnostic]:
    """Yield a fault for each mention of an undeclared environment."""
    report = partial(error, SLUG)
    return unknown_names(context, report, "environments", "environment", _mentions(context))


def _mentions(context: Context) -> Iterator[Mention]:
    """Yield every mention of an environment."""
    for name, cluster in context.platform.clusters.items():
        label = Label(("clusters", name, "environment"))
        yield f"cluster `{name}` is in", cluster.environment, label
        for at, environment in enumerate(cluster.serves):
            label = Label(("clusters", name, "serves", at))
            yield f"hub `{name}` serves", environment, label
    yield from _of_teams(context)
    yield from _of_workloads(context)
    for environment in context.platform.policies:
        yield "the policies are for", environment, Label(("policies", environment), At.KEY)
    for environment in context.platform.repositories.branching.require:
        label = Label(("repositories", "branching", "require", environment), At.KEY)
        yield "the branching rules name", environment, label


def _of_teams(context: Context) -> Iterator[Mention]:
    for name, team in context.platform.teams.items():
        route: Route = ("teams", name)
        for environment in team.roles:
            label = Label((*route, "roles", environment), At.KEY)
            yield f"team `{name}` has a role in", environment, label
        for account, each in team.service_accounts.items():
            who = f"service account `{account}` of team `{name}`"
            for environment in each.roles:
                place = (*route, "serviceAccounts", account, "roles", environment)
                yield f"{who} has a role in", environment, Label(place, At.KEY)


def _of_workloads(context: Context) -> Iterator[Mention]:
    for team, name, workload in every_workload(context.platform):
        for environment in workload.environments:
            label = Label(("workloads", team, name, "environments", environment), At.KEY)
            yield f"workload `{team}/{name}` runs in", environment, label
