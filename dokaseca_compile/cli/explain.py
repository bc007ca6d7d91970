"""``dokaseca explain``."""

from __future__ import annotations

import shutil

import click

from dokaseca_compile.cli import output
from dokaseca_compile.cli.boundary import OK
from dokaseca_compile.core.diagnostics import did_you_mean
from dokaseca_compile.manual import MANUALS
from dokaseca_compile.render.manual import plain, summary


@click.command()
@click.argument("slug", required=False)
def command(*, slug: str | None) -> int:
    """Show the manual page of a finding; without SLUG, list all findings.

    \b
    Examples:
      dokaseca explain
      dokaseca explain unknown-addon
    """
    if slug is None:
        width = max(map(len, MANUALS))
        lines = [f"{name:<{width}}  {summary(page)}" for name, page in sorted(MANUALS.items())]
        output.result("\n".join(lines))
        return OK
    if slug not in MANUALS:
        message = f"unknown finding `{slug}`; {did_you_mean(slug, MANUALS)}"
        raise click.UsageError(message)
    output.result(plain(slug, MANUALS[slug], _width()))
    return OK


def _width() -> int:
    """Return the width of the terminal, as far as text is easy to read in it."""
    return max(40, min(shutil.get_terminal_size().columns, 100))
