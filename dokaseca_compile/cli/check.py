"""``dokaseca check``."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import click

from dokaseca_compile.cli import options
from dokaseca_compile.cli.build import examine
from dokaseca_compile.cli.invocation import Invocation
from dokaseca_compile.cli.reporting import publish
from dokaseca_compile.render.drift import MOST


@click.command()
@options.directory
@options.file
@options.out
@options.into
@options.against
@options.strict
@options.report_format
@options.reports
@options.color
def command(
    *,
    file: Path,
    out: Path,
    into: tuple[tuple[str, Path], ...],
    against: str,
    strict: bool,
    format_: str,
    reports: tuple[tuple[str, Path], ...],
    color: str,
) -> int:
    """Check that the output is up to date with the source; write nothing.

    A file that differs is missing, stale (the source has changed), edited (by hand), orphaned (no
    longer generated) or foreign (not generated, but in the way, or in a folder that Argo CD or
    Terraform reads as a whole). The command lists each with the changed value and the line of the
    source that it comes from. The last line is the command that repairs everything.

    \b
    Examples:
      dokaseca check
      dokaseca check --against index
      dokaseca check --format github --report sarif=dokaseca.sarif --report markdown=summary.md
      dokaseca check --strict
      dokaseca check --into addons=../dokaseca-addons
    """
    # People read the first differences, programs get all.
    formats = {format_, *(name for name, _ in reports)}
    most = MOST if formats <= {"text", "github"} else None
    with examine("check", Invocation(file, out, into), against, most=most) as found:
        return publish(replace(found, strict=strict), format_, reports, color)
