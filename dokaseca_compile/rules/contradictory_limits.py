"""Resource limits contradict each other or the team's quota.

## Problem

In `policies.<environment>.limits`, a lower bound is above a higher one: `min` and
`defaultRequest` can be at most `default`, and all of them at most `max`. Or the defaults of a
single container exceed the quota of a team.

Kubernetes sets bounds that are missing: `default` from `max`, and `defaultRequest` from `default`
or else from `min`.

## Why

The API server rejects a LimitRange with contradictory bounds, so no limits would apply. In a
namespace whose quota is smaller than the defaults of one container, no Pod with these defaults
can start.

## Fix

Raise the higher bound or the quota, or reduce the lower bound.

## Example

```yaml
policies:
  dev: {limits: {default: {memory: 2Gi}, max: {memory: 1Gi}}}    # contradictory-limits
```
"""

from __future__ import annotations

from collections.abc import Iterator

from dokaseca_compile.core.diagnostics import Diagnostic, Label, error
from dokaseca_compile.core.routes import Route
from dokaseca_compile.model.policies import ContainerLimits, amount
from dokaseca_compile.resolve.resolved import Tenant
from dokaseca_compile.rules.shared.base import Context

SLUG = "contradictory-limits"
# As Kubernetes compares them (ValidateLimitRange).
_PAIRS = (
    ("min", "max"),
    ("min", "default"),
    ("default", "max"),
    ("min", "defaultRequest"),
    ("defaultRequest", "max"),
    ("defaultRequest", "default"),
)
_COUNTED = {"cpu": "defaultRequest", "memory": "default"}
"""What counts against a quota where a container names nothing: limits of memory, and requests of cpu alone."""


def check(context: Context) -> Iterator[Diagnostic]:
    """Yield a fault for each resource of an environment, and for each quota that is too small."""
    for environment, policies in context.platform.policies.items():
        for resource in _COUNTED:
            yield from _bounds(policies.limits, resource, ("policies", environment, "limits"))
    told: set[Route] = set()
    for tenant in context.resolved.tenants.values():
        for resource in _COUNTED:
            fault = _quota(context, tenant, resource)
            if fault is not None and fault.primary.route not in told:
                told.add(fault.primary.route)
                yield fault


def _bounds(limits: ContainerLimits, resource: str, route: Route) -> Iterator[Diagnostic]:
    """The first contradiction: others follow from it."""
    filled = limits.filled(resource)
    for low, high in _PAIRS:
        if low in filled and high in filled and amount(filled[low][1]) > amount(filled[high][1]):
            (lower, less), (upper, more) = filled[low], filled[high]
            yield error(
                SLUG,
                f"`{lower}` of {resource} is {less}, more than `{upper}`, which is {more}",
                Label((*route, lower, resource)),
                Label((*route, upper, resource), text=f"{more} here"),
                help="raise the one or lower the other",
            )
            return


def _quota(context: Context, tenant: Tenant, resource: str) -> Diagnostic | None:
    default = (
        context.resolved.policies(tenant.environment)
        .limits.filled(resource)
        .get(_COUNTED[resource])
    )
    quota = tenant.quotas.get(resource)
    if default is None or quota is None or amount(default[1]) <= amount(quota):
        return None
    own = resource in context.platform.teams[tenant.team].quotas
    route: Route = ("teams", tenant.team) if own else ("policies", tenant.environment)
    return error(
        SLUG,
        f"the quota of {resource} is {quota}, less than the {default[1]} of one container in `{tenant.environment}`",
        Label((*route, "quotas", resource)),
        Label(
            ("policies", tenant.environment, "limits", default[0], resource),
            text="of a container that names none",
        ),
        help="raise the quota or lower the limit",
    )
