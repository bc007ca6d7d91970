"""Edits of the source: promote, enable and disable, accept all findings, set a value."""

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
    pin: bool | None,
    skip: bool,
) -> Promotion:
    """Plan the promotion of an addon or a workload (``<team>/<workload>``).

    ``skip`` allows versions that the source and the environments in between do not run. ``pin`` is
    for addons: whether the target keeps a pin that equals the default; ``None`` keeps it in
    hardened environments.
    """
    if "/" in subject:
        return promote_workload(resolved, subject, source, target, skip=skip)
    return promote_addon(resolved, subject, source, target, pin=pin, skip=skip)


def promotable(resolved: Resolved, source: str, target: str) -> list[str]:
    """Return the addons, then the workloads, that both environments run in different versions."""
    return [
        *promotable_addons(resolved, source, target),
        *promotable_workloads(resolved, source, target),
    ]
