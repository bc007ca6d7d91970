"""One parsed file: its data, and the line and column of any part of it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from dokaseca_compile.core.diagnostics import At, Place
from dokaseca_compile.core.routes import Route
from dokaseca_compile.source.nodes import Nodes
from dokaseca_compile.source.text import Lines

_PROPERTIES = re.compile(r"\A(?:[&!]\S*(?:\s+|\Z))+")


@dataclass(frozen=True, slots=True, eq=False)
class Document:
    """A file. ``data`` is plain Python data; aliases share one object, so treat it as read-only.

    If the text could not be read to its end, ``data`` is an empty mapping, and a diagnostic has the
    reason.
    """

    file: str
    text: str
    data: Any
    nodes: Nodes = field(repr=False)
    lines: Lines = field(repr=False)
    respelled: frozenset[float] = frozenset()
    """The numbers that Helm passes on or prints differently from their spelling."""

    def place(self, route: Route, at: At = At.VALUE) -> Place:
        """Return the place of the key or the value at ``route``.

        If nothing is at the route, return the key of the nearest parent that exists. If the node
        has no key (a list item, the root), return its value.
        """
        if not len(self.nodes):
            return Place(self.file, 1, 1)
        found = self.nodes.find(route, self.data)
        wants_key = at is At.KEY or not found.exact
        return self.node_place(found.key if wants_key and found.key is not None else found.number)

    def node_place(self, number: int) -> Place:
        """Return the place of the node with this number; the first line of a multi-line scalar."""
        return self.lines.place(self.file, self.nodes.starts[number], self.nodes.ends[number])

    def lines_of(self, route: Route) -> range:
        """Return the line numbers of the scalar at ``route``."""
        if not len(self.nodes):
            return range(1, 1)
        found = self.nodes.find(route, self.data)
        number = self.nodes.aliases.get(found.number, found.number)
        start, end = self.nodes.starts[number], self.nodes.ends[number]
        first = self.lines.place(self.file, start, start).line
        return range(first, first + self.text.count("\n", start, max(start, end - 1)) + 1)

    def line_text(self, line: int) -> str:
        """Return a line, counted from 1, without its line end; ``""`` if there is no such line."""
        return self.lines.get(line)

    def raw(self, route: Route) -> str:
        """Return the scalar at ``route`` as it is written: ``1.30``, ``"x"``.

        Return ``""`` if nothing is written there, or a mapping or a list.
        """
        if not len(self.nodes):
            return ""
        found = self.nodes.find(route, self.data)
        number = self.nodes.aliases.get(found.number, found.number)
        if not found.exact or self.nodes.after[number]:
            return ""
        written = self.text[self.nodes.starts[number] : self.nodes.ends[number]]
        return _PROPERTIES.sub("", written) if written[:1] in ("&", "!") else written

    def is_alias(self, route: Route) -> bool:
        """Return whether an alias (``*name``) is written at ``route``."""
        aliases = self.nodes.aliases
        return bool(aliases) and self.nodes.find(route, self.data).number in aliases
