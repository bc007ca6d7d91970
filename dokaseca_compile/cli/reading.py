"""Read the source as files to compile."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from dokaseca_compile.compiler import SourceFile
from dokaseca_compile.workspace import read_sources, unread_fragments, unread_staged_fragments


def source_files(file: Path) -> list[SourceFile]:
    """Read the platform file, its fragments, and the names of unread ones.

    Raises ``WorkspaceError``.
    """
    return with_unread(read_sources(file), file)


def with_unread(
    sources: Iterable[tuple[str, bytes]], file: Path, *, staged: bool = False
) -> list[SourceFile]:
    """Return what was read as files to compile, followed by fragments that are not read."""
    unread = unread_staged_fragments(file) if staged else unread_fragments(file)
    read = [SourceFile(name, content) for name, content in sources]
    return read + [SourceFile(name, b"", why) for name, why in unread]
