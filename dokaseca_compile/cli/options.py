"""The options that commands share."""

from __future__ import annotations

import os
from pathlib import Path

import click

color = click.option(
    "--color",
    type=click.Choice(["auto", "always", "never"]),
    default="auto",
    show_default=True,
    help="Colour the output; NO_COLOR and FORCE_COLOR are honoured.",
)
file = click.option(
    "-f",
    "--file",
    type=click.Path(path_type=Path, readable=False),
    default=Path("platform.yaml"),
    show_default=True,
    help="The platform file; fragments are read from platform.d/ beside it.",
)
out = click.option(
    "-o",
    "--out",
    type=click.Path(path_type=Path, readable=False),
    default=Path("out"),
    show_default=True,
    help="The folder to write below.",
)
formats = click.option(
    "--format",
    "format_",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="How findings are written.",
)


def _change_directory(_: click.Context, __: click.Parameter, value: Path | None) -> None:
    if value is not None:
        try:
            os.chdir(value)
        except OSError as failure:
            message = f"cannot change to {value}: {(failure.strerror or 'no such folder').lower()}"
            raise click.UsageError(message) from failure


directory = click.option(
    "-C",
    "directory",
    metavar="DIR",
    type=click.Path(path_type=Path, readable=False),
    is_eager=True,
    expose_value=False,
    callback=_change_directory,
    help="Run as if started in DIR.",
)
