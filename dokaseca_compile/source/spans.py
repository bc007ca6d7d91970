"""Start and end of the parts of a document: nodes, entries, brackets, commas, lines.

The parser gives the starts of nodes and the ends of scalars. Everything else is found from there,
since only blanks, line ends, comments and indicators are between two nodes.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from dokaseca_compile.source.document import Document

_ANCHOR = re.compile(r"&[A-Za-z0-9_-]+")
_ALIAS = re.compile(r"\*[A-Za-z0-9_-]+")
_GAP = re.compile(r"(?:[ \t\n]+|#[^\n]*)*")
_GAP_AND_COMMAS = re.compile(r"(?:[ \t\n,]+|#[^\n]*)*")
_BLOCK_HEADER = re.compile(r"[|>][-+0-9]*")
_LINE_REST = re.compile(r"[ \t]*(?:#[^\n]*)?(?=\n|\Z)")
_BLANKS = re.compile(r"[ \t]*")


class Entry(NamedTuple):
    """The nodes of one entry of a mapping, or of one item of a list, which has no key."""

    key: int | None
    value: int


class Spans:
    """The spans of one document. Nodes are given by number (see ``Nodes``), places by offset."""

    __slots__ = ("_entries", "_nodes", "repeated", "text")

    def __init__(self, document: Document) -> None:
        self.text = document.text
        self._nodes = document.nodes
        self._entries: dict[int, list[Entry]] = {}
        self.repeated = set(document.nodes.aliases.values())
        """The nodes that aliases repeat."""

    # nodes

    def is_collection(self, number: int) -> bool:
        """Return whether the node is written as a mapping or a list; an alias is neither."""
        return bool(self._nodes.after[number])

    def has_brackets(self, number: int) -> bool:
        """Return whether the node has brackets; ``a: 1`` in ``[a: 1]`` has none."""
        return self.is_collection(number) and self.text[self.content(number)] in "{["

    def is_block_collection(self, number: int, *, in_flow: bool) -> bool:
        """Return whether the node is a collection in block style.

        ``in_flow`` is given by the caller: whether the node is between brackets.
        """
        return self.is_collection(number) and not in_flow and not self.has_brackets(number)

    def is_empty(self, number: int) -> bool:
        """Return whether nothing at all is written for the node, as in ``key:``."""
        return self._nodes.starts[number] == self._nodes.ends[number]

    def is_block_text(self, number: int) -> bool:
        """Return whether the node is a ``|`` or ``>`` scalar."""
        if self.is_collection(number):
            return False
        return self.text.startswith(("|", ">"), self.content(number))

    def last_inside(self, number: int) -> int:
        """Return the last node of the subtree: the node itself, if it is a scalar or an alias."""
        return (self._nodes.after[number] or number + 1) - 1

    def aliases_from_outside(self, first: int, last: int) -> bool:
        """Return whether an alias outside of ``first`` to ``last`` repeats one of these nodes."""
        inside = range(first, last + 1)
        aliases = self._nodes.aliases.items()
        return any(target in inside and alias not in inside for alias, target in aliases)

    def anchor_end(self, number: int) -> int | None:
        """Return the end of the node's own ``&anchor``."""
        start = self._nodes.starts[number]
        anchor = _ANCHOR.match(self.text, start)
        if anchor is None or self.is_empty(number) or self._starts_with_key(number, start):
            return None
        return anchor.end()

    def _starts_with_key(self, number: int, start: int) -> bool:
        """Return whether the first key starts at the same offset, so the anchor is the key's."""
        return self._nodes.after[number] > number + 1 and self._nodes.starts[number + 1] == start

    def start(self, number: int) -> int:
        """Return the start of the node: of its anchor, if it has one."""
        return self._nodes.starts[number]

    def content(self, number: int) -> int:
        """Return the start of the node after its anchor: the first key, dash, bracket or quote."""
        anchor = self.anchor_end(number)
        if anchor is None:
            return self._nodes.starts[number]
        is_written = self.is_collection(number) or self._nodes.ends[number] > anchor
        return self.gap_end(anchor) if is_written else anchor

    def end(self, number: int) -> int:
        """Return the end of the node: after its last character that is not a blank or a comment."""
        if number in self._nodes.aliases:
            return self._match_end(_ALIAS, self._nodes.starts[number])
        if self.is_block_text(number):
            return self._block_text_end(number)
        if not self.is_collection(number):
            return self._nodes.ends[number]
        entries = self.entries(number)
        if not self.has_brackets(number):
            return self.entry_end(entries[-1])
        inside = self.entry_end(entries[-1]) if entries else self.content(number) + 1
        return self._match_end(_GAP_AND_COMMAS, inside) + 1

    def _block_text_end(self, number: int) -> int:
        """Return the end of the last line of a block scalar, with its blank lines after ``+``."""
        header, end = self.block_header_end(number), self._nodes.ends[number]
        body = self.line_end(header) + 1
        if end <= body:
            return body - 1
        at_line_end = end - 1 if self.text[end - 1] == "\n" else end
        if "+" in self.text[self.content(number) : header]:
            return at_line_end
        # Lines of blanks that are longer than the indentation are part of the text.
        indent = self.block_indent(number)
        while at_line_end >= body:
            line = self.text[self.line_start(at_line_end) : at_line_end]
            if line.strip(" ") or len(line) > indent:
                break
            at_line_end = self.line_start(at_line_end) - 1
        return at_line_end

    def block_header_end(self, number: int) -> int:
        """Return the end of the indicators of a block scalar, such as ``|2-``."""
        return self._match_end(_BLOCK_HEADER, self.content(number))

    def block_indent(self, number: int) -> int:
        """Return the indentation of a block scalar, or less; 1 without any text."""
        header = self.block_header_end(number)
        given = re.sub(r"\D", "", self.text[self.content(number) : header])
        return int(given) if given else self.block_text_column(number) or 1

    def block_text_column(self, number: int) -> int:
        """Return the column of a block scalar's first line that is not blank; 0 without any."""
        start = self.line_end(self.block_header_end(number)) + 1
        first = re.search(r"^( *)[^ \n]", self.text[start : self._nodes.ends[number]], re.MULTILINE)
        return len(first.group(1)) if first else 0

    # entries

    def entries(self, number: int) -> list[Entry]:
        """Return the entries of a mapping or the items of a list, in order."""
        known = self._entries.get(number)
        if known is None:
            children = self._nodes.children(number)
            if self._is_list(number):
                known = [Entry(None, each) for each in children]
            else:
                known = list(map(Entry, children[::2], children[1::2]))
            self._entries[number] = known
        return known

    def _is_list(self, number: int) -> bool:
        content = self.content(number)
        first = self.text[content : content + 2]
        return first[:1] == "[" or first in ("-", "- ", "-\n", "-\t")

    def colon_end(self, key: int) -> int | None:
        """Return the end of the colon after a key; ``None`` if it has none, as in ``{key}``."""
        at = self.gap_end(self.end(key))
        if self.text[at : at + 1] != ":":
            return None
        # After a key without a value, the colon may be the beginning of the next key.
        following = self.last_inside(key) + 2
        if following < len(self._nodes) and self._nodes.starts[following] == at:
            return None
        return at + 1

    def entry_end(self, entry: Entry) -> int:
        """Return the end of the entry: of its value, or of its key if no value is written."""
        if not self.is_empty(entry.value):
            return self.end(entry.value)
        if entry.key is None:
            return self._nodes.starts[entry.value]
        return self.colon_end(entry.key) or self.end(entry.key)

    def entry_start(self, number: int, index: int) -> int:
        """Return the start of an entry: its dash, its ``?`` or its key."""
        if index:
            return self._match_end(_GAP_AND_COMMAS, self.entry_end(self.entries(number)[index - 1]))
        content = self.content(number)
        if not self.has_brackets(number):
            return content
        return self._match_end(_GAP_AND_COMMAS, content + 1)

    # text

    def _match_end(self, pattern: re.Pattern[str], at: int) -> int:
        found = pattern.match(self.text, at)
        return found.end() if found else at

    def gap_end(self, at: int) -> int:
        """Skip blanks, line ends and comments."""
        return self._match_end(_GAP, at)

    def blanks_end(self, at: int) -> int:
        """Skip blanks."""
        return self._match_end(_BLANKS, at)

    def blanks_start(self, at: int) -> int:
        """Skip blanks backwards."""
        start = self.line_start(at)
        return start + len(self.text[start:at].rstrip(" \t"))

    def gap_before_comment(self, at: int) -> str:
        """Return a blank if a comment at ``at`` would become part of the text before it."""
        return " " if self.text.startswith("#", at) else ""

    def comma(self, at: int) -> int | None:
        """Return the offset of the comma, if the next character is one."""
        found = self.gap_end(at)
        return found if self.text[found : found + 1] == "," else None

    def line_start(self, at: int) -> int:
        """Return the start of the line at ``at``."""
        return self.text.rfind("\n", 0, at) + 1

    def line_end(self, at: int) -> int:
        """Return the end of the line at ``at``, before its line end."""
        found = self.text.find("\n", at)
        return len(self.text) if found < 0 else found

    def column(self, at: int) -> int:
        """Return the number of characters before ``at`` on its line."""
        return at - self.line_start(at)

    def starts_line(self, at: int) -> bool:
        """Return whether only blanks are before ``at`` on its line."""
        return self.blanks_start(at) == self.line_start(at)

    def ends_line(self, at: int) -> bool:
        """Return whether only blanks and a comment are after ``at`` on its line."""
        return _LINE_REST.match(self.text, at) is not None
