"""The Helm release of an addon's component has a longer name than Helm allows.

## Problem

A component without a `releaseName` is released as `<addon>-<component>`, and that has more
than 53 characters.

## Why

Helm refuses release names over 53 characters, since charts append to them and Kubernetes ends
many names at 63. Application names, `<cluster>-<addon>-<component>`, may have 253, which no
cluster, addon and component reach together.

## Fix

Give the component a `releaseName`, or shorten the addon's or the component's name. A long
chart name can be given as the component's `name`.

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

SLUG = "release-too-long"
_BUDGET = 53


def check(context: Context) -> Iterator[Diagnostic]:
    """Yield a fault for each release whose joined name is too long; single names are the schema's."""
    for resolved in context.resolved.addons.values():
        for part in resolved.parts:
            excess = len(part.release) - _BUDGET
            if excess > 0:
                yield error(
                    SLUG,
                    f"release `{part.release}` has {len(part.release)} characters; Helm allows {_BUDGET}",
                    Label(part.route, At.KEY),
                    help=f"give it a `releaseName`, or shorten the addon's or the component's name by {excess}",
                )
