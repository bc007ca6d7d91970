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
    Said,
)
from dokaseca_compile.rules.shared.base import Context, some

SLUG = "two-revisions"


def check(context: Context) -> Iterator[Diagnostic]:
    """Yield a fault for each pair of places that set different revisions."""
    yield from _addons(context)
    yield from _workloads(context)


def _workloads(context: Context) -> Iterator[Diagnostic]:
    """A workload's chart in the repository that its values files are in."""
    for (team, name), each in context.resolved.workloads.items():
        for place in each.places.values() if each.takes_values else ():
            for cluster in place.clusters if place.values else ():
                values = context.resolved.clusters[cluster].repositories["workloads"]
                chart = _chart(context.resolved.clusters[cluster], each, place)
                if (
                    chart is None
                    or chart[0] != repository_key(values.url)
                    or chart[1].value == values.revision.value
                ):
                    continue
                yield error(
                    SLUG,
                    f"the chart of `{team}/{name}` follows `{chart[1].value}` and its values `{values.revision.value}`"
                    f" of one repository on `{cluster}`",
                    Label(chart[1].route),
                    Label(values.revision.route, text="the revision of the values files"),
                    help="use one revision for both, or two repositories",
                )
                break


def _chart(
    cluster: ResolvedCluster, workload: ResolvedWorkload, place: Placement
) -> tuple[str, Said[str]] | None:
    """The Git repository that a workload's chart is in, and its revision; ``None`` for one of a chart repository."""
    git, chart = workload.workload.git, workload.chart
    if git is not None:
        return (
            (repository_key(git.repository), place.version) if place.version is not None else None
        )
    if chart is not None and chart.path is None:
        return None
    charts = cluster.repositories["charts"]
    return repository_key(charts.url), charts.revision


def _addons(context: Context) -> Iterator[Diagnostic]:
    found: dict[tuple[Route, Route], _Clash] = {}
    for cluster in context.resolved.clusters.values():
        charts, addons = cluster.repositories.get("charts"), cluster.repositories.get("addons")
        if charts is None or addons is None or charts.revision.value == addons.revision.value:
            continue
        if same_repository(charts.url, addons.url) and (using := _local_charts(cluster.profile)):
            clash = found.setdefault(
                (charts.revision.route, addons.revision.route), _Clash(charts, addons)
            )
            clash.clusters.append(cluster.name)
            clash.using.update(using)
    for clash in found.values():
        pinned, values = clash.charts.revision, clash.addons.revision
        yield error(
            SLUG,
            f"charts follow `{pinned.value}` and addons `{values.value}` of one repository"
            f" on {some(clash.clusters)}; {some(clash.using)} would need both",
            Label(pinned.route),
            Label(values.route, text="the revision of the values files"),
            help="use one revision for both, or two repositories",
        )


@dataclass(slots=True)
class _Clash:
    """Two revisions of one repository, where they meet, and the addons that need both."""

    charts: BoundRepository
    addons: BoundRepository
    clusters: list[str] = field(default_factory=list)
    using: set[str] = field(default_factory=set)


def _local_charts(profile: Profile) -> list[str]:
    return [
        install.addon
        for install in profile.enabled()
        if any(each.part.kind == "local-chart" for each in install.parts)
    ]
