"""Check how Pods run and are replaced: strategy, security, tolerations, resources, annotations.

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
    parse_quantity,
    repeated,
    strings,
)
from dokaseca_compile.core.data import mapping
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
# Compared by the rule refused-workload, which knows the defaults of a LimitRange.
_ELSEWHERE = frozenset({"cpu", "memory"})
_PAGES = "hugepages-"


def check(values: Values) -> Iterator[Contradiction]:
    """Check the settings of Pods as a whole."""
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
        # The chart does not render it, because Kubernetes would refuse it.
        message = "sets `rollingUpdate`, which the strategy `Recreate` ignores"
        help_ = "delete it, or set `type: RollingUpdate`"
        yield Contradiction(place, message, help_, ("strategy", "type"), ignored=True)
    surge, unavailable = rolling.get("maxSurge"), rolling.get("maxUnavailable")
    if kind == "RollingUpdate" and _is_zero(surge) and _is_zero(unavailable):
        message = "cannot roll out: it allows neither an extra nor a missing Pod"
        help_ = "set `maxSurge` or `maxUnavailable` to 1 or more"
        yield Contradiction((*place, "maxSurge"), message, help_, (*place, "maxUnavailable"))


def _is_zero(amount: Any) -> bool:
    """Return whether an amount of Pods is zero: ``0``, ``0%``."""
    if isinstance(amount, bool) or amount is None:
        return False
    text = str(amount)
    return text != "%" and text.removesuffix("%").strip("0") in ("", ".")


def _privileges(values: Values) -> Iterator[Contradiction]:
    context = mapping(values, "securityContext")
    place: Route = ("securityContext", "allowPrivilegeEscalation")
    if at(values, ("securityContext", "procMount")) == "Unmasked":
        message = "mounts `/proc` unmasked, which Kubernetes allows only in a user namespace"
        yield Contradiction(("securityContext", "procMount"), message, "delete it")
    if context.get("allowPrivilegeEscalation") is not False:
        return
    help_ = "set `securityContext.allowPrivilegeEscalation: true` as well, or delete it"
    if context.get("privileged") is True:
        message = "is privileged but sets `allowPrivilegeEscalation: false`"
        yield Contradiction(("securityContext", "privileged"), message, help_, place)
    for index, name in enumerate(strings(context, "capabilities", "add")):
        if name == "CAP_SYS_ADMIN":
            message = "adds `CAP_SYS_ADMIN` but sets `allowPrivilegeEscalation: false`"
            added: Route = ("securityContext", "capabilities", "add", index)
            yield Contradiction(added, message, help_, place)


def _root(values: Values) -> Iterator[Contradiction]:
    """Check the user of a container that must not be root: the kubelet would not start it."""
    user = _effective(values, "runAsUser")
    rule = _effective(values, "runAsNonRoot")
    if user is None or rule is None:
        return
    place, number = user
    forbidden_by, is_forbidden = rule
    is_root = number == 0 and number is not False
    if is_root and is_forbidden is True:
        message = "runs as user 0 (root), which `runAsNonRoot` forbids"
        help_ = "set another user, or `runAsNonRoot: false`"
        yield Contradiction(place, message, help_, forbidden_by)


def _effective(values: Values, key: str) -> tuple[Route, Any] | None:
    """Return the route and value of a setting: that of the container overrides that of the Pod."""
    for context in reversed(_CONTEXTS):
        found = at(values, (context, key))
        if found is not None:
            return (context, key), found
    return None


def _profiles(values: Values) -> Iterator[Contradiction]:
    for context in _CONTEXTS:
        for key in ("seccompProfile", "appArmorProfile"):
            yield from _profile(context, key, mapping(values, context, key))


def _profile(context: str, key: str, profile: Mapping[str, Any]) -> Iterator[Contradiction]:
    """Check that a profile is named exactly where its type is ``Localhost``."""
    kind, name = profile.get("type"), profile.get("localhostProfile")
    place: Route = (context, key, "type")
    if kind == "Localhost":
        if name is None:
            message = f"has a `{key}` of type `Localhost` without a `localhostProfile`"
            help_ = "add `localhostProfile`, or use `RuntimeDefault`"
            yield Contradiction(place, message, help_)
    elif kind is not None and name is not None:
        message = f"sets `localhostProfile` in a `{key}` of type `{kind}`"
        help_ = "delete it, or set `type: Localhost`"
        yield Contradiction((context, key, "localhostProfile"), message, help_, place)


def _windows(values: Values) -> Iterator[Contradiction]:
    found = _effective_windows(values)
    if found:
        message = "is a `hostProcess`, which Kubernetes allows only with the host network"
        yield Contradiction(found, message, "delete it: the chart's Pods have their own network")


def _effective_windows(values: Values) -> Route:
    """Return the route that makes the container a process of the host, else an empty route."""
    for context in reversed(_CONTEXTS):
        place: Route = (context, "windowsOptions", "hostProcess")
        if at(values, place) is True:
            return place
    return ()


def _toleration(route: Route, toleration: Mapping[str, Any]) -> Iterator[Contradiction]:
    if toleration.get("operator") == "Exists":
        if toleration.get("value"):
            message = "has a toleration with the operator `Exists` and a `value`"
            help_ = "delete `value`, or set `operator: Equal`"
            yield Contradiction((*route, "value"), message, help_, (*route, "operator"))
    elif not toleration.get("key"):
        message = "has a toleration without a `key`, which only the operator `Exists` allows"
        yield Contradiction(route, message, "add a `key`, or set `operator: Exists`")
    seconds = toleration.get("tolerationSeconds")
    if seconds is not None and toleration.get("effect") != "NoExecute":
        message = "sets `tolerationSeconds`, which only the effect `NoExecute` allows"
        place = (*route, "tolerationSeconds")
        yield Contradiction(place, message, "set `effect: NoExecute`, or delete it")


def _resources(values: Values) -> Iterator[Contradiction]:
    """Check the amounts of resources other than cpu and memory."""
    requests = mapping(values, "resources", "requests")
    limits = mapping(values, "resources", "limits")
    resources = {**requests, **limits}
    for resource in resources:
        if resource not in _ELSEWHERE:
            yield from _resource(resource, requests.get(resource), limits.get(resource))
    pages = [each for each in resources if each.startswith(_PAGES)]
    if pages and not _ELSEWHERE & resources.keys():
        kind = "requests" if pages[0] in requests else "limits"
        message = f"requests `{pages[0]}` but neither cpu nor memory"
        place: Route = ("resources", kind, pages[0])
        yield Contradiction(place, message, "set `resources.requests.memory`")


def _resource(resource: str, request: Any, limit: Any) -> Iterator[Contradiction]:
    whole = "/" in resource and "kubernetes.io/" not in resource
    yield from _request(resource, request, limit, whole=whole)
    yield from _units(resource, request, limit, whole=whole)


def _request(resource: str, request: Any, limit: Any, *, whole: bool) -> Iterator[Contradiction]:
    """Check a request against its limit: devices and huge pages cannot be overcommitted."""
    asked, most = parse_quantity(request), parse_quantity(limit)
    if asked is None:
        return
    place: Route = ("resources", "requests", resource)
    fixed = whole or resource.startswith(_PAGES)
    if most is None:
        if fixed:
            message = f"requests `{resource}` without a limit"
            yield Contradiction(place, message, "set the limit to the same amount")
        return
    if fixed:
        fits, help_ = asked == most, "request as much as the limit"
    else:
        fits, help_ = asked <= most, "request no more than the limit"
    if not fits:
        message = f"requests {request} of `{resource}` with a limit of {limit}"
        yield Contradiction(place, message, help_, ("resources", "limits", resource))


def _units(resource: str, request: Any, limit: Any, *, whole: bool) -> Iterator[Contradiction]:
    """Check that devices are whole numbers, and huge pages multiples of a page."""
    unit = _unit(resource, whole=whole)
    if unit is None:
        return
    for kind, amount in (("requests", request), ("limits", limit)):
        asked = parse_quantity(amount)
        if asked is not None and asked % unit:
            message = f"requests {amount} of `{resource}`, which has only whole units"
            place: Route = ("resources", kind, resource)
            yield Contradiction(place, message, "write a multiple of the unit")


def _unit(resource: str, *, whole: bool) -> Decimal | None:
    """Return the size of a huge page, or 1 for devices; ``None`` if any amount is possible."""
    if resource.startswith(_PAGES):
        page = parse_quantity(resource.removeprefix(_PAGES))
        if page:
            return page
    return Decimal(1) if whole else None


def _annotations(values: Values) -> Iterator[Contradiction]:
    for route in _ANNOTATED:
        texts = mapping(values, *route)
        size = sum(len(f"{key}{text}".encode()) for key, text in texts.items())
        if size > _MOST_OF_ANNOTATIONS - _OWN_ANNOTATIONS:
            message = "has more than 256 KiB of annotations, the limit of Kubernetes"
            yield Contradiction(route, message, "shorten them")
    for key, text in mapping(values, "podAnnotations").items():
        if key.startswith(_APPARMOR):
            yield from _apparmor(values, key, text)


def _apparmor(values: Values, key: str, text: Any) -> Iterator[Contradiction]:
    """Check an annotation older than ``appArmorProfile``: its container, and that both agree."""
    place: Route = ("podAnnotations", key)
    name = key.removeprefix(_APPARMOR)
    if name != CONTAINER:
        message = f"has an AppArmor profile for the container `{name}`, which does not exist"
        yield Contradiction(
            place, message, f"the container is `{CONTAINER}`: use `appArmorProfile`"
        )
        return
    known = ("", "runtime/default", "unconfined")
    if isinstance(text, str) and text not in known and not text.startswith(_LOCALHOST):
        message = "has an invalid AppArmor profile"
        yield Contradiction(place, message, "write `runtime/default` or `localhost/…`")
        return
    field = _effective(values, "appArmorProfile")
    if field is not None and text != _as_annotation(field[1]):
        message = "sets one AppArmor profile in an annotation and another in `appArmorProfile`"
        yield Contradiction(place, message, "delete the annotation", field[0])


def _as_annotation(profile: Any) -> str:
    kind = at(profile, ("type",))
    if kind == "Localhost":
        return f"{_LOCALHOST}{at(profile, ('localhostProfile',))}"
    return {"RuntimeDefault": "runtime/default", "Unconfined": "unconfined"}.get(str(kind), "")
