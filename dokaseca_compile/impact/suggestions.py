"""Entries of ``removed`` and ``moved`` that declare a blocked change, for people to paste."""

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
"""Section, subject, what happened to it, and the entry."""


def suggested_entries(impact: Impact, before: Inventory | None, after: Inventory) -> Entries:
    """Return an entry for each cluster, addon or workload that blocked effects are about."""
    platform = after.resolved.platform
    # An entry of the platform before is for another change.
    known = before.resolved.platform.moved if before is not None else {}
    found = [
        *_Removals(impact, before, after).entries(),
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
    """Return the entries of a section, each once, under names that no other entry has."""
    different = {repr(each[1:]): each for each in found if each[0] == wanted}
    entries: dict[str, Mapping[str, Any]] = {}
    for _, subject, change, entry in different.values():
        number, ending = 1, f"-{change}"
        while (name := subject[: _LONGEST - len(ending)] + ending) in entries or name in taken:
            number += 1
            ending = f"-{change}-{number}"
        entries[name] = entry
    return entries


class _Removals:
    """Suggests entries for what was deleted."""

    def __init__(self, impact: Impact, before: Inventory | None, after: Inventory) -> None:
        deleted = (each for each in impact.blocked if each.action is Action.DELETE)
        self._blocked = [each.application for each in deleted]
        self._clusters, self._addons = after.resolved.clusters, after.resolved.addons
        self._workloads = {"/".join(each) for each in after.resolved.workloads}
        self._renamed = _renamed_clusters(impact)
        self._former_parts = set(_addon_of_part(before)) if before is not None else set()
        self._addon_of = _addon_of_part(after)
        self._had = _installed(before) if before is not None else {}
        self._has = _installed(after)

    def entries(self) -> Iterator[_Entry]:
        """Yield entries, many of them alike, and one for each addon or workload to disable."""
        disabled: dict[str, list[Application]] = {}
        for each in self._blocked:
            if self._loses_cluster(each):
                yield "removed", each.cluster, "gone", {"cluster": each.cluster, "reason": _WHY}
                continue
            entry = self._workload_entry(each) if each.workload else self._addon_entry(each)
            if entry is not None:
                yield entry
            else:
                disabled.setdefault(each.workload or self._name(each), []).append(each)
        for name, applications in disabled.items():
            kind = "workload" if "/" in name else "addon"
            places = self._places(name, applications)
            yield (
                "removed",
                name.replace("/", "-"),
                "off",
                {kind: name, **places, "reason": _WHY},
            )

    def _loses_cluster(self, application: Application) -> bool:
        """Return whether an Application is deleted because its cluster is.

        Addons and workloads may follow a cluster to its new name, its other Applications do not.
        """
        if application.cluster in self._clusters:
            return False
        follows = application.addon or application.workload
        return not (follows and application.cluster in self._renamed)

    def _workload_entry(self, application: Application) -> _Entry | None:
        """Return an entry for a deleted workload; ``None`` if it still is declared."""
        if application.workload in self._workloads:
            return None
        entry = {"workload": application.workload, "reason": _WHY}
        return "removed", application.part, "gone", entry

    def _addon_entry(self, application: Application) -> _Entry | None:
        """Return an entry for a deleted addon or chart; ``None`` if it still is declared."""
        name = self._name(application)
        if name in self._addon_of:
            return None
        if name not in self._addons:
            return "removed", name, "gone", {"addon": name, "reason": _WHY}
        component = self._component(application)
        if not component:
            return None
        return "moved", name, "renamed", {"addon": name, "to": component, "reason": _WHY}

    def _name(self, application: Application) -> str:
        """Return the addon if all of it is deleted or the part is declared, else the part."""
        addon, part = application.addon, application.part
        return addon if addon not in self._addons or part in self._addon_of else part

    def _component(self, application: Application) -> str:
        """Return the component that replaces an addon's own chart on a cluster, a new one first."""
        addon = application.addon
        places = self._has.get(addon, {}).values()
        if not any(application.cluster in clusters for clusters in places):
            return ""
        names = (part.name for part in self._addons[addon].parts)
        return min(names, key=lambda name: (name in self._former_parts, name))

    def _places(self, name: str, applications: Sequence[Application]) -> dict[str, list[str]]:
        """Return the environments that lose an addon altogether, and the clusters of others."""
        lost: dict[str, set[str]] = {}
        for each in applications:
            lost.setdefault(each.label("environment"), set()).add(each.cluster)
        had = self._had.get(applications[0].workload or applications[0].addon, {})
        has = self._has.get(self._addon_of.get(name, name), {})
        places: dict[str, list[str]] = {"environments": [], "clusters": []}
        for environment, clusters in lost.items():
            if clusters == had.get(environment) and environment not in has:
                places["environments"].append(environment)
            else:
                places["clusters"] += clusters
        return {key: sorted(names) for key, names in places.items() if names}


def _renamed_clusters(impact: Impact) -> set[str]:
    """Return the former names of clusters that have another name now."""
    found = set()
    for each in impact.of(Action.RECREATE):
        if each.before and each.after and each.before[1].cluster != each.after[1].cluster:
            found.add(each.before[1].cluster)
    return found


def _addon_of_part(inventory: Inventory) -> dict[str, str]:
    addons = inventory.resolved.addons
    return {part.name: name for name, each in addons.items() for part in each.parts}


def _installed(inventory: Inventory) -> Mapping[str, Mapping[str, set[str]]]:
    """Return addon or workload → environment → the clusters that have it."""
    found: dict[str, dict[str, set[str]]] = {}
    for profile in inventory.resolved.profiles:
        for install in profile.enabled():
            places = found.setdefault(install.addon, {})
            places.setdefault(profile.environment, set()).update(profile.clusters)
    for (team, workload), each in inventory.resolved.workloads.items():
        found[f"{team}/{workload}"] = {
            place.environment: set(place.clusters) for place in each.places.values()
        }
    return found


def _moves(blocked: Iterable[Effect], addons: Collection[str]) -> Iterator[_Entry]:
    """Yield an entry for each Application that is deleted and created again."""
    for effect in blocked:
        if effect.before is None or effect.after is None:
            continue
        old, new = effect.before[1], effect.after[1]
        subject = old.part
        entry: dict[str, str]
        if old.cluster != new.cluster:
            subject, entry = old.cluster, {"cluster": old.cluster, "to": new.cluster}
        elif old.workload != new.workload:
            entry = {"workload": old.workload, "to": new.workload}
        elif old.part != new.part:
            subject, become = _renamed_addon(old, new, addons)
            entry = {"addon": subject, "to": become}
        elif effect.elsewhere:
            subject, entry = old.cluster, {"cluster": old.cluster}
        elif old.workload:
            entry = {"workload": old.workload}
        else:
            entry = {"addon": old.part}
        change = "renamed" if "to" in entry else "moved"
        yield "moved", subject, change, {**entry, "reason": _WHY}


def _renamed_addon(old: Application, new: Application, addons: Collection[str]) -> tuple[str, str]:
    """Return the names for an entry: those of the addon if it covers all its components."""
    ending = old.part.removeprefix(old.addon)
    if old.addon not in addons and ending == new.part.removeprefix(new.addon):
        return old.addon, new.addon
    return old.part, new.part
