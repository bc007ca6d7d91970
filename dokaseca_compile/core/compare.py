"""Structural differences between two pieces of data.

Items of lists are matched by name, so an inserted item is one change and a moved item is no change.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from itertools import zip_longest
from typing import Any, Final, NamedTuple

from dokaseca_compile.core.routes import Route, at, last_key

# A name, or a block of HCL with its labels: these read well without quotes of their own.
_BARE = re.compile(r'[A-Za-z_$][A-Za-z0-9_/$-]*(?: "[A-Za-z0-9_./-]*")*\Z')
_NAMED_VALUE = re.compile(r"\[name=([^\],]*)[^\]]*\]\.value\Z")
_MISSING: Final = object()
_ABSENT: Final = -1
_DOCUMENT: Final = ": "  # between the name of a document and the path in it
# Keys that identify the items of a list, the best first; several keys if one is not unique.
_NAMES: tuple[tuple[str, ...], ...] = (
    ("name",),
    ("key",),
    ("id",),
    ("secretKey",),
    ("name", "namespace"),
    ("group", "kind"),
)
# For items of several kinds (the sources of an Application), the first of these keys in the item.
_OWN_NAMES = ("chart", "ref", "repoURL")


class Kind(StrEnum):
    """The kind of a change. ``ORDER``: a list has the same items in another order."""

    CHANGED = "changed"
    ADDED = "added"
    REMOVED = "removed"
    ORDER = "order"


@dataclass(frozen=True, slots=True)
class Change:
    """One difference. ``path`` is for people (``spec.x[name=y].z``); routes are into the data."""

    kind: Kind
    path: str
    old: Any
    new: Any
    old_route: Route
    new_route: Route

    @property
    def key(self) -> str:
        """The key of the value; for ``[name=X].value``, the name."""
        named = _NAMED_VALUE.search(self.path)
        if named:
            return named[1]
        return last_key(self.old_route if self.kind is Kind.REMOVED else self.new_route)


@dataclass(frozen=True, slots=True)
class _At:
    path: str = ""
    old: Route = ()
    new: Route = ()

    @property
    def shown(self) -> str:
        return self.path.removesuffix(_DOCUMENT)

    def key(self, key: str) -> _At:
        shown = key if _BARE.match(key) else json.dumps(key, ensure_ascii=False)
        if self.path and not self.path.endswith(_DOCUMENT):
            shown = f".{shown}"
        return _At(f"{self.path}{shown}", (*self.old, key), (*self.new, key))

    def item(self, name: str, old: int, new: int) -> _At:
        return _At(f"{self.path}[{name}]", (*self.old, old), (*self.new, new))

    def document(self, name: str, old: int, new: int) -> _At:
        return _At(f"{name}{_DOCUMENT}", (*self.old, old), (*self.new, new))


def compare(old: Any, new: Any) -> tuple[Change, ...]:
    """Return every difference, in the order of the new data. ``1`` is not ``true``."""
    return tuple(_walk(old, new, _At()))


def compare_documents(old: Sequence[Any], new: Sequence[Any]) -> tuple[Change, ...]:
    """Return every difference between the documents of two YAML files.

    Documents are matched by kind and name, and by namespace if these repeat. The routes begin with
    the index of the document.
    """
    if len(old) == len(new) == 1:
        return tuple(_walk(old[0], new[0], _At("", (0,), (0,))))
    at = _At()
    return tuple(_items(old, new, at, at.document, _document_names))


def _walk(old: Any, new: Any, at: _At) -> Iterator[Change]:
    if isinstance(old, Mapping) and isinstance(new, Mapping):
        yield from _entries(old, new, at)
    elif _is_list(old) and _is_list(new):
        yield from _items(old, new, at, at.item, _item_names)
    elif type(old) is not type(new) or old != new:
        yield Change(Kind.CHANGED, at.shown, old, new, at.old, at.new)


def _entries(old: Mapping[Any, Any], new: Mapping[Any, Any], at: _At) -> Iterator[Change]:
    for key in dict.fromkeys((*new, *old)):
        yield from _entry(old.get(key, _MISSING), new.get(key, _MISSING), at.key(str(key)))


def _entry(old: Any, new: Any, at: _At) -> Iterator[Change]:
    """Compare values of which one may be missing."""
    if old is _MISSING:
        yield Change(Kind.ADDED, at.shown, None, new, at.old[:-1], at.new)
    elif new is _MISSING:
        yield Change(Kind.REMOVED, at.shown, old, None, at.old, at.new[:-1])
    else:
        yield from _walk(old, new, at)


def _items(
    old: Sequence[Any],
    new: Sequence[Any],
    at: _At,
    step: Callable[[str, int, int], _At],
    names_of: Callable[[Sequence[Any], Sequence[Any]], _Names | None],
) -> Iterator[Change]:
    names = names_of(old, new)
    pairs = _pairs_by_name(*names) if names else _pairs_by_content(old, new)
    left, right = dict(enumerate(old)), dict(enumerate(new))
    changes: list[Change] = []
    for pair in pairs:
        before, after = left.get(pair.old, _MISSING), right.get(pair.new, _MISSING)
        changes += _entry(before, after, step(*pair))
    yield from changes
    # The order of named items has no meaning; a change of it is reported only without another.
    if names and changes:
        return
    if _are_reordered(pairs):
        yield Change(Kind.ORDER, at.shown or "items", list(old), list(new), at.old, at.new)


class _Pair(NamedTuple):
    """The indices of one item in the old and the new list, ``_ABSENT`` where it is missing."""

    name: str
    old: int
    new: int


def _are_reordered(pairs: Iterable[_Pair]) -> bool:
    kept = [pair.old for pair in pairs if _ABSENT not in {pair.old, pair.new}]
    return kept != sorted(kept)


def _pairs_by_name(old: list[str], new: list[str]) -> list[_Pair]:
    left = {name: index for index, name in enumerate(old)}
    right = {name: index for index, name in enumerate(new)}
    names = dict.fromkeys((*new, *old))
    return [_Pair(name, left.get(name, _ABSENT), right.get(name, _ABSENT)) for name in names]


def _pairs_by_content(old: Sequence[Any], new: Sequence[Any]) -> list[_Pair]:
    """Match equal items at any index, then the rest in order."""
    partners = _equal_items(old, new)
    left = sorted(set(range(len(old))) - set(partners.values()))
    right = sorted(set(range(len(new))) - partners.keys())
    pairs = [_Pair(str(in_new), in_old, in_new) for in_new, in_old in partners.items()]
    for in_old, in_new in zip_longest(left, right, fillvalue=_ABSENT):
        index = in_old if in_new == _ABSENT else in_new
        pairs.append(_Pair(str(index), in_old, in_new))
    return sorted(pairs, key=lambda pair: (pair.new == _ABSENT, pair.new))  # removed items last


def _equal_items(old: Sequence[Any], new: Sequence[Any]) -> dict[int, int]:
    """Return the index of each new item that is equal to an old one → the index of that one."""
    waiting: dict[str, list[int]] = {}
    for index, item in enumerate(old):
        waiting.setdefault(canonical(item), []).append(index)
    partners: dict[int, int] = {}
    for index, item in enumerate(new):
        equal = waiting.get(canonical(item))
        if equal:
            partners[index] = equal.pop(0)
    return partners


_Names = tuple[list[str], list[str]]
"""The names of the items of the old and of the new list."""


def _item_names(old: Sequence[Any], new: Sequence[Any]) -> _Names | None:
    """Return a name for each item that is unique in its list; ``None`` if an item has none."""
    if not all(isinstance(item, Mapping) for item in (*old, *new)):
        return None
    return _first_unique(old, new, _ITEM_NAMES)


def _document_names(old: Sequence[Any], new: Sequence[Any]) -> _Names | None:
    return _first_unique(old, new, _DOCUMENT_NAMES)


_Namer = Callable[[Any], str | None]


def _first_unique(
    old: Sequence[Any], new: Sequence[Any], namers: Iterable[_Namer]
) -> _Names | None:
    """Return the names by the first function that names every item, uniquely in its list."""
    for name_of in namers:
        names = _unique(list(map(name_of, old)), list(map(name_of, new)))
        if names:
            return names
    return None


def _unique(old: list[str | None], new: list[str | None]) -> _Names | None:
    """Return the names of both sides if every item has one and none repeats on its side."""
    for names in (old, new):
        if None in names or len(set(names)) != len(names):
            return None
    return list(map(str, old)), list(map(str, new))


def _own_name(item: Mapping[str, Any]) -> str | None:
    key = next(filter(item.__contains__, _OWN_NAMES), None)
    return None if key is None else _name(item, (key,))


def _name(item: Mapping[str, Any], keys: Iterable[str]) -> str | None:
    values = {key: item.get(key) for key in keys}
    if not all(isinstance(value, str | int) for value in values.values()):
        return None
    return ",".join(f"{key}={value}" for key, value in values.items())


def _document_name(document: Any, keys: Iterable[str]) -> str | None:
    parts = [at(document, ("metadata", key)) for key in keys]
    if not all(isinstance(part, str) for part in parts):
        return None
    return "/".join((str(document.get("kind", "")), *parts))


_ITEM_NAMES: tuple[_Namer, ...] = (*(partial(_name, keys=keys) for keys in _NAMES), _own_name)
_DOCUMENT_NAMES: tuple[_Namer, ...] = (
    partial(_document_name, keys=("name",)),
    partial(_document_name, keys=("namespace", "name")),
)


def canonical(value: Any) -> str:
    """Return a text that is equal for equal data of equal types in any order of keys."""
    return json.dumps(value, sort_keys=True, ensure_ascii=False, default=_plain)


def _plain(value: Any) -> Any:
    """Return mappings and sequences of our own in a form that ``json`` can write."""
    return dict(value) if isinstance(value, Mapping) else list(value)


def _is_list(value: Any) -> bool:
    return isinstance(value, Sequence) and not isinstance(value, str)
