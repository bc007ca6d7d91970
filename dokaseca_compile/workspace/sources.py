"""Read and replace source files, and write other single files."""

from __future__ import annotations

import fcntl
import os
import stat
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import TypeVar

from dokaseca_compile.core.limits import SOURCE, SOURCES
from dokaseca_compile.core.text import printable
from dokaseca_compile.workspace.failure import WorkspaceError, reason_of
from dokaseca_compile.workspace.fragments import FRAGMENTS, check_link, fragment_names, work_tree
from dokaseca_compile.workspace.temporary import drop_temporary, temporary_of, write_temporary

T = TypeVar("T")


class SourceChangedError(WorkspaceError):
    """A source file has changed since it was read; it was left alone."""


def read_sources(file: Path) -> list[tuple[str, bytes]]:
    """Read the platform file and its fragments as names and bytes; see ``source_paths``.

    Raises ``WorkspaceError``.
    """
    named = ((printable(str(path)), path) for path in source_paths(file))
    return list(up_to_all(named, read_file))


def up_to_all(
    named: Iterable[tuple[str, T]], read: Callable[[T], bytes]
) -> Iterator[tuple[str, bytes]]:
    """Read files until they are too large together, which the compiler refuses."""
    total = 0
    for name, each in named:
        content = read(each)
        yield name, content
        total += len(content)
        if total > SOURCES:
            return


def source_paths(file: Path) -> list[Path]:
    """Return the platform file and its fragments (``platform.d/*.yaml`` beside it, by name).

    Raises ``WorkspaceError`` also for a link out of the Git repository and, without Git, for a
    fragment that is a link out of the folder.
    """
    folder, top = file.parent / FRAGMENTS, work_tree(file.parent)
    if top is not None:
        check_link(file, top)
    inside = top or Path(os.path.realpath(file.parent))
    check_link(folder, inside)
    try:
        names = fragment_names(each.name for each in folder.iterdir())
        fragments = [folder / name for name in names]
    except (FileNotFoundError, NotADirectoryError):
        fragments = []
    except OSError as failure:
        raise WorkspaceError(folder, reason_of(failure)) from failure
    for fragment in fragments:
        check_link(fragment, inside)
    return [file, *fragments]


def read_file(path: Path) -> bytes:
    """Read a regular file, up to one byte over the limit. Raises ``WorkspaceError``."""
    try:
        # Opening a pipe would block, and a device may have no end.
        if not stat.S_ISREG(path.stat().st_mode):
            raise WorkspaceError(
                path, "is a directory" if path.is_dir() else "is not a regular file"
            )
        with path.open("rb") as stream:
            return stream.read(SOURCE + 1)
    except (OSError, ValueError) as failure:
        raise WorkspaceError(path, reason_of(failure)) from failure


def read_stdin() -> bytes:
    """Read standard input, up to one byte over the limit. Raises ``WorkspaceError``."""
    if sys.stdin is None:
        raise WorkspaceError("<stdin>", "is closed")
    return sys.stdin.buffer.read(SOURCE + 1)


def write_file(path: Path, content: bytes) -> None:
    """Make or replace one file as a whole, and make its folder. Raises ``WorkspaceError``.

    Anything but a regular file (``/dev/stderr``, a pipe) is written to directly.
    """
    try:
        if path.exists() and not path.is_file():
            path.write_bytes(content)
            return
        path.parent.mkdir(parents=True, exist_ok=True)
        with _locked(path.parent) as folder:
            _replace(folder, path.name, content)
    except OSError as failure:
        raise WorkspaceError(path, reason_of(failure)) from failure


def replace_source(path: Path, before: bytes, content: bytes) -> None:
    """Replace a source file by its edited text, if it still has the content that was edited.

    Its mode is kept. Raises ``SourceChangedError`` if it has been saved since, and
    ``WorkspaceError`` if it is a link or cannot be written.
    """
    try:
        with _locked(path.parent) as folder:
            status = os.stat(path.name, dir_fd=folder, follow_symlinks=False)
            if not stat.S_ISREG(status.st_mode):
                raise WorkspaceError(path, "is a link or not a regular file; name the file itself")
            _check_unchanged(path, folder, before)
            mode = stat.S_IMODE(status.st_mode)
            check = partial(_check_unchanged, path, folder, before)
            _replace(folder, path.name, content, mode=mode, last_check=check)
    except OSError as failure:
        raise WorkspaceError(path, reason_of(failure)) from failure


@contextmanager
def _locked(path: Path) -> Iterator[int]:
    """Lock a folder, so that one process at a time writes; the lock ends with the process."""
    folder = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        with suppress(OSError):  # the file system has no locks
            fcntl.flock(folder, fcntl.LOCK_EX)
        yield folder
    finally:
        os.close(folder)


def _check_unchanged(path: Path, folder: int, before: bytes) -> None:
    file = os.open(path.name, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC, dir_fd=folder)
    with os.fdopen(file, "rb") as stream:
        if stream.read(len(before) + 1) != before:
            raise SourceChangedError(
                path, "has changed since it was read and was left alone; run again"
            )


def _replace(
    folder: int,
    name: str,
    content: bytes,
    *,
    mode: int | None = None,
    last_check: Callable[[], None] = lambda: None,
) -> None:
    write_temporary(folder, name, content, mode=mode)
    try:
        last_check()
        os.rename(temporary_of(name), name, src_dir_fd=folder, dst_dir_fd=folder)
    except BaseException:
        drop_temporary(folder, name)
        raise
    os.fsync(folder)
