"""A report of some of the files, and without what is to be ignored."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import replace
from fnmatch import fnmatchcase
from pathlib import Path

import click

from dokaseca_compile.drift import Drift
from dokaseca_compile.report import Report


def narrowed(found: Report, paths: Sequence[Path], ignore: Sequence[str]) -> Report:
    """Keep the differences of files at or below ``paths``, without those that match an ``ignore`` pattern.

    A pattern is compared with the path of the file and with the place of each change; a file all of whose
    changes are ignored is left out. Raises ``click.UsageError`` for a path that holds nothing of ours.
    """
    wanted = [os.path.normpath(path) for path in paths]
    folders = [os.path.normpath(folder) for folder in found.folders.values()]
    for path in wanted:
        if not any(_within(path, folder) or _within(folder, path) for folder in folders):
            message = f"{path} is not in the output: {', '.join(sorted(folders))}"
            raise click.UsageError(message)
    kept = [each for each in found.drifts if not wanted or any(_within(_normal(found, each), path) for path in wanted)]
    return replace(found, drifts=tuple(_without(kept, found, ignore)))


def _normal(found: Report, drift: Drift) -> str:
    return os.path.normpath(found.path(drift.difference))


def _within(path: str, folder: str) -> bool:
    return folder in {".", path} or path.startswith(folder.rstrip(os.sep) + os.sep)


def _without(drifts: Sequence[Drift], found: Report, patterns: Sequence[str]) -> Iterator[Drift]:
    for each in drifts:
        if any(fnmatchcase(found.path(each.difference), pattern) for pattern in patterns):
            continue
        changes = [
            change for change in each.changes if not any(fnmatchcase(change.path, pattern) for pattern in patterns)
        ]
        if changes or not each.changes:
            yield replace(each, changes=tuple(changes))
