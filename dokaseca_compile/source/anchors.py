"""Anchors, and how much data their aliases add, so that no small file grows without bound.

The limits follow the alias bombs that stopped Kubernetes' API server (CVE-2019-11253).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final

MAX_DEPTH: Final = 64
"""How many collections may be nested, aliases followed."""

_MAX_NODES: Final = 1_000_000
_FREE_NODES: Final = 10_000
_MAX_RATIO: Final = 10


@dataclass(slots=True)
class Anchor:
    """A named node. ``size`` counts its nodes and ``height`` its levels, aliases followed."""

    number: int
    value: Any
    size: int = 1
    height: int = 0
    is_open: bool = False


@dataclass(slots=True)
class Anchors:
    """All anchors of a document, and the number of nodes that aliases have added so far."""

    by_name: dict[str, Anchor] = field(default_factory=dict)
    added: int = 0
    widest: int = 0
    """The node of the alias that repeats the most data."""
    _widest_size: int = 0

    def open(self, name: str, number: int, value: object) -> None:
        """Name a collection that has just begun."""
        self.by_name[name] = Anchor(number, value, size=-self.added, is_open=True)

    def close(self, name: str, number: int, end: int, height: int) -> None:
        """End the named collection: it was nodes ``number`` up to ``end`` (exclusive)."""
        anchor = self.by_name[name]
        if anchor.number == number:  # else the name was used again inside
            anchor.size += self.added + end - number
            anchor.height = height
            anchor.is_open = False

    def repeat(self, anchor: Anchor, number: int) -> bool:
        """Count the alias that is node ``number``; return whether the data exceeds the limit."""
        self.added += anchor.size - 1
        if anchor.size > self._widest_size:
            self._widest_size, self.widest = anchor.size, number
        return self.added > _MAX_NODES

    def is_bomb(self, nodes: int) -> bool:
        """Return whether aliases add far more than the ``nodes`` nodes that are written."""
        return self.added > _FREE_NODES + _MAX_RATIO * nodes
