"""The ledger: which files of a repository are ours, and the bytes that we wrote.

It stands in Git beside the files, so it holds nothing of the machine and no times. While files are
being written it is a *claim*: it lists the old and the new hash of each, so that after a kill every
file is still known as ours.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from dokaseca_compile.formats.body import JsonBody
from dokaseca_compile.formats.json import render
from dokaseca_compile.tree import is_safe_path

LEDGER: Final = ".dokaseca/ledger.json"
"""Its path below the root of a repository."""

VERSION: Final = 1
_HASH = r"[0-9a-f]{64}"
_HASHES = re.compile(rf"{_HASH}(?: {_HASH})*\Z")
_ROW = re.compile(rf'\s*(?P<path>"(?:[^"\\]|\\.)*"): "(?P<hashes>{_HASH}(?: {_HASH})*)",?\Z')
_PLATFORM = re.compile(r'\s*"platform": (?P<name>"(?:[^"\\]|\\.)*"),\Z')
_FRAME = re.compile(rf'\s*(?:[{{}}]|"version": {VERSION},|"release": "(?:{_HASH})?",|"files": {{(?:}})?)?\Z')
_MARKER = re.compile(r"(?:<{7}|\|{7}|>{7})(?: .*)?\Z|={7}\Z")


@dataclass(frozen=True, slots=True)
class Ledger:
    """Path → the SHA-256 of the contents that are ours, as hexadecimal; several for one path while it is claimed.

    ``release`` names the compile that wrote it; it is empty in a claim. ``merged`` says that the text was no
    clean ledger but two of them, as Git leaves a merge: every hash of either side counts.
    """

    platform: str
    release: str
    files: Mapping[str, frozenset[str]]
    merged: bool = False

    @property
    def settled(self) -> bool:
        """Whether the writing that it speaks of has ended."""
        return bool(self.release) and not self.merged


@dataclass(frozen=True, slots=True)
class LedgerFault:
    """Why a ledger cannot be used, and what to do; nothing in its repository may be changed by it."""

    reason: str
    help: str


def digest(content: bytes) -> str:
    """The hash by which a ledger knows a file."""
    return hashlib.sha256(content).hexdigest()


def settled(platform: str, release: str, digests: Mapping[str, str]) -> bytes:
    """The ledger of files that are all written: path → hash."""
    return _text(platform, release, digests)


def claim(platform: str, before: Mapping[str, Iterable[str]], after: Mapping[str, str]) -> bytes:
    """The ledger to write before the files: everything that any of them may hold from now on."""
    both = {path: set(hashes) for path, hashes in before.items()}
    for path, new in after.items():
        both.setdefault(path, set()).add(new)
    return _text(platform, "", {path: " ".join(sorted(hashes)) for path, hashes in both.items() if hashes})


def _text(platform: str, release: str, files: Mapping[str, str]) -> bytes:
    rows = {path: files[path] for path in sorted(files)}
    return render(JsonBody({"version": VERSION, "platform": platform, "release": release, "files": rows}))


def read_ledger(content: bytes) -> Ledger | LedgerFault:
    """Understand a ledger, one in the middle of a merge included. Never raises for what it holds."""
    try:
        text = content.decode("utf-8")
        data = json.loads(text, object_pairs_hook=_mapping)
    except (ValueError, RecursionError, _RepeatedError):
        return _merged(content)
    if isinstance(data, dict) and type(data.get("version")) is int and data["version"] > VERSION:
        return LedgerFault("was written by a newer dokaseca", "use that version or a newer one")
    if not isinstance(data, dict) or set(data) != {"version", "platform", "release", "files"}:
        return _broken("is not a ledger")
    return _checked(data)


def _checked(data: dict[str, Any]) -> Ledger | LedgerFault:
    platform, release, files = data["platform"], data["release"], data["files"]
    sound = isinstance(platform, str) and isinstance(release, str) and isinstance(files, dict)
    if (
        type(data["version"]) is not int
        or data["version"] != VERSION
        or not sound
        or not re.fullmatch(rf"(?:{_HASH})?", release)
    ):
        return _broken("is not a ledger")
    for path, hashes in files.items():
        if not isinstance(hashes, str) or not _HASHES.match(hashes):
            return _broken("has a hash that is none")
        if not is_safe_path(path) or _is_internal(path):
            return _broken("names a path that no compile makes")
    return Ledger(platform, release, {path: frozenset(hashes.split(" ")) for path, hashes in files.items()})


class _RepeatedError(Exception):
    """A key stands twice: the JSON of two ledgers that Git has put together (``merge=union``)."""


def _mapping(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise _RepeatedError
    return found


def _merged(content: bytes) -> Ledger | LedgerFault:
    """Take every row of a ledger in which Git left both sides, with conflict markers or without.

    Rows stand on lines of their own, so they can be told one by one; any other line, or a missing end,
    means that the file is cut or is something else.
    """
    lines = content.decode("utf-8", errors="replace").replace("\r\n", "\n").rstrip("\n").split("\n")
    files: dict[str, set[str]] = {}
    platforms = set()
    for line in lines:
        if row := _ROW.match(line):
            path = json.loads(row["path"])
            if not is_safe_path(path) or _is_internal(path):
                return _broken("names a path that no compile makes")
            files.setdefault(path, set()).update(row["hashes"].split(" "))
        elif name := _PLATFORM.match(line):
            platforms.add(json.loads(name["name"]))
        elif not _FRAME.match(line) and not _MARKER.match(line):
            return _broken("is cut short or damaged")
    if lines[-1] != "}" or len(platforms) != 1:
        return _broken("is cut short or damaged")
    return Ledger(platforms.pop(), "", {path: frozenset(each) for path, each in files.items()}, merged=True)


def _broken(reason: str) -> LedgerFault:
    return LedgerFault(
        reason,
        f"restore it (`git checkout -- {LEDGER}`), or delete it: files that are as they should be are then taken over",
    )


def _is_internal(path: str) -> bool:
    return any(part.lower() in {".git", ".dokaseca"} for part in _parts(path))


def _parts(path: str) -> Iterator[str]:
    return iter(path.split("/"))
