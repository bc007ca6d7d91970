"""The output as a value: path → artifact, each written once, with its origin."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from dokaseca_compile.core.routes import Route
from dokaseca_compile.formats.body import Body

# Parts of 255 characters at most, none of them `.` or `..`.
_PART = r"(?!\.\.?(?:/|\Z))[A-Za-z0-9_.][A-Za-z0-9._-]{0,254}"
_PATH = re.compile(rf"{_PART}(?:/{_PART})*\Z")


def is_safe_path(path: str) -> bool:
    """Return whether a path stays below its folder and has only portable characters."""
    return _PATH.match(path) is not None


@dataclass(frozen=True, slots=True)
class Origin:
    """The target that made an artifact, and the routes of its settings, most relevant first."""

    target: str
    routes: tuple[Route, ...] = ()


@dataclass(frozen=True, slots=True)
class Artifact:
    """A file to write: its path below the output folder (``<repository>/<path>``), body, origin."""

    path: str
    body: Body
    origin: Origin


class ConflictingArtifactError(Exception):
    """Two targets make one path, or a path leaves its folder: a bug, as rules refuse such input."""


class FileTree(Mapping[str, Artifact]):
    """A write-once map; iteration is by path."""

    def __init__(self) -> None:
        self._artifacts: dict[str, Artifact] = {}

    def add(self, artifact: Artifact) -> None:
        """Add an artifact. Raise ``ConflictingArtifactError`` if its path is taken or unsafe."""
        if not is_safe_path(artifact.path):
            message = f"{artifact.origin.target} makes the unsafe path {artifact.path!r}"
            raise ConflictingArtifactError(message)
        taken = self._artifacts.get(artifact.path)
        if taken is not None:
            message = f"{artifact.path} is made by {taken.origin} and by {artifact.origin}"
            raise ConflictingArtifactError(message)
        self._artifacts[artifact.path] = artifact

    def __getitem__(self, path: str) -> Artifact:
        return self._artifacts[path]

    def __iter__(self) -> Iterator[str]:
        return iter(sorted(self._artifacts))

    def __len__(self) -> int:
        return len(self._artifacts)
