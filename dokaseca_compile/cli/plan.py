"""``dokaseca plan``."""

from __future__ import annotations

import sys
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import click

from dokaseca_compile.cli import options, output
from dokaseca_compile.cli.boundary import FINDINGS, OK

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dokaseca_compile.argo.inventory import Inventory
    from dokaseca_compile.compiler import SourceFile
    from dokaseca_compile.impact import Impact
    from dokaseca_compile.impact.suggestions import Entries

_CHANGES = 2
"""What ``--detailed-exitcode`` says of a change that nothing blocks, as Terraform does."""


@click.command()
@options.directory
@options.file
@click.option(
    "--base",
    required=True,
    metavar="REF",
    help="The Git revision to compare with: a branch, a tag, a commit; in CI, what the change goes into.",
)
@click.option(
    "--detailed-exitcode",
    is_flag=True,
    help="As Terraform: 0 when no Application changes, 2 when some do, 1 when something is wrong or blocked.",
)
@click.option(
    "--format",
    "format_",
    type=click.Choice(["text", "json", "markdown"]),
    default="text",
    show_default=True,
    help="How the plan is written; `markdown` fits into a comment of a pull request.",
)
@options.color
def command(*, file: Path, base: str, detailed_exitcode: bool, format_: str, color: str) -> int:
    """Show what the change since a Git revision does to Applications: deletions first and in full.

    Both sides are compiled here: no cluster is asked. Where Argo CD would delete something that it has
    deployed, or a cluster or an addon is gone, the change is an error until `removed` or `moved` in
    platform.yaml says that it is meant.

    \b
    Examples:
      dokaseca plan --base main
      dokaseca plan --base origin/main --format markdown > plan.md
      dokaseca plan --base v1.4.0 --detailed-exitcode
    """
    from dokaseca_compile.argo.inventory import Inventory  # noqa: PLC0415
    from dokaseca_compile.cli.clock import today  # noqa: PLC0415
    from dokaseca_compile.cli.compiling import compiled  # noqa: PLC0415 - heavy
    from dokaseca_compile.cli.reading import source_files  # noqa: PLC0415
    from dokaseca_compile.compiler import SourceFile  # noqa: PLC0415
    from dokaseca_compile.impact import impact  # noqa: PLC0415
    from dokaseca_compile.impact.suggestions import permits  # noqa: PLC0415
    from dokaseca_compile.output.report import Report  # noqa: PLC0415
    from dokaseca_compile.render import json, text  # noqa: PLC0415
    from dokaseca_compile.workspace import ChartFiles, read_sources_at  # noqa: PLC0415

    compilation = compiled(source_files(file), ChartFiles(file), today())
    if format_ != "json" and compilation.diagnostics:
        output.note(text.findings(compilation, output.style(color, sys.stderr)) + "\n")
    if compilation.failed:
        if format_ == "json":
            output.result(json.report(Report("plan", compilation)))
        return FINDINGS
    files = [SourceFile(name, content) for name, content in read_sources_at(file, base)]
    _note_what_is_missing(file, base)
    before = _base(base, files, format_)
    after = Inventory(compilation.resolved, compilation.tree)
    found = impact(before, after)
    output.result(_shown(format_, found, permits(found, before, after), base, color))
    if found.blocked:
        return FINDINGS
    return _CHANGES if detailed_exitcode and (found.effects or found.rollouts) else OK


def _note_what_is_missing(file: Path, base: str) -> None:
    from dokaseca_compile.workspace import WorkspaceError, contains  # noqa: PLC0415

    with suppress(WorkspaceError):  # nothing is committed here yet
        if not contains(file, base):
            output.note(
                f"note: {base} has commits that are not in this branch; what they add counts as deleted here"
            )


def _base(base: str, files: Sequence[SourceFile], format_: str) -> Inventory | None:
    """The platform at the base, ``None`` where it was not there yet. Raises ``WorkspaceError`` if it is not sound."""
    from dokaseca_compile.argo.inventory import Inventory  # noqa: PLC0415
    from dokaseca_compile.cli.compiling import compiled  # noqa: PLC0415
    from dokaseca_compile.output.report import Report  # noqa: PLC0415
    from dokaseca_compile.render import json, text  # noqa: PLC0415
    from dokaseca_compile.render.style import Style  # noqa: PLC0415
    from dokaseca_compile.workspace import WorkspaceError  # noqa: PLC0415

    if not files:
        return None
    compilation = compiled(files)  # without a day: what was accepted then is not judged by today
    if compilation.failed:
        if format_ == "json":
            output.result(json.report(Report("plan", compilation)))
        else:
            output.note(text.findings(compilation, Style()) + "\n")
        raise WorkspaceError(
            base, "has a platform that does not compile; compare with a revision that does"
        )
    return Inventory(compilation.resolved, compilation.tree)


def _shown(format_: str, found: Impact, permitting: Entries, base: str, color: str) -> str:
    if format_ == "json":
        from dokaseca_compile.render.impact_json import as_json  # noqa: PLC0415

        return as_json(found, permitting, base)
    if format_ == "markdown":
        from dokaseca_compile.render.impact_markdown import as_markdown  # noqa: PLC0415

        return as_markdown(found, permitting)
    from dokaseca_compile.render.impact import as_text  # noqa: PLC0415

    return as_text(found, permitting, output.style(color))
