"""Folders below a root, by handle and without following links.

No link planted in the output can lead a write elsewhere (Helm CVE-2025-53547).
"""

from __future__ import annotations

import errno
import os
import stat
from contextlib import suppress
from pathlib import Path

from dokaseca_compile.workspace.failure import WorkspaceError, reason_of

_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
_READ = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC


class Folders:
    """The handles of a root and of the folders that lead to the last one asked for.

    Paths are relative, with ``/``. Asking in sorted order keeps the folder of the last path open, so that a
    tree of many files costs one open for each folder; and of a folder that is missing the system is asked once,
    whatever is looked for below it.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        self._open: list[tuple[str, int]] = []
        self._last: str | None = None
        self._missing: str | None = None

    def close(self) -> None:
        """Close every handle; the root may be entered again."""
        self._last = self._missing = None
        while self._open:
            os.close(self._open.pop()[1])

    def enter(self, folder: str, *, create: bool = False) -> int:
        """The handle of a folder below the root, ``""`` for the root itself; it stays ours to close.

        Raises ``FileNotFoundError`` where there is none, ``OSError`` or ``WorkspaceError`` for anything else there.
        """
        if folder == self._last:
            return self._open[-1][1]
        if self._missing is not None:
            if not create and f"{folder}/".startswith(self._missing):
                raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), folder)
            self._missing = None
        names = ["", *(folder.split("/") if folder else ())]
        self._last = None
        while self._open and [name for name, _ in self._open] != names[: len(self._open)]:
            os.close(self._open.pop()[1])
        for name in names[len(self._open) :]:
            try:
                handle = self._step(name, create=create)
            except FileNotFoundError:
                self._missing = "".join(f"{each}/" for each in names[1 : len(self._open) + 1])
                raise
            self._open.append((name, handle))
        self._last = folder
        return self._open[-1][1]

    def deepest(self, folder: str) -> int:
        """The handle of a folder or, where there is none, of the nearest one above it that exists."""
        while folder:
            with suppress(FileNotFoundError):
                return self.enter(folder)
            folder = folder.rpartition("/")[0]
        return self.enter("")

    def open_file(self, path: str) -> tuple[int, os.stat_result] | None:
        """Open a regular file to read; ``None`` where there is none. Raises ``WorkspaceError`` for anything else."""
        folder, _, name = path.rpartition("/")
        try:
            file = os.open(name, _READ, dir_fd=self.enter(folder))
        except FileNotFoundError:
            return None
        except OSError as failure:
            raise self.failed(path, failure) from failure
        status = os.fstat(file)
        if not stat.S_ISREG(status.st_mode):
            os.close(file)
            raise WorkspaceError(self.root / path, "is not a regular file; move it away")
        return file, status

    def failed(self, path: str, failure: OSError) -> WorkspaceError:
        """The failure with its path, in the words of a person."""
        if failure.errno in {errno.ELOOP, errno.ENOTDIR, errno.EMLINK}:
            return WorkspaceError(
                self.root / path, "a link or a file is in the way; nothing is written through it"
            )
        return WorkspaceError(self.root / path, reason_of(failure))

    def _step(self, name: str, *, create: bool) -> int:
        return (
            _enter(name, self._open[-1][1], create=create)
            if self._open
            else self._enter_root(create=create)
        )

    def _enter_root(self, *, create: bool) -> int:
        try:
            if create:
                self.root.mkdir(parents=True, exist_ok=True)
            # Not even the root may be a link: Git keeps links, so a stranger's `out` can lead anywhere.
            return os.open(self.root, _FOLDER)
        except FileNotFoundError:
            raise
        except OSError as failure:
            in_the_way = failure.errno in {errno.ELOOP, errno.ENOTDIR, errno.EEXIST}
            reason = (
                "is a link or no folder; name the folder itself"
                if in_the_way
                else reason_of(failure)
            )
            raise WorkspaceError(self.root, reason) from failure


def _enter(name: str, parent: int, *, create: bool) -> int:
    try:
        return os.open(name, _FOLDER, dir_fd=parent)
    except FileNotFoundError:
        if not create:
            raise
    with suppress(FileExistsError):
        os.mkdir(name, dir_fd=parent)
    return os.open(name, _FOLDER, dir_fd=parent)
