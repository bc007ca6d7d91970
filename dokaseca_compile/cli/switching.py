"""What ``enable`` and ``disable`` share: everything but the word."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from pathlib import Path

import click

from dokaseca_compile.cli.editing import Way, begin, finish
from dokaseca_compile.diagnostics import did_you_mean
from dokaseca_compile.resolve.resolved import SECTIONS, Layer, Resolved, layers_of
from dokaseca_compile.switch import layers_called, switch

_MOST_WAYS = 64  # that are tried: each is a compile


def run(addons: Sequence[str], where: Sequence[str], file: Path, color: str, *, enabled: bool, write: bool) -> int:
    """Switch addons in layers. Raises ``click.UsageError`` for unknown or ambiguous names."""
    editing = begin(file)
    resolved = editing.resolved
    for addon in addons:
        if addon not in resolved.addons:
            message = f"no addon is called `{addon}`; {did_you_mean(addon, resolved.addons)}"
            raise click.UsageError(message)
    layers = [_layer(resolved, each) for each in where]
    planned = [switch(resolved, addon, layer, enabled=enabled) for layer in layers for addon in addons]
    notes = tuple(note for each in planned for note in each.notes)
    ways = [Way(tuple(edit for each in planned for edit in each.edits), notes)]
    # Only where the gentle way is refused does an addon lose its other settings in the layer.
    hard = [each for each in planned if each.edits and each.drastic]
    for chosen in (each for size in range(1, len(hard) + 1) for each in combinations(hard, size)):
        edits = tuple(edit for each in planned for edit in (each.drastic if each in chosen else each.edits))
        ways.append(Way(edits, (*notes, *(each.lost for each in chosen if each.lost))))
        if len(ways) == _MOST_WAYS:
            break
    return finish(editing, ways, color, write=write)


def _layer(resolved: Resolved, text: str) -> Layer:
    found = layers_called(resolved, text)
    if not found:
        names = dict.fromkeys(name for units in layers_of(resolved.platform).values() for name in units)
        message = f"--on: nothing is called `{text}`; {did_you_mean(text, names)}"
        raise click.UsageError(message)
    if len(found) > 1:
        ways = " or ".join(f"`{SECTIONS[each.scope]}.{each.name}`" for each in found)
        message = f"--on: `{text}` may be {ways}; say which"
        raise click.UsageError(message)
    return found[0]
