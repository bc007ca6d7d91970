"""The root of a repository's files, as a folder on the disk: reading, and replacing file by file.

A file is replaced in two steps, so that many can be made ready before the first is changed: *stage* writes
a temporary file beside it, *publish* renames it.
"""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from types import TracebackType

from dokaseca_compile.output.write_plan import Found
from dokaseca_compile.workspace.failure import WorkspaceError, reason_of
from dokaseca_compile.workspace.folders import Folders
from dokaseca_compile.workspace.git import HEAD, largest
from dokaseca_compile.workspace.temporary import temporary_of, write_temporary


class OutputRoot:
    """A folder that we write below, as a context manager. Paths are relative, with ``/``."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._folders = Folders(root)

    def __enter__(self) -> OutputRoot:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        value: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._folders.close()

    def read(self, path: str) -> Found | None:
        """A file, ``None`` where there is none; without its content where that is larger than anything of ours.

        Raises ``WorkspaceError`` for anything else there.
        """
        opened = self._folders.open_file(path)
        if opened is None:
            return None
        file, status = opened
        try:
            most = largest(path)
            content, length = b"", status.st_size
            if length <= most:
                content = _read_all(file, length, most + 1)
                length = len(content)
        except OSError as failure:
            raise self._folders.failed(path, failure) from failure
        finally:
            os.close(file)
        executable = bool(status.st_mode & stat.S_IXUSR)
        return Found(content if length <= most else b"", executable, _stamp(status), length)

    def paths(self, below: Iterable[str], whole: Sequence[str] = ()) -> Iterator[str]:
        """Yield every regular file and every link below some folders of the root, in no order.

        Links are not followed. Hidden folders (``.git``) are entered below the folders in ``whole`` only, where a tool
        reads every file. Raises ``WorkspaceError`` when one of those cannot be listed; others that we may not read are
        left out, since what is there is not ours.
        """
        read = tuple(f"{each}/" for each in whole)
        folders = [f"{name}/" for name in below]
        while folders:
            prefix = folders.pop()
            try:
                entries = os.scandir(self.root / prefix)
            except (FileNotFoundError, NotADirectoryError):
                continue
            except OSError as failure:
                if prefix.startswith(read):
                    raise WorkspaceError(self.root / prefix, reason_of(failure)) from failure
                continue
            with entries:
                for entry in entries:
                    path = prefix + entry.name
                    if not entry.is_dir(follow_symlinks=False):
                        if entry.is_file(follow_symlinks=False) or entry.is_symlink():
                            yield path
                    elif not entry.name.startswith(".") or (
                        path.startswith(read) and entry.name != ".git"
                    ):
                        folders.append(f"{path}/")

    def head(self, path: str) -> bytes:
        """The first bytes of a file of whoever; empty where it cannot be read."""
        with suppress(OSError, WorkspaceError):
            opened = self._folders.open_file(path)
            if opened is not None:
                try:
                    return os.read(opened[0], HEAD)
                finally:
                    os.close(opened[0])
        return b""

    def exists(self) -> bool:
        """Whether the folder is there. Raises ``WorkspaceError`` for anything else in its place."""
        try:
            self._folders.enter("")
        except FileNotFoundError:
            self._folders.close()  # another run may make it while ours waits for its turn
            return False
        return True

    def check_makeable(self) -> None:
        """Ask the system whether the folder may be made. Raises ``WorkspaceError``."""
        try:
            above = next(
                each
                for each in self.root.absolute().parents
                if each.exists() or each == each.parent
            )
            handle = os.open(above, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
            try:
                _ask(handle)
            finally:
                os.close(handle)
        except OSError as failure:
            raise WorkspaceError(self.root, reason_of(failure)) from failure

    def make(self) -> None:
        """Make the folder. Raises ``WorkspaceError``."""
        try:
            self._folders.enter("", create=True)
        except OSError as failure:
            raise self._folders.failed("", failure) from failure

    def handle(self) -> int:
        """The handle of the folder, which must exist; it stays ours to close."""
        return self._folders.enter("")

    def check_writable(self, paths: Iterable[str]) -> None:
        """Ask the system whether files may be made and replaced, before any is. Raises ``WorkspaceError``."""
        for folder in sorted({path.rpartition("/")[0] for path in paths}):
            try:
                _ask(self._folders.deepest(folder))
            except OSError as failure:
                raise self._folders.failed(folder, failure) from failure

    def stage(self, path: str, content: bytes, *, sync: bool = True) -> None:
        """Write the temporary file of a path; with ``sync`` it is on the disk then. Raises ``WorkspaceError``."""
        folder, _, name = path.rpartition("/")
        try:
            write_temporary(self._folders.enter(folder, create=True), name, content, sync=sync)
        except OSError as failure:
            raise self._folders.failed(path, failure) from failure

    def publish(self, path: str, before: Found | None) -> None:
        """Put the staged file into its place, unless what is there is no longer what it was."""
        folder, _, name = path.rpartition("/")
        try:
            handle = self._folders.enter(folder)
            self._check_unchanged(path, handle, before)
            os.rename(temporary_of(name), name, src_dir_fd=handle, dst_dir_fd=handle)
        except OSError as failure:
            raise self._folders.failed(path, failure) from failure

    def remove(self, path: str, before: Found | None) -> None:
        """Delete a file, unless it is no longer what it was, and the folders that are left empty."""
        folder, _, name = path.rpartition("/")
        try:
            handle = self._folders.enter(folder)
            self._check_unchanged(path, handle, before)
            os.unlink(name, dir_fd=handle)
        except FileNotFoundError:
            pass
        except OSError as failure:
            raise self._folders.failed(path, failure) from failure
        self.remove_empty(folder)

    def remove_empty(self, folder: str) -> None:
        """Remove a folder and those above it, as far as they are empty; never the root."""
        while folder:
            above, _, name = folder.rpartition("/")
            try:
                os.rmdir(name, dir_fd=self._folders.enter(above))
            except FileNotFoundError:
                pass  # a killed run may have made only what is above it
            except (OSError, WorkspaceError):
                return
            folder = above

    def remove_if_empty(self) -> None:
        """Remove the root itself when nothing is left in it."""
        self._folders.close()
        with suppress(OSError):
            self.root.rmdir()

    def discard(self, path: str) -> bool:
        """Remove the temporary file of a path, if there is one; tell whether there was."""
        folder, _, name = path.rpartition("/")
        with suppress(OSError, WorkspaceError):
            os.unlink(temporary_of(name), dir_fd=self._folders.enter(folder))
            return True
        return False

    def has_temporary(self, path: str) -> bool:
        """Whether a killed run has left the temporary file of a path; looks and changes nothing."""
        folder, _, name = path.rpartition("/")
        with suppress(OSError, WorkspaceError):
            os.stat(temporary_of(name), dir_fd=self._folders.enter(folder), follow_symlinks=False)
            return True
        return False

    def sync_folder(self, folder: str) -> None:
        """Bring the names in a folder, or in the nearest one that is left of it, onto the disk."""
        try:
            os.fsync(self._folders.deepest(folder))
        except OSError as failure:
            raise self._folders.failed(folder, failure) from failure

    def _check_unchanged(self, path: str, handle: int, before: Found | None) -> None:
        try:
            status = os.stat(path.rpartition("/")[2], dir_fd=handle, follow_symlinks=False)
        except FileNotFoundError:
            now = None
        else:
            now = _stamp(status)
        if now != (before.stamp if before else None):
            raise WorkspaceError(
                self.root / path, "has changed in the meantime; it was left alone, run again"
            )


def _stamp(status: os.stat_result) -> tuple[int, ...]:
    """What changes when a file is saved."""
    return (status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns, status.st_mode)


def _ask(folder: int) -> None:
    if not os.access(
        ".", os.W_OK | os.X_OK, dir_fd=folder, effective_ids=os.access in os.supports_effective_ids
    ):
        read_only = os.fstatvfs(folder).f_flag & os.ST_RDONLY
        code = errno.EROFS if read_only else errno.EACCES
        raise OSError(code, os.strerror(code))


def _read_all(file: int, size: int, most: int) -> bytes:
    """Read to the end, or up to so many bytes; in one call where the file is as long as it was said to be."""
    content = os.read(file, size + 1)
    if len(content) == size:
        return content
    parts, left = [content], most - len(content)
    while parts[-1] and left > 0:
        parts.append(os.read(file, min(left, 1 << 20)))
        left -= len(parts[-1])
    return b"".join(parts)
