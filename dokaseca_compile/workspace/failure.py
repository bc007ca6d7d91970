"""The error for a path that cannot be read or written."""

from __future__ import annotations

from pathlib import Path

from dokaseca_compile.core.text import printable


class WorkspaceError(Exception):
    """A path that cannot be read or written, with the reason."""

    def __init__(self, path: str | Path, reason: str) -> None:
        super().__init__(f"{printable(str(path))}: {reason}")


def require(condition: object, path: str | Path, reason: str) -> None:
    """Raise a ``WorkspaceError``, unless the condition holds."""
    if not condition:
        raise WorkspaceError(path, reason)


def reason_of(failure: Exception) -> str:
    """Return the message of the system, to end a sentence."""
    if isinstance(failure, OSError) and failure.strerror:
        return failure.strerror[:1].lower() + failure.strerror[1:]
    return "the path cannot be used"
