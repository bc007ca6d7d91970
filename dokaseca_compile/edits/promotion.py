"""What a promotion is, and what holds for all of them."""

from __future__ import annotations

from dataclasses import dataclass

from dokaseca_compile.core.routes import Edit
from dokaseca_compile.core.semver import parse_version


@dataclass(frozen=True, slots=True)
class Promotion:
    """What to edit for one addon or workload. ``refusal`` says why it may not be; ``notes`` what one should know."""

    subject: str
    edits: tuple[Edit, ...] = ()
    refusal: str = ""
    notes: tuple[str, ...] = ()


def out_of_order(order: list[str], source: str, target: str) -> str:
    """Why a version may not go from one environment to the other; empty where it may."""
    if order.index(source) >= order.index(target):
        return f"`{target}` does not come after `{source}`; to go back, use `dokaseca set`"
    return ""


def downgrade(version: str, there: str, target: str) -> str:
    """Why a version may not replace the one that is there; empty where it may, or where no order is known."""
    new, old = parse_version(version), parse_version(there)
    if new is not None and old is not None and new < old:
        return (
            f"`{target}` runs {there} already, newer than {version}; to go back, use `dokaseca set`"
        )
    return ""
