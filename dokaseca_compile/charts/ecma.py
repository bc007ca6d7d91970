"""Translate regular expressions of our own schema to Python.

Python's ``$`` also matches before a last line feed. The expressions of other charts are matched by
RE2 (``patterns``).
"""

from __future__ import annotations

import re
from typing import Any

_END = r"\Z"
# An escape, a class of characters, or the end: whichever comes first.
_PARTS = re.compile(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|\$", re.DOTALL)


def to_python(pattern: str) -> str:
    r"""Translate a pattern of ECMA 262 to Python: `^a$` → `^a\Z`.

    Otherwise the text of a block scalar (`host: |`), which ends with a line feed, would pass here
    and fail in Helm.
    """
    return _PARTS.sub(lambda part: _END if part[0] == "$" else part[0], pattern)


def to_ecma(pattern: str) -> str:
    """Translate a pattern back to the form of the schema, for messages."""
    return pattern.replace(_END, "$")


def in_python(schema: Any) -> Any:
    """Return a schema with all its patterns translated to Python."""
    if isinstance(schema, list):
        return [in_python(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    return {key: _keyword(key, value) for key, value in schema.items()}


def _keyword(key: str, value: Any) -> Any:
    if key == "pattern" and isinstance(value, str):
        return to_python(value)
    if key == "patternProperties" and isinstance(value, dict):
        return {to_python(pattern): in_python(part) for pattern, part in value.items()}
    return in_python(value)
