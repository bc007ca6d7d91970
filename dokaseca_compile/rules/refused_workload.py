"""The values of a workload violate the policies of its environment.

## Problem

The values of a workload with an `image`, merged with the defaults of the platform's web-service
chart, violate a restriction in the namespace of its team:

- a Kyverno policy (requests and limits, probes, node ports, host paths, labels)
- the Pod Security Standard
- the bounds of `limits`
- the quota of the team

This includes an invalid quantity, a request above its limit, and `autoscaling` with a
`maxReplicas` below its `minReplicas`. A violation that is only audited is a warning.

## Why

The cluster rejects the Deployment or its Pods: the Application fails to sync, or waits forever
for its Pods. An audited violation remains in every policy report.

## Fix

Change the reported value, or the policy.

## Example

```yaml
policies:
  production:
    kyverno: {action: enforce, policies: [require-probes]}
workloads:
  payments:
    api:
      image: ghcr.io/acme/api
      values: {probes: {liveness: {enabled: false}}}   # refused-workload
      environments: {production: {version: 1.0.0}}
```
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from dokaseca_compile.core.diagnostics import Diagnostic, Label, error, warning
from dokaseca_compile.core.routes import Route, at
from dokaseca_compile.resolve.resolved import Tenant
from dokaseca_compile.rules.shared.admission import Refusal, refusals
from dokaseca_compile.rules.shared.base import Context
from dokaseca_compile.rules.shared.declarations import quota_route
from dokaseca_compile.rules.shared.invalid_places import invalid_places, is_invalid
from dokaseca_compile.rules.shared.pod_security import NEWEST
from dokaseca_compile.rules.shared.value_layers import ValueLayers, running_services

SLUG = "refused-workload"


@dataclass(slots=True)
class _Finding:
    """The environments that refuse a value and those that only report it."""

    help: str
    refused: list[str] = field(default_factory=list)
    reported: list[str] = field(default_factory=list)
    related: list[Label] = field(default_factory=list)


def check(context: Context) -> Iterator[Diagnostic]:
    """Yield a finding for each place and message, however many environments have it."""
    found: dict[tuple[Label, str], _Finding] = {}
    for tenant, _, place, stack in running_services(context):
        for each in _refusals(context, stack, tenant, place.clusters):
            message = f"{stack.subject} {each.reason}"
            blamed, *others = _blamed(stack, each)
            finding = found.setdefault((blamed, message), _Finding(each.help, related=others))
            _note(finding, each, context, tenant)
    for (label, message), finding in found.items():
        report = error if finding.refused else warning
        whole = f"{message}: {_where(finding)}"
        yield report(SLUG, whole, label, *finding.related[:1], help=finding.help)


def _refusals(
    context: Context, stack: ValueLayers, tenant: Tenant, clusters: Iterable[str]
) -> Iterator[Refusal]:
    """Yield what the cluster refuses. Values that do not fit the chart have their own finding."""
    values = stack.effective
    unsound = invalid_places(context, stack)
    policies, oldest = context.resolved.policies(tenant.environment), _oldest(context, clusters)
    for each in refusals(values, policies, tenant, oldest):
        if not is_invalid(each.value, unsound):
            yield each


def _oldest(context: Context, clusters: Iterable[str]) -> int:
    """Return the oldest known minor version of Kubernetes of some clusters."""
    known: list[int] = []
    for name in clusters:
        version = context.platform.clusters[name].kubernetes_version
        if version is not None:
            known.append(int(version.split(".")[1]))
    return min(known, default=NEWEST)


def _blamed(stack: ValueLayers, refusal: Refusal) -> list[Label]:
    """Return where the value is set. Of two contradicting values the stronger layer is first."""
    routes = list(filter(None, (refusal.value, refusal.other)))
    routes = [route for route in routes if stack.rank(route) >= 0]
    routes.sort(key=stack.rank, reverse=True)
    first, *others = map(stack.place, routes or [refusal.value])
    return [first, *(replace(label, text="contradicts this") for label in others)]


def _note(finding: _Finding, each: Refusal, context: Context, tenant: Tenant) -> None:
    """Add an environment and its policy. A policy that refuses comes before one that reports."""
    environments = finding.refused if each.enforced else finding.reported
    if tenant.environment in environments:
        return
    environments.append(tenant.environment)
    if not each.policy:
        return
    related = Label(_policy(context, each.policy, tenant), text="the policy")
    if each.enforced and len(finding.refused) == 1:
        finding.related.insert(0, related)
    else:
        finding.related.append(related)


def _policy(context: Context, policy: Route, tenant: Tenant) -> Route:
    """Return where a policy is set. A quota may be set by the team."""
    if policy[0] == "quotas":
        return quota_route(context.platform, tenant, str(policy[1]))
    whole: Route = ("policies", tenant.environment)
    if policy[0] == "podSecurity" and isinstance(at(context.data, (*whole, "podSecurity")), str):
        return (*whole, "podSecurity")
    return (*whole, *policy)


def _where(finding: _Finding) -> str:
    places = [
        f"{verb} in {_names(environments)}"
        for verb, environments in (("refused", finding.refused), ("reported", finding.reported))
        if environments
    ]
    return ", ".join(places)


def _names(environments: Iterable[str]) -> str:
    return " and ".join(f"`{name}`" for name in environments)
