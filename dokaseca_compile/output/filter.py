"""Filter a report by path, and leave out ignored changes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from posixpath import normpath

from dokaseca_compile.core.compare import Change
from dokaseca_compile.output.drift import Drift
from dokaseca_compile.output.report import Report


class NotInOutputError(Exception):
    """No file of the output is at or below a path."""


def filtered(found: Report, paths: Sequence[str], ignore: Sequence[str]) -> Report:
    """Keep the differences of files at or below ``paths`` that match no ``ignore`` pattern.

    In a pattern ``*`` is any text and ``?`` one character. A pattern is matched with the path of
    the file and with the place of each change, with and without the name of the document. A file
    is left out if all its changes are ignored. Raises ``NotInOutputError``.
    """
    folders = [normpath(path) for path in paths]
    _check_exist(folders, found)
    ignored = [_pattern(each) for each in ignore]
    kept = []
    for each in found.drifts:
        path = found.path(each.difference)
        if folders and not _is_in(path, folders):
            continue
        if _matches(path, ignored):
            continue
        drift = _without(each, ignored)
        if drift.changes or not each.changes:
            kept.append(drift)
    return replace(found, drifts=tuple(kept), left_out=len(found.drifts) - len(kept))


def _check_exist(folders: Sequence[str], found: Report) -> None:
    known = set(_known(found))
    for folder in folders:
        if not any(_within(each, folder) for each in known):
            raise NotInOutputError(folder)


def _known(found: Report) -> Iterator[str]:
    """Yield every path of the output, from the current folder."""
    if found.plan is None:
        return
    for root in found.plan.roots:
        folder = found.folders.get(root.root, root.root)
        differing = (each.path for each in root.differences)
        for path in (*root.known, *root.release.files.get(root.root, ()), *differing):
            yield normpath(f"{folder}/{path}")


def _is_in(path: str, folders: Sequence[str]) -> bool:
    return any(_within(normpath(path), folder) for folder in folders)


def _within(path: str, folder: str) -> bool:
    if folder in {".", path}:
        return True
    return path.startswith(folder.rstrip("/") + "/")


def _pattern(text: str) -> re.Pattern[str]:
    return re.compile(re.escape(text).replace(r"\*", ".*").replace(r"\?", "."), re.DOTALL)


def _matches(text: str, patterns: Sequence[re.Pattern[str]]) -> bool:
    return any(pattern.fullmatch(text) for pattern in patterns)


def _without(drift: Drift, ignored: Sequence[re.Pattern[str]]) -> Drift:
    changes = tuple(each for each in drift.changes if not _is_ignored(each, ignored))
    return replace(drift, changes=changes)


def _is_ignored(change: Change, patterns: Sequence[re.Pattern[str]]) -> bool:
    if _matches(change.path, patterns):
        return True
    in_document = change.path.partition(": ")[2]
    return bool(in_document) and _matches(in_document, patterns)
