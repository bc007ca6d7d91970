"""The entries of ``removed`` and ``moved`` that would let a blocked change through, for people to paste."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any

from dokaseca_compile.argo.applications import Application
from dokaseca_compile.argo.inventory import Inventory
from dokaseca_compile.impact import Action, Effect, Impact

_WHY = "say why"
_LONGEST = 63
"""Characters of a name in ``platform.yaml``."""

Entries = Mapping[str, Mapping[str, Mapping[str, Any]]]
"""Section → name of an entry → the entry, as it is written in ``platform.yaml``."""

_Entry = tuple[str, str, str, Mapping[str, Any]]
"""Section, what it speaks of, what became of that, and the entry."""


def permits(impact: Impact, before: Inventory | None, after: Inventory) -> Entries:
    """One entry for each cluster or addon that blocked effects speak of; sections without one are left out."""
    platform = after.resolved.platform
    # An entry of the platform before is for another change.
    known = before.resolved.platform.moved if before is not None else {}
    found = [
        *_Ends(impact, before, after).entries(),
        *_moves(impact.blocked, after.resolved.addons),
    ]
    sections = {
        "removed": _named(found, "removed", platform.removed),
        "moved": _named(found, "moved", {*platform.moved, *known}),
    }
    return {section: entries for section, entries in sections.items() if entries}


def _named(
    found: Iterable[_Entry], wanted: str, taken: Collection[str]
) -> dict[str, Mapping[str, Any]]:
    """The entries of a section, each once, under names that no other entry has."""
    different = {repr(each[1:]): each for each in found if each[0] == wanted}
    entries: dict[str, Mapping[str, Any]] = {}
    for _, subject, fate, entry in different.values():
        number, ending = 1, f"-{fate}"
        while (name := subject[: _LONGEST - len(ending)] + ending) in entries or name in taken:
            number += 1
            ending = f"-{fate}-{number}"
        entries[name] = entry
    return entries


class _Ends:
    """The entries for what is gone."""

    def __init__(self, impact: Impact, before: Inventory | None, after: Inventory) -> None:
        self._blocked = [
            each.application for each in impact.blocked if each.action is Action.DELETE
        ]
        self._clusters, self._addons = after.resolved.clusters, after.resolved.addons
        pairs = ((each.before, each.after) for each in impact.of(Action.RECREATE))
        self._renamed = {
            was[1].cluster
            for was, will in pairs
            if was and will and was[1].cluster != will[1].cluster
        }
        self._were = (
            {part.name for each in before.resolved.addons.values() for part in each.parts}
            if before
            else set()
        )
        self._had, self._has = _installed(before) if before else {}, _installed(after)
        self._workloads = {f"{team}/{name}" for team, name in after.resolved.workloads}
        self._of = {part.name: addon for addon, each in self._addons.items() for part in each.parts}

    def entries(self) -> Iterator[_Entry]:
        """Yield one for each Application, many of them alike, and one for each addon that is switched off."""
        off: dict[str, list[Application]] = {}
        for each in self._blocked:
            if each.cluster not in self._clusters and (
                each.cluster not in self._renamed or not _owned(each)
            ):
                yield "removed", each.cluster, "gone", {"cluster": each.cluster, "reason": _WHY}
                continue
            if each.workload:
                if each.workload in self._workloads:
                    off.setdefault(each.workload, []).append(each)
                else:
                    yield "removed", each.part, "gone", {"workload": each.workload, "reason": _WHY}
                continue
            name = (
                each.addon if each.addon not in self._addons or each.part in self._of else each.part
            )
            component = self._component(each)
            if name not in self._of and name not in self._addons:
                yield "removed", name, "gone", {"addon": name, "reason": _WHY}
            elif name not in self._of and component:
                yield "moved", name, "renamed", {"addon": name, "to": component, "reason": _WHY}
            else:
                off.setdefault(name, []).append(each)
        for name, applications in off.items():
            kind = "workload" if "/" in name else "addon"
            entry = {kind: name, **self._places(name, applications), "reason": _WHY}
            yield "removed", name.replace("/", "-"), "off", entry

    def _component(self, application: Application) -> str:
        """What an addon has on the cluster in place of a chart of its own, something new first; empty if nothing."""
        addon = application.addon
        if not any(
            application.cluster in clusters for clusters in self._has.get(addon, {}).values()
        ):
            return ""
        return min(
            (part.name for part in self._addons[addon].parts),
            key=lambda name: (name in self._were, name),
        )

    def _places(self, name: str, applications: Sequence[Application]) -> dict[str, list[str]]:
        """The environments that lose an addon on every cluster and have it nowhere, and the clusters of the others."""
        lost: dict[str, set[str]] = {}
        for each in applications:
            lost.setdefault(each.label("environment"), set()).add(each.cluster)
        had = self._had.get(applications[0].workload or applications[0].addon, {})
        has = self._has.get(self._of.get(name, name), {})
        whole = sorted(
            each for each, clusters in lost.items() if clusters == had.get(each) and each not in has
        )
        single = sorted(
            cluster for each, clusters in lost.items() if each not in whole for cluster in clusters
        )
        return {
            key: names for key, names in (("environments", whole), ("clusters", single)) if names
        }


def _installed(inventory: Inventory) -> Mapping[str, Mapping[str, set[str]]]:
    """Addon or workload → environment → the clusters that have it."""
    found: dict[str, dict[str, set[str]]] = {}
    for profile in inventory.resolved.profiles:
        for install in profile.enabled():
            found.setdefault(install.addon, {}).setdefault(profile.environment, set()).update(
                profile.clusters
            )
    for (team, workload), each in inventory.resolved.workloads.items():
        found[f"{team}/{workload}"] = {
            place.environment: set(place.clusters) for place in each.places.values()
        }
    return found


def _owned(application: Application) -> bool:
    """Whether it is an addon or a workload, which may go to another cluster; what is neither is the cluster's."""
    return bool(application.addon or application.workload)


def _moves(blocked: Iterable[Effect], addons: Collection[str]) -> Iterator[_Entry]:
    for effect in blocked:
        if effect.before is None or effect.after is None:
            continue
        (_, old), (_, new) = effect.before, effect.after
        if old.cluster != new.cluster:
            entry = {"cluster": old.cluster, "to": new.cluster, "reason": _WHY}
            yield "moved", old.cluster, "renamed", entry
        elif old.workload != new.workload:
            yield (
                "moved",
                old.part,
                "renamed",
                {"workload": old.workload, "to": new.workload, "reason": _WHY},
            )
        elif old.part != new.part:
            was, will = old.part, new.part
            if old.addon not in addons and was.removeprefix(old.addon) == will.removeprefix(
                new.addon
            ):
                was, will = old.addon, new.addon  # one entry for all its components
            yield "moved", was, "renamed", {"addon": was, "to": will, "reason": _WHY}
        elif effect.elsewhere:
            yield "moved", old.cluster, "moved", {"cluster": old.cluster, "reason": _WHY}
        elif old.workload:
            yield "moved", old.part, "moved", {"workload": old.workload, "reason": _WHY}
        else:
            yield "moved", old.part, "moved", {"addon": old.part, "reason": _WHY}
