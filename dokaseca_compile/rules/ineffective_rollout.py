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

from collections.abc import Iterator, Mapping

from dokaseca_compile.core.diagnostics import Diagnostic, Label, warning
from dokaseca_compile.resolve.argocd import PROGRESSIVE_SYNCS, ignores_rollouts
from dokaseca_compile.resolve.resolved import ResolvedCluster
from dokaseca_compile.rules.shared.base import Context, some

SLUG = "ineffective-rollout"


def check(context: Context) -> Iterator[Diagnostic]:
    """Yield a warning for each environment whose hubs would ignore its rollout."""
    for name, environment in context.platform.environments.items():
        if not environment.rollout:
            continue
        ignoring = _ignoring_hubs(context.resolved.clusters, name)
        if ignoring:
            message = (
                f"{some(ignoring)} would ignore the rollout of `{name}`: "
                "progressive syncs are not enabled in Argo CD"
            )
            advice = (
                f"set `{PROGRESSIVE_SYNCS}: true` below `configs.params` in the values of the "
                "addon that installs Argo CD"
            )
            yield warning(SLUG, message, Label(("environments", name, "rollout")), help=advice)


def _ignoring_hubs(clusters: Mapping[str, ResolvedCluster], environment: str) -> list[str]:
    """Return the declared hubs of an environment that ignore rollouts."""
    hubs = {each.hub for each in clusters.values() if each.cluster.environment == environment}
    declared = clusters.keys() & hubs
    return [hub for hub in declared if ignores_rollouts(clusters[hub])]
