"""``dokaseca diff``."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from dokaseca_compile.cli import options, output
from dokaseca_compile.cli.boundary import FINDINGS, OK

if TYPE_CHECKING:
    from dokaseca_compile.output.report import Report


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
    help="By structure, as a patch for `git apply`, or for programs.",
)
@click.option("--stat", is_flag=True, help="Only say how many changes each file has.")
@click.option(
    "--ignore",
    multiple=True,
    metavar="PATTERN",
    help="Leave out files, or places in files, that match: `*.md`, `*metadata.labels*`. Repeatable.",
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
    """Show how the output differs from what the source compiles to, from what is there to what should be.

    PATHS are files or folders to look at; without them, all. Items of lists are matched by name, so a
    moved one is no change; the same change in many files is shown once.

    \b
    Examples:
      dokaseca diff
      dokaseca diff --stat out/dokaseca-addons
      dokaseca diff --ignore '*metadata.labels*' --ignore '*.md'
      dokaseca diff --format unified | git apply          # from the top of the repository
    """
    from dokaseca_compile.cli.build import examine  # noqa: PLC0415 - heavy
    from dokaseca_compile.cli.invocation import Invocation  # noqa: PLC0415
    from dokaseca_compile.output.drift import secrets_of  # noqa: PLC0415
    from dokaseca_compile.output.filter import NotInOutputError, narrowed  # noqa: PLC0415
    from dokaseca_compile.render import drift, json, text  # noqa: PLC0415

    with examine(
        "diff", Invocation(file, out, into), against, everything=format_ == "unified"
    ) as whole:
        try:
            found = narrowed(whole, [os.fspath(path) for path in paths], ignore)
        except NotInOutputError as nothing:
            message = f"{nothing}: no file of the output is there"
            raise click.UsageError(message) from nothing
        if found.compilation.failed:
            output.note(text.findings(found.compilation, output.style(color, sys.stderr)))
            return FINDINGS
        if format_ == "unified":
            output.learn(secret for each in found.drifts for secret in secrets_of(each.difference))
            if output.raw(_patch(found)):
                output.note(
                    "note: secrets in the files are masked, so the patch does not apply to their lines"
                )
            if found.prefix:
                hint = 'note: paths are from the top of the repository: `git -C "$(git rev-parse --show-toplevel)" apply`'
                output.note(hint)
        elif format_ == "json":
            output.result(json.report(found))
        else:
            output.result((drift.stat if stat else drift.compared)(found, output.style(color)))
        return FINDINGS if found.drifts else OK


def _patch(found: Report) -> bytes:
    """The patch of one repository, with paths from its top."""
    from dokaseca_compile.render.unified import patch  # noqa: PLC0415
    from dokaseca_compile.workspace import top_of  # noqa: PLC0415

    folders = {root: top_of(Path(folder)) for root, folder in found.folders.items()}
    used = {folders[each.difference.root][0] for each in found.drifts}
    if len(used) > 1:
        names = ", ".join(sorted({found.folders[each.difference.root] for each in found.drifts}))
        message = (
            f"the differences are in several Git repositories; name the folder of one: {names}"
        )
        raise click.UsageError(message)
    rows = []
    for each in found.drifts:
        prefix = folders[each.difference.root][1]
        rows.append((f"{prefix}/{each.difference.path}".lstrip("/"), each.difference))
    return patch(rows)
