"""A service account of a team is also somebody else's.

Problem
    An entry of a team's ``serviceAccounts`` is called ``default``, or like the account that the
    platform's web-service chart makes for a workload of the team, in an environment that has both.

Why
    Two Applications would own one ServiceAccount: each undoes what the other says, the workload gets
    the rights of the pipeline, and whoever goes first takes it along. ``default`` is what every Pod of
    the namespace runs as that says no other.

Fix
    Call the account otherwise. Or let the workload have another, ``serviceAccount.name``; or run as
    this one on purpose, with ``serviceAccount: {create: false, name: <account>}``.

Example
    .. code-block:: yaml

        teams:
          payments:
            serviceAccounts: {api: {roles: {dev: editor}}}     # service-account-conflict
        workloads:
          payments:
            api: {image: ghcr.io/acme/api, environments: {dev: {version: 1.0.0}}}
"""

from __future__ import annotations

from collections.abc import Iterator

from dokaseca_compile.charts import built_in
from dokaseca_compile.diagnostics import At, Diagnostic, Label, error
from dokaseca_compile.resolve.merge_values import over_defaults
from dokaseca_compile.resolve.resolved import ResolvedWorkload
from dokaseca_compile.rules.admission import at
from dokaseca_compile.rules.base import Context, some
from dokaseca_compile.rules.stacks import Stack, image_stacks

SLUG = "service-account-conflict"


def check(context: Context) -> Iterator[Diagnostic]:
    """Yield a fault for each account that is Kubernetes' own, and for each workload that makes the same one."""
    for team, declared in context.platform.teams.items():
        if "default" in declared.service_accounts:
            message = f"team `{team}` calls a service account `default`, which Kubernetes makes for every Pod"
            yield error(SLUG, message, Label(("teams", team, "serviceAccounts", "default"), At.KEY), help="rename it")
    found: dict[tuple[str, str, str], list[str]] = {}
    for workload, place, stack in image_stacks(context):
        tenant = context.resolved.tenants.get((place.environment, workload.team))
        account = _account(workload, stack)
        if tenant is not None and place.clusters and account in tenant.accounts and account != "default":
            found.setdefault((workload.team, workload.name, str(account)), []).append(place.environment)
    for (team, name, account), environments in found.items():
        yield error(
            SLUG,
            f"the service account `{account}` of team `{team}` is also that of the workload `{name}` in "
            f"{some(environments)}",
            Label(("teams", team, "serviceAccounts", account), At.KEY),
            Label(("workloads", team, name), At.KEY, text="whose chart makes one of this name"),
            help="rename the account",
        )


def _account(workload: ResolvedWorkload, stack: Stack) -> str | None:
    """The ServiceAccount that the chart makes (``common.serviceAccountName``), if it makes one."""
    values = over_defaults(stack.merged(), built_in().values)
    if at(values, "serviceAccount", "create") is not True:
        return None
    return str(at(values, "serviceAccount", "name") or at(values, "fullnameOverride") or workload.release)
