"""Resolve a platform: an ordered tuple of passes from ``Platform`` to ``Resolved``."""

from __future__ import annotations

from collections.abc import Callable

from dokaseca_compile.model.platform import Platform
from dokaseca_compile.resolve.assign_clusters import assign_clusters
from dokaseca_compile.resolve.bind_repositories import bind_repositories
from dokaseca_compile.resolve.layer_settings import layer_settings
from dokaseca_compile.resolve.place_teams import place_teams
from dokaseca_compile.resolve.place_workloads import place_workloads
from dokaseca_compile.resolve.resolved import Resolved
from dokaseca_compile.resolve.split_addons import split_addons

PASSES: tuple[Callable[[Resolved], Resolved], ...] = (
    bind_repositories,
    split_addons,
    layer_settings,
    assign_clusters,
    place_teams,
    place_workloads,
)


def resolve(platform: Platform) -> Resolved:
    """Run every pass. A dangling reference is left out here and reported by its rule."""
    resolved = Resolved(platform)
    for run in PASSES:
        resolved = run(resolved)
    return resolved
