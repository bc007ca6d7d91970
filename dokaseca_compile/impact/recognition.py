"""Recognize renames that no entry of ``moved`` declares, by facts that the old and new one share.

A cluster that was removed and a new one are the same if they have the same API server, or are of
the same kind with the same addons. Addons are the same if they install the same charts, and
workloads if they run the same image or chart.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import TypeVar

from dokaseca_compile.core.groups import grouped
from dokaseca_compile.core.urls import repository_key
from dokaseca_compile.model.clusters import IN_CLUSTER_SERVER
from dokaseca_compile.resolve.resolved import Part, ResolvedCluster, ResolvedWorkload

T = TypeVar("T")
Facts = Sequence[object]
"""The facts that identify something, the strongest first."""


def recognized(
    before: Mapping[str, T], after: Mapping[str, T], facts_of: Callable[[T], Facts]
) -> dict[str, str]:
    """Return old name → new name, where one removed and one new share a fact with no others."""
    removed = {name: facts_of(each) for name, each in before.items() if name not in after}
    new = {name: facts_of(each) for name, each in after.items() if name not in before}
    found: dict[str, str] = {}
    for rank in range(max(map(len, removed.values()), default=0)):
        was = _by_fact(removed, rank, found.keys())
        will = _by_fact(new, rank, found.values())
        found |= {was[fact]: will[fact] for fact in was.keys() & will.keys()}
    return found


def cluster_facts(cluster: ResolvedCluster) -> Facts:
    """Return the API server of a cluster, then its kind and addons."""
    kind = (cluster.cluster.environment, cluster.cluster.region, cluster.cluster.type)
    server: object = cluster.server
    if server == IN_CLUSTER_SERVER:  # the same address on every hub
        server = (server, *kind)
    return [server, (*kind, *sorted(each.addon for each in cluster.enabled()))]


def part_facts(part: Part) -> Facts:
    """Return what a part of an addon installs."""
    repository = repository_key(part.repository or part.git_repository or "")
    return [(part.kind, repository, part.chart or part.path)]


def workload_facts(workload: ResolvedWorkload) -> Facts:
    """Return what a workload runs, first with its team, then without."""
    declared = workload.workload
    source = tuple(map(repr, (declared.image, declared.chart, declared.git)))
    return [(workload.team, *source), source]


def _by_fact(facts: Mapping[str, Facts], rank: int, taken: Collection[str]) -> dict[object, str]:
    """Return each fact that only one of the names has, without those that are taken."""
    by_fact = grouped((each[rank], name) for name, each in facts.items() if name not in taken)
    return {fact: names[0] for fact, names in by_fact.items() if len(names) == 1}
