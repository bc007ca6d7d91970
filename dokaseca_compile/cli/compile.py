"""``dokaseca compile``."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from dokaseca_compile.cli import options, output
from dokaseca_compile.cli.boundary import FINDINGS, OK

if TYPE_CHECKING:
    from dokaseca_compile.cli.writing import Outcome
    from dokaseca_compile.report import Report


@click.command()
@options.directory
@options.file
@options.out
@options.into
@click.option("--dry-run", is_flag=True, help="Say what would be written and deleted, and do neither.")
@click.option("--fail-on-change", is_flag=True, help="Exit 1 when anything had to be written or deleted: for hooks.")
@click.option("--force", is_flag=True, help="Overwrite files that were edited by hand or are not ours.")
@click.option(
    "--prune", is_flag=True, help="Delete as many files as it takes, and what Argo CD would delete with them."
)
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
    format_: str,
    color: str,
) -> int:
    """Write what platform.yaml compiles to.

    Files that are as they should be are not touched, files that are no longer made are deleted. Nothing
    is written when there is an error, or when a file stands in the way that was edited by hand or is not
    ours: it is shown, and --force overwrites it.

    \b
    Examples:
      dokaseca compile
      dokaseca compile --dry-run
      dokaseca compile --into addons=../dokaseca-addons --into clusters=../dokaseca-clusters
      dokaseca compile -f platforms/acme.yaml -o build/acme
    """
    from dokaseca_compile.cli.build import Invocation, build, opened, report  # noqa: PLC0415 - heavy
    from dokaseca_compile.cli.writing import Consent, write  # noqa: PLC0415
    from dokaseca_compile.render import json, text  # noqa: PLC0415
    from dokaseca_compile.report import Report  # noqa: PLC0415
    from dokaseca_compile.workspace import read_sources  # noqa: PLC0415

    invocation, consent = Invocation(file, out, into), Consent(force, prune, dry_run)
    while True:
        made = build(read_sources(file), invocation)
        if format_ == "text" and made.compilation.diagnostics:
            output.note(text.findings(made.compilation, output.style(color, sys.stderr)) + "\n")
        if made.compilation.failed:
            if format_ == "json":
                output.result(json.report(Report("compile", made.compilation)))
            return FINDINGS
        with opened(made, out) as roots:
            outcome = write(made, invocation, roots, consent)
            if outcome is None:  # the source changed while another run had to be waited for
                continue
            told = outcome.plan.refused if outcome.refusal else ()
            _show(report("compile", made, outcome.plan, invocation, told), outcome, format_, color, dry_run=dry_run)
            return FINDINGS if outcome.refusal or (fail_on_change and outcome.plan.differences) else OK


def _show(found: Report, outcome: Outcome, format_: str, color: str, *, dry_run: bool) -> None:
    from dokaseca_compile.render import json, text  # noqa: PLC0415

    plan, errors = outcome.plan, output.style(color, sys.stderr)
    if format_ == "json":
        output.result(json.compiled(found, plan, outcome.refusal))
    elif outcome.refusal:
        from dokaseca_compile.render.refusal import refused  # noqa: PLC0415

        output.note(refused(found, plan, outcome.refusal, errors))
    else:
        if dry_run and plan.differences:
            output.result(text.listing(found, plan, output.style(color)))
        output.result(text.compiled(found, plan, output.style(color), dry_run=dry_run))
        if plan.strays():
            output.note(text.strays(found, plan, errors))
