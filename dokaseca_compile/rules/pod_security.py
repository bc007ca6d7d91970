"""Kubernetes' Pod Security Standards, as far as values of the web-service chart can break them.

By kubernetes.io/docs/concepts/security/pod-security-standards, and as its admission judges
(k8s.io/pod-security-admission ``policy``): ``tests/judges`` holds both against each other. All is
total: values that do not fit the chart's schema are another rule's.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from dokaseca_compile.model.common import Values
from dokaseca_compile.routes import Route, at

Broken = tuple[Route, str]
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
_PROFILE = re.compile(r"(runtime/default)?\Z|localhost/")
_CONTEXTS = ("podSecurityContext", "securityContext")
_VOLUMES = frozenset(
    {"configMap", "csi", "downwardAPI", "emptyDir", "ephemeral", "persistentVolumeClaim", "projected", "secret"}
)


def broken(values: Values, level: str) -> Iterator[Broken]:
    """What a level forbids: where it is said, and what is wrong, as the end of a sentence."""
    if level != "privileged":
        yield from _baseline(values)
    if level == "restricted":
        yield from _restricted(values)


def _baseline(values: Values) -> Iterator[Broken]:
    if at(values, ("securityContext", "privileged")) is True:
        yield ("securityContext", "privileged"), "is privileged"
    yield from host_paths(values)
    yield from _capabilities(values, _BASELINE_CAPABILITIES)
    for context in _CONTEXTS:
        yield from _baseline_of(values, context)
    for index, sysctl in enumerate(_items(values, "podSecurityContext", "sysctls")):
        if str(name := at(sysctl, ("name",))) not in _SAFE_SYSCTLS:
            yield ("podSecurityContext", "sysctls", index), f"sets `{name}` of the kernel"
    annotations = at(values, ("podAnnotations",))
    for key, profile in annotations.items() if isinstance(annotations, Mapping) else ():
        if key.startswith(_APPARMOR) and not _PROFILE.match(str(profile)):
            yield ("podAnnotations", key), "has no AppArmor profile"
    if at(values, ("securityContext", "procMount")) not in (None, "Default"):
        yield ("securityContext", "procMount"), "takes the node's `/proc` unmasked"


def _baseline_of(values: Values, context: str) -> Iterator[Broken]:
    """What the Pod's context and the container's may not say alike."""
    for kind, name in (("seccompProfile", "seccomp"), ("appArmorProfile", "AppArmor")):
        if at(values, (context, kind, "type")) == "Unconfined":
            yield (context, kind, "type"), f"has no {name} profile"
    if at(values, (context, "windowsOptions", "hostProcess")) is True:
        yield (context, "windowsOptions", "hostProcess"), "is a process of the host"
    if (kind := at(values, (context, "seLinuxOptions", "type"))) and str(kind) not in _SELINUX_TYPES:
        yield (context, "seLinuxOptions", "type"), f"has the SELinux type `{kind}`"
    for key in ("role", "user"):
        if at(values, (context, "seLinuxOptions", key)):
            yield (context, "seLinuxOptions", key), f"has a SELinux {key} of its own"


def _restricted(values: Values) -> Iterator[Broken]:
    if at(values, ("securityContext", "allowPrivilegeEscalation")) is not False:
        yield ("securityContext", "allowPrivilegeEscalation"), "may gain privileges"
    if "ALL" not in _items(values, "securityContext", "capabilities", "drop"):
        yield ("securityContext", "capabilities", "drop"), "does not drop all capabilities"
    yield from _capabilities(values, frozenset({"NET_BIND_SERVICE"}), _BASELINE_CAPABILITIES)
    said = [context for context in _CONTEXTS if at(values, (context, "runAsNonRoot")) is not None]
    for context in said or ("podSecurityContext",):
        if at(values, (context, "runAsNonRoot")) is not True:
            yield (context, "runAsNonRoot"), "may run as root"
    for context in _CONTEXTS:
        user = at(values, (context, "runAsUser"))
        if user == 0 and user is not False:
            yield (context, "runAsUser"), "runs as root"
    if all(at(values, (context, "seccompProfile")) is None for context in _CONTEXTS):
        yield ("podSecurityContext", "seccompProfile"), "says no seccomp profile"
    for index, volume in enumerate(_items(values, "volumes")):
        others = set(volume) - _VOLUMES - {"name", "hostPath"} if isinstance(volume, Mapping) else ()
        for kind in sorted(others):
            yield ("volumes", index, kind), f"mounts a volume of the kind `{kind}`"


def _capabilities(values: Values, allowed: frozenset[str], also: frozenset[str] | None = None) -> Iterator[Broken]:
    """What is added beyond what is allowed; with ``also``, only what that allows and another check is silent about."""
    for index, name in enumerate(_items(values, "securityContext", "capabilities", "add")):
        if isinstance(name, str) and name not in allowed and (also is None or name in also):
            yield ("securityContext", "capabilities", "add", index), f"adds the capability `{name}`"


def host_paths(values: Values) -> Iterator[Broken]:
    """The volumes that are folders of the node."""
    for index, volume in enumerate(_items(values, "volumes")):
        if isinstance(volume, Mapping) and "hostPath" in volume:
            yield ("volumes", index, "hostPath"), "mounts a path of the node"


def _items(values: Any, *route: str) -> list[Any]:
    found = at(values, route)
    return found if isinstance(found, list) else []
