"""AppProjects: what the Applications of a project may read, and where they may deploy."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from dokaseca_compile.argo.errors import UnsupportedError
from dokaseca_compile.argo.reader import items, mapping, text, texts
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
    """A role of an AppProject: who has it, and the policies that say what it may do."""

    name: str
    policies: tuple[str, ...]
    groups: tuple[str, ...]

    @classmethod
    def read(cls, node: Any, where: str) -> Role:
        """Read an entry of ``spec.roles``."""
        role = mapping(node, f"{where}: role", _ROLE)
        policies, groups = (
            items(role.get(key) or (), f"{where}: {key}") for key in ("policies", "groups")
        )
        return cls(
            text(role.get("name"), f"{where}: role"),
            tuple(text(each, f"{where}: policy") for each in policies),
            tuple(text(each, f"{where}: group") for each in groups),
        )


@dataclass(frozen=True, slots=True)
class Project:
    """The allow lists of an AppProject: URLs of repositories, and destinations (``name`` and ``namespace``).

    Without a list of kinds no cluster-scoped one and every namespaced one is allowed
    (``IsGroupKindNamePermitted``), but for those that are refused. Patterns are not emitted: what is allowed is said
    exactly. Destinations are as they are written: a fleet has hundreds of thousands of them.
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
        """Read a document. Raises ``UnsupportedError`` for patterns among the sources."""
        metadata = mapping(document.get("metadata"), "metadata")
        where = f"AppProject {metadata.get('name')}"
        spec = mapping(document.get("spec"), where, _SPEC)
        sources = [text(each, where) for each in items(spec.get("sourceRepos") or (), where)]
        if patterns := [each for each in sources if set(each) & _PATTERN]:
            message = f"{where} has the pattern {patterns[0]}"
            raise UnsupportedError(message)
        destinations = items(spec.get("destinations") or (), where)
        return cls(
            text(metadata.get("name"), where),
            texts(metadata.get("labels") or {}, where),
            texts(metadata.get("annotations") or {}, where),
            sources,
            destinations,
            spec.get("clusterResourceWhitelist"),
            spec.get("namespaceResourceWhitelist"),
            spec.get("namespaceResourceBlacklist") or (),
            tuple(Role.read(each, where) for each in items(spec.get("roles") or (), where)),
            [text(each, where) for each in items(metadata.get("finalizers") or (), where)],
        )

    def refusals(self, repositories: Iterable[str], cluster: str, namespace: str) -> Iterator[str]:
        """Yield why the project refuses an Application: Argo CD checks each of its sources, and the destination.

        Repositories are compared as ``IsSourcePermitted`` does. Raises ``UnsupportedError`` for one
        that Argo CD cannot read.
        """
        permitted = {normalized_repository(each) for each in self.sources}
        for url in repositories:
            if normalized_repository(url) not in permitted:
                yield f"the project {self.name} does not allow the source {url}"
        allowed = ({"name": cluster, "namespace": each} for each in (namespace, "*"))
        if not any(each in self.destinations for each in allowed):
            yield f"the project {self.name} does not allow the namespace {namespace} on {cluster}"
