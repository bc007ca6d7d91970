"""Names that people type: checked against what is declared, with the nearest one as a hint."""

from __future__ import annotations

from collections.abc import Collection

import click

from dokaseca_compile.core.diagnostics import did_you_mean
from dokaseca_compile.edits.switch import layers_called
from dokaseca_compile.resolve.resolved import SECTIONS, Layer, Resolved, layers_of


def check_name(kind: str, name: str, known: Collection[str]) -> None:
    """Raise ``click.UsageError`` for a name that is not known."""
    if name not in known:
        message = f"no {kind} is called `{name}`; {did_you_mean(name, known)}"
        raise click.UsageError(message)


def layer_called(resolved: Resolved, text: str) -> Layer:
    """The layer that a word means. Raises ``click.UsageError`` for an unknown or ambiguous one."""
    found = layers_called(resolved, text)
    if not found:
        names = dict.fromkeys(
            name for units in layers_of(resolved.platform).values() for name in units
        )
        message = f"--on: nothing is called `{text}`; {did_you_mean(text, names)}"
        raise click.UsageError(message)
    if len(found) > 1:
        choices = " or ".join(f"`{SECTIONS[each.scope]}.{each.name}`" for each in found)
        message = f"--on: `{text}` may be {choices}; say which"
        raise click.UsageError(message)
    return found[0]
