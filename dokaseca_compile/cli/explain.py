"""``dokaseca explain``."""

from __future__ import annotations

import click

from dokaseca_compile.cli import output
from dokaseca_compile.cli.boundary import OK


@click.command()
@click.argument("slug", required=False)
def command(*, slug: str | None) -> int:
    """Show the manual of a rule; without SLUG, list the rules.

    \b
    Examples:
      dokaseca explain
      dokaseca explain unknown-addon
    """
    from dokaseca_compile.diagnostics import did_you_mean  # noqa: PLC0415 - heavy
    from dokaseca_compile.explain import MANUALS  # noqa: PLC0415

    if slug is None:
        width = max(map(len, MANUALS))
        output.result("\n".join(f"{name:<{width}}  {page.splitlines()[0]}" for name, page in sorted(MANUALS.items())))
        return OK
    if slug not in MANUALS:
        message = f"no rule is called `{slug}`; {did_you_mean(slug, MANUALS)}"
        raise click.UsageError(message)
    output.result(f"{slug}\n{'=' * len(slug)}\n\n{MANUALS[slug]}")
    return OK
