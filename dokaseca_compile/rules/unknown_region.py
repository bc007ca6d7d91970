"""A cluster is in a region that is not declared.

## Problem

`clusters.<name>.region` is not an entry of `regions`.

## Why

The region is a label of the cluster Secret and a layer of values. A misspelt region selects
nothing, and all settings of the intended region are silently missing.

## Fix

Use the name of a declared region, or declare it: `regions: {<name>: {}}`.

## Example

```yaml
regions: {eu: {}}
clusters:
  edge: {region: ue}      # unknown-region, did you mean `eu`?
```
"""

from __future__ import annotations

from collections.abc import Iterator

from dokaseca_compile.core.diagnostics import Diagnostic, Label, did_you_mean, error
from dokaseca_compile.rules.shared.base import Context

SLUG = "unknown-region"


def check(context: Context) -> Iterator[Diagnostic]:
    """Yield a fault for each cluster in an undeclared region."""
    known = context.names("regions")
    for name, cluster in context.platform.clusters.items():
        if cluster.region not in known:
            yield error(
                SLUG,
                f"cluster `{name}` is in the unknown region `{cluster.region}`",
                Label(("clusters", name, "region")),
                help=did_you_mean(cluster.region, known),
                cause=("regions", cluster.region),
            )
