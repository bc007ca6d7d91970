"""Where each node of a document stands, in twelve bytes a node.

Nodes are numbered in document order: a mapping, then its first key, that key's value, the second key
and so on. An alias is one node. ``after`` leads past a whole subtree, so a look-up skips siblings.
Offsets are kept, not lines and columns: few nodes are ever asked for theirs.
"""

from __future__ import annotations

from array import array
from bisect import bisect_right
from dataclasses import dataclass
from typing import Any

from dokaseca_compile.core.routes import Route


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

    __slots__ = ("_children", "after", "aliases", "ends", "skipped", "starts")

    def __init__(self) -> None:
        self.starts = array("I")
        """Where each node begins: characters from the start of the text."""
        self.ends = array("I")
        """Where each scalar ends (exclusive); of a mapping, a list or an alias, one after its start."""
        self.after = array("I")
        """The node that follows a collection's subtree; 0 for a node without one."""
        self.aliases: dict[int, int] = {}
        """Number of an alias node to the number of the node it repeats."""
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
                number = self.after[key] or key + 1
                data = data[part]
            elif isinstance(data, list) and isinstance(part, int) and 0 <= part < len(data):
                key, number = None, self.items(parent)[part]
                data = data[part]
            else:
                return Found(key, number, exact=False)
        return Found(key, number, exact=True)

    def route_to(self, number: int, data: Any) -> Route:
        """Give the route of the value that is node ``number``; ``()`` when it is not in the data.

        ``data`` is the value of the root.
        """
        route: Route = ()
        at = 0
        while at != number:
            starts: list[int] = []
            if isinstance(data, dict):
                names = list(data)
                starts = [key + 1 for key in self.keys(at, data).values()]  # a key is a scalar
            elif isinstance(data, list):
                starts = self.items(at)
            index = bisect_right(starts, number) - 1
            if index < 0:
                return ()
            at = starts[index]
            if number >= (self.after[at] or at + 1):
                return ()
            part = names[index] if isinstance(data, dict) else index
            route = (*route, part)
            data = data[part]
        return route

    def _list(self, number: int) -> list[int]:
        numbers = []
        child, end = number + 1, self.after[number] or number + 1
        while child < end:
            numbers.append(child)
            child = self.after[child] or child + 1
        return numbers
