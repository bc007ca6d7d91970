"""Find the secrets in data: each with its route and the texts that must not be shown."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from dokaseca_compile.core.data import entries
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
    texts, starts = _survey(data, free=free)
    suspects = _Suspects.of(texts)
    if suspects.anywhere or free:
        starts = [(data, (), free)]
    yield from _walk(starts, suspects)


def _survey(data: Any, *, free: bool) -> tuple[list[str], list[Start]]:
    """Return every longer key and text, once, and the mappings with free keys."""
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
        for key, value in entries(node):
            if type(value) is str:
                if len(value) >= _SHORTEST:
                    words.add(value)
            elif value and isinstance(value, _NODES):
                inner.append((value, (*route, key), key in FREE))
        stack += reversed(inner)
    return list(filter(_is_longer_text, words)), starts


def _is_longer_text(word: Any) -> bool:
    return type(word) is str and len(word) >= _SHORTEST


@dataclass(frozen=True, slots=True)
class _Suspects:
    """The few texts of a platform that are or contain a secret; most platforms have none."""

    anywhere: Mapping[str, str]
    """Text → reason, at any place."""
    free: Mapping[str, str]
    """Text → reason, under a free key: there it is read as configuration, not as prose."""

    @classmethod
    def of(cls, texts: Collection[str]) -> _Suspects:
        """Check each text once."""
        shapes = list(_shapes_in(texts))
        without_needles = [shape for shape in shapes if not shape.needles]
        needles = _pattern_of_needles(shapes)
        anywhere: dict[str, str] = {}
        free: dict[str, str] = {}
        for text in texts:
            likely = shapes if needles.search(text) else without_needles
            if not likely and not may_hold_entries(text) and not may_hold_base64(text):
                continue
            why = secret_kind(text, prose=True, shapes=likely)
            if why:
                anywhere[text] = free[text] = why
                continue
            why = secret_kind(text, shapes=())
            if why:
                free[text] = why
        return cls(anywhere, free)


def _shapes_in(texts: Collection[str]) -> Iterator[Shape]:
    """Yield the shapes that occur in any text, with one search through all of them."""
    joined = "\n".join(texts)
    lower = joined.lower()
    longer = "\n".join(text for text in texts if len(text) >= _LONG)
    for shape in SHAPES:
        searched = joined if shape.needles else longer
        if shape.possible(joined, lower) and shape.found(searched):
            yield shape


def _pattern_of_needles(shapes: Sequence[Shape]) -> re.Pattern[str]:
    """Return a pattern that finds any needle of the shapes; without needles, nothing."""
    needles: set[str] = set().union(*(shape.needles for shape in shapes))
    return re.compile("|".join(map(re.escape, sorted(needles))) or r"(?!)", re.IGNORECASE)


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
        for key, value in entries(node):
            if value and isinstance(value, _NODES):
                inner.append((value, (*route, key), free or key in FREE))
            elif free:
                yield from _in_free_value(node, route, key, suspects)
            elif type(value) is str and value in suspects.anywhere:
                secrets = tuple(secret_parts(value, prose=True))
                yield Found((*route, key), suspects.anywhere[value], secrets)
        yield from _in_keys(node, route, suspects)
        stack += reversed(inner)


def _in_keys(node: Any, route: Route, suspects: _Suspects) -> Iterator[Found]:
    if not suspects.anywhere or not isinstance(node, dict):
        return
    for key in node:
        why = suspects.anywhere.get(key)
        if why:
            secrets = tuple(secret_parts(key, prose=True))
            yield Found((*route, key), f"has a key that {why}", secrets, in_key=True)


_BY_KEY = "looks like a secret because of its key"
_BY_NAME = "is a secret because of the name beside it"


def _in_free_value(node: Any, route: Route, key: Any, suspects: _Suspects) -> Iterator[Found]:
    """Yield the secret in a scalar under a free key, if there is one."""
    value = node[key]
    if type(value) is str:
        yield from _in_free_text(node, route, key, suspects)
        return
    is_number = type(value) is int and isinstance(node, dict)
    if is_number and secret_number(key_of(key, node), value):
        yield Found((*route, key), _BY_KEY, (str(value),), whole=True)


def _in_free_text(node: Any, route: Route, key: Any, suspects: _Suspects) -> Iterator[Found]:
    text, place = node[key], (*route, key)
    why = suspects.free.get(text)
    if why:
        yield Found(place, why, tuple(secret_parts(text)))
        return
    if isinstance(node, dict):
        name, beside = key_of(key, node), node
    else:
        name, beside = item_key(route[-1] if route else ""), {}
    if name and secret_entry(name, text, beside, route):
        why = _BY_NAME if beside and name != key else _BY_KEY
        yield Found(place, why, (text,), whole=True)
