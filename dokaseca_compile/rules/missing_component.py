"""A workload needs a component that its cluster does not have.

## Problem

A workload with an `image` uses one of these values, and on one of its clusters nothing provides
the component that it needs: no addon that is known for it, and not the distribution or the cloud.

| value | component | for example from | built into |
|---|---|---|---|
| `autoscaling.enabled: true` | the metrics API | `metrics-server` | AKS, GKE, k3s, OpenShift |
| `ingress.enabled: true` | an ingress controller | `ingress-nginx` | GKE, k3s, OpenShift |
| `httpRoute.enabled: true` | a controller of the Gateway API | `gateway-helm` | GKE, OpenShift |
| `service.type: LoadBalancer` | a load balancer | `metallb` | AWS, Azure, GCP, k3s |

An addon is recognized by its chart, its name or its folder. The distribution of a cluster is its
`distribution`. Addons and workloads with a chart or folder of their own are not checked: what they
create is not in `platform.yaml`.

## Why

The object is created and has no effect, and Argo CD never calls the Application healthy. Without
the metrics API the HorizontalPodAutoscaler cannot read the usage and is Degraded. Without a
controller, an Ingress, an HTTPRoute or a load balancer has no address or status and stays
Progressing.

In an environment with a `rollout`, this is an error: a step begins when the Applications of the
earlier steps are healthy, so later clusters do not get the workload. Elsewhere it is a warning.

## Fix

Install the component on the cluster, as an addon of that name. If the distribution brings it, set
`distribution`. Or switch the value off for this environment.

## Accept

If something that is not in `platform.yaml` installs the component, for example Terraform or an
add-on of EKS.

## Example

```yaml
environments:
  production: {rollout: [{clusters: [prod-eu]}, {regions: [us]}]}
addons:
  metrics-server: {enabled: false}
workloads:
  payments:
    api:
      image: ghcr.io/acme/api
      version: 1.4.0
      values: {autoscaling: {enabled: true}}      # missing-component
      environments: {production: {}}
```
"""

from __future__ import annotations

from collections.abc import Iterator

from dokaseca_compile.core.diagnostics import At, Diagnostic, Label, error, warning
from dokaseca_compile.core.routes import at
from dokaseca_compile.rules.shared.base import Context, some
from dokaseca_compile.rules.shared.components import COMPONENTS, Component
from dokaseca_compile.rules.shared.profiles import complete_profiles, operators
from dokaseca_compile.rules.shared.value_layers import ValueLayers, web_services

SLUG = "missing-component"
UNSURE_WITHOUT = frozenset({"addons", "environments", "regions"})


def check(context: Context) -> Iterator[Diagnostic]:
    """Yield a finding for each workload, environment and component that its clusters lack."""
    if len(context.names("addons")) > len(context.platform.addons):
        return  # an addon with a schema fault may bring the component
    for _, place, layers in web_services(context):
        lacking = context.once(_lacking)
        for component in COMPONENTS:
            clusters = lacking[component.name].intersection(place.clusters)
            if clusters and at(layers.effective, component.value) == component.is_needed_by:
                yield _finding(context, layers, component, place.environment, sorted(clusters))


def _lacking(context: Context) -> dict[str, set[str]]:
    """Return the clusters without each component, by its name."""
    lacking: dict[str, set[str]] = {each.name: set() for each in COMPONENTS}
    clusters = context.platform.clusters
    for profile in complete_profiles(context):
        installed = operators(profile)
        for component in COMPONENTS:
            if installed.isdisjoint(component.addons):
                names = profile.clusters
                without = (name for name in names if not component.is_built_in(clusters[name]))
                lacking[component.name].update(without)
    return lacking


def _finding(
    context: Context,
    layers: ValueLayers,
    component: Component,
    environment: str,
    clusters: list[str],
) -> Diagnostic:
    message = (
        f"{layers.subject} has {component.need}, but {component.name} is missing on "
        f"{some(clusters)}: its Application stays {component.health}"
    )
    report, why = warning, Label(("clusters", clusters[0]), At.KEY, text="it runs here")
    if context.platform.environments[environment].rollout:
        message = f"{message}, and the rollout of `{environment}` waits for it"
        steps = ("environments", environment, "rollout")
        report, why = error, Label(steps, At.KEY, text="a step waits for the earlier ones")
    help_ = (
        f"enable an addon such as `{component.addons[0]}` there; if the clusters have it already, "
        "set their `distribution`, or accept the finding"
    )
    return report(SLUG, message, layers.place(component.value), why, help=help_)
