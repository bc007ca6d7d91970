"""Errors of the evaluator."""

from __future__ import annotations


class EvaluationError(Exception):
    """Argo CD would fail here, or do something that cannot be intended."""


class UnsupportedError(EvaluationError):
    """A document uses a feature of Argo CD that the evaluator does not support."""


def require(
    condition: object, message: str, fault: type[EvaluationError] = UnsupportedError
) -> None:
    """Raise an error with the message, unless the condition holds."""
    if not condition:
        raise fault(message)
