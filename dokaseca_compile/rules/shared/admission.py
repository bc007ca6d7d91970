"""Why a cluster would refuse the Pods that the web-service chart renders from some values.

Each check takes the values as the chart gets them, with its own, and yields ``Refusal`` objects.
No check raises for values that break the chart's schema: ``invalid-values`` reports these.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import product

from dokaseca_compile.core.routes import Route, at
from dokaseca_compile.model.common import Values
from dokaseca_compile.model.policies import Kyverno, PodSecurity, PolicySet, amount
from dokaseca_compile.resolve.resolved import Tenant
from dokaseca_compile.rules.shared.pod_security import NEWEST, host_paths, violations
from dokaseca_compile.rules.shared.resource_requests import (
    AMOUNTS,
    COUNTED,
    Amount,
    ContainerResources,
    Demand,
    container_resources,
    demand,
)

# As Kubernetes reads it (k8s.io/apimachinery pkg/api/resource ParseQuantity), without a minus.
_QUANTITY = re.compile(
    r"\+?([0-9]+\.?[0-9]*|\.[0-9]+)([numkMGTPE]|[KMGTPE]i|[eE][+-]?[0-9]{1,2})?\Z"
)
_STANDARDS = "https://kubernetes.io/docs/concepts/security/pod-security-standards"
_KINDS = ("requests", "limits")
_BOUNDS = (("min", "minimum", "below", -1), ("max", "maximum", "above", 1))
"""Each bound of a LimitRange, how messages call it, and the sign of a difference outside."""
# The labels that the chart itself sets on a Pod.
_LABELS = frozenset(
    f"app.kubernetes.io/{each}" for each in ("name", "instance", "version", "managed-by", "part-of")
)


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a workload is refused: the faulty value, the reason as the end of a sentence, the fix.

    ``other`` is the value that ``value`` contradicts, if any. ``policy`` is the route of the policy
    within the policy set, or ``quotas`` and the resource; it is empty when Kubernetes itself
    refuses the workload.
    """

    value: Route
    reason: str
    policy: Route = ()
    enforced: bool = True
    help: str = ""
    other: Route = ()


def refusals(
    values: Values, policies: PolicySet, tenant: Tenant, minor: int = NEWEST
) -> Iterator[Refusal]:
    """Yield every reason why the namespace of a team refuses a workload with these values.

    ``minor`` is the oldest minor version of Kubernetes that it runs on: 28 for 1.28.
    """
    invalid = list(_invalid_quantities(values))
    yield from invalid
    yield from _replica_bounds(values)
    yield from _kyverno(values, policies.kyverno)
    if policies.pod_security is not None:
        yield from _pod_security(values, policies.pod_security, minor)
    if not invalid:
        resources = container_resources(values, policies)
        yield from _limits(policies, resources)
        yield from _quota(values, tenant, policies, resources)


def _kyverno(values: Values, kyverno: Kyverno) -> Iterator[Refusal]:
    """Check the patterns of ``assets/policies``.

    Kyverno derives rules on Deployments from them, before Kubernetes fills in any default.
    """
    enforced = kyverno.action == "enforce"
    for index, policy in enumerate(kyverno.policies):
        if policy not in _CHECKS:
            continue
        route: Route = ("kyverno", "policies", index)
        for value, reason, help_ in _CHECKS[policy](values, kyverno):
            yield Refusal(value, reason, route, enforced, help_)


def _replica_bounds(values: Values) -> Iterator[Refusal]:
    """Check what the API server checks (k8s.io/kubernetes pkg/apis/autoscaling/validation)."""
    scaling = at(values, ("autoscaling",))
    if at(scaling, ("enabled",)) is not True:
        return
    least, most = at(scaling, ("minReplicas",)), at(scaling, ("maxReplicas",))
    if not isinstance(least, int | float) or not isinstance(most, int | float):
        return
    if least > most:
        yield Refusal(
            ("autoscaling", "maxReplicas"),
            f"has an `autoscaling.maxReplicas` of {most}, below its `minReplicas` of {least}",
            help=f"set `autoscaling.maxReplicas` to {least} or more",
            other=("autoscaling", "minReplicas"),
        )


_Found = Iterator[tuple[Route, str, str]]


def _resources(values: Values, _: Kyverno) -> _Found:
    for kind, resource in COUNTED:
        route: Route = ("resources", kind, resource)
        if at(values, route) in (None, ""):
            reason = f"has no {resource} {kind.removesuffix('s')}"
            yield route, reason, f"set `resources.{kind}.{resource}`"


def _probes(values: Values, _: Kyverno) -> _Found:
    for kind in ("liveness", "readiness"):
        if not at(values, ("probes", kind, "enabled")):
            yield (
                ("probes", kind, "enabled"),
                f"has no {kind} probe",
                f"set `probes.{kind}.enabled: true`",
            )


def _node_port(values: Values, _: Kyverno) -> _Found:
    if at(values, ("service", "type")) == "NodePort":
        yield (
            ("service", "type"),
            "has a Service of type `NodePort`",
            "use `ClusterIP` with an ingress or a route",
        )


def _host_path(values: Values, _: Kyverno) -> _Found:
    for value, reason in host_paths(values):
        yield value, reason, "use another type of volume"


def _labels(values: Values, kyverno: Kyverno) -> _Found:
    for label in kyverno.labels:
        if label in _LABELS or at(values, ("labels", label)):
            continue
        yield ("labels", label), f"does not have the label `{label}`", "add it to `labels`"


_CHECKS: Mapping[str, Callable[[Values, Kyverno], _Found]] = {
    "disallow-host-path": _host_path,
    "disallow-node-port": _node_port,
    "require-labels": _labels,
    "require-probes": _probes,
    "require-requests-and-limits": _resources,
}


def _pod_security(values: Values, security: PodSecurity, minor: int) -> Iterator[Refusal]:
    reported: set[tuple[Route, str]] = set()
    modes = (("enforce", security.enforce), ("warn", security.warn), ("audit", security.audit))
    for mode, level in modes:
        for lowest, violation in violations(values, level, minor):
            if violation in reported:
                continue
            reported.add(violation)
            value, reason = violation
            yield Refusal(
                value,
                f"{reason}, which the level `{lowest}` forbids",
                ("podSecurity", mode),
                mode == "enforce",
                f"change it to what the Pod Security level allows: {_STANDARDS}",
            )


def _invalid_quantities(values: Values) -> Iterator[Refusal]:
    for kind, resource in product(_KINDS, AMOUNTS):
        route: Route = ("resources", kind, resource)
        value = at(values, route)
        if value is not None and not _QUANTITY.match(str(value)):
            yield Refusal(
                route,
                f"has a {resource} {kind.removesuffix('s')} that is not a quantity: `{value}`",
                help="write a number with a Kubernetes suffix: `500m`, `4`, `16Gi`",
            )


def _limits(policies: PolicySet, resources: ContainerResources) -> Iterator[Refusal]:
    """Check what the API server and the LimitRanger check (plugin/pkg/admission/limitranger)."""
    for resource in AMOUNTS:
        request = resources.get(("requests", resource))
        limit = resources.get(("limits", resource))
        if request is not None and limit is not None:
            yield from _above_limit(request, limit, resource)
        bounds = policies.limits.filled(resource)
        for each in dict.fromkeys((request, limit)):
            if each is not None and each.route is not None:
                yield from _out_of_bounds(each, each.route, resource, bounds)


def _above_limit(request: Amount, limit: Amount, resource: str) -> Iterator[Refusal]:
    value = request.route or limit.route
    if value is None or request.quantity <= limit.quantity:
        return
    are_both_set = request.route is not None and limit.route is not None
    yield Refusal(
        value,
        f"requests {request.text} of {resource}, more than its limit of {limit.text}",
        () if are_both_set else ("limits",),
        help="raise the limit, or request less",
    )


def _out_of_bounds(
    each: Amount, value: Route, resource: str, bounds: Mapping[str, tuple[str, str]]
) -> Iterator[Refusal]:
    kind = str(value[1]).removesuffix("s")
    for bound, word, side, sign in _BOUNDS:
        if bound not in bounds:
            continue
        key, text = bounds[bound]
        if sign * (each.quantity - amount(text)) > 0:
            yield Refusal(
                value,
                f"has a {resource} {kind} of {each.text}, {side} a container's {word} of {text}",
                ("limits", key, resource),
                help=f"set the {kind} within the bounds, or change the bound",
            )


def _quota(
    values: Values, tenant: Tenant, policies: PolicySet, resources: ContainerResources
) -> Iterator[Refusal]:
    """Check one workload alone against the quota, while it runs and during an update."""
    wanted = demand(values, policies)
    if wanted is None:
        return
    for resource in ("pods", *AMOUNTS):
        quota = tenant.quotas.get(resource)
        if quota is None or wanted.of(resource, wanted.peak) <= amount(quota):
            continue
        if resource == "pods":
            yield _too_many_pods(wanted, quota)
        else:
            yield _too_much(wanted, resource, quota, resources)


def _too_many_pods(wanted: Demand, quota: str) -> Refusal:
    pods, when, advice = _excess(wanted, "pods", quota)
    return Refusal(
        wanted.key,
        f"runs {pods} Pods{when}, more than the team's quota of {quota}",
        ("quotas", "pods"),
        help=f"run fewer Pods, or raise the quota{advice}",
    )


def _too_much(wanted: Demand, resource: str, quota: str, resources: ContainerResources) -> Refusal:
    """Blame the amount when one Pod alone exceeds the quota, else the number of Pods."""
    pods, when, advice = _excess(wanted, resource, quota)
    counted = [key for key in COUNTED if key[1] == resource]
    amounts = [resources[key] for key in counted if key in resources]
    largest = max(amounts, key=lambda each: each.quantity)
    value = wanted.key
    if largest.route is not None and largest.quantity > amount(quota):
        value = largest.route
    times = f"{pods} times " if pods > 1 else ""
    return Refusal(
        value,
        f"needs {times}{largest.text} of {resource}{when}, more than the team's quota of {quota}",
        ("quotas", resource),
        help=f"request less, or raise the quota{advice}",
    )


def _excess(wanted: Demand, resource: str, quota: str) -> tuple[int, str, str]:
    """Return how many Pods exceed the quota, when they do, and what else would help."""
    if wanted.of(resource, wanted.replicas) > amount(quota):
        return wanted.replicas, "", ""
    advice = ", or set `strategy.rollingUpdate.maxUnavailable: 1`"
    return wanted.peak, " while a new version starts", advice
