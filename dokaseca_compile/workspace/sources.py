"""The platform's source files, and other single files beside the output: reading and replacing."""

from __future__ import annotations

import fcntl
import os
import stat
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TypeVar

from dokaseca_compile.core.limits import SOURCE, SOURCES
from dokaseca_compile.core.text import printable
from dokaseca_compile.workspace.failure import WorkspaceError, reason_of
from dokaseca_compile.workspace.fragments import FRAGMENTS, check_link, fragment_names, work_tree
from dokaseca_compile.workspace.temporary import drop_temporary, temporary_of, write_temporary

T = TypeVar("T")


class SourceChangedError(WorkspaceError):
    """A source file is no longer what it was when it was read; it was left alone."""


def read_sources(file: Path) -> list[tuple[str, bytes]]:
    """Read the platform file and its fragments; see ``source_paths``.

    Gives names as the user gave them, with bytes. Raises ``WorkspaceError``.
    """
    return list(up_to_all(((printable(str(path)), path) for path in source_paths(file)), read_file))


def up_to_all(
    named: Iterable[tuple[str, T]], read: Callable[[T], bytes]
) -> Iterator[tuple[str, bytes]]:
    """Read files one by one until they are too large together: the compile refuses that, so it is enough."""
    total = 0
    for name, each in named:
        content = read(each)
        yield name, content
        total += len(content)
        if total > SOURCES:
            return


def source_paths(file: Path) -> list[Path]:
    """Give the platform file and its fragments (``platform.d/*.yaml`` beside it, by name). Raises ``WorkspaceError``.

    A link that leads out of the Git repository is refused, and without Git a fragment that is outside of the folder.
    """
    folder, top = file.parent / FRAGMENTS, work_tree(file.parent)
    if top is not None:
        check_link(file, top)
    inside = top or Path(os.path.realpath(file.parent))
    check_link(folder, inside)
    try:
        fragments = [
            folder / name for name in fragment_names(each.name for each in folder.iterdir())
        ]
    except (FileNotFoundError, NotADirectoryError):
        fragments = []
    except OSError as failure:
        raise WorkspaceError(folder, reason_of(failure)) from failure
    for fragment in fragments:
        check_link(fragment, inside)
    return [file, *fragments]


def read_file(path: Path) -> bytes:
    """Read a regular file, up to one byte over the size that a source may have. Raises ``WorkspaceError``."""
    try:
        # A pipe or device has no end to wait for: look before opening, and do not block on opening.
        if not stat.S_ISREG(path.stat().st_mode):
            raise WorkspaceError(
                path, "is a directory" if path.is_dir() else "is not a regular file"
            )
        with path.open("rb") as stream:
            return stream.read(SOURCE + 1)
    except (OSError, ValueError) as failure:
        raise WorkspaceError(path, reason_of(failure)) from failure


def read_stdin() -> bytes:
    """Read standard input, up to one byte over the size that a source may have. Raises ``WorkspaceError``."""
    if sys.stdin is None:
        raise WorkspaceError("<stdin>", "is closed")
    return sys.stdin.buffer.read(SOURCE + 1)


def write_file(path: Path, content: bytes) -> None:
    """Make or replace one file whole, its folder too. Raises ``WorkspaceError``.

    What is no regular file (``/dev/stderr``, a pipe) is written to as it is.
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
    """Replace a source file by its edited text, if it still holds the bytes that were edited.

    Its mode is kept. Raises ``SourceChangedError`` when somebody saved it in the meantime, and
    ``WorkspaceError`` when it is a link or cannot be written.
    """
    try:
        with _locked(path.parent) as folder:
            status = os.stat(path.name, dir_fd=folder, follow_symlinks=False)
            if not stat.S_ISREG(status.st_mode):
                raise WorkspaceError(path, "is a link or no regular file; name the file itself")
            _check(path, folder, before)
            mode = stat.S_IMODE(status.st_mode)
            _replace(
                folder,
                path.name,
                content,
                mode=mode,
                last_look=lambda: _check(path, folder, before),
            )
    except OSError as failure:
        raise WorkspaceError(path, reason_of(failure)) from failure


@contextmanager
def _locked(path: Path) -> Iterator[int]:
    """The handle of a folder, locked: two writers of one file are kept apart, and the lock dies with the process."""
    folder = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        with suppress(OSError):  # a file system without locks
            fcntl.flock(folder, fcntl.LOCK_EX)
        yield folder
    finally:
        os.close(folder)


def _check(path: Path, folder: int, before: bytes) -> None:
    file = os.open(path.name, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC, dir_fd=folder)
    with os.fdopen(file, "rb") as stream:
        if stream.read(len(before) + 1) != before:
            raise SourceChangedError(
                path, "was changed while it was edited here; it was left alone, run again"
            )


def _replace(
    folder: int,
    name: str,
    content: bytes,
    *,
    mode: int | None = None,
    last_look: Callable[[], None] = lambda: None,
) -> None:
    write_temporary(folder, name, content, mode=mode)
    try:
        last_look()
        os.rename(temporary_of(name), name, src_dir_fd=folder, dst_dir_fd=folder)
    except BaseException:
        drop_temporary(folder, name)
        raise
    os.fsync(folder)
