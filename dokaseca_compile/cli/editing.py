"""Edits of the source as commands make them: shown with what they do, written when asked to."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import click

from dokaseca_compile.argo.inventory import Inventory
from dokaseca_compile.cli import output
from dokaseca_compile.cli.boundary import FINDINGS, OK
from dokaseca_compile.cli.clock import today
from dokaseca_compile.cli.compiling import compiled
from dokaseca_compile.cli.invocation import Invocation
from dokaseca_compile.cli.reading import source_files
from dokaseca_compile.compiler import Compilation, SourceFile
from dokaseca_compile.core.diagnostics import Severity
from dokaseca_compile.edits.apply import Revision, Way, best
from dokaseca_compile.impact import affected, impact
from dokaseca_compile.impact.suggestions import permits
from dokaseca_compile.render import edits as rendered
from dokaseca_compile.render.snippet import snippet
from dokaseca_compile.render.style import Style
from dokaseca_compile.resolve.resolved import Resolved
from dokaseca_compile.source.edit import EditError
from dokaseca_compile.workspace import ChartFiles, replace_source, source_paths


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
    files = tuple(source_files(file))
    return Editing(
        Invocation(file),
        tuple(source_paths(file)),
        files,
        compiled(files, ChartFiles(file), today()),
    )


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


def conclude(
    editing: Editing, revision: Revision, color: str, *, write: bool, notes: Sequence[str] = ()
) -> int:
    """Show a revision and, when asked to, write it."""
    output.learn(revision.after.known.secrets)
    style = output.style(color)
    if not revision.changed:
        output.result("\n".join(["Nothing to change: already set", *rendered.notes(notes, style)]))
        return OK
    output.result(rendered.source_patch(revision, style))
    for severity in (Severity.ERROR, Severity.WARNING):
        for each in revision.new_findings(severity):
            output.note(snippet(each, revision.after, output.style(color, sys.stderr)) + "\n")
    if revision.new_findings(Severity.ERROR):
        output.note("error: the edit would make the source invalid; nothing was written")
        return FINDINGS
    output.result(f"\n{_consequences(revision, style)}")
    for note in rendered.notes(notes, style):
        output.result(note)
    if not write:
        output.result("Nothing was written; `--write` writes it")
        return OK
    write_source(editing, revision)
    names = ", ".join(old.name for old, _ in revision.changed)
    output.result(
        f"{style.green('Wrote')} {names}; run `{editing.invocation.command('compile')}` to compile it"
    )
    return OK


def _consequences(revision: Revision, style: Style) -> str:
    """Return what a revision does, by the engine of ``plan``, or why that cannot be known."""
    if revision.after.failed:
        return "What it does is not known: the source still has errors, which `dokaseca validate` lists"
    if revision.before.failed:
        return "What it does is not known: the source did not compile before, so there is nothing to compare with"
    before, after = (
        Inventory(each.resolved, each.tree) for each in (revision.before, revision.after)
    )
    found = impact(before, after)
    return rendered.reached(
        found, affected(before, after, found), permits(found, before, after), style
    )


def write_source(editing: Editing, revision: Revision) -> None:
    """Write the files that a revision changes. Raises ``WorkspaceError``."""
    # Behind the files that are read are those that are passed over, which no edit changes.
    for path, (old, new) in zip(editing.paths, revision.files, strict=False):
        if old.content != new.content:
            replace_source(path, old.content, new.content)
