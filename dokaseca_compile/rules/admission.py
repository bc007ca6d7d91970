"""What a cluster has against the Pods that the web-service chart makes of some values, by the policies that hold there.

Each check takes the values as the chart gets them, its own included, and yields ``Refusal`` values. All are total:
values that do not fit the chart's schema are another rule's.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from dokaseca_compile.model.common import Values
from dokaseca_compile.model.policies import Kyverno, PodSecurity, PolicySet, amount
from dokaseca_compile.resolve.resolved import Tenant
from dokaseca_compile.routes import Route

# As Kubernetes reads it (k8s.io/apimachinery pkg/api/resource ParseQuantity), without a minus.
_QUANTITY = re.compile(r"\+?([0-9]+\.?[0-9]*|\.[0-9]+)([numkMGTPE]|[KMGTPE]i|[eE][+-]?[0-9]{1,2})?\Z")
_AMOUNTS = ("cpu", "memory")
_KINDS = ("requests", "limits")
# The labels of a Pod that the chart itself gives it.
_LABELS = frozenset(f"app.kubernetes.io/{each}" for each in ("name", "instance", "version", "managed-by", "part-of"))
_NEEDED = (("requests", "cpu"), ("requests", "memory"), ("limits", "memory"))


@dataclass(frozen=True, slots=True)
class Refusal:
    """What is wrong with a workload, as the end of a sentence; the value that is to blame; what says so; the way out.

    ``policy`` is a route below the policy set, empty where Kubernetes itself says so, or ``quotas`` and the resource.
    """

    value: Route
    said: str
    policy: Route = ()
    enforced: bool = True
    help: str = ""


def refusals(values: Values, policies: PolicySet, tenant: Tenant) -> Iterator[Refusal]:
    """Everything that a namespace of a team has against a workload with these values."""
    faulty = list(_no_quantities(values))
    yield from faulty
    yield from _no_range(values)
    yield from _by_kyverno(values, policies.kyverno)
    if policies.pod_security is not None:
        yield from _by_pod_security(values, policies.pod_security)
    if not faulty:
        asked = _asked(values, policies)
        yield from _by_limits(policies, asked)
        yield from _by_quota(values, tenant, asked)


def at(values: Any, *route: str | int) -> Any:
    """What is at a place, ``None`` where nothing is."""
    for key in route:
        values = values.get(key) if isinstance(values, Mapping) else None
    return values


def _items(values: Any, *route: str) -> list[Any]:
    found = at(values, *route)
    return found if isinstance(found, list) else []


def _by_kyverno(values: Values, kyverno: Kyverno) -> Iterator[Refusal]:
    """The patterns in ``assets/policies``, of which Kyverno makes rules on Deployments too: so nothing is filled in."""
    for index, policy in enumerate(kyverno.policies):
        for value, said, help_ in _CHECKS[policy](values, kyverno) if policy in _CHECKS else ():
            yield Refusal(value, said, ("kyverno", "policies", index), kyverno.action == "enforce", help_)


def _no_range(values: Values) -> Iterator[Refusal]:
    """The API server refuses it (k8s.io/kubernetes pkg/apis/autoscaling/validation)."""
    scaling = at(values, "autoscaling")
    least, most = at(scaling, "minReplicas"), at(scaling, "maxReplicas")
    if at(scaling, "enabled") is True and isinstance(least, int) and isinstance(most, int) and least > most:
        said = f"scales from {least} Pods to {most}, which is less"
        yield Refusal(("autoscaling", "maxReplicas"), said, help="raise `maxReplicas`")


_Found = Iterator[tuple[Route, str, str]]


def _resources(values: Values, _: Kyverno) -> _Found:
    for kind, resource in _NEEDED:
        if at(values, "resources", kind, resource) in (None, ""):
            verb = "requests no" if kind == "requests" else "has no limit of"
            yield ("resources", kind, resource), f"{verb} {resource}", f"set `resources.{kind}.{resource}`"


def _probes(values: Values, _: Kyverno) -> _Found:
    for kind in ("liveness", "readiness"):
        if not at(values, "probes", kind, "enabled"):
            yield ("probes", kind, "enabled"), f"has no {kind} probe", f"let `probes.{kind}.enabled` be `true`"


def _node_port(values: Values, _: Kyverno) -> _Found:
    if at(values, "service", "type") == "NodePort":
        yield ("service", "type"), "has a Service of type `NodePort`", "use `ClusterIP` with an ingress or a route"


def _host_path(values: Values, _: Kyverno | None = None) -> _Found:
    for index, volume in enumerate(_items(values, "volumes")):
        if isinstance(volume, Mapping) and "hostPath" in volume:
            yield ("volumes", index, "hostPath"), "mounts a path of the node", "use a volume of another kind"


def _labels(values: Values, kyverno: Kyverno) -> _Found:
    for label in kyverno.labels:
        if label not in _LABELS and not at(values, "labels", label):
            yield ("labels", label), f"does not have the label `{label}`", "add it to `values.labels`"


_CHECKS: Mapping[str, Callable[[Values, Kyverno], _Found]] = {
    "disallow-host-path": _host_path,
    "disallow-node-port": _node_port,
    "require-labels": _labels,
    "require-probes": _probes,
    "require-requests-and-limits": _resources,
}


# Kubernetes' Pod Security Standards (kubernetes.io/docs/concepts/security/pod-security-standards), as far as values
# of the chart can break them.
_BASELINE_CAPABILITIES = frozenset(
    {"AUDIT_WRITE", "CHOWN", "DAC_OVERRIDE", "FOWNER", "FSETID", "KILL", "MKNOD", "NET_BIND_SERVICE"}
    | {"SETFCAP", "SETGID", "SETPCAP", "SETUID", "SYS_CHROOT"}
)
_SAFE_SYSCTLS = frozenset(
    {"kernel.shm_rmid_forced"}
    | {f"net.ipv4.ip_{name}" for name in ("local_port_range", "local_reserved_ports", "unprivileged_port_start")}
    | {f"net.ipv4.tcp_{name}" for name in ("fin_timeout", "rmem", "syncookies", "wmem")}
    | {f"net.ipv4.tcp_keepalive_{name}" for name in ("intvl", "probes", "time")}
    | {"net.ipv4.ping_group_range"}
)
_SELINUX_TYPES = frozenset({"container_t", "container_init_t", "container_kvm_t", "container_engine_t"})
_APPARMOR = "container.apparmor.security.beta.kubernetes.io/"
_CONTEXTS = ("podSecurityContext", "securityContext")
_VOLUMES = frozenset(
    {"configMap", "csi", "downwardAPI", "emptyDir", "ephemeral", "persistentVolumeClaim", "projected", "secret"}
)


def _by_pod_security(values: Values, security: PodSecurity) -> Iterator[Refusal]:
    broken: set[tuple[Route, str]] = set()
    modes = (("enforce", security.enforce), ("warn", security.warn), ("audit", security.audit))
    for mode, level in modes:
        for value, said in _broken(values, level) if level is not None else ():
            if (value, said) not in broken:
                broken.add((value, said))
                said = f"{said}, which the level `{level}` forbids"  # noqa: PLW2901
                yield Refusal(
                    value, said, ("podSecurity", mode), mode == "enforce", "delete what the chart says better"
                )


def _broken(values: Values, level: str) -> Iterator[tuple[Route, str]]:
    if level != "privileged":
        yield from _baseline(values)
    if level == "restricted":
        yield from _restricted(values)


def _baseline(values: Values) -> Iterator[tuple[Route, str]]:
    if at(values, "securityContext", "privileged") is True:
        yield ("securityContext", "privileged"), "is privileged"
    yield from ((value, said) for value, said, _ in _host_path(values))
    yield from _capabilities(values, _BASELINE_CAPABILITIES)
    for context in _CONTEXTS:
        yield from _baseline_of(values, context)
    for index, sysctl in enumerate(_items(values, "podSecurityContext", "sysctls")):
        if (name := at(sysctl, "name")) not in _SAFE_SYSCTLS:
            yield ("podSecurityContext", "sysctls", index), f"sets `{name}` of the kernel"
    for key, profile in (at(values, "podAnnotations") or {}).items():
        if key.startswith(_APPARMOR) and not re.match(r"(runtime/default)?\Z|localhost/", str(profile)):
            yield ("podAnnotations", key), "has no AppArmor profile"
    if at(values, "securityContext", "procMount") not in (None, "Default"):
        yield ("securityContext", "procMount"), "takes the node's `/proc` unmasked"


def _baseline_of(values: Values, context: str) -> Iterator[tuple[Route, str]]:
    """What the Pod's context and the container's may not say alike."""
    for kind, name in (("seccompProfile", "seccomp"), ("appArmorProfile", "AppArmor")):
        if at(values, context, kind, "type") == "Unconfined":
            yield (context, kind, "type"), f"has no {name} profile"
    if at(values, context, "windowsOptions", "hostProcess") is True:
        yield (context, "windowsOptions", "hostProcess"), "is a process of the host"
    if (kind := at(values, context, "seLinuxOptions", "type")) and kind not in _SELINUX_TYPES:
        yield (context, "seLinuxOptions", "type"), f"has the SELinux type `{kind}`"
    for key in ("role", "user"):
        if at(values, context, "seLinuxOptions", key):
            yield (context, "seLinuxOptions", key), f"has a SELinux {key} of its own"


def _restricted(values: Values) -> Iterator[tuple[Route, str]]:
    if at(values, "securityContext", "allowPrivilegeEscalation") is not False:
        yield ("securityContext", "allowPrivilegeEscalation"), "may gain privileges"
    if "ALL" not in _items(values, "securityContext", "capabilities", "drop"):
        yield ("securityContext", "capabilities", "drop"), "does not drop all capabilities"
    yield from _capabilities(values, frozenset({"NET_BIND_SERVICE"}), _BASELINE_CAPABILITIES)
    said = [context for context in _CONTEXTS if at(values, context, "runAsNonRoot") is not None]
    for context in said or ("podSecurityContext",):
        if at(values, context, "runAsNonRoot") is not True:
            yield (context, "runAsNonRoot"), "may run as root"
    for context in _CONTEXTS:
        user = at(values, context, "runAsUser")
        if user == 0 and user is not False:
            yield (context, "runAsUser"), "runs as root"
    if all(at(values, context, "seccompProfile") is None for context in _CONTEXTS):
        yield ("podSecurityContext", "seccompProfile"), "says no seccomp profile"
    for index, volume in enumerate(_items(values, "volumes")):
        others = set(volume) - _VOLUMES - {"name", "hostPath"} if isinstance(volume, Mapping) else ()
        for kind in sorted(others):
            yield ("volumes", index, kind), f"mounts a volume of the kind `{kind}`"


def _capabilities(
    values: Values, allowed: frozenset[str], also: frozenset[str] | None = None
) -> Iterator[tuple[Route, str]]:
    """What is added beyond what is allowed; with ``also``, only what that allows and another check is silent about."""
    for index, name in enumerate(_items(values, "securityContext", "capabilities", "add")):
        if isinstance(name, str) and name not in allowed and (also is None or name in also):
            yield ("securityContext", "capabilities", "add", index), f"adds the capability `{name}`"


@dataclass(frozen=True, slots=True)
class _Amount:
    """How much of a resource a container asks for: as written, and where, or nowhere if a LimitRange fills it in."""

    text: str
    value: Route | None

    @property
    def worth(self) -> Decimal:
        return amount(self.text)


_Asked = Mapping[tuple[str, str], _Amount]


def _no_quantities(values: Values) -> Iterator[Refusal]:
    for kind in _KINDS:
        for resource in _AMOUNTS:
            said = at(values, "resources", kind, resource)
            if said is not None and not _QUANTITY.match(str(said)):
                yield Refusal(
                    ("resources", kind, resource),
                    f"asks for `{said}` of {resource}, which is no quantity",
                    help="write a number with a Kubernetes suffix: `500m`, `4`, `16Gi`",
                )


def _asked(values: Values, policies: PolicySet) -> _Asked:
    """(``requests``, ``cpu``) → what a container asks for after Kubernetes and the LimitRange have filled it in.

    A request that is not there is the limit that is (SetDefaults_Pod), and only then what the LimitRange says.
    """
    found: dict[tuple[str, str], _Amount] = {}
    for resource in _AMOUNTS:
        filled = policies.limits.filled(resource)
        for kind, first, bound in (("limits", (), "default"), ("requests", ("limits",), "defaultRequest")):
            places: list[Route] = [("resources", each, resource) for each in (kind, *first)]
            said = next((route for route in places if at(values, *route) is not None), None)
            if said is not None:
                each = _Amount(str(at(values, *said)), said)
            elif bound in filled:
                each = _Amount(filled[bound][1], None)
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


def _by_limits(policies: PolicySet, asked: _Asked) -> Iterator[Refusal]:
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


def _beyond(asked: _Amount, resource: str, bounds: Mapping[str, tuple[str, str]]) -> Iterator[Refusal]:
    for bound, words in (("min", "less than the least"), ("max", "more than the most")):
        if bound in bounds and asked.value is not None:
            key, text = bounds[bound]
            less, more = asked.worth < amount(text), asked.worth > amount(text)
            if less if bound == "min" else more:
                said = f"asks for {asked.text} of {resource}, {words} that a container may, {text}"
                yield Refusal(asked.value, said, ("limits", key, resource), help="keep within the bound, or move it")


def _by_quota(values: Values, tenant: Tenant, asked: _Asked) -> Iterator[Refusal]:
    """What one workload alone has too much of: its quota counts requests, and limits of memory."""
    key = ("autoscaling", "minReplicas") if at(values, "autoscaling", "enabled") is True else ("replicas",)
    replicas = at(values, *key)
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
