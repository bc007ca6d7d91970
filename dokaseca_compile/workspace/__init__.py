"""Access to the disk, Git and other processes: no other package has it."""

from __future__ import annotations

from dokaseca_compile.workspace.charts import ChartFiles
from dokaseca_compile.workspace.failure import WorkspaceError
from dokaseca_compile.workspace.fragments import FRAGMENTS, unread_fragments
from dokaseca_compile.workspace.git import (
    StagedRoot,
    committed,
    operation,
    read_staged_sources,
    top_of,
    unread_staged_fragments,
)
from dokaseca_compile.workspace.output import OutputRoot
from dokaseca_compile.workspace.revisions import contains, read_sources_at
from dokaseca_compile.workspace.sources import (
    SourceChangedError,
    read_file,
    read_sources,
    read_stdin,
    replace_source,
    source_paths,
    write_file,
)
from dokaseca_compile.workspace.transaction import apply, clean, locked, make

__all__ = [
    "FRAGMENTS",
    "ChartFiles",
    "OutputRoot",
    "SourceChangedError",
    "StagedRoot",
    "WorkspaceError",
    "apply",
    "clean",
    "committed",
    "contains",
    "locked",
    "make",
    "operation",
    "read_file",
    "read_sources",
    "read_sources_at",
    "read_staged_sources",
    "read_stdin",
    "replace_source",
    "source_paths",
    "top_of",
    "unread_fragments",
    "unread_staged_fragments",
    "write_file",
]
