"""Renames and removals of clusters, addons and workloads between two platforms.

A rename is declared by an entry of ``moved``, or recognized by shared facts. Entries may form a
chain (``a`` to ``b``, ``b`` to ``c``), since a change may begin before all of them.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass

from dokaseca_compile.argo.applications import Application
from dokaseca_compile.impact.recognition import (
    cluster_facts,
    part_facts,
    recognized,
    workload_facts,
)
from dokaseca_compile.model.history import Move
from dokaseca_compile.resolve.resolved import Part, Resolved, ResolvedWorkload

Follow = Callable[[str], str | None]
"""Returns the next name of something, ``None`` if it has not been renamed."""

_DeclaredMove = tuple[str, str, str, Move]
"""Name of the entry, section, old name, and the entry."""


@dataclass(frozen=True, slots=True)
class _Names:
    """The names of one kind of thing over time; ``current`` are those after the change."""

    section: str
    declared: Follow
    recognized: Follow
    current: Collection[str]

    def last(self, name: str) -> str:
        """Return the current name of something, as far as entries or facts show it."""
        return _follow(name, self._next, self.current)[-1]

    def all_declared(self, name: str) -> list[str]:
        """Return the name and its later ones, as far as entries declare them."""
        return _follow(name, self.declared, self.current)

    def become(self, old: str, new: str) -> bool:
        """Return whether entries rename one name to the other."""
        return new in self.all_declared(old)[1:]

    def _next(self, name: str) -> str | None:
        return self.declared(name) or self.recognized(name)


class Renames:
    """Renames and removals from one platform to the next."""

    def __init__(self, before: Resolved, after: Resolved) -> None:
        self._after = after
        self._removed = [(name, *each.old, each) for name, each in after.platform.removed.items()]
        self._moved = list(_new_moves(before, after))
        self._renamed_addons = self._declared("addons")
        self._former_parts, self._parts = _parts(before), _parts(after)
        was, will = _workloads(before), _workloads(after)
        self._cluster = _Names(
            "clusters",
            self._declared("clusters").get,
            recognized(before.clusters, after.clusters, cluster_facts).get,
            after.clusters,
        )
        self._part = _Names(
            "addons",
            self._renamed_part,
            recognized(self._former_parts, self._parts, part_facts).get,
            self._parts,
        )
        self._workload = _Names(
            "workloads",
            self._declared("workloads").get,
            recognized(was, will, workload_facts).get,
            will,
        )

    def _declared(self, section: str) -> dict[str, str]:
        """Return old name → new name from the entries of ``moved`` for one section."""
        return {
            old: entry.new
            for _, in_section, old, entry in self._moved
            if in_section == section and entry.renames
        }

    def _subject(self, application: Application) -> tuple[_Names, str]:
        """Return the name of the workload of an Application, else of its part."""
        if application.workload:
            return self._workload, application.workload
        return self._part, application.part

    def successor(self, application: Application) -> tuple[str, str]:
        """Return the current names of the cluster and the part of an Application."""
        names, subject = self._subject(application)
        part = names.last(subject).replace("/", "-")
        return self._cluster.last(application.cluster), part

    def reason(self, application: Application) -> str:
        """Return why an Application is deleted."""
        old, new = application.cluster, self._cluster.last(application.cluster)
        if old not in self._after.clusters and new not in self._after.clusters:
            return f"cluster {old} is no longer declared"
        there = "there" if old == new else f"on {new}, which {old} becomes"
        if application.workload:
            declared = application.workload in self._workload.current
            state = f"no longer runs {there}" if declared else "is no longer declared"
            return f"workload {application.workload} {state}"
        if application.addon:
            return self._addon_reason(application, there)
        if application.label("config"):
            return "no team works on any cluster"
        return "the hub no longer reads that environment of that repository"

    def _addon_reason(self, application: Application, there: str) -> str:
        addon, component = application.addon, application.label("component")
        if addon not in self._after.addons:
            return f"addon {addon} is no longer declared"
        if application.part in self._parts:
            return f"{addon} is disabled {there}"
        subject = f"component {component}" if component else f"the chart of {addon} itself"
        return f"{subject} is no longer declared"

    def is_declared(self, application: Application) -> bool:
        """Return whether the cluster of an Application and its part are still declared."""
        names, subject = self._subject(application)
        is_declarable = application.addon or application.workload
        return application.cluster in self._after.clusters and (
            subject in names.current or not is_declarable
        )

    def removal(self, application: Application) -> str:
        """Return the entry that declares a deletion, under any name of its subject; else empty."""
        environment = application.label("environment")
        clusters = self._cluster.all_declared(application.cluster)
        subjects = self._subjects(application)
        for name, section, subject, entry in self._removed:
            if section == "clusters" and subject in clusters:
                return f"removed.{name}"
            if (section, subject) not in subjects:
                continue
            if any(entry.covers(each, environment) for each in clusters):
                return f"removed.{name}"
        if self.splits(application) and self._installs(application):
            return self._rename_entry(application.part)
        return ""

    def _subjects(self, application: Application) -> set[tuple[str, str]]:
        """Return the sections and names under which an entry may mean an Application."""
        names, subject = self._subject(application)
        every = (*names.all_declared(application.addon), *names.all_declared(subject))
        return {(names.section, each) for each in every}

    def _rename_entry(self, part: str) -> str:
        entries = (name for name, _, old, move in self._moved if old == part and move.renames)
        return f"moved.{next(entries)}"

    def splits(self, application: Application) -> bool:
        """Return whether an entry moves the chart of an addon to one of the addon's components."""
        become = self._parts.get(self._renamed_addons.get(application.part, ""))
        return become is not None and become.addon == application.part

    def _installs(self, application: Application) -> bool:
        """Return whether the cluster of an Application still has the addon."""
        cluster = self._after.clusters.get(self._cluster.last(application.cluster))
        if cluster is None:
            return False
        return any(each.addon == application.addon for each in cluster.enabled())

    def move(self, before: Application, after: Application, *, elsewhere: bool) -> str:
        """Return the entry that declares how an Application becomes another one; else empty.

        Without a new name, an entry for a cluster declares that the cluster moves (``elsewhere``),
        and one for an addon or workload that this moves on its cluster.
        """
        moves = {
            "clusters": self._moves_cluster,
            "workloads": self._moves_workload,
            "addons": self._moves_part,
        }
        for name, section, _, entry in self._moved:
            if moves[section](entry, before, after, elsewhere=elsewhere):
                return f"moved.{name}"
        return ""

    def _moves_cluster(
        self, entry: Move, before: Application, after: Application, *, elsewhere: bool
    ) -> bool:
        if entry.old[1] != before.cluster:
            return False
        if elsewhere and before.cluster == after.cluster:
            return True
        return entry.renames and self._cluster.become(before.cluster, after.cluster)

    def _moves_workload(
        self, entry: Move, before: Application, after: Application, *, elsewhere: bool
    ) -> bool:
        if entry.old[1] != before.workload:
            return False
        if entry.renames:
            return self._workload.become(before.workload, after.workload)
        return not elsewhere and before.workload == after.workload

    def _moves_part(
        self, entry: Move, before: Application, after: Application, *, elsewhere: bool
    ) -> bool:
        # A workload is `<team>-<workload>` here, which may be the name of an addon's part, too.
        if before.workload or not self._renamed(before.part, entry.old[1], entry.new):
            return False
        if entry.renames:
            return self._part.become(before.part, after.part)
        return not elsewhere and before.part == after.part

    def _renamed_part(self, part: str) -> str | None:
        """Return the next name of a part or an addon: its own entry comes before its addon's."""
        if part in self._renamed_addons:
            return self._renamed_addons[part]
        for old, new in self._renamed_addons.items():
            if found := self._renamed(part, old, new):
                return found
        return None

    def _renamed(self, part: str, old: str, new: str) -> str:
        """Return the name of a part after it or its addon was renamed; empty if it is another's."""
        if part == old:
            return new
        known = self._former_parts.get(part)
        is_of = known.addon == old if known is not None else part.startswith(f"{old}-")
        return f"{new}{part[len(old) :]}" if is_of else ""


def _parts(resolved: Resolved) -> dict[str, Part]:
    return {part.name: part for addon in resolved.addons.values() for part in addon.parts}


def _workloads(resolved: Resolved) -> dict[str, ResolvedWorkload]:
    return {"/".join(each): workload for each, workload in resolved.workloads.items()}


def _new_moves(before: Resolved, after: Resolved) -> Iterator[_DeclaredMove]:
    """Yield the entries of ``moved`` that are new or changed.

    An earlier entry was for an earlier change: one without a new name would allow moves forever.
    """
    known = before.platform.moved
    for name, each in after.platform.moved.items():
        if known.get(name) != each:
            yield name, *each.old, each


def _follow(name: str, following: Follow, declared: Collection[str]) -> list[str]:
    """Follow renames from ``name`` until one is declared again."""
    names = [name]
    while (follower := following(names[-1])) is not None and follower not in names:
        names.append(follower)
        if follower in declared:
            break
    return names
