"""Routes: the keys and indices that lead to a node of a document; and edits at a route.

Everything above ``source/`` uses routes; lines and columns are looked up when a diagnostic is
shown.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, NoReturn

from dokaseca_compile.core.text import printable, shortened

Route = tuple[str | int, ...]
"""Keys (str) and list indices (int) from the root, e.g. ``("clusters", "hub", "teams", 0)``."""

_BARE = re.compile(r"[A-Za-z_][A-Za-z0-9_-]{0,79}\Z")
_LONGEST = 80

# Typed keys may be longer and begin with a digit; digits alone could be a key or an index.
_TYPED_KEY = re.compile(r"[A-Za-z0-9_-]+")
_INDEX = re.compile(r"0|[1-9][0-9]{0,999}")
_ESCAPE = re.compile(r"\\(x[0-9A-Fa-f]{2}|u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{8}|.)", re.DOTALL)
_NAMED = {"n": "\n", "r": "\r", "t": "\t", '"': '"', "\\": "\\"}
_QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)"', re.DOTALL)
_LAST_CHARACTER = 0x10FFFF
_LITERAL = re.compile(r"'([^']*)'")


@dataclass(frozen=True, slots=True)
class Put:
    """Set the value at ``route`` to ``value``: plain data, as in JSON.

    A missing key is added, with its parents; an index equal to the length of a list appends to it.
    """

    route: Route
    value: Any


@dataclass(frozen=True, slots=True)
class Remove:
    """Remove the entry or the item at ``route``."""

    route: Route


Edit = Put | Remove


def format_route(route: Route) -> str:
    """Write a route for people: ``clusters.hub.teams[0]``; unusual keys are quoted and cut."""
    return _written(route, _shown)


def spell_route(route: Route) -> str:
    """Write a route in full, however long its keys are, so that ``parse_route`` reads it again."""
    return _written(route, _escaped)


def at(data: Any, route: Route, missing: Any = None) -> Any:
    """Return the value at a route in plain data; ``missing`` if there is none."""
    for part in route:
        if type(data) is dict:  # the usual case; `isinstance` of an abstract class is far slower
            data = data.get(part, missing)
            continue
        if data is None or not isinstance(data, Mapping | list):
            return missing
        try:
            data = data[part]  # type: ignore[index]
        except (KeyError, IndexError, TypeError):
            return missing
    return data


def last_key(route: Route) -> str:
    """Return the last key of a route, that of a list for its items; empty if there is none."""
    return next((part for part in reversed(route) if isinstance(part, str)), "")


def parse_route(text: str) -> Route:
    """Read a route of people: ``a.b[0]``, ``a["odd.key"]``, ``a.'odd.key'``; ``""`` is the root.

    Double quotes allow the escapes that ``format_route`` writes, single quotes none.
    Raises ``ValueError`` with the reason and the number of the character.
    """
    parts: list[str | int] = []
    at = 0
    while at < len(text):
        part, at = next_part(text, at)
        parts.append(part)
    return tuple(parts)


def next_part(text: str, at: int) -> tuple[str | int, int]:
    """Read the part of a written route at ``at``; return it with the offset of its end.

    Raises ``ValueError`` as ``parse_route`` does.
    """
    if text[at] == "[":
        return _bracketed(text, at + 1)
    if at == 0:
        return _key(text, 0)
    if text[at] != ".":
        _refuse(text, at, "`.` or `[` is expected here; quote a key that has other characters")
    return _key(text, at + 1)


def _bracketed(text: str, at: int) -> tuple[str | int, int]:
    """Read the part after ``[``, and the closing bracket."""
    index = _INDEX.match(text, at)
    part: str | int
    if index:
        part, end = int(index.group()), index.end()
    elif text[at : at + 1] in ('"', "'"):
        part, end = _quoted_key(text, at)
    else:
        _refuse(text, at, "the number of an item, from 0, or a quoted key is expected after `[`")
    if text[end : end + 1] != "]":
        _refuse(text, end, "`]` is missing")
    return part, end + 1


def _key(text: str, at: int) -> tuple[str, int]:
    if text[at : at + 1] in ('"', "'"):
        return _quoted_key(text, at)
    key = _TYPED_KEY.match(text, at)
    if not key:
        problem = (
            "a key is missing; quote a key with other characters than letters, digits, `_`, `-`"
        )
        _refuse(text, at, problem)
    if key.group().isdigit():
        digits = key.group()
        problem = f'write [{digits}] for an item of a list, "{digits}" in quotes for a key'
        _refuse(text, at, problem)
    return key.group(), key.end()


def _quoted_key(text: str, at: int) -> tuple[str, int]:
    is_literal = text[at] == "'"
    found = (_LITERAL if is_literal else _QUOTED).match(text, at)
    if not found:
        _refuse(text, at, "this quote is never closed")
    if is_literal:
        return found.group(1), found.end()

    def character(escape: re.Match[str]) -> str:
        code = escape.group(1)
        if code in _NAMED:
            return _NAMED[code]
        number = int(code[1:], 16) if len(code) > 1 else -1
        if not 0 <= number <= _LAST_CHARACTER:
            problem = "this is not a valid escape; write a backslash twice"
            _refuse(text, at + 1 + escape.start(), problem)
        return chr(number)

    return _ESCAPE.sub(character, found.group(1)), found.end()


def _refuse(text: str, at: int, problem: str) -> NoReturn:
    message = (
        f"`{printable(shortened(text, _LONGEST))}` is not a route: at character {at + 1}, {problem}"
    )
    raise ValueError(message)


def _written(route: Route, quoted: Callable[[str], str]) -> str:
    text = ""
    for part in route:
        if isinstance(part, int):
            text += f"[{part}]"
        elif _BARE.match(part):
            text += f".{part}" if text else part
        else:
            text += f'["{quoted(part)}"]'
    return text


def _shown(key: str) -> str:
    return _escaped(shortened(key, _LONGEST))


def _escaped(key: str) -> str:
    """Escape unprintable characters and those that would end the quoted key for ``parse_route``."""
    return "".join(f"\\{each}" if each in '"\\' else printable(each) for each in key)
