"""Edits of the source by commands: show an edit with its effect, and write it when asked to."""

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
from dokaseca_compile.edits.apply import Alternative, EditResult, first_valid
from dokaseca_compile.impact import affected, impact
from dokaseca_compile.impact.suggestions import suggested_entries
from dokaseca_compile.render import edits as rendered
from dokaseca_compile.render.snippet import snippet
from dokaseca_compile.render.style import Style
from dokaseca_compile.resolve.resolved import Resolved
from dokaseca_compile.source.edit import EditError
from dokaseca_compile.workspace import ChartFiles, replace_source, source_paths


@dataclass(frozen=True, slots=True)
class Editing:
    """The source as it was read, and the paths of its files."""

    invocation: Invocation
    paths: tuple[Path, ...]
    files: tuple[SourceFile, ...]
    compilation: Compilation

    @property
    def resolved(self) -> Resolved:
        """The resolved platform. Raises ``click.UsageError`` when there is none."""
        if self.compilation.resolved is None:
            message = "the source cannot be read; run `dokaseca validate`"
            raise click.UsageError(message)
        return self.compilation.resolved


def begin(file: Path) -> Editing:
    """Read the source to edit. Raises ``WorkspaceError``."""
    files = tuple(source_files(file))
    paths = tuple(source_paths(file))
    return Editing(Invocation(file), paths, files, compiled(files, ChartFiles(file), today()))


def finish(
    editing: Editing, alternatives: Iterable[Alternative], color: str, *, write: bool
) -> int:
    """Choose the first valid alternative, show it and, when asked to, write it."""
    try:
        result, chosen = first_valid(editing.compilation, editing.files, alternatives)
    except EditError as wrong:
        return refused(wrong)
    return conclude(editing, result, color, write=write, notes=chosen.notes)


def refused(wrong: EditError) -> int:
    """Report why an edit cannot be made."""
    output.note(f"error: {wrong}")
    return FINDINGS


def conclude(
    editing: Editing, result: EditResult, color: str, *, write: bool, notes: Sequence[str]
) -> int:
    """Show an edit with its effect and, when asked to, write it."""
    output.learn(result.after.known.secrets)
    style = output.style(color)
    if not result.changed:
        output.result("\n".join(["Nothing to change: already set", *rendered.notes(notes, style)]))
        return OK
    output.result(rendered.source_patch(result, style))
    for severity in (Severity.ERROR, Severity.WARNING):
        for each in result.new_findings(severity):
            output.note(snippet(each, result.after, output.style(color, sys.stderr)) + "\n")
    if result.new_findings(Severity.ERROR):
        output.note("error: the edit would make the source invalid; nothing was written")
        return FINDINGS
    output.result(f"\n{_effect(result, style)}")
    for note in rendered.notes(notes, style):
        output.result(note)
    if not write:
        output.result("Nothing was written; use `--write` to write it")
        return OK
    write_source(editing, result)
    names = ", ".join(old.name for old, _ in result.changed)
    command = editing.invocation.command("compile")
    output.result(f"{style.green('Wrote')} {names}; run `{command}` to compile it")
    return OK


def _effect(result: EditResult, style: Style) -> str:
    """Return the effect of an edit as ``plan`` shows it, or why it is unknown."""
    if result.after.failed:
        return "The effect is unknown: the source still has errors, which `dokaseca validate` lists"
    if result.before.failed:
        return (
            "The effect is unknown: the source did not compile before, "
            "so there is nothing to compare with"
        )
    before = Inventory(result.before.resolved, result.before.tree)
    after = Inventory(result.after.resolved, result.after.tree)
    found = impact(before, after)
    entries = suggested_entries(found, before, after)
    return rendered.effect(found, affected(before, after, found), entries, style)


def write_source(editing: Editing, result: EditResult) -> None:
    """Write the files that an edit changes. Raises ``WorkspaceError``."""
    # `result.files` ends with the unread fragments, which have no path here and never change.
    for path, (old, new) in zip(editing.paths, result.files, strict=False):
        if old.content != new.content:
            replace_source(path, old.content, new.content)
