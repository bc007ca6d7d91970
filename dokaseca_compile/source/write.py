"""Plain data as YAML text that our reader, YAML 1.1 readers and Go's reader read the same way.

``formats/yaml.py`` writes whole files and quotes more than necessary. Here a value is written into
a file of people, so it has no quotes where every reader agrees on a string.
"""

from __future__ import annotations

import json
import re
from itertools import chain, starmap
from typing import Any, Final

from dokaseca_compile.core.text import UNPRINTABLE, number
from dokaseca_compile.source.scalars import other_reading, resolve

WIDTH: Final = 100
"""The longest line of a new collection; a longer one is written with a line for each entry."""

_SPECIAL = re.compile(f"[{UNPRINTABLE}]")
_NAMED: Final = {"\n": "\\n", "\t": "\\t", "\r": "\\r"}
_PLAIN_START = re.compile(r"-{0,2}[^\s?:,\[\]{}#&*!|>'\"%@`-]")
_NOT_PLAIN = re.compile(r": |:\Z| #| \Z")
_NOT_IN_FLOW = re.compile(r"[,?\[\]{}]")  # YAML 1.1 also ends a plain scalar at a `?`
_WORDS: Final = frozenset(
    ("y", "n", "yes", "no", "on", "off", "true", "false", "null", "nan", "inf", "infinity")
)
_NUMBER_START: Final = frozenset("+-.0123456789")


def flow_text(value: Any) -> str:
    """Write any value on one line, in a form that is valid between brackets."""
    if isinstance(value, dict):
        entries = (f"{key_text(key)}: {flow_text(each)}" for key, each in value.items())
        return f"{{{', '.join(entries)}}}"
    if isinstance(value, list):
        return f"[{', '.join(map(flow_text, value))}]"
    return scalar_text(value, in_flow=True)


def one_line(value: Any, quotes: str = "", *, in_flow: bool) -> str:
    """Write any value on one line, a string in ``quotes`` if possible."""
    if isinstance(value, dict | list):
        return flow_text(value)
    return scalar_text(value, quotes, in_flow=in_flow)


def block_lines(head: str, value: Any) -> list[str]:
    """Write ``head`` (``  key:`` or ``  -``) and the value, in block style if the line is long."""
    line = f"{head} {one_line(value, in_flow=False)}"
    is_collection = isinstance(value, dict | list)
    if len(line) <= WIDTH or not is_collection or not value:
        return [line]
    mark = head.lstrip(" ")
    pad = " " * (len(head) - len(mark) + 2)
    below = nested_lines(pad, value)
    if mark == "-":
        return [f"{head} {below[0][len(pad) :]}", *below[1:]]
    return [head, *below]


def nested_lines(pad: str, value: dict[str, Any] | list[Any]) -> list[str]:
    """Write the entries of a collection that is not empty, each indented by ``pad``."""
    if isinstance(value, dict):
        entries = [(f"{pad}{key_text(key)}:", each) for key, each in value.items()]
    else:
        entries = [(f"{pad}-", each) for each in value]
    return list(chain.from_iterable(starmap(block_lines, entries)))


def key_text(key: str) -> str:
    """Write a key, for block or flow style."""
    return scalar_text(key, in_flow=True)


def scalar_text(value: Any, quotes: str = "", *, in_flow: bool) -> str:
    """Write a scalar on one line, a string in ``quotes`` (``"`` or ``'``) if possible."""
    if value is None or isinstance(value, bool):
        return json.dumps(value)
    if isinstance(value, int | float):
        return number(value)
    text = str(value)
    if not quotes and is_plain(text, in_flow=in_flow):
        return text
    if quotes == "'" and not _SPECIAL.search(text):
        return "'" + text.replace("'", "''") + "'"
    text = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{_SPECIAL.sub(_escape, text)}"'


def literal_lines(text: str, pad: str) -> tuple[str, str] | None:
    """Write a string of several lines as a ``|`` scalar: its header, and its indented lines.

    The lines have no last line end. Return ``None`` for a string that needs an indentation
    indicator, or has blanks at line ends, which editors remove.
    """
    if "\n" not in text or text.startswith((" ", "\n")):
        return None
    body = text.removesuffix("\n")
    header = "|-" if body == text else "|"
    lines = body.split("\n")
    has_end_blanks = any(line != line.rstrip() for line in lines)
    if not lines[-1] or has_end_blanks or any(map(_SPECIAL.search, lines)):
        return None
    return header, "\n".join(f"{pad}{line}" if line else "" for line in lines)


def is_plain(text: str, *, in_flow: bool) -> bool:
    """Return whether every reader reads the text without quotes as the same string."""
    if not _has_plain_form(text):
        return False
    if in_flow and _NOT_IN_FLOW.search(text):
        return False
    if text.lower() in _WORDS or not _is_string(text):
        return False
    if text[0] not in _NUMBER_START:
        return True
    # In a number, Go's reader drops every `_`, and Ruby's every comma too.
    return _is_string(re.sub("[_,]", "", text))


def _has_plain_form(text: str) -> bool:
    """Return whether the text can be written without quotes, whatever it is then read as."""
    if text.startswith("...") or not _PLAIN_START.match(text):
        return False
    return not _NOT_PLAIN.search(text) and not _SPECIAL.search(text)


def _is_string(text: str) -> bool:
    return isinstance(resolve(text), str) and other_reading(text) is None


def _escape(match: re.Match[str]) -> str:
    code = ord(match[0])
    coded = f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"
    return _NAMED.get(match[0], coded)
