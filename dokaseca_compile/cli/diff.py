"""``dokaseca diff``."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import click

from dokaseca_compile.cli import options, output
from dokaseca_compile.cli.boundary import FINDINGS, OK
from dokaseca_compile.cli.build import examine
from dokaseca_compile.cli.invocation import Invocation
from dokaseca_compile.output.drift import secrets_of
from dokaseca_compile.output.filter import NotInOutputError, filtered
from dokaseca_compile.output.report import Report
from dokaseca_compile.render import drift, json, text
from dokaseca_compile.render.unified import patch
from dokaseca_compile.workspace import top_of


@click.command()
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path, readable=False))
@options.directory
@options.file
@options.out
@options.into
@options.against
@click.option(
    "--format",
    "format_",
    type=click.Choice(["text", "unified", "json"]),
    default="text",
    show_default=True,
    help="Changes by structure, a patch for `git apply`, or JSON.",
)
@click.option("--stat", is_flag=True, help="Show only the number of changes in each file.")
@click.option(
    "--ignore",
    multiple=True,
    metavar="PATTERN",
    help="Leave out matching files, or paths within files: `*.md`, `*metadata.labels*`. "
    "Repeatable.",
)
@options.color
def command(
    *,
    paths: tuple[Path, ...],
    file: Path,
    out: Path,
    into: tuple[tuple[str, Path], ...],
    against: str,
    format_: str,
    stat: bool,
    ignore: tuple[str, ...],
    color: str,
) -> int:
    """Show how the output differs from what the source compiles to.

    The left side is the output, the right side is what `dokaseca compile` would write. PATHS are
    files or folders to compare; the default is all. List items are matched by name, so a moved
    item is not a change. The same change in many files is shown once.

    \b
    Examples:
      dokaseca diff
      dokaseca diff --stat out/dokaseca-addons
      dokaseca diff --ignore '*metadata.labels*' --ignore '*.md'
      dokaseca diff --format unified | git apply          # from the top of the repository
    """
    invocation, everything = Invocation(file, out, into), format_ == "unified"
    with examine("diff", invocation, against, everything=everything) as whole:
        try:
            found = filtered(whole, [os.fspath(path) for path in paths], ignore)
        except NotInOutputError as nothing:
            message = f"{nothing}: the output has no file there"
            raise click.UsageError(message) from nothing
        if found.compilation.failed:
            output.note(text.findings(found.compilation, output.style(color, sys.stderr)))
            return FINDINGS
        if format_ == "unified":
            _show_patch(found)
        elif format_ == "json":
            output.result(json.report(found))
        else:
            output.result((drift.stat if stat else drift.compared)(found, output.style(color)))
        return FINDINGS if found.drifts else OK


def _show_patch(found: Report) -> None:
    output.learn(secret for each in found.drifts for secret in secrets_of(each.difference))
    if output.raw(_patch(found)):
        output.note("note: secrets are masked, so the patch does not apply to their lines")
    if found.prefix:
        command = 'git -C "$(git rev-parse --show-toplevel)" apply'
        output.note(f"note: paths start at the top of the repository: `{command}`")


def _patch(found: Report) -> bytes:
    """Return the patch of one repository, with paths from its top."""
    folders = {root: top_of(Path(folder)) for root, folder in found.folders.items()}
    used = {folders[each.difference.root][0] for each in found.drifts}
    if len(used) > 1:
        names = ", ".join(sorted({found.folders[each.difference.root] for each in found.drifts}))
        message = f"the differences are in several Git repositories; give the path of one: {names}"
        raise click.UsageError(message)
    rows = []
    for each in found.drifts:
        prefix = folders[each.difference.root][1]
        rows.append((f"{prefix}/{each.difference.path}".lstrip("/"), each.difference))
    return patch(rows)
