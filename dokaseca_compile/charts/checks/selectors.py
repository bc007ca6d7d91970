"""Check selectors of labels and nodes: each operator with the values that it takes.

Sources: ``ValidateLabelSelectorRequirement`` (k8s.io/apimachinery pkg/apis/meta/v1/validation),
``ValidateNodeSelectorRequirement`` and ``validatePodAffinityTerm`` (k8s.io/kubernetes
pkg/apis/core/validation).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from dokaseca_compile.charts.checks.base import Contradiction, items, strings
from dokaseca_compile.core.data import entries, mapping
from dokaseca_compile.core.routes import Route, at
from dokaseca_compile.model.common import Values

_WITH_VALUES = frozenset({"In", "NotIn"})
_WITHOUT_VALUES = frozenset({"DoesNotExist", "Exists"})
_WHOLE_NUMBER = re.compile(r"-?[0-9]+")
_REQUIRED = "requiredDuringSchedulingIgnoredDuringExecution"
_PREFERRED = "preferredDuringSchedulingIgnoredDuringExecution"


def check(values: Values) -> Iterator[Contradiction]:
    """Check every selector of ``affinity``, ``networkPolicy`` and claims of ``volumes``."""
    for key in ("affinity", "networkPolicy", "volumes"):
        yield from _expressions((key,), at(values, (key,)))
    for key in ("podAffinity", "podAntiAffinity"):
        for route, term in _terms(values, ("affinity", key)):
            yield from _label_keys(route, term)


def _terms(values: Values, place: Route) -> Iterator[tuple[Route, Mapping[str, Any]]]:
    """Yield the terms of an affinity between Pods, with their routes."""
    for index, term in items(values, *place, _REQUIRED):
        yield (*place, _REQUIRED, index), term
    for index, weighted in items(values, *place, _PREFERRED):
        term = mapping(weighted, "podAffinityTerm")
        yield (*place, _PREFERRED, index, "podAffinityTerm"), term


def _expressions(route: Route, node: Any) -> Iterator[Contradiction]:
    """Check the ``matchExpressions`` below a route, wherever they are."""
    for index, expression in items(node, "matchExpressions"):
        yield from _expression((*route, "matchExpressions", index), expression)
    for key, each in entries(node):
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
        help_ = 'write one number, in quotes: `values: ["4"]`'
        yield Contradiction(place if values else route, message, help_)


def _is_one_number(values: Any) -> bool:
    match values:
        case [str(number)]:
            return _WHOLE_NUMBER.fullmatch(number) is not None
    return False


def _label_keys(route: Route, term: Mapping[str, Any]) -> Iterator[Contradiction]:
    """Check ``matchLabelKeys`` of a term: they need a selector, and must not repeat its keys."""
    for kind in ("matchLabelKeys", "mismatchLabelKeys"):
        if strings(term, kind) and term.get("labelSelector") is None:
            message = f"has `{kind}` without a `labelSelector`"
            yield Contradiction((*route, kind), message, "add a `labelSelector`")
    yield from _repeated_label_keys(route, term)


def _repeated_label_keys(route: Route, term: Mapping[str, Any]) -> Iterator[Contradiction]:
    mismatched = strings(term, "mismatchLabelKeys")
    selector = mapping(term, "labelSelector")
    selected: list[Any] = list(mapping(selector, "matchLabels"))
    selected += [each.get("key") for _, each in items(selector, "matchExpressions")]
    for index, key in enumerate(strings(term, "matchLabelKeys")):
        if key in mismatched:
            other = "mismatchLabelKeys"
        elif key in selected:
            other = "labelSelector"
        else:
            continue
        message = f"has `{key}` in `matchLabelKeys` and in `{other}`"
        place = (*route, "matchLabelKeys", index)
        yield Contradiction(place, message, "keep one of them", (*route, other))
