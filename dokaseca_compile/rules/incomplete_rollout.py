"""A rollout does not cover all clusters, or has a step without clusters.

## Problem

An environment has a `rollout`, and one of these is the case: one of its clusters is in none of
the steps; a step names a region or a cluster that does not exist; or every cluster of a step is
already in an earlier step.

## Why

With RollingSync, Argo CD disables automatic sync and syncs step by step. An Application that is
in no step is never synced, and no error is shown. A step without clusters has no effect.

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

from collections.abc import Iterator, Sequence

from dokaseca_compile.core.diagnostics import Diagnostic, Label, did_you_mean, error
from dokaseca_compile.model.clusters import Cluster
from dokaseca_compile.model.environments import RolloutStep
from dokaseca_compile.rules.shared.base import Context, some

SLUG = "incomplete-rollout"


def check(context: Context) -> Iterator[Diagnostic]:
    """Yield a fault for each unknown name, each step without a cluster, and the clusters without a step."""
    clusters = context.platform.clusters
    # A cluster of an unknown environment may be meant for any step of any rollout.
    environments = frozenset(context.names("environments"))
    astray = any(cluster.environment not in environments for cluster in clusters.values())
    for name, environment in context.platform.environments.items():
        if not environment.rollout:
            continue
        unknown = list(_unknown(context, name, environment.rollout))
        yield from unknown
        left = {each: cluster for each, cluster in clusters.items() if cluster.environment == name}
        # A cluster of an unknown region may be meant for any step: that fault is the one to mend.
        unsure = [
            each for each, cluster in left.items() if cluster.region not in context.names("regions")
        ]
        for each in unsure:
            del left[each]
        for index, step in enumerate(environment.rollout):
            reached = [each for each, cluster in left.items() if _reaches(step, each, cluster)]
            if not (reached or unknown or unsure or astray):
                message = f"step {index + 1} of the rollout of `{name}` reaches no cluster"
                advice = (
                    "remove it, or name other clusters: one that two steps name is in the first"
                )
                yield error(
                    SLUG, message, Label(("environments", name, "rollout", index)), help=advice
                )
            for each in reached:
                del left[each]
        if left and not unknown:
            message = (
                f"{some(left)} of `{name}` would never sync: no step of its rollout is for them"
            )
            yield error(
                SLUG, message, Label(("environments", name, "rollout")), help="add a step for them"
            )


def _reaches(step: RolloutStep, name: str, cluster: Cluster) -> bool:
    return name in step.clusters or cluster.region in step.regions


def _unknown(context: Context, name: str, steps: Sequence[RolloutStep]) -> Iterator[Diagnostic]:
    for index, step in enumerate(steps):
        for section, names in (("regions", step.regions), ("clusters", step.clusters)):
            known = context.names(section)
            for at, each in enumerate(names):
                if each not in known:
                    label = Label(("environments", name, "rollout", index, section, at))
                    message = f"the rollout of `{name}` names the unknown {section.removesuffix('s')} `{each}`"
                    yield error(
                        SLUG, message, label, help=did_you_mean(each, known), cause=(section, each)
                    )
