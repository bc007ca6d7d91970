"""Open folders below a root by handle, without following links.

So a link planted in the output cannot redirect a write (Helm CVE-2025-53547).
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
    """The handles of a root and of the folders down to the last one that was entered.

    Paths are relative, with ``/``. In sorted order the folder of the last path stays open, so that
    a tree of many files costs one call for each folder. A missing folder costs one call, whatever
    is looked up below it.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        self._open: list[tuple[str, int]] = []
        self._last: str | None = None
        self._missing: str | None = None

    def close(self) -> None:
        """Close every handle. The root may be entered again."""
        self._last = self._missing = None
        while self._open:
            os.close(self._open.pop()[1])

    def leave(self) -> None:
        """Close every handle but that of the root."""
        self._last = None
        self._leave([""])

    def enter(self, folder: str, *, create: bool = False) -> int:
        """Return the handle of a folder below the root, ``""`` for the root; do not close it.

        Raises ``FileNotFoundError`` for a missing one, ``OSError`` or ``WorkspaceError`` for
        anything else.
        """
        if folder == self._last:
            return self._open[-1][1]
        if self._missing is not None:
            if not create and f"{folder}/".startswith(self._missing):
                raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), folder)
            self._missing = None
        names = ["", *folder.split("/")] if folder else [""]
        self._last = None
        self._leave(names)
        for name in names[len(self._open) :]:
            try:
                handle = self._step(name, create=create)
            except FileNotFoundError:
                self._missing = "".join(f"{each}/" for each in names[1 : len(self._open) + 1])
                raise
            self._open.append((name, handle))
        self._last = folder
        return self._open[-1][1]

    def _leave(self, names: list[str]) -> None:
        """Close the folders that are not on the path with these names."""
        while self._open and [name for name, _ in self._open] != names[: len(self._open)]:
            os.close(self._open.pop()[1])

    def deepest(self, folder: str) -> int:
        """Return the handle of a folder, or of the nearest parent that exists."""
        while folder:
            with suppress(FileNotFoundError):
                return self.enter(folder)
            folder = folder.rpartition("/")[0]
        return self.enter("")

    def open_file(self, path: str) -> tuple[int, os.stat_result] | None:
        """Open a regular file; ``None`` if it is missing. Raises ``WorkspaceError`` for others."""
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
        """Return the failure with its path and a readable reason."""
        if failure.errno in {errno.ELOOP, errno.ENOTDIR, errno.EMLINK}:
            return WorkspaceError(
                self.root / path, "a link or a file is in the way; links are not followed"
            )
        return WorkspaceError(self.root / path, reason_of(failure))

    def _step(self, name: str, *, create: bool) -> int:
        if self._open:
            return _enter(name, self._open[-1][1], create=create)
        return self._enter_root(create=create)

    def _enter_root(self, *, create: bool) -> int:
        try:
            if create:
                self.root.mkdir(parents=True, exist_ok=True)
            # The root may not be a link either: Git stores links, so a clone may bring one.
            return os.open(self.root, _FOLDER)
        except FileNotFoundError:
            raise
        except OSError as failure:
            reason = reason_of(failure)
            if failure.errno in {errno.ELOOP, errno.ENOTDIR, errno.EEXIST}:
                reason = "is a link or not a folder; name the folder itself"
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
