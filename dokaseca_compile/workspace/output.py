"""A root of the output as a folder on the disk: read, and replace file by file.

A file is replaced in two steps, so that many can be prepared before the first is changed: *stage*
writes a temporary file beside it, *publish* renames it.
"""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from types import TracebackType

from dokaseca_compile.output.difference import Found
from dokaseca_compile.workspace.failure import WorkspaceError, reason_of
from dokaseca_compile.workspace.folders import Folders
from dokaseca_compile.workspace.git import HEAD, largest
from dokaseca_compile.workspace.temporary import temporary_of, write_temporary


class OutputRoot:
    """A folder to write below, as a context manager. Paths are relative, with ``/``."""

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
        """Return a file, ``None`` if it is missing; without its content if that is too large.

        Raises ``WorkspaceError`` for anything else.
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

        Links are not followed. Hidden folders are entered only below the folders in ``whole``,
        where a tool reads every file; ``.git`` is never. Raises ``WorkspaceError`` if a folder
        there cannot be listed. Others are then left out, since their files are not ours.
        """
        read = tuple(f"{each}/" for each in whole)
        folders = [f"{name}/" for name in below]
        while folders:
            prefix = folders.pop()
            for entry in self._entries(prefix, must=prefix.startswith(read)):
                path = prefix + entry.name
                if not entry.is_dir(follow_symlinks=False):
                    if entry.is_file(follow_symlinks=False) or entry.is_symlink():
                        yield path
                elif not entry.name.startswith(".") or (
                    entry.name != ".git" and path.startswith(read)
                ):
                    folders.append(f"{path}/")

    def _entries(self, folder: str, *, must: bool) -> Iterator[os.DirEntry[str]]:
        """Yield the entries of a folder that exists; ``must`` raises if it cannot be listed."""
        try:
            entries = os.scandir(self.root / folder)
        except (FileNotFoundError, NotADirectoryError):
            return
        except OSError as failure:
            if must:
                raise WorkspaceError(self.root / folder, reason_of(failure)) from failure
            return
        with entries:
            yield from entries

    def head(self, path: str) -> bytes:
        """Return the first bytes of a file; empty if it cannot be read."""
        with suppress(OSError, WorkspaceError):
            opened = self._folders.open_file(path)
            if opened is not None:
                try:
                    return os.read(opened[0], HEAD)
                finally:
                    os.close(opened[0])
        return b""

    def exists(self) -> bool:
        """Return whether the folder exists. Raises ``WorkspaceError`` for anything else there."""
        try:
            self._folders.enter("")
        except FileNotFoundError:
            self._folders.close()  # another run may make it while this one waits
            return False
        return True

    def check_makeable(self) -> None:
        """Check that the folder may be made. Raises ``WorkspaceError``."""
        try:
            parents = self.root.absolute().parents
            above = next(each for each in parents if each.exists() or each == each.parent)
            handle = os.open(above, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
            try:
                _check_folder(handle)
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
        """Return the handle of the folder, which must exist; callers do not close it."""
        return self._folders.enter("")

    def check_writable(self, paths: Iterable[str]) -> None:
        """Check that files may be made and replaced. Raises ``WorkspaceError``."""
        for folder in sorted({path.rpartition("/")[0] for path in paths}):
            try:
                _check_folder(self._folders.deepest(folder))
            except OSError as failure:
                raise self._folders.failed(folder, failure) from failure

    def stage(self, path: str, content: bytes, *, sync: bool = True) -> None:
        """Write the temporary file of a path; ``sync`` flushes it. Raises ``WorkspaceError``."""
        folder, _, name = path.rpartition("/")
        try:
            write_temporary(self._folders.enter(folder, create=True), name, content, sync=sync)
        except OSError as failure:
            raise self._folders.failed(path, failure) from failure

    def publish(self, path: str, before: Found | None) -> None:
        """Rename the staged file, unless the file in its place has changed since it was read."""
        folder, _, name = path.rpartition("/")
        try:
            handle = self._folders.enter(folder)
            self._check_unchanged(path, handle, before)
            os.rename(temporary_of(name), name, src_dir_fd=handle, dst_dir_fd=handle)
        except OSError as failure:
            raise self._folders.failed(path, failure) from failure

    def remove(self, path: str, before: Found | None) -> None:
        """Delete a file, unless it has changed since it was read, and folders left empty."""
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
        """Remove a folder and its parents, as far as they are empty; never the root."""
        while folder:
            above, _, name = folder.rpartition("/")
            try:
                os.rmdir(name, dir_fd=self._folders.enter(above))
            except FileNotFoundError:
                pass  # a killed run may have made only its parents
            except (OSError, WorkspaceError):
                return
            folder = above

    def remove_if_empty(self) -> None:
        """Remove the root itself if it is empty."""
        self._folders.close()
        with suppress(OSError):
            self.root.rmdir()

    def leave(self) -> None:
        """Close the handles of the folders below the root."""
        self._folders.leave()

    def discard(self, path: str) -> bool:
        """Remove the temporary file of a path, and return whether there was one."""
        folder, _, name = path.rpartition("/")
        with suppress(OSError, WorkspaceError):
            os.unlink(temporary_of(name), dir_fd=self._folders.enter(folder))
            return True
        return False

    def has_temporary(self, path: str) -> bool:
        """Return whether a killed run has left the temporary file of a path."""
        folder, _, name = path.rpartition("/")
        with suppress(OSError, WorkspaceError):
            os.stat(temporary_of(name), dir_fd=self._folders.enter(folder), follow_symlinks=False)
            return True
        return False

    def sync_folder(self, folder: str) -> None:
        """Flush the names in a folder, or in its nearest parent that exists, to the disk."""
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
                self.root / path, "has changed since it was read and was left alone; run again"
            )


def _stamp(status: os.stat_result) -> tuple[int, ...]:
    """Return values that change when a file is saved."""
    return (status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns, status.st_mode)


def _check_folder(folder: int) -> None:
    """Raise ``OSError`` if no files may be made in a folder."""
    effective = os.access in os.supports_effective_ids
    if not os.access(".", os.W_OK | os.X_OK, dir_fd=folder, effective_ids=effective):
        read_only = os.fstatvfs(folder).f_flag & os.ST_RDONLY
        code = errno.EROFS if read_only else errno.EACCES
        raise OSError(code, os.strerror(code))


def _read_all(file: int, size: int, most: int) -> bytes:
    """Read to the end, up to ``most`` bytes; in one call if the file has the expected ``size``."""
    content = os.read(file, size + 1)
    if len(content) == size:
        return content
    parts, left = [content], most - len(content)
    while parts[-1] and left > 0:
        parts.append(os.read(file, min(left, 1 << 20)))
        left -= len(parts[-1])
    return b"".join(parts)
