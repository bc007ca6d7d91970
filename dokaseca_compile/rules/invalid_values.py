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
    """Yield a fault for each problem of each place, however many environments have it."""
    findings = Findings[str]()
    for stack in value_layers(context):
        for problem in _problems(context, stack):
            findings.add(
                _label(stack, problem), _message(stack, problem), stack, _help(stack, problem)
            )
    for label, message, advice in findings.merged(context):
        yield error(SLUG, message, label, help=advice)


def _problems(context: Context, stack: ValueLayers) -> Iterator[Problem]:
    chart = stack.chart
    if isinstance(chart, ChartError):
        return
    try:
        problems = stack.problems(context.charts)
    except ChartError:
        return
    for problem in problems:
        if not (
            _is_of_a_subchart(chart, problem)
            or (problem.missing and _is_null(chart, problem.route))
            or _is_latest(stack, problem)
        ):
            yield problem


def _is_latest(stack: ValueLayers, problem: Problem) -> bool:
    """Whether it is the tag ``latest``, which `floating-version` forbids already."""
    tag = ("image", "tag")
    return (
        problem.route == tag
        and tag in stack.set_elsewhere
        and value_at(stack.merged(), tag) == "latest"
    )


def _is_of_a_subchart(chart: Chart, problem: Problem) -> bool:
    """Whether it is about a chart below: what that says itself, and Helm adds, is not at hand. Ours has a library."""
    return bool(problem.route) and problem.route[0] in chart.subcharts and chart is not built_in()


def _is_null(chart: Chart, route: Route) -> bool:
    """Whether the chart itself has a null there, which Helm 3 keeps and Helm 4 drops."""
    return value_at(chart.values, route) is None


def _label(stack: ValueLayers, problem: Problem) -> Label:
    if problem.unknown or problem.missing or problem.name:
        return stack.place(problem.route, At.KEY)
    return stack.place(problem.route)


def _message(stack: ValueLayers, problem: Problem) -> str:
    name = stack.chart.title if isinstance(stack.chart, Chart) else ""
    if not problem.route:
        return f"the values of {stack.subject} do not fit: what the chart {name} takes {problem.message}"
    shown = format_route(problem.route)
    if problem.unknown:
        return f"`{shown}` of {stack.subject} is no value that the chart {name} knows"
    if problem.missing and _is_deleted(stack, problem.route):
        return f"`{shown}` of {stack.subject} is deleted, and the chart {name} needs it"
    return f"`{shown}` of {stack.subject} {problem.message}, says the schema of the chart {name}"


def _is_deleted(stack: ValueLayers, route: Route) -> bool:
    return value_at(stack.merged(), route) is None


def _help(stack: ValueLayers, problem: Problem) -> str:
    if problem.unknown:
        return did_you_mean(str(problem.route[-1]), problem.known)
    if problem.missing:
        if _is_deleted(stack, problem.route):
            return "delete the line: a null deletes the chart's own value"
        return f"say it in `values`: `{format_route(problem.route)}`"
    return problem.hint
