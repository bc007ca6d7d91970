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
"""What every file may repeat: it says how to read the file and belongs to no section."""


@dataclass(frozen=True, slots=True, eq=False)
class Sources:
    """``data`` is the merged mapping; it shares its parts with the documents, so do not change it."""

    documents: tuple[Document, ...]
    data: dict[str, Any]
    _owners: dict[Route, Document] = field(default_factory=dict, repr=False)
    """Routes of one or two keys to the document that gives them; absent: the first document."""

    @classmethod
    def of(
        cls, documents: Sequence[Document], ordered: Collection[str] = ()
    ) -> tuple[Sources, list[Diagnostic]]:
        """Merge documents: top-level sections key by key, and nothing deeper.

        The ``ordered`` sections, whose order has a meaning, must be whole in one file.

        The first document is the platform's own. What cannot be merged is an error and keeps the value
        that came first. Raises ``ValueError`` when there is no document: that is a bug of the caller.
        """
        if not documents:
            message = "no document to read"
            raise ValueError(message)
        faults = [fault for document in documents for fault in _check_root(document)]
        whole = [document for document in documents if isinstance(document.data, dict)]
        if whole == [documents[0]]:
            return cls(tuple(documents), documents[0].data), faults
        merge = _Merge(
            dict(whole[0].data) if whole and whole[0] is documents[0] else {}, documents[0], ordered
        )
        for document in whole:
            if document is not documents[0]:
                faults.extend(merge.add(document))
        return cls(tuple(documents), merge.data, merge.owners), faults

    def owner(self, route: Route) -> Document:
        """Give the file that holds a route; for a new entry, the one that holds its section, or the first."""
        return self._owners.get(route[:2]) or self._owners.get(route[:1]) or self.documents[0]

    def locate(self, label: Label) -> Place:
        """Give the place a label points at, in the file that holds it."""
        return label.place or self.owner(label.route).place(label.route, label.at)

    def line_text(self, file: str, line: int) -> str:
        """Give a line of a file, counted from 1; ``""`` when there is no such file or line."""
        for document in self.documents:
            if document.file == file:
                return document.line_text(line)
        return ""

    def respelled(self) -> frozenset[float]:
        """Give the numbers that are written somewhere in another way than Helm hands them on or prints them."""
        return frozenset[float]().union(*(document.respelled for document in self.documents))

    def raw(self, route: Route) -> str:
        """Give the scalar at ``route`` as it is written; see ``Document.raw``."""
        return self.owner(route).raw(route)

    def is_alias(self, route: Route) -> bool:
        """Tell whether an alias (``*name``) is written at ``route``."""
        return self.owner(route).is_alias(route)


@dataclass(slots=True)
class _Merge:
    data: dict[str, Any]
    first: Document
    ordered: Collection[str] = ()
    owners: dict[Route, Document] = field(default_factory=dict)
    _merged: set[str] = field(default_factory=set)
    """Sections whose mapping is a copy of our own and may grow."""

    def add(self, fragment: Document) -> Iterator[Diagnostic]:
        """Merge one fragment into the data; give what does not fit."""
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
        message = f"`{shown(format_route(route))}` is given in {shown(other.file)} and {shown(fragment.file)}"
        primary = Label(route, At.KEY, place=fragment.place(route, At.KEY))
        related = Label(route, At.KEY, "first given here", other)
        return error(
            "duplicate-key", message, primary, related, help="remove or rename one of them"
        )

    def _conflict(self, section: str, fragment: Document) -> Diagnostic:
        route = (section,)
        other = self._place_of(route)
        files = f"{shown(other.file)} and {shown(fragment.file)}"
        if section in _HEADER:
            message, advice = (
                f"`{section}` differs between {files}",
                "write the same value, or remove one",
            )
        elif section in self.ordered:
            message = f"`{section}` is given in {files}, and its order has a meaning"
            advice = "give all of it in one file"
        else:
            message = f"`{shown(section)}` is given in {files} and is not a mapping in both"
            advice = "give it in one file only, or write a mapping in both; delete a key that has no value"
        primary = Label(route, At.KEY, place=fragment.place(route, At.KEY))
        related = Label(route, At.KEY, "first given here", other)
        return error("section-conflict", message, primary, related, help=advice)

    def _place_of(self, route: Route) -> Place:
        owner = self.owners.get(route) or self.owners.get(route[:1]) or self.first
        return owner.place(route, At.KEY)


def _check_root(document: Document) -> Iterator[Diagnostic]:
    if not isinstance(document.data, dict):
        what = "a list" if isinstance(document.data, list) else "a single value"
        message = f"{shown(document.file)} holds {what}; a mapping is needed at the top"
        primary = Label(place=document.place(()))
        yield error(
            "not-a-mapping", message, primary, help="write `key: value` lines at the top level"
        )


def _same(one: object, other: object) -> bool:
    return type(one) is type(other) and one == other
