"""The platform's source files as they are at a revision: what a change begins from."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
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
    """The platform file and its fragments at a revision; empty where the platform file is not there yet.

    The revision is what Git takes for a commit: a branch, a tag, an ID, ``HEAD~3``. Gives names as ``git show`` takes
    them, ``<revision>:<path from the top>``, with bytes; see ``read_sources``. Raises ``WorkspaceError``.
    """
    top, way = located(file.parent)
    main, folder = f"{way}{file.name}", f"{way}{FRAGMENTS}"
    above = [str(each) for each in PurePosixPath(main).parents if each.name]
    entries = _entries(top, _commit(top, revision), (*above, main, folder, f"{folder}/"))
    inside = (path.removeprefix(f"{folder}/") for path in entries if path.startswith(f"{folder}/"))
    fragments = [f"{folder}/{name}" for name in fragment_names(inside)]
    # A link on the way must not look like a platform that is not there yet.
    for path in (*above, main, folder, *fragments):
        if path in entries and entries[path].mode in _NOT_FOLLOWED:
            place = f"{revision}:{path}"
            raise WorkspaceError(place, "is a link or a submodule; nothing is read through it")
    paths = [
        path for path in (main, *fragments) if path in entries and entries[path].kind == "blob"
    ]
    if main not in paths:
        return []
    with Blobs(top) as blobs:
        named = ((printable(f"{revision}:{path}"), entries[path].blob) for path in paths)
        return list(up_to_all(named, lambda blob: blobs.read(blob, SOURCE + 1)[0]))


def contains(file: Path, revision: str) -> bool:
    """Whether what is checked out beside a file has a revision among its ancestors. Raises ``WorkspaceError``."""
    top, _ = located(file.parent)
    commit = _commit(top, revision)
    # Counted, since `--is-ancestor` says no by failing.
    return git(top, "rev-list", "--count", "--max-count=1", commit, "--not", "HEAD").strip() == b"0"


def _entries(top: Path, commit: str, paths: Iterable[str]) -> dict[str, _Entry]:
    """What a commit has at some paths; a slash at the end asks for what is in the folder."""
    # Literal, since Git would take a leading `:` for a word of its own.
    listed = git(
        top, "--literal-pathspecs", "ls-tree", "-t", "-z", "--full-tree", commit, "--", *paths
    )
    found = {}
    for entry in filter(None, os.fsdecode(listed).split("\0")):
        facts, _, path = entry.partition("\t")
        found[path] = _Entry(*facts.split(" "))
    return found


def _commit(top: Path, revision: str) -> str:
    """The ID of the one commit that a revision names: a branch may move while it is read."""
    subject = f"revision `{revision}`"
    if not revision or revision.startswith("-") or "\0" in revision:
        raise WorkspaceError(
            subject, "is none that Git can have; write a branch, a tag or a commit"
        )
    with suppress(WorkspaceError):
        said = git(
            top, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}"
        ).decode()
        if _COMMIT.fullmatch(said):  # not `^main`, or the two of a range
            return said.strip()
    if git(top, "rev-parse", "--is-shallow-repository").strip() == b"true":
        advice = "fetch it first: `git fetch --unshallow`, or `fetch-depth: 0` where CI checks out"
        raise WorkspaceError(
            subject, f"is not in this clone, which has only the latest commits; {advice}"
        )
    raise WorkspaceError(
        subject, f"is no commit in {top}; check how it is spelt, or `git fetch` it first"
    )
