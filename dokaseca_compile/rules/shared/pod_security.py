"""Kubernetes' Pod Security Standards, as far as values of the web-service chart can break them.

By kubernetes.io/docs/concepts/security/pod-security-standards, and as its admission judges
(k8s.io/pod-security-admission ``policy``): ``tests/judges`` holds both against each other. A cluster
judges as its own version does, since no namespace names another. All is total: values that do not
fit the chart's schema are another rule's.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from dokaseca_compile.core.routes import Route, at
from dokaseca_compile.model.common import Values

NEWEST = 1000
"""A minor version of Kubernetes that allows what any version allows."""

Broken = tuple[Route, str]
_BASELINE_CAPABILITIES = frozenset(
    {
        "AUDIT_WRITE",
        "CHOWN",
        "DAC_OVERRIDE",
        "FOWNER",
        "FSETID",
        "KILL",
        "MKNOD",
        "NET_BIND_SERVICE",
    }
    | {"SETFCAP", "SETGID", "SETPCAP", "SETUID", "SYS_CHROOT"}
)
# Name → the minor version of Kubernetes that takes it for safe first.
_SAFE_SYSCTLS: Mapping[str, int] = {
    "kernel.shm_rmid_forced": 0,
    "net.ipv4.ip_local_port_range": 0,
    "net.ipv4.ip_unprivileged_port_start": 0,
    "net.ipv4.ping_group_range": 0,
    "net.ipv4.tcp_syncookies": 0,
    "net.ipv4.ip_local_reserved_ports": 27,
    "net.ipv4.tcp_fin_timeout": 29,
    "net.ipv4.tcp_keepalive_intvl": 29,
    "net.ipv4.tcp_keepalive_probes": 29,
    "net.ipv4.tcp_keepalive_time": 29,
    "net.ipv4.tcp_rmem": 32,
    "net.ipv4.tcp_wmem": 32,
}
_SELINUX_TYPES: Mapping[str, int] = {
    "container_t": 0,
    "container_init_t": 0,
    "container_kvm_t": 0,
    "container_engine_t": 31,
}
_PROFILE_TYPES = frozenset({"RuntimeDefault", "Localhost"})
_APPARMOR = "container.apparmor.security.beta.kubernetes.io/"
_PROFILE = re.compile(r"(runtime/default)?\Z|localhost/")
_CONTEXTS = ("podSecurityContext", "securityContext")
_VOLUMES = frozenset(
    {
        "configMap",
        "csi",
        "downwardAPI",
        "emptyDir",
        "ephemeral",
        "image",
        "persistentVolumeClaim",
        "projected",
    }
    | {"secret"}
)


def broken(values: Values, level: str, minor: int = NEWEST) -> Iterator[tuple[str, Broken]]:
    """What a level forbids in a minor version of Kubernetes: the lowest level that does, where it is said, and what is
    wrong, as the end of a sentence.
    """
    if level != "privileged":
        yield from (("baseline", each) for each in _baseline(values, minor))
    if level == "restricted":
        yield from (("restricted", each) for each in _restricted(values))


def _baseline(values: Values, minor: int) -> Iterator[Broken]:
    if at(values, ("securityContext", "privileged")) is True:
        yield ("securityContext", "privileged"), "is privileged"
    yield from host_paths(values)
    yield from _capabilities(values, _BASELINE_CAPABILITIES)
    for context in _CONTEXTS:
        yield from _profiles(values, context)
        yield from _selinux(values, context, minor)
        if at(values, (context, "windowsOptions", "hostProcess")) is True:
            yield (context, "windowsOptions", "hostProcess"), "is a process of the host"
    yield from _sysctls(values, minor)
    annotations = at(values, ("podAnnotations",))
    for key, profile in annotations.items() if isinstance(annotations, Mapping) else ():
        if key.startswith(_APPARMOR) and not _PROFILE.match(str(profile)):
            yield ("podAnnotations", key), f"has the AppArmor profile `{profile}`"
    if at(values, ("securityContext", "procMount")) not in (None, "Default"):
        yield ("securityContext", "procMount"), "takes the node's `/proc` unmasked"


def _profiles(values: Values, context: str) -> Iterator[Broken]:
    for kind, name in (("seccompProfile", "seccomp"), ("appArmorProfile", "AppArmor")):
        profile = at(values, (context, kind))
        said = at(profile, ("type",))
        if profile is not None and str(said) not in _PROFILE_TYPES:
            wrong = (
                f"has the {name} profile `{said}`"
                if said
                else f"has a {name} profile without a type"
            )
            yield (context, kind, "type"), wrong


def _selinux(values: Values, context: str, minor: int) -> Iterator[Broken]:
    if kind := at(values, (context, "seLinuxOptions", "type")):
        since = _SELINUX_TYPES.get(str(kind), NEWEST + 1)
        if since > minor:
            yield (
                (context, "seLinuxOptions", "type"),
                f"has the SELinux type `{kind}`{_from(since)}",
            )
    for key in ("role", "user"):
        if at(values, (context, "seLinuxOptions", key)):
            yield (context, "seLinuxOptions", key), f"has a SELinux {key} of its own"


def _sysctls(values: Values, minor: int) -> Iterator[Broken]:
    for index, sysctl in enumerate(_items(values, "podSecurityContext", "sysctls")):
        name = at(sysctl, ("name",))
        since = _SAFE_SYSCTLS.get(str(name), NEWEST + 1)
        if since > minor:
            what = (
                f"`{name}` of the kernel{_from(since)}"
                if name
                else "something of the kernel that it does not name"
            )
            yield ("podSecurityContext", "sysctls", index), f"sets {what}"


def _from(since: int) -> str:
    return f" (allowed from Kubernetes 1.{since} on)" if since <= NEWEST else ""


def _restricted(values: Values) -> Iterator[Broken]:
    if at(values, ("securityContext", "allowPrivilegeEscalation")) is not False:
        yield ("securityContext", "allowPrivilegeEscalation"), "may gain privileges"
    if "ALL" not in _items(values, "securityContext", "capabilities", "drop"):
        yield ("securityContext", "capabilities", "drop"), "does not drop all capabilities"
    yield from _capabilities(values, frozenset({"NET_BIND_SERVICE"}), _BASELINE_CAPABILITIES)
    asked = [context for context in _CONTEXTS if at(values, (context, "runAsNonRoot")) is not None]
    for context in asked or ("podSecurityContext",):
        if at(values, (context, "runAsNonRoot")) is not True:
            yield (context, "runAsNonRoot"), "may run as root"
    for context in _CONTEXTS:
        user = at(values, (context, "runAsUser"))
        if user == 0 and user is not False:
            yield (context, "runAsUser"), "runs as root"
    if all(at(values, (context, "seccompProfile")) is None for context in _CONTEXTS):
        yield ("podSecurityContext", "seccompProfile"), "says no seccomp profile"
    for index, volume in enumerate(_items(values, "volumes")):
        said = (
            {key for key, each in volume.items() if each is not None}
            if isinstance(volume, Mapping)
            else set()
        )
        for kind in sorted(said - _VOLUMES - {"name", "hostPath"}):
            yield ("volumes", index, kind), f"mounts a volume of the kind `{kind}`"


def _capabilities(
    values: Values, allowed: frozenset[str], also: frozenset[str] | None = None
) -> Iterator[Broken]:
    """What is added beyond what is allowed; with ``also``, only what that allows and another check is silent about."""
    for index, name in enumerate(_items(values, "securityContext", "capabilities", "add")):
        if isinstance(name, str) and name not in allowed and (also is None or name in also):
            yield ("securityContext", "capabilities", "add", index), f"adds the capability `{name}`"


def host_paths(values: Values) -> Iterator[Broken]:
    """The volumes that are folders of the node."""
    for index, volume in enumerate(_items(values, "volumes")):
        if at(volume, ("hostPath",)) is not None:
            yield ("volumes", index, "hostPath"), "mounts a path of the node"


def _items(values: Any, *route: str) -> list[Any]:
    found = at(values, route)
    return found if isinstance(found, list) else []
