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
from dokaseca_compile.core.routes import Route
from dokaseca_compile.model.policies import PolicySet
from dokaseca_compile.rules.shared.base import Context, some

SLUG = "quota-without-defaults"
UNSURE_WITHOUT = frozenset({"policies"})
_NEEDED = {"cpu": "defaultRequest", "memory": "default"}


def check(context: Context) -> Iterator[Diagnostic]:
    """Yield a warning for each environment and resource, however many teams."""
    if len(context.names("policies")) > len(context.platform.policies):
        return  # policies with a schema fault may set the defaults
    if not set(context.platform.policies) <= set(context.names("environments")):
        return  # and so may policies for a misspelt environment
    found: dict[tuple[str, str], list[str]] = {}
    for tenant in context.resolved.tenants.values():
        policies = context.resolved.policies(tenant.environment)
        for resource, bound in _NEEDED.items():
            if resource not in tenant.quotas or bound in policies.limits.filled(resource):
                continue
            if not _is_required(policies):
                found.setdefault((tenant.environment, resource), []).append(tenant.team)
    for (environment, resource), teams in found.items():
        yield warning(
            SLUG,
            f"in `{environment}`, Pods that set no {resource} are refused: there is a {resource}"
            f" quota for {some(teams)}, but no default",
            Label(_quota(context, teams[0], environment, resource), At.KEY),
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


def _quota(context: Context, team: str, environment: str, resource: str) -> Route:
    """Return where a quota is set: at the team, else by the environment."""
    if resource in context.platform.teams[team].quotas:
        return ("teams", team, "quotas", resource)
    return ("policies", environment, "quotas", resource)
