"""A setting refers to an addon that is not declared.

## Problem

A key of `addons` in an environment, region, cluster type or cluster, or an entry of
`addons.<name>.requires` or `.conflicts`, is not an entry of the top-level `addons`.

## Why

Settings of an undeclared addon have no effect: the intended addon keeps its default version and
values, or stays installed where it should be disabled. A requirement or conflict could never be
checked.

## Fix

Use the name of a declared addon, or declare the addon under `addons`.

## Example

```yaml
addons:
  cert-manager: {category: security}
  kyverno: {category: security, requires: [certmanager]}  # unknown-addon
environments:
  dev: {addons: {kyvrno: false}}      # unknown-addon, did you mean `kyverno`?
```
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from dokaseca_compile.core.diagnostics import At, Diagnostic, Label, error
from dokaseca_compile.core.routes import format_route
from dokaseca_compile.rules.shared.base import Context
from dokaseca_compile.rules.shared.profiles import addon_settings
from dokaseca_compile.rules.shared.unknown_names import Mention, unknown_names

SLUG = "unknown-addon"


def check(context: Context) -> Iterator[Diagnostic]:
    """Yield a fault for each mention of an undeclared addon."""
    report = partial(error, SLUG)
    return unknown_names(context, report, "addons", "addon", _mentions(context))


def _mentions(context: Context) -> Iterator[Mention]:
    """Yield every mention of an addon."""
    for route, name, _ in addon_settings(context.platform):
        yield f"`{format_route(route[:-1])}` sets", name, Label(route, At.KEY)
    for addon, declared in context.platform.addons.items():
        for index, name in enumerate(declared.requires):
            yield f"addon `{addon}` requires", name, Label(("addons", addon, "requires", index))
        for index, name in enumerate(declared.conflicts):
            label = Label(("addons", addon, "conflicts", index))
            yield f"addon `{addon}` conflicts with", name, label
