"""Cut a schema down to what can be evaluated without any other document."""

from __future__ import annotations

from typing import Any

# Where less may forbid more: without a part below these keywords, valid values could be an error.
_NOT_MONOTONE = frozenset(
    {"not", "oneOf", "if", "contains", "unevaluatedProperties", "unevaluatedItems"}
)
# References within one document need no name for it, and all parts follow one draft.
_OF_DOCUMENTS = frozenset({"$id", "id", "$schema"})


def local(schema: Any) -> Any:
    """Return a schema without references to other documents: what they name accepts any data.

    In a schema with such references, the keywords of ``_NOT_MONOTONE`` are dropped where they
    contain any reference. ``unevaluatedProperties`` is dropped beside patterns, which
    ``jsonschema`` would match itself.
    """
    keywords: set[str] = set()
