"""RollingSync: the steps in which the Applications of an ApplicationSet sync.

It needs ``applicationsetcontroller.enable.progressive.syncs`` in the controller. Otherwise, and
without steps, all Applications sync at once.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from dokaseca_compile.argo.errors import UnsupportedError, require
from dokaseca_compile.argo.reader import items, mapping
from dokaseca_compile.argo.selectors import Selector


@dataclass(frozen=True, slots=True)
class Step:
    """A step: the labels of its Applications, and how many sync at once (``None``: all)."""

    selector: Selector
    at_once: int | str | None


def read_strategy(node: Any, where: str) -> tuple[Step, ...]:
    """Read the steps of ``spec.strategy``, if any. Raises ``EvaluationError``."""
    strategy = mapping(node or {}, where, ("type", "rollingSync"))
    if not strategy:
        return ()
    require(
        strategy.get("type") == "RollingSync", f"{where} has the strategy {strategy.get('type')!r}"
    )
    steps = items(mapping(strategy.get("rollingSync"), where, ("steps",)).get("steps"), where)
    return tuple(
        _step(mapping(each, where, ("matchExpressions", "maxUpdate")), where) for each in steps
    )


def _step(step: Mapping[str, Any], where: str) -> Step:
    expressions = items(step.get("matchExpressions"), where)
    # The controller treats other operators differently than a label selector does.
    require(
        all(mapping(each, where).get("operator") == "In" for each in expressions),
        f"{where} has a step with another operator than In",
    )
    at_once = step.get("maxUpdate")
    if at_once is not None and type(at_once) not in {int, str}:
        message = f"{where} has a step that updates {at_once!r} at once"
        raise UnsupportedError(message)
    return Step(Selector.read({"matchExpressions": expressions}, where), at_once)


def without_autosync(application: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return an Application of a set with steps as the controller writes it: no automatic sync.

    The controller starts each sync itself, also for Applications in no step. An Application without
    ``automated`` stays the same (argo-cd 3.5 ``progressivesync.SyncDesiredApplications``,
    ``disableAutomatedSync``).
    """
    spec = application["spec"]
    policy = spec.get("syncPolicy", {})
    if "automated" not in policy:
        return application
    automated = {**policy["automated"], "enabled": False}
    return {**application, "spec": {**spec, "syncPolicy": {**policy, "automated": automated}}}
