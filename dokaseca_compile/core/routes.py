"""A route names a node of a document by the keys and indices that lead to it; an edit says what shall stand there.

Everything above ``source/`` speaks in routes; lines and columns are looked up once, when a
diagnostic is shown.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, NoReturn

from dokaseca_compile.core.text import printable

Route = tuple[str | int, ...]
"""Keys (str) and list indices (int) from the root, e.g. ``("clusters", "hub", "teams", 0)``."""

_BARE = re.compile(r"[A-Za-z_][A-Za-z0-9_-]{0,79}\Z")
_LONGEST = 80

# What people type may be longer and begin with a digit; digits alone could mean a key or an item.
_TYPED_KEY = re.compile(r"[A-Za-z0-9_-]+")
_INDEX = re.compile(r"0|[1-9][0-9]{0,999}")
_ESCAPE = re.compile(r"\\(x[0-9A-Fa-f]{2}|u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{8}|.)", re.DOTALL)
_NAMED = {"n": "\n", "r": "\r", "t": "\t", '"': '"', "\\": "\\"}
_QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)"', re.DOTALL)
_LAST_CHARACTER = 0x10FFFF
_LITERAL = re.compile(r"'([^']*)'")


@dataclass(frozen=True, slots=True)
class Put:
    """The value at ``route`` becomes ``value``: plain data, as JSON has it.

    A key that is missing is added, with its parents; an index that is the length of a list appends to it.
    """

    route: Route
    value: Any


@dataclass(frozen=True, slots=True)
class Remove:
    """The entry or the item at ``route`` goes."""

    route: Route


Edit = Put | Remove


def format_route(route: Route) -> str:
    """Write a route as people write it: ``clusters.hub.teams[0]``; odd keys are quoted, escaped and cut."""
    return _written(route, _shown)


def spell_route(route: Route) -> str:
    """Write a route in full: ``parse_route`` reads the same route again, however long its keys are."""
    return _written(route, _escaped)


def at(data: Any, route: Route) -> Any:
    """What stands at a route in plain data; ``None`` where it leads nowhere."""
    for part in route:
        if type(data) is dict:  # most are; asking for an abstract class takes many times as long
            data = data.get(part)
            continue
        if data is None or not isinstance(data, Mapping | list):
            return None
        try:
            data = data[part]  # type: ignore[index]
        except (KeyError, IndexError, TypeError):
            return None
    return data


def parse_route(text: str) -> Route:
    """Read a route as people write it: ``a.b[0]``, ``a["odd.key"]``, ``a.'odd.key'``; ``""`` is the root.

    Double quotes take the escapes that ``format_route`` writes, single quotes none.
    Raises ``ValueError``, which says what is wrong and at which character.
    """
    parts: list[str | int] = []
    at = 0
    while at < len(text):
        part, at = next_part(text, at)
        parts.append(part)
    return tuple(parts)


def next_part(text: str, at: int) -> tuple[str | int, int]:
    """Read one part of a written route, and where it ends; ``at`` is 0, or where the part before it ended.

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
    """Read what stands behind ``[``, and the closing bracket."""
    index = _INDEX.match(text, at)
    part: str | int
    if index:
        part, end = int(index.group()), index.end()
    elif text[at : at + 1] in ('"', "'"):
        part, end = _quoted_key(text, at)
    else:
        _refuse(text, at, "the number of an item, from 0, or a quoted key is expected behind `[`")
    if text[end : end + 1] != "]":
        _refuse(text, end, "`]` is missing")
    return part, end + 1


def _key(text: str, at: int) -> tuple[str, int]:
    if text[at : at + 1] in ('"', "'"):
        return _quoted_key(text, at)
    key = _TYPED_KEY.match(text, at)
    if not key:
        _refuse(
            text,
            at,
            "a key is missing; quote a key that has other characters than letters, digits, `_` and `-`",
        )
    if key.group().isdigit():
        _refuse(
            text,
            at,
            f'write [{key.group()}] for an item of a list, "{key.group()}" in quotes for a key',
        )
    return key.group(), key.end()


def _quoted_key(text: str, at: int) -> tuple[str, int]:
    if text[at] == "'":
        literal = _LITERAL.match(text, at)
        return (
            (literal.group(1), literal.end())
            if literal
            else _refuse(text, at, "this quote is never closed")
        )
    quoted = _QUOTED.match(text, at)
    if not quoted:
        _refuse(text, at, "this quote is never closed")

    def character(escape: re.Match[str]) -> str:
        code = escape.group(1)
        number = int(code[1:], 16) if len(code) > 1 else -1
        if code not in _NAMED and not 0 <= number <= _LAST_CHARACTER:
            _refuse(
                text, at + 1 + escape.start(), "this escape is not known; write a backslash twice"
            )
        return _NAMED[code] if code in _NAMED else chr(number)

    return _ESCAPE.sub(character, quoted.group(1)), quoted.end()


def _refuse(text: str, at: int, problem: str) -> NoReturn:
    said = printable(text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…")
    message = f"`{said}` is not a route: at character {at + 1}, {problem}"
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
    """Escape what cannot be seen and what would end the quoted key for ``parse_route``; cut what is long."""
    return _escaped(key if len(key) <= _LONGEST else key[: _LONGEST - 1] + "…")


def _escaped(key: str) -> str:
    return "".join(f"\\{each}" if each in '"\\' else printable(each) for each in key)
