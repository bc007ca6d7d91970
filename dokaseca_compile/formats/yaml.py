"""YAML that PyYAML, YAML 1.2 readers and Go read alike, also after kustomize rewrote it.

Block style, two spaces, list items indented below their key. A string is written plain only when it
matches a narrow pattern that no reader takes for another type; any other string is double-quoted on
one line. PyYAML's own dumper does not quote ``1e3``, ``0o17`` or the Git hash ``1234e56``, and Go
reads them as numbers.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from dokaseca_compile.core.text import UNPRINTABLE, number
from dokaseca_compile.formats.body import MAPPINGS, Joined, Rows, Shared, Value, YamlBody
from dokaseca_compile.formats.memo import Memo

# No blank, so no ": " and no " #"; no digit, sign or dot in front, so never a number or a date.
_PLAIN = re.compile(r"(?:[A-Za-z_/]|\$[A-Za-z])(?:[A-Za-z0-9_./@$=,+:-]*[A-Za-z0-9_./@$=,+-])?")
_WORDS = frozenset(
    ("y", "n", "yes", "no", "on", "off", "true", "false", "null", "nan", "inf", "infinity")
)
_SPECIAL = re.compile(f"[{UNPRINTABLE}]")
_NAMED = {"\n": "\\n", "\t": "\\t", "\r": "\\r"}
# Readers look for the colon of a simple key within 1,024 characters only.
_KEY_LIMIT = 1000
_CONSTANTS = {None: "null", True: "true", False: "false"}


def quote(text: str) -> str:
    """Write one string, as a key or as a value."""
    if _PLAIN.fullmatch(text) and text.lower() not in _WORDS:
        return str.__str__(text)
    # Quotes by plain replacement: JSON in a string has dozens, and a callback for each is slow.
    text = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{_SPECIAL.sub(_escape, text)}"'


def _escape(match: re.Match[str]) -> str:
    character = match[0]
    named = _NAMED.get(character)
    if named is not None:
        return named
    code = ord(character)
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"


class YamlWriter:
    """Render bodies; cache quoted strings and the text of every ``Shared`` mapping.

    Raises ``ValueError`` for numbers that some reader would change and for lone surrogates,
    ``TypeError`` for anything but a ``Value``.
    """

    def __init__(self, header: tuple[str, ...] = ()) -> None:
        self._header = "".join(f"# {line}\n" for line in header)
        self._quoted = Memo(quote)
        self._keys: dict[str, Memo] = {}
        # The entry holds the mapping itself, so that its id cannot pass to another object.
        self._shared: dict[tuple[int, str], tuple[Shared, str]] = {}
        self._whole: dict[int, tuple[YamlBody, bytes]] = {}

    def render(self, body: YamlBody) -> bytes:
        """Render all documents, the header above the first.

        A body of ``Shared`` documents is rendered once.
        """
        if not body.documents:
            raise ValueError("a YAML file needs a document")
        if set(map(type, body.documents)) != {Shared}:
            return self._file(body)
        known = self._whole.get(id(body))
        if known is None:
            known = self._whole[id(body)] = (body, self._file(body))
        return known[1]

    def _file(self, body: YamlBody) -> bytes:
        texts = []
        for document in body.documents:
            lines: list[str] = []
            if document:
                self._mapping(document, "", lines)
            else:
                lines.append("{}")
            lines.append("")
            texts.append("\n".join(lines))
        header = self._header if body.header else ""
        return (header + "---\n".join(texts)).encode()

    def _mapping(self, mapping: Mapping[str, Value], pad: str, lines: list[str]) -> None:
        """Append the entries of a mapping that is not empty."""
        if type(mapping) is Joined:
            for part in mapping.parts:
                self._mapping(part, pad, lines)
        elif type(mapping) is Shared:
            lines.append(self._shared_text(mapping, pad))
        else:
            self._entries(mapping, pad, lines)

    def _shared_text(self, mapping: Shared, pad: str) -> str:
        known = self._shared.get((id(mapping), pad))
        if known is None:
            lines: list[str] = []
            self._entries(mapping, pad, lines)
            known = self._shared[id(mapping), pad] = (mapping, "\n".join(lines))
        return known[1]

    def _entries(
        self, mapping: Mapping[str, Value], pad: str, lines: list[str], dash: str = ""
    ) -> None:
        """Append entries; with a ``dash``, the first entry follows it, as the start of an item."""
        others = self._keys.get(pad) or self._keys_at(pad)
        keys = (self._keys.get(dash) or self._keys_at(dash)) if dash else others
        quoted = self._quoted
        for key, value in mapping.items():
            if type(value) is str:
                lines.append(f"{keys[key]} {quoted[value]}")
            elif type(value) is bool:
                lines.append(f"{keys[key]} true" if value else f"{keys[key]} false")
            else:
                self._entry(keys[key], value, pad, lines)
            keys = others

    def _keys_at(self, pad: str) -> Memo:
        """Return the memo from a key to its text with the colon, after blanks or a dash."""

        def key_text(key: str) -> str:
            text = quote(key)
            if len(text) <= _KEY_LIMIT:
                return f"{pad}{text}:"
            return f"{pad}? {text}\n{' ' * len(pad)}:"

        return self._keys.setdefault(pad, Memo(key_text))

    def _entry(self, key: str, value: Value, pad: str, lines: list[str]) -> None:
        if isinstance(value, MAPPINGS):
            if value:
                lines.append(key)
                self._mapping(value, pad + "  ", lines)
            else:
                lines.append(f"{key} {{}}")
        elif isinstance(value, list | tuple | Rows):
            if value:
                lines.append(key)
                self._items(value, pad + "  ", lines)
            else:
                lines.append(f"{key} []")
        else:
            lines.append(f"{key} {self._scalar(value)}")

    def _items(self, items: Sequence[Value], pad: str, lines: list[str]) -> None:
        """Append the items of a list that is not empty."""
        if type(items) is Rows:
            self._rows(items, pad, lines)
            return
        for item in items:
            if type(item) is str:
                lines.append(f"{pad}- {self._quoted[item]}")
            elif isinstance(item, dict) and item and type(item) is not Shared:
                self._entries(item, f"{pad}  ", lines, f"{pad}- ")
            elif item and isinstance(item, list | tuple | Rows | Mapping):
                self._nested(item, pad, lines)
            else:
                self._entry(f"{pad}-", item, pad, lines)

    def _rows(self, rows: Rows, pad: str, lines: list[str]) -> None:
        """Append mappings with the same keys: each is one formatting operation."""
        names = tuple(rows.columns)
        pads = (f"{pad}- ", *[f"{pad}  "] * (len(names) - 1))
        keys = [self._keys_at(at)[name] for at, name in zip(pads, names, strict=True)]
        row = "\n".join(key.replace("%", "%%") + " %s" for key in keys)
        quoted = self._quoted.__getitem__
        columns = (map(quoted, column) for column in rows.columns.values())
        lines.extend(row % texts for texts in zip(*columns, strict=True))

    def _nested(
        self, item: Mapping[str, Value] | Sequence[Value], pad: str, lines: list[str]
    ) -> None:
        """Append a collection inside a list: its first line starts on the line of the dash."""
        start = len(lines)
        deeper = pad + "  "
        if isinstance(item, Mapping):
            self._mapping(item, deeper, lines)
        else:
            self._items(item, deeper, lines)
        lines[start] = f"{pad}- {lines[start][len(deeper) :]}"

    def _scalar(self, value: Value) -> str:
        if isinstance(value, str):
            return self._quoted[value]
        if value is None or isinstance(value, bool):
            return _CONSTANTS[value]
        if isinstance(value, int | float):
            return number(value)
        message = f"not a value: {value!r}"
        raise TypeError(message)
