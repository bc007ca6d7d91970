"""The result of planning a promotion, and the steps that addons and workloads share."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from dokaseca_compile.core.routes import Edit, Route, at
from dokaseca_compile.core.semver import is_older


@dataclass(frozen=True, slots=True)
class Promotion:
    """The edits for one addon or workload, with notes, or the reason why it is refused."""

    subject: str
    edits: tuple[Edit, ...] = ()
    refusal: str = ""
    notes: tuple[str, ...] = ()


def out_of_order(order: list[str], source: str, target: str) -> Iterator[str]:
    """Yield why a version may not go from one environment to the other, if it may not."""
    if order.index(source) >= order.index(target):
        yield f"`{target}` does not come after `{source}`; to go back, use `dokaseca set`"


def downgrade(version: str, there: str, target: str) -> Iterator[str]:
    """Yield why a version may not replace the current one, if it is older."""
    if is_older(version, there):
        yield (
            f"`{target}` already runs {there}, newer than {version}; to go back, use `dokaseca set`"
        )


def holder(data: Any, route: Route) -> Route:
    """Return the route of the outermost mapping that has only the value at a route, or ``route``.

    The mapping may be ``data`` itself: its route is empty.
    """
    while route and len(at(data, route[:-1])) == 1:
        route = route[:-1]
    return route
