"""An addon's range of Kubernetes versions cannot be read.

## Problem

`addons.<name>.kubernetes` is not a range of versions.

## Why

The range decides on which clusters the addon may run. One that cannot be read protects
nothing, and a chart with the same `kubeVersion` would fail only when it is installed.

## Fix

Write a range as in a chart's `kubeVersion`: comparisons joined by blanks or commas (all must
hold), `||` for alternatives, `^1.25`, `~1.30`, `1.30.x` or `1.25 - 1.33`.

## Example

```yaml
addons:
  kyverno: {kubernetes: "from 1.25 to 1.33"}   # invalid-kubernetes-range
  velero: {kubernetes: ">=1.25 <1.34"}         # fine
```
"""

from __future__ import annotations

from collections.abc import Iterator

from dokaseca_compile.core.diagnostics import Diagnostic, Label, error
from dokaseca_compile.core.semver import Range
from dokaseca_compile.rules.shared.base import Context

SLUG = "invalid-kubernetes-range"


def check(context: Context) -> Iterator[Diagnostic]:
    """Yield a fault for each range that does not parse."""
    for name, addon in context.platform.addons.items():
        if addon.kubernetes is None:
            continue
        try:
            Range.parse(addon.kubernetes)
        except ValueError as fault:
            yield error(
                SLUG,
                f"the Kubernetes range of addon `{name}` cannot be read: {fault}",
                Label(("addons", name, "kubernetes")),
                help="write it as in a chart's kubeVersion: `>=1.25 <1.34`",
            )
