"""Two objects of a platform define the same service account.

## Problem

An entry of a team's `serviceAccounts` is named `default`, or has the same name as the account
that the platform's web-service chart creates for a workload of the team in the same environment.
Or two workloads of a team create accounts with the same name.

## Why

Two Applications would own one ServiceAccount: each reverts the other's changes, the workload gets
the permissions of the other account, and deleting one Application deletes the account of both.
`default` is the account of all Pods in the namespace that set no other.

## Fix

Rename the account. Or set another name for the workload (`serviceAccount.name`). To share the
account deliberately, set `serviceAccount: {create: false, name: <account>}` for the workload.

## Example

```yaml
teams:
  payments:
    serviceAccounts: {api: {roles: {dev: editor}}}     # service-account-conflict
workloads:
  payments:
    api: {image: ghcr.io/acme/api, environments: {dev: {version: 1.0.0}}}
```
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from dokaseca_compile.core.diagnostics import At, Diagnostic, Label, error
from dokaseca_compile.core.routes import at
from dokaseca_compile.resolve.resolved import Placement, ResolvedWorkload
from dokaseca_compile.rules.shared.base import Context, some
from dokaseca_compile.rules.shared.value_layers import Stack, image_stacks

SLUG = "service-account-conflict"


Made = tuple[ResolvedWorkload, Placement, Stack, str]
"""A workload, where it runs, what its chart is given, and the ServiceAccount that the chart makes there."""
_NAME = ("serviceAccount", "name")


def check(context: Context) -> Iterator[Diagnostic]:
    """Yield a fault for each account that is Kubernetes' own, and for each that somebody else makes too."""
    for team, declared in context.platform.teams.items():
        if "default" in declared.service_accounts:
            message = f"team `{team}` calls a service account `default`, which Kubernetes makes for every Pod"
            yield error(
                SLUG,
                message,
                Label(("teams", team, "serviceAccounts", "default"), At.KEY),
                help="rename it",
            )
    made = list(_made(context))
    yield from _of_teams(context, made)
    yield from _of_workloads(made)


def _made(context: Context) -> Iterator[Made]:
    for workload, place, stack in image_stacks(context):
        if (account := _account(workload, stack)) is not None and place.clusters:
            yield workload, place, stack, account


def _of_teams(context: Context, made: Iterable[Made]) -> Iterator[Diagnostic]:
    found: dict[tuple[str, str, str], list[str]] = {}
    for workload, place, _, account in made:
        tenant = context.resolved.tenants.get((place.environment, workload.team))
        if tenant is not None and account in tenant.accounts and account != "default":
            found.setdefault((workload.team, workload.name, account), []).append(place.environment)
    for (team, name, account), environments in found.items():
        yield error(
            SLUG,
            f"the service account `{account}` of team `{team}` is also that of the workload `{name}` in "
            f"{some(environments)}",
            Label(("teams", team, "serviceAccounts", account), At.KEY),
            Label(("workloads", team, name), At.KEY, text="whose chart makes one of this name"),
            help="rename the account",
        )


def _of_workloads(made: Iterable[Made]) -> Iterator[Diagnostic]:
    first: dict[tuple[str, str, str], tuple[ResolvedWorkload, Stack]] = {}
    told: set[tuple[str, str, str]] = set()
    for each, place, stack, account in made:
        for cluster in place.clusters:
            other, others = first.setdefault((cluster, each.namespace, account), (each, stack))
            # Of two with one release all objects are the same: another rule's.
            if other.release != each.release and (other.part, each.part, account) not in told:
                told.add((other.part, each.part, account))
                one, two = (f"{workload.team}/{workload.name}" for workload in (other, each))
                # Whoever says the name is to blame, and not the one whose own name it is.
                labels = sorted(
                    (stack.place(_NAME), others.place(_NAME)), key=lambda label: -len(label.route)
                )
                yield error(
                    SLUG,
                    f"the workloads `{one}` and `{two}` both make the service account `{account}` on `{cluster}`",
                    labels[0],
                    replace(labels[1], text="the other one"),
                    help=f"let one make it; in the other: `serviceAccount: {{create: false, name: {account}}}`",
                )


def _account(workload: ResolvedWorkload, stack: Stack) -> str | None:
    """The ServiceAccount that the chart makes (``common.serviceAccountName``), if it makes one."""
    values = stack.given()
    if at(values, ("serviceAccount", "create")) is not True:
        return None
    return str(at(values, _NAME) or workload.release)
