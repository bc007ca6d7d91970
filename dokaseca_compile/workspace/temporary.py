"""The temporary file that becomes another one by a rename."""

from __future__ import annotations

import hashlib
import os
from contextlib import suppress

from dokaseca_compile.output.write_plan import TEMPORARY

_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC


def temporary_of(name: str) -> str:
    """The name of a file's temporary one: always the same, so that one that a kill has left is used again.

    Of fixed length: beside a name of 255 bytes there must be room for it.
    """
    return f"{TEMPORARY}{hashlib.sha256(os.fsencode(name)).hexdigest()[:16]}"


def write_temporary(
    folder: int, name: str, content: bytes, *, sync: bool = True, mode: int | None = None
) -> None:
    """Write the temporary file of ``name`` in a folder that only we write to now; with ``sync`` it is on the disk then.

    ``mode`` is what it shall have in the end; without it, what the umask says. Whatever fails, or interrupts: no
    temporary file stays.
    """
    try:
        # Inside `try`, since a signal may come at any time.
        file = _make(
            folder, temporary_of(name), 0o666 if mode is None else 0o600
        )  # private until it has its mode
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
