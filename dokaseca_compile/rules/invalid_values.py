"""Helm values do not match the schema of their chart.

## Problem

The values of all layers, merged with the defaults of the chart, violate the chart's
`values.schema.json`: an unknown key, a wrong type, a value out of range, or a required value that
is missing.

The platform's own web-service chart is always checked. Other charts are checked if the same
version is in `charts/` or `.charts/` beside `platform.yaml`.

## Why

Helm refuses to render such values, so Argo CD could not deploy the Application. The error would
only appear after the merge.

## Fix

Correct the value. The finding shows the layer that sets it and, if possible, suggests the nearest
key of the chart.

## Example

```yaml
workloads:
  payments:
    api:
      image: ghcr.io/acme/api
      version: 1.4.0
      values: {replicaCount: 3}           # invalid-values: the key of the chart is `replicas`
      environments: {dev: {}}
```
"""

from __future__ import annotations

from collections.abc import Iterator

from dokaseca_compile.charts import Chart, ChartError, built_in
from dokaseca_compile.charts.schema import Problem
from dokaseca_compile.core.diagnostics import At, Diagnostic, Label, did_you_mean, error
from dokaseca_compile.core.routes import Route, format_route
from dokaseca_compile.rules.shared.base import Context
from dokaseca_compile.rules.shared.overrides import value_at
from dokaseca_compile.rules.shared.value_layers import Findings, ValueLayers, value_layers

SLUG = "invalid-values"
READS_CHARTS = True


def check(context: Context) -> Iterator[Diagnostic]:
    """Yield a fault for each problem of each value, once for all environments."""
    findings = Findings[str]()
    for layers in value_layers(context):
        for problem in _problems(context, layers):
            label, message = _label(layers, problem), _message(layers, problem)
            findings.add(label, message, layers, _help(layers, problem))
    for label, message, advice in findings.merged(context):
        yield error(SLUG, message, label, help=advice)


def _problems(context: Context, layers: ValueLayers) -> Iterator[Problem]:
    chart = layers.chart
    if isinstance(chart, ChartError) or layers.fault(context.charts):
        return  # `unreadable-chart` reports it
    for problem in layers.problems(context.charts):
        if problem.missing and _is_null(chart, problem.route):
            continue
        if _is_of_subchart(chart, problem) or _is_latest(layers, problem):
            continue
        yield problem


def _is_latest(layers: ValueLayers, problem: Problem) -> bool:
    """Return whether the value is the tag ``latest``, which ``floating-version`` reports."""
    tag = ("image", "tag")
    if problem.route != tag or tag not in layers.set_elsewhere:
        return False
    return bool(value_at(layers.merged, tag) == "latest")


def _is_of_subchart(chart: Chart, problem: Problem) -> bool:
    """Return whether a value goes to a subchart, whose own values Helm adds later.

    The web-service chart has no subchart with values, but a library.
    """
    if not problem.route or chart is built_in():
        return False
    return problem.route[0] in chart.subcharts


def _is_null(chart: Chart, route: Route) -> bool:
    """Return whether the chart itself sets a null, which Helm 3 keeps and Helm 4 drops."""
    return value_at(chart.values, route) is None


def _label(layers: ValueLayers, problem: Problem) -> Label:
    if problem.unknown or problem.missing or problem.name:
        return layers.place(problem.route, At.KEY)
    return layers.place(problem.route)


def _message(layers: ValueLayers, problem: Problem) -> str:
    title = layers.chart.title if isinstance(layers.chart, Chart) else ""
    if not problem.route:
        values = f"the values of {layers.subject} break the schema of the chart {title}"
        return f"{values}: the whole mapping {problem.message}"
    value = f"`{format_route(problem.route)}` of {layers.subject}"
    if problem.unknown:
        return f"{value} is unknown to the chart {title}"
    if problem.missing and _is_deleted(layers, problem.route):
        return f"{value} is null, which deletes a value that the chart {title} requires"
    return f"{value} {problem.message}, according to the schema of the chart {title}"


def _is_deleted(layers: ValueLayers, route: Route) -> bool:
    return value_at(layers.merged, route) is None


def _help(layers: ValueLayers, problem: Problem) -> str:
    if problem.unknown:
        return did_you_mean(str(problem.route[-1]), problem.known)
    if not problem.missing:
        return problem.hint
    if _is_deleted(layers, problem.route):
        return "delete the line to keep the chart's own value"
    return f"set `{format_route(problem.route)}` in `values`"
