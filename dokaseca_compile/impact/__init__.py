"""What a change of the source does to Applications: deleted, created again, updated, added.

Two inventories are compared, a cluster at a time. An Application is known by its hub, cluster and
part; one that is gone is looked for under another name or in another hub before it counts as
deleted, because Argo CD deletes and creates what a person calls a rename.
"""

from __future__ import annotations

from collections.abc import Iterator

from dokaseca_compile.argo.inventory import Inventory
from dokaseca_compile.impact.affected import CONFIGURATION, Affected, affected, reconfigured
from dokaseca_compile.impact.comparison import Comparison, recreated
from dokaseca_compile.impact.effects import Action, Effect, Fate, Impact, Skipped, Step
from dokaseca_compile.impact.environments import other_rollouts, skipped_environments
from dokaseca_compile.impact.renames import Succession
from dokaseca_compile.impact.resources import Judge

__all__ = [
    "CONFIGURATION",
    "Action",
    "Affected",
    "Effect",
    "Fate",
    "Impact",
    "Skipped",
    "Step",
    "affected",
    "impact",
]


def impact(before: Inventory | None, after: Inventory) -> Impact:
    """Compare two platforms; without the first one, everything is new."""
    compared = Comparison(before, after)
    succession = Succession(before.resolved if before else None, after.resolved)
    coming = {(each.cluster, each.part): (hub, each) for hub, each in compared.new}
    effects = list(compared.effects)
    # What becomes one of several components leaves the choice to what becomes just that one.
    for hub, application in sorted(compared.gone, key=lambda each: succession.splits(each[1])):
        found = coming.pop(succession.successor(application), None)
        if found is None:
            effects.append(
                Effect(Action.DELETE, (hub, application), None, why=succession.reason(application))
            )
        else:
            effects.append(recreated((hub, application), found))
    effects += [Effect(Action.ADD, None, each) for each in coming.values()]
    judge = Judge(succession, after)
    judged = sorted(map(judge.judged, effects), key=_order)
    skips, rollouts = (
        tuple(skipped_environments(judged, after)),
        tuple(other_rollouts(before, after)),
    )
    configured = tuple(_configured(before, after))
    return Impact(
        tuple(judged), compared.unchanged, skips, rollouts, configured, is_new=before is None
    )


def _configured(
    before: Inventory | None, after: Inventory
) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield each environment, in the order of promotion, of which clusters are configured in another way."""
    if before is None:
        return
    clusters = after.resolved.clusters
    found = sorted(reconfigured(before, after))
    for environment in after.resolved.environments:
        if there := tuple(
            name for name in found if clusters[name].cluster.environment == environment
        ):
            yield environment, there


def _order(effect: Effect) -> tuple[int, str, str, str]:
    application = effect.application
    return (
        list(Action).index(effect.action),
        application.part or application.name,
        application.cluster,
        application.name,
    )
