"""A rollout does not cover all clusters, or has a step without clusters.

## Problem

An environment has a `rollout`, and one of these is the case: one of its clusters is in none of
the steps; a step names a region or a cluster that does not exist; or every cluster of a step is
already in an earlier step.

## Why

With RollingSync, Argo CD disables automatic sync and syncs by steps. An Application that is in no
step is never synced, and no error is shown. A step without clusters has no effect.

## Fix

Add the missing regions or clusters to the steps. Remove a step that selects no cluster.

## Example

```yaml
environments:
  production:
    rollout:
      - {clusters: [prod-canary]}
      - {regions: [eu]}            # incomplete-rollout: prod-us is in no step
clusters:
  prod-us: {environment: production, region: us}
```
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from dokaseca_compile.core.diagnostics import Diagnostic, Label, did_you_mean, error
from dokaseca_compile.core.routes import Route
from dokaseca_compile.model.clusters import Cluster
from dokaseca_compile.model.environments import RolloutStep
from dokaseca_compile.rules.shared.base import Context, some

SLUG = "incomplete-rollout"


def check(context: Context) -> Iterator[Diagnostic]:
    """Yield a fault for each unknown name, each empty step, and the clusters without a step."""
    for name, environment in context.platform.environments.items():
        if not environment.rollout:
            continue
        unknown = list(_unknown(context, name, environment.rollout))
        yield from unknown
        if not unknown:
            yield from _steps(context, name, environment.rollout)


def _steps(context: Context, name: str, steps: Sequence[RolloutStep]) -> Iterator[Diagnostic]:
    """Assign each cluster of an environment to the first step that selects it."""
    left, is_certain = _clusters(context, name)
    route: Route = ("environments", name, "rollout")
    for index, step in enumerate(steps):
        selected = [each for each, cluster in left.items() if _selects(step, each, cluster)]
        if not selected and is_certain:
            message = f"step {index + 1} of the rollout of `{name}` selects no cluster"
            advice = "remove it, or name other clusters: a cluster belongs to the first step only"
            yield error(SLUG, message, Label((*route, index)), help=advice)
        for each in selected:
            del left[each]
    if left:
        yield _without_step(name, left, Label(route))


def _clusters(context: Context, environment: str) -> tuple[dict[str, Cluster], bool]:
    """Return the clusters of an environment, and whether these are certainly all."""
    environments = frozenset(context.names("environments"))
    regions = frozenset(context.names("regions"))
    found: dict[str, Cluster] = {}
    is_certain = True
    for name, cluster in context.platform.clusters.items():
        if cluster.environment not in environments:
            is_certain = False  # it may belong to any rollout
        elif cluster.environment != environment:
            continue
        elif cluster.region in regions:
            found[name] = cluster
        else:
            is_certain = False  # it may belong to any step: `unknown-region` reports it
    return found, is_certain


def _without_step(name: str, clusters: Collection[str], label: Label) -> Diagnostic:
    noun, pronoun = ("cluster", "it") if len(clusters) == 1 else ("clusters", "them")
    message = (
        f"{noun} {some(clusters)} would never sync: "
        f"no step of the rollout of `{name}` selects {pronoun}"
    )
    return error(SLUG, message, label, help=f"add {pronoun} to a step")


def _selects(step: RolloutStep, name: str, cluster: Cluster) -> bool:
    return name in step.clusters or cluster.region in step.regions


def _unknown(context: Context, name: str, steps: Sequence[RolloutStep]) -> Iterator[Diagnostic]:
    for index, step in enumerate(steps):
        for section, names in (("regions", step.regions), ("clusters", step.clusters)):
            known = context.names(section)
            noun = section.removesuffix("s")
            for at, each in enumerate(names):
                if each not in known:
                    yield error(
                        SLUG,
                        f"the rollout of `{name}` names the unknown {noun} `{each}`",
                        Label(("environments", name, "rollout", index, section, at)),
                        help=did_you_mean(each, known),
                        cause=(section, each),
                    )
