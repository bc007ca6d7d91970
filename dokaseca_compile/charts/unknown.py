"""Find keys that a chart does not know, where no strict schema of the chart reports them.

Charts take free-form data in many places, and a false alarm is worse than none. A key is unknown
only if all of this holds:

- the chart's own values have a mapping with entries there, without this key;
- the schema does not have the key, and no file of the chart contains it as a word;
- it looks like a misspelling of a known key beside it, or it is a top-level key.
"""

from __future__ import annotations

from bisect import bisect
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from dokaseca_compile.charts.chart import Chart
from dokaseca_compile.core.data import mapping, sequence
from dokaseca_compile.core.routes import Route, at

_LENGTHS = (4, 7)
"""From these many letters on, one slip and two slips are likely."""
_COMBINERS = ("allOf", "anyOf", "oneOf")


@dataclass(frozen=True, slots=True)
class UnknownKey:
    """A key by its route, and the known keys beside it."""

    route: Route
    known: tuple[str, ...]


def unknown_keys(chart: Chart, values: Mapping[str, Any]) -> list[UnknownKey]:
    """Return the keys of ``values`` that mean nothing to a chart, sorted by route."""
    if not chart.self_contained:
        return []
    candidates = list(_candidates(chart, values, chart.values, (chart.schema,), ()))
    if not candidates:
        return []
    words = chart.words(key for _, key in candidates)
    is_open = chart.uses_values_whole()
    unknown = []
    for candidate, key in candidates:
        if key not in words and _is_suspicious(candidate, key, is_open=is_open):
            unknown.append(candidate)
    return sorted(unknown, key=lambda each: [str(part) for part in each.route])


def _is_suspicious(candidate: UnknownKey, key: str, *, is_open: bool) -> bool:
    """Return whether a key looks misspelt, or is a top-level key that no template can read."""
    is_top_level = len(candidate.route) == 1
    if is_top_level and not is_open and key.isidentifier():
        return True
    return _is_misspelt(key, candidate.known)


def _candidates(
    chart: Chart,
    values: Mapping[str, Any],
    own: Mapping[str, Any],
    schemas: tuple[Any, ...],
    route: Route,
) -> Iterator[tuple[UnknownKey, str]]:
    """Yield every key of ``values`` that is not among the known keys of its mapping."""
    parts = _parts(schemas, chart.schema)
    if not own or any(map(_takes_any, parts)):
        return
    is_closed = any(map(_takes_no_other, parts))  # then the schema itself reports unknown keys
    aside = frozenset() if route else chart.subcharts | chart.free
    known = aside.union(own, *map(_properties, parts))
    for key, value in values.items():
        if key in aside:
            continue
        inner = own.get(key)
        if key not in known and not is_closed:
            yield UnknownKey((*route, key), tuple(sorted(known))), key
        elif isinstance(value, Mapping) and isinstance(inner, Mapping):
            below = tuple(_below(parts, key))
            yield from _candidates(chart, value, inner, below, (*route, key))


def _below(parts: Iterable[Mapping[str, Any]], key: str) -> Iterator[Any]:
    """Yield the schemas of a property."""
    for part in parts:
        yield _properties(part).get(key)


def _parts(schemas: Iterable[Any], root: Any) -> list[Mapping[str, Any]]:
    """Return schemas and the schemas that they combine or refer to, each once."""
    found: dict[int, Mapping[str, Any]] = {}
    waiting = list(schemas)
    while waiting:
        schema = waiting.pop()
        if not isinstance(schema, Mapping) or id(schema) in found:
            continue
        found[id(schema)] = schema
        waiting.extend(_combined(schema, root))
    return list(found.values())


def _combined(schema: Mapping[str, Any], root: Any) -> Iterator[Any]:
    """Yield the schemas that a schema combines or refers to."""
    for word in _COMBINERS:
        yield from sequence(schema, word)
    yield schema.get("then")
    yield schema.get("else")
    reference = schema.get("$ref")
    if isinstance(reference, str):
        yield _pointed(root, reference)


def _properties(schema: Mapping[str, Any]) -> Mapping[str, Any]:
    return mapping(schema, "properties")


def _pointed(root: Any, reference: str) -> Any:
    """Return the target of ``#/definitions/x``. A target elsewhere may take any key."""
    if not reference.startswith("#"):
        return {"additionalProperties": True}
    parts = filter(None, reference[1:].split("/"))
    return at(root, tuple(part.replace("~1", "/").replace("~0", "~") for part in parts))


def _takes_no_other(part: Mapping[str, Any]) -> bool:
    return part.get("additionalProperties") is False


def _takes_any(part: Mapping[str, Any]) -> bool:
    """Return whether a schema allows free keys: by a pattern, or by a schema of their values."""
    more = part.get("additionalProperties")
    return "patternProperties" in part or more is True or isinstance(more, Mapping)


def _is_misspelt(key: str, known: tuple[str, ...]) -> bool:
    """Return whether a key differs from a known one in case, ``-``, ``_`` or one or two letters."""
    if "." in key or "/" in key:  # labels, annotations, names of files
        return False
    folded = _fold(key)
    slips = bisect(_LENGTHS, len(folded))
    return any(_distance(folded, _fold(each), slips) <= slips for each in known)


def _fold(key: str) -> str:
    return key.replace("-", "").replace("_", "").lower()


def _distance(one: str, other: str, most: int) -> int:
    """Return the edit distance of two words, with swaps of neighbours.

    Words whose distance is surely over ``most`` give ``most + 1``.
    """
    if abs(len(one) - len(other)) > most:
        return most + 1
    before, last = list[int](), list(range(len(other) + 1))
    for row, letter in enumerate(one, 1):
        now = [row]
        for column, against in enumerate(other, 1):
            best = min(last[column] + 1, now[-1] + 1, last[column - 1] + (letter != against))
            is_first = row == 1 or column == 1
            if not is_first and letter == other[column - 2] and one[row - 2] == against:
                best = min(best, before[column - 2] + 1)  # two letters are swapped
            now.append(best)
        before, last = last, now
    return last[-1]
