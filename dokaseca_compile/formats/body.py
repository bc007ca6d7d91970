"""Bodies of files as data: targets make them, and the writers of this package turn them into bytes.

A body never holds text in the syntax of its format (except ``TextBody``), so no value can break out
of its place, and comparisons see structure. ``HclBody`` has its own small syntax tree because a
``.tf`` file holds expressions; a ``.tfvars`` file is plain values.
"""

from __future__ import annotations

from collections.abc import Callable, ItemsView, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from itertools import chain, combinations
from typing import Any, Never, Protocol, TypeAlias, overload

from dokaseca_compile.core.routes import Route

Value: TypeAlias = "str | int | float | bool | Sequence[Value] | Mapping[str, Value] | None"


_NOTHING: Mapping[str, Any] = {}


class Source(Protocol):
    """Where a value of a body comes from: ``route`` leads to it in the platform."""

    @property
    def route(self) -> Route:
        """Return the place in the platform."""
        ...


class Origins(Protocol):
    """Origins of the entries of a mapping or the items of a list: a dict, or computed on demand."""

    def get(self, key: Any, /) -> Source | None:
        """Return the origin of an entry; ``None`` if no setting decides it."""
        ...


class Traced(dict[str, Value]):
    """A mapping with the origins of its entries; a plain dict to writers and comparisons.

    Without ``origins`` it keeps those of ``entries``.
    """

    __slots__ = ("origins",)
    origins: Origins

    def __init__(
        self, entries: Mapping[str, Any] = _NOTHING, origins: Origins | None = None
    ) -> None:
        super().__init__(entries)
        self.origins = origins if origins is not None else getattr(entries, "origins", _NOTHING)


class TracedList(list[Value]):
    """A list that knows the origins of its items."""

    __slots__ = ("origins",)
    origins: Origins

    def __init__(self, items: Iterable[Any], origins: Origins) -> None:
        super().__init__(items)
        self.origins = origins


class Shared(Traced):
    """An immutable mapping that many bodies hold: a writer renders it once and keeps the text.

    It refuses changes to itself; the values inside it must not be changed either. Make one for each
    thing that is shared (the labels of a profile), never one for each file: writers keep every one.
    """

    __slots__ = ()

    def _refuse(self, *_: object, **__: object) -> Never:
        raise TypeError("a Shared mapping cannot be changed")

    __setitem__ = __delitem__ = __ior__ = _refuse
    clear = pop = popitem = setdefault = update = _refuse


class Joined(Mapping[str, Value]):
    """One mapping made of parts with disjoint keys, in the order of the parts.

    To write a cluster's own labels joined with the ``Shared`` labels of its profile costs only the
    former. Raises ``ValueError`` when two parts have the same key.
    """

    __slots__ = ("parts",)
    parts: tuple[Mapping[str, Value], ...]

    def __init__(self, *parts: Mapping[str, Value]) -> None:
        flat: list[Mapping[str, Value]] = []
        for part in parts:
            if isinstance(part, Joined):
                flat.extend(part.parts)
            elif part:
                flat.append(part)
        for one, other in combinations(flat, 2):
            small, large = sorted((one, other), key=len)
            if not large.keys().isdisjoint(small):  # looks up each key of its argument
                duplicates = ", ".join(filter(other.__contains__, one))
                message = f"keys in two parts: {duplicates}"
                raise ValueError(message)
        self.parts = tuple(flat)

    def __getitem__(self, key: str) -> Value:
        for part in self.parts:
            if key in part:
                return part[key]
        raise KeyError(key)

    def __iter__(self) -> Iterator[str]:
        return chain.from_iterable(self.parts)

    def __len__(self) -> int:
        return sum(map(len, self.parts))

    def items(self) -> ItemsView[str, Value]:
        """Return the entries by part; the inherited view looks up every key in every part."""
        return _JoinedItems(self)

    def __repr__(self) -> str:
        return f"Joined{self.parts!r}"


class Rows(Sequence[Mapping[str, Value]]):
    """A list of mappings with the same keys and only strings as values, stored by column.

    An AppProject lists every cluster in every namespace: a dict for each pair takes ten times the
    memory. ``Rows(name=("a", "b"), namespace=("x", "y"))`` is
    ``[{"name": "a", "namespace": "x"}, …]``; all columns have the same length. ``origins_of``
    computes the origins of a row on demand.
    """

    __slots__ = ("_origins_of", "columns")

    def __init__(
        self,
        origins_of: Callable[[Mapping[str, str]], Origins] | None = None,
        **columns: Sequence[str],
    ) -> None:
        self.columns = columns
        self._origins_of = origins_of

    def __len__(self) -> int:
        return len(next(iter(self.columns.values()), ()))

    def __iter__(self) -> Iterator[Mapping[str, Value]]:
        names = tuple(self.columns)
        for row in zip(*self.columns.values(), strict=True):
            yield dict(zip(names, row, strict=True))

    @overload
    def __getitem__(self, index: int) -> Mapping[str, Value]: ...
    @overload
    def __getitem__(self, index: slice) -> Rows: ...
    def __getitem__(self, index: int | slice) -> Mapping[str, Value] | Rows:
        if isinstance(index, slice):
            cut = {name: column[index] for name, column in self.columns.items()}
            return Rows(self._origins_of, **cut)
        row = {name: column[index] for name, column in self.columns.items()}
        if self._origins_of is None:
            return row
        return Traced(row, self._origins_of(row))

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, list | tuple | Rows):
            return NotImplemented
        return list(self) == list(other)

    __hash__ = None  # type: ignore[assignment]  # as of a list

    def __contains__(self, row: object) -> bool:
        if not isinstance(row, Mapping) or row.keys() != self.columns.keys():
            return False
        return tuple(row[name] for name in self.columns) in zip(*self.columns.values(), strict=True)

    def __repr__(self) -> str:
        return f"Rows({self.columns!r})"


MAPPINGS = (dict, Mapping)
"""The mappings of a body. Most are a ``dict``, and a check for an abstract class costs far more."""


class _JoinedItems(ItemsView[str, Value]):
    _mapping: Joined

    def __iter__(self) -> Iterator[tuple[str, Value]]:
        return chain.from_iterable(part.items() for part in self._mapping.parts)


@dataclass(frozen=True, slots=True)
class Reference:
    """A traversal. ``("var", "x", 0)`` is ``var.x[0]``; a part that is an expression is an index.

    The first part is an identifier; a later string that is not an identifier is written ``["x"]``.
    """

    parts: tuple[str | int | Reference | Template, ...]


@dataclass(frozen=True, slots=True)
class Call:
    """A function call, or a type constructor: ``Call("list", (Reference(("string",)),))``."""

    name: str
    arguments: tuple[Expression, ...] = ()


@dataclass(frozen=True, slots=True)
class Operation:
    """A binary operation such as ``==``; operands that are operations get brackets."""

    operator: str
    left: Expression
    right: Expression


@dataclass(frozen=True, slots=True)
class ForObject:
    """``{ for <names> in <collection> : <key> => <value> }``; one or two names."""

    names: tuple[str, ...]
    collection: Expression
    key: Expression
    value: Expression


@dataclass(frozen=True, slots=True)
class Template:
    """A string with interpolations: literal text (``str``), and any other part as ``${...}``."""

    parts: tuple[Expression, ...]


Expression: TypeAlias = (
    "str | int | float | bool | Sequence[Expression] | Mapping[str, Expression] | Reference | Call"
    " | Operation | ForObject | Template | None"
)
TypeExpression: TypeAlias = "Reference | Call"


def primitive(name: str) -> Reference:
    """Name a type without parameters: ``string``, ``number``, ``bool``, ``any``."""
    return Reference((name,))


def collection_of(kind: str, element: TypeExpression) -> Call:
    """Build ``list(element)``, ``set(element)`` or ``map(element)``."""
    return Call(kind, (element,))


def object_of(attributes: Mapping[str, TypeExpression]) -> Call:
    """Build ``object({name = type, ...})``."""
    return Call("object", (attributes,))


@dataclass(frozen=True, slots=True)
class Attribute:
    """``name = value``."""

    name: str
    value: Expression


@dataclass(frozen=True, slots=True)
class Block:
    """``type "label" ... { items }``."""

    type: str
    labels: tuple[str, ...] = ()
    items: tuple[Block | Attribute, ...] = ()


Item: TypeAlias = Block | Attribute


@dataclass(frozen=True, slots=True)
class YamlBody:
    """One or more YAML documents, each a mapping, keys in the order given."""

    documents: tuple[Mapping[str, Value], ...]
    header: bool = True


@dataclass(frozen=True, slots=True)
class JsonBody:
    """A JSON document, keys in the order given. JSON has no comments, so no header."""

    data: Value


@dataclass(frozen=True, slots=True)
class TfvarsBody:
    """A ``.tfvars`` file: the value of each variable. Names must be HCL identifiers."""

    attributes: Mapping[str, Value]
    header: bool = True


@dataclass(frozen=True, slots=True)
class HclBody:
    """A ``.tf`` file."""

    items: tuple[Item, ...]
    header: bool = True


class CommentStyle(Enum):
    """How a text file marks a comment; ``NONE`` leaves the header out."""

    NONE = ("", "")
    HASH = ("# ", "")
    HTML = ("<!-- ", " -->")
    TEMPLATE = ("{{- /* ", " */ -}}")


@dataclass(frozen=True, slots=True)
class TextBody:
    """Text with a syntax of its own, such as a script. A ``#!`` line stays above the header."""

    text: str
    comments: CommentStyle = CommentStyle.NONE


@dataclass(frozen=True, slots=True)
class Mono:
    """Inline code: `` `text` ``."""

    text: str


@dataclass(frozen=True, slots=True)
class Link:
    """A link; ``target`` is a URL or a relative path."""

    text: str | Mono
    target: str


Inline: TypeAlias = "str | Mono | Link | Sequence[Inline]"


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading of a level from 1 to 6."""

    text: Inline
    level: int = 2


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph."""

    text: Inline


@dataclass(frozen=True, slots=True)
class Bullets:
    """A list."""

    items: tuple[Inline, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A table; every row has as many cells as there are columns."""

    columns: tuple[Inline, ...]
    rows: tuple[tuple[Inline, ...], ...]


@dataclass(frozen=True, slots=True)
class CodeBlock:
    """Fenced text in a language such as ``mermaid``."""

    language: str
    text: str


@dataclass(frozen=True, slots=True)
class MarkdownBody:
    """A Markdown document for people; texts are plain and are escaped."""

    blocks: tuple[Heading | Paragraph | Table | Bullets | CodeBlock, ...]


Body: TypeAlias = YamlBody | JsonBody | TfvarsBody | HclBody | MarkdownBody | TextBody
