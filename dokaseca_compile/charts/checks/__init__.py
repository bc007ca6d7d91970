"""What the web-service chart's schema cannot say: values that each are valid and contradict each
other.

Every check takes the values as Helm merges them, the chart's own included, since what a layer
leaves out a weaker one or the chart fills in. All are total: values that do not fit the schema
are skipped, which another rule reports. ``tests/judges`` holds them against Kubernetes' own
validation of what the chart renders.
"""

from __future__ import annotations

from collections.abc import Iterator

from dokaseca_compile.charts.checks import environment, network, pod, selectors, volumes
from dokaseca_compile.charts.checks.base import Contradiction
from dokaseca_compile.model.common import Values

__all__ = ["Contradiction", "contradictions"]


def contradictions(values: Values) -> Iterator[Contradiction]:
    """Yield everything that Kubernetes refuses of what the chart renders from these values, or
    ignores.
    """
    for each in (environment, network, pod, selectors, volumes):
        yield from each.check(values)
