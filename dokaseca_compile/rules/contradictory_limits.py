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
from itertools import product

from dokaseca_compile.core.diagnostics import Diagnostic, Label, error
from dokaseca_compile.core.routes import Route
from dokaseca_compile.model.policies import ContainerLimits, amount
from dokaseca_compile.resolve.resolved import Tenant
from dokaseca_compile.rules.shared.base import Context
from dokaseca_compile.rules.shared.declarations import quota_route

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
"""Resource → the default that counts against a quota when a container sets nothing."""


def check(context: Context) -> Iterator[Diagnostic]:
    """Yield a fault for each resource of an environment, and for each quota that is too small."""
    for environment, policies in context.platform.policies.items():
        for resource in _COUNTED:
            yield from _bounds(policies.limits, resource, ("policies", environment, "limits"))
    quotas: dict[Route, Diagnostic] = {}
    for tenant, resource in product(context.resolved.tenants.values(), _COUNTED):
        fault = _quota(context, tenant, resource)
        if fault is not None:
            quotas.setdefault(fault.primary.route, fault)
    yield from quotas.values()


def _bounds(limits: ContainerLimits, resource: str, route: Route) -> Iterator[Diagnostic]:
    """Yield the first contradiction: others follow from it."""
    filled = limits.filled(resource)
    for low, high in _PAIRS:
        if low not in filled or high not in filled:
            continue
        (lower, less), (upper, more) = filled[low], filled[high]
        if amount(less) > amount(more):
            yield error(
                SLUG,
                f"the `{lower}` of {resource} is {less}, above the `{upper}` of {more}",
                Label((*route, lower, resource)),
                Label((*route, upper, resource), text=f"`{upper}` is {more}"),
                help=f"raise `{upper}` or lower `{lower}`",
            )
            return


def _quota(context: Context, tenant: Tenant, resource: str) -> Diagnostic | None:
    limits = context.resolved.policies(tenant.environment).limits
    default = limits.filled(resource).get(_COUNTED[resource])
    quota = tenant.quotas.get(resource)
    if default is None or quota is None or amount(default[1]) <= amount(quota):
        return None
    key, text = default
    return error(
        SLUG,
        f"the {resource} quota of {quota} is less than one container gets by default in "
        f"`{tenant.environment}`: {text}",
        Label(quota_route(context.platform, tenant, resource)),
        Label(
            ("policies", tenant.environment, "limits", key, resource),
            text=f"for a container that sets no {resource}",
        ),
        help=f"raise the quota, or lower `{key}`",
    )
