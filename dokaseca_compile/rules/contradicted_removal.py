"""An entry of `removed` or `moved` names an object that still exists.

## Problem

One of these is the case:

- An entry of `removed` names a cluster that is still declared.
- An entry of `removed` names an addon, a part of an addon or a workload that is still deployed to
  a cluster. If the entry has `environments` or `clusters`, only those clusters count.
- An entry of `moved` gives a cluster, addon or workload a new name, and the old name is still
  declared.

## Why

These entries allow Argo CD to delete objects. An entry that is no longer true, for example
because the change was reverted, would allow a later deletion that nobody intended.

## Fix

Remove the object or the entry. If an addon or a workload is only removed in some places, limit
the entry with `environments` or `clusters`.

## Example

```yaml
clusters: {edge-old: {environment: dev}}
removed:
  edge-old: {cluster: edge-old, reason: decommissioned}   # contradicted-removal
```
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from dokaseca_compile.core.diagnostics import At, Diagnostic, Label, error
from dokaseca_compile.core.routes import Route
from dokaseca_compile.model.history import Move, Removal
from dokaseca_compile.resolve.resolved import Profile
from dokaseca_compile.resolve.setting import DEFAULT, Setting
from dokaseca_compile.rules.shared.base import Context, some
from dokaseca_compile.rules.shared.profiles import (
    complete_profiles,
    declared_parts,
    declared_workloads,
)

SLUG = "contradicted-removal"


def check(context: Context) -> Iterator[Diagnostic]:
    """Yield a fault for each entry about something that is still there."""
    clusters: dict[str, Route] = {name: ("clusters", name) for name in context.names("clusters")}
    declared = {
        "clusters": clusters,
        "addons": declared_parts(context),
        "workloads": declared_workloads(context),
    }
    yield from _removed(context, declared)
    yield from _moved(context, declared)


Declared = dict[str, dict[str, Route]]
"""Section → name → where it is declared; components are among the addons."""


def _removed(context: Context, declared: Declared) -> Iterator[Diagnostic]:
    profiles = complete_profiles(context)
    for entry, removal in context.platform.removed.items():
        section, name = removal.old
        route = declared[section].get(name)
        if route is None:
            continue
        if removal.addon is not None:
            yield from _installed(entry, removal, route, profiles)
        elif removal.workload is not None:
            yield from _running(entry, removal, route, context)
        else:
            message = f"cluster `{name}` is still declared, but {_listed(entry)}"
            label = Label(("removed", entry, "cluster"))
            yield error(SLUG, message, label, _at(route), help="delete the entry or the cluster")


def _listed(entry: str) -> str:
    return f"`removed.{entry}` lists it as removed"


def _installed(
    entry: str, removal: Removal, route: Route, profiles: Iterable[Profile]
) -> Iterator[Diagnostic]:
    """Check where an addon is still installed; it may stay declared."""
    found = _enabled_on(str(route[1]), removal, profiles)
    if not found:
        return
    switch = next(iter(found.values()))
    is_limited = removal.environments or removal.clusters
    limit = "" if is_limited else ", limit it with `environments` or `clusters`"
    remedy = "delete the component" if len(route) > 2 else "disable the addon there"
    is_enabled_by_layer = switch.layer != DEFAULT
    yield error(
        SLUG,
        f"`{removal.addon}` is still installed on {some(found)}, but {_listed(entry)}",
        Label(("removed", entry, "addon")),
        Label(switch.route, text="enabled here") if is_enabled_by_layer else _at(route),
        help=f"delete the entry{limit}, or {remedy}",
    )


def _enabled_on(
    addon: str, removal: Removal, profiles: Iterable[Profile]
) -> dict[str, Setting[bool]]:
    """Return the clusters of a removal that enable the addon, with the setting that does so."""
    found: dict[str, Setting[bool]] = {}
    for profile in profiles:
        install = profile.installs.get(addon)
        if install is None or not install.enabled.value:
            continue
        for cluster in profile.clusters:
            if removal.covers(cluster, profile.environment):
                found[cluster] = install.enabled
    return found


def _running(entry: str, removal: Removal, route: Route, context: Context) -> Iterator[Diagnostic]:
    """Check where a workload still runs; it may stay declared."""
    team, _, name = str(removal.workload).partition("/")
    workload = context.resolved.workloads.get((team, name))
    if workload is None:
        return
    found: list[str] = []
    for placement in workload.places.values():
        environment = placement.environment
        found += [name for name in placement.clusters if removal.covers(name, environment)]
    if found:
        yield error(
            SLUG,
            f"`{removal.workload}` still runs on {some(found)}, but {_listed(entry)}",
            Label(("removed", entry, "workload")),
            _at(route),
            help="delete the entry, or remove these environments or clusters from the workload",
        )


def _moved(context: Context, declared: Declared) -> Iterator[Diagnostic]:
    moved = context.platform.moved
    # In a chain, `a` to `b` and `b` to `c`, a `b` that is declared is the one renamed from `a`.
    reused = {(move.old[0], move.new) for move in moved.values() if move.renames}
    for entry, move in moved.items():
        section, name = move.old
        route = declared[section].get(name)
        if route is None or not move.renames or move.old in reused or _splits(move, context):
            continue
        yield error(
            SLUG,
            f"{move.kind} `{name}` is still declared, "
            f"but `moved.{entry}` renames it to `{move.new}`",
            Label(("moved", entry, move.kind)),
            _at(route),
            help="rename it, delete the entry, or omit `to` if the name stays the same",
        )


def _splits(move: Move, context: Context) -> bool:
    """Return whether an addon's own chart has become one of its components.

    The addon then keeps its name.
    """
    if move.addon is None or not move.new.startswith(f"{move.addon}-"):
        return False
    addon = context.resolved.addons.get(move.addon)
    if addon is None:
        return True  # the parts of an addon with a schema fault cannot be seen
    return all(part.component is not None for part in addon.parts)


def _at(route: Route) -> Label:
    return Label(route, At.KEY, "declared here")
