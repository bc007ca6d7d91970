"""Regular expressions of our own schema in Python, where `$` also stands before a last line feed.

Those of other charts are matched by RE2 (``patterns``).
"""

from __future__ import annotations

import re
from typing import Any

_END = r"\Z"
# An escape, a class of characters, or the end: whichever comes first.
_PARTS = re.compile(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|\$", re.DOTALL)


def to_python(pattern: str) -> str:
    r"""Return a pattern of ECMA 262 so that Python reads it the same: `^a$` → `^a\Z`.

    Without it the text of a block scalar (`host: |`), which ends with a line feed, fits for us
    and not for Helm.
    """
    return _PARTS.sub(lambda part: _END if part[0] == "$" else part[0], pattern)


def to_ecma(pattern: str) -> str:
    """Return a pattern as the schema has it, for people."""
    return pattern.replace(_END, "$")


def in_python(schema: Any) -> Any:
    """Return a schema with its patterns as Python reads them."""
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
