"""A layer configures a component that the addon does not have.

## Problem

A key of `components` in a layer's settings of an addon is not a key of
`addons.<name>.components`.

## Why

The version or values have no effect, and the intended component silently keeps its settings.

## Fix

Use the name of a declared component. Settings of the addon's main chart belong beside
`components`, not inside it.

## Example

```yaml
addons:
  istio: {components: {base: {}, istiod: {}}}
environments:
  dev:
    addons:
      istio: {components: {istoid: {version: 1.26.0}}}  # unknown-component
```
"""

from __future__ import annotations

from collections.abc import Iterator

from dokaseca_compile.core.diagnostics import At, Diagnostic, Label, did_you_mean, error
from dokaseca_compile.model.addons import Addon
from dokaseca_compile.rules.shared.base import Context
from dokaseca_compile.rules.shared.profiles import addon_settings

SLUG = "unknown-component"


def check(context: Context) -> Iterator[Diagnostic]:
    """Yield a fault for each undeclared component in a layer."""
    addons = context.platform.addons
    for route, name, setting in addon_settings(context.platform):
        # Another rule reports unknown addons. Components of an addon with a schema fault are not
        # known.
        if name not in addons:
            continue
        for component in setting.components:
            if component not in addons[name].components:
                label = Label((*route, "components", component), At.KEY)
                yield _fault(name, component, addons[name], label)


def _fault(name: str, component: str, addon: Addon, label: Label) -> Diagnostic:
    if not addon.components:
        hint = f"`{name}` has no components: move the settings one level up"
    else:
        hint = did_you_mean(component, addon.components)
    return error(SLUG, f"addon `{name}` has no component `{component}`", label, help=hint)
