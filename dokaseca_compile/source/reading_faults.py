"""The faults of a text that is read as YAML, in words, each at the place of its node."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final, NoReturn

import yaml
from yaml.events import DocumentStartEvent

from dokaseca_compile.core.diagnostics import Diagnostic, Label, Place, error
from dokaseca_compile.core.text import json_number
from dokaseca_compile.source.anchors import MAX_DEPTH
from dokaseca_compile.source.faults import Faults, StopReadingError
from dokaseca_compile.source.nodes import Nodes
from dokaseca_compile.source.scalars import TextFault, Unreadable
from dokaseca_compile.source.syntax import syntax_fault
from dokaseca_compile.source.text import Lines, shown

_VERSIONS: Final = ((1, 1), (1, 2))
_QUOTE_NUMBER: Final = "quote it if it is text, else write another number"
_ONE_DOCUMENT: Final = "put everything into one document, or into several files"


class ReadingFaults(Faults):
    """The faults of one file. Nodes are given by their numbers (see ``Nodes``)."""

    def __init__(self, file: str, lines: Lines, nodes: Nodes) -> None:
        super().__init__()
        self._file = file
        self._lines = lines
        self._nodes = nodes
        self._warned: list[int] = []
        """The node of each warning."""

    def add_routes(self, data: Any) -> None:
        """Add the route of its value to each warning, so that the warning can be accepted."""
        for index, number in enumerate(self._warned):
            route = self._nodes.route_to(number, data)
            label = replace(self.warnings[index].primary, route=route)
            self.warnings[index] = replace(self.warnings[index], primary=label)

    # the whole text

    def syntax(self, fault: yaml.YAMLError, text: str) -> None:
        """Report where the parser stopped, unless an earlier error on the line is the cause."""
        found = syntax_fault(fault, text, self._lines, self._file)
        place = found.primary.place
        if place is None or not any(_is_before(each, place) for each in self.errors):
            self.errors.append(found)

    def empty(self) -> None:
        """Report a text without a document."""
        message = "the file holds no YAML document, only blanks or comments"
        place = Place(self._file, 1, 1)
        self.error("empty-document", message, place, help="write the document")

    def second_document(self, event: DocumentStartEvent) -> None:
        """Report a second document."""
        message = "a second document starts here"
        self.error("several-documents", message, self._start_of(event), help=_ONE_DOCUMENT)

    def check_directives(self, event: DocumentStartEvent) -> None:
        """Report an unknown version of YAML, and ``%TAG``."""
        place = self._start_of(event)
        if event.version is not None and event.version not in _VERSIONS:
            message = "this version of YAML is not supported"
            advice = "remove the line; YAML 1.2 is read"
            self.error("yaml-directive", message, place, help=advice)
        if event.tags:
            message = "tags (`%TAG`) are not supported"
            self.error("yaml-tag", message, place, help="remove the line")

    # scalars

    def text(self, fault: TextFault, number: int) -> None:
        """Report a string that some reader of the output changes."""
        self.error(fault.slug, fault.message, self._place(number), help=fault.help)

    def number(self, text: str, why: Unreadable, number: int) -> None:
        """Report a number that some reader refuses or rounds."""
        message = f"`{shown(text)}` is a number that not every reader can hold"
        if why is Unreadable.ROUNDED:
            is_integer = text[:2] in {"0x", "0o"}
            rounded = json_number(float(int(text, 0) if is_integer else text))
            message = (
                f"`{shown(text)}` has more digits than Helm and Argo CD keep of a number: they "
                f"read `{rounded}`"
            )
        self.error("number-out-of-range", message, self._place(number), help=_QUOTE_NUMBER)

    def ambiguous(self, text: str, reading: str, number: int) -> None:
        """Warn about a string that other readers read as another type."""
        message = (
            f'`{shown(text)}` is read as the string "{shown(text)}"; other readers see {reading}'
        )
        advice = f'quote it: "{shown(text)}"'
        if reading == "a boolean":
            advice += ", or write true or false"
        self.warning("ambiguous-scalar", message, self._place(number), help=advice)
        self._warned.append(number)

    # keys

    def merge_key(self, number: int) -> None:
        """Report the key ``<<``."""
        message = "merge keys (`<<`) are not supported"
        advice = "repeat the entries, or put them into a weaker layer such as the environment"
        self.error("merge-key", message, self._place(number), help=advice)

    def key_not_a_string(self, key: object, number: int) -> None:
        """Report a key that is a collection, a number, a boolean or null."""
        place = self._place(number)
        if isinstance(key, dict | list):
            message = "a mapping or a list cannot be a key"
            advice = "write a string; quote it if it begins with `{` or `[`"
        else:
            line = self._lines.get(place.line)[place.column - 1 :]
            written = shown(line[: place.length]).rstrip(": ")
            message, advice = f"the key `{written}` is not a string", f'quote it: "{written}"'
        self.error("key-not-a-string", message, place, help=advice)

    def repeated_key(self, key: str, first: int, number: int) -> None:
        """Report a key that is in its mapping twice. Called after reading, so without a limit."""
        message = f"the key `{shown(key)}` is given twice"
        related = self._label(first, "first given here")
        primary = Label(place=self._place(number))
        advice = "remove or rename one of them"
        self.errors.append(error("duplicate-key", message, primary, related, help=advice))

    # anchors, aliases and tags

    def tag(self, number: int) -> None:
        """Report a tag."""
        message = "tags (`!`) are not supported"
        advice = "remove the tag, or quote the value if `!` is part of it"
        self.error("yaml-tag", message, self._place(number), help=advice)

    def repeated_anchor(self, name: str, first: int, number: int) -> None:
        """Report an anchor whose name is already in use."""
        message = f"the anchor `&{shown(name)}` is given twice"
        related = self._label(first, "first given here")
        place = self._place(number, len(name) + 1)
        self.error("duplicate-anchor", message, place, related, help="rename one of them")

    def unknown_alias(self, name: str, number: int) -> None:
        """Report an alias without an anchor before it."""
        message = f"there is no anchor `&{shown(name)}` before this alias"
        place = self._place(number, len(name) + 1)
        self.error("unknown-alias", message, place, help="quote the value if `*` is part of it")

    def recursive_alias(self, name: str, anchor: int, number: int) -> None:
        """Report an alias that repeats a collection around itself."""
        message = f"`*{shown(name)}` is inside the value that it repeats"
        related = self._label(anchor, "the repeated value starts here")
        place = self._place(number, len(name) + 1)
        self.error("recursive-alias", message, place, related, help="write the value out")

    # limits

    def too_deep(self, number: int) -> NoReturn:
        """Report too many levels. Raises ``StopReadingError``."""
        message = f"the data is nested deeper than {MAX_DEPTH} levels"
        self.error("too-deep", message, self._place(number), help="make it flatter")
        raise StopReadingError

    def bomb(self, number: int) -> NoReturn:
        """Report aliases that repeat too much data. Raises ``StopReadingError``."""
        message = "the aliases repeat far more data than the file holds"
        self.error("alias-bomb", message, self._place(number), help="write the values out")
        raise StopReadingError

    # places

    def _label(self, number: int, text: str) -> Label:
        return Label(place=self._place(number), text=text)

    def _place(self, number: int, length: int | None = None) -> Place:
        start, end = self._nodes.starts[number], self._nodes.ends[number]
        return self._lines.place(self._file, start, start + length if length else end)

    def _start_of(self, event: DocumentStartEvent) -> Place:
        mark: Any = event.start_mark
        return Place(self._file, mark.line + 1, mark.column + 1, 3 if event.explicit else 1)


def _is_before(fault: Diagnostic, place: Place) -> bool:
    """Return whether a fault is on the same line as ``place`` and not behind it."""
    other = fault.primary.place
    return other is not None and other.line == place.line and other.column <= place.column
