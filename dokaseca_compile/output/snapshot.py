"""The files of a compile by root, with the ledger and the release of each."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeVar

from dokaseca_compile.output.ledger import RELEASES, digest, release_of, settled
from dokaseca_compile.output.releases import write_list

if TYPE_CHECKING:
    from dokaseca_compile.output.watched_folders import Reader

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Destinations:
    """The assignment of repositories to roots.

    ``repositories`` are their names. ``together`` maps repositories that share a checkout to the
    name of their root. ``control_plane`` is the root with the control plane if it is a checkout: it
    lists the releases of all other roots.
    """

    repositories: Collection[str]
    together: Mapping[str, str]
    control_plane: str | None = None


@dataclass(frozen=True, slots=True)
class Release:
    """The files of each root, as name → path → bytes.

    The name of a root is that of its repository; ``""`` is the folder of all repositories. ``id``
    is a hash of the files of all repositories, wherever they are written. ``ledgers`` are for roots
    whose files have all been written. ``labels`` maps each path to the path in the tree.
    ``control_plane`` is the root that lists the releases of the others. ``readers`` are the folders
    of each root in which any file takes effect.
    """

    platform: str
    id: str
    files: Mapping[str, Mapping[str, bytes]]
    digests: Mapping[str, Mapping[str, str]]
    ledgers: Mapping[str, bytes]
    labels: Mapping[str, Mapping[str, str]]
    control_plane: str | None = None
    readers: Mapping[str, Sequence[Reader]] = field(default_factory=dict)


class SharedPathError(Exception):
    """Two repositories that share a checkout have a file at the same path."""


def make_release(
    platform: str,
    rendered: Mapping[str, bytes],
    destinations: Destinations,
    readers: Iterable[Reader] = (),
) -> Release:
    """Sort rendered files into roots: ``<repository>/<path>``, or ``<path>`` outside of all.

    Raises ``SharedPathError``.
    """
    labels = _labels(rendered, destinations)
    hashes = {label: digest(content) for label, content in rendered.items()}
    files = {root: _by_path(each, rendered) for root, each in labels.items()}
    digests = {root: _by_path(each, hashes) for root, each in labels.items()}
    whole = {
        label: hashes[label] for root in filter(None, labels) for label in labels[root].values()
    }
    lister = destinations.control_plane
    others = {root: release_of(each) for root, each in digests.items() if root not in {"", lister}}
    if lister is not None and others:
        files[lister][RELEASES] = listed = write_list(platform, others)
        digests[lister][RELEASES] = digest(listed)
    ledgers = {root: settled(platform, root, each) for root, each in digests.items()}
    return Release(
        platform,
        release_of(whole),
        files,
        digests,
        ledgers,
        labels,
        lister,
        _readers(readers, destinations),
    )


def _labels(labels: Iterable[str], destinations: Destinations) -> dict[str, dict[str, str]]:
    """Return root → path → label. Raises ``SharedPathError``."""
    found: dict[str, dict[str, str]] = {}
    for label in sorted(labels):
        repository, path = _split(label, destinations.repositories)
        root = destinations.together.get(repository, repository)
        if path in found.setdefault(root, {}):
            raise SharedPathError(path)
        found[root][path] = label
    return found


def _by_path(labels: Mapping[str, str], values: Mapping[str, T]) -> dict[str, T]:
    return {path: values[label] for path, label in labels.items()}


def _readers(readers: Iterable[Reader], destinations: Destinations) -> dict[str, list[Reader]]:
    found: dict[str, list[Reader]] = {}
    for reader in readers:
        root = destinations.together.get(reader.repository, reader.repository)
        found.setdefault(root, []).append(reader)
    return found


def _split(label: str, repositories: Collection[str]) -> tuple[str, str]:
    """Return the repository of a path, whose name may have a slash, and the path in it."""
    at = label.find("/")
    while at >= 0:
        if label[:at] in repositories:
            return label[:at], label[at + 1 :]
        at = label.find("/", at + 1)
    return "", label
