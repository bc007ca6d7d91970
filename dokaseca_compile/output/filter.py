"""A report of some of the files, and without what is to be ignored."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from posixpath import normpath

from dokaseca_compile.output.drift import Drift
from dokaseca_compile.output.report import Report


class NotInOutputError(Exception):
    """A path that no file of the output is at or below."""


def narrowed(found: Report, paths: Sequence[str], ignore: Sequence[str]) -> Report:
    """Keep the differences of files at or below ``paths``, without those that match an ``ignore`` pattern.

    In a pattern ``*`` stands for any text and ``?`` for one character. It is compared with the path of the file and
    with the place of each change, with and without the name of the document; a file all of whose changes are ignored
    is left out. Raises ``NotInOutputError``.
    """
    wanted = [normpath(path) for path in paths]
    known = set(_known(found))
    for path in wanted:
        if not any(_within(each, path) for each in known):
            raise NotInOutputError(path)
    looked_at = [
        each
        for each in found.drifts
        if not wanted or any(_within(_path(found, each), path) for path in wanted)
    ]
    kept = tuple(_without(looked_at, found, [_pattern(each) for each in ignore]))
    return replace(found, drifts=kept, left_out=len(found.drifts) - len(kept))


def _known(found: Report) -> Iterator[str]:
    """Every path of the output, as people write it."""
    for root in found.plan.roots if found.plan is not None else ():
        folder = found.folders.get(root.root, root.root)
        for path in (
            *root.known,
            *root.release.files.get(root.root, ()),
            *(each.path for each in root.differences),
        ):
            yield normpath(f"{folder}/{path}")


def _path(found: Report, drift: Drift) -> str:
    return normpath(found.path(drift.difference))


def _within(path: str, folder: str) -> bool:
    return folder in {".", path} or path.startswith(folder.rstrip("/") + "/")


def _pattern(text: str) -> re.Pattern[str]:
    return re.compile(re.escape(text).replace(r"\*", ".*").replace(r"\?", "."), re.DOTALL)


def _without(
    drifts: Sequence[Drift], found: Report, patterns: Sequence[re.Pattern[str]]
) -> Iterator[Drift]:
    for each in drifts:
        if any(pattern.fullmatch(found.path(each.difference)) for pattern in patterns):
            continue
        changes = [
            change
            for change in each.changes
            if not any(
                pattern.fullmatch(place)
                for pattern in patterns
                for place in (change.path, change.path.partition(": ")[2] or change.path)
            )
        ]
        if changes or not each.changes:
            yield replace(each, changes=tuple(changes))
