"""Iterations over declarations that lie in several sections or levels of a platform."""

from __future__ import annotations

from collections.abc import Iterator

from dokaseca_compile.core.routes import Route
from dokaseca_compile.model.platform import Platform
from dokaseca_compile.model.repositories import RepositoryKey
from dokaseca_compile.model.workloads import Workload


def declared_revisions(platform: Platform) -> Iterator[tuple[Route, RepositoryKey, str]]:
    """Yield every revision that an environment or a cluster sets for a repository."""
    for name, environment in platform.environments.items():
        for key, revision in environment.revisions.items():
            yield ("environments", name, "revisions", key), key, revision
    for name, cluster in platform.clusters.items():
        for key, revision in cluster.revisions.items():
            yield ("clusters", name, "revisions", key), key, revision


def every_workload(platform: Platform) -> Iterator[tuple[str, str, Workload]]:
    """Yield every workload, with its team and its name."""
    for team, workloads in platform.workloads.items():
        for name, workload in workloads.items():
            yield team, name, workload
