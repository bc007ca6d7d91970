"""A cluster, role, policy set or branching rule refers to an undeclared environment.

## Problem

One of these names an environment that is not an entry of `environments`:
`clusters.<name>.environment`, or a key of `teams.<name>.roles`, of the `roles` of a service
account, of `policies` or of `repositories.branching.require`.

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

from dokaseca_compile.core.diagnostics import At, Diagnostic, Label, error
from dokaseca_compile.rules.shared.base import Context
from dokaseca_compile.rules.shared.profiles import Hints

SLUG = "unknown-environment"


def check(context: Context) -> Iterator[Diagnostic]:
    """Yield a fault for each mention of an undeclared environment."""
    known = frozenset(context.names("environments"))
    hints = Hints(context.names("environments"))
    for who, name, label in _mentions(context):
        if name not in known:
            yield error(
                SLUG,
                f"{who} the unknown environment `{name}`",
                label,
                help=hints.of(name),
                cause=("environments", name),
            )


def _mentions(context: Context) -> Iterator[tuple[str, str, Label]]:
    """Every mention of an environment: the subject of its sentence, the name, and the place."""
    for name, cluster in context.platform.clusters.items():
        yield (
            f"cluster `{name}` is in",
            cluster.environment,
            Label(("clusters", name, "environment")),
        )
    for name, team in context.platform.teams.items():
        for environment in team.roles:
            yield (
                f"team `{name}` has a role in",
                environment,
                Label(("teams", name, "roles", environment), At.KEY),
            )
        for account, each in team.service_accounts.items():
            for environment in each.roles:
                label = Label(
                    ("teams", name, "serviceAccounts", account, "roles", environment), At.KEY
                )
                yield (
                    f"service account `{account}` of team `{name}` has a role in",
                    environment,
                    label,
                )
    yield from _workloads(context)
    for environment in context.platform.policies:
        yield "the policies are for", environment, Label(("policies", environment), At.KEY)
    for environment in context.platform.repositories.branching.require:
        label = Label(("repositories", "branching", "require", environment), At.KEY)
        yield "the branching rules speak of", environment, label


def _workloads(context: Context) -> Iterator[tuple[str, str, Label]]:
    for team, workloads in context.platform.workloads.items():
        for name, workload in workloads.items():
            for environment in workload.environments:
                label = Label(("workloads", team, name, "environments", environment), At.KEY)
                yield f"workload `{team}/{name}` runs in", environment, label
