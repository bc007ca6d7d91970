"""Label selectors, as Kubernetes reads them (``metav1.LabelSelectorAsSelector``)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from dokaseca_compile.argo.errors import EvaluationError, require
from dokaseca_compile.argo.reader import items_at, mapping, strings_at, text, texts_at

_NAME = r"[A-Za-z0-9](?:[-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?"
_KEY = re.compile(rf"(?:(?=.{{1,253}}/)[a-z0-9](?:[-a-z0-9.]*[a-z0-9])?/)?{_NAME}")
_VALUE = re.compile(rf"(?:{_NAME})?")


@dataclass(frozen=True, slots=True)
class Requirement:
    """A requirement on a label. A missing label meets ``NotIn`` and ``DoesNotExist``."""

    key: str
    operator: str
    values: frozenset[str]

    def is_met(self, labels: Mapping[str, str]) -> bool:
        """Return whether the labels meet the requirement."""
        match self.operator:
            case "In":
                return labels.get(self.key) in self.values
            case "NotIn":
                return labels.get(self.key) not in self.values
            case "Exists":
                return self.key in labels
            case _:
                return self.key not in labels


@dataclass(frozen=True, slots=True)
class Selector:
    """Requirements that must all be met; ``equal`` are labels with their only allowed value."""

    equal: tuple[tuple[str, str], ...]
    further: tuple[Requirement, ...]

    @classmethod
    def read(cls, node: Any, where: str) -> Selector:
        """Read a selector.

        Raises ``EvaluationError`` for one that Kubernetes refuses, and ``UnsupportedError`` for an
        empty one, which also selects the implicit cluster ``in-cluster``.
        """
        selector = mapping(node or {}, where, ("matchLabels", "matchExpressions"))
        equal = texts_at(selector, "matchLabels", where)
        for key, value in equal.items():
            _check_label(key, (value,), where)
        expressions = items_at(selector, "matchExpressions", where)
        further = [
            _requirement(mapping(each, where, ("key", "operator", "values")), where)
            for each in expressions
        ]
        require(equal or further, f"{where} is empty")
        return cls(tuple(equal.items()), tuple(further))

    @property
    def requirements(self) -> tuple[Requirement, ...]:
        """All requirements."""
        return (
            *(Requirement(key, "In", frozenset((value,))) for key, value in self.equal),
            *self.further,
        )

    def selects(self, labels: Mapping[str, str]) -> bool:
        """Return whether the labels meet all requirements."""
        for key, value in self.equal:  # a loop, since a generator expression is slower
            if labels.get(key) != value:
                return False
        if not self.further:
            return True
        return all(each.is_met(labels) for each in self.further)


def _requirement(expression: Mapping[str, Any], where: str) -> Requirement:
    key = text(expression.get("key"), where)
    operator = text(expression.get("operator"), where)
    values = frozenset(strings_at(expression, "values", where))
    require(
        operator in {"In", "NotIn", "Exists", "DoesNotExist"},
        f"{where}: unknown operator {operator!r}",
        EvaluationError,
    )
    _check_label(key, values, where)
    require(
        bool(values) == (operator in {"In", "NotIn"}),
        f"{where}: {operator} with {len(values)} values",
        EvaluationError,
    )
    return Requirement(key, operator, values)


def _check_label(key: str, values: Iterable[str], where: str) -> None:
    """Raise ``EvaluationError`` for a key or a value that no label can have."""
    for pattern, part in ((_KEY, key), *((_VALUE, value) for value in values)):
        require(
            pattern.fullmatch(part), f"{where}: {part!r} is not valid in a label", EvaluationError
        )
