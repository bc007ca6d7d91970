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

from dokaseca_compile.core.diagnostics import Diagnostic, Label, error
from dokaseca_compile.core.semver import parse_version
from dokaseca_compile.rules.shared.addon_versions import Pin, pins
from dokaseca_compile.rules.shared.base import Context

SLUG = "version-form"


def check(context: Context) -> Iterator[Diagnostic]:
    """Yield a fault for each version whose form differs from the default of its part."""
    first: dict[str, tuple[bool, Pin]] = {}
    for pin in pins(context.resolved):
        version = parse_version(pin.text)
        if version is None:
            continue
        weaker = [first.setdefault(part.name, (version.prefixed, pin)) for part in pin.parts]
        other = next((each for prefixed, each in weaker if prefixed != version.prefixed), None)
        if other is not None:
            here, there = ("with", "without") if version.prefixed else ("without", "with")
            yield error(
                SLUG,
                f"version `{pin.text}` of `{pin.addon}` is written {here} `v`, but `{other.text}`"
                f" elsewhere is written {there} it",
                Label(pin.route),
                Label(other.route, text=f"written {there} `v`"),
                help="use the form of the chart's own repository in every layer",
            )
