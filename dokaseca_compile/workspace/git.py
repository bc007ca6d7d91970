"""What Git knows: the content that is staged, and what it is in the middle of."""

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
from dokaseca_compile.output.write_plan import Found
from dokaseca_compile.resolve.layout import LEDGER
from dokaseca_compile.workspace.failure import WorkspaceError
from dokaseca_compile.workspace.fragments import FRAGMENTS, fragment_names, why_unread
from dokaseca_compile.workspace.sources import up_to_all

# Git sets these for the hooks of one repository; they would lead astray in another one.
_OF_ONE_REPOSITORY = (
    "GIT_DIR",
    "GIT_WORK_TREE",
    "GIT_COMMON_DIR",
    "GIT_PREFIX",
    "GIT_OBJECT_DIRECTORY",
)
# A partial clone would fetch what it lacks; this makes it a failure, in old versions of Git and in new ones.
_NO_NETWORK = {"GIT_ALLOW_PROTOCOL": "", "GIT_NO_LAZY_FETCH": "1"}
# The settings of a repository name programs; none of a repository that is only read may run.
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
    """The contents that Git keeps in a repository, asked of one process. A context manager."""

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
        """Return the content with an ID, or as much as is wanted of it, and how long it is.

        Raises ``WorkspaceError`` when it is not there.
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
        if len(header) != 3:
            raise WorkspaceError(
                self._top, f"git has no content for {blob}; a partial clone has to fetch it first"
            )
        length = int(header[2])
        content = answer.read(min(length, most))
        if length > most:
            self._leave()  # the rest would have to be read to get to the next answer
        else:
            answer.read(1)
        return content, length

    def _leave(self) -> None:
        """End the process in the middle of an answer; the next question starts another."""
        reader, self._reader = self._reader, None
        if reader is not None:
            reader.kill()
            reader.communicate()


class StagedRoot:
    """The files of a folder as they are staged: what will be committed, whatever the work tree holds.

    A context manager. Raises ``WorkspaceError`` when the folder is in no Git repository.
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
        """A staged file, ``None`` where there is none. Raises ``WorkspaceError`` for links and in a merge conflict."""
        staged = self._staged.get(path)
        if staged is None:
            return None
        self._check(path, staged)
        most = largest(path)
        content, length = self._blobs.read(staged.blob, most)
        return Found(content if length <= most else b"", staged.mode == "100755", size=length)

    def paths(self, below: Iterable[str], whole: Sequence[str] = ()) -> Iterator[str]:
        """Yield every staged file and link below some folders of the root, those of hidden folders too."""
        del whole  # the index has no folder that cannot be listed
        folders = tuple(f"{each}/" for each in below)
        return (path for path in self._staged if path.startswith(folders))

    def head(self, path: str) -> bytes:
        """The content of a staged file of whoever; empty where it is none."""
        staged = self._staged[path]
        return self._blobs.read(staged.blob, HEAD)[0] if staged.mode.startswith("100") else b""

    def source(self, path: str) -> bytes:
        """Return a source file, up to one byte over the size that it may have. Raises ``WorkspaceError``."""
        staged = self._staged.get(path)
        if staged is None:
            raise WorkspaceError(
                self.root / path, "is not staged: `git add` it, or check without `--against index`"
            )
        self._check(path, staged)
        return self._blobs.read(staged.blob, SOURCE + 1)[0]

    def _check(self, path: str, staged: _Staged) -> None:
        if staged.stage != "0":
            raise WorkspaceError(
                self.root / path, "is in a merge conflict; resolve and stage it first"
            )
        if not staged.mode.startswith("100"):
            raise WorkspaceError(
                self.root / path, "is a link or a submodule; nothing is read through it"
            )

    def with_file(self, name: str) -> list[str]:
        """The folders below the root that have a file of a name."""
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
    """Return how many bytes a file of ours may have."""
    return LARGEST_LEDGER if path == LEDGER else OUTPUT


def read_staged_sources(file: Path) -> list[tuple[str, bytes]]:
    """The platform file and its fragments as they are staged; see ``read_sources``."""
    with StagedRoot(file.parent) as staged:
        names = [path.removeprefix(f"{FRAGMENTS}/") for path in staged.paths([FRAGMENTS])]
        fragments = [
            f"{FRAGMENTS}/{name}"
            for name in fragment_names(name for name in names if "/" not in name)
        ]
        named = ((printable(str(file.parent / name)), name) for name in (file.name, *fragments))
        return list(up_to_all(named, staged.source))


def unread_staged_fragments(file: Path) -> list[tuple[str, str]]:
    """Give what ``unread_fragments`` gives, of the files that are staged."""
    with StagedRoot(file.parent) as staged:
        paths = sorted(path.removeprefix(f"{FRAGMENTS}/") for path in staged.paths([FRAGMENTS]))
    found = ((path, why_unread(path)) for path in paths)
    return [(printable(str(file.parent / FRAGMENTS / path)), why) for path, why in found if why]


def located(folder: Path) -> tuple[Path, str]:
    """The top of the repository of a folder, and what paths below the folder begin with there (``deploy/``, or empty).

    The folder need not exist. Raises ``WorkspaceError`` when it is in no Git repository.
    """
    top = Path(
        os.fsdecode(git(_existing(folder), "rev-parse", "--show-toplevel")).removesuffix("\n")
    )
    way = os.path.relpath(os.path.realpath(folder), os.path.realpath(top))
    return top, "" if way == "." else f"{way}/"


def top_of(folder: Path) -> tuple[Path, str]:
    """The top of the Git repository that a folder is in, and the way from there; outside of one, from here."""
    there = Path(os.path.realpath(folder))
    top = _work_tree(there) or Path(os.path.realpath(Path.cwd()))
    way = os.path.relpath(there, top)
    return top, "" if way == "." else way


def committed(root: Path, path: str) -> list[bytes]:
    """A file of a folder as it is committed, and as it is on the other side of what Git is in the middle of."""
    found = []
    with suppress(WorkspaceError):
        top, way = top_of(root)
        name = f"{way}/{path}" if way else path
        for revision in _SIDES:
            with suppress(WorkspaceError):
                blob = f"{revision}:{name}"
                # Asked first: what Git says is read as a whole.
                if int(git(_existing(top), "cat-file", "-s", blob)) <= LARGEST_LEDGER:
                    found.append(git(_existing(top), "cat-file", "blob", blob))
    return found


def operation(root: Path) -> str:
    """What Git is in the middle of in the repository of a folder (``a merge``, ``a rebase`` …); empty for nothing."""
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
    """Return the folder that a ``.git`` file names, as that of a linked worktree; empty where it names none."""
    if not entry.is_file():  # opening a pipe would wait for a writer
        return ""
    with entry.open("rb") as file:
        content = file.read(_LONGEST_POINTER)
    return (
        os.fsdecode(content).removeprefix("gitdir:").strip()
        if content.startswith(b"gitdir:")
        else ""
    )


def _existing(folder: Path) -> Path:
    folder = Path(os.path.realpath(folder))
    return next((each for each in (folder, *folder.parents) if each.is_dir()), Path("/"))


def git(folder: Path, *arguments: str) -> bytes:
    """What Git says in a folder. Raises ``WorkspaceError`` when it fails, with the first line of its complaint."""
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
        raise WorkspaceError("git", "is not installed; reading what it keeps needs it") from failure
    if done.returncode != 0:
        said = done.stderr.decode(errors="replace").strip().splitlines()
        raise WorkspaceError(folder, printable(said[0] if said else "git failed"))
    return done.stdout


def _environment(folder: Path) -> dict[str, str]:
    """Git's surroundings: those of a hook only for the repository whose hook is running; paths are always literal."""
    kept = (
        key
        for key in os.environ
        if key not in _OF_ONE_REPOSITORY and not key.endswith("_PATHSPECS")
    )
    environment = {key: os.environ[key] for key in kept} | _NO_NETWORK
    if "GIT_INDEX_FILE" in environment and not _is_current(folder):
        del environment["GIT_INDEX_FILE"]
    return environment


def _is_current(folder: Path) -> bool:
    """Whether a folder is in the work tree that the process was started in."""
    here = _work_tree(Path.cwd())
    return here is not None and here == _work_tree(folder)


def _work_tree(folder: Path) -> Path | None:
    # `lexists`, since a folder that may not be entered has none for us: `Path.exists` would raise.
    return next(
        (each for each in (folder, *folder.parents) if os.path.lexists(each / ".git")), None
    )
