"""HCL text to data, for comparisons: attributes, blocks, and literals as values.

An expression is kept as text with single blanks. This is not a validator: it gives up on heredocs
and unbalanced brackets, and the file is then compared as text. The tests run real Terraform.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from typing import Any, NamedTuple

_TOKEN = re.compile(
    r"""(?P<blank>[ \t\r]+|\#[^\n]*|//[^\n]*|/\*.*?\*/)
    |(?P<newline>\n)
    |(?P<string>"(?:[^"\\\n$%]|\\.|[$%](?!\{)|\$\$\{|%%\{)*")
    |(?P<name>[A-Za-z_][A-Za-z0-9_-]*)
    |(?P<number>[0-9]+(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?)
    |(?P<heredoc><<)
    |(?P<template>"(?:[^"\\\n$%]|\\.|[$%](?!\{)|[$%]+\{[^{}"]*(?:"[^"\n]*"[^{}"]*)*\})*")
    |(?P<mark>=>|==|!=|<=|>=|&&|\|\||\.\.\.|[-+*/%=<>!?:.,(){}\[\]])""",
    re.VERBOSE | re.DOTALL,
)
_ESCAPE = re.compile(r"\\(?:u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([nrt\"\\]))|(\$\$|%%)(?=\{)")
_NAMED = {"n": "\n", "r": "\r", "t": "\t", '"': '"', "\\": "\\"}
_WORDS = {"true": True, "false": False, "null": None}
_OPEN, _CLOSE = "([{", ")]}"
_BEFORE, _AFTER = re.compile(r" ([.,)\]]|\((?!\())"), re.compile(r"([.(\[!]) ")


class _Token(NamedTuple):
    kind: str
    text: str


class _UnreadableError(Exception):
    """The text uses syntax that this reader does not support."""


def read_hcl(text: str) -> dict[str, Any] | None:
    """Return the data of a ``.tf`` or ``.tfvars`` file; ``None`` if it cannot be read.

    An attribute is its value, or its expression as text. A block is a mapping at the key
    ``type "label" …``; blocks with the same key are a list.
    """
    try:
        tokens = list(_tokens(text))
        found, rest = _body(tokens, 0, nested=False)
    except (_UnreadableError, IndexError, RecursionError, ValueError, OverflowError):
        return None
    return found if rest == len(tokens) else None


def _tokens(text: str) -> Iterator[_Token]:
    position = 0
    while position < len(text):
        match = _TOKEN.match(text, position)
        if match is None:
            raise _UnreadableError
        _require(match.lastgroup != "heredoc")
        position = match.end()
        if match.lastgroup != "blank":
            yield _Token(str(match.lastgroup), match.group())
    yield _Token("newline", "\n")


def _body(tokens: list[_Token], at: int, *, nested: bool) -> tuple[dict[str, Any], int]:
    found: dict[str, Any] = {}
    while at < len(tokens):
        token = tokens[at]
        if token.kind == "newline":
            at += 1
        elif nested and token.text == "}":
            return found, at + 1
        elif tokens[at + 1].text == "=":
            _require(token.kind == "name" and token.text not in found)
            found[token.text], at = _expression(tokens, at + 2)
        else:
            _require(token.kind == "name")
            at = _block(tokens, at, found)
    _require(not nested)
    return found, at


def _block(tokens: list[_Token], at: int, found: dict[str, Any]) -> int:
    name = tokens[at].text
    at += 1
    while tokens[at].kind in {"string", "name"}:
        name += f" {tokens[at].text}"
        at += 1
    _require(tokens[at].text == "{")
    inner, at = _body(tokens, at + 1, nested=True)
    known = found.get(name)
    if isinstance(known, list):
        known.append(inner)
    elif known is not None:
        found[name] = [known, inner]
    else:
        found[name] = inner
    return at


def _expression(tokens: list[_Token], at: int) -> tuple[Any, int]:
    """Return the value of an attribute and where it ends."""
    end = _end_of_expression(tokens, at)
    inner = [token for token in tokens[at:end] if token.kind != "newline"]
    with suppress(_UnreadableError, IndexError):
        value, rest = _literal(inner, 0)
        if rest == len(inner):
            return value, end
    return _text(inner), end


def _end_of_expression(tokens: list[_Token], at: int) -> int:
    """Return the end of the line, or the closing bracket of a block on one line."""
    depth = 0
    while depth or tokens[at].kind != "newline":
        if tokens[at].kind == "mark":
            depth += (tokens[at].text in _OPEN) - (tokens[at].text in _CLOSE)
        if depth < 0:
            break
        at += 1
    return at


def _text(tokens: list[_Token]) -> str:
    """Write an expression without blanks around dots and inside brackets."""
    text = " ".join(token.text for token in tokens)
    return _AFTER.sub(r"\1", _BEFORE.sub(r"\1", text))


def _literal(tokens: list[_Token], at: int) -> tuple[Any, int]:
    token = tokens[at]
    if token.kind == "string":
        return _string(token.text), at + 1
    if token.kind == "number":
        return _number(token.text), at + 1
    if token.text == "-" and tokens[at + 1].kind == "number":
        return -_number(tokens[at + 1].text), at + 2
    if token.text in _WORDS:
        return _WORDS[token.text], at + 1
    if token.text == "[":
        return _list(tokens, at + 1)
    if token.text == "{":
        return _object(tokens, at + 1)
    raise _UnreadableError


def _list(tokens: list[_Token], at: int) -> tuple[list[Any], int]:
    items = []
    while tokens[at].text != "]":
        item, at = _literal(tokens, at)
        items.append(item)
        _require(tokens[at].text in {",", "]"})
        at += tokens[at].text == ","
    return items, at + 1


def _object(tokens: list[_Token], at: int) -> tuple[dict[str, Any], int]:
    found: dict[str, Any] = {}
    while tokens[at].text != "}":
        token = tokens[at]
        _require(token.kind in {"string", "name"})
        _require(tokens[at + 1].text in {"=", ":"})
        key = _string(token.text) if token.kind == "string" else token.text
        _require(key not in found)
        found[key], at = _literal(tokens, at + 2)
        at += tokens[at].text == ","
    return found, at + 1


def _require(condition: object) -> None:
    if not condition:
        raise _UnreadableError


def _number(text: str) -> int | float:
    return float(text) if set(text) & set(".eE") else int(text)


def _string(text: str) -> str:
    return _ESCAPE.sub(_unescaped, text[1:-1])


def _unescaped(match: re.Match[str]) -> str:
    short, long, named, doubled = match.groups()
    if doubled:
        return str(doubled[0])
    return _NAMED[named] if named else chr(int(short or long, 16))
