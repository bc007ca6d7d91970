"""The ledger: which files of a repository are ours, and the bytes that we wrote.

It stands in Git beside the files, so it holds nothing of the machine and no times. While files are
being written it is a *claim*: it lists the old and the new hash of each, so that after a kill every
file is still known as ours.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from dokaseca_compile.formats.body import JsonBody, Value
from dokaseca_compile.formats.header import is_ours
from dokaseca_compile.formats.json import render
from dokaseca_compile.formats.tree import is_safe_path

RELEASE: Final = ".dokaseca/release.json"
"""Which release a checkout holds: the one file of this folder that a ledger lists."""

VERSION: Final = 1
_MOST_BRACKETS = 1000  # a ledger has two pairs, and paths of ours have none
_KEYS = {"version", "platform", "repository", "state", "files"}
_HASH = r"[0-9a-f]{64}"
_CONFLICT = re.compile(rb"^<{7} .*^>{7} ", re.MULTILINE | re.DOTALL)
_HASHES = re.compile(rf"{_HASH}(?: {_HASH})*\Z")
_ROW = re.compile(rf'\s*(?P<path>"(?:[^"\\]|\\.)*"): "(?P<hashes>{_HASH}(?: {_HASH})*)",?\Z')
_OWNER = re.compile(r'\s*"(?P<key>platform|repository)": "(?P<name>[A-Za-z0-9._+/-]*)",\Z')
_NAME = re.compile(r"[A-Za-z0-9._+/-]{0,255}\Z")
_FRAME = re.compile(
    rf'\s*(?:[{{}}]|"version": {VERSION},|"state": "(?:claimed|settled)",|"files": {{(?:}})?)?\Z'
)
_MARKER = re.compile(r"(?:<{7}|\|{7}|>{7})(?: .*)?\Z|={7}\Z")


@dataclass(frozen=True, slots=True)
class Ledger:
    """Path → the SHA-256 of the contents that are ours, as hexadecimal; several for one path while it is claimed.

    ``settled`` says that the writing that it speaks of has ended. ``merged`` says that the text was no clean ledger
    but two of them, as Git leaves a merge: every hash of either side counts.
    """

    platform: str
    repository: str
    files: Mapping[str, frozenset[str]]
    settled: bool = True
    merged: bool = False


@dataclass(frozen=True, slots=True)
class LedgerFault:
    """Why a ledger cannot be used, and what to do; nothing in its repository may be changed by it.

    ``other`` is the ledger itself where it is sound and speaks of another platform or repository.
    """

    reason: str
    help: str
    other: Ledger | None = None


def digest(content: bytes) -> str:
    """The hash by which a ledger knows a file."""
    return hashlib.sha256(content).hexdigest()


def settled(platform: str, repository: str, digests: Mapping[str, str]) -> bytes:
    """The ledger of files that are all written: path → hash."""
    return _text(platform, repository, "settled", digests)


def claim(
    platform: str, repository: str, before: Mapping[str, Iterable[str]], after: Mapping[str, str]
) -> bytes:
    """The ledger to write before the files: everything that any of them may hold from now on."""
    both = {path: set(hashes) for path, hashes in before.items()}
    for path, new in after.items():
        both.setdefault(path, set()).add(new)
    rows = {path: " ".join(sorted(hashes)) for path, hashes in both.items() if hashes}
    return _text(platform, repository, "claimed", rows)


def _text(platform: str, repository: str, state: str, files: Mapping[str, str]) -> bytes:
    rows = {path: files[path] for path in sorted(files)}
    head: dict[str, Value] = {
        "version": VERSION,
        "platform": platform,
        "repository": repository,
        "state": state,
    }
    return render(JsonBody({**head, "files": rows}))


def read_ledger(content: bytes) -> Ledger | LedgerFault:
    """Understand a ledger, one in the middle of a merge included. Never raises for what it holds."""
    if content.count(b"{") + content.count(b"[") > _MOST_BRACKETS:
        return _broken("is cut short or damaged")  # a small bracket takes much memory
    try:
        text = content.decode("utf-8")
        data = json.loads(text, object_pairs_hook=_mapping)
    except (ValueError, RecursionError, _RepeatedError):
        return _merged(content)
    if isinstance(data, dict) and type(data.get("version")) is int and data["version"] > VERSION:
        return LedgerFault("was written by a newer dokaseca", "use that version or a newer one")
    return (
        _checked(data)
        if isinstance(data, dict) and set(data) == _KEYS
        else _broken("is not a ledger")
    )


def _checked(data: dict[str, Any]) -> Ledger | LedgerFault:
    names, files = [data["platform"], data["repository"]], data["files"]
    sound = isinstance(files, dict) and all(
        isinstance(name, str) and _NAME.match(name) for name in names
    )
    if type(data["version"]) is not int or data["version"] != VERSION or not sound:
        return _broken("is not a ledger")
    if data["state"] not in ("claimed", "settled"):
        return _broken("is not a ledger")
    for path, hashes in files.items():
        if not isinstance(hashes, str) or not _HASHES.match(hashes):
            return _broken("has a hash that is none")
        if not _is_ours(path):
            return _broken("names a path that no compile makes")
    known = {path: frozenset(hashes.split(" ")) for path, hashes in files.items()}
    return Ledger(data["platform"], data["repository"], known, data["state"] == "settled")


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
    owners: dict[str, set[str]] = {"platform": set(), "repository": set()}
    for line in lines:
        if row := _ROW.match(line):
            path = json.loads(row["path"])
            if not _is_ours(path):
                return _broken("names a path that no compile makes")
            files.setdefault(path, set()).update(row["hashes"].split(" "))
        elif name := _OWNER.match(line):
            owners[name["key"]].add(name["name"])
        elif not _FRAME.match(line) and not _MARKER.match(line):
            return _broken("is cut short or damaged")
    if lines[-1] != "}" or any(len(names) != 1 for names in owners.values()):
        return _broken("is cut short or damaged")
    known = {path: frozenset(each) for path, each in files.items()}
    platform, repository = (names.pop() for names in owners.values())
    return Ledger(platform, repository, known, settled=False, merged=True)


def _broken(reason: str) -> LedgerFault:
    return LedgerFault(
        reason,
        "restore it from Git, or delete it: files that are as they should be are then taken over",
    )


def _is_ours(path: str) -> bool:
    """Whether a compile may make a path: nothing of Git's, and of our own folder the release only."""
    internal = any(part.lower() in {".git", ".dokaseca"} for part in path.split("/"))
    return is_safe_path(path) and (not internal or path == RELEASE)


def foreign_note(content: bytes, wanted: bytes | None, ours: frozenset[str]) -> str:
    """Return what can be said of a content that is not ours, though something else may be; empty for nothing."""
    if _CONFLICT.search(content):
        return "holds the conflict markers of a merge"
    if b"\r\n" in content:
        plain = content.replace(b"\r\n", b"\n")
        if plain == wanted or digest(plain) in ours:
            return "has CRLF line ends, as `core.autocrlf` of Git makes them"
    if not content:
        return "is empty"
    return "has our header, but no ledger knows it" if not ours and is_ours(content) else ""
