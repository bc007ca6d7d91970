"""RollingSync: the steps in which an ApplicationSet lets its Applications sync.

It works only where the controller is told so (``applicationsetcontroller.enable.progressive.syncs``);
otherwise, and without steps, all Applications sync at once.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from dokaseca_compile.argo.errors import UnsupportedError
from dokaseca_compile.argo.reader import items, mapping
from dokaseca_compile.argo.selectors import Selector


@dataclass(frozen=True, slots=True)
class Step:
    """Which Applications a step is for, by their labels, and how many of them sync at once (``None``: all)."""

    selector: Selector
    at_once: int | str | None


def read_strategy(node: Any, where: str) -> tuple[Step, ...]:
    """Read ``spec.strategy``; no steps where there is none. Raises ``EvaluationError``."""
    strategy = mapping(node or {}, where, ("type", "rollingSync"))
    if not strategy:
        return ()
    if strategy.get("type") != "RollingSync":
        message = f"{where} has the strategy {strategy.get('type')!r}"
        raise UnsupportedError(message)
    steps = items(mapping(strategy.get("rollingSync"), where, ("steps",)).get("steps"), where)
    return tuple(
        _step(mapping(each, where, ("matchExpressions", "maxUpdate")), where) for each in steps
    )


def _step(step: Mapping[str, Any], where: str) -> Step:
    expressions = items(step.get("matchExpressions"), where)
    # The controller knows these alone, and takes any other for a match where the label is absent.
    if any(mapping(each, where).get("operator") != "In" for each in expressions):
        message = f"{where} has a step with another operator than In"
        raise UnsupportedError(message)
    at_once = step.get("maxUpdate")
    if at_once is not None and type(at_once) not in {int, str}:
        message = f"{where} has a step that updates {at_once!r} at once"
        raise UnsupportedError(message)
    return Step(Selector.read({"matchExpressions": expressions}, where), at_once)


def without_autosync(application: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return an Application of a set with steps as the controller writes it: it starts every sync itself.

    It does so for all Applications of the set, those in no step too; one without ``automated`` stays as it is (argo-cd
    3.5 ``progressivesync.SyncDesiredApplications``, ``disableAutomatedSync``).
    """
    spec = application["spec"]
    policy = spec.get("syncPolicy", {})
    if "automated" not in policy:
        return application
    automated = {**policy["automated"], "enabled": False}
    return {**application, "spec": {**spec, "syncPolicy": {**policy, "automated": automated}}}
