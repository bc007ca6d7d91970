"""Standard output and error: colour and streams."""

from __future__ import annotations

import os
import sys
from typing import Any

import click

from dokaseca_compile.render.style import Style


def style(choice: str, stream: Any = None) -> Style:
    """Decide on colour: the option, then ``NO_COLOR``, ``FORCE_COLOR``/``CLICOLOR_FORCE``, then the terminal."""
    environment = os.environ
    if choice != "auto":
        return Style(choice == "always")
    if environment.get("NO_COLOR"):
        return Style(color=False)
    if environment.get("FORCE_COLOR", "0") not in {"", "0"} or environment.get("CLICOLOR_FORCE", "0") not in {"", "0"}:
        return Style(color=True)
    terminal = (stream or sys.stdout).isatty() and environment.get("TERM") != "dumb"
    return Style(terminal)


def result(text: str) -> None:
    """Write a result to standard output, exactly as it is."""
    click.echo(text, nl=not text.endswith("\n"), color=True)


def raw(content: bytes) -> None:
    """Write bytes to standard output."""
    click.echo(content, nl=False)


def note(text: str) -> None:
    """Write what is not a result (progress, hints) to standard error."""
    click.echo(text, err=True, color=True)
