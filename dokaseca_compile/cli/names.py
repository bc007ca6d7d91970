"""Names given on the command line, checked against those that the source declares."""

from __future__ import annotations

from collections.abc import Collection

import click

from dokaseca_compile.core.diagnostics import did_you_mean
from dokaseca_compile.edits.switch import matching_layers
from dokaseca_compile.resolve.resolved import Resolved
from dokaseca_compile.resolve.setting import SECTIONS, Layer, layers_of


def check_name(kind: str, name: str, known: Collection[str]) -> None:
    """Raise ``click.UsageError`` for an unknown name, with the nearest one as a hint."""
    if name not in known:
        message = f"unknown {kind} `{name}`; {did_you_mean(name, known)}"
        raise click.UsageError(message)


def find_layer(resolved: Resolved, text: str) -> Layer:
    """Return the layer with a name. Raises ``click.UsageError`` for an unknown or ambiguous one."""
    found = matching_layers(resolved, text)
    if not found:
        sections = layers_of(resolved.platform).values()
        names = dict.fromkeys(name for units in sections for name in units)
        message = f"--on: unknown name `{text}`; {did_you_mean(text, names)}"
        raise click.UsageError(message)
    if len(found) > 1:
        choices = " or ".join(f"`{SECTIONS[each.scope]}.{each.name}`" for each in found)
        message = f"--on: `{text}` is ambiguous; use {choices}"
        raise click.UsageError(message)
    return found[0]
