"""Helm values are set where no Helm chart uses them.

## Problem

`values` is set for an addon without a main `chart` (it has only components, or a Kustomize path),
either at the addon or in a layer. Or `values` is set for a workload that is a folder of
manifests.

## Why

Values are only passed to a Helm chart. Without one, they have no effect.

## Fix

For an addon with components, move the values to `components.<name>.values`. Kustomize has no
values: add a patch to its path. For a workload whose folder is a chart, set `helm: true` below
`git`.

## Example

```yaml
addons:
  istio:
    components: {istiod: {…}}
    values: {global: {}}          # values-without-chart
```
"""

from __future__ import annotations

from collections.abc import Iterator

from dokaseca_compile.core.diagnostics import At, Diagnostic, Label, error
from dokaseca_compile.core.routes import Route
from dokaseca_compile.model.addons import Addon
from dokaseca_compile.rules.shared.base import Context, some
from dokaseca_compile.rules.shared.declarations import values_of
from dokaseca_compile.rules.shared.profiles import addon_settings

SLUG = "values-without-chart"


def check(context: Context) -> Iterator[Diagnostic]:
    """Yield a fault for each place that sets values without a chart to take them."""
    chartless = {
        name: addon for name, addon in context.platform.addons.items() if addon.chart is None
    }
    for name, addon in chartless.items():
        if addon.values:
            yield _fault(("addons", name), name, addon)
    for route, name, setting in addon_settings(context.platform):
        if setting.values and name in chartless:
            yield _fault(route, name, chartless[name])
    yield from _workloads(context)


def _workloads(context: Context) -> Iterator[Diagnostic]:
    for each in context.resolved.workloads.values():
        if each.takes_values:
            continue
        for route, values in values_of(each.team, each.name, each.workload):
            if values:
                yield error(
                    SLUG,
                    f"workload `{each.team}/{each.name}` is a folder of manifests, which takes no"
                    " values",
                    Label(route, At.KEY),
                    help="set `helm: true` in `git` if it is a chart; else add a patch to the"
                    " folder",
                )


def _fault(route: Route, name: str, addon: Addon) -> Diagnostic:
    if addon.kustomize is not None:
        message = f"addon `{name}` is a Kustomize path, which takes no values"
        advice = f"add a patch to `{addon.kustomize.path}`"
    else:
        message = f"addon `{name}` has no main chart that takes values"
        advice = f"move them to `components.<name>.values`, for {some(addon.components)}"
    return error(SLUG, message, Label((*route, "values"), At.KEY), help=advice)
