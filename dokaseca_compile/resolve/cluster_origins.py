"""Where the labels, annotations and Terraform variables of a cluster come from.

The facts of the contract are read again on demand: to store the origins of every cluster would take
much memory.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from dokaseca_compile.resolve.contract import (
    ARGOCD_FACTS,
    CLUSTER_FACTS,
    Read,
    of_cluster,
    team_label,
)
from dokaseca_compile.resolve.resolved import Resolved, ResolvedCluster
from dokaseca_compile.resolve.setting import Setting, declared

_VARIABLE_READERS: Mapping[Any, Read] = {
    **{fact.variable: fact.read for fact in (*CLUSTER_FACTS, *ARGOCD_FACTS)},
    "cluster_labels": of_cluster("labels"),
    "cluster_annotations": of_cluster("annotations"),
    "teams": of_cluster("teams"),
}
_LABEL_READERS: Mapping[Any, Read] = {fact.label: fact.read for fact in CLUSTER_FACTS if fact.label}
_ANNOTATION_READERS: Mapping[Any, Read] = {
    fact.annotation: fact.read for fact in CLUSTER_FACTS if fact.annotation
}


@dataclass(frozen=True, slots=True)
class ClusterOrigins:
    """The origins of entries of a cluster, read on demand.

    ``readers`` are by key, or by index of a list. ``more`` is ``labels`` or ``annotations`` if the
    entries include those that the platform's authors declare.
    """

    resolved: Resolved
    cluster: ResolvedCluster
    readers: Mapping[Any, Read]
    more: str = ""

    def get(self, key: Any, /) -> Setting[Any] | None:
        """Return the origin of an entry."""
        read = self.readers.get(key)
        if read is not None:
            return read(self.resolved, self.cluster)
        return self._added(str(key)) if self.more else None

    def _added(self, key: str) -> Setting[Any] | None:
        """Return the origin of a declared label or annotation, or of the label of a team."""
        cluster, name = self.cluster.cluster, self.cluster.name
        if key in getattr(cluster, self.more):
            return declared(None, "clusters", name, self.more, key)
        if key in getattr(self.cluster, self.more):
            return declared(None, "environments", cluster.environment, self.more, key)
        teams = [team_label(team) for team in cluster.teams]
        if key not in teams:
            return None
        return declared(None, "clusters", name, "teams", teams.index(key))


def variable_origins(resolved: Resolved, cluster: ResolvedCluster) -> ClusterOrigins:
    """Return the origins of the Terraform variables of a cluster and of its Argo CD."""
    return ClusterOrigins(resolved, cluster, _VARIABLE_READERS)


def label_origins(resolved: Resolved, cluster: ResolvedCluster) -> ClusterOrigins:
    """Return the origins of ``own_labels``."""
    return ClusterOrigins(resolved, cluster, _LABEL_READERS, "labels")


def annotation_origins(resolved: Resolved, cluster: ResolvedCluster) -> ClusterOrigins:
    """Return the origins of ``own_annotations``."""
    return ClusterOrigins(resolved, cluster, _ANNOTATION_READERS, "annotations")
