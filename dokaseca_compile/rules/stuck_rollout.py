"""A rollout would stop at the first deletion.

## Problem

An environment has a `rollout` and `sync.prune: false` or `sync.automated: false`.

## Why

With a rollout, Argo CD's ApplicationSet controller syncs the Applications itself, and it prunes
only if both settings are on. A step is complete when its Applications are in sync. An object that
was removed from Git keeps its Application out of sync until a person deletes it, so all later
steps, and all later changes, wait.

## Fix

Leave both settings on. To keep deployed objects when an Application is deleted, set `deletion:
preserve`. Or delete the `rollout`.

## Example

```yaml
environments:
  production:
    sync: {prune: false}              # stuck-rollout
    rollout: [{regions: [eu]}, {regions: [us]}]
```
"""

from __future__ import annotations

from collections.abc import Iterator

from dokaseca_compile.core.diagnostics import At, Diagnostic, Label, error
from dokaseca_compile.rules.shared.base import Context

SLUG = "stuck-rollout"


def check(context: Context) -> Iterator[Diagnostic]:
    """Yield a fault for each environment whose rollout would wait for a manual deletion."""
    for name, environment in context.platform.environments.items():
        sync = environment.sync
        if not environment.rollout or (sync.automated and sync.prune):
            continue
        key = "automated" if sync.prune else "prune"
        yield error(
            SLUG,
            f"the rollout of `{name}` stops at the first object that is deleted from Git:"
            f" `{key}: false` keeps it in the cluster, and its Application is never in sync",
            Label(("environments", name, "sync", key)),
            Label(
                ("environments", name, "rollout"),
                At.KEY,
                text="each step waits for the previous one",
            ),
            help=f"delete `{key}: false`, or the rollout",
        )
