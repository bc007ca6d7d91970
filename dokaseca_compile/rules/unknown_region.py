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
from functools import partial

from dokaseca_compile.core.diagnostics import Diagnostic, Label, error
from dokaseca_compile.rules.shared.base import Context
from dokaseca_compile.rules.shared.unknown_names import Mention, unknown_names

SLUG = "unknown-region"


def check(context: Context) -> Iterator[Diagnostic]:
    """Yield a fault for each cluster in an undeclared region."""
    report = partial(error, SLUG)
    return unknown_names(context, report, "regions", "region", _mentions(context))


def _mentions(context: Context) -> Iterator[Mention]:
    """Yield the region of every cluster."""
    for name, cluster in context.platform.clusters.items():
        yield f"cluster `{name}` is in", cluster.region, Label(("clusters", name, "region"))
