"""Errors of the evaluator."""

from __future__ import annotations


class EvaluationError(Exception):
    """Argo CD would fail here, or do something that cannot be intended."""


class UnsupportedError(EvaluationError):
    """A document uses a feature of Argo CD that the evaluator does not support."""
