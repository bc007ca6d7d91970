"""What the Pods of a workload ask for, and what that counts against the quota of their namespace.

All functions take the values as the web-service chart gets them, and are total: values that do not
fit the chart's schema are another rule's.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from dokaseca_compile.core.routes import Route, at
from dokaseca_compile.model.common import Values
from dokaseca_compile.model.policies import PolicySet, amount

AMOUNTS = ("cpu", "memory")
COUNTED = (("requests", "cpu"), ("requests", "memory"), ("limits", "memory"))
"""What a quota counts: requests of cpu, requests and limits of memory."""


@dataclass(frozen=True, slots=True)
class Amount:
    """How much of a resource a container asks for: as written, and where, or nowhere if a LimitRange fills it in."""

    text: str
    value: Route | None

    @property
    def worth(self) -> Decimal:
        """The amount in whole units: cores, bytes."""
        return amount(self.text)


Asked = Mapping[tuple[str, str], Amount]
"""(``requests``, ``cpu``) → what a container asks for."""


def asked(values: Values, policies: PolicySet) -> Asked:
    """Return what a container asks for after Kubernetes and the LimitRange have filled it in.

    A request that is not there is the limit that is (SetDefaults_Pod), and only then what the LimitRange says.
    """
    found: dict[tuple[str, str], Amount] = {}
    for resource in AMOUNTS:
        filled = policies.limits.filled(resource)
        for kind, first, bound in (
            ("limits", (), "default"),
            ("requests", ("limits",), "defaultRequest"),
        ):
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


@dataclass(frozen=True, slots=True)
class Demand:
    """How many Pods run at least, how many more must fit while a new version starts, and what each asks for.

    ``each`` has for ``cpu`` and ``memory`` the largest of what a quota counts of one Pod.
    """

    replicas: int
    key: Route
    surge: int
    each: Mapping[str, Decimal]

    @property
    def peak(self) -> int:
        """How many Pods must fit for an update to go on."""
        return self.replicas + self.surge

    def of(self, resource: str, pods: int) -> Decimal:
        """Return what some of the Pods count of ``pods``, ``cpu`` or ``memory``."""
        return Decimal(pods) * (1 if resource == "pods" else self.each.get(resource, Decimal(0)))


def demand(values: Values, policies: PolicySet) -> Demand | None:
    """Return what a workload counts against a quota; ``None`` where it says no number of Pods."""
    scaled = at(values, ("autoscaling", "enabled")) is True
    key: Route = ("autoscaling", "minReplicas") if scaled else ("replicas",)
    replicas = at(values, key)
    if not isinstance(replicas, int) or replicas < 1:
        return None
    each: dict[str, Decimal] = {}
    amounts = asked(values, policies)
    for kind, resource in COUNTED:
        if (kind, resource) in amounts:
            worth = amounts[kind, resource].worth
            each[resource] = max(worth, each.get(resource, worth))
    return Demand(replicas, key, _surge(values, replicas), each)


def _surge(values: Values, replicas: int) -> int:
    """Return how many Pods a Deployment must be able to start before it stops one: one, or none.

    As its controller reads the strategy (ResolveFenceposts in pkg/controller/deployment/util): a share
    of unavailable Pods is rounded down, and one may be missing where neither number is above 0.
    """
    if at(values, ("strategy", "type")) == "Recreate":
        return 0
    rolling = at(values, ("strategy", "rollingUpdate"))
    surge = _share(at(rolling, ("maxSurge",)), replicas, math.ceil)
    unavailable = _share(at(rolling, ("maxUnavailable",)), replicas, math.floor)
    return 1 if surge > 0 and unavailable == 0 else 0


def _share(said: object, replicas: int, rounded: Callable[[float], int]) -> int:
    """Return a number of Pods that is given as such or in per cent; without one it is 25 %."""
    text = str("25%" if said is None else said)
    if text.endswith("%") and text[:-1].isdigit():
        return rounded(int(text[:-1]) * replicas / 100)
    return int(text) if text.isdigit() else 0
