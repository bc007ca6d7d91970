"""The files of a compile by root, and the id that all checkouts of one release have."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from dokaseca_compile.formats.body import JsonBody
from dokaseca_compile.formats.json import render
from dokaseca_compile.output.ledger import RELEASE, digest, settled

if TYPE_CHECKING:
    from dokaseca_compile.output.watched_folders import Reader


@dataclass(frozen=True, slots=True)
class Destinations:
    """The assignment of repositories to roots.

    ``repositories`` are their names. ``together`` maps repositories that share a checkout to the
    name of their root. ``stamped`` are the roots with a file that names the release: checkouts,
    which are committed one by one.
    """

    repositories: Collection[str]
    together: Mapping[str, str]
    stamped: Collection[str]


@dataclass(frozen=True, slots=True)
class Release:
    """The files of each root, as name → path → bytes.

    The name of a root is that of its repository; ``""`` is the folder of all repositories. ``id``
    is a hash of the files of all repositories, wherever they are written. ``ledgers`` are for roots
    whose files have all been written. ``labels`` maps each path to the path in the tree.
    ``readers`` are the folders of each root in which any file takes effect.
    """

    platform: str
    id: str
    files: Mapping[str, Mapping[str, bytes]]
    digests: Mapping[str, Mapping[str, str]]
    ledgers: Mapping[str, bytes]
    labels: Mapping[str, Mapping[str, str]]
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
    files: dict[str, dict[str, bytes]] = {}
    digests: dict[str, dict[str, str]] = {}
    labels: dict[str, dict[str, str]] = {}
    whole = hashlib.sha256()
    for label, content in sorted(rendered.items()):
        repository, path = _split(label, destinations.repositories)
        root = destinations.together.get(repository, repository)
        if path in files.setdefault(root, {}):
            raise SharedPathError(path)
        files[root][path] = content
        digests.setdefault(root, {})[path] = hashed = digest(content)
        labels.setdefault(root, {})[path] = label
        if repository:
            whole.update(f"{label}\0{hashed}\n".encode())
    release = whole.hexdigest()
    for root in destinations.stamped:
        files[root][RELEASE] = stamp = render(JsonBody({"platform": platform, "release": release}))
        digests[root][RELEASE] = digest(stamp)
    ledgers = {root: settled(platform, root, hashes) for root, hashes in digests.items()}
    of_roots: dict[str, list[Reader]] = {}
    for reader in readers:
        root = destinations.together.get(reader.repository, reader.repository)
        of_roots.setdefault(root, []).append(reader)
    return Release(platform, release, files, digests, ledgers, labels, of_roots)


def _split(label: str, repositories: Collection[str]) -> tuple[str, str]:
    """Return the repository of a path, whose name may have a slash, and the path in it."""
    at = label.find("/")
    while at >= 0:
        if label[:at] in repositories:
            return label[:at], label[at + 1 :]
        at = label.find("/", at + 1)
    return "", label
