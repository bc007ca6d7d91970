"""Entries of ``removed`` and ``moved`` that declare a blocked change, for people to paste."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any

from dokaseca_compile.argo.applications import Application
from dokaseca_compile.argo.inventory import Inventory
from dokaseca_compile.core.groups import grouped
from dokaseca_compile.impact import Action, Effect, Impact
from dokaseca_compile.impact.permissions import Permissions

_WHY = "say why"
_LONGEST = 63
"""Characters of a name in ``platform.yaml``."""

Entries = Mapping[str, Mapping[str, Mapping[str, Any]]]
"""Section → name of an entry → the entry, as it is written in ``platform.yaml``."""

_Entry = tuple[str, str, str, Mapping[str, Any]]
"""Section, subject, what happened to it, and the entry."""


def suggested_entries(impact: Impact, before: Inventory, after: Inventory) -> Entries:
    """Return an entry for each cluster, addon or workload that blocked effects are about."""
    platform = after.resolved.platform
    # An entry of the platform before is for another change.
    known = before.resolved.platform.moved
    found = [
        *_Removals(impact, before, after).entries(),
        *_moves(impact.blocked, Permissions(before, after), after.resolved.addons),
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

    def __init__(self, impact: Impact, before: Inventory, after: Inventory) -> None:
        deleted = (each for each in impact.blocked if each.action is Action.DELETE)
        self._blocked = [each.application for each in deleted]
        self._clusters, self._addons = after.resolved.clusters, after.resolved.addons
        self._renamed = _renamed_clusters(impact)
        self._former_parts = _addon_of_part(before)
        self._addon_of = _addon_of_part(after)
        workloads = map("/".join, after.resolved.workloads)
        self._declared = {*self._addons, *self._addon_of, *workloads}
        teams = after.resolved.platform.teams
        self._namespaces_of_teams = {team: after.resolved.namespace(team) for team in teams}
        self._namespaces = self._lost_namespaces(impact, Permissions(before, after))
        self._had, self._has = _installed(before), _installed(after)

    def entries(self) -> Iterator[_Entry]:
        """Yield entries, many of them alike, and one for each addon or workload to disable."""
        disabled: dict[str, list[Application]] = {}
        for each in self._blocked:
            name = each.workload or self._name(each)
            if self._loses_cluster(each):
                yield _removed("gone", each.cluster, {"cluster": each.cluster})
            elif name not in self._declared:
                yield _removed("gone", name, {_kind(name): name, **self._kept(name)})
            elif component := self._component(each, name):
                yield "moved", name, "renamed", {"addon": name, "to": component, "reason": _WHY}
            else:
                disabled.setdefault(name, []).append(each)
        for name, applications in disabled.items():
            places = self._places(name, applications)
            yield _removed("off", name, {_kind(name): name, **places, **self._kept(name)})

    def _lost_namespaces(self, impact: Impact, permissions: Permissions) -> dict[str, set[str]]:
        """Return the namespaces of each addon or part that its AppProject no longer allows."""
        lost: dict[str, set[str]] = {}
        for effect in impact.blocked:
            if effect.action is Action.DELETE:
                hub, old = effect.sides[0]
                name = old.workload or self._name(old)
                lost.setdefault(name, set()).update(permissions.lost(hub, old))
        return lost

    def _kept(self, name: str) -> dict[str, list[str]]:
        """Return the key of an entry that keeps the namespaces of an addon allowed."""
        # The project of a team allows its namespace on each cluster that an entry names.
        own = self._namespaces_of_teams.get(name.partition("/")[0]) if "/" in name else None
        namespaces = sorted(self._namespaces.get(name, set()) - {own})
        return {"namespaces": namespaces} if namespaces else {}

    def _loses_cluster(self, application: Application) -> bool:
        """Return whether an Application is deleted because its cluster is.

        Addons and workloads may follow a cluster to its new name, its other Applications do not.
        """
        if application.cluster in self._clusters:
            return False
        follows = application.addon or application.workload
        return not (follows and application.cluster in self._renamed)

    def _name(self, application: Application) -> str:
        """Return the addon if all of it is deleted or the part is declared, else the part."""
        addon, part = application.addon, application.part
        return addon if addon not in self._addons or part in self._addon_of else part

    def _component(self, application: Application, name: str) -> str:
        """Return the component that replaces an addon's own chart on a cluster, a new one first.

        Empty if the chart is still declared, or the addon is disabled on the cluster.
        """
        addon = application.addon
        has_addon = set[str]().union(*self._has.get(addon, {}).values())
        if name in self._addon_of or application.cluster not in has_addon:
            return ""
        names = (part.name for part in self._addons[addon].parts)
        return min(names, key=lambda name: (name in self._former_parts, name))

    def _places(self, name: str, applications: Sequence[Application]) -> dict[str, list[str]]:
        """Return the environments that lose an addon altogether, and the clusters of others."""
        lost = grouped((each.label("environment"), each.cluster) for each in applications)
        had = self._had.get(applications[0].workload or applications[0].addon, {})
        has = self._has.get(self._addon_of.get(name, name), {})
        places: dict[str, list[str]] = {"environments": [], "clusters": []}
        for environment, clusters in lost.items():
            if set(clusters) == had.get(environment) and environment not in has:
                places["environments"].append(environment)
            else:
                places["clusters"] += clusters
        return {key: sorted(set(names)) for key, names in places.items() if names}


def _removed(change: str, subject: str, entry: Mapping[str, Any]) -> _Entry:
    return "removed", subject.replace("/", "-"), change, {**entry, "reason": _WHY}


def _kind(name: str) -> str:
    return "workload" if "/" in name else "addon"


def _renamed_clusters(impact: Impact) -> set[str]:
    """Return the former names of clusters that have another name now."""
    pairs = (each.applications for each in impact.of(Action.RECREATE))
    return {old.cluster for old, new in pairs if old.cluster != new.cluster}


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


def _moves(
    blocked: Iterable[Effect], permissions: Permissions, addons: Collection[str]
) -> Iterator[_Entry]:
    """Yield an entry for each Application that is deleted and created again."""
    for effect in blocked:
        if effect.action is Action.RECREATE:
            subject, entry = _move(effect, addons)
            namespaces = permissions.lost_by_move(*effect.sides)
            if "cluster" not in entry and namespaces:
                entry["namespaces"] = namespaces
            change = "renamed" if "to" in entry else "moved"
            yield "moved", subject, change, {**entry, "reason": _WHY}


def _move(effect: Effect, addons: Collection[str]) -> tuple[str, dict[str, Any]]:
    """Return the subject of an entry for an Application, and the entry."""
    old, new = effect.applications
    if old.cluster != new.cluster:
        return old.cluster, {"cluster": old.cluster, "to": new.cluster}
    if old.workload != new.workload:
        return old.part, {"workload": old.workload, "to": new.workload}
    if old.part != new.part:
        subject, become = _renamed_addon(old, new, addons)
        return subject, {"addon": subject, "to": become}
    if effect.elsewhere:
        return old.cluster, {"cluster": old.cluster}
    return old.part, {"workload": old.workload} if old.workload else {"addon": old.part}


def _renamed_addon(old: Application, new: Application, addons: Collection[str]) -> tuple[str, str]:
    """Return the names for an entry: those of the addon if it covers all its components."""
    ending = old.part.removeprefix(old.addon)
    if old.addon not in addons and ending == new.part.removeprefix(new.addon):
        return old.addon, new.addon
    return old.part, new.part
