"""``dokaseca explain``."""

from __future__ import annotations

import shutil

import click

from dokaseca_compile.cli import output
from dokaseca_compile.cli.boundary import OK


@click.command()
@click.argument("slug", required=False)
def command(*, slug: str | None) -> int:
    """Show the manual of a finding; without SLUG, list all findings.

    \b
    Examples:
      dokaseca explain
      dokaseca explain unknown-addon
    """
    from dokaseca_compile.core.diagnostics import did_you_mean  # noqa: PLC0415 - heavy
    from dokaseca_compile.manual import MANUALS  # noqa: PLC0415
    from dokaseca_compile.render.manual import plain, summary  # noqa: PLC0415

    if slug is None:
        width = max(map(len, MANUALS))
        output.result(
            "\n".join(f"{name:<{width}}  {summary(page)}" for name, page in sorted(MANUALS.items()))
        )
        return OK
    if slug not in MANUALS:
        message = f"no finding is called `{slug}`; {did_you_mean(slug, MANUALS)}"
        raise click.UsageError(message)
    output.result(plain(slug, MANUALS[slug], _width()))
    return OK


def _width() -> int:
    """Return the width of the terminal, as far as text is easy to read in it."""
    return max(40, min(shutil.get_terminal_size().columns, 100))
