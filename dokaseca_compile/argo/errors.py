"""Why a document has no Applications."""

from __future__ import annotations


class EvaluationError(Exception):
    """Argo CD would fail here, or do something that nobody means; the message says what and where."""


class UnsupportedError(EvaluationError):
    """A document uses a part of Argo CD that is not emitted, so nothing can be said of it."""
