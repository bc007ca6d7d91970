"""AppProjects: the repositories and destinations that a project allows to its Applications."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from dokaseca_compile.argo.errors import require
from dokaseca_compile.argo.reader import items_at, mapping, strings_at, text, texts_at
from dokaseca_compile.argo.repositories import normalized_repository

_SPEC = (
    "description",
    "sourceRepos",
    "destinations",
    "clusterResourceWhitelist",
    "namespaceResourceWhitelist",
    "namespaceResourceBlacklist",
    "roles",
)
_ROLE = ("name", "policies", "groups")
_PATTERN = frozenset("*?[]{}!")


@dataclass(frozen=True, slots=True)
class Role:
    """A role of an AppProject: its policies, and the groups that have it."""

    name: str
    policies: tuple[str, ...]
    groups: tuple[str, ...]

    @classmethod
    def read(cls, node: Any, where: str) -> Role:
        """Read an entry of ``spec.roles``."""
        role = mapping(node, f"{where}: role", _ROLE)
        return cls(
            text(role.get("name"), f"{where}: role"),
            tuple(strings_at(role, "policies", f"{where}: policies")),
            tuple(strings_at(role, "groups", f"{where}: groups")),
        )


@dataclass(frozen=True, slots=True)
class Project:
    """The allow lists of an AppProject: repository URLs and destinations.

    Without a list of kinds, no cluster-scoped kind and every namespaced kind is allowed, except
    refused ones (``IsGroupKindNamePermitted``). The only pattern is ``*``, for every cluster or
    namespace: the targets list everything else exactly. Destinations are kept as they are written
    (``name`` and ``namespace``), since a team may be on thousands of clusters.
    """

    name: str
    labels: Mapping[str, str]
    annotations: Mapping[str, str]
    sources: Sequence[str]
    destinations: Sequence[Mapping[str, Any]]
    cluster_kinds: Sequence[Mapping[str, Any]] | None
    namespace_kinds: Sequence[Mapping[str, Any]] | None
    refused_kinds: Sequence[Mapping[str, Any]]
    roles: tuple[Role, ...]
    finalizers: Sequence[str]

    @classmethod
    def read(cls, document: Mapping[str, Any]) -> Project:
        """Read a document. Raises ``UnsupportedError`` for a pattern in a repository."""
        metadata = mapping(document.get("metadata"), "metadata")
        where = f"AppProject {metadata.get('name')}"
        spec = mapping(document.get("spec"), where, _SPEC)
        sources = strings_at(spec, "sourceRepos", where)
        for source in sources:
            require(_PATTERN.isdisjoint(source), f"{where} has the pattern {source}")
        return cls(
            text(metadata.get("name"), where),
            texts_at(metadata, "labels", where),
            texts_at(metadata, "annotations", where),
            sources,
            items_at(spec, "destinations", where),
            spec.get("clusterResourceWhitelist"),
            spec.get("namespaceResourceWhitelist"),
            items_at(spec, "namespaceResourceBlacklist", where),
            tuple(Role.read(each, where) for each in items_at(spec, "roles", where)),
            strings_at(metadata, "finalizers", where),
        )

    def refusals(self, repositories: Iterable[str], cluster: str, namespace: str) -> Iterator[str]:
        """Yield why the project refuses an Application, by its sources and its destination.

        Repositories are compared as in ``IsSourcePermitted``. Raises ``UnsupportedError`` for one
        that Argo CD cannot read.
        """
        permitted = {normalized_repository(each) for each in self.sources}
        for url in repositories:
            if normalized_repository(url) not in permitted:
                yield f"the project {self.name} does not allow the source {url}"
        pairs = (
            {"name": name, "namespace": each}
            for name in ("*", cluster)
            for each in ("*", namespace)
        )
        if not any(pair in self.destinations for pair in pairs):
            yield f"the project {self.name} does not allow the namespace {namespace} on {cluster}"
