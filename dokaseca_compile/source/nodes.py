"""Where each node of a document stands, in a few bytes a node.

Nodes are numbered in document order: a mapping, then its first key, that key's value, the second key
and so on. An alias is one node. ``after`` leads past a whole subtree, so a look-up skips siblings.
"""

from __future__ import annotations

from array import array
from dataclasses import dataclass

from dokaseca_compile.routes import Route

# One place is one integer: 23 bits of line, 23 of column, 18 of length. 5 MiB of text need no more.
LINE_SHIFT = 41
COLUMN_SHIFT = 18
MAX_LENGTH = (1 << COLUMN_SHIFT) - 1
_COLUMN_MASK = (1 << (LINE_SHIFT - COLUMN_SHIFT)) - 1

TO_LINE_END = 0
"""The length kept for a scalar of several lines: its place is the rest of its first line."""


@dataclass(frozen=True, slots=True)
class Found:
    """The node a route leads to, or the last node on the way that exists (``exact`` is false then).

    ``key`` is the number of its key node, ``None`` in a list and at the root.
    """

    key: int | None
    number: int
    exact: bool


class Nodes:
    """The places of all nodes, and the way from a route to a node."""

    __slots__ = ("_children", "after", "aliases", "places", "skipped")

    def __init__(self) -> None:
        self.places = array("Q")
        self.after = array("I")
        self.aliases: dict[int, int] = {}
        """Number of an alias node to the number of the node it repeats."""
        self.skipped: set[int] = set()
        """Key nodes whose entry was refused and is not in the data."""
        self._children: dict[int, dict[str, int] | list[int]] = {}

    def place(self, number: int) -> tuple[int, int, int]:
        """Give line and column, counted from 1, and length (``TO_LINE_END`` for several lines)."""
        packed = self.places[number]
        column = packed >> COLUMN_SHIFT & _COLUMN_MASK
        return (packed >> LINE_SHIFT) + 1, column + 1, packed & MAX_LENGTH

    def keys(self, number: int, data: dict[str, object]) -> dict[str, int]:
        """Map each key of the mapping ``data``, which is node ``number``, to its key node."""
        known = self._children.get(number)
        if not isinstance(known, dict):
            # The data keeps the order of the document; refused entries are in neither list.
            numbers = [each for each in self._list(number)[::2] if each not in self.skipped]
            known = self._children[number] = dict(zip(data, numbers, strict=False))
        return known

    def items(self, number: int) -> list[int]:
        """Give the node of each item of the list that is node ``number``."""
        known = self._children.get(number)
        if not isinstance(known, list):
            known = self._children[number] = self._list(number)
        return known

    def find(self, route: Route, data: object) -> Found:
        """Follow ``route`` from the root, whose value is ``data``, as far as it leads."""
        key: int | None = None
        number = 0
        for part in route:
            parent = self.aliases.get(number, number)
            if isinstance(data, dict) and isinstance(part, str) and part in data:
                key = self.keys(parent, data)[part]
                number = self.after[key]
                data = data[part]
            elif isinstance(data, list) and isinstance(part, int) and 0 <= part < len(data):
                key, number = None, self.items(parent)[part]
                data = data[part]
            else:
                return Found(key, number, exact=False)
        return Found(key, number, exact=True)

    def _list(self, number: int) -> list[int]:
        numbers = []
        child, end = number + 1, self.after[number]
        while child < end:
            numbers.append(child)
            child = self.after[child]
        return numbers
