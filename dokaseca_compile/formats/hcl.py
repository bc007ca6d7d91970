"""HCL as ``terraform fmt`` wants it: ``.tfvars`` files of plain values and ``.tf`` files of blocks.

Equals signs stand in one column within a run of single-line attributes; an attribute of several
lines ends the run. Strings are escaped as hclwrite does it, with ``$`` and ``%`` doubled right
before ``{`` only, so no text of a user becomes an interpolation.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import chain

from dokaseca_compile.formats.body import (
    Attribute,
    Block,
    Call,
    Comment,
    Expression,
    HclBody,
    Item,
    Joined,
    Shared,
    TfvarsBody,
)
from dokaseca_compile.formats.hcl_text import function, identifier, inline, key_text, label_text, quote
from dokaseca_compile.formats.scalars import Memo

_LINE = 100


class _Part:
    """The rendered entries of a mapping: key and value texts, not yet aligned.

    ``width`` is that of the longest key, or 0 when a value has several lines: only parts without
    such values are one run, whose text depends on nothing but the width.
    """

    __slots__ = ("_pad", "_texts", "entries", "source", "width")

    def __init__(self, entries: list[tuple[str, str]], pad: str, source: Mapping[str, Expression]) -> None:
        self.entries = entries
        self.source = source  # keeps the mapping alive, so that its id cannot pass to another object
        many_lines = any("\n" in value for _, value in entries)
        self.width = 0 if many_lines else max(len(key) for key, _ in entries)
        self._pad = pad
        self._texts: dict[int, str] = {}

    def text(self, width: int) -> str:
        """Align a part of one run at ``width``."""
        text = self._texts.get(width)
        if text is None:
            pad = self._pad
            lines = [f"{pad}{key.ljust(width)} = {value}" for key, value in self.entries]
            text = self._texts[width] = "\n".join(lines)
        return text


class HclWriter:
    """Renders bodies, keeping what it quoted and the entries of every ``Shared`` mapping it met.

    Raises ``ValueError`` for names that HCL has no place for, for numbers some reader would change
    and for lone surrogates, ``TypeError`` for what is neither a value nor an expression.
    """

    def __init__(self, header: tuple[str, ...] = ()) -> None:
        self._header = "".join(f"# {line}\n" for line in header)
        self._quoted = Memo(quote)
        self._keys = Memo(key_text)
        self._names = Memo(identifier)
        self._shared: dict[tuple[int, str], _Part] = {}
        # The entry holds the mapping itself, so that its id cannot pass to another object.
        self._objects: dict[tuple[int, str], tuple[Shared, str]] = {}

    def render_tfvars(self, body: TfvarsBody) -> bytes:
        """Render the values of variables: one attribute each, those of several lines set apart."""
        names = self._names
        entries = [(names[name], self._value(value, "")) for name, value in body.attributes.items()]
        paragraphs = [f"{_aligned(run, '')}\n" for run in _runs(entries)]
        return self._file(paragraphs, header=body.header)

    def render(self, body: HclBody) -> bytes:
        """Render the items of a ``.tf`` file, blocks set apart."""
        return self._file(self._paragraphs(body.items, ""), header=body.header)

    def _file(self, paragraphs: Iterable[str], *, header: bool) -> bytes:
        above = (self._header,) if header and self._header else ()
        return "\n".join((*above, *paragraphs)).encode()

    def _paragraphs(self, items: Sequence[Item], pad: str) -> list[str]:
        """Render items as paragraphs: a run of attributes is one, a block is one with its comments."""
        _refuse_twice(item.name for item in items if isinstance(item, Attribute))
        paragraphs: list[str] = []
        current = comments = ""
        pending: list[tuple[str, str]] = []
        for item in items:
            if isinstance(item, Attribute):
                current += comments
                comments = ""
                pending.append((identifier(item.name), self._value(item.value, pad)))
                continue
            current += self._attributes(pending, pad)
            pending = []
            if isinstance(item, Comment):
                comments += _comment(item, pad)
                continue
            if current:
                paragraphs.append(current)
            paragraphs.append(comments + self._block(item, pad))
            current = comments = ""
        current += self._attributes(pending, pad) + comments
        return [*paragraphs, current] if current else paragraphs

    def _attributes(self, entries: list[tuple[str, str]], pad: str) -> str:
        return "".join(f"{_aligned(run, pad)}\n" for run in _runs(entries))

    def _block(self, block: Block, pad: str) -> str:
        opening = " ".join((identifier(block.type), *map(label_text, block.labels)))
        inner = "\n".join(self._paragraphs(block.items, pad + "  "))
        return f"{pad}{opening} {{\n{inner}{pad}}}\n" if inner else f"{pad}{opening} {{}}\n"

    def _value(self, value: Expression, pad: str) -> str:
        """Write an expression, the lines after the first indented by ``pad``."""
        if type(value) is str:
            return self._quoted[value]
        if isinstance(value, Mapping):
            return self._mapping(value, pad) if value else "{}"
        if isinstance(value, list | tuple):
            return self._list(value, pad) if value else "[]"
        if isinstance(value, Call):
            return self._call(value, pad)
        return inline(value)

    def _mapping(self, mapping: Mapping[str, Expression], pad: str) -> str:
        """Write an object of one entry or more; the whole text of a ``Shared`` one is kept."""
        if type(mapping) is not Shared:
            return self._object(mapping, pad)
        known = self._objects.get((id(mapping), pad))
        if known is None:
            known = self._objects[id(mapping), pad] = (mapping, self._object(mapping, pad))
        return known[1]

    def _object(self, mapping: Mapping[str, Expression], pad: str) -> str:
        """Write an object. Parts that are one run each are joined as text."""
        inner = pad + "  "
        if isinstance(mapping, Joined):
            parts = [self._part(part, inner) for part in mapping.parts]
        else:
            parts = [self._part(mapping, inner)]
        if all(part.width for part in parts):
            width = max(part.width for part in parts)
            text = "\n".join([part.text(width) for part in parts])
        else:
            entries = chain.from_iterable(part.entries for part in parts)
            text = "\n".join(_aligned(run, inner) for run in _runs(entries))
        return f"{{\n{text}\n{pad}}}"

    def _part(self, mapping: Mapping[str, Expression], pad: str) -> _Part:
        if type(mapping) is not Shared:
            return _Part(self._entries(mapping, pad), pad, mapping)
        part = self._shared.get((id(mapping), pad))
        if part is None:
            part = self._shared[id(mapping), pad] = _Part(self._entries(mapping, pad), pad, mapping)
        return part

    def _entries(self, mapping: Mapping[str, Expression], pad: str) -> list[tuple[str, str]]:
        keys = self._keys
        quoted = self._quoted
        return [
            (keys[key], quoted[value] if type(value) is str else self._value(value, pad))
            for key, value in mapping.items()
        ]

    def _list(self, items: Sequence[Expression], pad: str) -> str:
        """Write a list of one item or more: on one line when it is short and holds no collection."""
        inner = pad + "  "
        texts = [self._value(item, inner) for item in items]
        if not any(isinstance(item, Mapping | list | tuple) for item in items):
            line = f"[{', '.join(texts)}]"
            if len(line) <= _LINE and "\n" not in line:
                return line
        lines = "".join(f"{inner}{text},\n" for text in texts)
        return f"[\n{lines}{pad}]"

    def _call(self, call: Call, pad: str) -> str:
        """Write a call. One argument of several lines hugs the brackets; with more, each has its lines.

        ``terraform fmt`` would indent a line such as ``}, {`` as part of what it closes.
        """
        name = function(call.name)
        texts = [self._value(argument, pad) for argument in call.arguments]
        if sum("\n" in text for text in texts) < 2:
            return f"{name}({', '.join(texts)})"
        inner = pad + "  "
        lines = "".join(f"{inner}{self._value(argument, inner)},\n" for argument in call.arguments)
        return f"{name}(\n{lines}{pad})"


def _runs(entries: Iterable[tuple[str, str]]) -> list[list[tuple[str, str]]]:
    """Split entries into runs: an entry of several lines is a run of its own."""
    runs: list[list[tuple[str, str]]] = []
    single = False
    for entry in entries:
        many_lines = "\n" in entry[1]
        if many_lines or not single:
            runs.append([entry])
        else:
            runs[-1].append(entry)
        single = not many_lines
    return runs


def _aligned(run: Sequence[tuple[str, str]], pad: str) -> str:
    width = max(len(key) for key, _ in run)
    return "\n".join(f"{pad}{key.ljust(width)} = {value}" for key, value in run)


def _refuse_twice(names: Iterable[str]) -> None:
    seen: set[str] = set()
    for name in names:
        if name in seen:
            message = f"HCL attribute set twice: {name!r}"
            raise ValueError(message)
        seen.add(name)


def _comment(comment: Comment, pad: str) -> str:
    return "".join(f"{pad}# {line}".rstrip() + "\n" for line in comment.text.splitlines() or [""])
