"""``dokaseca set``."""

from __future__ import annotations

from pathlib import Path

import click

from dokaseca_compile.cli import options


@click.command()
@click.argument("route")
@click.argument("value", required=False)
@click.option("--delete", is_flag=True, help="Remove what stands there instead.")
@options.write
@options.directory
@options.file
@options.color
def command(
    *, route: str, value: str | None, delete: bool, write: bool, file: Path, color: str
) -> int:
    """Put a value at a place of the source, keeping every comment.

    ROUTE is a place as messages name it; VALUE is YAML on one line, where a number that would lose its
    spelling (`1.10`, `12345e6`) stays text. A missing key is added, with its parents. The edit is shown
    with what it does to clusters and Applications, as `plan` would show it, and written with --write,
    unless it would make the source invalid.

    \b
    Examples:
      dokaseca set clusters.spoke-prod-eu.addons.kyverno.version 3.8.2
      dokaseca set -w environments.dev.sync.retries 3
      dokaseca set 'clusters.edge.teams[0]' payments
      dokaseca set -- environments.dev.addons.kyverno.values.offset -5
      dokaseca set --delete clusters.edge.addons.kyverno
    """
    from dokaseca_compile.cli.editing import begin, conclude, refused  # noqa: PLC0415 - heavy
    from dokaseca_compile.core.routes import Remove, parse_route  # noqa: PLC0415
    from dokaseca_compile.edits.apply import put, revise  # noqa: PLC0415
    from dokaseca_compile.source.edit import EditError  # noqa: PLC0415

    if (value is None) is not delete:
        message = "give a VALUE, or --delete"
        raise click.UsageError(message)
    try:
        where = parse_route(route)
    except ValueError as wrong:
        message = f"ROUTE: {wrong}"
        raise click.UsageError(message) from wrong
    editing = begin(file)
    notes: tuple[str, ...] = ()
    try:
        if value is None:
            revision = revise(editing.compilation, editing.files, (Remove(where),))
        else:
            revision, notes = put(editing.compilation, editing.files, where, value)
    except EditError as wrong:
        return refused(wrong)
    return conclude(editing, revision, color, write=write, notes=notes)
