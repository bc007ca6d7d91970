"""An Application would need one Git repository at two revisions.

## Problem

`charts` and `addons` are in one Git repository with different revisions, and an addon uses a
chart from a `path` in it. The Application would read the chart at one revision and the values
files at the other.

## Why

Argo CD rejects the Application: "cannot reference multiple revisions for the same repository".

## Fix

Set the same revision for `charts` and `addons` in each environment, or use two repositories.

## Example

```yaml
repositories:
  addons: {url: https://github.com/acme/platform, revision: main}
  charts: {url: https://github.com/acme/platform, revision: v1.4.0}   # two-revisions
addons: {tenants: {chart: {path: charts/tenants}}}
```
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from dokaseca_compile.core.diagnostics import Diagnostic, Label, error
from dokaseca_compile.core.routes import Route
from dokaseca_compile.core.urls import repository_key, same_repository
from dokaseca_compile.resolve.resolved import (
    BoundRepository,
    Placement,
    Profile,
    ResolvedCluster,
    ResolvedWorkload,
)
from dokaseca_compile.resolve.setting import Setting
from dokaseca_compile.rules.shared.base import Context, some
from dokaseca_compile.rules.shared.profiles import placements

SLUG = "two-revisions"
_HELP = "use one revision for both, or two repositories"


def check(context: Context) -> Iterator[Diagnostic]:
    """Yield a fault for each pair of places that set different revisions."""
    yield from _addons(context)
    yield from _workloads(context)


def _workloads(context: Context) -> Iterator[Diagnostic]:
    """Yield a fault for each workload whose chart and values are in one repository."""
    for workload, place in placements(context.resolved):
        if workload.takes_values and place.values:
            yield from _of_place(context, workload, place)


def _of_place(
    context: Context, workload: ResolvedWorkload, place: Placement
) -> Iterator[Diagnostic]:
    """Yield a fault for the first cluster with two revisions."""
    for name in place.clusters:
        cluster = context.resolved.clusters[name]
        values = cluster.repositories["workloads"]
        revision = _chart_revision(cluster, workload, place, repository_key(values.url))
        if revision is None or revision.value == values.revision.value:
            continue
        yield error(
            SLUG,
            f"on `{name}`, the chart of `{workload.team}/{workload.name}` follows"
            f" `{revision.value}` and its values files follow `{values.revision.value}` of the"
            " same Git repository: Argo CD refuses this",
            Label(revision.route),
            Label(values.revision.route, text="the revision of the values files"),
            help=_HELP,
        )
        return


def _chart_revision(
    cluster: ResolvedCluster, workload: ResolvedWorkload, place: Placement, repository: str
) -> Setting[str] | None:
    """Return the revision that a workload's chart follows, if it is in this Git repository."""
    git, chart = workload.workload.git, workload.chart
    if git is not None:
        url, revision = git.repository, place.version
    elif chart is not None and chart.path is None:
        return None
    else:
        charts = cluster.repositories["charts"]
        url, revision = charts.url, charts.revision
    return revision if repository_key(url) == repository else None


def _addons(context: Context) -> Iterator[Diagnostic]:
    """Yield a fault for each two revisions of ``charts`` and ``addons`` in one repository."""
    found: dict[tuple[Route, Route], _Clash] = {}
    for cluster in context.resolved.clusters.values():
        charts, addons = cluster.repositories.get("charts"), cluster.repositories.get("addons")
        if charts is None or addons is None or charts.revision.value == addons.revision.value:
            continue
        using = _local_charts(cluster.profile)
        if using and same_repository(charts.url, addons.url):
            routes = (charts.revision.route, addons.revision.route)
            clash = found.setdefault(routes, _Clash(charts, addons))
            clash.clusters.append(cluster.name)
            clash.using.update(using)
    for clash in found.values():
        pinned, values = clash.charts.revision, clash.addons.revision
        yield error(
            SLUG,
            f"on {some(clash.clusters)}, `charts` follows `{pinned.value}` and `addons` follows"
            f" `{values.value}` of the same Git repository: Argo CD refuses this for"
            f" {some(clash.using)}",
            Label(pinned.route),
            Label(values.route, text="the revision of the values files"),
            help=_HELP,
        )


@dataclass(slots=True)
class _Clash:
    """Two revisions of one repository, with the clusters and addons that need both."""

    charts: BoundRepository
    addons: BoundRepository
    clusters: list[str] = field(default_factory=list)
    using: set[str] = field(default_factory=set)


def _local_charts(profile: Profile) -> set[str]:
    parts = profile.enabled_parts()
    return {install.addon for install, each in parts if each.part.kind == "local-chart"}
