"""Versions of one chart are written both with and without `v`.

## Problem

Two layers set versions such as `v5.16.0` and `5.24.0` for the same part of an addon.

## Why

The repository of a chart uses one of the two forms. An OCI registry or a Git repository does not
find the other form, so the Application fails in the environments that use it.

## Fix

Use the form of the repository in every layer.

## Example

```yaml
environments:
  dev: {addons: {grafana-operator: {version: 5.24.0}}}    # version-form
addons:
  grafana-operator: {version: v5.16.0}
```
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from dokaseca_compile.core.diagnostics import Diagnostic, Label, error
from dokaseca_compile.core.semver import parse_version
from dokaseca_compile.rules.shared.addon_versions import Pin, pins
from dokaseca_compile.rules.shared.base import Context

SLUG = "version-form"


class _Pinned(NamedTuple):
    """A pin, and whether its version begins with ``v``."""

    pin: Pin
    prefixed: bool


def check(context: Context) -> Iterator[Diagnostic]:
    """Yield a fault for each version whose form differs from the default of its part."""
    first: dict[str, _Pinned] = {}
    for pin in pins(context.resolved):
        version = parse_version(pin.text)
        if version is None:
            continue
        pinned = _Pinned(pin, version.prefixed)
        weaker = [first.setdefault(part.name, pinned) for part in pin.parts]
        others = [each.pin for each in weaker if each.prefixed != version.prefixed]
        if others:
            other = others[0]
            here, there = ("with", "without") if version.prefixed else ("without", "with")
            yield error(
                SLUG,
                f"version `{pin.text}` of `{pin.addon}` is written {here} `v`, but `{other.text}`"
                f" elsewhere is written {there} it",
                Label(pin.route),
                Label(other.route, text=f"written {there} `v`"),
                help="use the form of the chart's own repository in every layer",
            )
