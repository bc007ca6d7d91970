"""Label selectors, as Kubernetes reads them (``metav1.LabelSelectorAsSelector``)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from dokaseca_compile.argo.errors import EvaluationError, UnsupportedError
from dokaseca_compile.argo.reader import items, mapping, text, texts

_NAME = r"[A-Za-z0-9](?:[-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?"
_KEY = re.compile(rf"(?:(?=.{{1,253}}/)[a-z0-9](?:[-a-z0-9.]*[a-z0-9])?/)?{_NAME}")
_VALUE = re.compile(rf"(?:{_NAME})?")


@dataclass(frozen=True, slots=True)
class Requirement:
    """One thing that the labels must have. ``NotIn`` and ``DoesNotExist`` are also met by a label that is not there."""

    key: str
    operator: str
    values: frozenset[str]

    def is_met(self, labels: Mapping[str, str]) -> bool:
        """Whether the labels have it."""
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
    """All of its requirements must be met; ``equal`` are the labels that must have just one value."""

    equal: tuple[tuple[str, str], ...]
    further: tuple[Requirement, ...]

    @classmethod
    def read(cls, node: Any, where: str) -> Selector:
        """Read a selector. Raises ``EvaluationError`` for one that Kubernetes refuses, and ``UnsupportedError`` for an
        empty one: it also selects the implicit cluster ``in-cluster``, which has no labels.
        """
        selector = mapping(node or {}, where, ("matchLabels", "matchExpressions"))
        equal = texts(selector.get("matchLabels") or {}, where)
        for key, value in equal.items():
            _check_label(key, (value,), where)
        expressions = items(selector.get("matchExpressions") or (), where)
        further = [
            _requirement(mapping(each, where, ("key", "operator", "values")), where)
            for each in expressions
        ]
        if not equal and not further:
            message = f"{where} is empty"
            raise UnsupportedError(message)
        return cls(tuple(equal.items()), tuple(further))

    @property
    def requirements(self) -> tuple[Requirement, ...]:
        """All that it asks for."""
        return (
            *(Requirement(key, "In", frozenset((value,))) for key, value in self.equal),
            *self.further,
        )

    def selects(self, labels: Mapping[str, str]) -> bool:
        """Whether it selects something with these labels."""
        for key, value in self.equal:  # a loop: a generator costs more than most of the questions
            if labels.get(key) != value:
                return False
        return all(each.is_met(labels) for each in self.further) if self.further else True


def _requirement(expression: Mapping[str, Any], where: str) -> Requirement:
    key = text(expression.get("key"), where)
    operator = text(expression.get("operator"), where)
    values = frozenset(text(each, where) for each in items(expression.get("values") or (), where))
    if operator not in {"In", "NotIn", "Exists", "DoesNotExist"}:
        message = f"{where}: {operator!r} is no operator"
        raise EvaluationError(message)
    _check_label(key, values, where)
    if bool(values) != (operator in {"In", "NotIn"}):
        message = f"{where}: {operator} with {len(values)} values"
        raise EvaluationError(message)
    return Requirement(key, operator, values)


def _check_label(key: str, values: Iterable[str], where: str) -> None:
    """Kubernetes compares only what can be a label."""
    for pattern, part in ((_KEY, key), *((_VALUE, value) for value in values)):
        if not pattern.fullmatch(part):
            message = f"{where}: {part!r} can be no label"
            raise EvaluationError(message)
