"""The entries of ``removed`` and ``moved`` that would let a blocked change through, for people to paste."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from dokaseca_compile.impact import Action, Effect, Impact
from dokaseca_compile.inventory import Inventory

_WHY = "say why"

Entries = Mapping[str, Mapping[str, Mapping[str, Any]]]
"""Section → name of an entry → the entry, as it is written in ``platform.yaml``."""


def permits(impact: Impact, before: Inventory | None, after: Inventory) -> Entries:
    """One entry for each cluster or addon that blocked effects speak of; sections without one are left out."""
    removed = _removals([each for each in impact.blocked if each.action is Action.DELETE], before, after)
    moved = _moves([each for each in impact.blocked if each.action is Action.RECREATE])
    return {section: entries for section, entries in (("removed", removed), ("moved", moved)) if entries}


def _removals(blocked: Sequence[Effect], before: Inventory | None, after: Inventory) -> dict[str, Mapping[str, Any]]:
    entries: dict[str, Mapping[str, Any]] = {}
    off: dict[str, list[Effect]] = {}
    parts = {part.name for addon in after.resolved.addons.values() for part in addon.parts}
    for effect in blocked:
        application = effect.application
        if application.cluster not in after.resolved.clusters:
            entries[f"{application.cluster}-gone"] = {"cluster": application.cluster, "reason": _WHY}
        elif application.addon not in after.resolved.addons:
            entries[f"{application.addon}-gone"] = {"addon": application.addon, "reason": _WHY}
        elif application.part not in parts:
            entries[f"{application.part}-gone"] = {"addon": application.part, "reason": _WHY}
        else:
            off.setdefault(application.addon, []).append(effect)
    for addon, effects in off.items():
        entries[f"{addon}-off"] = {"addon": addon, **_places(addon, effects, before), "reason": _WHY}
    return entries


def _places(addon: str, effects: Iterable[Effect], before: Inventory | None) -> dict[str, list[str]]:
    """The environments that lose an addon on every cluster, and the clusters of the others."""
    lost: dict[str, set[str]] = {}
    for each in effects:
        lost.setdefault(each.application.label("environment"), set()).add(each.application.cluster)
    had: dict[str, set[str]] = {}
    for profile in before.resolved.profiles if before is not None else ():
        if addon in profile.installs and profile.installs[addon].enabled.value:
            had.setdefault(profile.environment, set()).update(profile.clusters)
    whole = sorted(name for name, clusters in lost.items() if clusters == had.get(name))
    single = sorted(cluster for name, clusters in lost.items() if name not in whole for cluster in clusters)
    return {key: names for key, names in (("environments", whole), ("clusters", single)) if names}


def _moves(blocked: Sequence[Effect]) -> dict[str, Mapping[str, Any]]:
    entries: dict[str, Mapping[str, Any]] = {}
    for effect in blocked:
        if effect.before is None or effect.after is None:
            continue
        (was_in, old), (will_be_in, new) = effect.before, effect.after
        if old.cluster != new.cluster:
            entries[f"{old.cluster}-renamed"] = {"cluster": old.cluster, "to": new.cluster, "reason": _WHY}
        elif old.part != new.part:
            entries[f"{old.part}-renamed"] = {"addon": old.part, "to": new.part, "reason": _WHY}
        elif was_in != will_be_in or old.application_set != new.application_set:
            entries[f"{old.cluster}-moved"] = {"cluster": old.cluster, "reason": _WHY}
        else:
            entries[f"{old.part}-moved"] = {"addon": old.part, "reason": _WHY}
    return entries
