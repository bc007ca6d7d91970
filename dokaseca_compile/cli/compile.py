"""``dokaseca compile``."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from dokaseca_compile.cli import options, output
from dokaseca_compile.cli.boundary import FINDINGS, OK


@click.command()
@options.directory
@options.file
@options.out
@click.option("--dry-run", is_flag=True, help="Say what would be written, and write nothing.")
@click.option(
    "--fail-on-change", is_flag=True, help="Exit 1 when a file had to be written or is no longer made: for hooks."
)
@options.formats
@options.color
def command(*, file: Path, out: Path, dry_run: bool, fail_on_change: bool, format_: str, color: str) -> int:
    """Write what platform.yaml compiles to.

    Files that are as they should be are not touched. With any error nothing is written. Files that
    were made before and are no longer made are named and left alone.

    \b
    Examples:
      dokaseca compile
      dokaseca compile --dry-run
      dokaseca compile -f platforms/acme.yaml -o build/acme
    """
    from dokaseca_compile.compiler import SourceFile, compile, render  # noqa: A004, PLC0415 - heavy
    from dokaseca_compile.formats.header import is_ours  # noqa: PLC0415
    from dokaseca_compile.plan import make_plan  # noqa: PLC0415
    from dokaseca_compile.proof import prove  # noqa: PLC0415
    from dokaseca_compile.render import json, text  # noqa: PLC0415
    from dokaseca_compile.workspace import OutputRoot, read_sources  # noqa: PLC0415

    style = output.style(color)
    compilation = compile([SourceFile(name, content) for name, content in read_sources(file)])
    if format_ == "text" and compilation.diagnostics:
        output.note(text.findings(compilation, output.style(color, sys.stderr)) + "\n")
    if compilation.failed:
        if format_ == "json":
            output.result(json.report("compile", compilation))
        return FINDINGS
    wanted = dict(render(compilation.tree, file.name))
    with OutputRoot(out) as root:
        repositories = sorted({path.partition("/")[0] for path in wanted})
        plan = make_plan(wanted, root.read, root.paths(repositories), lambda path: is_ours(root.head(path)))
        prove(compilation.tree, wanted, plan.writes)
        if not dry_run:
            root.write({path: wanted[path] for path in plan.writes})
    if format_ == "json":
        output.result(json.report("compile", compilation, plan))
    else:
        if dry_run and plan.writes:
            output.result(text.listing(plan, style))
        output.result(text.compiled(compilation, plan, str(out), style, dry_run=dry_run))
        if plan.leftover:
            output.note(text.leftovers(plan, str(out), output.style(color, sys.stderr)))
    return FINDINGS if fail_on_change and (plan.writes or plan.leftover) else OK
