"""Find the secrets in data: each with its route and the texts that must not be shown."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from dokaseca_compile.core.routes import Route
from dokaseca_compile.core.secrets.entries import item_key, key_of, secret_entry, secret_number
from dokaseca_compile.core.secrets.shapes import SHAPES, Shape
from dokaseca_compile.core.secrets.texts import (
    may_hold_base64,
    may_hold_entries,
    secret_kind,
    secret_parts,
)

FREE = frozenset({"values", "labels", "annotations"})
"""Mappings with free keys. Elsewhere the schema has no place for a secret under its key."""

_SHORTEST = 10  # characters of a secret with a shape, or inside a text
_NODES = (dict, list)
_LONG = 40  # characters of a secret that is recognised by its length and characters only


@dataclass(frozen=True, slots=True)
class Found:
    """A secret: its place, the reason why it is one, and its texts.

    ``in_key`` is for a key that is a secret itself; ``whole`` if all of the value is the secret.
    """

    route: Route
    why: str
    secrets: tuple[str, ...] = field(repr=False)
    in_key: bool = False
    whole: bool = False


Start = tuple[Any, Route, bool]
"""A mapping or list, its route, and whether its keys are free."""


def find_secrets(data: Any, *, free: bool = False) -> Iterator[Found]:
    """Yield every secret in plain data. With ``free``, all keys are free, as in chart values."""
    if not isinstance(data, dict | list):
        return
    words, starts = _survey(data, free=free)
    suspects = _Suspects.of(words)
    yield from _walk([(data, (), free)] if suspects.texts or free else starts, suspects)


def _survey(data: Any, *, free: bool) -> tuple[set[str], list[Start]]:
    """Return every key and longer text, once, and the mappings with free keys."""
    words: set[Any] = set()
    starts: list[Start] = []
    seen: set[int] = set()
    stack: list[Start] = [(data, (), free)]
    while stack:
        start = stack.pop()
        node, route, is_free = start
        if is_free:
            starts.append(start)
        if id(node) in seen:
            continue
        seen.add(id(node))
        if type(node) is dict:
            words.update(node)
        inner: list[Start] = []
        for key, value in _entries(node):
            if type(value) is str:
                if len(value) >= _SHORTEST:
                    words.add(value)
            elif value and isinstance(value, _NODES):
                inner.append((value, (*route, key), key in FREE))
        stack += reversed(inner)
    return {word for word in words if type(word) is str}, starts


def _entries(node: Any) -> Iterable[tuple[Any, Any]]:
    return node.items() if isinstance(node, dict) else enumerate(node)


@dataclass(frozen=True, slots=True)
class _Suspects:
    """The few texts of a platform that are or contain a secret; most platforms have none."""

    texts: Mapping[str, str]
    """Text → reason, at any place."""
    free: Mapping[str, str]
    """Text → reason, under a free key: there it is read as configuration, not as prose."""

    @classmethod
    def of(cls, words: set[str]) -> _Suspects:
        """Check each text once."""
        shapes = _shapes_in(words)
        needles = {re.escape(needle) for shape in shapes for needle in shape.needles}
        quick = re.compile("|".join(sorted(needles)) or r"(?!)", re.IGNORECASE)
        texts: dict[str, str] = {}
        free: dict[str, str] = {}
        for word in words:
            if len(word) < _SHORTEST:
                continue
            likely = [shape for shape in shapes if not shape.needles or quick.search(word)]
            if not likely and not may_hold_entries(word) and not may_hold_base64(word):
                continue
            if why := secret_kind(word, prose=True, shapes=likely):
                texts[word] = free[word] = why
            elif why := secret_kind(word, shapes=()):
                free[word] = why
        return cls(texts, free)

    def why(self, text: str, *, free: bool) -> str | None:
        """Return why a text is a secret, or ``None``."""
        return self.free.get(text) if free else self.texts.get(text)


def _shapes_in(words: set[str]) -> list[Shape]:
    """Return the shapes that occur in any text, with one search through all of them."""
    text = "\n".join(words)
    lower = text.lower()
    longer = "\n".join(word for word in words if len(word) >= _LONG)
    possible = (shape for shape in SHAPES if shape.possible(text, lower))
    return [shape for shape in possible if shape.found(text if shape.needles else longer)]


def _walk(starts: Sequence[Start], suspects: _Suspects) -> Iterator[Found]:
    """Check every mapping and list once, however often it is used; without recursion."""
    stack = list(reversed(starts))
    seen: set[tuple[int, bool]] = set()
    while stack:
        node, route, free = stack.pop()
        if (id(node), free) in seen:
            continue
        seen.add((id(node), free))
        inner: list[Start] = []
        for key, value in _entries(node):
            if value and isinstance(value, _NODES):
                inner.append((value, (*route, key), free or key in FREE))
            # Most values are short names, which can be a secret only under a free key.
            elif free or (type(value) is str and len(value) >= _SHORTEST):
                yield from _in_value(node, route, key, suspects, free=free)
        if suspects.texts and isinstance(node, dict):
            yield from _in_keys(node, route, suspects)
        stack += reversed(inner)


def _in_keys(node: Mapping[Any, Any], route: Route, suspects: _Suspects) -> Iterator[Found]:
    for key in node:
        why = suspects.texts.get(key) if isinstance(key, str) else None
        if why:
            secrets = tuple(secret_parts(key, prose=True))
            yield Found((*route, key), f"has a key that {why}", secrets, in_key=True)


_BY_KEY = "looks like a secret because of its key"
_BY_NAME = "is a secret because of the name beside it"


def _in_value(
    node: Any, route: Route, key: Any, suspects: _Suspects, *, free: bool
) -> Iterator[Found]:
    """Yield the secret in a scalar, if there is one."""
    value, place = node[key], (*route, key)
    is_entry = isinstance(node, dict)
    if type(value) is int and is_entry and secret_number(key_of(key, node), value):
        yield Found(place, _BY_KEY, (str(value),), whole=True)
    if type(value) is not str:
        return
    why = suspects.why(value, free=free)
    if why:
        yield Found(place, why, tuple(secret_parts(value, prose=not free)))
    elif free:
        name = key_of(key, node) if is_entry else item_key(route[-1] if route else "")
        if name and secret_entry(name, value, node if is_entry else {}, route):
            why = _BY_NAME if is_entry and name != key else _BY_KEY
            yield Found(place, why, (value,), whole=True)
