"""One parsed file: its data, and the line and column of any part of it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from dokaseca_compile.diagnostics import At, Place
from dokaseca_compile.routes import Route
from dokaseca_compile.source.nodes import TO_LINE_END, Nodes
from dokaseca_compile.source.text import Lines

_PROPERTIES = re.compile(r"(?:[&!]\S*\s+)*")


@dataclass(frozen=True, slots=True, eq=False)
class Document:
    """``data`` is plain Python data; aliases share one object, so treat it as read-only.

    When the text could not be read to its end, ``data`` is an empty mapping and a diagnostic says why.
    """

    file: str
    text: str
    data: Any
    nodes: Nodes = field(repr=False)
    lines: Lines = field(repr=False)

    def place(self, route: Route, at: At = At.VALUE) -> Place:
        """Give the place of the key or the value at ``route``.

        Where the route leads nowhere it is the key of the nearest parent that exists; where a node has
        no key (a list item, the root) it is its value.
        """
        if not self.nodes.places:
            return Place(self.file, 1, 1)
        found = self.nodes.find(route, self.data)
        wants_key = at is At.KEY or not found.exact
        return self.node_place(found.key if wants_key and found.key is not None else found.number)

    def node_place(self, number: int) -> Place:
        """Give the place of the node with this number."""
        line, column, length = self.nodes.place(number)
        if length == TO_LINE_END:
            length = max(1, len(self.line_text(line).rstrip()) - column + 1)
        return Place(self.file, line, column, length)

    def line_text(self, line: int) -> str:
        """Give a line, counted from 1, without its line end; ``""`` when there is no such line."""
        return self.lines.get(line)

    def raw(self, route: Route) -> str:
        """Give a scalar as it is written (``1.30``, ``"x"``), of several lines only the first.

        ``""`` when the route leads nowhere, to nothing written, or to a mapping or a list.
        """
        if not self.nodes.places:
            return ""
        found = self.nodes.find(route, self.data)
        number = self.nodes.aliases.get(found.number, found.number)
        if not found.exact or self.nodes.after[number] != number + 1:
            return ""
        place = self.node_place(number)
        written = self.line_text(place.line)[place.column - 1 : place.column - 1 + place.length]
        return written[_PROPERTIES.match(written).end() :] if written[:1] in ("&", "!") else written
