"""``dokaseca compile``."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from dokaseca_compile.cli import options, output
from dokaseca_compile.cli.boundary import FINDINGS, OK

if TYPE_CHECKING:
    from dokaseca_compile.cli.writing import Consent, Outcome
    from dokaseca_compile.output.report import Report


@click.command()
@options.directory
@options.file
@options.out
@options.into
@click.option(
    "--dry-run", is_flag=True, help="Say what would be written and deleted, and do neither."
)
@click.option(
    "--fail-on-change",
    is_flag=True,
    help="For hooks: exit 1 when anything had to be written or deleted, or a file that is not ours takes effect "
    "or looks like ours.",
)
@click.option(
    "--force",
    is_flag=True,
    help="Overwrite, or delete, files that were edited by hand; overwrite files that are not ours.",
)
@click.option(
    "--prune",
    is_flag=True,
    help="Delete as many files as it takes, ApplicationSets and registrations among them.",
)
@click.option(
    "--adopt",
    is_flag=True,
    help="The platform or a repository has a new name: take over its files.",
)
@options.strict
@options.formats
@options.color
def command(
    *,
    file: Path,
    out: Path,
    into: tuple[tuple[str, Path], ...],
    dry_run: bool,
    fail_on_change: bool,
    force: bool,
    prune: bool,
    adopt: bool,
    strict: bool,
    format_: str,
    color: str,
) -> int:
    """Write what platform.yaml compiles to.

    Files that are as they should be are not touched, files that are no longer made are deleted. Nothing
    is written when there is an error, or when a file stands in the way that was edited by hand or is not
    ours: it is shown, and --force overwrites it. A file of somebody else beside ours is left alone, and
    named where Argo CD or Terraform would read it.

    \b
    Examples:
      dokaseca compile
      dokaseca compile --dry-run
      dokaseca compile --into addons=../dokaseca-addons --into clusters=../dokaseca-clusters
      dokaseca compile -f platforms/acme.yaml -o build/acme
    """
    from dokaseca_compile.cli.build import build, opened, report  # noqa: PLC0415 - heavy
    from dokaseca_compile.cli.invocation import Invocation  # noqa: PLC0415
    from dokaseca_compile.cli.writing import Consent, write  # noqa: PLC0415
    from dokaseca_compile.output.report import Report  # noqa: PLC0415
    from dokaseca_compile.render import json, text  # noqa: PLC0415
    from dokaseca_compile.workspace import read_sources  # noqa: PLC0415

    invocation, consent = Invocation(file, out, into), Consent(force, prune, adopt, dry_run)
    while True:
        made = build(read_sources(file), invocation)
        if format_ == "text" and made.compilation.diagnostics:
            output.note(text.findings(made.compilation, output.style(color, sys.stderr)) + "\n")
        if made.compilation.failed:
            if format_ == "json":
                output.result(json.report(Report("compile", made.compilation, strict=strict)))
            return FINDINGS
        judged = Report("compile", made.compilation, strict=strict)
        if judged.warnings_fail:
            _show_warnings(judged, format_, color)
            return FINDINGS
        with opened(made, out) as roots:
            outcome = write(made, invocation, roots, consent)
            if outcome is None:  # the source changed while another run had to be waited for
                continue
            told = outcome.plan.refused if outcome.refused else ()
            found = replace(report("compile", made, outcome.plan, invocation, told), strict=strict)
            _show(found, outcome, consent, format_, color)
            return (
                FINDINGS if outcome.refused or (fail_on_change and outcome.plan.differences) else OK
            )


def _show_warnings(judged: Report, format_: str, color: str) -> None:
    """Say that warnings stand in the way; the text format has shown them already."""
    from dokaseca_compile.render import json, text  # noqa: PLC0415

    if format_ == "json":
        output.result(json.report(judged))
    else:
        why = text.too_many_warnings(judged, output.style(color, sys.stderr))
        output.note(f"{why}; nothing was written")


def _show(found: Report, outcome: Outcome, consent: Consent, format_: str, color: str) -> None:
    from dokaseca_compile.render import json, text  # noqa: PLC0415

    plan, errors = outcome.plan, output.style(color, sys.stderr)
    if format_ == "json":
        output.result(json.compiled(found, plan, refused=outcome.refused))
    elif outcome.refused:
        from dokaseca_compile.render.refusal import refused  # noqa: PLC0415

        output.note(refused(found, plan, errors, force=consent.force, prune=consent.prune))
    else:
        if consent.dry_run and plan.differences:
            output.result(text.listing(found, plan, output.style(color)))
        output.result(text.compiled(found, plan, output.style(color), dry_run=consent.dry_run))
        if plan.strays():
            output.note(text.strays(found, plan, errors))
