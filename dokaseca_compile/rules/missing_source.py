"""A component has no chart source.

## Problem

A component has neither `repository` nor `path`, and its addon has no `chart.repository` to
inherit.

## Why

An Application needs the repository of its chart. Without one, there is nothing to install.

## Fix

Add a `repository` or a `path` to the component.

## Example

```yaml
addons:
  istio:
    components: {istiod: {wave: 1}}     # missing-source
```
"""

from __future__ import annotations

from collections.abc import Iterator

from dokaseca_compile.core.diagnostics import At, Diagnostic, Label, error
from dokaseca_compile.rules.shared.base import Context

SLUG = "missing-source"


def check(context: Context) -> Iterator[Diagnostic]:
    """Yield a fault for each component without a source."""
    for name, addon in context.platform.addons.items():
        if addon.chart is not None and addon.chart.repository is not None:
            continue
        for key, component in addon.components.items():
            if component.repository is None and component.path is None:
                yield error(
                    SLUG,
                    f"component `{key}` of addon `{name}` has no `repository`, "
                    "and the addon has none to inherit",
                    Label(("addons", name, "components", key), At.KEY),
                    help="add a `repository`, or a `path` in the charts repository",
                )
