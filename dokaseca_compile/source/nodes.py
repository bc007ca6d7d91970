"""The offsets of all nodes of a document, in twelve bytes per node.

Nodes are numbered in document order: a mapping, its first key, the value of that key, its second
key and so on. An alias is one node. ``after`` skips a whole subtree, so a look-up skips siblings.
Offsets are kept instead of lines and columns, since those are needed for few nodes.
"""

from __future__ import annotations

from array import array
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from dokaseca_compile.core.routes import Route


@dataclass(frozen=True, slots=True)
class Found:
    """The node at a route, or the last one on the way that exists (``exact`` is false then).

    ``key`` is the number of its key node, ``None`` in a list and at the root.
    """

    key: int | None
    number: int
    exact: bool


class Nodes:
    """The offsets of all nodes, and the way from a route to a node and back."""

    __slots__ = ("_children", "after", "aliases", "ends", "skipped", "starts")

    def __init__(self) -> None:
        self.starts = array("I")
        """The start of each node: characters from the start of the text."""
        self.ends = array("I")
        """The end of each scalar (exclusive); one after the start for other nodes."""
        self.after = array("I")
        """The node after the subtree of a collection; 0 for other nodes."""
        self.aliases: dict[int, int] = {}
        """Number of an alias node → number of the node that it repeats."""
        self.skipped: set[int] = set()
        """Key nodes whose entry was refused and is not in the data."""
        self._children: dict[int, dict[str, int] | list[int]] = {}

    def __len__(self) -> int:
        return len(self.starts)

    def keys(self, number: int, data: dict[str, object]) -> dict[str, int]:
        """Map each key of the mapping ``data``, which is node ``number``, to its key node."""
        known = self._children.get(number)
        if not isinstance(known, dict):
            # The data keeps the order of the document; refused entries are in neither list.
            numbers = [each for each in self.children(number)[::2] if each not in self.skipped]
            known = self._children[number] = dict(zip(data, numbers, strict=False))
        return known

    def items(self, number: int) -> list[int]:
        """Return the node of each item of the list that is node ``number``."""
        known = self._children.get(number)
        if not isinstance(known, list):
            known = self._children[number] = self.children(number)
        return known

    def value_of(self, key: int) -> int:
        """Return the node of the value that belongs to a key node."""
        return self.after[key] or key + 1

    def find(self, route: Route, data: object) -> Found:
        """Follow ``route`` from the root, whose value is ``data``, as far as nodes exist."""
        key: int | None = None
        number = 0
        for part in route:
            parent = self.aliases.get(number, number)
            if isinstance(data, dict) and isinstance(part, str) and part in data:
                key = self.keys(parent, data)[part]
                number = self.value_of(key)
                data = data[part]
            elif isinstance(data, list) and isinstance(part, int) and 0 <= part < len(data):
                key, number = None, self.items(parent)[part]
                data = data[part]
            else:
                return Found(key, number, exact=False)
        return Found(key, number, exact=True)

    def route_to(self, number: int, data: Any) -> Route:
        """Return the route of the value that is node ``number``; ``()`` if it is not in the data.

        ``data`` is the value of the root.
        """
        route: Route = ()
        at = 0
        while at != number:
            parts, values = self._entries(at, data)
            index = bisect_right(values, number) - 1
            if index < 0:
                return ()
            at, part = values[index], parts[index]
            if number >= (self.after[at] or at + 1):
                return ()
            route = (*route, part)
            data = data[part]
        return route

    def _entries(self, number: int, data: Any) -> tuple[Sequence[str | int], list[int]]:
        """Return the keys or indices of a collection, and the nodes of their values."""
        if isinstance(data, dict):
            # A key is a scalar, so its value is the next node.
            return list(data), [key + 1 for key in self.keys(number, data).values()]
        if isinstance(data, list):
            return range(len(data)), self.items(number)
        return (), []

    def children(self, number: int) -> list[int]:
        """Return the nodes directly inside a collection: items, or keys and values in turn."""
        numbers = []
        child, end = number + 1, self.after[number] or number + 1
        while child < end:
            numbers.append(child)
            child = self.after[child] or child + 1
        return numbers
