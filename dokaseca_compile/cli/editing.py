"""Edits of the source as commands make them: shown with what they reach, written when asked to."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import click

from dokaseca_compile.cli import output
from dokaseca_compile.cli.boundary import FINDINGS, OK
from dokaseca_compile.cli.compiling import compiled
from dokaseca_compile.cli.invocation import Invocation
from dokaseca_compile.compiler import Compilation, SourceFile
from dokaseca_compile.diagnostics import Severity
from dokaseca_compile.render import edits as rendered
from dokaseca_compile.render.snippet import snippet
from dokaseca_compile.resolve.resolved import Resolved
from dokaseca_compile.revise import Revision, Way, best
from dokaseca_compile.source.edit import EditError
from dokaseca_compile.workspace import ChartFiles, read_sources, replace_source, source_paths


@dataclass(frozen=True, slots=True)
class Editing:
    """The source as it was read, and where its files are."""

    invocation: Invocation
    paths: tuple[Path, ...]
    files: tuple[SourceFile, ...]
    compilation: Compilation

    @property
    def resolved(self) -> Resolved:
        """What the source means. Raises ``click.ClickException`` when it means nothing."""
        if self.compilation.resolved is None:
            message = "the source cannot be read; run `dokaseca validate`"
            raise click.UsageError(message)
        return self.compilation.resolved


def begin(file: Path) -> Editing:
    """Read the source to edit. Raises ``WorkspaceError``."""
    read = read_sources(file)
    files = tuple(SourceFile(name, content) for name, content in read)
    return Editing(Invocation(file), tuple(source_paths(file)), files, compiled(read, ChartFiles(file)))


def finish(editing: Editing, ways: Iterable[Way], color: str, *, write: bool) -> int:
    """Take the best way; show it and, without a fault, write it."""
    try:
        revision, way = best(editing.compilation, editing.files, ways)
    except EditError as wrong:
        return refused(wrong)
    return conclude(editing, revision, color, write=write, notes=way.notes)


def refused(wrong: EditError) -> int:
    """Say why an edit cannot be made."""
    output.note(f"error: {wrong}")
    return FINDINGS


def conclude(editing: Editing, revision: Revision, color: str, *, write: bool, notes: Sequence[str] = ()) -> int:
    """Show a revision and, when asked to, write it."""
    output.learn(revision.after.known.secrets)
    style = output.style(color)
    if not revision.changed:
        output.result("\n".join(["Nothing to change: the source says so already", *map("note: {}".format, notes)]))
        return OK
    output.result(rendered.source_patch(revision, style))
    for severity in (Severity.ERROR, Severity.WARNING):
        for each in revision.new_findings(severity):
            output.note(snippet(each, revision.after, output.style(color, sys.stderr)) + "\n")
    if revision.new_findings(Severity.ERROR):
        output.note("error: the edit would make the source invalid; nothing was written")
        return FINDINGS
    output.result(rendered.reached(revision, notes, style))
    if not write:
        output.result("Nothing was written; `--write` writes it")
        return OK
    _write(editing, revision)
    names = ", ".join(old.name for old, _ in revision.changed)
    output.result(f"{style.green('Wrote')} {names}; run `{editing.invocation.command('compile')}` to compile it")
    return OK


def _write(editing: Editing, revision: Revision) -> None:
    for path, (old, new) in zip(editing.paths, revision.files, strict=True):
        if old.content != new.content:
            replace_source(path, old.content, new.content)
