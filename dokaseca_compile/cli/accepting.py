"""``validate --accept-all``: show entries for all findings, and write them when asked to."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path

import click

from dokaseca_compile.cli import output
from dokaseca_compile.cli.boundary import FINDINGS, OK
from dokaseca_compile.cli.clock import today
from dokaseca_compile.cli.editing import begin, refused, write_source
from dokaseca_compile.compiler import Compilation
from dokaseca_compile.core.diagnostics import Severity
from dokaseca_compile.edits.accept_all import Terms, accept_all, unacceptable
from dokaseca_compile.edits.apply import EditResult
from dokaseca_compile.render import edits as rendered
from dokaseca_compile.render.snippet import snippet
from dokaseca_compile.render.text import counted
from dokaseca_compile.source.edit import EditError

_DAYS = 180
"""How long an entry is valid by default: half a year."""


def terms(reason: str | None, until: str | None) -> Terms:
    """Check the reason and the last day of the entries. Raises ``click.UsageError``."""
    if reason is None or not reason.strip():
        message = "--accept-all needs --reason: why the findings are accepted"
        raise click.UsageError(message)
    if until is None:
        return Terms(reason.strip(), today(after=_DAYS))
    if not _is_date(until):
        message = f"--until: `{until}` is not a valid date, YYYY-MM-DD"
        raise click.UsageError(message)
    if until < today():
        message = f"--until: {until} is in the past"
        raise click.UsageError(message)
    return Terms(reason.strip(), until)


def accept(file: Path, wanted: Terms, color: str, *, write: bool) -> int:
    """Show the entries for all findings and, when asked to, write them."""
    editing = begin(file)
    try:
        result = accept_all(editing.compilation, editing.files, wanted)
    except EditError as wrong:
        return refused(wrong)
    left = unacceptable(result.after)
    if left:
        _note_findings(result.after, color)
        number = counted(len(left), "error")
        output.note(f"error: {number} must be fixed first; nothing was written")
        return FINDINGS
    if not result.changed:
        _note_findings(result.after, color)
        output.result("Nothing to accept")
        return OK
    style = output.style(color)
    output.result(rendered.source_patch(result, style))
    _note_findings(result.after, color)
    output.result(f"\n{_summary(result, wanted)}")
    if not write:
        output.result("Nothing was written; use `--write` to write it")
        return OK
    write_source(editing, result)
    names = ", ".join(old.name for old, _ in result.changed)
    output.result(f"{style.green('Wrote')} {names}")
    return OK


def _is_date(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _note_findings(after: Compilation, color: str) -> None:
    """Show the remaining findings: errors to fix, else warnings about earlier entries."""
    severity = Severity.ERROR if after.failed else Severity.WARNING
    style = output.style(color, sys.stderr)
    for each in after.diagnostics:
        if each.severity is severity:
            output.note(snippet(each, after, style) + "\n")


def _summary(result: EditResult, wanted: Terms) -> str:
    before = {each.entry for each in result.before.accepted}
    after = {each.entry for each in result.after.accepted}
    findings = len(result.after.accepted) - len(result.before.accepted)
    entries = counted(len(after - before), "entry").replace("entrys", "entries")
    return f"{counted(findings, 'finding')} accepted by {entries} until {wanted.until}"
