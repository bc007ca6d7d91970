"""The temporary file that replaces another one by a rename."""

from __future__ import annotations

import hashlib
import os
from contextlib import suppress

from dokaseca_compile.output.compare_root import TEMPORARY

_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC


def temporary_of(name: str) -> str:
    """Return the name of the temporary file: always the same, so that a leftover one is replaced.

    It has a fixed length, since the name of the file itself may have the most bytes allowed.
    """
    return f"{TEMPORARY}{hashlib.sha256(os.fsencode(name)).hexdigest()[:16]}"


def write_temporary(
    folder: int, name: str, content: bytes, *, sync: bool = True, mode: int | None = None
) -> None:
    """Write the temporary file of ``name`` in a locked folder; ``sync`` flushes it to the disk.

    ``mode`` is its mode in the end; by default, that of the umask. After any failure or
    interruption, the temporary file is removed.
    """
    try:
        # Inside `try`, since a signal may come at any time. Private until it has its mode.
        file = _make(folder, temporary_of(name), 0o666 if mode is None else 0o600)
        try:
            view = memoryview(content)
            while view:
                view = view[os.write(file, view) :]
            if mode is not None:
                os.fchmod(file, mode)
            if sync:
                os.fsync(file)
        finally:
            os.close(file)
    except BaseException:
        drop_temporary(folder, name)
        raise


def _make(folder: int, name: str, mode: int) -> int:
    try:
        return os.open(name, _NEW, mode, dir_fd=folder)
    except FileExistsError:  # a killed run has left it
        os.unlink(name, dir_fd=folder)
        return os.open(name, _NEW, mode, dir_fd=folder)


def drop_temporary(folder: int, name: str) -> None:
    """Remove the temporary file of ``name``, if there is one."""
    with suppress(OSError):
        os.unlink(temporary_of(name), dir_fd=folder)
