"""Check selectors of labels and nodes: each operator with the values that it takes.

Sources: ``ValidateLabelSelectorRequirement`` (k8s.io/apimachinery pkg/apis/meta/v1/validation),
``ValidateNodeSelectorRequirement`` and ``validatePodAffinityTerm`` (k8s.io/kubernetes
pkg/apis/core/validation).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from dokaseca_compile.charts.checks.base import Contradiction, items, mapping, strings
from dokaseca_compile.core.routes import Route, at
from dokaseca_compile.model.common import Values

_WITH_VALUES = frozenset({"In", "NotIn"})
_WITHOUT_VALUES = frozenset({"DoesNotExist", "Exists"})
_REQUIRED = "requiredDuringSchedulingIgnoredDuringExecution"
_PREFERRED = "preferredDuringSchedulingIgnoredDuringExecution"


def check(values: Values) -> Iterator[Contradiction]:
    """Check every selector of ``affinity``, ``networkPolicy`` and claims of ``volumes``."""
    for key in ("affinity", "networkPolicy", "volumes"):
        yield from _expressions((key,), at(values, (key,)))
    for key in ("podAffinity", "podAntiAffinity"):
        place: Route = ("affinity", key)
        for index, term in items(values, *place, _REQUIRED):
            yield from _label_keys((*place, _REQUIRED, index), term)
        for index, weighted in items(values, *place, _PREFERRED):
            term = mapping(weighted, "podAffinityTerm")
            yield from _label_keys((*place, _PREFERRED, index, "podAffinityTerm"), term)


def _expressions(route: Route, node: Any) -> Iterator[Contradiction]:
    """Check the ``matchExpressions`` below a route, wherever they are."""
    if isinstance(node, list):
        for index, each in enumerate(node):
            yield from _expressions((*route, index), each)
    elif isinstance(node, Mapping):
        for index, expression in items(node, "matchExpressions"):
            yield from _expression((*route, "matchExpressions", index), expression)
        for key, each in node.items():
            yield from _expressions((*route, key), each)


def _expression(route: Route, expression: Mapping[str, Any]) -> Iterator[Contradiction]:
    operator, values = expression.get("operator"), expression.get("values")
    if not isinstance(operator, str):
        return
    place = (*route, "values")
    key = expression.get("key")
    if operator in _WITH_VALUES and not values:
        message = f"selects `{key}` with the operator `{operator}` but without values"
        yield Contradiction(route, message, "add `values`, or use `Exists`")
    elif operator in _WITHOUT_VALUES and values:
        message = f"selects `{key}` with the operator `{operator}`, which takes no values"
        yield Contradiction(place, message, "delete `values`, or use `In`", (*route, "operator"))
    elif operator in ("Gt", "Lt") and not _is_one_number(values):
        message = f"selects `{key}` with the operator `{operator}`, which takes one whole number"
        where = place if values else route
        yield Contradiction(where, message, 'write one number, in quotes: `values: ["4"]`')


def _is_one_number(values: Any) -> bool:
    if not isinstance(values, list) or len(values) != 1 or not isinstance(values[0], str):
        return False
    return values[0].removeprefix("-").isdecimal() and values[0].isascii()


def _label_keys(route: Route, term: Mapping[str, Any]) -> Iterator[Contradiction]:
    """Check ``matchLabelKeys`` of a term: they need a selector, and must not repeat its keys."""
    both = set(strings(term, "matchLabelKeys")) & set(strings(term, "mismatchLabelKeys"))
    for kind in ("matchLabelKeys", "mismatchLabelKeys"):
        if strings(term, kind) and term.get("labelSelector") is None:
            message = f"has `{kind}` without a `labelSelector`"
            yield Contradiction((*route, kind), message, "add a `labelSelector`")
    selector = mapping(term, "labelSelector")
    expressions = {each.get("key") for _, each in items(selector, "matchExpressions")}
    selected = {*mapping(selector, "matchLabels"), *expressions}
    for index, key in enumerate(strings(term, "matchLabelKeys")):
        if key in both or key in selected:
            other = "mismatchLabelKeys" if key in both else "labelSelector"
            message = f"has `{key}` in `matchLabelKeys` and in `{other}`"
            place = (*route, "matchLabelKeys", index)
            yield Contradiction(place, message, "keep one of them", (*route, other))
