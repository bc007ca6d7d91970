"""A rollout is declared, but progressive syncs are disabled in Argo CD.

## Problem

An environment has a `rollout`, and a hub that deploys to it installs the chart `argo-cd` without
`configs.params."applicationsetcontroller.enable.progressive.syncs": true` in its values.

## Why

The ApplicationSet controller ignores rollout steps unless this parameter is set. A change would
reach all clusters at once.

## Fix

Add the value to the addon on the hubs.

## Example

```yaml
environments:
  production: {rollout: [{regions: [eu]}]}
addons:
  argo-cd:
    chart: {name: argo-cd, repository: https://argoproj.github.io/argo-helm}
    values:
      configs:
        # without this parameter: ineffective-rollout
        params: {applicationsetcontroller.enable.progressive.syncs: true}
```
"""

from __future__ import annotations

from collections.abc import Iterator

from dokaseca_compile.core.diagnostics import Diagnostic, Label, warning
from dokaseca_compile.resolve.argocd import PROGRESSIVE_SYNCS, ignores_rollouts
from dokaseca_compile.rules.shared.base import Context, some

SLUG = "ineffective-rollout"


def check(context: Context) -> Iterator[Diagnostic]:
    """Yield a warning for each environment whose hubs would ignore its rollout."""
    clusters = context.resolved.clusters
    for name, environment in context.platform.environments.items():
        if not environment.rollout:
            continue
        hubs = {each.hub for each in clusters.values() if each.cluster.environment == name}
        deaf = [
            hub
            for hub in sorted(filter(None, hubs))
            if hub in clusters and ignores_rollouts(clusters[hub])
        ]
        if deaf:
            message = (
                f"{some(deaf)} would ignore the rollout of `{name}`: RollingSync is not switched on"
            )
            advice = f"set `configs.params` → `{PROGRESSIVE_SYNCS}: true` in the values of the addon that installs argo-cd"
            yield warning(SLUG, message, Label(("environments", name, "rollout")), help=advice)
