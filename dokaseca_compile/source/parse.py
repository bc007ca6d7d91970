"""YAML text to plain data in one pass over the reader's events; the limits hold before data is built.

The reader (libyaml, or pure Python where PyYAML was built without it) knows the grammar only. What a
scalar means, which keys are allowed and what an alias may do is decided here.
"""

from __future__ import annotations

import unicodedata
from dataclasses import replace
from typing import Any, Final, NamedTuple

import yaml
from yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    StreamEndEvent,
)

from dokaseca_compile.core.diagnostics import Diagnostic, Label, Place, error
from dokaseca_compile.core.text import json_number
from dokaseca_compile.source.anchors import MAX_DEPTH, Anchor, Anchors
from dokaseca_compile.source.document import Document
from dokaseca_compile.source.faults import MAX_EACH, Faults, StopReadingError
from dokaseca_compile.source.nodes import Nodes
from dokaseca_compile.source.scalars import (
    STARTS_UNUSUAL,
    Unreadable,
    is_respelled,
    other_reading,
    resolve,
    text_fault,
)
from dokaseca_compile.source.syntax import syntax_fault
from dokaseca_compile.source.text import (
    MAX_BYTES,
    Lines,
    control_characters,
    normalise_lines,
    shown,
)

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_UNKNOWN: Final = object()  # a text that was not met before
_MERGE: Final = object()  # a plain `<<` as key
_REFUSED: Final = object()  # the key of an entry that is left out
_QUOTE_IT: Final = "quote it if it is text, else write another number"


class _Outer(NamedTuple):
    """What the reading loop held before it entered the collection ``number``, named by ``anchor``."""

    mapping: dict[Any, Any] | None
    items: list[Any] | None
    key: Any
    height: int
    number: int
    anchor: str | None


def parse(text: str, file: str) -> tuple[Document, list[Diagnostic]]:
    """Read the one YAML document in ``text``; never raises for what the text holds.

    ``text`` is what ``decode`` gave. The faults come by line and column. With an error, entries that
    were refused are missing from the data; when the text could not be read to its end it is ``{}``.
    """
    text = normalise_lines(text)
    lines = Lines(text)
    faults = _unreadable(text, file)
    if not faults:
        reader = _Reader(file, lines)
        if reader.read(text):
            document = Document(
                file, text, reader.root[0], reader.nodes, lines, frozenset(reader.respelled)
            )
            reader.name_routes()
            return document, reader.faults.in_order()
        faults = reader.faults.in_order()
    return Document(file, text, {}, Nodes(), lines), faults


def _is_before(one: Place, other: Place) -> bool:
    return one.line == other.line and one.column <= other.column


def _unreadable(text: str, file: str) -> list[Diagnostic]:
    if len(text) > MAX_BYTES:
        message = f"the text has {len(text):,} characters; at most {MAX_BYTES:,} are read"
        return [error("file-too-large", message, Label(place=Place(file, 1, 1)))]
    return control_characters(text, file)


class _Reader:
    """Builds the data of one document. ``root`` holds its one value when reading has ended."""

    def __init__(self, file: str, lines: Lines) -> None:
        self.root: list[Any] = []
        self.nodes = Nodes()
        self.faults = Faults()
        self._file = file
        self._lines = lines
        self._documents = 0
        self._anchors = Anchors()
        self._open: list[_Outer] = []
        self._refused: list[dict[Any, Any]] = []
        self._repeated: list[tuple[int, dict[str, Any], str, int]] = []
        # Texts that are known to be faultless, and their values: a fleet repeats most of its words.
        self._plain: dict[str, Any] = {}
        self._quoted: dict[str, str] = {}
        self.respelled: set[float] = set()
        self._warned: list[int] = []
        """The nodes of the warnings, one each."""

    def read(self, text: str) -> bool:
        """Read all events; tell whether there is a document whose data may be used."""
        try:
            loader = _LOADER(text)
            try:
                self._read_events(loader.get_event, named="&" in text or "!" in text)
                whole = self._is_whole()
            finally:
                loader.dispose()
        except StopReadingError:
            whole = False
        except yaml.YAMLError as bad:
            self._add_syntax_fault(syntax_fault(bad, text, self._lines, self._file))
            whole = False
        self._finish()
        return whole

    def _add_syntax_fault(self, fault: Diagnostic) -> None:
        """Keep where reading stopped, unless an error before it on its line is the cause."""
        place = fault.primary.place
        others = (each.primary.place for each in self.faults.errors)
        if place is None or not any(other and _is_before(other, place) for other in others):
            self.faults.errors.append(fault)

    def name_routes(self) -> None:
        """Give each warning the route of its value, by which it can be accepted."""
        warnings = self.faults.warnings
        for index, number in enumerate(self._warned):
            route = self.nodes.route_to(number, self.root[0])
            label = replace(warnings[index].primary, route=route)
            warnings[index] = replace(warnings[index], primary=label)

    def _is_whole(self) -> bool:
        """Check what can be said only at the end: that there is a document, and no alias bomb."""
        anchors = self._anchors
        if anchors.is_bomb(len(self.nodes.starts)):
            self._bomb(anchors.widest)
        if self.root and not (self.root[0] is None and "" in self._plain):
            return True
        message = "the file holds no YAML document, only blanks or comments"
        self.faults.error(
            "empty-document", message, Place(self._file, 1, 1), help="write the document"
        )
        return False

    def _read_events(self, next_event: Any, *, named: bool) -> None:  # noqa: C901, PLR0912
        """Read to the end of the stream: one loop on plain variables, for this is the hot path.

        ``named`` is false when the text can hold no anchor and no tag.
        ``mapping`` or ``items`` is the collection being filled, ``key`` the key that waits for its
        value, ``height`` the number of levels below the collection so far.
        """
        nodes, plain, quoted = self.nodes, self._plain, self._quoted
        add_start, add_end, add_after = nodes.starts.append, nodes.ends.append, nodes.after.append
        mapping: Any = None
        items: Any = self.root
        key: Any = None
        height = 0
        while True:
            event = next_event()
            kind = type(event)
            if kind is ScalarEvent:
                add_start(event.start_mark.index)
                add_end(event.end_mark.index)
                add_after(0)
                text = event.value
                value = (quoted if event.style else plain).get(text, _UNKNOWN)
                if value is _UNKNOWN:
                    value = self._scalar(text, event.style, is_key=items is None and key is None)
                if named and (event.anchor is not None or event.tag is not None):
                    self._properties(event, value)
            elif kind is MappingEndEvent or kind is SequenceEndEvent:
                mapping, items, key, height = self._close(height + 1)
                continue
            elif kind is MappingStartEvent or kind is SequenceStartEvent or kind is AliasEvent:
                start = event.start_mark.index
                add_start(start)
                add_end(start + 1)
                add_after(0)
                value, levels = (
                    self._alias(event.anchor) if kind is AliasEvent else self._start(event)
                )
                height = max(height, levels)
            elif self._is_end(event):
                return
            else:
                continue
            if items is not None:
                items.append(value)
            elif key is not None:
                mapping[key] = value
                key = None
            else:
                key = value
                if type(key) is not str or key in mapping:
                    key = self._odd_key(key, mapping)
            if kind is MappingStartEvent or kind is SequenceStartEvent:
                self._open.append(
                    _Outer(mapping, items, key, height, len(nodes.starts) - 1, event.anchor)
                )
                mapping = value if kind is MappingStartEvent else None
                items = None if kind is MappingStartEvent else value
                key, height = None, 0

    def _close(self, levels: int) -> tuple[dict[Any, Any] | None, list[Any] | None, Any, int]:
        """End the innermost collection, which has ``levels``; give back what the loop held before it."""
        outer = self._open.pop()
        end = len(self.nodes.starts)
        self.nodes.after[outer.number] = end
        if outer.anchor is not None:
            self._anchors.close(outer.anchor, outer.number, end, levels)
        return outer.mapping, outer.items, outer.key, max(outer.height, levels)

    def _start(self, event: MappingStartEvent | SequenceStartEvent) -> tuple[Any, int]:
        number = len(self.nodes.starts) - 1
        if len(self._open) >= MAX_DEPTH:
            self._too_deep(number)
        value: Any = {} if type(event) is MappingStartEvent else []
        if event.tag is not None:
            self._refuse_tag(number)
        if event.anchor is not None:
            self._check_name(event.anchor, number)
            self._anchors.open(event.anchor, number, value)
        return value, 0

    def _alias(self, alias: str) -> tuple[Any, int]:
        """Give the value that ``*alias`` repeats, and the number of its levels."""
        number = len(self.nodes.starts) - 1
        anchor = self._anchors.by_name.get(alias)
        if anchor is None:
            message = f"no anchor `&{shown(alias)}` stands before this alias"
            place = self._place(number, len(alias) + 1)
            self.faults.error(
                "unknown-alias", message, place, help="quote the value if `*` is part of it"
            )
            return None, 0
        if anchor.is_open:
            message = f"`*{shown(alias)}` stands inside of what it repeats"
            place = self._place(number, len(alias) + 1)
            related = self._label(anchor.number, "what it repeats starts here")
            self.faults.error(
                "recursive-alias", message, place, related, help="write the value out"
            )
            return None, 0
        self.nodes.aliases[number] = anchor.number
        if self._anchors.repeat(anchor, number):
            self._bomb(number)
        if len(self._open) + anchor.height > MAX_DEPTH:
            self._too_deep(number)
        return anchor.value, anchor.height

    def _scalar(self, text: str, style: str | None, *, is_key: bool) -> Any:
        """Give the value of a scalar whose text was not met before, and remember it if it is faultless."""
        number = len(self.nodes.starts) - 1
        if not (text.isascii() and text.isprintable()):
            fault = text_fault(text)
            if fault is not None:
                self.faults.error(fault.slug, fault.message, self._place(number), help=fault.help)
                # Composed, so that two keys that terraform would make one are found to be equal.
                return unicodedata.normalize("NFC", text)
        if style:
            self._quoted[text] = text
            return text
        value = text if text and text[0] not in STARTS_UNUSUAL else resolve(text)
        if isinstance(value, Unreadable):
            return value if is_key else self._refuse_number(text, value, number)
        if type(value) in (int, float) and is_respelled(text, value):  # type: ignore[arg-type]
            self.respelled.add(value)  # type: ignore[arg-type]
        reading = other_reading(text) if type(value) is str and text[0] in STARTS_UNUSUAL else None
        unremarkable = reading is None or not self.faults.has_room_for_warnings()
        if unremarkable and text != "<<":
            self._plain[text] = value
        elif is_key:
            return _MERGE if text == "<<" else value
        elif reading is not None and self.faults.has_room_for_warnings():
            self._warn_ambiguous(text, reading, number)
        return value

    def _refuse_number(self, text: str, why: Unreadable, number: int) -> str:
        """Report a number that some reader refuses or rounds; go on with its text."""
        message = f"`{shown(text)}` is a number that not every reader can hold"
        if why is Unreadable.ROUNDED:
            rounded = json_number(float(int(text, 0) if text[:2] in {"0x", "0o"} else text))
            message = f"`{shown(text)}` has more digits than Helm and Argo CD keep of a number: they read `{rounded}`"
        self.faults.error("number-out-of-range", message, self._place(number), help=_QUOTE_IT)
        return text

    def _warn_ambiguous(self, text: str, reading: str, number: int) -> None:
        message = (
            f'`{shown(text)}` is read as the string "{shown(text)}"; other readers see {reading}'
        )
        advice = f'quote it: "{shown(text)}"'
        if reading == "a boolean":
            advice += ", or write true or false"
        self.faults.warning("ambiguous-scalar", message, self._place(number), help=advice)
        self._warned.append(number)

    def _properties(self, event: ScalarEvent, value: object) -> None:
        number = len(self.nodes.starts) - 1
        if event.tag is not None:
            self._refuse_tag(number)
        if event.anchor is not None:
            self._check_name(event.anchor, number)
            self._anchors.by_name[event.anchor] = Anchor(number, value)

    def _odd_key(self, key: object, mapping: Any) -> Any:
        """Refuse a key that was given before, is no string or merges; its entry is left out."""
        number = len(self.nodes.starts) - 1
        self._refused.append(mapping)
        self.nodes.skipped.add(number)
        if isinstance(key, str):
            self._repeated.append((self._open[-1].number, mapping, key, number))
            if len(self._repeated) >= MAX_EACH:
                raise StopReadingError
        elif key is _MERGE:
            advice = "repeat the entries, or put them into a weaker layer such as the environment"
            message = "merge keys (`<<`) are not supported"
            self.faults.error("merge-key", message, self._place(number), help=advice)
        elif isinstance(key, dict | list):
            message = "a mapping or a list cannot be a key"
            advice = "write a string; quote it if it begins with `{` or `[`"
            self.faults.error("key-not-a-string", message, self._place(number), help=advice)
        else:
            place = self._place(number)
            written = shown(self._lines.get(place.line)[place.column - 1 :][: place.length]).rstrip(
                ": "
            )
            message = f"the key `{written}` is not a string"
            self.faults.error("key-not-a-string", message, place, help=f'quote it: "{written}"')
        return _REFUSED

    def _is_end(self, event: Event) -> bool:
        """Look at the start and end of documents and of the stream; tell whether to stop reading."""
        if type(event) is not DocumentStartEvent:
            return type(event) is StreamEndEvent
        self._documents += 1
        mark: Any = event.start_mark
        place = Place(self._file, mark.line + 1, mark.column + 1, 3 if event.explicit else 1)
        if self._documents > 1:
            advice = "put everything into one document, or into several files"
            self.faults.error(
                "several-documents", "a second document starts here", place, help=advice
            )
            return True
        if event.version is not None and event.version not in ((1, 1), (1, 2)):
            message = "this version of YAML is not supported"
            self.faults.error(
                "yaml-directive", message, place, help="remove the line; YAML 1.2 is read"
            )
        if event.tags:
            self.faults.error(
                "yaml-tag", "tags (`%TAG`) are not supported", place, help="remove the line"
            )
        return False

    def _check_name(self, name: str, number: int) -> None:
        first = self._anchors.by_name.get(name)
        if first is not None:
            message = f"the anchor `&{shown(name)}` is given twice"
            related = self._label(first.number, "first given here")
            place = self._place(number, len(name) + 1)
            self.faults.error(
                "duplicate-anchor", message, place, related, help="rename one of them"
            )

    def _refuse_tag(self, number: int) -> None:
        advice = "remove the tag, or quote the value if `!` is part of it"
        self.faults.error(
            "yaml-tag", "tags (`!`) are not supported", self._place(number), help=advice
        )

    def _too_deep(self, number: int) -> None:
        message = f"the data is nested deeper than {MAX_DEPTH} levels"
        self.faults.error("too-deep", message, self._place(number), help="make it flatter")
        raise StopReadingError

    def _bomb(self, number: int) -> None:
        message = "the aliases repeat far more data than the file holds"
        self.faults.error("alias-bomb", message, self._place(number), help="write the values out")
        raise StopReadingError

    def _finish(self) -> None:
        """Bring the node table into order, wherever reading stopped, and take out refused entries."""
        for outer in self._open:
            self.nodes.after[outer.number] = len(self.nodes.starts)
        for mapping in self._refused:
            mapping.pop(_REFUSED, None)
        for parent, mapping, key, number in self._repeated:
            first = self.nodes.keys(parent, mapping)[key]
            message = f"the key `{shown(key)}` is given twice"
            related = self._label(first, "first given here")
            primary = Label(place=self._place(number))
            advice = "remove or rename one of them"
            self.faults.errors.append(
                error("duplicate-key", message, primary, related, help=advice)
            )

    def _label(self, number: int, text: str) -> Label:
        return Label(place=self._place(number), text=text)

    def _place(self, number: int, length: int | None = None) -> Place:
        start, end = self.nodes.starts[number], self.nodes.ends[number]
        return self._lines.place(self._file, start, start + length if length else end)
