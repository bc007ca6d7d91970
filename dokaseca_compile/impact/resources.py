"""What becomes of resources, and whether a change has to be listed as meant."""

from __future__ import annotations

from dataclasses import replace

from dokaseca_compile.argo.applications import Application
from dokaseca_compile.argo.inventory import Inventory
from dokaseca_compile.impact.effects import Action, Effect, Fate
from dokaseca_compile.impact.renames import Succession


class Judge:
    """Says what becomes of resources, and whether somebody has to say that this is meant, and has."""

    def __init__(self, succession: Succession, after: Inventory) -> None:
        self._succession = succession
        self._clusters = {(hub.name, each.name) for hub in after.hubs for each in hub.clusters}
        # An ApplicationSet that stays writes its finalizer onto all it has made, before or after a cluster leaves it.
        self._deleting = {
            (hub.name, each.name)
            for hub in after.hubs
            for each in hub.application_sets
            if not each.preserve
        }

    def judged(self, effect: Effect) -> Effect:
        """The effect with its fate, and blocked where nobody has listed it."""
        if effect.before is None or effect.action is Action.UPDATE:
            return effect
        (hub, old), after = effect.before, effect.after
        fate = self._fate(hub, old)
        if after is None:
            entry = self._succession.removal(old)
            must = fate is not Fate.KEPT or not self._succession.is_declared(old)
            return replace(effect, entry=entry, fate=fate, blocked=must and not entry)
        new = after[1]
        same = (hub, old.name, old.application_set) == (after[0], new.name, new.application_set)
        if effect.unregistered:
            fate = Fate.FORGOTTEN if fate is Fate.DELETED else fate
        elif same:
            # It is not deleted: what it no longer has is pruned, if it prunes and still reaches the cluster.
            prunes = bool(new.sync.get("automated", {}).get("prune")) and not effect.elsewhere
            fate = Fate.DELETED if prunes else Fate.KEPT
        entry = self._succession.move(old, new, elsewhere=effect.elsewhere)
        # Another API server leaves behind what the first one has, another writer of the Secret all Applications.
        must = fate is not Fate.KEPT or old.name != new.name or (same and effect.elsewhere)
        return replace(effect, entry=entry, fate=fate, blocked=must and not entry)

    def _fate(self, hub: str, old: Application) -> Fate:
        cascades = old.cascades or (hub, old.application_set) in self._deleting
        if not cascades:
            return Fate.KEPT
        return Fate.DELETED if (hub, old.cluster) in self._clusters else Fate.FORGOTTEN
