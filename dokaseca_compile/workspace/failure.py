"""What went wrong with a path, for people."""

from __future__ import annotations

from pathlib import Path

from dokaseca_compile.core.text import printable


class WorkspaceError(Exception):
    """Something could not be read or written: the path and the reason."""

    def __init__(self, path: str | Path, reason: str) -> None:
        super().__init__(f"{printable(str(path))}: {reason}")


def reason_of(failure: Exception) -> str:
    """The system's words for a failure, as the end of a sentence."""
    if isinstance(failure, OSError) and failure.strerror:
        return failure.strerror[:1].lower() + failure.strerror[1:]
    return "the path cannot be used"
