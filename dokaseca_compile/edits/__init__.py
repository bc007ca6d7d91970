"""Promotion: an environment gets the versions that the one before it runs."""

from __future__ import annotations

from dokaseca_compile.edits.promote_addon import promotable_addons, promote_addon
from dokaseca_compile.edits.promote_workload import promotable_workloads, promote_workload
from dokaseca_compile.edits.promotion import Promotion
from dokaseca_compile.resolve.resolved import Resolved

__all__ = ["Promotion", "promotable", "promote"]


def promote(
    resolved: Resolved,
    subject: str,
    source: str,
    target: str,
    *,
    pin: bool | None = None,
    skip: bool = False,
) -> Promotion:
    """Plan the promotion of an addon, or of a workload (``<team>/<workload>``), between two environments.

    With ``skip``, what the source and environments in between run is not asked. ``pin`` is for addons: whether the
    target keeps a pin that says what the default says; without a word, a hardened environment does.
    """
    if "/" in subject:
        return promote_workload(resolved, subject, source, target, skip=skip)
    return promote_addon(resolved, subject, source, target, pin=pin, skip=skip)


def promotable(resolved: Resolved, source: str, target: str) -> list[str]:
    """The addons, then the workloads, that two environments both run in different versions."""
    return [
        *promotable_addons(resolved, source, target),
        *promotable_workloads(resolved, source, target),
    ]
