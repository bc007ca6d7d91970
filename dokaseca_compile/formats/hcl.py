"""HCL as ``terraform fmt`` formats it: ``.tfvars`` files of plain values, ``.tf`` files of blocks.

Equals signs are aligned within a run of single-line attributes; an attribute of several
lines ends the run. Strings are escaped as hclwrite does it, with ``$`` and ``%`` doubled right
before ``{`` only, so no text of a user becomes an interpolation.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import chain, groupby

from dokaseca_compile.formats.body import (
    MAPPINGS,
    Attribute,
    Block,
    Call,
    Expression,
    HclBody,
    Item,
    Joined,
    Shared,
    TfvarsBody,
)
from dokaseca_compile.formats.hcl_text import (
    function,
    identifier,
    inline,
    key_text,
    label_text,
    quote,
)
from dokaseca_compile.formats.memo import Memo

_LINE = 100


class _Part:
    """The rendered entries of a mapping, key and value texts, not yet aligned.

    ``width`` is that of the longest key, or 0 when a value has several lines. A part without such
    values is one stretch of a run, whose text depends on nothing but the width of the run.
    """

    __slots__ = ("_pad", "_stretches", "_texts", "entries", "source", "width")

    def __init__(self, entries: list[tuple[str, str]], pad: str, source: object = None) -> None:
        self.entries = entries
        # Keeps the mapping alive, so that its id cannot pass to another object.
        self.source = source
        many_lines = any("\n" in value for _, value in entries)
        self.width = 0 if many_lines else max(len(key) for key, _ in entries)
        self._pad = pad
        self._texts: dict[int, str] = {}
        self._stretches: list[_Part] = []

    def text(self, width: int) -> str:
        """Align a stretch at ``width``."""
        text = self._texts.get(width)
        if text is None:
            pad = self._pad
            lines = [f"{pad}{key.ljust(width)} = {value}" for key, value in self.entries]
            text = self._texts[width] = "\n".join(lines)
        return text

    def stretches(self) -> list[_Part]:
        """Cut the part so that an entry of several lines is alone."""
        if self.width or len(self.entries) == 1:
            return [self]
        if not self._stretches:
            for many_lines, group in groupby(self.entries, key=lambda entry: "\n" in entry[1]):
                if many_lines:
                    self._stretches += [_Part([entry], self._pad) for entry in group]
                else:
                    self._stretches.append(_Part(list(group), self._pad))
        return self._stretches


class HclWriter:
    """Render bodies; cache quoted strings and the entries of every ``Shared`` mapping.

    Raises ``ValueError`` for names that HCL does not allow, for numbers that some reader would
    change and for lone surrogates, ``TypeError`` for anything but a value or an expression.
    """

    def __init__(self, header: tuple[str, ...] = ()) -> None:
        self._header = "".join(f"# {line}\n" for line in header)
        self._quoted = Memo(quote)
        self._keys = Memo(key_text)
        self._names = Memo(identifier)
        self._shared: dict[tuple[int, str, int], _Part] = {}
        # The entry holds the mapping itself, so that its id cannot pass to another object.
        self._objects: dict[tuple[int, str], tuple[Shared, str]] = {}

    def render_tfvars(self, body: TfvarsBody) -> bytes:
        """Render the values of variables: one attribute each, those of several lines set apart."""
        parts = [part for part in _parts_of(body.attributes) if part]
        runs = _runs([self._part(part, "", self._names) for part in parts])
        return self._file([f"{run}\n" for run in runs], header=body.header)

    def render(self, body: HclBody) -> bytes:
        """Render the items of a ``.tf`` file, blocks set apart."""
        return self._file(self._paragraphs(body.items, ""), header=body.header)

    def _file(self, paragraphs: Iterable[str], *, header: bool) -> bytes:
        above = (self._header,) if header and self._header else ()
        return "\n".join((*above, *paragraphs)).encode()

    def _paragraphs(self, items: Sequence[Item], pad: str) -> list[str]:
        """Render items as paragraphs: a run of attributes is one, and so is each block."""
        _refuse_duplicates(item.name for item in items if isinstance(item, Attribute))
        paragraphs: list[str] = []
        attributes: list[tuple[str, str]] = []
        for item in items:
            if isinstance(item, Attribute):
                attributes.append((identifier(item.name), self._value(item.value, pad)))
                continue
            paragraphs += _attributes(attributes, pad)
            attributes = []
            paragraphs.append(self._block(item, pad))
        return paragraphs + _attributes(attributes, pad)

    def _block(self, block: Block, pad: str) -> str:
        opening = " ".join((identifier(block.type), *map(label_text, block.labels)))
        inner = "\n".join(self._paragraphs(block.items, pad + "  "))
        return f"{pad}{opening} {{\n{inner}{pad}}}\n" if inner else f"{pad}{opening} {{}}\n"

    def _value(self, value: Expression, pad: str) -> str:
        """Write an expression, the lines after the first indented by ``pad``."""
        if type(value) is str:
            return self._quoted[value]
        if isinstance(value, MAPPINGS):
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
        inner = pad + "  "
        parts = [self._part(part, inner, self._keys) for part in _parts_of(mapping)]
        text = "\n".join(_runs(parts))
        return f"{{\n{text}\n{pad}}}"

    def _part(self, mapping: Mapping[str, Expression], pad: str, keys: Memo) -> _Part:
        """Render entries; ``keys`` writes names of attributes or keys of objects."""
        if type(mapping) is not Shared:
            return _Part(self._entries(mapping, pad, keys), pad, mapping)
        place = (id(mapping), pad, id(keys))
        part = self._shared.get(place)
        if part is None:
            part = self._shared[place] = _Part(self._entries(mapping, pad, keys), pad, mapping)
        return part

    def _entries(
        self, mapping: Mapping[str, Expression], pad: str, keys: Memo
    ) -> list[tuple[str, str]]:
        quoted = self._quoted
        return [
            (keys[key], quoted[value] if type(value) is str else self._value(value, pad))
            for key, value in mapping.items()
        ]

    def _list(self, items: Sequence[Expression], pad: str) -> str:
        """Write a list that is not empty, on one line if it is short and has no collections."""
        inner = pad + "  "
        texts = [self._value(item, inner) for item in items]
        if not any(isinstance(item, Mapping | list | tuple) for item in items):
            line = f"[{', '.join(texts)}]"
            if len(line) <= _LINE and "\n" not in line:
                return line
        lines = "".join(f"{inner}{text},\n" for text in texts)
        return f"[\n{lines}{pad}]"

    def _call(self, call: Call, pad: str) -> str:
        """Write a call.

        One argument of several lines follows the bracket directly; if there are more, each begins
        on a line of its own.

        ``terraform fmt`` would indent a line such as ``}, {`` as part of the closed argument.
        """
        name = function(call.name)
        texts = [self._value(argument, pad) for argument in call.arguments]
        if sum("\n" in text for text in texts) < 2:
            return f"{name}({', '.join(texts)})"
        inner = pad + "  "
        lines = "".join(f"{inner}{self._value(argument, inner)},\n" for argument in call.arguments)
        return f"{name}(\n{lines}{pad})"


def _attributes(entries: list[tuple[str, str]], pad: str) -> list[str]:
    """Return the paragraph of a list of attributes; none when there are none."""
    if not entries:
        return []
    return ["".join(f"{run}\n" for run in _runs([_Part(entries, pad)]))]


def _parts_of(mapping: Mapping[str, Expression]) -> Sequence[Mapping[str, Expression]]:
    """Return the parts of a joined mapping; any other mapping is its only part."""
    return mapping.parts if type(mapping) is Joined else (mapping,)


def _runs(parts: Sequence[_Part]) -> list[str]:
    """Return the text of each run.

    Adjacent stretches are aligned together; an entry of several lines stands alone.
    """
    if len(parts) == 1 and parts[0].width:
        return [parts[0].text(parts[0].width)]
    texts: list[str] = []
    stretches = chain.from_iterable(part.stretches() for part in parts)
    for aligned, group in groupby(stretches, key=lambda stretch: stretch.width > 0):
        run = list(group)
        if not aligned:
            texts += [stretch.text(0) for stretch in run]
            continue
        width = max(stretch.width for stretch in run)
        texts.append("\n".join([stretch.text(width) for stretch in run]))
    return texts


def _refuse_duplicates(names: Iterable[str]) -> None:
    seen: set[str] = set()
    for name in names:
        if name in seen:
            message = f"HCL attribute set twice: {name!r}"
            raise ValueError(message)
        seen.add(name)
