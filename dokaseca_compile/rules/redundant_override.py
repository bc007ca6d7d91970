"""A layer repeats a setting of weaker layers.

## Problem

A `version`, `namespace`, `enabled` or value of a layer equals the setting that it overrides, on
every cluster of the layer. A `version` in an environment with `purpose: hardened` is not
reported, because it pins the environment when the default is raised.

## Why

The setting has no effect today but hides later changes: when the default is raised, the forgotten
pin keeps the layer at the old version.

## Fix

Delete the setting. If an environment should stay behind later, pin its version when the default
is raised.

## Example

```yaml
environments:
  production: {addons: {kyverno: {version: 3.3.7}}}   # redundant-override
addons: {kyverno: {version: 3.3.7}}
```
"""

from __future__ import annotations

from collections.abc import Iterator

from dokaseca_compile.core.diagnostics import At, Diagnostic, Label, warning
from dokaseca_compile.core.routes import Route, format_route
from dokaseca_compile.rules.shared.base import Context
from dokaseca_compile.rules.shared.overrides import repetitions
from dokaseca_compile.rules.shared.unused import has_all_layers

SLUG = "redundant-override"
UNSURE_WITHOUT = frozenset({"addons", "environments", "regions"})


def check(context: Context) -> Iterator[Diagnostic]:
    """Yield a warning for each setting without effect on any cluster."""
    if not has_all_layers(context):
        return
    for route, weaker in repetitions(context).items():
        if not _is_hardened_pin(context, route):
            yield warning(
                SLUG,
                f"`{format_route(route)}` repeats the setting of a weaker layer",
                Label(route, At.KEY),
                Label(weaker, At.KEY, text="already set here"),
                help="delete it: it changes nothing on any cluster",
            )


def _is_hardened_pin(context: Context, route: Route) -> bool:
    """Return whether a setting pins a version in a hardened environment."""
    if route[0] != "environments" or route[-1] != "version":
        return False
    environment = context.platform.environments.get(str(route[1]))
    return environment is not None and environment.purpose == "hardened"
