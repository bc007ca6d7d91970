"""A version is set where nothing uses it.

## Problem

`version` is set for an addon, a component, a layer or a workload, and none of its parts uses it.
A chart or path in a repository of the platform follows the revision of that repository. A
component with its own version does not use the version of the addon.

## Why

The setting looks like a pin, but changing it has no effect on any cluster.

## Fix

Delete it. To pin a part in a repository of the platform, pin the revision of the repository for
the environment (`environments.<name>.revisions`), or use `{version}` in the Kustomize path.

## Example

```yaml
addons:
  tenants: {chart: {path: charts/tenants}, version: 1.2.0}    # version-without-use
```
"""

from __future__ import annotations

from collections.abc import Iterator

from dokaseca_compile.core.diagnostics import At, Diagnostic, Label, error
from dokaseca_compile.resolve.resolved import Part
from dokaseca_compile.rules.shared.addon_versions import Pin, pins
from dokaseca_compile.rules.shared.base import Context
from dokaseca_compile.rules.shared.workload_versions import workload_versions

SLUG = "version-without-use"
_PATH = "a `path` follows the revision of its repository"


def check(context: Context) -> Iterator[Diagnostic]:
    """Yield a fault for each version without effect."""
    addons = context.resolved.addons
    for pin in pins(context.resolved):
        if not pin.parts:
            message, advice = _explain(pin, addons[pin.addon].parts)
            yield error(SLUG, message, Label(pin.route, At.KEY), help=advice)
    for each in workload_versions(context.resolved):
        if each.kind == "local chart":
            message = f"this version has no effect on `{each.workload}`: {_PATH}"
            advice = "delete it; to pin the chart, set `revisions.charts` of the environment"
            yield error(SLUG, message, Label(each.route, At.KEY), help=advice)


def _explain(pin: Pin, parts: tuple[Part, ...]) -> tuple[str, str]:
    """Return the message and the advice for a version without effect."""
    if pin.route[-3] == "components":
        parts = tuple(part for part in parts if part.component == pin.route[-2])
    message = f"this version has no effect on `{pin.addon}`"
    if any(part.versioned for part in parts):
        advice = "delete it, or set the version of a component"
        return f"{message}: every component has its own", advice
    kinds = {part.kind for part in parts}
    repository = "charts" if "local-chart" in kinds else "addons"
    advice = f"delete it; to pin the path, set `revisions.{repository}` of the environment"
    return f"{message}: {_PATH}", advice
