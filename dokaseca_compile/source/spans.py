"""Where the parts of a document begin and end in its text: nodes, entries, brackets, commas, lines.

The reader's marks say where nodes start and where scalars end. Everything else is found from there, for
between two nodes stand only blanks, line ends, comments and indicators.
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
_BLANKS = " \t"


class Entry(NamedTuple):
    """The nodes of one entry of a mapping, or of one item of a list, which has no key."""

    key: int | None
    value: int


class Spans:
    """Answers for one document. Nodes are named by their numbers (see ``Nodes``), places are offsets."""

    __slots__ = ("_entries", "_nodes", "repeated", "text")

    def __init__(self, document: Document) -> None:
        self.text = document.text
        self._nodes = document.nodes
        self._entries: dict[int, list[Entry]] = {}
        self.repeated = set(document.nodes.aliases.values())
        """The nodes that some alias repeats."""

    # nodes

    def is_collection(self, number: int) -> bool:
        """Tell whether the node is written as a mapping or a list; an alias is neither."""
        return bool(self._nodes.after[number])

    def has_brackets(self, number: int) -> bool:
        """Tell whether the node is a collection in flow style; ``a: 1`` in ``[a: 1]`` has no brackets."""
        return self.is_collection(number) and self.text[self.content(number)] in "{["

    def is_block_collection(self, number: int, *, in_flow: bool) -> bool:
        """Tell whether the node is a collection in block style, when it is known whether brackets are around it."""
        return self.is_collection(number) and not in_flow and not self.has_brackets(number)

    def is_empty(self, number: int) -> bool:
        """Tell whether nothing at all is written for the node, as in ``key:``."""
        return self._nodes.starts[number] == self._nodes.ends[number]

    def is_block_text(self, number: int) -> bool:
        """Tell whether the node is a ``|`` or ``>`` scalar."""
        return not self.is_collection(number) and self.text.startswith(
            ("|", ">"), self.content(number)
        )

    def last_inside(self, number: int) -> int:
        """Give the last node of the subtree: the node itself, if it is a scalar or an alias."""
        return (self._nodes.after[number] or number + 1) - 1

    def aliases_from_outside(self, first: int, last: int) -> bool:
        """Tell whether an alias outside of the nodes ``first`` to ``last`` repeats one of them."""
        pairs = self._nodes.aliases.items() if self.repeated else ()
        return any(
            first <= target <= last and not first <= alias <= last for alias, target in pairs
        )

    def anchor_end(self, number: int) -> int | None:
        """Give the end of the node's own ``&anchor``."""
        start = self._nodes.starts[number]
        if (
            self.text[start : start + 1] != "&"
            or self.is_empty(number)
            or self._is_first_keys(number, start)
        ):
            return None
        anchor = _ANCHOR.match(self.text, start)
        return anchor.end() if anchor else None

    def _is_first_keys(self, number: int, start: int) -> bool:
        """Without an anchor of its own, a mapping starts where its first key does: at the key's anchor."""
        return self._nodes.after[number] > number + 1 and self._nodes.starts[number + 1] == start

    def start(self, number: int) -> int:
        """Give the start of the node: of its anchor, if it has one."""
        return self._nodes.starts[number]

    def content(self, number: int) -> int:
        """Give the start of the node behind its anchor: the first key or dash, a bracket, a quote."""
        anchor = self.anchor_end(number)
        if anchor is None:
            return self._nodes.starts[number]
        is_written = self.is_collection(number) or self._nodes.ends[number] > anchor
        return self.gap_end(anchor) if is_written else anchor

    def end(self, number: int) -> int:
        """Give the end of the node: behind its last character that means anything."""
        alias = (
            _ALIAS.match(self.text, self._nodes.starts[number])
            if number in self._nodes.aliases
            else None
        )
        if alias:
            return alias.end()
        if not self.is_collection(number):
            return (
                self._block_text_end(number)
                if self.is_block_text(number)
                else self._nodes.ends[number]
            )
        entries = self.entries(number)
        if not self.has_brackets(number):
            return self.entry_end(entries[-1])
        inside = self.entry_end(entries[-1]) if entries else self.content(number) + 1
        return self._match_end(_GAP_AND_COMMAS, inside) + 1

    def _block_text_end(self, number: int) -> int:
        """Give the end of the last line of a block scalar: with ``+``, blank lines belong to it."""
        header, end = self.block_header_end(number), self._nodes.ends[number]
        body = self.line_end(header) + 1
        if end <= body:
            return body - 1
        at_line_end = end - 1 if self.text[end - 1] == "\n" else end
        if "+" in self.text[self.content(number) : header]:
            return at_line_end
        # Lines of blanks that stand deeper than the text are part of it.
        indent = self.block_indent(number)
        while at_line_end >= body:
            line = self.text[self.line_start(at_line_end) : at_line_end]
            if line.strip(" ") or len(line) > indent:
                break
            at_line_end = self.line_start(at_line_end) - 1
        return at_line_end

    def block_header_end(self, number: int) -> int:
        """Give the end of the indicators of a block scalar, as in ``|2-``."""
        return self._match_end(_BLOCK_HEADER, self.content(number))

    def block_indent(self, number: int) -> int:
        """Give the indentation of a block scalar: never more than it really is, and 1 without any text."""
        header = self.block_header_end(number)
        given = re.sub(r"\D", "", self.text[self.content(number) : header])
        return int(given) if given else self.block_text_column(number) or 1

    def block_text_column(self, number: int) -> int:
        """Give the column at which the first line of a block scalar begins that is not blank; 0 without any."""
        body = self.text[
            self.line_end(self.block_header_end(number)) + 1 : self._nodes.ends[number]
        ]
        first = re.search(r"^( *)[^ \n]", body, re.MULTILINE)
        return len(first.group(1)) if first else 0

    # entries

    def entries(self, number: int) -> list[Entry]:
        """Give the entries of a mapping or the items of a list, in order."""
        known = self._entries.get(number)
        if known is None:
            numbers, child, end = [], number + 1, self._nodes.after[number]
            while child < end:
                numbers.append(child)
                child = self._nodes.after[child] or child + 1
            if self._is_list(number):
                known = [Entry(None, each) for each in numbers]
            else:
                known = [
                    Entry(key, value)
                    for key, value in zip(numbers[::2], numbers[1::2], strict=True)
                ]
            self._entries[number] = known
        return known

    def _is_list(self, number: int) -> bool:
        content = self.content(number)
        first = self.text[content : content + 2]
        return first[:1] == "[" or first in ("-", "- ", "-\n", "-\t")

    def colon_end(self, key: int) -> int | None:
        """Give the end of the colon behind a key; ``None`` where it has none, as in ``{key}``."""
        at = self.gap_end(self.end(key))
        following = self.last_inside(key) + 2
        if self.text[at : at + 1] != ":" or (
            following < len(self._nodes) and self._nodes.starts[following] == at
        ):
            return None  # the second: a key without a value, and the next key begins with a colon
        return at + 1

    def entry_end(self, entry: Entry) -> int:
        """Give the end of the entry: that of its value, or of what stands before a value that is not written."""
        if not self.is_empty(entry.value):
            return self.end(entry.value)
        if entry.key is None:
            return self._nodes.starts[entry.value]
        return self.colon_end(entry.key) or self.end(entry.key)

    def entry_start(self, number: int, index: int) -> int:
        """Give the start of an entry: its dash, its ``?`` or its key."""
        if index:
            return self._match_end(_GAP_AND_COMMAS, self.entry_end(self.entries(number)[index - 1]))
        content = self.content(number)
        return (
            self._match_end(_GAP_AND_COMMAS, content + 1) if self.has_brackets(number) else content
        )

    # text

    def _match_end(self, pattern: re.Pattern[str], at: int) -> int:
        found = pattern.match(self.text, at)
        return found.end() if found else at

    def gap_end(self, at: int) -> int:
        """Pass blanks, line ends and comments."""
        return self._match_end(_GAP, at)

    def blanks_end(self, at: int) -> int:
        """Pass blanks."""
        while self.text[at : at + 1] in (" ", "\t"):
            at += 1
        return at

    def blanks_start(self, at: int) -> int:
        """Go back over blanks."""
        while at and self.text[at - 1] in _BLANKS:
            at -= 1
        return at

    def gap_before_comment(self, at: int) -> str:
        """Give the blank without which a comment at ``at`` would become part of what is written before it."""
        return " " if self.text.startswith("#", at) else ""

    def comma(self, at: int) -> int | None:
        """Give the place of the comma that comes next, if one does."""
        found = self.gap_end(at)
        return found if self.text[found : found + 1] == "," else None

    def line_start(self, at: int) -> int:
        """Give the start of the line at ``at``."""
        return self.text.rfind("\n", 0, at) + 1

    def line_end(self, at: int) -> int:
        """Give the end of the line at ``at``, before its line end."""
        found = self.text.find("\n", at)
        return len(self.text) if found < 0 else found

    def column(self, at: int) -> int:
        """Count the characters before ``at`` on its line."""
        return at - self.line_start(at)

    def starts_line(self, at: int) -> bool:
        """Tell whether only blanks stand before ``at`` on its line."""
        return self.blanks_start(at) == self.line_start(at)

    def ends_line(self, at: int) -> bool:
        """Tell whether only blanks and a comment stand behind ``at`` on its line."""
        return _LINE_REST.match(self.text, at) is not None
