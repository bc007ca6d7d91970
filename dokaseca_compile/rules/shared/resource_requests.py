"""What the Pods of a workload request, and how much of the quota of their namespace they use.

All functions take the values as the web-service chart gets them. None raises for values that break
the chart's schema: ``invalid-values`` reports these.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from itertools import product

from dokaseca_compile.charts.checks.base import parse_quantity
from dokaseca_compile.core.routes import Route, at
from dokaseca_compile.model.common import Values
from dokaseca_compile.model.policies import PolicySet, amount

AMOUNTS = ("cpu", "memory")
_READ = {"limits": ("limits",), "requests": ("requests", "limits")}
"""A missing request is the limit (SetDefaults_Pod)."""
_DEFAULTS = {"limits": "default", "requests": "defaultRequest"}
COUNTED = (("requests", "cpu"), ("requests", "memory"), ("limits", "memory"))
"""What counts against a quota: requests of cpu, requests and limits of memory."""


@dataclass(frozen=True, slots=True)
class Amount:
    """A request or limit as written; ``route`` is ``None`` when a LimitRange fills it in."""

    text: str
    route: Route | None

    @property
    def quantity(self) -> Decimal:
        """Return the amount in whole units: cores, bytes."""
        return amount(self.text)


ContainerResources = Mapping[tuple[str, str], Amount]
"""(``requests``, ``cpu``) → the amount of a container."""


def container_resources(values: Values, policies: PolicySet) -> ContainerResources:
    """Return the requests and limits after Kubernetes and the LimitRange have filled them in.

    A missing request is the limit (SetDefaults_Pod), or else the default of the LimitRange.
    """
    found: dict[tuple[str, str], Amount] = {}
    for resource, kind in product(AMOUNTS, ("limits", "requests")):
        each = _amount(values, policies, kind, resource)
        if each is not None and parse_quantity(each.text) is not None:
            found[kind, resource] = each
    return found


def _amount(values: Values, policies: PolicySet, kind: str, resource: str) -> Amount | None:
    for each in _READ[kind]:
        route: Route = ("resources", each, resource)
        value = at(values, route)
        if value is not None:
            return Amount(str(value), route)
    filled = policies.limits.filled(resource)
    default = _DEFAULTS[kind]
    if default not in filled:
        return None
    return Amount(filled[default][1], None)


@dataclass(frozen=True, slots=True)
class Demand:
    """How many Pods run at least, how many more must fit during an update, and what each uses.

    ``each`` has the largest counted amount of one Pod for ``cpu`` and for ``memory``. ``key`` is
    the value that sets the number of Pods.
    """

    replicas: int
    key: Route
    surge: int
    each: Mapping[str, Decimal]

    @property
    def peak(self) -> int:
        """Return how many Pods must fit for an update to proceed."""
        return self.replicas + self.surge

    def of(self, resource: str, pods: int) -> Decimal:
        """Return how much of ``pods``, ``cpu`` or ``memory`` a number of Pods uses."""
        return Decimal(pods) * (1 if resource == "pods" else self.each.get(resource, Decimal(0)))


def demand(values: Values, policies: PolicySet) -> Demand | None:
    """Return what a workload uses of a quota; ``None`` when its number of Pods is not known."""
    scaled = at(values, ("autoscaling", "enabled")) is True
    key: Route = ("autoscaling", "minReplicas") if scaled else ("replicas",)
    replicas = at(values, key)
    if not isinstance(replicas, int) or replicas < 1:
        return None
    each: dict[str, Decimal] = {}
    resources = container_resources(values, policies)
    for kind, resource in COUNTED:
        if (kind, resource) in resources:
            quantity = resources[kind, resource].quantity
            each[resource] = max(quantity, each.get(resource, quantity))
    return Demand(replicas, key, _surge(values, replicas), each)


def _surge(values: Values, replicas: int) -> int:
    """Return how many Pods (0 or 1) a Deployment has to start before it can stop one.

    As its controller reads the strategy (ResolveFenceposts in pkg/controller/deployment/util): a
    percentage of unavailable Pods is rounded down, and one Pod may be unavailable when both
    numbers are 0.
    """
    if at(values, ("strategy", "type")) == "Recreate":
        return 0
    rolling = at(values, ("strategy", "rollingUpdate"))
    surge = _pods(at(rolling, ("maxSurge",)), replicas, math.ceil)
    unavailable = _pods(at(rolling, ("maxUnavailable",)), replicas, math.floor)
    return 1 if surge > 0 and unavailable == 0 else 0


def _pods(value: object, replicas: int, rounded: Callable[[float], int]) -> int:
    """Return a number of Pods that is given as a number or a percentage; the default is 25 %."""
    text = "25%" if value is None else str(value)
    if text.endswith("%") and text[:-1].isdigit():
        return rounded(int(text[:-1]) * replicas / 100)
    return int(text) if text.isdigit() else 0
