"""Places of values that do not fit the web-service chart's schema: one finding says so, and
others keep quiet there.
"""

from __future__ import annotations

from collections.abc import Iterable

from dokaseca_compile.core.routes import Route
from dokaseca_compile.rules.shared.base import Context
from dokaseca_compile.rules.shared.value_layers import Stack


def unsound_places(context: Context, stack: Stack) -> list[Route]:
    """Return where the values of a workload, the chart's own included, break its schema."""
    return [each.route for each in stack.problems(context.charts)]


def is_unsound(route: Route, places: Iterable[Route]) -> bool:
    """Tell whether a place is one of them, is within one, or holds one."""
    for place in places:
        shared = min(len(place), len(route))
        if shared and place[:shared] == route[:shared]:
            return True
    return False
