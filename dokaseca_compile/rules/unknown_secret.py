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

from dokaseca_compile.core.diagnostics import Diagnostic, Label, did_you_mean, warning
from dokaseca_compile.core.routes import Route
from dokaseca_compile.resolve.resolved import Placement
from dokaseca_compile.rules.shared.base import Context, some

SLUG = "unknown-secret"
_KEYS = ("envFromSecrets", "imagePullSecrets")
"""The values of the web-service chart that name Secrets of the namespace."""


def check(context: Context) -> Iterator[Diagnostic]:
    """Yield a warning for each place that names a Secret which some environment does not have."""
    for (team, name), workload in context.resolved.workloads.items():
        lacking: dict[Route, tuple[str, list[str], tuple[str, ...]]] = {}
        for environment, place in (
            workload.places.items() if workload.workload.image is not None else ()
        ):
            tenant = context.resolved.tenants.get((environment, team))
            if tenant is None or not place.clusters:
                continue
            for route, secret in _named(place):
                if secret not in tenant.secrets:
                    lacking.setdefault(route, (secret, [], tenant.secrets))[1].append(environment)
        for route, (secret, environments, known) in lacking.items():
            message = f"workload `{team}/{name}` takes the Secret `{secret}`, which nothing makes in {some(environments)}"
            advice = (
                f"add it to `environments.{environments[0]}.secrets`; {did_you_mean(secret, known)}"
            )
            yield warning(SLUG, message, Label(route), help=advice)


def _named(place: Placement) -> Iterator[tuple[Route, str]]:
    """Every Secret that the values name, and where: the strongest layer that has a list replaces it whole."""
    for key in _KEYS:
        said = next((each for each in reversed(place.values) if key in each.value), None)
        listed = said.value[key] if said is not None else None
        if said is not None and isinstance(listed, list):
            for index, secret in enumerate(listed):
                if isinstance(secret, str):
                    yield (*said.route, key, index), secret
