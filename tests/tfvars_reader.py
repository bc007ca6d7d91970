"""A reader of ``.tfvars`` files that shares nothing with the writer: HCL's literals, and nothing that is evaluated."""

from __future__ import annotations

import re
from typing import Any

_TOKEN = re.compile(
    r"""(?P<blank>[ \t\n]+|\#[^\n]*)|(?P<string>"(?:[^"\\\n]|\\.)*")|(?P<name>[A-Za-z_][A-Za-z0-9_-]*)"""
    r"""|(?P<number>-?[0-9][0-9.eE+-]*)|(?P<mark>[={}\[\],])"""
)
_ESCAPE = re.compile(r"\\(?:u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|(.))|(\$\$|%%)\{|([$%]\{)")
_NAMED = {"n": "\n", "r": "\r", "t": "\t", '"': '"', "\\": "\\"}
_WORDS = {"true": True, "false": False, "null": None}


def read_tfvars(content: bytes) -> dict[str, Any]:
    """Variable → value. Raises ``ValueError`` for anything but literals, a template sequence included."""
    tokens = list(_tokens(content.decode("utf-8")))[::-1]
    found = {}
    while tokens:
        kind, name = tokens.pop()
        if kind != "name" or name in found or tokens.pop() != ("mark", "="):
            raise ValueError(name)
        found[name] = _value(tokens)
    return found


def _tokens(text: str) -> Any:
    position = 0
    while position < len(text):
        match = _TOKEN.match(text, position)
        if match is None:
            raise ValueError(text[position : position + 20])
        position = match.end()
        if match.lastgroup != "blank":
            yield match.lastgroup, match.group()


def _value(tokens: list[tuple[str, str]]) -> Any:
    kind, text = tokens.pop()
    if kind == "string":
        return _string(text)
    if kind == "number":
        return float(text) if set(text) & set(".eE") else int(text)
    if kind == "name":
        return _WORDS[text]
    if text == "[":
        return list(_items(tokens))
    if text == "{":
        return dict(_entries(tokens))
    raise ValueError(text)


def _items(tokens: list[tuple[str, str]]) -> Any:
    while tokens[-1] != ("mark", "]"):
        yield _value(tokens)
        if tokens[-1] == ("mark", ","):
            tokens.pop()
    tokens.pop()


def _entries(tokens: list[tuple[str, str]]) -> Any:
    while tokens[-1] != ("mark", "}"):
        kind, text = tokens.pop()
        if tokens.pop() != ("mark", "="):
            raise ValueError(text)
        yield _string(text) if kind == "string" else text, _value(tokens)
        if tokens[-1] == ("mark", ","):
            tokens.pop()
    tokens.pop()


def _string(text: str) -> str:
    return _ESCAPE.sub(_unescaped, text[1:-1])


def _unescaped(match: re.Match[str]) -> str:
    short, long, named, doubled, template = match.groups()
    if template:
        raise ValueError(match.string)
    if doubled:
        return doubled[0] + "{"
    return chr(int(short or long, 16)) if short or long else _NAMED[named]
