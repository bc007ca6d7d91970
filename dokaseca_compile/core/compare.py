"""Two pieces of data, and what differs between them by structure.

Items of lists are matched by what names them, so an inserted item is one change and a moved one is none.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import zip_longest
from typing import Any, Final

from dokaseca_compile.core.routes import Route

# A name, or a block of HCL with its labels: these read well without quotes of their own.
_BARE = re.compile(r'[A-Za-z_$][A-Za-z0-9_/$-]*(?: "[A-Za-z0-9_./-]*")*\Z')
_NAMED_VALUE = re.compile(r"\[name=([^\],]*)[^\]]*\]\.value\Z")
_MISSING: Final = object()
_DOCUMENT: Final = ": "  # between the name of a document and the path in it
# What names an item of a list, the most telling first; several keys together where one is not unique.
_NAMES: tuple[tuple[str, ...], ...] = (
    ("name",),
    ("key",),
    ("id",),
    ("secretKey",),
    ("name", "namespace"),
    ("group", "kind"),
)
# Where items are of several kinds (the sources of an Application), the first of these that an item has.
_OWN_NAMES = ("chart", "ref", "repoURL")


class Kind(StrEnum):
    """What happened to a value. ``ORDER``: a list has the same items in another order."""

    CHANGED = "changed"
    ADDED = "added"
    REMOVED = "removed"
    ORDER = "order"


@dataclass(frozen=True, slots=True)
class Change:
    """One difference: where, for people (``spec.x[name=y].z``) and as routes into the old and the new data."""

    kind: Kind
    path: str
    old: Any
    new: Any
    old_route: Route
    new_route: Route

    @property
    def key(self) -> str:
        """The key that the value stands under; of `[name=X].value`, the name."""
        named = _NAMED_VALUE.search(self.path)
        if named:
            return named[1]
        route = self.new_route if self.kind is not Kind.REMOVED else self.old_route
        return next((part for part in reversed(route) if isinstance(part, str)), "")


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
        dot = "." if self.path and not self.path.endswith(_DOCUMENT) else ""
        return _At(f"{self.path}{dot}{shown}", (*self.old, key), (*self.new, key))

    def item(self, name: str, old: int, new: int) -> _At:
        return _At(f"{self.path}[{name}]", (*self.old, old), (*self.new, new))

    def document(self, name: str, old: int, new: int) -> _At:
        return _At(f"{name}{_DOCUMENT}", (*self.old, old), (*self.new, new))


def compare(old: Any, new: Any) -> tuple[Change, ...]:
    """Every difference between two pieces of plain data, in the order of the new one. ``1`` is not ``true``."""
    return tuple(_walk(old, new, _At()))


def compare_documents(old: Sequence[Any], new: Sequence[Any]) -> tuple[Change, ...]:
    """The same for the documents of a YAML file, matched by kind and name, by their namespace as well where these
    repeat; the routes begin with the document."""
    if len(old) == len(new) == 1:
        return tuple(_walk(old[0], new[0], _At("", (0,), (0,))))
    at = _At()
    return tuple(_items(old, new, at, at.document, _document_names))


def _walk(old: Any, new: Any, at: _At) -> Iterator[Change]:
    if isinstance(old, Mapping) and isinstance(new, Mapping):
        for key in (*new, *(key for key in old if key not in new)):
            yield from _entry(old.get(key, _MISSING), new.get(key, _MISSING), at.key(str(key)))
    elif _is_list(old) and _is_list(new):
        yield from _items(old, new, at, at.item, _item_names)
    elif type(old) is not type(new) or old != new:
        yield Change(Kind.CHANGED, at.shown, old, new, at.old, at.new)


def _entry(old: Any, new: Any, at: _At) -> Iterator[Change]:
    """Compare what may be there on one side only."""
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
    names_of: Callable[[Sequence[Any], Sequence[Any]], tuple[list[str], list[str]] | None],
) -> Iterator[Change]:
    found = names_of(old, new)
    names, pairs = _pairs_by_name(*found) if found else _pairs_by_content(old, new)
    changed = False
    for name, (left, right) in zip(names, pairs, strict=True):
        inner = step(name, -1 if left is None else left, -1 if right is None else right)
        one, other = (
            (_MISSING if left is None else old[left]),
            (_MISSING if right is None else new[right]),
        )
        for change in _entry(one, other, inner):
            changed = True
            yield change
    both = [left for left, right in pairs if left is not None and right is not None]
    # Named items may stand in any order; of others the order is part of what the list says.
    if both != sorted(both) and not (changed and found):
        yield Change(Kind.ORDER, at.shown or "items", list(old), list(new), at.old, at.new)


_Pairs = list[tuple[int | None, int | None]]


def _pairs_by_name(old: list[str], new: list[str]) -> tuple[list[str], _Pairs]:
    left, right = (
        {name: index for index, name in enumerate(old)},
        {name: index for index, name in enumerate(new)},
    )
    names = [*new, *(name for name in old if name not in right)]
    return names, [(left.get(name), right.get(name)) for name in names]


def _pairs_by_content(old: Sequence[Any], new: Sequence[Any]) -> tuple[list[str], _Pairs]:
    """Match equal items wherever they stand, then what is left in order."""
    waiting: dict[str, list[int]] = {}
    for index, item in enumerate(old):
        waiting.setdefault(canonical(item), []).append(index)
    partner: dict[int, int] = {}
    for index, item in enumerate(new):
        equal = waiting.get(canonical(item))
        if equal:
            partner[index] = equal.pop(0)
    taken = set(partner.values())
    left = [index for index in range(len(old)) if index not in taken]
    right = [index for index in range(len(new)) if index not in partner]
    pairs: _Pairs = [*((one, other) for other, one in partner.items()), *zip_longest(left, right)]
    pairs.sort(key=lambda pair: (pair[1] is None, pair[1] if pair[1] is not None else pair[0]))
    return [str(right if right is not None else left) for left, right in pairs], pairs


def _item_names(old: Sequence[Any], new: Sequence[Any]) -> tuple[list[str], list[str]] | None:
    """A name for each item that no other item of its list has; ``None`` where there is none."""
    if not all(isinstance(item, Mapping) for item in (*old, *new)):
        return None
    for keys in _NAMES:
        if found := _unique([[_name(item, keys) for item in items] for items in (old, new)]):
            return found
    return _unique([[_own_name(item) for item in items] for items in (old, new)])


def _unique(texts: list[list[str | None]]) -> tuple[list[str], list[str]] | None:
    """The names of both sides, if every item has one and no two of a side have the same."""
    if any(None in each or len(set(each)) != len(each) for each in texts):
        return None
    return [str(each) for each in texts[0]], [str(each) for each in texts[1]]


def _own_name(item: Mapping[str, Any]) -> str | None:
    key = next((key for key in _OWN_NAMES if key in item), None)
    return _name(item, (key,)) if key is not None else None


def _name(item: Mapping[str, Any], keys: Iterable[str]) -> str | None:
    values = [item.get(key) for key in keys]
    if not all(isinstance(value, str | int) for value in values):
        return None
    return ",".join(f"{key}={value}" for key, value in zip(keys, values, strict=True))


def _document_names(old: Sequence[Any], new: Sequence[Any]) -> tuple[list[str], list[str]] | None:
    for keys in (("name",), ("namespace", "name")):
        if found := _unique(
            [[_document_name(document, keys) for document in each] for each in (old, new)]
        ):
            return found
    return None


def _document_name(document: Any, keys: Iterable[str]) -> str | None:
    metadata = document.get("metadata") if isinstance(document, Mapping) else None
    if not isinstance(metadata, Mapping):
        return None
    names = [metadata.get(key) for key in keys]
    if not all(isinstance(each, str) for each in names):
        return None
    return "/".join([str(document.get("kind", "")), *map(str, names)])


def canonical(value: Any) -> str:
    """A text that is equal for equal data of equal types, whatever the order of keys."""
    return json.dumps(value, sort_keys=True, ensure_ascii=False, default=_plain)


def _plain(value: Any) -> Any:
    """What ``json`` cannot write by itself: mappings and sequences of our own."""
    return dict(value) if isinstance(value, Mapping) else list(value)


def _is_list(value: Any) -> bool:
    return isinstance(value, Sequence) and not isinstance(value, str)
