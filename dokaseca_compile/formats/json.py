"""JSON text: two spaces, keys in the order given, and no character that an editor does not show."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping

from dokaseca_compile.core.text import UNPRINTABLE, number
from dokaseca_compile.formats.body import JsonBody, Value

# Only strings have these characters, except for the line feeds and blanks of the layout.
_ESCAPED = re.compile(f"(?!\n)[{UNPRINTABLE}]")


def render(body: JsonBody) -> bytes:
    """Render a document. Raise ``ValueError`` for numbers that some reader would change."""
    text = json.dumps(_plain(body.data), ensure_ascii=False, allow_nan=False, indent=2)
    return (_ESCAPED.sub(_escape, text) + "\n").encode()


def _escape(match: re.Match[str]) -> str:
    return f"\\u{ord(match[0]):04x}"


def _plain(value: Value) -> Value:
    """Copy into dicts and lists; refuse keys that are not text (``json.dumps`` converts them)."""
    match value:
        case None | bool() | str():
            return value
        case int() | float():
            number(value)
            return value
        case list() | tuple():
            return [_plain(item) for item in value]
        case Mapping() if all(isinstance(key, str) for key in value):
            return {key: _plain(item) for key, item in value.items()}
    message = f"not a value: {value!r}"
    raise TypeError(message)
