"""Two addons that exclude each other are installed on the same cluster.

## Problem

`addons.<name>.conflicts` lists an addon, and both are enabled on a cluster. It is enough that one
of the two lists the other.

## Why

For example, two ingress controllers, two service meshes or two operators of one CRD manage the
same objects: each reverts the changes of the other at every sync.

## Fix

Disable one of the two on these clusters, in the environment, region, cluster type or cluster.

## Accept

While one addon replaces the other, and both are configured not to manage the same objects.

## Example

```yaml
addons:
  traefik: {conflicts: [ingress-nginx]}
  ingress-nginx: {enabled: false}
environments:
  dev: {addons: {ingress-nginx: true}}    # conflicting-addons on every dev cluster
```
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from dokaseca_compile.core.diagnostics import Diagnostic, Label, error
from dokaseca_compile.core.routes import Route
from dokaseca_compile.resolve.resolved import Profile
from dokaseca_compile.rules.shared.base import Context, clusters_of, some
from dokaseca_compile.rules.shared.profiles import blamed, complete_profiles, enabled_addons

SLUG = "conflicting-addons"


def check(context: Context) -> Iterator[Diagnostic]:
    """Yield a fault for each conflicting pair that is enabled on the same cluster."""
    pairs = _pairs(context)
    together: dict[tuple[str, str], list[Profile]] = {}
    for profile in complete_profiles(context):
        on = enabled_addons(profile)
        for pair in pairs:
            if on.issuperset(pair):
                together.setdefault(pair, []).append(profile)
    for pair, profiles in sorted(together.items()):
        yield _fault(*pair, pairs[pair], profiles)


def _pairs(context: Context) -> dict[tuple[str, str], Route]:
    """Return each pair of conflicting addons, and where the conflict is first declared."""
    addons = context.resolved.addons
    pairs: dict[tuple[str, str], Route] = {}
    for name, resolved in addons.items():
        for index, other in enumerate(resolved.addon.conflicts):
            if other not in addons:
                continue
            first, second = sorted((name, other))
            pairs.setdefault((first, second), ("addons", name, "conflicts", index))
    return pairs


def _fault(one: str, other: str, entry: Route, profiles: Sequence[Profile]) -> Diagnostic:
    if one == other:
        message = f"addon `{one}` conflicts with itself"
        return error(SLUG, message, Label(entry), help="remove the entry")
    installs = [profile.installs[name] for profile in profiles for name in (one, other)]
    switches = [install.enabled for install in installs]
    labels = blamed(switches, Label(entry), "the conflict is declared here")
    clusters = some(clusters_of(profiles))
    message = f"addons `{one}` and `{other}` conflict, and both are enabled on {clusters}"
    return error(SLUG, message, *labels, help=f"disable `{one}` or `{other}` there")
