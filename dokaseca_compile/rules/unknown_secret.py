"""A workload uses a Secret that the platform does not create.

## Problem

The values of a workload with an `image` name a Secret (`envFromSecrets`, `imagePullSecrets`), and
the environment has no secret template of that name for the team. It is a warning, because a team
can create the Secret itself.

## Why

The Pods wait for the Secret and never start, or cannot pull their image.

## Fix

Add the template `environments.<name>.secrets.<secret>`, add the team to its `teams`, or correct
the name.

## Example

```yaml
environments: {dev: {secrets: {database: {key: dev/database, data: {password: password}}}}}
workloads:
  payments:
    api:
      image: ghcr.io/acme/api
      values: {envFromSecrets: [databse]}    # unknown-secret, did you mean `database`?
      environments: {dev: {version: 1.0.0}}
```
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from dokaseca_compile.core.data import sequence
from dokaseca_compile.core.diagnostics import Diagnostic, Label, did_you_mean, warning
from dokaseca_compile.core.routes import Route
from dokaseca_compile.resolve.resolved import Placement, ResolvedWorkload
from dokaseca_compile.rules.shared.base import Context, some

SLUG = "unknown-secret"
_KEYS = ("envFromSecrets", "imagePullSecrets")
"""The values of the web-service chart that name Secrets of the namespace."""


def check(context: Context) -> Iterator[Diagnostic]:
    """Yield a warning for each place that names a Secret missing in some environment."""
    for workload in context.resolved.workloads.values():
        if workload.workload.image is None:
            continue
        for route, missing in _missing(context, workload).items():
            secret, first = missing.secret, missing.environments[0]
            yield warning(
                SLUG,
                f"workload `{workload.team}/{workload.name}` uses the Secret `{secret}`, which is"
                f" not declared in {some(missing.environments)}",
                Label(route),
                help=f"add it to `environments.{first}.secrets`;"
                f" {did_you_mean(secret, missing.known)}",
            )


class _Missing(NamedTuple):
    """A Secret, the environments without it, and the Secrets of the first of these."""

    secret: str
    environments: list[str]
    known: tuple[str, ...]


def _missing(context: Context, workload: ResolvedWorkload) -> dict[Route, _Missing]:
    found: dict[Route, _Missing] = {}
    for environment, place in workload.places.items():
        if not place.clusters:
            continue
        tenant = context.resolved.tenants[environment, workload.team]
        for route, secret in _named(place):
            if secret not in tenant.secrets:
                missing = found.setdefault(route, _Missing(secret, [], tenant.secrets))
                missing.environments.append(environment)
    return found


def _named(place: Placement) -> Iterator[tuple[Route, str]]:
    """Yield every Secret that the values name, with its place.

    The list of the strongest layer replaces those of the others.
    """
    for key in _KEYS:
        for strongest in [layer for layer in place.values if key in layer.value][-1:]:
            for index, secret in enumerate(sequence(strongest.value, key)):
                if isinstance(secret, str):
                    yield (*strongest.route, key, index), secret
