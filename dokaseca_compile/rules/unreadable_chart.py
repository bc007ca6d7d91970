"""A chart that is at hand to check values cannot be read.

## Problem

A file or folder in `charts/` or `.charts/` is called as a chart that the platform uses, and
is none: a broken archive, a `Chart.yaml` that says something else, a schema that is no
schema.

## Why

The values that go to this chart are not checked, and it would look as if they were.

## Fix

Fetch it again, `helm pull <chart> --repo <url> --version <version> -d .charts`, or delete it.
A schema with such a pattern makes Helm refuse the chart: report it to whoever wrote it.

## Example

```yaml
addons:
  kyverno:
    category: security
    chart: {name: kyverno, repository: https://kyverno.github.io/kyverno}
    version: 3.8.2                        # unreadable-chart: .charts/kyverno-3.8.2.tgz is cut off
    namespace: kyverno
    values: {features: {logging: {format: json}}}
```
"""

from __future__ import annotations

from collections.abc import Iterator

from dokaseca_compile.charts import ChartError, built_in
from dokaseca_compile.core.diagnostics import At, Diagnostic, Label, warning
from dokaseca_compile.rules.shared.base import Context
from dokaseca_compile.rules.shared.value_layers import stacks

SLUG = "unreadable-chart"
READS_CHARTS = True


def check(context: Context) -> Iterator[Diagnostic]:
    """Yield a warning for each addon or workload whose values cannot be checked."""
    told = set()
    for stack in stacks(context):
        reason = stack.chart
        if not isinstance(reason, ChartError):
            if reason is built_in():
                continue
            try:
                stack.problems(context.charts)
                continue
            except ChartError as wrong:
                reason = wrong
        if (stack.route, str(reason)) not in told:
            told.add((stack.route, str(reason)))
            yield warning(
                SLUG,
                f"{reason}: the values of {stack.what} are not checked",
                Label(stack.route, At.KEY),
                help="fetch it again with `helm pull`, or delete it",
            )
