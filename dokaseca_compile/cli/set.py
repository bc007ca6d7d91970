"""``dokaseca set``."""

from __future__ import annotations

from pathlib import Path

import click

from dokaseca_compile.cli import options
from dokaseca_compile.cli.editing import Editing, begin, conclude, refused
from dokaseca_compile.core.routes import Remove, Route, parse_route
from dokaseca_compile.edits.apply import EditResult, apply_edits, set_value
from dokaseca_compile.source.edit import EditError


@click.command()
@click.argument("route")
@click.argument("value", required=False)
@click.option("--delete", is_flag=True, help="Delete the value at ROUTE.")
@options.write
@options.directory
@options.file
@options.color
def command(
    *, route: str, value: str | None, delete: bool, write: bool, file: Path, color: str
) -> int:
    """Set a value in the source, keeping all comments.

    ROUTE is a path as messages show it. VALUE is YAML on one line; a number that would lose digits
    (`1.10`, `12345e6`) is written as text. Missing parents are added. The command shows the edit
    and its effect on clusters and Applications, as `plan` does, and writes it with --write unless
    the source would become invalid.

    \b
    Examples:
      dokaseca set clusters.spoke-prod-eu.addons.kyverno.version 3.8.2
      dokaseca set -w environments.dev.sync.retries 3
      dokaseca set 'clusters.edge.teams[0]' payments
      dokaseca set -- environments.dev.addons.kyverno.values.offset -5
      dokaseca set --delete clusters.edge.addons.kyverno
    """
    if (value is None) is not delete:
        message = "give a VALUE, or --delete"
        raise click.UsageError(message)
    try:
        where = parse_route(route)
    except ValueError as wrong:
        message = f"ROUTE: {wrong}"
        raise click.UsageError(message) from wrong
    editing = begin(file)
    try:
        result, notes = _edited(editing, where, value)
    except EditError as wrong:
        return refused(wrong)
    return conclude(editing, result, color, write=write, notes=notes)


def _edited(
    editing: Editing, route: Route, value: str | None
) -> tuple[EditResult, tuple[str, ...]]:
    """Set the value, or delete what is at the route without one. Raises ``EditError``."""
    if value is not None:
        return set_value(editing.compilation, editing.files, route, value)
    return apply_edits(editing.compilation, editing.files, (Remove(route),)), ()
