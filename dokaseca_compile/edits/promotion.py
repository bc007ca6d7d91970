"""The result of planning a promotion, and the checks that addons and workloads share."""

from __future__ import annotations

from dataclasses import dataclass

from dokaseca_compile.core.routes import Edit
from dokaseca_compile.core.semver import parse_version


@dataclass(frozen=True, slots=True)
class Promotion:
    """The edits for one addon or workload, with notes, or the reason why it is refused."""

    subject: str
    edits: tuple[Edit, ...] = ()
    refusal: str = ""
    notes: tuple[str, ...] = ()


def out_of_order(order: list[str], source: str, target: str) -> str:
    """Return why a version may not go from one environment to the other; empty if it may."""
    if order.index(source) >= order.index(target):
        return f"`{target}` does not come after `{source}`; to go back, use `dokaseca set`"
    return ""


def downgrade(version: str, there: str, target: str) -> str:
    """Return why a version may not replace the current one; empty if it may or has no order."""
    new, old = parse_version(version), parse_version(there)
    if new is not None and old is not None and new < old:
        return (
            f"`{target}` already runs {there}, newer than {version}; to go back, use `dokaseca set`"
        )
    return ""
