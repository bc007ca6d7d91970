"""The folder that Argo CD reads in a repository holds what another purpose put there.

Problem
    ``repositories.addons.path`` is a folder of the layout's values files, or above or below one; or
    two roles with one ``url`` have one folder, or one inside the other's.

Why
    Argo CD applies every file below that path as a manifest. A values file is none: the hub's
    bootstrap fails, and with it every addon of every cluster. A folder that two roles read is
    applied twice, by two Applications that fight for it.

Fix
    Choose another path. Without one, each layout has its own, which is free. Roles that share a Git
    repository need different ``basepath``.

Example
    .. code-block:: yaml

        repositories: {addons: {path: values}}    # overlapping-path
        layout: {profile: published}
"""

from __future__ import annotations

from collections.abc import Iterator

from dokaseca_compile.diagnostics import Diagnostic, Label, error
from dokaseca_compile.layout import Layout, join
from dokaseca_compile.model.repositories import RepositoryKey
from dokaseca_compile.resolve.resolved import SCOPES, BoundRepository, Layer
from dokaseca_compile.rules.base import Context
from dokaseca_compile.urls import repository_key

SLUG = "overlapping-path"
_READ: tuple[RepositoryKey, ...] = ("addons", "clusters", "workloads")
_ANY = "*"
"""Stands for every name; no path has such a character."""


def check(context: Context) -> Iterator[Diagnostic]:
    """Yield a fault where Argo CD would read what is not meant for it."""
    if context.resolved.environments:
        yield from _values_as_manifests(context)
        yield from _read_twice(context)


def _read_twice(context: Context) -> Iterator[Diagnostic]:
    """The folders that hubs read, of roles that share a Git repository."""
    read: list[BoundRepository] = []
    for key in _READ:
        bound = context.resolved.repositories[key]
        for other in read:
            one, two = _folder(bound), _folder(other)
            if one.startswith(two) or two.startswith(one):
                roles = f"`{other.key}` and `{bound.key}`"
                yield error(
                    SLUG,
                    f"Argo CD would read `{one.split(' ')[1]}` of one Git repository for {roles}",
                    Label(("repositories", bound.key, "path")),
                    Label(("repositories", other.key, "path"), text="the other one"),
                    help="give each its own `basepath`",
                )
        read.append(bound)


def _folder(bound: BoundRepository) -> str:
    """One spelling for one folder: the URL without case and ending, a blank, the path with a slash at its end."""
    return f"{repository_key(bound.url)} {join(bound.basepath, bound.path)}/"


def _values_as_manifests(context: Context) -> Iterator[Diagnostic]:
    bound = context.resolved.repositories["addons"]
    basepath = f"{bound.basepath}/" if bound.basepath else ""
    layout = Layout(context.resolved)
    path = f"{basepath}{bound.path}/"
    empty = layout.no_values().path
    overlaps = [folder for folder in _folders(layout) if path.startswith(folder) or folder.startswith(path)]
    if overlaps or empty.startswith(path):
        values = min(overlaps).rstrip("/") if overlaps else empty
        yield error(
            SLUG,
            f"Argo CD would apply values files, of `{values}`, as manifests",
            Label(("repositories", "addons", "path")),
            help="choose another `path`, or leave it out",
        )


def _folders(layout: Layout) -> Iterator[str]:
    """The folders of values files, each up to the first name that varies, with a slash at the end."""
    for scope in SCOPES:
        fixed = layout.values(Layer(scope, _ANY), _ANY).path.split(_ANY, 1)[0]
        yield fixed[: fixed.rindex("/") + 1]
