"""``platform.yaml`` and its fragments (``platform.d/*.yaml``) as one document."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from dokaseca_compile.core.diagnostics import At, Diagnostic, Label, Place, error
from dokaseca_compile.core.routes import Route, format_route
from dokaseca_compile.source.document import Document
from dokaseca_compile.source.text import shown

_HEADER = ("apiVersion", "kind")
"""Keys that every file may repeat: they identify the format of the file."""


@dataclass(frozen=True, slots=True, eq=False)
class Sources:
    """The merged files. ``data`` shares its parts with the documents, so do not change it."""

    documents: tuple[Document, ...]
    data: dict[str, Any]
    _owners: dict[Route, Document] = field(default_factory=dict, repr=False)
    """Route of one or two keys → its document; the first document if the route is absent."""

    @classmethod
    def of(
        cls, documents: Sequence[Document], ordered: Collection[str] = ()
    ) -> tuple[Sources, list[Diagnostic]]:
        """Merge documents: top-level sections key by key, and nothing deeper.

        Each ``ordered`` section, whose order has a meaning, must be in one file.

        The first document is the platform file. A section that cannot be merged is an error and
        keeps its first value. Raises ``ValueError`` without a document: a bug of the caller.
        """
        if not documents:
            message = "no document to read"
            raise ValueError(message)
        faults = [_not_a_mapping(each) for each in documents if not isinstance(each.data, dict)]
        first, *fragments = documents
        merge = _Merge({}, first, ordered)
        if isinstance(first.data, dict):
            merge.data = dict(first.data) if fragments else first.data
        for fragment in fragments:
            if isinstance(fragment.data, dict):
                faults.extend(merge.add(fragment))
        return cls(tuple(documents), merge.data, merge.owners), faults

    def owner(self, route: Route) -> Document:
        """Return the file of a route; for a new entry, that of its section, or the first file."""
        return self._owners.get(route[:2]) or self._owners.get(route[:1]) or self.documents[0]

    def locate(self, label: Label) -> Place:
        """Return the place of a label, in the file that holds it."""
        return label.place or self.owner(label.route).place(label.route, label.at)

    def line_text(self, file: str, line: int) -> str:
        """Return a line of a file, counted from 1; ``""`` if there is no such file or line."""
        for document in self.documents:
            if document.file == file:
                return document.line_text(line)
        return ""

    def respelled(self) -> frozenset[float]:
        """Return the numbers that Helm passes on or prints differently from their spelling."""
        return frozenset[float]().union(*(document.respelled for document in self.documents))

    def raw(self, route: Route) -> str:
        """Return the scalar at ``route`` as it is written; see ``Document.raw``."""
        return self.owner(route).raw(route)

    def is_alias(self, route: Route) -> bool:
        """Return whether an alias (``*name``) is written at ``route``."""
        return self.owner(route).is_alias(route)


@dataclass(slots=True)
class _Merge:
    data: dict[str, Any]
    first: Document
    ordered: Collection[str] = ()
    owners: dict[Route, Document] = field(default_factory=dict)
    _merged: set[str] = field(default_factory=set)
    """Sections whose mapping is already a copy, which may be changed."""

    def add(self, fragment: Document) -> Iterator[Diagnostic]:
        """Merge one fragment into the data; yield its conflicts."""
        for section, value in fragment.data.items():
            if section not in self.data:
                self.data[section] = value
                self.owners[section,] = fragment
            elif section in self.ordered:
                yield self._conflict(section, fragment)
            elif isinstance(value, dict) and isinstance(self.data[section], dict):
                yield from self._add_entries(section, value, fragment)
            elif section not in _HEADER or not _same(value, self.data[section]):
                yield self._conflict(section, fragment)

    def _add_entries(
        self, section: str, entries: dict[str, Any], fragment: Document
    ) -> Iterator[Diagnostic]:
        if section not in self._merged:
            self.data[section] = dict(self.data[section])
            self._merged.add(section)
        known = self.data[section]
        for key, value in entries.items():
            if key in known:
                yield self._twice((section, key), fragment)
            else:
                known[key] = value
                self.owners[section, key] = fragment

    def _twice(self, route: Route, fragment: Document) -> Diagnostic:
        other = self._place_of(route)
        files = f"{shown(other.file)} and {shown(fragment.file)}"
        message = f"`{shown(format_route(route))}` is given in {files}"
        primary = Label(route, At.KEY, place=fragment.place(route, At.KEY))
        related = Label(route, At.KEY, "first given here", other)
        advice = "remove or rename one of them"
        return error("duplicate-key", message, primary, related, help=advice)

    def _conflict(self, section: str, fragment: Document) -> Diagnostic:
        route = (section,)
        other = self._place_of(route)
        files = f"{shown(other.file)} and {shown(fragment.file)}"
        if section in _HEADER:
            message = f"`{section}` differs between {files}"
            advice = "write the same value, or remove one"
        elif section in self.ordered:
            message = f"`{section}` is given in {files}, and its order has a meaning"
            advice = "write all of it in one file"
        else:
            message = f"`{shown(section)}` is given in {files} and is not a mapping in both"
            advice = (
                "write it in one file only, or as a mapping in both; delete a key that has no value"
            )
        primary = Label(route, At.KEY, place=fragment.place(route, At.KEY))
        related = Label(route, At.KEY, "first given here", other)
        return error("section-conflict", message, primary, related, help=advice)

    def _place_of(self, route: Route) -> Place:
        owner = self.owners.get(route) or self.owners.get(route[:1]) or self.first
        return owner.place(route, At.KEY)


def _not_a_mapping(document: Document) -> Diagnostic:
    kind = "a list" if isinstance(document.data, list) else "a single value"
    message = f"{shown(document.file)} holds {kind}; a mapping is needed at the top"
    primary = Label(place=document.place(()))
    advice = "write `key: value` lines at the top level"
    return error("not-a-mapping", message, primary, help=advice)


def _same(one: object, other: object) -> bool:
    return type(one) is type(other) and one == other
