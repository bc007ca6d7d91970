"""Files with different purposes are in the same folder, and Argo CD reads it.

## Problem

One of these folders overlaps with another:

- `repositories.addons.path` equals, contains or is inside a folder of values files of the layout.
- Two roles in one Git repository write to the same folder, or one writes inside the folder of the
  other.
- The folder of an addon (a Kustomize `path` or a chart) is inside a folder that hubs read.

## Why

Argo CD applies every manifest below the `path` of a role, including subfolders. Values files and
templates of charts are not manifests: the bootstrap Application of the hub fails, and with it all
addons of all clusters. Files of another role would be applied to the hub itself, or rejected by
the AppProject of the bootstrap Application. A file that two Applications read is applied twice.

## Fix

Choose another path. Without a `path`, each layout uses its own folder, which does not overlap.
Roles that share a Git repository need a separate `basepath` each. Neither `basepath` can be
inside the other.

## Example

```yaml
repositories: {addons: {path: values}}    # overlapping-path
layout: {profile: published}
```
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations, product
from typing import NamedTuple

from dokaseca_compile.core.diagnostics import Diagnostic, Label, error
from dokaseca_compile.core.routes import Route
from dokaseca_compile.core.urls import repository_key, same_repository
from dokaseca_compile.model.repositories import RepositoryKey
from dokaseca_compile.resolve.layout import Layout, Location
from dokaseca_compile.resolve.resolved import BoundRepository, Part, Resolved
from dokaseca_compile.rules.shared.base import Context
from dokaseca_compile.rules.shared.profiles import addon_parts

SLUG = "overlapping-path"
_RECURSIVE: tuple[RepositoryKey, ...] = ("addons", "workloads")
"""Roles whose folder hubs read with all its subfolders."""


def check(context: Context) -> Iterator[Diagnostic]:
    """Yield a fault for each folder whose files Argo CD would read for another purpose."""
    if context.resolved.environments:
        layout = Layout(context.resolved)
        yield from _values_as_manifests(layout)
        yield from _shared_folders(context, layout)
        yield from _sources_as_manifests(context, layout)


def _shared_folders(context: Context, layout: Layout) -> Iterator[Diagnostic]:
    """Yield a fault for each two roles of one Git repository that write below one folder."""
    for other, bound in combinations(context.resolved.repositories.values(), 2):
        if same_repository(bound.url, other.url):
            yield from _overlap(layout, bound, other)


def _overlap(
    layout: Layout, bound: BoundRepository, other: BoundRepository
) -> Iterator[Diagnostic]:
    for one, two in product(layout.areas(bound.key), layout.areas(other.key)):
        if not _touch(one.path, two.path):
            continue
        shared = max(one.path, two.path, key=len)
        yield error(
            SLUG,
            f"`{other.key}` and `{bound.key}` both use the folder `{shared}` of one Git repository",
            Label(_setting(layout, bound, shared)),
            Label(_setting(layout, other, shared), text="the other repository"),
            help="set a `basepath` for each; neither may be inside the other",
        )
        # The first area of a role is the folder that Argo CD reads: its overlap is the worst.
        return


def _setting(layout: Layout, bound: BoundRepository, path: str) -> Route:
    """Return the route of the setting that decides a path: ``path`` or ``basepath`` of the role."""
    read = _read(layout, bound.key)
    return ("repositories", bound.key, "path" if _touch(read.path, path) else "basepath")


def _read(layout: Layout, role: RepositoryKey) -> Location:
    """Return the folder that Argo CD, or Terraform, reads for a role."""
    return layout.areas(role)[0]


def _touch(one: str, other: str) -> bool:
    """Return whether two paths are equal or one is inside the other, whatever their case."""
    one, other = f"{one}/".casefold(), f"{other}/".casefold()
    return one.startswith(other) or other.startswith(one)


def _sources_as_manifests(context: Context, layout: Layout) -> Iterator[Diagnostic]:
    """Yield a fault for each chart or Kustomize folder inside a folder that hubs read."""
    for role in _RECURSIVE:
        url = repository_key(context.resolved.repositories[role].url)
        read = _read(layout, role).path
        for source in _sources(context.resolved, layout):
            if repository_key(source.url) == url and f"{source.path}/".startswith(f"{read}/"):
                yield error(
                    SLUG,
                    f"Argo CD would apply the files in `{source.path}` to the hub as manifests:"
                    f" it reads `{read}` and all its subfolders",
                    Label(source.route),
                    Label(("repositories", role, "path"), text="the folder that hubs read"),
                    help=f"move it to another folder, or set another `repositories.{role}.path`",
                )


class _Source(NamedTuple):
    """A folder of a Git repository that an Application deploys."""

    route: Route
    url: str
    path: str


def _sources(resolved: Resolved, layout: Layout) -> Iterator[_Source]:
    """Yield the charts and Kustomize folders of addons and workloads that are kept in Git."""
    for part in addon_parts(resolved):
        if part.path is not None:
            yield _of_part(resolved, layout, part, part.path)
    yield from _of_workloads(resolved, layout)


def _of_part(resolved: Resolved, layout: Layout, part: Part, path: str) -> _Source:
    if part.kind == "local-chart":
        charts = resolved.repositories["charts"].url
        return _Source(part.route, charts, layout.in_charts(path).path)
    if part.git_repository is not None:
        return _Source(part.route, part.git_repository, path)
    addons = resolved.repositories["addons"].url
    return _Source(part.route, addons, layout.in_addons(path).path)


def _of_workloads(resolved: Resolved, layout: Layout) -> Iterator[_Source]:
    charts = resolved.repositories["charts"].url
    for (team, name), each in resolved.workloads.items():
        git, chart, route = each.workload.git, each.workload.chart, ("workloads", team, name)
        if git is not None:
            yield _Source((*route, "git"), git.repository, git.path)
        elif chart is not None and chart.path is not None:
            yield _Source((*route, "chart"), charts, layout.in_charts(chart.path).path)


def _values_as_manifests(layout: Layout) -> Iterator[Diagnostic]:
    """Yield a fault if the folder of the ApplicationSets contains values files, or the reverse."""
    path = f"{_read(layout, 'addons').path}/"
    empty = layout.no_values().path
    folders = sorted(f"{each}/" for each in layout.values_folders())
    overlaps = [folder for folder in folders if path.startswith(folder) or folder.startswith(path)]
    if empty.startswith(path):
        overlaps.append(empty)
    if overlaps:
        values = overlaps[0].rstrip("/")
        yield error(
            SLUG,
            f"Argo CD would apply the values files in `{values}` as manifests",
            Label(("repositories", "addons", "path")),
            help="choose another `path`, or delete it to use the default",
        )
