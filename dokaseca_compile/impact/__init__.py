"""What a change of the source does to Applications: deleted, created again, updated, added.

Two inventories are compared, one cluster at a time. An Application is identified by its hub,
cluster and part. One that is missing is looked up under another name or on another hub before it
counts as deleted: Argo CD deletes and creates what people call a rename.
"""

from __future__ import annotations

from collections.abc import Iterator

from dokaseca_compile.argo.inventory import Inventory
from dokaseca_compile.core.groups import grouped_by
from dokaseca_compile.impact.affected import CONFIGURATION, Affected, affected, reconfigured
from dokaseca_compile.impact.comparison import Comparison, recreated
from dokaseca_compile.impact.effects import (
    DELETIONS,
    Action,
    Effect,
    Fate,
    Impact,
    Leftover,
    Skipped,
    Step,
)
from dokaseca_compile.impact.environments import changed_rollouts, skipped_environments
from dokaseca_compile.impact.leftovers import leftovers
from dokaseca_compile.impact.outcomes import Outcomes
from dokaseca_compile.impact.renames import Renames

__all__ = [
    "CONFIGURATION",
    "DELETIONS",
    "Action",
    "Affected",
    "Effect",
    "Fate",
    "Impact",
    "Leftover",
    "Skipped",
    "Step",
    "affected",
    "impact",
]


def impact(before: Inventory, after: Inventory) -> Impact:
    """Compare two platforms. Everything is new if there was none: compare with an emptied one."""
    compared = Comparison(before, after)
    renames = Renames(before.resolved, after.resolved)
    outcomes = Outcomes(renames, before, after)
    found = (*compared.effects, *_unpaired(compared, renames))
    effects = tuple(sorted(map(outcomes.decide, found), key=_order))
    return Impact(
        effects,
        compared.unchanged,
        tuple(skipped_environments(effects, after)),
        tuple(changed_rollouts(before, after)),
        tuple(_configured(before, after)),
        tuple(leftovers(effects, before, after)),
        is_new=not before.tree,
    )


def _unpaired(compared: Comparison, renames: Renames) -> Iterator[Effect]:
    """Yield the effects on Applications that only one side has, paired by their current names."""
    new = {(each.cluster, each.part): (hub, each) for hub, each in compared.new}
    # Applications that an entry renames come before those that merely become a component.
    for hub, application in sorted(compared.deleted, key=lambda each: renames.splits(each[1])):
        found = new.pop(renames.successor(application), None)
        if found is not None:
            yield recreated((hub, application), found)
        else:
            why = renames.reason(application)
            yield Effect(Action.DELETE, (hub, application), None, why=why)
    for each in new.values():
        yield Effect(Action.ADD, None, each)


def _configured(before: Inventory, after: Inventory) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield environments, in order, with their clusters whose configuration changes."""
    clusters = after.resolved.clusters
    changed = sorted(reconfigured(before, after))
    by_environment = grouped_by(lambda name: clusters[name].cluster.environment, changed)
    for environment in after.resolved.environments:
        if environment in by_environment:
            yield environment, tuple(by_environment[environment])


def _order(effect: Effect) -> tuple[int, str, str, str]:
    application = effect.application
    return (
        list(Action).index(effect.action),
        application.part or application.name,
        application.cluster,
        application.name,
    )
