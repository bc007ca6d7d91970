"""A declaration is not used.

## Problem

One of these is the case:

- A region, environment or cluster type has no cluster.
- A team works on no cluster and owns no addon.
- An addon is enabled on no cluster.
- A secret store is declared, and nothing uses it.
- An environment has policies or secrets, and no team works on its clusters.
- A secret is for teams that do not work in its environment.
- A service account has a role in an environment where its team does not work.

While a cluster names an unknown region or a layer names an unknown addon, entries of that section
are not reported, because one of them may be the intended one.

## Why

The declaration remains from an earlier change, or something that should use it does not: a
cluster has the wrong environment, or an addon was not enabled.

## Fix

Use the declaration, or delete it.

## Example

```yaml
regions: {eu: {}, us: {}}       # unused-declaration: no cluster is in `us`
clusters: {hub: {region: eu}}
```
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from itertools import chain

from dokaseca_compile.core.diagnostics import At, Diagnostic, Label, warning
from dokaseca_compile.core.routes import Route
from dokaseca_compile.model.platform import Platform
from dokaseca_compile.resolve.setting import SECTIONS, SHARED_SCOPES
from dokaseca_compile.rules.shared.base import Context
from dokaseca_compile.rules.shared.profiles import (
    addon_settings,
    complete_profiles,
    enabled_installs,
)
from dokaseca_compile.rules.shared.unused import LAYER_NOUNS, is_complete, shared_layers

SLUG = "unused-declaration"
UNSURE_WITHOUT = frozenset(
    {"addons", "clusters", "environments", "regions", "teams", "repositories"}
)


def check(context: Context) -> Iterator[Diagnostic]:
    """Yield a warning for each declaration without a use."""
    if not is_complete(context):
        return
    for route, message in chain.from_iterable(find(context) for find in _FINDERS):
        yield warning(SLUG, message, Label(route, At.KEY), help="use it, or delete it")


def _layers(context: Context) -> Iterator[tuple[Route, str]]:
    used: defaultdict[str, set[str]] = defaultdict(set)
    for section, name in chain.from_iterable(map(shared_layers, context.resolved.profiles)):
        used[section].add(name)
    for cluster in context.platform.clusters.values():
        used["environments"].update(cluster.serves)
    for scope in SHARED_SCOPES:
        section = SECTIONS[scope]
        names = context.names(section)
        # A misspelt name in a cluster may be one of the unused names: fix that first.
        if scope != "type" and not used[section].issubset(names):
            continue
        for name in names:
            if name not in used[section]:
                yield (section, name), f"{LAYER_NOUNS[section]} `{name}` has no cluster"


def _teams(context: Context) -> Iterator[tuple[Route, str]]:
    platform = context.platform
    working = chain.from_iterable(cluster.teams for cluster in platform.clusters.values())
    used = {*working, *(addon.owner for addon in platform.addons.values())} - {None}
    # A misspelt name may be one of the unused teams: fix that first.
    if not used <= platform.teams.keys():
        return
    for name in platform.teams:
        if name not in used:
            yield ("teams", name), f"team `{name}` works on no cluster and owns no addon"


def _addons(context: Context) -> Iterator[tuple[Route, str]]:
    platform = context.platform
    mentioned = {name for _, name, _ in addon_settings(platform)}
    for addon in platform.addons.values():
        mentioned.update(addon.requires, addon.conflicts)
    # A misspelt addon, or a misspelt layer of a cluster, may be what would enable it.
    if not mentioned <= platform.addons.keys():
        return
    if len(complete_profiles(context)) < len(context.resolved.profiles):
        return
    used = {install.addon for _, install in enabled_installs(context)}
    for name in platform.addons:
        if name not in used:
            yield ("addons", name), f"addon `{name}` is enabled on no cluster"


def _secret_store(context: Context) -> Iterator[tuple[Route, str]]:
    platform = context.platform
    if platform.integrations.secret_store is None:
        return
    for cluster in platform.clusters.values():
        if cluster.auth.external is not None:
            return
    for environment in platform.environments.values():
        if environment.secrets:
            return
    yield ("integrations", "secretStore"), "nothing uses the secret store"


def _of_tenants(context: Context) -> Iterator[tuple[Route, str]]:
    """Yield what is declared for teams in an environment where they do not work."""
    tenants = context.resolved.tenants
    mentioned: set[tuple[str, str]] = set()
    for cluster in context.platform.clusters.values():
        mentioned.update((cluster.environment, team) for team in cluster.teams)
    # A misspelt name in a cluster may be one of them: fix that first.
    if len(mentioned) > len(tenants):
        return
    yield from _policies(context)
    yield from _secrets(context)
    yield from _roles_of_accounts(context)


def _policies(context: Context) -> Iterator[tuple[Route, str]]:
    platform = context.platform
    with_teams = {environment for environment, _ in context.resolved.tenants}
    for name in sorted(platform.policies.keys() & platform.environments.keys() - with_teams):
        message = f"the policies of `{name}` apply to no namespace: no team works there"
        yield ("policies", name), message


def _secrets(context: Context) -> Iterator[tuple[Route, str]]:
    used: set[tuple[str, str]] = set()
    for tenant in context.resolved.tenants.values():
        used.update((tenant.environment, secret) for secret in tenant.secrets)
    for name, each in context.platform.environments.items():
        for secret in each.secrets:
            if (name, secret) not in used:
                message = f"no team gets the secret `{secret}` of `{name}`"
                yield ("environments", name, "secrets", secret), message


def _roles_of_accounts(context: Context) -> Iterator[tuple[Route, str]]:
    works = context.resolved.tenants.keys()
    for route, team, environment in _roles(context.platform):
        if environment in context.platform.environments and (environment, team) not in works:
            message = (
                f"service account `{route[3]}` has a role in `{environment}`, where team `{team}`"
                " does not work"
            )
            yield route, message


def _roles(platform: Platform) -> Iterator[tuple[Route, str, str]]:
    """Yield every role of a service account: its place, the team and the environment."""
    for team, declared in platform.teams.items():
        for name, account in declared.service_accounts.items():
            route: Route = ("teams", team, "serviceAccounts", name, "roles")
            for environment in account.roles:
                yield (*route, environment), team, environment


_FINDERS = (_layers, _teams, _addons, _secret_store, _of_tenants)
