"""Helm renders what values say, Kyverno's and Kubernetes' own code judges it: our verdict at compile time is theirs."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from examples import examples
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pod_security import forbidden
from test_kyverno import lets_through

# What the schema refuses is judged as well.
from test_our_charts_rendered import IMAGE, chart_without_schema, folder, merged, objects  # noqa: F401

from dokaseca_compile.charts import built_in
from dokaseca_compile.model.policies import PolicySet
from dokaseca_compile.resolve.merge_values import over_defaults
from dokaseca_compile.resolve.resolved import Tenant
from dokaseca_compile.rules.shared.admission import refusals
from dokaseca_compile.rules.shared.pod_security import NEWEST

JUDGED = ("disallow-host-path", "disallow-node-port", "require-labels", "require-probes", "require-requests-and-limits")
# Those of the golden case, which `lets_through` asks for.
LABELS = ("app.kubernetes.io/name", "acme.example/cost-center")
LEVELS = ("baseline", "restricted")
POLICIES = PolicySet.model_validate(
    {
        "podSecurity": {"enforce": "baseline", "warn": "restricted"},
        "kyverno": {"action": "enforce", "policies": JUDGED, "labels": LABELS},
    }
)
TENANT = Tenant("payments", "dev", "payments", None, {}, {}, (), ("hub",))
APPARMOR = "container.apparmor.security.beta.kubernetes.io"
LABELLED: dict[str, Any] = {"labels": {"acme.example/cost-center": "cc-1"}}

VALUES: dict[str, dict[str, Any]] = {
    "the chart's own": {},
    "an empty label": {"labels": {"acme.example/cost-center": ""}},
    "no label": {"labels": None},
    "no resources": {"resources": None},
    "no requests": {"resources": {"requests": None}},
    "no limits": {"resources": {"limits": None}},
    "no limit of cpu": {"resources": {"limits": {"cpu": None}}},
    "no limit of memory": {"resources": {"limits": {"memory": None}}},
    "no request of cpu": {"resources": {"requests": {"cpu": None}}},
    "an empty request": {"resources": {"requests": {"memory": ""}}},
    "numbers": {"resources": {"requests": {"cpu": 1, "memory": 0}, "limits": {"cpu": 1.5, "memory": 1000000000}}},
    "no liveness": {"probes": {"liveness": {"enabled": False}}},
    "no readiness": {"probes": {"readiness": {"enabled": False}}},
    "no startup": {"probes": {"startup": {"enabled": False}}},
    "node port": {"service": {"type": "NodePort"}},
    "load balancer": {"service": {"type": "LoadBalancer"}},
    "host path": {"volumes": [{"name": "a", "emptyDir": {}}, {"name": "b", "hostPath": {"path": "/"}}]},
    "host path without a folder": {"tmp": {"enabled": False}, "volumes": [{"name": "b", "hostPath": {"path": "/"}}]},
    "no volumes": {"tmp": {"enabled": False}},
    "another volume": {"volumes": [{"name": "b", "nfs": {"path": "/", "server": "a"}}]},
    "a claim": {"volumes": [{"name": "b", "persistentVolumeClaim": {"claimName": "a"}}]},
    "privileged": {"securityContext": {"privileged": True}},
    "escalation": {"securityContext": {"allowPrivilegeEscalation": True}},
    "escalation unsaid": {"securityContext": {"allowPrivilegeEscalation": None}},
    "no context": {"securityContext": None},
    "no context of the Pod": {"podSecurityContext": None},
    "root": {"securityContext": {"runAsNonRoot": False}},
    "root of the Pod": {"podSecurityContext": {"runAsNonRoot": False}},
    "root of the Pod only": {"podSecurityContext": {"runAsNonRoot": False}, "securityContext": {"runAsNonRoot": True}},
    "the user of root": {"securityContext": {"runAsUser": 0}},
    "another user": {"podSecurityContext": {"runAsUser": 1000}},
    "the capability": {"securityContext": {"capabilities": {"add": ["NET_BIND_SERVICE"]}}},
    "a capability": {"securityContext": {"capabilities": {"add": ["CHOWN"]}}},
    "a strong capability": {"securityContext": {"capabilities": {"add": ["SYS_ADMIN"]}}},
    "capabilities kept": {"securityContext": {"capabilities": {"drop": ["CHOWN"]}}},
    "no profile": {"podSecurityContext": {"seccompProfile": None}},
    "unconfined": {"podSecurityContext": {"seccompProfile": {"type": "Unconfined"}}},
    "unconfined in the container": {"securityContext": {"seccompProfile": {"type": "Unconfined"}}},
    "a profile of the container": {
        "podSecurityContext": {"seccompProfile": None},
        "securityContext": {"seccompProfile": {"type": "RuntimeDefault"}},
    },
    "proc": {"securityContext": {"procMount": "Unmasked"}},
    "no AppArmor": {"podSecurityContext": {"appArmorProfile": {"type": "Unconfined"}}},
    "no AppArmor in the container": {"securityContext": {"appArmorProfile": {"type": "Unconfined"}}},
    "AppArmor": {"securityContext": {"appArmorProfile": {"type": "Localhost", "localhostProfile": "a"}}},
    "no AppArmor as before": {"podAnnotations": {f"{APPARMOR}/web-service": "unconfined"}},
    "AppArmor as before": {"podAnnotations": {f"{APPARMOR}/web-service": "localhost/a", "other": "unconfined"}},
    "the default AppArmor as before": {"podAnnotations": {f"{APPARMOR}/web-service": "runtime/default"}},
    "a process of the host": {"podSecurityContext": {"windowsOptions": {"hostProcess": True}}},
    "no process of the host": {"podSecurityContext": {"windowsOptions": {"hostProcess": False, "runAsUserName": "a"}}},
    "a SELinux type": {"securityContext": {"seLinuxOptions": {"type": "spc_t"}}},
    "a SELinux type of containers": {"securityContext": {"seLinuxOptions": {"type": "container_kvm_t", "level": "s0"}}},
    "a SELinux user": {"podSecurityContext": {"seLinuxOptions": {"user": "root"}}},
    "a SELinux role": {"securityContext": {"seLinuxOptions": {"role": "sysadm_r"}}},
    **{
        name: {"podSecurityContext": {"sysctls": [{"name": name, "value": "1"}]}}
        for name in ("kernel.msgmax", "kernel.shm_rmid_forced", "net.ipv4.tcp_rmem", "net.core.somaxconn")
    },
}


def ours(values: dict[str, Any], minor: int = NEWEST) -> set[str]:
    """What we say refuses it: names of policies, and levels."""
    found = refusals(over_defaults(values, built_in().values), POLICIES, TENANT, minor)
    places = {each.policy for each in found if each.policy}
    levels = {level for mode, level in zip(("enforce", "warn"), LEVELS, strict=True) if ("podSecurity", mode) in places}
    # What the lower level forbids, the higher one does: it is told once.
    levels |= {"restricted"} if levels else set()
    return levels | {JUDGED[int(place[2])] for place in places if place[0] == "kyverno"}


def theirs(found: dict[str, dict[str, Any]]) -> Iterator[str]:
    """The same of those that judge what is rendered: Kyverno's patterns, and Kubernetes' admission."""
    template = found["Deployment"]["spec"]["template"]
    judged = {"disallow-node-port": found["Service"], "require-probes": found["Deployment"]}
    for policy in JUDGED:
        if not lets_through(policy, judged.get(policy, template)):
            yield policy
    for level in LEVELS:
        if forbidden(level, [template]) != [[]]:
            yield level


@pytest.mark.parametrize("name", VALUES)
def test_our_verdict_is_theirs(name: str, chart_without_schema: Any, folder: Path) -> None:  # noqa: F811
    values = merged(IMAGE, LABELLED, VALUES[name])
    assert ours(values) == set(theirs(objects(chart_without_schema, values)))


def test_every_policy_is_broken_by_something() -> None:
    assert set().union(*(ours(merged(IMAGE, LABELLED, each)) for each in VALUES.values())) == {*JUDGED, *LEVELS}
    assert ours(merged(IMAGE, LABELLED)) == set()


def _some(**options: Any) -> st.SearchStrategy[dict[str, Any]]:
    """A mapping with up to two of the keys, so that one fault does not hide the others."""
    made = (
        st.tuples(st.just(key), each if isinstance(each, st.SearchStrategy) else st.sampled_from(each))
        for key, each in options.items()
    )
    return st.lists(st.one_of(*made), max_size=2).map(dict)


_CAPABILITIES = st.lists(st.sampled_from(("ALL", "CHOWN", "NET_BIND_SERVICE", "NET_RAW", "SYS_ADMIN")), max_size=2)
_TYPES = ({}, *({"type": each} for each in ("RuntimeDefault", "Localhost", "Unconfined", "runtime/default", None)))
_BOTH: dict[str, Any] = {
    "runAsNonRoot": (True, False, None),
    "runAsUser": (0, 1000),
    "seccompProfile": (*_TYPES, None),
    "appArmorProfile": _TYPES,
    "seLinuxOptions": _some(
        type=("", "container_t", "container_engine_t", "spc_t"), user=("", "root"), role=("", "a"), level=("s0",)
    ),
    "windowsOptions": _some(hostProcess=(True, False)),
}
_CONTAINER: dict[str, Any] = {
    "allowPrivilegeEscalation": (True, False, None),
    "privileged": (True, False),
    "procMount": ("Default", "Unmasked"),
    "capabilities": _some(add=_CAPABILITIES, drop=_CAPABILITIES),
}
_SYSCTLS = st.sampled_from(("kernel.sem", "kernel.shm_rmid_forced")) | st.sampled_from(
    ("net.ipv4.ip_local_reserved_ports", "net.ipv4.tcp_fin_timeout", "net.ipv4.tcp_keepalive_time", "net.ipv4.tcp_wmem")
)
_VOLUMES = st.sampled_from(
    (
        {"csi": {"driver": "a"}},
        {"emptyDir": {}},
        {"ephemeral": {}},
        {"hostPath": {"path": "/"}},
        {"hostPath": None, "emptyDir": {}},
        {"image": {"reference": "a@sha256:b"}},
        {"iscsi": {"targetPortal": "a", "iqn": "b", "lun": 0}},
        {"nfs": {"path": "/", "server": "a"}},
        {"projected": {}},
    )
)
_PROFILES = st.sampled_from(("unconfined", "runtime/default", "localhost/a"))
SECURITY = _some(
    podSecurityContext=_some(**_BOTH, sysctls=st.lists(st.builds(lambda name: {"name": name, "value": "1"}, _SYSCTLS))),
    securityContext=_some(**_BOTH, **_CONTAINER),
    volumes=st.lists(_VOLUMES, max_size=2).map(
        lambda found: [{"name": f"v{index}", **each} for index, each in enumerate(found)]
    ),
    podAnnotations=st.dictionaries(st.sampled_from((f"{APPARMOR}/web-service", "other")), _PROFILES),
)


@given(SECURITY, st.sampled_from((25, 27, 28, 29, 31, 32, 34)))
@settings(max_examples=examples(200), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_pod_security_is_kubernetes_own(
    chart_without_schema: Any,  # noqa: F811
    folder: Path,  # noqa: F811
    security: dict[str, Any],
    minor: int,
) -> None:
    """Whatever is said of security, each level is broken for us when it is for Kubernetes of that version."""
    values = merged(IMAGE, LABELLED, security)
    template = objects(chart_without_schema, values)["Deployment"]["spec"]["template"]
    said = ours(values, minor) & set(LEVELS)
    assert said == {level for level in LEVELS if forbidden(level, [template], minor) != [[]]}
