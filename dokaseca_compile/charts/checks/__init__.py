"""Check values that the web-service chart's schema allows and that contradict each other.

Every check takes the merged values, including the chart's defaults, because a weaker layer or the
chart may set what a layer leaves out. Values that do not fit the schema are skipped: another rule
reports them. ``tests/judges`` compares the checks with Kubernetes' own validation of the rendered
chart.
"""

from __future__ import annotations

from collections.abc import Iterator

from dokaseca_compile.charts.checks import environment, network, pod, selectors, volumes
from dokaseca_compile.charts.checks.base import Contradiction
from dokaseca_compile.model.common import Values

__all__ = ["Contradiction", "contradictions"]


def contradictions(values: Values) -> Iterator[Contradiction]:
    """Yield the values that make the chart render what Kubernetes refuses or ignores."""
    for each in (environment, network, pod, selectors, volumes):
        yield from each.check(values)
