"""Values that break the schema of the web-service chart.

``invalid-values`` reports them; other rules skip these places, so that each fault has one finding.
"""

from __future__ import annotations

from collections.abc import Iterable

from dokaseca_compile.core.routes import Route
from dokaseca_compile.rules.shared.base import Context
from dokaseca_compile.rules.shared.value_layers import ValueLayers


def invalid_places(context: Context, layers: ValueLayers) -> list[Route]:
    """Return where the values of a workload, with the chart's own, break the chart's schema."""
    return [each.route for each in layers.problems(context.charts)]


def is_invalid(route: Route, places: Iterable[Route]) -> bool:
    """Return whether a route is one of ``places``, is inside one, or contains one."""
    for place in places:
        shared = min(len(place), len(route))
        if shared and place[:shared] == route[:shared]:
            return True
    return False
