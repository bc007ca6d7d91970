"""What a cluster has against the Pods that the web-service chart makes of some values, by the policies that hold there.

Each check takes the values as the chart gets them, its own included, and yields ``Refusal`` values. All are total:
values that do not fit the chart's schema are another rule's.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from dokaseca_compile.model.common import Values
from dokaseca_compile.model.policies import Kyverno, PodSecurity, PolicySet, amount
from dokaseca_compile.resolve.resolved import Tenant
from dokaseca_compile.routes import Route, at
from dokaseca_compile.rules.pod_security import NEWEST, broken, host_paths

# As Kubernetes reads it (k8s.io/apimachinery pkg/api/resource ParseQuantity), without a minus.
_QUANTITY = re.compile(r"\+?([0-9]+\.?[0-9]*|\.[0-9]+)([numkMGTPE]|[KMGTPE]i|[eE][+-]?[0-9]{1,2})?\Z")
_AMOUNTS = ("cpu", "memory")
_STANDARDS = "https://kubernetes.io/docs/concepts/security/pod-security-standards"
_KINDS = ("requests", "limits")
# The labels of a Pod that the chart itself gives it.
_LABELS = frozenset(f"app.kubernetes.io/{each}" for each in ("name", "instance", "version", "managed-by", "part-of"))
_NEEDED = (("requests", "cpu"), ("requests", "memory"), ("limits", "memory"))


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


def refusals(values: Values, policies: PolicySet, tenant: Tenant, minor: int = NEWEST) -> Iterator[Refusal]:
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
        asked = asked_amounts(values, policies)
        yield from _by_limits(policies, asked)
        yield from _by_quota(values, tenant, asked)


def _by_kyverno(values: Values, kyverno: Kyverno) -> Iterator[Refusal]:
    """The patterns in ``assets/policies``, of which Kyverno makes rules on Deployments too: so nothing is filled in."""
    for index, policy in enumerate(kyverno.policies):
        for value, said, help_ in _CHECKS[policy](values, kyverno) if policy in _CHECKS else ():
            yield Refusal(value, said, ("kyverno", "policies", index), kyverno.action == "enforce", help_)


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
    for kind, resource in _NEEDED:
        if at(values, ("resources", kind, resource)) in (None, ""):
            verb = "requests no" if kind == "requests" else "has no limit of"
            yield ("resources", kind, resource), f"{verb} {resource}", f"set `resources.{kind}.{resource}`"


def _probes(values: Values, _: Kyverno) -> _Found:
    for kind in ("liveness", "readiness"):
        if not at(values, ("probes", kind, "enabled")):
            yield ("probes", kind, "enabled"), f"has no {kind} probe", f"let `probes.{kind}.enabled` be `true`"


def _node_port(values: Values, _: Kyverno) -> _Found:
    if at(values, ("service", "type")) == "NodePort":
        yield ("service", "type"), "has a Service of type `NodePort`", "use `ClusterIP` with an ingress or a route"


def _host_path(values: Values, _: Kyverno) -> _Found:
    for value, said in host_paths(values):
        yield value, said, "use a volume of another kind"


def _labels(values: Values, kyverno: Kyverno) -> _Found:
    for label in kyverno.labels:
        if label not in _LABELS and not at(values, ("labels", label)):
            yield ("labels", label), f"does not have the label `{label}`", "add it to `values.labels`"


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


@dataclass(frozen=True, slots=True)
class Amount:
    """How much of a resource a container asks for: as written, and where, or nowhere if a LimitRange fills it in."""

    text: str
    value: Route | None

    @property
    def worth(self) -> Decimal:
        return amount(self.text)


Asked = Mapping[tuple[str, str], Amount]


def _no_quantities(values: Values) -> Iterator[Refusal]:
    for kind in _KINDS:
        for resource in _AMOUNTS:
            said = at(values, ("resources", kind, resource))
            if said is not None and not _QUANTITY.match(str(said)):
                yield Refusal(
                    ("resources", kind, resource),
                    f"asks for `{said}` of {resource}, which is no quantity",
                    help="write a number with a Kubernetes suffix: `500m`, `4`, `16Gi`",
                )


def asked_amounts(values: Values, policies: PolicySet) -> Asked:
    """(``requests``, ``cpu``) → what a container asks for after Kubernetes and the LimitRange have filled it in.

    A request that is not there is the limit that is (SetDefaults_Pod), and only then what the LimitRange says.
    """
    found: dict[tuple[str, str], Amount] = {}
    for resource in _AMOUNTS:
        filled = policies.limits.filled(resource)
        for kind, first, bound in (("limits", (), "default"), ("requests", ("limits",), "defaultRequest")):
            places: list[Route] = [("resources", each, resource) for each in (kind, *first)]
            said = next((route for route in places if at(values, route) is not None), None)
            if said is not None:
                each = Amount(str(at(values, said)), said)
            elif bound in filled:
                each = Amount(filled[bound][1], None)
            else:
                continue
            if _is_comparable(each.text):
                found[kind, resource] = each
    return found


def _is_comparable(text: str) -> bool:
    try:
        amount(text)
    except (ArithmeticError, KeyError):
        return False
    return True


def _by_limits(policies: PolicySet, asked: Asked) -> Iterator[Refusal]:
    """What the API server and the LimitRanger refuse of a container (k8s.io plugin/pkg/admission/limitranger)."""
    for resource in _AMOUNTS:
        request, limit = asked.get(("requests", resource)), asked.get(("limits", resource))
        bounds = policies.limits.filled(resource)
        if request is not None and limit is not None and request.worth > limit.worth:
            said = f"requests {request.text} of {resource}, more than its limit of {limit.text}"
            place = request.value or limit.value
            if place is not None:
                told: Route = () if request.value and limit.value else ("limits",)
                yield Refusal(place, said, told, help="raise the limit, or request less")
        for amounts in (request,) if request == limit else (request, limit):
            if amounts is not None and amounts.value is not None:
                yield from _beyond(amounts, resource, bounds)


def _beyond(asked: Amount, resource: str, bounds: Mapping[str, tuple[str, str]]) -> Iterator[Refusal]:
    for bound, words in (("min", "less than the least"), ("max", "more than the most")):
        if bound in bounds and asked.value is not None:
            key, text = bounds[bound]
            less, more = asked.worth < amount(text), asked.worth > amount(text)
            if less if bound == "min" else more:
                said = f"asks for {asked.text} of {resource}, {words} that a container may, {text}"
                yield Refusal(asked.value, said, ("limits", key, resource), help="keep within the bound, or move it")


def _by_quota(values: Values, tenant: Tenant, asked: Asked) -> Iterator[Refusal]:
    """What one workload alone has too much of: its quota counts requests, and limits of memory."""
    key = ("autoscaling", "minReplicas") if at(values, ("autoscaling", "enabled")) is True else ("replicas",)
    replicas = at(values, key)
    if not isinstance(replicas, int) or replicas < 1:
        return
    if "pods" in tenant.quotas and replicas > amount(tenant.quotas["pods"]):
        said = f"runs {replicas} Pods, and its team may run {tenant.quotas['pods']}"
        yield Refusal(key, said, ("quotas", "pods"), help="run fewer, or raise the quota")
    told: set[str] = set()
    for kind, resource in _NEEDED:
        each, quota = asked.get((kind, resource)), tenant.quotas.get(resource)
        if quota is None or each is None or resource in told or each.worth * replicas <= amount(quota):
            continue
        told.add(resource)
        alone = each.worth > amount(quota) and each.value is not None
        many = f"{replicas} times " if replicas > 1 else ""
        said = f"asks for {many}{each.text} of {resource}, and its team has {quota}"
        place = each.value if alone and each.value is not None else key
        yield Refusal(place, said, ("quotas", resource), help="ask for less, or raise the quota")
