"""``dokaseca plan``."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import click

from dokaseca_compile.argo.inventory import Inventory
from dokaseca_compile.cli import options, output
from dokaseca_compile.cli.boundary import FINDINGS, OK
from dokaseca_compile.cli.clock import today
from dokaseca_compile.cli.compiling import compiled
from dokaseca_compile.cli.reading import source_files
from dokaseca_compile.cli.reporting import show_findings
from dokaseca_compile.compiler import SourceFile
from dokaseca_compile.impact import Impact, impact
from dokaseca_compile.impact.branch import reached, revisions
from dokaseca_compile.impact.suggestions import Entries, suggested_entries
from dokaseca_compile.output.report import Report
from dokaseca_compile.render.impact import as_text, listed
from dokaseca_compile.render.impact_json import as_json
from dokaseca_compile.render.impact_markdown import as_markdown
from dokaseca_compile.resolve.resolved import Resolved
from dokaseca_compile.workspace import ChartFiles, WorkspaceError, contains, read_sources_at

_CHANGES = 2
"""The exit code of ``--detailed-exitcode`` for changes that are not blocked, as in Terraform."""


@click.command()
@options.directory
@options.file
@click.option(
    "--base",
    required=True,
    metavar="REF",
    help="The Git revision to compare with (branch, tag, commit); in CI, the target branch.",
)
@click.option(
    "--branch",
    metavar="BRANCH",
    help="Show what a merge to this branch reaches: the environments that follow it. Changes in "
    "other environments are counted.",
)
@click.option(
    "--detailed-exitcode",
    is_flag=True,
    help="As in Terraform: exit 0 if no Application changes, 2 if some do, 1 for errors and "
    "blocked changes.",
)
@click.option(
    "--format",
    "format_",
    type=click.Choice(["text", "json", "markdown"]),
    default="text",
    show_default=True,
    help="The format of the plan; `markdown` fits into a pull request comment.",
)
@options.color
def command(
    *,
    file: Path,
    base: str,
    branch: str | None,
    detailed_exitcode: bool,
    format_: str,
    color: str,
) -> int:
    """Show what the changes since a Git revision do to Applications, deletions first.

    The command compiles both revisions; it contacts no cluster. If Argo CD would delete something
    that it has deployed, or if a cluster or an addon was removed, the change is blocked until
    `removed` or `moved` in platform.yaml declares it.

    \b
    Examples:
      dokaseca plan --base main
      dokaseca plan --base origin/main --format markdown > plan.md
      dokaseca plan --base origin/develop --branch develop
      dokaseca plan --base v1.4.0 --detailed-exitcode
    """
    compilation = compiled(source_files(file), ChartFiles(file), today())
    if show_findings(Report("plan", compilation), format_, color):
        return FINDINGS
    files = [SourceFile(name, content) for name, content in read_sources_at(file, base)]
    _note_missing_commits(file, base)
    after = Inventory(compilation.resolved, compilation.tree)
    before = _base(base, files, format_) if files else after.emptied()
    found = impact(before, after)
    if branch is not None:
        _check_is_followed(branch, after.resolved)
        found = reached(found, after.resolved, branch)
    entries = suggested_entries(found, before, after)
    output.result(_rendered(format_, found, entries, base, color))
    if found.blocked:
        return FINDINGS
    return _CHANGES if detailed_exitcode and (found.effects or found.rollouts) else OK


def _check_is_followed(branch: str, resolved: Resolved) -> None:
    """Raise ``UsageError`` if no environment follows a branch."""
    known = revisions(resolved)
    if branch not in known:
        message = f"--branch: no environment follows `{branch}`; they follow {listed(known)}"
        raise click.UsageError(message)


def _note_missing_commits(file: Path, base: str) -> None:
    with suppress(WorkspaceError):  # a repository without commits
        if not contains(file, base):
            output.note(
                f"note: {base} has commits that this branch does not have; "
                "what they add is shown as deleted here"
            )


def _base(base: str, files: list[SourceFile], format_: str) -> Inventory:
    """Return the platform at the base. Raises ``WorkspaceError`` if it does not compile."""
    # Without a day: entries of `accept` may have expired since.
    compilation = compiled(files)
    if compilation.failed:
        show_findings(Report("plan", compilation), format_, "never")
        raise WorkspaceError(
            base, "has a platform that does not compile; compare with a revision that does"
        )
    return Inventory(compilation.resolved, compilation.tree)


def _rendered(format_: str, found: Impact, entries: Entries, base: str, color: str) -> str:
    if format_ == "json":
        return as_json(found, entries, base)
    if format_ == "markdown":
        return as_markdown(found, entries)
    return as_text(found, entries, output.style(color))
