"""The Kubernetes version range of an addon is invalid.

## Problem

`addons.<name>.kubernetes` is not a valid version range.

## Why

The range decides on which clusters the addon can run. An invalid range would protect nothing. A
chart with the same `kubeVersion` would only fail at installation.

## Fix

Write a range as in `kubeVersion` of a chart: comparisons separated by spaces or commas (all must
match), `||` for alternatives, `^1.25`, `~1.30`, `1.30.x` or `1.25 - 1.33`.

## Example

```yaml
addons:
  kyverno: {kubernetes: "from 1.25 to 1.33"}   # invalid-kubernetes-range
  velero: {kubernetes: ">=1.25 <1.34"}         # valid
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
                f"the Kubernetes range of addon `{name}` is invalid: {fault}",
                Label(("addons", name, "kubernetes")),
                help="write it like a chart's `kubeVersion`, such as `>=1.25 <1.34`",
            )
