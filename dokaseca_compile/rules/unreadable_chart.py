"""A local chart cannot be read, so the values for it are not checked.

## Problem

A file or folder in `charts/` or `.charts/` has the name of a chart that the platform uses, but is
not a valid chart: the archive is damaged, its `Chart.yaml` has another name or version, or its
schema is invalid.

## Why

The values for this chart are not checked, although it looks as if they were.

## Fix

Download the chart again with `helm pull <chart> --repo <url> --version <version> -d .charts`, or
delete it. If the schema itself is invalid, Helm rejects the chart too: report it to the
maintainers of the chart.

## Example

```yaml
addons:
  kyverno:
    category: security
    chart: {name: kyverno, repository: https://kyverno.github.io/kyverno}
    version: 3.8.2                        # unreadable-chart if .charts/kyverno-3.8.2.tgz is damaged
    namespace: kyverno
    values: {features: {logging: {format: json}}}
```
"""

from __future__ import annotations

from collections.abc import Iterator

from dokaseca_compile.core.diagnostics import At, Diagnostic, Label, warning
from dokaseca_compile.rules.shared.base import Context
from dokaseca_compile.rules.shared.value_layers import value_layers

SLUG = "unreadable-chart"
READS_CHARTS = True


def check(context: Context) -> Iterator[Diagnostic]:
    """Yield a warning for each addon or workload whose values cannot be checked."""
    reported = set()
    for stack in value_layers(context):
        reason = stack.fault(context.charts)
        if reason and (stack.route, reason) not in reported:
            reported.add((stack.route, reason))
            yield warning(
                SLUG,
                f"{reason}: the values of {stack.subject} are not checked",
                Label(stack.route, At.KEY),
                help="fetch it again with `helm pull`, or delete it",
            )
