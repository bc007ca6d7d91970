"""Values of a workload contradict each other after Helm has merged them.

## Problem

The values of a workload with an `image`, merged with the defaults of the platform's web-service
chart, contain one of these contradictions:

- `maxSurge` and `maxUnavailable` are both 0.
- A volume has no source or two sources, or a mount refers to a volume that does not exist.
- A name is used twice, or is reserved by the chart.
- `privileged` is set without `allowPrivilegeEscalation`, or `runAsNonRoot` with the user 0.
- A network peer has both an `ipBlock` and a selector.
- A value has no effect because of another: `rollingUpdate` with the strategy `Recreate`, or a
  variable in `env` that `extraEnv` overrides.

## Why

The API server rejects the object, or the kubelet rejects its container, and Argo CD only shows
this at sync time. Often each value is valid on its own: one is a default of the chart or comes
from a weaker layer.

## Fix

Change the reported value, or the value that contradicts it.

## Example

```yaml
workloads:
  payments:
    api:
      image: ghcr.io/acme/api
      version: 1.4.0
      values:
        volumeMounts: [{name: data, mountPath: /data}]   # contradictory-values
      environments: {dev: {}}
```
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from dokaseca_compile.charts.checks import Contradiction, contradictions
from dokaseca_compile.core.diagnostics import Diagnostic, Label, error
from dokaseca_compile.rules.shared.base import Context
from dokaseca_compile.rules.shared.invalid_places import invalid_places, is_invalid
from dokaseca_compile.rules.shared.value_layers import Findings, ValueLayers, web_services

SLUG = "contradictory-values"
_Advice = tuple[str, tuple[Label, ...]]


def check(context: Context) -> Iterator[Diagnostic]:
    """Yield a fault for each contradiction, once for all environments."""
    findings = Findings[_Advice]()
    for _, _, layers in web_services(context):
        invalid = invalid_places(context, layers)
        for each in contradictions(layers.effective):
            if is_invalid(each.route, invalid) or _is_overridden(layers, each):
                continue
            label, *others = _labels(layers, each)
            message = f"{layers.subject} {each.message}"
            findings.add(label, message, layers, (each.help, tuple(others)))
    for label, message, (help_, related) in findings.merged(context):
        yield error(SLUG, message, label, *related, help=help_)


def _is_overridden(layers: ValueLayers, each: Contradiction) -> bool:
    """Return whether an ignored value comes from the chart or from a weaker layer.

    The stronger layer then overrides it on purpose.
    """
    return each.ignored and layers.rank(each.route) < layers.rank(each.other)


def _labels(layers: ValueLayers, each: Contradiction) -> list[Label]:
    """Return where the values are set: in the stronger layer, which causes the fault, first."""
    routes = [route for route in (each.route, each.other) if route and layers.rank(route) >= 0]
    if not routes:
        return [layers.place(each.route)]
    if not each.ignored:
        routes.sort(key=layers.rank, reverse=True)
    first, *others = map(layers.place, routes)
    return [first, *(replace(label, text="together with this") for label in others)]
