"""The ledger: the generated files of a repository, with the hashes of their content.

It is in Git beside the files, so it has no times and no facts about the machine. While files are
written, it is a *claim*: it lists the old and the new hash of each file, so that every generated
file is still known after a kill.
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

RELEASES: Final = ".dokaseca/release.json"
"""The list of releases in a control plane: the only file in its folder that a ledger lists."""

VERSION: Final = 1
_DAMAGED = "is cut short or damaged"
_NO_LEDGER = "is not a ledger"
_INVALID_PATH = "lists a path that is never generated"
_MOST_BRACKETS = 1000  # a ledger has two pairs, and generated paths have none
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
    """Path → SHA-256 of the generated content, in hexadecimal; in a claim, several for one path.

    With ``settled``, all files have been written. With ``merged``, the text has the rows of two
    ledgers, because Git left both sides of a merge; the hashes of both sides are valid.
    """

    platform: str
    repository: str
    files: Mapping[str, frozenset[str]]
    settled: bool = True
    merged: bool = False


@dataclass(frozen=True, slots=True)
class LedgerFault:
    """The reason why a ledger cannot be used, so that nothing may be changed, and a help.

    ``other`` is the ledger itself if it is valid and belongs to another platform or repository.
    """

    reason: str
    help: str
    other: Ledger | None = None


def digest(content: bytes) -> str:
    """Return the hash of a file, as in a ledger."""
    return hashlib.sha256(content).hexdigest()


def release_of(digests: Mapping[str, str]) -> str:
    """Return the release of some files from path → hash: a hash of their paths and contents.

    The list of releases is not part of it, so that a release depends on nothing but its own files.
    """
    whole = hashlib.sha256()
    for path in sorted(digests):
        if path != RELEASES:
            whole.update(f"{path}\0{digests[path]}\n".encode())
    return whole.hexdigest()


def settled(platform: str, repository: str, digests: Mapping[str, str]) -> bytes:
    """Return the ledger of files that have all been written, from path → hash."""
    return _text(platform, repository, "settled", digests)


def claim(
    platform: str, repository: str, before: Mapping[str, Iterable[str]], after: Mapping[str, str]
) -> bytes:
    """Return the ledger for the time of writing: each file may have its old or new content."""
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
    """Parse a ledger, also one in the middle of a merge. Never raises, whatever the content is."""
    if content.count(b"{") + content.count(b"[") > _MOST_BRACKETS:
        return _broken(_DAMAGED)  # a small bracket takes much memory
    try:
        data = json.loads(content.decode("utf-8"), object_pairs_hook=_mapping)
    except (ValueError, RecursionError, _RepeatedError):
        return _merged(content)
    if not isinstance(data, dict):
        return _broken(_NO_LEDGER)
    version = data.get("version")
    if type(version) is int and version > VERSION:
        return LedgerFault("was written by a newer dokaseca", "use that version or a newer one")
    return _checked(data)


def _checked(data: dict[str, Any]) -> Ledger | LedgerFault:
    if not _is_ledger(data):
        return _broken(_NO_LEDGER)
    files = data["files"]
    for path, hashes in files.items():
        if not isinstance(hashes, str) or not _HASHES.match(hashes):
            return _broken("has an invalid hash")
        if not _may_be_generated(path):
            return _broken(_INVALID_PATH)
    known = {path: frozenset(hashes.split(" ")) for path, hashes in files.items()}
    return Ledger(data["platform"], data["repository"], known, data["state"] == "settled")


def _is_ledger(data: dict[str, Any]) -> bool:
    """Return whether data has the structure of a ledger, apart from the entries of ``files``."""
    if set(data) != _KEYS or not isinstance(data["files"], dict):
        return False
    if type(data["version"]) is not int or data["version"] != VERSION:
        return False
    if data["state"] not in ("claimed", "settled"):
        return False
    names = data["platform"], data["repository"]
    return all(isinstance(name, str) and _NAME.match(name) for name in names)


class _RepeatedError(Exception):
    """A key is repeated: Git has put the JSON of two ledgers together (``merge=union``)."""


def _mapping(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise _RepeatedError
    return found


def _merged(content: bytes) -> Ledger | LedgerFault:
    """Parse a ledger in which Git left both sides, with conflict markers or without.

    Each row is on a line of its own, so it can be read without the others. Any other line, or a
    missing end, means that the file is cut short or is not a ledger.
    """
    lines = content.decode("utf-8", errors="replace").replace("\r\n", "\n").rstrip("\n").split("\n")
    if lines[-1] != "}" or not all(map(_may_be_merged, lines)):
        return _broken(_DAMAGED)
    owners: dict[str, set[str]] = {"platform": set(), "repository": set()}
    for name in filter(None, map(_OWNER.match, lines)):
        owners[name["key"]].add(name["name"])
    if any(len(names) != 1 for names in owners.values()):
        return _broken(_DAMAGED)
    files = _merged_files(lines)
    if isinstance(files, LedgerFault):
        return files
    platform, repository = (names.pop() for names in owners.values())
    return Ledger(platform, repository, files, settled=False, merged=True)


def _merged_files(lines: Iterable[str]) -> dict[str, frozenset[str]] | LedgerFault:
    """Return the files in the rows of both sides, each with the hashes of both."""
    files: dict[str, set[str]] = {}
    for row in filter(None, map(_ROW.match, lines)):
        try:
            path = json.loads(row["path"])
        except ValueError:
            return _broken(_DAMAGED)
        if not _may_be_generated(path):
            return _broken(_INVALID_PATH)
        files.setdefault(path, set()).update(row["hashes"].split(" "))
    return {path: frozenset(each) for path, each in files.items()}


def _may_be_merged(line: str) -> bool:
    return any(each.match(line) for each in (_ROW, _FRAME, _OWNER, _MARKER))


def _broken(reason: str) -> LedgerFault:
    advice = "restore it from Git, or delete it: files with the expected content are then adopted"
    return LedgerFault(reason, advice)


def _may_be_generated(path: str) -> bool:
    """Return whether a compile may write to a path.

    It writes nothing to folders of Git, and to its own folder only the list of releases.
    """
    if path == RELEASES:
        return True
    if any(part.lower() in {".git", ".dokaseca"} for part in path.split("/")):
        return False
    return is_safe_path(path)


def foreign_note(content: bytes, wanted: bytes | None, ours: frozenset[str]) -> str:
    """Return the probable cause of unexpected content; empty if there is none.

    ``ours`` are the hashes of generated contents of the file.
    """
    if _CONFLICT.search(content):
        return "has merge conflict markers"
    if b"\r\n" in content:
        plain = content.replace(b"\r\n", b"\n")
        if plain == wanted or digest(plain) in ours:
            return "has CRLF line endings, probably from `core.autocrlf` of Git"
    if not content:
        return "is empty"
    if not ours and is_ours(content):
        return "has the header of a generated file, but is in no ledger"
    return ""
