"""The Service of a workload would have an invalid name.

## Problem

The Helm release of a workload with an `image` begins with a digit. The release is named by
`releaseName`, or else by the workload.

## Why

The platform's web-service chart names the Service after the release. Kubernetes requires DNS-1035
labels for Services, which begin with a letter, so the Application never syncs.

## Fix

Set a `releaseName` that begins with a letter.

## Example

```yaml
workloads:
  games:
    "2048":                          # invalid-service-name: add `releaseName: game-2048`
      image: ghcr.io/acme/2048
      environments: {dev: {version: 1.0.0}}
```
"""

from __future__ import annotations

from collections.abc import Iterator

from dokaseca_compile.core.diagnostics import At, Diagnostic, Label, error
from dokaseca_compile.core.routes import Route
from dokaseca_compile.rules.shared.base import Context
from dokaseca_compile.rules.shared.value_layers import web_services

SLUG = "invalid-service-name"


def check(context: Context) -> Iterator[Diagnostic]:
    """Yield a fault for each such workload, once for all environments."""
    reported: set[Route] = set()
    for workload, _, layers in web_services(context):
        if workload.release[0].isalpha() or layers.route in reported:
            continue
        reported.add(layers.route)
        label = Label(layers.route, At.KEY)
        if workload.workload.release_name is not None:
            label = Label((*layers.route, "releaseName"))
        advice = "set another `releaseName`"
        if workload.team[0].isalpha():
            advice = f"{advice}, such as `{workload.team}-{workload.release}`"
        yield error(
            SLUG,
            f"the Service of {layers.subject} would be named `{workload.release}`, "
            "but the name of a Service must begin with a letter",
            label,
            help=advice,
        )
