"""What became of clusters and addons between two platforms, and which entries of the source say that it is meant.

A rename is told by an entry of ``moved``, or recognised: a cluster that is gone and a new one with
the same API server, or of the same kind with the same addons; an addon that is gone and a new one
that installs the same charts. Entries may form a chain (``a`` to ``b``, ``b`` to ``c``), since a
change may begin before all of them.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping

from dokaseca_compile.argo.applications import Application
from dokaseca_compile.core.urls import repository_key
from dokaseca_compile.model.clusters import IN_CLUSTER_SERVER
from dokaseca_compile.resolve.resolved import Part, Resolved, ResolvedCluster


class Succession:
    """Who follows whom from one platform to the next; ``before`` is ``None`` where there was none."""

    def __init__(self, before: Resolved | None, after: Resolved) -> None:
        self._after = after
        self._removed = [(name, *each.old, each) for name, each in after.platform.removed.items()]
        # What the platform said before was for another change: a move without a new name would be allowed for ever.
        known = before.platform.moved if before is not None else {}
        self._moved = [
            (name, *each.old, each)
            for name, each in after.platform.moved.items()
            if known.get(name) != each
        ]
        self._parts, self._were = _parts(after), _parts(before) if before is not None else {}
        told = {
            key: {
                old: move.new
                for _, section, old, move in self._moved
                if section == key and move.renames
            }
            for key in ("clusters", "addons", "workloads")
        }
        self._told_clusters, self._told_addons = told["clusters"], told["addons"]
        self._told_workloads = told["workloads"]
        self._seen_parts = _followers(
            {
                name: _part_facts(each)
                for name, each in self._were.items()
                if name not in self._parts
            },
            {
                name: _part_facts(each)
                for name, each in self._parts.items()
                if name not in self._were
            },
        )
        was = before.clusters if before is not None else {}
        self._seen_clusters = _followers(
            {
                name: _cluster_facts(each)
                for name, each in was.items()
                if name not in after.clusters
            },
            {
                name: _cluster_facts(each)
                for name, each in after.clusters.items()
                if name not in was
            },
        )

        were, self._workloads = _workloads(before) if before is not None else {}, _workloads(after)
        self._seen_workloads = _followers(
            {name: facts for name, facts in were.items() if name not in self._workloads},
            {name: facts for name, facts in self._workloads.items() if name not in were},
        )

    def successor(self, application: Application) -> tuple[str, str]:
        """The cluster and the part that would be the same under other names, or the same names."""
        cluster = self._clusters(application.cluster)[-1]
        if application.workload:
            return cluster, self._renamed_workload(application.workload).replace("/", "-")
        return cluster, self._lineage(application.part)[-1]

    def reason(self, application: Application) -> str:
        """Why an Application is gone."""
        old, new = application.cluster, self._clusters(application.cluster)[-1]
        if old not in self._after.clusters and new not in self._after.clusters:
            return f"cluster {old} is no longer declared"
        there = "there" if old == new else f"on {new}, which {old} becomes"
        if application.workload:
            gone = application.workload not in self._workloads
            return f"workload {application.workload} " + (
                "is no longer declared" if gone else f"no longer runs {there}"
            )
        if not application.addon:
            config = bool(application.label("config"))
            return (
                "no team works on any cluster"
                if config
                else "the hub no longer reads that repository"
            )
        return self._addon_reason(application, there)

    def _addon_reason(self, application: Application, there: str) -> str:
        if application.addon not in self._after.addons:
            return f"addon {application.addon} is no longer declared"
        if application.part not in self._parts:
            component = application.label("component")
            what = (
                f"component {component}"
                if component
                else f"the chart of {application.addon} itself"
            )
            return f"{what} is no longer declared"
        return f"{application.addon} is switched off {there}"

    def is_declared(self, application: Application) -> bool:
        """Whether its cluster and its part are still declared."""
        known = not application.addon or application.part in self._parts
        if application.workload:
            known = application.workload in self._workloads
        return known and application.cluster in self._after.clusters

    def removal(self, application: Application) -> str:
        """The entry that says that it is gone, by any name that it has had; empty when none does."""
        environment = application.label("environment")
        clusters = self._told_cluster(application.cluster)
        subjects = self._subjects(application)
        for name, section, what, entry in self._removed:
            if section == "clusters" and what in clusters:
                return f"removed.{name}"
            if (section, what) in subjects and any(
                entry.covers(each, environment) for each in clusters
            ):
                return f"removed.{name}"
        if self.splits(application) and self._installs(application):
            old = application.part
            return next(
                f"moved.{name}"
                for name, _, what, move in self._moved
                if what == old and move.renames
            )
        return ""

    def _subjects(self, application: Application) -> set[tuple[str, str]]:
        """What an entry may call it, by section: a workload is no addon's, whatever both are called."""
        if application.workload:
            return {("workloads", each) for each in self._told_workload(application.workload)}
        names = (application.addon, application.part)
        return {("addons", each) for name in names for each in self._told_lineage(name)}

    def splits(self, application: Application) -> bool:
        """Whether an entry says that a chart of an addon's own has become one of the addon's components."""
        become = self._parts.get(self._told_addons.get(application.part, ""))
        return become is not None and become.addon == application.part

    def _installs(self, application: Application) -> bool:
        """Whether its cluster still has the addon."""
        cluster = self._after.clusters.get(self._clusters(application.cluster)[-1])
        return cluster is not None and any(
            each.addon == application.addon for each in cluster.enabled()
        )

    def move(self, before: Application, after: Application, *, elsewhere: bool) -> str:
        """The entry that speaks of an Application that becomes another; empty when none does.

        Without a new name, one for a cluster is for what happens to the cluster (``elsewhere``), one for an addon for
        what happens to the addon.
        """
        renamed = after.cluster in self._told_cluster(before.cluster)[1:]
        become = after.part in self._told_lineage(before.part)[1:]
        rewritten = after.workload in self._told_workload(before.workload)[1:]
        for name, section, old, entry in self._moved:
            is_cluster = section == "clusters" and old == before.cluster
            if is_cluster and ((entry.renames and renamed) or (elsewhere and old == after.cluster)):
                return f"moved.{name}"
            if section == "workloads" and old == before.workload:
                if rewritten if entry.renames else not elsewhere and old == after.workload:
                    return f"moved.{name}"
                continue
            # A workload is called `<team>-<workload>`, as a part of an addon might be.
            is_part = (
                section == "addons"
                and not before.workload
                and bool(self._moved_part(before.part, old, entry.new))
            )
            if is_part and (
                become if entry.renames else not elsewhere and before.part == after.part
            ):
                return f"moved.{name}"
        return ""

    def _clusters(self, name: str) -> list[str]:
        """The names of a cluster one after another, as far as entries or facts tell."""
        seen = self._seen_clusters
        return _chain(
            name, lambda each: self._told_clusters.get(each) or seen.get(each), self._after.clusters
        )

    def _told_cluster(self, name: str) -> list[str]:
        return _chain(name, self._told_clusters.get, self._after.clusters)

    def _renamed_workload(self, name: str) -> str:
        """The last name of a workload, as far as entries or facts tell."""
        seen = self._seen_workloads
        return _chain(
            name, lambda each: self._told_workloads.get(each) or seen.get(each), self._workloads
        )[-1]

    def _told_workload(self, name: str) -> list[str]:
        return _chain(name, self._told_workloads.get, self._workloads)

    def _lineage(self, part: str) -> list[str]:
        """The same of a part."""
        return _chain(
            part, lambda each: self._told_part(each) or self._seen_parts.get(each), self._parts
        )

    def _told_lineage(self, part: str) -> list[str]:
        return _chain(part, self._told_part, self._parts)

    def _told_part(self, part: str) -> str | None:
        """The next name of a part or an addon: an entry for itself goes before one for its addon."""
        if part in self._told_addons:
            return self._told_addons[part]
        told = (self._moved_part(part, old, new) for old, new in self._told_addons.items())
        return next(filter(None, told), None)

    def _moved_part(self, part: str, old: str, new: str) -> str:
        """The name of a part after its addon, or itself, was renamed; empty when that does not concern it."""
        if part == old:
            return new
        known = self._were.get(part)
        is_of = known.addon == old if known is not None else part.startswith(f"{old}-")
        return f"{new}{part[len(old) :]}" if is_of else ""


def _chain(name: str, follow: Callable[[str], str | None], declared: Collection[str]) -> list[str]:
    """A name and those that followed it, up to one that is declared: what has it may be called otherwise since."""
    names = [name]
    while (follower := follow(names[-1])) is not None and follower not in names:
        names.append(follower)
        if follower in declared:
            break
    return names


def _parts(resolved: Resolved) -> dict[str, Part]:
    return {part.name: part for addon in resolved.addons.values() for part in addon.parts}


def _workloads(resolved: Resolved) -> dict[str, list[object]]:
    """Workload → what may tell that it is the same: what it runs, for its team and for whatever team."""
    found: dict[str, list[object]] = {}
    for (team, name), each in resolved.workloads.items():
        source = (each.workload.image, each.workload.chart, each.workload.git)
        found[f"{team}/{name}"] = [(team, *map(repr, source)), tuple(map(repr, source))]
    return found


def _cluster_facts(cluster: ResolvedCluster) -> list[object]:
    """What may tell that a cluster is the same, the most telling first."""
    kind = (cluster.cluster.environment, cluster.cluster.region, cluster.cluster.type)
    # By its own address every hub calls itself alike.
    server: object = (
        cluster.server if cluster.server != IN_CLUSTER_SERVER else (cluster.server, *kind)
    )
    return [server, (*kind, *sorted(each.addon for each in cluster.enabled()))]


def _part_facts(part: Part) -> list[object]:
    return [
        (
            part.kind,
            repository_key(part.repository or part.git_repository or ""),
            part.chart or part.path,
        )
    ]


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
