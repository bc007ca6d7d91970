"""Regular expressions of JSON Schema in Python: `$` is the very end there, and here also before
a last line feed.
"""

from __future__ import annotations

import re

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
