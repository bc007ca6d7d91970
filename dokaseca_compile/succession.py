"""What became of clusters and addons between two platforms, and which entries of the source say that it is meant.

A rename is told by an entry of ``moved``, or recognised: a cluster that is gone and a new one with
the same API server, or of the same kind with the same addons; an addon that is gone and a new one
that installs the same charts.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TypeVar

from dokaseca_compile.applications import Application
from dokaseca_compile.resolve.resolved import Part, Resolved, ResolvedCluster

K = TypeVar("K")


class Succession:
    """Who follows whom from one platform to the next; ``before`` is ``None`` where there was none."""

    def __init__(self, before: Resolved | None, after: Resolved) -> None:
        self._after = after
        self._removed, self._moved = after.platform.removed, after.platform.moved
        self._parts = _parts(after)
        self._clusters: dict[str, str] = {}
        self._renamed: dict[str, str] = {}
        if before is not None:
            self._clusters = _followers(
                {name: _cluster_facts(each) for name, each in before.clusters.items() if name not in after.clusters},
                {name: _cluster_facts(each) for name, each in after.clusters.items() if name not in before.clusters},
            )
            was = _parts(before)
            self._renamed = _followers(
                {name: _part_facts(each) for name, each in was.items() if name not in self._parts},
                {name: _part_facts(each) for name, each in self._parts.items() if name not in was},
            )
        for move in self._moved.values():
            section, old = move.old
            if section == "clusters":
                self._clusters[old] = move.new
            else:
                self._renamed |= {
                    part: follower for part in _known(before) if (follower := _moved(part, old, move.new))
                }

    def successor(self, application: Application) -> tuple[str, str]:
        """The cluster and the part that would be the same under other names, or the same names."""
        part = application.part
        return self._clusters.get(application.cluster, application.cluster), self._renamed.get(part, part)

    def reason(self, application: Application) -> str:
        """Why an Application is gone."""
        if application.cluster not in self._after.clusters:
            return f"cluster {application.cluster} is no longer declared"
        if not application.addon:
            return "the hub no longer reads that repository"
        if application.addon not in self._after.addons:
            return f"addon {application.addon} is no longer declared"
        if application.part not in self._parts:
            return f"component {application.label('component')} is no longer declared"
        return f"{application.addon} is switched off there"

    def is_declared(self, application: Application) -> bool:
        """Whether its cluster and its part are still declared."""
        known = not application.addon or application.part in self._parts
        return known and application.cluster in self._after.clusters

    def removal(self, application: Application) -> str:
        """The entry of ``removed`` that speaks of it; empty when none does."""
        environment = application.label("environment")
        for name, entry in self._removed.items():
            section, what = entry.old
            if section == "clusters" and what == application.cluster:
                return name
            is_of = section == "addons" and what in {application.addon, application.part}
            if is_of and entry.covers(application.cluster, environment):
                return name
        return ""

    def move(self, before: Application, after: Application) -> str:
        """The entry of ``moved`` that speaks of an Application that becomes another; empty when none does."""
        for name, entry in self._moved.items():
            section, old = entry.old
            if section == "clusters" and (old, entry.new) == (before.cluster, after.cluster):
                return name
            if section == "addons" and _moved(before.part, old, entry.new) == after.part:
                return name
        return ""


def _known(before: Resolved | None) -> Iterable[str]:
    return _parts(before) if before is not None else ()


def _moved(part: str, old: str, new: str) -> str:
    """The name of a part after its addon, or itself, was renamed; empty when that does not concern it."""
    if part == old:
        return new
    return f"{new}{part[len(old) :]}" if part.startswith(f"{old}-") else ""


def _parts(resolved: Resolved) -> dict[str, Part]:
    return {part.name: part for addon in resolved.addons.values() for part in addon.parts}


def _cluster_facts(cluster: ResolvedCluster) -> list[object]:
    """What may tell that a cluster is the same, the most telling first."""
    kind = (cluster.cluster.environment, cluster.cluster.region, cluster.cluster.type)
    return [cluster.server, (*kind, *sorted(each.addon for each in cluster.enabled()))]


def _part_facts(part: Part) -> list[object]:
    return [(part.kind, part.repository or part.git_repository, part.chart or part.path)]


def _followers(gone: Mapping[str, list[object]], new: Mapping[str, list[object]]) -> dict[str, str]:
    """Old name → new name, where a fact is that of just one of the gone and one of the new."""
    found: dict[str, str] = {}
    for rank in range(max(map(len, gone.values()), default=0)):
        was, will = (
            _by_fact({name: facts[rank] for name, facts in side.items() if name not in taken})
            for side, taken in ((gone, set(found)), (new, set(found.values())))
        )
        for fact, names in was.items():
            if len(names) == 1 and len(will.get(fact, ())) == 1:
                found[names[0]] = will[fact][0]
    return found


def _by_fact(facts: Mapping[str, object]) -> dict[object, list[str]]:
    found: dict[object, list[str]] = {}
    for name, fact in facts.items():
        found.setdefault(fact, []).append(name)
    return found
