"""The image of a workload comes from a registry that its environment does not allow.

## Problem

The policies of an environment include `restrict-image-registries`, and the `image` of a workload
that runs there is from none of their `registries`. This is an error with `action: enforce`,
otherwise a warning.

## Why

With `action: enforce`, Kyverno rejects the Pods and the Application fails to sync on every
cluster of the environment. Otherwise each Pod becomes a policy violation that cannot be fixed in
the cluster.

## Fix

Push the image to an allowed registry, or allow its registry:
`policies.<environment>.kyverno.registries`.

## Example

```yaml
policies:
  production:
    kyverno: {action: enforce, policies: [restrict-image-registries], registries: [ghcr.io/acme]}
workloads:
  payments:
    api:
      image: docker.io/acme/api    # refused-image: an error; with `action: audit` a warning
      environments: {production: {version: 1.0.0}}
```
"""

from __future__ import annotations

from collections.abc import Iterator

from dokaseca_compile.core.diagnostics import Diagnostic, Label, error, warning
from dokaseca_compile.model.policies import RESTRICT_REGISTRIES, Kyverno
from dokaseca_compile.rules.shared.base import Context, some
from dokaseca_compile.rules.shared.profiles import placements

SLUG = "refused-image"


def check(context: Context) -> Iterator[Diagnostic]:
    """Yield a finding for each workload and environment that does not allow its image."""
    for each, place in placements(context.resolved):
        image, kyverno = each.workload.image, context.resolved.policies(place.environment).kyverno
        if image is None or not place.clusters or _allows(kyverno, image):
            continue
        report = error if kyverno.action == "enforce" else warning
        yield report(
            SLUG,
            f"the image of `{each.team}/{each.name}` is not from a registry that"
            f" `{place.environment}` allows: {some(kyverno.registries)}",
            Label(("workloads", each.team, each.name, "image")),
            Label(("policies", place.environment, "kyverno", "registries"), text="allowed"),
            help="push it to an allowed registry, or allow its registry",
        )


def _allows(kyverno: Kyverno, image: str) -> bool:
    """Return whether the policy allows an image: its pattern is ``<registry>/*``.

    A policy without registries is reported by another rule.
    """
    if RESTRICT_REGISTRIES not in kyverno.policies or not kyverno.registries:
        return True
    return any(image.startswith(f"{registry}/") for registry in kyverno.registries)
