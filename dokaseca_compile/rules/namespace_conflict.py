"""The namespace of a team is already used for something else.

## Problem

On a cluster where the team works, its namespace is also used by an addon or by another team, is a
namespace of Kubernetes (`default`, `kube-…`), or is the namespace of Argo CD.

## Why

A role in a namespace applies to everything in it. The team's quota, Pod Security level and
network policies would apply to the addon, and the team could read Secrets of the other team. If
two Applications write one Namespace, each reverts the changes of the other.

## Fix

Give the team another namespace: `teams.<name>.namespace`.

## Example

```yaml
teams: {monitoring: {}}                   # namespace-conflict: Loki uses this namespace
addons: {loki: {namespace: monitoring}}
clusters: {edge: {teams: [monitoring]}}
```
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from dokaseca_compile.core.diagnostics import At, Diagnostic, Label, error
from dokaseca_compile.core.routes import Route
from dokaseca_compile.resolve.argocd import ARGOCD_NAMESPACE
from dokaseca_compile.resolve.resolved import Profile
from dokaseca_compile.rules.shared.base import Context, some
from dokaseca_compile.rules.shared.profiles import complete_profiles

SLUG = "namespace-conflict"

Owner = tuple[str, Route]
"""An owner of a namespace: its name in a message, and where it is declared."""


def check(context: Context) -> Iterator[Diagnostic]:
    """Yield a fault for each team and other owner of its namespace, however many clusters."""
    for team in dict.fromkeys(tenant.team for tenant in context.resolved.tenants.values()):
        namespace = context.resolved.namespace(team)
        system = _reserved_for(namespace)
        if system:
            yield _fault(context, team, f"is reserved for {system}")
    for (team, (owner, route)), clusters in _shared(context).items():
        message = f"is also used by {owner}, on {some(clusters)}"
        yield _fault(context, team, message, Label(route, At.KEY, text="also uses it"))


def _fault(context: Context, team: str, message: str, *related: Label) -> Diagnostic:
    named = context.platform.teams[team].namespace is not None
    place = Label(("teams", team, "namespace")) if named else Label(("teams", team), At.KEY)
    message = f"the namespace `{context.resolved.namespace(team)}` of team `{team}` {message}"
    return error(SLUG, message, place, *related, help="give the team another `namespace`")


def _reserved_for(namespace: str) -> str:
    """Return the system that owns a namespace, or ``""``."""
    if namespace == ARGOCD_NAMESPACE:
        return "Argo CD"
    if namespace == "default" or namespace.startswith("kube-"):
        return "Kubernetes"
    return ""


def _shared(context: Context) -> dict[tuple[str, Owner], list[str]]:
    """Return, by team and other owner, the clusters where they share a namespace."""
    resolved = context.resolved
    found: dict[tuple[str, Owner], list[str]] = {}
    sound = {id(profile): _of_addons(context, profile) for profile in complete_profiles(context)}
    for name, cluster in resolved.clusters.items():
        owners: dict[str, Owner] = {}
        addons = sound.get(id(cluster.profile), {})
        for tenant in resolved.tenants_on(cluster):
            owner = addons.get(tenant.namespace) or owners.get(tenant.namespace)
            if owner is not None:
                found.setdefault((tenant.team, owner), []).append(name)
            owners[tenant.namespace] = (f"team `{tenant.team}`", ("teams", tenant.team))
    return found


def _of_addons(context: Context, profile: Profile) -> Mapping[str, Owner]:
    """Return the namespaces that addons are installed into or write to, except reserved ones."""
    found: dict[str, Owner] = {}
    for install in profile.enabled():
        addon = context.resolved.addons[install.addon].addon
        owner: Owner = (f"addon `{install.addon}`", ("addons", install.addon))
        for namespace in (install.namespace.value, *addon.namespaces):
            if not _reserved_for(namespace):
                found.setdefault(namespace, owner)
    return found
