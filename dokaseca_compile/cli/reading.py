"""The source as every command reads it."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from dokaseca_compile.compiler import SourceFile
from dokaseca_compile.workspace import read_sources, unread_fragments, unread_staged_fragments


def source_files(file: Path) -> list[SourceFile]:
    """Read the platform file and its fragments, and name those that are passed over. Raises ``WorkspaceError``."""
    return with_unread(read_sources(file), file)


def with_unread(
    sources: Iterable[tuple[str, bytes]], file: Path, *, staged: bool = False
) -> list[SourceFile]:
    """Give what was read as files to compile, and behind them those that are passed over."""
    unread = unread_staged_fragments(file) if staged else unread_fragments(file)
    read = [SourceFile(name, content) for name, content in sources]
    return read + [SourceFile(name, b"", why) for name, why in unread]
