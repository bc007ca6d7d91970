"""An autoscaler needs a resource request that the Pods do not have.

## Problem

A workload with an `image` has `autoscaling.enabled: true` and a target for cpu or memory
(`autoscaling.cpu`, `autoscaling.memory`), and its Pods have no request, or a request of 0, for
that resource. The request can come from the values, from a limit in the values (Kubernetes uses
it as the request), or from a default of the environment (`policies.<environment>.limits`).

## Why

The HorizontalPodAutoscaler compares the usage with the request. Without a request it reports
`FailedGetResourceMetric` and never changes the number of Pods.

## Fix

Set the request, or set the target to 0 so that only the other resource is used.

## Example

```yaml
workloads:
  payments:
    api:
      image: ghcr.io/acme/api
      version: 1.4.0
      values: {autoscaling: {enabled: true}, resources: null}  # autoscaling-without-requests
      environments: {dev: {}}
```
"""

from __future__ import annotations

from collections.abc import Iterator

from dokaseca_compile.core.diagnostics import Diagnostic, Label, error
from dokaseca_compile.core.routes import Route, at
from dokaseca_compile.model.common import Values
from dokaseca_compile.model.policies import PolicySet
from dokaseca_compile.rules.shared.base import Context
from dokaseca_compile.rules.shared.invalid_places import invalid_places, is_invalid
from dokaseca_compile.rules.shared.resource_requests import container_resources
from dokaseca_compile.rules.shared.value_layers import Findings, ValueLayers, web_services

SLUG = "autoscaling-without-requests"
_RESOURCES = ("cpu", "memory")


def check(context: Context) -> Iterator[Diagnostic]:
    """Yield a fault for each percentage of a missing request, once for all environments."""
    findings = Findings[tuple[str, Label]]()
    for _, place, layers in web_services(context):
        values = layers.effective
        if at(values, ("autoscaling", "enabled")) is not True:
            continue
        invalid = invalid_places(context, layers)
        policies = context.resolved.policies(place.environment)
        for resource in _without_requests(values, policies):
            request: Route = ("resources", "requests", resource)
            percentage: Route = ("autoscaling", resource)
            if not is_invalid(request, invalid) and not is_invalid(percentage, invalid):
                _note(findings, layers, resource, request)
    for label, message, (help_, related) in findings.merged(context):
        yield error(SLUG, message, label, related, help=help_)


def _without_requests(values: Values, policies: PolicySet) -> Iterator[str]:
    """Yield the resources that the autoscaler measures and that the Pods do not request."""
    resources = container_resources(values, policies)
    for resource in _RESOURCES:
        if not at(values, ("autoscaling", resource)):
            continue
        request = resources.get(("requests", resource))
        if request is None and _is_set(values, resource):
            continue  # not a quantity: `refused-workload` reports it
        if request is None or request.quantity == 0:
            yield resource


def _is_set(values: Values, resource: str) -> bool:
    """Return whether the values set a request or limit."""
    kinds = ("requests", "limits")
    return any(at(values, ("resources", kind, resource)) is not None for kind in kinds)


def _note(
    findings: Findings[tuple[str, Label]], layers: ValueLayers, resource: str, route: Route
) -> None:
    share = layers.place(("autoscaling", resource))
    related = Label(share.route, share.at, text="a percentage of the request")
    message = f"{layers.subject} scales on the use of {resource}, but requests no {resource}"
    other = "memory" if resource == "cpu" else "cpu"
    alone = f"scale on {other} alone: `autoscaling.{resource}: 0`"
    help_ = f"set `resources.requests.{resource}`, or {alone}"
    findings.add(layers.place(route), message, layers, (help_, related))
