"""Values have a key that their chart, it seems, does not know.

## Problem

A key stands in `values` beside keys that the chart's own values have, and it is none of them:
it looks like one of them misspelt, or nothing in the chart has it as a word.

## Why

Helm takes any key and says nothing. The setting that was meant stays what the chart says, and
nothing shows it.

## Fix

Correct the name, or move the key to where the chart reads it. It is a warning, since a chart
without a strict schema cannot say for sure. Only charts that are at hand in this version are
looked at, in `charts/` or `.charts/` beside `platform.yaml`.

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
from dokaseca_compile.core.diagnostics import At, Diagnostic, nearest, warning
from dokaseca_compile.core.routes import format_route
from dokaseca_compile.rules.shared.base import Context
from dokaseca_compile.rules.shared.value_layers import Findings, stacks

SLUG = "unknown-value-key"
READS_CHARTS = True


def check(context: Context) -> Iterator[Diagnostic]:
    """Yield a warning for each key of each place, however many environments have it."""
    findings = Findings[str]()
    for stack in stacks(context):
        if isinstance(stack.chart, ChartError):
            continue
        for each in unknown_keys(stack.chart, stack.merged()):
            message = (
                f"the chart {stack.chart.title} seems to have no value `{format_route(each.route)}`"
            )
            close = nearest(str(each.route[-1]), each.known)
            findings.add(
                stack.place(each.route, At.KEY),
                message,
                stack,
                f"did you mean `{close}`?" if close else "",
            )
    for label, message, advice in findings.told(context):
        yield warning(SLUG, message, label, help=advice)
