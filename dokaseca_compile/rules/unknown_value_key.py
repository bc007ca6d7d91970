"""A key in Helm values is probably unknown to the chart.

## Problem

In `values`, a key is beside keys of the chart's default values but is not one of them: it looks
like a misspelt key, or it occurs nowhere in the chart. It is a warning, because a chart without a
strict schema does not define its keys.

Only charts whose version is in `charts/` or `.charts/` beside `platform.yaml` are checked.

## Why

Helm silently accepts any key. The intended setting keeps the default of the chart.

## Fix

Correct the key, or move it to the place where the chart reads it.

## Example

```yaml
addons:
  metrics-server:
    category: observability/metrics
    chart: {name: metrics-server, repository: https://kubernetes-sigs.github.io/metrics-server}
    version: 3.13.0
    namespace: kube-system
    values: {replica: 2}                  # unknown-value-key: `replicas`
```
"""

from __future__ import annotations

from collections.abc import Iterator

from dokaseca_compile.charts import ChartError
from dokaseca_compile.charts.unknown import unknown_keys
from dokaseca_compile.core.diagnostics import At, Diagnostic, nearest, suggestion, warning
from dokaseca_compile.core.routes import format_route
from dokaseca_compile.rules.shared.base import Context
from dokaseca_compile.rules.shared.value_layers import Findings, value_layers

SLUG = "unknown-value-key"
READS_CHARTS = True


def check(context: Context) -> Iterator[Diagnostic]:
    """Yield a warning for each unknown key, however many environments have it."""
    findings = Findings[str]()
    for stack in value_layers(context):
        if isinstance(stack.chart, ChartError):
            continue
        for each in unknown_keys(stack.chart, stack.merged):
            message = (
                f"the chart {stack.chart.title} seems to have no value `{format_route(each.route)}`"
            )
            advice = suggestion(nearest(str(each.route[-1]), each.known))
            findings.add(stack.place(each.route, At.KEY), message, stack, advice)
    for label, message, advice in findings.merged(context):
        yield warning(SLUG, message, label, help=advice)
