"""``dokaseca compile``."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

import click

from dokaseca_compile.cli import options, output
from dokaseca_compile.cli.boundary import FINDINGS, OK
from dokaseca_compile.cli.build import build, opened, report
from dokaseca_compile.cli.invocation import Invocation
from dokaseca_compile.cli.reporting import show_findings
from dokaseca_compile.cli.writing import Consent, Outcome, write
from dokaseca_compile.output.report import Report
from dokaseca_compile.render import json, text
from dokaseca_compile.render.refusal import refused
from dokaseca_compile.workspace import read_sources


@click.command()
@options.directory
@options.file
@options.out
@options.into
@click.option(
    "--dry-run", is_flag=True, help="Show what would be written and deleted; write nothing."
)
@click.option(
    "--fail-on-change",
    is_flag=True,
    help="For hooks: exit 1 if a file was written or deleted, or if a foreign file takes effect "
    "or has the header of a generated one.",
)
@click.option(
    "--force",
    is_flag=True,
    help="Overwrite or delete files that were edited by hand; overwrite foreign files.",
)
@click.option(
    "--prune",
    is_flag=True,
    help="Allow deleting many files, ApplicationSets and cluster registrations.",
)
@click.option(
    "--adopt",
    is_flag=True,
    help="Take over the files of a platform or repository that has been renamed.",
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
    """Compile platform.yaml and write the output.

    Files that are up to date are not touched. Files that are no longer generated are deleted. If
    there is an error, or a file to be written was edited by hand or is foreign, the command writes
    nothing and shows it; --force overwrites such files. Other foreign files are left alone, and
    reported where Argo CD or Terraform would read them.

    \b
    Examples:
      dokaseca compile
      dokaseca compile --dry-run
      dokaseca compile --into addons=../dokaseca-addons --into clusters=../dokaseca-clusters
      dokaseca compile -f platforms/acme.yaml -o build/acme
    """
    invocation, consent = Invocation(file, out, into), Consent(force, prune, adopt, dry_run)
    while True:
        made = build(read_sources(file), invocation)
        found = Report("compile", made.compilation, strict=strict)
        if show_findings(found, format_, color):
            return FINDINGS
        with opened(made, out) as roots:
            outcome = write(made, invocation, roots, consent)
            if outcome is None:  # the source changed during the wait for another run
                continue
            shown = outcome.plan.refused if outcome.refused else ()
            found = replace(report("compile", made, outcome.plan, invocation, shown), strict=strict)
            _show(found, outcome, consent, format_, color)
            fails = outcome.refused or (fail_on_change and outcome.plan.differences)
            return FINDINGS if fails else OK


def _show(found: Report, outcome: Outcome, consent: Consent, format_: str, color: str) -> None:
    plan, errors = outcome.plan, output.style(color, sys.stderr)
    if format_ == "json":
        output.result(json.compiled(found, plan, refused=outcome.refused))
    elif outcome.refused:
        output.note(refused(found, plan, errors, force=consent.force, prune=consent.prune))
    else:
        if consent.dry_run and plan.differences:
            output.result(text.listing(found, plan, output.style(color)))
        output.result(text.compiled(found, plan, output.style(color), dry_run=consent.dry_run))
        if plan.strays():
            output.note(text.strays(found, plan, errors))
