"""Read from Git: staged and committed content, and unfinished operations."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import NamedTuple

from dokaseca_compile.core.limits import LEDGER as LARGEST_LEDGER
from dokaseca_compile.core.limits import OUTPUT, SOURCE
from dokaseca_compile.core.text import printable
from dokaseca_compile.output.difference import Found
from dokaseca_compile.resolve.layout import LEDGER
from dokaseca_compile.workspace.failure import WorkspaceError, require
from dokaseca_compile.workspace.fragments import FRAGMENTS, fragment_names, why_unread
from dokaseca_compile.workspace.sources import up_to_all

# Git sets these for the hooks of one repository; they are wrong for another one.
_OF_ONE_REPOSITORY = (
    "GIT_DIR",
    "GIT_WORK_TREE",
    "GIT_COMMON_DIR",
    "GIT_PREFIX",
    "GIT_OBJECT_DIRECTORY",
)
# A partial clone would fetch missing content; these make it fail, in old and new versions of Git.
_NO_NETWORK = {"GIT_ALLOW_PROTOCOL": "", "GIT_NO_LAZY_FETCH": "1"}
# The configuration of a repository may name programs to run; reading must not run any.
_COMMAND = ("git", "-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null")
_SIDES = ("HEAD", "MERGE_HEAD", "REBASE_HEAD", "CHERRY_PICK_HEAD", "REVERT_HEAD", "ORIG_HEAD")
_BUSY = {
    "rebase-merge": "a rebase",
    "rebase-apply": "a rebase",
    "MERGE_HEAD": "a merge",
    "CHERRY_PICK_HEAD": "a cherry-pick",
    "REVERT_HEAD": "a revert",
    "BISECT_LOG": "a bisect",
}


HEAD = 4096  # bytes in which a header begins, and in which a mark for Argo CD is looked for
_LONGEST_POINTER = 8192  # bytes: a path has 4096 at most


class _Staged(NamedTuple):
    mode: str
    blob: str
    stage: str


class Blobs:
    """The contents in a Git repository, read by one process. A context manager."""

    def __init__(self, top: Path) -> None:
        self._top = top
        self._reader: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Blobs:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        value: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._reader is not None:
            self._reader.communicate()

    def read(self, blob: str, most: int) -> tuple[bytes, int]:
        """Return the content with an ID, up to ``most`` bytes, and its length.

        Raises ``WorkspaceError`` if it is missing.
        """
        if self._reader is None:
            self._reader = subprocess.Popen(
                [*_COMMAND, "cat-file", "--batch"],
                cwd=self._top,
                env=_environment(self._top),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
            )
        ask, answer = self._reader.stdin, self._reader.stdout
        if ask is None or answer is None:
            raise WorkspaceError(self._top, "git does not answer")
        ask.write(f"{blob}\n".encode())
        ask.flush()
        header = answer.readline().split()
        missing = f"git has no content for {blob}; in a partial clone, fetch it first"
        require(len(header) == 3, self._top, missing)
        length = int(header[2])
        content = answer.read(min(length, most))
        if length > most:
            self._stop()  # the rest of the answer is not needed
        else:
            answer.read(1)
        return content, length

    def _stop(self) -> None:
        """End the process in the middle of an answer; the next read starts another."""
        reader, self._reader = self._reader, None
        if reader is not None:
            reader.kill()
            reader.communicate()


class StagedRoot:
    """The files of a folder as they are staged for the next commit. A context manager.

    Raises ``WorkspaceError`` if the folder is not in a Git repository.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        self._top, self._prefix = located(root)
        self._staged = dict(self._list())
        self._blobs = Blobs(self._top)

    def __enter__(self) -> StagedRoot:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        value: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._blobs.__exit__(kind, value, trace)

    def read(self, path: str) -> Found | None:
        """Return a staged file, ``None`` if it is missing.

        Raises ``WorkspaceError`` for links and merge conflicts.
        """
        staged = self._staged.get(path)
        if staged is None:
            return None
        self._check(path, staged)
        most = largest(path)
        content, length = self._blobs.read(staged.blob, most)
        return Found(content if length <= most else b"", staged.mode == "100755", size=length)

    def paths(self, below: Iterable[str], whole: Sequence[str] = ()) -> Iterator[str]:
        """Return every staged file and link below some folders, also in hidden folders."""
        del whole  # every folder of the index can be listed
        folders = tuple(f"{each}/" for each in below)
        return (path for path in self._staged if path.startswith(folders))

    def head(self, path: str) -> bytes:
        """Return the first bytes of a staged file; empty for anything else."""
        staged = self._staged[path]
        return self._blobs.read(staged.blob, HEAD)[0] if staged.mode.startswith("100") else b""

    def source(self, path: str) -> bytes:
        """Return a source file, up to one byte over the limit. Raises ``WorkspaceError``."""
        staged = self._staged.get(path)
        if staged is None:
            raise WorkspaceError(
                self.root / path, "is not staged; `git add` it, or check without `--against index`"
            )
        self._check(path, staged)
        return self._blobs.read(staged.blob, SOURCE + 1)[0]

    def _check(self, path: str, staged: _Staged) -> None:
        conflict = "is in a merge conflict; resolve and stage it first"
        require(staged.stage == "0", self.root / path, conflict)
        link = "is a link or a submodule; it is not followed"
        require(staged.mode.startswith("100"), self.root / path, link)

    def with_file(self, name: str) -> list[str]:
        """Return the folders below the root that have a file with this name."""
        end = f"/{name}"
        return sorted(path.removesuffix(end) for path in self._staged if path.endswith(end))

    def _list(self) -> Iterator[tuple[str, _Staged]]:
        listed = git(
            self._top, "ls-files", "--stage", "-z", "--", f":(literal){self._prefix or '.'}"
        )
        for entry in filter(None, os.fsdecode(listed).split("\0")):
            facts, _, path = entry.partition("\t")
            yield path.removeprefix(self._prefix), _Staged(*facts.split(" "))


def largest(path: str) -> int:
    """Return the size limit of a generated file."""
    return LARGEST_LEDGER if path == LEDGER else OUTPUT


def read_staged_sources(file: Path) -> list[tuple[str, bytes]]:
    """Return the platform file and its fragments as they are staged; see ``read_sources``."""
    with StagedRoot(file.parent) as staged:
        names = (path.removeprefix(f"{FRAGMENTS}/") for path in staged.paths([FRAGMENTS]))
        direct = fragment_names(name for name in names if "/" not in name)
        fragments = [f"{FRAGMENTS}/{name}" for name in direct]
        named = ((printable(str(file.parent / name)), name) for name in (file.name, *fragments))
        return list(up_to_all(named, staged.source))


def unread_staged_fragments(file: Path) -> list[tuple[str, str]]:
    """Return the staged files that are not read; see ``unread_fragments``."""
    with StagedRoot(file.parent) as staged:
        paths = sorted(path.removeprefix(f"{FRAGMENTS}/") for path in staged.paths([FRAGMENTS]))
    found = ((path, why_unread(path)) for path in paths)
    return [(printable(str(file.parent / FRAGMENTS / path)), why) for path, why in found if why]


def located(folder: Path) -> tuple[Path, str]:
    """Return the top of the repository of a folder, and the prefix of its paths from there.

    The prefix is empty or as ``deploy/``. The folder need not exist. Raises ``WorkspaceError`` if
    it is not in a Git repository.
    """
    top = Path(
        os.fsdecode(git(_existing(folder), "rev-parse", "--show-toplevel")).removesuffix("\n")
    )
    way = os.path.relpath(os.path.realpath(folder), os.path.realpath(top))
    return top, "" if way == "." else f"{way}/"


def top_of(folder: Path) -> tuple[Path, str]:
    """Return the top of the Git repository of a folder, and the path from there.

    Outside of a repository, the top is the current folder.
    """
    there = Path(os.path.realpath(folder))
    top = _work_tree(there) or Path(os.path.realpath(Path.cwd()))
    way = os.path.relpath(there, top)
    return top, "" if way == "." else way


def committed(root: Path, path: str) -> list[bytes]:
    """Return a file as committed, and as on the other side of an unfinished operation."""
    found = []
    with suppress(WorkspaceError):
        top, way = top_of(root)
        name = f"{way}/{path}" if way else path
        for revision in _SIDES:
            with suppress(WorkspaceError):
                blob = f"{revision}:{name}"
                # First the size, since `git` reads the whole output.
                if int(git(_existing(top), "cat-file", "-s", blob)) <= LARGEST_LEDGER:
                    found.append(git(_existing(top), "cat-file", "blob", blob))
    return found


def operation(root: Path) -> str:
    """Return the unfinished operation of a repository (``a merge``, ``a rebase`` …), or nothing."""
    with suppress(OSError):
        folder = Path(os.path.realpath(root))
        for each in (folder, *folder.parents):
            entry = each / ".git"
            if entry.exists():
                directory = entry if entry.is_dir() else each / _pointed_at(entry)
                return next(
                    (words for name, words in _BUSY.items() if (directory / name).exists()), ""
                )
    return ""


def _pointed_at(entry: Path) -> str:
    """Return the folder that a ``.git`` file names, as in a linked worktree; empty for none."""
    if not entry.is_file():  # opening a pipe would wait for a writer
        return ""
    with entry.open("rb") as file:
        content = file.read(_LONGEST_POINTER)
    if not content.startswith(b"gitdir:"):
        return ""
    return os.fsdecode(content).removeprefix("gitdir:").strip()


def _existing(folder: Path) -> Path:
    folder = Path(os.path.realpath(folder))
    return next((each for each in (folder, *folder.parents) if each.is_dir()), Path("/"))


def git(folder: Path, *arguments: str) -> bytes:
    """Return the output of Git in a folder.

    Raises ``WorkspaceError`` with the first line of its error message.
    """
    try:
        done = subprocess.run(
            [*_COMMAND, *arguments],
            cwd=folder,
            env=_environment(folder),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
        )
    except FileNotFoundError as failure:
        raise WorkspaceError("git", "is not installed; this command needs it") from failure
    if done.returncode != 0:
        lines = done.stderr.decode(errors="replace").strip().splitlines()
        raise WorkspaceError(folder, printable(lines[0] if lines else "git failed"))
    return done.stdout


def _environment(folder: Path) -> dict[str, str]:
    """Return the environment of Git, with the variables of a hook only for its own repository.

    Variables that change the meaning of paths are removed.
    """
    environment = dict(os.environ)
    for key in os.environ:
        if key in _OF_ONE_REPOSITORY or key.endswith("_PATHSPECS"):
            del environment[key]
    environment |= _NO_NETWORK
    if "GIT_INDEX_FILE" in environment and not _is_current(folder):
        del environment["GIT_INDEX_FILE"]
    return environment


def _is_current(folder: Path) -> bool:
    """Return whether a folder is in the work tree of the current folder."""
    here = _work_tree(Path.cwd())
    return here is not None and here == _work_tree(folder)


def _work_tree(folder: Path) -> Path | None:
    # `lexists`, since `Path.exists` would raise for a folder that may not be entered.
    return next(
        (each for each in (folder, *folder.parents) if os.path.lexists(each / ".git")), None
    )
