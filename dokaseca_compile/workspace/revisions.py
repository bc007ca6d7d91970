"""Read the source files at a Git revision."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from dokaseca_compile.core.limits import SOURCE
from dokaseca_compile.core.text import printable
from dokaseca_compile.workspace.failure import WorkspaceError
from dokaseca_compile.workspace.fragments import FRAGMENTS, fragment_names
from dokaseca_compile.workspace.git import Blobs, git, located
from dokaseca_compile.workspace.sources import up_to_all

_COMMIT = re.compile(r"[0-9a-f]{40,64}\n")
_NOT_FOLLOWED = ("120000", "160000")  # links and submodules


class _Entry(NamedTuple):
    mode: str
    kind: str
    blob: str


def read_sources_at(file: Path, revision: str) -> list[tuple[str, bytes]]:
    """Return the platform file and its fragments at a revision; empty without the platform file.

    The revision is any name of a commit: a branch, a tag, an ID, ``HEAD~3``. The names of the files
    are as for ``git show``: ``<revision>:<path from the top>``. Raises ``WorkspaceError``.
    """
    top, way = located(file.parent)
    main, folder = f"{way}{file.name}", f"{way}{FRAGMENTS}"
    parents = [str(each) for each in PurePosixPath(main).parents if each.name]
    entries = _entries(top, _commit(top, revision), (*parents, main, folder, f"{folder}/"))
    inside = (path.removeprefix(f"{folder}/") for path in entries if path.startswith(f"{folder}/"))
    fragments = [f"{folder}/{name}" for name in fragment_names(inside)]
    _check_links(revision, entries, (*parents, main, folder, *fragments))
    files = [path for path in (main, *fragments) if _is_file(entries.get(path))]
    if main not in files:
        return []
    with Blobs(top) as blobs:
        named = ((printable(f"{revision}:{path}"), entries[path].blob) for path in files)
        return list(up_to_all(named, lambda blob: blobs.read(blob, SOURCE + 1)[0]))


def _check_links(revision: str, entries: Mapping[str, _Entry], paths: Iterable[str]) -> None:
    """Refuse links: a platform behind one must not look like a missing platform."""
    for path in paths:
        if path in entries and entries[path].mode in _NOT_FOLLOWED:
            place = f"{revision}:{path}"
            raise WorkspaceError(place, "is a link or a submodule; it is not followed")


def _is_file(entry: _Entry | None) -> bool:
    return entry is not None and entry.kind == "blob"


def contains(file: Path, revision: str) -> bool:
    """Return whether a revision is an ancestor of the checked out commit.

    Raises ``WorkspaceError``.
    """
    top, _ = located(file.parent)
    commit = _commit(top, revision)
    # Counted, since `--is-ancestor` answers by its exit code, as for an error.
    return git(top, "rev-list", "--count", "--max-count=1", commit, "--not", "HEAD").strip() == b"0"


def _entries(top: Path, commit: str, paths: Iterable[str]) -> dict[str, _Entry]:
    """Return the entries of a commit at some paths; a slash at the end lists a folder."""
    # Literal, since a leading `:` has a meaning for Git.
    listed = git(
        top, "--literal-pathspecs", "ls-tree", "-t", "-z", "--full-tree", commit, "--", *paths
    )
    found = {}
    for entry in filter(None, os.fsdecode(listed).split("\0")):
        facts, _, path = entry.partition("\t")
        found[path] = _Entry(*facts.split(" "))
    return found


def _commit(top: Path, revision: str) -> str:
    """Return the commit ID of a revision, since a branch may move during the run."""
    subject = f"revision `{revision}`"
    if not revision or revision.startswith("-") or "\0" in revision:
        raise WorkspaceError(subject, "is not valid; give a branch, a tag or a commit")
    with suppress(WorkspaceError):
        options = ("--verify", "--quiet", "--end-of-options")
        found = git(top, "rev-parse", *options, f"{revision}^{{commit}}").decode()
        if _COMMIT.fullmatch(found):  # not `^main`, or the two of a range
            return found.strip()
    if git(top, "rev-parse", "--is-shallow-repository").strip() == b"true":
        advice = "run `git fetch --unshallow`, or set `fetch-depth: 0` for the checkout in CI"
        raise WorkspaceError(subject, f"is not in this shallow clone; {advice}")
    raise WorkspaceError(
        subject, f"is not a commit in {top}; check its spelling, or `git fetch` it first"
    )
