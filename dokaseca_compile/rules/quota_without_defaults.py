"""A quota requires resource settings that containers get no default for.

## Problem

A team has a quota for `cpu` or `memory` in an environment whose `limits` set no default for that
resource.

## Why

With a ResourceQuota for requests and limits, Kubernetes rejects every Pod with a container that
does not set them. Most charts set none: their Deployments are applied without an error, but no
Pod appears.

## Fix

Set defaults in `policies.<environment>.limits`: `defaultRequest.cpu`, and `default.memory` or
`max.memory` (Kubernetes uses it as the default). Or enforce the Kyverno policy
`require-requests-and-limits`, which reports missing settings immediately.

## Example

```yaml
teams: {payments: {quotas: {memory: 32Gi}}}     # quota-without-defaults
policies: {dev: {}}
```
"""

from __future__ import annotations

from collections.abc import Iterator

from dokaseca_compile.core.diagnostics import At, Diagnostic, Label, warning
from dokaseca_compile.model.policies import PolicySet
from dokaseca_compile.resolve.resolved import Tenant
from dokaseca_compile.rules.shared.base import Context, some
from dokaseca_compile.rules.shared.declarations import quota_route

SLUG = "quota-without-defaults"
UNSURE_WITHOUT = frozenset({"policies"})
_NEEDED = {"cpu": "defaultRequest", "memory": "default"}


def check(context: Context) -> Iterator[Diagnostic]:
    """Yield a warning for each environment and resource, however many teams."""
    if len(context.names("policies")) > len(context.platform.policies):
        return  # policies with a schema fault may set the defaults
    if not set(context.platform.policies) <= set(context.names("environments")):
        return  # and so may policies for a misspelt environment
    found: dict[tuple[str, str], list[Tenant]] = {}
    for tenant in context.resolved.tenants.values():
        policies = context.resolved.policies(tenant.environment)
        if _is_required(policies):
            continue
        for resource, bound in _NEEDED.items():
            if resource in tenant.quotas and bound not in policies.limits.filled(resource):
                found.setdefault((tenant.environment, resource), []).append(tenant)
    for (environment, resource), tenants in found.items():
        teams = [tenant.team for tenant in tenants]
        yield warning(
            SLUG,
            f"in `{environment}`, Pods that set no {resource} are refused: there is a {resource}"
            f" quota for {some(teams)}, but no default",
            Label(quota_route(context.platform, tenants[0], resource), At.KEY),
            help=f"add `policies: {{{environment}: {{limits: {_default(resource)}}}}}`",
        )


def _default(resource: str) -> str:
    return f"{{{_NEEDED[resource]}: {{{resource}: …}}}}"


def _is_required(policies: PolicySet) -> bool:
    """Return whether Kyverno refuses such Pods first, and gives a reason."""
    return (
        policies.kyverno.action == "enforce"
        and "require-requests-and-limits" in policies.kyverno.policies
    )
