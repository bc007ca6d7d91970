"""Everyone who can edit a team's namespace can read every entry of the secret store.

## Problem

The platform's secret store is a `ClusterSecretStore`, an addon installs the chart
`external-secrets` without `rbac.aggregateToEdit: false`, and on the same clusters a team has
people or service accounts with the role `editor` or `admin`.

## Why

The chart adds its permissions to the Kubernetes roles `edit` and `admin`. With them, everyone
with these roles can create an ExternalSecret that uses the ClusterSecretStore, and read every
entry that the store can read: secrets of other teams and credentials of clusters.

## Fix

Set `rbac.aggregateToEdit: false` in the addon's values. Teams get their secrets through
`environments.<name>.secrets`.

## Example

```yaml
addons:
  external-secrets:
    chart: {name: external-secrets, repository: https://charts.external-secrets.io}
    values: {rbac: {aggregateToEdit: false}}     # without it: open-secret-store
```
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import reduce

from dokaseca_compile.core.data import mapping
from dokaseca_compile.core.diagnostics import At, Diagnostic, Label, warning
from dokaseca_compile.model.common import Values
from dokaseca_compile.resolve.merge_values import merge_values
from dokaseca_compile.resolve.resolved import PartInstall, Resolved
from dokaseca_compile.rules.shared.base import Context, some
from dokaseca_compile.rules.shared.profiles import complete_profiles

SLUG = "open-secret-store"
_EDITS = frozenset({"editor", "admin"})


def check(context: Context) -> Iterator[Diagnostic]:
    """Yield one warning for each addon, however many clusters."""
    store = context.platform.integrations.secret_store
    if store is None or store.kind != "ClusterSecretStore":
        return
    edited = _edited(context.resolved)
    found: dict[str, set[str]] = {}
    for profile in complete_profiles(context):
        clusters = edited.intersection(profile.clusters)
        if not clusters:
            continue
        for install, part in profile.enabled_parts():
            if _is_open(part):
                found.setdefault(install.addon, set()).update(clusters)
    for addon, names in found.items():
        yield warning(
            SLUG,
            f"addon `{addon}` lets everyone who can edit a team's namespace on {some(names)} read"
            f" every entry of the secret store `{store.name}`",
            Label(("addons", addon), At.KEY),
            Label(("integrations", "secretStore"), At.KEY, text="the store"),
            help="set `rbac: {aggregateToEdit: false}` in the values of the addon",
        )


def _edited(resolved: Resolved) -> frozenset[str]:
    """Return the clusters where people or service accounts of a team can edit its namespace."""
    clusters: set[str] = set()
    for tenant in resolved.tenants.values():
        if tenant.role in _EDITS and resolved.has_access(tenant):
            clusters.update(tenant.clusters)
        if not _EDITS.isdisjoint(tenant.accounts.values()):
            clusters.update(tenant.clusters)
    return frozenset(clusters)


def _is_open(part: PartInstall) -> bool:
    """Return whether the chart extends ``edit`` and ``admin``, as it does by default.

    See its ``templates/rbac.yaml``.
    """
    if part.part.chart != "external-secrets":
        return False
    nothing: Values = {}
    merged = reduce(merge_values, (layer.value for layer in part.values), nothing)
    rbac = mapping(merged, "rbac")
    return rbac.get("aggregateToEdit") is not False and rbac.get("create") is not False
