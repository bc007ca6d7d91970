"""Events of a YAML parser to plain data; the limits are checked before data is built.

The parser (libyaml, or pure Python if PyYAML was built without it) knows only the grammar. The
meaning of scalars, the allowed keys and the use of aliases are decided here.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from typing import Any, Final

import yaml
from yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    NodeEvent,
    ScalarEvent,
    SequenceEndEvent,
    StreamEndEvent,
)

from dokaseca_compile.source.anchors import MAX_DEPTH, Anchor, Anchors
from dokaseca_compile.source.faults import MAX_EACH, StopReadingError
from dokaseca_compile.source.nodes import Nodes
from dokaseca_compile.source.reading_faults import ReadingFaults
from dokaseca_compile.source.scalars import (
    STARTS_UNUSUAL,
    Unreadable,
    is_respelled,
    other_reading,
    resolve,
    text_fault,
)
from dokaseca_compile.source.text import Lines

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_UNKNOWN: Final = object()  # a text that was not read before
_MERGE: Final = object()  # `<<` as a key, without quotes
_REFUSED: Final = object()  # the key of an entry that is left out


class Reader:
    """Builds the data of one document: ``root`` holds its one value after ``read``."""

    def __init__(self, file: str, lines: Lines) -> None:
        self.root: list[Any] = []
        self.nodes = Nodes()
        self.faults = ReadingFaults(file, lines, self.nodes)
        self.respelled: set[float] = set()
        self._documents = 0
        self._anchors = Anchors()
        self._open: list[int] = []
        """The node numbers of the collections around the current place."""
        self._height = 0
        """The number of levels below the innermost open collection so far."""
        self._refused: list[dict[Any, Any]] = []
        self._repeated: list[tuple[int, dict[str, Any], str, int]] = []
        # Faultless texts and their values: a fleet repeats most of its words.
        self._plain: dict[str, Any] = {}
        self._quoted: dict[str, str] = {}
        self._next_event: Callable[[], Any]
        self._has_properties = True
        """Whether the text can contain an anchor or a tag."""

    def read(self, text: str) -> bool:
        """Read all events; return whether there is a document whose data may be used."""
        self._has_properties = "&" in text or "!" in text
        try:
            loader = _LOADER(text)
            try:
                self._next_event = loader.get_event
                self._stream()
                is_whole = self._is_whole()
            finally:
                loader.dispose()
        except StopReadingError:
            is_whole = False
        except yaml.YAMLError as fault:
            self.faults.syntax(fault, text)
            is_whole = False
        self._finish()
        return is_whole

    def _is_whole(self) -> bool:
        """Check at the end of the stream that there is a document and no alias bomb."""
        if self._anchors.is_bomb(len(self.nodes)):
            self.faults.bomb(self._anchors.widest)
        if self.root and not (self.root[0] is None and "" in self._plain):
            return True
        self.faults.empty()
        return False

    def _finish(self) -> None:
        """Complete the node table, wherever reading stopped, and remove refused entries."""
        for number in self._open:
            self.nodes.after[number] = len(self.nodes)
        for mapping in self._refused:
            mapping.pop(_REFUSED, None)
        for parent, mapping, key, number in self._repeated:
            self.faults.repeated_key(key, self.nodes.keys(parent, mapping)[key], number)

    # documents

    def _stream(self) -> None:
        event = self._next_event()
        while not self._is_end(event):
            if isinstance(event, NodeEvent):
                self.root.append(self._node(event))
            event = self._next_event()

    def _is_end(self, event: Event) -> bool:
        """Check the start of documents; return whether to stop reading."""
        if type(event) is not DocumentStartEvent:
            return type(event) is StreamEndEvent
        self._documents += 1
        if self._documents > 1:
            self.faults.second_document(event)
            return True
        self.faults.check_directives(event)
        return False

    # nodes

    def _node(self, event: Any, *, is_key: bool = False) -> Any:
        """Return the value of the node that begins with ``event``.

        Most nodes are scalars whose text was read before: this is the hot path.
        """
        kind, nodes = type(event), self.nodes
        start = event.start_mark.index
        nodes.starts.append(start)
        nodes.after.append(0)
        if kind is not ScalarEvent:
            nodes.ends.append(start + 1)
            return self._alias(event.anchor) if kind is AliasEvent else self._collection(event)
        nodes.ends.append(event.end_mark.index)
        text = event.value
        value = (self._quoted if event.style else self._plain).get(text, _UNKNOWN)
        if value is _UNKNOWN:
            value = self._scalar(text, event.style, is_key=is_key)
        if self._has_properties:
            self._check_properties(event, value)
        return value

    def _collection(self, event: Any) -> Any:
        number = len(self.nodes) - 1
        if len(self._open) >= MAX_DEPTH:
            self.faults.too_deep(number)
        is_mapping = type(event) is MappingStartEvent
        value: Any = {} if is_mapping else []
        if self._has_properties:
            self._open_properties(event, number, value)
        height_beside, self._height = self._height, 0
        self._open.append(number)
        if is_mapping:
            self._fill_mapping(value)
        else:
            self._fill_list(value)
        self._open.pop()
        self.nodes.after[number] = end = len(self.nodes)
        height = self._height + 1
        if event.anchor is not None:
            self._anchors.close(event.anchor, number, end, height)
        self._height = max(height_beside, height)
        return value

    def _fill_list(self, items: list[Any]) -> None:
        next_event, node = self._next_event, self._node
        event = next_event()
        while type(event) is not SequenceEndEvent:
            items.append(node(event))
            event = next_event()

    def _fill_mapping(self, mapping: dict[Any, Any]) -> None:
        next_event, node, starts = self._next_event, self._node, self.nodes.starts
        event = next_event()
        while type(event) is not MappingEndEvent:
            number = len(starts)
            key = node(event, is_key=True)
            if type(key) is not str or key in mapping:
                key = self._refuse_key(key, mapping, number)
            mapping[key] = node(next_event())
            event = next_event()

    def _refuse_key(self, key: object, mapping: dict[Any, Any], number: int) -> object:
        """Report a key that is repeated, not a string or a merge key; its entry is left out."""
        self._refused.append(mapping)
        self.nodes.skipped.add(number)
        if isinstance(key, str):
            self._repeated.append((self._open[-1], mapping, key, number))
            if len(self._repeated) >= MAX_EACH:
                raise StopReadingError
        elif key is _MERGE:
            self.faults.merge_key(number)
        else:
            self.faults.key_not_a_string(key, number)
        return _REFUSED

    # scalars

    def _scalar(self, text: str, style: str | None, *, is_key: bool) -> Any:
        """Return the value of a text that was not read before; remember it if it is faultless."""
        number = len(self.nodes) - 1
        if not (text.isascii() and text.isprintable()):
            fault = text_fault(text)
            if fault is not None:
                self.faults.text(fault, number)
                # Composed, so that two keys that Terraform would make equal are found.
                return unicodedata.normalize("NFC", text)
        if style:
            self._quoted[text] = text
            return text
        if text and text[0] not in STARTS_UNUSUAL:
            self._plain[text] = text
            return text
        return self._unusual_scalar(text, number, is_key=is_key)

    def _unusual_scalar(self, text: str, number: int, *, is_key: bool) -> Any:
        """Return the value of a plain scalar that may be null, a boolean or a number."""
        value = resolve(text)
        if isinstance(value, Unreadable):
            if is_key:
                return value
            self.faults.number(text, value, number)
            return text
        if isinstance(value, str):
            return self._unusual_string(text, number, is_key=is_key)
        if type(value) in (int, float) and is_respelled(text, value):  # type: ignore[arg-type]
            self.respelled.add(value)  # type: ignore[arg-type]
        self._plain[text] = value
        return value

    def _unusual_string(self, text: str, number: int, *, is_key: bool) -> Any:
        """Return a string that other readers may read as another type; warn about values only."""
        if is_key and text == "<<":
            return _MERGE
        reading = other_reading(text)
        if reading is None or not self.faults.has_room_for_warnings():
            if text != "<<":
                self._plain[text] = text
        elif not is_key:
            self.faults.ambiguous(text, reading, number)
        return text

    # anchors, aliases and tags

    def _check_properties(self, event: ScalarEvent, value: object) -> None:
        number = len(self.nodes) - 1
        if event.tag is not None:
            self.faults.tag(number)
        if event.anchor is not None:
            self._check_anchor(event.anchor, number)
            self._anchors.by_name[event.anchor] = Anchor(number, value)

    def _open_properties(self, event: Any, number: int, value: object) -> None:
        if event.tag is not None:
            self.faults.tag(number)
        if event.anchor is not None:
            self._check_anchor(event.anchor, number)
            self._anchors.open(event.anchor, number, value)

    def _check_anchor(self, name: str, number: int) -> None:
        first = self._anchors.by_name.get(name)
        if first is not None:
            self.faults.repeated_anchor(name, first.number, number)

    def _alias(self, name: str) -> Any:
        """Return the value that ``*name`` repeats."""
        number = len(self.nodes) - 1
        anchor = self._anchors.by_name.get(name)
        if anchor is None:
            self.faults.unknown_alias(name, number)
            return None
        if anchor.is_open:
            self.faults.recursive_alias(name, anchor.number, number)
            return None
        self.nodes.aliases[number] = anchor.number
        if self._anchors.repeat(anchor, number):
            self.faults.bomb(number)
        if len(self._open) + anchor.height > MAX_DEPTH:
            self.faults.too_deep(number)
        self._height = max(self._height, anchor.height)
        return anchor.value
