"""What one compile gives to every repository, and the id by which repositories are seen to belong together."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

from dokaseca_compile.ledger import digest, settled


@dataclass(frozen=True, slots=True)
class Release:
    """The files of each root: its name (the repository's; ``""`` for the folder of all of them) → path → bytes.

    ``id`` is a hash of all repositories' files. It is the same wherever each of them is written, and stands in
    every ledger; ``ledgers`` are those of roots whose files are all written.
    """

    platform: str
    id: str
    files: Mapping[str, Mapping[str, bytes]]
    digests: Mapping[str, Mapping[str, str]]
    ledgers: Mapping[str, bytes]


def make_release(platform: str, rendered: Mapping[str, bytes]) -> Release:
    """Sort rendered files (``<repository>/<path>``, or ``<path>`` beside the repositories) into their roots."""
    files: dict[str, dict[str, bytes]] = {}
    digests: dict[str, dict[str, str]] = {}
    whole = hashlib.sha256()
    for path, content in sorted(rendered.items()):
        root, slash, below = path.partition("/")
        root, below = (root, below) if slash else ("", root)
        files.setdefault(root, {})[below] = content
        digests.setdefault(root, {})[below] = hashed = digest(content)
        if root:
            whole.update(f"{path}\0{hashed}\n".encode())
    release = whole.hexdigest()
    ledgers = {root: settled(platform, release, hashes) for root, hashes in digests.items()}
    return Release(platform, release, files, digests, ledgers)
