"""Write many files so that a kill at any time loses nothing, and the next run repairs everything.

The steps are lock, claim, stage, publish, prune and settle. The lock is on the folders of the roots
(``flock``), so it leaves no file and ends with the process. Until the ledger is settled, it lists
the old and the new hash of every file: either content is known to be ours.
"""

from __future__ import annotations

import ctypes
import errno
import fcntl
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress

from dokaseca_compile.output.difference import Found
from dokaseca_compile.output.root_plan import Changes
from dokaseca_compile.resolve.layout import LEDGER
from dokaseca_compile.workspace.failure import WorkspaceError, reason_of
from dokaseca_compile.workspace.output import OutputRoot

_FEW = 64  # up to so many files, each is flushed by itself
_NO_LOCKS = frozenset({errno.ENOLCK, errno.EOPNOTSUPP, errno.EBADF, errno.EINVAL})


@contextmanager
def locked(roots: Iterable[OutputRoot], waiting: Callable[[], None]) -> Iterator[None]:
    """Hold the lock of every root that exists; call ``waiting`` if another run holds one.

    The order is that of the file system, so that two runs cannot wait for each other. On a file
    system without locks (some network drives), runs are not kept apart.
    """
    handles = {_identity(each): each.handle() for each in roots if each.exists()}
    held: list[int] = []
    try:
        for _, handle in sorted(handles.items()):
            _lock(handle, waiting)
            held.append(handle)
        yield
    finally:
        for handle in reversed(held):
            with suppress(OSError):
                fcntl.flock(handle, fcntl.LOCK_UN)


def _identity(root: OutputRoot) -> tuple[int, int]:
    status = os.fstat(root.handle())
    return status.st_dev, status.st_ino


def _lock(handle: int, waiting: Callable[[], None]) -> None:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        waiting()
        fcntl.flock(handle, fcntl.LOCK_EX)
    except OSError as failure:
        if failure.errno not in _NO_LOCKS:
            raise


def make(roots: Iterable[OutputRoot]) -> None:
    """Make the folders of roots, after a check that all can be made. Raises ``WorkspaceError``."""
    missing = [each for each in roots if not each.exists()]
    for root in missing:
        root.check_makeable()
    for root in missing:
        root.make()


def apply(changes: Sequence[tuple[OutputRoot, Changes]]) -> None:
    """Write every root as planned. The roots must exist and have been read under their locks.

    Raises ``WorkspaceError``: before any change if a folder may not be written to or the disk is
    full. After later failures every file is old or new, and the next run continues from there.
    """
    for root, change in changes:
        root.check_writable([LEDGER, *change.write, *change.remove])
    for root, change in changes:
        if change.claim is not None:
            _put(root, LEDGER, change.claim, change.before[LEDGER])
    staged: list[tuple[OutputRoot, str]] = []
    try:
        for root, change in changes:
            _stage(root, change, staged)
        for root, change in changes:
            _publish(root, change)
    except BaseException:
        for root, _ in changes:  # handles may be what is missing, also for the clean-up
            root.leave()
        _discard(staged)
        raise
    # Roots without a new ledger come last: the old one is needed to find their remaining files.
    for root, change in sorted(changes, key=lambda each: each[1].ledger is None):
        before = root.read(LEDGER)
        if change.ledger is not None:
            _put(root, LEDGER, change.ledger, before)
        else:
            root.remove(LEDGER, before)
            root.remove_if_empty()


def clean(root: OutputRoot, paths: Iterable[str]) -> None:
    """Remove the leftovers of a killed run: temporary files and empty folders."""
    _discard((root, path) for path in paths)


def _discard(staged: Iterable[tuple[OutputRoot, str]]) -> None:
    """Remove temporary files, and folders that become empty."""
    for root, path in staged:
        root.discard(path)
        root.remove_empty(path.rpartition("/")[0])


def _put(root: OutputRoot, path: str, content: bytes, before: Found | None) -> None:
    """Replace one file at once."""
    folder = path.rpartition("/")[0]
    try:
        root.stage(path, content)
        root.publish(path, before)
    except BaseException:
        root.discard(path)
        root.remove_empty(folder)
        raise
    root.sync_folder(folder)


def _stage(root: OutputRoot, change: Changes, staged: list[tuple[OutputRoot, str]]) -> None:
    few = len(change.write) <= _FEW
    for path in sorted(change.write):
        staged.append((root, path))
        root.stage(path, change.write[path], sync=few)
    if not few:
        _flush(root)


def _publish(root: OutputRoot, change: Changes) -> None:
    for path in sorted(change.write):
        root.publish(path, change.before.get(path))
    for path in sorted(change.remove):
        root.remove(path, change.before.get(path))
    folders = {path.rpartition("/")[0] for path in (*change.write, *change.remove)}
    if len(folders) > _FEW:
        _flush(root)
    else:
        for folder in sorted(folders):
            root.sync_folder(folder)


def _flush(root: OutputRoot) -> None:
    """Flush a whole file system: for many files, that is much faster than flushing each."""
    try:
        syncfs = ctypes.CDLL(None, use_errno=True).syncfs
    except (OSError, AttributeError):  # not on Linux
        os.sync()
        return
    if syncfs(root.handle()) != 0:
        code = ctypes.get_errno()
        raise WorkspaceError(root.root, reason_of(OSError(code, os.strerror(code))))
