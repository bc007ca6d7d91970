"""The new name in an entry of `moved` does not exist.

## Problem

`moved.<entry>.to` is not a declared cluster, addon, part of an addon (`<addon>-<component>`) or
workload (`<team>/<workload>`); or the entry has no `to`, so the name stays the same, and the name
is not declared. The name is allowed if another entry of `moved` or `removed` names it as an old
name.

## Why

The entry allows Argo CD to delete the object under its old name, because it will be created again
under the new one. Without the new name, the deletion would be a removal.

## Fix

Use a declared name. For a permanent removal, use `removed`.

## Example

```yaml
clusters: {edge-us: {environment: dev}}
moved:
  edge-to-us: {cluster: edge-eu, to: edge-su, reason: the site moved}   # unknown-move
```
"""

from __future__ import annotations

from collections.abc import Iterator

from dokaseca_compile.core.diagnostics import Diagnostic, Label, error
from dokaseca_compile.model.history import Move
from dokaseca_compile.rules.shared.base import Context
from dokaseca_compile.rules.shared.profiles import Hints, declared_parts, declared_workloads

SLUG = "unknown-move"


def check(context: Context) -> Iterator[Diagnostic]:
    """Yield a fault for each move to an undeclared name."""
    platform = context.platform
    parts = declared_parts(context)
    workloads = declared_workloads(context)
    known = {
        "clusters": frozenset(context.names("clusters")),
        "addons": frozenset(parts),
        "workloads": frozenset(workloads),
    }
    # Addons with a schema fault are known, but not suggested: the name may be the fault.
    sound = [name for name, route in parts.items() if route[1] in platform.addons]
    hints = {
        "clusters": Hints(tuple(platform.clusters)),
        "addons": Hints(sound),
        "workloads": Hints(tuple(workloads)),
    }
    deleted = {removal.old for removal in platform.removed.values()}
    deleted |= {move.old for move in platform.moved.values() if move.renames}
    for entry, move in platform.moved.items():
        section = move.old[0]
        if move.new in known[section] or (section, move.new) in deleted:
            continue
        if not _may_be_component(move, context):
            yield _fault(entry, move, hints[section])


def _may_be_component(move: Move, context: Context) -> bool:
    """Return whether a name may be a component of an addon with a schema fault."""
    if move.addon is None:
        return False
    return any(
        move.new.startswith(f"{name}-")
        for name in context.names("addons")
        if name not in context.platform.addons
    )


def _fault(entry: str, move: Move, hints: Hints) -> Diagnostic:
    if move.to is not None:
        key = "to"
        message = f"`moved.{entry}` moves to the unknown {move.kind} `{move.to}`"
    else:
        key = move.kind
        message = f"`moved.{entry}` has no `to`, and there is no {move.kind} `{move.new}`"
    cause = (move.old[0], move.new)
    return error(SLUG, message, Label(("moved", entry, key)), help=hints.of(move.new), cause=cause)
