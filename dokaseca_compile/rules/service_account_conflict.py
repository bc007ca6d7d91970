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
from typing import NamedTuple

from dokaseca_compile.core.diagnostics import At, Diagnostic, Label, error
from dokaseca_compile.core.routes import at
from dokaseca_compile.resolve.resolved import Placement, ResolvedWorkload, Tenant
from dokaseca_compile.rules.shared.base import Context, some
from dokaseca_compile.rules.shared.value_layers import ValueLayers, running_services

SLUG = "service-account-conflict"
_NAME = ("serviceAccount", "name")


class _Created(NamedTuple):
    """A ServiceAccount that the chart of a workload creates in an environment."""

    account: str
    tenant: Tenant
    workload: ResolvedWorkload
    place: Placement
    stack: ValueLayers

    @property
    def title(self) -> str:
        return f"{self.workload.team}/{self.workload.name}"


def check(context: Context) -> Iterator[Diagnostic]:
    """Yield a fault for each service account that Kubernetes or a chart creates too."""
    for team, declared in context.platform.teams.items():
        if "default" in declared.service_accounts:
            yield error(
                SLUG,
                f"team `{team}` declares the service account `default`, which Kubernetes creates"
                " in every namespace",
                Label(("teams", team, "serviceAccounts", "default"), At.KEY),
                help="rename it",
            )
    created = list(_created(context))
    yield from _of_teams(created)
    yield from _of_workloads(created)


def _created(context: Context) -> Iterator[_Created]:
    for tenant, workload, place, stack in running_services(context):
        account = _account(workload, stack)
        if account is not None:
            yield _Created(account, tenant, workload, place, stack)


def _of_teams(created: Iterable[_Created]) -> Iterator[Diagnostic]:
    """Yield a fault for each account that a team declares and a chart of the team creates."""
    found: dict[tuple[str, str, str], list[str]] = {}
    for account, tenant, workload, _, _ in created:
        if account in tenant.accounts and account != "default":
            key = (tenant.team, workload.name, account)
            found.setdefault(key, []).append(tenant.environment)
    for (team, name, account), environments in found.items():
        yield error(
            SLUG,
            f"the service account `{account}` of team `{team}` is also created for the workload"
            f" `{name}` in {some(environments)}",
            Label(("teams", team, "serviceAccounts", account), At.KEY),
            Label(("workloads", team, name), At.KEY, text="its chart creates the same one"),
            help="rename the service account",
        )


def _of_workloads(created: Iterable[_Created]) -> Iterator[Diagnostic]:
    """Yield a fault for each two workloads that create the same account on a cluster."""
    first: dict[tuple[str, str, str], _Created] = {}
    reported: set[tuple[str, str, str]] = set()
    for each in created:
        for cluster in each.place.clusters:
            other = first.setdefault((cluster, each.workload.namespace, each.account), each)
            pair = (other.workload.part, each.workload.part, each.account)
            # With the same release all objects are the same, which another rule reports.
            if other.workload.release != each.workload.release and pair not in reported:
                reported.add(pair)
                yield _both(other, each, cluster)


def _both(other: _Created, each: _Created, cluster: str) -> Diagnostic:
    account = each.account
    # The workload that sets the name is at fault, not the one with this name of its own.
    labels = [each.stack.place(_NAME), other.stack.place(_NAME)]
    labels.sort(key=lambda label: len(label.route), reverse=True)
    return error(
        SLUG,
        f"the workloads `{other.title}` and `{each.title}` both create the service account"
        f" `{account}` on `{cluster}`",
        labels[0],
        replace(labels[1], text="the other one"),
        help="let only one create it; set for the other:"
        f" `serviceAccount: {{create: false, name: {account}}}`",
    )


def _account(workload: ResolvedWorkload, stack: ValueLayers) -> str | None:
    """Return the ServiceAccount that the chart creates (``common.serviceAccountName``), if any."""
    values = stack.effective
    if at(values, ("serviceAccount", "create")) is not True:
        return None
    return str(at(values, _NAME) or workload.release)
