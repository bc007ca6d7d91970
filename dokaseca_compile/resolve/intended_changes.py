"""Entries of ``removed`` and ``moved`` by subject, and the namespaces that they keep allowed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from dokaseca_compile.model.history import Move, Removal
from dokaseca_compile.resolve.resolved import Resolved
from dokaseca_compile.resolve.setting import Setting, declared


def kept_namespaces(
    resolved: Resolved, kind: str, environment: str, team: str = ""
) -> Iterator[tuple[str, Setting[str]]]:
    """Yield the namespaces that entries of ``removed`` and ``moved`` keep allowed.

    ``kind`` is ``addon``, or ``workload`` for those of a team.
    """
    for section, name, entry in entries_about(resolved, kind, team):
        if not isinstance(entry, Removal) or _covers(resolved, entry, environment):
            for at, namespace in enumerate(entry.namespaces):
                yield namespace, declared(namespace, section, name, "namespaces", at)


def entries_about(
    resolved: Resolved, kind: str, team: str = ""
) -> Iterator[tuple[str, str, Removal | Move]]:
    """Yield section, name and entry of everything removed or moved of a kind, or of a team."""
    sections: Mapping[str, Mapping[str, Removal | Move]] = {
        "removed": resolved.platform.removed,
        "moved": resolved.platform.moved,
    }
    for section, entries in sections.items():
        for name, entry in entries.items():
            if entry.kind == kind and (not team or entry.old[1].startswith(f"{team}/")):
                yield section, name, entry


def _covers(resolved: Resolved, entry: Removal, environment: str) -> bool:
    """Return whether an entry is about an environment, or about a cluster in it."""
    names = [name for name in entry.clusters if name in resolved.clusters]
    environments = {resolved.clusters[name].cluster.environment for name in names}
    return entry.covers("", environment) or environment in environments
