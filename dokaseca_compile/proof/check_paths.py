"""Checks that every path in a Kustomization leads to a file, and that every file is read."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from dokaseca_compile.argo.hubs import Output
from dokaseca_compile.model.repositories import RepositoryKey
from dokaseca_compile.proof.mismatch import MismatchError
from dokaseca_compile.resolve.layout import Layout, join
from dokaseca_compile.resolve.resolved import Resolved

_FILE = "kustomization.yaml"
_CHECKED: tuple[RepositoryKey, ...] = ("addons", "clusters", "workloads")
_BY_NAME: tuple[RepositoryKey, ...] = ("addons", "workloads")


def check_paths(
    resolved: Resolved, layout: Layout, output: Output, value_files: Iterable[str]
) -> None:
    """Check paths and files of the repositories that Argo CD reads.

    ``value_files`` are those that Applications list. Raises ``MismatchError`` for a path without a
    file, and for a file without a reader.
    """
    read = {*value_files, layout.no_values().file, *_of_directories(resolved, layout, output)}
    read |= _of_kustomizations(output, _roots(resolved, layout, output))
    for role in _CHECKED:
        for area in layout.areas(role):
            for path in output.below(area.file, (".yaml", ".json")):
                if path not in read:
                    message = f"nothing reads {path}"
                    raise MismatchError(message)


def _of_directories(resolved: Resolved, layout: Layout, output: Output) -> Iterator[str]:
    """Yield the files that bootstrap Applications read by their folder and name."""
    endings = tuple(f"/{environment}.yaml" for environment in resolved.hubs_by_environment())
    for role in _BY_NAME:
        yield from output.below(layout.applied(role).file, endings)


def _roots(resolved: Resolved, layout: Layout, output: Output) -> Iterator[str]:
    """Yield the folders from which Argo CD reads a Kustomization: of hubs, and of clusters."""
    for hub, environments in resolved.served.items():
        for environment in environments:
            # Reading the hubs has shown that it exists where a bootstrap Application reads it.
            if layout.hub(hub, environment).file in output:
                yield posixpath.dirname(layout.hub(hub, environment).file)
    if resolved.has_teams:
        for name in resolved.clusters:
            yield layout.cluster(name).file


def _of_kustomizations(output: Output, roots: Iterable[str]) -> set[str]:
    """Return every file that Kustomize reads from some folders on."""
    read: set[str] = set()
    waiting = list(roots)
    while waiting:
        folder = waiting.pop()
        path = join(folder, _FILE)
        if path in read:
            continue
        if path not in output:
            message = f"there is no {path}"
            raise MismatchError(message)
        read.add(path)
        (kustomization,) = output.documents(path)
        for each in _paths(kustomization):
            place = posixpath.normpath(join(folder, each))
            if place in output:
                read.add(place)
            else:
                waiting.append(place)
    return read


def _paths(kustomization: Mapping[str, Any]) -> Iterator[str]:
    """Yield the relative paths that a Kustomization names."""
    yield from kustomization.get("resources", ())
    for patch in kustomization.get("patches", ()):
        yield patch["path"]
