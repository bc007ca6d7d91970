"""What a cluster has against the Pods that the web-service chart makes of some values, by the policies that hold there.

Each check takes the values as the chart gets them, its own included, and yields ``Refusal`` values. All are total:
values that do not fit the chart's schema are another rule's.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from dokaseca_compile.core.routes import Route, at
from dokaseca_compile.model.common import Values
from dokaseca_compile.model.policies import Kyverno, PodSecurity, PolicySet, amount
from dokaseca_compile.resolve.resolved import Tenant
from dokaseca_compile.rules.shared.pod_security import NEWEST, broken, host_paths
from dokaseca_compile.rules.shared.resource_requests import (
    AMOUNTS,
    COUNTED,
    Amount,
    Asked,
    Demand,
    asked,
    demand,
)

# As Kubernetes reads it (k8s.io/apimachinery pkg/api/resource ParseQuantity), without a minus.
_QUANTITY = re.compile(
    r"\+?([0-9]+\.?[0-9]*|\.[0-9]+)([numkMGTPE]|[KMGTPE]i|[eE][+-]?[0-9]{1,2})?\Z"
)
_STANDARDS = "https://kubernetes.io/docs/concepts/security/pod-security-standards"
_KINDS = ("requests", "limits")
# The labels of a Pod that the chart itself gives it.
_LABELS = frozenset(
    f"app.kubernetes.io/{each}" for each in ("name", "instance", "version", "managed-by", "part-of")
)


@dataclass(frozen=True, slots=True)
class Refusal:
    """What is wrong with a workload, as the end of a sentence; the value that is to blame; what says so; the way out.

    ``other`` is the value that ``value`` contradicts, where it takes two. ``policy`` is a route below the policy set,
    empty where Kubernetes itself says so, or ``quotas`` and the resource.
    """

    value: Route
    said: str
    policy: Route = ()
    enforced: bool = True
    help: str = ""
    other: Route = ()


def refusals(
    values: Values, policies: PolicySet, tenant: Tenant, minor: int = NEWEST
) -> Iterator[Refusal]:
    """Everything that a namespace of a team has against a workload with these values.

    ``minor`` is the version of Kubernetes, 28 for 1.28: of the oldest cluster that it runs on.
    """
    faulty = list(_no_quantities(values))
    yield from faulty
    yield from _no_range(values)
    yield from _by_kyverno(values, policies.kyverno)
    if policies.pod_security is not None:
        yield from _by_pod_security(values, policies.pod_security, minor)
    if not faulty:
        amounts = asked(values, policies)
        yield from _by_limits(policies, amounts)
        yield from _by_quota(values, tenant, policies, amounts)


def _by_kyverno(values: Values, kyverno: Kyverno) -> Iterator[Refusal]:
    """The patterns in ``assets/policies``, of which Kyverno makes rules on Deployments too: so nothing is filled in."""
    for index, policy in enumerate(kyverno.policies):
        for value, said, help_ in _CHECKS[policy](values, kyverno) if policy in _CHECKS else ():
            yield Refusal(
                value, said, ("kyverno", "policies", index), kyverno.action == "enforce", help_
            )


def _no_range(values: Values) -> Iterator[Refusal]:
    """The API server refuses it (k8s.io/kubernetes pkg/apis/autoscaling/validation)."""
    scaling = at(values, ("autoscaling",))
    least, most = at(scaling, ("minReplicas",)), at(scaling, ("maxReplicas",))
    numbers = isinstance(least, int | float) and isinstance(most, int | float)
    if at(scaling, ("enabled",)) is True and numbers and least > most:
        yield Refusal(
            ("autoscaling", "maxReplicas"),
            f"scales from {least} Pods at least to {most} at most",
            help=f"let `autoscaling.maxReplicas` be {least} or more",
            other=("autoscaling", "minReplicas"),
        )


_Found = Iterator[tuple[Route, str, str]]


def _resources(values: Values, _: Kyverno) -> _Found:
    for kind, resource in COUNTED:
        if at(values, ("resources", kind, resource)) in (None, ""):
            verb = "requests no" if kind == "requests" else "has no limit of"
            yield (
                ("resources", kind, resource),
                f"{verb} {resource}",
                f"set `resources.{kind}.{resource}`",
            )


def _probes(values: Values, _: Kyverno) -> _Found:
    for kind in ("liveness", "readiness"):
        if not at(values, ("probes", kind, "enabled")):
            yield (
                ("probes", kind, "enabled"),
                f"has no {kind} probe",
                f"let `probes.{kind}.enabled` be `true`",
            )


def _node_port(values: Values, _: Kyverno) -> _Found:
    if at(values, ("service", "type")) == "NodePort":
        yield (
            ("service", "type"),
            "has a Service of type `NodePort`",
            "use `ClusterIP` with an ingress or a route",
        )


def _host_path(values: Values, _: Kyverno) -> _Found:
    for value, said in host_paths(values):
        yield value, said, "use a volume of another kind"


def _labels(values: Values, kyverno: Kyverno) -> _Found:
    for label in kyverno.labels:
        if label not in _LABELS and not at(values, ("labels", label)):
            yield (
                ("labels", label),
                f"does not have the label `{label}`",
                "add it to `values.labels`",
            )


_CHECKS: Mapping[str, Callable[[Values, Kyverno], _Found]] = {
    "disallow-host-path": _host_path,
    "disallow-node-port": _node_port,
    "require-labels": _labels,
    "require-probes": _probes,
    "require-requests-and-limits": _resources,
}


def _by_pod_security(values: Values, security: PodSecurity, minor: int) -> Iterator[Refusal]:
    told: set[tuple[Route, str]] = set()
    modes = (("enforce", security.enforce), ("warn", security.warn), ("audit", security.audit))
    for mode, level in modes:
        for lowest, (value, said) in broken(values, level, minor) if level is not None else ():
            if (value, said) not in told:
                told.add((value, said))
                yield Refusal(
                    value,
                    f"{said}, which the level `{lowest}` forbids",
                    ("podSecurity", mode),
                    mode == "enforce",
                    f"say what the level allows ({_STANDARDS}), or delete it",
                )


def _no_quantities(values: Values) -> Iterator[Refusal]:
    for kind in _KINDS:
        for resource in AMOUNTS:
            said = at(values, ("resources", kind, resource))
            if said is not None and not _QUANTITY.match(str(said)):
                yield Refusal(
                    ("resources", kind, resource),
                    f"asks for `{said}` of {resource}, which is no quantity",
                    help="write a number with a Kubernetes suffix: `500m`, `4`, `16Gi`",
                )


def _by_limits(policies: PolicySet, amounts: Asked) -> Iterator[Refusal]:
    """What the API server and the LimitRanger refuse of a container (k8s.io plugin/pkg/admission/limitranger)."""
    for resource in AMOUNTS:
        request, limit = amounts.get(("requests", resource)), amounts.get(("limits", resource))
        bounds = policies.limits.filled(resource)
        if request is not None and limit is not None and request.worth > limit.worth:
            said = f"requests {request.text} of {resource}, more than its limit of {limit.text}"
            place = request.value or limit.value
            if place is not None:
                told: Route = () if request.value and limit.value else ("limits",)
                yield Refusal(place, said, told, help="raise the limit, or request less")
        for each in (request,) if request == limit else (request, limit):
            if each is not None and each.value is not None:
                yield from _beyond(each, resource, bounds)


def _beyond(
    asked: Amount, resource: str, bounds: Mapping[str, tuple[str, str]]
) -> Iterator[Refusal]:
    for bound, words in (("min", "less than the least"), ("max", "more than the most")):
        if bound in bounds and asked.value is not None:
            key, text = bounds[bound]
            less, more = asked.worth < amount(text), asked.worth > amount(text)
            if less if bound == "min" else more:
                said = f"asks for {asked.text} of {resource}, {words} that a container may, {text}"
                yield Refusal(
                    asked.value,
                    said,
                    ("limits", key, resource),
                    help="keep within the bound, or move it",
                )


def _by_quota(
    values: Values, tenant: Tenant, policies: PolicySet, amounts: Asked
) -> Iterator[Refusal]:
    """What one workload alone has too much of, while it runs or while a new version of it starts."""
    wanted = demand(values, policies)
    if wanted is None:
        return
    for resource in ("pods", *AMOUNTS):
        quota = tenant.quotas.get(resource)
        if quota is not None and wanted.of(resource, wanted.peak) > amount(quota):
            yield _beyond_quota(wanted, resource, quota, amounts)


def _beyond_quota(wanted: Demand, resource: str, quota: str, amounts: Asked) -> Refusal:
    """Blame the amount where one Pod is too much, else the number of Pods."""
    help_ = (
        "run fewer, or raise the quota"
        if resource == "pods"
        else "ask for less, or raise the quota"
    )
    pods = wanted.replicas
    more = wanted.of(resource, pods) <= amount(quota)
    if more:
        pods, help_ = wanted.peak, f"{help_}, or let `strategy.rollingUpdate.maxUnavailable` be 1"
    start = " while a new version starts" if more else ""
    if resource == "pods":
        said = f"runs {pods} Pods{start}, and its team may run {quota}"
        return Refusal(wanted.key, said, ("quotas", "pods"), help=help_)
    largest = max(
        (amounts[key] for key in COUNTED if key[1] == resource and key in amounts),
        key=lambda each: each.worth,
    )
    many = f"{pods} times " if pods > 1 else ""
    said = f"asks for {many}{largest.text} of {resource}{start}, and its team has {quota}"
    alone = largest.worth > amount(quota) and largest.value is not None
    place = largest.value if alone and largest.value is not None else wanted.key
    return Refusal(place, said, ("quotas", resource), help=help_)
