"""How Pods run and are replaced: strategy, security, tolerations, resources, annotations.

Sources: ``ValidateDeploymentStrategy`` (k8s.io/kubernetes pkg/apis/apps/validation),
``ValidateSecurityContext``, ``validateSeccompProfileField``, ``ValidateTolerations``,
``validateResourceRequirements`` and their neighbours (pkg/apis/core/validation).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from dokaseca_compile.charts.checks.base import (
    CONTAINER,
    Contradiction,
    items,
    mapping,
    repeated,
    strings,
    worth,
)
from dokaseca_compile.core.routes import Route, at
from dokaseca_compile.model.common import Values

_CONTEXTS = ("podSecurityContext", "securityContext")
_APPARMOR = "container.apparmor.security.beta.kubernetes.io/"
_LOCALHOST = "localhost/"
_MOST_OF_ANNOTATIONS = 256 * 1024
"""Bytes of all annotations of an object (``ValidateAnnotationsSize``)."""
_OWN_ANNOTATIONS = 128
_ANNOTATED: tuple[Route, ...] = (
    ("annotations",),
    ("podAnnotations",),
    ("service", "annotations"),
    ("serviceAccount", "annotations"),
    ("ingress", "annotations"),
    ("httpRoute", "annotations"),
)
# What `_by_limits` of refused-workload compares, with what a LimitRange fills in.
_ELSEWHERE = frozenset({"cpu", "memory"})


def check(values: Values) -> Iterator[Contradiction]:
    """Check what holds for the Pods as a whole."""
    yield from _strategy(values)
    yield from _privileges(values)
    yield from _root(values)
    yield from _profiles(values)
    yield from _windows(values)
    yield from repeated(_sysctls(values), "the kernel parameter", "keep one of them")
    for index, toleration in items(values, "tolerations"):
        yield from _toleration(("tolerations", index), toleration)
    yield from _resources(values)
    yield from _annotations(values)


def _sysctls(values: Values) -> Iterator[tuple[Route, Any]]:
    for index, each in items(values, "podSecurityContext", "sysctls"):
        yield ("podSecurityContext", "sysctls", index, "name"), each.get("name")


def _strategy(values: Values) -> Iterator[Contradiction]:
    kind = at(values, ("strategy", "type"))
    place: Route = ("strategy", "rollingUpdate")
    rolling = mapping(values, *place)
    if kind == "Recreate" and rolling:
        # The chart leaves it out: Kubernetes refuses it.
        said = "has a `rollingUpdate`, which the strategy `Recreate` does not have"
        help_ = "delete it, or set `type: RollingUpdate`"
        yield Contradiction(place, said, help_, ("strategy", "type"), ignored=True)
    surge, unavailable = rolling.get("maxSurge"), rolling.get("maxUnavailable")
    if kind == "RollingUpdate" and _is_zero(surge) and _is_zero(unavailable):
        said = "may have neither a Pod more nor a Pod less while a new version takes over"
        help_ = "let `maxSurge` or `maxUnavailable` be 1 or more"
        yield Contradiction((*place, "maxSurge"), said, help_, (*place, "maxUnavailable"))


def _is_zero(amount: Any) -> bool:
    """Whether it is no Pod at all: ``0``, ``0%``."""
    if isinstance(amount, bool) or amount is None:
        return False
    return str(amount).removesuffix("%").strip("0") in ("", ".") and str(amount) != "%"


def _privileges(values: Values) -> Iterator[Contradiction]:
    context = mapping(values, "securityContext")
    place: Route = ("securityContext", "allowPrivilegeEscalation")
    if at(values, ("securityContext", "procMount")) == "Unmasked":
        said = "takes the node's `/proc` unmasked, which Kubernetes allows in a user namespace only"
        yield Contradiction(("securityContext", "procMount"), said, "delete it")
    if context.get("allowPrivilegeEscalation") is not False:
        return
    help_ = "set `securityContext.allowPrivilegeEscalation: true` as well, or delete it"
    if context.get("privileged") is True:
        said = "is privileged and may not gain privileges"
        yield Contradiction(("securityContext", "privileged"), said, help_, place)
    for index, name in enumerate(strings(context, "capabilities", "add")):
        if name == "CAP_SYS_ADMIN":
            said = "adds the capability `CAP_SYS_ADMIN` and may not gain privileges"
            added: Route = ("securityContext", "capabilities", "add", index)
            yield Contradiction(added, said, help_, place)


def _root(values: Values) -> Iterator[Contradiction]:
    """Check that a container that must not be root is not: the kubelet does not start it."""
    user = _effective(values, "runAsUser")
    rule = _effective(values, "runAsNonRoot")
    is_root = user is not None and user[1] == 0 and not isinstance(user[1], bool)
    if user is not None and is_root and rule is not None and rule[1] is True:
        said = "runs as the user 0, which is root, and `runAsNonRoot` forbids that"
        help_ = "name another user, or set `runAsNonRoot: false`"
        yield Contradiction(user[0], said, help_, rule[0])


def _effective(values: Values, key: str) -> tuple[Route, Any] | None:
    """Return where a setting is given and what it is: the container's wins over that of the Pod."""
    for context in reversed(_CONTEXTS):
        found = at(values, (context, key))
        if found is not None:
            return (context, key), found
    return None


def _profiles(values: Values) -> Iterator[Contradiction]:
    """Check that a profile is named exactly where its type is ``Localhost``."""
    for context in _CONTEXTS:
        for kind in ("seccompProfile", "appArmorProfile"):
            profile = mapping(values, context, kind)
            local, name = profile.get("type") == "Localhost", profile.get("localhostProfile")
            place: Route = (context, kind)
            if local and name is None:
                said = f"has a `{kind}` of type `Localhost` without `localhostProfile`"
                yield Contradiction((*place, "type"), said, "name it, or use `RuntimeDefault`")
            elif not local and name is not None and profile.get("type") is not None:
                said = f"names a `localhostProfile` in a `{kind}` of type `{profile['type']}`"
                help_ = "delete it, or set `type: Localhost`"
                yield Contradiction((*place, "localhostProfile"), said, help_, (*place, "type"))


def _windows(values: Values) -> Iterator[Contradiction]:
    found = _effective_windows(values)
    if found:
        said = "is a process of the host, which Kubernetes allows with the host's network only"
        yield Contradiction(found, said, "delete it: the chart's Pods have a network of their own")


def _effective_windows(values: Values) -> Route:
    """Return where it is said that the container is a process of the host; an empty route where
    it is not.
    """
    for context in reversed(_CONTEXTS):
        place: Route = (context, "windowsOptions", "hostProcess")
        if at(values, place) is True:
            return place
    return ()


def _toleration(route: Route, toleration: Mapping[str, Any]) -> Iterator[Contradiction]:
    exists = toleration.get("operator") == "Exists"
    if not toleration.get("key") and not exists:
        said = "tolerates taints of any key, and only the operator `Exists` may"
        yield Contradiction(route, said, "name a `key`, or set `operator: Exists`")
    if exists and toleration.get("value"):
        said = "tolerates whatever exists and names a `value`"
        help_ = "delete `value`, or set `operator: Equal`"
        yield Contradiction((*route, "value"), said, help_, (*route, "operator"))
    seconds = toleration.get("tolerationSeconds")
    if seconds is not None and toleration.get("effect") != "NoExecute":
        said = "tolerates a taint for `tolerationSeconds`, which only the effect `NoExecute` has"
        place = (*route, "tolerationSeconds")
        yield Contradiction(place, said, "set `effect: NoExecute`, or delete it")


def _resources(values: Values) -> Iterator[Contradiction]:
    """Check amounts of resources other than cpu and memory against each other."""
    requests, limits = (mapping(values, "resources", kind) for kind in ("requests", "limits"))
    for resource in {**requests, **limits}:
        if resource not in _ELSEWHERE:
            yield from _resource(resource, requests.get(resource), limits.get(resource))
    pages = [each for each in {**requests, **limits} if each.startswith("hugepages-")]
    if pages and not _ELSEWHERE & {*requests, *limits}:
        kind = "requests" if pages[0] in requests else "limits"
        said = f"asks for `{pages[0]}` and neither for cpu nor memory"
        place: Route = ("resources", kind, pages[0])
        yield Contradiction(place, said, "set `resources.requests.memory`")


def _resource(resource: str, request: Any, limit: Any) -> Iterator[Contradiction]:
    asked, most = worth(request), worth(limit)
    place: Route = ("resources", "requests", resource)
    whole = "/" in resource and "kubernetes.io/" not in resource
    fixed = whole or resource.startswith("hugepages-")
    if asked is not None and most is not None and (asked > most or (fixed and asked != most)):
        words = "as much as" if fixed else "no more than"
        said = f"requests {request} of `{resource}`, with a limit of {limit}"
        help_ = f"request {words} the limit"
        yield Contradiction(place, said, help_, ("resources", "limits", resource))
    elif asked is not None and most is None and fixed:
        said = f"requests `{resource}` without a limit"
        yield Contradiction(place, said, "set the limit to the same amount")
    yield from _parts(resource, request, limit, whole=whole)


def _parts(resource: str, request: Any, limit: Any, *, whole: bool) -> Iterator[Contradiction]:
    """Check that devices are counted in whole ones, and huge pages in multiples of a page."""
    page = worth(resource.removeprefix("hugepages-")) if resource.startswith("hugepages-") else None
    unit = page or (Decimal(1) if whole else None)
    for kind, amount in (("requests", request), ("limits", limit)):
        asked = worth(amount)
        if unit and asked is not None and asked % unit:
            said = f"asks for {amount} of `{resource}`, which comes in whole units only"
            yield Contradiction(("resources", kind, resource), said, "write a multiple of the unit")


def _annotations(values: Values) -> Iterator[Contradiction]:
    for route in _ANNOTATED:
        texts = mapping(values, *route)
        size = sum(len(f"{key}{text}".encode()) for key, text in texts.items())
        if size > _MOST_OF_ANNOTATIONS - _OWN_ANNOTATIONS:
            said = "has more than 256 KiB of annotations, which is all that an object may have"
            yield Contradiction(route, said, "shorten them")
    for key, text in mapping(values, "podAnnotations").items():
        if key.startswith(_APPARMOR):
            yield from _apparmor(values, key, text)


def _apparmor(values: Values, key: str, text: Any) -> Iterator[Contradiction]:
    """Check an annotation of the time before ``appArmorProfile``: its container, and that both
    say the same.
    """
    place: Route = ("podAnnotations", key)
    name = key.removeprefix(_APPARMOR)
    if name != CONTAINER:
        said = f"has an AppArmor profile of the container `{name}`, which it does not have"
        yield Contradiction(place, said, f"the container is `{CONTAINER}`: use `appArmorProfile`")
        return
    known = ("", "runtime/default", "unconfined")
    if isinstance(text, str) and text not in known and not text.startswith(_LOCALHOST):
        said = "has an AppArmor profile that is not one"
        yield Contradiction(place, said, "write `runtime/default` or `localhost/…`")
        return
    field = _effective(values, "appArmorProfile")
    if field is not None and text != _as_annotation(field[1]):
        said = "has one AppArmor profile in an annotation and another in `appArmorProfile`"
        yield Contradiction(place, said, "delete the annotation", field[0])


def _as_annotation(profile: Any) -> str:
    kind = at(profile, ("type",))
    if kind == "Localhost":
        return f"{_LOCALHOST}{at(profile, ('localhostProfile',))}"
    return {"RuntimeDefault": "runtime/default", "Unconfined": "unconfined"}.get(str(kind), "")
