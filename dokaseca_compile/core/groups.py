"""Group things by a key."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeVar

K = TypeVar("K")
T = TypeVar("T")


def grouped(pairs: Iterable[tuple[K, T]]) -> dict[K, list[T]]:
    """Return key → its values; both in the order in which the pairs have them."""
    found: dict[K, list[T]] = {}
    for key, value in pairs:
        found.setdefault(key, []).append(value)
    return found


def grouped_by(key: Callable[[T], K], values: Iterable[T]) -> dict[K, list[T]]:
    """Return what ``key`` returns → the values for which it does, in their order."""
    return grouped((key(each), each) for each in values)
