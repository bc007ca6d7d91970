"""Patterns of the places where a finding is accepted, in the source or in output files.

A place in the source is a route, an output file is a repository and a path in it. A pattern is
spelled like a place, with wildcards: ``addons.*.version``, ``addons:appsets/**``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import NamedTuple, NoReturn

from dokaseca_compile.core.routes import Route, next_part, spell_route
from dokaseca_compile.core.text import printable, shortened


class OutputFile(NamedTuple):
    """An output file: the keys in ``repositories`` that it is compiled for, and its path there.

    There are several keys for one folder if repositories share a name or a checkout.
    """

    repositories: frozenset[str]
    path: str


Site = Route | OutputFile
"""The place of a finding that patterns are compared with."""

_FILE = re.compile(r"([A-Za-z][A-Za-z-]*):(.*)\Z", re.DOTALL)
_WILDCARD = re.compile(r"(?:\A|\.)(?P<dotted>\*\*?)(?=[.\[]|\Z)|\[\*\]")
_NOT_PARTS = frozenset({"", ".", ".."})
_LONGEST = 80


@dataclass(frozen=True, slots=True)
class RoutePattern:
    """A pattern of routes: ``None`` is any one key or index, ``tail`` any rest of the route."""

    parts: tuple[str | int | None, ...]
    tail: bool = False

    def __str__(self) -> str:
        """Write the pattern as ``parse_pattern`` reads it."""
        written = ["*" if part is None else spell_route((part,)) for part in self.parts]
        if self.tail:
            written.append("**")
        text = ""
        for each in written:
            is_index = each.startswith("[")
            text += each if is_index else f".{each}"
        return text.removeprefix(".")

    def matches(self, site: Site) -> bool:
        """Return whether the pattern covers a place. ``a.**`` covers ``a`` and everything in it."""
        if isinstance(site, OutputFile) or len(site) < len(self.parts):
            return False
        if len(site) > len(self.parts) and not self.tail:
            return False
        pairs = zip(self.parts, site, strict=False)
        return all(expected in {None, part} for expected, part in pairs)


@dataclass(frozen=True, slots=True)
class FilePattern:
    """A pattern of files of one repository, named by its key in ``repositories``."""

    repository: str
    folders: tuple[str, ...]
    """The parts of the path, the file name last; ``**`` is any number of parts."""

    def matches(self, site: Site) -> bool:
        """Return whether the pattern covers a place."""
        if not isinstance(site, OutputFile):
            return False
        return self.repository in site.repositories and self._leads_to(site.path.split("/"))

    def _leads_to(self, parts: list[str]) -> bool:
        """Return whether the path matches. All ways are followed at once, so no pattern is slow."""
        reached = {0}
        for folder in self.folders:
            if not reached:
                return False
            if folder == "**":
                reached = set(range(min(reached), len(parts) + 1))
                continue
            reached = {at + 1 for at in reached if _is_like(folder, parts[at : at + 1])}
        return len(parts) in reached


Pattern = RoutePattern | FilePattern


def parse_pattern(text: str) -> Pattern:
    """Read a pattern: a route or ``<repository>:<path>``, either with wildcards.

    In a route ``*`` is one key or index and ``**``, at the end, any tail. In a path ``*`` is any
    text within one part and ``**`` any number of parts. A quoted key has no wildcards.
    Raises ``ValueError`` with the reason.
    """
    if not text:
        message = "a place is missing"
        raise ValueError(message)
    file = _FILE.match(text)
    if file:
        return _file_pattern(file[1], file[2])
    return _route_pattern(text)


def _route_pattern(text: str) -> RoutePattern:
    parts: list[str | int | None] = []
    at = 0
    while at < len(text):
        wildcard = _WILDCARD.match(text, at)
        if wildcard is None:
            part, at = _plain_part(text, at)
            parts.append(part)
            continue
        at = wildcard.end()
        if wildcard["dotted"] != "**":
            parts.append(None)
        elif at == len(text):
            return RoutePattern(tuple(parts), tail=True)
        else:
            _refuse(text, "`**` can only be at the end; `*` is one key or index")
    return RoutePattern(tuple(parts))


def _plain_part(text: str, at: int) -> tuple[str | int, int]:
    if "*" in text[at : at + 2]:
        _refuse(text, "`*` is a whole key or index; quote a key that has a `*` in it")
    return next_part(text, at)


def _file_pattern(repository: str, path: str) -> FilePattern:
    text = f"{repository}:{path}"
    if not path:
        _refuse(text, "a path is missing after `:`")
    if not _NOT_PARTS.isdisjoint(path.split("/")):
        _refuse(text, "a path is relative to its repository, without empty, `.` or `..` parts")
    return FilePattern(_camel(repository), tuple(path.split("/")))


def _is_like(pattern: str, name: list[str]) -> bool:
    """Compare one part of a path, if there is one; ``*`` is any text."""
    if not name:
        return False
    (text,) = name
    if "*" not in pattern:
        return text == pattern
    first, *middle, last = pattern.split("*")
    at, end = len(first), len(text) - len(last)
    if end < at or not text.startswith(first) or not text.endswith(last):
        return False
    for piece in middle:
        found = text.find(piece, at, end)
        if found < 0:
            return False
        at = found + len(piece)
    return True


def _camel(key: str) -> str:
    """``control-plane``, the spelling of ``--into`` → ``controlPlane``, the key."""
    first, *rest = key.split("-")
    return first + "".join(part[:1].upper() + part[1:] for part in rest)


def _refuse(text: str, problem: str) -> NoReturn:
    message = f"`{printable(shortened(text, _LONGEST))}` is not a place: {problem}"
    raise ValueError(message)
