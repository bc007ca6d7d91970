"""What went wrong with a path, for people."""

from __future__ import annotations

from pathlib import Path


class WorkspaceError(Exception):
    """Something could not be read or written: the path and the reason."""

    def __init__(self, path: str | Path, reason: str) -> None:
        super().__init__(f"{printable(path)}: {reason}")


def reason_of(failure: Exception) -> str:
    """The system's words for a failure, as the end of a sentence."""
    if isinstance(failure, OSError) and failure.strerror:
        return failure.strerror[:1].lower() + failure.strerror[1:]
    return "the path cannot be used"


def printable(path: str | Path) -> str:
    """A path as messages and headers may show it: on one line, whatever its bytes are."""
    text = str(path)
    return text if text.isprintable() else text.encode("unicode_escape").decode("ascii")
