"""What happens to deployed resources, and whether a change has to be declared."""

from __future__ import annotations

from dataclasses import replace

from dokaseca_compile.argo.applications import Application
from dokaseca_compile.argo.inventory import Inventory
from dokaseca_compile.impact.effects import Action, Effect, Fate, Placed
from dokaseca_compile.impact.permissions import Permissions
from dokaseca_compile.impact.renames import Renames


class Outcomes:
    """Adds to each effect what happens to the resources, and whether the change is blocked.

    A change is blocked if it has to be declared in ``removed`` or ``moved`` and is not.
    """

    def __init__(self, renames: Renames, before: Inventory, after: Inventory) -> None:
        self._renames = renames
        self._permissions = Permissions(before, after)
        self._served = after.resolved.served
        self._clusters: set[tuple[str, str]] = set()
        # An ApplicationSet that stays adds its finalizer to all Applications that it has generated,
        # before or after a cluster leaves it.
        self._deleting: set[tuple[str, str]] = set()
        for hub in after.hubs:
            self._clusters.update((hub.name, each.name) for each in hub.clusters)
            deleting = (each.name for each in hub.application_sets if not each.preserve)
            self._deleting.update((hub.name, name) for name in deleting)

    def decide(self, effect: Effect) -> Effect:
        """Return the effect with its fate, and blocked if it has to be declared and is not."""
        if effect.before is None or effect.action is Action.UPDATE:
            return effect
        hub, old = effect.before
        fate = self._fate(effect, hub, old)
        if effect.after is not None:
            return self._recreated(effect, effect.before, effect.after, fate)
        declare = fate is not Fate.KEPT or not self._renames.is_declared(old)
        return _decided(effect, fate, self._renames.removal(old), declare=declare)

    def _recreated(self, effect: Effect, before: Placed, after: Placed, fate: Fate) -> Effect:
        (hub, old), (new_hub, new) = before, after
        same = (hub, old.name, old.application_set) == (new_hub, new.name, new.application_set)
        if same and not effect.unregistered:
            fate = self._fate_of_pruned(effect, hub, old, new)
        # The resources stay on the first API server if there is another one, and all Applications
        # stay if another tool writes the Secret.
        declare = fate is not Fate.KEPT or old.name != new.name or (same and effect.elsewhere)
        entry = self._renames.move(old, new, elsewhere=effect.elsewhere)
        return _decided(effect, fate, entry, declare=declare)

    def _fate(self, effect: Effect, hub: str, old: Application) -> Fate:
        if self._is_unread(hub, old):
            return Fate.UNREAD
        if not old.cascades and (hub, old.application_set) not in self._deleting:
            return Fate.KEPT
        if (hub, old.cluster) not in self._clusters or effect.unregistered:
            return Fate.FORGOTTEN
        return Fate.ORPHANED if self._permissions.lost(hub, old) else Fate.DELETED

    def _is_unread(self, hub: str, old: Application) -> bool:
        """Return whether a hub keeps an Application, since it no longer reads the environment.

        Its ApplicationSet stays then, and so does the cluster's Secret if Git registered it. If the
        hub registers the cluster in another environment, the ApplicationSet no longer selects it.
        """
        environment = old.label("environment")
        served = self._served.get(hub, (environment,))
        if environment in served or old.label("repository"):
            return False
        return (hub, old.cluster) not in self._clusters and self._permissions.by_git(old.cluster)

    def _fate_of_pruned(self, effect: Effect, hub: str, old: Application, new: Application) -> Fate:
        """Return what happens to resources that an Application, which itself stays, no longer has.

        Argo CD prunes them if the Application prunes automatically, still is for the same cluster,
        and its AppProject still allows their namespace.
        """
        prunes = bool(new.sync.get("automated", {}).get("prune")) and not effect.elsewhere
        if not prunes:
            return Fate.KEPT
        return Fate.ORPHANED if self._permissions.lost(hub, old, new.project) else Fate.DELETED


def _decided(effect: Effect, fate: Fate, entry: str, *, declare: bool) -> Effect:
    return replace(effect, fate=fate, entry=entry, blocked=declare and not entry)
