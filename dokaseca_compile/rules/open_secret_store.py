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

from collections.abc import Iterator, Mapping
from functools import reduce
from typing import Any

from dokaseca_compile.core.diagnostics import At, Diagnostic, Label, warning
from dokaseca_compile.model.common import Values
from dokaseca_compile.resolve.merge_values import merge_values
from dokaseca_compile.resolve.resolved import PartInstall, Resolved
from dokaseca_compile.rules.shared.base import Context, some
from dokaseca_compile.rules.shared.profiles import sound_profiles

SLUG = "open-secret-store"
_EDITS = frozenset({"editor", "admin"})


def check(context: Context) -> Iterator[Diagnostic]:
    """Yield one warning for each addon, whatever the number of clusters."""
    store = context.platform.integrations.secret_store
    if store is None or store.kind != "ClusterSecretStore":
        return
    edited = _edited(context.resolved)
    found: dict[str, set[str]] = {}
    for profile in sound_profiles(context):
        here = edited.intersection(profile.clusters)
        for install in profile.enabled() if here else ():
            if any(
                _is_open(part) for part in install.parts if part.part.chart == "external-secrets"
            ):
                found.setdefault(install.addon, set()).update(here)
    for addon, clusters in found.items():
        message = f"whoever may edit a team's namespace on {some(clusters)} can read all of the secret store `{store.name}`"
        advice = "set `rbac: {aggregateToEdit: false}` in the values of the addon"
        place = Label(("integrations", "secretStore"), At.KEY, text="of which it reads every entry")
        yield warning(SLUG, message, Label(("addons", addon), At.KEY), place, help=advice)


def _edited(resolved: Resolved) -> frozenset[str]:
    """The clusters where people or machines of a team may edit its namespace."""
    return frozenset(
        cluster
        for tenant in resolved.tenants.values()
        if (tenant.role in _EDITS and resolved.has_access(tenant))
        or _EDITS.intersection(tenant.accounts.values())
        for cluster in tenant.clusters
    )


def _is_open(part: PartInstall) -> bool:
    """Whether the chart adds to the roles (its ``templates/rbac.yaml``); by default it does."""
    merged: Values = {}
    rbac: Any = reduce(merge_values, (said.value for said in part.values), merged).get("rbac")
    rbac = rbac if isinstance(rbac, Mapping) else {}
    return rbac.get("aggregateToEdit") is not False and rbac.get("create") is not False
