"""The Pod Security Standards, as far as values of the web-service chart can break them.

They follow kubernetes.io/docs/concepts/security/pod-security-standards, and behave as Kubernetes'
admission (k8s.io/pod-security-admission ``policy``), with which ``tests/judges`` compares them. A
cluster applies the standards of its own version, since no namespace sets another. No function
raises for values that break the chart's schema: ``invalid-values`` reports these.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from itertools import product

from dokaseca_compile.core.data import mapping, sequence
from dokaseca_compile.core.routes import Route, at
from dokaseca_compile.model.common import Values

NEWEST = 1000
"""A minor version of Kubernetes that allows everything that any version allows."""

Violation = tuple[Route, str]
"""The value that breaks a level, and why, as the end of a sentence."""
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
        "SETFCAP",
        "SETGID",
        "SETPCAP",
        "SETUID",
        "SYS_CHROOT",
    }
)
_BASELINE_ONLY = _BASELINE_CAPABILITIES - {"NET_BIND_SERVICE"}
"""The capabilities that the level `baseline` allows and the level `restricted` does not."""
# Name → the first minor version of Kubernetes that treats it as safe.
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
        "secret",
    }
)


def violations(
    values: Values, level: str | None, minor: int = NEWEST
) -> Iterator[tuple[str, Violation]]:
    """Yield what a level forbids in a minor version of Kubernetes.

    Each violation comes with the lowest level that forbids it.
    """
    if level in {"baseline", "restricted"}:
        yield from product(("baseline",), _baseline(values, minor))
    if level == "restricted":
        yield from product(("restricted",), _restricted(values))


def _baseline(values: Values, minor: int) -> Iterator[Violation]:
    if at(values, ("securityContext", "privileged")) is True:
        yield ("securityContext", "privileged"), "is privileged"
    yield from host_paths(values)
    yield from _capabilities(values, lambda name: name not in _BASELINE_CAPABILITIES)
    for context in _CONTEXTS:
        yield from _profiles(values, context)
        yield from _selinux(values, context, minor)
        if at(values, (context, "windowsOptions", "hostProcess")) is True:
            place = (context, "windowsOptions", "hostProcess")
            yield place, "runs as a Windows HostProcess container"
    yield from _sysctls(values, minor)
    yield from _apparmor_annotations(values)
    if at(values, ("securityContext", "procMount")) not in (None, "Default"):
        yield ("securityContext", "procMount"), "does not mask `/proc`"


def _profiles(values: Values, context: str) -> Iterator[Violation]:
    for kind, name in (("seccompProfile", "seccomp"), ("appArmorProfile", "AppArmor")):
        profile = at(values, (context, kind))
        type_ = at(profile, ("type",))
        if profile is None or str(type_) in _PROFILE_TYPES:
            continue
        if type_:
            yield (context, kind, "type"), f"has the {name} profile `{type_}`"
        else:
            yield (context, kind, "type"), f"has a {name} profile without a type"


def _apparmor_annotations(values: Values) -> Iterator[Violation]:
    for key, profile in mapping(values, "podAnnotations").items():
        if key.startswith(_APPARMOR) and not _PROFILE.match(str(profile)):
            yield ("podAnnotations", key), f"has the AppArmor profile `{profile}`"


def _selinux(values: Values, context: str, minor: int) -> Iterator[Violation]:
    kind = at(values, (context, "seLinuxOptions", "type"))
    if kind:
        since = _SELINUX_TYPES.get(str(kind), NEWEST + 1)
        if since > minor:
            place = (context, "seLinuxOptions", "type")
            yield place, f"has the SELinux type `{kind}`{_allowed_from(since)}"
    for key in ("role", "user"):
        if at(values, (context, "seLinuxOptions", key)):
            yield (context, "seLinuxOptions", key), f"sets an SELinux {key}"


def _sysctls(values: Values, minor: int) -> Iterator[Violation]:
    for index, sysctl in enumerate(sequence(values, "podSecurityContext", "sysctls")):
        name = at(sysctl, ("name",))
        since = _SAFE_SYSCTLS.get(str(name), NEWEST + 1)
        place = ("podSecurityContext", "sysctls", index)
        if since > minor and name:
            yield place, f"sets the sysctl `{name}`{_allowed_from(since)}"
        elif since > minor:
            yield place, "sets a sysctl without a name"


def _allowed_from(since: int) -> str:
    return f" (allowed from Kubernetes 1.{since} on)" if since <= NEWEST else ""


def _restricted(values: Values) -> Iterator[Violation]:
    if at(values, ("securityContext", "allowPrivilegeEscalation")) is not False:
        yield ("securityContext", "allowPrivilegeEscalation"), "allows privilege escalation"
    if "ALL" not in sequence(values, "securityContext", "capabilities", "drop"):
        yield ("securityContext", "capabilities", "drop"), "does not drop all capabilities"
    yield from _capabilities(values, _BASELINE_ONLY.__contains__)
    yield from _root(values)
    if all(at(values, (context, "seccompProfile")) is None for context in _CONTEXTS):
        yield ("podSecurityContext", "seccompProfile"), "sets no seccomp profile"
    yield from _volume_types(values)


def _root(values: Values) -> Iterator[Violation]:
    """Yield where Pod or container may run as root; each needs ``runAsNonRoot``, or inherits it."""
    set_in = [context for context in _CONTEXTS if at(values, (context, "runAsNonRoot")) is not None]
    for context in set_in or ("podSecurityContext",):
        if at(values, (context, "runAsNonRoot")) is not True:
            yield (context, "runAsNonRoot"), "may run as root"
    for context in _CONTEXTS:
        user = at(values, (context, "runAsUser"))
        if user == 0 and user is not False:
            yield (context, "runAsUser"), "runs as root"


def _volume_types(values: Values) -> Iterator[Violation]:
    for index, volume in enumerate(sequence(values, "volumes")):
        types = {key for key, each in mapping(volume).items() if each is not None}
        for kind in sorted(types - _VOLUMES - {"name", "hostPath"}):
            yield ("volumes", index, kind), f"mounts a volume of the type `{kind}`"


def _capabilities(values: Values, is_forbidden: Callable[[str], bool]) -> Iterator[Violation]:
    """Yield the added capabilities that a level forbids."""
    place = ("securityContext", "capabilities", "add")
    for index, name in enumerate(sequence(values, *place)):
        if isinstance(name, str) and is_forbidden(name):
            yield (*place, index), f"adds the capability `{name}`"


def host_paths(values: Values) -> Iterator[Violation]:
    """Yield the volumes that are folders of the node."""
    for index, volume in enumerate(sequence(values, "volumes")):
        if at(volume, ("hostPath",)) is not None:
            yield ("volumes", index, "hostPath"), "mounts a path of the node"
