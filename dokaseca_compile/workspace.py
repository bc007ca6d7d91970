"""The shell around the pure core: the only module that touches the disk.

Every folder below an output root is opened by handle and without following links, so that no link
planted in the output can lead a write elsewhere (Helm CVE-2025-53547).
"""

from __future__ import annotations

import errno
import os
import secrets
import stat
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from types import TracebackType

FRAGMENTS = "platform.d"
_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC


class WorkspaceError(Exception):
    """Something could not be read or written: the path and the reason, for people."""

    def __init__(self, path: str | Path, reason: str) -> None:
        super().__init__(f"{_printable(path)}: {reason}")


def read_sources(file: Path) -> list[tuple[str, bytes]]:
    """Read the platform file and its fragments (``platform.d/*.yaml`` beside it, by name).

    Gives names as the user gave them, with bytes. Raises ``WorkspaceError``.
    """
    folder = file.parent / FRAGMENTS
    try:
        # Not `.#addons.yaml` and the like, which editors leave beside a file that is open.
        names = (each for each in folder.iterdir() if not each.name.startswith("."))
        fragments = sorted(each for each in names if each.suffix in {".yaml", ".yml"})
    except (FileNotFoundError, NotADirectoryError):
        fragments = []
    except OSError as failure:
        raise WorkspaceError(folder, _reason(failure)) from failure
    return [(_printable(path), read_file(path)) for path in (file, *fragments)]


def read_file(path: Path) -> bytes:
    """Read a regular file, up to one byte over the size that a source may have. Raises ``WorkspaceError``."""
    try:
        # A pipe or device has no end to wait for: look before opening, and do not block on opening.
        if not stat.S_ISREG(path.stat().st_mode):
            raise WorkspaceError(path, "is a directory" if path.is_dir() else "is not a regular file")
        with path.open("rb") as stream:
            return stream.read(_most() + 1)
    except (OSError, ValueError) as failure:
        raise WorkspaceError(path, _reason(failure)) from failure


def read_stdin() -> bytes:
    """Read standard input, up to one byte over the size that a source may have. Raises ``WorkspaceError``."""
    if sys.stdin is None:
        raise WorkspaceError("<stdin>", "is closed")
    return sys.stdin.buffer.read(_most() + 1)


def _most() -> int:
    # Imported late: every command needs this module, and only those that compile need YAML.
    from dokaseca_compile.source.text import MAX_BYTES  # noqa: PLC0415

    return MAX_BYTES


def write_file(path: Path, content: bytes) -> None:
    """Replace one file whole, beside the output. Raises ``WorkspaceError``."""
    with OutputRoot(path.parent) as root:
        root.write({path.name: content})


class OutputRoot:
    """A folder that we write below, as a context manager.

    Paths are relative, with ``/``. Reading a path in sorted order keeps the folder of the last one
    open, so that a tree of many files costs one open for each folder.
    """

    def __init__(self, root: Path) -> None:
        self._root = root
        self._open: list[tuple[str, int]] = []
        self._last: str | None = None

    def __enter__(self) -> OutputRoot:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        while self._open:
            os.close(self._open.pop()[1])

    def read(self, path: str) -> bytes | None:
        """The bytes of a file, ``None`` where there is none. Raises ``WorkspaceError`` for anything else there."""
        folder, _, name = path.rpartition("/")
        try:
            handle = self._folder(folder, create=False)
            file = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC, dir_fd=handle)
        except FileNotFoundError:
            return None
        except OSError as failure:
            raise self._failed(path, failure) from failure
        try:
            size = os.fstat(file)
            if not stat.S_ISREG(size.st_mode):
                raise WorkspaceError(self._root / path, "is not a regular file; move it away")
            return _read_all(file, size.st_size)
        except OSError as failure:
            raise self._failed(path, failure) from failure
        finally:
            os.close(file)

    def paths(self, below: Iterable[str]) -> Iterator[str]:
        """Every regular file below some folders of the root, in no order.

        Links and folders of tools (``.git``) are not entered, nor those that we may not read: what
        stands there is not ours.
        """
        folders = [(os.fspath(self._root / name), f"{name}/") for name in below]
        while folders:
            folder, prefix = folders.pop()
            try:
                entries = os.scandir(folder)
            except OSError:
                continue
            with entries:
                for entry in entries:
                    if entry.is_file(follow_symlinks=False):
                        yield prefix + entry.name
                    elif entry.is_dir(follow_symlinks=False) and not entry.name.startswith("."):
                        folders.append((entry.path, f"{prefix}{entry.name}/"))

    def head(self, path: str, most: int = 200) -> bytes:
        """The first bytes of a file of whoever; empty where it cannot be read."""
        folder, _, name = path.rpartition("/")
        with suppress(OSError, WorkspaceError):
            handle = self._folder(folder, create=False)
            file = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC, dir_fd=handle)
            try:
                return os.read(file, most)
            finally:
                os.close(file)
        return b""

    def write(self, files: Mapping[str, bytes]) -> None:
        """Replace files, each whole or not at all: a temporary file beside it, then a rename.

        Raises ``WorkspaceError``; files before the failing one are written, the failing one is as it was.
        """
        for path in sorted(files):
            folder, _, name = path.rpartition("/")
            try:
                _replace(self._folder(folder, create=True), name, files[path])
            except OSError as failure:
                raise self._failed(path, failure) from failure

    def _folder(self, folder: str, *, create: bool) -> int:
        """The handle of a folder below the root; those it shares with the last one are open already."""
        if folder == self._last:
            return self._open[-1][1]
        names = ["", *(folder.split("/") if folder else ())]
        self._last = None
        while self._open and [name for name, _ in self._open] != names[: len(self._open)]:
            os.close(self._open.pop()[1])
        for name in names[len(self._open) :]:
            if not self._open:
                handle = self._enter_root(create=create)
            else:
                handle = _enter(name, self._open[-1][1], create=create)
            self._open.append((name, handle))
        self._last = folder
        return self._open[-1][1]

    def _enter_root(self, *, create: bool) -> int:
        try:
            if create:
                self._root.mkdir(parents=True, exist_ok=True)
            # Not even the root may be a link: Git keeps links, so a stranger's `out` can lead anywhere.
            return os.open(self._root, _FOLDER)
        except FileNotFoundError:
            raise
        except OSError as failure:
            in_the_way = failure.errno in {errno.ELOOP, errno.ENOTDIR, errno.EEXIST}
            reason = "is a link or no folder; name the folder itself" if in_the_way else _reason(failure)
            raise WorkspaceError(self._root, reason) from failure

    def _failed(self, path: str, failure: OSError) -> WorkspaceError:
        if failure.errno in {errno.ELOOP, errno.ENOTDIR, errno.EMLINK}:
            return WorkspaceError(self._root / path, "a link or a file is in the way; nothing is written through it")
        return WorkspaceError(self._root / path, _reason(failure))


def _enter(name: str, parent: int, *, create: bool) -> int:
    try:
        return os.open(name, _FOLDER, dir_fd=parent)
    except FileNotFoundError:
        if not create:
            raise
    with suppress(FileExistsError):
        os.mkdir(name, dir_fd=parent)
    return os.open(name, _FOLDER, dir_fd=parent)


def _replace(folder: int, name: str, content: bytes) -> None:
    # A fixed-length name: beside a name of 255 bytes there must be room for it.
    temporary = f".dokaseca-{secrets.token_hex(8)}"
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
    file = os.open(temporary, flags, 0o666, dir_fd=folder)
    try:
        try:
            view = memoryview(content)
            while view:
                view = view[os.write(file, view) :]
        finally:
            os.close(file)
        os.rename(temporary, name, src_dir_fd=folder, dst_dir_fd=folder)
    except BaseException:
        with suppress(OSError):
            os.unlink(temporary, dir_fd=folder)
        raise


def _read_all(file: int, size: int) -> bytes:
    """Read to the end; in one call where the file is as long as it was said to be."""
    content = os.read(file, size + 1)
    if len(content) == size:
        return content
    parts = [content]
    while parts[-1]:
        parts.append(os.read(file, 1 << 20))
    return b"".join(parts)


def _reason(failure: Exception) -> str:
    if isinstance(failure, OSError) and failure.strerror:
        return failure.strerror[:1].lower() + failure.strerror[1:]
    return "the path cannot be used"


def _printable(path: str | Path) -> str:
    """A path as messages and headers may show it: on one line, whatever its bytes are."""
    text = str(path)
    return text if text.isprintable() else text.encode("unicode_escape").decode("ascii")
