"""The Helm release name of a component is too long.

## Problem

A component without a `releaseName` gets the release name `<addon>-<component>`, and it has more
than 53 characters.

## Why

Helm rejects release names with more than 53 characters, because charts append to them and many
Kubernetes names are limited to 63. (Application names, `<cluster>-<addon>-<component>`, can have
253 characters, which these names cannot exceed.)

## Fix

Give the component a `releaseName`, or shorten the name of the addon or the component. A long
chart name can be set as the component's `name`.

## Example

```yaml
addons:
  aws-controllers-for-kubernetes:
    components:
      elastic-container-registry-chart: {}     # 63 characters: release-too-long
```
"""

from __future__ import annotations

from collections.abc import Iterator

from dokaseca_compile.core.diagnostics import At, Diagnostic, Label, error
from dokaseca_compile.rules.shared.base import Context
from dokaseca_compile.rules.shared.profiles import addon_parts

SLUG = "release-too-long"
_BUDGET = 53


def check(context: Context) -> Iterator[Diagnostic]:
    """Yield a fault for each release whose name is too long."""
    for part in addon_parts(context.resolved):
        excess = len(part.release) - _BUDGET
        if excess > 0:
            yield error(
                SLUG,
                f"the Helm release name `{part.release}` has {len(part.release)} characters;"
                f" Helm allows {_BUDGET}",
                Label(part.route, At.KEY),
                help=f"set a `releaseName`, or shorten the name of the addon or component"
                f" by {excess}",
            )
