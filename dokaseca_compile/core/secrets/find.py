"""Find the secrets of a piece of data: each value once, with its route and the texts that must not be shown."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from dokaseca_compile.core.routes import Route
from dokaseca_compile.core.secrets.entries import item_key, key_of, secret_entry, secret_number
from dokaseca_compile.core.secrets.shapes import SHAPES
from dokaseca_compile.core.secrets.texts import (
    may_hold_base64,
    may_hold_entries,
    secret_kind,
    secret_parts,
)

FREE = frozenset({"values", "labels", "annotations"})
"""Maps whose keys are anyone's: elsewhere the schema has no place for a secret under its key."""

_SHORTEST = 10  # characters of the shortest secret that has a shape or is part of a text
_NODES = (dict, list)
_LONG = 40  # of a secret that only its length and its characters give away


@dataclass(frozen=True, slots=True)
class Found:
    """A secret: where it is, what gives it away, and its texts.

    ``in_key`` for a key that is a secret itself; ``whole`` where all of the value is the secret.
    """

    route: Route
    why: str
    secrets: tuple[str, ...] = field(repr=False)
    in_key: bool = False
    whole: bool = False


Start = tuple[Any, Route, bool]
"""A mapping or list, where it is, and whether its keys are anyone's."""


def find_secrets(data: Any, *, free: bool = False) -> Iterator[Found]:
    """Yield every secret in plain data. With ``free`` keys are anyone's everywhere, as in values of a chart."""
    if not isinstance(data, dict | list):
        return
    words, starts = _survey(data, free=free)
    suspects = _Suspects.among(words)
    yield from _walk([(data, (), free)] if suspects.texts or free else starts, suspects)


def _survey(data: Any, *, free: bool) -> tuple[set[str], list[Start]]:
    """Return every key and longer text, once, and the maps whose keys are anyone's."""
    words: set[Any] = set()
    starts: list[Start] = []
    seen: set[int] = set()
    stack: list[Start] = [(data, (), free)]
    while stack:
        node, route, anyones = stack.pop()
        if anyones:
            starts.append((node, route, True))
        if id(node) in seen:
            continue
        seen.add(id(node))
        inner = []
        keyed = type(node) is dict
        if keyed:
            words.update(node)
        for key, value in node.items() if keyed else enumerate(node):
            if type(value) is str:
                if len(value) >= _SHORTEST:
                    words.add(value)
            elif value and isinstance(value, _NODES):
                inner.append((value, (*route, key), key in FREE))
        stack += reversed(inner)
    return {word for word in words if type(word) is str}, starts


@dataclass(frozen=True, slots=True)
class _Suspects:
    """The few texts of a platform that are or hold a secret, and why: most platforms hold none."""

    texts: Mapping[str, str]
    """Text → why, wherever it is."""
    free: Mapping[str, str]
    """Text → why, where its key is anyone's: as a configuration, not as prose."""

    @classmethod
    def among(cls, words: set[str]) -> _Suspects:
        """Judge each text once. One search through all of them shows which shapes can occur at all."""
        text = "\n".join(words)
        lower = text.lower()
        longer = "\n".join(word for word in words if len(word) >= _LONG)
        shapes = [
            shape
            for shape in SHAPES
            if shape.possible(text, lower) and shape.found(text if shape.needles else longer)
        ]
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


def _walk(starts: Sequence[Start], suspects: _Suspects) -> Iterator[Found]:
    """Look at every mapping and list once, however often it is used; without recursion."""
    stack = list(reversed(starts))
    seen: set[tuple[int, bool]] = set()
    while stack:
        node, route, free = stack.pop()
        if (id(node), free) in seen:
            continue
        seen.add((id(node), free))
        inner = []
        keyed = isinstance(node, dict)
        for key, value in node.items() if keyed else enumerate(node):
            if type(value) is str:
                # Most values are short names; only under a free key can such a one be a secret.
                if (free or len(value) >= _SHORTEST) and (
                    found := _value(node, route, key, suspects, free=free)
                ):
                    yield found
            elif value and isinstance(value, _NODES):
                inner.append((value, (*route, key), free or key in FREE))
            elif keyed and free and type(value) is int and secret_number(key_of(key, node), value):
                yield Found((*route, key), _BY_KEY, (str(value),), whole=True)
            if keyed and isinstance(key, str) and (why := suspects.texts.get(key)):
                yield Found(
                    (*route, key),
                    f"has a key that {why}",
                    tuple(secret_parts(key, prose=True)),
                    in_key=True,
                )
        stack += reversed(inner)


_BY_KEY = "looks like a secret: its key says so"


def _value(node: Any, route: Route, key: Any, suspects: _Suspects, *, free: bool) -> Found | None:
    value: str = node[key]
    if why := suspects.why(value, free=free):
        return Found((*route, key), why, tuple(secret_parts(value, prose=not free)))
    if not free:
        return None
    if isinstance(node, dict):
        name, beside = key_of(key, node), node
    else:
        name, beside = item_key(route[-1] if route else ""), {}
    if not name or not secret_entry(name, value, beside, route):
        return None
    why = (
        _BY_KEY
        if name == key or not isinstance(node, dict)
        else "is a secret: the name beside it says so"
    )
    return Found((*route, key), why, (value,), whole=True)
